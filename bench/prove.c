/* Proving: assertions over all contexts of a large policy, against compiling it. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "proof/proof.h"

enum { CONTEXTS = 200, CAPS = 10, TIMES = 5 };

/* One of each kind, over all contexts; some hold and some do not. */
static const char proofs[] =
	"---\n"
	"apiVersion: seal.100monkeys.ai/v1\n"
	"kind: PolicyProof\n"
	"metadata: { name: ceilings }\n"
	"spec:\n"
	"  assertions:\n"
	"    - never: { context: \"team-*\", tool: cmd.run, args: { command: git push } }\n"
	"    - never: { context: \"team-*\", tool: \"*\", args: { path: /etc/** } }\n"
	"    - only: { tool: aegis.*, contexts: [aegis-*, zaru-*] }\n"
	"    - within: { child: \"team-*\", parent: aegis-system-default }\n"
	"    - equal: { a: \"team-*\", b: team-0 }\n";

static double time_proofs(const struct model *m, const struct aeg_bundle *b, uint32_t i)
{
	struct arena a = { .limit = (size_t)1 << 30, .fail = bench_fail_arena }, scratch = a;
	struct diags d = { .arena = &a };
	struct mproof one = m->proofs[0];
	struct model alone = *m;
	struct proof_options o = { .model = &alone, .bundle = b, .scratch = &scratch };

	one.assertions += i;
	one.nassertions = 1;
	alone.proofs = &one;
	double t = bench_now();
	const struct proof_report *r = proof_run(&d, &o);
	t = bench_now() - t;
	if (r->unconfirmed != NULL || r->undecided != 0)
		exit(1);
	arena_free(&scratch);
	arena_free(&a);
	return t;
}

void bench_prove(void)
{
	struct arena a = { .limit = (size_t)4 << 30, .fail = bench_fail_arena };
	struct buf text = { .arena = &a };
	struct slice bytes;
	struct aeg_bundle bundle;
	const struct model *m = NULL;
	double compile = 1e18, slowest = 0;

	buf_slice(&text, bench_policy(&a, CONTEXTS, CAPS));
	buf_text(&text, proofs);
	for (int i = 0; i < TIMES; i++) {
		double t = bench_now();
		m = bench_model(&a, buf_done(&text), &bytes);
		t = bench_now() - t;
		compile = t < compile ? t : compile;
	}
	if (aeg_bundle_check(&bundle, bytes.at, bytes.len) != AEG_OK)
		exit(1);
	printf("prove, %d contexts of %d capabilities\n", CONTEXTS, CAPS);
	for (uint32_t i = 0; i < m->proofs[0].nassertions; i++) {
		double best = 1e18;
		for (int k = 0; k < TIMES; k++) {
			double t = time_proofs(m, &bundle, i);
			best = t < best ? t : best;
		}
		printf("  %s: %.1f ms\n", massert_word(m->proofs[0].assertions[i].kind),
			best / 1e6);
		slowest = best > slowest ? best : slowest;
	}
	printf("  compiling it %.1f ms\n", compile / 1e6);
	bench_report(
		"the slowest assertion / compiling the policy", slowest / compile, 3, "x", false);
	arena_free(&a);
}
