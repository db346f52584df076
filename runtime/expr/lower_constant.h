#ifndef EXPR_LOWER_CONSTANT_H
#define EXPR_LOWER_CONSTANT_H
/* What is known of expressions before anything is rendered. */
#include "lower.h"

/* The one constant that was appended since @m, or NULL. */
const struct instr *lower_constant(const struct lower *l, const struct mark *m);
/* Is it true? Below zero: it is no constant. */
int lower_truth(const struct instr *i);
/* Appends what @op makes of constants of types it takes; @b: of none that takes one value. */
void lower_reckon(struct lower *l, enum aegf_helper op, const struct instr *a,
	const struct instr *b, struct text place);
#endif
