#ifndef SOURCE_FUZZ_TEST_H
#define SOURCE_FUZZ_TEST_H
/* For fuzzers only: a text in memory of its own, and arenas that may run out. */
#include <setjmp.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/slice.h"

static inline void fuzz_out_of_memory(void *ctx) { longjmp(*(jmp_buf *)ctx, 1); }

/* Has @fn work on the text; where an arena runs out it just ends. */
static inline int fuzz_text(const uint8_t *data, size_t size,
	void (*fn)(struct arena *a, struct arena *scratch, struct slice text))
{
	jmp_buf env;
	struct arena arena = { .limit = 256u << 20, .fail = fuzz_out_of_memory, .ctx = &env };
	struct arena scratch = arena;
	char *copy = malloc(size + 1); /* its end is exact: a read past it is found */
	if (copy == NULL)
		return 0;
	for (size_t i = 0; i < size; i++)
		copy[i] = (char)data[i];
	copy[size] = 0;
	if (setjmp(env) == 0)
		fn(&arena, &scratch, (struct slice){ copy, (uint32_t)size });
	arena_free(&arena);
	arena_free(&scratch);
	free(copy);
	return 0;
}
#endif
