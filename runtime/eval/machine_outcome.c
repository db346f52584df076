/*
 * What came of an effect: read, held against what the effect can come to, and kept. A member that
 * the effect does not have is refused, as a mistake of who carries it out.
 */
#include "machine_run.h"

#include "decimal.h"

enum member {
	STATUS,
	OUTPUT,
	ERROR,
	TIMEOUT,
	DURATION,
	SCORE,
	CONFIDENCE,
	EXIT_CODE,
	STDOUT,
	STDERR,
	RESPONSE,
	FEEDBACK,
	AGENTS,
	STEPS,
	NMEMBERS
};
#define HAS(member) (1u << (member))
enum {
	ALWAYS = HAS(STATUS) | HAS(ERROR) | HAS(TIMEOUT) | HAS(DURATION),
	RESULT = ALWAYS | HAS(OUTPUT) | HAS(SCORE) | HAS(CONFIDENCE),
	EXITED = ALWAYS | HAS(EXIT_CODE) | HAS(STDOUT) | HAS(STDERR)
};

static const struct {
	const char *name;
	uint32_t kinds; /* of JSON; 0: any */
	const char *otherwise;
} members[NMEMBERS] = {
	[STATUS] = { "status", HAS(AEG_JSON_STRING), "is not a string" },
	[OUTPUT] = { "output", 0, NULL },
	[ERROR] = { "error", HAS(AEG_JSON_STRING), "is not a string" },
	[TIMEOUT] = { "timeout", HAS(AEG_JSON_TRUE) | HAS(AEG_JSON_FALSE), "is not true or false" },
	[DURATION] = { "duration_ms", HAS(AEG_JSON_NUMBER), "is not a number" },
	[SCORE] = { "score", HAS(AEG_JSON_NUMBER), "is not a number" },
	[CONFIDENCE] = { "confidence", HAS(AEG_JSON_NUMBER), "is not a number" },
	[EXIT_CODE] = { "exit_code", HAS(AEG_JSON_NUMBER), "is not a number" },
	[STDOUT] = { "stdout", HAS(AEG_JSON_STRING), "is not a string" },
	[STDERR] = { "stderr", HAS(AEG_JSON_STRING), "is not a string" },
	[RESPONSE] = { "response", HAS(AEG_JSON_STRING), "is not a string" },
	[FEEDBACK] = { "feedback", HAS(AEG_JSON_STRING), "is not a string" },
	[AGENTS] = { "agents", HAS(AEG_JSON_ARRAY), "is not a list" },
	[STEPS] = { "steps", HAS(AEG_JSON_OBJECT), "is not an object" },
};

/* What one object says, its own or one among several. */
struct reply {
	uint32_t token[NMEMBERS]; /* AEG_NONE: it lacks this */
	int success, timeout;
	int scored, confident, exited;
	uint32_t score, confidence;
	int32_t exit;
};

struct reading {
	struct aeg_machine *m;
	struct aeg_json j;
	const char *error; /* that is not the outcome's fault; its status is set */
	int refused;       /* it is the outcome's fault, and was told */
};

static void refuse(struct reading *x, uint32_t token, const char *what)
{
	char where[256];
	size_t n = token == AEG_NONE ? 0 : aeg_json_pointer(&x->j, token, where, sizeof where);

	if (x->refused)
		return;
	x->refused = 1;
	machine_tell(
		x->m, (struct aeg_machine_event){ .kind = AEG_MACHINE_INVALID,
			      .what = what,
			      .text = { where, (uint32_t)(n < sizeof where ? n : sizeof where) } });
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* Where the decimal point of the number @s is moved to by its exponent, within bounds. */
static int32_t exponent_of(struct aeg_str s)
{
	int32_t e = 0;
	uint32_t i = 0;
	int negative;

	while (i < s.len && (s.at[i] | 0x20) != 'e')
		i++;
	if (i++ >= s.len)
		return 0;
	negative = s.at[i] == '-';
	for (i += !is_digit(s.at[i]); i < s.len; i++)
		e = e > 100000 ? e : e * 10 + (s.at[i] - '0');
	return negative ? -e : e;
}

/* A number from 0 to 1 in billionths, rounded; 0: it is none. */
static int read_score(struct aeg_str s, uint32_t *ret)
{
	uint64_t value = 0;
	int32_t place = 9 + exponent_of(s); /* of the digit before the next one; 0: a billionth */
	uint32_t i = 0, up = 0;
	int positive = 0;

	for (uint32_t k = s.at[0] == '-'; k < s.len && is_digit(s.at[k]); k++)
		place++;
	for (; i < s.len && (s.at[i] | 0x20) != 'e'; i++) {
		if (!is_digit(s.at[i]))
			continue;
		positive = positive || s.at[i] != '0';
		if (--place == -1)
			up = s.at[i] >= '5';
		if (place >= 0)
			value = value * 10 + (uint64_t)(s.at[i] - '0');
		if (value > AEG_SCORE_ONE)
			return 0;
	}
	for (; place > 0 && value != 0; place--)
		if ((value *= 10) > AEG_SCORE_ONE)
			return 0;
	if (value + up > AEG_SCORE_ONE || (positive && s.at[0] == '-'))
		return 0;
	*ret = (uint32_t)value + up;
	return 1;
}

static int read_integer(struct aeg_str s, int32_t *ret)
{
	struct decimal d;
	int64_t value;

	if (!aegi_decimal_read(&d, s) || d.exponent < 0 || d.digits > UINT32_MAX)
		return 0;
	value = (int64_t)d.digits;
	for (int32_t i = 0; i < d.exponent && value != 0; i++)
		if ((value *= 10) > UINT32_MAX)
			return 0;
	value = d.negative ? -value : value;
	*ret = (int32_t)value;
	return value >= INT32_MIN && value <= INT32_MAX;
}

/* ---- One object ---------------------------------------------------------------------------- */

static int is_string(const struct aeg_json *j, uint32_t token, const char *text)
{
	char buf[16];
	size_t n = j->tok[token].len > sizeof buf ? SIZE_MAX
						  : aeg_json_unescape(j, token, buf, sizeof buf);

	return n == strlen(text) && memcmp(buf, text, n) == 0;
}

static void read_member(struct reading *x, struct reply *ret, uint32_t key, uint32_t allowed)
{
	uint32_t kind = x->j.tok[key + 1].info & AEG_JSON_KIND_MASK;

	for (int i = 0; i < NMEMBERS; i++) {
		if (!is_string(&x->j, key, members[i].name))
			continue;
		if (!(allowed & HAS(i)))
			refuse(x, key, "is not what comes of this");
		else if (members[i].kinds != 0 && !(members[i].kinds & HAS(kind)))
			refuse(x, key, members[i].otherwise);
		ret->token[i] = key + 1;
		return;
	}
	refuse(x, key, "is no member of an outcome");
}

static void read_members(struct reading *x, uint32_t object, uint32_t allowed, struct reply *ret)
{
	*ret = (struct reply){ .success = 1 };
	for (int i = 0; i < NMEMBERS; i++)
		ret->token[i] = AEG_NONE;
	if ((x->j.tok[object].info & AEG_JSON_KIND_MASK) != AEG_JSON_OBJECT) {
		refuse(x, object, "is not an object");
		return;
	}
	for (uint32_t t = object + 1; t < x->j.tok[object].next; t = x->j.tok[t].next)
		read_member(x, ret, t, allowed);
}

static int has(const struct reply *y, enum member i) { return y->token[i] != AEG_NONE; }

static void read_status(struct reading *x, struct reply *y)
{
	uint32_t t = y->token[STATUS];

	y->timeout = has(y, TIMEOUT) &&
		     (x->j.tok[y->token[TIMEOUT]].info & AEG_JSON_KIND_MASK) == AEG_JSON_TRUE;
	y->success = !y->timeout;
	if (t == AEG_NONE)
		return;
	if (is_string(&x->j, t, "failure"))
		y->success = 0;
	else if (!is_string(&x->j, t, "success"))
		refuse(x, t, "is neither `success` nor `failure`");
	else if (y->timeout)
		refuse(x, t, "is `success`, and it took longer than it may");
}

static int is_score(struct reading *x, struct reply *y, enum member i, uint32_t *ret)
{
	if (!has(y, i))
		return 0;
	if (!read_score(token_text(&x->j, y->token[i]), ret))
		refuse(x, y->token[i], "is not from 0 to 1");
	return 1;
}

/* A number from 0 to 1 that the output of an agent has. */
static int is_own(struct reading *x, struct reply *y, const char *name, uint32_t *ret)
{
	uint32_t t = !has(y, OUTPUT) ? AEG_NONE
				     : aeg_json_member(&x->j, y->token[OUTPUT],
					       (struct aeg_str){ name, (uint32_t)strlen(name) });

	return t != AEG_NONE && (x->j.tok[t].info & AEG_JSON_KIND_MASK) == AEG_JSON_NUMBER &&
	       read_score(token_text(&x->j, t), ret);
}

/* Of an agent, or a judge. */
static void read_result(struct reading *x, uint32_t object, struct reply *y)
{
	read_members(x, object, RESULT, y);
	if (x->refused)
		return;
	read_status(x, y);
	y->scored = is_score(x, y, SCORE, &y->score) || is_own(x, y, "score", &y->score);
	y->confident = is_score(x, y, CONFIDENCE, &y->confidence) ||
		       is_own(x, y, "confidence", &y->confidence);
}

/* Of a command or container. One that was not started, or was ended, has no exit code. */
static void read_exit(struct reading *x, uint32_t object, struct reply *y)
{
	int stated;

	read_members(x, object, EXITED, y);
	if (x->refused)
		return;
	read_status(x, y);
	stated = has(y, STATUS) || y->timeout;
	y->exited = has(y, EXIT_CODE);
	if (!y->exited) {
		if (y->success)
			refuse(x, object, "has no exit_code");
		return;
	}
	if (!read_integer(token_text(&x->j, y->token[EXIT_CODE]), &y->exit))
		refuse(x, y->token[EXIT_CODE], "is not a whole number of 32 bits");
	else if (y->timeout)
		refuse(x, y->token[EXIT_CODE], "cannot be known of what took longer than it may");
	else if (stated && y->success != (y->exit == 0))
		refuse(x, y->token[EXIT_CODE], "says something else than status");
	y->success = y->exit == 0;
}

/* ---- Its members, as they are kept ---------------------------------------------------------- */

static void put_value(struct reading *x, struct written *w, const struct reply *y, enum member i,
	const char *none)
{
	if (has(y, i))
		put_str(w, token_text(&x->j, y->token[i]));
	else
		put(w, none);
}

static void put_if(struct reading *x, struct written *w, const struct reply *y, enum member i)
{
	if (!has(y, i))
		return;
	put(w, ",\"");
	put(w, members[i].name);
	put(w, "\":");
	put_value(x, w, y, i, "");
}

static void put_more(struct reading *x, struct written *w, const struct reply *y)
{
	put_if(x, w, y, ERROR);
	put(w, y->timeout ? ",\"timeout\":true" : "");
	put_if(x, w, y, DURATION);
}

static void put_streams(struct reading *x, struct written *w, const struct reply *y)
{
	put(w, "\"stdout\":");
	put_value(x, w, y, STDOUT, "\"\"");
	put(w, ",\"stderr\":");
	put_value(x, w, y, STDERR, "\"\"");
	put_more(x, w, y);
}
static void put_exit(struct reading *x, struct written *w, const struct reply *y)
{
	put_streams(x, w, y);
	put_if(x, w, y, EXIT_CODE);
}

/* One of several. */
static void put_result(
	struct reading *x, struct written *w, struct aeg_str name, const struct reply *y)
{
	put(w, "{");
	if (name.len != 0) {
		put(w, "\"agent\":");
		put_quoted(w, name);
		put(w, ",");
	}
	put(w, y->success ? "\"status\":\"success\",\"output\":"
			  : "\"status\":\"failure\",\"output\":");
	put_value(x, w, y, OUTPUT, "null");
	put_more(x, w, y);
	put(w, y->scored ? ",\"score\":" : "");
	if (y->scored)
		machine_put_score(w, y->score);
	put(w, y->confident ? ",\"confidence\":" : "");
	if (y->confident)
		machine_put_score(w, y->confidence);
	put(w, "}");
}

static void keep(struct reading *x, struct record head, const struct written *w)
{
	if (x->refused)
		return;
	if (w->failed != NULL)
		x->error = machine_failed(x->m, AEG_NOMEM, NULL);
	else
		x->error = machine_keep(x->m, head, (struct aeg_str){ w->at, (uint32_t)w->len });
}

static struct record record_of(struct aeg_machine *m, const struct reply *y)
{
	return (struct record){ .state = machine_run(m)->state,
		.success = (uint8_t)(y->success != 0),
		.scored = (uint8_t)(y->scored != 0),
		.confident = (uint8_t)(y->confident != 0),
		.exited = (uint8_t)(y->exited != 0),
		.score = y->score,
		.confidence = y->confidence,
		.exit = y->exit };
}

/* `"output":`, and how long what follows it is. */
static size_t begin_output(struct written *w)
{
	put(w, "\"output\":");
	return w->len;
}
static void end_output(struct record *head, const struct written *w, size_t begin)
{
	head->output_len = (uint32_t)(w->len - begin);
}

/* ---- By kind ------------------------------------------------------------------------------- */

static void read_agent(struct reading *x, struct scratch *s)
{
	struct written w = text_begin(s);
	struct reply y;
	struct record head;
	size_t begin;

	read_result(x, 0, &y);
	if (aeg_ld32(machine_here(x->m)->njudges) != 0)
		y.scored = y.confident = 0; /* that is for the judges to say */
	head = record_of(x->m, &y);
	begin = begin_output(&w);
	put_value(x, &w, &y, OUTPUT, "null");
	end_output(&head, &w, begin);
	put_more(x, &w, &y);
	keep(x, head, &w);
}

static void read_workflow(struct reading *x, struct scratch *s)
{
	struct written w = text_begin(s);
	struct reply y;
	struct record head;
	size_t begin;

	read_members(x, 0, ALWAYS | HAS(OUTPUT), &y);
	if (!x->refused)
		read_status(x, &y);
	head = record_of(x->m, &y);
	begin = begin_output(&w);
	put_value(x, &w, &y, OUTPUT, "null");
	end_output(&head, &w, begin);
	put_more(x, &w, &y);
	keep(x, head, &w);
}

static void read_command(struct reading *x, struct scratch *s)
{
	struct written w = text_begin(s);
	struct reply y;
	struct record head;
	size_t begin;

	read_exit(x, 0, &y);
	head = record_of(x->m, &y);
	begin = begin_output(&w);
	put(&w, "{");
	put_exit(x, &w, &y);
	put(&w, "}");
	end_output(&head, &w, begin);
	put(&w, ",");
	put_streams(x, &w, &y);
	keep(x, head, &w);
}

/* What nobody answered in time is answered by default, where there is such an answer. */
static void read_answer(struct reading *x, struct scratch *s)
{
	const struct aegf_state *here = machine_here(x->m);
	struct written w = text_begin(s);
	struct reply y;
	struct record head;
	size_t begin;
	int by_default;

	read_members(x, 0, ALWAYS | HAS(RESPONSE) | HAS(FEEDBACK), &y);
	if (!x->refused)
		read_status(x, &y);
	by_default = y.timeout && (here->flags & AEGF_STATE_DEFAULT);
	if (y.timeout && has(&y, RESPONSE))
		refuse(x, y.token[RESPONSE], "came too late");
	else if (y.success && !has(&y, RESPONSE))
		refuse(x, 0, "has no response");
	y.success = y.success || by_default;
	head = record_of(x->m, &y);
	begin = begin_output(&w);
	for (int i = 0; i < 2; i++) {
		if (by_default)
			put_quoted(&w, machine_text(x->m->machines, here->text));
		else
			put_value(x, &w, &y, RESPONSE, "null");
		if (i == 0) {
			end_output(&head, &w, begin);
			put(&w, ",\"response\":");
		}
	}
	put_if(x, &w, &y, FEEDBACK);
	put_more(x, &w, &y);
	keep(x, head, &w);
}

/* ---- Several agents, and judges ------------------------------------------------------------- */

/* The results in `agents`, one for each task from @first on, as opinions in scratch. */
static struct opinion *read_results(
	struct reading *x, struct scratch *s, uint32_t list, uint32_t first, uint32_t n)
{
	struct opinion *v = scratch_take(s, n * sizeof *v);
	uint32_t t = list + 1, end = x->j.tok[list].next;
	struct reply y;

	if (v == NULL) {
		x->error = machine_failed(x->m, AEG_NOMEM, NULL);
		return NULL;
	}
	for (uint32_t i = 0; i < n && !x->refused; i++, t = x->j.tok[t].next) {
		if (t >= end) {
			refuse(x, list, "has fewer results than agents were run");
			return NULL;
		}
		read_result(x, t, &y);
		v[i] = (struct opinion){ .did = (uint8_t)(y.success != 0),
			.scored = (uint8_t)(y.scored != 0),
			.score = y.score,
			.confidence = y.confident ? y.confidence : 0,
			.weight = aeg_ld32(
				machine_task(x->m, machine_here(x->m), first + i)->weight) };
	}
	if (!x->refused && t < end)
		refuse(x, list, "has more results than agents were run");
	return x->refused ? NULL : v;
}

static void put_results(struct reading *x, struct written *w, uint32_t list, uint32_t first)
{
	struct reply y;
	uint32_t t = list + 1;

	put(w, "[");
	for (; t < x->j.tok[list].next; t = x->j.tok[t].next, first++) {
		read_result(x, t, &y);
		put(w, t == list + 1 ? "" : ",");
		put_result(x, w,
			machine_text(x->m->machines,
				machine_task(x->m, machine_here(x->m), first)->name),
			&y);
	}
	put(w, "]");
}

/* Score, confidence, and whether all or some approve, of @n opinions. */
static void agree(struct aeg_machine *m, struct record *head, struct opinion *v, uint32_t n)
{
	const struct aegf_state *here = machine_here(m);

	head->scored = head->confident =
		(uint8_t)machine_agree(here, v, n, &head->score, &head->confidence);
	head->approved = 1;
	head->rejected = 0;
	for (uint32_t i = 0; i < n; i++) {
		int passes = v[i].did && v[i].scored && v[i].score >= aeg_ld32(here->threshold);
		head->approved = head->approved && passes;
		head->rejected = head->rejected || !v[i].did || (v[i].scored && !passes);
	}
}

/* `agents`, which an outcome has that says nothing of them all having failed. */
static uint32_t read_list(struct reading *x, struct reply *y)
{
	read_members(x, 0, ALWAYS | HAS(AGENTS), y);
	if (x->refused)
		return AEG_NONE;
	read_status(x, y);
	if (has(y, STATUS))
		refuse(x, y->token[STATUS], "is said by each of the agents");
	if (y->timeout && has(y, AGENTS))
		refuse(x, y->token[AGENTS], "came too late");
	if (y->success && !has(y, AGENTS))
		refuse(x, 0, "has no agents");
	return y->token[AGENTS];
}

static void read_agents(struct reading *x, struct scratch *s)
{
	const struct aegf_state *here = machine_here(x->m);
	struct reply y;
	uint32_t list = read_list(x, &y), n = machine_own_tasks(here), did = 0;
	struct opinion *v = NULL;
	struct written w;
	struct record head;
	size_t begin;

	if (list != AEG_NONE && (v = read_results(x, s, list, 0, n)) == NULL)
		return;
	head = record_of(x->m, &y);
	for (uint32_t i = 0; v != NULL && i < n; i++)
		did += v[i].did;
	head.success = head.success && did >= aeg_ld32(here->least);
	if (v != NULL && aeg_ld32(here->njudges) == 0)
		agree(x->m, &head, v, n);
	w = text_begin(s);
	begin = begin_output(&w);
	put(&w, "[");
	for (uint32_t t = list + 1; v != NULL && t < x->j.tok[list].next; t = x->j.tok[t].next) {
		struct reply one;
		read_result(x, t, &one);
		put(&w, t == list + 1 ? "" : ",");
		put_value(x, &w, &one, OUTPUT, "null");
	}
	put(&w, "]");
	end_output(&head, &w, begin);
	put(&w, ",\"agents\":");
	if (v != NULL)
		put_results(x, &w, list, 0);
	else
		put(&w, "[]");
	put_more(x, &w, &y);
	keep(x, head, &w);
}

/* What the judges say joins what the state came to. */
static void read_judges(struct reading *x, struct scratch *s)
{
	const struct aegf_state *here = machine_here(x->m);
	struct reply y;
	uint32_t list = read_list(x, &y);
	const struct record *old = machine_newest(x->m);
	struct record head = *old;
	struct opinion *v = NULL;
	struct written w;

	if (list != AEG_NONE && (v = read_results(x, s, list, machine_own_tasks(here),
					 aeg_ld32(here->njudges))) == NULL)
		return;
	if (v != NULL)
		agree(x->m, &head, v, aeg_ld32(here->njudges));
	w = text_begin(s);
	aegi_write(&w, (const char *)(old + 1), old->len);
	put(&w, ",\"judges\":");
	if (v != NULL)
		put_results(x, &w, list, machine_own_tasks(here));
	else
		put(&w, "[]");
	keep(x, head, &w);
}

/* ---- Several containers --------------------------------------------------------------------- */

static uint32_t step_of(struct reading *x, uint32_t object, struct aeg_str name)
{
	uint32_t t = aeg_json_member(&x->j, object, name);

	if (t == AEG_NONE)
		refuse(x, object, "lacks one of the steps");
	return t;
}

static uint32_t count(const struct aeg_json *j, uint32_t object)
{
	uint32_t n = 0;

	for (uint32_t t = object + 1; t < j->tok[object].next; t = j->tok[t].next)
		n++;
	return n;
}

static void put_steps(struct reading *x, struct written *w, uint32_t object)
{
	const struct aegf_state *here = machine_here(x->m);

	for (uint32_t i = 0; i < machine_own_tasks(here) && !x->refused; i++) {
		struct aeg_str name =
			machine_text(x->m->machines, machine_task(x->m, here, i)->name);
		struct reply y;
		read_exit(x, step_of(x, object, name), &y);
		put(w, i == 0 ? "" : ",");
		put_quoted(w, name);
		put(w, y.success ? ":{\"status\":\"success\"," : ":{\"status\":\"failure\",");
		put_exit(x, w, &y);
		put(w, "}");
	}
}

/* By its completion: what all of them come to. The exit code is that of the first that has another
 * than 0. */
static void complete(struct reading *x, uint32_t object, struct record *head)
{
	const struct aegf_state *here = machine_here(x->m);
	uint32_t n = machine_own_tasks(here), did = 0;

	for (uint32_t i = 0; i < n && !x->refused; i++) {
		uint32_t t = step_of(
			x, object, machine_text(x->m->machines, machine_task(x->m, here, i)->name));
		struct reply y;
		if (t == AEG_NONE)
			return;
		read_exit(x, t, &y);
		did += (uint32_t)y.success;
		if (y.exited && y.exit != 0 && !head->exited) {
			head->exited = 1;
			head->exit = y.exit;
		}
	}
	head->success = here->completion == AEG_BEST_EFFORT || did == n ||
			(here->completion == AEG_ANY_SUCCEED && did > 0);
	if (head->success) {
		head->exited = 1;
		head->exit = 0;
	}
	if (count(&x->j, object) != n)
		refuse(x, object, "has more steps than were run");
}

static void read_steps(struct reading *x, struct scratch *s)
{
	struct written w = text_begin(s);
	struct reply y;
	struct record head;
	size_t begin;

	read_members(x, 0, ALWAYS | HAS(STEPS), &y);
	if (!x->refused)
		read_status(x, &y);
	if (has(&y, STATUS))
		refuse(x, y.token[STATUS], "is said by each of the steps");
	else if (y.timeout && has(&y, STEPS))
		refuse(x, y.token[STEPS], "came too late");
	else if (y.success && !has(&y, STEPS))
		refuse(x, 0, "has no steps");
	head = record_of(x->m, &y);
	if (!x->refused && has(&y, STEPS))
		complete(x, y.token[STEPS], &head);
	if (x->refused)
		return;
	begin = begin_output(&w);
	put(&w, "{");
	if (has(&y, STEPS))
		put_steps(x, &w, y.token[STEPS]);
	put(&w, "}");
	end_output(&head, &w, begin);
	put_more(x, &w, &y);
	put(&w, has(&y, STEPS) ? "," : "");
	if (has(&y, STEPS)) /* beside it as well, behind what is always there */
		put_steps(x, &w, y.token[STEPS]);
	keep(x, head, &w);
}

/* ---- The handler ---------------------------------------------------------------------------- */

static void read_handler(struct reading *x)
{
	struct record *head = machine_newest(x->m);
	struct reply y;

	read_members(x, 0, ALWAYS | HAS(OUTPUT) | HAS(EXIT_CODE) | HAS(STDOUT) | HAS(STDERR), &y);
	if (x->refused)
		return;
	read_status(x, &y);
	if (has(&y, EXIT_CODE)) {
		if (!read_integer(token_text(&x->j, y.token[EXIT_CODE]), &y.exit))
			refuse(x, y.token[EXIT_CODE], "is not a whole number of 32 bits");
		y.success = y.success && y.exit == 0;
	}
	if (!x->refused && !y.success && (machine_here(x->m)->flags & AEGF_STATE_REQUIRED))
		head->success = 0;
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void read_own(struct reading *x, struct scratch *s)
{
	switch ((enum aeg_state_kind)machine_here(x->m)->kind) {
	case AEG_STATE_AGENT: read_agent(x, s); return;
	case AEG_STATE_SYSTEM:
	case AEG_STATE_CONTAINER: read_command(x, s); return;
	case AEG_STATE_HUMAN: read_answer(x, s); return;
	case AEG_STATE_PARALLEL_AGENTS: read_agents(x, s); return;
	case AEG_STATE_PARALLEL_CONTAINERS: read_steps(x, s); return;
	case AEG_STATE_SUBWORKFLOW: read_workflow(x, s); return;
	case AEG_NSTATE_KINDS: return;
	}
}

enum aeg_status machine_read(struct aeg_machine *m, struct aeg_str text, const char **ret_what)
{
	struct scratch s = machine_scratch(m);
	struct reading x = { .m = m };

	*ret_what = machine_scan(m, &s, text, NULL, &x.j);
	if (*ret_what != NULL)
		return m->status;
	if (x.j.status != AEG_OK)
		refuse(&x, AEG_NONE, "the outcome is not JSON");
	else if (x.j.duplicate != AEG_NONE)
		refuse(&x, x.j.duplicate, "is there twice");
	else if (machine_run(m)->doing == PHASE_JUDGE)
		read_judges(&x, &s);
	else if (machine_run(m)->doing == PHASE_HANDLE)
		read_handler(&x);
	else
		read_own(&x, &s);
	*ret_what = x.error;
	return x.refused ? AEG_CONTENT : x.error != NULL ? m->status : AEG_OK;
}

const char *machine_keep_failure(struct aeg_machine *m, const char *error)
{
	struct scratch s = machine_scratch(m);
	struct written w = text_begin(&s);
	struct record head = { .state = machine_run(m)->state, .output_len = 4 };

	put(&w, "\"output\":null");
	if (error != NULL) {
		put(&w, ",\"error\":");
		put_quoted(&w, (struct aeg_str){ error, (uint32_t)strlen(error) });
	} else {
		put(&w, ",\"timeout\":true");
	}
	if (w.failed != NULL)
		return machine_failed(m, AEG_NOMEM, NULL);
	return machine_keep(m, head, (struct aeg_str){ w.at, (uint32_t)w.len });
}

const char *machine_keep_started(struct aeg_machine *m)
{
	struct record head = { .state = machine_run(m)->state, .success = 1, .output_len = 4 };

	return machine_keep(m, head, (struct aeg_str){ "\"output\":null", 13 });
}
