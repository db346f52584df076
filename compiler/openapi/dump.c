/* The operations of a description as JSON: what was understood of it. */
#include "openapi/internal.h"

static void key(struct buf *b, const char *name)
{
	char last = b->at[b->len - 1];
	buf_printf(b, "%s\"%s\":", last == '{' || last == '[' ? "" : ",", name);
}

static void text(struct buf *b, const char *name, struct slice s)
{
	if (s.at == NULL)
		return;
	key(b, name);
	buf_json_string(b, s);
}

static void yes(struct buf *b, const char *name, bool is)
{
	if (!is)
		return;
	key(b, name);
	buf_text(b, "true");
}

/* A node as written: what its references lead to is not repeated. */
static void written(struct buf *b, const char *name, const struct node *n)
{
	if (n == NULL)
		return;
	key(b, name);
	syntax_dump(b, n);
}

static void dump_media(struct buf *b, const struct openapi_media *v, uint32_t n)
{
	if (n == 0)
		return;
	key(b, "content");
	buf_text(b, "{");
	for (uint32_t i = 0; i < n; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, v[i].type);
		buf_text(b, ":{");
		written(b, "schema", v[i].schema);
		written(b, "encoding", v[i].encoding);
		buf_text(b, "}");
	}
	buf_text(b, "}");
}

static void dump_parameter(struct buf *b, const struct openapi_parameter *p)
{
	buf_text(b, "{");
	text(b, "name", p->name);
	text(b, "in", slice_of(openapi_in_names[p->in]));
	yes(b, "required", p->required);
	yes(b, "deprecated", p->deprecated);
	if (p->content.type.at != NULL) {
		dump_media(b, &p->content, 1);
	} else {
		text(b, "style", slice_of(openapi_style_names[p->style]));
		yes(b, "explode", p->explode);
		yes(b, "allowReserved", p->allow_reserved);
		written(b, "schema", p->schema);
	}
	buf_text(b, "}");
}

static void dump_response(struct buf *b, const struct openapi_response *r)
{
	if (r->to == 999)
		buf_text(b, "\"default\":{");
	else if (r->from == r->to)
		buf_printf(b, "\"%u\":{", (unsigned)r->from);
	else
		buf_printf(b, "\"%uXX\":{", (unsigned)r->from / 100);
	dump_media(b, r->media, r->nmedia);
	written(b, "headers", r->headers);
	buf_text(b, "}");
}

static void dump_requirement(struct buf *b, const struct openapi_requirement *r)
{
	buf_text(b, "{");
	for (uint32_t i = 0; i < r->nneeds; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, r->needs[i].scheme->name);
		buf_text(b, ":");
		syntax_dump(b, r->needs[i].scopes);
	}
	buf_text(b, "}");
}

/* `"name":[...]`, or `{...}`. */
#define DUMP_EACH(b, name, open, v, n, close, dump) \
	do { \
		key(b, name); \
		buf_text(b, open); \
		for (uint32_t i_ = 0; i_ < (n); i_++) { \
			buf_text(b, i_ == 0 ? "" : ","); \
			dump(b, &(v)[i_]); \
		} \
		buf_text(b, close); \
	} while (0)

static void dump_server(struct buf *b, const struct openapi_server *s)
{
	buf_json_string(b, s->url);
}

static void dump_operation(struct buf *b, const struct openapi_operation *op)
{
	buf_text(b, "{");
	text(b, "operationId", op->entry->id);
	DUMP_EACH(b, "parameters", "[", op->parameters, op->nparameters, "]", dump_parameter);
	if (op->body.stated) {
		key(b, "requestBody");
		buf_text(b, "{");
		yes(b, "required", op->body.required);
		dump_media(b, op->body.media, op->body.nmedia);
		buf_text(b, "}");
	}
	DUMP_EACH(b, "responses", "{", op->responses, op->nresponses, "}", dump_response);
	DUMP_EACH(b, "servers", "[", op->servers, op->nservers, "]", dump_server);
	DUMP_EACH(b, "security", "[", op->security, op->nsecurity, "]", dump_requirement);
	buf_text(b, "}");
}

static void dump_scheme(struct buf *b, const struct openapi_scheme *s)
{
	static const char *const types[] = { "apiKey", "http", "mutualTLS", "oauth2",
		"openIdConnect" };
	buf_json_string(b, s->name);
	buf_text(b, ":{");
	text(b, "type", slice_of(types[s->type]));
	if (s->type == OPENAPI_API_KEY) {
		text(b, "name", s->parameter);
		text(b, "in", slice_of(openapi_in_names[s->in]));
	}
	if (s->type == OPENAPI_HTTP)
		text(b, "scheme", s->http);
	buf_text(b, "}");
}

void openapi_dump(struct buf *out, const struct openapi *o)
{
	for (uint32_t i = 0; i < o->napis; i++) {
		struct openapi_api *api = &o->apis[i];
		buf_text(out, "{");
		text(out, "title", api->title);
		text(out, "version", slice_of(api->version == OPENAPI_3_0 ? "3.0" : "3.1"));
		DUMP_EACH(
			out, "securitySchemes", "{", api->schemes, api->nschemes, "}", dump_scheme);
		key(out, "operations");
		buf_text(out, "{");
		for (uint32_t k = 0; k < api->nentries; k++) {
			const struct openapi_entry *e = &api->entries[k];
			buf_printf(out, "%s\n\"%s ", k == 0 ? "" : ",",
				openapi_method_names[e->method]);
			size_t at =
				out->len; /* one string: without the quote that begins the path */
			buf_json_string(out, e->path);
			memmove(out->at + at, out->at + at + 1, out->len - at - 1);
			out->len--;
			buf_text(out, ":");
			dump_operation(out, openapi_operation(api, k));
		}
		buf_text(out, "}}\n");
	}
}
