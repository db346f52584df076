/* Tables, texts and programs of section MACHINES, and the JSON of its tasks. */
#define _GNU_SOURCE /* memmem */
#include "machine/section.h"

#include "aegis/expr.h"
#include "flow/text.h"
#include "schema/schema.h"

void section_init(struct section *s, struct diags *d)
{
	*s = (struct section){ .d = d };
	s->bytes.arena = s->json.arena = s->texts.arena = s->programs.arena = d->arena;
	for (int t = 0; t < AEGF_M_NTABLES; t++)
		s->table[t].b.arena = d->arena;
}

struct aegf_bytes section_bytes(struct section *s, struct slice text)
{
	uint32_t at = text.len == 0 ? 0 : map_get(&s->texts, text);
	if (at == MAP_NONE) {
		at = (uint32_t)s->bytes.len;
		buf_slice(&s->bytes, text);
		map_put(&s->texts, buf_copy(s->d->arena, text), at);
	}
	return (struct aegf_bytes){ aeg_st32(at), aeg_st32(text.len) };
}

struct slice section_done(struct section *s)
{
	struct buf out = { .arena = s->d->arena };
	struct aegf_machines head = { .nbytes = aeg_st32((uint32_t)s->bytes.len) };
	for (int t = 0; t < AEGF_M_NTABLES; t++)
		head.count[t] = aeg_st32(s->table[t].n);
	buf_add(&out, &head, sizeof head);
	for (int t = 0; t < AEGF_M_NTABLES; t++)
		buf_add(&out, s->table[t].b.at, s->table[t].b.len);
	buf_add(&out, s->bytes.at, s->bytes.len);
	return buf_done(&out);
}

/* ---- Programs ------------------------------------------------------------------------------ */

/* Each stands there once; those of a table in the order of their bytes. */
static struct aeg_le32 program(struct section *s, enum aegf_machine_table t, struct slice code)
{
	struct buf key = { .arena = s->d->arena };
	buf_add(&key, &t, sizeof t);
	buf_slice(&key, code);
	uint32_t known = map_put(&s->programs, buf_done(&key), s->table[t].n);
	if (known != MAP_NONE)
		return aeg_st32(known);
	struct aegf_bytes row = { aeg_st32((uint32_t)s->bytes.len), aeg_st32(code.len) };
	buf_slice(&s->bytes, code);
	buf_add(&s->table[t].b, &row, sizeof row);
	return aeg_st32(s->table[t].n++);
}

static enum aeg_template_mode mode_of(enum section_text how)
{
	static const enum aeg_template_mode modes[] = { AEG_MODE_TEXT, AEG_MODE_SHELL, AEG_MODE_URL,
		AEG_MODE_JSON, AEG_MODE_JSON, AEG_MODE_TEXT };
	return modes[how];
}

struct aeg_le32 section_template(
	struct section *s, struct slice text, struct span at, enum section_text how)
{
	struct aeg_template_options o = { .size_of = sizeof o, .mode = mode_of(how) };
	struct aeg_str t = { text.at, text.len };
	struct aeg_template_error error = { .what = "too large" };
	enum aeg_status status = AEG_NOMEM;
	for (size_t cap = 4096 + 32 * (size_t)text.len; status == AEG_NOMEM && cap < (64u << 20);
		cap *= 2) {
		void *mem = arena_alloc(s->d->arena, cap, 1, 8);
		size_t len;
		status = how == SECTION_CONDITION
				 ? aeg_condition_compile(t, &o, mem, cap, &len, &error)
				 : aeg_template_compile(t, &o, mem, cap, &len, &error);
		if (status == AEG_OK)
			return program(s, AEGF_M_TEMPLATES, (struct slice){ mem, (uint32_t)len });
	}
	diag_add(s->d, (struct diag){ AEG_bad_flow_template, at,
			       .label = diag_text(s->d, "%s", error.what) });
	return aeg_st32(AEGF_NONE);
}

static const struct node *no_document(void *ctx, struct slice uri)
{
	(void)ctx, (void)uri;
	return NULL;
}

struct aeg_le32 section_schema(struct section *s, const struct node *schema)
{
	struct schema_options o = { .dialect = SCHEMA_2020_12, .document = no_document };
	struct schema_place p = { schema, schema, SLICE(""), SLICE("") };
	if (schema == NULL)
		return aeg_st32(AEGF_NONE);
	struct slice code = schema_compile(s->d, &o, &p, 1);
	return code.len == 0 ? aeg_st32(AEGF_NONE) : program(s, AEGF_M_SCHEMAS, code);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

void section_json(struct section *s, const char *json) { buf_text(&s->json, json); }

/* Behind a comma, but first in an object. */
static void name(struct section *s, struct slice t)
{
	if (s->json.len == 0 || s->json.at[s->json.len - 1] != '{')
		buf_text(&s->json, ",");
	buf_json_string(&s->json, t);
	buf_text(&s->json, ":");
}

void section_name(struct section *s, const char *text) { name(s, slice_of(text)); }

static void fragment(struct section *s, struct aeg_le32 template, bool quoted)
{
	SECTION_ROW(s, FRAGMENTS, struct aegf_fragment,
		{ section_bytes(s, buf_done(&s->json)), template, aeg_st32(quoted) });
	s->json.len = 0;
}

void section_put(struct section *s, struct slice text, struct span at, enum section_text how)
{
	bool value = how == SECTION_VALUE && flow_text_is_hole(text);
	if (text.len < 2 || memmem(text.at, text.len, "{{", 2) == NULL)
		buf_json_string(&s->json, text.at == NULL ? SLICE("") : text);
	else
		fragment(s,
			section_template(
				s, text, at, how == SECTION_VALUE && !value ? SECTION_TEXT : how),
			!value);
}

void section_text(struct section *s, const char *text, const struct mtext *t, enum section_text how)
{
	if (t->text.at == NULL)
		return;
	section_name(s, text);
	section_put(s, t->text, t->at, how);
}

void section_node(struct section *s, const char *text, const struct node *n, enum section_text how)
{
	if (n == NULL)
		return;
	section_name(s, text);
	section_value(s, n, how);
}

/* Documents nest at most SYNTAX_MAX_DEPTH deep. */
void section_value(struct section *s, const struct node *n, enum section_text how)
{
	switch ((enum node_kind)n->kind) {
	case NODE_STRING: section_put(s, n->u.text, n->span, how); return;
	case NODE_LIST:
		buf_text(&s->json, "[");
		for (uint32_t i = 0; i < n->u.list.n; i++) {
			buf_text(&s->json, i == 0 ? "" : ",");
			section_value(s, n->u.list.v[i], how);
		}
		buf_text(&s->json, "]");
		return;
	case NODE_MAP:
		buf_text(&s->json, "{");
		for (uint32_t i = 0; i < n->u.map.n; i++) {
			name(s, n->u.map.v[i].key);
			section_value(s, n->u.map.v[i].value, how);
		}
		buf_text(&s->json, "}");
		return;
	case NODE_POISON: buf_text(&s->json, "null"); return;
	case NODE_NULL:
	case NODE_BOOL:
	case NODE_INT:
	case NODE_FLOAT: syntax_dump(&s->json, n); return;
	}
}

struct aegf_list section_fragments(struct section *s, uint32_t first)
{
	if (s->json.len > 0)
		fragment(s, aeg_st32(AEGF_NONE), false);
	return section_list(first, SECTION_COUNT(s, FRAGMENTS));
}
