/*
 * Steps a workflow: what is to be done now, and what follows from the response. Each round of each
 * step is a request, tried as often as its retries allow; then its values are kept, and the next
 * follows.
 */
#include "flow_run.h"

const struct aegf_step *flow_step_at(const struct aeg_flow *f, uint32_t n)
{
	return flow_row(f->flows, STEPS, aeg_ld32(flow_of(f)->steps.first) + n, struct aegf_step);
}

const struct aegf_step *flow_step(struct aeg_flow *f)
{
	const struct run *r = flow_run(f);

	if (f->flow == AEG_NONE || !r->started || r->step == aeg_ld32(flow_of(f)->steps.count))
		return NULL;
	return flow_step_at(f, r->step);
}

void flow_tell(struct aeg_flow *f, struct aeg_flow_event e)
{
	const struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);

	if (f->event == NULL)
		return;
	if (step != NULL)
		e.step = flow_text(f->flows, step->name);
	e.round = r->round;
	e.attempt = r->attempt;
	f->event(f->ctx, &e);
}

static enum aeg_flow_want give_up(struct aeg_flow *f, const char *what)
{
	struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);

	f->what = what;
	f->failed_step = step == NULL ? (struct aeg_str){ "", 0 } : flow_text(f->flows, step->name);
	r->phase = PHASE_FAILED;
	return AEG_FLOW_FAILED;
}

/* ---- Beginning ----------------------------------------------------------------------------- */

static int is_usable(const struct aeg_flow *f)
{
	if (f->flows == NULL || f->input == NULL || f->input->status != AEG_OK || f->mem == NULL ||
		((uintptr_t)f->mem & 7) != 0)
		return 0;
	return f->flow == AEG_NONE ? f->explore < f->flows->noperations
				   : f->flow < f->flows->nflows;
}

/* Of an exploration nothing says what the input is, but that its members are parameters. */
static const char *check_input(struct aeg_flow *f)
{
	struct scratch s = flow_scratch(f);

	if (f->flow != AEG_NONE)
		return flow_fits(f, &s, f->input, aeg_ld32(flow_of(f)->input),
			"the input does not fit the tool's schema");
	if (f->input->duplicate != AEG_NONE) /* as no schema lets it: which is meant? */
		return flow_failed(f, AEG_CONTENT, "the input has a name twice");
	if ((f->input->tok->info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT)
		return NULL;
	return flow_failed(f, AEG_CONTENT, "the input must be an object");
}

enum aeg_status aeg_flow_begin(struct aeg_flow *f)
{
	if (f->size_of != sizeof *f)
		return AEG_USAGE;
	memset(f->own, 0, sizeof f->own);
	f->failed_step = (struct aeg_str){ "", 0 };
	f->status = AEG_OK;
	if (!is_usable(f))
		f->what = flow_failed(f, AEG_USAGE, NULL);
	else {
		if (f->mem_size > UINT32_MAX) /* lengths are kept in 32 bits */
			f->mem_size = UINT32_MAX;
		f->mem_size &= ~(size_t)7;
		f->what = check_input(f);
	}
	if (f->what == NULL)
		flow_run(f)->phase = PHASE_STEP;
	return f->status;
}

/* ---- Time ---------------------------------------------------------------------------------- */

/* Milliseconds until the total time-out; of an exploration there is none. */
static uint64_t left_ms(const struct aeg_flow *f, const struct run *r)
{
	uint64_t total = f->flow == AEG_NONE ? UINT32_MAX : aeg_ld32(flow_of(f)->total_ms);
	uint64_t gone = r->now_ms - r->began_ms;

	return gone < total ? total - gone : 0;
}

static void tick(struct run *r, uint64_t now_ms)
{
	if (!r->started) {
		r->began_ms = now_ms;
		r->started = 1;
	}
	if (now_ms > r->now_ms)
		r->now_ms = now_ms;
}

/* ---- A step -------------------------------------------------------------------------------- */

/* The result is the last response, or what a template makes. */
static int is_last_response(const struct aeg_flow *f)
{
	return f->flow == AEG_NONE || aeg_ld32(flow_of(f)->result) == AEGF_NONE;
}

static enum aeg_flow_want finish(struct aeg_flow *f)
{
	struct run *r = flow_run(f);
	struct scratch s = flow_scratch(f);
	struct flow_data d;
	const char *error;

	if (!is_last_response(f)) {
		if ((error = flow_compose(f, &s, &d)) != NULL ||
			(error = flow_render(
				 f, &s, &d, aeg_ld32(flow_of(f)->result), &r->result)) != NULL)
			return give_up(f, error);
	} else if (r->last_len == 0) {
		r->result = (struct aeg_str){ "null", 4 };
	} else {
		r->result = (struct aeg_str){ (const char *)s.end, (uint32_t)r->last_len };
	}
	r->phase = PHASE_DONE;
	return AEG_FLOW_DONE;
}

static int is_last(const struct aeg_flow *f, const struct run *r)
{
	return f->flow == AEG_NONE ? r->step == 1 : r->step == aeg_ld32(flow_of(f)->steps.count);
}

/* The list that the step goes through; null is an empty one. */
static const char *begin_loop(struct aeg_flow *f, struct scratch *s, const struct flow_data *d)
{
	struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);
	struct aeg_json j;
	const char *error = flow_render_json(f, s, d, aeg_ld32(step->each), &j);

	if (error != NULL)
		return error;
	r->rounds = 0;
	if ((j.tok->info & AEG_JSON_KIND_MASK) == AEG_JSON_ARRAY)
		for (uint32_t t = 1; t < j.tok->next; t = j.tok[t].next)
			r->rounds++;
	else if ((j.tok->info & AEG_JSON_KIND_MASK) != AEG_JSON_NULL)
		return "what the step goes through is no list";
	if (r->rounds > aeg_ld32(step->most))
		return "the list that the step goes through is longer than it may be";
	return flow_step_begin(f, &j);
}

/* Is the step to be run, and how many rounds? PHASE_ROUND, or the next PHASE_STEP. */
static const char *begin_step(struct aeg_flow *f)
{
	struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);
	struct scratch s;
	struct flow_data *d;
	const char *error;
	int holds = 1;

	r->round = r->attempt = 0;
	r->rounds = 1;
	r->phase = PHASE_ROUND;
	if (step == NULL)
		return NULL;
	if ((error = flow_data_begin(f)) != NULL || (error = flow_step_begin(f, NULL)) != NULL)
		return error;
	s = flow_scratch(f);
	if ((error = flow_data_round(f, &s, &d)) != NULL ||
		(aeg_ld32(step->when) != AEGF_NONE &&
			(error = flow_holds(f, &s, d, aeg_ld32(step->when), &holds)) != NULL))
		return error;
	if (!holds) {
		flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_SKIPPED });
		r->step++;
		r->phase = PHASE_STEP;
		return NULL;
	}
	return aeg_ld32(step->each) == AEGF_NONE ? NULL : begin_loop(f, &s, d);
}

static const char *end_step(struct aeg_flow *f)
{
	struct run *r = flow_run(f);
	const char *error = f->flow == AEG_NONE ? NULL : flow_step_end(f);

	r->step++;
	r->phase = PHASE_STEP;
	return error;
}

static uint32_t timeout_ms(const struct aegf_step *step, uint64_t left)
{
	uint32_t own = step == NULL ? 30000 : aeg_ld32(step->timeout_ms);

	return own < left ? own : (uint32_t)left;
}

static const char *send(struct aeg_flow *f, struct aeg_flow_request *ret)
{
	struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);
	struct scratch s = flow_scratch(f);
	struct flow_data *d = NULL; /* of an exploration there is none */
	const char *error = NULL;

	r->attempt++;
	if (step != NULL)
		error = flow_data_round(f, &s, &d);
	if (error != NULL || (error = flow_build(f, &s, d, ret)) != NULL)
		return error;
	ret->step = step == NULL ? ret->operation : flow_text(f->flows, step->name);
	ret->round = r->round;
	ret->attempt = r->attempt;
	ret->timeout_ms = timeout_ms(step, left_ms(f, r));
	flow_tell(f, (struct aeg_flow_event){
			     .kind = AEG_FLOW_SENT, .name = ret->method, .value = ret->target });
	r->phase = PHASE_SENT;
	return NULL;
}

enum aeg_flow_want aeg_flow_next(
	struct aeg_flow *f, uint64_t now_ms, struct aeg_flow_request *ret, uint32_t *ret_wait_ms)
{
	struct run *r = flow_run(f);
	const char *error = NULL;

	tick(r, now_ms);
	while (error == NULL) {
		switch ((enum phase)r->phase) {
		case PHASE_DONE: return AEG_FLOW_DONE;
		case PHASE_FAILED: return AEG_FLOW_FAILED;
		case PHASE_SENT: f->status = AEG_USAGE; return give_up(f, "a response is due");
		case PHASE_STEP:
			if (is_last(f, r))
				return finish(f);
			error = begin_step(f);
			break;
		case PHASE_ROUND:
			r->attempt = 0;
			r->phase = PHASE_SEND;
			if (r->round == r->rounds)
				error = end_step(f);
			break;
		case PHASE_PAUSE: /* counted from when the failure is known */
			r->wake_ms = r->now_ms + r->pause_ms;
			r->phase = PHASE_WAIT;
			break;
		case PHASE_WAIT:
			if (r->now_ms < r->wake_ms && left_ms(f, r) != 0) {
				uint64_t wait = r->wake_ms - r->now_ms, left = left_ms(f, r);
				*ret_wait_ms = (uint32_t)(wait < left ? wait : left);
				return AEG_FLOW_WAIT;
			}
			r->phase = PHASE_SEND;
			break;
		case PHASE_SEND:
			if (left_ms(f, r) == 0)
				return give_up(f, "the workflow takes longer than it may");
			error = send(f, ret);
			if (error == NULL)
				return AEG_FLOW_REQUEST;
			break;
		}
	}
	return give_up(f, error);
}

/* ---- What comes back ----------------------------------------------------------------------- */

static uint64_t backoff_ms(const struct aegf_step *step, uint32_t attempt)
{
	uint64_t ms = (uint64_t)aeg_ld32(step->backoff_ms) << (attempt <= 32 ? attempt - 1 : 31);
	uint64_t most = aeg_ld32(step->backoff_most_ms);

	most = most == 0 ? UINT32_MAX : most;
	return ms > most ? most : ms;
}

/* An attempt failed: once more, or past it, or that was that. */
static void fail(struct aeg_flow *f, const char *what, int may_pass)
{
	struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);

	flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_ERROR, .what = what });
	if (step != NULL && may_pass && r->attempt <= aeg_ld32(step->retries)) {
		r->pause_ms = backoff_ms(step, r->attempt);
		r->phase = PHASE_PAUSE;
		flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_RETRIES });
	} else if (step != NULL && aeg_ld32(step->on_error) == AEGF_ON_ERROR_CONTINUE) {
		flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_CONTINUES, .what = what });
		r->round++;
		r->phase = PHASE_ROUND;
	} else {
		give_up(f, what);
	}
}

void aeg_flow_failure(struct aeg_flow *f, const char *what)
{
	if (flow_run(f)->phase == PHASE_SENT)
		fail(f, what, 1);
}

static int is_accepted(const struct aeg_flow *f, const struct aegf_step *step, uint32_t status)
{
	const struct aegf_statuses *s;

	if (status >= 200 && status < 400)
		return 1;
	if (step == NULL)
		return 1; /* an exploration shows what there is */
	s = flow_row(f->flows, STATUSES, aeg_ld32(step->accepted.first), struct aegf_statuses);
	for (uint32_t n = aeg_ld32(step->accepted.count); n > 0; n--, s++)
		if (status >= aeg_ld16(s->from) && status <= aeg_ld16(s->to))
			return 1;
	return 0;
}

/* Would it help to ask again? */
static int is_passing(uint32_t status) { return status == 408 || status == 429 || status >= 500; }

static int lies_in_memory(const struct aeg_flow *f, struct aeg_str s)
{
	uintptr_t at = (uintptr_t)s.at, mem = (uintptr_t)f->mem;

	return s.len != 0 && at < mem + f->mem_size && mem < at + s.len;
}

/* An error that is accepted may have any body: one that is no JSON is as none. */
static const char *take(struct aeg_flow *f, uint32_t status, struct aeg_str body)
{
	struct scratch s = flow_scratch(f);
	struct aeg_json j;
	const char *error = NULL;

	if (lies_in_memory(f, body))
		return flow_failed(f, AEG_USAGE, NULL);
	if (body.len != 0)
		error = flow_scan(f, &s, body, "the response is not JSON", &j);
	if (error != NULL && f->status == AEG_OK && status >= 400 && flow_step(f) != NULL) {
		body.len = 0;
		error = NULL;
	}
	if (error == NULL && body.len != 0)
		error = flow_extract(f, &s, &j);
	if (error == NULL && is_last_response(f))
		error = flow_keep_last(f, body);
	return error;
}

void aeg_flow_response(
	struct aeg_flow *f, uint32_t status, struct aeg_str media, struct aeg_str body)
{
	struct run *r = flow_run(f);
	const char *error;

	(void)media; /* many servers are wrong about it: the body tells */
	if (r->phase != PHASE_SENT)
		return;
	flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_ANSWERED, .status = status });
	if (!is_accepted(f, flow_step(f), status)) {
		fail(f, "the response is an error", is_passing(status));
	} else if ((error = take(f, status, body)) == NULL) {
		r->round++;
		r->phase = PHASE_ROUND;
	} else if (f->status == AEG_OK) {
		fail(f, error, 1);
	} else {
		give_up(f, error);
	}
}

struct aeg_str aeg_flow_result(const struct aeg_flow *f)
{
	const struct run *r = (const struct run *)(const void *)f->own;

	return r->phase == PHASE_DONE ? r->result : (struct aeg_str){ "", 0 };
}
