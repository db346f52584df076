#ifndef BASE_UTF8_H
#define BASE_UTF8_H
/* One character of UTF-8 at a time: strict, and never past the end. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at @at, its bytes in @ret_len; UINT32_MAX (and 1 byte) where there is none. @n >
 * 0. */
static inline uint32_t utf8_decode(const char *at, size_t n, uint32_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)at;
	uint32_t more = p[0] < 0x80 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
	uint32_t c = more == 0 ? p[0] : p[0] & (0x3fu >> more);
	*ret_len = 1;
	if (more == 0)
		return c;
	if (p[0] < 0xc2 || p[0] > 0xf4 || more >= n)
		return UINT32_MAX;
	for (uint32_t i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | (p[i] & 0x3f);
	}
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return UINT32_MAX;
	*ret_len = more + 1;
	return c;
}

/* The bytes of @c, which is a character; how many there are. */
static inline uint32_t utf8_encode(uint32_t c, char at[4])
{
	uint32_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t first[] = { 0, 0xc0, 0xe0, 0xf0 };

	for (uint32_t i = more; i > 0; i--, c >>= 6)
		at[i] = (char)(0x80 | (c & 0x3f));
	at[0] = (char)(first[more] | c);
	return more + 1;
}

/* Characters that would move the cursor, vanish, or turn the text around. */
static inline bool utf8_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}
#endif
