/* The grammar of templates. Source: the Handlebars language, version 4. */
%name TemplateParse
%token_prefix TEMPLATE_TOKEN_
%token_type { struct template_token }
%extra_argument { struct template_parse *p }
%extra_context { int *is_refused }
%stack_size 800
%include {
#define NDEBUG /* else the parser brings its tracing, and stdio with it */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/template.h"

#include "template_gram.h"

static struct template_token span(struct template_token from, struct template_token to)
{
	from.len = (uint32_t)(to.at - from.at) + to.len;
	return from;
}
}
%syntax_error { (void)yymajor; (void)TOKEN; *is_refused = 1; /* template_parse_text knows where */ }
%stack_overflow { template_error(p, (struct template_token){ 0 }, "nested too deeply"); }

start ::= body(B).	{ template_root(p, B.first); }

%type body { struct template_body }
%type statement { struct tnode * }
body(A) ::= .			{ A = (struct template_body){ 0 }; }
body(A) ::= body(B) statement(S).	{ A = B; template_append(&A, S); }

statement(A) ::= TEXT(T).	{ A = template_text(p, T); }
statement(A) ::= COMMENT(T).	{ A = template_tag(p, TEMPLATE_COMMENT, T, 0, 0); }
statement(A) ::= OPEN(O) printed(E) CLOSE(C).			{ A = template_tag(p, TEMPLATE_OUTPUT, span(O, C), E, 0); }
statement(A) ::= OPEN_RAW(O) printed(E) CLOSE_RAW(C).		{ A = template_tag(p, TEMPLATE_RAW_OUTPUT, span(O, C), E, 0); }
statement(A) ::= OPEN_AMPERSAND(O) printed(E) CLOSE(C).		{ A = template_tag(p, TEMPLATE_RAW_OUTPUT, span(O, C), E, 0); }
statement(A) ::= OPEN_DECORATOR(O) call(E) CLOSE(C).		{ A = template_tag(p, TEMPLATE_DECORATOR, span(O, C), E, 0); }
statement(A) ::= OPEN_PARTIAL(O) part(E) args(B) CLOSE(C).	{ A = template_tag(p, TEMPLATE_PARTIAL, span(O, C), E, &B); }
statement(A) ::= partial(O) body(B) end(E).			{ A = template_block_end(p, O, &B, 0, &E); }
statement(A) ::= verbatim(O) texts(B) END_VERBATIM(T).		{ A = template_verbatim_end(p, O, &B, T); }
statement(A) ::= block(O) body(B) end(E).			{ A = template_block_end(p, O, &B, 0, &E); }
statement(A) ::= block(O) body(B) inverse(I) end(E).		{ A = template_block_end(p, O, &B, &I, &E); }
statement(A) ::= inverted(O) body(B) end(E).			{ A = template_block_end(p, O, &B, 0, &E); }
statement(A) ::= inverted(O) body(B) else(I) end(E).		{ A = template_block_end(p, O, &B, &I, &E); }

%type block { struct tnode * }
%type inverted { struct tnode * }
%type chain { struct tnode * }
%type partial { struct tnode * }
%type verbatim { struct tnode * }
block(A) ::= OPEN_BLOCK(O) tested(E) names CLOSE(C).		{ A = template_tag(p, TEMPLATE_BLOCK, span(O, C), E, 0); }
inverted(A) ::= OPEN_INVERTED(O) tested(E) names CLOSE(C).	{ A = template_tag(p, TEMPLATE_INVERTED, span(O, C), E, 0); }
chain(A) ::= OPEN_CHAIN(O) tested(E) names CLOSE(C).		{ A = template_tag(p, TEMPLATE_CHAIN, span(O, C), E, 0); }
partial(A) ::= OPEN_PARTIAL_BLOCK(O) part(E) args(B) CLOSE(C).	{ A = template_tag(p, TEMPLATE_PARTIAL_BLOCK, span(O, C), E, &B); }
verbatim(A) ::= OPEN_VERBATIM(O) call(E) CLOSE_VERBATIM(C).	{ A = template_tag(p, TEMPLATE_VERBATIM, span(O, C), E, 0); }

%type inverse { struct template_inverse }
%type else { struct template_inverse }
inverse(A) ::= else(B).				{ A = B; }
inverse(A) ::= chain(O) body(B).		{ A = template_chain_end(p, O, &B, 0); }
inverse(A) ::= chain(O) body(B) inverse(I).	{ A = template_chain_end(p, O, &B, &I); }
else(A) ::= ELSE(T) body(B).			{ A = (struct template_inverse){ T, B.first }; }

%type end { struct template_end }
end(A) ::= OPEN_END(O) name(N) CLOSE(C).	{ A = (struct template_end){ span(O, C), N }; }

%type texts { struct template_body }
texts(A) ::= .			{ A = (struct template_body){ 0 }; }
texts(A) ::= texts(B) TEXT(T).	{ A = B; template_append(&A, template_text(p, T)); }

names ::= .
names ::= AS some_names BAR.
some_names ::= NAME(T).			{ template_block_name(p, T); }
some_names ::= some_names NAME(T).	{ template_block_name(p, T); }

/* What a tag says: a call, or an expression with operators. */
%type printed { struct texpr * }
%type tested { struct texpr * }
%type call { struct texpr * }
printed(A) ::= call(E).			{ A = E; }
printed(A) ::= EXPRESSION(T).		{ A = template_expression(p, (struct template_token){ 0 }, T); }
tested(A) ::= call(E).			{ A = E; }
tested(A) ::= NAME(N) EXPRESSION(T).	{ A = template_expression(p, N, T); }
call(A) ::= name(N) args(B).		{ A = template_call(p, N, &B); }

%type args { struct template_args }
%type params { struct template_args }
%type named { struct template_args }
args(A) ::= params(B).			{ A = B; }
args(A) ::= named(B).			{ A = B; }
params(A) ::= .				{ A = (struct template_args){ 0 }; }
params(A) ::= params(B) value(E).	{ A = B; template_param(&A, E); }
named(A) ::= params(B) NAME(N) EQUALS value(E).	{ A = B; template_named(p, &A, N, E); }
named(A) ::= named(B) NAME(N) EQUALS value(E).	{ A = B; template_named(p, &A, N, E); }

%type value { struct texpr * }
%type part { struct texpr * }
%type parens { struct texpr * }
value(A) ::= name(E).			{ A = E; }
value(A) ::= parens(E).			{ A = E; }
part(A) ::= name(E).			{ A = E; }
part(A) ::= parens(E).			{ A = E; }
parens(A) ::= left(L) name(N) args(B) RIGHT(R).	{ A = template_parens(p, span(L, R), N, &B); }
%type left { struct template_token }
left(A) ::= LEFT(T).			{ A = T; template_deeper(p, T); }

%type name { struct texpr * }
name(A) ::= segments(S).		{ A = template_path(p, S); }
name(A) ::= DATA(D) segments(S).	{ A = template_path(p, span(D, S)); }
name(A) ::= STRING(T).			{ A = template_string(p, T); }
name(A) ::= NUMBER(T).			{ A = template_number(p, T); }
name(A) ::= TRUE(T).			{ A = template_word(p, TEMPLATE_TRUE, T); }
name(A) ::= FALSE(T).			{ A = template_word(p, TEMPLATE_FALSE, T); }
name(A) ::= UNDEFINED(T).		{ A = template_word(p, TEMPLATE_UNDEFINED, T); }
name(A) ::= NULL(T).			{ A = template_word(p, TEMPLATE_NULL, T); }
%type segments { struct template_token }
segments(A) ::= NAME(T).			{ A = T; template_segment(p, T); }
segments(A) ::= segments(B) SEPARATOR NAME(T).	{ A = span(B, T); template_segment(p, T); }

%code {
/* Does a tag begin with it? */
static int is_open(int kind)
{
	switch (kind) {
	case TEMPLATE_TOKEN_OPEN:
	case TEMPLATE_TOKEN_OPEN_RAW:
	case TEMPLATE_TOKEN_OPEN_AMPERSAND:
	case TEMPLATE_TOKEN_OPEN_DECORATOR:
	case TEMPLATE_TOKEN_OPEN_BLOCK:
	case TEMPLATE_TOKEN_OPEN_INVERTED:
	case TEMPLATE_TOKEN_OPEN_CHAIN:
	case TEMPLATE_TOKEN_OPEN_PARTIAL:
	case TEMPLATE_TOKEN_OPEN_PARTIAL_BLOCK:
	case TEMPLATE_TOKEN_OPEN_VERBATIM:
	case TEMPLATE_TOKEN_OPEN_END:
	case TEMPLATE_TOKEN_ELSE:
	case TEMPLATE_TOKEN_COMMENT: return 1;
	default: return 0;
	}
}

/* How a tag of this kind is closed. */
static const char *closing(enum template_tag kind)
{
	if (kind == TEMPLATE_RAW_OUTPUT)
		return "`{{{` is closed with `}}}`";
	if (kind == TEMPLATE_VERBATIM)
		return "`{{{{` is closed with `}}}}`";
	return "`{{` is closed with `}}`; a blank must stand before a brace that follows";
}

/* What is wrong with a token that cannot stand after the token @before, whatever it is. */
static const char *misplaced_after(const struct template_lexer *l, int before)
{
	switch (before) {
	case TEMPLATE_TOKEN_DATA: return "a name must follow `@`";
	case TEMPLATE_TOKEN_SEPARATOR: return "a name must follow `.` or `/`";
	case TEMPLATE_TOKEN_EQUALS: return "a value must follow `=`";
	case TEMPLATE_TOKEN_AS:
	case TEMPLATE_TOKEN_BAR: return "write `as |a b|` once, at the end of the tag";
	default: break;
	}
	if (l->kind == TEMPLATE_END)
		return "nothing but a block's name stands in a tag that closes it";
	if (is_open(before) || before == TEMPLATE_TOKEN_LEFT)
		return "the name of a variable or a helper must stand here";
	return "values stand before all `name=value`";
}

static const char *misplaced(const struct template_lexer *l, int kind, int before)
{
	switch (kind) {
	case TEMPLATE_TOKEN_CLOSE:
		if (l->kind == TEMPLATE_RAW_OUTPUT || l->kind == TEMPLATE_VERBATIM)
			return closing(l->kind);
		if (l->parens > 0)
			return "a `(` is not closed";
		break;
	case TEMPLATE_TOKEN_CLOSE_RAW:
	case TEMPLATE_TOKEN_CLOSE_VERBATIM: return closing(l->kind);
	case TEMPLATE_TOKEN_ELSE:
	case TEMPLATE_TOKEN_OPEN_CHAIN:
		return "no block is open here that could have this, or it had its last `{{else}}` already";
	case TEMPLATE_TOKEN_OPEN_END: return "no block is open here that this could close";
	case TEMPLATE_TOKEN_EQUALS:
		return "`=` stands between a plain name and its value; to compare write `==`";
	case TEMPLATE_TOKEN_NUMBER:
		if (before == TEMPLATE_TOKEN_SEPARATOR)
			return "at the end of a path write a number in brackets: `.[0]`";
		break;
	case TEMPLATE_TOKEN_TRUE:
	case TEMPLATE_TOKEN_FALSE:
	case TEMPLATE_TOKEN_NULL:
	case TEMPLATE_TOKEN_UNDEFINED:
		if (before == TEMPLATE_TOKEN_SEPARATOR)
			return "at the end of a path write this word in brackets: `.[true]`";
		break;
	case TEMPLATE_TOKEN_AS:
	case TEMPLATE_TOKEN_BAR:
		if (l->kind != TEMPLATE_BLOCK && l->kind != TEMPLATE_INVERTED && l->kind != TEMPLATE_CHAIN)
			return "`as |a|` belongs to blocks alone";
		return "write `as |a b|` once, at the end of the tag";
	case TEMPLATE_TOKEN_RIGHT:
		if (before != TEMPLATE_TOKEN_LEFT)
			return "no `(` is open here";
		break;
	default: break;
	}
	return misplaced_after(l, before);
}

/* Says why the parser refused @t. @in: the first token of the tag that was open before it. */
static void refuse(struct template_parse *p, const struct template_lexer *l, int kind, int before,
	struct template_token t, struct template_token in)
{
	if ((kind == 0 || is_open(kind)) && in.len > 0)
		template_error(p, in, in.len > 2 && in.at[2] == '{' ? "this tag is not closed"
								    : "this tag is not closed: write `}}`");
	else if (kind == 0)
		template_unclosed(p, t);
	else
		template_error(p, t, misplaced(l, kind, before));
}

int template_parse_text(struct template_parse *p, const char *text, uint32_t len, int braces)
{
	struct template_lexer l = { .at = text, .end = text + len, .braces = braces };
	struct template_token t, in;
	yyParser parser;
	int kind = 0, before, is_refused = 0;

	TemplateParseInit(&parser, &is_refused);
	do {
		before = kind;
		in = l.tag;
		kind = template_lex(p, &l, &t);
		if (kind >= 0 && !template_failed(p))
			TemplateParse(&parser, kind, t, p);
		if (is_refused)
			refuse(p, &l, kind, before, t, in);
	} while (kind > 0 && !template_failed(p));
	TemplateParseFinalize(&parser);
	return !template_failed(p);
}
}
