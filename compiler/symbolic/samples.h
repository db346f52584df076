#ifndef SYMBOLIC_SAMPLES_H
#define SYMBOLIC_SAMPLES_H
/*
 * Calls that a context most likely allows, about one for each entry of its lists: cheap to make,
 * and not all that it allows. Most pairs of contexts are told apart by them, without cutting
 * anything.
 */
#include "aegis/aegis.h"
#include "model/model.h"

#define SAMPLES_PER_CAP 8u /* of longer lists the first entries only */
#define SAMPLES_MOST    256u

struct sample {
	struct slice tool;
	struct aeg_json args; /* scanned */
};

/* At most SAMPLES_MOST; all in @a. Nobody has decided them yet. */
struct sample *samples_make(
	struct arena *a, const struct model *m, const struct mcontext *c, uint32_t *ret_n);
#endif
