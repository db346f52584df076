/*
 * Workflows: state machines of agents, commands, containers and questions. What holds between the
 * states of one is seen to here; names of other documents are resolved later (link/).
 */
#define _GNU_SOURCE /* memmem */
#include "model/workflow.h"
#include "model/secret.h"

/* ---- What rows keep ------------------------------------------------------------------------ */

bool workflow_has_holes(struct slice t) { return memmem(t.at, t.len, "{{", 2) != NULL; }

void *workflow_items(struct shape *s, const struct node *list, size_t size, uint32_t *ret_n)
{
	*ret_n = shape_items(list);
	return arena_alloc(s->d->arena, *ret_n, size, _Alignof(max_align_t));
}

void workflow_template(struct shape *s, const struct field *f, struct value v, void *out)
{
	template_value(s, f, v);
	*(const struct node **)out = v.node;
}

void workflow_name(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;

	template_value(s, f, v);
	if (shape_text(s, v, &t) && scalar_filled(s, v, &t))
		*(struct mtext *)out = t;
}

void workflow_ms(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;
	(void)f;
	if (v.node->kind == NODE_INT)
		shape_wrong_type(s, v, "a duration",
			diag_text(s->d, "write its unit: `%.*ss`", SLICE_ARG(v.node->u.text)));
	else if (shape_text(s, v, &t) && scalar_human(s, v, &t))
		scalar_ms(v.node->u.text, DURATIONS_HUMAN, out);
}

static void templates_of(struct shape *s, const struct field *f, struct value v)
{
	for (uint32_t i = 0; v.node->kind == NODE_MAP && i < v.node->u.map.n; i++) {
		struct value item = shape_member(&v.node->u.map.v[i]);
		if (item.node->kind == NODE_POISON)
			s->reported++;
		else if (item.node->kind != NODE_STRING)
			shape_wrong_type(s, item, "a string",
				shape_is_text(item.node) ? "put it in quotes" : NULL);
		else
			template_value(s, f, item);
	}
}

void workflow_env(struct shape *s, const struct field *f, struct value v, void *out)
{
	templates_of(s, f, v);
	secret_environment(s, f, v, out);
	if (f->size == sizeof v.node)
		*(const struct node **)out = v.node;
}

void workflow_headers(struct shape *s, const struct field *f, struct value v, void *out)
{
	templates_of(s, f, v);
	*(const struct node **)out = v.node;
}

void workflow_image(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;

	template_value(s, f, v);
	if (shape_text(s, v, &t) && !workflow_has_holes(t.text))
		scalar_image(s, v, &t);
	if (f->size == sizeof v.node)
		*(const struct node **)out = v.node;
}

static void keep_node(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s, (void)f;
	*(const struct node **)out = v.node;
}

/* ---- Storage ------------------------------------------------------------------------------- */

#define INTO_MACHINE(member) INTO(struct mmachine, member)

static const char *const classes[] = { "ephemeral", "persistent", NULL };
static const struct field workspace_fields[] = {
	{ "storage_class", .type = FIELD_WORD, .words = classes, .missing_is = "`ephemeral`",
		.doc = "whether it is kept when the workflow is over" },
	{ "ttl_hours", .type = FIELD_UINT, .min = 1, .max = UINT32_MAX, .missing_is = "`1`",
		.doc = "how long an ephemeral one is kept" },
	{ "size_limit_mb", .type = FIELD_UINT, .min = 1, .max = UINT32_MAX, .missing_is = "`256`",
		.doc = "how many MiB it holds" },
	{ "volume_id", .type = FIELD_TEXT, .entry = scalar_uuid, .missing_is = "a new one",
		.doc = "a volume that there is already" },
	{ "blackboard_key", .type = FIELD_TEXT, .entry = scalar_filled, INTO_MACHINE(workspace_key),
		.missing_is = "`workspace_volume_id`",
		.doc = "where its id stands on the blackboard" },
};
static const struct schema workspace_schema = { "a workspace", "a volume that all states share",
	FIELDS(workspace_fields) };

#define SIZE_GONE .type = FIELD_GONE, .doc = "write `size_limit_bytes`"
static const struct field shared_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO(struct mvolume_shared, name), .doc = "what mounts call it" },
	{ "storage_class", .type = FIELD_WORD, .words = classes,
		INTO(struct mvolume_shared, storage_class), .missing_is = "`ephemeral`",
		.doc = "whether it is kept when the workflow is over" },
	{ "size_limit_bytes", .type = FIELD_UINT, .min = 1, INTO(struct mvolume_shared, size),
		.missing_is = "no limit", .doc = "how much it holds" },
	{ "size_limit", SIZE_GONE },
	{ "size_limit_mb", SIZE_GONE },
	{ "ttl_hours", .type = FIELD_GONE, .doc = "only `workspace` has `ttl_hours`" },
};
static const struct schema shared_schema = { "a shared volume", "a volume that states mount",
	FIELDS(shared_fields) };

static void unique_volume(struct shape *s, struct map *names, const struct mmachine *m, uint32_t i)
{
	const struct mtext *name = &m->shared[i].name;
	uint32_t first = name->text.at == NULL ? MAP_NONE : map_put(names, name->text, i);

	if (first != MAP_NONE)
		shape_report(
			s, (struct diag){ AEG_duplicate_volume, name->at,
				   .label = "a second volume of this name",
				   .other = m->shared[first].name.at, .other_label = "the first" });
}

static void read_shared(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mmachine *m = out;
	struct map names = { .arena = s->d->arena };

	m->shared = workflow_items(s, v.node, sizeof *m->shared, &m->nshared);
	for (uint32_t i = 0; i < m->nshared; i++) {
		struct value item = shape_item(v.node, i);
		m->shared[i] = (struct mvolume_shared){ .at = item.at };
		shape_struct(s, f->sub, item, &m->shared[i]);
		unique_volume(s, &names, m, i);
	}
}

static const struct field storage_fields[] = {
	{ "workspace", .type = FIELD_STRUCT, .sub = &workspace_schema,
		.doc = "a volume that all states share" },
	{ "shared_volumes", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &shared_schema,
		.read = read_shared, .doc = "volumes that states mount" },
};
static const struct schema storage_schema = { "the storage of a Workflow", "its volumes",
	FIELDS(storage_fields) };

/* ---- Workflows ----------------------------------------------------------------------------- */

static void read_states(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mmachine *m = out;
	uint32_t n = v.node->kind == NODE_MAP ? v.node->u.map.n : 0;
	(void)f;

	m->states = arena_array(s->d->arena, struct mstate, n);
	m->broken |= v.node->lacks;
	for (uint32_t i = 0; i < n; i++) {
		const struct member *member = &v.node->u.map.v[i];
		struct mstate *state = &m->states[m->nstates++];
		*state = (struct mstate){ .name = { member->key, member->key_span },
			.at = member->value_span };
		workflow_enter(s, i);
		state_read(s, shape_member(member), state);
	}
	workflow_enter(s, MREADING_RESULT);
	if (n == 0 && !v.node->lacks)
		shape_report(
			s, (struct diag){ AEG_missing_field, v.at, .label = "no state stands here",
				   .message = "a Workflow needs a state" });
}

static void read_most(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mmachine *m = out;
	uint64_t n;

	if (!syntax_uint(v.node, &n) || n < f->min || n > f->max) {
		shape_report(s, (struct diag){ AEG_out_of_range, v.at,
					.label = "a workflow has 1 to 100 transitions at most" });
		return;
	}
	m->max_transitions = (uint32_t)n;
	m->transitions_stated = true;
}

static void read_output(struct shape *s, const struct field *f, struct value v, void *out)
{
	template_values(s, f, v);
	*(const struct node **)out = v.node;
}

static const struct field spec_fields[] = {
	{ "initial_state", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO_MACHINE(initial),
		.doc = "the state that comes first" },
	{ "context", .type = FIELD_MAP, .item = FIELD_ANY, .read = keep_node, INTO_MACHINE(context),
		.doc = "constants: `workflow.context.NAME`" },
	{ "states", .type = FIELD_MAP, .item = FIELD_ANY, .flags = FIELD_REQUIRED,
		.read = read_states, .doc = "the states, by name" },
	{ "storage", .type = FIELD_STRUCT, .sub = &storage_schema, .doc = "its volumes" },
	{ "max_total_transitions", .type = FIELD_UINT, .min = 1, .max = 100, .read = read_most,
		.missing_is = "`50`", .doc = "transitions in one run, at most" },
	{ "volumes", .type = FIELD_GONE,
		.doc = "volumes stand under `storage`, as `shared_volumes`" },
};
static const struct schema spec_schema = { "the spec of a Workflow", "its states",
	FIELDS(spec_fields) };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_name,
		INTO_MACHINE(name), .doc = "what the workflow is called" },
	{ "version", .type = FIELD_TEXT, .entry = quantity_version, INTO_MACHINE(version),
		.missing_is = "`1.0.0`", .doc = "its own version: three numbers, `1.0.0`" },
	{ "description", .type = FIELD_TEXT, INTO_MACHINE(description), .doc = "for people" },
	TAG_FIELDS,
	{ "input_schema", .type = FIELD_MAP, .item = FIELD_ANY, .read = keep_node,
		INTO_MACHINE(input_schema), .doc = "a JSON Schema: what input it takes" },
	{ "output_schema", .type = FIELD_MAP, .item = FIELD_ANY, .read = keep_node,
		INTO_MACHINE(output_schema), .doc = "a JSON Schema: what it results in" },
	{ "output_template", .type = FIELD_ANY, .item = FIELD_TEMPLATE, .read = read_output,
		INTO_MACHINE(output_template), .doc = "and what that is made of" },
};
static const struct schema metadata_schema = { "the metadata of a Workflow", "its name",
	FIELDS(metadata_fields) };

static const struct field workflow_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "its states" },
};
const struct schema workflow_schema = { "a Workflow document",
	"a state machine of agents and tools", FIELDS(workflow_fields) };

/* ---- Names within one ---------------------------------------------------------------------- */

struct states { /* by name */
	struct shape *s;
	const struct mmachine *m;
	struct map index, volumes;
	bool unknown_volumes; /* one has a name that could not be read */
	struct slice *names;
};

static void unknown_state(struct states *l, const struct mtext *name)
{
	struct diags *d = l->s->d;
	size_t near;

	if (name->text.at == NULL || map_get(&l->index, name->text) != MAP_NONE || l->m->broken)
		return;
	/* With thousands of names on both sides nobody reads the rest. */
	near = d->n < 64 ? diag_nearest(name->text, l->names, l->m->nstates) : SIZE_MAX;
	shape_report(
		l->s, (struct diag){ AEG_unknown_state, name->at,
			      .label = near == SIZE_MAX ? "no state of this workflow has this name"
							: diag_text(d, "did you mean %s?",
								  diag_quote(d, l->names[near])) });
}

static void unknown_volume(struct states *l, const struct mmount *mount)
{
	const struct mmachine *m = l->m;

	if (m->nshared == 0 || mount->name.text.at == NULL || l->unknown_volumes ||
		map_get(&l->volumes, mount->name.text) != MAP_NONE)
		return;
	shape_report(l->s, (struct diag){ AEG_unknown_name, mount->name.at,
				   .label = "none of the shared volumes has this name",
				   .other = m->shared[0].at, .other_label = "the first of them" });
}

static void check_names(struct shape *s, const struct mmachine *m)
{
	struct states l = { .s = s, .m = m };

	l.index.arena = l.volumes.arena = s->d->arena;
	for (uint32_t i = 0; i < m->nshared; i++)
		if (m->shared[i].name.text.at == NULL)
			l.unknown_volumes = true;
		else
			map_put(&l.volumes, m->shared[i].name.text, i);

	l.names = arena_array(s->d->arena, struct slice, m->nstates);
	for (uint32_t i = 0; i < m->nstates; i++) {
		l.names[i] = m->states[i].name.text;
		map_put(&l.index, l.names[i], i);
	}
	if (m->nstates != 0)
		unknown_state(&l, &m->initial);
	for (uint32_t i = 0; i < m->nstates; i++) {
		const struct mstate *state = &m->states[i];
		for (uint32_t k = 0; k < state->ntransitions; k++)
			unknown_state(&l, &state->transitions[k].target);
		for (uint32_t k = 0; k < state->ncontainers; k++)
			for (uint32_t j = 0; j < state->containers[k].nmounts; j++)
				unknown_volume(&l, &state->containers[k].mounts[j]);
	}
}

/* ---- Who starts whom ----------------------------------------------------------------------- */

static void add_agent(struct shape *s, struct mworkflow *w, size_t *cap, const struct mtext *name)
{
	size_t n = w->nagents;

	if (name->text.len == 0 || workflow_has_holes(name->text))
		return;
	arena_push(s->d->arena, w->agents, n, cap);
	w->agents[w->nagents++] = *name;
}

static void add_workflow(struct shape *s, const struct mmachine *m)
{
	struct mworkflow w = { .name = m->name, .at = m->at };
	size_t cap = 0;

	for (uint32_t i = 0; i < m->nstates; i++) {
		const struct mstate *state = &m->states[i];
		add_agent(s, &w, &cap, &state->agent);
		for (uint32_t k = 0; k < state->nbranches; k++)
			add_agent(s, &w, &cap, &state->branches[k].agent);
		for (uint32_t k = 0; k < state->njudges; k++)
			add_agent(s, &w, &cap, &state->judges[k].agent);
		add_agent(s, &w, &cap, &state->handler.agent);
	}
	arena_push(s->d->arena, s->m->workflows, s->m->nworkflows, &s->workflows_cap);
	s->m->workflows[s->m->nworkflows++] = w;
}

/* ---- The document -------------------------------------------------------------------------- */

void workflow_read(struct shape *s, struct value root)
{
	struct mmachine m = { .at = root.at,
		.file = root.at.file,
		.max_transitions = 50,
		.workspace_key = { SLICE("workspace_volume_id"), root.at } };
	struct workflow_scope *scope = workflow_scope(s, root.node, &m);

	s->scope = &scope->scope;
	shape_struct(s, &workflow_schema, root, &m);
	s->scope = NULL;
	check_names(s, &m);
	add_workflow(s, &m);
	arena_push(s->d->arena, s->m->machines, s->m->nmachines, &s->machines_cap);
	s->m->machines[s->m->nmachines++] = m;
}
