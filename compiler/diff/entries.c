/* Which entries of its lists let a capability allow what the other side refuses. */
#include "diff/internal.h"

struct listing {
	struct arena *arena, scratch; /* `found` is in the first */
	struct map known; /* what the other side lists: "p/etc", "dexample.org", "cgit log" */
	bool open[128];   /* by 'p', 'd', 'c': a capability there has no such list */
	struct diff_entries found;
};

static struct slice key(struct listing *l, char kind, struct slice a, struct slice b)
{
	struct buf text = { .arena = &l->scratch };

	buf_add(&text, &kind, 1);
	buf_slice(&text, a);
	buf_text(&text, b.len == 0 ? "" : " ");
	buf_slice(&text, b);
	return buf_done(&text);
}

/* ---- Both sides' lists, one by one ---------------------------------------------------------- */

/* An entry, or kind alone: there is no list. */
typedef void each_fn(struct listing *l, char kind, struct slice entry, struct slice sub);

static void each_of(struct listing *l, char kind, const struct mlist *list, each_fn *fn)
{
	if (!list->stated)
		fn(l, kind, SLICE(""), SLICE(""));
	for (uint32_t i = 0; i < list->n; i++)
		fn(l, kind, list->v[i].text, SLICE(""));
}

static void each_command(struct listing *l, const struct mcap *cap, each_fn *fn)
{
	uint32_t n;
	const struct mcommand *v = diff_spell(&l->scratch, cap, &n);

	if (!cap->commands.stated && cap->subcommand_form == SUBCOMMANDS_NONE)
		fn(l, 'c', SLICE(""), SLICE(""));
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].any)
			fn(l, 'c', v[i].command.text, SLICE(""));
		for (uint32_t k = 0; !v[i].any && k < v[i].subcommands.n; k++)
			fn(l, 'c', v[i].command.text, v[i].subcommands.v[k].text);
	}
}

static bool has_role(const struct mtool *t, enum mrole role)
{
	for (uint32_t i = 0; t != NULL && i < t->nargs; i++)
		if (t->args[i].role == role)
			return true;
	return false;
}

/* Of the lists that look at an argument of @tool. */
static void each(struct listing *l, const struct mcap *cap, const struct mtool *tool, each_fn *fn)
{
	if (has_role(tool, ROLE_PATH))
		each_of(l, 'p', &cap->paths, fn);
	if (has_role(tool, ROLE_COMMAND))
		each_command(l, cap, fn);
	if (has_role(tool, ROLE_URL))
		each_of(l, 'd', &cap->domains, fn);
}

static void know(struct listing *l, char kind, struct slice entry, struct slice sub)
{
	if (entry.len == 0)
		l->open[(int)kind] = true;
	else
		map_put(&l->known, key(l, kind, entry, sub), 0);
}

static void find(struct listing *l, char kind, struct slice entry, struct slice sub)
{
	struct slice whole = key(l, kind, entry, sub);

	if (l->open[(int)kind] || map_get(&l->known, whole) != MAP_NONE ||
		map_get(&l->known, key(l, kind, entry, SLICE(""))) != MAP_NONE)
		return;
	if (entry.len == 0)
		whole = kind == 'p'   ? SLICE("-any path")
			: kind == 'd' ? SLICE("-any host")
				      : SLICE("-any command");
	arena_push(l->arena, l->found.v, l->found.n, &l->found.cap);
	l->found.v[l->found.n++] =
		buf_copy(l->arena, (struct slice){ whole.at + 1, whole.len - 1 });
}

/* ---- Regions ------------------------------------------------------------------------------- */

static bool matches(const struct mpattern *p, struct slice name)
{
	if (p->form != PATTERN_PREFIX)
		return p->form == PATTERN_ANY || slice_eq(p->stem, name);
	return name.len >= p->stem.len + 2 && name.at[p->stem.len] == '.' &&
	       slice_begins(name, p->stem);
}

struct diff_entries diff_entries(struct arena *a, const struct diff *d,
	const struct diff_context *c, const struct diff_region *r)
{
	int k = r->allowed ? 1 : 0;
	struct slice name = r->calls[0].tool;
	struct listing l = { .arena = a, .scratch = diff_scratch(a) };

	if (r->rule[!k].refused == AEG_NONE)
		return l.found;
	l.known.arena = &l.scratch;
	const struct model *allows = d->side[k].model, *refuses = d->side[!k].model;
	const struct mcontext *other = &refuses->contexts[c->index[!k]];
	for (uint32_t i = 0; i < other->ncaps; i++)
		if (matches(&other->caps[i].pattern, name))
			each(&l, &other->caps[i], link_tool(refuses, name), know);
	each(&l, &allows->contexts[c->index[k]].caps[r->rule[k].granted], link_tool(allows, name),
		find);
	arena_free(&l.scratch);
	return l.found;
}
