/* Threads, each with an arena and findings of its own. */
#define _POSIX_C_SOURCE 200809L
#include "diag/shares.h"

#include <unistd.h>

uint32_t shares_count(uint64_t useful)
{
	long have = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n = useful > SHARES_MOST ? SHARES_MOST : useful;
	return have < 1 || n < 1 ? 1 : n > (uint64_t)have ? (uint32_t)have : (uint32_t)n;
}

static void *run(void *arg)
{
	struct share *s = arg;
	s->work(s);
	return NULL;
}

void shares_work(struct diags *d, struct share *v, uint32_t n, void (*work)(struct share *s))
{
	const struct arena *a = d->arena;
	for (uint32_t i = 0; i < n; i++) {
		v[i].arena = (struct arena){
			.limit = (a->limit - a->used) / n, .fail = a->fail, .ctx = a->ctx
		};
		v[i].d = (struct diags){ &v[i].arena, d->sources, .strict = d->strict,
			.allow = d->allow, .nallow = d->nallow, .deny = d->deny,
			.ndeny = d->ndeny };
		v[i].work = work;
	}
	for (uint32_t i = n; i-- > 0;) {
		v[i].threaded = i > 0 && pthread_create(&v[i].thread, NULL, run, &v[i]) == 0;
		if (!v[i].threaded)
			work(&v[i]);
	}
	for (uint32_t i = 1; i < n; i++)
		if (v[i].threaded)
			pthread_join(v[i].thread, NULL);
}

void share_add(struct diags *d, struct share *s)
{
	diag_merge(d, &s->d);
	arena_adopt(d->arena, &s->arena);
}
