#ifndef AEGIS_CLI_H
#define AEGIS_CLI_H
/*
 * Decides whether a command-line tool may be started with an argument vector. In libaegis.a and
 * libaegis-eval.so. Allocates nothing, keeps no state, starts nothing and knows no shell.
 *
 * That a policy permits a tool says nothing of what it is told to do: ask here too.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The command-line tools of a bundle, accepted. Borrows the bundle. */
struct aeg_cli_tools {
	const uint8_t *base;
	uint32_t len, ntools;
	uint32_t own[26]; /* libaegis's own */
};

/**
 * aeg_cli_tools_open - accept section CLI_TOOLS of a bundle, once, before anything reads it
 * @ret: set on AEG_OK only; without any tools where the bundle has none
 *
 * One pass. Returns AEG_OK or why the bytes are refused.
 */
AEG_API enum aeg_status aeg_cli_tools_open(const struct aeg_bundle *b, struct aeg_cli_tools *ret);

/* The index of a tool, or AEG_NONE. */
AEG_API uint32_t aeg_cli_find(const struct aeg_cli_tools *t, struct aeg_str tool);

struct aeg_cli_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_cli_info) */
	uint32_t timeout_s;
	struct aeg_str name, description, image;
	struct aeg_str program; /* whose refusals hold; empty: nothing is known of it */
	uint32_t judge;         /* 1: a semantic judge has to be asked as well */
	uint32_t network;       /* 1: the container has one */
	uint32_t constrained;   /* 1: arguments have a grammar */
	uint32_t nhosts;        /* that may be reached; 0 with a network: any */
	uint32_t nsubcommands;
	uint32_t nrefusals;
};
/* AEG_USAGE: no such tool, or size_of. */
AEG_API enum aeg_status aeg_cli_info(
	const struct aeg_cli_tools *t, uint32_t tool, struct aeg_cli_info *ret);
/* Empty past the last one. */
AEG_API struct aeg_str aeg_cli_subcommand(const struct aeg_cli_tools *t, uint32_t tool, uint32_t i);
AEG_API struct aeg_str aeg_cli_host(const struct aeg_cli_tools *t, uint32_t tool, uint32_t i);

/* name, in words behind "argument 3, `--server`, ": why a vector is refused. Append only. */
#define AEG_CLI_REASONS(X) \
	X(ok, "is fine") \
	X(no_subcommand, "is no subcommand that is allowed") \
	X(too_large, "is more than any call needs") \
	X(bad_text, "has a NUL or is not UTF-8") \
	X(option_first, "stands before the subcommand") \
	X(refused_flag, "is refused whatever the grammar says") \
	X(refused_verb, "is refused whatever the grammar says") \
	X(refused_argument, "is refused whatever the grammar says") \
	X(refused_assignment, "is refused whatever the grammar says") \
	X(unknown_flag, "is no flag of this subcommand") \
	X(abbreviated_flag, "is a flag cut short: write all of it") \
	X(missing_value, "lacks its value") \
	X(unexpected_value, "takes no value") \
	X(bad_value, "has a value that is not allowed") \
	X(standard_input, "is standard input") \
	X(response_file, "would be read as the name of a file of arguments") \
	X(repeated_flag, "stands there twice") \
	X(conflicting_flags, "does not go with an earlier one") \
	X(missing_flag, "is missing") \
	X(double_dash, "is not heeded here") \
	X(too_few, "is missing") \
	X(too_many, "is one too many") \
	X(too_costly, "takes too long to look at")
enum aeg_cli_reason {
#define X(name, text) AEG_CLI_##name,
	AEG_CLI_REASONS(X)
#undef X
		AEG_CLI_NREASONS
};

struct aeg_cli_verdict {
	enum aeg_verdict_kind kind;
	enum aeg_cli_reason reason;
	uint32_t argument;   /* index in the vector; its length: something is missing */
	uint32_t subcommand; /* for aeg_cli_subcommand; AEG_NONE: none was recognised */
	struct aeg_str rule; /* the flag, verb, positional or refusal; may be empty */
	struct aeg_str why;  /* of a refusal: what it does; may be empty */
};

#define AEG_CLI_MOST_ARGUMENTS 65536u
#define AEG_CLI_MOST_LENGTH    131071u /* of one argument, in bytes */
#define AEG_CLI_MOST_BYTES     2097152u

/**
 * aeg_cli_decide - may the tool be started with these arguments?
 * @argv: what follows the program: the words of the subcommand, then its arguments. Any bytes
 * @ret:  always set; denies unless AEG_OK
 *
 * Looks at each argument a bounded number of times, and at a call that is larger than the limits
 * above not at all. Returns AEG_OK, or AEG_USAGE: no such tool. Source: docs/cli-tools.md.
 */
AEG_API enum aeg_status aeg_cli_decide(const struct aeg_cli_tools *t, uint32_t tool,
	const struct aeg_str *argv, uint32_t n, struct aeg_cli_verdict *ret);

AEG_API const char *aeg_cli_reason_name(enum aeg_cli_reason reason);
AEG_API const char *aeg_cli_reason_text(enum aeg_cli_reason reason);

#ifdef __cplusplus
}
#endif
#endif
