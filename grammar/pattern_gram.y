/* The grammar of tool patterns. Source: docs/semantics.md, section 2. */
%name PatternParse
%token_prefix PATTERN_TOKEN_
%token_type { struct pattern_token }
%extra_argument { struct pattern *out }
%include {
#include <assert.h>
#include <stdlib.h>

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
struct pattern pattern_parse(const char *text, uint32_t len)
{
	struct pattern p = { .bad = PATTERN_GOOD };
	struct pattern_token t;
	const char *at = text, *end = text + len;
	yyParser parser;
	int kind;

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
		p.bad = (uint32_t)(t.at - text);
	if (p.name > PATTERN_MAX_NAME && p.bad > PATTERN_MAX_NAME)
		p.bad = PATTERN_MAX_NAME;
	return p;
}
}
