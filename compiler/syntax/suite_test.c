/* The YAML test suite: every case agrees with it, or stands in docs/yaml-subset.md. */
#define _POSIX_C_SOURCE 200809L
#include "syntax/syntax.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size_t n = (size_t)ftell(f);
	rewind(f);
	char *text = calloc(1, n + 1);
	assert_int_equal(fread(text, 1, n, f), n);
	fclose(f);
	return text;
}

static cJSON *load_suite(void)
{
	const char *shared = getenv("AEGIS_SHARED");
	char path[1024];
	if (shared == NULL)
		return NULL;
	snprintf(path, sizeof path, "%s/suites/yaml-test-suite/yaml-test-suite.json", shared);
	char *text = slurp(path);
	cJSON *suite = text == NULL ? NULL : cJSON_Parse(text);
	free(text);
	return suite;
}

/* True where a row of the page's tables names the case. */
static bool listed(const char *page, const char *id)
{
	char row[64];
	snprintf(row, sizeof row, "\n| %s | ", id);
	return strstr(page, row) != NULL;
}

/* NULL where the reader does as the suite says, else in what it differs. */
static const char *differs(const cJSON *c, const char *yaml)
{
	struct arena a = { .limit = 64 << 20, .fail = no_memory };
	struct sources s = { .arena = &a };
	struct diags d = { .arena = &a, .sources = &s };
	struct documents docs = { 0 };
	sources_add_text(&s, "case.yaml", slice_of(yaml));
	syntax_parse(&d, &docs);

	const char *how = NULL;
	const cJSON *want = cJSON_GetObjectItem(c, "json");
	bool fail = cJSON_IsTrue(cJSON_GetObjectItem(c, "fail"));
	if (fail != (d.errors != 0))
		how = fail ? "accepts" : "refuses";
	else if (!fail && cJSON_IsArray(want) && (size_t)cJSON_GetArraySize(want) != docs.n)
		how = "finds other documents";
	else if (!fail && cJSON_IsArray(want))
		for (size_t i = 0; i < docs.n; i++) {
			struct buf b = { .arena = &a };
			syntax_dump(&b, docs.v[i].root);
			cJSON *got = cJSON_Parse(buf_done(&b).at);
			if (!cJSON_Compare(got, cJSON_GetArrayItem(want, (int)i), true))
				how = "differs in the tree";
			cJSON_Delete(got);
		}
	arena_free(&a);
	return how;
}

static void test_suite(void **state)
{
	(void)state;
	cJSON *suite = load_suite();
	if (suite == NULL)
		skip();
	char *page = slurp("docs/yaml-subset.md");
	assert_non_null(page);
	int wrong = 0, agree = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, suite)
	{
		const char *id = cJSON_GetObjectItem(c, "id")->valuestring;
		const char *how = differs(c, cJSON_GetObjectItem(c, "yaml")->valuestring);
		bool excused = listed(page, id);
		agree += how == NULL;
		/* Only a refusal can be excused: nothing may be read otherwise than YAML says. */
		if ((how == NULL) == excused || (how != NULL && strcmp(how, "refuses") != 0)) {
			print_error("%s: %s, %s in docs/yaml-subset.md\n", id,
				how == NULL ? "agrees" : how, excused ? "listed" : "not listed");
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(agree > 200);
	cJSON_Delete(suite);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_suite) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
