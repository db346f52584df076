/* What is read back from a bundle decides like the sources that it was built from. */
#include "diff/internal.h"
#include "diff/policy_test.h"

enum { POLICIES = SLOW ? 40 : 250, CALLS = 200 };

/* The same cells have the same rules on both sides. */
static void same_cells(const struct side sides[2])
{
	struct arena a = new_arena();
	const struct cells *cells = symbolic_cells(&a, sides, 2, NULL);

	assert_false(cells->over);
	for (uint32_t i = 0; i < cells->n; i++) {
		const struct cell_side *s = cells->v[i].side;
		assert_int_equal(s[0].granted, s[1].granted);
		assert_int_equal(s[0].denied, s[1].denied);
		assert_int_equal(s[0].refused, s[1].refused);
	}
	arena_free(&a);
}

static void same_calls(struct vary *v, const struct side sides[2])
{
	struct arena a = new_arena(), scratch = new_arena();
	struct asked q = { .args.arena = &a };

	for (int i = 0; i < CALLS; i++) {
		ask(&q, v, sides, 2);
		struct naive_verdict x =
			naive_decide(sides[0].model, sides[0].context, q.tool, &q.json, &scratch);
		struct naive_verdict y =
			naive_decide(sides[1].model, sides[1].context, q.tool, &q.json, &scratch);
		assert_int_equal(x.allow, y.allow);
		assert_int_equal(x.capability, y.capability);
		assert_int_equal(x.deny_entry, y.deny_entry);
		if (!x.allow)
			assert_string_equal(x.violation, y.violation);
		arena_free(&scratch);
	}
	arena_free(&a);
}

static void check(struct vary *v, const char *yaml)
{
	struct arena a = new_arena();
	struct compiled c;

	compile(&c, &a, yaml);
	assert_int_equal(c.policy.model->ncontexts, c.built.model->ncontexts);
	assert_int_equal(c.policy.model->ntools, c.built.model->ntools);
	for (uint32_t i = 0; i < c.built.model->ncontexts; i++) {
		struct slice name = c.built.model->contexts[i].name.text;
		struct buf text = { .arena = &a };
		buf_slice(&text, name);
		const char *z = buf_done(&text).at;
		struct side sides[2] = { side_of(&c.policy, z), side_of(&c.built, z) };
		assert_int_equal(sides[0].context->builtin, sides[1].context->builtin);
		assert_true(diff_same_rules(&a, sides[0].context, sides[1].context));
		same_cells(sides);
		same_calls(v, sides);
	}
	/* in either order, limits, tools, agents and tiers too */
	const struct policy ways[3] = { c.policy, c.built, c.policy };
	for (int i = 0; i < 2; i++) {
		const struct diff *d = diff_policies(&a, &ways[i], NULL);
		assert_int_equal(d->ncontexts + d->nmembers + d->ntools, 0);
		assert_int_equal(d->compared, c.built.model->ncontexts);
	}
	arena_free(&a);
}

static void generated(void **state)
{
	struct vary v = { .state = 1 };
	struct arena a = new_arena();

	(void)state;
	for (int i = 0; i < POLICIES; i++) {
		struct recipe r = recipe_new(&v);
		check(&v, recipe_yaml(&a, &r));
	}
	arena_free(&a);
}

/* Every spelling of commands, and agents that name a context, another, and none. */
static void spellings(void **state)
{
	static const char yaml[] =
		"apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		"metadata: { name: c }\nspec:\n  description: d\n  capabilities:\n"
		"    - { tool_pattern: cmd.run, command_allowlist: [] }\n"
		"    - { tool_pattern: cmd.run, command_allowlist: [a, b] }\n"
		"    - { tool_pattern: cmd.run, command_allowlist: [a, b], subcommand_allowlist: [] }\n"
		"    - { tool_pattern: cmd.run, command_allowlist: [a], subcommand_allowlist: [x, y] }\n"
		"    - { tool_pattern: cmd.run, subcommand_allowlist: { a: [x], b: [] } }\n"
		"    - { tool_pattern: cmd.run, subcommand_allowlist: { a: [], b: [] } }\n"
		"    - { tool_pattern: cmd.run, command_allowlist: [a, b], subcommand_allowlist: { a: [x] } }\n"
		"    - { tool_pattern: cmd.run, subcommand_allowlist: {} }\n"
		"---\napiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: one, version: 1.0.0 }\n"
		"spec:\n  runtime: { language: python, version: \"3.11\" }\n  task: { instruction: x }\n  security_context: c\n"
		"---\napiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: two, version: 1.0.0 }\n"
		"spec:\n  runtime: { language: python, version: \"3.11\" }\n  task: { instruction: x }\n";
	struct vary v = { .state = 2 };
	struct arena a = new_arena();
	struct compiled c;

	(void)state;
	check(&v, yaml);
	compile(&c, &a, yaml);
	const struct mcap *caps = side_of(&c.built, "c").context->caps;
	assert_int_equal(caps[2].subcommand_form, SUBCOMMANDS_LIST);
	assert_true(caps[2].subcommand_list.stated && caps[2].subcommand_list.n == 0);
	assert_int_equal(caps[4].subcommand_form, SUBCOMMANDS_MAP);
	assert_int_equal(caps[4].nsubcommand_map, 2);
	assert_true(caps[4].subcommand_map[1].any);
	assert_int_equal(c.built.model->nagents, 2);
	assert_true(slice_is(c.built.model->agents[1].context.text, "aegis-system-agent-runtime"));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings),
		cmocka_unit_test(generated),
	};
	return cmocka_run_group_tests_name("decompile", tests, NULL, NULL);
}
