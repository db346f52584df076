#ifndef AEG_MACHINE_FORMAT_H
#define AEG_MACHINE_FORMAT_H
/*
 * State-machine workflows: section MACHINES, written by compiler/machine and read by runtime/eval
 * alone, which proves it (aeg_machines_open). To the rest of libaegis it is bytes. Little-endian
 * and unaligned. Prose: docs/bundle-format.md, "State machines".
 *
 *   head | tables, in the order of AEGF_MACHINE_TABLES, without gaps | bytes: texts and programs
 *
 * Numbers of states, conditions, strategies and completions are those of aegis/machine.h. Scores
 * are in billionths.
 */
#include "format/aeg_flow.h" /* struct aegf_bytes */

#define AEGF_MACHINE_TABLES(X) \
	X(MACHINES, struct aegf_machine) \
	X(STATES, struct aegf_state) \
	X(TRANSITIONS, struct aegf_transition) \
	X(TASKS, struct aegf_task) \
	X(FRAGMENTS, struct aegf_fragment) \
	X(TEMPLATES, struct aegf_bytes) \
	X(SCHEMAS, struct aegf_bytes)
enum aegf_machine_table {
#define X(name, type) AEGF_M_##name,
	AEGF_MACHINE_TABLES(X)
#undef X
		AEGF_M_NTABLES
};
struct aegf_machines {
	struct aeg_le32 count[AEGF_M_NTABLES]; /* elements of each table */
	struct aeg_le32 nbytes;
};

struct aegf_machine { /* ascending by name, then by version: the latest is last */
	struct aegf_bytes name, version, description;
	struct aegf_list states; /* STATES, ascending by name */
	struct aeg_le32 initial; /* in that list */
	struct aeg_le32 max_transitions;
	struct aegf_bytes context;     /* constants: a JSON object, or len 0 */
	struct aegf_bytes workspace;   /* the blackboard's name for the workspace volume */
	struct aeg_le32 input, output; /* SCHEMAS, or NONE */
	struct aegf_list result; /* FRAGMENTS: one JSON value; none: what the last state made */
};
_Static_assert(sizeof(struct aegf_machine) == 72, "machine is 72 bytes on disk");

#define AEGF_STATE_DETACHED 1u /* nobody waits for the workflow that it starts */
#define AEGF_STATE_REQUIRED 2u /* it fails when its handler does */
#define AEGF_STATE_DEFAULT  4u /* a question has an answer where nobody gives one */
struct aegf_state {
	struct aegf_bytes name;
	uint8_t kind, strategy, completion, flags;
	struct aegf_bytes subject;
	struct aegf_list transitions;       /* TRANSITIONS, relative to its machine's states */
	struct aegf_list tasks;             /* TASKS: its own, then judges, then its handler */
	struct aeg_le32 njudges, nhandlers; /* of these */
	struct aeg_le32 max_visits;
	struct aeg_le32 timeout_ms; /* 0: none */
	struct aeg_le32 retries, backoff_ms;
	/* Of several agents, or of judges. */
	struct aeg_le32 threshold; /* from which on a score approves */
	struct aeg_le32 best;      /* how many best_of_n takes; 0: all */
	struct aeg_le32 least;     /* agents that must do */
	struct aeg_le32 agreement_factor, self_factor;
	struct aegf_bytes
		text; /* of Subworkflow the result's name, of Human the default response */
};
_Static_assert(sizeof(struct aegf_state) == 88, "state is 88 bytes on disk");

struct aegf_transition {
	struct aeg_le32 when;                 /* enum aeg_condition_kind */
	struct aeg_le32 target;               /* in the list of its machine's states */
	struct aeg_le32 feedback;             /* TEMPLATES, or NONE */
	struct aeg_le32 threshold, agreement; /* signed; also min and max */
	struct aeg_le32 code;                 /* signed */
	struct aegf_bytes value;
	struct aeg_le32 expression; /* TEMPLATES: a condition; or NONE */
};
_Static_assert(sizeof(struct aegf_transition) == 36, "transition is 36 bytes on disk");

struct aegf_task {
	struct aegf_bytes name; /* of one of several containers, by which its outcome is known */
	struct aegf_list fragments;         /* FRAGMENTS: a JSON object */
	struct aeg_le32 weight, timeout_ms; /* weight: at most AEGF_MAX_WEIGHT */
};
_Static_assert(sizeof(struct aegf_task) == 24, "task is 24 bytes on disk");

/* JSON text, then what a template makes: as a string with its quotes, or, of one in mode json, as
 * it is. */
struct aegf_fragment {
	struct aegf_bytes text;
	struct aeg_le32 template; /* TEMPLATES, or NONE */
	struct aeg_le32 quoted;   /* 1 or 0 */
};
_Static_assert(sizeof(struct aegf_fragment) == 16, "fragment is 16 bytes on disk");

#define AEGF_MAX_STATES 1024u /* of one machine */
#define AEGF_MAX_TASKS  256u  /* of one state */
#define AEGF_SCORE_ONE  1000000000u
/* So that the sum of what the most tasks weigh times the best score fits in 64 bits. */
#define AEGF_MAX_WEIGHT (1u << 24)
#endif
