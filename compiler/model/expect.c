/* What a test expects of a call: the rows of `expect`, and what no decision can be. */
#include "model/expect.h"

#include "aegis/aegis.h"

/* The one of @n words that @t is, or UINT32_MAX: reported. */
static uint32_t word_of(
	struct shape *s, enum diag_code code, struct mtext t, const struct slice *known, uint32_t n)
{
	struct buf all = { .arena = s->d->arena };
	for (uint32_t i = 0; i < n; i++) {
		if (slice_eq(t.text, known[i]))
			return i;
		buf_printf(&all, "%s`%.*s`",
			i == 0       ? ""
			: i + 1 == n ? " and "
				     : ", ",
			SLICE_ARG(known[i]));
	}
	size_t near = diag_nearest(t.text, known, n);
	shape_report(
		s, (struct diag){ code, t.at,
			   .label = near == SIZE_MAX ? "none of the words that mean something here"
						     : diag_text(s->d, "did you mean `%.*s`?",
							       SLICE_ARG(known[near])),
			   .help = diag_text(s->d, "the words are %s", buf_done(&all).at) });
	return UINT32_MAX;
}

static void read_decision(struct shape *s, const struct field *f, struct value v, void *out)
{
	static const struct slice known[] = { { "allow", 5 }, { "deny", 4 } };
	struct mexpect *e = out;
	struct mtext t;
	(void)f;
	if (!shape_text(s, v, &t))
		return;
	uint32_t i = word_of(s, AEG_unknown_word, t, known, 2);
	e->decision = i == 0 ? EXPECT_ALLOW : i == 1 ? EXPECT_DENY : EXPECT_NOTHING;
}

/* All but the last are what a decision may name; that one is found by who enforces. */
static void read_violation(struct shape *s, const struct field *f, struct value v, void *out)
{
	enum { FIRST = AEG_None + 1, N = AEG_OutputSizeLimitExceeded - FIRST };
	struct slice known[N];
	struct mexpect *e = out;
	struct mtext t;
	(void)f;
	for (uint32_t i = 0; i < N; i++)
		known[i] = slice_of(aeg_reason_name((enum aeg_reason)(FIRST + i)));
	if (!shape_text(s, v, &t))
		return;
	uint32_t i = word_of(s, AEG_unknown_violation, t, known, N);
	if (i != UINT32_MAX)
		e->violation = FIRST + i;
}

/* ---- Rules --------------------------------------------------------------------------------- */

static const struct field capability_fields[] = {
	{ "index", .type = FIELD_UINT, INTO(struct mrule, index), .max = UINT32_MAX - 1,
		.doc = "which of the context's `capabilities`, from 0" },
	{ "tool_pattern", .type = FIELD_TEXT, .read = pattern_text, INTO(struct mrule, pattern),
		.doc = "its `tool_pattern`" },
};
static const struct schema capability_schema = { "a capability that is expected",
	"its index, its pattern, or both", FIELDS(capability_fields) };

static const struct field deny_fields[] = {
	{ "index", .type = FIELD_UINT, INTO(struct mrule, index), .max = UINT32_MAX - 1,
		.doc = "which entry of the context's `deny_list`, from 0" },
	{ "pattern", .type = FIELD_TEXT, .read = pattern_text, INTO(struct mrule, pattern),
		.doc = "the entry itself" },
};
static const struct schema deny_schema = { "a deny entry that is expected",
	"its index, its pattern, or both", FIELDS(deny_fields) };

void pattern_text(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mpattern p;
	(void)f;
	pattern_read(s, v, &p);
	*(struct mtext *)out = p.written;
}

/* `2`, `fs.*`, or a map of both. */
static void read_rule(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mrule *r = out;
	const struct field *rows = f->sub->fields;
	*r = (struct mrule){ .stated = true, .index = UINT32_MAX };
	uint64_t index;
	if (v.node->kind == NODE_MAP)
		shape_struct(s, f->sub, v, r);
	else if (v.node->kind == NODE_INT && syntax_uint(v.node, &index) && index < UINT32_MAX)
		r->index = (uint32_t)index;
	else if (v.node->kind == NODE_STRING)
		pattern_text(s, f, v, &r->pattern);
	else
		shape_wrong_type(s, v, "an index from 0 or a pattern",
			diag_text(s->d, "`%s: 0`, `%s: fs.*`, or `%s: { index: 0, %s: fs.* }`",
				f->name, f->name, f->name, rows[1].name));
}

/* ---- Obligations --------------------------------------------------------------------------- */

static const struct field rate_fields[] = {
	{ "calls", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .max = UINT32_MAX,
		INTO(struct mrate, calls), .doc = "how many calls in any window" },
	{ "per_seconds", .type = FIELD_UINT, .flags = FIELD_REQUIRED, .max = UINT32_MAX,
		INTO(struct mrate, per_s), .doc = "the length of the window, in seconds" },
};
static const struct schema rate_schema = { "a rate limit that is expected", "as in a capability",
	FIELDS(rate_fields) };

static const struct field obligation_fields[] = {
	{ "max_response_size", .type = FIELD_UINT, INTO(struct mobligations, max_response_size),
		.doc = "bytes; 0: no limit" },
	{ "restrict_domains", .type = FIELD_LIST, .flags = FIELD_NOT_NULL, .item = FIELD_TEXT,
		.entry = entry_domain, INTO(struct mobligations, domains),
		.doc = "the hosts that results may come from, in any order; []: any" },
	{ "strip_params", .type = FIELD_LIST, .flags = FIELD_NOT_NULL, .item = FIELD_TEXT,
		INTO(struct mobligations, strip),
		.doc = "the arguments that are removed: `[force, version]`, or []" },
	{ "rate_limit", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &rate_schema,
		INTO(struct mobligations, rate),
		.doc = "`calls` and `per_seconds`; 0 and 0: none" },
	{ "max_concurrent", .type = FIELD_UINT, .max = UINT32_MAX,
		INTO(struct mobligations, max_concurrent), .doc = "0: no limit" },
};
static const struct schema obligations_schema = { "the obligations that are expected",
	"what is not stated may be anything; {}: there are none at all",
	FIELDS(obligation_fields) };

static void read_obligations(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mexpect *e = out;
	struct mobligations *o = arena_new(s->d->arena, struct mobligations);
	*o = (struct mobligations){ .none = v.node->u.map.n == 0,
		.max_response_size = MUNSTATED,
		.max_concurrent = MUNSTATED,
		.rate = { MUNSTATED, MUNSTATED } };
	shape_struct(s, f->sub, v, o);
	e->obligations = o;
}

/* ---- The expectation ----------------------------------------------------------------------- */

static const char *impossible(const struct mexpect *e)
{
	bool deny = e->decision == EXPECT_DENY;
	if (!deny && e->violation != 0)
		return "what is allowed violates nothing";
	if (!deny && e->deny_entry.stated)
		return "what a deny entry matches is never allowed";
	if (deny && e->obligations != NULL)
		return "only what is allowed has obligations";
	if (e->deny_entry.stated && e->violation != 0 && e->violation != AEG_ToolDenied)
		return "what a deny entry denies is `ToolDenied`";
	if (e->deny_entry.stated && e->capability.stated)
		return "where a deny entry decides no capability is looked at";
	if (e->capability.stated &&
		(e->violation == AEG_UnknownContext || e->violation == AEG_InvalidToolName ||
			e->violation == AEG_ToolDenied || e->violation == AEG_ToolNotAllowed))
		return "no capability is to blame for this violation";
	return NULL;
}

static void expect_finish(struct shape *s, struct value v, void *out)
{
	const struct mexpect *e = out;
	const char *why = e->decision == EXPECT_NOTHING ? NULL : impossible(e);
	if (why != NULL)
		shape_report(s, (struct diag){ AEG_impossible_expectation, v.at, .label = why });
}

#define WHOLE .offset = 0, .size = sizeof(struct mexpect)
static const struct field expect_fields[] = {
	{ "decision", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .read = read_decision, WHOLE,
		.doc = "`allow` or `deny`" },
	{ "violation", .type = FIELD_TEXT, .read = read_violation, WHOLE, .missing_is = "any",
		.doc = "why it is denied: `PathOutsideBoundary`" },
	{ "capability", .type = FIELD_ANY, .sub = &capability_schema, .read = read_rule,
		INTO(struct mexpect, capability), .missing_is = "any",
		.doc = "which one granted, or refused first: an index or a pattern" },
	{ "deny_entry", .type = FIELD_ANY, .sub = &deny_schema, .read = read_rule,
		INTO(struct mexpect, deny_entry), .missing_is = "any",
		.doc = "which entry of the deny list denied: an index or a pattern" },
	{ "obligations", .type = FIELD_STRUCT, .flags = FIELD_NOT_NULL, .sub = &obligations_schema,
		.read = read_obligations, WHOLE, .missing_is = "any",
		.doc = "what comes with an allowed call" },
};
static const struct schema expect_schema = { "an expectation",
	"`allow`, `deny`, or a map that says more about the decision", FIELDS(expect_fields),
	expect_finish };

void expect_read(struct shape *s, const struct field *f, struct value v, void *out)
{
	struct mexpect *e = out;
	*e = (struct mexpect){ .at = v.at };
	if (v.node->kind == NODE_MAP)
		shape_struct(s, &expect_schema, v, e);
	else if (v.node->kind == NODE_LIST)
		shape_wrong_type(s, v, "`allow`, `deny` or a map", f->doc);
	else
		read_decision(s, f, v, e);
}
