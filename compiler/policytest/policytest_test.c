/* Runs cases on small policies and looks at what came out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "driver/pipeline.h"
#include "policytest/policytest.h"

struct world {
	struct arena arena;
	struct pipeline p;
	struct aeg_bundle bundle;
	const struct policytest_report *report;
};

static void out_of_memory(void *ctx)
{
	(void)ctx;
	fail_msg("out of memory");
}

static const char policy[] =
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: SecurityContext\n"
	"metadata: { name: reviewer }\n"
	"spec:\n"
	"  description: For tests.\n"
	"  capabilities:\n"
	"    - { tool_pattern: fs.read, path_allowlist: [/a, /b] }\n"
	"    - { tool_pattern: web.search, rate_limit: { calls: 300, per_seconds: 60 } }\n"
	"    - { tool_pattern: cmd.run, subcommand_allowlist: { git: [status, log], ls: [] } }\n"
	"    - { tool_pattern: notes.*, max_concurrent: 1 }\n"
	"  deny_list: [fs.delete]\n"
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: PolicyTest\n"
	"metadata: { name: t }\n"
	"spec:\n"
	"  defaults: { context: reviewer }\n"
	"  cases:\n";

/* Compiles the policy with @cases and runs them. */
static void begin(struct world *w, const char *cases, const char *run)
{
	*w = (struct world){ .arena = { .limit = 1u << 30, .fail = out_of_memory } };
	struct buf text = { .arena = &w->arena };
	buf_text(&text, policy);
	buf_text(&text, cases);
	pipeline_init(&w->p, &w->arena);
	w->p.link.building = true;
	sources_add_text(&w->p.sources, "in.yaml", buf_done(&text));
	struct slice bytes = pipeline_run(&w->p, PIPELINE_BUNDLE);
	struct buf findings = { .arena = &w->arena };
	diag_render_text(&w->p.diags, &findings, false);
	if (w->p.diags.errors != 0)
		fail_msg("%s", buf_done(&findings).at);
	assert_int_equal(aeg_bundle_check(&w->bundle, bytes.at, bytes.len), AEG_OK);
	struct arena scratch = { .limit = 1u << 30, .fail = out_of_memory };
	struct policytest_options o = { .bundle = &w->bundle,
		.scratch = &scratch,
		.model = w->p.stats.model,
		.compiled = true,
		.coverage = true,
		.run = run };
	w->report = policytest_run(&w->p.diags, &o);
	arena_free(&scratch);
}

static void end(struct world *w) { arena_free(&w->arena); }

#define READ(name, path, expect) \
	"    - { name: " name ", call: { tool: fs.read, args: { path: " path \
	" } }, expect: " expect " }\n"

static void counts_what_passed_and_failed(void **state)
{
	struct world w;
	(void)state;
	begin(&w,
		READ("one", "/a/x", "allow") READ("two", "/c", "allow") READ("three", "/c", "deny"),
		NULL);
	assert_int_equal(w.report->nresults, 3);
	assert_int_equal(w.report->passed, 2);
	assert_int_equal(w.report->failed, 1);
	assert_int_equal(w.report->results[1].nfailures, 1);
	assert_string_equal(w.report->results[1].failures[0].decided,
		"deny: PathOutsideBoundary by capability 0, `fs.read`");
	end(&w);
}

/* Contexts go slowest, arguments fastest; each combination has its own name. */
static void matrix_is_the_product(void **state)
{
	static const char *const names[] = { "m (context reviewer, tool fs.read, args 1)",
		"m (context reviewer, tool fs.read, args 2)",
		"m (context reviewer, tool fs.list, args 1)",
		"m (context reviewer, tool fs.list, args 2)",
		"m (context zaru-free, tool fs.read, args 1)",
		"m (context zaru-free, tool fs.read, args 2)",
		"m (context zaru-free, tool fs.list, args 1)",
		"m (context zaru-free, tool fs.list, args 2)" };
	struct world w;
	(void)state;
	begin(&w,
		"    - name: m\n"
		"      matrix: { args: [{ path: /a }, { path: /c }], context: [reviewer, zaru-free], "
		"tool: [fs.read, fs.list] }\n"
		"      call: {}\n"
		"      expect: deny\n",
		NULL);
	assert_int_equal(w.report->nresults, 8);
	for (uint32_t i = 0; i < 8; i++)
		assert_string_equal(policytest_name(&w.arena, &w.report->results[i]).at, names[i]);
	assert_int_equal(w.report->results[0].nfailures, 1);
	assert_int_equal(w.report->results[1].nfailures, 0);
	assert_int_equal(w.report->results[2].nfailures, 0);
	end(&w);
}

static void run_takes_a_case_or_a_test_and_a_case(void **state)
{
	static const struct {
		const char *glob;
		uint32_t n;
	} globs[] = { { "reads*", 2 }, { "t/reads a", 1 }, { "*b", 1 }, { "reads", 0 },
		{ "u/*", 0 }, { "*", 2 }, { "reads [ab]", 2 } };
	(void)state;
	for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
		struct world w;
		begin(&w, READ("reads a", "/a", "allow") READ("reads b", "/b", "allow"),
			globs[i].glob);
		assert_int_equal(w.report->nresults, globs[i].n);
		end(&w);
	}
}

/* Far more grants in the window than the counters have room for at first. */
static void long_sequences_have_the_counters_they_need(void **state)
{
	struct world w;
	struct arena a = { .limit = 1u << 20, .fail = out_of_memory };
	struct buf cases = { .arena = &a };
	(void)state;
	buf_text(&cases, "    - name: many\n      calls:\n");
	for (uint32_t i = 0; i < 301; i++)
		buf_printf(&cases, "        - { tool: web.search, at: %ums, expect: %s }\n",
			(unsigned)i * 7,
			i < 300 ? "allow" : "{ decision: deny, violation: RateLimitExceeded }");
	for (uint32_t i = 0; i < 6; i++)
		buf_printf(&cases,
			"        - { tool: notes.n%u, at: %us, takes: 1s, expect: allow }\n",
			(unsigned)i, (unsigned)i + 10);
	buf_text(&cases, "        - { tool: notes.x, at: 15999ms, expect: deny }\n"
			 "        - { tool: notes.x, at: 16s, expect: allow }\n");
	begin(&w, buf_done(&cases).at, NULL);
	assert_int_equal(w.report->passed, 1);
	end(&w);
	arena_free(&a);
}

static const struct cover_item *item(const struct coverage *c, const char *text)
{
	for (uint32_t i = 0; i < c->nitems; i++)
		if (slice_is(c->items[i].text.text, text))
			return &c->items[i];
	fail_msg("%s is not covered", text);
	return NULL;
}

static void coverage_is_of_what_granted(void **state)
{
	struct world w;
	(void)state;
	begin(&w,
		READ("a", "/a/x", "allow") READ("c", "/c",
			"deny") "    - { name: log, call: { tool: cmd.run, args: { command: git, args: [log] } }, expect: allow }\n"
				"    - { name: ls, call: { tool: cmd.run, args: { command: ls -l } }, expect: allow }\n"
				"    - { name: d, call: { tool: fs.delete }, expect: deny }\n",
		NULL);
	const struct coverage *c = w.report->coverage;
	static const char *const touched[] = { "fs.read", "/a", "cmd.run", "log", "ls",
		"fs.delete" };
	static const char *const untouched[] = { "/b", "web.search", "status", "notes.*" };
	for (size_t i = 0; i < sizeof touched / sizeof *touched; i++)
		assert_true(item(c, touched[i])->touched);
	for (size_t i = 0; i < sizeof untouched / sizeof *untouched; i++)
		assert_false(item(c, untouched[i])->touched);
	assert_int_equal(c->nitems, 10);
	assert_int_equal(c->ntouched, 6);
	assert_int_equal(policytest_percent(c), 60);
	end(&w);
}

static void json_is_json(void **state)
{
	struct world w;
	(void)state;
	begin(&w, READ("one", "/a", "allow") READ("\"t\\\"wo\\x01\"", "\"/c\\n\\u00e9\"", "allow"),
		NULL);
	struct buf out = { .arena = &w.arena };
	policytest_json(&w.p.diags, w.report, &out);
	struct slice text = buf_done(&out);
	cJSON *value = cJSON_ParseWithLength(text.at, text.len);
	assert_non_null(value);
	const cJSON *cases = cJSON_GetObjectItem(value, "cases");
	const cJSON *failed = cJSON_GetArrayItem(cases, 1);
	const cJSON *failure = cJSON_GetArrayItem(cJSON_GetObjectItem(failed, "failures"), 0);
	assert_int_equal(cJSON_GetArraySize(cases), 2);
	assert_string_equal(cJSON_GetObjectItem(failed, "case")->valuestring, "t\"wo\x01");
	assert_string_equal(
		cJSON_GetObjectItem(cJSON_GetObjectItem(failure, "args"), "path")->valuestring,
		"/c\n\xc3\xa9");
	cJSON_Delete(value);
	end(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_passed_and_failed),
		cmocka_unit_test(matrix_is_the_product),
		cmocka_unit_test(run_takes_a_case_or_a_test_and_a_case),
		cmocka_unit_test(long_sequences_have_the_counters_they_need),
		cmocka_unit_test(coverage_is_of_what_granted),
		cmocka_unit_test(json_is_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
