/* What opinions come to: values worked out by hand, and formulas in floating point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>
#include <stdlib.h>

#include "machine_run.h"

#define ONE AEGF_SCORE_ONE

static struct aegf_state state_of(enum aeg_consensus strategy, uint32_t best)
{
	return (struct aegf_state){ .strategy = (uint8_t)strategy,
		.best = aeg_st32(best),
		.threshold = aeg_st32(ONE / 10 * 7),
		.agreement_factor = aeg_st32(ONE / 10 * 7),
		.self_factor = aeg_st32(ONE / 10 * 3) };
}

/* ---- By hand -------------------------------------------------------------------------------- */

enum { NONE = -1 };
static const struct row {
	enum aeg_consensus strategy;
	uint32_t best, n;
	struct {
		int score, confidence, weight; /* hundredths; score NONE: it failed */
	} v[4];
	int score, confidence; /* in billionths; score NONE: there is none */
} rows[] = {
	{ AEG_WEIGHTED_AVERAGE, 0, 3, { { 70, 100, 1 }, { 80, 100, 1 }, { 90, 100, 1 } }, 800000000,
		981333333 },
	{ AEG_WEIGHTED_AVERAGE, 0, 2, { { 100, 50, 3 }, { 0, 100, 1 } }, 750000000, 187500000 },
	{ AEG_WEIGHTED_AVERAGE, 0, 2, { { 60, 80, 0 }, { 40, 20, 0 } }, NONE, 0 },
	{ AEG_WEIGHTED_AVERAGE, 0, 2, { { 60, 80, 1 }, { NONE, 20, 9 } }, 600000000, 940000000 },
	{ AEG_WEIGHTED_AVERAGE, 0, 1, { { NONE, 100, 1 } }, NONE, 0 },
	{ AEG_MAJORITY, 0, 3, { { 70, 100, 1 }, { 69, 40, 9 }, { 90, 70, 1 } }, 1000000000,
		443333333 },
	{ AEG_MAJORITY, 0, 2, { { 70, 100, 1 }, { 69, 0, 1 } }, 500000000, 150000000 },
	{ AEG_MAJORITY, 0, 1, { { 0, 0, 1 } }, 0, 700000000 },
	{ AEG_UNANIMOUS, 0, 2, { { 70, 90, 1 }, { 100, 30, 1 } }, 850000000, 300000000 },
	{ AEG_UNANIMOUS, 0, 2, { { 69, 90, 1 }, { 100, 95, 1 } }, 0, 900000000 },
	{ AEG_BEST_OF_N, 2, 4, { { 90, 10, 1 }, { 80, 90, 3 }, { 50, 100, 1 }, { 70, 50, 1 } },
		725000000, 950000000 },
	{ AEG_BEST_OF_N, 1, 3, { { 50, 80, 1 }, { 80, 50, 1 }, { 80, 50, 9 } }, 800000000,
		500000000 }, /* of equals the higher score, then the first */
	{ AEG_BEST_OF_N, 9, 2, { { 50, 80, 1 }, { 100, 0, 1 } }, 750000000, 400000000 },
};

static void test_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct aegf_state s = state_of(r->strategy, r->best);
		struct opinion v[4] = { 0 };
		uint32_t score, confidence;
		for (uint32_t k = 0; k < r->n; k++)
			v[k] = (struct opinion){ .score = (uint32_t)r->v[k].score * (ONE / 100),
				.confidence = (uint32_t)r->v[k].confidence * (ONE / 100),
				.weight = (uint32_t)r->v[k].weight,
				.did = r->v[k].score != NONE,
				.scored = 1 };
		int any = machine_agree(&s, v, r->n, &score, &confidence);
		assert_int_equal(any, r->score != NONE);
		if (!any)
			continue;
		assert_int_equal(score, r->score);
		assert_int_equal(confidence, r->confidence);
	}
}

/* ---- By formulas ----------------------------------------------------------------------------- */

static uint64_t random_state = 88172645463325252u;
static uint32_t below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % n;
}

struct plain {
	long double score, confidence, weight;
	uint32_t at;
};

static int better(const void *a, const void *b)
{
	const struct plain *x = a, *y = b;
	long double d = y->score * y->confidence - x->score * x->confidence;
	return d > 0 ? 1 : d < 0 ? -1 : (x->at > y->at) - (x->at < y->at);
}

static void by_formula(enum aeg_consensus strategy, struct plain *v, uint32_t n, uint32_t best,
	long double *ret_score, long double *ret_confidence)
{
	long double w = 0, ws = 0, wc = 0, sum = 0, conf = 0, var = 0, least = 1;
	uint32_t pass = 0;
	if (strategy == AEG_BEST_OF_N && best != 0 && best < n) {
		qsort(v, n, sizeof *v, better);
		n = best;
	}
	for (uint32_t i = 0; i < n; i++) {
		w += v[i].weight;
		ws += v[i].weight * v[i].score;
		wc += v[i].weight * v[i].confidence;
		sum += v[i].score;
		conf += v[i].confidence;
		pass += v[i].score >= 0.7L;
		least = v[i].confidence < least ? v[i].confidence : least;
	}
	for (uint32_t i = 0; i < n; i++)
		var += (v[i].score - sum / n) * (v[i].score - sum / n) / n;
	switch (strategy) {
	case AEG_WEIGHTED_AVERAGE:
		*ret_score = ws / w;
		*ret_confidence = (1 - (var > 0.25L ? 1 : var / 0.25L)) * 0.7L + wc / w * 0.3L;
		return;
	case AEG_MAJORITY:
		*ret_score = 2 * pass > n ? 1 : 2 * pass < n ? 0 : 0.5L;
		*ret_confidence =
			0.7L * (2 * pass > n ? 2 * pass - n : n - 2 * pass) / n + 0.3L * conf / n;
		return;
	case AEG_UNANIMOUS:
		*ret_score = pass == n ? sum / n : 0;
		*ret_confidence = least;
		return;
	case AEG_BEST_OF_N:
		*ret_score = ws / w;
		*ret_confidence = conf / n;
		return;
	case AEG_NCONSENSUS: return;
	}
}

static void near(uint32_t got, long double want)
{
	long double d = (long double)got / ONE - want;
	assert_true(d < 3e-9L && d > -3e-9L);
}

static void test_by_formula(void **state)
{
	(void)state;
	for (int round = 0; round < 40000; round++) {
		static struct opinion v[AEGF_MAX_TASKS];
		static struct plain p[AEGF_MAX_TASKS];
		uint32_t n = 1 + below(round % 50 == 0 ? AEGF_MAX_TASKS : 6), score, confidence;
		uint32_t grain = below(2) ? ONE / 20 : 1, best = below(n + 2);
		enum aeg_consensus strategy = (enum aeg_consensus)(round % AEG_NCONSENSUS);
		struct aegf_state s = state_of(strategy, best);
		long double a, b;
		for (uint32_t i = 0; i < n; i++) {
			v[i] = (struct opinion){ .score = below(ONE / grain + 1) * grain,
				.confidence = below(ONE / grain + 1) * grain,
				.weight = 1 + below(below(2) ? AEGF_MAX_WEIGHT : 3),
				.did = 1,
				.scored = 1 };
			p[i] = (struct plain){ (long double)v[i].score / ONE,
				(long double)v[i].confidence / ONE, v[i].weight, i };
		}
		/* Ties of the products are told apart by score, which is tested by hand. */
		for (uint32_t i = 0; strategy == AEG_BEST_OF_N && i < n; i++)
			for (uint32_t k = 0; k < i; k++)
				if ((uint64_t)v[i].score * v[i].confidence ==
					(uint64_t)v[k].score * v[k].confidence)
					s.best = aeg_st32(best = 0);
		assert_true(machine_agree(&s, v, n, &score, &confidence));
		by_formula(strategy, p, n, best, &a, &b);
		near(score, a);
		near(confidence, b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_by_formula),
	};
	return cmocka_run_group_tests_name("machine consensus", tests, NULL, NULL);
}
