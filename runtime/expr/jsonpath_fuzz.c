/*
 * Text as a path, a newline, and a document: what compiles passes the check, and what is selected
 * is in the document and has a place there.
 */
#include <stdlib.h>
#include <string.h>

#include "aegis/expr.h"

enum { CODE = 1 << 16, MEMORY = 1 << 16, MOST_TOKENS = 1 << 13 };
#define MUST(cond) ((cond) ? (void)0 : abort())

static void select_all(const struct aeg_program *p, const struct aeg_json *j)
{
	struct aeg_json_place *places = malloc(j->ntok * sizeof *places);
	size_t size = aeg_select_size(p) + MEMORY;
	char path[64];
	struct aeg_found found;
	struct aeg_select s = { .size_of = sizeof s,
		.program = p,
		.doc = j,
		.steps = 100000,
		.mem = malloc(size),
		.mem_size = size,
		.regex = aeg_regex_compile };

	aeg_json_places(j, places);
	MUST(aeg_select_begin(&s) == AEG_OK);
	while (aeg_select_next(&s, &found) == AEG_OK && found.token != AEG_NONE) {
		MUST(found.path == 0 && found.token < j->ntok);
		MUST((j->tok[found.token].info & AEG_JSON_KEY) == 0);
		MUST(aeg_json_path(j, places, found.token, path, sizeof path) > 0 &&
			path[0] == '$');
	}
	free(s.mem);
	free(places);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *line = len == 0 ? NULL : memchr(bytes, '\n', len);
	struct aeg_str path = { (const char *)bytes,
		(uint32_t)(line == NULL ? len : (size_t)(line - bytes)) };
	struct aeg_path_error error;
	struct aeg_program p;
	struct aeg_json j;
	size_t size;

	if (path.at == NULL)
		path.at = "";
	void *code = malloc(CODE);
	enum aeg_status s = aeg_paths_compile(&path, 1, NULL, code, CODE, &size, &error);
	if (s == AEG_CONTENT)
		MUST(error.at <= path.len && error.what != NULL);
	if (s == AEG_OK) {
		MUST(aeg_program_check(&p, code, size) == AEG_OK);
		size_t n = line == NULL ? 0 : len - path.len - 1;
		if (n > 0 && n < MOST_TOKENS) {
			struct aeg_json_tok *tok = malloc(aeg_json_bound(n) * sizeof *tok);
			if (aeg_json_scan(&j, path.at + path.len + 1, n, tok, aeg_json_bound(n)) ==
				AEG_OK)
				select_all(&p, &j);
			free(tok);
		}
	}
	free(code);
	return 0;
}
