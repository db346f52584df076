/* Calls that both sides allow, but not as often, as many at once, or as much of. */
#include "diff/internal.h"

/* Two capabilities that grant the same calls, one before and one now. */
struct meeting {
	uint32_t cap[2];
	const struct cell *first;
	const struct cell
		*no_url; /* the first whose results alone the domains are about, or NULL */
};

struct meetings {
	const struct mcontext *context[2];
	struct meeting *v;
	size_t n, cap;
	uint64_t *sum[2][2]; /* by kind, side that does it, and capability on the other side */
};

static void collect(struct meetings *m, struct arena *scratch, const struct cells *cells)
{
	struct map seen = { .arena = scratch };

	for (uint32_t i = 0; !cells->over && i < cells->n; i++) {
		const struct cell *c = &cells->v[i];
		uint32_t *cap = arena_array(scratch, uint32_t, 2);
		if ((cap[0] = c->side[0].granted) == AEG_NONE ||
			(cap[1] = c->side[1].granted) == AEG_NONE)
			continue;
		struct slice key = { (const char *)cap, 2 * sizeof *cap };
		uint32_t at = map_put(&seen, key, (uint32_t)m->n);
		if (at == MAP_NONE) {
			at = (uint32_t)m->n++;
			arena_push(scratch, m->v, at, &m->cap);
			m->v[at] = (struct meeting){ { cap[0], cap[1] }, c, NULL };
		}
		if (c->no_url && m->v[at].no_url == NULL)
			m->v[at].no_url = c;
	}
}

static bool level_within(uint64_t level, uint64_t most)
{
	return most == 0 || (level != 0 && level <= most);
}

static bool within(enum diff_limit_kind kind, const struct mcap *cap, const struct mcap *most)
{
	switch (kind) {
	case DIFF_RATE:
		return rate_within(
			cap->rate_calls, cap->rate_per_s, most->rate_calls, most->rate_per_s);
	case DIFF_CONCURRENT: return level_within(cap->max_concurrent, most->max_concurrent);
	case DIFF_RESPONSE: return level_within(cap->max_response_size, most->max_response_size);
	case DIFF_RESULTS:
		return !most->domains.stated || hosts_within(&cap->domains, &most->domains);
	case DIFF_NLIMITS: break;
	}
	return true;
}

/*
 * Meeting @at adds what its capability of side @k may do to the count of the one on the other side.
 * Is it the one with which they come to more? They count apart, where one count was for all.
 */
static bool overflows(
	struct meetings *m, enum diff_limit_kind kind, const struct meeting *at, int k)
{
	const struct mcap *cap = &m->context[k]->caps[at->cap[k]],
			  *most = &m->context[!k]->caps[at->cap[!k]];
	uint64_t limit = kind == DIFF_RATE ? most->rate_calls : most->max_concurrent;
	uint64_t *sum = &m->sum[kind][k][at->cap[!k]], before = *sum;

	if (limit == 0 || before > limit || !within(kind, cap, most)) /* the last is said anyway */
		return false;
	*sum += kind == DIFF_RATE ? rate_most(cap->rate_calls, cap->rate_per_s, most->rate_per_s)
				  : cap->max_concurrent;
	return *sum > limit;
}

static void add_limit(struct arena *a, struct meetings *m, enum diff_limit_kind kind,
	const struct meeting *at, struct diff_context *ret)
{
	const struct cell *call = kind == DIFF_RESULTS ? at->no_url : at->first;
	const struct mcap *old = &m->context[0]->caps[at->cap[0]],
			  *new = &m->context[1]->caps[at->cap[1]];
	struct diff_limit l = { .kind = kind, .cap = { at->cap[0], at->cap[1] } };

	if (call == NULL)
		return;
	l.looser = !within(kind, new, old);
	l.tighter = !within(kind, old, new);
	l.together = !l.looser && !l.tighter;
	if (kind == DIFF_RATE || kind == DIFF_CONCURRENT) {
		l.looser |= overflows(m, kind, at, 1);
		l.tighter |= overflows(m, kind, at, 0);
	}
	if (!l.looser && !l.tighter)
		return;
	l.call = diff_call_of(a, call);
	arena_push(a, ret->limits, ret->nlimits, &ret->limits_cap);
	ret->limits[ret->nlimits++] = l;
}

void diff_limits(struct arena *a, const struct cells *cells, struct diff_context *ret)
{
	struct arena scratch = diff_scratch(a);
	struct meetings m = { .context = { cells->sides[0].context, cells->sides[1].context } };

	collect(&m, &scratch, cells);
	for (int kind = DIFF_RATE; kind <= DIFF_CONCURRENT; kind++)
		for (int k = 0; k < 2; k++)
			m.sum[kind][k] = arena_array(&scratch, uint64_t, m.context[!k]->ncaps);
	for (size_t i = 0; i < m.n; i++)
		for (int kind = 0; kind < DIFF_NLIMITS; kind++)
			add_limit(a, &m, (enum diff_limit_kind)kind, &m.v[i], ret);
	arena_free(&scratch);
}
