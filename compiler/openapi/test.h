#ifndef OPENAPI_TEST_H
#define OPENAPI_TEST_H
/* Descriptions in memory, for the tests of this room: no file is read. */
#include "openapi/internal.h"

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
	const struct openapi *o;
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
	return r;
}

/* A file that may be referred to and is none of the sources that were named. */
static inline void run_aside(struct run *r, const char *path, const char *text)
{
	sources_add_text(&r->s, path, slice_of(text));
}

/* The file @path, named as a source. */
static inline void run_add(struct run *r, const char *path, const char *text)
{
	uint32_t file = sources_add_text(&r->s, path, slice_of(text));
	if (r->s.v[file].json)
		syntax_parse_json(&r->d, file, &r->docs);
	else
		syntax_parse_yaml(&r->d, file, &r->docs);
}

/* Reads it all. The findings, each as "short_name LINE:COLUMN\n". */
static inline const char *run_findings(struct run *r)
{
	struct buf b = { .arena = &r->a };
	r->o = openapi_read(&r->d, model_shape(&r->d, &r->docs), &r->docs);
	diag_sort(&r->d);
	for (size_t i = 0; i < r->d.n; i++) {
		const struct diag *g = &r->d.v[i];
		struct place at = { 0, 0 };
		if (!span_is_none(g->at))
			at = source_place(&r->s, g->at.file, g->at.lo);
		buf_printf(&b, "%s %u:%u\n", diag_info(g->code)->name, (unsigned)at.line,
			(unsigned)at.column);
	}
	return buf_done(&b).at;
}

static inline void run_end(struct run *r)
{
	arena_free(&r->a);
	free(r);
}

/* A description of 3.1 with @body. */
static inline struct run *described(const char *body)
{
	struct run *r = run_begin();
	struct buf b = { .arena = &r->a };
	buf_printf(&b, "openapi: 3.1.1\ninfo: { title: Pets, version: '1' }\n%s", body);
	run_add(r, "in.yaml", buf_done(&b).at);
	return r;
}

/* Operation @name of the only description. */
static inline const struct openapi_operation *operation(struct run *r, const char *name)
{
	assert_int_equal(r->o->napis, 1);
	uint32_t at = openapi_find(&r->o->apis[0], slice_of(name));
	assert_int_not_equal(at, UINT32_MAX);
	return openapi_operation(&r->o->apis[0], at);
}
#endif
