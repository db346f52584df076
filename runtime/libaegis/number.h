#ifndef LIBAEGIS_NUMBER_H
#define LIBAEGIS_NUMBER_H
/* Numbers as JSON writes them. */
#include "internal.h"

/* The digits of a number from the first that is not 0 on; a point among them counts for nothing.
 * Its value is 0.DIGITS times ten to the power of @exponent. */
struct number {
	const char *at, *end; /* at == end: 0 */
	int64_t exponent;
	int negative;
};

void aegi_number_read(struct number *ret, struct aeg_str text);

/* The next digit, as a character; at the end 0. */
static inline int aegi_number_digit(const char **p, const char *end)
{
	if (*p != end && **p == '.')
		++*p;
	return *p == end ? '0' : *(*p)++;
}

/* Below zero, zero or above as @a is less than, equal to or more than @b. */
int aegi_number_compare(struct aeg_str a, struct aeg_str b);
#endif
