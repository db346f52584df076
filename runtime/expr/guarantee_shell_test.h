#ifndef EXPR_GUARANTEE_SHELL_TEST_H
#define EXPR_GUARANTEE_SHELL_TEST_H
/*
 * Shell commands taken apart, by POSIX.1-2017, Shell Command Language, 2.3: into operators and
 * words. A word is its characters, those that are quoted as they are, in whichever way that is
 * done; the others each after a byte that says what it is.
 */
#include <stdint.h>
#include <string.h>

/* No bytes of UTF-8. */
#define SHELL_QUOTED   '\0'
#define SHELL_AS_IS    '\xf8'
#define SHELL_EXPANDED '\xf9'

struct shell_text {
	const char *end;
	struct shell_token {
		enum {
			SHELL_WORD_TOKEN,
			SHELL_OPERATOR,
			SHELL_COMMENT_TOKEN,
			SHELL_HERE_TOKEN
		} kind;
		uint32_t at, len; /* of @at */
		int is_quoted;    /* somewhere */
		int is_command;   /* the name of one */
		int is_simple;    /* nothing but quoted and usual characters */
	} token[1 << 13];
	uint32_t n;
	char at[1 << 18];
	uint32_t len;
	const char *here, *here_end; /* the word that ends a here-document */
	int here_quoted, here_tabs;
};

static inline void shell_add(struct shell_text *s, char kind, const char *at, size_t n)
{
	for (size_t i = 0; i < n && s->len + 2 < sizeof s->at; i++) {
		if (kind != SHELL_QUOTED)
			s->at[s->len++] = kind;
		s->at[s->len++] = at[i];
	}
}

/* Behind what `$` or a backquote begins at @p; NULL: it does not end. */
static inline const char *shell_expansion(const struct shell_text *s, const char *p);

/* Behind the quote that ends what begins at @p. */
static inline const char *shell_quotes(const struct shell_text *s, const char *p)
{
	char quote = *p++;

	while (p != NULL && p < s->end && *p != quote) {
		if (quote == '"' && *p == '\\' && p + 1 < s->end)
			p += 2;
		else if (quote == '"' && (*p == '$' || *p == '`'))
			p = shell_expansion(s, p);
		else
			p++;
	}
	return p == NULL || p == s->end ? NULL : p + 1;
}

/* To the bracket that ends it. */
static inline const char *shell_brackets(const struct shell_text *s, const char *p, char end)
{
	int depth = 1, word = 0, is_sum = end == ')' && *p == '(' && p[-2] == '$';

	while (p != NULL && p < s->end) {
		char c = *p;
		if (c == end && --depth == 0)
			return p + 1;
		depth += c == '(' && end == ')';
		if (c == '#' && !word && end == ')' && !is_sum) {
			p = memchr(p, '\n', (size_t)(s->end - p));
			continue;
		}
		word = strchr(" \t\n;&|<>()", c) == NULL;
		if (c == '\'' || c == '"')
			p = shell_quotes(s, p);
		else if (c == '$' || c == '`')
			p = shell_expansion(s, p);
		else
			p += c == '\\' && p + 1 < s->end ? 2 : 1;
	}
	return NULL;
}

static inline const char *shell_expansion(const struct shell_text *s, const char *p)
{
	static const char name[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	if (*p++ == '`') {
		while (p < s->end && *p != '`')
			p += *p == '\\' && p + 1 < s->end ? 2 : 1;
		return p == s->end ? NULL : p + 1;
	}
	if (p == s->end || *p == '\0')
		return p;
	if (*p == '(' || *p == '{')
		return shell_brackets(s, p + 1, *p == '(' ? ')' : '}');
	if (strchr("@*#?-$!0123456789", *p) != NULL)
		return p + 1;
	return p + strspn(p, name);
}

/* The inside of "..." from @p to @end. */
static inline void shell_double(struct shell_text *s, const char *p, const char *end)
{
	while (p < end) {
		const char *next = p + 1;
		if (*p == '\\' && strchr("$`\"\\\n", p[1]) != NULL && p[1] != '\0') {
			next = p + 2;
			shell_add(s, SHELL_QUOTED, p + 1, p[1] == '\n' ? 0 : 1);
		} else if (*p == '$' || *p == '`') {
			next = shell_expansion(s, p);
			shell_add(s, next > p + 1 ? SHELL_EXPANDED : SHELL_QUOTED, p,
				(size_t)(next - p));
		} else {
			shell_add(s, SHELL_QUOTED, p, 1);
		}
		p = next;
	}
}

/* A word from @p on; behind it, or NULL: it does not end. */
static inline const char *shell_word_at(struct shell_text *s, const char *p, struct shell_token *t)
{
	t->kind = SHELL_WORD_TOKEN;
	t->is_simple = 1;
	while (p < s->end && strchr(" \t\n;&|<>()", *p) == NULL) {
		const char *next = p + 1;
		t->is_quoted |= *p == '\'' || *p == '"' || *p == '\\';
		if (*p == '\'' || *p == '"') {
			next = shell_quotes(s, p);
			if (next == NULL)
				return NULL;
			if (*p == '\'')
				shell_add(s, SHELL_QUOTED, p + 1, (size_t)(next - p) - 2);
			else
				shell_double(s, p + 1, next - 1);
			t->is_simple &= memchr(p, '$', (size_t)(next - p)) == NULL &&
					memchr(p, '`', (size_t)(next - p)) == NULL;
		} else if (*p == '\\') {
			if (p + 1 == s->end)
				return NULL;
			next = p + 2;
			shell_add(s, SHELL_QUOTED, p + 1, p[1] == '\n' ? 0 : 1);
		} else if (*p == '$' || *p == '`') {
			next = shell_expansion(s, p);
			if (next == NULL)
				return NULL;
			shell_add(s, next > p + 1 ? SHELL_EXPANDED : SHELL_AS_IS, p,
				(size_t)(next - p));
			t->is_simple = 0;
		} else {
			shell_add(s, SHELL_AS_IS, p, 1);
			t->is_simple &= strchr("*?[]~{}!#", *p) == NULL;
		}
		p = next;
	}
	return p;
}

static inline int shell_is(
	const struct shell_text *s, const struct shell_token *t, const char *text)
{
	size_t n = strlen(text);

	if (t->is_quoted)
		return 0;
	for (size_t i = 0; i < n && 2 * n == t->len; i++)
		if (s->at[t->at + 2 * i] != SHELL_AS_IS || s->at[t->at + 2 * i + 1] != text[i])
			return 0;
	return 2 * n == t->len;
}

/* `name=` and what follows. */
static inline int shell_is_assignment(const struct shell_text *s, const struct shell_token *t)
{
	uint32_t i = 0;

	for (; i + 1 < t->len && s->at[t->at + i] == SHELL_AS_IS; i += 2) {
		char c = s->at[t->at + i + 1];
		if (c == '=')
			return i > 0;
		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '_' &&
			(i == 0 || c < '0' || c > '9'))
			return 0;
	}
	return 0;
}

static inline int shell_is_number(const struct shell_text *s, const struct shell_token *t)
{
	for (uint32_t i = 0; i < t->len; i += 2)
		if (s->at[t->at + i] != SHELL_AS_IS || s->at[t->at + i + 1] < '0' ||
			s->at[t->at + i + 1] > '9')
			return 0;
	return t->len > 0 && !t->is_quoted;
}

/* Which words are names of commands: the first that is no assignment, reserved, or redirected to.
 * Of `case`, whose patterns look like commands, nothing is said. */
static inline void shell_commands(struct shell_text *s)
{
	static const char *const reserved[] = { "!", "{", "}", "do", "done", "elif", "else", "fi",
		"if", "then", "until", "while" };
	int begins = 1, is_target = 0;

	for (uint32_t i = 0; i < s->n; i++)
		if (shell_is(s, &s->token[i], "case"))
			return;
	for (uint32_t i = 0; i < s->n; i++) {
		struct shell_token *t = &s->token[i];
		if (t->kind == SHELL_OPERATOR) {
			is_target = s->at[t->at] == '<' || s->at[t->at] == '>';
			begins |= !is_target;
			continue;
		}
		if (t->kind != SHELL_WORD_TOKEN)
			continue;
		int is_number = i + 1 < s->n && s->token[i + 1].kind == SHELL_OPERATOR &&
				strchr("<>", s->at[s->token[i + 1].at]) && shell_is_number(s, t);
		int stays = is_target || is_number || shell_is_assignment(s, t);
		for (uint32_t k = 0; k < sizeof reserved / sizeof *reserved; k++)
			stays |= shell_is(s, t, reserved[k]);
		t->is_command = begins && !stays;
		begins &= stays;
		is_target = 0;
	}
}

/* The lines of a here-document, as one token. */
static inline const char *shell_here_lines(
	struct shell_text *s, const char *p, struct shell_token *t)
{
	size_t n = (size_t)(s->here_end - s->here);

	t->kind = SHELL_HERE_TOKEN;
	while (p < s->end) {
		const char *line = p, *end = memchr(p, '\n', (size_t)(s->end - p));
		size_t len = (size_t)((end == NULL ? s->end : end) - p);
		while (s->here_tabs && len > 0 && *line == '\t')
			line++, len--;
		p = end == NULL ? s->end : end + 1;
		if (len == n && !memcmp(line, s->here, n)) {
			s->here = NULL;
			return p;
		}
		shell_add(s, SHELL_AS_IS, line, len);
		shell_add(s, SHELL_AS_IS, "\n", 1);
	}
	return NULL;
}

/* After <<. */
static inline void shell_here_word(struct shell_text *s, const char *p)
{
	s->here_tabs = *p == '-';
	p += *p == '-';
	while (*p == ' ' || *p == '\t')
		p++;
	s->here_quoted = *p == '\'' || *p == '"' || *p == '\\';
	p += s->here_quoted;
	s->here = p;
	while (p < s->end && strchr("'\" \t\n;&|<>()", *p) == NULL)
		p++;
	s->here_end = p;
}

static inline const char *shell_operator_at(
	struct shell_text *s, const char *p, struct shell_token *t)
{
	static const char *const operators[] = { "<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&",
		"<>", ">|", "\n", ";", "&", "|", "<", ">", "(", ")" };
	size_t n = 0;

	t->kind = SHELL_OPERATOR;
	for (uint32_t i = 0; n == 0; i++)
		if (strlen(operators[i]) <= (size_t)(s->end - p) &&
			!memcmp(operators[i], p, strlen(operators[i])))
			n = strlen(operators[i]);
	for (size_t i = 0; i < n; i++)
		s->at[s->len++] = p[i];
	if (n >= 2 && p[0] == '<' && p[1] == '<')
		shell_here_word(s, p + 2);
	return p + n;
}

/* Takes @at apart, which a NUL follows. What makes it no commands, or NULL. */
static inline const char *shell_read(struct shell_text *s, const char *at, size_t len)
{
	const char *p = at;

	s->end = at + len;
	s->n = s->len = 0;
	s->here = NULL;
	if (memchr(at, '\0', len) != NULL)
		return "there is a NUL";
	while (p != NULL && p < s->end) {
		if (*p == ' ' || *p == '\t') {
			p++;
			continue;
		}
		if (*p == '\\' && p + 1 < s->end && p[1] == '\n') {
			p += 2;
			continue;
		}
		if (s->n + 2 >= sizeof s->token / sizeof *s->token)
			return "there is no room for the words";
		struct shell_token *t = &s->token[s->n++];
		*t = (struct shell_token){ .at = s->len };
		if (*p == '#') {
			const char *end = memchr(p, '\n', (size_t)(s->end - p));
			t->kind = SHELL_COMMENT_TOKEN;
			end = end == NULL ? s->end : end;
			shell_add(s, SHELL_AS_IS, p, (size_t)(end - p));
			p = end;
		} else if (strchr("\n;&|<>()", *p) != NULL) {
			int lines = *p == '\n' && s->here != NULL;
			p = shell_operator_at(s, p, t);
			if (lines) {
				t->len = s->len - t->at;
				t = &s->token[s->n++];
				*t = (struct shell_token){ .at = s->len };
				p = shell_here_lines(s, p, t);
			}
		} else {
			p = shell_word_at(s, p, t);
		}
		t->len = s->len - t->at;
	}
	if (p == NULL || s->here != NULL)
		return "a quote, expansion or here-document does not end";
	shell_commands(s);
	return NULL;
}
#endif
