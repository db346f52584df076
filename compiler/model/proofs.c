/* PolicyProof documents: their rows, and their assertions into the model. */
#include "model/proofs.h"

#include "model/shape.h"

static const char *const words[ASSERT_KINDS] = { "", "never", "always", "within", "equal", "only" };

const char *massert_word(enum massert kind) { return words[kind]; }

/* ---- Names --------------------------------------------------------------------------------- */

bool massert_name_is(struct slice entry, struct slice name)
{
	uint32_t e = 0, n = 0, star = UINT32_MAX, from = 0;
	while (n < name.len) {
		if (e < entry.len && entry.at[e] == '*') {
			star = e++;
			from = n;
		} else if (e < entry.len && entry.at[e] == name.at[n]) {
			e++;
			n++;
		} else if (star != UINT32_MAX) {
			e = star + 1;
			n = ++from;
		} else {
			return false;
		}
	}
	while (e < entry.len && entry.at[e] == '*')
		e++;
	return e == entry.len;
}

bool massert_names(const struct mlist *list, struct slice name)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (massert_name_is(list->v[i].text, name))
			return true;
	return false;
}

/* One or a list of them: the i-th. */
static uint32_t count(struct value v) { return v.node->kind == NODE_LIST ? v.node->u.list.n : 1; }
static struct value nth(struct value v, uint32_t i)
{
	return v.node->kind == NODE_LIST ? shape_item(v.node, i) : v;
}

static void read_names(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mlist *l = out;
	uint32_t n = count(v);
	(void)f;
	*l = (struct mlist){ .stated = true, .at = v.at };
	l->v = arena_array(s->d->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++)
		l->n += shape_text(s, nth(v, i), &l->v[l->n]);
}

static void read_tools(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct massertion *a = out;
	uint32_t n = count(v);
	(void)f;
	a->tools.at = v.at;
	a->tools.v = arena_array(s->d->arena, struct mpattern, n);
	for (uint32_t i = 0; i < n; i++)
		pattern_read(s, nth(v, i), &a->tools.v[a->tools.n++]);
}

/* What they mean the catalogue says, which is whole when all documents are read: asserted.c. */
static void read_args(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct massertion *a = out;
	(void)f;
	s->reported += v.node->lacks;
	a->said.node = v.node;
	a->said.at = v.at;
}

/* ---- Assertions ---------------------------------------------------------------------------- */

#define MUST (FIELD_REQUIRED | FIELD_NOT_NULL)
#define NAMES(field, member, text) \
	{ \
		field, .type = FIELD_ANY, .flags = MUST, .read = read_names, \
		       INTO(struct massertion, member), .doc = text \
	}
#define CALLS \
	{ "tool", .type = FIELD_ANY, .flags = MUST, .read = read_tools, \
		.doc = "a tool, `fs.*`, `*`, or a list of them" }, \
	{ \
		"args", .type = FIELD_MAP, .flags = FIELD_NOT_NULL, .read = read_args, \
			.missing_is = "any arguments", \
			.doc = "values that arguments have, as in allowlists: `{ path: /etc/** }`" \
	}

static const struct field calls_fields[] = {
	NAMES("context", contexts, "a context, a name with `*`, or a list of them"),
	CALLS,
};
static const struct schema calls_schema = { "an assertion on calls",
	"calls, and the contexts in which they are made", FIELDS(calls_fields) };

static const struct field within_fields[] = {
	NAMES("child", contexts, "the context that may do no more"),
	NAMES("parent", others, "than this one"),
};
static const struct schema within_schema = { "`within`", "two contexts, one within the other",
	FIELDS(within_fields) };

static const struct field equal_fields[] = {
	NAMES("a", contexts, "a context"),
	NAMES("b", others, "the context that allows the same calls"),
};
static const struct schema equal_schema = { "`equal`", "two contexts that allow the same calls",
	FIELDS(equal_fields) };

static const struct field only_fields[] = {
	CALLS,
	NAMES("contexts", contexts, "the only contexts that may allow such a call; []: none may"),
};
static const struct schema only_schema = { "`only`", "calls, and who alone may make them",
	FIELDS(only_fields) };

static void read_word(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct massertion *a = out;
	if (a->kind != ASSERT_NONE)
		return; /* a second one: the finish reports it */
	for (a->kind = ASSERT_NEVER; strcmp(words[a->kind], f->name) != 0;)
		a->kind++;
	shape_struct(s, f->sub, v, a);
}

static bool is_word(struct slice key)
{
	enum massert kind = ASSERT_NEVER;
	while (kind < ASSERT_KINDS && !slice_is(key, words[kind]))
		kind++;
	return kind < ASSERT_KINDS;
}

static void not_one(struct shape *s, struct span at, struct span first)
{
	bool none = span_is_none(first);
	shape_report(s,
		(struct diag){ AEG_not_one_assertion, at,
			.label = none ? "asserts nothing" : "asserts a second thing",
			.other = first, .other_label = none ? NULL : "this is asserted already",
			.help = "an assertion has one of `never`, `always`, `within`, `equal` and `only`" });
}

static void assertion_finish(struct shape *s, struct value v, void *out)
{
	struct massertion *a = out;
	const struct node *map = v.node;
	a->at = SPAN_NONE;
	for (uint32_t i = 0; map->kind == NODE_MAP && i < map->u.map.n; i++) {
		const struct member *m = &map->u.map.v[i];
		if (!is_word(m->key))
			continue;
		if (span_is_none(a->at))
			a->at = m->key_span;
		else
			not_one(s, m->key_span, a->at);
	}
	if (span_is_none(a->at) && s->unread == 0)
		not_one(s,
			map->kind == NODE_MAP && map->u.map.n != 0 ? map->u.map.v[0].key_span
								   : v.at,
			SPAN_NONE);
}

static const struct field assertion_fields[] = {
	{ "name", .type = FIELD_TEXT, .entry = scalar_filled, INTO(struct massertion, name),
		.missing_is = "what is asserted, in words", .doc = "what reports call it" },
	{ "because", .type = FIELD_TEXT, .entry = scalar_filled, INTO(struct massertion, because),
		.doc = "why it must hold: said where it does not" },
	{ "never", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &calls_schema,
		.read = read_word, .doc = "none of these calls is allowed" },
	{ "always", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &calls_schema,
		.read = read_word, .doc = "each of these calls is allowed" },
	{ "within", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &within_schema,
		.read = read_word, .doc = "the child may do nothing that the parent may not" },
	{ "equal", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &equal_schema,
		.read = read_word, .doc = "both allow the same calls" },
	{ "only", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &only_schema,
		.read = read_word, .doc = "no other context allows any of these calls" },
};
static const struct schema assertion_schema = { "an assertion", "what must hold of all calls",
	FIELDS(assertion_fields), assertion_finish };

static void must_list(struct shape *s, bool stated, uint32_t n, struct span at)
{
	if (stated && n == 0)
		shape_report(s, (struct diag){ AEG_asserts_nothing, at,
					.label = "an empty list: this holds whatever is allowed",
					.help = "list what is meant" });
}

static void read_assertion(struct shape *s, struct value v, struct massertion *a)
{
	uint32_t before = s->reported;
	shape_struct(s, &assertion_schema, v, a);
	if (s->reported == before) {
		must_list(s, a->contexts.stated && a->kind != ASSERT_ONLY, a->contexts.n,
			a->contexts.at);
		must_list(s, a->others.stated, a->others.n, a->others.at);
		must_list(s, a->tools.v != NULL, a->tools.n, a->tools.at);
	}
	if (s->reported != before)
		a->kind = ASSERT_NONE;
}

static void read_assertions(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mproof *p = out;
	uint32_t n = shape_items(v.node);
	(void)f;
	p->assertions = arena_array(s->d->arena, struct massertion, n);
	for (uint32_t i = 0; i < n; i++)
		read_assertion(s, shape_item(v.node, i), &p->assertions[p->nassertions++]);
}

/* ---- Documents ----------------------------------------------------------------------------- */

static const struct field spec_fields[] = {
	{ "assertions", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .item = FIELD_STRUCT,
		.sub = &assertion_schema, .read = read_assertions,
		.doc = "what must hold of all calls" },
};
static const struct schema spec_schema = { "the spec of a PolicyProof", "its assertions",
	FIELDS(spec_fields) };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO(struct mproof, name), .doc = "what the proof is called" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a PolicyProof", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "the proof's name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "its assertions" },
};
const struct schema policy_proof_schema = { "a PolicyProof document", "what must hold of all calls",
	FIELDS(document_fields) };

void proofs_read(struct shape *s, struct value root)
{
	struct model *m = s->m;
	struct mproof p = { 0 };
	shape_struct(s, &policy_proof_schema, root, &p);
	arena_push(s->d->arena, m->proofs, m->nproofs, &s->proofs_cap);
	m->proofs[m->nproofs++] = p;
}
