/* The three forms of a tool pattern, and the first byte that spoils each other one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "grammar/pattern.h"

static void expect(const char *text, uint32_t bad, uint32_t name, int star)
{
	struct pattern p = pattern_parse(text, (uint32_t)strlen(text));
	if (p.bad != bad || (bad == PATTERN_GOOD && (p.name != name || p.star != star)))
		fail_msg("`%s`: bad %d, name %u, star %d", text, (int)p.bad, p.name, p.star);
}

static void test_good(void **state)
{
	(void)state;
	expect("*", PATTERN_GOOD, 0, 1);
	expect("fs.read", PATTERN_GOOD, 7, 0);
	expect("fs.*", PATTERN_GOOD, 2, 1);
	expect("a.b.*", PATTERN_GOOD, 3, 1);
	expect("mcp:git/x_Y-9", PATTERN_GOOD, 13, 0);
	expect(".", PATTERN_GOOD, 1, 0);
	expect("a..b", PATTERN_GOOD, 4, 0);
	expect("a..*", PATTERN_GOOD, 2, 1);
}

static void test_bad(void **state)
{
	(void)state;
	expect("", 0, 0, 0);
	expect("**", 1, 0, 0);
	expect(".*", 1, 0, 0);
	expect("fs*", 2, 0, 0);
	expect("f*s", 1, 0, 0);
	expect("fs.*.x", 4, 0, 0);
	expect("fs.*x", 4, 0, 0);
	expect("*.fs", 1, 0, 0);
	expect("fs read", 2, 0, 0);
	expect("fs.r\xc3\xa9", 4, 0, 0);
	expect("fs,read", 2, 0, 0);
}

static void test_length(void **state)
{
	char text[PATTERN_MAX_NAME + 4];
	(void)state;
	memset(text, 'x', sizeof text);
	assert_int_equal(pattern_parse(text, PATTERN_MAX_NAME).bad, PATTERN_GOOD);
	assert_int_equal(pattern_parse(text, PATTERN_MAX_NAME + 1).bad, PATTERN_MAX_NAME);
	memcpy(text + PATTERN_MAX_NAME, ".*", 2);
	assert_int_equal(pattern_parse(text, PATTERN_MAX_NAME + 2).bad, PATTERN_GOOD);
	memcpy(text + PATTERN_MAX_NAME, "x.*", 3);
	assert_int_equal(pattern_parse(text, PATTERN_MAX_NAME + 3).bad, PATTERN_MAX_NAME);
	memset(text, '.', sizeof text);
	assert_int_equal(pattern_parse(text, PATTERN_MAX_NAME + 1).bad, PATTERN_MAX_NAME);
}

/* Nothing past the length counts, and a million bytes are refused as 129 are. */
static void test_bounds(void **state)
{
	static char text[1 << 20];
	(void)state;
	assert_int_equal(pattern_parse("fs.read}", 7).name, 7);
	assert_int_equal(pattern_parse("fs.read*", 7).bad, PATTERN_GOOD);
	memset(text, 'x', sizeof text);
	assert_int_equal(pattern_parse(text, sizeof text).bad, PATTERN_MAX_NAME);
}

/* A NUL is a byte like any other that cannot stand in a name. */
static void test_nul(void **state)
{
	(void)state;
	assert_int_equal(pattern_parse("fs\0x", 4).bad, 2);
	assert_int_equal(pattern_parse("fs.\0", 4).bad, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
