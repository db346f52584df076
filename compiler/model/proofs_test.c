/* Proof documents: what is said where, and what an assertion's arguments come to. */
#include "model/proofs.h"

#include "check/findings_test.h"

#define HEAD \
	"apiVersion: seal.100monkeys.ai/v1\n" \
	"kind: PolicyProof\n" \
	"metadata: { name: p }\n" \
	"spec:\n" \
	"  assertions:\n"
#define NEVER(rest) HEAD "    - never: { context: zaru-free, " rest " }\n"

static void reports_each_mistake_where_it_is(void **state)
{
	static const struct finding_case cases[] = {
		{ HEAD "    []\n", "" },
		{ NEVER("tool: [fs.read, cmd.*]"), "" },
		{ NEVER("tool: fs.**"), "bad_pattern 6:46\n" },
		{ NEVER("tool: { name: fs.read }"), "wrong_type 6:42\n" },
		{ NEVER("tool: ~"), "null_constraint 6:42\n" },
		{ NEVER("tool: fs.read, args: ~"), "null_constraint 6:57\n" },
		{ NEVER("tool: fs.read, args: [path]"), "wrong_type 6:57\n" },
		{ NEVER("tool: fs.read, args: { path: { a: b } }"), "wrong_type 6:65\n" },
		{ NEVER("tool: fs.read, args: { path: [/a, ~] }"), "wrong_type 6:70\n" },
		{ NEVER("tool: fs.read, args: { path: a/b }"), "bad_path_entry 6:65\n" },
		{ NEVER("tool: fs.read, args: { path: /a/../b }"), "bad_path_entry 6:68\n" },
		{ NEVER("tool: fs.read, args: { path: /a/ }"), "normalised_entry 6:65\n" },
		{ NEVER("tool: cmd.run, args: { command: git push now }"),
			"bad_command_entry 6:76\n" },
		{ NEVER("tool: cmd.run, args: { command: 'git ' }"), "bad_command_entry 6:68\n" },
		{ NEVER("tool: cmd.run, args: { command: bin/git }"), "bad_command_entry 6:68\n" },
		{ NEVER("tool: web.fetch, args: { url: 'ftp://a.org/x' }"),
			"bad_domain_entry 6:66\n" },
		{ NEVER("tool: web.fetch, args: { url: 'a.org:80' }"), "bad_domain_entry 6:66\n" },
		{ NEVER("tool: web.fetch, args: { url: 'https://u@a.org/' }"),
			"bad_domain_entry 6:66\n" },
		{ HEAD "    - never: { context: zaru-fre, tool: a }\n", "unknown_context 6:25\n" },
		{ HEAD "    - within: { child: zaru-free }\n", "missing_field 6:17\n" },
		{ HEAD "    - only: { tool: a, contexts: [zaru-free, zaru-fre] }\n",
			"unknown_context 6:46\n" },
		{ HEAD "    - nevre: { context: zaru-free, tool: a }\n", "unknown_field 6:7\n" },
		{ HEAD "    - always: { context: zaru-free, tools: a }\n", "unknown_field 6:37\n" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;
		run_begin(&r);
		r.options.building = true;
		run_add(&r, "in.yaml", cases[i].text);
		const char *got = run_findings(&r, false);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("\n%s\nwanted:\n%s\ngot:\n%s", cases[i].text, cases[i].want, got);
		run_end(&r);
	}
}

/* An argument may have its role from a family, an extension, or any of the tools of a list. */
static void roles_are_of_the_tools_reached(void **state)
{
	static const struct finding_case cases[] = {
		{ NEVER("tool: fs.unheard_of, args: { path: /a }"), "" },
		{ NEVER("tool: fs.x.*, args: { path: /a }"), "" },
		{ NEVER("tool: fsx.*, args: { path: /a }"), "no_such_argument 6:57\n" },
		{ NEVER("tool: fs, args: { path: /a }"), "no_such_argument 6:54\n" },
		{ NEVER("tool: web.search, args: { url: ~ }"), "" },
		{ NEVER("tool: [admin.x, fs.read], args: { path: /a }"), "" },
		{ NEVER("tool: [web.fetch, fs.read], args: { path: /a, url: a.org }"),
			"asserts_nothing 6:70\n" },
		{ NEVER("tool: cmd.run, args: { command: git, cwd: /a }"), "" },
		{ NEVER("tool: '*', args: { command: git, cwd: /a }"), "" },
	};
	(void)state;
	EXPECT_ALL(cases);
}

static void values_are_entries(void **state)
{
	struct run r;
	(void)state;
	run_begin(&r);
	run_add(&r, "in.yaml",
		NEVER("tool: cmd.run, args: { command: [git push, git log, ls, npm ci, npm, npm test], "
		      "cwd: [/a, /b/**] }") "    - never: { context: ['*'], tool: web.*, args: { url: ['*.a.org', 'HTTPS://B.org.:80/x'] } }\n"
					    "    - always: { context: zaru-free, tool: cmd.run, args: { cwd: null } }\n");
	assert_string_equal(run_findings(&r, false), "normalised_entry 7:70\n");
	const struct massertion *a = r.model->proofs[0].assertions;
	const struct mcap *like = a[0].args[0].like;
	assert_int_equal(a[0].nargs, 2);
	assert_int_equal(a[0].args[0].role, ROLE_COMMAND);
	assert_int_equal(like->nsubcommand_map, 3);
	assert_int_equal(like->subcommand_map[0].subcommands.n, 2);
	assert_true(slice_is(like->subcommand_map[0].subcommands.v[1].text, "log"));
	assert_true(like->subcommand_map[1].any && like->subcommand_map[2].any);
	assert_int_equal(like->subcommand_map[2].subcommands.n, 0);
	assert_int_equal(a[0].args[1].like->paths.n, 2);
	assert_true(slice_is(a[1].args[0].like->domains.v[0].text, "*.a.org"));
	assert_true(slice_is(a[1].args[0].like->domains.v[1].text, "b.org"));
	assert_null(a[2].args[0].like);
	run_end(&r);
}

static void stars_stand_for_any_bytes(void **state)
{
	static const struct {
		const char *glob, *name;
		bool want;
	} cases[] = { { "a", "a", true }, { "a", "ab", false }, { "*", "", true },
		{ "*", "abc", true }, { "a*", "a", true }, { "a*", "ba", false },
		{ "*a", "aba", true }, { "*a*", "bab", true }, { "a*b*c", "a-b-b-c", true },
		{ "a*b*c", "a-c-b", false }, { "**", "x", true }, { "a?", "ab", false },
		{ "[a]", "a", false }, { "*-x", "y-xx-x", true }, { "", "", true } };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(massert_name_is(slice_of(cases[i].glob), slice_of(cases[i].name)),
			cases[i].want);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_each_mistake_where_it_is),
		cmocka_unit_test(roles_are_of_the_tools_reached),
		cmocka_unit_test(values_are_entries),
		cmocka_unit_test(stars_stand_for_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
