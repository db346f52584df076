/* Workflows from their source to their result: what is asked for, and what follows from answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "flow/built_test.h"

static struct built b;
static struct aeg_flows flows;
static struct caller c;
static uint64_t memory[CALLER_MEMORY / 8];

static void build(const char *rest)
{
	struct buf out = { 0 };
	arena_free(&b.a);
	built_make(&b, rest);
	out.arena = &b.a;
	if (b.section.len == 0) {
		diag_render_text(&b.d, &out, false);
		print_error("%s\n", buf_done(&out).at);
	}
	assert_true(b.section.len > 0);
	assert_int_equal(built_open(b.section.at, b.section.len, &flows), AEG_OK);
}

static void prepare(void)
{
	c = (struct caller){
		.f = { .mem = memory, .mem_size = sizeof memory, .steps = CALLER_STEPS },
		.log = { .arena = &b.a },
		.now_ms = 1000
	};
}

/* How it ends, behind what was noted. */
static const char *ended(enum aeg_flow_want want)
{
	if (want == AEG_FLOW_DONE) {
		caller_note(&c, "done ", aeg_flow_result(&c.f));
	} else {
		caller_note(&c, "failed ", c.f.failed_step);
		buf_printf(&c.log, ": %s", c.f.what);
		if (c.f.status != AEG_OK)
			buf_printf(&c.log, " (%d)", c.f.status);
	}
	return buf_done(&c.log).at;
}

static const char *go(const char *input)
{
	enum aeg_status s = caller_begin(&c, &flows, 0, 0, input);
	assert_int_equal(s, c.f.status);
	return ended(s == AEG_OK ? caller_run(&c) : AEG_FLOW_FAILED);
}

#define RUN(input, want, ...) \
	do { \
		static const char *const answers_[] = { __VA_ARGS__, NULL }; \
		prepare(); \
		c.answers = answers_; \
		assert_string_equal(go(input), want); \
	} while (0)

/* ---- Steps --------------------------------------------------------------------------------- */

static void test_steps(void **state)
{
	(void)state;
	build("  steps:\n"
	      "    - name: find\n"
	      "      operation_id: search\n"
	      "      parameters: { q: '{{input.id}}' }\n"
	      "      extractors: { id: '$.hits[0].id', all: { path: '$..id', all: true, limit: 3 } }\n"
	      "    - name: one\n"
	      "      operation_id: get\n"
	      "      when: '{{steps.find.id}}'\n"
	      "      parameters: { id: '{{state.[find.id]}}', tags: '{{steps.find.all}}' }\n"
	      "      extractors: { n: '$.n' }\n"
	      "    - name: report\n"
	      "      operation_id: report\n"
	      "      when: '{{steps.one.n > 1}}'\n"
	      "      body: { n: '{{steps.one.n}}' }\n"
	      "  result: { id: '{{steps.find.id}}', all: '{{steps.find.all}}', of: '{{input.id}}' }\n");
	RUN("{\"id\":\"a b\"}",
		"GET /search?q=a%20b\n"
		"GET /items/7?tags=7&tags=%22x\n"
		"POST /report | Content-Type: application/json | { \"n\": 5 }\n"
		"done { \"id\": 7, \"all\": [7,\"\\\"x\"], \"of\": \"a b\" }",
		"200 {\"hits\":[{\"id\":7},{\"id\":\"\\\"x\"}]}", "200 {\"n\":5}", "201 {}");
	RUN("{\"id\":1}", "GET /search?q=1\ndone { \"id\": null, \"all\": [], \"of\": 1 }",
		"200 {}");
	RUN("{\"id\":1}",
		"GET /search?q=1\nGET /items/%C3%A9?tags=%C3%A9\ndone "
		"{ \"id\": \"\\u00e9\", \"all\": [\"\\u00e9\"], \"of\": 1 }",
		"200 {\"hits\":[{\"id\":\"\\u00e9\"}]}", "200 {\"n\":1}");
	RUN("{\"id\":1}",
		"GET /search?q=1\nfailed find: the response has more values than the step may take",
		"200 [{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}]");
}

static void test_last_response(void **state)
{
	(void)state;
	build("  steps:\n"
	      "    - { name: a, operation_id: search, parameters: { q: 1 } }\n"
	      "    - { name: b, operation_id: search, parameters: { q: 2 }, when: '{{input.n}}' }\n");
	RUN("{\"id\":0}", "GET /search?q=1\ndone [ 1 ]", "200 [ 1 ]");
	RUN("{\"id\":0,\"n\":1}", "GET /search?q=1\nGET /search?q=2\ndone {}", "200 [ 1 ]",
		"200 {}");
	RUN("{\"id\":0,\"n\":1}", "GET /search?q=1\nGET /search?q=2\ndone null", "200 [ 1 ]",
		"204 ");
}

/* ---- Requests ------------------------------------------------------------------------------ */

static void test_parameters(void **state)
{
	(void)state;
	build("  steps:\n"
	      "    - name: a\n"
	      "      operation_id: get\n"
	      "      parameters: { id: 'x{{input.id}}', q: '{{input.n}}', X-Note: 'n{{input.n}}',\n"
	      "        session: '{{input.n}}', list: '{{input.list}}', Content-Length: 5 }\n");
	RUN("{\"id\":\"/\",\"n\":\"a;b\",\"list\":[]}",
		"GET /items/x%2F?q=a%3Bb | X-Note: na;b | Cookie: session=a%3Bb\ndone null",
		"200 ");
	RUN("{\"id\":1,\"n\":null,\"list\":[1,2]}",
		"GET /items/x1 | X-Note: n | Cookie: list=1&list=2\ndone null", "200 ");
	RUN("{\"id\":1,\"n\":\"\\r\\nX: y\"}",
		"failed a: a header cannot hold a control character (7)", "200 ");
	RUN("{\"id\":1,\"n\":[[1]]}",
		"failed a: a list or an object inside another one has no form in this style (7)",
		"200 ");
}

static void test_segments(void **state)
{
	(void)state;
	build("  steps: [{ name: a, operation_id: get, parameters: { id: '{{input.id}}' } }]\n");
	static const char dots[] =
		"failed a: a segment of the path would be empty, `.` or `..` (7)";
	RUN("{\"id\":\".\"}", dots, "200 ");
	RUN("{\"id\":\"..\"}", dots, "200 ");
	RUN("{\"id\":\"\"}", dots, "200 ");
	RUN("{\"id\":[]}", dots, "200 ");
	RUN("{\"id\":\"...\"}", "GET /items/...\ndone null", "200 ");
	RUN("{\"id\":\"%2e\"}", "GET /items/%252e\ndone null", "200 ");
	RUN("{\"id\":\"../..\"}", "GET /items/..%2F..\ndone null", "200 ");
	RUN("{\"id\":null}",
		"a invalid id has no value, and is required\n"
		"failed a: a parameter that is required has no value (7)",
		"200 ");
}

static void test_bodies(void **state)
{
	(void)state;
	build("  steps:\n"
	      "    - { name: a, operation_id: form, body: '{{input.n}}' }\n"
	      "    - { name: b, operation_id: report, body_template: '{\"n\":{{input.id}}}' }\n");
	RUN("{\"id\":2,\"n\":{\"a b\":\"c&d\",\"l\":[1,2],\"o\":{\"k\":3},\"e\":[],\"z\":null}}",
		"POST /form | Content-Type: application/x-www-form-urlencoded | "
		"a%20b=c%26d&l=1&l=2&o%5Bk%5D=3\n"
		"POST /report | Content-Type: application/json | {\"n\":2}\ndone null",
		"200 ");
	RUN("{\"id\":0,\"n\":{}}",
		"POST /form | Content-Type: application/x-www-form-urlencoded\n"
		"b invalid /n is less than 1\n"
		"failed b: the body does not fit the schema of the request (7)",
		"200 ");
	RUN("{\"id\":0,\"n\":[1]}", "failed a: the body of a form must be an object (7)", "200 ");
	RUN("{\"id\":0,\"n\":{\"a\":{\"b\":[1]}}}",
		"failed a: a list or an object inside another one has no form in this style (7)",
		"200 ");
}

/* Not all of a thousand failures are told: each takes a look at all before it. */
static void test_many_failures(void **state)
{
	struct buf input = { 0 };
	const char *log;
	int n = 0;

	(void)state;
	build("  steps: [{ name: a, operation_id: report, body: { n: 1, l: '{{input.list}}' } }]\n");
	input.arena = &b.a;
	buf_text(&input, "{\"id\":0,\"list\":[");
	for (int i = 0; i < 1000; i++)
		buf_text(&input, "1,");
	buf_text(&input, "1]}");
	prepare();
	log = go(buf_done(&input).at);
	for (const char *at = log; (at = strstr(at, "a invalid /l/")) != NULL; at++)
		n++;
	assert_int_equal(n, 16);
	assert_non_null(
		strstr(log, "failed a: the body does not fit the schema of the request (7)"));
}

static void test_input(void **state)
{
	(void)state;
	build("  steps: [{ name: a, operation_id: search, parameters: { q: 1 } }]\n");
	RUN("{\"list\":1}",
		" invalid /list is of another type than array\n invalid  has no member `id`\n"
		"failed : the input does not fit the tool's schema (7)",
		"200 ");
	RUN("[]",
		" invalid  is of another type than object\nfailed : the input does not fit the tool's schema (7)",
		"200 ");
}

/* ---- Errors -------------------------------------------------------------------------------- */

#define RETRIES \
	"  steps:\n" \
	"    - name: a\n" \
	"      operation_id: search\n" \
	"      parameters: { q: 1 }\n" \
	"      accept_status: [404, 500-501]\n" \
	"      retry: { limit: 3, backoff: 100ms, max_backoff: 300ms }\n" \
	"      timeout: 1s\n" \
	"      extractors: { n: '$.n' }\n"

static void test_retries(void **state)
{
	(void)state;
	build(RETRIES "  result: '{{steps.a.n}}'\n");
	RUN("{\"id\":0}",
		"GET /search?q=1\nwait 100\nGET /search?q=1\nwait 200\nGET /search?q=1\nwait 300\n"
		"GET /search?q=1\ndone 4",
		"503 ", "fail", "200 {", "200 {\"n\":4}");
	RUN("{\"id\":0}",
		"GET /search?q=1\nwait 100\nGET /search?q=1\nwait 200\nGET /search?q=1\nwait 300\n"
		"GET /search?q=1\nfailed a: it was refused",
		"429 ", "408 ", "599 ", "fail");
	RUN("{\"id\":0}", "GET /search?q=1\nfailed a: the response is an error", "400 ", "200 ");
	RUN("{\"id\":0}", "GET /search?q=1\ndone 5", "404 {\"n\":5}");
	RUN("{\"id\":0}", "GET /search?q=1\ndone null", "501 <html>");
	RUN("{\"id\":0}", "GET /search?q=1\nfailed a: the response is an error", "199 ");
}

static void test_time(void **state)
{
	(void)state;
	build(RETRIES "  timeout: 450ms\n");
	prepare();
	static const char *const failing[] = { "500 ", "502 ", "502 ", "502 ", NULL };
	c.answers = failing + 1;
	c.request_ms = 100;
	/* The wait begins when the failure is known, and never goes past the end. */
	assert_string_equal(go("{\"id\":0}"),
		"GET /search?q=1\nwait 100\nGET /search?q=1\nwait 150\n"
		"failed a: the workflow takes longer than it may");
	struct aeg_flow_request q;
	uint32_t ms = 0;
	prepare();
	assert_int_equal(caller_begin(&c, &flows, 0, 0, "{\"id\":0}"), AEG_OK);
	assert_int_equal(aeg_flow_next(&c.f, 5000, &q, &ms), AEG_FLOW_REQUEST);
	assert_int_equal(q.timeout_ms, 450);
	aeg_flow_failure(&c.f, "x");
	assert_int_equal(aeg_flow_next(&c.f, 5050, &q, &ms), AEG_FLOW_WAIT);
	assert_int_equal(ms, 100);
	assert_int_equal(aeg_flow_next(&c.f, 10, &q, &ms), AEG_FLOW_WAIT); /* a clock gone back */
	assert_int_equal(aeg_flow_next(&c.f, 5150, &q, &ms), AEG_FLOW_REQUEST);
	assert_int_equal(q.timeout_ms, 300);
	assert_int_equal(q.attempt, 2);
	assert_int_equal(
		aeg_flow_next(&c.f, 5150, &q, &ms), AEG_FLOW_FAILED); /* a response is due */
	assert_int_equal(c.f.status, AEG_USAGE);
	aeg_flow_response(&c.f, 200, (struct aeg_str){ "", 0 }, (struct aeg_str){ "", 0 });
	assert_int_equal(aeg_flow_next(&c.f, 5150, &q, &ms), AEG_FLOW_FAILED);
}

static void test_continue(void **state)
{
	(void)state;
	build("  steps:\n"
	      "    - { name: a, operation_id: search, parameters: { q: 1 }, on_error: continue,\n"
	      "        extractors: { n: '$.n' } }\n"
	      "    - { name: b, operation_id: search, parameters: { q: '{{default steps.a.n 9}}' } }\n");
	RUN("{\"id\":0}", "GET /search?q=1\nGET /search?q=9\ndone {}", "500 ", "200 {}");
	RUN("{\"id\":0}", "GET /search?q=1\nGET /search?q=9\ndone {}", "200 no JSON", "200 {}");
	RUN("{\"id\":0}", "GET /search?q=1\nGET /search?q=3\ndone {}", "200 {\"n\":3}", "200 {}");
}

/* ---- Loops --------------------------------------------------------------------------------- */

#define LOOP \
	"  steps:\n" \
	"    - name: a\n" \
	"      operation_id: get\n" \
	"      for_each: { in: '{{input.list}}', as: x, limit: 3 }\n" \
	"      parameters: { id: 'i{{x}}', q: '{{x}}' }\n" \
	"      on_error: continue\n" \
	"      extractors: { n: '$.n', m: { path: '$..m', all: true } }\n" \
	"  result: { n: '{{steps.a.n}}', m: '{{state.[a.m]}}' }\n"

static void test_loops(void **state)
{
	(void)state;
	build(LOOP);
	RUN("{\"id\":0,\"list\":[1, \"b\", 3]}",
		"GET /items/i1?q=1\nGET /items/ib?q=b\nGET /items/i3?q=3\n"
		"done { \"n\": [7,null,null], \"m\": [[1,2],null,[]] }",
		"200 {\"n\":7,\"k\":[{\"m\":1},{\"m\":2}]}", "404 ", "200 {}");
	RUN("{\"id\":0,\"list\":[]}", "done { \"n\": [], \"m\": [] }", "200 ");
	RUN("{\"id\":0}", "done { \"n\": [], \"m\": [] }", "200 ");
	RUN("{\"id\":0,\"list\":[1,2,3,4]}",
		"failed a: the list that the step goes through is longer than it may be", "200 ");
}

static void test_ten_thousand_rounds(void **state)
{
	enum { ROUNDS = 10000 };
	struct aeg_flow_request q;
	struct buf input = { 0 };
	uint32_t ms, n = 0;
	size_t cap;

	(void)state;
	build("  steps:\n"
	      "    - name: a\n"
	      "      operation_id: get\n"
	      "      for_each: { in: '{{input.list}}', limit: 10000 }\n"
	      "      parameters: { id: '{{item.v}}' }\n"
	      "      extractors: { n: '$' }\n"
	      "  timeout: 1h\n"
	      "  result: '{{length steps.a.n}}'\n");
	prepare();
	input.arena = &b.a;
	buf_text(&input, "{\"id\":0,\"list\":[");
	for (uint32_t i = 0; i < ROUNDS; i++)
		buf_printf(&input, "%s{\"v\":%u}", i == 0 ? "" : ",", i);
	buf_text(&input, "]}");
	c.f = (struct aeg_flow){ .size_of = sizeof c.f,
		.flows = &flows,
		.input = &c.input,
		.mem_size = 16 << 20,
		.steps = 100000000 };
	c.f.mem = arena_alloc(&b.a, c.f.mem_size, 1, 8);
	cap = aeg_json_bound(input.len);
	assert_int_equal(aeg_json_scan(&c.input, input.at, input.len,
				 arena_array(&b.a, struct aeg_json_tok, cap), cap),
		AEG_OK);
	assert_int_equal(aeg_flow_begin(&c.f), AEG_OK);
	while (aeg_flow_next(&c.f, n, &q, &ms) == AEG_FLOW_REQUEST) {
		char want[32];
		assert_int_equal(q.round, n);
		assert_int_equal(snprintf(want, sizeof want, "/items/%u", n++), (int)q.target.len);
		assert_memory_equal(q.target.at, want, q.target.len);
		aeg_flow_response(
			&c.f, 200, (struct aeg_str){ "", 0 }, (struct aeg_str){ "{}", 2 });
	}
	assert_int_equal(n, ROUNDS);
	assert_int_equal(aeg_flow_result(&c.f).len, 5);
	assert_memory_equal(aeg_flow_result(&c.f).at, "10000", 5);
}

/* ---- Failures of templates, and of who calls ------------------------------------------------ */

static void test_templates(void **state)
{
	(void)state;
	build("  steps:\n"
	      "    - { name: a, operation_id: search, parameters: { q: '{{input.n + 1}}' } }\n"
	      "    - { name: b, operation_id: search, parameters: { q: 1 }, when: '{{input.n < 4}}' }\n"
	      "  result: '{{input.list.length - 1}}'\n");
	RUN("{\"id\":0,\"n\":4,\"list\":[1,2]}", "GET /search?q=5\ndone 1", "200 ");
	/* The result: behind the last step, and of none. */
	RUN("{\"id\":0,\"n\":4}", "GET /search?q=5\nfailed : a number is missing here (7)", "200 ");
	RUN("{\"id\":0,\"n\":\"x\"}", "failed a: this is no number (7)", "200 ");
}

static void test_usage(void **state)
{
	struct aeg_flow_request q;
	uint32_t ms;

	(void)state;
	build("  steps: [{ name: a, operation_id: search, parameters: { q: 1 } }]\n");
	prepare();
	assert_int_equal(aeg_flow_next(&c.f, 0, &q, &ms), AEG_FLOW_FAILED); /* never begun */
	c.f.mem = (char *)memory + 4;
	assert_int_equal(caller_begin(&c, &flows, 0, 0, "{\"id\":0}"), AEG_USAGE);
	assert_int_equal(aeg_flow_next(&c.f, 0, &q, &ms), AEG_FLOW_FAILED);
	c.f.mem = memory;
	assert_int_equal(caller_begin(&c, &flows, 1, 0, "{\"id\":0}"), AEG_USAGE);
	assert_int_equal(caller_begin(&c, &flows, AEG_NONE, flows.noperations, "{}"), AEG_USAGE);
	assert_int_equal(caller_begin(&c, NULL, 0, 0, "{}"), AEG_USAGE);
	c.f.size_of = 8;
	assert_int_equal(aeg_flow_begin(&c.f), AEG_USAGE);
	/* A response that lies in the flow's own memory would be overwritten while it is read. */
	assert_int_equal(caller_begin(&c, &flows, 0, 0, "{\"id\":0}"), AEG_OK);
	assert_int_equal(aeg_flow_next(&c.f, 0, &q, &ms), AEG_FLOW_REQUEST);
	aeg_flow_response(&c.f, 200, (struct aeg_str){ "", 0 }, q.target);
	assert_int_equal(aeg_flow_next(&c.f, 0, &q, &ms), AEG_FLOW_FAILED);
	assert_int_equal(c.f.status, AEG_USAGE);
}

/* ---- Exploring ----------------------------------------------------------------------------- */

static const char *explore(const char *name, const char *input)
{
	static const char *const answers[] = { "404 {\"n\":1}", NULL };
	uint32_t i = aeg_explore_find(&flows, (struct aeg_str){ name, (uint32_t)strlen(name) });
	assert_int_not_equal(i, AEG_NONE);
	prepare();
	c.answers = answers;
	enum aeg_status s = caller_begin(&c, &flows, AEG_NONE, i, input);
	return ended(s == AEG_OK ? caller_run(&c) : AEG_FLOW_FAILED);
}

static void test_explore(void **state)
{
	(void)state;
	build("  steps: [{ name: a, operation_id: search, parameters: { q: 1 } }]\n");
	assert_int_equal(aeg_explore_find(&flows, (struct aeg_str){ "api.other", 9 }), AEG_NONE);
	assert_string_equal(explore("api.get", "{\"id\":\"x\",\"q\":null,\"tags\":[1,\"b\"]}"),
		"GET /items/x?tags=1&tags=b\ndone {\"n\":1}");
	assert_string_equal(explore("api.report", "{\"body\":{\"n\":1}}"),
		"POST /report | Content-Type: application/json | {\"n\":1}\ndone {\"n\":1}");
	assert_string_equal(explore("api.report", "{\"body\":\"x\"}"),
		" invalid  is of another type than object\n"
		"failed : the body does not fit the schema of the request (7)");
	assert_string_equal(explore("api.get", "{}"),
		" invalid id has no value, and is required\n"
		"failed : a parameter that is required has no value (7)");
	assert_string_equal(explore("api.get", "[]"), "failed : the input must be an object (7)");
}

/* ---- Bounds -------------------------------------------------------------------------------- */

static const char *const loop_answers[] = { "200 {\"n\":7,\"k\":[{\"m\":1},{\"m\":\"\\u00e9\"}]}",
	"404 ", "200 {\"n\":{\"a\":[]}}", NULL };
static const char loop_input[] = "{\"id\":0,\"list\":[1,\"b\",3]}";

/* With memory of every size: enough, or AEG_NOMEM; never beyond it. */
static void test_memory(void **state)
{
	size_t size = 0, step = 8;
	int done = 0;

	(void)state;
	build(LOOP);
	for (; done < 100; size += done ? 8 : step) {
		void *mem = malloc(size == 0 ? 1 : size); /* a sanitizer sees its end */
		prepare();
		c.log.arena = NULL;
		c.answers = loop_answers;
		c.f.mem = mem;
		c.f.mem_size = size;
		enum aeg_status s = caller_begin(&c, &flows, 0, 0, loop_input);
		if (s == AEG_OK && caller_run(&c) == AEG_FLOW_DONE) {
			static const char want[] =
				"{ \"n\": [7,null,{\"a\":[]}], \"m\": [[1,\"\\u00e9\"],null,[]] }";
			assert_int_equal(aeg_flow_result(&c.f).len, sizeof want - 1);
			assert_memory_equal(aeg_flow_result(&c.f).at, want, sizeof want - 1);
			done++;
		} else {
			assert_int_equal(c.f.status, AEG_NOMEM);
			assert_int_equal(done, 0);
		}
		free(mem);
		step = 8 + size / 200 * 8 % 512;
		assert_in_range(size, 0, CALLER_MEMORY);
	}
}

static void test_budget(void **state)
{
	enum aeg_flow_want want = AEG_FLOW_FAILED;

	(void)state;
	build(LOOP);
	for (uint64_t steps = 0; want != AEG_FLOW_DONE; steps++) {
		prepare();
		c.log.arena = NULL;
		c.answers = loop_answers;
		c.f.steps = steps;
		want = AEG_FLOW_FAILED;
		if (caller_begin(&c, &flows, 0, 0, loop_input) == AEG_OK)
			want = caller_run(&c);
		assert_int_equal(c.f.status, want == AEG_FLOW_DONE ? AEG_OK : AEG_BUDGET);
		assert_in_range(c.f.steps, 0, steps);
		assert_in_range(steps, 0, 100000);
	}
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&b.a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_last_response),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_many_failures),
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_ten_thousand_rounds),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_explore),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_budget),
	};
	return cmocka_run_group_tests_name("flow_run", tests, NULL, teardown);
}
