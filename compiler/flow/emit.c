/* Writes section FLOWS: tables of workflows and of the operations that they and explorers use. */
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "format/aeg_flow.h"
#include "schema/schema.h"

struct table {
	struct buf b;
	uint32_t n;
};

struct emit {
	struct diags *d;
	const struct model *m;
	const struct flows *f;
	struct table table[AEGF_NTABLES];
	struct buf bytes;
	struct map texts;    /* what is in bytes > offset */
	struct map schemas;  /* a node > its row of SCHEMAS */
	struct map programs; /* table and program > its row */
	/* Operations in use, ascending by spec and name. */
	struct used {
		uint32_t spec; /* of f->openapi->specs */
		const struct openapi_operation *op;
		struct slice name;
		bool explore;
		const struct mlist *fields; /* of an explorer; or NULL */
	} * used;
	size_t nused, used_cap;
	uint32_t *specs; /* specs in use, ascending by name: of f->openapi->specs */
	uint32_t nspecs;
};

/* ---- Rows ---------------------------------------------------------------------------------- */

#define ROW(e, TABLE, type, ...) \
	(buf_add(&(e)->table[AEGF_TABLE_##TABLE].b, &(type)__VA_ARGS__, sizeof(type)), \
		(e)->table[AEGF_TABLE_##TABLE].n++)
#define COUNT(e, TABLE) ((e)->table[AEGF_TABLE_##TABLE].n)

static struct aegf_bytes bytes(struct emit *e, struct slice s)
{
	uint32_t at = s.len == 0 ? 0 : map_get(&e->texts, s);
	if (at == MAP_NONE) {
		at = (uint32_t)e->bytes.len;
		buf_slice(&e->bytes, s);
		map_put(&e->texts, s, at);
	}
	return (struct aegf_bytes){ aeg_st32(at), aeg_st32(s.len) };
}

static struct aegf_list list(uint32_t first, uint32_t end)
{
	return (struct aegf_list){ aeg_st32(first), aeg_st32(end - first) };
}

/* A row of TEMPLATES, SELECTIONS or SCHEMAS: each program stands there once. */
static uint32_t program(struct emit *e, enum aegf_flow_table t, struct slice text)
{
	struct buf key = { .arena = e->d->arena };
	buf_add(&key, &t, sizeof t);
	buf_slice(&key, text);
	struct aegf_bytes row = bytes(e, text);
	uint32_t known = map_put(&e->programs, buf_done(&key), e->table[t].n);
	if (known != MAP_NONE)
		return known;
	buf_add(&e->table[t].b, &row, sizeof row);
	return e->table[t].n++;
}

static struct aeg_le32 template(struct emit *e, const struct flow_template *t)
{
	return aeg_st32(
		t->program.len == 0 ? AEGF_NONE : program(e, AEGF_TABLE_TEMPLATES, t->program));
}

/* ---- Schemas ------------------------------------------------------------------------------- */

struct files {
	const struct openapi_api *api;
};

static const char base[] = "file:///";

static const struct node *document_at(void *ctx, struct slice uri)
{
	const struct files *x = ctx;
	uint32_t skip = sizeof base - 1;
	if (x->api == NULL || !slice_begins(uri, slice_of(base)))
		return NULL;
	return openapi_document_named(x->api, (struct slice){ uri.at + skip, uri.len - skip });
}

struct slice flow_compile_schema(
	struct diags *d, const struct node *n, const struct openapi_api *api)
{
	struct files x = { api };
	struct schema_options o = { .dialect = api != NULL && api->version == OPENAPI_3_0
						       ? SCHEMA_OPENAPI_30
						       : SCHEMA_2020_12,
		.document = document_at,
		.ctx = &x };
	struct schema_place p = { n, n, SLICE(""), SLICE("") };
	struct slice name;
	if (api != NULL) {
		p.document = openapi_document(api, n, &name);
		p.uri = slice_of(diag_text(d, "%s%.*s", base, SLICE_ARG(name)));
	}
	return schema_compile(d, &o, &p, 1);
}

static uint32_t add_schema(struct emit *e, const struct node *n, struct slice compiled)
{
	uint32_t row = program(e, AEGF_TABLE_SCHEMAS, compiled);
	struct slice key = { (const char *)&n, sizeof n };
	map_put(&e->schemas, buf_copy(e->d->arena, key), row);
	return row;
}

static uint32_t known_schema(const struct emit *e, const struct node *n)
{
	return map_get(&e->schemas, (struct slice){ (const char *)&n, sizeof n });
}

/* Of a request's body: one that cannot be compiled is not looked at, and that is said. */
static uint32_t body_schema(struct emit *e, const struct openapi_api *api,
	const struct openapi_media *media, struct span at)
{
	struct diags own = { .arena = e->d->arena, .sources = e->d->sources };
	const struct node *n = media == NULL ? NULL : media->schema;
	uint32_t row = n == NULL ? MAP_NONE : known_schema(e, n);
	if (n == NULL || row != MAP_NONE)
		return n == NULL ? AEGF_NONE : row;
	struct slice compiled = flow_compile_schema(&own, n, api);
	if (compiled.len != 0)
		return add_schema(e, n, compiled);
	diag_add(e->d,
		(struct diag){ AEG_body_schema_unused, at,
			.label = own.n == 0 ? NULL : diag_info(own.v[0].code)->text,
			.other = own.n == 0 ? SPAN_NONE : own.v[0].at, .other_label = "here" });
	return AEGF_NONE;
}

/* ---- Operations ---------------------------------------------------------------------------- */

static struct slice operation_name(struct emit *e, const struct openapi_operation *op)
{
	const struct openapi_entry *x = op->entry;
	if (x->id.at != NULL)
		return x->id;
	return slice_of(
		diag_text(e->d, "%s %.*s", openapi_method_names[x->method], SLICE_ARG(x->path)));
}

static struct used *use(
	struct emit *e, const struct openapi_spec *s, const struct openapi_operation *op)
{
	uint32_t spec = (uint32_t)(s - e->f->openapi->specs);
	for (size_t i = 0; i < e->nused; i++)
		if (e->used[i].op == op && e->used[i].spec == spec)
			return &e->used[i];
	arena_push(e->d->arena, e->used, e->nused, &e->used_cap);
	e->used[e->nused] = (struct used){ spec, op, operation_name(e, op), false, NULL };
	return &e->used[e->nused++];
}

static void collect(struct emit *e)
{
	for (uint32_t i = 0; i < e->f->n; i++)
		for (uint32_t k = 0; k < e->f->v[i].written->nsteps; k++) {
			const struct flow_step *s = &e->f->v[i].steps[k];
			if (s->spec != NULL && s->operation != NULL)
				use(e, s->spec, s->operation);
		}
	for (uint32_t i = 0; i < e->f->openapi->nspecs; i++) {
		const struct openapi_spec *s = &e->f->openapi->specs[i];
		for (uint32_t k = 0; s->api != NULL && k < s->noperations; k++)
			use(e, s, openapi_operation(s->api, s->operations[k]))->explore = true;
		for (uint32_t k = 0; s->api != NULL && k < s->written->nexplorers; k++) {
			struct used *u = use(e, s, openapi_operation(s->api, s->explorers[k]));
			u->explore = true;
			u->fields = &s->written->explorers[k].fields;
		}
	}
}

static int compare(struct slice a, struct slice b)
{
	int d = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);
	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

static struct slice spec_name(const struct emit *e, uint32_t i)
{
	return e->f->openapi->specs[i].written->name.text;
}

/* By insertion: there are few. */
static void sort(struct emit *e)
{
	for (size_t i = 1; i < e->nused; i++) {
		struct used x = e->used[i];
		size_t k = i;
		for (; k > 0; k--) {
			const struct used *y = &e->used[k - 1];
			int d = compare(spec_name(e, y->spec), spec_name(e, x.spec));
			if (d < 0 || (d == 0 && compare(y->name, x.name) <= 0))
				break;
			e->used[k] = *y;
		}
		e->used[k] = x;
	}
}

/* What paths of @op are joined to. */
static struct slice server(const struct openapi_spec *s, const struct openapi_operation *op)
{
	struct slice url = s->written->base_url.text;
	if (url.at == NULL)
		url = op->servers[0].url;
	while (url.len > 0 && url.at[url.len - 1] == '/')
		url.len--;
	return url;
}

/* The server of the first operation in use; others' stand with them. */
static struct slice spec_server(const struct emit *e, uint32_t spec)
{
	size_t i = 0;
	while (e->used[i].spec != spec)
		i++;
	return server(&e->f->openapi->specs[spec], e->used[i].op);
}

static void put_specs(struct emit *e)
{
	e->specs = arena_array(e->d->arena, uint32_t, e->f->openapi->nspecs + 1);
	for (size_t i = 0; i < e->nused; i++) {
		uint32_t s = e->used[i].spec;
		if (e->nspecs > 0 && e->specs[e->nspecs - 1] == s)
			continue;
		e->specs[e->nspecs++] = s;
		const struct openapi_spec *spec = &e->f->openapi->specs[s];
		ROW(e, SPECS, struct aegf_spec,
			{ bytes(e, spec_name(e, s)), bytes(e, spec_server(e, s)),
				aeg_st32(spec->written->allow_private ? AEGF_SPEC_PRIVATE : 0) });
	}
}

/* Text of a path as a URL has it. */
static struct slice path_text(struct emit *e, struct slice s)
{
	static const char plain[] = "-._~!$&'()*+,;=:@/%";
	struct buf b = { .arena = e->d->arena };
	for (uint32_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		bool stays = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || (c != 0 && strchr(plain, c) != NULL);
		buf_printf(&b, stays ? "%c" : "%%%02X", c);
	}
	return buf_done(&b);
}

static uint32_t path_parameter(const struct openapi_operation *op, struct slice name)
{
	for (uint32_t i = 0; i < op->nparameters; i++)
		if (op->parameters[i].in == OPENAPI_PATH && slice_eq(op->parameters[i].name, name))
			return i;
	return AEGF_NONE;
}

static struct aegf_list put_pieces(struct emit *e, const struct openapi_operation *op)
{
	struct slice p = op->entry->path;
	uint32_t first = COUNT(e, PIECES), lo = 0, which;
	for (uint32_t i = 0; i < p.len; i++) {
		const char *close = p.at[i] == '{' ? memchr(p.at + i, '}', p.len - i) : NULL;
		if (close == NULL)
			continue;
		uint32_t end = (uint32_t)(close - p.at);
		which = path_parameter(op, (struct slice){ p.at + i + 1, end - i - 1 });
		ROW(e, PIECES, struct aegf_piece,
			{ bytes(e, path_text(e, (struct slice){ p.at + lo, i - lo })),
				aeg_st32(which) });
		lo = end + 1;
		i = end;
	}
	if (lo < p.len)
		ROW(e, PIECES, struct aegf_piece,
			{ bytes(e, path_text(e, (struct slice){ p.at + lo, p.len - lo })),
				aeg_st32(AEGF_NONE) });
	return list(first, COUNT(e, PIECES));
}

static struct aegf_list put_parameters(struct emit *e, const struct openapi_operation *op)
{
	uint32_t first = COUNT(e, PARAMETERS);
	for (uint32_t i = 0; i < op->nparameters; i++) {
		const struct openapi_parameter *p = &op->parameters[i];
		bool json = p->content.type.at != NULL && flow_json_media(&p->content, 1) != NULL;
		ROW(e, PARAMETERS, struct aegf_parameter,
			{ bytes(e, p->name), (uint8_t)p->in,
				json ? AEGF_STYLE_JSON : (uint8_t)p->style,
				(uint8_t)((p->explode ? AEGF_PARAMETER_EXPLODE : 0) |
					  (p->allow_reserved ? AEGF_PARAMETER_RESERVED : 0) |
					  (p->required ? AEGF_PARAMETER_REQUIRED : 0)),
				0 });
	}
	return list(first, COUNT(e, PARAMETERS));
}

_Static_assert((int)OPENAPI_COOKIE == (int)AEGF_IN_COOKIE, "places have the same numbers");
_Static_assert((int)OPENAPI_DEEP_OBJECT == (int)AEGF_STYLE_DEEP_OBJECT, "styles as well");

static struct aegf_list put_fields(struct emit *e, const struct used *u)
{
	uint32_t first = COUNT(e, FIELDS);
	for (uint32_t i = 0; u->fields != NULL && i < u->fields->n; i++)
		ROW(e, FIELDS, struct aegf_bytes,
			{ bytes(e, u->fields->v[i].text).off, aeg_st32(u->fields->v[i].text.len) });
	return list(first, COUNT(e, FIELDS));
}

static void put_operation(struct emit *e, const struct used *u, uint32_t spec)
{
	const struct openapi_media *media = flow_request_media(&u->op->body);
	struct slice own = server(&e->f->openapi->specs[u->spec], u->op);
	if (slice_eq(own, spec_server(e, u->spec)))
		own.len = 0;
	ROW(e, OPERATIONS, struct aegf_operation,
		{ aeg_st32(spec), aeg_st32(u->explore ? AEGF_OPERATION_EXPLORE : 0),
			bytes(e, u->name),
			bytes(e, slice_of(openapi_method_names[u->op->entry->method])),
			put_pieces(e, u->op), put_parameters(e, u->op),
			bytes(e, flow_media_type(media)),
			aeg_st32(body_schema(
				e, e->f->openapi->specs[u->spec].api, media, u->op->entry->at)),
			bytes(e, own), put_fields(e, u) });
}

static uint32_t operation_row(const struct emit *e, const struct flow_step *s)
{
	for (uint32_t i = 0; i < e->nused; i++)
		if (e->used[i].op == s->operation &&
			&e->f->openapi->specs[e->used[i].spec] == s->spec)
			return i;
	return AEGF_NONE;
}

/* ---- Workflows ----------------------------------------------------------------------------- */

static struct aegf_list put_arguments(struct emit *e, const struct flow_step *s)
{
	struct buf rows = { .arena = e->d->arena };
	uint32_t first = COUNT(e, ARGUMENTS);
	for (uint32_t i = 0; i < s->narguments; i++) {
		struct aegf_argument a = { aeg_st32(s->arguments[i].parameter),
			template(e, &s->arguments[i].value) };
		buf_add(&rows, &a, sizeof a);
	}
	buf_add(&e->table[AEGF_TABLE_ARGUMENTS].b, rows.at, rows.len);
	e->table[AEGF_TABLE_ARGUMENTS].n += s->narguments;
	return list(first, COUNT(e, ARGUMENTS));
}

static struct aegf_list put_extracts(struct emit *e, const struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	uint32_t first = COUNT(e, EXTRACTS), selection = 0;
	if (s->selection.len != 0)
		selection = program(e, AEGF_TABLE_SELECTIONS, s->selection);
	for (uint32_t i = 0; i < w->nextracts && s->selection.len != 0; i++)
		ROW(e, EXTRACTS, struct aegf_extract,
			{ bytes(e, w->extracts[i].name.text), aeg_st32(selection), aeg_st32(i),
				aeg_st32(w->extracts[i].all ? AEGF_EXTRACT_ALL : 0),
				aeg_st32(w->extracts[i].most) });
	return list(first, COUNT(e, EXTRACTS));
}

static struct aegf_list put_statuses(struct emit *e, const struct mflow_step *w)
{
	uint32_t first = COUNT(e, STATUSES);
	for (uint32_t i = 0; i < w->naccepted; i++)
		ROW(e, STATUSES, struct aegf_statuses,
			{ aeg_st16(w->accepted[i].from), aeg_st16(w->accepted[i].to) });
	return list(first, COUNT(e, STATUSES));
}

static void put_step(struct emit *e, const struct flow_step *s)
{
	const struct mflow_step *w = s->written;
	bool loop = s->each.program.len != 0;
	struct aegf_step row = { .name = bytes(e, w->name.text),
		.operation = aeg_st32(operation_row(e, s)),
		.when = template(e, &s->when),
		.body = template(e, &s->body),
		.arguments = put_arguments(e, s),
		.extracts = put_extracts(e, s),
		.accepted = put_statuses(e, w),
		.on_error = aeg_st32(
			w->on_error == FLOW_CONTINUE ? AEGF_ON_ERROR_CONTINUE : AEGF_ON_ERROR_FAIL),
		.retries = aeg_st32(w->retries),
		.backoff_ms = aeg_st32((uint32_t)w->backoff_ms),
		.backoff_most_ms = aeg_st32((uint32_t)w->backoff_most_ms),
		.timeout_ms = aeg_st32((uint32_t)w->timeout_ms),
		.each = template(e, &s->each),
		.item = bytes(e, loop ? w->item.text : SLICE("")),
		.most = aeg_st32(loop ? w->most : 0) };
	buf_add(&e->table[AEGF_TABLE_STEPS].b, &row, sizeof row);
	e->table[AEGF_TABLE_STEPS].n++;
}

static void put_flow(struct emit *e, const struct flow *f)
{
	const struct mflow *w = f->written;
	uint32_t first = COUNT(e, STEPS);
	if (f->input.len == 0)
		return;
	for (uint32_t i = 0; i < w->nsteps; i++)
		put_step(e, &f->steps[i]);
	ROW(e, FLOWS, struct aegf_flow,
		{ bytes(e, w->name.text), bytes(e, w->description.text),
			aeg_st32(add_schema(e, w->input_schema, f->input)),
			list(first, COUNT(e, STEPS)), aeg_st32((uint32_t)w->total_ms),
			template(e, &f->result) });
}

static int by_name(const void *a, const void *b)
{
	const struct flow *const *x = a, *const *y = b;
	return compare((*x)->written->name.text, (*y)->written->name.text);
}

static void put_flows(struct emit *e)
{
	const struct flow **order = arena_array(e->d->arena, const struct flow *, e->f->n + 1);
	for (uint32_t i = 0; i < e->f->n; i++)
		order[i] = &e->f->v[i];
	qsort(order, e->f->n, sizeof *order, by_name);
	for (uint32_t i = 0; i < e->f->n; i++)
		put_flow(e, order[i]);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static struct slice assemble(struct emit *e)
{
	struct buf out = { .arena = e->d->arena };
	struct aegf_flows head = { .nbytes = aeg_st32((uint32_t)e->bytes.len) };
	for (int t = 0; t < AEGF_NTABLES; t++)
		head.count[t] = aeg_st32(e->table[t].n);
	buf_add(&out, &head, sizeof head);
	for (int t = 0; t < AEGF_NTABLES; t++)
		buf_add(&out, e->table[t].b.at, e->table[t].b.len);
	buf_add(&out, e->bytes.at, e->bytes.len);
	return buf_done(&out);
}

struct slice flow_emit(struct diags *d, const struct model *m, const struct flows *f)
{
	struct emit e = { .d = d, .m = m, .f = f };
	uint32_t errors = d->errors, spec = 0;
	e.bytes.arena = e.texts.arena = e.schemas.arena = e.programs.arena = d->arena;
	for (int t = 0; t < AEGF_NTABLES; t++)
		e.table[t].b.arena = d->arena;
	collect(&e);
	if (e.nused == 0)
		return (struct slice){ 0 };
	sort(&e);
	put_specs(&e);
	for (size_t i = 0; i < e.nused; i++) {
		while (e.specs[spec] != e.used[i].spec)
			spec++;
		put_operation(&e, &e.used[i], spec);
	}
	put_flows(&e);
	return d->errors == errors ? assemble(&e) : (struct slice){ 0 };
}
