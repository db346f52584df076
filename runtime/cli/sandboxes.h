#ifndef CLI_SANDBOXES_H
#define CLI_SANDBOXES_H
/* What the containers of agents may reach and use, told. */
#include "aegis/sandbox.h"
#include "base/buf.h"

/* The lines of one sandbox. */
void sandbox_tell(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent);
/* Its members, each with a comma before it. */
void sandbox_answer(struct buf *out, const struct aeg_sandboxes *s, uint32_t agent);
/* Those of all agents. */
void sandboxes_tell(struct buf *out, const struct aeg_sandboxes *s);
/* `,"sandboxes":[...]` */
void sandboxes_answer(struct buf *out, const struct aeg_sandboxes *s);
#endif
