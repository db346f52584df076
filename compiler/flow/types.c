/* Checks the steps of workflows, one after the other: see check.h. */
#include "flow/check.h"

#include "aegis/eval.h"
#include "aegis/expr.h"

const char *types_meant(struct diags *d, struct slice name, const struct slice *known, size_t n)
{
	size_t near = diag_nearest(name, known, n);
	return near == SIZE_MAX ? NULL
				: diag_text(d, "did you mean `%.*s`?", SLICE_ARG(known[near]));
}

/* ---- What templates are told --------------------------------------------------------------- */

static uint32_t template_types(uint32_t kinds)
{
	static const struct {
		uint32_t kinds, type;
	} names[] = { { TYPE_NULL, AEG_TYPE_NULL }, { TYPE_BOOL, AEG_TYPE_BOOLEAN },
		{ TYPE_NUMBER, AEG_TYPE_NUMBER }, { TYPE_STRING, AEG_TYPE_STRING },
		{ TYPE_LIST, AEG_TYPE_ARRAY }, { TYPE_OBJECT, AEG_TYPE_OBJECT } };
	uint32_t types = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		types |= kinds & names[i].kinds ? names[i].type : 0;
	return types;
}

/* The input was held against its schema when templates run; a response may be anything, but one
 * that is not what its schema says fails here as it would anywhere. */
static uint32_t known_types(void *ctx, const struct flow_read *r)
{
	struct wire w = reading(ctx, NULL, r);
	uint32_t missing = AEG_TYPE_UNDEFINED | AEG_TYPE_NULL;
	bool sure = r->nsteps > 0 && r->steps[0].at != NULL && slice_is(r->steps[0], "input") &&
		    !w.maybe;
	if (w.type.anything || (r->flags & AEG_READ_UNKNOWN))
		return AEG_TYPE_ANY;
	return template_types(type_kinds(&w.type)) | (sure ? 0 : missing);
}

struct flow_scope types_scope(struct types *t) { return (struct flow_scope){ known_types, t }; }

/* ---- Parameters and bodies ----------------------------------------------------------------- */

/* Of every reading of @v: is there such a thing? */
static void read_all(struct types *t, const struct flow_template *v)
{
	for (uint32_t i = 0; i < v->nreads; i++)
		reading(t, t->d, &v->reads[i]);
}

static void check_arguments(struct types *t, const struct flow_step *s)
{
	for (uint32_t i = 0; i < s->narguments; i++) {
		const struct flow_argument *a = &s->arguments[i];
		const struct openapi_parameter *p = &s->operation->parameters[a->parameter];
		struct sink to = { .type = type_of(s->spec->api, NULL, p->schema),
			.is_parameter = true,
			.required = p->required,
			.at = p->at,
			.what = diag_text(t->d, "parameter %s", diag_quote(t->d, p->name)) };
		read_all(t, &a->value);
		fit(t, &a->value, a->written->value, &to);
	}
}

static void check_body(struct types *t, const struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	const struct node *value = w->body;
	read_all(t, &s->body);
	if (value == NULL && w->body_template != NULL)
		value = flow_text_tree(t->d, w->body_template);
	if (s->media == NULL || value == NULL)
		return;
	struct sink to = { .type = type_of(s->spec->api, NULL, s->media->schema),
		.is_parameter = flow_json_media(s->media, 1) == NULL, /* a form is text */
		.at = s->operation->body.at,
		.what = "the request's body" };
	fit(t, &s->body, value, &to);
}

static void check_credentials(struct types *t, const struct flow_step *s)
{
	const struct openapi_operation *op = s->operation;
	bool open = op->nsecurity == 0;
	for (uint32_t i = 0; !open && i < op->nsecurity; i++)
		open |= op->security[i].nneeds == 0;
	if (open || s->spec->written->credential.path != CREDENTIAL_NONE)
		return;
	const struct openapi_scheme *first = op->security[0].needs[0].scheme;
	diag_add(t->d,
		(struct diag){ AEG_no_credential, s->written->name.at,
			.label = first == NULL ? NULL
					       : diag_text(t->d, "it wants `%.*s`",
							 SLICE_ARG(first->name)),
			.other = s->spec->written->at, .other_label = "the ApiSpec says of none" });
}

/* ---- Conditions and loops ------------------------------------------------------------------ */

/* A condition without variables that is false. */
static bool is_never(const struct flow_template *when)
{
	struct aeg_template program;
	uint64_t mem[512];
	struct aeg_render r = { .size_of = sizeof r,
		.program = &program,
		.mem = mem,
		.mem_size = sizeof mem,
		.steps = 10000 };
	int holds = 1;
	return when->program.len != 0 && when->nreads == 0 &&
	       aeg_template_check(&program, when->program.at, when->program.len) == AEG_OK &&
	       aeg_condition(&r, &holds) == AEG_OK && !holds;
}

/* A step is run only where its condition holds; what that looks at was there, so was its step. */
static void note_implied(struct types *t, const struct flow_template *v)
{
	bool *of = t->implied + (size_t)t->step * types_nsteps(t);
	for (uint32_t i = 0; i < v->nreads; i++) {
		uint32_t other = reading_step(t, &v->reads[i]);
		for (uint32_t k = 0; other < t->step && k <= other; k++)
			of[k] |= t->implied[(size_t)other * types_nsteps(t) + k];
	}
}

static void check_when(struct types *t, const struct flow_step *s)
{
	t->implied[(size_t)t->step * types_nsteps(t) + t->step] = true;
	note_implied(t, &s->when);
	read_all(t, &s->when);
	t->never[t->step] = is_never(&s->when);
	if (t->never[t->step])
		diag_add(t->d, (struct diag){ AEG_step_never_run, s->written->when->span,
				       .label = "false, whatever happens" });
}

void types_each(struct types *t)
{
	const struct flow_step *s = types_at(t, t->step);
	const struct node *n = s->written->each;
	t->list = (struct wire){ type_anything, false };
	if (n == NULL || t->idle)
		return;
	bool hole = flow_text_is_hole(n->u.text);
	const struct flow_read *r = hole ? fit_reading(&s->each, n) : NULL;
	if (r != NULL)
		t->list = reading(t, NULL, r);
	else if (!hole)
		t->list.type = (struct type){ .plain = TYPE_STRING };
	uint32_t kinds = type_kinds(&t->list.type);
	if (!(kinds & TYPE_LIST))
		diag_add(t->d,
			(struct diag){ AEG_wrong_value, n->span,
				.label = diag_text(t->d, "this is %s", type_words(t->d, kinds)),
				.help = "`for_each` goes through a list" });
}

/* ---- Extractors ---------------------------------------------------------------------------- */

static void check_extracts(struct types *t, const struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	struct type response = type_anything;
	bool json = true;
	t->wires[t->step] = arena_array(t->d->arena, struct wire, w->nextracts + 1);
	if (s->operation != NULL)
		response = response_type(s->spec->api, s->operation, &json);
	if (w->naccepted > 0) /* errors that are accepted have bodies of their own */
		response = type_anything;
	for (uint32_t i = 0; i < w->nextracts; i++) {
		const struct mflow_extract *x = &w->extracts[i];
		struct wire found = { type_anything, false }; /* where something was reported */
		if (!json && w->naccepted == 0)
			response_no_json(t->d, s->operation, &x->path);
		else if (s->selection.len != 0 && s->operation != NULL)
			found = response_extract(t->d, &response, &x->path, x->all);
		if (w->each != NULL)
			found = (struct wire){ type_list(found.type), false };
		t->wires[t->step][i] = found;
	}
}

/* ---- In order ------------------------------------------------------------------------------ */

struct types types_begin(struct diags *d, const struct flow *f)
{
	const struct mflow *w = f->written;
	struct types t = { .d = d, .flow = f, .idle = w->broken };
	t.input = f->input_known ? type_of(NULL, w->input_schema, w->input_schema) : type_anything;
	t.wires = arena_array(d->arena, struct wire *, w->nsteps);
	t.never = arena_array(d->arena, bool, w->nsteps);
	t.implied = arena_array(d->arena, bool, (size_t)w->nsteps * w->nsteps);
	return t;
}

void types_step(struct types *t)
{
	const struct flow_step *s = types_at(t, t->step);
	if (!t->idle) {
		check_when(t, s);
		read_all(t, &s->each);
		if (s->operation != NULL && !t->never[t->step]) {
			check_arguments(t, s);
			check_credentials(t, s);
			check_body(t, s);
		}
		check_extracts(t, s);
	}
	t->step++;
}

void types_result(struct types *t)
{
	if (!t->idle)
		read_all(t, &t->flow->result);
}
