#ifndef LINK_WORKFLOW_H
#define LINK_WORKFLOW_H
/* Workflows among the other documents of a run. */
#include "link/reference.h"

/* Names twice given, agents and workflows that states run, workflows that are part of themselves,
 * what is read of the results of others. */
void link_workflows(struct references *r);
#endif
