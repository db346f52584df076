#ifndef OPT_EDGES_H
#define OPT_EDGES_H
/* The edges of all nodes packed into the one hash table of the bundle. */
#include "ir/ir.h"

struct opt_slot {
	uint32_t edge, hash;
}; /* edge: of program.edges, or IR_NONE */
struct opt_edges {
	struct opt_slot *v;
	uint32_t n; /* a power of two, at least twice the edges */
	uint32_t max_probe;
};

/* False where the table would be larger than a bundle may be. */
bool opt_pack_edges(const struct program *p, struct opt_edges *ret);
#endif
