#ifndef PROVE_NAIVE_H
#define PROVE_NAIVE_H
/* The three constraints of the naive evaluator, each on one argument's text: NULL, or the
 * violation. */
#include "prove/prove.h"

struct naive_words { /* the strings of one argument */
	uint32_t n;
	const struct slice *v;
	bool missing; /* required, and not there */
	bool given;   /* there, whatever it is */
	bool strings; /* and of the type that the catalogue asks for, nothing but strings */
};

/* @allowed NULL: no allowlist is stated. */
const char *naive_path(struct slice path, const struct mlist *allowed, struct arena *scratch);
/* @args: the tool's arguments of role args, in the catalogue's order. */
const char *naive_command(struct slice command, const struct naive_words *args, uint32_t nargs,
	const struct mcap *cap, struct arena *scratch);
const char *naive_url(struct slice url, const struct mlist *allowed, struct arena *scratch);
#endif
