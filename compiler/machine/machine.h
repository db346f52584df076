#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H
/* State-machine workflows: written as section MACHINES of a bundle. */
#include "diag/diag.h"
#include "model/machine.h"

/**
 * machine_emit - section MACHINES of @n workflows
 *
 * Deterministic. Empty when there are none, or when something was reported.
 */
struct slice machine_emit(struct diags *d, const struct mmachine *v, uint32_t n);
#endif
