/* Terms: classes of values with the smallest value of each, and what they combine to. */
#include "symbolic/internal.h"

void cut_stop(struct cut *c, struct span at)
{
	if (!c->over)
		c->over_at = at;
	c->over = true;
}

bool cut_spend(struct cut *c, uint64_t n, struct span at)
{
	c->work = c->work > UINT64_MAX - n ? UINT64_MAX : c->work + n;
	if (c->work > c->most)
		cut_stop(c, at);
	return !c->over;
}

struct terms *terms_new(struct cut *c, uint32_t nwords)
{
	struct terms *t = arena_new(c->arena, struct terms);
	*t = (struct terms){ .cut = c, .nwords = nwords, .seen.arena = c->arena };
	return t;
}

uint64_t *terms_bits(const struct terms *t)
{
	return arena_array(t->cut->arena, uint64_t, t->nwords);
}

uint64_t *terms_union(const struct terms *t, const uint64_t *bits, const uint64_t *more)
{
	uint64_t *both = terms_bits(t);
	for (uint32_t i = 0; i < t->nwords; i++)
		both[i] = bits[i] | more[i];
	return both;
}

static struct slice key_of(const struct terms *t, const uint64_t *holds)
{
	return (struct slice){ (const char *)holds, t->nwords * (uint32_t)sizeof *holds };
}

void terms_add(struct terms *t, uint64_t *holds, struct slice text)
{
	uint32_t known = map_put(&t->seen, key_of(t, holds), (uint32_t)t->n);

	if (known != MAP_NONE) {
		if (text.len < t->v[known].text.len)
			t->v[known].text = text;
		return;
	}
	arena_push(t->cut->arena, t->v, t->n, &t->cap);
	t->v[t->n++] = (struct term){ holds, text };
}

/* ---- Combinations -------------------------------------------------------------------------- */

static struct slice join(struct arena *a, struct slice x, const char *between, struct slice y)
{
	size_t gap = x.len != 0 && y.len != 0 ? strlen(between) : 0;
	char *text = arena_array(a, char, x.len + gap + y.len + 1);

	if (x.len != 0)
		memcpy(text, x.at, x.len);
	memcpy(text + x.len, between, gap);
	if (y.len != 0)
		memcpy(text + x.len + gap, y.at, y.len);
	return (struct slice){ text, (uint32_t)(x.len + gap + y.len) };
}

/* Adds what holds of both, without making a text that is not needed. */
static void add_both(
	struct terms *t, const struct term *x, const struct term *y, const char *between)
{
	struct arena mark = *t->cut->arena;
	uint64_t *holds = terms_bits(t);
	size_t len = x->text.len + y->text.len;

	if (x->text.len != 0 && y->text.len != 0)
		len += strlen(between);
	if (len > INT32_MAX) {
		cut_stop(t->cut, SPAN_NONE);
		return;
	}
	for (uint32_t i = 0; i < t->nwords; i++)
		holds[i] = x->holds[i] & y->holds[i];
	uint32_t known = map_get(&t->seen, key_of(t, holds));
	if (known != MAP_NONE && t->v[known].text.len <= len)
		arena_rewind(t->cut->arena, &mark);
	else
		terms_add(t, holds, join(t->cut->arena, x->text, between, y->text));
}

struct terms *terms_product(const struct terms *a, const struct terms *b, const char *between)
{
	struct terms *t = terms_new(a->cut, a->nwords);

	for (size_t i = 0; i < a->n && cut_spend(t->cut, b->n * (1 + t->nwords / 8), SPAN_NONE);
		i++)
		for (size_t k = 0; k < b->n; k++)
			add_both(t, &a->v[i], &b->v[k], between);
	return t;
}

/* A list is made longer as long as that makes a difference. Its elements stand in any order. */
struct terms *terms_lists(const struct terms *elements, const char *between)
{
	struct terms *t = terms_new(elements->cut, elements->nwords);

	for (size_t i = 0; i < elements->n; i++)
		terms_add(t, elements->v[i].holds, elements->v[i].text);
	for (size_t i = 0;
		i < t->n && cut_spend(t->cut, elements->n * (1 + t->nwords / 8), SPAN_NONE); i++)
		for (size_t k = 0; k < elements->n; k++) {
			struct term list = t->v[i];
			add_both(t, &list, &elements->v[k], between);
		}
	return t;
}

struct slice copy_slice(struct arena *a, struct slice s)
{
	char *bytes = arena_alloc(a, 1, s.len, _Alignof(uint64_t));

	memcpy(bytes, s.at, s.len);
	return (struct slice){ bytes, s.len };
}

struct slice fresh_name(struct arena *a, uint32_t i)
{
	char text[8];
	uint32_t n = 0;

	for (uint64_t left = (uint64_t)i + 1; left > 0; left = (left - 1) / 26)
		text[n++] = (char)('a' + (left - 1) % 26);
	char *name = arena_array(a, char, n);
	for (uint32_t k = 0; k < n; k++)
		name[k] = text[n - 1 - k];
	return (struct slice){ name, n };
}
