/* Lists of one capability: entries that are there twice, or within another. */
#include "check/calls.h"

#include <stdlib.h>

struct entry {
	const struct mtext *text;
	struct slice name; /* what is compared: of a domain without `*.` */
	bool below_only;   /* `*.x`: not x itself */
	uint32_t index;
};
typedef int entry_order(const void *a, const void *b);

/* ---- Order: what covers comes before what it covers, and next to it ------------------------ */

static int by_index(const struct entry *x, const struct entry *y)
{
	return (x->index > y->index) - (x->index < y->index);
}

static int by_text(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int o = slice_cmp(x->name, y->name);
	return o != 0 ? o : by_index(x, y);
}

/* The byte before which a path's or, from the right, a host's component ends comes first. */
static int rank(char c, char end) { return c == end ? 0 : (unsigned char)c + 1; }

static int by_path(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	uint32_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
	for (uint32_t i = 0; i < n; i++)
		if (x->name.at[i] != y->name.at[i])
			return rank(x->name.at[i], '/') - rank(y->name.at[i], '/');
	return x->name.len != y->name.len ? (x->name.len < y->name.len ? -1 : 1) : by_index(x, y);
}

static int by_host(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const char *p = x->name.at + x->name.len, *q = y->name.at + y->name.len;
	uint32_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
	for (uint32_t i = 0; i < n; i++)
		if (*--p != *--q)
			return rank(*p, '.') - rank(*q, '.');
	if (x->name.len != y->name.len)
		return x->name.len < y->name.len ? -1 : 1;
	return x->below_only != y->below_only ? x->below_only - y->below_only : by_index(x, y);
}

/* ---- Covering ------------------------------------------------------------------------------ */

/* Components of the one are the first of the other's; of entries with stars too that is enough. */
static bool path_covers(struct slice p, struct slice q)
{
	return slice_is(p, "/") || (slice_begins(q, p) && q.len > p.len && q.at[p.len] == '/');
}

static bool host_covers(const struct entry *p, const struct entry *q)
{
	uint32_t n = p->name.len, m = q->name.len;
	if (slice_eq(p->name, q->name))
		return !p->below_only;
	return m > n && q->name.at[m - n - 1] == '.' &&
	       memcmp(q->name.at + m - n, p->name.at, n) == 0;
}

static void twice(struct checks *c, const struct mtext *e, const struct mtext *first)
{
	diag_add(c->d, (struct diag){ AEG_duplicate_entry, e->at, .label = "on the list already",
			       .other = first->at, .other_label = "here",
			       .help = "remove one of the two: no decision changes" });
}

static void covered(struct checks *c, const struct mtext *e, const struct mtext *by)
{
	diag_add(c->d,
		(struct diag){ AEG_covered_entry, e->at,
			.label = diag_text(
				c->d, "%s lets this through already", diag_quote(c->d, by->text)),
			.other = by->at, .other_label = "this entry",
			.help = "remove it: no decision changes; or, if less is meant, remove the wider one" });
}

/* @list in order; what is there twice is reported and left out. */
static struct entry *in_order(
	struct checks *c, const struct mlist *list, entry_order *order, uint32_t *ret_n)
{
	struct entry *v = arena_array(&c->scratch, struct entry, list->n);
	for (uint32_t i = 0; i < list->n; i++) {
		struct slice name = list->v[i].text;
		bool below = order == by_host && slice_begins(name, SLICE("*."));
		if (below)
			name = (struct slice){ name.at + 2, name.len - 2 };
		v[i] = (struct entry){ &list->v[i], name, below, i };
	}
	qsort(v, list->n, sizeof *v, order);
	uint32_t n = 0;
	for (uint32_t i = 0; i < list->n; i++)
		if (n > 0 && slice_eq(v[i].text->text, v[n - 1].text->text))
			twice(c, v[i].text, v[n - 1].text);
		else
			v[n++] = v[i];
	*ret_n = n;
	return v;
}

static void check_words(struct checks *c, const struct mlist *list)
{
	uint32_t n;
	if (list->n > 1)
		in_order(c, list, by_text, &n);
}

static void check_domains(struct checks *c, const struct mlist *list)
{
	uint32_t n, top = 0;
	if (list->n < 2)
		return;
	const struct entry *v = in_order(c, list, by_host, &n);
	for (uint32_t i = 1; i < n; i++)
		if (host_covers(&v[top], &v[i]))
			covered(c, v[i].text, v[top].text);
		else
			top = i;
}

/* ---- Paths --------------------------------------------------------------------------------- */

static bool has_star(struct slice s) { return s.len != 0 && memchr(s.at, '*', s.len) != NULL; }

/* Entries with stars, and what they may cover: each alone is a capability of a context of its own,
 * and one covers another that holds of no call without it. */
static void check_globs(struct checks *c, const struct entry *v, uint32_t n)
{
	enum { MOST = 64 };
	const struct mpattern tool = { { SLICE("fs.read"), SPAN_NONE }, SLICE("fs.read"),
		PATTERN_EXACT, .poison = false };
	struct part part = { .context = { .ncaps = n, .caps_read = true } };
	if (n < 2 || n > MOST)
		return;
	part.context.caps = arena_array(&c->scratch, struct mcap, n);
	uint64_t *without = arena_array(&c->scratch, uint64_t, n); /* bits: does not cover it */
	for (uint32_t i = 0; i < n; i++)
		part.context.caps[i] = (struct mcap){ .pattern = tool,
			.paths = { .stated = true, .n = 1, .v = (struct mtext *)v[i].text } };
	const struct cells *cells = calls_of(c, &part);
	for (uint32_t i = 0; cells != NULL && i < cells->n; i++) {
		uint64_t holds = 0;
		for (uint32_t k = 0; k < n; k++)
			holds |= (uint64_t)cell_holds(cells, &cells->v[i], 0, k) << k;
		for (uint32_t k = 0; k < n; k++)
			if (holds >> k & 1)
				without[k] |= ~holds;
	}
	for (uint32_t i = 0; cells != NULL && i < n; i++)
		for (uint32_t k = 0; k < n; k++) {
			bool by = k != i && !(without[i] >> k & 1);
			bool both = by && !(without[k] >> i & 1); /* the same: one is enough */
			if (!by || (both && v[i].index < v[k].index))
				continue;
			covered(c, v[i].text, v[k].text);
			break;
		}
}

static void check_paths(struct checks *c, const struct mlist *list)
{
	uint32_t n, top = 0, left = 1;
	if (list->n < 2)
		return;
	struct entry *v = in_order(c, list, by_path, &n);
	bool star = has_star(v[0].name);
	for (uint32_t i = 1; i < n; i++)
		if (path_covers(v[top].name, v[i].name)) {
			covered(c, v[i].text, v[top].text);
		} else {
			top = left;
			star |= has_star(v[i].name);
			v[left++] = v[i];
		}
	if (star)
		check_globs(c, v, left);
}

void check_entries(struct checks *c, const struct mcontext *context)
{
	for (uint32_t i = 0; i < context->ncaps; i++) {
		const struct mcap *cap = &context->caps[i];
		if (cap->broken)
			continue;
		checks_reset(c);
		check_paths(c, &cap->paths);
		check_words(c, &cap->commands);
		check_domains(c, &cap->domains);
		check_words(c, &cap->subcommand_list);
		for (uint32_t k = 0; k < cap->nsubcommand_map; k++)
			check_words(c, &cap->subcommand_map[k].subcommands);
	}
}
