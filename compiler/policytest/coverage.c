/*
 * What tests touch. A capability is touched when it granted a call, a deny entry when it denied
 * one, and an entry of an allowlist when a granted call would have been granted by it alone, or
 * would not have been without it. That is asked of the naive evaluator, with a part of the list.
 */
#include "policytest/edit.h"
#include "policytest/internal.h"
#include "prove/prove.h"

/* ---- What there is ------------------------------------------------------------------------- */

struct collecting {
	struct arena *a;
	struct coverage *c;
	size_t cap;
};

static void add(struct collecting *g, struct cover_item item)
{
	arena_push(g->a, g->c->items, g->c->nitems, &g->cap);
	g->c->items[g->c->nitems++] = item;
}

static void add_list(struct collecting *g, struct cover_item item, const struct mlist *l)
{
	for (item.i = 0; item.i < l->n; item.i++) {
		item.text = l->v[item.i];
		add(g, item);
	}
}

/* The commands of a map stand in it; one that may be followed by anything is an entry itself. */
static void add_commands(struct collecting *g, struct cover_item item, const struct mcap *cap)
{
	item.kind = COVER_COMMAND;
	if (cap->subcommand_form != SUBCOMMANDS_MAP)
		add_list(g, item, &cap->commands);
	item.kind = COVER_SUBCOMMAND;
	if (cap->subcommand_form == SUBCOMMANDS_LIST)
		add_list(g, item, &cap->subcommand_list);
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++) {
		const struct mcommand *m = &cap->subcommand_map[i];
		item.command = i;
		item.kind = m->any ? COVER_COMMAND : COVER_SUBCOMMAND;
		item.text = m->command;
		item.i = 0;
		if (m->any)
			add(g, item);
		else
			add_list(g, item, &m->subcommands);
	}
}

static void add_context(struct collecting *g, const struct mcontext *c, uint32_t *first)
{
	for (uint32_t k = 0; k < c->ncaps; k++) {
		const struct mcap *cap = &c->caps[k];
		struct cover_item item = { .context = c, .cap = k, .text = cap->pattern.written };
		first[k] = g->c->nitems;
		add(g, item);
		item.kind = COVER_PATH;
		add_list(g, item, &cap->paths);
		add_commands(g, item, cap);
		item.kind = COVER_DOMAIN;
		add_list(g, item, &cap->domains);
	}
	first[c->ncaps] = g->c->nitems;
	for (uint32_t k = 0; k < c->ndeny; k++)
		add(g, (struct cover_item){ .kind = COVER_DENY,
			       .context = c,
			       .cap = k,
			       .text = c->deny[k].written });
}

struct coverage *coverage_new(struct arena *a, const struct model *m)
{
	struct coverage *c = arena_new(a, struct coverage);
	struct collecting g = { a, c, 0 };
	c->first = arena_array(a, uint32_t *, m->ncontexts);
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		if (m->contexts[i].builtin)
			continue;
		c->first[i] = arena_array(a, uint32_t, m->contexts[i].ncaps + 1u);
		add_context(&g, &m->contexts[i], c->first[i]);
	}
	return c;
}

unsigned policytest_percent(const struct coverage *c)
{
	return c->nitems == 0 ? 100 : (unsigned)((uint64_t)c->ntouched * 100 / c->nitems);
}

/* ---- Which entry granted ------------------------------------------------------------------- */

static void touch(struct coverage *c, struct cover_item *item)
{
	c->ntouched += !item->touched;
	item->touched = true;
}

struct marking { /* of one list of the capability that granted */
	struct coverage *coverage;
	const struct model *model;
	const struct decided *d;
	struct arena *scratch;
	struct cover_item *items;
	uint32_t n;
	bool *keep;
};

static bool is_granted(struct marking *m, const struct mcap *cap)
{
	struct slice tool = { m->d->call.tool.at, m->d->call.tool.len };
	return naive_grants(m->model, cap, tool, m->d->call.args, m->scratch);
}

static struct mcap kept(struct marking *m)
{
	const struct mcap *whole = &m->items->context->caps[m->items->cap];
	return edit_keep(m->scratch, whole, m->items, m->n, m->keep);
}

/* Would the call be granted, were the list nothing but the entries that are kept? */
static bool grants(struct marking *m)
{
	struct arena before = *m->scratch;
	struct mcap cap = kept(m);
	bool yes = is_granted(m, &cap);
	arena_rewind(m->scratch, &before);
	return yes;
}

static uint32_t keep_untouched(struct marking *m, uint32_t lo, uint32_t hi, bool keep)
{
	uint32_t n = 0;
	for (uint32_t i = lo; i < hi; i++)
		if (!m->items[i].touched) {
			m->keep[i] = keep;
			n++;
		}
	return n;
}

/*
 * Marks what a granted call touches of the untouched entries in [lo, hi). With @alone: those that
 * grant it alone, all others being left out; else those that it is not granted without, all others
 * being kept. Many entries that do not matter are seen not to in one look.
 */
static void mark(struct marking *m, uint32_t lo, uint32_t hi, bool alone)
{
	uint32_t n = keep_untouched(m, lo, hi, alone);
	bool some = n > 0 && grants(m) == alone;
	keep_untouched(m, lo, hi, !alone);
	if (!some)
		return;
	if (hi - lo == 1) {
		touch(m->coverage, &m->items[lo]);
		return;
	}
	uint32_t middle = lo + (hi - lo) / 2;
	mark(m, lo, middle, alone);
	mark(m, middle, hi, alone);
}

/* Whatever the list says the call is granted: none of its entries did that. A list of domains that
 * is empty says more than one that nothing is on: even a call without a url is denied. */
static bool is_idle(struct marking *m)
{
	struct mtext never = { .text = SLICE("/") };
	struct mcap cap = kept(m);
	if (m->items->kind == COVER_DOMAIN)
		cap.domains = (struct mlist){ true, cap.domains.at, 1, &never };
	return is_granted(m, &cap);
}

/* @items: one list of the capability. */
static void mark_list(struct marking m)
{
	m.keep = arena_array(m.scratch, bool, m.n);
	if (is_idle(&m))
		return;
	mark(&m, 0, m.n, true);
	for (uint32_t i = 0; i < m.n; i++)
		m.keep[i] = true;
	mark(&m, 0, m.n, false);
}

static bool all_touched(const struct cover_item *items, uint32_t n)
{
	while (n > 0 && items[n - 1].touched)
		n--;
	return n == 0;
}

void coverage_add(struct coverage *c, const struct coverage *more)
{
	for (uint32_t i = 0; i < c->nitems; i++)
		if (more->items[i].touched)
			touch(c, &c->items[i]);
}

void coverage_mark(struct coverage *c, const struct model *m, uint32_t context,
	const struct decided *d, struct arena *scratch)
{
	const struct aeg_verdict *v = &d->verdict;
	const uint32_t *first = c->first[context];
	if (first == NULL)
		return;
	if (v->deny_entry != AEG_NONE)
		touch(c, &c->items[first[m->contexts[context].ncaps] + v->deny_entry]);
	if (v->kind != AEG_ALLOW)
		return;
	uint32_t end = first[v->capability + 1];
	touch(c, &c->items[first[v->capability]]);
	for (uint32_t i = first[v->capability] + 1, n; i < end; i += n) {
		struct arena before = *scratch;
		n = edit_list_len(&c->items[i], end - i);
		if (!all_touched(&c->items[i], n))
			mark_list((struct marking){ c, m, d, scratch, &c->items[i], n, NULL });
		arena_rewind(scratch, &before);
	}
}
