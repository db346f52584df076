#ifndef LIBAEGIS_JSON_H
#define LIBAEGIS_JSON_H
/* What the JSON files share: a name's hash, and the value of a string with escapes. */
#include "internal.h"

/* ---- The value of a string, byte by byte; the string was scanned, so it is well formed ----- */

struct aegi_chars {
	const uint8_t *at, *end;
	uint32_t pending; /* bytes of an escape yet to come, the first lowest */
	uint32_t npending;
};

static inline struct aegi_chars aegi_chars(const struct aeg_json *j, uint32_t token)
{
	const uint8_t *at = (const uint8_t *)j->text + j->tok[token].at;

	return (struct aegi_chars){ at, at + j->tok[token].len, 0, 0 };
}

/* The next byte, or -1 at the end. */
int aegi_chars_next(struct aegi_chars *c);

/* ---- Names --------------------------------------------------------------------------------- */

/* A name's token holds 24 bits of hash above its flags. */
#define AEGI_HASH_SHIFT 8
#define AEGI_FEW_NAMES  16 /* up to here an object's names are compared one by one */

/* Of a name's first and last 8 bytes (of all, twice, when it has fewer), its closing quote counted
 * in, and its length. Names made to collide cost time that is bounded, see aegi_names_repeated. */
static inline uint32_t aegi_name_mix(uint64_t first, uint64_t last)
{
	uint64_t mixed = (first + (last << 23 | last >> 41)) * 0x9e3779b97f4a7c15u;

	return (uint32_t)(mixed >> 40);
}

/* The hash of a name that has escapes, or stands within 8 bytes of the text's start. */
uint32_t aegi_name_hash(struct aegi_chars name);

/* Whether an earlier member of @object has the name @key. All keys have their hashes. */
int aegi_name_repeats(const struct aeg_json *j, uint32_t object, uint32_t key);

/* The first key of @object, which goes up to @end, that repeats an earlier one, or AEG_NONE.
 * Sorts the keys through their `next`, then puts that back: at most n log n comparisons. */
uint32_t aegi_names_repeated(const struct aeg_json *j, uint32_t object, uint32_t end);
#endif
