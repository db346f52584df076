/*
 * The variables that a template reads: where values come from, what functions read where they are
 * called, and all of it told to who asked.
 */
#include "lower.h"

enum {
	LONGEST = 256,         /* steps: beyond, it is something within */
	MAX_READINGS = 1 << 16 /* what functions read counts at each call */
};

const struct origin lower_made = { .kind = ORIGIN_MADE };

static const struct origin *new_origin(struct lower *l, const struct origin *from)
{
	struct origin *o;

	if (l->t->options->variable == NULL || (o = template_node(l->t, sizeof *o)) == NULL)
		return &lower_made;
	*o = *from;
	o->nsteps = from->up == NULL ? 0 : from->up->nsteps + 1;
	return o;
}

const struct origin *lower_whole(struct lower *l)
{
	return new_origin(l, &(struct origin){ .kind = ORIGIN_DATA });
}

const struct origin *lower_special(struct lower *l, struct aeg_str name)
{
	return new_origin(l, &(struct origin){ .kind = ORIGIN_SPECIAL, .name = name });
}

const struct origin *lower_within(struct lower *l, const struct origin *up)
{
	if (up->kind == ORIGIN_MADE || up->kind == ORIGIN_WITHIN)
		return up;
	return new_origin(l, &(struct origin){ .kind = ORIGIN_WITHIN, .up = up });
}

static const struct origin *step(
	struct lower *l, enum origin_kind kind, const struct origin *up, struct aeg_str name)
{
	if (up->nsteps >= LONGEST || up->kind == ORIGIN_MADE || up->kind == ORIGIN_WITHIN)
		return lower_within(l, up);
	return new_origin(l, &(struct origin){ .kind = kind, .up = up, .name = name });
}

const struct origin *lower_any(struct lower *l, const struct origin *up)
{
	return step(l, ORIGIN_ANY, up, (struct aeg_str){ .len = 0 });
}

const struct origin *lower_member(struct lower *l, const struct origin *up, struct aeg_str name)
{
	while (up->kind == ORIGIN_MERGED) {
		for (const struct merged *m = up->hash; m != NULL; m = m->next)
			if (lower_same(m->name, name))
				return m->value;
		up = up->up;
	}
	return step(l, ORIGIN_MEMBER, up, name);
}

const struct origin *lower_caller(struct lower *l, const struct function *f)
{
	return new_origin(l, &(struct origin){ .kind = ORIGIN_CALLER, .function = f });
}

const struct origin *lower_merged(
	struct lower *l, const struct origin *up, const struct merged *hash)
{
	if (up->nsteps >= LONGEST)
		return lower_within(l, up);
	return new_origin(l, &(struct origin){ .kind = ORIGIN_MERGED, .up = up, .hash = hash });
}

void lower_note(struct lower *l, const struct origin *origin, uint32_t flags, struct text place)
{
	struct function *f = l->function;
	struct reading *r;

	if (origin->kind == ORIGIN_MADE || (r = template_node(l->t, sizeof *r)) == NULL)
		return;
	*r = (struct reading){ NULL, origin, flags, place };
	if (f->last_reading == NULL)
		f->readings = r;
	else
		f->last_reading->next = r;
	f->last_reading = r;
}

/* ---- What is called ------------------------------------------------------------------------ */

struct call {
	struct lower *l;
	const struct function *function;
	const struct origin *context;
};

static const struct origin *as_called(const struct call *c, const struct origin *o);

static const struct merged *hash_as_called(const struct call *c, const struct merged *hash)
{
	const struct merged *first = NULL;

	for (; hash != NULL; hash = hash->next) {
		struct merged *m = template_node(c->l->t, sizeof *m);
		if (m == NULL)
			break;
		*m = (struct merged){ hash->name, as_called(c, hash->value), first };
		first = m;
	}
	return first;
}

/* Recurses once a step, of which there are at most LONGEST; in a hash as often as partials are in
 * one another. */
static const struct origin *as_called(const struct call *c, const struct origin *o)
{
	const struct origin *up;

	if (o->kind == ORIGIN_CALLER && o->function == c->function)
		return c->context;
	if (o->up == NULL)
		return o;
	up = as_called(c, o->up);
	if (o->kind == ORIGIN_MERGED)
		return lower_merged(c->l, up, hash_as_called(c, o->hash));
	if (up == o->up)
		return o;
	if (o->kind == ORIGIN_WITHIN)
		return lower_within(c->l, up);
	return o->kind == ORIGIN_ANY ? lower_any(c->l, up) : lower_member(c->l, up, o->name);
}

void lower_read_called(struct lower *l, const struct function *f, const struct origin *context)
{
	struct call c = { l, f, context };

	for (const struct reading *r = f->readings; r != NULL && l->t->status == AEG_OK;
		r = r->next) {
		if (l->nreadings++ == MAX_READINGS)
			template_fail(l->t, AEG_TOO_LARGE, r->place,
				"its partials read more variables than can be told");
		lower_note(l, as_called(&c, r->origin),
			l->maybe == 0 ? r->flags : r->flags & ~AEG_READ_CERTAIN, r->place);
	}
}

/* ---- Told ---------------------------------------------------------------------------------- */

struct variable {
	struct aeg_variable v;
	struct aeg_variable_step steps[LONGEST + 1];
};

/* 0: it is computed; or of a partial that calls itself, and was told once. */
static int variable(struct variable *x, const struct origin *o)
{
	uint32_t first = LONGEST + 1;

	x->v = (struct aeg_variable){ .flags = 0 };
	for (; o->up != NULL; o = o->up) {
		if (o->kind == ORIGIN_MEMBER || o->kind == ORIGIN_ANY)
			x->steps[--first].name = o->name;
		else if (o->kind == ORIGIN_WITHIN)
			x->v.flags |= AEG_READ_UNKNOWN;
	}
	if (o->kind == ORIGIN_SPECIAL)
		x->v.special = o->name;
	x->v.steps = x->steps + first;
	x->v.nsteps = LONGEST + 1 - first;
	return o->kind != ORIGIN_MADE && o->kind != ORIGIN_CALLER;
}

static void tell(const struct aeg_template_options *options, const struct reading *r)
{
	struct variable x;

	if (!variable(&x, r->origin))
		return;
	x.v.flags |= r->flags;
	x.v.source = r->place.source;
	x.v.at = r->place.at;
	x.v.len = r->place.len;
	options->variable(options->ctx, &x.v);
}

uint32_t lower_types(struct lower *l, const struct origin *origin)
{
	const struct aeg_template_options *options = l->t->options;
	struct variable x;
	uint32_t types;

	if (options->types == NULL || !variable(&x, origin))
		return AEG_TYPE_ANY;
	types = options->types(options->ctx, &x.v) & AEG_TYPE_ANY;
	return types != 0 ? types : AEG_TYPE_ANY;
}

void lower_tell(struct lower *l)
{
	if (l->t->options->variable == NULL)
		return;
	for (const struct reading *r = l->main.readings; r != NULL; r = r->next)
		tell(l->t->options, r);
}
