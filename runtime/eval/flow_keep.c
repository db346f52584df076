/* The memory of a workflow under way: scratch, the values of its steps, the last response. */
#include "flow_run.h"

/* What a step extracted, once it is through: `{"id":1}`, and `,"find.id":1` for `state`. */
struct step_result {
	uint32_t step, object_len, state_len, zero;
};
/* Of the list that a step goes through: its text stands before the first. */
struct element {
	uint32_t at, len; /* in the memory */
};

static uint8_t *memory(const struct aeg_flow *f) { return f->mem; }

struct scratch flow_scratch(struct aeg_flow *f)
{
	const struct run *r = flow_run(f);

	return (struct scratch){ memory(f) + r->kept, memory(f) + f->mem_size - r->last };
}

const char *text_end(
	struct aeg_flow *f, struct scratch *s, const struct written *w, struct aeg_str *ret)
{
	if (w->failed != NULL)
		return flow_failed(
			f, w->failed == aegi_no_memory ? AEG_NOMEM : AEG_CONTENT, w->failed);
	scratch_take(s, w->len);
	*ret = (struct aeg_str){ w->at, (uint32_t)w->len };
	return NULL;
}

/* Appends to what is kept; NULL: no room. */
static void *keep(struct aeg_flow *f, size_t n)
{
	struct scratch s = flow_scratch(f);
	void *at = scratch_take(&s, n);

	if (at != NULL)
		flow_run(f)->kept += padded(n);
	return at;
}

/* ---- A step -------------------------------------------------------------------------------- */

/* The list's text moves behind what is kept; then its elements are looked for there:
 * the tokens of @list may lie where they go. */
static const char *keep_list(struct aeg_flow *f, const struct aeg_json *list)
{
	struct run *r = flow_run(f);
	struct aeg_str text = { list->text, list->len };
	void *at = keep(f, text.len);
	struct element *e;
	struct scratch s;
	struct aeg_json j;
	const char *error;

	if (at == NULL)
		return flow_failed(f, AEG_NOMEM, NULL);
	memmove(at, text.at, text.len);
	text.at = at;
	r->list = r->kept;
	if ((e = keep(f, r->rounds * sizeof *e)) == NULL)
		return flow_failed(f, AEG_NOMEM, NULL);
	s = flow_scratch(f);
	if ((error = flow_scan(f, &s, text, "the list is not JSON", &j)) != NULL)
		return error;
	for (uint32_t t = 1; t < j.tok->next; t = j.tok[t].next) {
		struct aeg_str value = token_text(&j, t);
		*e++ = (struct element){ (uint32_t)((const uint8_t *)value.at - memory(f)),
			value.len };
	}
	return NULL;
}

const char *flow_step_begin(struct aeg_flow *f, const struct aeg_json *list)
{
	struct run *r = flow_run(f);
	const char *error = NULL;

	r->list = r->kept;
	if (list != NULL && r->rounds > 0)
		error = keep_list(f, list);
	r->values = r->kept;
	return error;
}

struct aeg_str flow_element(struct aeg_flow *f)
{
	const struct run *r = flow_run(f);
	const struct element *e = (const void *)(memory(f) + r->list);

	if (r->list == r->values)
		return (struct aeg_str){ "", 0 };
	return (struct aeg_str){ (const char *)memory(f) + e[r->round].at, e[r->round].len };
}

void flow_keep_values(struct aeg_flow *f, struct aeg_str values)
{
	struct run *r = flow_run(f);

	memmove(memory(f) + r->kept, values.at, values.len);
	r->kept += values.len;
}

const char *flow_keep_last(struct aeg_flow *f, struct aeg_str body)
{
	struct run *r = flow_run(f);

	if (padded(body.len) > f->mem_size - r->kept)
		return flow_failed(f, AEG_NOMEM, NULL);
	r->last = padded(body.len);
	r->last_len = body.len;
	if (body.len != 0)
		memcpy(memory(f) + f->mem_size - r->last, body.at, body.len);
	return NULL;
}

/* ---- Its end: values become members --------------------------------------------------------- */

/* The next value of @extract from offset @at on, which then is behind it; or NULL. */
static const struct value *next_value(struct aeg_flow *f, size_t *at, uint32_t extract)
{
	while (*at < flow_run(f)->kept) {
		const struct value *v = (const void *)(memory(f) + *at);
		*at += sizeof *v + padded(v->len);
		if (v->extract == extract)
			return v;
	}
	return NULL;
}

static void put_value(struct written *w, const struct value *v)
{
	aegi_write(w, (const char *)(v + 1), v->len);
}

/* Of a loop: an element for each round, null where it has none. */
static void put_list(struct aeg_flow *f, struct written *w, uint32_t extract)
{
	size_t at = flow_run(f)->values;
	const struct value *v = next_value(f, &at, extract);

	put(w, "[");
	for (uint32_t round = 0; round < flow_run(f)->rounds; round++) {
		put(w, round == 0 ? "" : ",");
		if (v != NULL && v->round == round) {
			put_value(w, v);
			v = next_value(f, &at, extract);
		} else {
			put(w, "null");
		}
	}
	put(w, "]");
}

/* Members for all that the step extracted: of `state` each behind a comma and with the step's name.
 * Names need no escapes: flow_check.c. */
static void put_members(struct aeg_flow *f, struct written *w, int state)
{
	const struct aegf_step *step = flow_step(f);
	int loop = aeg_ld32(step->each) != AEGF_NONE;
	size_t before = w->len;

	for (uint32_t i = 0; i < aeg_ld32(step->extracts.count); i++) {
		const struct aegf_extract *x = flow_row(f->flows, EXTRACTS,
			aeg_ld32(step->extracts.first) + i, struct aegf_extract);
		size_t at = flow_run(f)->values;
		const struct value *v = next_value(f, &at, i);
		if (v == NULL && !loop)
			continue;
		put(w, state || w->len > before ? ",\"" : "\"");
		if (state) {
			put_str(w, flow_text(f->flows, step->name));
			put(w, ".");
		}
		put_str(w, flow_text(f->flows, x->name));
		put(w, "\":");
		if (loop)
			put_list(f, w, i);
		else
			put_value(w, v);
	}
}

const char *flow_step_end(struct aeg_flow *f)
{
	struct run *r = flow_run(f);
	struct scratch s = flow_scratch(f);
	struct written w = text_begin(&s);
	struct step_result x = { .step = r->step };
	struct aeg_str made = { "", 0 };
	const char *error;

	aegi_write(&w, (const char *)&x, sizeof x);
	put(&w, "{");
	put_members(f, &w, 0);
	put(&w, "}");
	x.object_len = (uint32_t)(w.len - sizeof x);
	put_members(f, &w, 1);
	if ((error = text_end(f, &s, &w, &made)) != NULL)
		return error;
	x.state_len = made.len - (uint32_t)sizeof x - x.object_len;
	memmove(memory(f) + r->results_end, made.at, made.len);
	memcpy(memory(f) + r->results_end, &x, sizeof x);
	r->results_end += padded(made.len);
	r->kept = r->list = r->values = r->results_end;
	return NULL;
}

/* ---- All of them --------------------------------------------------------------------------- */

/* The next result from offset @at on, which then is behind it; or NULL. */
static const struct step_result *next_result(struct aeg_flow *f, size_t *at)
{
	const struct step_result *x = (const void *)(memory(f) + *at);

	if (*at == flow_run(f)->results_end)
		return NULL;
	*at += padded(sizeof *x + x->object_len + x->state_len);
	return x;
}

void flow_put_steps(struct aeg_flow *f, struct written *w)
{
	const struct step_result *x;
	size_t at = 0;

	put(w, "{");
	for (int first = 1; (x = next_result(f, &at)) != NULL; first = 0) {
		put(w, first ? "\"" : ",\"");
		put_str(w, flow_text(f->flows, flow_step_at(f, x->step)->name));
		put(w, "\":");
		aegi_write(w, (const char *)(x + 1), x->object_len);
	}
	put(w, "}");
}

void flow_put_state(struct aeg_flow *f, struct written *w)
{
	const struct step_result *x;
	size_t at = 0;

	put(w, "{\"input\":");
	put_str(w, token_text(f->input, 0));
	while ((x = next_result(f, &at)) != NULL)
		aegi_write(w, (const char *)(x + 1) + x->object_len, x->state_len);
	put(w, "}");
}
