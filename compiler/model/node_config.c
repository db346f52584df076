/* Node configurations: the document, its security contexts, and what other documents ask of it. */
#include "model/node_rows.h"

static void read_contexts(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)f;
	((struct mnode *)out)->contexts_read = true;
	for (uint32_t i = 0; i < shape_items(v.node); i++)
		context_add(s, shape_item(v.node, i), &context_entry_schema, true);
}

void node_section(struct shape *s, const struct field *f, struct value v, void *out)
{
	if (v.node->kind != NODE_NULL)
		shape_struct(s, f->sub, v, out);
}

void node_negated(struct shape *s, const struct field *f, struct value v, void *out)
{
	bool no = !syntax_bool(v.node);
	(void)s;
	memcpy(out, &no, f->size);
}

void node_port(struct shape *s, const struct field *f, struct value v, void *out)
{
	uint64_t number = 0;
	if (syntax_uint(v.node, &number) && number >= 1 && number <= UINT16_MAX)
		*(struct mport *)out = (struct mport){ (uint32_t)number, v.at };
	else
		shape_report(s, (struct diag){ AEG_out_of_range, v.at,
					.label = diag_text(s->d, "`%s` is 1 to 65535", f->name),
					.help = diag_text(s->d, "`%s`: %s", f->name, f->doc) });
}

void node_unique(struct shape *s, const struct many *many, size_t each, enum diag_code code,
	const char *label)
{
	struct map seen = { .arena = s->d->arena };
	for (uint32_t i = 0; i < many->n; i++) {
		struct mtext name, first;
		memcpy(&name, (const char *)many->v + each * i, sizeof name);
		uint32_t there = name.text.at == NULL ? MAP_NONE : map_put(&seen, name.text, i);
		if (there == MAP_NONE)
			continue;
		memcpy(&first, (const char *)many->v + each * there, sizeof first);
		shape_report(s, (struct diag){ code, name.at, .label = label, .other = first.at,
					.other_label = "it stands here already" });
	}
}

#define MANY(key, schema, type_, member, absent, words) \
	{ \
		key, .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &(schema), \
		     .each = sizeof(struct type_), INTO(struct mnode, member), \
		     .missing_is = absent, .doc = words \
	}
#define CONTEXTS(absent, words) \
	{ \
		"security_contexts", .type = FIELD_LIST, .item = FIELD_STRUCT, \
				     .sub = &context_entry_schema, .read = read_contexts, \
				     .missing_is = absent, .doc = words \
	}
#define GONE(key, words) \
	{ \
		key, .type = FIELD_GONE, .doc = words \
	}
static const char *const redeployed[] = { "true", "false", NULL };
static const struct field spec_fields[] = {
	{ "node", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &node_identity_schema,
		.doc = "which node this is" },
	TEXT("image_tag", 0, node_text, "the tag of the release",
		"the tag of the platform's images that the updater takes"),
	SWITCH("deploy_builtins", "`false`",
		"whether the built-in agents and workflows are deployed at start"),
	{ "force_deploy_builtins", .type = FIELD_WORD, .flags = FIELD_ENV, .words = redeployed,
		.missing_is = "`false`", .doc = "whether they are deployed over older ones" },
	COUNT("max_execution_list_limit", 1, UINT32_MAX, "1000",
		"how many executions one listing returns"),
	MANY("llm_providers", node_provider_schema, mprovider, providers, "none, with a warning",
		"the language models that can be reached"),
	SECTION("llm_selection", node_selection_schema, "local providers first",
		"which of the providers is asked"),
	SECTION("runtime", node_runtime_schema, "its defaults", "how agents' containers are run"),
	SECTION("network", node_network_schema, "127.0.0.1 alone", "where the node listens"),
	SECTION("observability", node_observability_schema, "its defaults",
		"logs, metrics and traces"),
	SECTION("storage", node_storage_schema, "the node does not start, unless it is a relay",
		"where volumes are kept"),
	MANY("mcp_servers", node_server_schema, mserver, servers, "none", "tool servers"),
	MANY("builtin_dispatchers", node_dispatcher_schema, mserver, dispatchers,
		"the built-in ones", "the tools that the node serves itself"),
	{ "registry_credentials", .type = FIELD_LIST, .item = FIELD_STRUCT,
		.sub = &node_registry_credential_schema, .each = 1, .missing_is = "none",
		.doc = "for pulling images" },
	SECTION("database", node_database_schema, "nothing outlives the node", "PostgreSQL"),
	SECTION("temporal", node_temporal_schema, "no workflows", "the workflow service"),
	SECTION("cortex", node_cortex_schema, "no memory", "the memory service"),
	SECTION("secrets", node_secrets_schema, "`secret:` leads nowhere", "the secret store"),
	SECTION("seal_gateway", node_gateway_schema, "none", "the SEAL gateway"),
	SECTION("billing", node_billing_schema, "none", "payments"),
	SECTION("zaru", node_zaru_schema, "none", "the chat surface"),
	SECTION("seal", node_seal_schema, "no tokens", "how SEAL tokens are issued"),
	SECTION("iam", node_iam_schema, "nobody", "who is believed about identities"),
	SECTION("grpc_auth", node_grpc_auth_schema, "gRPC calls are not authenticated",
		"whether gRPC calls are authenticated"),
	SECTION("cluster", node_cluster_schema, "a node on its own", "the other nodes"),
	CONTEXTS("the built-in contexts alone", "contexts beside the built-in ones"),
	GONE("smcp", "the protocol is called SEAL now: write `seal`"),
	GONE("smcp_gateway", "the protocol is called SEAL now: write `seal_gateway`"),
	/* The last row is the first, for a part of a document: NSPEC. */
	SECTION("node", node_identity_schema, "another part says", "which node this is"),
};
enum { NSPEC = sizeof spec_fields / sizeof *spec_fields - 1 };
static const struct schema spec_schema = { "the spec of a NodeConfig", "the node's settings",
	.fields = spec_fields, .nfields = NSPEC, .finish = node_spec_finish };
static const struct schema part_schema = { "the spec of a part of a NodeConfig",
	"the node's settings", .fields = spec_fields + 1, .nfields = NSPEC };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO(struct mnode, name), .doc = "the node's name" },
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
	CONTEXTS(NULL, "the older place of `spec.security_contexts`"),
};
const struct schema node_config_schema = { "a NodeConfig document",
	"how one node is set up, and the security contexts it adds", FIELDS(document_fields) };

/* ---- A part of a document ------------------------------------------------------------------ */

static const struct field fragment_fields[] = {
	{ "metadata", .type = FIELD_STRUCT, .sub = &metadata_schema, .doc = "the node's name" },
	{ "spec", .type = FIELD_STRUCT, .sub = &part_schema, .doc = "the node's settings" },
	CONTEXTS(NULL, "contexts beside the built-in ones"),
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

/* ---- Reading ------------------------------------------------------------------------------- */

/* The document @root by its schema; of a part no more is asked than what it says. */
static void read_node(struct shape *s, const struct schema *t, struct value root, bool whole)
{
	struct mnode n = { .at = root.at, .file = root.at.file, .production = SPAN_NONE };
	struct model *m = s->m;
	uint32_t before = shape_lost(s);
	shape_struct(s, t, root, &n);
	if (whole)
		node_production(s, root.node, &n);
	n.broken |= shape_lost(s) != before;
	m->incomplete |= n.contexts_lost || (whole && !n.spec_read);
	if (s->builtin)
		return;
	arena_push(s->d->arena, m->nodes, m->nnodeconfigs, &s->nodes_cap);
	m->nodes[m->nnodeconfigs++] = n;
}

void node_config_read(struct shape *s, struct value root)
{
	one_place(s, root, false);
	read_node(s, &node_config_schema, root, true);
}

void node_fragment_read(struct shape *s, struct value root)
{
	shape_report(s,
		(struct diag){ AEG_bare_contexts, root.node->u.map.v[0].key_span,
			.label = "neither `apiVersion` nor `kind`: taken as a part of a NodeConfig",
			.help = "begin the document with `apiVersion: 100monkeys.ai/v1`, `kind: NodeConfig` and "
				"`metadata`, and put the contexts under `spec`" });
	one_place(s, root, true);
	read_node(s, &fragment_schema, root, false);
}

/* ---- What others ask ----------------------------------------------------------------------- */

const struct malias *mnode_alias(const struct mnode *n, struct slice alias)
{
	const struct malias *found = NULL;
	const struct mprovider *p = n->providers.v;
	for (uint32_t i = 0; i < n->providers.n; i++) {
		const struct malias *a = p[i].models.v;
		for (uint32_t k = 0; k < p[i].models.n; k++)
			if (slice_eq(a[k].name.text, alias)) {
				if (!p[i].disabled)
					return &a[k];
				found = &a[k];
			}
	}
	return found;
}

const struct mserver *mnode_server(const struct mnode *n, struct slice name)
{
	const struct many *lists[] = { &n->dispatchers, &n->servers };
	const struct mserver *found = NULL;
	for (unsigned l = 0; l < 2; l++)
		for (uint32_t i = 0; i < lists[l]->n; i++) {
			const struct mserver *server = &((const struct mserver *)lists[l]->v)[i];
			const struct mserved *t = server->tools.v;
			for (uint32_t k = 0; k < server->tools.n; k++)
				if (slice_eq(t[k].name.text, name)) {
					if (!server->disabled)
						return server;
					found = server;
				}
		}
	return found;
}
