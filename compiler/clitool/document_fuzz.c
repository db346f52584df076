/* CliTools as text: of what has no error a section CLI_TOOLS is made, which is accepted (or
 * built_make ends the program), and decides. */
#include "clitool/test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const args[] = { "get", "-n", "x", "--name=y", "--", "z", NULL };
	struct aeg_str argv[8];
	struct aeg_cli_verdict v;
	struct built b;
	uint32_t n = built_vector(args, argv, 8);
	if (size > 1 << 14)
		return 0;
	built_make(&b, (struct slice){ (const char *)data, (uint32_t)size });
	for (uint32_t t = 0; b.section.len != 0 && t < b.tools.ntools; t++)
		if (aeg_cli_decide(&b.tools, t, argv, n, &v) != AEG_OK)
			abort();
	arena_free(&b.a);
	return 0;
}
