#ifndef LIBAEGIS_INTERNAL_H
#define LIBAEGIS_INTERNAL_H
/* What the files of libaegis share: reading a checked bundle, and the parts of opening one. */
#include <string.h>

#include "aegis/aegis.h"
#include "format/aeg_format.h"

/* ---- A checked bundle: all that is read here was proved by check.c, see its opening -------- */

/* Element @i of section @KIND, of type @type; @i must be below the section's count, which every
 * index in a checked bundle is, but those that are relative to a context. */
#define aegi_at(b, KIND, i, type) ((const type *)(const void *)(b)->section[KIND].at + (i))

static inline uint32_t aegi_count(const struct aeg_bundle *b, enum aegf_kind kind)
{
	return b->section[kind].count;
}

static inline struct aeg_str aegi_str(const struct aeg_bundle *b, struct aegf_str s)
{
	const uint8_t *p = b->section[AEGF_STRINGS].at + aeg_ld32(s.off);

	return (struct aeg_str){ (const char *)p, aeg_ld32(s.len) };
}

static inline const struct aegf_meta *aegi_meta(const struct aeg_bundle *b)
{
	return aegi_at(b, AEGF_META, 0, struct aegf_meta);
}

/* Below zero, zero or above as @a sorts before, at or after @b, by bytes. */
static inline int aegi_str_order(struct aeg_str a, struct aeg_str b)
{
	int d = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

/* ---- Opening ------------------------------------------------------------------------------- */

static inline int aegi_all_zero(const uint8_t *p, uint32_t n)
{
	uint8_t any = 0;

	for (uint32_t i = 0; i < n; i++)
		any |= p[i];
	return any == 0;
}

/* Header and trailer alone. On AEG_OK header.size bytes, a section table of nsections and then the
 * trailer's signatures lie inside @mem, and nothing after them. */
enum aeg_status aegi_frame_check(const void *mem, size_t len);

/* The section table, once the frame is checked. On AEG_OK @ret says where the sections are: each
 * lies inside the file and holds whole elements, META has one, and `at` is never NULL. */
enum aeg_status aegi_frame_table(struct aeg_bundle *ret, const void *mem);

/* True when @sig, 64 bytes, is the signature of @msg under @key, 32 bytes. Refuses S >= L, points
 * that are not canonical and keys of small order. */
int aegi_ed25519_verify(const uint8_t *key, const uint8_t *sig, const uint8_t *msg, size_t len);
#endif
