#ifndef AEG_CLI_FORMAT_H
#define AEG_CLI_FORMAT_H
/*
 * Command-line tools and the grammars of their arguments: section CLI_TOOLS, written by
 * compiler/clitool and read by runtime/eval alone, which proves it (aeg_cli_tools_open). To the
 * rest of libaegis it is bytes. Little-endian and unaligned. Prose: docs/bundle-format.md,
 * "Command-line tools".
 *
 *   head | tables, in the order of AEGF_CLI_TABLES, without gaps | bytes: texts and patterns
 */
#include "format/aeg_flow.h" /* struct aegf_bytes */

#define AEGF_CLI_TABLES(X) \
	X(TOOLS, struct aegf_cli_tool) \
	X(HOSTS, struct aegf_bytes) \
	X(SUBCOMMANDS, struct aegf_cli_subcommand) \
	X(FLAGS, struct aegf_cli_flag) \
	X(NAMES, struct aegf_bytes) \
	X(CONFLICTS, struct aeg_le32) \
	X(POSITIONALS, struct aegf_cli_positional) \
	X(VALUES, struct aegf_cli_value) \
	X(WORDS, struct aegf_bytes) \
	X(SETS, struct aegf_cli_set) \
	X(EXACT, struct aegf_bytes) \
	X(REFUSALS, struct aegf_cli_refusal)
enum aegf_cli_table {
#define X(name, type) AEGF_CLIT_##name,
	AEGF_CLI_TABLES(X)
#undef X
		AEGF_CLIT_N
};
struct aegf_cli {
	struct aeg_le32 count[AEGF_CLIT_N]; /* elements of each table */
	struct aeg_le32 nbytes;
};

#define AEGF_CLI_JUDGE   1u /* a judge looks at each call */
#define AEGF_CLI_NETWORK 2u /* there is one; else none */
#define AEGF_CLI_GRAMMAR 4u /* arguments are constrained */
struct aegf_cli_tool {      /* ascending by name */
	struct aegf_bytes name, description, image, program;
	struct aeg_le32 flags;
	struct aeg_le32 timeout_s;
	struct aegf_list hosts; /* HOSTS that may be reached; none: any, where there is a network */
	struct aegf_list subcommands; /* SUBCOMMANDS; the first has no name: before the others */
	struct aegf_list sets;        /* SETS */
};
_Static_assert(sizeof(struct aegf_cli_tool) == 64, "tool is 64 bytes on disk");

#define AEGF_CLI_GO             1u /* `-abc` is one flag, as `--abc` */
#define AEGF_CLI_DOUBLE_DASH    2u /* ends the flags */
#define AEGF_CLI_RESPONSE_FILES 4u /* the program reads `@FILE` */
struct aegf_cli_subcommand {
	struct aegf_bytes name; /* words with one blank between each */
	struct aeg_le32 flags;
	struct aegf_list options;     /* FLAGS */
	struct aegf_list positionals; /* POSITIONALS */
};
_Static_assert(sizeof(struct aegf_cli_subcommand) == 28, "subcommand is 28 bytes on disk");

#define AEGF_CLI_REQUIRED   1u
#define AEGF_CLI_REPEATABLE 2u
#define AEGF_CLI_OPTIONAL   4u /* its value; and it is attached */
struct aegf_cli_flag {
	struct aegf_list names; /* NAMES, with their dashes; at least one */
	struct aeg_le32 value;  /* VALUES; NONE: it has none */
	struct aeg_le32 flags;
	struct aegf_list
		conflicts; /* CONFLICTS: flags of the same subcommand, counted from its first */
};
_Static_assert(sizeof(struct aegf_cli_flag) == 24, "flag is 24 bytes on disk");

struct aegf_cli_positional {
	struct aegf_bytes name;
	struct aeg_le32 value; /* VALUES */
	struct aeg_le32 min, max;
};

enum aegf_cli_value_kind {
	AEGF_CLI_TEXT = 1,
	AEGF_CLI_ENUM,    /* one of the words */
	AEGF_CLI_INTEGER, /* from lo to hi */
	AEGF_CLI_PATTERN, /* all of it */
	AEGF_CLI_PATH,    /* below one of the words */
	AEGF_CLI_URL,     /* its host is one of the words, or below one */
	AEGF_CLI_HOST,
	AEGF_CLI_NVALUES
};
#define AEGF_CLI_STDIN         1u /* `-` too */
#define AEGF_CLI_RESPONSE_FILE 2u /* may begin with `@` whatever the program does */
struct aegf_cli_value {
	struct aeg_le32 kind, flags;
	struct aegf_list words;    /* WORDS */
	struct aeg_le64 lo, hi;    /* two's complement */
	struct aegf_bytes pattern; /* a struct aegf_regex and what it has */
};
_Static_assert(sizeof(struct aegf_cli_value) == 40, "value is 40 bytes on disk");

/* What is refused of one program, whatever the grammar says. */
#define AEGF_CLI_SET_GO          1u
#define AEGF_CLI_SET_ABBREVIATES 2u /* `--serv` is `--server` to it */
#define AEGF_CLI_SET_BUNDLED     4u /* its first argument may lack its dash */
struct aegf_cli_set {
	struct aegf_bytes program; /* the first word of the subcommand; len 0: all of the tool */
	struct aeg_le32 flags;
	struct aegf_bytes shorts;  /* letters whose value may follow at once */
	struct aegf_list exact;    /* EXACT: flags that abbreviate nothing */
	struct aegf_list refusals; /* REFUSALS */
};
_Static_assert(sizeof(struct aegf_cli_set) == 36, "set is 36 bytes on disk");

enum aegf_cli_refusal_kind {
	AEGF_CLI_REFUSE_FLAG = 1,
	AEGF_CLI_REFUSE_VERB,
	AEGF_CLI_REFUSE_ARGUMENT,
	AEGF_CLI_REFUSE_ASSIGNMENT,
	AEGF_CLI_NREFUSALS
};
#define AEGF_CLI_BEFORE 1u /* only before the verb */
struct aegf_cli_refusal {
	struct aeg_le32 kind, flags;
	struct aegf_bytes text;
	struct aegf_bytes under; /* a verb; len 0: everywhere */
	struct aegf_bytes why;
};
_Static_assert(sizeof(struct aegf_cli_refusal) == 32, "refusal is 32 bytes on disk");

#define AEGF_CLI_MAX_FLAGS  256u  /* of a subcommand */
#define AEGF_CLI_MAX_STATES 2048u /* of a pattern */
#endif
