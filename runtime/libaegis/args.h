#ifndef LIBAEGIS_ARGS_H
#define LIBAEGIS_ARGS_H
/* A call's arguments as the constraints see them: by their roles in the tool catalogue. */
#include "trie.h"
#include "words.h"

#define AEGI_ARGS_FOUND 8 /* arguments of one tool that are looked up once only */

struct aegi_args {                   /* borrows the bundle and the call */
	const struct aeg_json *json; /* NULL: no arguments */
	const struct aegf_arg *arg;  /* those of the tool that have a role, in catalogue order */
	const char *strings;
	uint32_t count;
	uint32_t known; /* bit i: found[i] is set */
	uint32_t found[AEGI_ARGS_FOUND];
};

static inline uint32_t aegi_token_kind(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}

/* Step 3 of the algorithm: whether the arguments as a whole are such as can be looked at. */
static inline int aegi_args_acceptable(const struct aeg_json *j)
{
	if (j == NULL)
		return 1;
	if (j->status != AEG_OK || (j->duplicate & j->surrogate) != AEG_NONE)
		return 0;
	return aegi_token_kind(j, 0) == AEG_JSON_OBJECT || aegi_token_kind(j, 0) == AEG_JSON_NULL;
}

/* TOOLS for the name @tool, or AEGF_NONE: it is not in the catalogue. */
static inline uint32_t aegi_tool_by_name(
	const struct aeg_bundle *b, const struct aegi_trie *t, struct aeg_str tool)
{
	uint32_t found;

	return aegi_name_walk(t, aeg_ld32(aegi_meta(b)->catalogue), tool, &found) ? found
										  : AEGF_NONE;
}

/* Sets @a up for acceptable arguments @json of @tool in TOOLS. */
AEGI_HOT void aegi_args_init(
	struct aegi_args *a, const struct aeg_bundle *b, const struct aeg_json *json, uint32_t tool)
{
	const struct aegf_list args = aegi_at(b, AEGF_TOOLS, tool, struct aegf_tool)->args;

	a->json = json != NULL && aegi_token_kind(json, 0) == AEG_JSON_OBJECT ? json : NULL;
	a->arg = aegi_at(b, AEGF_ARGS, aeg_ld32(args.first), struct aegf_arg);
	a->strings = (const char *)b->section[AEGF_STRINGS].at;
	a->count = aeg_ld32(args.count);
	a->known = 0;
}

static inline uint32_t aegi_args_role(const struct aegi_args *a, uint32_t i)
{
	return aeg_ld32(a->arg[i].role);
}

/* The token of argument @i's value, or AEG_NONE; looks it up. */
uint32_t aegi_args_look_up(struct aegi_args *a, uint32_t i);

/* As above; of the first few it is kept. */
AEGI_HOT uint32_t aegi_args_find(struct aegi_args *a, uint32_t i)
{
	if (i < AEGI_ARGS_FOUND && (a->known >> i & 1))
		return a->found[i];
	return aegi_args_look_up(a, i);
}

/* Tokens [at, end), each a string. */
struct aegi_values {
	uint32_t at, end;
};
enum aegi_shape {
	AEGI_VALUES,
	AEGI_ABSENT, /* optional, and there is nothing to look at */
	AEGI_MISSING /* required and not there, or not what the catalogue says */
};

/* Argument @i, where it is not simply the one string that the catalogue asks for. */
enum aegi_shape aegi_args_other_values(
	struct aegi_args *a, uint32_t i, struct aegi_values *ret, uint32_t *ret_token);

/* What a stated constraint finds in argument @i; @ret_token: the value that it may fail on. */
AEGI_HOT enum aegi_shape aegi_args_values(
	struct aegi_args *a, uint32_t i, struct aegi_values *ret, uint32_t *ret_token)
{
	uint32_t token = aegi_args_find(a, i);

	*ret_token = token;
	if (token == AEG_NONE || aegi_token_kind(a->json, token) != AEG_JSON_STRING ||
		(aeg_ld32(a->arg[i].flags) & AEGF_ARG_LIST))
		return aegi_args_other_values(a, i, ret, ret_token);
	*ret = (struct aegi_values){ token, token + 1 };
	return AEGI_VALUES;
}

/* Memory for unescaped strings, out of the spare tokens. */
struct aegi_room {
	char *at;
	size_t size;
};
/* One of four parts, so that a path, a command and a URL can be held at the same time. With as many
 * tokens as aeg_json_bound says each has two bytes for every byte of the arguments' text. */
AEGI_HOT struct aegi_room aegi_args_room(const struct aegi_args *a, unsigned part)
{
	const struct aeg_json *j = a->json;
	size_t quarter = j->cap > j->ntok ? (size_t)(j->cap - j->ntok) * sizeof *j->tok / 4 : 0;

	return (struct aegi_room){ (char *)(j->tok + j->ntok) + quarter * part, quarter };
}

int aegi_args_unescape(
	const struct aegi_args *a, uint32_t token, struct aegi_room *room, struct aeg_str *ret);

/* A string's value; takes from @room where it has escapes. 0: too little room. */
AEGI_HOT int aegi_args_text(
	const struct aegi_args *a, uint32_t token, struct aegi_room *room, struct aeg_str *ret)
{
	const struct aeg_json_tok *tok = &a->json->tok[token];

	if (tok->info & AEG_JSON_ESCAPED)
		return aegi_args_unescape(a, token, room, ret);
	ret->at = a->json->text + tok->at;
	ret->len = tok->len;
	return 1;
}
#endif
