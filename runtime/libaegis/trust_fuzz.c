/* Any text is a trust file or is refused, and what is accepted keeps the promises of aegis.h. */
#include "aegis/aegis.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aeg_trust t = { .nkeys = 99 };

	if (aeg_trust_parse(&t, (const char *)data, size) != AEG_OK) {
		if (t.nkeys != 99 || t.bad_line == 0 || t.bad_line > size + 1)
			abort();
		return 0;
	}
	if (t.nkeys == 0 || t.nkeys > AEG_MAX_KEYS || t.require == 0 || t.require > t.nkeys)
		abort();
	for (uint32_t i = 0; i < t.nkeys; i++)
		for (uint32_t j = 0; j < i; j++)
			if (memcmp(t.keys[i].id, t.keys[j].id, 8) == 0 ||
				memcmp(t.keys[i].key, t.keys[j].key, 32) == 0)
				abort();
	return 0;
}
