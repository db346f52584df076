/* A simulation for people: each state with what it asked for, what came of that, and where it led.
 */
#include "cli/answer.h"
#include "cli/args.h"
#include "cli/machines.h"
#include "cli/paint.h"
#include "cli/simulate.h"
#include "cli/tell.h"

enum { MOST_JSON = 240, MOST_PATHS = 20 };

static void tell(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	tell_text(out, slice_str(s));
}

/* JSON, and no more of it than is read. */
static void json(struct buf *out, struct slice s)
{
	bool cut = s.len > MOST_JSON;
	tell_text(out, (struct slice){ s.at, cut ? MOST_JSON : s.len });
	buf_text(out, cut ? "...\n" : "\n");
}

/* ---- Effects ------------------------------------------------------------------------------- */

static void tell_effect(struct buf *out, const struct sim_effect *e)
{
	if (e->waited_ms != 0)
		buf_printf(out, "  waits     %u ms\n", (unsigned)e->waited_ms);
	for (uint32_t i = 0; i < e->ntasks; i++) {
		paint_name(out, i == 0 ? "asks for" : "");
		buf_text(out, sim_effect_names[e->kind]);
		if (e->ntasks > 1)
			buf_printf(out, "[%u]", (unsigned)i);
		if (e->attempt > 1)
			buf_printf(out, ", attempt %u,", (unsigned)e->attempt);
		buf_text(out, " ");
		json(out, e->tasks[i]);
	}
	paint_name(out, "gets");
	if (e->outcome.at != NULL)
		json(out, e->outcome);
	else
		buf_text(out, e->detached ? "nothing: nobody waits for it\n" : "nothing\n");
}

/* ---- Why ----------------------------------------------------------------------------------- */

/* A member of what the state came to, as it stands there; false: there is none. */
static bool tell_member(struct buf *out, const struct aeg_json *j, const char *name)
{
	uint32_t t =
		j->status != AEG_OK
			? AEG_NONE
			: aeg_json_member(j, 0, (struct aeg_str){ name, (uint32_t)strlen(name) });
	if (t == AEG_NONE)
		return false;
	tell_text(out, args_text(j, t));
	return true;
}

static void tell_is(struct buf *out, const struct aeg_json *j, const char *name, const char *words)
{
	struct buf value = { .arena = out->arena };
	if (tell_member(&value, j, name)) {
		buf_printf(out, "the %s is ", words);
		buf_slice(out, buf_done(&value));
	} else {
		buf_printf(out, "there is no %s", words);
	}
}

/* What made the condition hold, or not. */
static void tell_why(struct buf *out, const struct sim_visit *v, const struct aeg_json *j,
	enum aeg_condition_kind when)
{
	switch (when) {
	case AEG_WHEN_ALWAYS: return;
	case AEG_WHEN_SUCCESS:
	case AEG_WHEN_FAILURE: buf_text(out, v->success ? ": it succeeded" : ": it failed"); return;
	case AEG_WHEN_EXIT_ZERO:
	case AEG_WHEN_EXIT_NON_ZERO:
	case AEG_WHEN_EXIT_CODE:
		buf_text(out, ": ");
		tell_is(out, j, "exit_code", "exit code");
		return;
	case AEG_WHEN_SCORE_ABOVE:
	case AEG_WHEN_SCORE_BELOW:
	case AEG_WHEN_SCORE_BETWEEN:
		buf_text(out, ": ");
		tell_is(out, j, "score", "score");
		return;
	case AEG_WHEN_CONFIDENCE_ABOVE:
		buf_text(out, ": ");
		tell_is(out, j, "confidence", "confidence");
		return;
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE:
	case AEG_WHEN_CONSENSUS:
		buf_text(out, ": ");
		tell_is(out, j, "score", "score");
		buf_text(out, ", ");
		tell_is(out, j, "confidence", "confidence");
		return;
	case AEG_WHEN_INPUT_EQUALS:
	case AEG_WHEN_INPUT_YES:
	case AEG_WHEN_INPUT_NO:
		buf_text(out, ": ");
		tell_is(out, j, "response", "answer");
		return;
	case AEG_WHEN_ALL_APPROVED:
	case AEG_WHEN_ANY_REJECTED:
	case AEG_WHEN_CUSTOM:
	case AEG_NCONDITION_KINDS: return;
	}
}

static void tell_transition(struct buf *out, const struct simulation *x, const struct sim_visit *v,
	const struct aeg_json *j, uint32_t i, const char *why)
{
	struct aeg_transition_info t = sim_transition(x, v->state, i);
	machines_condition(out, &t);
	if (why != NULL)
		buf_printf(out, ": %s", why);
	else
		tell_why(out, v, j, t.when);
}

static void tell_visit(struct buf *out, const struct simulation *x, const struct sim_visit *v)
{
	struct aeg_state_info s = sim_state(x, v->state);
	const struct aeg_json *j = args_scan(x->l->arena, v->came_to);
	paint_on(out, x->colour, PAINT_BOLD);
	tell(out, "", s.name);
	paint_off(out, x->colour);
	buf_printf(out, " (%s", aeg_state_kind_name(s.kind));
	if (v->visit > 1)
		buf_printf(out, ", visit %u", (unsigned)v->visit);
	buf_text(out, ")\n");
	for (size_t i = 0; i < v->neffects; i++)
		tell_effect(out, &v->effects[i]);
	if (v->came_to.len == 0)
		return;
	paint_name(out, "comes to");
	paint(out, x->colour, v->success ? PAINT_GREEN : PAINT_RED,
		v->success ? "success" : "failure");
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "score", "confidence", "error" };
		struct buf value = { .arena = out->arena };
		if (!tell_member(&value, j, names[i]))
			continue;
		buf_printf(out, ", %s ", names[i]);
		buf_slice(out, buf_done(&value));
	}
	buf_text(out, "\n");
	for (size_t i = 0; i < v->npassed; i++) {
		paint_name(out, "not");
		tell_transition(out, x, v, j, v->passed[i].transition, v->passed[i].why);
		buf_text(out, "\n");
	}
	if (v->taken == AEG_NONE)
		return;
	paint_name(out, "goes to");
	tell(out, "", sim_state(x, sim_transition(x, v->state, v->taken).target).name);
	buf_text(out, ", ");
	tell_transition(out, x, v, j, v->taken, NULL);
	buf_text(out, "\n");
	if (v->feedback.len != 0) {
		paint_name(out, "with");
		json(out, v->feedback);
	}
}

/* ---- Runs ---------------------------------------------------------------------------------- */

static void tell_end(struct buf *out, const struct simulation *x, const struct sim_run *r)
{
	uint32_t transitions = 0;
	for (size_t i = 0; i < r->nvisits; i++)
		transitions += r->visits[i].taken != AEG_NONE;
	paint(out, x->colour, r->done ? PAINT_GREEN : PAINT_RED, r->done ? "done" : "failed");
	if (!r->done && r->failed_state != AEG_NONE)
		tell(out, " in ", sim_state(x, r->failed_state).name);
	buf_text(out, ": ");
	if (r->done)
		json(out, r->result);
	else
		json(out, r->what);
	buf_printf(out, "%u %s, %u %s\n", (unsigned)transitions,
		transitions == 1 ? "transition" : "transitions", (unsigned)r->neffects,
		r->neffects == 1 ? "effect" : "effects");
}

/* One of several, in a line. */
static void tell_path(struct buf *out, const struct simulation *x, const struct sim_run *r)
{
	tell_text(out, r->name);
	buf_text(out, ": ");
	for (size_t i = 0; i < r->nvisits; i++)
		tell(out, i == 0 ? "" : " > ", sim_state(x, r->visits[i].state).name);
	buf_text(out, r->nvisits == 0 ? "" : ": ");
	paint(out, x->colour, r->done ? PAINT_GREEN : PAINT_RED, r->done ? "done" : "failed");
	buf_text(out, r->done ? "\n" : ", ");
	if (!r->done)
		json(out, r->what);
}

static void tell_runs(struct buf *out, const struct simulation *x)
{
	uint32_t done = 0, left = x->nruns;
	for (uint32_t i = 0; i < x->nruns; i++)
		done += x->runs[i].done;
	for (uint32_t i = 0; i < x->nruns; i++) {
		if (x->nruns > MOST_PATHS && !x->runs[i].broken)
			continue;
		tell_path(out, x, &x->runs[i]);
		left--;
	}
	buf_printf(out, "%u runs: %u done, %u failed\n", (unsigned)x->nruns, (unsigned)done,
		(unsigned)(x->nruns - done));
}

/* ---- Coverage ------------------------------------------------------------------------------ */

static void tell_coverage(struct buf *out, const struct simulation *x)
{
	struct sim_coverage c = sim_coverage(x);
	buf_printf(out, "\n%u of %u states, %u of %u transitions: %.1f %%\n", (unsigned)c.states,
		(unsigned)x->info.nstates, (unsigned)c.transitions, (unsigned)x->ntransitions,
		c.percent);
	for (uint32_t i = 0; i < x->info.nstates; i++) {
		struct aeg_state_info s = sim_state(x, i);
		if (x->entered[i] == 0) {
			tell(out, "  never     ", s.name);
			buf_text(out, "\n");
			continue;
		}
		for (uint32_t k = 0; k < s.ntransitions; k++) {
			struct aeg_transition_info t = sim_transition(x, i, k);
			if (x->taken[x->first[i] + k] != 0)
				continue;
			tell(out, "  never     ", s.name);
			tell(out, " > ", sim_state(x, t.target).name);
			buf_text(out, ", ");
			machines_condition(out, &t);
			buf_text(out, "\n");
		}
	}
}

void sim_tell(struct buf *out, const struct simulation *x, bool coverage)
{
	if (x->nruns == 1) {
		for (size_t i = 0; i < x->runs->nvisits; i++)
			tell_visit(out, x, &x->runs->visits[i]);
		tell_end(out, x, x->runs);
	} else {
		tell_runs(out, x);
	}
	if (coverage)
		tell_coverage(out, x);
}
