#ifndef BASE_MAP_H
#define BASE_MAP_H
/* Bytes to a uint32_t, in an arena. Iterate through your own array: order of insertion is yours to
 * keep. */
#include "base/arena.h"
#include "base/slice.h"

struct map_slot;
struct map {
	struct arena *arena;
	struct map_slot *slots;
	uint32_t n, cap;
};

#define MAP_NONE UINT32_MAX

/**
 * map_put - bind @key to @value unless it is bound already
 *
 * Returns MAP_NONE when the key is new, else the value it had and keeps. Keys are not copied.
 */
uint32_t map_put(struct map *m, struct slice key, uint32_t value);

/* The value of @key, or MAP_NONE. */
uint32_t map_get(const struct map *m, struct slice key);
#endif
