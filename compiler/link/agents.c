/* What an Agent names: judges, the agent of its output handler, its model, its runtime. */
#define _GNU_SOURCE /* memmem */
#include "link/link.h"
#include "model/agent.h"
#include "model/node.h"
#include "model/registry.h"

/* ---- Names of the node's ------------------------------------------------------------------- */

static void add_models(struct references *r, const struct mnode *n)
{
	const struct mprovider *providers = n->providers.v;
	struct referents *of = &r->of[REFERENCE_MODEL];
	of->here = true;
	of->broken |= n->broken;
	for (uint32_t i = 0; i < n->providers.n; i++) {
		const struct malias *models = providers[i].models.v;
		of->broken |= providers[i].broken;
		for (uint32_t k = 0; k < providers[i].models.n; k++)
			references_add(r, REFERENCE_MODEL, models[k].name, 0);
	}
}

static struct mtext runtime_name(struct references *r, struct mtext language, struct mtext version)
{
	return (struct mtext){ slice_of(diag_text(r->d, "%.*s:%.*s", SLICE_ARG(language.text),
				       SLICE_ARG(version.text))),
		version.at };
}

/* Where a language is not known at all, its version is not what is wrong. */
static struct mtext runtime_of(struct references *r, const struct magent *a)
{
	struct mtext name = runtime_name(r, a->language, a->runtime_version);
	const struct referents *of = &r->of[REFERENCE_RUNTIME];
	struct slice language = { name.text.at, a->language.text.len + 1 };
	for (size_t i = 0; i < of->n; i++)
		if (slice_begins(of->names[i].text, language))
			return name;
	name.at = a->language.at;
	return name;
}

static void add_runtimes(struct references *r, const struct mregistry *registry)
{
	struct referents *of = &r->of[REFERENCE_RUNTIME];
	of->here = true;
	of->broken |= registry->broken;
	for (uint32_t i = 0; i < registry->nlanguages; i++) {
		const struct mlanguage *l = &registry->languages[i];
		of->broken |= l->broken;
		for (uint32_t k = 0; k < l->nversions; k++)
			references_add(r, REFERENCE_RUNTIME,
				runtime_name(r, l->name, l->versions[k].version), 0);
	}
}

void link_nodes(struct references *r)
{
	for (uint32_t i = 0; i < r->m->nnodeconfigs; i++)
		add_models(r, &r->m->nodes[i]);
	for (uint32_t i = 0; i < r->m->nregistries; i++)
		add_runtimes(r, &r->m->registries[i]);
}

/* ---- An agent ------------------------------------------------------------------------------ */

/* The one that is taken where none is named is missed only where there are models. */
static void resolve_model(struct references *r, const struct magent *a)
{
	const struct slice fallback = SLICE("default");
	if (a->model.text.at != NULL)
		reference(r, REFERENCE_MODEL, a->model, LINK_EXTERNAL);
	else if (r->of[REFERENCE_MODEL].here && !reference_known(r, REFERENCE_MODEL, fallback))
		diag_add(r->d,
			(struct diag){ AEG_unknown_name, a->name.at,
				.label = "it names no model, and none here is called `default`",
				.help = "name one under `runtime.model`, or say `--external model:default`" });
}

uint32_t *link_agent(struct references *r, uint32_t index)
{
	const struct magent *a = &r->m->agents[index];
	uint32_t *judges = arena_array(r->d->arena, uint32_t, a->njudges);
	for (uint32_t i = 0; i < a->njudges; i++)
		judges[i] = reference(r, REFERENCE_AGENT, a->judges[i], index);
	if (a->more == NULL)
		return judges;
	struct mtext handler = a->more->handler.agent;
	if (a->more->handler.kind == HANDLER_AGENT && handler.text.at != NULL &&
		memmem(handler.text.at, handler.text.len, "{{", 2) == NULL)
		reference(r, REFERENCE_AGENT, handler, index);
	resolve_model(r, a);
	/* Which runtimes there are is the platform's to say, where no registry is among the files.
	 */
	if (r->of[REFERENCE_RUNTIME].here && a->language.text.at != NULL &&
		a->runtime_version.text.at != NULL)
		reference(r, REFERENCE_RUNTIME, runtime_of(r, a), LINK_EXTERNAL);
	return judges;
}
