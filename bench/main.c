/* Runs every benchmark; exit 1 when a figure misses its limit. */
#define _GNU_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int failures;

double bench_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

uint32_t bench_random(uint64_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)((*state >> 32) % below);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double bench_percentile(double *v, size_t n, double percent)
{
	qsort(v, n, sizeof *v, ascending);
	return v[(size_t)((double)(n - 1) * percent / 100)];
}

void bench_report(const char *what, double figure, double limit, const char *unit, bool at_least)
{
	bool holds = at_least ? figure >= limit : figure <= limit;
	failures += !holds;
	printf("  %-4s %-58s %6.2f%s  (%s %g)\n", holds ? "ok" : "MISS", what, figure, unit,
		at_least ? "at least" : "at most", limit);
}

int bench_failures(void) { return failures; }

void bench_fail_arena(void *ctx)
{
	(void)ctx;
	fprintf(stderr, "bench: out of memory\n");
	exit(1);
}

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: bench path/to/aegisc\n");
		return 2;
	}
	bench_json();
	bench_openapi();
	bench_render();
	bench_schema();
	bench_decide();
	bench_open();
	bench_within();
	bench_prove();
	bench_questions();
	bench_build(argv[1]);
	bench_many(argv[1]);
	bench_test(argv[1]);
	return bench_failures() != 0;
}
