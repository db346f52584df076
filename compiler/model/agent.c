/* Agent manifests: their rows, and what the policy needs of them into the model. */
#include "grammar/pattern.h"

#include "model/template.h"

struct agent_document {
	struct magent agent;
	struct mtext older_context; /* spec.security.security_context */
	bool version_unread;
};
#define INTO_AGENT(member) INTO(struct agent_document, agent.member)

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

static const char *const modes[] = { "allow", "deny", "none", NULL };
static const struct field network_fields[] = {
	{ "mode", .type = FIELD_WORD, .words = modes, INTO_AGENT(network_mode),
		.missing_is = "`allow`",
		.doc = "`allow`: only the allowlist; `deny`: all but the denylist; `none`: no network" },
	{ "allowlist", .type = FIELD_LIST, .item = FIELD_TEXT, INTO_AGENT(network_allow),
		.missing_is = "empty", .doc = "hosts that the container may reach" },
	{ "denylist", .type = FIELD_LIST, .item = FIELD_TEXT, INTO_AGENT(network_deny),
		.missing_is = "empty", .doc = "hosts that it may not reach" },
};
static void network_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct agent_document *)out)->agent.network_unread = s->unread != 0;
}

static const struct schema network_schema = { "the network policy of an agent",
	"what its container may reach", FIELDS(network_fields), network_finish };

static const struct field filesystem_fields[] = {
	{ "read", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = entry_path, INTO_AGENT(reads),
		.missing_is = "empty", .doc = "absolute paths that the container may read" },
	{ "write", .type = FIELD_LIST, .item = FIELD_TEXT, .entry = entry_path, INTO_AGENT(writes),
		.missing_is = "empty", .doc = "absolute paths that it may write" },
	{ "read_only", .type = FIELD_BOOL, .missing_is = "`false`",
		.doc = "nothing may be written" },
};
static const struct schema filesystem_schema = { "the file policy of an agent",
	"what its container may read and write", FIELDS(filesystem_fields) };

static const struct field resource_fields[] = {
	{ "cpu", .type = FIELD_UINT, .min = 1, .max = UINT32_MAX, .missing_is = "`1000`",
		.doc = "thousandths of a processor" },
	{ "memory", .type = FIELD_TEXT, .entry = scalar_size_binary, .missing_is = "`512Mi`",
		.doc = "bytes, or a number with `Ki`, `Mi`, `Gi` or `Ti`" },
	{ "disk", .type = FIELD_TEXT, .entry = scalar_size_binary, .missing_is = "`1Gi`",
		.doc = "bytes, or a number with `Ki`, `Mi`, `Gi` or `Ti`" },
	{ "timeout", .type = FIELD_TEXT, .entry = quantity_duration, .missing_is = "half an hour",
		.doc = "seconds, or a number with `s`, `m` or `h`" },
};
static const struct schema resource_schema = { "the resources of an agent",
	"what its container may use", FIELDS(resource_fields) };

static const struct field security_fields[] = {
	{ "network", .type = FIELD_STRUCT, .sub = &network_schema,
		.doc = "what the container may reach" },
	{ "filesystem", .type = FIELD_STRUCT, .sub = &filesystem_schema,
		.doc = "what it may read and write" },
	{ "resources", .type = FIELD_STRUCT, .sub = &resource_schema, .doc = "what it may use" },
	{ "security_context", .type = FIELD_TEXT, INTO(struct agent_document, older_context),
		.doc = "the older place of `spec.security_context`" },
};
/* Of the spec, and of `security`, where the context once stood. */
static void context_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct agent_document *)out)->agent.context_unread |= shape_unread(s, "security_context");
}

static const struct schema security_schema = { "the security of an agent",
	"the policy of its container", FIELDS(security_fields), context_finish };

static const char *const prompted[] = { "instruction", "input", "intent", "iteration_number",
	"previous_error", "context", "agentskills", NULL };
static const struct field task_fields[] = {
	{ "prompt_template", .type = FIELD_TEMPLATE, .words = prompted,
		.missing_is = "the instruction, the intent and the input",
		.doc = "what the model is told" },
};
static const struct schema task_schema = { "the task of an agent", "what it is to do",
	FIELDS(task_fields), .open = true };

#define LATER(name, words) \
	{ \
		name, .type = FIELD_ANY, .doc = words \
	}
static const struct field spec_fields[] = {
	{ "runtime", .type = FIELD_ANY, .flags = FIELD_REQUIRED, .doc = "what the agent runs on" },
	{ "task", .type = FIELD_STRUCT, .sub = &task_schema, .doc = "what it is to do" },
	LATER("prompt", "another spelling of `task.instruction`"),
	LATER("context", "what it is given to read"),
	{ "execution", .type = FIELD_ANY, .read = starts_judges,
		.doc = "how often it tries, and who judges" },
	LATER("schedule", "when it runs"),
	{ "security_context", .type = FIELD_TEXT, INTO_AGENT(context),
		.missing_is =
			"the node's context `default`, else `aegis-system-agent-runtime` with a warning",
		.doc = "the context its tool calls are decided under" },
	{ "tools", .type = FIELD_LIST, .item = FIELD_TEXT, .read = read_agent_tools,
		.doc = "the names of the tools it uses; its context must grant each" },
	{ "security", .type = FIELD_STRUCT, .sub = &security_schema,
		.doc = "the policy of its container" },
	LATER("env", "environment variables"),
	LATER("volumes", "what is mounted"),
	LATER("advanced", "settings for the runtime"),
	LATER("input_schema", "what input it takes"),
	{ "output_handler", .type = FIELD_MAP, .item = FIELD_ANY, .read = handler_read,
		.doc = "where its output goes" },
	{ "delivery", .type = FIELD_GONE, .doc = "`delivery` stands under `execution`" },
};
static const struct schema spec_schema = { "the spec of an Agent", "the agent itself",
	FIELDS(spec_fields), context_finish };

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
const struct schema agent_schema = { "an Agent document", "an agent that runs in a container",
	FIELDS(document_fields) };

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

void agent_read(struct shape *s, struct value root)
{
	struct agent_document doc = { .agent = { .at = root.at, .file = root.at.file } };
	struct magent *a = &doc.agent;
	struct model *m = s->m;
	const struct node *input = shape_part(shape_part(root.node, "spec"), "input_schema");
	struct template_scope scope = { .names =
						template_keys(s, shape_part(input, "properties")) };
	s->scope = &scope;
	shape_struct(s, &agent_schema, root, &doc);
	s->scope = NULL;
	one_context(s, &doc);
	if (a->name.text.at == NULL)
		return;
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
