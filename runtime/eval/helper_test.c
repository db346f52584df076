/* Helpers and operators, case by case. */
#include "render_test.h"

static struct run run;

struct row {
	const char *ops, *data, *want; /* NULL: AEG_CONTENT */
};

static void all(const struct row *rows, size_t n)
{
	char ops[512];

	for (size_t i = 0; i < n; i++) {
		sprintf(ops, "%s print 3 return", rows[i].ops);
		enum aeg_status s = run_status(&run, ops, rows[i].data);
		run.out[run.r.len] = 0;
		if (s != (rows[i].want == NULL ? AEG_CONTENT : AEG_OK) ||
			(rows[i].want != NULL && strcmp(run.out, rows[i].want) != 0))
			fail_msg("%s of %s: %s: %s", rows[i].ops, rows[i].data, aeg_status_text(s),
				run.out);
		if (rows[i].want == NULL)
			assert_non_null(run.r.what);
	}
}
#define ALL(rows) all(rows, sizeof(rows) / sizeof *(rows))

static void equality(void **state)
{
	/* Two values, and whether they are equal. */
	static const struct {
		const char *a, *b;
		int equal;
	} pairs[] = { { "1", "1.0", 1 }, { "1", "\"1\"", 0 }, { "null", "false", 0 },
		{ "true", "true", 1 }, { "true", "false", 0 }, { "null", "null", 1 },
		{ "\"a\\u0062\"", "\"ab\"", 1 }, { "\"ab\"", "\"abc\"", 0 }, { "0", "-0", 1 },
		{ "[]", "[]", 1 }, { "[]", "{}", 0 }, { "[1,[2]]", "[1.0,[2e0]]", 1 },
		{ "[1,[2]]", "[1,[3]]", 0 }, { "[1,[2]]", "[1,2]", 0 }, { "[1]", "[1,2]", 0 },
		{ "{\"a\":1,\"b\":[]}", "{\"b\":[],\"\\u0061\":1}", 1 },
		{ "{\"a\":1}", "{\"b\":1}", 0 }, { "{\"a\":null}", "{\"b\":null}", 0 },
		{ "{\"\\u0061\":{\"x\":{}}}", "{\"a\":{\"x\":{}}}", 1 },
		{ "12345678901234567890123", "12345678901234567890124", 0 },
		{ "1e400", "10e399", 1 } };
	char data[256];

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		sprintf(data, "[%s,%s]", pairs[i].a, pairs[i].b);
		run_text(&run,
			"this 0 member '0' this 0 member '1' call eq 2 print 0 "
			"this 0 member '1' this 0 member '0' call ne 2 print 0 return",
			data);
		if (strcmp(run.out, pairs[i].equal ? "truefalse" : "falsetrue") != 0)
			fail_msg("%s", data);
	}
	run_text(&run,
		"this 0 member 'a' this 0 member 'b' call eq 2 print 0 "
		"this 0 member 'a' null call eq 2 print 0 return",
		"{}");
	assert_string_equal(run.out, "truefalse");
}

static void made_values_are_equal_to_others(void **state)
{
	static const struct row rows[] = {
		{ "this 0 member 'o' null string 'a' number '1.0' merge 1 call eq 2",
			"{\"o\":{\"a\":1}}", "true" },
		{ "this 0 member 'o' null string 'a' number '2' merge 1 call eq 2",
			"{\"o\":{\"a\":1}}", "false" },
		{ "this 0 member 'o' null string 'b' number '1' merge 1 call eq 2",
			"{\"o\":{\"a\":1}}", "false" },
		{ "this 0 member 'o' call keys 1 this 0 member 'l' call eq 2",
			"{\"o\":{\"\\u0061\":1,\"b\":2},\"l\":[\"a\",\"b\"]}", "true" },
		{ "this 0 member 'o' call keys 1 this 0 member 'l' call eq 2",
			"{\"o\":{\"a\":1,\"b\":2},\"l\":[\"b\",\"a\"]}", "false" },
	};

	(void)state;
	ALL(rows);
}

static void order(void **state)
{
	static const struct row rows[] = {
		{ "number '2' number '10' call lt 2", NULL, "true" },
		{ "number '2' number '2.0' call le 2", NULL, "true" },
		{ "number '2' number '2.0' call lt 2", NULL, "false" },
		{ "number '-1' number '-2' call gt 2", NULL, "true" },
		{ "string 'b' string 'abc' call ge 2", NULL, "true" },
		{ "string '\xc3\xa9' this 0 call lt 2", "\"\\u00ea\"", "true" },
		{ "undefined number '1' call lt 2", NULL, "false" },
		{ "number '1' null call ge 2", NULL, "false" },
		{ "string '1' number '1' call lt 2", NULL, NULL },
		{ "true false call lt 2", NULL, NULL },
		{ "this 0 this 0 call lt 2", "[]", NULL },
		{ "true number '0' call and 2", NULL, "false" },
		{ "true string 'x' null call not 1 call and 3", NULL, "true" },
		{ "number '0' string '' call or 2", NULL, "false" },
		{ "number '0' string '' number '3' call or 3", NULL, "true" },
		{ "this 0 call not 1", "[]", "true" },
		{ "this 0 call not 1", "{}", "false" },
	};

	(void)state;
	ALL(rows);
}

static void reckoning(void **state)
{
	static const struct row rows[] = {
		{ "number '0.1' number '0.2' call add 2", NULL, "0.3" },
		{ "this 0 each n index 0 number '1' call add 2 print 0 end n: undefined", "[1,2]",
			"12null" },
		{ "this 0 string 'x' call add 2", "\"a\\n\"", "\"a\\nx\"" },
		{ "string '1' number '1' call add 2", NULL, NULL },
		{ "undefined number '1' call add 2", NULL, NULL },
		{ "number '1' number '0' call divide 2", NULL, NULL },
		{ "number '7' number '2' call divide 2", NULL, "3.5" },
		{ "number '7' number '-2' call remainder 2", NULL, "1" },
		{ "number '7' call negate 1", NULL, "-7" },
		{ "number '0' call negate 1", NULL, "0" },
		{ "number '99999999999999999999' number '1' call multiply 2", NULL, NULL },
		{ "number '10' number '2' number '3' call multiply 2 call subtract 2", NULL, "4" },
	};

	(void)state;
	ALL(rows);
}

static void text(void **state)
{
	static const struct row rows[] = {
		{ "this 0 call upper 1", "\"a\xc3\xa9\\u00df\xce\xb1\xc7\x86\\u017f\"",
			"\"A\xc3\x89\xc3\x9f\xce\x91\xc7\x84S\"" },
		{ "this 0 call lower 1", "\"AZ[\xc3\x84\xce\xa3\xc4\xb0\xf0\x90\x90\x80\"",
			"\"az[\xc3\xa4\xcf\x83i\xf0\x90\x90\xa8\"" },
		{ "this 0 call upper 1", "12e3", "\"12E3\"" },
		{ "this 0 call upper 1", "true", "\"TRUE\"" },
		{ "this 0 call upper 1", "null", "null" },
		{ "this 0 call upper 1", "[]", NULL },
		{ "this 0 call lower 1", "{}", NULL },
		{ "this 0 call trim 1", "\" \\t\\n\\u00a0\\u3000a b\\u2003\\u0085 \"", "\"a b\"" },
		{ "this 0 call trim 1", "\" \\n \"", "\"\"" },
		{ "this 0 call trim 1", "\"\\ufeffx\\u200b\"", "\"\xef\xbb\xbfx\xe2\x80\x8b\"" },
		{ "this 0 call first_line 1", "\"ab\\r\\ncd\"", "\"ab\"" },
		{ "this 0 call first_line 1", "\"ab\\ncd\"", "\"ab\"" },
		{ "this 0 call first_line 1", "\"ab\"", "\"ab\"" },
		{ "this 0 call urlencode 1", "\"a b/\xc3\xa9\"", "\"a%20b%2F%C3%A9\"" },
		{ "this 0 call json 1", "\"a\\\"\"", "\"\\\"a\\\\\\\"\\\"\"" },
		{ "this 0 call json 1", "{\"a\": [1 ,2]}", "\"{\\\"a\\\": [1 ,2]}\"" },
		{ "undefined call json 1", NULL, "\"null\"" },
	};

	(void)state;
	ALL(rows);
}

static void lists_and_objects(void **state)
{
	static const struct row rows[] = {
		{ "this 0 call length 1", "\"a\\u00e9\xf0\x9f\x98\x80\"", "3" },
		{ "this 0 call length 1", "[1,[2,3]]", "2" },
		{ "this 0 call length 1", "{\"a\":1,\"b\":{}}", "2" },
		{ "undefined call length 1", NULL, "0" },
		{ "this 0 call length 1", "5", NULL },
		{ "this 0 call keys 1", "{\"a\":1,\"b\\n\":{\"c\":2}}", "[\"a\",\"b\\n\"]" },
		{ "this 0 call keys 1 call length 1", "{\"a\":1,\"b\":{\"c\":2}}", "2" },
		{ "this 0 call keys 1 member '1'", "{\"a\":1,\"b\":{\"c\":2}}", "\"b\"" },
		{ "undefined call keys 1", NULL, "[]" },
		{ "undefined call keys 1 member '0'", NULL, "null" },
		{ "this 0 call keys 1", "[]", NULL },
		{ "this 0 string ', ' call join 2", "[1,\"a\\n\",null,[2,3],true]",
			"\"1, a\\n, , 2,3, true\"" },
		{ "this 0 call join 1", "[1,2]", "\"1,2\"" },
		{ "this 0 call join 1", "\"x\"", "\"x\"" },
		{ "undefined call join 1", NULL, "\"\"" },
		{ "undefined string 'x' call default 2", NULL, "\"x\"" },
		{ "string '' string 'x' call default 2", NULL, "\"x\"" },
		{ "number '0' string 'x' call default 2", NULL, "0" },
		{ "false string 'x' call default 2", NULL, "false" },
		{ "this 0 string 'a' call lookup 2", "{\"a\":[7]}", "[7]" },
		{ "this 0 number '1' call lookup 2", "[7,8]", "8" },
		{ "this 0 this 0 member '0' call lookup 2", "[\"1\",8]", "8" },
		{ "this 0 string 'a' call lookup 2", "0", "0" },
		{ "this 0 string 'a' call lookup 2", "true", "null" },
		{ "this 0 call log 1", "true", "null" },
	};

	(void)state;
	ALL(rows);
}

/* From back to front an array is walked anew each time, and still rightly. */
static void lookups_in_any_order(void **state)
{
	(void)state;
	run_text(&run,
		"this 0 member 'i' each n root member 'a' this 0 call lookup 2 print 0 end n: "
		"root member 'b' member '1' print 0 root member 'a' member '9' print 3 "
		"root member 'a' member '2' print 0 return",
		"{\"i\":[2,1,1,0,2],\"a\":[\"x\",[0,[]],\"z\"],\"b\":[4,5]}");
	assert_string_equal(run.out, "z0,0,xz5nullz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality),
		cmocka_unit_test(made_values_are_equal_to_others),
		cmocka_unit_test(order),
		cmocka_unit_test(reckoning),
		cmocka_unit_test(text),
		cmocka_unit_test(lists_and_objects),
		cmocka_unit_test(lookups_in_any_order),
	};
	return cmocka_run_group_tests_name("helper", tests, NULL, NULL);
}
