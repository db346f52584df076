#ifndef LINK_REFERENCE_H
#define LINK_REFERENCE_H
/*
 * The one way to resolve a name: which names of each kind the run has, and what is said of one that
 * it does not have. `build` wants every name resolved or declared with --external; `check` wants it
 * where a document of the kind is part of the run, and else only notes it.
 */
#include "model/model.h"

#define LINK_EXTERNAL UINT32_MAX       /* it is elsewhere: --external, or nobody here knows */
#define LINK_POISON   (UINT32_MAX - 1) /* reported already: checks skip it in silence */

struct link_options {
	bool building; /* an unresolved name is an error; when checking alone, a note */
	const char *const *external; /* `KIND:NAME` from --external */
	uint32_t nexternal;
};

enum reference_kind {
	REFERENCE_CONTEXT,
	REFERENCE_AGENT,
	REFERENCE_WORKFLOW,
	REFERENCE_RUNTIME, /* `python:3.11` */
	REFERENCE_MODEL,   /* an alias */
	REFERENCE_TOOL,
	REFERENCE_SPEC,
	REFERENCE_VOLUME,
	REFERENCE_NKINDS
};
/* "context", as in `--external context:NAME`. */
extern const char *const reference_words[REFERENCE_NKINDS];

struct referents { /* the names of one kind */
	bool here; /* documents that would have them are part of the run, also where they have none
		    */
	bool broken; /* some could not be read: nothing is said of names that there are not */
	struct map index;
	struct mtext *names;
	size_t n, cap;
};
struct references {
	struct diags *d;
	const struct model *m;
	const struct link_options *o;
	struct referents of[REFERENCE_NKINDS];
};

/* With the names of all kinds that the model has in one list: contexts, agents, workflows,
 * ApiSpecs. */
void references_init(
	struct references *r, struct diags *d, const struct model *m, const struct link_options *o);
/* Binds @name to @index and returns MAP_NONE, or the index of an earlier one of this name. */
uint32_t references_add(
	struct references *r, enum reference_kind kind, struct mtext name, uint32_t index);

/* Whether `--external` says that it is elsewhere. */
bool reference_external(const struct references *r, enum reference_kind kind, struct slice name);
/* Whether it is here, or elsewhere, or may be what could not be read. */
bool reference_known(const struct references *r, enum reference_kind kind, struct slice name);
/* The name nearest to @name, or an empty one; asked for the first findings alone. */
struct mtext reference_nearest(
	const struct references *r, enum reference_kind kind, struct slice name);

/**
 * reference - what @name names
 * @self: the index of the document that refers, where it is of @kind itself: alone in a run it
 *        does not make the others missing. LINK_EXTERNAL: of another kind
 *
 * Returns its index, LINK_EXTERNAL, or LINK_POISON: an error was reported, or something that could
 * not be read may have the name.
 */
uint32_t reference(
	struct references *r, enum reference_kind kind, struct mtext name, uint32_t self);
#endif
