/* Ops for filters' expressions, and whether they are well-typed: RFC 9535, section 2.4.3. */
#include <string.h>

#include "code.h"

static const struct function {
	const char *name;
	uint32_t arguments;
	int nodes; /* takes what a query selects, instead of values */
	enum jsonpath_kind gives;
} functions[] = {
	{ "length", 1, 0, JSONPATH_VALUE },
	{ "count", 1, 1, JSONPATH_VALUE },
	{ "match", 2, 0, JSONPATH_LOGICAL },
	{ "search", 2, 0, JSONPATH_LOGICAL },
	{ "value", 1, 1, JSONPATH_VALUE },
};
enum { LENGTH, COUNT, MATCH, SEARCH, VALUE, NFUNCTIONS };

/* ---- Filters and queries ------------------------------------------------------------------- */

void jsonpath_filter(struct jsonpath *p, struct jsonpath_token at)
{
	(void)at;
	code_op(p, AEGF_OP_FILTER);
	code_le32(p, 0);
}

void jsonpath_filter_end(struct jsonpath *p, uint32_t code, struct jsonpath_operand test)
{
	jsonpath_test(p, &test);
	code_op(p, AEGF_OP_PASS);
	code_land(p, code, code + 1);
}

uint32_t jsonpath_query(struct jsonpath *p, struct jsonpath_token origin)
{
	uint32_t code = (uint32_t)p->at;
	uint8_t *from;

	code_op(p, AEGF_OP_EXISTS);
	from = code_take(p, 1);
	if (from != NULL)
		*from = *origin.at == '@' ? AEGF_FROM_CURRENT : AEGF_FROM_ROOT;
	code_le32(p, 0);
	return code;
}

void jsonpath_query_end(struct jsonpath *p, uint32_t code)
{
	code_op(p, AEGF_OP_FOUND);
	code_land(p, code, code + 2);
}

static void turn_into(struct jsonpath *p, const struct jsonpath_operand *o, enum aegf_op op)
{
	if (p->status == AEG_OK)
		p->code[o->code] = (uint8_t)op;
}

/* ---- Operands ------------------------------------------------------------------------------ */

void jsonpath_literal_word(struct jsonpath *p, enum jsonpath_word w)
{
	static const enum aegf_op ops[] = { AEGF_OP_NULL, AEGF_OP_FALSE, AEGF_OP_TRUE };

	code_op(p, ops[w]);
}

void jsonpath_test(struct jsonpath *p, struct jsonpath_operand *o)
{
	switch (o->kind) {
	case JSONPATH_LITERAL:
		jsonpath_error(p, o->text.at, "a literal must be compared with something");
		break;
	case JSONPATH_VALUE:
		jsonpath_error(p, o->text.at, "what this function gives must be compared");
		break;
	case JSONPATH_NODES:
	case JSONPATH_LOGICAL: o->kind = JSONPATH_LOGICAL; break;
	}
}

/* @o is to be one value. */
static void as_value(struct jsonpath *p, const struct jsonpath_operand *o)
{
	if (o->kind == JSONPATH_NODES && !o->singular)
		jsonpath_error(
			p, o->text.at, "a value is wanted here, and this query may select several");
	if (o->kind == JSONPATH_LOGICAL)
		jsonpath_error(p, o->text.at,
			"a value is wanted here, and this is true or false by itself");
	if (o->kind == JSONPATH_NODES)
		turn_into(p, o, AEGF_OP_VALUE);
}

void jsonpath_not(struct jsonpath *p) { code_op(p, AEGF_OP_NOT); }

uint32_t jsonpath_shortcut(struct jsonpath *p, int is_or)
{
	uint32_t at = (uint32_t)p->at;

	code_op(p, is_or ? AEGF_OP_OR : AEGF_OP_AND);
	code_le32(p, 0);
	return at;
}

void jsonpath_shortcut_end(struct jsonpath *p, uint32_t code) { code_land(p, code, code + 1); }

/* ---- Comparisons --------------------------------------------------------------------------- */

static int is_ordered(const struct jsonpath *p, const struct jsonpath_operand *o)
{
	uint8_t op = p->code[o->code];

	return o->kind != JSONPATH_LITERAL || op == AEGF_OP_NUMBER || op == AEGF_OP_STRING;
}

/* What a literal is, for telling that two are of different types; true is as false. */
static uint32_t type_of(const struct jsonpath *p, const struct jsonpath_operand *o)
{
	uint8_t op = p->code[o->code];

	if (o->kind == JSONPATH_VALUE) /* of count and length; value's is any */
		return o->text.len > 0 && *o->text.at != 'v' ? AEGF_OP_NUMBER : 0;
	if (o->kind != JSONPATH_LITERAL)
		return 0;
	return op == AEGF_OP_FALSE ? AEGF_OP_TRUE : op;
}

static void check_types(struct jsonpath *p, const struct jsonpath_operand *a,
	enum jsonpath_compare op, const struct jsonpath_operand *b)
{
	uint32_t x = type_of(p, a), y = type_of(p, b);

	if (op == JSONPATH_NE)
		return;
	if ((op == JSONPATH_LT || op == JSONPATH_GT) && (!is_ordered(p, a) || !is_ordered(p, b)))
		code_warn(p, (is_ordered(p, a) ? b : a)->text.at,
			"only numbers and strings have an order: this is never true");
	else if (x != 0 && y != 0 && x != y)
		code_warn(p, b->text.at, "values of different types: this is never true");
}

void jsonpath_compare(struct jsonpath *p, struct jsonpath_operand *a, enum jsonpath_compare op,
	struct jsonpath_operand *b)
{
	static const enum aegf_op ops[] = { AEGF_OP_EQ, AEGF_OP_NE, AEGF_OP_LT, AEGF_OP_LE,
		AEGF_OP_GT, AEGF_OP_GE };

	as_value(p, a);
	as_value(p, b);
	if (p->status == AEG_OK)
		check_types(p, a, op, b);
	code_op(p, ops[op]);
}

/* ---- Functions ----------------------------------------------------------------------------- */

void jsonpath_call(struct jsonpath *p, struct jsonpath_call *c, struct jsonpath_token name)
{
	name.len--; /* the parenthesis */
	*c = (struct jsonpath_call){ .name = name };
	while (c->function < NFUNCTIONS &&
		(strlen(functions[c->function].name) != name.len ||
			memcmp(functions[c->function].name, name.at, name.len) != 0))
		c->function++;
	if (c->function == NFUNCTIONS) {
		c->function = 0;
		jsonpath_error(p, name.at,
			"no such function: there are `length`, `count`, `match`, `search` and `value`");
	}
}

void jsonpath_argument(
	struct jsonpath *p, struct jsonpath_call *c, struct jsonpath_operand *argument)
{
	const struct function *f = &functions[c->function];

	if (c->n == f->arguments)
		jsonpath_error(p, argument->text.at, "the function takes no more arguments");
	else if (!f->nodes)
		as_value(p, argument);
	else if (argument->kind != JSONPATH_NODES)
		jsonpath_error(p, argument->text.at, "this function takes a query");
	else
		turn_into(p, argument, c->function == COUNT ? AEGF_OP_COUNT : AEGF_OP_VALUE);
	*(c->n++ == 0 ? &c->first : &c->second) = *argument;
}

/* An expression that describes nothing, for a pattern that is none. */
static size_t never(uint8_t *at, size_t cap)
{
	const struct aegf_regex head = { aeg_st32(2), aeg_st32(0) };
	const struct aegf_state states[] = { { aeg_st32(AEGF_STATE_CLASS), aeg_st32(0),
						     aeg_st32(0) },
		{ aeg_st32(AEGF_STATE_MATCH), aeg_st32(0), aeg_st32(0) } };

	if (cap < sizeof head + sizeof states)
		return 0;
	memcpy(at, &head, sizeof head);
	memcpy(at + sizeof head, states, sizeof states);
	return sizeof head + sizeof states;
}

/* Puts an op with the compiled pattern in the place of the literal one, which is the last op. */
static void match_this(struct jsonpath *p, const struct jsonpath_call *c)
{
	uint32_t from = c->second.code;
	uint8_t *string = p->code + from, *to = p->code + p->at;
	struct aeg_str pattern = { (const char *)string + 5, code_ld32(string + 1) };
	size_t room = p->cap - p->at, len = 0;
	enum aeg_status s = aeg_regex_compile(pattern, to, room, &len);

	if (s == AEG_CONTENT) {
		code_warn(p, c->second.text.at,
			"no regular expression of RFC 9485: this matches nothing");
		len = never(to, room);
		s = len == 0 ? AEG_NOMEM : AEG_OK;
	}
	if (s == AEG_TOO_LARGE)
		jsonpath_error(p, c->second.text.at, "this regular expression is too large");
	else if (s != AEG_OK)
		code_fail(p, s, "the memory for compiled paths is too small");
	if (p->status != AEG_OK)
		return;
	memmove(string + 5, to, len);
	*string = c->function == MATCH ? AEGF_OP_MATCH_THIS : AEGF_OP_SEARCH_THIS;
	code_st32(string + 1, (uint32_t)len);
	p->at = from + 5 + len;
}

struct jsonpath_operand jsonpath_call_end(struct jsonpath *p, struct jsonpath_call *c)
{
	const struct function *f = &functions[c->function];

	if (c->n < f->arguments)
		jsonpath_error(p, c->name.at, "the function takes more arguments");
	if (c->function == LENGTH) {
		code_op(p, AEGF_OP_LENGTH);
	} else if (c->function == MATCH || c->function == SEARCH) {
		if (p->status == AEG_OK && c->second.kind == JSONPATH_LITERAL &&
			p->code[c->second.code] == AEGF_OP_STRING)
			match_this(p, c);
		else
			code_op(p, c->function == MATCH ? AEGF_OP_MATCH : AEGF_OP_SEARCH);
	}
	return (struct jsonpath_operand){
		.kind = f->gives, .code = c->first.code, .text = c->name
	};
}
