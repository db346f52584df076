/* Writes lists of instructions as a program: functions, jumps, names and places. */
#include <string.h>

#include "lower.h"

struct encode {
	struct lower *l;
	struct function *last; /* of those reached, by @reached */
	struct function names; /* never run: holds the names of functions as text */
	uint32_t nfunctions, nnames, nplaces, len, values, frames;
	uint8_t *op;
	struct aegf_place *place;
};

static const struct {
	uint8_t operands, in, out;
} ops[] = {
#define X(name, operands, in, out) { AEGF_T_OPERANDS_##operands, in, out },
#include "format/aeg_template_ops.def"
#undef X
};

static const uint8_t sizes[] = {
#define X(name, size) size,
	AEGF_TEMPLATE_OPERANDS(X)
#undef X
};

/* ---- What is needed ------------------------------------------------------------------------ */

static void reach(struct encode *e, struct function *f)
{
	if (f->is_reached)
		return;
	f->is_reached = 1;
	f->number = e->nfunctions++;
	e->last->reached = f;
	e->last = f;
	f->reached = NULL;
}

/* All functions that are called from the first on, each once. */
static void reach_all(struct encode *e)
{
	struct lower *l = e->l;

	e->last = &l->main;
	l->main.is_reached = 1;
	e->nfunctions = 1;
	for (struct function *f = &l->main; f != NULL; f = f->reached)
		for (const struct instr *i = f->first; i != NULL; i = i->next) {
			if (i->op == AEGF_T_RUN)
				reach(e, i->function);
			for (uint32_t n = 0;
				i->op == AEGF_T_RUN_NAMED && n < l->t->options->npartials; n++)
				reach(e, l->named[n]);
		}
}

static void fold_all(struct encode *e)
{
	int is_loose = 0;

	for (const struct function *f = e->l->main.reached; f != NULL; f = f->reached)
		is_loose |= lower_is_loose(f);
	for (struct function *f = &e->l->main; f != NULL; f = f->reached)
		lower_fold(e->l, f, is_loose);
}

/* ---- Where each op goes -------------------------------------------------------------------- */

static uint32_t size_of(const struct instr *i)
{
	if (i->op == INSTR_LABEL)
		return 0;
	return sizes[ops[i->op].operands] > 0 ? sizes[ops[i->op].operands] : 5 + i->text.len;
}

static uint32_t taken(const struct instr *i)
{
	if (i->op == AEGF_T_CALL)
		return i->b;
	return i->op == AEGF_T_MERGE ? 1 + 2u * i->a : ops[i->op].in;
}

static uint32_t may_fail(const struct instr *i)
{
	switch (i->op) {
	case AEGF_T_PRINT:
	case AEGF_T_SEGMENT_END:
	case AEGF_T_EXPECT:
	case AEGF_T_REQUIRE:
	case AEGF_T_CALL:
	case AEGF_T_MERGE:
	case AEGF_T_RUN:
	case AEGF_T_RUN_NAMED: return i->place.len > 0;
	default: return 0;
	}
}

/* Lays out one function behind those before it. */
static void lay_out(struct encode *e, struct function *f)
{
	uint32_t values = 0, frames = 0;

	f->at = e->len;
	for (struct instr *i = f->first; i != NULL; i = i->next) {
		i->at = e->len;
		if (size_of(i) > AEGF_MAX_TEMPLATE_OPS - e->len) {
			template_fail(
				e->l->t, AEG_TOO_LARGE, i->place, "the template is too large");
			return;
		}
		e->len += size_of(i);
		if (i->op == INSTR_LABEL)
			continue;
		values = values - taken(i) + ops[i->op].out;
		frames += instr_is_region(i);
		frames -= i->op == AEGF_T_END;
		e->nplaces += may_fail(i);
		if (values > e->values)
			e->values = values;
		if (frames > e->frames)
			e->frames = frames;
		if (values > AEGF_MAX_TEMPLATE_VALUES || frames > AEGF_MAX_FRAMES) {
			template_fail(e->l->t, AEG_TOO_LARGE, i->place,
				"this is too deep in blocks or in calls");
			return;
		}
	}
	f->len = e->len - f->at;
}

/* ---- Names --------------------------------------------------------------------------------- */

static int compare(struct aeg_str a, struct aeg_str b)
{
	int d = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

/* The names of partials, ascending, as a function of texts. Of equal ones the first counts. */
static void name_all(struct encode *e)
{
	struct lower *l = e->l;
	const struct aeg_template_options *o = l->t->options;

	if (l->named == NULL)
		return;
	for (uint32_t n = 0; n < o->npartials; n++) {
		struct instr **at = &e->names.first, *i;
		int d = 1;
		while (*at != NULL && (d = compare((*at)->text, o->partials[n].name)) < 0)
			at = &(*at)->next;
		if (*at != NULL && d == 0)
			continue;
		if ((i = template_node(l->t, sizeof *i)) == NULL)
			return;
		*i = (struct instr){ .next = *at,
			.op = AEGF_T_TEXT,
			.text = o->partials[n].name,
			.function = l->named[n] };
		*at = i;
		e->nnames++;
	}
	struct instr **end = &e->names.first;
	while (*end != NULL)
		end = &(*end)->next;
	if ((*end = template_node(l->t, sizeof **end)) != NULL)
		(*end)->op = AEGF_T_RETURN;
	e->names.last = *end;
	reach(e, &e->names);
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static void put_le32(uint8_t *at, uint32_t v) { *(struct aeg_le32 *)(void *)at = aeg_st32(v); }

static void put_op(struct encode *e, const struct instr *i)
{
	uint8_t *op = e->op;

	*op = i->op;
	switch ((enum aegf_template_operands)ops[i->op].operands) {
	case AEGF_T_OPERANDS_NONE: break;
	case AEGF_T_OPERANDS_BYTE: op[1] = i->a; break;
	case AEGF_T_OPERANDS_JUMP: put_le32(op + 1, i->target->at - i->at); break;
	case AEGF_T_OPERANDS_FRAME:
		op[1] = i->a;
		op[2] = i->b;
		*(struct aeg_le16 *)(void *)(op + 3) = aeg_st16((uint16_t)i->n);
		break;
	case AEGF_T_OPERANDS_CALL:
		op[1] = i->a;
		op[2] = i->b;
		break;
	case AEGF_T_OPERANDS_FUNCTION:
		*(struct aeg_le16 *)(void *)(op + 1) = aeg_st16((uint16_t)i->function->number);
		break;
	case AEGF_T_OPERANDS_TEXT:
		put_le32(op + 1, i->text.len);
		if (i->text.len > 0)
			memcpy(op + 5, i->text.at, i->text.len);
		break;
	}
	e->op += size_of(i);
	if (may_fail(i))
		*e->place++ = (struct aegf_place){ aeg_st32(i->at), aeg_st32(i->place.source),
			aeg_st32(i->place.at), aeg_st32(i->place.len) };
}

/* Room for all of it before the nodes, which are read meanwhile. */
static int take(struct encode *e)
{
	struct tcompile *t = e->l->t;
	uint64_t need = sizeof(struct aegf_template) +
			(uint64_t)e->nfunctions * sizeof(struct aegf_function) +
			(uint64_t)e->nnames * sizeof(struct aegf_function_name) +
			(uint64_t)e->nplaces * sizeof(struct aegf_place) + e->len;

	if (need > t->cap)
		template_fail(t, AEG_NOMEM, (struct text){ 0 },
			"the memory for a compiled template is too small");
	if (t->status == AEG_OK)
		t->at = need;
	return t->status == AEG_OK;
}

static void put(struct encode *e, uint32_t flags)
{
	struct aegf_template *head = (void *)e->l->t->mem;
	struct aegf_function *function = (void *)(head + 1);
	struct aegf_function_name *name = (void *)(function + e->nfunctions);

	*head = (struct aegf_template){ aeg_st32(e->len), aeg_st32(e->nplaces),
		aeg_st16((uint16_t)e->nfunctions), aeg_st16((uint16_t)e->nnames),
		aeg_st16((uint16_t)e->values), aeg_st16((uint16_t)e->frames),
		aeg_st16((uint16_t)flags), aeg_st16(0) };
	e->place = (void *)(name + e->nnames);
	e->op = (uint8_t *)(e->place + e->nplaces);
	for (const struct instr *i = e->names.first; i != NULL && i->op == AEGF_T_TEXT; i = i->next)
		*name++ = (struct aegf_function_name){ aeg_st32(i->at + 5), aeg_st32(i->text.len),
			aeg_st32(i->function->number) };
	for (const struct function *f = &e->l->main; f != NULL; f = f->reached) {
		*function++ = (struct aegf_function){ aeg_st32(f->at), aeg_st32(f->len) };
		for (const struct instr *i = f->first; i != NULL; i = i->next)
			if (i->op != INSTR_LABEL)
				put_op(e, i);
	}
}

void lower_encode(struct lower *l, uint32_t flags)
{
	struct encode e = { .l = l };

	if (l->t->status != AEG_OK)
		return;
	reach_all(&e);
	fold_all(&e);
	name_all(&e);
	for (struct function *f = &l->main; f != NULL && l->t->status == AEG_OK; f = f->reached)
		lay_out(&e, f);
	if (take(&e))
		put(&e, flags);
}
