/*
 * Documents that are read for their templates and for who starts whom: rows of the fields in which
 * templates stand, each with its language. All other fields pass.
 */
#define _GNU_SOURCE /* memrchr */
#include "model/template.h"

#include <strings.h>

struct parts { /* of a state, a step or a handler: what must be known together */
	struct value command, headers, body;
	bool shell;
};

/* A struct of `sub`, each item of a list of them, or each member of a map of them. */
void workflow_parts(struct shape *s, const struct field *f, struct value v, void *out)
{
	bool one = f->type == FIELD_STRUCT, list = f->type == FIELD_LIST;
	uint32_t n = one                        ? 1
		     : list                     ? shape_items(v.node)
		     : v.node->kind == NODE_MAP ? v.node->u.map.n
						: 0;
	(void)out;

	for (uint32_t i = 0; i < n; i++) {
		struct parts parts = { .shell = false };
		shape_struct(s, f->sub,
			one    ? v
			: list ? shape_item(v.node, i)
			       : shape_member(&v.node->u.map.v[i]),
			&parts);
	}
}

static void keep_value(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s, (void)f;
	*(struct value *)out = v;
}

#define PARTS(name_, type_, sub_, doc_) \
	{ \
		name_, .type = type_, .item = FIELD_STRUCT, .sub = sub_, .read = workflow_parts, \
		       .doc = doc_ \
	}
#define TEMPLATE(name_, doc_) \
	{ \
		name_, .type = FIELD_TEMPLATE, .doc = doc_ \
	}

/* ---- Commands ------------------------------------------------------------------------------ */

struct command_fields {
	struct field word, line;
};

static bool is_shell(struct slice t)
{
	static const char *const names[] = { "sh", "ash", "bash", "dash", "ksh", "zsh" };
	const char *slash = memrchr(t.at, '/', t.len);
	uint32_t skip = slash == NULL ? 0 : (uint32_t)(slash + 1 - t.at);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is((struct slice){ t.at + skip, t.len - skip }, names[i]))
			return true;
	return false;
}

/* Of `sh -c TEXT` the index of TEXT, else the number of words. */
static uint32_t script_of(const struct node *list)
{
	uint32_t n = list->u.list.n;

	if (n == 0 || !shape_is_text(list->u.list.v[0]) || !is_shell(list->u.list.v[0]->u.text))
		return n;
	for (uint32_t i = 1; i < n && shape_is_text(list->u.list.v[i]); i++) {
		struct slice t = list->u.list.v[i]->u.text;
		if (t.len < 2 || (t.at[0] != '-' && t.at[0] != '+'))
			return n;
		if (t.at[0] == '-' && t.at[1] != '-' && memchr(t.at, 'c', t.len) != NULL)
			return i + 1;
	}
	return n;
}

/* The words, a space between them, are what the shell reads. */
static void check_line(struct shape *s, const struct field *line, const struct node *list)
{
	struct buf text = { .arena = s->d->arena };
	struct template_piece *pieces =
		arena_array(s->d->arena, struct template_piece, list->u.list.n);

	for (uint32_t i = 0; i < list->u.list.n; i++) {
		struct mtext word;
		if (!shape_text(s, shape_item(list, i), &word))
			return;
		buf_text(&text, i == 0 ? "" : " ");
		pieces[i] = (struct template_piece){ (uint32_t)text.len, list->u.list.v[i] };
		buf_slice(&text, word.text);
	}
	struct template_text t = { buf_done(&text), pieces, list->u.list.n };
	if (t.n != 0)
		template_check(s, line, &t);
}

/* A text is for the shell; of a list each word is one argument, unless a shell reads it. */
static void check_command(struct shape *s, const struct command_fields *f, const struct parts *p)
{
	const struct node *n = p->command.node;
	struct mtext t;

	if (n == NULL)
		return;
	if (n->kind != NODE_LIST) {
		if (shape_text(s, p->command, &t))
			template_value(s, &f->line, p->command);
		return;
	}
	uint32_t script = script_of(n);
	if (p->shell && script == n->u.list.n) {
		check_line(s, &f->line, n);
		return;
	}
	for (uint32_t i = 0; i < n->u.list.n; i++)
		if (shape_text(s, shape_item(n, i), &t))
			template_value(s, i == script ? &f->line : &f->word, shape_item(n, i));
}

/* ---- What becomes of output ---------------------------------------------------------------- */

static const char *const handled[] = { "output", "intent", NULL };
#define HANDLED(type_, language_) .type = type_, .language = language_, .words = handled
static const struct command_fields handler_commands = {
	{ "command", HANDLED(FIELD_TEMPLATE, LANGUAGE_TEXT) },
	{ "command", HANDLED(FIELD_TEMPLATE, LANGUAGE_SHELL) },
};
static const struct field bodies[] = {
	{ "body_template", HANDLED(FIELD_TEMPLATE, LANGUAGE_TEXT) },
	{ "body_template", HANDLED(FIELD_TEMPLATE, LANGUAGE_JSON) },
};

/* JSON, unless the headers say that it is something else. */
static bool body_is_json(const struct parts *p)
{
	const struct node *map = p->headers.node;

	for (uint32_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->u.map.n; i++) {
		const struct member *m = &map->u.map.v[i];
		if (m->key.len == 12 && strncasecmp(m->key.at, "content-type", 12) == 0 &&
			shape_is_text(m->value))
			return memmem(m->value->u.text.at, m->value->u.text.len, "json", 4) != NULL;
	}
	return true;
}

static void handler_finish(struct shape *s, struct value v, void *out)
{
	const struct parts *p = out;
	struct mtext t;
	(void)v;

	check_command(s, &handler_commands, p);
	if (p->body.node != NULL && shape_text(s, p->body, &t))
		template_value(s, &bodies[body_is_json(p)], p->body);
}

static void read_headers(struct shape *s, const struct field *f, struct value v, void *out)
{
	keep_value(s, f, v, out);
	template_values(s, f, v);
}

static const struct field handler_fields[] = {
	{ "input_template", HANDLED(FIELD_TEMPLATE, LANGUAGE_TEXT), .doc = "what the agent gets" },
	{ "arguments", HANDLED(FIELD_ANY, LANGUAGE_TEXT), .item = FIELD_TEMPLATE,
		.doc = "what the tool gets" },
	{ "command", .type = FIELD_ANY, .read = keep_value, INTO(struct parts, command),
		.doc = "what the container runs" },
	{ "shell", .type = FIELD_BOOL, INTO(struct parts, shell),
		.doc = "whether a shell reads the command" },
	{ "env", HANDLED(FIELD_MAP, LANGUAGE_TEXT), .item = FIELD_TEMPLATE,
		.doc = "environment variables of the container" },
	{ "url", HANDLED(FIELD_TEMPLATE, LANGUAGE_URL), .doc = "where the output is sent" },
	{ "headers", HANDLED(FIELD_MAP, LANGUAGE_TEXT), .read = read_headers,
		INTO(struct parts, headers), .doc = "and with which headers" },
	{ "body_template", .type = FIELD_ANY, .read = keep_value, INTO(struct parts, body),
		.doc = "and as what" },
};
const struct schema output_handler_schema = { "an output handler", "what becomes of the output",
	FIELDS(handler_fields), handler_finish, .open = true };

/* ---- States -------------------------------------------------------------------------------- */

static const struct field transition_fields[] = {
	TEMPLATE("feedback", "what the next state is told"),
	{ "expression", .type = FIELD_TEMPLATE, .language = LANGUAGE_CONDITION,
		.doc = "of `custom`: when it is taken" },
};
static const struct schema transition_schema = { "a transition", "which state follows, and when",
	FIELDS(transition_fields), .open = true };

static const struct field judge_fields[] = { TEMPLATE("input_template", "what the judge gets") };
static const struct schema judge_schema = { "a judge", "an agent that judges", FIELDS(judge_fields),
	.open = true };

static const struct field parallel_fields[] = {
	TEMPLATE("agent", "the agent's name"),
	TEMPLATE("input", "what it gets"),
};
static const struct schema parallel_schema = { "a parallel agent", "one of several agents",
	FIELDS(parallel_fields), .open = true };

static const struct command_fields state_commands = {
	{ "command", .type = FIELD_TEMPLATE },
	{ "command", .type = FIELD_TEMPLATE, .language = LANGUAGE_SHELL },
};

static void state_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	check_command(s, &state_commands, out);
}

#define CONTAINER_FIELDS \
	TEMPLATE("image", "the container's image"), \
		{ "command", .type = FIELD_ANY, .read = keep_value, INTO(struct parts, command), \
			.doc = "what is run" }, \
		{ "shell", .type = FIELD_BOOL, INTO(struct parts, shell), \
			.doc = "whether a shell reads the command" }, \
		{ "env", .type = FIELD_MAP, .item = FIELD_TEMPLATE, \
			.doc = "environment variables" }, \
		TEMPLATE("workdir", "where it runs")
static const struct field step_fields[] = { CONTAINER_FIELDS };
static const struct schema step_schema = { "a parallel step", "one of several containers",
	FIELDS(step_fields), state_finish, .open = true };

static const struct field state_fields[] = {
	TEMPLATE("agent", "the agent's name"),
	{ "input", .type = FIELD_ANY, .item = FIELD_TEMPLATE, .doc = "what it gets" },
	TEMPLATE("intent", "and what for"),
	TEMPLATE("prompt", "what a person is asked"),
	TEMPLATE("workflow_id", "the workflow that is run"),
	CONTAINER_FIELDS,
	PARTS("agents", FIELD_LIST, &parallel_schema, "agents that run at once"),
	PARTS("judges", FIELD_LIST, &judge_schema, "agents that judge"),
	PARTS("judges_for_parallel", FIELD_LIST, &judge_schema, "agents that judge"),
	PARTS("steps", FIELD_LIST, &step_schema, "containers that run at once"),
	PARTS("transitions", FIELD_LIST, &transition_schema, "what follows"),
	PARTS("output_handler", FIELD_STRUCT, &output_handler_schema, "what becomes of its output"),
};
static const struct schema state_schema = { "a state", "one step of a workflow",
	FIELDS(state_fields), state_finish, .open = true };

/* ---- Workflows ----------------------------------------------------------------------------- */

static const struct field workflow_spec_fields[] = {
	PARTS("states", FIELD_MAP, &state_schema, "the states, by name"),
};
static const struct schema workflow_spec_schema = { "the spec of a Workflow", "its states",
	FIELDS(workflow_spec_fields), .open = true };
static const struct field workflow_metadata_fields[] = {
	{ "output_template", .type = FIELD_ANY, .item = FIELD_TEMPLATE,
		.doc = "what it results in" },
};
static const struct schema workflow_metadata_schema = { "the metadata of a Workflow", "its name",
	FIELDS(workflow_metadata_fields), .open = true };
static const struct field workflow_fields[] = {
	{ "metadata", .type = FIELD_STRUCT, .sub = &workflow_metadata_schema, .doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .sub = &workflow_spec_schema, .doc = "its states" },
};
static const struct schema workflow_schema = { "a Workflow document",
	"a state machine of agents and tools", FIELDS(workflow_fields), .open = true };

static const struct template_root workflow_roots[] = {
	{ "workflow", { "task", "context", "storage" } },
	{ "blackboard", { NULL } },
	{ "input", { NULL } },
	{ "intent", { NULL } },
	{ "state", { "feedback" } },
	{ "human", { "feedback" } },
	{ "execution", { NULL } },
	{ "state_output", { NULL } },
	{ NULL, { NULL } },
};

void workflow_read(struct shape *s, struct value root)
{
	const struct node *spec = shape_part(root.node, "spec");
	struct template_scope scope = { workflow_roots,
		template_keys(s, shape_part(spec, "states")),
		template_keys(s, shape_part(spec, "context")) };
	char nothing = 0;

	starts_workflow(s, root);
	s->scope = &scope;
	shape_struct(s, &workflow_schema, root, &nothing);
	s->scope = NULL;
}
