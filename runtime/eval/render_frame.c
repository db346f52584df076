/* Frames: what regions push and pop, and what is read through them: contexts, loops, parameters. */
#include "machine.h"

/* ---- Contexts and loops -------------------------------------------------------------------- */

/* The context @n contexts up; NULL: there are not so many. */
static const struct frame *context(struct machine *m, uint32_t n)
{
	const struct frame *f = m->frame;

	for (;; n--, f = f->outer) {
		for (; f != NULL && !f->counts; f = f->outer)
			aegi_spend(m, 1);
		if (f == NULL || n == 0)
			return f;
	}
}

struct value aegi_outer(struct machine *m, uint32_t n)
{
	const struct frame *f = context(m, n);

	return f == NULL ? aegi_undefined() : f->context;
}

struct value aegi_find(struct machine *m, struct aeg_str name)
{
	struct value v = aegi_undefined();

	for (const struct frame *f = m->frame; f != NULL && m->status == AEG_OK; f = f->outer) {
		if (!f->counts)
			continue;
		v = aegi_lookup(m, &f->context, name);
		if (v.kind > VALUE_NULL)
			break;
	}
	return v;
}

/* What names the current element of the loop @f. */
static struct value key_of(const struct frame *f)
{
	return f->walk.name.kind == VALUE_UNDEFINED ? aegi_integer(f->walk.index) : f->walk.name;
}

/* The loop @n loops up. */
static const struct frame *loop(struct machine *m, uint32_t n)
{
	const struct frame *f = m->frame->loop;

	for (; n > 0 && f != NULL; n--)
		f = f->below->loop;
	return f;
}

struct value aegi_of_loop(struct machine *m, const uint8_t *op)
{
	const struct frame *f = loop(m, op[1]);

	if (f == NULL)
		return aegi_undefined();
	switch (*op) {
	case AEGF_T_INDEX: return aegi_integer(f->walk.index);
	case AEGF_T_KEY: return key_of(f);
	case AEGF_T_FIRST: return aegi_is(f->walk.index == 0);
	default: return aegi_is(!aegi_walk_more(&f->walk));
	}
}

/* The frame that a FRAME operand names; NULL: there is none, and the status is set. */
static struct frame *frame_of(struct machine *m, const uint8_t *op)
{
	uint32_t n = aegi_le16(op + 3), top = m->frame->number;
	struct frame *f = m->frame;

	if (op[2] == AEGF_FRAME_UP)
		n = n <= top ? top - n : AEG_NONE;
	for (; f != NULL && f->number != n; f = f->below)
		aegi_spend(m, 1);
	if (f == NULL)
		aegi_fail(m, AEG_CONTENT, "there is no such frame");
	return f;
}

struct value aegi_param(struct machine *m, const uint8_t *op)
{
	const struct frame *f = frame_of(m, op);

	if (f == NULL || (op[1] == 1 && f->loop != f))
		return aegi_undefined();
	return op[1] == 1 ? key_of(f) : f->context;
}

/* ---- Frames -------------------------------------------------------------------------------- */

static struct frame *push_frame(struct machine *m, uint32_t op, struct value this)
{
	struct frame *f = m->call->frames++, *below = m->frame;

	*f = (struct frame){ .below = below,
		.outer = below,
		.loop = below->loop,
		.indent = below->indent,
		.number = below->number + 1,
		.op = (uint8_t)op,
		.context = this,
		.mark = m->made };
	m->frame = f;
	return f;
}

/* Says whether the context of @f is another than outside. */
static void count(struct machine *m, struct frame *f)
{
	f->counts = f->outer == NULL || !aegi_same_context(m, &f->context, &f->outer->context);
}

/* The next round of the loop @f; 0: there is none. */
static int next_round(struct machine *m, struct frame *f)
{
	if (!aegi_walk_next(m, &f->walk, &f->context))
		return 0;
	m->made = f->mark;
	m->pc = f->body;
	count(m, f);
	return 1;
}

static void each(struct machine *m, const uint8_t *op, const struct value *v)
{
	struct walk w;
	struct frame *f;

	aegi_walk(m, &w, *v);
	if (!aegi_walk_more(&w)) {
		aegi_jump(m, op);
		aegi_release(m);
		return;
	}
	f = push_frame(m, AEGF_T_EACH, aegi_undefined());
	f->walk = w;
	f->loop = f;
	f->body = m->pc;
	next_round(m, f);
}

static void with(struct machine *m, const uint8_t *op, const struct value *v)
{
	if (*op == AEGF_T_WITH ? aegi_is_empty(v) : v->kind <= VALUE_FALSE) {
		aegi_jump(m, op);
		aegi_release(m);
		return;
	}
	count(m, push_frame(m, AEGF_T_WITH, *v));
}

static void section(struct machine *m, const uint8_t *op, const struct value *v)
{
	if (aegi_is_array(v))
		each(m, op, v);
	else if (v->kind == VALUE_TRUE)
		push_frame(m, AEGF_T_SCOPE, m->frame->context);
	else
		with(m, op, v);
}

static void partial(struct machine *m, const struct value *v)
{
	struct frame *f = push_frame(m, AEGF_T_PARTIAL, *v);

	f->outer = NULL;
	f->counts = 1;
}

static void block(struct machine *m, const uint8_t *op, const struct value *v)
{
	struct frame *outer = frame_of(m, op), *f;

	if (outer == NULL)
		return;
	f = push_frame(m, AEGF_T_BLOCK, *v);
	f->outer = outer;
	count(m, f);
}

static void indent(struct machine *m, const uint8_t *op)
{
	struct frame *f = push_frame(m, AEGF_T_INDENT, m->frame->context);

	f->body = op;
	f->pending = 1;
	if (f->indent != NULL)
		f->indent->inner = f;
	f->indent = f;
	aegi_indent(m);
}

void aegi_region(struct machine *m, const uint8_t *op, const struct value *v)
{
	switch (*op) {
	case AEGF_T_WITH: with(m, op, v); break;
	case AEGF_T_EACH: each(m, op, v); break;
	case AEGF_T_SECTION: section(m, op, v); break;
	case AEGF_T_INDENT: indent(m, op); break;
	case AEGF_T_PARTIAL: partial(m, v); break;
	case AEGF_T_BLOCK: block(m, op, v); break;
	default: push_frame(m, AEGF_T_SCOPE, m->frame->context); break;
	}
}

void aegi_end(struct machine *m)
{
	struct frame *f = m->frame;

	if (f->loop == f && next_round(m, f))
		return;
	m->frame = f->below;
	m->call->frames--;
	if (f->op == AEGF_T_INDENT) {
		if (m->frame->indent != NULL)
			m->frame->indent->inner = NULL;
		aegi_indent(m);
	}
	aegi_release(m);
}
