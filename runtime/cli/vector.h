#ifndef CLI_VECTOR_H
#define CLI_VECTOR_H
/* Calls of tools that are command-line tools: what `{"subcommand","args"}` would start. */
#include "aegis/cli.h"
#include "base/buf.h"

struct vector {
	const struct aeg_cli_tools *tools;
	uint32_t tool; /* AEG_NONE: the call is of no command-line tool */
	struct aeg_str *argv;
	uint32_t n;
	struct aeg_cli_verdict verdict;
	const char *lacks; /* what is wrong with the call itself; or NULL */
};

/**
 * vector_decide - asks the grammar of the tool, where it is one, of a call that a policy allows
 * @v: the policy's verdict; made a denial where the arguments are refused
 *
 * Texts are put into @a. Nothing is done to a denial.
 */
struct vector vector_decide(struct arena *a, const struct aeg_cli_tools *t,
	const struct aeg_call *call, struct aeg_verdict *v);

/* "argument 2, `--server`, is refused whatever the grammar says: another cluster": a sentence. */
void vector_tell(struct buf *out, const struct vector *v);
/* `,"argv":{...}`; nothing for calls of other tools. */
void vector_answer(struct buf *out, const struct vector *v);
#endif
