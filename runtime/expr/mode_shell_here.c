/*
 * Here-documents: their bodies are lines of their own, up to one that is the word after <<. They
 * stand in the template as a whole, so that no value can be that line.
 */
#include "expr/mode_shell.h"

#define DELIMITER     (2 * SHELL_DEPTH) /* in the stack: its length, its bytes */
#define DELIMITER_MAX 60u

static int is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

static int is_expanded(const struct mode *m)
{
	for (uint32_t i = 1; i <= m->depth; i++)
		if (m->stack[2 * i - 2] > SHELL_CASE)
			return 1;
	return 0;
}

const char *shell_here(struct shell *s)
{
	static const char what[] = "one plain word, quoted or not, belongs after <<";
	struct mode *m = s->m;
	uint32_t at = s->at + 2, flags = SHELL_HERE_PENDING;

	if (is_expanded(m))
		return "a here-document cannot stand in an expansion";
	if (m->more[SHELL_HERE])
		return "one here-document is all that a line may have";
	if (at < s->len && s->text[at] == '-') {
		flags |= SHELL_HERE_TABS;
		at++;
	}
	while (at < s->len && (s->text[at] == ' ' || s->text[at] == '\t'))
		at++;
	char quote = at < s->len ? s->text[at] : '\0';
	if (quote == '\'' || quote == '"' || quote == '\\') {
		flags |= SHELL_HERE_QUOTED;
		at++;
	}
	uint32_t first = at;
	while (at < s->len && is_plain(s->text[at]))
		at++;
	uint32_t n = at - first;
	if ((quote == '\'' || quote == '"') && (at == s->len || s->text[at++] != quote))
		return what;
	if (n == 0 || n > DELIMITER_MAX || at == s->len || !strchr(" \t\n;&|<>)", s->text[at]))
		return what;
	m->more[SHELL_HERE] = (uint8_t)flags;
	m->stack[DELIMITER] = (uint8_t)n;
	memcpy(m->stack + DELIMITER + 1, s->text + first, n);
	s->at = at;
	return NULL;
}

/* A line in which expansions work must not let one go on in the next. */
static const char *expanded_line(const char *at, uint32_t n)
{
	if (n > 0 && at[n - 1] == '\\')
		return "a line of a here-document whose word is not quoted cannot end with a backslash";
	for (uint32_t i = 0; i < n; i++) {
		if (at[i] == '`' || (at[i] == '$' && i + 1 < n && at[i + 1] == '('))
			return "commands within a here-document are not followed: quote the word after <<";
		if (at[i] != '$' || i + 1 == n || at[i + 1] != '{')
			continue;
		for (i += 2; i < n && at[i] != '}'; i++)
			if (strchr("'\"\\$`{", at[i]) != NULL)
				return "this expansion is more than a here-document may have here";
		if (i == n)
			return "this expansion does not end in its line";
	}
	return NULL;
}

const char *shell_here_body(struct shell *s)
{
	struct mode *m = s->m;
	uint32_t flags = m->more[SHELL_HERE], n = m->stack[DELIMITER];

	if (is_expanded(m))
		return "a here-document cannot begin within an expansion";
	while (s->at < s->len) {
		const char *line = s->text + s->at, *end = memchr(line, '\n', s->len - s->at);
		uint32_t len = end != NULL ? (uint32_t)(end - line) : s->len - s->at;
		uint32_t tabs = 0;
		while ((flags & SHELL_HERE_TABS) && tabs < len && line[tabs] == '\t')
			tabs++;
		if (len - tabs == n && !memcmp(line + tabs, m->stack + DELIMITER + 1, n)) {
			s->at += len + (end != NULL);
			if (end == NULL)
				m->state = SHELL_ENDED;
			m->more[SHELL_HERE] = 0;
			memset(m->stack + DELIMITER, 0, n + 1);
			return NULL;
		}
		const char *what = flags & SHELL_HERE_QUOTED ? NULL : expanded_line(line, len);
		if (what != NULL)
			return what;
		s->at += len + (end != NULL);
	}
	return "a here-document cannot hold values or blocks";
}
