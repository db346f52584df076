/*
 * Expressions: what leaves their value on the stack, with the types that it may have. What cannot
 * be right, whatever the data, is refused here; what is known is worked out.
 */
#include "lower_constant.h"

/* Types that a value may have. */
enum {
	UNDEFINED = AEG_TYPE_UNDEFINED,
	NIL = AEG_TYPE_NULL,
	BOOLEAN = AEG_TYPE_BOOLEAN,
	NUMBER = AEG_TYPE_NUMBER,
	STRING = AEG_TYPE_STRING,
	ARRAY = AEG_TYPE_ARRAY,
	OBJECT = AEG_TYPE_OBJECT,
	ANY = AEG_TYPE_ANY,
	MISSING = UNDEFINED | NIL
};

struct value {
	uint32_t types;
	const struct origin *origin;
};

static const struct {
	uint8_t takes, gives; /* 0: what each helper makes of its values, see there */
	const char *what;     /* of a value of another type */
} helpers[AEGF_NHELPERS] = {
#define ORDER     NUMBER | STRING, BOOLEAN, "only two numbers, or two strings, have an order"
#define RECKONING NUMBER, NUMBER, "this is no number"
#define TEXT      ANY & ~(ARRAY | OBJECT), 0, "the helper wants text, and this is a list or an object"
	[AEGF_HELPER_EQ] = { ANY, BOOLEAN, 0 },
	[AEGF_HELPER_NE] = { ANY, BOOLEAN, 0 },
	[AEGF_HELPER_LT] = { ORDER },
	[AEGF_HELPER_LE] = { ORDER },
	[AEGF_HELPER_GT] = { ORDER },
	[AEGF_HELPER_GE] = { ORDER },
	[AEGF_HELPER_AND] = { ANY, BOOLEAN, 0 },
	[AEGF_HELPER_OR] = { ANY, BOOLEAN, 0 },
	[AEGF_HELPER_NOT] = { ANY, BOOLEAN, 0 },
	[AEGF_HELPER_ADD] = { NUMBER | STRING, 0, "`+` wants two numbers or two strings" },
	[AEGF_HELPER_SUBTRACT] = { RECKONING },
	[AEGF_HELPER_MULTIPLY] = { RECKONING },
	[AEGF_HELPER_DIVIDE] = { RECKONING },
	[AEGF_HELPER_REMAINDER] = { RECKONING },
	[AEGF_HELPER_NEGATE] = { RECKONING },
	[AEGF_HELPER_LENGTH] = { ANY & ~(BOOLEAN | NUMBER), NUMBER,
		"a number, true or false has no length" },
	[AEGF_HELPER_UPPER] = { TEXT },
	[AEGF_HELPER_LOWER] = { TEXT },
	[AEGF_HELPER_TRIM] = { TEXT },
	[AEGF_HELPER_JSON] = { ANY, STRING, 0 },
	[AEGF_HELPER_FIRST_LINE] = { TEXT },
	[AEGF_HELPER_DEFAULT] = { ANY, 0, 0 },
	[AEGF_HELPER_KEYS] = { OBJECT | MISSING, ARRAY, "only an object has keys" },
	[AEGF_HELPER_JOIN] = { ANY, STRING, 0 },
	[AEGF_HELPER_URLENCODE] = { ANY, STRING, 0 },
	[AEGF_HELPER_LOOKUP] = { ANY, ANY, 0 },
	[AEGF_HELPER_LOG] = { ANY, UNDEFINED, 0 },
#undef ORDER
#undef RECKONING
#undef TEXT
};

static struct value value(struct lower *l, const struct texpr *e, uint32_t flags);

static struct value made(uint32_t types) { return (struct value){ types, &lower_made }; }

static struct value literal(
	struct lower *l, const struct texpr *e, enum aegf_template_op op, uint32_t type)
{
	lower_text(l, op, e->literal, e->place);
	return made(type);
}

/* ---- Operators ----------------------------------------------------------------------------- */

static void refuse(struct lower *l, const struct texpr *e, const char *what)
{
	template_fail(l->t, AEG_CONTENT, e->place, what);
}

/* Refuses values of types that @op never takes. */
static void check(struct lower *l, enum aegf_helper op, const struct texpr *e, uint32_t types)
{
	if ((types & helpers[op].takes) == 0)
		refuse(l, e, helpers[op].what);
}

static uint32_t check_both(
	struct lower *l, enum aegf_helper op, const struct texpr *e, uint32_t a, uint32_t b)
{
	uint32_t both = a & b & helpers[op].takes, there = ~(uint32_t)MISSING;

	/* Equal where both are missing only: what is meant is never equal. */
	if ((both & there) == 0 && (a & there) != 0 && (b & there) != 0)
		both = 0;
	if (both == 0 && (op == AEGF_HELPER_EQ || op == AEGF_HELPER_NE))
		refuse(l, e, "these are never equal: they have different types");
	else if (both == 0)
		refuse(l, e, helpers[op].what);
	return op == AEGF_HELPER_ADD ? both : helpers[op].gives;
}

/* Of one value, or two: @e->a and @e->b, or the first and second of a call. */
static struct value operator_of(struct lower *l, enum aegf_helper op, const struct texpr *e,
	const struct texpr *a, const struct texpr *b)
{
	struct mark first = lower_mark(l), second;
	const struct instr *x, *y = NULL;
	uint32_t types = helpers[op].gives, left, right;

	left = value(l, a, op == AEGF_HELPER_NOT ? LOWER_TESTED : 0).types;
	x = lower_constant(l, &first);
	check(l, op, a, left);
	if (b != NULL) {
		second = lower_mark(l);
		right = value(l, b, 0).types;
		y = lower_constant(l, &second);
		check(l, op, b, right);
		types = check_both(l, op, e, left, right);
	}
	if (x != NULL && (b == NULL || y != NULL) && l->t->status == AEG_OK) {
		struct instr p = *x, q = y == NULL ? p : *y;
		first.cap = l->t->cap; /* their texts stay */
		lower_rewind(l, &first);
		lower_reckon(l, op, &p, &q, e->place);
	} else {
		lower_call(l, op, b == NULL ? 1 : 2, e->place);
	}
	return made(types);
}

/* ---- && and || ----------------------------------------------------------------------------- */

/* Operands under way: of a list, by @next, or down the right side of && or ||. */
struct operands {
	const struct texpr *rest;
	enum texpr_kind kind;
	int is_list;
};

static const struct texpr *next_operand(struct operands *o)
{
	const struct texpr *e = o->rest;

	if (o->is_list) {
		o->rest = e->next;
		return e;
	}
	if (e->kind == o->kind) {
		o->rest = e->b;
		return e->a;
	}
	o->rest = NULL;
	return e;
}

/* A constant that does not matter is left out; after one that decides nothing is evaluated. */
static struct value logic(struct lower *l, struct operands o, struct text place)
{
	enum aegf_template_op jump = o.kind == TEXPR_OR ? AEGF_T_OR : AEGF_T_AND;
	int deciding = o.kind == TEXPR_OR, is_decided = 0, known;
	struct instr *end = lower_label(l);
	uint32_t maybe = l->maybe, njumps = 0, types = 0, of;
	struct mark before, operand;

	while (o.rest != NULL) {
		before = operand = lower_mark(l);
		if (types != 0) {
			lower_jump(l, jump, end, place);
			operand = lower_mark(l);
		}
		of = value(l, next_operand(&o), LOWER_TESTED).types;
		known = lower_truth(lower_constant(l, &operand));
		if (is_decided || known == !deciding) {
			lower_rewind(l, &before);
			continue;
		}
		njumps += types != 0;
		types = of;
		if (known == deciding) {
			lower_rewind(l, &operand);
			lower_op(l, deciding ? AEGF_T_TRUE : AEGF_T_FALSE, place);
			types = BOOLEAN;
			is_decided = 1;
		}
		l->maybe = maybe + 1;
	}
	l->maybe = maybe;
	if (types == 0)
		lower_op(l, deciding ? AEGF_T_FALSE : AEGF_T_TRUE, place);
	else if (types != BOOLEAN)
		lower_op(l, AEGF_T_BOOL, place);
	if (njumps > 0)
		lower_land(l, end);
	return made(BOOLEAN);
}

/* ---- Helpers ------------------------------------------------------------------------------- */

static struct value lookup(struct lower *l, const struct texpr *e, uint32_t flags)
{
	const struct texpr *key = e->params->next;
	int is_known = key->kind == TEXPR_STRING || key->kind == TEXPR_NUMBER;
	const struct origin *of = value(l, e->params, is_known ? 0 : LOWER_UNKNOWN).origin;

	value(l, key, 0);
	lower_call(l, AEGF_HELPER_LOOKUP, 2, e->place);
	if (!is_known)
		return (struct value){ ANY, lower_within(l, of) };
	of = key->kind == TEXPR_STRING ? lower_member(l, of, key->literal) : lower_any(l, of);
	lower_note(l, of, (flags & ~LOWER_TERMINAL) | (l->maybe == 0 ? AEG_READ_CERTAIN : 0),
		e->place);
	return (struct value){ ANY, of };
}

/* A helper that is neither an operator nor looks anything up. */
static struct value helper_of(struct lower *l, enum aegf_helper helper, const struct texpr *e)
{
	uint32_t n = 0, first = 0, types = 0;

	for (const struct texpr *v = e->params; v != NULL; v = v->next, n++) {
		types = value(l, v, n == 0 && helper == AEGF_HELPER_DEFAULT ? LOWER_TESTED : 0)
				.types;
		if (n > 0)
			continue;
		first = types;
		check(l, helper, v, types);
	}
	lower_call(l, helper, n, e->place);
	if (helpers[helper].gives != 0)
		return made(helpers[helper].gives);
	return made(helper == AEGF_HELPER_DEFAULT ? (first & ~(uint32_t)MISSING) | types
						  : STRING | (first & MISSING));
}

static struct value call(struct lower *l, const struct texpr *e, uint32_t flags)
{
	enum aegf_helper helper = AEGF_NHELPERS;
	uint32_t n = 0;

	for (const struct texpr *v = e->params; v != NULL; v = v->next)
		n++;
	if (!lower_is_name(l, &e->path))
		refuse(l, e, "only a helper takes values");
	else if ((helper = lower_helper(e->path.parts[0])) == AEGF_NHELPERS)
		lower_unknown_helper(l, e->place, e->path.parts[0]);
	else if (e->hash != NULL)
		template_fail(
			l->t, AEG_CONTENT, e->hash->place, "the helper takes no values by name");
	if (l->t->status != AEG_OK || !lower_takes(l, helper, n, e->place))
		return made(ANY);
	if (helper == AEGF_HELPER_AND || helper == AEGF_HELPER_OR)
		return logic(l,
			(struct operands){
				e->params, helper == AEGF_HELPER_OR ? TEXPR_OR : TEXPR_AND, 1 },
			e->place);
	if (helper < AEGF_HELPER_LENGTH)
		return operator_of(l, helper, e, e->params, e->params->next);
	return helper == AEGF_HELPER_LOOKUP ? lookup(l, e, flags) : helper_of(l, helper, e);
}

/* ---- All ----------------------------------------------------------------------------------- */

static struct value path(struct lower *l, const struct texpr *e, uint32_t flags)
{
	const struct origin *of = lower_path(l, e, flags);

	return (struct value){ lower_types(l, of), of };
}

static struct value value(struct lower *l, const struct texpr *e, uint32_t flags)
{
	switch (e->kind) {
	case TEXPR_UNDEFINED: return literal(l, e, AEGF_T_UNDEFINED, UNDEFINED);
	case TEXPR_NULL: return literal(l, e, AEGF_T_NULL, NIL);
	case TEXPR_FALSE: return literal(l, e, AEGF_T_FALSE, BOOLEAN);
	case TEXPR_TRUE: return literal(l, e, AEGF_T_TRUE, BOOLEAN);
	case TEXPR_NUMBER: return literal(l, e, AEGF_T_NUMBER, NUMBER);
	case TEXPR_STRING: return literal(l, e, AEGF_T_STRING, STRING);
	case TEXPR_PATH: return path(l, e, flags);
	case TEXPR_CALL: return call(l, e, flags);
	case TEXPR_AND:
	case TEXPR_OR: return logic(l, (struct operands){ e, e->kind, 0 }, e->place);
	case TEXPR_OPERATOR: break;
	}
	return operator_of(l, e->helper, e, e->a, e->b);
}

const struct origin *lower_expr(struct lower *l, const struct texpr *e, uint32_t flags)
{
	return value(l, e, flags).origin;
}
