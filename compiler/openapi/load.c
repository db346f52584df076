/* Finds the descriptions of a run, reads each once, and holds the ApiSpecs against them. */
#include "openapi/internal.h"

/* ---- Versions ------------------------------------------------------------------------------ */

static bool digits(struct slice s)
{
	uint32_t i = 0;
	while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9')
		i++;
	return i > 0 && (i == s.len || (s.at[i] == '-' && i + 1 < s.len));
}

/* `3.0.x` or `3.1.x`; 0: another. */
static enum openapi_version version_of(struct slice s)
{
	struct slice rest = { s.at + 4, s.len < 4 ? 0 : s.len - 4 };
	if (slice_begins(s, SLICE("3.0.")) && digits(rest))
		return OPENAPI_3_0;
	return slice_begins(s, SLICE("3.1.")) && digits(rest) ? OPENAPI_3_1
							      : (enum openapi_version)0;
}

static void refuse_version(struct diags *d, const struct member *m, bool swagger)
{
	struct slice v = oa_is_text(m->value) ? m->value->u.text : SLICE("");
	const char *help =
		"OpenAPI 3.0 and 3.1 are read; their whole version stands here, as in `3.1.1`";
	const char *label = "a version that is not read";
	if (swagger) {
		label = "Swagger 2.0, which is not read";
		help = "convert it to OpenAPI 3.0, which most tools that read 2.0 can do, and use what comes out";
	} else if (slice_begins(v, SLICE("3.2"))) {
		label = "OpenAPI 3.2, which is not read yet";
		help = "write `3.1.1`, and leave out what 3.2 has added";
	} else if (slice_is(v, "3.0") || slice_is(v, "3.1")) {
		label = "the last number is missing";
		help = diag_text(d, "write `openapi: \"%.*s.0\"`", SLICE_ARG(v));
	}
	diag_add(d,
		(struct diag){ AEG_openapi_version, m->value_span, .label = label, .help = help });
}

/* ---- Descriptions -------------------------------------------------------------------------- */

struct reader {
	struct diags *d;
	const struct documents *docs;
	struct openapi *o;
	size_t cap;
	struct map by_root; /* node > index in o->apis, or REFUSED */
	struct map by_file; /* that an ApiSpec names > the same */
};
#define REFUSED (UINT32_MAX - 1)

static void check(struct reader *r, struct openapi_api *api)
{
	struct walk w = { .d = r->d, .api = api, .files = api->files, .version = api->version };
	oa_schemes(api);
	oa_check(&w);
	oa_index(&w);
}

/* The description in @file, whose root is @root: its index, or REFUSED. Reported where it is read.
 */
static uint32_t describe(struct reader *r, uint32_t file, const struct node *root)
{
	struct arena *a = r->d->arena;
	struct slice key = { (const char *)&root, sizeof root };
	uint32_t was = map_get(&r->by_root, key);
	if (was != MAP_NONE)
		return was;
	const struct member *v = syntax_member(root, "openapi");
	const struct member *swagger = v == NULL ? syntax_member(root, "swagger") : NULL;
	enum openapi_version version = v == NULL || !oa_is_text(v->value)
					       ? (enum openapi_version)0
					       : version_of(v->value->u.text);
	uint32_t at = version == 0 ? REFUSED : r->o->napis;
	map_put(&r->by_root, buf_copy(a, key), at);
	if (version == 0) {
		refuse_version(r->d, v == NULL ? swagger : v, v == NULL);
		return REFUSED;
	}
	arena_push(a, r->o->apis, r->o->napis, &r->cap);
	r->o->napis++;
	struct openapi_api *api = &r->o->apis[at];
	const struct node *info = oa_get(root, "info", NODE_MAP);
	*api = (struct openapi_api){ .file = file,
		.version = version,
		.root = root,
		.title = info == NULL ? (struct slice){ 0 } : oa_text(info, "title"),
		.d = r->d,
		.files = oa_files(r->d, r->docs, file, root, version),
		.by_id.arena = a,
		.by_place.arena = a,
		.by_scheme.arena = a };
	check(r, api);
	return at;
}

/* ---- ApiSpecs ------------------------------------------------------------------------------ */

static void bad_source(struct reader *r, const struct mspec *m, const char *label, const char *help)
{
	diag_add(r->d,
		(struct diag){ AEG_unreadable_source, m->source.at, .label = label, .help = help });
}

/* The path of spec.source: beside the ApiSpec's own file, unless it is none that can be. */
static uint32_t open_source(struct reader *r, const struct mspec *m)
{
	struct arena *a = r->d->arena;
	struct slice s = m->source.text;
	const char *why = NULL;
	if (s.len == 0 || s.at[0] == '/' || memchr(s.at, 0, s.len) != NULL ||
		memchr(s.at, ':', s.len) != NULL) {
		bad_source(r, m, "not a relative path",
			"`spec.source` is the path of a file as seen from this one: `./stripe.yaml`");
		return UINT32_MAX;
	}
	const char *beside = oa_folder(a, r->d->sources->v[m->at.file].path);
	const char *written = buf_copy(a, s).at, *inner = oa_folder(a, written);
	struct buf b = { .arena = a };
	buf_text(&b, beside);
	buf_text(&b, beside[0] != 0 && inner[0] != 0 && strcmp(beside, "/") != 0 ? "/" : "");
	/* `./` in front says nothing: paths are shown without it. */
	buf_text(&b, strcmp(inner, ".") == 0 ? "" : inner);
	if (strcmp(inner, ".") == 0 && b.len > 1 && b.at[b.len - 1] == '/')
		b.len--;
	const char *name = strrchr(written, '/') == NULL ? written : strrchr(written, '/') + 1;
	uint32_t file = sources_below(r->d->sources, buf_done(&b).at, name, &why);
	if (file == UINT32_MAX)
		bad_source(r, m, why, "the path is seen from the folder of this file");
	return file;
}

/* The description in @file, which @m names, or REFUSED. */
static uint32_t described_by(struct reader *r, const struct mspec *m, uint32_t file)
{
	const struct node *root = oa_parsed(r->d, r->docs, file);
	if (root == NULL) {
		bad_source(r, m, "the file does not hold one document", NULL);
		return REFUSED;
	}
	if (root->kind == NODE_POISON)
		return REFUSED;
	if (root->kind != NODE_MAP || (syntax_member(root, "openapi") == NULL &&
					      syntax_member(root, "swagger") == NULL)) {
		bad_source(r, m, "the file holds no OpenAPI document",
			"such a document begins with `openapi: 3.1.1` or the like");
		return REFUSED;
	}
	return describe(r, file, root);
}

/* The description that @m names, or REFUSED. A file is read once, however many name it. */
static uint32_t source_of(struct reader *r, const struct mspec *m)
{
	uint32_t file = open_source(r, m);
	struct slice key = { (const char *)&file, sizeof file };
	uint32_t at = file == UINT32_MAX ? REFUSED : map_get(&r->by_file, key);
	if (at == MAP_NONE) {
		at = described_by(r, m, file);
		if (at != REFUSED)
			map_put(&r->by_file, buf_copy(r->d->arena, key), at);
	}
	return at;
}

static void no_operation(struct reader *r, const struct openapi_api *api, const struct mtext *name)
{
	enum { MOST_NAMES = 4096 }; /* among more nobody looks for the nearest */
	uint32_t looked = api->nentries > MOST_NAMES || r->d->dropped ? 0 : api->nentries;
	struct slice *known = arena_array(r->d->arena, struct slice, looked);
	size_t n = 0;
	for (uint32_t i = 0; i < looked; i++)
		if (api->entries[i].id.at != NULL)
			known[n++] = api->entries[i].id;
	size_t near = diag_nearest(name->text, known, n);
	diag_add(r->d,
		(struct diag){ AEG_unknown_operation, name->at,
			.label = near == SIZE_MAX ? "the description has none of this name"
						  : diag_text(r->d, "did you mean %s?",
							    diag_quote(r->d, known[near])),
			.help = near == SIZE_MAX
					? "an operation is named by its `operationId`, or as `GET /path`"
					: NULL });
}

static uint32_t find_operation(
	struct reader *r, const struct openapi_api *api, const struct mtext *name)
{
	uint32_t at = openapi_find(api, name->text);
	if (at == UINT32_MAX && !api->broken)
		no_operation(r, api, name);
	return at;
}

static void unique_names(struct reader *r, const struct model *m)
{
	struct map names = { .arena = r->d->arena };
	for (uint32_t i = 0; i < m->nspecs; i++) {
		const struct mtext *name = &m->specs[i].name;
		uint32_t was = name->text.at == NULL ? MAP_NONE : map_put(&names, name->text, i);
		if (was != MAP_NONE)
			diag_add(r->d,
				(struct diag){ AEG_duplicate_spec, name->at, .label = "here again",
					.other = m->specs[was].name.at, .other_label = "first here",
					.help = "every ApiSpec has a name of its own" });
	}
}

/* Does something say where operation @entry is? */
static bool need_server(
	struct reader *r, const struct openapi_spec *s, uint32_t entry, const struct mtext *at)
{
	const struct mspec *m = s->written;
	if (m->base_url.text.at != NULL || m->base_url_unread || s->api->broken)
		return true;
	const struct openapi_server *server = openapi_operation(s->api, entry)->servers;
	if (openapi_is_server(server->url))
		return true;
	diag_add(r->d,
		(struct diag){ AEG_no_server, at->at,
			.label =
				"its server is no whole URL without credentials, query or fragment",
			.other = server->at, .other_label = "the server",
			.help = "add `base_url: https://...` under `spec`" });
	return false;
}

static void check_spec(struct reader *r, struct openapi_spec *s)
{
	const struct mspec *m = s->written;
	s->operations = arena_array(r->d->arena, uint32_t, m->operations.n);
	s->explorers = arena_array(r->d->arena, uint32_t, m->nexplorers);
	for (uint32_t i = 0; i < m->operations.n; i++) {
		uint32_t at = find_operation(r, s->api, &m->operations.v[i]);
		if (at != UINT32_MAX)
			s->operations[s->noperations++] = at;
	}
	for (uint32_t i = 0; i < m->nexplorers; i++)
		s->explorers[i] = find_operation(r, s->api, &m->explorers[i].operation);
	if (s->api->nentries == 0 || !need_server(r, s, 0, &m->source))
		return;
	for (uint32_t i = 0; i < s->noperations; i++)
		need_server(r, s, s->operations[i], &m->operations.v[i]);
	for (uint32_t i = 0; i < m->nexplorers; i++)
		if (s->explorers[i] != UINT32_MAX)
			need_server(r, s, s->explorers[i], &m->explorers[i].operation);
}

/* What no description refers to is nobody's. */
static void report_strangers(struct reader *r, const struct model *m)
{
	for (uint32_t i = 0; i < m->nstrangers; i++) {
		uint32_t file = m->strangers[i].at.file, k = 0;
		struct slice key = { (const char *)&file, sizeof file };
		while (k < r->o->napis && map_get(&r->o->apis[k].files->by_source, key) == MAP_NONE)
			k++;
		if (k == r->o->napis)
			diag_add(r->d, m->strangers[i]);
	}
}

const struct openapi *openapi_read(
	struct diags *d, const struct model *m, const struct documents *docs)
{
	struct openapi *o = arena_new(d->arena, struct openapi);
	struct reader r = { d, docs, o, 0, { .arena = d->arena }, { .arena = d->arena } };
	uint32_t *apis = arena_array(d->arena, uint32_t, m->nspecs);
	for (uint32_t i = 0; i < m->ndescriptions; i++)
		describe(&r, m->descriptions[i]->span.file, m->descriptions[i]);
	for (uint32_t i = 0; i < m->nspecs; i++)
		apis[i] =
			m->specs[i].source.text.at == NULL ? REFUSED : source_of(&r, &m->specs[i]);
	unique_names(&r, m);
	report_strangers(&r, m);
	o->specs = arena_array(d->arena, struct openapi_spec, m->nspecs);
	o->nspecs = m->nspecs;
	for (uint32_t i = 0; i < m->nspecs; i++) {
		o->specs[i] = (struct openapi_spec){ .written = &m->specs[i] };
		if (apis[i] == REFUSED)
			continue;
		o->specs[i].api = &o->apis[apis[i]]; /* they no longer move */
		check_spec(&r, &o->specs[i]);
	}
	return o;
}
