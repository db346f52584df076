/* Templates in manifests: which fields hold one, in which language, and where findings are. */
#include "check/findings_test.h"

#define WORKFLOW(states) \
	"apiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata: { name: w }\n" \
	"spec:\n  initial_state: S\n  states:\n" states
#define KIND(kind, fields) \
	WORKFLOW("    S:\n" fields "      kind: " kind "\n      transitions: []\n")
/* Of each kind: fields from line 8 on, and what else it needs. */
#define RUNS(fields)  KIND("Agent", fields "      agent: a\n      input: x\n")
#define INPUT(fields) KIND("Agent", fields "      agent: a\n")
#define LINE(fields)  KIND("System", fields)
#define ASKS(fields)  KIND("Human", fields)
#define STARTS(fields) \
	KIND("Subworkflow", fields "      workflow_id: v\n      mode: fire_and_forget\n")
#define CONTAINER(fields) \
	KIND("ContainerRun", fields "      name: c\n      image: 'x@" DIGEST "'\n")
#define DIGEST          "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define WORDS(fields)   CONTAINER(fields "      command: [x]\n")
#define STEPS(fields)   KIND("ParallelContainerRun", fields "      completion: all_succeed\n")
#define SEVERAL(fields) KIND("ParallelAgents", fields "      consensus: { strategy: majority }\n")
#define LEADS(fields) \
	WORKFLOW("    S:\n      transitions: [{ condition: always, target: S, " fields " }]\n" \
		 "      kind: Agent\n      agent: a\n      input: x\n")
#define WHEN(expression) \
	WORKFLOW( \
		"    S:\n      transitions: [{ condition: custom, target: S, expression: " expression \
		" }]\n      kind: Agent\n      agent: a\n      input: x\n")
#define HANDLED(fields) RUNS("      output_handler: { " fields " }\n")
#define AGENT(fields) \
	"apiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: a, version: \"1.0.0\" }\n" \
	"spec:\n  runtime: { language: python, version: '3' }\n  security_context: aegis-system-agent-runtime\n" fields

/* Agents and workflows that nobody defines are none of this. */
static void expect(const struct finding_case *c)
{
	static const char *const external[] = { "agent:a", "agent:b", "agent:j", "workflow:v" };
	struct run r;

	run_begin(&r);
	r.options.external = external;
	r.options.nexternal = sizeof external / sizeof *external;
	run_add(&r, "in.yaml", c->text);
	const char *got = run_findings(&r, false);
	if (strcmp(got, c->want) != 0)
		fail_msg("\n%s\nwanted:\n%s\ngot:\n%s", c->text, c->want, got);
	run_end(&r);
}
#define EXPECT_EACH(cases) \
	do { \
		for (size_t i_ = 0; i_ < sizeof(cases) / sizeof *(cases); i_++) \
			expect(&(cases)[i_]); \
	} while (0)

/* Every field of text: in each the tag is not closed. */
static void test_text(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ KIND("Agent", "      agent: '{{'\n      input: x\n"), "bad_template 8:15\n" },
		{ INPUT("      input: '{{'\n"), "bad_template 8:15\n" },
		{ RUNS("      intent: '{{'\n"), "bad_template 8:16\n" },
		{ RUNS("      pre_execution_validator: '{{'\n"), "bad_template 8:33\n" },
		{ ASKS("      prompt: '{{'\n"), "bad_template 8:16\n" },
		{ KIND("Subworkflow", "      workflow_id: '{{'\n      mode: fire_and_forget\n"),
			"bad_template 8:21\n" },
		{ STARTS("      input: '{{'\n"), "bad_template 8:15\n" },
		{ KIND("ContainerRun", "      image: '{{'\n      name: c\n      command: [x]\n"),
			"bad_template 8:15\n" },
		{ WORDS("      workdir: '{{'\n"), "bad_template 8:17\n" },
		{ WORDS("      env: { A: x, B: '{{' }\n"), "bad_template 8:24\n" },
		{ CONTAINER("      command: [a, '{{']\n"), "bad_template 8:21\n" },
		{ LINE("      env: { A: '{{' }\n      command: x\n      workdir: '{{'\n"),
			"bad_template 8:18\nbad_template 10:17\n" },
		{ SEVERAL("      agents: [{ agent: '{{', input: '{{' }]\n"),
			"bad_template 8:26\nbad_template 8:39\n" },
		{ RUNS("      judges: [{ agent_id: j, input_template: '{{' }]\n"),
			"bad_template 8:48\n" },
		{ SEVERAL("      judges_for_parallel: [{ agent_id: j, input_template: '{{' }]\n"
			  "      agents: [{ agent: a, input: x }]\n"),
			"bad_template 8:61\n" },
		{ LEADS("feedback: '{{'"), "bad_template 8:64\n" },
		{ STEPS("      steps: [{ image: '{{', command: ['{{'], env: { A: '{{' }, name: s }]\n"),
			"bad_template 8:25\nbad_template 8:41\nbad_template 8:58\n" },
		{ HANDLED("type: agent, agent_id: b, input_template: '{{'"),
			"bad_template 8:68\n" },
		{ HANDLED("type: mcp_tool, tool_name: fs.read, arguments: { a: '{{' }"),
			"bad_template 8:78\n" },
		{ HANDLED("type: webhook, url: 'https://x.test/', headers: { A: '{{' }"),
			"bad_template 8:79\n" },
		{ HANDLED("type: container, image: 'x@" DIGEST "', command: ['{{']"),
			"bad_template 8:137\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: Workflow\n"
		  "metadata: { name: w, output_template: { a: '{{', b: [x, '{{'], c: 5 } }\n"
		  "spec:\n  initial_state: S\n"
		  "  states: { S: { kind: System, command: x, transitions: [] } }\n",
			"bad_template 3:45\nbad_template 3:58\n" },
		{ AGENT("  task: { prompt_template: '{{', instruction: x }\n"),
			"bad_template 7:29\n" },
		{ AGENT("  output_handler: { type: agent, agent_id: a, input_template: '{{' }\n"
			"  task: { instruction: x }\n"),
			"bad_template 7:64\n" },
		/* no templates */
		{ AGENT("  task: { instruction: '{{' }\n  env: { A: '{{' }\n"), "" },
		{ ASKS("      prompt: x\n      default_response: '{{'\n"), "" },
	};
	EXPECT_EACH(cases);
}

#define FILL "{{input.a}}"
static void test_languages(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ LINE("      command: echo " FILL " '" FILL "'\n"), "" },
		{ LINE("      command: '" FILL " x'\n"), "template_language 8:17\n" },
		{ LINE("      command: \"echo 'it\"\n"), "" },
		/* words are arguments, unless a shell reads them */
		{ CONTAINER("      command: ['" FILL "', '$(" FILL ")']\n"), "" },
		{ CONTAINER("      command: [echo, '$(" FILL ")', '5']\n      shell: true\n"),
			"template_language 8:26\n" },
		{ CONTAINER("      command: [echo, '" FILL "', \"'\", '" FILL "', \"'\"]\n"
			    "      shell: true\n"),
			"" },
		{ CONTAINER("      command: [/bin/sh, -euc, '" FILL "']\n"),
			"template_language 8:33\n" },
		{ CONTAINER("      command: [sh, -c, 'echo \"$1\"', x, '" FILL "']\n"), "" },
		{ CONTAINER("      command: [bash, script, -c, '" FILL "']\n"), "" },
		{ CONTAINER("      command: [sh, -c, 'make " FILL "']\n      shell: true\n"), "" },
		{ STEPS("      steps: [{ command: [sh, -c, '" FILL "'], name: s, image: '" FILL
			"' }]\n"),
			"template_language 8:36\n" },
		{ WHEN("'S.x <'"), "bad_condition 8:71\n" },
		{ WHEN("state_output.output"), "" },
		{ HANDLED("type: webhook, url: 'https://example.com/" FILL "'"), "" },
		{ HANDLED("type: webhook, url: 'https://" FILL "/'"), "template_language 8:54\n" },
#define SENDS(fields) HANDLED("type: webhook, url: 'https://x.test/', " fields)
		{ SENDS("body_template: '{\"a\": " FILL " }'"), "" },
		{ SENDS("body_template: 'a: " FILL "'"), "template_language 8:80\n" },
		{ SENDS("body_template: 'a: " FILL "', headers: { Content-type: text/plain }"),
			"" },
		{ SENDS("body_template: 'a', headers: { CONTENT-TYPE: application/json }"),
			"template_language 8:80\n" },
	};
	EXPECT_EACH(cases);
}

static void test_places(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ INPUT("      input: |\n\n        one\n          {{#if a}}\n        x\n"),
			"bad_template 11:11\n" },
		{ INPUT("      input: >-\n        one\n        two {{upper}} {{\n"),
			"bad_template 10:23\n" },
		{ INPUT("      input: \"a\\n\\\n        b \\u00e9{{\"\n"), "bad_template 9:17\n" },
		{ INPUT("      input: 'it''s\n\n        {{'\n"), "bad_template 10:9\n" },
		{ INPUT("      input: one\n        two {{\n"), "bad_template 9:13\n" },
		/* what an alias repeats is said once, where it was written */
		{ WORKFLOW("    S: { kind: Agent, agent: a, transitions: [], input: &a '{{' }\n"
			   "    T: { kind: Agent, agent: a, transitions: [], input: *a }\n"),
			"bad_template 7:61\n" },
	};
	EXPECT_EACH(cases);
}

#define READS(text) INPUT("      input: '" text "'\n")
#define PROMPT(text) \
	AGENT("  input_schema: { properties: { file: {} } }\n" \
	      "  task: { prompt_template: '" text "', instruction: x }\n")
#define CONSTANT(text) \
	WORKFLOW("    S: { input: '" text "', kind: Agent, agent: a, transitions: [] }\n" \
		 "  context: { rounds: 3, of: { a: 1 }, names: [x] }\n")
static void test_variables(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ READS("{{workflow.task}} {{workflow.context.x}} {{workflow.storage.y.z}}"), "" },
		{ READS("{{S.output.a}} {{blackboard.x}} {{input.y}} {{intent}} {{execution.id}}"),
			"" },
		{ READS("{{state.feedback}} {{human.feedback.x}} {{this}} {{workflow}}"), "" },
		{ READS("{{#each S.output.files}}{{name}} {{this.x}} {{@index}}{{/each}}"), "" },
		{ READS("{{workflow.tasks}}"), "unknown_variable 8:17\n" },
		{ READS("{{state.output}}"), "unknown_variable 8:17\n" },
		{ READS("{{T.output}} and {{T.output}}"), "unknown_variable 8:17\n" },
		{ READS("{{output}}"), "unknown_variable 8:17\n" },
		{ HANDLED("type: agent, agent_id: b, input_template: '{{output}} {{outputs}}'"),
			"unknown_variable 8:81\n" },
		{ CONTAINER("      command: [sh, -c, 'echo {{T.x}}']\n"),
			"unknown_variable 8:33\n" },
		{ WHEN("S.score > T.score"), "unknown_variable 8:75\n" },
		/* of constants the names are known where there are some */
		{ CONSTANT("{{workflow.context.rounds}} {{workflow.context.of.a}}"), "" },
		{ CONSTANT("{{workflow.context}} {{workflow.context.names.length}}"), "" },
		{ CONSTANT("{{workflow.context.round}}"), "unknown_variable 7:20\n" },
		{ CONSTANT("{{workflow.context.of.b}}"), "unknown_variable 7:20\n" },
		/* what is looked for first may be missing, unless it is misspelt */
		{ READS("{{#if extra}}{{extra.x}}{{/if}}{{default more 1}}"), "" },
		{ READS("{{#if blackbord}}x{{/if}}"), "unknown_variable 8:21\n" },
		{ READS("{{#each extra}}{{x}}{{/each}}"), "unknown_variable 8:23\n" },
		{ PROMPT("{{instruction}} {{input.x}} {{file.y}} {{previous_error}}"), "" },
		{ PROMPT("{{files}} {{workflow.task}}"),
			"unknown_variable 8:31\nunknown_variable 8:41\n" },
		{ AGENT("  output_handler: { type: agent, agent_id: a, input_template: "
			"'{{output}} {{instruction}}' }\n  task: { instruction: x }\n"),
			"unknown_variable 7:77\n" },
	};
	EXPECT_EACH(cases);
}

/* What each kind of state comes to, by names and by types. */
static void test_outcomes(void **state)
{
	(void)state;
#define OTHERS(text) \
	WORKFLOW( \
		"    S: { input: '" text "', kind: Agent, agent: a, transitions: [] }\n" \
		"    RUN: { kind: System, command: x, transitions: [] }\n" \
		"    ASK: { kind: Human, prompt: x, transitions: [] }\n" \
		"    ALL: { kind: ParallelAgents, agents: [{ agent: a, input: x }], transitions: [], " \
		"consensus: { strategy: majority } }\n" \
		"    TEST: { kind: ParallelContainerRun, completion: all_succeed, transitions: [], " \
		"steps: [{ name: unit-tests, image: '{{input.i}}', command: [x] }] }\n" \
		"    CHILD: { kind: Subworkflow, workflow_id: v, mode: blocking, result_key: report, " \
		"transitions: [] }\n")
#define SCHEMA(text) \
	"apiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata:\n  name: w\n" \
	"  input_schema: { type: object, required: [n], properties: { n: { type: integer }, " \
	"l: { type: array, items: { type: object, properties: { a: { type: string } } } } } }\n" \
	"spec:\n  initial_state: S\n  states:\n" \
	"    S: { input: '" text "', kind: Agent, agent: a, transitions: [] }\n"
	static const struct finding_case cases[] = {
		{ OTHERS("{{RUN.output.stdout}} {{RUN.stdout}} {{RUN.exit_code}} {{RUN.status}}"),
			"" },
		{ OTHERS("{{blackboard.RUN.output.exit_code}} {{blackboard.report.x}}"), "" },
		{ OTHERS("{{ALL.consensus.score}} {{ALL.agents.0.output}} {{ALL.score}}"), "" },
		{ OTHERS("{{TEST.output.unit-tests.stderr}} {{TEST.unit-tests.exit_code}}"), "" },
		{ OTHERS("{{CHILD.report.x}} {{CHILD.output}} {{ASK.response}}"), "" },
		{ OTHERS("{{RUN.output.stdot}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{RUN.score}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{ASK.exit_code}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{S.exit_code}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{ALL.agents.0.outptu}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{TEST.output.lint.stderr}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{CHILD.reprot}}"), "unknown_variable 7:20\n" },
		/* the blackboard may have more: only what is misspelt is told */
		{ OTHERS("{{blackboard.whatever}}"), "" },
		{ OTHERS("{{blackboard.reprot}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{blackboard.RUN.stdot}}"), "unknown_variable 7:20\n" },
		{ OTHERS("{{RUN.exit_code + 1}} {{#if RUN.exit_code == 0}}x{{/if}}"), "" },
		{ OTHERS("{{RUN.exit_code == null}}"), "" },
		{ OTHERS("{{RUN.exit_code == \"0\"}}"), "bad_template 7:20\n" },
		{ OTHERS("{{RUN.exit_code < RUN.stdout}}"), "bad_template 7:20\n" },
		{ OTHERS("{{ALL.score + RUN.status}}"), "bad_template 7:20\n" },
		{ SCHEMA("{{input.n + 1}} {{input.l.0.a}} {{input.l.length}}"), "" },
		{ SCHEMA("{{#each input.l}}{{a}}{{/each}}"), "" },
		{ SCHEMA("{{input.m}}"), "unknown_variable 9:20\n" },
		{ SCHEMA("{{#if input.mm}}{{input.mm}}{{/if}}"), "" },
		{ SCHEMA("{{#each input.l}}{{b}}{{/each}}"), "unknown_variable 9:37\n" },
		{ SCHEMA("{{input.n + \"x\"}}"), "bad_template 9:20\n" },
		{ WHEN("'state_output.exit_code == 0'"), "unknown_variable 8:66\n" },
		{ WHEN("'workflow.context < 5'"), "" },
	};
	EXPECT_EACH(cases);
}

/* What is not of its type is reported as that, or left to others, and is no template. */
static void test_types(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ INPUT("      input: 5\n"), "wrong_type 8:14\n" },
		{ RUNS("      intent: [x]\n"), "wrong_type 8:15\n" },
		{ LINE("      command: { a: b }\n"), "wrong_type 8:16\n" },
		{ CONTAINER("      command: [[a], 5]\n"), "wrong_type 8:17\nwrong_type 8:22\n" },
		{ WORDS("      env: { A: [x], B: 5, C: }\n"),
			"wrong_type 8:17\nwrong_type 8:25\nwrong_type 8:31\n" },
		{ WORKFLOW("    - x\n"), "wrong_type 7:5\n" },
		{ WORKFLOW("    S: x\n    T:\n"), "wrong_type 7:8\nwrong_type 8:7\n" },
		{ AGENT("  task: [x]\n"), "wrong_type 7:9\n" },
		{ AGENT("  task: { instruction: x }\n  output_handler:\n  input_schema: { properties: [x] }\n"),
			"schema_value 9:31\n" },
	};
	EXPECT_EACH(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
