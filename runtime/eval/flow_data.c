/* What the templates of a workflow see, and what they and its paths and schemas make of that. */
#include "flow_run.h"

#include <string.h>

static const char no_memory[] = "there is not memory enough";

/* ---- Memory -------------------------------------------------------------------------------- */

struct scratch flow_scratch(struct aeg_flow *f)
{
	const struct run *r = flow_run(f);

	return (struct scratch){ (uint8_t *)f->mem + r->kept,
		(uint8_t *)f->mem + f->mem_size - r->last };
}

void *scratch_take(struct scratch *s, size_t n)
{
	size_t whole = (n + 7) & ~(size_t)7;
	void *at = s->at;

	if (whole < n || whole > (size_t)(s->end - s->at))
		return NULL;
	s->at += whole;
	return at;
}

/* All scratch as text that is being written; what was written is then taken. */
static struct written text_begin(struct scratch *s)
{
	return (struct written){ (char *)s->at, 0, (size_t)(s->end - s->at), NULL };
}

static struct aeg_str text_end(struct scratch *s, const struct written *w)
{
	scratch_take(s, w->len);
	return (struct aeg_str){ w->at, (uint32_t)w->len };
}

const char *flow_scan(struct scratch *s, struct aeg_str text, struct aeg_json *ret)
{
	size_t cap = (size_t)(s->end - s->at) / sizeof(struct aeg_json_tok);
	enum aeg_status status = aeg_json_scan(ret, text.at, text.len, (void *)s->at, cap);

	if (status == AEG_NOMEM)
		return no_memory;
	if (status != AEG_OK)
		return "it is not JSON";
	scratch_take(s, ret->ntok * sizeof(struct aeg_json_tok));
	return NULL;
}

/* ---- Documents ----------------------------------------------------------------------------- */

static void put(struct written *w, const char *text) { aegi_write(w, text, strlen(text)); }
static void put_str(struct written *w, struct aeg_str s) { aegi_write(w, s.at, s.len); }

static const struct aegf_step *step_at(const struct aeg_flow *f, uint32_t i)
{
	return flow_row(f->flows, STEPS, aeg_ld32(flow_of(f)->steps.first) + i, struct aegf_step);
}

const struct aegf_step *flow_step(struct aeg_flow *f)
{
	return f->flow == AEG_NONE ? NULL : step_at(f, flow_run(f)->step);
}

static size_t padded(size_t n) { return (n + 7) & ~(size_t)7; }

/* Names of steps and extracts were checked when compiled: as JSON strings they need no escapes. */

static const uint8_t *memory(const struct aeg_flow *f) { return f->mem; }

/* Appends to what is kept. */
static void *keep(struct aeg_flow *f, size_t n)
{
	struct run *r = flow_run(f);
	struct scratch s = flow_scratch(f);
	void *at = scratch_take(&s, n);

	if (at != NULL)
		r->kept += padded(n);
	return at;
}

/* ---- One step's values --------------------------------------------------------------------- */

const char *flow_step_begin(struct aeg_flow *f, struct aeg_str list)
{
	struct run *r = flow_run(f);
	void *at;

	r->kept = r->results_end;
	r->list_len = list.len;
	if (list.len != 0) {
		if ((at = keep(f, list.len)) == NULL)
			return no_memory;
		memmove(at, list.at, list.len);
	}
	r->values = r->kept;
	return NULL;
}

/* The next value of @extract from offset @at on, which then is behind it; or NULL. */
static const struct value *next_value(
	const struct aeg_flow *f, size_t *at, size_t end, uint32_t extract)
{
	while (*at < end) {
		const struct value *v = (const void *)(memory(f) + *at);
		*at += padded(sizeof *v + v->len);
		if (v->extract == extract)
			return v;
	}
	return NULL;
}

static void put_list(struct aeg_flow *f, struct written *w, uint32_t extract)
{
	const struct run *r = flow_run(f);
	const struct value *v;
	size_t at = r->values;
	uint32_t round = 0;

	put(w, "[");
	while ((v = next_value(f, &at, r->kept, extract)) != NULL) {
		for (; round < v->round; round++)
			put(w, round == 0 ? "null" : ",null");
		put(w, round++ == 0 ? "" : ",");
		put_str(w, (struct aeg_str){ (const char *)(v + 1), v->len });
	}
	for (; round < r->rounds; round++)
		put(w, round == 0 ? "null" : ",null");
	put(w, "]");
}

/* Members for all that the step extracted, named as `steps` (@flat 0) or `state` wants it. */
static void put_members(struct aeg_flow *f, struct written *w, int flat)
{
	const struct run *r = flow_run(f);
	const struct aegf_step *step = flow_step(f);
	size_t before = w->len;

	for (uint32_t i = 0; i < aeg_ld32(step->extracts.count); i++) {
		const struct aegf_extract *x = flow_row(f->flows, EXTRACTS,
			aeg_ld32(step->extracts.first) + i, struct aegf_extract);
		size_t at = r->values;
		const struct value *v = next_value(f, &at, r->kept, i);
		if (v == NULL && aeg_ld32(step->each) == AEGF_NONE)
			continue;
		put(w, w->len == before ? "\"" : ",\"");
		if (flat) {
			put_str(w, flow_text(f->flows, step->name));
			put(w, ".");
		}
		put_str(w, flow_text(f->flows, x->name));
		put(w, "\":");
		if (aeg_ld32(step->each) != AEGF_NONE)
			put_list(f, w, i);
		else
			put_str(w, (struct aeg_str){ (const char *)(v + 1), v->len });
	}
}

const char *flow_step_end(struct aeg_flow *f)
{
	struct run *r = flow_run(f);
	struct scratch s = flow_scratch(f);
	struct step_result *x = scratch_take(&s, sizeof *x);
	struct written w = text_begin(&s);
	size_t len;

	if (x == NULL)
		return no_memory;
	put(&w, "{");
	put_members(f, &w, 0);
	put(&w, "}");
	*x = (struct step_result){ r->step, (uint32_t)w.len, 0, 0 };
	put_members(f, &w, 1);
	x->state_len = (uint32_t)w.len - x->object_len;
	if (w.failed != NULL)
		return w.failed;
	len = sizeof *x + w.len;
	memmove((uint8_t *)f->mem + r->results_end, x, len);
	r->results_end += padded(len);
	r->kept = r->values = r->results_end;
	r->list_len = 0;
	return NULL;
}

/* ---- Documents ----------------------------------------------------------------------------- */

/* All steps so far: {"find":{"id":1}}, or what `state` has: {"input":..., "find.id":1}. */
static void put_results(struct aeg_flow *f, struct written *w, int flat)
{
	const struct run *r = flow_run(f);
	size_t at = r->results;

	put(w, "{");
	if (flat) {
		put(w, "\"input\":");
		aegi_write(w, f->input->text + f->input->tok->at, f->input->tok->len);
	}
	while (at < r->results_end) {
		const struct step_result *x = (const void *)(memory(f) + at);
		const char *text = (const char *)(x + 1);
		if (flat && x->state_len != 0) {
			put(w, ",");
			aegi_write(w, text + x->object_len, x->state_len);
		} else if (!flat) {
			put(w, at == r->results ? "\"" : ",\"");
			put_str(w, flow_text(f->flows, step_at(f, x->step)->name));
			put(w, "\":");
			aegi_write(w, text, x->object_len);
		}
		at += padded(sizeof *x + x->object_len + x->state_len);
	}
	put(w, "}");
}

static const char *make_document(
	struct aeg_flow *f, struct scratch *s, int flat, struct aeg_json *ret)
{
	struct written w = text_begin(s);

	put_results(f, &w, flat);
	if (w.failed != NULL)
		return w.failed;
	return flow_scan(s, text_end(s, &w), ret);
}

static void add_root(
	struct flow_data *d, struct aeg_str name, const struct aeg_json *doc, uint32_t token)
{
	d->roots[d->nroots++] = (struct aeg_root){ name, doc, token };
}

/* The element of the list that this round is about. */
static const char *add_item(struct aeg_flow *f, struct scratch *s, struct flow_data *d)
{
	const struct run *r = flow_run(f);
	const struct aeg_str text = { (const char *)memory(f) + r->results_end,
		(uint32_t)r->list_len };
	const char *error = flow_scan(s, text, &d->list);
	uint32_t token = 1;

	if (error != NULL)
		return error;
	for (uint32_t i = 0; i < r->round; i++)
		token = d->list.tok[token].next;
	add_root(d, flow_text(f->flows, flow_step(f)->item), &d->list, token);
	return NULL;
}

const char *flow_compose(struct aeg_flow *f, struct scratch *s, struct flow_data *d)
{
	const char *error;

	d->nroots = 0;
	add_root(d, (struct aeg_str){ "input", 5 }, f->input, 0);
	if (f->flow == AEG_NONE)
		return NULL;
	if ((error = make_document(f, s, 0, &d->steps)) != NULL ||
		(error = make_document(f, s, 1, &d->state)) != NULL)
		return error;
	add_root(d, (struct aeg_str){ "steps", 5 }, &d->steps, 0);
	add_root(d, (struct aeg_str){ "state", 5 }, &d->state, 0);
	return flow_run(f)->list_len == 0 ? NULL : add_item(f, s, d);
}

/* ---- Programs ------------------------------------------------------------------------------ */

static const char *failure(struct aeg_flow *f, enum aeg_status status, const char *what)
{
	f->status = status;
	if (what != NULL)
		return what;
	switch ((unsigned)status) {
	case AEG_NOMEM: return no_memory;
	case AEG_BUDGET: return "it takes more steps than it may";
	default: return aeg_status_text(status);
	}
}

static struct aeg_render rendering(struct aeg_flow *f, const struct flow_data *d)
{
	return (struct aeg_render){ .size_of = sizeof(struct aeg_render),
		.roots = d->roots,
		.nroots = d->nroots,
		.steps = f->steps };
}

const char *flow_render(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t template, struct aeg_str *ret)
{
	struct aeg_template t = flow_template(f->flows, template);
	struct aeg_render r = rendering(f, d);
	enum aeg_status status;

	r.program = &t;
	/* Half of what is left to work with, half for what comes out. */
	r.mem_size = (size_t)(s->end - s->at) / 2 & ~(size_t)7;
	r.mem = s->end - r.mem_size;
	r.out = (char *)s->at;
	r.cap = (size_t)((uint8_t *)r.mem - s->at);
	if (r.mem_size < aeg_render_size(&t, AEG_RENDER_DEPTH))
		return no_memory;
	status = aeg_render(&r);
	f->steps = r.steps;
	if (status != AEG_OK)
		return failure(f, status, r.what);
	*ret = (struct aeg_str){ r.out, (uint32_t)r.len };
	scratch_take(s, r.len);
	return NULL;
}

const char *flow_holds(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t condition, int *ret)
{
	struct aeg_template t = flow_template(f->flows, condition);
	struct aeg_render r = rendering(f, d);
	enum aeg_status status;

	r.program = &t;
	r.mem = s->at;
	r.mem_size = (size_t)(s->end - s->at);
	if (r.mem_size < aeg_render_size(&t, AEG_RENDER_DEPTH))
		return no_memory;
	status = aeg_condition(&r, ret);
	f->steps = r.steps;
	return status == AEG_OK ? NULL : failure(f, status, r.what);
}

struct first_failure {
	struct aeg_flow *f;
	const struct aeg_json *doc;
	struct scratch s;
	const char *text;
};

/* The first failure in words, as the event that the caller is told of. */
static int tell_failure(void *ctx, const struct aeg_schema_failure *x)
{
	struct first_failure *c = ctx;
	char where[256], what[256];
	size_t n = aeg_json_pointer(c->doc, x->token, where, sizeof where);
	size_t m = aeg_schema_failure_text(x, what, sizeof what);

	flow_tell(c->f, (struct aeg_flow_event){ .kind = AEG_FLOW_INVALID,
				.name = { where, (uint32_t)(n < sizeof where ? n : sizeof where) },
				.value = { what, (uint32_t)(m < sizeof what ? m : sizeof what) } });
	return 0;
}

const char *flow_fits(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j,
	uint32_t schema, const char *otherwise)
{
	struct aeg_schema compiled = flow_schema(f->flows, schema);
	struct first_failure c = { f, j, *s, NULL };
	struct aeg_validation v = { .size_of = sizeof v,
		.schema = &compiled,
		.doc = j,
		.depth = AEG_SCHEMA_DEPTH,
		.steps = f->steps,
		.mem = s->at,
		.mem_size = (size_t)(s->end - s->at),
		.fail = tell_failure,
		.ctx = &c };
	enum aeg_status status = aeg_schema_validate(&v);

	if (status != AEG_OK)
		return failure(f, status, NULL);
	return v.valid ? NULL : otherwise;
}

/* ---- Responses ----------------------------------------------------------------------------- */

static struct aeg_str token_text(const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	uint32_t quote = (t->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;

	return (struct aeg_str){ j->text + t->at - quote, t->len + 2 * quote };
}

/* One path's results behind @w, as a struct value: the first, or a list of all. */
static const char *put_found(struct aeg_flow *f, struct written *w, const struct aeg_json *j,
	struct aeg_select *q, uint32_t i)
{
	const struct aegf_extract *x = flow_row(f->flows, EXTRACTS,
		aeg_ld32(flow_step(f)->extracts.first) + i, struct aegf_extract);
	int all = (aeg_ld32(x->flags) & AEGF_EXTRACT_ALL) != 0;
	struct value v = { i, flow_run(f)->round, 0, 0 };
	size_t before = w->len;
	struct aeg_found found;
	enum aeg_status status;
	uint32_t n = 0;

	aegi_write(w, (const char *)&v, sizeof v);
	while ((status = aeg_select_next(q, &found)) == AEG_OK && found.token != AEG_NONE) {
		if (found.path != i || (!all && n > 0))
			continue;
		if (all && n == aeg_ld32(x->most))
			return "the response has more values than the step may take";
		put(w, !all ? "" : n == 0 ? "[" : ",");
		put_str(w, token_text(j, found.token));
		n++;
	}
	if (status != AEG_OK)
		return failure(f, status, NULL);
	if (all)
		put(w, n == 0 ? "[]" : "]");
	if (n == 0 && !all)
		w->len = before;
	if (w->failed != NULL || w->len == before)
		return w->failed;
	v.len = (uint32_t)(w->len - before - sizeof v);
	memcpy(w->at + before, &v, sizeof v);
	flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_EXTRACTED,
			     .name = flow_text(f->flows, x->name),
			     .value = { w->at + before + sizeof v, v.len } });
	aegi_write(w, "\0\0\0\0\0\0\0", padded(v.len) - v.len);
	return w->failed;
}

const char *flow_extract(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j)
{
	const struct aegf_step *step = flow_step(f);
	struct run *r = flow_run(f);
	const char *error = NULL;
	struct aeg_program p;
	struct written w;
	void *mem;

	if (step == NULL || aeg_ld32(step->extracts.count) == 0)
		return NULL;
	p = flow_selection(f->flows, aeg_ld32(flow_row(f->flows, EXTRACTS,
					     aeg_ld32(step->extracts.first), struct aegf_extract)
						      ->selection));
	if ((mem = scratch_take(s, aeg_select_size(&p))) == NULL)
		return no_memory;
	w = text_begin(s);
	for (uint32_t i = 0; i < p.npaths && error == NULL; i++) {
		struct aeg_select q = { .size_of = sizeof q,
			.program = &p,
			.doc = j,
			.steps = f->steps,
			.mem = mem,
			.mem_size = aeg_select_size(&p) };
		(void)aeg_select_begin(&q); /* it has the memory it asks for */
		error = put_found(f, &w, j, &q, i);
		f->steps = q.steps;
	}
	if (error != NULL)
		return error;
	/* What was read is of no more use: the values move to where it began. */
	memmove((uint8_t *)f->mem + r->kept, w.at, w.len);
	r->kept += w.len;
	return NULL;
}
