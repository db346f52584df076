/*
 * Steps a state machine: what is to be done now, and which state follows from the outcome. A state
 * has its effect, is judged, has its output handled, and then the first transition whose condition
 * holds is taken.
 */
#include "machine_run.h"

void machine_tell(struct aeg_machine *m, struct aeg_machine_event e)
{
	const struct run *r = machine_run(m);

	if (m->event == NULL)
		return;
	e.state = r->phase == PHASE_FAILED ? AEG_NONE : r->state;
	e.visit = r->phase == PHASE_FAILED ? 0 : ((const uint32_t *)m->mem)[r->state];
	m->event(m->ctx, &e);
}

static enum aeg_machine_want give_up(struct aeg_machine *m, const char *what)
{
	m->what = what;
	m->failed_state = machine_run(m)->state;
	machine_run(m)->phase = PHASE_FAILED;
	return AEG_MACHINE_FAILED;
}

/* ---- Beginning ----------------------------------------------------------------------------- */

static int is_object(const struct aeg_json *j)
{
	return j->status == AEG_OK && (j->tok->info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT;
}

static int is_usable(const struct aeg_machine *m)
{
	return m->machines != NULL && m->machine < m->machines->nmachines && m->input != NULL &&
	       m->input->status == AEG_OK && m->mem != NULL && ((uintptr_t)m->mem & 7) == 0 &&
	       (m->storage == NULL || is_object(m->storage)) &&
	       (m->intent.at != NULL || m->intent.len == 0) &&
	       (m->execution.at != NULL || m->execution.len == 0);
}

static const char *begin(struct aeg_machine *m)
{
	struct run *r = machine_run(m);
	size_t visits = padded(aeg_ld32(machine_of(m)->states.count) * sizeof(uint32_t));
	struct scratch s;

	if (m->intent.len == 0)
		m->intent.at = "";
	if (m->execution.len == 0)
		m->execution.at = "";
	if (m->mem_size > UINT32_MAX) /* lengths are kept in 32 bits */
		m->mem_size = UINT32_MAX;
	m->mem_size &= ~(size_t)7;
	if (m->mem_size < visits)
		return machine_failed(m, AEG_NOMEM, NULL);
	memset(m->mem, 0, visits);
	r->records = r->kept = visits;
	r->state = aeg_ld32(machine_of(m)->initial);
	s = machine_scratch(m);
	return machine_fits(m, &s, m->input, aeg_ld32(machine_of(m)->input),
		"the input does not fit the workflow's schema");
}

enum aeg_status aeg_machine_begin(struct aeg_machine *m)
{
	if (m->size_of != sizeof *m)
		return AEG_USAGE;
	memset(m->own, 0, sizeof m->own);
	m->failed_state = AEG_NONE;
	m->status = AEG_OK;
	m->what = is_usable(m) ? begin(m) : machine_failed(m, AEG_USAGE, NULL);
	if (m->what == NULL)
		machine_run(m)->phase = PHASE_ENTER;
	return m->status;
}

/* ---- Time ---------------------------------------------------------------------------------- */

enum { UNLIMITED = 0 };

/* Is the time of the state over? Else how much is left, or UNLIMITED. */
static int is_over(struct aeg_machine *m, uint32_t *ret_left)
{
	const struct run *r = machine_run(m);
	uint64_t limit = aeg_ld32(machine_here(m)->timeout_ms), gone = r->now_ms - r->entered_ms;

	*ret_left = limit == 0 ? UNLIMITED : gone < limit ? (uint32_t)(limit - gone) : 0;
	return limit != 0 && gone >= limit;
}

/* ---- A state ------------------------------------------------------------------------------- */

static const char *enter(struct aeg_machine *m)
{
	struct run *r = machine_run(m);
	uint32_t *visits = m->mem;

	if (visits[r->state] >= aeg_ld32(machine_here(m)->max_visits))
		return "the state was entered as often as it may be";
	visits[r->state]++;
	r->entered_ms = r->now_ms;
	r->attempt = r->settled = 0;
	r->phase = PHASE_WORK;
	machine_tell(m, (struct aeg_machine_event){ .kind = AEG_MACHINE_ENTERED });
	return NULL;
}

static enum aeg_effect_kind effect_of(enum aeg_state_kind kind)
{
	static const uint8_t effects[AEG_NSTATE_KINDS] = {
		[AEG_STATE_AGENT] = AEG_EFFECT_AGENT,
		[AEG_STATE_SYSTEM] = AEG_EFFECT_COMMAND,
		[AEG_STATE_HUMAN] = AEG_EFFECT_QUESTION,
		[AEG_STATE_PARALLEL_AGENTS] = AEG_EFFECT_AGENTS,
		[AEG_STATE_CONTAINER] = AEG_EFFECT_CONTAINER,
		[AEG_STATE_PARALLEL_CONTAINERS] = AEG_EFFECT_CONTAINERS,
		[AEG_STATE_SUBWORKFLOW] = AEG_EFFECT_WORKFLOW,
	};

	return (enum aeg_effect_kind)effects[kind];
}

/* Which of the state's tasks are to be done now. */
static uint32_t due(struct aeg_machine *m, uint32_t *ret_n)
{
	const struct aegf_state *here = machine_here(m);
	uint32_t own = machine_own_tasks(here), judges = aeg_ld32(here->njudges);

	switch (machine_run(m)->phase) {
	case PHASE_JUDGE: *ret_n = judges; return own;
	case PHASE_HANDLE: *ret_n = 1; return own + judges;
	default: *ret_n = own; return 0;
	}
}

static const char *build_tasks(struct aeg_machine *m, struct scratch *s,
	const struct machine_data *d, struct aeg_effect *e)
{
	uint32_t first = due(m, &e->ntasks);
	struct aeg_task *v = scratch_take(s, e->ntasks * sizeof *v);
	const char *error = v == NULL ? machine_failed(m, AEG_NOMEM, NULL) : NULL;

	for (uint32_t i = 0; i < e->ntasks && error == NULL; i++) {
		const struct aegf_task *t = machine_task(m, machine_here(m), first + i);
		struct scratch before;
		struct aeg_json j;
		v[i] = (struct aeg_task){ .name = machine_text(m->machines, t->name),
			.timeout_ms = aeg_ld32(t->timeout_ms),
			.weight = aeg_ld32(t->weight) };
		error = machine_render(m, s, d, t->fragments, &v[i].what);
		if (error != NULL)
			break;
		before = *s; /* to see that it is JSON */
		error = machine_scan(m, &before, v[i].what, NULL, &j);
		if (error == NULL && !is_object(&j))
			error = machine_failed(m, AEG_CONTENT, "a task is not a JSON object");
	}
	e->tasks = v;
	return error;
}

/* Asks for what is due. What templates cannot make of the data fails the state, not the workflow.
 */
static enum aeg_machine_want ask(
	struct aeg_machine *m, struct aeg_effect *ret, const char **ret_error)
{
	struct run *r = machine_run(m);
	const struct aegf_state *here = machine_here(m);
	struct scratch s = machine_scratch(m);
	struct machine_data d;
	uint32_t phase = r->phase;

	*ret = (struct aeg_effect){ .kind = phase == PHASE_JUDGE ? AEG_EFFECT_JUDGES
					    : phase == PHASE_HANDLE
						    ? AEG_EFFECT_HANDLER
						    : effect_of((enum aeg_state_kind)here->kind),
		.state = r->state,
		.visit = ((const uint32_t *)m->mem)[r->state],
		.attempt = phase == PHASE_WORK ? r->attempt + 1 : 1,
		.detached = phase == PHASE_WORK && (here->flags & AEGF_STATE_DETACHED) };
	(void)is_over(m, &ret->timeout_ms);
	*ret_error = machine_compose(m, &s, &d);
	if (*ret_error == NULL)
		*ret_error = build_tasks(m, &s, &d, ret);
	if (*ret_error != NULL) {
		if (m->status == AEG_CONTENT) {
			m->status = AEG_OK;
			*ret_error =
				phase == PHASE_WORK ? machine_keep_failure(m, *ret_error) : NULL;
			if (*ret_error == NULL)
				machine_newest(m)->success = 0;
			r->phase = PHASE_DECIDE;
		}
		return AEG_MACHINE_FAILED;
	}
	r->attempt += phase == PHASE_WORK;
	r->doing = phase;
	r->phase = ret->detached ? PHASE_STARTED : PHASE_SENT;
	return AEG_MACHINE_EFFECT;
}

/* Its time is over while something was still to be asked for. */
static const char *run_out(struct aeg_machine *m)
{
	struct run *r = machine_run(m);
	uint32_t phase = r->phase;

	r->phase = PHASE_DECIDE;
	if (phase == PHASE_WORK)
		return r->settled ? NULL : machine_keep_failure(m, NULL);
	machine_newest(m)->success = 0;
	return NULL;
}

/* What follows once an outcome is there: judges, the handler, another attempt, or a decision. */
static void go_on(struct aeg_machine *m)
{
	struct run *r = machine_run(m);
	const struct aegf_state *here = machine_here(m);
	int success = machine_newest(m)->success;

	r->settled = 1;
	if (success && r->doing == PHASE_WORK && aeg_ld32(here->njudges) != 0)
		r->phase = PHASE_JUDGE;
	else if (success && r->doing != PHASE_HANDLE && aeg_ld32(here->nhandlers) != 0)
		r->phase = PHASE_HANDLE;
	else if (!success && r->doing == PHASE_WORK && r->attempt <= aeg_ld32(here->retries))
		r->phase = PHASE_PAUSE;
	else
		r->phase = PHASE_DECIDE;
}

static int lies_in_memory(const struct aeg_machine *m, struct aeg_str s)
{
	uintptr_t at = (uintptr_t)s.at, mem = (uintptr_t)m->mem;

	return s.len != 0 && at < mem + m->mem_size && mem < at + s.len;
}

enum aeg_status aeg_machine_outcome(struct aeg_machine *m, struct aeg_str text)
{
	const char *error;
	enum aeg_status s;

	if (machine_run(m)->phase != PHASE_SENT || lies_in_memory(m, text))
		return AEG_USAGE;
	s = machine_read(m, text, &error);
	if (s == AEG_OK)
		go_on(m);
	else if (error != NULL)
		give_up(m, error);
	return s;
}

/* ---- Which state follows --------------------------------------------------------------------- */

/* Is the answer this word, or its first letter? Blanks around it and case do not count. */
static int is_word(struct aeg_str s, const char *word)
{
	size_t n = strlen(word);

	while (s.len > 0 && (*s.at == ' ' || (*s.at >= '\t' && *s.at <= '\r'))) {
		s.at++;
		s.len--;
	}
	while (s.len > 0 &&
		(s.at[s.len - 1] == ' ' || (s.at[s.len - 1] >= '\t' && s.at[s.len - 1] <= '\r')))
		s.len--;
	if (s.len != 1 && s.len != n)
		return 0;
	for (uint32_t i = 0; i < s.len; i++)
		if ((s.at[i] | 0x20) != word[i])
			return 0;
	return 1;
}

/* The answer of the person that the state has just asked; at NULL: there is none. */
static struct aeg_str answer(struct aeg_machine *m, struct scratch *s, const struct machine_data *d)
{
	const struct aeg_json *j = &d->blackboard;
	uint32_t t = aeg_json_member(j, 2, (struct aeg_str){ "response", 8 });
	char *buf;

	if (machine_here(m)->kind != AEG_STATE_HUMAN || t == AEG_NONE ||
		(j->tok[t].info & AEG_JSON_KIND_MASK) != AEG_JSON_STRING ||
		(buf = scratch_take(s, j->tok[t].len + 1)) == NULL)
		return (struct aeg_str){ NULL, 0 };
	return (struct aeg_str){ buf,
		(uint32_t)aeg_json_unescape(j, t, buf, j->tok[t].len + (size_t)1) };
}

static int equals(struct aeg_str a, struct aeg_str b)
{
	return a.at != NULL && a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* A condition that asks for what there is not is false, as is one that cannot be worked out: then
 * *ret_why says so. */
static const char *custom(struct aeg_machine *m, struct scratch s, const struct machine_data *d,
	uint32_t expression, int *ret, const char **ret_why)
{
	const char *error = machine_holds(m, &s, d, expression, ret);

	if (error == NULL || m->status != AEG_CONTENT)
		return error;
	m->status = AEG_OK;
	*ret_why = error;
	return NULL;
}

/* Whether what the state runs ends with an exit code, where it comes to its end. */
static int has_exit(const struct aegf_state *s)
{
	return s->kind == AEG_STATE_SYSTEM || s->kind == AEG_STATE_CONTAINER ||
	       s->kind == AEG_STATE_PARALLEL_CONTAINERS;
}

static const char *holds(struct aeg_machine *m, struct scratch s, const struct machine_data *d,
	const struct aegf_transition *t, int *ret, const char **ret_why)
{
	const struct record *x = machine_newest(m);
	int64_t score = x->score, confidence = x->confidence;
	int64_t a = (int32_t)aeg_ld32(t->threshold), b = (int32_t)aeg_ld32(t->agreement);
	int results = machine_here(m)->kind == AEG_STATE_PARALLEL_AGENTS;

	*ret = 0;
	switch ((enum aeg_condition_kind)aeg_ld32(t->when)) {
	case AEG_WHEN_ALWAYS: *ret = 1; break;
	case AEG_WHEN_SUCCESS: *ret = x->success; break;
	case AEG_WHEN_FAILURE: *ret = !x->success; break;
	case AEG_WHEN_EXIT_ZERO: *ret = x->exited && x->exit == 0; break;
	case AEG_WHEN_EXIT_NON_ZERO:
		*ret = has_exit(machine_here(m)) && !(x->exited && x->exit == 0);
		break;
	case AEG_WHEN_EXIT_CODE: *ret = x->exited && x->exit == (int32_t)aeg_ld32(t->code); break;
	case AEG_WHEN_SCORE_ABOVE: *ret = x->scored && score > a; break;
	case AEG_WHEN_SCORE_BELOW: *ret = x->scored && score < a; break;
	case AEG_WHEN_SCORE_BETWEEN: *ret = x->scored && score >= a && score <= b; break;
	case AEG_WHEN_CONFIDENCE_ABOVE: *ret = x->confident && confidence > a; break;
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE:
		*ret = x->scored && x->confident && score > a && confidence > a;
		break;
	case AEG_WHEN_CONSENSUS:
		*ret = x->scored && x->confident && score >= a && confidence >= b;
		break;
	case AEG_WHEN_ALL_APPROVED: *ret = results && x->approved; break;
	case AEG_WHEN_ANY_REJECTED: *ret = results && x->rejected; break;
	case AEG_WHEN_INPUT_EQUALS:
		*ret = equals(answer(m, &s, d), machine_text(m->machines, t->value));
		break;
	case AEG_WHEN_INPUT_YES: *ret = is_word(answer(m, &s, d), "yes"); break;
	case AEG_WHEN_INPUT_NO: *ret = is_word(answer(m, &s, d), "no"); break;
	case AEG_WHEN_CUSTOM: return custom(m, s, d, aeg_ld32(t->expression), ret, ret_why);
	case AEG_NCONDITION_KINDS: break;
	}
	return NULL;
}

/* The data is what the feedback is made of, too. */
static const char *take(struct aeg_machine *m, struct scratch *s, const struct machine_data *d,
	const struct aegf_transition *t, uint32_t i)
{
	struct run *r = machine_run(m);
	struct aeg_str feedback = { "", 0 };
	const char *error = NULL;

	if (r->transitions >= aeg_ld32(machine_of(m)->max_transitions))
		return "it made as many transitions as it may";
	if (aeg_ld32(t->feedback) != AEGF_NONE)
		error = machine_render_text(m, s, d, aeg_ld32(t->feedback), &feedback);
	if (error != NULL)
		return error;
	machine_tell(m, (struct aeg_machine_event){
				.kind = AEG_MACHINE_TAKEN, .transition = i, .text = feedback });
	r->transitions++;
	r->state = aeg_ld32(t->target);
	r->phase = PHASE_ENTER;
	return machine_keep_feedback(m, feedback);
}

/* Nothing follows: the result, where the last state did. */
static const char *finish(struct aeg_machine *m, struct scratch *s, const struct machine_data *d)
{
	struct run *r = machine_run(m);
	const struct record *x = machine_newest(m);
	struct aeg_json j;
	struct scratch rest;
	const char *error = NULL;

	machine_tell(
		m, (struct aeg_machine_event){ .kind = AEG_MACHINE_ENDED, .success = x->success });
	if (!x->success)
		return "the last state failed, and nothing follows on that";
	if (aeg_ld32(machine_of(m)->result.count) != 0)
		error = machine_render(m, s, d, machine_of(m)->result, &r->result);
	else
		r->result = (struct aeg_str){ (const char *)(x + 1) + sizeof "\"output\":" - 1,
			x->output_len };
	rest = *s;
	if (error == NULL)
		error = machine_scan(m, &rest, r->result, NULL, &j);
	if (error == NULL && j.status != AEG_OK)
		error = machine_failed(m, AEG_CONTENT, "the result is not JSON");
	if (error == NULL)
		error = machine_fits(m, &rest, &j, aeg_ld32(machine_of(m)->output),
			"the result does not fit the workflow's schema");
	r->phase = PHASE_DONE;
	return error;
}

static void tell_settled(struct aeg_machine *m, const struct scratch *s)
{
	struct written w = text_begin(s);

	if (m->event == NULL)
		return;
	machine_put_record(m, &w, machine_newest(m));
	machine_tell(m, (struct aeg_machine_event){ .kind = AEG_MACHINE_SETTLED,
				.success = machine_newest(m)->success,
				.text = { w.at, w.failed == NULL ? (uint32_t)w.len : 0 } });
}

static const char *decide(struct aeg_machine *m)
{
	struct scratch s = machine_scratch(m);
	struct machine_data d;
	const struct aegf_state *here = machine_here(m);
	const struct aegf_transition *t = machine_row(m->machines, TRANSITIONS,
		aeg_ld32(here->transitions.first), struct aegf_transition);
	const char *error;

	tell_settled(m, &s);
	error = machine_compose(m, &s, &d);
	for (uint32_t i = 0; error == NULL && i < aeg_ld32(here->transitions.count); i++) {
		const char *why = NULL;
		int is;
		if ((error = holds(m, s, &d, &t[i], &is, &why)) != NULL)
			break;
		if (is)
			return take(m, &s, &d, &t[i], i);
		machine_tell(m, (struct aeg_machine_event){
					.kind = AEG_MACHINE_PASSED, .transition = i, .what = why });
	}
	return error != NULL ? error : finish(m, &s, &d);
}

/* ---- Step by step -------------------------------------------------------------------------- */

static void tick(struct run *r, uint64_t now_ms)
{
	if (now_ms > r->now_ms)
		r->now_ms = now_ms;
}

static uint32_t pause_ms(struct aeg_machine *m)
{
	uint32_t backoff = aeg_ld32(machine_here(m)->backoff_ms), left;

	return is_over(m, &left) ? 0 : left == UNLIMITED || backoff < left ? backoff : left;
}

enum aeg_machine_want aeg_machine_next(
	struct aeg_machine *m, uint64_t now_ms, struct aeg_effect *ret, uint32_t *ret_wait_ms)
{
	struct run *r = machine_run(m);
	const char *error = NULL;
	uint32_t left;

	tick(r, now_ms);
	while (error == NULL) {
		switch ((enum phase)r->phase) {
		case PHASE_DONE: return AEG_MACHINE_DONE;
		case PHASE_FAILED: return AEG_MACHINE_FAILED;
		case PHASE_SENT: m->status = AEG_USAGE; return give_up(m, "an outcome is due");
		case PHASE_ENTER: error = enter(m); break;
		case PHASE_STARTED:
			error = machine_keep_started(m);
			r->phase = PHASE_DECIDE;
			break;
		case PHASE_PAUSE: /* counted from when the failure is known */
			machine_tell(m, (struct aeg_machine_event){ .kind = AEG_MACHINE_RETRIES });
			r->wake_ms = r->now_ms + pause_ms(m);
			r->phase = PHASE_WAIT;
			break;
		case PHASE_WAIT:
			if (r->now_ms < r->wake_ms) {
				*ret_wait_ms = (uint32_t)(r->wake_ms - r->now_ms);
				return AEG_MACHINE_WAIT;
			}
			r->phase = PHASE_WORK;
			break;
		case PHASE_WORK:
		case PHASE_JUDGE:
		case PHASE_HANDLE:
			if (is_over(m, &left))
				error = run_out(m);
			else if (ask(m, ret, &error) == AEG_MACHINE_EFFECT)
				return AEG_MACHINE_EFFECT;
			break;
		case PHASE_DECIDE: error = decide(m); break;
		}
	}
	return give_up(m, error);
}

struct aeg_str aeg_machine_result(const struct aeg_machine *m)
{
	const struct run *r = (const struct run *)(const void *)m->own;

	return r->phase == PHASE_DONE ? r->result : (struct aeg_str){ "", 0 };
}
