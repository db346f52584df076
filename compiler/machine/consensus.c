/* Several at once: consensus that never comes about, scores without judges, keys written twice. */
#include "machine/internal.h"

/* ---- Consensus ----------------------------------------------------------------------------- */

static void unmet(struct analysis *an, const struct mstate *s, const char *label, const char *help)
{
	diag_add(
		an->d, (struct diag){ AEG_consensus_unmet, s->consensus.at, .label = label,
			       .other = s->name.at, .other_label = "of this state", .help = help });
}

static void check_consensus(struct analysis *an, uint32_t state)
{
	const struct mstate *s = &an->m->states[state];
	const struct mconsensus *c = &s->consensus;
	uint32_t results = s->njudges != 0 ? s->njudges : s->nbranches;
	const char *whose = s->njudges != 0 ? "judges" : "agents";

	if (s->nbranches == 0) /* reported where they are read */
		return;
	if (c->strategy == AEG_BEST_OF_N && c->n > results)
		unmet(an, s,
			diag_text(an->d, "the best %u of %u %s%s", c->n, results, whose,
				analysis_to(an, state)),
			"leave `n` out: all of them count");
	if (c->min_judges > s->nbranches)
		unmet(an, s,
			diag_text(an->d,
				"%u must come to a result, of %u agents: it always fails%s",
				c->min_judges, s->nbranches, analysis_to(an, state)),
			"let `min_judges_required` be less, or run more agents");
	if (c->has_agreement && c->strategy == AEG_WEIGHTED_AVERAGE &&
		c->agreement > c->agreement_factor + c->self_factor)
		unmet(an, s,
			diag_text(an->d, "no confidence is above %.9g%s",
				c->agreement_factor + c->self_factor, analysis_to(an, state)),
			"let `agreement` be less, or the factors of the confidence add up to 1");
}

/* ---- Scores -------------------------------------------------------------------------------- */

static bool asks_for_score(enum aeg_condition_kind when)
{
	return when >= AEG_WHEN_SCORE_ABOVE && when <= AEG_WHEN_CONSENSUS;
}

static void check_judges(struct analysis *an, uint32_t state)
{
	const struct mstate *s = &an->m->states[state];

	for (uint32_t k = 0; s->njudges == 0 && k < s->ntransitions; k++) {
		const struct mtransition *t = &s->transitions[k];
		if (t->broken || !asks_for_score(t->when))
			continue;
		diag_add(an->d,
			(struct diag){ AEG_score_without_judges, t->when_at,
				.label = diag_text(an->d, "nobody judges this state%s",
					analysis_to(an, state)),
				.other = s->name.at, .other_label = "an agent without `judges`",
				.help = "name judges, or see to it that what the agent answers has a "
					"`score` and a `confidence`" });
		return;
	}
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static void same_key(
	struct analysis *an, const struct mtext *key, struct span other, const char *label)
{
	diag_add(an->d, (struct diag){ AEG_same_key, key->at, .label = "one of them cannot be read",
				.other = other, .other_label = label,
				.help = "give one of them another name" });
}

/* `STATE.STEP` is what a step came to, beside what is of all of them. */
static void check_steps(struct analysis *an, const struct mstate *s)
{
	static const char *const members[] = { "status", "output", "error", "timeout",
		"duration_ms", "exit_code", "score", "confidence" };

	for (uint32_t i = 0; i < s->ncontainers; i++)
		for (size_t k = 0; k < sizeof members / sizeof *members; k++)
			if (slice_is(s->containers[i].name.text, members[k]))
				same_key(an, &s->containers[i].name, s->name.at,
					"what this state comes to has a member of this name");
}

static void check_keys(struct analysis *an)
{
	const struct mmachine *m = an->m;
	struct map names = { .arena = an->a };
	const struct mtext *workspace = &m->workspace_key;

	for (uint32_t i = 0; i < m->nstates; i++)
		map_put(&names, m->states[i].name.text, i);
	for (uint32_t i = 0; i < m->nstates; i++) {
		const struct mtext *key = &m->states[i].result_key;
		if (m->states[i].broken || key->text.at == NULL)
			continue;
		uint32_t same = map_get(&names, key->text);
		if (same != MAP_NONE)
			same_key(an, key, m->states[same].name.at,
				"what this state comes to is written there as well");
		else if (workspace->text.at != NULL && slice_eq(key->text, workspace->text))
			same_key(an, key, workspace->at.lo == m->at.lo ? SPAN_NONE : workspace->at,
				"the workspace volume is written there");
	}
}

void consensus_check(struct analysis *an)
{
	for (uint32_t i = 0; i < an->m->nstates; i++) {
		const struct mstate *s = &an->m->states[i];
		if (s->broken || s->results_lost || (an->whole && !is_entered(an, i)))
			continue;
		if (s->kind == AEG_STATE_PARALLEL_AGENTS)
			check_consensus(an, i);
		if (s->kind == AEG_STATE_AGENT)
			check_judges(an, i);
		if (s->kind == AEG_STATE_PARALLEL_CONTAINERS)
			check_steps(an, s);
	}
	check_keys(an);
}
