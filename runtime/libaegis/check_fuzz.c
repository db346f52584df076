/*
 * Any bytes are refused, or safe to read from end to end: below the signature, or it would only
 * fuzz Ed25519. Input that does not begin as a bundle does is taken as a list of changes to the
 * sample bundle, since few random bytes get past the hash table.
 */
#include "bundle_test.h"
#include "walk_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_and_walk(const uint8_t *p, size_t n)
{
	struct aeg_trust nobody = { .require = 1 };
	struct aeg_bundle b;
	enum aeg_status s = aeg_bundle_check(&b, p, n);

	if (s >= AEG_STATUS_MAX || aeg_bundle_verify(p, n, &nobody) == AEG_OK)
		abort();
	if (s == AEG_OK)
		walk(&b);
}

/* Four bytes each: where (16 bits), how, and a value. */
static void change(uint8_t *file, size_t len, const uint8_t *how)
{
	size_t at = (size_t)(how[0] | how[1] << 8) % len;
	struct aeg_le32 v;

	if (at + sizeof v > len || how[2] % 4 == 0) {
		file[at] = how[3];
		return;
	}
	memcpy(&v, file + at, sizeof v);
	if (how[2] % 4 == 1)
		v = aeg_st32(how[3]);
	else if (how[2] % 4 == 2)
		v = aeg_st32(UINT32_MAX - how[3]);
	else
		v = aeg_st32(aeg_ld32(v) + how[3] - 128);
	memcpy(file + at, &v, sizeof v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct make m = { 0 };
	uint8_t *file;
	size_t len;

	if (size > 0 && data[0] == AEGF_MAGIC[0]) {
		check_and_walk(data, size);
		return 0;
	}
	make_sample(&m);
	file = make_bundle(&m, &len);
	for (size_t i = 0; i + 4 <= size; i += 4)
		change(file, len, data + i);
	check_and_walk(file, len);
	free(file);
	return 0;
}
