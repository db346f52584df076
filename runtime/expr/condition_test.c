/* Expressions, parsed: what they become, and where they are refused and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "expr/template.h"

enum { MEMORY = 1 << 21 };
static uint64_t memory[MEMORY / 8];

static struct texpr *parse(struct tcompile *t, const char *text, uint32_t len)
{
	*t = (struct tcompile){ .mem = (uint8_t *)memory, .cap = sizeof memory };
	return condition_parse(t, 3, 1000, (struct aeg_str){ text, len });
}

/* ---- Accepted: written with a parenthesis around each node ---------------------------------- */

static const char *const operators[AEGF_NHELPERS] = {
	[AEGF_HELPER_EQ] = "==",
	[AEGF_HELPER_NE] = "!=",
	[AEGF_HELPER_LT] = "<",
	[AEGF_HELPER_LE] = "<=",
	[AEGF_HELPER_GT] = ">",
	[AEGF_HELPER_GE] = ">=",
	[AEGF_HELPER_ADD] = "+",
	[AEGF_HELPER_SUBTRACT] = "-",
	[AEGF_HELPER_MULTIPLY] = "*",
	[AEGF_HELPER_DIVIDE] = "/",
	[AEGF_HELPER_REMAINDER] = "%",
	[AEGF_HELPER_NEGATE] = "neg",
	[AEGF_HELPER_NOT] = "!",
};

static char *put(char *p, const char *text) { return p + sprintf(p, "%s", text); }

static char *put_path(char *p, const struct tpath *path)
{
	p = put(p, path->is_data ? "@" : path->is_scoped ? "this" : "");
	if (path->depth > 0)
		p += sprintf(p, "^%u", path->depth);
	for (uint32_t i = 0; i < path->nparts; i++)
		p += sprintf(p, "|%.*s", (int)path->parts[i].len, path->parts[i].at);
	return p;
}

static char *put_expr(char *p, const struct texpr *e)
{
	switch (e->kind) {
	case TEXPR_UNDEFINED: return put(p, "undefined");
	case TEXPR_NULL: return put(p, "null");
	case TEXPR_FALSE: return put(p, "false");
	case TEXPR_TRUE: return put(p, "true");
	case TEXPR_NUMBER: return p + sprintf(p, "%.*s", (int)e->literal.len, e->literal.at);
	case TEXPR_STRING: return p + sprintf(p, "<%.*s>", (int)e->literal.len, e->literal.at);
	case TEXPR_PATH: return put_path(p, &e->path);
	case TEXPR_CALL:
		p = put_path(put(p, "("), &e->path);
		for (const struct texpr *v = e->params; v != NULL; v = v->next)
			p = put_expr(put(p, " "), v);
		return put(p, ")");
	case TEXPR_AND:
	case TEXPR_OR:
	case TEXPR_OPERATOR: break;
	}
	p = put(p, "(");
	p = put(p, e->kind == TEXPR_AND ? "&&" : e->kind == TEXPR_OR ? "||" : operators[e->helper]);
	p = put_expr(put(p, " "), e->a);
	if (e->b != NULL)
		p = put_expr(put(p, " "), e->b);
	return put(p, ")");
}

static void accepted(void **state)
{
	static const char *const row[][2] = {
		{ "a", "|a" },
		{ " a\t\r\n", "|a" },
		{ "blackboard.iteration_number < workflow.context.max_iterations",
			"(< |blackboard|iteration_number |workflow|context|max_iterations)" },
		/* Precedence and association. */
		{ "a || b && c", "(|| |a (&& |b |c))" },
		{ "a && b || c", "(|| (&& |a |b) |c)" },
		{ "a || b || c || d", "(|| |a (|| |b (|| |c |d)))" },
		{ "(a || b) || c", "(|| (|| |a |b) |c)" },
		{ "a && b && (c && d)", "(&& |a (&& |b (&& |c |d)))" },
		{ "a == b && c != d", "(&& (== |a |b) (!= |c |d))" },
		{ "a < b == c >= d", "(== (< |a |b) (>= |c |d))" },
		{ "a + b < c - d", "(< (+ |a |b) (- |c |d))" },
		{ "a - b - c + d", "(+ (- (- |a |b) |c) |d)" },
		{ "a + b * c / d % e", "(+ |a (% (/ (* |b |c) |d) |e))" },
		{ "!a == b", "(== (! |a) |b)" },
		{ "!!a", "(! (! |a))" },
		{ "-a * - b", "(* (neg |a) (neg |b))" },
		{ "!(a == b)", "(! (== |a |b))" },
		{ "((a))", "|a" },
		/* Literals. */
		{ "1 + 0.5e-3 > 1E2", "(> (+ 1 0.5e-3) 1E2)" },
		{ "true != false", "(!= true false)" },
		{ "null == undefined", "(== null undefined)" },
		{ "'it''s'", NULL },
		{ "a == 'x \\' \" \\n'", "(== |a <x ' \" \\n>)" },
		{ "a == \"x \\\" ' y\"", "(== |a <x \" ' y>)" },
		{ "'' == \"\"", "(== <> <>)" },
		{ "'\xc3\xa9 {{ && }}'", "<\xc3\xa9 {{ && }}>" },
		{ "true_ && nullable", "(&& |true_ |nullable)" },
		{ "a.true == this.null", "(== |a|true this|null)" },
		/* Paths. */
		{ "this", "this" },
		{ ".", "this" },
		{ "..", "this^1" },
		{ "../..", "this^2" },
		{ "../.", "this^1" },
		{ "./a", "this|a" },
		{ "this.a", "this|a" },
		{ "../../a.b", "this^2|a|b" },
		{ "@root.a", "@|root|a" },
		{ "@index == 0", "(== @|index 0)" },
		{ "@../index", "@^1|index" },
		{ "a.b.0.c", "|a|b|0|c" },
		{ "a[0][12]", "|a|0|12" },
		{ "a[ 0 ]", "|a|0" },
		{ "a[\"x]y\"]['k']", "|a|x]y|k" },
		{ "a['it\\'s']", "|a|it's" },
		{ "a.[b c].[&&]", "|a|b c|&&" },
		{ "[a b].c", "|a b|c" },
		{ "foo-bar == 1", "(== |foo-bar 1)" },
		{ "step-1.output", "|step-1|output" },
		{ "\xc3\xa9t\xc3\xa9.$x_1", "|\xc3\xa9t\xc3\xa9|$x_1" },
		/* Minus and slash. */
		{ "a - b", "(- |a |b)" },
		{ "a -b", "(- |a |b)" },
		{ "a- b", "(- |a |b)" },
		{ "a -1", "(- |a 1)" },
		{ "(a -1)", "(- |a 1)" },
		{ "2-1", "(- 2 1)" },
		{ "(a)-1", "(- |a 1)" },
		{ "-1 - -1", "(- (neg 1) (neg 1))" },
		{ "a/b", "(/ |a |b)" },
		{ "a / ../b", "(/ |a this^1|b)" },
		{ "a/2", "(/ |a 2)" },
		/* Calls. */
		{ "(length items) > 0", "(> (|length |items) 0)" },
		{ "length(items) > 0", "(> (|length |items) 0)" },
		{ "length items", "(|length |items)" },
		{ "default(a, b + 1)", "(|default |a (+ |b 1))" },
		{ "f()", "(|f)" },
		{ "(default x -1) > -1", "(> (|default |x (neg 1)) (neg 1))" },
		{ "(default x (-1))", "(|default |x (neg 1))" },
		{ "(eq (length a) length(b))", "(|eq (|length |a) (|length |b))" },
		{ "(f (a == b) 'x' null)", "(|f (== |a |b) <x> null)" },
		{ "length (items)", "(|length |items)" },
		{ "and(a, or(b, c))", "(|and |a (|or |b |c))" },
		{ "not a", "(|not |a)" },
		{ "(a.b c)", "(|a|b |c)" },
		{ "this.and && [or]", "(&& this|and |or)" },
	};
	struct tcompile t;
	char buf[1024];

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct texpr *e = parse(&t, row[i][0], (uint32_t)strlen(row[i][0]));
		if (row[i][1] == NULL) {
			assert_null(e);
			continue;
		}
		if (e == NULL)
			fail_msg("refused: %s: byte %u, %s", row[i][0], t.error.at - 1000,
				t.error.what);
		*put_expr(buf, e) = 0;
		assert_string_equal(buf, row[i][1]);
	}
}

/* ---- Refused ------------------------------------------------------------------------------- */

/* `^` under the bytes that are wrong. */
static void refused(void **state)
{
	static const char *const row[][3] = {
		{ "", "^", "an expression is missing" },
		{ "  ", "  ^", "an expression is missing" },
		{ "a = b", "  ^", "write `==` to compare; no helper takes values by name" },
		{ "a=1", " ^", "write `==` to compare; no helper takes values by name" },
		{ "(f x k=1)", "      ^", "write `==` to compare; no helper takes values by name" },
		{ "a === b", "  ^^^", "write `==`, which compares types too" },
		{ "a !== b", "  ^^^", "write `!=`, which compares types too" },
		{ "a <> b", "  ^^", "write `!=`" },
		{ "a =< b", "  ^^", "write `<=`" },
		{ "a => b", "  ^^", "write `>=`" },
		{ "a =~ b", "  ^^", "an expression has no patterns" },
		{ "a & b", "  ^", "write `&&` for and" },
		{ "a | b", "  ^", "write `||` for or" },
		{ "a and b", "  ^^^", "write `&&` for and" },
		{ "a or b", "  ^^", "write `||` for or" },
		{ "x == 1 and y", "       ^^^", "an operator is missing before this" },
		{ "a eq b", "  ^^", "write `==`, or `(eq a b)`" },
		{ "a is b", "  ^^", "write `==` to compare" },
		{ "not a and b", "      ^^^", "write `&&` for and" },
		{ "a ** 2", "  ^^", "there are no powers" },
		{ "a ^ 2", "  ^", "there are no powers" },
		{ "a ?? b", "  ^^", "write `default(a, b)`" },
		{ "a ? b : c", "  ^", "there is no `a ? b : c`; a template has `{{#if}}`" },
		{ "a < b < c", "      ^", "a comparison has two sides; join two with `&&`" },
		{ "a == b != c", "       ^^", "a comparison has two sides; join two with `&&`" },
		{ "a <= b == c > d > e", "                ^",
			"a comparison has two sides; join two with `&&`" },
		{ "'abc", "^", "this string is not closed" },
		{ "a == \"b'", "     ^", "this string is not closed" },
		{ "'a\\'", "^", "this string is not closed" },
		{ "'\xff'", " ^", "not UTF-8" },
		{ "a\xff", " ^", "not UTF-8" },
		{ "a == '\xed\xa0\x80'", "      ^", "not UTF-8" },
		{ "a +", "   ^", "the expression ends too early" },
		{ "(a", "  ^", "a parenthesis is not closed" },
		{ "f(a", "   ^", "a parenthesis is not closed" },
		{ "(f a", "    ^", "a parenthesis is not closed" },
		{ "a)", " ^", "no parenthesis is open here" },
		{ "()", " ^", "a value is missing before this" },
		{ "f(,a)", "  ^", "a value is missing before this" },
		{ "f(a,)", "    ^", "a value is missing before this" },
		{ "a, b", " ^", "commas stand between the values of `helper(a, b)`" },
		{ "a == == b", "     ^^", "a value is missing before this" },
		{ "* a", "^", "a value is missing before this" },
		{ "a ! b", "  ^", "an operator is missing before this" },
		{ "1 2", "  ^", "an operator is missing before this" },
		{ "f(a b)", "    ^", "an operator is missing before this" },
		{ "1 + f x", "      ^", "an operator is missing before this" },
		{ "length x > 1", "         ^",
			"a call with operators around or inside it needs parentheses there" },
		{ "(default x - 1)", "           ^",
			"a call with operators around or inside it needs parentheses there" },
		{ "(f 2-1)", "    ^",
			"a call with operators around or inside it needs parentheses there" },
		{ "01", "^^", "a number is written as JSON has it: 10, 0.5, 1e3" },
		{ "1.", "^^", "a number is written as JSON has it: 10, 0.5, 1e3" },
		{ "1x", "^^", "a number is written as JSON has it: 10, 0.5, 1e3" },
		{ "0x1f", "^^^^", "a number is written as JSON has it: 10, 0.5, 1e3" },
		{ ".5", "^^", "a number begins with a digit, as 0.5" },
		{ ".a", "^", "a path begins with a name, not with a dot" },
		{ "a.", " ^", "a name must follow the dot" },
		{ "a..b", " ^", "a name must follow the dot" },
		{ "a.b(c)", "^^^", "only a helper can be called" },
		{ "a[b]", " ^",
			"brackets hold an index or a quoted name; for a name that is a value "
			"write `lookup(a, b)`" },
		{ "a[-1]", " ^",
			"brackets hold an index or a quoted name; for a name that is a value "
			"write `lookup(a, b)`" },
		{ "a == ['b']", "     ^", "an expression has no lists" },
		{ "@ == 1", "^", "a name must follow the `@`" },
		{ "a.this", " ^^^^^", "`this` stands at the beginning of a path alone" },
		{ "@this", " ^^^^", "`this` stands at the beginning of a path alone" },
		{ "a }} == {{ b", "  ^^", "braces stand around the whole expression alone" },
		{ "{{a}}", "^^", "braces stand around the whole expression alone" },
		{ "#if a", "^", "an expression has no blocks" },
		{ "a; b", " ^", "this cannot stand in an expression" },
		{ "a \\ b", "  ^", "this cannot stand in an expression" },
		{ "a ==\xc2\xa0 1", "    ^^", "write blanks, quotes and `-` as ASCII has them" },
		{ "a == \xe2\x80\x9cx\xe2\x80\x9d", "     ^^^",
			"write blanks, quotes and `-` as ASCII has them" },
	};
	struct tcompile t;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint32_t at = (uint32_t)strspn(row[i][1], " ");
		struct texpr *e = parse(&t, row[i][0], (uint32_t)strlen(row[i][0]));
		if (e != NULL || t.status != AEG_CONTENT)
			fail_msg("accepted: %s", row[i][0]);
		if (t.error.at != 1000 + at || strcmp(t.error.what, row[i][2]) != 0)
			fail_msg("%s: byte %u, %s", row[i][0], t.error.at - 1000, t.error.what);
		assert_int_equal(t.error.source, 3);
		if (at < strlen(row[i][0]))
			assert_int_equal(t.error.len, strlen(row[i][1] + at));
	}
}

/* ---- Bounds -------------------------------------------------------------------------------- */

/* @before, @n times, `a`, and @after as often. */
static enum aeg_status nested(const char *before, const char *after, uint32_t n)
{
	static char text[1 << 16];
	struct tcompile t;
	char *p = text;

	for (uint32_t i = 0; i < n; i++)
		p = put(p, before);
	p = put(p, "a");
	for (uint32_t i = 0; i < n; i++)
		p = put(p, after);
	parse(&t, text, (uint32_t)(p - text));
	return t.status;
}

static void depth(void **state)
{
	static const char *const row[][2] = { { "(", ")" }, { "!", "" }, { "- ", "" },
		{ "f(", ")" }, { "", " + a" }, { "1 - ", "" }, { "a == (b + c * ", ")" },
		{ "f(a || b && c == d < e + f * -", ")" }, { "(f b ", ")" } };

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint32_t n = 1;
		while (nested(row[i][0], row[i][1], n) == AEG_OK)
			n++;
		if (n < 64 / 8 || n > 64)
			fail_msg("%s: %u", row[i][0], n);
		for (; n < 1000; n += 37)
			assert_int_equal(nested(row[i][0], row[i][1], n), AEG_CONTENT);
	}
	assert_int_equal(nested("a && ", " || b", 2500), AEG_OK);
}

static void memory_runs_out(void **state)
{
	static const char text[] = "a.b['\\''] + 'x' < f(1, (g 2 -3)) && !c || d || e";
	struct tcompile t;
	uint32_t cap = 0;

	(void)state;
	for (;; cap += 8) {
		t = (struct tcompile){ .mem = (uint8_t *)memory, .cap = cap };
		struct texpr *e =
			condition_parse(&t, 0, 0, (struct aeg_str){ text, sizeof text - 1 });
		if (e != NULL)
			break;
		assert_int_equal(t.status, AEG_NOMEM);
	}
	assert_int_equal(t.status, AEG_OK);
	assert_true(cap < 64 * sizeof text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(depth),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
