/*
 * Partials. What a name means, and what @partial-block is, is followed as Handlebars does while it
 * renders: each text has its names, to which inline partials are added as long as their block is
 * under way; a partial that is called gets those of its caller. So each call is of statements that
 * are known, which are a function.
 */
#include "lower.h"

/* ---- Names --------------------------------------------------------------------------------- */

struct aeg_str lower_source(const struct lower *l, uint32_t source)
{
	struct aeg_str text = source == 0 ? l->text : l->t->options->partials[source - 1].text;

	return text.len == 0 ? (struct aeg_str){ "", 0 } : text;
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

/* A name was compared with @n others. */
static void spend(struct lower *l, uint32_t n, struct text place) { lower_spend(l, n / 8, place); }

/* The same names but for one, which is there once at most. */
static const struct binding *without(
	struct lower *l, const struct binding *names, struct aeg_str name, struct text place)
{
	struct binding first = { .next = NULL }, *last = &first, *copy;
	const struct binding *at = names;
	uint32_t n = 0;

	for (; at != NULL && !lower_same(at->name, name); at = at->next)
		n++;
	spend(l, n, place);
	if (at == NULL)
		return names;
	for (; names != at; names = names->next, last = copy) {
		if ((copy = template_node(l->t, sizeof *copy)) == NULL)
			return NULL;
		*copy = *names;
		last->next = copy;
	}
	last->next = at->next;
	return first.next;
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
	if (c == NULL || b == NULL || l->t->status != AEG_OK)
		return;
	*c = (struct closure){ n->body, l->scope, outside, with_params(l->frame), NULL, 0 };
	*b = (struct binding){ name->written, c,
		without(l, l->scope->names, name->written, n->place) };
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

/* A partial of its own text. */
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
	const struct binding *b = l->scope->names;
	uint32_t i = 0, inlines = 0;

	if (lower_is(name, "@partial-block") && l->block != NULL)
		return of_closure(l->block, block);
	for (; b != NULL && !lower_same(b->name, name); b = b->next)
		inlines++;
	while (b == NULL && i < o->npartials && !lower_same(o->partials[i].name, name))
		i++;
	spend(l, inlines + i, n->place);
	if (b != NULL)
		return of_closure(b->closure, block);
	if (i < o->npartials)
		return of_partial(l, i, block, names_with(l, n->body));
	return (struct target){ .is_found = 0 };
}

/* ---- Calls --------------------------------------------------------------------------------- */

/* The members that `name=value` gives the context. Of equal names the first counts. */
static const struct origin *merge(struct lower *l, const struct tnode *n, const struct origin *up)
{
	const struct merged *list = NULL;
	uint32_t nall = 0, npairs = 0;

	for (const struct thash *h = n->hash, *other; h != NULL; h = h->next) {
		struct merged *m = template_node(l->t, sizeof *m);
		if (nall++ == AEGF_MAX_MERGE)
			template_fail(
				l->t, AEG_CONTENT, h->place, "a partial takes 32 values at most");
		if (m == NULL || l->t->status != AEG_OK)
			return &lower_made;
		for (other = n->hash; !lower_same(other->key, h->key);)
			other = other->next;
		if (other != h)
			continue;
		lower_text(l, AEGF_T_STRING, h->key, h->place);
		*m = (struct merged){ h->key, lower_expr(l, h->value, 0), list };
		list = m;
		npairs++;
	}
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
	t->of.begin = *begin;
	t->of.nframes = l->nframes;
	f = lower_function(l, &t->of, t->scope);
	if (f != NULL) {
		lower_op(l, AEGF_T_RUN, n->place)->function = f;
		l->hole = n->place;
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
	if (!lower_is_plain(&l->mode) || (l->flags & AEG_TEMPLATE_PREVENT_INDENT)) {
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
		t.of.begin = begin;
		t.of.nframes = l->nframes;
		l->named[i] = lower_function(l, &t.of, t.scope);
	}
	l->mode = begin;
}

/* The name is looked up before the context is set, so both are made members of one object; whose
 * frame keeps the name while the context has the next one. */
static void call_by_value(struct lower *l, const struct tnode *n)
{
	const struct origin *o;

	if (l->named == NULL)
		name_functions(l);
	lower_op(l, AEGF_T_UNDEFINED, n->place);
	lower_text(l, AEGF_T_STRING, lower_str("name"), n->place);
	lower_expr(l, n->expr, 0);
	lower_text(l, AEGF_T_STRING, lower_str("context"), n->place);
	o = context(l, n);
	lower_byte(l, AEGF_T_MERGE, 2, n->place);
	lower_op(l, AEGF_T_PARTIAL, n->place);
	lower_byte(l, AEGF_T_THIS, 0, n->place);
	lower_text(l, AEGF_T_MEMBER, lower_str("context"), n->place);
	lower_op(l, AEGF_T_PARTIAL, n->place);
	lower_op(l, AEGF_T_PARAM, n->place)->n = 1;
	lower_text(l, AEGF_T_MEMBER, lower_str("name"), n->place);
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

	if (!lower_is_plain(&l->mode) || n->has_body) {
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
