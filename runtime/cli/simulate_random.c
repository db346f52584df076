/* Outcomes at random: such that the conditions of the state are met and missed. */
#include "cli/machines.h"
#include "cli/simulate.h"

static uint32_t below(struct sim_source *from, uint32_t n)
{
	from->seed ^= from->seed << 13;
	from->seed ^= from->seed >> 7;
	from->seed ^= from->seed << 17;
	return (uint32_t)(from->seed >> 32) % n;
}

struct making {
	const struct simulation *x;
	struct sim_source *from;
	const struct aeg_effect *e;
	struct aeg_state_info state;
	struct buf b;
};

static bool once_in(struct making *k, uint32_t n) { return below(k->from, n) == 0; }

/* A transition of the state, as any other. */
static struct aeg_transition_info any_transition(struct making *k)
{
	return sim_transition(k->x, k->e->state, below(k->from, k->state.ntransitions));
}

/* Near to what a condition asks for, or anything from 0 to 1. */
static void score(struct making *k)
{
	static const int32_t beside[] = { -AEG_SCORE_ONE / 20, 0, AEG_SCORE_ONE / 20 };
	int32_t v = (int32_t)below(k->from, 101) * (AEG_SCORE_ONE / 100);
	if (k->state.ntransitions != 0 && !once_in(k, 3)) {
		struct aeg_transition_info t = any_transition(k);
		v = once_in(k, 2) && t.agreement != 0 ? t.agreement : t.threshold;
		v = v < 0 ? 0 : v > AEG_SCORE_ONE ? AEG_SCORE_ONE : v;
		v += beside[below(k->from, 3)];
		v = v < 0 ? 0 : v > AEG_SCORE_ONE ? AEG_SCORE_ONE : v;
	}
	machines_score(&k->b, v);
}

/* Of an agent or judge. */
static void result(struct making *k)
{
	if (once_in(k, 8)) {
		buf_text(&k->b, once_in(k, 2) ? "{\"timeout\":true}" : "{\"status\":\"failure\"}");
		return;
	}
	buf_text(&k->b, "{\"output\":\"made up\"");
	if (k->e->kind != AEG_EFFECT_AGENT || k->state.njudges == 0) {
		buf_text(&k->b, ",\"score\":");
		score(k);
		buf_text(&k->b, ",\"confidence\":");
		score(k);
	}
	buf_text(&k->b, "}");
}

static void exit_code(struct making *k)
{
	int32_t code = once_in(k, 2) ? 0 : 1;
	if (once_in(k, 12)) {
		buf_text(&k->b, "{\"timeout\":true}");
		return;
	}
	if (k->state.ntransitions != 0 && once_in(k, 2)) {
		struct aeg_transition_info t = any_transition(k);
		code = t.when == AEG_WHEN_EXIT_CODE ? t.code : code;
	}
	buf_printf(&k->b, "{\"exit_code\":%d}", (int)code);
}

static void answer(struct making *k)
{
	const char *said = once_in(k, 2) ? "yes" : "no";
	struct aeg_transition_info t = { .when = AEG_WHEN_ALWAYS };
	if (once_in(k, 8)) {
		buf_text(&k->b, "{\"timeout\":true}");
		return;
	}
	if (k->state.ntransitions != 0)
		t = any_transition(k);
	buf_text(&k->b, "{\"response\":");
	buf_json_string(&k->b, t.when == AEG_WHEN_INPUT_EQUALS
				       ? (struct slice){ t.value.at, t.value.len }
				       : slice_of(said));
	buf_text(&k->b, "}");
}

static void agents(struct making *k)
{
	buf_text(&k->b, "{\"agents\":[");
	for (uint32_t i = 0; i < k->e->ntasks; i++) {
		buf_text(&k->b, i == 0 ? "" : ",");
		result(k);
	}
	buf_text(&k->b, "]}");
}

static void containers(struct making *k)
{
	buf_text(&k->b, "{\"steps\":{");
	for (uint32_t i = 0; i < k->e->ntasks; i++) {
		buf_text(&k->b, i == 0 ? "" : ",");
		buf_json_string(
			&k->b, (struct slice){ k->e->tasks[i].name.at, k->e->tasks[i].name.len });
		buf_text(&k->b, ":");
		exit_code(k);
	}
	buf_text(&k->b, "}}");
}

struct slice sim_random(
	const struct simulation *x, struct sim_source *from, const struct aeg_effect *e)
{
	struct making k = { x, from, e, sim_state(x, e->state), { .arena = x->l->arena } };
	switch (e->kind) {
	case AEG_EFFECT_AGENT: result(&k); break;
	case AEG_EFFECT_COMMAND:
	case AEG_EFFECT_CONTAINER: exit_code(&k); break;
	case AEG_EFFECT_QUESTION: answer(&k); break;
	case AEG_EFFECT_AGENTS:
	case AEG_EFFECT_JUDGES: agents(&k); break;
	case AEG_EFFECT_CONTAINERS: containers(&k); break;
	case AEG_EFFECT_WORKFLOW:
	case AEG_EFFECT_HANDLER:
	case AEG_NEFFECT_KINDS:
		buf_printf(&k.b, "{\"status\":\"%s\"}", once_in(&k, 6) ? "failure" : "success");
		break;
	}
	return buf_done(&k.b);
}
