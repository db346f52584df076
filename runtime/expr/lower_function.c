/*
 * Functions: statements that are called, once for all the same calls. One that calls itself runs
 * the function that is under way.
 */
#include "lower.h"

enum {
	MAX_UNDER_WAY = 64, /* inside one another, as far as they are not the same */
	MAX_ROUNDS = 8,     /* through one that runs itself */
	MAX_ASSUMED = 16    /* texts whose names are compared */
};

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
static int same_frame(const struct alike *k, const struct frame *a, const struct frame *b)
{
	return a != NULL && b != NULL && !a->is_of_main && !b->is_of_main &&
	       k->a - a->number == k->b - b->number && a->params == b->params;
}

static int same_outside(const struct alike *k, const struct frame *a, const struct frame *b)
{
	for (; a != b; a = a->outside, b = b->outside)
		if (!same_frame(k, a, b))
			return 0;
	return 1;
}

static int same_seen(const struct alike *k, const struct frame *a, const struct frame *b)
{
	for (; a != b; a = a->seen, b = b->seen)
		if (!same_frame(k, a, b))
			return 0;
	return 1;
}

static int same_names(struct alike *k, const struct binding *a, const struct binding *b);

static int same_closures(struct alike *k, const struct closure *a, const struct closure *b)
{
	for (; a != b; a = a->block, b = b->block)
		if (a == NULL || b == NULL || a->body != b->body ||
			!same_outside(k, a->outside, b->outside) ||
			!same_seen(k, a->seen, b->seen) ||
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
	if (a == b || k->n == MAX_ASSUMED)
		return a == b;
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
	       same_outside(&k, a->outside, b->outside) && same_seen(&k, a->seen, b->seen) &&
	       same_closures(&k, a->block, b->block) && same_names(&k, a->names, b->names);
}

/* In text and HTML it is known before where a function ends. */
int lower_is_plain(const struct mode *m)
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
	l->hole = (struct text){ 0 };
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

static struct function *new_function(struct lower *l, const struct called *of)
{
	struct function *f = template_node(l->t, sizeof *f);

	if (f == NULL)
		return NULL;
	*f = (struct function){ .next = l->functions,
		.of = *of,
		.end = of->begin,
		.level = l->nunder_way,
		.is_under_way = 1,
		.number = l->functions == NULL ? 1 : l->functions->number + 1 };
	if (f->number == AEGF_MAX_FUNCTIONS - 1)
		template_fail(l->t, AEG_TOO_LARGE, place_of(of->body),
			"its partials make too many functions");
	if (!lower_is_plain(&of->begin))
		mode_never(&f->end);
	return l->functions = f;
}

struct function *lower_function(struct lower *l, const struct called *of, struct scope *scope)
{
	struct function *f;

	for (f = l->functions; f != NULL; f = f->next) {
		lower_spend(l, 1, place_of(of->body));
		if (!is_same_call(l, &f->of, of))
			continue;
		f->runs_itself |= f->is_under_way;
		if (f->is_under_way && f->level < l->leans)
			l->leans = f->level;
		return f;
	}
	if ((f = new_function(l, of)) != NULL)
		compile(l, f, scope);
	return f;
}
