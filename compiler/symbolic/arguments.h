#ifndef SYMBOLIC_ARGUMENTS_H
#define SYMBOLIC_ARGUMENTS_H
/* The arguments of one tool, cut along everything that looks at them. */
#include "symbolic/internal.h"

struct predicate { /* a capability; or what a region says of arguments; or that one is absent */
	const struct mcap *cap;
	const struct region *region;
	const struct marg *absent;
	const struct mtool *tool; /* by whose arguments it reads; NULL: it looks at none */
};
struct predicates {
	struct cut *cut;
	const struct predicate *v;
	uint32_t n, nwords;
};

/* All argument objects there are, as the members of the smallest of each class; and what holds of
 * it. Bits past the predicates' number are set. */
struct terms *arguments_terms(const struct predicates *all);
#endif
