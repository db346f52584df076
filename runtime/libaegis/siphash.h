#ifndef LIBAEGIS_SIPHASH_H
#define LIBAEGIS_SIPHASH_H
/* SipHash-2-4: a hash for which nobody who does not know the key can prepare texts that collide.
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012. */
#include "words.h"

struct aegi_sip {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t aegi_rotl(uint64_t x, int n) { return x << n | x >> (64 - n); }

static inline void aegi_sip_round(struct aegi_sip *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = aegi_rotl(s->v1, 13) ^ s->v0;
	s->v3 = aegi_rotl(s->v3, 16) ^ s->v2;
	s->v0 = aegi_rotl(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = aegi_rotl(s->v1, 17) ^ s->v2;
	s->v3 = aegi_rotl(s->v3, 21) ^ s->v0;
	s->v2 = aegi_rotl(s->v2, 32);
}

static inline void aegi_sip_word(struct aegi_sip *s, uint64_t word)
{
	s->v3 ^= word;
	aegi_sip_round(s);
	aegi_sip_round(s);
	s->v0 ^= word;
}

/* The hash of @p, @n bytes, under the key @k0, @k1. */
static inline uint64_t aegi_siphash(uint64_t k0, uint64_t k1, const char *p, uint32_t n)
{
	struct aegi_sip s = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
		k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
	uint32_t left = n;

	for (; left >= 8; left -= 8, p += 8)
		aegi_sip_word(&s, aegf_ld64_raw(p));
	aegi_sip_word(&s, aegi_word(p, left) | (uint64_t)n << 56);
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		aegi_sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
#endif
