#ifndef DRIVER_WRITE_H
#define DRIVER_WRITE_H
/* Files that appear whole or not at all. */
#include "base/arena.h"
#include "base/slice.h"

/**
 * write_files - put @n files in place, together: each is written and synced under another name in
 * its own folder before the first is renamed
 *
 * An existing file is replaced and keeps its permissions; a symbolic link is followed; what is no
 * regular file (a device, a pipe) is written to as it is. On failure nothing is left behind, what
 * existed is untouched, and *ret_why and *ret_path say what went wrong.
 */
struct write_file {
	const char *path;
	struct slice bytes;
};
bool write_files(struct arena *a, const struct write_file *files, uint32_t n, const char **ret_path,
	const char **ret_why);

/* Whether what is written to @path takes the place of @other. */
bool write_replaces(const char *path, const char *other);

/* Makes a file that must not exist yet, with permissions @mode. False: nothing is left, *ret_why
 * says why. */
bool write_new(const char *path, struct slice bytes, unsigned mode, const char **ret_why);
#endif
