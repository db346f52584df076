/*
 * Walks scanned JSON as a checked program says, one result at a time.
 *
 * A walk has one node at a time. Where it could go on with several, it leaves a point to come back
 * to in the caller's memory; when it ends, it goes back to the last one. An expression is asked
 * about each child that a filter's point comes to. A walk inside an expression ends at its own
 * point, which counts what it found. Nothing recurses, and no list of nodes is kept.
 */
#include "select.h"

#include <string.h>

enum next { ON, BACK, HIT };

static struct machine machine(struct aeg_select *s)
{
	struct point *point = s->mem;
	struct value *value = (void *)(point + s->program->points);

	return (struct machine){ s, s->doc->tok, s->program->ops, point, value,
		(void *)(value + s->program->values) };
}

size_t aeg_select_size(const struct aeg_program *p)
{
	return (size_t)p->points * sizeof(struct point) + (size_t)p->values * sizeof(struct value) +
	       aegi_regex_memory(p->states);
}

/* ---- Members and elements ------------------------------------------------------------------ */

static int is_container(const struct aeg_json_tok *t)
{
	return (t->info & AEG_JSON_KIND_MASK) >= AEG_JSON_ARRAY;
}

static int is_object(const struct aeg_json_tok *t)
{
	return (t->info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT;
}

uint32_t aegi_count_children(struct aeg_select *s, uint32_t token)
{
	const struct aeg_json_tok *tok = s->doc->tok;
	uint32_t n = 0, end = tok[token].next;

	for (uint32_t t = token + 1; t < end; t = tok[t].next)
		n++;
	aegi_spend(s, n);
	return n;
}

uint32_t aegi_member(struct aeg_select *s, uint32_t object, const struct text *name)
{
	const struct aeg_json_tok *tok = s->doc->tok;
	uint32_t end = tok[object].next, n = 1, key;

	for (key = object + 1; key < end; key = tok[key].next, n++)
		if (aegi_text_compare(aegi_text(s->doc, &tok[key]), *name) == 0)
			break;
	aegi_spend(s, n + (uint64_t)(name->c.end - name->c.at) / 8);
	return key < end ? key + 1 : AEG_NONE;
}

/* The member of @object called by the @len bytes at @name. */
static uint32_t member(struct aeg_select *s, uint32_t object, const uint8_t *name, uint32_t len)
{
	const struct aeg_json_tok *tok = s->doc->tok, *t;
	uint32_t end = tok[object].next, n = 1, key;

	for (key = object + 1; key < end; key = t->next, n++) {
		t = &tok[key];
		if (t->len == len &&
			aegi_same_bytes((const uint8_t *)s->doc->text + t->at, name, len) &&
			!(t->info & AEG_JSON_ESCAPED))
			break;
		if (t->info & AEG_JSON_ESCAPED) {
			const struct text text = { { name, name + len, 0, 0 }, 0 };
			if (aegi_text_compare(aegi_text(s->doc, t), text) == 0)
				break;
		}
	}
	aegi_spend(s, n + len / 8);
	return key < end ? key + 1 : AEG_NONE;
}

static enum next name(struct machine *m, const uint8_t *op)
{
	struct aeg_select *s = m->s;

	if (!is_object(&m->tok[s->node]))
		return BACK;
	s->node = member(s, s->node, op + 5, aegi_le32(op + 1));
	return s->node == AEG_NONE ? BACK : ON;
}

/* The element @i steps after token @t of an array that goes up to @end, or AEG_NONE. */
static uint32_t element(struct aeg_select *s, uint32_t t, uint32_t end, uint64_t i)
{
	uint64_t n = i;

	for (; n > 0 && t < end; n--)
		t = s->doc->tok[t].next;
	aegi_spend(s, i - n);
	return t < end ? t : AEG_NONE;
}

static enum next index_(struct machine *m, const uint8_t *op)
{
	struct aeg_select *s = m->s;
	int64_t i = aegi_le64(op + 1);
	uint32_t array = s->node;

	if (aegi_kind(s->doc, array) != AEG_JSON_ARRAY)
		return BACK;
	if (i < 0)
		i += aegi_count_children(s, array);
	if (i < 0)
		return BACK;
	s->node = element(s, array + 1, m->tok[array].next, (uint64_t)i);
	return s->node == AEG_NONE ? BACK : ON;
}

/* ---- Points -------------------------------------------------------------------------------- */

/* One more point, from which to go on at @pc; the program was proved to need no more of them. */
static struct point *leave(struct machine *m, uint32_t op, uint32_t pc)
{
	struct aeg_select *s = m->s;
	struct point *p = &m->point[s->npoints++];

	p->op = op;
	p->pc = pc;
	p->node = s->node;
	p->next = s->node + 1;
	p->end = m->tok[s->node].next;
	p->current = s->current;
	p->nvalues = s->nvalues;
	return p;
}

/* The next child of @p's container; its point goes when that is the last, but a filter's. */
static enum next child(struct machine *m, struct point *p)
{
	struct aeg_select *s = m->s;
	uint32_t t = p->next;

	p->next = m->tok[t].next;
	s->node = t + ((m->tok[t].info & AEG_JSON_KEY) != 0);
	s->pc = p->pc;
	if (p->next == p->end)
		s->npoints--;
	return ON;
}

static enum next children(struct machine *m)
{
	struct aeg_select *s = m->s;

	if (!is_container(&m->tok[s->node]) || m->tok[s->node].next == s->node + 1)
		return BACK;
	return child(m, leave(m, AEGF_OP_CHILDREN, s->pc));
}

static enum next filter_child(struct machine *m, struct point *p)
{
	struct aeg_select *s = m->s;
	uint32_t t = p->next;

	if (t == p->end) {
		s->current = p->current;
		s->npoints--;
		return BACK;
	}
	p->next = m->tok[t].next;
	s->current = t + ((m->tok[t].info & AEG_JSON_KEY) != 0);
	s->pc = p->pc;
	return ON;
}

static enum next filter(struct machine *m)
{
	if (!is_container(&m->tok[m->s->node]))
		return BACK;
	return filter_child(m, leave(m, AEGF_OP_FILTER, m->s->pc));
}

static enum next pass(struct machine *m)
{
	struct aeg_select *s = m->s;
	struct point *p = &m->point[s->npoints - 1];

	if (!m->value[--s->nvalues].a)
		return BACK;
	s->node = s->current;
	s->current = p->current;
	return ON;
}

static enum next below(struct machine *m, struct point *p)
{
	struct aeg_select *s = m->s;
	uint32_t t = p->next;

	t += (m->tok[t].info & AEG_JSON_KEY) != 0;
	s->node = t;
	s->pc = p->pc;
	p->next = t + 1;
	if (p->next == p->end)
		s->npoints--;
	return ON;
}

static enum next descend(struct machine *m)
{
	struct point *p = leave(m, AEGF_OP_DESCEND, m->s->pc);

	if (p->next == p->end)
		m->s->npoints--;
	return ON;
}

/* ---- Slices: RFC 9535, section 2.3.4.2.2 --------------------------------------------------- */

static int64_t clamp(int64_t i, int64_t lo, int64_t hi) { return i < lo ? lo : i > hi ? hi : i; }

/* The element with index @i, which exists. Going backwards through an array that can only be read
 * forwards: what is passed on the way is noted at half of the way, half of the rest, and so on, so
 * that all of n elements cost n log n steps. */
static uint32_t climb(struct machine *m, struct point *p, uint32_t i)
{
	struct aeg_select *s = m->s;
	struct rung *r;

	while (p->rung[p->nrungs - 1].index > i)
		p->nrungs--;
	for (;;) {
		r = &p->rung[p->nrungs - 1];
		uint32_t half = (i - r->index) / 2;
		if (half < 8 || p->nrungs == sizeof p->rung / sizeof *p->rung)
			return element(s, r->token, p->end, i - r->index);
		r[1] = (struct rung){ element(s, r->token, p->end, half), r->index + half };
		p->nrungs++;
	}
}

static enum next slice_next(struct machine *m, struct point *p)
{
	struct aeg_select *s = m->s;
	int64_t i = p->index;

	if (p->step > 0 ? i >= p->stop : i <= p->stop) {
		s->npoints--;
		return BACK;
	}
	s->node = climb(m, p, (uint32_t)i);
	if (p->step > 0) { /* never back again */
		p->rung[0] = (struct rung){ s->node, (uint32_t)i };
		p->nrungs = 1;
	}
	p->index = i + p->step;
	s->pc = p->pc;
	return ON;
}

static enum next slice(struct machine *m, const uint8_t *op)
{
	struct aeg_select *s = m->s;
	int64_t start = aegi_le64(op + 2), end = aegi_le64(op + 10), step = aegi_le64(op + 18);

	if (aegi_kind(s->doc, s->node) != AEG_JSON_ARRAY || step == 0)
		return BACK;
	int64_t len = aegi_count_children(s, s->node);
	int64_t lo = step > 0 ? 0 : -1, hi = step > 0 ? len : len - 1;
	start = !(op[1] & AEGF_SLICE_START) ? (step > 0 ? lo : hi)
					    : clamp(start < 0 ? start + len : start, lo, hi);
	end = !(op[1] & AEGF_SLICE_END) ? (step > 0 ? hi : lo)
					: clamp(end < 0 ? end + len : end, lo, hi);
	struct point *p = leave(m, AEGF_OP_SLICE, s->pc);
	p->index = start;
	p->stop = end;
	p->step = step;
	p->rung[0] = (struct rung){ s->node + 1, 0 };
	p->nrungs = 1;
	return slice_next(m, p);
}

/* ---- Expressions --------------------------------------------------------------------------- */

static void push(struct machine *m, enum value_kind kind, uint32_t a, uint32_t len)
{
	m->value[m->s->nvalues++] = (struct value){ kind, a, len };
}

/* EXISTS, VALUE or COUNT: a walk inside an expression. Its point counts what it finds. */
static enum next walk(struct machine *m, const uint8_t *op)
{
	struct aeg_select *s = m->s;
	struct point *p;

	s->node = op[1] == AEGF_FROM_ROOT ? 0 : s->current;
	p = leave(m, op[0], (uint32_t)(op - m->ops) + aegi_le32(op + 2));
	p->walk = s->walk;
	p->found = 0;
	s->walk = s->npoints - 1;
	return ON;
}

static enum next walk_end(struct machine *m)
{
	struct aeg_select *s = m->s;
	struct point *p = &m->point[s->walk];

	s->npoints = s->walk;
	s->walk = p->walk;
	s->current = p->current;
	s->nvalues = p->nvalues;
	s->pc = p->pc;
	if (p->op == AEGF_OP_COUNT)
		push(m, VALUE_COUNT, p->found, 0);
	else if (p->op == AEGF_OP_EXISTS)
		push(m, VALUE_LOGICAL, p->found, 0);
	else if (p->found == 1)
		push(m, VALUE_TOKEN, p->node, 0);
	else
		push(m, VALUE_NOTHING, 0, 0);
	return ON;
}

static enum next found(struct machine *m)
{
	struct point *p = &m->point[m->s->walk];

	p->found++;
	p->node = m->s->node;
	return p->op == AEGF_OP_COUNT || (p->op == AEGF_OP_VALUE && p->found == 1) ? BACK
										   : walk_end(m);
}

static void compare(struct machine *m, uint32_t op)
{
	struct aeg_select *s = m->s;
	struct value a = m->value[s->nvalues - 2], b = m->value[s->nvalues - 1];
	int is = 0;

	switch (op) {
	case AEGF_OP_EQ: is = aegi_value_equal(s, a, b); break;
	case AEGF_OP_NE: is = !aegi_value_equal(s, a, b); break;
	case AEGF_OP_LT: is = aegi_value_less(s, a, b); break;
	case AEGF_OP_LE: is = aegi_value_less(s, a, b) || aegi_value_equal(s, a, b); break;
	case AEGF_OP_GT: is = aegi_value_less(s, b, a); break;
	case AEGF_OP_GE: is = aegi_value_less(s, b, a) || aegi_value_equal(s, a, b); break;
	}
	s->nvalues -= 2;
	push(m, VALUE_LOGICAL, (uint32_t)is, 0);
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* Back to the last point; there is one. */
static enum next resume(struct machine *m)
{
	struct point *p = &m->point[m->s->npoints - 1];

	switch (p->op) {
	case AEGF_OP_CHILDREN: return child(m, p);
	case AEGF_OP_SLICE: return slice_next(m, p);
	case AEGF_OP_DESCEND: return below(m, p);
	case AEGF_OP_FILTER: return filter_child(m, p);
	case AEGF_OP_FORK:
		m->s->node = p->node;
		m->s->pc = p->pc;
		m->s->npoints--;
		return ON;
	default: return walk_end(m);
	}
}

/* One op of an expression that only works on values. */
static enum next evaluate(struct machine *m, const uint8_t *op, uint32_t at)
{
	struct aeg_select *s = m->s;
	struct value *top = &m->value[s->nvalues - 1];

	switch (*op) {
	case AEGF_OP_NULL: push(m, VALUE_NULL, 0, 0); break;
	case AEGF_OP_FALSE: push(m, VALUE_FALSE, 0, 0); break;
	case AEGF_OP_TRUE: push(m, VALUE_TRUE, 0, 0); break;
	case AEGF_OP_NUMBER: push(m, VALUE_NUMBER, at + 5, aegi_le32(op + 1)); break;
	case AEGF_OP_STRING: push(m, VALUE_STRING, at + 5, aegi_le32(op + 1)); break;
	case AEGF_OP_LENGTH: *top = aegi_value_length(s, *top); break;
	case AEGF_OP_MATCH:
	case AEGF_OP_SEARCH: aegi_match(m, *op); break;
	case AEGF_OP_MATCH_THIS:
	case AEGF_OP_SEARCH_THIS: aegi_match_this(m, op); break;
	case AEGF_OP_NOT: top->a = !top->a; break;
	case AEGF_OP_AND:
	case AEGF_OP_OR:
		if ((top->a != 0) == (*op == AEGF_OP_OR))
			s->pc = at + aegi_le32(op + 1);
		else
			s->nvalues--;
		break;
	default: compare(m, *op); break;
	}
	return ON;
}

/* One op; @s->pc is past it already. */
static enum next step(struct machine *m, const uint8_t *op, uint32_t at)
{
	struct aeg_select *s = m->s;

	switch (*op) {
	case AEGF_OP_RESULT: return HIT;
	case AEGF_OP_FORK: leave(m, AEGF_OP_FORK, at + aegi_le32(op + 1)); return ON;
	case AEGF_OP_JUMP: s->pc = at + aegi_le32(op + 1); return ON;
	case AEGF_OP_NAME: return name(m, op);
	case AEGF_OP_INDEX: return index_(m, op);
	case AEGF_OP_CHILDREN: return children(m);
	case AEGF_OP_SLICE: return slice(m, op);
	case AEGF_OP_DESCEND: return descend(m);
	case AEGF_OP_FILTER: return filter(m);
	case AEGF_OP_PASS: return pass(m);
	case AEGF_OP_EXISTS:
	case AEGF_OP_VALUE:
	case AEGF_OP_COUNT: return walk(m, op);
	case AEGF_OP_FOUND: return found(m);
	default: return evaluate(m, op, at);
	}
}

enum aeg_status aeg_select_begin(struct aeg_select *s)
{
	if (s->size_of != sizeof *s || s->program == NULL || s->doc == NULL ||
		s->doc->status != AEG_OK)
		return s->status = AEG_USAGE;
	s->started = s->npoints = s->nvalues = s->walk = s->pattern = 0;
	s->pc = s->node = s->current = 0;
	return s->status = s->mem_size < aeg_select_size(s->program) ? AEG_NOMEM : AEG_OK;
}

enum aeg_status aeg_select_next(struct aeg_select *s, struct aeg_found *ret)
{
	struct machine m;
	enum next next = s->started ? BACK : ON;

	*ret = (struct aeg_found){ 0, AEG_NONE };
	if (s->status != AEG_OK)
		return s->status;
	m = machine(s);
	s->started = 1;
	while (s->status == AEG_OK) {
		if (next == BACK) {
			if (s->npoints == 0)
				return AEG_OK;
			next = resume(&m);
			continue;
		}
		const uint8_t *op = m.ops + s->pc;
		uint32_t at = s->pc;
		if (!aegi_spend(s, 1))
			break;
		s->pc += aegi_op_size(op);
		next = step(&m, op, at);
		if (next == HIT && s->status == AEG_OK) {
			*ret = (struct aeg_found){ aegi_le32(op + 1), s->node };
			return AEG_OK;
		}
	}
	return s->status;
}
