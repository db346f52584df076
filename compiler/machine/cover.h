#ifndef MACHINE_COVER_H
#define MACHINE_COVER_H
/*
 * Which outcomes of a state are left to each of its transitions. An outcome is a point: one whole
 * number for each dimension. What a state can come to is a few boxes of such points, what a
 * condition asks for is one or two, and both are exact.
 */
#include "model/machine.h"

#define COVER_ONE ((int64_t)AEG_SCORE_ONE) /* a score of 1 */

enum dimension {
	DIM_STATUS,
	DIM_EXIT,
	DIM_SCORE, /* in billionths, as the runtime compares them */
	DIM_CONFIDENCE,
	DIM_ANSWER,   /* texts by number: those that yes means, those that no means, others */
	DIM_APPROVAL, /* of several agents */
	NDIMENSIONS
};
enum { STATUS_SUCCESS = 1, STATUS_FAILURE };
enum { APPROVAL_REJECTED = 1, APPROVAL_OPEN, APPROVAL_ALL };

struct interval {
	int64_t lo, hi; /* both in it; lo > hi: empty */
};
struct box {
	struct interval in[NDIMENSIONS];
};
/* What a value may be; one less than its least is for outcomes without one. */
extern const struct interval cover_domain[NDIMENSIONS];
static inline int64_t cover_none(enum dimension d) { return cover_domain[d].lo - 1; }

enum taken {
	TAKEN_MAYBE,
	TAKEN_COVERED,  /* earlier ones take all that it would */
	TAKEN_FOREIGN,  /* it asks for what the outcome never has */
	TAKEN_NEVER,    /* no value is so */
	TAKEN_REPEATED, /* an earlier one has the same expression */
	TAKEN_UNKNOWN   /* reported already */
};
struct cover {
	enum taken *taken;       /* by transition */
	uint32_t *same;          /* of TAKEN_REPEATED: the earlier one */
	bool left;               /* some outcomes are for none of them */
	bool ends;               /* successes among them, or there is no transition at all */
	bool unsure;             /* so it is said, but one of them was not understood */
	bool asked[NDIMENSIONS]; /* what conditions ask for */
	/* One of what is left; and one that has all that is asked for, if any has. */
	int64_t least[NDIMENSIONS], whole[NDIMENSIONS];
	bool has_whole;
};

/* Texts: which number mean the same as none of those written. */
#define COVER_CLASS ((int64_t)1 << 32)
enum { ANSWER_OTHER, ANSWER_YES, ANSWER_NO, NANSWERS };

/* Most boxes of one state, and of one condition. */
enum { COVER_BOXES = 10, COVER_ASKED = 2 };
/* What @s can come to. */
uint32_t cover_outcomes(const struct mstate *s, struct box ret[COVER_BOXES]);

/* Whether an expression holds whatever is read, or never. expression.c */
enum certain { CERTAIN_NOT, CERTAIN_TRUE, CERTAIN_FALSE };
enum certain machine_certain(struct arena *a, const struct node *expression);

/* @a: what is made, and scratch. */
struct cover cover_transitions(struct arena *a, const struct mstate *s);
/* Of a transition that is TAKEN_COVERED: the one that takes the last of what it would; or MAP_NONE
 * where that would take long to find. */
uint32_t cover_culprit(struct arena *a, const struct mstate *s, uint32_t transition);
#endif
