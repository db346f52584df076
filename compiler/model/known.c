/* What is known of values: from tables, from constants, from JSON Schemas. */
#include "model/known.h"

#include "aegis/expr.h"

/* ---- Constants ----------------------------------------------------------------------------- */

static uint32_t value_types(const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_POISON: break;
	case NODE_NULL: return AEG_TYPE_NULL;
	case NODE_BOOL: return AEG_TYPE_BOOLEAN;
	case NODE_INT:
	case NODE_FLOAT: return AEG_TYPE_NUMBER;
	case NODE_STRING: return AEG_TYPE_STRING;
	case NODE_LIST: return AEG_TYPE_ARRAY;
	case NODE_MAP: return AEG_TYPE_OBJECT;
	}
	return AEG_TYPE_ANY;
}

/* Of maps with more members, and no index, nothing is said: each reading would go through all. */
enum { MOST_MEMBERS = 1024 };

static bool too_many(const struct node *map, const struct map *index)
{
	return index == NULL && map->u.map.n > MOST_MEMBERS;
}

/* The index of a member, or MAP_NONE. */
static uint32_t place_of(const struct node *map, const struct map *index, struct slice name)
{
	if (index != NULL)
		return map_get(index, name);
	for (uint32_t i = 0; i < map->u.map.n; i++)
		if (slice_eq(map->u.map.v[i].key, name))
			return i;
	return MAP_NONE;
}

/* Only an object says what it does not have: what others give for a name is decided there. */
static enum known_member value_member(
	const struct node *n, const struct map *index, struct slice name, struct known *ret)
{
	uint32_t i;

	if (n->kind != NODE_MAP || n->lacks || name.at == NULL || too_many(n, index))
		return KNOWN_MAYBE;
	i = place_of(n, index, name);
	if (i == MAP_NONE)
		return KNOWN_NEVER;
	*ret = (struct known){ .value = n->u.map.v[i].value };
	return KNOWN_ALWAYS;
}

/* ---- Schemas ------------------------------------------------------------------------------- */

/* Whether keywords are there that this room does not follow: then nothing is known. */
static bool is_involved(const struct node *schema)
{
	static const char *const words[] = { "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf",
		"not", "if", "patternProperties", "dependentSchemas" };

	if (schema->kind != NODE_MAP || schema->lacks)
		return true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (syntax_member(schema, words[i]) != NULL)
			return true;
	return false;
}

static uint32_t word_types(const struct node *n)
{
	static const struct {
		const char *word;
		uint32_t types;
	} words[] = {
		{ "null", AEG_TYPE_NULL },
		{ "boolean", AEG_TYPE_BOOLEAN },
		{ "integer", AEG_TYPE_NUMBER },
		{ "number", AEG_TYPE_NUMBER },
		{ "string", AEG_TYPE_STRING },
		{ "array", AEG_TYPE_ARRAY },
		{ "object", AEG_TYPE_OBJECT },
	};

	for (size_t i = 0; n->kind == NODE_STRING && i < sizeof words / sizeof *words; i++)
		if (slice_is(n->u.text, words[i].word))
			return words[i].types;
	return AEG_TYPE_ANY;
}

static uint32_t schema_types(const struct node *schema)
{
	const struct member *type = is_involved(schema) ? NULL : syntax_member(schema, "type");
	uint32_t types = 0;

	if (type == NULL)
		return AEG_TYPE_ANY;
	if (type->value->kind != NODE_LIST)
		return word_types(type->value);
	for (uint32_t i = 0; i < type->value->u.list.n; i++)
		types |= word_types(type->value->u.list.v[i]);
	return types == 0 ? AEG_TYPE_ANY : types;
}

static bool is_required(const struct node *schema, struct slice name)
{
	const struct member *m = syntax_member(schema, "required");
	const struct node *list = m == NULL ? NULL : m->value;

	if (list == NULL || list->kind != NODE_LIST || list->u.list.n > MOST_MEMBERS)
		return false;
	for (uint32_t i = 0; i < list->u.list.n; i++)
		if (list->u.list.v[i]->kind == NODE_STRING &&
			slice_eq(list->u.list.v[i]->u.text, name))
			return true;
	return false;
}

static const struct node *part(const struct node *map, const char *key, enum node_kind kind)
{
	const struct member *m = map->kind == NODE_MAP ? syntax_member(map, key) : NULL;

	return m == NULL || m->value->kind != (uint8_t)kind ? NULL : m->value;
}

static enum known_member schema_member(
	const struct node *schema, const struct map *index, struct slice name, struct known *ret)
{
	const struct node *properties, *items;
	const struct member *more;
	uint32_t i;

	if (is_involved(schema))
		return KNOWN_MAYBE;
	if (name.at == NULL || (schema_types(schema) & AEG_TYPE_ARRAY)) {
		items = part(schema, "items", NODE_MAP);
		*ret = (struct known){ .schema = name.at == NULL ? items : NULL };
		return KNOWN_MAYBE;
	}
	properties = part(schema, "properties", NODE_MAP);
	if (properties == NULL || properties->u.map.n == 0 || properties->lacks ||
		too_many(properties, index))
		return KNOWN_MAYBE;
	i = place_of(properties, index, name);
	if (i != MAP_NONE) {
		*ret = (struct known){ .schema = properties->u.map.v[i].value };
		return is_required(schema, name) ? KNOWN_ALWAYS : KNOWN_MAYBE;
	}
	more = syntax_member(schema, "additionalProperties");
	return more != NULL && (more->value->kind != NODE_BOOL || syntax_bool(more->value))
		       ? KNOWN_MAYBE
		       : KNOWN_NEVER;
}

/* ---- Both, and tables ---------------------------------------------------------------------- */

static uint32_t listed(const struct known *k, struct slice name)
{
	if (k->index != NULL)
		return map_get(k->index, name);
	for (uint32_t i = 0; i < k->nmembers; i++)
		if (slice_eq(k->members[i].name, name))
			return i;
	return MAP_NONE;
}

enum known_member known_member(const struct known *k, struct slice name, struct known *ret)
{
	*ret = (struct known){ .types = 0 };
	if (k->value != NULL)
		return value_member(k->value, k->index, name, ret);
	if (k->schema != NULL)
		return schema_member(k->schema, k->index, name, ret);
	uint32_t i = name.at == NULL ? MAP_NONE : listed(k, name);
	if (i != MAP_NONE) {
		*ret = k->members[i];
		return KNOWN_MAYBE;
	}
	if (k->each != NULL)
		*ret = *k->each;
	return k->members == NULL || k->open || k->each != NULL || name.at == NULL ? KNOWN_MAYBE
										   : KNOWN_NEVER;
}

uint32_t known_types(const struct known *k)
{
	return k->value != NULL    ? value_types(k->value)
	       : k->schema != NULL ? schema_types(k->schema)
	       : k->types != 0     ? k->types
				   : AEG_TYPE_ANY;
}

size_t known_names(const struct known *k, struct slice *v, size_t most)
{
	const struct node *map = k->value != NULL    ? k->value
				 : k->schema != NULL ? part(k->schema, "properties", NODE_MAP)
						     : NULL;
	size_t n = 0;

	for (uint32_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->u.map.n && n < most;
		i++)
		v[n++] = map->u.map.v[i].key;
	for (uint32_t i = 0; i < k->nmembers && n < most; i++)
		v[n++] = k->members[i].name;
	return n;
}
