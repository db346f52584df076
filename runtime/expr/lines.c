/* A program in words, one op a line. */
#include <string.h>

#include "aegis/expr.h"
#include "format/aeg_path.h"
#include "line.h"

static const struct {
	const char *name;
	enum aegf_operands operands;
} ops[] = {
#define X(name, operands, in, out) { #name, AEGF_OPERANDS_##operands },
#include "format/aeg_ops.def"
#undef X
};

static void put_integer(struct line *l, const uint8_t *p)
{
	int64_t i = (int64_t)aeg_ld64(*(const struct aeg_le64 *)(const void *)p);

	line_put(l, ' ');
	if (i < 0)
		line_put(l, '-');
	line_put_number(l, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
}

static void put_slice(struct line *l, const uint8_t *op)
{
	if (op[1] & AEGF_SLICE_START)
		put_integer(l, op + 2);
	line_put_text(l, " :");
	if (op[1] & AEGF_SLICE_END)
		put_integer(l, op + 10);
	line_put_text(l, " :");
	put_integer(l, op + 18);
}

/* The op's operands; its size. */
static uint32_t put_operands(struct line *l, const uint8_t *op, uint32_t at)
{
	switch (ops[*op].operands) {
	case AEGF_OPERANDS_NONE: return 1;
	case AEGF_OPERANDS_PATH:
		line_put(l, ' ');
		line_put_number(l, line_ld32(op + 1));
		return 5;
	case AEGF_OPERANDS_JUMP: line_put_jump(l, at, op + 1); return 5;
	case AEGF_OPERANDS_INTEGER: put_integer(l, op + 1); return 9;
	case AEGF_OPERANDS_SLICE: put_slice(l, op); return 26;
	case AEGF_OPERANDS_WALK:
		line_put_text(l, op[1] == AEGF_FROM_ROOT ? " $" : " @");
		line_put_jump(l, at, op + 2);
		return 6;
	case AEGF_OPERANDS_TEXT: line_put_quoted(l, op + 5, line_ld32(op + 1)); break;
	case AEGF_OPERANDS_REGEX:
		line_put(l, ' ');
		line_put_number(l, line_ld32(op + 5));
		line_put_text(l, " states");
		break;
	}
	return 5 + line_ld32(op + 1);
}

void aeg_program_lines(const struct aeg_program *p, aeg_program_line_fn *fn, void *ctx)
{
	uint32_t nested = 0, size;

	for (uint32_t at = 0; at < p->len; at += size) {
		const uint8_t *op = p->ops + at;
		struct line l = { .len = 0 };
		line_put_text(&l, ops[*op].name);
		size = put_operands(&l, op, at);
		l.text[l.len] = 0;
		if (*op == AEGF_OP_PASS || *op == AEGF_OP_FOUND)
			nested--;
		fn(ctx, at, nested, l.text);
		if (*op == AEGF_OP_FILTER || ops[*op].operands == AEGF_OPERANDS_WALK)
			nested++;
	}
}
