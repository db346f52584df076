/* Checking many manifests, each in a file of its own: the process, against libyaml parsing them. */
#define _GNU_SOURCE
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml.h>

enum { FILES = 10000, RUNS = 5 };

static const char manifest[] =
	"apiVersion: 100monkeys.ai/v1\n"
	"kind: Agent\n"
	"metadata:\n"
	"  name: agent-%05u\n"
	"  version: \"1.%u.0\"\n"
	"  description: Reviews pull requests of team %u and says what to change.\n"
	"  labels: { team: team-%u, stage: production }\n"
	"spec:\n"
	"  runtime:\n"
	"    language: python\n"
	"    version: \"3.11\"\n"
	"    isolation: docker\n"
	"    model: smart\n"
	"  security_context: aegis-system-agent-runtime\n"
	"  task:\n"
	"    instruction: |\n"
	"      Read the diff of the pull request. Look for mistakes in the logic, for\n"
	"      missing tests and for names that say the wrong thing. Answer with a list\n"
	"      of findings, each with a file and a line.\n"
	"    prompt_template: |\n"
	"      {{instruction}}\n"
	"      {{#if input}}The pull request: {{input}}{{/if}}\n"
	"  execution:\n"
	"    mode: iterative\n"
	"    max_iterations: 5\n"
	"    iteration_timeout: 300s\n"
	"    validation:\n"
	"      - type: exit_code\n"
	"        expected: 0\n"
	"      - type: json_schema\n"
	"        schema: { type: object, required: [findings], properties: { findings: { type: array } } }\n"
	"  security:\n"
	"    network:\n"
	"      mode: allow\n"
	"      allowlist: [api.github.com, example.org]\n"
	"    filesystem:\n"
	"      read: [/workspace, /usr/share/doc]\n"
	"      write: [/workspace/out]\n"
	"    resources:\n"
	"      cpu: 1000\n"
	"      memory: 1Gi\n"
	"      disk: 2Gi\n"
	"      timeout: 900s\n"
	"  tools:\n"
	"    - fs.read\n"
	"    - fs.write\n"
	"    - fs.list\n"
	"    - cmd.run\n"
	"  volumes:\n"
	"    - name: scratch\n"
	"      storage_class: ephemeral\n"
	"      mount_path: /workspace/scratch\n"
	"      access_mode: read-write\n"
	"      size_limit: 500Mi\n"
	"      ttl_hours: 4\n"
	"  env:\n"
	"    LOG_LEVEL: info\n"
	"    REVIEW_DEPTH: \"%u\"\n";

static struct slice text_of(struct arena *a, uint32_t i)
{
	struct buf b = { .arena = a };
	buf_printf(&b, manifest, i, i % 10, i % 100, i % 100, i % 5);
	return buf_done(&b);
}

static void path_of(char path[80], const char *dir, uint32_t i)
{
	snprintf(path, 80, "%s/agent-%05u.yaml", dir, i);
}

static void fill(const char *dir, const struct slice *texts, uint32_t n)
{
	char path[80];
	for (uint32_t i = 0; i < n; i++) {
		path_of(path, dir, i);
		FILE *f = fopen(path, "wb");
		if (f == NULL || fwrite(texts[i].at, 1, texts[i].len, f) != texts[i].len ||
			fclose(f) != 0)
			exit(1);
	}
}

static void empty(const char *dir, uint32_t n)
{
	char path[80];
	for (uint32_t i = 0; i < n; i++) {
		path_of(path, dir, i);
		unlink(path);
	}
	rmdir(dir);
}

/* libyaml's events of each text, one after another. */
static double time_libyaml(const struct slice *texts, uint32_t n)
{
	double t = bench_now();
	for (uint32_t i = 0; i < n; i++) {
		yaml_parser_t parser;
		yaml_event_t event;
		bool done = false;
		yaml_parser_initialize(&parser);
		yaml_parser_set_input_string(
			&parser, (const unsigned char *)texts[i].at, texts[i].len);
		while (!done) {
			if (!yaml_parser_parse(&parser, &event))
				exit(1);
			done = event.type == YAML_STREAM_END_EVENT;
			yaml_event_delete(&event);
		}
		yaml_parser_delete(&parser);
	}
	return bench_now() - t;
}

static double time_check(const char *aegisc, const char *dir)
{
	double t = bench_now();
	pid_t pid = fork();
	int status;
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		dup2(null, 2);
		execl(aegisc, "aegisc", "check", dir, (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "bench: %s check failed\n", aegisc);
		exit(1);
	}
	return bench_now() - t;
}

static double least(double a, double b) { return a < b ? a : b; }

void bench_many(const char *aegisc)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct slice *texts = arena_array(&a, struct slice, 2 * FILES);
	char once[] = "/tmp/aegis-bench-XXXXXX", twice[] = "/tmp/aegis-bench-XXXXXX";
	double yaml = 1e18, few = 1e18, many = 1e18, bytes = 0;

	if (mkdtemp(once) == NULL || mkdtemp(twice) == NULL)
		exit(1);
	for (uint32_t i = 0; i < 2 * FILES; i++) {
		texts[i] = text_of(&a, i);
		bytes += i < FILES ? texts[i].len : 0;
	}
	fill(once, texts, FILES);
	fill(twice, texts, 2 * FILES);
	for (int i = 0; i < RUNS; i++) {
		yaml = least(yaml, time_libyaml(texts, FILES));
		few = least(few, time_check(aegisc, once));
		many = least(many, time_check(aegisc, twice));
	}
	printf("check %d agents in as many files (%.1f MB of YAML)\n", FILES, bytes / 1e6);
	printf("  aegisc check %.0f ms, libyaml alone %.0f ms; twice as many %.0f ms\n", few / 1e6,
		yaml / 1e6, many / 1e6);
	bench_report("check / libyaml parsing the same bytes", few / yaml, 2, "x", false);
	bench_report("20,000 / 10,000", many / few, 2.1, "x", false);
	empty(once, FILES);
	empty(twice, 2 * FILES);
	arena_free(&a);
}
