/*
 * Writes the states of an automaton as a grammar of regular expressions meets them, and reads what
 * all such grammars have: alternatives, sequences and quantifiers.
 *
 * States go up from the front of the caller's memory, ranges down from its end; in the end they are
 * brought together.
 */
#include "regex.h"

#include <string.h>

#include "unicode.h"

enum { MAX_DEPTH = 64, NO_LIMIT = 1 << 30 };

void regex_fail(struct regex *c, enum aeg_status status)
{
	if (c->status == AEG_OK) {
		c->status = status;
		c->bad = c->at;
	}
	c->at = c->end;
}

/* ---- Output -------------------------------------------------------------------------------- */

/* Is there room for @states and @ranges more? */
static int room(struct regex *c, uint32_t states, uint32_t ranges)
{
	size_t gap =
		(size_t)((char *)(c->range_end - c->nranges) - (char *)(c->state + c->nstates));

	if (c->status != AEG_OK)
		return 0;
	if (c->nstates + states > AEGF_MAX_STATES)
		regex_fail(c, AEG_TOO_LARGE);
	else if (states * sizeof *c->state + ranges * sizeof *c->range_end > gap)
		regex_fail(c, AEG_NOMEM);
	return c->status == AEG_OK;
}

void regex_put(struct regex *c, enum aegf_state_op op, uint32_t x, uint32_t y)
{
	if (room(c, 1, 0))
		c->state[c->nstates++] =
			(struct aegf_state){ aeg_st32(op), aeg_st32(x), aeg_st32(y) };
}

/* Moves what states from @from on point to by @by, as they have been moved. */
static void relocate(struct regex *c, uint32_t from, uint32_t by)
{
	for (uint32_t i = from; i < c->nstates; i++) {
		struct aegf_state *s = &c->state[i];
		uint32_t op = aeg_ld32(s->op);
		if (op == AEGF_STATE_FORK || op == AEGF_STATE_JUMP)
			s->y = aeg_st32(aeg_ld32(s->y) + by);
	}
}

/* A state before all from @at on. */
static void insert(struct regex *c, uint32_t at, enum aegf_state_op op, uint32_t y)
{
	if (!room(c, 1, 0))
		return;
	relocate(c, at, 1);
	memmove(c->state + at + 1, c->state + at, (c->nstates - at) * sizeof *c->state);
	c->state[at] = (struct aegf_state){ aeg_st32(op), aeg_st32(0), aeg_st32(y) };
	c->nstates++;
}

/* The @n states from @from on once more, at the end. */
static void copy(struct regex *c, uint32_t from, uint32_t n)
{
	uint32_t to = c->nstates;

	if (!room(c, n, 0))
		return;
	memcpy(c->state + to, c->state + from, n * sizeof *c->state);
	c->nstates += n;
	relocate(c, to, to - from);
}

/* States whose y goes to the end of something under way hold the one before them, from 1. */
static void chain(struct regex *c, uint32_t at, uint32_t *io_chain)
{
	if (c->status == AEG_OK) {
		c->state[at].y = aeg_st32(*io_chain);
		*io_chain = at + 1;
	}
}

static void chain_end(struct regex *c, uint32_t chain)
{
	while (c->status == AEG_OK && chain != 0) {
		struct aegf_state *s = &c->state[chain - 1];
		chain = aeg_ld32(s->y);
		s->y = aeg_st32(c->nstates);
	}
}

/* ---- Classes ------------------------------------------------------------------------------- */

void regex_add_range(struct regex *c, uint32_t lo, uint32_t hi)
{
	if (room(c, 0, 1)) {
		c->nranges++;
		c->range_end[-(ptrdiff_t)c->nranges] =
			(struct aegf_range){ aeg_st32(lo), aeg_st32(hi) };
	}
}

void regex_add_categories(struct regex *c, uint32_t mask, int not )
{
	struct unicode_walk w = { .mask = not ? ~mask : mask };
	uint32_t lo, hi;

	while (c->status == AEG_OK && unicode_next(&w, &lo, &hi))
		regex_add_range(c, lo, hi);
}

static struct aegf_range *range(struct regex *c, uint32_t i) { return c->range_end - i - 1; }

static void sort(struct regex *c, uint32_t first)
{
	static const uint32_t gaps[] = { 701, 301, 132, 57, 23, 10, 4, 1 };

	for (uint32_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
		for (uint32_t i = first + gaps[g]; i < c->nranges; i++) {
			struct aegf_range r = *range(c, i);
			uint32_t k = i;
			for (; k >= first + gaps[g] &&
				aeg_ld32(range(c, k - gaps[g])->lo) > aeg_ld32(r.lo);
				k -= gaps[g])
				*range(c, k) = *range(c, k - gaps[g]);
			*range(c, k) = r;
		}
}

/* A state for the ranges from @first on, which are made ascending and apart. */
void regex_put_class(struct regex *c, uint32_t first, int not )
{
	uint32_t n = first;

	sort(c, first);
	for (uint32_t i = first; i < c->nranges; i++) {
		struct aegf_range r = *range(c, i);
		if (n > first && aeg_ld32(r.lo) <= aeg_ld32(range(c, n - 1)->hi) + 1) {
			if (aeg_ld32(r.hi) > aeg_ld32(range(c, n - 1)->hi))
				range(c, n - 1)->hi = r.hi;
		} else {
			*range(c, n++) = r;
		}
	}
	c->nranges = n;
	regex_put(c, AEGF_STATE_CLASS, first, (n - first) | (not ? AEGF_CLASS_NOT : 0));
}

/* ---- Input --------------------------------------------------------------------------------- */

int regex_peek(const struct regex *c) { return c->at < c->end ? *c->at : -1; }

int regex_eat(struct regex *c, int byte)
{
	if (regex_peek(c) != byte)
		return 0;
	c->at++;
	return 1;
}

static int continuation(struct regex *c)
{
	if ((regex_peek(c) & 0xc0) != 0x80 || regex_peek(c) < 0)
		regex_fail(c, AEG_CONTENT);
	return c->status == AEG_OK ? *c->at++ & 0x3f : 0;
}

/* One code point; there is a byte. */
uint32_t regex_point(struct regex *c)
{
	uint32_t lead = *c->at++, value;
	int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;

	if (lead < 0x80)
		return lead;
	if (lead < 0xc2 || lead > 0xf4)
		regex_fail(c, AEG_CONTENT);
	for (value = lead & (0x3fu >> more); more > 0; more--)
		value = value << 6 | (uint32_t)continuation(c);
	return value;
}

/* ---- Sequences ----------------------------------------------------------------------------- */

static uint32_t quantity(struct regex *c)
{
	uint32_t n = 0;

	if (regex_peek(c) < '0' || regex_peek(c) > '9')
		regex_fail(c, AEG_CONTENT);
	for (; regex_peek(c) >= '0' && regex_peek(c) <= '9'; c->at++)
		if (n < NO_LIMIT)
			n = n * 10 + (uint32_t)(*c->at - '0');
	return n < NO_LIMIT ? n : NO_LIMIT - 1;
}

/* What was made from @from on, @least to @most times. */
static void repeat(struct regex *c, uint32_t from, uint32_t least, uint32_t most)
{
	uint32_t n = c->nstates - from, unit = from, ends = 0, last;

	if (n == 0 || c->status != AEG_OK)
		return;
	if (most == 0) {
		c->nstates = from;
		return;
	}
	if (least == 0) {
		insert(c, from, AEGF_STATE_FORK, 0);
		chain(c, from, &ends);
		unit++;
	}
	last = unit;
	for (uint32_t i = 1; i < least && c->status == AEG_OK; i++) {
		last = c->nstates;
		copy(c, unit, n);
	}
	if (most == NO_LIMIT) {
		regex_put(c, AEGF_STATE_FORK, 0, last);
	} else {
		for (uint32_t i = least == 0 ? 1 : least; i < most && c->status == AEG_OK; i++) {
			regex_put(c, AEGF_STATE_FORK, 0, 0);
			chain(c, c->nstates - 1, &ends);
			copy(c, unit, n);
		}
	}
	chain_end(c, ends);
}

/* ECMA-262 takes a brace that begins no quantity for itself. */
static int is_quantity(const struct regex *c)
{
	const uint8_t *p = c->at + 1;
	uint32_t digits = 0;

	for (; p < c->end && *p >= '0' && *p <= '9'; p++)
		digits++;
	if (p < c->end && *p == ',')
		for (p++; p < c->end && *p >= '0' && *p <= '9'; p++)
			;
	return digits > 0 && p < c->end && *p == '}';
}

static void piece(struct regex *c)
{
	uint32_t from = c->nstates, least, most;

	c->atom(c);
	if (regex_eat(c, '*')) {
		repeat(c, from, 0, NO_LIMIT);
	} else if (regex_eat(c, '+')) {
		repeat(c, from, 1, NO_LIMIT);
	} else if (regex_eat(c, '?')) {
		repeat(c, from, 0, 1);
	} else if (regex_peek(c) == '{' && (!c->ecma || is_quantity(c))) {
		c->at++;
		least = most = quantity(c);
		if (regex_eat(c, ','))
			most = regex_peek(c) == '}' ? NO_LIMIT : quantity(c);
		if (!regex_eat(c, '}') || least > most)
			regex_fail(c, AEG_CONTENT);
		repeat(c, from, least, most);
	} else {
		return;
	}
	if (c->ecma) /* lazy: that makes no difference to whether it matches */
		regex_eat(c, '?');
}

/* Up to the end, or a `)`. */
void regex_alternatives(struct regex *c)
{
	uint32_t from = c->nstates, ends = 0;

	if (c->depth++ == MAX_DEPTH)
		regex_fail(c, AEG_TOO_LARGE);
	for (;;) {
		while (c->at < c->end && *c->at != '|' && *c->at != ')')
			piece(c);
		if (!regex_eat(c, '|'))
			break;
		regex_put(c, AEGF_STATE_JUMP, 0, 0);
		insert(c, from, AEGF_STATE_FORK, c->nstates + 1);
		chain(c, c->nstates - 1, &ends);
		from = c->nstates;
	}
	chain_end(c, ends);
	c->depth--;
}

enum aeg_status regex_compile(struct regex *c, struct aeg_str pattern,
	void (*atom)(struct regex *c), void *mem, size_t cap, size_t *ret_len)
{
	struct aegf_regex *r = mem;

	if (cap < sizeof *r)
		return AEG_NOMEM;
	if (cap > (1u << 20))
		cap = 1u << 20;
	c->at = (const uint8_t *)pattern.at;
	c->end = c->at + pattern.len;
	c->state = (void *)(r + 1);
	c->range_end = (void *)((char *)mem + cap);
	c->atom = atom;
	regex_alternatives(c);
	if (c->at < c->end)
		regex_fail(c, AEG_CONTENT);
	regex_put(c, AEGF_STATE_MATCH, 0, 0);
	if (c->status != AEG_OK)
		return c->status;
	for (uint32_t i = 0, k = c->nranges; i + 1 < k; i++) {
		struct aegf_range x = *range(c, i);
		*range(c, i) = *range(c, --k);
		*range(c, k) = x;
	}
	memmove(c->state + c->nstates, c->range_end - c->nranges,
		c->nranges * sizeof *c->range_end);
	*r = (struct aegf_regex){ aeg_st32(c->nstates), aeg_st32(c->nranges) };
	*ret_len = sizeof *r + c->nstates * sizeof *c->state + c->nranges * sizeof *c->range_end;
	return AEG_OK;
}
