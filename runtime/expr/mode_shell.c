/*
 * Shell commands with holes (POSIX.1-2017, Shell Command Language, 2.2 to 2.10), followed byte by
 * byte as token recognition does. A value is quoted as its place asks for, so it is within one
 * word; refused are places where a quoted word is not just a word, and text that shells read
 * differently.
 */
#include "expr/mode_shell.h"

const char *shell_push(struct mode *m, enum shell_level level)
{
	if (m->depth == SHELL_DEPTH)
		return "quotes and brackets are more than 32 deep here";
	uint8_t *at = &m->stack[2 * m->depth++];
	at[0] = (uint8_t)level;
	if (level == SHELL_COMMANDS) {
		at[0] = (uint8_t)(level | (uint32_t)m->flags << 4);
		at[1] = (uint8_t)(m->more[SHELL_WORD] | (uint32_t)m->more[SHELL_SAVED] << 4);
		m->more[SHELL_WORD] = m->more[SHELL_SAVED] = 0;
		memset(m->word, 0, sizeof m->word);
	}
	if (level == SHELL_COMMANDS || level == SHELL_SUBSHELL)
		m->flags = SHELL_COMMAND;
	return NULL;
}

void shell_pop(struct mode *m)
{
	uint8_t *at = &m->stack[2 * --m->depth];
	enum shell_level level = (enum shell_level)(at[0] & 15);

	if (level == SHELL_SUBSHELL)
		m->flags = SHELL_COMMAND;
	if (level == SHELL_COMMANDS) {
		m->flags = at[0] >> 4;
		m->more[SHELL_WORD] = at[1] & 15;
		m->more[SHELL_SAVED] = at[1] >> 4;
		m->word[0] =
			shell_is_first(m) && m->more[SHELL_WORD] != SHELL_VALUE ? SHELL_LONG : 0;
	}
	at[0] = at[1] = 0;
}

/* Whether ' and " mean different things to different shells: in ${ } that is quoted itself. */
static int is_quoted(const struct mode *m)
{
	for (uint32_t i = m->depth; i > 0; i--) {
		uint32_t level = m->stack[2 * i - 2] & 15;
		if (level == SHELL_DOUBLE || level == SHELL_COMMANDS)
			return level == SHELL_DOUBLE;
	}
	return 0;
}

static const char *go(struct mode *m, enum shell_state state)
{
	m->state = (uint8_t)state;
	return NULL;
}

/* ---- Expansions ---------------------------------------------------------------------------- */

static int is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static int is_one_of(char c, const char *set) { return c != '\0' && strchr(set, c) != NULL; }

static const char may_vanish[] = "the name of a command may come to nothing here";

/* At ( after $. */
static const char *dollar_paren(struct shell *s)
{
	struct mode *m = s->m;

	if (s->at + 1 < s->len && s->text[s->at + 1] == '(') {
		s->at += 2;
		return shell_push(m, SHELL_SUM);
	}
	s->at++;
	go(m, SHELL_OPENED);
	return shell_push(m, SHELL_COMMANDS);
}

/* After $; what does not belong to it is left. */
static const char *dollar(struct shell *s)
{
	struct mode *m = s->m;
	char c = s->text[s->at], next = s->at + 1 < s->len ? s->text[s->at + 1] : '\0';
	int quoted = shell_level(m) == SHELL_DOUBLE;

	go(m, SHELL_TEXT);
	if (c == '[' || (!quoted && (c == '\'' || c == '"')))
		return "what this means after $ differs from shell to shell";
	if (c == '\\' && (next == '\n' || next == '\0'))
		return "no line can be broken after $";
	if (c == '@' && is_quoted(m) && shell_is_first(m))
		return may_vanish;
	if (c == '(')
		return dollar_paren(s);
	if (c == '{') {
		if (!is_name(next) && !is_one_of(next, "#@*?-$!"))
			return "the name of a variable belongs after ${";
		s->at++;
		return shell_push(m, SHELL_BRACES);
	}
	if (is_name(c) || is_one_of(c, "@*#?-$!")) {
		s->at++;
		go(m, is_name(c) ? SHELL_NAME : SHELL_TEXT);
	}
	return NULL;
}

static const char *in_name(struct shell *s)
{
	char c = s->text[s->at];

	if (c == '\\' && (s->at + 1 == s->len || s->text[s->at + 1] == '\n'))
		return "no line can be broken after the name of a variable";
	if (is_name(c))
		s->at++;
	else
		go(s->m, SHELL_TEXT);
	return NULL;
}

/* In ${ }, $(( )) and `...`, where no value may stand: to their ends. */
static const char *in_expansion(struct shell *s, enum shell_level level)
{
	struct mode *m = s->m;
	char c = s->text[s->at++];

	if (level == SHELL_BACK) {
		if (c == '`')
			shell_pop(m);
		return c == '\\' ? go(m, SHELL_ESCAPE) : NULL;
	}
	if (c == '$')
		return go(m, SHELL_DOLLAR);
	if (level == SHELL_BRACES) {
		if (c == '@' && is_quoted(m) && shell_is_first(m))
			return may_vanish;
		if (is_one_of(c, "'\"\\") && is_quoted(m))
			return "what a quote means here differs from shell to shell";
		if (c == '}')
			shell_pop(m);
		return c == '"'    ? shell_push(m, SHELL_DOUBLE)
		       : c == '`'  ? shell_push(m, SHELL_BACK)
		       : c == '\'' ? go(m, SHELL_SINGLE)
		       : c == '\\' ? go(m, SHELL_ESCAPE)
				   : NULL;
	}
	if (is_one_of(c, "'\"`\\;\n"))
		return "this cannot stand in $(( ))";
	if (c == '(')
		return shell_push(m, SHELL_PAREN);
	if (c == ')' && level == SHELL_SUM && (s->at == s->len || s->text[s->at++] != ')'))
		return "two ) end what $(( begins";
	if (c == ')')
		shell_pop(m);
	return NULL;
}

/* ---- Words --------------------------------------------------------------------------------- */

/* At ( : a subshell, the beginning of patterns, or a function's. */
static const char *opening(struct shell *s)
{
	struct mode *m = s->m;
	uint8_t word = m->more[SHELL_WORD];

	if (word == SHELL_LETTERS && m->flags == SHELL_COMMAND && s->at + 1 < s->len &&
		s->text[s->at + 1] == ')') {
		s->at += 2;
		const char *what = shell_word_end(m);
		if (what == NULL && m->flags != SHELL_ARGUMENT)
			what = "a reserved word cannot be the name of a function";
		m->flags = SHELL_COMMAND;
		return what;
	}
	if (word != SHELL_NONE || (m->flags != SHELL_COMMAND && m->flags != SHELL_PATTERN))
		return "no ( can stand here";
	s->at++;
	if (m->flags == SHELL_PATTERN) {
		m->flags = SHELL_PATTERNS;
		return NULL;
	}
	go(m, SHELL_OPENED);
	return shell_push(m, SHELL_SUBSHELL);
}

static const char *in_double(struct shell *s)
{
	struct mode *m = s->m;
	char c = s->text[s->at++];

	if (c == '"')
		shell_pop(m);
	return c == '\\'  ? go(m, SHELL_ESCAPE)
	       : c == '$' ? go(m, SHELL_DOLLAR)
	       : c == '`' ? shell_push(m, SHELL_BACK)
			  : NULL;
}

static const char *in_command(struct shell *s)
{
	struct mode *m = s->m;
	char c = s->text[s->at];

	if (is_one_of(c, "\n;&|<>)"))
		return shell_operator(s);
	if (c == '(')
		return opening(s);
	s->at++;
	if (c == ' ' || c == '\t')
		return shell_word_end(m);
	if (c == '\\')
		return go(m, SHELL_ESCAPE);
	if (c == '#' && m->more[SHELL_WORD] == SHELL_NONE)
		return go(m, SHELL_COMMENT);
	if (c == '#' && (m->more[SHELL_WORD] == SHELL_MAYBE || m->more[SHELL_WORD] == SHELL_EITHER))
		return "a block before it leaves open whether this is a comment";
	if (!is_one_of(c, "'\"`$"))
		return shell_word(m, SHELL_PLAIN, c);
	const char *what = shell_word(m, c == '\'' || c == '"' ? SHELL_QUOTED : SHELL_EXPANSION, c);
	if (what != NULL)
		return what;
	return c == '\''  ? go(m, SHELL_SINGLE)
	       : c == '$' ? go(m, SHELL_DOLLAR)
			  : shell_push(m, c == '"' ? SHELL_DOUBLE : SHELL_BACK);
}

static const char *escaped(struct shell *s)
{
	struct mode *m = s->m;
	char c = s->text[s->at++];

	go(m, SHELL_TEXT);
	/* An escaped line break is nothing at all. */
	if (c == '\n' || (shell_level(m) > SHELL_CASE && shell_level(m) != SHELL_COMMANDS))
		return NULL;
	return shell_word(m, SHELL_QUOTED, c);
}

static const char *next(struct shell *s)
{
	struct mode *m = s->m;
	enum shell_level level = shell_level(m);
	char c = s->text[s->at];

	if (c == '\0')
		return "no command can have a NUL";
	switch ((enum shell_state)m->state) {
	case SHELL_ESCAPE: return escaped(s);
	case SHELL_SINGLE: s->at++; return c == '\'' ? go(m, SHELL_TEXT) : NULL;
	case SHELL_COMMENT: s->at += c != '\n'; return c == '\n' ? go(m, SHELL_TEXT) : NULL;
	case SHELL_DOLLAR: return dollar(s);
	case SHELL_NAME: return in_name(s);
	case SHELL_OPENED:
		if (c == '(' || c == '\\')
			return "what (( means differs from shell to shell";
		return go(m, SHELL_TEXT);
	case SHELL_ENDED:
		s->at++;
		go(m, SHELL_TEXT);
		return c == '\n' ? NULL
				 : "the line must end after the word that ends a here-document";
	case SHELL_TEXT: break;
	}
	if (level == SHELL_DOUBLE)
		return in_double(s);
	return level > SHELL_COMMANDS ? in_expansion(s, level) : in_command(s);
}

/* ---- What mode_internal.h says ------------------------------------------------------------- */

struct mode_error mode_shell_text(struct mode *m, const char *text, uint32_t len)
{
	struct shell s = { m, text, len, 0 };

	while (s.at < len) {
		uint32_t at = s.at;
		const char *what = next(&s);
		if (what != NULL)
			return mode_wrong(at, what);
	}
	return mode_ok();
}

/* Why no value may be written in what is open here, or NULL. */
static const char *no_hole(const struct mode *m)
{
	for (uint32_t i = 1; i <= m->depth; i++)
		if ((m->stack[2 * i - 2] & 15) >= SHELL_COMMANDS)
			return "a value cannot stand in $( ), ${ }, $(( )) or `...`";
	switch ((enum shell_state)m->state) {
	case SHELL_ESCAPE: return "the backslash before it would escape its first character";
	case SHELL_COMMENT: return "a value cannot stand in a comment";
	case SHELL_DOLLAR: return "the $ before it would make an expansion of it";
	case SHELL_ENDED: return "the line must end after the word that ends a here-document";
	case SHELL_NAME:
		if (shell_level(m) == SHELL_DOUBLE)
			return "the variable's name before it would go on: write ${name}";
		break;
	case SHELL_TEXT:
	case SHELL_SINGLE:
	case SHELL_OPENED: break;
	}
	return NULL;
}

/* Why no value may be in the word that is read, or NULL. */
static const char *no_word(const struct mode *m)
{
	uint8_t word = m->more[SHELL_WORD];

	if ((shell_is_first(m) && word != SHELL_VALUE) || word == SHELL_EITHER)
		return "a value cannot be the name of a command, or a part of it";
	switch ((enum shell_place)m->flags) {
	case SHELL_NUMBER: return "a value cannot be the number of a file";
	case SHELL_IN: return "`in` belongs here";
	case SHELL_VARIABLE: return "a value cannot be the name of a variable";
	case SHELL_FOR: return "`in` or `do` belongs here";
	case SHELL_COMMAND:
	case SHELL_SIMPLE:
	case SHELL_UNSURE:
	case SHELL_ARGUMENT:
	case SHELL_TARGET:
	case SHELL_SUBJECT:
	case SHELL_PATTERN:
	case SHELL_PATTERNS: break;
	}
	return NULL;
}

struct mode_error mode_shell_hole(struct mode *m, enum aegf_escape *ret_escape)
{
	const char *what = no_hole(m);

	if (what == NULL)
		what = no_word(m);
	if (what != NULL)
		return mode_wrong(0, what);
	*ret_escape = m->state == SHELL_SINGLE         ? AEGF_ESCAPE_SHELL_SINGLE
		      : shell_level(m) == SHELL_DOUBLE ? AEGF_ESCAPE_SHELL_DOUBLE
						       : AEGF_ESCAPE_SHELL_WORD;
	if (*ret_escape != AEGF_ESCAPE_SHELL_WORD)
		return mode_ok();
	m->state = SHELL_TEXT;
	return mode_wrong(0, shell_word(m, SHELL_QUOTED, 0));
}

struct mode_error mode_shell_end(struct mode *m)
{
	if (m->state == SHELL_SINGLE || (m->depth > 0 && shell_level(m) == SHELL_DOUBLE))
		return mode_wrong(0, "the template ends within quotes");
	if (m->state == SHELL_ESCAPE)
		return mode_wrong(0, "the template ends after a backslash");
	const char *what = shell_word_end(m);
	if (what == NULL && m->depth > 0)
		what = "the template ends before what is open: a bracket, or `case`";
	if (what == NULL && m->more[SHELL_HERE])
		what = "the template ends before a here-document";
	if (what == NULL && m->flags > SHELL_ARGUMENT)
		what = "the template ends before a word that must follow";
	return mode_wrong(0, what);
}
