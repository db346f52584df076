#ifndef CLI_ROSTER_H
#define CLI_ROSTER_H
/* The agents, tiers and operators of a bundle, for `aegisr inspect`. */
#include "aegis/aegis.h"
#include "base/buf.h"

void roster_tell(struct buf *out, const struct aeg_bundle *b);
/* Members of a JSON object, each with a comma before it. */
void roster_answer(struct buf *out, const struct aeg_bundle *b);
#endif
