#ifndef MODEL_MACHINE_H
#define MODEL_MACHINE_H
/*
 * Workflow documents as written: state machines. Names are not resolved; texts with holes are kept
 * as nodes, known to compile. Durations are in milliseconds, sizes in bytes.
 */
#include "aegis/machine.h"
#include "model/model.h"

struct mstate_judge {
	struct mtext agent;
	const struct node *input_template; /* NULL: what the judged one gave */
	double weight;
	struct span at;
};
struct mconsensus {
	bool stated;
	enum aeg_consensus strategy;
	bool has_threshold, has_agreement;
	double threshold, agreement;
	uint32_t n;                           /* of best_of_n; 0: all */
	uint32_t min_judges;                  /* 1 unless stated */
	double agreement_factor, self_factor; /* 0.7 and 0.3 unless stated */
	struct span at;
};
struct mhandler { /* output_handler */
	enum mhandler_kind {
		HANDLER_NONE,
		HANDLER_AGENT,
		HANDLER_CONTAINER,
		HANDLER_TOOL,
		HANDLER_WEBHOOK
	} kind;
	const struct node *node; /* the whole of it */
	struct mtext agent;      /* of HANDLER_AGENT: its name, or text with holes */
	struct mtext tool;       /* of HANDLER_TOOL */
	uint64_t timeout_ms;     /* 0: not stated */
	bool required;
	struct span at;
};
struct mbranch {            /* one of several agents */
	struct mtext agent; /* a name, or text with holes */
	const struct node *input;
	double weight;
	uint64_t timeout_ms; /* 60 s unless stated */
	bool timeout_stated;
	uint32_t poll_ms;
	struct span at;
};
struct mmount {
	struct mtext name, path;
	bool read_only;
	struct span at;
};
struct mcontainer { /* of ContainerRun, or a step of ParallelContainerRun */
	struct mtext name;
	const struct node *image, *workdir;
	const struct node *command; /* a list of texts */
	const struct node *env;     /* a map, or NULL */
	struct mtext pull_policy, credentials, user, network;
	struct mmount *mounts;
	uint32_t nmounts;
	uint32_t cpu;        /* millicores; 0: not stated */
	uint64_t memory;     /* bytes; 0: not stated */
	uint64_t timeout_ms; /* 0: not stated */
	struct span timeout_at;
	uint32_t retries; /* extra attempts */
	uint64_t backoff_ms;
	bool shell, read_only_root;
	struct span at;
};

struct mtransition {
	enum aeg_condition_kind when;
	struct mtext target;
	const struct node *feedback;   /* NULL: none */
	double threshold, agreement;   /* of score_*, confidence_*, consensus */
	double min, max;               /* of score_between */
	int32_t code;                  /* of exit_code */
	struct mtext value;            /* of input_equals */
	const struct node *expression; /* of custom */
	struct span at;                /* of the whole transition */
	struct span when_at;           /* of the condition's name */
	bool broken;                   /* something in it was reported */
};

struct mstate {
	struct mtext name;
	enum aeg_state_kind kind;
	struct span at, kind_at;
	bool broken; /* its kind or its transitions could not be read: what leads on from it is not
			known */
	/* These were reported: who judges or takes part, how often it is entered, `result_key`. */
	bool results_lost, visits_lost, key_lost;
	struct mtransition *transitions;
	uint32_t ntransitions;
	struct span transitions_at;
	uint64_t timeout_ms; /* 0: not stated */
	struct span timeout_at;
	uint32_t max_visits; /* 5 unless stated */
	bool visits_stated;
	struct mhandler handler;
	/* Agent */
	struct mtext agent;                /* a name, or text with holes */
	const struct node *input, *intent; /* input: also of Subworkflow */
	struct mtext isolation;
	uint32_t max_iterations;     /* 0: not stated */
	struct mstate_judge *judges; /* of ParallelAgents: judges_for_parallel */
	uint32_t njudges;
	const struct node *validator; /* pre_execution_validator */
	/* System */
	const struct node *command, *env, *workdir;
	/* Human */
	const struct node *prompt;
	struct mtext default_response; /* text.at == NULL: none */
	/* ParallelAgents */
	struct mbranch *branches;
	uint32_t nbranches;
	struct mconsensus consensus; /* also of an Agent's judges, not stated there */
	/* ContainerRun: one; ParallelContainerRun: its steps */
	struct mcontainer *containers;
	uint32_t ncontainers;
	enum aeg_completion completion;
	/* Subworkflow */
	struct mtext workflow; /* a name, or text with holes */
	bool blocking;
	struct mtext result_key;
};

struct mvolume_shared {
	struct mtext name, storage_class;
	uint64_t size; /* bytes; 0: not stated */
	struct span at;
};

/* What a template of the workflow reads, wherever it stands. */
struct mreading {
	const struct slice *steps; /* `blackboard`, `notes`; at NULL: any element */
	uint32_t nsteps, flags;    /* flags: AEG_READ_* of aegis/expr.h */
	uint32_t state;            /* in whose fields it stands; MREADING_RESULT: of the result */
	bool after; /* when that state is done: in a condition, feedback, a judge's input or a
		     * handler */
	struct span at;
};
#define MREADING_RESULT UINT32_MAX
#define MREADING_MOST   65536u /* of one workflow; more are not told */

struct mmachine {
	struct mtext name, version, description;
	struct mtext initial;
	struct mstate *states; /* as written */
	uint32_t nstates;
	uint32_t max_transitions; /* 50 unless stated */
	bool transitions_stated;
	const struct node *context; /* constants; a map, or NULL */
	const struct node *input_schema, *output_schema;
	const struct node *output_template;
	struct mvolume_shared *shared;
	uint32_t nshared;
	struct mtext workspace_key; /* `workspace_volume_id` unless stated */
	struct mreading *readings;
	uint32_t nreadings;
	struct span at;
	uint32_t file;
	bool broken; /* states are missing from it that were written: what is not found may be there
		      */
};

/* Of the words `sh -c TEXT` the index of TEXT, which a shell reads; else how many there are. */
uint32_t command_script(const struct node *words);
/* By the headers of a webhook, or NULL: is its body JSON? */
bool handler_sends_json(const struct node *headers);
#endif
