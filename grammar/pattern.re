/* The lexer for tool patterns. Its state is its arguments; a NUL stands at @end. */
#include "grammar/pattern.h"

#include "pattern_gram.h" /* token numbers, from pattern_gram.y */

int pattern_lex(const char **at, const char *end, struct pattern_token *ret)
{
	const char *YYCURSOR = *at, *YYLIMIT = end;
	int kind;
	/*!re2c
	re2c:api:style = free-form;
	re2c:define:YYCTYPE = "unsigned char";
	re2c:yyfill:enable = 0;
	re2c:eof = 0;
	[A-Za-z0-9_/:-]+ { kind = PATTERN_TOKEN_WORD; goto done; }
	"."		 { kind = PATTERN_TOKEN_DOT; goto done; }
	"*"		 { kind = PATTERN_TOKEN_STAR; goto done; }
	$		 { kind = 0; goto done; }
	*		 { kind = -1; goto done; }
	*/
done:
	*ret = (struct pattern_token){ *at, (uint32_t)(YYCURSOR - *at) };
	*at = YYCURSOR;
	return kind;
}
