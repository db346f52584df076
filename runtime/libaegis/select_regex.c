/*
 * Runs a regular expression: all states that the text so far leads to, side by side, so that each
 * code point costs at most one look at each state. No backtracking. Source: RFC 9485.
 */
#include "select.h"

#include <string.h>

struct run {
	const struct aegf_state *state;
	const struct aegf_range *range;
	uint32_t nstates;
	uint32_t *here, nhere; /* states at this point of the text */
	uint32_t *there, nthere;
	uint32_t *mark; /* of each state: at which point it was last added */
	uint32_t when;
};

static int check_state(const struct aegf_state *s, uint32_t nstates, uint32_t nranges, uint32_t i)
{
	uint32_t x = aeg_ld32(s->x), y = aeg_ld32(s->y), n = y & ~AEGF_CLASS_NOT;
	int more = i + 1 < nstates;

	switch ((enum aegf_state_op)aeg_ld32(s->op)) {
	case AEGF_STATE_MATCH: return x == 0 && y == 0;
	case AEGF_STATE_CHAR: return more && x <= y;
	case AEGF_STATE_CLASS: return more && x <= nranges && n <= nranges - x;
	case AEGF_STATE_FORK: return more && x == 0 && y < nstates;
	case AEGF_STATE_JUMP: return x == 0 && y < nstates;
	case AEGF_STATE_BEGIN:
	case AEGF_STATE_END: return more && x == 0 && y == 0;
	case AEGF_STATE_WORD: return more && x <= 1 && y == 0;
	}
	return 0;
}

enum aeg_status aegi_regex_check(const uint8_t *p, uint32_t len, uint32_t *ret_states)
{
	const struct aegf_regex *r = (const void *)p;
	const struct aegf_state *state = (const void *)(r + 1);

	if (len < sizeof *r)
		return AEG_BOUNDS;
	uint32_t nstates = aeg_ld32(r->nstates), nranges = aeg_ld32(r->nranges);
	if (nstates == 0 || nstates > AEGF_MAX_STATES ||
		len != sizeof *r + (uint64_t)nstates * sizeof *state +
				(uint64_t)nranges * sizeof(struct aegf_range))
		return AEG_BOUNDS;
	for (uint32_t i = 0; i < nstates; i++)
		if (!check_state(state + i, nstates, nranges, i))
			return AEG_CONTENT;
	*ret_states = nstates;
	return AEG_OK;
}

static void add(struct run *r, uint32_t *list, uint32_t *n, uint32_t state, uint32_t when)
{
	if (r->mark[state] == when)
		return;
	r->mark[state] = when;
	list[(*n)++] = state;
}

static int in_class(const struct run *r, const struct aegf_state *s, uint32_t c)
{
	uint32_t y = aeg_ld32(s->y), lo = aeg_ld32(s->x), hi = lo + (y & ~AEGF_CLASS_NOT);
	int not = (y & AEGF_CLASS_NOT) != 0;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (c > aeg_ld32(r->range[mid].hi))
			lo = mid + 1;
		else if (c < aeg_ld32(r->range[mid].lo))
			hi = mid;
		else
			return !not ;
	}
	return not ;
}

static int is_word(int32_t c)
{
	return (c >= '0' && c <= '9') || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Adds what the states here, after @before and before @c, lead to without a code point; -1: there
 * is none. 1: one of them is MATCH. */
static int close_over(struct run *r, int32_t before, int32_t c)
{
	uint32_t inside = is_word(before) == is_word(c);
	int matched = 0;

	for (uint32_t i = 0; i < r->nhere; i++) {
		uint32_t at = r->here[i], op = aeg_ld32(r->state[at].op);
		if (op == AEGF_STATE_MATCH)
			matched = 1;
		else if (op == AEGF_STATE_FORK || (op == AEGF_STATE_BEGIN && before < 0) ||
			 (op == AEGF_STATE_END && c < 0) ||
			 (op == AEGF_STATE_WORD && aeg_ld32(r->state[at].x) == inside))
			add(r, r->here, &r->nhere, at + 1, r->when);
		if (op == AEGF_STATE_FORK || op == AEGF_STATE_JUMP)
			add(r, r->here, &r->nhere, aeg_ld32(r->state[at].y), r->when);
	}
	return matched;
}

/* Goes on from all states here by @c. */
static void follow(struct run *r, uint32_t c)
{
	uint32_t *list = r->there;

	r->when++;
	r->nthere = 0;
	for (uint32_t i = 0; i < r->nhere; i++) {
		uint32_t at = r->here[i];
		const struct aegf_state *s = &r->state[at];
		uint32_t op = aeg_ld32(s->op);
		if ((op == AEGF_STATE_CHAR && c >= aeg_ld32(s->x) && c <= aeg_ld32(s->y)) ||
			(op == AEGF_STATE_CLASS && in_class(r, s, c)))
			add(r, list, &r->nthere, at + 1, r->when);
	}
	r->there = r->here;
	r->here = list;
	r->nhere = r->nthere;
}

int aegi_regex_run(struct aeg_select *s, const uint8_t *p, struct text t, int whole, uint32_t *mem)
{
	const struct aegf_regex *regex = (const void *)p;
	uint32_t n = aeg_ld32(regex->nstates);
	const struct aegf_state *state = (const void *)(regex + 1);
	struct run r = { .state = state,
		.range = (const void *)(state + n),
		.nstates = n,
		.here = mem,
		.there = mem + n,
		.mark = mem + 2 * (size_t)n,
		.when = 1 };
	int32_t before = -1, c;
	int matched;

	memset(r.mark, 0, n * sizeof *r.mark);
	if (!aegi_spend(s, n))
		return 0;
	add(&r, r.here, &r.nhere, 0, r.when);
	for (;; before = c) {
		c = aegi_text_point(&t);
		matched = close_over(&r, before, c);
		if (c < 0 || (matched && !whole))
			return matched;
		if (!aegi_spend(s, r.nhere + 1))
			return 0;
		follow(&r, (uint32_t)c);
		if (!whole)
			add(&r, r.here, &r.nhere, 0, r.when);
		else if (r.nhere == 0)
			return 0;
	}
}
