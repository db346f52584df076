/* Testing: aegisc test on one processor, from reading the cases to the report. */
#define _GNU_SOURCE
#include "bench.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char policy[] =
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: SecurityContext\n"
	"metadata: { name: bench }\n"
	"spec:\n"
	"  description: For benchmarks.\n"
	"  capabilities:\n"
	"    - { tool_pattern: fs.read, path_allowlist: [/workspace, /srv/data, /opt/a] }\n"
	"    - tool_pattern: cmd.run\n"
	"      subcommand_allowlist: { git: [status, log, diff], ls: [-l], make: [all, test] }\n"
	"    - { tool_pattern: web.fetch, domain_allowlist: [docs.python.org, wikipedia.org] }\n"
	"    - { tool_pattern: notes.*, rate_limit: { calls: 3, per_seconds: 60 } }\n"
	"  deny_list: [fs.delete]\n"
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: PolicyTest\n"
	"metadata: { name: bench }\n"
	"spec:\n"
	"  defaults: { context: bench }\n"
	"  cases:\n";

/* Case @i: files, commands, hosts, what is denied, and a sequence under a limit, in turn. */
static void add_case(struct buf *out, uint32_t i)
{
	static const char *const calls[] = {
		"call: { tool: fs.read, args: { path: /workspace/f%u.txt } }\n"
		"      expect: allow\n",
		"call: { tool: cmd.run, args: { command: git, args: [status, f%u] } }\n"
		"      expect: { decision: allow, capability: cmd.run }\n",
		"call: { tool: web.fetch, args: { url: \"https://evil%u.org/\" } }\n"
		"      expect: { decision: deny, violation: DomainNotAllowed }\n",
		"call: { tool: fs.delete, args: { path: /workspace/f%u } }\n"
		"      expect: { decision: deny, deny_entry: fs.delete }\n",
		"calls: [{ tool: notes.a%u, at: 0s }, { tool: notes.b, at: 1s }]\n"
		"      expect: allow\n",
	};
	buf_printf(out, "    - name: case %u\n      ", i);
	buf_printf(out, calls[i % 5], i);
	buf_text(out, "\n");
}

/* @n cases one by one, then as many as rows of matrices. */
static struct slice test_document(struct arena *a, uint32_t n)
{
	struct buf out = { .arena = a };
	buf_text(&out, policy);
	for (uint32_t i = 0; i < n; i++)
		add_case(&out, i);
	for (uint32_t i = 0; i < n / 10000; i++) {
		buf_printf(&out, "    - name: matrix %u\n      matrix:\n        tool: [", i);
		for (uint32_t k = 0; k < 100; k++)
			buf_printf(&out, "%smcp%u.get", k == 0 ? "" : ", ", k);
		buf_text(&out, "]\n        args:\n");
		for (uint32_t k = 0; k < 100; k++)
			buf_printf(&out, "          - { path: /workspace/%u, command: ls }\n", k);
		buf_text(&out, "      call: {}\n      expect: deny\n");
	}
	return buf_done(&out);
}

static double time_tests(const char *aegisc, const char *in, const char *option)
{
	double t = bench_now();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		cpu_set_t one;
		int null = open("/dev/null", O_WRONLY);
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		sched_setaffinity(0, sizeof one, &one);
		dup2(null, 1);
		execl(aegisc, "aegisc", "test", in, option, (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "bench: %s test failed\n", aegisc);
		exit(1);
	}
	return bench_now() - t;
}

void bench_test(const char *aegisc)
{
	enum { CASES = 100000 };
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct slice text = test_document(&a, CASES);
	char in[] = "/tmp/aegis-bench-XXXXXX.yaml";
	double plain = 1e18, covered = 1e18;
	int fd = mkstemps(in, 5);

	if (fd < 0 || write(fd, text.at, text.len) != (ssize_t)text.len || close(fd) != 0)
		exit(1);
	for (int i = 0; i < 3; i++) {
		double t = time_tests(aegisc, in, NULL);
		plain = t < plain ? t : plain;
		t = time_tests(aegisc, in, "--coverage");
		covered = t < covered ? t : covered;
	}
	unlink(in);
	printf("test 100,000 cases and 100,000 rows of matrices (%.1f MB of YAML), one processor\n",
		text.len / 1e6);
	printf("  aegisc test %.0f ms, with --coverage %.0f ms\n", plain / 1e6, covered / 1e6);
	bench_report(
		"thousand cases a second, read and run", 2 * CASES / (plain / 1e6), 100, "k", true);
	bench_report("the same with --coverage", 2 * CASES / (covered / 1e6), 100, "k", true);
	arena_free(&a);
}
