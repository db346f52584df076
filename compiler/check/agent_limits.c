/* Limits of an agent: time-outs that end before others, and what tiers allow. */
#include "check/internal.h"
#include "model/agent.h"
#include "model/registry.h"

static bool stated(const struct mamount *a) { return !span_is_none(a->at); }

/* ---- Time-outs ----------------------------------------------------------------------------- */

static void outlived(struct checks *c, const struct mamount *inner, const struct mamount *outer,
	const char *label, const char *other)
{
	if (stated(inner) && stated(outer) && inner->n > outer->n)
		diag_add(c->d, (struct diag){ AEG_timeout_outlived, inner->at, .label = label,
				       .other = outer->at, .other_label = other,
				       .help = "give it at most as long, or leave it out" });
}

void check_agent_timeouts(struct checks *c, const struct magent *agent, uint32_t index)
{
	static const char all[] = "all of it ends after this";
	(void)index;
	if (agent->more == NULL)
		return;
	const struct mvalidator *v = agent->more->validators.v;
	outlived(c, &agent->iteration_ms, &agent->timeout_ms,
		"an iteration is part of the execution", all);
	outlived(c, &agent->llm_ms, &agent->iteration_ms, "the model answers within an iteration",
		"an iteration ends after this");
	for (uint32_t i = 0; i < agent->more->validators.n; i++)
		outlived(c, &v[i].timeout_ms, &agent->timeout_ms,
			"judging is part of the execution", all);
}

/* ---- Tiers --------------------------------------------------------------------------------- */

struct asked { /* what an agent asks for, as the tiers call it */
	const char *resource, *what;
	struct mamount amount;
};
enum { NASKED = 4 };

/* What it keeps, together; as much as there is where the sum does not fit. */
static struct mamount kept(const struct magent *agent)
{
	struct mamount sum = { 0, SPAN_NONE };
	const struct mvolume *v = agent->more->volumes.v;
	for (uint32_t i = 0; i < agent->more->volumes.n; i++) {
		if (!v[i].persistent || v[i].broken)
			continue;
		sum.at = v[i].size.at;
		if (__builtin_add_overflow(sum.n, v[i].size.n, &sum.n))
			sum.n = UINT64_MAX;
	}
	return sum;
}

static void ask(const struct magent *agent, struct asked asked[NASKED])
{
	struct mamount seconds = { agent->timeout_ms.n / 1000, agent->timeout_ms.at };
	asked[0] = (struct asked){ "execution_timeout_seconds", "seconds", seconds };
	asked[1] = (struct asked){ "iterations", "iterations", agent->iterations };
	asked[2] = (struct asked){ "memory_bytes", "bytes of memory", agent->memory };
	asked[3] = (struct asked){ "persistent_storage_bytes", "bytes in volumes", kept(agent) };
}

/* The level of @resource in @tier, or as much as there is. */
static uint64_t most(const struct mtier *tier, const char *resource)
{
	for (uint32_t i = 0; i < tier->nlimits; i++)
		if (tier->limits[i].per_s == 0 && slice_is(tier->limits[i].resource.text, resource))
			return tier->limits[i].max;
	return UINT64_MAX;
}

static void above(struct checks *c, const struct mtier *tier, const struct asked *a)
{
	uint64_t allowed = most(tier, a->resource);
	if (stated(&a->amount) && a->amount.n > allowed)
		diag_add(c->d, (struct diag){ AEG_above_tier, a->amount.at,
				       .label = diag_text(c->d, "tier `%.*s` allows %llu %s",
					       SLICE_ARG(tier->name.text),
					       (unsigned long long)allowed, a->what) });
}

/* The first thing stated that @tier does not allow, or NULL. */
static const struct asked *first_above(const struct mtier *tier, const struct asked *asked)
{
	for (uint32_t i = 0; i < NASKED; i++)
		if (stated(&asked[i].amount) && asked[i].amount.n > most(tier, asked[i].resource))
			return &asked[i];
	return NULL;
}

/* Under no tier's context it counts for that of who starts it. */
static void advise(struct checks *c, const struct asked *asked)
{
	struct buf b = { .arena = c->d->arena };
	const struct asked *why = NULL;
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->m->ntiers; i++) {
		const struct asked *a = first_above(&c->m->tiers[i], asked);
		if (a == NULL)
			buf_printf(&b, "%s`%.*s`", n++ == 0 ? "" : ", ",
				SLICE_ARG(c->m->tiers[i].name.text));
		else if (why == NULL)
			why = a;
	}
	if (why == NULL)
		return;
	const char *tiers = buf_done(&b).at;
	diag_add(c->d, (struct diag){ n == 0 ? AEG_above_tier : AEG_tier_needed, why->amount.at,
			       .label = n == 0 ? "no tier allows so much"
					       : diag_text(c->d, "as it is only tiers %s run it",
							 tiers) });
}

void check_agent_tier(struct checks *c, const struct magent *agent, uint32_t index)
{
	struct asked asked[NASKED];
	uint32_t context = c->names->agent_context[index];
	const struct mtier *tier = NULL;
	if (agent->more == NULL)
		return;
	for (uint32_t i = 0; i < c->m->ntiers && context < c->m->ncontexts; i++)
		if (c->names->tier_context[i] == context)
			tier = &c->m->tiers[i];
	ask(agent, asked);
	for (uint32_t i = 0; tier != NULL && i < NASKED; i++)
		above(c, tier, &asked[i]);
	if (tier == NULL && c->advice)
		advise(c, asked);
}

/* ---- Runtimes ------------------------------------------------------------------------------ */

void check_agent_runtime(struct checks *c, const struct magent *agent, uint32_t index)
{
	(void)index;
	if (agent->language.text.at == NULL || agent->runtime_version.text.at == NULL)
		return;
	for (uint32_t i = 0; i < c->m->nregistries; i++) {
		const struct mlanguage *l =
			mregistry_language(&c->m->registries[i], agent->language.text);
		const struct mruntime *r =
			l == NULL ? NULL : mlanguage_version(l, agent->runtime_version.text);
		if (r != NULL && r->deprecated)
			diag_add(c->d,
				(struct diag){ AEG_deprecated_runtime, agent->runtime_version.at,
					.label = "the registry will not have it for ever",
					.other = r->version.at, .other_label = "where it says so",
					.help = "move to a version that is not deprecated" });
	}
}
