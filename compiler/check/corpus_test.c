/* Real files, where they are at hand. What is found in each of them alone: docs/conformance.md. */
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

static const char *const agents[] = {
	"orchestrator-cli-templates-agents-aegis-javascript-executor-agent.yaml",
	"orchestrator-cli-templates-agents-aegis-python-executor-agent.yaml",
	"orchestrator-cli-templates-agents-agent-creator-agent.yaml",
	"orchestrator-cli-templates-agents-code-quality-judge.yaml",
	"orchestrator-cli-templates-agents-hello-world-agent.yaml",
	"orchestrator-cli-templates-agents-skill-validator.yaml",
	"orchestrator-cli-templates-agents-tool-call-policy-judge.yaml",
	"orchestrator-cli-templates-agents-workflow-creator-validator-agent.yaml",
	"orchestrator-cli-templates-agents-workflow-generator-judge.yaml",
	"orchestrator-cli-templates-agents-workflow-generator-planner-agent.yaml",
};

/* Every agent has a context of the model, whatever else was found of it. */
static void test_agents_link(void **state)
{
	const char *root = corpus();
	(void)state;
	struct run r;
	uint32_t n = sizeof agents / sizeof *agents;
	run_begin(&r);
	for (uint32_t i = 0; i < n; i++)
		run_add(&r, agents[i], read_file(&r, root, agents[i]));
	run_findings(&r, true);
	assert_int_equal(r.model->nagents, n);
	for (uint32_t i = 0; i < n; i++)
		assert_true(r.names->agent_context[i] < r.model->ncontexts);
	run_end(&r);
}

/* With its six contexts renamed, and listening on this machine alone, the deployed configuration
 * has nothing wrong with it. */
static void test_deployed_renamed(void **state)
{
	const char *root = corpus();
	(void)state;
	struct run r;
	run_begin(&r);
	char *text = read_file(&r, root, "deploy-core-aegis-config.yaml");
	for (char *at = text; (at = strstr(at, "- name: \"")) != NULL;) {
		at += strlen("- name: \"");
		if (strncmp(at, "zaru-", 5) == 0)
			memcpy(at, "core-", 5);
		else if (strncmp(at, "aegis-system-", 13) == 0)
			memcpy(at, "core1-system-", 13);
	}
	char *bind = strstr(text, "\"0.0.0.0\"");
	assert_non_null(bind);
	memcpy(bind, "\"::1\"    ", strlen("\"0.0.0.0\""));
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
		cmocka_unit_test(test_agents_link),
		cmocka_unit_test(test_deployed_renamed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
