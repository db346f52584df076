/* Tool names to classes: the catalogue's trie of argument roles, and a trie for each context. */
#include "ir/lower.h"

/* A pattern's rank orders the keys of one node: longer names first, capabilities before denials. */
#define RANK_EXACT 0x80000000u
#define RANK_DENY  0x40000000u
#define RANK_INDEX 0x3fffffffu

static void pattern_key(struct trie *t, const struct mpattern *p, uint32_t rank)
{
	trie_key(t, p->form == PATTERN_EXACT ? rank | RANK_EXACT : rank);
	trie_split(t, p->stem, '.');
}

/* ---- The catalogue ------------------------------------------------------------------------- */

/* The entry's roles; the number of the first entry that has the same. */
static uint32_t lower_roles(struct lower *l, uint32_t i)
{
	const struct mtool *tool = &l->model->tools[i];

	cons_begin(&l->args);
	for (uint32_t k = 0; k < tool->nargs; k++) {
		const struct marg *a = &tool->args[k];
		cons_text(&l->args, a->name.text);
		cons_number(&l->args, (uint32_t)a->role);
		cons_number(&l->args, (uint32_t)a->required << 1 | a->list);
	}
	uint32_t first = cons_end(&l->args, i);
	for (uint32_t k = 0; first == i && k < tool->nargs; k++) {
		const struct marg *a = &tool->args[k];
		IR_PUSH(l, l->p->args,
			(struct ir_arg){ a->name.text, (uint32_t)a->role,
				(a->required ? AEGF_ARG_REQUIRED : 0) |
					(a->list ? AEGF_ARG_LIST : 0) });
	}
	return first;
}

static void lower_entries(struct lower *l)
{
	struct program *p = l->p;

	l->canonical = arena_array(l->arena, uint32_t, l->model->ntools);
	for (uint32_t i = 0; i < l->model->ntools; i++) {
		const struct mtool *tool = &l->model->tools[i];
		struct ir_range args = { (uint32_t)p->args.n, tool->nargs };
		uint32_t first = lower_roles(l, i);
		if (first != i)
			args = p->tools.v[first].args;
		IR_PUSH(l, p->tools, (struct ir_tool){ tool->name.written.text, args });
		l->canonical[i] = tool->nargs == 0 ? IR_NONE : first;
	}
}

/* The last entry of a name holds: a project's come after our own. */
static void catalogue_node(struct lower *l, uint32_t i)
{
	struct trie_node *n = &l->catalogue.nodes.v[i];
	struct catalogue_node *c = &l->catalogue_nodes[i];
	uint32_t family = IR_NONE;

	c->exact = IR_NONE;
	for (uint32_t k = n->lo; k < n->hi; k++) {
		uint32_t rank = l->catalogue.keys.v[k].rank;
		*(rank & RANK_EXACT ? &c->exact : &family) = rank & RANK_INDEX;
	}
	n->is = (struct ir_node){ AEGF_NODE_CATALOGUE, c->exact, family, 0 };
	c->above = i == 0 ? IR_NONE : l->catalogue_nodes[n->parent].below;
	c->below = family == IR_NONE ? c->above : l->canonical[family];
	if (i == 0)
		c->above = c->below; /* `*` is above all names */
}

/* From the leaves up: may two names inside differ? */
static void catalogue_mixed(struct lower *l, uint32_t i)
{
	const struct catalogue_node *c = &l->catalogue_nodes[i];
	struct catalogue_node *up = &l->catalogue_nodes[l->catalogue.nodes.v[i].parent];

	up->mixed |= c->mixed || c->below != up->below ||
		     (c->exact != IR_NONE && l->canonical[c->exact] != up->below);
}

void lower_catalogue(struct lower *l)
{
	struct trie *t = &l->catalogue;

	lower_entries(l);
	trie_begin(t);
	for (uint32_t i = 0; i < l->model->ntools; i++)
		if (!l->model->tools[i].name.poison)
			pattern_key(t, &l->model->tools[i].name, i);
	trie_build(t);
	l->catalogue_nodes = arena_array(l->arena, struct catalogue_node, t->nodes.n);
	for (uint32_t i = 0; i < t->nodes.n; i++) {
		const struct trie_node *n = &t->nodes.v[i];
		catalogue_node(l, i);
		if (i == 0)
			map_put(&l->catalogue_stems, SLICE(""), 0);
		else {
			const struct slice *part = t->keys.v[n->key].part;
			const char *end = part[n->depth - 1].at + part[n->depth - 1].len;
			map_put(&l->catalogue_stems,
				(struct slice){ part->at, (uint32_t)(end - part->at) }, i);
		}
	}
	for (size_t i = t->nodes.n; i-- > 1;)
		catalogue_mixed(l, (uint32_t)i);
	l->p->catalogue_root = trie_intern(t, l->p, &l->nodes);
}

/* What families say of @name, or where it is a stem of the names under it: the nearest node above
 * knows. */
static uint32_t family_roles(const struct lower *l, struct slice name, bool stem)
{
	for (uint32_t end = name.len; end-- > 0;) {
		if (end != 0 && name.at[end] != '.')
			continue;
		uint32_t i = map_get(&l->catalogue_stems, (struct slice){ name.at, end });
		if (i == MAP_NONE)
			continue;
		/* `fs.` is not under `fs.*`: something must follow the dot. */
		bool under = stem || name.at[end] != '.' || end + 1 < name.len;
		const struct catalogue_node *c = &l->catalogue_nodes[i];
		return under ? c->below : c->above;
	}
	return l->catalogue_nodes[0].below;
}

static uint32_t exact_roles(const struct lower *l, struct slice name)
{
	uint32_t i = map_get(&l->catalogue_stems, name);

	if (i != MAP_NONE && l->catalogue_nodes[i].exact != IR_NONE)
		return l->canonical[l->catalogue_nodes[i].exact];
	return family_roles(l, name, false);
}

/* Roles that hold for all names under @stem, or BY_NAME. */
static uint32_t prefix_roles(const struct lower *l, struct slice stem)
{
	uint32_t i = map_get(&l->catalogue_stems, stem);

	if (i == MAP_NONE)
		return family_roles(l, stem, true);
	return l->catalogue_nodes[i].mixed ? AEGF_TOOL_BY_NAME : l->catalogue_nodes[i].below;
}

/* ---- A context's patterns ------------------------------------------------------------------ */

/* @up and what the keys [lo, hi) add; candidates stay in source order. */
static struct tool_rules merge(struct lower *l, struct tool_rules up, uint32_t lo, uint32_t hi)
{
	const struct trie_key *key = l->trie.keys.v;
	struct tool_rules r = { up.deny, { (uint32_t)l->matches.n, 0 } };
	uint32_t i = up.caps.first, end = i + up.caps.count;

	if (lo == hi)
		return up;
	for (uint32_t k = lo; k < hi; k++) {
		uint32_t index = key[k].rank & RANK_INDEX;
		if (key[k].rank & RANK_DENY) {
			r.deny = index < r.deny ? index : r.deny;
			continue;
		}
		for (; i < end && l->matches.v[i] < index; i++)
			IR_PUSH(l, l->matches, l->matches.v[i]);
		IR_PUSH(l, l->matches, index);
	}
	for (; i < end; i++)
		IR_PUSH(l, l->matches, l->matches.v[i]);
	r.caps.count = (uint32_t)l->matches.n - r.caps.first;
	return r;
}

/* Where a name is denied no capability is looked at, so none is listed. */
static uint32_t class_of(struct lower *l, struct tool_rules r, uint32_t tool)
{
	struct program *p = l->p;
	uint32_t fresh = (uint32_t)p->candidates.n, first = 0;
	uint32_t n = r.deny == IR_NONE ? r.caps.count : 0;

	if (n != 0) {
		cons_begin(&l->candidates);
		for (uint32_t i = 0; i < n; i++)
			cons_number(&l->candidates, l->matches.v[r.caps.first + i]);
		first = cons_end(&l->candidates, fresh);
		for (uint32_t i = 0; first == fresh && i < n; i++)
			IR_PUSH(l, p->candidates, l->matches.v[r.caps.first + i]);
	}
	cons_begin(&l->classes);
	cons_number(&l->classes, r.deny);
	cons_number(&l->classes, first);
	cons_number(&l->classes, n);
	cons_number(&l->classes, tool);
	fresh = (uint32_t)p->classes.n;
	uint32_t class = cons_end(&l->classes, fresh);
	if (class == fresh)
		IR_PUSH(l, p->classes, (struct ir_class){ r.deny, { first, n }, tool });
	return class;
}

static struct slice stem_of(const struct trie *t, uint32_t key)
{
	const struct trie_key *k = &t->keys.v[key];

	if (k->nparts == 0)
		return SLICE("");
	const struct slice *last = &k->part[k->nparts - 1];
	return (struct slice){ k->part->at, (uint32_t)(last->at + last->len - k->part->at) };
}

static void tool_node(struct lower *l, uint32_t i)
{
	struct trie *t = &l->trie;
	struct trie_node *n = &t->nodes.v[i];
	struct tool_rules none = { IR_NONE, { 0 } };
	struct tool_rules above = i == 0 ? none : l->below.v[n->parent];
	uint32_t exact = n->lo;

	while (exact < n->hi && !(t->keys.v[exact].rank & RANK_EXACT))
		exact++;
	IR_PUSH(l, l->above, above);
	IR_PUSH(l, l->below, merge(l, above, n->lo, exact));
	n->is = (struct ir_node){ AEGF_NODE_TOOL, IR_NONE, IR_NONE, 0 };
	if (exact != n->lo)
		n->is.b = class_of(l, l->below.v[i], prefix_roles(l, stem_of(t, n->lo)));
	if (exact == n->hi)
		return;
	/* `fs.` is not under `fs.*`: something must follow the dot. */
	if (n->text.len == 0)
		above = n->parent == 0 ? l->below.v[0] : l->above.v[n->parent];
	size_t mark = l->matches.n;
	struct tool_rules r = merge(l, above, exact, n->hi);
	n->is.a = class_of(l, r, exact_roles(l, stem_of(t, exact)));
	l->matches.n = mark;
}

uint32_t lower_tools(struct lower *l, const struct mcontext *c)
{
	struct trie *t = &l->trie;

	trie_begin(t);
	for (uint32_t i = 0; i < c->ndeny; i++)
		pattern_key(t, &c->deny[i], i | RANK_DENY);
	for (uint32_t i = 0; i < c->ncaps; i++)
		pattern_key(t, &c->caps[i].pattern, i);
	trie_build(t);
	l->matches.n = l->above.n = l->below.n = 0;
	for (uint32_t i = 0; i < t->nodes.n; i++)
		tool_node(l, i);
	return trie_intern(t, l->p, &l->nodes);
}
