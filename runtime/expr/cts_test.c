/* The public compliance suite of RFC 9535: every case, values and normalized paths. */
#include "select_test.h"

#include <cjson/cJSON.h>

#define STEPS 1000000

static char *read_suite(size_t *ret_len)
{
	const char *shared = getenv("AEGIS_SHARED");
	char path[4096];
	FILE *f;

	if (shared == NULL)
		skip();
	snprintf(path, sizeof path, "%s/suites/jsonpath-cts/cts.json", shared);
	f = fopen(path, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*ret_len = (size_t)ftell(f);
	rewind(f);
	char *text = malloc(*ret_len);
	assert_int_equal(fread(text, 1, *ret_len, f), *ret_len);
	fclose(f);
	return text;
}

/* A string member's value, malloced; NULL: there is none. */
static char *string(const struct aeg_json *j, uint32_t object, const char *name, uint32_t *ret_len)
{
	uint32_t t = aeg_json_member(j, object, (struct aeg_str){ name, (uint32_t)strlen(name) });

	if (t == AEG_NONE)
		return NULL;
	char *value = malloc(j->tok[t].len + 1);
	*ret_len = (uint32_t)aeg_json_unescape(j, t, value, j->tok[t].len);
	value[*ret_len] = 0;
	return value;
}

static uint32_t member(const struct aeg_json *j, uint32_t object, const char *name)
{
	return aeg_json_member(j, object, (struct aeg_str){ name, (uint32_t)strlen(name) });
}

static int same_value(const struct aeg_json *a, uint32_t x, const struct aeg_json *b, uint32_t y)
{
	struct aeg_str p = raw(a, x), q = raw(b, y);
	cJSON *c = cJSON_ParseWithLength(p.at, p.len), *d = cJSON_ParseWithLength(q.at, q.len);
	int same = c != NULL && d != NULL && cJSON_Compare(c, d, 1);

	cJSON_Delete(c);
	cJSON_Delete(d);
	return same;
}

static int same_values(const struct aeg_json *suite, uint32_t list, const struct selection *r)
{
	uint32_t n = 0, t = list + 1;

	for (; t < suite->tok[list].next; t = suite->tok[t].next, n++)
		if (n >= r->n || !same_value(suite, t, &r->doc, r->found[n].token))
			return 0;
	return n == r->n;
}

static int same_paths(const struct aeg_json *suite, uint32_t list, const struct selection *r)
{
	char want[4096], got[4096];
	uint32_t n = 0, t = list + 1;

	for (; t < suite->tok[list].next; t = suite->tok[t].next, n++) {
		if (n >= r->n)
			return 0;
		size_t len = aeg_json_path(&r->doc, r->places, r->found[n].token, got, sizeof got);
		if (len != aeg_json_unescape(suite, t, want, sizeof want) ||
			memcmp(want, got, len) != 0)
			return 0;
	}
	return n == r->n;
}

/* One of several permitted answers, values and paths alike. */
static int one_of(const struct aeg_json *suite, uint32_t test, const struct selection *r)
{
	uint32_t values = member(suite, test, "result"),
		 paths = member(suite, test, "result_paths");

	if (values != AEG_NONE)
		return same_values(suite, values, r) && same_paths(suite, paths, r);
	values = member(suite, test, "results");
	paths = member(suite, test, "results_paths");
	for (uint32_t v = values + 1, p = paths + 1; v < suite->tok[values].next;
		v = suite->tok[v].next, p = suite->tok[p].next)
		if (same_values(suite, v, r) && same_paths(suite, p, r))
			return 1;
	return 0;
}

static void run_case(const struct aeg_json *suite, uint32_t test, const char *name)
{
	struct aeg_str path;
	char *selector = string(suite, test, "selector", &path.len);
	uint32_t document = member(suite, test, "document");
	struct aeg_str text =
		document == AEG_NONE ? (struct aeg_str){ TEXT("null") } : raw(suite, document);

	path.at = selector;
	struct selection r = select_paths(&path, 1, text.at, text.len, STEPS, 4096);
	if (member(suite, test, "invalid_selector") != AEG_NONE) {
		if (r.status != AEG_CONTENT)
			fail_msg("%s: not refused: %s", name, selector);
		assert_true(r.error.at <= path.len);
		assert_true(strlen(r.error.what) > 0);
	} else if (r.status != AEG_OK) {
		fail_msg("%s: status %d at %u: %s: %s", name, (int)r.status, (unsigned)r.error.at,
			r.error.what == NULL ? "" : r.error.what, selector);
	} else if (!one_of(suite, test, &r)) {
		fail_msg("%s: another result: %s", name, selector);
	}
	selection_free(&r);
	free(selector);
}

static void suite(void **state)
{
	size_t len, cap;
	char *text = read_suite(&len);
	struct aeg_json j;
	uint32_t tests, ncases = 0, name_len;

	(void)state;
	cap = aeg_json_bound(len);
	struct aeg_json_tok *tok = malloc(cap * sizeof *tok);
	assert_int_equal(aeg_json_scan(&j, text, len, tok, cap), AEG_OK);
	tests = member(&j, 0, "tests");
	for (uint32_t t = tests + 1; t < j.tok[tests].next; t = j.tok[t].next, ncases++) {
		char *name = string(&j, t, "name", &name_len);
		run_case(&j, t, name);
		free(name);
	}
	assert_true(ncases >= 506);
	print_message("%u cases\n", (unsigned)ncases);
	free(tok);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(suite) };

	return cmocka_run_group_tests_name("jsonpath suite", tests, NULL, NULL);
}
