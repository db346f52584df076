#ifndef CHECK_TOOLS_H
#define CHECK_TOOLS_H
/* What the catalogue says about the tools that a pattern matches. */
#include "link/link.h"

struct tools { /* the catalogue, sorted by name */
	struct diags *d;
	const struct model *m;
	struct listed {
		struct slice stem;
		const struct mtool *tool;
	} * v;
	uint32_t n;
	struct slice *offered; /* tools by name of ToolWorkflows, and of servers of nodes; sorted */
	uint32_t noffered;
	bool lacking;    /* some could not be read: reported */
	struct map seen; /* a pattern as written > index in answers */
	struct tool_roles *answers;
	size_t nanswers, answers_cap;
};

#define TOOL_ROLE(role) (1u << (role))
struct tool_roles {       /* bits: TOOL_ROLE */
	uint32_t some;    /* roles that some matching tool has */
	uint32_t not_all; /* roles that some matching tool does not have */
	const struct mtool *without[ROLE_SECRET +
				    1]; /* one that lacks the role; NULL: one that is not listed */
	const struct mtool *optional_url; /* one whose url may be absent, or NULL */
};

void tools_init(struct tools *t, struct diags *d, const struct model *m);
const struct tool_roles *tools_matching(struct tools *t, const struct mpattern *p);
/* Whether a tool is known that @p matches: the catalogue lists one, or has a family for them that
 * lists none of its tools by name; a ToolWorkflow is one; a server of a node has one. */
bool tools_known(const struct tools *t, const struct mpattern *p);
/* The name in the catalogue nearest to @p, or an empty slice. */
struct slice tools_nearest(const struct tools *t, const struct mpattern *p);
#endif
