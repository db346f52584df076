/* The analyses of one machine after another. */
#include "machine/internal.h"

const char *kind_words(enum aeg_state_kind kind)
{
	static const char *const words[] = { "an Agent state", "a System state", "a Human state",
		"a ParallelAgents state", "a ContainerRun state", "a ParallelContainerRun state",
		"a Subworkflow state" };
	_Static_assert(sizeof words / sizeof *words == AEG_NSTATE_KINDS, "words for each");

	return words[kind];
}

const char *analysis_to(struct analysis *an, uint32_t state)
{
	if (!is_entered(an, state))
		return "";
	struct way w = graph_way(&an->g, NULL, state);
	return diag_text(an->d, "; the way here: %s", graph_words(an->d, &an->g, &w));
}

/* Whether all that leads on from every state is known. */
static bool is_whole(struct arena *a, const struct mmachine *m)
{
	struct map names = { .arena = a };

	for (uint32_t i = 0; i < m->nstates; i++)
		if (map_put(&names, m->states[i].name.text, i) != MAP_NONE)
			return false;
	if (m->broken || m->initial.text.at == NULL || map_get(&names, m->initial.text) == MAP_NONE)
		return false;
	for (uint32_t i = 0; i < m->nstates; i++) {
		const struct mstate *s = &m->states[i];
		if (s->broken || s->max_visits == 0)
			return false;
		for (uint32_t k = 0; k < s->ntransitions; k++)
			if (s->transitions[k].broken || s->transitions[k].target.text.at == NULL ||
				map_get(&names, s->transitions[k].target.text) == MAP_NONE)
				return false;
	}
	return true;
}

void machine_analyse(struct diags *d, const struct mmachine *m, struct arena *scratch)
{
	struct analysis an = { .d = d, .m = m, .a = scratch };

	an.covers = arena_array(scratch, struct cover, m->nstates);
	for (uint32_t i = 0; i < m->nstates; i++)
		if (!m->states[i].broken)
			an.covers[i] = cover_transitions(scratch, &m->states[i]);
	an.whole = is_whole(scratch, m);
	if (an.whole)
		an.g = graph_make(scratch, m, an.covers);
	outcomes_check(&an);
	consensus_check(&an);
	if (!an.whole)
		return;
	ends_check(&an);
	readings_check(&an);
}

void machine_check(struct diags *d, const struct model *m)
{
	for (uint32_t i = 0; i < m->nmachines; i++) {
		struct arena scratch = {
			.limit = d->arena->limit, .fail = d->arena->fail, .ctx = d->arena->ctx
		};
		machine_analyse(d, &m->machines[i], &scratch);
		arena_free(&scratch);
	}
}
