#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H
/* aegisr simulate: what its files share. */
#include "aegis/machine.h"
#include "base/command.h"

/* ---- What happened in a run ---------------------------------------------------------------- */

struct sim_effect {
	enum aeg_effect_kind kind;
	uint32_t attempt, timeout_ms, waited_ms; /* waited_ms: before it was tried again */
	struct slice *tasks;
	uint32_t ntasks;
	bool detached;        /* nobody waits for an outcome */
	struct slice outcome; /* as it was said; at NULL: there was none */
};
struct sim_passed { /* a transition whose condition does not hold */
	uint32_t transition;
	const char *why; /* or NULL: that follows from what the state came to */
};
struct sim_visit {
	uint32_t state, visit;
	struct sim_effect *effects;
	struct sim_passed *passed;
	size_t neffects, effects_cap, npassed, passed_cap;
	struct slice came_to; /* JSON; len 0: it did not come so far */
	bool success;
	uint32_t taken; /* a transition, or AEG_NONE */
	struct slice feedback;
};
struct sim_run {
	struct slice name; /* `run 3`, or the file of its events */
	struct sim_visit *visits;
	size_t nvisits, cap;
	uint32_t neffects;
	bool done;
	struct slice result;
	uint32_t failed_state; /* where not done; AEG_NONE: before the first */
	struct slice what;     /* and why */
	bool broken;           /* not by the workflow's own rules */
};

/* ---- The machine --------------------------------------------------------------------------- */

struct simulation {
	struct command_line *l;
	const struct aeg_machines *machines;
	uint32_t machine;
	struct aeg_machine_info info;
	const struct aeg_json *input;
	struct aeg_str intent;
	void *mem;
	size_t mem_size;
	struct sim_run *runs;
	uint32_t nruns;
	uint32_t *entered; /* how often each state was, over all runs */
	uint32_t *taken;   /* and each transition, state by state */
	uint32_t *first;   /* where the transitions of a state begin */
	uint32_t ntransitions;
	bool colour;
};
/* Where the outcomes of a run come from. */
struct sim_source {
	struct slice lines; /* of --events: what is left of them */
	uint32_t line;
	bool random;
	uint64_t seed; /* not 0 */
};

struct aeg_state_info sim_state(const struct simulation *x, uint32_t state);
struct aeg_transition_info sim_transition(
	const struct simulation *x, uint32_t state, uint32_t transition);

/* One run, counted. simulate_run.c */
void sim_run(struct simulation *x, struct sim_source *from, struct sim_run *ret);
/* What might come of the effect. simulate_random.c */
struct slice sim_random(
	const struct simulation *x, struct sim_source *from, const struct aeg_effect *e);

/* How much of the machine all runs have seen, in hundredths; nothing where there is nothing. */
struct sim_coverage {
	uint32_t states, transitions;
	double percent;
};
struct sim_coverage sim_coverage(const struct simulation *x);

/* simulate_tell.c, simulate_answer.c */
void sim_tell(struct buf *out, const struct simulation *x, bool coverage);
void sim_answer(struct buf *out, const struct simulation *x, bool coverage);

extern const char *const sim_effect_names[AEG_NEFFECT_KINDS];
#endif
