/* Paths: what leaves their value on the stack, and where it comes from. */
#include "lower.h"

static const struct frame *find_param(
	const struct lower *l, const struct tpath *p, uint32_t *ret_which)
{
	if (p->is_data || p->is_scoped || p->depth > 0 || p->nparts == 0)
		return NULL;
	for (const struct frame *f = l->frame; f != NULL; f = f->seen)
		for (uint32_t i = 0; i < f->nparams; i++)
			if (lower_same(f->params[i], p->parts[0])) {
				*ret_which = i;
				return f;
			}
	return NULL;
}

int lower_is_name(const struct lower *l, const struct tpath *p)
{
	uint32_t which;

	return p->nparts == 1 && !p->is_data && !p->is_scoped && p->depth == 0 &&
	       find_param(l, p, &which) == NULL;
}

/* So many contexts up; a frame whose context is the one outside does not count. */
static const struct origin *context(const struct lower *l, uint32_t depth)
{
	const struct frame *f = l->frame;

	while (depth > 0 && f != NULL) {
		depth -= f->outside == NULL || f->outside->origin != f->origin;
		f = f->outside;
	}
	return f == NULL ? &lower_made : f->origin;
}

/* @name, of which there are some that loops give. */
static const struct origin *lower_data(struct lower *l, const struct texpr *e)
{
	static const struct {
		const char *name;
		enum aegf_template_op op;
	} loops[] = { { "index", AEGF_T_INDEX }, { "key", AEGF_T_KEY }, { "first", AEGF_T_FIRST },
		{ "last", AEGF_T_LAST } };
	struct aeg_str name = e->path.parts[0];

	for (uint32_t i = 0; i < sizeof loops / sizeof *loops; i++) {
		if (!lower_is(name, loops[i].name))
			continue;
		if (l->flags & AEG_TEMPLATE_NO_DATA)
			template_fail(l->t, AEG_CONTENT, e->place, "loops do not give this here");
		if (e->path.depth > UINT8_MAX)
			lower_op(l, AEGF_T_UNDEFINED, e->place);
		else
			lower_byte(l, loops[i].op, e->path.depth, e->place);
		return lower_special(l, name);
	}
	if (lower_is(name, "root")) {
		lower_op(l, AEGF_T_ROOT, e->place);
		return lower_whole(l);
	}
	if (lower_is(name, "partial-block")) {
		lower_op(l, l->block != NULL ? AEGF_T_TRUE : AEGF_T_UNDEFINED, e->place);
		return &lower_made;
	}
	lower_text(l, AEGF_T_VARIABLE, name, e->place);
	return lower_special(l, name);
}

void lower_frame(const struct lower *l, struct instr *i, const struct frame *f)
{
	i->b = f->is_of_main ? AEGF_FRAME_FIRST : AEGF_FRAME_UP;
	i->n = f->is_of_main ? f->number : l->nframes - 1 - f->number;
}

static const struct origin *lower_param(
	struct lower *l, const struct texpr *e, const struct frame *f, uint32_t which)
{
	struct instr *i = lower_byte(l, AEGF_T_PARAM, which, e->place);

	lower_frame(l, i, f);
	return which == 0 ? f->origin : lower_special(l, (struct aeg_str){ "key", 3 });
}

static const struct origin *lower_context(struct lower *l, const struct texpr *e)
{
	if (e->path.depth > UINT8_MAX)
		lower_op(l, AEGF_T_UNDEFINED, e->place);
	else
		lower_byte(l, AEGF_T_THIS, e->path.depth, e->place);
	return context(l, e->path.depth);
}

/* The value that the first parts of the path name; what is left of it. */
static const struct origin *lower_first(struct lower *l, const struct texpr *e, uint32_t *ret_part)
{
	const struct tpath *p = &e->path;
	uint32_t which = 0;
	const struct frame *f = find_param(l, p, &which);

	*ret_part = p->nparts > 0;
	if (p->is_data && p->nparts > 0)
		return lower_data(l, e);
	if (f != NULL)
		return lower_param(l, e, f, which);
	if ((l->flags & AEG_TEMPLATE_COMPAT) && p->nparts > 0 && !p->is_scoped && p->depth == 0) {
		lower_text(l, AEGF_T_FIND, p->parts[0], e->place);
		return l->frame->outside == NULL
			       ? lower_member(l, l->frame->origin, p->parts[0])
			       : lower_within(l, lower_member(l, l->frame->origin, p->parts[0]));
	}
	*ret_part = 0;
	return lower_context(l, e);
}

const struct origin *lower_path(struct lower *l, const struct texpr *e, uint32_t flags)
{
	const struct tpath *p = &e->path;
	uint32_t which, i;
	int is_param = find_param(l, p, &which) != NULL;
	const struct origin *o = lower_first(l, e, &i);

	for (; i < p->nparts; i++) {
		if (l->flags & (AEG_TEMPLATE_STRICT | AEG_TEMPLATE_ASSUME_OBJECTS))
			lower_op(l, AEGF_T_EXPECT, e->place);
		lower_text(l, AEGF_T_MEMBER, p->parts[i], e->place);
		o = lower_member(l, o, p->parts[i]);
	}
	if ((l->flags & AEG_TEMPLATE_STRICT) && (flags & LOWER_TERMINAL) && p->nparts > 0 &&
		!is_param)
		lower_op(l, AEGF_T_REQUIRE, e->place);
	lower_note(
		l, o, (flags & ~LOWER_TERMINAL) | (l->maybe == 0 ? AEG_READ_CERTAIN : 0), e->place);
	return o;
}
