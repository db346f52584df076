/* What a workflow's templates can read: its input, its constants, what its states come to. */
#include "model/workflow.h"

#include "aegis/expr.h"

/* ---- What states come to ------------------------------------------------------------------- */

#define NAMED(name_) .name = { name_, sizeof(name_) - 1 }
#define A(name_, type_) \
	{ \
		NAMED(name_), .types = AEG_TYPE_##type_ \
	}
#define ANY(name_) \
	{ \
		NAMED(name_) \
	}
#define MEMBERS(array) .members = (array), .nmembers = sizeof(array) / sizeof *(array)
#define RUN \
	A("stdout", STRING), A("stderr", STRING), A("exit_code", NUMBER), A("duration_ms", NUMBER)
#define WENT_WRONG A("error", STRING), A("timeout", BOOLEAN)
#define EVERY      A("status", STRING), A("duration_ms", NUMBER), WENT_WRONG

static const struct known run_members[] = { RUN };
static const struct known step_members[] = { A("status", STRING), RUN, WENT_WRONG };
static const struct known system_members[] = { A("status", STRING), RUN, WENT_WRONG,
	{ NAMED("output"), .types = AEG_TYPE_OBJECT, MEMBERS(run_members) } };
static const struct known human_members[] = { EVERY, ANY("output"), A("response", STRING),
	ANY("feedback") };
static const struct known consensus_members[] = { A("score", NUMBER), A("confidence", NUMBER),
	A("agreement", NUMBER), A("strategy", STRING) };
static const struct known branch_members[] = { A("agent", STRING), A("status", STRING),
	ANY("output"), A("score", NUMBER), A("confidence", NUMBER), A("weight", NUMBER) };
static const struct known branch = { .types = AEG_TYPE_OBJECT, MEMBERS(branch_members) };
#define JUDGES \
	{ \
		NAMED("judges"), .types = AEG_TYPE_ARRAY, .each = &branch \
	}
static const struct known agent_members[] = { EVERY, ANY("output"), A("score", NUMBER),
	A("confidence", NUMBER), JUDGES };
static const struct known agents_members[] = { EVERY, ANY("output"), A("score", NUMBER),
	A("confidence", NUMBER),
	{ NAMED("consensus"), .types = AEG_TYPE_OBJECT, MEMBERS(consensus_members) },
	{ NAMED("agents"), .types = AEG_TYPE_ARRAY, .each = &branch }, JUDGES };
static const struct known containers_members[] = { EVERY, A("exit_code", NUMBER) };
static const struct known workflow_members[] = { EVERY, ANY("output") };

static struct known list_of(struct shape *s, const struct known *v, size_t n, uint32_t more)
{
	struct known *copy = arena_array(s->d->arena, struct known, n + more);

	if (n != 0)
		memcpy(copy, v, n * sizeof *v);
	return (struct known){ .types = AEG_TYPE_OBJECT, .members = copy, .nmembers = (uint32_t)n };
}
#define LIST_OF(s, array, more) list_of(s, array, sizeof(array) / sizeof *(array), more)

static void add(struct known *to, struct known k, struct slice name)
{
	struct known *members = (struct known *)to->members;

	k.name = name;
	members[to->nmembers++] = k;
}

/* Of its members by name, the first of each. */
static const struct map *index_of(struct arena *a, const struct known *k)
{
	struct map *map = arena_new(a, struct map);

	map->arena = a;
	for (uint32_t i = 0; i < k->nmembers; i++)
		if (map_get(map, k->members[i].name) == MAP_NONE)
			map_put(map, k->members[i].name, i);
	return map;
}

/* The same of a map as written, or NULL. */
static const struct map *keys_of(struct arena *a, const struct node *n)
{
	struct map *map = arena_new(a, struct map);

	map->arena = a;
	if (n == NULL || n->kind != NODE_MAP)
		return NULL;
	for (uint32_t i = 0; i < n->u.map.n; i++)
		if (map_get(map, n->u.map.v[i].key) == MAP_NONE)
			map_put(map, n->u.map.v[i].key, i);
	return map;
}

/* Of several containers: each step by its name, under `output` and beside it. */
static struct known containers(struct shape *s, const struct node *steps)
{
	static const struct known step = { .types = AEG_TYPE_OBJECT, MEMBERS(step_members) };
	uint32_t n = steps == NULL ? 0 : shape_items(steps);
	struct known all = LIST_OF(s, containers_members, n + 1), output = list_of(s, NULL, 0, n);

	/* Steps that could not be read may have any name. */
	all.open = output.open = steps == NULL || steps->kind != NODE_LIST || steps->lacks;
	for (uint32_t i = 0; i < n; i++) {
		const struct node *name = steps->u.list.v[i]->kind == NODE_MAP
						  ? shape_part(steps->u.list.v[i], "name")
						  : NULL;
		if (name == NULL || name->kind != NODE_STRING) {
			all.open = output.open = true;
			continue;
		}
		add(&output, step, name->u.text);
		add(&all, step, name->u.text);
	}
	output.index = index_of(s->d->arena, &output);
	add(&all, output, SLICE("output"));
	all.index = index_of(s->d->arena, &all);
	return all;
}

/* Whether the state has a key that is another's misspelt. */
static bool nearly_has(const struct node *state, const char *name)
{
	struct slice wanted = slice_of(name);
	bool has = false;

	for (uint32_t i = 0; i < state->u.map.n; i++)
		has |= diag_nearest(state->u.map.v[i].key, &wanted, 1) == 0;
	return has;
}

static struct known outcome(struct shape *s, const struct node *state)
{
	static const struct {
		const char *kind;
		struct known is;
	} plain[] = {
		{ "Agent", { .types = AEG_TYPE_OBJECT, MEMBERS(agent_members) } },
		{ "System", { .types = AEG_TYPE_OBJECT, MEMBERS(system_members) } },
		{ "Human", { .types = AEG_TYPE_OBJECT, MEMBERS(human_members) } },
		{ "ParallelAgents", { .types = AEG_TYPE_OBJECT, MEMBERS(agents_members) } },
		{ "ContainerRun", { .types = AEG_TYPE_OBJECT, MEMBERS(system_members) } },
	};
	const struct node *kind = state->kind == NODE_MAP ? shape_part(state, "kind") : NULL, *key;
	struct known all = { .types = AEG_TYPE_OBJECT };

	if (kind == NULL || kind->kind != NODE_STRING)
		return all;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (slice_is(kind->u.text, plain[i].kind))
			return plain[i].is;
	if (slice_is(kind->u.text, "ParallelContainerRun"))
		return containers(s, shape_part(state, "steps"));
	if (!slice_is(kind->u.text, "Subworkflow"))
		return all;
	all = LIST_OF(s, workflow_members, 1);
	key = shape_part(state, "result_key");
	if (key != NULL && key->kind == NODE_STRING)
		add(&all, (struct known){ .types = 0 }, key->u.text);
	else
		all.open = key != NULL || state->lacks || nearly_has(state, "result_key");
	return all;
}

/* ---- What there is at the top -------------------------------------------------------------- */

static const struct known feedback_members[] = { A("feedback", STRING) };
static const struct known human_feedback_members[] = { ANY("feedback") };
static const struct known execution_members[] = { A("id", STRING) };

enum { WORKFLOW, BLACKBOARD, INPUT, INTENT, STATE, HUMAN, EXECUTION, STATE_OUTPUT, NTOP };
static const struct known top[NTOP] = {
	[WORKFLOW] = { NAMED("workflow"), .types = AEG_TYPE_OBJECT },
	[BLACKBOARD] = { NAMED("blackboard"), .types = AEG_TYPE_OBJECT, .open = true },
	[INPUT] = ANY("input"),
	[INTENT] = A("intent", STRING),
	[STATE] = { NAMED("state"), .types = AEG_TYPE_OBJECT, MEMBERS(feedback_members) },
	[HUMAN] = { NAMED("human"), .types = AEG_TYPE_OBJECT, MEMBERS(human_feedback_members) },
	[EXECUTION] = { NAMED("execution"), .types = AEG_TYPE_OBJECT, MEMBERS(execution_members) },
	[STATE_OUTPUT] = ANY("state_output"),
};

/* `workflow`: of `context` the names are known where there are some. */
static struct known constants(struct shape *s, const struct node *context)
{
	static const struct known members[] = { ANY("task"), ANY("context"), ANY("storage") };
	struct known all = LIST_OF(s, members, 0);
	struct known *is = (struct known *)&all.members[1];

	if (context != NULL && context->kind == NODE_MAP) {
		is->value = context;
		is->index = keys_of(s->d->arena, context);
	}
	all.name = top[WORKFLOW].name;
	return all;
}

/* The blackboard: what states come to, results under their keys, and what else is put there. */
static struct known blackboard(struct workflow_scope *w, const struct node *states, uint32_t n)
{
	struct known all = list_of(w->shape, NULL, 0, 2 * n);

	all.name = top[BLACKBOARD].name;
	all.open = true;
	for (uint32_t i = 0; i < n; i++) {
		const struct node *state = states->u.map.v[i].value, *key;
		add(&all, w->states[i], w->states[i].name);
		key = state->kind == NODE_MAP ? shape_part(state, "result_key") : NULL;
		if (key != NULL && key->kind == NODE_STRING)
			add(&all, (struct known){ .types = 0 }, key->u.text);
	}
	return all;
}

static void told(void *ctx, const struct template_reading *r)
{
	struct workflow_scope *w = ctx;
	struct mmachine *m = w->machine;
	size_t n = m->nreadings;

	if (n == MREADING_MOST)
		return;
	arena_push(w->shape->d->arena, m->readings, n, &w->cap);
	m->readings[m->nreadings++] =
		(struct mreading){ r->steps, r->nsteps, r->flags, w->state, w->after, r->at };
}

struct workflow_scope *workflow_scope(
	struct shape *s, const struct node *root, struct mmachine *machine)
{
	struct workflow_scope *w = arena_new(s->d->arena, struct workflow_scope);
	const struct node *spec = shape_part(root, "spec"), *states = NULL, *context = NULL;
	const struct node *metadata = shape_part(root, "metadata"), *input = NULL;
	uint32_t n;

	if (spec != NULL && spec->kind == NODE_MAP) {
		states = shape_part(spec, "states");
		context = shape_part(spec, "context");
	}
	if (metadata != NULL && metadata->kind == NODE_MAP)
		input = shape_part(metadata, "input_schema");
	n = states != NULL && states->kind == NODE_MAP ? states->u.map.n : 0;
	*w = (struct workflow_scope){ .shape = s, .machine = machine, .state = MREADING_RESULT };
	w->names = arena_array(s->d->arena, struct known, NTOP + n);
	w->states = w->names + NTOP;
	memcpy(w->names, top, sizeof top);
	for (uint32_t i = 0; i < n; i++) {
		w->states[i] = outcome(s, states->u.map.v[i].value);
		w->states[i].name = states->u.map.v[i].key;
	}
	w->names[WORKFLOW] = constants(s, context);
	w->names[BLACKBOARD] = blackboard(w, states, n);
	w->names[BLACKBOARD].index = index_of(s->d->arena, &w->names[BLACKBOARD]);
	if (input != NULL && input->kind == NODE_MAP) {
		w->names[INPUT].schema = input;
		w->names[INPUT].index = keys_of(s->d->arena, shape_part(input, "properties"));
	}
	w->root = (struct known){
		.types = AEG_TYPE_OBJECT, .members = w->names, .nmembers = NTOP + n
	};
	w->root.index = index_of(s->d->arena, &w->root);
	w->root.open = n == 0 || states->lacks; /* any name may be a state that could not be read */
	w->scope = (struct template_scope){ .root = &w->root, .told = told, .ctx = w };
	return w;
}

/* ---- Where it is ---------------------------------------------------------------------------- */

void workflow_enter(struct shape *s, uint32_t index)
{
	struct workflow_scope *w = s->scope->ctx;

	w->state = index;
	w->names[STATE_OUTPUT] = index == MREADING_RESULT ? top[STATE_OUTPUT] : w->states[index];
	w->names[STATE_OUTPUT].name = top[STATE_OUTPUT].name;
}

void workflow_after(struct shape *s, bool after)
{
	struct workflow_scope *w =
		s->scope == NULL || s->scope->told != told ? NULL : s->scope->ctx;

	if (w != NULL)
		w->after = after;
}
