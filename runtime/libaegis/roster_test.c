/* Agents, tiers and operators of the sample bundle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bundle_test.h"

static int is(struct aeg_str s, const char *want)
{
	return s.len == strlen(want) && memcmp(s.at, want, s.len) == 0;
}

static uint8_t *open_sample(struct aeg_bundle *b)
{
	struct make m = { 0 };
	size_t len;

	make_sample(&m);
	uint8_t *file = make_bundle(&m, &len);
	assert_int_equal(aeg_bundle_check(b, file, len), AEG_OK);
	return file;
}

static void agents(void **state)
{
	struct aeg_agent_info a = { .size_of = sizeof a };
	struct aeg_bundle b;
	uint8_t *file = open_sample(&b);

	(void)state;
	assert_int_equal(aeg_agent_find(&b, (struct aeg_str){ "coder", 5 }), 0);
	assert_int_equal(aeg_agent_find(&b, (struct aeg_str){ "judge", 5 }), 2);
	assert_int_equal(aeg_agent_find(&b, (struct aeg_str){ "alpha", 5 }), AEG_NONE);
	assert_int_equal(aeg_agent_find(&b, (struct aeg_str){ "", 0 }), AEG_NONE);
	assert_int_equal(aeg_agent_info(&b, 1, &a), AEG_OK);
	assert_true(is(a.name, "coder") && is(a.version, "1.1"));
	assert_int_equal(a.context, 0);
	assert_int_equal(a.ntools, 2);
	assert_true(is(aeg_agent_tool(&b, 1, 0), "fs.read"));
	assert_true(is(aeg_agent_tool(&b, 1, 1), "cmd.run"));
	assert_true(is(aeg_agent_tool(&b, 1, 2), ""));
	assert_true(is(aeg_agent_tool(&b, 3, 0), ""));
	assert_int_equal(aeg_agent_info(&b, 3, &a), AEG_USAGE);
	a.size_of = 1;
	assert_int_equal(aeg_agent_info(&b, 0, &a), AEG_USAGE);
	free(file);
}

static void tiers(void **state)
{
	struct aeg_tier_info t = { .size_of = sizeof t };
	struct aeg_tier_limit l = { .size_of = sizeof l };
	struct aeg_bundle b;
	uint8_t *file = open_sample(&b);

	(void)state;
	assert_int_equal(aeg_tier_info(&b, 0, &t), AEG_OK);
	assert_true(is(t.name, "free"));
	assert_int_equal(t.context, 1);
	assert_int_equal(t.nlimits, 1);
	assert_int_equal(aeg_tier_limit(&b, 0, 0, &l), AEG_OK);
	assert_true(is(l.resource, "calls"));
	assert_int_equal(l.max, 100);
	assert_int_equal(l.per_s, 3600);
	assert_int_equal(aeg_tier_limit(&b, 0, 1, &l), AEG_USAGE);
	assert_int_equal(aeg_tier_limit(&b, 1, 0, &l), AEG_USAGE);
	assert_int_equal(aeg_tier_info(&b, 1, &t), AEG_USAGE);
	free(file);
}

static void operators(void **state)
{
	struct aeg_operator_info o = { .size_of = sizeof o };
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct aeg_bundle b;
	uint8_t *file = open_sample(&b);

	(void)state;
	assert_int_equal(aeg_operator_info(&b, 1, &o), AEG_OK);
	assert_true(is(o.role, "reader"));
	assert_int_equal(o.context, 1);
	assert_int_equal(o.access, AEG_ACCESS_READ);
	assert_int_equal(aeg_operator_info(&b, 2, &o), AEG_USAGE);
	aeg_bundle_info(&b, &info);
	assert_int_equal(info.nagents, 3);
	assert_int_equal(info.ntiers, 1);
	assert_int_equal(info.noperators, 2);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agents),
		cmocka_unit_test(tiers),
		cmocka_unit_test(operators),
	};
	return cmocka_run_group_tests_name("roster", tests, NULL, NULL);
}
