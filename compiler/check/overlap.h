#ifndef CHECK_OVERLAP_H
#define CHECK_OVERLAP_H
/*
 * Which capabilities and deny entries of a context match a common tool. Two patterns that do cover
 * one another, so all of them are a forest: each stands below the nearest one that covers it, and
 * what stands in different trees has nothing to do with each other. Questions about calls are then
 * asked of one tree, and of most trees none has to be asked.
 */
#include "symbolic/symbolic.h"

struct rule {
	const struct mpattern *pattern;
	uint32_t index; /* in the context's capabilities or deny entries */
	bool deny;
	uint32_t end; /* the members after it up to here are covered by it */
	/* the nearest member above that is one, or MAP_NONE */
	uint32_t cap_above, deny_above;
	uint64_t head; /* of its name, for sorting */
};
struct forest {
	struct rule *v; /* what covers before what is covered; of equal patterns deny entries
			     first, then as in the source */
	uint32_t n;
	uint32_t *caps_before; /* of n + 1: how many members before it are capabilities */
};
/* Of a context without poisoned patterns. */
struct forest overlap_forest(struct arena *a, const struct mcontext *context);
static inline uint32_t overlap_caps(const struct forest *f, uint32_t lo, uint32_t hi)
{
	return f->caps_before[hi] - f->caps_before[lo];
}

/* Some of a context's capabilities and deny entries, as a context of its own. */
struct part {
	struct mcontext context;
	const struct mcontext *whole;
	uint32_t *caps; /* indexes in the whole of its capabilities, ascending */
};
#define OVERLAP_MAX 512u /* members of a part: larger ones are not looked into */
/* The members [lo, hi) of @f. */
struct part overlap_part(struct arena *a, const struct mcontext *whole, const struct forest *f,
	uint32_t lo, uint32_t hi);
/* One capability, and one deny entry or none (MAP_NONE). */
struct part overlap_one(struct arena *a, const struct mcontext *whole, uint32_t cap, uint32_t deny);

bool pattern_covers(const struct mpattern *p, const struct mpattern *q);
bool pattern_matches(const struct mpattern *p, struct slice name);
#endif
