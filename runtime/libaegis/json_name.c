/* Finds names that an object has twice, without memory of its own. */
#include "json.h"

#include <string.h>

#define FEW        32 /* a name is compared with so many others at most when it comes */
#define HASH_SHIFT 8  /* above it a key's token keeps its name's hash */

static void note(struct aeg_json *j, uint32_t key)
{
	if (key < j->duplicate)
		j->duplicate = key;
}

void aegi_name_check(
	struct aeg_json *j, struct aeg_json_tok *object, const struct aeg_json_tok *key)
{
	const struct aeg_json_tok *tok = j->tok, *k = object + 1;

	if (key->info & AEG_JSON_ESCAPED)
		object->info |= AEGI_MANY_NAMES;
	for (uint32_t n = 0; k != key && !(object->info & AEGI_MANY_NAMES);
		k = tok + k->next, n++) {
		if (n == FEW)
			object->info |= AEGI_MANY_NAMES;
		if (k->len == key->len && memcmp(j->text + k->at, j->text + key->at, k->len) == 0)
			note(j, (uint32_t)(key - tok));
	}
}

static uint64_t hash_add(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

/* Of the value, 8 bytes at a time, so that it is the same however the name is spelled. */
static uint32_t name_hash(const struct aeg_json *j, const struct aeg_json_tok *key)
{
	struct aegi_chars c = aegi_chars(j, key);
	const uint8_t *end = (const uint8_t *)j->text + j->len;
	uint64_t hash = 0, word = 0;
	uint32_t n = 0;

	if (!(key->info & AEG_JSON_ESCAPED)) {
		for (; c.end - c.at >= 8; c.at += 8)
			hash = hash_add(hash, aegi_load64(c.at));
		if (end - c.at >= 8) { /* what comes after the name is cut off */
			word = aegi_load64(c.at) & (((uint64_t)1 << 8 * (c.end - c.at)) - 1);
			return (uint32_t)hash_add(hash, word);
		}
	}
	for (int byte = aegi_chars_next(&c); byte != -1; byte = aegi_chars_next(&c)) {
		word |= (uint64_t)byte << 8 * n++;
		if (n == 8) {
			hash = hash_add(hash, word);
			word = n = 0;
		}
	}
	return (uint32_t)hash_add(hash, word);
}

/* Below, at or above 0 as name @a sorts before, with or after @b. Any order would do. */
static int name_order(
	const struct aeg_json *j, const struct aeg_json_tok *a, const struct aeg_json_tok *b)
{
	uint32_t hash_a = a->info >> HASH_SHIFT, hash_b = b->info >> HASH_SHIFT;
	struct aegi_chars ca, cb;
	int x, y;

	if (hash_a != hash_b)
		return hash_a < hash_b ? -1 : 1;
	if (((a->info | b->info) & AEG_JSON_ESCAPED) == 0) {
		int order =
			memcmp(j->text + a->at, j->text + b->at, a->len < b->len ? a->len : b->len);
		return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
	}
	ca = aegi_chars(j, a);
	cb = aegi_chars(j, b);
	do {
		x = aegi_chars_next(&ca);
		y = aegi_chars_next(&cb);
	} while (x == y && x != -1);
	return x - y;
}

/* Merges two sorted lists; of equal names, those of @a come first. */
static uint32_t merge(const struct aeg_json *j, uint32_t a, uint32_t b)
{
	uint32_t head, *link = &head;

	while (a != AEG_NONE && b != AEG_NONE) {
		uint32_t *from = name_order(j, &j->tok[a], &j->tok[b]) <= 0 ? &a : &b;
		*link = *from;
		link = &j->tok[*from].next;
		*from = *link;
	}
	*link = a != AEG_NONE ? a : b;
	return head;
}

/* Sorts @list, whose keys go backwards, so that of equal ones the first comes first. */
static uint32_t sort(const struct aeg_json *j, uint32_t list)
{
	uint32_t sorted[32], n = 0, rest; /* sorted[i]: 2^i names, or none */

	for (; list != AEG_NONE; list = rest) {
		uint32_t i = 0;
		rest = j->tok[list].next;
		j->tok[list].next = AEG_NONE;
		for (; i < n && sorted[i] != AEG_NONE; i++) {
			list = merge(j, list, sorted[i]);
			sorted[i] = AEG_NONE;
		}
		n += i == n;
		sorted[i] = list;
	}
	for (uint32_t i = 0; i < n; i++)
		list = sorted[i] == AEG_NONE ? list : merge(j, list, sorted[i]);
	return list;
}

void aegi_names_check(struct aeg_json *j, uint32_t object, uint32_t end)
{
	/* By 13 bits of hash: whether a name has them, and whether another has them too. Names that
	 * share theirs with no other, nearly all in honest text, need no comparison. */
	uint64_t seen[1 << 7] = { 0 }, again[1 << 7] = { 0 };
	struct aeg_json_tok *tok = j->tok;
	uint32_t list = AEG_NONE, next;

	for (uint32_t key = object + 1; key < end; key = tok[key].next) {
		uint32_t hash = name_hash(j, &tok[key]);
		uint64_t bit = (uint64_t)1 << (hash >> 19 & 63);
		again[hash >> 25] |= seen[hash >> 25] & bit;
		seen[hash >> 25] |= bit;
		tok[key].info |= hash >> HASH_SHIFT << HASH_SHIFT;
	}
	for (uint32_t key = object + 1; key < end; key = next) {
		uint32_t hash = tok[key].info;
		next = tok[key].next;
		if (again[hash >> 25] >> (hash >> 19 & 63) & 1) {
			tok[key].next = list;
			list = key;
		}
	}
	for (list = sort(j, list); list != AEG_NONE; list = next) {
		next = tok[list].next;
		if (next < j->duplicate && name_order(j, &tok[list], &tok[next]) == 0)
			j->duplicate = next;
		tok[list].next = tok[list + 1].next;
	}
}
