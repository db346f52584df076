/* Packs edges into slots so that none stands far from its own: Robin Hood, linear probing. */
#include "opt/edges.h"

#include "format/aeg_format.h"

#define MAX_SLOTS (AEGF_MAX_SIZE / (uint32_t)sizeof(struct aegf_edge))

/* An edge that is farther from its own slot than the one that stands here takes its place. */
static void insert(struct opt_edges *t, struct opt_slot slot)
{
	uint32_t mask = t->n - 1;
	uint32_t i = slot.hash & mask, away = 0;

	for (;; i = (i + 1) & mask, away++) {
		struct opt_slot *here = &t->v[i];
		uint32_t theirs = (i - here->hash) & mask;
		if (here->edge != IR_NONE && theirs >= away)
			continue;
		if (away > t->max_probe)
			t->max_probe = away;
		if (here->edge == IR_NONE) {
			*here = slot;
			return;
		}
		struct opt_slot moved = *here;
		*here = slot;
		slot = moved;
		away = theirs;
	}
}

static void fill(const struct program *p, struct opt_edges *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		t->v[i].edge = IR_NONE;
	for (size_t i = 0; i < p->edges.n; i++) {
		const struct ir_edge *e = &p->edges.v[i];
		insert(t, (struct opt_slot){
				  (uint32_t)i, aegf_hash(e->node, e->text.at, e->text.len) });
	}
}

bool opt_pack_edges(const struct program *p, struct opt_edges *ret)
{
	struct opt_edges t = { .n = 2 };

	while (t.n / 2 < p->edges.n)
		t.n *= 2;
	for (; t.n <= MAX_SLOTS; t.n *= 2) {
		t.v = arena_array(p->arena, struct opt_slot, t.n);
		t.max_probe = 0;
		fill(p, &t);
		if (t.max_probe < 64) {
			*ret = t;
			return true;
		}
	}
	return false;
}
