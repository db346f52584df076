/*
 * JSON with holes (RFC 8259), followed byte by byte. Commas and the blanks around them are not
 * passed on: ELEMENT writes a comma where an element or member begins, so blocks may produce any
 * number of them, and may have a comma too many or none at their borders.
 */
#include <string.h>

#include "base/utf8.h"
#include "expr/mode_internal.h"

enum json_state {
	JSON_VALUE, /* one is to come */
	JSON_LIST,  /* before or after an element or member */
	JSON_COLON, /* to come */
	JSON_AFTER, /* the one value */
	JSON_STRING,
	JSON_ESCAPE, /* after \ */
	JSON_HEX,    /* in \uXXXX: more has the number of digits, their value, is it a second one */
	JSON_PAIR,   /* after a high surrogate */
	JSON_PAIR_ESCAPE, /* the same, and \ */
	JSON_WORD,        /* in true, false, null: more has which and how many letters */
	JSON_MINUS,
	JSON_ZERO,
	JSON_INTEGER,
	JSON_POINT,
	JSON_FRACTION,
	JSON_E,
	JSON_SIGN,
	JSON_EXPONENT
};
#define JSON_IN_KEY 1u /* flag: the string is a member's name */

/* A level of the stack: what it is, and what stands in it last. */
#define JSON_OBJECT  1u
#define JSON_NOTHING (0u << 1)
#define JSON_ELEMENT (1u << 1)
#define JSON_COMMA   (2u << 1)
#define JSON_ANY     (3u << 1) /* a block's border: both are right */
#define JSON_LAST    (3u << 1)

/* more, of a list: the blanks that are held back until what they stand before is known. */
enum { BLANK_LINES, BLANK_COLUMNS, BLANK_IS_TAB };
static const char blank_lines[] = "\n\n\n\n\n\n\n\n";
static const char blank_spaces[] =
	"                                                                ";
static const char blank_tabs[] = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";

/* A text on its way through. */
struct json {
	struct mode *m;
	const struct mode_out *out;
	const char *text;
	uint32_t at, passed; /* what has been passed on ends at @passed */
};

static void pass(struct json *j)
{
	if (j->at > j->passed)
		j->out->text(j->out->ctx, j->text + j->passed, j->at - j->passed);
	j->passed = j->at;
}

static uint8_t *top(struct mode *m) { return &m->stack[m->depth - 1]; }

static void last(struct mode *m, uint32_t what)
{
	*top(m) = (uint8_t)((*top(m) & ~JSON_LAST) | what);
}

static void go(struct mode *m, enum json_state state)
{
	m->state = (uint8_t)state;
	memset(m->more, 0, sizeof m->more);
}

static void after_value(struct mode *m) { go(m, m->depth == 0 ? JSON_AFTER : JSON_LIST); }

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void hold_blank(struct mode *m, char c)
{
	uint8_t tab = c == '\t';
	size_t most = c == '\n' ? sizeof blank_lines - 1
		      : tab     ? sizeof blank_tabs - 1
				: sizeof blank_spaces - 1;

	if (c == '\r')
		return;
	if (c == '\n' || tab != m->more[BLANK_IS_TAB])
		m->more[BLANK_COLUMNS] = 0;
	m->more[BLANK_IS_TAB] = tab;
	uint8_t *n = &m->more[c == '\n' ? BLANK_LINES : BLANK_COLUMNS];
	if (*n < most)
		++*n;
}

static void write_blanks(struct mode *m, const struct mode_out *out)
{
	if (m->more[BLANK_LINES] > 0)
		out->text(out->ctx, blank_lines, m->more[BLANK_LINES]);
	if (m->more[BLANK_COLUMNS] > 0)
		out->text(out->ctx, m->more[BLANK_IS_TAB] ? blank_tabs : blank_spaces,
			m->more[BLANK_COLUMNS]);
	memset(m->more, 0, sizeof m->more);
}

/* ---- Elements and members ------------------------------------------------------------------ */

static const char *begin_element(struct mode *m, const struct mode_out *out)
{
	if ((*top(m) & JSON_LAST) == JSON_ELEMENT)
		return "a comma is missing before it";
	out->op(out->ctx, AEGF_T_ELEMENT, 0);
	write_blanks(m, out);
	last(m, JSON_ELEMENT);
	return NULL;
}

static const char *begin_container(struct json *j, uint8_t kind)
{
	struct mode *m = j->m;

	if (m->depth == MODE_MAX_DEPTH)
		return "arrays and objects are more than 64 deep here";
	j->at++;
	pass(j);
	j->at--;
	j->out->op(j->out->ctx, AEGF_T_OPEN, 0);
	m->stack[m->depth++] = kind;
	go(m, JSON_LIST);
	return NULL;
}

static const char *end_container(struct json *j, uint8_t kind)
{
	struct mode *m = j->m;

	if ((*top(m) & JSON_OBJECT) != kind)
		return kind == JSON_OBJECT ? "an array cannot end with `}`"
					   : "an object cannot end with `]`";
	if ((*top(m) & JSON_LAST) == JSON_COMMA)
		return "the comma before it is one too many";
	if (m->depth == m->floor)
		return "what ends here began outside of this block or partial";
	write_blanks(m, j->out);
	j->out->op(j->out->ctx, AEGF_T_CLOSE, 0);
	*top(m) = 0;
	m->depth--;
	after_value(m);
	return NULL;
}

static const char *comma(struct mode *m)
{
	uint32_t was = *top(m) & JSON_LAST;

	if (was == JSON_NOTHING || was == JSON_COMMA)
		return "this comma is one too many";
	last(m, JSON_COMMA);
	memset(m->more, 0, sizeof m->more);
	return NULL;
}

/* ---- Values -------------------------------------------------------------------------------- */

static const char *const words[] = { "true", "false", "null" };

static const char *begin_value(struct json *j, char c)
{
	struct mode *m = j->m;

	m->flags = 0;
	switch (c) {
	case '"': go(m, JSON_STRING); return NULL;
	case '[': return begin_container(j, 0);
	case '{': return begin_container(j, JSON_OBJECT);
	case '-': go(m, JSON_MINUS); return NULL;
	case '0': go(m, JSON_ZERO); return NULL;
	}
	if (c >= '1' && c <= '9') {
		go(m, JSON_INTEGER);
		return NULL;
	}
	for (uint8_t i = 0; i < 3; i++)
		if (c == words[i][0]) {
			go(m, JSON_WORD);
			m->more[0] = i;
			m->more[1] = 1;
			return NULL;
		}
	return "no JSON value begins with this";
}

static const char *in_word(struct mode *m, char c)
{
	const char *word = words[m->more[0]];

	if (c != word[m->more[1]])
		return "of words JSON knows `true`, `false` and `null` alone";
	if (word[++m->more[1]] == '\0')
		after_value(m);
	return NULL;
}

/* The state after a number's next character, or none: JSON_VALUE. */
static enum json_state number_next(enum json_state state, char c)
{
	int digit = c >= '0' && c <= '9', exp = c == 'e' || c == 'E';

	if (state == JSON_MINUS)
		return c == '0' ? JSON_ZERO : digit ? JSON_INTEGER : JSON_VALUE;
	if (state == JSON_INTEGER && digit)
		return JSON_INTEGER;
	if (state == JSON_INTEGER || state == JSON_ZERO)
		return c == '.' ? JSON_POINT : exp ? JSON_E : JSON_VALUE;
	if (state == JSON_POINT || state == JSON_FRACTION)
		return digit ? JSON_FRACTION : exp && state == JSON_FRACTION ? JSON_E : JSON_VALUE;
	if (state == JSON_E && (c == '+' || c == '-'))
		return JSON_SIGN;
	return digit ? JSON_EXPONENT : JSON_VALUE;
}

static int is_number(const struct mode *m) { return m->state >= JSON_MINUS; }

static int is_whole_number(const struct mode *m)
{
	return m->state == JSON_ZERO || m->state == JSON_INTEGER || m->state == JSON_FRACTION ||
	       m->state == JSON_EXPONENT;
}

/* ---- Strings ------------------------------------------------------------------------------- */

static const char *in_string(struct mode *m, char c)
{
	if ((unsigned char)c < 0x20)
		return "this character must be written as \\uXXXX in a string";
	if (c == '\\')
		go(m, JSON_ESCAPE);
	else if (c == '"' && (m->flags & JSON_IN_KEY))
		go(m, JSON_COLON);
	else if (c == '"')
		after_value(m);
	if (c == '"')
		m->flags = 0;
	return NULL;
}

static const char *in_hex(struct mode *m, char c)
{
	uint8_t low = (uint8_t)(c | 0x20);
	uint8_t digit = c >= '0' && c <= '9'       ? (uint8_t)(c - '0')
			: low >= 'a' && low <= 'f' ? (uint8_t)(low - 'a' + 10)
						   : 16;
	if (digit == 16)
		return "four hexadecimal digits follow \\u";
	uint32_t value = ((uint32_t)m->more[1] << 8 | m->more[2]) << 4 | digit;
	m->more[1] = (uint8_t)(value >> 8);
	m->more[2] = (uint8_t)value;
	if (++m->more[0] < 4)
		return NULL;
	int is_second = m->more[3], is_low = value >> 10 == 0xdc00 >> 10;
	if (is_second != is_low)
		return "a surrogate stands for nothing without the other one";
	go(m, value >> 10 == 0xd800 >> 10 ? JSON_PAIR : JSON_STRING);
	return NULL;
}

static const char *in_escape(struct mode *m, char c)
{
	uint8_t state = m->state;

	if (state == JSON_HEX)
		return in_hex(m, c);
	if (state == JSON_PAIR && c == '\\') {
		go(m, JSON_PAIR_ESCAPE);
		return NULL;
	}
	if (state == JSON_PAIR || (state == JSON_PAIR_ESCAPE && c != 'u'))
		return "a surrogate stands for nothing without the other one";
	if (c == 'u') {
		go(m, JSON_HEX);
		m->more[3] = state == JSON_PAIR_ESCAPE;
		return NULL;
	}
	if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL)
		return "JSON has no such escape";
	go(m, JSON_STRING);
	return NULL;
}

/* ---- What mode_internal.h says ------------------------------------------------------------- */

static const char *in_list(struct json *j, char c)
{
	struct mode *m = j->m;
	uint8_t is_object = *top(m) & JSON_OBJECT;

	pass(j);
	if (is_blank(c))
		hold_blank(m, c);
	if (is_blank(c) || c == ',') {
		j->passed++;
		return c == ',' ? comma(m) : NULL;
	}
	if (c == ']' || c == '}')
		return end_container(j, c == '}' ? JSON_OBJECT : 0);
	if (is_object && c != '"')
		return "a member's name in quotes belongs here";
	const char *what = begin_element(m, j->out);
	if (what == NULL)
		what = begin_value(j, c);
	if (is_object)
		m->flags = JSON_IN_KEY;
	return what;
}

static const char *next(struct json *j, char c)
{
	struct mode *m = j->m;

	if (is_number(m)) {
		enum json_state state = number_next((enum json_state)m->state, c);
		if (state != JSON_VALUE)
			m->state = (uint8_t)state;
		else if (is_whole_number(m))
			after_value(m);
		else
			return "the number is not finished";
		if (state != JSON_VALUE)
			return NULL;
	}
	if (m->state == JSON_STRING)
		return in_string(m, c);
	if (m->state == JSON_LIST)
		return in_list(j, c);
	if (m->state == JSON_WORD)
		return in_word(m, c);
	if (m->state >= JSON_ESCAPE)
		return in_escape(m, c);
	if (is_blank(c))
		return NULL;
	if (m->state == JSON_VALUE)
		return begin_value(j, c);
	if (m->state == JSON_AFTER)
		return "the one value of the template ends before this";
	if (c != ':')
		return "a colon belongs here";
	go(m, JSON_VALUE);
	return NULL;
}

struct mode_error mode_json_text(
	struct mode *m, const char *text, uint32_t len, const struct mode_out *out)
{
	struct json j = { m, out, text, 0, 0 };

	for (uint32_t n; j.at < len; j.at += n) {
		if (utf8_decode(text + j.at, len - j.at, &n) == UINT32_MAX)
			return mode_wrong(j.at, "JSON is UTF-8, and this is not");
		const char *what = next(&j, text[j.at]);
		if (what != NULL)
			return mode_wrong(j.at, what);
	}
	pass(&j);
	return mode_ok();
}

/* Why no value may be written here, or NULL. */
static const char *no_hole(const struct mode *m)
{
	if (is_number(m) || m->state == JSON_WORD)
		return "a value cannot be a part of a number or word";
	switch ((enum json_state)m->state) {
	case JSON_COLON: return "a colon is missing before it";
	case JSON_AFTER: return "the one value of the template ends before it";
	case JSON_ESCAPE:
	case JSON_HEX:
	case JSON_PAIR:
	case JSON_PAIR_ESCAPE: return "the escape before it is not finished";
	case JSON_VALUE:
	case JSON_LIST:
	case JSON_STRING:
	case JSON_WORD:
	case JSON_MINUS:
	case JSON_ZERO:
	case JSON_INTEGER:
	case JSON_POINT:
	case JSON_FRACTION:
	case JSON_E:
	case JSON_SIGN:
	case JSON_EXPONENT: break;
	}
	return NULL;
}

struct mode_error mode_json_hole(
	struct mode *m, const struct mode_out *out, enum aegf_escape *ret_escape)
{
	const char *what = no_hole(m);

	if (what == NULL && m->state == JSON_LIST)
		what = begin_element(m, out);
	if (what != NULL)
		return mode_wrong(0, what);
	*ret_escape = AEGF_ESCAPE_JSON_STRING;
	if (m->state == JSON_STRING)
		return mode_ok();
	if (m->state == JSON_LIST && (*top(m) & JSON_OBJECT)) {
		*ret_escape = AEGF_ESCAPE_JSON_KEY;
		go(m, JSON_COLON);
		return mode_ok();
	}
	*ret_escape = AEGF_ESCAPE_JSON_VALUE;
	after_value(m);
	return mode_ok();
}

struct mode_error mode_json_end(const struct mode *m)
{
	if (m->depth > 0)
		return mode_wrong(0, "the template ends within an array or object");
	if (m->state == JSON_VALUE)
		return mode_wrong(0, "the template has no value");
	if (m->state != JSON_AFTER && !is_whole_number(m))
		return mode_wrong(0, "the template ends within a string, number or word");
	return mode_ok();
}

/* A number does not go on beyond a block's border, and commas there are not missed. */
void mode_json_border(struct mode *m)
{
	if (is_whole_number(m))
		after_value(m);
	if (m->state == JSON_LIST)
		last(m, JSON_ANY);
}

void mode_json_call(struct mode *m, const struct mode_out *out)
{
	if (m->state == JSON_LIST)
		write_blanks(m, out);
}

struct mode_error mode_json_join(struct mode *a, const struct mode *b)
{
	struct mode other = *b;

	mode_json_border(a);
	mode_json_border(&other);
	if (a->state == JSON_LIST && other.state == JSON_LIST &&
		memcmp(a->more, other.more, sizeof a->more) != 0) {
		memset(a->more, 0, sizeof a->more);
		memset(other.more, 0, sizeof other.more);
	}
	if (mode_equal(a, &other))
		return mode_ok();
	if (a->depth == other.depth && a->state == JSON_STRING && other.state == JSON_STRING)
		return mode_wrong(0, "a name one way is a value the other way");
	if (a->depth != other.depth)
		return mode_wrong(0, "an array or object begins or ends one way only");
	return mode_wrong(0,
		"whichever way this goes, just one value, name or quote belongs here: give it an `{{else}}`, not a loop");
}
