/* Open addressing, linear probing, at most half full. */
#include "base/map.h"

struct map_slot {
	struct slice key;
	uint32_t hash, value; /* value MAP_NONE: empty */
};

static uint64_t load(const char *p, uint32_t n)
{
	uint64_t w = 0;
	if (n == 8) {
		memcpy(&w, p, 8);
	} else if (n >= 4) { /* the two overlap */
		uint32_t lo, hi;
		memcpy(&lo, p, 4);
		memcpy(&hi, p + n - 4, 4);
		w = (uint64_t)hi << 32 | lo;
	} else if (n > 0) {
		w = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n >> 1] << 8 |
		    (unsigned char)p[n - 1];
	}
	return w;
}

/* Seeded by where the arena lies, so that nobody can prepare keys that collide; no result depends
 * on it. */
static uint32_t hash_of(const struct map *m, struct slice key)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ key.len ^ (uint64_t)(uintptr_t)m->arena << 20;
	uint32_t i = 0;
	for (; i + 8 <= key.len; i += 8) {
		h = (h ^ load(key.at + i, 8)) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	h = (h ^ load(key.at + i, key.len - i)) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h *= 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(h >> 32);
}

static struct map_slot *find(const struct map *m, struct slice key, uint32_t hash)
{
	uint32_t i = hash & (m->cap - 1);
	while (m->slots[i].value != MAP_NONE &&
		(m->slots[i].hash != hash || !slice_eq(m->slots[i].key, key)))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void grow(struct map *m)
{
	struct map old = *m;
	m->cap = old.cap == 0 ? 16 : old.cap * 2;
	m->slots = arena_array(m->arena, struct map_slot, m->cap);
	for (uint32_t i = 0; i < m->cap; i++)
		m->slots[i].value = MAP_NONE;
	for (uint32_t i = 0; i < old.cap; i++)
		if (old.slots[i].value != MAP_NONE)
			*find(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

uint32_t map_put(struct map *m, struct slice key, uint32_t value)
{
	if (m->n >= m->cap / 2)
		grow(m);
	uint32_t hash = hash_of(m, key);
	struct map_slot *s = find(m, key, hash);
	if (s->value != MAP_NONE)
		return s->value;
	*s = (struct map_slot){ key, hash, value };
	m->n++;
	return MAP_NONE;
}

uint32_t map_get(const struct map *m, struct slice key)
{
	return m->cap == 0 ? MAP_NONE : find(m, key, hash_of(m, key))->value;
}
