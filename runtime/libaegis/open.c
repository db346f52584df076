/* Turns a file descriptor into an accepted bundle in memory that cannot change: the only file with
 * system calls. */
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The largest file that aeg_bundle_check could accept. */
#define MAX_FILE \
	(AEGF_MAX_SIZE + (uint32_t)(sizeof(struct aegf_trailer) + \
				    AEGF_MAX_SIGNATURES * sizeof(struct aegf_signature)))

/* A file's bytes in memory that no other process can reach. */
struct copy {
	uint8_t *at;
	size_t len, cap;
};

static enum aeg_status why(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE ? AEG_NOMEM : AEG_IO;
}

/* Room for @cap bytes in all. */
static enum aeg_status reserve(struct copy *c, size_t cap)
{
	void *p = c->at == NULL ? mmap(NULL, cap, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
				: mremap(c->at, c->cap, cap, MREMAP_MAYMOVE);

	if (p == MAP_FAILED)
		return why(errno);
	c->at = p;
	c->cap = cap;
	return AEG_OK;
}

/* To the end of @fd, which is seldom past the room that there is. */
static enum aeg_status read_all(struct copy *c, int fd, int seekable)
{
	enum aeg_status s = AEG_OK;

	while (s == AEG_OK && c->len <= MAX_FILE) {
		size_t room = c->cap - c->len;
		ssize_t n = seekable ? pread(fd, c->at + c->len, room, (off_t)c->len)
				     : read(fd, c->at + c->len, room);

		if (n == 0)
			return AEG_OK;
		if (n < 0 && errno != EINTR)
			return why(errno);
		c->len += n < 0 ? 0 : (size_t)n;
		if (c->len == c->cap)
			s = reserve(c, c->cap * 2);
	}
	return s == AEG_OK ? AEG_TOO_LARGE : s;
}

/* A copy that nobody can write to, this process included. */
static enum aeg_status map_copy(int fd, const struct stat *st, const void **ret, uint32_t *ret_len)
{
	struct copy c = { 0 };
	int regular = S_ISREG(st->st_mode);
	enum aeg_status s = reserve(&c, regular ? (size_t)st->st_size + 1 : 1 << 16);

	if (s == AEG_OK)
		s = read_all(&c, fd, regular);
	if (s == AEG_OK && c.len == 0)
		s = AEG_SHORT;
	if (s == AEG_OK)
		s = reserve(&c, c.len);
	if (s == AEG_OK && mprotect(c.at, c.cap, PROT_READ) < 0)
		s = why(errno);
	if (s != AEG_OK && c.at != NULL)
		munmap(c.at, c.cap);
	*ret = c.at;
	*ret_len = (uint32_t)c.len;
	return s;
}

/* Maps @len bytes of @fd for reading. */
static enum aeg_status map(int fd, uint32_t len, const void **ret)
{
	void *p;

	if (len == 0)
		return AEG_SHORT;
	p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return why(errno);
	*ret = p;
	return AEG_OK;
}

static enum aeg_status map_file(
	int fd, enum aeg_open_flags flags, const void **ret, uint32_t *ret_len)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return AEG_IO;
	if (S_ISREG(st.st_mode) && st.st_size > MAX_FILE)
		return AEG_TOO_LARGE;
	if (flags == AEG_OPEN_COPY)
		return map_copy(fd, &st, ret, ret_len);
	if (!S_ISREG(st.st_mode))
		return AEG_IO;
	*ret_len = (uint32_t)st.st_size;
	return map(fd, *ret_len, ret);
}

enum aeg_status aeg_bundle_open(
	struct aeg_bundle *ret, int fd, const struct aeg_trust *trust, enum aeg_open_flags flags)
{
	const void *mem = NULL;
	uint32_t len = 0;
	enum aeg_status s;

	if (flags != AEG_OPEN_COPY && flags != AEG_OPEN_I_PROMISE_IT_NEVER_CHANGES)
		return AEG_USAGE;
	if ((s = map_file(fd, flags, &mem, &len)) != AEG_OK)
		return s;
	if ((s = aeg_bundle_verify(mem, len, trust)) == AEG_OK &&
		(s = aeg_bundle_check(ret, mem, len)) == AEG_OK)
		ret->mapped = len;
	else
		munmap((void *)(uintptr_t)mem, len);
	return s;
}

void aeg_bundle_close(struct aeg_bundle *b)
{
	if (b->mapped != 0)
		munmap((void *)(uintptr_t)b->base, b->mapped);
	*b = (struct aeg_bundle){ .base = NULL };
}
