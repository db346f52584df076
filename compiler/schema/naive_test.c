/*
 * A second validator, written from the specification: walks the schema's tree with the value's tree
 * and returns sets of what was evaluated. Shares nothing with the product but the reader of JSON.
 * Asked of random schemas and values, it must agree.
 */
#include "schema/schema_test.h"

#include <stdio.h>

/* ---- Chance: texts of schemas and values ---------------------------------------------------- */

struct world {
	uint64_t chance;
	char text[1 << 16];
	size_t len;
	uint32_t ndefs;
};

static uint32_t below(struct world *w, uint32_t n)
{
	w->chance ^= w->chance << 13;
	w->chance ^= w->chance >> 7;
	w->chance ^= w->chance << 17;
	return (uint32_t)(w->chance >> 33) % n;
}

__attribute__((format(printf, 2, 3))) static void say(struct world *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	w->len += (size_t)vsnprintf(w->text + w->len, sizeof w->text - w->len, format, args);
	va_end(args);
	if (w->len >= sizeof w->text)
		abort();
}

#define PICK(w, list) (list)[below((w), sizeof(list) / sizeof *(list))]

static const char *const names[] = { "a", "ab", "b", "c" };
static const char *const spelt[] = { "a", "a\\u0062", "\\u0062", "c" };
static const char *const scalars[] = { "null", "true", "false", "0", "1", "1.0", "2", "10e-1",
	"1.5", "-3", "\"\"", "\"a\"", "\"ab\"", "\"b\\u0061\"", "\"\\ud83d\\ude00\"", "\"aab\"" };

static void say_value(struct world *w, uint32_t depth)
{
	uint32_t kind = depth == 0 ? 0 : below(w, 3), n = below(w, 4);

	if (kind == 0) {
		say(w, "%s", PICK(w, scalars));
	} else if (kind == 1) {
		say(w, "[");
		for (uint32_t i = 0; i < n; i++) {
			say(w, i > 0 ? "," : "");
			say_value(w, depth - 1);
		}
		say(w, "]");
	} else {
		uint32_t used = 0;
		say(w, "{");
		for (uint32_t i = 0; i < n; i++) {
			uint32_t name = below(w, 4);
			if (used >> name & 1)
				continue;
			say(w, "%s\"%s\":", used == 0 ? "" : ",",
				(below(w, 2) ? names : spelt)[name]);
			used |= 1u << name;
			say_value(w, depth - 1);
		}
		say(w, "}");
	}
}

static void say_schema(struct world *w, uint32_t depth, uint32_t least_def);

/* Schemas by name, or in a list. */
static void say_map(
	struct world *w, const char *const *keys, uint32_t n, uint32_t depth, uint32_t def)
{
	const char *comma = "";

	say(w, "{");
	for (uint32_t i = 0; i < n; i++)
		if (below(w, 2)) {
			say(w, "%s\"%s\":", comma, keys[i]);
			say_schema(w, depth, def);
			comma = ",";
		}
	say(w, "}");
}

static void say_list(struct world *w, uint32_t depth, uint32_t def)
{
	say(w, "[");
	for (uint32_t i = 0, n = 1 + below(w, 3); i < n; i++) {
		say(w, i > 0 ? "," : "");
		say_schema(w, depth, def);
	}
	say(w, "]");
}

static const char *const patterns[] = { "^a", "b$", "a+b", "^.$" };
static const char *const types[] = { "null", "boolean", "object", "array", "number", "string",
	"integer" };

enum shape {
	TYPE,
	VALUE,
	VALUES,
	BOUND,
	COUNT,
	PATTERN,
	TRUE,
	NAME,
	NEEDS,
	REF,
	HERE,
	HERES,
	HERE_MAP,
	INSIDE,
	INSIDES,
	INSIDE_MAP,
	BY_PATTERN
};
static const struct {
	const char *name;
	enum shape shape;
} keywords[] = { { "type", TYPE }, { "const", VALUE }, { "enum", VALUES }, { "minimum", BOUND },
	{ "maximum", BOUND }, { "exclusiveMinimum", BOUND }, { "exclusiveMaximum", BOUND },
	{ "multipleOf", BOUND }, { "minLength", COUNT }, { "maxLength", COUNT },
	{ "minItems", COUNT }, { "maxItems", COUNT }, { "minProperties", COUNT },
	{ "maxProperties", COUNT }, { "minContains", COUNT }, { "maxContains", COUNT },
	{ "pattern", PATTERN }, { "uniqueItems", TRUE }, { "required", NAME },
	{ "dependentRequired", NEEDS }, { "$ref", REF }, { "allOf", HERES }, { "anyOf", HERES },
	{ "oneOf", HERES }, { "not", HERE }, { "if", HERE }, { "then", HERE }, { "else", HERE },
	{ "dependentSchemas", HERE_MAP }, { "items", INSIDE }, { "contains", INSIDE },
	{ "additionalProperties", INSIDE }, { "propertyNames", INSIDE },
	{ "unevaluatedItems", INSIDE }, { "unevaluatedProperties", INSIDE },
	{ "prefixItems", INSIDES }, { "properties", INSIDE_MAP },
	{ "patternProperties", BY_PATTERN } };
enum { NKEYWORDS = sizeof keywords / sizeof *keywords };

/* For the same value, definitions from @def on alone, so that it ends; inside it, all of them. */
static void say_operand(struct world *w, enum shape shape, uint32_t depth, uint32_t def)
{
	switch (shape) {
	case TYPE:
		if (below(w, 2))
			say(w, "\"%s\"", PICK(w, types));
		else
			say(w, "[\"%s\",\"%s\"]", PICK(w, types), PICK(w, types));
		return;
	case VALUE: say_value(w, 2); return;
	case VALUES:
		say(w, "[%s,", PICK(w, scalars));
		say_value(w, 2);
		say(w, "]");
		return;
	case BOUND: say(w, "%s", below(w, 2) ? "1" : below(w, 2) ? "2" : "0.5"); return;
	case COUNT: say(w, "%u", (unsigned)below(w, 3)); return;
	case PATTERN: say(w, "\"%s\"", PICK(w, patterns)); return;
	case TRUE: say(w, "true"); return;
	case NAME: say(w, "[\"%s\"]", PICK(w, names)); return;
	case NEEDS: say(w, "{\"a\":[\"%s\"]}", PICK(w, names)); return;
	case REF: say(w, "\"#/$defs/d%u\"", (unsigned)(def + below(w, w->ndefs - def))); return;
	case HERE: say_schema(w, depth - 1, def); return;
	case HERES: say_list(w, depth - 1, def); return;
	case HERE_MAP: say_map(w, names, 4, depth - 1, def); return;
	case INSIDE: say_schema(w, depth - 1, 0); return;
	case INSIDES: say_list(w, depth - 1, 0); return;
	case INSIDE_MAP: say_map(w, names, 4, depth - 1, 0); return;
	case BY_PATTERN: say_map(w, patterns, 4, depth - 1, 0); return;
	}
}

static void say_schema(struct world *w, uint32_t depth, uint32_t def)
{
	uint64_t used = 0;

	if (below(w, 12) == 0) {
		say(w, below(w, 2) ? "true" : "false");
		return;
	}
	say(w, "{");
	for (uint32_t i = 0, n = below(w, 4) + (depth > 2); i < n; i++) {
		uint32_t k = below(w, NKEYWORDS);
		if ((used >> k & 1) || (depth == 0 && keywords[k].shape >= HERE) ||
			(def == w->ndefs && keywords[k].shape == REF))
			continue;
		say(w, "%s\"%s\":", used == 0 ? "" : ",", keywords[k].name);
		used |= (uint64_t)1 << k;
		say_operand(w, keywords[k].shape, depth, def);
	}
	say(w, "}");
}

/* ---- The second validator ------------------------------------------------------------------ */

struct answer {
	bool valid;
	uint32_t seen; /* members or elements that were evaluated */
};
struct naive {
	const struct node *root;
};

static bool number(const struct node *n) { return n->kind == NODE_INT || n->kind == NODE_FLOAT; }
static bool whole(const struct node *n)
{
	return number(n) && syntax_float(n) == (double)(int64_t)syntax_float(n);
}

static bool equal(const struct node *a, const struct node *b)
{
	if (number(a) && number(b))
		return syntax_float(a) == syntax_float(b);
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case NODE_BOOL: return syntax_bool(a) == syntax_bool(b);
	case NODE_STRING: return slice_eq(a->u.text, b->u.text);
	case NODE_LIST:
		for (uint32_t i = 0; i < a->u.list.n && i < b->u.list.n; i++)
			if (!equal(a->u.list.v[i], b->u.list.v[i]))
				return false;
		return a->u.list.n == b->u.list.n;
	case NODE_MAP:
		for (uint32_t i = 0; i < a->u.map.n; i++) {
			bool found = false;
			for (uint32_t k = 0; k < b->u.map.n; k++)
				found |= slice_eq(a->u.map.v[i].key, b->u.map.v[k].key) &&
					 equal(a->u.map.v[i].value, b->u.map.v[k].value);
			if (!found)
				return false;
		}
		return a->u.map.n == b->u.map.n;
	default: return true;
	}
}

static bool has_type(const struct node *v, struct slice type)
{
	return (slice_is(type, "null") && v->kind == NODE_NULL) ||
	       (slice_is(type, "boolean") && v->kind == NODE_BOOL) ||
	       (slice_is(type, "object") && v->kind == NODE_MAP) ||
	       (slice_is(type, "array") && v->kind == NODE_LIST) ||
	       (slice_is(type, "number") && number(v)) || (slice_is(type, "integer") && whole(v)) ||
	       (slice_is(type, "string") && v->kind == NODE_STRING);
}

static bool matches(struct slice pattern, struct slice s)
{
	if (slice_is(pattern, "^a"))
		return s.len > 0 && s.at[0] == 'a';
	if (slice_is(pattern, "b$"))
		return s.len > 0 && s.at[s.len - 1] == 'b';
	if (slice_is(pattern, "a+b")) {
		for (uint32_t i = 1; i < s.len; i++)
			if (s.at[i - 1] == 'a' && s.at[i] == 'b')
				return true;
		return false;
	}
	return s.len == 1 || (s.len == 4 && (s.at[0] & 0xf0) == 0xf0);
}

static uint32_t length(struct slice s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s.len; i++)
		n += (s.at[i] & 0xc0) != 0x80;
	return n;
}

static struct answer ask(const struct naive *n, const struct node *s, const struct node *v);

static const struct node *get(const struct node *s, const char *keyword)
{
	const struct member *m = syntax_member(s, keyword);

	return m == NULL ? NULL : m->value;
}

static bool limit(const struct node *s, const char *least, const char *most, uint32_t n)
{
	const struct node *lo = get(s, least), *hi = get(s, most);

	return (lo == NULL || n >= syntax_float(lo)) && (hi == NULL || n <= syntax_float(hi));
}

static bool assertions(const struct node *s, const struct node *v)
{
	const struct node *k;
	double x = number(v) ? syntax_float(v) : 0;
	bool ok = true, any;

	if ((k = get(s, "type")) != NULL) {
		any = k->kind == NODE_STRING && has_type(v, k->u.text);
		for (uint32_t i = 0; k->kind == NODE_LIST && i < k->u.list.n; i++)
			any |= has_type(v, k->u.list.v[i]->u.text);
		ok &= any;
	}
	if ((k = get(s, "const")) != NULL)
		ok &= equal(k, v);
	if ((k = get(s, "enum")) != NULL) {
		any = false;
		for (uint32_t i = 0; i < k->u.list.n; i++)
			any |= equal(k->u.list.v[i], v);
		ok &= any;
	}
	if (number(v)) {
		ok &= (k = get(s, "minimum")) == NULL || x >= syntax_float(k);
		ok &= (k = get(s, "maximum")) == NULL || x <= syntax_float(k);
		ok &= (k = get(s, "exclusiveMinimum")) == NULL || x > syntax_float(k);
		ok &= (k = get(s, "exclusiveMaximum")) == NULL || x < syntax_float(k);
		if ((k = get(s, "multipleOf")) != NULL)
			ok &= x / syntax_float(k) == (double)(int64_t)(x / syntax_float(k));
	}
	if (v->kind == NODE_STRING) {
		ok &= limit(s, "minLength", "maxLength", length(v->u.text));
		ok &= (k = get(s, "pattern")) == NULL || matches(k->u.text, v->u.text);
	}
	if (v->kind == NODE_LIST) {
		ok &= limit(s, "minItems", "maxItems", v->u.list.n);
		if (get(s, "uniqueItems") != NULL)
			for (uint32_t i = 0; i < v->u.list.n; i++)
				for (uint32_t j = 0; j < i; j++)
					ok &= !equal(v->u.list.v[i], v->u.list.v[j]);
	}
	return ok;
}

static bool has(const struct node *v, struct slice name)
{
	for (uint32_t i = 0; i < v->u.map.n; i++)
		if (slice_eq(v->u.map.v[i].key, name))
			return true;
	return false;
}

static void object(
	const struct naive *n, const struct node *s, const struct node *v, struct answer *a)
{
	const struct node *properties = get(s, "properties"), *by = get(s, "patternProperties");
	const struct node *rest = get(s, "additionalProperties"), *k;

	a->valid &= limit(s, "minProperties", "maxProperties", v->u.map.n);
	for (uint32_t i = 0; i < v->u.map.n; i++) {
		const struct member *m = &v->u.map.v[i];
		struct node key = { .kind = NODE_STRING, .u.text = m->key };
		bool seen = false;
		for (uint32_t p = 0; properties != NULL && p < properties->u.map.n; p++)
			if (slice_eq(properties->u.map.v[p].key, m->key)) {
				a->valid &= ask(n, properties->u.map.v[p].value, m->value).valid;
				seen = true;
			}
		for (uint32_t p = 0; by != NULL && p < by->u.map.n; p++)
			if (matches(by->u.map.v[p].key, m->key)) {
				a->valid &= ask(n, by->u.map.v[p].value, m->value).valid;
				seen = true;
			}
		if (!seen && rest != NULL) {
			a->valid &= ask(n, rest, m->value).valid;
			seen = true;
		}
		if ((k = get(s, "propertyNames")) != NULL)
			a->valid &= ask(n, k, &key).valid;
		a->seen |= (uint32_t)seen << i;
	}
	if ((k = get(s, "required")) != NULL)
		a->valid &= has(v, k->u.list.v[0]->u.text);
	if ((k = get(s, "dependentRequired")) != NULL && has(v, SLICE("a")))
		a->valid &= has(v, k->u.map.v[0].value->u.list.v[0]->u.text);
}

static void array(
	const struct naive *n, const struct node *s, const struct node *v, struct answer *a)
{
	const struct node *prefix = get(s, "prefixItems"), *rest = get(s, "items");
	const struct node *contains = get(s, "contains"), *lo = get(s, "minContains"),
			  *hi = get(s, "maxContains");
	uint32_t hits = 0;

	for (uint32_t i = 0; i < v->u.list.n; i++) {
		const struct node *schema =
			prefix != NULL && i < prefix->u.list.n ? prefix->u.list.v[i] : rest;
		if (schema != NULL) {
			a->valid &= ask(n, schema, v->u.list.v[i]).valid;
			a->seen |= 1u << i;
		}
		if (contains != NULL && ask(n, contains, v->u.list.v[i]).valid) {
			hits++;
			a->seen |= 1u << i;
		}
	}
	if (contains != NULL)
		a->valid &= hits >= (lo == NULL ? 1 : syntax_float(lo)) &&
			    (hi == NULL || hits <= syntax_float(hi));
}

/* What a schema for the same value says; its sets count only where it fits. */
static bool also(
	const struct naive *n, const struct node *s, const struct node *v, struct answer *a)
{
	struct answer b = ask(n, s, v);

	if (b.valid)
		a->seen |= b.seen;
	return b.valid;
}

static uint32_t how_many(
	const struct naive *n, const struct node *list, const struct node *v, struct answer *a)
{
	uint32_t hits = 0;

	for (uint32_t i = 0; i < list->u.list.n; i++)
		hits += also(n, list->u.list.v[i], v, a);
	return hits;
}

static struct answer ask(const struct naive *n, const struct node *s, const struct node *v)
{
	struct answer a = { true, 0 }, unused = { true, 0 };
	const struct node *k;

	if (s->kind == NODE_BOOL)
		return (struct answer){ syntax_bool(s), 0 };
	a.valid = assertions(s, v);
	if (v->kind == NODE_MAP)
		object(n, s, v, &a);
	if (v->kind == NODE_LIST)
		array(n, s, v, &a);
	if ((k = get(s, "$ref")) != NULL) {
		const struct node *defs = get(n->root, "$defs");
		a.valid &= also(n, defs->u.map.v[k->u.text.at[9] - '0'].value, v, &a);
	}
	if ((k = get(s, "allOf")) != NULL)
		a.valid &= how_many(n, k, v, &a) == k->u.list.n;
	if ((k = get(s, "anyOf")) != NULL)
		a.valid &= how_many(n, k, v, &a) > 0;
	if ((k = get(s, "oneOf")) != NULL)
		a.valid &= how_many(n, k, v, &a) == 1;
	if ((k = get(s, "not")) != NULL)
		a.valid &= !also(n, k, v, &unused);
	if ((k = get(s, "dependentSchemas")) != NULL && v->kind == NODE_MAP)
		for (uint32_t i = 0; i < k->u.map.n; i++)
			if (has(v, k->u.map.v[i].key))
				a.valid &= also(n, k->u.map.v[i].value, v, &a);
	if ((k = get(s, "if")) != NULL) {
		k = get(s, also(n, k, v, &a) ? "then" : "else");
		if (k != NULL)
			a.valid &= also(n, k, v, &a);
	}
	k = get(s, v->kind == NODE_MAP ? "unevaluatedProperties" : "unevaluatedItems");
	if (k != NULL && (v->kind == NODE_MAP || v->kind == NODE_LIST))
		for (uint32_t i = 0; i < v->u.list.n; i++)
			if (!(a.seen >> i & 1)) {
				a.valid &= ask(n, k,
					v->kind == NODE_MAP ? v->u.map.v[i].value : v->u.list.v[i])
						   .valid;
				a.seen |= 1u << i;
			}
	return a;
}

/* ---- The comparison ------------------------------------------------------------------------ */

static void compare(struct world *w, uint32_t *valid, uint32_t *all)
{
	struct schema_options o = { .dialect = SCHEMA_2020_12 };
	struct slice schema_text, value_text;
	const struct node *root, *value;
	struct tested t;
	bool have;

	tested_start(&t);
	w->len = 0;
	w->ndefs = 3;
	say(w, "{\"$defs\":{");
	for (uint32_t i = 0; i < w->ndefs; i++) {
		say(w, "%s\"d%u\":", i > 0 ? "," : "", (unsigned)i);
		say_schema(w, 2, i + 1);
	}
	say(w, "},\"allOf\":[");
	say_schema(w, 3, 0);
	say(w, "]}");
	schema_text = buf_copy(&t.a, (struct slice){ w->text, (uint32_t)w->len });
	root = tested_parse(&t, "schema.json", schema_text);
	if (root == NULL || t.d.n > 0 || !tested_schema(&t, &o, root))
		fail_msg("%s: %s", schema_text.at, t.d.n > 0 ? t.d.v[0].label : "");
	for (uint32_t i = 0; i < 12; i++) {
		w->len = 0;
		say_value(w, 3);
		value_text = buf_copy(&t.a, (struct slice){ w->text, (uint32_t)w->len });
		value = tested_parse(&t, "value.json", value_text);
		assert_int_equal(
			tested_validate(&t, 0, value_text, AEG_SCHEMA_STEPS, &have, NULL), AEG_OK);
		bool want = ask(&(struct naive){ root }, root, value).valid;
		if (want != have)
			fail_msg("%s\n%s\nis %s", schema_text.at, value_text.at,
				want ? "valid" : "not valid");
		*valid += want;
		++*all;
	}
	arena_free(&t.a);
}

static void random_schemas(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	const char *seed = getenv("AEGIS_SEED");
	uint32_t valid = 0, all = 0;

	(void)state;
	w->chance = seed == NULL ? 20260 : strtoull(seed, NULL, 10);
	for (uint32_t i = 0; i < 20000; i++)
		compare(w, &valid, &all);
	print_message("%u of %u values are valid\n", (unsigned)valid, (unsigned)all);
	assert_true(valid > all / 10 && valid < all * 9 / 10);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(random_schemas) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
