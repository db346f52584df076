#ifndef FLOW_CHECK_H
#define FLOW_CHECK_H
/*
 * Shared by the files that hold both ends of every wire of a workflow against each other: what
 * templates read against the input's schema and against what earlier steps extract, paths against
 * the responses that they are asked of, parameters and bodies against what the operation takes.
 * What must fail is an error, what may fail a warning; where nothing is known, nothing is said.
 */
#include "flow/flow.h"
#include "flow/type.h"

/* A value on its way. */
struct wire {
	struct type type;
	bool maybe; /* it need not be there */
};

/* One workflow under way. */
struct types {
	struct diags *d;
	const struct flow *flow;
	bool idle;           /* something in it was reported: nothing is known, and nothing said */
	struct type input;   /* of the whole tool */
	struct wire **wires; /* by step, by extract: what a step leaves under a name */
	bool *never;         /* by step: it is not run, whatever happens */
	bool *implied;       /* by step, by step: where the first is run, so was the second */
	struct wire list;    /* that the step under way goes through */
	uint32_t step;       /* under way; nsteps: the result */
};

static inline uint32_t types_nsteps(const struct types *t) { return t->flow->written->nsteps; }
static inline const struct flow_step *types_at(const struct types *t, uint32_t i)
{
	return &t->flow->steps[i];
}
/* "did you mean `x`?", or NULL. */
const char *types_meant(struct diags *d, struct slice name, const struct slice *known, size_t n);

/* ---- types.c: in the order of calls -------------------------------------------------------- */

struct types types_begin(struct diags *d, const struct flow *f);
/* For flow_text_*: what a template of the step under way reads. */
struct flow_scope types_scope(struct types *t);
/* The list of a step that goes through one, before its other templates are compiled. */
void types_each(struct types *t);
/* The step, bound and compiled; the next is under way then. */
void types_step(struct types *t);
void types_result(struct types *t);

/* ---- response.c ---------------------------------------------------------------------------- */

/* What a call that goes well answers; @ret_json: whether it may be JSON at all. */
struct type response_type(
	struct openapi_api *api, const struct openapi_operation *op, bool *ret_json);
/* What the path leaves of @response; what it cannot find there is reported. */
struct wire response_extract(
	struct diags *d, const struct type *response, const struct mtext *path, bool all);
/* Nothing is read of a response that is no JSON: said of @path. */
void response_no_json(
	struct diags *d, const struct openapi_operation *op, const struct mtext *path);

/* ---- reading.c ----------------------------------------------------------------------------- */

/* What @r reads in the step under way; what cannot be read is reported to @d, or not: NULL. */
struct wire reading(const struct types *t, struct diags *d, const struct flow_read *r);
/* The step under way is run only where a condition has looked at the same value. */
bool reading_is_guarded(const struct types *t, const struct flow_read *r);
/* The step that is read, or UINT32_MAX. */
uint32_t reading_step(const struct types *t, const struct flow_read *r);

/* ---- fit.c --------------------------------------------------------------------------------- */

/* Where a value goes. */
struct sink {
	struct type type;
	bool is_parameter; /* written as text, so that "10" does for a number; null leaves it out */
	bool required;
	struct span at;   /* in the description */
	const char *what; /* "parameter `id`" */
};
/* Holds value @n, whose texts are the template @v, against @to. */
void fit(struct types *t, const struct flow_template *v, const struct node *n,
	const struct sink *to);
/* The one reading that all of the hole @n is, or NULL: it is computed. */
const struct flow_read *fit_reading(const struct flow_template *v, const struct node *n);
#endif
