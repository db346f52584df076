#ifndef MODEL_CASES_H
#define MODEL_CASES_H
/* PolicyTest documents, typed: calls, and what must be decided of them. Source: docs/testing.md. */
#include "model/model.h"

/* Which rule: by index, by pattern, or both. */
struct mrule {
	bool stated;
	uint32_t index;       /* UINT32_MAX: not stated */
	struct mtext pattern; /* text.at == NULL: not stated */
};

#define MUNSTATED UINT64_MAX /* an obligation that nothing is said about */
struct mobligations {        /* 0: there is none of it */
	bool none;           /* `{}`: there are none at all */
	uint64_t max_response_size, max_concurrent;
	struct mrate {
		uint64_t calls, per_s;
	} rate;
	struct mlist domains, strip;
};

enum mexpected { EXPECT_NOTHING, EXPECT_ALLOW, EXPECT_DENY };
struct mexpect {
	enum mexpected decision;
	struct span at;
	uint32_t violation; /* an enum aeg_reason; 0: any */
	struct mrule capability, deny_entry;
	const struct mobligations *obligations; /* NULL: not stated */
};

struct mcall {
	struct span at;
	struct mtext context, tool; /* text.at == NULL: the matrix says it */
	const struct node *args;    /* NULL: none */
	uint64_t at_ms;             /* on the clock of its sequence */
	uint64_t takes_ms;          /* how long it is under way; MUNSTATED: to the end */
	struct mexpect expect;
};

struct mmatrix {
	struct mlist contexts, tools;
	bool args_stated;
	const struct node **args;
	uint32_t nargs;
	struct span args_at;
};

struct mcase {
	struct mtext name;
	struct span at;
	bool sequence;
	struct mcall *calls;
	uint32_t ncalls;
	struct mmatrix matrix;
	uint32_t nrows; /* of the matrix; 1 without one */
};
#define MCASE_MAX_ROWS 65536u

struct mtest { /* a document */
	struct mtext name;
	struct mtext context, tool; /* defaults */
	struct mcase *cases;
	uint32_t ncases;
};

/* Row @row of the case's matrix: the context, tool and arguments of call @call. */
struct mrow {
	struct slice context, tool;
	const struct node *args;
};
struct mrow mcase_row(const struct mcase *c, uint32_t row, const struct mcall *call);
#endif
