/*
 * Runs a checked template or condition: the loop over its ops, and the functions in one another.
 * What the ops rely on is proved in template_check.c, see its opening.
 */
#include "machine.h"

/* The bytes that follow an op and their length. */
static inline struct aeg_str text_of(const uint8_t *op)
{
	return (struct aeg_str){ (const char *)op + 5, aegi_le32(op + 1) };
}

void aegi_fail(struct machine *m, enum aeg_status status, const char *what)
{
	if (m->status != AEG_OK)
		return;
	m->status = status;
	m->r->what = what;
}

/* ---- Values -------------------------------------------------------------------------------- */

static inline void push(struct machine *m, struct value v) { *m->top++ = v; }

static struct value variable(struct machine *m, struct aeg_str name)
{
	struct value all;

	if (m->r->variables == NULL)
		return aegi_undefined();
	all = aegi_token_value(m->r->variables, 0);
	return aegi_lookup(m, &all, name);
}

/* What the caller gave as @root, else the whole data. */
static void push_root(struct machine *m)
{
	struct value v = variable(m, (struct aeg_str){ "root", 4 });

	push(m, v.kind == VALUE_UNDEFINED ? m->root.context : v);
}

/* EXPECT and REQUIRE. */
static void expect(struct machine *m, enum value_kind most)
{
	if (m->top[-1].kind <= most)
		aegi_fail(m, AEG_CONTENT, "this is missing");
}

static void call_helper(struct machine *m, const uint8_t *op)
{
	uint32_t n = op[2];

	m->top -= n;
	*m->top = aegi_help(m, (enum aegf_helper)op[1], m->top, n);
	m->top++;
}

/* The member of @pairs called @name, among @n, or NULL. */
static struct pair *pair_of(struct machine *m, struct pair *pairs, uint32_t n, struct aeg_str name)
{
	aegi_spend(m, n);
	for (uint32_t i = 0; i < n; i++)
		if (pairs[i].name.len == name.len &&
			memcmp(pairs[i].name.at, name.at, name.len) == 0)
			return &pairs[i];
	return NULL;
}

/* @v: an object or not, and then @n names and values. */
static struct value merge(struct machine *m, const struct value *v, uint32_t n)
{
	const struct merged *below = v->kind == VALUE_MERGED ? v->u.merged : NULL;
	uint32_t nbelow = below == NULL ? 0 : below->n;
	struct merged *ret = aegi_make(m, sizeof *ret);
	struct pair *pairs = aegi_make(m, (size_t)(nbelow + n) * sizeof *pairs), *p;

	if (pairs == NULL || ret == NULL)
		return aegi_undefined();
	for (uint32_t i = 0; i < nbelow; i++)
		pairs[i] = aegi_pair(below, i);
	*ret = (struct merged){ pairs, NULL, nbelow, below != NULL ? below->base : *v };
	if (ret->base.kind != VALUE_OBJECT)
		ret->base = aegi_undefined();
	for (uint32_t i = 0; i < n; i++) {
		struct aeg_str name = aegi_text(m, &v[1 + 2 * i]);
		p = pair_of(m, pairs, ret->n, name);
		if (p == NULL)
			p = &pairs[ret->n++];
		*p = (struct pair){ name, v[2 + 2 * i] };
	}
	return (struct value){ VALUE_MERGED, 0, { .merged = ret } };
}

/* ---- Functions ----------------------------------------------------------------------------- */

static size_t call_size(const struct aeg_template *t)
{
	return sizeof(struct call) + t->values * sizeof(struct value) +
	       t->frames * sizeof(struct frame);
}

static void run(struct machine *m, uint32_t function)
{
	size_t size = call_size(m->t);
	struct call *c;

	if ((size_t)(m->low - m->made) < size) {
		aegi_fail(m, AEG_DEPTH, NULL);
		return;
	}
	m->low -= size;
	c = (struct call *)(void *)m->low;
	c->below = m->call;
	c->back = m->pc;
	c->values = m->top = (struct value *)(void *)(c + 1);
	c->frames = (struct frame *)(void *)(c->values + m->t->values);
	m->call = c;
	m->pc = m->t->ops + aeg_ld32(aegi_functions(m->t)[function].at);
}

/* Back to where the function was called; 0: it was the first. */
static int return_(struct machine *m)
{
	struct call *c = m->call->below;

	if (c == NULL)
		return 0;
	m->pc = m->call->back;
	m->call = c;
	m->top = c->values;
	m->low += call_size(m->t);
	return 1;
}

static void run_named(struct machine *m, const struct value *v)
{
	struct aeg_str name = aegi_text(m, v);
	const struct aegf_function_name *names = aegi_names(m->t);
	uint32_t lo = 0, hi = m->t->nnames;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (aegi_name_order(m->t->ops, &names[mid], name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == m->t->nnames || aegi_name_order(m->t->ops, &names[lo], name) != 0)
		aegi_fail(m, AEG_CONTENT, "there is no partial of this name");
	else
		run(m, aeg_ld32(names[lo].function));
}

/* ---- The loop ------------------------------------------------------------------------------ */

static inline void element(struct machine *m)
{
	if (!m->first)
		aegi_put(m, ",", 1);
	m->first = 0;
}

static void and_or(struct machine *m, const uint8_t *op)
{
	int is = aegi_truth(--m->top);

	if (is != (*op == AEGF_T_OR))
		return;
	push(m, aegi_is(is));
	aegi_jump(m, op);
}

static void unless(struct machine *m, const uint8_t *op)
{
	const struct value *v = --m->top;

	if (*op == AEGF_T_UNLESS ? !aegi_truth(v) : aegi_is_empty(v))
		aegi_jump(m, op);
	aegi_release(m);
}

/* From @m->pc to the end. Each case leaves @m->pc behind the op, or where it goes on. */
static void run_all(struct machine *m)
{
	while (m->status == AEG_OK) {
		const uint8_t *op = m->op = m->pc;
		struct aeg_str text;
		aegi_spend(m, 1);
		switch (*op) {
		case AEGF_T_TEXT:
			text = text_of(op);
			m->pc += 5 + text.len;
			aegi_put(m, text.at, text.len);
			break;
		case AEGF_T_PRINT:
			m->pc += 2;
			aegi_print(m, (enum aegf_escape)op[1], --m->top);
			aegi_release(m);
			break;
		case AEGF_T_ELEMENT: m->pc++, element(m); break;
		case AEGF_T_OPEN: m->pc++, m->first = 1; break;
		case AEGF_T_CLOSE: m->pc++, m->first = 0; break;
		case AEGF_T_SEGMENT: m->pc++, aegi_segment(m); break;
		case AEGF_T_SEGMENT_END: m->pc += 2, aegi_segment_end(m, op[1]); break;
		case AEGF_T_UNDEFINED:
		case AEGF_T_NULL:
		case AEGF_T_FALSE:
		case AEGF_T_TRUE:
			m->pc++;
			push(m, (struct value){
					(enum value_kind)(*op - AEGF_T_UNDEFINED), 0, { NULL } });
			break;
		case AEGF_T_NUMBER:
		case AEGF_T_STRING:
			text = text_of(op);
			m->pc += 5 + text.len;
			push(m, aegi_string(text.at, text.len));
			if (*op == AEGF_T_NUMBER)
				m->top[-1].kind = VALUE_NUMBER;
			break;
		case AEGF_T_THIS:
			m->pc += 2;
			push(m, op[1] == 0 ? m->frame->context : aegi_outer(m, op[1]));
			break;
		case AEGF_T_FIND:
			text = text_of(op);
			m->pc += 5 + text.len;
			push(m, aegi_find(m, text));
			break;
		case AEGF_T_ROOT: m->pc++, push_root(m); break;
		case AEGF_T_PARAM: m->pc += 5, push(m, aegi_param(m, op)); break;
		case AEGF_T_INDEX:
		case AEGF_T_KEY:
		case AEGF_T_FIRST:
		case AEGF_T_LAST: m->pc += 2, push(m, aegi_of_loop(m, op)); break;
		case AEGF_T_VARIABLE:
			text = text_of(op);
			m->pc += 5 + text.len;
			push(m, variable(m, text));
			break;
		case AEGF_T_MEMBER:
			text = text_of(op);
			m->pc += 5 + text.len;
			m->top[-1] = aegi_lookup(m, &m->top[-1], text);
			break;
		case AEGF_T_EXPECT: m->pc++, expect(m, VALUE_NULL); break;
		case AEGF_T_REQUIRE: m->pc++, expect(m, VALUE_UNDEFINED); break;
		case AEGF_T_CALL: m->pc += 3, call_helper(m, op); break;
		case AEGF_T_AND:
		case AEGF_T_OR: m->pc += 5, and_or(m, op); break;
		case AEGF_T_BOOL: m->pc++, m->top[-1] = aegi_is(aegi_truth(&m->top[-1])); break;
		case AEGF_T_JUMP: aegi_jump(m, op); break;
		case AEGF_T_UNLESS:
		case AEGF_T_UNLESS_ZERO: m->pc += 5, unless(m, op); break;
		case AEGF_T_WITH:
		case AEGF_T_EACH:
		case AEGF_T_SECTION:
		case AEGF_T_BLOCK: m->pc += 5, aegi_region(m, op, --m->top); break;
		case AEGF_T_SCOPE: m->pc++, aegi_region(m, op, NULL); break;
		case AEGF_T_INDENT: m->pc += 5 + aegi_le32(op + 1), aegi_region(m, op, NULL); break;
		case AEGF_T_PARTIAL: m->pc++, aegi_region(m, op, --m->top); break;
		case AEGF_T_END: m->pc++, aegi_end(m); break;
		case AEGF_T_MERGE:
			m->pc += 2;
			m->top -= 1 + 2u * op[1];
			push(m, merge(m, m->top, op[1]));
			break;
		case AEGF_T_RUN: m->pc += 3, run(m, aegi_le16(op + 1)); break;
		case AEGF_T_RUN_NAMED: m->pc++, run_named(m, --m->top); break;
		case AEGF_T_RETURN:
			if (!return_(m))
				return;
			break;
		case AEGF_T_RESULT: m->top--; return;
		}
	}
}

/* ---- The whole ----------------------------------------------------------------------------- */

size_t aeg_render_size(const struct aeg_template *t, uint32_t depth)
{
	return (depth + (size_t)1) * call_size(t);
}

/* Where the op that failed was written: the last place at it or before. */
static void tell_place(struct machine *m)
{
	const struct aegf_place *places = aegi_places(m->t);
	uint32_t lo = 0, hi = m->t->nplaces, at = (uint32_t)(m->op - m->t->ops);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (aeg_ld32(places[mid].op) <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return;
	m->r->source = aeg_ld32(places[lo - 1].source);
	m->r->at = aeg_ld32(places[lo - 1].at);
	m->r->at_len = aeg_ld32(places[lo - 1].len);
}

static int is_usable(const struct aeg_render *r, uint32_t condition)
{
	if (r->size_of != sizeof *r || r->program == NULL || r->mem == NULL ||
		(r->nroots > 0 && r->roots == NULL) ||
		(r->program->flags & AEGF_TEMPLATE_CONDITION) != condition)
		return 0;
	if ((r->data != NULL && r->data->status != AEG_OK) ||
		(r->variables != NULL && r->variables->status != AEG_OK))
		return 0;
	for (uint32_t i = 0; i < r->nroots; i++)
		if (r->roots[i].name.at == NULL || r->roots[i].doc == NULL ||
			r->roots[i].doc->status != AEG_OK ||
			r->roots[i].token >= r->roots[i].doc->ntok)
			return 0;
	return condition || (r->out != NULL && r->cap > 0);
}

/* The context of all: the members of the data, and those that stand beside them. */
static struct value whole(struct machine *m)
{
	const struct aeg_render *r = m->r;
	struct value data = r->data == NULL ? aegi_undefined() : aegi_token_value(r->data, 0);

	if (r->nroots == 0)
		return data;
	m->whole = (struct merged){ NULL, r->roots, r->nroots,
		data.kind == VALUE_OBJECT ? data : aegi_undefined() };
	return (struct value){ VALUE_MERGED, 0, { .merged = &m->whole } };
}

static void begin(struct machine *m, struct aeg_render *r)
{
	m->r = r;
	m->t = r->program;
	m->op = m->pc = m->t->ops;
	m->steps = r->steps;
	m->made = r->mem;
	m->low = m->made + (r->mem_size & ~(size_t)7);
	m->last.doc = m->counted.doc = NULL;
	m->root = (struct frame){ .counts = 1, .context = whole(m), .mark = m->made };
	m->frame = &m->root;
	aegi_output(m);
	if (r->mem_size < aeg_render_size(r->program, 0))
		aegi_fail(m, AEG_NOMEM, NULL);
	else
		run(m, 0);
}

static enum aeg_status finish(struct machine *m)
{
	struct aeg_render *r = m->r;

	r->steps = m->steps;
	if (m->status == AEG_OK)
		return AEG_OK;
	if (m->status == AEG_BUDGET)
		r->steps = 0;
	tell_place(m);
	return m->status;
}

enum aeg_status aeg_render(struct aeg_render *r)
{
	struct machine m = { .call = NULL };

	r->len = 0;
	r->source = r->at_len = 0;
	r->at = AEG_NONE;
	r->what = NULL;
	if (!is_usable(r, 0))
		return AEG_USAGE;
	begin(&m, r);
	run_all(&m);
	aegi_output_end(&m);
	return finish(&m);
}

enum aeg_status aeg_condition(struct aeg_render *r, int *ret)
{
	struct machine m = { .call = NULL };
	int is;

	r->len = 0;
	r->source = r->at_len = 0;
	r->at = AEG_NONE;
	r->what = NULL;
	if (!is_usable(r, AEGF_TEMPLATE_CONDITION))
		return AEG_USAGE;
	begin(&m, r);
	run_all(&m);
	is = m.status == AEG_OK && aegi_truth(m.top);
	if (finish(&m) == AEG_OK)
		*ret = is;
	return m.status;
}
