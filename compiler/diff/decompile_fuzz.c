/* Any bytes that pass for a bundle can be read back, and what is read does not differ from itself.
 */
#include <stdlib.h>

#include "diff/decompile.h"
#include "diff/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = no_memory };
	struct aeg_bundle b;
	struct policy p = { .bundle = &b };

	if (aeg_bundle_check(&b, data, size) == AEG_OK)
		p.model = decompile(&a, &b);
	if (p.model != NULL) {
		const struct policy same[2] = { p, p };
		const struct diff *d = diff_policies(&a, same, NULL);
		if (d->ncontexts + d->nmembers + d->ntools != 0)
			abort();
		const struct model nothing = { 0 };
		const struct policy gone[2] = { p, { .model = &nothing } };
		struct buf out = { .arena = &a };
		diff_text(&out, diff_policies(&a, gone, NULL), false);
	}
	arena_free(&a);
	return 0;
}
