/* What becomes of output: an agent, a container, a tool or a webhook gets it. */
#define _GNU_SOURCE /* memmem */
#include <strings.h>

#include "model/workflow.h"

struct handler_reading {
	struct mhandler handler;
	const struct node *command, *headers, *body;
};
#define INTO_HANDLER(member) INTO(struct handler_reading, handler.member)

static const char *const handled[] = { "output", "intent", NULL };
#define HANDLED(language_) .language = language_, .words = handled

static void keep_seconds(struct shape *s, const struct field *f, struct value v, void *out)
{
	uint64_t seconds;
	enum { MOST = 24 * 3600 };

	if (syntax_uint(v.node, &seconds) && seconds >= 1 && seconds <= MOST)
		*(uint64_t *)out = seconds * 1000;
	else
		shape_report(
			s, (struct diag){ AEG_out_of_range, v.at,
				   .label = diag_text(s->d, "`%s` is 1 to %d", f->name, MOST) });
}

static void keep_node(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s, (void)f;
	*(const struct node **)out = v.node;
}

#define HANDLER_FIELDS \
	{ "type", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .doc = "who gets the output" }, \
	{ \
		"required", .type = FIELD_BOOL, INTO_HANDLER(required), .missing_is = "`false`", \
			    .doc = "whether all fails where this does" \
	}
#define TIMEOUT_FIELD(default_) \
	{ \
		"timeout_seconds", .type = FIELD_UINT, .min = 1, .read = keep_seconds, \
				   INTO_HANDLER(timeout_ms), .missing_is = default_, \
				   .doc = "the longest that it may take" \
	}

static const struct field agent_fields[] = {
	HANDLER_FIELDS,
	{ "agent_id", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		HANDLED(LANGUAGE_TEXT), KEEPS_NAME(struct handler_reading, handler.agent),
		.doc = "the agent's name" },
	{ "input_template", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT, HANDLED(LANGUAGE_TEXT),
		.missing_is = "the output", .doc = "what the agent gets" },
	TIMEOUT_FIELD("`300`"),
};
static const struct schema agent_handler_schema = { "an output handler `agent`",
	"an agent gets the output", FIELDS(agent_fields) };

static const struct command_fields commands = {
	{ "command", .type = FIELD_TEMPLATE, HANDLED(LANGUAGE_TEXT) },
	{ "command", .type = FIELD_TEMPLATE, HANDLED(LANGUAGE_SHELL) },
};

static void container_finish(struct shape *s, struct value v, void *out)
{
	const struct node *command = ((struct handler_reading *)out)->command;
	(void)v;

	if (command != NULL && command->kind == NODE_LIST)
		command_words(s, &commands, command, false);
}

static void check_resources(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mcontainer unkept = { .at = v.at };
	(void)out;

	shape_struct(s, f->sub, v, &unkept);
}

static const struct field container_fields[] = {
	HANDLER_FIELDS,
	{ "image", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		HANDLED(LANGUAGE_TEXT), .read = workflow_image, .doc = "the container's image" },
	{ "command", .type = FIELD_LIST, .item = FIELD_TEMPLATE, .flags = FIELD_REQUIRED,
		.read = keep_node, INTO(struct handler_reading, command),
		.doc = "what the container runs, word by word" },
	{ "env", .type = FIELD_MAP, .item = FIELD_TEMPLATE, HANDLED(LANGUAGE_TEXT),
		.read = workflow_env, .doc = "environment variables of the container" },
	{ "resources", .type = FIELD_STRUCT, .sub = &container_resources_schema,
		.read = check_resources, .doc = "what it may use" },
};
static const struct schema container_handler_schema = { "an output handler `container`",
	"a container gets the output", FIELDS(container_fields), container_finish };

static const struct field tool_fields[] = {
	HANDLER_FIELDS,
	{ "tool_name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_filled, INTO_HANDLER(tool), .doc = "the tool" },
	{ "arguments", .type = FIELD_ANY, .item = FIELD_TEMPLATE, .flags = FIELD_REQUIRED,
		HANDLED(LANGUAGE_TEXT), .doc = "what the tool gets" },
	TIMEOUT_FIELD("`300`"),
};
static const struct schema tool_handler_schema = { "an output handler `mcp_tool`",
	"a tool gets the output", FIELDS(tool_fields) };

/* It is, unless they say that it is something else. */
bool handler_sends_json(const struct node *map)
{
	for (uint32_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->u.map.n; i++) {
		const struct member *m = &map->u.map.v[i];
		if (m->key.len == 12 && strncasecmp(m->key.at, "content-type", 12) == 0 &&
			shape_is_text(m->value))
			return memmem(m->value->u.text.at, m->value->u.text.len, "json", 4) != NULL;
	}
	return true;
}

static void webhook_finish(struct shape *s, struct value v, void *out)
{
	static const struct field bodies[] = {
		{ "body_template", .type = FIELD_TEMPLATE, HANDLED(LANGUAGE_TEXT) },
		{ "body_template", .type = FIELD_TEMPLATE, HANDLED(LANGUAGE_JSON) },
	};
	const struct handler_reading *r = out;
	(void)v;

	if (r->body != NULL)
		template_value(s, &bodies[handler_sends_json(r->headers)],
			(struct value){ r->body, r->body->span });
}

/* With holes its beginning is known none the less. */
static void check_url(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;
	(void)out;

	template_value(s, f, v);
	if (!shape_text(s, v, &t))
		return;
	if (!workflow_has_holes(t.text))
		scalar_url(s, v, &t);
	else if (!slice_begins(t.text, SLICE("https://")) &&
		 !slice_begins(t.text, SLICE("http://")))
		shape_report(s, (struct diag){ AEG_bad_url, v.at,
					.label = "it does not begin as a URL does",
					.help = "write `https://`, then a host" });
}

static void check_retry(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mretry unkept = { 0, 0 };
	(void)out;

	shape_struct(s, f->sub, v, &unkept);
}

static const char *const methods[] = { "POST", "PUT", "PATCH", NULL };
static const struct field webhook_fields[] = {
	HANDLER_FIELDS,
	{ "url", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		HANDLED(LANGUAGE_URL), .read = check_url, .doc = "where the output is sent" },
	{ "method", .type = FIELD_WORD, .flags = FIELD_STRICT, .words = methods,
		.missing_is = "`POST`", .doc = "and how" },
	{ "headers", .type = FIELD_MAP, .item = FIELD_TEMPLATE, HANDLED(LANGUAGE_TEXT),
		.read = workflow_headers, INTO(struct handler_reading, headers),
		.doc = "and with which headers" },
	{ "body_template", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT, .read = keep_node,
		INTO(struct handler_reading, body), .missing_is = "the output",
		.doc = "and as what" },
	TIMEOUT_FIELD("`30`"),
	{ "retry", .type = FIELD_STRUCT, .sub = &retry_schema, .read = check_retry,
		.doc = "how often it is tried again" },
};
static const struct schema webhook_handler_schema = { "an output handler `webhook`",
	"a server gets the output", FIELDS(webhook_fields), webhook_finish };

static const struct variant handlers[] = {
	{ "agent", &agent_handler_schema, HANDLER_AGENT, NULL },
	{ "container", &container_handler_schema, HANDLER_CONTAINER, NULL },
	{ "mcp_tool", &tool_handler_schema, HANDLER_TOOL, NULL },
	{ "webhook", &webhook_handler_schema, HANDLER_WEBHOOK, NULL },
};

void handler_read(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct handler_reading r = { .handler = { .node = v.node, .at = v.at } };
	const struct variant *kind;

	if (v.node->kind == NODE_NULL)
		return;
	workflow_after(s, true);
	kind = shape_variant(s, v, "type", handlers, sizeof handlers / sizeof *handlers, &r);
	workflow_after(s, false);
	if (kind == NULL || f->size != sizeof r.handler)
		return;
	r.handler.kind = (enum mhandler_kind)kind->number;
	*(struct mhandler *)out = r.handler;
}
