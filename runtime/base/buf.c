/* Growing byte buffer. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *buf_take(struct buf *b, size_t n)
{
	if (n >= b->cap - b->len) { /* one byte more than asked, for the NUL of buf_done */
		size_t cap = b->cap == 0 ? 64 : b->cap;
		while (n >= cap - b->len)
			cap *= 2;
		char *at = arena_array(b->arena, char, cap);
		if (b->len != 0)
			memcpy(at, b->at, b->len);
		b->at = at;
		b->cap = cap;
	}
	b->len += n;
	return b->at + b->len - n;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	void *at = n < b->cap - b->len ? b->at + b->len : NULL;
	if (at != NULL)
		b->len += n;
	else
		at = buf_take(b, n);
	if (n != 0)
		memcpy(at, bytes, n);
}

void buf_text(struct buf *b, const char *text) { buf_add(b, text, strlen(text)); }

void buf_slice(struct buf *b, struct slice s) { buf_add(b, s.at, s.len); }

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n > 0) {
		char *at = buf_take(b, (size_t)n + 1);
		vsnprintf(at, (size_t)n + 1, format, again);
		b->len--;
	}
	va_end(again);
}

/* Bytes of the UTF-8 sequence at @p, or 0 where there is none. */
static uint32_t utf8_len(const unsigned char *p, uint32_t n)
{
	static const struct {
		unsigned char lo, hi, second_lo, second_hi, len;
	} rows[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (p[0] < rows[i].lo || p[0] > rows[i].hi)
			continue;
		if (rows[i].len > n)
			return 0;
		if (rows[i].len > 1 && (p[1] < rows[i].second_lo || p[1] > rows[i].second_hi))
			return 0;
		for (uint32_t k = 2; k < rows[i].len; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return rows[i].len;
	}
	return 0;
}

void buf_json_string(struct buf *b, struct slice s)
{
	buf_text(b, "\"");
	for (uint32_t i = 0; i < s.len;) {
		unsigned char c = (unsigned char)s.at[i];
		uint32_t n = utf8_len((const unsigned char *)s.at + i, s.len - i);
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c == '\n')
			buf_text(b, "\\n");
		else if (c == '\t')
			buf_text(b, "\\t");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else if (n == 0)
			buf_text(b, "\xef\xbf\xbd");
		else
			buf_add(b, s.at + i, n);
		i += n == 0 ? 1 : n;
	}
	buf_text(b, "\"");
}

struct slice buf_done(struct buf *b)
{
	char *end = buf_take(b, 0);
	*end = 0;
	return (struct slice){ b->at, (uint32_t)b->len };
}

struct slice buf_copy(struct arena *a, struct slice s)
{
	if (s.at == NULL)
		return s;
	char *at = arena_array(a, char, s.len + (size_t)1); /* zeroed: the NUL is there */
	if (s.len != 0)
		memcpy(at, s.at, s.len);
	return (struct slice){ at, s.len };
}
