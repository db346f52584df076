/* Looks at files from time to time. */
#define _DEFAULT_SOURCE
#include "driver/watch.h"

#include <fts.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static uint64_t fold(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static bool is_source(const char *name)
{
	static const char *const ends[] = { ".yaml", ".yml", ".json" };
	const char *dot = strrchr(name, '.');
	for (int i = 0; dot != NULL && name[0] != '.' && i < 3; i++)
		if (strcmp(dot, ends[i]) == 0)
			return true;
	return false;
}

static uint64_t mark_of(const char *path, const struct stat *st)
{
	uint64_t h = 1;
	for (const char *p = path; *p != 0; p++)
		h = fold(h, (unsigned char)*p);
	h = fold(h, (uint64_t)st->st_ino);
	h = fold(h, (uint64_t)st->st_size);
	h = fold(h, (uint64_t)st->st_mtim.tv_sec);
	return fold(h, (uint64_t)st->st_mtim.tv_nsec);
}

static uint64_t mark_path(const char *path)
{
	char *paths[] = { (char *)(uintptr_t)path, NULL }; /* which fts does not write to */
	uint64_t mark = 0;
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	struct stat st;
	for (FTSENT *e; fts != NULL && (e = fts_read(fts)) != NULL;) {
		if (e->fts_info == FTS_D && e->fts_level > 0 && e->fts_name[0] == '.')
			fts_set(fts, e, FTS_SKIP);
		bool is_file = e->fts_info == FTS_F || e->fts_info == FTS_SL;
		if (is_file && (e->fts_level == 0 || is_source(e->fts_name)) &&
			stat(e->fts_path, &st) == 0 && S_ISREG(st.st_mode))
			mark += mark_of(e->fts_path, &st); /* in whatever order they come */
	}
	if (fts != NULL)
		fts_close(fts);
	return mark;
}

uint64_t watch_mark(const char *const *paths, uint32_t n)
{
	uint64_t mark = 0;
	for (uint32_t i = 0; i < n; i++)
		mark = fold(mark, mark_path(paths[i]));
	return mark;
}

void watch_wait(const char *const *paths, uint32_t n, uint64_t mark)
{
	static const struct timespec interval = { 0, 200000000 };
	for (uint64_t before = mark, now;; before = now) {
		nanosleep(&interval, NULL);
		now = watch_mark(paths, n);
		if (now != mark && now == before)
			return;
	}
}
