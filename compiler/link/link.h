#ifndef LINK_LINK_H
#define LINK_LINK_H
/* Names become indexes into the model. What cannot be resolved is reported here, nowhere else. */
#include "model/model.h"

#define LINK_POISON (UINT32_MAX - 1) /* reported already: checks skip it in silence */

struct link_options {
	bool building; /* an unresolved name is an error; when checking alone, a note */
	const char *const *external; /* `KIND:NAME` from --external */
	uint32_t nexternal;
};

struct names {
	struct map contexts;     /* context name > index in model.contexts */
	uint32_t *agent_context; /* per agent: index in model.contexts, UINT32_MAX (external) or
				    LINK_POISON */
	uint32_t *tier_context;
	uint32_t *oprole_context;
};

/* Duplicate names, redefined built-ins, references. */
const struct names *link_resolve(
	struct diags *d, const struct model *m, const struct link_options *o);

/* The catalogue entry that says which arguments of tool @name have a role, or NULL: none has. */
const struct mtool *link_tool(const struct model *m, struct slice name);
#endif
