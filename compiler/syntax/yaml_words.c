/* Says in our words, and at the best place, what libyaml stumbled over. */
#include "syntax/internal.h"

#include "source/utf8.h"

enum pointing {
	AT_PROBLEM, /* the character where libyaml gave up */
	AT_ESCAPE,  /* that and the two before it: a backslash and its letter */
	AT_CONTEXT, /* from where the construct begins to there, or to the end of that line */
	AT_OPENING, /* the first character of the construct */
	AT_LINE     /* all of the line */
};

struct words {
	const char *problem, *context; /* libyaml's; context NULL: any */
	enum pointing how;
	const char *label, *help;
	const char *began; /* said where the construct begins */
};

#define QUOTE   "put quotes around the text"
#define LINE_UP "indent everything that belongs together by the same number of spaces"

static const struct words table[] = {
	{ "could not find expected ':'", NULL, AT_CONTEXT,
		"neither a key with a value nor more of the text above",
		"end a key with `:` and a space; indent text that goes on deeper than its key",
		NULL },
	{ "mapping values are not allowed in this context", NULL, AT_PROBLEM,
		"no value can begin here",
		"put quotes around text with `: ` in it; a mapping begins on a line of its own",
		NULL },
	{ "mapping keys are not allowed in this context", NULL, AT_PROBLEM, "no key can begin here",
		"a mapping begins on a line of its own", NULL },
	{ "block sequence entries are not allowed in this context", NULL, AT_PROBLEM,
		"no list can begin here",
		"a list begins on a line of its own; put quotes around text that begins with `- `",
		NULL },
	{ "did not find expected key", NULL, AT_PROBLEM,
		"this does not line up with the keys of its mapping", LINE_UP,
		"the mapping begins here" },
	{ "did not find expected '-' indicator", NULL, AT_PROBLEM,
		"this does not line up with the entries of its list", LINE_UP,
		"the list begins here" },
	{ "did not find expected <document start>", NULL, AT_PROBLEM,
		"this belongs to nothing before it",
		"line it up with what it belongs to, or begin a new document with `---`", NULL },
	{ "did not find expected ',' or ']'", NULL, AT_PROBLEM,
		"before this a `,` or the list's `]` is missing", NULL, "the list begins here" },
	{ "did not find expected ',' or '}'", NULL, AT_PROBLEM,
		"before this a `,` or the mapping's `}` is missing", NULL,
		"the mapping begins here" },
	{ "did not find expected node content", NULL, AT_PROBLEM, "no value can begin with this",
		QUOTE, NULL },
	{ "found a tab character where an indentation space is expected", NULL, AT_PROBLEM,
		"a tab cannot indent", "YAML indents with spaces only", NULL },
	{ "found a tab character that violates indentation", NULL, AT_PROBLEM,
		"a tab cannot indent", "YAML indents with spaces only", NULL },
	{ "found character that cannot start any token", NULL, AT_PROBLEM,
		"no text can begin with this", QUOTE, NULL },
	{ "did not find expected alphabetic or numeric character", "while scanning an alias",
		AT_CONTEXT, "`*` begins an alias, and this is no name of one",
		"text that begins with `*` goes in quotes: `\"*\"`", NULL },
	{ "did not find expected alphabetic or numeric character", "while scanning an anchor",
		AT_CONTEXT, "`&` begins an anchor, and this is no name of one",
		"text that begins with `&` goes in quotes", NULL },
	{ "found unexpected end of stream", NULL, AT_OPENING, "the closing quote is missing", NULL,
		NULL },
	{ "found unexpected document indicator", NULL, AT_OPENING,
		"the closing quote is missing before the next document begins", NULL, NULL },
	{ "found unknown escape character", NULL, AT_PROBLEM, "no such escape",
		"in double quotes `\\\\` is a backslash; in single quotes a backslash is a backslash",
		NULL },
	{ "did not find expected hexdecimal number", NULL, AT_ESCAPE,
		"hexadecimal digits are missing",
		"`\\x` takes 2, `\\u` 4, `\\U` 8 digits; a backslash itself is `\\\\`", NULL },
	{ "found invalid Unicode character escape code", NULL, AT_ESCAPE,
		"no character has this number",
		"write the character itself, or its whole code point as `\\U` and 8 digits", NULL },
	{ "found an indentation indicator equal to 0", NULL, AT_PROBLEM,
		"the indentation is a digit from 1 to 9", NULL, NULL },
	{ "did not find expected comment or line break", "while scanning a block scalar",
		AT_PROBLEM, "the text begins on the next line",
		"after `|` or `>` only a comment may follow", NULL },
	{ "did not find expected comment or line break", NULL, AT_PROBLEM,
		"only a comment may follow here", NULL, NULL },
	{ "did not find the expected '>'", NULL, AT_CONTEXT, "tags are not used here",
		"put quotes around text that begins with `!`", NULL },
	{ "found unexpected ':'", NULL, AT_PROBLEM, "inside brackets text cannot have this `:`",
		QUOTE, NULL },
	{ "could not find expected directive name", NULL, AT_CONTEXT, "no text can begin with `%`",
		QUOTE, NULL },
	{ "found unexpected non-alphabetical character", NULL, AT_CONTEXT,
		"no text can begin with `%`", QUOTE, NULL },
	{ "found unknown directive name", NULL, AT_CONTEXT, "no such directive",
		"put quotes around text that begins with `%`; directives are `%YAML` and `%TAG`",
		NULL },
	{ "found incompatible YAML document", NULL, AT_LINE, "YAML is read as version 1.2",
		"leave the line out", NULL },
	{ "found duplicate %YAML directive", NULL, AT_LINE, "the version is given already", NULL,
		NULL },
	{ "found undefined tag handle", NULL, AT_PROBLEM, "tags are not used here",
		"put quotes around text that begins with `!`", NULL },
	{ "did not find expected whitespace or line break", "while scanning a tag", AT_CONTEXT,
		"tags are not used here", "put quotes around text that begins with `!`", NULL },
	{ "did not find expected tag URI", "while parsing a tag", AT_CONTEXT,
		"tags are not used here", "put quotes around text that begins with `!`", NULL },
};

static const struct words *find(const char *problem, const char *context)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].problem, problem) == 0 &&
			(table[i].context == NULL ||
				(context != NULL && strcmp(table[i].context, context) == 0)))
			return &table[i];
	return NULL;
}

static bool line_end(char c) { return c == '\n' || c == '\r'; }

/* True where only blanks stand before @at on its line. */
static bool begins_line(struct slice s, uint32_t at)
{
	while (at > 0 && (s.at[at - 1] == ' ' || s.at[at - 1] == '\t'))
		at--;
	return at == 0 || line_end(s.at[at - 1]);
}

/* The character at @at, or nothing at a line's end. */
static struct span character(uint32_t file, struct slice s, uint32_t at)
{
	uint32_t len = 0;
	if (at < s.len && !line_end(s.at[at]))
		utf8_decode(s.at + at, s.len - at, &len);
	return (struct span){ file, at, at + len };
}

/* From @lo to @hi, or to the end of the line, without blanks at its end. */
static struct span stretch(uint32_t file, struct slice s, uint32_t lo, uint32_t most)
{
	uint32_t hi = lo;
	while (hi < s.len && hi < most && !line_end(s.at[hi]))
		hi++;
	while (hi > lo && (s.at[hi - 1] == ' ' || s.at[hi - 1] == '\t'))
		hi--;
	return (struct span){ file, lo, hi };
}

static struct span place_of(
	enum pointing how, uint32_t file, struct slice s, uint32_t where, uint32_t began)
{
	switch (how) {
	case AT_PROBLEM: break;
	case AT_ESCAPE:
		return (struct span){ file, where < 2 ? 0 : where - 2,
			character(file, s, where).hi };
	case AT_CONTEXT: return stretch(file, s, began, where < s.len ? where + 1 : where);
	case AT_OPENING: return character(file, s, began);
	case AT_LINE: return stretch(file, s, where, s.len);
	}
	return character(file, s, where);
}

/* Of problems with several causes, the one that @where tells. */
static const struct words *refine(const struct words *w, struct slice s, uint32_t where)
{
	static const struct words rest = { NULL, NULL, AT_PROBLEM,
		"this cannot follow the value before it", "put quotes around the whole text",
		NULL };
	static const struct words tab = { NULL, NULL, AT_PROBLEM, "a tab cannot indent",
		"YAML indents with spaces only", NULL };
	static const struct words end = { NULL, NULL, AT_PROBLEM, "the file ends too early", NULL,
		NULL };
	bool list = strcmp(w->problem, "did not find expected '-' indicator") == 0;
	bool map = strcmp(w->problem, "did not find expected key") == 0;
	if ((list || map) && where < s.len && !begins_line(s, where))
		return &rest;
	if (strcmp(w->problem, "found character that cannot start any token") == 0 &&
		where < s.len && s.at[where] == '\t')
		return &tab;
	if (where == s.len && w->how == AT_PROBLEM && w->began == NULL)
		return &end;
	return w;
}

void yaml_words(const struct yaml_text *t, const char *problem, const char *context, uint32_t where,
	uint32_t began)
{
	struct slice s = t->text;
	const struct words *w = find(problem, context);
	if (w == NULL) {
		syntax_report(t->d, AEG_yaml_syntax, character(t->file, s, where),
			diag_text(t->d, "%s", problem), NULL);
		return;
	}
	w = refine(w, s, where);
	struct diag g = { .code = AEG_yaml_syntax,
		.at = place_of(w->how, t->file, s, where, began),
		.label = w->label,
		.help = w->help,
		.other = SPAN_NONE };
	if (w->began != NULL && began < where) {
		g.other = character(t->file, s, began);
		g.other_label = w->began;
	}
	diag_add(t->d, g);
}
