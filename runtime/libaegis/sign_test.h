#ifndef LIBAEGIS_SIGN_TEST_H
#define LIBAEGIS_SIGN_TEST_H
/* For tests only: keys from fixed seeds, and the sample bundle signed by some of them. */
#include "bundle_test.h"

#include <sodium.h>

#define KEY_TEXT 57 /* base64 of a public key, and its end */

struct key {
	uint8_t id[8], pub[32], secret[64];
};

static inline struct key key_make(int n)
{
	struct key k;
	uint8_t seed[32];

	memset(seed, n, sizeof seed);
	memset(k.id, n, sizeof k.id);
	crypto_sign_ed25519_seed_keypair(k.pub, k.secret, seed);
	return k;
}

static inline void key_base64(const struct key *k, char ret[KEY_TEXT])
{
	uint8_t raw[42] = { 'E', 'd' };

	memcpy(raw + 2, k->id, 8);
	memcpy(raw + 10, k->pub, 32);
	sodium_bin2base64(ret, KEY_TEXT, raw, sizeof raw, sodium_base64_VARIANT_ORIGINAL);
}

static inline void set_digest(uint8_t *file)
{
	struct aegf_header *h = (void *)file;

	crypto_generichash_blake2b(
		h->hash, sizeof h->hash, file + 64, aeg_ld32(h->size) - 64, NULL, 0);
}

struct signed_file {
	uint8_t *at;
	size_t len;
};

/* An unsigned file, with its digest set, signed by the keys whose digits are in @signers; after a
 * digit ! stands for a signature that does not verify. The caller frees the result. */
static inline struct signed_file sign_bytes(const uint8_t *file, size_t len, const char *signers)
{
	const size_t domain = sizeof AEGF_SIGN_DOMAIN - 1;
	struct signed_file f = { malloc(len + strlen(signers) * sizeof(struct aegf_signature)),
		len };
	uint8_t msg[sizeof AEGF_SIGN_DOMAIN - 1 + 64];
	struct aegf_trailer *t;
	uint32_t n = 0;

	assert(f.at != NULL);
	memcpy(f.at, file, len);
	t = (void *)(f.at + aeg_ld32(((const struct aegf_header *)(const void *)file)->size));
	set_digest(f.at);
	memcpy(msg, AEGF_SIGN_DOMAIN, domain);
	memcpy(msg + domain, f.at, 64);
	for (; *signers != '\0'; signers++) {
		struct aegf_signature sig = { .alg = "Ed" };
		struct key k = key_make(*signers - '0');

		if (*signers == '!') {
			f.at[f.len - 1] ^= 1;
			continue;
		}
		memcpy(sig.keyid, k.id, sizeof sig.keyid);
		crypto_sign_ed25519_detached(sig.sig, NULL, msg, sizeof msg, k.secret);
		memcpy(f.at + f.len, &sig, sizeof sig);
		f.len += sizeof sig;
		t->count = aeg_st32(++n);
	}
	return f;
}

static inline struct signed_file signed_sample(const char *signers, uint64_t not_after)
{
	struct make m = { 0 };
	struct signed_file f;
	uint8_t *file;
	size_t len;

	make_sample(&m);
	m.meta.not_after = aeg_st64(not_after);
	file = make_bundle(&m, &len);
	f = sign_bytes(file, len, signers);
	free(file);
	return f;
}
#endif
