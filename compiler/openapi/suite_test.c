/* Vendors' descriptions, where they are at hand: every one as its index says. */
#define _POSIX_C_SOURCE 200809L
#include "openapi/test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *suite(void)
{
	const char *shared = getenv("AEGIS_SHARED");
	if (shared == NULL)
		skip();
	return shared;
}

/* What @command prints. */
static struct slice output(struct arena *a, const char *command)
{
	enum { PIECE = 1 << 16 };
	struct buf b = { .arena = a };
	FILE *f = popen(command, "r");
	assert_non_null(f);
	for (size_t n = PIECE; n > 0; b.len -= PIECE - n)
		n = fread(buf_take(&b, PIECE), 1, PIECE, f);
	assert_int_equal(pclose(f), 0);
	return buf_done(&b);
}

static cJSON *read_index(const char *shared)
{
	struct arena a = { .limit = 1 << 24, .fail = run_no_memory };
	char command[1024];
	snprintf(command, sizeof command, "cat '%s/suites/openapi/index.json'", shared);
	cJSON *index = cJSON_Parse(output(&a, command).at);
	arena_free(&a);
	assert_non_null(index);
	return index;
}

static const char *text(const cJSON *row, const char *name)
{
	const cJSON *v = cJSON_GetObjectItem(row, name);
	return v == NULL ? "" : v->valuestring;
}

/* The description of @row, checked. */
static struct run *checked(const char *shared, const cJSON *row)
{
	struct run *r = run_begin();
	char command[1024];
	bool json = strcmp(text(row, "format"), "json") == 0;
	snprintf(command, sizeof command, "gzip -dcf '%s/suites/openapi/%s'", shared,
		text(row, "file"));
	run_add(r, json ? "in.json" : "in.yaml", output(&r->a, command).at);
	run_findings(r);
	return r;
}

/* NULL where the description is taken as the index says, else what is wrong. */
static const char *differs(const struct run *r, const cJSON *row)
{
	const char *expect = text(row, "expect");
	const cJSON *operations = cJSON_GetObjectItem(row, "operations");
	if (strcmp(expect, "accept") == 0) {
		if (r->d.errors != 0 || r->o->napis != 1)
			return "is refused";
		/* The index does not count the operation of a path that is a reference. */
		uint32_t behind = strstr(text(row, "file"), "server-path-level") != NULL;
		return r->o->apis[0].nentries == (uint32_t)operations->valueint + behind
			       ? NULL
			       : "has another number of operations";
	}
	if (r->d.errors == 0 || span_is_none(r->d.v[0].at))
		return "is not refused at a place";
	bool version = r->d.v[0].code == AEG_openapi_version && r->d.n == 1;
	if (strcmp(expect, "schema-invalid") == 0)
		return version || r->o->napis != 1 ? "is refused for its version" : NULL;
	return version ? NULL : "is not refused for its version alone";
}

static void test_index(void **state)
{
	const char *shared = suite();
	cJSON *index = read_index(shared);
	const cJSON *row;
	uint32_t wrong = 0, warned = 0;
	(void)state;
	cJSON_ArrayForEach(row, index)
	{
		struct run *r = checked(shared, row);
		const char *how = differs(r, row);
		warned += r->d.errors == 0 && r->d.warnings != 0;
		if (how != NULL)
			print_error("%s %s\n", text(row, "file"), how);
		wrong += how != NULL;
		run_end(r);
	}
	assert_int_equal(wrong, 0);
	assert_true(cJSON_GetArraySize(index) >= 171);
	print_message("%d descriptions, %u with warnings alone\n", cJSON_GetArraySize(index),
		(unsigned)warned);
	cJSON_Delete(index);
}

static cJSON *operations_of(struct run *r)
{
	struct buf b = { .arena = &r->a };
	openapi_dump(&b, r->o);
	return cJSON_Parse(buf_done(&b).at);
}

/* The twins whose operations say different things: kept by hand by their vendor. */
static bool drifted(const char *file) { return strstr(file, "tictactoe") != NULL; }

/* JSON and YAML of the same description give the same operations. */
static void test_twins(void **state)
{
	const char *shared = suite();
	cJSON *index = read_index(shared);
	const cJSON *row, *other;
	uint32_t pairs = 0, wrong = 0;
	(void)state;
	cJSON_ArrayForEach(row, index)
	{
		const char *twin = text(row, "twin"), *file = text(row, "file");
		if (twin[0] == 0 || strcmp(text(row, "format"), "json") != 0 ||
			strcmp(text(row, "expect"), "accept") != 0)
			continue;
		cJSON_ArrayForEach(other, index) if (strcmp(text(other, "file"), twin) == 0) break;
		assert_non_null(other);
		struct run *a = checked(shared, row), *b = checked(shared, other);
		cJSON *of_json = operations_of(a), *of_yaml = operations_of(b);
		assert_non_null(of_json);
		assert_non_null(of_yaml);
		bool same = cJSON_Compare(of_json, of_yaml, true);
		if (same == drifted(file))
			print_error("%s: %s\n", file, same ? "the same" : "not the same");
		wrong += same == drifted(file);
		pairs++;
		cJSON_Delete(of_json);
		cJSON_Delete(of_yaml);
		run_end(a);
		run_end(b);
	}
	assert_int_equal(wrong, 0);
	assert_true(pairs >= 45);
	print_message("%u pairs\n", (unsigned)pairs);
	cJSON_Delete(index);
}

/* One description of 2,907 files, of which its entry reaches 1,509 by references that mean
 * something. */
static void test_many_files(void **state)
{
	const char *shared = suite();
	struct run *r = run_begin();
	char folder[] = "/tmp/aegis-openapi-XXXXXX", command[1200], path[1024];
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(command, sizeof command,
		"tar -xzf '%s/suites/openapi/multi-file/digitalocean-specification.tar.gz' -C %s",
		shared, folder);
	output(&r->a, command);
	snprintf(path, sizeof path, "%s/specification/DigitalOcean-public.v2.yaml", folder);
	r->s.closed = false;
	sources_add(&r->s, path);
	syntax_parse(&r->d, &r->docs);
	run_findings(r);
	snprintf(command, sizeof command, "rm -r %s", folder);
	output(&r->a, command);
	assert_int_equal(r->d.errors, 0);
	for (size_t i = 0; i < r->d.n; i++)
		assert_int_equal(r->d.v[i].code, AEG_misplaced_reference);
	assert_int_equal(r->s.n, 1509);
	assert_int_equal(r->o->apis[0].nentries, 659);
	uint32_t schemas = 0;
	for (uint32_t i = 0; i < 659; i++) {
		const struct openapi_operation *op = openapi_operation(&r->o->apis[0], i);
		for (uint32_t k = 0; k < op->nresponses; k++)
			for (uint32_t m = 0; m < op->responses[k].nmedia; m++) {
				const struct node *n = op->responses[k].media[m].schema;
				assert_true(
					n == NULL || openapi_resolve(&r->o->apis[0], n) != NULL);
				schemas += n != NULL;
			}
	}
	assert_true(schemas > 2000);
	run_end(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_many_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
