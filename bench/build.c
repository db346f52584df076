/* Building: the whole of aegisc as a process, against libyaml alone parsing the same file. */
#define _GNU_SOURCE
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml.h>

static double time_libyaml(struct slice text)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int done = 0;
	double t = bench_now();

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.at, text.len);
	while (!done) {
		if (!yaml_parser_parse(&parser, &event))
			exit(1);
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return bench_now() - t;
}

static double time_aegisc(const char *aegisc, const char *in, const char *out, long *ret_kib)
{
	struct rusage use;
	int status;
	double t = bench_now();
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		dup2(null, 2);
		execl(aegisc, "aegisc", "build", in, "-o", out, (char *)NULL);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &use) != pid || status != 0) {
		fprintf(stderr, "bench: %s build failed\n", aegisc);
		exit(1);
	}
	*ret_kib = use.ru_maxrss;
	return bench_now() - t;
}

void bench_build(const char *aegisc)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct slice policy = bench_policy(&a, 5000, 10);
	char dir[] = "/tmp/aegis-bench-XXXXXX", in[64], out[64];
	double build = 1e18, yaml = 1e18;
	long kib = 0;

	if (mkdtemp(dir) == NULL)
		exit(1);
	snprintf(in, sizeof in, "%s/policy.yaml", dir);
	snprintf(out, sizeof out, "%s/policy.aegb", dir);
	FILE *f = fopen(in, "wb");
	if (f == NULL || fwrite(policy.at, 1, policy.len, f) != policy.len || fclose(f) != 0)
		exit(1);
	for (int i = 0; i < 5; i++) {
		double t = time_libyaml(policy);
		yaml = t < yaml ? t : yaml;
		t = time_aegisc(aegisc, in, out, &kib);
		build = t < build ? t : build;
	}
	printf("build 5,000 contexts of 10 capabilities (%.1f MB of YAML)\n", policy.len / 1e6);
	printf("  aegisc build %.0f ms, libyaml alone %.0f ms, peak memory %.0f MB\n", build / 1e6,
		yaml / 1e6, (double)kib * 1024 / 1e6);
	bench_report("build / libyaml parsing the same bytes", build / yaml, 4, "x", false);
	bench_report("peak memory / size of the source", (double)kib * 1024 / policy.len, 20, "x",
		false);
	unlink(in);
	unlink(out);
	rmdir(dir);
	arena_free(&a);
}
