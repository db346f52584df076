#ifndef EVAL_MACHINE_RUN_H
#define EVAL_MACHINE_RUN_H
/*
 * A state machine under way: what the files of it share.
 *
 * The caller's memory begins with what is kept: how often each state was entered, then records, the
 * newest first: what each state last came to, and the feedback that led to the present one. All
 * that follows is scratch, which each effect and each outcome starts anew.
 */
#include "machine_table.h"
#include "scratch.h"

enum phase {
	PHASE_FAILED = 0, /* what was never begun as well */
	PHASE_ENTER,
	PHASE_WORK,    /* its effect is to be asked for */
	PHASE_JUDGE,   /* its judges */
	PHASE_HANDLE,  /* its handler */
	PHASE_SENT,    /* an outcome is due */
	PHASE_STARTED, /* nobody waits for it */
	PHASE_PAUSE,
	PHASE_WAIT,
	PHASE_DECIDE,
	PHASE_DONE
};

struct run {                   /* lies in struct aeg_machine.own */
	uint32_t phase, doing; /* doing: PHASE_WORK, _JUDGE or _HANDLE, of _SENT */
	uint32_t state, attempt, transitions, settled;
	uint64_t now_ms, entered_ms, wake_ms;
	size_t records, kept; /* where the records begin, and where they end */
	struct aeg_str result;
};
_Static_assert(sizeof(struct run) <= sizeof((struct aeg_machine *)0)->own, "a run has room");

static inline struct run *machine_run(struct aeg_machine *m)
{
	return (struct run *)(void *)m->own;
}
static inline const struct aegf_machine *machine_of(const struct aeg_machine *m)
{
	return machine_row(m->machines, MACHINES, m->machine, struct aegf_machine);
}
/* The state that it is in. */
static inline const struct aegf_state *machine_here(struct aeg_machine *m)
{
	return machine_state(m->machines, machine_of(m), machine_run(m)->state);
}
/* What a state has to do itself, without judges and handler. */
static inline uint32_t machine_own_tasks(const struct aegf_state *s)
{
	return aeg_ld32(s->tasks.count) - aeg_ld32(s->njudges) - aeg_ld32(s->nhandlers);
}
static inline const struct aegf_task *machine_task(
	struct aeg_machine *m, const struct aegf_state *s, uint32_t i)
{
	return machine_row(m->machines, TASKS, aeg_ld32(s->tasks.first) + i, struct aegf_task);
}
void machine_tell(struct aeg_machine *m, struct aeg_machine_event e);

/*
 * Whatever follows that returns a text returns NULL, or why not, in one clause; m->status then says
 * which kind, and AEG_OK stays what data or the workflow's own rules are to blame for.
 */
const char *machine_failed(struct aeg_machine *m, enum aeg_status status, const char *what);

/* ---- What is kept: machine_keep.c ----------------------------------------------------------- */

/* What a state came to; the members of its JSON follow, without braces, padded to 8. Those that
 * can still change stand here. */
struct record {
	uint32_t state, len; /* state: AEG_NONE: the feedback, a JSON string */
	uint32_t output_len; /* of the value of `output`, the first member */
	uint8_t success, scored, confident, exited; /* which of these it has */
	uint8_t approved, rejected;                 /* all of its results, or one at least */
	uint8_t zero[2];
	uint32_t score, confidence;
	int32_t exit;
};
_Static_assert(sizeof(struct record) == 32, "records are aligned");

struct scratch machine_scratch(struct aeg_machine *m);
/* The newest of a state; NULL: no state came to anything yet. */
struct record *machine_newest(struct aeg_machine *m);
/* It becomes the newest, with @text as its members, and the old one of its state goes. @text lies
 * in scratch, of which nothing is left. */
const char *machine_keep(struct aeg_machine *m, struct record head, struct aeg_str text);
const char *machine_keep_feedback(struct aeg_machine *m, struct aeg_str json);

/* All of a record, as JSON. */
void machine_put_record(struct aeg_machine *m, struct written *w, const struct record *x);
void machine_put_score(struct written *w, uint32_t billionths);
void put_escaped(struct written *w, struct aeg_str s); /* as within a JSON string */
void put_quoted(struct written *w, struct aeg_str s);

/* ---- Data and templates: machine_data.c ----------------------------------------------------- */

/* What templates see. */
struct machine_data {
	struct aeg_json blackboard, rest;
	struct aeg_root roots[9];
	uint32_t nroots;
};
const char *machine_compose(struct aeg_machine *m, struct scratch *s, struct machine_data *d);
/* @otherwise: the clause where it is not JSON. */
const char *machine_scan(struct aeg_machine *m, struct scratch *s, struct aeg_str text,
	const char *otherwise, struct aeg_json *ret);
/* What fragments make; of one template, a JSON string of what it makes. */
const char *machine_render(struct aeg_machine *m, struct scratch *s, const struct machine_data *d,
	struct aegf_list fragments, struct aeg_str *ret);
const char *machine_render_text(struct aeg_machine *m, struct scratch *s,
	const struct machine_data *d, uint32_t template, struct aeg_str *ret);
const char *machine_holds(struct aeg_machine *m, struct scratch *s, const struct machine_data *d,
	uint32_t condition, int *ret);
const char *machine_fits(struct aeg_machine *m, struct scratch *s, const struct aeg_json *j,
	uint32_t schema, const char *otherwise);

/* ---- Outcomes: machine_outcome.c ------------------------------------------------------------ */

/* Reads what came of r->doing, and keeps it. AEG_CONTENT: it cannot be that, and that was told;
 * *ret_what: why else not. */
enum aeg_status machine_read(struct aeg_machine *m, struct aeg_str text, const char **ret_what);
/* A state came to nothing, because of @error, or else because its time is over. */
const char *machine_keep_failure(struct aeg_machine *m, const char *error);
/* What nobody waited for. */
const char *machine_keep_started(struct aeg_machine *m);

/* ---- Consensus: machine_consensus.c --------------------------------------------------------- */

/* What one of several agents, or one judge, thinks. */
struct opinion {
	uint32_t score, confidence; /* confidence: 0 where it states none */
	uint32_t weight;
	uint8_t did, scored, taken, zero;
};

/**
 * machine_agree - what all of them come to
 * @v: those that did and have a score take part; `taken` is this function's
 *
 * Returns 0 where there is none: the rest is not set then. Source: formats.md, 1.3.7.
 */
int machine_agree(const struct aegf_state *s, struct opinion *v, uint32_t n, uint32_t *ret_score,
	uint32_t *ret_confidence);
#endif
