/*
 * Published OpenAPI descriptions: each held against the OpenAPI Initiative's own schema of its
 * version, with the verdict that another validator gave, and all of its components compiled.
 */
#define _GNU_SOURCE
#include "schema/schema_test.h"

#include <stdio.h>
#include <time.h>

struct folder {
	const char *path;
	struct tested *t;
	const struct node *official[4]; /* the schemas that refer to one another */
};

static struct slice unpacked(struct arena *a, const char *path)
{
	enum { PIECE = 1 << 16 };
	struct buf b = { .arena = a };
	char command[4200];
	size_t n;

	snprintf(command, sizeof command, "gzip -dc '%s'", path);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	do {
		n = fread(buf_take(&b, PIECE), 1, PIECE, f);
		b.len -= PIECE - n;
	} while (n > 0);
	pclose(f);
	return buf_done(&b);
}

static const struct node *load(struct tested *t, const char *folder, struct slice name)
{
	bool yaml = memmem(name.at, name.len, ".yaml", 5) != NULL;
	bool packed = name.len > 3 && memcmp(name.at + name.len - 3, ".gz", 3) == 0;
	struct slice text;
	const char *why;
	char path[4096];

	snprintf(path, sizeof path, "%s/%.*s", folder, SLICE_ARG(name));
	if (packed)
		text = unpacked(&t->a, path);
	else
		assert_true(file_read(&t->a, path, 1u << 24, &text, &why));
	return tested_parse(t, yaml ? "a.yaml" : "a.json", text);
}

static struct slice text_of(const struct node *n, const char *key)
{
	const struct member *m = n->kind == NODE_MAP ? syntax_member(n, key) : NULL;

	return m != NULL && m->value->kind == NODE_STRING ? m->value->u.text : SLICE("");
}

static const struct node *official(void *ctx, struct slice uri)
{
	struct folder *f = ctx;

	for (size_t i = 0; i < 4; i++)
		if (f->official[i] != NULL && slice_eq(text_of(f->official[i], "$id"), uri))
			return f->official[i];
	return NULL;
}

/* ---- Against the official schemas ----------------------------------------------------------- */

static void start(struct tested *t, struct folder *f, const char *const *names)
{
	struct schema_options o = { SCHEMA_2020_12, false, official, f };

	tested_start(t);
	for (size_t i = 0; names[i] != NULL; i++)
		f->official[i] = load(t, f->path, slice_of(names[i]));
	if (!tested_schema(t, &o, f->official[0]))
		fail_msg("%s: %s", names[0], t->d.v[0].label);
}

static void verdicts(struct folder *f, const struct node *index, const char *version,
	const char *const *names, uint32_t *ret_n)
{
	struct folder here = *f;
	struct tested t;

	start(&t, &here, names);
	for (uint32_t i = 0; i < index->u.list.n; i++) {
		const struct node *e = index->u.list.v[i];
		const struct member *want = syntax_member(e, "official_schema_valid");
		struct slice name = text_of(e, "file");
		struct tested one;
		const char *failures;
		bool valid;
		if (!slice_begins(text_of(e, "spec_version"), slice_of(version)) || want == NULL)
			continue;
		tested_start(&one);
		const struct node *root = load(&one, f->path, name);
		struct buf json = { .arena = &one.a };
		assert_non_null(root);
		syntax_dump(&json, root);
		one.schema = t.schema;
		assert_int_equal(
			tested_validate(&one, 0, buf_done(&json), 1u << 31, &valid, &failures),
			AEG_OK);
		if (valid != syntax_bool(want->value))
			fail_msg("%.*s: %s", SLICE_ARG(name), failures);
		assert_true(valid || strlen(failures) > 10);
		++*ret_n;
		arena_free(&one.a);
	}
	arena_free(&t.a);
}

static const struct node *index_of(struct tested *t, struct folder *f, char **ret_path)
{
	const char *shared = getenv("AEGIS_SHARED");

	if (shared == NULL)
		skip();
	if (asprintf(ret_path, "%s/suites/openapi", shared) < 0)
		abort();
	f->path = *ret_path;
	tested_start(t);
	return load(t, f->path, SLICE("index.json"));
}

static void official_verdicts(void **state)
{
	static const char *const v30[] = { "official-schemas/oas-3.0-schema.yaml", NULL };
	static const char *const v31[] = { "official-schemas/oas-3.1-schema.yaml", NULL };
	struct folder f = { 0 };
	struct tested t;
	char *path;
	const struct node *index = index_of(&t, &f, &path);
	uint32_t n = 0;

	(void)state;
	verdicts(&f, index, "3.0", v30, &n);
	verdicts(&f, index, "3.1", v31, &n);
	assert_int_equal(n, 160);
	arena_free(&t.a);
	free(path);
}

/* ---- Their own schemas --------------------------------------------------------------------- */

struct totals {
	uint32_t files, schemas, errors, warnings;
};

static void components(struct folder *f, const struct node *e, struct totals *totals)
{
	bool v31 = slice_begins(text_of(e, "spec_version"), SLICE("3.1"));
	struct schema_options o = { .dialect = v31 ? SCHEMA_2020_12 : SCHEMA_OPENAPI_30 };
	struct slice name = text_of(e, "file");
	const struct member *m;
	struct tested t;
	struct timespec from, to;

	tested_start(&t);
	const struct node *root = load(&t, f->path, name);
	m = syntax_member(root, "components");
	m = m == NULL ? NULL : syntax_member(m->value, "schemas");
	if (m != NULL && m->value->u.map.n > 0) {
		uint32_t n = m->value->u.map.n;
		struct schema_place *places = arena_array(&t.a, struct schema_place, n);
		for (uint32_t i = 0; i < n; i++)
			places[i] = (struct schema_place){ m->value->u.map.v[i].value, root,
				SLICE(""), m->value->u.map.v[i].key };
		clock_gettime(CLOCK_MONOTONIC, &from);
		tested_compile(&t, &o, places, n);
		clock_gettime(CLOCK_MONOTONIC, &to);
		if (getenv("AEGIS_VERBOSE") != NULL) {
			print_message("%.*s: %u schemas, %u bytes, %ld ms\n", SLICE_ARG(name),
				(unsigned)n, (unsigned)t.code.len,
				(to.tv_sec - from.tv_sec) * 1000 +
					(to.tv_nsec - from.tv_nsec) / 1000000);
			for (size_t i = 0; i < t.d.n; i++)
				print_message("  %u at %u: %s %s\n", (unsigned)t.d.v[i].code,
					(unsigned)t.d.v[i].at.lo, t.d.v[i].label,
					diag_quote(&t.d,
						(struct slice){ t.s.v[0].text.at + t.d.v[i].at.lo,
							t.d.v[i].at.hi - t.d.v[i].at.lo }));
		}
		totals->files++;
		totals->schemas += n;
		totals->errors += t.d.errors;
		totals->warnings += t.d.warnings;
	}
	arena_free(&t.a);
}

static void own_schemas(void **state)
{
	struct folder f = { 0 };
	struct totals totals = { 0 };
	struct tested t;
	char *path;
	const struct node *index = index_of(&t, &f, &path);

	(void)state;
	for (uint32_t i = 0; i < index->u.list.n; i++)
		if (slice_is(text_of(index->u.list.v[i], "expect"), "accept"))
			components(&f, index->u.list.v[i], &totals);
	print_message("%u schemas of %u descriptions: %u errors, %u warnings\n",
		(unsigned)totals.schemas, (unsigned)totals.files, (unsigned)totals.errors,
		(unsigned)totals.warnings);
	/* A property of Unicode's that is no general category, and a look-ahead; a dialect that is
	 * called work in progress. */
	assert_int_equal(totals.schemas, 18541);
	assert_int_equal(totals.errors, 2);
	assert_int_equal(totals.warnings, 1);
	arena_free(&t.a);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(official_verdicts),
		cmocka_unit_test(own_schemas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
