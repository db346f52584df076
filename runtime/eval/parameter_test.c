/* Parameters by style: the table of OpenAPI 3.1.1, section 4.8.12.4, whole, and hostile values. */
#include "parameter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NTOK = 64, SIZE = 512 };
#define EMPTY     "\"\""
#define STRING    "\"blue\""
#define LIST      "[\"blue\",\"black\",\"brown\"]"
#define OBJECT    "{\"R\":100,\"G\":200,\"B\":150}"
#define IN_PATH   AEGF_IN_PATH
#define IN_QUERY  AEGF_IN_QUERY
#define IN_HEADER AEGF_IN_HEADER
#define IN_COOKIE AEGF_IN_COOKIE

static const char *written(const struct parameter *p, const char *value, char *buf)
{
	struct aeg_json_tok tok[NTOK];
	struct aeg_json j;
	struct written w = { buf, 0, SIZE - 1, NULL };

	assert_int_equal(aeg_json_scan(&j, value, strlen(value), tok, NTOK), AEG_OK);
	aegi_parameter_write(&w, p, &j, 0);
	buf[w.len] = 0;
	return w.failed != NULL ? w.failed : buf;
}

static const struct row {
	enum aegf_style style;
	int explode;
	enum aegf_in in;
	const char *empty, *string, *list, *object; /* NULL: not in the table */
} table[] = {
	{ AEGF_STYLE_MATRIX, 0, IN_PATH, ";color", ";color=blue", ";color=blue,black,brown",
		";color=R,100,G,200,B,150" },
	{ AEGF_STYLE_MATRIX, 1, IN_PATH, ";color", ";color=blue",
		";color=blue;color=black;color=brown", ";R=100;G=200;B=150" },
	{ AEGF_STYLE_LABEL, 0, IN_PATH, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150" },
	{ AEGF_STYLE_LABEL, 1, IN_PATH, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150" },
	{ AEGF_STYLE_SIMPLE, 0, IN_PATH, "", "blue", "blue,black,brown", "R,100,G,200,B,150" },
	{ AEGF_STYLE_SIMPLE, 1, IN_PATH, "", "blue", "blue,black,brown", "R=100,G=200,B=150" },
	{ AEGF_STYLE_SIMPLE, 0, IN_HEADER, "", "blue", "blue,black,brown", "R,100,G,200,B,150" },
	{ AEGF_STYLE_SIMPLE, 1, IN_HEADER, "", "blue", "blue,black,brown", "R=100,G=200,B=150" },
	{ AEGF_STYLE_FORM, 0, IN_QUERY, "color=", "color=blue", "color=blue,black,brown",
		"color=R,100,G,200,B,150" },
	{ AEGF_STYLE_FORM, 1, IN_QUERY, "color=", "color=blue",
		"color=blue&color=black&color=brown", "R=100&G=200&B=150" },
	{ AEGF_STYLE_FORM, 0, IN_COOKIE, "color=", "color=blue", "color=blue,black,brown",
		"color=R,100,G,200,B,150" },
	{ AEGF_STYLE_FORM, 1, IN_COOKIE, "color=", "color=blue",
		"color=blue&color=black&color=brown", "R=100&G=200&B=150" },
	{ AEGF_STYLE_SPACE_DELIMITED, 0, IN_QUERY, NULL, NULL, "color=blue%20black%20brown",
		"color=R%20100%20G%20200%20B%20150" },
	{ AEGF_STYLE_PIPE_DELIMITED, 0, IN_QUERY, NULL, NULL, "color=blue%7Cblack%7Cbrown",
		"color=R%7C100%7CG%7C200%7CB%7C150" },
	{ AEGF_STYLE_DEEP_OBJECT, 1, IN_QUERY, NULL, NULL, NULL,
		"color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150" },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct row *r = &table[i];
		const struct parameter p = { { "color", 5 }, r->in, r->style,
			r->explode ? AEGF_PARAMETER_EXPLODE : 0 };
		const char *const want[] = { r->empty, r->string, r->list, r->object };
		const char *const value[] = { EMPTY, STRING, LIST, OBJECT };
		char buf[SIZE];
		for (int k = 0; k < 4; k++)
			if (want[k] != NULL)
				assert_string_equal(written(&p, value[k], buf), want[k]);
	}
}

static void check(
	enum aegf_style style, enum aegf_in in, uint32_t flags, const char *value, const char *want)
{
	const struct parameter p = { { "q", 1 }, in, style, flags };
	char buf[SIZE];

	assert_string_equal(written(&p, value, buf), want);
}

static void test_encoding(void **state)
{
	const uint32_t reserved = AEGF_PARAMETER_RESERVED, explode = AEGF_PARAMETER_EXPLODE;

	(void)state;
	check(AEGF_STYLE_FORM, IN_QUERY, 0, "\"a&b=c d+\\u00e9/?#%\"",
		"q=a%26b%3Dc%20d%2B%C3%A9%2F%3F%23%25");
	check(AEGF_STYLE_FORM, IN_QUERY, reserved, "\"/a?b:c@d,e&f=g#h+i\"",
		"q=/a?b:c@d,e%26f%3Dg%23h%2Bi");
	check(AEGF_STYLE_SIMPLE, IN_PATH, 0, "\"../x\"", "..%2Fx");
	check(AEGF_STYLE_FORM, IN_QUERY, explode, "{\"a&b\":\"c=d\"}", "a%26b=c%3Dd");
	check(AEGF_STYLE_FORM, IN_QUERY, 0, "[true,null,-1.50]", "q=true,null,-1.50");
	check(AEGF_STYLE_FORM, IN_QUERY, explode, "[]", "");
	check(AEGF_STYLE_FORM, IN_QUERY, 0, "[]", "q=");
	check(AEGF_STYLE_SIMPLE, IN_HEADER, 0, "\"a b\\t%\"", "a b\t%");
	check(AEGF_STYLE_JSON, IN_QUERY, 0, "\"a\\\"\"", "q=%22a%5C%22%22");
	check(AEGF_STYLE_JSON, IN_QUERY, 0, "{\"a\":[1]}", "q=%7B%22a%22%3A%5B1%5D%7D");
}

static void test_refused(void **state)
{
	(void)state;
	check(AEGF_STYLE_SIMPLE, IN_HEADER, 0, "\"a\\r\\nX: 1\"",
		"a header cannot hold a control character");
	check(AEGF_STYLE_FORM, IN_QUERY, 0, "[[1]]",
		"a list or an object inside another one has no form in this style");
	check(AEGF_STYLE_DEEP_OBJECT, IN_QUERY, 0, "1", "the style deepObject is for objects");
}

static void test_no_room(void **state)
{
	const struct parameter p = { { "color", 5 }, IN_QUERY, AEGF_STYLE_FORM, 0 };
	struct aeg_json_tok tok[4];
	struct aeg_json j;
	char buf[16];

	(void)state;
	assert_int_equal(aeg_json_scan(&j, STRING, 6, tok, 4), AEG_OK);
	for (size_t cap = 0; cap < 10; cap++) {
		struct written w = { buf, 0, cap, NULL };
		aegi_parameter_write(&w, &p, &j, 0);
		assert_non_null(w.failed);
		assert_true(w.len <= cap);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
