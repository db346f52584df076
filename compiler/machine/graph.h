#ifndef MACHINE_GRAPH_H
#define MACHINE_GRAPH_H
/* States and what leads from one to another: ways, distances, cycles. */
#include "machine/cover.h"

#define GRAPH_NONE UINT32_MAX

struct edge { /* a transition that may be taken */
	uint32_t from, to, transition;
};
struct graph {
	struct arena *a; /* scratch */
	const struct mmachine *m;
	uint32_t n, initial;
	uint32_t most; /* transitions of a run */
	struct cover *covers;
	bool *ends; /* by state: a run may end there */
	struct edge *edges;
	uint32_t nedges;
	uint32_t *out;     /* n + 1: where a state's edges begin */
	uint32_t *in;      /* edges, by where they lead */
	uint32_t *in_from; /* n + 1: where those into a state begin in `in` */
	bool *futile;      /* by edge: whoever takes it is over a limit, so that the run fails */

	/* The shortest ways of runs. */
	uint32_t *depth;           /* transitions from the initial state on; NONE: never entered */
	uint32_t *via;             /* the edge by which; NONE of the initial one */
	uint32_t *order, nreached; /* states, nearest first */
	uint32_t *place, *at;      /* in these ways' tree, parents first, each subtree together */
	uint32_t *size;            /* of the subtree */

	/* Transitions to the nearest end, and the first of them: as runs can take them, and
	 * whatever the limits. */
	struct to_end {
		uint32_t *n, *via;
	} end, far;
	uint32_t *round_via, *round_queue; /* of graph_round */
	uint32_t budget;                   /* steps that graph_can_end may still take */
};

/* Of a machine whose every target is known. @a: scratch, which it keeps. */
struct graph graph_make(struct arena *a, const struct mmachine *m, struct cover *covers);

/* Ways from the initial state that do not enter one state. */
struct detour {
	uint32_t avoided;
	uint32_t *depth, *via; /* by state; of those elsewhere than below `avoided` the graph's own
				  hold */
	struct detour_entry *entries;
	uint32_t *levels;
};
struct detour detour_make(const struct graph *g);
/* May be asked again and again: costs what is below @avoided in the tree. */
void detour_find(const struct graph *g, struct detour *r, uint32_t avoided);
/* Transitions needed, at most g->most; or NONE. */
uint32_t detour_depth(const struct graph *g, const struct detour *r, uint32_t state);

/* Whether some run that enters @state ends, otherwise than by a limit. */
bool graph_can_end(struct graph *g, uint32_t state);

/* The cycles: states that lead to each other have one number. @leave_states and @leave_edges, or
 * NULL, are taken for absent. Returns numbers by state; NONE: it is on no cycle. */
uint32_t *graph_cycles(const struct graph *g, const bool *leave_states, const bool *leave_edges);

/* ---- Ways in words ------------------------------------------------------------------------- */

struct way {
	uint32_t *states;
	size_t n, cap;
};
/* From the initial state to @state; with @r without entering r->avoided. */
struct way graph_way(const struct graph *g, const struct detour *r, uint32_t state);
/* From @state on around, within one number of graph_cycles, to @state again. */
struct way graph_round(
	const struct graph *g, const uint32_t *cycles, const bool *leave_edges, uint32_t state);
/* `START > A > B`; a long one without its middle. */
const char *graph_words(struct diags *d, const struct graph *g, const struct way *w);
#endif
