#ifndef FLOW_TEST_H
#define FLOW_TEST_H
/* Tool workflows and descriptions in memory, for the tests of this room: no file is read. */
#include "flow/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants setjmp.h and stdarg.h first */
#include <cmocka.h>

struct run {
	struct arena a;
	struct sources s;
	struct diags d;
	struct documents docs;
	const struct model *m;
	const struct flows *f;
};

static inline void run_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static inline struct run *run_begin(void)
{
	struct run *r = calloc(1, sizeof *r);
	r->a = (struct arena){ .limit = (size_t)1 << 30, .fail = run_no_memory };
	r->s.arena = &r->a;
	r->s.closed = true;
	r->d = (struct diags){ .arena = &r->a, .sources = &r->s };
	model_add_stdlib(&r->s);
	return r;
}

static inline void run_add(struct run *r, const char *path, const char *text)
{
	sources_add_text(&r->s, path, slice_of(text));
}

/* Reads @text as `in.yaml` beside the description, `api.yaml` or `api.json`. */
static inline void run_read(struct run *r, const char *text)
{
	uint32_t file = sources_add_text(&r->s, "in.yaml", slice_of(text));
	for (uint32_t i = 0; i < r->s.n; i++)
		if (r->s.v[i].builtin)
			syntax_parse_yaml(&r->d, i, &r->docs);
	syntax_parse_yaml(&r->d, file, &r->docs);
	r->m = model_shape(&r->d, &r->docs);
	r->f = flow_read(&r->d, r->m, openapi_read(&r->d, r->m, &r->docs), true);
	diag_sort(&r->d);
}

/* The findings in `in.yaml`, each as "short_name LINE\n", with the column where @columns. */
static inline const char *run_findings(struct run *r, bool columns)
{
	struct buf b = { .arena = &r->a };
	for (size_t i = 0; i < r->d.n; i++) {
		const struct diag *g = &r->d.v[i];
		if (span_is_none(g->at) || strcmp(r->s.v[g->at.file].path, "in.yaml") != 0)
			continue;
		struct place at = source_place(&r->s, g->at.file, g->at.lo);
		buf_printf(&b, "%s %u", diag_info(g->code)->name, (unsigned)at.line);
		if (columns)
			buf_printf(&b, ":%u", (unsigned)at.column);
		buf_text(&b, "\n");
	}
	return buf_done(&b).at;
}

static inline void run_end(struct run *r)
{
	arena_free(&r->a);
	free(r);
}
#endif
