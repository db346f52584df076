/* Patterns as JSON Schemas have them: what matches, and what is refused where and why. */
#include "schema/schema_test.h"

#include <stdio.h>

/* Both as JSON strings without quotes. */
static const struct {
	const char *pattern, *value;
	bool want;
} rows[] = {
	/* Searched for, not compared. */
	{ "b", "abc", true },
	{ "^b", "abc", false },
	{ "c$", "abc", true },
	{ "c$", "abc\\n", false },
	{ "", "x", true },
	{ "^$", "", true },
	{ "a|^$", "", true },
	/* Classes. */
	{ "^\\\\d+$", "0123456789", true },
	{ "\\\\d", "\\u0664", false },
	{ "^\\\\D$", "\\u0664", true },
	{ "^\\\\w+$", "aZ_9", true },
	{ "\\\\w", "\\u00e9", false },
	{ "^\\\\W$", "-", true },
	{ "^\\\\s+$", " \\t\\n\\u000b\\f\\r\\u00a0\\u2003\\u2028\\u3000\\ufeff", true },
	{ "^\\\\S$", "\\u200b", true },
	{ "^[\\\\d\\\\s]+$", "1 2", true },
	{ "^[^\\\\d\\\\s]+$", "1", false },
	{ "^[\\\\D]$", "5", false },
	{ "^[\\\\D\\\\d]$", "5", true },
	{ "^[a-c\\\\-]+$", "a-c", true },
	{ "^[-a]+$", "-a", true },
	{ "^[a-]+$", "-a", true },
	{ "^[\\\\b]$", "\\b", true },
	{ "[]", "a", false },
	{ "^[^]$", "\\n", true },
	{ "^.$", "\\u2028", false },
	{ "^.$", "\\ud83d\\ude00", true },
	{ "^[\\ud83d\\ude00-\\ud83d\\ude0f]$", "\\ud83d\\ude05", true },
	{ "^\\\\p{Lu}\\\\p{Lowercase_Letter}$", "\\u00c9\\u00e9", true },
	{ "^\\\\P{L}$", "\\u00e9", false },
	{ "^\\\\p{gc=Nd}$", "\\u0664", true },
	{ "^\\\\p{General_Category=Decimal_Number}$", "4", true },
	{ "^[\\\\p{L}\\\\p{N}]+$", "a\\u0664", true },
	{ "^[^\\\\P{L}]$", "a", true },
	{ "^\\\\p{ASCII}+$", "az", true },
	{ "^\\\\P{ASCII}+$", "az", false },
	{ "^\\\\p{Any}$", "\\u0378", true },
	{ "^\\\\p{Assigned}$", "\\u0378", false },
	/* Escapes. */
	{ "^\\\\t\\\\n\\\\v\\\\f\\\\r$", "\\t\\n\\u000b\\f\\r", true },
	{ "^\\\\x41\\\\u0042\\\\u{43}$", "ABC", true },
	{ "^\\\\ud83d\\\\ude00$", "\\ud83d\\ude00", true },
	{ "^\\\\cJ\\\\0$", "\\n\\u0000", true },
	{ "^\\\\/\\\\@\\\\-\\\\\\\\$", "/@-\\\\", true },
	/* Quantifiers. */
	{ "^a{2,3}$", "aaaa", false },
	{ "^a{2,3}$", "aaa", true },
	{ "^a{2}$", "aa", true },
	{ "^(ab){0,2}?$", "abab", true },
	{ "^a+?b*?c??$", "aabbc", true },
	{ "^(a*)*$", "aaab", false },
	{ "^(a|b|)+$", "abba", true },
	{ "^{a}$", "{a}", true },
	{ "^a{,2}$", "a{,2}", true },
	{ "^x]$", "x]", true },
	/* Groups. */
	{ "^(?:ab|cd)+$", "abcd", true },
	{ "^(?<year>\\\\d{4})$", "2026", true },
	/* Words. */
	{ "\\\\bcat\\\\b", "a cat.", true },
	{ "\\\\bcat\\\\b", "concat", false },
	{ "\\\\Bcat", "concat", true },
	{ "^\\\\B$", "", true },
	{ "\\\\b", "-", false },
	{ "^(\\\\ba|\\\\Bb)+$", "ab", true },
	{ "\\\\b\\u00e9", "a\\u00e9", true },
};

static const struct {
	const char *pattern;
	enum aeg_status status;
	uint32_t at;
} refused[] = {
	{ "a(b", AEG_CONTENT, 1 },
	{ "a)b", AEG_CONTENT, 1 },
	{ "[a", AEG_CONTENT, 0 },
	{ "[b-a]", AEG_CONTENT, 1 },
	{ "[a-\\d]", AEG_CONTENT, 1 },
	{ "*a", AEG_CONTENT, 0 },
	{ "a**", AEG_CONTENT, 2 },
	{ "a{3,2}", AEG_CONTENT, 6 },
	{ "\\", AEG_CONTENT, 0 },
	{ "\\a", AEG_CONTENT, 0 },
	{ "\\x4", AEG_CONTENT, 0 },
	{ "\\u12", AEG_CONTENT, 0 },
	{ "\\u{110000}", AEG_CONTENT, 0 },
	{ "\\u{}", AEG_CONTENT, 0 },
	{ "\\c1", AEG_CONTENT, 0 },
	{ "\\01", AEG_CONTENT, 0 },
	{ "\\pL", AEG_CONTENT, 0 },
	{ "\\p{L", AEG_CONTENT, 0 },
	{ "(?<a)", AEG_CONTENT, 0 },
	{ "(?>a)", AEG_CONTENT, 0 },
	{ "(?i:a)", AEG_CONTENT, 0 },
	{ "a(?=b)", AEG_SEMANTICS, 1 },
	{ "(?!b)", AEG_SEMANTICS, 0 },
	{ "(?<=b)", AEG_SEMANTICS, 0 },
	{ "(?<!b)", AEG_SEMANTICS, 0 },
	{ "(a)\\1", AEG_SEMANTICS, 3 },
	{ "(?<a>a)\\k<a>", AEG_SEMANTICS, 7 },
	{ "\\p{Script=Greek}", AEG_SEMANTICS, 0 },
	{ "(?=(a)", AEG_CONTENT, 0 }, /* the rest is looked at too */
	{ "a{9000}", AEG_TOO_LARGE, 7 },
	{ "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((", AEG_TOO_LARGE, 64 },
};

static void matching(void **state)
{
	struct schema_options o = { .dialect = SCHEMA_2020_12 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tested t;
		struct buf schema = { 0 }, value = { 0 };
		bool valid;
		tested_start(&t);
		schema.arena = value.arena = &t.a;
		buf_printf(&schema, "{\"pattern\":\"%s\"}", rows[i].pattern);
		buf_printf(&value, "\"%s\"", rows[i].value);
		if (!tested_schema(&t, &o, tested_parse(&t, "a.json", buf_done(&schema))))
			fail_msg("%s", rows[i].pattern);
		tested_validate(&t, 0, buf_done(&value), 10000, &valid, NULL);
		if (valid != rows[i].want)
			fail_msg("%s: %s", rows[i].pattern, rows[i].value);
		arena_free(&t.a);
	}
}

static void refusing(void **state)
{
	char *mem = malloc(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct aeg_str pattern = { refused[i].pattern,
			(uint32_t)strlen(refused[i].pattern) };
		struct aeg_regex_error error = { 99, NULL };
		size_t len;
		enum aeg_status have = aeg_regex_ecma(pattern, mem, 1 << 20, &len, &error);
		if (have != refused[i].status || error.at != refused[i].at || error.what == NULL)
			fail_msg("%s: %s at %u", pattern.at, aeg_status_text(have),
				(unsigned)error.at);
	}
	free(mem);
}

/* Every size of memory below what is enough is too small, and nothing past it is touched. */
static void memory(void **state)
{
	struct aeg_str pattern = { "^\\w+(\\s\\p{Lu}|[^a-z]{2,3})$", 28 };
	size_t len = 0;

	(void)state;
	for (size_t cap = 0; len == 0 && cap < 1 << 16; cap += 4) {
		void *mem = malloc(cap + (cap == 0));
		enum aeg_status status = aeg_regex_ecma_compile(pattern, mem, cap, &len);
		assert_true(status == AEG_OK ? len <= cap : status == AEG_NOMEM);
		free(mem);
	}
	assert_true(len > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matching),
		cmocka_unit_test(refusing),
		cmocka_unit_test(memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
