#ifndef SYMBOLIC_CEILINGS_H
#define SYMBOLIC_CEILINGS_H
/*
 * Which contexts are within which, for all of a model at once: the tables of the bundle, with the
 * contexts numbered by name as there. Source: docs/symbolic.md, "Ceilings"; semantics.md,
 * section 7.
 */
#include "diag/diag.h"
#include "model/model.h"

struct ceiling_parent { /* allows all calls of the child */
	uint32_t context;
	uint32_t
		looser; /* 0: the child is within it; else the enum ceiling_why of what it is not */
	uint32_t witness; /* a call that shows it; UINT32_MAX: none is short enough */
};
struct ceiling_witness {
	struct slice tool, args;
};
struct ceiling_of {
	uint32_t same;                      /* the first context with the same rules; else that
					       one's tables hold, and these are empty */
	uint32_t first_parent, nparents;    /* ascending by context */
	uint32_t first_witness, nwitnesses; /* each other parent denies one of them; the one that
					       most deny comes first */
};
struct ceilings {
	uint32_t n; /* contexts */
	struct ceiling_of *v;
	struct ceiling_parent *parents;
	struct ceiling_witness *witnesses; /* of ceilings, then those of parents alone */
	uint32_t nparents, nwitnesses;
};

#define CEILINGS_MOST         1024u               /* contexts with different rules */
#define CEILINGS_WORK         (UINT64_C(1) << 22) /* steps, shared out evenly among them */
#define CEILINGS_WITNESS_ARGS 512u                /* bytes; as the bundle has room for */

/**
 * symbolic_ceilings - every pair of contexts, decided exactly
 * @d: gets a note where the contexts are too many, and where a pair is too large to be decided: it
 * then counts as not within
 *
 * For a model without errors. Deterministic, whatever the order of the sources; works on several
 * threads. NULL: there are more than CEILINGS_MOST different contexts.
 */
const struct ceilings *symbolic_ceilings(struct diags *d, const struct model *m);
#endif
