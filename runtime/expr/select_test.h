#ifndef EXPR_SELECT_TEST_H
#define EXPR_SELECT_TEST_H
/* What the tests of paths share: compile, scan, select, in memory of exactly the size needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aegis/expr.h"

#define TEXT(s)   (s), sizeof(s) - 1
#define LENGTH(a) (sizeof(a) / sizeof *(a))

struct selection {
	enum aeg_status status;
	struct aeg_path_error error; /* where the paths are wrong */
	struct aeg_json doc;
	struct aeg_json_place *places;
	struct aeg_found *found;
	uint32_t n;
	uint64_t left; /* of the budget */
};

/* The program, malloced; NULL after ret->status is set. */
static inline void *compile(const struct aeg_str *paths, uint32_t n, size_t *ret_len,
	enum aeg_status *ret_status, struct aeg_path_error *ret_error)
{
	for (size_t cap = 64;; cap *= 2) {
		void *mem = malloc(cap);
		*ret_status = aeg_paths_compile(paths, n, NULL, mem, cap, ret_len, ret_error);
		if (*ret_status == AEG_OK)
			return mem;
		free(mem);
		if (*ret_status != AEG_NOMEM || cap > (64u << 20))
			return NULL;
	}
}

static inline struct selection select_paths(const struct aeg_str *paths, uint32_t n,
	const char *text, size_t len, uint64_t steps, size_t more_memory)
{
	struct selection r = { 0 };
	size_t size, cap = aeg_json_bound(len);
	void *code = compile(paths, n, &size, &r.status, &r.error);
	struct aeg_program program;
	struct aeg_json_tok *tok;

	if (code == NULL)
		return r;
	assert_int_equal(aeg_program_check(&program, code, size), AEG_OK);
	tok = malloc(cap * sizeof *tok);
	r.status = aeg_json_scan(&r.doc, text, len, tok, cap);
	if (r.status == AEG_OK) {
		size_t memory = aeg_select_size(&program) + more_memory;
		struct aeg_select s = { .size_of = sizeof s,
			.program = &program,
			.doc = &r.doc,
			.steps = steps,
			.mem = malloc(memory),
			.mem_size = memory,
			.regex = aeg_regex_compile };
		assert_int_equal(aeg_select_begin(&s), AEG_OK);
		for (uint32_t have = 0;;) {
			if (r.n == have)
				r.found =
					realloc(r.found, (have = have * 2 + 16) * sizeof *r.found);
			r.status = aeg_select_next(&s, &r.found[r.n]);
			if (r.status != AEG_OK || r.found[r.n].token == AEG_NONE)
				break;
			r.n++;
		}
		r.left = s.steps;
		r.places = malloc(r.doc.ntok * sizeof *r.places);
		aeg_json_places(&r.doc, r.places);
		free(s.mem);
	}
	free(code);
	return r;
}

static inline void selection_free(struct selection *r)
{
	free(r->doc.tok);
	free(r->places);
	free(r->found);
}

/* A token's bytes as they stand in the text. */
static inline struct aeg_str raw(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	uint32_t quote = (t->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;

	return (struct aeg_str){ j->text + t->at - quote, t->len + 2 * quote };
}
#endif
