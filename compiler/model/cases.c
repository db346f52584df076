/* PolicyTest documents: their rows, and their cases into the model. */
#include "model/cases.h"

#include "aegis/aegis.h"
#include "model/expect.h"

/* ---- Calls --------------------------------------------------------------------------------- */

static void read_time(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mtext t;
	if (!shape_text(s, v, &t) || quantity_ms(t.text, out))
		return;
	shape_report(s,
		(struct diag){ AEG_bad_time, v.at,
			.label = diag_text(s->d, "%s is no time", diag_quote(s->d, t.text)),
			.help = diag_text(s->d,
				"`%s` is a whole number and `ms`, `s`, `m` or `h`: `500ms`, `1m`",
				f->name) });
}

static void read_args(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s;
	(void)f;
	*(const struct node **)out = v.node;
}

#define CALL_FIELDS \
	{ "context", .type = FIELD_TEXT, INTO(struct mcall, context), \
		.missing_is = "that of `matrix`, else of `defaults`", \
		.doc = "the security context of the caller" }, \
		{ "tool", .type = FIELD_TEXT, INTO(struct mcall, tool), \
			.missing_is = "that of `matrix`, else of `defaults`", \
			.doc = "the tool that is called" }, \
	{ \
		"args", .type = FIELD_ANY, .read = read_args, INTO(struct mcall, args), \
			.missing_is = "that of `matrix`, else none", .doc = "its arguments" \
	}

static const struct field call_fields[] = {
	CALL_FIELDS,
	{ "at", .type = FIELD_GONE, .doc = "a time is for the calls of a sequence: `calls`" },
	{ "takes", .type = FIELD_GONE, .doc = "a time is for the calls of a sequence: `calls`" },
	{ "expect", .type = FIELD_GONE, .doc = "`expect` stands beside `call`, not in it" },
};
static const struct schema call_schema = { "a call", "a tool, its arguments, and who calls it",
	FIELDS(call_fields) };

static const struct field step_fields[] = {
	CALL_FIELDS,
	{ "at", .type = FIELD_TEXT, .read = read_time, INTO(struct mcall, at_ms),
		.missing_is = "the time of the call before, at first `0s`",
		.doc = "when it is made, on the clock of the case: `500ms`, `1m`" },
	{ "takes", .type = FIELD_TEXT, .read = read_time, INTO(struct mcall, takes_ms),
		.missing_is = "to the end of the case",
		.doc = "how long it is under way, which counts for `max_concurrent`" },
	{ "expect", .type = FIELD_ANY, .read = expect_read, INTO(struct mcall, expect),
		.missing_is = "that of the case, else anything",
		.doc = "`allow`, `deny`, or a map that says more" },
};
static const struct schema step_schema = { "a call of a sequence",
	"a tool, its arguments, who calls it and when", FIELDS(step_fields) };

/* ---- Cases --------------------------------------------------------------------------------- */

struct reading { /* a case while it is read */
	struct mcase c;
	struct mcall call;
	struct span call_at, calls_at;
	struct mexpect expect;
};

static void read_call(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct reading *r = out;
	r->call_at = v.at;
	r->call = (struct mcall){ .at = v.at, .takes_ms = MUNSTATED };
	shape_struct(s, f->sub, v, &r->call);
}

static void read_calls(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct reading *r = out;
	uint32_t n = shape_items(v.node);
	uint64_t now = 0;
	r->calls_at = v.at;
	r->c.calls = arena_array(s->d->arena, struct mcall, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = shape_item(v.node, i);
		struct mcall *call = &r->c.calls[r->c.ncalls++];
		*call = (struct mcall){ .at = item.at, .at_ms = now, .takes_ms = MUNSTATED };
		shape_struct(s, f->sub, item, call);
		if (call->at_ms < now)
			shape_report(s, (struct diag){ AEG_bad_time, item.at,
						.label = "made before the call above it",
						.help = "list the calls in the order of `at`" });
		now = call->at_ms;
	}
}

static void read_matrix_args(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mmatrix *m = out;
	(void)f;
	m->args_stated = true;
	m->args_at = v.at;
	m->nargs = shape_items(v.node);
	m->args = arena_array(s->d->arena, const struct node *, m->nargs);
	for (uint32_t i = 0; i < m->nargs; i++)
		m->args[i] = v.node->u.list.v[i];
}

static const struct field matrix_fields[] = {
	{ "context", .type = FIELD_LIST, .item = FIELD_TEXT, INTO(struct mmatrix, contexts),
		.doc = "security contexts, each in turn" },
	{ "tool", .type = FIELD_LIST, .item = FIELD_TEXT, INTO(struct mmatrix, tools),
		.doc = "tools, each in turn" },
	{ "args", .type = FIELD_LIST, .item = FIELD_ANY, .read = read_matrix_args,
		.doc = "arguments, each in turn" },
};
static const struct schema matrix_schema = { "a matrix",
	"lists: the case is run with every combination", FIELDS(matrix_fields) };

static const struct field case_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO(struct reading, c.name),
		.doc = "what the case shows, in a few words; no other case of the document has it" },
	{ "call", .type = FIELD_STRUCT, .sub = &call_schema, .read = read_call, .doc = "one call" },
	{ "calls", .type = FIELD_LIST, .item = FIELD_STRUCT, .sub = &step_schema,
		.read = read_calls, .doc = "a sequence of calls, with a clock of its own" },
	{ "matrix", .type = FIELD_STRUCT, .sub = &matrix_schema, INTO(struct reading, c.matrix),
		.doc = "lists of contexts, tools, arguments: the case is run with every combination" },
	{ "expect", .type = FIELD_ANY, .read = expect_read, INTO(struct reading, expect),
		.doc = "`allow`, `deny`, or a map that says more" },
};
static const struct schema case_schema = { "a case", "calls, and what must be decided of them",
	FIELDS(case_fields) };

static void missing(struct shape *s, struct span at, const char *name, const char *help)
{
	shape_report(
		s, (struct diag){ AEG_missing_field, at,
			   .label = diag_text(s->d, "`%s` is missing here", name),
			   .message = diag_text(s->d, "a case needs `%s`", name), .help = help });
}

static void twice(struct shape *s, struct span at, struct span other, const char *what)
{
	shape_report(
		s, (struct diag){ AEG_case_overlap, at, .label = what, .other = other,
			   .other_label = "this says it already", .help = "keep one of them" });
}

/* A document while it is read: its cases come last, when its defaults are known. */
struct test_document {
	struct mtest t;
	struct value cases;
	bool context_lost, tool_lost; /* defaults that were reported */
};

/* The text of the call, else of the matrix, else the default. */
static void choose(struct shape *s, const char *name, struct mtext *text,
	const struct mlist *matrix, struct mtext fallback, bool lost, struct span at)
{
	if (text->text.at != NULL && matrix->stated)
		twice(s, text->at, matrix->at, "the matrix would replace it");
	else if (text->text.at == NULL && !matrix->stated && fallback.text.at == NULL && lost)
		s->reported++;
	else if (text->text.at == NULL && !matrix->stated && fallback.text.at == NULL)
		missing(s, at, name, "in the call, in `matrix`, or in `defaults`");
	else if (text->text.at == NULL && !matrix->stated)
		*text = fallback;
}

static void complete_call(struct shape *s, const struct test_document *doc, const struct mmatrix *m,
	struct mcall *call)
{
	choose(s, "context", &call->context, &m->contexts, doc->t.context, doc->context_lost,
		call->at);
	choose(s, "tool", &call->tool, &m->tools, doc->t.tool, doc->tool_lost, call->at);
	if (call->args != NULL && m->args_stated)
		twice(s, call->args->span, m->args_at, "the matrix would replace it");
}

static void count_rows(struct shape *s, struct mcase *c)
{
	const struct mmatrix *m = &c->matrix;
	const struct mlist args = { m->args_stated, m->args_at, m->nargs, NULL };
	const struct mlist *const lists[] = { &m->contexts, &m->tools, &args };
	const char *why = NULL;
	struct span at = SPAN_NONE;
	uint64_t n = 1;
	for (int i = 0; i < 3 && why == NULL; i++) {
		if (!lists[i]->stated)
			continue;
		at = lists[i]->at;
		n *= lists[i]->n;
		if (n == 0)
			why = "an empty list: the case is never run";
		else if (n > MCASE_MAX_ROWS)
			why = "more than 65536 combinations";
	}
	c->nrows = (uint32_t)n;
	if (why != NULL)
		shape_report(s, (struct diag){ AEG_bad_matrix, at, .label = why,
					.help = n == 0 ? "list what is to be tried, or leave it out"
						       : "divide the case" });
}

static void complete_expect(struct shape *s, struct reading *r)
{
	struct mcase *c = &r->c;
	bool any = false;
	for (uint32_t i = 0; i < c->ncalls; i++) {
		if (c->calls[i].expect.decision == EXPECT_NOTHING)
			c->calls[i].expect = r->expect;
		any |= c->calls[i].expect.decision != EXPECT_NOTHING;
	}
	if (!any && !c->sequence)
		missing(s, c->name.at, "expect", "`expect: allow`, or `expect: deny`");
	else if (!any)
		shape_report(s,
			(struct diag){ AEG_expects_nothing, c->name.at,
				.label = "passes whatever is decided",
				.help = "give a call an `expect`, or the case for all of them" });
}

static void complete(struct shape *s, const struct test_document *t, struct reading *r)
{
	bool one = !span_is_none(r->call_at), many = !span_is_none(r->calls_at);
	struct mcase *c = &r->c;
	if (one == many) {
		if (one)
			twice(s, r->calls_at, r->call_at, "a case has `call` or `calls`");
		else
			missing(s, c->name.at, "call", "`call: { tool: fs.read, args: ... }`");
		return;
	}
	c->sequence = many;
	if (one) {
		c->calls = arena_new(s->d->arena, struct mcall);
		c->calls[0] = r->call;
		c->ncalls = 1;
	}
	for (uint32_t i = 0; i < c->ncalls; i++)
		complete_call(s, t, &c->matrix, &c->calls[i]);
	count_rows(s, c);
	complete_expect(s, r);
}

static void read_case(
	struct shape *s, const struct test_document *t, struct value v, struct mcase *out)
{
	struct reading r = { .c.at = v.at, .call_at = SPAN_NONE, .calls_at = SPAN_NONE };
	uint32_t before = shape_lost(s);
	shape_struct(s, &case_schema, v, &r);
	if (shape_lost(s) == before)
		complete(s, t, &r);
	*out = r.c;
	if (shape_lost(s) != before)
		out->ncalls = out->nrows = 0; /* never run */
}

static void keep_cases(struct shape *s, const struct field *f, struct value v, void *out)
{
	(void)s, (void)f;
	((struct test_document *)out)->cases = v;
}

static void read_cases(struct shape *s, struct test_document *doc)
{
	struct mtest *t = &doc->t;
	struct map names = { .arena = s->d->arena };
	uint32_t n = shape_items(doc->cases.node);
	t->cases = arena_array(s->d->arena, struct mcase, n);
	for (uint32_t i = 0; i < n; i++) {
		struct mcase *c = &t->cases[t->ncases++];
		read_case(s, doc, shape_item(doc->cases.node, i), c);
		uint32_t first =
			c->name.text.at == NULL ? MAP_NONE : map_put(&names, c->name.text, i);
		if (first != MAP_NONE)
			shape_report(s, (struct diag){ AEG_duplicate_case, c->name.at,
						.label = "this name is taken",
						.other = t->cases[first].name.at,
						.other_label = "by this case" });
	}
}

/* ---- Documents ----------------------------------------------------------------------------- */

static const struct field defaults_fields[] = {
	{ "context", .type = FIELD_TEXT, INTO(struct mtest, context),
		.doc = "the context of calls that name none" },
	{ "tool", .type = FIELD_TEXT, INTO(struct mtest, tool),
		.doc = "the tool of calls that name none" },
};
static void defaults_finish(struct shape *s, struct value v, void *out)
{
	struct test_document *doc = out;
	(void)v;
	doc->context_lost = shape_unread(s, "context");
	doc->tool_lost = shape_unread(s, "tool");
}

static const struct schema defaults_schema = { "the defaults of a PolicyTest",
	"what its calls need not say", FIELDS(defaults_fields), defaults_finish };

static const struct field spec_fields[] = {
	{ "defaults", .type = FIELD_STRUCT, .sub = &defaults_schema,
		.doc = "what its calls need not say" },
	{ "cases", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .item = FIELD_STRUCT,
		.sub = &case_schema, .read = keep_cases,
		.doc = "calls, and what must be decided of them" },
};
static void spec_finish(struct shape *s, struct value v, void *out)
{
	struct test_document *doc = out;
	const struct node *defaults = shape_part(v.node, "defaults");
	if (shape_unread(s, "defaults") && (defaults == NULL || defaults->kind != NODE_MAP))
		doc->context_lost = doc->tool_lost = true;
	if (doc->cases.node != NULL)
		read_cases(s, doc);
}

static const struct schema spec_schema = { "the spec of a PolicyTest", "its cases",
	FIELDS(spec_fields), spec_finish };

static const struct field metadata_fields[] = {
	{ "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .entry = scalar_filled,
		INTO(struct mtest, name), .doc = "what the test is called" },
	VERSION_FIELD,
	LABEL_FIELDS,
};
static const struct schema metadata_schema = { "the metadata of a PolicyTest", "its name",
	FIELDS(metadata_fields) };

static const struct field document_fields[] = {
	ENVELOPE_FIELDS,
	{ "metadata", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &metadata_schema,
		.doc = "the test's name" },
	{ "spec", .type = FIELD_STRUCT, .flags = FIELD_REQUIRED, .sub = &spec_schema,
		.doc = "its cases" },
};
const struct schema policy_test_schema = { "a PolicyTest document",
	"calls, and what must be decided of them", FIELDS(document_fields) };

void cases_read(struct shape *s, struct value root)
{
	struct model *m = s->m;
	struct test_document doc = { 0 };
	shape_struct(s, &policy_test_schema, root, &doc);
	arena_push(s->d->arena, m->tests, m->ntests, &s->tests_cap);
	m->tests[m->ntests++] = doc.t;
}

struct mrow mcase_row(const struct mcase *c, uint32_t row, const struct mcall *call)
{
	const struct mmatrix *m = &c->matrix;
	struct mrow r = { call->context.text, call->tool.text, call->args };
	if (m->args_stated) {
		r.args = m->args[row % m->nargs];
		row /= m->nargs;
	}
	if (m->tools.stated) {
		r.tool = m->tools.v[row % m->tools.n].text;
		row /= m->tools.n;
	}
	if (m->contexts.stated)
		r.context = m->contexts.v[row].text;
	return r;
}
