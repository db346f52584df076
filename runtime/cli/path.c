/* Paths, compiled and run for aegisr's commands. */
#include "cli/path.h"

#include <stdlib.h>

enum {
	FIRST_CODE = 4096,
	MOST_CODE = 64 << 20,
	PATTERN_MEMORY = 1 << 20, /* for regular expressions that stand in the document */
	LONGEST_PLACE = 4096
};
/* Enough for any query that goes through the document a few hundred times. */
#define STEPS_AT_LEAST  100000000u
#define STEPS_PER_TOKEN 256u

/* Each try compiles from the beginning; so warnings are for the last. */
enum aeg_status path_compile(struct path_run *r, const struct aeg_str *paths, uint32_t n,
	const struct aeg_path_options *options)
{
	enum aeg_status s = AEG_NOMEM;
	size_t len;

	for (size_t size = FIRST_CODE; s == AEG_NOMEM; size = r->code_size * 2) {
		if (size > MOST_CODE)
			return AEG_TOO_LARGE;
		if (!lines_room(&r->code, &r->code_size, size))
			return AEG_NOMEM;
		s = aeg_paths_compile(paths, n, NULL, r->code, r->code_size, &len, &r->error);
	}
	if (s == AEG_OK && options != NULL)
		s = aeg_paths_compile(paths, n, options, r->code, r->code_size, &len, &r->error);
	return s == AEG_OK ? aeg_program_check(&r->program, r->code, len) : s;
}

static bool more_found(struct path_run *r)
{
	uint32_t size = r->found_size == 0 ? 256 : r->found_size * 2;
	struct aeg_found *found = realloc(r->found, size * sizeof *found);

	if (found == NULL)
		return false;
	r->found = found;
	r->found_size = size;
	return true;
}

static uint64_t budget(const struct path_run *r, const struct aeg_json *j)
{
	uint64_t steps = (uint64_t)j->ntok * STEPS_PER_TOKEN;

	if (r->steps != 0)
		return r->steps;
	return steps < STEPS_AT_LEAST ? STEPS_AT_LEAST : steps;
}

enum aeg_status path_select(struct path_run *r, const struct aeg_json *j)
{
	struct aeg_select s = { .size_of = sizeof s,
		.program = &r->program,
		.doc = j,
		.steps = budget(r, j),
		.regex = aeg_regex_compile };
	uint64_t steps = s.steps;
	enum aeg_status status;

	if (!lines_room(&r->memory, &r->memory_size, aeg_select_size(&r->program) + PATTERN_MEMORY))
		return AEG_NOMEM;
	s.mem = r->memory;
	s.mem_size = r->memory_size;
	status = aeg_select_begin(&s);
	for (r->nfound = 0; status == AEG_OK; r->nfound++) {
		if (r->nfound == r->found_size && !more_found(r))
			return AEG_NOMEM;
		status = aeg_select_next(&s, &r->found[r->nfound]);
		if (status == AEG_OK && r->found[r->nfound].token == AEG_NONE)
			break;
	}
	r->spent = steps - s.steps;
	return status;
}

void path_values(const struct path_run *r, const struct aeg_json *j, uint32_t path, struct buf *out)
{
	const char *before = "[";

	for (uint32_t i = 0; i < r->nfound; i++) {
		if (r->found[i].path != path)
			continue;
		buf_text(out, before);
		buf_slice(out, tokens_raw(j, r->found[i].token));
		before = ",";
	}
	buf_text(out, *before == '[' ? "[]" : "]");
}

bool path_places(struct path_run *r, const struct aeg_json *j, uint32_t path, struct buf *out)
{
	const char *before = "[";
	char text[LONGEST_PLACE], *at = text, *long_text = NULL;

	void *places = r->places;
	if (!lines_room(&places, &r->places_size, j->ntok * sizeof *r->places))
		return r->places = NULL, false;
	r->places = places;
	aeg_json_places(j, r->places);
	for (uint32_t i = 0; i < r->nfound; i++) {
		if (r->found[i].path != path)
			continue;
		uint32_t t = r->found[i].token;
		size_t len = aeg_json_path(j, r->places, t, text, sizeof text);
		at = text;
		if (len > sizeof text) {
			free(long_text);
			at = long_text = malloc(len);
			if (at == NULL)
				return false;
			aeg_json_path(j, r->places, t, at, len);
		}
		buf_text(out, before);
		buf_json_string(out, (struct slice){ at, (uint32_t)len });
		before = ",";
	}
	free(long_text);
	buf_text(out, *before == '[' ? "[]" : "]");
	return true;
}

void path_free(struct path_run *r)
{
	free(r->code);
	free(r->memory);
	free(r->found);
	free(r->places);
}
