#ifndef MODEL_CLI_H
#define MODEL_CLI_H
/* CliTool documents and the table of programs, as written: what is refused of whom is clitool/'s.
 */
#include "model/model.h"

enum mcli_kind { /* of a value; numbers as in the bundle */
	MCLI_NONE,
	MCLI_TEXT,
	MCLI_ENUM,
	MCLI_INTEGER,
	MCLI_PATTERN,
	MCLI_PATH,
	MCLI_URL,
	MCLI_HOST
};
struct mcli_value {
	struct mtext kind_text;
	enum mcli_kind kind;
	struct mlist words, below, hosts; /* of ENUM; PATH; URL and HOST */
	struct mtext pattern;             /* ECMA-262; of all of the value */
	struct mtext from_text, to_text;
	int64_t from, to;   /* of INTEGER, both included */
	bool stdin_too;     /* `-` is a value */
	bool response_file; /* a value may begin with `@` */
};
struct mcli_flag {
	struct mtext name, short_name;
	struct mlist aliases, conflicts;
	struct mcli_value value;
	bool required, repeatable, optional_value;
	struct span at;
};
struct mcli_flags {
	struct mcli_flag *v;
	uint32_t n;
};
struct mcli_positional {
	struct mtext name;
	struct mcli_value value;
	uint32_t min, max;
};
struct mcli_row { /* what one subcommand takes */
	struct mtext name;
	struct mcli_flags flags;
	struct mcli_positional *positionals;
	uint32_t npositionals;
	bool double_dash; /* ends the options */
	struct span at;
};
struct mcli_network {
	struct mtext mode; /* `none` or `allow`; text.at NULL: none */
	struct mlist hosts;
};
struct mcli_argv {
	struct mtext style;              /* `gnu` or `go`; text.at NULL: the program's */
	bool response_files;             /* whether the program reads `@FILE`; where said */
	struct span response_files_at;   /* none: it is not said */
	struct mcli_flags before, flags; /* before the subcommand; behind each */
	struct mcli_row *rows;
	uint32_t nrows;
	struct span at;
};
struct mcli {
	struct mtext name, description, image, program;
	struct mlist subcommands;
	bool judge;
	uint32_t timeout_s;
	struct mcredential credential;
	struct mcli_network network;
	struct mlist dangerous;
	struct mcli_argv argv;
	bool constrained; /* there is an argv */
	struct span at, judge_at;
	bool broken; /* something in it was reported */
};

/* ---- What is refused of a program, whatever a grammar says ---------------------------------- */

struct mcli_refusal {
	struct mlist flags, verbs, arguments, assignments; /* one of them */
	struct mlist under;                                /* verbs; none: everywhere */
	bool before;                                       /* only before the verb */
	struct mtext why;
};
struct mcli_program {
	struct mlist names;
	struct mtext style;
	bool abbreviations;  /* of long options are understood */
	bool bundled_first;  /* the first argument is a cluster of options without its dash */
	bool no_double_dash; /* `--` ends no options */
	bool response_files; /* `@FILE` is read */
	bool interpreter;    /* its arguments are programs */
	struct mlist takes_value, exact;
	struct mcli_refusal *refusals;
	uint32_t nrefusals;
};
/* The program of this name, or NULL. */
const struct mcli_program *model_program(const struct model *m, struct slice name);
#endif
