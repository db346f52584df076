#ifndef CHECK_CALLS_H
#define CHECK_CALLS_H
/* Checks that ask about all calls at once: of the capabilities and deny entries of one tree. */
#include "check/internal.h"
#include "check/overlap.h"

/* Whether notes are wanted, and still kept. */
bool advises(const struct checks *c);
/* Whether there may be no call of one of its tools that capability @cap grants. False is certain.
 */
bool may_never_hold(const struct mcap *cap);
bool is_limited(const struct mcap *cap);

/* The calls of @part, or NULL: too many, and nothing may be concluded. */
const struct cells *calls_of(struct checks *c, const struct part *part);
/* The smallest call that capability @cap of @whole grants, were it alone, or NULL. */
const struct cell *calls_first(struct checks *c, const struct mcontext *whole, uint32_t cap);
/* "`fs.read` with `{"path":"/a"}`". */
const char *calls_text(struct checks *c, const struct cell *cell);

/* shadows.c: the capabilities of a part against one another. */
void check_shadows(struct checks *c, const struct part *part, const struct cells *cells);
/* denials.c: what the deny list takes away, and what there is nothing of. */
void check_denials(struct checks *c, const struct mcontext *context, const struct forest *f);
void capability_denied(struct checks *c, const struct mcap *cap, const struct mpattern *deny,
	const struct cell *cell);
/* elsewhere.c: what the public implementations decide otherwise. */
struct told { /* of the context, already */
	bool deny, match;
};
bool elsewhere_suspect(const struct forest *f, uint32_t lo, uint32_t hi);
void check_elsewhere(
	struct checks *c, const struct part *part, const struct cells *cells, struct told *told);
void check_constraints_elsewhere(struct checks *c, const struct mcontext *context);
void check_prefixes(struct checks *c, const struct mcontext *context);
#endif
