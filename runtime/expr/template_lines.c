/* A compiled template in words, one op a line. */
#include <string.h>

#include "aegis/eval.h"
#include "aegis/expr.h"
#include "format/aeg_template.h"
#include "line.h"

static const struct {
	const char *name;
	uint8_t operands;
} ops[] = {
#define X(name, operands, in, out) { #name, AEGF_T_OPERANDS_##operands },
#include "format/aeg_template_ops.def"
#undef X
};

static const char *const helpers[] = {
#define X(name, text, least, most) #name,
#include "format/aeg_helper.def"
#undef X
};

static const char *const escapes[AEGF_NESCAPES] = { "as it is", "HTML", "JSON string", "JSON value",
	"JSON key", "URL", "shell word", "shell, in double quotes", "shell, in single quotes" };

static uint32_t ld16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }

static void put_byte(struct line *l, const uint8_t *op)
{
	line_put(l, ' ');
	if (*op == AEGF_T_PRINT)
		line_put_text(l, escapes[op[1]]);
	else
		line_put_number(l, op[1]);
}

static void put_frame(struct line *l, const uint8_t *op)
{
	if (*op == AEGF_T_PARAM)
		line_put_text(l, op[1] == 0 ? " value" : " key");
	line_put_text(l, op[2] == AEGF_FRAME_FIRST ? " of frame " : " of frame -");
	line_put_number(l, ld16(op + 3));
}

/* The op's operands; its size. */
static uint32_t put_operands(struct line *l, const uint8_t *op, uint32_t at)
{
	switch ((enum aegf_template_operands)ops[*op].operands) {
	case AEGF_T_OPERANDS_NONE: return 1;
	case AEGF_T_OPERANDS_BYTE: put_byte(l, op); return 2;
	case AEGF_T_OPERANDS_JUMP: line_put_jump(l, at, op + 1); return 5;
	case AEGF_T_OPERANDS_FRAME: put_frame(l, op); return 5;
	case AEGF_T_OPERANDS_CALL:
		line_put(l, ' ');
		line_put_text(l, helpers[op[1]]);
		line_put(l, ' ');
		line_put_number(l, op[2]);
		return 3;
	case AEGF_T_OPERANDS_FUNCTION:
		line_put(l, ' ');
		line_put_number(l, ld16(op + 1));
		return 3;
	case AEGF_T_OPERANDS_TEXT: line_put_quoted(l, op + 5, line_ld32(op + 1)); break;
	}
	return 5 + line_ld32(op + 1);
}

/* Regions nest; a function begins where the one before ends. */
void aeg_template_lines(const struct aeg_template *t, aeg_program_line_fn *fn, void *ctx)
{
	uint32_t nested = 0, size;

	for (uint32_t at = 0; at < t->len; at += size) {
		const uint8_t *op = t->ops + at;
		struct line l = { .len = 0 };
		line_put_text(&l, ops[*op].name);
		size = put_operands(&l, op, at);
		l.text[l.len] = 0;
		nested -= *op == AEGF_T_END;
		fn(ctx, at, nested, l.text);
		nested += *op >= AEGF_T_WITH && *op <= AEGF_T_BLOCK;
	}
}
