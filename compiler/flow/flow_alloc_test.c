/* Counts allocations: from the open on a workflow makes none, whatever it is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these first */
#include <cmocka.h>

#include "flow/built_test.h"
#include "libaegis/alloc_test.h"

#ifndef INSTRUMENTED
static uint64_t memory[CALLER_MEMORY / 8];
static struct caller c;

static enum aeg_flow_want run(const struct aeg_flows *flows, const char *const *answers)
{
	c = (struct caller){
		.f = { .mem = memory, .mem_size = sizeof memory, .steps = CALLER_STEPS },
		.answers = answers
	};
	return caller_begin(&c, flows, 0, 0, "{\"id\":\"a\"}") == AEG_OK ? caller_run(&c)
									 : AEG_FLOW_FAILED;
}
#endif

static void nothing_is_allocated(void **state)
{
	(void)state;
#ifdef INSTRUMENTED
	skip();
#else
	static const char *const good[] = { "429 ",
		"200 {\"hits\":[{\"id\":7},{\"id\":\"x\"}],\"n\":5}", "200 {\"name\":\"A\"}",
		"fail", "200 {}", NULL };
	static const char *const bad[] = { "200 {", "200 [", "400 ", NULL };
	static struct built b;
	struct aeg_flows flows;

	built_make(&b, built_all);
	allocations = 0;
	assert_int_equal(built_open(b.section.at, b.section.len, &flows), AEG_OK);
	assert_int_equal(run(&flows, good), AEG_FLOW_DONE);
	assert_null(*c.answers);
	assert_int_equal(run(&flows, bad), AEG_FLOW_FAILED);
	assert_int_equal(allocations, 0);
	void *volatile seen = malloc(1); /* the count counts */
	free(seen);
	assert_int_equal(allocations, 1);
	arena_free(&b.a);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_allocated),
	};
	return cmocka_run_group_tests_name("flow_alloc", tests, NULL, NULL);
}
