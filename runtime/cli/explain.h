#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H
/*
 * Why a call was decided as it was, and what would have it decided otherwise: every rule that was
 * tried with what it was compared with and the nearest value that it lets through, and changes each
 * of which, made, turns a denial into an allowed call. One model for aegisr and for aegisc. Source:
 * docs/cli.md, "Explanations".
 */
#include "cli/repair.h"

#define EXPLAIN_STEPS_MOST 8u /* capabilities that are looked at for changes */

struct explain_step {
	struct aeg_step step;
	struct slice argument; /* that it failed on; at NULL: none */
	struct allowlist list; /* that it was compared with; n == AEG_NONE: none */
	uint32_t nearest;      /* entry of it, or AEG_NONE */
	struct slice value;    /* JSON: what the argument, or its element, would be */
	uint32_t index;        /* the element, or AEG_NONE */
};

/* All of it is needed, and it is enough. */
struct suggestion {
	struct changes changes;
	uint32_t context;  /* whose rules it names */
	bool call, policy; /* what it changes */
};

struct explanation {
	struct explain_step *steps;
	size_t nsteps, cap;
	struct suggestion suggestion[2]; /* the likelier first */
	uint32_t nsuggestions;
};

/**
 * explain_call - the explanation of a decision
 * @context: its name, as asked for
 * @verdict: what aeg_decide said; for the limits, which are not counted again here
 *
 * Shows no value of a secret argument and none of more than 256 bytes. Bounded by the lengths of
 * the call and of the lists (NEAR_MOST entries each) and by EXPLAIN_STEPS_MOST.
 */
const struct explanation *explain_call(struct arena *a, const struct aeg_bundle *b,
	struct slice context, const struct aeg_call *call, const struct aeg_verdict *verdict);

/* ---- explain_text.c, explain_json.c -------------------------------------------------------- */

/* A sentence, without a line end. */
void explain_suggestion_text(
	struct buf *out, const struct aeg_bundle *b, const struct suggestion *s);
/* What a step was compared with, and the nearest; lines that begin with @before. */
void explain_step_text(struct buf *out, const struct explain_step *s, const char *before);

/* `,"argument":...`: further members of a step. */
void explain_step_json(struct buf *out, const struct explain_step *s);
/* `"suggestions":[...]` */
void explain_suggestions_json(
	struct buf *out, const struct aeg_bundle *b, const struct explanation *e);
#endif
