#ifndef MODEL_SHAPE_H
#define MODEL_SHAPE_H
/* What the files of this room share while documents are checked against their schemas. */
#include "model/scalar.h"

struct template_scope;
struct template_reading;

struct shape {
	struct diags *d;
	struct model *m;
	bool builtin;      /* the document is one of stdlib-contexts/ */
	uint32_t reported; /* rules broken so far, whatever severity the user gave them */
	uint32_t misspelt; /* fields so far that another name was written for */
	const struct schema *finishing; /* the one whose finish runs */
	/* Its rows that could not be read, or were misspelt, or are missing where they must not. */
	uint64_t unread;
	const struct template_scope *scope; /* of the document's templates; NULL: anything */
	struct map checked;                 /* templates that several places share */
	struct template_scratch {
		void *mem;
		size_t size;
		struct template_reading *readings; /* of all templates that were told of */
		size_t n, cap;
		struct template_range { /* of one: by its number in `checked` */
			size_t first, n;
		} * ranges;
		size_t nranges, ranges_cap;
	} scratch;
	size_t workflows_cap, machines_cap;
	size_t contexts_cap, agents_cap, tools_cap, tiers_cap, oproles_cap, tests_cap, proofs_cap;
	size_t specs_cap, descriptions_cap, strangers_cap, flows_cap, nodes_cap, registries_cap;
	size_t clis_cap;
};

/* Adds a finding; one that is an error in the registry also counts as reported. */
void shape_report(struct shape *s, struct diag g);

/* Checks @v against @t and fills in @out; what is broken is reported and left out. */
void shape_struct(struct shape *s, const struct schema *t, struct value v, void *out);
/**
 * shape_variant - check the map @v against the schema that its member @tag names, and fill in @out
 *
 * Returns the variant, or NULL: reported (no such member, none of the names, or a retired one).
 */
const struct variant *shape_variant(struct shape *s, struct value v, const char *tag,
	const struct variant *variants, size_t n, void *out);
/* In a finish, or right after it: whether something was reported of @name; that it is missing is
 * then not said too.
 */
bool shape_unread(const struct shape *s, const char *name);
/* Grows with every field that is not there as it was meant: what is missing since may be that. */
uint32_t shape_lost(const struct shape *s);
/* The items of a list, none of them poison; a null has none. */
uint32_t shape_items(const struct node *n);
struct value shape_item(const struct node *list, uint32_t i);
struct value shape_member(const struct member *m);
/* A list of texts, each through @entry (or as it stands). */
void shape_texts(struct shape *s, struct value v, field_entry *entry, struct mlist *out);
/* A string, or what stands for its own spelling where text is expected. */
bool shape_is_text(const struct node *n);
/* The value as text, or false: reported. */
bool shape_text(struct shape *s, struct value v, struct mtext *ret);
/* The value of @map's member @key; NULL: there is none, or no map. */
const struct node *shape_part(const struct node *map, const char *key);
void shape_wrong_type(struct shape *s, struct value v, const char *expected, const char *help);
/* "`name`, `other`": for help. */
const char *shape_names(struct shape *s, const char *const *names);

/* Rows that every kind has. */
#define ENVELOPE_FIELDS \
	{ "apiVersion", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, \
		.doc = "which version of the format the document follows" }, \
	{ \
		"kind", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, \
			.doc = "what the document describes" \
	}
#define TAG_FIELDS \
	{ "labels", .type = FIELD_MAP, .item = FIELD_TEXT, \
		.doc = "names and values for tools to select by" }, \
	{ \
		"annotations", .type = FIELD_MAP, .item = FIELD_TEXT, \
			       .doc = "names and values that nothing selects by" \
	}
#define LABEL_FIELDS { "description", .type = FIELD_TEXT, .doc = "for people" }, TAG_FIELDS
#define VERSION_FIELD \
	{ \
		"version", .type = FIELD_TEXT, .entry = quantity_version, \
			   .doc = "the document's own version: three numbers, `1.0.0`" \
	}

/* Entries of allowlists: entry.c. */
field_entry entry_path, entry_command, entry_subcommand, entry_domain;
/* Quantities and versions: quantity.c. */
field_entry quantity_duration, quantity_version;
/* `0`, `500ms`, `2s`, `1m`, `1h` in milliseconds; false: not of this form. */
bool quantity_ms(struct slice t, uint64_t *ret);

/* One of each kind: the rows and what is done with them. */
extern const struct schema context_entry_schema, security_context_schema, node_config_schema,
	agent_schema, catalogue_schema, tier_table_schema, policy_test_schema, policy_proof_schema,
	api_spec_schema, tool_workflow_schema, gateway_schema, runtime_registry_schema,
	cli_tool_schema, cli_table_schema, credential_path_schema;
void context_add(struct shape *s, struct value v, const struct schema *t, bool node_config);
void security_context_read(struct shape *s, struct value root);
void node_config_read(struct shape *s, struct value root);
void node_fragment_read(struct shape *s, struct value root);
void agent_read(struct shape *s, struct value root);
void catalogue_read(struct shape *s, struct value root);
void tier_table_read(struct shape *s, struct value root);
void cases_read(struct shape *s, struct value root);
void proofs_read(struct shape *s, struct value root);
void api_spec_read(struct shape *s, struct value root);
void tool_workflow_read(struct shape *s, struct value root);
void gateway_read(struct shape *s, struct value root);
void runtime_registry_read(struct shape *s, struct value root);
void cli_tool_read(struct shape *s, struct value root);
void cli_table_read(struct shape *s, struct value root);
field_entry tool_workflow_name; /* of a tool, whole */
/* An OpenAPI document: what it says is for openapi/. */
void description_read(struct shape *s, const struct node *root);

/* Workflows: workflow.c. */
void workflow_read(struct shape *s, struct value root);
extern const struct schema workflow_schema;
field_read handler_read; /* an output handler: into a struct mhandler, or nowhere */

/* Reads a tool pattern; what is wrong with it is reported and leaves it poisoned. */
void pattern_read(struct shape *s, struct value v, struct mpattern *out);
field_read pattern_field;

/* The catalogue as one list: extensions merged, indexed by name. */
void catalogue_merge(struct shape *s);
/* Arguments of assertions, by the roles that the catalogue gives them. */
void assertions_finish(struct shape *s);
#endif
