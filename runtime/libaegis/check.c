/*
 * Accepts bytes as a bundle by structure: the only code that reads bytes which nobody has checked.
 *
 * After AEG_OK every reader may rely on this, and on nothing else:
 *  - sections lie inside the file and hold whole elements; META has one; `at` is never NULL;
 *  - a string lies in STRINGS, a list in its section, an index is that of an element or, where the
 *    format says so, NONE (a class's tool also BY_NAME); flags, roles and kinds are known ones;
 *  - a node that is named as a root has the kind that the field asks for, and a child the kind that
 *    its parent's asks for, so that a, b and c of every node a walk can reach mean what they
 * should;
 *  - a lookup in EDGES finds each edge within max_probe slots after its own, none of them free, and
 *    finds no second edge with the same node and text; at least one slot is free;
 *  - the contexts' names, and the agents', are exactly the children of their roots;
 *  - compiled paths are what program.c proves, and as many as the texts beside them;
 *  - contexts are sorted by name, agents by name and version, candidates ascending;
 *  - a constraint that is not stated has an empty list, and a limit is stated in full or not at
 * all;
 *  - each context has a ceiling or none has; `same` is an earlier context, which is its own, and
 *    what a ceiling is within ascends; a witness's arguments fit where they are scanned.
 *
 * Not proved: strings are bytes, UTF-8 or not, and a trie may be shared or go in circles, which a
 * walk does not mind, since each step eats a component of a name. And one thing is left for the
 * reader: a class's candidates and deny entry count from the start of the context that was asked
 * about, and contexts share classes. A candidate is some element of CAPS, but whoever uses it tests
 * it against the context's own count: one comparison, where a proof would have to walk every trie.
 *
 * Each loop is linear, but for text that is reachable many times over: see `spend`.
 */
#include "internal.h"

/* How much the texts and lists that edges, names and classes share may amount to, in file sizes. */
#define WORK_PER_BYTE 64u

struct check {
	struct aeg_bundle b;
	uint64_t work;          /* bytes that may still be looked at more than once */
	uint32_t contexts_root; /* nodes */
	uint32_t agents_root;
	uint32_t contexts_named; /* edges below contexts_root */
	uint32_t agents_named;
	uint32_t agent_names; /* different ones */
};

static int in_range(uint32_t n, uint32_t first, uint32_t count)
{
	return first <= n && count <= n - first;
}

static int str_in(const struct aeg_bundle *b, struct aegf_str s)
{
	return in_range(aegi_count(b, AEGF_STRINGS), aeg_ld32(s.off), aeg_ld32(s.len));
}

static int list_in(const struct aeg_bundle *b, enum aegf_kind kind, struct aegf_list l)
{
	return in_range(aegi_count(b, kind), aeg_ld32(l.first), aeg_ld32(l.count));
}

static int index_in(const struct aeg_bundle *b, enum aegf_kind kind, struct aeg_le32 i)
{
	return aeg_ld32(i) < aegi_count(b, kind);
}

static int index_or_none(const struct aeg_bundle *b, enum aegf_kind kind, struct aeg_le32 i)
{
	return aeg_ld32(i) == AEGF_NONE || index_in(b, kind, i);
}

static int same(struct aeg_str a, struct aeg_str b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* Pays for looking at @n bytes again; without it a small file could ask for years of hashing. */
static int spend(struct check *k, uint64_t n)
{
	if (n > k->work)
		return 0;
	k->work -= n;
	return 1;
}

/* Below zero, zero or above as @a sorts before, at or after @b; the bytes were paid for. */
static int compare(struct aeg_str a, struct aeg_str b)
{
	int d = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

/* ---- Elements: one function for each section that has something to prove --------------------- */

/* @i must be a node of @kind. */
static enum aeg_status root(const struct aeg_bundle *b, struct aeg_le32 i, uint32_t kind)
{
	if (!index_in(b, AEGF_NODES, i))
		return AEG_BOUNDS;
	if (aeg_ld32(aegi_at(b, AEGF_NODES, aeg_ld32(i), struct aegf_node)->kind) != kind)
		return AEG_CONTENT;
	return AEG_OK;
}

static enum aeg_status meta(struct check *k, const struct aegf_meta *m)
{
	const struct aeg_bundle *b = &k->b;
	const struct aeg_str ours = { AEGF_SEMANTICS, sizeof AEGF_SEMANTICS - 1 };
	enum aeg_status s;

	if (!str_in(b, m->semantics) || !str_in(b, m->provenance))
		return AEG_BOUNDS;
	if (!same(aegi_str(b, m->semantics), ours))
		return AEG_SEMANTICS;
	if ((s = root(b, m->contexts, AEGF_NODE_NAME)) != AEG_OK ||
		(s = root(b, m->agents, AEGF_NODE_NAME)) != AEG_OK ||
		(s = root(b, m->catalogue, AEGF_NODE_CATALOGUE)) != AEG_OK)
		return s;
	k->contexts_root = aeg_ld32(m->contexts);
	k->agents_root = aeg_ld32(m->agents);
	return aeg_ld32(m->max_probe) < 64 ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status context(struct check *k, const struct aegf_context *c)
{
	const struct aeg_bundle *b = &k->b;
	enum aeg_status s;

	if (!str_in(b, c->name) || !str_in(b, c->description) || !list_in(b, AEGF_CAPS, c->caps) ||
		!list_in(b, AEGF_DENY, c->deny))
		return AEG_BOUNDS;
	if ((aeg_ld32(c->flags) & ~(AEGF_CONTEXT_BUILTIN | AEGF_CONTEXT_STRIP)) != 0)
		return AEG_RESERVED;
	if ((s = root(b, c->tools, AEGF_NODE_TOOL)) != AEG_OK)
		return s;
	if (!spend(k, aeg_ld32(c->name.len)))
		return AEG_TOO_LARGE;
	if (c > aegi_at(b, AEGF_CONTEXTS, 0, struct aegf_context) &&
		compare(aegi_str(b, c[-1].name), aegi_str(b, c->name)) >= 0)
		return AEG_CONTENT;
	return AEG_OK;
}

/* What a capability states about paths, commands or hosts: a set, or nothing and so no entries. */
static enum aeg_status constraint(const struct aeg_bundle *b, struct aeg_le32 set,
	uint32_t node_kind, struct aegf_list entries, enum aegf_kind entry_kind)
{
	if (!list_in(b, entry_kind, entries))
		return AEG_BOUNDS;
	if (aeg_ld32(set) == AEGF_NONE)
		return aeg_ld32(entries.count) == 0 ? AEG_OK : AEG_CONTENT;
	return root(b, set, node_kind);
}

static enum aeg_status cap(struct check *k, const struct aegf_cap *c)
{
	const struct aeg_bundle *b = &k->b;
	enum aeg_status s;

	if (!str_in(b, c->pattern))
		return AEG_BOUNDS;
	if ((s = constraint(b, c->paths, AEGF_NODE_PATH, c->path_list, AEGF_LISTS)) != AEG_OK ||
		(s = constraint(b, c->hosts, AEGF_NODE_HOST, c->host_list, AEGF_LISTS)) != AEG_OK ||
		(s = constraint(b, c->commands, AEGF_NODE_COMMAND, c->command_list,
			 AEGF_COMMANDS)) != AEG_OK)
		return s;
	/* Half a limit would be read as none. */
	if ((aeg_ld32(c->rate_calls) == 0) != (aeg_ld32(c->rate_per_s) == 0))
		return AEG_CONTENT;
	return AEG_OK;
}

static enum aeg_status text(struct check *k, const struct aegf_str *s)
{
	return str_in(&k->b, *s) ? AEG_OK : AEG_BOUNDS;
}

static enum aeg_status tool_class(struct check *k, const struct aegf_class *c)
{
	const struct aeg_bundle *b = &k->b;
	const struct aeg_le32 *candidate;
	uint32_t n = aeg_ld32(c->caps.count);

	if (!index_or_none(b, AEGF_DENY, c->deny) || !list_in(b, AEGF_CANDIDATES, c->caps))
		return AEG_BOUNDS;
	if (!index_or_none(b, AEGF_TOOLS, c->tool) && aeg_ld32(c->tool) != AEGF_TOOL_BY_NAME)
		return AEG_BOUNDS;
	if (!spend(k, (uint64_t)n * sizeof *candidate))
		return AEG_TOO_LARGE;
	candidate = aegi_at(b, AEGF_CANDIDATES, aeg_ld32(c->caps.first), struct aeg_le32);
	for (uint32_t j = 1; j < n; j++)
		if (aeg_ld32(candidate[j - 1]) >= aeg_ld32(candidate[j]))
			return AEG_CONTENT;
	return AEG_OK;
}

static enum aeg_status candidate(struct check *k, const struct aeg_le32 *c)
{
	return index_in(&k->b, AEGF_CAPS, *c) ? AEG_OK : AEG_BOUNDS;
}

/* A node that uses a alone, and of it the bits of @mask. */
static inline enum aeg_status only_a(const struct aegf_node *n, uint32_t mask)
{
	if ((aeg_ld32(n->a) & ~mask) != 0 || aeg_ld32(n->b) != 0 || aeg_ld32(n->c) != 0)
		return AEG_RESERVED;
	return AEG_OK;
}

/* A node whose a and b are for this very name and for longer ones. */
static enum aeg_status this_or_longer(
	const struct aeg_bundle *b, const struct aegf_node *n, enum aegf_kind kind)
{
	if (!index_or_none(b, kind, n->a) || !index_or_none(b, kind, n->b))
		return AEG_BOUNDS;
	return aeg_ld32(n->c) == 0 ? AEG_OK : AEG_RESERVED;
}

static enum aeg_status node(struct check *k, const struct aegf_node *n)
{
	const struct aeg_bundle *b = &k->b;

	switch (aeg_ld32(n->kind)) {
	case AEGF_NODE_NAME:
		if (!index_or_none(b, AEGF_CONTEXTS, n->a) && !index_in(b, AEGF_AGENTS, n->a))
			return AEG_BOUNDS;
		return only_a(n, UINT32_MAX);
	case AEGF_NODE_TOOL: return this_or_longer(b, n, AEGF_CLASSES);
	case AEGF_NODE_CATALOGUE: return this_or_longer(b, n, AEGF_TOOLS);
	case AEGF_NODE_PATH:
		if (!list_in(b, AEGF_GLOBS, (struct aegf_list){ n->b, n->c }))
			return AEG_BOUNDS;
		return (aeg_ld32(n->a) & ~AEGF_PATH_COVERS) == 0 ? AEG_OK : AEG_RESERVED;
	case AEGF_NODE_HOST: return only_a(n, AEGF_HOST_SELF | AEGF_HOST_BELOW);
	case AEGF_NODE_SUBCOMMAND: return only_a(n, AEGF_SUBCOMMAND_ANY);
	case AEGF_NODE_COMMAND:
	case AEGF_NODE_WORD: return only_a(n, 0);
	default: return AEG_CONTENT;
	}
}

static enum aeg_status tool(struct check *k, const struct aegf_tool *t)
{
	return str_in(&k->b, t->name) && list_in(&k->b, AEGF_ARGS, t->args) ? AEG_OK : AEG_BOUNDS;
}

static enum aeg_status arg(struct check *k, const struct aegf_arg *a)
{
	uint32_t role = aeg_ld32(a->role), flags = aeg_ld32(a->flags);

	if (!str_in(&k->b, a->name))
		return AEG_BOUNDS;
	if ((flags & ~(AEGF_ARG_REQUIRED | AEGF_ARG_LIST)) != 0)
		return AEG_RESERVED;
	if (role < AEGF_ROLE_PATH || role > AEGF_ROLE_SECRET)
		return AEG_CONTENT;
	return role == AEGF_ROLE_ARGS && (flags & AEGF_ARG_LIST) != 0 ? AEG_CONTENT : AEG_OK;
}

static enum aeg_status command(struct check *k, const struct aegf_command *c)
{
	uint32_t any = aeg_ld32(c->any);

	if (!str_in(&k->b, c->command) || !list_in(&k->b, AEGF_LISTS, c->subcommands))
		return AEG_BOUNDS;
	return any == 0 || (any == 1 && aeg_ld32(c->subcommands.count) == 0) ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status agent(struct check *k, const struct aegf_agent *a)
{
	const struct aeg_bundle *b = &k->b;
	int d = -1;

	if (!str_in(b, a->name) || !str_in(b, a->version) || !list_in(b, AEGF_LISTS, a->tools) ||
		!index_in(b, AEGF_CONTEXTS, a->context))
		return AEG_BOUNDS;
	if (!spend(k, (uint64_t)aeg_ld32(a->name.len) + aeg_ld32(a->version.len)))
		return AEG_TOO_LARGE;
	if (a > aegi_at(b, AEGF_AGENTS, 0, struct aegf_agent))
		d = compare(aegi_str(b, a[-1].name), aegi_str(b, a->name));
	k->agent_names += d != 0;
	if (d == 0)
		d = compare(aegi_str(b, a[-1].version), aegi_str(b, a->version));
	return d < 0 ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status tier(struct check *k, const struct aegf_tier *t)
{
	return str_in(&k->b, t->name) && index_in(&k->b, AEGF_CONTEXTS, t->context) &&
			       list_in(&k->b, AEGF_LIMITS, t->limits)
		       ? AEG_OK
		       : AEG_BOUNDS;
}

static enum aeg_status limit(struct check *k, const struct aegf_limit *l)
{
	if (!str_in(&k->b, l->resource))
		return AEG_BOUNDS;
	return aeg_ld32(l->flags) == 0 ? AEG_OK : AEG_RESERVED;
}

static enum aeg_status oprole(struct check *k, const struct aegf_oprole *r)
{
	uint32_t access = aeg_ld32(r->access);

	if (!str_in(&k->b, r->role) || !index_in(&k->b, AEGF_CONTEXTS, r->context))
		return AEG_BOUNDS;
	return access >= 1 && access <= 3 ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status origin(struct check *k, const struct aegf_origin *o)
{
	if (!str_in(&k->b, o->file))
		return AEG_BOUNDS;
	return aeg_ld32(o->line) > 0 && aeg_ld32(o->column) > 0 ? AEG_OK : AEG_CONTENT;
}

/* Of contexts with the same rules the first has the lists. */
static enum aeg_status ceiling(struct check *k, const struct aegf_ceiling *c)
{
	const struct aeg_bundle *b = &k->b;
	const struct aegf_ceiling *all = aegi_at(b, AEGF_CEILINGS, 0, struct aegf_ceiling);
	const struct aegf_parent *p;
	uint32_t same = aeg_ld32(c->same), n = aeg_ld32(c->parents.count);
	uint32_t witnesses = aeg_ld32(c->witnesses.count);

	if (!index_in(b, AEGF_CEILINGS, c->same) || !list_in(b, AEGF_PARENTS, c->parents) ||
		!list_in(b, AEGF_WITNESSES, c->witnesses))
		return AEG_BOUNDS;
	if (&all[same] > c || aeg_ld32(all[same].same) != same ||
		(&all[same] < c && n + witnesses != 0) || witnesses > aegi_count(b, AEGF_CEILINGS))
		return AEG_CONTENT;
	if (!spend(k, (uint64_t)n * sizeof *p))
		return AEG_TOO_LARGE;
	p = aegi_at(b, AEGF_PARENTS, aeg_ld32(c->parents.first), struct aegf_parent);
	for (uint32_t j = 1; j < n; j++)
		if (aeg_ld32(p[j - 1].context) >= aeg_ld32(p[j].context))
			return AEG_CONTENT;
	return AEG_OK;
}

static enum aeg_status parent(struct check *k, const struct aegf_parent *p)
{
	const struct aeg_bundle *b = &k->b;

	if (!index_in(b, AEGF_CEILINGS, p->context) ||
		!index_or_none(b, AEGF_WITNESSES, p->witness))
		return AEG_BOUNDS;
	return aeg_ld32(p->looser) <= AEGF_LOOSER_RESULTS ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status witness(struct check *k, const struct aegf_witness *w)
{
	if (!str_in(&k->b, w->tool) || !str_in(&k->b, w->args))
		return AEG_BOUNDS;
	return aeg_ld32(w->args.len) <= AEGF_WITNESS_ARGS ? AEG_OK : AEG_CONTENT;
}

/* ---- Edges ----------------------------------------------------------------------------------- */

static struct aegf_str edge_text(const struct aegf_edge *e)
{
	return (struct aegf_str){ e->text, aeg_st32(aeg_ld16(e->len)) };
}

/* The kind of a node's children; 0: it has none. */
static uint32_t child_kind(uint32_t kind)
{
	if (kind == AEGF_NODE_COMMAND)
		return AEGF_NODE_SUBCOMMAND;
	if (kind == AEGF_NODE_SUBCOMMAND)
		return AEGF_NODE_WORD;
	return kind == AEGF_NODE_WORD ? 0 : kind;
}

/* A name below the root for contexts or agents leads to the (first) one that has this name. With
 * the count of such edges, and names that are sorted, this makes the trie and the section agree. */
static enum aeg_status name_edge(
	struct check *k, uint32_t parent, uint32_t child, struct aeg_str name)
{
	const struct aeg_bundle *b = &k->b;
	struct aeg_le32 a = aegi_at(b, AEGF_NODES, child, struct aegf_node)->a;
	uint32_t i = aeg_ld32(a);

	if (parent == k->contexts_root) {
		const struct aegf_context *c = aegi_at(b, AEGF_CONTEXTS, 0, struct aegf_context);

		if (!index_in(b, AEGF_CONTEXTS, a) || !same(aegi_str(b, c[i].name), name))
			return AEG_CONTENT;
		k->contexts_named++;
	}
	if (parent == k->agents_root) {
		const struct aegf_agent *g = aegi_at(b, AEGF_AGENTS, 0, struct aegf_agent);

		if (!index_in(b, AEGF_AGENTS, a) || !same(aegi_str(b, g[i].name), name) ||
			(i > 0 && same(aegi_str(b, g[i - 1].name), name)))
			return AEG_CONTENT;
		k->agents_named++;
	}
	return AEG_OK;
}

/* Whether the @n slots before @e, all taken, hold an edge with the same node and text. */
static enum aeg_status unique(struct check *k, const struct aegf_edge *e, uint32_t i, uint32_t n)
{
	const struct aeg_bundle *b = &k->b;
	uint32_t mask = aegi_count(b, AEGF_EDGES) - 1;

	for (uint32_t j = 1; j <= n; j++) {
		const struct aegf_edge *o =
			aegi_at(b, AEGF_EDGES, (i - j) & mask, struct aegf_edge);

		if (aeg_ld32(o->node) != aeg_ld32(e->node) ||
			aeg_ld16(o->tag) != aeg_ld16(e->tag) ||
			aeg_ld16(o->len) != aeg_ld16(e->len))
			continue;
		if (!str_in(b, edge_text(o))) /* the end of the table is checked after its start */
			return AEG_BOUNDS;
		if (!spend(k, aeg_ld16(e->len)))
			return AEG_TOO_LARGE;
		if (same(aegi_str(b, edge_text(o)), aegi_str(b, edge_text(e))))
			return AEG_CONTENT;
	}
	return AEG_OK;
}

/* The edge in slot @i, which is taken, as are the @run slots before it. */
static enum aeg_status edge(struct check *k, const struct aegf_edge *e, uint32_t i, uint32_t run)
{
	const struct aeg_bundle *b = &k->b;
	const struct aegf_node *nodes = aegi_at(b, AEGF_NODES, 0, struct aegf_node);
	uint32_t from = aeg_ld32(e->node), to = aeg_ld32(e->child);
	uint32_t kind, hash, away;
	struct aeg_str name;
	enum aeg_status s;

	if (!index_in(b, AEGF_NODES, e->node) || !index_in(b, AEGF_NODES, e->child) ||
		!str_in(b, edge_text(e)))
		return AEG_BOUNDS;
	kind = aeg_ld32(nodes[from].kind);
	if (aeg_ld32(nodes[to].kind) != child_kind(kind))
		return AEG_CONTENT;
	if (!spend(k, aeg_ld16(e->len)))
		return AEG_TOO_LARGE;
	name = aegi_str(b, edge_text(e));
	hash = aegf_hash(from, name.at, name.len);
	away = (i - hash) & (aegi_count(b, AEGF_EDGES) - 1);
	if (hash >> 16 != aeg_ld16(e->tag) || away > run ||
		away > aeg_ld32(aegi_meta(b)->max_probe))
		return AEG_CONTENT;
	if (away > 0 && (s = unique(k, e, i, away)) != AEG_OK)
		return s;
	return kind == AEGF_NODE_NAME ? name_edge(k, from, to, name) : AEG_OK;
}

static int slot_taken(const struct aegf_edge *e) { return aeg_ld32(e->node) != AEGF_NONE; }

static enum aeg_status edges(struct check *k)
{
	const struct aegf_edge *e = aegi_at(&k->b, AEGF_EDGES, 0, struct aegf_edge);
	uint32_t n = aegi_count(&k->b, AEGF_EDGES);
	uint32_t run = 0, free_slots = 0;
	enum aeg_status s;

	if ((n & (n - 1)) != 0)
		return AEG_CONTENT;
	while (run < n &&
		slot_taken(&e[n - 1 - run])) /* runs go on from the last slot to the first */
		run++;
	for (uint32_t i = 0; i < n; i++) {
		if (!slot_taken(&e[i])) {
			if (!aegi_all_zero((const uint8_t *)&e[i] + sizeof e[i].node,
				    sizeof e[i] - sizeof e[i].node))
				return AEG_RESERVED;
			free_slots++;
			run = 0;
			continue;
		}
		if ((s = edge(k, &e[i], i, run)) != AEG_OK)
			return s;
		run++;
	}
	return n == 0 || free_slots > 0 ? AEG_OK : AEG_CONTENT;
}

/* ---- Paths --------------------------------------------------------------------------------- */

static enum aeg_status paths(struct check *k, const struct aegf_paths *p)
{
	const struct aeg_bundle *b = &k->b;
	uint32_t len = aeg_ld32(p->program.count);
	struct aeg_program program;
	enum aeg_status s;

	if (!list_in(b, AEGF_OPS, p->program) || !list_in(b, AEGF_LISTS, p->texts))
		return AEG_BOUNDS;
	if (!spend(k, len))
		return AEG_TOO_LARGE;
	s = aeg_program_check(
		&program, aegi_at(b, AEGF_OPS, aeg_ld32(p->program.first), uint8_t), len);
	if (s != AEG_OK)
		return s;
	return program.npaths == aeg_ld32(p->texts.count) ? AEG_OK : AEG_CONTENT;
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* The function for each element of a section. NODES stands before what names nodes in EDGES, and
 * CONTEXTS and AGENTS before the edges that bear their names. */
#define CHECKS(X) \
	X(META, struct aegf_meta, meta) \
	X(CONTEXTS, struct aegf_context, context) \
	X(CAPS, struct aegf_cap, cap) \
	X(DENY, struct aegf_str, text) \
	X(CLASSES, struct aegf_class, tool_class) \
	X(CANDIDATES, struct aeg_le32, candidate) \
	X(NODES, struct aegf_node, node) \
	X(GLOBS, struct aegf_str, text) \
	X(TOOLS, struct aegf_tool, tool) \
	X(ARGS, struct aegf_arg, arg) \
	X(LISTS, struct aegf_str, text) \
	X(COMMANDS, struct aegf_command, command) \
	X(AGENTS, struct aegf_agent, agent) \
	X(TIERS, struct aegf_tier, tier) \
	X(LIMITS, struct aegf_limit, limit) \
	X(OPROLES, struct aegf_oprole, oprole) \
	X(ORIGIN, struct aegf_origin, origin) \
	X(CEILINGS, struct aegf_ceiling, ceiling) \
	X(PARENTS, struct aegf_parent, parent) \
	X(WITNESSES, struct aegf_witness, witness) \
	X(PATHS, struct aegf_paths, paths)

#define X(KIND, type, one) \
	static enum aeg_status every_##KIND(struct check *k) \
	{ \
		const type *e = aegi_at(&k->b, AEGF_##KIND, 0, type); \
		enum aeg_status s = AEG_OK; \
\
		for (uint32_t n = aegi_count(&k->b, AEGF_##KIND); n > 0 && s == AEG_OK; n--) \
			s = one(k, e++); \
		return s; \
	}
CHECKS(X)
#undef X

/* What several sections must agree on. */
static enum aeg_status together(const struct check *k)
{
	const struct aeg_bundle *b = &k->b;
	uint32_t contexts = aegi_count(b, AEGF_CONTEXTS);
	uint32_t origins = aegi_count(b, AEGF_ORIGIN);

	if (k->contexts_named != contexts || k->agents_named != k->agent_names)
		return AEG_CONTENT;
	if (origins != 0 &&
		origins != aegi_count(b, AEGF_CAPS) + aegi_count(b, AEGF_DENY) + contexts)
		return AEG_CONTENT;
	if (aegi_count(b, AEGF_CEILINGS) != 0 && aegi_count(b, AEGF_CEILINGS) != contexts)
		return AEG_CONTENT;
	return AEG_OK;
}

static enum aeg_status content(struct check *k)
{
	static enum aeg_status (*const every[])(struct check *) = {
#define X(KIND, type, one) every_##KIND,
		CHECKS(X)
#undef X
			edges,
	};
	enum aeg_status s = AEG_OK;

	for (size_t i = 0; i < sizeof every / sizeof *every && s == AEG_OK; i++)
		s = every[i](k);
	return s == AEG_OK ? together(k) : s;
}

enum aeg_status aeg_bundle_check(struct aeg_bundle *ret, const void *mem, size_t len)
{
	struct check k = { 0 };
	enum aeg_status s = aegi_frame_check(mem, len);

	if (s != AEG_OK || (s = aegi_frame_table(&k.b, mem)) != AEG_OK)
		return s;
	k.work = (uint64_t)k.b.size * WORK_PER_BYTE;
	s = content(&k);
	if (s == AEG_OK)
		*ret = k.b;
	return s;
}
