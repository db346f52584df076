/* Policies and calls to measure with: the same on every run. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "emit/emit.h"
#include "ir/ir.h"
#include "link/link.h"
#include "symbolic/ceilings.h"

static const char *const verbs[] = { "read", "write", "list", "delete", "create", "update", "get",
	"describe" };
static const char *const dirs[] = { "/var/lib/agent", "/opt/tools/share", "/tmp/agent",
	"/usr/share/doc", "/home/agent/project" };
static const char *const commands[] = { "cargo", "go", "make", "npm", "ls", "python3" };
static const char *const subs[] = { "build", "check", "test", "status", "diff", "install" };
static const char *const hosts[] = { "example.com", "example.net", "docs.rs", "example.org",
	"acme.io" };

#define PICK(rng, list) (list)[bench_random((rng), sizeof(list) / sizeof *(list))]

/* Capability @i's tool: files, a shell, the web and servers of their own, in turn. */
static void tool_name(struct buf *out, uint32_t i)
{
	static const char *const family[] = { "fs", "db", "web" };

	if (i < 20 && i % 5 == 1)
		buf_text(out, "cmd.run");
	else if (i < 20 && i % 5 == 2)
		buf_text(out, "web.fetch");
	else if (i < 20 && i % 5 == 0)
		buf_printf(out, "fs.%s", verbs[i / 5]);
	else if (i % 5 < 3)
		buf_printf(out, "%s.%s_%u", family[i % 5], verbs[i % 8], i);
	else
		buf_printf(out, "mcp%u.%s_%u", i / 4, verbs[i % 8], i % 7);
}

/* What a capability for @tool says beside its pattern. */
static void constraint(struct buf *out, uint64_t *rng, struct slice tool, uint32_t team)
{
	if (slice_begins(tool, SLICE("fs."))) {
		buf_text(out, "          path_allowlist:\n            - \"/workspace\"\n");
		buf_printf(out, "            - \"/srv/teams/team-%u\"\n", team);
		buf_printf(out, "            - \"%s\"\n", PICK(rng, dirs));
	} else if (slice_is(tool, "cmd.run")) {
		buf_printf(out, "          command_allowlist: [\"git\", \"%s\"]\n",
			PICK(rng, commands));
		buf_text(out,
			"          subcommand_allowlist: [\"build\", \"check\", \"status\"]\n");
	} else if (slice_begins(tool, SLICE("web."))) {
		buf_printf(out, "          domain_allowlist: [\"github.com\", \"%s\"]\n",
			PICK(rng, hosts));
	}
}

/* Capability @i of team @team. */
static void capability(struct buf *out, uint64_t *rng, uint32_t i, uint32_t team)
{
	struct buf tool = { .arena = out->arena };

	tool_name(&tool, i + team % 97 * 5);
	buf_printf(out, "        - tool_pattern: \"%.*s%s\"\n", SLICE_ARG(buf_done(&tool)),
		i % 10 == 8 ? ".*" : "");
	constraint(out, rng, buf_done(&tool), team);
	if (i % 3 == 2)
		buf_text(out, "          rate_limit:\n            calls: 100\n"
			      "            per_seconds: 60\n");
	if (i % 2 == 1)
		buf_text(out, "          max_response_size: 1048576\n");
}

struct slice bench_policy(struct arena *a, uint32_t ncontexts, uint32_t ncaps)
{
	struct buf out = { .arena = a };
	uint64_t rng = 42;

	buf_text(&out, "apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\nmetadata:\n  name: bench\n"
		       "spec:\n  node: {id: bench, type: edge}\n  security_contexts:\n");
	for (uint32_t c = 0; c < ncontexts; c++) {
		buf_printf(&out, "    - name: \"team-%u\"\n", c);
		buf_printf(&out,
			"      description: \"What the agents of team %u may do, by agreement of its "
			"owners and the platform: files of its own, a bounded shell, two hosts, "
			"and the servers that it runs.\"\n      capabilities:\n",
			c);
		for (uint32_t i = 0; i < ncaps; i++)
			capability(&out, &rng, i, c);
		buf_text(&out, "      deny_list: [\"fs.delete\", \"aegis.system.config\"]\n");
	}
	return buf_done(&out);
}

static void arguments(struct buf *out, uint64_t *rng, struct slice tool)
{
	if (slice_begins(tool, SLICE("fs.")))
		buf_printf(out, "{\"path\":\"%s/src/main.c\",\"max_bytes\":65536}",
			bench_random(rng, 8) == 0 ? "/etc" : "/workspace");
	else if (slice_is(tool, "cmd.run"))
		buf_printf(out, "{\"command\":\"%s\",\"args\":[\"%s\",\"--verbose\"]}",
			bench_random(rng, 8) == 0 ? "rm" : "git", PICK(rng, subs));
	else if (slice_begins(tool, SLICE("web.")))
		buf_printf(out, "{\"url\":\"https://%s/repos/a/b?page=2\"}",
			bench_random(rng, 8) == 0 ? "evilgithub.com" : "api.github.com");
	else
		buf_printf(out, "{\"query\":\"status of order %u\",\"limit\":20}",
			bench_random(rng, 100000));
}

struct bench_call *bench_calls(struct arena *a, uint32_t ncaps, uint32_t n)
{
	struct bench_call *calls = arena_array(a, struct bench_call, n);
	uint64_t rng = 7;

	for (uint32_t i = 0; i < n; i++) {
		struct buf tool = { .arena = a }, args = { .arena = a };
		uint32_t cap = bench_random(&rng, ncaps);

		tool_name(&tool, cap);
		if (cap % 10 == 8)
			buf_text(&tool, ".all");
		if (bench_random(&rng, 16) == 0)
			buf_text(&tool, "x");
		calls[i].tool = buf_done(&tool);
		arguments(&args, &rng, calls[i].tool);
		calls[i].args = buf_done(&args);
	}
	return calls;
}

const struct model *bench_model(struct arena *a, struct slice policy, struct slice *ret_bundle)
{
	struct sources *sources = arena_new(a, struct sources);
	struct diags *d = arena_new(a, struct diags);
	struct documents docs = { 0 };
	struct link_options link = { .building = true };
	struct emit_options emit = { .serial = 1 };

	sources->arena = a;
	*d = (struct diags){ .arena = a, .sources = sources };
	model_add_stdlib(sources);
	sources_add_text(sources, "bench.yaml", policy);
	syntax_parse(d, &docs);
	const struct model *m = model_shape(d, &docs);
	const struct names *names = link_resolve(d, m, &link);
	if (d->errors != 0) {
		struct buf out = { .arena = a };
		diag_render_text(d, &out, false);
		fwrite(out.at, 1, out.len, stderr);
		exit(1);
	}
	struct program *program = ir_lower(d, m, names);
	program->ceilings = symbolic_ceilings(d, m);
	*ret_bundle = emit_bundle(d, program, &emit);
	return m;
}
