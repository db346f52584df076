#ifndef CHECK_PATTERNS_H
#define CHECK_PATTERNS_H
/* A set of tool patterns that answers whether one of them matches a name. */
#include "model/model.h"

struct patterns {
	struct map exact, prefix; /* of stems */
	bool any;                 /* `*` is in it */
};

void patterns_init(struct patterns *p, struct arena *a);
void patterns_add(struct patterns *p, const struct mpattern *pattern);
bool patterns_match(const struct patterns *p, struct slice name);
#endif
