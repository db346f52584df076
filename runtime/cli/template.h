#ifndef CLI_TEMPLATE_H
#define CLI_TEMPLATE_H
/* Templates, compiled and rendered, in memory that is kept for the next ones. Nothing is printed.
 */
#include "aegis/eval.h"
#include "aegis/expr.h"
#include "cli/lines.h"

struct template_run {
	uint64_t steps; /* set by the caller: budget of each rendering; 0: 100 million */
	/* From here on zero, and template.c's own. */
	void *code, *memory;
	size_t code_size, memory_size;
	struct aeg_template program;
	struct aeg_template_error error; /* of the last compilation, where that failed */
	struct aeg_render render;        /* the last rendering: where and why it failed */
	struct template_output {
		char *at;
		size_t len, size;
	} out;
	uint64_t spent; /* steps of the last rendering */
};

/* AEG_CONTENT: r->error says what is wrong. AEG_NOMEM: there is none to be had. */
enum aeg_status template_compile(struct template_run *r, struct aeg_str text, bool condition,
	const struct aeg_template_options *options);
/* Renders all of it to r->out, or nothing: what is cut off could do harm. @data, @variables: or
 * NULL. */
enum aeg_status template_render(
	struct template_run *r, const struct aeg_json *data, const struct aeg_json *variables);
enum aeg_status template_holds(struct template_run *r, const struct aeg_json *data,
	const struct aeg_json *variables, bool *ret);
void template_free(struct template_run *r);

/* The names that --mode and `mode` take, in the order of enum aeg_template_mode; then NULL. */
extern const char *const template_modes[];
/* Options of Handlebars, by its names; up to one without. */
struct template_option {
	const char *name;
	uint32_t flag; /* AEG_TEMPLATE_* */
};
extern const struct template_option template_options[];

/* Where byte @at of a text is. */
struct template_place {
	uint32_t line, column; /* from 1, in bytes */
	struct slice text;     /* of the line */
};
struct template_place template_place(struct slice text, uint32_t at);
/* "no helper has this name: `uper` (did you mean `upper`?)", without a line end. */
void template_words(struct buf *out, const char *what, struct aeg_str name, struct aeg_str near);
#endif
