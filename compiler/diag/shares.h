#ifndef DIAG_SHARES_H
#define DIAG_SHARES_H
/* One job over many things, in shares at the same time: what comes of it is as if done in order. */
#include "diag/diag.h"

#include <pthread.h>

enum { SHARES_MOST = 8 };

/* Things [lo, hi), and who does them: memory and findings of its own. */
struct share {
	uint32_t lo, hi;
	void *ctx; /* the caller's */
	struct arena arena;
	struct diags d;
	void (*work)(struct share *s);
	pthread_t thread;
	bool threaded;
};

/* How many shares there are use for: processors, @useful of them, at least one. */
uint32_t shares_count(uint64_t useful);
/* Does @v, the first of them in this thread; lo, hi and ctx are set. Each has to be added then. */
void shares_work(struct diags *d, struct share *v, uint32_t n, void (*work)(struct share *s));
/* Adds what @s found and holds to @d, in the order of shares. */
void share_add(struct diags *d, struct share *s);
#endif
