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
};

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
#endif
