/* SealGatewayConfig: each field's good and bad values, the rules between them, and keys in PEM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "model/gateway.h"
#include "model/pem.h"

/* ---- Keys ---------------------------------------------------------------------------------- */

static const char ed25519[] = "-----BEGIN PUBLIC KEY-----\n"
			      "MCowBQYDK2VwAyEArzfAKYHjY9mOhkIwExrN7+juJ7ZUx6vfPgbNzTq+1Eg=\n"
			      "-----END PUBLIC KEY-----\n";
static const char rsa_2048[] = "-----BEGIN PUBLIC KEY-----\n"
			       "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAubJrXVYREWj4/lDZs3vD\n"
			       "7TNcF4VFCFjZY6+e4dshbf1Sbq4E2JMyBWOorIUnRiG6fzfxGeKKqW7gO6NRgo3A\n"
			       "XIOLk7t7BqwxqU1P70F4vS7T3Thh6mvd6MyMSYQwnei24fC+eCVxiubVF92qz80r\n"
			       "HHIs1pCRkAZM+97KFSVmFWn0w2MFrV8SV9J0ejNs3Mn9jW6hAX3kh3rH8iW6bJET\n"
			       "5q2S954ZOi16stuVHlLQztmxrmk9EUvDKOhRn8pOuRHaFKz8iEKWNu4A55MneDfk\n"
			       "8e+uykHR7F92CqyZnUub2DlADd2TFrFl8h7r8Yy5kl0M6ftjdFesvlpaN0YO/aqI\n"
			       "wQIDAQAB\n"
			       "-----END PUBLIC KEY-----\n";
static const char rsa_pkcs1[] = "-----BEGIN RSA PUBLIC KEY-----\n"
				"MIIBCgKCAQEAubJrXVYREWj4/lDZs3vD7TNcF4VFCFjZY6+e4dshbf1Sbq4E2JMy\n"
				"BWOorIUnRiG6fzfxGeKKqW7gO6NRgo3AXIOLk7t7BqwxqU1P70F4vS7T3Thh6mvd\n"
				"6MyMSYQwnei24fC+eCVxiubVF92qz80rHHIs1pCRkAZM+97KFSVmFWn0w2MFrV8S\n"
				"V9J0ejNs3Mn9jW6hAX3kh3rH8iW6bJET5q2S954ZOi16stuVHlLQztmxrmk9EUvD\n"
				"KOhRn8pOuRHaFKz8iEKWNu4A55MneDfk8e+uykHR7F92CqyZnUub2DlADd2TFrFl\n"
				"8h7r8Yy5kl0M6ftjdFesvlpaN0YO/aqIwQIDAQAB\n"
				"-----END RSA PUBLIC KEY-----\n";
static const char rsa_1024[] = "-----BEGIN PUBLIC KEY-----\n"
			       "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC2hx3vGFUTWuPhcuADxMMb+Lyj\n"
			       "NdwW8PEe1J/JFjL6fRBsHurKDohMGSYTeBhqlXSkQIRw4cBneO6lkOXdz7rv7TuR\n"
			       "EFLs4uFEB/eoucmhjTHogNuaME/tLC1P/dTckKQ0ECepKf7e95M6S6mSOwt2JIKF\n"
			       "Lias61eDyIouT08PbwIDAQAB\n"
			       "-----END PUBLIC KEY-----\n";
static const char p256[] = "-----BEGIN PUBLIC KEY-----\n"
			   "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEalNEC7xojXx+iR+A9JimXdCklff+\n"
			   "xr+i4SBsMHFY7a0EyK44t5W326c982katnqP+9U3EzBG5JkVM9gqsjf/iw==\n"
			   "-----END PUBLIC KEY-----\n";
static const char small_order[] = "-----BEGIN PUBLIC KEY-----\n"
				  "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
				  "-----END PUBLIC KEY-----\n";

static void test_keys(void **state)
{
	static const struct {
		const char *pem, *want; /* NULL: good */
	} rows[] = {
		{ ed25519, NULL },
		{ rsa_2048, NULL },
		{ rsa_pkcs1, NULL },
		{ rsa_1024, "an RSA key of less than 2048 bits, which can be broken" },
		{ p256, "neither an RSA nor an Ed25519 key" },
		{ small_order, "an Ed25519 key that no signature should be verified with" },
		{ "", "not one public key in PEM" },
		{ "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----", "not a public key inside" },
		{ "-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----", "not one public key in PEM" },
		{ "-----BEGIN PUBLIC KEY-----\n=\n-----END PUBLIC KEY-----\n",
			"not base64 between its first and its last line" },
		{ "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n",
			"not an RSA key inside" },
		{ "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
			"a private key: whoever reads it can make tokens" },
		{ "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
			"a certificate: its public key belongs here" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = pem_public_key_fault(slice_of(rows[i].pem));
		if ((got == NULL) != (rows[i].want == NULL) ||
			(got != NULL && strcmp(got, rows[i].want) != 0))
			fail_msg("%zu: %s", i, got == NULL ? "accepted" : got);
	}
}

/* Two keys, something behind the armour, and every prefix are refused; white space is not looked
 * at. */
static void test_armour(void **state)
{
	char text[1024];
	(void)state;
	for (uint32_t n = 0; n + 1 < strlen(rsa_2048); n++) /* the last byte is a line end */
		assert_non_null(pem_public_key_fault((struct slice){ rsa_2048, n }));
	snprintf(text, sizeof text, "%s%s", ed25519, ed25519);
	assert_non_null(pem_public_key_fault(slice_of(text)));
	snprintf(text, sizeof text, "%sx", ed25519);
	assert_non_null(pem_public_key_fault(slice_of(text)));
	snprintf(text, sizeof text, "%s\r\n\n", ed25519);
	assert_null(pem_public_key_fault(slice_of(text)));
}

/* Every bit of the base64 changed: refused, or still a key that keeps its size. */
static void test_changed_keys(void **state)
{
	char text[1024];
	size_t len = strlen(rsa_2048), refused = 0, n = 0;
	(void)state;
	for (size_t i = 27; i < len - 26; i++)
		for (int bit = 0; bit < 7; bit++, n++) {
			memcpy(text, rsa_2048, len);
			text[i] = (char)(text[i] ^ 1 << bit);
			refused +=
				pem_public_key_fault((struct slice){ text, (uint32_t)len }) != NULL;
		}
	assert_true(refused > n / 4 && refused < n);
}

/* ---- Documents ----------------------------------------------------------------------------- */

struct reading {
	struct arena a;
	struct sources s;
	struct diags d;
	const struct model *m;
};

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

/* The findings of a gateway of this spec, each as "short_name LINE " with the lines of @spec. */
static const char *read_spec(struct reading *r, const char *spec)
{
	static const char head[] = "apiVersion: seal.100monkeys.ai/v1\n"
				   "kind: SealGatewayConfig\n"
				   "metadata: { name: main }\n"
				   "spec:\n";
	struct documents docs = { 0 };
	struct buf text, out;
	*r = (struct reading){ .a = { .limit = (size_t)1 << 28, .fail = no_memory } };
	r->s.arena = r->d.arena = &r->a;
	r->d.sources = &r->s;
	text = out = (struct buf){ .arena = &r->a };
	buf_printf(&text, "%s%s\n", head, spec);
	sources_add_text(&r->s, "in.yaml", buf_done(&text));
	syntax_parse(&r->d, &docs);
	r->m = model_shape(&r->d, &docs);
	diag_sort(&r->d);
	for (size_t i = 0; i < r->d.n; i++)
		buf_printf(&out, "%s %u ", diag_info(r->d.v[i].code)->name,
			(unsigned)source_place(&r->s, 0, r->d.v[i].at.lo).line - 4);
	return buf_done(&out).at;
}

#define JWKS \
	"  auth: { operator_jwks_uri: 'https://a.example/k', seal_jwt_public_key_pem: 'env:K' }\n"
#define AUTH(more) \
	"  auth:\n    operator_jwks_uri: https://a.example/k\n" \
	"    seal_jwt_public_key_pem: env:K\n    " more
#define URL(text)      JWKS "  cli: { semantic_judge_url: '" text "' }"
#define BASE(text)     JWKS "  credentials: { openbao_addr: '" text "' }"
#define BIND(text)     JWKS "  network: { bind_addr: '" text "' }"
#define GITHUB         "16C7e42F292c6912E7710c838347Ae178B4a" /* of the form of a token, and nobody's */
#define DATABASE(text) JWKS "  database: { url: '" text "' }"

static const struct row {
	const char *spec, *want;
} rows[] = {
	{ JWKS, "" },
	/* Sections that are not there, empty or something else. */
	{ "", "missing_field 0 no_seal_key 0 " },
	{ "  auth:", "missing_field 1 no_seal_key 1 " },
	{ "  auth: []", "wrong_type 1 " },
	{ "  auht: {}", "unknown_field 1 " },
	{ "  auth: { operator_jwks_url: 'https://a.example/k', seal_jwt_public_key_pem: 'env:K' }",
		"unknown_field 1 " },
	{ JWKS "  network:\n  database:\n  credentials:\n  cli:\n  ui:", "" },
	{ JWKS "  metrics: {}", "unknown_field 2 " },
	/* Addresses. */
	{ BIND("127.0.0.1:1"), "" },
	{ BIND("[::]:65535"), "" },
	{ BIND("localhost:8089"), "bad_address 2 " },
	{ BIND("env:SEAL_GATEWAY_BIND"), "" },
	{ BIND("example.com:80"), "bad_address 2 " },
	{ BIND("0.0.0.0"), "bad_address 2 " },
	{ BIND(":8089"), "bad_address 2 " },
	{ BIND("0.0.0.0:0"), "bad_address 2 " },
	{ BIND("0.0.0.0:65536"), "bad_address 2 " },
	{ BIND("0.0.0.0:080899"), "bad_address 2 " },
	{ BIND("::1:8089"), "bad_address 2 " },
	{ BIND("010.0.0.1:8089"), "bad_address 2 " },
	{ BIND(""), "blank_text 2 " },
	{ BIND(" "), "blank_text 2 " },
	{ BIND("env:"), "bad_reference 2 " },
	{ BIND("env:A-B"), "bad_reference 2 " },
	{ BIND("0.0.0.0:50055"), "one_port 2 " },
	{ JWKS "  network: { bind_addr: '0.0.0.0:1', grpc_bind_addr: '127.0.0.1:1' }",
		"one_port 2 " },
	{ JWKS "  network: { grpc_bind_addr: '127.0.0.1:8089' }", "one_port 2 " },
	{ JWKS "  network: { bind_addr: 'env:A', grpc_bind_addr: 'env:A' }", "" },
	{ JWKS "  network: { grpc_bind_addr: 'localhost:1' }", "bad_address 2 " },
	/* Without authentication. */
	{ "  network: { bind_addr: '127.0.0.1:1', grpc_bind_addr: '[::1]:2' }\n"
	  "  auth: { disabled: true, seal_jwt_public_key_pem: 'env:K' }",
		"" },
	{ "  auth: { disabled: true, seal_jwt_public_key_pem: 'env:K' }", "open_gateway 1 " },
	{ "  auth: { disabled: false, seal_jwt_public_key_pem: 'env:K' }", "missing_field 1 " },
	{ "  auth: { disabled: yes, seal_jwt_public_key_pem: 'env:K' }",
		"missing_field 1 wrong_type 1 " },
	{ "  network: { bind_addr: 'env:B', grpc_bind_addr: '[::1]:2' }\n"
	  "  auth: { disabled: true, seal_jwt_public_key_pem: 'env:K' }",
		"open_gateway 2 " },
	{ "  network: { bind_addr: '127.0.0.1:1', grpc_bind_addr: '127.0.0.1' }\n"
	  "  auth: { disabled: true, seal_jwt_public_key_pem: 'env:K' }",
		"bad_address 1 " },
	/* Authentication. */
	{ "  auth: { operator_jwks_uri: '', seal_jwt_public_key_pem: '' }",
		"missing_field 1 no_seal_key 1 " },
	{ AUTH("operator_jwt_issuer: ''"), "blank_text 4 " },
	{ AUTH("operator_role_claim: env:ROLE"), "bad_setting 4 " },
	{ AUTH("operator_role_claim: [a]"), "wrong_type 4 " },
	{ AUTH("jwks_cache_ttl_secs: 5m"), "wrong_type 4 " },
	{ AUTH("jwks_cache_ttl_secs: 18446744073709551616"), "out_of_range 4 " },
	{ AUTH("operator_jwt_public_key_pem: env:K"), "retired_field 4 " },
	{ AUTH("seal_jwt_audience: \"a\\u0001b\""), "bad_setting 4 " },
	{ "  auth: { operator_jwks_uri: 'https://a.example/k', seal_jwt_public_key_pem: key.pem }",
		"bad_public_key 1 " },
	/* URLs. */
	{ URL("https://judge.example.com/v1?x=1"), "" },
	{ URL("http://judge/v1"), "" },
	{ URL("http://judge.svc:80"), "" },
	{ URL("http://localhost:1"), "" },
	{ URL("http://127.9.9.9"), "" },
	{ URL("http://[::1]:8080/"), "" },
	{ URL("http://[fd00::1]/"), "" },
	{ URL("http://192.168.3.4"), "" },
	{ URL("http://172.31.0.1"), "" },
	{ URL("http://172.15.0.1"), "url_not_https 2 " },
	{ URL("http://11.0.0.1"), "url_not_https 2 " },
	{ URL("http://[2001:db8::1]/"), "url_not_https 2 " },
	{ URL("http://127.0.0.1.example.com"), "url_not_https 2 " },
	{ URL("http://10.example.com"), "url_not_https 2 " },
	{ URL("http://notlocal.com"), "url_not_https 2 " },
	{ URL("ftp://judge"), "bad_url 2 " },
	{ URL("judge"), "bad_url 2 " },
	{ URL("https://a@judge.example"), "bad_url 2 " },
	{ URL("https://judge.example/#x"), "bad_url 2 " },
	{ URL("https://judge.example/a b"), "bad_url 2 " },
	{ URL("https://judge.example:99999"), "bad_url 2 " },
	{ URL("env:JUDGE"), "" },
	{ URL(""), "" },
	{ BASE("https://vault.example/bao"), "" },
	{ BASE("https://vault.example/?x"), "bad_url 2 " },
	/* The database. */
	{ DATABASE("sqlite:///data/gateway.db"), "" },
	{ DATABASE("postgresql://u@h/d?sslmode=require"), "" },
	{ DATABASE("postgres://u:@h/d"), "" },
	{ DATABASE("env:SEAL_GATEWAY_DB"), "" },
	{ DATABASE("postgres://u:p@h/d"), "secret_in_file 2 " },
	{ DATABASE("postgres://u:p@q@h/d"), "secret_in_file 2 " },
	{ DATABASE("postgres://h/d?user=u&password=p"), "secret_in_file 2 " },
	{ DATABASE("postgres://"), "bad_database_url 2 " },
	{ DATABASE("sqlite://"), "bad_database_url 2 " },
	{ DATABASE("gateway.db"), "bad_database_url 2 " },
	{ DATABASE(""), "blank_text 2 " },
	/* Credentials, tools, pages. */
	{ JWKS "  credentials: { openbao_token: abc }", "secret_in_file 2 " },
	{ JWKS "  credentials: { openbao_token: ghp_" GITHUB " }", "literal_secret 2 " },
	{ DATABASE("postgres://u:ghp_" GITHUB "@h/d"), "literal_secret 2 " },
	{ JWKS "  credentials: { keycloak_client_secret: 'secret:kv/a#b' }", "secret_in_file 2 " },
	{ JWKS "  credentials: { openbao_token: '', keycloak_client_id: '' }", "" },
	{ JWKS "  credentials: { openbao_kv_mount: a/../b }", "bad_setting 2 " },
	{ JWKS "  credentials: { openbao_kv_mount: kv/team }", "" },
	{ JWKS "  cli: { nfs_server_host: '::1', nfs_port: 65535 }", "" },
	{ JWKS "  cli: { nfs_server_host: 'a b' }", "bad_host 2 " },
	{ JWKS "  cli: { nfs_mount_port: 65536 }", "out_of_range 2 " },
	{ JWKS "  ui: { enabled: 'false' }", "wrong_type 2 " },
};

static void test_specs(void **state)
{
	struct reading r;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = read_spec(&r, rows[i].spec);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s\nwanted %s\n   got %s", rows[i].spec, rows[i].want, got);
		arena_free(&r.a);
	}
}

static void test_defaults(void **state)
{
	static const char *const want[AEG_NSETTINGS] = {
		[AEG_SETTING_BIND_ADDR] = "0.0.0.0:8089",
		[AEG_SETTING_GRPC_BIND_ADDR] = "0.0.0.0:50055",
		[AEG_SETTING_DATABASE_URL] = "sqlite://gateway.db",
		[AEG_SETTING_OPERATOR_JWKS_URI] = "https://a.example/k",
		[AEG_SETTING_OPERATOR_JWT_ISSUER] = "aegis-keycloak",
		[AEG_SETTING_OPERATOR_JWT_AUDIENCE] = "aegis-seal-gateway",
		[AEG_SETTING_OPERATOR_ROLE_CLAIM] = "aegis_role",
		[AEG_SETTING_SEAL_JWT_PUBLIC_KEY_PEM] = "env:K",
		[AEG_SETTING_SEAL_JWT_ISSUER] = "aegis-orchestrator",
		[AEG_SETTING_SEAL_JWT_AUDIENCE] = "aegis-agents",
		[AEG_SETTING_OPENBAO_KV_MOUNT] = "secret",
		[AEG_SETTING_NFS_SERVER_HOST] = "127.0.0.1",
	};
	struct reading r;
	(void)state;
	read_spec(&r, JWKS);
	const struct mgateway *g = r.m->gateway;
	for (unsigned i = 0; i < AEG_NSETTINGS; i++) {
		struct slice t = g->text[i].text;
		if (want[i] == NULL ? t.at != NULL : !slice_is(t, want[i]))
			fail_msg("%s", aeg_setting_name((enum aeg_setting)i));
	}
	assert_int_equal(g->jwks_cache_ttl_s, 300);
	assert_int_equal(g->nfs_port, 2049);
	assert_int_equal(g->nfs_mount_port, 20048);
	assert_false(g->auth_disabled);
	assert_true(g->ui_enabled);
	arena_free(&r.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_armour),
		cmocka_unit_test(test_changed_keys),
		cmocka_unit_test(test_specs),
		cmocka_unit_test(test_defaults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
