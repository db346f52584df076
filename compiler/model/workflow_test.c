/* What the reader of workflows makes of a document, and where it says that something is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aegis/expr.h"
#include "model/machine.h"

struct reading {
	struct arena arena;
	struct sources sources;
	struct diags diags;
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

static const struct mmachine *read_text(struct reading *r, const char *text)
{
	struct documents docs = { 0 };
	*r = (struct reading){ .arena = { .limit = 1u << 28, .fail = out_of_memory } };
	r->sources.arena = r->diags.arena = &r->arena;
	r->diags.sources = &r->sources;
	sources_add_text(&r->sources, "in.yaml", slice_of(text));
	syntax_parse(&r->diags, &docs);
	const struct model *m = model_shape(&r->diags, &docs);
	assert_int_equal(m->nmachines, 1);
	assert_int_equal(m->nworkflows, 1);
	return m->machines;
}

#define HEAD \
	"apiVersion: 100monkeys.ai/v1\nkind: Workflow\nmetadata: { name: w }\nspec:\n" \
	"  initial_state: S\n  states:\n"

static const char *text(const struct node *n)
{
	static char copy[64];
	snprintf(copy, sizeof copy, "%.*s", SLICE_ARG(n->u.text));
	return copy;
}

static void test_defaults(void **state)
{
	struct reading r;
	const struct mmachine *m =
		read_text(&r, HEAD "    S: { kind: System, command: x, transitions: [] }\n"
				   "    P:\n      kind: ParallelAgents\n      transitions: []\n"
				   "      agents: [{ agent: a, input: x }]\n"
				   "      consensus: { strategy: majority }\n");
	(void)state;
	assert_int_equal(r.diags.errors, 0);
	assert_int_equal(m->max_transitions, 50);
	assert_false(m->transitions_stated);
	assert_true(slice_is(m->workspace_key.text, "workspace_volume_id"));
	assert_int_equal(m->states[0].max_visits, 5);
	assert_int_equal(m->states[0].timeout_ms, 0);
	const struct mstate *p = &m->states[1];
	assert_int_equal(p->branches[0].timeout_ms, 60000);
	assert_int_equal(p->branches[0].poll_ms, 500);
	assert_true(p->branches[0].weight == 1 && p->consensus.stated);
	assert_true(p->consensus.agreement_factor == 0.7 && p->consensus.self_factor == 0.3);
	assert_false(p->consensus.has_threshold || p->consensus.has_agreement);
	assert_int_equal(p->consensus.min_judges, 1);
	arena_free(&r.arena);
}

static void test_states(void **state)
{
	struct reading r;
	const struct mmachine *m = read_text(&r, HEAD
		"    S:\n      kind: Agent\n      agent: a\n      input: one\n      timeout: 1h 30m\n"
		"      max_state_visits: 3\n      judges: [{ agent_id: j, weight: 0.5 }]\n"
		"      transitions: [{ condition: score_between, min: 0.25, max: 0.75, target: C }]\n"
		"    C:\n      kind: ContainerRun\n      name: c\n      image: '{{input.i}}'\n"
		"      command: [a, b]\n      resources: { cpu: 5, memory: 2g, timeout: 90s }\n"
		"      retry: { max_attempts: 2, backoff: 1500ms }\n"
		"      volumes: [{ name: v, mount_path: /v, read_only: true }]\n"
		"      transitions: [{ condition: exit_code, value: -1, target: U }]\n"
		"    U:\n      kind: Subworkflow\n      workflow_id: u\n      mode: blocking\n"
		"      result_key: k\n      transitions: [{ condition: input_equals, value: \"5\", "
		"target: N }]\n"
		"    N:\n      kind: ParallelContainerRun\n      completion: any_succeed\n"
		"      steps: [{ name: n, image: '{{input.i}}', command: [x] }]\n"
		"      transitions: []\n");
	(void)state;
	assert_int_equal(r.diags.errors, 0);
	assert_int_equal(m->nstates, 4);
	const struct mstate *s = m->states;
	assert_int_equal(s[0].kind, AEG_STATE_AGENT);
	assert_int_equal(s[0].timeout_ms, 5400000);
	assert_true(s[0].visits_stated && s[0].max_visits == 3);
	assert_string_equal(text(s[0].input), "one");
	assert_true(s[0].judges[0].weight == 0.5);
	assert_int_equal(s[0].transitions[0].when, AEG_WHEN_SCORE_BETWEEN);
	assert_true(s[0].transitions[0].min == 0.25 && s[0].transitions[0].max == 0.75);
	assert_int_equal(s[1].kind, AEG_STATE_CONTAINER);
	assert_int_equal(s[1].ncontainers, 1);
	const struct mcontainer *c = s[1].containers;
	assert_int_equal(c->memory, (uint64_t)2 << 30);
	assert_int_equal(c->timeout_ms, 90000);
	assert_true(c->retries == 2 && c->backoff_ms == 1500 && c->cpu == 5);
	assert_true(c->nmounts == 1 && c->mounts[0].read_only);
	assert_int_equal(s[1].transitions[0].code, -1);
	assert_true(s[2].blocking && slice_is(s[2].result_key.text, "k"));
	assert_true(slice_is(s[2].transitions[0].value.text, "5"));
	assert_int_equal(s[3].completion, AEG_ANY_SUCCEED);
	assert_int_equal(s[3].ncontainers, 1);
	arena_free(&r.arena);
}

/* What could not be read is marked, so that nobody draws conclusions from it. */
static void test_broken(void **state)
{
	struct reading r;
	const struct mmachine *m = read_text(&r,
		HEAD "    S: { kind: Agnet, transitions: [] }\n"
		     "    T: { kind: System, command: x }\n"
		     "    U:\n      kind: System\n      command: x\n      transitions:\n"
		     "        - { condition: sometimes, target: S }\n"
		     "        - { condition: always, target: T }\n"
		     "        - 5\n");
	(void)state;
	assert_true(m->states[0].broken && m->states[1].broken && !m->states[2].broken);
	const struct mtransition *t = m->states[2].transitions;
	assert_int_equal(m->states[2].ntransitions, 3);
	assert_true(t[0].broken && slice_is(t[0].target.text, "S"));
	assert_true(!t[1].broken && t[2].broken && t[2].target.text.at == NULL);
	arena_free(&r.arena);
}

static const struct mreading *reads(const struct mmachine *m, const char *name)
{
	for (uint32_t i = 0; i < m->nreadings; i++)
		if (slice_is(m->readings[i].steps[m->readings[i].nsteps - 1], name))
			return &m->readings[i];
	fail_msg("nothing reads %s", name);
	return NULL;
}

/* Every reading is told, with its state and whether that is done by then; of an alias too. */
static void test_readings(void **state)
{
	struct reading r;
	const struct mmachine *m = read_text(&r,
		"apiVersion: 100monkeys.ai/v1\nkind: Workflow\n"
		"metadata: { name: w, output_template: { r: '{{blackboard.result}}' } }\n"
		"spec:\n  initial_state: S\n  states:\n"
		"    S:\n      kind: Agent\n      agent: a\n      input: &x '{{blackboard.before}}'\n"
		"      judges: [{ agent_id: j, input_template: '{{blackboard.judged}}' }]\n"
		"      transitions:\n        - { condition: custom, target: T, "
		"expression: blackboard.tested > 1 }\n"
		"        - { condition: always, target: T, feedback: '{{blackboard.told}}' }\n"
		"    T: { kind: Agent, agent: b, input: *x, transitions: [] }\n"
		"    U: { kind: System, command: 'x {{#if blackboard.maybe}}y{{/if}}', "
		"transitions: [] }\n");
	(void)state;
	assert_int_equal(r.diags.errors, 0);
	assert_int_equal(reads(m, "result")->state, MREADING_RESULT);
	assert_true(reads(m, "before")->state == 0 && !reads(m, "before")->after);
	assert_true(reads(m, "judged")->state == 0 && reads(m, "judged")->after);
	assert_true(reads(m, "tested")->after && reads(m, "told")->after);
	assert_true(reads(m, "maybe")->state == 2 && reads(m, "maybe")->flags & AEG_READ_TESTED);
	uint32_t before = 0;
	for (uint32_t i = 0; i < m->nreadings; i++)
		before += slice_is(m->readings[i].steps[1], "before");
	assert_int_equal(before, 2);
	arena_free(&r.arena);
}

/* The same text in very many states: what is told stays within bounds. */
static void test_many_readings(void **state)
{
	struct reading r;
	struct arena a = { .limit = 1u << 28, .fail = out_of_memory };
	struct buf b = { .arena = &a };
	(void)state;
	buf_text(&b, HEAD "    S: { kind: Agent, agent: a, transitions: [], input: &x '");
	for (int i = 0; i < 100; i++)
		buf_printf(&b, "{{blackboard.k%d}}", i);
	buf_text(&b, "' }\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(
			&b, "    S%d: { kind: Agent, agent: a, transitions: [], input: *x }\n", i);
	const struct mmachine *m = read_text(&r, buf_done(&b).at);
	assert_int_equal(r.diags.errors, 0);
	assert_int_equal(m->nstates, 1001);
	assert_int_equal(m->nreadings, MREADING_MOST);
	arena_free(&r.arena);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_many_readings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
