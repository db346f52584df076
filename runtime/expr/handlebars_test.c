/* The public suites of Handlebars and Mustache. */
#include "template_test.h"

enum { MAX_PARTIALS = 16 };

struct suite {
	char *text;
	struct aeg_json j;
};

static struct suite read_suite(const char *name)
{
	const char *shared = getenv("AEGIS_SHARED");
	char path[4096];
	struct suite s;
	size_t len;
	FILE *f;

	if (shared == NULL)
		skip();
	snprintf(path, sizeof path, "%s/suites/%s", shared, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	len = (size_t)ftell(f);
	rewind(f);
	s.text = malloc(len);
	assert_int_equal(fread(s.text, 1, len, f), len);
	fclose(f);
	s.j = scan_text((struct aeg_str){ s.text, (uint32_t)len });
	return s;
}

static void suite_free(struct suite *s)
{
	free((void *)(uintptr_t)s->j.tok);
	free(s->text);
}

static uint32_t member(const struct aeg_json *j, uint32_t object, const char *name)
{
	return object == AEG_NONE ? AEG_NONE : aeg_json_member(j, object, text_of(name));
}

/* A string's value, malloced. */
static struct aeg_str value(const struct aeg_json *j, uint32_t t)
{
	char *to = malloc(j->tok[t].len + 1);
	uint32_t len = (uint32_t)aeg_json_unescape(j, t, to, j->tok[t].len);

	to[len] = 0;
	return (struct aeg_str){ to, len };
}

static struct aeg_str string(const struct aeg_json *j, uint32_t object, const char *name)
{
	uint32_t t = member(j, object, name);

	return t == AEG_NONE ? (struct aeg_str){ NULL, 0 } : value(j, t);
}

/* The text of a member. */
static struct aeg_str raw(const struct aeg_json *j, uint32_t object, const char *name)
{
	uint32_t t = member(j, object, name);

	if (t == AEG_NONE)
		return (struct aeg_str){ NULL, 0 };
	uint32_t quotes = (j->tok[t].info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;
	return (struct aeg_str){ j->text + j->tok[t].at - quotes, j->tok[t].len + 2 * quotes };
}

static int is_set(const struct aeg_json *j, uint32_t object, const char *name, const char *to)
{
	struct aeg_str r = raw(j, object, name);

	return r.at != NULL && r.len == strlen(to) && memcmp(r.at, to, r.len) == 0;
}

static uint32_t flags(const struct aeg_json *j, uint32_t o)
{
	return (is_set(j, o, "strict", "true") ? AEG_TEMPLATE_STRICT : 0) |
	       (is_set(j, o, "assumeObjects", "true") ? AEG_TEMPLATE_ASSUME_OBJECTS : 0) |
	       (is_set(j, o, "compat", "true") ? AEG_TEMPLATE_COMPAT : 0) |
	       (is_set(j, o, "ignoreStandalone", "true") ? AEG_TEMPLATE_IGNORE_STANDALONE : 0) |
	       (is_set(j, o, "preventIndent", "true") ? AEG_TEMPLATE_PREVENT_INDENT : 0) |
	       (is_set(j, o, "explicitPartialContext", "true")
			       ? AEG_TEMPLATE_EXPLICIT_PARTIAL_CONTEXT
			       : 0) |
	       (is_set(j, o, "data", "false") ? AEG_TEMPLATE_NO_DATA : 0);
}

/* One case: its texts, to be freed. */
struct spec {
	struct aeg_str id, text, want;
	struct aeg_partial partials[MAX_PARTIALS];
	uint32_t npartials;
	int is_whole; /* no partial is host code */
	struct rendering r;
};

static void read_partials(struct spec *c, const struct aeg_json *j, uint32_t partials)
{
	c->is_whole = 1;
	if (partials == AEG_NONE)
		return;
	for (uint32_t t = partials + 1; t < j->tok[partials].next; t = j->tok[t + 1].next) {
		assert_true(c->npartials < MAX_PARTIALS);
		if ((j->tok[t + 1].info & AEG_JSON_KIND_MASK) != AEG_JSON_STRING) {
			c->is_whole = 0;
			continue;
		}
		c->partials[c->npartials++] = (struct aeg_partial){ value(j, t), value(j, t + 1) };
	}
}

static void compile_case(struct spec *c, const struct aeg_json *j, uint32_t t,
	enum aeg_template_mode mode, uint32_t f)
{
	struct aeg_template_options o = { .size_of = sizeof o, .mode = mode };

	c->text = string(j, t, "template");
	c->want = string(j, t, "expected");
	read_partials(c, j, member(j, t, "partials"));
	o.flags = f | flags(j, member(j, t, "compileOptions"));
	o.partials = c->partials;
	o.npartials = c->npartials;
	c->r = compile_template(c->text, &o);
}

static void spec_free(struct spec *c)
{
	for (uint32_t i = 0; i < c->npartials; i++) {
		free((void *)(uintptr_t)c->partials[i].name.at);
		free((void *)(uintptr_t)c->partials[i].text.at);
	}
	free((void *)(uintptr_t)c->id.at);
	free((void *)(uintptr_t)c->text.at);
	free((void *)(uintptr_t)c->want.at);
	rendering_free(&c->r);
}

/* 1 if the case came out as it should. */
static int judge(const struct spec *c, int is_exception)
{
	const char *what = c->r.is_compiled ? c->r.render.what : c->r.error.what;

	if (is_exception ? c->r.status != AEG_OK
			 : c->r.status == AEG_OK && c->r.len == c->want.len &&
				   memcmp(c->r.out, c->want.at, c->want.len) == 0)
		return 1;
	print_error("%s: %s\n  status %d (%s)\n  want %s\n  got  %.*s\n", c->id.at, c->text.at,
		(int)c->r.status, what == NULL ? "" : what, is_exception ? "(refused)" : c->want.at,
		(int)c->r.len, c->r.out == NULL ? "" : c->r.out);
	return 0;
}

static int run_case(const struct aeg_json *j, uint32_t t)
{
	struct spec c = { .id = string(j, t, "id") };
	int ok;

	compile_case(&c, j, t, AEG_MODE_HTML, 0);
	if (c.r.is_compiled)
		render_compiled(
			&c.r, raw(j, t, "data"), raw(j, member(j, t, "runtimeOptions"), "data"));
	ok = judge(&c, member(j, t, "exception") != AEG_NONE);
	spec_free(&c);
	return ok;
}

static void render_suite(void **state)
{
	struct suite s = read_suite("handlebars-spec/render.json");
	uint32_t n = 0, ok = 0;

	(void)state;
	for (uint32_t t = 1; t < s.j.tok[0].next; t = s.j.tok[t].next, n++)
		ok += (uint32_t)run_case(&s.j, t);
	print_message("%u of %u cases\n", (unsigned)ok, (unsigned)n);
	assert_true(n >= 190);
	assert_int_equal(ok, n);
	suite_free(&s);
}

/* Is the template refused for host code alone that is not here? */
static int wants_host_code(const struct spec *c)
{
	static const char *const reasons[] = { "there is no such helper",
		"only a helper takes values", "the only decorator is `inline`",
		"the helper takes no values by name" };

	for (uint32_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (c->r.error.what != NULL && strcmp(c->r.error.what, reasons[i]) == 0)
			return 1;
	return !c->is_whole && strcmp(c->r.error.what, "there is no such partial") == 0;
}

static void host_code_suite(void **state)
{
	struct suite s = read_suite("handlebars-spec/needs-host-code.json");
	uint32_t n = 0, failed = 0, compiled = 0;

	(void)state;
	for (uint32_t t = 1; t < s.j.tok[0].next; t = s.j.tok[t].next, n++) {
		struct spec c = { .id = string(&s.j, t, "id") };
		compile_case(&c, &s.j, t, AEG_MODE_HTML, 0);
		compiled += (uint32_t)c.r.is_compiled;
		int is_exception = member(&s.j, t, "exception") != AEG_NONE;
		if (is_exception ? c.r.is_compiled : !c.r.is_compiled && !wants_host_code(&c)) {
			print_error("%s: %s\n  %s\n", c.id.at, c.text.at,
				is_exception ? "is not refused" : c.r.error.what);
			failed++;
		}
		spec_free(&c);
	}
	print_message("%u of %u compile without host code\n", (unsigned)compiled, (unsigned)n);
	assert_true(n >= 144);
	assert_int_equal(failed, 0);
	suite_free(&s);
}

/* Mustache differs by design: delimiters are set nowhere, partials are not optional. */
static const struct {
	const char *file;
	uint32_t flags;
	const char *differs[4];
} mustache[] = {
	{ "comments", 0, { NULL } },
	{ "interpolation", 0, { NULL } },
	{ "inverted", 0, { NULL } },
	{ "partials", 0, { "Failed Lookup", "Standalone Indentation" } },
	{ "sections", 0, { "Parent contexts", "List Contexts", "Deeply Nested Contexts" } },
};

static int differs(uint32_t file, struct aeg_str name)
{
	for (uint32_t i = 0; i < 4 && mustache[file].differs[i] != NULL; i++)
		if (strcmp(mustache[file].differs[i], name.at) == 0)
			return 1;
	return 0;
}

static void mustache_suite(void **state)
{
	uint32_t failed = 0, n = 0;

	(void)state;
	for (uint32_t i = 0; i < sizeof mustache / sizeof *mustache; i++) {
		char name[64];
		snprintf(name, sizeof name, "mustache-spec/%s.json", mustache[i].file);
		struct suite s = read_suite(name);
		uint32_t tests = member(&s.j, 0, "tests");
		for (uint32_t t = tests + 1; t < s.j.tok[tests].next; t = s.j.tok[t].next) {
			struct spec c = { .id = string(&s.j, t, "name") };
			compile_case(&c, &s.j, t, AEG_MODE_HTML, mustache[i].flags);
			if (c.r.is_compiled)
				render_compiled(
					&c.r, raw(&s.j, t, "data"), (struct aeg_str){ NULL, 0 });
			if (!differs(i, c.id)) {
				failed += !judge(&c, 0);
				n++;
			}
			spec_free(&c);
		}
		suite_free(&s);
	}
	print_message("%u cases\n", (unsigned)n);
	assert_int_equal(failed, 0);
	assert_true(n >= 92);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(render_suite),
		cmocka_unit_test(host_code_suite),
		cmocka_unit_test(mustache_suite),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
