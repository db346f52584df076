#ifndef PROVE_SHORTLIST_H
#define PROVE_SHORTLIST_H
/*
 * Of a context with very many patterns, those that can match a name. The naive evaluator looks at
 * all that it is given for each call, so the whole of a huge context would take the square of its
 * size.
 */
#include "model/model.h"

#define SHORTLIST_FROM 64u /* a context with fewer patterns is given whole */

struct shortlist {
	const struct mcontext *context;
	struct map first; /* pattern > a rule that has it; rules: capabilities, then deny entries */
	uint32_t *next;   /* rule > another of the same pattern, or UINT32_MAX */
	uint32_t *rules;  /* of what was selected last, ascending; NULL: everything was */
	struct mcontext part;
};

void shortlist_init(struct shortlist *s, struct arena *a, const struct mcontext *c);
/* False where an earlier rule may have the same pattern: it need not be tried again. */
bool shortlist_is_first(const struct shortlist *s, uint32_t rule);
/* The context, or a part of it that decides @name alike. From @scratch: valid as long as that is.
 */
const struct mcontext *shortlist_for(struct shortlist *s, struct arena *scratch, struct slice name);
/* The context's own number of capability or deny entry @i of what was selected. */
uint32_t shortlist_cap(const struct shortlist *s, uint32_t i);
uint32_t shortlist_deny(const struct shortlist *s, uint32_t i);
#endif
