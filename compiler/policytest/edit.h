#ifndef POLICYTEST_EDIT_H
#define POLICYTEST_EDIT_H
/*
 * A context with one change: what a slip of the hand leaves behind. Changes are made in the model,
 * after it was checked, and give a model that is good again.
 */
#include "policytest/policytest.h"

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
/* @scratch is left full: the call is in it. @io_unknown counts the edits of a group that nothing
 * could be said of: each of them takes long, so after EDIT_MAX_UNKNOWN no more are looked at. */
#define EDIT_MAX_UNKNOWN 2u
struct difference edit_difference(
	struct arena *scratch, const struct model *m, const struct edit *e, uint32_t *io_unknown);

/* A rule that may be removed and nothing changes. */
struct redundant {
	struct slice tool, args; /* the smallest call that touches it; tool.at == NULL: none does */
	const char *why;         /* what decides those calls all the same; NULL: cannot be said */
};
/* Of @e, which removes the rule. */
struct redundant edit_redundant(struct arena *scratch, const struct model *m, const struct edit *e);

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
