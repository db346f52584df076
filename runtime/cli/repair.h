#ifndef CLI_REPAIR_H
#define CLI_REPAIR_H
/*
 * What to change so that one capability grants a call: the call, the policy, or both. Each change
 * is made and the library asked again, so that what is left is known and not guessed.
 */
#include "cli/args.h"
#include "cli/near.h"

#define REPAIR_QUOTE_MOST 256u /* a longer argument is never shown, nor any part of it */

enum change_kind {
	/* of the call */
	CHANGE_CONTEXT,
	CHANGE_TOOL,
	CHANGE_ARGUMENTS, /* all of them */
	CHANGE_ARGUMENT,
	CHANGE_LEAVE_OUT, /* an argument */
	CHANGE_WAIT,
	CHANGE_RELEASE, /* wait for a call under way to end */
	/* of the policy */
	CHANGE_ADD_PATH,
	CHANGE_ADD_COMMAND,
	CHANGE_SET_COMMANDS, /* both lists, all of them */
	CHANGE_ADD_DOMAIN,
	CHANGE_ADD_CAPABILITY,
	CHANGE_REMOVE_DENY,
	CHANGE_RATE,
	CHANGE_CONCURRENT
};
struct change {
	enum change_kind kind;
	uint32_t rule;      /* the capability, or the deny entry */
	uint32_t index;     /* of an argument's element; AEG_NONE: all of the argument */
	struct slice name;  /* of an argument; the subcommand, at NULL: anything may follow; of
			       CHANGE_SET_COMMANDS the commands, JSON */
	struct slice value; /* text; of arguments JSON; what may follow each command, JSON */
	uint64_t number;    /* milliseconds; calls */
};
struct changes {
	struct change *v;
	size_t n, cap;
};
void changes_add(struct arena *a, struct changes *to, struct change c); /* none twice */
bool change_is_of_call(enum change_kind k);

struct repair {
	struct arena *arena;
	const struct aeg_bundle *bundle;
	struct aeg_call call;        /* with `args` as they are by now */
	struct aeg_json *json;       /* the same: the arguments with a role, no secret among them */
	const struct aeg_json *from; /* as they were asked about; NULL: there were none */
	uint32_t tool;               /* in the catalogue, or AEG_NONE */
	uint32_t capability;         /* AEG_NONE: one that states nothing */
	bool policy;                 /* rather add entries than change the call */
	struct changes changes;      /* of the policy */
	uint32_t skip;               /* failures that they make go away */
	uint32_t cost;               /* how far the call has moved */
	struct allowlist list;       /* that a value was compared with last, and the */
	uint32_t nearest;            /* entry of it that was nearest; AEG_NONE: none */
};

/* For @call, whose tool has a valid name, under @capability. */
void repair_init(struct repair *r, struct arena *a, const struct aeg_bundle *b,
	const struct aeg_call *call, uint32_t capability, bool policy);
/* The first of what is left. AEG_None: the capability grants the call. */
struct aeg_step repair_failure(struct repair *r);
/* The name of the argument that @token is, or is in; at NULL: of none. */
struct slice repair_argument_name(const struct repair *r, uint32_t token);
/* An entry of an allowlist would help. */
bool repair_is_about_entry(enum aeg_reason why);
/* Makes the change of the call that is nearest; false: none helps. */
bool repair_call(struct repair *r, const struct aeg_step *s);
/* All that is left; false: it cannot be done. */
bool repair_run(struct repair *r);
/* How the arguments have changed. */
void repair_differences(struct repair *r, struct changes *to);
#endif
