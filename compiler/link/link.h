#ifndef LINK_LINK_H
#define LINK_LINK_H
/* Names become indexes into the model. What cannot be resolved is reported here, nowhere else. */
#include "link/reference.h"

struct names {
	struct map contexts;     /* context name > index in model.contexts */
	uint32_t *agent_context; /* per agent: index in model.contexts, LINK_EXTERNAL or
				    LINK_POISON */
	uint32_t **agent_judges; /* per agent, per judge of it: an index in model.agents,
				    LINK_EXTERNAL or LINK_POISON */
	uint32_t *agent_next;    /* per agent: another of its name, with another version; or
				    LINK_EXTERNAL */
	uint32_t *tier_context;
	uint32_t *oprole_context;
};

/* Duplicate names, redefined built-ins, references. */
const struct names *link_resolve(
	struct diags *d, const struct model *m, const struct link_options *o);

/* agents.c: models and runtimes into the names that there are; what one agent names, and of that
 * its judges, as in agent_judges. */
void link_nodes(struct references *r);
uint32_t *link_agent(struct references *r, uint32_t index);

/* The files that NodeConfigs name: node.c. */
void link_registries(struct diags *d, const struct model *m);

/* The catalogue entry that says which arguments of tool @name have a role, or NULL: none has. */
const struct mtool *link_tool(const struct model *m, struct slice name);
#endif
