#ifndef EXPR_TEMPLATE_TAG_H
#define EXPR_TEMPLATE_TAG_H
/* What parsing and whitespace control know of a statement, and nobody after them. */
#include "template.h"

struct tag {
	struct tnode n;
	/* Whose `~` counts for what stands before the inverse part, and before the end. */
	struct text inverse_tag, end_tag;
	uint32_t stripped; /* of a text: TAG_* */
};
#define TAG_LEFT  1u
#define TAG_RIGHT 2u

/* The statements as they are written. */
struct tnode *template_read(struct tcompile *t, uint32_t source, struct aeg_str text);
/* Whitespace control over all that template_read gave. @text: the same. */
void template_space(struct tcompile *t, struct aeg_str text, struct tnode *first);
/* What is left of a list that says something: no comments, no empty texts. */
struct tnode *template_sweep(struct tnode *first);
#endif
