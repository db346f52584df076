#ifndef CLI_FLOWS_H
#define CLI_FLOWS_H
/* The tool workflows and operations of a bundle, for `aegisr inspect`. */
#include "aegis/flow.h"
#include "base/buf.h"

void flows_tell(struct buf *out, const struct aeg_flows *f);
/* Members of a JSON object, each with a comma before it. */
void flows_answer(struct buf *out, const struct aeg_flows *f);
#endif
