/* The grammar of expressions: C's precedence, but comparisons do not chain. */
%name ConditionParse
%token_prefix CONDITION_TOKEN_
%token_type { struct condition_token }
%extra_argument { struct condition *c }
/* Whatever is in something else takes at most two places here, and may be 64 deep. */
%stack_size 200
%include {
#define NDEBUG /* else the parser brings its tracing, and stdio with it */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/condition.h"

#include "condition_gram.h"

static const char one_comparison[] = "a comparison has two sides; join two with `&&`";

/* Could an operator follow what stands before? */
static int is_operand(struct condition_token before)
{
	return before.len > 0 && memchr("=<>&|+-*/%!(,", before.at[before.len - 1], 13) == NULL;
}

static const char *cannot_stand(int token, struct condition_token before)
{
	if (!is_operand(before))
		return before.len == 0 && token == 0 ? "an expression is missing"
		       : token == 0                  ? "the expression ends too early"
						     : "a value is missing before this";
	switch (token) {
	case 0: return "a parenthesis is not closed";
	case CONDITION_TOKEN_RIGHT: return "no parenthesis is open here";
	case CONDITION_TOKEN_COMMA: return "commas stand between the values of `helper(a, b)`";
	case CONDITION_TOKEN_PATH:
	case CONDITION_TOKEN_NUMBER:
	case CONDITION_TOKEN_STRING:
	case CONDITION_TOKEN_UNDEFINED:
	case CONDITION_TOKEN_NULL:
	case CONDITION_TOKEN_FALSE:
	case CONDITION_TOKEN_TRUE:
	case CONDITION_TOKEN_LEFT:
	case CONDITION_TOKEN_CALL:
	case CONDITION_TOKEN_NOT: return "an operator is missing before this";
	default: return "a call with operators around or inside it needs parentheses there";
	}
}
}
%syntax_error {
	condition_error(c, TOKEN, cannot_stand(yymajor, c->before));
}
%stack_overflow { condition_error(c, c->before, "nested more than 64 deep"); }

%default_type { struct condition_operand }

start ::= either(E).			{ c->result = E.expr; }
start ::= call(E).			{ condition_call_end(c, &E); c->result = E.expr; }

either(A) ::= both(B).			{ A = B; }
either(A) ::= either(B) OR both(D).	{ A = B; condition_logic(c, &A, 1, &D); }
both(A) ::= equal(B).			{ A = B; }
both(A) ::= both(B) AND equal(D).	{ A = B; condition_logic(c, &A, 0, &D); }

equal(A) ::= ordered(B).		{ A = B; }
equal(A) ::= equality(B).		{ A = B; }
equality(A) ::= ordered(B) equals(O) ordered(D).	{ A = B; condition_binary(c, &A, O.op, &D); }
equality(A) ::= equality(B) equals(O) ordered.		{ A = B; condition_error(c, O.token, one_comparison); }
ordered(A) ::= sum(B).			{ A = B; }
ordered(A) ::= order(B).		{ A = B; }
order(A) ::= sum(B) less(O) sum(D).	{ A = B; condition_binary(c, &A, O.op, &D); }
order(A) ::= order(B) less(O) sum.	{ A = B; condition_error(c, O.token, one_comparison); }

sum(A) ::= product(B).			{ A = B; }
sum(A) ::= sum(B) PLUS product(D).	{ A = B; condition_binary(c, &A, CONDITION_ADD, &D); }
sum(A) ::= sum(B) MINUS product(D).	{ A = B; condition_binary(c, &A, CONDITION_SUBTRACT, &D); }
sum(A) ::= sum(B) SIGN product(D).	{ A = B; condition_binary(c, &A, CONDITION_SUBTRACT, &D); }
product(A) ::= unary(B).		{ A = B; }
product(A) ::= product(B) TIMES unary(D).	{ A = B; condition_binary(c, &A, CONDITION_MULTIPLY, &D); }
product(A) ::= product(B) OVER unary(D).	{ A = B; condition_binary(c, &A, CONDITION_DIVIDE, &D); }
product(A) ::= product(B) MODULO unary(D).	{ A = B; condition_binary(c, &A, CONDITION_REMAINDER, &D); }

unary(A) ::= primary(B).		{ A = B; }
unary(A) ::= NOT(T) unary(B).		{ A = B; condition_unary(c, &A, CONDITION_NOT, T); }
unary(A) ::= MINUS(T) unary(B).		{ A = B; condition_unary(c, &A, CONDITION_NEGATE, T); }
unary(A) ::= SIGN(T) unary(B).		{ A = B; condition_unary(c, &A, CONDITION_NEGATE, T); }

primary(A) ::= UNDEFINED(T).		{ condition_literal(c, &A, CONDITION_UNDEFINED, T); }
primary(A) ::= NULL(T).			{ condition_literal(c, &A, CONDITION_NULL, T); }
primary(A) ::= FALSE(T).		{ condition_literal(c, &A, CONDITION_FALSE, T); }
primary(A) ::= TRUE(T).			{ condition_literal(c, &A, CONDITION_TRUE, T); }
primary(A) ::= NUMBER(T).		{ condition_literal(c, &A, CONDITION_NUMBER, T); }
primary(A) ::= STRING(T).		{ condition_literal(c, &A, CONDITION_STRING, T); }
primary(A) ::= PATH(T).			{ condition_path(c, &A, T); }
primary(A) ::= LEFT(L) either(B) RIGHT(R).	{ A = B; condition_group(c, &A, L, R); }
primary(A) ::= LEFT(L) call(B) RIGHT(R).	{ A = B; condition_call_end(c, &A); condition_group(c, &A, L, R); }
primary(A) ::= function(B) RIGHT(R).	{ A = B; A.len = (uint32_t)(R.at + 1 - A.at); condition_call_end(c, &A); }

/* helper(a, b) */
function(A) ::= none(B).		{ A = B; }
function(A) ::= some(B).		{ A = B; }
none(A) ::= CALL(T).			{ T.len--; condition_call(c, &A, T); }
some(A) ::= none(B) either(V).		{ A = B; condition_value(c, &A, &V); }
some(A) ::= some(B) COMMA either(V).	{ A = B; condition_value(c, &A, &V); }

/* helper a b */
call(A) ::= called(B) value(V).		{ A = B; condition_value(c, &A, &V); }
call(A) ::= call(B) value(V).		{ A = B; condition_value(c, &A, &V); }
call(A) ::= call(B) SIGN(T) NUMBER(N). {
	struct condition_operand v;
	A = B;
	condition_literal(c, &v, CONDITION_NUMBER, N);
	condition_unary(c, &v, CONDITION_NEGATE, T);
	condition_value(c, &A, &v);
}
called(A) ::= PATH(T).			{ condition_call(c, &A, T); }
value(A) ::= primary(B).		{ A = B; }

%type equals { struct condition_sign }
%type less { struct condition_sign }
equals(A) ::= EQ(T).	{ A = (struct condition_sign){ CONDITION_EQ, T }; }
equals(A) ::= NE(T).	{ A = (struct condition_sign){ CONDITION_NE, T }; }
less(A) ::= LT(T).	{ A = (struct condition_sign){ CONDITION_LT, T }; }
less(A) ::= LE(T).	{ A = (struct condition_sign){ CONDITION_LE, T }; }
less(A) ::= GT(T).	{ A = (struct condition_sign){ CONDITION_GT, T }; }
less(A) ::= GE(T).	{ A = (struct condition_sign){ CONDITION_GE, T }; }

%code {
int condition_parse_text(struct condition *c, const char *text, uint32_t len)
{
	const char *at = text;
	struct condition_token t = { 0 };
	yyParser parser;
	int kind;

	c->end = text + len;
	c->before = (struct condition_token){ text, 0 };
	ConditionParseInit(&parser);
	do {
		kind = condition_lex(c, &at, &t);
		if (kind >= 0 && !c->failed)
			ConditionParse(&parser, kind, t, c);
		c->before = t;
	} while (kind > 0 && !c->failed);
	ConditionParseFinalize(&parser);
	return !c->failed;
}
}
