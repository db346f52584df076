#ifndef BASE_BUF_H
#define BASE_BUF_H
/* A growing byte buffer in an arena, for text and for encoders. */
#include "base/arena.h"
#include "base/slice.h"

struct buf {
	struct arena *arena;
	char *at;
	size_t len, cap;
};

/* Room for @n more bytes; returns where they go and counts them as written. */
void *buf_take(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_text(struct buf *b, const char *text);
void buf_slice(struct buf *b, struct slice s);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* @s as a JSON string with quotes. Valid UTF-8 passes; other bytes become U+FFFD. */
void buf_json_string(struct buf *b, struct slice s);

/* What was written so far. A NUL follows it, not counted; valid until the next write. */
struct slice buf_done(struct buf *b);

/* @s in @a, with a NUL behind it; where @s.at is NULL, @s. */
struct slice buf_copy(struct arena *a, struct slice s);
#endif
