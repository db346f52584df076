#ifndef LIBAEGIS_TRIE_H
#define LIBAEGIS_TRIE_H
/*
 * Walking the bundle's tries. Here and inline, because a decision is little else: a few steps, each
 * a hash, one or two slots of EDGES and one compare.
 */
#include "internal.h"

struct aegi_trie { /* borrows the bundle */
	const struct aegf_edge *edges;
	const struct aegf_node *nodes;
	const struct aegf_str *globs;
	const char *strings;
	uint32_t mask;   /* slots - 1 */
	uint32_t probes; /* slots to look at; 0: there are none */
};

static inline struct aegi_trie aegi_trie_of(const struct aeg_bundle *b)
{
	uint32_t slots = aegi_count(b, AEGF_EDGES);

	return (struct aegi_trie){
		.edges = aegi_at(b, AEGF_EDGES, 0, struct aegf_edge),
		.nodes = aegi_at(b, AEGF_NODES, 0, struct aegf_node),
		.globs = aegi_at(b, AEGF_GLOBS, 0, struct aegf_str),
		.strings = (const char *)b->section[AEGF_STRINGS].at,
		.mask = slots - 1,
		.probes = slots == 0 ? 0 : aeg_ld32(aegi_meta(b)->max_probe) + 1,
	};
}

static inline struct aeg_str aegi_glob(const struct aegi_trie *t, uint32_t i)
{
	return (struct aeg_str){ t->strings + aeg_ld32(t->globs[i].off),
		aeg_ld32(t->globs[i].len) };
}

/* memcmp for short texts: a call costs more than the compare. */
static inline int aegi_same(const char *a, const char *b, uint32_t n)
{
	if (n >= 8) {
		for (uint32_t i = 0; i + 8 <= n; i += 8)
			if (aegf_ld64_raw(a + i) != aegf_ld64_raw(b + i))
				return 0;
		return aegf_ld64_raw(a + n - 8) == aegf_ld64_raw(b + n - 8);
	}
	if (n >= 4)
		return aegf_ld32_raw(a) == aegf_ld32_raw(b) &&
		       aegf_ld32_raw(a + n - 4) == aegf_ld32_raw(b + n - 4);
	return n == 0 || (a[0] == b[0] && a[n >> 1] == b[n >> 1] && a[n - 1] == b[n - 1]);
}

/* The child of @node by the component @p, @n bytes; or AEGF_NONE. */
static inline uint32_t aegi_step(
	const struct aegi_trie *t, uint32_t node, const char *p, uint32_t n)
{
	uint32_t hash = aegf_hash(node, p, n);

	for (uint32_t i = 0; i < t->probes; i++) {
		const struct aegf_edge *e = &t->edges[(hash + i) & t->mask];
		uint32_t owner = aeg_ld32(e->node);

		if (owner == node && aeg_ld16(e->tag) == hash >> 16 && aeg_ld16(e->len) == n &&
			aegi_same(t->strings + aeg_ld32(e->text), p, n))
			return aeg_ld32(e->child);
		if (owner == AEGF_NONE)
			break;
	}
	return AEGF_NONE;
}

/* ASCII letters, digits and `_ - . / :`; the last four and the digits stand in a row. */
static inline int aegi_tool_byte(char c)
{
	uint8_t u = (uint8_t)c;

	return (uint8_t)((u | 0x20) - 'a') < 26 || (uint8_t)(u - '-') <= ':' - '-' || u == '_';
}

#define AEGI_TOOL_MAX 128

/**
 * aegi_name_walk - what a trie of kind TOOL or CATALOGUE says of the tool name @name
 * @ret: the node's `a` for this very name, else `b` of the deepest prefix that it goes on from by
 * at least one byte after the dot; or AEGF_NONE
 *
 * Returns 0, and nothing in @ret, where @name is no tool name.
 */
static inline int aegi_name_walk(
	const struct aegi_trie *t, uint32_t root, struct aeg_str name, uint32_t *ret)
{
	uint32_t node = root, below = aeg_ld32(t->nodes[root].b), at = 0;

	if (name.len == 0 || name.len > AEGI_TOOL_MAX)
		return 0;
	for (;; at++) {
		uint32_t from = at;

		for (; at < name.len && name.at[at] != '.'; at++)
			if (!aegi_tool_byte(name.at[at]))
				return 0;
		if (node != AEGF_NONE)
			node = aegi_step(t, node, name.at + from, at - from);
		if (at == name.len)
			break;
		if (node != AEGF_NONE && at + 1 < name.len &&
			aeg_ld32(t->nodes[node].b) != AEGF_NONE)
			below = aeg_ld32(t->nodes[node].b);
	}
	*ret = node != AEGF_NONE && aeg_ld32(t->nodes[node].a) != AEGF_NONE
		       ? aeg_ld32(t->nodes[node].a)
		       : below;
	return 1;
}
#endif
