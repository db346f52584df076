/* A finding is gone when its help is followed, and no decision changes where the help says so. */
#include "check/findings_test.h"
#include "symbolic/symbolic.h"

#define CAPS \
	"apiVersion: seal.100monkeys.ai/v1\n" \
	"kind: SecurityContext\n" \
	"metadata: { name: research }\n" \
	"spec:\n" \
	"  description: For tests.\n" \
	"  capabilities:\n"
#define CAP(pattern)   "    - tool_pattern: " pattern "\n"
#define PATHS(list)    "      path_allowlist: " list "\n"
#define DOMAINS(list)  "      domain_allowlist: " list "\n"
#define COMMANDS(list) "      command_allowlist: " list "\n"
#define SUBS(what)     "      subcommand_allowlist: " what "\n"
#define RATE           "      rate_limit: { calls: 10, per_seconds: 60 }\n"
#define DENY(list)     "  deny_list: " list "\n"
#define OTHER(caps) \
	"---\napiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n" \
	"metadata: { name: other }\nspec:\n  description: x\n  capabilities:\n" caps

struct follow {
	const char *finding, *text;
	const char *from, *to; /* the edit that the help asks for */
	bool same;             /* the help says that no decision changes */
};

/* Replaces the last @from in @text, or takes it away where @to is empty. */
static const char *edited(struct run *r, const char *text, const char *from, const char *to)
{
	const char *at = NULL;
	struct buf b = { .arena = &r->arena };
	for (const char *p = text; (p = strstr(p, from)) != NULL; p++)
		at = p;
	assert_non_null(at);
	buf_printf(&b, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return buf_done(&b).at;
}

static bool has(const char *findings, const char *name)
{
	size_t len = strlen(name);
	for (const char *p = findings; (p = strstr(p, name)) != NULL; p += len)
		if ((p == findings || p[-1] == '\n') && p[len] == ' ')
			return true;
	return false;
}

static const struct mcontext *context_of(const struct run *r)
{
	const struct mcontext *c = r->model->contexts;
	while (c->builtin)
		c++;
	return c;
}

static void expect_same(struct run *before, struct run *after, const char *text)
{
	const struct side sides[] = { { before->model, context_of(before) },
		{ after->model, context_of(after) } };
	const struct cells *cells = symbolic_cells(&before->arena, sides, 2, NULL);
	assert_false(cells->over);
	for (uint32_t i = 0; i < cells->n; i++) {
		const struct cell *c = &cells->v[i];
		if ((c->side[0].granted == AEG_NONE) != (c->side[1].granted == AEG_NONE))
			fail_msg("%s\ndecided otherwise: %.*s %.*s", text, SLICE_ARG(c->tool),
				SLICE_ARG(c->args));
	}
}

static void follow(const struct follow *f)
{
	struct run before, after;
	run_begin(&before);
	before.advice = true;
	run_add(&before, "in.yaml", f->text);
	const char *found = run_findings(&before, false);
	if (!has(found, f->finding))
		fail_msg("%s\nwanted %s, got:\n%s", f->text, f->finding, found);
	run_begin(&after);
	after.advice = true;
	run_add(&after, "in.yaml", edited(&after, f->text, f->from, f->to));
	found = run_findings(&after, false);
	if (has(found, f->finding) || after.diags.errors != 0)
		fail_msg("%s\n%s > %s\ngot:\n%s", f->text, f->from, f->to, found);
	if (f->same)
		expect_same(&before, &after, f->text);
	run_end(&after);
	run_end(&before);
}

static const struct follow capabilities[] = {
	{ "shadowed_capability", CAPS CAP("fs.*") PATHS("[/a]") CAP("fs.read") PATHS("[/a/b]"),
		CAP("fs.read") PATHS("[/a/b]"), "", true },
	{ "shadowed_capability", CAPS CAP("'*'") CAP("cmd.run") DENY("[fs.delete]"), CAP("cmd.run"),
		"", true },
	{ "shadowed_capability", /* by two together */
		CAPS CAP("web.fetch") DOMAINS("[a.org]") CAP("web.fetch") DOMAINS("[b.org]")
			CAP("web.fetch") DOMAINS("['*.a.org', b.org]"),
		CAP("web.fetch") DOMAINS("['*.a.org', b.org]"), "", true },
	{ "shadowed_capability", /* with a limit that is stated on the earlier one */
		CAPS CAP("cmd.run") SUBS("{ git: [status, log] }") CAP("cmd.run")
			SUBS("{ git: [log] }") RATE,
		CAP("cmd.run") SUBS("{ git: [log] }") RATE, RATE, true },
	{ "shadowed_capability", /* but for tools that are denied */
		CAPS CAP("fs.*") PATHS("['/a/*']") CAP("fs.*") PATHS("[/a/b]") DENY("[fs.read]"),
		CAP("fs.*") PATHS("[/a/b]"), "", true },
	{ "capability_never_grants", CAPS CAP("web.search") CAP("fs.read") PATHS("[]"),
		CAP("fs.read") PATHS("[]"), "", true },
	{ "capability_never_grants", CAPS CAP("fs.read") PATHS("[]"), "[]", "[/a]", false },
	{ "capability_never_grants",
		CAPS CAP("web.search") CAP("cmd.run") COMMANDS("[git]") SUBS("[]"), SUBS("[]"),
		SUBS("[status]"), false },
	{ "capability_denied", CAPS CAP("fs.read") CAP("web.search") DENY("[fs.read]"),
		CAP("fs.read"), "", true },
	{ "capability_denied", CAPS CAP("fs.read") CAP("web.search") DENY("[fs.*, cmd.run]"),
		"fs.*, ", "", false },
	{ "capability_denied", /* one that could grant a call without what its list looks at */
		CAPS CAP("cmd.run") PATHS("[]") CAP("fs.read") DENY("[cmd.*]"),
		CAP("cmd.run") PATHS("[]"), "", true },
	{ "capability_not_needed", CAPS CAP("fs.read") PATHS("[/a]") CAP("fs.*") PATHS("[/a, /b]"),
		CAP("fs.read") PATHS("[/a]"), "", true },
	{ "capability_not_needed", CAPS CAP("cmd.run") COMMANDS("[git]") CAP("cmd.*"), "cmd.*",
		"cmd.other", false },
	{ "capability_not_needed", /* by two together */
		CAPS CAP("fs.read") PATHS("[/a, /b]") CAP("fs.read") PATHS("[/b, /c]") CAP("fs.*")
			PATHS("[/a]"),
		CAP("fs.read") PATHS("[/a, /b]"), "", true },
};

static const struct follow limits[] = {
	{ "limit_before_grant", CAPS CAP("web.search") RATE CAP("web.*"), CAP("web.*"), "", false },
	{ "limit_before_grant", CAPS CAP("web.search") RATE CAP("web.*"), RATE, "", true },
	{ "limit_before_grant", /* some of the calls */
		CAPS CAP("web.fetch") DOMAINS("[a.org, b.org]") RATE CAP("web.fetch")
			DOMAINS("[c.org, x.b.org]"),
		", x.b.org", "", false },
	{ "limit_not_counting",
		CAPS CAP("web.fetch") DOMAINS("[a.org, b.org]") CAP("web.*")
			DOMAINS("[a.org, c.org]") RATE,
		"a.org, b.org", "b.org", false },
};

static const struct follow denials[] = {
	{ "deny_without_grant", CAPS CAP("fs.read") DENY("[web.*]"), DENY("[web.*]"), "", true },
	{ "deny_without_grant", /* the capability matches, and grants nothing */
		CAPS CAP("fs.read") CAP("fs.*") PATHS("[]") DENY("[fs.write]"), DENY("[fs.write]"),
		"", true },
	{ "everything_denied", CAPS CAP("fs.read") DENY("['*']"), DENY("['*']"), "", false },
	{ "everything_denied", CAPS CAP("fs.read") CAP("fs.write") DENY("[fs.*]"), "fs.*",
		"fs.write", false },
	{ "duplicate_entry", CAPS CAP("fs.*") DENY("[fs.delete, fs.delete]"), ", fs.delete", "",
		true },
	{ "covered_deny_entry", CAPS CAP("aegis.*") DENY("[aegis.agent.delete, aegis.agent.*]"),
		"aegis.agent.delete, ", "", true },
	{ "covered_deny_entry", CAPS CAP("fs.*") DENY("[fs.delete, '*']"), "fs.delete, ", "",
		true },
};

static const struct follow entries[] = {
	{ "duplicate_entry", CAPS CAP("fs.read") PATHS("[/a, /b, /a]"), ", /a", "", true },
	{ "duplicate_entry", CAPS CAP("fs.read") PATHS("['/a/*', '/a/*']"), ", '/a/*'", "", true },
	{ "duplicate_entry", CAPS CAP("web.fetch") DOMAINS("[a.org, '*.b', A.org]"), ", A.org", "",
		true },
	{ "duplicate_entry", CAPS CAP("cmd.run") COMMANDS("[git, ls, git]"), ", git", "", true },
	{ "duplicate_entry", CAPS CAP("cmd.run") SUBS("{ git: [log, log] }"), ", log", "", true },
	{ "duplicate_entry", CAPS CAP("cmd.run") COMMANDS("[git]") SUBS("[log, log]"), ", log", "",
		true },
	{ "covered_entry", CAPS CAP("fs.read") PATHS("[/a, /a-b, /a/b]"), ", /a/b", "", true },
	{ "covered_entry", CAPS CAP("fs.read") PATHS("[/a/b, /]"), "/a/b, ", "", true },
	{ "covered_entry", CAPS CAP("fs.read") PATHS("['/a/*', /a/b/c]"), ", /a/b/c", "", true },
	{ "covered_entry", CAPS CAP("fs.read") PATHS("['/a/*', /b, '/a/**/x']"), "'/a/*', ", "",
		false },
	{ "covered_entry", CAPS CAP("fs.read") PATHS("['/a/x*', '/a/*y*', /a/xy]"), ", /a/xy", "",
		true },
	{ "covered_entry", CAPS CAP("web.fetch") DOMAINS("[b.org, a.b.org]"), ", a.b.org", "",
		true },
	{ "covered_entry", CAPS CAP("web.fetch") DOMAINS("['*.b.org', ab.org, '*.a.b.org']"),
		", '*.a.b.org'", "", true },
	{ "covered_entry", CAPS CAP("web.fetch") DOMAINS("['*.b.org', b.org]"), "'*.b.org', ", "",
		true },
};

static const struct follow peers[] = {
	{ "peer_deny_pattern", CAPS CAP("fs.*") DENY("['fs.delete.*']"), "fs.delete.*", "fs.delete",
		false },
	{ "peer_deny_pattern", CAPS CAP("fs.read") CAP("web.*") DENY("[web.*]"), CAP("web.*"), "",
		true },
	{ "peer_bare_prefix", CAPS CAP("fs.*") OTHER(CAP("fs_x.read")), CAP("fs.*"),
		CAP("fs.read") CAP("fs.write"), false },
	{ "peer_bare_prefix", CAPS CAP("'*'") DENY("[aegis.task.*]") OTHER(CAP("aegis.tasks.all")),
		"aegis.task.*", "aegis.task.list", false },
	{ "peer_first_match", CAPS CAP("fs.read") PATHS("[/b]") CAP("fs.*") PATHS("[/workspace]"),
		"[/b]", "[/b, /workspace]", true },
	{ "peer_plain_entry", CAPS CAP("fs.*") PATHS("[/b, '/a/*']"), "'/a/*'", "/a", false },
	{ "peer_plain_entry", CAPS CAP("web.fetch") DOMAINS("['*.a.org']"), "'*.a.org'", "a.org",
		false },
	{ "peer_subcommand_list", CAPS CAP("cmd.run") COMMANDS("[git, go]") SUBS("[status]"),
		COMMANDS("[git, go]") SUBS("[status]"), SUBS("{ git: [status], go: [status] }"),
		true },
};

#define FOLLOW_ALL(cases) \
	for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++) \
	follow(&(cases)[i])

static void test_capabilities(void **state)
{
	(void)state;
	FOLLOW_ALL(capabilities);
}
static void test_limits(void **state)
{
	(void)state;
	FOLLOW_ALL(limits);
}
static void test_denials(void **state)
{
	(void)state;
	FOLLOW_ALL(denials);
}
static void test_entries(void **state)
{
	(void)state;
	FOLLOW_ALL(entries);
}
static void test_peers(void **state)
{
	(void)state;
	FOLLOW_ALL(peers);
}

/* ---- An agent's tools ------------------------------------------------------------------------ */

#define AGENT(tools) \
	"---\napiVersion: 100monkeys.ai/v1\nkind: Agent\nmetadata: { name: a, version: \"1.0.0\" }\n" \
	"spec:\n  runtime: { language: python, version: '3' }\n  task: { instruction: x }\n  security_context: research\n  tools: " tools \
	"\n"

static void test_agents(void **state)
{
	(void)state;
	static const struct follow cases[] = {
		{ "tool_not_granted", CAPS CAP("fs.*") PATHS("[]") AGENT("[fs.read]"), "[]", "[/a]",
			false },
		{ "tool_not_granted",
			CAPS CAP("fs.*") PATHS("[]") CAP("web.*") AGENT("[fs.read, web.fetch]"),
			"fs.read, ", "", true },
		/* Without `cwd` there is nothing that the empty list would look at. */
		{ "capability_never_grants",
			CAPS CAP("fs.*") PATHS("[]") CAP("cmd.run") PATHS("[]") AGENT("[cmd.run]"),
			CAP("fs.*") PATHS("[]"), "", true },
	};
	FOLLOW_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_denials),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_agents),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
