/*
 * Looks components up in EDGES. A decision is little else: a few steps, each a hash, one or two
 * slots and one compare.
 */
#include "trie.h"

#include "words.h"

struct aegi_trie aegi_trie_of(const struct aeg_bundle *b)
{
	static const struct aegf_edge no_edge = { .node = { { 0xff, 0xff, 0xff, 0xff } } };
	uint32_t slots = aegi_count(b, AEGF_EDGES);

	return (struct aegi_trie){
		.edges = slots == 0 ? &no_edge : aegi_at(b, AEGF_EDGES, 0, struct aegf_edge),
		.nodes = aegi_at(b, AEGF_NODES, 0, struct aegf_node),
		.globs = aegi_at(b, AEGF_GLOBS, 0, struct aegf_str),
		.strings = (const char *)b->section[AEGF_STRINGS].at,
		.mask = slots == 0 ? 0 : slots - 1,
		.max_probe = aeg_ld32(aegi_meta(b)->max_probe),
	};
}

/* Whether @e is the edge from @node by @p; @len_tag: its length and tag as they stand side by side.
 */
AEGI_HOT int is_edge(const struct aegi_trie *t, const struct aegf_edge *e, uint32_t node,
	const char *p, uint32_t n, uint32_t len_tag)
{
	return aeg_ld32(e->node) == node && aegf_ld32_raw((const char *)&e->len) == len_tag &&
	       aegi_same(t->strings + aeg_ld32(e->text), p, n);
}

/* What aegi_step leaves for later: the slots after the edge's own. */
AEGI_COLD uint32_t probe(const struct aegi_trie *t, uint32_t node, const char *p, uint32_t n,
	uint32_t slot, uint32_t len_tag)
{
	for (uint32_t i = 1; i <= t->max_probe; i++) {
		const struct aegf_edge *e = &t->edges[(slot + i) & t->mask];

		if (is_edge(t, e, node, p, n, len_tag))
			return aeg_ld32(e->child);
		if (aeg_ld32(e->node) == AEGF_NONE)
			break;
	}
	return AEGF_NONE;
}

uint32_t aegi_step(const struct aegi_trie *t, uint32_t node, const char *p, uint32_t n)
{
	uint32_t hash = aegf_hash(node, p, n), len_tag = n | (hash & 0xffff0000);
	const struct aegf_edge *e = &t->edges[hash & t->mask];

	if (n > UINT16_MAX)
		return AEGF_NONE;
	if (is_edge(t, e, node, p, n, len_tag))
		return aeg_ld32(e->child);
	if (aeg_ld32(e->node) == AEGF_NONE)
		return AEGF_NONE;
	return probe(t, node, p, n, hash, len_tag);
}

/* Which bytes may not stand in a tool's name, where there are letters, digits and `_ - . / :`. */
AEGI_HOT uint64_t not_of_a_name(uint64_t x)
{
	uint64_t fold = x | AEGI_EACH(0x20); /* makes one of the letters, and of `_` 0x7f */
	uint64_t letter = aegi_at_least(fold, 'a') & ~aegi_at_least(fold, 'z' + 1);
	uint64_t mark = aegi_at_least(x, '-') & ~aegi_at_least(x, ':' + 1); /* digits too */
	uint64_t line = aegi_at_least(fold, 0x7f) & ~(x << 2);              /* not DEL */

	return ~(letter | mark | line) | x;
}

int aegi_name_walk(const struct aegi_trie *t, uint32_t root, struct aeg_str name, uint32_t *ret)
{
	uint32_t node = root, found = aeg_ld32(t->nodes[root].b), from = 0;

	if (name.len == 0 || name.len > AEGI_TOOL_MAX)
		return 0;
	for (uint32_t at = 0; at < name.len; at += 8) {
		uint32_t left = name.len - at;
		uint64_t x = aegi_word(name.at + at, left), dots;

		if (left < 8)
			x |= aegi_after(left) & AEGI_EACH('a');
		if (not_of_a_name(x) & AEGI_TOP)
			return 0;
		dots = ~aegi_not(x, '.') & AEGI_TOP;
		for (; dots != 0 && node != AEGF_NONE; dots &= dots - 1) {
			uint32_t dot = at + aegi_first(dots);
			node = aegi_step(t, node, name.at + from, dot - from);
			from = dot + 1;
			if (node != AEGF_NONE && from < name.len &&
				aeg_ld32(t->nodes[node].b) != AEGF_NONE)
				found = aeg_ld32(t->nodes[node].b);
		}
	}
	if (node != AEGF_NONE)
		node = aegi_step(t, node, name.at + from, name.len - from);
	if (node != AEGF_NONE && aeg_ld32(t->nodes[node].a) != AEGF_NONE)
		found = aeg_ld32(t->nodes[node].a);
	*ret = found;
	return 1;
}
