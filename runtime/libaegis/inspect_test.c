#define _POSIX_C_SOURCE 200809L
/* What can be read from an open bundle, and what an allowed call obliges to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call_test.h"

static int is(struct aeg_str s, const char *want)
{
	return s.len == strlen(want) && memcmp(s.at, want, s.len) == 0;
}

static uint32_t find(const struct policy *p, const char *name)
{
	return aeg_context_find(&p->b, policy_str(name));
}

static void names(void **state)
{
	struct policy p = policy_make(contexts);
	struct aeg_context_info info = { .size_of = sizeof info };

	(void)state;
	for (uint32_t i = 0; contexts[i].name != NULL; i++) {
		assert_int_equal(find(&p, contexts[i].name), i);
		assert_int_equal(aeg_context_info(&p.b, i, &info), AEG_OK);
		assert_true(is(info.name, contexts[i].name));
		assert_int_equal(info.flags, 0);
	}
	assert_int_equal(find(&p, "mixe"), AEG_NONE);
	assert_int_equal(find(&p, "mixed."), AEG_NONE);
	assert_int_equal(find(&p, ""), AEG_NONE);
	assert_int_equal(aeg_context_info(&p.b, find(&p, "mixed"), &info), AEG_OK);
	assert_int_equal(info.ncapabilities, 5);
	assert_int_equal(info.ndeny, 0);
	assert_int_equal(aeg_context_info(&p.b, 13, &info), AEG_USAGE);
	assert_int_equal(aeg_context_info(&p.b, AEG_NONE, &info), AEG_USAGE);
	info.size_of = 4;
	assert_int_equal(aeg_context_info(&p.b, 0, &info), AEG_USAGE);
	free(p.file);
}

static void patterns_and_origins(void **state)
{
	struct policy p = policy_make(contexts);
	uint32_t many = find(&p, "deny-many"), mixed_at = find(&p, "mixed");
	struct aeg_bundle whole;
	struct make m = { 0 };
	struct aeg_origin at;
	uint8_t *file;
	size_t len;

	(void)state;
	assert_true(is(aeg_deny_pattern(&p.b, many, 0), "x.y"));
	assert_true(is(aeg_deny_pattern(&p.b, many, 3), "fs.write"));
	assert_true(is(aeg_deny_pattern(&p.b, many, 4), ""));
	assert_true(is(aeg_deny_pattern(&p.b, AEG_NONE, 0), ""));
	assert_true(is(aeg_capability_pattern(&p.b, mixed_at, 4), "*"));
	assert_true(is(aeg_capability_pattern(&p.b, mixed_at, 5), ""));
	assert_true(is(aeg_capability_pattern(&p.b, 99, 0), ""));
	assert_int_equal(aeg_capability_origin(&p.b, mixed_at, 0).line, 0);
	assert_int_equal(aeg_deny_origin(&p.b, many, 0).file.len, 0);
	free(p.file);

	make_sample(&m);
	file = make_bundle(&m, &len);
	assert_int_equal(aeg_bundle_check(&whole, file, len), AEG_OK);
	at = aeg_capability_origin(&whole, 1, 2);
	assert_true(is(at.file, "policy.yaml") && at.line == 3 && at.column == 7);
	assert_int_equal(aeg_capability_origin(&whole, 1, 3).line, 0);
	assert_int_equal(aeg_deny_origin(&whole, 1, 0).line, 3);
	assert_int_equal(aeg_deny_origin(&whole, 1, 1).line, 0);
	free(file);
}

static void lists(void **state)
{
	struct policy p = policy_make(contexts);
	const struct aeg_bundle *b = &p.b;
	uint32_t c = find(&p, "mixed");

	(void)state;
	assert_int_equal(aeg_capability_list(b, c, 0, AEG_LIST_PATHS, 0), 1);
	assert_true(is(aeg_capability_entry(b, c, 0, AEG_LIST_PATHS, 0, 0), "/a"));
	assert_true(is(aeg_capability_entry(b, c, 0, AEG_LIST_PATHS, 0, 1), ""));
	assert_int_equal(aeg_capability_list(b, c, 0, AEG_LIST_COMMANDS, 0), AEG_NONE);
	assert_int_equal(aeg_capability_list(b, c, 0, AEG_LIST_DOMAINS, 0), AEG_NONE);
	assert_int_equal(aeg_capability_list(b, c, 1, AEG_LIST_COMMANDS, 0), 2);
	assert_true(is(aeg_capability_entry(b, c, 1, AEG_LIST_COMMANDS, 0, 1), "make"));
	assert_int_equal(aeg_capability_list(b, c, 1, AEG_LIST_SUBCOMMANDS, 0), 1);
	assert_true(is(aeg_capability_entry(b, c, 1, AEG_LIST_SUBCOMMANDS, 0, 0), "status"));
	assert_int_equal(aeg_capability_list(b, c, 1, AEG_LIST_SUBCOMMANDS, 1), AEG_NONE);
	assert_int_equal(aeg_capability_list(b, c, 1, AEG_LIST_SUBCOMMANDS, 2), AEG_NONE);
	assert_true(is(aeg_capability_entry(b, c, 1, AEG_LIST_SUBCOMMANDS, 2, 0), ""));
	assert_int_equal(aeg_capability_list(b, c, 2, AEG_LIST_DOMAINS, 0), 2);
	assert_true(is(aeg_capability_entry(b, c, 2, AEG_LIST_DOMAINS, 0, 1), "*.b.org"));
	assert_int_equal(aeg_capability_list(b, c, 3, AEG_LIST_DOMAINS, 0), 0);
	assert_int_equal(aeg_capability_list(b, c, 9, AEG_LIST_PATHS, 0), AEG_NONE);
	assert_true(is(aeg_capability_entry(b, c, 9, AEG_LIST_PATHS, 0, 0), ""));
	free(p.file);
}

static bool has_argument(const struct aeg_bundle *b, uint32_t tool, uint32_t i, const char *name,
	enum aeg_role role, uint32_t flags)
{
	struct aeg_argument_info a = { .size_of = sizeof a };

	return aeg_argument_info(b, tool, i, &a) == AEG_OK && is(a.name, name) && a.role == role &&
	       a.flags == flags;
}

static void catalogue(void **state)
{
	struct make m = { 0 };
	struct aeg_bundle b;
	struct aeg_tool_info t = { .size_of = sizeof t };
	struct aeg_argument_info a = { .size_of = sizeof a };
	struct aeg_bundle_info info = { .size_of = sizeof info };
	uint8_t *file;
	size_t len;

	(void)state;
	make_sample(&m);
	file = make_bundle(&m, &len);
	assert_int_equal(aeg_bundle_check(&b, file, len), AEG_OK);
	aeg_bundle_info(&b, &info);
	assert_int_equal(info.ntools, 3);
	assert_int_equal(aeg_tool_info(&b, 1, &t), AEG_OK);
	assert_true(is(t.name, "cmd.run") && t.narguments == 3);
	assert_true(has_argument(&b, 1, 0, "command", AEG_ROLE_COMMAND, AEG_ARGUMENT_REQUIRED));
	assert_true(has_argument(&b, 1, 1, "args", AEG_ROLE_ARGS, 0));
	assert_true(has_argument(&b, 1, 2, "cwd", AEG_ROLE_PATH, 0));
	assert_true(has_argument(&b, 2, 0, "url", AEG_ROLE_URL, AEG_ARGUMENT_REQUIRED));
	assert_true(has_argument(&b, 2, 1, "token", AEG_ROLE_SECRET, AEG_ARGUMENT_LIST));
	assert_int_equal(aeg_argument_info(&b, 2, 2, &a), AEG_USAGE);
	assert_int_equal(aeg_argument_info(&b, 3, 0, &a), AEG_USAGE);
	assert_int_equal(aeg_tool_info(&b, 3, &t), AEG_USAGE);
	t.size_of = a.size_of = 0;
	assert_int_equal(aeg_tool_info(&b, 0, &t), AEG_USAGE);
	assert_int_equal(aeg_argument_info(&b, 0, 0, &a), AEG_USAGE);
	free(file);
}

static struct aeg_obligations obliged(
	const struct policy *p, const char *context, const char *tool, const char *args)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct scanned s;
	struct aeg_call call;
	struct aeg_verdict v;

	scan(&s, args);
	call = call_of(p, context, tool, &s.json);
	assert_int_equal(aeg_decide(&p->b, &call, &v), AEG_OK);
	assert_int_equal(v.kind, AEG_ALLOW);
	assert_int_equal(aeg_obligations(&p->b, &call, &v, &o), AEG_OK);
	return o;
}

static void obligations(void **state)
{
	struct policy p = policy_make(contexts);
	uint32_t web_at = find(&p, "zaru-web");
	struct aeg_obligations o;

	(void)state;
	o = obliged(&p, "any", "x", "{}");
	assert_true(o.strip_params == 0 && o.max_response_size == 0 && o.rate_calls == 0 &&
		    o.rate_per_s == 0 && o.max_concurrent == 0 && o.restrict_domains == 0);
	o = obliged(&p, "limited", "fs.read", "{\"path\":\"/a\"}");
	assert_true(o.rate_calls == 2 && o.rate_per_s == 1 && o.max_concurrent == 0);
	o = obliged(&p, "limited", "fs.read", "{\"path\":\"/b\"}");
	assert_true(o.rate_calls == 0 && o.max_concurrent == 1);
	assert_int_equal(obliged(&p, "limited", "x", "{}").max_response_size, 77);
	/* a search whose url is absent: its results are restricted */
	o = obliged(&p, "zaru-web", "web.search", "{\"query\":\"x\"}");
	assert_int_equal(o.strip_params, 1);
	assert_int_equal(o.restrict_domains, 2);
	assert_true(is(aeg_restrict_domain(&p.b, web_at, 2, 0), "a.org"));
	assert_true(is(aeg_restrict_domain(&p.b, web_at, 2, 1), "*.b.org"));
	assert_true(is(aeg_restrict_domain(&p.b, web_at, 2, 2), ""));
	assert_int_equal(obliged(&p, "mixed", "web.search", "{\"url\":null}").restrict_domains, 2);
	o = obliged(&p, "mixed", "web.search", "{\"url\":\"http://a.org\"}");
	assert_int_equal(o.restrict_domains, 0);
	assert_int_equal(
		obliged(&p, "mixed", "web.fetch", "{\"url\":\"http://a.org\"}").restrict_domains,
		0);
	/* `*` with hosts, and a tool without a url */
	assert_int_equal(obliged(&p, "mixed", "x", "{}").restrict_domains, 0);
	free(p.file);
}

static void obligations_of_what_is_not_allowed(void **state)
{
	struct policy p = policy_make(contexts);
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_call call = call_of(&p, "any", "x", NULL);
	struct aeg_verdict v;
	struct scanned s;

	(void)state;
	assert_int_equal(aeg_decide(&p.b, &call, &v), AEG_OK);
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_OK);
	v.capability = 1;
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_USAGE);
	v.capability = 0;
	v.kind = AEG_DENY;
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_USAGE);
	v.kind = AEG_ALLOW;
	o.size_of = 0;
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_USAGE);
	o.size_of = sizeof o;
	call.size_of = 0;
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_USAGE);
	call.size_of = sizeof call;
	scan(&s, "{");
	call.args = &s.json;
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_USAGE);
	call.args = NULL;
	call.context = AEG_NONE;
	assert_int_equal(aeg_obligations(&p.b, &call, &v, &o), AEG_USAGE);
	free(p.file);
}

static void secrets(void **state)
{
	static const char args[] = "{\"url\":\"u\",\"secret\":{\"a\":[\"s\"]},\"x\":\"y\"}";
	static const uint32_t secret[] = { 4, 5, 6, 7 };
	struct policy p = policy_make(contexts);
	struct aeg_call call;
	struct scanned s;

	(void)state;
	scan(&s, args);
	call = call_of(&p, "any", "web.login", &s.json);
	for (uint32_t t = 0; t < s.json.ntok; t++) {
		int want = t >= secret[0] && t <= secret[3];
		assert_int_equal(aeg_argument_is_secret(&p.b, &call, t), want);
	}
	assert_int_equal(aeg_argument_is_secret(&p.b, &call, AEG_NONE), 0);
	call.tool = policy_str("web.fetch");
	assert_int_equal(aeg_argument_is_secret(&p.b, &call, secret[0]), 0);
	call.tool = policy_str("no tool");
	assert_int_equal(aeg_argument_is_secret(&p.b, &call, secret[0]), 0);
	/* two of one name: none of it may be quoted */
	scan(&s, "{\"secret\":1,\"secret\":2}");
	call.tool = policy_str("web.login");
	assert_int_equal(aeg_argument_is_secret(&p.b, &call, 4), 1);
	call.args = NULL;
	assert_int_equal(aeg_argument_is_secret(&p.b, &call, 0), 0);
	free(p.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(patterns_and_origins),
		cmocka_unit_test(lists),
		cmocka_unit_test(catalogue),
		cmocka_unit_test(obligations),
		cmocka_unit_test(obligations_of_what_is_not_allowed),
		cmocka_unit_test(secrets),
	};
	return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
