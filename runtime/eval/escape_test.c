/* What is escaped comes back from decoders that know nothing of how it was written. */
#include "render_test.h"

static struct run run;

/* Data, as JSON text, of all bytes but those of more than one, some twice, and some characters. */
static const char *hostile(void)
{
	static char data[4096];
	size_t n = 0;

	data[n++] = '"';
	for (unsigned c = 1; c < 256; c++) /* NUL: on its own */
		n += (size_t)sprintf(data + n, "\\u00%02x%s", c, c % 7 == 0 ? "abcdefghijk" : "");
	n += (size_t)sprintf(
		data + n, "\xe2\x82\xac\\ud83d\\ude00'\\\"\\\\\\\\'''$(x)`y`\\\\\\n${z}!\\\\\"");
	return data;
}

static size_t value_of(const char *json, char *value)
{
	static struct aeg_json_tok tok[4];
	struct aeg_json j;

	run_scan(&j, json, tok, 4);
	return aeg_json_unescape(&j, 0, value, 4096);
}

/* What `this` gives, written in this way. */
static size_t written(uint32_t escape, const char *data)
{
	char ops[64];

	sprintf(ops, "this 0 print %u return", escape);
	return strlen(run_text(&run, ops, data));
}

static void html(void **state)
{
	static const struct {
		const char *text, byte;
	} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
		{ "&#x27;", '\'' }, { "&#x60;", '`' }, { "&#x3D;", '=' } };
	char want[4096], got[4096];
	size_t n = value_of(hostile(), want), m = 0, len = written(AEGF_ESCAPE_HTML, hostile());

	(void)state;
	for (const char *p = run.out; p < run.out + len; m++) {
		size_t i = 0;
		assert_null(*p == 0 ? p : strchr("<>\"'`=", *p));
		while (i < 7 && strncmp(p, entities[i].text, strlen(entities[i].text)) != 0)
			i++;
		assert_true(*p != '&' || i < 7);
		got[m] = i < 7 ? entities[i].byte : *p;
		p += i < 7 ? strlen(entities[i].text) : 1;
	}
	assert_int_equal(m, n);
	assert_memory_equal(got, want, n);
}

/* JSON again, through the scanner; also where the value has no escapes in the document. */
static void json_of(const char *ops, const char *data, const char *want, size_t n)
{
	char text[RUN_OUT], got[RUN_OUT];

	sprintf(text, "%s", run_text(&run, ops, data));
	assert_int_equal(value_of(text, got), n);
	assert_memory_equal(got, want, n);
}

static void json(void **state)
{
	char want[4096];
	size_t n = value_of(hostile(), want);

	(void)state;
	json_of("text '\"' this 0 print 2 text '\"' return", hostile(), want, n);
	json_of("this 0 print 3 return", hostile(), want, n);
	json_of("this 0 print 4 return", hostile(), want, n);
	json_of("this 0 string '' call add 2 print 3 return", hostile(), want, n);
	json_of("this 0 string '' call add 2 print 4 return", hostile(), want, n);
	json_of("this 0 call json 1 print 0 return", hostile(), want, n);
	run_text(&run, "this 0 string '' call add 2 print 3 return", "\"\\u0000\\u001f\\b\\f\\/\"");
	assert_string_equal(run.out, "\"\\u0000\\u001f\\b\\f/\"");
}

/* Two halves from different places must not come together, and strict readers refuse one alone. */
static void halves_of_pairs(void **state)
{
	static const char data[] = "[\"\\uDE00\\ud83d\\\\ud83d\\uD83D\\uDE00\",\"\\uD83d\"]";

	(void)state;
	run_text(&run, "this 0 print 3 return", data);
	assert_string_equal(run.out, "[\"\\ufffd\\ufffd\\\\ud83d\\uD83D\\uDE00\",\"\\ufffd\"]");
	run_text(&run, "this 0 member '0' print 2 this 0 member '1' print 2 return", data);
	assert_string_equal(run.out, "\\ufffd\\ufffd\\\\ud83d\\uD83D\\uDE00\\ufffd");
}

static void url(void **state)
{
	char want[4096], got[4096];
	size_t n = value_of(hostile(), want), m = 0, len = written(AEGF_ESCAPE_URL, hostile());

	(void)state;
	for (const char *p = run.out; p < run.out + len; p++, m++) {
		unsigned c = (unsigned char)*p;
		if (c == '%') {
			assert_int_equal(sscanf(p + 1, "%2X", &c), 1);
			p += 2;
			assert_false(isalnum((int)c) && c < 128);
		} else {
			assert_true((isalnum((int)c) && c < 128) || strchr("-._~", (int)c) != NULL);
		}
		got[m] = (char)c;
	}
	assert_int_equal(m, n);
	assert_memory_equal(got, want, n);
}

/* One word of a POSIX shell, quotes removed; its end. */
static const char *shell_word(const char *p, char *out, size_t *ret_len)
{
	char quote = 0;
	size_t n = 0;

	for (; *p != 0 && (quote != 0 || strchr(" \t\n;&|<>()", *p) == NULL); p++) {
		if (quote == '\'') {
			if (*p == '\'')
				quote = 0;
			else
				out[n++] = *p;
		} else if (*p == '\\') {
			p++;
			if (quote == '"' && strchr("$`\"\\\n", *p) == NULL)
				out[n++] = '\\';
			out[n++] = *p;
		} else if (*p == '"' || (*p == '\'' && quote == 0)) {
			quote = quote == 0 ? *p : 0;
		} else {
			assert_null(strchr("$`*?[~#", *p) == NULL || quote == '"' ? NULL : p);
			assert_true(quote != '"' || (*p != '$' && *p != '`'));
			out[n++] = *p;
		}
	}
	assert_int_equal(quote, 0);
	*ret_len = n;
	return p;
}

static void shell(void **state)
{
	static const char *const programs[] = {
		"this 0 print 6 text ' next' return",
		"text '\"' this 0 print 7 text '\" next' return",
		"this 0 string '' call add 2 print 6 text ' next' return",
	};
	char want[4096], got[RUN_OUT], text[RUN_OUT + 16];
	size_t n = value_of(hostile(), want), m;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		run_text(&run, programs[i], hostile());
		assert_string_equal(shell_word(run.out, got, &m), " next");
		assert_int_equal(m, n);
		assert_memory_equal(got, want, n);
	}
	written(AEGF_ESCAPE_SHELL_SINGLE, hostile());
	sprintf(text, "'%s' next", run.out);
	assert_string_equal(shell_word(text, got, &m), " next");
	assert_int_equal(m, n);
	assert_memory_equal(got, want, n);
	assert_string_equal(run_text(&run, "this 0 print 6 return", "\"\""), "''");
	for (uint32_t e = AEGF_ESCAPE_SHELL_WORD; e <= AEGF_ESCAPE_SHELL_SINGLE; e++) {
		char ops[64];
		sprintf(ops, "this 0 print %u return", e);
		assert_int_equal(run_status(&run, ops, "\"a\\u0000b\""), AEG_CONTENT);
	}
}

static void values_that_are_no_strings(void **state)
{
	static const char data[] =
		"{\"n\":-1.5E+3,\"o\":{\"k\\u0022\": [1,\"<\"]},\"l\":[\"'\",2]}";

	(void)state;
	assert_string_equal(run_text(&run, "this 0 member 'n' print 5 return", data), "-1.5E%2B3");
	assert_string_equal(run_text(&run, "this 0 member 'o' print 2 return", data),
		"{\\\"k\\\\u0022\\\": [1,\\\"<\\\"]}");
	assert_string_equal(run_text(&run, "this 0 member 'o' print 1 return", data),
		"{&quot;k\\u0022&quot;: [1,&quot;&lt;&quot;]}");
	assert_string_equal(run_text(&run, "this 0 member 'l' print 6 return", data), "''\\'',2'");
	assert_string_equal(run_text(&run, "this 0 member 'l' print 4 return", data), "\"',2\"");
	assert_string_equal(run_text(&run, "this 0 member 'q' print 4 return", data), "\"\"");
	assert_string_equal(run_text(&run, "this 0 member 'q' print 3 return", data), "null");
	assert_string_equal(
		run_text(&run, "this 0 string 'x' string '<' merge 1 print 1 return", "3"),
		"{&quot;x&quot;:&quot;&lt;&quot;}");
}

/* A backslash after a byte that is not ASCII could be the second byte of a character, in GBK. */
static void shell_encodings(void **state)
{
	(void)state;
	run_text(&run, "this 0 print 7 this 0 print 7 text '\\$' return",
		"\"\\\"\xe3\x81\x82\\\"x\"");
	assert_string_equal(run.out, "\\\"\xe3\x81\x82\"\"\\\"x\\\"\xe3\x81\x82\"\"\\\"x\\$");
	run_text(&run, "this 0 print 7 text '\\$' return", "\"\xe3\x81\x82\"");
	assert_string_equal(run.out, "\xe3\x81\x82\"\"\\$");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html),
		cmocka_unit_test(json),
		cmocka_unit_test(halves_of_pairs),
		cmocka_unit_test(url),
		cmocka_unit_test(shell),
		cmocka_unit_test(values_that_are_no_strings),
		cmocka_unit_test(shell_encodings),
	};
	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
