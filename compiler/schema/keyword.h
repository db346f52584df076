#ifndef SCHEMA_KEYWORD_H
#define SCHEMA_KEYWORD_H
/* What the files of the keywords share: a schema being written. */
#include "schema/internal.h"

struct writing {
	struct compiler *c;
	const struct node *map;
	uint32_t job, resource;
	enum schema_dialect dialect;
	const char *keyword; /* under way */
};

/* The keyword's value; NULL where there is none, or what was reported already. */
const struct node *keyword_value_of(const struct writing *w, const char *keyword);
/* Reports that the value of the keyword under way, or a part of it, is not @what. False. */
bool keyword_wrong(struct writing *w, const struct node *n, const char *what);
/* A schema as part of this one; @name: in a mapping or list. */
uint32_t keyword_part(
	struct writing *w, const struct node *n, const char *keyword, const struct slice *name);
/* A count; what is beyond 32 bits is beyond any document. */
bool keyword_count_of(struct writing *w, const struct node *n, uint32_t *ret);
static inline bool keyword_is_number(const struct node *n)
{
	return n->kind == NODE_INT || n->kind == NODE_FLOAT;
}
/* True in dialects where a boolean beside `minimum` makes it exclusive. */
static inline bool keyword_is_old(const struct writing *w)
{
	return w->dialect == SCHEMA_OPENAPI_30 || w->dialect == SCHEMA_DRAFT_04;
}

/* Each writes what its keywords ask for. */
#define X(name, dialects, holds, write) \
	void keyword_##write(struct writing *w, const struct node *n);
#include "schema/keyword.def"
#undef X
#endif
