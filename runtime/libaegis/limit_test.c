#define _POSIX_C_SOURCE 200809L
/* Limits: against a plain list of all grants, and what happens when the memory is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include <sodium.h>

#include "limit.h"
#include "policy_test.h"
#include "siphash.h"

struct room { /* a bundle with one capability after another, and counters for it */
	struct policy p;
	struct aeg_limits *l;
	void *mem;
};

static struct room room_of(const struct policy_cap *caps, uint32_t nkeys)
{
	const struct policy_context contexts[] = { { "c", caps, NULL }, { 0 } };
	struct room r = { .p = policy_make(contexts) };
	size_t size = aeg_limits_size(&r.p.b, nkeys);

	r.mem = malloc(size);
	assert_non_null(r.mem);
	memset(r.mem, 0xa5, size);
	r.l = aeg_limits_init(&r.p.b, nkeys, r.mem, size);
	assert_non_null(r.l);
	return r;
}

static void room_free(struct room *r)
{
	free(r->mem);
	free(r->p.file);
}

/* One call of the capability @i with the key @key at @now. */
static enum aeg_status take(
	struct room *r, uint32_t i, const char *key, uint64_t now, struct aeg_verdict *ret)
{
	const struct aeg_call call = {
		.size_of = sizeof call, .limits = r->l, .limit_key = policy_str(key), .now_ms = now
	};

	*ret = (struct aeg_verdict){ .slot = AEG_NONE };
	return aegi_limits_take(aegi_at(&r->p.b, AEGF_CAPS, i, struct aegf_cap), &call, i, ret);
}

static enum aeg_reason why(struct room *r, uint32_t i, const char *key, uint64_t now)
{
	struct aeg_verdict v;

	assert_int_equal(take(r, i, key, now, &v), AEG_OK);
	return v.reason;
}

#define CALLS(n, s) \
	{ \
		.pattern = "*", .rate_calls = (n), .rate_per_s = (s) \
	}
#define CONCURRENT(n) \
	{ \
		.pattern = "*", .max_concurrent = (n) \
	}

static void sizes(void **state)
{
	const struct policy_cap none[] = { { .pattern = "*" }, { 0 } };
	const struct policy_cap huge[] = { CALLS(UINT32_MAX, UINT32_MAX), CONCURRENT(UINT32_MAX),
		{ 0 } };
	const struct policy_cap few[] = { CALLS(5, 60), { 0 } };
	const struct policy_context c[] = { { "a", none, NULL }, { 0 } };
	struct policy p = policy_make(c);
	struct room r;
	size_t size;

	(void)state;
	assert_int_equal(aeg_limits_size(&p.b, 100), 0);
	assert_null(aeg_limits_init(&p.b, 100, &r, sizeof r));
	free(p.file);

	r = room_of(huge, 10);
	assert_true(aeg_limits_size(&r.p.b, 1000) / 1000 < 20000);
	assert_int_equal(aeg_limits_size(&r.p.b, UINT32_MAX), SIZE_MAX);
	size = aeg_limits_size(&r.p.b, 10);
	assert_null(aeg_limits_init(&r.p.b, 10, r.mem, size - 1));
	assert_null(aeg_limits_init(&r.p.b, 10, (char *)r.mem + 4, size));
	assert_null(aeg_limits_init(&r.p.b, 10, NULL, size));
	room_free(&r);

	r = room_of(few, 1);
	assert_true(aeg_limits_size(&r.p.b, 1000) / 1000 < 600);
	room_free(&r);
}

static void a_window_slides(void **state)
{
	const struct policy_cap caps[] = { CALLS(3, 10), { 0 } };
	struct room r = room_of(caps, 4);
	struct aeg_verdict v;

	(void)state;
	assert_int_equal(why(&r, 0, "k", 1000), AEG_None);
	assert_int_equal(why(&r, 0, "k", 4000), AEG_None);
	assert_int_equal(why(&r, 0, "k", 4000), AEG_None);
	assert_int_equal(take(&r, 0, "k", 5000, &v), AEG_OK);
	assert_int_equal(v.reason, AEG_RateLimitExceeded);
	assert_int_equal(v.retry_after_ms, 6000);
	assert_int_equal(why(&r, 0, "k", 10999), AEG_RateLimitExceeded);
	assert_int_equal(why(&r, 0, "k", 11000), AEG_None);
	assert_int_equal(take(&r, 0, "k", 11000, &v), AEG_OK);
	assert_int_equal(v.retry_after_ms, 3000);
	assert_int_equal(why(&r, 0, "other", 11000), AEG_None);
	assert_int_equal(why(&r, 0, "", 11000), AEG_None);
	assert_int_equal(why(&r, 0, "k", UINT64_MAX), AEG_None);
	assert_int_equal(why(&r, 0, "k", 0), AEG_None);
	room_free(&r);
}

static void slots(void **state)
{
	const struct policy_cap caps[] = { CONCURRENT(2), { 0 } };
	struct room r = room_of(caps, 4);
	struct aeg_verdict a, b, c;

	(void)state;
	assert_int_equal(take(&r, 0, "k", 0, &a), AEG_OK);
	assert_int_equal(take(&r, 0, "k", 0, &b), AEG_OK);
	assert_true(a.slot != AEG_NONE && b.slot != AEG_NONE && a.slot != b.slot);
	assert_int_equal(why(&r, 0, "k", 0), AEG_ConcurrencyLimitExceeded);
	assert_int_equal(take(&r, 0, "j", 0, &c), AEG_OK);
	assert_int_equal(c.reason, AEG_None);
	aeg_release(r.l, a.slot);
	aeg_release(r.l, a.slot); /* twice: nothing more */
	aeg_release(r.l, AEG_NONE);
	aeg_release(r.l, 123456);
	aeg_release(NULL, b.slot);
	assert_int_equal(take(&r, 0, "k", 0, &a), AEG_OK);
	assert_int_equal(a.reason, AEG_None);
	assert_int_equal(why(&r, 0, "k", 0), AEG_ConcurrencyLimitExceeded);
	aeg_release(r.l, c.slot);
	assert_int_equal(why(&r, 0, "k", 0), AEG_ConcurrencyLimitExceeded);
	aeg_release(r.l, b.slot);
	assert_int_equal(why(&r, 0, "k", 0), AEG_None);
	room_free(&r);
}

static void both_limits(void **state)
{
	const struct policy_cap caps[] = {
		{ .pattern = "*", .rate_calls = 2, .rate_per_s = 1, .max_concurrent = 1 }, { 0 }
	};
	struct room r = room_of(caps, 2);
	struct aeg_verdict v, w;

	(void)state;
	assert_int_equal(take(&r, 0, "k", 0, &v), AEG_OK);
	/* what is denied counts for nothing */
	assert_int_equal(why(&r, 0, "k", 1), AEG_ConcurrencyLimitExceeded);
	assert_int_equal(why(&r, 0, "k", 2), AEG_ConcurrencyLimitExceeded);
	aeg_release(r.l, v.slot);
	assert_int_equal(take(&r, 0, "k", 3, &v), AEG_OK);
	assert_int_equal(v.reason, AEG_None);
	assert_int_equal(take(&r, 0, "k", 4, &w), AEG_OK);
	assert_int_equal(w.reason, AEG_RateLimitExceeded);
	assert_int_equal(w.retry_after_ms, 996);
	assert_int_equal(w.slot, AEG_NONE);
	room_free(&r);
}

static void keys_are_told_apart(void **state)
{
	const struct policy_cap caps[] = { CALLS(1, 1000), CALLS(1, 1000), { 0 } };
	struct room r = room_of(caps, 2000);
	char key[700];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t n = 0; n < 600; n++) {
			enum aeg_reason want = round ? AEG_RateLimitExceeded : AEG_None;
			memset(key, 'a', n);
			key[n] = 0;
			assert_int_equal(why(&r, 0, key, 5), want);
			if (n % 50 == 1) {
				assert_int_equal(why(&r, 1, key, 5), want);
				key[n - 1] = 'b'; /* differs in the last byte only */
				assert_int_equal(why(&r, 0, key, 5), want);
				key[n - 1] = 'a';
			}
		}
	room_free(&r);
}

static void time_going_back_grants_nothing(void **state)
{
	const struct policy_cap caps[] = { CALLS(2, 10), { 0 } };
	struct room r = room_of(caps, 2);
	struct aeg_verdict v;

	(void)state;
	assert_int_equal(why(&r, 0, "k", 50000), AEG_None);
	assert_int_equal(why(&r, 0, "k", 100), AEG_None);
	assert_int_equal(why(&r, 0, "k", 0), AEG_RateLimitExceeded);
	assert_int_equal(take(&r, 0, "k", 20000, &v), AEG_OK);
	assert_int_equal(v.reason, AEG_RateLimitExceeded);
	assert_int_equal(v.retry_after_ms, 10000);
	assert_int_equal(why(&r, 0, "k", 60000), AEG_None);
	room_free(&r);
}

/* ---- Full ---------------------------------------------------------------------------------- */

static void full_of_keys(void **state)
{
	const struct policy_cap caps[] = { CALLS(5, 10), CONCURRENT(3), { 0 } };
	struct room r = room_of(caps, 3);
	struct aeg_verdict v, held;

	(void)state;
	assert_int_equal(why(&r, 0, "a", 0), AEG_None);
	assert_int_equal(why(&r, 0, "b", 4000), AEG_None);
	assert_int_equal(take(&r, 1, "a", 5000, &held), AEG_OK);
	assert_int_equal(take(&r, 0, "c", 9999, &v), AEG_NOMEM);
	assert_int_equal(why(&r, 0, "b", 9999), AEG_None);  /* who is in stays in */
	assert_int_equal(why(&r, 0, "c", 10000), AEG_None); /* a's window has passed */
	assert_int_equal(take(&r, 0, "a", 10000, &v), AEG_NOMEM);
	aeg_release(r.l, held.slot);
	assert_int_equal(why(&r, 0, "a", 10000), AEG_None);
	assert_int_equal(take(&r, 0, "d", 14000, &v), AEG_NOMEM); /* b has called since */
	assert_int_equal(why(&r, 0, "d", 19999), AEG_None);
	room_free(&r);
}

/* A short window begins after a long one has been found full: it must not wait for the long one. */
static void full_for_no_longer_than_it_must(void **state)
{
	const struct policy_cap caps[] = { CALLS(1, 1000), CALLS(1, 1), { 0 } };
	struct room r = room_of(caps, 2);
	struct aeg_verdict v;

	(void)state;
	assert_int_equal(why(&r, 0, "a", 0), AEG_None);
	assert_int_equal(why(&r, 1, "b", 0), AEG_None);
	assert_int_equal(take(&r, 0, "c", 999, &v), AEG_NOMEM);
	assert_int_equal(why(&r, 1, "c", 1000), AEG_None);
	assert_int_equal(take(&r, 0, "d", 1001, &v), AEG_NOMEM);
	assert_int_equal(why(&r, 0, "d", 2000), AEG_None);
	room_free(&r);
}

static void full_of_grants_and_slots(void **state)
{
	const struct policy_cap caps[] = { CALLS(1000000, 100000), CONCURRENT(1000000), { 0 } };
	struct room r = room_of(caps, 2);
	struct aeg_verdict v;
	uint64_t now = 1;
	uint32_t n = 0;

	(void)state;
	for (; take(&r, 0, "a", now, &v) == AEG_OK; now++, n++)
		assert_int_equal(v.reason, AEG_None);
	assert_in_range(n, 2 * 1024, 3 * 1024);
	assert_int_equal(take(&r, 0, "b", now, &v), AEG_NOMEM);
	assert_int_equal(take(&r, 0, "b", now + 100000000, &v), AEG_OK);
	for (n = 0; take(&r, 1, "a", now, &v) == AEG_OK; n++)
		assert_int_equal(v.reason, AEG_None);
	assert_int_equal(n, 2 * 64);
	aeg_release(r.l, v.slot); /* none was taken */
	assert_int_equal(take(&r, 1, "a", now, &v), AEG_NOMEM);
	room_free(&r);
}

/* ---- Against a list of all grants ---------------------------------------------------------- */

enum { STEPS = 30000, KEYS = 5, CAPS = 4 };

struct past {
	struct {
		uint64_t at;
		uint32_t cap, key, slot;
		int released;
	} grant[STEPS];
	uint32_t n;
};

static const struct policy_cap random_caps[] = { CALLS(1, 1), CALLS(25, 3),
	{ .pattern = "*", .rate_calls = 7, .rate_per_s = 2, .max_concurrent = 3 }, CONCURRENT(2),
	{ 0 } };

static enum aeg_reason expect(
	const struct past *past, uint32_t cap, uint32_t key, uint64_t now, uint64_t *ret_retry)
{
	const struct policy_cap *c = &random_caps[cap];
	uint64_t window = (uint64_t)c->rate_per_s * 1000, oldest = now;
	uint32_t calls = 0, held = 0;

	for (uint32_t i = past->n; i-- > 0;) {
		if (past->grant[i].cap != cap || past->grant[i].key != key)
			continue;
		held += !past->grant[i].released;
		if (now - past->grant[i].at < window) {
			calls++;
			oldest = past->grant[i].at;
		}
	}
	*ret_retry = oldest + window - now;
	if (c->rate_calls != 0 && calls >= c->rate_calls)
		return AEG_RateLimitExceeded;
	if (c->max_concurrent != 0 && held >= c->max_concurrent)
		return AEG_ConcurrencyLimitExceeded;
	return AEG_None;
}

static uint32_t below(uint64_t *rng, uint32_t n)
{
	*rng = *rng * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*rng >> 33) % n;
}

static void agrees_with_the_list(void **state)
{
	static const char *const keys[KEYS] = { "", "k", "tenant/u1", "tenant/u2",
		("a key that is longer than one chunk of memory, so that it stands in two of them: "
		 "0123456789012345678901234567890123456789012345678901234567890123456789") };
	static struct past past;
	struct room r = room_of(random_caps, KEYS * CAPS);
	uint64_t rng = 4711, now = 1000000, seen = 0, retry;
	uint32_t denied = 0;

	(void)state;
	past.n = 0;
	for (int step = 0; step < STEPS; step++) {
		uint32_t cap = below(&rng, CAPS), key = below(&rng, KEYS), old;
		uint64_t told;
		struct aeg_verdict v;

		now += below(&rng, 3) == 0 ? below(&rng, 200) : 0;
		told = below(&rng, 50) == 0 ? now - below(&rng, 5000) : now;
		seen = told > seen ? told : seen;
		enum aeg_reason want = expect(&past, cap, key, seen, &retry);
		assert_int_equal(take(&r, cap, keys[key], told, &v), AEG_OK);
		assert_int_equal(v.reason, want);
		denied += want != AEG_None;
		if (want == AEG_RateLimitExceeded)
			assert_int_equal(v.retry_after_ms, retry);
		assert_int_equal(v.slot != AEG_NONE,
			want == AEG_None && random_caps[cap].max_concurrent != 0);
		if (want == AEG_None) {
			past.grant[past.n].at = seen;
			past.grant[past.n].cap = cap;
			past.grant[past.n].key = key;
			past.grant[past.n].slot = v.slot;
			past.grant[past.n++].released = v.slot == AEG_NONE;
		}
		old = past.n == 0 ? 0 : past.n - 1 - below(&rng, past.n < 60 ? past.n : 60);
		if (past.n != 0 && below(&rng, 3) == 0) {
			aeg_release(r.l, past.grant[old].slot);
			past.grant[old].released = 1;
		}
	}
	assert_in_range(denied, STEPS / 10, STEPS - STEPS / 10);
	room_free(&r);
}

/* Against libsodium's, which the library itself must not ask. */
static void the_hash_is_siphash(void **state)
{
	uint8_t key[crypto_shorthash_KEYBYTES], out[crypto_shorthash_BYTES];
	char text[300];

	(void)state;
	for (uint32_t i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)(i * 37 + 200);
	for (uint32_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 101 + 7);
	for (uint32_t n = 0; n <= sizeof text; n++) {
		crypto_shorthash(out, (const uint8_t *)text, n, key);
		assert_true(aegi_siphash(aegf_ld64_raw((const char *)key),
				    aegf_ld64_raw((const char *)key + 8), text,
				    n) == aegf_ld64_raw((const char *)out));
	}
}

enum { PAIRS = 13, MANY = 1 << PAIRS };

/* The @i-th of MANY keys. The top bit of a word, and what it does to the next: aegf_hash gives all
 * that are @alike one value, whatever it starts from. */
static struct aeg_str key_of(char key[16 * PAIRS], uint32_t i, int alike)
{
	memset(key, 'q', 16 * PAIRS);
	for (uint32_t k = 0; k < PAIRS; k++) {
		if ((i >> k & 1) == 0)
			continue;
		key[16 * k + 7] ^= (char)0x80;
		key[16 * k + 11] ^= alike ? (char)0x80 : 1;
		key[16 * k + 15] ^= (char)0x80;
	}
	return (struct aeg_str){ key, 16 * PAIRS };
}

/* The processor's time for one call with each of the keys. */
static clock_t time_of_many(int alike)
{
	static const struct policy_cap caps[] = { CALLS(1, 60), { 0 } };
	struct room r = room_of(caps, MANY);
	char key[16 * PAIRS];
	clock_t start = clock();

	for (uint32_t i = 0; i < MANY; i++) {
		const struct aeg_call call = {
			.size_of = sizeof call, .limits = r.l, .limit_key = key_of(key, i, alike)
		};
		struct aeg_verdict v = { .slot = AEG_NONE };

		assert_int_equal(aegi_limits_take(aegi_at(&r.p.b, AEGF_CAPS, 0, struct aegf_cap),
					 &call, 0, &v),
			AEG_OK);
		assert_int_equal(v.reason, AEG_None);
	}
	start = clock() - start;
	room_free(&r);
	return start;
}

/* Whoever may choose keys must not make all others wait: with one chain for all it is 50 times. */
static void keys_made_to_collide_are_no_slower(void **state)
{
	char a[16 * PAIRS], b[16 * PAIRS];
	int fair = 0;

	(void)state;
	for (uint32_t start = 0; start < 5; start++)
		assert_int_equal(aegf_hash(start, key_of(a, 1, 1).at, sizeof a),
			aegf_hash(start, key_of(b, MANY - 1, 1).at, sizeof b));
	for (int tries = 0; tries < 5 && !fair; tries++)
		fair = time_of_many(1) < 10 * time_of_many(0);
	assert_true(fair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(a_window_slides),
		cmocka_unit_test(slots),
		cmocka_unit_test(both_limits),
		cmocka_unit_test(keys_are_told_apart),
		cmocka_unit_test(time_going_back_grants_nothing),
		cmocka_unit_test(full_of_keys),
		cmocka_unit_test(full_for_no_longer_than_it_must),
		cmocka_unit_test(full_of_grants_and_slots),
		cmocka_unit_test(agrees_with_the_list),
		cmocka_unit_test(the_hash_is_siphash),
		cmocka_unit_test(keys_made_to_collide_are_no_slower),
	};
	return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
