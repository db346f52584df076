/* Each finding of shape, link and checks, at its place; and what must stay silent. */
#include "check/findings_test.h"

/* A context of its own, from line 6 on; the caller writes its spec with two spaces of indent. */
#define CONTEXT \
	"apiVersion: seal.100monkeys.ai/v1\n" \
	"kind: SecurityContext\n" \
	"metadata: { name: research }\n" \
	"spec:\n" \
	"  description: For tests.\n"
#define CAPS CONTEXT "  capabilities:\n"
#define AGENT \
	"apiVersion: 100monkeys.ai/v1\n" \
	"kind: Agent\n" \
	"metadata: { name: a, version: \"1.0.0\" }\n" \
	"spec:\n" \
	"  runtime: { language: python, version: '3' }\n  task: { instruction: x }\n"
#define PROVIDER \
	"{ name: p, type: ollama, endpoint: 'http://localhost:11434', models: [" \
	"{ alias: default, model: m, capabilities: [], context_window: 1000 }] }"
#define NODE \
	"apiVersion: 100monkeys.ai/v1\n" \
	"kind: NodeConfig\n" \
	"metadata: { name: n }\n" \
	"spec:\n" \
	"  node: { id: n, type: hybrid }\n" \
	"  storage: { backend: local_host }\n" \
	"  llm_providers: [" PROVIDER "]\n" \
	"  security_contexts:\n"
#define CATALOGUE \
	"apiVersion: seal.100monkeys.ai/v1\n" \
	"kind: ToolCatalogue\n" \
	"metadata: { name: c }\n" \
	"spec:\n" \
	"  tools:\n"

static void test_clean(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CAPS "    - tool_pattern: fs.read\n      path_allowlist: [/workspace]\n", "" },
		{ CAPS "    - tool_pattern: filesystem.*\n      path_allowlist: [/a/*/b, /c/**]\n",
			"" },
		{ CAPS "    - tool_pattern: cmd.run\n      command_allowlist: [git, /usr/bin/git, g++]\n"
		       "      subcommand_allowlist: [status, -C]\n"
		       "      path_allowlist: [/workspace]\n",
			"" },
		{ CAPS "    - tool_pattern: cmd.run\n      subcommand_allowlist: { git: [status] }\n",
			"" },
		{ CAPS "    - tool_pattern: web.fetch\n"
		       "      domain_allowlist: [example.com, '*.example.org', 10.0.0.1, '[2001:db8::1]']\n"
		       "      max_response_size: null\n      max_concurrent: 3\n",
			"" },
		{ CAPS "    - tool_pattern: '*'\n  deny_list: [cmd.run, 'aegis.*', fs.*, aegis.volume.x]\n",
			"" },
		{ CAPS "    - tool_pattern: github.*\n  deny_list:\n", "" },
		{ AGENT "  security_context: aegis-system-agent-runtime\n  tools: [fs.read, cmd.run, web.fetch]\n"
			"  security:\n    network: { mode: none }\n    filesystem: { read: [/workspace], write: [/workspace/b] }\n"
			"    resources: { cpu: 500, memory: 1Ti, disk: 1048576, timeout: 1h }\n",
			"" },
		{ "metadata: { name: x }\nkind: NodeConfig\napiVersion: 100monkeys.ai/v1\n"
		  "spec:\n  node: { id: n, type: edge }\n  storage: {}\n  runtime:\n"
		  "  llm_providers: [" PROVIDER "]\n  database:\n",
			"" },
		{ CATALOGUE
			"    - name: github.get\n      arguments: [{ name: token, role: secret }]\n"
			"    - name: fs.copy\n      arguments:\n"
			"        - { name: from, role: path, required: true }\n"
			"        - { name: to, role: path, required: true, list: true }\n"
			"    - name: fs.read\n      arguments: [{ name: path, role: path }, { name: also, role: path }]\n",
			"" },
	};
	EXPECT_ALL(cases);
}

static void test_shape(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CAPS "    - tool_pattern: fs.read\n      pathallowlist: []\n",
			"unknown_field 8:7\n" },
		{ CAPS "    - tool_pattern: fs.read\n  deny: []\n", "unknown_field 8:3\n" },
		{ CAPS "    - tool_pattern: fs.read\n      path_allowlist: /workspace\n",
			"wrong_type 8:23\n" },
		{ CAPS "    - tool_pattern: [fs.read]\n", "wrong_type 7:21\n" },
		{ CAPS "    - fs.read\n", "wrong_type 7:7\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_concurrent: '3'\n",
			"wrong_type 8:23\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_concurrent: 3.0\n",
			"wrong_type 8:23\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_concurrent: 0\n",
			"out_of_range 8:23\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_concurrent: -1\n",
			"out_of_range 8:23\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_concurrent: 4294967296\n",
			"out_of_range 8:23\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_response_size: 0\n",
			"out_of_range 8:26\n" },
		{ CAPS "    - path_allowlist: [/workspace]\n", "missing_field 7:7\n" },
		{ CAPS "    - tool_pattern: fs.read\n      tool: fs.read\n",
			"two_spellings 8:7\n" },
		{ CAPS "    - tool: fs.read\n      tool_pattern: fs.read\n",
			"older_spelling 7:7\ntwo_spellings 8:7\n" },
		{ CAPS "    - tool: fs.read\n", "older_spelling 7:7\n" },
		{ CAPS "    - tool_pattern: fs.read\n      constraints: { path_allowlist: [/a] }\n",
			"retired_field 8:7\n" },
		{ CAPS "    - tool_pattern: fs.read\n      path_allowlist:\n",
			"null_constraint 8:22\n" },
		{ CAPS "    - tool_pattern: fs.read\n      rate_limit: ~\n",
			"null_constraint 8:19\n" },
		{ CAPS "    - tool_pattern: fs.read\n      max_concurrent: null\n",
			"null_constraint 8:23\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      subcommand_allowlist: { git: }\n",
			"null_constraint 8:36\n" },
		{ CAPS "    - tool_pattern:\n", "wrong_type 7:20\n" },
		{ CONTEXT "  capabilities: []\n", "no_capabilities 6:17\n" },
		{ CONTEXT, "missing_field 5:3\n" },
		{ "apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\nmetadata: { name: r }\n"
		  "spec:\n  name: r\n  description: ' '\n  capabilities: [{ tool_pattern: fs.read }]\n",
			"retired_field 5:3\nblank_description 6:16\n" },
		{ NODE "    - name: r\n      capabilities: [{ tool_pattern: fs.read }]\n",
			"blank_description 9:13\n" },
		{ NODE "    - description: x\n      capabilities: [{ tool_pattern: fs.read }]\n",
			"missing_field 9:7\n" },
		{ NODE "    - name: R\n      description: x\n      capabilities: [{ tool_pattern: fs.read }]\n",
			"bad_context_name 9:13\n" },
		{ NODE "    - name: r-\n      description: x\n      capabilities: [{ tool_pattern: fs.read }]\n",
			"bad_context_name 9:13\n" },
		{ AGENT "  delivery: {}\n  security_context: zaru-free\n",
			"retired_field 7:3\nconsumer_context 8:21\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\nmetadata: { name: n }\n"
		  "spec: { smcp: {}, nodes: {}, storage: {}, llm_providers: [" PROVIDER "] }\n",
			"retired_field 4:9\nunknown_field 4:19\n" },
	};
	EXPECT_ALL(cases);
}

static void test_kinds(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ "apiVersion: v1\nkind: Pod\n", "foreign_document 2:7\n" },
		{ "a: 1\n", "foreign_document 1:1\n" },
		{ "- a\n", "foreign_document 1:1\n" },
		{ "name: x\ncapabilities: []\n", "foreign_document 1:1\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: Agnet\n", "unknown_kind 2:7\n" },
		{ "apiVersion: 100monkeys.ai/v1\n", "missing_field 1:1\n" },
		{ "apiVersion: aegis.ai/v1\nkind: Agent\nmetadata: { name: a, version: 1.0.0 }\n"
		  "spec: { security_context: aegis-system-agent-runtime, runtime: { language: python, version: '3' }, task: { instruction: x } }\n",
			"wrong_api_version 1:13\n" },
		{ "kind: Workflow\nmetadata: { name: w }\nspec: {}\n",
			"missing_field 1:1\nmissing_field 3:7\nmissing_field 3:7\n" },
		{ "openapi: 3.1.0\ninfo: { title: a, version: b }\npaths: {}\n", "" },
		{ "security_contexts:\n  - name: r\n    description: x\n    capabilities: [{ tool_pattern: fs.read }]\n",
			"bare_contexts 1:1\n" },
		{ "spec:\n  security_contexts:\n    - name: r\n      description: x\n"
		  "      capabilities: [{ tool_pattern: fs.read }]\n",
			"bare_contexts 1:1\n" },
		{ "security_contexts: []\nspec: { security_contexts: [] }\n",
			"two_spellings 1:1\nbare_contexts 1:1\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\nmetadata: { name: n }\n"
		  "spec: { node: { id: n, type: edge }, storage: {}, llm_providers: [" PROVIDER
		  "] }\n"
		  "security_contexts: []\n",
			"older_spelling 5:1\n" },
		{ "apiVersion: seal.100monkeys.ai/v1\nkind: TierTable\n", "builtin_only 2:7\n" },
		{ "kind: [Agent]\n", "wrong_type 1:7\n" },
	};
	EXPECT_ALL(cases);
}

static void test_patterns(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CAPS "    - tool_pattern: fs.*.x\n", "bad_pattern 7:25\n" },
		{ CAPS "    - tool_pattern: fs*\n", "bad_pattern 7:23\n" },
		{ CAPS "    - tool_pattern: \"fs *\"\n", "bad_pattern 7:24\n" },
		{ CAPS "    - tool_pattern: ''\n", "bad_pattern 7:21\n" },
		{ CAPS "    - tool_pattern: .*\n", "bad_pattern 7:22\n" },
		{ CAPS "    - tool_pattern: fs.read\n  deny_list: ['**', { tool_pattern: fs.write }]\n",
			"bad_pattern 8:17\nwrong_type 8:21\n" },
		{ CAPS "    - tool_pattern: cmd.run:rm\n  deny_list: [cmd.run:rm, other:tool]\n",
			"capability_denied 7:21\ncommand_as_tool 7:21\ncommand_as_tool 8:15\n"
			"deny_matches_nothing 8:27\n" },
	};
	EXPECT_ALL(cases);
}

static void test_entries(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CAPS "    - tool_pattern: fs.*\n      path_allowlist: [/a/, //b, /c/./d]\n",
			"normalised_entry 8:24\nnormalised_entry 8:29\nnormalised_entry 8:34\n" },
		{ CAPS "    - tool_pattern: fs.*\n      path_allowlist: [a, '', /a/../b, /a**, /***, \"/a\\x01\"]\n",
			"bad_path_entry 8:24\nbad_path_entry 8:27\nbad_path_entry 8:34\nbad_path_entry 8:41\n"
			"bad_path_entry 8:47\nbad_path_entry 8:55\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      command_allowlist: [npm test, '', bin/x, 'a;b', '*']\n",
			"bad_command_entry 8:30\nbad_command_entry 8:37\nbad_command_entry 8:41\n"
			"bad_command_entry 8:50\nbad_command_entry 8:56\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      command_allowlist: [git]\n      subcommand_allowlist: [remote add, '*']\n",
			"bad_command_entry 9:36\nbad_command_entry 9:43\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      subcommand_allowlist: [status]\n",
			"subcommands_of_no_command 8:29\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      command_allowlist: [git, ls]\n      subcommand_allowlist: { git: [a], npm: [b] }\n",
			"command_without_subcommands 8:32\nsubcommands_of_other_command 9:41\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      subcommand_allowlist: { git: [] }\n",
			"any_subcommand 8:36\n" },
		{ CAPS "    - tool_pattern: cmd.run\n      subcommand_allowlist: { git status: [a], npm: b }\n",
			"bad_command_entry 8:34\nwrong_type 8:53\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      domain_allowlist: [Example.COM, example.org.]\n",
			"normalised_entry 8:26\nnormalised_entry 8:39\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      domain_allowlist: ['', 'https://a.b', 'a.b:80', a.b/c, 'u@a.b', 'a b', '*', 'a.*', '*.1.2.3.4', 1.2.3]\n",
			"bad_domain_entry 8:26\nbad_domain_entry 8:30\nbad_domain_entry 8:45\nbad_domain_entry 8:55\n"
			"bad_domain_entry 8:62\nbad_domain_entry 8:71\nbad_domain_entry 8:78\nbad_domain_entry 8:83\n"
			"bad_domain_entry 8:90\nbad_domain_entry 8:103\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      rate_limit: { calls_per_minute: 3 }\n",
			"older_spelling 8:19\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      rate_limit: { calls: 3 }\n",
			"bad_rate_limit 8:19\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      rate_limit: {}\n",
			"bad_rate_limit 8:19\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      rate_limit: { calls: 3, calls_per_minute: 3 }\n",
			"bad_rate_limit 8:19\n" },
		{ CAPS "    - tool_pattern: web.fetch\n      rate_limit: { calls: 0, per_seconds: 1 }\n",
			"out_of_range 8:28\n" },
	};
	EXPECT_ALL(cases);
}

static void test_agents(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ AGENT, "default_context 3:19\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: A-, version: x }\nspec: {}\n",
			"bad_agent_name 3:19\nbad_version 3:32\nmissing_field 4:7\nmissing_field 4:7\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: a }\n"
		  "spec: { security_context: aegis-system-default, runtime: { language: python, version: '3' }, task: { instruction: x } }\n",
			"missing_version 3:19\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: a, version: 1.10 }\n"
		  "spec: { security_context: aegis-system-default, runtime: { language: python, version: '3' }, task: { instruction: x } }\n",
			"unquoted_version 3:31\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { security_context: zaru-free }\n",
			"two_contexts 8:33\n" },
		{ AGENT "  security: { security_context: aegis-system-default }\n",
			"older_spelling 7:33\n" },
		{ AGENT "  security_context: no-such\n", "unresolved_context 7:21\n" },
		{ AGENT "  security_context: aegis-system-default\n  tools: [fs.*, '', fs.raed, { name: x }]\n",
			"bad_tool_name 8:11\nbad_tool_name 8:17\nunknown_tool 8:21\nwrong_type 8:30\n" },
		{ AGENT "  security_context: aegis-system-default\n  tools: [github.get]\n",
			"unknown_tool 8:11\n" },
		{ AGENT "  security_context: aegis-system-default\n  tools: []\n",
			"no_tools 8:10\n" },
		{ AGENT "  security_context: aegis-system-agent-runtime\n  tools: [aegis.agent.create, aegis.agent.delete, fs.read]\n",
			"tool_not_granted 8:11\ntool_not_granted 8:31\n" },
		{ AGENT "  tools: [aegis.agent.create]\n",
			"default_context 3:19\ntool_not_granted_by_default 7:11\n" },
		{ AGENT "  security_context: aegis-system-default\n  security:\n    network: { mode: offline }\n"
			"    resources: { cpu: 0, memory: 2G, disk: 0, timeout: 5mm }\n",
			"unknown_word 9:22\nout_of_range 10:23\nbad_size 10:34\nbad_size 10:44\nbad_duration 10:56\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { resources: { timeout: 2h, memory: 17179869184Gi } }\n",
			"long_timeout 8:37\nbad_size 8:49\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { network: { mode: allow, allowlist: [] } }\n",
			"network_allows_nothing 8:32\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { network: { mode: deny } }\n",
			"network_denies_nothing 8:32\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { network: { mode: none, denylist: [x] } }\n",
			"network_list_unused 8:32\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { network: { allowlist: [x], denylist: [y] } }\n",
			"network_list_unused 8:52\n" },
		{ AGENT "  security_context: aegis-system-default\n  security: { filesystem: { read: [/workspace/a], write: [/workspace/ab, /workspace/a/b, c] } }\n",
			"write_without_read 8:59\nbad_path_entry 8:90\n" },
	};
	EXPECT_ALL(cases);
}

static void test_contexts(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ NODE "    - { name: zaru-x, description: x, capabilities: [{ tool: fs.read }] }\n",
			"reserved_name 9:15\nolder_spelling 9:56\n" },
		{ NODE "    - { name: aegis-system-x, description: x, capabilities: [{ tool_pattern: fs.read }] }\n"
		       "    - { name: tenant-x, description: x, capabilities: [{ tool_pattern: fs.read }] }\n"
		       "    - { name: tenant-a-x, description: x, capabilities: [{ tool_pattern: fs.read }] }\n",
			"reserved_name 9:15\nreserved_name 10:15\n" },
		{ NODE "    - { name: zaru-free, description: x, capabilities: [{ tool_pattern: fs.read }] }\n",
			"redefined_builtin 9:15\n" },
		{ NODE "    - { name: a, description: x, capabilities: [{ tool_pattern: fs.read }] }\n"
		       "    - { name: a, description: x, capabilities: [{ tool_pattern: fs.read }] }\n",
			"duplicate_context 10:15\n" },
		{ CAPS "    - tool_pattern: '*'\n", "allow_all 7:21\n" },
		{ CAPS "    - tool_pattern: '*'\n      path_allowlist: [/a]\n  deny_list: [cmd.run]\n",
			"constraint_applies_to_some 8:23\n" },
		{ CAPS "    - tool_pattern: aegis.agent.list\n      path_allowlist: [/a]\n",
			"constraint_never_applies 8:23\n" },
		{ CAPS "    - tool_pattern: fs.read\n      command_allowlist: [a]\n      domain_allowlist: [a.b]\n",
			"constraint_never_applies 8:26\nconstraint_never_applies 9:25\n" },
		{ CAPS "    - tool_pattern: cmd.*\n      command_allowlist: [a]\n",
			"constraint_applies_to_some 8:26\n" },
		{ CAPS "    - tool_pattern: web.search\n      domain_allowlist: [a.b]\n",
			"results_filtered 8:25\n" },
		{ CAPS "    - tool_pattern: web.search\n      domain_allowlist: []\n",
			"capability_never_grants 7:21\n" },
		{ CAPS "    - tool_pattern: web.*\n      domain_allowlist: [a.b]\n",
			"results_filtered 8:25\n" },
		{ CAPS "    - tool_pattern: fs.read\n  deny_list: [fs.delte, nothing.*, web-search.x]\n",
			"deny_matches_nothing 8:15\ndeny_matches_nothing 8:25\n" },
		{ CAPS "    - tool_pattern: web.search\n      rate_limit: { calls: 1, per_seconds: 1 }\n    - tool_pattern: web.*\n",
			"limit_before_grant 8:19\n" },
		{ CAPS "    - tool_pattern: web.*\n      max_concurrent: 1\n    - tool_pattern: web.search\n",
			"limit_before_grant 7:21\n" },
		{ CAPS "    - tool_pattern: web.*\n    - tool_pattern: web.search\n      max_concurrent: 1\n",
			"shadowed_capability 8:21\n" },
		{ CAPS "    - tool_pattern: web.search\n      max_concurrent: 1\n    - tool_pattern: web.search\n      domain_allowlist: []\n",
			"capability_never_grants 9:21\n" },
		{ NODE "    - { name: tenant-a-x, description: x, capabilities: [{ tool_pattern: aegis.* }], deny_list: [aegis.system.*, aegis.task.remove, aegis.agent.delete] }\n",
			"operator_tool_granted 9:74\n" },
		{ NODE "    - { name: tenant-a-x, description: x, capabilities: [{ tool_pattern: aegis.agent.* }], deny_list: [aegis.agent.delete] }\n",
			"" },
	};
	EXPECT_ALL(cases);
}

static void test_catalogue(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CATALOGUE "    - name: fs.odd\n", "catalogue_takes_away 6:13\n" },
		{ CATALOGUE "    - name: fs.odd\n      arguments: [{ name: path, role: path }]\n",
			"catalogue_takes_away 6:13\n" },
		{ CATALOGUE "    - name: fs.odd.*\n", "catalogue_takes_away 6:13\n" },
		{ CATALOGUE "    - name: fs.read\n      arguments: [{ name: path, role: url }]\n",
			"catalogue_takes_away 7:27\n" },
		{ CATALOGUE
			"    - name: fs.read\n      arguments: [{ name: path, role: path, required: false }]\n",
			"catalogue_takes_away 7:27\n" },
		{ CATALOGUE
			"    - name: fs.read\n      arguments: [{ name: path, role: path, list: true }]\n",
			"catalogue_takes_away 7:27\n" },
		{ CATALOGUE "    - name: x\n    - name: x\n", "duplicate_tool 7:13\n" },
		{ CATALOGUE "    - name: fs.read\n    - name: fs.read\n", "duplicate_tool 7:13\n" },
		{ CATALOGUE "    - name: '*'\n", "bad_catalogue_entry 6:13\n" },
		{ CATALOGUE "    - name: x\n      arguments: [{ name: a, role: args }]\n",
			"bad_catalogue_entry 7:27\n" },
		{ CATALOGUE
			"    - name: x\n      arguments: [{ name: a, role: path }, { name: a, role: url }]\n",
			"bad_catalogue_entry 7:52\n" },
		{ CATALOGUE
			"    - name: x\n      arguments: [{ name: a, role: command, list: true }]\n",
			"bad_catalogue_entry 7:19\n" },
		{ CATALOGUE
			"    - name: x\n      arguments: [{ name: a, role: roll, mandatory: true }]\n",
			"unknown_word 7:36\nunknown_field 7:42\n" },
	};
	EXPECT_ALL(cases);
}

/* ---- Across documents ---------------------------------------------------------------------- */

static void test_agents_and_contexts(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	run_add(&r, "node.yaml",
		NODE
		"    - { name: default, description: x, capabilities: [{ tool_pattern: fs.read }] }\n");
	run_add(&r, "a.yaml", AGENT "  tools: [fs.read, fs.write]\n");
	run_add(&r, "b.yaml", AGENT "  security_context: defualt\n");
	assert_string_equal(run_findings(&r, true),
		"tool_not_granted_by_default a.yaml:7:20\nduplicate_agent b.yaml:3:19\nunknown_context b.yaml:7:21\n");
	assert_int_equal(r.names->agent_context[1], LINK_POISON);
	assert_true(r.names->agent_context[0] < r.model->ncontexts);
	run_end(&r);
}

static void test_external(void **state)
{
	static const char *const external[] = { "agent:there", "context:there" };
	struct run r;
	(void)state;
	run_begin(&r);
	r.options = (struct link_options){ .building = true, .external = external, .nexternal = 2 };
	run_add(&r, "a.yaml", AGENT "  security_context: there\n  tools: [anything]\n");
	run_add(&r, "b.yaml",
		"apiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: b, version: 1.0.0 }\n"
		"spec: { security_context: here, runtime: { language: python, version: '3' }, task: { instruction: x } }\n");
	assert_string_equal(run_findings(&r, true), "unknown_context b.yaml:4:27\n");
	assert_int_equal(r.names->agent_context[0], UINT32_MAX);
	run_end(&r);
}

/* A document that could not be read may hold the name: no second finding because of the first. */
static void test_no_cascade(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	run_add(&r, "node.yaml", "apiVersion: [\n");
	run_add(&r, "a.yaml", AGENT "  security_context: elsewhere\n");
	const char *found = run_findings(&r, true);
	assert_null(strstr(found, "a.yaml"));
	assert_non_null(strstr(found, "node.yaml"));
	run_end(&r);
}

static void test_folder(void **state)
{
	struct run r;
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		run_begin(&r);
		r.diags.strict = strict;
		r.sources.v[run_add(&r, "pod.yaml", "kind: Pod\napiVersion: v1\n")].from_folder =
			true;
		assert_string_equal(run_findings(&r, false),
			strict ? "foreign_document 1:7\n" : "foreign_document_in_folder 1:7\n");
		assert_int_equal(r.diags.errors, strict);
		run_end(&r);
	}
}

/* The built-in contexts, under other names, pass the checks that a project's must pass. */
static void test_builtins_pass(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	struct buf text = { .arena = &r.arena };
	for (size_t i = 0; i < r.sources.n; i++)
		if (strstr(r.sources.v[i].path, "contexts.yaml") != NULL)
			buf_slice(&text, r.sources.v[i].text);
	assert_true(buf_done(&text).len != 0);
	for (char *at = text.at; (at = strstr(at, "  name: ")) != NULL;) {
		at += strlen("  name: ");
		memcpy(at, *at == 'z' ? "core" : "my-re", *at == 'z' ? 4 : 5);
	}
	run_add(&r, "in.yaml", text.at);
	const char *found = run_findings(&r, false);
	assert_int_equal(strncmp(found, "allow_all ", 10), 0);
	assert_int_equal(r.diags.n, 1);
	for (uint32_t i = 0; i < r.model->ntiers; i++)
		assert_true(r.names->tier_context[i] < r.model->ncontexts);
	for (uint32_t i = 0; i < r.model->noproles; i++)
		assert_true(r.names->oprole_context[i] < r.model->ncontexts);
	run_end(&r);
}

static void stop(void *ctx) { longjmp(*(jmp_buf *)ctx, 1); }

/* The stages with so much memory: false where it ran out. */
static bool ends_within(size_t limit)
{
	jmp_buf env;
	struct run r;
	r = (struct run){ .arena = { .limit = limit, .fail = stop, .ctx = &env } };
	if (setjmp(env) != 0) {
		arena_free(&r.arena);
		return false;
	}
	r.sources.arena = r.diags.arena = &r.arena;
	r.diags.sources = &r.sources;
	model_add_stdlib(&r.sources);
	run_add(&r, "a.yaml", AGENT "  tools: [fs.raed, '*']\n  nothing: 1\n");
	run_findings(&r, true);
	arena_free(&r.arena);
	return true;
}

/* Whatever the limit, the stages end, and with enough they end well. */
static void test_memory(void **state)
{
	bool last = false;
	(void)state;
	assert_false(ends_within(0));
	for (size_t limit = 10007; limit < 4000000; limit += limit / 16 + 10007)
		last = ends_within(limit);
	assert_true(last);
}

/* Errors that the user made notes leave a context that grants nothing. */
static void test_allowed_errors_grant_nothing(void **state)
{
	static const uint16_t allow[] = { AEG_bad_pattern };
	struct run r;
	(void)state;
	run_begin(&r);
	r.diags.allow = allow;
	r.diags.nallow = 1;
	run_add(&r, "in.yaml", CAPS "    - tool_pattern: '*'\n  deny_list: ['fs*']\n");
	assert_string_equal(run_findings(&r, false), "bad_pattern 8:18\n");
	assert_int_equal(r.diags.errors, 0);
	const struct mcontext *c =
		&r.model->contexts[map_get(&r.names->contexts, SLICE("research"))];
	assert_int_equal(c->ncaps, 0);
	run_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_agents),
		cmocka_unit_test(test_contexts),
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_agents_and_contexts),
		cmocka_unit_test(test_external),
		cmocka_unit_test(test_no_cascade),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_builtins_pass),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_allowed_errors_grant_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
