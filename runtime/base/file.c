/* Reads a whole file into an arena. */
#define _POSIX_C_SOURCE 200809L
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"

/* Up to @max + 1 bytes, so that the caller sees when there are more. */
static bool read_all(int fd, uint32_t max, struct buf *b)
{
	enum { PIECE = 4096 };
	while (b->len <= max) {
		char *at = buf_take(b, PIECE);
		ssize_t n = read(fd, at, PIECE);
		b->len -= PIECE - (size_t)(n > 0 ? n : 0);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
	return true;
}

bool file_read(
	struct arena *a, const char *path, uint32_t max, struct slice *ret, const char **ret_why)
{
	struct buf b = { .arena = a };
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool ok = fd >= 0 && read_all(fd, max, &b);
	if (!ok)
		*ret_why = strerror(errno);
	if (fd >= 0 && !is_stdin)
		close(fd);
	if (ok && b.len > max) {
		*ret_why = "File too large";
		ok = false;
	}
	if (ok)
		*ret = buf_done(&b);
	return ok;
}
