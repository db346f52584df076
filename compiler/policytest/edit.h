#ifndef POLICYTEST_EDIT_H
#define POLICYTEST_EDIT_H
/*
 * A context with one change: what a slip of the hand leaves behind. Changes are made in the model,
 * after it was checked, and give a model that is good again.
 */
#include "policytest/policytest.h"

enum edit_how {
	EDIT_REMOVE,  /* the entry, the capability, the deny entry */
	EDIT_WIDEN,   /* it is `becomes`; a command of a map may be followed by anything */
	EDIT_DROP,    /* the whole list that the entry is of: no constraint is left */
	EDIT_SWAP,    /* the capability with the next one */
	EDIT_NO_RATE, /* the capability's limits: gone, */
	EDIT_NO_CONCURRENT,
	EDIT_NO_RESPONSE,
	EDIT_MORE_CALLS, /* or one more than there may be */
	EDIT_MORE_CONCURRENT
};
struct edit {
	enum edit_how how;
	struct cover_item at; /* what is changed; of EDIT_DROP the list's first entry */
	struct mtext becomes; /* EDIT_WIDEN */
	struct mtext what;    /* what is changed, as it stands in the source, and where */
};
struct edits {
	struct edit *v;
	uint32_t n;
};

/* Every change to what the user wrote that is tried, in the order of the sources. */
struct edits edit_list(struct arena *a, const struct coverage *c);

/* @c, in which the edited capability or deny entry is number @at, with the change. */
struct mcontext edit_apply(
	struct arena *a, const struct edit *e, const struct mcontext *c, uint32_t at);
/* The pattern of all tools of which the change may change anything. */
struct mpattern edit_reach(const struct edit *e);

/* "`/a/b` became `/a`": a clause, the change as done. */
void edit_words(struct buf *out, const struct edit *e);

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
