/*
 * Compiles a regular expression of ECMA-262, in its Unicode mode, where JSON Schemas have them.
 * What is common outside that mode and can mean but one thing is taken too: punctuation with a
 * backslash, and braces and `]` for themselves.
 */
#include <string.h>

#include "regex.h"
#include "unicode.h"

enum { MAX_POINT = 0x10ffff, MAX_SET = 11 };

static void wrong(struct regex *c, const uint8_t *at, const char *what)
{
	if (c->status == AEG_OK) {
		regex_fail(c, AEG_CONTENT);
		c->bad = at;
		c->what = what;
	}
}

/* What is right, but not for an automaton: reads on, so that the rest is looked at. */
static void beyond(struct regex *c, const uint8_t *at, const char *what)
{
	if (c->beyond == NULL) {
		c->beyond = at;
		c->what_beyond = what;
	}
}

/* ---- Sets ---------------------------------------------------------------------------------- */

struct set { /* ascending, apart */
	uint32_t n;
	struct {
		uint32_t lo, hi;
	} range[MAX_SET];
};
static const struct set digits = { 1, { { '0', '9' } } };
static const struct set words = { 4, { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } } };
static const struct set blanks = { 10,
	{ { 9, 13 }, { ' ', ' ' }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200a },
		{ 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
		{ 0xfeff, 0xfeff } } };
static const struct set line_ends = { 3, { { '\n', '\n' }, { '\r', '\r' }, { 0x2028, 0x2029 } } };

static void add_set(struct regex *c, const struct set *s, int other)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		if (!other)
			regex_add_range(c, s->range[i].lo, s->range[i].hi);
		else if (s->range[i].lo > from)
			regex_add_range(c, from, s->range[i].lo - 1);
		from = s->range[i].hi + 1;
	}
	if (other)
		regex_add_range(c, from, MAX_POINT);
}

/* The long names of the general categories. Source: Unicode, PropertyValueAliases. */
static const struct {
	const char *name, *category;
} categories[] = { { "Letter", "L" }, { "Cased_Letter", "LC" }, { "Uppercase_Letter", "Lu" },
	{ "Lowercase_Letter", "Ll" }, { "Titlecase_Letter", "Lt" }, { "Modifier_Letter", "Lm" },
	{ "Other_Letter", "Lo" }, { "Mark", "M" }, { "Combining_Mark", "M" },
	{ "Nonspacing_Mark", "Mn" }, { "Spacing_Mark", "Mc" }, { "Enclosing_Mark", "Me" },
	{ "Number", "N" }, { "Decimal_Number", "Nd" }, { "digit", "Nd" }, { "Letter_Number", "Nl" },
	{ "Other_Number", "No" }, { "Punctuation", "P" }, { "punct", "P" },
	{ "Connector_Punctuation", "Pc" }, { "Dash_Punctuation", "Pd" },
	{ "Open_Punctuation", "Ps" }, { "Close_Punctuation", "Pe" },
	{ "Initial_Punctuation", "Pi" }, { "Final_Punctuation", "Pf" },
	{ "Other_Punctuation", "Po" }, { "Symbol", "S" }, { "Math_Symbol", "Sm" },
	{ "Currency_Symbol", "Sc" }, { "Modifier_Symbol", "Sk" }, { "Other_Symbol", "So" },
	{ "Separator", "Z" }, { "Space_Separator", "Zs" }, { "Line_Separator", "Zl" },
	{ "Paragraph_Separator", "Zp" }, { "Other", "C" }, { "Control", "Cc" }, { "cntrl", "Cc" },
	{ "Format", "Cf" }, { "Private_Use", "Co" }, { "Unassigned", "Cn" } };

static int is(const char *at, uint32_t len, const char *text)
{
	return strlen(text) == len && memcmp(at, text, len) == 0;
}

static uint32_t category(const char *at, uint32_t len)
{
	if (is(at, len, "Any"))
		return UINT32_MAX;
	if (is(at, len, "Assigned"))
		return ~unicode_categories("Cn", 2);
	for (uint32_t i = 0; i < sizeof categories / sizeof *categories; i++)
		if (is(at, len, categories[i].name)) {
			at = categories[i].category;
			len = (uint32_t)strlen(at);
		}
	if (is(at, len, "LC"))
		return unicode_categories("Lu", 2) | unicode_categories("Ll", 2) |
		       unicode_categories("Lt", 2);
	return len == 0 ? 0 : unicode_categories(at, len);
}

/* After `\p` or `\P`. */
static void property(struct regex *c, int other)
{
	static const char *const prefixes[] = { "General_Category=", "gc=" };
	const uint8_t *begin = c->at - 2;
	const char *name;
	uint32_t len, mask;

	if (!regex_eat(c, '{')) {
		wrong(c, begin, "`\\p` wants a property in braces, as in `\\p{L}`");
		return;
	}
	for (name = (const char *)c->at; c->at < c->end && *c->at != '}'; c->at++)
		;
	len = (uint32_t)((const char *)c->at - name);
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t n = (uint32_t)strlen(prefixes[i]);
		if (len > n && memcmp(name, prefixes[i], n) == 0)
			name += n, len -= n;
	}
	if (!regex_eat(c, '}')) {
		wrong(c, begin, "this property has no `}`");
		return;
	}
	mask = category(name, len);
	if (is(name, len, "ASCII"))
		add_set(c, &(struct set){ 1, { { 0, 127 } } }, other);
	else if (mask == 0)
		beyond(c, begin, "of Unicode's properties only the general categories are known");
	else
		regex_add_categories(c, mask, other);
}

/* After a backslash: adds a set, when one is next. */
static int set_next(struct regex *c)
{
	static const struct {
		char name;
		const struct set *set;
	} sets[] = { { 'd', &digits }, { 'w', &words }, { 's', &blanks } };
	int byte = regex_peek(c);

	for (uint32_t i = 0; i < 3; i++)
		if ((byte | 0x20) == sets[i].name && byte >= 'A') {
			c->at++;
			add_set(c, sets[i].set, byte < 'a');
			return 1;
		}
	if (byte != 'p' && byte != 'P')
		return 0;
	c->at++;
	property(c, byte == 'P');
	return 1;
}

/* ---- Characters ---------------------------------------------------------------------------- */

static int hex(int byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Exactly @n hexadecimal digits, or -1. */
static int32_t hex_digits(struct regex *c, int n)
{
	int32_t value = 0;

	for (; n > 0; n--) {
		int digit = hex(regex_peek(c));
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
		c->at++;
	}
	return value;
}

/* After `\u`. Half a surrogate pair counts as U+FFFD, as it does in texts. */
static int32_t unicode(struct regex *c)
{
	int32_t value = 0, low;
	const uint8_t *before;

	if (regex_eat(c, '{')) {
		if (regex_peek(c) == '}')
			return -1;
		while (!regex_eat(c, '}')) {
			int digit = hex(regex_peek(c));
			if (digit < 0 || (value = value << 4 | digit) > MAX_POINT)
				return -1;
			c->at++;
		}
	} else {
		value = hex_digits(c, 4);
		before = c->at;
		if (value >> 10 == 0xd800 >> 10 && regex_eat(c, '\\') && regex_eat(c, 'u') &&
			(low = hex_digits(c, 4)) >> 10 == 0xdc00 >> 10)
			return 0x10000 + ((value & 0x3ff) << 10 | (low & 0x3ff));
		c->at = before;
	}
	return value >> 11 == 0xd800 >> 11 ? 0xfffd : value;
}

/* After a backslash, where one character is meant. */
static uint32_t escaped(struct regex *c)
{
	static const char letters[] = "t\tn\nv\vf\fr\r";
	const uint8_t *begin = c->at - 1;
	const char *letter;
	int byte = regex_peek(c);
	int32_t value = -1;

	if (byte < 0) {
		wrong(c, begin, "a backslash stands before something");
		return 0;
	}
	if (byte >= 0x80)
		return regex_point(c);
	c->at++;
	for (letter = letters; *letter != 0; letter += 2)
		if (byte == *letter)
			return (uint32_t)letter[1];
	if (byte == '0' && !(regex_peek(c) >= '0' && regex_peek(c) <= '9'))
		return 0;
	if (byte == 'x') {
		value = hex_digits(c, 2);
	} else if (byte == 'u') {
		value = unicode(c);
	} else if (byte == 'c') {
		int name = regex_peek(c) | 0x20;
		if (name >= 'a' && name <= 'z')
			value = *c->at++ & 31;
	} else if (!((byte >= '0' && byte <= '9') ||
			   ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'))) {
		value = byte;
	}
	if (value < 0)
		wrong(c, begin, "there is no such escape");
	return (uint32_t)value;
}

/* ---- The grammar --------------------------------------------------------------------------- */

/* A member of a class; 1: one character, in @ret, which a range may begin or end with. */
static int class_member(struct regex *c, uint32_t *ret)
{
	if (!regex_eat(c, '\\')) {
		*ret = regex_point(c);
		return 1;
	}
	if (regex_eat(c, 'b'))
		*ret = '\b';
	else if (set_next(c))
		return 0;
	else
		*ret = escaped(c);
	return 1;
}

/* After `[`. */
static void class_expression(struct regex *c)
{
	const uint8_t *begin = c->at - 1, *at;
	uint32_t first = c->nranges, lo, hi;
	int other = regex_eat(c, '^');

	while (c->status == AEG_OK && !regex_eat(c, ']')) {
		at = c->at;
		if (at == c->end) {
			wrong(c, begin, "this class has no `]`");
			return;
		}
		if (!class_member(c, &lo))
			continue;
		hi = lo;
		if (c->end - c->at >= 2 && c->at[0] == '-' && c->at[1] != ']') {
			c->at++;
			if (!class_member(c, &hi) || lo > hi) {
				wrong(c, at, "this range has no end, or ends before it begins");
				return;
			}
		}
		regex_add_range(c, lo, hi);
	}
	if (c->status == AEG_OK)
		regex_put_class(c, first, other);
}

/* After `(?`: up to what is in the group. */
static void group_kind(struct regex *c, const uint8_t *begin)
{
	if (regex_eat(c, ':'))
		return;
	if (regex_eat(c, '=') || regex_eat(c, '!')) {
		beyond(c, begin, "look-ahead cannot be checked in bounded time");
		return;
	}
	if (!regex_eat(c, '<')) {
		wrong(c, begin, "there is no such group");
		return;
	}
	if (regex_eat(c, '=') || regex_eat(c, '!')) {
		beyond(c, begin, "look-behind cannot be checked in bounded time");
		return;
	}
	while (c->at < c->end && *c->at != '>' && *c->at != ')')
		c->at++;
	if (c->at - begin < 4 || !regex_eat(c, '>'))
		wrong(c, begin, "this group's name has no `>`");
}

static void group(struct regex *c, const uint8_t *begin)
{
	if (regex_eat(c, '?'))
		group_kind(c, begin);
	regex_alternatives(c);
	if (!regex_eat(c, ')'))
		wrong(c, begin, "this group has no `)`");
}

/* After a backslash. */
static void escape(struct regex *c)
{
	const uint8_t *begin = c->at - 1;
	uint32_t first = c->nranges, p;

	if (regex_eat(c, 'b')) {
		regex_put(c, AEGF_STATE_WORD, 0, 0);
	} else if (regex_eat(c, 'B')) {
		regex_put(c, AEGF_STATE_WORD, 1, 0);
	} else if ((regex_peek(c) >= '1' && regex_peek(c) <= '9') || regex_peek(c) == 'k') {
		beyond(c, begin, "back-references cannot be checked in bounded time");
		if (regex_eat(c, 'k'))
			while (c->at < c->end && *c->at++ != '>')
				;
		while (regex_peek(c) >= '0' && regex_peek(c) <= '9')
			c->at++;
	} else if (set_next(c)) {
		if (c->status == AEG_OK)
			regex_put_class(c, first, 0);
	} else {
		p = escaped(c);
		regex_put(c, AEGF_STATE_CHAR, p, p);
	}
}

static void atom(struct regex *c)
{
	const uint8_t *begin = c->at;
	uint32_t first = c->nranges, p = regex_point(c);

	switch (p) {
	case '(': group(c, begin); return;
	case '[': class_expression(c); return;
	case '\\': escape(c); return;
	case '^': regex_put(c, AEGF_STATE_BEGIN, 0, 0); return;
	case '$': regex_put(c, AEGF_STATE_END, 0, 0); return;
	case '.':
		add_set(c, &line_ends, 0);
		regex_put_class(c, first, 1);
		return;
	case '*':
	case '+':
	case '?': wrong(c, begin, "there is nothing before it to repeat"); return;
	default: regex_put(c, AEGF_STATE_CHAR, p, p);
	}
}

enum aeg_status aeg_regex_ecma(struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len,
	struct aeg_regex_error *ret_error)
{
	struct regex c = { .ecma = 1 };
	enum aeg_status status = regex_compile(&c, pattern, atom, mem, cap, ret_len);
	const uint8_t *at = c.bad;
	const char *what = c.what;

	if (status == AEG_OK && c.beyond != NULL) {
		status = AEG_SEMANTICS;
		at = c.beyond;
		what = c.what_beyond;
	}
	if (what == NULL)
		what = status == AEG_TOO_LARGE ? "it is too large" : "this cannot stand here";
	if (ret_error != NULL && status != AEG_OK && status != AEG_NOMEM)
		*ret_error = (struct aeg_regex_error){ (uint32_t)(at - (const uint8_t *)pattern.at),
			what };
	return status;
}

enum aeg_status aeg_regex_ecma_compile(
	struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len)
{
	return aeg_regex_ecma(pattern, mem, cap, ret_len, NULL);
}
