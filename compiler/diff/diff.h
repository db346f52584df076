#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H
/*
 * What two policies decide otherwise, exactly: for each context the calls that one allows and the
 * other denies, as unions of cells of symbolic/, and the limits that became looser or tighter.
 * Reports are text in memory; the driver prints.
 */
#include "aegis/aegis.h"
#include "link/link.h"
#include "symbolic/symbolic.h"

struct policy { /* one of the two: sources, or a bundle */
	const struct model *model;
	const struct names *names;       /* of sources; NULL: agents name their contexts */
	struct sources *sources;         /* of sources */
	const struct aeg_bundle *bundle; /* that the model was read from, or NULL */
};

struct diff_call { /* the smallest call of its kind */
	struct slice tool, args;
	uint32_t atom;
};

/* Calls that one side allows and the other denies, on each side by the same rule. */
struct diff_region {
	bool allowed;             /* newly; else newly denied */
	struct cell_side rule[2]; /* that decided before, and that decides now */
	const char *violation;    /* of the first call, where it is denied */
	struct diff_call *calls;  /* one of each kind of tool name, the smallest first */
	size_t ncalls, cap;
};

enum diff_limit_kind { DIFF_RATE, DIFF_CONCURRENT, DIFF_RESPONSE, DIFF_RESULTS, DIFF_NLIMITS };
/* Calls that both sides allow, by capabilities with different limits. */
struct diff_limit {
	enum diff_limit_kind kind;
	bool looser, tighter; /* both: neither keeps to the other's */
	bool together; /* with other capabilities that share what was one count, or did not share it
			*/
	uint32_t cap[2];
	struct diff_call call;
};

struct diff_context {
	struct slice name;
	uint32_t index[2]; /* in the models; AEG_NONE: it is not there, and so allows nothing */
	bool undecided;    /* more kinds of calls than can be told apart: nothing is known */
	struct aeg_origin undecided_at; /* because of what is here; file.len 0: nobody knows */
	uint32_t undecided_side;        /* where that is written: 0 before, 1 now */
	bool wider, narrower; /* something is newly allowed or a limit looser; denied, or tighter */
	struct diff_region *regions;
	struct diff_limit *limits;
	size_t nregions, regions_cap, nlimits, limits_cap;
};

enum diff_member_kind { DIFF_AGENT, DIFF_TIER, DIFF_OPERATOR, DIFF_NKINDS };
struct diff_member { /* who works under another context than before */
	enum diff_member_kind kind;
	struct slice name, version;
	struct slice context[2];           /* nothing: the policy does not know it */
	const struct diff_context *change; /* from one to the other; NULL: not both are known */
};

struct diff_tool { /* of which other arguments have a role than before */
	struct slice name;
	const struct mtool *entry[2]; /* that speaks for it; NULL: none of its arguments has one */
};

struct diff {
	const struct policy *side; /* two: before, now */
	struct diff_context *contexts;
	struct diff_member *members;
	struct diff_tool *tools;
	size_t ncontexts, contexts_cap, nmembers, members_cap, ntools, tools_cap;
	uint32_t compared;    /* contexts that were looked at */
	bool wider, narrower; /* some context is, or may be */
};

/**
 * diff_policies - compare
 * @side: two policies, borrowed: OLD and NEW
 * @glob: only contexts with a name like this, and neither tools nor members; NULL: everything
 *
 * Contexts are sorted by name. What is the same on both sides is not listed; contexts with the same
 * rules are passed over at the cost of reading them.
 */
const struct diff *diff_policies(struct arena *a, const struct policy side[2], const char *glob);

/* How @cells, of two sides, differ, added to @ret. What is kept of them is copied into @a. */
void diff_cells(struct arena *a, const struct cells *cells, struct diff_context *ret);
/* The region that holds the calls of cell @c, or NULL. */
const struct diff_region *diff_region_of(const struct diff_context *d, const struct cell *c);

/* Where capability or deny entry @i of a context is written; file.len 0: nobody knows. */
struct aeg_origin diff_cap_place(const struct policy *p, uint32_t context, uint32_t i);
struct aeg_origin diff_deny_place(const struct policy *p, uint32_t context, uint32_t i);

/* The three reports. Source: docs/cli.md. */
void diff_text(struct buf *out, const struct diff *d, bool colour);
void diff_json(struct buf *out, const struct diff *d);
/* The same of two that could not be compared. */
void diff_json_stopped(struct buf *out, const char *why);
void diff_markdown(struct buf *out, const struct diff *d);
#endif
