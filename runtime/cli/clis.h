#ifndef CLI_CLIS_H
#define CLI_CLIS_H
/* What the bundle has of command-line tools, told to people and to programs. */
#include "aegis/cli.h"
#include "base/buf.h"

void clis_tell(struct buf *out, const struct aeg_cli_tools *t);
/* `,"cli_tools":[...]` */
void clis_answer(struct buf *out, const struct aeg_cli_tools *t);
#endif
