#define _POSIX_C_SOURCE 200809L
/* Counts allocations: after the open there are none, whatever is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "aegis/expr.h"

#include "alloc_test.h"
#include "call_test.h"

static void ignore_step(void *ctx, const struct aeg_step *step)
{
	(void)ctx;
	(void)step;
}

/* Scans, decides in every way, and reads what an enforcer reads. */
static void ask(const struct policy *p, const char *context, const char *tool, const char *args,
	struct aeg_limits *limits)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_verdict v;
	struct scanned s;

	aeg_json_scan(&s.json, args, strlen(args), s.tok, 600);
	struct aeg_call call = call_of(p, context, tool, &s.json);
	call.limits = limits;
	call.limit_key = policy_str("execution-7");
	aeg_decide(&p->b, &call, &v);
	if (v.kind == AEG_ALLOW)
		aeg_obligations(&p->b, &call, &v, &o);
	if (limits != NULL)
		aeg_release(limits, v.slot);
	aeg_decide_explained(&p->b, &call, &v, ignore_step, NULL);
	if (limits != NULL)
		aeg_release(limits, v.slot);
	aeg_capability_pattern(&p->b, call.context, 0);
	aeg_argument_is_secret(&p->b, &call, 0);
}

/* Compiles paths and selects with them, a pattern from the document among them. */
static void ask_paths(void)
{
	static const struct aeg_str paths[] = { { "$..[?match(@.a, $.p) && @.b > 1.5]", 34 },
		{ "$.c[::-1]['x',0]", 16 } };
	static const char document[] = "{\"p\":\"\\\\p{L}+\",\"c\":[{\"a\":\"x\",\"b\":2},[3]]}";
	static uint64_t memory[1 << 12], code[1 << 9];
	struct aeg_path_error error;
	struct aeg_program program;
	struct aeg_found found;
	struct scanned doc;
	size_t len;
	uint32_t n = 0;

	assert_int_equal(
		aeg_paths_compile(paths, 2, NULL, code, sizeof code, &len, &error), AEG_OK);
	assert_int_equal(aeg_program_check(&program, code, len), AEG_OK);
	aeg_json_scan(&doc.json, document, sizeof document - 1, doc.tok, 600);
	struct aeg_select s = { .size_of = sizeof s,
		.program = &program,
		.doc = &doc.json,
		.steps = 10000,
		.mem = memory,
		.mem_size = sizeof memory,
		.regex = aeg_regex_compile };
	assert_int_equal(aeg_select_begin(&s), AEG_OK);
	while (aeg_select_next(&s, &found) == AEG_OK && found.token != AEG_NONE)
		n++;
	assert_int_equal(s.status, AEG_OK);
	assert_int_equal(n, 2);
}

static void nothing_is_allocated(void **state)
{
#ifdef INSTRUMENTED
	(void)state;
	(void)ask;
	(void)ask_paths;
	skip();
#else
	static const char *const calls[][3] = {
		{ "files", "fs.read", "{\"path\":\"/workspace/a\"}" },
		{ "files", "fs.read", "{\"p\\u0061th\":\"\\/workspace\\/\\u00e9\\n\"}" },
		{ "files", "fs.read", "{\"path\":\"../x\"}" },
		{ "git", "cmd.run", "{\"command\":\"g'i't \\\"st\\\"atus\"}" },
		{ "git", "cmd.run", "{\"command\":\"git\",\"args\":[\"status\",\"-s\"]}" },
		{ "web", "web.fetch", "{\"url\":\"https:\\/\\/API.GitHub.com.:443/x\"}" },
		{ "web", "web.fetch", "{\"url\":\"https://[2001:db8::1]/\"}" },
		{ "deny", "fs.delete", "[1,2,3" },
		{ "no such context", "x", "{}" },
	};
	uint64_t memory[1 << 14];
	struct policy p = policy_make(contexts);
	size_t need = aeg_limits_size(&p.b, 4);

	(void)state;
	assert_in_range(need, 1, sizeof memory);
	allocations = 0;
	struct aeg_limits *limits = aeg_limits_init(&p.b, 4, memory, sizeof memory);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		ask(&p, calls[i][0], calls[i][1], calls[i][2], NULL);
		ask(&p, calls[i][0], calls[i][1], calls[i][2], limits);
	}
	for (int i = 0; i < 100; i++)
		ask(&p, "limited", "fs.read", "{\"path\":\"/workspace/a\"}", limits);
	ask_paths();
	assert_int_equal(allocations, 0);
	void *volatile seen = malloc(1); /* the count counts */
	free(seen);
	assert_int_equal(allocations, 1);
	free(p.file);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_allocated),
	};
	return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
