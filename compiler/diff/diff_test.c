/*
 * A difference is exactly what two policies decide otherwise: on generated policies and edits of
 * them, against the naive evaluator, against libaegis, and against the ceiling.
 */
#include "diff/internal.h"
#include "diff/policy_test.h"

enum {
	PAIRS = SLOW ? 25 : 250,    /* policies and their edits */
	CALLS = SLOW ? 1000 : 4000, /* for each pair: a million */
	SHOWN = SLOW ? 20 : 200
};

struct pair { /* a policy, and one with other rules */
	struct arena arena;
	struct recipe recipe[2];
	struct compiled made[2];
	struct side side[2];
	const struct cells *cells;
	struct diff_context d;
};

static void compile_recipe(struct arena *a, struct compiled *c, const struct recipe *r)
{
	compile(c, a, recipe_yaml(a, r));
}

static void compare(struct pair *p)
{
	for (int k = 0; k < 2; k++)
		p->side[k] = side_of(&p->made[k].policy, "c");
	p->cells = symbolic_cells(&p->arena, p->side, 2, NULL);
	assert_false(p->cells->over);
	p->d = (struct diff_context){ 0 };
	diff_cells(&p->arena, p->cells, &p->d);
}

/* Mostly small edits, sometimes two policies that have nothing to do with each other. */
static void make_pair(struct pair *p, struct vary *v)
{
	*p = (struct pair){ .arena = new_arena() };
	p->recipe[0] = recipe_new(v);
	p->recipe[1] = one_in(v, 5) ? recipe_new(v) : recipe_edit(v, p->recipe[0]);
	p->recipe[1].list = p->recipe[0].list;
	for (int k = 0; k < 2; k++)
		compile_recipe(&p->arena, &p->made[k], &p->recipe[k]);
	compare(p);
}

static bool allows(const struct side *s, const struct asked *q, struct arena *scratch)
{
	return naive_decide(s->model, s->context, q->tool, &q->json, scratch).allow;
}

/* 1: newly allowed, -1: newly denied, 0: the same; by the regions that are reported. */
static int reported(const struct pair *p, const struct asked *q, struct arena *scratch)
{
	const struct cell *c = cells_find(p->cells, q->tool, &q->json, scratch);
	const struct diff_region *r = c == NULL ? NULL : diff_region_of(&p->d, c);

	return r == NULL ? 0 : r->allowed ? 1 : -1;
}

/* ---- Calls one by one ----------------------------------------------------------------------- */

static void union_is_pointwise(void **state)
{
	struct vary v = { .state = 3 };
	uint32_t differing = 0;
	struct pair p;

	(void)state;
	for (int i = 0; i < PAIRS; i++) {
		make_pair(&p, &v);
		struct asked q = { .args.arena = &p.arena };
		struct arena scratch = new_arena(), empty;
		arena_alloc(&scratch, 1, 1 << 16, 1);
		empty = scratch;
		for (int k = 0; k < CALLS; k++) {
			ask(&q, &v, p.side, 2);
			int want = (int)allows(&p.side[1], &q, &scratch) -
				   (int)allows(&p.side[0], &q, &scratch);
			if (reported(&p, &q, &scratch) != want)
				fail_msg("%.*s %.*s: reported %d, decided %d", SLICE_ARG(q.tool),
					SLICE_ARG(buf_done(&q.args)), reported(&p, &q, &scratch),
					want);
			differing += want != 0;
			if (!arena_rewind(&scratch, &empty)) {
				arena_free(&scratch);
				arena_alloc(&scratch, 1, 1 << 16, 1);
				empty = scratch;
			}
		}
		arena_free(&scratch);
		arena_free(&p.arena);
	}
	assert_true(differing > (uint32_t)PAIRS * CALLS / 100);
}

/* What A to B and B to C say of a call is what A to C says. */
static void edits_add_up(void **state)
{
	struct vary v = { .state = 4 };

	(void)state;
	for (int i = 0; i < SHOWN / 2; i++) {
		struct pair step[2], whole = { .arena = new_arena() };
		make_pair(&step[0], &v);
		step[1] = (struct pair){ .arena = new_arena() };
		step[1].recipe[1] = recipe_edit(&v, step[0].recipe[1]);
		compile_recipe(&step[1].arena, &step[1].made[0], &step[0].recipe[1]);
		compile_recipe(&step[1].arena, &step[1].made[1], &step[1].recipe[1]);
		compare(&step[1]);
		compile_recipe(&whole.arena, &whole.made[0], &step[0].recipe[0]);
		compile_recipe(&whole.arena, &whole.made[1], &step[1].recipe[1]);
		compare(&whole);
		struct asked q = { .args.arena = &whole.arena };
		for (int k = 0; k < CALLS / 4; k++) {
			struct arena scratch = new_arena();
			ask(&q, &v, whole.side, 2);
			assert_int_equal(reported(&whole, &q, &scratch),
				reported(&step[0], &q, &scratch) +
					reported(&step[1], &q, &scratch));
			arena_free(&scratch);
		}
		arena_free(&step[0].arena);
		arena_free(&step[1].arena);
		arena_free(&whole.arena);
	}
}

static bool runtime_allows(const struct compiled *c, const struct asked *q)
{
	struct aeg_call call = { .size_of = sizeof call,
		.context = aeg_context_find(&c->bundle, (struct aeg_str){ "c", 1 }),
		.tool = { q->tool.at, q->tool.len },
		.args = &q->json };
	struct aeg_verdict verdict;

	assert_int_equal(aeg_decide(&c->bundle, &call, &verdict), AEG_OK);
	return verdict.kind == AEG_ALLOW;
}

/* Every call that is shown is decided so by both evaluators, by the rules that are shown. */
static void witnesses_show_it(void **state)
{
	struct vary v = { .state = 5 };
	size_t shown = 0;
	struct pair p;

	(void)state;
	for (int i = 0; i < SHOWN; i++) {
		make_pair(&p, &v);
		struct asked q = { .args.arena = &p.arena };
		for (size_t k = 0; k < p.d.nregions; k++) {
			const struct diff_region *r = &p.d.regions[k];
			for (size_t n = 0; n < r->ncalls; n++, shown++) {
				scan(&q, r->calls[n].tool, r->calls[n].args);
				for (int s = 0; s < 2; s++) {
					bool allowed = r->allowed == (s == 1);
					struct naive_verdict naive = naive_decide(p.side[s].model,
						p.side[s].context, q.tool, &q.json, &p.arena);
					assert_int_equal(naive.allow, allowed);
					assert_int_equal(runtime_allows(&p.made[s], &q), allowed);
					assert_int_equal(naive.deny_entry, r->rule[s].denied);
					assert_int_equal(naive.capability,
						allowed ? r->rule[s].granted : r->rule[s].refused);
					if (!allowed && n == 0)
						assert_string_equal(naive.violation, r->violation);
				}
			}
		}
		arena_free(&p.arena);
	}
	assert_true(shown > SHOWN);
}

/* ---- Policies as a whole -------------------------------------------------------------------- */

static const struct diff_context *context_of(const struct diff *d, const char *name)
{
	for (size_t i = 0; i < d->ncontexts; i++)
		if (slice_is(d->contexts[i].name, name))
			return &d->contexts[i];
	return NULL;
}

/* Wider is what a ceiling refuses, narrower what it refuses the other way round; from sources or
 * bundles alike. */
static void agrees_with_the_ceiling(void **state)
{
	struct vary v = { .state = 6 };
	uint32_t limits = 0;
	struct pair p;

	(void)state;
	for (int i = 0; i < 4 * SHOWN; i++) {
		make_pair(&p, &v);
		bool wider = !symbolic_within(p.cells, 1, 0).within;
		bool narrower = !symbolic_within(p.cells, 0, 1).within;
		const struct policy ways[4][2] = { { p.made[0].policy, p.made[1].policy },
			{ p.made[0].built, p.made[1].policy },
			{ p.made[0].policy, p.made[1].built },
			{ p.made[0].built, p.made[1].built } };
		for (int k = 0; k < 4; k++) {
			const struct diff *d = diff_policies(&p.arena, ways[k], NULL);
			const struct diff_context *c = context_of(d, "c");
			assert_int_equal(c != NULL && c->wider, wider);
			assert_int_equal(c != NULL && c->narrower, narrower);
			assert_true(d->wider >= wider && d->narrower >= narrower);
			limits += c == NULL ? 0 : (uint32_t)c->nlimits;
		}
		arena_free(&p.arena);
	}
	assert_true(limits > SHOWN);
}

/* What is passed over has no difference: a rule more, less, or other is seen. */
static void same_rules_decide_alike(void **state)
{
	struct vary v = { .state = 8 };
	uint32_t same = 0, other = 0;
	struct pair p;

	(void)state;
	for (int i = 0; i < SHOWN; i++) {
		make_pair(&p, &v);
		p.recipe[1].tools = p.recipe[0].tools;
		compile_recipe(&p.arena, &p.made[1], &p.recipe[1]);
		compare(&p);
		if (diff_same_rules(&p.arena, p.side[0].context, p.side[1].context)) {
			struct diff_context limits = { 0 };
			diff_limits(&p.arena, p.cells, &limits);
			assert_int_equal(p.d.nregions + limits.nlimits, 0);
			same++;
		} else {
			other++;
		}
		arena_free(&p.arena);
	}
	assert_true(same > 0 && other > same);
}

static void self_is_empty(void **state)
{
	struct vary v = { .state = 7 };

	(void)state;
	for (int i = 0; i < SHOWN / 4; i++) {
		struct arena a = new_arena();
		struct recipe r = recipe_new(&v);
		struct compiled c;
		compile_recipe(&a, &c, &r);
		const struct policy both[2] = { c.policy, c.policy };
		const struct diff *d = diff_policies(&a, both, NULL);
		assert_int_equal(d->ncontexts + d->nmembers + d->ntools, 0);
		assert_false(d->wider || d->narrower);
		struct side same[2] = { side_of(&c.policy, "c"), side_of(&c.built, "c") };
		struct diff_context in_full = { 0 };
		diff_cells(&a, symbolic_cells(&a, same, 2, NULL), &in_full);
		assert_int_equal(in_full.nregions, 0);
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(self_is_empty),
		cmocka_unit_test(same_rules_decide_alike),
		cmocka_unit_test(witnesses_show_it),
		cmocka_unit_test(agrees_with_the_ceiling),
		cmocka_unit_test(edits_add_up),
		cmocka_unit_test(union_is_pointwise),
	};
	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
