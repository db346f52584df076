/* Node configurations and runtime registries: each rule at its place, and what must stay silent. */
#include "check/findings_test.h"
#include "model/node.h"
#include "model/registry.h"

#define HEAD         "apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\nmetadata: { name: n }\nspec:\n"
#define ID           "  node: { id: n, type: hybrid }\n"
#define MODEL(alias) "{ alias: " alias ", model: m, capabilities: [], context_window: 1000 }"
#define PROVIDER(name, more, models) \
	"    - { name: " name ", type: ollama, endpoint: 'http://localhost:11434'" more \
	", models: [" models "] }\n"
/* Settings stand from line 9 on. */
#define NODE HEAD ID "  storage: {}\n  llm_providers:\n" PROVIDER("local", "", MODEL("default"))
#define AUTH "  grpc_auth: { enabled: true }\n"
#define TLS  "tls: { cert_path: c, key_path: k }"

static void test_shape(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ NODE, "" },
		/* nothing written is nothing said */
		{ NODE "  runtime:\n  network:\n  observability:\n  mcp_servers:\n  database:\n  seal:\n"
		       "  iam:\n  cluster:\n  secrets:\n  billing:\n  zaru:\n  cortex:\n  temporal:\n",
			"" },
		{ HEAD "  node:\n  storage: {}\n  llm_providers: []\n",
			"no_providers 5:3\nmissing_field 5:8\nmissing_field 5:8\n" },
		{ HEAD "  node: { id: ' ', type: Edge }\n  storage: {}\n  llm_providers:\n" PROVIDER(
			  "a", "", MODEL("b")),
			"blank_text 5:15\nunknown_word 5:26\n" },
		{ NODE "  runtime: { docker_socket_path: a, docker_network_mode: b }\n",
			"retired_field 9:14\nretired_field 9:37\n" },
		{ NODE "  smcp: {}\n  smcp_gateway: {}\n",
			"retired_field 9:3\nretired_field 10:3\n" },
		{ NODE "  runtime: { default_isolation: podman, orchestrator_url: localhost }\n",
			"unknown_word 9:33\nbad_url 9:59\n" },
		{ NODE "  runtime: { default_isolation: env:ISOLATION, nfs_port: env:PORT }\n",
			"wrong_type 9:58\n" },
		{ NODE "  network: { port: 0, grpc_port: 65536 }\n",
			"out_of_range 9:20\nout_of_range 9:34\n" },
		{ NODE "  seal: { private_key_path: a, public_key_path: b, token_ttl_seconds: 86401 }\n",
			"out_of_range 9:71\n" },
		{ NODE "  database: {}\n", "missing_field 9:13\n" },
		{ NODE "  database: { url: postgres://u:pass@db/aegis }\n",
			"literal_secret 9:20\n" },
		{ NODE "  database: { url: postgres://u@db:5432/aegis }\n", "" },
		{ NODE "  registry_credentials: [{ registry: r, username: u, password: p }]\n",
			"bad_reference 9:64\n" },
		{ NODE "  mcp_servers:\n    - name: a\n      executable: b\n"
		       "      credentials: { A: TOKEN, B: env:B, C: 'secret:kv/a#b', D: 'no name', E: 'kv:a' }\n",
			"older_spelling 12:25\nbad_env_name 12:65\nbad_reference 12:79\n" },
		{ NODE "  mcp_servers: [{ name: a, executable: b, capabilities: [a.b] }]\n",
			"wrong_type 9:58\n" },
		{ NODE "  builtin_dispatchers: { cmd: {} }\n", "wrong_type 9:24\n" },
	};
	EXPECT_ALL(cases);
}

static void test_models(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ NODE "  llm_selection: { default_provider: local, fallback_provider: env:OTHER }\n",
			"" },
		{ NODE "  llm_selection: { default_provider: lcal }\n", "unknown_provider 9:38\n" },
		/* what could not be read may have the name */
		{ HEAD ID "  storage: {}\n  llm_providers: [{ name: a }]\n"
			  "  llm_selection: { default_provider: b }\n",
			"missing_field 7:21\nmissing_field 7:21\nmissing_field 7:21\n" },
		{ HEAD ID "  storage: {}\n  llm_providers:\n" PROVIDER("a", "", ""),
			"out_of_range 8:76\n" },
		{ NODE PROVIDER("local", "", MODEL("default")), "same_name 9:15\n" },
		{ NODE PROVIDER("off", ", enabled: false",
			  MODEL("default")) "  llm_selection: { fallback_provider: off }\n",
			"provider_disabled 10:39\n" },
		{ NODE PROVIDER("b", "", MODEL("x") ", " MODEL("x")), "duplicate_alias 9:150\n" },
		{ HEAD ID "  storage: {}\n  cluster: { enabled: true, role: controller }\n", "" },
	};
	EXPECT_ALL(cases);
}

static void test_network(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ NODE "  network: { bind_address: localhost }\n", "" },
		{ NODE "  network: { bind_address: 127.8.9.1 }\n", "" },
		{ NODE "  network: { bind_address: '::1' }\n", "" },
		{ NODE "  network: { bind_address: env:HOST }\n", "" },
		{ NODE "  network: { bind_address: 0.0.0.0 }\n", "insecure_bind 9:28\n" },
		{ NODE "  network: { bind_address: '::' }\n", "insecure_bind 9:28\n" },
		{ NODE AUTH "  network: { bind_address: 0.0.0.0, allow_insecure_bind: true }\n",
			"insecure_bind_allowed 10:58\n" },
		{ NODE AUTH "  network: { bind_address: 0.0.0.0, " TLS " }\n", "" },
		{ NODE "  network: { bind_address: 0.0.0.0, " TLS " }\n",
			"grpc_unauthenticated 9:28\n" },
		{ NODE AUTH "  cluster: { enabled: true }\n  network: { bind_address: h, " TLS
			    " }\n",
			"cluster_without_tls 11:28\n" },
		{ NODE AUTH "  network: { bind_address: h, " TLS
			    " }\n  cluster:\n    enabled: true\n"
			    "    tls: { enabled: false, cert_path: a, key_path: b, ca_cert: c }\n",
			"cluster_without_tls 10:28\n" },
		{ NODE AUTH "  network: { bind_address: h, " TLS
			    " }\n  cluster:\n    enabled: true\n"
			    "    tls: { cert_path: a, key_path: b, ca_cert: c }\n",
			"" },
		/* of what is reported already nothing follows */
		{ NODE "  network: { bind_address: 0.0.0.0, tls: 5 }\n", "wrong_type 9:42\n" },
		{ NODE "  network: { bind_address: 0.0.0.0, allow_insecure_bind: 5 }\n",
			"wrong_type 9:58\n" },
		{ NODE "  network: { port: 9091 }\n  observability: { metrics: { enabled: false } }\n",
			"" },
		{ NODE "  network: { port: 9091 }\n", "same_port 9:20\n" },
		{ NODE "  network: { port: 7000, bind_address: 127.0.0.1 }\n"
		       "  observability: { metrics: { port: 7000, bind_address: 127.0.0.2 } }\n",
			"" },
		{ NODE "  network: { port: 7000 }\n"
		       "  observability: { metrics: { port: 7000, bind_address: '::' } }\n",
			"same_port 10:37\n" },
	};
	EXPECT_ALL(cases);
}

static void test_gates(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ HEAD ID "  llm_providers:\n" PROVIDER("a", "", MODEL("b")), "no_storage 5:3\n" },
		{ HEAD ID
			"  cluster: { role: relay-coordinator, ingress: { public_endpoint: 'a:1' } }\n"
			"  llm_providers:\n" PROVIDER("a", "", MODEL("b")),
			"no_storage 5:3\n" },
		{ HEAD ID "  cluster: { enabled: true, role: relay-coordinator }\n",
			"missing_field 6:35\n" },
		{ NODE "  cluster: { enabled: true, role: edge }\n",
			"missing_field 9:35\nmissing_field 9:35\n" },
		{ NODE "  cluster: { enabled: false, role: edge, heartbeat_interval_secs: 4000 }\n",
			"" },
		{ NODE "  cluster:\n    { enabled: true, role: edge, edge: {}, controller: { endpoint: 'c:1' },\n"
		       "      cluster_grpc_port: 50057, heartbeat_interval_secs: 3601 }\n",
			"out_of_range 11:26\nout_of_range 11:58\n" },
		{ NODE "  cluster: { edge: { stream_reconnect_backoff_secs: [1, 0, 3600, 3601] } }\n",
			"out_of_range 9:57\nout_of_range 9:66\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\n"
		  "metadata: { name: n, labels: { environment: PRODUCTION } }\nspec:\n" ID
		  "  storage: {}\n  llm_providers:\n" PROVIDER("a", "", MODEL("b")),
			"not_for_production 3:45\n" },
		{ NODE "  storage: {}\n", "duplicate_key 9:3\n" },
		{ HEAD "  node: { id: n, type: edge, tags: [Production] }\n  storage: {}\n"
		       "  databse: {}\n  llm_providers:\n" PROVIDER("a", "", MODEL("b")),
			"not_for_production 5:37\nunknown_field 7:3\n" },
		{ HEAD ID "  storage: { backend: seaweedfs }\n  llm_providers:\n" PROVIDER(
			  "a", "", MODEL("b")),
			"missing_field 6:23\n" },
		{ HEAD ID
			"  storage: { seaweedfs: { filer_url: 'http://s', default_size_limit_mb: 10001 } }\n"
			"  llm_providers:\n" PROVIDER("a", "", MODEL("b")),
			"out_of_range 6:73\n" },
		{ NODE "  iam: { realms: [{ slug: A_B, issuer_url: 'http://i', jwks_uri: 'https://i/c',"
		       " audience: a, kind: tenant }] }\n",
			"bad_name 9:27\nurl_not_https 9:44\n" },
	};
	EXPECT_ALL(cases);
}

#define REGISTRY \
	"apiVersion: aegis.ai/v1\nkind: RuntimeRegistry\nmetadata: { name: r }\nspec:\n" \
	"  registry_url: docker.io\n  runtimes:\n"
#define IMAGE(name) \
	"{ image: '" name \
	"@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0' }"

static void test_registry(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ REGISTRY "    python: { '3.11': " IMAGE("python:3.11") " }\n", "" },
		{ REGISTRY "    python: { '3.11': { image: 'python:3.11' } }\n",
			"image_not_pinned 7:32\n" },
		{ REGISTRY "    python: { '3.11': { image: 'python:latest' } }\n",
			"image_latest 7:32\n" },
		{ REGISTRY "    python: { '3.11': {} }\n", "missing_field 7:23\n" },
		{ REGISTRY "    python: python\n", "wrong_type 7:13\n" },
		{ REGISTRY "    {}\n", "bad_setting 7:5\n" },
		{ REGISTRY "    python: {}\n", "bad_setting 7:13\n" },
		{ REGISTRY "    a: { 1: { image: '"
			   "b:1', bootstrap_env: { 1A: x, B: env:B } } }\n",
			"image_not_pinned 7:22\nbad_env_name 7:46\n" },
	};
	EXPECT_ALL(cases);
}

static const char *both(struct run *r, const char *path)
{
	struct buf text = { .arena = &r->arena };
	buf_printf(&text, "%s  runtime: { runtime_registry_path: '%s' }\n", NODE, path);
	r->sources.closed = true;
	run_add(r, "a/node.yaml", buf_done(&text).at);
	run_add(r, "a/b/runtimes.yaml", REGISTRY "    a: { '1': " IMAGE("a:1") " }\n");
	return run_findings(r, true);
}

static void test_registry_path(void **state)
{
	static const struct finding_case cases[] = {
		{ "b/runtimes.yaml", "" },
		{ "./b/runtimes.yaml", "" },
		{ "env:RUNTIMES", "" },
		{ "runtimes.yaml", "registry_not_here a/node.yaml:9:37\n" },
		{ "/etc/runtimes.yaml", "registry_not_here a/node.yaml:9:37\n" },
		{ "node.yaml", "no_registry_there a/node.yaml:9:37\n" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;
		run_begin(&r);
		assert_string_equal(both(&r, cases[i].text), cases[i].want);
		run_end(&r);
	}
}

/* What agents are linked by. */
static void test_asked(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	run_add(&r, "node.yaml",
		HEAD ID "  storage: {}\n  llm_providers:\n" PROVIDER(
			"off", ", enabled: false", MODEL("a") ", " MODEL("b")) PROVIDER("on", "",
			MODEL("a")) "  mcp_servers:\n"
				    "    - { name: x, executable: x, enabled: false, capabilities: [{ name: t }, { name: u }] }\n"
				    "    - { name: y, executable: y, capabilities: [{ name: t, skip_judge: true }] }\n"
				    "  builtin_dispatchers: [{ name: z, description: d, capabilities: [{ name: v }] }]\n");
	run_add(&r, "registry.yaml",
		REGISTRY "    go: { '1.20': " IMAGE(
			"go:1") ", '1.21': { image: 'go:2', deprecated: true } }\n");
	run_findings(&r, false);
	assert_int_equal(r.model->nnodeconfigs, 1);
	const struct mnode *n = r.model->nodes;
	const struct mprovider *p = n->providers.v;
	assert_ptr_equal(mnode_alias(n, SLICE("a")), p[1].models.v);
	assert_ptr_equal(mnode_alias(n, SLICE("b")), &((struct malias *)p[0].models.v)[1]);
	assert_null(mnode_alias(n, SLICE("c")));
	assert_true(slice_is(mnode_server(n, SLICE("t"))->name.text, "y"));
	assert_true(mnode_server(n, SLICE("u"))->disabled);
	assert_true(slice_is(mnode_server(n, SLICE("v"))->name.text, "z"));
	assert_null(mnode_server(n, SLICE("w")));
	assert_int_equal(r.model->nregistries, 1);
	const struct mlanguage *go = mregistry_language(r.model->registries, SLICE("go"));
	assert_true(mlanguage_version(go, SLICE("1.21"))->deprecated);
	assert_false(mlanguage_version(go, SLICE("1.20"))->deprecated);
	assert_null(mlanguage_version(go, SLICE("1.22")));
	assert_null(mregistry_language(r.model->registries, SLICE("bash")));
	run_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_models),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_registry),
		cmocka_unit_test(test_registry_path),
		cmocka_unit_test(test_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
