#ifndef BASE_FILE_H
#define BASE_FILE_H
/* Small files, whole: keys, trust files, arguments. */
#include "base/arena.h"
#include "base/slice.h"

/**
 * file_read - all of @path ("-": standard input) into the arena, with a NUL after it, not counted
 * @ret_why: set on false only: "No such file or directory" and the like
 *
 * False also where it is a folder or has more than @max bytes.
 */
bool file_read(
	struct arena *a, const char *path, uint32_t max, struct slice *ret, const char **ret_why);
#endif
