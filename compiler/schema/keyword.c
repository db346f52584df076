/* Writes what each keyword of a schema asks for, and reports values that it cannot have. */
#include "schema/internal.h"

#include "aegis/aegis.h"

enum { D20 = 1, D30 = 2, D07 = 4, D04 = 8, ALL = 15, V = 16 };
static const uint8_t dialect_bit[] = { [SCHEMA_2020_12] = D20,
	[SCHEMA_OPENAPI_30] = D30,
	[SCHEMA_DRAFT_07] = D07,
	[SCHEMA_DRAFT_04] = D04 };

/* A schema being written. */
struct writing {
	struct compiler *c;
	const struct node *map;
	uint32_t job, resource;
	enum schema_dialect dialect;
	const char *keyword;
};

static const struct node *value_of(const struct writing *w, const char *keyword)
{
	const struct member *m = syntax_member(w->map, keyword);

	return m == NULL || m->value->kind == NODE_POISON ? NULL : m->value;
}

/* Reports that the keyword's value is not @what. */
static bool wrong(struct writing *w, const struct node *n, const char *what)
{
	if (n->kind != NODE_POISON)
		schema_report(w->c, AEG_schema_value, n->span,
			diag_text(w->c->d, "`%s` wants %s", w->keyword, what), NULL);
	return false;
}

static bool is_number(const struct node *n) { return n->kind == NODE_INT || n->kind == NODE_FLOAT; }

/* Schemas as part of this one. */
static uint32_t part(
	struct writing *w, const struct node *n, const char *keyword, const struct slice *name)
{
	bool boolean = w->dialect != SCHEMA_OPENAPI_30 && w->dialect != SCHEMA_DRAFT_04;

	/* Older dialects have booleans only where members or elements are shut out. */
	boolean |= strncmp(keyword, "additional", 10) == 0;
	if (n->kind != NODE_MAP && !(boolean && n->kind == NODE_BOOL)) {
		wrong(w, n,
			boolean ? "a schema: a mapping, or true or false" : "a schema: a mapping");
		return AEGF_SCHEMA_ANY;
	}
	return write_schema(w->c, n, resource_index(w->c, n, w->resource), w->job,
		write_segment(w->c, keyword, name));
}

static uint32_t element(struct writing *w, const struct node *n, const char *keyword, uint32_t i)
{
	struct slice name = slice_of(diag_text(w->c->d, "%u", (unsigned)i));

	return part(w, n, keyword, &name);
}

/* ---- Assertions ---------------------------------------------------------------------------- */

static const struct {
	const char *name;
	uint32_t bits;
} types[] = { { "null", AEGF_TYPE(AEG_JSON_NULL) },
	{ "boolean", AEGF_TYPE(AEG_JSON_FALSE) | AEGF_TYPE(AEG_JSON_TRUE) },
	{ "object", AEGF_TYPE(AEG_JSON_OBJECT) }, { "array", AEGF_TYPE(AEG_JSON_ARRAY) },
	{ "number", AEGF_TYPE(AEG_JSON_NUMBER) }, { "string", AEGF_TYPE(AEG_JSON_STRING) },
	{ "integer", AEGF_TYPE_INTEGER } };

static uint32_t type_bits(struct writing *w, const struct node *n)
{
	if (n->kind == NODE_STRING)
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			if (slice_is(n->u.text, types[i].name))
				return types[i].bits;
	wrong(w, n, "one of `null`, `boolean`, `object`, `array`, `number`, `string`, `integer`");
	return 0;
}

static void type(struct writing *w, const struct node *n)
{
	const struct node *nullable = value_of(w, "nullable");
	uint32_t bits = 0;

	if (n->kind == NODE_LIST && w->dialect != SCHEMA_OPENAPI_30) {
		for (uint32_t i = 0; i < n->u.list.n; i++)
			bits |= type_bits(w, n->u.list.v[i]);
	} else if (n->kind == NODE_LIST) {
		wrong(w, n,
			"one type alone in OpenAPI 3.0; where null is allowed, `nullable: true`");
	} else {
		bits = type_bits(w, n);
	}
	if (w->dialect == SCHEMA_OPENAPI_30 && nullable != NULL && nullable->kind == NODE_BOOL &&
		syntax_bool(nullable))
		bits |= AEGF_TYPE(AEG_JSON_NULL);
	write_op(w->c, AEGF_SCHEMA_TYPE, 1);
	write_word(w->c, bits);
}

static void values(struct writing *w, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		wrong(w, n, "a list of values");
		return;
	}
	write_op(w->c, AEGF_SCHEMA_ENUM, 3 * n->u.list.n);
	for (uint32_t i = 0; i < n->u.list.n; i++) {
		struct slice name = slice_of(diag_text(w->c->d, "%u", (unsigned)i));
		write_value(w->c, n->u.list.v[i], w->job, write_segment(w->c, "enum", &name));
	}
}

static void constant(struct writing *w, const struct node *n)
{
	write_op(w->c, AEGF_SCHEMA_CONST, 3);
	write_value(w->c, n, w->job, write_segment(w->c, "const", NULL));
}

static void number(struct writing *w, enum aegf_schema_op op, const struct node *n)
{
	write_op(w->c, op, 2);
	write_text(w->c, write_number(w->c, n));
}

/* `minimum` and `maximum`, which were exclusive where a boolean beside them said so. */
static void bound(struct writing *w, const struct node *n)
{
	bool least = strcmp(w->keyword, "minimum") == 0;
	const struct node *exclusive =
		w->dialect == SCHEMA_OPENAPI_30 || w->dialect == SCHEMA_DRAFT_04
			? value_of(w, least ? "exclusiveMinimum" : "exclusiveMaximum")
			: NULL;

	if (!is_number(n))
		wrong(w, n, "a number");
	else if (exclusive != NULL && exclusive->kind == NODE_BOOL && syntax_bool(exclusive))
		number(w, least ? AEGF_SCHEMA_EXCLUSIVE_MINIMUM : AEGF_SCHEMA_EXCLUSIVE_MAXIMUM, n);
	else
		number(w, least ? AEGF_SCHEMA_MINIMUM : AEGF_SCHEMA_MAXIMUM, n);
}

static void exclusive(struct writing *w, const struct node *n)
{
	bool least = strcmp(w->keyword, "exclusiveMinimum") == 0;

	if (w->dialect == SCHEMA_OPENAPI_30 || w->dialect == SCHEMA_DRAFT_04) {
		if (n->kind != NODE_BOOL)
			wrong(w, n,
				least ? "true or false here, and the number in `minimum`"
				      : "true or false here, and the number in `maximum`");
	} else if (!is_number(n)) {
		wrong(w, n, "a number");
	} else {
		number(w, least ? AEGF_SCHEMA_EXCLUSIVE_MINIMUM : AEGF_SCHEMA_EXCLUSIVE_MAXIMUM, n);
	}
}

/* Digits but for zeros at both ends. */
static uint32_t digits_of(struct slice number)
{
	uint32_t n = 0, zeros = 0;

	for (uint32_t i = 0; i < number.len && (number.at[i] | 0x20) != 'e'; i++) {
		if (number.at[i] < '0' || number.at[i] > '9' || (n == 0 && number.at[i] == '0'))
			continue;
		zeros = number.at[i] == '0' ? zeros + 1 : 0;
		n++;
	}
	return n - zeros;
}

static void multiple(struct writing *w, const struct node *n)
{
	struct slice text;

	if (!is_number(n)) {
		wrong(w, n, "a number above 0");
		return;
	}
	text = write_number(w->c, n);
	if (digits_of(text) == 0 || text.at[0] == '-')
		wrong(w, n, "a number above 0");
	else if (digits_of(text) > AEGF_SCHEMA_MAX_DIGITS)
		wrong(w, n, "a number of no more than 18 digits");
	else
		number(w, AEGF_SCHEMA_MULTIPLE_OF, n);
}

/* A count; what is beyond 32 bits is beyond any document. */
static bool count_of(struct writing *w, const struct node *n, uint32_t *ret)
{
	uint64_t value;
	double real;

	if (n->kind == NODE_INT && syntax_uint(n, &value)) {
		*ret = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
		return true;
	}
	real = is_number(n) ? syntax_float(n) : -1;
	if (real >= 0 && real < UINT32_MAX && real == (double)(uint32_t)real) {
		*ret = (uint32_t)real;
		return true;
	}
	if (real >= UINT32_MAX) {
		*ret = UINT32_MAX;
		return true;
	}
	return wrong(w, n, "a whole number, 0 or more");
}

static void count(struct writing *w, const struct node *n)
{
	static const struct {
		const char *keyword;
		enum aegf_schema_op op;
	} ops[] = { { "minLength", AEGF_SCHEMA_MIN_LENGTH },
		{ "maxLength", AEGF_SCHEMA_MAX_LENGTH }, { "minItems", AEGF_SCHEMA_MIN_ITEMS },
		{ "maxItems", AEGF_SCHEMA_MAX_ITEMS },
		{ "minProperties", AEGF_SCHEMA_MIN_PROPERTIES },
		{ "maxProperties", AEGF_SCHEMA_MAX_PROPERTIES } };
	uint32_t limit, i = 0;

	if (!count_of(w, n, &limit))
		return;
	while (strcmp(w->keyword, ops[i].keyword) != 0)
		i++;
	write_op(w->c, ops[i].op, 1);
	write_word(w->c, limit);
}

static void format(struct writing *w, const struct node *n)
{
	static const char *const formats[] = {
#define X(name, text) text,
		AEGF_FORMATS(X)
#undef X
	};

	if (n->kind != NODE_STRING) {
		wrong(w, n, "the name of a format");
		return;
	}
	if (!w->c->resources[w->resource].formats)
		return;
	for (uint32_t i = 0; i < AEGF_NFORMATS; i++)
		if (slice_is(n->u.text, formats[i])) {
			write_op(w->c, AEGF_SCHEMA_FORMAT, 1);
			write_word(w->c, i);
		}
}

static void pattern(struct writing *w, const struct node *n)
{
	if (n->kind != NODE_STRING) {
		wrong(w, n, "a regular expression");
		return;
	}
	write_op(w->c, AEGF_SCHEMA_PATTERN, 3);
	write_word(w->c, write_regex(w->c, n, n->u.text, n->span));
	write_text(w->c, n->u.text);
}

static void unique(struct writing *w, const struct node *n)
{
	if (n->kind != NODE_BOOL)
		wrong(w, n, "true or false");
	else if (syntax_bool(n))
		write_op(w->c, AEGF_SCHEMA_UNIQUE_ITEMS, 0);
}

/* ---- Members ------------------------------------------------------------------------------- */

struct gathered {
	struct members_entry *entries;
	uint32_t n;
	struct map by_name;
};

static struct members_entry *entry(struct gathered *g, struct slice name)
{
	uint32_t i = map_put(&g->by_name, name, g->n);

	if (i != MAP_NONE)
		return &g->entries[i];
	g->entries[g->n] = (struct members_entry){ name, AEGF_NONE, false };
	return &g->entries[g->n++];
}

/* A mapping's members for keyword @keyword, or none. */
static const struct node *map_of(struct writing *w, const char *keyword)
{
	static const struct node none = { .kind = NODE_MAP };
	const struct node *n = value_of(w, keyword);

	w->keyword = keyword;
	if (n != NULL && n->kind != NODE_MAP)
		wrong(w, n, "a mapping");
	return n != NULL && n->kind == NODE_MAP ? n : &none;
}

/* A list of names for @w->keyword. */
static const struct node *names(struct writing *w, const struct node *n)
{
	static const struct node none = { .kind = NODE_LIST };

	if (n->kind != NODE_LIST) {
		wrong(w, n, "a list of names");
		return &none;
	}
	for (uint32_t i = 0; i < n->u.list.n; i++)
		if (n->u.list.v[i]->kind != NODE_STRING) {
			wrong(w, n->u.list.v[i], "names");
			return &none;
		}
	return n;
}

static const struct node *required(struct writing *w)
{
	static const struct node none = { .kind = NODE_LIST };
	const struct node *n = value_of(w, "required");

	w->keyword = "required";
	if (n == NULL || !w->c->resources[w->resource].validates)
		return &none;
	return names(w, n);
}

/* All four keywords at once, at the first of them. */
static void members(struct writing *w, const struct node *n)
{
	const struct node *properties, *patterns, *must,
		*rest = value_of(w, "additionalProperties");
	const char *order[] = { "properties", "patternProperties", "additionalProperties",
		"required" };
	bool has_patterns = w->dialect != SCHEMA_OPENAPI_30;
	struct gathered g = { .by_name = { .arena = w->c->a } };
	uint32_t *refs, k = 0;

	while (!((k != 1 || has_patterns) && value_of(w, order[k]) != NULL))
		k++;
	if (n != value_of(w, order[k]))
		return;
	properties = map_of(w, "properties");
	patterns =
		has_patterns ? map_of(w, "patternProperties") : &(struct node){ .kind = NODE_MAP };
	must = required(w);
	g.entries = arena_array(
		w->c->a, struct members_entry, (size_t)properties->u.map.n + must->u.list.n);
	w->keyword = "properties";
	for (uint32_t i = 0; i < properties->u.map.n; i++) {
		const struct member *m = &properties->u.map.v[i];
		entry(&g, m->key)->schema = part(w, m->value, "properties", &m->key);
	}
	for (uint32_t i = 0; i < must->u.list.n; i++)
		entry(&g, must->u.list.v[i]->u.text)->required = true;
	refs = arena_array(w->c->a, uint32_t, 2 * (size_t)patterns->u.map.n);
	w->keyword = "patternProperties";
	for (uint32_t i = 0; i < patterns->u.map.n; i++) {
		const struct member *m = &patterns->u.map.v[i];
		refs[2 * i] = write_regex(w->c, NULL, m->key, m->key_span);
		refs[2 * i + 1] = part(w, m->value, "patternProperties", &m->key);
	}
	w->keyword = "additionalProperties";
	write_members(w->c, g.entries, g.n, refs, patterns->u.map.n,
		rest == NULL ? AEGF_NONE : part(w, rest, "additionalProperties", NULL));
}

/* Three keywords with one form, of which the oldest has lists and schemas. */
static void dependencies(struct writing *w, const struct node *n)
{
	bool lists = strcmp(w->keyword, "dependentSchemas") != 0;
	bool schemas = strcmp(w->keyword, "dependentRequired") != 0;
	const char *keyword = w->keyword;

	if (n->kind != NODE_MAP) {
		wrong(w, n, "a mapping");
		return;
	}
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		if (lists && (!schemas || m->value->kind == NODE_LIST)) {
			const struct node *v = names(w, m->value);
			write_op(w->c, AEGF_SCHEMA_DEPENDENT_REQUIRED, 2 + 2 * v->u.list.n);
			write_text(w->c, m->key);
			for (uint32_t k = 0; k < v->u.list.n; k++)
				write_text(w->c, v->u.list.v[k]->u.text);
		} else {
			uint32_t schema = part(w, m->value, keyword, &m->key);
			write_op(w->c, AEGF_SCHEMA_DEPENDENT_SCHEMA, 3);
			write_text(w->c, m->key);
			write_word(w->c, schema);
		}
	}
}

/* ---- Elements ------------------------------------------------------------------------------ */

/* What a list of schemas and the schema of the rest are called, by dialect. */
static void items(struct writing *w, const struct node *n)
{
	const struct node *prefix = value_of(w, "prefixItems"), *rest = value_of(w, "items");
	const char *prefix_keyword = "prefixItems", *rest_keyword = "items";
	bool now = w->dialect == SCHEMA_2020_12;
	uint32_t *schemas;

	if (!now) {
		prefix = rest != NULL && rest->kind == NODE_LIST ? rest : NULL;
		prefix_keyword = "items";
		if (prefix != NULL) {
			rest = w->dialect == SCHEMA_OPENAPI_30 ? NULL
							       : value_of(w, "additionalItems");
			rest_keyword = "additionalItems";
		}
	}
	if (n != (prefix != NULL ? prefix : rest))
		return;
	if (prefix != NULL && (prefix->kind != NODE_LIST || w->dialect == SCHEMA_OPENAPI_30)) {
		wrong(w, prefix, now ? "a list of schemas" : "one schema in OpenAPI 3.0");
		return;
	}
	if (now && rest != NULL && rest->kind == NODE_LIST) {
		w->keyword = "items";
		wrong(w, rest, "a schema; a list of them is called `prefixItems`");
		return;
	}
	uint32_t count = prefix == NULL ? 0 : prefix->u.list.n;
	schemas = arena_array(w->c->a, uint32_t, (size_t)count + 1);
	for (uint32_t i = 0; i < count; i++)
		schemas[i] = element(w, prefix->u.list.v[i], prefix_keyword, i);
	w->keyword = rest_keyword;
	schemas[count] = rest == NULL ? AEGF_NONE : part(w, rest, rest_keyword, NULL);
	write_op(w->c, AEGF_SCHEMA_ITEMS, 1 + count);
	write_word(w->c, schemas[count]);
	for (uint32_t i = 0; i < count; i++)
		write_word(w->c, schemas[i]);
}

static void contains(struct writing *w, const struct node *n)
{
	bool stated = w->dialect == SCHEMA_2020_12 && w->c->resources[w->resource].validates;
	const struct node *least = stated ? value_of(w, "minContains") : NULL;
	const struct node *most = stated ? value_of(w, "maxContains") : NULL;
	uint32_t from = 1, to = AEGF_NONE, schema;

	if (n != value_of(w, "contains")) {
		count_of(w, n, &from);
		return;
	}
	schema = part(w, n, "contains", NULL);
	w->keyword = "minContains"; /* each is reported at its own turn too, in the same words */
	if (least != NULL)
		count_of(w, least, &from);
	w->keyword = "maxContains";
	if (most != NULL)
		count_of(w, most, &to);
	write_op(w->c, AEGF_SCHEMA_CONTAINS, 3);
	write_word(w->c, schema);
	write_word(w->c, from);
	write_word(w->c, to);
}

/* ---- Applicators --------------------------------------------------------------------------- */

/* A keyword whose value is one schema. */
static void schema(struct writing *w, const struct node *n)
{
	static const struct {
		const char *keyword;
		enum aegf_schema_op op;
	} ops[] = { { "not", AEGF_SCHEMA_NOT }, { "propertyNames", AEGF_SCHEMA_PROPERTY_NAMES },
		{ "unevaluatedItems", AEGF_SCHEMA_UNEVALUATED_ITEMS },
		{ "unevaluatedProperties", AEGF_SCHEMA_UNEVALUATED_PROPERTIES } };
	uint32_t i = 0, ref = part(w, n, w->keyword, NULL);

	while (strcmp(w->keyword, ops[i].keyword) != 0)
		i++;
	if (ops[i].op >= AEGF_SCHEMA_UNEVALUATED_ITEMS)
		w->c->jobs[w->job].flags |= AEGF_SCHEMA_COLLECTS;
	write_op(w->c, ops[i].op, 1);
	write_word(w->c, ref);
}

static void list(struct writing *w, const struct node *n)
{
	uint32_t *schemas;

	if (n->kind != NODE_LIST || n->u.list.n == 0) {
		wrong(w, n, "a list of schemas, at least one");
		return;
	}
	schemas = arena_array(w->c->a, uint32_t, n->u.list.n);
	for (uint32_t i = 0; i < n->u.list.n; i++)
		schemas[i] = element(w, n->u.list.v[i], w->keyword, i);
	write_op(w->c,
		w->keyword[0] == 'o'   ? AEGF_SCHEMA_ONE_OF
		: w->keyword[1] == 'n' ? AEGF_SCHEMA_ANY_OF
				       : AEGF_SCHEMA_ALL_OF,
		n->u.list.n);
	for (uint32_t i = 0; i < n->u.list.n; i++)
		write_word(w->c, schemas[i]);
}

static void choice(struct writing *w, const struct node *n)
{
	const struct node *then = value_of(w, "then"), *otherwise = value_of(w, "else");
	uint32_t schemas[3];

	if (n != value_of(w, "if"))
		return;
	schemas[0] = part(w, n, "if", NULL);
	w->keyword = "then";
	schemas[1] = then == NULL ? AEGF_NONE : part(w, then, "then", NULL);
	w->keyword = "else";
	schemas[2] = otherwise == NULL ? AEGF_NONE : part(w, otherwise, "else", NULL);
	write_op(w->c, AEGF_SCHEMA_IF, 3);
	for (int i = 0; i < 3; i++)
		write_word(w->c, schemas[i]);
}

/* All schemas that an anchor may stand for, with the resources that say so. */
static void dynamic(struct writing *w, uint32_t first, struct slice name)
{
	struct compiler *c = w->c;
	uint32_t n = 0;

	for (size_t i = 0; i < c->nanchors; i++)
		n += c->anchors[i].dynamic && slice_eq(c->anchors[i].name, name);
	write_op(c, AEGF_SCHEMA_DYNAMIC_REF, 1 + 2 * n);
	write_word(c, first);
	for (size_t i = 0; i < c->nanchors && !c->too_large; i++) {
		const struct anchor *a = &c->anchors[i];
		if (!a->dynamic || !slice_eq(a->name, name))
			continue;
		write_word(c, a->resource);
		write_word(c, write_schema(c, a->node, a->resource, AEGF_NONE,
				      slice_of(diag_text(c->d, "%.*s#%.*s",
					      SLICE_ARG(c->resources[a->resource].uri),
					      SLICE_ARG(name)))));
	}
	c->dynamic = true;
}

static void reference(struct writing *w, const struct node *n)
{
	struct target t;
	uint32_t first;

	if (n->kind != NODE_STRING) {
		wrong(w, n, "a URI reference");
		return;
	}
	if (!resource_find(w->c, w->resource, n, &t))
		return;
	if (t.node->kind != NODE_MAP && t.node->kind != NODE_BOOL) {
		schema_report(
			w->c, AEG_schema_dangling, n->span, "what stands there is no schema", NULL);
		return;
	}
	first = write_schema(w->c, t.node, t.resource, AEGF_NONE, t.location);
	if (w->keyword[1] == 'd' && t.anchor != NULL && t.anchor->dynamic) {
		dynamic(w, first, t.anchor->name);
	} else {
		write_op(w->c, AEGF_SCHEMA_REF, 1);
		write_word(w->c, first);
	}
}

static void annotate(struct writing *w, const struct node *n)
{
	if (strcmp(w->keyword, "nullable") == 0 && n->kind != NODE_BOOL)
		wrong(w, n, "true or false");
}

/* ---- The table ----------------------------------------------------------------------------- */

static const struct keyword {
	const char *name;
	uint8_t dialects, holds;
	void (*write)(struct writing *w, const struct node *n);
} keywords[] = {
#define X(name, dialects, holds, write) { name, dialects, HOLDS_##holds, write },
#include "schema/keyword.def"
#undef X
};
enum { NKEYWORDS = sizeof keywords / sizeof *keywords };

void keywords_start(struct compiler *c)
{
	c->keywords = (struct map){ .arena = c->a };
	for (uint32_t i = 0; i < NKEYWORDS; i++)
		map_put(&c->keywords, slice_of(keywords[i].name), i);
}

enum holds keyword_holds(const struct compiler *c, struct slice key, enum schema_dialect dialect)
{
	uint32_t i = map_get(&c->keywords, key);

	return i != MAP_NONE && (keywords[i].dialects & dialect_bit[dialect])
		       ? (enum holds)keywords[i].holds
		       : HOLDS_NONE;
}

/* A slip of the pen would be passed over. */
static void stranger(struct writing *w, const struct member *m)
{
	struct slice candidates[NKEYWORDS];
	size_t near;

	if (slice_begins(m->key, SLICE("x-")))
		return;
	for (uint32_t i = 0; i < NKEYWORDS; i++)
		candidates[i] = slice_of(keywords[i].name);
	near = diag_nearest(m->key, candidates, NKEYWORDS);
	if (near != SIZE_MAX)
		schema_report(w->c, AEG_schema_ignored, m->key_span, "there is no such keyword",
			diag_text(w->c->d, "did you mean `%s`?", keywords[near].name));
}

/* The values of the schema's keywords, by their index in the table. */
static void gather(struct writing *w, const struct node **ret)
{
	uint8_t bit = dialect_bit[w->dialect];
	bool validates = w->c->resources[w->resource].validates;

	for (uint32_t k = 0; k < w->map->u.map.n; k++) {
		const struct member *m = &w->map->u.map.v[k];
		uint32_t i = map_get(&w->c->keywords, m->key);
		if (i == MAP_NONE)
			stranger(w, m);
		else if (!(keywords[i].dialects & bit) && keywords[i].write != annotate)
			schema_report(w->c, AEG_schema_ignored, m->key_span,
				w->dialect == SCHEMA_OPENAPI_30
					? "OpenAPI 3.0 does not have this keyword"
					: "this dialect does not have this keyword",
				NULL);
		else if ((keywords[i].dialects & bit) && m->value->kind != NODE_POISON &&
			 (validates || !(keywords[i].dialects & V)))
			ret[i] = m->value;
	}
}

void keywords_write(struct compiler *c, uint32_t job)
{
	const struct node *map = c->jobs[job].node, *ref, *have[NKEYWORDS] = { 0 };
	uint32_t resource = c->jobs[job].resource;
	struct writing w = { c, map, job, resource, c->resources[resource].dialect, "" };

	if (map->kind == NODE_BOOL) {
		if (!syntax_bool(map))
			write_op(c, AEGF_SCHEMA_NEVER, 0);
		return;
	}
	ref = w.dialect == SCHEMA_2020_12 ? NULL : value_of(&w, "$ref");
	if (ref != NULL) { /* what stands beside it counts for nothing */
		w.keyword = "$ref";
		reference(&w, ref);
		return;
	}
	gather(&w, have);
	for (uint32_t i = 0; i < NKEYWORDS; i++) {
		w.keyword = keywords[i].name;
		if (have[i] != NULL)
			keywords[i].write(&w, have[i]);
	}
}

/* ---- Values -------------------------------------------------------------------------------- */

void constant_write(struct compiler *c, uint32_t job)
{
	const struct node *n = c->jobs[job].node;
	uint32_t *schemas;

	if (n->kind == NODE_LIST) {
		schemas = arena_array(c->a, uint32_t, (size_t)n->u.list.n);
		for (uint32_t i = 0; i < n->u.list.n; i++)
			schemas[i] = write_constant(c, n->u.list.v[i], job,
				slice_of(diag_text(c->d, "/%u", (unsigned)i)));
		write_op(c, AEGF_SCHEMA_TYPE, 1);
		write_word(c, AEGF_TYPE(AEG_JSON_ARRAY));
		write_op(c, AEGF_SCHEMA_MIN_ITEMS, 1);
		write_word(c, n->u.list.n);
		write_op(c, AEGF_SCHEMA_MAX_ITEMS, 1);
		write_word(c, n->u.list.n);
		write_op(c, AEGF_SCHEMA_ITEMS, 1 + n->u.list.n);
		write_word(c, AEGF_NONE);
		for (uint32_t i = 0; i < n->u.list.n; i++)
			write_word(c, schemas[i]);
	} else if (n->kind == NODE_MAP) {
		struct members_entry *entries =
			arena_array(c->a, struct members_entry, (size_t)n->u.map.n);
		for (uint32_t i = 0; i < n->u.map.n; i++) {
			const struct member *m = &n->u.map.v[i];
			entries[i] = (struct members_entry){ m->key,
				write_constant(c, m->value, job, write_segment(c, "", &m->key)),
				true };
		}
		write_op(c, AEGF_SCHEMA_TYPE, 1);
		write_word(c, AEGF_TYPE(AEG_JSON_OBJECT));
		write_op(c, AEGF_SCHEMA_MAX_PROPERTIES, 1);
		write_word(c, n->u.map.n);
		write_members(c, entries, n->u.map.n, NULL, 0, AEGF_NONE);
	} else {
		write_op(c, AEGF_SCHEMA_CONST, 3);
		write_value(c, n, job, SLICE(""));
	}
}
