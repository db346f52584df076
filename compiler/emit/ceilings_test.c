/*
 * Ceilings: what the bundle answers for every pair of contexts is what cutting that pair into cells
 * says, and every call it shows is one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emit/emit.h"
#include "prove/world_test.h"
#include "symbolic/ceilings.h"
#include "symbolic/symbolic.h"

enum { MODELS = 60, DERIVED = 8 };

/* ---- Models -------------------------------------------------------------------------------- */

static void drop_entry(struct world *w, struct mlist *l)
{
	if (l->n > 0 && one_in(w, 2))
		l->n--;
}

static void change_cap(struct world *w, struct mcap *cap)
{
	switch (pick(w, 7)) {
	case 0: drop_entry(w, &cap->paths); break;
	case 1: drop_entry(w, &cap->domains); break;
	case 2: drop_entry(w, &cap->commands); break;
	case 3: cap->rate_calls = (cap->rate_per_s = pick(w, 3)) == 0 ? 0 : 1 + pick(w, 4); break;
	case 4: cap->max_concurrent = pick(w, 3); break;
	case 5: cap->max_response_size = pick(w, 3); break;
	case 6: cap->paths = random_list(w, path_entry, 0); break;
	}
}

/* @from with some rules less or others: often within it, or the other way round. */
static struct mcontext derive(struct world *w, const struct mcontext *from, uint32_t number)
{
	struct mcontext c = *from;
	struct buf name = new_text(w);

	buf_printf(&name, "d%u", number);
	c.name = text(buf_done(&name));
	c.caps = arena_array(&w->arena, struct mcap, from->ncaps + 1);
	memcpy(c.caps, from->caps, from->ncaps * sizeof *c.caps);
	for (uint32_t i = pick(w, 4); i > 0 && c.ncaps > 0; i--)
		if (one_in(w, 2))
			c.ncaps--;
		else
			change_cap(w, &c.caps[pick(w, c.ncaps)]);
	if (one_in(w, 8))
		c.caps[c.ncaps++] = (struct mcap){ .at = SPAN_NONE, .pattern = hand_pattern("*") };
	c.ndeny = one_in(w, 3) ? 0 : from->ndeny;
	return c;
}

static void add_derived(struct world *w)
{
	struct model *m = &w->model;
	uint32_t n = m->ncontexts;
	struct mcontext *v = arena_array(&w->arena, struct mcontext, n + DERIVED);

	memcpy(v, m->contexts, n * sizeof *v);
	for (uint32_t i = 0; i < DERIVED; i++)
		v[n + i] = derive(w, &v[pick(w, n + i)], i);
	m->contexts = v;
	m->ncontexts = n + DERIVED;
}

static struct slice compile(struct world *w)
{
	const struct emit_options options = { .serial = 1, .strip = one_in(w, 2) };
	struct program *p = ir_lower(&w->diags, &w->model, &w->names);

	p->ceilings = symbolic_ceilings(&w->diags, &w->model);
	struct slice bundle = emit_bundle(&w->diags, p, &options);
	assert_int_equal(w->diags.errors, 0);
	assert_int_equal(aeg_bundle_check(&w->bundle, bundle.at, bundle.len), AEG_OK);
	return bundle;
}

/* ---- Pairs --------------------------------------------------------------------------------- */

struct tally {
	uint32_t within, undecided, why[AEG_WIDER_RESULTS + 1];
};

static uint32_t index_of(const struct world *w, const struct mcontext *c)
{
	return aeg_context_find(&w->bundle, (struct aeg_str){ c->name.text.at, c->name.text.len });
}

static bool allows(struct world *w, uint32_t context, const struct aeg_ceiling *is)
{
	struct aeg_json json;
	size_t need = aeg_json_bound(is->args.len);
	struct aeg_call call = {
		.size_of = sizeof call, .context = context, .tool = is->tool, .args = &json
	};
	struct aeg_verdict v;

	aeg_json_scan(&json, is->args.at, is->args.len, w->tok, need);
	assert_int_equal(json.status, AEG_OK);
	assert_int_equal(aeg_decide(&w->bundle, &call, &v), AEG_OK);
	return v.kind == AEG_ALLOW;
}

static void compare(struct world *w, const struct mcontext *child, const struct mcontext *parent,
	struct tally *tally)
{
	const struct side sides[] = { { &w->model, child }, { &w->model, parent } };
	struct arena scratch = { .limit = (size_t)256 << 20, .fail = hand_no_memory };
	const struct cells *cells = symbolic_cells(&scratch, sides, 2, NULL);
	struct ceiling want = cells->over ? (struct ceiling){ 0 } : symbolic_within(cells, 0, 1);
	struct aeg_ceiling got = { .size_of = sizeof got };
	uint32_t c = index_of(w, child), p = index_of(w, parent);
	assert_int_equal(aeg_within(&w->bundle, c, p, &got), AEG_OK);
	if (got.wider == AEG_WIDER_UNKNOWN && !got.within) { /* more steps than a pair gets */
		tally->undecided++;
		arena_free(&scratch);
		return;
	}
	enum aeg_wider wider = cells->over ? AEG_WIDER_CALLS : (enum aeg_wider)(want.why + 1);
	if (got.within != want.within || (!want.within && got.wider != wider))
		fail_msg("%.*s in %.*s: %u %u, not %u %u", SLICE_ARG(child->name.text),
			SLICE_ARG(parent->name.text), got.within, (unsigned)got.wider, want.within,
			(unsigned)wider);
	tally->within += want.within;
	tally->why[got.wider] += !want.within;
	if (!want.within) {
		assert_true(allows(w, c, &got));
		assert_int_equal(allows(w, p, &got), got.wider != AEG_WIDER_CALLS);
	}
	arena_free(&scratch);
}

static void test_random_models(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= MODELS; seed++) {
		struct world *w = new_world(seed);
		make_world(w);
		add_derived(w);
		compile(w);
		for (uint32_t i = 0; i < w->model.ncontexts * w->model.ncontexts; i++)
			compare(w, &w->model.contexts[i / w->model.ncontexts],
				&w->model.contexts[i % w->model.ncontexts], &tally);
		arena_free(&w->arena);
		free(w);
	}
	print_message("%u within, %u undecided; not within: calls %u, rate %u, concurrent %u, "
		      "response %u, results %u\n",
		tally.within, tally.undecided, tally.why[AEG_WIDER_CALLS],
		tally.why[AEG_WIDER_RATE], tally.why[AEG_WIDER_CONCURRENT],
		tally.why[AEG_WIDER_RESPONSE], tally.why[AEG_WIDER_RESULTS]);
	assert_true(tally.within > MODELS && tally.undecided < tally.within / 20);
	for (int k = AEG_WIDER_CALLS; k <= AEG_WIDER_RESULTS; k++)
		assert_true(tally.why[k] > 0);
}

static void swap_contexts(struct world *w)
{
	for (uint32_t i = 0; i < w->model.ncontexts / 2; i++) {
		struct mcontext *a = &w->model.contexts[i],
				*b = &w->model.contexts[w->model.ncontexts - 1 - i], c = *a;
		*a = *b;
		*b = c;
	}
}

/* The order of the sources says nothing. */
static void test_any_order(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct world *w = new_world(seed);
		make_world(w);
		add_derived(w);
		const struct ceilings *a = symbolic_ceilings(&w->diags, &w->model);
		swap_contexts(w);
		const struct ceilings *b = symbolic_ceilings(&w->diags, &w->model);
		assert_int_equal(a->n, b->n);
		assert_memory_equal(a->v, b->v, a->n * sizeof *a->v);
		assert_int_equal(a->nparents, b->nparents);
		assert_memory_equal(a->parents, b->parents, a->nparents * sizeof *a->parents);
		assert_int_equal(a->nwitnesses, b->nwitnesses);
		for (uint32_t i = 0; i < a->nwitnesses; i++) {
			assert_true(slice_eq(a->witnesses[i].tool, b->witnesses[i].tool));
			assert_true(slice_eq(a->witnesses[i].args, b->witnesses[i].args));
		}
		arena_free(&w->arena);
		free(w);
	}
}

/* ---- Many contexts ------------------------------------------------------------------------- */

/* Contexts t0, t1, ..., each with the tools of those before it. */
static void add_chain(struct hand *h, uint32_t n, uint32_t different)
{
	for (uint32_t i = 0; i < n; i++) {
		struct mcontext *c = hand_context(h, hand_name(h, "t", i), 1, 0);
		hand_cap(c, hand_name(h, "tool", i % different));
	}
}

static const struct ceilings *of_chain(struct hand *h, uint32_t n, uint32_t different)
{
	add_chain(h, n, different);
	h->model.tool_names.arena = h->model.tool_families.arena = &h->arena;
	return symbolic_ceilings(&h->diags, &h->model);
}

static void test_too_many(void **state)
{
	struct hand *h = hand_new();
	const struct ceilings *c;

	(void)state;
	assert_null(of_chain(h, CEILINGS_MOST + 1, CEILINGS_MOST + 1));
	assert_int_equal(h->diags.n, 1);
	assert_int_equal(h->diags.v[0].code, AEG_too_many_ceilings);
	hand_free(h);
	h = hand_new();
	c = of_chain(h, CEILINGS_MOST, CEILINGS_MOST);
	assert_non_null(c);
	assert_int_equal(c->n, CEILINGS_MOST);
	assert_int_equal(c->nparents, 0);
	assert_int_equal(c->nwitnesses, CEILINGS_MOST); /* one call shows it to all others */
	hand_free(h);
	h = hand_new();
	c = of_chain(h, 3 * CEILINGS_MOST, CEILINGS_MOST); /* as many, three times */
	assert_non_null(c);
	assert_int_equal(c->n, 3 * CEILINGS_MOST);
	assert_int_equal(c->nwitnesses, CEILINGS_MOST);
	assert_int_equal(h->diags.n, 0);
	hand_free(h);
}

/* A witness that has no room in a bundle: the answer stays, without a call. */
static void test_long_witness(void **state)
{
	(void)state;
	for (uint32_t len = 400; len <= 600; len += 200) {
		struct world *w = new_world(1);
		static struct marg path = {
			.name = { .text = { "path", 4 } }, .role = ROLE_PATH, .required = true
		};
		struct mtool tool = { .name = hand_pattern("fs.read"), .args = &path, .nargs = 1 };
		struct mcap caps[2] = { { .at = SPAN_NONE, .pattern = tool.name },
			{ .at = SPAN_NONE, .pattern = tool.name } };
		struct mcontext contexts[2] = {
			{ .name = hand_text("a"), .caps = &caps[0], .ncaps = 1, .at = SPAN_NONE },
			{ .name = hand_text("b"), .caps = &caps[1], .ncaps = 1, .at = SPAN_NONE }
		};
		struct mtext entry[2] = { hand_text("/a"), hand_text("/b") };
		struct buf long_path = new_text(w);
		struct aeg_ceiling is = { .size_of = sizeof is };

		buf_text(&long_path, "/b/");
		for (uint32_t i = 0; i < len; i++)
			buf_text(&long_path, "x");
		make_world(w);
		entry[1].text = buf_done(&long_path);
		caps[0].paths = (struct mlist){ true, SPAN_NONE, 2, entry };
		caps[1].paths = (struct mlist){ true, SPAN_NONE, 1, entry };
		w->model.contexts = contexts;
		w->model.ncontexts = 2;
		w->model.tools = &tool;
		w->model.ntools = 1;
		w->model.tool_names = w->model.tool_families = (struct map){ .arena = &w->arena };
		map_put(&w->model.tool_names, tool.name.stem, 0);
		compile(w);
		assert_int_equal(aeg_within(&w->bundle, 0, 1, &is), AEG_OK);
		assert_int_equal(is.within, 0);
		assert_int_equal(is.wider, len == 400 ? AEG_WIDER_CALLS : AEG_WIDER_UNKNOWN);
		assert_int_equal(aeg_within(&w->bundle, 1, 0, &is), AEG_OK);
		assert_int_equal(is.within, 1);
		arena_free(&w->arena);
		free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_models),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_long_witness),
	};
	return cmocka_run_group_tests_name("ceilings", tests, NULL, NULL);
}
