#ifndef FLOW_BUILT_TEST_H
#define FLOW_BUILT_TEST_H
/* For tests and fuzzers: section FLOWS of workflows over one interface, and a caller that answers
 * their requests from a script. */
#include <stdlib.h>
#include <string.h>

#include "aegis/flow.h"
#include "flow/flow.h"
#include "format/aeg_flow.h"
#include "model/model.h"
#include "source/source.h"

static const char built_interface[] =
	"openapi: 3.1.0\n"
	"info: { title: T, version: '1' }\n"
	"servers: [{ url: 'https://api.example.com/v1' }]\n"
	"paths:\n"
	"  /items/{id}:\n"
	"    get:\n"
	"      operationId: get\n"
	"      parameters:\n"
	"        - { name: id, in: path, required: true, schema: {} }\n"
	"        - { name: q, in: query, schema: {} }\n"
	"        - { name: tags, in: query, schema: { type: array, items: {} } }\n"
	"        - { name: X-Note, in: header, schema: {} }\n"
	"        - { name: Content-Length, in: header, schema: {} }\n"
	"        - { name: session, in: cookie, schema: {} }\n"
	"        - { name: list, in: cookie, schema: { type: array, items: {} } }\n"
	"      responses: { '200': { description: ok } }\n"
	"  /search:\n"
	"    get:\n"
	"      operationId: search\n"
	"      parameters: [{ name: q, in: query, required: true, schema: {} }]\n"
	"      responses: { '200': { description: ok } }\n"
	"  /report:\n"
	"    post:\n"
	"      operationId: report\n"
	"      requestBody: { required: true, content: { application/json: { schema: {\n"
	"        type: object, required: [n], properties: { n: { type: number, minimum: 1 },\n"
	"        l: { type: array, items: { type: string } } } }}}}\n"
	"      responses: { '200': { description: ok } }\n"
	"  /form:\n"
	"    post:\n"
	"      operationId: form\n"
	"      requestBody: { content: { application/x-www-form-urlencoded: { schema: {} }}}\n"
	"      responses: { '200': { description: ok } }\n";

static const char built_head[] =
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: ApiSpec\n"
	"metadata: { name: api }\n"
	"spec: { source: api.yaml, operations: [get, search, report, form] }\n"
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: ToolWorkflow\n"
	"metadata: { name: t }\n"
	"spec:\n"
	"  description: a test\n"
	"  api_spec: api\n"
	"  input_schema: { type: object, properties: { id: {}, list: { type: array }, n: {} },\n"
	"    required: [id] }\n";

struct built {
	struct arena a;
	struct sources sources;
	struct diags d;
	struct slice section; /* len 0: refused */
};

static inline void built_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

/* @rest: of the spec of workflow `t`. */
static inline void built_make(struct built *b, const char *rest)
{
	struct documents docs = { 0 };
	struct buf text = { .arena = &b->a };
	uint32_t file;
	*b = (struct built){ .a = { .limit = (size_t)1 << 28, .fail = built_no_memory } };
	b->sources = (struct sources){ .arena = &b->a, .closed = true };
	b->d = (struct diags){ .arena = &b->a, .sources = &b->sources };
	sources_add_text(&b->sources, "api.yaml", slice_of(built_interface));
	buf_text(&text, built_head);
	buf_text(&text, rest);
	file = sources_add_text(&b->sources, "flow.yaml", buf_done(&text));
	syntax_parse_yaml(&b->d, 0, &docs);
	syntax_parse_yaml(&b->d, file, &docs);
	const struct model *m = model_shape(&b->d, &docs);
	const struct flows *f = flow_read(&b->d, m, openapi_read(&b->d, m, &docs), true);
	if (b->d.errors == 0)
		b->section = flow_emit(&b->d, m, f);
}

/* A bit of everything. */
static const char built_all[] =
	"  steps:\n"
	"    - name: find\n"
	"      operation_id: search\n"
	"      parameters: { q: '{{input.id}}' }\n"
	"      accept_status: [404, 5xx]\n"
	"      retry: { limit: 2, backoff: 10ms }\n"
	"      extractors: { ids: { path: '$..id', all: true, limit: 5 }, n: '$.n' }\n"
	"    - name: each\n"
	"      operation_id: get\n"
	"      for_each: { in: '{{steps.find.ids}}', as: x, limit: 5 }\n"
	"      parameters: { id: 'i{{x}}', X-Note: '{{x}}', session: '{{state.[find.n]}}' }\n"
	"      on_error: continue\n"
	"      extractors: { name: '$.name' }\n"
	"    - name: report\n"
	"      operation_id: report\n"
	"      when: '{{steps.find.n > 1}}'\n"
	"      body: { n: '{{steps.find.n}}', names: '{{steps.each.name}}' }\n"
	"  result: { names: '{{steps.each.name}}', note: 'for {{input.id}}' }\n";

/* A bundle of nothing but that section. */
static inline enum aeg_status built_open(const void *section, uint32_t len, struct aeg_flows *ret)
{
	struct aeg_bundle bundle = { 0 };
	bundle.section[AEGF_FLOWS].at = section;
	bundle.section[AEGF_FLOWS].count = len;
	return aeg_flows_open(&bundle, ret);
}

/* ---- Running ------------------------------------------------------------------------------- */

enum { CALLER_MEMORY = 1 << 20, CALLER_STEPS = 1000000, CALLER_TOKENS = 1 << 12 };

/* Who makes the requests. */
struct caller {
	struct aeg_flow f;
	struct aeg_json input;
	struct aeg_json_tok tok[CALLER_TOKENS];
	struct buf log; /* arena NULL: nothing is noted */
	const char *const
		*answers; /* "200 {...}", "fail", up to NULL; after that 200 and nothing */
	uint64_t now_ms, request_ms; /* what a request takes */
	bool events;
};

static inline void caller_note(struct caller *c, const char *before, struct aeg_str s)
{
	buf_text(&c->log, before);
	buf_add(&c->log, s.at, s.len);
}

static inline void caller_event(void *ctx, const struct aeg_flow_event *e)
{
	static const char *const words[] = { "skipped", NULL, NULL, "error ", NULL, "continues",
		"extracted ", "invalid " };
	struct caller *c = ctx;
	if (c->log.arena == NULL || words[e->kind] == NULL ||
		(!c->events && e->kind != AEG_FLOW_INVALID))
		return;
	buf_printf(&c->log, "%.*s ", (int)e->step.len, e->step.at);
	buf_text(&c->log, words[e->kind]);
	if (e->kind == AEG_FLOW_ERROR)
		buf_text(&c->log, e->what);
	caller_note(c, "", e->name);
	if (e->kind >= AEG_FLOW_EXTRACTED)
		caller_note(c, " ", e->value);
	buf_text(&c->log, "\n");
}

static inline void caller_request(struct caller *c, const struct aeg_flow_request *q)
{
	for (uint32_t i = 0; i < q->nheaders; i++)
		for (uint32_t k = 0; k < q->headers[i].name.len; k++)
			if (q->headers[i].name.at[k] <= ' ' || q->headers[i].name.at[k] == ':')
				abort();
	if (c->log.arena == NULL)
		return;
	caller_note(c, "", q->method);
	caller_note(c, " ", q->target);
	for (uint32_t i = 0; i < q->nheaders; i++)
		if (q->headers[i].name.len != 6 || memcmp(q->headers[i].name.at, "Accept", 6)) {
			caller_note(c, " | ", q->headers[i].name);
			caller_note(c, ": ", q->headers[i].value);
		}
	if (q->body.len != 0)
		caller_note(c, " | ", q->body);
	buf_text(&c->log, "\n");
}

static inline void caller_answer(struct caller *c)
{
	const char *a = *c->answers == NULL ? "200 " : *c->answers++;
	if (strcmp(a, "fail") == 0)
		aeg_flow_failure(&c->f, "it was refused");
	else
		aeg_flow_response(&c->f, (uint32_t)strtoul(a, NULL, 10), (struct aeg_str){ "", 0 },
			(struct aeg_str){ a + 4, (uint32_t)strlen(a + 4) });
}

static inline void caller_step(struct caller *c, const struct aeg_flow_request *q)
{
	caller_request(c, q);
	c->now_ms += c->request_ms;
	caller_answer(c);
}

/* Begins: @flow of aeg_flow_find, or AEG_NONE and @explore. Memory and steps are the caller's. */
static inline enum aeg_status caller_begin(struct caller *c, const struct aeg_flows *flows,
	uint32_t flow, uint32_t explore, const char *input)
{
	static const char *const none[] = { NULL };
	c->f.size_of = sizeof c->f;
	c->f.flows = flows;
	c->f.flow = flow;
	c->f.explore = explore;
	c->f.input = &c->input;
	c->f.event = caller_event;
	c->f.ctx = c;
	if (c->answers == NULL)
		c->answers = none;
	if (aeg_json_scan(&c->input, input, strlen(input), c->tok, CALLER_TOKENS) != AEG_OK)
		abort();
	return aeg_flow_begin(&c->f);
}

/* Goes on to the end; DONE or FAILED. */
static inline enum aeg_flow_want caller_run(struct caller *c)
{
	struct aeg_flow_request q;
	enum aeg_flow_want want;
	uint32_t ms;
	while ((want = aeg_flow_next(&c->f, c->now_ms, &q, &ms)) == AEG_FLOW_REQUEST ||
		want == AEG_FLOW_WAIT) {
		if (want == AEG_FLOW_REQUEST) {
			caller_step(c, &q);
			continue;
		}
		c->now_ms += ms;
		if (c->log.arena != NULL)
			buf_printf(&c->log, "wait %u\n", ms);
	}
	return want;
}

/* All workflows and operations of an accepted section, whatever it is, with these answers. */
static inline void caller_run_all(struct caller *c, const struct aeg_flows *flows,
	const char *const *answers, size_t mem_size)
{
	static const char input[] = "{\"id\":\"a\",\"q\":[1],\"body\":{\"n\":2},\"list\":[1,{}]}";
	void *mem = malloc(mem_size == 0 ? 1 : mem_size);
	for (uint32_t i = 0; i < flows->nflows + flows->noperations; i++) {
		bool explore = i >= flows->nflows;
		*c = (struct caller){ .f = { .mem = mem, .mem_size = mem_size, .steps = 20000 },
			.answers = answers };
		if (caller_begin(c, flows, explore ? AEG_NONE : i, i - flows->nflows, input) ==
			AEG_OK)
			caller_run(c);
	}
	free(mem);
}
#endif
