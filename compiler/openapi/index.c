/* The operations of a description: found, told apart, their paths and parameters held together. */
#include "openapi/internal.h"

static const char *const fields[OPENAPI_NMETHODS] = { "get", "put", "post", "delete", "options",
	"head", "patch", "trace" };

/* ---- Security schemes ---------------------------------------------------------------------- */

static void add_scheme(struct openapi_api *api, const struct member *m)
{
	static const char *const types[] = { "apiKey", "http", "mutualTLS", "oauth2",
		"openIdConnect" };
	const struct node *n = openapi_resolve(api, m->value);
	struct openapi_scheme s = { .name = m->key, .node = n };
	if (n == NULL || n->kind != NODE_MAP)
		return;
	int type = oa_word(types, 5, oa_text(n, "type"));
	int in = oa_word(openapi_in_names, OPENAPI_NIN, oa_text(n, "in"));
	if (type < 0)
		return;
	s.type = (enum openapi_scheme_type)type;
	s.parameter = oa_text(n, "name");
	s.in = in < 0 ? OPENAPI_HEADER : (enum openapi_in)in;
	s.http = oa_text(n, "scheme");
	map_put(&api->by_scheme, m->key, api->nschemes);
	api->schemes[api->nschemes++] = s;
}

void oa_schemes(struct openapi_api *api)
{
	const struct node *components = oa_get(api->root, "components", NODE_MAP);
	const struct node *all =
		components == NULL ? NULL : oa_get(components, "securitySchemes", NODE_MAP);
	if (all == NULL)
		return;
	api->schemes = arena_array(api->d->arena, struct openapi_scheme, all->u.map.n);
	for (uint32_t i = 0; i < all->u.map.n; i++)
		add_scheme(api, &all->u.map.v[i]);
}

/* ---- Parameters ---------------------------------------------------------------------------- */

/* Names of headers are alike in either case. */
static struct slice identity(struct arena *a, enum openapi_in in, struct slice name)
{
	char *at = arena_array(a, char, (size_t)name.len + 1);
	at[0] = (char)('0' + in);
	for (uint32_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		at[i + 1] = in == OPENAPI_HEADER && c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return (struct slice){ at, name.len + 1 };
}

/* Those of one list; @seen: identity > index in @out of this list, or of one that goes before. */
static void add_list(struct walk *w, struct openapi_api *api, const struct node *list,
	struct map *seen, const struct map *but, struct oa_parameters *out)
{
	struct arena *a = api->d->arena;
	list = list == NULL ? NULL : openapi_resolve(api, list);
	for (uint32_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->u.list.n; i++) {
		const struct node *written = list->u.list.v[i], *n = openapi_resolve(api, written);
		int in = n == NULL ? -1 : oa_word(openapi_in_names, OPENAPI_NIN, oa_text(n, "in"));
		struct slice name = n == NULL ? (struct slice){ 0 } : oa_text(n, "name");
		if (in < 0 || name.at == NULL) {
			out->incomplete = true;
			continue;
		}
		struct slice key = identity(a, (enum openapi_in)in, name);
		if (but != NULL && map_get(but, key) != MAP_NONE)
			continue;
		uint32_t was = map_put(seen, key, (uint32_t)out->n);
		if (was != MAP_NONE && w != NULL)
			oa_report(w, (struct diag){ AEG_duplicate_parameter, written->span,
					     .label = diag_text(w->d, "the %s parameter %s again",
						     openapi_in_names[in], diag_quote(w->d, name)),
					     .other = out->v[was].at, .other_label = "first here",
					     .help = "keep one of the two" });
		if (was != MAP_NONE)
			continue;
		arena_push(a, out->v, out->n, &out->cap);
		out->v[out->n++] =
			(struct oa_parameter){ name, (enum openapi_in)in, n, written->span };
	}
}

void oa_parameters(struct walk *w, struct openapi_api *api, const struct openapi_entry *e,
	struct oa_parameters *ret)
{
	const struct member *shared = syntax_member(e->item, "parameters");
	const struct member *own = syntax_member(e->node, "parameters");
	struct map of_own = { .arena = api->d->arena }, of_item = of_own;
	struct oa_parameters mine = { 0 };
	*ret = (struct oa_parameters){ 0 };
	add_list(w, api, own == NULL ? NULL : own->value, &of_own, NULL, &mine);
	add_list(w, api, shared == NULL ? NULL : shared->value, &of_item, &of_own, ret);
	ret->incomplete |= mine.incomplete;
	if (ret->n == 0) {
		mine.incomplete = ret->incomplete;
		*ret = mine;
		return;
	}
	for (size_t i = 0; i < mine.n; i++) {
		arena_push(api->d->arena, ret->v, ret->n, &ret->cap);
		ret->v[ret->n++] = mine.v[i];
	}
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* The names between `{` and `}`. */
static uint32_t variables(struct slice path, struct slice *ret)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < path.len && n < OA_MAX_VARIABLES; i++) {
		const char *end = path.at[i] == '{' ? memchr(path.at + i, '}', path.len - i) : NULL;
		if (end == NULL)
			continue;
		ret[n] = (struct slice){ path.at + i + 1, (uint32_t)(end - path.at) - i - 1 };
		i += ret[n++].len + 1;
	}
	return n;
}

static void check_template(struct walk *w, const struct openapi_entry *e, const struct member *path)
{
	struct slice names[OA_MAX_VARIABLES];
	uint32_t n = variables(e->path, names);
	struct oa_parameters p;
	bool filled[OA_MAX_VARIABLES] = { false };
	oa_parameters(w, w->api, e, &p);
	w->merged += (uint32_t)p.n;
	for (size_t i = 0; i < p.n; i++) {
		bool used = p.v[i].in != OPENAPI_PATH;
		for (uint32_t k = 0; k < n && p.v[i].in == OPENAPI_PATH; k++)
			if (slice_eq(p.v[i].name, names[k]))
				used = filled[k] = true;
		if (!used)
			oa_report(w, (struct diag){ AEG_unused_path_parameter, p.v[i].at,
					     .label = diag_text(w->d, "the path has no `{%.*s}`",
						     SLICE_ARG(p.v[i].name)),
					     .other = path->key_span, .other_label = "the path" });
	}
	for (uint32_t k = 0; k < n && !p.incomplete; k++)
		if (!filled[k])
			oa_report(w,
				(struct diag){ AEG_undeclared_path_parameter, e->at,
					.label = diag_text(w->d,
						"no parameter of this operation fills %s",
						diag_quote(w->d, (struct slice){ names[k].at - 1,
									 names[k].len + 2 })),
					.other = path->key_span, .other_label = "in this path",
					.help = "add a parameter of this name with `in: path`" });
}

/* The path without the names of its parameters: what tells paths apart. */
static struct slice anonymous(struct arena *a, struct slice path)
{
	char *at = arena_array(a, char, path.len);
	uint32_t n = 0;
	bool inside = false;
	for (uint32_t i = 0; i < path.len; i++) {
		inside &= path.at[i] != '}';
		if (!inside)
			at[n++] = path.at[i];
		inside |= path.at[i] == '{';
	}
	return (struct slice){ at, n };
}

/* ---- Entries ------------------------------------------------------------------------------- */

static void add_entry(struct walk *w, struct openapi_entry e, struct span id_at, size_t *cap)
{
	struct openapi_api *api = w->api;
	struct buf place = { .arena = w->d->arena };
	size_t n = api->nentries;
	arena_push(w->d->arena, api->entries, n, cap);
	api->entries[api->nentries++] = e;
	buf_printf(&place, "%s %.*s", openapi_method_names[e.method], SLICE_ARG(e.path));
	map_put(&api->by_place, buf_done(&place), (uint32_t)n);
	uint32_t was = e.id.at == NULL ? MAP_NONE : map_put(&api->by_id, e.id, (uint32_t)n);
	if (was != MAP_NONE)
		oa_report(w, (struct diag){ AEG_duplicate_operation_id, id_at,
				     .label = "here again", .other = api->entries[was].at,
				     .other_label = "the operation that has it already",
				     .help = "every operation has an `operationId` of its own" });
}

/* The operation at @method, of the path itself or of what its `$ref` leads to. */
static const struct member *operation_of(
	const struct node *own, const struct node *item, int method)
{
	const struct member *m = syntax_member(own, fields[method]);
	return m != NULL ? m : syntax_member(item, fields[method]);
}

static void add_path(struct walk *w, const struct member *path, size_t *cap)
{
	const struct node *item = openapi_resolve(w->api, path->value);
	if (item == NULL || item->kind != NODE_MAP || path->value->kind != NODE_MAP)
		return;
	for (int i = 0; i < OPENAPI_NMETHODS; i++) {
		const struct member *m = operation_of(path->value, item, i);
		const struct node *n = m == NULL ? NULL : openapi_resolve(w->api, m->value);
		if (n == NULL || n->kind != NODE_MAP)
			continue;
		struct openapi_entry e = { oa_text(n, "operationId"), path->key,
			(enum openapi_method)i, item, n, m->key_span };
		struct span id_at =
			e.id.at == NULL ? SPAN_NONE : syntax_member(n, "operationId")->value_span;
		add_entry(w, e, id_at, cap);
		if (w->merged < OA_MAX_MERGED)
			check_template(w, &e, path);
		else
			oa_report(w,
				(struct diag){ AEG_too_many_values, path->key_span,
					.label =
						"operations have more than 1048576 parameters altogether" });
	}
}

/* An `operationId` that is how another operation is called, `GET /pets`, would stand for both. */
static void unlike_places(struct walk *w)
{
	const struct openapi_api *api = w->api;
	for (uint32_t i = 0; i < api->nentries; i++) {
		const struct openapi_entry *e = &api->entries[i];
		uint32_t other = e->id.at == NULL ? MAP_NONE : map_get(&api->by_place, e->id);
		if (other != MAP_NONE && other != i)
			oa_report(w, (struct diag){ AEG_duplicate_operation_id,
					     syntax_member(e->node, "operationId")->value_span,
					     .label = "the place of another operation",
					     .other = api->entries[other].at,
					     .other_label = "that is called so as well" });
	}
}

void oa_index(struct walk *w)
{
	const struct node *paths = oa_get(w->api->root, "paths", NODE_MAP);
	struct arena *a = w->d->arena;
	struct map shapes = { .arena = a };
	size_t cap = 0;
	for (uint32_t i = 0; paths != NULL && i < paths->u.map.n; i++) {
		const struct member *m = &paths->u.map.v[i];
		if (m->key.len == 0 || m->key.at[0] != '/')
			continue;
		uint32_t was = map_put(&shapes, anonymous(a, m->key), i);
		if (was != MAP_NONE)
			oa_report(w, (struct diag){ AEG_same_path, m->key_span,
					     .label = "only the names of its parameters differ",
					     .other = paths->u.map.v[was].key_span,
					     .other_label = "from this path" });
		add_path(w, m, &cap);
	}
	unlike_places(w);
	w->api->operations = arena_array(a, struct openapi_operation *, w->api->nentries);
}
