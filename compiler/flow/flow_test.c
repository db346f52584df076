/* Tool workflows: both spellings of everything, what is read and sent, texts and their places. */
#include "aegis/eval.h"
#include "flow/test.h"

#include <stdio.h>
#include <string.h>

static const char api[] =
	"openapi: 3.1.1\n"
	"info: { title: Shop, version: '1' }\n"
	"servers: [{ url: 'https://shop.example.com' }]\n"
	"paths:\n"
	"  /items:\n"
	"    get:\n"
	"      operationId: list\n"
	"      parameters:\n"
	"        - { name: limit, in: query, schema: { type: integer } }\n"
	"        - { name: tags, in: query, schema: { type: array, items: { type: string } } }\n"
	"        - { name: id, in: header, schema: { type: string } }\n"
	"      responses:\n"
	"        '200': { description: fine, content: { application/json: { schema: { $ref: '#/components/schemas/List' } } } }\n"
	"        default: { description: bad, content: { application/json: { schema: { type: object } } } }\n"
	"    post:\n"
	"      operationId: add\n"
	"      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }\n"
	"      responses: { '201': { description: made } }\n"
	"  /items/{id}:\n"
	"    get:\n"
	"      operationId: one\n"
	"      parameters:\n"
	"        - { name: id, in: path, required: true, schema: { type: string } }\n"
	"        - { name: id, in: query, schema: { type: string } }\n"
	"      responses: { '200': { description: fine, content: { application/vnd.item+json: { schema: { $ref: '#/components/schemas/Item' } } } } }\n"
	"    put:\n"
	"      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]\n"
	"      requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { size: { type: integer } } } } } }\n"
	"      responses: { '200': { description: fine } }\n"
	"components:\n"
	"  schemas:\n"
	"    List:\n"
	"      type: object\n"
	"      required: [items, total]\n"
	"      properties: { items: { type: array, items: { $ref: '#/components/schemas/Item' } }, total: { type: integer } }\n"
	"    Item:\n"
	"      type: object\n"
	"      required: [id, price, name]\n"
	"      properties: { id: { type: string }, price: { type: number }, name: { type: [string, 'null'] }, note: { type: string } }\n"
	"    New:\n"
	"      type: object\n"
	"      required: [name]\n"
	"      properties: { name: { type: string }, price: { type: number }, kind: { enum: [a, b] }, note: { type: [string, 'null'] } }\n";

static const char head[] =
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: ApiSpec\n"
	"metadata: { name: shop }\n"
	"spec: { source: api.yaml }\n"
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: ToolWorkflow\n"
	"metadata: { name: shop.tool }\n"
	"spec:\n"
	"  description: Several calls\n"
	"  api_spec: shop\n"
	"  input_schema:\n"
	"    type: object\n"
	"    required: [text, n, list]\n"
	"    properties: { text: { type: string }, n: { type: integer }, maybe: { type: string }, list: { type: array, items: { type: string } } }\n"
	"    additionalProperties: false\n"
	"  steps:\n"; /* what follows begins at line 18 */
enum { FIRST = 18 };

static struct run *read_steps(const char *steps)
{
	struct run *r = run_begin();
	struct buf b = { .arena = &r->a };
	run_add(r, "api.yaml", api);
	buf_printf(&b, "%s%s", head, steps);
	run_read(r, buf_done(&b).at);
	return r;
}

/* Findings of steps with one `list` before them, which leaves `id`, `price`, `name`, `ids`; lines
 * are counted from the first after it. */
struct finding_case {
	const char *steps, *want;
};
#define LIST \
	"    - name: list\n" \
	"      operation_id: list\n" \
	"      extractors: { id: '$.items[0].id', name: '$.items[0].name', total: $.total, ids: { path: '$.items[*].id', all: true } }\n"
enum { LIST_LINES = 3 };

static void expect(const struct finding_case *c)
{
	struct buf b = { .arena = NULL };
	struct run *r = run_begin();
	b.arena = &r->a;
	run_add(r, "api.yaml", api);
	buf_printf(&b, "%s" LIST "%s", head, c->steps);
	run_read(r, buf_done(&b).at);
	struct buf found = { .arena = &r->a };
	for (size_t i = 0; i < r->d.n; i++) {
		struct place at = source_place(&r->s, r->d.v[i].at.file, r->d.v[i].at.lo);
		buf_printf(&found, "%s %d:%u\n", diag_info(r->d.v[i].code)->name,
			(int)at.line - FIRST - LIST_LINES + 1, (unsigned)at.column);
	}
	if (strcmp(buf_done(&found).at, c->want) != 0) {
		print_error("%s\nwanted:\n%sfound:\n%s", c->steps, c->want, found.at);
		fail();
	}
	run_end(r);
}
#define EXPECT_ALL(cases) \
	do { \
		for (size_t i_ = 0; i_ < sizeof(cases) / sizeof *(cases); i_++) \
			expect(&(cases)[i_]); \
	} while (0)

/* ---- Spellings ----------------------------------------------------------------------------- */

static const struct mflow_step *step(const struct run *r, uint32_t i)
{
	assert_int_equal(r->m->nflows, 1);
	assert_in_range(i, 0, r->m->flows[0].nsteps - 1);
	return &r->m->flows[0].steps[i];
}

static void test_on_error(void **state)
{
	static const struct {
		const char *text;
		enum mflow_on_error on_error;
		uint32_t retries;
	} cases[] = {
		{ "fail", FLOW_FAIL, 0 },
		{ "AbortWorkflow", FLOW_FAIL, 0 },
		{ "continue", FLOW_CONTINUE, 0 },
		{ "Continue", FLOW_CONTINUE, 0 },
		{ "RetryN(3)", FLOW_FAIL, 3 },
		{ "{ RetryN: 3 }", FLOW_FAIL, 3 },
		{ "{ RetryN: 0 }", FLOW_FAIL, 0 },
		{ "{ \"RetryN\": 10 }", FLOW_FAIL, 10 },
	};
	static const char *const wrong[] = { "ignore", "RetryN", "RetryN()", "RetryN(256)",
		"RetryN(-1)", "{ RetryN: 256 }", "{ Retry: 3 }" };
	char text[200];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "    - { name: a, operation_id: list, on_error: %s }\n",
			cases[i].text);
		struct run *r = read_steps(text);
		assert_int_equal(r->d.n, 0);
		assert_int_equal(step(r, 0)->on_error, cases[i].on_error);
		assert_int_equal(step(r, 0)->retries, cases[i].retries);
		run_end(r);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(text, sizeof text, "    - { name: a, operation_id: list, on_error: %s }\n",
			wrong[i]);
		struct run *r = read_steps(text);
		if (r->d.n != 1 || r->d.v[0].code != AEG_bad_on_error)
			fail_msg("%s: %s", wrong[i], run_findings(r, true));
		run_end(r);
	}
}

static void test_retry(void **state)
{
	struct run *r = read_steps("    - name: a\n"
				   "      operation_id: list\n"
				   "      timeout: 2s\n"
				   "      accept_status: [404, 5xx, 410-412]\n"
				   "      retry: { limit: 2, backoff: 100ms, max_backoff: 1s }\n"
				   "    - { name: b, operation_id: list }\n");
	const struct mflow_step *a = step(r, 0), *b = step(r, 1);
	(void)state;
	assert_string_equal(run_findings(r, true), "");
	assert_int_equal(a->retries, 2);
	assert_int_equal(a->backoff_ms, 100);
	assert_int_equal(a->backoff_most_ms, 1000);
	assert_int_equal(a->timeout_ms, 2000);
	assert_int_equal(a->naccepted, 3);
	assert_int_equal(a->accepted[0].from, 404);
	assert_int_equal(a->accepted[0].to, 404);
	assert_int_equal(a->accepted[1].from, 500);
	assert_int_equal(a->accepted[1].to, 599);
	assert_int_equal(a->accepted[2].from, 410);
	assert_int_equal(a->accepted[2].to, 412);
	assert_int_equal(b->timeout_ms, 15000);
	assert_int_equal(b->backoff_ms, 500);
	assert_int_equal(r->m->flows[0].total_ms, 60000);
	run_end(r);
}

/* An operation by its id or its place, in either case; the ApiSpec by either name. */
static void test_operations(void **state)
{
	struct run *r = read_steps(
		"    - { name: a, operation_id: one, parameters: { path.id: x } }\n"
		"    - { name: b, method: GET, path: '/items/{id}', parameters: { path.id: x } }\n"
		"    - { name: c, method: get, path: '/items/{id}', parameters: { path.id: x, query.id: y } }\n"
		"    - { name: d, method: PUT, path: '/items/{id}', parameters: { id: x } }\n");
	const struct flow *f = &r->f->v[0];
	(void)state;
	assert_string_equal(run_findings(r, true), "");
	assert_non_null(f->steps[0].operation);
	assert_ptr_equal(f->steps[0].operation, f->steps[1].operation);
	assert_ptr_equal(f->steps[0].operation, f->steps[2].operation);
	assert_int_equal(f->steps[2].narguments, 2);
	run_end(r);
	r = run_begin();
	run_add(r, "api.yaml", api);
	run_read(r,
		"apiVersion: seal.100monkeys.ai/v1\nkind: ApiSpec\nmetadata: { name: shop }\nspec: { source: api.yaml }\n---\n"
		"apiVersion: seal.100monkeys.ai/v1\nkind: ToolWorkflow\nmetadata: { name: shop.tool }\n"
		"spec: { description: x, api_spec_id: shop, input_schema: { type: object }, steps: [{ name: a, operation_id: list }] }\n");
	assert_int_equal(r->d.errors, 0);
	assert_non_null(r->f->v[0].steps[0].operation);
	run_end(r);
}

static void test_variables(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - { name: b, operation_id: one, when: '{{steps.list.id}}', parameters: { path.id: '{{steps.list.id}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: one, when: 'steps.list.id', parameters: { path.id: '{{state.[list.id]}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: one, when: '{{state.[list.id]}}', parameters: { path.id: '{{steps.list.id}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: one, parameters: { path.id: '{{state.input.text}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: one, parameters: { path.id: '{{default steps.list.id \"x\"}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: one, parameters: { path.id: '{{state.[list.ident]}}' } }\n",
			"unknown_reading 1:63\n" },
		{ "    - { name: b, operation_id: one, parameters: { path.id: '{{steps.b.id}}' } }\n",
			"reading_too_early 1:63\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

/* ---- Types --------------------------------------------------------------------------------- */

static void test_conditions(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - { name: b, operation_id: list, when: '{{steps.list.total > 3}}' }\n", "" },
		{ "    - { name: b, operation_id: list, when: '{{steps.list.id > 3}}' }\n",
			"bad_flow_template 1:47\n" },
		{ "    - { name: b, operation_id: list, when: '{{steps.list.id == 3}}' }\n",
			"bad_flow_template 1:47\n" },
		{ "    - { name: b, operation_id: list, when: '{{input.n == input.text}}' }\n",
			"bad_flow_template 1:47\n" },
		{ "    - { name: b, operation_id: list, when: '{{steps.list.id == steps.list.total}}' }\n",
			"bad_flow_template 1:47\n" },
		{ "    - { name: b, operation_id: list, when: '{{steps.list.id == null}}' }\n",
			"" },
		{ "    - { name: b, operation_id: list, when: '{{input.text != null}}' }\n",
			"bad_flow_template 1:47\n" }, /* it is required */
		{ "    - { name: b, operation_id: list, when: '{{input.maybe == undefined}}' }\n",
			"" },
		{ "    - { name: b, operation_id: list, when: '{{steps.list.name < \"x\"}}' }\n",
			"" },
		{ "    - { name: b, operation_id: list, when: '{{length(steps.list.ids) > 0}}' }\n",
			"" },
		{ "    - { name: b, operation_id: list, when: '{{length(steps.list.total) > 0}}' }\n",
			"" },
		{ "    - { name: b, operation_id: list, when: '{{steps.list.ids.length > \"1\"}}' }\n",
			"bad_flow_template 1:47\n" },
		{ "    - { name: b, operation_id: list, parameters: { limit: '{{input.n + steps.list.id}}' } }\n",
			"bad_flow_template 1:62\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

static void test_sent(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - { name: b, operation_id: add, body: { name: '{{input.text}}', price: 1, kind: a, note: null } }\n",
			"" },
		{ "    - { name: b, operation_id: add, body: { name: '{{input.n}}' } }\n",
			"wrong_value 1:51\n" },
		{ "    - { name: b, operation_id: add, body: { name: 'n{{input.n}}', note: '{{input.maybe}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: add, body: { name: '{{input.maybe}}' } }\n",
			"maybe_missing 1:51\n" },
		{ "    - { name: b, operation_id: add, when: 'input.maybe', body: { name: '{{input.maybe}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: add, when: 'steps.list.id', body: { name: '{{steps.list.name}}' } }\n",
			"maybe_missing 1:74\n" }, /* may be null */
		{ "    - { name: b, operation_id: add, body: { name: x, price: '1' } }\n",
			"wrong_value 1:61\n" },
		{ "    - { name: b, operation_id: add, body: { name: x, kind: c } }\n",
			"wrong_value 1:60\n" },
		{ "    - { name: b, operation_id: add, body: { nmae: x } }\n",
			"missing_member 1:43\nmember_unlisted 1:45\n" },
		{ "    - { name: b, operation_id: add, body: [] }\n", "wrong_value 1:43\n" },
		{ "    - { name: b, operation_id: list, parameters: { limit: 'a{{input.n}}', tags: [a, '{{input.n}}'] } }\n",
			"" },
		{ "    - { name: b, operation_id: list, parameters: { limit: '10', tags: a } }\n",
			"wrong_value 1:71\n" },
		{ "    - { name: b, operation_id: list, parameters: { limit: '{{input.text}}' } }\n",
			"doubtful_value 1:59\n" },
		{ "    - { name: b, operation_id: list, parameters: { limit: '{{input.list}}' } }\n",
			"wrong_value 1:59\n" },
		/* A form is text. */
		{ "    - { name: b, method: PUT, path: '/items/{id}', parameters: { id: x }, body: { size: '3' } }\n",
			"" },
		{ "    - { name: b, method: PUT, path: '/items/{id}', parameters: { id: x }, body: { size: big } }\n",
			"wrong_value 1:89\n" },
		{ "    - { name: b, operation_id: one, parameters: { id: x } }\n",
			"unknown_step_parameter 1:51\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

static void test_body_template(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - name: b\n      operation_id: add\n      body_template: |\n"
		  "        { \"name\": {{input.text}},\n"
		  "          \"price\": {{input.n}}, {{! fine }} \"note\": \"a {{input.text}}\" }\n",
			"" },
		{ "    - name: b\n      operation_id: add\n      body_template: |\n"
		  "        { \"name\": {{input.n}},\n"
		  "          \"price\": \"x\",\n"
		  "          \"kind\": \"c\", \"other\": 1 }\n",
			"wrong_value 4:19\nwrong_value 5:20\nwrong_value 6:19\nmember_unlisted 6:24\n" },
		/* With blocks only what is read is looked at. */
		{ "    - name: b\n      operation_id: add\n      body_template: |\n"
		  "        { {{#if input.maybe}}\"nmae\": {{input.maybe}}{{/if}},\n"
		  "          \"n\": {{input.nothing}} }\n",
			"unknown_reading 5:18\n" },
		{ "    - { name: b, operation_id: add, body_template: '{ \"a\": }' }\n",
			"bad_flow_template 1:60\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

/* JSON before `+json`, that before ranges, and a form last; a range is sent as JSON. */
static void test_media(void **state)
{
	struct openapi_media any = { .type = SLICE("*/*") },
			     some = { .type = SLICE("application/*") },
			     json = { .type = SLICE("Application/JSON; charset=utf-8") },
			     own = { .type = SLICE("application/vnd.x+json") },
			     form = { .type = SLICE("application/x-www-form-urlencoded") },
			     text = { .type = SLICE("text/plain") };
	const struct {
		struct openapi_media v[3];
		uint32_t n, which;
		const char *sent;
	} cases[] = {
		{ { any, own, json }, 3, 2, "application/json" },
		{ { any, own, form }, 3, 1, "application/vnd.x+json" },
		{ { text, some, form }, 3, 1, "application/json" },
		{ { text, form }, 2, 1, "application/x-www-form-urlencoded" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct openapi_media v[3] = { cases[i].v[0], cases[i].v[1], cases[i].v[2] };
		struct openapi_body body = { .media = v, .nmedia = cases[i].n };
		const struct openapi_media *m = flow_request_media(&body);
		assert_ptr_equal(m, &v[cases[i].which]);
		assert_true(slice_is(flow_media_type(m), cases[i].sent));
	}
	assert_null(flow_json_media(&text, 1));
	assert_int_equal(flow_media_type(NULL).len, 0);
}

static void test_loops(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - { name: b, operation_id: one, for_each: { in: '{{steps.list.ids}}', limit: 5 }, parameters: { path.id: '{{item}}' }, extractors: { price: $.price } }\n"
		  "    - { name: c, operation_id: add, body: { name: x, price: '{{steps.b.price}}' } }\n",
			"wrong_value 2:61\n" }, /* a list now */
		{ "    - { name: b, operation_id: one, for_each: { in: '{{input.list}}', as: id, limit: 5 }, parameters: { path.id: '{{id.x}}' } }\n",
			"unknown_reading 1:117\n" },
		{ "    - { name: b, operation_id: list, for_each: { in: '{{input.text}}', limit: 5 } }\n",
			"wrong_value 1:54\n" },
		{ "    - { name: b, operation_id: list, for_each: { in: '{{input.list}}', limit: 5 }, parameters: { limit: '{{item}}' } }\n",
			"doubtful_value 1:105\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

static void test_paths(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - { name: b, operation_id: list, extractors: { a: '$.items[*].price', b: '$..id', c: '$.items[?@.price > 1].id' } }\n",
			"" },
		{ "    - { name: b, operation_id: list, extractors: { a: $.itmes } }\n",
			"path_may_select_nothing 1:56\n" },
		{ "    - { name: b, operation_id: list, extractors: { a: $.total.x } }\n",
			"path_selects_nothing 1:62\n" },
		{ "    - { name: b, operation_id: list, extractors: { a: '$.total[0]' } }\n",
			"path_selects_nothing 1:55\n" },
		{ "    - { name: b, operation_id: list, accept_status: [404], extractors: { a: $.error } }\n",
			"" },
		{ "    - { name: b, operation_id: add, extractors: { a: $.id } }\n",
			"path_may_select_nothing 1:54\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

/* What a condition looks at was there, and so was what that depended on. */
static void test_guards(void **state)
{
	static const struct finding_case cases[] = {
		{ "    - { name: b, operation_id: one, when: steps.list.id, parameters: { path.id: '{{steps.list.id}}' }, extractors: { p: $.price } }\n"
		  "    - { name: c, operation_id: add, when: steps.b.p, body: { name: '{{steps.list.id}}', price: '{{steps.b.p}}' } }\n",
			"" },
		{ "    - { name: b, operation_id: one, when: steps.list.id, parameters: { path.id: '{{steps.list.id}}' }, extractors: { p: $.price } }\n"
		  "    - { name: c, operation_id: add, body: { name: x, price: '{{steps.b.p}}' } }\n",
			"maybe_missing 2:61\n" },
		{ "    - { name: b, operation_id: list, on_error: continue, extractors: { t: $.total } }\n"
		  "    - { name: c, operation_id: add, body: { name: x, price: '{{steps.b.t}}' } }\n",
			"maybe_missing 2:61\n" },
		{ "    - { name: b, operation_id: list, when: 'false', extractors: { t: $.total } }\n"
		  "    - { name: c, operation_id: add, body: { name: 'x{{steps.b.t}}' } }\n",
			"step_never_run 1:44\nreading_of_nothing 2:55\n" },
		/* Of what was reported already nothing is said. */
		{ "    - { name: b, operation_id: one, when: 'steps.list.id > 3', parameters: { path.id: '{{steps.list.id}}' } }\n",
			"bad_flow_template 1:44\n" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

/* ---- Texts --------------------------------------------------------------------------------- */

/* What @yaml, a value whose texts are templates, is compiled from is seen by what it renders. */
static void expect_places(const char *steps, const char *part, unsigned line, unsigned column)
{
	struct run *r = read_steps(steps);
	const struct flow_template *t = &r->f->v[0].steps[0].body;
	bool found = false;
	for (uint32_t i = 0; i < t->nreads && !found; i++) {
		const struct flow_read *read = &t->reads[i];
		if (!slice_is(read->steps[read->nsteps - 1], part))
			continue;
		struct place at = source_place(&r->s, read->at.file, read->at.lo);
		found = true;
		if (at.line != FIRST + line - 1 || at.column != column)
			fail_msg("%s in\n%s%u:%u", part, steps, at.line - FIRST + 1, at.column);
		assert_int_equal(read->at.hi - read->at.lo, strlen("input.") + strlen(part));
	}
	if (!found)
		fail_msg("%s is not read in\n%s%s", part, steps, run_findings(r, true));
	run_end(r);
}

static void test_places(void **state)
{
	(void)state;
	expect_places(
		"    - { name: a, operation_id: add, body: { name: 'a \"{{input.text}}\"' } }\n",
		"text", 1, 57);
	expect_places(
		"    - { name: a, operation_id: add, body: { name: \"\\t\\u00e9{{input.text}}\" } }\n",
		"text", 1, 62);
	expect_places("    - name: a\n      operation_id: add\n      body:\n        name: |\n"
		      "          one\n          two {{input.text}} \\{{no}} {{input.maybe}}\n",
		"maybe", 6, 40);
	expect_places("    - name: a\n      operation_id: add\n      body:\n        name: >-\n"
		      "          one\n          two {{input.text}}\n",
		"text", 6, 17);
	expect_places(
		"    - name: a\n      operation_id: add\n      body_template: |\n        { \"name\":\n"
		"          {{input.text}} }\n",
		"text", 5, 13);
}

/* What the value @yaml renders for input { text: a"b\c, n: 1 }. */
static void expect_rendered(const char *yaml, const char *want)
{
	static const char data[] = "{\"text\":\"a\\\"b\\\\c\",\"n\":1}";
	static uint64_t mem[4096];
	char text[400], out[400];
	struct aeg_json_tok tok[64];
	struct aeg_json input;
	struct aeg_template program;
	struct aeg_root root = { { "input", 5 }, &input, 0 };
	struct aeg_render render = { .size_of = sizeof render,
		.program = &program,
		.roots = &root,
		.nroots = 1,
		.mem = mem,
		.mem_size = sizeof mem,
		.out = out,
		.cap = sizeof out,
		.steps = 100000 };
	assert_int_equal(aeg_json_scan(&input, data, sizeof data - 1, tok, 64), AEG_OK);
	snprintf(text, sizeof text, "    - { name: a, operation_id: list }\n  result: %s\n", yaml);
	struct run *r = read_steps(text);
	const struct flow_template *t = &r->f->v[0].result;
	if (t->program.len == 0)
		fail_msg("%s%s", text, run_findings(r, true));
	assert_int_equal(aeg_template_check(&program, t->program.at, t->program.len), AEG_OK);
	assert_int_equal(aeg_render(&render), AEG_OK);
	out[render.len] = 0;
	assert_string_equal(out, want);
	run_end(r);
}

static void test_texts(void **state)
{
	(void)state;
	expect_rendered("'{{input.n}}'", "1");
	expect_rendered("'{{input.text}}'", "\"a\\\"b\\\\c\"");
	expect_rendered("'{{json input}}'", "{\"text\":\"a\\\"b\\\\c\",\"n\":1}");
	expect_rendered("'n={{input.n}}'", "\"n=1\"");
	expect_rendered("'\"{{input.text}}\"'", "\"\\\"a\\\"b\\\\c\\\"\"");
	expect_rendered("'{{input.n}}{{input.n}}'", "\"11\"");
	expect_rendered("'{{input.n}}}'", "\"1}\"");
	expect_rendered("'{ {{input.n}} }'", "\"{ 1 }\"");
	expect_rendered("'{{default input.x \"}}\"}}'", "\"}}\"");
	expect_rendered("'a{{! \"quiet\" }}b'", "\"ab\"");
	expect_rendered("'a{{!-- }} --}}b'", "\"ab\"");
	/* One backslash makes a tag plain text; of more one is taken away. */
	expect_rendered("'a\\{{input.n}}\"b\"'", "\"a\\u007b{input.n}}\\\"b\\\"\"");
	expect_rendered("'\\{{\"x\"}} {{input.n}}'", "\"\\u007b{\\\"x\\\"}} 1\"");
	expect_rendered("'a\\\\{{input.n}}'", "\"a\\\\1\"");
	expect_rendered("'a\\\\\\{{input.n}}'", "\"a\\\\\\\\1\"");
	expect_rendered("'a\\b'", "\"a\\\\b\"");
	/* Keys are no templates. */
	expect_rendered("{ '{{input.n}}': '{{input.n}}', 'a\"': [1, 2.50, true, null, ~] }",
		"{ \"\\u007b{input.n}}\": 1, \"a\\\"\": [ 1, 2.50, true, null, null ] }");
	expect_rendered("[]", "[  ]");
	expect_rendered("\"two\\nlines {{input.n}}\"", "\"two\\nlines 1\"");
	expect_rendered("'{{#if input.n}}yes{{else}}no{{/if}}'", "\"yes\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_on_error),
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_body_template),
		cmocka_unit_test(test_media),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_guards),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests_name("tool workflows", tests, NULL, NULL);
}
