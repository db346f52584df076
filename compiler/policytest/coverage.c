/*
 * What tests touch. A capability is touched when it granted a call, a deny entry when it denied
 * one, and an entry of an allowlist when a granted call would have been granted by it alone, or
 * would not have been without it. That is asked of the naive evaluator, with the list changed
 * accordingly.
 */
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

enum change {
	ALONE,   /* the entry is all there is */
	WITHOUT, /* it is missing */
	NEVER    /* one that nothing equals is all there is: does the list matter at all? */
};

static struct mlist change_list(struct arena *a, const struct mlist *l, uint32_t i, enum change how)
{
	struct mlist r = { .stated = true, .at = l->at };
	r.v = arena_array(a, struct mtext, how == WITHOUT ? l->n : 1);
	if (how == ALONE)
		r.v[r.n++] = l->v[i];
	else if (how == NEVER)
		r.v[r.n++].text = SLICE("/\x01");
	for (uint32_t k = 0; how == WITHOUT && k < l->n; k++)
		if (k != i)
			r.v[r.n++] = l->v[k];
	return r;
}

/* In a map no subcommand means any: a command that lost its last one goes with it. */
static void change_map(
	struct arena *a, struct mcap *cap, const struct cover_item *item, enum change how)
{
	const struct mcommand *from = cap->subcommand_map;
	struct mcommand *to = arena_array(a, struct mcommand, cap->nsubcommand_map);
	uint32_t n = 0;
	for (uint32_t k = 0; k < cap->nsubcommand_map; k++) {
		struct mcommand m = from[k];
		if (how == ALONE && k != item->command)
			continue;
		if (k == item->command && !m.any)
			m.subcommands = change_list(a, &m.subcommands, item->i, how);
		bool gone = k == item->command && how != ALONE && (m.any || m.subcommands.n == 0);
		if (!gone)
			to[n++] = m;
	}
	cap->subcommand_map = to;
	cap->nsubcommand_map = n;
}

static struct mcap changed(struct arena *a, const struct cover_item *item, enum change how)
{
	struct mcap cap = item->context->caps[item->cap];
	if (item->kind == COVER_PATH)
		cap.paths = change_list(a, &cap.paths, item->i, how);
	else if (item->kind == COVER_DOMAIN)
		cap.domains = change_list(a, &cap.domains, item->i, how);
	else if (cap.subcommand_form == SUBCOMMANDS_MAP)
		change_map(a, &cap, item, how);
	else if (item->kind == COVER_COMMAND)
		cap.commands = change_list(a, &cap.commands, item->i, how);
	else
		cap.subcommand_list = change_list(a, &cap.subcommand_list, item->i, how);
	return cap;
}

static bool grants(const struct model *m, const struct cover_item *item, enum change how,
	const struct decided *d, struct arena *scratch)
{
	struct mcap cap = changed(scratch, item, how);
	struct mcontext alone = { .caps = &cap, .ncaps = 1 };
	struct slice tool = { d->call.tool.at, d->call.tool.len };
	return naive_decide(m, &alone, tool, d->call.args, scratch).allow;
}

static bool is_touched(const struct model *m, const struct cover_item *item,
	const struct decided *d, struct arena *scratch)
{
	struct arena before = *scratch;
	if (item->kind == COVER_CAPABILITY)
		return true;
	bool yes = !grants(m, item, NEVER, d, scratch) &&
		   (grants(m, item, ALONE, d, scratch) || !grants(m, item, WITHOUT, d, scratch));
	arena_rewind(scratch, &before);
	return yes;
}

static void touch(struct coverage *c, struct cover_item *item)
{
	c->ntouched += !item->touched;
	item->touched = true;
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
	for (uint32_t i = first[v->capability]; i < first[v->capability + 1]; i++)
		if (!c->items[i].touched && is_touched(m, &c->items[i], d, scratch))
			touch(c, &c->items[i]);
}
