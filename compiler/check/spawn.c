/*
 * Who may start whom (semantics.md, section 7), as far as the manifests say who does. An agent's
 * judges run as its children: that is known. An agent that uses `aegis.task.execute` may start any
 * other, one that uses `aegis.workflow.run` the agents of any workflow: that is possible.
 */
#include "check/internal.h"
#include "symbolic/symbolic.h"

#define PAIRS_MOST 1024u /* of contexts that are compared; the rest is left to the runtime */

struct pair {                /* of contexts */
	const char *refused; /* why the one may not start the other, in words; NULL: it may */
};
struct starts {
	struct checks *c;
	struct arena scratch;
	struct map seen; /* two indexes > pair */
	struct pair *pairs;
	size_t n, cap;
};

/* ---- Pairs of contexts --------------------------------------------------------------------- */

static bool is_sound(struct checks *c, const struct mcontext *context)
{
	const struct grants *g = checks_grants(c, context);
	for (uint32_t i = 0; i < context->ncaps; i++)
		if (context->caps[i].broken)
			return false;
	return g != NULL;
}

/* Why @child is not within @parent: ends a sentence about the child. */
static const char *show(struct checks *c, const struct ceiling *is, const struct mcontext *child,
	const struct mcontext *parent)
{
	const char *call = diag_text(c->d, "`%.*s` with `%.*s`", SLICE_ARG(is->witness->tool),
		SLICE_ARG(is->witness->args));
	switch (is->why) {
	case CEILING_CALLS: break;
	case CEILING_RATE:
		return diag_text(c->d, "`%.*s` limits the rate of %s less than `%.*s`",
			SLICE_ARG(child->name.text), call, SLICE_ARG(parent->name.text));
	case CEILING_CONCURRENT:
		return diag_text(c->d, "`%.*s` allows more of %s at once than `%.*s`",
			SLICE_ARG(child->name.text), call, SLICE_ARG(parent->name.text));
	case CEILING_RESPONSE:
		return diag_text(c->d, "`%.*s` allows larger responses to %s than `%.*s`",
			SLICE_ARG(child->name.text), call, SLICE_ARG(parent->name.text));
	case CEILING_RESULTS:
		return diag_text(c->d, "`%.*s` allows results of %s from more hosts than `%.*s`",
			SLICE_ARG(child->name.text), call, SLICE_ARG(parent->name.text));
	}
	return diag_text(c->d, "`%.*s` allows %s, and `%.*s` does not", SLICE_ARG(child->name.text),
		call, SLICE_ARG(parent->name.text));
}

static struct pair decide(
	struct starts *s, const struct mcontext *child, const struct mcontext *parent)
{
	const struct side sides[] = { { s->c->m, child }, { s->c->m, parent } };
	struct pair p = { NULL };
	if (!is_sound(s->c, child) || !is_sound(s->c, parent))
		return p;
	s->scratch = (struct arena){ .limit = s->c->d->arena->limit,
		.fail = s->c->d->arena->fail,
		.ctx = s->c->d->arena->ctx };
	const struct cells *cells = symbolic_cells(&s->scratch, sides, 2, NULL);
	if (!cells->over) {
		struct ceiling is = symbolic_within(cells, 0, 1);
		p.refused = is.within ? NULL : show(s->c, &is, child, parent);
	}
	arena_free(&s->scratch);
	return p;
}

/* The two steps between surfaces that the platform itself grants. */
static bool is_granted(const struct mcontext *child, const struct mcontext *parent)
{
	return slice_begins(parent->name.text, SLICE("zaru-")) &&
	       slice_is(child->name.text, "aegis-system-agent-runtime");
}

/* NULL: an execution under @parent may start one under @child, as far as is known. */
static const char *refusal(struct starts *s, uint32_t child, uint32_t parent)
{
	const struct mcontext *contexts = s->c->m->contexts;
	if (child >= s->c->m->ncontexts || parent >= s->c->m->ncontexts || child == parent ||
		is_granted(&contexts[child], &contexts[parent]))
		return NULL;
	uint32_t *key = arena_array(s->c->d->arena, uint32_t, 2);
	key[0] = child;
	key[1] = parent;
	uint32_t i = map_put(
		&s->seen, (struct slice){ (const char *)key, 2 * sizeof *key }, (uint32_t)s->n);
	if (i == MAP_NONE && s->n < PAIRS_MOST) {
		arena_push(s->c->d->arena, s->pairs, s->n, &s->cap);
		i = (uint32_t)s->n;
		s->pairs[s->n++] = decide(s, &contexts[child], &contexts[parent]);
	}
	return i < s->n ? s->pairs[i].refused : NULL;
}

/* ---- Judges -------------------------------------------------------------------------------- */

static void judge_refused(struct starts *s, const struct magent *agent, struct mtext judge,
	const struct magent *found, const char *why)
{
	diag_add(s->c->d,
		(struct diag){ AEG_judge_not_within, judge.at, .label = why,
			.other =
				found->context.text.at != NULL ? found->context.at : found->name.at,
			.other_label = "the judge's context is named here",
			.help = diag_text(s->c->d,
				"a judge runs as a child of the agent that it judges: name a "
				"context for it that is within that of `%.*s`",
				SLICE_ARG(agent->name.text)) });
}

static void check_judges(struct starts *s, uint32_t index)
{
	const struct model *m = s->c->m;
	const struct magent *agent = &m->agents[index];
	const struct names *names = s->c->names;
	for (uint32_t j = 0; j < agent->njudges; j++)
		for (uint32_t i = names->agent_judges[index][j]; i < m->nagents;
			i = names->agent_next[i]) {
			const char *why =
				refusal(s, names->agent_context[i], names->agent_context[index]);
			if (why != NULL)
				judge_refused(s, agent, agent->judges[j], &m->agents[i], why);
		}
}

/* ---- What an agent may be asked to start --------------------------------------------------- */

/* Where the agent says that it uses @tool, and its context lets it; or NULL. */
static const struct mtext *uses(struct starts *s, uint32_t index, const char *tool)
{
	const struct magent *agent = &s->c->m->agents[index];
	uint32_t context = s->c->names->agent_context[index];
	if (context >= s->c->m->ncontexts)
		return NULL;
	const struct grants *g = checks_grants(s->c, &s->c->m->contexts[context]);
	if (g == NULL || !grants_tool(g, slice_of(tool)))
		return NULL;
	for (uint32_t i = 0; i < agent->ntools; i++)
		if (slice_is(agent->tools[i].text, tool))
			return &agent->tools[i];
	return NULL;
}

struct refused { /* the first that could not be started, and how many more */
	const struct magent *child;
	const char *why;
	uint32_t n;
};

static void ask(struct starts *s, uint32_t child, uint32_t parent, struct refused *r)
{
	const uint32_t *contexts = s->c->names->agent_context;
	const char *why = refusal(s, contexts[child], contexts[parent]);
	if (why == NULL)
		return;
	if (r->n++ == 0) {
		r->child = &s->c->m->agents[child];
		r->why = why;
	}
}

static void start_refused(
	struct starts *s, const struct mtext *tool, const struct refused *r, const char *as)
{
	struct diags *d = s->c->d;
	if (r->n == 0)
		return;
	diag_add(d,
		(struct diag){ AEG_start_refused, tool->at,
			.label = diag_text(d, "%s would be refused: %s", as, r->why),
			.other = r->child->name.at,
			.other_label =
				r->n == 1
					? "the agent that could not be started"
					: diag_text(d,
						  "the first of %u agents that could not be started",
						  (unsigned)r->n),
			.help = "name a context for it that is within this agent's, or do not start "
				"it from here" });
}

static void check_tasks(struct starts *s, uint32_t index)
{
	const struct model *m = s->c->m;
	const struct mtext *tool = uses(s, index, "aegis.task.execute");
	bool generates = tool != NULL && uses(s, index, "aegis.agent.generate") != NULL;
	struct refused r = { 0 };
	for (uint32_t i = 0; tool != NULL && i < m->nagents; i++) {
		uint32_t context = s->c->names->agent_context[i];
		if (slice_eq(m->agents[i].name.text, m->agents[index].name.text) ||
			(generates && context < m->ncontexts &&
				slice_is(m->contexts[context].name.text, "aegis-system-default")))
			continue;
		ask(s, i, index, &r);
	}
	if (r.n != 0)
		start_refused(s, tool, &r,
			diag_text(s->c->d, "to start `%.*s`", SLICE_ARG(r.child->name.text)));
}

static void check_workflow(
	struct starts *s, uint32_t index, const struct mworkflow *w, const struct mtext *tool)
{
	const struct model *m = s->c->m;
	struct refused r = { 0 };
	for (uint32_t k = 0; k < w->nagents; k++)
		for (uint32_t i = 0; i < m->nagents; i++)
			if (slice_eq(m->agents[i].name.text, w->agents[k].text))
				ask(s, i, index, &r);
	start_refused(s, tool, &r,
		diag_text(s->c->d, "in workflow `%.*s` a state", SLICE_ARG(w->name.text)));
}

void check_starts(struct checks *c)
{
	struct starts s = { .c = c, .seen = { .arena = c->d->arena } };
	for (uint32_t i = 0; i < c->m->nagents; i++) {
		check_judges(&s, i);
		check_tasks(&s, i);
		const struct mtext *tool = uses(&s, i, "aegis.workflow.run");
		for (uint32_t k = 0; tool != NULL && k < c->m->nworkflows; k++)
			check_workflow(&s, i, &c->m->workflows[k], tool);
	}
}
