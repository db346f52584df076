/* A program in words, one op a line. */
#include <string.h>

#include "aegis/expr.h"
#include "format/aeg_path.h"

enum { WIDEST = 120 }; /* longer texts are cut */

struct line {
	char text[WIDEST + 8];
	uint32_t len;
};

static const struct {
	const char *name;
	enum aegf_operands operands;
} ops[] = {
#define X(name, operands, in, out) { #name, AEGF_OPERANDS_##operands },
#include "format/aeg_ops.def"
#undef X
};

static void put(struct line *l, char c)
{
	if (l->len < WIDEST)
		l->text[l->len++] = c;
}

static void put_text(struct line *l, const char *text)
{
	while (*text != 0)
		put(l, *text++);
}

static void put_number(struct line *l, uint64_t n)
{
	char digits[21], *p = digits + sizeof digits;

	*--p = 0;
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	put_text(l, p);
}

static void put_integer(struct line *l, const uint8_t *p)
{
	int64_t i = (int64_t)aeg_ld64(*(const struct aeg_le64 *)(const void *)p);

	put(l, ' ');
	if (i < 0)
		put(l, '-');
	put_number(l, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
}

static uint32_t ld32(const uint8_t *p)
{
	return aeg_ld32(*(const struct aeg_le32 *)(const void *)p);
}

/* As JSON would quote it, so that it is one line of harmless characters. */
static void put_quoted(struct line *l, const uint8_t *p, uint32_t len)
{
	static const char hex[] = "0123456789abcdef";

	put_text(l, " \"");
	for (uint32_t i = 0; i < len && l->len < WIDEST - 10; i++) {
		if (p[i] < 0x20 || p[i] >= 0x7f) {
			put_text(l, "\\x");
			put(l, hex[p[i] >> 4]);
			put(l, hex[p[i] & 15]);
		} else {
			if (p[i] == '"' || p[i] == '\\')
				put(l, '\\');
			put(l, (char)p[i]);
		}
	}
	put_text(l, l->len < WIDEST - 10 ? "\"" : "...\"");
}

static void put_jump(struct line *l, uint32_t at, const uint8_t *p)
{
	put_text(l, " > ");
	put_number(l, at + ld32(p));
}

static void put_slice(struct line *l, const uint8_t *op)
{
	if (op[1] & AEGF_SLICE_START)
		put_integer(l, op + 2);
	put_text(l, " :");
	if (op[1] & AEGF_SLICE_END)
		put_integer(l, op + 10);
	put_text(l, " :");
	put_integer(l, op + 18);
}

/* The op's operands; its size. */
static uint32_t put_operands(struct line *l, const uint8_t *op, uint32_t at)
{
	switch (ops[*op].operands) {
	case AEGF_OPERANDS_NONE: return 1;
	case AEGF_OPERANDS_PATH:
		put(l, ' ');
		put_number(l, ld32(op + 1));
		return 5;
	case AEGF_OPERANDS_JUMP: put_jump(l, at, op + 1); return 5;
	case AEGF_OPERANDS_INTEGER: put_integer(l, op + 1); return 9;
	case AEGF_OPERANDS_SLICE: put_slice(l, op); return 26;
	case AEGF_OPERANDS_WALK:
		put_text(l, op[1] == AEGF_FROM_ROOT ? " $" : " @");
		put_jump(l, at, op + 2);
		return 6;
	case AEGF_OPERANDS_TEXT: put_quoted(l, op + 5, ld32(op + 1)); break;
	case AEGF_OPERANDS_REGEX:
		put(l, ' ');
		put_number(l, ld32(op + 5));
		put_text(l, " states");
		break;
	}
	return 5 + ld32(op + 1);
}

void aeg_program_lines(const struct aeg_program *p, aeg_program_line_fn *fn, void *ctx)
{
	uint32_t nested = 0, size;

	for (uint32_t at = 0; at < p->len; at += size) {
		const uint8_t *op = p->ops + at;
		struct line l = { .len = 0 };
		put_text(&l, ops[*op].name);
		size = put_operands(&l, op, at);
		l.text[l.len] = 0;
		if (*op == AEGF_OP_PASS || *op == AEGF_OP_FOUND)
			nested--;
		fn(ctx, at, nested, l.text);
		if (*op == AEGF_OP_FILTER || ops[*op].operands == AEGF_OPERANDS_WALK)
			nested++;
	}
}
