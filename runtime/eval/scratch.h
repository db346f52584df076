#ifndef EVAL_SCRATCH_H
#define EVAL_SCRATCH_H
/* Memory that is given up all at once, at the end of what somebody keeps. */
#include "parameter.h"

struct scratch {
	uint8_t *at, *end; /* aligned to 8 */
};

static inline size_t padded(size_t n) { return (n + 7) & ~(size_t)7; }

/* Aligned to 8; NULL: no room. */
static inline void *scratch_take(struct scratch *s, size_t n)
{
	size_t whole = padded(n);
	void *at = s->at;

	if (whole < n || whole > (size_t)(s->end - s->at))
		return NULL;
	s->at += whole;
	return at;
}

/* All of it as text that is being written. */
static inline struct written text_begin(const struct scratch *s)
{
	return (struct written){ (char *)s->at, 0, (size_t)(s->end - s->at), NULL };
}
#endif
