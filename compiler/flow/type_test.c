/* What is known of values by their schemas. */
#include "flow/test.h"
#include "flow/type.h"

#include <string.h>

struct schema {
	struct run *r;
	struct type type;
};

static struct schema schema_of(const char *text)
{
	struct schema s = { .r = run_begin() };
	uint32_t file = sources_add_text(&s.r->s, "schema.yaml", slice_of(text));
	syntax_parse_yaml(&s.r->d, file, &s.r->docs);
	assert_int_equal(s.r->docs.n, 1);
	const struct node *root = s.r->docs.v[0].root;
	s.type = type_of(NULL, root, root);
	return s;
}

/* ---- Kinds --------------------------------------------------------------------------------- */

static void test_kinds(void **state)
{
	static const struct {
		const char *schema;
		uint32_t kinds;
	} cases[] = {
		{ "{}", TYPE_ANY },
		{ "true", TYPE_ANY },
		{ "{ type: string }", TYPE_STRING },
		{ "{ type: number }", TYPE_NUMBER },
		{ "{ type: integer }", TYPE_INTEGER },
		{ "{ type: [string, 'null'] }", TYPE_STRING | TYPE_NULL },
		{ "{ type: string, nullable: true }", TYPE_STRING | TYPE_NULL },
		{ "{ type: unheard }", TYPE_ANY },
		{ "{ enum: [a, 1, null] }", TYPE_STRING | TYPE_INTEGER | TYPE_NULL },
		{ "{ type: [string, integer], enum: [a, b] }", TYPE_STRING },
		{ "{ const: true }", TYPE_BOOL },
		{ "{ const: 1.5 }", TYPE_NUMBER },
		{ "{ type: string, enum: [1, 2] }", TYPE_STRING }, /* meant as texts */
		{ "{ allOf: [{ type: string }, { type: integer }] }", TYPE_ANY }, /* contradicts */
		{ "{ allOf: [{ type: [string, integer] }, { type: [integer, 'null'] }] }",
			TYPE_INTEGER },
		{ "{ anyOf: [{ type: string }, { type: integer }] }", TYPE_STRING | TYPE_INTEGER },
		{ "{ oneOf: [{ type: array }, { type: object }], type: array }", TYPE_LIST },
		{ "{ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { type: string } } }",
			TYPE_STRING },
		{ "{ $ref: '#/$defs/a', type: string, $defs: { a: { type: [string, integer] } } }",
			TYPE_STRING },
		{ "{ $ref: '#/$defs/none' }", TYPE_ANY },
		{ "{ $ref: 'elsewhere.json' }", TYPE_ANY },
		{ "{ $ref: '#anchor', anchor: { type: string }, nchor: { type: string } }",
			TYPE_ANY },
		{ "{ $ref: '#' }", TYPE_ANY },
		{ "{ allOf: [{ $ref: '#' }] }", TYPE_ANY },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct schema s = schema_of(cases[i].schema);
		if (type_kinds(&s.type) != cases[i].kinds)
			fail_msg("%s: %s", cases[i].schema,
				type_words(&s.r->d, type_kinds(&s.type)));
		run_end(s.r);
	}
}

/* ---- Members ------------------------------------------------------------------------------- */

static void test_members(void **state)
{
	static const struct {
		const char *schema;
		enum type_member has; /* member `a` */
		uint32_t kinds;
	} cases[] = {
		{ "{}", TYPE_MAYBE, TYPE_ANY },
		{ "{ type: object }", TYPE_MAYBE, TYPE_ANY },
		{ "{ type: string }", TYPE_NEVER, TYPE_ANY },
		{ "{ type: object, properties: { a: { type: string } } }", TYPE_MAYBE,
			TYPE_STRING },
		{ "{ type: object, required: [a], properties: { a: { type: string } } }",
			TYPE_ALWAYS, TYPE_STRING },
		{ "{ type: [object, 'null'], required: [a], properties: { a: {} } }", TYPE_MAYBE,
			TYPE_ANY },
		{ "{ type: object, required: [a] }", TYPE_ALWAYS, TYPE_ANY },
		{ "{ properties: { b: {} } }", TYPE_UNLISTED, TYPE_ANY },
		{ "{ properties: { b: {} }, additionalProperties: false }", TYPE_NEVER, TYPE_ANY },
		{ "{ properties: { b: {} }, additionalProperties: true }", TYPE_MAYBE, TYPE_ANY },
		{ "{ properties: { b: {} }, additionalProperties: { type: integer } }", TYPE_MAYBE,
			TYPE_INTEGER },
		{ "{ properties: { b: {} }, patternProperties: { '^a': {} } }", TYPE_MAYBE,
			TYPE_ANY },
		{ "{ properties: { b: {} }, if: {}, then: { required: [a] } }", TYPE_MAYBE,
			TYPE_ANY },
		{ "{ type: object, allOf: [{ properties: { a: { type: string } } }, { required: [a] }] }",
			TYPE_ALWAYS, TYPE_STRING },
		{ "{ $ref: '#/$defs/x', type: object, properties: { a: { type: string } }, $defs: { x: { properties: { b: {} } } } }",
			TYPE_MAYBE, TYPE_STRING },
		{ "{ type: object, anyOf: [{ properties: { a: { type: string } }, required: [a] }, { properties: { a: { type: integer } }, required: [a] }] }",
			TYPE_ALWAYS, TYPE_STRING | TYPE_INTEGER },
		{ "{ oneOf: [{ type: object, required: [a], properties: { a: { type: string } } }, { type: object, properties: { b: {} }, additionalProperties: false }] }",
			TYPE_MAYBE, TYPE_STRING },
		{ "{ oneOf: [{ properties: { b: {} } }, { properties: { c: {} }, additionalProperties: false }] }",
			TYPE_UNLISTED, TYPE_ANY },
		/* What contradicts itself was meant otherwise. */
		{ "{ allOf: [{ type: array }, { type: object, properties: { a: { type: string } } }] }",
			TYPE_MAYBE, TYPE_ANY },
		{ "{ type: object, properties: { a: { type: string } }, anyOf: [{ type: string }, { type: object }] }",
			TYPE_MAYBE, TYPE_STRING },
		/* A tree: the member is what the whole is. */
		{ "{ type: object, properties: { a: { $ref: '#' }, b: {} } }", TYPE_MAYBE,
			TYPE_OBJECT },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct schema s = schema_of(cases[i].schema);
		struct type a;
		enum type_member has = type_member(&s.type, SLICE("a"), &a);
		if (has != cases[i].has || type_kinds(&a) != cases[i].kinds)
			fail_msg("%s: %d, %s", cases[i].schema, (int)has,
				type_words(&s.r->d, type_kinds(&a)));
		run_end(s.r);
	}
}

/* ---- Elements ------------------------------------------------------------------------------ */

static void test_elements(void **state)
{
	static const struct {
		const char *schema;
		uint32_t kinds;
	} cases[] = {
		{ "{ type: array }", TYPE_ANY },
		{ "{ type: array, items: { type: string } }", TYPE_STRING },
		{ "{ type: array, items: true }", TYPE_ANY },
		{ "{ type: array, items: { type: string }, prefixItems: [{ type: integer }] }",
			TYPE_ANY },
		{ "{ oneOf: [{ type: array, items: { type: string } }, { type: string }] }",
			TYPE_STRING },
		{ "{ type: string }", TYPE_ANY },
		{ "{ type: array, items: { $ref: '#' } }", TYPE_LIST },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct schema s = schema_of(cases[i].schema);
		struct type x = type_element(&s.type), list = type_list(x);
		if (type_kinds(&x) != cases[i].kinds)
			fail_msg("%s: %s", cases[i].schema, type_words(&s.r->d, type_kinds(&x)));
		assert_int_equal(type_kinds(&list), TYPE_LIST);
		x = type_element(&list);
		assert_int_equal(type_kinds(&x), cases[i].kinds);
		run_end(s.r);
	}
}

/* ---- What is sent -------------------------------------------------------------------------- */

static void test_lacks(void **state)
{
	static const char lacking[] =
		"{ type: object, required: [id, name, other],\n"
		"  properties: { id: { type: string, readOnly: true }, name: {}, other: {} } }";
	struct schema s = schema_of(lacking);
	struct node one = { .kind = NODE_INT, .u.text = SLICE("1") };
	struct member have[] = { { .key = SLICE("name"), .value = &one },
		{ .key = SLICE("other"), .value = &one } };
	struct node map = { .kind = NODE_MAP, .u.map = { 1, have } };
	(void)state;
	assert_true(slice_is(type_lacks(&s.type, &map), "other"));
	map.u.map.n = 2;
	assert_null(type_lacks(&s.type, &map).at); /* `id` is for responses alone */
	map.u.map.n = 0;
	map.lacks = true; /* something was reported and left out */
	assert_null(type_lacks(&s.type, &map).at);
	run_end(s.r);
}

static void test_allows(void **state)
{
	struct schema s = schema_of("{ oneOf: [{ enum: [a, 1] }, { const: 2.0 }] }");
	struct node n = { .kind = NODE_STRING, .u.text = SLICE("a") };
	(void)state;
	assert_true(type_allows(&s.type, &n, false));
	n.u.text = SLICE("1");
	assert_false(type_allows(&s.type, &n, false)); /* a text, where a number is listed */
	assert_true(type_allows(&s.type, &n, true));
	n.kind = NODE_INT;
	assert_true(type_allows(&s.type, &n, false));
	n.u.text = SLICE("2");
	assert_true(type_allows(&s.type, &n, false)); /* 2 is 2.0 */
	n.u.text = SLICE("3");
	assert_false(type_allows(&s.type, &n, false));
	assert_true(type_allows(&type_anything, &n, false));
	run_end(s.r);
}

static void test_either(void **state)
{
	struct schema a = schema_of("{ type: string }"), b = schema_of("{ type: integer }");
	struct type x = type_either(&a.type, &b.type);
	(void)state;
	assert_int_equal(type_kinds(&x), TYPE_STRING | TYPE_INTEGER);
	x = type_either(&x, &type_anything);
	assert_true(x.anything);
	run_end(a.r);
	run_end(b.r);
}

/* Too many alternatives, or too deep: anything, and soon. */
static void test_bounds(void **state)
{
	static const char *const wide[] = {
		"{ anyOf: [{}, {}, {}, {}, {}, {}, {}, {}, {}] }",
		"{ allOf: [{ anyOf: [{}, {}, {}] }, { anyOf: [{}, {}, {}] }, { anyOf: [{}, {}] }] }",
		"{ $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } }",
		"{ anyOf: [{ anyOf: [{ $ref: '#' }, { $ref: '#' }] }, { $ref: '#' }] }",
	};
	(void)state;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		struct schema s = schema_of(wide[i]);
		assert_true(s.type.anything);
		run_end(s.r);
	}
}

static void test_words(void **state)
{
	struct run *r = run_begin();
	(void)state;
	assert_string_equal(type_words(&r->d, TYPE_STRING | TYPE_NULL), "a string or null");
	assert_string_equal(type_words(&r->d, TYPE_NUMBER), "a number");
	assert_string_equal(type_words(&r->d, TYPE_INTEGER), "a whole number");
	assert_string_equal(type_words(&r->d, TYPE_FRACTION), "a number with a fraction");
	assert_string_equal(type_words(&r->d, 0), "nothing");
	run_end(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_lacks),
		cmocka_unit_test(test_allows),
		cmocka_unit_test(test_either),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests_name("types of values", tests, NULL, NULL);
}
