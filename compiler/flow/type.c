/* Reads JSON Schemas as types: references and allOf opened, anyOf and oneOf as alternatives. */
#include "flow/type.h"

#include <string.h>

enum { MOST_STEPS = 32 }; /* references and combinations inside one another */

const struct type type_anything = { .anything = true };

/* ---- Making -------------------------------------------------------------------------------- */

static const struct node *get(const struct node *n, const char *key)
{
	const struct member *m = n->kind == NODE_MAP ? syntax_member(n, key) : NULL;
	return m == NULL ? NULL : m->value;
}

static const struct node *member_of(const struct node *map, struct slice name)
{
	for (uint32_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->u.map.n; i++)
		if (slice_eq(map->u.map.v[i].key, name))
			return map->u.map.v[i].value;
	return NULL;
}

/* `#/$defs/x` in a schema that is no part of an interface. */
static const struct node *own_target(const struct node *root, struct slice ref)
{
	if (root == NULL || ref.len == 0 || ref.at[0] != '#' || (ref.len > 1 && ref.at[1] != '/'))
		return NULL;
	for (uint32_t i = 1, lo; i < ref.len && root != NULL;) {
		for (lo = ++i; i < ref.len && ref.at[i] != '/'; i++)
			if (ref.at[i] == '~' || ref.at[i] == '%')
				return NULL;
		root = member_of(root, (struct slice){ ref.at + lo, i - lo });
	}
	return root;
}

static const struct node *target(const struct type *t, const struct node *n)
{
	const struct node *ref = get(n, "$ref");
	if (ref->kind != NODE_STRING)
		return NULL;
	return t->api != NULL ? openapi_target(t->api, n) : own_target(t->root, ref->u.text);
}

/* In OpenAPI 3.0 what stands beside a `$ref` is passed over. */
static bool ref_is_all(const struct type *t)
{
	return t->api != NULL && t->api->version == OPENAPI_3_0;
}

static bool add_to(struct type_all *a, const struct node *n)
{
	if (a->n == TYPE_MOST)
		return false;
	a->v[a->n++] = n;
	return true;
}

static bool conjoin(struct type *t, const struct node *n, int steps);

/* Each alternative so far, with each of @list. */
static bool fork(struct type *t, const struct node *list, int steps)
{
	struct type made = { .api = t->api, .root = t->root };
	for (uint32_t i = 0; i < list->u.list.n; i++) {
		struct type one = *t;
		if (!conjoin(&one, list->u.list.v[i], steps))
			return false;
		for (uint32_t k = 0; k < one.n; k++) {
			if (made.n == TYPE_MOST)
				return false;
			made.v[made.n++] = one.v[k];
		}
	}
	*t = made;
	return true;
}

/* Adds @n to every alternative; false: too much to be followed. */
static bool conjoin(struct type *t, const struct node *n, int steps)
{
	static const char *const forks[] = { "anyOf", "oneOf" };
	const struct node *all;
	if (steps == 0 || n == NULL)
		return false;
	if (n->kind != NODE_MAP)
		return true; /* true, or nothing that says more */
	if (get(n, "$ref") != NULL) {
		if (!conjoin(t, target(t, n), steps - 1))
			return false;
		if (ref_is_all(t) || n->u.map.n == 1)
			return true;
	}
	for (uint32_t i = 0; i < t->n; i++)
		if (!add_to(&t->v[i], n))
			return false;
	all = get(n, "allOf");
	for (uint32_t i = 0; all != NULL && all->kind == NODE_LIST && i < all->u.list.n; i++)
		if (!conjoin(t, all->u.list.v[i], steps - 1))
			return false;
	for (int i = 0; i < 2; i++) {
		const struct node *any = get(n, forks[i]);
		if (any != NULL && any->kind == NODE_LIST && any->u.list.n > 0 &&
			!fork(t, any, steps - 1))
			return false;
	}
	return true;
}

struct type type_either(const struct type *a, const struct type *b)
{
	struct type t = *a;
	if (a->anything || b->anything || a->api != b->api || a->n + b->n > TYPE_MOST)
		return type_anything;
	memcpy(t.v + t.n, b->v, b->n * sizeof *b->v);
	t.n += b->n;
	return t;
}

/* ---- Kinds --------------------------------------------------------------------------------- */

static uint32_t kind_named(struct slice s)
{
	static const struct {
		const char *name;
		uint32_t kinds;
	} names[] = { { "null", TYPE_NULL }, { "boolean", TYPE_BOOL }, { "integer", TYPE_INTEGER },
		{ "number", TYPE_NUMBER }, { "string", TYPE_STRING }, { "array", TYPE_LIST },
		{ "object", TYPE_OBJECT } };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(s, names[i].name))
			return names[i].kinds;
	return TYPE_ANY;
}

static uint32_t kind_of_value(const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_NULL: return TYPE_NULL;
	case NODE_BOOL: return TYPE_BOOL;
	case NODE_INT: return TYPE_INTEGER;
	case NODE_FLOAT: return TYPE_NUMBER;
	case NODE_STRING: return TYPE_STRING;
	case NODE_LIST: return TYPE_LIST;
	case NODE_MAP: return TYPE_OBJECT;
	case NODE_POISON: break;
	}
	return TYPE_ANY;
}

static uint32_t kinds_of_list(const struct node *list, bool are_names)
{
	uint32_t kinds = 0;
	for (uint32_t i = 0; i < list->u.list.n; i++) {
		const struct node *x = list->u.list.v[i];
		kinds |= !are_names               ? kind_of_value(x)
			 : x->kind == NODE_STRING ? kind_named(x->u.text)
						  : TYPE_ANY;
	}
	return kinds;
}

static uint32_t kinds_of_schema(const struct node *n)
{
	const struct node *type = get(n, "type"), *one = get(n, "const"), *some = get(n, "enum"),
			  *nullable = get(n, "nullable");
	uint32_t kinds = TYPE_ANY;
	if (type != NULL && type->kind == NODE_STRING)
		kinds = kind_named(type->u.text);
	else if (type != NULL && type->kind == NODE_LIST)
		kinds = kinds_of_list(type, true);
	if (nullable != NULL && nullable->kind == NODE_BOOL && syntax_bool(nullable))
		kinds |= TYPE_NULL;
	/* In YAML `enum: [1, 2]` is often meant as texts: where the two contradict, `type` counts.
	 */
	uint32_t listed = TYPE_ANY;
	if (one != NULL)
		listed &= kind_of_value(one);
	if (some != NULL && some->kind == NODE_LIST)
		listed &= kinds_of_list(some, false);
	return kinds & listed ? kinds & listed : kinds;
}

static uint32_t kinds_of_all(const struct type_all *a)
{
	uint32_t kinds = TYPE_ANY;
	for (uint32_t i = 0; i < a->n; i++)
		kinds &= kinds_of_schema(a->v[i]);
	return kinds;
}

uint32_t type_kinds(const struct type *t)
{
	uint32_t kinds = 0;
	if (t->list_of)
		return TYPE_LIST;
	if (t->anything || t->plain != 0)
		return t->anything ? TYPE_ANY : t->plain;
	for (uint32_t i = 0; i < t->n; i++)
		kinds |= kinds_of_all(&t->v[i]);
	return kinds;
}

const char *type_words(struct diags *d, uint32_t kinds)
{
	static const struct {
		uint32_t kinds;
		const char *words;
	} names[] = { { TYPE_STRING, "a string" }, { TYPE_NUMBER, "a number" },
		{ TYPE_INTEGER, "a whole number" }, { TYPE_FRACTION, "a number with a fraction" },
		{ TYPE_BOOL, "`true` or `false`" }, { TYPE_LIST, "a list" },
		{ TYPE_OBJECT, "an object" }, { TYPE_NULL, "null" } };
	struct buf b = { .arena = d->arena };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (kinds == 0 || (kinds & names[i].kinds) != names[i].kinds)
			continue;
		buf_printf(&b, "%s%s", b.len == 0 ? "" : " or ", names[i].words);
		kinds &= ~names[i].kinds;
	}
	return b.len == 0 ? "nothing" : buf_done(&b).at;
}

/* Without the alternatives that contradict themselves; where all do, something else was meant. */
static struct type settled(const struct type *t)
{
	struct type made = { .api = t->api, .root = t->root };
	for (uint32_t i = 0; i < t->n; i++)
		if (kinds_of_all(&t->v[i]) != 0)
			made.v[made.n++] = t->v[i];
	return made.n == 0 ? type_anything : made;
}

struct type type_of(struct openapi_api *api, const struct node *root, const struct node *schema)
{
	struct type t = { .api = api, .root = root, .n = 1 };
	if (schema == NULL || !conjoin(&t, schema, MOST_STEPS))
		return type_anything;
	return settled(&t);
}

/* ---- Members and elements ------------------------------------------------------------------ */

static bool requires(const struct node *n, struct slice name)
{
	const struct node *list = get(n, "required");
	for (uint32_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->u.list.n; i++)
		if (list->u.list.v[i]->kind == NODE_STRING &&
			slice_eq(list->u.list.v[i]->u.text, name))
			return true;
	return false;
}

/* Of one alternative; what is said of the member is added to @ret. */
static enum type_member member_of_all(
	const struct type_all *a, struct slice name, struct type *ret, bool *ret_known)
{
	bool listed = false, lists = false, closed = false, required = false;
	*ret_known = true;
	for (uint32_t i = 0; i < a->n; i++) {
		const struct node *n = a->v[i], *own = get(n, "properties"),
				  *others = get(n, "additionalProperties"),
				  *one = member_of(own, name);
		required |= requires(n, name);
		lists |= own != NULL && own->kind == NODE_MAP && own->u.map.n > 0;
		if (get(n, "patternProperties") != NULL || get(n, "if") != NULL)
			*ret_known = false;
		if (one == NULL && others != NULL) {
			one = others;
			closed |= others->kind == NODE_BOOL && !syntax_bool(others);
			if (closed)
				one = NULL;
		}
		listed |= one != NULL;
		if (one != NULL && *ret_known)
			*ret_known = conjoin(ret, one, MOST_STEPS);
	}
	if (required)
		return TYPE_ALWAYS;
	if (!listed && *ret_known && (closed || lists))
		return closed ? TYPE_NEVER : TYPE_UNLISTED;
	return TYPE_MAYBE;
}

/* What holds of either: the less that is sure. */
static enum type_member join(enum type_member a, enum type_member b)
{
	if (a == b)
		return a;
	return a >= TYPE_MAYBE || b >= TYPE_MAYBE ? TYPE_MAYBE : TYPE_UNLISTED;
}

enum type_member type_member(const struct type *t, struct slice name, struct type *ret)
{
	enum type_member has = TYPE_NEVER;
	bool first = true, anything = false;
	struct type made = { .api = t->api, .root = t->root };
	*ret = type_anything;
	if (t->anything)
		return TYPE_MAYBE;
	if (t->list_of || !(type_kinds(t) & TYPE_OBJECT))
		return TYPE_NEVER;
	for (uint32_t i = 0; i < t->n; i++) {
		struct type one = { .api = t->api, .root = t->root, .n = 1 };
		bool known = true;
		enum type_member here = TYPE_NEVER;
		if (kinds_of_all(&t->v[i]) & TYPE_OBJECT)
			here = member_of_all(&t->v[i], name, &one, &known);
		has = first ? here : join(has, here);
		first = false;
		if (here == TYPE_NEVER)
			continue;
		anything |= !known;
		for (uint32_t k = 0; k < one.n && !anything; k++) {
			anything |= made.n == TYPE_MOST;
			if (!anything)
				made.v[made.n++] = one.v[k];
		}
	}
	if (!anything)
		*ret = settled(&made);
	/* A value that may be no object need not have it. */
	return has == TYPE_ALWAYS && type_kinds(t) != TYPE_OBJECT ? TYPE_MAYBE : has;
}

struct type type_element(const struct type *t)
{
	struct type made = { .api = t->api, .root = t->root }, one;
	if (t->list_of) {
		one = *t;
		one.list_of = false;
		return one;
	}
	if (t->anything || t->plain != 0)
		return type_anything;
	for (uint32_t i = 0; i < t->n; i++) {
		if (!(kinds_of_all(&t->v[i]) & TYPE_LIST))
			continue;
		one = (struct type){ .api = t->api, .root = t->root, .n = 1 };
		for (uint32_t k = 0; k < t->v[i].n; k++) {
			const struct node *items = get(t->v[i].v[k], "items");
			if (get(t->v[i].v[k], "prefixItems") != NULL ||
				(items != NULL && !conjoin(&one, items, MOST_STEPS)))
				return type_anything;
		}
		for (uint32_t k = 0; k < one.n; k++) {
			if (made.n == TYPE_MOST)
				return type_anything;
			made.v[made.n++] = one.v[k];
		}
	}
	return settled(&made);
}

struct type type_list(struct type t)
{
	if (t.list_of)
		return type_anything;
	t.list_of = true;
	return t;
}

size_t type_names(const struct type *t, struct slice *v, size_t most)
{
	size_t n = 0;
	for (uint32_t i = 0; !t->anything && i < t->n; i++)
		for (uint32_t k = 0; k < t->v[i].n; k++) {
			const struct node *own = get(t->v[i].v[k], "properties");
			for (uint32_t m = 0; own != NULL && own->kind == NODE_MAP &&
					     m < own->u.map.n && n < most;
				m++)
				v[n++] = own->u.map.v[m].key;
		}
	return n;
}

/* ---- What is sent -------------------------------------------------------------------------- */

static bool same_value(const struct node *a, const struct node *b, bool as_text)
{
	bool scalars = a->kind != NODE_LIST && a->kind != NODE_MAP && b->kind != NODE_LIST &&
		       b->kind != NODE_MAP;
	bool numbers = (a->kind == NODE_INT || a->kind == NODE_FLOAT) &&
		       (b->kind == NODE_INT || b->kind == NODE_FLOAT);
	if (!scalars)
		return true; /* not looked into */
	if (numbers || (a->kind != b->kind && !as_text))
		return numbers && syntax_float(a) == syntax_float(b);
	return a->kind == NODE_NULL || b->kind == NODE_NULL ? a->kind == b->kind
							    : slice_eq(a->u.text, b->u.text);
}

static bool lists(const struct node *schema, const struct node *n, bool as_text)
{
	const struct node *one = get(schema, "const"), *some = get(schema, "enum");
	bool found = some == NULL || some->kind != NODE_LIST;
	for (uint32_t i = 0; !found && i < some->u.list.n; i++)
		found = same_value(some->u.list.v[i], n, as_text);
	return found && (one == NULL || same_value(one, n, as_text));
}

bool type_allows(const struct type *t, const struct node *n, bool as_text)
{
	bool allowed = t->n == 0;
	for (uint32_t i = 0; i < t->n && !allowed; i++) {
		allowed = true;
		for (uint32_t k = 0; k < t->v[i].n; k++)
			allowed &= lists(t->v[i].v[k], n, as_text);
	}
	return allowed;
}

/* What only responses have: `required` is not about it when sending. */
static bool is_read_only(const struct type *t, struct slice name)
{
	struct type of;
	type_member(t, name, &of);
	for (uint32_t k = 0; of.n == 1 && k < of.v[0].n; k++) {
		const struct node *flag = get(of.v[0].v[k], "readOnly");
		if (flag != NULL && flag->kind == NODE_BOOL && syntax_bool(flag))
			return true;
	}
	return false;
}

/* Of one alternative alone: where there are several, which one is meant is not known. */
struct slice type_lacks(const struct type *t, const struct node *map)
{
	struct slice none = { 0 };
	if (t->n != 1 || t->list_of || map->lacks)
		return none;
	for (uint32_t k = 0; k < t->v[0].n; k++) {
		const struct node *list = get(t->v[0].v[k], "required");
		for (uint32_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->u.list.n;
			i++) {
			const struct node *name = list->u.list.v[i];
			if (name->kind == NODE_STRING && member_of(map, name->u.text) == NULL &&
				!is_read_only(t, name->u.text))
				return name->u.text;
		}
	}
	return none;
}
