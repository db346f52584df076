/* Severities, order, nearest names, and what people and programs get to read. */
#include "diag/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants setjmp.h and stdarg.h first */
#include <cmocka.h>

struct world {
	struct arena a;
	struct sources s;
	struct diags d;
};

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	w->a = (struct arena){ .limit = 64 << 20, .fail = no_memory };
	w->s.arena = &w->a;
	w->d = (struct diags){ .arena = &w->a, .sources = &w->s };
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	arena_free(&w->a);
	free(w);
	return 0;
}

static struct span at(uint32_t file, uint32_t lo, uint32_t hi)
{
	return (struct span){ file, lo, hi };
}

static void expect_text(struct world *w, const char *want)
{
	struct buf b = { .arena = &w->a };
	diag_render_text(&w->d, &b, false);
	assert_string_equal(buf_done(&b).at, want);
}

static void expect_json(struct world *w, const char *want)
{
	struct buf b = { .arena = &w->a };
	diag_render_json(&w->d, &b);
	assert_string_equal(buf_done(&b).at, want);
}

/* One finding at [lo, hi) of @text: the excerpt and the carets alone must be @want. */
static void expect_excerpt(const char *text, uint32_t lo, uint32_t hi, const char *want)
{
	struct world *w;
	setup((void **)&w);
	sources_add_text(&w->s, "f", slice_of(text));
	diag_add(&w->d, (struct diag){ .code = AEG_tag, .at = at(0, lo, hi), .label = "L" });
	struct buf b = { .arena = &w->a };
	diag_render_text(&w->d, &b, false);
	char *from = strstr(buf_done(&b).at, "    1 |");
	if (from == NULL)
		from = strstr(b.at, "    2 |");
	assert_non_null(from);
	char *end = strstr(from, "\n\n");
	assert_non_null(end);
	end[1] = 0;
	assert_string_equal(from, want);
	teardown((void **)&w);
}

/* ---- The registry -------------------------------------------------------------------------- */

static void test_registry(void **state)
{
	(void)state;
	uint32_t last = 0;
	for (size_t i = 0; diag_info_at(i) != NULL; i++) {
		const struct diag_info *info = diag_info_at(i);
		assert_true((uint32_t)info->code > last); /* codes.def is in order */
		last = (uint32_t)info->code;
		assert_ptr_equal(diag_info(last), info);
		assert_true(strlen(info->text) > 10 && strlen(info->why) > 20);
		assert_true(strlen(info->wrong) > 0 && strlen(info->right) > 0);
		assert_null(strstr(info->text, "nvalid"));
		assert_null(strstr(info->text, "please"));
	}
	assert_true(last > 0 && last < 10000);
	assert_null(diag_info(0));
	assert_null(diag_info(9999));
}

static void test_code_parse(void **state)
{
	(void)state;
	assert_int_equal(diag_code_parse("AEG0021"), 21);
	assert_int_equal(diag_code_parse("aeg21"), 21);
	assert_int_equal(diag_code_parse("21"), 21);
	static const char *const bad[] = { "", "AEG", "A", "0", "AEG00021", "21x", "9999", "-21",
		"AEG 21", "99999999999999" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(diag_code_parse(bad[i]), 0);
}

/* ---- Collecting ---------------------------------------------------------------------------- */

static enum diag_severity added(struct world *w, enum diag_code code)
{
	diag_add(&w->d, (struct diag){ .code = code, .at = SPAN_NONE });
	return w->d.v[w->d.n - 1].severity;
}

static void test_severity(void **state)
{
	struct world *w = *state;
	static const uint16_t tag[] = { AEG_tag }, version[] = { AEG_yaml_1_1 };
	assert_int_equal(added(w, AEG_tag), DIAG_ERROR);
	assert_int_equal(added(w, AEG_yaml_1_1), DIAG_WARNING);
	w->d.strict = true;
	assert_int_equal(added(w, AEG_yaml_1_1), DIAG_ERROR);
	assert_int_equal(added(w, AEG_too_many_findings), DIAG_NOTE);
	w->d.allow = version, w->d.nallow = 1;
	assert_int_equal(added(w, AEG_yaml_1_1), DIAG_NOTE);
	w->d.deny = version, w->d.ndeny = 1;
	assert_int_equal(added(w, AEG_yaml_1_1), DIAG_ERROR);
	w->d.allow = tag;
	assert_int_equal(added(w, AEG_tag), DIAG_NOTE);
	assert_int_equal(w->d.errors, 3);
	assert_int_equal(w->d.warnings, 1);
	assert_int_equal(w->d.notes, 3);
}

static void test_many(void **state)
{
	struct world *w = *state;
	sources_add_text(&w->s, "f", SLICE("x"));
	for (uint32_t i = 0; i < DIAG_MAX + 500; i++)
		diag_add(&w->d, (struct diag){ .code = AEG_tag, .at = at(0, i, i + 1) });
	diag_sort(&w->d);
	assert_int_equal(w->d.n, DIAG_MAX + 1);
	assert_int_equal(w->d.v[DIAG_MAX].code, AEG_too_many_findings);
	assert_int_equal(w->d.errors, DIAG_MAX + 500);
	assert_int_equal(w->d.notes, 1);
	size_t used = w->d.arena->used;
	assert_string_equal(diag_text(&w->d, "%s", diag_quote(&w->d, SLICE("x"))), "");
	assert_int_equal(w->d.arena->used, used);
}

static void test_repeated(void **state)
{
	struct world *w = *state;
	sources_add_text(&w->s, "f", SLICE("x"));
	for (int i = 0; i < 6; i++)
		diag_add(&w->d, (struct diag){ .code = AEG_tag,
					.at = at(0, 0, 1),
					.label = i % 3 == 0   ? NULL
						 : i % 3 == 1 ? "a"
							      : "b" });
	diag_add(&w->d, (struct diag){ .code = AEG_tag, .at = at(0, 0, 2) });
	diag_sort(&w->d);
	assert_int_equal(w->d.n, 4);
	assert_int_equal(w->d.errors, 4);
}

static void test_sort(void **state)
{
	struct world *w = *state;
	static const struct diag in[] = {
		{ .code = AEG_tag, .at = { UINT32_MAX, 0, 0 }, .label = "6" },
		{ .code = AEG_tag, .at = { 1, 0, 1 }, .label = "5" },
		{ .code = AEG_tag, .at = { 0, 7, 9 }, .label = "2" },
		{ .code = AEG_yaml_syntax, .at = { 0, 7, 8 }, .label = "1" },
		{ .code = AEG_tag, .at = { 0, 7, 8 }, .label = "3" },
		{ .code = AEG_tag, .at = { 0, 2, 3 }, .label = "0" },
		{ .code = AEG_tag, .at = { 0, 7, 9 }, .label = "4" },
	};
	for (size_t i = 0; i < 7; i++)
		diag_add(&w->d, in[i]);
	diag_sort(&w->d);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(w->d.v[i].label[0], '0' + (int)i);
}

static void test_quote(void **state)
{
	struct world *w = *state;
	assert_string_equal(diag_quote(&w->d, SLICE("fs.*")), "`fs.*`");
	assert_string_equal(diag_quote(&w->d, SLICE("")), "``");
	assert_string_equal(diag_quote(&w->d, SLICE("a\n\x1b\x7f\xff\xc3\xa9")),
		"`a\\x0a\\x1b\\x7f\\xff\xc3\xa9`");
	char text[80];
	memset(text, 'x', sizeof text);
	const char *q = diag_quote(&w->d, (struct slice){ text, sizeof text });
	assert_int_equal(strlen(q), 1 + 60 + 3 + 1);
	q = diag_quote(&w->d, (struct slice){ text, 60 });
	assert_int_equal(strlen(q), 1 + 60 + 1);
}

/* ---- Nearest name -------------------------------------------------------------------------- */

static void test_nearest(void **state)
{
	(void)state;
	static const struct {
		const char *name, *candidates[4];
		int want; /* -1: none */
	} rows[] = {
		{ "aegis-system-codr", { "aegis-system-agent", "aegis-system-coder" }, 1 },
		{ "deny_lsit", { "deny_list", "deny" }, 0 }, /* one transposition */
		{ "kind", { "kind" }, 0 },
		{ "Kind", { "mind", "kind" }, 0 }, /* the first of equals */
		{ "tool_patern", { "description", "name", "tool", "tool_pattern" }, 3 },
		{ "toolPattern", { "tool_pattern" }, 0 },
		{ "abcdef", { "xbcxefx", "abcxyz" }, -1 },
		{ "abcdefghi", { "abcdefxyz", "abcdefghx", "abcdefgxy" }, 1 },
		{ "ab", { "cd" }, -1 },
		{ "a", { "b" }, -1 },
		{ "a", { "a" }, 0 },
		{ "ba", { "ab" }, 0 },
		{ "name", { "" }, -1 },
		{ "", { "name" }, -1 },
		{ "cabs", { "scab" }, -1 },                /* two steps, one is allowed */
		{ "abcdefghijkl", { "badcfeghijkl" }, 0 }, /* three transpositions, four allowed */
		{ "capabilites", { "capabilities" }, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct slice c[4];
		size_t n = 0;
		for (; n < 4 && rows[i].candidates[n] != NULL; n++)
			c[n] = slice_of(rows[i].candidates[n]);
		size_t got = diag_nearest(slice_of(rows[i].name), c, n);
		assert_int_equal(got, rows[i].want < 0 ? SIZE_MAX : (size_t)rows[i].want);
	}
}

/* Edit distance by the book, for words of up to 7 letters. */
static uint32_t plain_distance(struct slice a, struct slice b)
{
	uint32_t t[8][8];
	for (uint32_t i = 0; i <= a.len; i++)
		for (uint32_t j = 0; j <= b.len; j++) {
			uint32_t d = i == 0 ? j : j == 0 ? i : UINT32_MAX;
			if (i > 0 && j > 0) {
				d = t[i - 1][j - 1] + (a.at[i - 1] != b.at[j - 1]);
				d = t[i - 1][j] + 1 < d ? t[i - 1][j] + 1 : d;
				d = t[i][j - 1] + 1 < d ? t[i][j - 1] + 1 : d;
			}
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
				a.at[i - 2] == b.at[j - 1] && t[i - 2][j - 2] + 1 < d)
				d = t[i - 2][j - 2] + 1;
			t[i][j] = d;
		}
	return t[a.len][b.len];
}

static void test_nearest_random(void **state)
{
	(void)state;
	uint32_t seed = 1, found = 0;
	for (int round = 0; round < 200000; round++) {
		char text[14];
		for (size_t i = 0; i < sizeof text; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)('a' + (seed >> 24) % 3);
		}
		struct slice a = { text, 2 + (seed >> 8) % 6 },
			     b = { text + 7, 1 + (seed >> 16) % 7 };
		uint32_t limit = a.len < 6 ? 1 : a.len / 3;
		bool near = diag_nearest(a, &b, 1) == 0;
		assert_int_equal(near, plain_distance(a, b) <= limit);
		found += near;
	}
	assert_true(found > 1000);
}

/* ---- For people ---------------------------------------------------------------------------- */

static void test_text(void **state)
{
	struct world *w = *state;
	sources_add_text(&w->s, "agents/coder.yaml", SLICE("\n\nx: y\n  version: !!str 1.10\n"));
	sources_add_text(&w->s, "b.yaml", SLICE("k: 1\nk: 2"));
	diag_add(&w->d, (struct diag){ .code = AEG_tag,
				.at = at(0, 18, 23),
				.label = "remove it",
				.help = "quotes make it text" });
	diag_add(&w->d, (struct diag){ .code = AEG_duplicate_key,
				.at = at(1, 5, 6),
				.label = "here again",
				.other = at(1, 0, 1),
				.other_label = "first here",
				.message = "the key `k` is there already" });
	diag_add(&w->d,
		(struct diag){ .code = AEG_yaml_1_1, .at = SPAN_NONE, .label = "all of it" });
	expect_text(w,
		"error[AEG0111]: tags are not used here\n"
		"  --> agents/coder.yaml:4:12\n"
		"    4 |   version: !!str 1.10\n"
		"      |            ^^^^^ remove it\n"
		"      = help: quotes make it text\n"
		"\n"
		"error[AEG0081]: the key `k` is there already\n"
		"  --> b.yaml:2:1\n"
		"    2 | k: 2\n"
		"      | ^ here again\n"
		"  --> b.yaml:1:1\n"
		"    1 | k: 1\n"
		"      | ^ first here\n"
		"\n"
		"warning[AEG0181]: the document asks for YAML 1.1 and is read as YAML 1.2: all of it\n"
		"\n"
		"2 errors, 1 warning\n");
}

static void test_nothing(void **state)
{
	struct world *w = *state;
	expect_text(w, "");
	expect_json(w, "{\"schema\":\"aegis.check/1\",\"findings\":[],\"summary\":{\"errors\":0,"
		       "\"warnings\":0,\"notes\":0}}\n");
}

static void test_lines_of_text(void **state)
{
	struct world *w = *state;
	diag_add(&w->d, (struct diag){ .code = AEG_too_many_findings,
				.at = SPAN_NONE,
				.help = "write\n  a: 1\x1b[2J\xff" });
	expect_text(w, "note[AEG0011]: there are more findings than are shown\n"
		       "      = help: write\n"
		       "                a: 1\\x1b[2J\\xff\n"
		       "\n"
		       "1 note\n");
}

static void test_colour(void **state)
{
	struct world *w = *state;
	sources_add_text(&w->s, "f", SLICE("ab"));
	diag_add(&w->d, (struct diag){ .code = AEG_tag, .at = at(0, 0, 1), .help = "h" });
	struct buf b = { .arena = &w->a };
	diag_render_text(&w->d, &b, true);
	assert_string_equal(buf_done(&b).at,
		"\x1b[1;31merror[AEG0111]\x1b[1m: tags are not used here\x1b[0m\n"
		"\x1b[1;34m  --> \x1b[0mf:1:1\n"
		"\x1b[1;34m    1 |\x1b[0m ab\n"
		"\x1b[1;34m      |\x1b[0m \x1b[1;31m^\x1b[0m\n"
		"\x1b[1;34m      = \x1b[1mhelp\x1b[0m: h\n"
		"\n"
		"1 error\n");
}

static void test_excerpts(void **state)
{
	(void)state;
	expect_excerpt("abc", 1, 2, "    1 | abc\n      |  ^ L\n");
	expect_excerpt("abc", 1, 1, "    1 | abc\n      |  ^ L\n");
	expect_excerpt("abc", 3, 3, "    1 | abc\n      |    ^ L\n");
	expect_excerpt("abc\n", 3, 4, "    1 | abc\n      |    ^ L\n");
	expect_excerpt("", 0, 0, "    1 |\n      | ^ L\n");
	expect_excerpt("a\n", 2, 2, "    2 |\n      | ^ L\n");
	expect_excerpt("abc\ndef", 1, 6, "    1 | abc\n      |  ^^ L\n"); /* several lines */
	expect_excerpt("\ta\tb", 1, 2, "    1 | \ta\tb\n      | \t^ L\n");
	expect_excerpt("\ta\tb", 3, 4, "    1 | \ta\tb\n      | \t \t^ L\n");
	expect_excerpt("\xc3\xa9\xe2\x82\xac: x", 7, 8,
		"    1 | \xc3\xa9\xe2\x82\xac: x\n      |     ^ L\n");
	expect_excerpt(
		"\xc3\xa9\xe2\x82\xac: x", 0, 5, "    1 | \xc3\xa9\xe2\x82\xac: x\n      | ^^ L\n");
	expect_excerpt("\x1b[2Jx", 4, 5, "    1 | \\x1b[2Jx\n      |        ^ L\n");
	expect_excerpt("a\xff"
		       "b",
		1, 2, "    1 | a\\xffb\n      |  ^^^^ L\n");
	expect_excerpt("a\xe2\x80\xaegb", 4, 5, "    1 | a\\u{202e}gb\n      |          ^ L\n");
	expect_excerpt("\xef\xbb\xbf"
		       "a",
		3, 4, "    1 | a\n      | ^ L\n");
	expect_excerpt("a\r\nb", 0, 1, "    1 | a\n      | ^ L\n");
}

static void test_long_line(void **state)
{
	(void)state;
	char text[1001], want[1200], *p = want;
	memset(text, 'x', 1000);
	text[1000] = 0;
	memset(text + 500, 'y', 3);
	p += sprintf(p, "    1 | ...%.40syyy%.77s...\n", text, text);
	sprintf(p, "      |    %40s^^^ L\n", "");
	expect_excerpt(text, 500, 503, want);

	p = want;
	p += sprintf(p, "    1 | %.120s...\n", text);
	sprintf(p, "      | ^ L\n");
	expect_excerpt(text, 0, 1, want);

	p = want; /* a span longer than the window */
	p += sprintf(p, "    1 | %.120s...\n      | ", text);
	memset(p, '^', 120);
	strcpy(p + 120, " L\n");
	expect_excerpt(text, 0, 900, want);

	text[120] = 0; /* just fits */
	p = want;
	p += sprintf(p, "    1 | %s\n", text);
	sprintf(p, "      | %119s^ L\n", "");
	expect_excerpt(text, 119, 120, want);
}

static void test_far_line(void **state)
{
	struct world *w = *state;
	char *text = arena_array(&w->a, char, 1000001);
	memset(text, '\n', 1000000);
	text[1000000] = 'x';
	sources_add_text(&w->s, "f", (struct slice){ text, 1000001 });
	diag_add(&w->d, (struct diag){ .code = AEG_tag, .at = at(0, 1000000, 1000001) });
	expect_text(w, "error[AEG0111]: tags are not used here\n"
		       "  --> f:1000001:1\n"
		       "1000001 | x\n"
		       "        | ^\n"
		       "\n"
		       "1 error\n");
}

/* ---- For programs -------------------------------------------------------------------------- */

static void test_json(void **state)
{
	struct world *w = *state;
	sources_add_text(&w->s, "a\"\xff.yaml", SLICE("\xc3\xa9: 1\n\xc3\xa9: 2"));
	diag_add(&w->d, (struct diag){ .code = AEG_duplicate_key,
				.at = at(0, 6, 8),
				.label = "here again",
				.help = "keep one",
				.other = at(0, 0, 2),
				.other_label = "first here" });
	diag_add(&w->d, (struct diag){ .code = AEG_yaml_1_1, .at = SPAN_NONE });
	diag_add(&w->d, (struct diag){ .code = AEG_tag, .at = at(0, 0, 8), .message = "other" });
	expect_json(w,
		"{\"schema\":\"aegis.check/1\",\"findings\":["
		"{\"code\":\"AEG0081\",\"severity\":\"error\","
		"\"message\":\"this key is there already: here again\","
		"\"file\":\"a\\\"\xef\xbf\xbd.yaml\",\"line\":2,\"column\":1,"
		"\"end_line\":2,\"end_column\":3,\"help\":\"keep one\","
		"\"related\":[{\"message\":\"first here\",\"file\":\"a\\\"\xef\xbf\xbd.yaml\","
		"\"line\":1,\"column\":1,\"end_line\":1,\"end_column\":3}]},"
		"{\"code\":\"AEG0181\",\"severity\":\"warning\","
		"\"message\":\"the document asks for YAML 1.1 and is read as YAML 1.2\"},"
		"{\"code\":\"AEG0111\",\"severity\":\"error\",\"message\":\"other\","
		"\"file\":\"a\\\"\xef\xbf\xbd.yaml\",\"line\":1,\"column\":1,"
		"\"end_line\":2,\"end_column\":3}],"
		"\"summary\":{\"errors\":2,\"warnings\":1,\"notes\":0}}\n");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = { TEST(test_registry), TEST(test_code_parse),
		TEST(test_severity), TEST(test_many), TEST(test_repeated), TEST(test_quote),
		TEST(test_severity), TEST(test_many), TEST(test_sort), TEST(test_quote),
		TEST(test_nearest), TEST(test_nearest_random), TEST(test_text), TEST(test_nothing),
		TEST(test_lines_of_text), TEST(test_colour), TEST(test_excerpts),
		TEST(test_long_line), TEST(test_far_line), TEST(test_json) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
