#ifndef EXPR_LINE_H
#define EXPR_LINE_H
/* One op of a program in words, as it is put together. */
#include <stdint.h>

enum { LINE_WIDEST = 120 }; /* longer texts are cut */

struct line {
	char text[LINE_WIDEST + 8];
	uint32_t len;
};

void line_put(struct line *l, char c);
void line_put_text(struct line *l, const char *text);
void line_put_number(struct line *l, uint64_t n);
/* As JSON would quote it, so that it is one line of harmless characters. */
void line_put_quoted(struct line *l, const uint8_t *p, uint32_t len);
/* A jump of the op at @at, its operand at @p. */
void line_put_jump(struct line *l, uint32_t at, const uint8_t *p);
uint32_t line_ld32(const uint8_t *p);
#endif
