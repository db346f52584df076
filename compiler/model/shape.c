/* Walks a document along a schema: every field known, of its type, present where required. */
#include "model/template.h"

#include <assert.h>
#include <float.h>
#include <math.h>

enum { SCHEMA_MAX_WORDS = 64 };

void shape_report(struct shape *s, struct diag g)
{
	s->reported += diag_info(g.code)->severity == DIAG_ERROR;
	diag_add(s->d, g);
}

/* ---- Types --------------------------------------------------------------------------------- */

static const char *node_words(const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_POISON: break;
	case NODE_NULL: return "nothing";
	case NODE_BOOL: return "`true` or `false`";
	case NODE_INT:
	case NODE_FLOAT: return "a number";
	case NODE_STRING: return "a string";
	case NODE_LIST: return "a list";
	case NODE_MAP: return "a map";
	}
	return "something broken";
}

static const char *type_words(enum field_type type)
{
	switch (type) {
	case FIELD_TEXT:
	case FIELD_TEMPLATE:
	case FIELD_WORD: return "a string";
	case FIELD_BOOL: return "`true` or `false`";
	case FIELD_UINT:
	case FIELD_INT: return "a whole number";
	case FIELD_NUMBER: return "a number";
	case FIELD_LIST: return "a list";
	case FIELD_MAP:
	case FIELD_STRUCT: return "a map";
	case FIELD_LIST_OR_MAP: return "a list, or a map from command to list,";
	case FIELD_ANY:
	case FIELD_GONE: break;
	}
	return "anything";
}

bool shape_is_text(const struct node *n)
{
	return n->kind == NODE_BOOL || n->kind == NODE_INT || n->kind == NODE_FLOAT ||
	       n->kind == NODE_STRING;
}

static bool type_fits(const struct field *f, const struct node *n)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_TEMPLATE:
	case FIELD_WORD: return f->flags & FIELD_STRICT ? n->kind == NODE_STRING : shape_is_text(n);
	case FIELD_BOOL: return n->kind == NODE_BOOL;
	case FIELD_UINT:
	case FIELD_INT: return n->kind == NODE_INT;
	case FIELD_NUMBER: return n->kind == NODE_INT || n->kind == NODE_FLOAT;
	case FIELD_LIST: return n->kind == NODE_LIST;
	case FIELD_MAP:
	case FIELD_STRUCT: return n->kind == NODE_MAP;
	case FIELD_LIST_OR_MAP: return n->kind == NODE_LIST || n->kind == NODE_MAP;
	case FIELD_ANY:
	case FIELD_GONE: break;
	}
	return true;
}

void shape_wrong_type(struct shape *s, struct value v, const char *expected, const char *help)
{
	shape_report(s, (struct diag){ AEG_wrong_type, v.at,
				.label = diag_text(s->d, "this is %s", node_words(v.node)),
				.message = diag_text(s->d, "%s is expected here", expected),
				.help = help });
}

/* The words of its row, for help. */
static const char *field_help(struct shape *s, const struct field *f)
{
	return diag_text(s->d, "`%s`: %s", f->name, f->doc);
}

static bool is_number(struct slice t)
{
	uint32_t i = 0;
	while (i < t.len && t.at[i] >= '0' && t.at[i] <= '9')
		i++;
	return t.len != 0 && i == t.len;
}

/* What to write where the type of @f is expected and @v stands. */
static const char *type_help(struct shape *s, const struct field *f, struct value v)
{
	if (f->type == FIELD_LIST && shape_is_text(v.node))
		return diag_text(s->d, "write a list, also of one: `%s: [ ... ]`", f->name);
	if ((f->type == FIELD_UINT || f->type == FIELD_INT || f->type == FIELD_NUMBER) &&
		v.node->kind == NODE_STRING && v.node->style == NODE_QUOTED &&
		is_number(v.node->u.text))
		return "a number stands without quotes";
	if ((f->flags & FIELD_STRICT) && shape_is_text(v.node))
		return diag_text(s->d, "put it in quotes: `\"%.*s\"`", SLICE_ARG(v.node->u.text));
	return field_help(s, f);
}

/* ---- Values -------------------------------------------------------------------------------- */

bool shape_text(struct shape *s, struct value v, struct mtext *ret)
{
	if (v.node->kind == NODE_POISON) {
		s->reported++;
		return false;
	}
	if (!shape_is_text(v.node)) {
		shape_wrong_type(s, v, "a string", NULL);
		return false;
	}
	*ret = (struct mtext){ v.node->u.text, v.at };
	if (ret->text.at == NULL)
		ret->text.at = "";
	return true;
}

uint32_t shape_items(const struct node *n) { return n->kind == NODE_LIST ? n->u.list.n : 0; }

struct value shape_item(const struct node *list, uint32_t i)
{
	const struct node *n = list->u.list.v[i];
	return (struct value){ n, n->span };
}

struct value shape_member(const struct member *m)
{
	return (struct value){ m->value, m->value_span };
}

const struct node *shape_part(const struct node *map, const char *key)
{
	const struct member *m = map == NULL ? NULL : syntax_member(map, key);

	return m == NULL ? NULL : m->value;
}

/* A text of a list or map of them: not one that is written as a number, where that is none. */
static bool strict_text(struct shape *s, struct value v, bool strict, struct mtext *ret)
{
	if (!strict || !shape_is_text(v.node) || v.node->kind == NODE_STRING)
		return shape_text(s, v, ret);
	shape_wrong_type(s, v, "a string",
		diag_text(s->d, "put it in quotes: `\"%.*s\"`", SLICE_ARG(v.node->u.text)));
	return false;
}

static void read_texts(
	struct shape *s, struct value v, field_entry *entry, unsigned flags, struct mlist *out)
{
	uint32_t n = shape_items(v.node);
	*out = (struct mlist){ .stated = true, .at = v.at };
	out->v = arena_array(s->d->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		struct mtext *t = &out->v[out->n];
		bool env = (flags & FIELD_ENV) && scalar_is_env(item.node);
		field_entry *check = env ? scalar_env_ref : entry;
		if (strict_text(s, item, flags & FIELD_STRICT, t) &&
			(check == NULL || check(s, item, t)))
			out->n++;
	}
}

void shape_texts(struct shape *s, struct value v, field_entry *entry, struct mlist *out)
{
	read_texts(s, v, entry, 0, out);
}

static void bad_range(struct shape *s, const struct field *f, struct value v, const char *range)
{
	shape_report(s, (struct diag){ AEG_out_of_range, v.at,
				.label = diag_text(s->d, "`%s` is %s", f->name, range),
				.help = field_help(s, f) });
}

static void read_uint(struct shape *s, const struct field *f, struct value v, char *out)
{
	uint64_t most = f->max != 0 ? f->max : f->size == 4 ? UINT32_MAX : UINT64_MAX, x;
	if (!syntax_uint(v.node, &x) || x < f->min || x > most) {
		bad_range(s, f, v,
			diag_text(s->d, "%llu to %llu", (unsigned long long)f->min,
				(unsigned long long)most));
		return;
	}
	uint32_t small = (uint32_t)x;
	if (f->size == sizeof x)
		memcpy(out, &x, sizeof x);
	else if (f->size == sizeof small)
		memcpy(out, &small, sizeof small);
}

static void read_int(struct shape *s, const struct field *f, struct value v, char *out)
{
	bool any = f->lo == 0 && f->hi == 0, narrow = f->size == sizeof(int32_t);
	int64_t lo = !any ? f->lo : narrow ? INT32_MIN : INT64_MIN, x;
	int64_t hi = !any ? f->hi : narrow ? INT32_MAX : INT64_MAX;
	if (!syntax_int(v.node, &x) || x < lo || x > hi) {
		bad_range(s, f, v, diag_text(s->d, "%lld to %lld", (long long)lo, (long long)hi));
		return;
	}
	int32_t small = (int32_t)x;
	if (f->size == sizeof x)
		memcpy(out, &x, sizeof x);
	else if (narrow)
		memcpy(out, &small, sizeof small);
}

static void read_number(struct shape *s, const struct field *f, struct value v, char *out)
{
	bool any = f->least == 0 && f->most == 0;
	double x = syntax_float(v.node);
	if (!isfinite(x))
		bad_range(s, f, v, "a number that a double can hold");
	else if (!any && x < f->least && f->most == DBL_MAX)
		bad_range(s, f, v, diag_text(s->d, "%.15g or more", f->least));
	else if (!any && (x < f->least || x > f->most))
		bad_range(s, f, v, diag_text(s->d, "%.15g to %.15g", f->least, f->most));
	else if (f->size == sizeof x)
		memcpy(out, &x, sizeof x);
}

const char *shape_names(struct shape *s, const char *const *names)
{
	struct buf b = { .arena = s->d->arena };
	for (uint32_t i = 0; names[i] != NULL; i++)
		buf_printf(&b, "%s`%s`",
			i == 0                 ? ""
			: names[i + 1] == NULL ? " or "
					       : ", ",
			names[i]);
	return buf_done(&b).at;
}

static void read_word(struct shape *s, const struct field *f, struct value v, char *out)
{
	struct mtext t = { v.node->u.text, v.at };
	struct slice known[SCHEMA_MAX_WORDS];
	uint32_t n = 0;
	for (; f->words[n] != NULL; n++) {
		assert(n < SCHEMA_MAX_WORDS);
		known[n] = slice_of(f->words[n]);
		if (!slice_eq(known[n], t.text))
			continue;
		if (f->size == sizeof n)
			memcpy(out, &n, sizeof n);
		else if (f->size != 0)
			memcpy(out, &t, sizeof t);
		return;
	}
	size_t near = diag_nearest(t.text, known, n);
	shape_report(s,
		(struct diag){ AEG_unknown_word, v.at,
			.label = near == SIZE_MAX
					 ? "none of the words that mean something here"
					 : diag_text(s->d, "did you mean `%s`?", f->words[near]),
			.help = diag_text(s->d, "`%s` is %s", f->name, shape_names(s, f->words)) });
}

/* The items of a list, or the values of a map. */
static uint32_t parts_of(const struct node *n)
{
	return n->kind == NODE_MAP ? n->u.map.n : shape_items(n);
}

static struct value part_of(const struct node *n, uint32_t i)
{
	return n->kind == NODE_MAP ? shape_member(&n->u.map.v[i]) : shape_item(n, i);
}

/* Structs, each of `each` bytes; those of which something was reported are kept too. */
static void read_structs(struct shape *s, const struct field *f, struct value v, char *out)
{
	uint32_t n = parts_of(v.node);
	struct many many = { 0, arena_alloc(s->d->arena, n, f->each, _Alignof(max_align_t)), NULL };
	if (v.node->kind == NODE_MAP)
		many.names = arena_array(s->d->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value part = part_of(v.node, i);
		if (part.node->kind == NODE_POISON) {
			s->reported++;
			continue;
		}
		if (many.names != NULL)
			many.names[many.n] = (struct mtext){ v.node->u.map.v[i].key,
				v.node->u.map.v[i].key_span };
		shape_struct(s, f->sub, part, (char *)many.v + f->each * many.n++);
	}
	if (f->size == sizeof many)
		memcpy(out, &many, sizeof many);
}

static void read_field(struct shape *s, const struct field *f, struct value v, char *base);

/* Elements of a list or map. */
static void read_many(struct shape *s, const struct field *f, struct value v, char *out)
{
	struct field one = *f;
	struct mlist unkept;
	bool list = f->type == FIELD_LIST, map = f->type == FIELD_MAP;
	if (list && f->item == FIELD_TEXT) {
		read_texts(s, v, f->entry, f->flags,
			f->size != 0 ? (struct mlist *)(void *)out : &unkept);
		return;
	}
	if ((!list && !map) || f->item == FIELD_ANY)
		return;
	if (f->item == FIELD_STRUCT) {
		read_structs(s, f, v, out);
		return;
	}
	one.type = f->item;
	one.flags = (f->flags & (FIELD_STRICT | FIELD_ENV)) | (list ? FIELD_REQUIRED : 0);
	one.offset = one.size = 0;
	for (uint32_t i = 0; i < parts_of(v.node); i++)
		read_field(s, &one, part_of(v.node, i), out);
}

static void read_value(struct shape *s, const struct field *f, struct value v, char *out)
{
	struct mtext t;
	bool yes;
	switch (f->type) {
	case FIELD_TEXT:
		if (shape_text(s, v, &t) && (f->entry == NULL || f->entry(s, v, &t)) &&
			f->size == sizeof t)
			memcpy(out, &t, sizeof t);
		return;
	case FIELD_TEMPLATE: template_value(s, f, v); return;
	case FIELD_WORD: read_word(s, f, v, out); return;
	case FIELD_BOOL:
		yes = syntax_bool(v.node);
		if (f->size != 0)
			memcpy(out, &yes, sizeof yes);
		return;
	case FIELD_UINT: read_uint(s, f, v, out); return;
	case FIELD_INT: read_int(s, f, v, out); return;
	case FIELD_NUMBER: read_number(s, f, v, out); return;
	case FIELD_LIST:
	case FIELD_MAP:
	case FIELD_LIST_OR_MAP: read_many(s, f, v, out); return;
	case FIELD_STRUCT: shape_struct(s, f->sub, v, out); return;
	case FIELD_ANY: template_values(s, f, v); return;
	case FIELD_GONE: return;
	}
}

/* Null: nothing for what may be empty, an error for what must say something. */
static bool null_is_fine(struct shape *s, const struct field *f, struct value v)
{
	if (f->flags & FIELD_NOT_NULL) {
		shape_report(s,
			(struct diag){ AEG_null_constraint, v.at,
				.label = diag_text(s->d, "`%s` says nothing", f->name),
				.help = f->type == FIELD_LIST
						? diag_text(s->d,
							  "`%s: []` allows nothing; leave `%s` out to allow anything",
							  f->name, f->name)
						: diag_text(s->d,
							  "give `%s` a value, or leave it out",
							  f->name) });
		return false;
	}
	bool empty = f->type == FIELD_LIST || f->type == FIELD_MAP || f->type == FIELD_STRUCT;
	if (!empty && (f->flags & FIELD_REQUIRED))
		shape_wrong_type(s, v, type_words(f->type), field_help(s, f));
	return empty;
}

/* A reference to the environment, where a value of any type may be one. */
static void read_env(struct shape *s, const struct field *f, struct value v, char *out)
{
	struct mtext t = { v.node->u.text, v.at };
	if (scalar_env_ref(s, v, &t) && (f->type == FIELD_TEXT || f->type == FIELD_WORD) &&
		f->size == sizeof t)
		memcpy(out, &t, sizeof t);
}

static void read_field(struct shape *s, const struct field *f, struct value v, char *base)
{
	char *out = base + f->offset;
	if (v.node->kind == NODE_POISON) {
		s->reported++;
		return;
	}
	if (f->type == FIELD_ANY && f->read == NULL && f->item != FIELD_TEMPLATE)
		return;
	if (v.node->kind == NODE_NULL) {
		if (!null_is_fine(s, f, v))
			return;
	} else if ((f->flags & FIELD_ENV) && scalar_is_env(v.node)) {
		read_env(s, f, v, out);
		return;
	} else if (!type_fits(f, v.node)) {
		shape_wrong_type(s, v, type_words(f->type), type_help(s, f, v));
		return;
	}
	if (f->read != NULL)
		f->read(s, f, v, out);
	else
		read_value(s, f, v, out);
}

/* ---- Structs ------------------------------------------------------------------------------- */

#define ROW(i) (UINT64_C(1) << (i))

static bool name_is(const char *name, struct slice key)
{
	return name != NULL && key.len != 0 && name[0] == key.at[0] && slice_is(key, name);
}

/* The row of @t under which a field @key stands, or NULL. */
static const struct field *row_above(const struct schema *t, struct slice key)
{
	for (size_t i = 0; i < t->nfields; i++) {
		const struct schema *sub =
			t->fields[i].type == FIELD_STRUCT ? t->fields[i].sub : NULL;
		for (size_t k = 0; sub != NULL && k < sub->nfields; k++)
			if (sub->fields[k].type != FIELD_GONE && name_is(sub->fields[k].name, key))
				return &t->fields[i];
	}
	return NULL;
}

/* Returns the row that was most likely meant, as a bit, where the finding is an error. */
static uint64_t unknown_field(struct shape *s, const struct schema *t, const struct member *m)
{
	struct slice known[SCHEMA_MAX_FIELDS];
	size_t n = 0, row[SCHEMA_MAX_FIELDS];
	struct buf all = { .arena = s->d->arena };
	for (size_t i = 0; i < t->nfields; i++) {
		if (t->fields[i].type == FIELD_GONE)
			continue;
		buf_printf(&all, "%s`%s`", n == 0 ? "" : ", ", t->fields[i].name);
		row[n] = i;
		known[n++] = slice_of(t->fields[i].name);
	}
	const struct field *above = row_above(t, m->key);
	size_t near = above != NULL ? SIZE_MAX : diag_nearest(m->key, known, n);
	uint32_t before = s->reported, errors = s->d->errors;
	shape_report(
		s, (struct diag){ AEG_unknown_field, m->key_span,
			   .label = above != NULL
					    ? diag_text(s->d, "it stands under `%s`", above->name)
				    : near == SIZE_MAX ? "no field has this name"
						       : diag_text(s->d, "did you mean `%.*s`?",
								 SLICE_ARG(known[near])),
			   .message = diag_text(
				   s->d, "%s has no field %s", t->name, diag_quote(s->d, m->key)),
			   .help = near != SIZE_MAX || above != NULL ? NULL
				   : n == 0 ? diag_text(s->d, "%s has no fields", t->name)
					    : diag_text(s->d, "its fields are %s",
						      buf_done(&all).at) });
	s->reported = before; /* who allows unknown fields means the rest of the struct */
	return near != SIZE_MAX && s->d->errors != errors ? ROW(row[near]) : 0;
}

/* The row called @name, as a bit. */
static uint64_t row_of(const struct schema *t, const char *name)
{
	for (size_t i = 0; name != NULL && i < t->nfields; i++)
		if (strcmp(t->fields[i].name, name) == 0)
			return ROW(i);
	return 0;
}

/* @f is used no more. Returns the row that is written instead, where the finding is an error. */
static uint64_t gone_field(
	struct shape *s, const struct schema *t, const struct field *f, struct span at)
{
	uint32_t errors = s->d->errors;
	shape_report(s,
		(struct diag){ AEG_retired_field, at, .help = f->doc,
			.message = diag_text(s->d, "`%s` has no place in %s", f->name, t->name) });
	return s->d->errors != errors ? row_of(t, f->instead) : 0;
}

/* Which row @m belongs to, in @found; whatever keeps it from being read is reported. Returns the
 * row that a misspelt or former name means. */
static uint64_t place_member(struct shape *s, const struct schema *t, const struct member *m,
	const struct member **found)
{
	size_t i = 0;
	while (i < t->nfields && !name_is(t->fields[i].name, m->key) &&
		!name_is(t->fields[i].older, m->key))
		i++;
	if (i == t->nfields)
		return t->open ? 0 : unknown_field(s, t, m);
	const struct field *f = &t->fields[i];
	bool older = !name_is(f->name, m->key);
	if (f->type == FIELD_GONE)
		return gone_field(s, t, f, m->key_span);
	if (found[i] != NULL && slice_eq(found[i]->key, m->key))
		return 0; /* one key twice: syntax/ has said so */
	else if (found[i] != NULL)
		shape_report(s, (struct diag){ AEG_two_spellings, m->key_span,
					.label = diag_text(s->d, "`%s` and `%s` are one field",
						f->name, f->older),
					.other = found[i]->key_span,
					.other_label = "it stands here already",
					.help = diag_text(s->d, "keep `%s`", f->name) });
	else
		found[i] = m;
	if (older && found[i] == m)
		shape_report(s, (struct diag){ AEG_older_spelling, m->key_span,
					.label = diag_text(s->d, "now called `%s`", f->name) });
	return 0;
}

static void missing_field(
	struct shape *s, const struct schema *t, const struct field *f, struct value v)
{
	bool some = v.node->kind == NODE_MAP && v.node->u.map.n != 0;
	shape_report(s, (struct diag){ AEG_missing_field, some ? v.node->u.map.v[0].key_span : v.at,
				.label = diag_text(s->d, "`%s` is missing here", f->name),
				.message = diag_text(s->d, "%s needs `%s`", t->name, f->name),
				.help = field_help(s, f) });
}

bool shape_unread(const struct shape *s, const char *name)
{
	const struct schema *t = s->finishing;
	return (s->unread & row_of(t, name)) != 0;
}

uint32_t shape_lost(const struct shape *s) { return s->reported + s->misspelt; }

/* Every row of @t in its order. Returns those of which something was reported. */
static uint64_t read_fields(struct shape *s, const struct schema *t, struct value v,
	const struct member *const *found, uint64_t misspelt, void *out)
{
	uint64_t unread = 0;
	for (size_t i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		uint32_t before = s->reported;
		if (found[i] != NULL)
			read_field(s, f, shape_member(found[i]), out);
		else if (misspelt & ROW(i))
			s->reported += (f->flags & FIELD_REQUIRED) != 0;
		else if (f->flags & FIELD_REQUIRED)
			missing_field(s, t, f, v);
		if (s->reported != before || (found[i] == NULL && (misspelt & ROW(i))))
			unread |= ROW(i);
	}
	return unread;
}

void shape_struct(struct shape *s, const struct schema *t, struct value v, void *out)
{
	const struct member *found[SCHEMA_MAX_FIELDS] = { NULL };
	uint64_t misspelt = v.node->lacks ? UINT64_MAX : 0;
	s->reported += v.node->lacks;
	assert(t->nfields <= SCHEMA_MAX_FIELDS);
	if (v.node->kind == NODE_POISON) {
		s->reported++;
		return;
	}
	if (v.node->kind != NODE_MAP && v.node->kind != NODE_NULL) {
		shape_wrong_type(s, v, t->name, t->doc);
		return;
	}
	for (uint32_t i = 0; v.node->kind == NODE_MAP && i < v.node->u.map.n; i++)
		misspelt |= place_member(s, t, &v.node->u.map.v[i], found);
	s->misspelt += misspelt != 0;
	uint64_t unread = read_fields(s, t, v, found, misspelt, out);
	s->finishing = t;
	s->unread = unread;
	if (t->finish != NULL)
		t->finish(s, v, out);
}

/* ---- Variants ------------------------------------------------------------------------------ */

static const char *variant_names(struct shape *s, const struct variant *variants, size_t n,
	struct slice *known, size_t *nknown)
{
	struct buf b = { .arena = s->d->arena };
	*nknown = 0;
	for (size_t i = 0; i < n; i++) {
		if (variants[i].gone != NULL)
			continue;
		buf_printf(&b, "%s`%s`", *nknown == 0 ? "" : ", ", variants[i].name);
		known[(*nknown)++] = slice_of(variants[i].name);
	}
	return buf_done(&b).at;
}

/* No member @tag: one that is written nearly so is taken to be meant. */
static void no_tag(struct shape *s, struct value v, const char *tag, const char *names)
{
	struct slice wanted = slice_of(tag);
	uint32_t n = v.node->kind == NODE_MAP ? v.node->u.map.n : 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct member *m = &v.node->u.map.v[i];
		if (diag_nearest(m->key, &wanted, 1) == SIZE_MAX)
			continue;
		shape_report(s, (struct diag){ AEG_unknown_field, m->key_span,
					.label = diag_text(s->d, "did you mean `%s`?", tag),
					.message = diag_text(s->d, "nothing here has a field %s",
						diag_quote(s->d, m->key)) });
		return;
	}
	shape_report(
		s, (struct diag){ AEG_missing_field, n != 0 ? v.node->u.map.v[0].key_span : v.at,
			   .label = diag_text(s->d, "`%s` is missing here", tag),
			   .help = diag_text(s->d, "`%s` is one of %s", tag, names) });
}

static void unknown_tag(struct shape *s, struct value v, const char *tag, const char *names,
	const struct slice *known, size_t nknown)
{
	size_t near = diag_nearest(v.node->u.text, known, nknown);
	shape_report(
		s, (struct diag){ AEG_unknown_word, v.at,
			   .label = near == SIZE_MAX ? "none of the words that mean something here"
						     : diag_text(s->d, "did you mean `%.*s`?",
							       SLICE_ARG(known[near])),
			   .help = diag_text(s->d, "`%s` is one of %s", tag, names) });
}

/* None of @variants is named: @m is their tag, at @is, or NULL. */
static void no_variant(struct shape *s, struct value v, const struct member *m, struct value is,
	const char *tag, const struct variant *variants, size_t n)
{
	struct slice known[SCHEMA_MAX_WORDS];
	size_t nknown;
	const char *names = variant_names(s, variants, n, known, &nknown);
	if (m == NULL)
		no_tag(s, v, tag, names);
	else if (is.node->kind != NODE_STRING)
		shape_wrong_type(
			s, is, "a string", diag_text(s->d, "`%s` is one of %s", tag, names));
	else
		unknown_tag(s, is, tag, names, known, nknown);
}

const struct variant *shape_variant(struct shape *s, struct value v, const char *tag,
	const struct variant *variants, size_t n, void *out)
{
	assert(n <= SCHEMA_MAX_WORDS);
	if (v.node->kind == NODE_POISON) {
		s->reported++;
		return NULL;
	}
	if (v.node->kind != NODE_MAP) {
		shape_wrong_type(s, v, "a map", NULL);
		return NULL;
	}
	const struct member *m = syntax_member(v.node, tag);
	struct value is = m == NULL ? v : shape_member(m);
	if ((m == NULL && v.node->lacks) || is.node->kind == NODE_POISON) {
		s->reported++;
		return NULL;
	}
	for (size_t i = 0; is.node->kind == NODE_STRING && i < n; i++) {
		if (!slice_is(is.node->u.text, variants[i].name))
			continue;
		if (variants[i].gone == NULL) {
			shape_struct(s, variants[i].schema, v, out);
			return &variants[i];
		}
		shape_report(s, (struct diag){ AEG_retired_field, is.at, .help = variants[i].gone,
					.message = diag_text(
						s->d, "`%s` is not used here", variants[i].name) });
		return NULL;
	}
	no_variant(s, v, m, is, tag, variants, n);
	return NULL;
}
