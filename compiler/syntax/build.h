#ifndef SYNTAX_BUILD_H
#define SYNTAX_BUILD_H
/* Builds a document's tree from the parts that a YAML reader meets, in their order. */
#include "syntax/internal.h"

#define BUILD_NO_ANCHOR UINT32_MAX
enum { BUILD_FEW = 64 };

/* An open list or mapping; frame 0 is the document, which takes one value. */
struct build_frame {
	struct node *node;
	uint32_t indent; /* spaces that lines inside flow values and quotes begin with */
	size_t first;    /* its first entry on the stack of items or members */
	uint32_t anchor; /* or BUILD_NO_ANCHOR */
	uint32_t before; /* values of the document before it */
	uint32_t height; /* of its highest value */
	uint32_t hi;     /* where its last value ends */
	bool is_key;     /* itself in place of a key: reported, read, and dropped */
	bool have_key, drop_value;
	struct slice key;
	struct span key_span;
};

struct build_anchor {
	struct slice name;
	struct node *node;
	uint32_t values, height; /* that an alias adds: valid once closed */
	bool open;
};

struct build {
	struct diags *d;
	struct build_frame frames[SYNTAX_MAX_DEPTH + 1];
	uint32_t depth; /* frames[depth] is the innermost */
	struct node *root;
	uint32_t values; /* aliases counted as often as they stand */
	bool broken;

	struct map names; /* of anchors > index in latest */
	uint32_t *latest; /* index in anchors */
	size_t nlatest, latest_cap;
	struct build_anchor *anchors;
	size_t nanchors, anchors_cap;

	struct node **items; /* entries of the open lists and mappings */
	size_t nitems, items_cap;
	struct member *members;
	size_t nmembers, members_cap;
	struct node *few_items[BUILD_FEW]; /* where they are to begin with */
	struct member few_members[BUILD_FEW];
};

/* Before all else; @b does not move from then on. */
void build_init(struct build *b, struct diags *d);
/* Begins a document. */
void build_start(struct build *b);
/* The innermost open list or mapping, or the document. */
static inline struct build_frame *build_top(struct build *b) { return &b->frames[b->depth]; }
/* True where a key comes next. */
bool build_wants_key(struct build *b);

/* Each of these takes the next part. False, and reported, when reading on makes no sense. */
bool build_scalar(struct build *b, struct node *n, const char *anchor);
bool build_alias(struct build *b, const char *name, struct span at);
bool build_open(struct build *b, struct node *n, const char *anchor, uint32_t indent);
/* The innermost list or mapping ends at byte @hi. */
void build_close(struct build *b, uint32_t hi);
#endif
