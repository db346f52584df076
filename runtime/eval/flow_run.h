#ifndef EVAL_FLOW_RUN_H
#define EVAL_FLOW_RUN_H
/*
 * A workflow under way: what the files of it share.
 *
 * The caller's memory has three parts: from the front what is kept (extracts, the list that a step
 * goes through), from the end the last response, and between them scratch, which each request and
 * each response starts anew.
 */
#include "flow_table.h"
#include "parameter.h"

enum phase {
	PHASE_STEP,
	PHASE_ROUND,
	PHASE_SEND,
	PHASE_SENT,
	PHASE_WAIT,
	PHASE_DONE,
	PHASE_FAILED
};

struct run { /* lies in struct aeg_flow.own */
	uint32_t phase, started;
	uint32_t step, round, rounds, attempt;
	uint64_t began_ms, wake_ms;
	size_t kept, last;           /* bytes from the front, and from the end of the memory */
	size_t last_len;             /* of the last response */
	size_t results, results_end; /* struct step_result: of the steps so far */
	size_t list_len;             /* behind them: the list that the step goes through, */
	size_t values;               /* and behind it struct value, up to kept */
	struct aeg_str result;
	uint64_t now_ms;
};
_Static_assert(sizeof(struct run) <= sizeof((struct aeg_flow *)0)->own, "a run has room");

static inline struct run *flow_run(struct aeg_flow *f) { return (struct run *)(void *)f->own; }

/* What a step extracted, once it is through: `{"id":1}`, and `"find.id":1` for `state`. */
struct step_result {
	uint32_t step, object_len, state_len, zero;
};
/* One extracted value of the step under way; its JSON text follows. */
struct value {
	uint32_t extract, round, len, zero;
};

/* Scratch: what is taken stays until the next request or response. */
struct scratch {
	uint8_t *at, *end;
};
struct scratch flow_scratch(struct aeg_flow *f);
void *scratch_take(struct scratch *s, size_t n); /* aligned to 8; NULL: no room */

/* What templates see. */
struct flow_data {
	struct aeg_json steps, state, item, list;
	struct aeg_root roots[4];
	uint32_t nroots;
};

/* Each returns NULL, or why not, in one clause; f->status then says which kind. */
const char *flow_compose(struct aeg_flow *f, struct scratch *s, struct flow_data *d);
const char *flow_scan(struct scratch *s, struct aeg_str text, struct aeg_json *ret);
const char *flow_render(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t template, struct aeg_str *ret);
const char *flow_holds(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t condition, int *ret);
const char *flow_fits(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j,
	uint32_t schema, const char *otherwise);
/* Takes from the response what the step extracts in this round. */
const char *flow_extract(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j);
/* The step begins, going through the list @list, or len 0; it is through. */
const char *flow_step_begin(struct aeg_flow *f, struct aeg_str list);
const char *flow_step_end(struct aeg_flow *f);
const char *flow_build(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	struct aeg_flow_request *ret);

static inline const struct aegf_flow *flow_of(const struct aeg_flow *f)
{
	return flow_row(f->flows, FLOWS, f->flow, struct aegf_flow);
}
/* The step that it is at, or NULL: an exploration. */
const struct aegf_step *flow_step(struct aeg_flow *f);
void flow_tell(struct aeg_flow *f, struct aeg_flow_event e);
#endif
