/* Node configurations: their sections by name, and the security contexts in full. */
#include "model/shape.h"

static void read_contexts(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)f;
	(void)out;
	for (uint32_t i = 0; i < shape_items(v.node); i++)
		context_add(s, shape_item(v.node, i), &context_entry_schema, true);
}

#define LATER(name, words) \
	{ \
		name, .type = FIELD_ANY, .doc = words \
	}
static const struct field spec_fields[] = {
	LATER("node", "which node this is"),
	LATER("image_tag", "the tag that the updater takes"),
	LATER("deploy_builtins", "whether the built-in agents and workflows are deployed at start"),
	LATER("force_deploy_builtins", "whether they are deployed again"),
	LATER("max_execution_list_limit", "how many executions one listing returns"),
	LATER("llm_providers", "the language models that can be reached"),
	LATER("llm_selection", "which of them is taken"),
	LATER("runtime", "how agents' containers are run"),
	LATER("network", "where the node listens"),
	LATER("observability", "logs, metrics and traces"),
	LATER("storage", "where volumes are kept"),
	LATER("mcp_servers", "tool servers"),
	LATER("builtin_dispatchers", "the tools that the node serves itself"),
	LATER("registry_credentials", "for pulling images"),
	LATER("database", "PostgreSQL"),
	LATER("temporal", "the workflow service"),
	LATER("cortex", "the memory service"),
	LATER("secrets", "the secret store"),
	LATER("seal_gateway", "the SEAL gateway"),
	LATER("billing", "payments"),
	LATER("zaru", "the chat surface"),
	LATER("seal", "how SEAL tokens are issued"),
	LATER("iam", "who is believed about identities"),
	LATER("grpc_auth", "whether gRPC calls are authenticated"),
	LATER("cluster", "the other nodes"),
	{ "security_contexts", .type = FIELD_LIST, .item = FIELD_STRUCT,
		.sub = &context_entry_schema, .read = read_contexts,
		.missing_is = "the built-in contexts alone",
		.doc = "contexts beside the built-in ones" },
	{ "smcp", .type = FIELD_GONE, .doc = "the protocol is called SEAL now: write `seal`" },
	{ "smcp_gateway", .type = FIELD_GONE,
		.doc = "the protocol is called SEAL now: write `seal_gateway`" },
};
static const struct schema spec_schema = { "the spec of a NodeConfig", "the node's settings",
	FIELDS(spec_fields) };

static bool node_name(struct shape *s, struct value v, struct mtext *io)
{
	if (io->text.len != 0)
		return true;
	shape_report(s, (struct diag){ AEG_missing_field, v.at, .label = "an empty name",
				.message = "the metadata of a NodeConfig needs `name`" });
	return false;
}

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = node_name,
		.doc = "the node's name" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a NodeConfig", "the node's name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "the node's name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the node's settings" },
	{ "security_contexts", .type = FIELD_LIST, .item = FIELD_STRUCT,
		.sub = &context_entry_schema, .read = read_contexts,
		.doc = "the older place of `spec.security_contexts`" },
};
const struct schema node_config_schema = { "a NodeConfig document",
	"how one node is set up, and the security contexts it adds", FIELDS(document_fields) };

static const struct field fragment_fields[] = {
	{ "metadata", .type = FIELD_STRUCT, .sub = &metadata_schema, .doc = "the node's name" },
	{ "spec", .type = FIELD_STRUCT, .sub = &spec_schema, .doc = "the node's settings" },
	{ "security_contexts", .type = FIELD_LIST, .item = FIELD_STRUCT,
		.sub = &context_entry_schema, .read = read_contexts,
		.doc = "contexts beside the built-in ones" },
};
static const struct schema fragment_schema = { "a part of a NodeConfig",
	"security contexts without the rest of their document", FIELDS(fragment_fields) };

/* Whether the contexts stand at the top, where they stood once, in the spec, or in both. */
static void one_place(struct shape *s, struct value root, bool fragment)
{
	const struct member *top = syntax_member(root.node, "security_contexts");
	const struct member *spec = syntax_member(root.node, "spec"), *there = NULL;
	if (spec != NULL && spec->value->kind == NODE_MAP)
		there = syntax_member(spec->value, "security_contexts");
	if (top != NULL && there != NULL)
		shape_report(s, (struct diag){ AEG_two_spellings, top->key_span,
					.label = "`security_contexts` stands in two places",
					.other = there->key_span, .other_label = "here too",
					.help = "keep `spec.security_contexts`" });
	else if (top != NULL && !fragment)
		shape_report(s, (struct diag){ AEG_older_spelling, top->key_span,
					.label = "now written `spec.security_contexts`" });
}

void node_config_read(struct shape *s, struct value root)
{
	char nothing = 0;
	one_place(s, root, false);
	shape_struct(s, &node_config_schema, root, &nothing);
	s->m->nnodeconfigs += !s->builtin;
}

void node_fragment_read(struct shape *s, struct value root)
{
	char nothing = 0;
	shape_report(s,
		(struct diag){ AEG_bare_contexts, root.node->u.map.v[0].key_span,
			.label = "neither `apiVersion` nor `kind`: taken as a part of a NodeConfig",
			.help = "begin the document with `apiVersion: 100monkeys.ai/v1`, `kind: NodeConfig` and "
				"`metadata`, and put the contexts under `spec`" });
	one_place(s, root, true);
	shape_struct(s, &fragment_schema, root, &nothing);
	s->m->nnodeconfigs += !s->builtin;
}
