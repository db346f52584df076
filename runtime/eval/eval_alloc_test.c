#define _POSIX_C_SOURCE 200809L
/* Counts allocations: whatever is rendered, there are none. */
#include "aegis/expr.h"
#include "libaegis/alloc_test.h"

#include "render_test.h"

static struct run run;
static uint64_t code[1 << 14];

/* Compiles @text and renders it; from the compiler on nothing may be allocated. */
static void render(const char *text, enum aeg_template_mode mode, const char *data)
{
	struct aeg_template_options options = { .size_of = sizeof options, .mode = mode };
	struct aeg_str template = { text, (uint32_t)strlen(text) };
	struct aeg_template_error error;
	size_t len;

	assert_int_equal(
		aeg_template_compile(template, &options, code, sizeof code, &len, &error), AEG_OK);
	assert_int_equal(aeg_template_check(&run.t, code, len), AEG_OK);
	run_scan(&run.data, data, run.tok, RUN_TOKENS);
	run.r = (struct aeg_render){ .size_of = sizeof run.r,
		.program = &run.t,
		.data = &run.data,
		.mem = run.memory,
		.mem_size = sizeof run.memory,
		.out = run.out,
		.cap = sizeof run.out,
		.steps = 1000000 };
	assert_int_equal(aeg_render(&run.r), AEG_OK);
}

static void nothing_is_allocated(void **state)
{
	(void)state;
#ifdef INSTRUMENTED
	(void)render;
	skip();
#else
	static const char data[] = "{\"a\":[1,\"x\\n\",{\"b\":[]}],\"s\":\" \xc3\xa9<'\"}";

	allocations = 0;
	render("{{#each a as |v k|}}{{k}}={{json v}};{{else}}none{{/each}}", AEG_MODE_TEXT, data);
	render("{{#*inline \"p\"}}{{x}}{{s}}{{/inline}}{{> p x=(upper s)}}{{join (keys this)}}",
		AEG_MODE_HTML, data);
	render("{\"s\":{{s}},\"l\":[{{#each a}}{{this}}{{/each}}],\"n\":\"{{length a}}\"}",
		AEG_MODE_JSON, data);
	render("https://x.test/{{s}}?q={{a.[1]}}", AEG_MODE_URL, data);
	render("echo {{s}} \"{{a}}\" '{{trim s}}' {{a.length + 1}}", AEG_MODE_SHELL, data);
	assert_int_equal(allocations, 0);
	void *volatile seen = malloc(1); /* the count counts */
	free(seen);
	assert_int_equal(allocations, 1);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_allocated),
	};
	return cmocka_run_group_tests_name("eval_alloc", tests, NULL, NULL);
}
