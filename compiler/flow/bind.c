/* Binds the steps of workflows to operations, and compiles their templates and paths. */
#include <string.h>

#include "aegis/expr.h"
#include "flow/flow.h"

struct bind {
	struct diags *d;
	const struct model *m;
	const struct openapi *o;
	struct map specs; /* name > index of o->specs */
	bool building;
};

static void report(struct bind *b, struct diag g) { diag_add(b->d, g); }

/* ---- Interfaces and operations ------------------------------------------------------------- */

static void unknown_spec(struct bind *b, const struct mtext *name)
{
	struct slice *known = arena_array(b->d->arena, struct slice, b->o->nspecs + 1);
	for (uint32_t i = 0; i < b->o->nspecs; i++)
		known[i] = b->o->specs[i].written->name.text;
	size_t near = diag_nearest(name->text, known, b->o->nspecs);
	bool alone = b->o->nspecs == 0 && !b->building;
	report(b, (struct diag){ alone ? AEG_spec_not_here : AEG_unknown_spec, name->at,
			  .label = near == SIZE_MAX ? NULL
						    : diag_text(b->d, "did you mean `%.*s`?",
							      SLICE_ARG(known[near])),
			  .help = alone ? "check it together with the ApiSpec" : NULL });
}

static const struct openapi_spec *find_spec(struct bind *b, const struct mtext *name)
{
	uint32_t i = name->text.at == NULL ? MAP_NONE : map_get(&b->specs, name->text);
	if (i != MAP_NONE)
		return &b->o->specs[i];
	if (name->text.at != NULL && !b->m->incomplete)
		unknown_spec(b, name);
	return NULL;
}

static void unknown_operation(struct bind *b, const struct openapi_api *api, struct span at,
	struct slice name, bool by_id)
{
	struct slice *known = arena_array(b->d->arena, struct slice, api->nentries + 1);
	size_t n = 0;
	for (uint32_t i = 0; i < api->nentries; i++) {
		struct slice known_name = by_id ? api->entries[i].id : api->entries[i].path;
		if (known_name.at != NULL)
			known[n++] = known_name;
	}
	size_t near = diag_nearest(name, known, n);
	report(b, (struct diag){ AEG_unknown_step_operation, at,
			  .label = near == SIZE_MAX
					   ? diag_text(b->d, "none of the %u operations of `%.*s`",
						     api->nentries, SLICE_ARG(api->title))
					   : diag_text(b->d, "did you mean `%.*s`?",
						     SLICE_ARG(known[near])) });
}

static const struct openapi_operation *find_operation(struct bind *b, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	bool by_id = w->operation.text.at != NULL;
	struct slice name = w->operation.text;
	struct span at = by_id ? w->operation.at : w->path.at;
	struct openapi_api *api = s->spec == NULL ? NULL : s->spec->api;
	if (api == NULL || (!by_id && (w->method.text.at == NULL || w->path.text.at == NULL)))
		return NULL;
	if (!by_id)
		name = slice_of(diag_text(
			b->d, "%.*s %.*s", SLICE_ARG(w->method.text), SLICE_ARG(w->path.text)));
	uint32_t entry = openapi_find(api, name);
	if (entry != UINT32_MAX)
		return openapi_operation(api, entry);
	if (!api->broken)
		unknown_operation(b, api, at, by_id ? name : w->path.text, by_id);
	return NULL;
}

/* ---- Parameters ---------------------------------------------------------------------------- */

/* `id`, or `header.id` where several places have one of this name. */
static bool is_called(const struct openapi_parameter *p, struct slice name)
{
	struct slice in = slice_of(openapi_in_names[p->in]);
	if (slice_eq(p->name, name))
		return true;
	return name.len > in.len + 1 && slice_begins(name, in) && name.at[in.len] == '.' &&
	       slice_eq(p->name, (struct slice){ name.at + in.len + 1, name.len - in.len - 1 });
}

static uint32_t find_parameter(
	struct bind *b, const struct openapi_operation *op, const struct mtext *name)
{
	struct slice *known = arena_array(b->d->arena, struct slice, op->nparameters + 1);
	uint32_t found = UINT32_MAX, n = 0;
	for (uint32_t i = 0; i < op->nparameters; i++) {
		known[i] = op->parameters[i].name;
		if (is_called(&op->parameters[i], name->text)) {
			found = i;
			n++;
		}
	}
	if (n == 1)
		return found;
	size_t near = diag_nearest(name->text, known, op->nparameters);
	report(b, (struct diag){ AEG_unknown_step_parameter, name->at,
			  .label = n > 1              ? diag_text(b->d,
								"in several places: say which, as `%s.%.*s`",
								openapi_in_names[op->parameters[found].in],
								SLICE_ARG(name->text))
				   : near == SIZE_MAX ? NULL
						      : diag_text(b->d, "did you mean `%.*s`?",
								SLICE_ARG(known[near])),
			  .other = op->entry->at, .other_label = "the operation" });
	return UINT32_MAX;
}

static void bind_arguments(struct bind *b, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	s->arguments = arena_array(b->d->arena, struct flow_argument, w->narguments);
	for (uint32_t i = 0; i < w->narguments; i++) {
		const struct mflow_argument *a = &w->arguments[i];
		struct flow_argument *made = &s->arguments[s->narguments];
		made->written = a;
		made->value = flow_text_value(b->d, a->value);
		made->parameter = s->operation == NULL ? UINT32_MAX
						       : find_parameter(b, s->operation, &a->name);
		s->narguments += made->parameter != UINT32_MAX;
	}
}

static bool has_argument(const struct flow_step *s, uint32_t parameter)
{
	for (uint32_t i = 0; i < s->narguments; i++)
		if (s->arguments[i].parameter == parameter)
			return true;
	return false;
}

static void missing_arguments(struct bind *b, const struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	const struct openapi_operation *op = s->operation;
	for (uint32_t i = 0; op != NULL && i < op->nparameters; i++) {
		const struct openapi_parameter *p = &op->parameters[i];
		if (!p->required || has_argument(s, i))
			continue;
		report(b, (struct diag){ AEG_missing_step_parameter, w->name.at,
				  .label = diag_text(b->d, "`%.*s` (%s) has no value",
					  SLICE_ARG(p->name), openapi_in_names[p->in]),
				  .help = diag_text(
					  b->d, "parameters: { %.*s: ... }", SLICE_ARG(p->name)),
				  .other = p->at, .other_label = "it is required here" });
	}
}

/* ---- Bodies -------------------------------------------------------------------------------- */

/* JSON where the operation takes it, else a form, else whatever there is. */
static const struct openapi_media *choose_media(const struct openapi_body *body)
{
	const struct openapi_media *m =
		openapi_media(body->media, body->nmedia, SLICE("application/json"));
	if (m == NULL)
		m = openapi_media(
			body->media, body->nmedia, SLICE("application/x-www-form-urlencoded"));
	return m;
}

static void bind_body(struct bind *b, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	const struct openapi_operation *op = s->operation;
	const struct node *node = w->body != NULL ? w->body : w->body_template;
	if (w->body != NULL)
		s->body = flow_text_value(b->d, w->body);
	else if (w->body_template != NULL)
		s->body = flow_text_json(b->d, w->body_template);
	if (op == NULL)
		return;
	s->media = choose_media(&op->body);
	if (node != NULL && !op->body.stated)
		report(b, (struct diag){ AEG_body_not_taken, node->span, .other = op->entry->at,
				  .other_label = "the operation has no request body" });
	else if (node != NULL && s->media == NULL)
		report(b, (struct diag){ AEG_body_not_taken, node->span,
				  .label = "neither JSON nor a form is taken", .other = op->body.at,
				  .other_label = "the operation's request body" });
	else if (node == NULL && op->body.required)
		report(b, (struct diag){ AEG_missing_step_body, w->name.at, .other = op->body.at,
				  .other_label = "it is required here" });
}

/* ---- Paths --------------------------------------------------------------------------------- */

static void bind_extracts(struct bind *b, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	struct aeg_str *paths = arena_array(b->d->arena, struct aeg_str, w->nextracts + 1);
	struct aeg_path_error error = { .what = "too large" };
	enum aeg_status status = AEG_NOMEM;
	size_t size = 64;
	for (uint32_t i = 0; i < w->nextracts; i++) {
		paths[i] = (struct aeg_str){ w->extracts[i].path.text.at,
			w->extracts[i].path.text.len };
		size += 16 * (size_t)paths[i].len;
	}
	if (w->nextracts == 0)
		return;
	for (; status == AEG_NOMEM && size < (64u << 20); size *= 2) {
		void *mem = arena_alloc(b->d->arena, size, 1, 8);
		size_t len;
		status = w->nextracts > AEG_MAX_PATHS ? AEG_TOO_LARGE
						      : aeg_paths_compile(paths, w->nextracts, NULL,
								mem, size, &len, &error);
		if (status == AEG_OK)
			s->selection = (struct slice){ mem, (uint32_t)len };
	}
	if (status != AEG_OK)
		report(b, (struct diag){ AEG_bad_extract_path, w->extracts[error.path].path.at,
				  .label = diag_text(
					  b->d, "byte %u: %s", error.at + 1, error.what) });
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void bind_step(struct bind *b, const struct mflow *flow, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	s->spec = find_spec(b, w->spec.text.at != NULL ? &w->spec : &flow->spec);
	s->operation = find_operation(b, s);
	bind_arguments(b, s);
	missing_arguments(b, s);
	bind_body(b, s);
	bind_extracts(b, s);
	if (w->when != NULL)
		s->when = flow_text_condition(b->d, w->when);
	if (w->each != NULL)
		s->each = flow_text_value(b->d, w->each);
}

static void bind_flow(struct bind *b, const struct mflow *written, struct flow *f)
{
	f->written = written;
	f->steps = arena_array(b->d->arena, struct flow_step, written->nsteps);
	for (uint32_t i = 0; i < written->nsteps; i++) {
		f->steps[i].written = &written->steps[i];
		bind_step(b, written, &f->steps[i]);
	}
	if (written->result != NULL)
		f->result = flow_text_value(b->d, written->result);
}

static void duplicates(struct bind *b)
{
	struct map names = { .arena = b->d->arena };
	for (uint32_t i = 0; i < b->m->nflows; i++) {
		const struct mtext *name = &b->m->flows[i].name;
		uint32_t first = name->text.at == NULL ? MAP_NONE : map_put(&names, name->text, i);
		if (first != MAP_NONE)
			report(b, (struct diag){ AEG_duplicate_flow, name->at,
					  .label = "a second tool of this name",
					  .other = b->m->flows[first].name.at,
					  .other_label = "the first" });
	}
}

const struct flows *flow_read(
	struct diags *d, const struct model *m, const struct openapi *o, bool building)
{
	struct bind b = { d, m, o, { .arena = d->arena }, building };
	struct flows *f = arena_new(d->arena, struct flows);
	for (uint32_t i = 0; i < o->nspecs; i++)
		if (o->specs[i].written->name.text.at != NULL)
			map_put(&b.specs, o->specs[i].written->name.text, i);
	duplicates(&b);
	f->openapi = o;
	f->n = m->nflows;
	f->v = arena_array(d->arena, struct flow, m->nflows);
	for (uint32_t i = 0; i < m->nflows; i++)
		bind_flow(&b, &m->flows[i], &f->v[i]);
	flow_check_types(d, m, f);
	return f;
}
