#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H
/* What several commands take, and how they answer. */
#include "base/command.h"
#include "driver/pipeline.h"

struct aeg_bundle;

/* Rows for a command's table of options. */
#define OPTIONS_FINDINGS \
	{ "--strict", 0, NULL, false, "count warnings as errors" }, \
		{ "--allow", 0, "CODE", true, "count this finding as a note" }, \
		{ "--deny", 0, "CODE", true, "count this finding as an error" }, \
	{ \
		"--external", 0, "KIND:NAME", true, \
			"this is defined elsewhere, as in context:NAME" \
	}
#define OPTIONS_PASSWORD \
	{ \
		"--password-file", 0, "FILE", false, "the keys' password: the first line of FILE" \
	}

/**
 * options_pipeline - a pipeline set up from the findings options and the operands
 *
 * @building: unresolved names are errors, and what pipeline_may_allow refuses cannot be allowed.
 * Returns COMMAND_OK, or the exit status after saying why.
 */
int options_pipeline(struct command_line *l, struct pipeline *p, bool building);

/**
 * options_compile - the sources as a bundle in memory
 * @done: what is not done where there is none: "tested"
 *
 * Returns COMMAND_OK, or the exit status after saying why.
 */
int options_compile(
	struct command_line *l, struct pipeline *p, const char *done, struct aeg_bundle *ret);

/* Prints findings (@json: to standard output; else to standard error, for people) and unreadable
 * files. Returns the exit status that they call for. */
int options_report(struct command_line *l, struct pipeline *p, bool json);

/* Reads "2030-12-31T23:59:59Z" as seconds since 1970. */
bool options_time(const char *text, uint64_t *ret);
/* `--serial N`, `--not-after TIME`, `--provenance FILE`, `--strip` into @ret. */
int options_emit(struct command_line *l, struct emit_options *ret);

/* `--dump=syntax,ir` as bits 1 << stage. */
int options_dumps(struct command_line *l, const char *value, uint32_t *ret);
#endif
