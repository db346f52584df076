#ifndef IR_TRIE_H
#define IR_TRIE_H
/*
 * Sets of component sequences on their way to nodes and edges: keys are collected, sorted and made
 * into a tree in scratch memory; whoever builds it says what each node means; then the tree goes
 * into the program from the leaves up, and equal subtrees become one node.
 */
#include "ir/cons.h"
#include "ir/ir.h"

struct trie_key {
	const struct slice *part; /* its components; set by trie_build */
	uint32_t first, nparts;
	struct slice tail; /* orders keys of equal components, then rank does */
	uint32_t rank;
};
struct trie_node {
	struct slice text;          /* the component that leads here from parent */
	uint32_t parent, depth;     /* a parent stands before its children */
	uint32_t child, last, next; /* children in order; 0: none */
	uint32_t key;               /* one that passes through or ends here */
	uint32_t lo, hi;            /* keys[lo, hi) end here */
	struct ir_node is;          /* for whoever builds to fill in */
	bool cut;                   /* so is this: nothing is stored for it or below it */
	uint32_t id;                /* in the program */
};
struct trie {
	struct arena *arena;
	IR_TABLE(struct trie_node) nodes; /* [0] is the root */
	IR_TABLE(struct trie_key) keys;
	IR_TABLE(struct slice) parts;
	bool too_long; /* a component does not fit into an edge */
};

void trie_begin(struct trie *t);
/* A new key; its components follow, then its tail may be set. */
struct trie_key *trie_key(struct trie *t, uint32_t rank);
void trie_part(struct trie *t, struct slice text);
/* The components of @text between @separator bytes; none for an empty text. */
void trie_split(struct trie *t, struct slice text, char separator);
void trie_build(struct trie *t);
/* The root's node in @p. @nodes is the hash-consing of p->nodes. */
uint32_t trie_intern(struct trie *t, struct program *p, struct cons *nodes);
#endif
