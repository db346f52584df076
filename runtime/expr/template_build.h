#ifndef EXPR_TEMPLATE_BUILD_H
#define EXPR_TEMPLATE_BUILD_H
/* A tree under way: what the builders of statements and of values share. */
#include <string.h>

#include "grammar/template.h"
#include "template_tag.h"

struct template_parse {
	struct tcompile *t;
	uint32_t source;
	const char *text;
	struct tnode *root;
	/* What is open, from the outermost on: blocks, and NULL for each `(`. */
	struct tnode *open[TEMPLATE_MAX_DEPTH];
	uint32_t depth;
	uint32_t
		nsegments; /* of the path under way: at the end of the memory, the last one first */
	struct template_token names[2]; /* of the block under way: as |a b| */
	uint32_t nnames;
};

static inline struct text build_place(const struct template_parse *p, struct template_token at)
{
	return (struct text){ p->source, (uint32_t)(at.at - p->text), at.len };
}
static inline struct template_token build_token(const struct template_parse *p, struct text at)
{
	return (struct template_token){ p->text + at.at, at.len };
}
static inline struct aeg_str build_str(struct template_token t)
{
	return (struct aeg_str){ t.at, t.len };
}

static inline int build_is_word(struct aeg_str s, const char *word)
{
	return s.len == strlen(word) && memcmp(s.at, word, s.len) == 0;
}

/* The name that a call, a path or a partial was written with. */
static inline const struct texpr *build_name(const struct texpr *e)
{
	return e->kind == TEXPR_CALL || (e->kind == TEXPR_PATH && e->a != NULL) ? e->a : e;
}

/* One more thing inside another; and out of it. */
void build_enter(struct template_parse *p, struct tnode *block, struct template_token at);
void build_leave(struct template_parse *p);
#endif
