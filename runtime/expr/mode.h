#ifndef EXPR_MODE_H
#define EXPR_MODE_H
/*
 * The language that a template's output is in, followed from its first byte: where each hole
 * stands, and so how its value is escaped. Lowering walks the statements in the order of the output
 * and says here what comes:
 *
 *   text, hole     as they come; texts that follow one another as one, if possible
 *   a block        outer = m; mode_enter(&m), whose ops go before the block's jump; begin = m; each
 *                  way: m = begin, its statements; mode_join of all the ways' ends, the empty one's
 *                  (begin) included if there is no else; mode_leave(&m, &outer)
 *   a loop         mode_enter; begin = m; then its body from m = begin and mode_join(&begin, &m),
 *                  what was emitted forgotten, until begin no longer changes: a few rounds; the end
 *                  is begin, joined with the else; mode_leave
 *   a function     mode_call gives the state it is compiled for: functions of the same partial
 * whose states are mode_equal are the same; mode_return what holds after it was run. What a
 * function ends in that runs itself is at first mode_never, then what came out, until that no
 * longer changes
 *
 * Indentation of partials alone on a line is for modes text and html: in others it would write into
 * words and values. A state is plain bytes: copied by =, compared by mode_equal. Nothing here
 * allocates.
 */
#include "aegis/expr.h"
#include "format/aeg_template.h"

#define MODE_MAX_DEPTH 64u

struct mode {
	uint8_t mode;  /* enum aeg_template_mode */
	uint8_t never; /* no way leads here */
	uint8_t state; /* the mode's own, from here on */
	uint8_t flags;
	uint8_t more[4];
	uint8_t word[16];
	uint8_t floor, depth;
	uint8_t stack[2 * MODE_MAX_DEPTH];
};

/* Where the mode puts what it makes of a text: pieces of text, which may be other than came in
 * (commas are ELEMENT's to write), and ops between them. */
struct mode_out {
	/* @at: within the text that came in, or of unlimited life. */
	void (*text)(void *ctx, const char *at, uint32_t len);
	void (*op)(void *ctx, enum aegf_template_op op, uint32_t operand); /* ELEMENT, OPEN, ... */
	void *ctx;
};

struct mode_error {
	uint32_t at;      /* byte of the text that came in; otherwise 0 */
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

/* A block begins here, whose ways all start with what @m becomes. */
void mode_enter(struct mode *m, const struct mode_out *out);
/* It ends; @outer: what mode_enter was given. */
void mode_leave(struct mode *m, const struct mode *outer);

int mode_equal(const struct mode *a, const struct mode *b);
/* @a becomes what holds after either way; what is wrong if they are in different places. Growing: a
 * loop's beginning joined with its end a few times over stays the same. */
struct mode_error mode_join(struct mode *a, const struct mode *b);

void mode_never(struct mode *m);
/* What a function sees of @outer, which becomes as by mode_enter; what lies further out stays
 * unknown to it, and untouched. */
struct mode mode_call(struct mode *outer, const struct mode_out *out);
/* @outer, as mode_call left it, after a function that ends in @inner. */
struct mode_error mode_return(struct mode *outer, const struct mode *inner);
#endif
