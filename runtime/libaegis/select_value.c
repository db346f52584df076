/* Compares the values of a path's expressions: exactly, as RFC 9535, section 2.3.5.2.2, says. */
#include "select.h"

#include <string.h>

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

/* ---- Numbers ------------------------------------------------------------------------------- */

/* The digits of a number from the first that is not 0 on; a point among them counts for nothing.
 * Its value is 0.DIGITS times ten to the power of @exponent. */
struct decimal {
	const char *at, *end; /* at == end: 0 */
	int64_t exponent;
	int negative;
	char digits[12]; /* of a count */
};

/* Of `e+12`, or of nothing. An exponent is taken to be no larger than 10^17: no text has
 * the zeros that would make up for more. */
static int64_t exponent_of(const char *p, const char *end)
{
	const int64_t most = 100000000000000000;
	int64_t value = 0;
	int negative;

	if (p == end)
		return 0;
	negative = p[1] == '-';
	for (p += 1 + (p[1] == '-' || p[1] == '+'); p < end; p++)
		if (value < most)
			value = value * 10 + (*p - '0');
	if (value > most)
		value = most;
	return negative ? -value : value;
}

/* Of a number as JSON writes it. */
static void decimal_read(struct decimal *d, const char *p, uint32_t len)
{
	const char *end = p + len, *point = NULL;

	d->negative = *p == '-';
	p += d->negative;
	for (d->at = NULL, d->end = p; d->end < end && (*d->end | 0x20) != 'e'; d->end++) {
		if (*d->end == '.')
			point = d->end;
		else if (d->at == NULL && *d->end != '0')
			d->at = d->end;
	}
	d->exponent = exponent_of(d->end, end);
	if (d->at == NULL)
		d->at = d->end;
	else if (point == NULL)
		d->exponent += d->end - d->at;
	else
		d->exponent += point > d->at ? point - d->at : point - d->at + 1;
	if (d->at == d->end)
		d->negative = 0, d->exponent = 0;
}

static int next_digit(const char **p, const char *end)
{
	if (*p != end && **p == '.')
		++*p;
	return *p == end ? '0' : *(*p)++;
}

/* Below zero, zero or above. */
static int decimal_compare(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->at, *q = b->at;
	int a_zero = p == a->end, b_zero = q == b->end, sign = a->negative ? -1 : 1, x, y;

	if (a_zero || b_zero || a->negative != b->negative) {
		int s = a_zero ? 0 : sign, t = b_zero ? 0 : b->negative ? -1 : 1;
		return s - t;
	}
	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -sign : sign;
	while (p != a->end || q != b->end) {
		x = next_digit(&p, a->end);
		y = next_digit(&q, b->end);
		if (x != y)
			return x < y ? -sign : sign;
	}
	return 0;
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

static void number_of(const struct aeg_select *s, struct value v, struct decimal *ret)
{
	char *p = ret->digits + sizeof ret->digits;
	uint32_t n = v.a;

	if (v.kind == VALUE_TOKEN) {
		const struct aeg_json_tok *t = &s->doc->tok[v.a];
		decimal_read(ret, s->doc->text + t->at, t->len);
	} else if (v.kind == VALUE_NUMBER) {
		decimal_read(ret, (const char *)s->program->ops + v.a, v.len);
	} else {
		do
			*--p = (char)('0' + n % 10);
		while ((n /= 10) > 0);
		decimal_read(ret, p, (uint32_t)(ret->digits + sizeof ret->digits - p));
	}
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
	struct decimal x, y;
	struct text t, u;

	if (kind == AEG_JSON_NUMBER) {
		number_of(s, a, &x);
		number_of(s, b, &y);
		return decimal_compare(&x, &y);
	}
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
