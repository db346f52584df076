/* Compares the values of a path's expressions: exactly, as RFC 9535, section 2.3.5.2.2, says. */
#include "select.h"

#include <string.h>

#include "number.h"

/* ---- Texts --------------------------------------------------------------------------------- */

int32_t aegi_text_point(struct text *t)
{
	int lead = aegi_text_next(t), more;
	int32_t c;

	if (lead < 0x80)
		return lead;
	more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	for (c = lead & (0x3f >> more); more > 0; more--)
		c = c << 6 | (aegi_text_next(t) & 0x3f);
	return c;
}

int aegi_text_compare(struct text a, struct text b)
{
	int x, y;

	do {
		x = aegi_text_next(&a);
		y = aegi_text_next(&b);
	} while (x == y && x >= 0);
	return x - y;
}

/* ---- Values -------------------------------------------------------------------------------- */

static uint32_t json_kind(const struct aeg_select *s, struct value v)
{
	switch (v.kind) {
	case VALUE_TOKEN: return aegi_kind(s->doc, v.a);
	case VALUE_NULL: return AEG_JSON_NULL;
	case VALUE_FALSE: return AEG_JSON_FALSE;
	case VALUE_TRUE: return AEG_JSON_TRUE;
	case VALUE_COUNT:
	case VALUE_NUMBER: return AEG_JSON_NUMBER;
	case VALUE_STRING: return AEG_JSON_STRING;
	case VALUE_NOTHING:
	case VALUE_LOGICAL: break;
	}
	return 0;
}

static uint32_t size_of(const struct aeg_select *s, struct value v)
{
	return v.kind == VALUE_TOKEN ? s->doc->tok[v.a].len : v.len;
}

/* The text of a number; of a count it is written into @digits. */
static struct aeg_str number_of(const struct aeg_select *s, struct value v, char digits[12])
{
	char *p = digits + 12;
	uint32_t n = v.a;

	if (v.kind == VALUE_TOKEN) {
		const struct aeg_json_tok *t = &s->doc->tok[v.a];
		return (struct aeg_str){ s->doc->text + t->at, t->len };
	}
	if (v.kind == VALUE_NUMBER)
		return (struct aeg_str){ (const char *)s->program->ops + v.a, v.len };
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return (struct aeg_str){ p, (uint32_t)(digits + 12 - p) };
}

int aegi_value_text(const struct aeg_select *s, struct value v, struct text *ret)
{
	const uint8_t *p = s->program->ops + v.a;

	if (json_kind(s, v) != AEG_JSON_STRING)
		return 0;
	if (v.kind == VALUE_TOKEN)
		*ret = aegi_text(s->doc, &s->doc->tok[v.a]);
	else
		*ret = (struct text){ { p, p + v.len, 0, 0 }, 0 };
	return 1;
}

/* Two scalars of one kind. */
static int scalars_compare(struct aeg_select *s, struct value a, struct value b, uint32_t kind)
{
	char x[12], y[12];
	struct text t, u;

	if (kind == AEG_JSON_NUMBER)
		return aegi_number_compare(number_of(s, a, x), number_of(s, b, y));
	if (!aegi_value_text(s, a, &t) || !aegi_value_text(s, b, &u))
		return 0; /* null, true, false */
	if (!t.escaped && !u.escaped) {
		size_t n = (size_t)(t.c.end - t.c.at), m = (size_t)(u.c.end - u.c.at);
		int d = memcmp(t.c.at, u.c.at, n < m ? n : m);
		return d != 0 ? d : (n > m) - (n < m);
	}
	return aegi_text_compare(t, u);
}

static int is_container(uint32_t kind) { return kind == AEG_JSON_ARRAY || kind == AEG_JSON_OBJECT; }

/* Of equal containers the members still to compare: from @a on in one, @b in the other. */
struct level {
	uint32_t a, a_end, b; /* b: the next element; of objects the object */
	uint32_t object;
};

/* The next two values to compare; 0: of the first there is no such member in the second. */
static int next_pair(struct aeg_select *s, struct level *l, uint32_t *ret_a, uint32_t *ret_b)
{
	const struct aeg_json_tok *tok = s->doc->tok;

	*ret_a = l->a + l->object;
	if (l->object) {
		struct text name = aegi_text(s->doc, &tok[l->a]);
		*ret_b = aegi_member(s, l->b, &name);
	} else {
		*ret_b = l->b;
		l->b = tok[l->b].next;
	}
	l->a = tok[l->a].next;
	return *ret_b != AEG_NONE;
}

/* Two arrays, or two objects. Depth is bounded by the scan's, so this needs no recursion. */
static int containers_equal(struct aeg_select *s, uint32_t a, uint32_t b)
{
	struct level level[AEG_JSON_MAX_DEPTH];
	uint32_t n = 0, kind;

	for (;;) {
		if (!aegi_spend(s, 1) || (kind = aegi_kind(s->doc, a)) != aegi_kind(s->doc, b))
			return 0;
		if (!is_container(kind)) {
			struct value v = { VALUE_TOKEN, a, 0 }, w = { VALUE_TOKEN, b, 0 };
			if (!aegi_spend(s, (size_of(s, v) + size_of(s, w)) / 8) ||
				scalars_compare(s, v, w, kind) != 0)
				return 0;
		} else if (a != b) {
			if (aegi_count_children(s, a) != aegi_count_children(s, b))
				return 0;
			uint32_t object = kind == AEG_JSON_OBJECT;
			level[n++] = (struct level){ a + 1, s->doc->tok[a].next, object ? b : b + 1,
				object };
		}
		while (n > 0 && level[n - 1].a == level[n - 1].a_end)
			n--;
		if (n == 0)
			return 1;
		if (!next_pair(s, &level[n - 1], &a, &b))
			return 0;
	}
}

int aegi_value_equal(struct aeg_select *s, struct value a, struct value b)
{
	uint32_t kind = json_kind(s, a);

	if (kind != json_kind(s, b) || !aegi_spend(s, 1))
		return 0;
	if (is_container(kind))
		return containers_equal(s, a.a, b.a);
	return aegi_spend(s, ((uint64_t)size_of(s, a) + size_of(s, b)) / 8) &&
	       scalars_compare(s, a, b, kind) == 0;
}

int aegi_value_less(struct aeg_select *s, struct value a, struct value b)
{
	uint32_t kind = json_kind(s, a);

	if (kind != json_kind(s, b) || (kind != AEG_JSON_NUMBER && kind != AEG_JSON_STRING))
		return 0;
	return aegi_spend(s, ((uint64_t)size_of(s, a) + size_of(s, b)) / 8) &&
	       scalars_compare(s, a, b, kind) < 0;
}

struct value aegi_value_length(struct aeg_select *s, struct value v)
{
	struct value ret = { VALUE_COUNT, 0, 0 };
	struct text t;
	int c;

	if (aegi_value_text(s, v, &t)) {
		if (aegi_spend(s, (uint64_t)(t.c.end - t.c.at) / 8))
			while ((c = aegi_text_next(&t)) >= 0)
				ret.a += (c & 0xc0) != 0x80;
		return ret;
	}
	if (!is_container(json_kind(s, v)))
		return (struct value){ VALUE_NOTHING, 0, 0 };
	ret.a = aegi_count_children(s, v.a);
	return ret;
}
