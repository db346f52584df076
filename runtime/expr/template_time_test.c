/* Compiling takes time as the text is long, with too little memory as with enough. */
#define _POSIX_C_SOURCE 199309L

#include <time.h>

#include "template_test.h"

static const struct {
	enum aeg_template_mode mode;
	const char *before, *piece, *after;
} texts[] = {
	{ AEG_MODE_TEXT, "", "{{a}}", "" },
	{ AEG_MODE_TEXT, "", "\\{{a", "" },
	{ AEG_MODE_TEXT, "", "{{#if a}}\n{{else if b}}\n{{/if}}\n", "" },
	{ AEG_MODE_JSON, "[", "1,", "1]" },
	{ AEG_MODE_JSON, "[", "[ ], ", "{}]" },
	{ AEG_MODE_JSON, "[", "{{#each a}}{{this}}{{/each}}", "]" },
	{ AEG_MODE_JSON, "{", "\"a\":{{a}},\n", "\"b\":1}" },
	{ AEG_MODE_URL, "/", "%2e{{a}}/", "" },
	{ AEG_MODE_URL, "?", "{{#if a}}&a={{a}}{{/if}}", "" },
	{ AEG_MODE_SHELL, "echo", " \"{{a}}\"", "" },
	{ AEG_MODE_SHELL, "", "cat <<E\nE\n", "" },
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void time_is_linear(void **state)
{
	enum { LEN = 1 << 18 };
	char *text = malloc(LEN);

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct aeg_template_options o = { .size_of = sizeof o, .mode = texts[i].mode };
		size_t n = strlen(texts[i].piece), m = strlen(texts[i].after);
		size_t len = strlen(texts[i].before);
		memcpy(text, texts[i].before, len);
		for (; len + n + m <= LEN; len += n)
			memcpy(text + len, texts[i].piece, n);
		memcpy(text + len, texts[i].after, m);
		double before = seconds();
		struct rendering r =
			compile_template((struct aeg_str){ text, (uint32_t)(len + m) }, &o);
		double took = seconds() - before;
		if (r.status != AEG_OK || took > 5)
			fail_msg("%s: %d %s, %g s", texts[i].piece, (int)r.status, r.error.what,
				took);
		rendering_free(&r);
	}
	free(text);
}

/* @n pieces, each with its number. */
static enum aeg_status compile_many(const char *piece, uint32_t n, struct aeg_template_options *o)
{
	size_t size = n * 40u, len = 0;
	char *text = malloc(size);

	for (uint32_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, size - len, piece, (unsigned)i);
	struct rendering r = compile_template((struct aeg_str){ text, (uint32_t)len }, o);
	enum aeg_status status = r.status;
	rendering_free(&r);
	free(text);
	return status;
}

/* Names are compared with all that there are, but not without end. */
static void names_are_bounded(void **state)
{
	enum { NAMES = 4000 };
	static struct aeg_partial partials[NAMES];
	static char names[NAMES][8];
	struct aeg_template_options o = { .size_of = sizeof o };

	(void)state;
	for (uint32_t i = 0; i < NAMES; i++) {
		snprintf(names[i], sizeof names[i], "p%u", (unsigned)i);
		partials[i].name = text_of(names[i]);
	}
	o.partials = partials;
	o.npartials = NAMES;
	assert_int_equal(compile_many("{{> p%u}}", NAMES, &o), AEG_OK);
	assert_int_equal(compile_many("{{> p3999}}", 40000, &o), AEG_TOO_LARGE);
	assert_int_equal(compile_many("{{#*inline \"i%u\"}}{{/inline}}", NAMES, &o), AEG_OK);
	assert_int_equal(compile_many("{{#*inline \"i%u\"}}{{/inline}}", 20000, &o), AEG_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_is_linear),
		cmocka_unit_test(names_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
