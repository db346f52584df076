#ifndef PROOF_INTERNAL_H
#define PROOF_INTERNAL_H
/* What the files of this room share. */
#include "proof/proof.h"

struct proving { /* one run */
	struct diags *d;
	const struct proof_options *o;
	struct arena empty; /* what o->scratch is like before a cutting */
	struct proof_report *report;
};

/* Sets all of @r but its name: the assertion is decided. */
void proof_decide(struct proving *p, struct proof_result *r);

/**
 * proof_confirm - let the bundle decide the call that refutes @r
 * @side: what the cells say of it, for each of the contexts of r->refuted[0]
 *
 * Fills in r->decided, and sets report->unconfirmed where the bundle disagrees.
 */
void proof_confirm(struct proving *p, struct proof_result *r, const struct cell_side *side);

/* "never `cmd.run` in `zaru-*`". */
struct slice proof_words(struct diags *d, const struct massertion *a);
/* A line that a shell runs: `aegisr decide "$BUNDLE" --context ...`. */
void proof_command(struct buf *out, struct slice context, struct slice tool, struct slice args);
/* "the child may make more such calls at once"; NULL where a call is denied. */
const char *proof_limit_words(enum ceiling_why why);
#endif
