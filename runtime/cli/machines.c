/* What the bundle has of state machines, told to people and to programs. */
#include "cli/machines.h"

#include <stdio.h>

#include "cli/answer.h"
#include "cli/tell.h"

struct looking {
	struct buf *out;
	const struct aeg_machines *ms;
	uint32_t machine;
	struct aeg_machine_info info;
};

static struct aeg_state_info state(const struct looking *x, uint32_t i)
{
	struct aeg_state_info s = { .size_of = sizeof s };

	(void)aeg_state_info(x->ms, x->machine, i, &s); /* below the count */
	return s;
}

static struct aeg_transition_info transition(const struct looking *x, uint32_t s, uint32_t i)
{
	struct aeg_transition_info t = { .size_of = sizeof t };

	(void)aeg_transition_info(x->ms, x->machine, s, i, &t);
	return t;
}

/* ---- Conditions ---------------------------------------------------------------------------- */

void machines_score(struct buf *out, int32_t billionths)
{
	bool negative = billionths < 0;
	uint32_t v = negative ? -(uint32_t)billionths : (uint32_t)billionths;
	char digits[16];
	int n = snprintf(digits, sizeof digits, "%u.%09u", v / AEG_SCORE_ONE, v % AEG_SCORE_ONE);

	while (digits[n - 1] == '0')
		n--;
	n -= digits[n - 1] == '.';
	buf_text(out, negative ? "-" : "");
	buf_add(out, digits, (size_t)n);
}

static void put_numbers(
	struct buf *out, const char *before, int32_t a, const char *between, const int32_t *b)
{
	buf_text(out, before);
	machines_score(out, a);
	if (b == NULL)
		return;
	buf_text(out, between);
	machines_score(out, *b);
}

void machines_condition(struct buf *out, const struct aeg_transition_info *t)
{
	if (t->when != AEG_WHEN_CUSTOM)
		buf_text(out, aeg_condition_name(t->when));
	switch (t->when) {
	case AEG_WHEN_EXIT_CODE: buf_printf(out, " %d", (int)t->code); return;
	case AEG_WHEN_SCORE_ABOVE:
	case AEG_WHEN_SCORE_BELOW:
	case AEG_WHEN_CONFIDENCE_ABOVE:
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE:
		put_numbers(out, " ", t->threshold, "", NULL);
		return;
	case AEG_WHEN_SCORE_BETWEEN:
		put_numbers(out, " ", t->threshold, " and ", &t->agreement);
		return;
	case AEG_WHEN_CONSENSUS:
		put_numbers(out, " ", t->threshold, ", agreement ", &t->agreement);
		return;
	case AEG_WHEN_INPUT_EQUALS:
		buf_text(out, " \"");
		tell_text(out, slice_str(t->value));
		buf_text(out, "\"");
		return;
	case AEG_WHEN_CUSTOM: tell_text(out, slice_str(t->value)); return;
	case AEG_WHEN_ALWAYS:
	case AEG_WHEN_SUCCESS:
	case AEG_WHEN_FAILURE:
	case AEG_WHEN_EXIT_ZERO:
	case AEG_WHEN_EXIT_NON_ZERO:
	case AEG_WHEN_ALL_APPROVED:
	case AEG_WHEN_ANY_REJECTED:
	case AEG_WHEN_INPUT_YES:
	case AEG_WHEN_INPUT_NO:
	case AEG_NCONDITION_KINDS: return;
	}
}

/* ---- For people ---------------------------------------------------------------------------- */

static void tell(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	tell_text(out, slice_str(s));
}

static void tell_state(const struct looking *x, uint32_t i)
{
	struct aeg_state_info s = state(x, i);

	tell(x->out, "  state     ", s.name);
	buf_text(x->out, i == x->info.initial ? " (the first): " : ": ");
	buf_text(x->out, aeg_state_kind_name(s.kind));
	if (s.subject.len != 0 && s.subject.len <= 60)
		tell(x->out, " ", s.subject);
	if (s.njudges != 0)
		buf_printf(x->out, ", %u %s", (unsigned)s.njudges,
			s.njudges == 1 ? "judge" : "judges");
	if (s.handler)
		buf_text(x->out, ", output handled");
	if (s.retries != 0)
		buf_printf(x->out, ", tried %u times", (unsigned)s.retries + 1);
	if (s.timeout_ms != 0)
		buf_printf(x->out, ", at most %u ms", (unsigned)s.timeout_ms);
	buf_text(x->out, "\n");
	for (uint32_t k = 0; k < s.ntransitions; k++) {
		struct aeg_transition_info t = transition(x, i, k);
		tell(x->out, "    goes to ", state(x, t.target).name);
		buf_text(x->out, t.when == AEG_WHEN_CUSTOM ? ", if " : ", ");
		machines_condition(x->out, &t);
		buf_text(x->out, t.feedback ? ", with feedback\n" : "\n");
	}
}

static struct looking look(struct buf *out, const struct aeg_machines *ms, uint32_t machine)
{
	struct looking x = { out, ms, machine, { .size_of = sizeof x.info } };

	(void)aeg_machine_info(ms, machine, &x.info);
	return x;
}

void machines_tell(struct buf *out, const struct aeg_machines *ms)
{
	for (uint32_t i = 0; i < ms->nmachines; i++) {
		struct looking x = look(out, ms, i);
		tell(out, "\nstate machine ", x.info.name);
		tell(out, " ", x.info.version);
		if (x.info.description.len != 0)
			tell(out, "\n  ", x.info.description);
		buf_printf(out, "\n  at most   %u transitions\n", (unsigned)x.info.max_transitions);
		for (uint32_t k = 0; k < x.info.nstates; k++)
			tell_state(&x, k);
	}
}

/* ---- For programs -------------------------------------------------------------------------- */

static void answer(struct buf *out, const char *before, struct aeg_str s)
{
	buf_text(out, before);
	answer_string(out, s);
}

static void answer_name(struct buf *out, const char *before, const char *name)
{
	answer(out, before, str_slice(slice_of(name)));
}

static void answer_transition(const struct looking *x, uint32_t s, uint32_t i)
{
	struct buf *out = x->out;
	struct aeg_transition_info t = transition(x, s, i);

	answer(out, i == 0 ? "{\"target\":" : ",{\"target\":", state(x, t.target).name);
	answer_name(out, ",\"condition\":", aeg_condition_name(t.when));
	switch (t.when) {
	case AEG_WHEN_EXIT_CODE: buf_printf(out, ",\"value\":%d", (int)t.code); break;
	case AEG_WHEN_SCORE_ABOVE:
	case AEG_WHEN_SCORE_BELOW:
	case AEG_WHEN_CONFIDENCE_ABOVE:
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE:
		put_numbers(out, ",\"threshold\":", t.threshold, "", NULL);
		break;
	case AEG_WHEN_SCORE_BETWEEN:
		put_numbers(out, ",\"min\":", t.threshold, ",\"max\":", &t.agreement);
		break;
	case AEG_WHEN_CONSENSUS:
		put_numbers(out, ",\"threshold\":", t.threshold, ",\"agreement\":", &t.agreement);
		break;
	case AEG_WHEN_INPUT_EQUALS: answer(out, ",\"value\":", t.value); break;
	case AEG_WHEN_CUSTOM: answer(out, ",\"expression\":", t.value); break;
	case AEG_WHEN_ALWAYS:
	case AEG_WHEN_SUCCESS:
	case AEG_WHEN_FAILURE:
	case AEG_WHEN_EXIT_ZERO:
	case AEG_WHEN_EXIT_NON_ZERO:
	case AEG_WHEN_ALL_APPROVED:
	case AEG_WHEN_ANY_REJECTED:
	case AEG_WHEN_INPUT_YES:
	case AEG_WHEN_INPUT_NO:
	case AEG_NCONDITION_KINDS: break;
	}
	buf_printf(out, ",\"feedback\":%s}", t.feedback ? "true" : "false");
}

static void answer_state(const struct looking *x, uint32_t i)
{
	struct buf *out = x->out;
	struct aeg_state_info s = state(x, i);

	answer(out, i == 0 ? "{\"name\":" : ",{\"name\":", s.name);
	answer_name(out, ",\"kind\":", aeg_state_kind_name(s.kind));
	answer(out, ",\"subject\":", s.subject);
	buf_printf(out, ",\"max_visits\":%u,\"judges\":%u,\"handler\":%s", (unsigned)s.max_visits,
		(unsigned)s.njudges, s.handler ? "true" : "false");
	if (s.kind == AEG_STATE_PARALLEL_AGENTS)
		answer_name(out, ",\"strategy\":", aeg_consensus_name(s.strategy));
	if (s.timeout_ms != 0)
		buf_printf(out, ",\"timeout_ms\":%u", (unsigned)s.timeout_ms);
	if (s.retries != 0)
		buf_printf(out, ",\"retries\":%u", (unsigned)s.retries);
	if (s.result_key.len != 0)
		answer(out, ",\"result_key\":", s.result_key);
	buf_text(out, ",\"transitions\":[");
	for (uint32_t k = 0; k < s.ntransitions; k++)
		answer_transition(x, i, k);
	buf_text(out, "]}");
}

void machines_answer(struct buf *out, const struct aeg_machines *ms)
{
	buf_text(out, ",\"state_machines\":[");
	for (uint32_t i = 0; i < ms->nmachines; i++) {
		struct looking x = look(out, ms, i);
		answer(out, i == 0 ? "{\"name\":" : ",{\"name\":", x.info.name);
		answer(out, ",\"version\":", x.info.version);
		answer(out, ",\"description\":", x.info.description);
		answer(out, ",\"initial_state\":", state(&x, x.info.initial).name);
		buf_printf(out, ",\"max_total_transitions\":%u,\"states\":[",
			(unsigned)x.info.max_transitions);
		for (uint32_t k = 0; k < x.info.nstates; k++)
			answer_state(&x, k);
		buf_text(out, "]}");
	}
	buf_text(out, "]");
}

/* ---- For Graphviz -------------------------------------------------------------------------- */

/* Text in quotes; what cannot be printed is escaped, and what is long is cut. */
static void quoted(struct buf *out, struct slice s, uint32_t most)
{
	struct buf b = { .arena = out->arena };
	bool cut = s.len > most;

	tell_text(&b, (struct slice){ s.at, cut ? most : s.len });
	for (size_t i = 0; i < b.len; i++) {
		if (b.at[i] == '"' || b.at[i] == '\\')
			buf_text(out, "\\");
		buf_add(out, b.at + i, 1);
	}
	buf_text(out, cut ? "..." : "");
}

/* By kind; several at once stand behind one another. */
static const char *look_of(enum aeg_state_kind kind)
{
	switch (kind) {
	case AEG_STATE_AGENT: return "shape=box, style=\"rounded,filled\", fillcolor=\"#dbeafe\"";
	case AEG_STATE_PARALLEL_AGENTS: return "shape=box3d, style=filled, fillcolor=\"#dbeafe\"";
	case AEG_STATE_SYSTEM: return "shape=box, style=filled, fillcolor=\"#e5e7eb\"";
	case AEG_STATE_CONTAINER: return "shape=box, style=filled, fillcolor=\"#dcfce7\"";
	case AEG_STATE_PARALLEL_CONTAINERS:
		return "shape=box3d, style=filled, fillcolor=\"#dcfce7\"";
	case AEG_STATE_HUMAN: return "shape=ellipse, style=filled, fillcolor=\"#fef3c7\"";
	case AEG_STATE_SUBWORKFLOW: return "shape=component, style=filled, fillcolor=\"#f3e8ff\"";
	case AEG_NSTATE_KINDS: break;
	}
	return "shape=box";
}

/* What it runs or asks, without an image's digest. */
static struct slice subject(const struct aeg_state_info *s)
{
	const char *at = s->subject.len == 0 ? NULL : memchr(s->subject.at, '@', s->subject.len);

	return s->kind == AEG_STATE_CONTAINER && at != NULL
		       ? (struct slice){ s->subject.at, (uint32_t)(at - s->subject.at) }
		       : slice_str(s->subject);
}

static void dot_state(const struct looking *x, uint32_t i)
{
	struct aeg_state_info s = state(x, i);

	buf_printf(x->out, "  s%u [label=\"", (unsigned)i);
	quoted(x->out, slice_str(s.name), 60);
	buf_printf(x->out, "\\n%s", aeg_state_kind_name(s.kind));
	if (s.kind == AEG_STATE_PARALLEL_AGENTS)
		buf_printf(x->out, ", %s", aeg_consensus_name(s.strategy));
	buf_text(x->out, s.subject.len == 0 ? "" : "\\n");
	quoted(x->out, subject(&s), 36);
	if (s.njudges != 0)
		buf_printf(x->out, "\\n%u %s", (unsigned)s.njudges,
			s.njudges == 1 ? "judge" : "judges");
	buf_printf(x->out, "\", %s%s];\n", look_of(s.kind),
		s.ntransitions == 0 ? ", peripheries=2" : "");
}

static bool is_good(enum aeg_condition_kind when)
{
	return when == AEG_WHEN_SUCCESS || when == AEG_WHEN_EXIT_ZERO ||
	       when == AEG_WHEN_ALL_APPROVED || when == AEG_WHEN_INPUT_YES;
}

static bool is_bad(enum aeg_condition_kind when)
{
	return when == AEG_WHEN_FAILURE || when == AEG_WHEN_EXIT_NON_ZERO ||
	       when == AEG_WHEN_ANY_REJECTED || when == AEG_WHEN_INPUT_NO;
}

/* Where there are several, a number says in which order they are tried. */
static void dot_transitions(const struct looking *x, uint32_t i)
{
	struct aeg_state_info s = state(x, i);

	for (uint32_t k = 0; k < s.ntransitions; k++) {
		struct aeg_transition_info t = transition(x, i, k);
		struct buf label = { .arena = x->out->arena };
		if (s.ntransitions > 1)
			buf_printf(&label, "%u. ", (unsigned)k + 1);
		machines_condition(&label, &t);
		buf_printf(x->out, "  s%u -> s%u [label=\" ", (unsigned)i, (unsigned)t.target);
		quoted(x->out, buf_done(&label), 60);
		buf_printf(x->out, "\"%s%s];\n",
			is_good(t.when)  ? ", color=\"#15803d\""
			: is_bad(t.when) ? ", color=\"#b91c1c\""
					 : "",
			t.feedback ? ", style=dashed" : "");
	}
}

/* Whether one of its transitions is taken, whatever it comes to: where it is none, the run ends. */
static bool always_leads_on(const struct looking *x, uint32_t i)
{
	struct aeg_state_info s = state(x, i);
	bool exits = s.kind == AEG_STATE_SYSTEM || s.kind == AEG_STATE_CONTAINER ||
		     s.kind == AEG_STATE_PARALLEL_CONTAINERS;
	bool success = false, failure = false;

	for (uint32_t k = 0; k < s.ntransitions; k++) {
		enum aeg_condition_kind when = transition(x, i, k).when;
		success |= when == AEG_WHEN_ALWAYS || when == AEG_WHEN_SUCCESS ||
			   (exits && when == AEG_WHEN_EXIT_ZERO);
		failure |= when == AEG_WHEN_ALWAYS || when == AEG_WHEN_FAILURE;
	}
	return success && failure;
}

static void dot_ends(const struct looking *x)
{
	bool any = false;

	for (uint32_t i = 0; i < x->info.nstates; i++) {
		if (state(x, i).ntransitions == 0 || always_leads_on(x, i))
			continue;
		buf_text(x->out, any ? ""
				     : "  end [label=\"\", shape=doublecircle, style=filled, "
				       "fillcolor=black, width=0.1];\n");
		buf_printf(x->out, "  s%u -> end [label=\" otherwise\", color=\"#6b7280\"];\n",
			(unsigned)i);
		any = true;
	}
}

void machines_dot(struct buf *out, const struct aeg_machines *ms, uint32_t machine)
{
	struct looking x = look(out, ms, machine);

	buf_text(out, "digraph \"");
	quoted(out, slice_str(x.info.name), UINT32_MAX);
	buf_text(out,
		"\" {\n"
		"  node [fontname=\"Helvetica\", fontsize=11];\n"
		"  edge [fontname=\"Helvetica\", fontsize=10];\n"
		"  start [label=\"\", shape=circle, style=filled, fillcolor=black, width=0.15];\n");
	for (uint32_t i = 0; i < x.info.nstates; i++)
		dot_state(&x, i);
	buf_printf(out, "  start -> s%u;\n", (unsigned)x.info.initial);
	for (uint32_t i = 0; i < x.info.nstates; i++)
		dot_transitions(&x, i);
	dot_ends(&x);
	buf_text(out, "}\n");
}
