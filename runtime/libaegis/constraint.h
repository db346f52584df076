#ifndef LIBAEGIS_CONSTRAINT_H
#define LIBAEGIS_CONSTRAINT_H
/*
 * A capability's constraints against a call's arguments. What is found out about a value (its text,
 * its words, its host) does not depend on the capability and is kept for the next one.
 */
#include "args.h"
#include "command.h"
#include "host.h"

struct aegi_facts { /* set up by aegi_facts_init; do not move it */
	const struct aegi_trie *trie;
	struct aegi_args args;
	uint32_t token;         /* the value that the last constraint failed on */
	enum aeg_status status; /* AEG_NOMEM: too little room to tell */
	uint32_t skip;          /* so many failures are still passed over */

	/* Of the value looked at last, by its token; AEG_NONE: of none yet. */
	uint32_t path_token, command_token, url_token;
	struct {
		struct aeg_str text;
		enum aeg_reason unsafe;
	} path;
	struct {
		enum aeg_reason wrong; /* whatever the allowlist */
		uint32_t wrong_token, subcommand_token;
		struct aegi_words words; /* word[1]: the subcommand, from `args` too */
	} command;
	struct {
		int good;
		struct aegi_host host;
	} url;
};

/* For a call of @tool in TOOLS. */
AEGI_HOT void aegi_facts_init(struct aegi_facts *f, const struct aeg_bundle *b,
	const struct aegi_trie *t, const struct aeg_json *json, uint32_t tool)
{
	f->trie = t;
	f->token = f->path_token = f->command_token = f->url_token = AEG_NONE;
	f->status = AEG_OK;
	f->skip = 0;
	aegi_args_init(&f->args, b, json, tool);
}

/* Steps through path, command and domain: AEG_None, or the first failure and f->token. */
enum aeg_reason aegi_constraints(struct aegi_facts *f, const struct aegf_cap *cap);

/* Whether an allowed call leaves it to the results to keep to @cap's hosts. */
int aegi_results_restricted(struct aegi_args *a, const struct aegf_cap *cap);
#endif
