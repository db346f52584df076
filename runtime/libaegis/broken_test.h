#ifndef LIBAEGIS_BROKEN_TEST_H
#define LIBAEGIS_BROKEN_TEST_H
/* For tests only: the sample bundle as bytes to be broken, and where in them its parts lie. */
#include "bundle_test.h"

#define HEADER  0u
#define TABLE   1000u /* + kind: its entry in the section table */
#define TRAILER 2000u

struct file {
	uint8_t *at;
	size_t len;
	struct aeg_bundle b;
};

static inline struct file sample(void)
{
	struct make m = { 0 };
	struct file f;

	make_sample(&m);
	f.at = make_bundle(&m, &f.len);
	assert_int_equal(aeg_bundle_check(&f.b, f.at, f.len), AEG_OK);
	return f;
}

/* Where element @i of @kind, or a part of the frame, begins. */
static inline uint8_t *place(const struct file *f, uint32_t kind, uint32_t i)
{
	const struct aegf_section *s = (const void *)(f->at + sizeof(struct aegf_header));

	if (kind == HEADER)
		return f->at;
	if (kind >= TRAILER)
		return f->at + f->b.size;
	if (kind < TABLE) {
		assert_true(i < f->b.section[kind].count);
		return f->at + (f->b.section[kind].at - f->at) + i * make_element_size(kind);
	}
	while (aeg_ld32(s->kind) != kind - TABLE)
		s++;
	return f->at + ((const uint8_t *)s - f->at);
}

static inline void put(uint8_t *p, uint32_t width, uint64_t value)
{
	for (uint32_t i = 0; i < width; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static inline enum aeg_status status_of(const struct file *f)
{
	struct aeg_bundle b;

	return aeg_bundle_check(&b, f->at, f->len);
}

#endif
