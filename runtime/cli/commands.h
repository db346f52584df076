#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H
/* The commands of aegisr, one file each. */
#include "base/command.h"

extern const struct option verify_options[], inspect_options[], decide_options[], within_options[],
	select_options[], render_options[], run_options[], argv_options[], simulate_options[],
	sandbox_options[];
int verify_run(struct command_line *l);
int inspect_run(struct command_line *l);
int decide_run(struct command_line *l);
int within_run(struct command_line *l);
int select_run(struct command_line *l);
int render_run(struct command_line *l);
int run_run(struct command_line *l);
int simulate_run(struct command_line *l);
int argv_run(struct command_line *l);
int sandbox_run(struct command_line *l);
#endif
