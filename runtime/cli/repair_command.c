/* Changes command lines. */
#include "cli/answer.h"
#include "cli/repair_internal.h"

/* ---- Words --------------------------------------------------------------------------------- */

struct words {
	struct slice word[2]; /* without quotes */
	uint32_t end[2];      /* where they end in the line */
	uint32_t n;           /* how many there are, at most 2 */
	uint32_t last;        /* where the last of all ends */
	uint32_t bad;         /* the byte that is too much; AEG_NONE: it is a plain command */
};

static struct words read_words(struct repair *r, struct slice line)
{
	struct words w = { .bad = AEG_NONE };
	char *rest = arena_array(r->arena, char, line.len + 1);
	for (uint32_t at = 0;;) {
		char *buf = w.n < 2 ? arena_array(r->arena, char, line.len + 1) : rest;
		uint32_t len = 0;
		enum aeg_word is = aeg_command_word(
			(struct aeg_str){ line.at, line.len }, &at, buf, line.len + 1, &len);
		if (is == AEG_WORD_BAD)
			w.bad = at;
		if (is != AEG_WORD)
			return w;
		w.last = at;
		if (w.n == 2)
			continue;
		w.word[w.n] = (struct slice){ buf, len };
		w.end[w.n++] = at;
	}
}

/* A string's value, though it may be too long to be shown. */
static struct slice whole_text(const struct repair *r, uint32_t token)
{
	uint32_t len = r->json->tok[token].len;
	char *text = arena_array(r->arena, char, len + 1);
	return (struct slice){ text, (uint32_t)aeg_json_unescape(r->json, token, text, len) };
}

static bool is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != 0 && strchr("_@%+:,./-", c) != NULL);
}

/* The word as a shell reads it back. */
static void add_word(struct buf *out, struct slice word)
{
	bool safe = word.len != 0;
	for (uint32_t i = 0; i < word.len; i++)
		safe = safe && is_safe(word.at[i]);
	buf_text(out, safe ? "" : "'");
	for (uint32_t i = 0; i < word.len; i++)
		if (word.at[i] == '\'')
			buf_text(out, "'\\''");
		else
			buf_add(out, word.at + i, 1);
	buf_text(out, safe ? "" : "'");
}

/* The argument of role args, where it holds a list. */
static bool find_tail(const struct repair *r, struct argument *ret)
{
	for (uint32_t i = 0; repair_argument(r, i, ret); i++)
		if (ret->info.role == AEG_ROLE_ARGS && ret->value != AEG_NONE &&
			args_kind(r->json, ret->value) == AEG_JSON_ARRAY)
			return true;
	return false;
}

/* The command line that @token is, or that the list @token is in is appended to. */
static bool find_command(const struct repair *r, uint32_t token, struct argument *ret)
{
	if (repair_argument_of(r, token, ret) && ret->info.role == AEG_ROLE_COMMAND)
		return true;
	for (uint32_t i = 0; repair_argument(r, i, ret); i++)
		if (ret->info.role == AEG_ROLE_COMMAND && ret->value != AEG_NONE)
			return true;
	return false;
}

/* ---- Lists --------------------------------------------------------------------------------- */

static struct allowlist commands(const struct repair *r)
{
	return allowlist_of(r->bundle, r->call.context, r->capability, AEG_LIST_COMMANDS, 0);
}

/* Of the subcommands of @command the nearest to @like; at NULL: nothing may follow it. A command
 * may stand in the list more than once. */
static struct slice near_subcommand(struct repair *r, struct slice command, struct slice like)
{
	struct allowlist all = commands(r);
	for (uint32_t i = 0; i < all.n && i < NEAR_MOST; i++) {
		if (!slice_eq(allowlist_entry(&all, i), command))
			continue;
		struct allowlist l = allowlist_of(
			r->bundle, r->call.context, r->capability, AEG_LIST_SUBCOMMANDS, i);
		uint32_t at = near_word(&l, like);
		if (l.n == AEG_NONE || at == AEG_NONE)
			continue;
		r->list = l;
		r->nearest = at;
		return allowlist_entry(&l, at);
	}
	return (struct slice){ NULL, 0 };
}

static struct slice near_command(struct repair *r, struct slice like)
{
	r->list = commands(r);
	r->nearest = near_word(&r->list, like);
	return r->nearest == AEG_NONE ? (struct slice){ NULL, 0 }
				      : allowlist_entry(&r->list, r->nearest);
}

struct slice repair_new_command(struct repair *r)
{
	struct buf out = { .arena = r->arena };
	struct slice command = near_command(r, SLICE(""));
	struct argument tail;
	if (command.at == NULL)
		return SLICE("true");
	add_word(&out, command);
	if (!find_tail(r, &tail)) {
		struct allowlist list = r->list;
		uint32_t nearest = r->nearest;
		struct slice sub = near_subcommand(r, command, SLICE(""));
		r->list = list;
		r->nearest = nearest;
		buf_text(&out, sub.at != NULL ? " " : "");
		if (sub.at != NULL)
			add_word(&out, sub);
	}
	return buf_done(&out);
}

/* ---- Changes ------------------------------------------------------------------------------- */

static bool without_nul(struct repair *r, uint32_t token)
{
	struct slice text = repair_text(r, token);
	struct buf out = { .arena = r->arena };
	for (uint32_t i = 0; i < text.len; i++)
		if (text.at[i] != 0)
			buf_add(&out, text.at + i, 1);
	return repair_set(r, token, buf_done(&out));
}

/* The plain command that the line begins with. */
static struct slice plain_part(struct repair *r, struct slice line)
{
	struct words w = read_words(r, line);
	while (w.bad != AEG_NONE && w.n == 0 && w.bad < line.len && line.at[w.bad] == '=') {
		while (w.bad < line.len && line.at[w.bad] != ' ') /* an assignment */
			w.bad++;
		line = (struct slice){ line.at + w.bad, line.len - w.bad };
		w = read_words(r, line);
	}
	while (line.len > 0 && line.at[0] == ' ') {
		line = (struct slice){ line.at + 1, line.len - 1 };
		w = read_words(r, line);
	}
	if (w.bad == AEG_NONE)
		return line;
	struct slice front = { line.at, w.bad };
	struct words f = read_words(r, front);
	return f.bad == AEG_NONE && f.n > 0 ? front : (struct slice){ line.at, w.last };
}

static bool mend_line(struct repair *r, uint32_t token)
{
	struct slice line = repair_text(r, token);
	if (line.at != NULL)
		line = plain_part(r, line);
	while (line.len > 0 && line.at[line.len - 1] == ' ')
		line.len--;
	return repair_set(r, token, line.len == 0 ? repair_new_command(r) : line);
}

/* `args` beside a line of several words, or that are no list of strings. */
static bool mend_args(struct repair *r, uint32_t token, const struct argument *arg)
{
	struct argument command;
	if (token != arg->value) {
		bool plain = args_kind(r->json, token) != AEG_JSON_ARRAY &&
			     args_kind(r->json, token) != AEG_JSON_OBJECT &&
			     args_kind(r->json, token) != AEG_JSON_STRING &&
			     r->json->tok[token].len <= REPAIR_QUOTE_MOST;
		return args_kind(r->json, token) == AEG_JSON_STRING
			       ? without_nul(r, token)
			       : repair_set(
					 r, token, plain ? args_text(r->json, token) : SLICE(""));
	}
	if (args_kind(r->json, token) != AEG_JSON_ARRAY)
		return repair_mend_kind(r, token, arg);
	if ((arg->info.flags & AEG_ARGUMENT_REQUIRED) == 0)
		return repair_leave_out(r, arg);
	if (!find_command(r, token, &command))
		return false;
	struct words w = read_words(r, repair_text(r, command.value));
	struct buf out = { .arena = r->arena };
	if (w.n > 0)
		add_word(&out, w.word[0]);
	return repair_set(r, command.value, w.n > 0 ? buf_done(&out) : repair_new_command(r));
}

/* Another command in front; what follows it stays. */
static bool change_command(struct repair *r, uint32_t token)
{
	struct slice line = repair_text(r, token);
	struct words w = { 0 };
	struct buf out = { .arena = r->arena };
	if (line.at != NULL)
		w = read_words(r, line);
	struct slice command = near_command(r, w.n > 0 ? w.word[0] : SLICE(""));
	if (command.at == NULL)
		return false;
	add_word(&out, command);
	if (w.n > 0)
		buf_add(&out, line.at + w.end[0], line.len - w.end[0]);
	return repair_set(r, token, buf_done(&out));
}

static bool change_subcommand(struct repair *r, const struct aeg_step *s)
{
	struct argument command, tail;
	if (!find_command(r, s->token, &command))
		return false;
	struct slice line = repair_text(r, command.value);
	struct words w = read_words(r, whole_text(r, command.value));
	struct slice like = s->token != command.value    ? repair_text(r, s->token)
			    : line.at != NULL && w.n > 1 ? w.word[1]
							 : SLICE("");
	struct slice sub = near_subcommand(r, w.word[0], like);
	if (sub.at == NULL)
		return change_command(r, command.value);
	if (s->token != command.value)
		return repair_set(r, s->token, sub);
	if (w.n == 1 && find_tail(r, &tail))
		return repair_set_json(r, tail.value, args_list(r->arena, sub));
	struct buf out = { .arena = r->arena };
	if (line.at != NULL)
		buf_add(&out, line.at, w.end[0]);
	else
		add_word(&out, w.word[0]);
	buf_text(&out, " ");
	add_word(&out, sub);
	if (line.at != NULL && w.n > 1)
		buf_add(&out, line.at + w.end[1], line.len - w.end[1]);
	return repair_set(r, command.value, buf_done(&out));
}

bool repair_command(struct repair *r, const struct aeg_step *s, const struct argument *arg)
{
	if (s->reason == AEG_ShellOperatorNotAllowed)
		return mend_line(r, s->token);
	if (s->reason == AEG_CommandNotAllowed)
		return change_command(r, s->token);
	if (s->reason == AEG_SubcommandNotAllowed)
		return change_subcommand(r, s);
	return arg->info.role == AEG_ROLE_ARGS ? mend_args(r, s->token, arg)
					       : without_nul(r, s->token);
}

/* ---- Entries ------------------------------------------------------------------------------- */

/* What the compiler takes for an entry. */
static bool is_entry(struct slice word, bool command)
{
	static const char shell[] = ";&|<>()$`\"'\\*?[]{}#~=!";
	for (uint32_t i = 0; i < word.len; i++) {
		unsigned char c = (unsigned char)word.at[i];
		if (c <= ' ' || c == 0x7f || (command && strchr(shell, c) != NULL))
			return false;
	}
	return word.len != 0 && !slice_is(word, "*") &&
	       (!command || word.at[0] == '/' || memchr(word.at, '/', word.len) == NULL);
}

/* What may follow the commands that are looked at: anything at all, some or all of them. */
struct follow {
	bool some, all;
};
static struct follow any_may_follow(const struct repair *r)
{
	struct allowlist l = commands(r);
	struct follow ret = { false, l.n != 0 };
	for (uint32_t i = 0; i < l.n && i < NEAR_MOST; i++) {
		bool any = aeg_capability_list(r->bundle, r->call.context, r->capability,
				   AEG_LIST_SUBCOMMANDS, i) == AEG_NONE;
		ret.some = ret.some || any;
		ret.all = ret.all && any;
	}
	return ret;
}

bool repair_add_command(struct repair *r, const struct aeg_step *s, bool loose)
{
	struct change c = { .kind = CHANGE_ADD_COMMAND, .rule = r->capability, .index = AEG_NONE };
	struct argument command, tail;
	if (!find_command(r, s->token, &command) || repair_text(r, command.value).at == NULL)
		return false;
	struct words w = read_words(r, repair_text(r, command.value));
	bool follows = w.n > 1;
	if (w.n == 1 && find_tail(r, &tail) && tail.value + 1 < r->json->tok[tail.value].next) {
		w.word[1] = repair_text(r, tail.value + 1);
		follows = true;
	}
	bool listed = s->reason == AEG_SubcommandNotAllowed;
	if (w.n == 0 || !(listed || is_entry(w.word[0], true)))
		return false;
	c.value = w.word[0];
	struct follow any = any_may_follow(r);
	if (follows && (listed || !any.all)) {
		if (w.word[1].at != NULL && is_entry(w.word[1], false))
			c.name = w.word[1];
		else if (!loose)
			return false;
	}
	/* That anything may follow cannot be said beside one list of what may follow them all, and
	 * whether that is how they are spelled is known only where anything may follow some. */
	if (c.name.at == NULL && (listed || !any.some)) {
		c.kind = CHANGE_SET_COMMANDS;
		if (!repair_can_set_commands(r))
			return false;
	}
	changes_add(r->arena, &r->changes, c);
	return true;
}
