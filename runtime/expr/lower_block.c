/* Statements: texts, what is printed, and blocks. */
#include "lower_constant.h"

enum {
	MAX_WORK = 1 << 22,
	WORK_STATEMENT = 16, /* at each way that leads to it */
	MAX_DEPTH = 400,     /* statements inside one another, partials walked through */
	MAX_ROUNDS = 8       /* through a loop, until where the output is no longer changes */
};

/* ---- The language of the output ------------------------------------------------------------ */

static void put_text(void *ctx, const char *at, uint32_t len)
{
	struct lower_out *o = ctx;

	lower_text(o->l, AEGF_T_TEXT, (struct aeg_str){ at, len }, (struct text){ 0 });
}

static void put_op(void *ctx, enum aegf_template_op op, uint32_t operand)
{
	struct lower_out *o = ctx;
	/* What a segment comes out as is the doing of its values, not of the text that ends it. */
	int is_end = op == AEGF_T_SEGMENT_END && o->l->hole.len > 0;

	if (op == AEGF_T_SEGMENT)
		o->l->hole = (struct text){ 0 };
	lower_byte(o->l, op, operand, is_end ? o->l->hole : o->place);
}

void lower_out(struct lower_out *o, struct lower *l, struct text place)
{
	*o = (struct lower_out){ l, place, { put_text, put_op, o } };
}

void lower_mode(struct lower *l, struct mode_error e, struct text place)
{
	if (e.what != NULL)
		template_fail(l->t, AEG_CONTENT, place, e.what);
}

/* Where byte @at of what is left of a text by whitespace control stands: its own place, if the text
 * is a part of the source as it is. */
static struct text place_in(
	const struct lower *l, struct aeg_str text, struct text place, uint32_t at)
{
	struct aeg_str source = lower_source(l, place.source);
	uintptr_t first = (uintptr_t)source.at, here = (uintptr_t)text.at;

	if (here < first || here - first > source.len || source.len - (here - first) < text.len)
		return place;
	return (struct text){ place.source, (uint32_t)(here - first) + at, at < text.len };
}

void lower_written(struct lower *l, struct aeg_str text, struct text place)
{
	struct lower_out o;
	struct mode_error e;

	lower_out(&o, l, place);
	e = mode_text(&l->mode, text.at, text.len, &o.out);
	lower_mode(l, e, place_in(l, text, place, e.at));
}

/* ---- Going back ---------------------------------------------------------------------------- */

struct mark lower_mark(const struct lower *l)
{
	return (struct mark){ l->function->last, l->function->last_reading, l->functions, l->t->cap,
		l->nparsed };
}

static void cut(struct function *f, struct instr *last)
{
	if ((f->last = last) == NULL)
		f->first = NULL;
	else
		last->next = NULL;
}

void lower_rewind(struct lower *l, const struct mark *m)
{
	struct function *f = l->function;

	cut(f, m->last);
	if ((f->last_reading = m->last_reading) == NULL)
		f->readings = NULL;
	else
		f->last_reading->next = NULL;
	l->functions = m->functions;
	if (l->nparsed == m->nparsed)
		l->t->cap = m->cap;
}

/* ---- What is printed ----------------------------------------------------------------------- */

static int is_call_of(const struct lower *l, const struct texpr *e, const char *helper)
{
	return e->kind == TEXPR_CALL && lower_is_name(l, &e->path) &&
	       lower_is(e->path.parts[0], helper);
}

static void output(struct lower *l, const struct texpr *e, int raw, struct text place)
{
	struct lower_out o;
	enum aegf_escape escape = AEGF_ESCAPE_NONE;

	lower_out(&o, l, place);
	lower_mode(l, mode_hole(&l->mode, raw, &o.out, &escape), place);
	/* Where a value stands, its JSON is the value itself. */
	if (escape == AEGF_ESCAPE_JSON_VALUE && is_call_of(l, e, "json") && e->params != NULL &&
		e->params->next == NULL && e->hash == NULL)
		lower_expr(l, e->params, 0);
	else
		lower_expr(l, e, LOWER_TERMINAL);
	lower_byte(l, AEGF_T_PRINT, escape, place);
	l->hole = place;
}

/* Evaluated, so that what is wrong with it shows; then forgotten, but for what it reads. */
static void nothing(struct lower *l, const struct texpr *e)
{
	struct mark m = lower_mark(l);

	lower_expr(l, e, 0);
	cut(l->function, m.last);
}

static void mustache(struct lower *l, const struct tnode *n)
{
	const struct texpr *e = n->expr;

	if (e->kind == TEXPR_PATH && lower_is_name(l, &e->path) && lower_is_block(e->path.parts[0]))
		lower_unknown_helper(l, e->place, e->path.parts[0]);
	else if (is_call_of(l, e, "log"))
		nothing(l, e);
	else
		output(l, e, (int)n->raw, n->place);
}

/* ---- Blocks -------------------------------------------------------------------------------- */

struct frame *lower_open(struct lower *l, const struct frame *outside, const struct frame *seen,
	const struct origin *origin)
{
	struct frame *f = template_node(l->t, sizeof *f);

	if (f == NULL)
		return NULL;
	*f = (struct frame){ .outside = outside,
		.seen = seen,
		.origin = origin,
		.number = l->nframes++,
		.is_of_main = l->function == &l->main };
	l->frame = f;
	return f;
}

/* One of two ways from where the output is, which then is after either. */
struct ways {
	struct mode outer, begin, end;
};

static void begin_ways(struct lower *l, struct ways *w, struct text place)
{
	struct lower_out o;

	lower_out(&o, l, place);
	w->outer = l->mode;
	mode_enter(&l->mode, &o.out);
	w->begin = l->mode;
}

/* After the first of them; the second one begins. */
static void other_way(struct lower *l, struct ways *w, struct instr *end, const struct tnode *n)
{
	w->end = l->mode;
	l->mode = w->begin;
	if (n != NULL)
		lower_jump(l, AEGF_T_JUMP, end, n->place);
}

static void end_ways(struct lower *l, const struct ways *w, struct instr *end, struct text place)
{
	lower_mode(l, mode_join(&l->mode, &w->end), place);
	mode_leave(&l->mode, &w->outer);
	lower_land(l, end);
}

/* `includeZero` that is known only when rendering: two tests of the condition, one for each. */
static void test_with_zero(
	struct lower *l, const struct texpr *e, const struct texpr *zero, struct instr *otherwise)
{
	struct instr *without = lower_label(l), *is_true = lower_label(l);

	lower_expr(l, zero, LOWER_TESTED);
	lower_jump(l, AEGF_T_UNLESS, without, e->place);
	lower_expr(l, e, LOWER_TESTED);
	lower_jump(l, AEGF_T_UNLESS_ZERO, otherwise, e->place);
	lower_jump(l, AEGF_T_JUMP, is_true, e->place);
	lower_land(l, without);
	lower_expr(l, e, LOWER_TESTED);
	lower_jump(l, AEGF_T_UNLESS, otherwise, e->place);
	lower_land(l, is_true);
}

static const struct texpr *hash_value(const struct texpr *call, const char *key)
{
	for (const struct thash *h = call->hash; h != NULL; h = h->next)
		if (lower_is(h->key, key))
			return h->value;
	return NULL;
}

/* Appends a value, unless it is known whether that is true; if so, that, else below zero. */
static int known_value(struct lower *l, const struct texpr *e, int zero_is_true)
{
	struct mark m = lower_mark(l);
	const struct instr *i;
	int known;

	lower_expr(l, e, LOWER_TESTED);
	i = lower_constant(l, &m);
	known = i != NULL && zero_is_true && i->op == AEGF_T_NUMBER ? 1 : lower_truth(i);
	if (known >= 0)
		lower_rewind(l, &m);
	return known;
}

/* Jumps to @otherwise if the condition is false, unless it is known: then as above. */
static int test(struct lower *l, const struct texpr *call, struct instr *otherwise)
{
	const struct texpr *zero = hash_value(call, "includeZero");
	struct mark m = lower_mark(l);
	int with_zero = zero == NULL ? 0 : known_value(l, zero, 0), known;

	if (with_zero < 0) {
		lower_rewind(l, &m);
		test_with_zero(l, call->params, zero, otherwise);
		return -1;
	}
	known = known_value(l, call->params, with_zero);
	if (known < 0)
		lower_jump(
			l, with_zero ? AEGF_T_UNLESS_ZERO : AEGF_T_UNLESS, otherwise, call->place);
	return known;
}

static void conditional(struct lower *l, const struct tnode *n, int negated)
{
	const struct tnode *body = negated ? n->inverse : n->body;
	const struct tnode *inverse = negated ? n->body : n->inverse;
	struct instr *otherwise = lower_label(l), *end = lower_label(l);
	struct ways w;
	int known;

	begin_ways(l, &w, n->place);
	known = test(l, n->expr, otherwise);
	if (known >= 0) {
		lower_program(l, known ? body : inverse, l->frame);
		mode_leave(&l->mode, &w.outer);
		return;
	}
	l->maybe++;
	lower_program(l, body, l->frame);
	other_way(l, &w, end, inverse);
	lower_land(l, otherwise);
	lower_program(l, inverse, l->frame);
	end_ways(l, &w, end, n->place);
	l->maybe--;
}

/* The region of a block that gives its body another context, once. */
static void region(struct lower *l, const struct tnode *n, enum aegf_template_op op,
	const struct origin *origin, struct instr *otherwise)
{
	const struct frame *outside = l->frame;
	struct frame *f;

	lower_jump(l, op, otherwise, n->place);
	if ((f = lower_open(l, outside, outside, origin)) == NULL)
		return;
	f->params = n->params_of_block;
	f->nparams = n->nparams_of_block;
	lower_program(l, n->body, outside);
	l->nframes--;
	l->frame = outside;
	lower_op(l, AEGF_T_END, n->place);
}

/* The same, but its end may lead to its beginning: again, until that is no news. */
static void loop(struct lower *l, const struct tnode *n, enum aegf_template_op op,
	const struct origin *origin, struct instr *otherwise)
{
	struct mode begin = l->mode, before;
	struct mark m = lower_mark(l);

	for (uint32_t round = 0; l->t->status == AEG_OK; round++) {
		before = begin;
		region(l, n, op, origin, otherwise);
		lower_mode(l, mode_join(&begin, &l->mode), n->place);
		l->mode = begin;
		if (mode_equal(&before, &begin))
			return;
		if (round == MAX_ROUNDS)
			template_fail(l->t, AEG_CONTENT, n->place,
				"each time around, this ends elsewhere in the output");
		lower_rewind(l, &m);
	}
}

/* A block that is a region: `with`, `each`, and a section. */
static void scoped(struct lower *l, const struct tnode *n, const struct texpr *value,
	enum aegf_template_op op, uint32_t flags)
{
	struct instr *otherwise = lower_label(l), *end = lower_label(l);
	const struct origin *o;
	struct ways w;

	begin_ways(l, &w, n->place);
	o = lower_expr(l, value, flags);
	l->maybe++;
	if (op == AEGF_T_WITH)
		region(l, n, op, o, otherwise);
	else
		loop(l, n, op, op == AEGF_T_EACH ? lower_any(l, o) : lower_within(l, o), otherwise);
	other_way(l, &w, end, n->inverse);
	lower_land(l, otherwise);
	lower_program(l, n->inverse, l->frame);
	end_ways(l, &w, end, n->place);
	l->maybe--;
}

static void built_in(struct lower *l, const struct tnode *n, struct aeg_str name)
{
	const struct texpr *e = n->expr;
	int is_each = lower_is(name, "each"), is_with = lower_is(name, "with");

	if (e->kind != TEXPR_CALL || e->params == NULL || e->params->next != NULL)
		template_fail(l->t, AEG_CONTENT, e->place, "this block takes one value");
	else if (is_each)
		scoped(l, n, e->params, AEGF_T_EACH, LOWER_LOOPED | LOWER_TESTED);
	else if (is_with)
		scoped(l, n, e->params, AEGF_T_WITH, LOWER_TESTED);
	else if (n->nparams_of_block > 0)
		template_fail(l->t, AEG_CONTENT, n->place, "this block has no parameters");
	else
		conditional(l, n, lower_is(name, "unless"));
}

/* A call of what is no block. */
static void called_block(struct lower *l, const struct tnode *n)
{
	const struct tpath *p = &n->expr->path;

	if (is_call_of(l, n->expr, "log"))
		nothing(l, n->expr);
	else if (is_call_of(l, n->expr, "lookup"))
		output(l, n->expr, 1, n->place);
	else if (lower_is_name(l, p) && lower_helper(p->parts[0]) != AEGF_NHELPERS)
		lower_unknown(l, n->expr->place,
			"this helper is a value, and no block: #if can test it", p->parts[0],
			(struct aeg_str){ .len = 0 });
	else
		lower_unknown_helper(l, n->expr->place, n->expr->written);
}

static void block(struct lower *l, const struct tnode *n)
{
	const struct texpr *e = n->expr;

	if ((e->kind == TEXPR_PATH || e->kind == TEXPR_CALL) && lower_is_name(l, &e->path) &&
		lower_is_block(e->path.parts[0]))
		built_in(l, n, e->path.parts[0]);
	else if (e->kind == TEXPR_CALL)
		called_block(l, n);
	else if (n->verbatim && lower_is_name(l, &e->path) && lower_is(e->path.parts[0], "raw"))
		lower_unknown_helper(l, e->place, e->path.parts[0]); /* elsewhere there is */
	else
		scoped(l, n, e, AEGF_T_SECTION, LOWER_TERMINAL | LOWER_TESTED);
}

/* ---- Statements ---------------------------------------------------------------------------- */

static void statement(struct lower *l, const struct tnode *n)
{
	switch (n->kind) {
	case TNODE_TEXT: lower_written(l, n->text, n->place); break;
	case TNODE_OUTPUT: mustache(l, n); break;
	case TNODE_BLOCK: block(l, n); break;
	case TNODE_PARTIAL: lower_partial(l, n); break;
	case TNODE_DECORATOR:
		template_fail(l->t, AEG_CONTENT, n->place, "the only decorator is `inline`");
		break;
	case TNODE_INLINE:
	case TNODE_COMMENT: break;
	}
}

void lower_spend(struct lower *l, uint32_t work, struct text place)
{
	if (work > MAX_WORK - l->work)
		template_fail(
			l->t, AEG_TOO_LARGE, place, "its blocks and partials make too much of it");
	else
		l->work += work;
}

void lower_statements(struct lower *l, const struct tnode *n)
{
	if (l->depth++ == MAX_DEPTH && n != NULL)
		template_fail(l->t, AEG_TOO_LARGE, n->place,
			"blocks and partials are too deep in one another");
	for (; n != NULL && l->t->status == AEG_OK; n = n->next) {
		lower_spend(l, WORK_STATEMENT, n->place);
		statement(l, n);
	}
	l->depth--;
}
