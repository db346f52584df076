/*
 * The cells against the naive evaluator, on random models: every cell's call is in its cell, and
 * every call that can be thought of is in one.
 */
#include "symbolic/symbolic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "prove/world_test.h"

enum { MODELS = 400, CALLS = 200 };

static const struct aeg_json *scan(struct arena *a, struct aeg_json *json, struct slice args)
{
	size_t need = aeg_json_bound(args.len);

	aeg_json_scan(json, args.at, args.len, arena_array(a, struct aeg_json_tok, need), need);
	return json;
}

static struct slice call_text(struct world *w, const struct cell *c)
{
	struct buf text = new_text(w);

	buf_slice(&text, c->tool);
	buf_text(&text, " ");
	buf_slice(&text, c->args);
	return buf_done(&text);
}

/* What the cell says of its call is what the naive evaluator says. */
static void check_cell(struct world *w, const struct cells *cells, const struct cell *c)
{
	struct arena scratch = { .limit = (size_t)64 << 20, .fail = hand_no_memory };
	struct aeg_json json;
	const struct aeg_json *args = scan(&scratch, &json, c->args);

	for (uint32_t s = 0; s < cells->nsides; s++) {
		const struct mcontext *context = cells->sides[s].context;
		struct naive_verdict v = naive_decide(&w->model, context, c->tool, args, &scratch);
		const struct cell_side *side = &c->side[s];
		bool same = v.allow == (side->granted != AEG_NONE) &&
			    (!v.allow || v.capability == side->granted) &&
			    v.deny_entry == side->denied &&
			    (v.allow || side->denied != AEG_NONE || v.capability == side->refused);
		if (!same)
			fail_msg("cell %.*s: %d %d %d, but %d %s %d %d", SLICE_ARG(call_text(w, c)),
				(int)side->granted, (int)side->denied, (int)side->refused, v.allow,
				v.allow ? "" : v.violation, (int)v.capability, (int)v.deny_entry);
		for (uint32_t i = 0; i < context->ncaps; i++)
			assert_int_equal(cell_holds(cells, c, s, i),
				naive_grants(
					&w->model, &context->caps[i], c->tool, args, &scratch));
	}
	arena_free(&scratch);
}

static void check_order(const struct cells *cells)
{
	for (uint32_t i = 1; i < cells->n; i++)
		assert_true(cells->v[i - 1].cost <= cells->v[i].cost);
}

static void check_call(struct world *w, const struct cells *cells, const struct mcontext *near)
{
	struct slice tool = random_tool(w, near);
	struct buf text = new_text(w);
	struct aeg_json json;

	w->near = near;
	add_arguments(w, &text, near_tool(w, tool));
	const struct aeg_json *args = scan(&w->arena, &json, buf_done(&text));
	const struct cell *c = cells_find(cells, tool, args, &w->arena);
	struct naive_verdict v =
		naive_decide(&w->model, cells->sides[0].context, tool, args, &w->arena);
	if (c != NULL) {
		assert_int_equal(v.allow ? v.capability : AEG_NONE, c->side[0].granted);
		assert_int_equal(v.deny_entry, c->side[0].denied);
		return;
	}
	bool no_call = json.status != AEG_OK || json.duplicate != AEG_NONE ||
		       json.surrogate != AEG_NONE || json.text[0] != '{';
	bool no_name = !v.allow && strcmp(v.violation, "InvalidToolName") == 0;
	if (!no_call && !no_name)
		fail_msg("in no cell: %.*s %.*s", SLICE_ARG(tool), SLICE_ARG(buf_done(&text)));
}

static void test_random_models(void **state)
{
	(void)state;
	uint32_t over = 0;

	for (uint64_t seed = 1; seed <= MODELS; seed++) {
		struct world *w = new_world(seed);
		make_world(w);
		const struct mcontext *a = &w->model.contexts[pick(w, w->model.ncontexts)];
		const struct mcontext *b = &w->model.contexts[pick(w, w->model.ncontexts)];
		struct side sides[] = { { &w->model, a }, { &w->model, b } };
		const struct cells *cells = symbolic_cells(&w->arena, sides, 1 + pick(w, 2), NULL);
		over += cells->over;
		check_order(cells);
		for (uint32_t i = 0; i < cells->n; i++)
			check_cell(w, cells, &cells->v[i]);
		for (uint32_t i = 0; i < CALLS && !cells->over; i++)
			check_call(w, cells, a);
		arena_free(&w->arena);
		free(w);
	}
	assert_true(over < MODELS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_models),
	};
	return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
