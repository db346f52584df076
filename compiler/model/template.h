#ifndef MODEL_TEMPLATE_H
#define MODEL_TEMPLATE_H
/* Templates in the documents: what they may read, and the checking of one. */
#include "model/known.h"
#include "model/shape.h"

/* The keys of a map, to be looked up. */
struct template_keys {
	const struct node *map; /* or NULL: nothing is known of them */
	struct map index;
};
/* One reading of a variable. */
struct template_reading {
	const struct slice *steps; /* from the top of the data; at NULL: any element */
	uint32_t nsteps, flags;    /* flags: AEG_READ_* of aegis/expr.h */
	struct span at;
};
/* What the templates of one document can read, besides the names in `words` of their fields. */
struct template_scope {
	struct template_keys names;
	const struct known *root; /* what else there is at the top; or NULL */
	/* Told of each reading of every template that is right, wherever it stands; or NULL. */
	void (*told)(void *ctx, const struct template_reading *r);
	void *ctx;
};
/* The keys of @value, where it is a map. */
struct template_keys template_keys(struct shape *s, const struct node *value);

/* A text that is compiled: one or several scalars, each with the byte where it begins. */
struct template_text {
	struct slice text;
	const struct template_piece {
		uint32_t at;
		const struct node *node;
	} * pieces;
	uint32_t n;
};

/* Reports what is wrong with @t, which stands in the field @f. */
void template_check(struct shape *s, const struct field *f, const struct template_text *t);
/* The same of one scalar; of every scalar in a value, for what may be anything. */
void template_value(struct shape *s, const struct field *f, struct value v);
void template_values(struct shape *s, const struct field *f, struct value v);
#endif
