/* The lexer for templates. Its state is its arguments; it reads no byte past the end. */
#include "grammar/template.h"

#include "template_gram.h" /* token numbers, from template_gram.y */

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
blank	= [\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff];
name	= ([\x01-\x08\x0e-\x1f$\-0-9:?A-Z_a-z\x7f] | (beyond \ blank))+;
*/

const char *template_misfit(const char *text, const char *end)
{
	const char *p = text, *marker;

	while (p < end) {
		text = p;
		/*!re2c
		[\x01-\x7f]+	{ continue; }
		beyond+		{ continue; }
		*		{ return text; }
		*/
	}
	return 0;
}

uint32_t template_space_len(const char *at, const char *end)
{
	const char *p = at, *marker = at;
	/*!re2c
	blank+	{ return (uint32_t)(p - at); }
	*	{ return 0; }
	*/
}

/* ---- Text ---------------------------------------------------------------------------------- */

static int begins(const char *p, const char *end, const char *with)
{
	while (p < end && *with != 0 && *p == *with) {
		p++;
		with++;
	}
	return *with == 0;
}

static const char *find(const char *p, const char *end, const char *what)
{
	while (p < end && !begins(p, end, what))
		p++;
	return p;
}

/* A backslash before {{ makes that a text; two of them are one. */
static uint32_t backslashes(const char *from, const char *p)
{
	uint32_t n = 0;

	while (n < 2 && p > from && p[-1] == '\\') {
		n++;
		p--;
	}
	return n;
}

/* Up to the next tag; its length may be 0. */
static void text(struct template_lexer *l, struct template_token *ret)
{
	const char *p = find(l->at, l->end, "{{");
	uint32_t stripped = p < l->end ? backslashes(l->at, p) : 0;

	*ret = (struct template_token){ l->at, (uint32_t)(p - l->at) - (stripped > 0) };
	if (p < l->end)
		l->mode = stripped == 1 ? TEMPLATE_IN_ESCAPED : TEMPLATE_IN_TAG;
	l->at = p;
}

/* From {{ up to the next one, or the backslashes before that. */
static void escaped_text(struct template_lexer *l, struct template_token *ret)
{
	const char *from = l->at, *p = find(from + 2, l->end, "{{");

	if (p < l->end)
		p -= backslashes(from + 2, p);
	*ret = (struct template_token){ from, (uint32_t)(p - from) };
	l->mode = TEMPLATE_IN_TEXT;
	l->at = p;
}

/* From {{{{/ to past the }}}} that close a raw block, or NULL. */
static const char *verbatim_end(const char *p, const char *end)
{
	const char *marker = p;
	/*!re2c
	"{{{{/" name "}}}}"	{ return p; }
	*			{ return 0; }
	*/
}

/* The body of a raw block, piece by piece: the braces of those within, and what is between. */
static int verbatim(struct template_lexer *l, struct template_token *ret)
{
	const char *from = l->at, *p = 0;
	int kind = TEMPLATE_TOKEN_TEXT;

	if (begins(from, l->end, "{{{{/"))
		p = verbatim_end(from, l->end);
	if (p != 0 && l->nested-- == 0) {
		kind = TEMPLATE_TOKEN_END_VERBATIM;
		l->nested = 0;
		l->mode = TEMPLATE_IN_TEXT;
	} else if (p == 0 && begins(from, l->end, "{{{{") && from + 4 < l->end && from[4] != '/') {
		p = from + 4;
		l->nested++;
	} else if (p == 0) {
		p = from < l->end ? find(from + 1, l->end, "{{{{") : from;
		kind = p < l->end ? TEMPLATE_TOKEN_TEXT : 0; /* without its end it ends too early */
	}
	*ret = (struct template_token){ from, (uint32_t)(p - from) };
	l->at = p;
	return kind;
}

/* ---- Tags ---------------------------------------------------------------------------------- */

/* From an opening quote or bracket to past what closes it, which a backslash makes plain; where
 * nothing else closes it, that one does after all. NULL: nothing does. */
static const char *quoted(const char *p, const char *end)
{
	char close = *p == '[' ? ']' : *p;
	const char *last = 0;

	for (p++; p < end; p++) {
		if (*p == close)
			return p + 1;
		if (*p == '\\' && p + 1 < end && p[1] == close)
			last = ++p + 1;
	}
	return last;
}

static int is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static int is_operator(const char *p, const char *end)
{
	static const char alone[] = "+*%<>!&";

	for (uint32_t i = 0; alone[i] != 0; i++)
		if (*p == alone[i])
			return 1;
	return begins(p, end, "==") || begins(p, end, "||");
}

/* A string, or a bracket that is a name in itself; after a name it is an index. */
static int is_quoted(const char *from, const char *p)
{
	return *p == '"' || *p == '\'' ||
	       (*p == '[' && (p == from || (!is_word(p[-1]) && p[-1] != ']' && p[-1] != ')')));
}

/* From @p to where the tag closes, if there is an operator in it. */
static void find_operator(struct template_lexer *l, const char *p)
{
	const char *from = p, *last = p, *end = l->end;
	int found = 0;

	while (p != 0 && p < end && *p != '{' && *p != '}' && *p != '~') {
		uint32_t blank = template_space_len(p, end);
		if (blank > 0) {
			p += blank;
			found |= p < end && (*p == '-' || *p == '/') && template_space_len(p + 1, end) > 0;
			continue;
		}
		found |= is_operator(p, end);
		p = is_quoted(from, p) ? quoted(p, end) : p + 1;
		last = p;
	}
	l->is_unclosed = p == 0 || p == end || *p == '{';
	if (found && !l->is_unclosed)
		l->expression = (struct template_token){ from, (uint32_t)(last - from) };
}

/* An expression can be all of a tag that prints, or what stands after `if` and `unless`. */
static void find_expression(struct template_lexer *l, const char *p)
{
	const char *end = l->end, *marker;

	p += template_space_len(p, end);
	if (l->kind == TEMPLATE_OUTPUT || l->kind == TEMPLATE_RAW_OUTPUT)
		find_operator(l, p);
	if (l->kind != TEMPLATE_BLOCK && l->kind != TEMPLATE_INVERTED && l->kind != TEMPLATE_CHAIN)
		return;
	marker = p;
	/*!re2c
	("if" | "unless") blank+	{ find_operator(l, p); return; }
	("if" | "unless") [(!]		{ find_operator(l, p - 1); return; }
	*				{ return; }
	*/
}

/* A tag begins with [from, p). */
static void open(struct template_lexer *l, enum template_tag kind, const char *from, const char *p)
{
	l->kind = kind;
	l->tag = (struct template_token){ from, (uint32_t)(p - from) };
	l->expression.len = l->parens = 0;
	l->is_unclosed = 0;
	find_expression(l, p);
}

static void close(struct template_lexer *l)
{
	l->tag.len = 0;
	l->mode = TEMPLATE_IN_TEXT;
}

/* From what opens a comment, whose last bytes are before @p, to past what closes it, or NULL. */
static const char *comment(const char *p, const char *end)
{
	if (p[-1] == '!') {
		p = find(p, end, "}}");
		return p < end ? p + 2 : 0;
	}
	for (p = find(p - 2, end, "--"); p < end; p = find(p + 1, end, "--")) {
		const char *close = p + 2 + begins(p + 2, end, "~");
		if (begins(close, end, "}}"))
			return close + 2;
	}
	return 0;
}

static const char *misfit(char c)
{
	switch (c) {
	case '}': return "a tag is closed with `}}`";
	case ',': return "values are separated by blanks alone";
	case '~': return "`~` stands right after `{{` or right before `}}`";
	case '#':
	case '^': return "this stands right after `{{`; names with such characters are written `[name]`";
	case '+':
	case '*':
	case '%':
	case '<':
	case '>':
	case '!':
	case '&': return "operators stand in `{{ }}`, after `if` and after `unless`, not here";
	default: return "this cannot stand in a tag; names with such characters are written `[name]`";
	}
}

/* Whether one of @set, or white space, comes next. */
static int followed(const char *p, const char *end, const char *set)
{
	if (p == end || template_space_len(p, end) > 0)
		return p < end;
	while (*set != 0 && *set != *p)
		set++;
	return *set != 0;
}

static const char *not_followed(const char *p, const char *end)
{
	switch (p < end ? *p : '}') {
	case '(': return "a call is written `name value`, within another one `(name value)`";
	case '[': return "an element is written `.[0]`, a member `.[name]`";
	case '"':
	case '\'': return "a blank or `=` must stand before a string";
	default: return misfit(*p);
	}
}

static int same(const char *from, const char *p, const char *word)
{
	while (from < p && *word != 0 && *from == *word) {
		from++;
		word++;
	}
	return from == p && *word == 0;
}

/* What a run of name characters is; an integer is one. */
static int word(const char *from, const char *p, const char *end)
{
	const char *digit = from + (*from == '-');

	if (!followed(p, end, "~})"))
		return TEMPLATE_TOKEN_NAME;
	if (same(from, p, "true"))
		return TEMPLATE_TOKEN_TRUE;
	if (same(from, p, "false"))
		return TEMPLATE_TOKEN_FALSE;
	if (same(from, p, "null"))
		return TEMPLATE_TOKEN_NULL;
	if (same(from, p, "undefined"))
		return TEMPLATE_TOKEN_UNDEFINED;
	if (digit == p)
		return TEMPLATE_TOKEN_NAME;
	while (digit < p && *digit >= '0' && *digit <= '9')
		digit++;
	return digit == p ? TEMPLATE_TOKEN_NUMBER : TEMPLATE_TOKEN_NAME;
}

/* Of the braces from @from on those that close the tag: as many as opened it, where others may be
 * text. Returns where they end, or NULL: all of them. */
static const char *closing(const struct template_lexer *l, const char *from)
{
	return !l->braces || l->kind == TEMPLATE_VERBATIM || from[1] != '}' ? 0
	       : l->kind == TEMPLATE_RAW_OUTPUT && l->tag.at[l->tag.len - 1] == '{'
		       ? from + 3
		       : from + 2;
}

static int tag(struct template_parse *parse, struct template_lexer *l, struct template_token *ret)
{
	const char *p = l->at, *end = l->end, *marker, *from;
	int kind;

	p += template_space_len(p, end);
	marker = from = p;
	if (l->expression.len > 0 && p == l->expression.at) {
		kind = TEMPLATE_TOKEN_EXPRESSION;
		p += l->expression.len;
		goto done;
	}
	if (p == end)
		return 0;
	/*!re2c
	"{{{{"			{ kind = TEMPLATE_TOKEN_OPEN_VERBATIM; open(l, TEMPLATE_VERBATIM, from, p); goto done; }
	"{{" "~"? ">"		{ kind = TEMPLATE_TOKEN_OPEN_PARTIAL; open(l, TEMPLATE_PARTIAL, from, p); goto done; }
	"{{" "~"? "#>"		{ kind = TEMPLATE_TOKEN_OPEN_PARTIAL_BLOCK; open(l, TEMPLATE_PARTIAL_BLOCK, from, p); goto done; }
	"{{" "~"? "#" "*"?	{ kind = TEMPLATE_TOKEN_OPEN_BLOCK; open(l, TEMPLATE_BLOCK, from, p); goto done; }
	"{{" "~"? "/"		{ kind = TEMPLATE_TOKEN_OPEN_END; open(l, TEMPLATE_END, from, p); goto done; }
	"{{" "~"? "^" blank* "~"? "}}" | "{{" "~"? blank* "else" blank* "~"? "}}" {
		kind = TEMPLATE_TOKEN_ELSE;
		open(l, TEMPLATE_ELSE, from, p);
		close(l);
		goto done;
	}
	"{{" "~"? "^"		{ kind = TEMPLATE_TOKEN_OPEN_INVERTED; open(l, TEMPLATE_INVERTED, from, p); goto done; }
	"{{" "~"? blank* "else"	{
		kind = TEMPLATE_TOKEN_OPEN_CHAIN;
		if (p < end && is_word(*p)) {
			p = from + 2 + (from[2] == '~');
			kind = TEMPLATE_TOKEN_OPEN;
		}
		open(l, kind == TEMPLATE_TOKEN_OPEN ? TEMPLATE_OUTPUT : TEMPLATE_CHAIN, from, p);
		goto done;
	}
	"{{" "~"? "{"		{ kind = TEMPLATE_TOKEN_OPEN_RAW; open(l, TEMPLATE_RAW_OUTPUT, from, p); goto done; }
	"{{" "~"? "&"		{ kind = TEMPLATE_TOKEN_OPEN_AMPERSAND; open(l, TEMPLATE_OUTPUT, from, p); goto done; }
	"{{" "~"? "!" "--"? {
		kind = TEMPLATE_TOKEN_COMMENT;
		open(l, TEMPLATE_COMMENT, from, p);
		p = comment(p, end);
		if (p == 0) {
			template_error(parse, l->tag,
				from[l->tag.len - 1] == '!' ? "this comment is not closed: write `}}`"
							    : "this comment is not closed: write `--}}`");
			return -1;
		}
		close(l);
		goto done;
	}
	"{{" "~"? "*"		{ kind = TEMPLATE_TOKEN_OPEN_DECORATOR; open(l, TEMPLATE_DECORATOR, from, p); goto done; }
	"{{" "~"?		{ kind = TEMPLATE_TOKEN_OPEN; open(l, TEMPLATE_OUTPUT, from, p); goto done; }
	"}}}}" | "}" "~"? "}}" {
		const char *some = closing(l, from);
		kind = p - from == 4 && from[1] == '}' ? TEMPLATE_TOKEN_CLOSE_VERBATIM : TEMPLATE_TOKEN_CLOSE_RAW;
		if (some != 0 && some < p) {
			kind = some - from == 2 ? TEMPLATE_TOKEN_CLOSE : TEMPLATE_TOKEN_CLOSE_RAW;
			p = some;
		}
		close(l);
		if (kind == TEMPLATE_TOKEN_CLOSE_VERBATIM)
			l->mode = TEMPLATE_IN_VERBATIM;
		goto done;
	}
	"~"? "}}"		{ kind = TEMPLATE_TOKEN_CLOSE; close(l); goto done; }
	"("			{ kind = TEMPLATE_TOKEN_LEFT; l->parens++; goto done; }
	")"			{ kind = TEMPLATE_TOKEN_RIGHT; l->parens--; goto done; }
	"="			{ kind = TEMPLATE_TOKEN_EQUALS; goto done; }
	"@"			{ kind = TEMPLATE_TOKEN_DATA; goto done; }
	"as" blank+ "|"		{ kind = TEMPLATE_TOKEN_AS; goto done; }
	"|"			{ kind = TEMPLATE_TOKEN_BAR; goto done; }
	".."			{ kind = TEMPLATE_TOKEN_NAME; goto done; }
	"."			{ kind = followed(p, end, "=~}/.)|") ? TEMPLATE_TOKEN_NAME : TEMPLATE_TOKEN_SEPARATOR; goto done; }
	"/"			{ kind = TEMPLATE_TOKEN_SEPARATOR; goto done; }
	['"[] {
		kind = *from == '[' ? TEMPLATE_TOKEN_NAME : TEMPLATE_TOKEN_STRING;
		p = quoted(from, end);
		if (p != 0)
			goto done;
		template_error(parse, (struct template_token){ from, 1 },
			*from == '[' ? "this name is not closed: write `]` behind it"
				     : "this string is not closed");
		return -1;
	}
	"-"? [0-9]+ "." [0-9]+ {
		kind = TEMPLATE_TOKEN_NUMBER;
		if (!followed(p, end, "~})")) {
			kind = TEMPLATE_TOKEN_NAME;
			while (*--p != '.')
				;
		}
		goto done;
	}
	name {
		kind = word(from, p, end);
		if (kind != TEMPLATE_TOKEN_NAME || p == l->expression.at || p == end || followed(p, end, "=~}/.)|"))
			goto done;
		template_error(parse, (struct template_token){ p, 1 }, not_followed(p, end));
		return -1;
	}
	* {
		if (l->is_unclosed)
			template_error(parse, l->tag, "this tag is not closed: write `}}`");
		else
			template_error(parse, (struct template_token){ from, 1 }, misfit(*from));
		return -1;
	}
	*/
done:
	*ret = (struct template_token){ from, (uint32_t)(p - from) };
	l->at = p;
	return kind;
}

int template_lex(struct template_parse *parse, struct template_lexer *l, struct template_token *ret)
{
	while (l->at < l->end && (l->mode == TEMPLATE_IN_TEXT || l->mode == TEMPLATE_IN_ESCAPED)) {
		if (l->mode == TEMPLATE_IN_TEXT)
			text(l, ret);
		else
			escaped_text(l, ret);
		if (ret->len > 0)
			return TEMPLATE_TOKEN_TEXT;
	}
	*ret = (struct template_token){ l->at, 0 };
	if (l->mode == TEMPLATE_IN_VERBATIM)
		return verbatim(l, ret);
	return l->at == l->end && l->mode != TEMPLATE_IN_TAG ? 0 : tag(parse, l, ret);
}
