/* Compares numbers as JSON writes them, by their decimal values: exactly, and at any length. */
#include "number.h"

/* Of `e+12`, or of nothing. An exponent is taken to be no larger than 10^17: no text has
 * the zeros that would make up for more. */
static int64_t exponent_of(const char *p, const char *end)
{
	const int64_t most = 100000000000000000;
	int64_t value = 0;
	int negative;

	if (p == end)
		return 0;
	negative = p[1] == '-';
	for (p += 1 + (p[1] == '-' || p[1] == '+'); p < end; p++)
		if (value < most)
			value = value * 10 + (*p - '0');
	if (value > most)
		value = most;
	return negative ? -value : value;
}

void aegi_number_read(struct number *d, struct aeg_str text)
{
	const char *p = text.at, *end = p + text.len, *point = NULL;

	d->negative = *p == '-';
	p += d->negative;
	for (d->at = NULL, d->end = p; d->end < end && (*d->end | 0x20) != 'e'; d->end++) {
		if (*d->end == '.')
			point = d->end;
		else if (d->at == NULL && *d->end != '0')
			d->at = d->end;
	}
	d->exponent = exponent_of(d->end, end);
	if (d->at == NULL)
		d->at = d->end;
	else if (point == NULL)
		d->exponent += d->end - d->at;
	else
		d->exponent += point > d->at ? point - d->at : point - d->at + 1;
}

int aegi_number_compare(struct aeg_str x, struct aeg_str y)
{
	struct number a, b;
	const char *p, *q;
	int sign, s, t;

	aegi_number_read(&a, x);
	aegi_number_read(&b, y);
	p = a.at, q = b.at;
	sign = a.negative ? -1 : 1;
	s = p == a.end ? 0 : sign;
	t = q == b.end ? 0 : b.negative ? -1 : 1;
	if (s != t || s == 0)
		return s - t;
	if (a.exponent != b.exponent)
		return a.exponent < b.exponent ? -sign : sign;
	while (p != a.end || q != b.end) {
		s = aegi_number_digit(&p, a.end);
		t = aegi_number_digit(&q, b.end);
		if (s != t)
			return s < t ? -sign : sign;
	}
	return 0;
}
