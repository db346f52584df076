/*
 * The analysis against going through everything: on random machines every outcome that could make a
 * difference is tried on every state, and every run within the limits is gone through. It shares
 * nothing with the analysis: conditions are asked one by one, as docs/workflows.md has them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "machine/analyse.h"
#include "machine/random_test.h"

enum { MACHINES = 100000, CONFIGURATIONS = 1 << 13, MOST_POINTS = 64 };
#define ONE     1000000000
#define NOTHING INT64_MIN

/* ---- One outcome, one condition ------------------------------------------------------------ */

struct outcome {
	bool success;
	int64_t exit_code, score, confidence; /* or NOTHING */
	const char *answer;                   /* or NULL */
	enum approval { NEITHER, APPROVED, REJECTED } approval;
	uint32_t hold; /* which of random_unknown do */
};

static int64_t share(double x) { return (int64_t)(x * ONE + 0.5); }

static bool means(const char *answer, const char *word, const char *letter)
{
	char text[32];
	size_t n = 0;

	if (answer == NULL)
		return false;
	for (; *answer == ' '; answer++)
		;
	for (; *answer != '\0'; answer++)
		text[n++] = *answer >= 'A' && *answer <= 'Z' ? (char)(*answer + 32) : *answer;
	while (n > 0 && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	return strcmp(text, word) == 0 || strcmp(text, letter) == 0;
}

static bool holds_custom(const struct outcome *o, struct slice expression)
{
	for (uint32_t i = 0; i < RANDOM_LENGTH(random_unknown); i++)
		if (slice_is(expression, random_unknown[i]))
			return o->hold >> i & 1;
	return slice_is(expression, "true") || slice_is(expression, "1 < 2");
}

static bool runs_commands(const struct mstate *s)
{
	return s->kind == AEG_STATE_SYSTEM || s->kind == AEG_STATE_CONTAINER ||
	       s->kind == AEG_STATE_PARALLEL_CONTAINERS;
}

static bool holds(const struct mstate *s, const struct outcome *o, const struct mtransition *t)
{
	bool scored = o->score != NOTHING, sure = o->confidence != NOTHING;
	int64_t threshold = share(t->threshold);

	switch (t->when) {
	case AEG_WHEN_ALWAYS: return true;
	case AEG_WHEN_SUCCESS: return o->success;
	case AEG_WHEN_FAILURE: return !o->success;
	case AEG_WHEN_EXIT_ZERO: return o->exit_code == 0;
	case AEG_WHEN_EXIT_NON_ZERO: return runs_commands(s) && o->exit_code != 0;
	case AEG_WHEN_EXIT_CODE: return o->exit_code == t->code;
	case AEG_WHEN_SCORE_ABOVE: return scored && o->score > threshold;
	case AEG_WHEN_SCORE_BELOW: return scored && o->score < threshold;
	case AEG_WHEN_SCORE_BETWEEN:
		return scored && o->score >= share(t->min) && o->score <= share(t->max);
	case AEG_WHEN_CONFIDENCE_ABOVE: return sure && o->confidence > threshold;
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE:
		return scored && sure && o->score > threshold && o->confidence > threshold;
	case AEG_WHEN_CONSENSUS:
		return scored && sure && o->score >= threshold &&
		       o->confidence >= share(t->agreement);
	case AEG_WHEN_ALL_APPROVED: return o->approval == APPROVED;
	case AEG_WHEN_ANY_REJECTED: return o->approval == REJECTED;
	case AEG_WHEN_INPUT_EQUALS: return o->answer != NULL && slice_is(t->value.text, o->answer);
	case AEG_WHEN_INPUT_YES: return means(o->answer, "yes", "y");
	case AEG_WHEN_INPUT_NO: return means(o->answer, "no", "n");
	case AEG_WHEN_CUSTOM: return holds_custom(o, t->expression->u.text);
	case AEG_NCONDITION_KINDS: break;
	}
	return false;
}

/* ---- All outcomes that differ -------------------------------------------------------------- */

struct points {
	int64_t v[MOST_POINTS];
	uint32_t n;
};

static void add_point(struct points *p, int64_t lo, int64_t hi, int64_t x)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (p->v[i] == x)
			return;
	if (x >= lo && x <= hi)
		p->v[p->n++] = x;
}

/* What may be, every threshold, and what is next to it. */
static struct points points(const struct mstate *s, int64_t lo, int64_t hi, bool codes)
{
	struct points p = { .n = 0 };
	int64_t near[] = { lo, lo + 1, hi / 2, hi };

	for (size_t i = 0; i < RANDOM_LENGTH(near); i++)
		add_point(&p, lo, hi, near[i]);
	for (uint32_t k = 0; k < s->ntransitions; k++) {
		const struct mtransition *t = &s->transitions[k];
		int64_t at[] = { share(t->threshold), share(t->agreement), share(t->min),
			share(t->max) };
		bool between = t->when == AEG_WHEN_SCORE_BETWEEN;
		bool scored = t->when >= AEG_WHEN_SCORE_ABOVE && t->when <= AEG_WHEN_CONSENSUS;
		for (size_t i = between ? 2 : 0; scored && !codes && i < (between ? 4 : 2); i++)
			for (int64_t d = -1; d <= 1; d++)
				add_point(&p, lo, hi, at[i] + d);
		for (int64_t d = -1; codes && d <= 1; d++)
			add_point(&p, lo, hi, t->code + d);
	}
	return p;
}

/* What is found out of one state. */
struct found {
	bool taken[RANDOM_TRANSITIONS], left;
	bool ends; /* after success, or because nothing follows at all */
};
struct trial {
	const struct mstate *s;
	struct found found;
	uint32_t expressions; /* of random_unknown: those that matter */
};

static void try(struct trial *t, struct outcome o)
{
	uint32_t k = 0;

	/* Every choice of what holds, of those that are asked. */
	for (uint32_t hold = t->expressions;; hold = (hold - 1) & t->expressions) {
		o.hold = hold;
		for (k = 0; k < t->s->ntransitions && !holds(t->s, &o, &t->s->transitions[k]); k++)
			;
		if (k < t->s->ntransitions)
			t->found.taken[k] = true;
		else
			t->found.left = true;
		t->found.ends |= k == t->s->ntransitions && (k == 0 || o.success);
		if (hold == 0)
			break;
	}
}

static const struct outcome nothing = { false, NOTHING, NOTHING, NOTHING, NULL, NEITHER, 0 };

/* Scores with confidences. @only: no other scores, up to -1. @both: always the two together. */
static void try_scores(struct trial *t, struct outcome o, const int64_t *only, bool both)
{
	struct points scores = points(t->s, 0, ONE, false), confidences = scores;

	for (uint32_t i = 0; i <= scores.n; i++)
		for (uint32_t k = 0; k <= confidences.n; k++) {
			o.score = i == scores.n ? NOTHING : scores.v[i];
			o.confidence = k == confidences.n ? NOTHING : confidences.v[k];
			bool allowed = only == NULL;
			for (const int64_t *x = only; !allowed && *x >= 0; x++)
				allowed = o.score == *x;
			if (allowed && (!both || (o.score != NOTHING && o.confidence != NOTHING)))
				try(t, o);
		}
}

/* What several agree on. */
static void try_agreed(struct trial *t, struct outcome o)
{
	const struct mconsensus *c = &t->s->consensus;
	int64_t threshold = share(c->has_threshold ? c->threshold : 0.7);
	static const int64_t majority[] = { 0, ONE / 2, ONE, -1 };
	int64_t unanimous[MOST_POINTS + 3] = { 0, threshold }, n = 2;
	struct points p = points(t->s, 0, ONE, false);

	for (uint32_t i = 0; i < p.n; i++)
		if (p.v[i] >= threshold)
			unanimous[n++] = p.v[i];
	unanimous[n] = -1;
	try_scores(t, o,
		c->strategy == AEG_MAJORITY    ? majority
		: c->strategy == AEG_UNANIMOUS ? unanimous
					       : NULL,
		true);
}

static void try_parallel(struct trial *t)
{
	bool judged = t->s->njudges != 0;

	for (int a = NEITHER; a <= REJECTED; a++) {
		struct outcome o = nothing;
		o.approval = (enum approval)a;
		if (a == NEITHER || (a == REJECTED && !judged))
			try(t, o);
		if (a == REJECTED && !judged)
			try_agreed(t, o);
		o.success = true;
		try_agreed(t, o);
		if (a != APPROVED)
			try(t, o);
	}
}

static void try_agent(struct trial *t)
{
	bool judged = t->s->njudges != 0;
	struct outcome o = nothing;

	try(t, o);
	if (!judged)
		try_scores(t, o, NULL, false);
	o.success = true;
	try(t, o);
	try_scores(t, o, NULL, judged);
}

static void try_exits(struct trial *t)
{
	struct points p = points(t->s, INT32_MIN, INT32_MAX, true);
	struct outcome o = nothing;
	bool always =
		t->s->kind == AEG_STATE_PARALLEL_CONTAINERS && t->s->completion == AEG_BEST_EFFORT;

	try(t, o);
	for (uint32_t i = 0; i < p.n && !always; i++) {
		o.exit_code = p.v[i];
		o.success = o.exit_code == 0;
		try(t, o);
	}
	o.exit_code = 0;
	o.success = true;
	try(t, o);
}

/* Who hands in that nobody answered may say what was answered so far. */
static void try_answers(struct trial *t)
{
	static const char *const others[] = { "yES", " y", "nO  ", "N", "something" };
	struct outcome o = nothing;

	try(t, o);
	for (int success = 0; success < 2; success++) {
		o.success = success;
		for (size_t i = 0; i < RANDOM_LENGTH(others); i++) {
			o.answer = others[i];
			try(t, o);
		}
		for (size_t i = 0; i < RANDOM_LENGTH(random_answers); i++) {
			o.answer = random_answers[i];
			try(t, o);
		}
	}
}

static struct found try_all(const struct mstate *s)
{
	struct trial t = { .s = s };
	struct outcome o = nothing;

	for (uint32_t k = 0; k < s->ntransitions; k++)
		for (uint32_t i = 0; i < RANDOM_LENGTH(random_unknown); i++)
			if (s->transitions[k].when == AEG_WHEN_CUSTOM &&
				slice_is(s->transitions[k].expression->u.text, random_unknown[i]))
				t.expressions |= 1u << i;
	switch (s->kind) {
	case AEG_STATE_AGENT: try_agent(&t); break;
	case AEG_STATE_SYSTEM:
	case AEG_STATE_CONTAINER:
	case AEG_STATE_PARALLEL_CONTAINERS: try_exits(&t); break;
	case AEG_STATE_HUMAN: try_answers(&t); break;
	case AEG_STATE_PARALLEL_AGENTS: try_parallel(&t); break;
	case AEG_STATE_SUBWORKFLOW:
		try(&t, o);
		o.success = true;
		try(&t, o);
		break;
	case AEG_NSTATE_KINDS: break;
	}
	return t.found;
}

/* ---- All runs ------------------------------------------------------------------------------ */

struct runs {
	const struct mmachine *m;
	struct found found[RANDOM_STATES];
	uint32_t target[RANDOM_STATES][RANDOM_TRANSITIONS];
	/* By state and how often each was entered: 1 + whether an end can follow. */
	uint8_t *ends;
	bool entered[RANDOM_STATES], can_end[RANDOM_STATES];
	bool taken[RANDOM_STATES][RANDOM_TRANSITIONS];
	/* Some run is in the first when it has not been in the second. */
	bool without[RANDOM_STATES][RANDOM_STATES];
};

static uint32_t visits(uint32_t configuration, uint32_t state)
{
	return configuration >> (3 + 2 * state) & 3;
}

/* Goes on from @c, which is allowed; whether some run ends from there. */
static bool go(struct runs *r, uint32_t c, uint32_t ntransitions)
{
	uint32_t s = c & 7;
	bool ends = r->found[s].ends;

	if (r->ends[c] != 0)
		return r->ends[c] == 2;
	r->entered[s] = true;
	for (uint32_t i = 0; i < r->m->nstates; i++)
		r->without[s][i] |= visits(c, i) == 0;
	for (uint32_t k = 0; k < r->m->states[s].ntransitions; k++) {
		uint32_t to = r->target[s][k];
		if (!r->found[s].taken[k] || ntransitions == r->m->max_transitions ||
			visits(c, to) == r->m->states[to].max_visits)
			continue;
		r->taken[s][k] = true;
		ends |= go(r, ((c & ~7u) | to) + (1u << (3 + 2 * to)), ntransitions + 1);
	}
	r->can_end[s] |= ends;
	r->ends[c] = ends ? 2 : 1;
	return ends;
}

static void run_all(struct runs *r, const struct mmachine *m, uint8_t *scratch)
{
	uint32_t initial = (uint32_t)(m->initial.text.at[1] - '0');

	*r = (struct runs){ .m = m, .ends = scratch };
	memset(scratch, 0, CONFIGURATIONS);
	for (uint32_t i = 0; i < m->nstates; i++) {
		r->found[i] = try_all(&m->states[i]);
		for (uint32_t k = 0; k < m->states[i].ntransitions; k++)
			r->target[i][k] =
				(uint32_t)(m->states[i].transitions[k].target.text.at[1] - '0');
	}
	go(r, initial | 1u << (3 + 2 * initial), 0);
}

/* ---- What the analysis must say ------------------------------------------------------------ */

struct counts {
	uint32_t never_ends, cannot_end, unreachable, not_taken, over_limit, fallback, readings;
};

static struct counts counted(const struct diags *d)
{
	struct counts c = { 0 };

	for (size_t i = 0; i < d->n; i++)
		switch ((int)d->v[i].code) {
		case AEG_workflow_never_ends: c.never_ends++; break;
		case AEG_state_cannot_end: c.cannot_end++; break;
		case AEG_unreachable_state: c.unreachable++; break;
		case AEG_transition_covered:
		case AEG_condition_foreign:
		case AEG_condition_never: c.not_taken++; break;
		case AEG_transition_over_limit: c.over_limit++; break;
		case AEG_missing_fallback: c.fallback++; break;
		case AEG_state_not_run:
		case AEG_state_maybe_not_run: c.readings++; break;
		default: break;
		}
	return c;
}

/* random_unknown[1] reads S0, [2] S1 by way of the blackboard. */
static void expect_reading(const struct runs *r, uint32_t s, struct slice x, struct counts *c)
{
	if (slice_is(x, random_unknown[1]))
		c->readings += r->without[s][0];
	else if (slice_is(x, random_unknown[2]) && r->m->nstates > 1)
		c->readings += r->without[s][1];
}

static struct counts expected(const struct runs *r, uint32_t *caught)
{
	struct counts c = { 0 };
	uint32_t initial = (uint32_t)(r->m->initial.text.at[1] - '0');

	*caught = 0;
	c.never_ends = !r->can_end[initial];
	for (uint32_t i = 0; i < r->m->nstates; i++) {
		const struct mstate *s = &r->m->states[i];
		c.unreachable += !r->entered[i];
		if (!r->entered[i])
			continue;
		*caught += !r->can_end[i];
		c.fallback += s->ntransitions != 0 && r->found[i].left;
		for (uint32_t k = 0; k < s->ntransitions; k++) {
			c.not_taken += !r->found[i].taken[k];
			c.over_limit += r->can_end[i] && r->found[i].taken[k] && !r->taken[i][k];
			if (s->transitions[k].when == AEG_WHEN_CUSTOM)
				expect_reading(r, i, s->transitions[k].expression->u.text, &c);
		}
	}
	return c;
}

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

static void fail_with(const struct mmachine *m, struct arena *a, uint64_t seed, const char *what,
	uint32_t want, uint32_t got)
{
	struct buf b = { .arena = a };

	random_yaml(&b, m);
	fprintf(stderr, "%s", buf_done(&b).at);
	fail_msg("seed %llu, %s: wanted %u, got %u", (unsigned long long)seed, what, want, got);
}

static void check_one(uint64_t seed, struct arena *a, uint8_t *scratch, struct counts *sum)
{
	struct random random = { seed * 0x9E3779B97F4A7C15u | 1, a };
	struct sources sources = { .arena = a };
	struct diags d = { .arena = a, .sources = &sources };
	const struct mmachine *m = random_machine(&random);
	struct runs r;
	uint32_t caught;

	run_all(&r, m, scratch);
	struct counts want = expected(&r, &caught);
	machine_analyse(&d, m, a);
	struct counts got = counted(&d);
#define SAME(member) \
	do { \
		if (want.member != got.member) \
			fail_with(m, a, seed, #member, want.member, got.member); \
		sum->member += got.member; \
	} while (0)
	SAME(never_ends);
	SAME(unreachable);
	SAME(not_taken);
	SAME(over_limit);
	SAME(fallback);
	SAME(readings);
	/* Of states that are caught together only those are named by which a run comes there. */
	uint32_t named = got.cannot_end + got.never_ends;
	if ((named > 0) != (caught > 0) || named > caught)
		fail_with(m, a, seed, "caught", caught, named);
	sum->cannot_end += got.cannot_end;
}

static void test_all_runs(void **state)
{
	static uint8_t scratch[CONFIGURATIONS];
	struct arena a = { .limit = 64 << 20, .fail = out_of_memory };
	struct counts sum = { 0 };
	(void)state;

	/* A block that one machine does not fill, so that it can be had again for the next. */
	while (a.at == NULL || a.end - a.at < 1 << 20)
		arena_alloc(&a, 1 << 12, 1, 1);
	struct arena mark = a;
	for (uint64_t seed = 1; seed <= MACHINES; seed++) {
		check_one(seed, &a, scratch, &sum);
		assert_true(arena_rewind(&a, &mark));
	}
	/* A generator that finds nothing proves nothing. */
	assert_in_range(sum.never_ends, MACHINES / 100, MACHINES);
	assert_in_range(sum.cannot_end, MACHINES / 100, MACHINES);
	assert_in_range(sum.unreachable, MACHINES / 4, 4 * MACHINES);
	assert_in_range(sum.not_taken, MACHINES / 4, 8 * MACHINES);
	assert_in_range(sum.over_limit, MACHINES / 10, 8 * MACHINES);
	assert_in_range(sum.readings, MACHINES / 100, 8 * MACHINES);
	assert_in_range(sum.fallback, MACHINES / 4, 8 * MACHINES);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_all_runs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
