#ifndef MODEL_PROOFS_H
#define MODEL_PROOFS_H
/* PolicyProof documents, typed: what is asserted of all calls. Source: docs/proving.md. */
#include "model/model.h"

enum massert {
	ASSERT_NONE, /* it could not be read: reported */
	ASSERT_NEVER,
	ASSERT_ALWAYS,
	ASSERT_WITHIN,
	ASSERT_EQUAL,
	ASSERT_ONLY
};
#define ASSERT_KINDS 6

struct massert_arg {
	struct mtext name;
	enum mrole role;
	const struct mcap *like; /* states one list, of the values; NULL: the argument is absent */
};

struct massertion {
	enum massert kind;
	struct mtext name, because; /* text.at == NULL: not given */
	struct span at;             /* of its word: `never` */
	struct mlist contexts;      /* of `within` the children, of `equal` the first ones */
	struct mlist others;        /* of `within` the parents, of `equal` the second ones */
	struct {
		struct span at;
		uint32_t n;
		struct mpattern *v;
	} tools;
	struct {
		const struct node *node; /* NULL: nothing is said of them */
		struct span at;
	} said; /* of arguments, as written */
	struct massert_arg *args;
	uint32_t nargs;
};

struct mproof { /* a document */
	struct mtext name;
	struct massertion *assertions;
	uint32_t nassertions;
};

/* "never", "always", "within", "equal", "only". */
const char *massert_word(enum massert kind);
/* Is a context called @name meant by @list? `*` in an entry stands for any bytes. */
bool massert_names(const struct mlist *list, struct slice name);
bool massert_name_is(struct slice entry, struct slice name);
#endif
