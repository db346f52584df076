#ifndef IR_LOWER_H
#define IR_LOWER_H
/* What the files that lower share: the program being built and the hash-consing of its tables. */
#include "format/aeg_format.h"
#include "ir/trie.h"

struct catalogue_node { /* beside the node of the same index in lower.catalogue */
	uint32_t exact; /* the entry of this very name, or IR_NONE */
	uint32_t above; /* roles (entry or IR_NONE) of longer names, by families above this node */
	uint32_t below; /* and by this node's own family */
	bool mixed;     /* something inside has other roles than `below` says */
};

struct tool_rules { /* what matches, by patterns met on the way down */
	uint32_t deny;
	struct ir_range caps; /* of lower.matches */
};

struct lower {
	struct arena *arena;
	struct diags *d;
	struct program *p;
	const struct model *model;
	const struct names *names;
	uint32_t *context_order; /* bundle order > model order */
	uint32_t *context_index; /* model order > bundle order */

	struct cons nodes, lists, globs, commands, candidates, classes, args, roots;
	IR_TABLE(uint32_t) root_of; /* by number in `roots` */
	struct trie trie;           /* scratch, one set at a time */

	struct trie catalogue;
	struct catalogue_node *catalogue_nodes;
	struct map catalogue_stems; /* `fs.x` > node */
	uint32_t *canonical; /* catalogue entry > first entry of equal roles, IR_NONE: no roles */

	IR_TABLE(uint32_t) matches;               /* scratch: lists of capabilities */
	IR_TABLE(struct tool_rules) above, below; /* scratch: by node of `trie` */
	IR_TABLE(struct ir_command) command_list; /* scratch */
};

#define IR_PUSH(l, table, ...) \
	do { \
		arena_push((l)->arena, (table).v, (table).n, &(table).cap); \
		(table).v[(table).n++] = __VA_ARGS__; \
	} while (0)

/* sets.c: what lists say, as tries. IR_NONE where they are not stated. */
struct ir_range lower_texts(struct lower *l, const struct mtext *v, uint32_t n);
uint32_t lower_paths(struct lower *l, const struct mlist *list, struct ir_range *ret_list);
uint32_t lower_hosts(struct lower *l, const struct mlist *list, struct ir_range *ret_list);
uint32_t lower_commands(struct lower *l, const struct mcap *cap, struct ir_range *ret_list);

/* sandbox.c: what the container of @a may reach and use. */
void lower_sandbox(struct lower *l, const struct magent *a);

/* tools.c: the catalogue first, then each context's patterns. */
void lower_catalogue(struct lower *l);
uint32_t lower_tools(struct lower *l, const struct mcontext *c);

/* Reports a component that no edge can hold, found while building l->trie. */
void lower_check_length(struct lower *l, struct span at);
#endif
