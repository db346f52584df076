#ifndef DRIVER_COMMANDS_H
#define DRIVER_COMMANDS_H
/* The commands of aegisc, one file each. */
#include "base/command.h"

extern const struct option check_options[], build_options[], test_options[], keygen_options[],
	sign_options[], explain_options[], dump_options[];
extern const struct option diff_options[], prove_options[];
int check_run(struct command_line *l);
int build_run(struct command_line *l);
int test_run(struct command_line *l);
int diff_run(struct command_line *l);
int prove_run(struct command_line *l);
int keygen_run(struct command_line *l);
int sign_run(struct command_line *l);
int explain_run(struct command_line *l);
int dump_run(struct command_line *l);
#endif
