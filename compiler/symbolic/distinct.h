#ifndef SYMBOLIC_DISTINCT_H
#define SYMBOLIC_DISTINCT_H
/* Contexts unlike one another, and which tools each denies outright: most pairs differ in that. */
#include "symbolic/samples.h"

struct distinct {
	uint32_t context; /* the first with these rules, by name */
	const struct mcontext *c;
	struct sample *samples;
	uint32_t nsamples;
	uint64_t *tools; /* use distinct_has_tool */
	bool allows_all; /* nothing that another context allows is denied or limited here */
};
struct distincts { /* zero but for the model */
	const struct model *m;
	struct distinct *v;
	uint32_t n;
	struct slice *tools; /* of all samples, sorted */
	struct map tool_number;
	uint32_t ntools;
	uint32_t *lacking; /* by tool: how many of them deny it outright */
};

/* Fills in ds->v without samples, and @same: for each context, by name, the number in ds->v of its
 * rules. False: there are more than @most. */
bool distinct_find(struct arena *a, struct distincts *ds, uint32_t most, uint32_t *same);
/* Fills in the rest, once the samples are made. */
void distinct_mark_tools(struct arena *a, struct distincts *ds);

/* False: no capability is for the tool, or it is on the deny list. */
static inline bool distinct_has_tool(const struct distinct *d, uint32_t tool)
{
	return d->tools[tool / 64] >> tool % 64 & 1;
}
#endif
