#ifndef SYNTAX_TEST_H
#define SYNTAX_TEST_H
/* A text to parse, for the unit tests of this room. Include after cmocka.h's own needs. */
#include "syntax/syntax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants setjmp.h and stdarg.h first */
#include <cmocka.h>

struct parsed {
	struct arena a;
	struct sources s;
	struct diags d;
	struct documents docs;
};

static inline void parsed_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

/* Parses @text as the file @path. Free with parsed_free. */
static inline struct parsed *parsed(const char *path, struct slice text)
{
	struct parsed *p = calloc(1, sizeof *p);
	p->a = (struct arena){ .limit = (size_t)1 << 30, .fail = parsed_no_memory };
	p->s.arena = &p->a;
	p->d = (struct diags){ .arena = &p->a, .sources = &p->s };
	sources_add_text(&p->s, path, text);
	syntax_parse(&p->d, &p->docs);
	syntax_require_documents(&p->d, &p->docs);
	diag_sort(&p->d);
	return p;
}

static inline void parsed_free(struct parsed *p)
{
	arena_free(&p->a);
	free(p);
}

/* The documents as JSON, each with a line end. */
static inline const char *parsed_dump(struct parsed *p)
{
	struct buf b = { .arena = &p->a };
	for (size_t i = 0; i < p->docs.n; i++) {
		syntax_dump(&b, p->docs.v[i].root);
		buf_text(&b, "\n");
	}
	return buf_done(&b).at;
}

/* The findings, each as "NUMBER@LINE:COLUMN-LINE:COLUMN ". */
static inline const char *parsed_findings(struct parsed *p)
{
	struct buf b = { .arena = &p->a };
	for (size_t i = 0; i < p->d.n; i++) {
		const struct diag *g = &p->d.v[i];
		struct place lo = source_place(&p->s, g->at.file, g->at.lo);
		struct place hi = source_place(&p->s, g->at.file, g->at.hi);
		buf_printf(&b, "%u@%u:%u-%u:%u ", (unsigned)g->code, (unsigned)lo.line,
			(unsigned)lo.column, (unsigned)hi.line, (unsigned)hi.column);
	}
	return buf_done(&b).at;
}

struct parsed_row {
	const char *text, *want;
};

/* Each row's text gives these documents and no finding. */
static inline void expect_trees(const char *path, const struct parsed_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct parsed *p = parsed(path, slice_of(rows[i].text));
		if (p->d.n != 0)
			print_error("%s: %s\n", rows[i].text, parsed_findings(p));
		assert_int_equal(p->d.n, 0);
		assert_string_equal(parsed_dump(p), rows[i].want);
		parsed_free(p);
	}
}

/* Each row's text gives these findings. */
static inline void expect_findings(const char *path, const struct parsed_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct parsed *p = parsed(path, slice_of(rows[i].text));
		if (strcmp(parsed_findings(p), rows[i].want) != 0)
			print_error("%s\n", rows[i].text);
		assert_string_equal(parsed_findings(p), rows[i].want);
		parsed_free(p);
	}
}
#define ROWS(rows) rows, sizeof rows / sizeof *rows

#endif
