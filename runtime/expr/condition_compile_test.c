/* Conditions, compiled: to which ops, what is worked out before, what is refused, what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

static uint64_t memory[1 << 15];
static char words[1 << 14];

static void add_words(void *ctx, uint32_t at, uint32_t nested, const char *line)
{
	(void)ctx;
	(void)at;
	(void)nested;
	sprintf(words + strlen(words), "%s%s", *words == 0 ? "" : "; ", line);
}

/* The ops of the condition, or where and why it is refused. */
static const char *compiled(const char *text, const struct aeg_template_options *options)
{
	struct aeg_template_error error;
	struct aeg_template t;
	size_t len;
	enum aeg_status s = aeg_condition_compile((struct aeg_str){ text, (uint32_t)strlen(text) },
		options, memory, sizeof memory, &len, &error);

	*words = 0;
	if (s == AEG_OK) {
		assert_int_equal(aeg_template_check(&t, memory, len), AEG_OK);
		aeg_template_lines(&t, add_words, NULL);
		return words;
	}
	assert_int_equal(s, AEG_CONTENT);
	sprintf(words, "%.*s: %s", (int)error.len, text + error.at, error.what);
	if (error.near_.len > 0)
		sprintf(words + strlen(words), ": %.*s: %.*s", (int)error.name.len, error.name.at,
			(int)error.near_.len, error.near_.at);
	return words;
}

static void check_rows(const char *const (*row)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(compiled(row[i][0], NULL), row[i][1]) != 0)
			fail_msg("%s\nis  %s\nnot %s", row[i][0], words, row[i][1]);
}

static void ops(void **state)
{
	static const char *const row[][2] = {
		{ "a", "THIS 0; MEMBER \"a\"; RESULT" },
		{ "{{a}}", "THIS 0; MEMBER \"a\"; RESULT" },
		{ "  {{ a }}\n", "THIS 0; MEMBER \"a\"; RESULT" },
		{ "this < 1", "THIS 0; NUMBER \"1\"; CALL LT 2; RESULT" },
		{ "-this != @index", "THIS 0; CALL NEGATE 1; INDEX 0; CALL NE 2; RESULT" },
		{ "(upper @root)", "ROOT; CALL UPPER 1; RESULT" },
		{ "default(this, 'x') + 'y'",
			"THIS 0; STRING \"x\"; CALL DEFAULT 2; STRING \"y\"; CALL ADD 2; RESULT" },
		/* Operators and helpers of one meaning are the same. */
		{ "(lt this 1)", "THIS 0; NUMBER \"1\"; CALL LT 2; RESULT" },
		{ "(not this)", "THIS 0; CALL NOT 1; RESULT" },
		{ "@a && @b", "VARIABLE \"a\"; AND > 18; VARIABLE \"b\"; BOOL; RESULT" },
		{ "(and @a @b)", "VARIABLE \"a\"; AND > 18; VARIABLE \"b\"; BOOL; RESULT" },
		{ "@a || !@b", "VARIABLE \"a\"; OR > 20; VARIABLE \"b\"; CALL NOT 1; RESULT" },
		{ "@a || @b || @c",
			"VARIABLE \"a\"; OR > 29; VARIABLE \"b\"; OR > 29; VARIABLE \"c\"; BOOL; "
			"RESULT" },
		{ "(@a || @b) && @c",
			"VARIABLE \"a\"; OR > 18; VARIABLE \"b\"; BOOL; AND > 30; VARIABLE \"c\"; "
			"BOOL; RESULT" },
	};

	(void)state;
	check_rows(row, sizeof row / sizeof *row);
}

static void folding(void **state)
{
	static const char *const row[][2] = {
		{ "1 + 2 * 3 == 7", "TRUE; RESULT" },
		{ "0.1 + 0.2", "NUMBER \"0.3\"; RESULT" },
		{ "1 / 3", "NUMBER \"0.33333333333333333\"; RESULT" },
		{ "-7 % 3", "NUMBER \"-1\"; RESULT" },
		{ "-1", "NUMBER \"-1\"; RESULT" },
		{ "- -1.50", "NUMBER \"1.50\"; RESULT" },
		{ "-0", "NUMBER \"0\"; RESULT" },
		{ "-123456789012345678901234567890 < 0", "TRUE; RESULT" },
		{ "1.0 == 10e-1", "TRUE; RESULT" },
		{ "9007199254740993 > 9007199254740992", "TRUE; RESULT" },
		{ "'a' + 'b' + ''", "STRING \"ab\"; RESULT" },
		{ "'a' + 'b' == 'ab'", "TRUE; RESULT" },
		{ "'a' < 'ab' && 'b' > 'ab' && '' < 'a' && '' <= ''", "TRUE; RESULT" },
		{ "true == false", "FALSE; RESULT" },
		{ "null == null && undefined != undefined", "FALSE; RESULT" },
		{ "!0 && !'' && !null && !undefined && !false && !0.00e5", "TRUE; RESULT" },
		{ "!'0' || !1 || !-0.1 || !true", "FALSE; RESULT" },
		{ "(eq 1 1)", "TRUE; RESULT" },
		{ "(and 1 'a' true)", "TRUE; RESULT" },
		/* Of && and ||: what does not matter goes, after what decides nothing is done. */
		{ "true && @a", "VARIABLE \"a\"; BOOL; RESULT" },
		{ "@a && 1", "VARIABLE \"a\"; BOOL; RESULT" },
		{ "@a && 1 && !@b && 'x'",
			"VARIABLE \"a\"; AND > 20; VARIABLE \"b\"; CALL NOT 1; RESULT" },
		{ "false && @a", "FALSE; RESULT" },
		{ "@a || true || @b", "VARIABLE \"a\"; OR > 12; TRUE; RESULT" },
		{ "0 || false || @a", "VARIABLE \"a\"; BOOL; RESULT" },
		{ "(false && @a) || (1 == 1)", "TRUE; RESULT" },
	};

	(void)state;
	check_rows(row, sizeof row / sizeof *row);
}

static void refused(void **state)
{
	static const char *const row[][2] = {
		{ "a < null", "null: only two numbers, or two strings, have an order" },
		{ "true >= a", "true: only two numbers, or two strings, have an order" },
		{ "1 < 'a'", "1 < 'a': only two numbers, or two strings, have an order" },
		{ "(lt length(a) (upper b))",
			"lt length(a) (upper b): only two numbers, or two strings, have an order" },
		{ "1 + true", "true: `+` wants two numbers or two strings" },
		{ "a + (b == c)", "b == c: `+` wants two numbers or two strings" },
		{ "!x + 1", "!x: `+` wants two numbers or two strings" },
		{ "1 + 'a'", "1 + 'a': `+` wants two numbers or two strings" },
		{ "a * 'b'", "'b': this is no number" },
		{ "-null", "null: this is no number" },
		{ "-(json a)", "json a: this is no number" },
		{ "length(x) == '3'",
			"length(x) == '3': these are never equal: they have different types" },
		{ "!x == 1", "!x == 1: these are never equal: they have different types" },
		{ "'1' != 1", "'1' != 1: these are never equal: they have different types" },
		{ "null == undefined",
			"null == undefined: these are never equal: they have different types" },
		{ "(eq (trim 'x') 1)",
			"eq (trim 'x') 1: these are never equal: they have different types" },
		{ "default(a, 'x') - 1 < default(1, 2) + (default null 'x')",
			"default(1, 2) + (default null 'x'): `+` wants two numbers or two "
			"strings" },
		{ "default(null, 1) == null",
			"default(null, 1) == null: these are never equal: they have different "
			"types" },
		{ "upper(x) < default(1, null)",
			"upper(x) < default(1, null): only two numbers, or two strings, have an "
			"order" },
		{ "length(true)", "true: a number, true or false has no length" },
		{ "upper(keys(x))",
			"keys(x): the helper wants text, and this is a list or an object" },
		{ "keys('x')", "'x': only an object has keys" },
		{ "1 / 0", "1 / 0: a division by zero" },
		{ "a == 1 / (2 - 2)", "1 / (2 - 2): a division by zero" },
		{ "4294967296 * 4294967297",
			"4294967296 * 4294967297: the result has more digits than a number may "
			"have here" },
		{ "18446744073709551616 + 1",
			"18446744073709551616: the number has more digits than can be reckoned "
			"with" },
		/* Also where it is not evaluated. */
		{ "false && 1 / 0", "1 / 0: a division by zero" },
		{ "a || true || (b + null)", "null: `+` wants two numbers or two strings" },
		/* Helpers. */
		{ "lenght(a) > 1", "lenght(a): there is no such helper: lenght: length" },
		{ "(uper a)", "uper a: there is no such helper: uper: upper" },
		{ "f()", "f(): there is no such helper" },
		{ "(if a b)", "if a b: this helper is a block, and no value" },
		{ "(a.b c)", "a.b c: only a helper takes values" },
		{ "length(a, b)", "length(a, b): the helper takes one value" },
		{ "eq(a)", "eq(a): the helper takes two values" },
		{ "and(a)", "and(a): the helper takes more values than that" },
		{ "join(a, b, c)", "join(a, b, c): the helper takes fewer values than that" },
	};

	(void)state;
	check_rows(row, sizeof row / sizeof *row);
}

/* ---- What is read -------------------------------------------------------------------------- */

static void add_reading(void *ctx, const struct aeg_variable *v)
{
	char *p = (char *)ctx + strlen(ctx);

	p += sprintf(p, "%s%.*s", p == ctx ? "" : " ", (int)v->special.len, v->special.at);
	for (uint32_t i = 0; i < v->nsteps; i++)
		p += sprintf(p, ".%.*s",
			v->steps[i].name.at == NULL ? 1 : (int)v->steps[i].name.len,
			v->steps[i].name.at == NULL ? "*" : v->steps[i].name.at);
	sprintf(p, ":%u%s%s%s%s", v->at, v->flags & AEG_READ_CERTAIN ? "c" : "",
		v->flags & AEG_READ_TESTED ? "t" : "", v->flags & AEG_READ_LOOPED ? "l" : "",
		v->flags & AEG_READ_UNKNOWN ? "u" : "");
}

static void readings(void **state)
{
	static const char *const row[][2] = {
		{ "a.b < c[0]", ".a.b:0c .c.0:6c" },
		{ "!a", ".a:1ct" },
		{ "a && b == c || d", ".a:0ct .b:5 .c:10 .d:15t" },
		{ "(or a b)", ".a:4ct .b:6t" },
		{ "default(a, b)", ".a:8ct .b:11c" },
		{ "(lookup a 'k') == (lookup b c)", ".a:8c .a.k:1c .b:26cu .c:28c" },
		{ "{{ @index + 1 }}", "index:3c" },
		{ "false && a", "" },
		{ "true || a || b", "" },
	};
	char read[1024];
	struct aeg_template_options options = {
		.size_of = sizeof options, .variable = add_reading, .ctx = read
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		*read = 0;
		compiled(row[i][0], &options);
		assert_string_equal(read, row[i][1]);
	}
}

static void memory_runs_out(void **state)
{
	static const char text[] =
		"('a' + 'b') + x == (lookup y 'c') && -(1 + 2) < z || default(p, q)";
	struct aeg_template_error error;
	struct aeg_template t;
	size_t cap = 0, len;

	(void)state;
	for (;; cap += 8) {
		enum aeg_status s = aeg_condition_compile(
			(struct aeg_str){ text, sizeof text - 1 }, NULL, memory, cap, &len, &error);
		if (s == AEG_OK)
			break;
		assert_int_equal(s, AEG_NOMEM);
	}
	assert_int_equal(aeg_template_check(&t, memory, len), AEG_OK);
	assert_true(cap < 4096 + 128 * sizeof text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ops),
		cmocka_unit_test(folding),
		cmocka_unit_test(refused),
		cmocka_unit_test(readings),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
