/* What values are: what counts as true, what they have inside, and the ways through that. */
#include "machine.h"

static const struct aeg_json_tok *token(const struct value *v) { return &v->u.doc->tok[v->n]; }

/* ---- Kinds --------------------------------------------------------------------------------- */

int aegi_is_array(const struct value *v)
{
	return v->kind == VALUE_ARRAY || v->kind == VALUE_NAMES || v->kind == VALUE_MERGED_NAMES;
}

int aegi_is_object(const struct value *v)
{
	return v->kind == VALUE_OBJECT || v->kind == VALUE_MERGED;
}

static int is_zero(const char *p, uint32_t n)
{
	for (uint32_t i = 0; i < n && (p[i] | 0x20) != 'e'; i++)
		if (p[i] >= '1' && p[i] <= '9')
			return 0;
	return 1;
}

int aegi_is_empty(const struct value *v)
{
	switch (v->kind) {
	case VALUE_UNDEFINED:
	case VALUE_NULL:
	case VALUE_FALSE: return 1;
	case VALUE_STRING: return v->n == 0;
	case VALUE_ARRAY:
	case VALUE_NAMES: return token(v)->next == v->n + 1;
	case VALUE_MERGED_NAMES:
		return v->u.merged->n == 0 && v->u.merged->base.kind == VALUE_UNDEFINED;
	case VALUE_TRUE:
	case VALUE_COUNT:
	case VALUE_NUMBER:
	case VALUE_ESCAPED:
	case VALUE_OBJECT:
	case VALUE_MERGED: break;
	}
	return 0;
}

int aegi_truth(const struct value *v)
{
	if (v->kind == VALUE_COUNT)
		return v->n != 0;
	if (v->kind == VALUE_NUMBER)
		return !is_zero(v->u.at, v->n);
	return !aegi_is_empty(v);
}

int aegi_same_context(struct machine *m, const struct value *a, const struct value *b)
{
	if (a->kind <= VALUE_NULL && b->kind <= VALUE_NULL)
		return 1;
	if (a->kind != b->kind || a->n != b->n)
		return 0;
	if (a->kind >= VALUE_NUMBER && a->kind <= VALUE_ESCAPED) {
		aegi_spend(m, a->n / 8);
		return memcmp(a->u.at, b->u.at, a->n) == 0;
	}
	return a->kind <= VALUE_COUNT || a->u.doc == b->u.doc;
}

/* ---- Members and elements ------------------------------------------------------------------ */

/* Is @name what the key @t of @doc says, escapes and all? */
static int is_named(const struct aeg_json *doc, const struct aeg_json_tok *t, struct aeg_str name)
{
	struct aegi_chars c = aegi_chars(doc, t);

	for (uint32_t i = 0; i < name.len; i++)
		if (aegi_chars_next(&c) != (uint8_t)name.at[i])
			return 0;
	return aegi_chars_next(&c) == -1;
}

/* The token of the member called @name of an OBJECT, or AEG_NONE. */
static uint32_t member(struct machine *m, const struct value *object, struct aeg_str name)
{
	const struct aeg_json *doc = object->u.doc;
	const struct aeg_json_tok *tok = doc->tok, *t;
	const uint8_t *text = (const uint8_t *)doc->text, *p = (const uint8_t *)name.at;
	uint32_t key = object->n + 1, end = tok[object->n].next, n = 1 + name.len / 8;

	for (; key < end; key = t->next, n++) {
		t = &tok[key];
		if (t->len == name.len && aegi_same_bytes(text + t->at, p, name.len) &&
			!(t->info & AEG_JSON_ESCAPED))
			break;
		if (t->info & AEG_JSON_ESCAPED) {
			n += name.len / 8;
			if (is_named(doc, t, name))
				break;
		}
	}
	aegi_spend(m, n);
	return key < end ? key + 1 : AEG_NONE;
}

/* Which of the members of its own of @o is called @name, or AEG_NONE. */
static uint32_t own(struct machine *m, const struct merged *o, struct aeg_str name)
{
	uint32_t i = 0;

	for (; i < o->n; i++) {
		struct aeg_str s = o->roots == NULL ? o->pairs[i].name : o->roots[i].name;
		if (s.len == name.len && memcmp(s.at, name.at, s.len) == 0)
			break;
	}
	aegi_spend(m, i + name.len / 8);
	return i < o->n ? i : AEG_NONE;
}

static struct value member_of_merged(struct machine *m, const struct merged *o, struct aeg_str name)
{
	uint32_t i = own(m, o, name), t;

	if (i != AEG_NONE)
		return aegi_pair(o, i).value;
	if (o->base.kind != VALUE_OBJECT || (t = member(m, &o->base, name)) == AEG_NONE)
		return aegi_undefined();
	return aegi_token_value(o->base.u.doc, t);
}

/* Element @i of an array in the document, or name @i of an object; AEG_NONE: there is none. From
 * the one that was asked for last, if that is not behind it. */
static uint32_t element(struct machine *m, const struct value *v, uint32_t i)
{
	const struct aeg_json_tok *tok = v->u.doc->tok;
	uint32_t t = v->n + 1, n = 0, end = tok[v->n].next;

	if (m->last.doc == v->u.doc && m->last.of == v->n && m->last.index <= i) {
		t = m->last.token;
		n = m->last.index;
	}
	aegi_spend(m, i - n < end - t ? i - n : end - t);
	for (; n < i && t < end; n++)
		t = tok[t].next;
	if (t >= end)
		return AEG_NONE;
	m->last.doc = v->u.doc;
	m->last.of = v->n;
	m->last.index = i;
	m->last.token = t;
	return t;
}

/* The index that @name is as JavaScript writes it, or AEG_NONE. */
static uint32_t index_of(struct aeg_str name)
{
	uint32_t i = 0;

	if (name.len == 0 || name.len > 9 || (name.at[0] == '0' && name.len > 1))
		return AEG_NONE;
	for (uint32_t n = 0; n < name.len; n++) {
		if (name.at[n] < '0' || name.at[n] > '9')
			return AEG_NONE;
		i = i * 10 + (uint32_t)(name.at[n] - '0');
	}
	return i;
}

static struct value element_of(struct machine *m, const struct value *v, uint32_t i)
{
	struct walk w;
	struct value ret;
	uint32_t t;

	if (i == AEG_NONE)
		return aegi_undefined();
	if (v->kind == VALUE_MERGED_NAMES) {
		aegi_walk(m, &w, *v);
		while (aegi_walk_next(m, &w, &ret) && m->status == AEG_OK)
			if (w.index == i)
				return ret;
		return aegi_undefined();
	}
	t = element(m, v, i);
	return t == AEG_NONE ? aegi_undefined() : aegi_token_value(v->u.doc, t);
}

static int is_length(struct aeg_str name)
{
	return name.len == 6 && memcmp(name.at, "length", 6) == 0;
}

struct value aegi_lookup(struct machine *m, const struct value *v, struct aeg_str name)
{
	uint32_t t;

	if (v->kind == VALUE_OBJECT) {
		t = member(m, v, name);
		return t == AEG_NONE ? aegi_undefined() : aegi_token_value(v->u.doc, t);
	}
	if (v->kind == VALUE_MERGED)
		return member_of_merged(m, v->u.merged, name);
	if (is_length(name) && v->kind >= VALUE_STRING)
		return aegi_integer(aegi_length(m, v));
	return aegi_is_array(v) ? element_of(m, v, index_of(name)) : aegi_undefined();
}

/* ---- All of them --------------------------------------------------------------------------- */

/* What comes next in a merged object: those of its own that its base has too were there already. */
static void pass(struct machine *m, struct walk *w)
{
	const struct merged *o = w->of.u.merged;

	if (w->next != w->end || o->base.kind != VALUE_OBJECT)
		return;
	while (w->pair < w->npairs && m->status == AEG_OK &&
		member(m, &o->base, aegi_pair(o, w->pair).name) != AEG_NONE)
		w->pair++;
}

static int is_merged(const struct value *v)
{
	return v->kind == VALUE_MERGED || v->kind == VALUE_MERGED_NAMES;
}

void aegi_walk(struct machine *m, struct walk *w, struct value of)
{
	const struct value *base = is_merged(&of) ? &of.u.merged->base : &of;

	*w = (struct walk){ .of = of, .index = AEG_NONE };
	if (base->kind == VALUE_OBJECT || base->kind == VALUE_ARRAY || base->kind == VALUE_NAMES) {
		w->next = base->n + 1;
		w->end = token(base)->next;
	}
	if (is_merged(&of)) {
		w->npairs = of.u.merged->n;
		pass(m, w);
	}
}

/* The member of a merged object whose name is the key @key of its base. */
static struct value overlaid(struct machine *m, const struct walk *w, uint32_t key)
{
	const struct merged *o = w->of.u.merged;
	const struct aeg_json *doc = o->base.u.doc;
	const struct aeg_json_tok *t = &doc->tok[key];

	aegi_spend(m, o->n);
	for (uint32_t i = 0; i < o->n; i++)
		if (is_named(doc, t, o->roots == NULL ? o->pairs[i].name : o->roots[i].name))
			return aegi_pair(o, i).value;
	return aegi_token_value(doc, key + 1);
}

/* The current one is in the document, at @t: a key or an element. */
static struct value walk_token(struct machine *m, struct walk *w, uint32_t t)
{
	const struct aeg_json *doc = is_merged(&w->of) ? w->of.u.merged->base.u.doc : w->of.u.doc;

	w->next = doc->tok[t].next;
	if (aegi_is_array(&w->of))
		return aegi_token_value(doc, t);
	w->name = aegi_token_value(doc, t);
	return is_merged(&w->of) ? overlaid(m, w, t) : aegi_token_value(doc, t + 1);
}

int aegi_walk_next(struct machine *m, struct walk *w, struct value *ret)
{
	struct pair p;

	if (!aegi_walk_more(w))
		return 0;
	aegi_spend(m, 1);
	w->index++;
	if (w->next != w->end) {
		*ret = walk_token(m, w, w->next);
	} else {
		p = aegi_pair(w->of.u.merged, w->pair++);
		*ret = aegi_string(p.name.at, p.name.len);
		if (w->of.kind == VALUE_MERGED) {
			w->name = *ret;
			*ret = p.value;
		}
	}
	if (is_merged(&w->of))
		pass(m, w);
	return 1;
}

static uint32_t code_points(const struct value *v)
{
	const uint8_t *p = (const uint8_t *)v->u.at, *end = p + v->n;
	struct aegi_chars c = { p, end, 0, 0 };
	uint32_t n = 0;
	int byte;

	if (v->kind == VALUE_STRING) {
		for (; p < end; p++)
			n += (*p & 0xc0) != 0x80;
		return n;
	}
	while ((byte = aegi_chars_next(&c)) != -1)
		n += (byte & 0xc0) != 0x80;
	return n;
}

uint32_t aegi_length(struct machine *m, const struct value *v)
{
	struct walk w;
	struct value ignored;
	uint32_t n = 0;

	if (v->kind == VALUE_STRING || v->kind == VALUE_ESCAPED) {
		aegi_spend(m, v->n / 8);
		return m->status == AEG_OK ? code_points(v) : 0;
	}
	int in_document = v->kind == VALUE_ARRAY || v->kind == VALUE_OBJECT;
	if (in_document && m->counted.doc == v->u.doc && m->counted.of == v->n)
		return m->counted.n; /* what a loop is through is asked each time around */
	aegi_walk(m, &w, *v);
	while (m->status == AEG_OK && aegi_walk_next(m, &w, &ignored))
		n++;
	if (in_document && m->status == AEG_OK) {
		m->counted.doc = v->u.doc;
		m->counted.of = v->n;
		m->counted.n = n;
	}
	return n;
}
