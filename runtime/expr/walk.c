/* Ops for what a path walks along: segments, selectors, the strings in them. */
#include <string.h>

#include "code.h"

/* ---- Strings ------------------------------------------------------------------------------- */

static uint32_t hex4(const char *p)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t digit = (uint32_t)p[i] - '0';
		value = value << 4 | (digit <= 9 ? digit : ((uint32_t)p[i] | 0x20) - 'a' + 10);
	}
	return value;
}

static void put_point(struct jsonpath *p, uint32_t c)
{
	uint32_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	uint8_t *at = code_take(p, more + 1);

	if (at == NULL)
		return;
	*at++ = (uint8_t)(lead[more] | c >> (6 * more));
	while (more-- > 0)
		*at++ = (uint8_t)(0x80 | (c >> (6 * more) & 0x3f));
}

/* \uXXXX, or two of them, which are a pair. */
static void put_unit(struct jsonpath *p, struct jsonpath_token t)
{
	uint32_t unit = hex4(t.at + 2);

	if (t.len == 12)
		unit = 0x10000 + ((unit & 0x3ff) << 10 | (hex4(t.at + 8) & 0x3ff));
	put_point(p, unit);
}

static void put_escape(struct jsonpath *p, char letter)
{
	static const char letters[] = "bfnrt", values[] = "\b\f\n\r\t";
	const char *known = strchr(letters, letter);

	put_point(p, (uint8_t)(known == NULL ? letter : values[known - letters]));
}

static void put_bytes(struct jsonpath *p, const char *from, uint32_t len)
{
	uint8_t *at = code_take(p, len);

	if (at != NULL)
		memcpy(at, from, len);
}

/* The value of a quoted string, which the lexer has read once. */
static void put_quoted(struct jsonpath *p, struct jsonpath_token s)
{
	const char *at = s.at + 1, *end = s.at + s.len;
	struct jsonpath_token t;

	for (;;) {
		switch (jsonpath_string_piece(&at, end, *s.at, &t)) {
		case JSONPATH_PIECE_BAD:
		case JSONPATH_PIECE_END: return;
		case JSONPATH_PIECE_TEXT: put_bytes(p, t.at, t.len); break;
		case JSONPATH_PIECE_ESCAPE: put_escape(p, t.at[1]); break;
		case JSONPATH_PIECE_UNIT: put_unit(p, t); break;
		}
	}
}

/* An op whose operand is a text: quoted, or as it stands. */
static void put_text(struct jsonpath *p, enum aegf_op op, struct jsonpath_token t)
{
	uint32_t at = (uint32_t)p->at;

	code_op(p, op);
	code_le32(p, 0);
	if (*t.at == '\'' || *t.at == '"')
		put_quoted(p, t);
	else
		put_bytes(p, t.at, t.len);
	if (p->status == AEG_OK)
		code_st32(p->code + at + 1, (uint32_t)p->at - at - 5);
}

void jsonpath_literal_string(struct jsonpath *p, struct jsonpath_token s)
{
	put_text(p, AEGF_OP_STRING, s);
}

void jsonpath_literal_number(struct jsonpath *p, struct jsonpath_token n)
{
	put_text(p, AEGF_OP_NUMBER, n);
}

/* ---- Selectors ----------------------------------------------------------------------------- */

void jsonpath_descend(struct jsonpath *p) { code_op(p, AEGF_OP_DESCEND); }
void jsonpath_children(struct jsonpath *p) { code_op(p, AEGF_OP_CHILDREN); }
void jsonpath_name(struct jsonpath *p, struct jsonpath_token t) { put_text(p, AEGF_OP_NAME, t); }

/* 0 where there is none. */
static int64_t integer(struct jsonpath *p, struct jsonpath_token t)
{
	int64_t value = 0;
	uint32_t i = t.len > 0 && *t.at == '-';

	for (; i < t.len; i++) {
		value = value * 10 + (t.at[i] - '0');
		if (value > AEGF_MAX_INTEGER) {
			jsonpath_error(p, t.at, "an index lies between -(2^53 - 1) and 2^53 - 1");
			return 0;
		}
	}
	return t.len > 0 && *t.at == '-' ? -value : value;
}

void jsonpath_index(struct jsonpath *p, struct jsonpath_token t)
{
	int64_t i = integer(p, t);

	code_op(p, AEGF_OP_INDEX);
	code_le64(p, i);
}

/* Is a slice empty whatever the array? Only ends of one sign tell. */
static int is_empty(struct jsonpath_token start, int64_t from, struct jsonpath_token end,
	int64_t to, int64_t step)
{
	if (start.len == 0 || end.len == 0 || (from < 0) != (to < 0))
		return step > 0 && end.len != 0 && to == 0 && start.len == 0;
	return step > 0 ? from >= to : from <= to;
}

void jsonpath_slice(struct jsonpath *p, struct jsonpath_token start, struct jsonpath_token end,
	struct jsonpath_token step)
{
	int64_t from = integer(p, start), to = integer(p, end), by = integer(p, step);
	uint8_t *flags;

	if (step.len == 0)
		by = 1;
	if (step.len != 0 && by == 0)
		code_warn(p, step.at, "a slice with step 0 selects nothing");
	else if (is_empty(start, from, end, to, by))
		code_warn(p, start.len != 0 ? start.at : end.at, "this slice is always empty");
	code_op(p, AEGF_OP_SLICE);
	flags = code_take(p, 1);
	if (flags != NULL)
		*flags = (uint8_t)((start.len != 0 ? AEGF_SLICE_START : 0) |
				   (end.len != 0 ? AEGF_SLICE_END : 0));
	code_le64(p, from);
	code_le64(p, to);
	code_le64(p, by);
}

/* Before the second selector of a list on: a fork before the one before it, a jump behind it. */
void jsonpath_selector(struct jsonpath *p, struct jsonpath_list *l, uint32_t code)
{
	uint8_t *jump, *fork;

	if (l->n++ == 0) {
		l->last = code;
		return;
	}
	jump = code_insert(p, code, CODE_JUMP_SIZE);
	if (jump == NULL)
		return;
	*jump = AEGF_OP_JUMP;
	code_st32(jump + 1, l->patch);
	fork = code_insert(p, l->last, CODE_JUMP_SIZE);
	if (fork == NULL)
		return;
	*fork = AEGF_OP_FORK;
	code_st32(fork + 1, code + 2 * CODE_JUMP_SIZE - l->last);
	l->patch = code + CODE_JUMP_SIZE;
	l->last = code + 2 * CODE_JUMP_SIZE;
}

void jsonpath_selectors_end(struct jsonpath *p, struct jsonpath_list *l)
{
	while (p->status == AEG_OK && l->patch != 0) {
		uint32_t at = l->patch;
		l->patch = code_ld32(p->code + at + 1);
		code_land(p, at, at + 1);
	}
}

void jsonpath_segment(struct jsonpath *p, uint32_t code, const char *text)
{
	uint32_t len = (uint32_t)p->at - code;
	uint8_t *at;

	code_follow_schema(p, code, text);
	at = code_insert(p, code, CODE_JUMP_SIZE);
	if (at != NULL) {
		*at = CODE_SEGMENT;
		code_st32(at + 1, len);
	}
}
