/* Signatures: in a bundle's trailer, and detached ones for the stock minisign. */
#include "emit/emit.h"

#include <sodium.h>

#include "emit/base64.h"
#include "format/aeg_format.h"

/* What is signed of a bundle: a text that says what for, then the header, digest and all. */
static void sign_header(uint8_t sig[64], const char *header, const struct emit_key *k)
{
	uint8_t message[sizeof AEGF_SIGN_DOMAIN - 1 + sizeof(struct aegf_header)];

	memcpy(message, AEGF_SIGN_DOMAIN, sizeof AEGF_SIGN_DOMAIN - 1);
	memcpy(message + sizeof AEGF_SIGN_DOMAIN - 1, header, sizeof(struct aegf_header));
	crypto_sign_detached(sig, NULL, message, sizeof message, k->secret);
}

enum emit_sign_status emit_sign(
	struct arena *a, struct slice bundle, const struct emit_key *k, struct slice *ret)
{
	struct buf out = { .arena = a };
	struct aegf_header header;
	struct aegf_trailer trailer;
	struct aegf_signature sig = { .alg = "Ed" };

	memcpy(&header, bundle.at, sizeof header);
	uint32_t at = aeg_ld32(header.size);
	memcpy(&trailer, bundle.at + at, sizeof trailer);
	uint32_t n = aeg_ld32(trailer.count);
	for (uint32_t i = 0; i < n; i++) {
		struct aegf_signature other;
		memcpy(&other, bundle.at + at + sizeof trailer + i * sizeof other, sizeof other);
		if (memcmp(other.keyid, k->id, sizeof k->id) == 0)
			return EMIT_SIGNED_ALREADY;
	}
	if (n == AEGF_MAX_SIGNATURES)
		return EMIT_SIGN_FULL;
	trailer.count = aeg_st32(n + 1);
	memcpy(sig.keyid, k->id, sizeof k->id);
	sign_header(sig.sig, bundle.at, k);
	buf_slice(&out, bundle);
	memcpy(out.at + at, &trailer, sizeof trailer);
	buf_add(&out, &sig, sizeof sig);
	*ret = buf_done(&out);
	return EMIT_SIGNED;
}

struct slice emit_minisig(
	struct arena *a, struct slice file, const struct emit_key *k, const char *trusted_comment)
{
	struct {
		uint8_t alg[2]; /* "ED": Ed25519 of the BLAKE2b-512 of the file */
		uint8_t id[8];
		uint8_t sig[64];
	} detached = { .alg = "ED" };
	uint8_t digest[64], global[64];
	struct buf out = { .arena = a }, message = { .arena = a };

	memcpy(detached.id, k->id, sizeof detached.id);
	crypto_generichash(
		digest, sizeof digest, (const unsigned char *)file.at, file.len, NULL, 0);
	crypto_sign_detached(detached.sig, NULL, digest, sizeof digest, k->secret);
	buf_add(&message, detached.sig, sizeof detached.sig);
	buf_text(&message, trusted_comment);
	crypto_sign_detached(
		global, NULL, (const unsigned char *)message.at, message.len, k->secret);
	buf_text(&out, "untrusted comment: signature from minisign secret key\n");
	emit_base64_line(&out, &detached, sizeof detached);
	buf_printf(&out, "trusted comment: %s\n", trusted_comment);
	emit_base64_line(&out, global, sizeof global);
	return buf_done(&out);
}
