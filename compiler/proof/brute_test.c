/*
 * Assertions against enumeration: random ones about small policies, whose every call of an alphabet
 * the naive evaluator decides one by one. What is proved no call refutes, and what is refuted is by
 * the call that is shown.
 */
#include "proof/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emit/emit.h"
#include "symbolic/small_test.h"

enum { POLICIES = 1500, ASSERTIONS = 6, CONTEXTS = 3 };

/* ---- Assertions -------------------------------------------------------------------------------
 */

static struct mlist random_names(struct world *w)
{
	static const char *const names[] = { "c0", "c1", "c2", "c*", "*" };
	struct mlist list = { .stated = true, .at = SPAN_NONE, .n = 1 + pick(w, 2) };

	list.v = arena_array(&w->arena, struct mtext, 2);
	for (uint32_t i = 0; i < list.n; i++)
		list.v[i] = hand_text(PICK(w, names));
	return list;
}

static void random_args(struct world *w, struct massertion *a)
{
	static const char *const names[] = { "path", "from", "cwd", "command", "url" };
	static const enum mrole roles[] = { ROLE_PATH, ROLE_PATH, ROLE_PATH, ROLE_COMMAND,
		ROLE_URL };
	uint32_t first = pick(w, 5);

	a->args = arena_array(&w->arena, struct massert_arg, 2);
	for (uint32_t n = pick(w, 3); a->nargs < n; a->nargs++) {
		uint32_t i = (first + a->nargs) % 5;
		struct mcap *like = arena_new(&w->arena, struct mcap);
		if (roles[i] == ROLE_PATH)
			like->paths = small_list(w, small_path);
		else if (roles[i] == ROLE_URL)
			like->domains = small_list(w, small_host);
		else
			do
				small_subcommands(w, like);
			while (like->subcommand_form != SUBCOMMANDS_MAP);
		a->args[a->nargs] = (struct massert_arg){ hand_text(names[i]), roles[i],
			one_in(w, 5) ? NULL : like };
	}
}

static struct massertion random_assertion(struct world *w)
{
	struct massertion a = { .kind = (enum massert)(ASSERT_NEVER + pick(w, 5)),
		.at = SPAN_NONE,
		.contexts = random_names(w),
		.others = random_names(w) };

	if (a.kind == ASSERT_WITHIN || a.kind == ASSERT_EQUAL)
		return a;
	a.tools.n = 1 + pick(w, 2);
	a.tools.v = arena_array(&w->arena, struct mpattern, 2);
	for (uint32_t i = 0; i < a.tools.n; i++)
		a.tools.v[i] = small_pattern(w);
	random_args(w, &a);
	return a;
}

/* ---- Worlds ------------------------------------------------------------------------------------
 */

struct trial {
	struct world *w;
	const struct calls *calls;
	bool *allowed; /* by context, of each call */
	const struct proof_report *report;
};

static void make_policy(struct world *w)
{
	static const char *const names[CONTEXTS] = { "c0", "c1", "c2" };
	struct model *m = &w->model;
	struct mproof *proof = arena_new(&w->arena, struct mproof);

	w->sources.arena = w->diags.arena = &w->arena;
	w->diags.sources = &w->sources;
	small_catalogue(w, m, one_in(w, 3));
	m->contexts = arena_array(&w->arena, struct mcontext, CONTEXTS);
	for (; m->ncontexts < CONTEXTS; m->ncontexts++) {
		const struct mcontext *c = m->ncontexts == 0 || one_in(w, 2)
						   ? small_context(w)
						   : small_edit(w, &m->contexts[m->ncontexts - 1]);
		m->contexts[m->ncontexts] = *c;
		m->contexts[m->ncontexts].name = hand_text(names[m->ncontexts]);
		m->contexts[m->ncontexts].description = hand_text("");
	}
	proof->name = hand_text("p");
	proof->assertions = arena_array(&w->arena, struct massertion, ASSERTIONS);
	for (; proof->nassertions < ASSERTIONS; proof->nassertions++)
		proof->assertions[proof->nassertions] = random_assertion(w);
	m->proofs = proof;
	m->nproofs = 1;
}

static bool allows(
	const struct trial *t, uint32_t context, struct slice tool, const struct aeg_json *args)
{
	struct arena mark = t->w->arena;
	const struct model *m = &t->w->model;
	bool allow = naive_decide(m, &m->contexts[context], tool, args, &t->w->arena).allow;

	arena_rewind(&t->w->arena, &mark);
	return allow;
}

static void prove(struct trial *t)
{
	struct world *w = t->w;
	const struct emit_options options = { .serial = 1 };
	struct slice bytes =
		emit_bundle(&w->diags, ir_lower(&w->diags, &w->model, &w->names), &options);
	struct arena scratch = { .limit = (size_t)256 << 20, .fail = hand_no_memory };
	struct proof_options o = { &w->model, &w->bundle, &scratch, NULL };

	assert_int_equal(aeg_bundle_check(&w->bundle, bytes.at, bytes.len), AEG_OK);
	t->report = proof_run(&w->diags, &o);
	assert_null(t->report->unconfirmed);
	assert_int_equal(t->report->nresults, ASSERTIONS);
	arena_free(&scratch);
	t->allowed = arena_array(&w->arena, bool, t->calls->n *CONTEXTS);
	for (uint32_t c = 0; c < CONTEXTS; c++)
		for (uint32_t i = 0; i < t->calls->n; i++)
			t->allowed[c * t->calls->n + i] =
				allows(t, c, t->calls->v[i].tool, &t->calls->v[i].json);
}

/* ---- Refutations ------------------------------------------------------------------------------
 */

static bool is_meant(const struct massertion *a, struct slice tool, const struct aeg_json *args,
	const struct trial *t)
{
	struct arena mark = t->w->arena;
	struct region_arg like[2];
	bool meant = false;

	for (uint32_t i = 0; i < a->nargs; i++)
		like[i] = (struct region_arg){ a->args[i].name.text, a->args[i].role,
			a->args[i].like };
	for (uint32_t i = 0; i < a->tools.n && !meant; i++) {
		struct region r = { &a->tools.v[i], like, a->nargs };
		meant = in_region(&t->w->model, &r, tool, args, &t->w->arena);
	}
	arena_rewind(&t->w->arena, &mark);
	return meant;
}

/* Which contexts, or pairs of them, an assertion speaks of. */
static bool speaks_of(const struct trial *t, const struct massertion *a, uint32_t c, uint32_t d)
{
	const struct mcontext *v = t->w->model.contexts;
	bool first = massert_names(&a->contexts, v[c].name.text);

	if (proof_nsides(a) == 1)
		return c == d && first == (a->kind != ASSERT_ONLY);
	return c != d && first && massert_names(&a->others, v[d].name.text);
}

static bool refutes(const struct massertion *a, bool meant, bool x, bool y)
{
	switch (a->kind) {
	case ASSERT_NEVER:
	case ASSERT_ONLY: return meant && x;
	case ASSERT_ALWAYS: return meant && !x;
	case ASSERT_WITHIN: return x && !y;
	case ASSERT_EQUAL: return x != y;
	case ASSERT_NONE: break;
	}
	return false;
}

/* No call of the alphabet that refutes the assertion is smaller than @most; none at all does where
 * it was proved: @most is UINT32_MAX then. */
static void check_calls(const struct trial *t, const struct massertion *a, uint32_t most)
{
	for (uint32_t i = 0; i < t->calls->n; i++) {
		const struct call *call = &t->calls->v[i];
		bool meant = a->tools.n > 0 && is_meant(a, call->tool, &call->json, t);
		for (uint32_t k = 0; k < CONTEXTS * CONTEXTS; k++) {
			uint32_t c = k / CONTEXTS, d = k % CONTEXTS;
			if (!speaks_of(t, a, c, d) ||
				!refutes(a, meant, t->allowed[c * t->calls->n + i],
					t->allowed[d * t->calls->n + i]))
				continue;
			if (most == UINT32_MAX || (call->plain && call->cost < most))
				fail_msg("`%s` is refuted by %.*s %.*s", massert_word(a->kind),
					SLICE_ARG(call->tool), SLICE_ARG(call->args));
		}
	}
}

static void check_result(const struct trial *t, const struct proof_result *r)
{
	const struct massertion *a = r->a;
	struct aeg_json json;

	if (r->status == PROOF_PROVED) {
		check_calls(t, a, UINT32_MAX);
		return;
	}
	const struct aeg_json *args = scan(&t->w->arena, &json, r->args);
	struct proof_pair at = r->refuted[0];
	uint32_t c = at.v[0], d = proof_nsides(a) == 1 ? c : at.v[1];
	bool x = allows(t, c, r->tool, args), y = allows(t, d, r->tool, args);
	assert_true(speaks_of(t, a, c, d));
	if (a->kind == ASSERT_WITHIN && r->limit != CEILING_CALLS)
		return; /* of limits: symbolic/brute_test.c */
	assert_true(refutes(a, a->tools.n > 0 && is_meant(a, r->tool, args, t), x, y));
	if (a->kind != ASSERT_WITHIN)
		check_calls(t, a, r->tool.len + r->args.len);
}

static void test_enumeration(void **state)
{
	(void)state;
	struct world *alphabet = new_world(1);
	const struct calls *calls = all_calls(alphabet);
	uint32_t proved = 0, refuted = 0, undecided = 0;

	for (uint32_t number = 1; number <= POLICIES; number++) {
		struct trial t = { .w = new_world(number), .calls = calls };
		make_policy(t.w);
		prove(&t);
		proved += t.report->proved;
		refuted += t.report->refuted;
		undecided += t.report->undecided;
		for (uint32_t i = 0; i < t.report->nresults; i++)
			if (t.report->results[i].status != PROOF_UNDECIDED)
				check_result(&t, &t.report->results[i]);
		arena_free(&t.w->arena);
		free(t.w);
	}
	print_message("# %u proved, %u refuted, %u undecided\n", proved, refuted, undecided);
	assert_true(proved > POLICIES / 2 && refuted > POLICIES);
	assert_true(undecided < POLICIES / 10);
	arena_free(&alphabet->arena);
	free(alphabet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enumeration),
	};
	return cmocka_run_group_tests_name("proof against enumeration", tests, NULL, NULL);
}
