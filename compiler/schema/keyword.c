/* The keywords of JSON Schema: which dialect has them, and what writes them. */
#include "schema/keyword.h"

const struct node *keyword_value_of(const struct writing *w, const char *keyword)
{
	const struct member *m = syntax_member(w->map, keyword);

	return m == NULL || m->value->kind == NODE_POISON ? NULL : m->value;
}

/* Reports that the keyword's value is not @what. */
bool keyword_wrong(struct writing *w, const struct node *n, const char *what)
{
	if (n->kind != NODE_POISON)
		schema_report(w->c, AEG_schema_value, n->span,
			diag_text(w->c->d, "`%s` wants %s", w->keyword, what), NULL);
	return false;
}

/* Schemas as part of this one. */
uint32_t keyword_part(
	struct writing *w, const struct node *n, const char *keyword, const struct slice *name)
{
	bool boolean = !keyword_is_old(w);

	/* Older dialects have booleans only where members or elements are shut out. */
	boolean |= strncmp(keyword, "additional", 10) == 0;
	if (n->kind != NODE_MAP && !(boolean && n->kind == NODE_BOOL)) {
		keyword_wrong(w, n,
			boolean ? "a schema: a mapping, or true or false" : "a schema: a mapping");
		return AEGF_SCHEMA_ANY;
	}
	return write_schema(w->c, n, resource_index(w->c, n, w->resource), w->job,
		write_segment(w->c, keyword, name));
}

void keyword_annotate(struct writing *w, const struct node *n)
{
	if (strcmp(w->keyword, "nullable") == 0 && n->kind != NODE_BOOL)
		keyword_wrong(w, n, "true or false");
}

/* ---- The table ----------------------------------------------------------------------------- */

enum { D20 = 1, D30 = 2, D07 = 4, D04 = 8, ALL = 15, V = 16 };
static const uint8_t dialect_bit[] = { [SCHEMA_2020_12] = D20,
	[SCHEMA_OPENAPI_30] = D30,
	[SCHEMA_DRAFT_07] = D07,
	[SCHEMA_DRAFT_04] = D04 };

static const struct keyword {
	const char *name;
	uint8_t len, dialects, holds;
	void (*write)(struct writing *w, const struct node *n);
} keywords[] = {
#define X(name, dialects, holds, write) \
	{ name, sizeof name - 1, dialects, HOLDS_##holds, keyword_##write },
#include "schema/keyword.def"
#undef X
};
enum { NKEYWORDS = sizeof keywords / sizeof *keywords };

/* The index of @key in the table, or NKEYWORDS. */
static uint32_t find(struct slice key)
{
	uint32_t i = 0;

	while (i < NKEYWORDS &&
		(keywords[i].len != key.len || memcmp(keywords[i].name, key.at, key.len) != 0))
		i++;
	return i;
}

enum holds keyword_holds(struct slice key, enum schema_dialect dialect)
{
	uint32_t i = find(key);

	return i < NKEYWORDS && (keywords[i].dialects & dialect_bit[dialect])
		       ? (enum holds)keywords[i].holds
		       : HOLDS_NONE;
}

/* A slip of the pen would be passed over. */
static void stranger(struct writing *w, const struct member *m)
{
	struct slice candidates[NKEYWORDS];
	size_t near;

	if (slice_begins(m->key, SLICE("x-")))
		return;
	for (uint32_t i = 0; i < NKEYWORDS; i++)
		candidates[i] = slice_of(keywords[i].name);
	near = diag_nearest(m->key, candidates, NKEYWORDS);
	if (near != SIZE_MAX)
		schema_report(w->c, AEG_schema_ignored, m->key_span, "there is no such keyword",
			diag_text(w->c->d, "did you mean `%s`?", keywords[near].name));
}

/* The values of the schema's keywords, by their index in the table. */
static void gather(struct writing *w, const struct node **ret)
{
	uint8_t bit = dialect_bit[w->dialect];
	bool validates = w->c->resources[w->resource].validates;

	for (uint32_t k = 0; k < w->map->u.map.n; k++) {
		const struct member *m = &w->map->u.map.v[k];
		uint32_t i = find(m->key);
		if (i == NKEYWORDS)
			stranger(w, m);
		else if (!(keywords[i].dialects & bit) && keywords[i].write != keyword_annotate)
			schema_report(w->c, AEG_schema_ignored, m->key_span,
				w->dialect == SCHEMA_OPENAPI_30
					? "OpenAPI 3.0 does not have this keyword"
					: "this dialect does not have this keyword",
				NULL);
		else if ((keywords[i].dialects & bit) && m->value->kind != NODE_POISON &&
			 (validates || !(keywords[i].dialects & V)))
			ret[i] = m->value;
	}
}

void keywords_write(struct compiler *c, uint32_t job)
{
	const struct node *map = c->jobs[job].node, *ref, *have[NKEYWORDS] = { 0 };
	uint32_t resource = c->jobs[job].resource;
	struct writing w = { c, map, job, resource, c->resources[resource].dialect, "" };

	if (map->kind == NODE_BOOL) {
		if (!syntax_bool(map))
			write_op(c, AEGF_SCHEMA_NEVER, 0);
		return;
	}
	ref = w.dialect == SCHEMA_2020_12 ? NULL : keyword_value_of(&w, "$ref");
	if (ref != NULL) { /* what stands beside it counts for nothing */
		w.keyword = "$ref";
		keyword_reference(&w, ref);
		return;
	}
	gather(&w, have);
	for (uint32_t i = 0; i < NKEYWORDS; i++) {
		w.keyword = keywords[i].name;
		if (have[i] != NULL)
			keywords[i].write(&w, have[i]);
	}
}
