#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H
/* Semantic checks over the linked model: one function and one row of a table each. */
#include "link/link.h"

/* @advice: also with notes on what is right as it is, and may be meant otherwise; and on what other
 * implementations would make of it. */
void check_all(struct diags *d, const struct model *m, const struct names *names, bool advice);
#endif
