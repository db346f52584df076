#define _POSIX_C_SOURCE 200809L
/* What keeps a capability from granting a call, failure by failure; and the words of commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call_test.h"

static struct policy *policy(void **state) { return *state; }

static int set_up(void **state)
{
	static struct policy p;

	p = policy_make(contexts);
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	free(policy(state)->file);
	return 0;
}

/* The failures of one call under one capability, in order: "PathOutsideBoundary@2 ". */
static void failures(const struct policy *p, const char *context, uint32_t capability,
	const char *tool, const char *args, const char *want)
{
	char got[300] = "";
	struct scanned s;
	struct aeg_call call;
	struct aeg_step step;

	if (args != NULL)
		scan(&s, args);
	call = call_of(p, context, tool, args != NULL ? &s.json : NULL);
	for (uint32_t skip = 0; skip < 9; skip++) {
		size_t n = strlen(got);
		assert_int_equal(
			aeg_capability_failure(&p->b, &call, capability, skip, &step), AEG_OK);
		assert_int_equal(step.capability, capability);
		if (step.reason == AEG_None)
			break;
		snprintf(got + n, sizeof got - n, "%s%s@%d", n == 0 ? "" : " ",
			aeg_reason_name(step.reason), (int)step.token);
	}
	assert_string_equal(got, want);
}

static void of_values(void **state)
{
	const struct policy *p = policy(state);

	failures(p, "mixed", 0, "fs.read", "{\"path\":\"/a\"}", "");
	failures(p, "mixed", 0, "fs.read", "{\"path\":\"/b\"}", "PathOutsideBoundary@2");
	failures(p, "mixed", 0, "fs.many", "{\"paths\":[\"/b\",\"/a\",\"/../a\",\"\"]}",
		"PathOutsideBoundary@3 PathTraversalBlocked@5 InvalidArgument@6");
	failures(p, "mixed", 0, "fs.copy", "{\"target\":\"/b\"}",
		"MissingArgument@-1 PathOutsideBoundary@2");
	failures(p, "mixed", 0, "fs.read", NULL, "MissingArgument@-1");
	failures(p, "mixed", 3, "web.search", "{}", "DomainNotAllowed@-1");
	failures(p, "mixed", 2, "web.fetch", "{\"url\":\"https://b.org/\"}", "DomainNotAllowed@2");
}

/* A failure that is passed over leaves the other constraints to be looked at. */
static void of_several_constraints(void **state)
{
	const struct policy *p = policy(state);

	failures(p, "mixed", 1, "cmd.run", "{\"command\":\"git log\",\"cwd\":\"/b\"}",
		"PathOutsideBoundary@4 SubcommandNotAllowed@2");
	failures(p, "mixed", 1, "cmd.run", "{\"command\":\"ls\",\"cwd\":\"/../b\"}",
		"PathTraversalBlocked@4 CommandNotAllowed@2");
	failures(p, "mixed", 1, "cmd.two", "{\"command\":\"make\",\"more\":[1]}",
		"MissingArgument@-1");
	failures(p, "mixed", 1, "cmd.run", "{}", "MissingArgument@-1");
}

/* Patterns and deny entries are not looked at. */
static void of_one_capability_alone(void **state)
{
	const struct policy *p = policy(state);

	failures(p, "deny-many", 0, "fs.read", "{}", "");
	failures(p, "mixed", 0, "web.fetch", "{\"url\":5}", "");
	failures(p, "mixed", 4, "no such tool", "{\"path\":5}", "");
	failures(p, "mixed", 4, "fs.read", "[]",
		"InvalidArgument@-1 InvalidArgument@-1 "
		"InvalidArgument@-1 InvalidArgument@-1 "
		"InvalidArgument@-1 InvalidArgument@-1 "
		"InvalidArgument@-1 InvalidArgument@-1 "
		"InvalidArgument@-1");
}

static void of_a_capability_that_states_nothing(void **state)
{
	const struct policy *p = policy(state);

	failures(p, "mixed", AEG_NONE, "fs.read", "{}", "");
	failures(p, "mixed", AEG_NONE, "fs.read", "{\"path\":\"/q\"}", "");
	failures(p, "none", AEG_NONE, "fs.read", "{\"path\":\"/q/..\"}", "PathTraversalBlocked@2");
}

static void refuses_what_is_out_of_range(void **state)
{
	const struct policy *p = policy(state);
	struct aeg_call call = call_of(p, "files", "fs.read", NULL);
	struct aeg_step step;

	assert_int_equal(aeg_capability_failure(&p->b, &call, 1, 0, &step), AEG_USAGE);
	call.context = AEG_NONE;
	assert_int_equal(aeg_capability_failure(&p->b, &call, 0, 0, &step), AEG_USAGE);
	call = call_of(p, "files", "fs.read", NULL);
	call.size_of--;
	assert_int_equal(aeg_capability_failure(&p->b, &call, 0, 0, &step), AEG_USAGE);
}

/* The words of @line with `|` between them; then `!` and the place where it stops being plain. */
static void words(const char *line, size_t cap, const char *want)
{
	char got[100] = "", buf[50];
	struct aeg_str text = { line, (uint32_t)strlen(line) };
	enum aeg_word is;
	uint32_t at = 0, len;

	while ((is = aeg_command_word(text, &at, buf, cap, &len)) == AEG_WORD) {
		size_t n = strlen(got);
		snprintf(got + n, sizeof got - n, "%.*s|", (int)len, buf);
	}
	if (is == AEG_WORD_BAD)
		snprintf(got + strlen(got), sizeof got - strlen(got), "!%d", (int)at);
	else
		assert_int_equal(at, text.len);
	assert_string_equal(got, want);
}

static void splits_commands(void **state)
{
	(void)state;
	words("", 50, "");
	words(" \t ", 50, "");
	words("git status -s ", 50, "git|status|-s|");
	words("g'i't \"st\\\"a\"tus '' a\\ b", 50, "git|st\"atus||a b|");
	words("git \\\n log", 50, "git|log|");
	words("git a=b", 50, "git|a=b|");
	words("a=b git", 50, "!1");
	words("git status;rm", 50, "git|!10");
	words("ls $x", 50, "ls|!3");
	words("ls #", 50, "ls|!3");
	words("ls 'a", 50, "ls|!4");
	words("ls status", 5, "ls|!9");
	words("ls st'at'us", 5, "ls|!11");
}

static void finds_tools(void **state)
{
	const struct policy *p = policy(state);
	struct aeg_tool_info info = { .size_of = sizeof info };

	assert_int_equal(
		aeg_tool_info(&p->b, aeg_tool_find(&p->b, policy_str("fs.copy")), &info), AEG_OK);
	assert_memory_equal(info.name.at, "fs.copy", 7);
	assert_int_equal(
		aeg_tool_info(&p->b, aeg_tool_find(&p->b, policy_str("fs.x.y")), &info), AEG_OK);
	assert_memory_equal(info.name.at, "fs.*", 4);
	assert_int_equal(aeg_tool_find(&p->b, policy_str("fs")), AEG_NONE);
	assert_int_equal(aeg_tool_find(&p->b, policy_str("fs read")), AEG_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_values),
		cmocka_unit_test(of_several_constraints),
		cmocka_unit_test(of_one_capability_alone),
		cmocka_unit_test(of_a_capability_that_states_nothing),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(splits_commands),
		cmocka_unit_test(finds_tools),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
