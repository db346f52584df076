/* Writes files by way of temporary names, so that no failure leaves half of one. */
#define _XOPEN_SOURCE 700
#include "driver/write.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

struct pending {
	const char *target; /* with symbolic links followed */
	char *temporary;    /* NULL: the target is written to as it is */
	bool made;
};

static bool write_all(int fd, struct slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes.at += n;
		bytes.len -= (uint32_t)n;
	}
	return true;
}

/* Both steps fail late on some file systems: a full disk may show only here. */
static bool sync_and_close(int fd, bool ok)
{
	ok = ok && (fsync(fd) == 0 || errno == EINVAL || errno == EROFS);
	int why = errno;
	if (close(fd) != 0 && ok)
		return false;
	errno = why;
	return ok;
}

static const char *follow_links(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL);
	if (real == NULL)
		return path; /* there is none yet */
	size_t n = strlen(real) + 1;
	char *copy = arena_array(a, char, n);
	memcpy(copy, real, n);
	free(real);
	return copy;
}

static char *temporary_name(struct arena *a, const char *target)
{
	const char *slash = strrchr(target, '/');
	struct buf b = { .arena = a };
	buf_add(&b, target, slash == NULL ? 0 : (size_t)(slash - target) + 1);
	buf_text(&b, ".aegisc-XXXXXX");
	buf_done(&b);
	return b.at;
}

/* The permissions of a file that is replaced stay; a new one gets the usual. */
static mode_t mode_for(const struct stat *old, bool exists)
{
	mode_t mask = umask(0);
	umask(mask);
	return exists ? old->st_mode & 07777 : 0666 & ~mask;
}

static bool prepare(struct arena *a, const struct write_file *f, struct pending *p)
{
	struct stat old;
	p->target = follow_links(a, f->path);
	bool exists = stat(p->target, &old) == 0;
	if (exists && S_ISDIR(old.st_mode)) {
		errno = EISDIR;
		return false;
	}
	if (exists && !S_ISREG(old.st_mode)) {
		int fd = open(p->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return fd >= 0 && sync_and_close(fd, write_all(fd, f->bytes));
	}
	p->temporary = temporary_name(a, p->target);
	int fd = mkstemp(p->temporary);
	p->made = fd >= 0;
	return p->made && sync_and_close(fd, write_all(fd, f->bytes) &&
						     fchmod(fd, mode_for(&old, exists)) == 0);
}

/* A rename is durable when its folder is; where that cannot be asked for, nothing is lost but time.
 */
static void sync_folder(struct arena *a, const char *target)
{
	const char *slash = strrchr(target, '/');
	struct buf b = { .arena = a };
	buf_add(&b, slash == NULL ? "." : target, slash == NULL ? 1 : (size_t)(slash - target) + 1);
	int fd = open(buf_done(&b).at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static bool put(struct arena *a, const struct write_file *files, uint32_t n, struct pending *p,
	uint32_t *ret_bad)
{
	for (*ret_bad = 0; *ret_bad < n; ++*ret_bad)
		if (!prepare(a, &files[*ret_bad], &p[*ret_bad]))
			return false;
	for (*ret_bad = 0; *ret_bad < n; ++*ret_bad) {
		struct pending *this = &p[*ret_bad];
		if (this->temporary != NULL && rename(this->temporary, this->target) != 0)
			return false;
		this->made = false;
		sync_folder(a, this->target);
	}
	return true;
}

bool write_files(struct arena *a, const struct write_file *files, uint32_t n, const char **ret_path,
	const char **ret_why)
{
	struct pending *p = arena_array(a, struct pending, n);
	sigset_t stop, before;
	uint32_t bad;
	/* Who interrupts us meanwhile is heard afterwards, when no temporary file is left. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, &before);
	bool ok = put(a, files, n, p, &bad);
	if (!ok) {
		*ret_why = strerror(errno);
		*ret_path = files[bad].path;
	}
	for (uint32_t i = 0; i < n; i++)
		if (p[i].made)
			unlink(p[i].temporary);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ok;
}

bool write_replaces(const char *path, const char *other)
{
	struct stat a, b;
	return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

bool write_new(const char *path, struct slice bytes, unsigned mode, const char **ret_why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
	if (fd < 0) {
		*ret_why = strerror(errno);
		return false;
	}
	if (sync_and_close(fd, write_all(fd, bytes)))
		return true;
	*ret_why = strerror(errno);
	unlink(path);
	return false;
}
