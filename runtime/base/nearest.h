#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H
/* "Did you mean": the known name nearest to one that is not known. */
#include "base/slice.h"

/**
 * nearest_name - the candidate nearest to @name by edit distance (with transpositions)
 *
 * Returns its index, or SIZE_MAX when none is near enough to be meant (a third of the length, at
 * least 1).
 */
size_t nearest_name(struct slice name, const struct slice *candidates, size_t n);

/* Edit distance of the first NEAREST_BYTES of both (with transpositions), or @limit + 1 when it is
 * more. */
uint32_t nearest_distance(struct slice a, struct slice b, uint32_t limit);
#define NEAREST_BYTES 128u
#endif
