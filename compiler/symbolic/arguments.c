/* One argument of a tool: what it may hold, as JSON, and which predicates let that through. */
#include "symbolic/arguments.h"

/* ---- Dimensions ----------------------------------------------------------------------------- */

static bool has_role(const struct marg *a)
{
	return a->role == ROLE_PATH || a->role == ROLE_COMMAND || a->role == ROLE_URL;
}

static const struct marg *find_arg(const struct mtool *t, struct slice name)
{
	for (uint32_t i = 0; t != NULL && i < t->nargs; i++)
		if (slice_eq(t->args[i].name.text, name))
			return &t->args[i];
	return NULL;
}

static bool states(const struct mcap *c, enum mrole role)
{
	if (role == ROLE_PATH)
		return c->paths.stated;
	if (role == ROLE_URL)
		return c->domains.stated;
	return c->commands.stated || c->subcommand_form != SUBCOMMANDS_NONE;
}

static struct view view_of(const struct predicate *p, const struct marg *arg)
{
	struct view v = { .kind = VIEW_FREE, .cap = p->cap };

	if (p->region != NULL) {
		for (uint32_t i = 0; i < p->region->nargs; i++)
			if (slice_eq(p->region->args[i].name, arg->name.text) &&
				find_arg(p->tool, arg->name.text) != NULL) {
				v.cap = p->region->args[i].like;
				v.kind = v.cap == NULL ? VIEW_ABSENT : VIEW_STATED;
				v.required = true;
			}
		return v;
	}
	if (p->absent != NULL) {
		if (slice_eq(p->absent->name.text, arg->name.text))
			v.kind = VIEW_ABSENT;
		return v;
	}
	const struct marg *own = find_arg(p->tool, arg->name.text);
	if (own == NULL || !has_role(own))
		return v;
	v.kind = states(p->cap, own->role) ? VIEW_STATED : VIEW_OPEN;
	v.required = own->required;
	return v;
}

static void look_at(struct dimension *d, const struct predicates *all, const struct marg *arg)
{
	*d = (struct dimension){ .arg = arg, .npreds = all->n };
	d->view = arena_array(all->cut->arena, struct view, all->n);
	d->open = arena_array(all->cut->arena, uint64_t, all->nwords);
	d->free = arena_array(all->cut->arena, uint64_t, all->nwords);
	for (uint32_t i = 0; i < all->n; i++) {
		d->view[i] = view_of(&all->v[i], arg);
		if (d->view[i].kind == VIEW_FREE || d->view[i].kind == VIEW_OPEN)
			bits_set(d->open, i);
		if (d->view[i].kind == VIEW_FREE)
			bits_set(d->free, i);
	}
}

/* ---- Values --------------------------------------------------------------------------------- */

static struct slice member(struct arena *a, const struct marg *arg, const char *before,
	struct slice json, const char *after)
{
	struct buf text = { .arena = a };

	buf_json_string(&text, arg->name.text);
	buf_text(&text, ":");
	buf_text(&text, before);
	buf_slice(&text, json);
	buf_text(&text, after);
	return buf_done(&text);
}

/* What is no string, and what is not there. */
static void add_others(struct terms *out, const struct dimension *d)
{
	uint64_t *absent = terms_union(out, d->open, d->open);

	for (uint32_t i = 0; i < d->npreds; i++) {
		const struct view *v = &d->view[i];
		bool passes = v->kind == VIEW_STATED && !v->required &&
			      (d->arg->role != ROLE_URL || v->cap->domains.n > 0);
		if (passes || v->kind == VIEW_ABSENT)
			bits_set(absent, i);
	}
	terms_add(out, absent, SLICE(""));
	terms_add(out, terms_union(out, d->open, d->open),
		member(out->cut->arena, d->arg, "", SLICE("0"), ""));
}

static struct terms *strings_of(struct terms *strings, const struct dimension *d)
{
	if (d->arg->role == ROLE_PATH)
		paths_terms(strings, d);
	else if (d->arg->role == ROLE_URL)
		hosts_terms(strings, d);
	else
		commands_terms(strings, d);
	return strings;
}

static struct terms *values_of(const struct predicates *all, const struct dimension *d)
{
	struct arena *a = all->cut->arena;
	struct terms *out = terms_new(all->cut, all->nwords);
	struct terms *strings = strings_of(terms_new(all->cut, all->nwords), d);

	for (size_t i = 0; i < strings->n; i++) {
		struct buf json = { .arena = a };
		buf_json_string(&json, strings->v[i].text);
		strings->v[i].text = buf_done(&json);
	}
	if (d->arg->list)
		strings = terms_lists(strings, ",");
	add_others(out, d);
	for (size_t i = 0; i < strings->n; i++)
		terms_add(out, strings->v[i].holds,
			member(a, d->arg, d->arg->list ? "[" : "", strings->v[i].text,
				d->arg->list ? "]" : ""));
	return out;
}

/* A command whose words must be given apart: both together are one argument. */
static struct terms *command_and_words(
	const struct predicates *all, const struct dimension *d, const struct marg *words)
{
	struct terms *out = terms_new(all->cut, all->nwords);

	add_others(out, d);
	commands_with_words(out, d, words->name.text);
	return out;
}

/* ---- Tools ---------------------------------------------------------------------------------- */

/* How a tool reads its command: two sides must agree on it, or one of them not look at all. */
static bool same_command(const struct mtool *a, const struct mtool *b)
{
	uint32_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a->nargs && a->args[i].role != ROLE_COMMAND &&
			a->args[i].role != ROLE_ARGS)
			i++;
		while (k < b->nargs && b->args[k].role != ROLE_COMMAND &&
			b->args[k].role != ROLE_ARGS)
			k++;
		if (i == a->nargs || k == b->nargs)
			return i == a->nargs && k == b->nargs;
		const struct marg *x = &a->args[i], *y = &b->args[k];
		if (!slice_eq(x->name.text, y->name.text) || x->role != y->role ||
			x->required != y->required || x->list != y->list)
			return false;
	}
}

static bool has_command(const struct mtool *t)
{
	for (uint32_t i = 0; t != NULL && i < t->nargs; i++)
		if (t->args[i].role == ROLE_COMMAND)
			return true;
	return false;
}

/* Two sides read argument @a of one tool as different things: no value is in the language of both.
 */
static bool agrees(const struct predicates *all, const struct marg *a)
{
	for (uint32_t i = 0; i < all->n; i++) {
		const struct marg *own = find_arg(all->v[i].tool, a->name.text);
		if (own != NULL && has_role(own) && (own->role != a->role || own->list != a->list))
			return false;
	}
	return true;
}

/* The argument of required words that comes with the tool's command, if there is one. */
static const struct marg *words_of(struct cut *cut, const struct mtool *t)
{
	const struct marg *words = NULL;
	uint32_t ncommands = 0, nwords = 0, nlists = 0;

	for (uint32_t i = 0; i < t->nargs; i++) {
		const struct marg *a = &t->args[i];
		ncommands += a->role == ROLE_COMMAND;
		nlists += a->role == ROLE_COMMAND && a->list;
		if (a->role == ROLE_ARGS && a->required) {
			words = a;
			nwords++;
		}
	}
	if (ncommands > 0 && (nwords > 1 || (nwords == 1 && (ncommands > 1 || nlists > 0))))
		cut_stop(cut, words->name.at);
	return words;
}

/* Argument @a of the tool by which predicate @nth reads. */
static struct terms *argument_terms(
	const struct predicates *all, uint32_t nth, const struct marg *a)
{
	struct dimension d;
	const struct mtool *tool = all->v[nth].tool;
	all->cut->about = nth;
	const struct marg *words = a->role == ROLE_COMMAND ? words_of(all->cut, tool) : NULL;

	if (!agrees(all, a))
		cut_stop(all->cut, a->name.at);
	look_at(&d, all, a);
	return words != NULL ? command_and_words(all, &d, words) : values_of(all, &d);
}

/* Before the tool @nth of @all: has an argument of this name been looked at? */
static bool is_known(const struct predicates *all, uint32_t nth, const struct marg *a)
{
	for (uint32_t i = 0; i < nth; i++) {
		const struct marg *own = find_arg(all->v[i].tool, a->name.text);
		if (own != NULL && has_role(own))
			return true;
	}
	return false;
}

struct terms *arguments_terms(const struct predicates *all)
{
	struct terms *t = terms_new(all->cut, all->nwords);
	uint64_t *every = terms_bits(t);
	const struct mtool *commander = NULL;

	memset(every, 0xff, all->nwords * sizeof *every);
	terms_add(t, every, SLICE(""));
	for (uint32_t i = 0; i < all->n && !all->cut->over; i++) {
		const struct mtool *tool = all->v[i].tool;
		if (tool == NULL || (i > 0 && tool == all->v[i - 1].tool))
			continue;
		all->cut->about = i;
		if (has_command(tool) && commander != NULL && !same_command(tool, commander))
			cut_stop(all->cut, tool->name.written.at);
		if (has_command(tool))
			commander = tool;
		for (uint32_t k = 0; k < tool->nargs && !all->cut->over; k++)
			if (has_role(&tool->args[k]) && !is_known(all, i, &tool->args[k]))
				t = terms_product(t, argument_terms(all, i, &tool->args[k]), ",");
	}
	return t;
}
