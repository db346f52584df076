#ifndef MACHINE_RANDOM_TEST_H
#define MACHINE_RANDOM_TEST_H
/*
 * State machines at random, for tests: as the reader would leave them (random_machine), and as YAML
 * (random_yaml). All kinds of states and conditions; small, so that all runs of one can be gone
 * through, and of few values, so that conditions often meet. Nothing in them is an error, but what
 * the analysis is to find.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "model/machine.h"

#define RANDOM_LENGTH(a) (sizeof(a) / sizeof *(a))
enum {
	RANDOM_STATES = 5,
	RANDOM_TRANSITIONS = 4, /* of a state */
	RANDOM_VISITS = 3,
	RANDOM_TOTAL = 9, /* transitions of a run */
};

struct random {
	uint64_t state; /* the seed: not 0 */
	struct arena *arena;
};

/* Below @n. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)(r->state >> 32) % n;
}

static inline bool random_once_in(struct random *r, uint32_t n) { return random_below(r, n) == 0; }

static inline struct slice random_text(struct random *r, const char *const *v, size_t n)
{
	return slice_of(v[random_below(r, (uint32_t)n)]);
}
#define RANDOM_OF(r, v) random_text(r, v, RANDOM_LENGTH(v))

static inline const struct node *random_node(struct random *r, struct slice text)
{
	struct node *n = arena_new(r->arena, struct node);
	*n = (struct node){ .kind = NODE_STRING, .span = SPAN_NONE, .u.text = text };
	return n;
}

/* ---- Conditions ---------------------------------------------------------------------------- */

static const double random_scores[] = { 0, 0.25, 0.3, 0.5, 0.7, 0.75, 1 };
static const int32_t random_codes[] = { 0, 1, 2, 3, -1, INT32_MIN, INT32_MAX };
static const char *const random_answers[] = { "yes", "Y", "no", " No ", "go", "stop", "YES " };
/* Of which nobody knows whether they hold, then those that are certain. */
static const char *const random_unknown[] = { "input.flag", "S0.status == 'success'",
	"blackboard.S1.score > 0.5", "!input.flag", "length(input.items) > 2" };
static const char *const random_certain[] = { "true", "1 < 2", "false", "2 < 1" };

static inline double random_score(struct random *r)
{
	return random_scores[random_below(r, RANDOM_LENGTH(random_scores))];
}

/* One that the kind of state can ask for; once in a while any. */
static inline enum aeg_condition_kind random_when(struct random *r, enum aeg_state_kind kind)
{
	static const uint8_t scores[] = { AEG_WHEN_SCORE_ABOVE, AEG_WHEN_SCORE_BELOW,
		AEG_WHEN_SCORE_BETWEEN, AEG_WHEN_CONFIDENCE_ABOVE,
		AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE, AEG_WHEN_CONSENSUS, AEG_WHEN_ALL_APPROVED,
		AEG_WHEN_ANY_REJECTED };
	static const uint8_t codes[] = { AEG_WHEN_EXIT_ZERO, AEG_WHEN_EXIT_NON_ZERO,
		AEG_WHEN_EXIT_CODE };
	static const uint8_t answers[] = { AEG_WHEN_INPUT_EQUALS, AEG_WHEN_INPUT_YES,
		AEG_WHEN_INPUT_NO };
	static const uint8_t plain[] = { AEG_WHEN_SUCCESS, AEG_WHEN_FAILURE, AEG_WHEN_SUCCESS,
		AEG_WHEN_FAILURE, AEG_WHEN_CUSTOM, AEG_WHEN_ALWAYS };

	if (random_once_in(r, 12))
		return (enum aeg_condition_kind)random_below(r, AEG_NCONDITION_KINDS);
	if (random_once_in(r, 3))
		return (enum aeg_condition_kind)plain[random_below(r, RANDOM_LENGTH(plain))];
	switch (kind) {
	case AEG_STATE_AGENT:
		return (enum aeg_condition_kind)scores[random_below(r, RANDOM_LENGTH(scores) - 2)];
	case AEG_STATE_PARALLEL_AGENTS:
		return (enum aeg_condition_kind)scores[random_below(r, RANDOM_LENGTH(scores))];
	case AEG_STATE_SYSTEM:
	case AEG_STATE_CONTAINER:
	case AEG_STATE_PARALLEL_CONTAINERS:
		return (enum aeg_condition_kind)codes[random_below(r, RANDOM_LENGTH(codes))];
	case AEG_STATE_HUMAN:
		return (enum aeg_condition_kind)answers[random_below(r, RANDOM_LENGTH(answers))];
	case AEG_STATE_SUBWORKFLOW:
	case AEG_NSTATE_KINDS: break;
	}
	return (enum aeg_condition_kind)plain[random_below(r, RANDOM_LENGTH(plain))];
}

static inline struct mtransition random_transition(
	struct random *r, const struct mmachine *m, enum aeg_state_kind kind)
{
	struct mtransition t = { .when = random_when(r, kind),
		.target = { m->states[random_below(r, m->nstates)].name.text, SPAN_NONE },
		.threshold = random_score(r),
		.agreement = random_score(r),
		.min = random_score(r),
		.max = random_score(r),
		.code = random_codes[random_below(r, RANDOM_LENGTH(random_codes))],
		.value = { RANDOM_OF(r, random_answers), SPAN_NONE },
		.at = SPAN_NONE,
		.when_at = SPAN_NONE };
	struct slice expression =
		random_once_in(r, 4) ? RANDOM_OF(r, random_certain) : RANDOM_OF(r, random_unknown);

	if (t.min > t.max) { /* which is reported elsewhere */
		double least = t.max;
		t.max = t.min;
		t.min = least;
	}
	if (t.when == AEG_WHEN_CUSTOM)
		t.expression = random_node(r, expression);
	if (random_once_in(r, 6))
		t.feedback = random_node(r, SLICE("see {{input.note}}"));
	return t;
}

/* ---- States -------------------------------------------------------------------------------- */

static const char *const random_names[] = { "S0", "S1", "S2", "S3", "S4" };
static const char *const random_agents[] = { "ann", "bob", "eve" };
static const char *const random_steps[] = { "one", "two", "three" };

static inline void random_judges(struct random *r, struct mstate *s, uint32_t n)
{
	s->judges = arena_array(r->arena, struct mstate_judge, n);
	s->njudges = n;
	for (uint32_t i = 0; i < n; i++)
		s->judges[i] = (struct mstate_judge){ { slice_of(random_agents[i]), SPAN_NONE },
			.weight = 1 + random_below(r, 3), .at = SPAN_NONE };
}

static inline void random_branches(struct random *r, struct mstate *s)
{
	uint32_t n = 1 + random_below(r, RANDOM_LENGTH(random_agents));
	struct mconsensus c = { .stated = true,
		.strategy = (enum aeg_consensus)random_below(r, AEG_NCONSENSUS),
		.min_judges = 1 + random_below(r, n),
		.agreement_factor = 0.7,
		.self_factor = 0.3,
		.at = SPAN_NONE };

	s->branches = arena_array(r->arena, struct mbranch, n);
	s->nbranches = n;
	for (uint32_t i = 0; i < n; i++)
		s->branches[i] = (struct mbranch){ { slice_of(random_agents[i]), SPAN_NONE },
			.input = random_node(r, SLICE("look at {{input.task}}")),
			.weight = 1 + random_below(r, 3), .at = SPAN_NONE };
	if (random_once_in(r, 2)) {
		c.has_threshold = true;
		c.threshold = random_score(r);
	}
	if (c.strategy == AEG_BEST_OF_N && random_once_in(r, 2))
		c.n = 1 + random_below(r, n);
	s->consensus = c;
	if (random_once_in(r, 3))
		random_judges(r, s, c.n > c.min_judges ? c.n : c.min_judges);
}

static inline void random_containers(struct random *r, struct mstate *s, uint32_t n)
{
	static const char *const words[] = { "make", "all" };

	s->containers = arena_array(r->arena, struct mcontainer, n);
	s->ncontainers = n;
	for (uint32_t i = 0; i < n; i++) {
		struct node *command = arena_new(r->arena, struct node);
		command->kind = NODE_LIST;
		command->span = SPAN_NONE;
		command->u.list.v = arena_array(r->arena, struct node *, RANDOM_LENGTH(words));
		for (uint32_t k = 0; k < RANDOM_LENGTH(words); k++) {
			struct node *word = arena_new(r->arena, struct node);
			*word = *random_node(r, slice_of(words[k]));
			command->u.list.v[command->u.list.n++] = word;
		}
		s->containers[i] =
			(struct mcontainer){ .name = { slice_of(random_steps[i]), SPAN_NONE },
				.image = random_node(r, SLICE("alpine:3.20")),
				.command = command,
				.retries = n == 1 ? random_below(r, 2) : 0,
				.at = SPAN_NONE };
	}
	s->completion = (enum aeg_completion)random_below(r, AEG_NCOMPLETIONS);
}

static inline void random_state(struct random *r, const struct mmachine *m, struct mstate *s)
{
	s->agent.at = s->result_key.at = s->workflow.at = s->default_response.at = SPAN_NONE;
	s->kind = (enum aeg_state_kind)random_below(r, AEG_NSTATE_KINDS);
	switch (s->kind) {
	case AEG_STATE_AGENT:
		s->agent.text = RANDOM_OF(r, random_agents);
		s->input = random_node(r, SLICE("do {{input.task}}"));
		if (random_once_in(r, 2))
			random_judges(r, s, 1 + random_below(r, 3));
		break;
	case AEG_STATE_SYSTEM: s->command = random_node(r, SLICE("make all")); break;
	case AEG_STATE_HUMAN:
		s->prompt = random_node(r, SLICE("go on with {{input.task}}?"));
		if (random_once_in(r, 2))
			s->default_response.text = RANDOM_OF(r, random_answers);
		break;
	case AEG_STATE_PARALLEL_AGENTS: random_branches(r, s); break;
	case AEG_STATE_CONTAINER: random_containers(r, s, 1); break;
	case AEG_STATE_PARALLEL_CONTAINERS:
		random_containers(r, s, 1 + random_below(r, RANDOM_LENGTH(random_steps)));
		break;
	case AEG_STATE_SUBWORKFLOW:
		s->workflow.text = SLICE("other");
		s->blocking = random_once_in(r, 2);
		if (s->blocking)
			s->result_key.text = SLICE("result");
		break;
	case AEG_NSTATE_KINDS: break;
	}
	if (random_once_in(r, 4))
		s->timeout_ms = 60000;
	s->max_visits = 1 + random_below(r, RANDOM_VISITS);
	s->visits_stated = true;
	s->ntransitions = random_below(r, RANDOM_TRANSITIONS + 1);
	s->transitions = arena_array(r->arena, struct mtransition, s->ntransitions);
	for (uint32_t i = 0; i < s->ntransitions; i++)
		s->transitions[i] = random_transition(r, m, s->kind);
}

static inline struct mmachine *random_machine(struct random *r)
{
	struct mmachine *m = arena_new(r->arena, struct mmachine);

	m->nstates = 1 + random_below(r, RANDOM_STATES);
	m->states = arena_array(r->arena, struct mstate, m->nstates);
	m->max_transitions = 1 + random_below(r, RANDOM_TOTAL);
	m->transitions_stated = true;
	m->name = (struct mtext){ SLICE("random"), SPAN_NONE };
	m->initial =
		(struct mtext){ slice_of(random_names[random_below(r, m->nstates)]), SPAN_NONE };
	m->workspace_key = (struct mtext){ SLICE("workspace_volume_id"), SPAN_NONE };
	m->at = SPAN_NONE;
	for (uint32_t i = 0; i < m->nstates; i++) {
		struct mstate *s = &m->states[i];
		s->name = (struct mtext){ slice_of(random_names[i]), SPAN_NONE };
		s->at = s->kind_at = s->transitions_at = s->timeout_at = SPAN_NONE;
	}
	for (uint32_t i = 0; i < m->nstates; i++)
		random_state(r, m, &m->states[i]);
	return m;
}

/* ---- As YAML ------------------------------------------------------------------------------- */

static inline void random_member(struct buf *b, const char *name, struct slice text)
{
	if (text.at == NULL)
		return;
	buf_printf(b, ", %s: ", name);
	buf_json_string(b, text);
}

static inline void random_value(struct buf *b, const char *name, const struct node *n)
{
	if (n != NULL)
		random_member(b, name, n->u.text);
}

static inline void random_yaml_transition(struct buf *b, const struct mtransition *t)
{
	static const char *const names[] = { "always", "on_success", "on_failure", "exit_code_zero",
		"exit_code_non_zero", "exit_code", "score_above", "score_below", "score_between",
		"confidence_above", "score_and_confidence_above", "consensus", "all_approved",
		"any_rejected", "input_equals", "input_equals_yes", "input_equals_no", "custom" };
	_Static_assert(RANDOM_LENGTH(names) == AEG_NCONDITION_KINDS, "a name for each");

	buf_printf(b, "        - { condition: %s", names[t->when]);
	random_member(b, "target", t->target.text);
	if (t->when == AEG_WHEN_SCORE_ABOVE || t->when == AEG_WHEN_SCORE_BELOW ||
		t->when == AEG_WHEN_CONFIDENCE_ABOVE || t->when == AEG_WHEN_CONSENSUS ||
		t->when == AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE)
		buf_printf(b, ", threshold: %g", t->threshold);
	if (t->when == AEG_WHEN_CONSENSUS)
		buf_printf(b, ", agreement: %g", t->agreement);
	if (t->when == AEG_WHEN_SCORE_BETWEEN)
		buf_printf(b, ", min: %g, max: %g", t->min, t->max);
	if (t->when == AEG_WHEN_EXIT_CODE)
		buf_printf(b, ", value: %d", t->code);
	if (t->when == AEG_WHEN_INPUT_EQUALS)
		random_member(b, "value", t->value.text);
	random_value(b, "expression", t->expression);
	random_value(b, "feedback", t->feedback);
	buf_text(b, " }\n");
}

static inline void random_yaml_judges(struct buf *b, const char *name, const struct mstate *s)
{
	if (s->njudges != 0)
		buf_printf(b, "      %s:\n", name);
	for (uint32_t i = 0; i < s->njudges; i++)
		buf_printf(b, "        - { agent_id: %.*s, weight: %g }\n",
			SLICE_ARG(s->judges[i].agent.text), s->judges[i].weight);
}

static inline void random_yaml_branches(struct buf *b, const struct mstate *s)
{
	static const char *const names[] = { "weighted_average", "majority", "unanimous",
		"best_of_n" };
	_Static_assert(RANDOM_LENGTH(names) == AEG_NCONSENSUS, "a name for each");
	const struct mconsensus *c = &s->consensus;

	buf_text(b, "      agents:\n");
	for (uint32_t i = 0; i < s->nbranches; i++) {
		buf_printf(b, "        - { weight: %g", s->branches[i].weight);
		random_member(b, "agent", s->branches[i].agent.text);
		random_value(b, "input", s->branches[i].input);
		buf_text(b, " }\n");
	}
	buf_printf(b, "      consensus: { strategy: %s, min_judges_required: %u",
		names[c->strategy], c->min_judges);
	if (c->has_threshold)
		buf_printf(b, ", threshold: %g", c->threshold);
	if (c->n != 0)
		buf_printf(b, ", n: %u", c->n);
	buf_text(b, " }\n");
	random_yaml_judges(b, "judges_for_parallel", s);
}

static inline void random_yaml_container(
	struct buf *b, const char *before, const char *indent, const struct mcontainer *c)
{
	buf_printf(b, "%sname: %.*s\n%simage: \"%.*s\"\n%scommand: [", before,
		SLICE_ARG(c->name.text), indent, SLICE_ARG(c->image->u.text), indent);
	for (uint32_t i = 0; i < c->command->u.list.n; i++) {
		buf_text(b, i == 0 ? "" : ", ");
		buf_json_string(b, c->command->u.list.v[i]->u.text);
	}
	buf_text(b, "]\n");
	if (c->retries != 0)
		buf_printf(b, "%sretry: { max_attempts: %u }\n", indent, c->retries);
}

static inline void random_yaml_kind(struct buf *b, const struct mstate *s)
{
	static const char *const completions[] = { "all_succeed", "any_succeed", "best_effort" };

	switch (s->kind) {
	case AEG_STATE_AGENT: random_yaml_judges(b, "judges", s); break;
	case AEG_STATE_PARALLEL_AGENTS: random_yaml_branches(b, s); break;
	case AEG_STATE_CONTAINER:
		random_yaml_container(b, "      ", "      ", s->containers);
		break;
	case AEG_STATE_PARALLEL_CONTAINERS:
		buf_printf(b, "      completion: %s\n      steps:\n", completions[s->completion]);
		for (uint32_t i = 0; i < s->ncontainers; i++)
			random_yaml_container(b, "        - ", "          ", &s->containers[i]);
		break;
	case AEG_STATE_SYSTEM:
	case AEG_STATE_HUMAN:
	case AEG_STATE_SUBWORKFLOW:
	case AEG_NSTATE_KINDS: break;
	}
}

static inline void random_line(struct buf *b, const char *name, struct slice text)
{
	if (text.at == NULL)
		return;
	buf_printf(b, "      %s: ", name);
	buf_json_string(b, text);
	buf_text(b, "\n");
}

static inline void random_yaml_state(struct buf *b, const struct mstate *s)
{
	static const char *const names[] = { "Agent", "System", "Human", "ParallelAgents",
		"ContainerRun", "ParallelContainerRun", "Subworkflow" };
	const struct node *texts[] = { s->input, s->command, s->prompt };
	static const char *const keys[] = { "input", "command", "prompt" };

	buf_printf(b, "    %.*s:\n      kind: %s\n", SLICE_ARG(s->name.text), names[s->kind]);
	if (s->timeout_ms != 0)
		buf_printf(b, "      timeout: %us\n", (unsigned)(s->timeout_ms / 1000));
	if (s->visits_stated)
		buf_printf(b, "      max_state_visits: %u\n", s->max_visits);
	for (size_t i = 0; i < RANDOM_LENGTH(texts); i++)
		if (texts[i] != NULL)
			random_line(b, keys[i], texts[i]->u.text);
	random_line(b, "agent", s->agent.text);
	random_line(b, "default_response", s->default_response.text);
	random_line(b, "workflow_id", s->workflow.text);
	random_line(b, "result_key", s->result_key.text);
	if (s->kind == AEG_STATE_SUBWORKFLOW)
		buf_printf(b, "      mode: %s\n", s->blocking ? "blocking" : "fire_and_forget");
	random_yaml_kind(b, s);
	buf_text(b, s->ntransitions == 0 ? "      transitions: []\n" : "      transitions:\n");
	for (uint32_t i = 0; i < s->ntransitions; i++)
		random_yaml_transition(b, &s->transitions[i]);
}

static inline void random_yaml(struct buf *b, const struct mmachine *m)
{
	buf_printf(b,
		"apiVersion: 100monkeys.ai/v1\nkind: Workflow\n"
		"metadata: { name: %.*s, version: \"1.0.0\" }\n"
		"spec:\n  initial_state: %.*s\n  max_total_transitions: %u\n  states:\n",
		SLICE_ARG(m->name.text), SLICE_ARG(m->initial.text), m->max_transitions);
	for (uint32_t i = 0; i < m->nstates; i++)
		random_yaml_state(b, &m->states[i]);
}
#endif
