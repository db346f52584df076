#ifndef DIFF_DECOMPILE_H
#define DIFF_DECOMPILE_H
/* From a bundle back to the model that it was made from. */
#include "aegis/aegis.h"
#include "model/model.h"

/**
 * decompile - what @b holds, as a model that decides alike
 * @b: borrowed; the model's texts are its own, so it must outlive the model
 *
 * Contexts, capabilities, deny entries, tools, agents, tiers and operators have the indexes that
 * they have in the bundle; places are SPAN_NONE, and aeg_capability_origin and its like know them.
 * Agents, tiers and operators name their contexts. What only findings are about is not there.
 */
const struct model *decompile(struct arena *a, const struct aeg_bundle *b);
#endif
