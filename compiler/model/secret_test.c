/* What looks like a secret, what does not, and how texts and maps are searched for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/secret.h"
#include "model/shape.h"

/* ---- Tokens -------------------------------------------------------------------------------- */

static void tokens(void **state)
{
	/* Written in two halves, so that who looks for secrets does not find this file. */
	static const char *const secrets[] = {
		"AKIA"
		"Z7Q4MWX2TBV9LK3D",
		"ASIA"
		"Z7Q4MWX2TBV9LK3D",
		"AIza"
		"SyD3kf9a_Qw8Zr5Tn1Vb7Xc2Ym4Lp6Gh0Js",
		"ghp_"
		"16C7e42F292c6912E7710c838347Ae178B4a",
		"gho_"
		"16C7e42F292c6912E7710c838347Ae178B4a",
		"github_pat_"
		"11AB2CD3EF4GH5IJ6KL7MN_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
		"glpat-"
		"x4Kq9ZtR2mW7vB1nYc5L",
		"gsk_"
		"a8Kd02LmQ93xWv71TzRb45NcYp68HsJf0GtEuVoIqAeSyDkX",
		"hf_"
		"QwErTyUiOpAsDfGhJkLzXcVbNmQwErTyUi",
		"hvs."
		"CAESIJ3x9Qk2mW7vB1nYc5LzT4Rp",
		"npm_"
		"a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
		"sk-"
		"4rT9xQ2mZ7pL0sKd8VwB3nYc",
		"sk-proj-"
		"4rT9xQ2mZ7pL0sKd8VwB3nYc",
		"sk-ant-api03-"
		"4rT9xQ2mZ7pL0sKd8VwB3nYc",
		"sk_live_"
		"51HqLyjWDarjtT1zdp7dc",
		"rk_live_"
		"51HqLyjWDarjtT1zdp7dc",
		"whsec_"
		"4rT9xQ2mZ7pL0sKd8VwB3nYcTz",
		"xoxb-"
		"123456789012-1234567890123-4rT9xQ2mZ7pL0sKd",
		"xapp-"
		"1-A0123456789-1234567890123-4rT9xQ2mZ7pL",
		"SG."
		"4rT9xQ2mZ7pL0sKd8VwB3n.4rT9xQ2mZ7pL0sKd8VwB3nYc4rT9xQ2mZ7pL0sKd8Vw",
		"eyJ"
		"hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
		"-----BEGIN "
		"RSA PRIVATE KEY-----\nMIIEow==",
		"-----BEGIN "
		"PRIVATE KEY-----",
		"-----BEGIN "
		"OPENSSH PRIVATE KEY-----",
		"-----BEGIN "
		"PGP PRIVATE KEY BLOCK-----",
		"GOCSPX-"
		"4rT9xQ2mZ7pL0sKd8VwB3nYcTz12",
		"glsa_"
		"4rT9xQ2mZ7pL0sKd8VwB3nYcTz12Ab34_1a2b3c4d",
		"lin_api_"
		"4rT9xQ2mZ7pL0sKd8VwB3nYcTz12Ab34Cd56Ef78",
		"nvapi-"
		"4rT9xQ2mZ7pL0sKd8VwB3nYcTz12Ab34Cd56Ef78-_Gh90IjKl",
		"tskey-"
		"auth-k4rT9xQ2mZ7p-L0sKd8VwB3nYcTz12",
		"figd_"
		"4rT9xQ2mZ7pL0sKd8VwB3nYcTz12Ab34Cd56Ef78",
		"dapi"
		"16c7e42f292c6912e7710c838347ae17",
		"xoxc-"
		"123456789012-1234567890123-4rT9xQ2mZ7pL0sKd",
	};
	static const char *const others[] = {
		"",
		"AKIA",
		"AKIAZ7Q4MWX2TBV9LK3", /* too short */
		"AKIA"
		"Z7Q4MWX2TBV9LK3DQ", /* too long */
		"AKIA"
		"IOSFODNN7EXAMPLE", /* the one in everybody's documents */
		"ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"postgres://app:password@db/x", /* as people write it in documents */
		"postgres://app:${DB_PASSWORD_1}@db/x",
		"postgres://app:{{secrets.db1}}@db/x",
		"postgres://app:********1@db/x",
		"postgres://app:example1234@db/x",
		"https://host:8443/a1b2c3d4e5@example.com",
		"https://host.example.com:12345678/x@y",
		"see https://a.example, then tell user:abc12345@host",
		"//app:hunter2hunter2@db/x",
		"ghp_${GITHUB_TOKEN_OF_THE_PIPELINE_HERE}",
		"task-sk-learn-pipeline-of-the-research-group",
		"sk-learn-pipeline-of-the-research-group",
		"risk-4rT9xQ2mZ7pL0sKd8VwB3nYc", /* within a word */
		"eyJhbGciOiJIUzI1NiJ9",          /* a part of one */
		"eyJhbGciOiJIUzI1NiJ9.x.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
		"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
		"-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
		"hf_hub_download is the function that gets the weights of a model",
		"npm_config_registry_of_the_whole_company_and_more",
		"Answer with the SG. of the day and whsec_ in front of everything else.",
	};
	uint32_t at, len;
	(void)state;
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		char text[300];
		snprintf(text, sizeof text, "use \"%s\".", secrets[i]);
		if (secret_token(slice_of(secrets[i]), &at, &len) == NULL || at != 0)
			fail_msg("`%s` is none", secrets[i]);
		if (secret_token(slice_of(text), &at, &len) == NULL || at != 5 ||
			len > strlen(secrets[i]) + 2)
			fail_msg("`%s` is none in a text", secrets[i]);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (secret_token(slice_of(others[i]), &at, &len) != NULL)
			fail_msg("`%s` is one", others[i]);
	static const char url[] = "see https://a.example and postgres://app:"
				  "Xk9-w2Lq@db/x";
	assert_non_null(secret_token(slice_of(url), &at, &len));
	assert_int_equal(at, strlen("see https://a.example and postgres://app:"));
	assert_int_equal(len, strlen("Xk9-w2Lq"));
}

/* ---- Randomness ---------------------------------------------------------------------------- */

static void patterns(void **state)
{
	static const char *const others[] = {
		"",
		"short1A",
		"my-long-service-name-production-2",
		"MyVeryLongServiceNameForProduction2",
		"aegis-orchestrator-v1-beta-2-x86-64",
		"/opt/app1/Lib2/v3/share/python3.11/site-packages",
		"https://example.com/a1b2/c3d4/e5f6/g7h8",
		"123e4567-e89b-12d3-a456-426614174000",
		"2026-01-01T00:00:00Z2026",
		"192.168.100.200-192.168.100.255",
		"1234567890123456789012345678901234567890",
		"abcdefghijklmnopqrstuvwxyz0123456789",
		"gpt-4o-mini-2024-07-18-preview",
		"NumbersV2EndUserType",
		"llama-3.1-70b-instruct-q4_K_M",
		"postgresql.internal.example.com",
		"a1b1a1b1a1b1a1b1a1b1a1b1a1b1",
		"com.example.product.Module1.Class2.method3",
		"us-east-1,us-east-2,eu-west-1,eu-west-3",
		"AEGIS_ORCHESTRATOR_GRPC_V2_ENDPOINT_1",
	};
	uint64_t seed = 88172645463325252u;
	uint32_t found = 0, found_hex = 0;
	enum { N = 2000 };
	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (secret_random(slice_of(others[i])))
			fail_msg("`%s` looks random", others[i]);
	for (uint32_t i = 0; i < N; i++) {
		static const char base64[] =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
		static const char hex[] = "0123456789abcdef";
		char a[32], b[32];
		for (uint32_t k = 0; k < 32; k++) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			a[k] = base64[seed >> 40 & 63];
			b[k] = hex[seed >> 50 & 15];
		}
		found += secret_random((struct slice){ a, 32 });
		found_hex += secret_random((struct slice){ b, 32 });
	}
	/* Some have no digit, or by chance few changes. */
	if (found < N - N / 25 || found_hex < N - N / 25)
		fail_msg("%u of base64 and %u of hexadecimal in %d", found, found_hex, N);
}

static void names(void **state)
{
	(void)state;
	assert_true(secret_name(SLICE("DB_PASSWORD")));
	assert_true(secret_name(SLICE("api-key")));
	assert_true(secret_name(SLICE("GITHUB_TOKEN")));
	assert_true(secret_name(SLICE("DJANGO_SECRET_KEY")));
	assert_true(secret_name(SLICE("DB_PASS")));
	assert_false(secret_name(SLICE("BYPASS")));
	assert_false(secret_name(SLICE("TOKEN_URL")));
	assert_false(secret_name(SLICE("PASSWORD_MIN_LENGTH")));
	assert_false(secret_name(SLICE("HOME")));
	assert_false(secret_name(SLICE("")));
}

/* ---- Documents ----------------------------------------------------------------------------- */

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

/* The findings in @text by @env as "817@line", one behind the other. */
static void check(const char *text, bool env, const char *want)
{
	struct arena arena = { .limit = 1u << 24, .fail = out_of_memory };
	struct sources sources = { .arena = &arena };
	struct diags d = { .arena = &arena, .sources = &sources };
	struct documents docs = { 0 };
	char got[200] = "";
	size_t n = 0;
	sources_add_text(&sources, "in.yaml", slice_of(text));
	syntax_parse(&d, &docs);
	assert_int_equal(d.n, 0);
	struct shape s = { .d = &d };
	struct value root = { docs.v[0].root, docs.v[0].root->span };
	if (env)
		secret_environment(&s, NULL, root, NULL);
	else
		secret_scan(&s, root.node);
	for (size_t i = 0; i < d.n; i++) {
		uint32_t line = 1;
		for (uint32_t k = 0; k < d.v[i].at.lo; k++)
			line += text[k] == '\n';
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%d@%u", i == 0 ? "" : " ",
			(int)d.v[i].code, (unsigned)line);
	}
	if (strcmp(got, want) != 0)
		fail_msg("`%s`, not `%s`", got, want);
	arena_free(&arena);
}

#define KEY \
	"AKIA" \
	"Z7Q4MWX2TBV9LK3D"
static void documents(void **state)
{
	(void)state;
	check("a:\n- b: x\n- |\n  use " KEY "\n  and " KEY "\nc: \"" KEY "\"\n", false,
		"817@4 817@5 817@6");
	check("a: { " KEY ": x }\nb:\n- " KEY ":\n    c: d\n", false, "817@1 817@3");
	check("a: &x " KEY "\nb: *x\nc: 12345678901234567890\n", false, "817@1 817@1");
	check("A: env:B\nB_TOKEN: env:B\nC: 4rT9xQ2mZ7pL0sKd8VwB3nYc\nD: " KEY "\n", true,
		"818@3 817@4");
	check("DB_PASSWORD: pr0d-x81kQ\nDB_PASSWORD_FILE: /run/s3crets/db\nA_TOKEN: changeme\n"
	      "B_TOKEN: secret:kv/a#b1\nC_TOKEN: \"{{input.t0ken}}\"\nD_SECRET:\n1X: a\n",
		true, "818@1 820@7");
	check("GIT_COMMIT: 9fceb02d0ae598e95dc970b74767f19372d61af8\n"
	      "SHA_TOKEN: 9fceb02d0ae598e95dc970b74767f19372d61af8\n"
	      "OTHER: 9fceb02d0ae598e95dc970b74767f19372d61af8\n"
	      "DIGEST: 4rT9xQ2mZ7pL0sKd8VwB3nYc\nA_PASSWORD: x9K#mq2$vl\nB_PASSWORD: $a1b2c3d4\n",
		true, "818@2 818@3 818@4 818@5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(patterns),
		cmocka_unit_test(names),
		cmocka_unit_test(documents),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
