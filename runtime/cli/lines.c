/* JSON lines: one in, one out, in the same order. */
#define _POSIX_C_SOURCE 200809L
#include "cli/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_AT_LEAST = 64 << 10, WRITE_AT = 64 << 10 };

bool lines_room(void **io_mem, size_t *io_size, size_t size)
{
	if (size <= *io_size)
		return true;
	free(*io_mem);
	*io_mem = malloc(size);
	*io_size = *io_mem == NULL ? 0 : size;
	return *io_mem != NULL;
}

bool tokens_scan(struct aeg_json *j, struct tokens *t, const char *text, size_t len)
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

bool tokens_scan_document(struct aeg_json *j, struct tokens *t, struct slice text)
{
	t->cap = text.len / 4 + 64;
	t->v = malloc(t->cap * sizeof *t->v);
	if (t->v != NULL && aeg_json_scan(j, text.at, text.len, t->v, t->cap) != AEG_NOMEM)
		return true;
	return tokens_scan(j, t, text.at, text.len);
}

struct slice tokens_raw(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	bool quoted = tokens_kind(j, token) == AEG_JSON_STRING;
	return (struct slice){ j->text + t->at - quoted, t->len + 2 * quoted };
}

/* The scan tells the first repetition at any depth; so look again with all that is nested blanked
 * out. */
bool tokens_member_twice(const struct aeg_json *j, struct tokens *spare)
{
	struct aeg_json shallow;
	if (j->duplicate == AEG_NONE)
		return false;
	char *copy = malloc(j->len);
	if (copy == NULL)
		return true;
	memcpy(copy, j->text, j->len);
	for (uint32_t t = 1; t < j->ntok; t = j->tok[t].next) {
		uint32_t value = t + 1, kind = tokens_kind(j, value);
		if (kind == AEG_JSON_ARRAY || kind == AEG_JSON_OBJECT)
			memset(copy + j->tok[value].at + 1, ' ', j->tok[value].len - 2);
	}
	bool twice = !tokens_scan(&shallow, spare, copy, j->len) || shallow.duplicate != AEG_NONE;
	free(copy);
	return twice;
}

static bool flush(struct lines *b)
{
	for (size_t at = 0; at < b->out->len;) {
		ssize_t n = write(STDOUT_FILENO, b->out->at + at, b->out->len - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n < 0 ? 0 : (size_t)n;
	}
	b->out->len = 0;
	return true;
}

/* Room for more input behind what waits. */
static bool make_room(struct lines *b)
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
static bool answer_lines(struct lines *b, size_t looked, bool input_ended)
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
			b->too_long(b->ctx);
		else if (!is_blank((struct slice){ start, (uint32_t)len }))
			b->answer(b->ctx, (struct slice){ start, (uint32_t)len });
		if (b->out->len >= WRITE_AT && !flush(b))
			return false;
	}
	return true;
}

/* Answers go out before input is waited for, so that whoever writes one line can read its answer.
 */
static int stream(struct command_line *l, struct lines *b)
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

int lines_run(struct command_line *l, struct lines *b)
{
	int status = stream(l, b);
	free(b->in);
	return status;
}
