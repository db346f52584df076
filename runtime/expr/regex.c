/*
 * Compiles a regular expression, RFC 9485, into the states of an automaton. `^` and `$` stand for
 * the text's beginning and end, as everywhere else, where the RFC would take them for themselves.
 *
 * States go up from the front of the caller's memory, ranges down from its end; in the end they are
 * brought together.
 */
#include <string.h>

#include "aegis/expr.h"
#include "format/aeg_path.h"
#include "unicode.h"

enum { MAX_DEPTH = 64, NO_LIMIT = 1 << 30, MAX_POINT = 0x10ffff };

struct compiler {
	const uint8_t *at, *end;
	struct aegf_state *state;
	struct aegf_range *range_end; /* range i stands i + 1 before it */
	uint32_t nstates, nranges, depth;
	enum aeg_status status;
};

static void fail(struct compiler *c, enum aeg_status status)
{
	if (c->status == AEG_OK)
		c->status = status;
	c->at = c->end;
}

/* ---- Output -------------------------------------------------------------------------------- */

/* Is there room for @states and @ranges more? */
static int room(struct compiler *c, uint32_t states, uint32_t ranges)
{
	size_t gap =
		(size_t)((char *)(c->range_end - c->nranges) - (char *)(c->state + c->nstates));

	if (c->status != AEG_OK)
		return 0;
	if (c->nstates + states > AEGF_MAX_STATES)
		fail(c, AEG_TOO_LARGE);
	else if (states * sizeof *c->state + ranges * sizeof *c->range_end > gap)
		fail(c, AEG_NOMEM);
	return c->status == AEG_OK;
}

static void put(struct compiler *c, enum aegf_state_op op, uint32_t x, uint32_t y)
{
	if (room(c, 1, 0))
		c->state[c->nstates++] =
			(struct aegf_state){ aeg_st32(op), aeg_st32(x), aeg_st32(y) };
}

/* Moves what states from @from on point to by @by, as they have been moved. */
static void relocate(struct compiler *c, uint32_t from, uint32_t by)
{
	for (uint32_t i = from; i < c->nstates; i++) {
		struct aegf_state *s = &c->state[i];
		uint32_t op = aeg_ld32(s->op);
		if (op == AEGF_STATE_FORK || op == AEGF_STATE_JUMP)
			s->y = aeg_st32(aeg_ld32(s->y) + by);
	}
}

/* A state before all from @at on. */
static void insert(struct compiler *c, uint32_t at, enum aegf_state_op op, uint32_t y)
{
	if (!room(c, 1, 0))
		return;
	relocate(c, at, 1);
	memmove(c->state + at + 1, c->state + at, (c->nstates - at) * sizeof *c->state);
	c->state[at] = (struct aegf_state){ aeg_st32(op), aeg_st32(0), aeg_st32(y) };
	c->nstates++;
}

/* The @n states from @from on once more, at the end. */
static void copy(struct compiler *c, uint32_t from, uint32_t n)
{
	uint32_t to = c->nstates;

	if (!room(c, n, 0))
		return;
	memcpy(c->state + to, c->state + from, n * sizeof *c->state);
	c->nstates += n;
	relocate(c, to, to - from);
}

/* States whose y goes to the end of something under way hold the one before them, from 1. */
static void chain(struct compiler *c, uint32_t at, uint32_t *io_chain)
{
	if (c->status == AEG_OK) {
		c->state[at].y = aeg_st32(*io_chain);
		*io_chain = at + 1;
	}
}

static void chain_end(struct compiler *c, uint32_t chain)
{
	while (c->status == AEG_OK && chain != 0) {
		struct aegf_state *s = &c->state[chain - 1];
		chain = aeg_ld32(s->y);
		s->y = aeg_st32(c->nstates);
	}
}

/* ---- Classes ------------------------------------------------------------------------------- */

static void add_range(struct compiler *c, uint32_t lo, uint32_t hi)
{
	if (room(c, 0, 1)) {
		c->nranges++;
		c->range_end[-(ptrdiff_t)c->nranges] =
			(struct aegf_range){ aeg_st32(lo), aeg_st32(hi) };
	}
}

static void add_categories(struct compiler *c, uint32_t mask, int not )
{
	struct unicode_walk w = { .mask = not ? ~mask : mask };
	uint32_t lo, hi;

	while (c->status == AEG_OK && unicode_next(&w, &lo, &hi))
		add_range(c, lo, hi);
}

static struct aegf_range *range(struct compiler *c, uint32_t i) { return c->range_end - i - 1; }

static void sort(struct compiler *c, uint32_t first)
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
static void put_class(struct compiler *c, uint32_t first, int not )
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
	put(c, AEGF_STATE_CLASS, first, (n - first) | (not ? AEGF_CLASS_NOT : 0));
}

/* ---- Input --------------------------------------------------------------------------------- */

static int peek(const struct compiler *c) { return c->at < c->end ? *c->at : -1; }

static int eat(struct compiler *c, int byte)
{
	if (peek(c) != byte)
		return 0;
	c->at++;
	return 1;
}

static int continuation(struct compiler *c)
{
	if ((peek(c) & 0xc0) != 0x80 || peek(c) < 0)
		fail(c, AEG_CONTENT);
	return c->status == AEG_OK ? *c->at++ & 0x3f : 0;
}

/* One code point; there is a byte. */
static uint32_t point(struct compiler *c)
{
	uint32_t lead = *c->at++, value;
	int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;

	if (lead < 0x80)
		return lead;
	if (lead < 0xc2 || lead > 0xf4)
		fail(c, AEG_CONTENT);
	for (value = lead & (0x3fu >> more); more > 0; more--)
		value = value << 6 | (uint32_t)continuation(c);
	return value;
}

/* After a backslash: one of the characters that may be escaped. */
static uint32_t escaped(struct compiler *c)
{
	int byte = peek(c);

	if (byte <= 0 || strchr("()*+-.?[\\]^nrt{|}", byte) == NULL) {
		fail(c, AEG_CONTENT);
		return 0;
	}
	c->at++;
	return byte == 'n' ? '\n' : byte == 'r' ? '\r' : byte == 't' ? '\t' : (uint32_t)byte;
}

/* After `\p` or `\P`: the categories' mask. */
static uint32_t property(struct compiler *c)
{
	const uint8_t *name;
	uint32_t mask;

	if (!eat(c, '{'))
		fail(c, AEG_CONTENT);
	for (name = c->at; peek(c) >= 'A' && peek(c) <= 'z'; c->at++)
		;
	mask = unicode_categories((const char *)name, (uint32_t)(c->at - name));
	if (!eat(c, '}') || mask == 0)
		fail(c, AEG_CONTENT);
	return mask;
}

/* Is a `\p` or `\P` next? Then it is taken. */
static int property_next(struct compiler *c)
{
	if (c->end - c->at < 2 || c->at[0] != '\\' || (c->at[1] | 0x20) != 'p')
		return 0;
	c->at += 2;
	return 1;
}

/* ---- The grammar --------------------------------------------------------------------------- */

/* A character of a class, for itself or where a range ends. */
static uint32_t class_point(struct compiler *c)
{
	int byte = peek(c);

	if (byte < 0 || byte == '-' || byte == '[' || byte == ']') {
		fail(c, AEG_CONTENT);
		return 0;
	}
	return eat(c, '\\') ? escaped(c) : point(c);
}

/* After `[`. */
static void class_expression(struct compiler *c)
{
	uint32_t first = c->nranges, lo, hi;
	int not = eat(c, '^');

	if (eat(c, '-'))
		add_range(c, '-', '-');
	else if (peek(c) == ']')
		fail(c, AEG_CONTENT);
	while (c->status == AEG_OK && !eat(c, ']')) {
		if (c->end - c->at >= 2 && c->at[0] == '-' && c->at[1] == ']') {
			c->at++;
			add_range(c, '-', '-');
		} else if (property_next(c)) {
			int other = c->at[-1] == 'P';
			add_categories(c, property(c), other);
		} else {
			lo = hi = class_point(c);
			if (c->end - c->at >= 2 && c->at[0] == '-' && c->at[1] != ']') {
				c->at++;
				hi = class_point(c);
			}
			if (lo > hi)
				fail(c, AEG_CONTENT);
			add_range(c, lo, hi);
		}
	}
	if (c->status == AEG_OK)
		put_class(c, first, not );
}

static void alternatives(struct compiler *c);

static void atom(struct compiler *c)
{
	int byte = *c->at;
	uint32_t first = c->nranges, p;

	if (property_next(c)) {
		int not = c->at[-1] == 'P';
		add_categories(c, property(c), 0);
		if (c->status == AEG_OK)
			put_class(c, first, not );
		return;
	}
	if (byte <= 0x7f && byte != 0 && strchr(")*+?]{}", byte) != NULL) {
		fail(c, AEG_CONTENT);
		return;
	}
	p = point(c);
	switch (byte) {
	case '(':
		alternatives(c);
		if (!eat(c, ')'))
			fail(c, AEG_CONTENT);
		return;
	case '[': class_expression(c); return;
	case '^': put(c, AEGF_STATE_BEGIN, 0, 0); return;
	case '$': put(c, AEGF_STATE_END, 0, 0); return;
	case '.':
		add_range(c, '\n', '\n');
		add_range(c, '\r', '\r');
		put_class(c, first, 1);
		return;
	case '\\': p = escaped(c); break;
	}
	put(c, AEGF_STATE_CHAR, p, p);
}

static uint32_t quantity(struct compiler *c)
{
	uint32_t n = 0;

	if (peek(c) < '0' || peek(c) > '9')
		fail(c, AEG_CONTENT);
	for (; peek(c) >= '0' && peek(c) <= '9'; c->at++)
		if (n < NO_LIMIT)
			n = n * 10 + (uint32_t)(*c->at - '0');
	return n < NO_LIMIT ? n : NO_LIMIT - 1;
}

/* What was made from @from on, @least to @most times. */
static void repeat(struct compiler *c, uint32_t from, uint32_t least, uint32_t most)
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
		put(c, AEGF_STATE_FORK, 0, last);
	} else {
		for (uint32_t i = least == 0 ? 1 : least; i < most && c->status == AEG_OK; i++) {
			put(c, AEGF_STATE_FORK, 0, 0);
			chain(c, c->nstates - 1, &ends);
			copy(c, unit, n);
		}
	}
	chain_end(c, ends);
}

static void piece(struct compiler *c)
{
	uint32_t from = c->nstates, least, most;

	atom(c);
	if (eat(c, '*')) {
		repeat(c, from, 0, NO_LIMIT);
	} else if (eat(c, '+')) {
		repeat(c, from, 1, NO_LIMIT);
	} else if (eat(c, '?')) {
		repeat(c, from, 0, 1);
	} else if (eat(c, '{')) {
		least = most = quantity(c);
		if (eat(c, ','))
			most = peek(c) == '}' ? NO_LIMIT : quantity(c);
		if (!eat(c, '}') || least > most)
			fail(c, AEG_CONTENT);
		repeat(c, from, least, most);
	}
}

/* Up to the end, or a `)`. */
static void alternatives(struct compiler *c)
{
	uint32_t from = c->nstates, ends = 0;

	if (c->depth++ == MAX_DEPTH)
		fail(c, AEG_TOO_LARGE);
	for (;;) {
		while (c->at < c->end && *c->at != '|' && *c->at != ')')
			piece(c);
		if (!eat(c, '|'))
			break;
		put(c, AEGF_STATE_JUMP, 0, 0);
		insert(c, from, AEGF_STATE_FORK, c->nstates + 1);
		chain(c, c->nstates - 1, &ends);
		from = c->nstates;
	}
	chain_end(c, ends);
	c->depth--;
}

enum aeg_status aeg_regex_compile(struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len)
{
	struct aegf_regex *r = mem;

	if (cap < sizeof *r)
		return AEG_NOMEM;
	if (cap > (1u << 20))
		cap = 1u << 20;
	struct compiler c = { .at = (const uint8_t *)pattern.at,
		.end = (const uint8_t *)pattern.at + pattern.len,
		.state = (void *)(r + 1),
		.range_end = (void *)((char *)mem + cap) };
	alternatives(&c);
	if (c.at < c.end)
		fail(&c, AEG_CONTENT);
	put(&c, AEGF_STATE_MATCH, 0, 0);
	if (c.status != AEG_OK)
		return c.status;
	for (uint32_t i = 0, k = c.nranges; i + 1 < k; i++) {
		struct aegf_range x = *range(&c, i);
		*range(&c, i) = *range(&c, --k);
		*range(&c, k) = x;
	}
	memmove(c.state + c.nstates, c.range_end - c.nranges, c.nranges * sizeof *c.range_end);
	*r = (struct aegf_regex){ aeg_st32(c.nstates), aeg_st32(c.nranges) };
	*ret_len = sizeof *r + c.nstates * sizeof *c.state + c.nranges * sizeof *c.range_end;
	return AEG_OK;
}
