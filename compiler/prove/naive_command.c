/* Commands, naively: split into words as a POSIX shell would, then looked up. */
#include "prove/naive.h"

struct splitter {
	struct slice in;
	uint32_t at;
	char *text; /* of all words, without quotes */
	uint32_t len;
	struct slice *words;
	uint32_t nwords;
};

static bool is_one_of(char c, const char *set) { return c != 0 && strchr(set, c) != NULL; }

/* What stands between single quotes is itself. */
static bool single_quoted(struct splitter *s)
{
	for (s->at++; s->at < s->in.len; s->at++) {
		if (s->in.at[s->at] == '\'') {
			s->at++;
			return true;
		}
		s->text[s->len++] = s->in.at[s->at];
	}
	return false;
}

/* In double quotes a backslash quotes $ ` " \ and takes a line end away; else it is itself. */
static bool double_quoted(struct splitter *s)
{
	for (s->at++; s->at < s->in.len; s->at++) {
		char c = s->in.at[s->at];
		if (c == '"') {
			s->at++;
			return true;
		}
		if (c == '$' || c == '`')
			return false;
		if (c == '\\') {
			if (s->at + 1 == s->in.len)
				return false;
			char next = s->in.at[s->at + 1];
			if (is_one_of(next, "$`\"\\\n")) {
				s->at++;
				if (next == '\n')
					continue;
				c = next;
			}
		}
		s->text[s->len++] = c;
	}
	return false;
}

/* A name, then `=`, none of it quoted: @plain bytes at the word's start are as they were written.
 */
static bool is_assignment(struct slice word, uint32_t plain)
{
	for (uint32_t i = 0; i < word.len && i < plain; i++) {
		char c = word.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (c == '=')
			return i > 0;
		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return false;
}

/* A backslash before a line end: both count for nothing. */
static bool at_continuation(const struct splitter *s)
{
	return s->at + 1 < s->in.len && s->in.at[s->at] == '\\' && s->in.at[s->at + 1] == '\n';
}

/* One word from s->at on. False: something that is not allowed. */
static bool take_word(struct splitter *s)
{
	uint32_t from = s->len, plain = UINT32_MAX;

	if (s->in.at[s->at] == '#')
		return false;
	while (s->at < s->in.len && !is_one_of(s->in.at[s->at], " \t")) {
		char c = s->in.at[s->at];
		if (at_continuation(s)) {
			s->at += 2;
			continue;
		}
		if (is_one_of(c, ";&|<>()\n`$"))
			return false;
		if (is_one_of(c, "'\"\\") && plain == UINT32_MAX)
			plain = s->len - from;
		if (c == '\'') {
			if (!single_quoted(s))
				return false;
		} else if (c == '"') {
			if (!double_quoted(s))
				return false;
		} else if (c == '\\') {
			if (s->at + 1 == s->in.len)
				return false;
			s->text[s->len++] = s->in.at[s->at + 1];
			s->at += 2;
		} else {
			s->text[s->len++] = c;
			s->at++;
		}
	}
	struct slice word = { s->text + from, s->len - from };
	s->words[s->nwords++] = word;
	return s->nwords != 1 || !is_assignment(word, plain);
}

static bool split(struct splitter *s)
{
	for (;;) {
		while (s->at < s->in.len &&
			(at_continuation(s) || is_one_of(s->in.at[s->at], " \t")))
			s->at += at_continuation(s) ? 2 : 1;
		if (s->at == s->in.len)
			return true;
		if (!take_word(s))
			return false;
	}
}

static bool has_nul(struct slice s) { return s.len != 0 && memchr(s.at, 0, s.len) != NULL; }

static bool lists(const struct mlist *list, struct slice word)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].text, word))
			return true;
	return false;
}

/* @sub NULL: there is none. */
static const char *look_up(const struct mcap *cap, struct slice base, const struct slice *sub)
{
	const struct mlist *subs = &cap->subcommand_list;

	if (cap->commands.stated && !lists(&cap->commands, base))
		return "CommandNotAllowed";
	if (cap->subcommand_form == SUBCOMMANDS_NONE)
		return NULL;
	if (cap->subcommand_form == SUBCOMMANDS_MAP) {
		subs = NULL;
		for (uint32_t i = 0; i < cap->nsubcommand_map; i++)
			if (slice_eq(cap->subcommand_map[i].command.text, base))
				subs = &cap->subcommand_map[i].subcommands;
		if (subs == NULL)
			return "CommandNotAllowed";
		if (subs->n == 0)
			return NULL;
	}
	return sub != NULL && lists(subs, *sub) ? NULL : "SubcommandNotAllowed";
}

const char *naive_command(struct slice command, const struct naive_words *args, uint32_t nargs,
	const struct mcap *cap, struct arena *scratch)
{
	struct splitter s = { .in = command };
	const struct slice *sub = NULL;

	if (has_nul(command))
		return "InvalidArgument";
	for (uint32_t i = 0; i < nargs; i++)
		for (uint32_t k = 0; k < args[i].n; k++)
			if (has_nul(args[i].v[k]))
				return "InvalidArgument";
	s.text = arena_array(scratch, char, command.len + 1);
	s.words = arena_array(scratch, struct slice, command.len + 1);
	if (!split(&s))
		return "ShellOperatorNotAllowed";
	if (s.nwords > 1)
		sub = &s.words[1];
	for (uint32_t i = 0; i < nargs; i++) {
		if (args[i].missing)
			return "MissingArgument";
		if (args[i].given && (!args[i].strings || s.nwords > 1))
			return "InvalidArgument";
		if (sub == NULL && args[i].n > 0)
			sub = &args[i].v[0];
	}
	if (s.nwords == 0)
		return "CommandNotAllowed";
	return look_up(cap, s.words[0], sub);
}
