/*
 * Any bytes as section SETTINGS: what is accepted is read, every byte of it. Where the first byte
 * is odd, a head is made for them: a byte for each setting's kind, one for its length, then the
 * texts.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "aegis/settings.h"
#include "format/aeg_settings.h"
#include "libaegis/internal.h"

enum { NTEXTS = AEGF_NSETTINGS + 1 };

static struct aegf_setting setting(const uint8_t *at, uint32_t *off)
{
	struct aegf_setting t = { aeg_st32(*off), aeg_st32(at[1]), aeg_st32(at[0] & 3) };
	*off += at[1];
	return t;
}

/* In place of the first bytes of @copy, which has room; what is behind them are the texts. */
static size_t make_head(uint8_t *copy, const uint8_t *data, size_t size)
{
	struct aegf_settings head = { .nfs_port = aeg_st16(1), .nfs_mount_port = aeg_st16(1) };
	uint32_t off = 0;
	head.name = setting(data, &off);
	for (uint32_t i = 0; i < AEGF_NSETTINGS; i++)
		head.text[i] = setting(data + 2 + 2 * i, &off);
	size_t texts = size - 2 * NTEXTS < off ? size - 2 * NTEXTS : off;
	memcpy(copy, &head, sizeof head);
	memcpy(copy + sizeof head, data + 2 * NTEXTS, texts);
	return sizeof head + texts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aeg_bundle b = { 0 };
	struct aeg_settings s;
	struct aeg_settings_info info = { .size_of = sizeof info };
	uint8_t room[8192];
	volatile char sum = 0;
	if (size > 4096)
		return 0;
	bool made = size > 2 * NTEXTS && (data[0] & 1);
	if (made)
		size = make_head(room, data + 1, size - 1);
	uint8_t *copy = malloc(size + 1); /* so that one byte too far is seen */
	memcpy(copy, made ? room : data, size);
	b.section[AEGF_SETTINGS].at = copy;
	b.section[AEGF_SETTINGS].count = (uint32_t)size;
	if (aeg_settings_open(&b, &s) == AEG_OK && aeg_settings_info(&s, &info) == AEG_OK)
		for (uint32_t i = 0; i <= AEG_NSETTINGS; i++) {
			struct aeg_str t = info.name;
			if (i < AEG_NSETTINGS &&
				aeg_setting(&s, (enum aeg_setting)i, &t) == AEG_SETTING_ABSENT &&
				t.len != 0)
				abort();
			for (uint32_t k = 0; k < t.len; k++)
				sum = (char)(sum + t.at[k]);
		}
	free(copy);
	return 0;
}
