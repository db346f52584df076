/* Finds schemas by URI, anchor and JSON Pointer; documents come from the caller. */
#include "schema/internal.h"

#include "base/buf.h"

/* ---- Dialects ------------------------------------------------------------------------------ */

static const struct {
	const char *uri;
	enum schema_dialect dialect;
} dialects[] = { { "https://json-schema.org/draft/2020-12/schema", SCHEMA_2020_12 },
	{ "https://spec.openapis.org/oas/3.1/dialect/base", SCHEMA_2020_12 },
	{ "http://json-schema.org/draft-07/schema", SCHEMA_DRAFT_07 },
	{ "http://json-schema.org/draft-06/schema", SCHEMA_DRAFT_07 },
	{ "http://json-schema.org/draft-04/schema", SCHEMA_DRAFT_04 } };

#define VOCABULARY "https://json-schema.org/draft/2020-12/vocab/"
static const char *const vocabularies[] = { VOCABULARY "core", VOCABULARY "applicator",
	VOCABULARY "unevaluated", VOCABULARY "validation", VOCABULARY "meta-data",
	VOCABULARY "format-annotation", VOCABULARY "format-assertion", VOCABULARY "content",
	"https://spec.openapis.org/oas/3.1/vocab/base" };

/* What a meta-schema of its own says that its schemas may use. */
static void vocabulary(struct compiler *c, struct resource *r, const struct node *meta)
{
	const struct member *v = meta->kind == NODE_MAP ? syntax_member(meta, "$vocabulary") : NULL;

	if (v == NULL || v->value->kind != NODE_MAP)
		return;
	r->validates = false;
	for (uint32_t i = 0; i < v->value->u.map.n; i++) {
		const struct member *m = &v->value->u.map.v[i];
		bool known = false;
		for (size_t k = 0; k < sizeof vocabularies / sizeof *vocabularies; k++)
			known |= slice_is(m->key, vocabularies[k]);
		r->validates |= slice_is(m->key, VOCABULARY "validation");
		r->formats |= slice_is(m->key, VOCABULARY "format-assertion");
		if (!known && m->value->kind == NODE_BOOL && syntax_bool(m->value))
			schema_report(c, AEG_schema_value, m->key_span,
				"schemas may only be read by who knows this vocabulary", NULL);
	}
}

static void dialect(struct compiler *c, struct resource *r)
{
	const struct member *m =
		r->root->kind == NODE_MAP ? syntax_member(r->root, "$schema") : NULL;
	const struct node *meta;
	struct slice uri;

	if (m == NULL || m->value->kind != NODE_STRING)
		return;
	uri = m->value->u.text;
	uri_fragment(&uri);
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (slice_is(uri, dialects[i].uri)) {
			r->dialect = dialects[i].dialect;
			return;
		}
	r->dialect = SCHEMA_2020_12;
	meta = c->o->document == NULL ? NULL : c->o->document(c->o->ctx, uri);
	if (meta != NULL)
		vocabulary(c, r, meta);
	else
		schema_report(c, AEG_schema_dialect, m->value_span,
			"this dialect is not known: the schema is read as of 2020-12",
			"write `https://json-schema.org/draft/2020-12/schema`");
}

/* ---- What is where ------------------------------------------------------------------------- */

static uint32_t home(const struct compiler *c, const struct node *n)
{
	return map_get(&c->home, (struct slice){ (const char *)&n, sizeof n });
}

static void set_home(struct compiler *c, const struct node *n, uint32_t resource)
{
	struct buf b = { .arena = c->a };

	buf_add(&b, &n, sizeof n);
	map_put(&c->home, buf_done(&b), resource);
}

static uint32_t new_resource(struct compiler *c, struct slice uri, const struct node *root,
	enum schema_dialect d, bool validates, bool formats)
{
	uint32_t i = (uint32_t)c->nresources;

	arena_push(c->a, c->resources, c->nresources, &c->resources_cap);
	c->resources[c->nresources++] = (struct resource){ uri, root, d, validates, formats };
	map_put(&c->by_uri, uri, i);
	dialect(c, &c->resources[i]);
	return i;
}

static struct slice anchor_key(struct compiler *c, uint32_t resource, struct slice name)
{
	struct buf b = { .arena = c->a };

	buf_add(&b, &resource, sizeof resource);
	buf_slice(&b, name);
	return buf_done(&b);
}

const struct anchor *resource_anchor(struct compiler *c, uint32_t resource, struct slice name)
{
	uint32_t i = map_get(&c->by_name, anchor_key(c, resource, name));

	return i == MAP_NONE ? NULL : &c->anchors[i];
}

static void add_anchor(struct compiler *c, uint32_t resource, struct slice name,
	const struct node *node, const struct member *m, bool dynamic)
{
	uint32_t old = map_put(&c->by_name, anchor_key(c, resource, name), (uint32_t)c->nanchors);

	if (old != MAP_NONE) {
		if (c->anchors[old].node == node)
			c->anchors[old].dynamic |= dynamic;
		else
			schema_report(c, AEG_schema_twice, m->value_span,
				"another schema of this document has this anchor", NULL);
		return;
	}
	arena_push(c->a, c->anchors, c->nanchors, &c->anchors_cap);
	c->anchors[c->nanchors++] = (struct anchor){ resource, name, node, dynamic };
}

/* The string that keyword @name of @n has, or NULL. */
static const struct member *text_member(const struct node *n, const char *name)
{
	const struct member *m = syntax_member(n, name);

	return m != NULL && m->value->kind == NODE_STRING ? m : NULL;
}

/* `$id`: a resource of its own, or in older drafts an anchor. */
static uint32_t identify(struct compiler *c, const struct node *n, uint32_t resource)
{
	struct resource *r = &c->resources[resource];
	bool old = r->dialect != SCHEMA_2020_12;
	const struct member *m =
		r->dialect == SCHEMA_OPENAPI_30
			? NULL
			: text_member(n, r->dialect == SCHEMA_DRAFT_04 ? "id" : "$id");
	struct slice uri, fragment;
	uint32_t known;

	if (m == NULL || (old && syntax_member(n, "$ref") != NULL))
		return resource;
	uri = uri_resolve(c->a, r->uri, m->value->u.text);
	fragment = uri_fragment(&uri);
	if (!slice_eq(uri, r->uri)) {
		known = map_get(&c->by_uri, uri);
		if (known != MAP_NONE && c->resources[known].root != n)
			schema_report(c, AEG_schema_twice, m->value_span,
				"another schema has this identifier", NULL);
		resource = known != MAP_NONE
				   ? known
				   : new_resource(c, uri, n, r->dialect, r->validates, r->formats);
	}
	if (old && fragment.len > 0)
		add_anchor(c, resource, fragment, n, m, false);
	return resource;
}

static void index_all(
	struct compiler *c, const struct node *n, uint32_t resource, enum holds holds);

uint32_t resource_index(struct compiler *c, const struct node *n, uint32_t resource)
{
	const struct member *m;
	uint32_t known = home(c, n);

	if (known != MAP_NONE)
		return known;
	if (n->kind != NODE_MAP) {
		set_home(c, n, resource);
		return resource;
	}
	resource = identify(c, n, resource);
	set_home(c, n, resource);
	if (c->resources[resource].dialect == SCHEMA_2020_12) {
		if ((m = text_member(n, "$anchor")) != NULL)
			add_anchor(c, resource, m->value->u.text, n, m, false);
		if ((m = text_member(n, "$dynamicAnchor")) != NULL)
			add_anchor(c, resource, m->value->u.text, n, m, true);
	}
	for (uint32_t i = 0; i < n->u.map.n; i++)
		index_all(c, n->u.map.v[i].value, resource,
			keyword_holds(n->u.map.v[i].key, c->resources[resource].dialect));
	return resource;
}

/* The schemas that stand in a keyword's value. No deeper than the document, so 64 at most. */
static void index_all(struct compiler *c, const struct node *n, uint32_t resource, enum holds holds)
{
	if (holds == HOLDS_NONE)
		return;
	if (holds == HOLDS_SCHEMA || (holds == HOLDS_EITHER && n->kind != NODE_LIST)) {
		resource_index(c, n, resource);
	} else if (n->kind == NODE_LIST && holds != HOLDS_MAP && holds != HOLDS_DEPENDENCIES) {
		for (uint32_t i = 0; i < n->u.list.n; i++)
			resource_index(c, n->u.list.v[i], resource);
	} else if (n->kind == NODE_MAP && holds != HOLDS_LIST) {
		for (uint32_t i = 0; i < n->u.map.n; i++)
			if (n->u.map.v[i].value->kind != NODE_LIST)
				resource_index(c, n->u.map.v[i].value, resource);
	}
}

/* Schemas of an OpenAPI description, which is no schema itself. */
static void index_components(struct compiler *c, const struct node *root, uint32_t resource)
{
	const struct member *m = root->kind == NODE_MAP ? syntax_member(root, "components") : NULL;

	m = m != NULL && m->value->kind == NODE_MAP ? syntax_member(m->value, "schemas") : NULL;
	if (m != NULL)
		index_all(c, m->value, resource, HOLDS_MAP);
}

uint32_t resource_add(
	struct compiler *c, struct slice uri, const struct node *root, enum schema_dialect dialect)
{
	uint32_t known = map_get(&c->by_uri, uri);

	if (known != MAP_NONE && c->resources[known].root == root)
		return known;
	known = new_resource(c, uri, root, dialect, true, c->o->formats);
	resource_index(c, root, known);
	index_components(c, root, known);
	return known;
}

/* ---- References ---------------------------------------------------------------------------- */

/* One step of a JSON Pointer, without its escapes. */
static struct slice step(struct compiler *c, struct slice *pointer)
{
	struct buf b = { .arena = c->a };
	uint32_t i = 1;

	for (; i < pointer->len && pointer->at[i] != '/'; i++) {
		char byte = pointer->at[i];
		if (byte == '~' && i + 1 < pointer->len)
			byte = pointer->at[++i] == '0' ? '~' : pointer->at[i] == '1' ? '/' : '~';
		buf_add(&b, &byte, 1);
	}
	pointer->at += i;
	pointer->len -= i;
	return buf_done(&b);
}

static const struct node *child(const struct node *n, struct slice name)
{
	uint32_t index = 0;

	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->u.map.n; i++)
			if (slice_eq(n->u.map.v[i].key, name))
				return n->u.map.v[i].value;
	if (n->kind != NODE_LIST || name.len == 0 || name.len > 9 ||
		(name.len > 1 && name.at[0] == '0'))
		return NULL;
	for (uint32_t i = 0; i < name.len; i++) {
		if (name.at[i] < '0' || name.at[i] > '9')
			return NULL;
		index = index * 10 + (uint32_t)(name.at[i] - '0');
	}
	return index < n->u.list.n ? n->u.list.v[index] : NULL;
}

static bool dangling(
	struct compiler *c, const struct node *ref, const char *label, const char *help)
{
	schema_report(c, AEG_schema_dangling, ref->span, label, help);
	return false;
}

/* From the resource's root along @pointer; resources that it goes through change what it is in. */
static bool follow(
	struct compiler *c, const struct node *ref, struct slice pointer, struct target *t)
{
	while (pointer.len > 0) {
		struct slice name = step(c, &pointer);
		const struct node *next = child(t->node, name);
		uint32_t in;
		if (next == NULL)
			return dangling(c, ref,
				diag_text(
					c->d, "there is no %s on this way", diag_quote(c->d, name)),
				NULL);
		t->node = next;
		if ((in = home(c, next)) != MAP_NONE)
			t->resource = in;
	}
	return true;
}

static bool find_resource(
	struct compiler *c, const struct node *ref, struct slice uri, uint32_t from, uint32_t *ret)
{
	const struct node *root;

	*ret = map_get(&c->by_uri, uri);
	if (*ret != MAP_NONE)
		return true;
	root = c->o->document == NULL ? NULL : c->o->document(c->o->ctx, uri);
	if (root != NULL) {
		*ret = resource_add(c, uri, root, c->resources[from].dialect);
		return true;
	}
	if ((root = metaschema(c, uri)) != NULL) {
		*ret = resource_add(c, uri, root, SCHEMA_2020_12);
		return true;
	}
	return dangling(c, ref, diag_text(c->d, "there is no document %s", diag_quote(c->d, uri)),
		"nothing is fetched: name a document that is there, or put the schema into `$defs`");
}

bool resource_find(
	struct compiler *c, uint32_t resource, const struct node *ref, struct target *ret)
{
	struct slice uri = uri_resolve(c->a, c->resources[resource].uri, ref->u.text);
	struct slice fragment = uri_fragment(&uri);
	struct buf location = { .arena = c->a };
	struct target t = { 0 };

	if (!find_resource(c, ref, uri, resource, &t.resource))
		return false;
	t.node = c->resources[t.resource].root;
	t.resource = home(c, t.node); /* it may call itself otherwise than who refers to it */
	fragment = uri_decode(c->a, fragment);
	if (!slice_eq(uri, c->main))
		buf_slice(&location, uri);
	buf_text(&location, "#");
	buf_slice(&location, fragment);
	t.location = buf_done(&location);
	if (fragment.len > 0 && fragment.at[0] != '/') {
		t.anchor = resource_anchor(c, t.resource, fragment);
		if (t.anchor == NULL)
			return dangling(c, ref,
				diag_text(c->d, "no schema there has the anchor %s",
					diag_quote(c->d, fragment)),
				"write a JSON Pointer, as in `#/$defs/name`");
		t.node = t.anchor->node;
	} else if (!follow(c, ref, fragment, &t)) {
		return false;
	}
	t.resource = resource_index(c, t.node, t.resource);
	*ret = t;
	return true;
}
