/* Schemas by hand: what is reported where, what a failure says, and every bound. */
#include "schema/schema_test.h"

#include "format/aeg_schema.h"

#include <stdio.h>

static const struct schema_options plain = { .dialect = SCHEMA_2020_12 };
static const struct schema_options openapi = { .dialect = SCHEMA_OPENAPI_30, .formats = true };
static const struct schema_options asserted = { .dialect = SCHEMA_2020_12, .formats = true };

/* ---- What is wrong in a schema ------------------------------------------------------------- */

struct finding_row {
	const struct schema_options *o;
	const char *schema, *want; /* number@line:column label; then a newline */
};

static const char *findings(struct tested *t)
{
	struct buf b = { .arena = &t->a };

	diag_sort(&t->d);
	for (size_t i = 0; i < t->d.n; i++) {
		const struct diag *g = &t->d.v[i];
		struct place at = source_place(&t->s, g->at.file, g->at.lo);
		buf_printf(&b, "%s%u@%u:%u %s", i > 0 ? "\n" : "", (unsigned)g->code,
			(unsigned)at.line, (unsigned)at.column, g->label);
	}
	return buf_done(&b).at;
}

static const struct finding_row finding_rows[] = {
	{ &plain, "type: text",
		"660@1:7 `type` wants one of `null`, `boolean`, `object`, `array`, `number`, `string`, "
		"`integer`" },
	{ &plain, "minLength: 1.5", "660@1:12 `minLength` wants a whole number, 0 or more" },
	{ &plain, "maxItems: -1", "660@1:11 `maxItems` wants a whole number, 0 or more" },
	{ &plain, "minimum: '3'", "660@1:10 `minimum` wants a number" },
	{ &plain, "multipleOf: 0", "660@1:13 `multipleOf` wants a number above 0" },
	{ &plain, "multipleOf: 1234567890123456789",
		"660@1:13 `multipleOf` wants a number of no more than 18 digits" },
	{ &plain, "{contains: {}, minContains: 1.5}",
		"660@1:29 `minContains` wants a whole number, 0 or more" },
	{ &plain, "enum: 1", "660@1:7 `enum` wants a list of values" },
	{ &plain, "required: [a, 1]", "660@1:15 `required` wants names" },
	{ &plain, "properties:\n  a: 1\n",
		"660@2:6 `properties` wants a schema: a mapping, or true or false" },
	{ &plain, "allOf: []", "660@1:8 `allOf` wants a list of schemas, at least one" },
	{ &plain, "items: [true]",
		"660@1:8 `items` wants a schema; a list of them is called `prefixItems`" },
	{ &plain, "[]", "660@1:1 a schema is a mapping, or true or false" },
	{ &plain, "exclusiveMinimum: true", "660@1:19 `exclusiveMinimum` wants a number" },
	{ &openapi, "exclusiveMinimum: 3",
		"660@1:19 `exclusiveMinimum` wants true or false here, and the number in `minimum`" },
	{ &openapi, "type: [string, 'null']",
		"660@1:7 `type` wants one type alone in OpenAPI 3.0; where null is allowed, `nullable: true`" },
	{ &openapi, "not: true", "660@1:6 `not` wants a schema: a mapping" },
	{ &plain, "pattern: '^[a-z+$'", "662@1:12 this class has no `]`" },
	{ &plain, "patternProperties: {'a(': true}", "662@1:21 this group has no `)`" },
	{ &plain, "pattern: '^(?!x)a'", "664@1:12 look-ahead cannot be checked in bounded time" },
	{ &plain, "pattern: '(a)\\1'",
		"664@1:14 back-references cannot be checked in bounded time" },
	{ &plain, "$ref: '#/$defs/b'\n$defs: {a: true}", "666@1:7 there is no `b` on this way" },
	{ &plain, "$ref: '#b'", "666@1:7 no schema there has the anchor `b`" },
	{ &plain, "$ref: 'other.json'", "666@1:7 there is no document `other.json`" },
	{ &plain, "$ref: '#/$defs'\n$defs: 1", "666@1:7 what stands there is no schema" },
	{ &plain, "$defs: {a: {$anchor: x}, b: {$anchor: x}}",
		"668@1:39 another schema of this document has this anchor" },
	{ &plain, "$defs: {a: {$id: x}, b: {$id: x}}",
		"668@1:31 another schema has this identifier" },
	{ &plain, "anyOf: [{type: string}, {$ref: '#'}]",
		"670@1:1 to check a value, this schema has to be checked for the same value" },
	{ &plain, "requird: [a]", "674@1:1 there is no such keyword" },
	{ &openapi, "const: 1", "674@1:1 OpenAPI 3.0 does not have this keyword" },
	{ &plain, "$schema: http://a/b",
		"676@1:10 this dialect is not known: the schema is read as of 2020-12" },
	/* Nothing is said of these. */
	{ &plain, "{x-requird: 1, title: 2, $comment: x, definitions: {a: {$ref: '#'}}}", "" },
	{ &plain, "$defs: {a: {properties: {b: {$ref: '#/$defs/a'}}}}\n$ref: '#/$defs/a'", "" },
	{ &openapi, "{nullable: true, type: string, $ref: '#'}",
		"670@1:1 to check a value, this schema has to be checked for the same value" },
};

static void reports(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof finding_rows / sizeof *finding_rows; i++) {
		const struct finding_row *r = &finding_rows[i];
		struct tested t;
		tested_start(&t);
		tested_schema(&t, r->o, tested_parse(&t, "a.yaml", slice_of(r->schema)));
		if (strcmp(findings(&t), r->want) != 0)
			print_error("%s\n", r->schema);
		assert_string_equal(findings(&t), r->want);
		assert_true((t.code.len == 0) == (t.d.errors > 0));
		arena_free(&t.a);
	}
}

/* Where the report is made a note, the pattern matches nothing. */
static void allowed_patterns(void **state)
{
	static const uint16_t allow[] = { AEG_schema_pattern_unsupported };
	struct tested t;
	bool valid;

	(void)state;
	tested_start(&t);
	t.d.allow = allow;
	t.d.nallow = 1;
	assert_true(tested_schema(
		&t, &plain, tested_parse(&t, "a.yaml", slice_of("pattern: '^(?!x)a'"))));
	assert_int_equal(t.d.notes, 1);
	tested_validate(&t, 0, SLICE("\"a\""), 1000, &valid, NULL);
	assert_false(valid);
	arena_free(&t.a);
}

/* A report that is made a note does not make a schema without the keyword. */
static void allowed_mistakes(void **state)
{
	static const uint16_t allow[] = { AEG_schema_value };
	struct tested t;

	(void)state;
	tested_start(&t);
	t.d.allow = allow;
	t.d.nallow = 1;
	assert_false(
		tested_schema(&t, &plain, tested_parse(&t, "a.yaml", slice_of("maxLength: x"))));
	arena_free(&t.a);
}

/* ---- What is wrong with a value ------------------------------------------------------------ */

struct failure_row {
	const struct schema_options *o;
	const char *schema, *value, *want; /* where|schema|what, a newline after each */
};

static const struct failure_row failure_rows[] = {
	{ &plain, "type: [string, 'null']", "1",
		"|#/type|is of another type than string or null\n" },
	{ &plain, "properties: {a/b: {items: {minimum: 5}}}", "{\"a/b\":[5,4.9]}",
		"/a~1b/1|#/properties/a~1b/items/minimum|is less than 5\n" },
	{ &plain, "{required: [a, b], properties: {c: {maxLength: 1}}}", "{\"c\":\"xyz\"}",
		"/c|#/properties/c/maxLength|has more characters than 1\n"
		"|#/required|has no member `a`\n|#/required|has no member `b`\n" },
	{ &plain, "additionalProperties: false", "{\"a\":1}",
		"/a|#/additionalProperties|is not allowed\n" },
	{ &plain, "propertyNames: {pattern: '^a'}", "{\"b\":1}",
		"/b|#/propertyNames/pattern|does not match the pattern `^a`\n" },
	{ &plain, "anyOf: [{type: string}, {minimum: 3}]", "1",
		"|#/anyOf|fits none of the alternatives\n" },
	{ &plain, "oneOf: [{minimum: 0}, {minimum: 1}]", "1",
		"|#/oneOf|does not fit exactly one of the alternatives\n" },
	{ &plain, "dependencies: {a: [b], c: {maxProperties: 1}}", "{\"a\":1,\"c\":1}",
		"|#/dependencies|has no member `b`\n"
		"|#/dependencies/c/maxProperties|has more members than 1\n" },
	{ &plain, "dependentRequired: {a: [a, b]}", "{\"a\":1}",
		"|#/dependentRequired|has no member `b`\n" },
	{ &plain, "not: {}", "1", "|#/not|fits what is excluded\n" },
	{ &plain, "{if: {minimum: 3}, then: {multipleOf: 0.01}}", "3.001",
		"|#/then/multipleOf|is no multiple of 0.01\n" },
	{ &plain, "enum: [1, [2]]", "[3]", "|#/enum|is none of the values that are listed\n" },
	{ &plain, "const: {a: [1, 2]}", "{\"a\":[1,3]}",
		"|#/const|is not the value that is asked for\n" },
	{ &plain, "{$ref: '#/$defs/x', $defs: {x: {type: 'null'}}}", "1",
		"|#/$defs/x/type|is of another type than null\n" },
	{ &plain, "{uniqueItems: true, contains: {type: string}, minItems: 4}", "[1,2,1.0]",
		"|#/minItems|has fewer elements than 4\n|#/uniqueItems|has an element twice\n"
		"|#/contains|has too few or too many elements of a kind\n" },
	{ &plain, "{properties: {a: {type: string}}, unevaluatedProperties: false}",
		"{\"a\":\"x\",\"b\":1}", "/b|#/unevaluatedProperties|is not allowed\n" },
	/* What failed has not been evaluated, but that is not told again. */
	{ &plain, "{allOf: [{properties: {a: {type: string}}}], unevaluatedProperties: false}",
		"{\"a\":1}", "/a|#/allOf/0/properties/a/type|is of another type than string\n" },
	{ &asserted, "format: ipv4", "\"1.2.3\"", "|#/format|is not written as `ipv4`\n" },
	{ &plain, "true", "{\"a\":{\"b\":1,\"b\":1}}",
		"/a/b|#|is a name that its object has twice\n" },
	{ &plain, "false", "1", "|#|is not allowed\n" },
	{ &plain, "$ref: 'https://json-schema.org/draft/2020-12/schema'",
		"{\"items\":{\"type\":\"no\"}}",
		"/items/type|https://json-schema.org/draft/2020-12/schema#/properties/type/anyOf|fits none "
		"of the alternatives\n" },
	/* OpenAPI 3.0 */
	{ &openapi, "{type: string, nullable: true}", "null", "" },
	{ &openapi, "{type: string, nullable: true, enum: [a]}", "null",
		"|#/enum|is none of the values that are listed\n" },
	{ &openapi, "{type: string}", "null", "|#/type|is of another type than string\n" },
	{ &openapi, "{minimum: 3, exclusiveMinimum: true}", "3",
		"|#/exclusiveMinimum|is not more than 3\n" },
	{ &openapi, "{minimum: 3, exclusiveMinimum: false}", "3", "" },
	{ &openapi, "{$ref: '#/x', type: string, x: {type: integer}}", "1", "" },
	{ &openapi, "{type: integer, format: int32}", "2147483648",
		"|#/format|is not written as `int32`\n" },
	{ &openapi, "{format: int64}", "-9223372036854775808", "" },
	{ &openapi, "{format: int64}", "9223372036854775807.5",
		"|#/format|is not written as `int64`\n" },
};

static void failures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof failure_rows / sizeof *failure_rows; i++) {
		const struct failure_row *r = &failure_rows[i];
		struct tested t;
		const char *have;
		bool valid;
		tested_start(&t);
		assert_true(
			tested_schema(&t, r->o, tested_parse(&t, "a.yaml", slice_of(r->schema))));
		assert_int_equal(
			tested_validate(&t, 0, slice_of(r->value), 10000, &valid, &have), AEG_OK);
		if (strcmp(have, r->want) != 0)
			print_error("%s\n", r->schema);
		assert_string_equal(have, r->want);
		assert_int_equal(valid, r->want[0] == 0);
		arena_free(&t.a);
	}
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static void numbers(void **state)
{
	static const struct {
		const char *schema, *value;
		bool want;
	} rows[] = { { "multipleOf: 0.1", "123456789012345678901234567890.3", true },
		{ "multipleOf: 0.1", "123456789012345678901234567890.35", false },
		{ "multipleOf: 7", "7e400", true }, { "multipleOf: 7", "1e400", false },
		{ "multipleOf: 1024", "1e10", true }, { "multipleOf: 1024", "1e9", false },
		{ "multipleOf: 1e300", "1e299", false }, { "multipleOf: 1e300", "3e300", true },
		{ "multipleOf: 0.0001", "0.00751", false },
		{ "multipleOf: 999999999999999999", "0", true },
		{ "multipleOf: 999999999999999999", "-1999999999999999998", true },
		{ "type: integer", "1e400", true }, { "type: integer", "10.0e-1", true },
		{ "type: integer", "10.0e-2", false }, { "type: integer", "0.0e-5", true },
		{ "type: integer", "1200e-2", true }, { "type: integer", "1200e-3", false },
		{ "type: integer", "0.5e1", true }, { "type: integer", "-0", true },
		{ "maximum: 9007199254740992", "9007199254740993", false },
		{ "exclusiveMinimum: 1e400", "1.1e400", true }, { "const: 1", "10e-1", true },
		{ "minLength: 2.0", "\"ab\"", true } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tested t;
		bool valid;
		tested_start(&t);
		assert_true(tested_schema(
			&t, &plain, tested_parse(&t, "a.yaml", slice_of(rows[i].schema))));
		tested_validate(&t, 0, slice_of(rows[i].value), 10000, &valid, NULL);
		if (valid != rows[i].want)
			fail_msg("%s: %s", rows[i].schema, rows[i].value);
		arena_free(&t.a);
	}
}

/* ---- Documents ----------------------------------------------------------------------------- */

struct library {
	struct tested t;
	uint32_t asked;
};

static const struct node *document(void *ctx, struct slice uri)
{
	struct library *l = ctx;

	l->asked++;
	if (slice_is(uri, "http://a/tree"))
		return tested_parse(&l->t, "tree.yaml",
			SLICE("{$id: http://a/tree, $dynamicAnchor: node, properties: {children: {items: "
			      "{$dynamicRef: '#node'}}}}"));
	if (slice_is(uri, "http://a/strict"))
		return tested_parse(&l->t, "strict.yaml",
			SLICE("{$id: http://a/strict, $dynamicAnchor: node, $ref: tree, "
			      "unevaluatedProperties: false}"));
	if (slice_is(uri, "http://a/meta"))
		return tested_parse(&l->t, "meta.yaml",
			SLICE("$vocabulary: {http://a/may: false, http://a/must: true}"));
	if (slice_is(uri, "http://a/core"))
		return tested_parse(&l->t, "core.yaml",
			SLICE("$vocabulary: {https://json-schema.org/draft/2020-12/vocab/core: true}"));
	return NULL;
}

/* The dynamic reference is met before the resource that it may lead to is known. */
static void late_documents(void **state)
{
	struct library l = { .asked = 0 };
	struct schema_options o = { SCHEMA_2020_12, false, document, &l };
	const char *have;
	bool valid;

	(void)state;
	tested_start(&l.t);
	assert_true(tested_schema(&l.t, &o,
		tested_parse(&l.t, "a.yaml",
			SLICE("anyOf: [{$ref: 'http://a/tree'}, {$ref: 'http://a/strict'}]\n"
			      "allOf: [{$ref: 'http://a/strict'}]"))));
	assert_int_equal(l.asked, 2);
	tested_validate(&l.t, 0, SLICE("{\"children\":[{\"daat\":1}]}"), 10000, &valid, &have);
	assert_string_equal(
		have, "/children/0/daat|http://a/strict#/unevaluatedProperties|is not allowed\n");
	arena_free(&l.t.a);
}

/* What a schema may use is what its meta-schema says. */
static void vocabularies(void **state)
{
	struct library l = { .asked = 0 };
	struct schema_options o = { SCHEMA_2020_12, false, document, &l };
	bool valid;

	(void)state;
	tested_start(&l.t);
	assert_false(tested_schema(
		&l.t, &o, tested_parse(&l.t, "a.yaml", SLICE("{$schema: http://a/meta}"))));
	assert_string_equal(
		findings(&l.t), "660@1:36 schemas may only be read by who knows this vocabulary");
	l.t.d.n = 0;
	assert_true(tested_schema(&l.t, &o,
		tested_parse(&l.t, "a.yaml",
			SLICE("{$schema: http://a/core, minimum: 3, "
			      "required: [a], properties: {a: false}}"))));
	tested_validate(&l.t, 0, SLICE("1"), 1000, &valid, NULL);
	assert_true(valid);
	tested_validate(&l.t, 0, SLICE("{}"), 1000, &valid, NULL);
	assert_true(valid);
	tested_validate(&l.t, 0, SLICE("{\"a\":1}"), 1000, &valid, NULL);
	assert_false(valid);
	arena_free(&l.t.a);
}

/* Several roots in one document that is no schema itself, as in OpenAPI. */
static void many_roots(void **state)
{
	struct schema_place places[3];
	const struct node *root, *schemas;
	struct tested t;
	const char *have;
	bool valid;

	(void)state;
	tested_start(&t);
	root = tested_parse(&t, "api.yaml",
		SLICE("components:\n  schemas:\n    Name: {type: string}\n"
		      "    Person: {properties: {name: {$ref: '#/components/schemas/Name'}, "
		      "id: {$ref: '#number'}}}\n    Id: {$anchor: number, type: integer}\n"));
	schemas = syntax_member(syntax_member(root, "components")->value, "schemas")->value;
	places[0] = (struct schema_place){ schemas->u.map.v[1].value, root, SLICE("api.yaml"),
		SLICE("/components/schemas/Person") };
	places[1] = places[2] = (struct schema_place){ schemas->u.map.v[0].value, root,
		SLICE("api.yaml"), SLICE("/components/schemas/Name") };
	assert_true(tested_compile(&t, &plain, places, 3));
	assert_int_equal(t.schema.nroots, 3);
	tested_validate(&t, 0, SLICE("{\"name\":1,\"id\":2}"), 1000, &valid, &have);
	assert_string_equal(
		have, "/name|#/components/schemas/Name/type|is of another type than string\n");
	for (uint32_t i = 1; i < 3; i++) {
		tested_validate(&t, i, SLICE("\"x\""), 1000, &valid, NULL);
		assert_true(valid);
		tested_validate(&t, i, SLICE("[]"), 1000, &valid, NULL);
		assert_false(valid);
	}
	arena_free(&t.a);
}

/* ---- Bounds -------------------------------------------------------------------------------- */

static const char rich[] =
	"{\"$ref\":\"#/$defs/a\",\"unevaluatedProperties\":{\"uniqueItems\":true,\"anyOf\":[{\"contains\":"
	"{\"type\":\"string\",\"pattern\":\"^(a|b)*$\"}},{\"enum\":[1,{\"x\":[null]}]}]},\"$defs\":{\"a\":"
	"{\"properties\":{\"p\":{\"format\":\"regex\"},\"q\":{\"$dynamicRef\":\"#d\"}},\"required\":[\"p\"]},\"d\":"
	"{\"$dynamicAnchor\":\"d\",\"oneOf\":[{\"not\":{\"type\":\"array\"}},{\"prefixItems\":[true,"
	"{\"multipleOf\":2.5}],\"items\":{\"dependentSchemas\":{\"x\":{\"maxProperties\":1}}}}]}}}";
static const char rich_value[] =
	"{\"p\":\"^a(b)$\",\"q\":[0,7.5,{\"x\":1}],\"r\":[\"ab\",\"ba\",\"\\u0061bba\"],\"s\":{\"x\":[null]}}";

static enum aeg_status bounded(
	struct tested *t, uint64_t steps, uint32_t depth, size_t less, uint32_t *ret_valid)
{
	struct aeg_json_tok tok[64];
	struct aeg_json j;
	enum aeg_status status;

	assert_int_equal(aeg_json_scan(&j, rich_value, sizeof rich_value - 1, tok, 64), AEG_OK);
	struct aeg_validation v = { .size_of = sizeof v,
		.schema = &t->schema,
		.doc = &j,
		.depth = depth,
		.steps = steps,
		.regex = aeg_regex_ecma_compile };
	v.mem_size = aeg_schema_size(&t->schema, &j, depth) + 1024 - less;
	v.mem = malloc(v.mem_size);
	status = aeg_schema_validate(&v);
	*ret_valid = v.valid;
	free(v.mem);
	return status;
}

static void bounds(void **state)
{
	struct tested t;
	uint32_t valid, deep = 1;
	uint64_t steps = 0;
	enum aeg_status status;

	(void)state;
	tested_start(&t);
	assert_true(tested_schema(&t, &asserted, tested_parse(&t, "a.json", slice_of(rich))));
	assert_int_equal(bounded(&t, 10000, 20, 0, &valid), AEG_OK);
	assert_int_equal(valid, 1);
	while ((status = bounded(&t, steps, 20, 0, &valid)) != AEG_OK) {
		assert_int_equal(status, AEG_BUDGET);
		assert_int_equal(valid, 0);
		steps++;
	}
	assert_in_range(steps, 100, 1000);
	for (; (status = bounded(&t, 10000, deep, 0, &valid)) != AEG_OK; deep++) {
		assert_int_equal(status, AEG_DEPTH);
		assert_int_equal(valid, 0);
	}
	assert_in_range(deep, 4, 8);
	for (size_t less = 0; less <= 1024; less += 64) { /* no room to look at the pattern */
		status = bounded(&t, 10000, 20, less, &valid);
		assert_true(status == AEG_OK || status == AEG_NOMEM);
		assert_int_equal(valid, status == AEG_OK);
	}
	assert_int_equal(bounded(&t, 10000, 20, 1025, &valid), AEG_NOMEM);
	arena_free(&t.a);
}

/* A dynamic reference is not known to be endless before it is run. */
static void endless(void **state)
{
	struct tested t;
	bool valid = true;

	(void)state;
	tested_start(&t);
	assert_true(tested_schema(&t, &plain,
		tested_parse(&t, "a.yaml", SLICE("{$dynamicAnchor: a, $dynamicRef: '#a'}"))));
	assert_int_equal(tested_validate(&t, 0, SLICE("1"), UINT64_MAX, &valid, NULL), AEG_DEPTH);
	assert_false(valid);
	arena_free(&t.a);
}

static void misuse(void **state)
{
	struct aeg_json_tok tok[4];
	struct aeg_json j;
	struct tested t;
	uint64_t mem[200];

	(void)state;
	tested_start(&t);
	assert_true(
		tested_schema(&t, &asserted, tested_parse(&t, "a.yaml", SLICE("{format: regex}"))));
	assert_int_equal(aeg_json_scan(&j, "\"x\"", 3, tok, 4), AEG_OK);
	struct aeg_validation good = { .size_of = sizeof good,
		.schema = &t.schema,
		.doc = &j,
		.depth = 4,
		.steps = 100,
		.mem = mem,
		.mem_size = sizeof mem };
	struct aeg_validation v = good;
	assert_int_equal(aeg_schema_validate(&v), AEG_USAGE); /* no regex */
	assert_int_equal(v.valid, 0);
	v = good, v.size_of--;
	assert_int_equal(aeg_schema_validate(&v), AEG_USAGE);
	v = good, v.root = 1;
	assert_int_equal(aeg_schema_validate(&v), AEG_USAGE);
	v = good, v.token = 1;
	assert_int_equal(aeg_schema_validate(&v), AEG_USAGE);
	v = good, v.depth = 0;
	assert_int_equal(aeg_schema_validate(&v), AEG_USAGE);
	v = good, j.status = AEG_JSON;
	assert_int_equal(aeg_schema_validate(&v), AEG_USAGE);
	arena_free(&t.a);
}

/* ---- The checker --------------------------------------------------------------------------- */

static void changed_bytes(void **state)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff, 0x20 };
	struct tested t;
	uint32_t valid, refused = 0, accepted = 0;

	(void)state;
	tested_start(&t);
	assert_true(tested_schema(&t, &asserted, tested_parse(&t, "a.json", slice_of(rich))));
	uint8_t *code = malloc(t.code.len);
	for (uint32_t i = 0; i < t.code.len; i++)
		for (size_t k = 0; k < sizeof changes; k++) {
			memcpy(code, t.code.at, t.code.len);
			code[i] ^= changes[k];
			if (aeg_schema_check(&t.schema, code, t.code.len) != AEG_OK) {
				refused++;
				continue;
			}
			accepted++;
			if (t.schema.nroots > 0)
				bounded(&t, 10000, 20, 0, &valid);
		}
	for (uint32_t len = 0; len < t.code.len; len++)
		assert_int_not_equal(aeg_schema_check(&t.schema, t.code.at, len), AEG_OK);
	assert_true(refused > 1000 && accepted > 1000);
	free(code);
	arena_free(&t.a);
}

/* Fields of the head and of the first schema, and the status that each change gives. */
static void statuses(void **state)
{
	static const struct {
		uint32_t off, value;
		enum aeg_status want;
	} rows[] = { { 0, (1u << 20) + 1, AEG_TOO_LARGE }, { 0, 3, AEG_BOUNDS },
		{ 8, (1u << 24) + 1, AEG_TOO_LARGE }, { 8, 1, AEG_BOUNDS }, { 12, 2, AEG_BOUNDS },
		{ 16, 100, AEG_BOUNDS }, { 20, 1u << 20, AEG_TOO_LARGE }, { 24, 1, AEG_CONTENT },
		{ 28, 0, AEG_CONTENT }, { 32, 1u << 20, AEG_CONTENT }, { 44, 1, AEG_CONTENT },
		{ 48, AEGF_SCHEMA_OP(AEGF_SCHEMA_TYPE, 1), AEG_BOUNDS },
		{ 48, AEGF_SCHEMA_OP(AEGF_SCHEMA_TYPE, 0), AEG_BOUNDS },
		{ 48, AEGF_SCHEMA_OP(AEGF_SCHEMA_TYPE, 9), AEG_BOUNDS },
		{ 48, AEGF_SCHEMA_OP(200, 2), AEG_CONTENT },
		{ 48, AEGF_SCHEMA_OP(AEGF_SCHEMA_REF, 2), AEG_CONTENT },
		{ 48, AEGF_SCHEMA_OP(AEGF_SCHEMA_PATTERN, 2), AEG_BOUNDS },
		{ 52, 0x10000, AEG_CONTENT },
		{ 56, AEGF_SCHEMA_OP(AEGF_SCHEMA_NEVER, 1), AEG_BOUNDS } };
	struct aeg_schema schema;
	struct tested t;
	uint8_t code[128];

	(void)state;
	tested_start(&t);
	assert_true(tested_schema(&t, &plain, tested_parse(&t, "a.yaml", SLICE("{type: object}"))));
	assert_true(t.code.len <= sizeof code);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aeg_le32 value = aeg_st32(rows[i].value);
		memcpy(code, t.code.at, t.code.len);
		memcpy(code + rows[i].off, &value, 4);
		enum aeg_status have = aeg_schema_check(&schema, code, t.code.len);
		if (have != rows[i].want)
			fail_msg("row %zu: %s", i, aeg_status_text(have));
	}
	assert_int_equal(aeg_schema_check(&schema, code, 23), AEG_SHORT);
	arena_free(&t.a);
}

/* ---- Places -------------------------------------------------------------------------------- */

static void pointers(void **state)
{
	static const char text[] = "{\"a/~\":[10,{\"\\u00e9\":null}],\"\":0}";
	static const char *const want[] = { "", "/a~1~0", "/a~1~0", "/a~1~0/0", "/a~1~0/1",
		"/a~1~0/1/\xc3\xa9", "/a~1~0/1/\xc3\xa9", "/", "/" };
	struct aeg_json_tok tok[32];
	struct aeg_json j;
	char buf[32];

	(void)state;
	assert_int_equal(aeg_json_scan(&j, text, sizeof text - 1, tok, 32), AEG_OK);
	assert_int_equal(j.ntok, sizeof want / sizeof *want);
	for (uint32_t i = 0; i < j.ntok; i++) {
		size_t n = aeg_json_pointer(&j, i, buf, sizeof buf);
		assert_int_equal(n, strlen(want[i]));
		assert_memory_equal(buf, want[i], n);
		memset(buf, 'x', sizeof buf);
		assert_int_equal(aeg_json_pointer(&j, i, buf, 2), n); /* nothing past the end */
		assert_int_equal(buf[2], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports),
		cmocka_unit_test(allowed_patterns),
		cmocka_unit_test(allowed_mistakes),
		cmocka_unit_test(failures),
		cmocka_unit_test(numbers),
		cmocka_unit_test(late_documents),
		cmocka_unit_test(vocabularies),
		cmocka_unit_test(many_roots),
		cmocka_unit_test(bounds),
		cmocka_unit_test(endless),
		cmocka_unit_test(misuse),
		cmocka_unit_test(changed_bytes),
		cmocka_unit_test(statuses),
		cmocka_unit_test(pointers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
