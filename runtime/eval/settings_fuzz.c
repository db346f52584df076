/* Any bytes as section SETTINGS: what is accepted is read, every byte of it. */
#include <stdlib.h>
#include <string.h>

#include "aegis/settings.h"
#include "libaegis/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aeg_bundle b = { 0 };
	struct aeg_settings s;
	struct aeg_settings_info info = { .size_of = sizeof info };
	uint8_t *copy = malloc(size + 1); /* so that one byte too far is seen */
	volatile char sum = 0;
	memcpy(copy, data, size);
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
