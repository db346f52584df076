/* Real files, where they are at hand: exactly the findings that are known of them. */
#include "check/findings_test.h"

static const char *corpus(void)
{
	const char *root = getenv("AEGIS_SHARED");
	if (root == NULL)
		skip();
	return root;
}

static char *read_file(struct run *r, const char *root, const char *name)
{
	struct buf path = { .arena = &r->arena }, text = { .arena = &r->arena };
	buf_printf(&path, "%s/corpus/file/%s", root, name);
	FILE *f = fopen(buf_done(&path).at, "rb");
	if (f == NULL)
		fail_msg("%s cannot be read", path.at);
	char part[4096];
	for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
		buf_add(&text, part, n);
	fclose(f);
	buf_done(&text);
	return text.at;
}

static const struct corpus_case {
	const char *file, *want;
} cases[] = {
	{ "deploy-core-aegis-config.yaml",
		"redefined_builtin 103:13\nredefined_builtin 142:13\nredefined_builtin 176:13\n"
		"redefined_builtin 211:13\nredefined_builtin 246:13\nredefined_builtin 286:13\n" },
	{ "orchestrator-cli-templates-config-minimal.yaml", "" },
	{ "orchestrator-cli-templates-config-with-examples.yaml", "" },
	{ "orchestrator-cli-templates-agents-aegis-javascript-executor-agent.yaml", "" },
	{ "orchestrator-cli-templates-agents-aegis-python-executor-agent.yaml", "" },
	{ "orchestrator-cli-templates-agents-agent-creator-agent.yaml",
		"tool_not_granted 351:7\ntool_not_granted 352:7\ntool_not_granted 354:7\n"
		"tool_not_granted 355:7\ntool_not_granted 356:7\ntool_not_granted 357:7\n"
		"tool_not_granted 358:7\ntool_not_granted 359:7\n" },
	{ "orchestrator-cli-templates-agents-code-quality-judge.yaml", "default_context 8:9\n" },
	{ "orchestrator-cli-templates-agents-hello-world-agent.yaml",
		"default_context 5:9\nnetwork_allows_nothing 68:13\n" },
	{ "orchestrator-cli-templates-agents-skill-validator.yaml",
		"default_context 4:9\nnetwork_denies_nothing 41:13\n" },
	{ "orchestrator-cli-templates-agents-tool-call-policy-judge.yaml",
		"default_context 8:9\n" },
	{ "orchestrator-cli-templates-agents-workflow-creator-validator-agent.yaml",
		"tool_not_granted 184:7\ntool_not_granted 185:7\ntool_not_granted 186:7\n"
		"tool_not_granted 188:7\ntool_not_granted 189:7\n" },
	{ "orchestrator-cli-templates-agents-workflow-generator-judge.yaml",
		"default_context 4:9\ntool_not_granted_by_default 173:7\n" },
	{ "orchestrator-cli-templates-agents-workflow-generator-planner-agent.yaml",
		"tool_not_granted 150:7\ntool_not_granted 151:7\ntool_not_granted 154:7\n" },
	{ "deploy-core-runtime-registry.yaml", "kind_not_examined 11:7\n" },
	{ "orchestrator-cli-templates-stack-runtime-registry.yaml", "kind_not_examined 11:7\n" },
	{ "orchestrator-cli-templates-workflows-builtin-intent-to-execution.yaml",
		"kind_not_examined 2:7\n" },
	{ "orchestrator-cli-templates-workflows-builtin-workflow-generator.yaml",
		"kind_not_examined 2:7\n" },
	{ "orchestrator-cli-templates-workflows-skill-import.yaml", "kind_not_examined 2:7\n" },
};

static void test_files(void **state)
{
	const char *root = corpus();
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;
		run_begin(&r);
		run_add(&r, cases[i].file, read_file(&r, root, cases[i].file));
		const char *got = run_findings(&r, false);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s\nwanted:\n%s\ngot:\n%s", cases[i].file, cases[i].want, got);
		run_end(&r);
	}
}

/* Every agent has a context of the model, whatever else was found of it. */
static void test_agents_link(void **state)
{
	const char *root = corpus();
	(void)state;
	struct run r;
	uint32_t agents = 0;
	run_begin(&r);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strstr(cases[i].file, "templates-agents") != NULL) {
			run_add(&r, cases[i].file, read_file(&r, root, cases[i].file));
			agents++;
		}
	run_findings(&r, true);
	assert_int_equal(r.model->nagents, agents);
	for (uint32_t i = 0; i < agents; i++)
		assert_true(r.names->agent_context[i] < r.model->ncontexts);
	run_end(&r);
}

/* With its six contexts renamed the deployed configuration has nothing wrong with it. */
static void test_deployed_renamed(void **state)
{
	const char *root = corpus();
	(void)state;
	struct run r;
	run_begin(&r);
	char *text = read_file(&r, root, cases[0].file);
	for (char *at = text; (at = strstr(at, "- name: \"")) != NULL;) {
		at += strlen("- name: \"");
		if (strncmp(at, "zaru-", 5) == 0)
			memcpy(at, "core-", 5);
		else if (strncmp(at, "aegis-system-", 13) == 0)
			memcpy(at, "core1-system-", 13);
	}
	run_add(&r, "renamed.yaml", text);
	r.options.building = true;
	assert_string_equal(run_findings(&r, false), "");
	uint32_t own = 0, caps = 0;
	for (uint32_t i = 0; i < r.model->ncontexts; i++)
		if (!r.model->contexts[i].builtin) {
			own++;
			caps += r.model->contexts[i].ncaps;
		}
	assert_int_equal(own, 6);
	assert_int_equal(caps, 31 + 29 + 3 * 30 + 39);
	run_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_agents_link),
		cmocka_unit_test(test_deployed_renamed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
