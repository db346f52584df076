#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H
/* Semantic checks over the linked model: one function and one row of a table each. */
#include "link/link.h"

void check_all(struct diags *d, const struct model *m, const struct names *names);
#endif
