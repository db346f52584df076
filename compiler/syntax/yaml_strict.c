/*
 * What libyaml lets pass or reads otherwise although YAML 1.2 is clear about it, found in the text
 * between and inside its events. Each function reports what it finds and returns false.
 */
#include "syntax/internal.h"

#include "source/utf8.h"

static bool line_end(char c) { return c == '\n' || c == '\r'; }
static bool blank(char c) { return c == ' ' || c == '\t' || line_end(c); }

static bool refuse(
	const struct yaml_text *t, uint32_t at, uint32_t len, const char *label, const char *help)
{
	if (at + len > t->text.len)
		len = t->text.len - at;
	syntax_report(t->d, AEG_yaml_syntax, (struct span){ t->file, at, at + len }, label, help);
	return false;
}

static bool comment(const struct yaml_text *t, uint32_t at)
{
	return refuse(t, at, 1, "a comment needs a space before its `#`", NULL);
}

/* The line that begins at @at must begin with @indent spaces, unless it is empty. @ret_at: its
 * text. */
static bool line(
	const struct yaml_text *t, uint32_t at, uint32_t indent, bool quoted, uint32_t *ret_at)
{
	struct slice s = t->text;
	uint32_t from = at;
	while (at < s.len && s.at[at] == ' ')
		at++;
	uint32_t spaces = at - from;
	while (at < s.len && (s.at[at] == ' ' || s.at[at] == '\t'))
		at++;
	*ret_at = at;
	if (at == s.len || line_end(s.at[at]) || spaces >= indent)
		return true;
	/* A comment may stand anywhere, and a closing bracket under the key that its list belongs
	 * to is so usual that it is let pass. */
	if (!quoted && (s.at[at] == '#' || s.at[at] == ']' || s.at[at] == '}'))
		return true;
	uint32_t len;
	utf8_decode(s.at + at, s.len - at, &len);
	if (quoted)
		return refuse(t, at, len,
			"still inside the quotes, and not indented deeper than their key",
			"close the quotes above, or indent the line with spaces");
	return refuse(t, at, len,
		"still inside the brackets, and not indented deeper than their key",
		"close the brackets above, or indent the line with spaces");
}

bool strict_gap(const struct yaml_text *t, uint32_t lo, uint32_t hi, uint32_t indent)
{
	const char *s = t->text.at;
	for (uint32_t i = lo; i < hi;) {
		char c = s[i];
		if (c == '#' && i > 0 && !blank(s[i - 1]))
			return comment(t, i);
		if (c == '#')
			while (i < hi && !line_end(s[i]))
				i++;
		else if (c == '?' && i + 1 < t->text.len && !blank(s[i + 1]))
			return refuse(t, i, 1,
				"in a flow list or mapping some readers drop this `?`",
				"put quotes around text that begins with `?`");
		else if (!line_end(c))
			i++;
		else if (!line(t, i + 1, indent, false, &i))
			return false;
	}
	return true;
}

bool strict_lines(const struct yaml_text *t, uint32_t lo, uint32_t hi, uint32_t indent, bool quoted)
{
	for (uint32_t i = lo; i < hi;)
		if (!line_end(t->text.at[i]))
			i++;
		else if (!line(t, i + 1, indent, quoted, &i))
			return false;
	return true;
}

bool strict_after(const struct yaml_text *t, uint32_t at)
{
	return at == t->text.len || t->text.at[at] != '#' || comment(t, at);
}

bool strict_header(const struct yaml_text *t, uint32_t at)
{
	const char *s = t->text.at;
	for (at++; at < t->text.len &&
		   (s[at] == '+' || s[at] == '-' || (s[at] >= '0' && s[at] <= '9'));)
		at++;
	return strict_after(t, at);
}

bool strict_name(const struct yaml_text *t, uint32_t at, uint32_t len)
{
	uint32_t end = at + 1 + len;
	return end >= t->text.len || blank(t->text.at[end]) ||
	       strchr(",[]{}", t->text.at[end]) != NULL ||
	       refuse(t, at, 1 + len + 1, "some readers take more, some less of this for the name",
		       "a space ends the name of an anchor or alias");
}

bool strict_dash(const struct yaml_text *t, uint32_t lo, uint32_t hi)
{
	return hi - lo != 1 || t->text.at[lo] != '-' ||
	       refuse(t, lo, 1, "a `-` alone is no text here", "put quotes around it");
}

bool strict_directives(const struct yaml_text *t, uint32_t lo, uint32_t hi, bool open_end)
{
	const char *s = t->text.at;
	while (lo < hi && s[lo] != '%')
		lo++;
	uint32_t at = lo;
	while (at < hi && !blank(s[at]))
		at++;
	if (open_end)
		return refuse(t, lo, at - lo,
			"directives cannot follow a document that is not ended",
			"end the document before with a line `...`");
	while (at < hi &&
		(s[at] == ' ' || s[at] == '\t' || s[at] == '.' || (s[at] >= '0' && s[at] <= '9')))
		at++;
	return at == lo || blank(s[at - 1]) || strict_after(t, at);
}
