/* One run of a workflow without doing anything: outcomes come from a script, or at random. */
#include "cli/simulate.h"

#include <stdarg.h>

#include "cli/answer.h"
#include "cli/args.h"

const char *const sim_effect_names[AEG_NEFFECT_KINDS] = { "agent", "command", "question", "agents",
	"container", "containers", "workflow", "judges", "handler" };

struct aeg_state_info sim_state(const struct simulation *x, uint32_t state)
{
	struct aeg_state_info s = { .size_of = sizeof s };
	(void)aeg_state_info(x->machines, x->machine, state, &s); /* below the count */
	return s;
}

struct aeg_transition_info sim_transition(
	const struct simulation *x, uint32_t state, uint32_t transition)
{
	struct aeg_transition_info t = { .size_of = sizeof t };
	(void)aeg_transition_info(x->machines, x->machine, state, transition, &t);
	return t;
}

struct sim_coverage sim_coverage(const struct simulation *x)
{
	struct sim_coverage c = { 0 };
	uint32_t all = x->info.nstates + x->ntransitions;
	for (uint32_t i = 0; i < x->info.nstates; i++)
		c.states += x->entered[i] != 0;
	for (uint32_t i = 0; i < x->ntransitions; i++)
		c.transitions += x->taken[i] != 0;
	c.percent = 100.0 * (c.states + c.transitions) / all;
	return c;
}

/* ---- One under way ------------------------------------------------------------------------- */

struct running {
	struct simulation *x;
	struct sim_run *run;
	struct aeg_machine *m;
	struct sim_source *from;
	const char *misfit; /* why an outcome does not fit */
	struct slice misfit_at;
	uint64_t now_ms;
};

static struct slice copy(struct running *r, struct aeg_str s)
{
	return buf_copy(r->x->l->arena, (struct slice){ s.len == 0 ? "" : s.at, s.len });
}

static struct sim_visit *visit(struct running *r) { return &r->run->visits[r->run->nvisits - 1]; }

static void begin_visit(struct running *r, const struct aeg_machine_event *e)
{
	struct sim_run *run = r->run;
	arena_push(r->x->l->arena, run->visits, run->nvisits, &run->cap);
	run->visits[run->nvisits++] =
		(struct sim_visit){ .state = e->state, .visit = e->visit, .taken = AEG_NONE };
	r->x->entered[e->state]++;
}

static void watch(void *ctx, const struct aeg_machine_event *e)
{
	struct running *r = ctx;
	struct sim_visit *v = r->run->nvisits == 0 ? NULL : visit(r);
	switch (e->kind) {
	case AEG_MACHINE_ENTERED: begin_visit(r, e); return;
	case AEG_MACHINE_SETTLED:
		v->came_to = copy(r, e->text);
		v->success = e->success != 0;
		return;
	case AEG_MACHINE_PASSED:
		arena_push(r->x->l->arena, v->passed, v->npassed, &v->passed_cap);
		v->passed[v->npassed++] = (struct sim_passed){
			e->transition,
			e->what == NULL
				? NULL
				: copy(r, (struct aeg_str){ e->what, (uint32_t)strlen(e->what) }).at
		};
		return;
	case AEG_MACHINE_TAKEN:
		v->taken = e->transition;
		v->feedback = copy(r, e->text);
		r->x->taken[r->x->first[e->state] + e->transition]++;
		return;
	case AEG_MACHINE_INVALID:
		r->misfit = copy(r, (struct aeg_str){ e->what, (uint32_t)strlen(e->what) }).at;
		r->misfit_at = copy(r, e->text);
		return;
	case AEG_MACHINE_RETRIES:
	case AEG_MACHINE_ENDED: return;
	}
}

static struct sim_effect *note(struct running *r, const struct aeg_effect *e, uint32_t waited)
{
	struct arena *a = r->x->l->arena;
	struct sim_visit *v = visit(r);
	struct sim_effect *s;
	arena_push(a, v->effects, v->neffects, &v->effects_cap);
	s = &v->effects[v->neffects++];
	*s = (struct sim_effect){ .kind = e->kind,
		.attempt = e->attempt,
		.timeout_ms = e->timeout_ms,
		.waited_ms = waited,
		.tasks = arena_array(a, struct slice, e->ntasks),
		.ntasks = e->ntasks,
		.detached = e->detached };
	for (uint32_t i = 0; i < e->ntasks; i++)
		s->tasks[i] = copy(r, e->tasks[i].what);
	r->run->neffects++;
	return s;
}

/* The next line that is not blank; at NULL: there is none. */
static struct slice next_line(struct sim_source *from)
{
	while (from->lines.len > 0) {
		const char *at = from->lines.at, *end = memchr(at, '\n', from->lines.len);
		uint32_t len = end == NULL ? from->lines.len : (uint32_t)(end - at);
		uint32_t skip = len + (end != NULL);
		from->lines = (struct slice){ at + skip, from->lines.len - skip };
		from->line++;
		while (len > 0 && (*at == ' ' || *at == '\t'))
			at++, len--;
		while (len > 0 && (at[len - 1] == '\r' || at[len - 1] == ' '))
			len--;
		if (len > 0)
			return (struct slice){ at, len };
	}
	return (struct slice){ NULL, 0 };
}

/* The clock goes on by what the outcome says that it took. */
static void pass_time(struct running *r, struct slice outcome)
{
	const struct aeg_json *j = args_scan(r->x->l->arena, outcome);
	uint64_t ms = 0;
	uint32_t t = j->status != AEG_OK
			     ? AEG_NONE
			     : aeg_json_member(j, 0, (struct aeg_str){ "duration_ms", 11 });
	for (uint32_t i = 0; t != AEG_NONE && i < j->tok[t].len; i++) {
		char c = j->text[j->tok[t].at + i];
		if (c < '0' || c > '9' || ms > UINT32_MAX)
			break;
		ms = ms * 10 + (uint64_t)(c - '0');
	}
	r->now_ms += ms;
}

static void stop(struct running *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void stop(struct running *r, const char *format, ...)
{
	struct buf b = { .arena = r->x->l->arena };
	char text[512];
	va_list v;
	va_start(v, format);
	vsnprintf(text, sizeof text, format, v);
	va_end(v);
	buf_text(&b, text);
	r->run->what = buf_done(&b);
	r->run->failed_state = r->run->nvisits == 0 ? AEG_NONE : visit(r)->state;
	r->run->broken = true;
}

/* A clause, with the place that it is about: `/score is not from 0 to 1`. */
static void stop_misfit(struct running *r, const char *before)
{
	stop(r, "%s: %.*s%s%s", before, (int)(r->misfit_at.len > 200 ? 200 : r->misfit_at.len),
		r->misfit_at.at, r->misfit_at.len == 0 ? "" : " ", r->misfit);
}

/* Has the effect come to something: false where the run ends here. */
static bool come_to(struct running *r, const struct aeg_effect *e, uint32_t waited)
{
	struct sim_effect *s = note(r, e, waited);
	char where[40];
	if (e->detached)
		return true;
	s->outcome = r->from->random ? sim_random(r->x, r->from, e) : next_line(r->from);
	if (s->outcome.at == NULL) {
		stop(r, "the script has no more outcomes: one of `%s` is due",
			sim_effect_names[e->kind]);
		return false;
	}
	pass_time(r, s->outcome);
	if (aeg_machine_outcome(r->m, str_slice(s->outcome)) != AEG_CONTENT)
		return true;
	snprintf(where, sizeof where, "line %u", (unsigned)r->from->line);
	if (r->misfit == NULL)
		r->misfit = "is no outcome of this";
	stop_misfit(r, r->from->random ? "an outcome" : where);
	return false;
}

static void finish(struct running *r, enum aeg_machine_want want)
{
	r->run->done = want == AEG_MACHINE_DONE;
	if (r->run->done) {
		r->run->result = copy(r, aeg_machine_result(r->m));
		if (!r->from->random && next_line(r->from).at != NULL) {
			stop(r, "the script goes on: line %u is of nothing",
				(unsigned)r->from->line);
			r->run->done = false;
		}
	} else if (r->misfit != NULL) {
		stop_misfit(r, r->m->what);
	} else {
		stop(r, "%s", r->m->what);
		r->run->broken = r->m->status != AEG_OK;
	}
	if (!r->run->done)
		r->run->failed_state = r->m->failed_state;
}

void sim_run(struct simulation *x, struct sim_source *from, struct sim_run *ret)
{
	struct aeg_machine m = { .size_of = sizeof m,
		.machines = x->machines,
		.machine = x->machine,
		.input = x->input,
		.intent = x->intent,
		.mem = x->mem,
		.mem_size = x->mem_size,
		.steps = 100000000,
		.event = watch };
	struct running r = { .x = x, .run = ret, .m = &m, .from = from };
	struct aeg_effect e;
	uint32_t ms = 0, waited = 0;
	enum aeg_machine_want want;
	m.ctx = &r;
	if (aeg_machine_begin(&m) != AEG_OK) {
		finish(&r, AEG_MACHINE_FAILED);
		return;
	}
	while ((want = aeg_machine_next(&m, r.now_ms, &e, &ms)) == AEG_MACHINE_EFFECT ||
		want == AEG_MACHINE_WAIT) {
		if (want == AEG_MACHINE_EFFECT && !come_to(&r, &e, waited))
			return;
		waited = want == AEG_MACHINE_WAIT ? ms : 0;
		r.now_ms += waited;
	}
	finish(&r, want);
}
