/* Workflows among the other documents: agents and workflows that their states run, by name. */
#define _GNU_SOURCE /* memmem */
#include "link/workflow.h"

#include "aegis/expr.h"
#include "model/known.h"
#include "model/machine.h"

struct edge { /* a state of @from runs the workflow @to */
	uint32_t from, to;
	const struct mstate *state;
};
struct linking {
	struct references *r;
	const struct model *m;
	struct edge *edges; /* in the order of `from` */
	size_t n, cap;
	uint32_t *first; /* per workflow: its first edge; one more at the end */
};

/* ---- Names --------------------------------------------------------------------------------- */

static void unique(struct linking *l, struct map *there, uint32_t i)
{
	const struct mmachine *m = &l->m->machines[i];
	struct slice version = m->version.text.at == NULL ? SLICE("1.0.0") : m->version.text;
	struct buf key = { .arena = l->r->d->arena };

	if (m->name.text.at == NULL)
		return;
	buf_slice(&key, m->name.text);
	buf_text(&key, " ");
	buf_slice(&key, version);
	uint32_t first = map_put(there, buf_done(&key), i);
	if (first != MAP_NONE)
		diag_add(l->r->d,
			(struct diag){ AEG_duplicate_workflow, m->name.at,
				.label = diag_text(l->r->d, "version %s of it is there already",
					diag_quote(l->r->d, version)),
				.other = l->m->machines[first].name.at, .other_label = "here" });
}

static bool is_name(const struct mtext *t)
{
	return t->text.len != 0 && memmem(t->text.at, t->text.len, "{{", 2) == NULL;
}

static void agent(struct linking *l, struct mtext name)
{
	if (is_name(&name))
		reference(l->r, REFERENCE_AGENT, name, LINK_EXTERNAL);
}

static void state_names(struct linking *l, uint32_t i, const struct mstate *s)
{
	agent(l, s->agent);
	for (uint32_t k = 0; k < s->nbranches; k++)
		agent(l, s->branches[k].agent);
	for (uint32_t k = 0; k < s->njudges; k++)
		agent(l, s->judges[k].agent);
	agent(l, s->handler.agent);
	if (s->validator != NULL && s->validator->kind == NODE_STRING)
		agent(l, (struct mtext){ s->validator->u.text, s->validator->span });
	if (!is_name(&s->workflow))
		return;
	uint32_t to = reference(l->r, REFERENCE_WORKFLOW, s->workflow, i);
	if (to >= l->m->nmachines)
		return;
	arena_push(l->r->d->arena, l->edges, l->n, &l->cap);
	l->edges[l->n++] = (struct edge){ i, to, s };
}

/* ---- Workflows that are part of themselves -------------------------------------------------- */

/* "`a` runs `b` in CHECK, `b` runs `a` in AUDIT" */
static const char *circle(const struct linking *l, const uint32_t *path, size_t lo, size_t n)
{
	enum { SHOWN = 8 };
	struct diags *d = l->r->d;
	struct buf b = { .arena = d->arena };

	for (size_t i = lo; i < n && i < lo + SHOWN; i++) {
		const struct edge *e = &l->edges[path[i]];
		buf_printf(&b, "%s%s runs %s", i == lo ? "" : ", ",
			diag_quote(d, l->m->machines[e->from].name.text),
			diag_quote(d, l->m->machines[e->to].name.text));
		buf_printf(&b, " in %s", diag_quote(d, e->state->name.text));
	}
	buf_text(&b, n - lo > SHOWN ? ", and so on" : "");
	return buf_done(&b).at;
}

/* The edge @path[n - 1] leads to a workflow that is under way. */
static void recursion(const struct linking *l, const uint32_t *path, size_t n)
{
	const struct edge *last = &l->edges[path[n - 1]];
	size_t lo = n - 1;

	if (l->r->d->dropped)
		return;
	while (l->edges[path[lo]].from != last->to)
		lo--;
	diag_add(l->r->d,
		(struct diag){ AEG_workflow_recursion, last->state->workflow.at,
			.label = circle(l, path, lo, n), .other = l->m->machines[last->to].name.at,
			.other_label = "so this workflow is part of itself",
			.help = "take one of these states out" });
}

/* Depth first, without the machine's stack: each edge once. */
static void recursions(const struct linking *l)
{
	enum { NEW, OPEN, DONE };
	struct arena *a = l->r->d->arena;
	uint8_t *seen = arena_array(a, uint8_t, l->m->nmachines);
	uint32_t *next = arena_array(a, uint32_t, l->m->nmachines), *path;
	size_t n = 0;

	path = arena_array(a, uint32_t, (size_t)l->m->nmachines + 1);
	memcpy(next, l->first, l->m->nmachines * sizeof *next);
	for (uint32_t start = 0; start < l->m->nmachines; start++) {
		uint32_t at = start;
		while (seen[at] != DONE) {
			seen[at] = OPEN;
			if (next[at] == l->first[at + 1]) {
				seen[at] = DONE;
				if (n > 0)
					at = l->edges[path[--n]].from;
				continue;
			}
			path[n] = next[at]++;
			uint32_t to = l->edges[path[n]].to;
			if (seen[to] == OPEN)
				recursion(l, path, n + 1);
			if (seen[to] != NEW)
				continue;
			n++;
			at = to;
		}
	}
}

/* ---- What is read of their results ---------------------------------------------------------- */

/* Which state's result @r reads, and after how many steps the result itself begins; or NULL. */
static const struct edge *result_of(const struct linking *l, const struct map *names, uint32_t i,
	const struct mreading *r, uint32_t *ret_step)
{
	bool board = r->nsteps > 1 && r->steps[0].at != NULL && slice_is(r->steps[0], "blackboard");
	uint32_t k = board ? 1 : 0, at;
	const struct edge *e;

	if (r->nsteps < k + 2 || r->steps[k].at == NULL || r->steps[k + 1].at == NULL)
		return NULL;
	at = map_get(names, r->steps[k]);
	if (at == MAP_NONE)
		return NULL;
	e = &l->edges[l->first[i] + at];
	*ret_step = k + 2;
	if (slice_eq(e->state->name.text, r->steps[k]))
		return slice_is(r->steps[k + 1], "output") ||
				       slice_eq(r->steps[k + 1], e->state->result_key.text)
			       ? e
			       : NULL;
	*ret_step = k + 1;
	return board ? e : NULL;
}

/* Whether a reading near @m->readings[@at], in the same state, asks whether that is there. */
static bool is_tested(const struct mmachine *m, uint32_t at)
{
	enum { NEAR = 64 };
	const struct mreading *r = &m->readings[at];

	for (uint32_t i = at < NEAR ? 0 : at - NEAR; i < m->nreadings && i < at + NEAR; i++) {
		const struct mreading *o = &m->readings[i];
		bool same = (o->flags & AEG_READ_TESTED) && o->state == r->state &&
			    o->nsteps <= r->nsteps;
		for (uint32_t k = 0; same && k < o->nsteps; k++)
			same = slice_eq(o->steps[k], r->steps[k]);
		if (same)
			return true;
	}
	return false;
}

static void check_reading(
	const struct linking *l, const struct edge *e, const struct mreading *r, uint32_t step)
{
	const struct mmachine *child = &l->m->machines[e->to];
	struct known k = { .schema = child->output_schema }, next;
	struct diags *d = l->r->d;

	for (; child->output_schema != NULL && step < r->nsteps; step++, k = next) {
		struct slice names[32];
		if (known_member(&k, r->steps[step], &next) != KNOWN_NEVER)
			continue;
		size_t near = diag_nearest(r->steps[step], names, known_names(&k, names, 32));
		diag_add(d, (struct diag){ AEG_unknown_variable, r->at,
				    .label = near == SIZE_MAX ? "it renders as nothing"
							      : diag_text(d, "did you mean %s?",
									diag_quote(d, names[near])),
				    .message = diag_text(d, "the result of %s has no %s",
					    diag_quote(d, child->name.text),
					    diag_quote(d, r->steps[step])),
				    .other = child->name.at,
				    .other_label = "its `output_schema` says so" });
		return;
	}
}

static void check_readings(const struct linking *l, uint32_t i)
{
	const struct mmachine *m = &l->m->machines[i];
	struct map names = { .arena = l->r->d->arena };
	const struct edge *e;
	uint32_t step;

	for (uint32_t k = l->first[i]; k < l->first[i + 1]; k++) {
		const struct mstate *s = l->edges[k].state;
		if (!s->blocking)
			continue;
		map_put(&names, s->name.text, k - l->first[i]);
		if (s->result_key.text.len != 0)
			map_put(&names, s->result_key.text, k - l->first[i]);
	}
	for (uint32_t k = 0; l->first[i] != l->first[i + 1] && k < m->nreadings; k++) {
		const struct mreading *r = &m->readings[k];
		e = result_of(l, &names, i, r, &step);
		if (e != NULL && !is_tested(m, k))
			check_reading(l, e, r, step);
	}
}

/* ---- All of it ----------------------------------------------------------------------------- */

void link_workflows(struct references *r)
{
	struct linking l = { .r = r, .m = r->m };
	struct map there = { .arena = r->d->arena };

	l.first = arena_array(r->d->arena, uint32_t, (size_t)l.m->nmachines + 1);
	for (uint32_t i = 0; i < l.m->nmachines; i++) {
		const struct mmachine *m = &l.m->machines[i];
		unique(&l, &there, i);
		l.first[i] = (uint32_t)l.n;
		for (uint32_t k = 0; k < m->nstates; k++)
			state_names(&l, i, &m->states[k]);
	}
	l.first[l.m->nmachines] = (uint32_t)l.n;
	recursions(&l);
	for (uint32_t i = 0; i < l.m->nmachines; i++)
		check_readings(&l, i);
}
