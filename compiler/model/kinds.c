/* Which kind a document is of, and the stage itself: every document to the reader of its kind. */
#include "diag/shares.h"
#include "model/secret.h"
#include "model/shape.h"

#define CORE "100monkeys.ai/v1"
#define SEAL "seal.100monkeys.ai/v1"

static const struct kind kinds[] = {
	{ "NodeConfig", CORE, "how one node is set up", &node_config_schema, node_config_read,
		false },
	{ "SecurityContext", SEAL, "one security context", &security_context_schema,
		security_context_read, false },
	{ "Agent", CORE, "an agent that runs in a container", &agent_schema, agent_read, false },
	{ "ToolCatalogue", SEAL, "tools and the roles of their arguments", &catalogue_schema,
		catalogue_read, false },
	{ "TierTable", SEAL, "the consumer tiers", &tier_table_schema, tier_table_read, true },
	{ "Workflow", CORE, "a state machine of agents and tools", &workflow_schema, workflow_read,
		false },
	{ "RuntimeRegistry", "aegis.ai/v1", "the languages that agents run on",
		&runtime_registry_schema, runtime_registry_read, false },
	{ "SealGatewayConfig", SEAL, "how the gateway is set up", &gateway_schema, gateway_read,
		false },
	{ "ApiSpec", SEAL, "an HTTP interface whose operations are tools", &api_spec_schema,
		api_spec_read, false },
	{ "ToolWorkflow", SEAL, "several HTTP calls as one tool", &tool_workflow_schema,
		tool_workflow_read, false },
	{ "CliTool", SEAL, "a command in a container as a tool", &cli_tool_schema, cli_tool_read,
		false },
	{ "CliProgramTable", SEAL, "what is refused of command-line programs", &cli_table_schema,
		cli_table_read, true },
	{ "PolicyTest", SEAL, "calls, and what must be decided of them", &policy_test_schema,
		cases_read, false },
	{ "PolicyProof", SEAL, "what must hold of all calls", &policy_proof_schema, proofs_read,
		false },
};
enum { NKINDS = sizeof kinds / sizeof *kinds };

const struct kind *kind_at(size_t i) { return i < NKINDS ? &kinds[i] : NULL; }

static const struct kind *kind_named(struct slice name)
{
	for (size_t i = 0; i < NKINDS; i++)
		if (slice_is(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

/* ---- Recognising --------------------------------------------------------------------------- */

/* No document of ours: an error where it was named, a note where it was met in a folder. */
static void foreign(struct shape *s, struct span at, const char *label, const char *help)
{
	struct model *m = s->m;
	bool met = s->d->sources->v[at.file].from_folder;
	struct diag g = { met && !s->d->strict ? AEG_foreign_document_in_folder
					       : AEG_foreign_document,
		at, .label = label, .help = help };
	if (!met) {
		shape_report(s, g);
		return;
	}
	arena_push(s->d->arena, m->strangers, m->nstrangers, &s->strangers_cap);
	m->strangers[m->nstrangers++] = g;
}

static bool is_ours(struct slice api)
{
	return slice_begins(api, SLICE("100monkeys.ai/")) ||
	       slice_begins(api, SLICE("aegis.ai/")) ||
	       slice_begins(api, SLICE("seal.100monkeys.ai/"));
}

static void unknown_kind(
	struct shape *s, const struct member *kind, const struct mtext *name, struct slice api)
{
	struct slice known[NKINDS];
	struct buf all = { .arena = s->d->arena };
	size_t n = 0;
	for (size_t i = 0; i < NKINDS; i++) {
		if (kinds[i].builtin_only)
			continue;
		buf_printf(&all, "%s`%s`", n == 0 ? "" : ", ", kinds[i].name);
		known[n++] = slice_of(kinds[i].name);
	}
	size_t near = diag_nearest(name->text, known, n);
	const char *meant =
		near == SIZE_MAX ? NULL
				 : diag_text(s->d, "did you mean `%.*s`?", SLICE_ARG(known[near]));
	s->m->incomplete |= is_ours(api);
	if (is_ours(api))
		shape_report(s,
			(struct diag){ AEG_unknown_kind, kind->value_span,
				.label = meant != NULL ? meant : "no kind has this name",
				.help = diag_text(s->d, "the kinds are %s", buf_done(&all).at) });
	else
		foreign(s, kind->value_span, meant != NULL ? meant : "no kind that aegisc knows",
			diag_text(s->d, "the kinds are %s", buf_done(&all).at));
}

static void check_api(struct shape *s, const struct kind *k, const struct member *api)
{
	struct mtext t;
	/* What is no text at all is for the row of the field to report. */
	if (api == NULL || !shape_is_text(api->value) || !shape_text(s, shape_member(api), &t) ||
		slice_is(t.text, k->api))
		return;
	shape_report(s,
		(struct diag){ AEG_wrong_api_version, api->value_span,
			.label = diag_text(
				s->d, "a document of kind %s has `%s` here", k->name, k->api),
			.help = slice_is(t.text, "aegis.ai/v1")
					? diag_text(s->d,
						  "`aegis.ai/v1` is the former spelling; write `%s`",
						  k->api)
					: diag_text(s->d, "write `apiVersion: %s`", k->api) });
}

static void read_kind(
	struct shape *s, const struct kind *k, struct value root, const struct member *kind)
{
	check_api(s, k, syntax_member(root.node, "apiVersion"));
	if (k->builtin_only && !s->builtin) {
		shape_report(s,
			(struct diag){ AEG_builtin_only, kind->value_span,
				.label = diag_text(s->d, "the %s is built in", k->name),
				.help = "it cannot be changed by a project; leave this document out" });
		return;
	}
	if (!s->builtin)
		secret_scan(s, root.node);
	k->read(s, root);
}

static bool has_contexts(const struct node *root)
{
	const struct member *spec = syntax_member(root, "spec");
	return syntax_member(root, "security_contexts") != NULL ||
	       (spec != NULL && spec->value->kind == NODE_MAP &&
		       syntax_member(spec->value, "security_contexts") != NULL);
}

/* A key that is nearly `kind`; or NULL. */
static const struct member *nearly_kind(const struct node *root)
{
	struct slice kind = SLICE("kind");
	for (uint32_t i = 0; i < root->u.map.n; i++)
		if (diag_nearest(root->u.map.v[i].key, &kind, 1) == 0)
			return &root->u.map.v[i];
	return NULL;
}

static void no_kind(struct shape *s, struct value root, const struct member *api)
{
	const struct member *near = nearly_kind(root.node);
	s->m->incomplete |= api != NULL;
	struct span at = root.node->u.map.n != 0 ? root.node->u.map.v[0].key_span : root.at;
	if (api == NULL && (syntax_member(root.node, "openapi") != NULL ||
				   syntax_member(root.node, "swagger") != NULL))
		description_read(s, root.node);
	else if (api == NULL && has_contexts(root.node))
		node_fragment_read(s, root);
	else if (api != NULL && near != NULL)
		shape_report(s, (struct diag){ AEG_unknown_field, near->key_span,
					.label = "did you mean `kind`?",
					.message = diag_text(s->d, "a document has no field %s",
						diag_quote(s->d, near->key)) });
	else if (api != NULL)
		shape_report(s, (struct diag){ AEG_missing_field, api->key_span,
					.label = "`kind` is missing here",
					.message = "a document needs `kind`",
					.help = "`kind` says what the document describes" });
	else
		foreign(s, at, "neither `apiVersion` nor `kind`",
			syntax_member(root.node, "capabilities") == NULL
				? NULL
				: "a security context of its own begins with `apiVersion: " SEAL
				  "`, "
				  "`kind: SecurityContext` and `metadata: { name: ... }`; the rest stands under `spec`");
}

static void read_document(struct shape *s, const struct document *doc)
{
	struct value root = { doc->root, doc->root->span };
	s->m->incomplete |= doc->broken || root.node->kind == NODE_POISON;
	if (root.node->kind == NODE_POISON)
		return;
	if (root.node->kind == NODE_NULL)
		return;
	if (root.node->kind != NODE_MAP) {
		foreign(s, root.at, "a document is a map", NULL);
		return;
	}
	const struct member *kind = syntax_member(root.node, "kind");
	const struct member *api = syntax_member(root.node, "apiVersion");
	struct mtext name, version = { .text.at = NULL };
	if (kind == NULL) {
		if (!root.node->lacks)
			no_kind(s, root, api);
		return;
	}
	if (!shape_text(s, shape_member(kind), &name)) {
		s->m->incomplete = true;
		return;
	}
	const struct kind *k = kind_named(name.text);
	if (k != NULL)
		read_kind(s, k, root, kind);
	else if (api == NULL || shape_text(s, shape_member(api), &version))
		unknown_kind(s, kind, &name, version.text);
}

/* ---- Many agents --------------------------------------------------------------------------- */

enum { AGENTS_PER_SHARE = 256 };

static bool is_agent(const struct document *doc)
{
	const struct member *kind =
		doc->root->kind == NODE_MAP ? syntax_member(doc->root, "kind") : NULL;
	return kind != NULL && kind->value->kind == NODE_STRING &&
	       slice_is(kind->value->u.text, "Agent");
}

/* How many documents from @i on are agents of the user's. */
static uint32_t run_of_agents(const struct shape *s, const struct documents *docs, size_t i)
{
	uint32_t n = 0;
	while (i + n < docs->n && !s->d->sources->v[docs->v[i + n].file].builtin &&
		is_agent(&docs->v[i + n]))
		n++;
	return n;
}

struct agents { /* some documents, and what they make */
	const struct document *docs;
	struct model m;
};

static void read_share(struct share *share)
{
	struct agents *agents = share->ctx;
	struct shape s = { .d = &share->d, .m = &agents->m };
	for (uint32_t i = share->lo; i < share->hi; i++)
		read_document(&s, &agents->docs[i]);
}

/* Agents know nothing of other documents here: @n of them, some at the same time. */
static void read_agents(struct shape *s, const struct document *docs, uint32_t n)
{
	struct share share[SHARES_MOST] = { 0 };
	struct agents agents[SHARES_MOST] = { 0 };
	struct model *m = s->m;
	uint32_t nshares = shares_count(n / AGENTS_PER_SHARE);
	for (uint32_t i = 0; i < nshares; i++) {
		agents[i].docs = docs;
		share[i].ctx = &agents[i];
		share[i].lo = (uint32_t)((uint64_t)n * i / nshares);
		share[i].hi = (uint32_t)((uint64_t)n * (i + 1) / nshares);
	}
	shares_work(s->d, share, nshares, read_share);
	for (uint32_t i = 0; i < nshares; i++) {
		m->incomplete |= agents[i].m.incomplete;
		for (uint32_t k = 0; k < agents[i].m.nagents; k++) {
			arena_push(s->d->arena, m->agents, m->nagents, &s->agents_cap);
			m->agents[m->nagents++] = agents[i].m.agents[k];
		}
		share_add(s->d, &share[i]);
	}
}

/* Reads the document at @i, or as many from there on as can be read together; how many. */
static uint32_t read_some(struct shape *s, const struct documents *docs, size_t i)
{
	uint32_t n = run_of_agents(s, docs, i);
	if (n >= 2 * AGENTS_PER_SHARE) {
		read_agents(s, &docs->v[i], n);
		return n;
	}
	n = n == 0 ? 1 : n;
	for (uint32_t k = 0; k < n; k++) {
		s->builtin = s->d->sources->v[docs->v[i + k].file].builtin;
		read_document(s, &docs->v[i + k]);
	}
	return n;
}

const struct model *model_shape(struct diags *d, const struct documents *docs)
{
	struct model *m = arena_new(d->arena, struct model);
	struct shape s = { .d = d, .m = m };
	/* A document that could not be read or parsed is not among @docs. */
	m->incomplete = d->errors != 0 || d->sources->nproblems != 0;
	for (size_t i = 0; i < docs->n;)
		i += read_some(&s, docs, i);
	catalogue_merge(&s);
	assertions_finish(&s);
	return m;
}
