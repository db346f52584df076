#ifndef POLICYTEST_INTERNAL_H
#define POLICYTEST_INTERNAL_H
/* What the files of this room share. */
#include "policytest/policytest.h"

struct decided { /* one call and its answer */
	const struct aeg_bundle *bundle;
	struct aeg_call call;
	struct slice context;
	struct aeg_verdict verdict;
	struct mobligations obligations; /* where it is allowed, and a test looks at them */
	const uint32_t *caps, *deny;     /* the numbers that its rules go by; NULL: their own */
};

/* Asks for a decision; d->call may have its limits and its time. @args: JSON, or at == NULL. */
enum aeg_status decide(const struct aeg_bundle *b, struct mrow row, struct slice args,
	struct arena *scratch, struct decided *d);
/* All that come with an allowed call, the absent ones too. */
struct mobligations decided_obligations(struct arena *a, const struct decided *d);
/* Is it as @e says? */
bool expect_holds(const struct mexpect *e, const struct decided *d);
/* "deny: PathOutsideBoundary by capability 0". */
void expect_words(struct buf *out, const struct mexpect *e);
/* The same of the answer; obligations where @e looks at them. */
void decided_words(struct buf *out, const struct mexpect *e, const struct decided *d);
/* The arguments as JSON, those that are secret without their values. */
void decided_args(struct buf *out, const struct decided *d);

/* Everything of @m that tests can touch: what the user wrote, not what is built in. */
struct coverage *coverage_new(struct arena *a, const struct model *m);
/* A call was decided: marks what decided it. @scratch is for the time of the call. */
void coverage_mark(struct coverage *c, const struct model *m, uint32_t context,
	const struct decided *d, struct arena *scratch);
/* What @more was touched by counts for @c too; both are of one model. */
void coverage_add(struct coverage *c, const struct coverage *more);

/* ---- Rows ---------------------------------------------------------------------------------- */

/* Runs rows, one after the other; each thread has one of its own. */
struct runner {
	const struct aeg_bundle *bundle;
	const struct model *model;
	const uint32_t *context_of;   /* the bundle's contexts in the model; NULL: it was not made
					 from that */
	struct arena *scratch, empty; /* for one row; `empty` is what it is like before */
	struct buf args;              /* JSON of the call under way */
	struct coverage *coverage;    /* NULL: not asked for */
	struct slice only;            /* calls in this context alone are made; at == NULL: all */
	const uint32_t *caps, *deny;  /* as in `decided` */
	struct diags *d;              /* for the words of failures; NULL: they are not wanted */
};

/**
 * row_passes - make the calls of row @row of @c, in a world of its own
 * @ret: where r->d is set: its failures are described there
 */
bool row_passes(
	struct runner *r, const struct mcase *c, uint32_t row, struct policytest_result *ret);

/* How call @call was not decided as expected. */
struct policytest_failure failure_describe(
	struct runner *r, const struct mcall *call, const struct decided *d);
#endif
