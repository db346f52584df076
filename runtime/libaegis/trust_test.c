/* Trust files good and bad, and who may have signed what until when; and Ed25519 by public vectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <sodium.h>

#include "bundle_test.h"
#include "sign_test.h"

/* ---- Trust files ----------------------------------------------------------------------------- */

/* In the texts, @1 to @9 stand for public keys in base64; @0 for one of small order, and @z for
 * key 1 under another id. */
static void put_key(char *out, char which)
{
	struct key k = key_make(which >= '1' && which <= '9' ? which - '0' : 1);

	if (which == '0') { /* the neutral element */
		memset(k.pub, 0, sizeof k.pub);
		k.pub[0] = 1;
	}
	if (which == 'z')
		k.id[0] ^= 1;
	key_base64(&k, out);
}

static const char *expand(const char *from, char *buf)
{
	char *out = buf;

	for (; *from != '\0'; from++) {
		if (*from != '@') {
			*out++ = *from;
			continue;
		}
		put_key(out, *++from);
		out += strlen(out);
	}
	*out = '\0';
	return buf;
}

static const struct {
	const char *text;
	uint32_t nkeys, require;
	uint64_t min_serial, until; /* of the first key */
} good[] = {
	{ "@1", 1, 1, 0, 0 },
	{ "@1\n", 1, 1, 0, 0 },
	{ "untrusted comment: minisign public key 0102030405060708\n@1\n", 1, 1, 0, 0 },
	{ "untrusted comment: minisign public key 01\r\n@1\r\n", 1, 1, 0, 0 },
	{ "untrusted comment:\n@1\nuntrusted comment: b\n@2\n", 2, 1, 0, 0 },
	{ "key @1", 1, 1, 0, 0 },
	{ "  key\t@1  \n\n\t\n# done", 1, 1, 0, 0 },
	{ "\t# a comment\n@1", 1, 1, 0, 0 },
	{ "key @1 until 2030-02-28T23:59:59Z", 1, 1, 0, 1898553599 },
	{ "key @1 until 1970-01-01T00:00:01Z", 1, 1, 0, 1 },
	{ "key @1 until 2000-02-29T00:00:00Z", 1, 1, 0, 951782400 },
	{ "key @1 until 2024-12-31T12:34:56Z", 1, 1, 0, 1735648496 },
	{ "key @1 until 9999-12-31T23:59:59Z", 1, 1, 0, 253402300799u },
	{ "require 2\nkey @1\nkey @2\nkey @3\nmin-serial 42\n", 3, 2, 42, 0 },
	{ "min-serial 18446744073709551615\n@1", 1, 1, UINT64_MAX, 0 },
	{ "min-serial 0\n@1\nrequire 1", 1, 1, 0, 0 },
};

static void accepts(void **state)
{
	char buf[4096];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct aeg_trust t = { .now = 5 };
		enum aeg_status s;

		expand(good[i].text, buf);
		s = aeg_trust_parse(&t, buf, strlen(buf));
		if (s != AEG_OK)
			fail_msg("line %u of:\n%s", t.bad_line, buf);
		assert_int_equal(t.nkeys, good[i].nkeys);
		assert_int_equal(t.require, good[i].require);
		assert_true(t.min_serial == good[i].min_serial);
		assert_true(t.keys[0].until == good[i].until);
		assert_memory_equal(t.keys[0].key, key_make(1).pub, 32);
		assert_memory_equal(t.keys[0].id, key_make(1).id, 8);
		assert_int_equal(t.now, 0); /* the caller's to set, after */
	}
}

static const struct {
	const char *text;
	uint32_t line;
} bad[] = {
	{ "", 1 },
	{ "\n\n", 2 },
	{ "# nothing\n", 1 },
	{ "untrusted comment: a key is missing\n", 1 },
	{ "@1\n@1\n", 2 },
	{ "key @1\n\nkey @z\n", 3 }, /* the same key as another's */
	{ "key @0", 1 },             /* small order: anybody can sign for it */
	{ "@1\nrequire 2\n", 2 },
	{ "require 0\n@1", 1 },
	{ "require 1\nrequire 1\n@1", 2 },
	{ "require 33\n@1", 1 },
	{ "require\n@1", 1 },
	{ "require 1 1\n@1", 1 },
	{ "require +1\n@1", 1 },
	{ "require -1\n@1", 1 },
	{ "require 0x1\n@1", 1 },
	{ "require 4294967297\n@1", 1 },
	{ "Require 1\n@1", 1 },
	{ "min-serial 18446744073709551616\n@1", 1 },
	{ "min-serial 184467440737095516150\n@1", 1 },
	{ "min-serial 1\n@1\nmin-serial 1", 3 },
	{ "min-serial\n@1", 1 },
	{ "key", 1 },
	{ "key key @1", 1 },
	{ "key @1 until", 1 },
	{ "key @1 until 2030-01-01T00:00:00Z x", 1 },
	{ "key @1 from 2030-01-01T00:00:00Z", 1 },
	{ "@1 until 2030-01-01T00:00:00Z", 1 },
	{ "@1 # mine", 1 },
	{ "key @1 until 2030-01-01", 1 },
	{ "key @1 until 2030-01-01 00:00:00Z", 1 },
	{ "key @1 until 2030-01-01T00:00:00", 1 },
	{ "key @1 until 2030-01-01t00:00:00z", 1 },
	{ "key @1 until 2030-01-01T00:00:00+00:00", 1 },
	{ "key @1 until 2030-01-01T00:00:00.0Z", 1 },
	{ "key @1 until 2030-1-01T00:00:000Z", 1 },
	{ "key @1 until 2030-01-01T00:00:0aZ", 1 },
	{ "key @1 until 2030-01-01T00:00:0 Z", 1 },
	{ "key @1 until 2030-02-29T00:00:00Z", 1 },
	{ "key @1 until 2100-02-29T00:00:00Z", 1 },
	{ "key @1 until 2030-04-31T00:00:00Z", 1 },
	{ "key @1 until 2030-00-01T00:00:00Z", 1 },
	{ "key @1 until 2030-13-01T00:00:00Z", 1 },
	{ "key @1 until 2030-01-00T00:00:00Z", 1 },
	{ "key @1 until 2030-01-01T24:00:00Z", 1 },
	{ "key @1 until 2030-01-01T00:60:00Z", 1 },
	{ "key @1 until 2030-01-01T00:00:60Z", 1 },
	{ "key @1 until 1970-01-01T00:00:00Z", 1 }, /* would read as no end */
	{ "key @1 until 1969-12-31T23:59:59Z", 1 },
	{ "key @1 until 0000-01-01T00:00:00Z", 1 },
	{ "@1=", 1 },
	{ "@1@2", 1 },
	{ "trusted comment: x\n@1", 1 },
	{ "\xef\xbb\xbf@1", 1 },
	{ "RWQ\n@1", 1 },
	{ "@1\nwhatever this is\n@2", 2 },
	{ "@1\n\n\n\nuntil", 5 },
};

static void refuses(void **state)
{
	char buf[4096];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct aeg_trust t = { .nkeys = 7, .require = 9 };

		expand(bad[i].text, buf);
		if (aeg_trust_parse(&t, buf, strlen(buf)) != AEG_TRUST || t.bad_line != bad[i].line)
			fail_msg("line %u, not %u, of:\n%s", t.bad_line, bad[i].line, buf);
		assert_int_equal(t.nkeys, 7); /* only bad_line is set */
		assert_int_equal(t.require, 9);
	}
}

static void refuses_other_keys(void **state)
{
	struct key k = key_make(1);
	struct aeg_trust t;
	char text[KEY_TEXT + 1];

	(void)state;
	key_base64(&k, text);
	assert_int_equal(aeg_trust_parse(&t, text, strlen(text)), AEG_OK);
	for (size_t n = 1; n < strlen(text); n++)
		assert_int_equal(aeg_trust_parse(&t, text, n), AEG_TRUST);
	text[1] = 'X'; /* another algorithm */
	assert_int_equal(aeg_trust_parse(&t, text, strlen(text)), AEG_TRUST);
	key_base64(&k, text);
	text[4] = '\0';
	assert_int_equal(aeg_trust_parse(&t, text, KEY_TEXT - 1), AEG_TRUST);
	assert_int_equal(aeg_trust_parse(&t, NULL, 0), AEG_TRUST);
}

static void at_most_32_keys(void **state)
{
	char text[40 * (KEY_TEXT + 1)], *end = text;
	struct aeg_trust t;

	(void)state;
	for (int i = 1; i <= AEG_MAX_KEYS + 1; i++) {
		struct key k = key_make(i);

		key_base64(&k, end);
		end += strlen(end);
		*end++ = '\n';
		if (i == AEG_MAX_KEYS)
			assert_int_equal(aeg_trust_parse(&t, text, (size_t)(end - text)), AEG_OK);
	}
	assert_int_equal(t.nkeys, AEG_MAX_KEYS);
	assert_int_equal(aeg_trust_parse(&t, text, (size_t)(end - text)), AEG_TRUST);
	assert_int_equal(t.bad_line, AEG_MAX_KEYS + 1);
}

/* ---- Bundles --------------------------------------------------------------------------------- */

static const struct {
	const char *trust, *signers;
	uint64_t now, not_after;
	enum aeg_status want;
} cases[] = {
	{ "@1", "1", 0, 0, AEG_OK },
	{ "@1", "", 0, 0, AEG_UNSIGNED },
	{ "@1", "2", 0, 0, AEG_UNTRUSTED },
	{ "@1", "23456789", 0, 0, AEG_UNTRUSTED },
	{ "@1", "21", 0, 0, AEG_OK },
	{ "@1\n@2", "2", 0, 0, AEG_OK },
	{ "@1\n@2", "12", 0, 0, AEG_OK },
	{ "@1\n@2\n@3\nrequire 2", "1", 0, 0, AEG_THRESHOLD },
	{ "@1\n@2\n@3\nrequire 2", "11", 0, 0, AEG_THRESHOLD },
	{ "@1\n@2\n@3\nrequire 2", "14", 0, 0, AEG_THRESHOLD },
	{ "@1\n@2\n@3\nrequire 2", "13", 0, 0, AEG_OK },
	{ "@1\n@2\n@3\nrequire 2", "32", 0, 0, AEG_OK },
	{ "@1\n@2\n@3\nrequire 2", "4321", 0, 0, AEG_OK },
	{ "@1\n@2\n@3\nrequire 3", "32", 0, 0, AEG_THRESHOLD },
	{ "@1", "1!", 0, 0, AEG_SIGNATURE }, /* ! breaks the signature before it */
	{ "@1", "1!1", 0, 0, AEG_SIGNATURE },
	{ "@1", "12!", 0, 0, AEG_OK }, /* whose key nobody here knows */
	{ "@1\n@2", "12!", 0, 0, AEG_SIGNATURE },
	{ "key @1 until 2030-01-01T00:00:00Z", "1", 1893456000, 0, AEG_OK },
	{ "key @1 until 2030-01-01T00:00:00Z", "1", 1893456001, 0, AEG_UNTRUSTED },
	{ "key @1 until 2030-01-01T00:00:00Z", "1", 0, 0, AEG_UNTRUSTED },
	{ "key @1 until 2030-01-01T00:00:00Z\n@2", "12", 1893456001, 0, AEG_OK },
	{ "key @1 until 2030-01-01T00:00:00Z\n@2\nrequire 2", "12", 1893456001, 0, AEG_THRESHOLD },
	{ "@1", "1", 1000, 1000, AEG_OK },
	{ "@1", "1", 1001, 1000, AEG_EXPIRED },
	{ "@1", "1", 0, 1000, AEG_EXPIRED }, /* no clock, no bundle that ends */
	{ "@1", "2", 1001, 1000, AEG_UNTRUSTED },
	{ "@1\nmin-serial 7", "1", 0, 0, AEG_OK },
	{ "@1\nmin-serial 8", "1", 0, 0, AEG_ROLLBACK },
	{ "@1\nmin-serial 18446744073709551615", "1", 0, 0, AEG_ROLLBACK },
	{ "@1\nmin-serial 8", "2", 0, 0, AEG_UNTRUSTED },
};

static void who_and_when(void **state)
{
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct signed_file f = signed_sample(cases[i].signers, cases[i].not_after);
		struct aeg_trust t;
		enum aeg_status s;

		expand(cases[i].trust, text);
		assert_int_equal(aeg_trust_parse(&t, text, strlen(text)), AEG_OK);
		t.now = cases[i].now;
		s = aeg_bundle_verify(f.at, f.len, &t);
		if (s != cases[i].want)
			fail_msg("case %zu, signed by %s: %s", i, cases[i].signers,
				aeg_status_text(s));
		free(f.at);
	}
}

static struct aeg_trust trust_key_1(void)
{
	struct aeg_trust t;
	char text[KEY_TEXT + 1];
	struct key k = key_make(1);

	key_base64(&k, text);
	assert_int_equal(aeg_trust_parse(&t, text, strlen(text)), AEG_OK);
	return t;
}

/* A trust that nobody parsed must not be a trust in everybody. */
static void trust_made_by_hand(void **state)
{
	struct signed_file f = signed_sample("11", 0);
	struct aeg_trust none = { 0 }, t = trust_key_1();

	(void)state;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &none), AEG_UNTRUSTED);
	none.nkeys = AEG_MAX_KEYS + 1;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &none), AEG_USAGE);
	t.keys[1] = t.keys[0]; /* one key twice is one key */
	t.nkeys = t.require = 2;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_THRESHOLD);
	t.require = 0;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_OK);
	free(f.at);
}

/* The signer's own key, but a signature with the group order added to S. */
static void malleable(void **state)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();
	uint8_t *s = f.at + f.len - 32;
	unsigned carry = 0;

	(void)state;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_OK);
	for (int i = 0; i < 32; i++) {
		carry += (unsigned)s[i] + order[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_SIGNATURE);
	free(f.at);
}

/* With one signature, and that by a trusted key, every bit of the file is answered for. */
static void every_byte(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();

	(void)state;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_OK);
	for (size_t i = 0; i < f.len; i++) {
		for (uint32_t bit = 0; bit < 8; bit++) {
			f.at[i] ^= (uint8_t)(1u << bit);
			assert_int_not_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_OK);
			f.at[i] ^= (uint8_t)(1u << bit);
		}
	}
	free(f.at);
}

static void what_a_change_is_called(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aegf_header *h = (void *)f.at;
	struct aeg_trust t = trust_key_1();

	(void)state;
	f.at[200] ^= 1;
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_DIGEST);
	set_digest(f.at);
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_SIGNATURE);
	f.at[200] ^= 1;
	set_digest(f.at);
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_OK);
	h->minor = aeg_st16(1);
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_SIGNATURE);
	h->flags = aeg_st32(1);
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_RESERVED);
	h->magic[0] = 'X';
	assert_int_equal(aeg_bundle_verify(f.at, f.len, &t), AEG_MAGIC);
	free(f.at);
}

static void cut_and_appended(void **state)
{
	struct signed_file f = signed_sample("1", 0);
	struct aeg_trust t = trust_key_1();
	uint8_t *p = malloc(f.len + 1);

	(void)state;
	assert_non_null(p);
	memcpy(p, f.at, f.len);
	p[f.len] = 0;
	assert_int_equal(aeg_bundle_verify(p, f.len + 1, &t), AEG_BOUNDS);
	free(p);
	for (size_t n = 0; n < f.len; n++) {
		p = malloc(n + 1);
		assert_non_null(p);
		memcpy(p + 1, f.at, n);
		assert_int_equal(aeg_bundle_verify(p + 1, n, &t), AEG_SHORT);
		free(p);
	}
	free(f.at);
}

/* Well signed, but no bundle: verify must not read past what it has tested itself. */
static void signed_nonsense(void **state)
{
	struct aegf_header h = { .magic = AEGF_MAGIC,
		.major = aeg_st16(AEGF_MAJOR),
		.size = aeg_st32(64 + 16),
		.nsections = aeg_st32(1) };
	struct aegf_section s = { aeg_st32(AEGF_META), aeg_st32(80), aeg_st32(0), aeg_st32(0) };
	struct aegf_trailer end = { .magic = AEGF_TRAILER_MAGIC };
	struct aeg_trust t = trust_key_1();
	uint8_t bytes[64 + 16 + 16];
	struct signed_file f;

	(void)state;
	for (uint32_t round = 0; round < 3; round++) {
		s.off = aeg_st32(round == 1 ? UINT32_MAX : 80);
		s.size = aeg_st32(round == 2 ? 48 : 0);
		s.count = aeg_st32(round == 2 ? 1 : 0);
		memcpy(bytes, &h, 64);
		memcpy(bytes + 64, &s, 16);
		memcpy(bytes + 80, &end, 16);
		f = sign_bytes(bytes, sizeof bytes, "1");
		assert_int_equal(
			aeg_bundle_verify(f.at, f.len, &t), round == 2 ? AEG_BOUNDS : AEG_LAYOUT);
		free(f.at);
	}
}

/* The dump at the end of docs/bundle-format.md: whoever changes these bytes changes the format. */
static void documented_bundle(void **state)
{
	static const char dump[] =
		"414547420d0a1a0a01000000ee00000004000000000000005341b82380a6bf71"
		"733abcd24c7db77cac550a178534d313b726c18b4153e8ea0000000000000000"
		"01000000800000000e0000000e000000020000008e0000003000000001000000"
		"08000000be000000200000000200000009000000de0000001000000001000000"
		"61656769732d7374726963742f31010000000000000000000000000000000000"
		"00000e0000000000000000000000000000000000000001000000000000000100"
		"0000ffffffff000000000000000003000000ffffffffffffffff00000000ffff"
		"ffff000000000000000000000000414547534947530a0000000000000000";
	struct make m = { 0 };
	uint8_t *file, want[sizeof dump / 2];
	size_t len, want_len;
	struct aeg_bundle b;

	(void)state;
	make_tiny(&m);
	m.meta.serial = aeg_st64(1);
	file = make_bundle(&m, &len);
	set_digest(file);
	assert_int_equal(
		sodium_hex2bin(want, sizeof want, dump, sizeof dump - 1, NULL, &want_len, NULL), 0);
	assert_int_equal(len, want_len);
	assert_memory_equal(file, want, len);
	assert_int_equal(aeg_bundle_check(&b, want, want_len), AEG_OK);
	free(file);
}

/* ---- Ed25519 by the public suites ------------------------------------------------------------ */

static cJSON *load_suite(const char *name)
{
	const char *shared = getenv("AEGIS_SHARED");
	char path[4096];
	char *text;
	long size;
	FILE *f;
	cJSON *ret;

	if (shared == NULL || *shared == '\0')
		return NULL;
	snprintf(path, sizeof path, "%s/suites/%s", shared, name);
	f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)size, f), size);
	text[size] = '\0';
	fclose(f);
	ret = cJSON_Parse(text);
	free(text);
	assert_non_null(ret);
	return ret;
}

struct bytes {
	uint8_t at[4096];
	size_t n;
};

static struct bytes hex(const cJSON *object, const char *member)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItem(object, member));
	struct bytes b;

	assert_non_null(s);
	assert_int_equal(sodium_hex2bin(b.at, sizeof b.at, s, strlen(s), NULL, &b.n, NULL), 0);
	return b;
}

/* A signature of another length has no place in a bundle: refused before any arithmetic. */
static int verify(const struct bytes *key, const struct bytes *sig, const struct bytes *msg)
{
	return key->n == 32 && sig->n == 64 &&
	       aegi_ed25519_verify(key->at, sig->at, msg->at, msg->n);
}

static int s_below_order(const uint8_t *s)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };

	for (int i = 31; i >= 0; i--)
		if (s[i] != order[i])
			return s[i] < order[i];
	return 0;
}

static void wycheproof(void **state)
{
	cJSON *suite = load_suite("wycheproof/ed25519_test.json");
	const cJSON *group, *test;
	uint32_t valid = 0, invalid = 0, wrong = 0;

	(void)state;
	if (suite == NULL)
		skip();
	cJSON_ArrayForEach(group, cJSON_GetObjectItem(suite, "testGroups"))
	{
		struct bytes key = hex(cJSON_GetObjectItem(group, "publicKey"), "pk");

		cJSON_ArrayForEach(test, cJSON_GetObjectItem(group, "tests"))
		{
			const char *result =
				cJSON_GetStringValue(cJSON_GetObjectItem(test, "result"));
			struct bytes sig = hex(test, "sig"), msg = hex(test, "msg");
			int want = strcmp(result, "valid") == 0;
			int got = verify(&key, &sig, &msg);

			valid += want != 0;
			invalid += want == 0;
			if (got != want || (got && !s_below_order(sig.at + 32))) {
				print_error("tcId %d: %s, want %s\n",
					cJSON_GetObjectItem(test, "tcId")->valueint,
					got ? "accepted" : "refused", result);
				wrong++;
			}
		}
	}
	cJSON_Delete(suite);
	assert_true(valid > 0 && invalid > 0);
	assert_int_equal(wrong, 0);
}

static void speccheck(void **state)
{
	cJSON *suite = load_suite("ed25519-speccheck/cases.json");
	const cJSON *test;
	uint32_t n = 0, large_s = 0;

	(void)state;
	if (suite == NULL)
		skip();
	cJSON_ArrayForEach(test, suite)
	{
		struct bytes key = hex(test, "public_key"), sig = hex(test, "signature"),
			     msg = hex(test, "message");
		int want = cJSON_IsTrue(cJSON_GetObjectItem(test, "libsodium_strict"));

		if (verify(&key, &sig, &msg) != want)
			fail_msg("case %d", cJSON_GetObjectItem(test, "number")->valueint);
		if (!s_below_order(sig.at + 32)) {
			assert_int_equal(want, 0);
			large_s++;
		}
		n++;
	}
	cJSON_Delete(suite);
	assert_true(n > 0 && large_s > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_other_keys),
		cmocka_unit_test(at_most_32_keys),
		cmocka_unit_test(who_and_when),
		cmocka_unit_test(trust_made_by_hand),
		cmocka_unit_test(malleable),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(what_a_change_is_called),
		cmocka_unit_test(cut_and_appended),
		cmocka_unit_test(signed_nonsense),
		cmocka_unit_test(documented_bundle),
		cmocka_unit_test(wycheproof),
		cmocka_unit_test(speccheck),
	};
	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
