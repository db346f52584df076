/* Command lines: what a table accepts, and what it refuses. */
#include "base/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 16 };

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static const struct option options[] = {
	{ "--output", 'o', "FILE", false, "" },
	{ "--key", 'k', "FILE", true, "" },
	{ "--strict", 's', NULL, false, "" },
	{ 0 },
};

/* What the command saw, as its exit status: each test has its own. */
static int values_in_order(struct command_line *l)
{
	uint32_t n;
	const char **keys = command_values(l, "--key", &n);
	assert_int_equal(n, 3);
	assert_string_equal(keys[0], "a");
	assert_string_equal(keys[1], "b");
	assert_string_equal(keys[2], "--strict");
	assert_string_equal(command_value(l, "--key"), "--strict");
	assert_null(command_value(l, "--output"));
	assert_false(command_has(l, "--strict"));
	assert_int_equal(l->noperands, 1);
	assert_string_equal(l->operands[0], "x");
	return 42;
}

static int operands_anywhere(struct command_line *l)
{
	assert_true(command_has(l, "--strict"));
	assert_string_equal(command_value(l, "--output"), "");
	assert_int_equal(l->noperands, 4);
	assert_string_equal(l->operands[0], "x");
	assert_string_equal(l->operands[1], "-");
	assert_string_equal(l->operands[2], "--key");
	assert_string_equal(l->operands[3], "--");
	return 43;
}

static int never(struct command_line *l)
{
	(void)l;
	fail();
	return 0;
}

static int run(int (*command)(struct command_line *), int argc, const char *const *args)
{
	struct arena a = { .limit = 1 << 20, .fail = no_memory };
	const struct command commands[] = {
		{ "go", "X...", "", NULL, "", options, 1, 4, command },
		{ 0 },
	};
	const struct command_set set = { "test", "", "", commands };
	char name[] = "test", *argv[MOST + 1] = { name };
	assert_true(argc < MOST);
	for (int i = 0; i < argc; i++)
		argv[i + 1] = (char *)(uintptr_t)args[i];
	int status = command_main(&set, &a, argc + 1, argv);
	arena_free(&a);
	return status;
}
#define RUN(command, ...) \
	run(command, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *), \
		(const char *const[]){ __VA_ARGS__ })

static void test_values(void **state)
{
	(void)state;
	assert_int_equal(
		RUN(values_in_order, "go", "-ka", "x", "--key=b", "--key", "--strict"), 42);
	assert_int_equal(
		RUN(operands_anywhere, "go", "x", "-s", "-", "--output=", "--", "--key", "--"), 43);
}

static void test_usage(void **state)
{
	(void)state;
	assert_int_equal(RUN(never, "go"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "1", "2", "3", "4", "5"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "--key"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "--strict=1"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "-s1"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "-s", "-s"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "--outptu", "y"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "--out", "y"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "go", "x", "-z"), COMMAND_USAGE);
	assert_int_equal(RUN(never, "goo", "x"), COMMAND_USAGE);
	assert_int_equal(RUN(never, ""), COMMAND_USAGE);
	assert_int_equal(run(never, 0, NULL), COMMAND_USAGE);
}

static void test_help(void **state)
{
	(void)state;
	assert_int_equal(RUN(never, "--help"), COMMAND_OK);
	assert_int_equal(RUN(never, "--version"), COMMAND_OK);
	assert_int_equal(RUN(never, "go", "--help"), COMMAND_OK);
	assert_int_equal(RUN(never, "go", "1", "2", "3", "4", "5", "-h"), COMMAND_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
