/* Whether a number is an integer, or a multiple of another: exactly, at any length. */
#include "schema_machine.h"

/* A number's digits without zeros at either end, and the power of ten that the last one counts. */
struct digits {
	const char *first, *end; /* a point among them; first == end: the number is 0 */
	int64_t exponent;
	uint32_t n;
};

static int64_t exponent_of(const char *p, const char *end)
{
	const int64_t most = 1000000000000000;
	int64_t value = 0;
	int negative = p < end && *p == '-';

	for (p += p < end && (*p == '-' || *p == '+'); p < end; p++)
		if (value < most)
			value = value * 10 + (*p - '0');
	return negative ? -value : value;
}

static struct digits digits_of(const char *p, uint32_t len)
{
	const char *end = p + len, *point = NULL, *last;
	struct digits d = { 0 };

	for (last = p + (*p == '-'); last < end && (*last | 0x20) != 'e'; last++) {
		if (*last == '.') {
			point = last;
		} else if (*last != '0') {
			d.first = d.first == NULL ? last : d.first;
			d.end = last + 1;
		}
	}
	if (d.first == NULL)
		return (struct digits){ p, p, 0, 0 };
	d.exponent = last < end ? exponent_of(last + 1, end) : 0;
	if (point == NULL || d.end <= point)
		d.exponent += (point == NULL ? last : point) - d.end;
	else
		d.exponent -= d.end - point - 1;
	d.n = (uint32_t)(d.end - d.first) - (point > d.first && point < d.end);
	return d;
}

int schema_is_integer(const char *p, uint32_t len) { return digits_of(p, len).exponent >= 0; }

int schema_is_divisor(const char *p, uint32_t len)
{
	struct digits d = digits_of(p, len);

	return d.n > 0 && d.n <= AEGF_SCHEMA_MAX_DIGITS && *p != '-';
}

int schema_is_multiple(const char *p, uint32_t len, const char *q, uint32_t qlen)
{
	struct digits a = digits_of(p, len), b = digits_of(q, qlen);
	int64_t zeros = a.exponent - b.exponent;
	uint64_t divisor = 0, rest = 0;

	if (a.n == 0)
		return 1;
	if (zeros < 0) /* a's last digit is not 0, and would have to be */
		return 0;
	for (; b.first < b.end; b.first++)
		if (*b.first != '.')
			divisor = divisor * 10 + (uint64_t)(*b.first - '0');
	for (; a.first < a.end; a.first++)
		if (*a.first != '.')
			rest = (rest * 10 + (uint64_t)(*a.first - '0')) % divisor;
	/* Below 2^60, so no more than 60 factors of ten make a difference. */
	for (zeros = zeros < 60 ? zeros : 60; zeros > 0; zeros--)
		rest = rest * 10 % divisor;
	return rest == 0;
}
