/* Where references lead: JSON pointers, anchors, and the files that a description consists of. */
#include "openapi/internal.h"

enum { MAX_STEPS = 64 }; /* references that lead to references */

/* ---- Text ---------------------------------------------------------------------------------- */

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* @s with its `%41` decoded; what is no such escape stays. */
static struct slice percent_decoded(struct arena *a, struct slice s)
{
	if (s.len == 0 || memchr(s.at, '%', s.len) == NULL)
		return s;
	char *out = arena_array(a, char, s.len);
	uint32_t n = 0;
	for (uint32_t i = 0; i < s.len; i++) {
		int high = s.at[i] == '%' && i + 2 < s.len ? hex(s.at[i + 1]) : -1;
		int low = high < 0 ? -1 : hex(s.at[i + 2]);
		out[n++] = low < 0 ? s.at[i] : (char)(high * 16 + low);
		i += low < 0 ? 0 : 2;
	}
	return (struct slice){ out, n };
}

/* The part of @s up to @c, which it is moved past; false at the end. */
static bool next_part(struct slice *s, char c, struct slice *ret)
{
	if (s->at == NULL)
		return false;
	const char *end = s->len == 0 ? NULL : memchr(s->at, c, s->len);
	*ret = (struct slice){ s->at, end == NULL ? s->len : (uint32_t)(end - s->at) };
	*s = end == NULL ? (struct slice){ NULL, 0 }
			 : (struct slice){ end + 1, s->len - ret->len - 1 };
	return true;
}

const char *oa_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	uint32_t n = slash == NULL ? 0 : (uint32_t)(slash - path);
	return slash == path ? "/" : buf_copy(a, (struct slice){ path, n }).at;
}

/* A scheme, as in `https:`, or the `//` before a host. */
static bool is_remote(struct slice s)
{
	uint32_t i = 0;
	while (i < s.len && ((s.at[i] | 0x20) >= 'a' && (s.at[i] | 0x20) <= 'z'))
		i++;
	return (i > 0 && i < s.len && s.at[i] == ':') || slice_begins(s, SLICE("//"));
}

/* @ref as seen from the file @base, below the same folder, without `.` and `..`. False: outside. */
static bool join_name(struct arena *a, struct slice base, struct slice ref, struct slice *ret)
{
	struct slice parts[64], part, rest[2] = { base, ref };
	size_t n = 0;
	for (int i = 0; i < 2; i++) {
		while (next_part(&rest[i], '/', &part)) {
			bool up = slice_is(part, "..");
			if (up ? n == 0 : n == sizeof parts / sizeof *parts)
				return false;
			if (up)
				n--;
			else if (part.len != 0 && !slice_is(part, "."))
				parts[n++] = part;
		}
		n -= i == 0 && n > 0; /* the base's own name */
	}
	struct buf b = { .arena = a };
	for (size_t i = 0; i < n; i++) {
		buf_text(&b, i == 0 ? "" : "/");
		buf_slice(&b, parts[i]);
	}
	*ret = buf_done(&b);
	return n > 0 && memchr(ret->at, 0, ret->len) == NULL && ref.at[0] != '/';
}

/* ---- Files --------------------------------------------------------------------------------- */

const struct node *oa_parsed(struct diags *d, const struct documents *docs, uint32_t file)
{
	const struct node *root = NULL;
	struct documents own = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < docs->n; i++)
		if (docs->v[i].file == file && n++ == 0)
			root = docs->v[i].root;
	if (n == 0) {
		if (d->sources->v[file].json)
			syntax_parse_json(d, file, &own);
		else
			syntax_parse_yaml(d, file, &own);
		n = own.n;
		root = n == 0 ? NULL : own.v[0].root;
	}
	return n == 1 ? root : NULL;
}

static uint32_t add_file(
	struct openapi_files *f, uint32_t source, struct slice name, const struct node *root)
{
	struct arena *a = f->d->arena;
	struct slice key = { (const char *)&source, sizeof source };
	arena_push(a, f->v, f->n, &f->cap);
	f->v[f->n] = (struct oa_file){ source, name, root, { .arena = a }, { .arena = a }, false };
	f->bytes += f->d->sources->v[source].text.len;
	map_put(&f->by_source, buf_copy(a, key), (uint32_t)f->n);
	map_put(&f->by_name, name, (uint32_t)f->n);
	return (uint32_t)f->n++;
}

struct openapi_files *oa_files(struct diags *d, const struct documents *docs, uint32_t file,
	const struct node *root, unsigned version)
{
	struct openapi_files *f = arena_new(d->arena, struct openapi_files);
	const char *path = d->sources->v[file].path, *slash = strrchr(path, '/');
	*f = (struct openapi_files){ .d = d,
		.docs = docs,
		.version = version,
		.folder = oa_folder(d->arena, path),
		.by_name.arena = d->arena,
		.by_source.arena = d->arena,
		.large.arena = d->arena };
	add_file(f, file, slice_of(slash == NULL ? path : slash + 1), root);
	return f;
}

/* The file @name, read where that has not been done; UINT32_MAX with @ret filled in. */
static uint32_t open_file(struct openapi_files *f, struct slice name, struct oa_ref *ret)
{
	uint32_t at = map_get(&f->by_name, name);
	struct sources *s = f->d->sources;
	ret->status = OA_REF_UNREADABLE;
	if (at == MAP_NONE && (f->n == OPENAPI_MAX_FILES || f->bytes > OPENAPI_MAX_BYTES)) {
		ret->why = f->n == OPENAPI_MAX_FILES ? "a description may have 4096 files"
						     : "the files of a description may have 64 MiB";
		return UINT32_MAX;
	}
	if (at == MAP_NONE) {
		uint32_t source = sources_below(s, f->folder, name.at, &ret->why);
		struct slice key = { (const char *)&source, sizeof source };
		if (source == UINT32_MAX)
			return UINT32_MAX;
		at = map_get(&f->by_source, key);
		if (at == MAP_NONE)
			at = add_file(f, source, name, oa_parsed(f->d, f->docs, source));
	}
	ret->status = f->v[at].root == NULL ? OA_REF_UNPARSED : OA_REF_OK;
	return at;
}

/* ---- Pointers ------------------------------------------------------------------------------ */

/* What stands at a place of the entry document, as far as the tables say. */
struct place_kind {
	uint8_t type, sub;
};

static struct place_kind step_kind(struct place_kind k, struct slice token, unsigned version)
{
	if (k.type == OA_LIST || k.type == OA_MAP)
		return (struct place_kind){ OA_OBJECT, k.sub };
	if (k.type != OA_OBJECT)
		return (struct place_kind){ OA_ANY, 0 };
	const struct oa_object *o = &oa_objects[k.sub];
	const struct oa_row *row = oa_row(o, token, version);
	if (row != NULL)
		return (struct place_kind){ row->type, row->sub };
	if (slice_begins(token, SLICE("x-")))
		return (struct place_kind){ OA_ANY, 0 };
	return (struct place_kind){ o->others, o->others_kind };
}

/* An index of a map that is asked often; made on its first use. */
static const struct map *index_of(struct openapi_files *f, const struct node *n)
{
	struct arena *a = f->d->arena;
	struct slice key = { (const char *)&n, sizeof n };
	uint32_t at = map_get(&f->large, key);
	if (at != MAP_NONE)
		return &f->indexes[at];
	arena_push(a, f->indexes, f->nindexes, &f->indexes_cap);
	map_put(&f->large, buf_copy(a, key), (uint32_t)f->nindexes);
	struct map *m = &f->indexes[f->nindexes++];
	m->arena = a;
	for (uint32_t i = 0; i < n->u.map.n; i++)
		map_put(m, n->u.map.v[i].key, i);
	return m;
}

const struct member *oa_member(struct openapi_files *f, const struct node *map, struct slice key)
{
	enum { FEW = 32 };
	if (map->kind != NODE_MAP)
		return NULL;
	if (map->u.map.n > FEW) {
		uint32_t at = map_get(index_of(f, map), key);
		return at == MAP_NONE ? NULL : &map->u.map.v[at];
	}
	for (uint32_t i = 0; i < map->u.map.n; i++)
		if (slice_eq(map->u.map.v[i].key, key))
			return &map->u.map.v[i];
	return NULL;
}

static const struct node *step_node(
	struct openapi_files *f, const struct node *n, struct slice token)
{
	uint64_t index = 0;
	if (n->kind == NODE_MAP) {
		const struct member *m = oa_member(f, n, token);
		return m == NULL ? NULL : m->value;
	}
	if (n->kind != NODE_LIST || token.len == 0 || token.len > 9 ||
		(token.at[0] == '0' && token.len > 1))
		return NULL;
	for (uint32_t i = 0; i < token.len; i++) {
		if (token.at[i] < '0' || token.at[i] > '9')
			return NULL;
		index = index * 10 + (uint64_t)(token.at[i] - '0');
	}
	return index < n->u.list.n ? n->u.list.v[index] : NULL;
}

/* `~1` is `/`, `~0` is `~`. */
static struct slice untilde(struct arena *a, struct slice s)
{
	if (s.len == 0 || memchr(s.at, '~', s.len) == NULL)
		return s;
	char *out = arena_array(a, char, s.len);
	uint32_t n = 0;
	for (uint32_t i = 0; i < s.len; i++) {
		bool escape = s.at[i] == '~' && i + 1 < s.len &&
			      (s.at[i + 1] == '0' || s.at[i + 1] == '1');
		i += escape;
		out[n++] = !escape ? s.at[i] : s.at[i] == '0' ? '~' : '/';
	}
	return (struct slice){ out, n };
}

static void follow_pointer(
	struct openapi_files *f, uint32_t file, struct slice pointer, struct oa_ref *r)
{
	struct place_kind k = { file == 0 ? OA_OBJECT : OA_ANY, OA_DOCUMENT };
	const struct node *n = f->v[file].root;
	struct slice token;
	next_part(&pointer, '/', &token); /* what stands before the first `/`: nothing */
	while (next_part(&pointer, '/', &token)) {
		token = untilde(f->d->arena, token);
		const struct node *next = step_node(f, n, token);
		if (next == NULL) {
			/* What is broken was reported and left out: it may have been there. */
			r->status =
				n->kind == NODE_POISON || n->lacks ? OA_REF_OK : OA_REF_DANGLING;
			r->target = NULL;
			r->part = token;
			return;
		}
		k = step_kind(k, token, f->version);
		n = next;
	}
	r->target = n;
	r->kind = k.type == OA_OBJECT ? k.sub : k.type == OA_ANY ? OA_NOTHING : OA_NKINDS;
}

/* ---- Anchors ------------------------------------------------------------------------------- */

/* Recursion ends: a document is at most SYNTAX_MAX_DEPTH deep. */
static void find_anchors(struct openapi_files *f, uint32_t file, const struct node *n)
{
	if (f->searched++ >= OA_MAX_WALKED)
		return;
	if (n->kind == NODE_LIST)
		for (uint32_t i = 0; i < n->u.list.n; i++)
			find_anchors(f, file, n->u.list.v[i]);
	if (n->kind != NODE_MAP)
		return;
	const struct node *name = oa_get(n, "$anchor", NODE_STRING);
	if (name != NULL &&
		map_put(&f->v[file].anchors, name->u.text, (uint32_t)f->nanchors) == MAP_NONE) {
		arena_push(f->d->arena, f->anchors, f->nanchors, &f->anchors_cap);
		f->anchors[f->nanchors++] = n;
	}
	for (uint32_t i = 0; i < n->u.map.n; i++)
		find_anchors(f, file, n->u.map.v[i].value);
}

static void follow_anchor(
	struct openapi_files *f, uint32_t file, struct slice name, struct oa_ref *r)
{
	if (!f->v[file].anchored && f->version == OPENAPI_3_1)
		find_anchors(f, file, f->v[file].root);
	f->v[file].anchored = true;
	uint32_t at = map_get(&f->v[file].anchors, name);
	r->status = at == MAP_NONE ? OA_REF_DANGLING : OA_REF_OK;
	r->part = name;
	r->target = at == MAP_NONE ? NULL : f->anchors[at];
	r->kind = file == 0 ? OA_SCHEMA : OA_NOTHING;
}

/* ---- References ---------------------------------------------------------------------------- */

static struct oa_ref look_up(struct openapi_files *f, uint32_t file, struct slice text)
{
	struct arena *a = f->d->arena;
	struct oa_ref r = { .status = OA_REF_OK };
	struct slice rest = text.at == NULL ? SLICE("") : text, uri, name;
	next_part(&rest, '#', &uri);
	struct slice fragment = percent_decoded(a, rest.at == NULL ? SLICE("") : rest);
	if (uri.len != 0) {
		if (is_remote(uri))
			r.status = OA_REF_REMOTE;
		else if (!join_name(a, f->v[file].name, percent_decoded(a, uri), &name))
			r.status = OA_REF_OUTSIDE;
		else
			file = open_file(f, name, &r);
	}
	if (r.status != OA_REF_OK || f->v[file].root == NULL)
		return r;
	if (fragment.len == 0 || fragment.at[0] == '/')
		follow_pointer(f, file, fragment, &r);
	else
		follow_anchor(f, file, fragment, &r);
	return r;
}

const struct member *oa_ref_member(const struct node *n)
{
	const struct member *m = syntax_member(n, "$ref");
	return m != NULL && m->value->kind == NODE_STRING ? m : NULL;
}

const struct oa_ref *oa_lookup(struct openapi_files *f, const struct node *ref)
{
	struct slice text = oa_ref_member(ref)->value->u.text;
	uint32_t file = 0, source = ref->span.file;
	if (source != f->v[0].source)
		file = map_get(
			&f->by_source, (struct slice){ (const char *)&source, sizeof source });
	uint32_t at = map_get(&f->v[file].refs, text);
	if (at == MAP_NONE) {
		struct oa_ref r = look_up(f, file, text);
		arena_push(f->d->arena, f->refs, f->nrefs, &f->refs_cap);
		at = (uint32_t)f->nrefs++;
		f->refs[at] = r;
		map_put(&f->v[file].refs, text, at);
	}
	return &f->refs[at];
}

const struct node *oa_follow(struct openapi_files *f, const struct node *n, bool *ret_round)
{
	for (int i = 0; i < MAX_STEPS && n != NULL; i++) {
		if (oa_ref_member(n) == NULL)
			return n;
		n = oa_lookup(f, n)->target;
	}
	if (ret_round != NULL)
		*ret_round = n != NULL;
	return NULL;
}

const struct node *openapi_resolve(struct openapi_api *api, const struct node *n)
{
	return oa_follow(api->files, n, NULL);
}
