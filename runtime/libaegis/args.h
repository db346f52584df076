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

/* Sets @a up for a tool of class @tool: an index in TOOLS, AEGF_NONE or AEGF_TOOL_BY_NAME. */
void aegi_args_init(struct aegi_args *a, const struct aeg_bundle *b, const struct aegi_trie *t,
	const struct aeg_call *call, uint32_t tool);

/* Step 3 of the algorithm: whether the arguments as a whole are such as can be looked at. */
int aegi_args_acceptable(const struct aeg_json *json);

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
/* What a stated constraint finds in argument @i; @ret_token: the value that it may fail on. */
enum aegi_shape aegi_args_values(
	struct aegi_args *a, uint32_t i, struct aegi_values *ret, uint32_t *ret_token);

/* Memory for unescaped strings, out of the spare tokens. */
struct aegi_room {
	char *at;
	size_t size;
};
/* One of three parts, so that a path, a command and a URL can be held at the same time: each is
 * long enough for any two strings of the arguments. */
struct aegi_room aegi_args_room(const struct aegi_args *a, unsigned part);

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

static inline uint32_t aegi_token_kind(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}
#endif
