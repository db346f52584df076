#ifndef BASE_SLICE_H
#define BASE_SLICE_H
/* Text by reference: into a source, an arena or a literal. Not NUL-terminated. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *at;
	uint32_t len;
};

#define SLICE(literal) ((struct slice){ "" literal, (uint32_t)(sizeof(literal) - 1) })
/* For printf's "%.*s". */
#define SLICE_ARG(s) (int)(s).len, (s).at

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, (uint32_t)strlen(text) };
}
static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}
static inline bool slice_is(struct slice a, const char *text)
{
	return slice_eq(a, slice_of(text));
}
static inline bool slice_begins(struct slice a, struct slice prefix)
{
	return a.len >= prefix.len && (prefix.len == 0 || memcmp(a.at, prefix.at, prefix.len) == 0);
}
/* Bytewise order; a prefix comes first. */
static inline int slice_cmp(struct slice a, struct slice b)
{
	uint32_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.at, b.at, n);
	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}
#endif
