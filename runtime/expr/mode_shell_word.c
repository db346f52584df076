/* The words of commands: which are names of commands, reserved, assignments; and operators between.
 */
#include "expr/mode_shell.h"

/* Words with a meaning where a command begins, and what comes after. Those with NULL differ from
 * shell to shell. */
static const struct {
	char text[SHELL_MAX_RESERVED + 1];
	uint8_t is_known, place;
} reserved[] = {
	{ "!", 1, SHELL_COMMAND },
	{ "{", 1, SHELL_COMMAND },
	{ "}", 1, SHELL_COMMAND },
	{ "case", 1, SHELL_SUBJECT },
	{ "do", 1, SHELL_COMMAND },
	{ "done", 1, SHELL_COMMAND },
	{ "elif", 1, SHELL_COMMAND },
	{ "else", 1, SHELL_COMMAND },
	{ "esac", 1, SHELL_COMMAND },
	{ "fi", 1, SHELL_COMMAND },
	{ "for", 1, SHELL_VARIABLE },
	{ "if", 1, SHELL_COMMAND },
	{ "then", 1, SHELL_COMMAND },
	{ "until", 1, SHELL_COMMAND },
	{ "while", 1, SHELL_COMMAND },
	{ "[[", 0, 0 },
	{ "coproc", 0, 0 },
	{ "function", 0, 0 },
	{ "select", 0, 0 },
	{ "time", 0, 0 },
};
#define NRESERVED (sizeof reserved / sizeof *reserved)

static int word_is(const struct mode *m, const char *text)
{
	return m->word[0] == strlen(text) && !memcmp(m->word + 1, text, m->word[0]);
}

/* It is one of them, or more letters could make it one. */
static int may_be_reserved(const struct mode *m)
{
	for (size_t i = 0; i < NRESERVED && m->word[0] <= SHELL_MAX_RESERVED; i++)
		if (strlen(reserved[i].text) >= m->word[0] &&
			!memcmp(m->word + 1, reserved[i].text, m->word[0]))
			return 1;
	return 0;
}

static void set_word(struct mode *m, enum shell_word word)
{
	m->more[SHELL_WORD] = (uint8_t)word;
	if (word == SHELL_NONE || word == SHELL_VALUE || word == SHELL_MAYBE ||
		word == SHELL_EITHER)
		memset(m->word, 0, sizeof m->word);
}

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static void keep(struct mode *m, enum shell_part part, char c)
{
	enum shell_word was = (enum shell_word)m->more[SHELL_WORD];
	int letter = part == SHELL_PLAIN && is_letter(c),
	    digit = part == SHELL_PLAIN && is_digit(c);

	if (part != SHELL_PLAIN)
		m->word[0] = SHELL_LONG;
	else if (m->word[0] < SHELL_MAX_RESERVED)
		m->word[++m->word[0]] = (uint8_t)c;
	else
		m->word[0] = SHELL_LONG;
	/* Lists in braces, where a shell has them, repeat what they stand by. */
	int expands = part == SHELL_EXPANSION || (was == SHELL_VANISH && part == SHELL_PLAIN &&
							 (c == '{' || c == ',' || c == '}'));
	if (expands && (was == SHELL_NONE || was == SHELL_VANISH))
		set_word(m, SHELL_VANISH);
	else if (letter && (was == SHELL_NONE || was == SHELL_LETTERS))
		set_word(m, SHELL_LETTERS);
	else if (digit && was == SHELL_NONE)
		set_word(m, SHELL_DIGITS);
	else if (!(digit && (was == SHELL_LETTERS || was == SHELL_DIGITS)))
		set_word(m, SHELL_OTHER);
}

const char *shell_word(struct mode *m, enum shell_part part, char c)
{
	enum shell_word was = (enum shell_word)m->more[SHELL_WORD];
	int is_assignment = part == SHELL_PLAIN && c == '=' && was != SHELL_VALUE;

	if (was == SHELL_EITHER && is_assignment)
		return "a block before it leaves open whether this is an assignment";
	if (was == SHELL_EITHER)
		return NULL;
	if (shell_is_first(m) && was == SHELL_MAYBE)
		return "a block before it leaves open whether this is a word of its own";
	if (shell_is_first(m) && word_is(m, "{"))
		return "a blank belongs after {";
	if (shell_is_first(m) && is_assignment) {
		if (was != SHELL_LETTERS || m->flags == SHELL_UNSURE)
			return "this may be an assignment, or the name of a command";
		set_word(m, SHELL_VALUE);
	} else if (shell_is_kept(m) && was != SHELL_VALUE) {
		keep(m, part, c);
	} else if (was != SHELL_VALUE) {
		set_word(m, SHELL_OTHER);
	}
	return NULL;
}

/* ---- A word ends --------------------------------------------------------------------------- */

static const char *reserved_end(struct mode *m, size_t i)
{
	if (m->flags != SHELL_COMMAND || !reserved[i].is_known)
		return "what this word means here differs from shell to shell";
	if (word_is(m, "esac")) {
		if (shell_level(m) != SHELL_CASE)
			return "no `case` is open here";
		shell_pop(m);
	}
	m->flags = reserved[i].place;
	return NULL;
}

static const char *first_end(struct mode *m)
{
	enum shell_word was = (enum shell_word)m->more[SHELL_WORD];

	for (size_t i = 0; i < NRESERVED; i++)
		if (word_is(m, reserved[i].text))
			return reserved_end(m, i);
	if (was == SHELL_VALUE)
		m->flags = SHELL_SIMPLE;
	else if (was == SHELL_VANISH)
		m->flags = SHELL_UNSURE;
	else if (was != SHELL_MAYBE)
		m->flags = SHELL_ARGUMENT;
	return NULL;
}

static const char *for_end(struct mode *m)
{
	if (m->flags == SHELL_VARIABLE && m->more[SHELL_WORD] != SHELL_LETTERS)
		return "the name of a variable belongs before this";
	if (m->flags == SHELL_FOR && !word_is(m, "in") && !word_is(m, "do"))
		return "`in` or `do` belongs before this";
	m->flags = m->flags == SHELL_VARIABLE ? SHELL_FOR
		   : word_is(m, "in")         ? SHELL_ARGUMENT
					      : SHELL_COMMAND;
	return NULL;
}

static const char *case_end(struct mode *m)
{
	const char *what = NULL;

	if (m->flags == SHELL_SUBJECT) {
		m->flags = SHELL_IN;
	} else if (m->flags == SHELL_IN) {
		what = word_is(m, "in") ? shell_push(m, SHELL_CASE) : "`in` belongs before this";
		m->flags = SHELL_PATTERN;
	} else if (word_is(m, "esac")) {
		shell_pop(m);
		m->flags = SHELL_COMMAND;
	} else {
		m->flags = SHELL_PATTERNS;
	}
	return what;
}

const char *shell_word_end(struct mode *m)
{
	const char *what = NULL;

	if (m->more[SHELL_WORD] == SHELL_NONE)
		return NULL;
	switch ((enum shell_place)m->flags) {
	case SHELL_COMMAND:
	case SHELL_SIMPLE:
	case SHELL_UNSURE: what = first_end(m); break;
	case SHELL_TARGET:
	case SHELL_NUMBER:
		m->flags = m->more[SHELL_SAVED];
		m->more[SHELL_SAVED] = 0;
		break;
	case SHELL_SUBJECT:
	case SHELL_IN:
	case SHELL_PATTERN: what = case_end(m); break;
	case SHELL_VARIABLE:
	case SHELL_FOR: what = for_end(m); break;
	case SHELL_ARGUMENT:
	case SHELL_PATTERNS: break;
	}
	set_word(m, SHELL_NONE);
	return what;
}

/* ---- Operators ----------------------------------------------------------------------------- */

static const char no_operator[] = "no operator can stand here";

static const char *redirection(struct shell *s, char second)
{
	struct mode *m = s->m;
	int is_number = m->more[SHELL_WORD] == SHELL_DIGITS && shell_is_first(m);

	if (is_number)
		set_word(m, SHELL_NONE);
	const char *what = shell_word_end(m);
	if (what != NULL)
		return what;
	if (m->flags > SHELL_ARGUMENT)
		return no_operator;
	if (m->flags == SHELL_COMMAND)
		m->flags = SHELL_SIMPLE;
	if (s->text[s->at] == '<' && second == '<')
		return shell_here(s);
	m->more[SHELL_SAVED] = m->flags;
	m->flags = second == '&' ? SHELL_NUMBER : SHELL_TARGET;
	s->at += second == '&' || second == '>' || (second == '|' && s->text[s->at] == '>') ? 2 : 1;
	return NULL;
}

/* ) */
static const char *closing(struct mode *m)
{
	enum shell_level level = shell_level(m);

	if (level == SHELL_CASE && m->flags == SHELL_PATTERNS) {
		m->flags = SHELL_COMMAND;
		return NULL;
	}
	if ((level != SHELL_SUBSHELL && level != SHELL_COMMANDS) || m->flags > SHELL_ARGUMENT)
		return "nothing is open here that ) could close";
	shell_pop(m);
	return NULL;
}

static const char *newline(struct shell *s)
{
	struct mode *m = s->m;
	int stays = m->flags == SHELL_IN || m->flags == SHELL_PATTERN || m->flags == SHELL_FOR;

	s->at++;
	if (!stays && m->flags > SHELL_ARGUMENT)
		return "this line cannot end here";
	if (!stays)
		m->flags = SHELL_COMMAND;
	return m->more[SHELL_HERE] ? shell_here_body(s) : NULL;
}

const char *shell_operator(struct shell *s)
{
	struct mode *m = s->m;
	char c = s->text[s->at], second = s->at + 1 < s->len ? s->text[s->at + 1] : '\0';

	if (c == '<' || c == '>')
		return redirection(s, second);
	const char *what = shell_word_end(m);
	if (what != NULL)
		return what;
	if (c == '\n')
		return newline(s);
	s->at++;
	if (c == ')')
		return closing(m);
	if (c == '|' && m->flags == SHELL_PATTERNS)
		return NULL;
	if (m->flags > SHELL_ARGUMENT && !(c == ';' && m->flags == SHELL_FOR))
		return no_operator;
	m->flags = SHELL_COMMAND;
	if (c == ';' && second == ';') {
		if (shell_level(m) != SHELL_CASE)
			return "no `case` is open here";
		m->flags = SHELL_PATTERN;
	}
	if (c != second)
		return c == ';' && second == '&' ? no_operator : NULL;
	s->at++;
	return NULL;
}

/* ---- After a block ------------------------------------------------------------------------- */

/* A command's name that may go on as it likes: it stays one. */
static int is_plain_name(const struct mode *m)
{
	uint8_t word = m->more[SHELL_WORD];

	return (word == SHELL_LETTERS || word == SHELL_OTHER) && !may_be_reserved(m) &&
	       m->word[1] != '{';
}

/* What may stand before the words of a command, or its name. */
static int is_before(const struct mode *m)
{
	uint8_t word = m->more[SHELL_WORD];

	return word == SHELL_NONE || word == SHELL_VALUE || word == SHELL_VANISH ||
	       word == SHELL_MAYBE || is_plain_name(m);
}

static void join_place(struct mode *a, enum shell_place place, enum shell_word word)
{
	a->flags = (uint8_t)place;
	set_word(a, word);
}

/* Both begin commands. */
static const char *join_first(struct mode *a, const struct mode *b, const char *what)
{
	enum shell_place place =
		a->flags == SHELL_UNSURE || b->flags == SHELL_UNSURE ? SHELL_UNSURE : SHELL_SIMPLE;
	uint8_t words[2] = { a->more[SHELL_WORD], b->more[SHELL_WORD] };

	if (words[0] == words[1] && !memcmp(a->word, b->word, sizeof a->word)) {
		a->flags = (uint8_t)(a->flags == b->flags ? a->flags : place);
		return NULL;
	}
	if (is_plain_name(a) && is_plain_name(b)) {
		int letters = words[0] == SHELL_LETTERS && words[1] == SHELL_LETTERS &&
			      a->flags == b->flags;
		if (!letters)
			join_place(a, SHELL_ARGUMENT, SHELL_EITHER);
		memset(a->word, 0, sizeof a->word);
		a->word[0] = letters ? SHELL_LONG : 0;
		return NULL;
	}
	if (!is_before(a) || !is_before(b))
		return what;
	join_place(a, SHELL_UNSURE, SHELL_MAYBE);
	return NULL;
}

/* @b is at an argument, @a too or at the beginning of a command. */
static const char *join_argument(struct mode *a, const struct mode *b, const char *what)
{
	uint8_t words[2] = { a->more[SHELL_WORD], b->more[SHELL_WORD] };
	int either = words[0] == SHELL_EITHER || words[1] == SHELL_EITHER;

	if (a->flags == SHELL_ARGUMENT) {
		set_word(a, either ? SHELL_EITHER : words[0] == words[1] ? words[0] : SHELL_MAYBE);
		return NULL;
	}
	if (is_plain_name(a)) {
		join_place(a, SHELL_ARGUMENT, SHELL_EITHER);
		return NULL;
	}
	if (either || !is_before(a))
		return what;
	join_place(a, SHELL_UNSURE,
		words[0] == SHELL_NONE && words[1] == SHELL_NONE ? SHELL_NONE : SHELL_MAYBE);
	return NULL;
}

struct mode_error mode_shell_join(struct mode *a, const struct mode *b)
{
	static const char what[] =
		"the ways through this block end in different places of a command";
	struct mode other = *b, same = *b;
	const char *ret = NULL;

	if (mode_equal(a, b))
		return mode_ok();
	/* Quoted, a name may go on; elsewhere that makes no difference. */
	if (a->state != other.state && (a->state == SHELL_NAME || other.state == SHELL_NAME)) {
		uint8_t text = shell_level(a) == SHELL_DOUBLE ? SHELL_NAME : SHELL_TEXT;
		a->state = a->state == SHELL_NAME || a->state == SHELL_TEXT ? text : a->state;
		other.state =
			other.state == SHELL_NAME || other.state == SHELL_TEXT ? text : other.state;
	}
	same = other;
	same.flags = a->flags;
	same.more[SHELL_WORD] = a->more[SHELL_WORD];
	memcpy(same.word, a->word, sizeof same.word);
	if (!mode_equal(a, &same))
		return mode_wrong(
			0, "a quote, bracket, comment or redirection begins one way only");
	if (a->flags > SHELL_ARGUMENT || other.flags > SHELL_ARGUMENT)
		ret = mode_equal(a, &other) ? NULL : what;
	else if (shell_is_first(a) && shell_is_first(&other))
		ret = join_first(a, &other, what);
	else if (other.flags == SHELL_ARGUMENT)
		ret = join_argument(a, &other, what);
	else {
		ret = join_argument(&other, a, what);
		*a = other;
	}
	return mode_wrong(0, ret);
}
