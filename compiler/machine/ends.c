/* States that no run enters, states from which no run ends, transitions over a limit, cycles. */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "machine/internal.h"

/* ---- Not entered --------------------------------------------------------------------------- */

struct from {             /* who leads to a state that is not entered */
	uint32_t any;     /* a state whose transition names it, or NONE */
	uint32_t entered; /* one that is entered itself */
};

static struct from *find_sources(struct analysis *an)
{
	struct graph *g = &an->g;
	struct from *v = arena_array(an->a, struct from, g->n);
	struct map names = { .arena = an->a };

	for (uint32_t i = 0; i < g->n; i++) {
		map_put(&names, an->m->states[i].name.text, i);
		v[i] = (struct from){ GRAPH_NONE, GRAPH_NONE };
	}
	for (uint32_t i = 0; i < g->n; i++) {
		const struct mstate *s = &an->m->states[i];
		for (uint32_t k = 0; k < s->ntransitions; k++) {
			struct from *f = &v[map_get(&names, s->transitions[k].target.text)];
			f->any = i;
			if (is_entered(an, i) &&
				(f->entered == GRAPH_NONE || g->depth[i] < g->depth[f->entered]))
				f->entered = i;
		}
	}
	return v;
}

static void not_entered(struct analysis *an, uint32_t state, const struct from *f)
{
	const struct graph *g = &an->g;
	const struct mstate *states = an->m->states;
	struct diag r = { AEG_unreachable_state, states[state].name.at,
		.label = "no transition leads here", .other = SPAN_NONE,
		.help = "name it as the target of a transition, or remove it" };

	if (f->entered != GRAPH_NONE && g->depth[f->entered] >= g->most) {
		r.label = diag_text(an->d,
			"this takes more transitions than a run has, which is %u%s > %.*s", g->most,
			analysis_to(an, f->entered), SLICE_ARG(states[state].name.text));
		r.help = "let `max_total_transitions` be greater";
	} else if (f->entered != GRAPH_NONE) {
		r.label = diag_text(an->d, "the transitions that lead here are never taken%s",
			analysis_to(an, f->entered));
		r.help = NULL;
	} else if (f->any == state) {
		r.label = "no other state leads here";
	} else if (f->any != GRAPH_NONE) {
		r.label = diag_text(an->d, "only states lead here that are not entered, as %s",
			diag_quote(an->d, states[f->any].name.text));
		r.help = NULL;
	}
	diag_add(an->d, r);
}

static void check_entered(struct analysis *an)
{
	struct from *sources = NULL;

	for (uint32_t i = 0; i < an->g.n && !an->d->dropped; i++) {
		if (is_entered(an, i))
			continue;
		if (sources == NULL)
			sources = find_sources(an);
		not_entered(an, i, &sources[i]);
	}
}

/* ---- No end -------------------------------------------------------------------------------- */

/* On from @state to the nearest end, or as the first transitions lead until they come round. */
static void go_on(struct analysis *an, struct way *w, uint32_t state)
{
	struct graph *g = &an->g;
	uint32_t mark = state + 1; /* another for each question */

	while (an->seen[state] != mark && g->out[state] < g->out[state + 1]) {
		uint32_t e = g->far.via[state];
		if (e == GRAPH_NONE && g->far.n[state] == 0)
			break;
		an->seen[state] = mark;
		state = g->edges[e == GRAPH_NONE ? g->out[state] : e].to;
		arena_push(an->a, w->states, w->n, &w->cap);
		w->states[w->n++] = state;
	}
}

static void cannot_end(struct analysis *an, uint32_t state)
{
	struct graph *g = &an->g;
	enum diag_code code = state == g->initial ? AEG_workflow_never_ends : AEG_state_cannot_end;
	if (an->d->dropped) { /* it still counts */
		diag_add(an->d,
			(struct diag){ code, an->m->states[state].name.at, .other = SPAN_NONE });
		return;
	}
	struct way w = graph_way(g, NULL, state);
	bool limits = g->far.n[state] != GRAPH_NONE;

	go_on(an, &w, state);
	diag_add(an->d,
		(struct diag){ code, an->m->states[state].name.at,
			.label = diag_text(an->d, "%s: %s",
				limits ? "the way to an end is over a limit"
				       : "no state that follows ends",
				graph_words(an->d, g, &w)),
			.other = SPAN_NONE,
			.help = limits ? diag_text(an->d,
						 "a run has %u transitions (`max_total_transitions`), "
						 "and enters a state as often as its "
						 "`max_state_visits` says",
						 g->most)
				       : "`transitions: []` ends the workflow in a state" });
}

/* Of states among which a run is caught only those by which it comes there. */
static void check_ends(struct analysis *an)
{
	struct graph *g = &an->g;

	an->caught = arena_array(an->a, bool, g->n);
	an->seen = arena_array(an->a, uint32_t, g->n);
	for (uint32_t i = 0; i < g->nreached; i++)
		an->caught[g->order[i]] = !graph_can_end(g, g->order[i]);
	for (uint32_t i = 0; i < g->nreached; i++) {
		uint32_t s = g->order[i];
		if (an->caught[s] && (i == 0 || !an->caught[g->edges[g->via[s]].from]))
			cannot_end(an, s);
	}
}

/* ---- Over a limit -------------------------------------------------------------------------- */

static void over_limit(struct analysis *an, const struct edge *e)
{
	const struct graph *g = &an->g;
	const struct mtransition *t = &an->m->states[e->from].transitions[e->transition];
	const struct mstate *target = &an->m->states[e->to];
	bool total = g->depth[e->from] >= g->most;
	struct way w = graph_way(g, NULL, e->from);

	diag_add(an->d,
		(struct diag){ AEG_transition_over_limit, t->target.at,
			.label = diag_text(an->d, "%s: %s > %.*s",
				total ? "a run has no more transitions by then"
				      : "by then that state was entered, and may be so once",
				graph_words(an->d, g, &w), SLICE_ARG(target->name.text)),
			.other = total ? SPAN_NONE : target->name.at,
			.other_label = "this state has `max_state_visits: 1`",
			.help = total ? "let `max_total_transitions` be greater"
				      : "let `max_state_visits` be greater, or lead elsewhere" });
}

static void check_limits(struct analysis *an)
{
	for (uint32_t e = 0; e < an->g.nedges && !an->d->dropped; e++) {
		uint32_t from = an->g.edges[e].from;
		if (an->g.futile[e] && is_entered(an, from) && !an->caught[from])
			over_limit(an, &an->g.edges[e]);
	}
}

/* ---- Cycles -------------------------------------------------------------------------------- */

/* Whether the condition compares by size something that is not an outcome's own. */
static bool counts(const struct mtransition *t)
{
	static const char *const outcomes[] = { "score", "confidence", "exit_code", "duration_ms",
		"length" };
	struct slice x = { NULL, 0 };
	bool compares;

	if (t->when != AEG_WHEN_CUSTOM || t->expression == NULL)
		return false;
	x = t->expression->u.text;
	compares = memchr(x.at, '<', x.len) != NULL || memchr(x.at, '>', x.len) != NULL;
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
		if (memmem(x.at, x.len, outcomes[i], strlen(outcomes[i])) != NULL)
			return false;
	return compares;
}

static void cycle(struct analysis *an, const uint32_t *cycles, const bool *leave_edges,
	uint32_t state, bool bounded)
{
	struct way w = graph_round(&an->g, cycles, leave_edges, state);

	diag_add(an->d,
		(struct diag){ bounded ? AEG_cycle : AEG_unbounded_cycle,
			an->m->states[state].name.at,
			.label = diag_text(
				an->d, "it comes back here: %s", graph_words(an->d, &an->g, &w)),
			.other = SPAN_NONE,
			.help = bounded ? NULL
					: "say in one of these states how often it may be entered "
					  "(`max_state_visits`), or leave the cycle by a counter" });
}

static void check_cycles(struct analysis *an)
{
	struct graph *g = &an->g;
	bool *bounded = arena_array(an->a, bool, g->n),
	     *counted = arena_array(an->a, bool, g->nedges), *told = arena_array(an->a, bool, g->n),
	     *open_told = arena_array(an->a, bool, g->n);

	for (uint32_t i = 0; i < g->n; i++) {
		bounded[i] = an->m->states[i].visits_stated || an->m->states[i].visits_lost;
		/* What is tried behind a counter is left by it, sooner or later. */
		for (uint32_t e = g->out[i]; e < g->out[i + 1]; e++)
			counted[e] =
				counts(&an->m->states[i].transitions[g->edges[e].transition]) ||
				(e > g->out[i] && counted[e - 1]);
	}
	uint32_t *all = graph_cycles(g, NULL, NULL), *open = graph_cycles(g, bounded, counted);
	for (uint32_t i = 0; i < g->n && !an->d->dropped; i++)
		if (open[i] != GRAPH_NONE && !open_told[open[i]] && !an->caught[i]) {
			open_told[open[i]] = told[all[i]] = true;
			cycle(an, open, counted, i, false);
		}
	for (uint32_t i = 0; i < g->n && !an->d->dropped; i++)
		if (all[i] != GRAPH_NONE && !told[all[i]] && !an->caught[i]) {
			told[all[i]] = true;
			cycle(an, all, NULL, i, true);
		}
}

void ends_check(struct analysis *an)
{
	check_entered(an);
	check_ends(an);
	check_limits(an);
	check_cycles(an);
}
