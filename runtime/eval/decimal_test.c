/* Decimals against integers of 128 bits, against what the texts say, and against JavaScript. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "eval/decimal.h"

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

static struct aeg_str str(const char *s) { return (struct aeg_str){ s, (uint32_t)strlen(s) }; }

static struct decimal read(const char *s)
{
	struct decimal d;

	if (!aegi_decimal_read(&d, str(s)))
		fail_msg("does not fit: %s", s);
	return d;
}

static const char *print(struct decimal d)
{
	static char buf[AEGI_DECIMAL_TEXT + 1];

	buf[aegi_decimal_print(d, buf)] = 0;
	return buf;
}

/* ---- Texts --------------------------------------------------------------------------------- */

static void texts(void **state)
{
	static const char *const row[][2] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "0e99999999999999999999999", "0" },
		{ "0.000", "0" },
		{ "1", "1" },
		{ "-17.50", "-17.5" },
		{ "1e3", "1000" },
		{ "1E+3", "1000" },
		{ "123.456e2", "12345.6" },
		{ "123.456e3", "123456" },
		{ "9007199254740993", "9007199254740993" },
		{ "18446744073709551615", "18446744073709551615" },
		{ "-184467440737095516150", "-184467440737095516150" },
		{ "1844674407370955161500", "1.8446744073709551615e+21" },
		{ "0.1", "0.1" },
		{ "0.000001", "0.000001" },
		{ "-0.0000012", "-0.0000012" },
		{ "0.0000001", "1e-7" },
		{ "0.000000123", "1.23e-7" },
		{ "100000000000000000000", "100000000000000000000" },
		{ "1000000000000000000000", "1e+21" },
		{ "1e999999999", "1e+999999999" },
		{ "10e999999998", "1e+999999999" },
		{ "1e-999999999", "1e-999999999" },
		{ "0.00000000000000000000000000000000000000001e40", "0.1" },
		{ "1.5000000000000000000000000000000000000000", "1.5" },
		{ "0.00000018446744073709551615", "1.8446744073709551615e-7" },
		{ "0.0000018446744073709551615", "0.0000018446744073709551615" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		assert_string_equal(print(read(row[i][0])), row[i][1]);
}

static void too_long(void **state)
{
	static const char *const row[] = { "18446744073709551616", "1.8446744073709551617",
		"100000000000000000001", "1e1000000000", "10e999999999", "1e-1000000000",
		"1e100000000000000000000", "-1e-100000000000000000000" };
	struct decimal d;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		assert_false(aegi_decimal_read(&d, str(row[i])));
}

/* ---- Operators, by example ----------------------------------------------------------------- */

static void operators(void **state)
{
	static const struct {
		enum aegf_helper op;
		const char *a, *b, *want; /* NULL: there is no result */
	} row[] = {
		{ AEGF_HELPER_ADD, "0.1", "0.2", "0.3" },
		{ AEGF_HELPER_ADD, "1e20", "1", NULL },
		{ AEGF_HELPER_ADD, "1e999999999", "1", NULL },
		{ AEGF_HELPER_ADD, "0", "1e999999999", "1e+999999999" },
		{ AEGF_HELPER_ADD, "18446744073709551615", "5", "18446744073709551620" },
		{ AEGF_HELPER_ADD, "18446744073709551615", "1", NULL },
		{ AEGF_HELPER_ADD, "-3", "3", "0" },
		{ AEGF_HELPER_ADD, "9999999999999999999e999999980", "1e999999980", "1e+999999999" },
		{ AEGF_HELPER_SUBTRACT, "1", "0.9", "0.1" },
		{ AEGF_HELPER_SUBTRACT, "20000000000000000000", "10000000000000000001",
			"9999999999999999999" },
		{ AEGF_HELPER_SUBTRACT, "1", "10000000000000000001", "-10000000000000000000" },
		{ AEGF_HELPER_SUBTRACT, "20", "18446744073709551615", "-18446744073709551595" },
		{ AEGF_HELPER_MULTIPLY, "1.1", "1.1", "1.21" },
		{ AEGF_HELPER_MULTIPLY, "-4", "2.5", "-10" },
		{ AEGF_HELPER_MULTIPLY, "1099511627776", "9094947017729282379150390625",
			NULL }, /* the second does not fit by itself */
		{ AEGF_HELPER_MULTIPLY, "9223372036854775808", "7450580596923828125",
			"6.8719476736e+37" },
		{ AEGF_HELPER_MULTIPLY, "4294967296", "4294967296", NULL },
		{ AEGF_HELPER_MULTIPLY, "0", "-5", "0" },
		{ AEGF_HELPER_MULTIPLY, "1e999999999", "10", NULL },
		{ AEGF_HELPER_MULTIPLY, "1e-999999999", "0.1", NULL },
		{ AEGF_HELPER_DIVIDE, "1", "3", "0.33333333333333333" },
		{ AEGF_HELPER_DIVIDE, "2", "3", "0.66666666666666667" },
		{ AEGF_HELPER_DIVIDE, "-2", "3", "-0.66666666666666667" },
		{ AEGF_HELPER_DIVIDE, "10", "4", "2.5" },
		{ AEGF_HELPER_DIVIDE, "1", "0", NULL },
		{ AEGF_HELPER_DIVIDE, "0", "7", "0" },
		{ AEGF_HELPER_DIVIDE, "12345678901234567890", "1", "12345678901234568000" },
		{ AEGF_HELPER_DIVIDE, "100000000000000005", "1", "100000000000000000" },
		{ AEGF_HELPER_DIVIDE, "100000000000000015", "1", "100000000000000020" },
		{ AEGF_HELPER_DIVIDE, "999999999999999999", "1", "1000000000000000000" },
		{ AEGF_HELPER_DIVIDE, "1", "18446744073709551615", "5.4210108624275222e-20" },
		{ AEGF_HELPER_REMAINDER, "7", "3", "1" },
		{ AEGF_HELPER_REMAINDER, "-7", "3", "-1" },
		{ AEGF_HELPER_REMAINDER, "7", "-3", "1" },
		{ AEGF_HELPER_REMAINDER, "5.5", "2", "1.5" },
		{ AEGF_HELPER_REMAINDER, "1", "0.3", "0.1" },
		{ AEGF_HELPER_REMAINDER, "-6", "3", "0" },
		{ AEGF_HELPER_REMAINDER, "1", "0", NULL },
		{ AEGF_HELPER_REMAINDER, "1e999999999", "7", "6" }, /* 10^3 = -1 modulo 7 */
		{ AEGF_HELPER_REMAINDER, "1e-999999999", "7", "1e-999999999" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct decimal a, b, d;
		if (!aegi_decimal_read(&a, str(row[i].a)) ||
			!aegi_decimal_read(&b, str(row[i].b))) {
			assert_null(row[i].want);
			continue;
		}
		const char *what = aegi_decimal_apply(row[i].op, a, b, &d);
		if ((what == NULL) != (row[i].want != NULL))
			fail_msg("row %zu: %s", i, what == NULL ? print(d) : what);
		if (what == NULL)
			assert_string_equal(print(d), row[i].want);
	}
}

/* ---- Operators, against integers of 128 bits ----------------------------------------------- */

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	return *seed ^= *seed << 17;
}

/* Of any length, with twos and fives and zeros among its factors. */
static struct decimal random_decimal(uint64_t *seed)
{
	struct decimal d = { next(seed) >> next(seed) % 64, 0, 0 };

	while (d.digits != 0 && d.digits < 1000000000000000000 && next(seed) % 3 == 0)
		d.digits *= next(seed) % 2 == 0 ? 2 : 5;
	for (; d.digits != 0 && d.digits % 10 == 0; d.digits /= 10)
		d.exponent++;
	d.exponent += d.digits == 0 ? 0 : (int32_t)(next(seed) % 13) - 6;
	d.negative = d.digits != 0 && next(seed) % 2;
	return d;
}

static uwide ten_to(int32_t n)
{
	uwide p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

/* @d in units of 10^@unit. */
static wide scaled(struct decimal d, int32_t unit)
{
	wide w = (wide)(d.digits * ten_to(d.exponent - unit));

	return d.negative ? -w : w;
}

static int is_form(struct decimal d)
{
	return d.digits == 0 ? d.exponent == 0 && d.negative == 0 : d.digits % 10 != 0;
}

/* Is @want, in units of 10^@unit, what came out: or, where it does not fit, nothing? */
static void expect(const char *what, struct decimal got, wide want, int32_t unit)
{
	uwide size = (uwide)(want < 0 ? -want : want);

	for (; size != 0 && size % 10 == 0; size /= 10)
		unit++;
	if (size >> 64 != 0) {
		assert_non_null(what);
		return;
	}
	assert_null(what);
	assert_true(is_form(got));
	assert_int_equal(got.digits, (uint64_t)size);
	assert_int_equal(got.exponent, size == 0 ? 0 : unit);
	assert_int_equal(got.negative, want < 0);
}

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

static void sums(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		struct decimal a = random_decimal(&seed), b = random_decimal(&seed), got;
		if (i % 3 == 0) { /* near one another */
			b = a;
			b.digits += next(&seed) % 7;
			if (!is_form(b))
				continue;
		}
		int32_t unit = least(a.exponent, b.exponent);
		if ((a.exponent > b.exponent ? a.exponent - b.exponent : b.exponent - a.exponent) >
			18)
			continue; /* too wide for the check */
		wide x = scaled(a, unit), y = scaled(b, unit);
		const char *what = aegi_decimal_apply(AEGF_HELPER_ADD, a, b, &got);
		expect(what, got, x + y, unit);
		what = aegi_decimal_apply(AEGF_HELPER_SUBTRACT, a, b, &got);
		expect(what, got, x - y, unit);
		if (y != 0) {
			what = aegi_decimal_apply(AEGF_HELPER_REMAINDER, a, b, &got);
			expect(what, got, x % y, unit);
		}
	}
}

static void products(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		struct decimal a = random_decimal(&seed), b = random_decimal(&seed), got;
		const char *what = aegi_decimal_apply(AEGF_HELPER_MULTIPLY, a, b, &got);
		uwide p = (uwide)a.digits * b.digits;
		if (p >> 127 != 0) { /* has no sign then, and never zeros enough to fit */
			assert_non_null(what);
			continue;
		}
		expect(what, got, a.negative ^ b.negative ? -(wide)p : (wide)p,
			a.exponent + b.exponent);
	}
}

/* The quotient is the nearest number of 17 digits: |a - q b| is at most half a unit of q's last
 * digit, times b; and where it is just that, q is even. */
static void quotients(void **state)
{
	uint64_t seed = 3;
	uint32_t halves = 0;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		struct decimal a = random_decimal(&seed), b = random_decimal(&seed), got;
		if (b.digits == 0)
			continue;
		if (i % 4 == 0) /* many that are in the middle */
			b = (struct decimal){ 1, 0, 0 };
		assert_null(aegi_decimal_apply(AEGF_HELPER_DIVIDE, a, b, &got));
		assert_true(is_form(got));
		if (a.digits == 0) {
			assert_int_equal(got.digits, 0);
			continue;
		}
		assert_int_equal(got.negative, a.negative ^ b.negative);
		int32_t zeros = 0, shift;
		uint64_t q = got.digits;
		assert_true(q < 100000000000000000);
		for (; q < 10000000000000000; q *= 10)
			zeros++;
		/* a * 10^shift is to be q * b, up to b / 2 */
		shift = a.exponent - b.exponent - (got.exponent - zeros);
		uwide x = a.digits * ten_to(shift), y = (uwide)q * b.digits;
		if (shift < 0) {
			x = a.digits;
			y *= ten_to(-shift);
			x *= 2, y *= 2;
			uwide off = x > y ? x - y : y - x, unit = b.digits * ten_to(-shift);
			halves += off == unit;
			assert_true(off < unit || (off == unit && q % 2 == 0));
			continue;
		}
		if (shift > 18)
			continue; /* too wide for the check */
		uwide off = x > y ? x - y : y - x;
		assert_true(off * 2 < b.digits || (off * 2 == b.digits && q % 2 == 0));
	}
	assert_true(halves > 100);
}

/* ---- Comparing ----------------------------------------------------------------------------- */

static void comparing(void **state)
{
	static const char *const ascending[] = { "-1e400", "-18446744073709551617",
		"-18446744073709551616", "-1", "-1e-9", "0", "1e-99999999999999999", "0.1",
		"0.10000000000000000000000000000000000001", "1", "1.0000000000000000000001",
		"9007199254740992", "9007199254740993", "1e100", "1.1e100", "1e99999999999999999" };
	static const char *const equal[][2] = { { "0", "-0.0e5" }, { "1", "1.0" }, { "1", "10e-1" },
		{ "100", "1E+2" }, { "-0.05", "-5e-2" },
		{ "123456789012345678901234567890", "1.2345678901234567890123456789e29" } };
	size_t n = sizeof ascending / sizeof *ascending;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int d = aegi_decimal_compare(str(ascending[i]), str(ascending[k]));
			assert_int_equal((d > 0) - (d < 0), (i > k) - (i < k));
		}
	for (size_t i = 0; i < sizeof equal / sizeof *equal; i++)
		assert_int_equal(aegi_decimal_compare(str(equal[i][0]), str(equal[i][1])), 0);
}

/* What is written is what was read, to the reader and to the comparison. */
static void there_and_back(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct decimal a = random_decimal(&seed), b = random_decimal(&seed);
		char x[AEGI_DECIMAL_TEXT + 1], y[AEGI_DECIMAL_TEXT + 1];
		if (a.digits != 0 && i % 5 == 0)
			a.exponent += (int32_t)(next(&seed) % 2000000) - 1000000;
		x[aegi_decimal_print(a, x)] = 0;
		y[aegi_decimal_print(b, y)] = 0;
		struct decimal again = read(x);
		assert_memory_equal(&again, &a, sizeof a);
		int d = aegi_decimal_compare(str(x), str(y));
		assert_int_equal(d == 0, memcmp(&a, &b, sizeof a) == 0);
		struct decimal less;
		if (aegi_decimal_apply(AEGF_HELPER_SUBTRACT, a, b, &less) == NULL && d != 0)
			assert_int_equal(d < 0, less.negative);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(too_long),
		cmocka_unit_test(operators),
		cmocka_unit_test(sums),
		cmocka_unit_test(products),
		cmocka_unit_test(quotients),
		cmocka_unit_test(comparing),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
