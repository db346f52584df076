#ifndef MACHINE_STEPPED_TEST_H
#define MACHINE_STEPPED_TEST_H
/* For tests and fuzzers: section MACHINES of a workflow in YAML, and a caller that has its effects
 * come to what a script says, and writes down what happens. */
#include <stdlib.h>
#include <string.h>

#include "aegis/machine.h"
#include "format/aeg_machine.h"
#include "machine/machine.h"
#include "model/model.h"
#include "source/source.h"

struct stepped {
	struct arena a;
	struct sources sources;
	struct diags d;
	const struct model *m;
	struct slice section; /* len 0: refused */
};

static inline void stepped_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

/* @rest: what stands below the head of a Workflow `w`. */
static inline void stepped_make(struct stepped *b, const char *rest)
{
	struct documents docs = { 0 };
	struct buf text = { .arena = &b->a };
	uint32_t file;
	*b = (struct stepped){ .a = { .limit = (size_t)1 << 28, .fail = stepped_no_memory } };
	b->sources = (struct sources){ .arena = &b->a, .closed = true };
	b->d = (struct diags){ .arena = &b->a, .sources = &b->sources };
	buf_text(&text, "apiVersion: 100monkeys.ai/v1\nkind: Workflow\n");
	buf_text(&text, rest);
	file = sources_add_text(&b->sources, "w.yaml", buf_done(&text));
	syntax_parse_yaml(&b->d, file, &docs);
	b->m = model_shape(&b->d, &docs);
	if (b->d.errors == 0)
		b->section = machine_emit(&b->d, b->m->machines, b->m->nmachines);
}

static inline enum aeg_status stepped_open(
	const void *bytes, uint32_t len, struct aeg_machines *ret)
{
	struct aeg_bundle b;
	memset(&b, 0, sizeof b);
	b.section[AEGF_MACHINES].at = bytes;
	b.section[AEGF_MACHINES].count = len;
	return aeg_machines_open(&b, ret);
}

enum { STEPPER_TOKENS = 4096 };
struct stepper {
	struct aeg_machine m;
	struct aeg_json input;
	struct aeg_json_tok tok[STEPPER_TOKENS];
	struct buf log;              /* without an arena nothing is written down */
	const char *const *outcomes; /* up to NULL; then `{}` */
	uint64_t now_ms, effect_ms;  /* effect_ms: how long each takes */
	uint32_t effects;
	bool ended;
};

static inline void stepper_note(struct stepper *c, const char *before, struct aeg_str s)
{
	buf_text(&c->log, before);
	buf_slice(&c->log, (struct slice){ s.at, s.len });
}

static inline struct aeg_str stepper_state(struct stepper *c, uint32_t state)
{
	struct aeg_state_info s = { .size_of = sizeof s };
	if (aeg_state_info(c->m.machines, c->m.machine, state, &s) != AEG_OK)
		return (struct aeg_str){ "-", 1 };
	return s.name;
}

static inline void stepper_event(void *ctx, const struct aeg_machine_event *e)
{
	static const char *const words[] = { "enter ", "retry ", "came to ", "pass ", "take ",
		"end ", "invalid " };
	struct stepper *c = ctx;
	struct aeg_transition_info t = { .size_of = sizeof t };
	volatile char sink = 0;
	for (uint32_t i = 0; i < e->text.len; i++)
		sink = (char)(sink + e->text.at[i]);
	if (c->log.arena == NULL)
		return;
	stepper_note(c, words[e->kind], stepper_state(c, e->state));
	if (e->kind == AEG_MACHINE_PASSED || e->kind == AEG_MACHINE_TAKEN) {
		aeg_transition_info(c->m.machines, c->m.machine, e->state, e->transition, &t);
		buf_printf(&c->log, " %s", aeg_condition_name(t.when));
	}
	if (e->kind == AEG_MACHINE_TAKEN)
		stepper_note(c, " > ", stepper_state(c, t.target));
	if (e->kind == AEG_MACHINE_ENDED)
		buf_text(&c->log, e->success ? " success" : " failure");
	if (e->text.len != 0)
		stepper_note(c, " ", e->text);
	if (e->what != NULL)
		buf_printf(&c->log, ": %s", e->what);
	buf_text(&c->log, "\n");
}

static inline void stepper_effect(struct stepper *c, const struct aeg_effect *e)
{
	static const char *const words[AEG_NEFFECT_KINDS] = { "agent", "command", "question",
		"agents", "container", "containers", "workflow", "judges", "handler" };
	struct aeg_json j;
	struct aeg_json_tok tok[256];
	for (uint32_t i = 0; i < e->ntasks; i++) /* each is a JSON object */
		if (aeg_json_scan(&j, e->tasks[i].what.at, e->tasks[i].what.len, tok, 256) !=
				AEG_NOMEM &&
			(j.status != AEG_OK || *e->tasks[i].what.at != '{'))
			abort();
	c->effects++;
	if (c->log.arena == NULL)
		return;
	buf_text(&c->log, words[e->kind]);
	if (e->attempt > 1)
		buf_printf(&c->log, " #%u", e->attempt);
	if (e->timeout_ms != 0)
		buf_printf(&c->log, " %u ms", e->timeout_ms);
	for (uint32_t i = 0; i < e->ntasks; i++)
		stepper_note(c, i == 0 ? " " : " | ", e->tasks[i].what);
	buf_text(&c->log, e->detached ? " detached\n" : "\n");
}

/* Memory and steps are the caller's. */
static inline enum aeg_status stepper_begin(
	struct stepper *c, const struct aeg_machines *ms, uint32_t machine, const char *input)
{
	static const char *const none[] = { NULL };
	c->m.size_of = sizeof c->m;
	c->m.machines = ms;
	c->m.machine = machine;
	c->m.input = &c->input;
	c->m.event = stepper_event;
	c->m.ctx = c;
	if (c->outcomes == NULL)
		c->outcomes = none;
	if (aeg_json_scan(&c->input, input, strlen(input), c->tok, STEPPER_TOKENS) != AEG_OK)
		abort();
	return aeg_machine_begin(&c->m);
}

/* Goes on to the end, or to an outcome that does not fit and nothing that follows. */
static inline enum aeg_machine_want stepper_run(struct stepper *c)
{
	struct aeg_effect e;
	enum aeg_machine_want want;
	uint32_t ms;
	while ((want = aeg_machine_next(&c->m, c->now_ms, &e, &ms)) == AEG_MACHINE_EFFECT ||
		want == AEG_MACHINE_WAIT) {
		if (want == AEG_MACHINE_WAIT) {
			c->now_ms += ms;
			if (c->log.arena != NULL)
				buf_printf(&c->log, "wait %u\n", ms);
			continue;
		}
		stepper_effect(c, &e);
		c->now_ms += c->effect_ms;
		if (e.detached)
			continue;
		enum aeg_status s = AEG_CONTENT;
		while (s == AEG_CONTENT && *c->outcomes != NULL) {
			s = aeg_machine_outcome(&c->m,
				(struct aeg_str){ *c->outcomes, (uint32_t)strlen(*c->outcomes) });
			c->outcomes++;
		}
		if (s == AEG_CONTENT)
			return AEG_MACHINE_EFFECT;
	}
	return want;
}

/* All workflows of an accepted section, whatever it is, with these outcomes. */
static inline void stepper_run_all(struct stepper *c, const struct aeg_machines *ms,
	const char *const *outcomes, size_t mem_size)
{
	static const char input[] = "{\"task\":\"t\",\"n\":[1,2],\"flag\":true}";
	void *mem = malloc(mem_size == 0 ? 1 : mem_size);
	for (uint32_t i = 0; i < ms->nmachines; i++) {
		*c = (struct stepper){ .m = { .mem = mem, .mem_size = mem_size, .steps = 20000 },
			.outcomes = outcomes };
		if (stepper_begin(c, ms, i, input) == AEG_OK)
			stepper_run(c);
	}
	free(mem);
}

/* A bit of everything. */
static const char stepped_all[] =
	"metadata:\n"
	"  name: w\n"
	"  input_schema: { type: object, required: [task] }\n"
	"  output_schema: { type: object }\n"
	"  output_template: { who: '{{CODE.output}}', ok: '{{CHECK.exit_code}}', l: [1, 'a{{input.n}}'] }\n"
	"spec:\n"
	"  initial_state: CODE\n"
	"  context: { tries: 3, text: 'a \"b\"' }\n"
	"  max_total_transitions: 20\n"
	"  states:\n"
	"    CODE:\n"
	"      kind: Agent\n"
	"      agent: coder\n"
	"      input: 'do {{input.task}}, {{state.feedback}}'\n"
	"      judges: [{ agent_id: ann, weight: 2 }, { agent_id: bob, input_template: 'see {{state_output.output}}' }]\n"
	"      transitions:\n"
	"        - { condition: score_above, threshold: 0.8, target: CHECK }\n"
	"        - { condition: custom, expression: 'blackboard.CODE.score < 0.2', target: ASK }\n"
	"        - { condition: always, target: CODE, feedback: 'score {{CODE.score}}' }\n"
	"    CHECK:\n"
	"      kind: ContainerRun\n"
	"      name: check\n"
	"      image: alpine@sha256:0000000000000000000000000000000000000000000000000000000000000000\n"
	"      command: [make, '{{input.task}}']\n"
	"      env: { A: 'x{{CODE.output}}' }\n"
	"      retry: { max_attempts: 1, backoff: 2s }\n"
	"      timeout: 60s\n"
	"      output_handler: { type: webhook, url: 'https://h.example/{{output.exit_code}}', required: true }\n"
	"      transitions:\n"
	"        - { condition: exit_code_zero, target: VOTE }\n"
	"        - { condition: exit_code, value: 3, target: SHELL }\n"
	"        - { condition: on_failure, target: BOTH }\n"
	"    SHELL:\n"
	"      kind: System\n"
	"      command: 'echo {{CHECK.stderr}}'\n"
	"      transitions: [{ condition: exit_code_non_zero, target: BOTH }]\n"
	"    BOTH:\n"
	"      kind: ParallelContainerRun\n"
	"      completion: any_succeed\n"
	"      steps:\n"
	"        - { name: one, image: a@sha256:0000000000000000000000000000000000000000000000000000000000000000, command: [a] }\n"
	"        - { name: two, image: a@sha256:0000000000000000000000000000000000000000000000000000000000000000, command: ['b {{CHECK.output.stdout}}', c], shell: true }\n"
	"      transitions: [{ condition: on_success, target: VOTE }]\n"
	"    VOTE:\n"
	"      kind: ParallelAgents\n"
	"      agents:\n"
	"        - { agent: ann, input: 'a {{CODE.output}}', weight: 1 }\n"
	"        - { agent: bob, input: b, weight: 3 }\n"
	"      consensus: { strategy: majority, threshold: 0.6, min_judges_required: 2 }\n"
	"      transitions:\n"
	"        - { condition: all_approved, target: MORE }\n"
	"        - { condition: consensus, threshold: 0.5, agreement: 0.5, target: ASK }\n"
	"        - { condition: any_rejected, target: ASK, feedback: '{{VOTE.agents.0.output}}' }\n"
	"    ASK:\n"
	"      kind: Human\n"
	"      prompt: 'go on with {{intent}}?'\n"
	"      default_response: 'no'\n"
	"      timeout: 1h\n"
	"      transitions:\n"
	"        - { condition: input_equals_yes, target: MORE }\n"
	"        - { condition: input_equals, value: again, target: CODE, feedback: '{{human.feedback}}' }\n"
	"        - { condition: input_equals_no, target: LATER }\n"
	"    MORE:\n"
	"      kind: Subworkflow\n"
	"      workflow_id: more\n"
	"      mode: blocking\n"
	"      result_key: more\n"
	"      input: '{{VOTE.consensus.score}}'\n"
	"      transitions: []\n"
	"    LATER:\n"
	"      kind: Subworkflow\n"
	"      workflow_id: later\n"
	"      mode: fire_and_forget\n"
	"      input: '{{blackboard.more}}'\n"
	"      transitions: []\n";
#endif
