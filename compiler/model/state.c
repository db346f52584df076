/* The states of a workflow: seven kinds, each with fields of its own and no others. */
#include <float.h>

#include "model/workflow.h"

/* ---- What rows keep ------------------------------------------------------------------------ */

void workflow_at(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s, (void)f;
	*(struct span *)out = v.at;
}

void timeout_read(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mstate *state = out;

	workflow_ms(s, f, v, &state->timeout_ms);
	state->timeout_at = v.at;
}

void visits_read(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mstate *state = out;
	uint64_t n;

	if (!syntax_uint(v.node, &n) || n < f->min || n > f->max) {
		shape_report(s, (struct diag){ AEG_out_of_range, v.at,
					.label = "a state is entered 1 to 20 times at most" });
		return;
	}
	state->max_visits = (uint32_t)n;
	state->visits_stated = true;
}

/* ---- Judges -------------------------------------------------------------------------------- */

#define WEIGHT_FIELD(of) \
	{ \
		"weight", .type = FIELD_NUMBER, .least = 0, .most = DBL_MAX, INTO(of, weight), \
			  .missing_is = "`1.0`", .doc = "how much it counts" \
	}
static const struct field judge_fields[] = {
	{ "agent_id", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.entry = scalar_filled, INTO(struct mstate_judge, agent),
		.doc = "the agent that judges" },
	{ "input_template", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT,
		KEEPS_TEMPLATE(struct mstate_judge, input_template), .missing_is = "what is judged",
		.doc = "what the judge gets" },
	WEIGHT_FIELD(struct mstate_judge),
};
static const struct schema judge_schema = { "a judge", "an agent that judges",
	FIELDS(judge_fields) };

static void read_judges(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mstate *state = out;

	workflow_after(s, true);
	state->judges = workflow_items(s, v.node, sizeof *state->judges, &state->njudges);
	for (uint32_t i = 0; i < state->njudges; i++) {
		struct value item = shape_item(v.node, i);
		state->judges[i] = (struct mstate_judge){ .weight = 1, .at = item.at };
		shape_struct(s, f->sub, item, &state->judges[i]);
	}
	workflow_after(s, false);
}

/* ---- Agents, commands, questions, workflows ------------------------------------------------ */

static const char *const isolations[] = { "inherit", "firecracker", "docker", "process", NULL };
#define NO_VOLUMES \
	{ \
		"volumes", .type = FIELD_GONE, \
			   .doc = "only containers have `volumes`; an agent's stand in its own " \
				  "manifest" \
	}
static const struct field agent_fields[] = {
	STATE_FIELDS,
	{ "agent", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		KEEPS_NAME(struct state_reading, state.agent), .doc = "the agent's name" },
	{ "input", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		KEEPS_TEMPLATE(struct state_reading, state.input), .doc = "what it gets" },
	{ "intent", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT,
		KEEPS_TEMPLATE(struct state_reading, state.intent), .doc = "and what for" },
	{ "isolation", .type = FIELD_WORD, .flags = FIELD_STRICT, .words = isolations,
		INTO_STATE(isolation), .missing_is = "`inherit`", .doc = "what it is run in" },
	{ "judges", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &judge_schema,
		.read = read_judges, .doc = "agents that judge what it did" },
	{ "max_iterations", .type = FIELD_UINT, .min = 1, .max = 20, INTO_STATE(max_iterations),
		.missing_is = "the agent's", .doc = "how often it tries" },
	{ "pre_execution_validator", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT,
		KEEPS_TEMPLATE(struct state_reading, state.validator),
		.doc = "an agent that judges the input before" },
	HANDLER_FIELD,
	NO_VOLUMES,
	{ "agent_id", .type = FIELD_GONE, .doc = "write `agent`" },
	{ "input_template", .type = FIELD_GONE, .doc = "write `input`" },
};
static const struct schema agent_state_schema = { "an Agent state", "an agent is run",
	FIELDS(agent_fields) };

static const struct field system_fields[] = {
	STATE_FIELDS,
	{ "command", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.language = LANGUAGE_SHELL, .read = command_line, INTO_STATE(command),
		.doc = "a line for a shell" },
	{ "env", .type = FIELD_MAP, .item = FIELD_TEMPLATE, .read = workflow_env, INTO_STATE(env),
		.doc = "environment variables" },
	{ "workdir", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT,
		KEEPS_TEMPLATE(struct state_reading, state.workdir), .doc = "where it runs" },
	NO_VOLUMES,
};
static const struct schema system_schema = { "a System state", "a command is run",
	FIELDS(system_fields) };

static const struct field human_fields[] = {
	STATE_FIELDS,
	{ "prompt", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		KEEPS_TEMPLATE(struct state_reading, state.prompt),
		.doc = "what a person is asked" },
	{ "default_response", .type = FIELD_TEXT, .flags = FIELD_STRICT,
		INTO_STATE(default_response), .missing_is = "failure",
		.doc = "the answer, where none comes in time" },
	{ "timeout_seconds", .type = FIELD_GONE, .doc = "write `timeout`, with a unit: `90s`" },
	{ "reject_on_timeout", .type = FIELD_GONE, .doc = "write `default_response: \"no\"`" },
};
static const struct schema human_schema = { "a Human state", "a person is asked",
	FIELDS(human_fields) };

static const char *const modes[] = { "blocking", "fire_and_forget", NULL };
static void read_mode(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct slice known[] = { slice_of(modes[0]), slice_of(modes[1]) };
	size_t near;

	*(bool *)out = slice_is(v.node->u.text, "blocking");
	if (slice_eq(v.node->u.text, known[0]) || slice_eq(v.node->u.text, known[1]))
		return;
	near = diag_nearest(v.node->u.text, known, 2);
	shape_report(
		s, (struct diag){ AEG_unknown_word, v.at,
			   .label = near == SIZE_MAX
					    ? "none of the words that mean something here"
					    : diag_text(s->d, "did you mean `%s`?", modes[near]),
			   .help = diag_text(s->d, "`%s` is %s", f->name, shape_names(s, modes)) });
}

static void subworkflow_finish(struct shape *s, struct value v, void *out)
{
	const struct mstate *state = &((struct state_reading *)out)->state;
	const struct member *mode = syntax_member(v.node, "mode");

	if (shape_unread(s, "mode") || shape_unread(s, "result_key") || mode == NULL)
		return;
	if (state->blocking && state->result_key.text.at == NULL)
		shape_report(s,
			(struct diag){ AEG_missing_field, mode->value_span,
				.label = "`result_key` is missing beside it",
				.message = "a blocking Subworkflow needs `result_key`",
				.help = "`result_key`: the name under which its result stands on "
					"the blackboard" });
	else if (!state->blocking && state->result_key.text.at != NULL)
		shape_report(
			s, (struct diag){ AEG_result_of_nothing, state->result_key.at,
				   .label = "nobody waits for a result", .other = mode->value_span,
				   .other_label = "the workflow is started, and left alone",
				   .help = "leave `result_key` out, or write `mode: blocking`" });
}

static const struct field subworkflow_fields[] = {
	STATE_FIELDS,
	{ "workflow_id", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		KEEPS_NAME(struct state_reading, state.workflow), .doc = "the workflow's name" },
	{ "mode", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, .words = modes,
		.read = read_mode, INTO_STATE(blocking),
		.doc = "whether its result is waited for" },
	{ "result_key", .type = FIELD_TEXT, .flags = FIELD_STRICT, .entry = scalar_filled,
		INTO_STATE(result_key), .doc = "of `blocking`: what its result is called" },
	{ "input", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT,
		KEEPS_TEMPLATE(struct state_reading, state.input), .doc = "what it gets" },
};
static const struct schema subworkflow_schema = { "a Subworkflow state", "another workflow is run",
	FIELDS(subworkflow_fields), subworkflow_finish };

/* ---- Several agents at once ---------------------------------------------------------------- */

static void read_seconds(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mbranch *b = out;
	uint64_t seconds;
	enum { MOST = 7 * 24 * 3600 };

	b->timeout_stated = syntax_uint(v.node, &seconds) && seconds >= 1 && seconds <= MOST;
	if (b->timeout_stated)
		b->timeout_ms = seconds * 1000;
	else
		shape_report(
			s, (struct diag){ AEG_out_of_range, v.at,
				   .label = diag_text(s->d, "`%s` is 1 to %d", f->name, MOST) });
}

static const struct field branch_fields[] = {
	{ "agent", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		KEEPS_NAME(struct mbranch, agent), .doc = "the agent's name" },
	{ "input", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		KEEPS_TEMPLATE(struct mbranch, input), .doc = "what it gets" },
	WEIGHT_FIELD(struct mbranch),
	{ "timeout_seconds", .type = FIELD_UINT, .min = 1, .read = read_seconds,
		.missing_is = "`60`", .doc = "the longest that it may take" },
	{ "poll_interval_ms", .type = FIELD_UINT, .min = 1, INTO(struct mbranch, poll_ms),
		.missing_is = "`500`", .doc = "how often it is looked at" },
};
static const struct schema branch_schema = { "a parallel agent", "one of several agents",
	FIELDS(branch_fields) };

static void read_branches(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mstate *state = out;
	double sum = 0;
	uint32_t before = s->reported;

	state->branches = workflow_items(s, v.node, sizeof *state->branches, &state->nbranches);
	for (uint32_t i = 0; i < state->nbranches; i++) {
		struct value item = shape_item(v.node, i);
		state->branches[i] = (struct mbranch){
			.weight = 1, .timeout_ms = 60000, .poll_ms = 500, .at = item.at
		};
		shape_struct(s, f->sub, item, &state->branches[i]);
		sum += state->branches[i].weight;
	}
	if (sum > 0 || s->reported != before)
		return;
	shape_report(s, (struct diag){ AEG_no_weight, v.at,
				.label = state->nbranches == 0 ? "no agent stands here"
							       : "all weights are 0" });
}

static const char *const strategies[] = {
	[AEG_WEIGHTED_AVERAGE] = "weighted_average",
	[AEG_MAJORITY] = "majority",
	[AEG_UNANIMOUS] = "unanimous",
	[AEG_BEST_OF_N] = "best_of_n",
	[AEG_NCONSENSUS] = NULL,
};

static const struct field weighting_fields[] = {
	{ "agreement_factor", .type = FIELD_NUMBER, .least = 0, .most = 1,
		INTO(struct mconsensus, agreement_factor), .missing_is = "`0.7`",
		.doc = "how much it counts that they agree" },
	{ "self_confidence_factor", .type = FIELD_NUMBER, .least = 0, .most = 1,
		INTO(struct mconsensus, self_factor), .missing_is = "`0.3`",
		.doc = "how much their own confidence counts" },
};
static void weighting_finish(struct shape *s, struct value v, void *out)
{
	const struct mconsensus *c = out;
	double sum = c->agreement_factor + c->self_factor;

	if (s->unread == 0 && (sum < 0.99 - DBL_EPSILON || sum > 1.01 + DBL_EPSILON))
		shape_report(s,
			(struct diag){ AEG_factors_not_one, v.at,
				.label = diag_text(s->d, "together they are %.15g", sum),
				.help = "`agreement_factor` is 0.7 and "
					"`self_confidence_factor` 0.3 where they are not written" });
}
static const struct schema weighting_schema = { "the weighting of a confidence",
	"what it is made of", FIELDS(weighting_fields), weighting_finish };

static bool share(struct shape *s, const struct field *f, struct value v, double *ret)
{
	double x = syntax_float(v.node);

	if (x >= f->least && x <= f->most) {
		*ret = x;
		return true;
	}
	shape_report(s, (struct diag){ AEG_out_of_range, v.at,
				.label = diag_text(s->d, "`%s` is 0 to 1", f->name) });
	return false;
}

static void read_threshold(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mconsensus *c = out;

	c->has_threshold = share(s, f, v, &c->threshold);
}

static void read_agreement(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mconsensus *c = out;

	c->has_agreement = share(s, f, v, &c->agreement);
}

static const struct field consensus_fields[] = {
	{ "strategy", .type = FIELD_WORD, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.words = strategies, INTO(struct mconsensus, strategy),
		.doc = "how results become one" },
	{ "threshold", .type = FIELD_NUMBER, .least = 0, .most = 1, .read = read_threshold,
		.missing_is = "`0.7`", .doc = "the score from which one approves" },
	{ "agreement", .older = "min_agreement_confidence", .type = FIELD_NUMBER, .least = 0,
		.most = 1, .read = read_agreement, .doc = "the least confidence" },
	{ "n", .type = FIELD_UINT, .min = 1, INTO(struct mconsensus, n), .missing_is = "all",
		.doc = "of `best_of_n`: how many of them count" },
	{ "min_judges_required", .type = FIELD_UINT, .min = 1, INTO(struct mconsensus, min_judges),
		.missing_is = "`1`", .doc = "how many must come to a result" },
	{ "confidence_weighting", .type = FIELD_STRUCT, .sub = &weighting_schema,
		.doc = "what the confidence is made of" },
};
static const struct schema consensus_schema = { "a consensus", "how several results become one",
	FIELDS(consensus_fields) };

static void read_consensus(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mconsensus *c = out;

	*c = (struct mconsensus){ .stated = true,
		.min_judges = 1,
		.agreement_factor = 0.7,
		.self_factor = 0.3,
		.at = v.at };
	shape_struct(s, f->sub, v, c);
}

static const struct field parallel_agent_fields[] = {
	STATE_FIELDS,
	{ "agents", .type = FIELD_LIST, .item = FIELD_STRUCT, .flags = FIELD_REQUIRED,
		.sub = &branch_schema, .read = read_branches, .doc = "the agents" },
	{ "consensus", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &consensus_schema,
		.read = read_consensus, INTO_STATE(consensus),
		.doc = "how their results become one" },
	{ "judges_for_parallel", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &judge_schema,
		.read = read_judges, .doc = "agents that judge what they did" },
	HANDLER_FIELD,
	{ "judges", .type = FIELD_GONE, .doc = "write `judges_for_parallel`" },
	NO_VOLUMES,
};
static const struct schema parallel_agent_schema = { "a ParallelAgents state",
	"several agents are run at once", FIELDS(parallel_agent_fields) };

/* ---- All of them --------------------------------------------------------------------------- */

static const struct variant kinds[] = {
	{ "Agent", &agent_state_schema, AEG_STATE_AGENT, NULL },
	{ "System", &system_schema, AEG_STATE_SYSTEM, NULL },
	{ "Human", &human_schema, AEG_STATE_HUMAN, NULL },
	{ "ParallelAgents", &parallel_agent_schema, AEG_STATE_PARALLEL_AGENTS, NULL },
	{ "ContainerRun", &container_state_schema, AEG_STATE_CONTAINER, NULL },
	{ "ParallelContainerRun", &parallel_container_schema, AEG_STATE_PARALLEL_CONTAINERS, NULL },
	{ "Subworkflow", &subworkflow_schema, AEG_STATE_SUBWORKFLOW, NULL },
};

void state_read(struct shape *s, struct value v, struct mstate *out)
{
	struct state_reading r = { .state = *out, .container = { .at = v.at } };
	const struct variant *kind;

	r.state.transitions_at = SPAN_NONE;
	r.state.max_visits = 5;
	kind = shape_variant(s, v, "kind", kinds, sizeof kinds / sizeof *kinds, &r);
	*out = r.state;
	out->broken = kind == NULL || span_is_none(r.state.transitions_at);
	if (kind == NULL)
		return;
	out->kind = (enum aeg_state_kind)kind->number;
	out->results_lost = shape_unread(s, "judges") || shape_unread(s, "agents") ||
			    shape_unread(s, "judges_for_parallel") || shape_unread(s, "consensus");
	out->visits_lost = shape_unread(s, "max_state_visits");
	out->key_lost = shape_unread(s, "result_key");
}
