#ifndef MACHINE_INTERNAL_H
#define MACHINE_INTERNAL_H
/* Shared by the files that report on machines. */
#include "machine/analyse.h"
#include "machine/graph.h"

/* One machine under way. */
struct analysis {
	struct diags *d;
	const struct mmachine *m;
	struct arena *a; /* scratch */
	struct cover *covers;
	bool whole; /* all of it was read: there is a graph */
	struct graph g;
	uint32_t *seen; /* by state: in whose question; ends.c */
	bool *caught;   /* by state: no run that enters it ends; ends.c */
};

static inline bool is_entered(const struct analysis *an, uint32_t state)
{
	return an->whole && an->g.depth[state] != GRAPH_NONE;
}
/* `: START > A`, the shortest way to @state; nothing where there is none. */
const char *analysis_to(struct analysis *an, uint32_t state);

/* outcomes.c: conditions that are never met, and outcomes that none is for. */
void outcomes_check(struct analysis *an);
/* ends.c: states that are not entered, and those from which nothing ends; cycles. */
void ends_check(struct analysis *an);
/* readings.c: what templates read. */
void readings_check(struct analysis *an);
/* consensus.c: several at once. */
void consensus_check(struct analysis *an);

/* As workflows write it, with its article: "a System state". */
const char *kind_words(enum aeg_state_kind kind);
#endif
