/* Tells contexts with the same rules from different ones, and these by their tools. */
#include "symbolic/distinct.h"

#include <stdlib.h>

#include "base/buf.h"

/* ---- Contexts with the same rules ---------------------------------------------------------- */

/* Text with its length before it, so that no two sequences of texts look alike. */
static void add_text(struct buf *out, struct slice s)
{
	buf_add(out, &s.len, sizeof s.len);
	buf_slice(out, s);
}

static void add_list(struct buf *out, const struct mlist *l)
{
	uint32_t n = l->stated ? l->n : UINT32_MAX;

	buf_add(out, &n, sizeof n);
	for (uint32_t i = 0; i < l->n; i++)
		add_text(out, l->v[i].text);
}

static void add_cap(struct buf *out, const struct mcap *cap)
{
	const uint32_t numbers[] = { cap->rate_calls, cap->rate_per_s, cap->max_concurrent,
		(uint32_t)cap->subcommand_form, cap->nsubcommand_map };

	add_text(out, cap->pattern.written.text);
	add_list(out, &cap->paths);
	add_list(out, &cap->commands);
	add_list(out, &cap->domains);
	add_list(out, &cap->subcommand_list);
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++) {
		const struct mcommand *c = &cap->subcommand_map[i];
		add_text(out, c->command.text);
		buf_add(out, &c->any, sizeof c->any);
		add_list(out, &c->subcommands);
	}
	buf_add(out, numbers, sizeof numbers);
	buf_add(out, &cap->max_response_size, sizeof cap->max_response_size);
}

/* All that a decision looks at. */
static struct slice rules_of(struct arena *a, const struct mcontext *c)
{
	struct buf out = { .arena = a };

	buf_add(&out, &c->ncaps, sizeof c->ncaps);
	for (uint32_t i = 0; i < c->ncaps; i++)
		add_cap(&out, &c->caps[i]);
	for (uint32_t i = 0; i < c->ndeny; i++)
		add_text(&out, c->deny[i].written.text);
	return buf_done(&out);
}

/* Nothing that another context allows is denied or limited here. */
static bool allows_all(const struct mcontext *c)
{
	if (c->ndeny != 0)
		return false;
	for (uint32_t i = 0; i < c->ncaps; i++) {
		const struct mcap *cap = &c->caps[i];
		if (cap->rate_calls != 0 || cap->max_concurrent != 0 ||
			cap->max_response_size != 0 || cap->domains.stated)
			return false;
		if (cap->pattern.form == PATTERN_ANY && !cap->paths.stated &&
			!cap->commands.stated && cap->subcommand_form == SUBCOMMANDS_NONE)
			return true;
	}
	return false;
}

struct ordered { /* a context, by name */
	const struct mcontext *c;
	uint32_t rules; /* a number that contexts with the same rules share */
};

static int by_name(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	return slice_cmp(x->c->name.text, y->c->name.text);
}

bool distinct_find(struct arena *a, struct distincts *ds, uint32_t most, uint32_t *same)
{
	const struct model *m = ds->m;
	struct ordered *order = arena_array(a, struct ordered, m->ncontexts);
	uint32_t *first, n = 0;
	struct map seen = { .arena = a };

	for (uint32_t i = 0; i < m->ncontexts; i++) {
		uint32_t known = map_put(&seen, rules_of(a, &m->contexts[i]), n);
		if (known == MAP_NONE && n == most)
			return false;
		order[i] = (struct ordered){ &m->contexts[i], known == MAP_NONE ? n++ : known };
	}
	if (m->ncontexts > 1)
		qsort(order, m->ncontexts, sizeof *order, by_name);
	ds->v = arena_array(a, struct distinct, n);
	first = arena_array(a, uint32_t, n);
	for (uint32_t i = 0; i < n; i++)
		first[i] = UINT32_MAX;
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		uint32_t *is = &first[order[i].rules];
		if (*is == UINT32_MAX) {
			*is = ds->n;
			ds->v[ds->n++] = (struct distinct){
				.context = i, .c = order[i].c, .allows_all = allows_all(order[i].c)
			};
		}
		same[i] = *is;
	}
	return true;
}

/* ---- Tools --------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* The tools of all samples, sorted, each once. */
static void number_tools(struct arena *a, struct distincts *ds)
{
	struct map seen = { .arena = a };
	size_t cap = 0;

	for (uint32_t i = 0; i < ds->n; i++)
		for (uint32_t k = 0; k < ds->v[i].nsamples; k++) {
			struct slice tool = ds->v[i].samples[k].tool;
			if (map_put(&seen, tool, 0) != MAP_NONE)
				continue;
			arena_push(a, ds->tools, ds->ntools, &cap);
			ds->tools[ds->ntools++] = tool;
		}
	if (ds->ntools > 1)
		qsort(ds->tools, ds->ntools, sizeof *ds->tools, by_text);
	ds->tool_number.arena = a;
	for (uint32_t i = 0; i < ds->ntools; i++)
		map_put(&ds->tool_number, ds->tools[i], i);
	ds->lacking = arena_array(a, uint32_t, ds->ntools);
}

static uint32_t words(const struct distincts *ds) { return (ds->ntools + 63) / 64; }

static void set_range(uint64_t *bits, uint32_t lo, uint32_t hi, bool to)
{
	for (uint32_t i = lo; i < hi; i++)
		if (to)
			bits[i / 64] |= UINT64_C(1) << i % 64;
		else
			bits[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* The first tool that does not sort before @text. */
static uint32_t lower_bound(const struct distincts *ds, struct slice text)
{
	uint32_t lo = 0, hi = ds->ntools;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (slice_cmp(ds->tools[mid], text) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Tools that the pattern matches: those that begin alike stand together. */
static void set_pattern(struct arena *a, const struct distincts *ds, uint64_t *bits,
	const struct mpattern *p, bool to)
{
	struct buf stem = { .arena = a };
	uint32_t lo, hi;

	switch (p->form) {
	case PATTERN_ANY: set_range(bits, 0, ds->ntools, to); return;
	case PATTERN_EXACT:
		lo = map_get(&ds->tool_number, p->stem);
		if (lo != MAP_NONE)
			set_range(bits, lo, lo + 1, to);
		return;
	case PATTERN_PREFIX: break;
	}
	buf_slice(&stem, p->stem);
	buf_text(&stem, ".");
	lo = lower_bound(ds, buf_done(&stem));
	if (lo < ds->ntools && ds->tools[lo].len == stem.len)
		lo++; /* nothing follows the dot */
	stem.at[stem.len - 1]++;
	hi = lower_bound(ds, buf_done(&stem));
	set_range(bits, lo, hi, to);
}

static void mark(struct arena *a, const struct distincts *ds, struct distinct *d)
{
	d->tools = arena_array(a, uint64_t, words(ds));
	for (uint32_t i = 0; i < d->c->ncaps; i++)
		set_pattern(a, ds, d->tools, &d->c->caps[i].pattern, true);
	for (uint32_t i = 0; i < d->c->ndeny; i++)
		set_pattern(a, ds, d->tools, &d->c->deny[i], false);
}

static void count_lacking(struct distincts *ds)
{
	for (uint32_t t = 0; t < ds->ntools; t++)
		ds->lacking[t] = ds->n;
	for (uint32_t i = 0; i < ds->n; i++)
		for (uint32_t k = 0; k < words(ds); k++)
			for (uint64_t left = ds->v[i].tools[k]; left != 0; left &= left - 1)
				ds->lacking[k * 64 + (uint32_t)__builtin_ctzll(left)]--;
}

void distinct_mark_tools(struct arena *a, struct distincts *ds)
{
	number_tools(a, ds);
	for (uint32_t i = 0; i < ds->n; i++)
		mark(a, ds, &ds->v[i]);
	count_lacking(ds);
}
