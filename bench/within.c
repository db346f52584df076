/* Ceilings: asking for one against one decision from text, and making them all against the rest of
 * compiling. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "symbolic/ceilings.h"

enum { ROUNDS = 5, TOKENS = 512 };

struct answers {
	double mean, worst; /* nanoseconds */
	uint32_t within, asked;
};

/* Every pair of @n contexts, each timed by itself for the worst. */
static struct answers ask_all(const struct aeg_bundle *b, uint32_t n)
{
	struct answers a = { .asked = n * n };
	struct aeg_ceiling is = { .size_of = sizeof is };
	double best = 1e18;

	for (int r = 0; r < ROUNDS; r++) {
		double t = bench_now();
		a.within = 0;
		for (uint32_t i = 0; i < a.asked; i++)
			if (aeg_within(b, i / n, i % n, &is) == AEG_OK)
				a.within += is.within;
		t = (bench_now() - t) / a.asked;
		best = t < best ? t : best;
	}
	a.mean = best;
	for (uint32_t i = 0; i < a.asked; i++) {
		double least = 1e18;
		for (int r = 0; r < ROUNDS; r++) {
			double t = bench_now();
			aeg_within(b, i / n, i % n, &is);
			t = bench_now() - t;
			least = t < least ? t : least;
		}
		a.worst = least > a.worst ? least : a.worst;
	}
	return a;
}

/* Scanning and deciding one call. */
static double time_decision(const struct aeg_bundle *b)
{
	static const char args[] = "{\"path\":\"/workspace/src/main.c\"}";
	struct aeg_json_tok tok[TOKENS];
	struct aeg_json json;
	struct aeg_call call = { .size_of = sizeof call, .tool = { "fs.read", 7 }, .args = &json };
	struct aeg_verdict v;
	double best = 1e18;

	for (int r = 0; r < ROUNDS; r++) {
		double t = bench_now();
		for (uint32_t i = 0; i < 10000; i++) {
			call.context = i % 200;
			aeg_json_scan(&json, args, sizeof args - 1, tok, TOKENS);
			aeg_decide(b, &call, &v);
		}
		t = (bench_now() - t) / 10000;
		best = t < best ? t : best;
	}
	return best;
}

/* Compiling the policy, and of that making the ceilings. */
static void time_making(struct slice policy, double *ret_all, double *ret_ceilings)
{
	*ret_all = *ret_ceilings = 1e18;
	for (int r = 0; r < ROUNDS; r++) {
		struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
		struct diags d = { .arena = &a };
		struct slice bundle;
		double t = bench_now();
		const struct model *m = bench_model(&a, policy, &bundle);
		double all = bench_now() - t;
		t = bench_now();
		if (symbolic_ceilings(&d, m) == NULL)
			exit(1);
		t = bench_now() - t;
		*ret_all = all < *ret_all ? all : *ret_all;
		*ret_ceilings = t < *ret_ceilings ? t : *ret_ceilings;
		arena_free(&a);
	}
}

void bench_within(void)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct slice policy = bench_policy(&a, 200, 10), bundle;
	struct aeg_bundle b;
	struct aeg_bundle_info info = { .size_of = sizeof info };
	double all, ceilings;

	bench_model(&a, policy, &bundle);
	if (aeg_bundle_check(&b, bundle.at, bundle.len) != AEG_OK)
		exit(1);
	aeg_bundle_info(&b, &info);
	struct answers is = ask_all(&b, info.ncontexts);
	double decision = time_decision(&b);
	time_making(policy, &all, &ceilings);
	printf("ceilings of %u contexts of 10 capabilities: %u of %u pairs within\n",
		(unsigned)info.ncontexts, (unsigned)is.within, (unsigned)is.asked);
	printf("  ask %.0f ns, the worst pair %.0f ns, one call scanned and decided %.0f ns\n",
		is.mean, is.worst, decision);
	printf("  make all %.1f ms, the rest of compiling %.1f ms\n", ceilings / 1e6,
		(all - ceilings) / 1e6);
	bench_report("ask / scan and decide one call", is.mean / decision, 2, "x", false);
	bench_report(
		"make all / the rest of compiling", ceilings / (all - ceilings), 1, "x", false);
	arena_free(&a);
}
