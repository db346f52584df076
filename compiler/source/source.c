/* Reads files, folders and standard input into the arena, and says where a byte of them stands. */
#define _DEFAULT_SOURCE /* d_type */
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FOLDERS = 64 }; /* inside one another: also how many descriptors are open at once */

/* ---- Text ---------------------------------------------------------------------------------- */

static const char *copy(struct arena *a, const char *text, size_t len)
{
	char *at = arena_array(a, char, len + 1);
	if (len != 0)
		memcpy(at, text, len);
	return at;
}

static const char *join(struct arena *a, const char *folder, const char *name)
{
	size_t nfolder = strlen(folder), nname = strlen(name);
	bool slash = nfolder != 0 && folder[nfolder - 1] != '/';
	char *at = arena_array(a, char, nfolder + slash + nname + 1);
	memcpy(at, folder, nfolder);
	if (slash)
		at[nfolder] = '/';
	memcpy(at + nfolder + slash, name, nname);
	return at;
}

static bool ends(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);
	return n >= k && memcmp(name + n - k, suffix, k) == 0;
}

static bool is_json(const char *path, struct slice text)
{
	if (ends(path, ".json"))
		return true;
	if (ends(path, ".yaml") || ends(path, ".yml"))
		return false;
	uint32_t i = 0;
	while (i < text.len && strchr(" \t\r\n", text.at[i]) != NULL && text.at[i] != 0)
		i++;
	return i < text.len && (text.at[i] == '{' || text.at[i] == '[');
}

/* ---- Problems ------------------------------------------------------------------------------ */

static void problem(struct sources *s, const char *path, const char *why, bool too_large)
{
	arena_push(s->arena, s->problems, s->nproblems, &s->problems_cap);
	s->problems[s->nproblems++] =
		(struct source_problem){ copy(s->arena, path, strlen(path)), why, too_large };
}

static void problem_errno(struct sources *s, const char *path, int number)
{
	char why[256];
	if (strerror_r(number, why, sizeof why) != 0)
		strcpy(why, "cannot be read");
	problem(s, path, copy(s->arena, why, strlen(why)), false);
}

/* NULL for what can be read as a file. Asked before opening too: to open a device may do something.
 */
static const char *not_a_file(mode_t mode)
{
	if (S_ISREG(mode))
		return NULL;
	if (S_ISDIR(mode))
		return "is a folder, not a file";
	if (S_ISFIFO(mode))
		return "is a named pipe, not a file (`-` reads standard input)";
	if (S_ISSOCK(mode))
		return "is a socket, not a file";
	return "is a device, not a file";
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* Reads @fd to its end into @ret: @size bytes, or 0 where that is not known; false with @ret_errno,
 * or 0: too large. */
static bool read_all(struct sources *s, int fd, size_t size, struct slice *ret, int *ret_errno)
{
	size_t len = 0, cap = (size == 0 ? 4096 : size) + 2;
	char *at = arena_array(s->arena, char, cap);
	for (;;) {
		ssize_t n = read(fd, at + len, cap - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*ret_errno = errno;
			return false;
		}
		len += (size_t)n;
		if (len > SOURCE_MAX_BYTES) {
			*ret_errno = 0;
			return false;
		}
		if (n == 0 || len == size) /* there was room for more than that */
			break;
		if (len == cap - 1) {
			cap = cap < SOURCE_MAX_BYTES / 2 ? cap * 2 : SOURCE_MAX_BYTES + 2;
			char *more = arena_array(s->arena, char, cap);
			memcpy(more, at, len);
			at = more;
		}
	}
	*ret = (struct slice){ at, (uint32_t)len };
	return true;
}

static uint32_t append(struct sources *s, struct source as)
{
	as.json = is_json(as.path, as.text);
	arena_push(s->arena, s->v, s->n, &s->cap);
	s->v[s->n] = as;
	return (uint32_t)s->n++;
}

uint32_t sources_find(const struct sources *s, const char *path, bool *ret_there)
{
	struct stat st;
	*ret_there = !s->closed && stat(path, &st) == 0;
	for (uint32_t i = 0; s->closed && i < s->n; i++)
		if (strcmp(s->v[i].path, path) == 0)
			return i;
	if (!*ret_there)
		return UINT32_MAX;
	uint64_t id[2] = { st.st_dev, st.st_ino };
	uint32_t at = map_get(&s->files, (struct slice){ (const char *)id, sizeof id });
	return at == MAP_NONE ? UINT32_MAX : at;
}

bool sources_has(const struct sources *s, const char *path)
{
	bool there;
	return sources_find(s, path, &there) != UINT32_MAX;
}

/* Adds the open file @fd, known by @as.path, unless it was read before. Its index, or UINT32_MAX.
 */
static uint32_t add_open(struct sources *s, int fd, const struct stat *st, struct source as)
{
	uint64_t id[2] = { st->st_dev, st->st_ino };
	struct slice key = { copy(s->arena, (const char *)id, sizeof id), sizeof id };
	uint32_t was = map_get(&s->files, key);
	if (was != MAP_NONE) {
		s->v[was].from_folder &= as.from_folder; /* it may have been met first, named now */
		return was;
	}
	bool regular = S_ISREG(st->st_mode);
	size_t size = regular && st->st_size > 0 ? (size_t)st->st_size : 0;
	int number = 0;
	if (size <= SOURCE_MAX_BYTES && read_all(s, fd, size, &as.text, &number)) {
		s->files.arena = s->arena;
		was = append(s, as);
		map_put(&s->files, key, was);
	} else if (number == 0) {
		problem(s, as.path, "is larger than 64 MiB", true);
	} else {
		problem_errno(s, as.path, number);
	}
	return was;
}

static void add_stdin(struct sources *s)
{
	struct source as = { .path = "<stdin>", .origin = "<stdin>" };
	struct stat st;
	if (fstat(STDIN_FILENO, &st) != 0)
		problem_errno(s, as.path, errno);
	else if (S_ISDIR(st.st_mode))
		problem(s, as.path, not_a_file(st.st_mode), false);
	else
		add_open(s, STDIN_FILENO, &st, as);
}

/* @listed: the folder's list says that it is a file. */
static uint32_t add_file(
	struct sources *s, int dir, const char *name, bool listed, struct source as)
{
	struct stat st;
	if (!listed && fstatat(dir, name, &st, 0) != 0) {
		problem_errno(s, as.path, errno);
		return UINT32_MAX;
	}
	int fd = -1;
	uint32_t at = UINT32_MAX;
	const char *why = listed ? NULL : not_a_file(st.st_mode);
	if (why == NULL) {
		fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0 || fstat(fd, &st) != 0) {
			problem_errno(s, as.path, errno);
			if (fd >= 0)
				close(fd);
			return UINT32_MAX;
		}
		why = not_a_file(st.st_mode);
	}
	if (why != NULL)
		problem(s, as.path, why, false);
	else
		at = add_open(s, fd, &st, as);
	if (fd >= 0)
		close(fd);
	return at;
}

/* ---- Folders ------------------------------------------------------------------------------- */

struct entry {
	const char *name;  /* of a folder: with a slash at its end, so that whole paths come out in
			      order */
	bool folder, file; /* neither: what it is was not listed, or it is a link */
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* What of @dir is of interest; false (and errno) when it cannot be listed. */
static bool list(struct arena *a, DIR *dir, struct entry **ret, size_t *ret_n)
{
	struct entry *v = NULL;
	size_t n = 0, cap = 0;
	for (;;) {
		errno = 0;
		const struct dirent *e = readdir(dir);
		if (e == NULL)
			break;
		struct stat st = { 0 };
		if (e->d_name[0] == '.' ||
			(e->d_type != DT_REG && e->d_type != DT_DIR &&
				fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0))
			continue;
		bool folder = e->d_type == DT_DIR || S_ISDIR(st.st_mode);
		if (!folder && !ends(e->d_name, ".yaml") && !ends(e->d_name, ".yml") &&
			!ends(e->d_name, ".json"))
			continue;
		if (S_ISLNK(st.st_mode) && fstatat(dirfd(dir), e->d_name, &st, 0) == 0 &&
			S_ISDIR(st.st_mode))
			continue;
		arena_push(a, v, n, &cap);
		const char *name = copy(a, e->d_name, strlen(e->d_name));
		v[n++] = (struct entry){ folder ? join(a, name, "") : name, folder,
			e->d_type == DT_REG };
	}
	if (errno != 0)
		return false;
	if (n != 0)
		qsort(v, n, sizeof *v, by_name);
	*ret = v;
	*ret_n = n;
	return true;
}

/* Adds what is in folder @name of @parent. @path as shown; @rest: path without the user's argument.
 */
static void add_folder(struct sources *s, int parent, const char *name, const char *path,
	const char *rest, unsigned depth)
{
	if (depth == MAX_FOLDERS) {
		problem(s, path, "lies more than 64 folders deep", false);
		return;
	}
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth == 0 ? 0 : O_NOFOLLOW);
	int fd = openat(parent, name, flags);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct entry *v = NULL;
	size_t n = 0;
	if (dir == NULL || !list(s->arena, dir, &v, &n))
		problem_errno(s, path, errno);
	for (size_t i = 0; i < n; i++) {
		const char *at = join(s->arena, path, v[i].name);
		const char *origin = join(s->arena, rest, v[i].name);
		struct source as = { .path = at, .origin = origin, .from_folder = true };
		if (v[i].folder)
			add_folder(s, fd, v[i].name, at, origin, depth + 1);
		else
			add_file(s, fd, v[i].name, v[i].file, as);
	}
	if (dir != NULL)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

void sources_add(struct sources *s, const char *path)
{
	struct stat st;
	if (strcmp(path, "-") == 0) {
		add_stdin(s);
		return;
	}
	path = copy(s->arena, path, strlen(path));
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		add_folder(s, AT_FDCWD, path, path, "", 0);
	else
		add_file(s, AT_FDCWD, path, false,
			(struct source){ .path = path, .origin = base_name(path) });
}

uint32_t sources_add_text(struct sources *s, const char *path, struct slice text)
{
	return append(s, (struct source){ .path = path, .origin = path, .text = text });
}

/* ---- What sources refer to ------------------------------------------------------------------ */

/* Opens the folders of @name one below the other, from @folder on; *ret_last: what is left of it.
 * The descriptor, or -1 (and errno). */
static int open_folders(
	struct arena *a, const char *folder, const char *name, const char **ret_last)
{
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int fd = open(folder[0] == 0 ? "." : folder, flags);
	for (const char *slash; fd >= 0 && (slash = strchr(name, '/')) != NULL; name = slash + 1) {
		int below = openat(fd, copy(a, name, (size_t)(slash - name)), flags | O_NOFOLLOW);
		int number = errno;
		close(fd);
		errno = number;
		fd = below;
	}
	*ret_last = name;
	return fd;
}

uint32_t sources_below(
	struct sources *s, const char *folder, const char *name, const char **ret_why)
{
	const char *path = folder[0] == 0 ? copy(s->arena, name, strlen(name))
					  : join(s->arena, folder, name),
		   *last;
	size_t nproblems = s->nproblems;
	uint32_t at = UINT32_MAX;
	if (s->closed) {
		*ret_why = "No such file or directory";
		for (uint32_t i = 0; i < s->n; i++)
			if (strcmp(s->v[i].path, path) == 0)
				return i;
		return UINT32_MAX;
	}
	int fd = open_folders(s->arena, folder, name, &last);
	/* It was not named by the user: as if it had been met in a folder. */
	struct source as = { .path = path, .origin = base_name(path), .from_folder = true };
	struct stat is;
	if (fd < 0)
		problem_errno(s, path, errno);
	else if (fstatat(fd, last, &is, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(is.st_mode))
		problem_errno(s, path, ELOOP);
	else
		at = add_file(s, fd, last, false, as);
	if (fd >= 0)
		close(fd);
	if (at == UINT32_MAX)
		*ret_why = s->problems[nproblems].why;
	s->nproblems = nproblems;
	return at;
}

/* ---- Places -------------------------------------------------------------------------------- */

/* The end of the line that begins at @at, before its LF, CR LF or CR; those end lines for YAML. */
static const char *line_end(const char *at, const char *end, bool returns)
{
	if (!returns) {
		const char *lf = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
		return lf == NULL ? end : lf;
	}
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

/* Notes where the lines of @text begin in @lines, where that is given; how many there are. */
static uint32_t line_starts(struct slice text, uint32_t first, uint32_t *lines)
{
	const char *at = text.at + first, *end = text.at + text.len;
	bool returns = text.len != 0 && memchr(text.at, '\r', text.len) != NULL;
	for (uint32_t n = 0;;) {
		if (lines != NULL)
			lines[n] = (uint32_t)(at - text.at);
		n++;
		at = line_end(at, end, returns);
		if (at == end)
			return n;
		at += at + 1 < end && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
	}
}

static void make_lines(struct sources *s, struct source *f)
{
	/* A byte order mark is no part of the first line: no editor shows it as a column. */
	uint32_t first = slice_begins(f->text, SLICE("\xef\xbb\xbf")) ? 3 : 0;
	f->nlines = line_starts(f->text, first, NULL);
	f->lines = arena_array(s->arena, uint32_t, f->nlines);
	line_starts(f->text, first, f->lines);
}

struct place source_place(struct sources *s, uint32_t file, uint32_t at)
{
	struct source *f = &s->v[file];
	if (f->lines == NULL)
		make_lines(s, f);
	/* From the line of the last question on, in growing steps: most come in order. */
	uint32_t lo = f->lines[f->near] <= at ? f->near : 0, step = 1;
	for (; lo + step < f->nlines && f->lines[lo + step] <= at; step *= 2)
		lo += step;
	uint32_t hi = step < f->nlines - lo ? lo + step : f->nlines; /* it is in [lo, hi) */
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (f->lines[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	f->near = lo;
	uint32_t start = f->lines[lo];
	if (at > f->text.len)
		at = f->text.len;
	return (struct place){ lo + 1, at < start ? 1 : at - start + 1 };
}

struct slice source_line(struct sources *s, uint32_t file, uint32_t line)
{
	struct source *f = &s->v[file];
	if (f->lines == NULL)
		make_lines(s, f);
	if (line == 0 || line > f->nlines)
		return (struct slice){ "", 0 };
	uint32_t lo = f->lines[line - 1], hi = line == f->nlines ? f->text.len : f->lines[line];
	while (hi > lo && (f->text.at[hi - 1] == '\n' || f->text.at[hi - 1] == '\r'))
		hi--;
	return (struct slice){ f->text.at + lo, hi - lo };
}
