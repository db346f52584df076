/* The JSON Schema Test Suite: each schema compiled, each value validated, every verdict compared.
 */
#define _GNU_SOURCE
#include "schema/schema_test.h"

#include <glob.h>
#include <stdio.h>

struct counts {
	uint32_t agree, differ, refused; /* refused: tests of schemas that are not compiled */
};

struct suite {
	struct tested t;
	const char *folder;
};

/* Documents of the suite's own server are files. */
static const struct node *remote(void *ctx, struct slice uri)
{
	static const char server[] = "http://localhost:1234/";
	struct suite *s = ctx;
	struct slice text;
	const char *why;
	char *path = NULL;
	const struct node *n = NULL;

	if (!slice_begins(uri, SLICE("http://localhost:1234/")))
		return NULL;
	if (asprintf(&path, "%s/remotes/%.*s", s->folder, (int)(uri.len - (sizeof server - 1)),
		    uri.at + sizeof server - 1) < 0)
		abort();
	if (file_read(&s->t.a, path, 1 << 20, &text, &why))
		n = tested_parse(&s->t, "remote.json", text);
	free(path);
	return n;
}

static const struct node *member(const struct node *n, const char *name)
{
	return syntax_member(n, name)->value;
}

static void complain(
	const char *path, const struct node *group, const struct node *test, const char *what)
{
	struct slice g = member(group, "description")->u.text;
	struct slice t = test == NULL ? SLICE("") : member(test, "description")->u.text;

	if (getenv("AEGIS_VERBOSE") != NULL)
		print_message("%s: %.*s: %.*s: %s\n", strrchr(path, '/') + 1, SLICE_ARG(g),
			SLICE_ARG(t), what);
}

static void group(struct suite *s, const struct node *g, struct slice text, const char *path,
	const struct schema_options *o, struct counts *c)
{
	const struct node *tests = member(g, "tests");

	s->t.d.n = s->t.d.errors = 0;
	if (!tested_schema(&s->t, o, member(g, "schema"))) {
		complain(path, g, NULL, s->t.d.v[0].label);
		c->refused += tests->u.list.n;
		return;
	}
	for (uint32_t i = 0; i < tests->u.list.n; i++) {
		const struct node *test = tests->u.list.v[i], *data = member(test, "data");
		struct slice value = { text.at + data->span.lo, data->span.hi - data->span.lo };
		const char *failures;
		bool valid;
		assert_int_equal(
			tested_validate(&s->t, 0, value, AEG_SCHEMA_STEPS, &valid, &failures),
			AEG_OK);
		if (valid == syntax_bool(member(test, "valid"))) {
			c->agree++;
			continue;
		}
		c->differ++;
		complain(path, g, test, valid ? "passes" : failures);
	}
}

static struct counts folder(const char *pattern, enum schema_dialect dialect, bool formats)
{
	const char *shared = getenv("AEGIS_SHARED");
	struct counts c = { 0 };
	char *where = NULL, *all = NULL;
	glob_t files;

	if (shared == NULL)
		skip();
	if (asprintf(&where, "%s/suites/json-schema-test-suite", shared) < 0 ||
		asprintf(&all, "%s/tests/%s", where, pattern) < 0)
		abort();
	assert_int_equal(glob(all, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct suite s = { .folder = where };
		struct schema_options o = { dialect, formats, remote, &s };
		const struct node *groups;
		struct slice text;
		const char *why;
		tested_start(&s.t);
		assert_true(file_read(&s.t.a, files.gl_pathv[i], 8 << 20, &text, &why));
		groups = tested_parse(&s.t, "suite.json", text);
		assert_non_null(groups);
		for (uint32_t k = 0; k < groups->u.list.n; k++)
			group(&s, groups->u.list.v[k], text, files.gl_pathv[i], &o, &c);
		arena_free(&s.t.a);
	}
	globfree(&files);
	free(where);
	free(all);
	print_message("%s: %u agree, %u differ, %u refused\n", pattern, (unsigned)c.agree,
		(unsigned)c.differ, (unsigned)c.refused);
	return c;
}

static void expect(struct counts c, uint32_t agree, uint32_t differ, uint32_t refused)
{
	assert_int_equal(c.agree, agree);
	assert_int_equal(c.differ, differ);
	assert_int_equal(c.refused, refused);
}

static void required_2020_12(void **state)
{
	(void)state;
	expect(folder("draft2020-12/*.json", SCHEMA_2020_12, false), 927, 0, 0);
}

static void optional_2020_12(void **state)
{
	(void)state;
	/* What differs: a reference to a schema of 2019-09, which is read as 2020-12, with a
	 * warning. */
	expect(folder("draft2020-12/optional/*.json", SCHEMA_2020_12, false), 116, 1, 0);
}

static void formats_2020_12(void **state)
{
	(void)state;
	/* What differs: what IDNA says of labels in Punycode, and formats that are not asserted:
	 * iri, iri-reference, idn-email, uri-template. */
	expect(folder("draft2020-12/optional/format/*.json", SCHEMA_2020_12, true), 450, 46, 0);
}

static void required_07(void **state)
{
	(void)state;
	/* Refused: references to the meta-schema of that draft, which is not at hand. */
	expect(folder("draft7/*.json", SCHEMA_DRAFT_07, false), 612, 0, 4);
}

static void required_04(void **state)
{
	(void)state;
	expect(folder("draft4/*.json", SCHEMA_DRAFT_04, false), 414, 0, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(required_2020_12),
		cmocka_unit_test(optional_2020_12),
		cmocka_unit_test(formats_2020_12),
		cmocka_unit_test(required_07),
		cmocka_unit_test(required_04),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
