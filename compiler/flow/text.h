#ifndef FLOW_TEXT_H
#define FLOW_TEXT_H
/*
 * Templates of workflows: texts of the source, or values whose texts are templates, compiled; what
 * is wrong is said where it stands in the YAML.
 */
#include "diag/diag.h"
#include "syntax/syntax.h"

/* One reading of a variable. */
struct flow_read {
	const struct slice *steps; /* from the top: `steps`, `find`, `id`; at NULL: any element */
	uint32_t nsteps, flags;    /* AEG_READ_* */
	struct span at;
};
struct flow_template {
	struct slice program; /* len 0: there is none, or what is wrong was reported */
	struct flow_read *reads;
	uint32_t nreads;
};

/* JSON with holes, as text. */
struct flow_template flow_text_json(struct diags *d, const struct node *text);
/* A condition: an expression. */
struct flow_template flow_text_condition(struct diags *d, const struct node *text);
/* A value whose texts are templates: one that is a single tag stands for the value itself, any
 * other is a string with holes; maps and lists as they are. */
struct flow_template flow_text_value(struct diags *d, const struct node *value);

/* Whether all of @t is one tag that prints something, as `{{steps.find.id}}`. */
bool flow_text_is_hole(struct slice t);
#endif
