/*
 * What several opinions come to, in integers: scores are billionths, and so is what is made of
 * them. Each mean is rounded once. There are AEGF_MAX_TASKS opinions at most, so that sums fit.
 */
#include "machine_run.h"

static uint32_t divided(uint64_t a, uint64_t b) { return (uint32_t)((a + b / 2) / b); }

static int takes_part(const struct opinion *o) { return o->did && o->scored; }

/* Sums over those that `taken` says. */
struct sums {
	uint64_t n, weight, score, confidence;
	uint64_t weighted_score, weighted_confidence;
};

static struct sums sum(const struct opinion *v, uint32_t n)
{
	struct sums x = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		if (!v[i].taken)
			continue;
		x.n++;
		x.weight += v[i].weight;
		x.score += v[i].score;
		x.confidence += v[i].confidence;
		x.weighted_score += (uint64_t)v[i].score * v[i].weight;
		x.weighted_confidence += (uint64_t)v[i].confidence * v[i].weight;
	}
	return x;
}

/* Four times the variance, which is one at most: of the population, without weights. */
static uint32_t variance4(const struct opinion *v, uint32_t n, const struct sums *x)
{
	uint64_t high = 0, low = 0; /* of squares: above and below a billionth */

	for (uint32_t i = 0; i < n; i++) {
		uint64_t a = (uint64_t)v[i].score * x->n, d;
		if (!v[i].taken)
			continue;
		d = divided(a > x->score ? a - x->score : x->score - a, x->n);
		high += d * d / AEGF_SCORE_ONE;
		low += d * d % AEGF_SCORE_ONE;
	}
	return divided(4 * high + divided(4 * low, AEGF_SCORE_ONE), x->n);
}

static int weighted_average(const struct aegf_state *s, const struct opinion *v, uint32_t n,
	uint32_t *ret_score, uint32_t *ret_confidence)
{
	struct sums x = sum(v, n);
	uint64_t spread, sure;

	if (x.weight == 0)
		return 0;
	spread = variance4(v, n, &x);
	if (spread > AEGF_SCORE_ONE) /* by rounding */
		spread = AEGF_SCORE_ONE;
	sure = divided(x.weighted_confidence, x.weight);
	*ret_score = divided(x.weighted_score, x.weight);
	*ret_confidence = divided((AEGF_SCORE_ONE - spread) * aeg_ld32(s->agreement_factor) +
					  sure * aeg_ld32(s->self_factor),
		AEGF_SCORE_ONE);
	if (*ret_confidence > AEGF_SCORE_ONE) /* the factors' sum may be a little more than one */
		*ret_confidence = AEGF_SCORE_ONE;
	return 1;
}

static int majority(const struct aegf_state *s, const struct opinion *v, uint32_t n,
	uint32_t *ret_score, uint32_t *ret_confidence)
{
	struct sums x = sum(v, n);
	uint64_t pass = 0, fail, apart;

	for (uint32_t i = 0; i < n; i++)
		pass += v[i].taken && v[i].score >= aeg_ld32(s->threshold);
	fail = x.n - pass;
	apart = pass > fail ? pass - fail : fail - pass;
	*ret_score = pass > fail ? AEGF_SCORE_ONE : pass < fail ? 0 : AEGF_SCORE_ONE / 2;
	*ret_confidence = divided(apart * 7 * AEGF_SCORE_ONE + 3 * x.confidence, 10 * x.n);
	return 1;
}

static int unanimous(const struct aegf_state *s, const struct opinion *v, uint32_t n,
	uint32_t *ret_score, uint32_t *ret_confidence)
{
	struct sums x = sum(v, n);
	uint32_t least = AEGF_SCORE_ONE;
	int all = 1;

	for (uint32_t i = 0; i < n; i++) {
		if (!v[i].taken)
			continue;
		all = all && v[i].score >= aeg_ld32(s->threshold);
		least = v[i].confidence < least ? v[i].confidence : least;
	}
	*ret_score = all ? divided(x.score, x.n) : 0;
	*ret_confidence = least;
	return 1;
}

static int is_better(const struct opinion *a, const struct opinion *b)
{
	uint64_t x = (uint64_t)a->score * a->confidence, y = (uint64_t)b->score * b->confidence;

	return x != y ? x > y : a->score > b->score;
}

/* The @most with the highest score times confidence, the first of equals, are taken. */
static void take_best(struct opinion *v, uint32_t n, uint32_t most)
{
	for (uint32_t i = 0; i < n; i++)
		v[i].taken = 0;
	for (; most > 0; most--) {
		struct opinion *best = NULL;
		for (uint32_t i = 0; i < n; i++)
			if (takes_part(&v[i]) && !v[i].taken &&
				(best == NULL || is_better(&v[i], best)))
				best = &v[i];
		best->taken = 1;
	}
}

static int best_of_n(const struct aegf_state *s, struct opinion *v, uint32_t n, uint32_t *ret_score,
	uint32_t *ret_confidence)
{
	struct sums x = sum(v, n);
	uint32_t most = aeg_ld32(s->best);

	if (most != 0 && most < x.n) {
		take_best(v, n, most);
		x = sum(v, n);
	}
	if (x.weight == 0)
		return 0;
	*ret_score = divided(x.weighted_score, x.weight);
	*ret_confidence = divided(x.confidence, x.n);
	return 1;
}

int machine_agree(const struct aegf_state *s, struct opinion *v, uint32_t n, uint32_t *ret_score,
	uint32_t *ret_confidence)
{
	uint32_t took = 0;

	for (uint32_t i = 0; i < n; i++)
		took += v[i].taken = (uint8_t)takes_part(&v[i]);
	if (took == 0)
		return 0;
	switch ((enum aeg_consensus)s->strategy) {
	case AEG_MAJORITY: return majority(s, v, n, ret_score, ret_confidence);
	case AEG_UNANIMOUS: return unanimous(s, v, n, ret_score, ret_confidence);
	case AEG_BEST_OF_N: return best_of_n(s, v, n, ret_score, ret_confidence);
	case AEG_WEIGHTED_AVERAGE:
	case AEG_NCONSENSUS: break;
	}
	return weighted_average(s, v, n, ret_score, ret_confidence);
}
