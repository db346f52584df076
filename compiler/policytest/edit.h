#ifndef POLICYTEST_EDIT_H
#define POLICYTEST_EDIT_H
/*
 * A context with one change: what a slip of the hand leaves behind. Changes are made in the model,
 * after it was checked, and give a model that is good again.
 */
#include "policytest/policytest.h"
#include "symbolic/symbolic.h"

enum edit_how {
	EDIT_REMOVE, /* the entry, the capability, the deny entry is gone */
	EDIT_WIDEN,  /* it is `becomes`; a command of a map may be followed by anything */
	EDIT_DROP,   /* the whole list is gone, and with it the constraint */
	EDIT_SWAP,   /* the capability stands after the next one */
	EDIT_NO_RATE,
	EDIT_NO_CONCURRENT,
	EDIT_NO_RESPONSE,
	EDIT_MORE_CALLS, /* one more than the limit says */
	EDIT_MORE_CONCURRENT
};
struct edit {
	enum edit_how how;
	struct cover_item at; /* what is changed; of EDIT_DROP any entry of the list, or none */
	struct slice becomes; /* EDIT_WIDEN; of a command of a map nothing */
	const struct cover_item *list; /* EDIT_REMOVE of an entry: its list, whole */
	uint32_t nlist;
};
struct edits {
	struct edit *v;
	uint32_t n;
	uint32_t *group; /* the first edit of each capability or deny entry, and at last n */
	uint32_t ngroups;
};

/* Every change that is tried of what the user wrote, in the order of the sources. */
struct edits edit_all(struct arena *a, const struct coverage *c);
/* @c with the change; in it the edited capability or deny entry is number @at. */
struct mcontext edit_apply(
	struct arena *a, const struct edit *e, const struct mcontext *c, uint32_t at);
/* Of the tools that this does not match the change changes nothing. */
struct mpattern edit_reach(const struct edit *e);
/* The rules that the edit can reach. Of the tools that `reach` matches they decide as the whole. */
struct part {
	struct mcontext context;
	struct mpattern reach;
	uint32_t at;           /* the edited one */
	uint32_t *caps, *deny; /* their numbers in the whole */
};
struct part edit_part(struct arena *a, const struct edit *e);
/* "path `/a/b` became `/a`" */
void edit_words(struct buf *out, const struct edit *e);
/* Is there a tool that both match? */
bool pattern_meets(const struct mpattern *p, const struct mpattern *q);

/* What tells the edited context from the user's: the smallest call that one of them denies (where a
 * list is dropped, one outside it rather than one that lacks the argument); where there is none,
 * one that they allow otherwise. */
enum difference_kind {
	DIFFERENCE_NONE,
	DIFFERENCE_DECISION,
	DIFFERENCE_OBLIGATIONS, /* limits, or the hosts of results */
	DIFFERENCE_COUNTER,     /* it is counted together with other calls */
	DIFFERENCE_UNKNOWN      /* there are too many cells: nothing can be said */
};
struct difference {
	enum difference_kind kind;
	struct slice tool, args; /* JSON */
};

/*
 * What may be spent on cuttings. First each edit has EDIT_WORK_EACH steps of its own, so that
 * threads need not share; those that took more then share edit_spare, one after the other: what is
 * said does not depend on threads or time.
 */
struct edit_budget {
	uint64_t left;    /* steps */
	uint32_t unknown; /* edits of the group that nothing could be said of: each takes long, so
			     after EDIT_MAX_UNKNOWN no more are looked at */
};
#define EDIT_MAX_UNKNOWN 2u
#define EDIT_WORK_EACH   (UINT64_C(1) << 14)
uint64_t edit_spare(const struct edits *edits);

/* @scratch is left full: the call is in it. */
struct difference edit_difference(
	struct arena *scratch, const struct model *m, const struct edit *e, struct edit_budget *io);

/* A rule that may be removed and nothing changes. */
struct redundant {
	struct slice tool, args; /* the smallest call that touches it; tool.at == NULL: none does */
	const char *why;         /* what decides those calls all the same; NULL: cannot be said */
};
/* Of @e, which removes the rule; within @io_left steps. */
struct redundant edit_redundant(
	struct arena *scratch, const struct model *m, const struct edit *e, uint64_t *io_left);
/* The cells of @sides, in no more than @io_left steps. */
const struct cells *edit_cells(
	struct arena *a, const struct side *sides, uint32_t n, uint64_t *io_left);

/**
 * edit_keep - capability @cap with a part of one list
 * @items: all entries of the list
 * @keep:  which of them stay
 *
 * In a map of commands no subcommands mean any: a command that has lost its last one is gone too.
 */
struct mcap edit_keep(struct arena *a, const struct mcap *cap, const struct cover_item *items,
	uint32_t n, const bool *keep);
/* How many of the @n items, from the first on, are of one list. */
uint32_t edit_list_len(const struct cover_item *items, uint32_t n);
#endif
