/* Questions about all calls, asked of a large policy: its cells, all checks, a comparison with an
 * edited one, ceilings, and test cases. Against building it in memory, which is timed without them.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "check/check.h"
#include "diff/diff.h"
#include "driver/pipeline.h"
#include "policytest/policytest.h"
#include "prove/prove.h"

enum { CONTEXTS = 200, CAPS = 10, CASES = 20000, TIMES = 5 };

struct built {
	struct arena arena;
	struct pipeline p;
	struct aeg_bundle bundle;
	double ns; /* what it took */
};

static void build(struct built *b, struct slice policy)
{
	*b = (struct built){ .arena = { .limit = (size_t)1 << 30, .fail = bench_fail_arena } };
	double t = bench_now();
	pipeline_init(&b->p, &b->arena);
	b->p.link.building = true;
	sources_add_text(&b->p.sources, "bench.yaml", policy);
	struct slice bytes = pipeline_run(&b->p, PIPELINE_BUNDLE);
	b->ns = bench_now() - t;
	if (b->p.diags.errors != 0 || b->p.disagreement != NULL ||
		aeg_bundle_check(&b->bundle, bytes.at, bytes.len) != AEG_OK) {
		fprintf(stderr, "bench: the policy does not build\n");
		exit(1);
	}
}

/* The best time of some; the last of them stays. */
static double build_often(struct built *b, struct slice policy)
{
	double best = 1e18;

	*b = (struct built){ 0 };
	for (int i = 0; i < TIMES; i++) {
		arena_free(&b->arena);
		build(b, policy);
		best = b->ns < best ? b->ns : best;
	}
	return best;
}

/* The same number of capabilities, but all of few tools and with paths below each other, so that
 * every one meets every other. */
static struct slice crowded_policy(struct arena *a)
{
	static const char *const tools[] = { "fs.*", "fs.read", "fs.write", "fs.list", "*" };
	struct buf out = { .arena = a };
	uint64_t rng = 42;

	buf_text(&out, "apiVersion: 100monkeys.ai/v1\nkind: NodeConfig\nmetadata:\n  name: bench\n"
		       "spec:\n  node: {id: bench, type: edge}\n  security_contexts:\n");
	for (uint32_t c = 0; c < CONTEXTS; c++) {
		buf_printf(&out,
			"    - name: team-%u\n      description: Crowded.\n"
			"      capabilities:\n",
			c);
		for (uint32_t i = 0; i < CAPS; i++) {
			buf_printf(&out,
				"        - tool_pattern: \"%s\"\n          path_allowlist:\n",
				tools[bench_random(&rng, 5)]);
			for (uint32_t k = 0; k < 3; k++)
				buf_printf(&out, "            - /srv/%u/%u/%s\n",
					bench_random(&rng, 3), bench_random(&rng, 3),
					bench_random(&rng, 8) == 0 ? "*" : "");
		}
	}
	return buf_done(&out);
}

/* What @what of @b takes, the best of some times; with memory of its own. */
static double time_of(const struct built *b, void (*what)(const struct built *, struct arena *))
{
	double best = 1e18;

	for (int i = 0; i < TIMES; i++) {
		struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
		double t = bench_now();
		what(b, &a);
		t = bench_now() - t;
		best = t < best ? t : best;
		arena_free(&a);
	}
	return best;
}

static void all_checks(const struct built *b, struct arena *a)
{
	struct sources sources = b->p.sources;
	struct diags d = { .arena = a, .sources = &sources };

	check_all(&d, b->p.stats.model, b->p.stats.names, true);
}

static void all_cells(const struct built *b, struct arena *a)
{
	const struct model *m = b->p.stats.model;

	for (uint32_t i = 0; i < m->ncontexts; i++) {
		struct side side = { m, &m->contexts[i] };
		if (symbolic_cells(a, &side, 1, NULL)->over)
			exit(1);
	}
}

static void compare(const struct built *b, struct arena *a)
{
	const struct model *m = b->p.stats.model;
	struct model edited = *m;
	struct mcontext *contexts = arena_array(a, struct mcontext, m->ncontexts);

	for (uint32_t i = 0; i < m->ncontexts; i++) { /* each without its first capability */
		contexts[i] = m->contexts[i];
		contexts[i].caps += contexts[i].ncaps > 0;
		contexts[i].ncaps -= contexts[i].ncaps > 0;
	}
	edited.contexts = contexts;
	struct policy sides[] = { { m, b->p.stats.names, NULL, NULL },
		{ &edited, b->p.stats.names, NULL, NULL } };
	if (!diff_policies(a, sides, NULL)->narrower)
		exit(1);
}

static void all_ceilings(const struct built *b, struct arena *a)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };

	(void)a;
	aeg_bundle_info(&b->bundle, &info);
	for (uint32_t c = 0; c < info.ncontexts; c++)
		for (uint32_t p = 0; p < info.ncontexts; p++) {
			struct aeg_ceiling ceiling = { .size_of = sizeof ceiling };
			if (aeg_within(&b->bundle, c, p, &ceiling) != AEG_OK ||
				(c == p && !ceiling.within))
				exit(1);
		}
}

/* ---- Test cases ------------------------------------------------------------------------------ */

/* As the naive evaluator decides it. */
static const char *expected(const struct model *m, uint32_t team, const struct bench_call *call)
{
	struct arena scratch = { .limit = (size_t)1 << 20, .fail = bench_fail_arena };
	struct buf name = { .arena = &scratch };
	size_t need = aeg_json_bound(call->args.len);
	struct aeg_json json;
	uint32_t i = 0;

	buf_printf(&name, "team-%u", team);
	while (!slice_eq(m->contexts[i].name.text, buf_done(&name)))
		i++;
	aeg_json_scan(&json, call->args.at, call->args.len,
		arena_array(&scratch, struct aeg_json_tok, need), need);
	bool allow = naive_decide(m, &m->contexts[i], call->tool, &json, &scratch).allow;
	arena_free(&scratch);
	return allow ? "allow" : "deny";
}

static void add_cases(struct buf *out, const struct model *m)
{
	struct bench_call *calls = bench_calls(out->arena, CAPS, CASES);

	buf_text(out, "---\napiVersion: seal.100monkeys.ai/v1\nkind: PolicyTest\n"
		      "metadata: { name: bench }\nspec:\n  cases:\n");
	for (uint32_t i = 0; i < CASES; i++) {
		uint32_t team = i % CONTEXTS;
		buf_printf(out,
			"  - { name: case %u, call: { context: team-%u, tool: \"%.*s\", args: ", i,
			team, SLICE_ARG(calls[i].tool));
		buf_slice(out, calls[i].args);
		buf_printf(out, " }, expect: %s }\n", expected(m, team, &calls[i]));
	}
}

static void run_cases(const struct built *b, struct arena *a)
{
	struct diags d = { .arena = a, .sources = b->p.diags.sources };
	struct arena scratch = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct policytest_options o = { .bundle = &b->bundle,
		.scratch = &scratch,
		.model = b->p.stats.model,
		.compiled = true };

	if (policytest_run(&d, &o)->passed != CASES)
		exit(1);
	arena_free(&scratch);
}

static void bench_cases(struct arena *a, struct slice policy, const struct model *m)
{
	struct built b;
	struct buf text = { .arena = a };
	cpu_set_t all, one;

	buf_slice(&text, policy);
	add_cases(&text, m);
	build(&b, buf_done(&text));
	sched_getaffinity(0, sizeof all, &all);
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
	double t = time_of(&b, run_cases);
	sched_setaffinity(0, sizeof all, &all);
	bench_report(
		"test cases a second on one core, in thousands", CASES / t * 1e6, 100, "k", true);
	arena_free(&b.arena);
}

static void bench_checks(const char *what, struct slice policy)
{
	struct built b;
	double whole = build_often(&b, policy), checks = time_of(&b, all_checks);

	printf("  building without checks %.1f ms, checks %.1f ms\n", (whole - checks) / 1e6,
		checks / 1e6);
	bench_report(what, checks / (whole - checks), 2, "x", false);
	arena_free(&b.arena);
}

void bench_questions(void)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena };
	struct slice policy = bench_policy(&a, CONTEXTS, CAPS);
	struct built b;
	double whole = build_often(&b, policy);
	const struct model *m = b.p.stats.model;
	double pairs = (double)m->ncontexts * m->ncontexts, cells = time_of(&b, all_cells);
	double differ = time_of(&b, compare), ceilings = time_of(&b, all_ceilings);

	printf("questions, %d contexts of %d capabilities\n", CONTEXTS, CAPS);
	printf("  building %.1f ms, cells %.1f us for each context\n", whole / 1e6,
		cells / m->ncontexts / 1e3);
	printf("  comparing with an edited policy %.1f ms, one ceiling %.0f ns\n", differ / 1e6,
		ceilings / pairs);
	bench_report("the cells of all contexts / building", cells / whole, 0.5, "x", false);
	bench_report("comparing with an edited policy / building", differ / whole, 0.5, "x", false);
	bench_checks("all checks / building without them", policy);
	bench_checks("the same, where all capabilities overlap", crowded_policy(&a));
	bench_cases(&a, policy, m);
	arena_free(&b.arena);
	arena_free(&a);
}
