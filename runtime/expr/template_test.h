#ifndef EXPR_TEMPLATE_TEST_H
#define EXPR_TEMPLATE_TEST_H
/* Compiles templates and renders them, with memory that grows as they need it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

#define TEXT_OF(literal) ((struct aeg_str){ literal, sizeof literal - 1 })

struct rendering {
	enum aeg_status status; /* of compiling, then of rendering */
	int is_compiled;
	struct aeg_template_error error; /* of compiling */
	struct aeg_template program;
	void *mem;
	char *out;
	size_t len;
	struct aeg_render render; /* after it */
};

static inline struct aeg_str text_of(const char *text)
{
	return (struct aeg_str){ text, (uint32_t)strlen(text) };
}

static inline struct rendering compile_template(
	struct aeg_str text, const struct aeg_template_options *o)
{
	struct rendering r = { .status = AEG_NOMEM };
	size_t cap = 4096 + 32 * (size_t)text.len, len = 0;

	while (r.status == AEG_NOMEM && cap < (size_t)1 << 28) {
		r.mem = realloc(r.mem, cap);
		r.status = aeg_template_compile(text, o, r.mem, cap, &len, &r.error);
		cap *= 2;
	}
	r.is_compiled = r.status == AEG_OK;
	if (r.is_compiled)
		assert_int_equal(aeg_template_check(&r.program, r.mem, len), AEG_OK);
	return r;
}

/* Scanned; its tokens are malloced. */
static inline struct aeg_json scan_text(struct aeg_str text)
{
	size_t cap = aeg_json_bound(text.len);
	struct aeg_json_tok *tok = malloc(cap * sizeof *tok);
	struct aeg_json j;

	assert_int_equal(aeg_json_scan(&j, text.at, text.len, tok, cap), AEG_OK);
	return j;
}

/* @data and @variables: JSON, or at NULL. */
static inline void render_compiled(
	struct rendering *r, struct aeg_str data, struct aeg_str variables)
{
	enum { OUT = 1 << 20, MEMORY = 1 << 20 };
	struct aeg_json d = { 0 }, v = { 0 };
	void *mem = malloc(MEMORY);

	if (data.at != NULL)
		d = scan_text(data);
	if (variables.at != NULL)
		v = scan_text(variables);
	r->out = malloc(OUT);
	r->render = (struct aeg_render){ .size_of = sizeof r->render,
		.program = &r->program,
		.data = data.at == NULL ? NULL : &d,
		.variables = variables.at == NULL ? NULL : &v,
		.mem = mem,
		.mem_size = MEMORY,
		.out = r->out,
		.cap = OUT,
		.steps = 1u << 24 };
	r->status = aeg_render(&r->render);
	r->len = (size_t)r->render.len;
	free(mem);
	free((void *)(uintptr_t)d.tok);
	free((void *)(uintptr_t)v.tok);
}

static inline void rendering_free(struct rendering *r)
{
	free(r->mem);
	free(r->out);
}
#endif
