/* Edit distance against a plain implementation, and what counts as near. */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* The textbook table: insert, delete, replace, transpose neighbours. */
static uint32_t plain_distance(struct slice a, struct slice b)
{
	uint32_t d[16][16];
	for (uint32_t i = 0; i <= a.len; i++)
		for (uint32_t j = 0; j <= b.len; j++) {
			uint32_t best = i == 0   ? j
					: j == 0 ? i
						 : d[i - 1][j - 1] + (a.at[i - 1] != b.at[j - 1]);
			if (i > 0 && d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (j > 0 && d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
				a.at[i - 2] == b.at[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[a.len][b.len];
}

static void test_known(void **state)
{
	(void)state;
	const struct slice names[] = { SLICE("check"), SLICE("build"), SLICE("keygen"),
		SLICE("sign") };
	assert_int_equal(nearest_name(SLICE("chekc"), names, 4), 0);
	assert_int_equal(nearest_name(SLICE("buil"), names, 4), 1);
	assert_int_equal(nearest_name(SLICE("keyygne"), names, 4), 2);
	assert_int_equal(nearest_name(SLICE("sing"), names, 4), 3);
	assert_true(nearest_name(SLICE("frob"), names, 4) == SIZE_MAX);
	assert_true(nearest_name(SLICE(""), names, 4) == SIZE_MAX);
	assert_true(nearest_name(SLICE("sign"), names, 0) == SIZE_MAX);
}

static void test_random(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		char text[2][12];
		struct slice s[2];
		for (int k = 0; k < 2; k++) {
			s[k] = (struct slice){ text[k], 1 + (uint32_t)rand() % 11 };
			for (uint32_t i = 0; i < s[k].len; i++)
				text[k][i] = (char)('a' + rand() % 3);
		}
		uint32_t limit = s[0].len == 1 ? 0 : s[0].len < 6 ? 1 : s[0].len / 3;
		bool near = plain_distance(s[0], s[1]) <= limit;
		assert_int_equal(nearest_name(s[0], &s[1], 1), near ? 0 : SIZE_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_known),
		cmocka_unit_test(test_random) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
