#ifndef DRIVER_WATCH_H
#define DRIVER_WATCH_H
/* Notices when sources change, by looking at names, sizes and times every now and then. */
#include <stdint.h>

/* A number that is another one once a file of @paths has changed, come or gone. Of folders it looks
 * at what sources_add would read; no file is opened. */
uint64_t watch_mark(const char *const *paths, uint32_t n);

/* Returns once the mark is no longer @mark and has come to rest. */
void watch_wait(const char *const *paths, uint32_t n, uint64_t mark);
#endif
