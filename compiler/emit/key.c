/* Signing keys: made, and read and written in minisign's file formats. */
#include "emit/emit.h"

#include <sodium.h>
#include <stdio.h>

#include "emit/base64.h"

/* minisign's secret key file, decoded. Integers are little-endian. */
struct secret_file {
	uint8_t sig_alg[2]; /* "Ed" */
	uint8_t kdf_alg[2]; /* "Sc": the rest from `id` on is encrypted; 0, 0: it is not */
	uint8_t sum_alg[2]; /* "B2": BLAKE2b-256 */
	uint8_t salt[32];
	uint8_t ops[8], mem[8]; /* of scrypt */
	struct sealed {
		uint8_t id[8];
		uint8_t secret[64];
		uint8_t sum[32]; /* of sig_alg, id, secret; zero in a file that is not encrypted */
	} sealed;
};
_Static_assert(sizeof(struct secret_file) == 158, "secret key is 158 bytes on disk");

struct public_file {
	uint8_t sig_alg[2];
	uint8_t id[8];
	uint8_t key[32];
};
_Static_assert(sizeof(struct public_file) == 42, "public key is 42 bytes on disk");

#define OPS_LIMIT crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE
#define MEM_LIMIT crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE
#define MEM_LEAST crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN

static void store64(uint8_t b[8], uint64_t x)
{
	for (int i = 0; i < 8; i++, x >>= 8)
		b[i] = (uint8_t)x;
}

static uint64_t load64(const uint8_t b[8])
{
	uint64_t x = 0;

	for (int i = 7; i >= 0; i--)
		x = x << 8 | b[i];
	return x;
}

void emit_key_make(struct emit_key *ret)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES];

	if (sodium_init() < 0)
		sodium_misuse();
	randombytes_buf(ret->id, sizeof ret->id);
	crypto_sign_keypair(public, ret->secret);
}

void emit_key_wipe(struct emit_key *k) { sodium_memzero(k, sizeof *k); }

static void checksum(uint8_t sum[32], const struct secret_file *f)
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, 32);
	crypto_generichash_update(&h, f->sig_alg, sizeof f->sig_alg);
	crypto_generichash_update(&h, f->sealed.id, sizeof f->sealed.id);
	crypto_generichash_update(&h, f->sealed.secret, sizeof f->sealed.secret);
	crypto_generichash_final(&h, sum, 32);
}

/* Encrypts or decrypts; false where there is not memory enough. */
static bool seal(struct secret_file *f, const char *password)
{
	uint8_t stream[sizeof f->sealed];
	uint8_t *bytes = (uint8_t *)&f->sealed;

	if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, password, strlen(password),
		    f->salt, load64(f->ops), (size_t)load64(f->mem)) != 0)
		return false;
	for (size_t i = 0; i < sizeof stream; i++)
		bytes[i] ^= stream[i];
	sodium_memzero(stream, sizeof stream);
	return true;
}

/* As minisign does: half the memory and half the work until the machine can do it. */
static bool seal_new(struct secret_file *f, const char *password)
{
	uint64_t ops = OPS_LIMIT;

	randombytes_buf(f->salt, sizeof f->salt);
	for (uint64_t mem = MEM_LIMIT; mem >= MEM_LEAST; mem /= 2, ops /= 2) {
		store64(f->ops, ops);
		store64(f->mem, mem);
		if (seal(f, password))
			return true;
	}
	return false;
}

static struct slice key_file(struct arena *a, const char *comment, const void *bytes, size_t n)
{
	struct buf out = { .arena = a };

	buf_printf(&out, "untrusted comment: %s\n", comment);
	emit_base64_line(&out, bytes, n);
	return buf_done(&out);
}

struct slice emit_key_secret_file(struct arena *a, const struct emit_key *k, const char *password)
{
	struct secret_file f = { .sig_alg = "Ed", .sum_alg = "B2" };
	struct slice out = { 0 };

	if (sodium_init() < 0)
		sodium_misuse();
	memcpy(f.sealed.id, k->id, sizeof k->id);
	memcpy(f.sealed.secret, k->secret, sizeof k->secret);
	if (password == NULL) {
		out = key_file(a, "minisign secret key, not encrypted", &f, sizeof f);
	} else {
		memcpy(f.kdf_alg, "Sc", 2);
		checksum(f.sealed.sum, &f);
		if (seal_new(&f, password))
			out = key_file(a, "minisign encrypted secret key", &f, sizeof f);
	}
	sodium_memzero(&f, sizeof f);
	return out;
}

struct slice emit_key_public_file(struct arena *a, const struct emit_key *k)
{
	struct public_file f = { .sig_alg = "Ed" };
	char comment[64];

	memcpy(f.id, k->id, sizeof f.id);
	memcpy(f.key, k->secret + 32, sizeof f.key);
	snprintf(comment, sizeof comment, "minisign public key %016llX",
		(unsigned long long)load64(k->id));
	return key_file(a, comment, &f, sizeof f);
}

/* The second of two lines, decoded; line ends of either kind, and nothing after it. */
static bool decode(struct slice file, struct secret_file *ret)
{
	const char *end = file.at + file.len;
	const char *line = file.len == 0 ? NULL : memchr(file.at, '\n', file.len);
	size_t n = 0;

	if (line == NULL || !slice_begins(file, SLICE("untrusted comment: ")))
		return false;
	line++;
	while (end > line && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	return sodium_base642bin((unsigned char *)ret, sizeof *ret, line, (size_t)(end - line),
		       NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       n == sizeof *ret;
}

static enum emit_key_status open_sealed(struct secret_file *f, const char *password)
{
	uint8_t sum[32];

	if (memcmp(f->kdf_alg, "\0\0", 2) == 0) {
		checksum(sum, f);
		if (sodium_is_zero(f->sealed.sum, sizeof sum) ||
			memcmp(f->sealed.sum, sum, sizeof sum) == 0)
			return EMIT_KEY_OK;
		return EMIT_KEY_CHECKSUM;
	}
	if (memcmp(f->kdf_alg, "Sc", 2) != 0)
		return EMIT_KEY_SYNTAX;
	if (password == NULL)
		return EMIT_KEY_PASSWORD;
	if (load64(f->ops) > OPS_LIMIT || load64(f->mem) > MEM_LIMIT || !seal(f, password))
		return EMIT_KEY_MEMORY;
	checksum(sum, f);
	return memcmp(f->sealed.sum, sum, sizeof sum) == 0 ? EMIT_KEY_OK : EMIT_KEY_CHECKSUM;
}

/* Only the seed makes the key; a second half that does not belong to it would sign nonsense. */
static bool is_pair(const uint8_t secret[64])
{
	uint8_t public[32], again[64];

	crypto_sign_seed_keypair(public, again, secret);
	bool same = memcmp(again, secret, sizeof again) == 0;
	sodium_memzero(again, sizeof again);
	return same;
}

enum emit_key_status emit_key_parse(struct slice file, const char *password, struct emit_key *ret)
{
	struct secret_file f;
	enum emit_key_status status = EMIT_KEY_SYNTAX;

	if (sodium_init() < 0)
		sodium_misuse();
	if (decode(file, &f) && memcmp(f.sig_alg, "Ed", 2) == 0 && memcmp(f.sum_alg, "B2", 2) == 0)
		status = open_sealed(&f, password);
	if (status == EMIT_KEY_OK && !is_pair(f.sealed.secret))
		status = EMIT_KEY_CHECKSUM;
	if (status == EMIT_KEY_OK) {
		memcpy(ret->id, f.sealed.id, sizeof ret->id);
		memcpy(ret->secret, f.sealed.secret, sizeof ret->secret);
	}
	sodium_memzero(&f, sizeof f);
	return status;
}
