#ifndef EVAL_DECIMAL_H
#define EVAL_DECIMAL_H
/*
 * Numbers as decimals, without floating point: what JSON writes is what is reckoned with.
 * runtime/expr reckons with them too, where all of an expression is known.
 */
#include "aegis/aegis.h"
#include "format/aeg_template.h"

/* @digits times ten to the power of @exponent. No number has two forms: @digits is no multiple of
 * 10 unless all is 0. */
struct decimal {
	uint64_t digits;
	int32_t exponent; /* at most AEGI_DECIMAL_EXPONENT, and at least minus that */
	uint32_t negative;
};
#define AEGI_DECIMAL_EXPONENT 999999999

/* Of @text, which is a number as JSON writes it; 0: it has more digits than fit. */
int aegi_decimal_read(struct decimal *ret, struct aeg_str text);

/* Writes @d as JavaScript writes numbers, which is JSON too; how many bytes it took. */
#define AEGI_DECIMAL_TEXT 40u
uint32_t aegi_decimal_print(struct decimal d, char buf[AEGI_DECIMAL_TEXT]);

/**
 * aegi_decimal_apply - a op b
 * @op: AEGF_HELPER_ADD, SUBTRACT, MULTIPLY: exact; DIVIDE: to 17 digits, half to even; REMAINDER:
 * exact, with the sign of @a
 *
 * Returns NULL, or one clause on why there is no result: it has more digits than fit, or @b is 0.
 */
const char *aegi_decimal_apply(
	enum aegf_helper op, struct decimal a, struct decimal b, struct decimal *ret);

/* Below zero, zero or above as @a is less than, equal to or more than @b: texts of numbers, however
 * long, exactly. */
int aegi_decimal_compare(struct aeg_str a, struct aeg_str b);
#endif
