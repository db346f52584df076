/* SealGatewayConfig: its rows, what each text must be, and the rules between them. */
#include "model/gateway.h"

#include "aegis/aegis.h"
#include "model/pem.h"
#include "model/scalar.h"
#include "model/shape.h"

static bool refuse(
	struct shape *s, enum diag_code code, struct value v, const char *label, const char *help)
{
	shape_report(s, (struct diag){ code, v.at, .label = label, .help = help });
	return false;
}

static bool ends(struct slice t, struct slice tail)
{
	return t.len >= tail.len && memcmp(t.at + t.len - tail.len, tail.at, tail.len) == 0;
}

/* ---- Variables and plain texts ------------------------------------------------------------- */

struct slice gateway_variable(struct slice t)
{
	return slice_begins(t, SLICE("env:")) ? (struct slice){ t.at + 4, t.len - 4 }
					      : (struct slice){ 0 };
}

enum written { WRITTEN_BAD, WRITTEN_ENV, WRITTEN_TEXT };

/* A text that says something, or a variable. */
static enum written written(struct shape *s, struct value v, struct mtext *io)
{
	struct slice name = gateway_variable(io->text);
	if (name.at != NULL)
		return scalar_env_ref(s, v, io) ? WRITTEN_ENV : WRITTEN_BAD;
	if (!scalar_filled(s, v, io))
		return WRITTEN_BAD;
	for (uint32_t i = 0; i < io->text.len; i++)
		if ((unsigned char)io->text.at[i] < ' ' || io->text.at[i] == 0x7f) {
			refuse(s, AEG_bad_setting, v, "a control character in it", NULL);
			return WRITTEN_BAD;
		}
	return WRITTEN_TEXT;
}

/* Of what may be absent an empty text is that. */
static bool left_out(struct mtext *io)
{
	if (!scalar_blank(io->text))
		return false;
	io->text = (struct slice){ 0 };
	return true;
}

static bool plain(struct shape *s, struct value v, struct mtext *io)
{
	return written(s, v, io) != WRITTEN_BAD;
}

static bool optional(struct shape *s, struct value v, struct mtext *io)
{
	return left_out(io) || plain(s, v, io);
}

/* The platform looks for no variable here. */
static bool literal(struct shape *s, struct value v, struct mtext *io)
{
	return gateway_variable(io->text).at != NULL
		       ? refuse(s, AEG_bad_setting, v,
				 "the name of a variable is not looked up here",
				 "write the claim's name itself")
		       : plain(s, v, io);
}

/* A text that looks like a secret has been reported as one already. */
static bool refuse_secret(struct shape *s, struct value v, const char *label, const char *help)
{
	for (size_t i = 0; i < s->d->n; i++) {
		const struct diag *g = &s->d->v[i];
		if (g->code != AEG_literal_secret || g->severity != DIAG_ERROR ||
			g->at.file != v.at.file || g->at.lo < v.at.lo || g->at.hi > v.at.hi)
			continue;
		s->reported++;
		return false;
	}
	return refuse(s, AEG_secret_in_file, v, label, help);
}

static bool secret(struct shape *s, struct value v, struct mtext *io)
{
	return left_out(io) || gateway_variable(io->text).at != NULL
		       ? optional(s, v, io)
		       : refuse_secret(s, v, "a secret, for whoever reads the file",
				 "name the variable that it is in: `env:OPENBAO_TOKEN`");
}

/* What becomes a part of a path of the store of secrets. */
static bool mount(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	enum written w = written(s, v, io);
	if (w != WRITTEN_TEXT)
		return w == WRITTEN_ENV;
	bool good = t.at[0] != '/' && t.at[t.len - 1] != '/';
	for (uint32_t i = 0; i < t.len; i++)
		good &= strchr("?#%\\ ", t.at[i]) == NULL &&
			!(t.at[i] == '.' && i + 1 < t.len && t.at[i + 1] == '.');
	return good || refuse(s, AEG_bad_setting, v, "not the name of a mount",
			       "as OpenBao lists it, without `/` at either end: `secret`");
}

static bool key(struct shape *s, struct value v, struct mtext *io)
{
	if (left_out(io))
		return true;
	if (gateway_variable(io->text).at != NULL)
		return scalar_env_ref(s, v, io);
	const char *fault = pem_public_key_fault(io->text);
	return fault == NULL ||
	       refuse(s, AEG_bad_public_key, v, fault,
		       "an RSA key of at least 2048 bits or an Ed25519 key, from "
		       "`-----BEGIN PUBLIC KEY-----` to `-----END PUBLIC KEY-----`");
}

/* ---- Addresses ----------------------------------------------------------------------------- */

/* `127.0.0.1:8089`, which scalar_address has accepted. */
struct address {
	struct slice host, port;
};

static struct address split(struct slice t)
{
	uint32_t colon = t.len;
	while (colon > 0 && t.at[colon - 1] != ':')
		colon--;
	return (struct address){ { t.at, colon - 1 }, { t.at + colon, t.len - colon } };
}

static bool bind(struct shape *s, struct value v, struct mtext *io)
{
	enum written w = written(s, v, io);
	return w == WRITTEN_TEXT ? scalar_address(s, v, io) : w == WRITTEN_ENV;
}

static bool server_host(struct shape *s, struct value v, struct mtext *io)
{
	enum written w = written(s, v, io);
	return w == WRITTEN_TEXT ? scalar_host(s, v, io) : w == WRITTEN_ENV;
}

/* ---- URLs ---------------------------------------------------------------------------------- */

/* Addresses that lead to nobody outside. */
static bool is_private_ip(const uint8_t ip[16], uint32_t n)
{
	if (n == 16)
		return (ip[0] & 0xfe) == 0xfc;
	return n == 4 && (ip[0] == 10 || (ip[0] == 192 && ip[1] == 168) ||
				 (ip[0] == 172 && (ip[1] & 0xf0) == 16));
}

/* Nor do names of one label, or in zones of a pod, a cluster, a house. */
static bool is_private(struct slice host)
{
	static const char *const tails[] = { ".internal", ".local", ".localhost", ".svc",
		".home.arpa", NULL };
	uint8_t ip[16];
	bool v6 = host.at[0] == '[';
	uint32_t n = scalar_ip(v6 ? (struct slice){ host.at + 1, host.len - 2 } : host, ip);
	bool found = scalar_is_loopback(host) || is_private_ip(ip, n);
	for (size_t i = 0; n == 0 && tails[i] != NULL; i++)
		found |= ends(host, slice_of(tails[i]));
	return found || (!v6 && memchr(host.at, '.', host.len) == NULL);
}

static bool service_url(struct shape *s, struct value v, struct mtext *io)
{
	char host[256];
	if (left_out(io))
		return true;
	enum written w = written(s, v, io);
	if (w != WRITTEN_TEXT)
		return w == WRITTEN_ENV;
	if (!scalar_url(s, v, io))
		return false;
	struct slice t = io->text;
	uint32_t len = aeg_url_host((struct aeg_str){ t.at, t.len }, host);
	if (len == 0 || memchr(t.at, '#', t.len) != NULL)
		return refuse(s, AEG_bad_url, v, "a fragment, which is never sent",
			"leave out what begins with `#`");
	return slice_begins(t, SLICE("https:")) || is_private((struct slice){ host, len }) ||
	       refuse(s, AEG_url_not_https, v, "`http` beyond this machine and private names",
		       "write `https://`");
}

/* A URL that paths are appended to. */
static bool base_url(struct shape *s, struct value v, struct mtext *io)
{
	if (gateway_variable(io->text).at == NULL && memchr(io->text.at, '?', io->text.len) != NULL)
		return refuse(s, AEG_bad_url, v, "a query, and paths are appended",
			"leave out what begins with `?`");
	return service_url(s, v, io);
}

bool gateway_is_postgres(struct slice url)
{
	return slice_begins(url, SLICE("postgres://")) || slice_begins(url, SLICE("postgresql://"));
}

static const void *find(struct slice t, struct slice what)
{
	for (uint32_t i = 0; i + what.len <= t.len; i++)
		if (memcmp(t.at + i, what.at, what.len) == 0)
			return t.at + i;
	return NULL;
}

/* Whether the URL of a server says a password: `postgres://user:HERE@host`, `?password=HERE`. */
static bool has_password(struct slice url)
{
	const char *at = (const char *)find(url, SLICE("://")) + 3, *end = url.at + url.len;
	const char *p = at, *user_end = NULL;
	for (; p < end && *p != '/' && *p != '?'; p++)
		user_end = *p == '@' ? p : user_end;
	const char *colon = user_end == NULL ? NULL : memchr(at, ':', (size_t)(user_end - at));
	return (colon != NULL && colon + 1 < user_end) || find(url, SLICE("password=")) != NULL;
}

static bool database_url(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	enum written w = written(s, v, io);
	if (w != WRITTEN_TEXT)
		return w == WRITTEN_ENV;
	bool sqlite = slice_begins(t, SLICE("sqlite:")) && !slice_is(t, "sqlite:") &&
		      !slice_is(t, "sqlite://");
	bool server = gateway_is_postgres(t) && t.at[t.len - 1] != '/';
	for (uint32_t i = 0; i < t.len; i++)
		server &= t.at[i] != ' ' && (unsigned char)t.at[i] < 0x80;
	if (!sqlite && !server)
		return refuse(s, AEG_bad_database_url, v, "no database that the gateway keeps",
			"`sqlite://gateway.db`, or `postgres://user@host/name`");
	return !server || !has_password(t) ||
	       refuse_secret(s, v, "a password, for whoever reads the file",
		       "name the variable that the URL is in: `env:SEAL_GATEWAY_DB`");
}

/* ---- Rows ---------------------------------------------------------------------------------- */

#define TEXT(label, setting, check, ...) \
	{ \
		label, .type = FIELD_TEXT, .entry = check, \
		       INTO(struct mgateway, text[AEG_SETTING_##setting]), __VA_ARGS__ \
	}

static const struct field network_fields[] = {
	TEXT("bind_addr", BIND_ADDR, bind, .missing_is = "`0.0.0.0:8089`",
		.doc = "where HTTP is served: an address and a port"),
	TEXT("grpc_bind_addr", GRPC_BIND_ADDR, bind, .missing_is = "`0.0.0.0:50055`",
		.doc = "where gRPC is served: an address and a port"),
};
static const struct field database_fields[] = {
	TEXT("url", DATABASE_URL, database_url, .missing_is = "`sqlite://gateway.db`",
		.doc = "where state is kept: `sqlite://...` or `postgres://...`"),
};

static void read_disabled(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mgateway *g = out;
	(void)s;
	(void)f;
	g->auth_disabled = syntax_bool(v.node);
	g->auth_disabled_at = v.at;
}

static const struct field auth_fields[] = {
	{ "disabled", .type = FIELD_BOOL, .read = read_disabled, .missing_is = "`false`",
		.doc = "whether whoever reaches the gateway is taken for an operator" },
	TEXT("operator_jwks_uri", OPERATOR_JWKS_URI, service_url,
		.doc = "the keys that operators' tokens are verified with; needed unless `disabled`"),
	{ "jwks_cache_ttl_secs", .type = FIELD_UINT, INTO(struct mgateway, jwks_cache_ttl_s),
		.missing_is = "`300`", .doc = "how long these keys are kept, in seconds" },
	TEXT("operator_jwt_issuer", OPERATOR_JWT_ISSUER, plain, .missing_is = "`aegis-keycloak`",
		.doc = "who makes operators' tokens"),
	TEXT("operator_jwt_audience", OPERATOR_JWT_AUDIENCE, plain,
		.missing_is = "`aegis-seal-gateway`", .doc = "whom these tokens are for"),
	TEXT("operator_role_claim", OPERATOR_ROLE_CLAIM, literal, .missing_is = "`aegis_role`",
		.doc = "the claim that has the operator's role; no `env:` here"),
	TEXT("seal_jwt_public_key_pem", SEAL_JWT_PUBLIC_KEY_PEM, key,
		.doc = "the key that SEAL tokens are verified with: RSA or Ed25519, in PEM"),
	TEXT("seal_jwt_issuer", SEAL_JWT_ISSUER, plain, .missing_is = "`aegis-orchestrator`",
		.doc = "who makes SEAL tokens"),
	TEXT("seal_jwt_audience", SEAL_JWT_AUDIENCE, plain, .missing_is = "`aegis-agents`",
		.doc = "whom these tokens are for"),
	{ "operator_jwt_public_key_pem", .type = FIELD_GONE,
		.doc = "operators' keys come from `operator_jwks_uri`; SEAL's is `seal_jwt_public_key_pem`" },
};
static const struct field credential_fields[] = {
	TEXT("openbao_addr", OPENBAO_ADDR, base_url, .doc = "where the store of secrets is asked"),
	TEXT("openbao_token", OPENBAO_TOKEN, secret,
		.doc = "the token it is asked with: `env:NAME`"),
	TEXT("openbao_kv_mount", OPENBAO_KV_MOUNT, mount, .missing_is = "`secret`",
		.doc = "the mount that secrets are kept under"),
	TEXT("keycloak_token_exchange_url", KEYCLOAK_TOKEN_EXCHANGE_URL, service_url,
		.doc = "where users' tokens are exchanged"),
	TEXT("keycloak_client_id", KEYCLOAK_CLIENT_ID, optional, .doc = "as whom"),
	TEXT("keycloak_client_secret", KEYCLOAK_CLIENT_SECRET, secret,
		.doc = "with what secret: `env:NAME`"),
};
static const struct field cli_fields[] = {
	TEXT("container_cli", CONTAINER_CLI, optional, .missing_is = "`podman`, else `docker`",
		.doc = "the program that runs containers"),
	TEXT("semantic_judge_url", SEMANTIC_JUDGE_URL, service_url,
		.doc = "who judges calls of command-line tools"),
	TEXT("orchestrator_url", ORCHESTRATOR_URL, base_url, .doc = "for tools of the platform"),
	TEXT("nfs_server_host", NFS_SERVER_HOST, server_host, .missing_is = "`127.0.0.1`",
		.doc = "where volumes are mounted from"),
	{ "nfs_port", .type = FIELD_UINT, .min = 1, .max = 65535, INTO(struct mgateway, nfs_port),
		.missing_is = "`2049`", .doc = "its port" },
	{ "nfs_mount_port", .type = FIELD_UINT, .min = 1, .max = 65535,
		INTO(struct mgateway, nfs_mount_port), .missing_is = "`20048`",
		.doc = "its port for mounting" },
};
static const struct field ui_fields[] = {
	{ "enabled", .type = FIELD_BOOL, INTO(struct mgateway, ui_enabled), .missing_is = "`true`",
		.doc = "whether the gateway serves pages for operators" },
};

/* ---- Rules --------------------------------------------------------------------------------- */

#define SAYS(g, setting)   ((g)->text[AEG_SETTING_##setting].text.at != NULL)
#define UNREAD(g, setting) ((g)->unread >> AEG_SETTING_##setting & 1)

/* Every section has this: what could not be read of it is remembered by setting. */
static void section_finish(struct shape *s, struct value v, void *out)
{
	struct mgateway *g = out;
	(void)v;
	for (unsigned i = 0; i < AEG_NSETTINGS; i++) {
		const char *dot = strchr(aeg_setting_name((enum aeg_setting)i), '.');
		if (shape_unread(s, dot + 1) && g->text[i].text.at == NULL)
			g->unread |= UINT64_C(1) << i;
	}
}

#define SECTION(name, title, words) \
	static const struct schema name##_schema = { title, words, FIELDS(name##_fields), \
		section_finish }
SECTION(network, "the network of a gateway", "where it listens");
SECTION(database, "the database of a gateway", "where it keeps its state");
SECTION(auth, "the authentication of a gateway", "whose tokens it believes");
SECTION(credential, "the credentials of a gateway", "where secrets for calls come from");
SECTION(cli, "the command-line settings of a gateway", "how it runs tools in containers");
SECTION(ui, "the pages of a gateway", "whether there are any");

static const struct field spec_fields[] = {
	{ "network", .type = FIELD_STRUCT, .sub = &network_schema, .doc = "where it listens" },
	{ "database", .type = FIELD_STRUCT, .sub = &database_schema,
		.doc = "where it keeps its state" },
	{ "auth", .type = FIELD_STRUCT, .sub = &auth_schema, .doc = "whose tokens it believes" },
	{ "credentials", .type = FIELD_STRUCT, .sub = &credential_schema,
		.doc = "where secrets for calls come from" },
	{ "cli", .type = FIELD_STRUCT, .sub = &cli_schema,
		.doc = "how it runs tools in containers" },
	{ "ui", .type = FIELD_STRUCT, .sub = &ui_schema, .doc = "its pages for operators" },
};

/* Whether what a rule asks for is missing, and nobody has said so yet. */
static bool lacks(
	const struct shape *s, struct value spec, const char *section, bool says, bool unread)
{
	const struct member *m =
		spec.node->kind == NODE_MAP ? syntax_member(spec.node, section) : NULL;
	if (says || unread || spec.node->lacks)
		return false;
	if (m == NULL)
		return !shape_unread(s, section);
	return m->value->kind == NODE_NULL || (m->value->kind == NODE_MAP && !m->value->lacks);
}

/* Where a section stands, or would. */
static struct span section_at(struct value spec, const char *section)
{
	const struct member *m =
		spec.node->kind == NODE_MAP ? syntax_member(spec.node, section) : NULL;
	return m != NULL ? m->key_span : spec.at;
}

static void check_auth(struct shape *s, struct value v, const struct mgateway *g)
{
	if (!g->auth_disabled &&
		lacks(s, v, "auth", SAYS(g, OPERATOR_JWKS_URI), UNREAD(g, OPERATOR_JWKS_URI)))
		shape_report(s,
			(struct diag){ AEG_missing_field, section_at(v, "auth"),
				.label = "`operator_jwks_uri` is missing here",
				.message =
					"the authentication of a gateway needs `operator_jwks_uri`",
				.help = "the URL of the keys that operators' tokens are verified with" });
	if (lacks(s, v, "auth", SAYS(g, SEAL_JWT_PUBLIC_KEY_PEM),
		    UNREAD(g, SEAL_JWT_PUBLIC_KEY_PEM)))
		shape_report(s,
			(struct diag){ AEG_no_seal_key, section_at(v, "auth"),
				.label = "`seal_jwt_public_key_pem` is missing here",
				.help = "without the key every call is refused: write the PEM, or `env:NAME`" });
}

/* Whether @setting is an address and no variable, split into @ret. */
static bool address_of(const struct mgateway *g, enum aeg_setting setting, struct address *ret)
{
	struct slice t = g->text[setting].text;
	if (g->unread >> setting & 1 || gateway_variable(t).at != NULL)
		return false;
	*ret = split(t);
	return true;
}

/* Who is believed without a token must at least be on this machine. */
static void check_open(struct shape *s, const struct mgateway *g)
{
	static const enum aeg_setting binds[] = { AEG_SETTING_BIND_ADDR,
		AEG_SETTING_GRPC_BIND_ADDR };
	struct address a;
	for (size_t i = 0; g->auth_disabled && i < sizeof binds / sizeof *binds; i++) {
		const struct mtext *t = &g->text[binds[i]];
		if (g->unread >> binds[i] & 1 ||
			(address_of(g, binds[i], &a) && scalar_is_loopback(a.host)))
			continue;
		shape_report(s,
			(struct diag){ AEG_open_gateway, g->auth_disabled_at,
				.label = diag_text(s->d, "whoever reaches %s is an operator",
					diag_quote(s->d, t->text)),
				.other = t->at, .other_label = "it listens here",
				.help = "leave `disabled` out, or listen on `127.0.0.1` alone" });
		return;
	}
}

static void check_ports(struct shape *s, const struct mgateway *g)
{
	struct address http, grpc;
	struct span a = g->text[AEG_SETTING_BIND_ADDR].at,
		    b = g->text[AEG_SETTING_GRPC_BIND_ADDR].at;
	if (!address_of(g, AEG_SETTING_BIND_ADDR, &http) ||
		!address_of(g, AEG_SETTING_GRPC_BIND_ADDR, &grpc) ||
		!slice_eq(http.port, grpc.port))
		return;
	bool both = !span_is_none(a) && !span_is_none(b);
	shape_report(s,
		(struct diag){ AEG_one_port, span_is_none(b) ? a : b,
			.label = "the port of the other", .other = both ? a : SPAN_NONE,
			.other_label = "HTTP is served here",
			.help = "HTTP is served on 8089 and gRPC on 50055 unless they say otherwise" });
}

static void defaults(struct mgateway *g)
{
	static const struct {
		enum aeg_setting setting;
		const char *text;
	} known[] = {
		{ AEG_SETTING_BIND_ADDR, "0.0.0.0:8089" },
		{ AEG_SETTING_GRPC_BIND_ADDR, "0.0.0.0:50055" },
		{ AEG_SETTING_DATABASE_URL, "sqlite://gateway.db" },
		{ AEG_SETTING_OPERATOR_JWT_ISSUER, "aegis-keycloak" },
		{ AEG_SETTING_OPERATOR_JWT_AUDIENCE, "aegis-seal-gateway" },
		{ AEG_SETTING_OPERATOR_ROLE_CLAIM, "aegis_role" },
		{ AEG_SETTING_SEAL_JWT_ISSUER, "aegis-orchestrator" },
		{ AEG_SETTING_SEAL_JWT_AUDIENCE, "aegis-agents" },
		{ AEG_SETTING_OPENBAO_KV_MOUNT, "secret" },
		{ AEG_SETTING_NFS_SERVER_HOST, "127.0.0.1" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (g->text[known[i].setting].text.at == NULL)
			g->text[known[i].setting] =
				(struct mtext){ slice_of(known[i].text), SPAN_NONE };
}

/* Of a section that is written and no map, or by another name, no setting is known. */
static void lost_sections(struct shape *s, struct value v, struct mgateway *g)
{
	for (size_t k = 0; k < sizeof spec_fields / sizeof *spec_fields; k++) {
		const char *section = spec_fields[k].name;
		const struct node *there = shape_part(v.node, section);
		if (!shape_unread(s, section) || (there != NULL && there->kind == NODE_MAP))
			continue;
		for (unsigned i = 0; i < AEG_NSETTINGS; i++) {
			struct slice name = slice_of(aeg_setting_name((enum aeg_setting)i));
			if (slice_begins(name, slice_of(section)) &&
				name.at[strlen(section)] == '.')
				g->unread |= UINT64_C(1) << i;
		}
	}
}

static void spec_finish(struct shape *s, struct value v, void *out)
{
	struct mgateway *g = out;
	g->spec_read = true;
	lost_sections(s, v, g);
	check_auth(s, v, g);
	defaults(g);
	check_open(s, g);
	check_ports(s, g);
}

static const struct schema spec_schema = { "the spec of a SealGatewayConfig", "the settings",
	FIELDS(spec_fields), spec_finish };

/* ---- The document -------------------------------------------------------------------------- */

static bool gateway_name(struct shape *s, struct value v, struct mtext *io)
{
	return !scalar_blank(io->text) || refuse(s, AEG_missing_field, v, "an empty name", NULL);
}

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = gateway_name,
		INTO(struct mgateway, name), .doc = "what the gateway is called" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a SealGatewayConfig", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the settings" },
};
static void document_finish(struct shape *s, struct value v, void *out)
{
	struct mgateway *g = out;
	(void)s, (void)v;
	if (!g->spec_read)
		g->unread = UINT64_MAX;
}

const struct schema gateway_schema = { "a SealGatewayConfig document", "how the gateway is set up",
	FIELDS(document_fields), document_finish };

void gateway_read(struct shape *s, struct value root)
{
	struct mgateway g = { .at = root.at,
		.jwks_cache_ttl_s = 300,
		.nfs_port = 2049,
		.nfs_mount_port = 20048,
		.ui_enabled = true };
	const struct mgateway *first = s->m->gateway;
	shape_struct(s, &gateway_schema, root, &g);
	if (first != NULL) {
		shape_report(s,
			(struct diag){ AEG_second_gateway, root.at,
				.label = "a second SealGatewayConfig", .other = first->at,
				.other_label = "the first",
				.help = "a bundle is for one gateway: compile the other one apart" });
		return;
	}
	struct mgateway *kept = arena_new(s->d->arena, struct mgateway);
	*kept = g;
	s->m->gateway = kept;
}
