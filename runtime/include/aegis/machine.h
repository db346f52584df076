#ifndef AEGIS_MACHINE_H
#define AEGIS_MACHINE_H
/*
 * State-machine workflows: which state a workflow is in, what is to be done there, and which state
 * follows. The library asks for an effect, the caller has it done and hands in the outcome. No
 * clock, no sockets, no memory but the caller's. In libaegis.a and libaegis-eval.so.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers as in bundles. */
enum aeg_state_kind {
	AEG_STATE_AGENT,
	AEG_STATE_SYSTEM, /* a command line for a shell */
	AEG_STATE_HUMAN,
	AEG_STATE_PARALLEL_AGENTS,
	AEG_STATE_CONTAINER,
	AEG_STATE_PARALLEL_CONTAINERS,
	AEG_STATE_SUBWORKFLOW,
	AEG_NSTATE_KINDS
};
enum aeg_condition_kind {
	AEG_WHEN_ALWAYS,
	AEG_WHEN_SUCCESS,
	AEG_WHEN_FAILURE,
	AEG_WHEN_EXIT_ZERO,
	AEG_WHEN_EXIT_NON_ZERO, /* or the command did not come to its end */
	AEG_WHEN_EXIT_CODE,     /* value */
	AEG_WHEN_SCORE_ABOVE,   /* threshold: greater than it */
	AEG_WHEN_SCORE_BELOW,   /* threshold: less than it */
	AEG_WHEN_SCORE_BETWEEN, /* min, max: both may be met */
	AEG_WHEN_CONFIDENCE_ABOVE,
	AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE, /* threshold of both */
	AEG_WHEN_CONSENSUS, /* score at least threshold, confidence at least agreement */
	AEG_WHEN_ALL_APPROVED,
	AEG_WHEN_ANY_REJECTED,
	AEG_WHEN_INPUT_EQUALS, /* value */
	AEG_WHEN_INPUT_YES,
	AEG_WHEN_INPUT_NO,
	AEG_WHEN_CUSTOM, /* expression */
	AEG_NCONDITION_KINDS
};
enum aeg_consensus {
	AEG_WEIGHTED_AVERAGE,
	AEG_MAJORITY,
	AEG_UNANIMOUS,
	AEG_BEST_OF_N,
	AEG_NCONSENSUS
};
enum aeg_completion { AEG_ALL_SUCCEED, AEG_ANY_SUCCEED, AEG_BEST_EFFORT, AEG_NCOMPLETIONS };

/* Scores, confidences, thresholds and agreement are kept in billionths, rounded: what is written
 * with up to nine decimals is compared and averaged as written. */
#define AEG_SCORE_ONE 1000000000

/* The state machines of a bundle, accepted. Borrows the bundle. */
struct aeg_machines {
	const uint8_t *base;
	uint32_t len;
	uint32_t nmachines; /* the rest is libaegis's own */
	uint32_t own[20];
};

/**
 * aeg_machines_open - accept what a bundle has of state machines, once, before anything reads it
 *
 * As aeg_flows_open: proves every table, template and schema in them. A bundle without any has
 * nmachines 0. Returns AEG_OK or why they are refused.
 */
AEG_API enum aeg_status aeg_machines_open(const struct aeg_bundle *b, struct aeg_machines *ret);

/* The workflow NAME in its latest version, or NAME@VERSION; or AEG_NONE. */
AEG_API uint32_t aeg_machine_find(const struct aeg_machines *ms, struct aeg_str name);

/* ---- What there is ------------------------------------------------------------------------- */

struct aeg_machine_info {
	uint32_t size_of; /* set by the caller, of each of these */
	struct aeg_str name, version, description;
	uint32_t nstates, initial; /* initial: below nstates */
	uint32_t max_transitions;
};
struct aeg_state_info {
	uint32_t size_of;
	struct aeg_str name;
	enum aeg_state_kind kind;
	struct aeg_str subject; /* what it runs or asks, as written: agents, an image, a prompt */
	uint32_t ntransitions;  /* 0: it ends the workflow */
	uint32_t timeout_ms;    /* 0: none */
	uint32_t max_visits, njudges, retries;
	uint32_t handler;               /* something is done with its output */
	enum aeg_consensus strategy;    /* of judges, or of several agents */
	enum aeg_completion completion; /* of several containers */
	struct aeg_str result_key;
};
struct aeg_transition_info {
	uint32_t size_of;
	enum aeg_condition_kind when;
	uint32_t target;              /* a state */
	uint32_t feedback;            /* the target is told something */
	int32_t threshold, agreement; /* of those that have them; min and max of score_between */
	int32_t code;                 /* of exit_code */
	struct aeg_str value;         /* of input_equals; of custom the expression as written */
};
/* @machine, @state and @transition are below the counts: AEG_USAGE otherwise, or where size_of is
 * another's. */
AEG_API enum aeg_status aeg_machine_info(
	const struct aeg_machines *ms, uint32_t machine, struct aeg_machine_info *ret);
AEG_API enum aeg_status aeg_state_info(const struct aeg_machines *ms, uint32_t machine,
	uint32_t state, struct aeg_state_info *ret);
AEG_API enum aeg_status aeg_transition_info(const struct aeg_machines *ms, uint32_t machine,
	uint32_t state, uint32_t transition, struct aeg_transition_info *ret);
/* As workflows write them: `ContainerRun`, `score_above`, `majority`; NULL: there is none.
 */
AEG_API const char *aeg_state_kind_name(enum aeg_state_kind kind);
AEG_API const char *aeg_condition_name(enum aeg_condition_kind when);
AEG_API const char *aeg_consensus_name(enum aeg_consensus strategy);

/* ---- Running ------------------------------------------------------------------------------- */

enum aeg_effect_kind {
	AEG_EFFECT_AGENT,      /* run an agent */
	AEG_EFFECT_COMMAND,    /* give a command line to a shell */
	AEG_EFFECT_QUESTION,   /* ask a person */
	AEG_EFFECT_AGENTS,     /* run all of them at once */
	AEG_EFFECT_CONTAINER,  /* run a container */
	AEG_EFFECT_CONTAINERS, /* run all of them at once */
	AEG_EFFECT_WORKFLOW,   /* run another workflow */
	AEG_EFFECT_JUDGES,     /* have agents judge what the state made */
	AEG_EFFECT_HANDLER,    /* do something with its output */
	AEG_NEFFECT_KINDS
};
/* One of what is to be done. */
struct aeg_task {
	struct aeg_str
		name; /* of a container; of an agent or workflow where no template makes it */
	struct aeg_str what; /* a JSON object; its members: docs/workflows.md */
	uint32_t timeout_ms; /* 0: none of its own */
	uint32_t weight;     /* of a judge or of several agents: among each other */
};
struct aeg_effect {
	enum aeg_effect_kind kind;
	uint32_t state;
	uint32_t visit, attempt; /* from 1 */
	uint32_t timeout_ms;     /* what is left to the state; 0: as long as it takes */
	uint32_t detached; /* start it, and hand in no outcome: aeg_machine_next goes on at once */
	const struct aeg_task *tasks; /* one, but of AGENTS, CONTAINERS and JUDGES */
	uint32_t ntasks;
};

enum aeg_machine_want {
	AEG_MACHINE_FAILED = 0,
	AEG_MACHINE_DONE,
	AEG_MACHINE_EFFECT, /* have it done, then aeg_machine_outcome */
	AEG_MACHINE_WAIT    /* until wait_ms have passed, then aeg_machine_next again */
};

/* What happened, for who watches. Texts live as long as the call lasts. */
enum aeg_machine_event_kind {
	AEG_MACHINE_ENTERED,
	AEG_MACHINE_RETRIES, /* the effect failed, and is tried again */
	AEG_MACHINE_SETTLED, /* what the state came to is known: success, text its JSON */
	AEG_MACHINE_PASSED,  /* the condition of transition does not hold; what: why, where that
				does not follow from what the state came to */
	AEG_MACHINE_TAKEN,   /* transition; text: the feedback, or len 0 */
	AEG_MACHINE_ENDED,   /* nothing follows on the state; success */
	AEG_MACHINE_INVALID  /* the input, an outcome or the result does not fit; text: where in it,
				what: why */
};
struct aeg_machine_event {
	enum aeg_machine_event_kind kind;
	uint32_t state, visit, transition;
	uint32_t success;
	struct aeg_str text;
	const char *what;
};
typedef void aeg_machine_event_fn(void *ctx, const struct aeg_machine_event *event);

/* A workflow under way. Zero it, set what the caller sets, then aeg_machine_begin. */
struct aeg_machine {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_machine) */
	const struct aeg_machines *machines;
	uint32_t machine;                 /* of aeg_machine_find */
	const struct aeg_json *input;     /* outlives the machine */
	const struct aeg_json *storage;   /* `workflow.storage`, an object; or NULL */
	struct aeg_str intent, execution; /* `intent`, `execution.id` */
	void *mem; /* aligned to 8: all that is kept, and each effect; of more
		      than 4 GiB the rest is not used */
	size_t mem_size;
	uint64_t steps;              /* budget for templates and validation together */
	aeg_machine_event_fn *event; /* or NULL */
	void *ctx;
	/* Set on AEG_MACHINE_FAILED. */
	uint32_t failed_state;  /* AEG_NONE: the input itself */
	const char *what;       /* one clause */
	enum aeg_status status; /* AEG_OK: by the workflow's own rules, else why not */
	/* From here on libaegis's own. */
	uint64_t own[40];
};

/**
 * aeg_machine_begin - check the input against the workflow's schema, and make ready
 *
 * Returns AEG_OK; AEG_CONTENT: the input does not fit; AEG_NOMEM; AEG_USAGE; AEG_BUDGET.
 */
AEG_API enum aeg_status aeg_machine_begin(struct aeg_machine *m);

/**
 * aeg_machine_next - what is to be done now
 * @now_ms: any monotonic clock, for time-outs of states and for waiting
 * @ret: of AEG_MACHINE_EFFECT; its texts live until the outcome is handed in
 * @ret_wait_ms: of AEG_MACHINE_WAIT: how long from now
 */
AEG_API enum aeg_machine_want aeg_machine_next(
	struct aeg_machine *m, uint64_t now_ms, struct aeg_effect *ret, uint32_t *ret_wait_ms);

/**
 * aeg_machine_outcome - what came of the effect
 * @text: a JSON object; its members: docs/workflows.md. Not kept, and not in the machine's memory
 *
 * `{"timeout":true}`: it took longer than it may. Returns AEG_OK; AEG_CONTENT: that cannot be an
 * outcome of the effect (place and reason in the event), which still waits for one; AEG_NOMEM and
 * AEG_BUDGET: the machine has failed; AEG_USAGE: no outcome is due.
 */
AEG_API enum aeg_status aeg_machine_outcome(struct aeg_machine *m, struct aeg_str text);

/* After AEG_MACHINE_DONE: the result, JSON. Lives as long as the machine's memory. */
AEG_API struct aeg_str aeg_machine_result(const struct aeg_machine *m);

#ifdef __cplusplus
}
#endif
#endif
