/* NodeConfig: tool servers, and the services that the node works with. */
#include "model/node_rows.h"
#include "model/secret.h"

#define LARGE UINT32_MAX

/* ---- mcp_servers, builtin_dispatchers ------------------------------------------------------ */

static const struct field served_fields[] = {
	KEPT("name", NEEDED, node_text, mserved, name, NULL, "the tool"),
	{ "skip_judge", .type = FIELD_BOOL, INTO(struct mserved, skip_judge),
		.missing_is = "`false`", .doc = "whether its calls are not judged beforehand" },
};
static const struct schema served_schema = { "a tool of a server", "a tool that a server runs",
	FIELDS(served_fields) };

/* `env:NAME`, `secret:ENGINE/PATH#FIELD`, or the bare name of a variable. */
static bool credential(struct shape *s, struct value v, struct mtext *io)
{
	bool refers = memchr(io->text.at, ':', io->text.len) != NULL;
	if (refers)
		return scalar_secret_ref(s, v, io);
	if (!scalar_not_secret(s, v, io) || !scalar_env_name(s, v, io))
		return false;
	shape_report(s,
		(struct diag){ AEG_older_spelling, v.at, .label = "taken as the name of a variable",
			.help = diag_text(s->d, "write `env:%.*s`", SLICE_ARG(io->text)) });
	return true;
}

static const struct field health_fields[] = {
	COUNT("interval_seconds", 1, LARGE, "60", "seconds between questions"),
	COUNT("timeout_seconds", 1, LARGE, "5", "seconds that an answer may take"),
	TEXT("method", 0, node_text, "`tools/list`", "what is asked"),
};
static const struct schema health_schema = { "the health check of a server",
	"how it is found out that a server works", FIELDS(health_fields) };
static const struct field limit_fields[] = {
	COUNT("cpu_millicores", 1, LARGE, "1000", "thousandths of a core"),
	COUNT("memory_mb", 1, LARGE, "512", "memory, in MB"),
};
static const struct schema limit_schema = { "the limits of a server", "what a server may take",
	FIELDS(limit_fields) };

#define SERVED \
	{ \
		"capabilities", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &served_schema, \
				.each = sizeof(struct mserved), INTO(struct mserver, tools), \
				.missing_is = "none", \
				.doc = "the tools it runs: a map each, with `name`" \
	}
#define ENABLED \
	{ \
		"enabled", .type = FIELD_BOOL, .read = node_negated, \
			   INTO(struct mserver, disabled), .missing_is = "`true`", \
			   .doc = "whether it is used at all" \
	}
static void server_finish(struct shape *s, struct value v, void *out)
{
	struct mserver *server = out;
	(void)v;
	server->broken = shape_unread(s, "capabilities");
	node_unique(s, &server->tools, sizeof(struct mserved), AEG_same_name,
		"the server has this tool already");
}

static const struct field server_fields[] = {
	KEPT("name", NEEDED, node_text, mserver, name, NULL, "what the server is called"),
	ENABLED,
	TEXT("executable", NEEDED, node_path, NULL, "the program that is started"),
	TEXTS("args", node_handed, "none", "its arguments"),
	SERVED,
	NAMED("credentials", credential,
		"secrets in its environment: `env:NAME`, `secret:ENGINE/PATH#FIELD`"),
	{ "environment", .type = FIELD_MAP, .item = FIELD_TEXT, .read = secret_environment,
		.missing_is = "none", .doc = "the rest of its environment" },
	SECTION("health_check", health_schema, "its defaults", "how it is found out that it works"),
	SECTION("resource_limits", limit_schema, "its defaults", "what it may take"),
};
const struct schema node_server_schema = { "an MCP server", "a program whose tools agents may use",
	FIELDS(server_fields), server_finish };

static const struct field dispatcher_fields[] = {
	KEPT("name", NEEDED, node_text, mserver, name, NULL, "what the dispatcher is called"),
	TEXT("description", NEEDED, node_text, NULL, "what it is for"),
	ENABLED,
	SERVED,
	TEXT("api_key", 0, scalar_secret_ref, "none", "what it proves itself with"),
	{ "max_timeout_ceiling_secs", .type = FIELD_GONE, .doc = "no dispatcher reads it" },
	{ "global_env_denylist", .type = FIELD_GONE, .doc = "no dispatcher reads it" },
};
const struct schema node_dispatcher_schema = { "a dispatcher", "tools that the node serves itself",
	FIELDS(dispatcher_fields), server_finish };

static const struct field registry_credential_fields[] = {
	TEXT("registry", NEEDED, node_text, NULL,
		"how images begin that it is for: `ghcr.io/acme`"),
	TEXT("username", NEEDED, node_text, NULL, "who pulls them"),
	TEXT("password", NEEDED, scalar_secret_ref, NULL, "`env:NAME`, `secret:ENGINE/PATH#FIELD`"),
};
const struct schema node_registry_credential_schema = { "a credential of a registry",
	"for pulling images", FIELDS(registry_credential_fields) };

/* ---- Back ends ----------------------------------------------------------------------------- */

static bool database_url(struct shape *s, struct value v, struct mtext *io)
{
	bool good = slice_begins(io->text, SLICE("postgres://")) ||
		    slice_begins(io->text, SLICE("postgresql://"));
	uint32_t host = good ? (uint32_t)strcspn(io->text.at, ":") + 3 : 0;
	const char *at = good ? memchr(io->text.at, '@', io->text.len) : NULL;
	if (!good)
		shape_report(
			s, (struct diag){ AEG_bad_setting, v.at, .label = "no URL of PostgreSQL",
				   .help = "`env:NAME`, or `postgres://USER@HOST/NAME`" });
	else if (at != NULL &&
		 memchr(io->text.at + host, ':', (size_t)(at - io->text.at) - host) != NULL) {
		shape_report(s,
			(struct diag){ AEG_literal_secret, v.at,
				.label = "the password stands in the file",
				.help = "write `env:NAME`, and the URL into the node's environment" });
		good = false;
	}
	return good && node_text(s, v, io);
}
static const struct field database_fields[] = {
	TEXT("url", NEEDED, database_url, NULL, "where it is: `env:NAME`"),
	COUNT("max_connections", 1, LARGE, "5", "connections at once"),
	COUNT("connect_timeout_seconds", 1, LARGE, "5", "seconds that one may take to be made"),
};
const struct schema node_database_schema = { "the database of a node", "PostgreSQL",
	FIELDS(database_fields) };

static const struct field temporal_fields[] = {
	TEXT("address", 0, node_endpoint, "`temporal:7233`", "where it is"),
	TEXT("worker_http_endpoint", 0, node_http, "`http://localhost:3000`",
		"where its worker is"),
	TEXT("worker_secret", 0, scalar_secret_ref, "none: anybody may speak as the worker",
		"what the worker proves itself with"),
	TEXT("namespace", 0, node_text, "`default`", "its namespace"),
	TEXT("task_queue", 0, node_text, "`aegis-agents`", "its queue"),
	COUNT("max_connection_retries", 0, LARGE, "30", "further attempts to reach it"),
};
const struct schema node_temporal_schema = { "the Temporal of a node", "the workflow service",
	FIELDS(temporal_fields) };

static const struct field cortex_fields[] = {
	TEXT("grpc_url", 0, node_endpoint, "no memory", "where it is"),
	TEXT("api_key", 0, scalar_secret_ref, "none", "its key"),
};
const struct schema node_cortex_schema = { "the Cortex of a node", "the memory service",
	FIELDS(cortex_fields) };

static const struct field approle_fields[] = {
	TEXT("role_id", NEEDED, node_plain, NULL, "the role"),
	TEXT("secret_id_env_var", 0, scalar_env_name, "`OPENBAO_SECRET_ID`",
		"the variable with its secret"),
};
static const struct schema approle_schema = { "an AppRole", "whom the node is to the store",
	FIELDS(approle_fields) };
static const struct field store_tls_fields[] = {
	TEXT("ca_cert", 0, node_path, "those of the system", "who vouches for the store"),
	TEXT("client_cert", 0, node_path, "none", "what the node proves itself with"),
	TEXT("client_key", 0, node_path, "none", "its key"),
};
static void store_tls_finish(struct shape *s, struct value v, void *out)
{
	const struct member *cert = syntax_member(v.node, "client_cert"),
			    *key = syntax_member(v.node, "client_key"),
			    *one = cert != NULL ? cert : key;
	(void)out;
	if (node_says(s, v, "client_cert") != node_says(s, v, "client_key"))
		shape_report(s, (struct diag){ AEG_missing_field, one->key_span,
					.label = diag_text(s->d, "without `%s` it is of no use",
						cert == NULL ? "client_cert" : "client_key"),
					.message = "a certificate and its key go together" });
}
static const struct schema store_tls_schema = { "the TLS of a secret store",
	"how the store is spoken to", FIELDS(store_tls_fields), store_tls_finish };

static const char *const auth_methods[] = { "approle", NULL };
static const struct field store_fields[] = {
	TEXT("address", NEEDED, node_http, NULL, "where it is"),
	{ "auth_method", .type = FIELD_WORD, .words = auth_methods, .missing_is = "`approle`",
		.doc = "how the node proves itself" },
	{ "approle", .type = FIELD_STRUCT, .flags = NEEDED, .sub = &approle_schema,
		.doc = "whom the node is" },
	TEXT("namespace", 0, node_text, "none", "its namespace"),
	SECTION("tls", store_tls_schema, "its defaults", "how it is spoken to"),
};
static const struct schema store_schema = { "a secret store", "an OpenBao", FIELDS(store_fields) };
static const struct field secrets_fields[] = { { "backend", .type = FIELD_STRUCT, .flags = NEEDED,
	.sub = &store_schema, .doc = "the store" } };
const struct schema node_secrets_schema = { "the secrets of a node", "the secret store",
	FIELDS(secrets_fields) };

static const struct field gateway_fields[] = { TEXT(
	"url", NEEDED, node_endpoint, NULL, "where it is") };
const struct schema node_gateway_schema = { "the gateway of a node", "the SEAL gateway",
	FIELDS(gateway_fields) };

static const struct field billing_fields[] = {
	TEXT("stripe_secret_key", NEEDED, scalar_secret_ref, NULL, "the key"),
	TEXT("stripe_webhook_secret", 0, scalar_secret_ref, "none", "what its calls are proved by"),
	TEXT("invitation_hmac_key", 0, scalar_secret_ref, "none", "what invitations are proved by"),
};
const struct schema node_billing_schema = { "the billing of a node", "payments, by Stripe",
	FIELDS(billing_fields) };

static const struct field zaru_fields[] = {
	TEXT("public_url", 0, node_http, "none", "where people reach it"),
	TEXT("internal_secret", 0, scalar_secret_ref, "none", "what it proves itself with"),
};
const struct schema node_zaru_schema = { "the Zaru of a node", "the chat surface",
	FIELDS(zaru_fields) };
