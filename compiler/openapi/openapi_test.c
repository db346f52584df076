/* References, operations, and what is put together of them. */
#include "openapi/test.h"

static void assert_slice(struct slice s, const char *want)
{
	if (!slice_is(s, want))
		fail_msg("wanted %s, got %.*s", want, SLICE_ARG(s));
}

/* ---- Versions ------------------------------------------------------------------------------ */

static void test_versions(void **state)
{
	static const struct {
		const char *line;
		bool good;
	} rows[] = {
		{ "openapi: 3.0.0", true },
		{ "openapi: 3.0.4", true },
		{ "openapi: 3.1.0", true },
		{ "openapi: 3.1.12", true },
		{ "openapi: 3.1.0-rc1", true },
		{ "openapi: 3.1", false },
		{ "openapi: 3.1.", false },
		{ "openapi: 3.1.x", false },
		{ "openapi: 3.1.0-", false },
		{ "openapi: 3.10.0", false },
		{ "openapi: 3.2.0", false },
		{ "openapi: 4.0.0", false },
		{ "openapi: []", false },
		{ "openapi:", false },
		{ "swagger: '2.0'", false },
		{ "swagger: 2.0", false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct run *r = run_begin();
		struct buf b = { .arena = &r->a };
		buf_printf(&b, "%s\ninfo: { title: a, version: b }\npaths: {}\n", rows[i].line);
		run_add(r, "in.yaml", buf_done(&b).at);
		const char *got = run_findings(r);
		if (rows[i].good != (got[0] == 0) ||
			(!rows[i].good && strncmp(got, "openapi_version 1:", 18) != 0))
			fail_msg("%s: %s", rows[i].line, got);
		assert_int_equal(r->o->napis, rows[i].good);
		run_end(r);
	}
}

/* ---- References ---------------------------------------------------------------------------- */

static const char places[] = "x-at:\n"
			     "  a/b: { title: slash }\n"
			     "  m~n: { title: tilde }\n"
			     "  \"~1\": { title: both }\n"
			     "  \"a%b\": { title: percent }\n"
			     "  \"\": { title: empty }\n"
			     "  \"ü {x}\": { title: wide }\n"
			     "  list: [ { title: first }, { title: second } ]\n"
			     "  again: { $ref: '#/x-at/a~1b' }\n"
			     "  named: { $anchor: here, title: anchored }\n";

static void test_pointers(void **state)
{
	static const struct {
		const char *ref, *title; /* NULL: leads nowhere */
	} rows[] = {
		{ "#/x-at/a~1b", "slash" },
		{ "#/x-at/a%2Fb", NULL },
		{ "#/x-at/m~0n", "tilde" },
		{ "#/x-at/~01", "both" },
		{ "#/x-at/%7E01", "both" },
		{ "#/x-at/a%25b", "percent" },
		{ "#/x-at/a%b", "percent" },
		{ "#/x-at/", "empty" },
		{ "#/x-at/%C3%BC%20%7Bx%7D", "wide" },
		{ "#/x-at/ü {x}", "wide" },
		{ "#/x-at/list/0", "first" },
		{ "#/x-at/list/1", "second" },
		{ "#/x-at/list/2", NULL },
		{ "#/x-at/list/01", NULL },
		{ "#/x-at/list/-", NULL },
		{ "#/x-at/list/4294967296", NULL },
		{ "#/x-at/list/", NULL },
		{ "#/x-at/again", "slash" },
		{ "#/x-at/again/title", NULL },
		{ "in.yaml#/x-at/a~1b", "slash" },
		{ "./in.yaml#/x-at/a~1b", "slash" },
		{ "x/../in.yaml#/x-at/a~1b", "slash" },
		{ "#here", "anchored" },
		{ "#there", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct run *r = run_begin();
		struct buf b = { .arena = &r->a };
		buf_printf(&b,
			"openapi: 3.1.1\ninfo: { title: a, version: b }\n"
			"components: { schemas: { It: { $ref: \"%s\" } } }\n%s",
			rows[i].ref, places);
		run_add(r, "in.yaml", buf_done(&b).at);
		const char *got = run_findings(r);
		if ((rows[i].title == NULL) != (strcmp(got, "dangling_reference 3:38\n") == 0))
			fail_msg("%s: %s", rows[i].ref, got);
		struct openapi_api *api = &r->o->apis[0];
		const struct node *components = oa_get(api->root, "components", NODE_MAP);
		const struct node *schemas = oa_get(components, "schemas", NODE_MAP);
		const struct node *n = openapi_resolve(api, schemas->u.map.v[0].value);
		assert_int_equal(n == NULL, rows[i].title == NULL);
		if (n != NULL)
			assert_slice(oa_text(n, "title"), rows[i].title);
		run_end(r);
	}
}

/* What stands in data is no reference, wherever the data stands. */
static void test_data(void **state)
{
	(void)state;
	struct run *r = described(
		"paths:\n"
		"  /a:\n"
		"    get:\n"
		"      parameters:\n"
		"        - { name: p, in: query, schema: { type: object }, example: { $ref: '#/no' } }\n"
		"      responses:\n"
		"        default:\n"
		"          description: d\n"
		"          content:\n"
		"            application/json:\n"
		"              schema:\n"
		"                type: object\n"
		"                default: { $ref: '#/no' }\n"
		"                const: { $ref: '#/no' }\n"
		"                enum: [ { $ref: '#/no' } ]\n"
		"                examples: [ { $ref: '#/no' } ]\n"
		"                properties: { $ref: { type: string } }\n"
		"              examples:\n"
		"                one: { value: { $ref: '#/no' } }\n"
		"                two: { $ref: '#/no' }\n"
		"x-mine: { $ref: '#/no' }\n");
	assert_string_equal(run_findings(r), "dangling_reference 22:30\n");
	run_end(r);
}

static void test_files(void **state)
{
	(void)state;
	struct run *r = run_begin();
	run_aside(r, "api/paths/pets.yaml",
		"get:\n"
		"  operationId: listPets\n"
		"  parameters: [ { $ref: '../shared.json#/page' } ]\n"
		"  responses: { default: { $ref: ../shared.json#/failed } }\n");
	run_aside(r, "api/shared.json",
		"{ \"page\": { \"name\": \"page\", \"in\": \"query\","
		" \"schema\": { \"$ref\": \"#/number\" } },"
		" \"number\": { \"type\": \"integer\", \"not\": { \"$ref\": \"#/number\" } },"
		" \"failed\": { \"description\": \"failed\", \"content\": {"
		" \"application/json\": { \"schema\": { \"$ref\": \"api.yaml#/components/schemas/Error\" } } } } }");
	run_add(r, "api/api.yaml",
		"openapi: 3.0.3\n"
		"info: { title: Pets, version: '1' }\n"
		"paths: { /pets: { $ref: paths/pets.yaml } }\n"
		"components: { schemas: { Error: { type: string } } }\n");
	assert_string_equal(run_findings(r), "");
	const struct openapi_operation *op = operation(r, "listPets");
	assert_int_equal(op->nparameters, 1);
	const struct node *n = openapi_resolve(&r->o->apis[0], op->parameters[0].schema);
	assert_slice(oa_text(n, "type"), "integer");
	assert_int_equal(op->nresponses, 1);
	n = openapi_resolve(&r->o->apis[0], op->responses[0].media[0].schema);
	assert_slice(oa_text(n, "type"), "string");
	run_end(r);
}

/* One file more than a description may have. */
static void test_most_files(void **state)
{
	(void)state;
	for (uint32_t more = 0; more < 2; more++) {
		struct run *r = run_begin();
		struct buf b = { .arena = &r->a };
		buf_text(&b, "openapi: 3.0.3\ninfo: { title: a, version: b }\npaths: {}\n"
			     "components:\n  schemas:\n");
		for (uint32_t i = 1; i < OPENAPI_MAX_FILES + more; i++) {
			const char *name = diag_text(&r->d, "%u.yaml", (unsigned)i);
			run_aside(r, name, "type: string\n");
			buf_printf(&b, "    s%u: { $ref: %s }\n", (unsigned)i, name);
		}
		run_add(r, "in.yaml", buf_done(&b).at);
		assert_string_equal(
			run_findings(r), more == 0 ? "" : "unreadable_reference 4101:20\n");
		run_end(r);
	}
}

static void test_circles(void **state)
{
	(void)state;
	struct run *r = run_begin();
	run_aside(r, "b.yaml", "$ref: in.yaml#/components/parameters/p\n");
	run_add(r, "in.yaml",
		"openapi: 3.0.3\n"
		"info: { title: a, version: b }\n"
		"paths: { /a: { get: { parameters: [ { $ref: '#/components/parameters/p' } ],"
		" responses: { default: { description: d } } } } }\n"
		"components: { parameters: { p: { $ref: b.yaml } } }\n");
	assert_string_equal(run_findings(r),
		"reference_circle 1:7\nreference_circle 3:45\nreference_circle 4:40\n");
	assert_int_equal(operation(r, "GET /a")->nparameters, 0);
	run_end(r);
}

/* ---- Operations ---------------------------------------------------------------------------- */

static void test_parameters(void **state)
{
	(void)state;
	struct run *r = described(
		"paths:\n"
		"  /pets/{id}:\n"
		"    parameters:\n"
		"      - { name: id, in: path, required: true, schema: { type: string } }\n"
		"      - { name: page, in: query, schema: { type: integer } }\n"
		"      - { name: x-trace, in: header, schema: { type: string } }\n"
		"    get:\n"
		"      parameters:\n"
		"        - { name: tags, in: query, style: pipeDelimited, allowReserved: true, schema: {} }\n"
		"        - { name: page, in: query, required: true, explode: false, schema: {} }\n"
		"        - { name: page, in: cookie, schema: {} }\n"
		"        - { name: X-Trace, in: header, schema: {} }\n"
		"        - { name: Accept, in: header, schema: {} }\n"
		"        - { name: at, in: query, content: { application/json: { schema: { type: object } } } }\n"
		"      responses: { default: { description: d } }\n");
	static const struct {
		const char *name;
		enum openapi_in in;
		enum openapi_style style;
		bool required, explode, reserved;
		const char *content;
	} want[] = {
		{ "id", OPENAPI_PATH, OPENAPI_SIMPLE, true, false, false, NULL },
		{ "tags", OPENAPI_QUERY, OPENAPI_PIPE_DELIMITED, false, false, true, NULL },
		{ "page", OPENAPI_QUERY, OPENAPI_FORM, true, false, false, NULL },
		{ "page", OPENAPI_COOKIE, OPENAPI_FORM, false, true, false, NULL },
		{ "X-Trace", OPENAPI_HEADER, OPENAPI_SIMPLE, false, false, false, NULL },
		{ "at", OPENAPI_QUERY, OPENAPI_FORM, false, true, false, "application/json" },
	};
	assert_string_equal(run_findings(r), "");
	const struct openapi_operation *op = operation(r, "GET /pets/{id}");
	assert_int_equal(op->nparameters, sizeof want / sizeof *want);
	for (uint32_t i = 0; i < op->nparameters; i++) {
		const struct openapi_parameter *p = &op->parameters[i];
		assert_slice(p->name, want[i].name);
		assert_int_equal(p->in, want[i].in);
		assert_int_equal(p->style, want[i].style);
		assert_int_equal(p->required, want[i].required);
		assert_int_equal(p->explode, want[i].explode);
		assert_int_equal(p->allow_reserved, want[i].reserved);
		assert_non_null(p->schema);
		if (want[i].content == NULL)
			assert_null(p->content.type.at);
		else
			assert_slice(p->content.type, want[i].content);
	}
	assert_ptr_equal(op, operation(r, "GET /pets/{id}"));
	run_end(r);
}

static void test_servers(void **state)
{
	static const char *const want[] = { "https://eu.example.com/{version}/v1", "/own",
		"/path" };
	static const char *const names[] = { "GET /a", "PUT /a", "GET /b" };
	(void)state;
	struct run *r =
		described("servers:\n"
			  "  - url: https://{region}.example.com/{version}/v{n}\n"
			  "    variables: { region: { default: eu }, n: { default: '1' } }\n"
			  "  - url: https://example.org\n"
			  "paths:\n"
			  "  /a:\n"
			  "    get: {}\n"
			  "    put: { servers: [ { url: /own } ] }\n"
			  "  /b:\n"
			  "    servers: [ { url: /path } ]\n"
			  "    get: { servers: [] }\n");
	assert_string_equal(run_findings(r), "server_variable 4:39\n");
	for (int i = 0; i < 3; i++)
		assert_slice(operation(r, names[i])->servers[0].url, want[i]);
	assert_int_equal(operation(r, "GET /a")->nservers, 2);
	run_end(r);
	r = described("paths: { /a: { get: {} } }\n");
	assert_string_equal(run_findings(r), "");
	assert_slice(operation(r, "GET /a")->servers[0].url, "/");
	run_end(r);
}

static void test_responses(void **state)
{
	static const struct {
		unsigned status;
		uint16_t from, to;
	} rows[] = { { 200, 200, 200 }, { 201, 200, 299 }, { 299, 200, 299 }, { 404, 400, 499 },
		{ 500, 0, 999 }, { 302, 0, 999 } };
	(void)state;
	struct run *r = described("paths:\n"
				  "  /a:\n"
				  "    get:\n"
				  "      responses:\n"
				  "        default: { description: d }\n"
				  "        2XX: { description: d }\n"
				  "        '200': { description: d }\n"
				  "        4xx: { description: d }\n"
				  "    put: { responses: { '200': { description: d } } }\n");
	assert_string_equal(run_findings(r), "status_spelling 10:9\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct openapi_response *got =
			openapi_response(operation(r, "GET /a"), rows[i].status);
		assert_int_equal(got->from, rows[i].from);
		assert_int_equal(got->to, rows[i].to);
	}
	assert_null(openapi_response(operation(r, "PUT /a"), 404));
	run_end(r);
}

static void test_media(void **state)
{
	static const char *const types[] = { "*/*", "text/*", "Application/JSON; charset=utf-8",
		"text/plain", "application/vnd.api+json" };
	static const struct {
		const char *ask;
		int want;
	} rows[] = { { "application/json", 2 }, { "application/json;charset=x", 2 },
		{ "text/plain", 3 }, { "TEXT/HTML", 1 }, { "image/png", 0 }, { "text/", 0 },
		{ "application/vnd.api+json", 4 } };
	struct openapi_media v[5] = { 0 };
	(void)state;
	for (int i = 0; i < 5; i++)
		v[i].type = slice_of(types[i]);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_ptr_equal(openapi_media(v, 5, slice_of(rows[i].ask)), &v[rows[i].want]);
	assert_null(openapi_media(v + 3, 2, SLICE("text/html")));
	assert_null(openapi_media(NULL, 0, SLICE("text/html")));
}

static void test_security(void **state)
{
	(void)state;
	struct run *r =
		described("security: [ { key: [] } ]\n"
			  "paths:\n"
			  "  /a:\n"
			  "    get: {}\n"
			  "    put: { security: [] }\n"
			  "    post: { security: [ {}, { key: [], login: [ read, write ] } ] }\n"
			  "components:\n"
			  "  securitySchemes:\n"
			  "    key: { type: apiKey, name: X-Key, in: header }\n"
			  "    login: { $ref: '#/components/securitySchemes/real' }\n"
			  "    real: { type: http, scheme: bearer }\n");
	assert_string_equal(run_findings(r), "");
	const struct openapi_operation *op = operation(r, "GET /a");
	assert_int_equal(op->nsecurity, 1);
	assert_slice(op->security[0].needs[0].scheme->parameter, "X-Key");
	assert_int_equal(operation(r, "PUT /a")->nsecurity, 0);
	op = operation(r, "POST /a");
	assert_int_equal(op->nsecurity, 2);
	assert_int_equal(op->security[0].nneeds, 0);
	assert_int_equal(op->security[1].nneeds, 2);
	assert_slice(op->security[1].needs[1].scheme->name, "login");
	assert_slice(op->security[1].needs[1].scheme->http, "bearer");
	assert_int_equal(op->security[1].needs[1].scopes->u.list.n, 2);
	run_end(r);
}

/* ---- Findings ------------------------------------------------------------------------------ */

/* Fields, types, and rules between fields; each line of `want` is a finding in `text`. */
static void test_findings(void **state)
{
	static const struct {
		const char *body, *want;
	} rows[] = {
		{ "", "missing_field 1:1\n" },
		{ "webhooks: {}\n", "" },
		{ "paths: []\n", "wrong_type 3:8\n" },
		{ "paths: {}\ntag: []\n", "unknown_field 4:1\n" },
		{ "paths: {}\nx-tag: []\n", "" },
		{ "paths: {}\ntags: [ { name: a }, { nam: a }, b ]\n",
			"unknown_field 4:24\nwrong_type 4:34\n" },
		{ "paths: { /a: { get: { deprecated: 1, tags: a } } }\n",
			"wrong_type 3:35\nwrong_type 3:44\n" },
		{ "paths: { /a: { gte: {} } }\n", "unknown_field 3:16\n" },
		{ "paths: { /a: { query: {} } }\n", "unknown_field 3:16\n" },
		{ "components: { schemas: { A: { type: strin }, B: { type: [ string, nul ] } } }\n",
			"unknown_word 3:37\nunknown_word 3:67\n" },
		{ "components: { schemas: { A: { minLength: -1, maxLength: 1.5, minimum: a } } }\n",
			"out_of_range 3:42\nwrong_type 3:57\nwrong_type 3:71\n" },
		{ "components: { schemas: { A: true, B: { items: false, not: 1 } } }\n",
			"wrong_type 3:59\n" },
		{ "components: { schemas: { A: { required: [ a, [] ], properties: [] } } }\n",
			"wrong_type 3:46\nwrong_type 3:64\n" },
		{ "components: { schemas: { A: { dependentRequired: { a: [ b, {} ] } } } }\n",
			"wrong_type 3:60\n" },
		{ "components: { schemas: { A: { $ref: 1 } } }\n", "wrong_type 3:37\n" },
		{ "components: { schemas: { A: { $ref: '#/components/schemas/B', type: 1 }, B: {} } }\n",
			"unknown_word 3:69\n" },
		{ "components: { parameters: { a: { name: a, in: query } } }\n",
			"missing_field 3:34\n" },
		{ "components: { parameters: { a: { name: a, in: body, schema: {} } } }\n",
			"unknown_word 3:47\n" },
		{ "components: { parameters: { a: { name: a, in: query, content: {} } } }\n",
			"out_of_range 3:54\n" },
		{ "components: { securitySchemes: { a: { type: apiKey }, b: { type: http },"
		  " c: { type: mutualTLS } } }\n",
			"missing_field 3:39\nmissing_field 3:39\nmissing_field 3:60\n" },
		{ "components: { links: { a: { operationId: b }, c: {} } }\n",
			"missing_field 3:50\n" },
		{ "components: { headers: { a: { schema: {}, allowReserved: true } } }\n",
			"unknown_field 3:43\n" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct run *r = described(rows[i].body);
		const char *got = run_findings(r);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s\nwanted:\n%s\ngot:\n%s", rows[i].body, rows[i].want, got);
		run_end(r);
	}
}

/* An operation that a path has beside its `$ref` counts too; anchors and integer keys of YAML. */
static void test_yaml(void **state)
{
	(void)state;
	struct run *r = described("paths:\n"
				  "  /a:\n"
				  "    $ref: '#/components/pathItems/shared'\n"
				  "    put: &op { responses: { 200: { description: d } } }\n"
				  "  /b: { post: *op }\n"
				  "components:\n"
				  "  pathItems:\n"
				  "    shared: { get: *op }\n");
	assert_string_equal(run_findings(r), "");
	assert_int_equal(r->o->apis[0].nentries, 3);
	assert_non_null(openapi_response(operation(r, "GET /a"), 200));
	assert_non_null(openapi_response(operation(r, "PUT /a"), 200));
	assert_non_null(openapi_response(operation(r, "POST /b"), 200));
	run_end(r);
}

/* ---- ApiSpecs ------------------------------------------------------------------------------ */

static void test_specs(void **state)
{
	(void)state;
	struct run *r = run_begin();
	run_aside(r, "apis/shop.json",
		"{ \"openapi\": \"3.0.3\", \"info\": { \"title\": \"Shop\", \"version\": \"1\" },"
		" \"paths\": { \"/a\": { \"get\": { \"operationId\": \"one\","
		" \"responses\": { \"200\": { \"description\": \"d\" } } },"
		" \"put\": { \"responses\": { \"200\": { \"description\": \"d\" } } } } } }");
	run_add(r, "policy/shop.yaml",
		"apiVersion: seal.100monkeys.ai/v1\n"
		"kind: ApiSpec\n"
		"metadata: { name: shop }\n"
		"spec:\n"
		"  source: ../apis/shop.json\n"
		"  base_url: https://shop.example.com/v1//\n"
		"  operations: [PUT /a, one, two]\n"
		"  allow_private: true\n"
		"  credential_path: { Auto: { system_jit_openbao_engine_path: shop,"
		" system_jit_role: reader, target_service: shop } }\n");
	r->s.v[0].path = "policy/../apis/shop.json"; /* as it is named from there */
	assert_string_equal(run_findings(r), "unknown_operation 7:29\n");
	assert_int_equal(r->o->nspecs, 1);
	const struct openapi_spec *s = &r->o->specs[0];
	assert_ptr_equal(s->api, &r->o->apis[0]);
	assert_int_equal(s->noperations, 2);
	assert_int_equal(s->operations[0], 1);
	assert_int_equal(s->operations[1], 0);
	assert_slice(s->written->base_url.text, "https://shop.example.com/v1");
	assert_true(s->written->allow_private);
	assert_int_equal(s->written->credential.path, CREDENTIAL_AUTO);
	assert_slice(s->written->credential.role.text, "reader");
	run_end(r);
}

/* Two in one file, each with its own references; two ApiSpecs of one description. */
static void test_several(void **state)
{
	static const char text[] =
		"openapi: 3.1.1\n"
		"info: { title: One, version: '1' }\n"
		"paths: { /a: { get: { responses: { '200': { $ref: '#/components/responses/r' } } } } }\n"
		"components: { responses: { r: { description: d } } }\n";
	static const char spec[] = "apiVersion: seal.100monkeys.ai/v1\n"
				   "kind: ApiSpec\n"
				   "metadata: { name: %s }\n"
				   "spec: { source: a.yaml, base_url: 'https://example.com' }\n";
	(void)state;
	struct run *r = run_begin();
	run_add(r, "in.yaml", diag_text(&r->d, "%s---\n%s", text, text));
	assert_string_equal(run_findings(r), "");
	assert_int_equal(r->o->napis, 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(openapi_operation(&r->o->apis[i], 0)->nresponses, 1);
	run_end(r);
	r = run_begin();
	run_aside(r, "a.yaml", text);
	run_add(r, "one.yaml", diag_text(&r->d, spec, "one"));
	run_add(r, "two.yaml", diag_text(&r->d, spec, "two"));
	assert_string_equal(run_findings(r), "");
	assert_int_equal(r->o->napis, 1);
	assert_ptr_equal(r->o->specs[0].api, r->o->specs[1].api);
	run_end(r);
	/* Whoever names what cannot be read is told. */
	r = run_begin();
	run_aside(r, "a.yaml", "name: a\n");
	run_add(r, "one.yaml", diag_text(&r->d, spec, "one"));
	run_add(r, "two.yaml", diag_text(&r->d, spec, "two"));
	assert_string_equal(run_findings(r), "unreadable_source 4:17\nunreadable_source 4:17\n");
	assert_null(r->o->specs[1].api);
	run_end(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_most_files),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_responses),
		cmocka_unit_test(test_media),
		cmocka_unit_test(test_security),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_yaml),
		cmocka_unit_test(test_specs),
		cmocka_unit_test(test_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
