/* Decides whether a bundle's signatures, dates and serial are good enough: the only file that knows
 * cryptography. The bytes may be anybody's: nothing here relies on aeg_bundle_check. */
#include "internal.h"

#include <sodium.h>

_Static_assert(AEG_DIGEST_SIZE == sizeof((struct aegf_header){ 0 }.hash), "one digest size");
_Static_assert(AEG_MAX_KEYS <= 32, "signers are counted in 32 bits");

/* ---- The trust file -------------------------------------------------------------------------- */

struct reader {
	struct aeg_trust t;
	const char *at, *end; /* what is left of the text */
	uint32_t line, require_line;
	int has_serial;
};

struct words { /* of one line */
	struct aeg_str w[5];
	uint32_t n;
};

static int is(struct aeg_str s, const char *word)
{
	size_t n = strlen(word);

	return s.len == n && memcmp(s.at, word, n) == 0;
}

static int is_blank(char c) { return c == ' ' || c == '\t'; }

/* The next line without its end, LF or CRLF. */
static struct aeg_str next_line(struct reader *r)
{
	const char *start = r->at;
	const char *lf = memchr(start, '\n', (size_t)(r->end - start));
	const char *stop = lf != NULL ? lf : r->end;

	r->at = lf != NULL ? lf + 1 : r->end;
	r->line++;
	if (stop > start && stop[-1] == '\r')
		stop--;
	return (struct aeg_str){ start, (uint32_t)(stop - start) };
}

/* At most five words: no line has more than four. */
static struct words split(struct aeg_str line)
{
	struct words ret = { .n = 0 };
	uint32_t i = 0;

	while (ret.n < 5) {
		while (i < line.len && is_blank(line.at[i]))
			i++;
		uint32_t start = i;
		while (i < line.len && !is_blank(line.at[i]))
			i++;
		if (i == start)
			break;
		ret.w[ret.n++] = (struct aeg_str){ line.at + start, i - start };
	}
	return ret;
}

/* The comment line that minisign puts before a key. */
static int is_minisign_comment(struct aeg_str line)
{
	static const char start[] = "untrusted comment:";

	return line.len >= sizeof start - 1 && memcmp(line.at, start, sizeof start - 1) == 0;
}

/* Decimal digits only, without a sign; false when there are others, none, or too many. */
static int number(struct aeg_str s, uint64_t *ret)
{
	uint64_t x = 0;

	for (uint32_t i = 0; i < s.len; i++) {
		uint32_t digit = (uint32_t)(uint8_t)s.at[i] - '0';

		if (digit > 9 || x > (UINT64_MAX - digit) / 10)
			return 0;
		x = x * 10 + digit;
	}
	*ret = x;
	return s.len > 0;
}

/* Days from 1970-01-01 in the Gregorian calendar; years start in March, so that leap days end them.
 */
static uint64_t days(uint64_t year, uint64_t month, uint64_t day)
{
	uint64_t y = year - (month <= 2);
	uint64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static uint64_t days_in_month(uint64_t year, uint64_t month)
{
	return month == 12 ? 31 : days(year, month + 1, 1) - days(year, month, 1);
}

/* YYYY-MM-DDTHH:MM:SSZ, in UTC, from 1970 on, as Unix seconds. The epoch itself is refused, since 0
 * stands for no end. */
static int time_utc(struct aeg_str s, uint64_t *ret)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	uint64_t f[6] = { 0 };
	uint32_t field = 0;

	if (s.len != sizeof shape - 1)
		return 0;
	for (uint32_t i = 0; i < s.len; i++) {
		if (shape[i] != 'd') {
			if (s.at[i] != shape[i])
				return 0;
			field++;
		} else if (s.at[i] >= '0' && s.at[i] <= '9') {
			f[field] = f[field] * 10 + (uint64_t)(s.at[i] - '0');
		} else {
			return 0;
		}
	}
	if (f[0] < 1970 || f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > days_in_month(f[0], f[1]) ||
		f[3] > 23 || f[4] > 59 || f[5] > 59)
		return 0;
	*ret = ((days(f[0], f[1], f[2]) * 24 + f[3]) * 60 + f[4]) * 60 + f[5];
	return *ret != 0;
}

/* A public key as minisign writes it: base64 of "Ed", key id, key. */
static int add_key(struct aeg_trust *t, struct aeg_str base64, uint64_t until)
{
	struct aeg_trust_key k = { .until = until };
	uint8_t raw[2 + sizeof k.id + sizeof k.key];
	size_t n;

	if (t->nkeys == AEG_MAX_KEYS ||
		sodium_base642bin(raw, sizeof raw, base64.at, base64.len, NULL, &n, NULL,
			sodium_base64_VARIANT_ORIGINAL) != 0 ||
		n != sizeof raw || memcmp(raw, "Ed", 2) != 0)
		return 0;
	memcpy(k.id, raw + 2, sizeof k.id);
	memcpy(k.key, raw + 2 + sizeof k.id, sizeof k.key);
	/* The same key under two ids would count twice. */
	for (uint32_t i = 0; i < t->nkeys; i++)
		if (memcmp(t->keys[i].id, k.id, sizeof k.id) == 0 ||
			memcmp(t->keys[i].key, k.key, sizeof k.key) == 0)
			return 0;
	if (!crypto_core_ed25519_is_valid_point(k.key))
		return 0;
	t->keys[t->nkeys++] = k;
	return 1;
}

static int key_line(struct aeg_trust *t, const struct words *l)
{
	uint64_t until = 0;

	if (l->n == 1)
		return add_key(t, l->w[0], 0);
	if (l->n == 4 && (!is(l->w[2], "until") || !time_utc(l->w[3], &until)))
		return 0;
	return (l->n == 2 || l->n == 4) && add_key(t, l->w[1], until);
}

static int read_line(struct reader *r, struct aeg_str line)
{
	struct words l = split(line);
	uint64_t x;

	if (l.n == 0 || l.w[0].at[0] == '#' || is_minisign_comment(line))
		return 1;
	if (l.n == 1 || is(l.w[0], "key"))
		return key_line(&r->t, &l);
	if (l.n != 2 || !number(l.w[1], &x))
		return 0;
	if (is(l.w[0], "require") && r->require_line == 0 && x > 0 && x <= AEG_MAX_KEYS) {
		r->t.require = (uint32_t)x;
		r->require_line = r->line;
		return 1;
	}
	if (is(l.w[0], "min-serial") && !r->has_serial) {
		r->t.min_serial = x;
		r->has_serial = 1;
		return 1;
	}
	return 0;
}

enum aeg_status aeg_trust_parse(struct aeg_trust *ret, const char *text, size_t len)
{
	struct reader r = { .t.require = 1, .at = text };

	ret->bad_line = 1;
	if (sodium_init() < 0 || len == 0 || len > UINT32_MAX)
		return AEG_TRUST;
	r.end = text + len;
	while (r.at < r.end) {
		struct aeg_str line = next_line(&r);

		if (!read_line(&r, line)) {
			ret->bad_line = r.line;
			return AEG_TRUST;
		}
	}
	if (r.t.nkeys < r.t.require) { /* also where there is no key at all */
		ret->bad_line = r.require_line != 0 ? r.require_line : r.line;
		return AEG_TRUST;
	}
	*ret = r.t;
	return AEG_OK;
}

/* ---- The bundle ------------------------------------------------------------------------------ */

int aegi_ed25519_verify(const uint8_t *key, const uint8_t *sig, const uint8_t *msg, size_t len)
{
	return crypto_sign_ed25519_verify_detached(sig, msg, len, key) == 0;
}

static enum aeg_status digest(const struct aegf_header *h)
{
	uint8_t hash[sizeof h->hash];

	if (crypto_generichash_blake2b(hash, sizeof hash, (const uint8_t *)(h + 1),
		    aeg_ld32(h->size) - sizeof *h, NULL, 0) != 0)
		return AEG_DIGEST;
	return memcmp(hash, h->hash, sizeof hash) == 0 ? AEG_OK : AEG_DIGEST;
}

/* A time that is not known is past every end. */
static int is_past(uint64_t end, uint64_t now) { return end != 0 && (now == 0 || now > end); }

/* How many different keys have signed; @signers has a bit for each of @t's keys that did. */
static uint32_t count_keys(const struct aeg_trust *t, uint32_t signers)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->nkeys; i++) {
		int again = (signers >> i & 1) == 0;

		for (uint32_t j = 0; j < i && !again; j++)
			again = (signers >> j & 1) != 0 &&
				memcmp(t->keys[i].key, t->keys[j].key, sizeof t->keys[i].key) == 0;
		n += !again;
	}
	return n;
}

static enum aeg_status signatures(const struct aegf_header *h, const struct aeg_trust *t)
{
	const struct aegf_trailer *trailer = (const void *)((const uint8_t *)h + aeg_ld32(h->size));
	const struct aegf_signature *sig = (const void *)(trailer + 1);
	uint32_t n = aeg_ld32(trailer->count), signers = 0;
	uint8_t msg[sizeof AEGF_SIGN_DOMAIN - 1 + sizeof *h];

	memcpy(msg, AEGF_SIGN_DOMAIN, sizeof AEGF_SIGN_DOMAIN - 1);
	memcpy(msg + sizeof AEGF_SIGN_DOMAIN - 1, h, sizeof *h);
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < t->nkeys; k++) {
			const struct aeg_trust_key *key = &t->keys[k];

			if (memcmp(sig[i].keyid, key->id, sizeof key->id) != 0 ||
				is_past(key->until, t->now))
				continue;
			if (!aegi_ed25519_verify(key->key, sig[i].sig, msg, sizeof msg))
				return AEG_SIGNATURE;
			signers |= 1u << k;
		}
	}
	if (signers == 0)
		return n == 0 ? AEG_UNSIGNED : AEG_UNTRUSTED;
	return count_keys(t, signers) >= t->require ? AEG_OK : AEG_THRESHOLD;
}

static enum aeg_status dates(const struct aegf_header *h, const struct aeg_trust *t)
{
	struct aeg_bundle b;
	enum aeg_status s = aegi_frame_table(&b, h);

	if (s != AEG_OK)
		return s;
	if (is_past(aeg_ld64(aegi_meta(&b)->not_after), t->now))
		return AEG_EXPIRED;
	return aeg_ld64(aegi_meta(&b)->serial) < t->min_serial ? AEG_ROLLBACK : AEG_OK;
}

enum aeg_status aeg_bundle_verify(const void *mem, size_t len, const struct aeg_trust *trust)
{
	enum aeg_status s = aegi_frame_check(mem, len);

	if (s != AEG_OK)
		return s;
	if (trust->nkeys > AEG_MAX_KEYS)
		return AEG_USAGE;
	if (sodium_init() < 0) /* picks the fast BLAKE2b */
		return AEG_IO;
	if ((s = digest(mem)) != AEG_OK || (s = signatures(mem, trust)) != AEG_OK)
		return s;
	return dates(mem, trust);
}
