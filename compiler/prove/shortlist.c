/* Patterns by what they are written as: a name can only match itself, its prefixes, and `*`. */
#include "prove/shortlist.h"

#include <stdlib.h>

struct found {
	struct arena *arena;
	uint32_t *v;
	size_t n, cap;
};

static struct slice pattern_of(const struct mcontext *c, uint32_t rule)
{
	return rule < c->ncaps ? c->caps[rule].pattern.written.text
			       : c->deny[rule - c->ncaps].written.text;
}

void shortlist_init(struct shortlist *s, struct arena *a, const struct mcontext *c)
{
	uint32_t n = c->ncaps + c->ndeny;

	*s = (struct shortlist){ .context = c, .first = { .arena = a } };
	if (n < SHORTLIST_FROM)
		return;
	s->next = arena_array(a, uint32_t, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t known = map_put(&s->first, pattern_of(c, i), i);
		s->next[i] = known == MAP_NONE ? UINT32_MAX : s->next[known];
		if (known != MAP_NONE)
			s->next[known] = i;
	}
}

bool shortlist_is_first(const struct shortlist *s, uint32_t rule)
{
	struct slice pattern = pattern_of(s->context, rule);

	if (s->next != NULL)
		return map_get(&s->first, pattern) == rule;
	return rule == 0 || rule == s->context->ncaps ||
	       !slice_eq(pattern, pattern_of(s->context, rule - 1));
}

static void add(const struct shortlist *s, struct found *f, struct slice pattern)
{
	for (uint32_t i = map_get(&s->first, pattern); i != UINT32_MAX; i = s->next[i]) {
		arena_push(f->arena, f->v, f->n, &f->cap);
		f->v[f->n++] = i;
	}
}

static int ascending(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* Copies of the rules that were found, in the order of the context. */
static void select(struct shortlist *s, const struct found *f)
{
	const struct mcontext *c = s->context;
	struct mcontext *part = &s->part;

	*part = *c;
	part->ncaps = part->ndeny = 0;
	part->caps = arena_array(f->arena, struct mcap, f->n);
	part->deny = arena_array(f->arena, struct mpattern, f->n);
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i] < c->ncaps)
			part->caps[part->ncaps++] = c->caps[f->v[i]];
		else
			part->deny[part->ndeny++] = c->deny[f->v[i] - c->ncaps];
	}
	s->rules = f->v;
}

const struct mcontext *shortlist_for(struct shortlist *s, struct arena *scratch, struct slice name)
{
	struct found f = { .arena = scratch };
	struct buf prefix = { .arena = scratch };

	s->rules = NULL;
	if (s->next == NULL)
		return s->context;
	add(s, &f, name);
	add(s, &f, SLICE("*"));
	for (uint32_t i = 0; i < name.len; i++) {
		buf_add(&prefix, name.at + i, 1);
		if (name.at[i] != '.')
			continue;
		buf_text(&prefix, "*");
		add(s, &f, buf_done(&prefix));
		prefix.len--;
	}
	if (f.n == 0) { /* so that `rules` is not NULL */
		arena_push(f.arena, f.v, f.n, &f.cap);
	} else {
		qsort(f.v, f.n, sizeof *f.v, ascending);
	}
	select(s, &f);
	return &s->part;
}

uint32_t shortlist_cap(const struct shortlist *s, uint32_t i)
{
	return s->rules == NULL || i >= s->part.ncaps ? i : s->rules[i];
}

uint32_t shortlist_deny(const struct shortlist *s, uint32_t i)
{
	return s->rules == NULL || i >= s->part.ndeny
		       ? i
		       : s->rules[s->part.ncaps + i] - s->context->ncaps;
}
