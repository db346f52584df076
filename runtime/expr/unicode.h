#ifndef EXPR_UNICODE_H
#define EXPR_UNICODE_H
/* Unicode's general categories. */
#include <stdint.h>

/* The categories that `\p{...}` calls @name, one bit each; 0: there is no such name. */
uint32_t unicode_categories(const char *name, uint32_t len);

/* A maximal run of code points of the categories in a mask. */
struct unicode_walk {
	uint32_t mask, at, point;
};
/* The next one; 0: there are no more. Begin with at and point 0. */
int unicode_next(struct unicode_walk *w, uint32_t *ret_lo, uint32_t *ret_hi);
#endif
