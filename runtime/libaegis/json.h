#ifndef LIBAEGIS_JSON_H
#define LIBAEGIS_JSON_H
/* What the JSON files share: a name's hash, and the value of a string with escapes. */
#include "internal.h"

static inline uint64_t aegi_load64(const uint8_t *p)
{
	return aeg_ld64(*(const struct aeg_le64 *)(const void *)p);
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
