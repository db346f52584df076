#ifndef LIBAEGIS_WORDS_H
#define LIBAEGIS_WORDS_H
/* Eight bytes of text at a time, in one register; the first byte is the lowest. */
#include "format/aeg_format.h"

/* Where a few calls more would be felt. */
#define AEGI_HOT static inline __attribute__((always_inline))
/* What is seldom needed, out of the way of what is often. */
#define AEGI_COLD       static __attribute__((noinline))

#define AEGI_EACH(byte) ((uint64_t)(byte)*0x0101010101010101u)
#define AEGI_TOP        AEGI_EACH(0x80) /* an answer is in the top bit of each byte */

/* Up to eight bytes of @p; zeros after the last. */
AEGI_HOT uint64_t aegi_word(const char *p, uint32_t n)
{
	if (n >= 8)
		return aegf_ld64_raw(p);
	if (n >= 4) /* what stands in both halves is the same */
		return aegf_ld32_raw(p) | (uint64_t)aegf_ld32_raw(p + n - 4) << 8 * (n - 4);
	if (n == 0)
		return 0;
	return (uint64_t)(uint8_t)p[0] | (uint64_t)(uint8_t)p[n >> 1] << 8 * (n >> 1) |
	       (uint64_t)(uint8_t)p[n - 1] << 8 * (n - 1);
}

/* The bytes of a word that stand after its first @n. */
AEGI_HOT uint64_t aegi_after(uint32_t n) { return n >= 8 ? 0 : ~(uint64_t)0 << 8 * n; }

/*
 * Questions about each byte. Sums stay below 0x100 for ASCII; a byte above ASCII spoils the answer
 * for itself and those after it, so where there may be one the caller takes its top bit away
 * before, or refuses the word for it.
 */
AEGI_HOT uint64_t aegi_at_least(uint64_t x, int c) { return x + AEGI_EACH(0x80 - c); }
AEGI_HOT uint64_t aegi_not(uint64_t x, int c) { return (x ^ AEGI_EACH(c)) + ~AEGI_TOP; }

/* The place of the first byte that an answer names; there must be one. */
AEGI_HOT uint32_t aegi_first(uint64_t answer) { return (uint32_t)__builtin_ctzll(answer) / 8; }

/* The first @c in [p, end), or @end. */
AEGI_HOT const char *aegi_find(const char *p, const char *end, char c)
{
	for (; end - p >= 8; p += 8) {
		uint64_t other = aegf_ld64_raw(p) ^ AEGI_EACH(c);
		uint64_t here = ~(((other & ~AEGI_TOP) + ~AEGI_TOP) | other) & AEGI_TOP;
		if (here != 0)
			return p + aegi_first(here);
	}
	while (p < end && *p != c)
		p++;
	return p;
}

/* memcmp for short texts: a call costs more than the compare. */
AEGI_HOT int aegi_same(const char *a, const char *b, uint32_t n)
{
	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n >= 8)
		return ((aegf_ld64_raw(a) ^ aegf_ld64_raw(b)) |
			       (aegf_ld64_raw(a + n - 8) ^ aegf_ld64_raw(b + n - 8))) == 0;
	if (n >= 4)
		return ((aegf_ld32_raw(a) ^ aegf_ld32_raw(b)) |
			       (aegf_ld32_raw(a + n - 4) ^ aegf_ld32_raw(b + n - 4))) == 0;
	return n == 0 || (a[0] == b[0] && a[n >> 1] == b[n >> 1] && a[n - 1] == b[n - 1]);
}
#endif
