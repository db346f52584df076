/* Who may start whom: each finding at its place, and what must stay silent. */
#include "check/findings_test.h"

#define PROVIDER \
	"{ name: p, type: ollama, endpoint: 'http://localhost:11434', models: [" \
	"{ alias: default, model: m, capabilities: [], context_window: 1000 }] }"
#define NODE \
	"apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\nmetadata: { name: n }\nspec:\n" \
	"  node: { id: n, type: hybrid }\n" \
	"  storage: { backend: local_host }\n" \
	"  llm_providers: [" PROVIDER "]\n" \
	"  security_contexts:\n"
#define CONTEXT(name, capabilities) \
	"    - { name: " name ", description: x, capabilities: [" capabilities "] }\n"
#define AGENT(name, context, more) \
	"---\napiVersion: 100monkeys.ai/v1\nkind: Agent\n" \
	"metadata: { name: " name ", version: \"1.0.0\" }\n" \
	"spec:\n  runtime: { language: python, version: '3' }\n  task: { instruction: x }\n  security_context: " context \
	"\n" more
#define JUDGED(by)         "  execution: { validation: [" by "] }\n"
#define TOOLS(list)        "  tools: [" list "]\n"
#define STATE(agent, more) "S: { kind: Agent, agent: " agent ", input: x, transitions: []" more " }"
#define ALL(agent, more) \
	"S: { kind: ParallelAgents, agents: [{ agent: " agent ", input: x }], " \
	"consensus: { strategy: majority }, transitions: []" more " }"
#define WORKFLOW(states) \
	"---\napiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata: { name: w }\n" \
	"spec: { initial_state: S, states: {" states "} }\n"

/* Lines 9 to 11; the first document after them begins with its `---` on line 12. */
#define CONTEXTS \
	NODE CONTEXT("wide", \
		"{ tool_pattern: fs.* }, { tool_pattern: aegis.task.execute }, " \
		"{ tool_pattern: aegis.workflow.run }, { tool_pattern: aegis.agent.generate }") \
		CONTEXT("narrow", \
			"{ tool_pattern: fs.read }, { tool_pattern: aegis.task.execute }") \
			CONTEXT("other", "{ tool_pattern: web.search }")

static void test_judges(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CONTEXTS AGENT(
			  "a", "narrow", JUDGED("{ type: semantic, judge_agent: j, criteria: c }"))
				AGENT("j", "wide", ""),
			"judge_not_within 20:60\n" },
		{ CONTEXTS AGENT(
			  "a", "wide", JUDGED("{ type: semantic, judge_agent: j, criteria: c }"))
				AGENT("j", "narrow", ""),
			"" },
		{ CONTEXTS AGENT("a", "narrow",
			  JUDGED("{ type: multi_judge, judges: [k, j], criteria: c }"))
				AGENT("j", "other", "") AGENT("k", "narrow", ""),
			"judge_not_within 20:62\n" },
		{ CONTEXTS AGENT("a", "narrow",
			  "  execution: { tool_validation: [{ type: semantic, judge_agent: j, criteria: c }] }\n")
				AGENT("j", "wide", ""),
			"judge_not_within 20:65\n" },
		/* nobody's name, and what is no name at all */
		{ CONTEXTS AGENT("a", "narrow",
			  JUDGED("{ type: semantic, judge_agent: nobody, criteria: c }")),
			"unresolved_name 20:60\n" },
		{ CONTEXTS AGENT("a", "narrow",
			  JUDGED("5, { type: semantic, judge_agent: [j], criteria: c }, "
				 "{ type: multi_judge, judges: j, criteria: c }, "
				 "{ type: multi_judge, judges: [{ agent_id: j }], criteria: c }"))
				AGENT("j", "wide", ""),
			"wrong_type 20:29\nwrong_type 20:63\nwrong_type 20:112\nwrong_type 20:160\n" },
		{ CONTEXTS AGENT("a", "narrow", "  execution: { validation: 5 }\n"),
			"wrong_type 20:28\n" },
		{ CONTEXTS AGENT("a", "narrow", "  execution: 5\n"), "wrong_type 20:14\n" },
		{ CONTEXTS AGENT("a", "narrow", "  execution:\n"), "" },
	};
	EXPECT_ALL(cases);
}

static void test_tasks(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ CONTEXTS AGENT("a", "narrow", TOOLS("fs.read, aegis.task.execute"))
				AGENT("b", "wide", ""),
			"start_refused 20:20\n" },
		{ CONTEXTS AGENT("a", "wide", TOOLS("aegis.task.execute")) AGENT("b", "narrow", ""),
			"" },
		{ CONTEXTS AGENT("a", "narrow", TOOLS("aegis.task.execute")) AGENT("b", "wide", "")
				AGENT("c", "other", ""),
			"start_refused 20:11\n" }, /* one, of both */
		{ CONTEXTS AGENT("a", "narrow", "") AGENT("b", "wide", ""), "" },
		{ CONTEXTS AGENT("a", "narrow", TOOLS("fs.read")) AGENT("b", "wide", ""), "" },
		{ CONTEXTS AGENT("a", "other", TOOLS("aegis.task.execute")) AGENT("b", "wide", ""),
			"tool_not_granted 20:11\n" },
		/* the platform's own step */
		{ CONTEXTS AGENT("a", "wide", TOOLS("aegis.task.execute, aegis.agent.generate"))
				AGENT("b", "aegis-system-default", ""),
			"" },
		{ CONTEXTS AGENT("a", "wide", TOOLS("aegis.task.execute"))
				AGENT("b", "aegis-system-default", ""),
			"start_refused 20:11\n" },
	};
	EXPECT_ALL(cases);
}

static void test_workflows(void **state)
{
	(void)state;
#define RUNS AGENT("a", "wide", TOOLS("aegis.workflow.run")) AGENT("b", "other", "")
	static const struct finding_case cases[] = {
		{ CONTEXTS RUNS, "" },
		{ CONTEXTS RUNS WORKFLOW(STATE("b", "")), "start_refused 20:11\n" },
		{ CONTEXTS RUNS WORKFLOW(STATE("a", "")), "" },
		{ CONTEXTS RUNS WORKFLOW(STATE("a", ", judges: [{ agent_id: b }]")),
			"start_refused 20:11\n" },
		{ CONTEXTS RUNS WORKFLOW(ALL("b", "")), "start_refused 20:11\n" },
		{ CONTEXTS RUNS WORKFLOW(ALL("a", ", judges_for_parallel: [{ agent_id: b }]")),
			"start_refused 20:11\n" },
		{ CONTEXTS RUNS WORKFLOW(STATE("'{{input.b}}'", "") ", T: 5"),
			"wrong_type 33:108\n" },
		{ CONTEXTS RUNS "---\napiVersion: 100monkeys.ai/v1\nkind: Workflow\n"
				"metadata: { name: w }\nspec: 5\n",
			"wrong_type 33:7\n" },
	};
	EXPECT_ALL(cases);
}

/* Following the help takes the finding away: a context that grants what the child's does. */
static void test_help(void **state)
{
	(void)state;
	static const struct finding_case cases[] = {
		{ NODE CONTEXT("p", "{ tool_pattern: fs.read, path_allowlist: [/a] }") CONTEXT(
			  "q", "{ tool_pattern: fs.read, path_allowlist: [/a/b] }") AGENT("a", "q",
			  JUDGED("{ judge_agent: j, type: semantic, criteria: c }"))
				AGENT("j", "p", ""),
			"judge_not_within 19:44\n" },
		{ NODE CONTEXT("p", "{ tool_pattern: fs.read, path_allowlist: [/a] }") CONTEXT(
			  "q", "{ tool_pattern: fs.read, path_allowlist: [/a/b] }") AGENT("a", "p",
			  JUDGED("{ judge_agent: j, type: semantic, criteria: c }"))
				AGENT("j", "p", ""),
			"" },
		{ NODE CONTEXT("p",
			  "{ tool_pattern: fs.read, rate_limit: { calls: 1, per_seconds: 1 } }")
				CONTEXT("q", "{ tool_pattern: fs.read }") AGENT("a", "p",
					JUDGED("{ judge_agent: j, type: semantic, criteria: c }"))
					AGENT("j", "q", ""),
			"judge_not_within 19:44\n" },
		/* of a context that is broken nothing is said */
		{ NODE CONTEXT("p", "{ tool_pattern: f*s }")
				CONTEXT("q", "{ tool_pattern: fs.read }") AGENT("a", "p",
					JUDGED("{ judge_agent: j, type: semantic, criteria: c }"))
					AGENT("j", "q", ""),
			"bad_pattern 9:66\n" },
	};
	EXPECT_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judges),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_workflows),
		cmocka_unit_test(test_help),
	};
	return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}
