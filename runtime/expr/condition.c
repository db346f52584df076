/* Parses expressions: builds what grammar/condition_gram.y understands as nodes of template.h. */
#include "grammar/condition.h"

#include <string.h>

#include "template.h"

/* A text under way: struct condition's user. */
struct parse {
	struct tcompile *t;
	const char *text;
	uint32_t source, at; /* where @text stands */
};

static struct text place(const struct condition *c, const char *at, uint32_t len)
{
	const struct parse *p = c->user;

	return (struct text){ p->source, p->at + (uint32_t)(at - p->text), len };
}

void condition_error(struct condition *c, struct condition_token at, const char *what)
{
	struct parse *p = c->user;

	c->failed = 1;
	template_fail(p->t, AEG_CONTENT, place(c, at.at, at.len), what);
}

static void *take(struct condition *c, size_t size)
{
	void *mem = template_node(((struct parse *)c->user)->t, size);

	c->failed |= mem == NULL;
	return mem;
}

/* An operand of its own; NULL: there is no room, and parsing ends. */
static struct texpr *operand(struct condition *c, struct condition_operand *ret,
	enum texpr_kind kind, struct condition_token t)
{
	struct texpr *e = take(c, sizeof *e);

	*ret = (struct condition_operand){ .expr = e, .at = t.at, .len = t.len, .depth = 1 };
	if (e == NULL)
		return NULL;
	e->kind = kind;
	e->place = place(c, t.at, t.len);
	e->written = (struct aeg_str){ t.at, t.len };
	return e;
}

static void deeper(struct condition *c, struct condition_operand *a, uint32_t depth)
{
	if (depth > a->depth)
		a->depth = depth;
	if (a->depth > TEMPLATE_MAX_DEPTH)
		condition_error(
			c, (struct condition_token){ a->at, a->len }, "nested more than 64 deep");
}

/* ---- Literals and paths -------------------------------------------------------------------- */

/* A backslash before the quote is the only escape, as in Handlebars. */
static struct aeg_str unquoted(struct condition *c, struct condition_token t)
{
	char quote = *t.at, *to;
	struct aeg_str s = { t.at + 1, 0 };

	t = (struct condition_token){ t.at + 1, t.len - 2 };
	if (memchr(t.at, quote, t.len) == NULL)
		return (struct aeg_str){ t.at, t.len };
	if ((to = take(c, t.len)) == NULL)
		return s;
	s.at = to;
	for (uint32_t i = 0; i < t.len; i++)
		if (t.at[i] != '\\' || i + 1 == t.len || t.at[i + 1] != quote)
			to[s.len++] = t.at[i];
	return s;
}

void condition_literal(struct condition *c, struct condition_operand *ret,
	enum condition_literal kind, struct condition_token t)
{
	static const enum texpr_kind kinds[] = {
		[CONDITION_UNDEFINED] = TEXPR_UNDEFINED,
		[CONDITION_NULL] = TEXPR_NULL,
		[CONDITION_FALSE] = TEXPR_FALSE,
		[CONDITION_TRUE] = TEXPR_TRUE,
		[CONDITION_NUMBER] = TEXPR_NUMBER,
		[CONDITION_STRING] = TEXPR_STRING,
	};
	struct texpr *e = operand(c, ret, kinds[kind], t);

	if (e != NULL)
		e->literal =
			kind == CONDITION_STRING ? unquoted(c, t) : (struct aeg_str){ t.at, t.len };
}

static void path_part(
	struct condition *c, struct tpath *p, enum condition_part part, struct condition_token t)
{
	switch (part) {
	case CONDITION_PART_DATA: p->is_data = 1; break;
	case CONDITION_PART_UP:
		p->depth++;
		p->is_scoped = 1;
		break;
	case CONDITION_PART_THIS:
		if (p->nparts > 0 || p->is_data)
			condition_error(c, t, "`this` stands at the beginning of a path alone");
		p->is_scoped = 1;
		break;
	case CONDITION_PART_NAME: p->parts[p->nparts++] = (struct aeg_str){ t.at, t.len }; break;
	case CONDITION_PART_STRING: p->parts[p->nparts++] = unquoted(c, t); break;
	case CONDITION_PART_END: break;
	}
}

void condition_path(struct condition *c, struct condition_operand *ret, struct condition_token path)
{
	const char *at = path.at, *end = path.at + path.len;
	struct texpr *e = operand(c, ret, TEXPR_PATH, path);
	enum condition_part part;
	struct condition_token t;
	uint32_t n = 0;

	while (condition_path_part(&at, end, &t) != CONDITION_PART_END)
		n++;
	if (e == NULL || (e->path.parts = take(c, n * sizeof *e->path.parts)) == NULL)
		return;
	for (at = path.at; (part = condition_path_part(&at, end, &t)) != CONDITION_PART_END;)
		path_part(c, &e->path, part, t);
}

/* ---- Operators ----------------------------------------------------------------------------- */

static const enum aegf_helper helpers[] = {
	[CONDITION_EQ] = AEGF_HELPER_EQ,
	[CONDITION_NE] = AEGF_HELPER_NE,
	[CONDITION_LT] = AEGF_HELPER_LT,
	[CONDITION_LE] = AEGF_HELPER_LE,
	[CONDITION_GT] = AEGF_HELPER_GT,
	[CONDITION_GE] = AEGF_HELPER_GE,
	[CONDITION_ADD] = AEGF_HELPER_ADD,
	[CONDITION_SUBTRACT] = AEGF_HELPER_SUBTRACT,
	[CONDITION_MULTIPLY] = AEGF_HELPER_MULTIPLY,
	[CONDITION_DIVIDE] = AEGF_HELPER_DIVIDE,
	[CONDITION_REMAINDER] = AEGF_HELPER_REMAINDER,
	[CONDITION_NEGATE] = AEGF_HELPER_NEGATE,
	[CONDITION_NOT] = AEGF_HELPER_NOT,
};

/* @a, with another node on top that goes on to the end of @b. */
static struct texpr *combine(struct condition *c, struct condition_operand *a,
	const struct condition_operand *b, enum texpr_kind kind)
{
	struct condition_token t = { a->at, (uint32_t)(b->at + b->len - a->at) };
	uint32_t depth = a->depth > b->depth ? a->depth : b->depth;
	struct texpr *left = a->expr, *e = operand(c, a, kind, t);

	deeper(c, a, depth + 1);
	if (e != NULL) {
		e->a = left;
		e->b = b->expr;
	}
	return e;
}

void condition_unary(struct condition *c, struct condition_operand *a, enum condition_operator op,
	struct condition_token at)
{
	struct condition_token t = { at.at, (uint32_t)(a->at + a->len - at.at) };
	uint32_t depth = a->depth;
	struct texpr *of = a->expr, *e = operand(c, a, TEXPR_OPERATOR, t);

	deeper(c, a, depth + 1);
	if (e == NULL)
		return;
	e->helper = helpers[op];
	e->a = of;
}

void condition_binary(struct condition *c, struct condition_operand *a, enum condition_operator op,
	const struct condition_operand *b)
{
	struct texpr *e = combine(c, a, b, TEXPR_OPERATOR);

	if (e != NULL)
		e->helper = helpers[op];
}

/* `a || b || c` becomes a || (b || c), of any length: lowering goes down on the right by a loop. */
void condition_logic(struct condition *c, struct condition_operand *a, int is_or,
	const struct condition_operand *b)
{
	enum texpr_kind kind = is_or ? TEXPR_OR : TEXPR_AND;
	struct texpr *last = a->last, *e;
	struct condition_operand right;

	if (last == NULL || a->expr == NULL || a->expr->kind != kind) {
		a->last = combine(c, a, b, kind);
		return;
	}
	right = (struct condition_operand){
		.expr = last->b, .at = last->b->written.at, .len = last->b->written.len
	};
	e = combine(c, &right, b, kind);
	a->len = (uint32_t)(b->at + b->len - a->at);
	deeper(c, a, b->depth + 1);
	a->expr->place.len = a->expr->written.len = a->len;
	last->b = e;
	a->last = e;
}

void condition_group(struct condition *c, struct condition_operand *a, struct condition_token left,
	struct condition_token right)
{
	a->at = left.at;
	a->len = (uint32_t)(right.at + 1 - left.at);
	a->last = NULL;
	deeper(c, a, a->depth + 1);
}

/* ---- Calls --------------------------------------------------------------------------------- */

void condition_call(struct condition *c, struct condition_operand *ret, struct condition_token path)
{
	condition_path(c, ret, path);
	if (ret->expr != NULL)
		ret->expr->kind = TEXPR_CALL;
}

void condition_value(
	struct condition *c, struct condition_operand *call, const struct condition_operand *value)
{
	call->len = (uint32_t)(value->at + value->len - call->at);
	deeper(c, call, value->depth + 1);
	if (call->expr == NULL || value->expr == NULL)
		return;
	*(call->last == NULL ? &call->expr->params : &call->last->next) = value->expr;
	call->last = value->expr;
}

/* `a and b` reads as a call of `a`: what surely was meant. */
static const char *meant(const struct texpr *e)
{
	static const char *const words[][2] = {
		{ "and", "write `&&` for and" },
		{ "or", "write `||` for or" },
		{ "is", "write `==` to compare" },
		{ "eq", "write `==`, or `(eq a b)`" },
		{ "ne", "write `!=`, or `(ne a b)`" },
		{ "lt", "write `<`, or `(lt a b)`" },
		{ "le", "write `<=`, or `(le a b)`" },
		{ "gt", "write `>`, or `(gt a b)`" },
		{ "ge", "write `>=`, or `(ge a b)`" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (e->kind == TEXPR_PATH && e->written.len == strlen(words[i][0]) &&
			memcmp(e->written.at, words[i][0], e->written.len) == 0)
			return words[i][1];
	return NULL;
}

void condition_call_end(struct condition *c, struct condition_operand *call)
{
	struct texpr *e = call->expr;

	call->last = NULL;
	if (e == NULL)
		return;
	e->place.len = e->written.len = call->len;
	for (const struct texpr *v = e->params; v != NULL && v->next != NULL; v = v->next)
		if (meant(v) != NULL)
			condition_error(c,
				(struct condition_token){ v->written.at, v->written.len },
				meant(v));
}

struct texpr *condition_parse(struct tcompile *t, uint32_t source, uint32_t at, struct aeg_str text)
{
	if (text.len == 0)
		text.at = "";
	struct parse p = { t, text.at, source, at };
	struct condition c = { .user = &p };

	return condition_parse_text(&c, text.at, text.len) ? c.result : NULL;
}
