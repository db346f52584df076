/* The forest of a context's patterns, and contexts made of parts of it. */
#include "check/overlap.h"

#include <stdlib.h>

/* Whether @name goes on after @stem with a dot and at least one byte. */
static bool is_below(struct slice name, struct slice stem)
{
	return name.len > stem.len + 1 && slice_begins(name, stem) && name.at[stem.len] == '.';
}

bool pattern_matches(const struct mpattern *p, struct slice name)
{
	switch (p->form) {
	case PATTERN_EXACT: return slice_eq(p->stem, name);
	case PATTERN_PREFIX: return is_below(name, p->stem);
	case PATTERN_ANY: return true;
	}
	return false;
}

bool pattern_covers(const struct mpattern *p, const struct mpattern *q)
{
	if (p->form != PATTERN_PREFIX || q->form != PATTERN_PREFIX)
		return p->form == PATTERN_ANY ||
		       (q->form == PATTERN_EXACT && pattern_matches(p, q->stem));
	/* `a.*` covers `a..*` too. */
	return slice_eq(p->stem, q->stem) ||
	       (q->stem.len > p->stem.len && slice_begins(q->stem, p->stem) &&
		       q->stem.at[p->stem.len] == '.');
}

/* ---- Order --------------------------------------------------------------------------------- */

/* The bytes of a pattern such that in their order what covers is followed by all that it covers:
 * of `fs.*` with the dot; its end comes before every byte, and after the end of a name. */
static unsigned byte_at(const struct mpattern *p, uint32_t i)
{
	enum { NAME_ENDS, PREFIX_ENDS };
	if (i < p->stem.len)
		return (unsigned char)p->stem.at[i];
	if (p->form == PATTERN_PREFIX && i == p->stem.len)
		return '.';
	return p->form == PATTERN_EXACT ? NAME_ENDS : PREFIX_ENDS;
}

static uint64_t head_of(const struct mpattern *p)
{
	uint64_t head = 0;
	for (uint32_t i = 0; i < 8; i++)
		head = head << 8 | (i > p->stem.len + 1 ? 0 : byte_at(p, i));
	return head;
}

static int order(const struct rule *a, const struct rule *b)
{
	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	uint32_t most = a->pattern->stem.len > b->pattern->stem.len ? a->pattern->stem.len
								    : b->pattern->stem.len;
	for (uint32_t i = 8; i <= most + 1; i++) {
		unsigned x = byte_at(a->pattern, i), y = byte_at(b->pattern, i);
		if (x != y)
			return x < y ? -1 : 1;
	}
	if (a->deny != b->deny)
		return a->deny ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static int compare(const void *a, const void *b) { return order(a, b); }

static void sort(struct rule *v, uint32_t n)
{
	if (n > 24) {
		qsort(v, n, sizeof *v, compare);
		return;
	}
	for (uint32_t i = 1; i < n; i++) {
		struct rule m = v[i];
		uint32_t k = i;
		for (; k > 0 && order(&m, &v[k - 1]) < 0; k--)
			v[k] = v[k - 1];
		v[k] = m;
	}
}

/* ---- The forest ---------------------------------------------------------------------------- */

struct forest overlap_forest(struct arena *a, const struct mcontext *context)
{
	struct forest f = { .v = arena_array(a, struct rule, context->ncaps + context->ndeny) };
	for (uint32_t i = 0; i < context->ndeny; i++)
		f.v[f.n++] = (struct rule){ &context->deny[i], i, .deny = true };
	for (uint32_t i = 0; i < context->ncaps; i++)
		f.v[f.n++] = (struct rule){ &context->caps[i].pattern, i, .deny = false };
	for (uint32_t i = 0; i < f.n; i++)
		f.v[i].head = head_of(f.v[i].pattern);
	sort(f.v, f.n);

	f.caps_before = arena_array(a, uint32_t, f.n + 1);
	uint32_t *above = arena_array(a, uint32_t, f.n + 1), depth = 0;
	for (uint32_t i = 0; i < f.n; i++) {
		struct rule *m = &f.v[i];
		while (depth > 0 && !pattern_covers(f.v[above[depth - 1]].pattern, m->pattern))
			f.v[above[--depth]].end = i;
		m->cap_above = m->deny_above = MAP_NONE;
		if (depth > 0) {
			const struct rule *up = &f.v[above[depth - 1]];
			m->cap_above = up->deny ? up->cap_above : above[depth - 1];
			m->deny_above = up->deny ? above[depth - 1] : up->deny_above;
		}
		above[depth++] = i;
		f.caps_before[i + 1] = f.caps_before[i] + !m->deny;
	}
	while (depth > 0)
		f.v[above[--depth]].end = f.n;
	return f;
}

/* ---- Parts --------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static struct part make(struct arena *a, const struct mcontext *whole, uint32_t *caps,
	uint32_t ncaps, uint32_t *denies, uint32_t ndeny)
{
	struct part p = { .context = *whole, .whole = whole, .caps = caps };
	qsort(caps, ncaps, sizeof *caps, ascending);
	qsort(denies, ndeny, sizeof *denies, ascending);
	p.context.caps = arena_array(a, struct mcap, ncaps);
	p.context.deny = arena_array(a, struct mpattern, ndeny);
	for (uint32_t i = 0; i < ncaps; i++)
		p.context.caps[i] = whole->caps[caps[i]];
	for (uint32_t i = 0; i < ndeny; i++)
		p.context.deny[i] = whole->deny[denies[i]];
	p.context.ncaps = ncaps;
	p.context.ndeny = ndeny;
	return p;
}

struct part overlap_part(struct arena *a, const struct mcontext *whole, const struct forest *f,
	uint32_t lo, uint32_t hi)
{
	uint32_t *caps = arena_array(a, uint32_t, hi - lo),
		 *denies = arena_array(a, uint32_t, hi - lo), ncaps = 0, ndeny = 0;
	for (uint32_t i = lo; i < hi; i++)
		if (f->v[i].deny)
			denies[ndeny++] = f->v[i].index;
		else
			caps[ncaps++] = f->v[i].index;
	return make(a, whole, caps, ncaps, denies, ndeny);
}

struct part overlap_one(struct arena *a, const struct mcontext *whole, uint32_t cap, uint32_t deny)
{
	uint32_t *v = arena_array(a, uint32_t, 2);
	v[0] = cap;
	v[1] = deny;
	return make(a, whole, v, 1, v + 1, deny != MAP_NONE);
}
