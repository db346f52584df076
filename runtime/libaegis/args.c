/* Finds a call's arguments by their roles, and their text. */
#include "args.h"

void aegi_args_init(struct aegi_args *a, const struct aeg_bundle *b, const struct aegi_trie *t,
	const struct aeg_call *call, uint32_t tool)
{
	a->json = call->args;
	a->count = 0;
	a->known = 0;
	if (a->json == NULL || aegi_token_kind(a->json, 0) == AEG_JSON_NULL)
		a->json = NULL;
	if (tool == AEGF_TOOL_BY_NAME &&
		!aegi_name_walk(t, aeg_ld32(aegi_meta(b)->catalogue), call->tool, &tool))
		return;
	if (tool == AEGF_NONE)
		return;
	const struct aegf_tool *entry = aegi_at(b, AEGF_TOOLS, tool, struct aegf_tool);
	a->arg = aegi_at(b, AEGF_ARGS, aeg_ld32(entry->args.first), struct aegf_arg);
	a->count = aeg_ld32(entry->args.count);
	a->strings = t->strings;
}

int aegi_args_acceptable(const struct aeg_json *json)
{
	if (json == NULL)
		return 1;
	if (json->status != AEG_OK || json->duplicate != AEG_NONE || json->surrogate != AEG_NONE)
		return 0;
	uint32_t kind = aegi_token_kind(json, 0);
	return kind == AEG_JSON_OBJECT || kind == AEG_JSON_NULL;
}

/* aeg_json_member, for names without escapes faster. */
static uint32_t member(const struct aeg_json *j, struct aeg_str name)
{
	const struct aeg_json_tok *tok = j->tok;

	for (uint32_t key = 1; key < j->ntok; key = tok[key].next) {
		if (tok[key].info & AEG_JSON_ESCAPED)
			return aeg_json_member(j, 0, name);
		if (tok[key].len == name.len && aegi_same(j->text + tok[key].at, name.at, name.len))
			return key + 1;
	}
	return AEG_NONE;
}

uint32_t aegi_args_look_up(struct aegi_args *a, uint32_t i)
{
	const struct aegf_str name = a->arg[i].name;
	uint32_t token = AEG_NONE;

	if (a->json != NULL)
		token = member(a->json,
			(struct aeg_str){ a->strings + aeg_ld32(name.off), aeg_ld32(name.len) });
	if (i < AEGI_ARGS_FOUND) {
		a->known |= 1u << i;
		a->found[i] = token;
	}
	return token;
}

static enum aegi_shape list_values(
	const struct aegi_args *a, struct aegi_values *ret, uint32_t *ret_token)
{
	const struct aeg_json_tok *tok = a->json->tok;
	uint32_t list = *ret_token;

	*ret = (struct aegi_values){ list + 1, tok[list].next };
	for (uint32_t i = ret->at; i < ret->end; i = tok[i].next)
		if (aegi_token_kind(a->json, i) != AEG_JSON_STRING) {
			*ret_token = i;
			return AEGI_MISSING;
		}
	return ret->at == ret->end ? AEGI_ABSENT : AEGI_VALUES;
}

enum aegi_shape aegi_args_values(
	struct aegi_args *a, uint32_t i, struct aegi_values *ret, uint32_t *ret_token)
{
	uint32_t flags = aeg_ld32(a->arg[i].flags), token = aegi_args_find(a, i), kind;
	enum aegi_shape shape = AEGI_ABSENT;

	*ret_token = token;
	kind = token == AEG_NONE ? AEG_JSON_NULL : aegi_token_kind(a->json, token);
	if (kind != AEG_JSON_NULL) {
		if (kind != (flags & AEGF_ARG_LIST ? AEG_JSON_ARRAY : AEG_JSON_STRING))
			return AEGI_MISSING;
		*ret = (struct aegi_values){ token, token + 1 };
		shape = flags & AEGF_ARG_LIST ? list_values(a, ret, ret_token) : AEGI_VALUES;
	}
	return shape == AEGI_ABSENT && (flags & AEGF_ARG_REQUIRED) ? AEGI_MISSING : shape;
}

struct aegi_room aegi_args_room(const struct aegi_args *a, unsigned part)
{
	const struct aeg_json *j = a->json;
	size_t third = j->cap > j->ntok ? (size_t)(j->cap - j->ntok) * sizeof *j->tok / 3 : 0;

	return (struct aegi_room){ (char *)(j->tok + j->ntok) + third * part, third };
}

int aegi_args_unescape(
	const struct aegi_args *a, uint32_t token, struct aegi_room *room, struct aeg_str *ret)
{
	size_t n = aeg_json_unescape(a->json, token, room->at, room->size);

	if (n == SIZE_MAX)
		return 0;
	*ret = (struct aeg_str){ room->at, (uint32_t)n };
	room->at += n;
	room->size -= n;
	return 1;
}
