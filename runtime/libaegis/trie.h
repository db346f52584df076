#ifndef LIBAEGIS_TRIE_H
#define LIBAEGIS_TRIE_H
/* Walking the bundle's tries. */
#include "internal.h"

struct aegi_trie { /* borrows the bundle */
	const struct aegf_edge *edges;
	const struct aegf_node *nodes;
	const struct aegf_str *globs;
	const char *strings;
	uint32_t mask;      /* slots - 1 */
	uint32_t max_probe; /* how far after its own slot an edge may stand */
};

struct aegi_trie aegi_trie_of(const struct aeg_bundle *b);

/* The child of @node by the component @p, @n bytes; or AEGF_NONE. */
uint32_t aegi_step(const struct aegi_trie *t, uint32_t node, const char *p, uint32_t n);

#define AEGI_TOOL_MAX 128

/**
 * aegi_name_walk - what a trie of kind TOOL or CATALOGUE says of the tool name @name
 * @ret: the node's `a` for this very name, else `b` of the deepest prefix that it goes on from by
 * at least one byte after the dot; or AEGF_NONE
 *
 * Returns 0, and nothing in @ret, where @name is no tool name.
 */
int aegi_name_walk(const struct aegi_trie *t, uint32_t root, struct aeg_str name, uint32_t *ret);

static inline struct aeg_str aegi_glob(const struct aegi_trie *t, uint32_t i)
{
	return (struct aeg_str){ t->strings + aeg_ld32(t->globs[i].off),
		aeg_ld32(t->globs[i].len) };
}
#endif
