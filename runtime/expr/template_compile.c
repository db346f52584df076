/* Compiles templates and conditions: parses, lowers, encodes, and has the outcome checked. */
#include <string.h>

#include "aegis/eval.h"
#include "lower.h"

static const struct aeg_template_options defaults = { .size_of = sizeof defaults };

static int is_usable(const struct aeg_template_options *o)
{
	return o->size_of == sizeof *o && o->mode <= AEG_MODE_SHELL &&
	       (o->npartials == 0 || o->partials != NULL);
}

/* What the walk begins with. */
static void begin(struct lower *l, struct frame *whole, struct scope *scope)
{
	uint32_t n = l->t->options->npartials;

	l->flags = l->t->options->flags;
	l->function = &l->main;
	l->nframes = 1;
	l->leans = UINT32_MAX;
	*whole = (struct frame){ .origin = lower_whole(l), .is_of_main = 1 };
	l->frame = whole;
	l->scope = scope;
	mode_begin(&l->mode, l->t->options->mode);
	if (n == 0)
		return;
	l->trees = template_node(l->t, n * sizeof *l->trees);
	l->is_parsed = template_node(l->t, n);
}

static void whole_template(struct lower *l)
{
	const struct tnode *first = template_parse(l->t, 0, lower_source(l, 0));
	struct text end = { 0, l->text.len, 0 };
	struct lower_out o;

	if (l->t->status != AEG_OK)
		return;
	lower_program(l, first, NULL);
	lower_out(&o, l, end);
	lower_mode(l, mode_end(&l->mode, &o.out), end);
	lower_op(l, AEGF_T_RETURN, end);
	lower_encode(l, l->t->options->mode == AEG_MODE_HTML ? AEGF_TEMPLATE_HTML : 0);
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Without blanks around it, and without `{{` and `}}`. */
static struct aeg_str bare(struct aeg_str text)
{
	for (; text.len > 0 && is_blank(*text.at); text.len--)
		text.at++;
	while (text.len > 0 && is_blank(text.at[text.len - 1]))
		text.len--;
	if (text.len >= 4 && memcmp(text.at, "{{", 2) == 0 &&
		memcmp(text.at + text.len - 2, "}}", 2) == 0)
		return (struct aeg_str){ text.at + 2, text.len - 4 };
	return text;
}

static void whole_condition(struct lower *l)
{
	struct aeg_str whole = lower_source(l, 0), text = bare(whole);
	struct texpr *e = condition_parse(l->t, 0, (uint32_t)(text.at - whole.at), text);

	if (l->t->status != AEG_OK)
		return;
	lower_expr(l, e, LOWER_TESTED);
	lower_op(l, AEGF_T_RESULT, e->place);
	lower_encode(l, AEGF_TEMPLATE_CONDITION);
}

/* The check has the last word: whatever it refuses is not handed out. */
static void check(struct tcompile *t)
{
	struct aeg_template program;

	if (t->status == AEG_OK && aeg_template_check(&program, t->mem, t->at) != AEG_OK)
		template_fail(t, AEG_TOO_LARGE, (struct text){ 0 },
			"the template is too large to be compiled");
}

static enum aeg_status compile(struct aeg_str text, const struct aeg_template_options *options,
	void (*walk)(struct lower *l), void *mem, size_t cap, size_t *ret_len,
	struct aeg_template_error *ret_error)
{
	size_t skip = (0 - (uintptr_t)mem) & 7; /* nodes are aligned */
	struct frame whole;
	struct scope scope = { NULL };

	if (!is_usable(options))
		return AEG_USAGE;
	struct tcompile t = {
		.mem = (uint8_t *)mem + skip, .cap = cap < skip ? 0 : cap - skip, .options = options
	};
	struct lower l = { .t = &t, .text = text };
	begin(&l, &whole, &scope);
	walk(&l);
	check(&t);
	if (t.status != AEG_OK) {
		*ret_error = t.error;
		return t.status;
	}
	lower_tell(&l);
	*ret_len = t.at;
	memmove(mem, t.mem, t.at);
	return AEG_OK;
}

enum aeg_status aeg_template_compile(struct aeg_str text,
	const struct aeg_template_options *options, void *mem, size_t cap, size_t *ret_len,
	struct aeg_template_error *ret_error)
{
	return compile(text, options == NULL ? &defaults : options, whole_template, mem, cap,
		ret_len, ret_error);
}

enum aeg_status aeg_condition_compile(struct aeg_str text,
	const struct aeg_template_options *options, void *mem, size_t cap, size_t *ret_len,
	struct aeg_template_error *ret_error)
{
	struct aeg_template_options o = options == NULL ? defaults : *options;

	o.partials = NULL;
	o.npartials = 0;
	o.mode = AEG_MODE_TEXT;
	return compile(text, &o, whole_condition, mem, cap, ret_len, ret_error);
}
