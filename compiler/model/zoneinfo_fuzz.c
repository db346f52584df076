/* Any bytes as a TZif file, and the text in front of them as a cron expression. */
#include <stdlib.h>

#include "model/zoneinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t line = 0;
	struct zone_info z = zone_info_utc();
	struct cron c;
	struct cron_fault f;
	int64_t at = 0;
	while (line < size && line < 64 && data[line] != '\n')
		line++;
	bool cron = cron_parse((struct slice){ (const char *)data, (uint32_t)line }, &c, &f);
	bool zone = line < size && zone_info_read((struct slice){ (const char *)data + line + 1,
							  (uint32_t)(size - line - 1) },
					   &z);
	for (int64_t t = 0; zone && t < INT64_C(1) << 34; t += INT64_C(987654321))
		if (zone_info_at(&z, t).until <= t)
			abort();
	for (int i = 0; cron && i < 3; i++) {
		int64_t next;
		if (!cron_next(&c, &z, at, &next))
			break;
		if (next <= at || !cron_ever(&c))
			abort();
		at = next;
	}
	return 0;
}
