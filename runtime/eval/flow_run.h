#ifndef EVAL_FLOW_RUN_H
#define EVAL_FLOW_RUN_H
/*
 * A workflow under way: what the files of it share.
 *
 * The caller's memory has three parts: from the front what is kept, from the end the last response,
 * and between them scratch, which each request and each response starts anew. What is kept: the
 * results of the steps so far; what the templates of the step see of them; the list that it goes
 * through, and where its elements stand; the values that it has extracted.
 */
#include "flow_table.h"
#include "scratch.h"

enum phase {
	PHASE_FAILED = 0, /* what was never begun as well */
	PHASE_STEP,
	PHASE_ROUND,
	PHASE_SEND,
	PHASE_SENT,
	PHASE_PAUSE,
	PHASE_WAIT,
	PHASE_DONE
};

struct run { /* lies in struct aeg_flow.own */
	uint32_t phase, started;
	uint32_t step, round, rounds, attempt;
	uint64_t now_ms, began_ms, wake_ms, pause_ms;
	size_t kept, last;   /* bytes from the front, and from the end of the memory */
	size_t last_len;     /* of the last response */
	size_t results_end;  /* struct step_result: of the steps so far; then struct flow_data */
	size_t list, values; /* where the struct element and the struct value of the step begin */
	struct aeg_str result;
};
_Static_assert(sizeof(struct run) <= sizeof((struct aeg_flow *)0)->own, "a run has room");

static inline struct run *flow_run(struct aeg_flow *f) { return (struct run *)(void *)f->own; }
static inline const struct aegf_flow *flow_of(const struct aeg_flow *f)
{
	return flow_row(f->flows, FLOWS, f->flow, struct aegf_flow);
}
/* The n-th step of the workflow; the one it is at, or NULL: none of them, or an exploration. */
const struct aegf_step *flow_step_at(const struct aeg_flow *f, uint32_t n);
const struct aegf_step *flow_step(struct aeg_flow *f);
void flow_tell(struct aeg_flow *f, struct aeg_flow_event e);

/*
 * Whatever follows that returns a text returns NULL, or why not, in one clause; f->status then says
 * which kind, and AEG_OK stays what the response or the workflow's own rules are to blame for.
 */
const char *flow_failed(struct aeg_flow *f, enum aeg_status status, const char *what);

/* ---- Memory: flow_keep.c -------------------------------------------------------------------- */

struct scratch flow_scratch(struct aeg_flow *f);
/* What was written is taken. */
const char *text_end(
	struct aeg_flow *f, struct scratch *s, const struct written *w, struct aeg_str *ret);

/* The step begins: once, or for each element of the list, whose text lies in scratch. */
const char *flow_step_begin(struct aeg_flow *f, const struct aeg_json *list);
/* What a step has extracted, as struct value one behind the other in scratch, is kept. */
void flow_keep_values(struct aeg_flow *f, struct aeg_str values);
/* The response becomes the last one. */
const char *flow_keep_last(struct aeg_flow *f, struct aeg_str body);
const char *flow_step_end(struct aeg_flow *f);

/* One extracted value; its JSON text follows, padded to 8. */
struct value {
	uint32_t extract, round, len, zero;
};
/* Puts the results of all steps so far, as `steps` or as `state` has them. */
void flow_put_steps(struct aeg_flow *f, struct written *w);
void flow_put_state(struct aeg_flow *f, struct written *w);
/* The element that the round is about, its JSON text; len 0: the step goes through no list. */
struct aeg_str flow_element(struct aeg_flow *f);

/* ---- Data: flow_data.c ---------------------------------------------------------------------- */

/* What templates see. */
struct flow_data {
	struct aeg_json steps, state, item;
	struct aeg_root roots[4];
	uint32_t nroots;
};
const char *flow_compose(struct aeg_flow *f, struct scratch *s, struct flow_data *d);
/* The same for all rounds of a step, kept until it is through; in a round with its element. */
const char *flow_data_begin(struct aeg_flow *f);
const char *flow_data_round(struct aeg_flow *f, struct scratch *s, struct flow_data **ret);
/* @otherwise: the clause where it is not JSON. */
const char *flow_scan(struct aeg_flow *f, struct scratch *s, struct aeg_str text,
	const char *otherwise, struct aeg_json *ret);
const char *flow_render(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t template, struct aeg_str *ret);
/* Of a template in mode json. */
const char *flow_render_json(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t template, struct aeg_json *ret);
const char *flow_holds(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t condition, int *ret);
const char *flow_fits(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j,
	uint32_t schema, const char *otherwise);
/* Takes from the response what the step extracts in this round. */
const char *flow_extract(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j);

/* ---- Requests: flow_request.c --------------------------------------------------------------- */

const char *flow_build(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	struct aeg_flow_request *ret);
#endif
