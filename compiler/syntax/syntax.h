#ifndef SYNTAX_SYNTAX_H
#define SYNTAX_SYNTAX_H
/*
 * YAML and JSON become the same tree. Scalars follow the YAML 1.2 core schema; anchors and aliases
 * are resolved (an alias points at the anchored node itself, so the tree may share nodes; it has no
 * cycles); `<<`, tags, duplicate keys and non-finite numbers are errors.
 */
#include "diag/diag.h"

#define SYNTAX_MAX_DEPTH 64u
/* Nodes of a document, aliases counted as often as they stand. */
#define SYNTAX_MAX_EXPANDED (4u << 20)

enum node_kind {
	NODE_POISON = 0, /* stands for something already reported: checks skip it in silence */
	NODE_NULL,
	NODE_BOOL,
	NODE_INT,
	NODE_FLOAT,
	NODE_STRING,
	NODE_LIST,
	NODE_MAP
};
enum node_style { NODE_PLAIN, NODE_QUOTED, NODE_LITERAL, NODE_FOLDED, NODE_FLOW, NODE_BLOCK };

struct node {
	uint8_t kind, style;
	bool alias_target : 1; /* an anchor: may stand in several places */
	bool lacks : 1;        /* a map of which a member was reported and left out: what is missing
				* proves nothing */
	bool plain_text;       /* a scalar whose bytes in the source are its value, one for one */
	struct span span;      /* the value as written; for an alias's target the anchored place */
	union {
		struct slice text; /* a string's value; other scalars as written (`0x1F`) */
		struct {
			uint32_t n;
			struct node **v; /* NODE_LIST */
		} list;
		struct {
			uint32_t n;
			struct member *v; /* NODE_MAP, in source order */
		} map;
	} u;
};
struct member {
	struct slice key;
	struct span key_span;
	struct node *value;
	struct span value_span; /* where the value stands: for an alias, the alias */
};

struct document {
	uint32_t file;
	struct node *root; /* NODE_NULL for an empty document */
	bool broken;       /* a member was left out somewhere: the map has `lacks` set */
	bool refused;      /* something in it was reported as an error */
};
struct documents {
	struct document *v;
	size_t n, cap;
};

/**
 * syntax_parse - parse every source of @d->sources, appending to @out
 *
 * A document that cannot be parsed to its end gives a diagnostic and is left out.
 */
void syntax_parse(struct diags *d, struct documents *out);
/* Reports the sources that hold no document: to YAML that is nothing wrong, to a compiler it is. */
void syntax_require_documents(struct diags *d, const struct documents *docs);
/* The two readers, one source each; used by syntax_parse, tests and fuzzers. */
void syntax_parse_yaml(struct diags *d, uint32_t file, struct documents *out);
void syntax_parse_json(struct diags *d, uint32_t file, struct documents *out);

/* The value of a NODE_BOOL, NODE_INT (false when it does not fit in 64 bits) or NODE_FLOAT. */
bool syntax_bool(const struct node *n);
bool syntax_int(const struct node *n, int64_t *ret_value);
bool syntax_uint(const struct node *n, uint64_t *ret_value);
double syntax_float(const struct node *n);

/* The member called @key of a NODE_MAP, or NULL. */
const struct member *syntax_member(const struct node *map, const char *key);

/**
 * syntax_place - where @len bytes from @offset on of a scalar's value stand in the source
 *
 * Exact in literal block scalars and where plain_text is set. In others exact for what is not white
 * space: an escape is one place, and what folding made of line ends stands at the line's end.
 */
struct span syntax_place(
	const struct sources *s, const struct node *n, uint32_t offset, uint32_t len);

/* A member's key as a scalar, of which places can be asked. */
struct node syntax_key(const struct sources *s, const struct member *m);

/* The value as one line of JSON: keys in source order; a number as written where that is JSON, else
 * its decimal value. */
void syntax_dump(struct buf *out, const struct node *n);
#endif
