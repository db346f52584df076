/* Workflows: time-outs that nest, tools that get output, results that fit their schema. */
#include "check/internal.h"
#include "model/machine.h"

/* ---- Time-outs ----------------------------------------------------------------------------- */

/* "1h 30m": in units that it is a whole number of. */
static const char *duration(struct diags *d, uint64_t ms)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = { { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } };
	struct buf b = { .arena = d->arena };

	for (size_t i = 0; i < sizeof units / sizeof *units; ms %= units[i++].ms)
		if (ms >= units[i].ms)
			buf_printf(&b, "%s%llu%s", b.len == 0 ? "" : " ",
				(unsigned long long)(ms / units[i].ms), units[i].unit);
	return buf_done(&b).at;
}

static void inside(
	struct checks *c, const struct mstate *s, const char *what, struct span at, uint64_t ms)
{
	if (s->timeout_ms == 0 || ms <= s->timeout_ms)
		return;
	diag_add(c->d, (struct diag){ AEG_timeout_outside, at,
			       .label = diag_text(c->d, "%s may take %s", what, duration(c->d, ms)),
			       .other = s->timeout_at,
			       .other_label = diag_text(
				       c->d, "and the state %s", duration(c->d, s->timeout_ms)),
			       .help = "give the state at least as long" });
}

/* The longest that an execution may take under any tier; 0: one has no limit. */
static uint64_t longest(const struct model *m)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < m->ntiers; i++) {
		uint64_t s = 0;
		for (uint32_t k = 0; k < m->tiers[i].nlimits; k++)
			if (slice_is(m->tiers[i].limits[k].resource.text,
				    "execution_timeout_seconds"))
				s = m->tiers[i].limits[k].max;
		if (s == 0)
			return 0;
		most = s > most ? s : most;
	}
	return most > UINT64_MAX / 1000 ? 0 : most * 1000;
}

/* A person may take any time: nothing is executed meanwhile. */
static void within_tiers(struct checks *c, const struct mstate *s)
{
	uint64_t most = s->timeout_ms == 0 ? 0 : longest(c->m);

	if (most == 0 || s->timeout_ms <= most || s->kind == AEG_STATE_HUMAN)
		return;
	diag_add(c->d,
		(struct diag){ AEG_timeout_outside, s->timeout_at,
			.label = diag_text(c->d, "no tier lets an execution take more than %s",
				duration(c->d, most)),
			.other = SPAN_NONE,
			.help = diag_text(c->d, "write at most `%s`", duration(c->d, most)) });
}

static void check_timeouts(struct checks *c, const struct mstate *s)
{
	within_tiers(c, s);
	for (uint32_t i = 0; i < s->nbranches; i++)
		if (s->branches[i].timeout_stated)
			inside(c, s, "this agent", s->branches[i].at, s->branches[i].timeout_ms);
	for (uint32_t i = 0; i < s->ncontainers; i++)
		inside(c, s, "this container", s->containers[i].timeout_at,
			s->containers[i].timeout_ms);
}

/* ---- Tools --------------------------------------------------------------------------------- */

static void check_tool(struct checks *c, struct mtext tool)
{
	struct mpattern p = { .written = tool, .stem = tool.text, .form = PATTERN_EXACT };

	if (tool.text.len == 0 || tools_known(&c->tools, &p))
		return;
	struct slice near = tools_nearest(&c->tools, &p);
	diag_add(c->d, (struct diag){ AEG_unknown_tool, tool.at,
			       .label = near.len == 0 ? "the catalogue does not have it"
						      : diag_text(c->d, "did you mean `%.*s`?",
								SLICE_ARG(near)),
			       .help = "correct the name, or add the tool to a ToolCatalogue" });
}

/* ---- Results ------------------------------------------------------------------------------- */

static const struct node *member(const struct node *map, const char *key, enum node_kind kind)
{
	const struct member *m =
		map == NULL || map->kind != NODE_MAP ? NULL : syntax_member(map, key);

	return m == NULL || m->value->kind != (uint8_t)kind ? NULL : m->value;
}

static struct map keys(struct checks *c, const struct node *map)
{
	struct map all = { .arena = c->d->arena };

	for (uint32_t i = 0; map != NULL && i < map->u.map.n; i++)
		map_put(&all, map->u.map.v[i].key, i);
	return all;
}

/* What the schema requires, and what it forbids, by the names of members alone. */
static void check_result(struct checks *c, const struct mmachine *m)
{
	const struct node *made = m->output_template, *schema = m->output_schema;
	const struct node *required = member(schema, "required", NODE_LIST);
	const struct node *known = member(schema, "properties", NODE_MAP);
	const struct node *more = member(schema, "additionalProperties", NODE_BOOL);

	if (made == NULL || made->kind != NODE_MAP || made->lacks || schema == NULL)
		return;
	struct map there = keys(c, made), listed = keys(c, known);
	for (uint32_t i = 0; required != NULL && i < required->u.list.n; i++) {
		const struct node *name = required->u.list.v[i];
		if (name->kind == NODE_STRING && map_get(&there, name->u.text) == MAP_NONE)
			diag_add(c->d, (struct diag){ AEG_result_misfit, made->span,
					       .label = diag_text(c->d, "%s is missing here",
						       diag_quote(c->d, name->u.text)),
					       .other = name->span,
					       .other_label = "`output_schema` requires it" });
	}
	for (uint32_t i = 0;
		more != NULL && !syntax_bool(more) && known != NULL && !known->lacks &&
		member(schema, "patternProperties", NODE_MAP) == NULL && i < made->u.map.n;
		i++)
		if (map_get(&listed, made->u.map.v[i].key) == MAP_NONE)
			diag_add(c->d, (struct diag){ AEG_result_misfit, made->u.map.v[i].key_span,
					       .label = "`output_schema` does not list it",
					       .other = more->span,
					       .other_label = "and allows nothing else" });
}

void check_workflows(struct checks *c)
{
	for (uint32_t i = 0; i < c->m->nmachines; i++) {
		const struct mmachine *m = &c->m->machines[i];
		check_result(c, m);
		for (uint32_t k = 0; k < m->nstates; k++) {
			check_timeouts(c, &m->states[k]);
			check_tool(c, m->states[k].handler.tool);
		}
	}
}
