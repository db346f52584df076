/* Names become indexes: duplicates, redefinitions, references from agents, tiers and roles. */
#include "link/link.h"

#include "aegis/aegis.h"
#include "link/workflow.h"
#include "model/cases.h"
#include "model/proofs.h"

struct linking {
	struct diags *d;
	const struct model *m;
	const struct link_options *o;
	struct names *names;
	struct references references;
};

/* ---- Contexts ------------------------------------------------------------------------------ */

static bool begins(const struct mcontext *c, const char *prefix)
{
	return slice_begins(c->name.text, slice_of(prefix));
}

/* `tenant-{slug}-{rest}`: a slug does not begin or end with a hyphen. */
static bool names_tenant(struct slice name)
{
	uint32_t slug = (uint32_t)strlen("tenant-");
	for (uint32_t i = slug + 1; i + 1 < name.len; i++)
		if (name.at[i] == '-' && name.at[slug] != '-')
			return true;
	return false;
}

static void check_prefix(struct linking *l, const struct mcontext *c)
{
	const char *label = NULL, *help = "give the context another name";
	if (begins(c, "zaru-"))
		label = "names that begin with `zaru-` are the platform's";
	else if (begins(c, "aegis-system-"))
		label = "names that begin with `aegis-system-` are the platform's";
	else if (begins(c, "tenant-") && !names_tenant(c->name.text)) {
		label = "a name that begins with `tenant-` goes on with the tenant and a name of its own";
		help = "write `tenant-SLUG-NAME`: `tenant-acme-research`";
	}
	if (label != NULL)
		diag_add(l->d, (struct diag){ AEG_reserved_name, c->name.at, .label = label,
				       .help = help });
}

static void add_context(struct linking *l, uint32_t i)
{
	const struct mcontext *c = &l->m->contexts[i];
	uint32_t there = references_add(&l->references, REFERENCE_CONTEXT, c->name, i);
	if (there == MAP_NONE) {
		if (!c->builtin)
			check_prefix(l, c);
		return;
	}
	const struct mcontext *first = &l->m->contexts[there];
	if (first->builtin)
		diag_add(l->d,
			(struct diag){ AEG_redefined_builtin, c->name.at,
				.label = diag_text(
					l->d, "`%.*s` is built in", SLICE_ARG(c->name.text)),
				.other = first->name.at,
				.other_label = "this is the context that every bundle contains",
				.help = "give yours another name, and let agents name that" });
	else
		diag_add(l->d, (struct diag){ AEG_duplicate_context, c->name.at,
				       .label = "this name is taken", .other = first->name.at,
				       .other_label = "by this context" });
}

/* Built-in ones first, so that whatever redefines them is what is reported. */
static void add_contexts(struct linking *l)
{
	for (int builtin = 1; builtin >= 0; builtin--)
		for (uint32_t i = 0; i < l->m->ncontexts; i++)
			if (l->m->contexts[i].builtin == builtin)
				add_context(l, i);
}

/* ---- References ---------------------------------------------------------------------------- */

/* Whether the run has contexts of its own, so that a name they do not have is a mistake. */
static bool has_contexts(const struct model *m)
{
	for (uint32_t i = 0; i < m->ncontexts; i++)
		if (!m->contexts[i].builtin)
			return true;
	return m->nnodeconfigs != 0;
}

static void unknown_context(struct linking *l, struct mtext name)
{
	const struct model *m = l->m;
	if (m->incomplete)
		return;
	struct mtext near = reference_nearest(&l->references, REFERENCE_CONTEXT, name.text);
	bool here = l->o->building || has_contexts(m);
	struct diag g = { here ? AEG_unknown_context : AEG_unresolved_context, name.at,
		.label = "no context here has this name", .other = SPAN_NONE };
	if (near.text.at != NULL) {
		g.other = near.at;
		g.other_label = "the nearest name is here";
	}
	g.help =
		here ? "define it in a NodeConfig or a SecurityContext, or say that it is defined elsewhere: "
		       "`--external context:NAME`"
		     : "check it together with the NodeConfig that defines its contexts";
	diag_add(l->d, g);
}

static uint32_t context_of(struct linking *l, struct mtext name)
{
	uint32_t i = map_get(&l->references.of[REFERENCE_CONTEXT].index, name.text);
	if (i != MAP_NONE)
		return i;
	if (reference_external(&l->references, REFERENCE_CONTEXT, name.text))
		return LINK_EXTERNAL;
	unknown_context(l, name);
	return LINK_POISON;
}

static uint32_t default_context_of(struct linking *l, const struct magent *a)
{
	static const struct mtext fallback = { { "aegis-system-agent-runtime", 26 },
		{ UINT32_MAX, 0, 0 } };
	if (a->context_unread)
		return LINK_POISON;
	if (l->m->default_context.text.at != NULL)
		return context_of(l, l->m->default_context);
	diag_add(l->d, (struct diag){ AEG_default_context, a->name.at,
			       .label = "names no context: it gets `aegis-system-agent-runtime`",
			       .help = "add `security_context` under `spec`" });
	return context_of(l, fallback);
}

/* ---- Agents -------------------------------------------------------------------------------- */

static void add_agent(struct linking *l, struct map *agents, uint32_t i)
{
	const struct magent *a = &l->m->agents[i];
	struct buf key = { .arena = l->d->arena };
	buf_slice(&key, a->name.text);
	buf_text(&key, " ");
	buf_slice(&key, a->version.text);
	uint32_t there = map_put(agents, buf_done(&key), i);
	if (there == MAP_NONE)
		return;
	diag_add(l->d, (struct diag){ AEG_duplicate_agent, a->name.at,
			       .label = diag_text(l->d, "version %s of this agent is there already",
				       diag_quote(l->d, a->version.text)),
			       .other = l->m->agents[there].name.at, .other_label = "here" });
}

/* Those of one name, as a list: from the first, whose index the name has. */
static void chain_agents(struct linking *l)
{
	const struct model *m = l->m;
	uint32_t *next = arena_array(l->d->arena, uint32_t, m->nagents);
	for (uint32_t i = 0; i < m->nagents; i++) {
		uint32_t first =
			map_get(&l->references.of[REFERENCE_AGENT].index, m->agents[i].name.text);
		next[i] = LINK_EXTERNAL;
		if (first == i || first == MAP_NONE)
			continue;
		next[i] = next[first];
		next[first] = i;
	}
	l->names->agent_next = next;
}

/* ---- Tests --------------------------------------------------------------------------------- */

/* A case may ask for a context that is not there, to see it refused. */
static bool wants_unknown_context(const struct mcase *c)
{
	for (uint32_t i = 0; i < c->ncalls; i++)
		if (c->calls[i].expect.violation == AEG_UnknownContext)
			return true;
	return false;
}

static void resolve_test(struct linking *l, const struct mtest *t)
{
	if (t->context.text.at != NULL)
		context_of(l, t->context);
	for (uint32_t i = 0; i < t->ncases; i++) {
		const struct mcase *c = &t->cases[i];
		if (wants_unknown_context(c))
			continue;
		for (uint32_t k = 0; k < c->matrix.contexts.n; k++)
			context_of(l, c->matrix.contexts.v[k]);
		for (uint32_t k = 0; k < c->ncalls; k++) {
			struct mtext name = c->calls[k].context;
			if (name.text.at != NULL && name.text.at != t->context.text.at)
				context_of(l, name);
		}
	}
}

/* ---- Proofs -------------------------------------------------------------------------------- */

static bool is_external_like(const struct link_options *o, struct slice glob)
{
	struct slice kind = SLICE("context:");
	for (uint32_t i = 0; i < o->nexternal; i++) {
		struct slice e = slice_of(o->external[i]);
		if (slice_begins(e, kind) &&
			massert_name_is(glob, (struct slice){ e.at + kind.len, e.len - kind.len }))
			return true;
	}
	return false;
}

/* Of contexts that are elsewhere nothing can be proved, so what is built upon needs one here. */
static void resolve_glob(struct linking *l, struct mtext glob)
{
	bool here = l->o->building || has_contexts(l->m);
	bool found = l->m->incomplete || (!l->o->building && is_external_like(l->o, glob.text));
	for (uint32_t i = 0; i < l->m->ncontexts && !found; i++)
		found = massert_name_is(glob.text, l->m->contexts[i].name.text);
	if (!found)
		diag_add(l->d, (struct diag){ here ? AEG_no_context_like : AEG_unresolved_context,
				       glob.at, .label = "no context here has a name like this" });
}

static void resolve_names(struct linking *l, const struct mlist *names)
{
	for (uint32_t i = 0; i < names->n; i++) {
		struct mtext name = names->v[i];
		if (memchr(name.text.at, '*', name.text.len) != NULL)
			resolve_glob(l, name);
		else
			context_of(l, name);
	}
}

static void resolve_proof(struct linking *l, const struct mproof *p)
{
	for (uint32_t i = 0; i < p->nassertions; i++) {
		resolve_names(l, &p->assertions[i].contexts);
		resolve_names(l, &p->assertions[i].others);
	}
}

const struct names *link_resolve(
	struct diags *d, const struct model *m, const struct link_options *o)
{
	struct names *names = arena_new(d->arena, struct names);
	struct linking l = { .d = d, .m = m, .o = o, .names = names };
	struct map agents = { .arena = d->arena };
	names->agent_context = arena_array(d->arena, uint32_t, m->nagents);
	names->agent_judges = arena_array(d->arena, uint32_t *, m->nagents);
	names->tier_context = arena_array(d->arena, uint32_t, m->ntiers);
	names->oprole_context = arena_array(d->arena, uint32_t, m->noproles);
	references_init(&l.references, d, m, o);
	link_nodes(&l.references);
	chain_agents(&l);
	add_contexts(&l);
	for (uint32_t i = 0; i < m->nagents; i++) {
		const struct magent *a = &m->agents[i];
		add_agent(&l, &agents, i);
		names->agent_context[i] = a->context.text.at != NULL ? context_of(&l, a->context)
								     : default_context_of(&l, a);
		names->agent_judges[i] = link_agent(&l.references, i);
	}
	for (uint32_t i = 0; i < m->ntiers; i++)
		names->tier_context[i] = context_of(&l, m->tiers[i].context);
	for (uint32_t i = 0; i < m->noproles; i++)
		names->oprole_context[i] = context_of(&l, m->oproles[i].context);
	for (uint32_t i = 0; i < m->ntests; i++)
		resolve_test(&l, &m->tests[i]);
	for (uint32_t i = 0; i < m->nproofs; i++)
		resolve_proof(&l, &m->proofs[i]);
	link_registries(d, m);
	link_workflows(&l.references);
	names->contexts = l.references.of[REFERENCE_CONTEXT].index;
	return names;
}

/* ---- The catalogue ------------------------------------------------------------------------- */

const struct mtool *link_tool(const struct model *m, struct slice name)
{
	uint32_t i = map_get(&m->tool_names, name), whole = name.len;
	while (i == MAP_NONE && name.len > 0) {
		name.len--;
		if (name.at[name.len] == '.' && name.len + 1 < whole)
			i = map_get(&m->tool_families, name);
	}
	return i == MAP_NONE ? NULL : &m->tools[i];
}
