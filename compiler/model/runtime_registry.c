/* RuntimeRegistry: which image a language and version mean. */
#include "model/registry.h"

#include "model/secret.h"
#include "model/shape.h"

static bool refuse(struct shape *s, struct span at, const char *label, const char *help)
{
	shape_report(s, (struct diag){ AEG_bad_setting, at, .label = label, .help = help });
	return false;
}

/* `docker.io`, `registry.example.com:5000/mirror`: how images begin. */
static bool registry_url(struct shape *s, struct value v, struct mtext *io)
{
	struct slice t = io->text;
	bool good = t.len > 0 && t.at[0] != '/' && t.at[t.len - 1] != '/';
	for (uint32_t i = 0; i < t.len; i++)
		good &= (unsigned char)t.at[i] > ' ' && strchr("\"<>\\^`|@?#\x7f", t.at[i]) == NULL;
	if (slice_begins(t, SLICE("http://")) || slice_begins(t, SLICE("https://")))
		return refuse(s, v.at, "a host, not a URL", "write `docker.io`");
	return good || refuse(s, v.at, "no host that images come from", "write `docker.io`");
}

static const struct field runtime_fields[] = {
	{ "image", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_image,
		INTO(struct mruntime, image), .doc = "the image, with a tag or a digest" },
	{ "bootstrap_env", .type = FIELD_MAP, .item = FIELD_TEXT, .read = secret_environment,
		.missing_is = "none", .doc = "environment variables of its containers" },
	{ "description", .type = FIELD_TEXT, .missing_is = "nothing", .doc = "for people" },
	{ "deprecated", .type = FIELD_BOOL, INTO(struct mruntime, deprecated),
		.missing_is = "`false`", .doc = "whether agents are warned of it" },
};
static const struct schema runtime_schema = { "a runtime", "the image of a language and version",
	FIELDS(runtime_fields) };

static void read_versions(struct shape *s, struct value v, struct mlanguage *l)
{
	uint32_t before = s->reported;
	if (v.node->kind == NODE_MAP && v.node->u.map.n == 0)
		refuse(s, v.at, "a language without versions", NULL);
	if (v.node->kind != NODE_MAP && v.node->kind != NODE_POISON)
		shape_wrong_type(s, v, "a map",
			"from version to image: `\"3.11\": { image: \"python:3.11-slim\" }`");
	uint32_t n = v.node->kind == NODE_MAP ? v.node->u.map.n : 0;
	l->versions = arena_array(s->d->arena, struct mruntime, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct member *m = &v.node->u.map.v[i];
		struct mruntime *r = &l->versions[l->nversions++];
		r->version = (struct mtext){ m->key, m->key_span };
		shape_struct(s, &runtime_schema, shape_member(m), r);
	}
	l->broken = s->reported != before || v.node->kind == NODE_POISON || v.node->lacks;
}

static void read_languages(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mregistry *r = out;
	uint32_t n = v.node->kind == NODE_MAP ? v.node->u.map.n : 0;
	(void)f;
	if (n == 0)
		refuse(s, v.at, "no language has an image", NULL);
	r->languages = arena_array(s->d->arena, struct mlanguage, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct member *m = &v.node->u.map.v[i];
		struct mlanguage *l = &r->languages[r->nlanguages++];
		l->name = (struct mtext){ m->key, m->key_span };
		read_versions(s, shape_member(m), l);
	}
	r->broken |= v.node->lacks;
}

static const struct field spec_fields[] = {
	{ "registry_url", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = registry_url,
		INTO(struct mregistry, url), .doc = "where images come from: `docker.io`" },
	{ "runtimes", .type = FIELD_MAP, .flags = FIELD_REQUIRED, .item = FIELD_MAP,
		.sub = &runtime_schema, .read = read_languages,
		.doc = "from language to version to image" },
	{ "metadata", .type = FIELD_MAP, .item = FIELD_ANY, .missing_is = "none",
		.doc = "anything else, for people" },
};
static const struct schema spec_schema = { "the spec of a RuntimeRegistry",
	"which image a language and version mean", FIELDS(spec_fields) };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO(struct mregistry, name), .doc = "what the registry is called" },
	{ "namespace", .type = FIELD_TEXT, .missing_is = "none", .doc = "whose it is" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a RuntimeRegistry", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "the images" },
};
const struct schema runtime_registry_schema = { "a RuntimeRegistry document",
	"which image a language and version mean", FIELDS(document_fields) };

void runtime_registry_read(struct shape *s, struct value root)
{
	struct mregistry r = { .at = root.at, .file = root.at.file };
	struct model *m = s->m;
	uint32_t before = s->reported;
	shape_struct(s, &runtime_registry_schema, root, &r);
	r.broken |= s->reported != before;
	arena_push(s->d->arena, m->registries, m->nregistries, &s->registries_cap);
	m->registries[m->nregistries++] = r;
}

const struct mlanguage *mregistry_language(const struct mregistry *r, struct slice name)
{
	for (uint32_t i = 0; i < r->nlanguages; i++)
		if (slice_eq(r->languages[i].name.text, name))
			return &r->languages[i];
	return NULL;
}

const struct mruntime *mlanguage_version(const struct mlanguage *l, struct slice version)
{
	for (uint32_t i = 0; i < l->nversions; i++)
		if (slice_eq(l->versions[i].version.text, version))
			return &l->versions[i];
	return NULL;
}
