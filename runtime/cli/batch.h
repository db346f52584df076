#ifndef CLI_BATCH_H
#define CLI_BATCH_H
/* Many decisions: JSON lines in, JSON lines out. */
#include "aegis/cli.h"
#include "base/command.h"

/* Answers each line of standard input. COMMAND_OK when every line was answered. */
int batch_run(
	struct command_line *l, const struct aeg_bundle *b, const struct aeg_cli_tools *tools);
#endif
