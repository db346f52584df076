#ifndef POLICYTEST_SHARE_H
#define POLICYTEST_SHARE_H
/* Divides many pieces of work among threads. Who does which piece is not said, so a piece must not
 * depend on it; its result has a place of its own. */
#include "base/arena.h"

#define SHARE_MAX_WORKERS 8u

typedef void share_work(void *ctx, uint32_t worker, uint32_t i);

/* So many workers as there are processors, but none with fewer than @least pieces of @n. */
uint32_t share_workers(uint32_t n, uint32_t least);
/* Calls @work for each piece of [0, n). Worker 0 is the caller's thread; of one worker it is all.
 */
void share(uint32_t n, uint32_t nworkers, share_work *work, void *ctx);
/* An empty arena that may take one @nth of what is left to @a: all workers have one limit. */
struct arena share_arena(const struct arena *a, uint32_t nth);
#endif
