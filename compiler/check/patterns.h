#ifndef CHECK_PATTERNS_H
#define CHECK_PATTERNS_H
/* A set of tool patterns that answers which of them cover a name or another pattern. */
#include "model/model.h"

struct patterns {
	struct map exact, prefix; /* stem > number */
	uint32_t any;             /* number of the `*` in it, or MAP_NONE */
};

void patterns_init(struct patterns *p, struct arena *a);
/* Adds @pattern under @number; of equal patterns the first one added counts. */
void patterns_add(struct patterns *p, const struct mpattern *pattern, uint32_t number);

struct covering { /* MAP_NONE and MAP_NONE: nothing covers it */
	uint32_t least, most;
};
/* The numbers of the patterns in @p that match every name that @pattern matches. */
struct covering patterns_covering(const struct patterns *p, const struct mpattern *pattern);
/* The same of a tool's name. */
struct covering patterns_matching(const struct patterns *p, struct slice name);
#endif
