/* Binds the steps of workflows to operations, and compiles their templates and paths. */
#include <string.h>

#include "aegis/expr.h"
#include "flow/check.h"

struct bind {
	struct diags *d;
	const struct model *m;
	const struct openapi *o;
	struct map specs; /* name > index of o->specs */
	bool building;
	const struct mflow *flow; /* whose steps are bound */
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

/* Whether it is the method that the interface does not have. */
static bool has_path(const struct openapi_api *api, struct slice path)
{
	for (uint32_t i = 0; i < api->nentries; i++)
		if (slice_eq(api->entries[i].path, path))
			return true;
	return false;
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

/* `GET /path`, the method in capitals. */
static struct slice by_place(struct bind *b, const struct mflow_step *w)
{
	char *s = arena_alloc(b->d->arena, (size_t)w->method.text.len + 1 + w->path.text.len, 1, 1);
	uint32_t n = w->method.text.len;
	for (uint32_t i = 0; i < n; i++) {
		char c = w->method.text.at[i];
		s[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	s[n] = ' ';
	memcpy(s + n + 1, w->path.text.at, w->path.text.len);
	return (struct slice){ s, n + 1 + w->path.text.len };
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
		name = by_place(b, w);
	uint32_t entry = openapi_find(api, name);
	if (entry != UINT32_MAX)
		return openapi_operation(api, entry);
	if (!api->broken && !by_id && has_path(api, w->path.text))
		report(b, (struct diag){ AEG_unknown_step_operation, w->method.at,
				  .label = "the path is there, and not with this method",
				  .other = w->path.at, .other_label = "the path" });
	else if (!api->broken)
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

static const struct flow_argument *argument_of(const struct flow_step *s, uint32_t parameter)
{
	for (uint32_t i = 0; i < s->narguments; i++)
		if (s->arguments[i].parameter == parameter)
			return &s->arguments[i];
	return NULL;
}

static void bind_arguments(struct bind *b, const struct flow_scope *scope, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	s->arguments = arena_array(b->d->arena, struct flow_argument, w->narguments);
	for (uint32_t i = 0; i < w->narguments; i++) {
		const struct mflow_argument *a = &w->arguments[i];
		struct flow_argument *made = &s->arguments[s->narguments];
		made->written = a;
		made->value = flow_text_value(b->d, scope, a->value);
		made->parameter = s->operation == NULL ? UINT32_MAX
						       : find_parameter(b, s->operation, &a->name);
		const struct flow_argument *first = argument_of(s, made->parameter);
		if (made->parameter == UINT32_MAX)
			continue;
		if (first == NULL)
			s->narguments++;
		else
			report(b, (struct diag){ AEG_step_overlap, a->name.at,
					  .label = "the same parameter",
					  .other = first->written->name.at,
					  .other_label = "this says it already",
					  .help = "keep one of them" });
	}
}

static void missing_arguments(struct bind *b, const struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	const struct openapi_operation *op = s->operation;
	if (op == NULL || b->flow->broken || s->narguments < w->narguments)
		return; /* one that was reported may be what is missing */
	for (uint32_t i = 0; i < op->nparameters; i++) {
		const struct openapi_parameter *p = &op->parameters[i];
		if (!p->required || argument_of(s, i) != NULL)
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

static void bind_body(struct bind *b, const struct flow_scope *scope, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	const struct openapi_operation *op = s->operation;
	const struct node *node = w->body != NULL ? w->body : w->body_template;
	if (w->body != NULL)
		s->body = flow_text_value(b->d, scope, w->body);
	else if (w->body_template != NULL)
		s->body = flow_text_json(b->d, scope, w->body_template);
	if (op == NULL)
		return;
	s->media = flow_request_media(&op->body);
	if (node != NULL && !op->body.stated)
		report(b, (struct diag){ AEG_body_not_taken, node->span, .other = op->entry->at,
				  .other_label = "the operation has no request body" });
	else if (node != NULL && s->media == NULL)
		report(b, (struct diag){ AEG_body_not_taken, node->span,
				  .label = "neither JSON nor a form is taken", .other = op->body.at,
				  .other_label = "the operation's request body" });
	else if (node == NULL && op->body.required && !b->flow->broken)
		report(b, (struct diag){ AEG_missing_step_body, w->name.at, .other = op->body.at,
				  .other_label = "it is required here" });
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* Len 0: why not is in @ret_error. */
static struct slice compile_paths(
	struct bind *b, const struct mtext *paths, uint32_t n, struct aeg_path_error *ret_error)
{
	struct aeg_str *texts = arena_array(b->d->arena, struct aeg_str, n);
	enum aeg_status status = AEG_NOMEM;
	size_t size = 64, len;
	*ret_error = (struct aeg_path_error){ .what = "too many" };
	for (uint32_t i = 0; i < n; i++) {
		texts[i] = (struct aeg_str){ paths[i].text.at, paths[i].text.len };
		size += 16 * (size_t)texts[i].len;
	}
	for (; status == AEG_NOMEM && n <= AEG_MAX_PATHS && size < (64u << 20); size *= 2) {
		void *mem = arena_alloc(b->d->arena, size, 1, 8);
		status = aeg_paths_compile(texts, n, NULL, mem, size, &len, ret_error);
		if (status == AEG_OK)
			return (struct slice){ mem, (uint32_t)len };
	}
	return (struct slice){ 0 };
}

static void bad_path(struct bind *b, const struct mtext *path, const struct aeg_path_error *e)
{
	report(b, (struct diag){ AEG_bad_extract_path, path->at,
			  .label = diag_text(b->d, "byte %u: %s", e->at + 1, e->what) });
}

static void bind_extracts(struct bind *b, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	struct mtext *paths = arena_array(b->d->arena, struct mtext, w->nextracts);
	struct aeg_path_error error;
	for (uint32_t i = 0; i < w->nextracts; i++)
		paths[i] = w->extracts[i].path;
	if (w->nextracts == 0)
		return;
	s->selection = compile_paths(b, paths, w->nextracts, &error);
	if (s->selection.len == 0)
		bad_path(b, &paths[error.path], &error);
}

/* ---- Steps --------------------------------------------------------------------------------- */

/* The server of an operation may be its own; that of the first is held against base_url by
 * openapi/. */
static void need_server(struct bind *b, const struct flow_step *s)
{
	struct slice url = s->operation == NULL ? SLICE("") : s->operation->servers[0].url;
	if (s->operation == NULL || s->spec->written->base_url.text.at != NULL ||
		s->spec->written->base_url_unread || s->operation->entry == s->spec->api->entries ||
		openapi_is_server(url))
		return;
	report(b,
		(struct diag){ AEG_no_server, s->written->name.at,
			.label =
				"the operation's server is no whole URL without credentials, query or fragment",
			.other = s->operation->servers[0].at, .other_label = "the server",
			.help = "add `base_url: https://...` to the ApiSpec" });
}

/* Templates are compiled when all that they can read is known. */
static void bind_step(
	struct bind *b, const struct mflow *flow, struct types *t, struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	struct flow_scope scope = types_scope(t);
	s->spec = find_spec(b, w->spec.text.at != NULL ? &w->spec : &flow->spec);
	s->operation = find_operation(b, s);
	need_server(b, s);
	if (w->each != NULL)
		s->each = flow_text_value(b->d, &scope, w->each);
	types_each(t);
	if (w->when != NULL)
		s->when = flow_text_condition(b->d, &scope, w->when);
	bind_arguments(b, &scope, s);
	missing_arguments(b, s);
	bind_body(b, &scope, s);
	bind_extracts(b, s);
}

static void bind_input(struct bind *b, struct flow *f)
{
	size_t before = b->d->n;
	if (f->written->input_schema != NULL)
		f->input = flow_compile_schema(b->d, f->written->input_schema, NULL);
	f->input_known = b->d->n == before;
}

static void bind_flow(struct bind *b, const struct mflow *written, struct flow *f)
{
	b->flow = f->written = written;
	f->steps = arena_array(b->d->arena, struct flow_step, written->nsteps);
	for (uint32_t i = 0; i < written->nsteps; i++)
		f->steps[i].written = &written->steps[i];
	bind_input(b, f);
	struct types t = types_begin(b->d, f);
	struct flow_scope scope = types_scope(&t);
	for (uint32_t i = 0; i < written->nsteps; i++) {
		bind_step(b, written, &t, &f->steps[i]);
		types_step(&t);
	}
	if (written->result != NULL)
		f->result = flow_text_value(b->d, &scope, written->result);
	types_result(&t);
}

/* ---- Explorers ----------------------------------------------------------------------------- */

static void bind_field(struct bind *b, const struct openapi_operation *op,
	const struct type *response, bool json, const struct mtext *path)
{
	struct aeg_path_error error;
	struct slice program = compile_paths(b, path, 1, &error);
	if (program.len == 0)
		bad_path(b, path, &error);
	else if (!json)
		response_no_json(b->d, op, path);
	else
		response_extract(b->d, response, path, true);
}

/* The first explorer of the same operation as @i, or @i. */
static uint32_t same_explorer(const struct openapi_spec *s, uint32_t i)
{
	uint32_t k = 0;
	while (s->explorers[k] != s->explorers[i])
		k++;
	return k;
}

static void bind_explorers(struct bind *b, const struct openapi_spec *s)
{
	for (uint32_t i = 0; s->api != NULL && i < s->written->nexplorers; i++) {
		const struct mlist *fields = &s->written->explorers[i].fields;
		if (s->explorers[i] == UINT32_MAX)
			continue;
		uint32_t first = same_explorer(s, i);
		if (first != i)
			report(b, (struct diag){ AEG_duplicate_explorer,
					  s->written->explorers[i].operation.at,
					  .other = s->written->explorers[first].operation.at,
					  .other_label = "the first" });
		const struct openapi_operation *op = openapi_operation(s->api, s->explorers[i]);
		bool json;
		struct type response = response_type(s->api, op, &json);
		for (uint32_t k = 0; k < fields->n; k++)
			bind_field(b, op, &response, json, &fields->v[k]);
	}
}

/* ---- All of it ----------------------------------------------------------------------------- */

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
		uint32_t tool =
			name->text.at == NULL ? MAP_NONE : map_get(&b->m->tool_names, name->text);
		if (tool != MAP_NONE && b->m->tools[tool].builtin)
			report(b, (struct diag){ AEG_flow_shadows_tool, name->at,
					  .other = b->m->tools[tool].name.written.at,
					  .other_label = "the tool that has it" });
	}
}

const struct flows *flow_read(
	struct diags *d, const struct model *m, const struct openapi *o, bool building)
{
	struct bind b = { d, m, o, { .arena = d->arena }, building, NULL };
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
	for (uint32_t i = 0; i < o->nspecs; i++)
		bind_explorers(&b, &o->specs[i]);
	return f;
}
