/* Questions about all calls, asked of a large policy: its cells, a comparison with an edited one,
 * all checks. Against building it in memory. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "check/check.h"
#include "diff/diff.h"
#include "driver/pipeline.h"

enum { CONTEXTS = 200, CAPS = 10, TIMES = 5 };

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
	double cells = time_of(&b, all_cells), differ = time_of(&b, compare);

	printf("questions, %d contexts of %d capabilities\n", CONTEXTS, CAPS);
	printf("  building %.1f ms, cells %.1f us for each context, comparing %.1f ms\n",
		whole / 1e6, cells / b.p.stats.model->ncontexts / 1e3, differ / 1e6);
	bench_report("the cells of all contexts / building", cells / whole, 0.5, "x", false);
	bench_report("comparing with an edited policy / building", differ / whole, 0.5, "x", false);
	bench_checks("all checks / building without them", policy);
	bench_checks("the same, where all capabilities overlap", crowded_policy(&a));
	arena_free(&b.arena);
	arena_free(&a);
}
