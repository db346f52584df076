/* What scanned JSON says: strings' values, and members by name. */
#define _POSIX_C_SOURCE 200809L
#include "json_test.h"

static void members(void **state)
{
	struct memory m;
	static const char text[] =
		"{\"a\":1,\"b\":[{\"a\":2}],\"\\u0063\":3,\"\":4,\"a\":5,\"d\\u0000\":6}";
	static const struct {
		const char *name;
		uint32_t len, object, at; /* at: of the value in the text, 0: none */
	} cases[] = {
		{ TEXT("a"), 0, 5 },
		{ TEXT("b"), 0, 11 },
		{ TEXT("c"), 0, 30 },
		{ TEXT(""), 0, 35 },
		{ TEXT("d\0"), 0, 53 },
		{ TEXT("d"), 0, 0 },
		{ TEXT("aa"), 0, 0 },
		{ TEXT("\\u0063"), 0, 0 },
		{ TEXT("a"), 5, 17 },
		{ TEXT("a"), 4, 0 },
		{ TEXT("a"), 1, 0 },
		{ TEXT("a"), 99, 0 },
		{ TEXT("a"), AEG_NONE, 0 },
	};
	struct aeg_json j;

	(void)state;
	assert_int_equal(scan(&j, &m, TEXT(text)), AEG_OK);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint32_t t = aeg_json_member(
			&j, cases[i].object, (struct aeg_str){ cases[i].name, cases[i].len });
		assert_int_equal(t != AEG_NONE, cases[i].at != 0);
		if (t != AEG_NONE)
			assert_int_equal(j.tok[t].at, cases[i].at);
	}
}

static void surrogates(void **state)
{
	struct memory m;
	static const struct {
		const char *text;
		uint32_t surrogate;
	} cases[] = {
		{ "\"\\ud83d\\ude00\"", AEG_NONE },
		{ "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", AEG_NONE },
		{ "\"\\ud7ff\\ue000\"", AEG_NONE },
		{ "\"\\ud800\"", 0 },
		{ "\"\\udc00\"", 0 },
		{ "\"\\udc00\\ud800\"", 0 },
		{ "\"\\ud800\\ud800\\udc00\"", 0 },
		{ "\"\\ud800\\ud800\"", 0 },
		{ "\"\\ud800\\udbff\"", 0 },
		{ "\"\\ud800\\ue000\"", 0 },
		{ "\"\\ud800\\n\"", 0 },
		{ "\"\\ud800\\\\udc00\"", 0 },
		{ "\"\\ud800x\\udc00\"", 0 },
		{ "\"\\ud83d\\ude00\\ude00\"", 0 },
		{ "[\"a\",\"\\udfff\",\"\\udfff\"]", 2 },
		{ "{\"a\":1,\"\\ud800\":2}", 3 },
		{ "{\"\\\\ud800\":\"\\u0000\"}", AEG_NONE },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct aeg_json j;
		assert_int_equal(scan(&j, &m, cases[i].text, strlen(cases[i].text)), AEG_OK);
		if (j.surrogate != cases[i].surrogate)
			fail_msg("%d: %s", (int)j.surrogate, cases[i].text);
	}
}

static void unescape(void **state)
{
	struct memory m;
	static const struct {
		const char *text;
		const char *value;
		size_t len;
	} cases[] = {
		{ "\"\"", TEXT("") },
		{ "\"plain\"", TEXT("plain") },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", TEXT("\"\\/\b\f\n\r\t") },
		{ "\"a\\u0000b\"", TEXT("a\0b") },
		{ "\"\\u007f\\u0080\\u07ff\\u0800\\uffff\"",
			TEXT("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf") },
		{ "\"\\ud800\\udc00\\uDBFF\\uDFFF\"", TEXT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf") },
		{ "\"\\ud7ff\\ue000\"", TEXT("\xed\x9f\xbf\xee\x80\x80") },
		{ "\"<\\ud800>\"", TEXT("<\xef\xbf\xbd>") },
		{ "\"\\ud800\\u0041\"", TEXT("\xef\xbf\xbd"
					     "A") },
		{ "\"\\ud800\\ud83d\\ude00\"", TEXT("\xef\xbf\xbd\xf0\x9f\x98\x80") },
		{ "\"\\udc00\\ud800\"", TEXT("\xef\xbf\xbd\xef\xbf\xbd") },
		{ "\"\\\\u0041\"", TEXT("\\u0041") },
		{ "\"\xc3\xa9\\u00E9\"", TEXT("\xc3\xa9\xc3\xa9") },
	};
	char buf[64];
	struct aeg_json j;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(scan(&j, &m, cases[i].text, strlen(cases[i].text)), AEG_OK);
		assert_true(cases[i].len <= j.tok[0].len);
		for (size_t cap = 0; cap <= j.tok[0].len; cap++) {
			memset(buf, '#', sizeof buf);
			size_t n = aeg_json_unescape(&j, 0, buf, cap);
			assert_int_equal(n, cap < cases[i].len ? SIZE_MAX : cases[i].len);
			if (n != SIZE_MAX)
				assert_memory_equal(buf, cases[i].value, n);
			assert_int_equal(buf[cap], '#');
		}
	}
	assert_int_equal(aeg_json_unescape(&j, 1, buf, sizeof buf), SIZE_MAX);
	assert_int_equal(scan(&j, &m, TEXT("[1]")), AEG_OK);
	assert_int_equal(aeg_json_unescape(&j, 0, buf, sizeof buf), SIZE_MAX);
	assert_int_equal(aeg_json_unescape(&j, 1, buf, sizeof buf), SIZE_MAX);
	assert_int_equal(scan(&j, &m, TEXT("\"a")), AEG_JSON);
	assert_int_equal(aeg_json_unescape(&j, 0, buf, sizeof buf), SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(surrogates),
		cmocka_unit_test(unescape),
	};

	return cmocka_run_group_tests_name("json values", tests, NULL, NULL);
}
