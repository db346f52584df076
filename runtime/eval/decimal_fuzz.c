/*
 * Two numbers as JSON writes them, one a line: what is read is written and read again, comparing
 * agrees with subtracting, and each operator is undone by its opposite where both are exact.
 */
#include <stdlib.h>
#include <string.h>

#include "eval/decimal.h"

#define MUST(cond) ((cond) ? (void)0 : abort())

static int is_number(struct aeg_str s)
{
	struct aeg_json_tok tok[2];
	struct aeg_json j;

	return s.len > 0 && (*s.at == '-' || (*s.at >= '0' && *s.at <= '9')) &&
	       aeg_json_scan(&j, s.at, s.len, tok, 2) == AEG_OK && j.tok[0].len == s.len;
}

static int same(struct decimal a, struct decimal b)
{
	return a.digits == b.digits && a.exponent == b.exponent && a.negative == b.negative;
}

static int apply(enum aegf_helper op, struct decimal a, struct decimal b, struct decimal *ret)
{
	char buf[AEGI_DECIMAL_TEXT];
	struct decimal again;
	const char *what = aegi_decimal_apply(op, a, b, ret);

	if (what != NULL)
		return 0;
	MUST(ret->digits == 0 ? ret->exponent == 0 && !ret->negative : ret->digits % 10 != 0);
	struct aeg_str text = { buf, aegi_decimal_print(*ret, buf) };
	MUST(is_number(text) && aegi_decimal_read(&again, text) && same(again, *ret));
	return 1;
}

static void two(struct aeg_str x, struct aeg_str y)
{
	int order = aegi_decimal_compare(x, y);
	struct decimal a, b, sum, product, quotient, rest, back;

	MUST((order > 0) == (aegi_decimal_compare(y, x) < 0));
	if (!aegi_decimal_read(&a, x) || !aegi_decimal_read(&b, y))
		return;
	MUST((order == 0) == same(a, b));
	if (apply(AEGF_HELPER_SUBTRACT, a, b, &rest))
		MUST(rest.negative == (order < 0));
	if (apply(AEGF_HELPER_ADD, a, b, &sum) && apply(AEGF_HELPER_SUBTRACT, sum, b, &back))
		MUST(same(back, a));
	/* Exact, if 17 digits are enough for it. */
	if (apply(AEGF_HELPER_MULTIPLY, a, b, &product) && b.digits != 0 &&
		a.digits < 100000000000000000 && apply(AEGF_HELPER_DIVIDE, product, b, &back))
		MUST(same(back, a));
	if (b.digits == 0)
		MUST(!apply(AEGF_HELPER_DIVIDE, a, b, &quotient) &&
			!apply(AEGF_HELPER_REMAINDER, a, b, &rest));
	else
		MUST(apply(AEGF_HELPER_REMAINDER, a, b, &rest) &&
			(rest.digits == 0 || rest.negative == a.negative));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *line = len == 0 ? NULL : memchr(bytes, '\n', len);
	size_t n = line == NULL ? 0 : (size_t)(line - bytes), m = line == NULL ? 0 : len - n - 1;
	char *x = malloc(n + 1), *y = malloc(m + 1); /* their ends are exact */

	if (line != NULL) {
		struct aeg_str a = { memcpy(x + 1, bytes, n), (uint32_t)n };
		struct aeg_str b = { memcpy(y + 1, line + 1, m), (uint32_t)m };
		if (is_number(a) && is_number(b))
			two(a, b);
	}
	free(x);
	free(y);
	return 0;
}
