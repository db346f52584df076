/* Templates, compiled and rendered for aegisr's commands. */
#include "cli/template.h"

#include <stdlib.h>

#include "cli/answer.h"
#include "cli/tell.h"

enum {
	FIRST_CODE = 4096,
	CODE_PER_BYTE = 32,
	MOST_CODE = 256 << 20,
	VALUES = 64 << 10, /* that helpers make, at first */
	MOST_MEMORY = 256 << 20,
	PIECE = 64 << 10, /* of output */
	MOST_OUTPUT = 1 << 30,
	STEPS = 100000000
};

const char *const template_modes[] = { "text", "html", "json", "url", "shell", NULL };
const struct template_option template_options[] = {
	{ "strict", AEG_TEMPLATE_STRICT },
	{ "assumeObjects", AEG_TEMPLATE_ASSUME_OBJECTS },
	{ "compat", AEG_TEMPLATE_COMPAT },
	{ "ignoreStandalone", AEG_TEMPLATE_IGNORE_STANDALONE },
	{ "preventIndent", AEG_TEMPLATE_PREVENT_INDENT },
	{ "explicitPartialContext", AEG_TEMPLATE_EXPLICIT_PARTIAL_CONTEXT },
	{ "noData", AEG_TEMPLATE_NO_DATA },
	{ NULL, 0 },
};

/* ---- Compiling ----------------------------------------------------------------------------- */

static enum aeg_status compile_once(struct template_run *r, struct aeg_str text, bool condition,
	const struct aeg_template_options *options, size_t *ret_len)
{
	return condition ? aeg_condition_compile(
				   text, options, r->code, r->code_size, ret_len, &r->error)
			 : aeg_template_compile(
				   text, options, r->code, r->code_size, ret_len, &r->error);
}

/* Each try compiles from the beginning; so variables are told in one more. */
enum aeg_status template_compile(struct template_run *r, struct aeg_str text, bool condition,
	const struct aeg_template_options *options)
{
	struct aeg_template_options quiet = *options;
	enum aeg_status s = AEG_NOMEM;
	size_t len;

	quiet.variable = NULL;
	for (size_t size = FIRST_CODE + (size_t)text.len * CODE_PER_BYTE; s == AEG_NOMEM;
		size = r->code_size * 2) {
		if (size > MOST_CODE)
			return AEG_TOO_LARGE;
		if (!lines_room(&r->code, &r->code_size, size))
			return AEG_NOMEM;
		s = compile_once(r, text, condition, &quiet, &len);
	}
	if (s == AEG_OK && options->variable != NULL)
		s = compile_once(r, text, condition, options, &len);
	return s == AEG_OK ? aeg_template_check(&r->program, r->code, len) : s;
}

/* ---- Rendering ----------------------------------------------------------------------------- */

static int add_output(void *ctx, const char *at, size_t len)
{
	struct template_output *o = ctx;

	if (len > o->size - o->len) {
		size_t size = o->size * 2 > o->len + len ? o->size * 2 : o->len + len;
		char *more = realloc(o->at, size);
		if (more == NULL)
			return -1;
		o->at = more;
		o->size = size;
	}
	memcpy(o->at + o->len, at, len);
	o->len += len;
	return 0;
}

/* Again with more memory, as long as helpers want more. */
static enum aeg_status evaluate(struct template_run *r, const struct aeg_json *data,
	const struct aeg_json *variables, int *ret_holds)
{
	uint64_t steps = r->steps != 0 ? r->steps : STEPS;
	size_t size = aeg_render_size(&r->program, AEG_RENDER_DEPTH) + VALUES;
	enum aeg_status s;
	char piece[PIECE];

	for (;; size *= 2) {
		if (!lines_room(&r->memory, &r->memory_size, size))
			return AEG_NOMEM;
		r->out.len = 0;
		r->render = (struct aeg_render){ .size_of = sizeof r->render,
			.program = &r->program,
			.data = data,
			.variables = variables,
			.mem = r->memory,
			.mem_size = r->memory_size,
			.out = piece,
			.cap = sizeof piece,
			.write = add_output,
			.ctx = &r->out,
			.steps = steps,
			.limit = MOST_OUTPUT };
		s = ret_holds != NULL ? aeg_condition(&r->render, ret_holds)
				      : aeg_render(&r->render);
		r->spent = steps - r->render.steps;
		if (s != AEG_NOMEM || size >= MOST_MEMORY)
			return s == AEG_IO ? AEG_NOMEM : s;
	}
}

enum aeg_status template_render(
	struct template_run *r, const struct aeg_json *data, const struct aeg_json *variables)
{
	return evaluate(r, data, variables, NULL);
}

enum aeg_status template_holds(struct template_run *r, const struct aeg_json *data,
	const struct aeg_json *variables, bool *ret)
{
	int holds = 0;
	enum aeg_status s = evaluate(r, data, variables, &holds);

	*ret = holds != 0;
	return s;
}

void template_free(struct template_run *r)
{
	free(r->code);
	free(r->memory);
	free(r->out.at);
}

/* ---- Words --------------------------------------------------------------------------------- */

struct template_place template_place(struct slice text, uint32_t at)
{
	struct template_place p = { .line = 1 };
	uint32_t begin = 0, end;

	at = at < text.len ? at : text.len;
	for (uint32_t i = 0; i < at; i++)
		if (text.at[i] == '\n') {
			p.line++;
			begin = i + 1;
		}
	for (end = at; end < text.len && text.at[end] != '\n';)
		end++;
	p.column = at - begin + 1;
	p.text = (struct slice){ text.at + begin, end - begin };
	return p;
}

void template_words(struct buf *out, const char *what, struct aeg_str name, struct aeg_str near)
{
	buf_text(out, what);
	if (name.len != 0) {
		buf_text(out, ": ");
		tell_quote(out, slice_str(name));
	}
	if (near.len != 0) {
		buf_text(out, " (did you mean ");
		tell_quote(out, slice_str(near));
		buf_text(out, "?)");
	}
}
