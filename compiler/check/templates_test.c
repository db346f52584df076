/* Templates in manifests: which fields hold one, in which language, and where findings are. */
#include "check/findings_test.h"

#define WORKFLOW(states) \
	"apiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata: { name: w }\n" \
	"spec:\n  initial_state: S\n  states:\n" states
#define STATE(fields) WORKFLOW("    S:\n" fields)
#define NOTE          "kind_not_examined 2:7\n"
#define AGENT(fields) \
	"apiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: a, version: \"1.0.0\" }\n" \
	"spec:\n  runtime: {}\n  security_context: aegis-system-agent-runtime\n" fields

/* Every field of text: in each the tag is not closed. */
static void test_text(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ STATE("      agent: '{{'\n"), NOTE "bad_template 8:15\n" },
		{ STATE("      input: '{{'\n"), NOTE "bad_template 8:15\n" },
		{ STATE("      input: { a: [x, '{{'], b: { c: 5, d: '{{' } }\n"),
			NOTE "bad_template 8:24\nbad_template 8:45\n" },
		{ STATE("      intent: '{{'\n"), NOTE "bad_template 8:16\n" },
		{ STATE("      prompt: '{{'\n"), NOTE "bad_template 8:16\n" },
		{ STATE("      workflow_id: '{{'\n"), NOTE "bad_template 8:21\n" },
		{ STATE("      image: '{{'\n"), NOTE "bad_template 8:15\n" },
		{ STATE("      workdir: '{{'\n"), NOTE "bad_template 8:17\n" },
		{ STATE("      env: { A: x, B: '{{', C: }\n"), NOTE "bad_template 8:24\n" },
		{ STATE("      command: [a, '{{']\n"), NOTE "bad_template 8:21\n" },
		{ STATE("      agents: [{ agent: '{{', input: '{{' }]\n"),
			NOTE "bad_template 8:26\nbad_template 8:39\n" },
		{ STATE("      judges: [{ input_template: '{{' }]\n"), NOTE "bad_template 8:35\n" },
		{ STATE("      judges_for_parallel: [{ input_template: '{{' }]\n"),
			NOTE "bad_template 8:48\n" },
		{ STATE("      transitions: [{ feedback: '{{' }]\n"), NOTE "bad_template 8:34\n" },
		{ STATE("      steps: [{ image: '{{', command: ['{{'], env: { A: '{{' } }]\n"),
			NOTE "bad_template 8:25\nbad_template 8:41\nbad_template 8:58\n" },
		{ STATE("      output_handler: { input_template: '{{', arguments: { a: '{{' } }\n"),
			NOTE "bad_template 8:42\nbad_template 8:64\n" },
		{ STATE("      output_handler: { headers: { A: '{{' }, command: ['{{'] }\n"),
			NOTE "bad_template 8:40\nbad_template 8:58\n" },
		{ "apiVersion: 100monkeys.ai/v1\nkind: Workflow\n"
		  "metadata: { name: w, output_template: { a: '{{' } }\nspec: { states: {} }\n",
			NOTE "bad_template 3:45\n" },
		{ AGENT("  task: { prompt_template: '{{' }\n"), "bad_template 7:29\n" },
		{ AGENT("  output_handler: { input_template: '{{' }\n"), "bad_template 7:38\n" },
		/* no templates: the instruction, and what is not known */
		{ AGENT("  task: { instruction: '{{' }\n  env: { A: '{{' }\n"), "" },
		{ STATE("      name: '{{'\n      other: '{{'\n"), NOTE },
	};
	EXPECT_ALL(cases);
}

#define FILL "{{input.a}}"
static void test_languages(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ STATE("      command: echo " FILL " '" FILL "'\n"), NOTE },
		{ STATE("      command: '" FILL " x'\n"), NOTE "template_language 8:17\n" },
		{ STATE("      command: \"echo 'it\"\n"), NOTE },
		/* words are arguments, unless a shell reads them */
		{ STATE("      command: ['" FILL "', '$(" FILL ")']\n"), NOTE },
		{ STATE("      command: [echo, '$(" FILL ")', 5]\n      shell: true\n"),
			NOTE "template_language 8:26\n" },
		{ STATE("      command: [echo, '" FILL "', \"'\", '" FILL "', \"'\"]\n"
			"      shell: true\n"),
			NOTE },
		{ STATE("      command: [/bin/sh, -euc, '" FILL "']\n"),
			NOTE "template_language 8:33\n" },
		{ STATE("      command: [sh, -c, 'echo \"$1\"', x, '" FILL "']\n"), NOTE },
		{ STATE("      command: [bash, script, -c, '" FILL "']\n"), NOTE },
		{ STATE("      command: [sh, -c, 'make " FILL "']\n      shell: true\n"), NOTE },
		{ STATE("      steps: [{ command: [sh, -c, '" FILL "'] }]\n"),
			NOTE "template_language 8:36\n" },
		{ STATE("      transitions: [{ condition: custom, expression: 'S.x <' }]\n"),
			NOTE "bad_condition 8:60\n" },
		{ STATE("      transitions: [{ condition: custom, expression: state_output.output }]\n"),
			NOTE },
		{ STATE("      output_handler: { url: 'https://example.com/" FILL "' }\n"), NOTE },
		{ STATE("      output_handler: { url: 'https://" FILL "/' }\n"),
			NOTE "template_language 8:39\n" },
		{ STATE("      output_handler: { body_template: '{\"a\": " FILL " }' }\n"), NOTE },
		{ STATE("      output_handler: { body_template: 'a: " FILL "' }\n"),
			NOTE "template_language 8:41\n" },
		{ STATE("      output_handler: { body_template: 'a: " FILL
			"', headers: { Content-type: text/plain } }\n"),
			NOTE },
		{ STATE("      output_handler: { body_template: 'a', headers: { CONTENT-TYPE: "
			"application/json } }\n"),
			NOTE "template_language 8:41\n" },
	};
	EXPECT_ALL(cases);
}

static void test_places(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ STATE("      input: |\n\n        one\n          {{#if a}}\n        x\n"),
			NOTE "bad_template 11:11\n" },
		{ STATE("      input: >-\n        one\n        two {{upper}} {{\n"),
			NOTE "bad_template 10:23\n" },
		{ STATE("      input: \"a\\n\\\n        b \\u00e9{{\"\n"),
			NOTE "bad_template 9:17\n" },
		{ STATE("      input: 'it''s\n\n        {{'\n"), NOTE "bad_template 10:9\n" },
		{ STATE("      input: one\n        two {{\n"), NOTE "bad_template 9:13\n" },
		/* what an alias repeats is said once, where it was written */
		{ WORKFLOW("    S:\n      input: &a '{{'\n      intent: x\n    T:\n"
			   "      input: *a\n"),
			NOTE "bad_template 8:18\n" },
	};
	EXPECT_ALL(cases);
}

#define READS(text) STATE("      input: '" text "'\n")
#define PROMPT(text) \
	AGENT("  input_schema: { properties: { file: {} } }\n" \
	      "  task: { prompt_template: '" text "' }\n")
#define CONSTANT(text) WORKFLOW("    S: { input: '" text "' }\n  context: { rounds: 3 }\n")
static void test_variables(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ READS("{{workflow.task}} {{workflow.context.x}} {{workflow.storage.y.z}}"),
			NOTE },
		{ READS("{{S.output.a}} {{blackboard.x}} {{input.y}} {{intent}} {{execution.id}}"),
			NOTE },
		{ READS("{{state.feedback}} {{human.feedback.x}} {{this}} {{workflow}}"), NOTE },
		{ READS("{{#each S.output.files}}{{name}} {{this.x}} {{@index}}{{/each}}"), NOTE },
		{ READS("{{workflow.tasks}}"), NOTE "unknown_variable 8:17\n" },
		{ READS("{{state.output}}"), NOTE "unknown_variable 8:17\n" },
		{ READS("{{T.output}} and {{T.output}}"), NOTE "unknown_variable 8:17\n" },
		{ READS("{{output}}"), NOTE "unknown_variable 8:17\n" },
		{ STATE("      output_handler: { input_template: '{{output}} {{outputs}}' }\n"),
			NOTE "unknown_variable 8:55\n" },
		{ STATE("      command: [sh, -c, 'echo {{T.x}}']\n"),
			NOTE "unknown_variable 8:33\n" },
		{ STATE("      transitions: [{ expression: S.score > T.score }]\n"),
			NOTE "unknown_variable 8:45\n" },
		/* of constants the names are known where there are some */
		{ CONSTANT("{{workflow.context.rounds}}"), NOTE },
		{ CONSTANT("{{workflow.context}}"), NOTE },
		{ CONSTANT("{{workflow.context.round}}"), NOTE "unknown_variable 7:20\n" },
		/* what is looked for first may be missing, unless it is misspelt */
		{ READS("{{#if extra}}{{extra.x}}{{/if}}{{default more 1}}"), NOTE },
		{ READS("{{#if blackbord}}x{{/if}}"), NOTE "unknown_variable 8:21\n" },
		{ READS("{{#each extra}}{{x}}{{/each}}"), NOTE "unknown_variable 8:23\n" },
		{ PROMPT("{{instruction}} {{input.x}} {{file.y}} {{previous_error}}"), "" },
		{ PROMPT("{{files}} {{workflow.task}}"),
			"unknown_variable 8:31\nunknown_variable 8:41\n" },
		{ AGENT("  output_handler: { input_template: '{{output}} {{instruction}}' }\n"),
			"unknown_variable 7:51\n" },
	};
	EXPECT_ALL(cases);
}

/* What is not of its type is reported as that, or left to others, and is no template. */
static void test_types(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ STATE("      input: 5\n      command: 7\n      env:\n"), NOTE },
		{ STATE("      intent: [x]\n"), NOTE "wrong_type 8:15\n" },
		{ STATE("      command: { a: b }\n"), NOTE "wrong_type 8:16\n" },
		{ STATE("      command: [[a]]\n"), NOTE "wrong_type 8:17\n" },
		{ STATE("      env: { A: [x] }\n"), NOTE "wrong_type 8:17\n" },
		{ WORKFLOW("    - x\n"), NOTE "wrong_type 7:5\n" },
		{ WORKFLOW("    S: x\n    T:\n"), NOTE "wrong_type 7:8\n" },
		{ AGENT("  task: [x]\n"), "wrong_type 7:9\n" },
		{ AGENT("  task:\n  output_handler:\n  input_schema: { properties: [x] }\n"), "" },
	};
	EXPECT_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
