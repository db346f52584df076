/*
 * State machines at random, stepped by the library and by a naive interpreter that reads them as
 * they were written: both must ask for the same, and take the same way to the same end. The naive
 * one shares nothing with the library but the scanner of JSON, reckons in floating point, and keeps
 * what it needs in plain fields.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>
#include <stdio.h>

#include "machine/random_test.h"
#include "machine/stepped_test.h"

enum { MACHINES = 100000, MOST_EFFECTS = 64, MOST_TEXT = 512, MOST_PATH = 64, TOKENS = 256 };

/* ---- Scripts ------------------------------------------------------------------------------- */

struct scripted { /* an effect, and what came of it */
	enum aeg_effect_kind kind;
	uint32_t ntasks;
	uint64_t took_ms;
	char text[MOST_TEXT];
};
struct script {
	struct scripted v[MOST_EFFECTS];
	uint32_t n;
	bool flag;
	uint32_t items;
};

/* What of a run is compared. */
struct way {
	struct {
		uint32_t state, transition; /* transition: UINT32_MAX: none was taken */
		bool success;
	} v[MOST_PATH];
	uint32_t n;
	bool done, lost;
};

struct text {
	char *at;
	size_t len;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct text *t, const char *format, ...)
{
	va_list v;
	va_start(v, format);
	t->len += (size_t)vsnprintf(t->at + t->len, MOST_TEXT - t->len, format, v);
	va_end(v);
	assert_true(t->len < MOST_TEXT);
}

static const char *number(struct random *r)
{
	static const char *const v[] = { "0", "0.25", "0.3", "0.5", "0.7", "0.75", "1", "1.0",
		"5e-1", "0.70000000000000007", "25E-2", "0.6999999999999", "0.55", "0.8", "1e-30",
		"0.10", "0.3333333333", "0.0000000005" };
	return v[random_below(r, RANDOM_LENGTH(v))];
}

/* Of one agent or judge. */
static void make_result(struct random *r, struct text *t)
{
	add(t, "{");
	switch (random_below(r, 8)) {
	case 0: add(t, "\"status\":\"failure\""); break;
	case 1: add(t, "\"timeout\":true"); break;
	default: add(t, "\"status\":\"success\"");
	}
	if (random_once_in(r, 4)) /* it says so itself */
		add(t, ",\"output\":{\"score\":%s,\"confidence\":%s}", number(r),
			random_once_in(r, 5) ? "7" : number(r));
	else if (random_once_in(r, 2))
		add(t, ",\"output\":\"made\"");
	if (!random_once_in(r, 4))
		add(t, ",\"score\":%s", number(r));
	if (!random_once_in(r, 3))
		add(t, ",\"confidence\":%s", number(r));
	add(t, "}");
}

static void make_exit(struct random *r, struct text *t)
{
	static const char *const codes[] = { "0", "0", "0", "1", "2", "3", "-1", "2147483647",
		"-2147483648", "1e1" };
	switch (random_below(r, 8)) {
	case 0: add(t, "{\"timeout\":true}"); return;
	case 1: add(t, "{\"status\":\"failure\",\"stderr\":\"no such image\"}"); return;
	default: add(t, "{\"exit_code\":%s}", codes[random_below(r, RANDOM_LENGTH(codes))]);
	}
}

static void make_several(struct random *r, struct text *t, uint32_t n, bool steps)
{
	add(t, steps ? "{\"steps\":{" : "{\"agents\":[");
	for (uint32_t i = 0; i < n; i++) {
		add(t, i == 0 ? "" : ",");
		if (!steps) {
			make_result(r, t);
			continue;
		}
		add(t, "\"%s\":", random_steps[i]);
		make_exit(r, t);
	}
	add(t, steps ? "}}" : "]}");
}

static void make_outcome(struct random *r, struct scripted *s)
{
	struct text t = { s->text, 0 };
	if (random_once_in(r, 16)) {
		add(&t, "{\"timeout\":true}");
		return;
	}
	switch (s->kind) {
	case AEG_EFFECT_AGENT: make_result(r, &t); return;
	case AEG_EFFECT_COMMAND:
	case AEG_EFFECT_CONTAINER: make_exit(r, &t); return;
	case AEG_EFFECT_QUESTION:
		add(&t, "{\"response\":\"%s\"}",
			random_answers[random_below(r, RANDOM_LENGTH(random_answers))]);
		return;
	case AEG_EFFECT_AGENTS:
	case AEG_EFFECT_JUDGES: make_several(r, &t, s->ntasks, false); return;
	case AEG_EFFECT_CONTAINERS: make_several(r, &t, s->ntasks, true); return;
	case AEG_EFFECT_WORKFLOW:
		add(&t, "{\"status\":\"%s\",\"output\":[1]}",
			random_once_in(r, 3) ? "failure" : "success");
		return;
	case AEG_EFFECT_HANDLER:
	case AEG_NEFFECT_KINDS: add(&t, "{}"); return;
	}
}

/* ---- By the library ------------------------------------------------------------------------ */

struct library {
	struct aeg_machine m;
	struct way way;
	char input[MOST_TEXT];
	struct aeg_json json;
	struct aeg_json_tok tok[TOKENS];
	uint64_t mem[1 << 13];
};

static void watch(void *ctx, const struct aeg_machine_event *e)
{
	struct library *x = ctx;
	struct way *w = &x->way;
	if (e->kind == AEG_MACHINE_SETTLED) {
		w->v[w->n].state = e->state;
		w->v[w->n].transition = UINT32_MAX;
		w->v[w->n++].success = e->success != 0;
	}
	if (e->kind == AEG_MACHINE_TAKEN) {
		w->v[w->n - 1].transition = e->transition;
		if (e->text.len != 0)
			assert_memory_equal(e->text.at, "\"see <&>\"", 9);
	}
	assert_int_not_equal(e->kind, AEG_MACHINE_INVALID);
}

/* What states are asked to do is what they say, with the holes filled. */
static void check_task(const struct aeg_effect *e, const struct mstate *s)
{
	char want[MOST_TEXT];
	struct aeg_str got = e->tasks[0].what;
	switch (e->kind) {
	case AEG_EFFECT_AGENT:
		snprintf(want, sizeof want, "{\"agent\":\"%.*s\",\"input\":\"do \\\"it\\\"\"}",
			SLICE_ARG(s->agent.text));
		break;
	case AEG_EFFECT_COMMAND: strcpy(want, "{\"command\":\"make all\"}"); break;
	case AEG_EFFECT_WORKFLOW: strcpy(want, "{\"workflow_id\":\"other\"}"); break;
	case AEG_EFFECT_QUESTION:
	case AEG_EFFECT_AGENTS:
	case AEG_EFFECT_CONTAINER:
	case AEG_EFFECT_CONTAINERS:
	case AEG_EFFECT_JUDGES:
	case AEG_EFFECT_HANDLER:
	case AEG_NEFFECT_KINDS: return;
	}
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.at, want, got.len);
}

/* Runs it, making up what comes of its effects. */
static void run_library(struct random *r, struct library *x, const struct aeg_machines *ms,
	const struct mmachine *m, struct script *s)
{
	static const uint32_t times[] = { 0, 0, 0, 0, 0, 20000, 59999, 60000 };
	struct aeg_effect e;
	enum aeg_machine_want want;
	uint32_t ms_left;
	uint64_t now = 5;
	struct text t = { x->input, 0 };
	s->n = 0;
	s->flag = random_once_in(r, 2);
	s->items = random_below(r, 5);
	add(&t, "{\"task\":\"\\u0022it\\\"\",\"note\":\"<&>\",\"flag\":%s,\"items\":[",
		s->flag ? "true" : "false");
	for (uint32_t i = 0; i < s->items; i++)
		add(&t, i == 0 ? "%u" : ",%u", i);
	add(&t, "]}");
	assert_int_equal(aeg_json_scan(&x->json, x->input, t.len, x->tok, TOKENS), AEG_OK);
	x->way.n = 0;
	x->m = (struct aeg_machine){ .size_of = sizeof x->m,
		.machines = ms,
		.input = &x->json,
		.mem = x->mem,
		.mem_size = sizeof x->mem,
		.steps = 1000000,
		.event = watch,
		.ctx = x };
	assert_int_equal(aeg_machine_begin(&x->m), AEG_OK);
	while ((want = aeg_machine_next(&x->m, now, &e, &ms_left)) == AEG_MACHINE_EFFECT ||
		want == AEG_MACHINE_WAIT) {
		struct scripted *made = &s->v[s->n++];
		assert_int_equal(want, AEG_MACHINE_EFFECT); /* no one waits between attempts */
		assert_true(s->n <= MOST_EFFECTS);
		*made = (struct scripted){ e.kind, e.ntasks,
			times[random_below(r, RANDOM_LENGTH(times))], "" };
		check_task(&e, &m->states[e.state]);
		now += made->took_ms;
		if (e.detached)
			continue;
		make_outcome(r, made);
		assert_int_equal(aeg_machine_outcome(&x->m, (struct aeg_str){ made->text,
								    (uint32_t)strlen(made->text) }),
			AEG_OK);
	}
	x->way.done = want == AEG_MACHINE_DONE;
	assert_int_equal(x->m.status, AEG_OK);
}

/* ---- Naively ------------------------------------------------------------------------------- */

/* What a state came to. */
struct came {
	bool ran, success, scored, confident, exited, approved, rejected;
	double score, confidence;
	long exit;
	char response[32];
};
struct naive {
	const struct mmachine *m;
	const struct script *s;
	uint32_t next; /* of the script */
	bool lost;     /* something else is due than the library asked for */
	uint64_t now;
	struct came came[RANDOM_STATES];
	struct aeg_json j;
	struct aeg_json_tok tok[TOKENS];
};

static uint32_t find(const struct aeg_json *j, uint32_t object, const char *name)
{
	if (object == AEG_NONE)
		return AEG_NONE;
	return aeg_json_member(j, object, (struct aeg_str){ name, (uint32_t)strlen(name) });
}

static bool is(const struct aeg_json *j, uint32_t t, const char *text)
{
	return t != AEG_NONE && j->tok[t].len == strlen(text) &&
	       memcmp(j->text + j->tok[t].at, text, j->tok[t].len) == 0;
}

static bool read_number(const struct aeg_json *j, uint32_t t, double *ret)
{
	if (t == AEG_NONE || (j->tok[t].info & AEG_JSON_KIND_MASK) != AEG_JSON_NUMBER)
		return false;
	*ret = strtod(j->text + j->tok[t].at, NULL);
	return true;
}

/* To nine places, as scores are kept. */
static double nine(double x)
{
	char buf[64];
	snprintf(buf, sizeof buf, "%.9f", x + 1e-15); /* halves go up */
	return strtod(buf, NULL);
}

/* Was that the effect that is due? Reads what came of it. */
static void outcome(struct naive *n, enum aeg_effect_kind kind)
{
	const struct scripted *s = &n->s->v[n->next];
	if (n->next == n->s->n || s->kind != kind) {
		n->lost = true;
		return;
	}
	n->next++;
	n->now += s->took_ms;
	if (*s->text != 0)
		assert_int_equal(
			aeg_json_scan(&n->j, s->text, strlen(s->text), n->tok, TOKENS), AEG_OK);
}

static bool failed(const struct naive *n, uint32_t t)
{
	return is(&n->j, find(&n->j, t, "timeout"), "true") ||
	       is(&n->j, find(&n->j, t, "status"), "failure");
}

/* A number that it states, or, where it does not, that its output has. */
static bool stated(const struct naive *n, uint32_t t, const char *name, double *ret)
{
	double own;
	if (read_number(&n->j, find(&n->j, t, name), ret)) {
		*ret = nine(*ret);
		return true;
	}
	if (!read_number(&n->j, find(&n->j, find(&n->j, t, "output"), name), &own) || own > 1)
		return false;
	*ret = nine(own);
	return true;
}

struct result {
	bool did, scored, confident;
	double score, confidence, weight;
};

static struct result result_of(const struct naive *n, uint32_t t, double weight)
{
	struct result x = { .did = !failed(n, t), .weight = weight };
	x.scored = stated(n, t, "score", &x.score);
	x.confident = stated(n, t, "confidence", &x.confidence);
	return x;
}

static int better(const void *a, const void *b)
{
	const struct result *x = a, *y = b;
	double p = x->score * x->confidence, q = y->score * y->confidence;
	if (p != q)
		return p > q ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x < y ? -1 : x > y; /* qsort of glibc merges: equal ones keep their order */
}

/* Score and confidence of @v, by the book. */
static void agree(
	const struct mconsensus *c, const struct result *all, uint32_t nall, struct came *ret)
{
	struct result v[8];
	uint32_t n = 0;
	double w = 0, sw = 0, cw = 0, sum = 0, conf = 0, var = 0, pass = 0, least = 1;
	double threshold = c->has_threshold ? c->threshold : 0.7;
	for (uint32_t i = 0; i < nall; i++)
		if (all[i].did && all[i].scored) {
			v[n] = all[i];
			if (!v[n].confident)
				v[n].confidence = 0;
			n++;
		}
	ret->scored = ret->confident = n > 0;
	if (n == 0)
		return;
	if (c->strategy == AEG_BEST_OF_N && c->n != 0 && c->n < n) {
		qsort(v, n, sizeof *v, better);
		n = c->n;
	}
	for (uint32_t i = 0; i < n; i++) {
		w += v[i].weight;
		sw += v[i].weight * v[i].score;
		cw += v[i].weight * v[i].confidence;
		sum += v[i].score;
		conf += v[i].confidence;
		pass += v[i].score >= threshold;
		least = v[i].confidence < least ? v[i].confidence : least;
	}
	for (uint32_t i = 0; i < n; i++)
		var += (v[i].score - sum / n) * (v[i].score - sum / n) / n;
	switch (c->strategy) {
	case AEG_WEIGHTED_AVERAGE:
	case AEG_NCONSENSUS:
		ret->score = sw / w;
		ret->confidence = (1 - (var / 0.25 > 1 ? 1 : var / 0.25)) *
					  (c->stated ? c->agreement_factor : 0.7) +
				  cw / w * (c->stated ? c->self_factor : 0.3);
		break;
	case AEG_MAJORITY:
		ret->score = pass > n - pass ? 1 : pass < n - pass ? 0 : 0.5;
		ret->confidence = 0.7 * ((pass > n - pass ? 2 * pass - n : n - 2 * pass) / n) +
				  0.3 * conf / n;
		break;
	case AEG_UNANIMOUS:
		ret->score = pass == n ? sum / n : 0;
		ret->confidence = least;
		break;
	case AEG_BEST_OF_N:
		ret->score = sw / w;
		ret->confidence = conf / n;
		break;
	}
	ret->score = nine(ret->score);
	ret->confidence = nine(ret->confidence);
}

static void several(struct naive *n, const struct mstate *s, bool judges, struct came *ret)
{
	struct result v[8];
	double threshold = s->consensus.has_threshold ? s->consensus.threshold : 0.7;
	uint32_t count = judges ? s->njudges : s->nbranches, did = 0, t;
	uint32_t list = find(&n->j, 0, "agents");
	if (list == AEG_NONE) {
		ret->success = judges && ret->success;
		return;
	}
	t = list + 1;
	for (uint32_t i = 0; i < count; i++, t = n->j.tok[t].next) {
		v[i] = result_of(n, t, judges ? s->judges[i].weight : s->branches[i].weight);
		did += v[i].did;
	}
	if (!judges)
		ret->success = did >= s->consensus.min_judges;
	if (!judges && s->njudges != 0)
		return;
	agree(&s->consensus, v, count, ret);
	ret->approved = true;
	for (uint32_t i = 0; i < count; i++) {
		bool passes = v[i].did && v[i].scored && v[i].score >= threshold;
		ret->approved = ret->approved && passes;
		ret->rejected = ret->rejected || !v[i].did || (v[i].scored && !passes);
	}
}

static bool exit_of(const struct naive *n, uint32_t t, long *ret)
{
	double x;
	if (!read_number(&n->j, find(&n->j, t, "exit_code"), &x))
		return false;
	*ret = (long)x;
	return true;
}

static void containers(const struct naive *n, const struct mstate *s, struct came *ret)
{
	uint32_t steps = find(&n->j, 0, "steps"), did = 0;
	if (steps == AEG_NONE)
		return;
	for (uint32_t i = 0; i < s->ncontainers; i++) {
		long code;
		if (!exit_of(n, find(&n->j, steps, random_steps[i]), &code))
			continue;
		did += code == 0;
		if (code != 0 && !ret->exited) {
			ret->exited = true;
			ret->exit = code;
		}
	}
	ret->success = s->completion == AEG_BEST_EFFORT ||
		       (s->completion == AEG_ANY_SUCCEED ? did > 0 : did == s->ncontainers);
	if (ret->success) {
		ret->exited = true;
		ret->exit = 0;
	}
}

static void answer(const struct naive *n, const struct mstate *s, struct came *ret)
{
	uint32_t t = find(&n->j, 0, "response");
	ret->success = t != AEG_NONE || s->default_response.text.at != NULL;
	if (t != AEG_NONE)
		snprintf(ret->response, sizeof ret->response, "%.*s", (int)n->j.tok[t].len,
			n->j.text + n->j.tok[t].at);
	else if (ret->success)
		snprintf(ret->response, sizeof ret->response, "%.*s",
			SLICE_ARG(s->default_response.text));
}

/* Once what the state does is done; false: its time is over before. */
static void own(struct naive *n, const struct mstate *s, struct came *ret)
{
	static const enum aeg_effect_kind kinds[] = { AEG_EFFECT_AGENT, AEG_EFFECT_COMMAND,
		AEG_EFFECT_QUESTION, AEG_EFFECT_AGENTS, AEG_EFFECT_CONTAINER, AEG_EFFECT_CONTAINERS,
		AEG_EFFECT_WORKFLOW };
	*ret = (struct came){ .ran = true };
	outcome(n, kinds[s->kind]);
	switch (s->kind) {
	case AEG_STATE_AGENT: {
		struct result x = result_of(n, 0, 1);
		ret->success = x.did;
		if (s->njudges == 0) {
			ret->scored = x.scored;
			ret->confident = x.confident;
			ret->score = x.score;
			ret->confidence = x.confidence;
		}
		return;
	}
	case AEG_STATE_SYSTEM:
	case AEG_STATE_CONTAINER:
		ret->exited = exit_of(n, 0, &ret->exit);
		ret->success = ret->exited && ret->exit == 0;
		return;
	case AEG_STATE_HUMAN: answer(n, s, ret); return;
	case AEG_STATE_PARALLEL_AGENTS: several(n, s, false, ret); return;
	case AEG_STATE_PARALLEL_CONTAINERS: containers(n, s, ret); return;
	case AEG_STATE_SUBWORKFLOW: ret->success = !s->blocking || !failed(n, 0); return;
	case AEG_NSTATE_KINDS: return;
	}
}

static void visit(struct naive *n, const struct mstate *s, struct came *ret)
{
	uint64_t entered = n->now;
	uint32_t left = s->kind == AEG_STATE_CONTAINER ? s->containers->retries : 0;
	struct came made;
	own(n, s, &made);
	for (; !made.success && left > 0; left--) {
		if (s->timeout_ms != 0 && n->now - entered >= s->timeout_ms)
			break;
		own(n, s, &made);
	}
	*ret = made;
	if (!ret->success || s->njudges == 0)
		return;
	if (s->timeout_ms != 0 && n->now - entered >= s->timeout_ms) {
		ret->success = false;
		return;
	}
	outcome(n, AEG_EFFECT_JUDGES);
	several(n, s, true, ret);
}

static bool says(const char *response, const char *word)
{
	char trimmed[32];
	size_t len = strlen(response);
	while (*response == ' ')
		response++, len--;
	while (len > 0 && response[len - 1] == ' ')
		len--;
	snprintf(trimmed, sizeof trimmed, "%.*s", (int)len, response);
	for (char *p = trimmed; *p != 0; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');
	return strcmp(trimmed, word) == 0 || (trimmed[0] == word[0] && trimmed[1] == 0);
}

static bool custom(const struct naive *n, struct slice x)
{
	const struct came *s0 = &n->came[0], *s1 = &n->came[1];
	if (slice_is(x, "input.flag"))
		return n->s->flag;
	if (slice_is(x, "!input.flag"))
		return !n->s->flag;
	if (slice_is(x, "S0.status == 'success'"))
		return s0->ran && s0->success;
	if (slice_is(x, "blackboard.S1.score > 0.5"))
		return n->m->nstates > 1 && s1->ran && s1->scored && s1->score > 0.5;
	if (slice_is(x, "length(input.items) > 2"))
		return n->s->items > 2;
	assert_true(slice_is(x, "true") || slice_is(x, "false") || slice_is(x, "1 < 2") ||
		    slice_is(x, "2 < 1"));
	return slice_is(x, "true") || slice_is(x, "1 < 2");
}

static bool holds(const struct naive *n, const struct mstate *s, const struct came *c,
	const struct mtransition *t)
{
	bool human = s->kind == AEG_STATE_HUMAN && *c->response != 0;
	switch (t->when) {
	case AEG_WHEN_ALWAYS: return true;
	case AEG_WHEN_SUCCESS: return c->success;
	case AEG_WHEN_FAILURE: return !c->success;
	case AEG_WHEN_EXIT_ZERO: return c->exited && c->exit == 0;
	case AEG_WHEN_EXIT_NON_ZERO:
		return (s->kind == AEG_STATE_SYSTEM || s->kind == AEG_STATE_CONTAINER ||
			       s->kind == AEG_STATE_PARALLEL_CONTAINERS) &&
		       !(c->exited && c->exit == 0);
	case AEG_WHEN_EXIT_CODE: return c->exited && c->exit == t->code;
	case AEG_WHEN_SCORE_ABOVE: return c->scored && c->score > t->threshold;
	case AEG_WHEN_SCORE_BELOW: return c->scored && c->score < t->threshold;
	case AEG_WHEN_SCORE_BETWEEN: return c->scored && c->score >= t->min && c->score <= t->max;
	case AEG_WHEN_CONFIDENCE_ABOVE: return c->confident && c->confidence > t->threshold;
	case AEG_WHEN_SCORE_AND_CONFIDENCE_ABOVE:
		return c->scored && c->confident && c->score > t->threshold &&
		       c->confidence > t->threshold;
	case AEG_WHEN_CONSENSUS:
		return c->scored && c->confident && c->score >= t->threshold &&
		       c->confidence >= t->agreement;
	case AEG_WHEN_ALL_APPROVED: return c->approved && s->kind == AEG_STATE_PARALLEL_AGENTS;
	case AEG_WHEN_ANY_REJECTED: return c->rejected && s->kind == AEG_STATE_PARALLEL_AGENTS;
	case AEG_WHEN_INPUT_EQUALS: return human && slice_eq(slice_of(c->response), t->value.text);
	case AEG_WHEN_INPUT_YES: return human && says(c->response, "yes");
	case AEG_WHEN_INPUT_NO: return human && says(c->response, "no");
	case AEG_WHEN_CUSTOM: return custom(n, t->expression->u.text);
	case AEG_NCONDITION_KINDS: break;
	}
	return false;
}

static uint32_t named(const struct mmachine *m, struct slice name)
{
	uint32_t i = 0;
	while (!slice_eq(m->states[i].name.text, name))
		i++;
	return i;
}

static void run_naive(const struct mmachine *m, const struct script *s, struct way *w)
{
	struct naive n = { .m = m, .s = s };
	uint32_t visits[RANDOM_STATES] = { 0 }, at = named(m, m->initial.text);
	*w = (struct way){ .n = 0 };
	for (;;) {
		const struct mstate *x = &m->states[at];
		uint32_t t = 0;
		if (++visits[at] > x->max_visits)
			break;
		visit(&n, x, &n.came[at]);
		if (n.lost)
			break;
		while (t < x->ntransitions && !holds(&n, x, &n.came[at], &x->transitions[t]))
			t++;
		w->v[w->n].state = at;
		w->v[w->n].success = n.came[at].success;
		w->v[w->n++].transition = UINT32_MAX;
		if (t == x->ntransitions) {
			w->done = n.came[at].success;
			break;
		}
		if (w->n > m->max_transitions)
			break;
		w->v[w->n - 1].transition = t;
		at = named(m, x->transitions[t].target.text);
	}
	w->lost = n.lost || n.next != s->n;
}

/* ---- Both ---------------------------------------------------------------------------------- */

static void compare(uint32_t i, const struct mmachine *m, const struct script *s,
	const struct way *a, const struct way *b)
{
	bool same = a->n == b->n && a->done == b->done && !b->lost;
	for (uint32_t k = 0; same && k < a->n; k++)
		same = a->v[k].state == b->v[k].state && a->v[k].success == b->v[k].success &&
		       a->v[k].transition == b->v[k].transition;
	if (same)
		return;
	struct arena arena = { .limit = 1 << 24, .fail = stepped_no_memory };
	struct buf text = { .arena = &arena };
	random_yaml(&text, m);
	print_error("machine %u:\n", i);
	fwrite(text.at, 1, text.len, stderr);
	for (uint32_t k = 0; k < s->n; k++)
		print_error(
			"%d: %s %u ms\n", s->v[k].kind, s->v[k].text, (unsigned)s->v[k].took_ms);
	for (uint32_t k = 0; k < a->n || k < b->n; k++)
		print_error("library S%u %d %d, naive S%u %d %d\n", a->v[k].state, a->v[k].success,
			(int)a->v[k].transition, b->v[k].state, b->v[k].success,
			(int)b->v[k].transition);
	fail_msg("done %d and %d, lost %d", a->done, b->done, b->lost);
}

/* Counts, so that a generator of dull machines is noticed. */
struct tally {
	uint32_t done, steps, taken[AEG_NCONDITION_KINDS];
};

static void count(struct tally *t, const struct mmachine *m, const struct way *w)
{
	t->done += w->done;
	t->steps += w->n;
	for (uint32_t i = 0; i < w->n; i++)
		if (w->v[i].transition != UINT32_MAX)
			t->taken[m->states[w->v[i].state].transitions[w->v[i].transition].when]++;
}

static void test_random(void **state)
{
	static struct library x;
	static struct script s;
	static struct tally tally;
	struct random r = { .state = 20260101 };
	struct way naive;
	(void)state;
	for (uint32_t i = 0; i < MACHINES; i++) {
		struct arena a = { .limit = 1 << 26, .fail = stepped_no_memory };
		struct sources sources = { .arena = &a };
		struct diags d = { .arena = &a, .sources = &sources };
		struct aeg_machines ms;
		struct slice section;
		r.arena = &a;
		const struct mmachine *m = random_machine(&r);
		section = machine_emit(&d, m, 1);
		assert_int_equal(stepped_open(section.at, section.len, &ms), AEG_OK);
		run_library(&r, &x, &ms, m, &s);
		run_naive(m, &s, &naive);
		compare(i, m, &s, &x.way, &naive);
		count(&tally, m, &naive);
		arena_free(&a);
	}
	assert_in_range(tally.done, MACHINES / 10, MACHINES * 9 / 10);
	assert_in_range(tally.steps, MACHINES * 3 / 2, MACHINES * RANDOM_TOTAL);
	for (int i = 0; i < AEG_NCONDITION_KINDS; i++)
		assert_in_range(tally.taken[i], 20, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };
	return cmocka_run_group_tests_name("machine naive", tests, NULL, NULL);
}
