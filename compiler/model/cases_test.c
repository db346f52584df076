/* Test documents: what is said where, and what a case is once its defaults are filled in. */
#include "model/cases.h"

#include "aegis/aegis.h"
#include "check/findings_test.h"

#define HEAD \
	"apiVersion: seal.100monkeys.ai/v1\n" \
	"kind: PolicyTest\n" \
	"metadata: { name: t }\n" \
	"spec:\n"
#define CASES HEAD "  defaults: { context: zaru-free, tool: fs.read }\n  cases:\n"

static void reports_each_mistake_where_it_is(void **state)
{
	static const struct finding_case cases[] = {
		{ HEAD "  cases: []\n", "" },
		{ HEAD "  cases: [{ name: a, call: { tool: x }, expect: deny }]\n",
			"missing_field 5:28\n" },
		{ HEAD "  cases: [{ name: a, call: { context: zaru-free }, expect: deny }]\n",
			"missing_field 5:28\n" },
		{ CASES "    - { call: {}, expect: deny }\n", "missing_field 7:9\n" },
		{ CASES "    - { name: a, call: {} }\n", "missing_field 7:15\n" },
		{ CASES "    - { name: a, expect: deny }\n", "missing_field 7:15\n" },
		{ CASES "    - { name: a, calls: [], expect: deny }\n", "expects_nothing 7:15\n" },
		{ CASES "    - { name: a, call: { expect: deny }, expect: deny }\n",
			"retired_field 7:26\n" },
		{ CASES "    - { name: a, call: {}, expect: [deny] }\n", "wrong_type 7:36\n" },
		{ CASES "    - { name: a, call: {}, expect: no }\n", "unknown_word 7:36\n" },
		{ CASES "    - { name: a, call: {}, expect: { violation: ToolDenied } }\n",
			"missing_field 7:38\n" },
		{ CASES "    - { name: a, call: {}, expect: { decision: allow, capability: -1 } }\n",
			"wrong_type 7:67\n" },
		{ CASES "    - { name: a, call: {}, expect: { decision: allow, capability: { index: 4294967295 } } }\n",
			"out_of_range 7:76\n" },
		{ CASES "    - { name: a, call: {}, expect: { decision: allow, obligations: } }\n",
			"null_constraint 7:68\n" },
		{ CASES "    - { name: a, call: {}, expect: { decision: allow, obligations: { restrict_domains: [\"http://x\"] } } }\n",
			"bad_domain_entry 7:89\n" },
		{ CASES "    - { name: a, matrix: { context: [zaru-fre] }, call: {}, expect: deny }\n",
			"unresolved_context 7:38\n" },
		{ CASES "    - { name: a, call: { context: nobody }, expect: { decision: deny, violation: UnknownContext } }\n",
			"" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

static void fills_in_what_calls_need_not_say(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	run_add(&r, "in.yaml",
		CASES "    - name: a\n"
		      "      matrix: { tool: [x.a, x.b], args: [1, 2, 3] }\n"
		      "      expect: { decision: deny, violation: ToolDenied }\n"
		      "      calls:\n"
		      "        - {}\n"
		      "        - { at: 500ms, takes: 0, expect: allow }\n"
		      "        - {}\n"
		      "        - { at: 2m, takes: 3h }\n");
	assert_string_equal(run_findings(&r, false), "");
	assert_int_equal(r.model->ntests, 1);
	const struct mcase *c = &r.model->tests[0].cases[0];
	static const uint64_t at[] = { 0, 500, 500, 120000 };
	static const uint64_t takes[] = { MUNSTATED, 0, MUNSTATED, 10800000 };
	assert_int_equal(c->ncalls, 4);
	assert_int_equal(c->nrows, 6);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(c->calls[i].at_ms, at[i]);
		assert_int_equal(c->calls[i].takes_ms, takes[i]);
		assert_int_equal(c->calls[i].expect.decision, i == 1 ? EXPECT_ALLOW : EXPECT_DENY);
		assert_int_equal(c->calls[i].expect.violation, i == 1 ? 0 : AEG_ToolDenied);
	}
	struct mrow last = mcase_row(c, 5, &c->calls[0]);
	assert_true(slice_is(last.context, "zaru-free") && slice_is(last.tool, "x.b"));
	assert_true(slice_is(last.args->u.text, "3"));
	run_end(&r);
}

static void a_broken_case_is_never_run(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	run_add(&r, "in.yaml", CASES "    - { name: a, call: {}, expect: alow }\n");
	run_findings(&r, false);
	assert_int_equal(r.model->tests[0].cases[0].nrows, 0);
	run_end(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_each_mistake_where_it_is),
		cmocka_unit_test(fills_in_what_calls_need_not_say),
		cmocka_unit_test(a_broken_case_is_never_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
