/* The grammar of JSONPath. Source: RFC 9535, appendix A. */
%name JsonpathParse
%token_prefix JSONPATH_TOKEN_
%token_type { struct jsonpath_token }
%extra_argument { struct jsonpath *p }
%stack_size 300
%include {
#define NDEBUG /* else the parser brings its tracing, and stdio with it */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/jsonpath.h"

#include "jsonpath_gram.h"
}
%syntax_error {
	jsonpath_error(p, TOKEN.at, yymajor == 0 ? "the path ends too early"
						 : "this cannot stand here");
}
%stack_overflow { jsonpath_error(p, 0, "nested too deeply"); }

start ::= ROOT path.
path ::= .
path ::= path segment(S).	{ jsonpath_segment(p, S.code, S.text); }

%type segments { struct jsonpath_list }
segments(A) ::= .			{ A = (struct jsonpath_list){ .singular = 1 }; }
segments(A) ::= segments(B) segment(S).	{ A = B; A.singular &= S.singular; }

%type segment { struct jsonpath_list }
segment(A) ::= child(B) CHILD_NAME(T).	{ A = B; A.text = T.at; T.at++; T.len--; jsonpath_name(p, T); }
segment(A) ::= child(B) CHILD_STAR(T).	{ A = B; A.text = T.at; A.singular = 0; jsonpath_children(p); }
segment(A) ::= child(B) BELOW_NAME(T).	{ A = B; A.text = T.at; A.singular = 0; T.at += 2; T.len -= 2; jsonpath_descend(p); jsonpath_name(p, T); }
segment(A) ::= child(B) BELOW_STAR(T).	{ A = B; A.text = T.at; A.singular = 0; jsonpath_descend(p); jsonpath_children(p); }
segment(A) ::= open(O) selectors(L) CLOSE. {
	jsonpath_selectors_end(p, &L);
	A = L;
	A.code = O.code;
	A.text = O.text;
	A.singular &= O.singular && L.n == 1;
	jsonpath_higher(p);
}
/* Where a segment begins. */
%type child { struct jsonpath_list }
child(A) ::= .		{ A = (struct jsonpath_list){ .code = jsonpath_here(p), .singular = 1 }; }
%type open { struct jsonpath_list }
open(A) ::= child(B) OPEN(T).		{ A = B; A.text = T.at; jsonpath_deeper(p, T.at); }
open(A) ::= child(B) BELOW_OPEN(T).	{ A = B; A.text = T.at; A.singular = 0; jsonpath_descend(p); jsonpath_deeper(p, T.at); }

%type selectors { struct jsonpath_list }
selectors(A) ::= selector(S). {
	A = (struct jsonpath_list){ .code = S.code, .singular = S.singular };
	jsonpath_selector(p, &A, S.code);
}
selectors(A) ::= selectors(B) COMMA selector(S).	{ A = B; jsonpath_selector(p, &A, S.code); }

%type selector { struct jsonpath_list }
selector(A) ::= STRING(T).	{ A = (struct jsonpath_list){ .code = jsonpath_here(p), .singular = 1 }; jsonpath_name(p, T); }
selector(A) ::= INTEGER(T).	{ A = (struct jsonpath_list){ .code = jsonpath_here(p), .singular = 1 }; jsonpath_index(p, T); }
selector(A) ::= STAR.		{ A = (struct jsonpath_list){ .code = jsonpath_here(p) }; jsonpath_children(p); }
selector(A) ::= integer(S) COLON integer(E).	{ A = (struct jsonpath_list){ .code = jsonpath_here(p) }; jsonpath_slice(p, S, E, (struct jsonpath_token){ 0 }); }
selector(A) ::= integer(S) COLON integer(E) COLON integer(N).	{ A = (struct jsonpath_list){ .code = jsonpath_here(p) }; jsonpath_slice(p, S, E, N); }
selector(A) ::= filter(F) either(E).	{ A = F; jsonpath_filter_end(p, F.code, E); }
%type filter { struct jsonpath_list }
filter(A) ::= FILTER(T).	{ A = (struct jsonpath_list){ .code = jsonpath_here(p) }; jsonpath_filter(p, T); }
%type integer { struct jsonpath_token }
integer(A) ::= .		{ A = (struct jsonpath_token){ 0 }; }
integer(A) ::= INTEGER(T).	{ A = T; }

/* Expressions: `either` of several, `both` of several, one test. */
%type either { struct jsonpath_operand }
%type both { struct jsonpath_operand }
%type test { struct jsonpath_operand }
either(A) ::= both(B).			{ A = B; }
either(A) ::= or(O) both(B).		{ jsonpath_test(p, &B); jsonpath_shortcut_end(p, O.patch); A = B; A.code = O.code; }
%type or { struct jsonpath_list }
or(A) ::= either(B) OR.		{ jsonpath_test(p, &B); A.code = B.code; A.patch = jsonpath_shortcut(p, 1); }
both(A) ::= test(B).			{ A = B; }
both(A) ::= and(O) test(B).		{ jsonpath_test(p, &B); jsonpath_both(p, O.code, B); jsonpath_shortcut_end(p, O.patch); A = B; A.code = O.code; }
%type and { struct jsonpath_list }
and(A) ::= both(B) AND.		{ jsonpath_test(p, &B); A.code = B.code; A.patch = jsonpath_shortcut(p, 0); }

test(A) ::= operand(B).			{ A = B; }
test(A) ::= NOT operand(B).		{ jsonpath_test(p, &B); jsonpath_not(p); A = B; }
test(A) ::= paren(B).			{ A = B; }
test(A) ::= NOT paren(B).		{ jsonpath_not(p); A = B; }
test(A) ::= operand(B) compare(C) operand(D).	{ jsonpath_compare(p, &B, C, &D); A = B; A.kind = JSONPATH_LOGICAL; }
%type paren { struct jsonpath_operand }
paren(A) ::= left either(B) RIGHT.	{ jsonpath_test(p, &B); A = B; jsonpath_higher(p); }
left ::= LEFT(T).			{ jsonpath_deeper(p, T.at); }

%type compare { enum jsonpath_compare }
compare(A) ::= EQ.	{ A = JSONPATH_EQ; }
compare(A) ::= NE.	{ A = JSONPATH_NE; }
compare(A) ::= LT.	{ A = JSONPATH_LT; }
compare(A) ::= LE.	{ A = JSONPATH_LE; }
compare(A) ::= GT.	{ A = JSONPATH_GT; }
compare(A) ::= GE.	{ A = JSONPATH_GE; }

%type operand { struct jsonpath_operand }
operand(A) ::= NULL(T).		{ A = (struct jsonpath_operand){ .code = jsonpath_here(p), .text = T }; jsonpath_literal_word(p, JSONPATH_NULL); }
operand(A) ::= FALSE(T).	{ A = (struct jsonpath_operand){ .code = jsonpath_here(p), .text = T }; jsonpath_literal_word(p, JSONPATH_FALSE); }
operand(A) ::= TRUE(T).		{ A = (struct jsonpath_operand){ .code = jsonpath_here(p), .text = T }; jsonpath_literal_word(p, JSONPATH_TRUE); }
operand(A) ::= INTEGER(T).	{ A = (struct jsonpath_operand){ .code = jsonpath_here(p), .text = T }; jsonpath_literal_number(p, T); }
operand(A) ::= NUMBER(T).	{ A = (struct jsonpath_operand){ .code = jsonpath_here(p), .text = T }; jsonpath_literal_number(p, T); }
operand(A) ::= STRING(T).	{ A = (struct jsonpath_operand){ .code = jsonpath_here(p), .text = T }; jsonpath_literal_string(p, T); }
operand(A) ::= query(Q) segments(S).	{ A = Q; A.singular = S.singular; jsonpath_query_end(p, Q.code); }
operand(A) ::= call(C) RIGHT.		{ A = jsonpath_call_end(p, &C); jsonpath_higher(p); }
%type query { struct jsonpath_operand }
query(A) ::= ROOT(T).	{ A = (struct jsonpath_operand){ .kind = JSONPATH_NODES, .code = jsonpath_query(p, T), .text = T }; }
query(A) ::= AT(T).	{ A = (struct jsonpath_operand){ .kind = JSONPATH_NODES, .code = jsonpath_query(p, T), .text = T }; }
%type call { struct jsonpath_call }
%type called { struct jsonpath_call }
call(A) ::= called(B).			{ A = B; }
call(A) ::= called(B) either(E).	{ A = B; jsonpath_argument(p, &A, &E); }
call(A) ::= more(B) either(E).		{ A = B; jsonpath_argument(p, &A, &E); }
called(A) ::= CALL(T).			{ jsonpath_call(p, &A, T); jsonpath_deeper(p, T.at); }
%type more { struct jsonpath_call }
more(A) ::= call(B) COMMA.		{ A = B; if (B.n == 0) jsonpath_error(p, B.name.at, "a comma stands before the first argument"); }

%code {
int jsonpath_parse(struct jsonpath *p, const char *text, uint32_t len)
{
	const char *at = text, *end = text + len;
	struct jsonpath_token t;
	yyParser parser;
	int kind;

	if (len == 0 || *text != '$') {
		jsonpath_error(p, text, "a path begins with `$`");
		return 0;
	}
	if (strchr(" \t\n\r", end[-1]) != NULL && end[-1] != 0) {
		while (strchr(" \t\n\r", end[-1]) != NULL && end[-1] != 0)
			end--;
		jsonpath_error(p, end, "nothing may follow the path, blanks neither");
		return 0;
	}
	JsonpathParseInit(&parser);
	do {
		kind = jsonpath_lex(p, &at, end, &t);
		if (kind >= 0 && !jsonpath_failed(p))
			JsonpathParse(&parser, kind, t, p);
	} while (kind > 0 && !jsonpath_failed(p));
	JsonpathParseFinalize(&parser);
	return !jsonpath_failed(p);
}
}
