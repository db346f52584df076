/* References resolved: the examples of RFC 3986, section 5.4, and bases that are no such URI. */
#include "schema/internal.h"
#include "schema/schema_test.h"

#include <stdio.h>

static const struct {
	const char *ref, *want;
} rows[] = { { "g:h", "g:h" }, { "g", "http://a/b/c/g" }, { "./g", "http://a/b/c/g" },
	{ "g/", "http://a/b/c/g/" }, { "/g", "http://a/g" }, { "//g", "http://g" },
	{ "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" },
	{ "#s", "http://a/b/c/d;p?q#s" }, { "g#s", "http://a/b/c/g#s" },
	{ "g?y#s", "http://a/b/c/g?y#s" }, { ";x", "http://a/b/c/;x" },
	{ "g;x", "http://a/b/c/g;x" }, { "g;x?y#s", "http://a/b/c/g;x?y#s" },
	{ "", "http://a/b/c/d;p?q" }, { ".", "http://a/b/c/" }, { "./", "http://a/b/c/" },
	{ "..", "http://a/b/" }, { "../", "http://a/b/" }, { "../g", "http://a/b/g" },
	{ "../..", "http://a/" }, { "../../", "http://a/" }, { "../../g", "http://a/g" },
	{ "../../../g", "http://a/g" }, { "../../../../g", "http://a/g" }, { "/./g", "http://a/g" },
	{ "/../g", "http://a/g" }, { "g.", "http://a/b/c/g." }, { ".g", "http://a/b/c/.g" },
	{ "g..", "http://a/b/c/g.." }, { "..g", "http://a/b/c/..g" }, { "./../g", "http://a/b/g" },
	{ "./g/.", "http://a/b/c/g/" }, { "g/./h", "http://a/b/c/g/h" },
	{ "g/../h", "http://a/b/c/h" }, { "g;x=1/./y", "http://a/b/c/g;x=1/y" },
	{ "g;x=1/../y", "http://a/b/c/y" }, { "g?y/./x", "http://a/b/c/g?y/./x" },
	{ "g?y/../x", "http://a/b/c/g?y/../x" }, { "g#s/./x", "http://a/b/c/g#s/./x" },
	{ "g#s/../x", "http://a/b/c/g#s/../x" } };

static void expect(struct arena *a, const char *base, const char *ref, const char *want)
{
	struct slice have = uri_resolve(a, slice_of(base), slice_of(ref));

	if (!slice_is(have, want))
		fail_msg("%s and %s: %.*s, not %s", base, ref, SLICE_ARG(have), want);
}

static void references(void **state)
{
	struct arena a = { .limit = 1 << 20, .fail = tested_no_memory };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		expect(&a, "http://a/b/c/d;p?q", rows[i].ref, rows[i].want);
	expect(&a, "", "a.json#/b", "a.json#/b");
	expect(&a, "", "#b", "#b");
	expect(&a, "dir/a.json", "../b.json", "b.json");
	expect(&a, "dir/a.json", "b.json", "dir/b.json");
	expect(&a, "urn:uuid:1#x", "#y", "urn:uuid:1#y");
	expect(&a, "http://a", "b", "http://a/b");
	expect(&a, "", "./b", "b");
	expect(&a, "a.json", "../../b/../c", "../../c");
	expect(&a, "x/y/a.json", "../../../c#d", "../c#d");
	arena_free(&a);
}

static void decoding(void **state)
{
	struct arena a = { .limit = 1 << 20, .fail = tested_no_memory };

	(void)state;
	assert_true(slice_is(uri_decode(&a, SLICE("a%2Fb%25%c3%A9%")), "a/b%\xc3\xa9%"));
	assert_true(slice_is(uri_decode(&a, SLICE("%4")), "%4"));
	assert_true(slice_is(uri_decode(&a, SLICE("%zz")), "%zz"));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(references),
		cmocka_unit_test(decoding) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
