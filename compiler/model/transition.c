/* What leads on from a state: the eighteen conditions, each with its parameters. */
#include "model/workflow.h"

#define INTO_TRANSITION(member) INTO(struct mtransition, member)

#define TRANSITION_FIELDS \
	{ "condition", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .read = workflow_at, \
		INTO_TRANSITION(when_at), .doc = "when it is taken" }, \
		{ "target", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT, \
			INTO_TRANSITION(target), .doc = "the state that follows" }, \
	{ \
		"feedback", .type = FIELD_TEMPLATE, .flags = FIELD_STRICT, \
			    KEEPS_TEMPLATE(struct mtransition, feedback), \
			    .doc = "what the next state reads as `state.feedback`" \
	}
#define SHARE(name_, doc_) \
	{ \
#name_, .type = FIELD_NUMBER, .flags = FIELD_REQUIRED, .least = 0, .most = 1, \
			INTO_TRANSITION(name_), .doc = doc_ \
	}

static const struct field plain_fields[] = { TRANSITION_FIELDS };
static const struct field code_fields[] = {
	TRANSITION_FIELDS,
	{ "value", .type = FIELD_INT, .flags = FIELD_REQUIRED, INTO_TRANSITION(code),
		.doc = "the exit code" },
	{ "code", .instead = "value", .type = FIELD_GONE, .doc = "write `value`" },
};
static const struct field threshold_fields[] = {
	TRANSITION_FIELDS,
	SHARE(threshold, "what it is compared with: from 0 to 1"),
};
static const struct field both_fields[] = {
	TRANSITION_FIELDS,
	SHARE(threshold, "what both are compared with: from 0 to 1"),
	{ "score", .instead = "threshold", .type = FIELD_GONE,
		.doc = "write one `threshold`: both are compared with it" },
	{ "confidence", .instead = "threshold", .type = FIELD_GONE,
		.doc = "write one `threshold`: both are compared with it" },
};
static const struct field between_fields[] = {
	TRANSITION_FIELDS,
	SHARE(min, "the least score"),
	SHARE(max, "the greatest score"),
};
static const struct field consensus_fields[] = {
	TRANSITION_FIELDS,
	SHARE(threshold, "the least score"),
	SHARE(agreement, "the least confidence"),
};
static const struct field value_fields[] = {
	TRANSITION_FIELDS,
	{ "value", .type = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_STRICT,
		INTO_TRANSITION(value), .doc = "the answer" },
};
static const struct field custom_fields[] = {
	TRANSITION_FIELDS,
	{ "expression", .type = FIELD_TEMPLATE, .flags = FIELD_REQUIRED | FIELD_STRICT,
		.language = LANGUAGE_CONDITION, KEEPS_TEMPLATE(struct mtransition, expression),
		.doc = "what must hold" },
};

static void between_finish(struct shape *s, struct value v, void *out)
{
	const struct mtransition *t = out;
	const struct member *min = syntax_member(v.node, "min");
	const struct member *max = syntax_member(v.node, "max");

	if (min == NULL || max == NULL || shape_unread(s, "min") || shape_unread(s, "max") ||
		t->min <= t->max)
		return;
	shape_report(s, (struct diag){ AEG_empty_interval, min->value_span,
				.label = "greater than `max`: no score is between them",
				.other = max->value_span, .other_label = "`max`",
				.help = "write the smaller one as `min`" });
}

#define WHEN(word, fields_, doc_, ...) \
	{ \
		"a transition `" word "`", doc_, FIELDS(fields_), __VA_ARGS__ \
	}
static const struct schema schemas[AEG_NCONDITION_KINDS] = {
	[AEG_WHEN_ALWAYS] = WHEN("always", plain_fields, "taken whatever came out", NULL),
	[AEG_WHEN_SUCCESS] = WHEN("on_success", plain_fields, "taken after success", NULL),
	[AEG_WHEN_FAILURE] = WHEN("on_failure", plain_fields, "taken after failure", NULL),
	[AEG_WHEN_EXIT_ZERO] = WHEN("exit_code_zero", plain_fields, "taken after exit 0", NULL),
	[AEG_WHEN_EXIT_NON_ZERO] =
		WHEN("exit_code_non_zero", plain_fields, "taken after another exit", NULL),
	[AEG_WHEN_EXIT_CODE] = WHEN("exit_code", code_fields, "taken after one exit code", NULL),
	[AEG_WHEN_SCORE_ABOVE] =
		WHEN("score_above", threshold_fields, "taken where the score is greater", NULL),
	[AEG_WHEN_SCORE_BELOW] =
		WHEN("score_below", threshold_fields, "taken where the score is less", NULL),
	[AEG_WHEN_SCORE_BETWEEN] = WHEN("score_between", between_fields,
		"taken where the score is between two, or one of them", between_finish),
	[AEG_WHEN_CONFIDENCE_ABOVE] = WHEN("confidence_above", threshold_fields,
		"taken where the confidence is greater", NULL),
	[AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE] = WHEN("score_and_confidence_above", both_fields,
		"taken where score and confidence are greater", NULL),
	[AEG_WHEN_CONSENSUS] = WHEN("consensus", consensus_fields,
		"taken where score and confidence are no less", NULL),
	[AEG_WHEN_ALL_APPROVED] =
		WHEN("all_approved", plain_fields, "taken where all approved", NULL),
	[AEG_WHEN_ANY_REJECTED] =
		WHEN("any_rejected", plain_fields, "taken where one rejected", NULL),
	[AEG_WHEN_INPUT_EQUALS] =
		WHEN("input_equals", value_fields, "taken after one answer", NULL),
	[AEG_WHEN_INPUT_YES] = WHEN("input_equals_yes", plain_fields, "taken after yes", NULL),
	[AEG_WHEN_INPUT_NO] = WHEN("input_equals_no", plain_fields, "taken after no", NULL),
	[AEG_WHEN_CUSTOM] = WHEN("custom", custom_fields, "taken where an expression holds", NULL),
};

#define NAMED(word, kind) \
	{ \
		word, &schemas[kind], kind, NULL \
	}
static const struct variant conditions[] = {
	NAMED("always", AEG_WHEN_ALWAYS),
	NAMED("on_success", AEG_WHEN_SUCCESS),
	NAMED("on_failure", AEG_WHEN_FAILURE),
	NAMED("exit_code_zero", AEG_WHEN_EXIT_ZERO),
	NAMED("exit_code_non_zero", AEG_WHEN_EXIT_NON_ZERO),
	NAMED("exit_code", AEG_WHEN_EXIT_CODE),
	NAMED("score_above", AEG_WHEN_SCORE_ABOVE),
	NAMED("score_below", AEG_WHEN_SCORE_BELOW),
	NAMED("score_between", AEG_WHEN_SCORE_BETWEEN),
	NAMED("confidence_above", AEG_WHEN_CONFIDENCE_ABOVE),
	NAMED("score_and_confidence_above", AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE),
	NAMED("consensus", AEG_WHEN_CONSENSUS),
	NAMED("all_approved", AEG_WHEN_ALL_APPROVED),
	NAMED("any_rejected", AEG_WHEN_ANY_REJECTED),
	NAMED("input_equals", AEG_WHEN_INPUT_EQUALS),
	NAMED("input_equals_yes", AEG_WHEN_INPUT_YES),
	NAMED("input_equals_no", AEG_WHEN_INPUT_NO),
	NAMED("custom", AEG_WHEN_CUSTOM),
	{ "approved", .gone = "write `input_equals_yes`" },
	{ "rejected", .gone = "write `input_equals_no`" },
};

/* Of a transition whose condition is unknown: where it leads is known none the less. */
static void read_target(struct mtransition *t, const struct node *map)
{
	const struct member *m = map->kind == NODE_MAP ? syntax_member(map, "target") : NULL;

	if (m != NULL && m->value->kind == NODE_STRING)
		t->target = (struct mtext){ m->value->u.text, m->value_span };
}

void transitions_read(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mstate *state = out;
	(void)f;

	workflow_after(s, true);
	state->transitions_at = v.at;
	state->transitions =
		workflow_items(s, v.node, sizeof *state->transitions, &state->ntransitions);
	for (uint32_t i = 0; i < state->ntransitions; i++) {
		struct mtransition *t = &state->transitions[i];
		struct value item = shape_item(v.node, i);
		uint32_t before = s->reported;
		*t = (struct mtransition){ .at = item.at, .when_at = item.at };
		const struct variant *is = shape_variant(s, item, "condition", conditions,
			sizeof conditions / sizeof *conditions, t);
		if (is != NULL)
			t->when = (enum aeg_condition_kind)is->number;
		else
			read_target(t, item.node);
		t->broken = is == NULL || s->reported != before;
	}
	workflow_after(s, false);
}
