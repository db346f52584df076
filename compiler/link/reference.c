/* Names of every kind: what the run has, and what is said of one that it does not have. */
#include "link/reference.h"

const char *const reference_words[REFERENCE_NKINDS] = {
	[REFERENCE_CONTEXT] = "context",
	[REFERENCE_AGENT] = "agent",
	[REFERENCE_WORKFLOW] = "workflow",
	[REFERENCE_RUNTIME] = "runtime",
	[REFERENCE_MODEL] = "model",
	[REFERENCE_TOOL] = "tool",
	[REFERENCE_SPEC] = "spec",
	[REFERENCE_VOLUME] = "volume",
};

/* What a name of each kind is called, and the document that defines it. */
static const struct {
	const char *what, *where;
} kinds[REFERENCE_NKINDS] = {
	[REFERENCE_CONTEXT] = { "security context", "a NodeConfig or a SecurityContext" },
	[REFERENCE_AGENT] = { "agent", "an Agent document" },
	[REFERENCE_WORKFLOW] = { "workflow", "a Workflow document" },
	[REFERENCE_RUNTIME] = { "runtime", "the RuntimeRegistry" },
	[REFERENCE_MODEL] = { "model", "the NodeConfig, under `llm_providers[].models`" },
	[REFERENCE_TOOL] = { "tool", "a ToolCatalogue, a ToolWorkflow or a CliTool" },
	[REFERENCE_SPEC] = { "ApiSpec", "an ApiSpec document" },
	[REFERENCE_VOLUME] = { "volume", "the workflow, under `storage.shared_volumes`" },
};

/* ---- Names that there are ------------------------------------------------------------------ */

uint32_t references_add(
	struct references *r, enum reference_kind kind, struct mtext name, uint32_t index)
{
	struct referents *of = &r->of[kind];
	uint32_t there = name.text.at == NULL ? MAP_NONE : map_put(&of->index, name.text, index);
	of->here = true;
	if (there != MAP_NONE || name.text.at == NULL)
		return there;
	arena_push(r->d->arena, of->names, of->n, &of->cap);
	of->names[of->n++] = name;
	return MAP_NONE;
}

void references_init(
	struct references *r, struct diags *d, const struct model *m, const struct link_options *o)
{
	*r = (struct references){ .d = d, .m = m, .o = o };
	for (size_t k = 0; k < REFERENCE_NKINDS; k++)
		r->of[k].index.arena = d->arena;
	for (uint32_t i = 0; i < m->nagents; i++)
		references_add(r, REFERENCE_AGENT, m->agents[i].name, i);
	for (uint32_t i = 0; i < m->nworkflows; i++)
		references_add(r, REFERENCE_WORKFLOW, m->workflows[i].name, i);
	for (uint32_t i = 0; i < m->nspecs; i++)
		references_add(r, REFERENCE_SPEC, m->specs[i].name, i);
}

/* ---- Names that there are not -------------------------------------------------------------- */

bool reference_external(const struct references *r, enum reference_kind kind, struct slice name)
{
	struct slice k = slice_of(reference_words[kind]);
	for (uint32_t i = 0; i < r->o->nexternal; i++) {
		struct slice e = slice_of(r->o->external[i]);
		if (slice_begins(e, k) && e.len > k.len && e.at[k.len] == ':' &&
			slice_eq((struct slice){ e.at + k.len + 1, e.len - k.len - 1 }, name))
			return true;
	}
	return false;
}

/* Only for the first findings: with thousands of names on both sides nobody reads the rest. */
struct mtext reference_nearest(
	const struct references *r, enum reference_kind kind, struct slice name)
{
	const struct referents *of = &r->of[kind];
	if (r->d->n >= 64)
		return (struct mtext){ .at = SPAN_NONE };
	struct slice *known = arena_array(r->d->arena, struct slice, of->n);
	for (size_t i = 0; i < of->n; i++)
		known[i] = of->names[i].text;
	size_t near = diag_nearest(name, known, of->n);
	return near == SIZE_MAX ? (struct mtext){ .at = SPAN_NONE } : of->names[near];
}

/* Ids are given out where documents are deployed: none of them says its own. */
static bool is_uuid(struct slice t)
{
	bool is = t.len == 36;
	for (uint32_t i = 0; is && i < t.len; i++) {
		char c = t.at[i];
		is = i == 8 || i == 13 || i == 18 || i == 23
			     ? c == '-'
			     : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
				       (c >= 'A' && c <= 'F');
	}
	return is;
}

static uint32_t unknown_name(
	struct references *r, enum reference_kind kind, struct mtext name, bool here)
{
	struct mtext near = reference_nearest(r, kind, name.text);
	bool wrong = here || r->o->building, id = is_uuid(name.text);
	struct diag g = { wrong ? AEG_unknown_name : AEG_unresolved_name, name.at,
		.label = diag_text(r->d,
			id ? "nothing here says which %s has this id" : "no %s here has this name",
			kinds[kind].what),
		.other = SPAN_NONE };
	if (near.text.at != NULL && !span_is_none(near.at)) {
		g.other = near.at;
		g.other_label = "the nearest name is here";
	}
	const char *option =
		diag_text(r->d, "--external %s:%.*s", reference_words[kind], SLICE_ARG(name.text));
	g.help = wrong ? diag_text(r->d, "%s defines it; if that is elsewhere, say %s",
				 kinds[kind].where, diag_quote(r->d, slice_of(option)))
		       : diag_text(r->d, "check it together with what defines it: %s",
				 kinds[kind].where);
	diag_add(r->d, g);
	return wrong ? LINK_POISON : LINK_EXTERNAL;
}

bool reference_known(const struct references *r, enum reference_kind kind, struct slice name)
{
	const struct referents *of = &r->of[kind];
	return map_get(&of->index, name) != MAP_NONE || reference_external(r, kind, name) ||
	       r->m->incomplete || of->broken;
}

uint32_t reference(struct references *r, enum reference_kind kind, struct mtext name, uint32_t self)
{
	const struct referents *of = &r->of[kind];
	uint32_t i = map_get(&of->index, name.text);
	if (i != MAP_NONE)
		return i;
	if (reference_external(r, kind, name.text))
		return LINK_EXTERNAL;
	if (r->m->incomplete || of->broken)
		return LINK_POISON;
	bool alone = self != LINK_EXTERNAL && of->n <= 1;
	return unknown_name(r, kind, name, of->here && !alone && !is_uuid(name.text));
}
