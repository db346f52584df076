/* The grammar of tool patterns. Source: docs/semantics.md, section 2. */
%name PatternParse
%token_prefix PATTERN_TOKEN_
%token_type { struct pattern_token }
%extra_argument { struct pattern *out }
%include {
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/pattern.h"

#include "pattern_gram.h"
}
%syntax_error { (void)yymajor; (void)TOKEN; out->bad = 0; /* pattern_parse knows where */ }

start ::= pattern.
pattern ::= STAR.		{ out->star = 1; }
pattern ::= name.
pattern ::= name DOT STAR.	{ out->star = 1; }
name ::= word(W).		{ out->name = W.len; }
name ::= name word(W).		{ out->name += W.len; }
%type word { struct pattern_token }
word(W) ::= WORD(T).		{ W = T; }
word(W) ::= DOT(T).		{ W = T; }

%code {
enum { LONGEST = PATTERN_MAX_NAME + 2 }; /* a name and `.*` */

/* Parses a copy: the lexer wants a NUL at the end, and more than one byte too many tells nothing new. */
struct pattern pattern_parse(const char *text, uint32_t len)
{
	struct pattern p = { .bad = PATTERN_GOOD };
	char copy[LONGEST + 2];
	uint32_t n = len > LONGEST ? LONGEST + 1 : len;
	const char *at = copy, *end = copy + n;
	struct pattern_token t;
	yyParser parser;
	int kind;

	if (n != 0)
		memcpy(copy, text, n);
	copy[n] = 0;
	PatternParseInit(&parser);
	do {
		kind = pattern_lex(&at, end, &t);
		if (kind < 0)
			p.bad = 0;
		else
			PatternParse(&parser, kind, t, &p);
	} while (kind > 0 && p.bad == PATTERN_GOOD);
	PatternParseFinalize(&parser);
	if (p.bad != PATTERN_GOOD)
		p.bad = (uint32_t)(t.at - copy);
	if (p.name > PATTERN_MAX_NAME && p.bad > PATTERN_MAX_NAME)
		p.bad = PATTERN_MAX_NAME;
	return p;
}
}
