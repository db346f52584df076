/* Many sources are read by several threads: documents and findings are those of one after another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "syntax/syntax.h"

enum { FILES = 150, LINES = 400 };

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

/* Sources of about 10 kB; of those that @nth divides, each @wrong lines have a key twice. */
static void fill(struct sources *s, uint32_t nth, uint32_t wrong)
{
	for (uint32_t i = 0; i < FILES; i++) {
		struct buf b = { .arena = s->arena };
		for (uint32_t k = 0; k < LINES; k++)
			buf_printf(&b, "- { name: entry-%u%s }\n", k,
				i % nth == 0 && k % wrong == 0 ? ", name: again" : "");
		buf_printf(&b, "---\n{ file: %u }\n", i);
		sources_add_text(s, "in.yaml", buf_done(&b));
	}
}

struct result {
	struct arena arena;
	struct sources sources;
	struct diags d;
	struct documents docs;
};

static void read_all(struct result *r, uint32_t nth, uint32_t wrong, bool threads)
{
	*r = (struct result){ .arena = { .limit = (size_t)1 << 30, .fail = out_of_memory } };
	r->sources.arena = &r->arena;
	r->d = (struct diags){ .arena = &r->arena, .sources = &r->sources };
	fill(&r->sources, nth, wrong);
	if (threads) {
		syntax_parse(&r->d, &r->docs);
		return;
	}
	for (uint32_t i = 0; i < FILES; i++)
		syntax_parse_yaml(&r->d, i, &r->docs);
}

static void check(uint32_t nth, uint32_t wrong)
{
	struct result a, b;
	read_all(&a, nth, wrong, false);
	read_all(&b, nth, wrong, true);
	assert_int_equal(a.docs.n, FILES * 2);
	assert_int_equal(b.docs.n, a.docs.n);
	for (size_t i = 0; i < a.docs.n; i++) {
		struct buf x = { .arena = &a.arena }, y = { .arena = &b.arena };
		syntax_dump(&x, a.docs.v[i].root);
		syntax_dump(&y, b.docs.v[i].root);
		assert_string_equal(buf_done(&x).at, buf_done(&y).at);
		assert_int_equal(a.docs.v[i].file, b.docs.v[i].file);
		assert_int_equal(a.docs.v[i].refused, b.docs.v[i].refused);
	}
	struct buf x = { .arena = &a.arena }, y = { .arena = &b.arena };
	diag_sort(&a.d);
	diag_sort(&b.d);
	diag_render_json(&a.d, &x);
	diag_render_json(&b.d, &y);
	assert_string_equal(buf_done(&x).at, buf_done(&y).at);
	assert_int_equal(a.d.errors, b.d.errors);
	assert_int_equal(a.d.notes, b.d.notes);
	assert_int_equal(a.d.dropped, b.d.dropped);
	arena_free(&a.arena);
	arena_free(&b.arena);
}

static void nothing_wrong(void **state)
{
	(void)state;
	check(FILES + 1, 1);
}

static void some_wrong(void **state)
{
	(void)state;
	check(7, 50);
}

static void too_much_wrong(void **state)
{
	(void)state;
	check(2, 3); /* each thread finds more than are listed */
	check(100, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wrong),
		cmocka_unit_test(some_wrong),
		cmocka_unit_test(too_much_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
