/* The packed table: every edge is found where a reader looks, and none is far. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/aeg_format.h"
#include "ir/hand_test.h"
#include "opt/edges.h"

/* The slots from an edge's own on, as a reader walks them. */
static bool found(const struct program *p, const struct opt_edges *t, uint32_t edge)
{
	const struct ir_edge *e = &p->edges.v[edge];
	uint32_t at = aegf_hash(e->node, e->text.at, e->text.len);

	for (uint32_t i = 0; i <= t->max_probe; i++) {
		const struct opt_slot *s = &t->v[(at + i) & (t->n - 1)];
		if (s->edge == IR_NONE)
			return false;
		if (s->edge == edge)
			return true;
	}
	return false;
}

static void check(struct program *p, uint32_t most)
{
	struct opt_edges t;

	assert_true(opt_pack_edges(p, &t));
	assert_int_equal(t.n & (t.n - 1), 0);
	assert_true(t.n >= 2 * p->edges.n);
	assert_true(t.n <= 4 * p->edges.n + 2);
	assert_true(t.max_probe <= most);
	for (uint32_t i = 0; i < p->edges.n; i++)
		assert_true(found(p, &t, i));
}

static void add(struct hand *h, struct program *p, uint32_t node, const char *text)
{
	arena_push(&h->arena, p->edges.v, p->edges.n, &p->edges.cap);
	p->edges.v[p->edges.n++] = (struct ir_edge){ node, 0, slice_of(text) };
}

static void test_empty(void **state)
{
	struct hand *h = hand_new();
	struct program p = { .arena = &h->arena };
	struct opt_edges t;

	(void)state;
	assert_true(opt_pack_edges(&p, &t));
	assert_int_equal(t.n, 2); /* so that a lookup ends at a free slot */
	assert_int_equal(t.v[0].edge, IR_NONE);
	assert_int_equal(t.v[1].edge, IR_NONE);
	hand_free(h);
}

/* Names as people number them, under one node and under many. */
static void test_numbered_names_spread(void **state)
{
	static const char *const stems[] = { "team-", "n", "write_", "/",
		"a-long-name-with-number-" };
	struct hand *h = hand_new();

	(void)state;
	for (size_t k = 0; k < sizeof stems / sizeof *stems; k++) {
		struct program one = { .arena = &h->arena }, many = { .arena = &h->arena };
		for (uint32_t i = 0; i < 20000; i++) {
			add(h, &one, 7, hand_name(h, stems[k], i));
			add(h, &many, i, hand_name(h, stems[k], i % 10));
		}
		check(&one, 16);
		check(&many, 16);
	}
	hand_free(h);
}

static void test_too_many(void **state)
{
	struct hand *h = hand_new();
	struct program p = { .arena = &h->arena };
	struct opt_edges t;

	(void)state;
	p.edges.n = AEGF_MAX_SIZE / sizeof(struct aegf_edge) / 2 + 1;
	assert_false(opt_pack_edges(&p, &t));
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_numbered_names_spread),
		cmocka_unit_test(test_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
