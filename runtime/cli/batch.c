/* decide --batch: one line in, one line out, in the same order. */
#define _POSIX_C_SOURCE 200809L
#include "cli/batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/answer.h"

enum { READ_AT_LEAST = 64 << 10, WRITE_AT = 64 << 10 };

struct tokens { /* memory for a scan, kept for the next */
	struct aeg_json_tok *v;
	size_t cap;
};

struct batch {
	const struct aeg_bundle *bundle;
	struct tokens line, args;
	char *name; /* of a context or tool, where it has to be unescaped */
	size_t name_cap;
	char *in; /* [at, end) is read and not yet answered */
	size_t at, end, cap;
	struct buf out;
};

/* The members of one line; tokens, or AEG_NONE. */
struct request {
	uint32_t id, context, tool, args;
};

/* ---- One line ------------------------------------------------------------------------------ */

/* False: the memory cannot be had. */
static bool scan(struct aeg_json *j, struct tokens *t, const char *text, size_t len)
{
	size_t bound = aeg_json_bound(len);
	if (bound > t->cap) {
		free(t->v);
		t->v = bound > SIZE_MAX / sizeof *t->v ? NULL : malloc(bound * sizeof *t->v);
		t->cap = t->v == NULL ? 0 : bound;
	}
	if (t->v == NULL)
		return false;
	aeg_json_scan(j, text, len, t->v, t->cap);
	return true;
}

static uint32_t kind_of(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}

/* A value as it stands in the line. */
static struct slice raw(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	bool quoted = kind_of(j, token) == AEG_JSON_STRING;
	return (struct slice){ j->text + t->at - quoted, t->len + 2 * quoted };
}

static void answer_error(struct batch *b, struct slice id, const char *what)
{
	buf_text(&b->out, "{\"id\":");
	buf_slice(&b->out, id);
	buf_text(&b->out, ",\"error\":");
	buf_json_string(&b->out, slice_of(what));
	buf_text(&b->out, "}\n");
}

/* Is a member of the line's object there twice? The scan tells the first repetition at any depth,
 * and one inside `args` or `id` is not the line's; so look again with all that is nested blanked
 * out. */
static bool member_twice(struct batch *b, const struct aeg_json *j)
{
	struct aeg_json shallow;
	if (j->duplicate == AEG_NONE)
		return false;
	char *copy = malloc(j->len);
	if (copy == NULL)
		return true;
	memcpy(copy, j->text, j->len);
	for (uint32_t t = 1; t < j->ntok; t = j->tok[t].next) {
		uint32_t value = t + 1, kind = kind_of(j, value);
		if (kind == AEG_JSON_ARRAY || kind == AEG_JSON_OBJECT)
			memset(copy + j->tok[value].at + 1, ' ', j->tok[value].len - 2);
	}
	bool twice = !scan(&shallow, &b->args, copy, j->len) || shallow.duplicate != AEG_NONE;
	free(copy);
	return twice;
}

/* A string member's value; unescaped into b->name where it must be. False: no memory. */
static bool text_of(struct batch *b, const struct aeg_json *j, uint32_t token, struct aeg_str *ret)
{
	const struct aeg_json_tok *t = &j->tok[token];
	if ((t->info & AEG_JSON_ESCAPED) == 0) {
		*ret = (struct aeg_str){ j->text + t->at, t->len };
		return true;
	}
	if (t->len > b->name_cap) {
		free(b->name);
		b->name = malloc(t->len);
		b->name_cap = b->name == NULL ? 0 : t->len;
	}
	if (b->name == NULL)
		return false;
	*ret = (struct aeg_str){ b->name, (uint32_t)aeg_json_unescape(j, token, b->name, t->len) };
	return true;
}

static const char *wrong_member(const struct aeg_json *j, const struct request *r)
{
	if (r->context == AEG_NONE)
		return "`context` is missing";
	if (r->tool == AEG_NONE)
		return "`tool` is missing";
	if (kind_of(j, r->context) != AEG_JSON_STRING)
		return "`context` is not a string";
	if (kind_of(j, r->tool) != AEG_JSON_STRING)
		return "`tool` is not a string";
	return NULL;
}

static struct request find_members(const struct aeg_json *j)
{
	return (struct request){
		.id = aeg_json_member(j, 0, (struct aeg_str){ "id", 2 }),
		.context = aeg_json_member(j, 0, (struct aeg_str){ "context", 7 }),
		.tool = aeg_json_member(j, 0, (struct aeg_str){ "tool", 4 }),
		.args = aeg_json_member(j, 0, (struct aeg_str){ "args", 4 }),
	};
}

/* NULL: answered. Else what is wrong. */
static const char *decide(
	struct batch *b, const struct aeg_json *j, const struct request *r, struct slice id)
{
	static const char no_memory[] = "not enough memory for a line of this length";
	struct aeg_call call = { .size_of = sizeof call };
	struct aeg_json args;
	struct aeg_verdict v;
	struct aeg_str name;
	if (!text_of(b, j, r->context, &name))
		return no_memory;
	call.context = aeg_context_find(b->bundle, name);
	if (!text_of(b, j, r->tool, &call.tool))
		return no_memory;
	if (r->args != AEG_NONE) {
		struct slice text = raw(j, r->args);
		if (!scan(&args, &b->args, text.at, text.len))
			return no_memory;
		call.args = &args;
	}
	enum aeg_status status = aeg_decide(b->bundle, &call, &v);
	if (status != AEG_OK)
		return aeg_status_text(status);
	buf_text(&b->out, "{\"id\":");
	buf_slice(&b->out, id);
	buf_text(&b->out, ",");
	answer_decision(&b->out, b->bundle, &call, &v);
	buf_text(&b->out, "}\n");
	return NULL;
}

static void answer_line(struct batch *b, struct slice line)
{
	struct slice id = SLICE("null");
	struct aeg_json j;
	const char *wrong;
	if (!scan(&j, &b->line, line.at, line.len)) {
		answer_error(b, id, "not enough memory for a line of this length");
		return;
	}
	if (j.status != AEG_OK) {
		char text[96];
		snprintf(text, sizeof text, "%s: byte %u", aeg_status_text(j.status),
			(unsigned)j.bad);
		answer_error(b, id, text);
		return;
	}
	if (kind_of(&j, 0) != AEG_JSON_OBJECT) {
		answer_error(b, id, "not a JSON object");
		return;
	}
	struct request r = find_members(&j);
	if (r.id != AEG_NONE)
		id = raw(&j, r.id);
	if (member_twice(b, &j))
		wrong = "a member is there twice";
	else
		wrong = wrong_member(&j, &r);
	if (wrong == NULL)
		wrong = decide(b, &j, &r, id);
	if (wrong != NULL)
		answer_error(b, id, wrong);
}

/* ---- The stream ---------------------------------------------------------------------------- */

static bool flush(struct batch *b)
{
	for (size_t at = 0; at < b->out.len;) {
		ssize_t n = write(STDOUT_FILENO, b->out.at + at, b->out.len - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n < 0 ? 0 : (size_t)n;
	}
	b->out.len = 0;
	return true;
}

/* Room for more input behind what waits. */
static bool make_room(struct batch *b)
{
	if (b->at > 0) {
		memmove(b->in, b->in + b->at, b->end - b->at);
		b->end -= b->at;
		b->at = 0;
	}
	if (b->cap - b->end >= READ_AT_LEAST)
		return true;
	size_t cap = b->cap == 0 ? 2 * READ_AT_LEAST : b->cap * 2;
	char *in = realloc(b->in, cap);
	if (in == NULL)
		return false;
	b->in = in;
	b->cap = cap;
	return true;
}

static bool is_blank(struct slice line)
{
	for (uint32_t i = 0; i < line.len; i++)
		if (line.at[i] != ' ' && line.at[i] != '\t' && line.at[i] != '\r')
			return false;
	return true;
}

/* Answers the whole lines that were read, and at the end of input what is left. @looked: bytes of
 * it that are known to hold no line end. */
static bool answer_lines(struct batch *b, size_t looked, bool input_ended)
{
	while (b->at < b->end) {
		char *start = b->in + b->at;
		char *lf = memchr(start + looked, '\n', b->end - b->at - looked);
		looked = 0;
		if (lf == NULL && !input_ended)
			return true;
		size_t len = lf == NULL ? b->end - b->at : (size_t)(lf - start);
		b->at += len + (lf != NULL);
		if (len > UINT32_MAX)
			answer_error(b, SLICE("null"), aeg_status_text(AEG_TOO_LARGE));
		else if (!is_blank((struct slice){ start, (uint32_t)len }))
			answer_line(b, (struct slice){ start, (uint32_t)len });
		if (b->out.len >= WRITE_AT && !flush(b))
			return false;
	}
	return true;
}

/* Answers go out before input is waited for, so that whoever writes one line can read its answer.
 */
static int stream(struct command_line *l, struct batch *b)
{
	for (;;) {
		size_t looked = b->end - b->at;
		if (!make_room(b))
			return command_fail(l, COMMAND_IO,
				"standard input: a line is too long for the memory there is");
		ssize_t n = read(STDIN_FILENO, b->in + b->end, b->cap - b->end);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return command_fail(l, COMMAND_IO, "standard input: %s", strerror(errno));
		b->end += (size_t)n;
		if (!answer_lines(b, looked, n == 0) || !flush(b))
			return errno == EPIPE ? (int)COMMAND_IO
					      : command_fail(l, COMMAND_IO, "standard output: %s",
							strerror(errno));
		if (n == 0)
			return COMMAND_OK;
	}
}

int batch_run(struct command_line *l, const struct aeg_bundle *bundle)
{
	struct batch b = { .bundle = bundle, .out.arena = l->arena };
	int status = stream(l, &b);
	free(b.line.v);
	free(b.args.v);
	free(b.name);
	free(b.in);
	return status;
}
