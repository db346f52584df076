/* Compares values: equal by JSON type and exactly, in order if both are numbers or strings. */
#include "decimal.h"
#include "machine.h"

enum { MOST_NESTED = 16 }; /* merged objects in one another */

enum type { NOTHING, NIL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT };

static enum type type_of(const struct value *v)
{
	static const uint8_t types[] = {
		[VALUE_UNDEFINED] = NOTHING,
		[VALUE_NULL] = NIL,
		[VALUE_FALSE] = BOOLEAN,
		[VALUE_TRUE] = BOOLEAN,
		[VALUE_COUNT] = NUMBER,
		[VALUE_NUMBER] = NUMBER,
		[VALUE_STRING] = STRING,
		[VALUE_ESCAPED] = STRING,
		[VALUE_ARRAY] = ARRAY,
		[VALUE_OBJECT] = OBJECT,
		[VALUE_MERGED] = OBJECT,
		[VALUE_NAMES] = ARRAY,
		[VALUE_MERGED_NAMES] = ARRAY,
	};
	return (enum type)types[v->kind];
}

/* ---- Scalars ------------------------------------------------------------------------------- */

struct aeg_str aegi_number_text(const struct value *v, char buf[AEGI_DECIMAL_TEXT])
{
	char *p = buf + AEGI_DECIMAL_TEXT;
	uint32_t n = v->n;

	if (v->kind == VALUE_NUMBER)
		return (struct aeg_str){ v->u.at, v->n };
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return (struct aeg_str){ p, (uint32_t)(buf + AEGI_DECIMAL_TEXT - p) };
}

static int numbers(const struct value *a, const struct value *b)
{
	char x[AEGI_DECIMAL_TEXT], y[AEGI_DECIMAL_TEXT];

	return aegi_decimal_compare(aegi_number_text(a, x), aegi_number_text(b, y));
}

static int next_byte(struct aegi_chars *c, const struct value *v)
{
	if (v->kind == VALUE_ESCAPED)
		return aegi_chars_next(c);
	return c->at == c->end ? -1 : *c->at++;
}

/* By bytes of UTF-8, which is by code points. */
static int strings(const struct value *a, const struct value *b)
{
	const uint8_t *p = (const uint8_t *)a->u.at, *q = (const uint8_t *)b->u.at;
	struct aegi_chars c = { p, p + a->n, 0, 0 }, d = { q, q + b->n, 0, 0 };
	int x, y;

	if (a->kind == VALUE_STRING && b->kind == VALUE_STRING) {
		x = memcmp(p, q, a->n < b->n ? a->n : b->n);
		return x != 0 ? x : (a->n > b->n) - (a->n < b->n);
	}
	do {
		x = next_byte(&c, a);
		y = next_byte(&d, b);
	} while (x == y && x >= 0);
	return x - y;
}

static int scalars_equal(struct machine *m, const struct value *a, const struct value *b)
{
	enum type type = type_of(a);

	if (type != type_of(b))
		return 0;
	if (type == BOOLEAN)
		return a->kind == b->kind;
	if (type != NUMBER && type != STRING)
		return 1; /* null, undefined */
	aegi_spend(m, 1 + (aegi_bytes(a) + aegi_bytes(b)) / 8);
	return m->status == AEG_OK && (type == NUMBER ? numbers(a, b) : strings(a, b)) == 0;
}

/* ---- Arrays and objects of documents ------------------------------------------------------- */

/* Of equal containers the members still to compare: from @a on in one, @b in the other. */
struct level {
	uint32_t a, a_end, b; /* b: the next element; of objects the object */
	uint32_t object;
};

/* Goes into @a and @b, which are of one type; 0: they differ already. */
static int descend(struct machine *m, const struct value *a, const struct value *b, struct level *l)
{
	if (aegi_length(m, a) != aegi_length(m, b))
		return 0;
	*l = (struct level){ a->n + 1, a->u.doc->tok[a->n].next, b->n + 1, 0 };
	if (a->kind == VALUE_OBJECT) {
		l->b = b->n;
		l->object = 1;
	}
	return 1;
}

/* The next two values to compare; 0: of the first there is no such member in the second. */
static int next_pair(struct machine *m, const struct aeg_json *x, const struct aeg_json *y,
	struct level *l, struct value *ret_a, struct value *ret_b)
{
	struct value name, object = { VALUE_OBJECT, l->b, { .doc = y } };
	char *made = m->made;

	*ret_a = aegi_token_value(x, l->a + l->object);
	if (l->object) {
		name = aegi_token_value(x, l->a);
		*ret_b = aegi_lookup(m, &object, aegi_text(m, &name));
		m->made = made;
	} else {
		*ret_b = aegi_token_value(y, l->b);
		l->b = y->tok[l->b].next;
	}
	l->a = x->tok[l->a].next;
	return ret_b->kind != VALUE_UNDEFINED;
}

/* Two of the same type. The depth of documents is bounded, so this needs no recursion. */
static int containers_equal(struct machine *m, struct value a, struct value b)
{
	const struct aeg_json *x = a.u.doc, *y = b.u.doc;
	struct level level[AEG_JSON_MAX_DEPTH];
	uint32_t n = 0;

	for (;;) {
		if (a.kind < VALUE_ARRAY || b.kind < VALUE_ARRAY) {
			if (!scalars_equal(m, &a, &b))
				return 0;
		} else if (a.kind != b.kind || !descend(m, &a, &b, &level[n++])) {
			return 0;
		}
		while (n > 0 && level[n - 1].a == level[n - 1].a_end)
			n--;
		if (n == 0 || m->status != AEG_OK)
			return 1;
		if (!next_pair(m, x, y, &level[n - 1], &a, &b))
			return 0;
	}
}

/* ---- All ----------------------------------------------------------------------------------- */

static int equal(struct machine *m, const struct value *a, const struct value *b, uint32_t depth);

/* Two arrays or two objects, of which one is not as it is in a document. */
static int made_equal(
	struct machine *m, const struct value *a, const struct value *b, uint32_t depth)
{
	struct walk w, x;
	struct value v, u;
	char *made = m->made;

	if (depth == MOST_NESTED)
		aegi_fail(m, AEG_DEPTH, NULL);
	if (m->status != AEG_OK || aegi_length(m, a) != aegi_length(m, b))
		return 0;
	aegi_walk(m, &x, *b);
	for (aegi_walk(m, &w, *a); m->status == AEG_OK && aegi_walk_next(m, &w, &v);) {
		if (aegi_is_array(a)) {
			aegi_walk_next(m, &x, &u);
		} else {
			u = aegi_lookup(m, b, aegi_text(m, &w.name));
			m->made = made;
		}
		if (!equal(m, &v, &u, depth + 1))
			return 0;
	}
	return 1;
}

static int equal(struct machine *m, const struct value *a, const struct value *b, uint32_t depth)
{
	enum type type = type_of(a);

	if (type != type_of(b))
		return 0;
	if (type < ARRAY)
		return scalars_equal(m, a, b);
	if (a->kind == b->kind && a->kind <= VALUE_OBJECT)
		return containers_equal(m, *a, *b);
	return made_equal(m, a, b, depth);
}

static int order(struct machine *m, const struct value *a, const struct value *b)
{
	enum type type = type_of(a);

	if (type != type_of(b) || (type != NUMBER && type != STRING)) {
		aegi_fail(m, AEG_CONTENT, "only two numbers, or two strings, have an order");
		return 0;
	}
	aegi_spend(m, 1 + (aegi_bytes(a) + aegi_bytes(b)) / 8);
	if (m->status != AEG_OK)
		return 0;
	return type == NUMBER ? numbers(a, b) : strings(a, b);
}

struct value aegi_compare(
	struct machine *m, enum aegf_helper op, const struct value *a, const struct value *b)
{
	int d;

	if (op == AEGF_HELPER_EQ || op == AEGF_HELPER_NE)
		return aegi_is(equal(m, a, b, 0) == (op == AEGF_HELPER_EQ));
	if (type_of(a) <= NIL || type_of(b) <= NIL)
		return aegi_is(0);
	d = order(m, a, b);
	return aegi_is(op == AEGF_HELPER_LT   ? d < 0
		       : op == AEGF_HELPER_LE ? d <= 0
		       : op == AEGF_HELPER_GT ? d > 0
					      : d >= 0);
}
