/* NodeConfig: who is believed, by what proof, and which other nodes there are. */
#include "model/node_rows.h"

#define LARGE UINT32_MAX

/* ---- seal ---------------------------------------------------------------------------------- */

enum { DAY_S = 86400 };
static const struct field seal_fields[] = {
	TEXT("private_key_path", NEEDED, node_path, NULL,
		"the RSA key that tokens are signed with"),
	TEXT("public_key_path", NEEDED, node_path, NULL, "its public half"),
	TEXT("issuer", 0, node_text, "`aegis-orchestrator`", "who tokens say they are of"),
	TEXTS("audiences", node_text, "`aegis-agents`", "whom they are for"),
	COUNT("token_ttl_seconds", 1, DAY_S, "3600",
		"seconds that they are good for, a day at most"),
};
const struct schema node_seal_schema = { "the SEAL of a node", "how tokens are issued",
	FIELDS(seal_fields) };

/* ---- iam, grpc_auth ------------------------------------------------------------------------ */

static const char *const realm_kinds[] = { "system", "consumer", "tenant", NULL };
static const struct field realm_fields[] = {
	KEPT("slug", NEEDED, node_text, mrealm, slug, NULL, "what the realm is called"),
	TEXT("issuer_url", NEEDED, node_https, NULL, "who its tokens are of"),
	TEXT("jwks_uri", NEEDED, node_https, NULL, "where its keys are"),
	TEXT("audience", NEEDED, node_text, NULL, "whom its tokens have to be for"),
	{ "kind", .type = FIELD_WORD, .flags = NEEDED, .words = realm_kinds,
		INTO(struct mrealm, kind), .doc = "whose it is" },
};
static void realm_finish(struct shape *s, struct value v, void *out)
{
	struct mrealm *r = out;
	struct mtext slug = r->slug;
	const struct member *m = syntax_member(v.node, "slug");
	if (slice_is(r->kind.text, "tenant") && slug.text.at != NULL && m != NULL &&
		!scalar_is_env(m->value))
		scalar_name(s, shape_member(m), &slug);
}
static const struct schema realm_schema = { "a realm", "who vouches for identities",
	FIELDS(realm_fields), realm_finish };

static const struct field claim_fields[] = {
	TEXT("zaru_tier", 0, node_text, "`zaru_tier`", "the claim with the tier"),
	TEXT("aegis_role", 0, node_text, "`aegis_role`", "the claim with the role"),
	TEXT("tenant_id", 0, node_text, "`tenant_id`", "the claim with the tenant"),
};
static const struct schema claim_schema = { "the claims of tokens", "what claims are called",
	FIELDS(claim_fields) };
static const struct field admin_fields[] = {
	TEXT("host", NEEDED, node_http, NULL, "where it is"),
	TEXT("admin_username", NEEDED, node_text, NULL, "who"),
	TEXT("admin_password", NEEDED, scalar_secret_ref, NULL, "with what"),
};
static const struct schema admin_schema = { "the administration of Keycloak",
	"whom the node is to Keycloak", FIELDS(admin_fields) };

static const struct field iam_fields[] = {
	{ "realms", .type = FIELD_LIST, .flags = NEEDED, .item = FIELD_STRUCT, .sub = &realm_schema,
		.each = sizeof(struct mrealm), INTO(struct mnode, realms),
		.doc = "who vouches for identities" },
	COUNT("jwks_cache_ttl_seconds", 1, LARGE, "300", "seconds that keys are kept"),
	SECTION("claims", claim_schema, "their own names", "what claims are called"),
	SECTION("keycloak_admin", admin_schema, "none", "whom the node is to Keycloak"),
};
static void iam_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	node_unique(s, &((struct mnode *)out)->realms, sizeof(struct mrealm), AEG_same_name,
		"another realm is called this");
}
const struct schema node_iam_schema = { "the identities of a node",
	"who is believed about identities", FIELDS(iam_fields), iam_finish };

/* `/package.Service/Method`: what is written otherwise exempts nothing. */
static bool grpc_method(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	uint32_t slashes = 0;
	bool good = t.len > 1 && t.at[0] == '/' && t.at[t.len - 1] != '/';
	for (uint32_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];
		slashes += c == '/';
		good &= c == '/' || c == '.' || c == '_' || (c >= '0' && c <= '9') ||
			((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	}
	if (good && slashes == 2 && t.at[1] != '/')
		return true;
	shape_report(s, (struct diag){ AEG_bad_setting, v.at, .label = "no method of gRPC",
				.help = "as in `/aegis.v1.InnerLoop/Generate`" });
	return false;
}
static const struct field grpc_auth_fields[] = {
	{ "enabled", .type = FIELD_BOOL, INTO(struct mnode, grpc_auth), .missing_is = "`false`",
		.doc = "whether gRPC calls are authenticated" },
	TEXTS("exempt_methods", grpc_method, "none", "methods that anybody may call"),
};
static void grpc_auth_finish(struct shape *s, struct value v, void *out)
{
	(void)v;
	((struct mnode *)out)->grpc_auth |= shape_unread(s, "enabled");
}
const struct schema node_grpc_auth_schema = { "the authentication of gRPC",
	"whether gRPC calls are authenticated", FIELDS(grpc_auth_fields), grpc_auth_finish };

/* ---- cluster ------------------------------------------------------------------------------- */

static const struct field controller_fields[] = {
	TEXT("endpoint", NEEDED, node_endpoint, NULL, "where it is"),
	TEXT("token", 0, scalar_secret_ref, "none", "what the node proves itself with"),
	{ "tls", .type = FIELD_GONE, .doc = "the TLS between nodes is `cluster.tls`" },
};
static const struct schema controller_schema = { "the controller of a cluster",
	"the node that the others report to", FIELDS(controller_fields) };

static const struct field cluster_tls_fields[] = {
	{ "enabled", .type = FIELD_BOOL, .read = node_negated, INTO(struct mnode, cluster_tls_off),
		.missing_is = "`true`", .doc = "whether nodes prove themselves to each other" },
	TEXT("cert_path", NEEDED, node_path, NULL, "the node's certificate"),
	TEXT("key_path", NEEDED, node_path, NULL, "its key"),
	TEXT("ca_cert", NEEDED, node_path, NULL, "who vouches for nodes"),
};
static const struct schema cluster_tls_schema = { "the TLS of a cluster",
	"how nodes prove themselves to each other", FIELDS(cluster_tls_fields) };

static const struct field capability_fields[] = {
	TEXT("os", 0, node_text, "not said", "its operating system"),
	TEXT("arch", 0, node_text, "not said", "its processor"),
	TEXTS("local_tools", node_text, "none", "programs that are there"),
	TEXTS("mount_points", scalar_abs_path, "none", "folders that are there"),
	NAMED("custom_labels", node_text, "anything else"),
};
static const struct schema capability_schema = { "the capabilities of an edge node",
	"what an edge node has", FIELDS(capability_fields) };

static const struct field edge_fields[] = {
	TEXT("tenant_id", 0, node_text, "what enrolment says", "whose it is"),
	TEXT("enrollment_token_path", 0, node_path, "none", "the token for enrolment"),
	TEXT("node_security_token_path", 0, node_path, "`~/.aegis/edge/node.token`",
		"where the node's own token is kept"),
	{ "stream_reconnect_backoff_secs", .type = FIELD_LIST, .item = FIELD_UINT, .min = 1,
		.max = 3600, .missing_is = "1, 2, 5, 15, 60",
		.doc = "seconds before the first attempt to reconnect, the second, ..." },
	SECTION("capabilities", capability_schema, "nothing", "what it has"),
};
static const struct schema edge_schema = { "the edge settings of a cluster",
	"how an edge node takes part", FIELDS(edge_fields) };

static const struct field ingress_fields[] = { TEXT(
	"public_endpoint", NEEDED, node_endpoint, NULL, "where edge nodes reach it") };
static const struct schema ingress_schema = { "the ingress of a cluster",
	"where edge nodes reach a relay", FIELDS(ingress_fields) };

static const char *const roles[] = { "controller", "worker", "hybrid", "edge", "relay-coordinator",
	NULL };
static const struct field cluster_fields[] = {
	{ "enabled", .type = FIELD_BOOL, INTO(struct mnode, clustered), .missing_is = "`false`",
		.doc = "whether the node takes part" },
	{ "role", .type = FIELD_WORD, .words = roles, INTO(struct mnode, role),
		.missing_is = "`hybrid`", .doc = "as what" },
	SECTION("controller", controller_schema, "none", "the node that the others report to"),
	PORT("cluster_grpc_port", cluster, "50056", "of gRPC between nodes; of an edge node 50056"),
	TEXTS("peers", node_endpoint, "none", "other controllers"),
	TEXT("node_keypair_path", 0, node_path, "`~/.aegis/node_keypair`",
		"what the node signs with"),
	COUNT("heartbeat_interval_secs", 1, LARGE, "30",
		"seconds between signs of life; of an edge node an hour at most"),
	COUNT("token_refresh_margin_secs", 1, LARGE, "120",
		"seconds before its end that a token is renewed"),
	COUNT("stale_threshold_secs", 1, LARGE, "90", "seconds of silence that make a node stale"),
	COUNT("sweep_interval_secs", 1, LARGE, "30", "seconds between looks for such nodes"),
	SECTION("tls", cluster_tls_schema, "none", "how nodes prove themselves to each other"),
	SECTION("edge", edge_schema, "none", "how an edge node takes part"),
	SECTION("ingress", ingress_schema, "none", "where edge nodes reach a relay"),
	TEXT("relay_coordinator_endpoint", 0, node_endpoint, "none", "where the relay is"),
};
const struct schema node_cluster_schema = { "the cluster of a node", "the other nodes",
	FIELDS(cluster_fields), node_cluster_finish };
