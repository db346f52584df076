/* State machines, stepped: what is asked for, what follows from outcomes, which of these fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "machine/stepped_test.h"

static uint64_t mem[1 << 14];
static struct stepper c;

#define HEAD  "metadata: { name: w }\nspec:\n  initial_state: A\n  states:\n"
#define DONE  "    B: { kind: System, command: b, transitions: [] }\n"
#define AGENT "    A:\n      kind: Agent\n      agent: ann\n      input: 'do {{input.task}}'\n"
#define OUTCOMES(...) \
	{ \
		__VA_ARGS__, NULL \
	}
#define TO_B(when) "      transitions: [{ condition: " when ", target: B }]\n"
#define IMAGE      "a@sha256:0000000000000000000000000000000000000000000000000000000000000000"

static const struct run_case {
	const char *yaml, *outcomes[12], *want;
} cases[] = {
	{ HEAD AGENT TO_B("on_success") DONE, OUTCOMES("{\"output\":\"x\"}", "{\"exit_code\":0}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"output\":\"x\"}\n"
		"take A on_success > B\n"
		"enter B\n"
		"command {\"command\":\"b\"}\n"
		"came to B {\"status\":\"success\",\"exit_code\":0,\"output\":{\"stdout\":\"\","
		"\"stderr\":\"\",\"exit_code\":0},\"stdout\":\"\",\"stderr\":\"\"}\n"
		"end B success\n"
		"done {\"stdout\":\"\",\"stderr\":\"\",\"exit_code\":0}\n" },
	/* An agent may say itself how sure it is. */
	{ HEAD AGENT
		"      transitions:\n"
		"        - { condition: score_above, threshold: 0.9, target: B }\n"
		"        - { condition: score_between, min: 0.9, max: 1, target: A, feedback: 'again {{A.score}}' }\n" DONE,
		OUTCOMES("{\"output\":{\"score\":0.9,\"confidence\":2}}",
			"{\"score\":0.1,\"output\":{\"score\":1}}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"score\":0.9,\"output\":{\"score\":0.9,\"confidence\":2}}\n"
		"pass A score_above\n"
		"take A score_between > A \"again 0.9\"\n"
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"score\":0.1,\"output\":{\"score\":1}}\n"
		"pass A score_above\n"
		"pass A score_between\n"
		"end A success\n"
		"done {\"score\":1}\n" },
	/* With judges its word does not count, not even where they come to nothing. */
	{ HEAD AGENT "      judges: [{ agent_id: bob }]\n" TO_B("score_above, threshold: 0.1") DONE,
		OUTCOMES("{\"score\":1,\"output\":{\"score\":1}}",
			"{\"agents\":[{\"status\":\"failure\",\"score\":1}]}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"judges {\"agent\":\"bob\",\"input\":{\"score\":1}}\n"
		"came to A {\"status\":\"success\",\"output\":{\"score\":1},\"judges\":[{\"agent\":\"bob\","
		"\"status\":\"failure\",\"output\":null,\"score\":1}]}\n"
		"pass A score_above\n"
		"end A success\n"
		"done {\"score\":1}\n" },
	/* Nobody judges what failed. */
	{ HEAD AGENT "      judges: [{ agent_id: bob }]\n" TO_B("on_success") DONE,
		OUTCOMES("{\"timeout\":true,\"duration_ms\":9}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"failure\",\"output\":null,\"timeout\":true,\"duration_ms\":9}\n"
		"pass A on_success\n"
		"end A failure\n"
		"failed A: the last state failed, and nothing follows on that\n" },
	/* What is entered too often. */
	{ HEAD AGENT
		"      max_state_visits: 2\n      transitions: [{ condition: always, target: A }]\n",
		OUTCOMES("{}", "{}", "{}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"output\":null}\n"
		"take A always > A\n"
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"output\":null}\n"
		"take A always > A\n"
		"failed A: the state was entered as often as it may be\n" },
	{ "metadata: { name: w }\nspec:\n  initial_state: A\n  max_total_transitions: 1\n  states:\n" AGENT
	  "      transitions: [{ condition: always, target: A }]\n",
		OUTCOMES("{}", "{}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"output\":null}\n"
		"take A always > A\n"
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"came to A {\"status\":\"success\",\"output\":null}\n"
		"failed A: it made as many transitions as it may\n" },
	/* Questions: an answer, none in time, and what a person adds. */
	{ HEAD "    A:\n      kind: Human\n      prompt: 'go on?'\n      default_response: ' NO '\n"
	       "      transitions: [{ condition: input_equals_yes, target: A }, "
	       "{ condition: input_equals, value: 'NO', target: A }, "
	       "{ condition: input_equals_no, target: B, feedback: '{{human.feedback}}|{{A.response}}' }]\n"
	       "    B: { kind: Agent, agent: ann, input: '{{state.feedback}}', transitions: [] }\n",
		OUTCOMES("{\"response\":\"Y\",\"feedback\":\"f\"}", "{\"timeout\":true}", "{}"),
		"enter A\n"
		"question {\"prompt\":\"go on?\",\"default_response\":\" NO \"}\n"
		"came to A {\"status\":\"success\",\"output\":\"Y\",\"response\":\"Y\",\"feedback\":\"f\"}\n"
		"take A input_equals_yes > A\n"
		"enter A\n"
		"question {\"prompt\":\"go on?\",\"default_response\":\" NO \"}\n"
		"came to A {\"status\":\"success\",\"output\":\" NO \",\"response\":\" NO \",\"timeout\":true}\n"
		"pass A input_equals_yes\n"
		"pass A input_equals\n"
		"take A input_equals_no > B \" NO | NO \"\n"
		"enter B\n"
		"agent {\"agent\":\"ann\",\"input\":\" NO | NO \"}\n"
		"came to B {\"status\":\"success\",\"output\":null}\n"
		"end B success\n"
		"done null\n" },
	/* A container is tried again, and what a shell reads is quoted for it. */
	{ HEAD "    A:\n      kind: ContainerRun\n      name: c\n      image: " IMAGE "\n"
	       "      command: [sh, -c, 'echo {{input.task}}']\n      shell: true\n"
	       "      retry: { max_attempts: 2, backoff: 3s }\n      timeout: 4s\n" TO_B(
		       "on_failure") DONE,
		OUTCOMES("{\"exit_code\":7}", "{\"status\":\"failure\",\"error\":\"no image\"}",
			"{\"exit_code\":0}"),
		"enter A\n"
		"container 4000 ms {\"name\":\"c\",\"image\":\"" IMAGE
		"\",\"command\":[\"sh\",\"-c\",\"echo 'it'\"]}\n"
		"retry A\n"
		"wait 3000\n"
		"container #2 1000 ms {\"name\":\"c\",\"image\":\"" IMAGE
		"\",\"command\":[\"sh\",\"-c\",\"echo 'it'\"]}\n"
		"retry A\n"
		"wait 1000\n" /* then its time is over */
		"came to A {\"status\":\"failure\",\"output\":{\"stdout\":\"\",\"stderr\":\"\","
		"\"error\":\"no image\"},\"stdout\":\"\",\"stderr\":\"\",\"error\":\"no image\"}\n"
		"take A on_failure > B\n"
		"enter B\n"
		"command {\"command\":\"b\"}\n"
		"came to B {\"status\":\"success\",\"exit_code\":0,\"output\":{\"stdout\":\"\","
		"\"stderr\":\"\",\"exit_code\":0},\"stdout\":\"\",\"stderr\":\"\"}\n"
		"end B success\n"
		"done {\"stdout\":\"\",\"stderr\":\"\",\"exit_code\":0}\n" },
	/* Several containers: by name, and whatever the order. */
	{ HEAD "    A:\n      kind: ParallelContainerRun\n      completion: all_succeed\n      steps:\n"
	       "        - { name: one, image: " IMAGE ", command: [x] }\n"
	       "        - { name: two, image: " IMAGE ", command: [y] }\n"
	       "      transitions: [{ condition: exit_code, value: 4, target: B }]\n"
	       "    B: { kind: Agent, agent: ann, input: '{{A.two.stdout}}{{A.output.one.exit_code}}', transitions: [] }\n",
		OUTCOMES(
			"{\"steps\":{\"two\":{\"exit_code\":0,\"stdout\":\"t\"},\"one\":{\"exit_code\":4}}}",
			"{}"),
		"enter A\n"
		"containers {\"name\":\"one\",\"image\":\"" IMAGE
		"\",\"command\":[\"x\"]} | {\"name\":\"two\",\"image\":\"" IMAGE
		"\",\"command\":[\"y\"]}\n"
		"came to A {\"status\":\"failure\",\"exit_code\":4,\"output\":{\"one\":{\"status\":\"failure\","
		"\"stdout\":\"\",\"stderr\":\"\",\"exit_code\":4},\"two\":{\"status\":\"success\",\"stdout\":\"t\","
		"\"stderr\":\"\",\"exit_code\":0}},\"one\":{\"status\":\"failure\",\"stdout\":\"\","
		"\"stderr\":\"\",\"exit_code\":4},\"two\":{\"status\":\"success\",\"stdout\":\"t\",\"stderr\":\"\","
		"\"exit_code\":0}}\n"
		"take A exit_code > B\n"
		"enter B\n"
		"agent {\"agent\":\"ann\",\"input\":\"t4\"}\n"
		"came to B {\"status\":\"success\",\"output\":null}\n"
		"end B success\n"
		"done null\n" },
	/* Nobody waits for what is started; a result stands on the blackboard. */
	{ HEAD "    A: { kind: Subworkflow, workflow_id: x, mode: fire_and_forget, "
	       "transitions: [{ condition: on_success, target: B }] }\n"
	       "    B: { kind: Subworkflow, workflow_id: y, mode: blocking, result_key: got, "
	       "transitions: [{ condition: custom, expression: 'blackboard.got.n > 1', target: C }] }\n"
	       "    C: { kind: Agent, agent: ann, input: '{{blackboard.got.n}}', transitions: [] }\n",
		OUTCOMES("{\"output\":{\"n\":2}}", "{}"),
		"enter A\n"
		"workflow {\"workflow_id\":\"x\"} detached\n"
		"came to A {\"status\":\"success\",\"output\":null}\n"
		"take A on_success > B\n"
		"enter B\n"
		"workflow {\"workflow_id\":\"y\"}\n"
		"came to B {\"status\":\"success\",\"output\":{\"n\":2}}\n"
		"take B custom > C\n"
		"enter C\n"
		"agent {\"agent\":\"ann\",\"input\":\"2\"}\n"
		"came to C {\"status\":\"success\",\"output\":null}\n"
		"end C success\n"
		"done null\n" },
	/* The blackboard begins with the constants; what comes of a state hides one of its name. */
	{ "metadata: { name: w }\nspec:\n  initial_state: A\n  context: { A: 1, most: [2, 3] }\n  states:\n"
	  "    A: { kind: Agent, agent: ann, input: '{{blackboard.most.[1]}}{{blackboard.A}}', "
	  "transitions: [{ condition: always, target: B }] }\n"
	  "    B: { kind: Agent, agent: ann, input: '{{blackboard.most.[0]}}{{blackboard.A.output}}', "
	  "transitions: [] }\n",
		OUTCOMES("{\"output\":7}", "{}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"31\"}\n"
		"came to A {\"status\":\"success\",\"output\":7}\n"
		"take A always > B\n"
		"enter B\n"
		"agent {\"agent\":\"ann\",\"input\":\"27\"}\n"
		"came to B {\"status\":\"success\",\"output\":null}\n"
		"end B success\n"
		"done null\n" },
	/* What templates cannot make of the data fails the state; a condition that cannot be worked
	 * out is false, and says why. */
	{ HEAD "    A: { kind: System, command: 'echo {{input.nul}}', "
	       "transitions: [{ condition: custom, expression: 'input.task > 1', target: B }, "
	       "{ condition: on_failure, target: B }] }\n" DONE,
		OUTCOMES("{\"exit_code\":1}"),
		"enter A\n"
		"came to A {\"status\":\"failure\",\"output\":null,\"error\":\"a command cannot have a NUL in it\"}\n"
		"pass A custom: only two numbers, or two strings, have an order\n"
		"take A on_failure > B\n"
		"enter B\n"
		"command {\"command\":\"b\"}\n"
		"came to B {\"status\":\"failure\",\"exit_code\":1,\"output\":{\"stdout\":\"\",\"stderr\":\"\","
		"\"exit_code\":1},\"stdout\":\"\",\"stderr\":\"\"}\n"
		"end B failure\n"
		"failed B: the last state failed, and nothing follows on that\n" },
	/* A handler that must do, and does not. */
	{ HEAD AGENT
		"      output_handler: { type: mcp_tool, tool_name: t, arguments: { o: '{{output}}', n: 'x{{output.n}}' }, required: true }\n" TO_B(
			"on_success") DONE,
		OUTCOMES("{\"output\":{\"n\":1}}", "{\"status\":\"failure\"}"),
		"enter A\n"
		"agent {\"agent\":\"ann\",\"input\":\"do it\"}\n"
		"handler {\"type\":\"mcp_tool\",\"tool_name\":\"t\",\"arguments\":{\"o\":{\"n\":1},\"n\":\"x1\"}}\n"
		"came to A {\"status\":\"failure\",\"output\":{\"n\":1}}\n"
		"pass A on_success\n"
		"end A failure\n"
		"failed A: the last state failed, and nothing follows on that\n" },
};

static void build(struct stepped *b, struct aeg_machines *ms, const char *yaml)
{
	stepped_make(b, yaml);
	for (size_t i = 0; i < b->d.n && b->section.len == 0; i++)
		print_error("%s: %s\n", diag_info(b->d.v[i].code)->text, b->d.v[i].label);
	assert_int_not_equal(b->section.len, 0);
	assert_int_equal(stepped_open(b->section.at, b->section.len, ms), AEG_OK);
}

static enum aeg_status begin(
	struct stepped *b, struct aeg_machines *ms, const char *const *outcomes, const char *input)
{
	c = (struct stepper){ .m = { .mem = mem, .mem_size = sizeof mem, .steps = 1000000 },
		.log = { .arena = &b->a },
		.outcomes = outcomes };
	return stepper_begin(&c, ms, 0, input);
}

static void run_to_end(void)
{
	enum aeg_machine_want want = stepper_run(&c);
	if (want == AEG_MACHINE_DONE)
		stepper_note(&c, "done ", aeg_machine_result(&c.m));
	else if (want == AEG_MACHINE_FAILED)
		stepper_note(&c, "failed ", stepper_state(&c, c.m.failed_state));
	if (want == AEG_MACHINE_FAILED)
		buf_printf(&c.log, ": %s", c.m.what);
	buf_text(&c.log, "\n");
	buf_done(&c.log);
}

static void test_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stepped b;
		struct aeg_machines ms;
		build(&b, &ms, cases[i].yaml);
		assert_int_equal(
			begin(&b, &ms, cases[i].outcomes, "{\"task\":\"it\",\"nul\":\"\\u0000\"}"),
			AEG_OK);
		run_to_end();
		assert_string_equal(c.log.at, cases[i].want);
		arena_free(&b.a);
	}
}

/* ---- Outcomes that cannot be ----------------------------------------------------------------- */

static const char kinds_yaml[] = HEAD AGENT TO_B(
	"always") "    B: { kind: ContainerRun, name: c, image: " IMAGE
		  ", command: [x], transitions: [{ condition: always, target: C }] }\n"
		  "    C: { kind: Human, prompt: p, transitions: [{ condition: always, target: D }] }\n"
		  "    D:\n      kind: ParallelAgents\n      agents: [{ agent: a, input: b }, { agent: c, input: d }]\n"
		  "      consensus: { strategy: majority }\n      transitions: [{ condition: always, target: E }]\n"
		  "    E:\n      kind: ParallelContainerRun\n      completion: any_succeed\n"
		  "      steps: [{ name: one, image: " IMAGE ", command: [x] }]\n"
		  "      transitions: [{ condition: always, target: F }]\n"
		  "    F: { kind: Subworkflow, workflow_id: x, mode: blocking, result_key: r, transitions: [] }\n";

static const char *const misfits[][2] = {
	{ "{\"output\":", "invalid A: the outcome is not JSON" },
	{ "[]", "invalid A: is not an object" },
	{ "{\"Output\":1}", "invalid A /Output: is no member of an outcome" },
	{ "{\"output\":{\"a\":1,\"a\":2}}", "invalid A /output/a: is there twice" },
	{ "{\"exit_code\":0}", "invalid A /exit_code: is not what comes of this" },
	{ "{\"status\":\"ok\"}", "invalid A /status: is neither `success` nor `failure`" },
	{ "{\"status\":true}", "invalid A /status: is not a string" },
	{ "{\"timeout\":1}", "invalid A /timeout: is not true or false" },
	{ "{\"timeout\":true,\"status\":\"success\"}",
		"invalid A /status: is `success`, and it took longer than it may" },
	{ "{\"score\":1.0000000006}", "invalid A /score: is not from 0 to 1" },
	{ "{\"score\":-0.1}", "invalid A /score: is not from 0 to 1" },
	{ "{\"score\":1e9}", "invalid A /score: is not from 0 to 1" },
	{ "{\"confidence\":\"1\"}", "invalid A /confidence: is not a number" },
	{ "{\"score\":-0.0,\"confidence\":1e0}", NULL },
	{ "{}", "invalid B: has no exit_code" },
	{ "{\"exit_code\":1.5}", "invalid B /exit_code: is not a whole number of 32 bits" },
	{ "{\"exit_code\":2147483648}", "invalid B /exit_code: is not a whole number of 32 bits" },
	{ "{\"exit_code\":0,\"status\":\"failure\"}",
		"invalid B /exit_code: says something else than status" },
	{ "{\"exit_code\":137,\"timeout\":true}",
		"invalid B /exit_code: cannot be known of what took longer than it may" },
	{ "{\"exit_code\":-2147483648,\"status\":\"failure\"}", NULL },
	{ "{}", "invalid C: has no response" },
	{ "{\"timeout\":true,\"response\":\"yes\"}", "invalid C /response: came too late" },
	{ "{\"response\":true}", "invalid C /response: is not a string" },
	{ "{\"status\":\"failure\"}", NULL },
	{ "{}", "invalid D: has no agents" },
	{ "{\"agents\":[{}]}", "invalid D /agents: has fewer results than agents were run" },
	{ "{\"agents\":[{},{},{}]}", "invalid D /agents: has more results than agents were run" },
	{ "{\"agents\":[{},[]]}", "invalid D /agents/1: is not an object" },
	{ "{\"agents\":[{\"score\":2},{}]}", "invalid D /agents/0/score: is not from 0 to 1" },
	{ "{\"agents\":[{},{}],\"status\":\"success\"}",
		"invalid D /status: is said by each of the agents" },
	{ "{\"agents\":[{},{}],\"timeout\":true}", "invalid D /agents: came too late" },
	{ "{\"agents\":[{},{}]}", NULL },
	{ "{}", "invalid E: has no steps" },
	{ "{\"steps\":{\"two\":{\"exit_code\":0}}}", "invalid E /steps: lacks one of the steps" },
	{ "{\"steps\":{\"one\":{\"exit_code\":0},\"two\":{}}}",
		"invalid E /steps: has more steps than were run" },
	{ "{\"steps\":{\"one\":{}}}", "invalid E /steps/one: has no exit_code" },
	{ "{\"steps\":{\"one\":{\"exit_code\":0}},\"timeout\":true}",
		"invalid E /steps: came too late" },
	{ "{\"steps\":{\"one\":{\"exit_code\":0}}}", NULL },
	{ "{\"score\":1}", "invalid F /score: is not what comes of this" },
	{ "{\"output\":[1]}", NULL },
};

/* Each is refused with a reason, and the effect still waits for one that fits. */
static void test_misfits(void **state)
{
	struct stepped b;
	struct aeg_machines ms;
	struct aeg_effect e;
	uint32_t wait;

	(void)state;
	build(&b, &ms, kinds_yaml);
	assert_int_equal(begin(&b, &ms, NULL, "{}"), AEG_OK);
	assert_int_equal(aeg_machine_next(&c.m, 0, &e, &wait), AEG_MACHINE_EFFECT);
	for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
		struct aeg_str text = { misfits[i][0], (uint32_t)strlen(misfits[i][0]) };
		c.log.len = 0;
		assert_int_equal(aeg_machine_outcome(&c.m, text),
			misfits[i][1] == NULL ? AEG_OK : AEG_CONTENT);
		buf_done(&c.log);
		if (misfits[i][1] == NULL) {
			aeg_machine_next(&c.m, 0, &e, &wait);
			continue;
		}
		c.log.at[c.log.len - 1] = 0;
		assert_string_equal(c.log.at, misfits[i][1]);
	}
	assert_int_equal(aeg_machine_next(&c.m, 0, &e, &wait), AEG_MACHINE_DONE);
	assert_int_equal(aeg_machine_outcome(&c.m, (struct aeg_str){ "{}", 2 }), AEG_USAGE);
	arena_free(&b.a);
}

/* ---- Input, result, use --------------------------------------------------------------------- */

static void test_schemas(void **state)
{
	static const char yaml[] =
		"metadata:\n  name: w\n  input_schema: { type: object, required: [task] }\n"
		"  output_schema: { type: object, properties: { n: { type: integer } } }\n"
		"  output_template: { n: '{{A.output.n}}', text: 'n is {{A.output.n}}' }\n"
		"spec:\n  initial_state: A\n  states:\n" AGENT "      transitions: []\n";
	static const char *const good[] = { "{\"output\":{\"n\":3}}", NULL }, *const bad[] = {
		"{\"output\":{\"n\":3.5}}", NULL
	};
	struct stepped b;
	struct aeg_machines ms;

	(void)state;
	build(&b, &ms, yaml);
	assert_int_equal(begin(&b, &ms, good, "{}"), AEG_CONTENT);
	assert_int_equal(c.m.failed_state, AEG_NONE);
	assert_string_equal(c.m.what, "the input does not fit the workflow's schema");
	assert_int_equal(begin(&b, &ms, good, "{\"task\":1}"), AEG_OK);
	assert_int_equal(stepper_run(&c), AEG_MACHINE_DONE);
	assert_memory_equal(aeg_machine_result(&c.m).at, "{\"n\":3,\"text\":\"n is 3\"}", 23);
	assert_int_equal(begin(&b, &ms, bad, "{\"task\":1}"), AEG_OK);
	assert_int_equal(stepper_run(&c), AEG_MACHINE_FAILED);
	assert_int_equal(c.m.status, AEG_CONTENT);
	assert_string_equal(c.m.what, "the result does not fit the workflow's schema");
	assert_int_equal(aeg_machine_result(&c.m).len, 0);
	arena_free(&b.a);
}

/* A state's time passes between what it asks for. */
static void test_time(void **state)
{
	static const char yaml[] = HEAD AGENT
		"      timeout: 10s\n      judges: [{ agent_id: bob }]\n" TO_B("on_success") DONE;
	static const char *const outcomes[] = { "{}", "{\"agents\":[{}]}", NULL };
	struct stepped b;
	struct aeg_machines ms;

	(void)state;
	build(&b, &ms, yaml);
	assert_int_equal(begin(&b, &ms, outcomes, "{}"), AEG_OK);
	c.effect_ms = 9999; /* the judges have a millisecond left, then it is too late for more */
	assert_int_equal(stepper_run(&c), AEG_MACHINE_EFFECT);
	assert_int_equal(c.effects, 3);
	assert_int_equal(begin(&b, &ms, outcomes, "{}"), AEG_OK);
	c.effect_ms = 10000;
	assert_int_equal(stepper_run(&c), AEG_MACHINE_FAILED);
	assert_int_equal(c.effects, 1);
	arena_free(&b.a);
}

#define NEXT "---\napiVersion: 100monkeys.ai/v1\nkind: Workflow\n"
#define VERSIONED(name, version) \
	"metadata: {name: " name ", version: " version "}\n" \
	"spec: {initial_state: A, states: {A: {kind: System, command: x, transitions: []}}}\n"

/* The versions of a workflow stand in their order, and the last is meant where none is named. */
static void test_versions(void **state)
{
	static const char *const order[] = { "1.0.0", "1.2.0-rc.1", "1.2.0-rc.2", "1.2.0", "1.10.0",
		"0.1.0" };
	struct stepped b;
	struct aeg_machines ms;
	struct aeg_machine_info info = { .size_of = sizeof info };

	(void)state;
	build(&b, &ms,
		VERSIONED("w", "1.10.0") NEXT VERSIONED("x", "0.1.0") NEXT VERSIONED("w", "1.2.0")
			NEXT VERSIONED("w", "1.2.0-rc.2") NEXT VERSIONED("w", "1.0.0")
				NEXT VERSIONED("w", "1.2.0-rc.1"));
	assert_int_equal(ms.nmachines, 6);
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(aeg_machine_info(&ms, i, &info), AEG_OK);
		assert_int_equal(info.version.len, strlen(order[i]));
		assert_memory_equal(info.version.at, order[i], info.version.len);
	}
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "w", 1 }), 4);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "x", 1 }), 5);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "w@1.2.0", 7 }), 3);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "w@1.2", 5 }), AEG_NONE);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "x@1.2.0", 7 }), AEG_NONE);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "v", 1 }), AEG_NONE);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "", 0 }), AEG_NONE);
	arena_free(&b.a);
}

static void test_use(void **state)
{
	struct stepped b;
	struct aeg_machines ms;
	struct aeg_machine_info info = { .size_of = sizeof info };
	struct aeg_state_info s = { .size_of = sizeof s };
	struct aeg_transition_info t = { .size_of = sizeof t };
	struct aeg_effect e;
	uint32_t wait;

	(void)state;
	build(&b, &ms, stepped_all);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "w", 1 }), 0);
	assert_int_equal(aeg_machine_find(&ms, (struct aeg_str){ "x", 1 }), AEG_NONE);
	assert_int_equal(aeg_machine_info(&ms, 1, &info), AEG_USAGE);
	assert_int_equal(aeg_machine_info(&ms, 0, &info), AEG_OK);
	assert_int_equal(info.nstates, 8);
	assert_int_equal(aeg_state_info(&ms, 0, 8, &s), AEG_USAGE);
	assert_int_equal(aeg_state_info(&ms, 0, 4, &s), AEG_OK);
	assert_memory_equal(s.subject.at, "ann, bob", 8);
	assert_int_equal(aeg_transition_info(&ms, 0, 4, 3, &t), AEG_USAGE);
	assert_int_equal(aeg_transition_info(&ms, 0, 4, 1, &t), AEG_OK);
	assert_int_equal(t.threshold, AEG_SCORE_ONE / 2);
	t.size_of = 1;
	assert_int_equal(aeg_transition_info(&ms, 0, 4, 1, &t), AEG_USAGE);
	assert_int_equal(begin(&b, &ms, NULL, "{\"task\":1}"), AEG_OK);
	assert_int_equal(aeg_machine_outcome(&c.m, (struct aeg_str){ "{}", 2 }), AEG_USAGE);
	assert_int_equal(aeg_machine_next(&c.m, 0, &e, &wait), AEG_MACHINE_EFFECT);
	assert_int_equal(
		aeg_machine_outcome(&c.m, (struct aeg_str){ (char *)mem + 8, 2 }), AEG_USAGE);
	assert_int_equal(aeg_machine_next(&c.m, 0, &e, &wait), AEG_MACHINE_FAILED);
	assert_int_equal(c.m.status, AEG_USAGE);
	c.m.machine = 1;
	assert_int_equal(aeg_machine_begin(&c.m), AEG_USAGE);
	assert_int_equal(aeg_machine_next(&c.m, 0, &e, &wait), AEG_MACHINE_FAILED);
	arena_free(&b.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_misfits),
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_use),
	};
	return cmocka_run_group_tests_name("machine_run", tests, NULL, NULL);
}
