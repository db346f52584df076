/* The tier table: what the consumer tiers may use, and the contexts of tiers and operators. */
#include "model/shape.h"

static const struct field limit_fields[] = {
	{ "resource", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct mlimit, resource),
		.doc = "what is limited" },
	{ "max", .type = FIELD_UINT, .flags = FIELD_REQUIRED, INTO(struct mlimit, max),
		.doc = "how much of it" },
	{ "per_seconds", .type = FIELD_UINT, .min = 1, INTO(struct mlimit, per_s),
		.missing_is = "a level, not a rate", .doc = "in a window of so many seconds" },
};
static const struct schema limit_schema = { "a limit", "how much of a resource a tier may use",
	FIELDS(limit_fields) };

static void read_limits(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtier *t = out;
	t->nlimits = shape_items(v.node);
	t->limits = arena_array(s->d->arena, struct mlimit, t->nlimits);
	for (uint32_t i = 0; i < t->nlimits; i++)
		shape_struct(s, f->sub, shape_item(v.node, i), &t->limits[i]);
}

static const struct field tier_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct mtier, name),
		.doc = "the tier" },
	{ "context", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct mtier, context),
		.doc = "the context its users work under" },
	{ "limits", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &limit_schema,
		.read = read_limits, .doc = "what is not listed has no limit" },
};
static const struct schema tier_schema = { "a tier", "a consumer tier", FIELDS(tier_fields) };

static const struct field role_fields[] = {
	{ "role", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct moprole, role),
		.doc = "the role" },
	{ "context", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, INTO(struct moprole, context),
		.doc = "the context its holders work under" },
	{ "access", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .min = 1, .max = 3,
		INTO(struct moprole, access),
		.doc = "1 reads, 2 reads and operates, 3 everything" },
};
static const struct schema role_schema = { "an operator role", "a platform operator's role",
	FIELDS(role_fields) };

static void read_tiers(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct model *m = s->m;
	(void)out;
	for (uint32_t i = 0; i < shape_items(v.node); i++) {
		arena_push(s->d->arena, m->tiers, m->ntiers, &s->tiers_cap);
		m->tiers[m->ntiers] = (struct mtier){ 0 };
		shape_struct(s, f->sub, shape_item(v.node, i), &m->tiers[m->ntiers++]);
	}
}

static void read_roles(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct model *m = s->m;
	(void)out;
	for (uint32_t i = 0; i < shape_items(v.node); i++) {
		arena_push(s->d->arena, m->oproles, m->noproles, &s->oproles_cap);
		m->oproles[m->noproles] = (struct moprole){ 0 };
		shape_struct(s, f->sub, shape_item(v.node, i), &m->oproles[m->noproles++]);
	}
}

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
		.doc = "what people call the table" },
};
static const struct schema metadata_schema = { "the metadata of a TierTable", "its name",
	FIELDS(metadata_fields) };
static const struct field spec_fields[] = {
	{ "tiers", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .item = FIELD_STRUCT,
		.sub = &tier_schema, .read = read_tiers, .doc = "the consumer tiers" },
	{ "operator_roles", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .item = FIELD_STRUCT,
		.sub = &role_schema, .read = read_roles, .doc = "the roles of platform operators" },
};
static const struct schema spec_schema = { "the spec of a TierTable", "tiers and roles",
	FIELDS(spec_fields) };
static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "its name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "tiers and roles" },
};
const struct schema tier_table_schema = { "a TierTable document",
	"the consumer tiers and operator roles; there is one, and it is built in",
	FIELDS(document_fields) };

void tier_table_read(struct shape *s, struct value root)
{
	char nothing = 0;
	shape_struct(s, &tier_table_schema, root, &nothing);
}
