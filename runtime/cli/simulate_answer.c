/* A simulation for programs: aegis.simulate/1. Source: docs/cli.md. */
#include "cli/answer.h"
#include "cli/machines.h"
#include "cli/simulate.h"

static void string(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	answer_string(out, s);
}

static void answer_effect(struct buf *out, const struct sim_effect *e, bool first)
{
	buf_printf(out, "%s{\"effect\":\"%s\",\"attempt\":%u", first ? "" : ",",
		sim_effect_names[e->kind], (unsigned)e->attempt);
	if (e->timeout_ms != 0)
		buf_printf(out, ",\"timeout_ms\":%u", (unsigned)e->timeout_ms);
	if (e->waited_ms != 0)
		buf_printf(out, ",\"waited_ms\":%u", (unsigned)e->waited_ms);
	buf_text(out, ",\"tasks\":[");
	for (uint32_t i = 0; i < e->ntasks; i++) {
		buf_text(out, i == 0 ? "" : ",");
		buf_slice(out, e->tasks[i]);
	}
	buf_text(out, "]");
	if (e->outcome.at != NULL) /* as text: what does not fit may be no JSON */
		string(out, ",\"outcome\":", str_slice(e->outcome));
	buf_text(out, "}");
}

static void answer_visit(
	struct buf *out, const struct simulation *x, const struct sim_visit *v, bool first)
{
	string(out, first ? "{\"state\":" : ",{\"state\":", sim_state(x, v->state).name);
	buf_printf(out, ",\"visit\":%u,\"effects\":[", (unsigned)v->visit);
	for (size_t i = 0; i < v->neffects; i++)
		answer_effect(out, &v->effects[i], i == 0);
	buf_text(out, "]");
	if (v->came_to.len != 0) {
		buf_text(out, ",\"came_to\":");
		buf_slice(out, v->came_to);
	}
	buf_text(out, ",\"passed\":[");
	for (size_t i = 0; i < v->npassed; i++)
		buf_printf(out, "%s%u", i == 0 ? "" : ",", (unsigned)v->passed[i].transition);
	buf_text(out, "]");
	if (v->taken != AEG_NONE) {
		struct aeg_transition_info t = sim_transition(x, v->state, v->taken);
		buf_printf(out, ",\"taken\":{\"index\":%u,\"condition\":\"%s\"", (unsigned)v->taken,
			aeg_condition_name(t.when));
		string(out, ",\"target\":", sim_state(x, t.target).name);
		if (v->feedback.len != 0) {
			buf_text(out, ",\"feedback\":");
			buf_slice(out, v->feedback);
		}
		buf_text(out, "}");
	}
	buf_text(out, "}");
}

static void answer_run(
	struct buf *out, const struct simulation *x, const struct sim_run *r, bool first)
{
	string(out, first ? "{\"name\":" : ",{\"name\":", str_slice(r->name));
	buf_printf(out, ",\"status\":\"%s\",\"path\":[", r->done ? "success" : "failure");
	for (size_t i = 0; i < r->nvisits; i++)
		answer_visit(out, x, &r->visits[i], i == 0);
	buf_text(out, "]");
	if (r->done) {
		buf_text(out, ",\"result\":");
		buf_slice(out, r->result);
	} else {
		string(out, ",\"error\":", str_slice(r->what));
	}
	buf_text(out, "}");
}

static void answer_coverage(struct buf *out, const struct simulation *x)
{
	struct sim_coverage c = sim_coverage(x);
	buf_printf(out, ",\"coverage\":{\"percent\":%.1f,\"states\":[", c.percent);
	for (uint32_t i = 0; i < x->info.nstates; i++) {
		struct aeg_state_info s = sim_state(x, i);
		string(out, i == 0 ? "{\"name\":" : ",{\"name\":", s.name);
		buf_printf(out, ",\"entered\":%u,\"transitions\":[", (unsigned)x->entered[i]);
		for (uint32_t k = 0; k < s.ntransitions; k++)
			buf_printf(out, "%s%u", k == 0 ? "" : ",",
				(unsigned)x->taken[x->first[i] + k]);
		buf_text(out, "]}");
	}
	buf_text(out, "]}");
}

void sim_answer(struct buf *out, const struct simulation *x, bool coverage)
{
	string(out, "{\"schema\":\"aegis.simulate/1\",\"workflow\":", x->info.name);
	buf_text(out, ",\"runs\":[");
	for (uint32_t i = 0; i < x->nruns; i++)
		answer_run(out, x, &x->runs[i], i == 0);
	buf_text(out, "]");
	if (coverage)
		answer_coverage(out, x);
	buf_text(out, "}\n");
}
