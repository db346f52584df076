/* What the public implementations are known to decide: the reference's own table of calls. */
#include "check/peers.h"

#include "check/findings_test.h"

struct row {
	const char *caps; /* and the deny list, in YAML's flow form */
	const char *tool, *args;
	bool orchestrator, gateway;
};

#define FS     "capabilities: [{ tool_pattern: fs.*, path_allowlist: [/workspace] }]"
#define GIT    "capabilities: [{ tool_pattern: cmd.run, command_allowlist: [git] }]"
#define STATUS "capabilities: [{ tool_pattern: cmd.run, subcommand_allowlist: { git: [status] } }]"
#define LIST \
	"capabilities: [{ tool_pattern: cmd.run, command_allowlist: [git], subcommand_allowlist: " \
	"[status] }]"
#define WEB "capabilities: [{ tool_pattern: web.fetch, domain_allowlist: [example.com] }]"

static const struct row rows[] = {
	{ FS, "fs.read", "{\"path\":\"/workspace/a\"}", true, true },
	{ FS, "fs.read", "{\"path\":\"/workspace\"}", true, true },
	{ FS, "fs.read", "{\"path\":\"/workspace//./a\"}", true, true },
	{ FS, "fs.read", "{\"path\":\"/workspace2/a\"}", false, false },
	{ FS, "fs.read", "{\"path\":\"/workspace/../etc/passwd\"}", true, true },
	{ FS, "fs.read", "{\"path\":\"../etc/passwd\"}", false, false },
	{ FS, "fs.read", "{\"path\":\"src/a\"}", true, false },
	{ FS, "fs.read", "{}", true, true },
	{ FS, "fs.read", "{\"path\":[\"/etc/passwd\"]}", true, true },
	{ FS, "fsx.read", "{\"path\":\"/etc/passwd\"}", true, true },
	{ FS, "fs", "{}", true, true },
	{ FS, "cmd.run", "{}", false, false },
	{ "capabilities: [{ tool_pattern: fs.read, path_allowlist: ['/a/*'] }]", "fs.read",
		"{\"path\":\"/a/b\"}", false, false },
	{ "capabilities: [{ tool_pattern: cmd.run, path_allowlist: [/a] }]", "cmd.run",
		"{\"command\":\"ls\",\"cwd\":\"/b\"}", true, true },
	{ GIT, "cmd.run", "{\"command\":\"git\",\"args\":[\"status\"]}", true, true },
	{ GIT, "cmd.run", "{\"command\":\"git status; rm -rf /\"}", true, true },
	{ GIT, "cmd.run", "{\"command\":\"git\\tx\"}", true, true },
	{ GIT, "cmd.run", "{\"command\":\"/tmp/git\"}", false, false },
	{ GIT, "cmd.run", "{}", false, true },
	{ STATUS, "cmd.run", "{\"command\":\"git\",\"args\":[\"push\"]}", false, false },
	{ STATUS, "cmd.run", "{\"command\":\"git\",\"args\":[\"status\"]}", true, false },
	{ STATUS, "cmd.run", "{\"command\":\"git status\"}", false, true },
	{ STATUS, "cmd.run", "{\"command\":\"git status\",\"args\":[\"push\"]}", false, true },
	{ STATUS, "cmd.run", "{\"command\":\"git\",\"args\":[{\"x\":1},\"status\"]}", true, false },
	{ STATUS, "cmd.run", "{\"command\":\"ls\"}", false, false },
	{ "capabilities: [{ tool_pattern: cmd.run, subcommand_allowlist: { git: [] } }]", "cmd.run",
		"{\"command\":\"git\"}", true, true },
	{ LIST, "cmd.run", "{\"command\":\"git\",\"args\":[\"push\"]}", true, true },
	{ LIST, "cmd.run", "{\"command\":\"rm\"}", false, false },
	{ WEB, "web.fetch", "{\"url\":\"https://example.com/\"}", true, true },
	{ WEB, "web.fetch", "{\"url\":\"https://a.example.com\"}", true, true },
	{ WEB, "web.fetch", "{\"url\":\"https://a.example.com:8080/x?y#z\"}", true, true },
	{ WEB, "web.fetch", "{\"url\":\"https://evilexample.com\"}", false, true },
	{ WEB, "web.fetch", "{\"url\":\"https://example.com.evil.io\"}", false, false },
	{ WEB, "web.fetch", "{\"url\":\"https://example.com@evil.io/\"}", false, false },
	{ WEB, "web.fetch", "{\"url\":\"HTTPS://EXAMPLE.COM./\"}", true, false },
	{ WEB, "web.fetch", "{\"url\":\"example.com\"}", false, false },
	{ WEB, "web.fetch", "{\"url\":\"\"}", false, false },
	{ WEB, "web.fetch", "{}", true, true },
	{ "capabilities: [{ tool_pattern: fs.read, path_allowlist: [/a] }, "
	  "{ tool_pattern: fs.read, path_allowlist: [/b] }]",
		"fs.read", "{\"path\":\"/b/x\"}", true, false },
	{ "capabilities: [{ tool_pattern: '*' }]\n  deny_list: [fs.delete]", "fs.delete", "{}",
		false, false },
	{ "capabilities: [{ tool_pattern: '*' }]\n  deny_list: [fs.*]", "fs.read", "{}", true,
		false },
	{ "capabilities: [{ tool_pattern: '*' }]\n  deny_list: [fs.*]", "fsx.read", "{}", true,
		false },
	{ "capabilities: []", "fs.read", "{}", false, false },
};

static void expect_row(const struct row *row)
{
	struct run r;
	struct aeg_json_tok tok[64];
	struct aeg_json args;
	run_begin(&r);
	run_add(&r, "in.yaml",
		diag_text(&r.diags,
			"apiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
			"metadata: { name: research }\nspec:\n  description: x\n  %s\n",
			row->caps));
	const char *found = run_findings(&r, false);
	if (r.diags.errors != 0)
		fail_msg("%s\n%s", row->caps, found);
	const struct mcontext *c = r.model->contexts;
	while (c->builtin)
		c++;
	assert_int_equal(aeg_json_scan(&args, row->args, strlen(row->args), tok, 64), AEG_OK);
	for (enum peer p = PEER_ORCHESTRATOR; p <= PEER_GATEWAY; p++)
		if (peer_allows(p, true, c, slice_of(row->tool), &args, &r.arena) !=
			(p == PEER_GATEWAY ? row->gateway : row->orchestrator))
			fail_msg("%s\n%s %s: the %s", row->caps, row->tool, row->args,
				p == PEER_GATEWAY ? "gateway" : "orchestrator");
	run_end(&r);
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		expect_row(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_table) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
