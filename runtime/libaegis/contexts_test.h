#ifndef LIBAEGIS_CONTEXTS_TEST_H
#define LIBAEGIS_CONTEXTS_TEST_H
/* For tests only: some contexts, sorted by name. */
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
#endif
