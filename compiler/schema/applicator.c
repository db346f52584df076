/* Keywords that ask other schemas, about the value or what is in it. */
#include "schema/keyword.h"

static uint32_t element(struct writing *w, const struct node *n, const char *keyword, uint32_t i)
{
	struct slice name = slice_of(diag_text(w->c->d, "%u", (unsigned)i));

	return keyword_part(w, n, keyword, &name);
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
	const struct node *n = keyword_value_of(w, keyword);

	w->keyword = keyword;
	if (n != NULL && n->kind != NODE_MAP)
		keyword_wrong(w, n, "a mapping");
	return n != NULL && n->kind == NODE_MAP ? n : &none;
}

/* A list of names for @w->keyword. */
static const struct node *names(struct writing *w, const struct node *n)
{
	static const struct node none = { .kind = NODE_LIST };

	if (n->kind != NODE_LIST) {
		keyword_wrong(w, n, "a list of names");
		return &none;
	}
	for (uint32_t i = 0; i < n->u.list.n; i++)
		if (n->u.list.v[i]->kind != NODE_STRING) {
			keyword_wrong(w, n->u.list.v[i], "names");
			return &none;
		}
	return n;
}

static const struct node *required(struct writing *w)
{
	static const struct node none = { .kind = NODE_LIST };
	const struct node *n = keyword_value_of(w, "required");

	w->keyword = "required";
	if (n == NULL || !w->c->resources[w->resource].validates)
		return &none;
	return names(w, n);
}

/* All four keywords at once, at the first of them. */
void keyword_members(struct writing *w, const struct node *n)
{
	const struct node *properties, *patterns, *must,
		*rest = keyword_value_of(w, "additionalProperties");
	const char *order[] = { "properties", "patternProperties", "additionalProperties",
		"required" };
	bool has_patterns = w->dialect != SCHEMA_OPENAPI_30;
	struct gathered g = { .by_name = { .arena = w->c->a } };
	uint32_t *refs, k = 0;

	while (!((k != 1 || has_patterns) && keyword_value_of(w, order[k]) != NULL))
		k++;
	if (n != keyword_value_of(w, order[k]))
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
		entry(&g, m->key)->schema = keyword_part(w, m->value, "properties", &m->key);
	}
	for (uint32_t i = 0; i < must->u.list.n; i++)
		entry(&g, must->u.list.v[i]->u.text)->required = true;
	refs = arena_array(w->c->a, uint32_t, 2 * (size_t)patterns->u.map.n);
	w->keyword = "patternProperties";
	for (uint32_t i = 0; i < patterns->u.map.n; i++) {
		const struct member *m = &patterns->u.map.v[i];
		refs[2 * i] = write_regex(w->c, NULL, m->key, m->key_span);
		refs[2 * i + 1] = keyword_part(w, m->value, "patternProperties", &m->key);
	}
	w->keyword = "additionalProperties";
	write_members(w->c, g.entries, g.n, refs, patterns->u.map.n,
		rest == NULL ? AEGF_NONE : keyword_part(w, rest, "additionalProperties", NULL));
}

/* Three keywords with one form, of which the oldest has lists and schemas. */
void keyword_dependencies(struct writing *w, const struct node *n)
{
	bool lists = strcmp(w->keyword, "dependentSchemas") != 0;
	bool schemas = strcmp(w->keyword, "dependentRequired") != 0;
	const char *keyword = w->keyword;

	if (n->kind != NODE_MAP) {
		keyword_wrong(w, n, "a mapping");
		return;
	}
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		if (lists && (!schemas || m->value->kind == NODE_LIST)) {
			const struct node *v = names(w, m->value);
			write_op(w->c,
				schemas ? AEGF_SCHEMA_DEPENDENCIES : AEGF_SCHEMA_DEPENDENT_REQUIRED,
				2 + 2 * v->u.list.n);
			write_text(w->c, m->key);
			for (uint32_t k = 0; k < v->u.list.n; k++)
				write_text(w->c, v->u.list.v[k]->u.text);
		} else {
			uint32_t schema = keyword_part(w, m->value, keyword, &m->key);
			write_op(w->c, AEGF_SCHEMA_DEPENDENT_SCHEMA, 3);
			write_text(w->c, m->key);
			write_word(w->c, schema);
		}
	}
}

/* ---- Elements ------------------------------------------------------------------------------ */

/* What a list of schemas and the schema of the rest are called, by dialect. */
void keyword_items(struct writing *w, const struct node *n)
{
	const struct node *prefix = keyword_value_of(w, "prefixItems"),
			  *rest = keyword_value_of(w, "items");
	const char *prefix_keyword = "prefixItems", *rest_keyword = "items";
	bool now = w->dialect == SCHEMA_2020_12;
	uint32_t *schemas;

	if (!now) {
		prefix = rest != NULL && rest->kind == NODE_LIST ? rest : NULL;
		prefix_keyword = "items";
		if (prefix != NULL) {
			rest = w->dialect == SCHEMA_OPENAPI_30
				       ? NULL
				       : keyword_value_of(w, "additionalItems");
			rest_keyword = "additionalItems";
		}
	}
	if (n != (prefix != NULL ? prefix : rest))
		return;
	if (prefix != NULL && (prefix->kind != NODE_LIST || w->dialect == SCHEMA_OPENAPI_30)) {
		keyword_wrong(w, prefix, now ? "a list of schemas" : "one schema in OpenAPI 3.0");
		return;
	}
	if (now && rest != NULL && rest->kind == NODE_LIST) {
		w->keyword = "items";
		keyword_wrong(w, rest, "a schema; a list of them is called `prefixItems`");
		return;
	}
	uint32_t count = prefix == NULL ? 0 : prefix->u.list.n;
	schemas = arena_array(w->c->a, uint32_t, (size_t)count + 1);
	for (uint32_t i = 0; i < count; i++)
		schemas[i] = element(w, prefix->u.list.v[i], prefix_keyword, i);
	w->keyword = rest_keyword;
	schemas[count] = rest == NULL ? AEGF_NONE : keyword_part(w, rest, rest_keyword, NULL);
	write_op(w->c, AEGF_SCHEMA_ITEMS, 1 + count);
	write_word(w->c, schemas[count]);
	for (uint32_t i = 0; i < count; i++)
		write_word(w->c, schemas[i]);
}

void keyword_contains(struct writing *w, const struct node *n)
{
	bool stated = w->dialect == SCHEMA_2020_12 && w->c->resources[w->resource].validates;
	const struct node *least = stated ? keyword_value_of(w, "minContains") : NULL;
	const struct node *most = stated ? keyword_value_of(w, "maxContains") : NULL;
	uint32_t from = 1, to = AEGF_NONE, schema;

	if (n != keyword_value_of(w, "contains")) {
		keyword_count_of(w, n, &from);
		return;
	}
	schema = keyword_part(w, n, "contains", NULL);
	w->keyword = "minContains"; /* each is reported at its own turn too, in the same words */
	if (least != NULL)
		keyword_count_of(w, least, &from);
	w->keyword = "maxContains";
	if (most != NULL)
		keyword_count_of(w, most, &to);
	write_op(w->c, AEGF_SCHEMA_CONTAINS, 3);
	write_word(w->c, schema);
	write_word(w->c, from);
	write_word(w->c, to);
}

/* ---- Applicators --------------------------------------------------------------------------- */

/* A keyword whose value is one schema. */
void keyword_schema(struct writing *w, const struct node *n)
{
	static const struct {
		const char *keyword;
		enum aegf_schema_op op;
	} ops[] = { { "not", AEGF_SCHEMA_NOT }, { "propertyNames", AEGF_SCHEMA_PROPERTY_NAMES },
		{ "unevaluatedItems", AEGF_SCHEMA_UNEVALUATED_ITEMS },
		{ "unevaluatedProperties", AEGF_SCHEMA_UNEVALUATED_PROPERTIES } };
	uint32_t i = 0, ref = keyword_part(w, n, w->keyword, NULL);

	while (strcmp(w->keyword, ops[i].keyword) != 0)
		i++;
	if (ops[i].op >= AEGF_SCHEMA_UNEVALUATED_ITEMS)
		w->c->jobs[w->job].flags |= AEGF_SCHEMA_COLLECTS;
	write_op(w->c, ops[i].op, 1);
	write_word(w->c, ref);
}

void keyword_list(struct writing *w, const struct node *n)
{
	uint32_t *schemas;

	if (n->kind != NODE_LIST || n->u.list.n == 0) {
		keyword_wrong(w, n, "a list of schemas, at least one");
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

void keyword_choice(struct writing *w, const struct node *n)
{
	const struct node *then = keyword_value_of(w, "then"),
			  *otherwise = keyword_value_of(w, "else");
	uint32_t schemas[3];

	if (n != keyword_value_of(w, "if"))
		return;
	schemas[0] = keyword_part(w, n, "if", NULL);
	w->keyword = "then";
	schemas[1] = then == NULL ? AEGF_NONE : keyword_part(w, then, "then", NULL);
	w->keyword = "else";
	schemas[2] = otherwise == NULL ? AEGF_NONE : keyword_part(w, otherwise, "else", NULL);
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

void keyword_reference(struct writing *w, const struct node *n)
{
	struct target t;
	uint32_t first;

	if (n->kind != NODE_STRING) {
		keyword_wrong(w, n, "a URI reference");
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
