/* Which entries of its lists let a capability allow what another refuses. */
#include "diff/internal.h"

struct listing {
	struct arena *arena;
	struct diff_entries all;
	const struct mcap *allows, *refuses;
};

static void add(struct listing *l, struct slice text)
{
	arena_push(l->arena, l->all.v, l->all.n, &l->all.cap);
	l->all.v[l->all.n++] = text;
}

static void add_list(
	struct listing *l, const struct mlist *more, const struct mlist *less, const char *any)
{
	if (!more->stated && less->stated)
		add(l, slice_of(any));
	for (uint32_t i = 0; less->stated && i < more->n; i++)
		if (!diff_lists(less, more->v[i].text))
			add(l, more->v[i].text);
}

/* ---- Commands ------------------------------------------------------------------------------ */

static const struct mcommand *find(const struct mcommand *v, uint32_t n, struct slice command)
{
	for (uint32_t i = n; i-- > 0;)
		if (slice_eq(v[i].command.text, command))
			return &v[i];
	return NULL;
}

static void add_command(struct listing *l, const struct mcommand *c, const struct mcommand *less)
{
	if (less != NULL && less->any)
		return;
	if (c->any)
		add(l, c->command.text);
	for (uint32_t i = 0; !c->any && i < c->subcommands.n; i++) {
		struct slice sub = c->subcommands.v[i].text;
		struct buf text = { .arena = l->arena };
		if (less != NULL && diff_lists(&less->subcommands, sub))
			continue;
		buf_slice(&text, c->command.text);
		buf_text(&text, " ");
		buf_slice(&text, sub);
		add(l, buf_done(&text));
	}
}

static bool states_commands(const struct mcap *c)
{
	return c->commands.stated || c->subcommand_form != SUBCOMMANDS_NONE;
}

static void add_commands(struct listing *l)
{
	uint32_t n, nless;
	const struct mcommand *v = diff_spell(l->arena, l->allows, &n),
			      *less = diff_spell(l->arena, l->refuses, &nless);

	if (!states_commands(l->refuses))
		return;
	if (!states_commands(l->allows))
		add(l, SLICE("any command"));
	for (uint32_t i = 0; i < n; i++)
		add_command(l, &v[i], find(less, nless, v[i].command.text));
}

/* ---- Regions ------------------------------------------------------------------------------- */

static bool has_role(const struct mtool *t, enum mrole role)
{
	for (uint32_t i = 0; t != NULL && i < t->nargs; i++)
		if (t->args[i].role == role)
			return true;
	return false;
}

struct diff_entries diff_entries(struct arena *a, const struct diff *d,
	const struct diff_context *c, const struct diff_region *r)
{
	int k = r->allowed ? 1 : 0;
	uint32_t allows = r->rule[k].granted, refuses = r->rule[!k].refused;
	struct listing l = { .arena = a };

	if (refuses == AEG_NONE)
		return l.all;
	l.allows = &d->side[k].model->contexts[c->index[k]].caps[allows];
	l.refuses = &d->side[!k].model->contexts[c->index[!k]].caps[refuses];
	const struct mtool *tool = link_tool(d->side[k].model, r->calls[0].tool);
	if (has_role(tool, ROLE_PATH))
		add_list(&l, &l.allows->paths, &l.refuses->paths, "any path");
	if (has_role(tool, ROLE_COMMAND))
		add_commands(&l);
	if (has_role(tool, ROLE_URL))
		add_list(&l, &l.allows->domains, &l.refuses->domains, "any host");
	return l.all;
}
