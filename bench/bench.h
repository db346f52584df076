#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H
/* Benchmarks: every figure is a ratio to a yardstick measured in the same run. See
 * docs/benchmarks.md. */
#include "aegis/aegis.h"
#include "base/buf.h"
#include "model/model.h"

/* A monotonic clock, in nanoseconds. */
double bench_now(void);
/* Deterministic pseudo-random numbers (xorshift), so that every run times the same work. */
uint32_t bench_random(uint64_t *state, uint32_t below);
/* Sorts @v and gives its @percent-th percentile. */
double bench_percentile(double *v, size_t n, double percent);
/* One line of the report: what, the figure, its limit, and whether it holds; counts failures. */
void bench_report(const char *what, double figure, double limit, const char *unit, bool at_least);
int bench_failures(void);
void bench_fail_arena(void *ctx);

struct bench_call {
	struct slice tool, args; /* args: JSON text */
};

/* YAML of one NodeConfig with @ncontexts security contexts of @ncaps capabilities each. */
struct slice bench_policy(struct arena *a, uint32_t ncontexts, uint32_t ncaps);
/* @n calls for a context of bench_policy's with @ncaps capabilities: most allowed, some near
 * misses. */
struct bench_call *bench_calls(struct arena *a, uint32_t ncaps, uint32_t n);

/* All of a file, unpacked where it is packed. */
struct slice bench_document(struct arena *a, const char *path);

/* Compiles policy text in memory: the model, and an unsigned bundle. */
const struct model *bench_model(struct arena *a, struct slice policy, struct slice *ret_bundle);

void bench_decide(void);
void bench_open(void);
void bench_within(void);
void bench_prove(void);
void bench_questions(void);
void bench_json(void);
void bench_openapi(void);
void bench_render(void);
void bench_schema(void);
void bench_build(const char *aegisc);
void bench_many(const char *aegisc);
void bench_test(const char *aegisc);
#endif
