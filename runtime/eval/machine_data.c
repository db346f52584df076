/* What the templates of a state machine see, and what they and its schemas make of that. */
#include "machine_run.h"

const char *machine_failed(struct aeg_machine *m, enum aeg_status status, const char *what)
{
	m->status = status;
	if (what != NULL)
		return what;
	switch ((unsigned)status) {
	case AEG_NOMEM: return aegi_no_memory;
	case AEG_BUDGET: return "it takes more steps than it may";
	default: return aeg_status_text(status);
	}
}

/* ---- Documents ----------------------------------------------------------------------------- */

const char *machine_scan(struct aeg_machine *m, struct scratch *s, struct aeg_str text,
	const char *otherwise, struct aeg_json *ret)
{
	size_t cap = (size_t)(s->end - s->at) / sizeof(struct aeg_json_tok);
	uint64_t steps = text.len / 8 + 1;
	enum aeg_status status;

	if (steps > m->steps)
		return machine_failed(m, AEG_BUDGET, NULL);
	m->steps -= steps;
	status = aeg_json_scan(ret, text.at, text.len, (void *)s->at, cap);
	if (status == AEG_NOMEM)
		return machine_failed(m, status, NULL);
	if (status != AEG_OK)
		return otherwise;
	ret->cap = ret->ntok;
	scratch_take(s, ret->ntok * sizeof(struct aeg_json_tok));
	return NULL;
}

/* What was written is taken. */
static const char *text_end(
	struct aeg_machine *m, struct scratch *s, const struct written *w, struct aeg_str *ret)
{
	if (w->failed != NULL)
		return machine_failed(m, AEG_NOMEM, NULL);
	scratch_take(s, w->len);
	*ret = (struct aeg_str){ w->at, (uint32_t)w->len };
	return NULL;
}

static const struct record *next_record(struct aeg_machine *m, size_t *at)
{
	const struct record *x = (const void *)((const uint8_t *)m->mem + *at);

	if (*at == machine_run(m)->kept)
		return NULL;
	*at += sizeof *x + padded(x->len);
	return x;
}

static void put_name(struct written *w, struct aeg_str name)
{
	put(w, w->at[w->len - 1] == '{' ? "" : ",");
	put_quoted(w, name);
	put(w, ":");
}

/* The value of the member `output`. */
static struct aeg_str output_of(const struct record *x)
{
	return (struct aeg_str){ (const char *)(x + 1) + sizeof "\"output\":" - 1, x->output_len };
}

/* Of @name in the object @j, or len 0. */
static struct aeg_str member_of(const struct aeg_json *j, const char *name)
{
	uint32_t t =
		j == NULL ? AEG_NONE
			  : aeg_json_member(j, 0, (struct aeg_str){ name, (uint32_t)strlen(name) });

	return t == AEG_NONE ? (struct aeg_str){ "", 0 } : token_text(j, t);
}

/* States by name, the latest first; and the results of sub-workflows, of which the latest counts.
 * Behind them, and so where nothing else has the name, the constants. */
static void put_blackboard(
	struct aeg_machine *m, struct written *w, const struct aeg_json *blackboard)
{
	const struct aegf_machine *row = machine_of(m);
	struct aeg_str volume = member_of(m->storage, "workspace");
	struct aeg_str context = machine_text(m->machines, row->context);
	const struct record *x;

	(void)blackboard; /* which this makes */
	put(w, "{");
	for (size_t at = machine_run(m)->records; (x = next_record(m, &at)) != NULL;) {
		const struct aegf_state *s;
		if (x->state == AEG_NONE || w->failed != NULL)
			continue;
		s = machine_state(m->machines, row, x->state);
		put_name(w, machine_text(m->machines, s->name));
		machine_put_record(m, w, x);
		if (s->kind != AEG_STATE_SUBWORKFLOW || aeg_ld32(s->text.len) == 0)
			continue;
		put(w, ",");
		put_quoted(w, machine_text(m->machines, s->text));
		put(w, ":");
		put_str(w, output_of(x));
	}
	if (volume.len != 0 && w->failed == NULL) {
		put_name(w, machine_text(m->machines, row->workspace));
		put_str(w, volume);
	}
	if (context.len > 2 && w->failed == NULL) {
		put(w, w->at[w->len - 1] == '{' ? "" : ",");
		put_str(w, (struct aeg_str){ context.at + 1, context.len - 2 });
	}
	put(w, "}");
}

/* The state of which a person's answer is the latest; NULL: nobody was asked. */
static const struct aegf_state *answered(struct aeg_machine *m)
{
	const struct record *x;

	for (size_t at = machine_run(m)->records; (x = next_record(m, &at)) != NULL;) {
		const struct aegf_state *s =
			x->state == AEG_NONE ? NULL
					     : machine_state(m->machines, machine_of(m), x->state);
		if (s != NULL && s->kind == AEG_STATE_HUMAN)
			return s;
	}
	return NULL;
}

/* What the person added to the answer, or the answer itself. */
static struct aeg_str answer_of(struct aeg_machine *m, const struct aeg_json *blackboard)
{
	const struct aegf_state *s = answered(m);
	uint32_t state =
		s == NULL ? AEG_NONE
			  : aeg_json_member(blackboard, 0, machine_text(m->machines, s->name));
	uint32_t t = state == AEG_NONE ? AEG_NONE
				       : aeg_json_member(blackboard, state,
						 (struct aeg_str){ "feedback", 8 });

	if (state != AEG_NONE && t == AEG_NONE)
		t = aeg_json_member(blackboard, state, (struct aeg_str){ "response", 8 });
	return t == AEG_NONE ? (struct aeg_str){ "", 0 } : token_text(blackboard, t);
}

static void put_rest(struct aeg_machine *m, struct written *w, const struct aeg_json *blackboard)
{
	const struct record *first =
		(const void *)((const uint8_t *)m->mem + machine_run(m)->records);
	struct aeg_str context = machine_text(m->machines, machine_of(m)->context);
	struct aeg_str task = member_of(m->input, "task");
	struct aeg_str answer = answer_of(m, blackboard);

	put(w, "{\"workflow\":{\"task\":");
	if (task.len != 0)
		put_str(w, task);
	else
		put_quoted(w, m->intent);
	put(w, ",\"context\":");
	put_str(w, context.len == 0 ? (struct aeg_str){ "{}", 2 } : context);
	put(w, ",\"storage\":");
	put_str(w, m->storage == NULL ? (struct aeg_str){ "{}", 2 } : token_text(m->storage, 0));
	put(w, "},\"state\":{");
	if (machine_run(m)->records < machine_run(m)->kept && first->state == AEG_NONE) {
		put(w, "\"feedback\":");
		aegi_write(w, (const char *)(first + 1), first->len);
	}
	put(w, "},\"human\":{");
	put(w, answer.len == 0 ? "" : "\"feedback\":");
	put_str(w, answer);
	put(w, "},\"execution\":{\"id\":");
	put_quoted(w, m->execution);
	put(w, "},\"intent\":");
	put_quoted(w, m->intent);
	put(w, "}");
}

static const char *compose(struct aeg_machine *m, struct scratch *s,
	void (*write)(struct aeg_machine *m, struct written *w, const struct aeg_json *blackboard),
	const struct aeg_json *blackboard, struct aeg_json *doc)
{
	struct written w = text_begin(s);
	struct aeg_str text;
	const char *error;

	write(m, &w, blackboard);
	if ((error = text_end(m, s, &w, &text)) != NULL)
		return error;
	if ((error = machine_scan(m, s, text, NULL, doc)) == NULL && doc->status != AEG_OK)
		return machine_failed(m, AEG_CONTENT, "the workflow's constants are not JSON");
	return error;
}

static void add_root(
	struct machine_data *d, const char *name, const struct aeg_json *doc, uint32_t token)
{
	if (token != AEG_NONE)
		d->roots[d->nroots++] =
			(struct aeg_root){ { name, (uint32_t)strlen(name) }, doc, token };
}

const char *machine_compose(struct aeg_machine *m, struct scratch *s, struct machine_data *d)
{
	static const char *const rest[] = { "workflow", "state", "human", "execution", "intent" };
	const char *error = compose(m, s, put_blackboard, NULL, &d->blackboard);

	if (error == NULL)
		error = compose(m, s, put_rest, &d->blackboard, &d->rest);
	if (error != NULL)
		return error;
	d->nroots = 0;
	add_root(d, "input", m->input, 0);
	add_root(d, "blackboard", &d->blackboard, 0);
	if (machine_newest(m) != NULL) /* which stands first */
		add_root(d, "state_output", &d->blackboard, 2);
	if (machine_run(m)->phase == PHASE_HANDLE)
		add_root(d, "output", &d->blackboard,
			aeg_json_member(&d->blackboard, 2, (struct aeg_str){ "output", 6 }));
	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
		add_root(d, rest[i], &d->rest,
			aeg_json_member(&d->rest, 0,
				(struct aeg_str){ rest[i], (uint32_t)strlen(rest[i]) }));
	return NULL;
}

/* ---- Programs ------------------------------------------------------------------------------ */

/* A rendering, and where what it writes goes: @quoted, as within a JSON string. */
struct rendering {
	struct aeg_render r;
	struct written *w;
	int quoted;
};

static int take_output(void *ctx, const char *at, size_t len)
{
	struct rendering *x = ctx;

	if (x->quoted)
		put_escaped(x->w, (struct aeg_str){ at, (uint32_t)len });
	else
		aegi_write(x->w, at, len);
	return x->w->failed != NULL;
}

/* Behind what @w has: the upper half of the rest is for the rendering to work with. */
static const char *render(struct aeg_machine *m, const struct machine_data *d, struct written *w,
	uint32_t template, int quoted)
{
	char out[256];
	struct aeg_template t = machine_template(m->machines, template);
	size_t cap = w->cap, half = (cap - w->len) / 2 & ~(size_t)7;
	struct rendering x = { .w = w, .quoted = quoted };
	enum aeg_status status;

	x.r = (struct aeg_render){ .size_of = sizeof x.r,
		.program = &t,
		.data = &d->blackboard,
		.roots = d->roots,
		.nroots = d->nroots,
		.mem = w->at + (cap & ~(size_t)7) - half,
		.mem_size = half,
		.out = out,
		.cap = sizeof out,
		.write = take_output,
		.ctx = &x,
		.steps = m->steps };
	if (half < aeg_render_size(&t, AEG_RENDER_DEPTH))
		return machine_failed(m, AEG_NOMEM, NULL);
	w->cap = (cap & ~(size_t)7) - half;
	status = aeg_render(&x.r);
	w->cap = cap;
	m->steps = x.r.steps;
	if (w->failed != NULL)
		return machine_failed(m, AEG_NOMEM, NULL);
	return status == AEG_OK ? NULL : machine_failed(m, status, x.r.what);
}

const char *machine_render(struct aeg_machine *m, struct scratch *s, const struct machine_data *d,
	struct aegf_list fragments, struct aeg_str *ret)
{
	struct written w = text_begin(s);
	const struct aegf_fragment *x = machine_row(
		m->machines, FRAGMENTS, aeg_ld32(fragments.first), struct aegf_fragment);
	const char *error = NULL;

	for (uint32_t n = aeg_ld32(fragments.count); n > 0 && error == NULL; n--, x++) {
		int quoted = aeg_ld32(x->quoted) != 0;
		put_str(&w, machine_text(m->machines, x->text));
		if (aeg_ld32(x->template) == AEGF_NONE)
			continue;
		put(&w, quoted ? "\"" : "");
		if (w.failed == NULL)
			error = render(m, d, &w, aeg_ld32(x->template), quoted);
		put(&w, quoted ? "\"" : "");
	}
	return error != NULL ? error : text_end(m, s, &w, ret);
}

const char *machine_render_text(struct aeg_machine *m, struct scratch *s,
	const struct machine_data *d, uint32_t template, struct aeg_str *ret)
{
	struct written w = text_begin(s);
	const char *error = NULL;

	put(&w, "\"");
	if (w.failed == NULL)
		error = render(m, d, &w, template, 1);
	put(&w, "\"");
	return error != NULL ? error : text_end(m, s, &w, ret);
}

const char *machine_holds(struct aeg_machine *m, struct scratch *s, const struct machine_data *d,
	uint32_t condition, int *ret)
{
	struct aeg_template t = machine_template(m->machines, condition);
	struct aeg_render r = { .size_of = sizeof r,
		.program = &t,
		.data = &d->blackboard,
		.roots = d->roots,
		.nroots = d->nroots,
		.mem = s->at,
		.mem_size = (size_t)(s->end - s->at),
		.steps = m->steps };
	enum aeg_status status;

	if (r.mem_size < aeg_render_size(&t, AEG_RENDER_DEPTH))
		return machine_failed(m, AEG_NOMEM, NULL);
	status = aeg_condition(&r, ret);
	m->steps = r.steps;
	return status == AEG_OK ? NULL : machine_failed(m, status, r.what);
}

/* ---- Schemas ------------------------------------------------------------------------------- */

enum { MOST_TOLD = 16 }; /* saying where a value stands takes a look at all before it */

struct validating {
	struct aeg_machine *m;
	const struct aeg_json *doc;
	unsigned told;
};

/* A failure in words, as the event that the caller is told of; after some that is enough. */
static int tell_failure(void *ctx, const struct aeg_schema_failure *x)
{
	struct validating *c = ctx;
	char where[256], what[256];
	size_t n = aeg_json_pointer(c->doc, x->token, where, sizeof where);
	size_t k = aeg_schema_failure_text(x, what, sizeof what - 1);

	what[k < sizeof what ? k : sizeof what - 1] = 0;
	machine_tell(
		c->m, (struct aeg_machine_event){ .kind = AEG_MACHINE_INVALID,
			      .what = what,
			      .text = { where, (uint32_t)(n < sizeof where ? n : sizeof where) } });
	return ++c->told == MOST_TOLD;
}

const char *machine_fits(struct aeg_machine *m, struct scratch *s, const struct aeg_json *j,
	uint32_t schema, const char *otherwise)
{
	struct aeg_schema compiled;
	struct validating c = { m, j, 0 };
	struct aeg_validation v = { .size_of = sizeof v,
		.doc = j,
		.depth = AEG_SCHEMA_DEPTH,
		.steps = m->steps,
		.mem = s->at,
		.mem_size = (size_t)(s->end - s->at),
		.fail = tell_failure,
		.ctx = &c };
	enum aeg_status status;

	if (schema == AEGF_NONE)
		return NULL;
	compiled = machine_schema(m->machines, schema);
	v.schema = &compiled;
	status = aeg_schema_validate(&v);
	m->steps = v.steps;
	if (status != AEG_OK)
		return machine_failed(m, status, NULL);
	return v.valid ? NULL : machine_failed(m, AEG_CONTENT, otherwise);
}
