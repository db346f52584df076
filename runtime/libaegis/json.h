#ifndef LIBAEGIS_JSON_H
#define LIBAEGIS_JSON_H
/* What the JSON files share: names, compared and found, and the value of a string with escapes. */
#include <string.h>

#include "internal.h"

static inline uint32_t aegi_le32(const uint8_t *p)
{
	return aeg_ld32(*(const struct aeg_le32 *)(const void *)p);
}

static inline uint64_t aegi_load64(const uint8_t *p)
{
	return aeg_ld64(*(const struct aeg_le64 *)(const void *)p);
}

/* Most names are short: what memcmp would be called for is done in place. */
static inline int aegi_same_bytes(const uint8_t *p, const uint8_t *q, uint32_t n)
{
	if (n >= 8)
		return aegi_load64(p) == aegi_load64(q) && memcmp(p, q, n) == 0;
	if (n >= 4)
		return aegi_le32(p) == aegi_le32(q) && aegi_le32(p + n - 4) == aegi_le32(q + n - 4);
	for (uint32_t i = 0; i < n; i++)
		if (p[i] != q[i])
			return 0;
	return 1;
}

/* ---- The value of a string, byte by byte; the string was scanned, so it is well formed ----- */

struct aegi_chars {
	const uint8_t *at, *end;
	uint32_t pending; /* bytes of an escape yet to come, the first lowest */
	uint32_t npending;
};

static inline struct aegi_chars aegi_chars(
	const struct aeg_json *j, const struct aeg_json_tok *string)
{
	const uint8_t *at = (const uint8_t *)j->text + string->at;

	return (struct aegi_chars){ at, at + string->len, 0, 0 };
}

/* Takes one escape, which is next; see json_value.c. */
void aegi_chars_escape(struct aegi_chars *c);

/* The next byte, or -1 at the end. */
static inline int aegi_chars_next(struct aegi_chars *c)
{
	int byte;

	if (c->npending == 0) {
		if (c->at == c->end)
			return -1;
		if (*c->at != '\\')
			return *c->at++;
		aegi_chars_escape(c);
	}
	byte = (int)(c->pending & 0xff);
	c->pending >>= 8;
	c->npending--;
	return byte;
}

/* ---- Names that an object has twice: json_name.c -------------------------------------------- */

#define AEGI_MANY_NAMES 0x40u /* of an open object: its names are compared when it closes */

/* Notes in @j when an earlier member of @object has the name @key, or puts that off. */
void aegi_name_check(
	struct aeg_json *j, struct aeg_json_tok *object, const struct aeg_json_tok *key);

/* Notes in @j when two members of @object, which goes up to token @end, have one name. Sorts the
 * keys through their `next`, then puts that back: at most n log n comparisons. */
void aegi_names_check(struct aeg_json *j, uint32_t object, uint32_t end);
#endif
