/* Turns a file descriptor into an accepted bundle in memory that cannot change: the only file with
 * system calls. */
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* The largest file that aeg_bundle_check could accept. */
#define MAX_FILE \
	(AEGF_MAX_SIZE + (uint32_t)(sizeof(struct aegf_trailer) + \
				    AEGF_MAX_SIGNATURES * sizeof(struct aegf_signature)))

struct copy {
	int from, to;
	int seekable; /* read from @at; else from wherever the descriptor stands */
	off_t at;     /* bytes copied */
};

static enum aeg_status why(int error)
{
	return error == ENOMEM || error == ENOSPC || error == EMFILE || error == ENFILE ? AEG_NOMEM
											: AEG_IO;
}

static enum aeg_status write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? why(errno) : AEG_IO;
		p += done;
		n -= (size_t)done;
	}
	return AEG_OK;
}

/* Through a buffer: pipes, sockets, and file systems that know no better way. */
static enum aeg_status copy_through_buffer(struct copy *c)
{
	char buf[16384];

	while (c->at <= MAX_FILE) {
		ssize_t n = c->seekable ? pread(c->from, buf, sizeof buf, c->at)
					: read(c->from, buf, sizeof buf);
		enum aeg_status s;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? AEG_OK : why(errno);
		if ((s = write_all(c->to, buf, (size_t)n)) != AEG_OK)
			return s;
		c->at += n;
	}
	return AEG_TOO_LARGE;
}

/* Inside the kernel: for 1 MB this saves more time than the structural check takes. */
static enum aeg_status copy_file(struct copy *c)
{
	while (c->at <= MAX_FILE) {
		ssize_t n = sendfile(c->to, c->from, &c->at, MAX_FILE + 1 - (size_t)c->at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EINVAL || errno == ENOSYS))
			return copy_through_buffer(c);
		if (n <= 0)
			return n == 0 ? AEG_OK : why(errno);
	}
	return AEG_TOO_LARGE;
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

static enum aeg_status map_copy(int fd, int seekable, const void **ret, uint32_t *ret_len)
{
	struct copy c = { .from = fd, .seekable = seekable };
	enum aeg_status s;

	c.to = memfd_create("aegis-bundle", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (c.to < 0)
		return why(errno);
	s = seekable ? copy_file(&c) : copy_through_buffer(&c);
	if (s == AEG_OK && fcntl(c.to, F_ADD_SEALS,
				   F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		s = AEG_IO;
	if (s == AEG_OK)
		s = map(c.to, (uint32_t)c.at, ret);
	close(c.to); /* the mapping holds the memory */
	*ret_len = (uint32_t)c.at;
	return s;
}

static enum aeg_status map_file(
	int fd, enum aeg_open_flags flags, const void **ret, uint32_t *ret_len)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return AEG_IO;
	if (S_ISREG(st.st_mode) && st.st_size > MAX_FILE)
		return AEG_TOO_LARGE;
	if (flags == AEG_OPEN_SEALED)
		return map_copy(fd, S_ISREG(st.st_mode), ret, ret_len);
	if (!S_ISREG(st.st_mode))
		return AEG_IO;
	*ret_len = (uint32_t)st.st_size;
	return map(fd, *ret_len, ret);
}

enum aeg_status aeg_bundle_open(
	struct aeg_bundle *ret, int fd, const struct aeg_trust *trust, enum aeg_open_flags flags)
{
	const void *mem;
	uint32_t len;
	enum aeg_status s;

	if (flags != AEG_OPEN_SEALED && flags != AEG_OPEN_I_PROMISE_IT_NEVER_CHANGES)
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
