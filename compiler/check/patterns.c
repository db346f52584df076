/* Sets of tool patterns: one look-up for each dot of a name, however many patterns there are. */
#include "check/patterns.h"

void patterns_init(struct patterns *p, struct arena *a)
{
	*p = (struct patterns){ .exact.arena = a, .prefix.arena = a };
}

void patterns_add(struct patterns *p, const struct mpattern *pattern)
{
	if (pattern->poison)
		return;
	switch (pattern->form) {
	case PATTERN_EXACT: map_put(&p->exact, pattern->stem, 0); return;
	case PATTERN_PREFIX: map_put(&p->prefix, pattern->stem, 0); return;
	case PATTERN_ANY: p->any = true; return;
	}
}

bool patterns_match(const struct patterns *p, struct slice name)
{
	bool match = p->any || map_get(&p->exact, name) != MAP_NONE;
	for (uint32_t i = 0; i + 1 < name.len && !match; i++)
		match = name.at[i] == '.' &&
			map_get(&p->prefix, (struct slice){ name.at, i }) != MAP_NONE;
	return match;
}
