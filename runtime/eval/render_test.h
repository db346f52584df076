#ifndef EVAL_RENDER_TEST_H
#define EVAL_RENDER_TEST_H
/* Runs programs written by hand over documents, with memory that tests can make small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "aegis/eval.h"

#include "assemble_test.h"

enum { RUN_TOKENS = 1 << 12, RUN_MEMORY = 1 << 16, RUN_OUT = 1 << 14 };

struct run {
	struct assembly a;
	struct aeg_template t;
	struct aeg_json data, variables;
	struct aeg_json_tok tok[RUN_TOKENS], variable_tok[64];
	uint64_t memory[RUN_MEMORY / 8];
	char out[RUN_OUT];
	struct aeg_render r;
};

static inline void run_scan(
	struct aeg_json *j, const char *text, struct aeg_json_tok *tok, size_t cap)
{
	assert_int_equal(aeg_json_scan(j, text, strlen(text), tok, cap), AEG_OK);
}

/* Everything but the rendering. */
static inline void run_begin(struct run *run, const char *ops, uint32_t flags, const char *data)
{
	assemble(&run->a, ops);
	run->a.flags = flags;
	assembly_link(&run->a);
	assert_int_equal(aeg_template_check(&run->t, run->a.program, run->a.size), AEG_OK);
	run->r = (struct aeg_render){ .size_of = sizeof run->r,
		.program = &run->t,
		.mem = run->memory,
		.mem_size = sizeof run->memory,
		.out = run->out,
		.cap = sizeof run->out,
		.steps = 1000000 };
	if (data != NULL) {
		run_scan(&run->data, data, run->tok, RUN_TOKENS);
		run->r.data = &run->data;
	}
}

/* What the program makes of @data; lives as long as @run. */
static inline const char *run_text(struct run *run, const char *ops, const char *data)
{
	run_begin(run, ops, 0, data);
	enum aeg_status s = aeg_render(&run->r);
	if (s != AEG_OK)
		print_error("%s: %s\n", aeg_status_text(s), run->r.what == NULL ? "" : run->r.what);
	assert_int_equal(s, AEG_OK);
	assert_in_range(run->r.len, 0, sizeof run->out - 1);
	run->out[run->r.len] = 0;
	return run->out;
}

/* How it fails. */
static inline enum aeg_status run_status(struct run *run, const char *ops, const char *data)
{
	run_begin(run, ops, 0, data);
	return aeg_render(&run->r);
}

static inline int run_condition(struct run *run, const char *ops, const char *data)
{
	int is = -1;

	run_begin(run, ops, AEGF_TEMPLATE_CONDITION, data);
	assert_int_equal(aeg_condition(&run->r, &is), AEG_OK);
	return is;
}
#endif
