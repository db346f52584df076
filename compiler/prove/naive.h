#ifndef PROVE_NAIVE_H
#define PROVE_NAIVE_H
/* The three constraints of the naive evaluator, each on one argument's text: NULL, or the
 * violation. */
#include "prove/prove.h"

struct naive_words {
	uint32_t n;
	const struct slice *v;
};

/* @allowed NULL: no allowlist is stated. */
const char *naive_path(struct slice path, const struct mlist *allowed, struct arena *scratch);
/* @args: the words to append; @given: there is such an argument, @strings: it is an array of
 * strings. */
const char *naive_command(struct slice command, struct naive_words args, bool given, bool strings,
	const struct mcap *cap, struct arena *scratch);
const char *naive_url(struct slice url, const struct mlist *allowed, struct arena *scratch);
#endif
