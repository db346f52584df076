/* The JSON reader: trees, findings, spans, limits. JSON itself is the runtime's and tested there.
 */
#include "syntax/test.h"

#include <stdio.h>

static void test_trees(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		{ "{\"a\": [1, -2.50, 1E3, true, false, null, \"\"], \"b\": {}}",
			"{\"a\":[1,-2.50,1E3,true,false,null,\"\"],\"b\":{}}\n" },
		{ " 7 \n", "7\n" },
		{ "\xef\xbb\xbf[]", "[]\n" },
		{ "\"\\ud83d\\ude00\\u0000\\/\"", "\"\xf0\x9f\x98\x80\\u0000/\"\n" },
		{ "{\"\\u0061\\n\": 1, \"<<\": 2}", "{\"a\\n\":1,\"<<\":2}\n" },
		{ "[\"yes\", \".inf\", \"0x1F\", \"null\"]",
			"[\"yes\",\".inf\",\"0x1F\",\"null\"]\n" },
		{ "123456789012345678901234567890", "123456789012345678901234567890\n" },
	};
	expect_trees("a.json", ROWS(rows));
	expect_trees("<stdin>", rows, 1); /* known by its first byte */
}

static void test_findings(void **state)
{
	(void)state;
	static const struct parsed_row rows[] = {
		{ "", "61@1:1-1:1 " }, { " \n", "61@2:1-2:1 " }, { "{\"a\": 1,}", "31@1:9-1:10 " },
		{ "{\"a\": 1", "31@1:8-1:8 " }, { "{\n  // no\n}", "31@2:3-2:4 " },
		{ "[1}", "31@1:3-1:4 " }, { "[.inf]", "31@1:2-1:3 " },
		{ "\xef\xbb\xbf[x]", "31@1:2-1:3 " },
		{ "{\"a\": 1, \"\\u0061\": 2}", "81@1:10-1:18 " },
		{ "[{\"a\": 1, \"a\": 2}, {\"b\": 1, \"b\": 2}]", "81@1:11-1:14 81@1:29-1:32 " },
		{ "[\"\\ud83d\"]", "171@1:2-1:10 " }, { "[\"\xff\"]", "41@1:3-1:4 " },
		{ "\"\xc2\x85 \xe2\x80\xa8\"", "" }, /* legal in JSON */
	};
	expect_findings("a.json", ROWS(rows));
}

static void test_spans(void **state)
{
	(void)state;
	struct parsed *p = parsed("a.json", SLICE("\xef\xbb\xbf{ \"\xc3\xa9\": [12, \"ab\"] }"));
	const struct member *m = &p->docs.v[0].root->u.map.v[0];
	const char *text = p->s.v[0].text.at;
	assert_memory_equal(text + m->key_span.lo, "\"\xc3\xa9\"", 4);
	assert_int_equal(m->key_span.hi - m->key_span.lo, 4);
	assert_memory_equal(text + m->value_span.lo, "[12, \"ab\"]", 10);
	assert_int_equal(m->value_span.hi - m->value_span.lo, 10);
	const struct node *ab = m->value->u.list.v[1];
	assert_ptr_equal(ab->u.text.at, text + ab->span.lo + 1);
	struct span b = syntax_place(&p->s, ab, 1, 1);
	assert_memory_equal(text + b.lo, "b\"", 2);
	assert_int_equal(b.hi - b.lo, 1);
	parsed_free(p);
}

static struct parsed *repeated(const char *before, const char *part, size_t n, const char *after)
{
	size_t len = strlen(before) + n * strlen(part) + strlen(after);
	char *text = malloc(len + 1), *at = text + sprintf(text, "%s", before);
	for (size_t i = 0; i < n; i++)
		at += sprintf(at, "%s", part);
	strcpy(at, after);
	struct parsed *p = parsed("a.json", (struct slice){ text, (uint32_t)len });
	assert_true(p->d.n <= 1);
	free(text);
	return p;
}

static void expect_code(struct parsed *p, uint32_t code, uint32_t lo)
{
	assert_int_equal(p->d.n, code != 0);
	if (code != 0) {
		assert_int_equal(p->d.v[0].code, code);
		assert_int_equal(p->d.v[0].at.lo, lo);
	}
	parsed_free(p);
}

static void test_limits(void **state)
{
	(void)state;
	char closing[601] = "";
	memset(closing, ']', 64);
	expect_code(repeated("", "[", 64, closing), 0, 0);
	memset(closing, ']', 65);
	expect_code(repeated("", "[", 65, closing), AEG_too_deep, 64);
	memset(closing, ']', 600);
	expect_code(repeated("", "[", 600, closing), AEG_too_deep, 512);
	expect_code(repeated("", "[", 1000000, ""), AEG_too_deep, 512);
	expect_code(repeated("[1", ",1", SYNTAX_MAX_EXPANDED - 2, "]"), 0, 0);
	expect_code(repeated("[1", ",1", SYNTAX_MAX_EXPANDED - 1, "]"), AEG_too_many_values,
		2 * SYNTAX_MAX_EXPANDED - 1);
	expect_code(repeated("", "7", 512, ""), 0, 0);
	expect_code(repeated("", "7", 513, ""), AEG_number_too_long, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_trees),
		cmocka_unit_test(test_findings), cmocka_unit_test(test_spans),
		cmocka_unit_test(test_limits) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
