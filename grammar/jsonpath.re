/* The lexer for JSONPath. Its state is its arguments; it reads no byte past @end. */
#include "grammar/jsonpath.h"

#include "jsonpath_gram.h" /* token numbers, from jsonpath_gram.y */

/*!re2c
re2c:api = custom;
re2c:api:style = free-form;
re2c:yyfill:enable = 0;
re2c:encoding:utf8 = 1;
re2c:define:YYCTYPE = "unsigned char";
re2c:define:YYPEEK = "(p < end ? (unsigned char)*p : 0)";
re2c:define:YYSKIP = "p++;";
re2c:define:YYBACKUP = "marker = p;";
re2c:define:YYRESTORE = "p = marker;";

beyond	= [\u0080-\ud7ff\ue000-\U0010ffff];	/* what is not ASCII */
first	= [A-Za-z_] | beyond;
name	= first (first | [0-9])*;
integer	= "0" | "-"? [1-9][0-9]*;
number	= "-"? ("0" | [1-9][0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?;
hex	= [0-9A-Fa-f];
high	= "\\u" [Dd] [89ABab] hex hex;
low	= "\\u" [Dd] [C-Fc-f] hex hex;
unit	= "\\u" ([0-9A-CE-Fa-ce-f] hex hex hex | [Dd] [0-7] hex hex);
*/

enum jsonpath_piece jsonpath_string_piece(
	const char **at, const char *end, char quote, struct jsonpath_token *ret)
{
	const char *p = *at, *marker = p;
	enum jsonpath_piece kind;
	/*!re2c
	['"] {
		kind = p[-1] == quote ? JSONPATH_PIECE_END : JSONPATH_PIECE_TEXT;
		goto done;
	}
	([ !#-&(-[\]-\x7f] | beyond)+	{ kind = JSONPATH_PIECE_TEXT; goto done; }
	"\\" [bfnrt/\\]			{ kind = JSONPATH_PIECE_ESCAPE; goto done; }
	"\\" ['"] {
		kind = p[-1] == quote ? JSONPATH_PIECE_ESCAPE : JSONPATH_PIECE_BAD;
		goto done;
	}
	high low | unit			{ kind = JSONPATH_PIECE_UNIT; goto done; }
	*				{ kind = JSONPATH_PIECE_BAD; goto done; }
	*/
done:
	*ret = (struct jsonpath_token){ *at, (uint32_t)(p - *at) };
	*at = p;
	return kind;
}

/* From the opening quote at @at to past the closing one, or NULL. */
static const char *string(struct jsonpath *parse, const char *at, const char *end)
{
	const char *p = at + 1, *piece = p;
	struct jsonpath_token t;
	enum jsonpath_piece kind;

	do {
		piece = p;
		if (p == end) {
			jsonpath_error(parse, at, "this string is not closed");
			return 0;
		}
		kind = jsonpath_string_piece(&p, end, *at, &t);
	} while (kind > 0);
	if (kind == JSONPATH_PIECE_END)
		return p;
	if (*piece == '\\')
		jsonpath_error(parse, piece, "a string has no such escape");
	else if ((unsigned char)*piece < 0x20)
		jsonpath_error(parse, piece, "a control character must be written with an escape");
	else
		jsonpath_error(parse, piece, "not UTF-8");
	return 0;
}

int jsonpath_lex(struct jsonpath *parse, const char **at, const char *end, struct jsonpath_token *ret)
{
	const char *p = *at, *marker = p, *from;
	int kind;

	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	from = p;
	if (p == end) {
		kind = 0;
		goto done;
	}
	/*!re2c
	"$"		{ kind = JSONPATH_TOKEN_ROOT; goto done; }
	"@"		{ kind = JSONPATH_TOKEN_AT; goto done; }
	"." name	{ kind = JSONPATH_TOKEN_CHILD_NAME; goto done; }
	".*"		{ kind = JSONPATH_TOKEN_CHILD_STAR; goto done; }
	".." name	{ kind = JSONPATH_TOKEN_BELOW_NAME; goto done; }
	"..*"		{ kind = JSONPATH_TOKEN_BELOW_STAR; goto done; }
	"..["		{ kind = JSONPATH_TOKEN_BELOW_OPEN; goto done; }
	"["		{ kind = JSONPATH_TOKEN_OPEN; goto done; }
	"]"		{ kind = JSONPATH_TOKEN_CLOSE; goto done; }
	"*"		{ kind = JSONPATH_TOKEN_STAR; goto done; }
	","		{ kind = JSONPATH_TOKEN_COMMA; goto done; }
	":"		{ kind = JSONPATH_TOKEN_COLON; goto done; }
	"?"		{ kind = JSONPATH_TOKEN_FILTER; goto done; }
	"("		{ kind = JSONPATH_TOKEN_LEFT; goto done; }
	")"		{ kind = JSONPATH_TOKEN_RIGHT; goto done; }
	"!"		{ kind = JSONPATH_TOKEN_NOT; goto done; }
	"&&"		{ kind = JSONPATH_TOKEN_AND; goto done; }
	"||"		{ kind = JSONPATH_TOKEN_OR; goto done; }
	"=="		{ kind = JSONPATH_TOKEN_EQ; goto done; }
	"!="		{ kind = JSONPATH_TOKEN_NE; goto done; }
	"<"		{ kind = JSONPATH_TOKEN_LT; goto done; }
	"<="		{ kind = JSONPATH_TOKEN_LE; goto done; }
	">"		{ kind = JSONPATH_TOKEN_GT; goto done; }
	">="		{ kind = JSONPATH_TOKEN_GE; goto done; }
	"true"		{ kind = JSONPATH_TOKEN_TRUE; goto done; }
	"false"		{ kind = JSONPATH_TOKEN_FALSE; goto done; }
	"null"		{ kind = JSONPATH_TOKEN_NULL; goto done; }
	integer		{ kind = JSONPATH_TOKEN_INTEGER; goto done; }
	number		{ kind = JSONPATH_TOKEN_NUMBER; goto done; }
	[a-z][a-z0-9_]* "(" { kind = JSONPATH_TOKEN_CALL; goto done; }
	['"] {
		kind = JSONPATH_TOKEN_STRING;
		p = string(parse, from, end);
		if (p == 0)
			return -1;
		goto done;
	}
	"." {
		jsonpath_error(parse, p, "a name or `*` must follow the dot");
		return -1;
	}
	".." {
		jsonpath_error(parse, p, "a name, `*` or `[` must follow the dots");
		return -1;
	}
	name {
		jsonpath_error(parse, from, "names are written `.name` or `['name']`");
		return -1;
	}
	"=" {
		jsonpath_error(parse, from, "write `==` to compare");
		return -1;
	}
	"&" {
		jsonpath_error(parse, from, "write `&&` for and");
		return -1;
	}
	"|" {
		jsonpath_error(parse, from, "write `||` for or");
		return -1;
	}
	* {
		jsonpath_error(parse, from, "this cannot stand in a path");
		return -1;
	}
	*/
done:
	*ret = (struct jsonpath_token){ from, (uint32_t)(p - from) };
	*at = p;
	return kind;
}
