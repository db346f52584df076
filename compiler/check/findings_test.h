#ifndef CHECK_FINDINGS_TEST_H
#define CHECK_FINDINGS_TEST_H
/* For tests: sources through all stages up to the checks, and what was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "check/check.h"
#include "openapi/openapi.h"

struct run {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct documents docs;
	struct link_options options;
	bool advice;
	const struct model *model;
	const struct names *names;
};

static inline void run_out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

static inline void run_begin(struct run *r)
{
	*r = (struct run){ .arena = { .limit = 1u << 30, .fail = run_out_of_memory } };
	r->sources.arena = &r->arena;
	r->diags.arena = &r->arena;
	r->diags.sources = &r->sources;
	model_add_stdlib(&r->sources);
}

static inline uint32_t run_add(struct run *r, const char *path, const char *text)
{
	return sources_add_text(&r->sources, path, slice_of(text));
}

/* Findings as lines: `0102 name file:line:column`, the file only where there are several. */
static inline const char *run_findings(struct run *r, bool files)
{
	struct buf b = { .arena = &r->arena };
	syntax_parse(&r->diags, &r->docs);
	r->model = model_shape(&r->diags, &r->docs);
	openapi_read(&r->diags, r->model, &r->docs);
	r->names = link_resolve(&r->diags, r->model, &r->options);
	check_all(&r->diags, r->model, r->names, r->advice);
	diag_sort(&r->diags);
	for (size_t i = 0; i < r->diags.n; i++) {
		const struct diag *g = &r->diags.v[i];
		struct place p = source_place(&r->sources, g->at.file, g->at.lo);
		buf_printf(&b, "%s ", diag_info(g->code)->name);
		if (files)
			buf_printf(&b, "%s:", r->sources.v[g->at.file].path);
		buf_printf(&b, "%u:%u\n", p.line, p.column);
	}
	return buf_done(&b).at;
}

static inline void run_end(struct run *r) { arena_free(&r->arena); }

struct finding_case {
	const char *text, *want;
};

static inline void expect_findings(const struct finding_case *c)
{
	struct run r;
	run_begin(&r);
	run_add(&r, "in.yaml", c->text);
	const char *got = run_findings(&r, false);
	if (strcmp(got, c->want) != 0)
		fail_msg("\n%s\nwanted:\n%s\ngot:\n%s", c->text, c->want, got);
	run_end(&r);
}
#define EXPECT_ALL(cases) \
	do { \
		for (size_t i_ = 0; i_ < sizeof(cases) / sizeof *(cases); i_++) \
			expect_findings(&(cases)[i_]); \
	} while (0)
#endif
