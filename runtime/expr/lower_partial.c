/*
 * Partials. What a name means, and what @partial-block is, is followed as Handlebars does while it
 * renders: each text has its names, to which inline partials are added as long as their block is
 * under way; a partial that is called gets those of its caller. So each call is of statements that
 * are known, which become a function, once for all the same calls; one that calls itself runs the
 * function that is under way.
 */
#include "lower.h"

#include <string.h>

enum {
	MAX_UNDER_WAY = 64, /* partials inside one another, as far as they are not the same */
	MAX_ROUNDS = 8,     /* through a partial that runs itself */
	MAX_ASSUMED = 16    /* texts whose names are compared */
};

/* ---- Names --------------------------------------------------------------------------------- */

struct aeg_str lower_source(const struct lower *l, uint32_t source)
{
	return source == 0 ? l->text : l->t->options->partials[source - 1].text;
}

static const struct tnode *tree(struct lower *l, uint32_t i)
{
	if (!l->is_parsed[i]) {
		l->is_parsed[i] = 1;
		l->nparsed++;
		l->trees[i] = template_parse(l->t, i + 1, lower_source(l, i + 1));
	}
	return l->trees[i];
}

/* The innermost frame that has block parameters. */
static const struct frame *with_params(const struct frame *f)
{
	while (f != NULL && f->nparams == 0)
		f = f->seen;
	return f;
}

/* The same names but for one, which is there once at most. */
static const struct binding *without(
	struct lower *l, const struct binding *names, struct aeg_str name)
{
	const struct binding *at = names, *first;
	struct binding *copy = NULL, **end = &copy;

	while (at != NULL && !lower_same(at->name, name))
		at = at->next;
	if (at == NULL)
		return names;
	for (; names != at; names = names->next, end = (struct binding **)&(*end)->next)
		if ((*end = template_node(l->t, sizeof **end)) == NULL)
			return NULL;
		else
			**end = *names;
	*end = (struct binding *)at->next;
	first = copy;
	return first;
}

static void bind(struct lower *l, const struct tnode *n, const struct frame *outside)
{
	const struct texpr *name = n->expr->kind == TEXPR_CALL ? n->expr->params : NULL;
	struct closure *c = template_node(l->t, sizeof *c);
	struct binding *b = template_node(l->t, sizeof *b);

	if (name == NULL || name->next != NULL || name->kind == TEXPR_PATH ||
		name->kind == TEXPR_CALL) {
		template_fail(l->t, AEG_CONTENT, n->expr->place,
			"an inline partial has one name, in quotes");
		return;
	}
	if (c == NULL || b == NULL)
		return;
	*c = (struct closure){ n->body, l->scope, outside, with_params(l->frame), NULL, 0 };
	*b = (struct binding){ name->written, c, without(l, l->scope->names, name->written) };
	l->scope->names = b;
}

void lower_program(struct lower *l, const struct tnode *first, const struct frame *outside)
{
	const struct binding *before = l->scope->names;

	for (const struct tnode *n = first; n != NULL; n = n->next)
		if (n->kind == TNODE_INLINE)
			bind(l, n, outside);
	lower_statements(l, first);
	l->scope->names = before;
}

/* What is called. */
struct target {
	struct called of;
	struct scope *scope;
	uint32_t is_found;
};

static void unknown(struct lower *l, struct text place, struct aeg_str name)
{
	const struct aeg_template_options *o = l->t->options;
	struct nearest near = { .distance = 0 };

	for (const struct binding *b = l->scope->names; b != NULL; b = b->next)
		lower_nearest(name, b->name, &near);
	for (uint32_t i = 0; i < o->npartials; i++)
		lower_nearest(name, o->partials[i].name, &near);
	lower_unknown(l, place,
		lower_is(name, "@partial-block") ? "nothing has called this with a block"
						 : "there is no such partial",
		name, near.name);
}

static struct target of_closure(const struct closure *c, const struct closure *block)
{
	return (struct target){ { .body = c->body,
					.names = c->scope->names,
					.block = c->is_block ? c->block : block,
					.outside = c->outside,
					.seen = c->seen },
		c->scope, 1 };
}

/* A partial of the template's own; with all the names that its caller has, and @more. */
static struct target of_partial(
	struct lower *l, uint32_t i, const struct closure *block, const struct binding *names)
{
	struct target t = { { .body = tree(l, i), .names = names, .block = block },
		template_node(l->t, sizeof *t.scope), 1 };

	if (l->flags & AEG_TEMPLATE_COMPAT)
		t.of.outside = l->frame;
	if (t.scope != NULL)
		t.scope->names = names;
	return t;
}

/* The names there are, before them those of the inline partials in a partial's block. */
static const struct binding *names_with(struct lower *l, const struct tnode *body)
{
	const struct binding *before = l->scope->names, *names;

	for (const struct tnode *n = body; n != NULL; n = n->next)
		if (n->kind == TNODE_INLINE)
			bind(l, n, l->frame);
	names = l->scope->names;
	l->scope->names = before;
	return names;
}

static struct target find(
	struct lower *l, struct aeg_str name, const struct tnode *n, const struct closure *block)
{
	const struct aeg_template_options *o = l->t->options;

	if (lower_is(name, "@partial-block") && l->block != NULL)
		return of_closure(l->block, block);
	for (const struct binding *b = l->scope->names; b != NULL; b = b->next)
		if (lower_same(b->name, name))
			return of_closure(b->closure, block);
	for (uint32_t i = 0; i < o->npartials; i++)
		if (lower_same(o->partials[i].name, name))
			return of_partial(l, i, block, names_with(l, n->body));
	return (struct target){ .is_found = 0 };
}

/* ---- Functions ----------------------------------------------------------------------------- */

/* Of statements, of which there may be none. */
static struct text place_of(const struct tnode *body)
{
	return body == NULL ? (struct text){ 0 } : body->place;
}

/* Two calls that are compared, and names that are taken to be the same meanwhile. */
struct alike {
	struct lower *l;
	uint32_t a, b; /* frames that are open at each */
	uint32_t n;
	struct {
		const struct binding *a, *b;
	} assumed[MAX_ASSUMED];
};

/* Is it the same frame, seen from each call? */
static int same_frames(const struct alike *k, const struct frame *a, const struct frame *b)
{
	for (; a != b; a = a->outside, b = b->outside)
		if (a == NULL || b == NULL || a->is_of_main || b->is_of_main ||
			k->a - a->number != k->b - b->number || a->params != b->params)
			return 0;
	return 1;
}

static int same_names(struct alike *k, const struct binding *a, const struct binding *b);

static int same_closures(struct alike *k, const struct closure *a, const struct closure *b)
{
	for (; a != b; a = a->block, b = b->block)
		if (a == NULL || b == NULL || a->body != b->body ||
			!same_frames(k, a->outside, b->outside) ||
			!same_frames(k, a->seen, b->seen) ||
			!same_names(k, a->scope->names, b->scope->names))
			return 0;
	return 1;
}

/* Do both stand for the same inline partials? They may be of different calls of the same text,
 * which know one another. */
static int same_names(struct alike *k, const struct binding *a, const struct binding *b)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (k->assumed[i].a == a && k->assumed[i].b == b)
			return 1;
	if (a != b && k->n == MAX_ASSUMED)
		return 0;
	k->assumed[k->n].a = a;
	k->assumed[k->n++].b = b;
	while (a != b && a != NULL && b != NULL && lower_same(a->name, b->name) &&
		same_closures(k, a->closure, b->closure)) {
		lower_spend(k->l, 1, place_of(a->closure->body));
		if (k->l->t->status != AEG_OK)
			break;
		a = a->next;
		b = b->next;
	}
	k->n--;
	return a == b;
}

static int is_same_call(struct lower *l, const struct called *a, const struct called *b)
{
	struct alike k = { .l = l, .a = a->nframes, .b = b->nframes };

	return a->body == b->body && mode_equal(&a->begin, &b->begin) &&
	       same_frames(&k, a->outside, b->outside) && same_frames(&k, a->seen, b->seen) &&
	       same_closures(&k, a->block, b->block) && same_names(&k, a->names, b->names);
}

/* In text and HTML it is known before where a function ends. */
static int is_plain(const struct mode *m)
{
	return m->mode == AEG_MODE_TEXT || m->mode == AEG_MODE_HTML;
}

/* The statements, until where they end is no news to the calls of the function in them. */
static void fill(struct lower *l, struct function *f)
{
	const struct tnode *body = f->of.body;
	struct mark m = lower_mark(l);
	struct mode before;

	for (uint32_t round = 0; l->t->status == AEG_OK; round++) {
		l->mode = f->of.begin;
		lower_program(l, body, f->of.outside);
		before = f->end;
		f->end = l->mode;
		if (!f->runs_itself || mode_equal(&before, &f->end))
			break;
		if (round == MAX_ROUNDS)
			template_fail(l->t, AEG_CONTENT, place_of(body),
				"each time it runs itself, this ends elsewhere in the output");
		lower_rewind(l, &m);
	}
	if (f->end.never && !f->of.begin.never && l->leans >= f->level)
		template_fail(l->t, AEG_CONTENT, place_of(body), "this always runs itself again");
	if (l->leans >= f->level)
		l->leans = UINT32_MAX;
}

static void compile(struct lower *l, struct function *f, struct scope *scope)
{
	struct lower outer = *l;

	if (l->nunder_way == MAX_UNDER_WAY)
		template_fail(l->t, AEG_TOO_LARGE, place_of(f->of.body),
			"partials are more than 64 deep in one another");
	l->function = f;
	l->scope = scope;
	l->block = f->of.block;
	l->maybe = 0;
	l->nunder_way++;
	if (lower_open(l, f->of.outside, f->of.seen, lower_caller(l, f)) != NULL) {
		fill(l, f);
		lower_op(l, AEGF_T_RETURN, (struct text){ 0 });
	}
	l->function = outer.function;
	l->frame = outer.frame;
	l->scope = outer.scope;
	l->block = outer.block;
	l->maybe = outer.maybe;
	l->nframes = outer.nframes;
	l->nunder_way--;
	f->is_under_way = 0;
}

static struct function *function_of(struct lower *l, struct target *t, const struct mode *begin)
{
	struct function *f;

	t->of.begin = *begin;
	t->of.nframes = l->nframes;
	for (f = l->functions; f != NULL; f = f->next) {
		lower_spend(l, 1, place_of(t->of.body));
		if (is_same_call(l, &f->of, &t->of)) {
			f->runs_itself |= f->is_under_way;
			if (f->is_under_way && f->level < l->leans)
				l->leans = f->level;
			return f;
		}
	}
	f = template_node(l->t, sizeof *f);
	if (f == NULL)
		return NULL;
	*f = (struct function){ .next = l->functions,
		.of = t->of,
		.end = *begin,
		.level = l->nunder_way,
		.is_under_way = 1,
		.number = l->functions == NULL ? 1 : l->functions->number + 1 };
	if (f->number == AEGF_MAX_FUNCTIONS - 1)
		template_fail(l->t, AEG_TOO_LARGE, place_of(t->of.body),
			"its partials make too many functions");
	if (!is_plain(begin))
		mode_never(&f->end);
	l->functions = f;
	compile(l, f, t->scope);
	return f;
}

/* ---- Calls --------------------------------------------------------------------------------- */

/* The members that `name=value` gives the context. Of equal names the first counts. */
static const struct origin *merge(struct lower *l, const struct tnode *n, const struct origin *up)
{
	const struct merged *list = NULL;
	uint32_t npairs = 0;

	for (const struct thash *h = n->hash; h != NULL; h = h->next) {
		const struct thash *other = n->hash;
		while (!lower_same(other->key, h->key))
			other = other->next;
		if (other != h)
			continue;
		struct merged *m = template_node(l->t, sizeof *m);
		if (m == NULL)
			return &lower_made;
		lower_text(l, AEGF_T_STRING, h->key, h->place);
		*m = (struct merged){ h->key, lower_expr(l, h->value, 0), list };
		list = m;
		npairs++;
	}
	if (npairs > AEGF_MAX_MERGE)
		template_fail(l->t, AEG_CONTENT, n->place, "a partial takes 32 values at most");
	lower_byte(l, AEGF_T_MERGE, npairs, n->place);
	return lower_merged(l, up, list);
}

static const struct origin *context(struct lower *l, const struct tnode *n)
{
	const struct origin *o = &lower_made;

	if (n->params != NULL) {
		o = lower_expr(l, n->params, 0);
	} else if (l->flags & AEG_TEMPLATE_EXPLICIT_PARTIAL_CONTEXT) {
		lower_op(l, AEGF_T_UNDEFINED, n->place);
	} else {
		lower_byte(l, AEGF_T_THIS, 0, n->place);
		o = l->frame->origin;
	}
	return n->hash == NULL ? o : merge(l, n, o);
}

static void run(struct lower *l, const struct tnode *n, struct target *t, const struct mode *begin)
{
	const struct origin *o = context(l, n);
	struct mode outer = l->mode;
	struct function *f;

	if (t->of.outside == NULL)
		lower_op(l, AEGF_T_PARTIAL, n->place);
	else
		lower_frame(l, lower_op(l, AEGF_T_BLOCK, n->place), t->of.outside);
	f = function_of(l, t, begin);
	if (f != NULL) {
		lower_op(l, AEGF_T_RUN, n->place)->function = f;
		if (!f->is_under_way)
			lower_read_called(l, f, o);
		l->mode = outer;
		lower_mode(l, mode_return(&l->mode, &f->end), n->place);
	}
	lower_op(l, AEGF_T_END, n->place);
}

/* A partial alone on its line is indented as its tag is; where white space counts, just once. */
static int indent(struct lower *l, const struct tnode *n)
{
	if (n->indent.len == 0)
		return 0;
	if (!is_plain(&l->mode) || (l->flags & AEG_TEMPLATE_PREVENT_INDENT)) {
		lower_written(l, n->indent, n->place);
		return 0;
	}
	lower_text(l, AEGF_T_INDENT, n->indent, n->place);
	l->nframes++;
	return 1;
}

static void end_indent(struct lower *l, const struct tnode *n)
{
	lower_op(l, AEGF_T_END, n->place);
	l->nframes--;
}

static void call(struct lower *l, const struct tnode *n, struct target *t)
{
	struct lower_out o;
	struct mode begin;
	int is_indented = indent(l, n);

	lower_out(&o, l, n->place);
	begin = mode_call(&l->mode, &o.out);
	if (t->of.body != NULL)
		run(l, n, t, &begin);
	if (is_indented)
		end_indent(l, n);
}

/* ---- Names that are values ----------------------------------------------------------------- */

/* Functions of all partials: any of them may be called. They know no inline partials. */
static void name_functions(struct lower *l)
{
	struct mode begin = l->mode;
	uint32_t n = l->t->options->npartials;

	l->named = template_node(l->t, n * sizeof *l->named + 1);
	for (uint32_t i = 0; i < n && l->t->status == AEG_OK; i++) {
		struct target t = of_partial(l, i, NULL, NULL);
		t.of.outside = NULL;
		l->named[i] = function_of(l, &t, &begin);
	}
	l->mode = begin;
}

static struct aeg_str str(const char *text)
{
	return (struct aeg_str){ text, (uint32_t)strlen(text) };
}

/* The name is looked up before the context is set, so both are made members of one object; whose
 * frame keeps the name while the context has the next one. */
static void call_by_value(struct lower *l, const struct tnode *n)
{
	const struct origin *o;

	if (l->named == NULL)
		name_functions(l);
	lower_op(l, AEGF_T_UNDEFINED, n->place);
	lower_text(l, AEGF_T_STRING, str("name"), n->place);
	lower_expr(l, n->expr, 0);
	lower_text(l, AEGF_T_STRING, str("context"), n->place);
	o = context(l, n);
	lower_byte(l, AEGF_T_MERGE, 2, n->place);
	lower_op(l, AEGF_T_PARTIAL, n->place);
	lower_byte(l, AEGF_T_THIS, 0, n->place);
	lower_text(l, AEGF_T_MEMBER, str("context"), n->place);
	lower_op(l, AEGF_T_PARTIAL, n->place);
	lower_op(l, AEGF_T_PARAM, n->place)->n = 1;
	lower_text(l, AEGF_T_MEMBER, str("name"), n->place);
	lower_op(l, AEGF_T_RUN_NAMED, n->place);
	lower_op(l, AEGF_T_END, n->place);
	lower_op(l, AEGF_T_END, n->place);
	l->maybe++;
	for (uint32_t i = 0; i < l->t->options->npartials && l->t->status == AEG_OK; i++)
		if (l->named[i] != NULL && !l->named[i]->is_under_way)
			lower_read_called(l, l->named[i], o);
	l->maybe--;
}

static void partial_by_value(struct lower *l, const struct tnode *n)
{
	int is_indented;

	if (!is_plain(&l->mode) || n->has_body) {
		template_fail(l->t, AEG_CONTENT, n->expr->place,
			n->has_body ? "a partial with a block must be named here"
				    : "the name of a partial can be a value in text and HTML only");
		return;
	}
	is_indented = indent(l, n);
	call_by_value(l, n);
	if (is_indented)
		end_indent(l, n);
}

/* Could what is around it as @partial-block be called from a block? */
static int calls_partials(const struct tnode *n)
{
	for (; n != NULL; n = n->next)
		if (n->kind == TNODE_PARTIAL || calls_partials(n->body) ||
			calls_partials(n->inverse))
			return 1;
	return 0;
}

void lower_partial(struct lower *l, const struct tnode *n)
{
	const struct closure *block = l->block;
	struct closure *own = NULL;
	struct target t;

	if (n->expr->kind == TEXPR_CALL) {
		partial_by_value(l, n);
		return;
	}
	if (n->has_body) {
		if ((own = template_node(l->t, sizeof *own)) == NULL)
			return;
		*own = (struct closure){ n->body, l->scope, l->frame, with_params(l->frame),
			calls_partials(n->body) ? l->block : NULL, 1 };
		block = own;
	}
	t = find(l, n->expr->written, n, block);
	if (!t.is_found && own != NULL)
		t = of_closure(own, NULL);
	if (t.is_found)
		call(l, n, &t);
	else
		unknown(l, n->expr->place, n->expr->written);
}
