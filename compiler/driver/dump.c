/* aegisc dump: the product of a stage. */
#include <stdio.h>

#include "driver/commands.h"
#include "driver/options.h"

const struct option dump_options[] = {
	{ "--stage", 0, "STAGE", false, "syntax, model, ir or bundle" },
	{ "--builtin", 0, NULL, false, "syntax and model: with the built-in contexts and tools" },
	OPTIONS_FINDINGS,
	{ 0 },
};

int dump_run(struct command_line *l)
{
	struct pipeline p;
	const char *stage = command_value(l, "--stage");
	if (stage == NULL)
		return command_usage(l, "which stage? `--stage` syntax, model, ir or bundle");
	uint32_t dumps;
	int status = options_dumps(l, stage, &dumps);
	if (status == COMMAND_OK)
		status = options_pipeline(l, &p, true);
	if (status != COMMAND_OK)
		return status;
	p.dumps = dumps;
	p.dump_builtins = command_has(l, "--builtin");
	enum pipeline_stage last = PIPELINE_BUNDLE;
	while (last > PIPELINE_SYNTAX && dumps >> last == 0)
		last--;
	pipeline_run(&p, last);
	command_print(&p.dump, stdout);
	status = options_report(l, &p, false);
	if (p.disagreement != NULL)
		return command_fail(
			l, COMMAND_INTERNAL, "the bundle decides otherwise: %s", p.disagreement);
	return status;
}
