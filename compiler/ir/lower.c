/* The linked model becomes the program: the tables of the bundle, with equal ones stored once. */
#include "ir/lower.h"

#include <stdlib.h>

void lower_check_length(struct lower *l, struct span at)
{
	if (!l->trie.too_long)
		return;
	diag_add(l->d, (struct diag){ .code = AEG_component_too_long,
			       .at = at,
			       .label = "one of its entries has a part of more than 65535 bytes" });
}

/* ---- Names --------------------------------------------------------------------------------- */

struct named {
	struct slice name, version;
	uint32_t index;
};

static int compare_named(const void *va, const void *vb)
{
	const struct named *a = va, *b = vb;
	int c = slice_cmp(a->name, b->name);

	if (c == 0)
		c = slice_cmp(a->version, b->version);
	return c != 0 ? c : (a->index > b->index) - (a->index < b->index);
}

/* The root of the names' trie; of equal names the first counts. */
static uint32_t lower_names(struct lower *l, const struct named *v, uint32_t n)
{
	struct trie *t = &l->trie;

	trie_begin(t);
	for (uint32_t i = 0; i < n; i++) {
		trie_key(t, i);
		trie_part(t, v[i].name);
	}
	lower_check_length(l, SPAN_NONE);
	trie_build(t);
	for (size_t i = 0; i < t->nodes.n; i++) {
		struct trie_node *node = &t->nodes.v[i];
		node->is.kind = AEGF_NODE_NAME;
		node->is.a = node->lo == node->hi ? IR_NONE : t->keys.v[node->lo].rank;
	}
	return trie_intern(t, l->p, &l->nodes);
}

static void order_contexts(struct lower *l)
{
	const struct model *m = l->model;
	struct named *v = arena_array(l->arena, struct named, m->ncontexts);

	for (uint32_t i = 0; i < m->ncontexts; i++)
		v[i] = (struct named){ .name = m->contexts[i].name.text, .index = i };
	if (m->ncontexts > 1)
		qsort(v, m->ncontexts, sizeof *v, compare_named);
	l->context_order = arena_array(l->arena, uint32_t, m->ncontexts);
	l->context_index = arena_array(l->arena, uint32_t, m->ncontexts);
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		l->context_order[i] = v[i].index;
		l->context_index[v[i].index] = i;
	}
	l->p->context_root = lower_names(l, v, m->ncontexts);
}

/* ---- Contexts ------------------------------------------------------------------------------ */

static struct ir_origin origin_of(struct lower *l, struct span at)
{
	if (span_is_none(at))
		return (struct ir_origin){ IR_NONE, 1, 1 };
	struct place place = source_place(l->d->sources, at.file, at.lo);
	return (struct ir_origin){ at.file, place.line, place.column };
}

static void lower_cap(struct lower *l, const struct mcap *c)
{
	struct ir_cap cap = {
		.pattern = c->pattern.written.text,
		.rate_calls = c->rate_calls,
		.rate_per_s = c->rate_per_s,
		.max_concurrent = c->max_concurrent,
		.max_response_size = c->max_response_size,
	};

	cap.paths = lower_paths(l, &c->paths, &cap.path_list);
	cap.hosts = lower_hosts(l, &c->domains, &cap.host_list);
	cap.commands = lower_commands(l, c, &cap.command_list);
	IR_PUSH(l, l->p->caps, cap);
	IR_PUSH(l, l->p->cap_origin, origin_of(l, c->at));
}

static void lower_context(struct lower *l, const struct mcontext *c)
{
	struct program *p = l->p;
	struct ir_context context = {
		.name = c->name.text,
		.description = c->description.text,
		.caps = { (uint32_t)p->caps.n, c->ncaps },
		.deny = { (uint32_t)p->deny.n, c->ndeny },
	};

	if (c->builtin)
		context.flags |= AEGF_CONTEXT_BUILTIN;
	if (slice_begins(c->name.text, SLICE("zaru-")))
		context.flags |= AEGF_CONTEXT_STRIP;
	for (uint32_t i = 0; i < c->ndeny; i++) {
		IR_PUSH(l, p->deny, c->deny[i].written.text);
		IR_PUSH(l, p->deny_origin, origin_of(l, c->deny[i].written.at));
	}
	for (uint32_t i = 0; i < c->ncaps; i++)
		lower_cap(l, &c->caps[i]);
	context.tools = lower_tools(l, c);
	IR_PUSH(l, p->contexts, context);
	IR_PUSH(l, p->context_origin, origin_of(l, c->at));
}

/* ---- Agents, tiers, operators -------------------------------------------------------------- */

/* What works under a context that is not part of this bundle is not part of it either. */
static bool context_index(const struct lower *l, uint32_t linked, uint32_t *ret)
{
	if (linked >= l->model->ncontexts)
		return false;
	*ret = l->context_index[linked];
	return true;
}

static void lower_agents(struct lower *l)
{
	const struct model *m = l->model;
	struct named *v = arena_array(l->arena, struct named, m->nagents);
	uint32_t n = 0, context = 0;

	for (uint32_t i = 0; i < m->nagents; i++)
		if (context_index(l, l->names->agent_context[i], &context))
			v[n++] = (struct named){ m->agents[i].name.text, m->agents[i].version.text,
				i };
	if (n > 1)
		qsort(v, n, sizeof *v, compare_named);
	for (uint32_t i = 0; i < n; i++) {
		const struct magent *a = &m->agents[v[i].index];
		context_index(l, l->names->agent_context[v[i].index], &context);
		IR_PUSH(l, l->p->agents,
			(struct ir_agent){ a->name.text, a->version.text, context,
				lower_texts(l, a->tools, a->ntools) });
		lower_sandbox(l, a);
	}
	l->p->agent_root = lower_names(l, v, n);
}

static void lower_tiers(struct lower *l)
{
	struct program *p = l->p;
	uint32_t context = 0;

	for (uint32_t i = 0; i < l->model->ntiers; i++) {
		const struct mtier *t = &l->model->tiers[i];
		struct ir_range limits = { (uint32_t)p->limits.n, t->nlimits };
		if (!context_index(l, l->names->tier_context[i], &context))
			continue;
		for (uint32_t k = 0; k < t->nlimits; k++)
			IR_PUSH(l, p->limits,
				(struct ir_limit){ t->limits[k].resource.text, t->limits[k].max,
					t->limits[k].per_s });
		IR_PUSH(l, p->tiers, (struct ir_tier){ t->name.text, context, limits });
	}
	for (uint32_t i = 0; i < l->model->noproles; i++) {
		const struct moprole *o = &l->model->oproles[i];
		if (context_index(l, l->names->oprole_context[i], &context))
			IR_PUSH(l, p->oproles,
				(struct ir_oprole){ o->role.text, context, o->access });
	}
}

#define RESERVE(p, table, n) \
	((p)->table.v = arena_alloc( \
		 (p)->arena, (n), sizeof *(p)->table.v, _Alignof(__typeof__(*(p)->table.v))), \
		(p)->table.cap = (n))

/* The tables that are not shared have a size that is known. */
static void reserve(struct program *p, const struct model *m)
{
	size_t ncaps = 0, ndeny = 0;

	for (uint32_t i = 0; i < m->ncontexts; i++) {
		ncaps += m->contexts[i].ncaps;
		ndeny += m->contexts[i].ndeny;
	}
	RESERVE(p, contexts, m->ncontexts);
	RESERVE(p, context_origin, m->ncontexts);
	RESERVE(p, caps, ncaps);
	RESERVE(p, cap_origin, ncaps);
	RESERVE(p, deny, ndeny);
	RESERVE(p, deny_origin, ndeny);
}

struct program *ir_lower(struct diags *d, const struct model *m, const struct names *names)
{
	struct program *p = arena_new(d->arena, struct program);
	struct lower *l = arena_new(d->arena, struct lower);
	struct cons *tables[] = { &l->nodes, &l->lists, &l->globs, &l->commands, &l->candidates,
		&l->classes, &l->args, &l->roots };

	p->arena = d->arena;
	p->sources = d->sources;
	l->arena = l->trie.arena = l->catalogue.arena = l->catalogue_stems.arena = d->arena;
	l->d = d;
	l->p = p;
	l->model = m;
	l->names = names;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		cons_init(tables[i], d->arena);
	reserve(p, m);
	order_contexts(l);
	lower_catalogue(l);
	for (uint32_t i = 0; i < m->ncontexts; i++)
		lower_context(l, &m->contexts[l->context_order[i]]);
	lower_agents(l);
	lower_tiers(l);
	return p;
}
