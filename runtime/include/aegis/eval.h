#ifndef AEGIS_EVAL_H
#define AEGIS_EVAL_H
/*
 * Evaluates what libaegis-expr compiled, over scanned JSON: templates and conditions. Allocates
 * nothing, keeps no state, has no clock and no locale. In libaegis.a, and in libaegis-eval.so,
 * which is apart from libaegis.so: most who decide render nothing.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A program that aeg_template_check accepted; borrows its bytes. */
struct aeg_template {
	const uint8_t *base;
	const uint8_t *ops;
	uint32_t len;
	uint32_t nfunctions, nnames, nplaces;
	uint32_t values, frames; /* in one function, at most */
	uint32_t flags;
};

/**
 * aeg_template_check - accept bytes as a compiled template or condition, before it is run
 * @ret: set on AEG_OK only; borrows @mem
 *
 * Proves that each jump goes forward to an op and neither into nor out of a region, that regions
 * end in the function they begin in, that the stack holds what each op takes, and that what the
 * program says it needs is enough. One pass. Returns AEG_OK or why the bytes are refused.
 */
AEG_API enum aeg_status aeg_template_check(struct aeg_template *ret, const void *mem, size_t len);

/* Takes what was written; anything but 0 ends the rendering with AEG_IO. */
typedef int aeg_render_write_fn(void *ctx, const char *at, size_t len);

/* One more document, that stands at the top beside the members of the first: `steps`, `input`. */
struct aeg_root {
	struct aeg_str name;
	const struct aeg_json *doc; /* a scan that succeeded */
	uint32_t token;             /* of the value */
};

/* A rendering. Zero it, set what the caller sets, then aeg_render. */
struct aeg_render {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_render) */
	const struct aeg_template *program;
	const struct aeg_json *data;      /* a scan that succeeded; or NULL: undefined */
	const struct aeg_json *variables; /* an object whose members are `@name`; or NULL */
	const struct aeg_root *roots;     /* looked at before the members of @data; or NULL */
	uint32_t nroots;
	void *mem; /* aligned to 8, of aeg_render_size bytes or more; what is more holds the values
		      that helpers make, each as long as its expression needs it */
	size_t mem_size;
	char *out; /* @cap bytes */
	size_t cap;
	aeg_render_write_fn *write; /* takes @out whenever it is full, and at the end; NULL: all of
				       the output must fit */
	void *ctx;
	uint64_t steps; /* budget, counted down; one is about an op, a token or 8 bytes looked at */
	uint64_t limit; /* of the output, in bytes; 0: none */
	/* From here on set by aeg_render. */
	uint64_t len; /* of the output */
	uint32_t
		source; /* where in the template it failed: 0 is the template, n its n-th partial */
	uint32_t at, at_len; /* bytes of that text; AEG_NONE: nowhere in particular */
	const char *what;    /* one clause on what failed; NULL: the status says it */
};

/* Functions inside one another that aeg_render_size is best told to leave room for. */
#define AEG_RENDER_DEPTH 64u

/* The least memory for a rendering that is at most @depth functions deep. */
AEG_API size_t aeg_render_size(const struct aeg_template *t, uint32_t depth);

/**
 * aeg_render - write what the template makes of the data
 *
 * Returns AEG_OK; AEG_CONTENT: the data does not do (a value that is required is missing, or has
 * the wrong type, or cannot stand in its place: a NUL in a command, `..` as a segment), with the
 * place in @at; AEG_NOMEM: @mem or @out is too small; AEG_DEPTH: functions too deep in one another;
 * AEG_BUDGET: the steps are used up; AEG_TOO_LARGE: the output is larger than the limit; AEG_IO:
 * @write gave up; AEG_USAGE. What was written before is of no use then.
 */
AEG_API enum aeg_status aeg_render(struct aeg_render *r);

/**
 * aeg_condition - whether a condition holds of the data
 * @r: as for aeg_render, without what concerns output
 *
 * Returns as aeg_render does; @ret is set on AEG_OK only.
 */
AEG_API enum aeg_status aeg_condition(struct aeg_render *r, int *ret);

#ifdef __cplusplus
}
#endif
#endif
