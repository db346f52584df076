#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H
/*
 * Source files: bytes, spans and places. All reading of the user's files ends here; later stages
 * see spans. Every reader of a file, a folder or standard input reports into `problems` and goes
 * on.
 */
#include "base/arena.h"
#include "base/map.h"
#include "base/slice.h"

#define SOURCE_MAX_BYTES (64u << 20)

struct source {
	const char *path; /* as diagnostics show it: as named, folder + "/" + rest, or "<stdin>" */
	const char *origin; /* as the bundle's ORIGIN names it: without the part that the user's
			     * argument was; the base name for a file; "<stdin>" */
	struct slice text;  /* a NUL follows, not counted */
	bool builtin;       /* one of stdlib-contexts/ */
	bool from_folder;   /* met in a folder, not named itself */
	bool json; /* by its name: *.json; or, where the name does not say (standard input), by its
		      first byte */
	uint32_t *lines; /* offsets of line starts, made on first use */
	uint32_t nlines;
	uint32_t near; /* the line that was asked for last, from 0 */
};

/* Bytes [lo, hi) of sources.v[file]. lo == hi is a place between bytes; SPAN_NONE is no place. */
struct span {
	uint32_t file, lo, hi;
};
#define SPAN_NONE ((struct span){ UINT32_MAX, 0, 0 })
static inline bool span_is_none(struct span s) { return s.file == UINT32_MAX; }

struct place {
	uint32_t line, column; /* from 1; column in bytes */
};

struct source_problem {
	const char *path;
	const char
		*why;   /* "No such file or directory" and the like; also "is larger than 64 MiB" */
	bool too_large; /* a finding about a readable file; all others mean exit 3 */
};

struct sources {
	struct arena *arena;
	struct source *v;
	size_t n, cap;
	struct map files; /* device and inode > index in v */
	struct source_problem *problems;
	size_t nproblems, problems_cap;
	bool closed; /* nothing more is read: what is referred to is looked for among the texts */
};

/**
 * sources_add - read a file, a folder (recursively: *.yaml, *.yml, *.json, sorted bytewise; hidden
 * entries and symbolic links to folders are passed over) or "-", standard input
 *
 * What cannot be read is added to s->problems. The same file twice (by device and inode) is read
 * once.
 */
void sources_add(struct sources *s, const char *path);

/* Adds text that is already in memory (and outlives @s): the stdlib, tests, fuzzers. Its index. */
uint32_t sources_add_text(struct sources *s, const char *path, struct slice text);

/**
 * sources_below - read the file @name below @folder ("": the current one), where it was not read
 * yet
 * @name: components between single slashes, none of them `.` or `..`
 *
 * Neither it nor a folder on the way may be a symbolic link. Returns its index, or UINT32_MAX with
 * *ret_why; `problems` stays as it is. With `closed` set only what was added as text is found.
 */
uint32_t sources_below(
	struct sources *s, const char *folder, const char *name, const char **ret_why);

/* The index of the file @path, or UINT32_MAX: it was not read; *ret_there: there is one. With
 * `closed` set only texts are looked through. */
uint32_t sources_find(const struct sources *s, const char *path, bool *ret_there);
/* Whether @path is one of the files that were read. */
bool sources_has(const struct sources *s, const char *path);

/* Where byte @at of @file is. */
struct place source_place(struct sources *s, uint32_t file, uint32_t at);
/* The text of line @line (from 1), without its line end. */
struct slice source_line(struct sources *s, uint32_t file, uint32_t line);
#endif
