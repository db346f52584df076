/* What helpers and operators make of values. */
#include "base/utf8.h"
#include "decimal.h"
#include "machine.h"

static struct value failed(struct machine *m, const char *what)
{
	aegi_fail(m, AEG_CONTENT, what);
	return aegi_undefined();
}

static int is_missing(const struct value *v) { return v->kind <= VALUE_NULL; }

static int is_string(const struct value *v)
{
	return v->kind == VALUE_STRING || v->kind == VALUE_ESCAPED;
}

/* ---- Reckoning ----------------------------------------------------------------------------- */

/* @v as a decimal; 0: it is none, and the status is set. */
static int number(struct machine *m, const struct value *v, struct decimal *ret)
{
	char buf[AEGI_DECIMAL_TEXT];

	if (v->kind != VALUE_NUMBER && v->kind != VALUE_COUNT) {
		failed(m, is_missing(v) ? "a number is missing here" : "this is no number");
		return 0;
	}
	aegi_spend(m, aegi_bytes(v) / 8);
	if (m->status != AEG_OK)
		return 0;
	if (!aegi_decimal_read(ret, aegi_number_text(v, buf)))
		failed(m, "the number has more digits than can be reckoned with");
	return m->status == AEG_OK;
}

static struct value decimal_value(struct machine *m, struct decimal d)
{
	char *p = aegi_make(m, AEGI_DECIMAL_TEXT);

	if (p == NULL)
		return aegi_undefined();
	return (struct value){ VALUE_NUMBER, aegi_decimal_print(d, p), { p } };
}

static struct value reckon(struct machine *m, enum aegf_helper op, const struct value *v)
{
	struct decimal a, b, d;
	const char *what;

	if (!number(m, &v[0], &a) || !number(m, &v[1], &b))
		return aegi_undefined();
	what = aegi_decimal_apply(op, a, b, &d);
	return what != NULL ? failed(m, what) : decimal_value(m, d);
}

static struct value negate(struct machine *m, const struct value *v)
{
	struct decimal d;

	if (!number(m, v, &d))
		return aegi_undefined();
	d.negative = !d.negative && d.digits != 0;
	return decimal_value(m, d);
}

static struct value add(struct machine *m, const struct value *v)
{
	struct building before;

	if (!is_string(&v[0]) || !is_string(&v[1]))
		return reckon(m, AEGF_HELPER_ADD, v);
	before = aegi_build(m);
	aegi_print_text(m, AEGF_ESCAPE_NONE, &v[0]);
	aegi_print_text(m, AEGF_ESCAPE_NONE, &v[1]);
	return aegi_built(m, before);
}

/* ---- Text ---------------------------------------------------------------------------------- */

/* The text of a scalar; 0: it is none, or missing, and @ret what the helper then gives. */
static int text(
	struct machine *m, const struct value *v, struct aeg_str *ret_text, struct value *ret)
{
	*ret = *v;
	if (is_missing(v))
		return 0;
	if (aegi_is_array(v) || aegi_is_object(v)) {
		*ret = failed(m, "the helper wants text, and this is a list or an object");
		return 0;
	}
	*ret_text = aegi_text(m, v);
	aegi_spend(m, ret_text->len / 8);
	return m->status == AEG_OK;
}

static struct value change_case(struct machine *m, enum aegf_helper op, const struct value *v)
{
	struct building before;
	struct aeg_str s;
	struct value ret;
	char utf8[4];
	uint32_t n;

	if (!text(m, v, &s, &ret))
		return ret;
	before = aegi_build(m);
	for (uint32_t i = 0; i < s.len && m->status == AEG_OK; i += n) {
		uint32_t c = utf8_decode(s.at + i, s.len - i, &n);
		uint32_t to = c == UINT32_MAX           ? c
			      : op == AEGF_HELPER_UPPER ? aegi_upper(c)
							: aegi_lower(c);
		if (to == c)
			aegi_put(m, s.at + i, n);
		else
			aegi_put(m, utf8, utf8_encode(to, utf8));
	}
	return aegi_built(m, before);
}

/* White_Space of Unicode 14. */
static int is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

static struct value trim(struct machine *m, const struct value *v)
{
	struct aeg_str s;
	struct value ret;
	uint32_t n, first = 0, last;

	if (!text(m, v, &s, &ret))
		return ret;
	while (first < s.len && is_space(utf8_decode(s.at + first, s.len - first, &n)))
		first += n;
	last = first; /* past the last that is no white space */
	for (uint32_t i = first; i < s.len; i += n)
		if (!is_space(utf8_decode(s.at + i, s.len - i, &n)))
			last = i + n;
	return aegi_string(s.at + first, last - first);
}

static struct value first_line(struct machine *m, const struct value *v)
{
	struct aeg_str s;
	struct value ret;
	uint32_t n = 0;

	if (!text(m, v, &s, &ret))
		return ret;
	while (n < s.len && s.at[n] != '\n' && s.at[n] != '\r')
		n++;
	return aegi_string(s.at, n);
}

static struct value urlencode(struct machine *m, const struct value *v)
{
	struct building before = aegi_build(m);

	aegi_print_text(m, AEGF_ESCAPE_URL, v);
	return aegi_built(m, before);
}

/* ---- Lists and objects --------------------------------------------------------------------- */

static struct value length(struct machine *m, const struct value *v)
{
	if (is_missing(v))
		return aegi_integer(0);
	if (!is_string(v) && !aegi_is_array(v) && !aegi_is_object(v))
		return failed(m, "a number, true or false has no length");
	return aegi_integer(aegi_length(m, v));
}

static struct value keys(struct machine *m, const struct value *v)
{
	static const struct merged nothing = { .n = 0 };

	if (is_missing(v))
		return (struct value){ VALUE_MERGED_NAMES, 0, { .merged = &nothing } };
	if (!aegi_is_object(v))
		return failed(m, "only an object has keys");
	return (struct value){ v->kind == VALUE_OBJECT ? VALUE_NAMES : VALUE_MERGED_NAMES, v->n,
		v->u };
}

static struct value join(struct machine *m, const struct value *v, uint32_t n)
{
	struct aeg_str between = n == 2 ? aegi_text(m, &v[1]) : (struct aeg_str){ ",", 1 };
	struct building before = aegi_build(m);
	struct value each;
	struct walk w;

	if (!aegi_is_array(v)) {
		aegi_print_text(m, AEGF_ESCAPE_NONE, v);
		return aegi_built(m, before);
	}
	aegi_walk(m, &w, *v);
	while (m->status == AEG_OK && aegi_walk_next(m, &w, &each)) {
		if (w.index > 0)
			aegi_put(m, between.at, between.len);
		aegi_print_text(m, AEGF_ESCAPE_NONE, &each);
	}
	return aegi_built(m, before);
}

/* Where the document has the text already, that. */
static struct value json(struct machine *m, const struct value *v)
{
	struct building before;

	if (v->kind == VALUE_ESCAPED)
		return aegi_string(v->u.at - 1, v->n + 2);
	if (v->kind == VALUE_ARRAY || v->kind == VALUE_OBJECT) {
		const struct aeg_json_tok *t = &v->u.doc->tok[v->n];
		return aegi_string(v->u.doc->text + t->at, t->len);
	}
	before = aegi_build(m);
	aegi_print_json(m, v);
	return aegi_built(m, before);
}

static struct value lookup(struct machine *m, const struct value *v)
{
	if (!aegi_truth(v) && !aegi_is_array(v))
		return *v;
	return aegi_lookup(m, v, aegi_text(m, &v[1]));
}

/* ---- All ----------------------------------------------------------------------------------- */

static int is_any(const struct value *v, uint32_t n, int truth)
{
	for (uint32_t i = 0; i < n; i++)
		if (aegi_truth(&v[i]) == truth)
			return 1;
	return 0;
}

struct value aegi_help(
	struct machine *m, enum aegf_helper helper, const struct value *v, uint32_t n)
{
	switch (helper) {
	case AEGF_HELPER_EQ:
	case AEGF_HELPER_NE:
	case AEGF_HELPER_LT:
	case AEGF_HELPER_LE:
	case AEGF_HELPER_GT:
	case AEGF_HELPER_GE: return aegi_compare(m, helper, &v[0], &v[1]);
	case AEGF_HELPER_AND: return aegi_is(!is_any(v, n, 0));
	case AEGF_HELPER_OR: return aegi_is(is_any(v, n, 1));
	case AEGF_HELPER_NOT: return aegi_is(!aegi_truth(v));
	case AEGF_HELPER_ADD: return add(m, v);
	case AEGF_HELPER_SUBTRACT:
	case AEGF_HELPER_MULTIPLY:
	case AEGF_HELPER_DIVIDE:
	case AEGF_HELPER_REMAINDER: return reckon(m, helper, v);
	case AEGF_HELPER_NEGATE: return negate(m, v);
	case AEGF_HELPER_LENGTH: return length(m, v);
	case AEGF_HELPER_UPPER:
	case AEGF_HELPER_LOWER: return change_case(m, helper, v);
	case AEGF_HELPER_TRIM: return trim(m, v);
	case AEGF_HELPER_JSON: return json(m, v);
	case AEGF_HELPER_FIRST_LINE: return first_line(m, v);
	case AEGF_HELPER_DEFAULT:
		return is_missing(v) || (v->kind == VALUE_STRING && v->n == 0) ? v[1] : v[0];
	case AEGF_HELPER_KEYS: return keys(m, v);
	case AEGF_HELPER_JOIN: return join(m, v, n);
	case AEGF_HELPER_URLENCODE: return urlencode(m, v);
	case AEGF_HELPER_LOOKUP: return lookup(m, v);
	case AEGF_HELPER_LOG:
	case AEGF_NHELPERS: break;
	}
	return aegi_undefined();
}
