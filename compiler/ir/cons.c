/* Hash-consing of anything that can be spelled out as numbers and text. */
#include "ir/cons.h"

void cons_init(struct cons *c, struct arena *a)
{
	*c = (struct cons){ .map = { .arena = a }, .key = { .arena = a } };
}

void cons_begin(struct cons *c) { c->key.len = 0; }

void cons_number(struct cons *c, uint32_t n) { memcpy(buf_take(&c->key, sizeof n), &n, sizeof n); }

/* With its length before it, so that no two keys are spelled alike. */
void cons_text(struct cons *c, struct slice s)
{
	cons_number(c, s.len);
	buf_slice(&c->key, s);
}

uint32_t cons_end(struct cons *c, uint32_t fresh)
{
	struct slice key = buf_done(&c->key);
	uint32_t known = map_get(&c->map, key);

	if (known != MAP_NONE)
		return known;
	char *own = arena_array(c->map.arena, char, key.len);
	if (key.len != 0)
		memcpy(own, key.at, key.len);
	map_put(&c->map, (struct slice){ own, key.len }, fresh);
	return fresh;
}
