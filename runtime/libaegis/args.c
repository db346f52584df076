/* Finds a call's arguments by their roles, and their text: what args.h leaves to be called. */
#include "args.h"

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

enum aegi_shape aegi_args_other_values(
	struct aegi_args *a, uint32_t i, struct aegi_values *ret, uint32_t *ret_token)
{
	uint32_t flags = aeg_ld32(a->arg[i].flags), kind = AEG_JSON_NULL;
	enum aegi_shape shape = AEGI_ABSENT;

	if (*ret_token != AEG_NONE)
		kind = aegi_token_kind(a->json, *ret_token);
	if (kind == AEG_JSON_ARRAY && (flags & AEGF_ARG_LIST))
		shape = list_values(a, ret, ret_token);
	else if (kind != AEG_JSON_NULL)
		return AEGI_MISSING;
	return shape == AEGI_ABSENT && (flags & AEGF_ARG_REQUIRED) ? AEGI_MISSING : shape;
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
