#ifndef EXPR_CONDITION_NAIVE_TEST_H
#define EXPR_CONDITION_NAIVE_TEST_H
/*
 * Evaluates expressions the plain way: a tree of nodes over a tree of values, with numbers of its
 * own, integers of 128 bits over powers of ten.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "expr/template.h"

__extension__ typedef __int128 wide;

enum type { NOTHING, NIL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT };
struct plain {
	enum type type;
	bool truth;
	wide n; /* over 10^scale */
	int scale;
	char text[512];
	uint32_t nmembers;
	struct plain *members; /* or elements; @name is of the object that they are in */
	const char *name;
};

/* Where it failed, innermost and leftmost first; NULL: it did not. */
struct naive {
	const struct plain *data;
	const struct texpr *failed;
	bool is_unknown; /* a remainder that takes more than 128 bits */
};

static struct plain naive_eval(struct naive *w, const struct texpr *e);

static struct plain boolean(bool truth)
{
	return (struct plain){ .type = BOOLEAN, .truth = truth };
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static wide ten_to(int n)
{
	wide p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

static wide size_of(wide n) { return n < 0 ? -n : n; }

/* Without zeros at the end. */
static struct plain number(wide n, int scale)
{
	for (; n != 0 && n % 10 == 0; n /= 10)
		scale--;
	return (struct plain){ .type = NUMBER, .n = n, .scale = n == 0 ? 0 : scale };
}

static bool fits(const struct plain *v) { return size_of(v->n) >> 64 == 0; }

static struct plain number_of_text(struct aeg_str s)
{
	wide n = 0;
	int scale = 0, exponent = 0;
	bool point = false, minus = s.at[0] == '-';
	uint32_t i = minus ? 1 : 0;

	for (; i < s.len && (s.at[i] | 32) != 'e'; i++) {
		if (s.at[i] == '.') {
			point = true;
			continue;
		}
		n = n * 10 + (s.at[i] - '0');
		scale += point;
	}
	if (i < s.len) {
		bool less = s.at[i + 1] == '-';
		for (i += s.at[i + 1] == '-' || s.at[i + 1] == '+' ? 2 : 1; i < s.len; i++)
			exponent = exponent * 10 + (s.at[i] - '0');
		if (less)
			exponent = -exponent;
	}
	return number(minus ? -n : n, scale - exponent);
}

/* To one scale; false: that takes more than 128 bits. */
static bool align(struct plain *a, struct plain *b)
{
	if (a->n == 0)
		a->scale = b->scale;
	if (b->n == 0)
		b->scale = a->scale;
	struct plain *coarse = a->scale < b->scale ? a : b;
	int scale = a->scale < b->scale ? b->scale : a->scale;

	for (; coarse->scale < scale; coarse->scale++)
		if (__builtin_mul_overflow(coarse->n, 10, &coarse->n))
			return false;
	return true;
}

/* Where the first digit is. */
static int magnitude(const struct plain *v)
{
	int n = 0;

	for (wide x = size_of(v->n); x != 0; x /= 10)
		n++;
	return n - v->scale;
}

static int order_of(struct plain a, struct plain b)
{
	int s = (a.n > 0) - (a.n < 0), t = (b.n > 0) - (b.n < 0), x = magnitude(&a),
	    y = magnitude(&b);

	if (s != t || s == 0)
		return s - t;
	if (x != y)
		return x < y ? -s : s;
	align(&a, &b);
	return (a.n > b.n) - (a.n < b.n);
}

/* To 17 digits, half to even. */
static struct plain divide(struct plain a, struct plain b)
{
	wide x = size_of(a.n), y = size_of(b.n), q;
	int scale = a.scale - b.scale;

	if (x == 0)
		return number(0, 0);
	for (; x < y * ten_to(16); x *= 10)
		scale++;
	for (; x >= y * ten_to(17); y *= 10)
		scale--;
	q = x / y;
	if (x % y * 2 > y || (x % y * 2 == y && q % 2 == 1))
		q++;
	return number((a.n < 0) != (b.n < 0) ? -q : q, scale);
}

/* False: there is no such number here. */
static bool reckon(enum aegf_helper op, struct plain a, struct plain b, struct plain *ret)
{
	if (!fits(&a) || !fits(&b))
		return false;
	if ((op == AEGF_HELPER_DIVIDE || op == AEGF_HELPER_REMAINDER) && b.n == 0)
		return false;
	if (op == AEGF_HELPER_MULTIPLY) {
		/* What has 128 bits and no factor 10^19 does not fit. */
		wide n;
		if (__builtin_mul_overflow(a.n, b.n, &n))
			return false;
		*ret = number(n, a.scale + b.scale);
	} else if (op == AEGF_HELPER_DIVIDE) {
		*ret = divide(a, b);
	} else {
		if (!align(&a, &b))
			return false; /* as one has at most 64 bits, nothing cancels the other */
		*ret = number(op == AEGF_HELPER_ADD        ? a.n + b.n
			      : op == AEGF_HELPER_SUBTRACT ? a.n - b.n
							   : a.n % b.n,
			a.scale);
	}
	return fits(ret);
}

/* ---- Values -------------------------------------------------------------------------------- */

static bool is_true(const struct plain *v)
{
	switch (v->type) {
	case NOTHING:
	case NIL: return false;
	case BOOLEAN: return v->truth;
	case NUMBER: return v->n != 0;
	case STRING: return v->text[0] != 0;
	case ARRAY: return v->nmembers > 0;
	case OBJECT: break;
	}
	return true;
}

static const struct plain *member(const struct plain *v, const char *name)
{
	for (uint32_t i = 0; v->type == OBJECT && i < v->nmembers; i++)
		if (strcmp(v->members[i].name, name) == 0)
			return &v->members[i];
	return NULL;
}

static bool is_equal(const struct plain *a, const struct plain *b)
{
	if (a->type != b->type || a->nmembers != b->nmembers)
		return false;
	for (uint32_t i = 0; i < a->nmembers; i++) {
		const struct plain *other =
			a->type == ARRAY ? &b->members[i] : member(b, a->members[i].name);
		if (other == NULL || !is_equal(&a->members[i], other))
			return false;
	}
	if (a->type == NUMBER)
		return order_of(*a, *b) == 0;
	return a->truth == b->truth && strcmp(a->text, b->text) == 0;
}

static struct plain fail_at(struct naive *w, const struct texpr *e)
{
	if (w->failed == NULL)
		w->failed = e;
	return (struct plain){ .type = NOTHING };
}

/* ---- Operators and helpers ----------------------------------------------------------------- */

static struct plain operate(
	struct naive *w, const struct texpr *e, enum aegf_helper op, struct plain a, struct plain b)
{
	bool is_less = op == AEGF_HELPER_LT || op == AEGF_HELPER_LE || op == AEGF_HELPER_GT ||
		       op == AEGF_HELPER_GE;
	struct plain ret, x = a, y = b;
	int d;

	if (w->failed != NULL)
		return (struct plain){ .type = NOTHING };
	if (op == AEGF_HELPER_EQ || op == AEGF_HELPER_NE)
		return boolean(is_equal(&a, &b) == (op == AEGF_HELPER_EQ));
	if (is_less && (a.type <= NIL || b.type <= NIL))
		return boolean(false);
	if (a.type != b.type || (a.type != NUMBER && a.type != STRING))
		return fail_at(w, e);
	if (is_less) {
		d = a.type == NUMBER ? order_of(a, b) : strcmp(a.text, b.text);
		return boolean(op == AEGF_HELPER_LT   ? d < 0
			       : op == AEGF_HELPER_LE ? d <= 0
			       : op == AEGF_HELPER_GT ? d > 0
						      : d >= 0);
	}
	if (a.type == STRING && op == AEGF_HELPER_ADD) {
		strcat(a.text, b.text);
		return a;
	}
	w->is_unknown |= op == AEGF_HELPER_REMAINDER && a.type == NUMBER && !align(&x, &y);
	if (a.type != NUMBER || !reckon(op, a, b, &ret))
		return fail_at(w, e);
	return ret;
}

/* A number with signs before it may have any length. */
static bool is_literal(const struct texpr *e)
{
	return e->kind == TEXPR_NUMBER ||
	       (e->kind == TEXPR_OPERATOR && e->helper == AEGF_HELPER_NEGATE && is_literal(e->a));
}

static struct plain operator_of(struct naive *w, const struct texpr *e)
{
	struct plain a = naive_eval(w, e->a), b = number(0, 0);

	if (w->failed != NULL)
		return a;
	if (e->helper == AEGF_HELPER_NOT)
		return boolean(!is_true(&a));
	if (is_literal(e))
		return number(-a.n, a.scale);
	if (e->helper == AEGF_HELPER_NEGATE)
		return operate(w, e, AEGF_HELPER_SUBTRACT, b, a);
	b = naive_eval(w, e->b);
	return operate(w, e, e->helper, a, b);
}

static bool is_named(const struct texpr *e, const char *name)
{
	return e->path.parts[0].len == strlen(name) &&
	       memcmp(e->path.parts[0].at, name, strlen(name)) == 0;
}

static struct plain junction(struct naive *w, const struct texpr *e, bool is_or)
{
	bool truth = !is_or;

	for (const struct texpr *p = e->params; p != NULL && truth != is_or; p = p->next) {
		struct plain v = naive_eval(w, p);
		truth = is_true(&v);
		if (w->failed != NULL)
			break;
	}
	return boolean(truth);
}

static struct plain length_of(struct naive *w, const struct texpr *e, const struct plain *v)
{
	wide n = v->nmembers;

	if (v->type == BOOLEAN || v->type == NUMBER)
		return fail_at(w, e);
	for (const char *p = v->text; *p != 0; p++)
		n += (*p & 0xc0) != 0x80;
	return number(n, 0);
}

static struct plain call_of(struct naive *w, const struct texpr *e)
{
	static const char *const binary[] = { "eq", "ne", "lt", "le", "gt", "ge" };
	struct plain a, b = { .type = NOTHING };

	if (is_named(e, "and") || is_named(e, "or"))
		return junction(w, e, is_named(e, "or"));
	a = naive_eval(w, e->params);
	if (w->failed == NULL && e->params->next != NULL)
		b = naive_eval(w, e->params->next);
	if (w->failed != NULL)
		return a;
	for (uint32_t i = 0; i < 6; i++)
		if (is_named(e, binary[i]))
			return operate(w, e, (enum aegf_helper)(AEGF_HELPER_EQ + i), a, b);
	if (is_named(e, "not"))
		return boolean(!is_true(&a));
	if (is_named(e, "length"))
		return length_of(w, e, &a);
	if (is_named(e, "default"))
		return a.type <= NIL || (a.type == STRING && a.text[0] == 0) ? b : a;
	/* lookup, of an object by a name */
	if (!is_true(&a))
		return a;
	const struct plain *m = member(&a, b.text);
	return m == NULL ? (struct plain){ .type = NOTHING } : *m;
}

static struct plain path_of(const struct naive *w, const struct texpr *e)
{
	const struct plain *v = w->data;
	char name[64];

	for (uint32_t i = 0; v != NULL && i < e->path.nparts; i++) {
		struct aeg_str s = e->path.parts[i];
		memcpy(name, s.at, s.len);
		name[s.len] = 0;
		if (v->type == ARRAY)
			v = (uint32_t)(name[0] - '0') < v->nmembers ? &v->members[name[0] - '0']
								    : NULL;
		else
			v = member(v, name);
	}
	return v == NULL ? (struct plain){ .type = NOTHING } : *v;
}

static struct plain naive_eval(struct naive *w, const struct texpr *e)
{
	struct plain v = { .type = NOTHING };

	switch (e->kind) {
	case TEXPR_UNDEFINED: return v;
	case TEXPR_NULL: return (struct plain){ .type = NIL };
	case TEXPR_FALSE: return boolean(false);
	case TEXPR_TRUE: return boolean(true);
	case TEXPR_NUMBER: return number_of_text(e->literal);
	case TEXPR_STRING:
		v.type = STRING;
		memcpy(v.text, e->literal.at, e->literal.len);
		return v;
	case TEXPR_PATH: return path_of(w, e);
	case TEXPR_CALL: return call_of(w, e);
	case TEXPR_AND:
	case TEXPR_OR:
		v = naive_eval(w, e->a);
		if (w->failed == NULL && is_true(&v) == (e->kind == TEXPR_AND))
			v = naive_eval(w, e->b);
		return boolean(is_true(&v));
	case TEXPR_OPERATOR: break;
	}
	return operator_of(w, e);
}
#endif
