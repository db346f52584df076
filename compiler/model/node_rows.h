#ifndef MODEL_NODE_ROWS_H
#define MODEL_NODE_ROWS_H
/* Short ways to write the rows of a NodeConfig's sections, and what its files share. */
#include "model/node.h"
#include "model/shape.h"

#define NEEDED FIELD_REQUIRED
/* A text, or `env:NAME`. */
#define TEXT(key, need, check, absent, words) \
	{ \
		key, .type = FIELD_TEXT, .flags = FIELD_ENV | (need), .entry = check, \
		     .missing_is = absent, .doc = words \
	}
#define KEPT(key, need, check, type_, member, absent, words) \
	{ \
		key, .type = FIELD_TEXT, .flags = FIELD_ENV | (need), .entry = check, \
		     INTO(struct type_, member), .missing_is = absent, .doc = words \
	}
#define TEXTS(key, check, absent, words) \
	{ \
		key, .type = FIELD_LIST, .flags = FIELD_ENV, .item = FIELD_TEXT, .entry = check, \
		     .missing_is = absent, .doc = words \
	}
#define NAMED(key, check, words) \
	{ \
		key, .type = FIELD_MAP, .flags = FIELD_ENV, .item = FIELD_TEXT, .entry = check, \
		     .missing_is = "none", .doc = words \
	}
#define COUNT(key, least, greatest, absent, words) \
	{ \
		key, .type = FIELD_UINT, .min = least, .max = greatest, .missing_is = absent, \
		     .doc = words \
	}
#define PORT(key, member, absent, words) \
	{ \
		key, .type = FIELD_UINT, .min = 1, .max = UINT16_MAX, INTO(struct mnode, member), \
		     .read = node_port, .missing_is = absent, .doc = words \
	}
#define SWITCH(key, absent, words) \
	{ \
		key, .type = FIELD_BOOL, .missing_is = absent, .doc = words \
	}
/* A map that may be left out, also by writing nothing after its name. */
#define SECTION(key, schema, absent, words) \
	{ \
		key, .type = FIELD_STRUCT, .sub = &(schema), .read = node_section, \
		     .missing_is = absent, .doc = words \
	}

field_read node_section, node_port, node_negated;
/* Structs of @each bytes that begin with their name: reports who has the name of another. */
void node_unique(struct shape *s, const struct many *many, size_t each, enum diag_code code,
	const char *label);

/* What a setting may say: something, and no reference that is not read there. */
field_entry node_text;
field_entry node_path;     /* of a file of the node */
field_entry node_endpoint; /* `host:port`, or a URL of one of the schemes that nodes speak */
field_entry node_http;     /* a URL */
field_entry node_https;    /* a URL; `https` beyond this machine */
field_entry node_plain;    /* a text, no secret */
field_entry node_handed;   /* what is handed on as it stands: no secret, but it may be empty */

extern const struct schema node_identity_schema, node_provider_schema, node_selection_schema,
	node_runtime_schema, node_network_schema, node_observability_schema, node_storage_schema,
	node_server_schema, node_dispatcher_schema, node_registry_credential_schema,
	node_database_schema, node_temporal_schema, node_cortex_schema, node_secrets_schema,
	node_gateway_schema, node_billing_schema, node_zaru_schema, node_seal_schema,
	node_iam_schema, node_grpc_auth_schema, node_cluster_schema;

/* In a finish: whether @name is there and says something, or could not be read. */
bool node_says(const struct shape *s, struct value v, const char *name);
/* Rules between fields. */
void node_network_finish(struct shape *s, struct value v, void *out);
void node_cluster_finish(struct shape *s, struct value v, void *out);
void node_spec_finish(struct shape *s, struct value v, void *out);
/* What a node in production needs. */
void node_production(struct shape *s, const struct node *root, struct mnode *n);
#endif
