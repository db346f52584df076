#ifndef CLITOOL_CLITOOL_H
#define CLITOOL_CLITOOL_H
/* Command-line tools bound to what is known of their programs, and written as section CLI_TOOLS of
 * a bundle. */
#include "base/buf.h"
#include "model/cli.h"

struct clitool_set {       /* a program whose refusals hold */
	struct slice word; /* of subcommands that begin with this word; at NULL: of all */
	const struct mcli_program *program;
};
struct clitool {
	const struct mcli *written;
	struct slice program; /* that is known; at NULL: none */
	struct clitool_set *sets;
	uint32_t nsets;
};
struct clitools {
	struct clitool *v; /* ascending by name */
	uint32_t n;
};

/**
 * clitool_read - what is refused of each CliTool, and whether its grammar can be meant
 *
 * Reports names that clash, programs that nobody knows, flags that are there twice, cannot be told
 * apart by the program, or are refused whatever the grammar says, and what is let through all the
 * same. Tools that are broken are left out.
 */
const struct clitools *clitool_read(struct diags *d, const struct model *m);

/* Whether @name is one of the refusals of @set that hold under @subcommand; why in @ret. */
bool clitool_refuses(const struct clitool_set *set, const struct mcli *c, struct slice name,
	struct slice subcommand, bool before, const struct mcli_refusal **ret);

/* Section CLI_TOOLS; empty where there are none. */
struct slice clitool_emit(struct diags *d, const struct clitools *t);
/* What stands for the program's way with arguments in @row; NULL: before the subcommand. */
struct clitool_manner {
	bool go, double_dash, response_files;
};
struct clitool_manner clitool_manner(
	const struct clitool *t, struct slice subcommand, const struct mcli_row *row);
#endif
