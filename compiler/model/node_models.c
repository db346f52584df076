/* NodeConfig: which node it is, and the language models that it reaches. */
#include <float.h>

#include "model/node_rows.h"

/* ---- node ---------------------------------------------------------------------------------- */

#define LARGE UINT32_MAX
static const struct field resource_fields[] = {
	{ "cpu_cores", .type = FIELD_UINT, .flags = NEEDED, .min = 1, .max = LARGE,
		.doc = "cores" },
	{ "memory_gb", .type = FIELD_UINT, .flags = NEEDED, .min = 1, .max = LARGE,
		.doc = "memory, in GB" },
	{ "disk_gb", .type = FIELD_UINT, .flags = NEEDED, .min = 1, .max = LARGE,
		.doc = "disk, in GB" },
	COUNT("gpu_count", 0, LARGE, "0", "graphics processors"),
	COUNT("vram_gb", 0, LARGE, "0", "their memory, in GB"),
	SWITCH("gpu", "`false`", "whether there are any"),
};
static const struct schema resource_schema = { "the resources of a node", "what the machine has",
	FIELDS(resource_fields) };

static bool begins_with_case(struct slice t, const char *word)
{
	uint32_t n = (uint32_t)strlen(word), i = 0;
	while (i < n && i < t.len && (t.at[i] | 0x20) == word[i])
		i++;
	return i == n;
}

/* Templates ask for it to be replaced, and a node that is one of two of the same id is neither. */
static bool node_id(struct shape *s, struct value v, struct mtext *io)
{
	static const char *const words[] = { "change", "replace", "your-", "your_", "todo", "fixme",
		"xxx" };
	bool placeholder = false;
	if (!node_text(s, v, io))
		return false;
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
		placeholder |= begins_with_case(io->text, words[i]);
	if (placeholder)
		shape_report(s, (struct diag){ AEG_placeholder, v.at,
					.label = "no two nodes may have the same id",
					.help = "write a UUID of its own: `uuidgen` makes one" });
	return true;
}

static const char *const node_types[] = { "edge", "orchestrator", "hybrid", NULL };
static const struct field identity_fields[] = {
	KEPT("id", NEEDED, node_id, mnode, id, NULL, "what the node is known by: a UUID is best"),
	{ "type", .type = FIELD_WORD, .flags = NEEDED, .words = node_types,
		INTO(struct mnode, type), .doc = "what it does" },
	TEXT("region", 0, node_text, "none", "where it is"),
	TEXTS("tags", node_text, "none",
		"words to select nodes by; `production` is one that counts"),
	SECTION("resources", resource_schema, "not said", "what the machine has"),
};
const struct schema node_identity_schema = { "a node", "which node this is",
	FIELDS(identity_fields) };

/* ---- llm_providers ------------------------------------------------------------------------- */

static const struct field model_fields[] = {
	KEPT("alias", NEEDED, node_text, malias, name, NULL,
		"what agents ask for, as in `runtime.model`"),
	KEPT("model", NEEDED, node_text, malias, model, NULL, "what the provider calls it"),
	{ "capabilities", .type = FIELD_LIST, .flags = NEEDED, .item = FIELD_TEXT,
		.entry = node_text, .doc = "what it is good for: `code`, `reasoning`" },
	{ "context_window", .type = FIELD_UINT, .flags = NEEDED, .min = 1,
		INTO(struct malias, context_window), .doc = "tokens" },
	{ "cost_per_1k_tokens", .type = FIELD_NUMBER, .most = DBL_MAX, .missing_is = "0",
		.doc = "what a thousand tokens cost" },
	COUNT("max_output_tokens", 1, LARGE, "the provider's", "tokens of one answer"),
	{ "temperature", .type = FIELD_NUMBER, .least = 0, .most = 2,
		.missing_is = "the provider's", .doc = "how freely it answers, 0 to 2" },
};
static const struct schema model_schema = { "a model", "a model, by the name that agents ask for",
	FIELDS(model_fields) };

static const char *const provider_types[] = { "ollama", "openai", "anthropic", "gemini",
	"openai-compatible", NULL };
static const struct field provider_fields[] = {
	KEPT("name", NEEDED, node_text, mprovider, name, NULL, "what `llm_selection` calls it"),
	{ "type", .type = FIELD_WORD, .flags = NEEDED | FIELD_ENV, .words = provider_types,
		INTO(struct mprovider, type), .doc = "how it is spoken to" },
	TEXT("endpoint", NEEDED, node_http, NULL, "its URL"),
	TEXT("api_key", 0, scalar_secret_ref, "none", "its key: `env:NAME`"),
	{ "enabled", .type = FIELD_BOOL, .read = node_negated, INTO(struct mprovider, disabled),
		.missing_is = "`true`", .doc = "whether it is asked at all" },
	{ "models", .type = FIELD_LIST, .flags = NEEDED, .item = FIELD_STRUCT, .sub = &model_schema,
		.each = sizeof(struct malias), INTO(struct mprovider, models),
		.doc = "what it offers: one model or more" },
};

static void provider_finish(struct shape *s, struct value v, void *out)
{
	struct mprovider *p = out;
	const struct member *models = syntax_member(v.node, "models");
	p->broken = shape_unread(s, "models");
	if (!p->broken && p->models.n == 0 && models != NULL)
		shape_report(s, (struct diag){ AEG_out_of_range, models->value_span,
					.label = "a provider offers one model or more" });
	node_unique(s, &p->models, sizeof(struct malias), AEG_duplicate_alias,
		"never asked: the provider has this alias already");
}
const struct schema node_provider_schema = { "a provider", "language models that can be reached",
	FIELDS(provider_fields), provider_finish };

/* ---- llm_selection ------------------------------------------------------------------------- */

static const char *const strategies[] = { "prefer-local", "prefer-cloud", "cost-optimized",
	"latency-optimized", NULL };
static const struct field selection_fields[] = {
	{ "strategy", .type = FIELD_WORD, .words = strategies, .missing_is = "`prefer-local`",
		.doc = "which of several providers of one alias is asked" },
	KEPT("default_provider", 0, node_text, mnode, default_provider, "the strategy's choice",
		"the provider that is asked first"),
	KEPT("fallback_provider", 0, node_text, mnode, fallback_provider, "none",
		"the one that is asked where it fails"),
	COUNT("max_retries", 0, LARGE, "3", "further attempts"),
	COUNT("retry_delay_ms", 0, LARGE, "1000", "milliseconds before the first of them"),
	COUNT("llm_overall_timeout_secs", 1, LARGE, "30", "seconds that all attempts may take"),
};
const struct schema node_selection_schema = { "the selection of providers",
	"which of the providers is asked", FIELDS(selection_fields) };
