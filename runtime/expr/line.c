/* Puts together a line that tells one op of a program. */
#include "line.h"

#include "format/aeg_format.h"

void line_put(struct line *l, char c)
{
	if (l->len < LINE_WIDEST)
		l->text[l->len++] = c;
}

void line_put_text(struct line *l, const char *text)
{
	while (*text != 0)
		line_put(l, *text++);
}

void line_put_number(struct line *l, uint64_t n)
{
	char digits[21], *p = digits + sizeof digits;

	*--p = 0;
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	line_put_text(l, p);
}

uint32_t line_ld32(const uint8_t *p) { return aeg_ld32(*(const struct aeg_le32 *)(const void *)p); }

void line_put_quoted(struct line *l, const uint8_t *p, uint32_t len)
{
	static const char hex[] = "0123456789abcdef";

	line_put_text(l, " \"");
	for (uint32_t i = 0; i < len && l->len < LINE_WIDEST - 10; i++) {
		if (p[i] < 0x20 || p[i] >= 0x7f) {
			line_put_text(l, "\\x");
			line_put(l, hex[p[i] >> 4]);
			line_put(l, hex[p[i] & 15]);
		} else {
			if (p[i] == '"' || p[i] == '\\')
				line_put(l, '\\');
			line_put(l, (char)p[i]);
		}
	}
	line_put_text(l, l->len < LINE_WIDEST - 10 ? "\"" : "...\"");
}

void line_put_jump(struct line *l, uint32_t at, const uint8_t *p)
{
	line_put_text(l, " > ");
	line_put_number(l, at + line_ld32(p));
}
