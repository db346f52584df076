/* Splits a command line into words and holds the first two against an allowlist. */
#include "command.h"

#include <stdbool.h>

enum byte_kind {
	PLAIN,    /* stands for itself */
	BLANK,    /* ends a word */
	OPERATOR, /* never stands for itself */
	QUOTE,    /* ' */
	DOUBLE,   /* " */
	ESCAPE,   /* \ */
	HASH,     /* begins a comment where it begins a word */
	EQUALS    /* makes an assignment of a word that is a name so far */
};

static const uint8_t kinds[256] = {
	[' '] = BLANK,
	['\t'] = BLANK,
	['\n'] = OPERATOR,
	[';'] = OPERATOR,
	['&'] = OPERATOR,
	['|'] = OPERATOR,
	['<'] = OPERATOR,
	['>'] = OPERATOR,
	['('] = OPERATOR,
	[')'] = OPERATOR,
	['`'] = OPERATOR,
	['$'] = OPERATOR,
	['\''] = QUOTE,
	['"'] = DOUBLE,
	['\\'] = ESCAPE,
	['#'] = HASH,
	['='] = EQUALS,
};

struct splitter {
	const char *at, *end;
	struct aegi_room *room; /* for words in pieces */
	bool no_room;
};

/* One word as it grows: a run of the text for as long as it is one, else a copy. */
struct word {
	struct aeg_str text;
	bool first;
	bool wanted; /* else it is only looked through */
	bool begun, copied;
	bool quoted; /* some of it */
};

static void put(struct splitter *s, const char *from, uint32_t n)
{
	if (n > s->room->size) {
		s->no_room = true;
		return;
	}
	memcpy(s->room->at, from, n);
	s->room->at += n;
	s->room->size -= n;
}

/* @n more bytes of the word, which stand at @from. */
static void add(struct splitter *s, struct word *w, const char *from, uint32_t n)
{
	if (n == 0 || !w->wanted)
		return;
	if (w->text.len == 0 && !w->copied) {
		w->text.at = from;
	} else if (w->copied) {
		put(s, from, n);
	} else if (w->text.at + w->text.len != from) {
		const char *at = s->room->at;
		put(s, w->text.at, w->text.len);
		put(s, from, n);
		w->text.at = at;
		w->copied = true;
	}
	w->text.len += n;
}

static void plain(struct splitter *s, struct word *w)
{
	const char *from = s->at;

	do
		s->at++;
	while (s->at < s->end && kinds[(uint8_t)*s->at] == PLAIN);
	add(s, w, from, (uint32_t)(s->at - from));
	w->begun = true;
}

/* Whether `NAME` is all there is of the word, and unquoted. */
static bool is_name(const struct splitter *s, const struct word *w)
{
	if (w->quoted || w->text.len == 0 || s->no_room)
		return false;
	for (uint32_t i = 0; i < w->text.len; i++) {
		char c = w->text.at[i];
		bool letter = (uint8_t)((c | 0x20) - 'a') < 26 || c == '_';
		if (!letter && (i == 0 || (uint8_t)(c - '0') > 9))
			return false;
	}
	return true;
}

/* All of these: false where the text ends too early or holds something active. */
static bool single_quoted(struct splitter *s, struct word *w)
{
	const char *from = ++s->at;
	const char *close = memchr(from, '\'', (size_t)(s->end - from));

	if (close == NULL)
		return false;
	add(s, w, from, (uint32_t)(close - from));
	s->at = close + 1;
	return true;
}

static bool double_quoted(struct splitter *s, struct word *w)
{
	const char *from = ++s->at;

	for (; s->at < s->end; s->at++) {
		char c = *s->at;
		if (c == '$' || c == '`')
			return false;
		if (c != '"' && c != '\\')
			continue;
		if (c == '"') {
			add(s, w, from, (uint32_t)(s->at - from));
			s->at++;
			return true;
		}
		if (s->end - s->at < 2)
			return false;
		c = s->at[1];
		if (c != '$' && c != '`' && c != '"' && c != '\\' && c != '\n')
			continue; /* the backslash stands for itself */
		add(s, w, from, (uint32_t)(s->at - from));
		s->at++;
		from = c == '\n' ? s->at + 1 : s->at;
	}
	return false;
}

static bool escaped(struct splitter *s, struct word *w, bool *ret_continued)
{
	if (s->end - s->at < 2)
		return false;
	*ret_continued = s->at[1] == '\n'; /* as if neither stood there */
	if (!*ret_continued)
		add(s, w, s->at + 1, 1);
	s->at += 2;
	return true;
}

/* The word at s->at, up to a blank or the end; not w->begun: there is none. */
static bool one_word(struct splitter *s, struct word *w)
{
	bool good = true, continued = false;

	for (; good && s->at < s->end; continued = false) {
		switch ((enum byte_kind)kinds[(uint8_t)*s->at]) {
		case BLANK:
			if (w->begun)
				return true;
			s->at++;
			continue;
		case OPERATOR: return false;
		case HASH:
			if (!w->begun)
				return false;
			plain(s, w);
			continue;
		case EQUALS:
			if (w->first && is_name(s, w))
				return false;
			plain(s, w);
			continue;
		case PLAIN: plain(s, w); continue;
		case QUOTE: good = single_quoted(s, w); break;
		case DOUBLE: good = double_quoted(s, w); break;
		case ESCAPE: good = escaped(s, w, &continued); break;
		}
		if (!continued)
			w->begun = w->quoted = true;
	}
	return good;
}

enum aegi_split aegi_command_split(
	struct aeg_str text, struct aegi_room *room, struct aegi_words *ret)
{
	struct splitter s = { text.at, text.at + text.len, room, false };

	for (ret->count = 0;;) {
		struct word w = {
			.text.at = s.at, .first = ret->count == 0, .wanted = ret->count < 2
		};
		if (!one_word(&s, &w))
			return AEGI_SPLIT_OPERATOR;
		if (!w.begun)
			return s.no_room ? AEGI_SPLIT_NOMEM : AEGI_SPLIT_WORDS;
		if (w.wanted)
			ret->word[ret->count++] = w.text;
	}
}

enum aeg_word aeg_command_word(
	struct aeg_str command, uint32_t *io_at, char *buf, size_t cap, uint32_t *ret_len)
{
	struct aegi_room room = { buf, cap };
	struct splitter s = { command.at + *io_at, command.at + command.len, &room, false };
	struct word w = { .text.at = s.at, .first = *io_at == 0, .wanted = true };
	bool good = one_word(&s, &w);

	*io_at = (uint32_t)(s.at - command.at);
	if (!good || s.no_room || (w.begun && w.text.len > cap))
		return AEG_WORD_BAD;
	if (!w.begun)
		return AEG_WORD_END;
	memmove(buf, w.text.at, w.text.len); /* it may be there already */
	*ret_len = w.text.len;
	return AEG_WORD;
}

enum aeg_reason aegi_command_listed(const struct aegi_trie *t, uint32_t root,
	struct aeg_str command, const struct aeg_str *subcommand)
{
	uint32_t node = aegi_step(t, root, command.at, command.len);

	if (node == AEGF_NONE)
		return AEG_CommandNotAllowed;
	if (aeg_ld32(t->nodes[node].a) & AEGF_SUBCOMMAND_ANY)
		return AEG_None;
	if (subcommand == NULL || aegi_step(t, node, subcommand->at, subcommand->len) == AEGF_NONE)
		return AEG_SubcommandNotAllowed;
	return AEG_None;
}
