/* Walks a description along the tables of objects.c: fields known, of their types, present. */
#include "openapi/internal.h"

/* ---- Nodes --------------------------------------------------------------------------------- */

bool oa_is_text(const struct node *n)
{
	return n->kind == NODE_STRING || n->kind == NODE_INT || n->kind == NODE_FLOAT ||
	       n->kind == NODE_BOOL;
}

const struct node *oa_get(const struct node *map, const char *key, enum node_kind kind)
{
	const struct member *m = syntax_member(map, key);
	return m != NULL && m->value->kind == kind ? m->value : NULL;
}

struct slice oa_text(const struct node *map, const char *key)
{
	const struct member *m = syntax_member(map, key);
	if (m == NULL || !oa_is_text(m->value))
		return (struct slice){ 0 };
	return m->value->u.text.at == NULL ? SLICE("") : m->value->u.text;
}

bool oa_flag(const struct node *map, const char *key, bool otherwise)
{
	const struct node *n = oa_get(map, key, NODE_BOOL);
	return n == NULL ? otherwise : syntax_bool(n);
}

int oa_word(const char *const *words, int n, struct slice word)
{
	for (int i = 0; i < n && words[i] != NULL; i++)
		if (slice_is(word, words[i]))
			return i;
	return -1;
}

/* ---- Findings ------------------------------------------------------------------------------ */

void oa_report(struct walk *w, struct diag g)
{
	/* An unknown field hides nothing: all that is known is read. */
	w->api->broken |= diag_info(g.code)->severity == DIAG_ERROR && g.code != AEG_unknown_field;
	diag_add(w->d, g);
}

void oa_wrong_type(struct walk *w, const struct node *n, struct span at, const char *expected)
{
	static const char *const kinds[] = { "something broken", "nothing", "`true` or `false`",
		"a number", "a number", "a string", "a list", "a map" };
	oa_report(w, (struct diag){ AEG_wrong_type, at,
			     .label = diag_text(w->d, "this is %s", kinds[n->kind]),
			     .message = diag_text(w->d, "%s is expected here", expected) });
}

void oa_missing(
	struct walk *w, const struct node *n, struct span at, const char *what, const char *name)
{
	if (n->lacks)
		return;
	oa_report(
		w, (struct diag){ AEG_missing_field, n->u.map.n != 0 ? n->u.map.v[0].key_span : at,
			   .label = diag_text(w->d, "%s is missing here", name),
			   .message = diag_text(w->d, "%s needs %s", what, name) });
}

/* ---- Unknown fields ------------------------------------------------------------------------ */

static bool is_extension(struct slice key) { return slice_begins(key, SLICE("x-")); }

/* What a schema may say beyond its dialect: in 3.1 anything, but hardly something misspelt. */
static void unknown_keyword(struct walk *w, const struct member *m, const char *meant)
{
	bool other = oa_row(&oa_objects[OA_SCHEMA], m->key,
			     w->version == OPENAPI_3_0 ? OPENAPI_3_1 : OPENAPI_3_0) != NULL;
	if (w->version == OPENAPI_3_1 && meant == NULL && !other)
		return;
	oa_report(w, (struct diag){ AEG_unknown_keyword, m->key_span,
			     .label = other && w->version == OPENAPI_3_0
					      ? "a keyword of OpenAPI 3.1, passed over in 3.0"
				      : other ? "a keyword of OpenAPI 3.0, passed over in 3.1"
				      : meant != NULL ? meant
						      : "passed over",
			     .help = slice_is(m->key, "nullable")
					     ? "3.1 has `type: [string, \"null\"]` instead"
					     : NULL });
}

/* `exclusiveMaximum` is a number in one version and a boolean in the other. */
static bool other_form(struct walk *w, const struct oa_row *row, const struct member *m)
{
	bool number = m->value->kind == NODE_INT || m->value->kind == NODE_FLOAT;
	if (row->type == OA_NUMBER
			? m->value->kind != NODE_BOOL || (row->flags & OA_ONLY_31) == 0
			: row->type != OA_BOOL || !number || (row->flags & OA_ONLY_30) == 0)
		return false;
	oa_report(w, (struct diag){ AEG_unknown_keyword, m->value_span,
			     .label = number ? "as in OpenAPI 3.1, passed over in 3.0"
					     : "as in OpenAPI 3.0, passed over in 3.1",
			     .help = number ? "3.0 has `maximum: N` and `exclusiveMaximum: true`"
					    : "3.1 has `exclusiveMaximum: N` without `maximum`" });
	return true;
}

/* Returns the row that was most likely meant, or NULL. */
static const struct oa_row *unknown_field(struct walk *w, uint8_t kind, const struct member *m)
{
	const struct oa_object *o = &oa_objects[kind];
	struct slice known[128];
	size_t n = 0;
	struct buf all = { .arena = w->d->arena };
	if (w->d->dropped) { /* nobody would see the words */
		oa_report(w, (struct diag){ .code = AEG_unknown_field, .at = m->key_span });
		return NULL;
	}
	for (uint32_t i = 0; i < o->nrows; i++)
		if (oa_row(o, o->rows[i].name, w->version) == &o->rows[i]) {
			buf_printf(&all, "%s`%s`", n == 0 ? "" : ", ", o->rows[i].name.at);
			known[n++] = o->rows[i].name;
		}
	size_t near = diag_nearest(m->key, known, n);
	const char *meant =
		near == SIZE_MAX ? NULL : diag_text(w->d, "did you mean `%s`?", known[near].at);
	if (kind == OA_SCHEMA) {
		unknown_keyword(w, m, meant);
		return NULL;
	}
	oa_report(w,
		(struct diag){ AEG_unknown_field, m->key_span,
			.label = meant != NULL ? meant : "no field has this name",
			.message = diag_text(
				w->d, "%s has no field %s", o->name, diag_quote(w->d, m->key)),
			.help = meant != NULL ? NULL
					      : diag_text(w->d,
							"its fields are %s; others begin with `x-`",
							buf_done(&all).at) });
	return near == SIZE_MAX ? NULL : oa_row(o, known[near], w->version);
}

/* ---- Values -------------------------------------------------------------------------------- */

static void walk_object(struct walk *w, uint8_t kind, const struct node *n, struct span at);
static void walk_value(
	struct walk *w, const struct oa_row *row, const struct node *n, struct span at);

/* Text. What YAML takes for a number or a boolean may have been meant as its own spelling. */
static void check_text(struct walk *w, const struct node *n, struct span at)
{
	bool text = n->kind == NODE_STRING;
	bool spelled = oa_is_text(n) && !w->d->sources->v[n->span.file].json;
	if (!text && spelled)
		oa_report(
			w, (struct diag){ AEG_unquoted_text, at,
				   .label = n->kind == NODE_BOOL ? "written as `true` or `false`"
								 : "written as a number",
				   .help = "text that looks like something else goes in quotes" });
	else if (!text)
		oa_wrong_type(w, n, at, "a string");
}

static void check_word(
	struct walk *w, const struct oa_row *row, const struct node *n, struct span at)
{
	struct slice known[16];
	size_t count = 0;
	struct buf all = { .arena = w->d->arena };
	if (!oa_is_text(n)) {
		oa_wrong_type(w, n, at, "a string");
		return;
	}
	if (oa_word(row->words, 16, n->u.text) >= 0)
		return;
	for (; row->words[count] != NULL; count++) {
		buf_printf(&all, "%s`%s`", count == 0 ? "" : ", ", row->words[count]);
		known[count] = slice_of(row->words[count]);
	}
	size_t near = diag_nearest(n->u.text, known, count);
	oa_report(
		w, (struct diag){ AEG_unknown_word, at,
			   .label = near == SIZE_MAX
					    ? "none of the words that mean something here"
					    : diag_text(w->d, "did you mean `%s`?", known[near].at),
			   .help = diag_text(
				   w->d, "`%s` is one of %s", row->name.at, buf_done(&all).at) });
}

/* Each entry of a list or map, and where it stands. */
static uint32_t entries(const struct node *n)
{
	return n->kind == NODE_LIST ? n->u.list.n : n->kind == NODE_MAP ? n->u.map.n : 0;
}
static const struct node *entry(const struct node *n, uint32_t i, struct span *at)
{
	const struct node *e = n->kind == NODE_LIST ? n->u.list.v[i] : n->u.map.v[i].value;
	*at = n->kind == NODE_LIST ? e->span : n->u.map.v[i].value_span;
	return e;
}

static void component_names(struct walk *w, const struct node *n)
{
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		struct slice key = n->u.map.v[i].key;
		bool good = key.len != 0;
		for (uint32_t k = 0; k < key.len; k++) {
			char c = key.at[k];
			good &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
		}
		if (!good)
			oa_report(w,
				(struct diag){ AEG_component_name, n->u.map.v[i].key_span,
					.label = "letters, digits, `.`, `_` and `-` are usual" });
	}
}

/* A list or map of what stands behind @inner. */
static void walk_many(struct walk *w, const struct oa_row *row, enum node_kind kind,
	enum oa_type inner, const struct node *n, struct span at)
{
	struct oa_row each = { row->name, .type = (uint8_t)inner, .sub = row->sub,
		.words = row->words };
	if (n->kind != kind) {
		oa_wrong_type(w, n, at, kind == NODE_LIST ? "a list" : "a map");
		return;
	}
	if (row->flags & OA_NAMED)
		component_names(w, n);
	for (uint32_t i = 0; i < entries(n); i++) {
		struct span place;
		const struct node *e = entry(n, i, &place);
		if (e->kind == NODE_POISON)
			continue;
		if (inner == OA_OBJECT)
			walk_value(w, &each, e, place);
		else if (inner == OA_TEXTS)
			walk_many(w, &each, NODE_LIST, OA_TEXT, e, place);
		else if (inner == OA_WORD)
			check_word(w, row, e, place);
		else if (inner == OA_TEXT)
			check_text(w, e, place);
	}
}

/* `4.0` */
static bool is_whole(struct slice s)
{
	uint32_t end = s.len;
	while (end > 0 && s.at[end - 1] == '0')
		end--;
	return end < s.len && end > 1 && s.at[end - 1] == '.' && memchr(s.at, 'e', s.len) == NULL &&
	       memchr(s.at, 'E', s.len) == NULL;
}

static void check_number(struct walk *w, const struct node *n, struct span at, bool count)
{
	uint64_t x;
	bool whole = n->kind == NODE_INT || (n->kind == NODE_FLOAT && is_whole(n->u.text));
	if (count ? !whole : n->kind != NODE_INT && n->kind != NODE_FLOAT)
		oa_wrong_type(w, n, at, count ? "a whole number" : "a number");
	else if (count && n->u.text.at[0] == '-' && !syntax_uint(n, &x))
		oa_report(w, (struct diag){ AEG_out_of_range, at, .label = "less than 0" });
}

/* A `$ref` where the specification has none, which occurs: it is followed, and said. */
static bool misplaced_reference(struct walk *w, const struct oa_row *row, const struct node *n)
{
	bool expected =
		row->type == OA_ANY || (row->type == OA_OBJECT && oa_objects[row->sub].reference);
	const struct member *ref = expected || n->kind != NODE_MAP ? NULL : oa_ref_member(n);
	if (ref == NULL)
		return false;
	struct oa_row *kept = arena_new(w->d->arena, struct oa_row);
	uint64_t what = UINT64_C(1) << (row->type == OA_OBJECT ? row->sub : 0);
	*kept = *row;
	arena_push(w->d->arena, w->pending, w->npending, &w->pending_cap);
	w->pending[w->npending++] = (struct pending){ n, ref->value_span, OA_NOTHING, kept };
	if ((w->told & what) == 0)
		oa_report(w, (struct diag){ AEG_misplaced_reference, ref->key_span,
				     .label = diag_text(w->d,
					     "it stands for %s; followed, as others like it",
					     row->type == OA_OBJECT ? oa_objects[row->sub].name
								    : "a value") });
	w->told |= what;
	return true;
}

static void walk_value(
	struct walk *w, const struct oa_row *row, const struct node *n, struct span at)
{
	if (n->kind == NODE_POISON || (n->kind == NODE_BOOL && (row->flags & OA_OR_BOOL)) ||
		misplaced_reference(w, row, n))
		return;
	switch ((enum oa_type)row->type) {
	case OA_ANY: return;
	case OA_TEXT: check_text(w, n, at); return;
	case OA_WORD: check_word(w, row, n, at); return;
	case OA_BOOL:
		if (n->kind != NODE_BOOL)
			oa_wrong_type(w, n, at, "`true` or `false`");
		return;
	case OA_COUNT: check_number(w, n, at, true); return;
	case OA_NUMBER: check_number(w, n, at, false); return;
	case OA_WORDS:
		if (n->kind == NODE_LIST)
			walk_many(w, row, NODE_LIST, OA_WORD, n, at);
		else
			check_word(w, row, n, at);
		return;
	case OA_VALUES: walk_many(w, row, NODE_LIST, OA_ANY, n, at); return;
	case OA_TEXTS: walk_many(w, row, NODE_LIST, OA_TEXT, n, at); return;
	case OA_MAP_TEXT: walk_many(w, row, NODE_MAP, OA_TEXT, n, at); return;
	case OA_MAP_TEXTS: walk_many(w, row, NODE_MAP, OA_TEXTS, n, at); return;
	case OA_OBJECT: walk_object(w, row->sub, n, at); return;
	case OA_LIST: walk_many(w, row, NODE_LIST, OA_OBJECT, n, at); return;
	case OA_MAP: walk_many(w, row, NODE_MAP, OA_OBJECT, n, at); return;
	}
}

/* ---- Objects ------------------------------------------------------------------------------- */

static void check_pairs(
	struct walk *w, const struct oa_object *o, const struct node *n, struct span at)
{
	for (int i = 0; i < 2 && o->pairs[i].a != NULL; i++) {
		const struct oa_pair *p = &o->pairs[i];
		const struct member *a = syntax_member(n, p->a), *b = syntax_member(n, p->b);
		if (a != NULL && b != NULL)
			oa_report(
				w, (struct diag){ AEG_exclusive_fields, b->key_span,
					   .label = diag_text(w->d,
						   "`%s` and `%s` exclude one another", p->a, p->b),
					   .other = a->key_span,
					   .other_label = "it stands here already",
					   .help = "keep one of the two" });
		else if (a == NULL && b == NULL && p->one)
			oa_missing(w, n, at, o->name, diag_text(w->d, "`%s` or `%s`", p->a, p->b));
	}
}

/* A member that no row has. Returns the row that it was meant to be, or NULL. */
static const struct oa_row *walk_other(struct walk *w, uint8_t kind, const struct member *m)
{
	const struct oa_object *o = &oa_objects[kind];
	struct oa_row row = { m->key, .type = o->others, .sub = o->others_kind };
	if (is_extension(m->key))
		return NULL;
	if (o->others == OA_ANY)
		return unknown_field(w, kind, m);
	if (o->key != NULL)
		o->key(w, m);
	walk_value(w, &row, m->value, m->value_span);
	return NULL;
}

static void walk_members(struct walk *w, uint8_t kind, const struct node *n, struct span at)
{
	const struct oa_object *o = &oa_objects[kind];
	unsigned needed = w->version == OPENAPI_3_0 ? OA_REQUIRED | OA_REQUIRED_30 : OA_REQUIRED;
	uint64_t there[2] = { 0 };
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		const struct oa_row *row = oa_row(o, m->key, w->version);
		if (row == NULL)
			row = walk_other(w, kind, m);
		else if (kind != OA_SCHEMA || !other_form(w, row, m))
			walk_value(w, row, m->value, m->value_span);
		size_t k = row == NULL ? 127 : (size_t)(row - o->rows); /* 127: no row */
		there[k / 64] |= UINT64_C(1) << k % 64;
	}
	for (uint32_t k = 0; k < o->nrows; k++)
		if ((o->rows[k].flags & needed) && (there[k / 64] >> k % 64 & 1) == 0)
			oa_missing(w, n, at, o->name, diag_text(w->d, "`%s`", o->rows[k].name.at));
}

/* A reference waits until the entry document is walked. */
static void expect(struct walk *w, uint8_t kind, const struct node *n, struct span at)
{
	arena_push(w->d->arena, w->pending, w->npending, &w->pending_cap);
	w->pending[w->npending++] = (struct pending){ n, at, kind, NULL };
}

/* Recursion ends: a document is at most SYNTAX_MAX_DEPTH deep, and references wait. */
static void walk_object(struct walk *w, uint8_t kind, const struct node *n, struct span at)
{
	const struct oa_object *o = &oa_objects[kind];
	bool schema_31 = kind == OA_SCHEMA && w->version == OPENAPI_3_1;
	if (w->walked > OA_MAX_WALKED)
		return;
	if (++w->walked > OA_MAX_WALKED)
		oa_report(w,
			(struct diag){ AEG_too_many_values, at,
				.label = "more than 16777216 objects with what aliases repeat" });
	if (n->kind == NODE_POISON || (schema_31 && n->kind == NODE_BOOL))
		return;
	if (n->kind != NODE_MAP) {
		oa_wrong_type(w, n, at, o->name);
		return;
	}
	const struct member *ref = o->reference ? syntax_member(n, "$ref") : NULL;
	if (ref != NULL && ref->value->kind == NODE_STRING)
		expect(w, kind, n, ref->value_span);
	else if (ref != NULL && ref->value->kind != NODE_POISON)
		oa_wrong_type(w, ref->value, ref->value_span, "a reference, as a string,");
	if (ref != NULL && !o->beside && !schema_31)
		return;
	walk_members(w, kind, n, at);
	if (ref == NULL || o->beside)
		check_pairs(w, o, n, at);
	if (o->finish != NULL)
		o->finish(w, n, at);
}

/* ---- References ---------------------------------------------------------------------------- */

static void report_broken(struct walk *w, const struct oa_ref *r, struct span at)
{
	static const enum diag_code codes[] = { [OA_REF_DANGLING] = AEG_dangling_reference,
		[OA_REF_REMOTE] = AEG_remote_reference,
		[OA_REF_OUTSIDE] = AEG_reference_outside,
		[OA_REF_UNREADABLE] = AEG_unreadable_reference,
		[OA_REF_UNPARSED] = AEG_unreadable_reference };
	struct diag g = { .code = codes[r->status], .at = at };
	switch (r->status) {
	case OA_REF_OK: return;
	case OA_REF_DANGLING:
		g.label = r->part.len == 0
				  ? "nothing stands there"
				  : diag_text(w->d, "there is no %s", diag_quote(w->d, r->part));
		break;
	case OA_REF_REMOTE:
		g.label = "nothing is fetched while compiling";
		g.help = "save the document beside this one and refer to the file";
		break;
	case OA_REF_OUTSIDE:
		g.label = "not below the folder of the document that was named";
		g.help =
			"keep the files of a description below one folder, and refer to them by relative paths";
		break;
	case OA_REF_UNREADABLE: g.label = r->why; break;
	case OA_REF_UNPARSED: g.label = "it does not hold one document"; break;
	}
	oa_report(w, g);
}

/* Whether the target may stand for @kind; what lies outside the entry document is walked as it. */
static void check_target(struct walk *w, const struct pending *p, const struct oa_ref *r)
{
	uint8_t kind = r->kind;
	struct slice key = { (const char *)&r->target, sizeof r->target };
	if (kind == OA_NOTHING || p->row != NULL) {
		uint32_t was = map_put(&w->seen, buf_copy(w->d->arena, key), p->kind);
		kind = was == MAP_NONE ? p->kind : (uint8_t)was;
		if (was == MAP_NONE && p->row != NULL)
			walk_value(w, p->row, r->target, r->target->span);
		else if (was == MAP_NONE)
			walk_object(w, p->kind, r->target, r->target->span);
	}
	if (kind != p->kind && p->row == NULL && kind != OA_NOTHING)
		oa_report(w,
			(struct diag){ AEG_reference_kind, p->at,
				.label = kind == OA_NKINDS
						 ? diag_text(w->d, "it leads to what is not %s",
							   oa_objects[p->kind].name)
						 : diag_text(w->d, "it leads to %s",
							   oa_objects[kind].name),
				.other = r->target->span, .other_label = "this",
				.message = diag_text(w->d, "%s is expected behind this reference",
					oa_objects[p->kind].name) });
}

static void check_reference(struct walk *w, const struct pending *p)
{
	bool round = false;
	const struct oa_ref *r = oa_lookup(w->files, p->node);
	if (r->status != OA_REF_OK) {
		report_broken(w, r, p->at);
		return;
	}
	if (r->target != NULL && r->target->kind != NODE_POISON)
		check_target(w, p, r);
	oa_follow(w->files, p->node, &round);
	if (round)
		oa_report(w, (struct diag){ AEG_reference_circle, p->at,
				     .label = "followed 64 times it still leads to a reference",
				     .help = "one of the references must lead to what is meant" });
}

void oa_check(struct walk *w)
{
	w->seen = (struct map){ .arena = w->d->arena };
	walk_object(w, OA_DOCUMENT, w->api->root, w->api->root->span);
	for (size_t i = 0; i < w->npending; i++) {
		struct pending p = w->pending[i]; /* the list may move meanwhile */
		check_reference(w, &p);
	}
}
