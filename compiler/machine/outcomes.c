/* Transitions that are never taken, and outcomes that no transition is for. */
#include <stdlib.h>

#include "machine/internal.h"

static struct span condition_at(const struct mtransition *t)
{
	return span_is_none(t->when_at) ? t->at : t->when_at;
}

/* ---- Never taken --------------------------------------------------------------------------- */

static void covered(struct analysis *an, uint32_t state, uint32_t index, uint32_t by, bool repeated)
{
	const struct mstate *s = &an->m->states[state];
	struct diag g = { AEG_transition_covered, condition_at(&s->transitions[index]),
		.label = diag_text(an->d, "%s%s",
			repeated ? "the same was asked before" : "nothing is left to it",
			analysis_to(an, state)),
		.other = SPAN_NONE,
		.help = "the first transition that holds is taken: put this one before those that "
			"take more, or remove it" };

	if (by != MAP_NONE) {
		g.other = condition_at(&s->transitions[by]);
		g.other_label = repeated ? "here" : "this takes the last of what it asks for";
	}
	diag_add(an->d, g);
}

/* What this condition asks for, which not every kind of state has; @ret: who has it. */
static const char *asked_for(enum aeg_condition_kind when, const char **ret)
{
	if (when == AEG_WHEN_EXIT_ZERO || when == AEG_WHEN_EXIT_NON_ZERO ||
		when == AEG_WHEN_EXIT_CODE) {
		*ret = "commands and containers have one; other states have `on_success` and "
		       "`on_failure`";
		return "exit code";
	}
	if (when == AEG_WHEN_ALL_APPROVED || when == AEG_WHEN_ANY_REJECTED) {
		*ret = "several agents approve or reject, in a ParallelAgents state; of one agent "
		       "ask for the score";
		return "approvals";
	}
	if (when == AEG_WHEN_INPUT_EQUALS || when == AEG_WHEN_INPUT_YES ||
		when == AEG_WHEN_INPUT_NO) {
		*ret = "people answer, in a Human state";
		return "answer";
	}
	*ret = "agents have scores: an Agent state that follows can judge what came out";
	return "score";
}

static void foreign(struct analysis *an, uint32_t state, const struct mtransition *t)
{
	const char *help, *what = asked_for(t->when, &help);

	diag_add(an->d, (struct diag){ AEG_condition_foreign, condition_at(t),
				.label = diag_text(an->d, "%s has no %s%s",
					kind_words(an->m->states[state].kind), what,
					analysis_to(an, state)),
				.other = SPAN_NONE, .help = help });
}

static void never(struct analysis *an, uint32_t state, const struct mtransition *t)
{
	const char *why = "no outcome is so";

	if (t->when == AEG_WHEN_CUSTOM)
		why = "false, whatever is read";
	else if (t->when == AEG_WHEN_SCORE_BELOW)
		why = "no score is less";
	else if (t->when == AEG_WHEN_SCORE_ABOVE)
		why = "no score is greater";
	else if (t->when == AEG_WHEN_CONFIDENCE_ABOVE)
		why = "no confidence is greater";
	else if (t->when == AEG_WHEN_FAILURE)
		why = "this state never fails";
	diag_add(an->d, (struct diag){ AEG_condition_never, condition_at(t),
				.label = diag_text(an->d, "%s%s", why, analysis_to(an, state)),
				.other = SPAN_NONE });
}

static void check_transition(struct analysis *an, uint32_t state, uint32_t index)
{
	const struct mstate *s = &an->m->states[state];
	const struct cover *c = &an->covers[state];

	switch (c->taken[index]) {
	case TAKEN_MAYBE:
	case TAKEN_UNKNOWN: break;
	case TAKEN_COVERED: covered(an, state, index, cover_culprit(an->a, s, index), false); break;
	case TAKEN_REPEATED: covered(an, state, index, c->same[index], true); break;
	case TAKEN_FOREIGN: foreign(an, state, &s->transitions[index]); break;
	case TAKEN_NEVER: never(an, state, &s->transitions[index]); break;
	}
}

/* ---- Nothing follows ----------------------------------------------------------------------- */

static void add_share(struct buf *b, const char *what, int64_t billionths)
{
	if (billionths < 0)
		buf_printf(b, ", without a %s", what);
	else
		buf_printf(b, ", with a %s of %.9g", what, (double)billionths / (double)COVER_ONE);
}

static void add_answer(struct buf *b, int64_t answer)
{
	static const char *const words[] = { "any other answer", "another word for yes (`Y`)",
		"another word for no (`N`)" };

	buf_printf(b, ", with %s", answer < 0 ? "no answer" : words[answer / COVER_CLASS]);
}

static void add_exit(struct buf *b, int64_t code)
{
	if (code < INT32_MIN)
		buf_text(b, ", without an exit code (it was not run to its end)");
	else
		buf_printf(b, ", with exit code %lld", (long long)code);
}

/* "it fails, with exit code 3" */
static void add_outcome(struct buf *b, const struct cover *c, const int64_t *at)
{
	static const char *const approvals[] = { "nothing is approved or rejected",
		"one is rejected", "one is neither approved nor rejected", "all are approved" };

	buf_text(b, at[DIM_STATUS] == STATUS_SUCCESS ? "it succeeds" : "it fails");
	if (c->asked[DIM_EXIT])
		add_exit(b, at[DIM_EXIT]);
	if (c->asked[DIM_SCORE])
		add_share(b, "score", at[DIM_SCORE]);
	if (c->asked[DIM_CONFIDENCE])
		add_share(b, "confidence", at[DIM_CONFIDENCE]);
	if (c->asked[DIM_ANSWER])
		add_answer(b, at[DIM_ANSWER]);
	if (c->asked[DIM_APPROVAL])
		buf_printf(b, ", and %s", approvals[at[DIM_APPROVAL]]);
}

/* Only an expression may hold: nothing else can be said of what is left. */
static bool only_custom(const struct mstate *s)
{
	for (uint32_t i = 0; i < s->ntransitions; i++)
		if (s->transitions[i].when != AEG_WHEN_CUSTOM)
			return false;
	return true;
}

static void check_left(struct analysis *an, uint32_t state)
{
	const struct mstate *s = &an->m->states[state];
	const struct cover *c = &an->covers[state];
	struct buf b = { .arena = an->d->arena };

	if (s->ntransitions == 0 || !c->left || c->unsure)
		return;
	if (only_custom(s)) {
		buf_text(&b, "no expression holds");
	} else {
		add_outcome(&b, c, c->least);
		if (c->has_whole && memcmp(c->least, c->whole, sizeof c->least) != 0) {
			buf_text(&b, "; or ");
			add_outcome(&b, c, c->whole);
		}
	}
	diag_add(an->d,
		(struct diag){ AEG_missing_fallback, s->name.at,
			.label = diag_text(an->d, "no transition is for this: %s", buf_done(&b).at),
			.other = SPAN_NONE,
			.help = diag_text(an->d,
				"the workflow ends there, %s: say what follows, or write `always` as "
				"the last condition%s",
				c->ends ? "as failed unless the state succeeded" : "as failed",
				analysis_to(an, state)) });
}

void outcomes_check(struct analysis *an)
{
	for (uint32_t i = 0; i < an->m->nstates && !an->d->dropped; i++) {
		const struct mstate *s = &an->m->states[i];
		if (s->broken || (an->whole && !is_entered(an, i)))
			continue;
		for (uint32_t k = 0; k < s->ntransitions && !an->d->dropped; k++)
			check_transition(an, i, k);
		check_left(an, i);
	}
}
