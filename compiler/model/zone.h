#ifndef MODEL_ZONE_H
#define MODEL_ZONE_H
/* Names of time zones. */
#include "base/slice.h"

/* stdlib-contexts/zones.txt, sorted; @now: what to write for an older name, else NULL. */
struct zone_name {
	const char *name, *now;
};
extern const struct zone_name zone_names[];
extern const unsigned zone_nnames;
/* The entry of @name, or NULL. */
const struct zone_name *zone_find(struct slice name);
#endif
