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

/* What is known of what templates read: by it operators that are given what they can never take
 * are refused. */
struct flow_scope {
	uint32_t (*types)(void *ctx, const struct flow_read *r); /* bits of enum aeg_type */
	void *ctx;
};

/* JSON with holes, as text. */
struct flow_template flow_text_json(
	struct diags *d, const struct flow_scope *scope, const struct node *text);
/* A condition: an expression. */
struct flow_template flow_text_condition(
	struct diags *d, const struct flow_scope *scope, const struct node *text);
/* A value whose texts are templates: one that is a single tag stands for the value itself, any
 * other is a string with holes; maps and lists as they are. */
struct flow_template flow_text_value(
	struct diags *d, const struct flow_scope *scope, const struct node *value);

/* The value that JSON with holes is, its holes as texts that are a single tag; NULL where a block
 * or a hole between values makes it more than one. tree.c */
const struct node *flow_text_tree(struct diags *d, const struct node *text);

/* Whether all of @t is one tag that prints something, as `{{steps.find.id}}`. */
bool flow_text_is_hole(struct slice t);
/* The end of the tag that begins at @i: behind its closing braces, or the text's end. */
uint32_t flow_text_tag_end(struct slice t, uint32_t i);
#endif
