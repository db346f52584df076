/*
 * Holds both ends of every wire of a workflow against each other: what templates read against the
 * input's schema and against what earlier steps extract, paths against the responses that they are
 * asked of, parameters and bodies against what the operation takes. What must fail is an error,
 * what may fail a warning; where nothing is known, nothing is said.
 */
#include <string.h>

#include "aegis/eval.h"
#include "aegis/expr.h"
#include "flow/flow.h"
#include "flow/type.h"

/* What a step leaves under one name. */
struct wire {
	struct type type;
	bool maybe; /* a response need not have it */
};

struct types {
	struct diags *d;
	const struct flows *flows;
	const struct flow *flow;
	struct type input;
	struct wire **wires; /* by step, by extract */
	bool *never;         /* by step: it is not run, whatever happens */
	uint32_t step;       /* under way; nsteps: the result */
};

static void report(struct types *t, struct diag g) { diag_add(t->d, g); }

static const struct flow_step *step_at(const struct types *t, uint32_t i)
{
	return &t->flow->steps[i];
}

static uint32_t nsteps(const struct types *t) { return t->flow->written->nsteps; }

static const char *meant(struct types *t, struct slice name, const struct slice *known, size_t n)
{
	size_t near = diag_nearest(name, known, n);
	return near == SIZE_MAX ? NULL
				: diag_text(t->d, "did you mean `%.*s`?", SLICE_ARG(known[near]));
}

/* ---- Responses ----------------------------------------------------------------------------- */

static const struct openapi_media *json_media(const struct openapi_response *r)
{
	const struct openapi_media *m =
		openapi_media(r->media, r->nmedia, SLICE("application/json"));
	for (uint32_t i = 0; m == NULL && i < r->nmedia; i++) {
		struct slice type = r->media[i].type;
		for (uint32_t k = 0; k + 5 <= type.len; k++)
			if (memcmp(type.at + k, "+json", 5) == 0)
				m = &r->media[i];
	}
	return m;
}

/* The schema of a success, where there is one alone; anything else is anything. */
static struct type response_type(const struct flow_step *s)
{
	const struct openapi_operation *op = s->operation;
	const struct openapi_media *found = NULL;
	for (uint32_t i = 0; op != NULL && i < op->nresponses; i++) {
		const struct openapi_response *r = &op->responses[i];
		const struct openapi_media *m =
			r->to < 200 || r->from >= 300 ? NULL : json_media(r);
		if (m != NULL && found != NULL)
			return type_anything;
		found = m != NULL ? m : found;
	}
	/* Errors that are accepted have bodies of their own. */
	if (op == NULL || found == NULL || s->written->naccepted > 0)
		return type_anything;
	return type_of(s->spec->api, NULL, found->schema);
}

/* ---- Paths --------------------------------------------------------------------------------- */

struct walk {
	struct types *t;
	struct type *places; /* place n is places[n - 1]; 0: anything */
	size_t n, cap;
	bool maybe;
	bool last_known;        /* the last step led to the last place */
	enum type_member found; /* of the last member */
	struct slice name;
	const char *label;
};

static uint32_t place(struct walk *w, struct type type)
{
	w->last_known = !type.anything;
	if (type.anything)
		return AEG_PLACE_ANY;
	arena_push(w->t->d->arena, w->places, w->n, &w->cap);
	w->places[w->n++] = type;
	return (uint32_t)w->n;
}

static uint32_t follow(void *ctx, uint32_t at, enum aeg_path_step step, struct aeg_str name)
{
	struct walk *w = ctx;
	struct slice known[64], s = { name.at, name.len };
	struct type next;
	w->last_known = false;
	if (at == AEG_PLACE_ANY)
		return AEG_PLACE_ANY;
	struct type here = w->places[at - 1];
	if (step != AEG_STEP_NAME) {
		w->maybe = true;
		w->found = TYPE_NEVER;
		w->label = "this is no list";
		if (step == AEG_STEP_INDEX && !(type_kinds(&here) & TYPE_LIST))
			return AEG_NONE;
		return type_kinds(&here) & TYPE_OBJECT ? AEG_PLACE_ANY
						       : place(w, type_element(&here));
	}
	w->found = type_member(&here, s, &next);
	w->maybe |= w->found != TYPE_ALWAYS;
	if (w->found >= TYPE_MAYBE)
		return place(w, next);
	w->label = meant(w->t, s, known, type_names(&here, known, 64));
	if (w->label == NULL)
		w->label = type_kinds(&here) & TYPE_OBJECT
				   ? "the response's schema has no such member"
				   : diag_text(w->t->d, "this is %s",
					     type_words(w->t->d, type_kinds(&here)));
	return AEG_NONE;
}

struct warned {
	struct walk walk;
	const struct mflow_extract *x;
	bool any;
};

static void warn_path(void *ctx, const struct aeg_path_error *e)
{
	struct warned *w = (struct warned *)(void *)((char *)ctx - offsetof(struct warned, walk));
	bool ours = w->walk.label != NULL;
	struct span at = w->x->path.at;
	w->any = true;
	if (at.hi - at.lo == w->x->path.text.len) { /* plain text: the very byte */
		at.lo += e->at;
	}
	report(w->walk.t,
		(struct diag){ ours && w->walk.found == TYPE_NEVER ? AEG_path_selects_nothing
								   : AEG_path_may_select_nothing,
			at, .label = ours ? w->walk.label : e->what });
}

/* A path of names, indexes and `*` alone: where it ends is where the last step led. */
static bool is_simple(struct slice p)
{
	for (uint32_t i = 0; i < p.len; i++)
		if (strchr("?,:", p.at[i]) != NULL ||
			(i > 0 && p.at[i] == '.' && p.at[i - 1] == '.'))
			return false;
	return true;
}

/* What the extract leaves; what is wrong with its path is reported. */
static struct wire extract(
	struct types *t, const struct type *response, const struct mflow_extract *x)
{
	struct warned w = { .walk = { .t = t }, .x = x };
	struct aeg_path_options o = {
		.size_of = sizeof o, .warn = warn_path, .schema = follow, .ctx = &w.walk
	};
	struct aeg_str path = { x->path.text.at, x->path.text.len };
	struct aeg_path_error error;
	size_t cap = 256 + 64 * (size_t)path.len, len;
	void *mem = arena_alloc(t->d->arena, cap, 1, 8);
	struct wire wire = { type_anything, true };
	o.place = place(&w.walk, *response);
	if (aeg_paths_compile(&path, 1, &o, mem, cap, &len, &error) != AEG_OK || w.any)
		return wire;
	wire.maybe = !x->all && (w.walk.maybe || response->anything);
	if (is_simple(x->path.text) && w.walk.n > 0 && !response->anything && w.walk.last_known)
		wire.type = w.walk.places[w.walk.n - 1];
	if (x->all)
		wire.type = type_list(wire.type);
	return wire;
}

static void extract_all(struct types *t, uint32_t i)
{
	const struct flow_step *s = step_at(t, i);
	struct type response = response_type(s);
	t->wires[i] = arena_array(t->d->arena, struct wire, s->written->nextracts + 1);
	for (uint32_t k = 0; k < s->written->nextracts; k++) {
		struct wire w = { type_anything, true };
		if (s->selection.len != 0)
			w = extract(t, &response, &s->written->extracts[k]);
		if (s->written->each != NULL) {
			w.type = type_list(w.type);
			w.maybe = false;
		}
		t->wires[i][k] = w;
	}
}

/* ---- Readings ------------------------------------------------------------------------------ */

static bool same_reading(const struct flow_read *a, const struct flow_read *b)
{
	if (a->nsteps != b->nsteps)
		return false;
	for (uint32_t i = 0; i < a->nsteps; i++)
		if ((a->steps[i].at == NULL) != (b->steps[i].at == NULL) ||
			(a->steps[i].at != NULL && !slice_eq(a->steps[i], b->steps[i])))
			return false;
	return true;
}

/* The step under way is run only where its `when` has looked at the same, or at the same step. */
static bool is_guarded(const struct types *t, const struct flow_read *r)
{
	const struct flow_template *when = t->step == nsteps(t) ? NULL : &step_at(t, t->step)->when;
	for (uint32_t i = 0; when != NULL && i < when->nreads; i++)
		if (same_reading(&when->reads[i], r))
			return true;
	return false;
}

static bool guards_step(const struct types *t, const struct flow_read *r)
{
	const struct flow_template *when = t->step == nsteps(t) ? NULL : &step_at(t, t->step)->when;
	for (uint32_t i = 0; when != NULL && i < when->nreads; i++)
		if (when->reads[i].nsteps > 1 && r->nsteps > 1 &&
			when->reads[i].steps[1].at != NULL &&
			slice_eq(when->reads[i].steps[0], r->steps[0]) &&
			slice_eq(when->reads[i].steps[1], r->steps[1]))
			return true;
	return false;
}

static uint32_t find_step(const struct types *t, struct slice name)
{
	for (uint32_t i = 0; i < nsteps(t); i++)
		if (slice_eq(step_at(t, i)->written->name.text, name))
			return i;
	return UINT32_MAX;
}

static void unknown_step(struct types *t, const struct flow_read *r, struct slice name)
{
	struct slice *known = arena_array(t->d->arena, struct slice, nsteps(t) + 1);
	for (uint32_t i = 0; i < t->step; i++)
		known[i] = step_at(t, i)->written->name.text;
	report(t, (struct diag){ AEG_unknown_reading, r->at,
			  .message = diag_text(t->d, "there is no step %s", diag_quote(t->d, name)),
			  .label = meant(t, name, known, t->step) });
}

static void unknown_extract(
	struct types *t, const struct flow_read *r, const struct flow_step *s, struct slice name)
{
	const struct mflow_step *w = s->written;
	struct slice *known = arena_array(t->d->arena, struct slice, w->nextracts + 1);
	for (uint32_t i = 0; i < w->nextracts; i++)
		known[i] = w->extracts[i].name.text;
	report(t, (struct diag){ AEG_unknown_reading, r->at,
			  .message = diag_text(t->d, "step `%.*s` extracts no %s",
				  SLICE_ARG(w->name.text), diag_quote(t->d, name)),
			  .label = meant(t, name, known, w->nextracts) });
}

/* The rest of a reading from its step @from on, below @w. */
static struct wire below(struct types *t, const struct flow_read *r, uint32_t from, struct wire w)
{
	for (uint32_t i = from; i < r->nsteps; i++) {
		struct slice name = r->steps[i], known[64];
		struct type next;
		if (name.at == NULL || (name.len > 0 && name.at[0] >= '0' && name.at[0] <= '9')) {
			w = (struct wire){ type_element(&w.type), true };
			continue;
		}
		if (slice_is(name, "length") && (type_kinds(&w.type) & (TYPE_LIST | TYPE_STRING)))
			return (struct wire){ type_anything, w.maybe };
		enum type_member has = type_member(&w.type, name, &next);
		if (has < TYPE_MAYBE) {
			const char *label = meant(t, name, known, type_names(&w.type, known, 64));
			uint32_t kinds = type_kinds(&w.type);
			report(t, (struct diag){ has == TYPE_NEVER ? AEG_unknown_reading
								   : AEG_unlisted_reading,
					  r->at,
					  .message = diag_text(t->d, "there is no member %s here",
						  diag_quote(t->d, name)),
					  .label = label != NULL ? label
						   : kinds & TYPE_OBJECT
							   ? NULL
							   : diag_text(t->d, "it is read of %s",
								     type_words(t->d, kinds)) });
			return (struct wire){ type_anything, false };
		}
		w = (struct wire){ next, w.maybe || has != TYPE_ALWAYS };
	}
	return w;
}

/* Of `steps.NAME.KEY...`: is the step behind us, and does it surely run? */
static struct wire read_step(struct types *t, const struct flow_read *r, struct slice name,
	struct slice key, uint32_t rest)
{
	struct wire nothing = { type_anything, false };
	uint32_t i = find_step(t, name), k = 0;
	if (i == UINT32_MAX) {
		unknown_step(t, r, name);
		return nothing;
	}
	const struct flow_step *s = step_at(t, i);
	if (i >= t->step) {
		report(t, (struct diag){ AEG_reading_too_early, r->at, .other = s->written->name.at,
				  .other_label = i == t->step ? "it is this step's own"
							      : "the step runs later" });
		return nothing;
	}
	while (key.at != NULL && k < s->written->nextracts &&
		!slice_eq(s->written->extracts[k].name.text, key))
		k++;
	if (key.at == NULL)
		return nothing;
	if (k == s->written->nextracts) {
		unknown_extract(t, r, s, key);
		return nothing;
	}
	if (t->never[i])
		report(t,
			(struct diag){ AEG_reading_of_nothing, r->at, .other = s->written->name.at,
				.other_label = "this step is never run" });
	struct wire w = t->wires[i][k];
	w.maybe |= (s->when.program.len != 0 || s->written->on_error == FLOW_CONTINUE) &&
		   !guards_step(t, r);
	return below(t, r, rest, w);
}

/* `find.id` of `state`: step and key. */
static struct wire read_state(struct types *t, const struct flow_read *r)
{
	struct slice both = r->steps[1];
	const char *dot = both.at == NULL ? NULL : memchr(both.at, '.', both.len);
	if (both.at == NULL || dot == NULL)
		return (struct wire){ type_anything, false };
	uint32_t n = (uint32_t)(dot - both.at);
	return read_step(
		t, r, (struct slice){ both.at, n }, (struct slice){ dot + 1, both.len - n - 1 }, 2);
}

/* The list that the step goes through, its element. */
static struct wire read_item(struct types *t, const struct flow_read *r)
{
	const struct flow_template *each = &step_at(t, t->step)->each;
	struct wire w = { type_anything, false };
	if (each->nreads == 1 && each->reads[0].nsteps == 3 &&
		slice_is(each->reads[0].steps[0], "steps")) {
		uint32_t i = find_step(t, each->reads[0].steps[1]);
		for (uint32_t k = 0; i < t->step && k < step_at(t, i)->written->nextracts; k++)
			if (slice_eq(step_at(t, i)->written->extracts[k].name.text,
				    each->reads[0].steps[2]))
				w.type = type_element(&t->wires[i][k].type);
	}
	return below(t, r, 1, w);
}

/* What is read; what cannot be is reported. */
static struct wire reading(struct types *t, const struct flow_read *r)
{
	static const struct slice roots[] = { { "input", 5 }, { "steps", 5 }, { "state", 5 } };
	const struct mflow_step *w = t->step < nsteps(t) ? step_at(t, t->step)->written : NULL;
	struct wire nothing = { type_anything, false };
	if (r->nsteps == 0 || r->steps[0].at == NULL)
		return nothing;
	if (slice_is(r->steps[0], "input"))
		return below(t, r, 1, (struct wire){ t->input, false });
	if (slice_is(r->steps[0], "steps"))
		return r->nsteps == 1 || r->steps[1].at == NULL
			       ? nothing
			       : read_step(t, r, r->steps[1],
					 r->nsteps > 2 ? r->steps[2] : (struct slice){ 0 }, 3);
	if (slice_is(r->steps[0], "state"))
		return r->nsteps == 1 ? nothing : read_state(t, r);
	if (w != NULL && w->each != NULL && slice_eq(r->steps[0], w->item.text))
		return read_item(t, r);
	report(t,
		(struct diag){ AEG_unknown_reading, r->at,
			.message = diag_text(t->d, "templates of workflows cannot read %s",
				diag_quote(t->d, r->steps[0])),
			.label = meant(t, r->steps[0], roots, 3),
			.help = "they read `input`, `steps.NAME.KEY`, `state.[NAME.KEY]`, and the element of `for_each`" });
	return nothing;
}

/* ---- Values -------------------------------------------------------------------------------- */

/* Where a value goes. */
struct sink {
	struct type type;
	bool is_text; /* it is written as text: "10" does for a number */
	bool required;
	struct span at;   /* in the description */
	const char *what; /* "the parameter `id`" */
};

static bool in_span(struct span outer, struct span inner)
{
	return outer.file == inner.file && inner.lo >= outer.lo && inner.hi <= outer.hi;
}

/* The one reading that all of the hole @n is, or NULL: it is computed. */
static const struct flow_read *only_reading(const struct flow_template *v, const struct node *n)
{
	const struct flow_read *found = NULL;
	struct slice s = n->u.text;
	for (uint32_t i = 0; i < s.len; i++)
		if (strchr(" ()+*%<>=!&|'\"", s.at[i]) != NULL && i > 2 && i + 3 < s.len)
			return NULL;
	for (uint32_t i = 0; i < v->nreads; i++)
		if (in_span(n->span, v->reads[i].at)) {
			if (found != NULL)
				return NULL;
			found = &v->reads[i];
		}
	return found;
}

static uint32_t with_text(uint32_t kinds, bool is_text)
{
	uint32_t scalars = TYPE_STRING | TYPE_NUMBER | TYPE_BOOL;
	return is_text && (kinds & scalars) ? kinds | scalars : kinds;
}

/* Values of @kinds, of which null leaves out, go to @to. */
static void fit_kinds(
	struct types *t, uint32_t kinds, bool literal, struct span at, const struct sink *to)
{
	uint32_t takes = type_kinds(&to->type), plain = kinds & ~(uint32_t)TYPE_NULL;
	if (plain == 0)
		return;
	bool never = (plain & with_text(takes, to->is_text)) == 0;
	bool maybe = literal ? (plain & takes) == 0 && !to->is_text
			     : kinds != TYPE_ANY && (plain & ~takes & ~(uint32_t)TYPE_NULL) != 0;
	if (!never && !maybe)
		return;
	report(t, (struct diag){ never ? AEG_wrong_value : AEG_doubtful_value, at,
			  .label = diag_text(t->d, "this is %s", type_words(t->d, plain)),
			  .other = to->at,
			  .other_label = diag_text(t->d, "%s takes %s", to->what,
				  type_words(t->d, takes & ~(uint32_t)TYPE_NULL)) });
}

static void fit_reading(
	struct types *t, const struct flow_read *r, struct span at, const struct sink *to)
{
	uint32_t errors = t->d->errors + t->d->warnings;
	struct wire w = reading(t, r);
	if (t->d->errors + t->d->warnings != errors)
		return;
	if (w.maybe && to->required && !is_guarded(t, r))
		report(t,
			(struct diag){ AEG_maybe_missing, at, .label = "this may be missing",
				.other = to->at,
				.other_label = diag_text(t->d, "%s is required", to->what),
				.help = "run the step only `when` it is there, or give it another value: `{{default a b}}`" });
	if (!w.type.anything)
		fit_kinds(t, type_kinds(&w.type), false, at, to);
}

static void fit(struct types *t, const struct flow_template *v, const struct node *n,
	const struct sink *to);

static void fit_map(
	struct types *t, const struct flow_template *v, const struct node *n, const struct sink *to)
{
	struct slice lacks = type_lacks(&to->type, n), known[64];
	if (lacks.at != NULL)
		report(t, (struct diag){ AEG_missing_member, n->span,
				  .label = diag_text(
					  t->d, "%s is missing here", diag_quote(t->d, lacks)),
				  .other = to->at,
				  .other_label = diag_text(t->d, "%s needs it", to->what) });
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		const struct member *m = &n->u.map.v[i];
		struct sink inner = { .at = to->at,
			.what = diag_text(t->d, "member %s", diag_quote(t->d, m->key)) };
		enum type_member has = type_member(&to->type, m->key, &inner.type);
		inner.required = has == TYPE_ALWAYS;
		if (has < TYPE_MAYBE)
			report(t, (struct diag){ has == TYPE_NEVER ? AEG_member_refused
								   : AEG_member_unlisted,
					  m->key_span,
					  .label = meant(t, m->key, known,
						  type_names(&to->type, known, 64)),
					  .other = to->at, .other_label = to->what });
		else
			fit(t, v, m->value, &inner);
	}
}

static void fit(
	struct types *t, const struct flow_template *v, const struct node *n, const struct sink *to)
{
	static const uint32_t kinds[] = { [NODE_NULL] = TYPE_NULL,
		[NODE_BOOL] = TYPE_BOOL,
		[NODE_INT] = TYPE_INTEGER,
		[NODE_FLOAT] = TYPE_FRACTION,
		[NODE_STRING] = TYPE_STRING,
		[NODE_LIST] = TYPE_LIST,
		[NODE_MAP] = TYPE_OBJECT };
	if (n->kind == NODE_POISON)
		return;
	if (n->kind == NODE_STRING && flow_text_is_hole(n->u.text)) {
		const struct flow_read *r = only_reading(v, n);
		if (r != NULL)
			fit_reading(t, r, n->span, to);
		return;
	}
	uint32_t before = t->d->errors;
	fit_kinds(t, kinds[n->kind], true, n->span, to);
	if (t->d->errors != before)
		return;
	if (n->kind == NODE_MAP)
		fit_map(t, v, n, to);
	struct sink inner = { .type = type_element(&to->type),
		.at = to->at,
		.is_text = to->is_text,
		.what = diag_text(t->d, "an element of %s", to->what) };
	for (uint32_t i = 0; n->kind == NODE_LIST && i < n->u.list.n; i++)
		fit(t, v, n->u.list.v[i], &inner);
}

/* ---- Steps --------------------------------------------------------------------------------- */

/* Every reading of @v that @fitted has not looked at already. */
static void read_all(struct types *t, const struct flow_template *v)
{
	for (uint32_t i = 0; i < v->nreads; i++)
		reading(t, &v->reads[i]);
}

static void check_arguments(struct types *t, const struct flow_step *s)
{
	for (uint32_t i = 0; i < s->narguments; i++) {
		const struct flow_argument *a = &s->arguments[i];
		const struct openapi_parameter *p = &s->operation->parameters[a->parameter];
		struct sink to = { .type = type_of(s->spec->api, NULL, p->schema),
			.is_text = true,
			.required = p->required,
			.at = p->at,
			.what = diag_text(t->d, "parameter %s", diag_quote(t->d, p->name)) };
		fit(t, &a->value, a->written->value, &to);
		read_all(t, &a->value);
	}
}

static void check_body(struct types *t, const struct flow_step *s)
{
	struct sink to = { .required = true, .what = "the request's body" };
	if (s->media != NULL && s->written->body != NULL) {
		to.type = type_of(s->spec->api, NULL, s->media->schema);
		to.at = s->operation->body.at;
		fit(t, &s->body, s->written->body, &to);
	}
	read_all(t, &s->body);
}

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

static void check_credentials(struct types *t, const struct flow_step *s)
{
	const struct openapi_operation *op = s->operation;
	bool open = op == NULL || op->nsecurity == 0;
	for (uint32_t i = 0; !open && i < op->nsecurity; i++)
		open |= op->security[i].nneeds == 0;
	if (open || s->spec->written->credential.path != CREDENTIAL_NONE)
		return;
	const struct openapi_scheme *first = op->security[0].needs[0].scheme;
	report(t,
		(struct diag){ AEG_no_credential, s->written->name.at,
			.label = first == NULL ? NULL
					       : diag_text(t->d, "it wants `%.*s`",
							 SLICE_ARG(first->name)),
			.other = s->spec->written->at, .other_label = "the ApiSpec says of none" });
}

static void check_step(struct types *t)
{
	const struct flow_step *s = step_at(t, t->step);
	read_all(t, &s->when);
	t->never[t->step] = is_never(&s->when);
	if (t->never[t->step])
		report(t, (struct diag){ AEG_step_never_run, s->written->when->span,
				  .label = "false, whatever happens" });
	read_all(t, &s->each);
	if (s->operation != NULL) {
		check_arguments(t, s);
		check_credentials(t, s);
		check_body(t, s);
	}
	extract_all(t, t->step);
}

static void check_flow(struct types *t)
{
	const struct mflow *w = t->flow->written;
	if (w->broken)
		return;
	t->input = type_of(NULL, w->input_schema, w->input_schema);
	t->wires = arena_array(t->d->arena, struct wire *, w->nsteps);
	t->never = arena_array(t->d->arena, bool, w->nsteps);
	for (t->step = 0; t->step < w->nsteps; t->step++)
		check_step(t);
	read_all(t, &t->flow->result);
}

void flow_check_types(struct diags *d, const struct model *m, const struct flows *f)
{
	(void)m;
	for (uint32_t i = 0; i < f->n; i++) {
		struct types t = { .d = d, .flows = f, .flow = &f->v[i] };
		check_flow(&t);
	}
}
