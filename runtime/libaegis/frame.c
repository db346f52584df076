/*
 * The frame of a bundle: header, section table and trailer, before anybody knows whose bytes these
 * are.
 *
 * Shared by check.c and trust.c, so that what is verified and what is read are found in one way.
 */
#include "internal.h"

static enum aeg_status header(const struct aegf_header *h, size_t len)
{
	uint32_t size, sections;

	if (len >= sizeof h->magic && memcmp(h->magic, AEGF_MAGIC, sizeof h->magic) != 0)
		return AEG_MAGIC;
	if (len < sizeof *h)
		return AEG_SHORT;
	if (aeg_ld16(h->major) != AEGF_MAJOR)
		return AEG_VERSION;
	if (aeg_ld32(h->flags) != 0 || !aegi_all_zero(h->zero, sizeof h->zero))
		return AEG_RESERVED;
	size = aeg_ld32(h->size);
	sections = aeg_ld32(h->nsections);
	if (size > AEGF_MAX_SIZE)
		return AEG_TOO_LARGE;
	if (size > len)
		return AEG_SHORT;
	if (size < sizeof *h || sections > (size - sizeof *h) / sizeof(struct aegf_section))
		return AEG_BOUNDS;
	return AEG_OK;
}

static enum aeg_status trailer(const uint8_t *at, size_t len)
{
	const struct aegf_trailer *t = (const void *)at;
	const struct aegf_signature *sig = (const void *)(at + sizeof *t);
	uint32_t n;
	size_t size;

	if (len < sizeof *t)
		return AEG_SHORT;
	if (memcmp(t->magic, AEGF_TRAILER_MAGIC, sizeof t->magic) != 0)
		return AEG_LAYOUT;
	if (!aegi_all_zero(t->zero, sizeof t->zero))
		return AEG_RESERVED;
	n = aeg_ld32(t->count);
	if (n > AEGF_MAX_SIGNATURES)
		return AEG_TOO_LARGE;
	size = sizeof *t + n * sizeof *sig;
	if (len != size)
		return len < size ? AEG_SHORT : AEG_BOUNDS;
	for (uint32_t i = 0; i < n; i++)
		if (memcmp(sig[i].alg, "Ed", 2) != 0 ||
			!aegi_all_zero(sig[i].zero, sizeof sig[i].zero))
			return AEG_RESERVED;
	return AEG_OK;
}

enum aeg_status aegi_frame_check(const void *mem, size_t len)
{
	enum aeg_status s = header(mem, len);
	uint32_t size;

	if (s != AEG_OK)
		return s;
	size = aeg_ld32(((const struct aegf_header *)mem)->size);
	return trailer((const uint8_t *)mem + size, len - size);
}

/* Fills in what the sections of @b are. */
static enum aeg_status table(struct aeg_bundle *b)
{
	static const uint32_t element[AEGF_NKINDS] = {
#define X(n, name, type) [AEGF_##name] = sizeof(type),
		AEGF_SECTIONS(X)
#undef X
	};
	const struct aegf_header *h = (const void *)b->base;
	const struct aegf_section *s = (const void *)(b->base + sizeof *h);
	uint32_t n = aeg_ld32(h->nsections);
	uint32_t next = (uint32_t)(sizeof *h + n * sizeof *s);
	uint32_t last = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t kind = aeg_ld32(s[i].kind);
		uint32_t size = aeg_ld32(s[i].size);
		uint32_t count = aeg_ld32(s[i].count);

		if (kind <= last || aeg_ld32(s[i].off) != next)
			return AEG_LAYOUT;
		if (size > b->size - next)
			return AEG_BOUNDS;
		if (kind < AEGF_NKINDS && element[kind] != 0) {
			if ((uint64_t)count * element[kind] != size)
				return AEG_LAYOUT;
			b->section[kind].at = b->base + next;
			b->section[kind].count = count;
		}
		last = kind;
		next += size;
	}
	return next == b->size && aegi_count(b, AEGF_META) == 1 ? AEG_OK : AEG_LAYOUT;
}

enum aeg_status aegi_frame_table(struct aeg_bundle *ret, const void *mem)
{
	struct aeg_bundle b = { .base = mem };
	enum aeg_status s;

	b.size = aeg_ld32(((const struct aegf_header *)mem)->size);
	for (uint32_t i = 0; i < AEG_NSECTIONS; i++)
		b.section[i].at = b.base;
	s = table(&b);
	if (s == AEG_OK)
		*ret = b;
	return s;
}
