/* Holds a call's arguments against what one capability states. */
#include "constraint.h"

#include "path.h"

enum { ROOM_PATH, ROOM_COMMAND, ROOM_URL };

/* AEG_None: it is passed over. */
static enum aeg_reason fail(struct aegi_facts *f, uint32_t token, enum aeg_reason why)
{
	f->token = token;
	if (f->skip == 0)
		return why;
	f->skip--;
	return AEG_None;
}

/* The reason does not matter: the status does. */
static enum aeg_reason no_room(struct aegi_facts *f)
{
	f->status = AEG_NOMEM;
	return AEG_InvalidArgument;
}

/* ---- Paths --------------------------------------------------------------------------------- */

static enum aeg_reason path_value(struct aegi_facts *f, uint32_t root, uint32_t token)
{
	enum aeg_reason why;

	if (f->path_token != token) {
		struct aegi_room room = aegi_args_room(&f->args, ROOM_PATH);
		if (!aegi_args_text(&f->args, token, &room, &f->path.text))
			return no_room(f);
		f->path.unsafe = aegi_path_safe(f->path.text);
		f->path_token = token;
	}
	why = f->path.unsafe;
	if (why == AEG_None && root != AEGF_NONE)
		why = aegi_path_listed(f->trie, root, f->path.text);
	return why == AEG_None ? why : fail(f, token, why);
}

/* No allowlist is stated: what is no string is not looked at, a `..` in one that is still counts.
 */
static enum aeg_reason path_unstated(struct aegi_facts *f, uint32_t i)
{
	const struct aeg_json *j = f->args.json;
	uint32_t token = aegi_args_find(&f->args, i), kind;
	enum aeg_reason why = AEG_None;

	if (token == AEG_NONE)
		return AEG_None;
	kind = aegi_token_kind(j, token);
	if (kind == AEG_JSON_STRING)
		return path_value(f, AEGF_NONE, token);
	if (kind != AEG_JSON_ARRAY)
		return AEG_None;
	for (uint32_t t = token + 1; t < j->tok[token].next && why == AEG_None; t = j->tok[t].next)
		if (aegi_token_kind(j, t) == AEG_JSON_STRING)
			why = path_value(f, AEGF_NONE, t);
	return why;
}

static enum aeg_reason path_stated(struct aegi_facts *f, uint32_t root, uint32_t i)
{
	struct aegi_values v;
	enum aeg_reason why = AEG_None;
	uint32_t token;

	switch (aegi_args_values(&f->args, i, &v, &token)) {
	case AEGI_MISSING: return fail(f, token, AEG_MissingArgument);
	case AEGI_ABSENT: return AEG_None;
	case AEGI_VALUES: break;
	}
	for (; v.at < v.end && why == AEG_None; v.at++)
		why = path_value(f, root, v.at);
	return why;
}

static enum aeg_reason paths(struct aegi_facts *f, uint32_t root)
{
	enum aeg_reason why = AEG_None;

	for (uint32_t i = 0; i < f->args.count && why == AEG_None; i++)
		if (aegi_args_role(&f->args, i) == AEGF_ROLE_PATH)
			why = root == AEGF_NONE ? path_unstated(f, i) : path_stated(f, root, i);
	return why;
}

/* ---- Commands ------------------------------------------------------------------------------ */

/* JSON can spell a NUL in one way only, and its backslash must not be an escaped one. */
AEGI_COLD int spells_nul(const char *p, uint32_t len)
{
	for (uint32_t i = 0; i + 1 < len; i += p[i] == '\\' ? 2 : 1)
		if (p[i] == '\\' && p[i + 1] == 'u' && memcmp(p + i + 2, "0000", 4) == 0)
			return 1;
	return 0;
}

AEGI_HOT int has_nul(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *tok = &j->tok[token];

	return (tok->info & AEG_JSON_ESCAPED) && spells_nul(j->text + tok->at, tok->len);
}

struct tail {           /* what is to be appended to a command, of all arguments of role args */
	uint32_t list;  /* the first array before anything wrong, or AEG_NONE */
	uint32_t first; /* the first string, or AEG_NONE */
	uint32_t nul;   /* the first string with a NUL, or AEG_NONE */
	uint32_t wrong_token;
	enum aeg_reason wrong;
};

static void spoil(struct tail *t, uint32_t token, enum aeg_reason why)
{
	if (t->wrong == AEG_None) {
		t->wrong = why;
		t->wrong_token = token;
	}
}

static void append_list(const struct aeg_json *j, uint32_t list, struct tail *t)
{
	if (t->list == AEG_NONE && t->wrong == AEG_None)
		t->list = list;
	for (uint32_t i = list + 1; i < j->tok[list].next; i = j->tok[i].next) {
		if (aegi_token_kind(j, i) != AEG_JSON_STRING) {
			spoil(t, i, AEG_InvalidArgument);
			continue;
		}
		if (t->first == AEG_NONE)
			t->first = i;
		if (t->nul == AEG_NONE && has_nul(j, i))
			t->nul = i;
	}
}

static void find_tail(struct aegi_args *a, struct tail *t)
{
	*t = (struct tail){ AEG_NONE, AEG_NONE, AEG_NONE, AEG_NONE, AEG_None };
	for (uint32_t i = 0; i < a->count; i++) {
		uint32_t token, kind;

		if (aegi_args_role(a, i) != AEGF_ROLE_ARGS)
			continue;
		token = aegi_args_find(a, i);
		kind = token == AEG_NONE ? AEG_JSON_NULL : aegi_token_kind(a->json, token);
		if (kind == AEG_JSON_ARRAY)
			append_list(a->json, token, t);
		else if (kind != AEG_JSON_NULL)
			spoil(t, token, AEG_InvalidArgument);
		else if (aeg_ld32(a->arg[i].flags) & AEGF_ARG_REQUIRED)
			spoil(t, token, AEG_MissingArgument);
	}
}

static enum aeg_reason wrong(struct aegi_facts *f, uint32_t token, enum aeg_reason why)
{
	f->command.wrong_token = token;
	return why;
}

/* Steps 1 to 3, which no allowlist has a say in, and that there is a word at all. */
static enum aeg_reason read_command(struct aegi_facts *f, uint32_t token)
{
	struct aegi_room room = aegi_args_room(&f->args, ROOM_COMMAND);
	struct aegi_words *words = &f->command.words;
	struct aeg_str text;
	struct tail tail;

	find_tail(&f->args, &tail);
	if (has_nul(f->args.json, token))
		return wrong(f, token, AEG_InvalidArgument);
	if (tail.nul != AEG_NONE)
		return wrong(f, tail.nul, AEG_InvalidArgument);
	if (!aegi_args_text(&f->args, token, &room, &text))
		return no_room(f);
	switch (aegi_command_split(text, &room, words)) {
	case AEGI_SPLIT_OPERATOR: return wrong(f, token, AEG_ShellOperatorNotAllowed);
	case AEGI_SPLIT_NOMEM: return no_room(f);
	case AEGI_SPLIT_WORDS: break;
	}
	if (words->count > 1 && tail.list != AEG_NONE)
		return wrong(f, tail.list, AEG_InvalidArgument);
	if (tail.wrong != AEG_None)
		return wrong(f, tail.wrong_token, tail.wrong);
	if (words->count == 0)
		return wrong(f, token, AEG_CommandNotAllowed);
	f->command.subcommand_token = token;
	if (words->count > 1 || tail.first == AEG_NONE)
		return AEG_None;
	words->count = 2;
	f->command.subcommand_token = tail.first;
	return aegi_args_text(&f->args, tail.first, &room, &words->word[1]) ? AEG_None : no_room(f);
}

static enum aeg_reason command_value(struct aegi_facts *f, uint32_t root, uint32_t token)
{
	const struct aegi_words *words = &f->command.words;
	enum aeg_reason why;

	if (f->command_token != token) {
		f->command.wrong = read_command(f, token);
		if (f->status != AEG_OK)
			return f->command.wrong;
		f->command_token = token;
	}
	if (f->command.wrong != AEG_None)
		return fail(f, f->command.wrong_token, f->command.wrong);
	why = aegi_command_listed(
		f->trie, root, words->word[0], words->count > 1 ? &words->word[1] : NULL);
	if (why == AEG_None)
		return why;
	return fail(f, why == AEG_SubcommandNotAllowed ? f->command.subcommand_token : token, why);
}

static enum aeg_reason commands(struct aegi_facts *f, uint32_t root)
{
	enum aeg_reason why = AEG_None;
	struct aegi_values v;
	uint32_t token;

	for (uint32_t i = 0; i < f->args.count && why == AEG_None; i++) {
		if (aegi_args_role(&f->args, i) != AEGF_ROLE_COMMAND)
			continue;
		switch (aegi_args_values(&f->args, i, &v, &token)) {
		case AEGI_MISSING: why = fail(f, token, AEG_MissingArgument); continue;
		case AEGI_ABSENT: continue;
		case AEGI_VALUES: break;
		}
		for (; v.at < v.end && why == AEG_None; v.at++)
			why = command_value(f, root, v.at);
	}
	return why;
}

/* ---- Domains ------------------------------------------------------------------------------- */

static enum aeg_reason url_value(struct aegi_facts *f, uint32_t root, uint32_t token)
{
	enum aeg_reason why;

	if (f->url_token != token) {
		struct aegi_room room = aegi_args_room(&f->args, ROOM_URL);
		struct aeg_str text;
		if (!aegi_args_text(&f->args, token, &room, &text))
			return no_room(f);
		f->url.good = aegi_url_host(text, &f->url.host);
		f->url_token = token;
	}
	why = f->url.good ? aegi_host_listed(f->trie, root, &f->url.host) : AEG_InvalidArgument;
	return why == AEG_None ? why : fail(f, token, why);
}

static enum aeg_reason hosts(struct aegi_facts *f, const struct aegf_cap *cap)
{
	enum aeg_reason why = AEG_None;
	struct aegi_values v;
	uint32_t token;

	for (uint32_t i = 0; i < f->args.count && why == AEG_None; i++) {
		if (aegi_args_role(&f->args, i) != AEGF_ROLE_URL)
			continue;
		switch (aegi_args_values(&f->args, i, &v, &token)) {
		case AEGI_MISSING: why = fail(f, token, AEG_MissingArgument); continue;
		case AEGI_ABSENT: /* the hosts become an obligation, where there are any */
			if (aeg_ld32(cap->host_list.count) == 0)
				why = fail(f, token, AEG_DomainNotAllowed);
			continue;
		case AEGI_VALUES: break;
		}
		for (; v.at < v.end && why == AEG_None; v.at++)
			why = url_value(f, aeg_ld32(cap->hosts), v.at);
	}
	return why;
}

int aegi_results_restricted(struct aegi_args *a, const struct aegf_cap *cap)
{
	struct aegi_values v;
	uint32_t token;

	if (aeg_ld32(cap->hosts) == AEGF_NONE)
		return 0;
	for (uint32_t i = 0; i < a->count; i++)
		if (aegi_args_role(a, i) == AEGF_ROLE_URL &&
			aegi_args_values(a, i, &v, &token) == AEGI_ABSENT)
			return 1;
	return 0;
}

enum aeg_reason aegi_constraints(struct aegi_facts *f, const struct aegf_cap *cap)
{
	enum aeg_reason why = paths(f, aeg_ld32(cap->paths));

	if (why == AEG_None && aeg_ld32(cap->commands) != AEGF_NONE)
		why = commands(f, aeg_ld32(cap->commands));
	if (why == AEG_None && aeg_ld32(cap->hosts) != AEGF_NONE)
		why = hosts(f, cap);
	return why;
}
