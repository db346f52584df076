/* Argument vectors that are refused, each for its reason, and such that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "base/file.h"
#include "clitool/test.h"

enum { MOST = 16 };
struct vector {
	const char *tool;
	enum aeg_cli_reason want;
	const char *args[MOST];
};
static const struct vector vectors[] = {
#define HOSTILE(tool, ...)          HOSTILE_(tool, __VA_ARGS__, NULL)
#define HOSTILE_(tool, reason, ...) { tool, AEG_CLI_##reason, { __VA_ARGS__ } },
#define ORDINARY(tool, ...)         { tool, AEG_CLI_ok, { __VA_ARGS__, NULL } },
#include "clitool/vectors.def"
#undef HOSTILE
#undef HOSTILE_
#undef ORDINARY
};
enum { NVECTORS = sizeof vectors / sizeof *vectors };

static struct built b;

static uint32_t decide(const struct vector *v, struct aeg_cli_verdict *ret)
{
	struct aeg_str argv[MOST];
	uint32_t n = built_vector(v->args, argv, MOST);
	*ret = built_decide(&b, v->tool, argv, n);
	return n;
}

static void test_vectors(void **state)
{
	uint32_t wrong = 0, hostile = 0;

	(void)state;
	for (size_t i = 0; i < NVECTORS; i++) {
		struct aeg_cli_verdict have;
		const struct vector *v = &vectors[i];
		uint32_t n = decide(v, &have);
		hostile += v->want != AEG_CLI_ok;
		assert_true((have.kind == AEG_ALLOW) == (have.reason == AEG_CLI_ok));
		assert_true(have.kind == AEG_ALLOW || have.argument <= n);
		if (have.reason == v->want)
			continue;
		wrong++;
		print_error("%s:", v->tool);
		for (uint32_t k = 0; k < n; k++)
			print_error(" %s", v->args[k]);
		print_error("\n  %s, and not %s (%.*s)\n", aeg_cli_reason_name(have.reason),
			aeg_cli_reason_name(v->want), (int)have.rule.len, have.rule.at);
	}
	assert_int_equal(wrong, 0);
	assert_in_range(hostile, 200, NVECTORS);
	assert_in_range(NVECTORS - hostile, 100, NVECTORS);
}

/* A vector that is refused whatever the grammar says is so with anything in front of its last
 * argument and behind it. */
static void test_refusals_hold_anywhere(void **state)
{
	static const char *const more[] = { "", "x", "-", "--", "-z", "--zz", "--zz=1" };

	(void)state;
	for (size_t i = 0; i < NVECTORS; i++) {
		const struct vector *v = &vectors[i];
		struct aeg_cli_verdict have;
		struct aeg_str argv[MOST + 1];
		uint32_t n;
		if (v->want != AEG_CLI_refused_flag && v->want != AEG_CLI_refused_argument)
			continue;
		n = built_vector(v->args, argv, MOST);
		for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
			argv[n] = (struct aeg_str){ more[k], (uint32_t)strlen(more[k]) };
			have = built_decide(&b, v->tool, argv, n + 1);
			assert_int_equal(have.kind, AEG_DENY);
		}
	}
}

/* ---- Odd bytes and sizes ------------------------------------------------------------------- */

static void test_bytes(void **state)
{
	static const struct {
		struct aeg_str text;
	} bad[] = {
		{ { "a\0b", 3 } },
		{ { "\0", 1 } },
		{ { "--server\0", 9 } },
		{ { "\xff", 1 } },
		{ { "a\xc3", 2 } },
		{ { "\xc0\xaf", 2 } },
		{ { "\xed\xa0\x80", 3 } },
		{ { "\xf4\x90\x80\x80", 4 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		for (uint32_t at = 0; at < 2; at++) {
			struct aeg_str argv[] = { { "status", 6 }, { "x", 1 } };
			argv[at] = bad[i].text;
			struct aeg_cli_verdict v = built_decide(&b, "git", argv, 2);
			assert_int_equal(v.reason, AEG_CLI_bad_text);
			assert_int_equal(v.argument, at);
		}
}

static void test_sizes(void **state)
{
	uint32_t n = 1000000;
	struct aeg_str *argv = malloc(n * sizeof *argv);
	char *big = malloc(AEG_CLI_MOST_LENGTH + 1);

	(void)state;
	memset(big, 'a', AEG_CLI_MOST_LENGTH + 1);
	for (uint32_t i = 0; i < n; i++)
		argv[i] = (struct aeg_str){ i == 0 ? "status" : "x", i == 0 ? 6 : 1 };
	assert_int_equal(built_decide(&b, "git", argv, n).reason, AEG_CLI_too_large);
	assert_int_equal(built_decide(&b, "git", argv, AEG_CLI_MOST_ARGUMENTS).reason, AEG_CLI_ok);
	assert_int_equal(built_decide(&b, "git", argv, AEG_CLI_MOST_ARGUMENTS + 1).reason,
		AEG_CLI_too_large);
	argv[1] = (struct aeg_str){ big, AEG_CLI_MOST_LENGTH };
	assert_int_equal(built_decide(&b, "git", argv, 2).reason, AEG_CLI_ok);
	argv[1].len++;
	assert_int_equal(built_decide(&b, "git", argv, 2).reason, AEG_CLI_too_large);
	for (uint32_t i = 1; i < 20; i++)
		argv[i] = (struct aeg_str){ big, AEG_CLI_MOST_LENGTH };
	assert_int_equal(built_decide(&b, "git", argv, 20).reason, AEG_CLI_too_large);
	/* As many as there may be, each looked at by every refusal and by the grammar. */
	for (uint32_t i = 2; i < AEG_CLI_MOST_ARGUMENTS; i++)
		argv[i] = (struct aeg_str){ "-la", 3 };
	argv[0] = (struct aeg_str){ "get", 3 };
	argv[1] = (struct aeg_str){ "pods", 4 };
	assert_int_equal(
		built_decide(&b, "kubectl", argv, AEG_CLI_MOST_ARGUMENTS).reason, AEG_CLI_ok);
	assert_int_equal(built_decide(&b, "git", NULL, 0).reason, AEG_CLI_no_subcommand);
	free(big);
	free(argv);
}

static void test_info(void **state)
{
	struct aeg_cli_info info = { .size_of = sizeof info };
	struct aeg_cli_verdict v;
	uint32_t k = aeg_cli_find(&b.tools, (struct aeg_str){ "kubectl", 7 });

	(void)state;
	assert_int_equal(aeg_cli_info(&b.tools, k, &info), AEG_OK);
	assert_int_equal(info.nsubcommands, 4);
	assert_int_equal(info.constrained, 1);
	assert_int_equal(info.network, 0);
	assert_int_equal(info.timeout_s, 60);
	assert_memory_equal(info.program.at, "kubectl", 7);
	assert_int_equal(aeg_cli_subcommand(&b.tools, k, 3).len, strlen("config view"));
	assert_int_equal(aeg_cli_subcommand(&b.tools, k, 4).len, 0);
	assert_int_equal(aeg_cli_find(&b.tools, (struct aeg_str){ "nobody", 6 }), AEG_NONE);
	assert_int_equal(aeg_cli_info(&b.tools, AEG_NONE, &info), AEG_USAGE);
	assert_int_equal(aeg_cli_subcommand(&b.tools, AEG_NONE, 0).len, 0);
	assert_int_equal(aeg_cli_host(&b.tools, AEG_NONE, 0).len, 0);
	assert_int_equal(aeg_cli_host(&b.tools, k, 0).len, 0);
	assert_int_equal(aeg_cli_decide(&b.tools, AEG_NONE, NULL, 0, &v), AEG_USAGE);
	assert_int_equal(v.kind, AEG_DENY);
}

static int setup(void **state)
{
	struct arena a = { .limit = 1 << 20, .fail = built_no_memory };
	struct slice text;
	const char *why;

	(void)state;
	if (!file_read(&a, "compiler/clitool/vectors.yaml", 1 << 16, &text, &why))
		return -1;
	built_make(&b, text);
	arena_free(&a);
	for (uint32_t i = 0; i < b.d.n; i++)
		if (diag_info(b.d.v[i].code)->severity == DIAG_ERROR)
			print_error("%s: %s\n", diag_info(b.d.v[i].code)->text,
				b.d.v[i].label == NULL ? "" : b.d.v[i].label);
	return b.section.len == 0 ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&b.a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_refusals_hold_anywhere),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_info),
	};
	return cmocka_run_group_tests_name("vectors", tests, setup, teardown);
}
