#ifndef MACHINE_ANALYSE_H
#define MACHINE_ANALYSE_H
/* Workflows as state machines: what can happen in them, and what cannot. */
#include "model/machine.h"

/**
 * machine_check - what is written in workflows, but cannot be meant
 *
 * Reports workflows that cannot end, states that no run enters, transitions that are never taken,
 * outcomes that none is for, cycles, what is read before it is there, and consensus that never
 * comes about; each with the way that leads there. Of a workflow that was read in part only what
 * one state alone shows. In time about linear in states, transitions and texts. Source:
 * docs/workflows.md, "What is checked".
 */
void machine_check(struct diags *d, const struct model *m);
/* The same of one; @scratch holds what is needed for as long. */
void machine_analyse(struct diags *d, const struct mmachine *m, struct arena *scratch);
#endif
