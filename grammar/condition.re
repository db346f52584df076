/* The lexer for expressions. Its state is its arguments; it reads no byte past the end. */
#include "grammar/condition.h"

#include "condition_gram.h" /* token numbers, from condition_gram.y */

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
blank	= [ \t\n\r];
typed	= [\u00a0\u2000-\u206f\u2212\u3000\ufeff];	/* blanks, quotes and dashes that editors make */
first	= [A-Za-z_$] | (beyond \ typed);
name	= first ("-"* (first | [0-9]))*;
inside	= [^\x00[\]"'\u0080-\U0010ffff] | beyond;	/* brackets */
quoted	= "\"" ("\\" "\"" | [^\x00"\\\u0080-\U0010ffff] | "\\" [^\x00"\u0080-\U0010ffff] | beyond)* "\""
	| "'" ("\\" "'" | [^\x00'\\\u0080-\U0010ffff] | "\\" [^\x00'\u0080-\U0010ffff] | beyond)* "'";
literal	= "[" inside+ "]";
index	= "[" blank* ([0-9]+ | quoted) blank* "]";
tail	= ("." (name | [0-9]+ | literal) | index)*;
path	= ("@" "../"* | "../"* "./"?) (name | literal) tail | "../"* "."{1,2};
number	= ("0" | [1-9][0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?;
*/

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

enum condition_part condition_path_part(
	const char **at, const char *end, struct condition_token *ret)
{
	const char *p = *at, *marker = p, *from = p, *to;
	enum condition_part kind = CONDITION_PART_NAME;

	if (p == end)
		return CONDITION_PART_END;
	/*!re2c
	"@"			{ kind = CONDITION_PART_DATA; goto plain; }
	".." "/"?		{ kind = CONDITION_PART_UP; goto plain; }
	"." "/"? | "."? "this"	{ kind = CONDITION_PART_THIS; goto plain; }
	"." (name | [0-9]+)	{ from++; goto plain; }
	name			{ goto plain; }
	*			{ goto plain; }
	index			{ goto index; }
	"."? literal {
		from += 1 + (*from == '.');
		to = p - 1;
		goto done;
	}
	*/
index:
	for (from++, to = p - 1; is_blank(*from); from++)
		;
	while (is_blank(to[-1]))
		to--;
	if (*from == '"' || *from == '\'')
		kind = CONDITION_PART_STRING;
	goto done;
plain:
	to = p;
done:
	*ret = (struct condition_token){ from, (uint32_t)(to - from) };
	*at = p;
	return kind;
}

/* The string that begins at @at is not one: what is wrong with it. */
static int bad_string(struct condition *c, const char *at, const char *end)
{
	const char *p = at + 1, *marker = p, *from;

	for (;;) {
		from = p;
		if (p == end)
			break;
		/*!re2c
		[\x01-\x7f] | beyond	{ continue; }
		*			{ goto bad; }
		*/
	}
	condition_error(c, (struct condition_token){ at, 1 }, "this string is not closed");
	return -1;
bad:
	condition_error(c, (struct condition_token){ from, 1 },
		*from == 0 ? "a string holds no NUL" : "not UTF-8");
	return -1;
}

static int wrong(struct condition *c, const char *at, uint32_t len, const char *what)
{
	condition_error(c, (struct condition_token){ at, len }, what);
	return -1;
}

int condition_lex(struct condition *c, const char **at, struct condition_token *ret)
{
	const char *p = *at, *end = c->end, *marker = p, *from;
	int kind;

	while (p < end && is_blank(*p))
		p++;
	from = p;
	if (p == end) {
		kind = 0;
		goto done;
	}
	/*!re2c
	"||"		{ kind = CONDITION_TOKEN_OR; goto done; }
	"&&"		{ kind = CONDITION_TOKEN_AND; goto done; }
	"=="		{ kind = CONDITION_TOKEN_EQ; goto done; }
	"!="		{ kind = CONDITION_TOKEN_NE; goto done; }
	"<"		{ kind = CONDITION_TOKEN_LT; goto done; }
	"<="		{ kind = CONDITION_TOKEN_LE; goto done; }
	">"		{ kind = CONDITION_TOKEN_GT; goto done; }
	">="		{ kind = CONDITION_TOKEN_GE; goto done; }
	"+"		{ kind = CONDITION_TOKEN_PLUS; goto done; }
	"-" {
		/* `(default x -1)`: two values. */
		kind = p < end && *p >= '0' && *p <= '9' && (c->before.len == 0 || c->before.at + c->before.len != from)
			       ? CONDITION_TOKEN_SIGN
			       : CONDITION_TOKEN_MINUS;
		goto done;
	}
	"*"		{ kind = CONDITION_TOKEN_TIMES; goto done; }
	"/"		{ kind = CONDITION_TOKEN_OVER; goto done; }
	"%"		{ kind = CONDITION_TOKEN_MODULO; goto done; }
	"!"		{ kind = CONDITION_TOKEN_NOT; goto done; }
	"("		{ kind = CONDITION_TOKEN_LEFT; goto done; }
	")"		{ kind = CONDITION_TOKEN_RIGHT; goto done; }
	","		{ kind = CONDITION_TOKEN_COMMA; goto done; }
	"undefined"	{ kind = CONDITION_TOKEN_UNDEFINED; goto done; }
	"null"		{ kind = CONDITION_TOKEN_NULL; goto done; }
	"false"		{ kind = CONDITION_TOKEN_FALSE; goto done; }
	"true"		{ kind = CONDITION_TOKEN_TRUE; goto done; }
	number		{ kind = CONDITION_TOKEN_NUMBER; goto done; }
	quoted		{ kind = CONDITION_TOKEN_STRING; goto done; }
	path		{ kind = CONDITION_TOKEN_PATH; goto done; }
	name "(" {
		kind = CONDITION_TOKEN_CALL;
		goto done;
	}
	["']		{ return bad_string(c, from, end); }
	[0-9] [0-9A-Za-z_$.]* {
		return wrong(c, from, (uint32_t)(p - from), "a number is written as JSON has it: 10, 0.5, 1e3");
	}
	"." [0-9]+ {
		return wrong(c, from, (uint32_t)(p - from), "a number begins with a digit, as 0.5");
	}
	"." name {
		return wrong(c, from, 1, "a path begins with a name, not with a dot");
	}
	path "." {
		return wrong(c, p - 1, 1, "a name must follow the dot");
	}
	path "[" {
		return wrong(c, p - 1, 1, "brackets hold an index or a quoted name; for a name that is a value write `lookup(a, b)`");
	}
	path "(" {
		return wrong(c, from, (uint32_t)(p - from - 1), "only a helper can be called");
	}
	"@"		{ return wrong(c, from, 1, "a name must follow the `@`"); }
	"[" | "]"	{ return wrong(c, from, 1, "an expression has no lists"); }
	"==="		{ return wrong(c, from, 3, "write `==`, which compares types too"); }
	"!=="		{ return wrong(c, from, 3, "write `!=`, which compares types too"); }
	"="		{ return wrong(c, from, 1, "write `==` to compare; no helper takes values by name"); }
	"<>"		{ return wrong(c, from, 2, "write `!=`"); }
	"=<"		{ return wrong(c, from, 2, "write `<=`"); }
	"=>"		{ return wrong(c, from, 2, "write `>=`"); }
	"=~" | "~"	{ return wrong(c, from, (uint32_t)(p - from), "an expression has no patterns"); }
	"&"		{ return wrong(c, from, 1, "write `&&` for and"); }
	"|"		{ return wrong(c, from, 1, "write `||` for or"); }
	"**" | "^"	{ return wrong(c, from, (uint32_t)(p - from), "there are no powers"); }
	"??"		{ return wrong(c, from, 2, "write `default(a, b)`"); }
	"?" | ":"	{ return wrong(c, from, 1, "there is no `a ? b : c`; a template has `{{#if}}`"); }
	"{"+ | "}"+ {
		return wrong(c, from, (uint32_t)(p - from), "braces stand around the whole expression alone");
	}
	"#"		{ return wrong(c, from, 1, "an expression has no blocks"); }
	typed {
		return wrong(c, from, (uint32_t)(p - from), "write blanks, quotes and `-` as ASCII has them");
	}
	beyond | [\x01-\x7f] {
		return wrong(c, from, (uint32_t)(p - from), "this cannot stand in an expression");
	}
	* {
		return wrong(c, from, 1, *from == 0 ? "this cannot stand in an expression" : "not UTF-8");
	}
	*/
done:
	*ret = (struct condition_token){ from, (uint32_t)(p - from) };
	*at = p;
	return kind;
}
