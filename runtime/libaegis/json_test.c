/* The scanner by tables: what is refused and where, and the tokens of what is not. */
#define _GNU_SOURCE
#include "json_test.h"

#include <glob.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- Grammar ------------------------------------------------------------------------------- */

static void accepts(void **state)
{
	struct memory m;
	static const struct {
		const char *text;
		size_t len;
		uint32_t ntok;
	} cases[] = {
		{ TEXT("0"), 1 },
		{ TEXT("-0"), 1 },
		{ TEXT("-0.0e-0"), 1 },
		{ TEXT("1234567890.0987654321E+99999"), 1 },
		{ TEXT(" \t\r\n1 \t\r\n"), 1 },
		{ TEXT("true"), 1 },
		{ TEXT("false"), 1 },
		{ TEXT("null"), 1 },
		{ TEXT("\"\""), 1 },
		{ TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uFfFf\""), 1 },
		{ TEXT("\"\x7f\""), 1 },
		{ TEXT("[]"), 1 },
		{ TEXT("[ ]"), 1 },
		{ TEXT("{}"), 1 },
		{ TEXT("{\t}"), 1 },
		{ TEXT("[[],[ ] , {}]"), 4 },
		{ TEXT("{\"\":0}"), 3 },
		{ TEXT("{ \"a\" : [ 1 , \"b\" ] ,\n\"c\" : null }"), 7 },
		{ TEXT("                                                  [1]"), 2 },
		{ TEXT("[\n\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t1]"),
			2 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct aeg_json j;
		if (scan(&j, &m, cases[i].text, cases[i].len) != AEG_OK)
			fail_msg("refused at %u: %s", j.bad, cases[i].text);
		if (j.ntok != cases[i].ntok)
			fail_msg("%u tokens: %s", j.ntok, cases[i].text);
		assert_int_equal(j.tok[0].next, j.ntok);
	}
}

static void refuses(void **state)
{
	struct memory m;
	static const struct {
		const char *text;
		size_t len;
		uint32_t bad;
	} cases[] = {
		{ TEXT(""), 0 },
		{ TEXT("  "), 2 },
		{ TEXT("\xef\xbb\xbf"
		       "1"),
			0 },
		{ TEXT("\xff\xfe"
		       "1"),
			0 },
		{ TEXT("\0"), 0 },
		{ TEXT("1\0"), 1 },
		{ TEXT("\v1"), 0 },
		{ TEXT("\xc2\xa0"
		       "1"),
			0 },
		{ TEXT("nul"), 3 },
		{ TEXT("nulL"), 3 },
		{ TEXT("nulll"), 4 },
		{ TEXT("True"), 0 },
		{ TEXT("trve"), 2 },
		{ TEXT("fals\0"), 4 },
		{ TEXT("-"), 1 },
		{ TEXT("--1"), 1 },
		{ TEXT("+1"), 0 },
		{ TEXT("01"), 1 },
		{ TEXT("-01"), 2 },
		{ TEXT(".5"), 0 },
		{ TEXT("5."), 2 },
		{ TEXT("5.e1"), 2 },
		{ TEXT("1.2.3"), 3 },
		{ TEXT("1e"), 2 },
		{ TEXT("1e+"), 3 },
		{ TEXT("1e+-1"), 3 },
		{ TEXT("1e1.5"), 3 },
		{ TEXT("0x10"), 1 },
		{ TEXT("1_000"), 1 },
		{ TEXT("Infinity"), 0 },
		{ TEXT("-Infinity"), 1 },
		{ TEXT("NaN"), 0 },
		{ TEXT("1 2"), 2 },
		{ TEXT("1,"), 1 },
		{ TEXT("[1]]"), 3 },
		{ TEXT("{}}"), 2 },
		{ TEXT("\"a\"\"b\""), 3 },
		{ TEXT("["), 1 },
		{ TEXT("[ "), 2 },
		{ TEXT("[1"), 2 },
		{ TEXT("[1 "), 3 },
		{ TEXT("[1,"), 3 },
		{ TEXT("[1,]"), 3 },
		{ TEXT("[,1]"), 1 },
		{ TEXT("[1,,2]"), 3 },
		{ TEXT("[1 2]"), 3 },
		{ TEXT("[1}"), 2 },
		{ TEXT("[1:2]"), 2 },
		{ TEXT("]"), 0 },
		{ TEXT("}"), 0 },
		{ TEXT(","), 0 },
		{ TEXT(":"), 0 },
		{ TEXT("{"), 1 },
		{ TEXT("{]"), 1 },
		{ TEXT("{,}"), 1 },
		{ TEXT("{1:2}"), 1 },
		{ TEXT("{a:2}"), 1 },
		{ TEXT("{'a':2}"), 1 },
		{ TEXT("{\"a\""), 4 },
		{ TEXT("{\"a\"}"), 4 },
		{ TEXT("{\"a\" 1}"), 5 },
		{ TEXT("{\"a\":"), 5 },
		{ TEXT("{\"a\":}"), 5 },
		{ TEXT("{\"a\":1"), 6 },
		{ TEXT("{\"a\":1,"), 7 },
		{ TEXT("{\"a\":1,}"), 7 },
		{ TEXT("{\"a\":1]"), 6 },
		{ TEXT("{\"a\":1:2}"), 6 },
		{ TEXT("{\"a\":1 \"b\":2}"), 7 },
		{ TEXT("[1] // no"), 4 },
		{ TEXT("/* no */ 1"), 0 },
		{ TEXT("\""), 1 },
		{ TEXT("\"a"), 2 },
		{ TEXT("\"a\n\""), 2 },
		{ TEXT("\"\t\""), 1 },
		{ TEXT("\"\0\""), 1 },
		{ TEXT("\"\x1f\""), 1 },
		{ TEXT("\"0123456789012345678901234567890123456789\x01\""), 41 },
		{ TEXT("\"\\"), 2 },
		{ TEXT("\"\\\""), 3 },
		{ TEXT("\"\\a\""), 2 },
		{ TEXT("\"\\'\""), 2 },
		{ TEXT("\"\\U0041\""), 2 },
		{ TEXT("\"\\u"), 3 },
		{ TEXT("\"\\u12"), 5 },
		{ TEXT("\"\\u12G4\""), 5 },
		{ TEXT("\"\\u004\""), 6 },
		{ TEXT("\"\\u/000\""), 3 },
		{ TEXT("\"\\u:000\""), 3 },
		{ TEXT("\"\\u@000\""), 3 },
		{ TEXT("\"\\u`000\""), 3 },
		{ TEXT("\"\\u\0"
		       "000\""),
			3 },
		{ TEXT("\"\\ud800\\u12x\""), 11 },
		{ TEXT("\"\\ud800\\"), 8 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct aeg_json j;
		if (scan(&j, &m, cases[i].text, cases[i].len) != AEG_JSON)
			fail_msg("case %zu is accepted: %s", i, cases[i].text);
		if (j.bad != cases[i].bad)
			fail_msg("refused at %u, not %u: %s", j.bad, cases[i].bad, cases[i].text);
		assert_int_equal(j.status, AEG_JSON);
		assert_int_equal(j.ntok, 0);
	}
}

/* Each beginning of a text is refused at its end, and none is taken for the whole. */
static void truncations(void **state)
{
	struct memory m;
	static const char text[] =
		"{\"name\":[true,false,null,-1.5e-7,\"\\u00e9\\ud83d\\ude00\xf0\x9f\x98\x80\"],\"b\":{}}";
	struct aeg_json j;

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++) {
		assert_int_equal(scan(&j, &m, text, n), AEG_JSON);
		assert_int_equal(j.bad, n);
	}
	assert_int_equal(scan(&j, &m, TEXT(text)), AEG_OK);
}

static void utf8(void **state)
{
	struct memory m;
	static const struct {
		const char *bytes;
		uint32_t bad; /* 0: well formed */
	} cases[] = {
		{ "\xc2\x80", 0 },
		{ "\xdf\xbf", 0 },
		{ "\xe0\xa0\x80", 0 },
		{ "\xed\x9f\xbf", 0 },
		{ "\xee\x80\x80", 0 },
		{ "\xef\xbf\xbf", 0 },
		{ "\xf0\x90\x80\x80", 0 },
		{ "\xf4\x8f\xbf\xbf", 0 },
		{ "\x80", 1 },
		{ "\xbf", 1 },
		{ "\xc0\x80", 1 },
		{ "\xc1\xbf", 1 },
		{ "\xc2", 2 },
		{ "\xc2\xc0", 2 },
		{ "\xe0\x9f\xbf", 2 },
		{ "\xe0\x80\x80", 2 },
		{ "\xe1\x80", 3 },
		{ "\xed\xa0\x80", 2 },
		{ "\xed\xbf\xbf", 2 },
		{ "\xf0\x8f\xbf\xbf", 2 },
		{ "\xf1\x80\x80", 4 },
		{ "\xf4\x90\x80\x80", 2 },
		{ "\xf5\x80\x80\x80", 1 },
		{ "\xf8\x88\x80\x80\x80", 1 },
		{ "\xfe", 1 },
		{ "\xff", 1 },
	};

	(void)state;
	/* At every distance from the end and from the start of a run of plain bytes. */
	for (size_t i = 0; i < LENGTH(cases); i++)
		for (uint32_t before = 0; before < 70; before++)
			for (uint32_t after = 0; after < 70; after += 23) {
				char text[256];
				struct aeg_json j;
				int n = snprintf(text, sizeof text, "\"%.*s%s%.*s\"", (int)before,
					"----------------------------------------------------------------------",
					cases[i].bytes, (int)after,
					"----------------------------------------------------------------------");
				enum aeg_status s = scan(&j, &m, text, (size_t)n);
				assert_int_equal(s, cases[i].bad ? AEG_JSON : AEG_OK);
				if (cases[i].bad)
					assert_int_equal(j.bad, before + cases[i].bad);
			}
}

/* Every byte at every place of a string: only control bytes, quotes and backslashes end a run. */
static void every_byte(void **state)
{
	struct memory m;
	(void)state;
	for (uint32_t at = 0; at < 80; at++)
		for (uint32_t c = 0; c < 0x80; c++) {
			char text[100];
			struct aeg_json j;
			memset(text, 'x', sizeof text);
			text[0] = text[sizeof text - 1] = '"';
			text[1 + at] = (char)c;
			enum aeg_status s = scan(&j, &m, text, sizeof text);
			assert_int_equal(s, c < 0x20 || c == '"' || c == '\\' ? AEG_JSON : AEG_OK);
			if (s != AEG_OK)
				assert_int_equal(j.bad, c < 0x20 ? 1 + at : 2 + at);
		}
}

/* Every byte at every place of whitespace. */
static void every_space(void **state)
{
	struct memory m;
	static const char spaces[] = "\n   \t \r\n";

	(void)state;
	for (uint32_t at = 0; at < 80; at++)
		for (uint32_t c = 0; c < 0x100; c++) {
			char text[100];
			struct aeg_json j;
			for (uint32_t i = 0; i < sizeof text; i++)
				text[i] = i % 40 < 32 ? spaces[i % 8] : ' ';
			text[sizeof text - 1] = '1';
			text[at] = (char)c;
			enum aeg_status s = scan(&j, &m, text, sizeof text);
			assert_int_equal(
				s, c != 0 && strchr(" \t\r\n", (int)c) ? AEG_OK : AEG_JSON);
			if (c == 0 || c >= 0x80)
				assert_int_equal(j.bad, at);
		}
}

/* ---- Tokens -------------------------------------------------------------------------------- */

static void layout(void **state)
{
	struct memory m;
	static const char text[] = "{\"a\": [1, \"x\\n\", {}], \"b\\t\":{\"c\":null} ,\"\":true}";
	static const struct aeg_json_tok want[] = {
		{ 0, sizeof text - 1, 11, AEG_JSON_OBJECT },
		{ 2, 1, 6, AEG_JSON_STRING | AEG_JSON_KEY },
		{ 6, 14, 6, AEG_JSON_ARRAY },
		{ 7, 1, 4, AEG_JSON_NUMBER },
		{ 11, 3, 5, AEG_JSON_STRING | AEG_JSON_ESCAPED },
		{ 17, 2, 6, AEG_JSON_OBJECT },
		{ 23, 3, 10, AEG_JSON_STRING | AEG_JSON_KEY | AEG_JSON_ESCAPED },
		{ 28, 10, 10, AEG_JSON_OBJECT },
		{ 30, 1, 10, AEG_JSON_STRING | AEG_JSON_KEY },
		{ 33, 4, 10, AEG_JSON_NULL },
		{ 41, 0, 12, AEG_JSON_STRING | AEG_JSON_KEY },
		{ 43, 4, 12, AEG_JSON_TRUE },
	};
	struct aeg_json j;

	(void)state;
	assert_int_equal(scan(&j, &m, TEXT(text)), AEG_OK);
	assert_int_equal(j.ntok, LENGTH(want));
	assert_ptr_equal(j.text, text);
	assert_int_equal(j.len, sizeof text - 1);
	assert_ptr_equal(j.tok, m.tok);
	assert_int_equal(j.cap, aeg_json_bound(sizeof text - 1));
	assert_int_equal(j.duplicate, AEG_NONE);
	assert_int_equal(j.surrogate, AEG_NONE);
	for (uint32_t i = 1; i < j.ntok; i++) {
		assert_int_equal(j.tok[i].at, want[i].at);
		assert_int_equal(j.tok[i].len, want[i].len);
		assert_int_equal(j.tok[i].next, want[i].next);
		assert_int_equal(j.tok[i].info & 0x3f, want[i].info);
	}
	assert_int_equal(j.tok[0].len, sizeof text - 1);
	assert_int_equal(j.tok[0].next, j.ntok);
}

static void depth(void **state)
{
	struct big b = big_new(4096);
	struct aeg_json j;

	(void)state;
	for (uint32_t n = 511; n <= 513; n++)
		for (int object = 0; object < 2; object++) {
			uint32_t open = object ? 4 : 1, len = 0;
			for (uint32_t i = 0; i < n; i++, len += open)
				memcpy(b.text + len, object ? "{\"\":" : "[", open);
			if (object)
				b.text[len++] = '0';
			memset(b.text + len, object ? '}' : ']', n);
			len += n;
			enum aeg_status s = aeg_json_scan(&j, b.text, len, b.tok, b.cap);
			assert_int_equal(s, n <= AEG_JSON_MAX_DEPTH ? AEG_OK : AEG_DEPTH);
			if (s == AEG_DEPTH)
				assert_int_equal(j.bad, AEG_JSON_MAX_DEPTH * open);
		}
	big_free(&b);
	/* Depth is what is open at once, not how much there is. */
	b = big_new(3 * 10000 + 1);
	for (uint32_t i = 0; i < 10000; i++)
		memcpy(b.text + 1 + 3 * i, "[],", 3);
	b.text[0] = '[';
	b.text[3 * 10000] = ']';
	assert_int_equal(aeg_json_scan(&j, b.text, 3 * 10000 + 1, b.tok, b.cap), AEG_OK);
	assert_int_equal(j.ntok, 10001);
	big_free(&b);
}

/* One token too few is refused, whatever the number, and nothing is written past them. */
static void too_few_tokens(void **state)
{
	struct memory m;
	static const char *const texts[] = { "1", "\"\"", "[[[[]]]]", "[1,1,1,1,1,1]",
		"{\"a\":{\"b\":[1,2]},\"c\":\"d\"}", "[[1,{}],{\"\":\"\"}]" };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		size_t len = strlen(texts[i]), bound = aeg_json_bound(len);
		struct aeg_json j;
		assert_int_equal(scan(&j, &m, texts[i], len), AEG_OK);
		uint32_t need = j.ntok;
		for (size_t cap = 0; cap <= bound; cap++) {
			struct aeg_json_tok tok[64], untouched[64];
			memset(untouched, 0xa5, sizeof untouched);
			memcpy(tok, untouched, sizeof tok);
			enum aeg_status s = aeg_json_scan(&j, texts[i], len, tok, cap);
			assert_int_equal(s, cap < need ? AEG_NOMEM : AEG_OK);
			assert_int_equal(j.status, s);
			assert_int_equal(j.ntok, cap < need ? 0 : need);
			assert_true(j.bad < len);
			assert_memory_equal(tok + cap, untouched, (64 - cap) * sizeof *tok);
			uint32_t member = aeg_json_member(&j, 0, (struct aeg_str){ "a", 1 });
			assert_true(member == AEG_NONE || cap >= need);
		}
	}
	/* The bound holds also for what is refused in the end. */
	for (size_t len = 0; len < 64; len++) {
		char text[64];
		struct aeg_json j;
		memset(text, '[', len);
		assert_int_equal(scan(&j, &m, text, len), AEG_JSON);
		for (size_t i = 0; i < len; i++)
			text[i] = i % 2 ? ',' : i ? '1' : '[';
		assert_int_equal(scan(&j, &m, text, len), AEG_JSON);
	}
}

static void too_large(void **state)
{
	struct aeg_json_tok tok[1];
	struct aeg_json j;

	(void)state;
	assert_int_equal(aeg_json_scan(&j, "", (1u << 30) + 1, tok, 1), AEG_TOO_LARGE);
	assert_int_equal(j.status, AEG_TOO_LARGE);
	assert_int_equal(j.ntok, 0);
	assert_int_equal(aeg_json_scan(&j, "", SIZE_MAX, tok, 1), AEG_TOO_LARGE);
	assert_true(aeg_json_bound(SIZE_MAX) >= aeg_json_bound(1u << 30));
	assert_int_equal(aeg_json_scan(&j, NULL, 0, NULL, 0), AEG_JSON);
	assert_int_equal(aeg_json_scan(&j, "1", 1, NULL, 0), AEG_NOMEM);
}

/* Texts of each kind that end where the readable memory ends, and begin where it begins. */
static void page_ends(void **state)
{
	struct memory m;
	static const char *const texts[] = { "1", "-12.5e+77", "true", "[1,2 ", "\"abc\"",
		"\"abc\\u0041\"", "{\"a\":1,\"b\":2}",
		"{\"abcdefghijklmnopqrstuvwxyz\":\"\xc3\xa9\"}", "\"\xf0\x9f\x98", "\"\\ud800\\u",
		"fals", "[\n                                  ",
		"[\"0123456789abcdef0123456789abcdef0123456789abcdef\"]", "\"\\ud800\"",
		"{\"\\u0061\":1,\"a\":2}", "[1,\r\n\t  2]" };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(mprotect(map + page, page, PROT_READ | PROT_WRITE), 0);
	for (size_t i = 0; i < LENGTH(texts); i++)
		for (size_t len = 0; len <= strlen(texts[i]); len++) {
			struct aeg_json a, b, c;
			char *at_end = map + 2 * page - len;
			memcpy(at_end, texts[i], len);
			scan(&a, &m, at_end, len);
			memcpy(map + page, texts[i], len);
			scan(&b, &m, map + page, len);
			scan(&c, &m, texts[i], len);
			assert_int_equal(a.status, c.status);
			assert_int_equal(a.bad, c.bad);
			assert_int_equal(b.status, c.status);
			assert_int_equal(b.bad, c.bad);
			assert_int_equal(a.duplicate, c.duplicate);
			assert_int_equal(b.duplicate, c.duplicate);
		}
	munmap(map, 3 * page);
}

/* ---- Hostile texts, and the public suite ----------------------------------------------------- */

static void brackets(void **state)
{
	const size_t len = 10 << 20;
	struct big b = big_new(len);
	struct aeg_json j;
	double t = seconds();

	(void)state;
	memset(b.text, '[', len);
	assert_int_equal(aeg_json_scan(&j, b.text, len, b.tok, b.cap), AEG_DEPTH);
	assert_int_equal(j.bad, AEG_JSON_MAX_DEPTH);
	assert_true(seconds() - t < 1);
	big_free(&b);
}

/* Scans a file in a block of its own length, so that a sanitizer sees reads past its end. */
static enum aeg_status scan_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct aeg_json j;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size_t len = (size_t)ftell(f);
	rewind(f);
	struct big b = big_new(len);
	assert_int_equal(fread(b.text, 1, len, f), len);
	fclose(f);
	aeg_json_scan(&j, b.text, len, b.tok, b.cap);
	big_free(&b);
	return j.status;
}

static void suite(char kind, size_t least)
{
	const char *shared = getenv("AEGIS_SHARED");
	char pattern[4096];
	glob_t found;

	if (shared == NULL)
		skip();
	snprintf(pattern, sizeof pattern, "%s/suites/json-test-suite/test_parsing/%c_*.json",
		shared, kind);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= least);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		enum aeg_status s = scan_file(found.gl_pathv[i]);
		if (kind == 'y' ? s != AEG_OK : kind == 'n' && s != AEG_JSON && s != AEG_DEPTH)
			fail_msg("status %d: %s", (int)s, found.gl_pathv[i]);
		assert_true(s == AEG_OK || s == AEG_JSON || s == AEG_DEPTH);
	}
	globfree(&found);
}

static void suite_accepted(void **state)
{
	(void)state;
	suite('y', 76);
}

static void suite_refused(void **state)
{
	(void)state;
	suite('n', 137);
}

static void suite_either(void **state)
{
	(void)state;
	suite('i', 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(truncations),
		cmocka_unit_test(utf8),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(every_space),
		cmocka_unit_test(layout),
		cmocka_unit_test(depth),
		cmocka_unit_test(too_few_tokens),
		cmocka_unit_test(too_large),
		cmocka_unit_test(page_ends),
		cmocka_unit_test(brackets),
		cmocka_unit_test(suite_accepted),
		cmocka_unit_test(suite_refused),
		cmocka_unit_test(suite_either),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
