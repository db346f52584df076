#ifndef CLI_MACHINES_H
#define CLI_MACHINES_H
/* Parts of `aegisr inspect`: the state machines of a bundle, and one of them drawn. */
#include "aegis/machine.h"
#include "base/buf.h"

void machines_tell(struct buf *out, const struct aeg_machines *ms);
/* `,"state_machines":[...]` */
void machines_answer(struct buf *out, const struct aeg_machines *ms);
/* For Graphviz. */
void machines_dot(struct buf *out, const struct aeg_machines *ms, uint32_t machine);

/* `score_above 0.8`, `input_equals "again"`, `a.b > 1` */
void machines_condition(struct buf *out, const struct aeg_transition_info *t);
/* `0.8` */
void machines_score(struct buf *out, int32_t billionths);
#endif
