/* Finds names that an object has twice, without memory of its own. */
#include "json.h"

#include <string.h>

uint32_t aegi_name_hash(struct aegi_chars name)
{
	uint64_t first = 0, last = 0;
	uint32_t len = 0;
	int c;

	do {
		c = aegi_chars_next(&name);
		uint64_t byte = c == -1 ? '"' : (uint64_t)c;
		if (len < 8)
			first |= byte << 8 * len;
		last = last >> 8 | byte << 56;
		len++;
	} while (c != -1);
	return aegi_name_mix(first, len < 8 ? first : last);
}

/* Below, at or above 0 as name @a sorts before, with or after @b. Any order would do. */
static int name_order(const struct aeg_json *j, uint32_t a, uint32_t b)
{
	const struct aeg_json_tok *ta = &j->tok[a], *tb = &j->tok[b];
	uint32_t ha = ta->info >> AEGI_HASH_SHIFT, hb = tb->info >> AEGI_HASH_SHIFT;

	if (ha != hb)
		return ha < hb ? -1 : 1;
	if (((ta->info | tb->info) & AEG_JSON_ESCAPED) == 0) {
		uint32_t len = ta->len < tb->len ? ta->len : tb->len;
		int order = memcmp(j->text + ta->at, j->text + tb->at, len);
		return order != 0 ? order : (ta->len > tb->len) - (ta->len < tb->len);
	}
	struct aegi_chars ca = aegi_chars(j, a), cb = aegi_chars(j, b);
	int x, y;
	do {
		x = aegi_chars_next(&ca);
		y = aegi_chars_next(&cb);
	} while (x == y && x != -1);
	return x - y;
}

int aegi_name_repeats(const struct aeg_json *j, uint32_t object, uint32_t key)
{
	const struct aeg_json_tok *tok = j->tok;
	uint32_t info = tok[key].info;

	for (uint32_t k = object + 1; k != key; k = tok[k].next)
		if ((tok[k].info ^ info) >> AEGI_HASH_SHIFT == 0 && name_order(j, k, key) == 0)
			return 1;
	return 0;
}

/* Merges two sorted lists; of equal names, those of @a come first. */
static uint32_t merge(const struct aeg_json *j, uint32_t a, uint32_t b)
{
	uint32_t head, *link = &head;

	while (a != AEG_NONE && b != AEG_NONE) {
		uint32_t *from = name_order(j, a, b) <= 0 ? &a : &b;
		*link = *from;
		link = &j->tok[*from].next;
		*from = *link;
	}
	*link = a != AEG_NONE ? a : b;
	return head;
}

/* The second of the first two equal names in @list, which goes backwards, or AEG_NONE. */
static uint32_t repeated(const struct aeg_json *j, uint32_t list)
{
	uint32_t sorted[32], n = 0, first = AEG_NONE, rest; /* sorted[i]: 2^i names, or none */
	struct aeg_json_tok *tok = j->tok;

	for (; list != AEG_NONE; list = rest) {
		uint32_t i = 0;
		rest = tok[list].next;
		tok[list].next = AEG_NONE;
		for (; i < n && sorted[i] != AEG_NONE; i++) {
			list = merge(j, list, sorted[i]);
			sorted[i] = AEG_NONE;
		}
		n += i == n;
		sorted[i] = list;
	}
	for (uint32_t i = 0; i < n; i++)
		list = sorted[i] == AEG_NONE ? list : merge(j, list, sorted[i]);
	for (; tok[list].next != AEG_NONE; list = tok[list].next)
		if (tok[list].next < first && name_order(j, list, tok[list].next) == 0)
			first = tok[list].next;
	return first;
}

uint32_t aegi_names_repeated(const struct aeg_json *j, uint32_t object, uint32_t end)
{
	uint32_t lists[64], first = AEG_NONE, after, candidate;
	uint64_t shared = 0; /* bit i: lists[i] has more than one name */
	struct aeg_json_tok *tok = j->tok;

	for (uint32_t i = 0; i < 64; i++)
		lists[i] = AEG_NONE;
	for (uint32_t key = object + 1; key < end; key = after) {
		uint32_t i = tok[key].info >> 26;
		after = tok[key].next;
		shared |= (uint64_t)(lists[i] != AEG_NONE) << i;
		tok[key].next = lists[i];
		lists[i] = key;
	}
	for (; shared != 0; shared &= shared - 1) {
		candidate = repeated(j, lists[__builtin_ctzll(shared)]);
		first = candidate < first ? candidate : first;
	}
	for (uint32_t key = object + 1; key < end; key = tok[key].next)
		tok[key].next = tok[key + 1].next;
	return first;
}
