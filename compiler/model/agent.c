/* Agent documents: who the agent is, what it is to do, with which tools. */
#include "grammar/pattern.h"
#include "model/agent_rows.h"
#include "model/workflow.h"

/* ---- Names --------------------------------------------------------------------------------- */

static bool agent_name(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	bool fine = t.len >= 1 && t.len <= 63 && t.at[0] != '-' && t.at[t.len - 1] != '-';
	for (uint32_t i = 0; fine && i < t.len; i++)
		fine = (t.at[i] >= 'a' && t.at[i] <= 'z') || (t.at[i] >= '0' && t.at[i] <= '9') ||
		       t.at[i] == '-';
	if (!fine)
		shape_report(s,
			(struct diag){ AEG_bad_agent_name, v.at,
				.label = "not the form of an agent's name",
				.help = "1 to 63 lower-case letters, digits and hyphens, none at either end" });
	return fine;
}

static bool tool_name(struct shape *s, struct value v, struct mtext *io)
{
	struct pattern p = pattern_parse(io->text.at, io->text.len);
	if (p.bad == PATTERN_GOOD && !p.star)
		return true;
	shape_report(s, (struct diag){ AEG_bad_tool_name, v.at,
				.label = p.bad == PATTERN_GOOD
						 ? "a pattern: an agent lists its tools one by one"
						 : "not the form of a tool's name",
				.help = "1 to 128 letters, digits and `_ - . / :`: `fs.read`" });
	return false;
}

static void read_agent_tools(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct magent *a = out;
	uint32_t n = shape_items(v.node);
	(void)f;
	a->tools_at = v.at;
	a->tools = arena_array(s->d->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		struct mtext *t = &a->tools[a->ntools];
		if (item.node->kind == NODE_MAP)
			shape_wrong_type(
				s, item, "a tool's name", "write the name alone: `- fs.read`");
		else if (shape_text(s, item, t) && tool_name(s, item, t))
			a->ntools++;
	}
	a->tools_stated = n == 0 || a->ntools != 0; /* else all of it was reported */
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static const char *const prompted[] = { "instruction", "input", "intent", "iteration_number",
	"previous_error", "context", NULL };
static const struct field task_fields[] = {
	{ "instruction", .type = FIELD_TEXT, .entry = scalar_filled,
		INTO(struct agent_document, instruction), .doc = "what the agent is to do" },
	{ "prompt_template", .type = FIELD_TEMPLATE, .words = prompted,
		.missing_is = "the instruction, the intent and the input",
		.doc = "what the model is told" },
	{ "input_data", .type = FIELD_ANY, .doc = "what its input is where it is given none" },
	{ "agentskills", .type = FIELD_GONE,
		.doc = "there are no such packages: list tools under `spec.tools`, and say the rest in `instruction`" },
};
static void task_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct agent_document *)out)->instruction_unread |= shape_unread(s, "instruction");
}

static const struct schema task_schema = { "the task of an agent", "what it is to do",
	FIELDS(task_fields), task_finish };

static void read_input_schema(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct magent_more *more = out;
	(void)s, (void)f;
	more->input_schema = v.node;
	more->input_schema_at = v.at;
}

static const struct field spec_fields[] = {
	{ "runtime", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &agent_runtime_schema,
		.doc = "what the agent runs on" },
	{ "task", .type = FIELD_STRUCT, .sub = &task_schema, .doc = "what it is to do" },
	{ "prompt", .type = FIELD_TEXT, .entry = scalar_filled, INTO(struct agent_document, prompt),
		.doc = "another spelling of `task.instruction`" },
	{ "context", .type = FIELD_LIST, .item = FIELD_ANY, .read = agent_attachments,
		.doc = "what it is given to read: entries, each with its `type`" },
	{ "execution", .type = FIELD_STRUCT, .sub = &agent_execution_schema,
		.read = agent_execution, .doc = "how often it tries, and who judges" },
	{ "schedule", .type = FIELD_MAP, .item = FIELD_ANY, .read = agent_schedule,
		INTO_MORE(schedule),
		.doc = "when it runs: its `type` is `cron`, `interval` or `manual`" },
	{ "security_context", .type = FIELD_TEXT, INTO_AGENT(context),
		.missing_is =
			"the node's context `default`, else `aegis-system-agent-runtime` with a warning",
		.doc = "the context its tool calls are decided under" },
	{ "tools", .type = FIELD_LIST, .item = FIELD_TEXT, .read = read_agent_tools,
		.doc = "the names of the tools it uses; its context must grant each" },
	{ "security", .type = FIELD_STRUCT, .sub = &agent_security_schema,
		.doc = "the policy of its container" },
	{ "env", .type = FIELD_MAP, .item = FIELD_TEXT, .read = agent_env, INTO_MORE(env),
		.doc = "environment variables" },
	{ "volumes", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &agent_volume_schema,
		.read = agent_volumes, INTO_MORE(volumes), .doc = "what is mounted" },
	{ "advanced", .type = FIELD_STRUCT, .sub = &agent_advanced_schema,
		.doc = "settings for the runtime" },
	{ "input_schema", .type = FIELD_MAP, .item = FIELD_ANY, .read = read_input_schema,
		.offset = offsetof(struct agent_document, more),
		.doc = "a JSON Schema that its input must fit" },
	{ "output_handler", .type = FIELD_MAP, .item = FIELD_ANY, .read = handler_read,
		INTO_MORE(handler), .doc = "where its output goes" },
	{ "delivery", .type = FIELD_GONE, .doc = "`delivery` stands under `execution`" },
};
static void missing_instruction(struct shape *s, struct value spec)
{
	bool some = spec.node->kind == NODE_MAP && spec.node->u.map.n != 0;
	const struct member *task = some ? syntax_member(spec.node, "task") : NULL;
	struct span at = !some          ? spec.at
			 : task != NULL ? task->key_span
					: spec.node->u.map.v[0].key_span;
	shape_report(
		s, (struct diag){ AEG_missing_field, at,
			   .label = task != NULL ? "`instruction` is missing here"
						 : "`task` is missing here",
			   .message = "an agent needs `task.instruction`",
			   .help = "`task: { instruction: ... }` says what the agent is to do" });
}

/* What it is to do, in either spelling, must be said. */
static void check_instruction(struct shape *s, struct agent_document *doc, struct value v)
{
	const struct mtext *newer = &doc->instruction, *older = &doc->prompt;
	if (newer->text.at != NULL && older->text.at != NULL)
		shape_report(s, (struct diag){ AEG_two_spellings, older->at,
					.label = "`prompt` and `task.instruction` are one field",
					.other = newer->at, .other_label = "it stands here already",
					.help = "keep `task.instruction`" });
	else if (older->text.at != NULL)
		shape_report(s, (struct diag){ AEG_older_spelling, older->at,
					.label = "now written `task.instruction`" });
	else if (newer->text.at == NULL && !doc->instruction_unread && !shape_unread(s, "task") &&
		 !shape_unread(s, "prompt"))
		missing_instruction(s, v);
}

static void spec_finish(struct shape *s, struct value v, void *out)
{
	struct agent_document *doc = out;
	doc->spec_read = true;
	doc->agent.context_unread |= shape_unread(s, "security_context");
	check_instruction(s, doc, v);
	if (doc->bootstrap.text.at != NULL && doc->agent.language.text.at != NULL)
		shape_report(s, (struct diag){ AEG_idle_bootstrap, doc->bootstrap.at,
					.label = "of an image of one's own alone",
					.other = doc->agent.language.at,
					.other_label = "this one has the platform's own program",
					.help = "leave it out, or run on an `image`" });
}

static const struct schema spec_schema = { "the spec of an Agent", "the agent itself",
	FIELDS(spec_fields), spec_finish };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = agent_name,
		INTO_AGENT(name), .doc = "what the agent is called" },
	{ "version", .type = FIELD_TEXT, .entry = quantity_version, INTO_AGENT(version),
		.missing_is = "`0.0.0`, with a warning",
		.doc = "the agent's version: three numbers, `1.0.0`" },
	LABEL_FIELDS,
};
static void metadata_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct agent_document *)out)->version_unread = shape_unread(s, "version");
}

static const struct schema metadata_schema = { "the metadata of an Agent", "its name and version",
	FIELDS(metadata_fields), metadata_finish };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name and version" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the agent itself" },
};
/* Of a spec that is lost nothing is known, nor that it names no context. */
static void document_finish(struct shape *s, struct value v, void *out)
{
	struct agent_document *doc = out;
	(void)s, (void)v;
	doc->agent.context_unread |= !doc->spec_read;
}

const struct schema agent_schema = { "an Agent document", "an agent that runs in a container",
	FIELDS(document_fields), document_finish };

/* ---- The agent ----------------------------------------------------------------------------- */

static void one_context(struct shape *s, struct agent_document *doc)
{
	struct mtext *newer = &doc->agent.context, older = doc->older_context;
	if (older.text.at == NULL)
		return;
	if (newer->text.at == NULL)
		*newer = older;
	if (slice_eq(newer->text, older.text))
		shape_report(s, (struct diag){ AEG_older_spelling, older.at,
					.label = "now written `spec.security_context`" });
	else
		shape_report(s,
			(struct diag){ AEG_two_contexts, older.at, .label = "names another context",
				.other = newer->at, .other_label = "than this",
				.help = "keep `spec.security_context`" });
}

static void add_defaults(struct magent *a)
{
#define UNSTATED(x) ((struct mamount){ (x), SPAN_NONE })
	a->cpu = UNSTATED(1000);
	a->memory = UNSTATED(UINT64_C(512) << 20);
	a->disk = UNSTATED(UINT64_C(1) << 30);
	a->timeout_ms = UNSTATED(1800000);
	a->iterations = UNSTATED(5);
	a->iteration_ms = UNSTATED(600000);
	a->llm_ms = UNSTATED(300000);
}

void agent_read(struct shape *s, struct value root)
{
	struct agent_document doc = { .agent = { .at = root.at, .file = root.at.file } };
	struct magent *a = &doc.agent;
	add_defaults(a);
	struct model *m = s->m;
	const struct node *input = shape_part(shape_part(root.node, "spec"), "input_schema");
	struct template_scope scope = { .names =
						template_keys(s, shape_part(input, "properties")) };
	s->scope = &scope;
	shape_struct(s, &agent_schema, root, &doc);
	s->scope = NULL;
	one_context(s, &doc);
	if (a->name.text.at == NULL) {
		m->incomplete = true;
		return;
	}
	a->more = arena_new(s->d->arena, struct magent_more);
	*a->more = doc.more;
	if (a->version.text.at == NULL) {
		a->version = (struct mtext){ SLICE("0.0.0"), a->name.at };
		if (!doc.version_unread)
			shape_report(
				s, (struct diag){ AEG_missing_version, a->name.at,
					   .label = "has no `version`: taken as 0.0.0",
					   .help = "add `version: \"1.0.0\"` under `metadata`" });
	}
	arena_push(s->d->arena, m->agents, m->nagents, &s->agents_cap);
	m->agents[m->nagents++] = *a;
}
