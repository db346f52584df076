#ifndef CLI_LOAD_H
#define CLI_LOAD_H
/* Bundles, accepted or refused: the only way in. */
#include "aegis/aegis.h"
#include "base/command.h"

#define LOAD_TRUST \
	{ \
		"--trust", 't', "FILE", false, \
			"a trust file or a public key; else $AEGIS_TRUST names it" \
	}

/* Opens l->operands[0] ("-": standard input), after verifying it. COMMAND_OK, or the exit status
 * after saying on standard error why not and what to do. */
int load_bundle(struct command_line *l, struct aeg_bundle *ret);

/* As load_bundle; a refusal (COMMAND_REFUSED) is said in *ret_why and *ret_help instead. */
int load_bundle_quietly(struct command_line *l, struct aeg_bundle *ret, const char **ret_why,
	const char **ret_help);

/* "until 2030-12-31T23:59:59Z", or "without end" for 0. */
void load_time(struct buf *out, uint64_t not_after);
#endif
