/* Reads a public key in PEM, strictly: armour, then DER, each length within what holds it. */
#include "model/pem.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LEAST_BITS = 2048, MOST_BITS = 16384, MOST_DER = 4096 };

/* ---- DER: definite lengths in their shortest form ------------------------------------------ */

enum { DER_INTEGER = 0x02, DER_BITS = 0x03, DER_NULL = 0x05, DER_OID = 0x06, DER_SEQUENCE = 0x30 };

struct der {
	const uint8_t *at;
	size_t len;
};

/* The next value, which has @tag; what follows it is left in @in. */
static bool take(struct der *in, uint8_t tag, struct der *ret)
{
	size_t head = 2, len;

	if (in->len < 2 || in->at[0] != tag)
		return false;
	len = in->at[1];
	if (len >= 0x80) {
		size_t n = len & 0x7f;
		if (n == 0 || n > 2 || in->len < 2 + n)
			return false;
		len = n == 1 ? in->at[2] : (size_t)in->at[2] << 8 | in->at[3];
		if (len < (n == 1 ? 0x80u : 0x100u))
			return false;
		head += n;
	}
	if (len > in->len - head)
		return false;
	*ret = (struct der){ in->at + head, len };
	in->at += head + len;
	in->len -= head + len;
	return true;
}

/* As take, and nothing follows. */
static bool take_last(struct der *in, uint8_t tag, struct der *ret)
{
	return take(in, tag, ret) && in->len == 0;
}

static bool is(struct der d, const void *bytes, size_t len)
{
	return d.len == len && memcmp(d.at, bytes, len) == 0;
}

/* A positive integer without its leading zero; odd, as modulus and exponent of RSA are. */
static bool take_odd(struct der *in, struct der *ret)
{
	if (!take(in, DER_INTEGER, ret) || ret->len == 0 || ret->at[0] >= 0x80)
		return false;
	if (ret->at[0] == 0) {
		if (ret->len == 1 || ret->at[1] < 0x80)
			return false;
		ret->at++;
		ret->len--;
	}
	return (ret->at[ret->len - 1] & 1) != 0;
}

static size_t bits_of(struct der n)
{
	size_t bits = n.len * 8;
	for (uint8_t top = n.at[0]; top < 0x80; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

static const char *rsa_fault(struct der in)
{
	struct der key, n, e;

	if (!take_last(&in, DER_SEQUENCE, &key) || !take_odd(&key, &n) || !take_odd(&key, &e) ||
		key.len != 0)
		return "not an RSA key inside";
	if (bits_of(n) < LEAST_BITS)
		return "an RSA key of less than 2048 bits, which can be broken";
	if (bits_of(n) > MOST_BITS)
		return "an RSA key of more than 16384 bits";
	if (e.len > 8 || (e.len == 1 && e.at[0] < 3))
		return "an RSA key with an exponent that no key has";
	return NULL;
}

static const char *info_fault(struct der in)
{
	static const uint8_t rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
	static const uint8_t ed25519[] = { 0x2b, 0x65, 0x70 };
	struct der info, algorithm, oid, null, bits;

	if (!take_last(&in, DER_SEQUENCE, &info) || !take(&info, DER_SEQUENCE, &algorithm) ||
		!take_last(&info, DER_BITS, &bits) || !take(&algorithm, DER_OID, &oid) ||
		bits.len < 1 || bits.at[0] != 0)
		return "not a public key inside";
	bits = (struct der){ bits.at + 1, bits.len - 1 };
	if (is(oid, rsa, sizeof rsa))
		return take_last(&algorithm, DER_NULL, &null) && null.len == 0
			       ? rsa_fault(bits)
			       : "not an RSA key inside";
	if (!is(oid, ed25519, sizeof ed25519))
		return "neither an RSA nor an Ed25519 key";
	if (algorithm.len != 0 || bits.len != crypto_core_ed25519_BYTES ||
		!crypto_core_ed25519_is_valid_point(bits.at))
		return "an Ed25519 key that no signature should be verified with";
	return NULL;
}

/* ---- Armour -------------------------------------------------------------------------------- */

/* Takes @front off @t; false: it does not begin so. */
static bool skip(struct slice *t, struct slice front)
{
	if (!slice_begins(*t, front))
		return false;
	t->at += front.len;
	t->len -= front.len;
	return true;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* What stands between the lines of @label; false: there are no such lines, or more than that. */
static bool body_of(struct slice pem, struct slice label, struct slice *ret)
{
	const struct slice dashes = SLICE("-----");
	struct slice t = pem, end;

	if (!skip(&t, SLICE("-----BEGIN ")) || !skip(&t, label) || !skip(&t, dashes))
		return false;
	while (t.len > 0 && is_space(t.at[t.len - 1]))
		t.len--;
	uint32_t tail = (uint32_t)(sizeof "-----END " - 1) + label.len + dashes.len;
	if (t.len < tail)
		return false;
	end = (struct slice){ t.at + t.len - tail, tail };
	if (!skip(&end, SLICE("-----END ")) || !skip(&end, label) || !skip(&end, dashes))
		return false;
	*ret = (struct slice){ t.at, t.len - tail };
	return true;
}

const char *pem_public_key_fault(struct slice pem)
{
	uint8_t bytes[MOST_DER];
	struct slice body;
	size_t n;
	bool info = body_of(pem, SLICE("PUBLIC KEY"), &body);

	if (!info && !body_of(pem, SLICE("RSA PUBLIC KEY"), &body)) {
		for (uint32_t i = 0; i + 12 <= pem.len; i++)
			if (memcmp(pem.at + i, "PRIVATE KEY-", 12) == 0)
				return "a private key: whoever reads it can make tokens";
		return slice_begins(pem, SLICE("-----BEGIN CERTIFICATE"))
			       ? "a certificate: its public key belongs here"
			       : "not one public key in PEM";
	}
	if (sodium_base642bin(bytes, sizeof bytes, body.at, body.len, " \t\r\n", &n, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0)
		return "not base64 between its first and its last line";
	return info ? info_fault((struct der){ bytes, n }) : rsa_fault((struct der){ bytes, n });
}
