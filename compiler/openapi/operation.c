/* Puts an operation together: parameters, bodies, servers and security, as they are in effect. */
#include "openapi/internal.h"

/* Member @key with references followed, where it is of @kind. */
static const struct node *get(
	struct openapi_api *api, const struct node *n, const char *key, enum node_kind kind)
{
	const struct member *m = syntax_member(n, key);
	n = m == NULL ? NULL : openapi_resolve(api, m->value);
	return n != NULL && n->kind == kind ? n : NULL;
}

static const struct node *schema_of(const struct node *n)
{
	const struct member *m = syntax_member(n, "schema");
	return m != NULL && (m->value->kind == NODE_MAP || m->value->kind == NODE_BOOL) ? m->value
											: NULL;
}

/* ---- Bodies -------------------------------------------------------------------------------- */

static uint32_t read_media(
	struct openapi_api *api, const struct node *holder, struct openapi_media **ret)
{
	const struct node *content = get(api, holder, "content", NODE_MAP);
	uint32_t n = 0;
	if (content == NULL)
		return 0;
	*ret = arena_array(api->d->arena, struct openapi_media, content->u.map.n);
	for (uint32_t i = 0; i < content->u.map.n; i++) {
		const struct member *m = &content->u.map.v[i];
		const struct node *type = openapi_resolve(api, m->value);
		if (type != NULL && type->kind == NODE_MAP)
			(*ret)[n++] = (struct openapi_media){ m->key, schema_of(type),
				get(api, type, "encoding", NODE_MAP), m->key_span };
	}
	return n;
}

static struct openapi_body read_body(struct openapi_api *api, const struct openapi_entry *e)
{
	struct openapi_body b = { .at = e->at };
	const struct node *n = get(api, e->node, "requestBody", NODE_MAP);
	if (n == NULL)
		return b;
	b.stated = true;
	b.at = syntax_member(e->node, "requestBody")->key_span;
	b.required = oa_flag(n, "required", false);
	b.nmedia = read_media(api, n, &b.media);
	return b;
}

/* The statuses that @key stands for; false: none. */
static bool read_status(struct slice key, uint16_t *from, uint16_t *to)
{
	bool all = slice_is(key, "default");
	*from = 0;
	*to = 999;
	if (all || key.len != 3 || key.at[0] < '1' || key.at[0] > '5')
		return all;
	if ((key.at[1] | 0x20) == 'x' && (key.at[2] | 0x20) == 'x') {
		*from = (uint16_t)((key.at[0] - '0') * 100);
		*to = (uint16_t)(*from + 99);
		return true;
	}
	for (int i = 0; i < 3; i++) {
		if (key.at[i] < '0' || key.at[i] > '9')
			return false;
		*from = (uint16_t)(*from * 10 + (key.at[i] - '0'));
	}
	*to = *from;
	return true;
}

static void read_responses(
	struct openapi_api *api, const struct openapi_entry *e, struct openapi_operation *op)
{
	const struct node *all = get(api, e->node, "responses", NODE_MAP);
	if (all == NULL)
		return;
	op->responses = arena_array(api->d->arena, struct openapi_response, all->u.map.n);
	for (uint32_t i = 0; i < all->u.map.n; i++) {
		const struct member *m = &all->u.map.v[i];
		struct openapi_response r = { .at = m->key_span };
		const struct node *n = openapi_resolve(api, m->value);
		if (n == NULL || n->kind != NODE_MAP || !read_status(m->key, &r.from, &r.to))
			continue;
		r.nmedia = read_media(api, n, &r.media);
		r.headers = get(api, n, "headers", NODE_MAP);
		op->responses[op->nresponses++] = r;
	}
}

/* ---- Parameters ---------------------------------------------------------------------------- */

static struct openapi_parameter read_parameter(
	struct openapi_api *api, const struct oa_parameter *from)
{
	static const enum openapi_style defaults[] = { [OPENAPI_PATH] = OPENAPI_SIMPLE,
		[OPENAPI_QUERY] = OPENAPI_FORM,
		[OPENAPI_HEADER] = OPENAPI_SIMPLE,
		[OPENAPI_COOKIE] = OPENAPI_FORM };
	const struct node *n = from->node;
	struct openapi_media *media = NULL;
	struct openapi_parameter p = { .name = from->name, .in = from->in, .at = from->at };
	int style = oa_word(openapi_style_names, OPENAPI_NSTYLES, oa_text(n, "style"));
	p.required = from->in == OPENAPI_PATH || oa_flag(n, "required", false);
	p.deprecated = oa_flag(n, "deprecated", false);
	p.style = style < 0 ? defaults[from->in] : (enum openapi_style)style;
	p.explode = oa_flag(n, "explode", p.style == OPENAPI_FORM);
	p.allow_reserved = from->in == OPENAPI_QUERY && oa_flag(n, "allowReserved", false);
	p.schema = schema_of(n);
	if (read_media(api, n, &media) != 0) {
		p.content = media[0];
		p.schema = media[0].schema;
	}
	return p;
}

/* Of headers these three are written by the request itself: a parameter of such a name is none. */
static bool is_ignored(const struct oa_parameter *p)
{
	static const char *const names[] = { "accept", "content-type", "authorization" };
	for (int i = 0; i < 3; i++) {
		uint32_t n = (uint32_t)strlen(names[i]), k = 0;
		while (p->in == OPENAPI_HEADER && p->name.len == n && k < n &&
			(p->name.at[k] | 0x20) == (names[i][k] | 0x20))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

static void read_parameters(
	struct openapi_api *api, const struct openapi_entry *e, struct openapi_operation *op)
{
	struct oa_parameters all;
	oa_parameters(NULL, api, e, &all);
	op->parameters = arena_array(api->d->arena, struct openapi_parameter, all.n);
	for (size_t i = 0; i < all.n; i++)
		if (!is_ignored(&all.v[i]))
			op->parameters[op->nparameters++] = read_parameter(api, &all.v[i]);
}

/* ---- Servers ------------------------------------------------------------------------------- */

/* The default of the variable @name of a server; at == NULL: none. */
static struct slice variable(
	struct openapi_api *api, const struct node *variables, struct slice name)
{
	const struct member *m = variables == NULL ? NULL : oa_member(api->files, variables, name);
	return m == NULL ? (struct slice){ 0 } : oa_text(m->value, "default");
}

static struct openapi_server read_server(struct openapi_api *api, const struct node *n)
{
	struct openapi_server s = { .written = oa_text(n, "url"), .at = n->span };
	const struct node *variables = get(api, n, "variables", NODE_MAP);
	struct buf b = { .arena = api->d->arena };
	struct slice url = s.written;
	for (uint32_t i = 0; i < url.len; i++) {
		const char *end = url.at[i] == '{' ? memchr(url.at + i, '}', url.len - i) : NULL;
		uint32_t len = end == NULL ? 0 : (uint32_t)(end - url.at) - i - 1;
		struct slice value = end == NULL ? (struct slice){ 0 }
						 : variable(api, variables,
							   (struct slice){ url.at + i + 1, len });
		if (value.at == NULL) {
			buf_add(&b, url.at + i, 1);
			continue;
		}
		buf_slice(&b, value);
		i += len + 1;
	}
	s.url = buf_done(&b);
	return s;
}

static void read_servers(
	struct openapi_api *api, const struct openapi_entry *e, struct openapi_operation *op)
{
	const struct node *places[] = { e->node, e->item, api->root }, *list = NULL;
	for (int i = 0; i < 3 && (list == NULL || list->u.list.n == 0); i++)
		list = get(api, places[i], "servers", NODE_LIST);
	uint32_t n = list == NULL ? 0 : list->u.list.n;
	op->servers = arena_array(api->d->arena, struct openapi_server, (size_t)n + 1);
	for (uint32_t i = 0; i < n; i++)
		if (list->u.list.v[i]->kind == NODE_MAP)
			op->servers[op->nservers++] = read_server(api, list->u.list.v[i]);
	if (op->nservers == 0)
		op->servers[op->nservers++] =
			(struct openapi_server){ SLICE("/"), SLICE("/"), api->root->span };
}

/* ---- Security ------------------------------------------------------------------------------ */

static struct openapi_requirement read_requirement(struct openapi_api *api, const struct node *n)
{
	struct openapi_requirement r = { 0 };
	r.needs = arena_array(api->d->arena, struct openapi_need, n->u.map.n);
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		uint32_t at = map_get(&api->by_scheme, n->u.map.v[i].key);
		if (at != MAP_NONE)
			r.needs[r.nneeds++] =
				(struct openapi_need){ &api->schemes[at], n->u.map.v[i].value };
	}
	return r;
}

static void read_security(
	struct openapi_api *api, const struct openapi_entry *e, struct openapi_operation *op)
{
	const struct node *list = get(api, e->node, "security", NODE_LIST);
	if (list == NULL)
		list = get(api, api->root, "security", NODE_LIST);
	if (list == NULL)
		return;
	op->security = arena_array(api->d->arena, struct openapi_requirement, list->u.list.n);
	for (uint32_t i = 0; i < list->u.list.n; i++)
		if (list->u.list.v[i]->kind == NODE_MAP)
			op->security[op->nsecurity++] = read_requirement(api, list->u.list.v[i]);
}

/* ---- Operations ---------------------------------------------------------------------------- */

const struct openapi_operation *openapi_operation(struct openapi_api *api, uint32_t entry)
{
	const struct openapi_entry *e = &api->entries[entry];
	struct openapi_operation *op = api->operations[entry];
	if (op != NULL)
		return op;
	op = api->operations[entry] = arena_new(api->d->arena, struct openapi_operation);
	op->entry = e;
	read_parameters(api, e, op);
	op->body = read_body(api, e);
	read_responses(api, e, op);
	read_servers(api, e, op);
	read_security(api, e, op);
	return op;
}

/* What a request's URL can begin with, byte by byte: RFC 3986, less what would end the path. */
bool openapi_is_server(struct slice url)
{
	static const char more[] = "/-._~!$&'()*+,;=:%[]";
	uint32_t n = slice_begins(url, SLICE("https://"))  ? 8
		     : slice_begins(url, SLICE("http://")) ? 7
							   : url.len;
	bool good = n < url.len && url.at[n] != '/';
	for (uint32_t i = n; i < url.len; i++) {
		char c = url.at[i];
		good &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || (c != 0 && strchr(more, c) != NULL);
	}
	return good;
}

uint32_t openapi_find(const struct openapi_api *api, struct slice name)
{
	uint32_t at = map_get(&api->by_id, name);
	return at != MAP_NONE ? at : map_get(&api->by_place, name);
}

const struct openapi_response *openapi_response(const struct openapi_operation *op, unsigned status)
{
	const struct openapi_response *best = NULL;
	for (uint32_t i = 0; i < op->nresponses; i++) {
		const struct openapi_response *r = &op->responses[i];
		if (r->from <= status && status <= r->to &&
			(best == NULL || r->to - r->from < best->to - best->from))
			best = r;
	}
	return best;
}

/* ---- Media types --------------------------------------------------------------------------- */

/* Without parameters and the white space before them. */
static struct slice bare(struct slice t)
{
	const char *end = t.len == 0 ? NULL : memchr(t.at, ';', t.len);
	uint32_t n = end == NULL ? t.len : (uint32_t)(end - t.at);
	while (n > 0 && (t.at[n - 1] == ' ' || t.at[n - 1] == '\t'))
		n--;
	return (struct slice){ t.at, n };
}

/* How well the range @range fits: 3 the type itself, 2 a range of it, 1 anything, 0 not at all. */
static int fits(struct slice range, struct slice type)
{
	range = bare(range);
	if (slice_is(range, "*/*"))
		return 1;
	bool star =
		range.len > 2 && range.at[range.len - 1] == '*' && range.at[range.len - 2] == '/';
	uint32_t n = star ? range.len - 1 : range.len;
	if (star ? type.len <= n : type.len != n)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		char a = range.at[i], b = type.at[i];
		a = a >= 'A' && a <= 'Z' ? (char)(a | 0x20) : a;
		b = b >= 'A' && b <= 'Z' ? (char)(b | 0x20) : b;
		if (a != b)
			return 0;
	}
	return star ? 2 : 3;
}

const struct openapi_media *openapi_media(
	const struct openapi_media *v, uint32_t n, struct slice type)
{
	const struct openapi_media *best = NULL;
	int most = 0;
	type = bare(type);
	for (uint32_t i = 0; i < n; i++) {
		int how = fits(v[i].type, type);
		if (how > most) {
			best = &v[i];
			most = how;
		}
	}
	return best;
}
