#ifndef PROVE_VARY_H
#define PROVE_VARY_H
/* Calls that lie near what a capability states: on it, just inside, just outside. Deterministic. */
#include "prove/prove.h"

struct vary {
	uint64_t state;
	struct buf text; /* scratch for one value */
};

uint32_t vary_pick(struct vary *v, uint32_t n); /* in [0, n); n > 0 */
/* The arguments of a call of @tool as JSON text, near the entries of @cap. */
void vary_arguments(
	struct vary *v, struct buf *out, const struct mtool *tool, const struct mcap *cap);
#endif
