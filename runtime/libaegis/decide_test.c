#define _POSIX_C_SOURCE 200809L
/* Decisions: tables of calls and verdicts against a bundle made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call_test.h"

struct row {
	const char *context, *tool, *args;
	enum aeg_reason want;
	uint32_t index; /* of the capability; of ToolDenied the deny entry's */
};

#define NO AEG_NONE

static void check_rows(const struct row *row, size_t n)
{
	struct policy p = policy_make(contexts);

	for (size_t i = 0; i < n; i++) {
		struct aeg_verdict v = decide(&p, row[i].context, row[i].tool, row[i].args);
		int denied = row[i].want == AEG_ToolDenied;

		if (v.reason != row[i].want)
			fail_msg("%s %s %s: %s, not %s", row[i].context, row[i].tool, row[i].args,
				aeg_reason_name(v.reason), aeg_reason_name(row[i].want));
		if (v.capability != (denied ? NO : row[i].index) ||
			v.deny_entry != (denied ? row[i].index : NO))
			fail_msg("%s %s %s: capability %u", row[i].context, row[i].tool,
				row[i].args, v.capability);
	}
	free(p.file);
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void policy_table(void **state)
{
	static const struct row rows[] = {
		{ "files", "fs.read", "{\"path\":\"/workspace/a\"}", AEG_None, 0 },
		{ "files", "fs.read", "{\"path\":\"/workspace\"}", AEG_None, 0 },
		{ "files", "fs.read", "{\"path\":\"/workspace2/a\"}", AEG_PathOutsideBoundary, 0 },
		{ "files", "fs.read", "{\"path\":\"/workspace/../etc/passwd\"}",
			AEG_PathTraversalBlocked, 0 },
		{ "files", "fs.read", "{\"path\":\"../etc/passwd\"}", AEG_PathTraversalBlocked, 0 },
		{ "files", "fs.read", "{\"path\":\"src/a\"}", AEG_None, 0 },
		{ "files", "fs.read", "{}", AEG_MissingArgument, 0 },
		{ "files", "fs.read", NULL, AEG_MissingArgument, 0 },
		{ "files", "fs.read", "{\"path\":[\"/etc/passwd\"]}", AEG_MissingArgument, 0 },
		{ "files", "fsx.read", "{\"path\":\"/etc/passwd\"}", AEG_ToolNotAllowed, NO },
		{ "git", "cmd.run", "{\"command\":\"git\",\"args\":[\"status\"]}", AEG_None, 0 },
		{ "git", "cmd.run", "{\"command\":\"git status; rm -rf /\"}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git", "cmd.run", "{\"command\":\"/tmp/git\"}", AEG_CommandNotAllowed, 0 },
		{ "git", "cmd.run", "{}", AEG_MissingArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[\"push\"]}",
			AEG_SubcommandNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git status\",\"args\":[\"push\"]}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[{\"x\":1},\"status\"]}",
			AEG_InvalidArgument, 0 },
		{ "web", "web.fetch", "{\"url\":\"https://example.com/\"}", AEG_None, 0 },
		{ "web", "web.fetch", "{\"url\":\"https://a.example.com\"}", AEG_None, 0 },
		{ "web", "web.fetch", "{\"url\":\"https://evilexample.com\"}", AEG_DomainNotAllowed,
			0 },
		{ "web", "web.fetch", "{\"url\":\"https://example.com.evil.io\"}",
			AEG_DomainNotAllowed, 0 },
		{ "web", "web.fetch", "{\"url\":\"https://example.com@evil.io/\"}",
			AEG_InvalidArgument, 0 },
		{ "web", "web.fetch", "{\"url\":\"HTTPS://EXAMPLE.COM./\"}", AEG_None, 0 },
		{ "web", "web.fetch", "{}", AEG_MissingArgument, 0 },
		{ "two", "fs.read", "{\"path\":\"/b/x\"}", AEG_None, 1 },
		{ "two", "fs.read", "{\"path\":\"/c/x\"}", AEG_PathOutsideBoundary, 0 },
		{ "deny", "fs.delete", "{\"path\":\"/a\"}", AEG_ToolDenied, 0 },
		{ "deny", "fs.delete", "no json", AEG_ToolDenied, 0 },
		{ "deny-many", "fs.read", "{\"path\":\"/a\"}", AEG_ToolDenied, 1 },
		{ "deny-many", "fs.write", "{\"path\":\"/a\"}", AEG_ToolDenied, 2 },
		{ "deny-many", "fs.a.b", NULL, AEG_ToolDenied, 2 },
		{ "deny-many", "fs", NULL, AEG_None, 0 },
		{ "none", "fs.read", "{\"path\":\"/a\"}", AEG_ToolNotAllowed, NO },
		{ "unheard-of", "fs.read", NULL, AEG_UnknownContext, NO },
		{ "unheard-of", "", NULL, AEG_UnknownContext, NO },
		{ "", "fs.read", NULL, AEG_UnknownContext, NO },
	};

	(void)state;
	CHECK(rows);
}

static void tool_names(void **state)
{
	static const struct row rows[] = {
		{ "patterns", "a.b", NULL, AEG_None, 0 },
		{ "patterns", "a.c", NULL, AEG_None, 1 },
		{ "patterns", "a", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "a.", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "a..", NULL, AEG_None, 1 },
		{ "patterns", "a.b.", NULL, AEG_None, 1 },
		{ "patterns", "a.b.d", NULL, AEG_None, 1 },
		{ "patterns", "a.b.c", NULL, AEG_ToolDenied, 0 },
		{ "patterns", "a.b.c.", NULL, AEG_None, 1 },
		{ "patterns", "a.b.c.d", NULL, AEG_None, 1 },
		{ "patterns", "a.bb", NULL, AEG_None, 1 },
		{ "patterns", "a..x.y", NULL, AEG_None, 1 },
		{ "patterns", "ab", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "b.x", NULL, AEG_ToolDenied, 1 },
		{ "patterns", "b..", NULL, AEG_ToolDenied, 1 },
		{ "patterns", "b.", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "b", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "B.x", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "c.", NULL, AEG_None, 4 },
		{ "patterns", "c", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "c..", NULL, AEG_ToolNotAllowed, NO },
		{ "patterns", "d/e:f_-", NULL, AEG_None, 5 },
		{ "patterns", ".", NULL, AEG_ToolNotAllowed, NO },
		{ "any", ".", NULL, AEG_None, 0 },
		{ "any", "0aZ_-./:", NULL, AEG_None, 0 },
		{ "any", "", NULL, AEG_InvalidToolName, NO },
		{ "any", "fs read", NULL, AEG_InvalidToolName, NO },
		{ "any", "fs.read\n", NULL, AEG_InvalidToolName, NO },
		{ "any", "fs.re*d", NULL, AEG_InvalidToolName, NO },
		{ "any", "fs\\read", NULL, AEG_InvalidToolName, NO },
		{ "any", "f\xc3\xa9", NULL, AEG_InvalidToolName, NO },
		{ "none", "\xff", "no json", AEG_InvalidToolName, NO },
	};

	(void)state;
	CHECK(rows);
}

static void every_byte_of_a_name(void **state)
{
	struct policy p = policy_make(contexts);
	char name[200];

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		int good = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
			   (byte >= '0' && byte <= '9') || strchr("_-./:", byte) != NULL;
		snprintf(name, sizeof name, "x%cy.z", byte);
		assert_int_equal(decide(&p, "any", name, NULL).kind, good);
		snprintf(name, sizeof name, "x.%c", byte);
		assert_int_equal(decide(&p, "any", name, NULL).kind, good);
	}
	memset(name, 'a', sizeof name);
	name[128] = 0;
	assert_int_equal(decide(&p, "any", name, NULL).reason, AEG_None);
	name[128] = 'a';
	name[129] = 0;
	assert_int_equal(decide(&p, "any", name, NULL).reason, AEG_InvalidToolName);
	free(p.file);
}

static void arguments_as_a_whole(void **state)
{
	static const struct row rows[] = {
		{ "any", "x", "{}", AEG_None, 0 },
		{ "any", "x", "null", AEG_None, 0 },
		{ "any", "x", "[]", AEG_InvalidArgument, NO },
		{ "any", "x", "\"\"", AEG_InvalidArgument, NO },
		{ "any", "x", "0", AEG_InvalidArgument, NO },
		{ "any", "x", "true", AEG_InvalidArgument, NO },
		{ "any", "x", "", AEG_InvalidArgument, NO },
		{ "any", "x", "{", AEG_InvalidArgument, NO },
		{ "any", "x", "{\"a\":1,\"a\":1}", AEG_InvalidArgument, NO },
		{ "any", "x", "{\"a\":1,\"\\u0061\":1}", AEG_InvalidArgument, NO },
		{ "any", "x", "{\"b\":[{\"c\":{\"a\":1,\"a\":2}}]}", AEG_InvalidArgument, NO },
		{ "any", "x", "{\"b\":\"\\ud800\"}", AEG_InvalidArgument, NO },
		{ "any", "x", "{\"b\":\"\xff\"}", AEG_InvalidArgument, NO },
		{ "any", "x", "{\"a\":{\"a\":1}}", AEG_None, 0 },
		{ "none", "x", "[]", AEG_InvalidArgument, NO },
		{ "none", "x", "{}", AEG_ToolNotAllowed, NO },
		{ "files", "x", "{\"a\":1,\"a\":1}", AEG_InvalidArgument, NO },
		{ "files", "fs.read", "{\"path\":\"/workspace\",\"path\":\"/etc\"}",
			AEG_InvalidArgument, NO },
	};

	(void)state;
	CHECK(rows);
}

static void paths(void **state)
{
	static const struct row rows[] = {
		/* safe even where nothing is stated */
		{ "any", "fs.read", "{\"path\":\"/a/../b\"}", AEG_PathTraversalBlocked, 0 },
		{ "any", "fs.read", "{\"path\":\"/a\\u0000b/..\"}", AEG_InvalidArgument, 0 },
		{ "any", "fs.read", "{\"path\":\"\\u007f\"}", AEG_InvalidArgument, 0 },
		{ "any", "fs.read", "{\"path\":\"\\u002e\\u002E/b\"}", AEG_PathTraversalBlocked,
			0 },
		{ "any", "fs.read", "{\"p\\u0061th\":\"..\"}", AEG_PathTraversalBlocked, 0 },
		{ "any", "fs.read", "{\"path\":\"\"}", AEG_None, 0 },
		{ "any", "fs.read", "{\"path\":5}", AEG_None, 0 },
		{ "any", "fs.read", "{}", AEG_None, 0 },
		{ "any", "fs.other", "{\"path\":\"..\"}", AEG_PathTraversalBlocked, 0 },
		{ "any", "fs.", "{\"path\":\"..\"}", AEG_None, 0 },
		{ "any", "other", "{\"path\":\"..\"}", AEG_None, 0 },
		{ "any", "cmd.run", "{\"cwd\":\"..\"}", AEG_PathTraversalBlocked, 0 },
		{ "any", "fs.many", "{\"paths\":[\"a\",\"../b\"]}", AEG_PathTraversalBlocked, 0 },
		{ "any", "fs.many", "{\"paths\":[1,\"../b\"]}", AEG_PathTraversalBlocked, 0 },
		{ "any", "fs.many", "{\"paths\":[1,[\"..\"],{\"a\":\"..\"}]}", AEG_None, 0 },
		{ "any", "fs.many", "{\"paths\":\"..\"}", AEG_PathTraversalBlocked, 0 },
		/* a capability must match before its tool's arguments matter */
		{ "none", "fs.read", "{\"path\":\"..\"}", AEG_ToolNotAllowed, NO },
		/* stated */
		{ "files", "fs.read", "{\"path\":\"\"}", AEG_InvalidArgument, 0 },
		{ "files", "fs.read", "{\"path\":null}", AEG_MissingArgument, 0 },
		{ "files", "fs.read", "{\"path\":1}", AEG_MissingArgument, 0 },
		{ "files", "fs.read", "{\"path\":\"\\/workspace\\u002fa\"}", AEG_None, 0 },
		{ "files", "fs.read", "{\"path\":\"/work\\u0073pace2\"}", AEG_PathOutsideBoundary,
			0 },
		{ "files", "fs.copy", "{\"source\":\"/workspace/a\"}", AEG_None, 0 },
		{ "files", "fs.copy", "{\"source\":\"a\",\"target\":null}", AEG_None, 0 },
		{ "files", "fs.copy", "{\"source\":\"a\",\"target\":false}", AEG_MissingArgument,
			0 },
		{ "files", "fs.copy", "{\"source\":\"a\",\"target\":\"/etc\"}",
			AEG_PathOutsideBoundary, 0 },
		{ "files", "fs.copy", "{\"target\":\"/etc\"}", AEG_MissingArgument, 0 },
		{ "files", "fs.copy", "{\"target\":\"..\",\"source\":\"/etc\"}",
			AEG_PathOutsideBoundary, 0 },
		{ "files", "fs.many", "{\"paths\":[\"a\",\"/workspace/b\"]}", AEG_None, 0 },
		{ "files", "fs.many", "{\"paths\":[\"a\",\"/b\",\"..\"]}", AEG_PathOutsideBoundary,
			0 },
		{ "files", "fs.many", "{\"paths\":[\"\\u0061\",\"\\u002fb\"]}",
			AEG_PathOutsideBoundary, 0 },
		{ "files", "fs.many", "{\"paths\":[]}", AEG_MissingArgument, 0 },
		{ "files", "fs.many", "{\"paths\":[\"..\",1]}", AEG_MissingArgument, 0 },
		{ "files", "fs.many", "{\"paths\":\"a\"}", AEG_MissingArgument, 0 },
		{ "files", "fs.many", "{\"paths\":null}", AEG_MissingArgument, 0 },
		{ "files", "fs.some", "{\"paths\":[]}", AEG_None, 0 },
		{ "files", "fs.some", "{}", AEG_None, 0 },
		{ "files", "fs.some", "{\"paths\":[[]]}", AEG_MissingArgument, 0 },
		{ "files", "fs.some", "{\"paths\":[\"/etc\"]}", AEG_PathOutsideBoundary, 0 },
		{ "files", "fs.read", "{\"other\":\"..\",\"path\":\"a\"}", AEG_None, 0 },
		/* the next capability is tried, the first failure is told */
		{ "mixed", "fs.read", "{\"path\":\"/c/x\"}", AEG_None, 4 },
		{ "mixed", "fs.read", "{\"path\":\"/d\"}", AEG_PathOutsideBoundary, 0 },
		{ "mixed", "fs.read", "{\"path\":\"/c/..\"}", AEG_PathTraversalBlocked, 0 },
		/* no argument of the role: the constraint does not apply */
		{ "mixed", "other", "{\"path\":\"/etc\"}", AEG_None, 4 },
	};

	(void)state;
	CHECK(rows);
}

static void commands(void **state)
{
	static const struct row rows[] = {
		{ "any", "cmd.run", "{\"command\":\"a; b\",\"args\":5}", AEG_None, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git status\"}", AEG_None, 0 },
		{ "git-status", "cmd.run", "{\"command\":\" 'git'\\tstatus -v \"}", AEG_None, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"g\\\"i\\\"t st\\\\atus\"}", AEG_None,
			0 },
		{ "git-status", "cmd.run",
			"{\"command\":\"git\",\"args\":[\"st\\u0061tus\",\"x\"]}", AEG_None, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":null}",
			AEG_SubcommandNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[]}",
			AEG_SubcommandNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":[\"status x\"]}",
			AEG_SubcommandNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":\"status\"}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\",\"args\":{\"0\":\"status\"}}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git status\",\"args\":[]}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git status\",\"args\":null}", AEG_None,
			0 },
		{ "git-status", "cmd.run", "{\"command\":\"\",\"args\":[\"git\",\"status\"]}",
			AEG_CommandNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\" \"}", AEG_CommandNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":null}", AEG_MissingArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":[\"git\",\"status\"]}",
			AEG_MissingArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"GIT=1 git status\"}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git\\u000astatus\"}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"git status \\u0026\"}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git-status", "cmd.run",
			"{\"command\":\"git\",\"args\":[\"status\",\"; rm $(x)\"]}", AEG_None, 0 },
		/* the order of the checks */
		{ "git-status", "cmd.run", "{\"command\":\"a;\\u0000\"}", AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"a;\",\"args\":[\"\\u0000\"]}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"a;\",\"args\":[1,\"x\\u0000\"]}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"a;\",\"args\":[\"\\\\u0000\"]}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"a;\",\"args\":[\"\\\\\\u0000\"]}",
			AEG_InvalidArgument, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"a;\",\"args\":\"\\u0000\"}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"a;\",\"args\":5}",
			AEG_ShellOperatorNotAllowed, 0 },
		{ "git-status", "cmd.run", "{\"command\":\"\",\"args\":5}", AEG_InvalidArgument,
			0 },
		{ "git-status", "cmd.run", "{\"command\":\"rm x\",\"args\":[\"y\"]}",
			AEG_InvalidArgument, 0 },
		{ "mixed", "cmd.run", "{\"command\":\";\",\"cwd\":\"/b\"}", AEG_PathOutsideBoundary,
			1 },
		{ "mixed", "cmd.run", "{\"command\":\";\",\"cwd\":\"/a\"}",
			AEG_ShellOperatorNotAllowed, 1 },
		{ "mixed", "cmd.run", "{\"command\":\"make\"}", AEG_None, 1 },
		{ "mixed", "cmd.run", "{\"command\":\"make\",\"args\":[\"x\"]}", AEG_None, 1 },
		{ "mixed", "cmd.run", "{\"command\":\"git\",\"cwd\":\"/c\"}",
			AEG_PathOutsideBoundary, 1 },
		/* an optional command; arguments in two places */
		{ "mixed", "cmd.maybe", "{}", AEG_None, 1 },
		{ "mixed", "cmd.maybe", "{\"command\":null,\"args\":5}", AEG_None, 1 },
		{ "mixed", "cmd.maybe", "{\"command\":0}", AEG_MissingArgument, 1 },
		{ "mixed", "cmd.maybe", "{\"command\":\"rm\"}", AEG_CommandNotAllowed, 1 },
		{ "mixed", "cmd.two", "{\"command\":\"git\"}", AEG_MissingArgument, 1 },
		{ "mixed", "cmd.two", "{\"command\":\"git;\"}", AEG_ShellOperatorNotAllowed, 1 },
		{ "mixed", "cmd.two", "{\"command\":\"git\",\"args\":[],\"more\":[\"status\"]}",
			AEG_None, 1 },
		{ "mixed", "cmd.two",
			"{\"command\":\"git\",\"args\":[\"log\"],\"more\":[\"status\"]}",
			AEG_SubcommandNotAllowed, 1 },
		{ "mixed", "cmd.two", "{\"command\":\"git\",\"args\":[\"status\"],\"more\":[0]}",
			AEG_InvalidArgument, 1 },
	};

	(void)state;
	CHECK(rows);
}

static void domains(void **state)
{
	static const struct row rows[] = {
		{ "any", "web.fetch", "{\"url\":\"nonsense\"}", AEG_None, 0 },
		{ "web", "web.fetch", "{\"url\":\"nonsense\"}", AEG_InvalidArgument, 0 },
		{ "web", "web.fetch", "{\"url\":\"https:\\/\\/example.com\\u002fx\"}", AEG_None,
			0 },
		{ "web", "web.fetch", "{\"url\":\"https://example.com/\\u0000\"}",
			AEG_InvalidArgument, 0 },
		{ "web", "web.fetch", "{\"url\":\"\"}", AEG_InvalidArgument, 0 },
		{ "web", "web.fetch", "{\"url\":null}", AEG_MissingArgument, 0 },
		{ "web", "web.fetch", "{\"url\":[\"https://example.com\"]}", AEG_MissingArgument,
			0 },
		{ "mixed", "web.fetch", "{\"url\":\"http://x.b.org:80\"}", AEG_None, 2 },
		{ "mixed", "web.fetch", "{\"url\":\"http://b.org\"}", AEG_DomainNotAllowed, 2 },
		{ "mixed", "web.fetch", "{\"url\":\"http://c.org\"}", AEG_None, 4 },
		{ "mixed", "web.fetch", "{\"url\":\"http://C.org\"}", AEG_None, 4 },
		{ "mixed", "web.new", "{\"url\":\"http://d.org\"}", AEG_DomainNotAllowed, 2 },
		{ "mixed", "web.new", "{}", AEG_MissingArgument, 2 },
		{ "mixed", "web.search", "{}", AEG_None, 2 },
		{ "mixed", "web.search", "{\"url\":null}", AEG_None, 2 },
		{ "mixed", "web.search", "{\"url\":1}", AEG_MissingArgument, 2 },
		{ "mixed", "web.search", "{\"url\":\"http://d.org\"}", AEG_DomainNotAllowed, 2 },
	};

	(void)state;
	CHECK(rows);
}

static void empty_domains(void **state)
{
	const struct policy_cap caps[] = { { .pattern = "web.*", .domains = EMPTY }, { 0 } };
	const struct policy_context c[] = { { "c", caps, NULL }, { 0 } };
	struct policy p = policy_make(c);

	(void)state;
	assert_int_equal(decide(&p, "c", "web.search", NULL).reason, AEG_DomainNotAllowed);
	assert_int_equal(
		decide(&p, "c", "web.search", "{\"url\":null}").reason, AEG_DomainNotAllowed);
	assert_int_equal(decide(&p, "c", "web.search", "{\"url\":\"http://a.org\"}").reason,
		AEG_DomainNotAllowed);
	assert_int_equal(
		decide(&p, "c", "web.search", "{\"url\":\"x\"}").reason, AEG_InvalidArgument);
	free(p.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_table),
		cmocka_unit_test(tool_names),
		cmocka_unit_test(every_byte_of_a_name),
		cmocka_unit_test(arguments_as_a_whole),
		cmocka_unit_test(paths),
		cmocka_unit_test(commands),
		cmocka_unit_test(domains),
		cmocka_unit_test(empty_domains),
	};
	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
