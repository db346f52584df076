/* Names that an object has twice: by tables, at random, and made to be slow. */
#define _POSIX_C_SOURCE 200809L
#include "json_test.h"

static void duplicates(void **state)
{
	struct memory m;
	static const struct {
		const char *text;
		uint32_t duplicate;
	} cases[] = {
		{ "{\"a\":1,\"b\":2}", AEG_NONE },
		{ "{\"a\":1,\"a\":2}", 3 },
		{ "{\"a\":1,\"b\":2,\"a\":3}", 5 },
		{ "{\"a\":1,\"A\":2}", AEG_NONE },
		{ "{\"\":1,\"\":2}", 3 },
		{ "{\"a\":1,\"\\u0061\":2}", 3 },
		{ "{\"\\u0061\":1,\"a\":2}", 3 },
		{ "{\"\\u0061\":1,\"\\u0061\":2}", 3 },
		{ "{\"\\/\":1,\"/\":2}", 3 },
		{ "{\"\\u00e9\":1,\"\xc3\xa9\":2}", 3 },
		{ "{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", 3 },
		{ "{\"a\\u0000b\":1,\"a\\u0000c\":2}", AEG_NONE },
		{ "{\"a\\u0000b\":1,\"a\\u0000b\":2}", 3 },
		{ "{\"a\\\\\":1,\"a\":2}", AEG_NONE },
		{ "{\"a\\\\\":1,\"a\\u005c\":2}", 3 },
		{ "[{\"a\":1},{\"a\":1}]", AEG_NONE },
		{ "{\"a\":{\"a\":{\"a\":1}}}", AEG_NONE },
		{ "{\"x\":{\"a\":1,\"a\":2},\"y\":1}", 5 },
		{ "{\"x\":[{\"a\":1,\"a\":2}],\"x\":1}", 6 },
		{ "{\"x\":1,\"x\":{\"a\":1,\"a\":2}}", 3 },
		{ "{\"x\":[],\"y\":{},\"x\":1}", 5 },
		{ "{\"x\":{\"b\":1},\"y\":{\"c\":2,\"c\":3,\"c\":4},\"x\":1}", 9 },
		{ "{\"abcdefghijklmnop\":1,\"abcdefgh-ijklmnop\":2}", AEG_NONE },
		{ "{\"abcdefghijklmnop\":1,\"abcdefghijklmnop\":2}", 3 },
		{ "{\"abcdefghijkl\\u006dnop\":1,\"abcdefghijklmnop\":2}", 3 },
		{ "{\"abcdefghXijklmnop\":1,\"abcdefghYijklmnop\":2}", AEG_NONE },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct aeg_json j;
		assert_int_equal(scan(&j, &m, cases[i].text, strlen(cases[i].text)), AEG_OK);
		if (j.duplicate != cases[i].duplicate)
			fail_msg("%d, not %d: %s", (int)j.duplicate, (int)cases[i].duplicate,
				cases[i].text);
	}
}

/* Writes an object whose i-th name is made by @name; returns the text's length. */
typedef int name_fn(char *buf, uint32_t i, uint32_t other);
static size_t write_object(char *text, uint32_t members, name_fn *name, uint32_t other)
{
	size_t n = 0;

	text[n++] = '{';
	for (uint32_t i = 0; i < members; i++) {
		n += (size_t)name(text + n, i, other);
		text[n++] = ',';
	}
	text[n - 1] = '}';
	return n;
}

/* Member @other has the name of member 0, which it may spell otherwise. */
static int plain_name(char *buf, uint32_t i, uint32_t other)
{
	return sprintf(buf, "\"name %u\":%u", i == other ? 0 : i, i);
}

static int escaped_name(char *buf, uint32_t i, uint32_t other)
{
	return sprintf(buf, i == other ? "\"n\\u0061me 0\":%u" : "\"name %u\":0", i);
}

/* Of one length, and alike for 16 bytes at both ends: every hash of the ends alone is the same. */
static int colliding_name(char *buf, uint32_t i, uint32_t other)
{
	return sprintf(buf, "\"0123456789abcdef%07u0123456789abcdef\":[0]", i == other ? 0 : i);
}

static void large_objects(void **state)
{
	static name_fn *const names[] = { plain_name, escaped_name, colliding_name };
	static const uint32_t sizes[] = { 2, 15, 16, 17, 18, 31, 64, 65, 100, 1000 };
	struct big b = big_new(1000 * 64);

	(void)state;
	for (size_t f = 0; f < LENGTH(names); f++)
		for (size_t s = 0; s < LENGTH(sizes); s++)
			for (uint32_t k = 0; k < 8; k++) {
				uint32_t n = sizes[s],
					 other = k == 7 ? AEG_NONE : 1 + k * (n - 1) / 7;
				uint32_t per = names[f] == colliding_name ? 3 : 2; /* tokens */
				size_t len = write_object(b.text, n, names[f], other);
				struct aeg_json j;
				assert_int_equal(
					aeg_json_scan(&j, b.text, len, b.tok, b.cap), AEG_OK);
				assert_int_equal(j.ntok, 1 + n * per);
				assert_int_equal(j.duplicate,
					other == AEG_NONE ? AEG_NONE : 1 + other * per);
				/* and the keys' links are whole again */
				uint32_t members = 0;
				for (uint32_t key = 1; key < j.ntok; key = j.tok[key].next) {
					assert_true(j.tok[key].info & AEG_JSON_KEY);
					assert_int_equal(j.tok[key].next, j.tok[key + 1].next);
					members++;
				}
				assert_int_equal(members, n);
			}
	big_free(&b);
}

/* Of several repetitions in one large object, the first. */
static int few_names(char *buf, uint32_t i, uint32_t other)
{
	return sprintf(buf, "\"%u\":null", i < other ? i : other - 1 - i % other);
}

static void first_of_many(void **state)
{
	struct big b = big_new(1000 * 16);

	(void)state;
	for (uint32_t distinct = 1; distinct < 200; distinct += 9) {
		size_t len = write_object(b.text, 1000, few_names, distinct);
		struct aeg_json j;
		assert_int_equal(aeg_json_scan(&j, b.text, len, b.tok, b.cap), AEG_OK);
		assert_int_equal(j.duplicate, 1 + 2 * distinct);
	}
	big_free(&b);
}

/* Pairs of different names whose hashes are one: only the bytes tell them apart. */
static void one_hash(void **state)
{
	static const char *const pairs[][2] = {
		{ "k", "k16718792" },
		{ "same0002931", "same0003072" },
		{ "a\\u00003625", "a\\u00005875" },
		{ "\\u006b", "k1671879\\u0032" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(pairs); i++)
		for (int order = 0; order < 2; order++) {
			const char *a = pairs[i][order], *b = pairs[i][!order];
			struct memory m;
			struct aeg_json j;
			char text[200];
			int n = sprintf(text, "{\"\\u0020\":0,\"%s\":0,\"%s\":0}", a, b);
			assert_int_equal(scan(&j, &m, text, (size_t)n), AEG_OK);
			assert_int_equal(j.duplicate, AEG_NONE);
			n = sprintf(text, "{\"\\u0020\":0,\"%s\":0,\"%s\":0,\"%s\":0}", a, b, a);
			assert_int_equal(scan(&j, &m, text, (size_t)n), AEG_OK);
			assert_int_equal(j.duplicate, 7);
		}
}

/* Names out of a pool, each time spelled otherwise; the pool's numbers say what repeats. */
static int random_name(char *buf, uint32_t *seed, uint32_t number)
{
	char plain[32];
	int n = 0;

	sprintf(plain, "%s%u%s", number % 3 ? "" : "some prefix ", number,
		number % 5 ? "" : " end");
	buf[n++] = '"';
	for (const char *p = plain; *p != '\0'; p++) {
		*seed = *seed * 1664525 + 1013904223;
		n += sprintf(buf + n, *seed >> 24 < 4 ? "\\u%04x" : "%c", (unsigned)*p);
	}
	return n + sprintf(buf + n, number % 7 ? "\":0," : "\":{\"\":[]},");
}

static void at_random(void **state)
{
	struct big b = big_new(400 * 256);
	uint32_t seed = 1, number[400], at[400];
	uint32_t repeated = 0, single = 0;

	(void)state;
	for (uint32_t round = 0; round < 3000; round++) {
		uint32_t members = 1 + round % 80 * (round % 3 ? 1 : 5), want = AEG_NONE;
		uint32_t pool = members * members / 2 + 1, token = 1;
		size_t n = 0;
		b.text[n++] = '{';
		for (uint32_t i = 0; i < members; i++) {
			seed = seed * 1664525 + 1013904223;
			number[i] = (seed >> 8) % pool;
			at[i] = token;
			for (uint32_t k = 0; k < i && want == AEG_NONE; k++)
				if (number[k] == number[i])
					want = at[i];
			n += (size_t)random_name(b.text + n, &seed, number[i]);
			token += number[i] % 7 ? 2 : 4;
		}
		b.text[n - 1] = '}';
		struct aeg_json j;
		assert_int_equal(aeg_json_scan(&j, b.text, n, b.tok, b.cap), AEG_OK);
		assert_int_equal(j.ntok, token);
		assert_int_equal(j.duplicate, want);
		for (uint32_t i = 0; i < members; i++)
			assert_int_equal(j.tok[at[i]].next, i + 1 < members ? at[i + 1] : token);
		repeated += want != AEG_NONE;
		single += want == AEG_NONE;
	}
	assert_true(repeated > 1000 && single > 1000);
	big_free(&b);
}

/* The time limits are far above what is needed, and far below what comparing all with all takes. */

static void many_names(void **state)
{
	static name_fn *const names[] = { plain_name, colliding_name };
	const uint32_t n = 200000;
	struct big b = big_new((size_t)n * 64);

	(void)state;
	for (size_t f = 0; f < LENGTH(names); f++) {
		size_t len = write_object(b.text, n, names[f], n - 1);
		struct aeg_json j;
		double t = seconds();
		assert_int_equal(aeg_json_scan(&j, b.text, len, b.tok, b.cap), AEG_OK);
		assert_true(seconds() - t < 20);
		assert_int_equal(j.duplicate, 1 + (n - 1) * (names[f] == plain_name ? 2 : 3));
	}
	big_free(&b);
}

/* 10 MB of small objects, each with the same name over and over, inside one another. */
static void many_repetitions(void **state)
{
	static const char open[] = "{\"k\":0,\"k\":0,\"k\":0,\"k\":0,\"\\u006b\":0,\"k\":";
	const uint32_t levels = 500, towers = 450;
	const size_t len = (size_t)towers * (levels * sizeof open + 2) + 1;
	struct big b = big_new(len);
	struct aeg_json j;
	size_t n = 1;
	double t;

	(void)state;
	b.text[0] = '[';
	for (uint32_t i = 0; i < towers; i++) {
		for (uint32_t k = 0; k < levels; k++, n += sizeof open - 1)
			memcpy(b.text + n, open, sizeof open - 1);
		b.text[n++] = '0';
		memset(b.text + n, '}', levels);
		n += levels;
		b.text[n++] = i + 1 < towers ? ',' : ']';
	}
	t = seconds();
	assert_int_equal(aeg_json_scan(&j, b.text, n, b.tok, b.cap), AEG_OK);
	assert_true(seconds() - t < 5);
	assert_int_equal(j.duplicate, 4);
	big_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duplicates),
		cmocka_unit_test(large_objects),
		cmocka_unit_test(first_of_many),
		cmocka_unit_test(one_hash),
		cmocka_unit_test(at_random),
		cmocka_unit_test(many_names),
		cmocka_unit_test(many_repetitions),
	};

	return cmocka_run_group_tests_name("json names", tests, NULL, NULL);
}
