/* Threads that take pieces of work from one counter. */
#define _POSIX_C_SOURCE 200809L
#include "policytest/share.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct pool {
	share_work *work;
	void *ctx;
	uint32_t n, chunk;
	_Atomic uint32_t next; /* the first piece that nobody has taken */
};
struct worker {
	struct pool *pool;
	uint32_t number;
	pthread_t thread;
	bool threaded;
};

static void *take_pieces(void *arg)
{
	const struct worker *w = arg;
	struct pool *p = w->pool;
	for (;;) {
		uint32_t lo = atomic_fetch_add(&p->next, p->chunk);
		if (lo >= p->n)
			return NULL;
		uint32_t hi = p->n - lo < p->chunk ? p->n : lo + p->chunk;
		for (uint32_t i = lo; i < hi; i++)
			p->work(p->ctx, w->number, i);
	}
}

uint32_t share_workers(uint32_t n, uint32_t least)
{
	long have = sysconf(_SC_NPROCESSORS_ONLN);
	uint32_t most = n / least + 1;
	if (most > SHARE_MAX_WORKERS)
		most = SHARE_MAX_WORKERS;
	return have < 1 ? 1 : have < (long)most ? (uint32_t)have : most;
}

void share(uint32_t n, uint32_t nworkers, share_work *work, void *ctx)
{
	struct worker w[SHARE_MAX_WORKERS];
	/* Few at once, so that all end together; enough that the counter is no bottleneck. */
	struct pool pool = { work, ctx, n, n / nworkers / 64 + 1, 0 };
	for (uint32_t i = nworkers; i-- > 0;) {
		w[i] = (struct worker){ .pool = &pool, .number = i };
		w[i].threaded =
			i > 0 && pthread_create(&w[i].thread, NULL, take_pieces, &w[i]) == 0;
	}
	take_pieces(&w[0]);
	for (uint32_t i = 1; i < nworkers; i++)
		if (w[i].threaded)
			pthread_join(w[i].thread, NULL);
}

struct arena share_arena(const struct arena *a, uint32_t nth)
{
	return (struct arena){
		.limit = (a->limit - a->used) / nth, .fail = a->fail, .ctx = a->ctx
	};
}
