/* Sets of tool patterns: one look-up for each dot of a name, however many patterns there are. */
#include "check/patterns.h"

void patterns_init(struct patterns *p, struct arena *a)
{
	*p = (struct patterns){ .exact.arena = a, .prefix.arena = a, .any = MAP_NONE };
}

void patterns_add(struct patterns *p, const struct mpattern *pattern, uint32_t number)
{
	if (pattern->poison)
		return;
	switch (pattern->form) {
	case PATTERN_EXACT: map_put(&p->exact, pattern->stem, number); return;
	case PATTERN_PREFIX: map_put(&p->prefix, pattern->stem, number); return;
	case PATTERN_ANY:
		if (p->any == MAP_NONE)
			p->any = number;
		return;
	}
}

static void found(struct covering *c, uint32_t number)
{
	if (number == MAP_NONE)
		return;
	if (c->least == MAP_NONE || number < c->least)
		c->least = number;
	if (c->most == MAP_NONE || number > c->most)
		c->most = number;
}

struct covering patterns_covering(const struct patterns *p, const struct mpattern *pattern)
{
	struct covering c = { MAP_NONE, MAP_NONE };
	struct slice s = pattern->stem;
	found(&c, p->any);
	if (pattern->form == PATTERN_EXACT)
		found(&c, map_get(&p->exact, s));
	if (pattern->form == PATTERN_PREFIX)
		found(&c, map_get(&p->prefix, s));
	for (uint32_t i = 0; i + 1 < s.len; i++)
		if (s.at[i] == '.')
			found(&c, map_get(&p->prefix, (struct slice){ s.at, i }));
	/* `a..*` is a prefix too: what ends in a dot goes on with the star. */
	if (pattern->form == PATTERN_PREFIX && s.len > 0 && s.at[s.len - 1] == '.')
		found(&c, map_get(&p->prefix, (struct slice){ s.at, s.len - 1 }));
	return c;
}

struct covering patterns_matching(const struct patterns *p, struct slice name)
{
	struct mpattern exact = { .stem = name, .form = PATTERN_EXACT };
	return patterns_covering(p, &exact);
}
