/* What the templates of a workflow see, and what they and its paths and schemas make of that. */
#include "flow_run.h"

const char *flow_failed(struct aeg_flow *f, enum aeg_status status, const char *what)
{
	f->status = status;
	if (what != NULL)
		return what;
	switch ((unsigned)status) {
	case AEG_NOMEM: return aegi_no_memory;
	case AEG_BUDGET: return "it takes more steps than it may";
	default: return aeg_status_text(status);
	}
}

/* ---- Documents ----------------------------------------------------------------------------- */

const char *flow_scan(struct aeg_flow *f, struct scratch *s, struct aeg_str text,
	const char *otherwise, struct aeg_json *ret)
{
	size_t cap = (size_t)(s->end - s->at) / sizeof(struct aeg_json_tok);
	uint64_t steps = text.len / 8 + 1;
	enum aeg_status status;

	if (steps > f->steps)
		return flow_failed(f, AEG_BUDGET, NULL);
	f->steps -= steps;
	status = aeg_json_scan(ret, text.at, text.len, (void *)s->at, cap);
	if (status == AEG_NOMEM)
		return flow_failed(f, status, NULL);
	if (status != AEG_OK)
		return otherwise;
	ret->cap = ret->ntok;
	scratch_take(s, ret->ntok * sizeof(struct aeg_json_tok));
	return NULL;
}

static const char *add_document(struct aeg_flow *f, struct scratch *s, struct flow_data *d,
	struct aeg_str name, struct aeg_str text, struct aeg_json *doc)
{
	const char *error = flow_scan(f, s, text, "what the steps extracted is not JSON", doc);

	if (error == NULL)
		d->roots[d->nroots++] = (struct aeg_root){ name, doc, 0 };
	return error;
}

static const char *compose(struct aeg_flow *f, struct scratch *s, struct flow_data *d,
	const char *name, void (*write)(struct aeg_flow *f, struct written *w),
	struct aeg_json *doc)
{
	struct written w = text_begin(s);
	struct aeg_str text;
	const char *error;

	write(f, &w);
	if ((error = text_end(f, s, &w, &text)) != NULL)
		return error;
	return add_document(f, s, d, (struct aeg_str){ name, 5 }, text, doc);
}

const char *flow_compose(struct aeg_flow *f, struct scratch *s, struct flow_data *d)
{
	const char *error;

	d->nroots = 1;
	d->roots[0] = (struct aeg_root){ { "input", 5 }, f->input, 0 };
	error = compose(f, s, d, "steps", flow_put_steps, &d->steps);
	return error != NULL ? error : compose(f, s, d, "state", flow_put_state, &d->state);
}

const char *flow_data_begin(struct aeg_flow *f)
{
	struct run *r = flow_run(f);
	struct flow_data *d;
	struct scratch s;
	const char *error;

	r->kept = r->results_end;
	s = flow_scratch(f);
	if ((d = scratch_take(&s, sizeof *d)) == NULL)
		return flow_failed(f, AEG_NOMEM, NULL);
	if ((error = flow_compose(f, &s, d)) == NULL)
		r->kept = (size_t)(s.at - (uint8_t *)f->mem);
	return error;
}

const char *flow_data_round(struct aeg_flow *f, struct scratch *s, struct flow_data **ret)
{
	struct flow_data *d = (void *)((uint8_t *)f->mem + flow_run(f)->results_end);
	struct aeg_str element = flow_element(f);

	d->nroots = 3;
	*ret = d;
	return element.len == 0 ? NULL
				: add_document(f, s, d, flow_text(f->flows, flow_step(f)->item),
					  element, &d->item);
}

/* ---- Programs ------------------------------------------------------------------------------ */

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
	if (r.cap == 0 || r.mem_size < aeg_render_size(&t, AEG_RENDER_DEPTH))
		return flow_failed(f, AEG_NOMEM, NULL);
	status = aeg_render(&r);
	f->steps = r.steps;
	if (status != AEG_OK)
		return flow_failed(f, status, r.what);
	*ret = (struct aeg_str){ r.out, (uint32_t)r.len };
	scratch_take(s, r.len);
	return NULL;
}

const char *flow_render_json(struct aeg_flow *f, struct scratch *s, const struct flow_data *d,
	uint32_t template, struct aeg_json *ret)
{
	struct aeg_str text;
	const char *error = flow_render(f, s, d, template, &text);

	return error != NULL ? error
			     : flow_scan(f, s, text, "what a template made is not JSON", ret);
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
		return flow_failed(f, AEG_NOMEM, NULL);
	status = aeg_condition(&r, ret);
	f->steps = r.steps;
	return status == AEG_OK ? NULL : flow_failed(f, status, r.what);
}

enum { MOST_TOLD = 16 }; /* saying where a value stands takes a look at all before it */

struct validating {
	struct aeg_flow *f;
	const struct aeg_json *doc;
	unsigned told;
};

/* A failure in words, as the event that the caller is told of; after some that is enough. */
static int tell_failure(void *ctx, const struct aeg_schema_failure *x)
{
	struct validating *c = ctx;
	char where[256], what[256];
	size_t n = aeg_json_pointer(c->doc, x->token, where, sizeof where);
	size_t m = aeg_schema_failure_text(x, what, sizeof what);

	flow_tell(c->f, (struct aeg_flow_event){ .kind = AEG_FLOW_INVALID,
				.name = { where, (uint32_t)(n < sizeof where ? n : sizeof where) },
				.value = { what, (uint32_t)(m < sizeof what ? m : sizeof what) } });
	return ++c->told == MOST_TOLD;
}

const char *flow_fits(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j,
	uint32_t schema, const char *otherwise)
{
	struct aeg_schema compiled = flow_schema(f->flows, schema);
	struct validating c = { f, j, 0 };
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

	f->steps = v.steps;
	if (status != AEG_OK)
		return flow_failed(f, status, NULL);
	return v.valid ? NULL : flow_failed(f, AEG_CONTENT, otherwise);
}

/* ---- Responses ----------------------------------------------------------------------------- */

/* What path @i selects, as a struct value behind @w: the first, or a list of all. */
static const char *put_found(struct aeg_flow *f, struct written *w, const struct aeg_json *j,
	struct aeg_select *q, uint32_t i)
{
	const struct aegf_extract *x = flow_row(f->flows, EXTRACTS,
		aeg_ld32(flow_step(f)->extracts.first) + i, struct aegf_extract);
	int all = (aeg_ld32(x->flags) & AEGF_EXTRACT_ALL) != 0;
	struct value v = { i, flow_run(f)->round, 0, 0 };
	size_t before = w->len, begin = before + sizeof v;
	struct aeg_found found;
	enum aeg_status status;
	uint32_t n = 0;

	aegi_write(w, (const char *)&v, sizeof v);
	put(w, all ? "[" : "");
	while ((status = aeg_select_next(q, &found)) == AEG_OK && found.token != AEG_NONE &&
		(all || n == 0)) {
		if (found.path != i)
			continue;
		if (all && n == aeg_ld32(x->most))
			return "the response has more values than the step may take";
		put(w, n++ > 0 ? "," : "");
		put_str(w, token_text(j, found.token));
	}
	put(w, all ? "]" : "");
	if (status != AEG_OK)
		return flow_failed(f, status, NULL);
	if (w->failed != NULL)
		return flow_failed(f, AEG_NOMEM, NULL);
	if (n == 0 && !all) {
		w->len = before;
		return NULL;
	}
	v.len = (uint32_t)(w->len - begin);
	memcpy(w->at + before, &v, sizeof v);
	flow_tell(f, (struct aeg_flow_event){ .kind = AEG_FLOW_EXTRACTED,
			     .name = flow_text(f->flows, x->name),
			     .value = { w->at + begin, v.len } });
	aegi_write(w, "\0\0\0\0\0\0\0", -v.len & 7);
	return NULL;
}

const char *flow_extract(struct aeg_flow *f, struct scratch *s, const struct aeg_json *j)
{
	const struct aegf_step *step = flow_step(f);
	const char *error = NULL;
	struct aeg_program p;
	struct written w;
	struct aeg_str values;
	void *mem;

	if (step == NULL || aeg_ld32(step->extracts.count) == 0)
		return NULL;
	p = flow_selection(f->flows, aeg_ld32(flow_row(f->flows, EXTRACTS,
					     aeg_ld32(step->extracts.first), struct aegf_extract)
						      ->selection));
	if ((mem = scratch_take(s, aeg_select_size(&p))) == NULL)
		return flow_failed(f, AEG_NOMEM, NULL);
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
	if (error == NULL && (error = text_end(f, s, &w, &values)) == NULL)
		flow_keep_values(f, values);
	return error;
}
