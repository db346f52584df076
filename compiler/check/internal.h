#ifndef CHECK_INTERNAL_H
#define CHECK_INTERNAL_H
/* What the files of checks share. */
#include "check/check.h"
#include "check/patterns.h"
#include "check/tools.h"

struct grants {            /* a context's patterns, as sets */
	bool made, broken; /* broken: a pattern of it could not be read */
	bool doubtful;     /* a capability of it may grant no call at all */
	struct patterns allow, deny;
};
struct known_names { /* of tools, sorted; made on first use */
	bool made;
	struct mtext *v;
	size_t n, cap;
};
struct checks {
	struct diags *d;
	const struct model *m;
	const struct names *names;
	bool advice;
	struct tools tools;
	struct grants *grants; /* of each context, made on first use */
	struct known_names known;
	uint64_t work;      /* steps that cells of calls took */
	uint64_t work_most; /* what all may take together */
	struct arena scratch,
		empty; /* for one check of one context; `empty` is what it is like before */
};

/* Gives all of `scratch` back. */
void checks_reset(struct checks *c);
/* The context's patterns, or NULL where one of them is broken. */
const struct grants *checks_grants(struct checks *c, const struct mcontext *context);
bool grants_tool(const struct grants *g, struct slice name);

typedef void check_context(struct checks *c, const struct mcontext *context);
typedef void check_agent(struct checks *c, const struct magent *agent, uint32_t index);

/* contexts.c */
check_context check_allow_all, check_operator_tools;
/* constraints.c */
check_context check_constraints, check_deny_list, check_command_patterns;
/* calls.c */
check_context check_calls;
/* entries.c */
check_context check_entries;
/* agents.c */
check_agent check_agent_context, check_agent_tools, check_agent_network, check_agent_files;
/* agent_limits.c */
check_agent check_agent_timeouts, check_agent_tier, check_agent_runtime;
/* agent_parts.c */
check_agent check_agent_mounts, check_agent_schemas, check_agent_advice;
/* judges.c */
void check_judges_end(struct checks *c);
/* spawn.c */
void check_starts(struct checks *c);
/* gateway.c */
void check_gateway(struct checks *c);
/* workflows.c */
void check_workflows(struct checks *c);
#endif
