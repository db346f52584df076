#ifndef LIBAEGIS_CALL_TEST_H
#define LIBAEGIS_CALL_TEST_H
/* For tests only: some contexts, and one call of one of them. */
#include "policy_test.h"

static const struct policy_cap none[] = { { 0 } };
static const struct policy_cap files[] = { { .pattern = "fs.*", .paths = LIST("/workspace") },
	{ 0 } };
static const struct policy_cap git[] = { { .pattern = "cmd.run", .commands = LIST("git") }, { 0 } };
static const struct policy_cap git_status[] = {
	{ .pattern = "cmd.run", .commands = LIST("git:status") }, { 0 }
};
static const struct policy_cap web[] = { { .pattern = "web.fetch", .domains = LIST("example.com") },
	{ 0 } };
static const struct policy_cap two[] = { { .pattern = "fs.read", .paths = LIST("/a") },
	{ .pattern = "fs.read", .paths = LIST("/b") }, { 0 } };
static const struct policy_cap any[] = { { .pattern = "*" }, { 0 } };
static const struct policy_cap mixed[] = { { .pattern = "fs.*", .paths = LIST("/a") },
	{ .pattern = "cmd.*", .paths = LIST("/a"), .commands = LIST("git:status", "make") },
	{ .pattern = "web.*", .domains = LIST("a.org", "*.b.org") },
	{ .pattern = "web.search", .domains = EMPTY },
	{ .pattern = "*", .paths = LIST("/c"), .commands = EMPTY, .domains = LIST("c.org") },
	{ 0 } };
static const struct policy_cap patterns[] = { { .pattern = "a.b" }, { .pattern = "a.*" },
	{ .pattern = "a.b.*" }, { .pattern = "a..x.*" }, { .pattern = "c." },
	{ .pattern = "d/e:f_-" }, { 0 } };
static const struct policy_cap limited[] = {
	{ .pattern = "fs.*", .paths = LIST("/a"), .rate_calls = 2, .rate_per_s = 1 },
	{ .pattern = "fs.*", .max_concurrent = 1 }, { .pattern = "*", .max_response_size = 77 },
	{ 0 }
};

static const struct policy_context contexts[] = {
	{ "any", any, NULL },
	{ "deny", any, LIST("fs.delete") },
	{ "deny-many", any, LIST("x.y", "fs.read", "fs.*", "fs.write") },
	{ "files", files, NULL },
	{ "git", git, NULL },
	{ "git-status", git_status, NULL },
	{ "limited", limited, NULL },
	{ "mixed", mixed, NULL },
	{ "none", none, NULL },
	{ "patterns", patterns, LIST("a.b.c", "b.*") },
	{ "two", two, NULL },
	{ "web", web, NULL },
	{ "zaru-web", mixed, NULL },
	{ 0 },
};

/* ---- One call ------------------------------------------------------------------------------ */

struct scanned {
	struct aeg_json json;
	struct aeg_json_tok tok[600];
};

static inline void scan(struct scanned *s, const char *text)
{
	assert_true(aeg_json_bound(strlen(text)) <= 600);
	aeg_json_scan(&s->json, text, strlen(text), s->tok, 600);
}

static inline struct aeg_call call_of(
	const struct policy *p, const char *context, const char *tool, const struct aeg_json *args)
{
	return (struct aeg_call){ .size_of = sizeof(struct aeg_call),
		.context = aeg_context_find(&p->b, policy_str(context)),
		.tool = policy_str(tool),
		.args = args };
}

static inline struct aeg_verdict decide(
	const struct policy *p, const char *context, const char *tool, const char *args)
{
	struct scanned s;
	struct aeg_call call;
	struct aeg_verdict v;

	if (args != NULL)
		scan(&s, args);
	call = call_of(p, context, tool, args != NULL ? &s.json : NULL);
	assert_int_equal(aeg_decide(&p->b, &call, &v), AEG_OK);
	assert_int_equal(v.kind == AEG_ALLOW, v.reason == AEG_None);
	return v;
}
#endif
