#ifndef CLI_RENDER_H
#define CLI_RENDER_H
/* What the files of aegisr render share. */
#include "aegis/expr.h"
#include "base/command.h"

struct render_text {
	const char *name;           /* of its file */
	struct slice text, partial; /* partial: what templates call it */
};
struct render_texts {
	struct render_text *v; /* the template, then its partials */
	uint32_t n;
};

/* --variables. Give readings_add a struct readings that is zero but for its arena. */
struct reading;
struct readings {
	struct arena *arena;
	struct reading *v;
	size_t n, cap;
};
void readings_add(void *readings, const struct aeg_variable *v);
void readings_print(struct readings *r, const struct render_texts *texts, bool json);

/* --batch: one line in, one line out, in the same order. @steps: of each rendering; 0: as many as
 * of one. */
int render_batch(struct command_line *l, uint64_t steps);
#endif
