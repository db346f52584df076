/* Workflows among other documents: names, ways round, time-outs, results; what must stay silent. */
#include "check/findings_test.h"

#define DOC(name, states) \
	"apiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata: { name: " name " }\n" \
	"spec:\n  initial_state: S\n  states:\n" states
#define AGENT(name) \
	"---\napiVersion: 100monkeys.ai/v1\nkind: Agent\n" \
	"metadata: { name: " name ", version: \"1.0.0\" }\n" \
	"spec:\n  runtime: { language: python, version: \"3.11\" }\n" \
	"  security_context: aegis-system-agent-runtime\n  task: { instruction: x }\n"
#define LAST(fields)     "    S: { transitions: [], " fields " }\n"
#define RUNS(name, more) DOC("w", LAST("kind: Agent, agent: " name ", input: x" more))
#define CALLS(to, more) \
	LAST("kind: Subworkflow, mode: blocking, result_key: r, workflow_id: " to more)

static void test_agents(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ RUNS("a", "") AGENT("a"), "" },
		{ RUNS("b", "") AGENT("a"), "unknown_name 7:47\n" },
		{ RUNS("b", ""), "unresolved_name 7:47\n" },
		{ RUNS("'{{intent}}'", "") AGENT("a"), "" },
		{ RUNS("a", ", judges: [{ agent_id: a }, { agent_id: j }]") AGENT("a"),
			"unknown_name 7:98\n" },
		{ RUNS("a", ", pre_execution_validator: v") AGENT("a"), "unknown_name 7:85\n" },
		{ RUNS("a", ", output_handler: { type: agent, agent_id: h }") AGENT("a"),
			"unknown_name 7:101\n" },
		{ DOC("w", LAST("kind: ParallelAgents, consensus: { strategy: majority }, "
				"agents: [{ agent: a, input: x }, { agent: b, input: x }], "
				"judges_for_parallel: [{ agent_id: j }]")) AGENT("a"),
			"unknown_name 7:126\nunknown_name 7:176\n" },
		/* an id is given out where agents are deployed */
		{ RUNS("6f1ed002-ab59-4d3c-9a3c-0b6c7d1e2f30", "") AGENT("a"),
			"unresolved_name 7:47\n" },
	};
	EXPECT_ALL(cases);
}

static void test_workflows(void **state)
{
	(void)state;
#define OTHER(name, states) "---\n" DOC(name, states)
	static const struct finding_case cases[] = {
		{ DOC("w", CALLS("v", "")) OTHER("v", LAST("kind: System, command: x")), "" },
		{ DOC("w", CALLS("v", "")), "unresolved_name 7:90\n" },
		{ DOC("w", CALLS("u", "")) OTHER("v", LAST("kind: System, command: x")),
			"unknown_name 7:90\n" },
		{ DOC("w", CALLS("w", "")), "workflow_recursion 7:90\n" },
		{ DOC("w", CALLS("v", "")) OTHER("v", CALLS("w", "")),
			"workflow_recursion 15:90\n" },
		/* into a circle from outside, and beside it */
		{ DOC("w", CALLS("v", "")) OTHER("v", CALLS("u", "")) OTHER("u", CALLS("v", "")),
			"workflow_recursion 23:90\n" },
		{ DOC("w", CALLS("v", "")) OTHER("u", CALLS("v", ""))
				OTHER("v", LAST("kind: System, command: x")),
			"" },
		{ DOC("w", CALLS("'{{intent}}'", "")), "" },
		{ DOC("w", LAST("kind: System, command: x"))
				OTHER("w", LAST("kind: System, command: x")),
			"duplicate_workflow 11:19\n" },
	};
	EXPECT_ALL(cases);
}

#define CHILD \
	"---\napiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata:\n  name: v\n" \
	"  output_schema: { type: object, required: [a], properties: { a: { type: object, " \
	"properties: { b: {} } } } }\n" \
	"spec:\n  initial_state: S\n  states:\n" LAST("kind: System, command: x")
#define ASKS(text) \
	DOC("w", CALLS("v", "") "    T: { kind: Human, prompt: '" text "', transitions: [] }\n") \
	CHILD
static void test_results(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ ASKS("{{S.r.a.b}} {{S.output.a}} {{blackboard.r.a}} {{blackboard.S.r.a}}"), "" },
		{ ASKS("{{S.r.c}}"), "unknown_variable 8:34\n" },
		{ ASKS("{{S.output.c}}"), "unknown_variable 8:34\n" },
		{ ASKS("{{blackboard.r.c}}"), "unknown_variable 8:34\n" },
		{ ASKS("{{blackboard.S.output.a.c}}"), "unknown_variable 8:34\n" },
		{ ASKS("{{#if S.r.c}}{{S.r.c}}{{/if}}"), "" },
		{ ASKS("{{#if S.r.c}}{{S.r.d}}{{/if}}"), "unknown_variable 8:47\n" },
		{ ASKS("{{S.status}}"), "" },
	};
	EXPECT_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agents),
		cmocka_unit_test(test_workflows),
		cmocka_unit_test(test_results),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
