/* What paths are refused for and where, exact values, memory and budgets. */
#define _POSIX_C_SOURCE 200809L
#include "select_test.h"

#include <time.h>

#define STEPS 1000000u

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct selection select_one(const char *path, const char *document)
{
	struct aeg_str p = { path, (uint32_t)strlen(path) };

	return select_paths(&p, 1, document, strlen(document), STEPS, 1 << 16);
}

static void refuses(void **state)
{
	static const struct {
		const char *path;
		uint32_t at;
		const char *what;
	} cases[] = {
		{ "", 0, "a path begins with `$`" },
		{ "a", 0, "a path begins with `$`" },
		{ " $", 0, "a path begins with `$`" },
		{ "$ ", 1, "nothing may follow the path, blanks neither" },
		{ "$.a \n", 3, "nothing may follow the path, blanks neither" },
		{ "$.", 2, "a name or `*` must follow the dot" },
		{ "$. a", 2, "a name or `*` must follow the dot" },
		{ "$..", 3, "a name, `*` or `[` must follow the dots" },
		{ "$.a.1", 4, "a name or `*` must follow the dot" },
		{ "$[", 2, "the path ends too early" },
		{ "$[0", 3, "the path ends too early" },
		{ "$[]", 2, "this cannot stand here" },
		{ "$[0,]", 4, "this cannot stand here" },
		{ "$[0 1]", 4, "this cannot stand here" },
		{ "$[01]", 3, "this cannot stand here" },
		{ "$[-0]", 2, "this cannot stand here" },
		{ "$[a]", 2, "names are written `.name` or `['name']`" },
		{ "$['a", 2, "this string is not closed" },
		{ "$['a\\x']", 4, "a string has no such escape" },
		{ "$[\"\\'\"]", 3, "a string has no such escape" },
		{ "$['\\ud800']", 3, "a string has no such escape" },
		{ "$['\t']", 3, "a control character must be written with an escape" },
		{ "$['\xff']", 3, "not UTF-8" },
		{ "$.\xc3", 2, "a name or `*` must follow the dot" },
		{ "$[9007199254740992]", 2, "an index lies between -(2^53 - 1) and 2^53 - 1" },
		{ "$[1:-9007199254740992]", 4, "an index lies between -(2^53 - 1) and 2^53 - 1" },
		{ "$[?1]", 3, "a literal must be compared with something" },
		{ "$[?@.a && 1]", 10, "a literal must be compared with something" },
		{ "$[?!(true)]", 5, "a literal must be compared with something" },
		{ "$[?@.a = 1]", 7, "write `==` to compare" },
		{ "$[?@.a & @.b]", 7, "write `&&` for and" },
		{ "$[?@.a | @.b]", 7, "write `||` for or" },
		{ "$[?@.* == 1]", 3, "a value is wanted here, and this query may select several" },
		{ "$[?1 == $..a]", 8, "a value is wanted here, and this query may select several" },
		{ "$[?length(@.a)]", 3, "what this function gives must be compared" },
		{ "$[?match(@,'a') == true]", 3,
			"a value is wanted here, and this is true or false by itself" },
		{ "$[?size(@) == 1]", 3,
			"no such function: there are `length`, `count`, `match`, `search` and `value`" },
		{ "$[?count(1) == 1]", 9, "this function takes a query" },
		{ "$[?count(@.a, @.b) == 1]", 14, "the function takes no more arguments" },
		{ "$[?match(@.a)]", 3, "the function takes more arguments" },
		{ "$[?length() == 1]", 3, "the function takes more arguments" },
		{ "$[?length(@.a,) == 1]", 14, "this cannot stand here" },
		{ "$[?length(,@.a) == 1]", 3, "a comma stands before the first argument" },
		{ "$[?count (@) == 1]", 3, "names are written `.name` or `['name']`" },
		{ "$[?@.a == 1 == 2]", 12, "this cannot stand here" },
		{ "$[?match(@,'a{9000}')]", 11, "this regular expression is too large" },
		{ "$[?((((((((((((((((((((((((@))))))))))))))))))))))))]", 26,
			"nested more than 24 deep" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct selection r = select_one(cases[i].path, "1");
		if (r.status != AEG_CONTENT || r.error.at != cases[i].at ||
			strcmp(r.error.what, cases[i].what) != 0)
			fail_msg("%s: status %d, byte %u: %s", cases[i].path, (int)r.status,
				(unsigned)r.error.at, r.error.what == NULL ? "" : r.error.what);
		selection_free(&r);
	}
}

/* What `$[?...]` selects of an array of @n, as bits, the first element lowest. */
static void selects(void **state)
{
	static const struct {
		const char *path, *document;
		uint32_t want;
	} cases[] = {
		{ "$[?@ == 1]", "[1, 1.0, 1e0, 10e-1, 0.1E1, 1.00000000000000000001, \"1\"]", 31 },
		{ "$[?@ == 0]", "[0, -0, 0.0, 0e99, -0e-99, 1e-400]", 31 },
		{ "$[?@ == 9007199254740993]",
			"[9007199254740992, 9007199254740993, 9007199254740993.0]", 6 },
		{ "$[?@ < 9007199254740993]",
			"[9007199254740992, 9007199254740993, 9007199254740992.9]", 5 },
		{ "$[?@ > 1e400]", "[1e399, 1e401, 2e400, 10e399, 1e999999999999999999999]", 22 },
		{ "$[?@ < -1e400]", "[-1e399, -1e401, -2e400, 1e401]", 6 },
		{ "$[?@ > 1e-400]", "[1e-399, 1e-401, 0.1e-400, 0, -1]", 1 },
		{ "$[?@ == 1e1000000000000000000000]", "[1e1000000000000000000000, 1e7]", 1 },
		{ "$[?@ == 123.456]", "[123456e-3, 0.123456e3, 123.4560, 123.45]", 7 },
		{ "$[?@ == '\\u00e9\\ud83d\\ude00']",
			"[\"\xc3\xa9\\ud83d\\ude00\", \"\\u00e9\xf0\x9f\x98\x80\"]", 3 },
		{ "$[?@ < '\xef\xbf\xbf']",
			"[\"\xf0\x90\x80\x80\", \"\\ud800\\udc00\", \"z\", \"\\uffff\"]", 4 },
		{ "$[?@ == $[0]]",
			"[{\"a\":[1,{}],\"b\":\"x\"}, {\"b\":\"\\u0078\",\"a\":[1.0,{}]}, {\"a\":[1,{}]}, {\"a\":[1,[]],\"b\":\"x\"}]",
			3 },
		{ "$[?@.a == @.b]", "[{}, {\"a\":1}, {\"a\":null,\"b\":null}, {\"b\":1}]", 5 },
		{ "$[?length(@) == 2]",
			"[\"\\ud83d\\ude00a\", [1,2], {\"a\":1,\"b\":2}, 2, \"\xc3\xa9\"]", 7 },
		{ "$[?match(@, 'a{2,3}')]", "[\"a\",\"aa\",\"aaa\",\"aaaa\"]", 6 },
		{ "$[?match(@, '(a|b)*c?')]", "[\"\",\"abab\",\"abc\",\"abcc\",\"x\"]", 7 },
		{ "$[?search(@, '^b|c$')]", "[\"abc\",\"ba\",\"ab\",\"cb\"]", 3 },
		{ "$[?match(@, '\\\\p{Lu}\\\\p{L}*[\\\\p{Nd}_-]')]",
			"[\"\xc3\x89\xc3\xa9\xd9\xa3\",\"A_\",\"a_\",\"A-\",\"AA\"]", 11 },
		{ "$[?match(@, '[^\\\\P{L}]+')]", "[\"abc\",\"a1\",\"\xd0\x96\"]", 5 },
		{ "$[?match(@, '.')]", "[\"\\n\",\"\\r\",\"\\u2028\",\"\xf0\x9f\x98\x80\"]", 12 },
		{ "$[?match(@, '(')]", "[\"(\",\"\"]", 0 },
		{ "$[?match(@, '\\\\d')]", "[\"1\",\"d\",\"\\\\d\"]", 0 },
		{ "$[?match(@.t, @.p)]",
			"[{\"t\":\"ab\",\"p\":\"a.\"},{\"t\":\"ab\",\"p\":\"a\"},{\"t\":\"\\\\\",\"p\":\"\\\\\\\\\"},{\"t\":\"a\",\"p\":\"(\"},{\"t\":\"a\",\"p\":1}]",
			5 },
		{ "$[?search(@.t, @.p)]",
			"[{\"t\":\"ab\",\"p\":\"b\"},{\"t\":\"ab\",\"p\":\"^b\"}]", 1 },
		{ "$[::-2]", "[0,1,2,3,4]", 21 },
		{ "$[-9007199254740991:9007199254740991:9007199254740991]", "[0,1]", 1 },
		{ "$[?@.a || @.b && !@.c]", "[{\"a\":1,\"c\":1},{\"b\":1},{\"b\":1,\"c\":1},{}]",
			3 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct selection r = select_one(cases[i].path, cases[i].document);
		uint32_t got = 0;
		for (uint32_t k = 0; k < r.n; k++)
			got |= 1u << r.places[r.found[k].token].name;
		if (r.status != AEG_OK || got != cases[i].want)
			fail_msg("%s on %s: status %d, 0x%x", cases[i].path, cases[i].document,
				(int)r.status, (unsigned)got);
		selection_free(&r);
	}
}

/* Values come as they stand, and of several paths each has its own. */
static void several(void **state)
{
	static const struct aeg_str paths[] = { { TEXT("$.d[*].id") }, { TEXT("$.d[*].n") },
		{ TEXT("$.d") }, { TEXT("$.d[*].id") }, { TEXT("$") } };
	static const char document[] =
		"{\"d\":[{\"id\":12345678901234567890,\"n\":1.50},{\"n\":-0}]}";
	static const struct {
		uint32_t path;
		const char *raw;
	} want[] = { { 0, "12345678901234567890" }, { 3, "12345678901234567890" }, { 1, "1.50" },
		{ 1, "-0" }, { 2, "[{\"id\":12345678901234567890,\"n\":1.50},{\"n\":-0}]" },
		{ 4, document } };
	struct selection r = select_paths(paths, LENGTH(paths), TEXT(document), STEPS, 0);

	(void)state;
	assert_int_equal(r.status, AEG_OK);
	assert_int_equal(r.n, LENGTH(want));
	for (uint32_t i = 0; i < r.n; i++) {
		struct aeg_str got = raw(&r.doc, r.found[i].token);
		uint32_t k = 0;
		while (k < LENGTH(want) &&
			(want[k].path != r.found[i].path || strlen(want[k].raw) != got.len ||
				memcmp(want[k].raw, got.at, got.len) != 0))
			k++;
		assert_true(k < LENGTH(want));
	}
	selection_free(&r);
}

/* Of several paths what is common is walked once. */
static void shared_beginnings(void **state)
{
	static const struct aeg_str paths[] = { { TEXT("$..a[?@.b == 'x'].c") },
		{ TEXT("$..a[?@.b == 'x'].d") }, { TEXT("$..a[?@.b == 'x'].e") } };
	static const char document[] =
		"{\"a\":[{\"b\":\"x\",\"c\":1,\"d\":2,\"e\":3},{\"b\":\"y\"}]}";
	struct selection one = select_paths(paths, 1, TEXT(document), STEPS, 0);
	struct selection all = select_paths(paths, 3, TEXT(document), STEPS, 0);

	(void)state;
	assert_int_equal(one.n, 1);
	assert_int_equal(all.n, 3);
	assert_true(STEPS - all.left < 2 * (STEPS - one.left));
	selection_free(&one);
	selection_free(&all);
}

/* ---- Warnings ------------------------------------------------------------------------------ */

struct heard {
	uint32_t n, at;
	const char *what;
};

static void hear(void *ctx, const struct aeg_path_error *w)
{
	struct heard *h = ctx;

	h->n++;
	h->at = w->at;
	h->what = w->what;
}

/* Documents are `{"data": [{"id": ...}]}`: places 1, 2 and 3; of an id nothing is known. */
static uint32_t schema(void *ctx, uint32_t place, enum aeg_path_step step, struct aeg_str name)
{
	(void)ctx;
	if (place == 1 && step == AEG_STEP_NAME && name.len == 4 && memcmp(name.at, "data", 4) == 0)
		return 2;
	if (place == 2 && step != AEG_STEP_NAME)
		return 3;
	if (place == 3 && step == AEG_STEP_NAME && name.len == 2 && memcmp(name.at, "id", 2) == 0)
		return AEG_PLACE_ANY;
	return AEG_NONE;
}

static void warns(void **state)
{
	static const struct {
		const char *path;
		uint32_t at; /* 0: no warning */
	} cases[] = {
		{ "$.data[*].id.x[0]", 0 },
		{ "$.data[0]['id']", 0 },
		{ "$.data[?@.a == 1].id", 0 },
		{ "$..nothing", 0 },
		{ "$['data','other'].nothing", 0 },
		{ "$.dat", 1 },
		{ "$.data.id", 6 },
		{ "$.data[1:2].name", 11 },
		{ "$[0]", 1 },
		{ "$.data[?@.a == 1 && @.a == 2]", 20 },
		{ "$.data[?@.a == 1 && @.b == 2 && @.a == '1']", 32 },
		{ "$.data[?@.a == 1 && @.a == 1.0]", 0 },
		{ "$.data[?@.a == 1 && @.b == 2]", 0 },
		{ "$.data[?@.a == 1 || @.a == 2]", 0 },
		{ "$.data[?@.a == 1 && !(@.a == 2)]", 0 },
		{ "$.data[?@.a < null]", 14 },
		{ "$.data[?@.a <= null]", 0 },
		{ "$.data[?length(@.a) == 'x']", 23 },
		{ "$.data[?value(@.a) == 'x']", 0 },
		{ "$.data[3:3]", 7 },
		{ "$.data[-1:-3]", 7 },
		{ "$.data[3:1:-1]", 0 },
		{ "$.data[1:3:-1]", 7 },
		{ "$.data[:0]", 8 },
		{ "$.data[-1:1]", 0 },
		{ "$.data[::0]", 9 },
		{ "$.data[?search(@.a, '[b-a]')]", 20 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct heard h = { 0, 0, "" };
		const struct aeg_path_options options = { .size_of = sizeof options,
			.warn = hear,
			.schema = schema,
			.place = 1,
			.ctx = &h };
		struct aeg_str path = { cases[i].path, (uint32_t)strlen(cases[i].path) };
		struct aeg_path_error error;
		char code[4096];
		size_t len;
		assert_int_equal(
			aeg_paths_compile(&path, 1, &options, code, sizeof code, &len, &error),
			AEG_OK);
		if (h.n != (cases[i].at != 0) || h.at != cases[i].at)
			fail_msg("%s: %u warnings, at %u: %s", cases[i].path, (unsigned)h.n,
				(unsigned)h.at, h.what);
	}
}

/* ---- Hostile input ------------------------------------------------------------------------- */

static void over_budget(const char *path, const char *document, size_t len)
{
	struct aeg_str p = { path, (uint32_t)strlen(path) };
	double t = seconds();
	struct selection r = select_paths(&p, 1, document, len, 20000000, 1 << 20);

	if (r.status != AEG_BUDGET)
		fail_msg("%.60s: status %d, %u results", path, (int)r.status, (unsigned)r.n);
	assert_true(seconds() - t < 2);
	selection_free(&r);
}

static void budgets(void **state)
{
	enum { WIDE = 100000 };
	char *wide = malloc(2 * WIDE + 1), *deep = malloc(1001), *letters = malloc(WIDE + 4);

	(void)state;
	for (uint32_t i = 0; i < WIDE; i++)
		memcpy(wide + 2 * i, i == 0 ? "[1" : ",1", 2);
	wide[2 * WIDE] = ']';
	memset(deep, '[', 500);
	memset(deep + 500, ']', 500);
	memcpy(letters, "[\"", 2);
	memset(letters + 2, 'a', WIDE);
	memcpy(letters + 2 + WIDE, "\"]", 2);
	over_budget("$[?count($[::-1]) > 0]", wide, 2 * WIDE + 1);
	over_budget("$[?$[99999] == @]", wide, 2 * WIDE + 1);
	over_budget("$..*..*..*..*", deep, 1000);
	over_budget("$[?count($..*) > 0]", wide, 2 * WIDE + 1);
	over_budget("$[?search(@, 'a{1,2000}b')]", letters, WIDE + 4);
	free(wide);
	free(deep);
	free(letters);
}

/* Backwards through a wide array is not quadratic. */
static void backwards(void **state)
{
	enum { WIDE = 100000 };
	static const struct aeg_str path = { TEXT("$[::-1]") };
	char *wide = malloc(2 * WIDE + 1);

	(void)state;
	for (uint32_t i = 0; i < WIDE; i++)
		memcpy(wide + 2 * i, i == 0 ? "[1" : ",1", 2);
	wide[2 * WIDE] = ']';
	struct selection r = select_paths(&path, 1, wide, 2 * WIDE + 1, 30 * WIDE, 0);
	assert_int_equal(r.status, AEG_OK);
	assert_int_equal(r.n, WIDE);
	for (uint32_t i = 0; i < WIDE; i++)
		assert_int_equal(r.found[i].token, WIDE - i);
	selection_free(&r);
	free(wide);
}

/* The same selection with every budget below the one that is enough ends in one way. */
static void every_budget(void **state)
{
	static const struct aeg_str path = { TEXT(
		"$..[?@.a == 'x' || match(@.b, $.p)]['a',::-1]") };
	static const char document[] =
		"{\"p\":\"y+\",\"q\":[{\"a\":\"x\"},{\"b\":\"yy\",\"a\":1},[1,2]]}";
	struct selection r = select_paths(&path, 1, TEXT(document), STEPS, 4096);
	uint64_t enough = STEPS - r.left;

	(void)state;
	assert_int_equal(r.status, AEG_OK);
	selection_free(&r);
	for (uint64_t steps = 0; steps <= enough; steps++) {
		r = select_paths(&path, 1, TEXT(document), steps, 4096);
		assert_int_equal(r.status, steps < enough ? AEG_BUDGET : AEG_OK);
		selection_free(&r);
	}
	/* Patterns need memory of their own. */
	for (size_t more = 0; more < 200; more++) {
		r = select_paths(&path, 1, TEXT(document), STEPS, more);
		assert_true(r.status == AEG_NOMEM || r.status == AEG_OK);
		selection_free(&r);
	}
}

/* The compiler ends cleanly in any memory, and writes no more than it has. */
static void every_memory(void **state)
{
	static const struct aeg_str paths[] = {
		{ TEXT("$.a[?match(@.b,'x{2,5}')]['c','d',1:2:3]") },
		{ TEXT("$.a[?@.x < 1.5 && !(length(@.y) == 2)]..*") }
	};
	struct aeg_path_error error;
	size_t len;

	(void)state;
	for (size_t cap = 0; cap < 1200; cap++) {
		uint8_t *mem = malloc(cap == 0 ? 1 : cap);
		enum aeg_status s = aeg_paths_compile(paths, 2, NULL, mem, cap, &len, &error);
		assert_true(s == AEG_OK || s == AEG_NOMEM);
		assert_true(s == AEG_NOMEM || len <= cap);
		if (cap > 1100)
			assert_int_equal(s, AEG_OK);
		free(mem);
	}
}

/* Long and wide paths, and those that ask for more than there may be. */
static void large_paths(void **state)
{
	enum { N = 3000 };
	char *text = malloc(10 * N);
	struct aeg_path_error error;
	enum aeg_status s;
	size_t len;

	(void)state;
	strcpy(text, "$");
	for (uint32_t i = 0; i < N; i++)
		strcat(text + 1 + 2 * i, ".a");
	struct aeg_str path = { text, (uint32_t)strlen(text) };
	free(compile(&path, 1, &len, &s, &error));
	assert_int_equal(s, AEG_OK);
	strcpy(text, "$[0");
	for (uint32_t i = 0; i < N; i++)
		strcat(text + 3 + 2 * i, ",0");
	strcat(text, "]");
	path.len = (uint32_t)strlen(text);
	free(compile(&path, 1, &len, &s, &error));
	assert_int_equal(s, AEG_OK);
	strcpy(text, "$");
	for (uint32_t i = 0; i < N; i++)
		strcat(text + 1 + 2 * i, ".*");
	path.len = (uint32_t)strlen(text);
	free(compile(&path, 1, &len, &s, &error));
	assert_int_equal(s, AEG_TOO_LARGE);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses),
		cmocka_unit_test(selects),
		cmocka_unit_test(several),
		cmocka_unit_test(shared_beginnings),
		cmocka_unit_test(warns),
		cmocka_unit_test(budgets),
		cmocka_unit_test(backwards),
		cmocka_unit_test(every_budget),
		cmocka_unit_test(every_memory),
		cmocka_unit_test(large_paths),
	};

	return cmocka_run_group_tests_name("jsonpath", tests, NULL, NULL);
}
