/* Any bytes as a program: refused, or run to its end within its budget and the memory it asks for.
 */
#include <stdlib.h>
#include <string.h>

#include "aegis/expr.h"

static const char document[] =
	"{\"a\":[{\"b\":\"xxa\",\"d\":1,\"x\":[]},[1,[2,3]],{\"c\":2.5e3}],\"q\":\"p|q\"}";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct aeg_json_tok tok[sizeof document];
	struct aeg_program p;
	struct aeg_json j;
	struct aeg_found found;

	if (aeg_program_check(&p, bytes, len) != AEG_OK)
		return 0;
	if (aeg_json_scan(&j, document, sizeof document - 1, tok, sizeof tok / sizeof *tok) !=
		AEG_OK)
		abort();
	size_t size = aeg_select_size(&p) + 64;
	struct aeg_select s = { .size_of = sizeof s,
		.program = &p,
		.doc = &j,
		.steps = 20000,
		.mem = malloc(size),
		.mem_size = size,
		.regex = aeg_regex_compile };
	if (aeg_select_begin(&s) != AEG_OK)
		abort();
	while (aeg_select_next(&s, &found) == AEG_OK && found.token != AEG_NONE)
		if (found.path >= p.npaths || found.token >= j.ntok)
			abort();
	free(s.mem);
	return 0;
}
