/* Reads, writes and reckons with decimals; the time it takes does not depend on exponents. */
#include "decimal.h"

#include "libaegis/number.h"

static const char too_long[] = "the result has more digits than a number may have here";

/* ---- Reading and writing ------------------------------------------------------------------- */

/* @ret without zeros at the end; 0: its exponent is too large or too small. */
static int settle(struct decimal *ret, uint64_t digits, int64_t exponent, uint32_t negative)
{
	*ret = (struct decimal){ 0, 0, 0 };
	if (digits == 0)
		return 1;
	for (; digits % 10 == 0; digits /= 10)
		exponent++;
	if (exponent > AEGI_DECIMAL_EXPONENT || exponent < -AEGI_DECIMAL_EXPONENT)
		return 0;
	*ret = (struct decimal){ digits, (int32_t)exponent, negative };
	return 1;
}

/* Appends a digit; 0: there is no room for it. */
static int append(uint64_t *digits, uint32_t digit)
{
	return !__builtin_mul_overflow(*digits, 10u, digits) &&
	       !__builtin_add_overflow(*digits, digit, digits);
}

int aegi_decimal_read(struct decimal *ret, struct aeg_str text)
{
	struct number n;
	uint64_t digits = 0;
	uint32_t zeros = 0; /* since the last other digit: those at the end take no room */

	aegi_number_read(&n, text);
	for (const char *p = n.at; p != n.end; n.exponent--) {
		uint32_t digit = (uint32_t)(aegi_number_digit(&p, n.end) - '0');
		if (digit == 0) {
			zeros++;
			continue;
		}
		for (; zeros > 0; zeros--)
			if (!append(&digits, 0))
				return 0;
		if (!append(&digits, digit))
			return 0;
	}
	return settle(ret, digits, n.exponent + zeros, (uint32_t)n.negative);
}

static uint32_t print_integer(char *buf, uint64_t n)
{
	char digits[20];
	uint32_t len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	for (uint32_t i = 0; i < len; i++)
		buf[i] = digits[len - 1 - i];
	return len;
}

static uint32_t fill(char *buf, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		buf[i] = '0';
	return n;
}

/* Moves @n characters one up, and puts a point before them. */
static uint32_t point(char *at, uint32_t n)
{
	for (uint32_t i = n; i > 0; i--)
		at[i] = at[i - 1];
	*at = '.';
	return 1;
}

/* ECMA-262, Number::toString, but for the digits that a double could not hold. */
uint32_t aegi_decimal_print(struct decimal d, char buf[AEGI_DECIMAL_TEXT])
{
	uint32_t at = 0, n;
	int32_t before; /* digits before the point */

	if (d.negative)
		buf[at++] = '-';
	n = print_integer(buf + at, d.digits);
	before = (int32_t)n + d.exponent;
	if (d.exponent >= 0 && before <= 21)
		return at + n + fill(buf + at + n, (uint32_t)d.exponent);
	if (before > 0 && before <= 21)
		return at + n + point(buf + at + before, n - (uint32_t)before);
	if (before > -6 && before <= 0) {
		at += fill(buf + at, 1 + (uint32_t)-before);
		n = print_integer(buf + at, d.digits);
		at += n;
		n += (uint32_t)-before;
		return at + point(buf + at - n, n);
	}
	at += n;
	if (n > 1)
		at += point(buf + at - n + 1, n - 1);
	buf[at++] = 'e';
	buf[at++] = before > 0 ? '+' : '-';
	return at + print_integer(buf + at, (uint64_t)(before > 0 ? before - 1 : 1 - before));
}

/* ---- Sums and products --------------------------------------------------------------------- */

/* Of two decimals of the same exponent. */
static const char *add_aligned(struct decimal *ret, struct decimal a, struct decimal b)
{
	uint64_t sum;

	if (a.negative != b.negative) {
		if (a.digits < b.digits) {
			struct decimal less = a;
			a = b;
			b = less;
		}
		return settle(ret, a.digits - b.digits, a.exponent, a.negative) ? NULL : too_long;
	}
	if (!__builtin_add_overflow(a.digits, b.digits, &sum))
		return settle(ret, sum, a.exponent, a.negative) ? NULL : too_long;
	if ((a.digits % 10 + b.digits % 10) % 10 != 0)
		return too_long;
	sum = a.digits / 10 + b.digits / 10 + (a.digits % 10 + b.digits % 10) / 10;
	return settle(ret, sum, (int64_t)a.exponent + 1, a.negative) ? NULL : too_long;
}

/* @a has the larger exponent. It gets the exponent of @b, or one above that where @a alone would
 * not fit, but what @b leaves of it may. */
static const char *add(struct decimal *ret, struct decimal a, struct decimal b)
{
	uint64_t rest;

	if (a.digits == 0 || b.digits == 0) {
		*ret = a.digits == 0 ? b : a;
		return NULL;
	}
	for (; a.exponent > (int64_t)b.exponent + 1; a.exponent--)
		if (!append(&a.digits, 0))
			return too_long;
	if (a.exponent == b.exponent)
		return add_aligned(ret, a, b);
	if (a.negative == b.negative || a.digits <= b.digits / 10) {
		a.exponent = b.exponent;
		return append(&a.digits, 0) ? add_aligned(ret, a, b) : too_long;
	}
	rest = a.digits - b.digits / 10 - 1;
	if (!append(&rest, 0) || __builtin_add_overflow(rest, 10 - b.digits % 10, &rest))
		return too_long;
	return settle(ret, rest, b.exponent, a.negative) ? NULL : too_long;
}

static const char *sum(struct decimal *ret, struct decimal a, struct decimal b)
{
	return a.exponent < b.exponent ? add(ret, b, a) : add(ret, a, b);
}

static const char *difference(struct decimal *ret, struct decimal a, struct decimal b)
{
	b.negative ^= b.digits != 0;
	return sum(ret, a, b);
}

static const char *product(struct decimal *ret, struct decimal a, struct decimal b)
{
	int64_t exponent = (int64_t)a.exponent + b.exponent;
	uint64_t digits;

	/* Neither is a multiple of 10; so that their product is none, 2 and 5 go together. */
	for (; a.digits % 2 == 0 && b.digits % 5 == 0 && b.digits != 0; exponent++) {
		a.digits /= 2;
		b.digits /= 5;
	}
	for (; a.digits % 5 == 0 && b.digits % 2 == 0 && a.digits != 0; exponent++) {
		a.digits /= 5;
		b.digits /= 2;
	}
	if (__builtin_mul_overflow(a.digits, b.digits, &digits) ||
		!settle(ret, digits, exponent, a.negative ^ b.negative))
		return too_long;
	return NULL;
}

/* ---- Quotients ----------------------------------------------------------------------------- */

/* a + b modulo @m; returns how often @m was taken away. */
static uint32_t add_modulo(uint64_t *a, uint64_t b, uint64_t m)
{
	uint32_t carry = *a >= m - b;

	*a = carry ? *a - (m - b) : *a + b;
	return carry;
}

/* The next digit of a division by @by: of ten times the rest. */
static uint32_t next_digit(uint64_t *rest, uint64_t by)
{
	uint64_t r = *rest;
	uint32_t twice = add_modulo(&r, r, by), four = 2 * twice + add_modulo(&r, r, by), five;

	five = four + add_modulo(&r, *rest, by);
	*rest = r;
	return 2 * five + add_modulo(rest, r, by);
}

static const char *quotient(struct decimal *ret, struct decimal a, struct decimal b)
{
	const uint64_t full = 100000000000000000; /* the least of 18 digits */
	int64_t exponent = (int64_t)a.exponent - b.exponent;
	uint64_t digits, rest, unit = 1, lost;

	if (b.digits == 0)
		return "a division by zero";
	digits = a.digits / b.digits;
	rest = a.digits % b.digits;
	for (; digits < full && rest != 0; exponent--)
		digits = digits * 10 + next_digit(&rest, b.digits);
	for (; digits / unit >= full; exponent++)
		unit *= 10;
	lost = digits % unit;
	digits /= unit;
	if (unit > 1 && (lost > unit / 2 || (lost == unit / 2 && (rest != 0 || digits % 2 != 0))))
		digits++;
	return settle(ret, digits, exponent, a.negative ^ b.negative) ? NULL : too_long;
}

static uint64_t times_modulo(uint64_t a, uint64_t b, uint64_t m)
{
	uint64_t product = 0;

	for (; b > 0; b >>= 1) {
		if (b & 1)
			add_modulo(&product, a, m);
		add_modulo(&a, a, m);
	}
	return product;
}

static const char *rest_of_quotient(struct decimal *ret, struct decimal a, struct decimal b)
{
	uint64_t digits, power;
	int64_t zeros = (int64_t)a.exponent - b.exponent; /* that @a has behind its digits */

	*ret = a;
	if (b.digits == 0)
		return "a division by zero";
	for (; zeros < 0; zeros++)
		if (!append(&b.digits, 0))
			return NULL; /* @a is less than @b */
	digits = a.digits % b.digits;
	for (power = 10 % b.digits; zeros > 0; zeros >>= 1) {
		if (zeros & 1)
			digits = times_modulo(digits, power, b.digits);
		power = times_modulo(power, power, b.digits);
	}
	return settle(ret, digits, a.exponent < b.exponent ? a.exponent : b.exponent, a.negative)
		       ? NULL
		       : too_long;
}

/* ---- The operators ------------------------------------------------------------------------- */

const char *aegi_decimal_apply(
	enum aegf_helper op, struct decimal a, struct decimal b, struct decimal *ret)
{
	if (op == AEGF_HELPER_ADD)
		return sum(ret, a, b);
	if (op == AEGF_HELPER_SUBTRACT)
		return difference(ret, a, b);
	if (op == AEGF_HELPER_MULTIPLY)
		return product(ret, a, b);
	return op == AEGF_HELPER_DIVIDE ? quotient(ret, a, b) : rest_of_quotient(ret, a, b);
}

int aegi_decimal_compare(struct aeg_str a, struct aeg_str b) { return aegi_number_compare(a, b); }
