#ifndef EXPR_MODE_H
#define EXPR_MODE_H
/*
 * The language that a template's output is in, followed from its first byte: where each hole
 * stands, and so how its value is escaped. Lowering walks the statements in the order of the output
 * and says here what comes; before a block it copies the state, after it joins the states of all
 * ways through.
 *
 * A state is plain bytes: copied by =, compared by mode_equal. Nothing here allocates.
 */
#include "aegis/expr.h"
#include "format/aeg_template.h"

struct mode {
	uint8_t mode;  /* enum aeg_template_mode */
	uint8_t state; /* the mode's own, from here on */
	uint8_t flags;
	uint8_t depth;
	uint8_t stack[256];
};

/* Where the mode puts what it makes of a text: pieces of text, which may be less than came in
 * (commas are ELEMENT's to write), and ops between them. */
struct mode_out {
	void (*text)(void *ctx, const char *at, uint32_t len);
	void (*op)(void *ctx, enum aegf_template_op op, uint32_t operand); /* ELEMENT, OPEN, ... */
	void *ctx;
};

struct mode_error {
	uint32_t at;      /* byte of the text that came in; of a hole: 0 */
	const char *what; /* NULL: nothing is wrong */
};

void mode_begin(struct mode *m, enum aeg_template_mode mode);
struct mode_error mode_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out);
/* A value is written here. @raw: the template has it as {{{ }}}, which html alone heeds. */
struct mode_error mode_hole(
	struct mode *m, int raw, const struct mode_out *out, enum aegf_escape *ret_escape);
/* The template ends. */
struct mode_error mode_end(struct mode *m, const struct mode_out *out);

int mode_equal(const struct mode *a, const struct mode *b);
/* @a becomes what holds after either way; what is wrong if they are in different places. Growing: a
 * loop's beginning joined with its end a few times over stays the same. */
struct mode_error mode_join(struct mode *a, const struct mode *b);
#endif
