/* Writes values: as text, escaped for where they stand, and as JSON. */
#include "machine.h"

enum { MOST_NESTED = 16 }; /* merged objects in one another */

/* The raw JSON text of an ARRAY or OBJECT. */
static struct aeg_str raw(const struct value *v)
{
	const struct aeg_json_tok *t = &v->u.doc->tok[v->n];

	return (struct aeg_str){ v->u.doc->text + t->at, t->len };
}

static void put_literal(struct machine *m, const char *text) { aegi_put(m, text, strlen(text)); }

static void put_integer(struct machine *m, uint32_t n)
{
	char digits[10], *p = digits + sizeof digits;

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	aegi_put(m, p, (size_t)(digits + sizeof digits - p));
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* Of the escape at @p, `\uXXXX`: which surrogate it is, if it is one. */
static int is_surrogate(const char *p, const char *end, char lo, char hi)
{
	char third = (char)(end - p < 6 ? 0 : p[3] | 0x20);

	return third != 0 && p[0] == '\\' && p[1] == 'u' && (p[2] | 0x20) == 'd' && third >= lo &&
	       third <= hi;
}

/* JSON text of the data as it stands, but for halves of surrogate pairs: two of them from different
 * places could come together. */
static void put_text(struct machine *m, struct aeg_str text)
{
	const char *from = text.at, *p = from, *end = from + text.len;

	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		if (is_surrogate(p, end, '8', 'b') && is_surrogate(p + 6, end, 'c', 'f')) {
			p += 12;
		} else if (is_surrogate(p, end, '8', 'f')) {
			aegi_put(m, from, (size_t)(p - from));
			put_literal(m, "\\ufffd");
			from = p += 6;
		} else {
			p += 2;
		}
	}
	aegi_put(m, from, (size_t)(end - from));
}

static void put_string(struct machine *m, const struct value *v)
{
	aegi_put(m, "\"", 1);
	if (v->kind == VALUE_ESCAPED)
		put_text(m, (struct aeg_str){ v->u.at, v->n });
	else
		aegi_put_escaped(m, AEGF_ESCAPE_JSON_STRING, v->u.at, v->n);
	aegi_put(m, "\"", 1);
}

static void put_value(struct machine *m, const struct value *v, uint32_t depth);

/* What the document has not got as text. */
static void put_made(struct machine *m, const struct value *v, uint32_t depth)
{
	struct walk w;
	struct value each;
	int is_array = aegi_is_array(v);

	if (depth == MOST_NESTED) {
		aegi_fail(m, AEG_DEPTH, NULL);
		return;
	}
	aegi_put(m, is_array ? "[" : "{", 1);
	aegi_walk(m, &w, *v);
	while (m->status == AEG_OK && aegi_walk_next(m, &w, &each)) {
		if (w.index > 0)
			aegi_put(m, ",", 1);
		if (!is_array) {
			put_string(m, &w.name);
			aegi_put(m, ":", 1);
		}
		put_value(m, &each, depth + 1);
	}
	aegi_put(m, is_array ? "]" : "}", 1);
}

static void put_value(struct machine *m, const struct value *v, uint32_t depth)
{
	switch (v->kind) {
	case VALUE_UNDEFINED:
	case VALUE_NULL: put_literal(m, "null"); break;
	case VALUE_FALSE: put_literal(m, "false"); break;
	case VALUE_TRUE: put_literal(m, "true"); break;
	case VALUE_COUNT: put_integer(m, v->n); break;
	case VALUE_NUMBER: aegi_put(m, v->u.at, v->n); break;
	case VALUE_STRING:
	case VALUE_ESCAPED: put_string(m, v); break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		if (v->u.doc->surrogate != AEG_NONE)
			put_text(m, raw(v));
		else
			aegi_put(m, raw(v).at, raw(v).len);
		break;
	case VALUE_MERGED:
	case VALUE_NAMES:
	case VALUE_MERGED_NAMES: put_made(m, v, depth); break;
	}
}

void aegi_print_json(struct machine *m, const struct value *v) { put_value(m, v, 0); }

/* ---- Text ---------------------------------------------------------------------------------- */

/* A string with escapes, decoded a piece at a time: no way to escape looks at more than a byte. */
static void put_decoded(struct machine *m, enum aegf_escape escape, const struct value *v)
{
	struct aegi_chars c = { (const uint8_t *)v->u.at, (const uint8_t *)v->u.at + v->n, 0, 0 };
	char piece[256];
	size_t n = 0;
	int byte;

	while ((byte = aegi_chars_next(&c)) != -1 && m->status == AEG_OK) {
		piece[n++] = (char)byte;
		if (n == sizeof piece) {
			aegi_put_escaped(m, escape, piece, n);
			n = 0;
		}
	}
	aegi_put_escaped(m, escape, piece, n);
}

static void put_object(struct machine *m, enum aegf_escape escape, const struct value *v)
{
	static const char object[] = "[object Object]";
	struct aeg_str text = { object, sizeof object - 1 };
	struct building before;
	struct value built;
	char *made = m->made;

	if (m->t->flags & AEGF_TEMPLATE_HTML) {
		aegi_put_escaped(m, escape, text.at, text.len);
	} else if (v->kind == VALUE_OBJECT) {
		text = raw(v);
		aegi_put_escaped(m, escape, text.at, text.len);
	} else if (m->building) {
		aegi_print_json(m, v); /* whose text is escaped as a whole */
	} else {
		before = aegi_build(m);
		aegi_print_json(m, v);
		built = aegi_built(m, before);
		aegi_put_escaped(m, escape, built.u.at, built.n);
		m->made = made;
	}
}

/* An array's elements, with commas between; what an array inside it has, as if it had it. */
static void put_array(struct machine *m, enum aegf_escape escape, const struct value *v)
{
	const struct aeg_json_tok *tok = v->u.doc->tok;
	uint32_t end = tok[v->n].next, t = v->n + 1, first = 1;

	while (t < end && m->status == AEG_OK) {
		struct value each = aegi_token_value(v->u.doc, t);
		aegi_spend(m, 1);
		if (!first)
			aegi_put_escaped(m, escape, ",", 1);
		first = each.kind == VALUE_ARRAY && tok[t].next > t + 1;
		if (each.kind != VALUE_ARRAY)
			aegi_print_text(m, escape, &each);
		t = each.kind == VALUE_ARRAY ? t + 1 : tok[t].next;
	}
}

static void put_names(struct machine *m, enum aegf_escape escape, const struct value *v)
{
	struct walk w;
	struct value name;

	aegi_walk(m, &w, *v);
	while (m->status == AEG_OK && aegi_walk_next(m, &w, &name)) {
		if (w.index > 0)
			aegi_put_escaped(m, escape, ",", 1);
		aegi_print_text(m, escape, &name);
	}
}

void aegi_print_text(struct machine *m, enum aegf_escape escape, const struct value *v)
{
	switch (v->kind) {
	case VALUE_UNDEFINED:
	case VALUE_NULL: break;
	case VALUE_FALSE: put_literal(m, "false"); break;
	case VALUE_TRUE: put_literal(m, "true"); break;
	case VALUE_COUNT: put_integer(m, v->n); break;
	case VALUE_NUMBER:
	case VALUE_STRING: aegi_put_escaped(m, escape, v->u.at, v->n); break;
	case VALUE_ESCAPED:
		if (escape == AEGF_ESCAPE_JSON_STRING)
			put_text(m, (struct aeg_str){ v->u.at, v->n });
		else
			put_decoded(m, escape, v);
		break;
	case VALUE_ARRAY: put_array(m, escape, v); break;
	case VALUE_OBJECT:
	case VALUE_MERGED: put_object(m, escape, v); break;
	case VALUE_NAMES:
	case VALUE_MERGED_NAMES: put_names(m, escape, v); break;
	}
}

struct aeg_str aegi_text(struct machine *m, const struct value *v)
{
	struct building before;
	struct value built;

	if (v->kind == VALUE_STRING || v->kind == VALUE_NUMBER)
		return (struct aeg_str){ v->u.at, v->n };
	before = aegi_build(m);
	aegi_print_text(m, AEGF_ESCAPE_NONE, v);
	built = aegi_built(m, before);
	return (struct aeg_str){ built.u.at, built.n };
}

void aegi_print(struct machine *m, enum aegf_escape escape, const struct value *v)
{
	switch (escape) {
	case AEGF_ESCAPE_JSON_VALUE: put_value(m, v, 0); return;
	case AEGF_ESCAPE_JSON_KEY:
		aegi_put(m, "\"", 1);
		aegi_print_text(m, AEGF_ESCAPE_JSON_STRING, v);
		aegi_put(m, "\"", 1);
		return;
	case AEGF_ESCAPE_SHELL_WORD:
		aegi_put(m, "'", 1);
		aegi_print_text(m, escape, v);
		aegi_put(m, "'", 1);
		return;
	case AEGF_ESCAPE_NONE:
	case AEGF_ESCAPE_HTML:
	case AEGF_ESCAPE_JSON_STRING:
	case AEGF_ESCAPE_URL:
	case AEGF_ESCAPE_SHELL_DOUBLE:
	case AEGF_ESCAPE_SHELL_SINGLE:
	case AEGF_NESCAPES: break;
	}
	aegi_print_text(m, escape, v);
}
