/*
 * Accepts section FLOWS: the only code that reads rows of it which nobody has checked.
 *
 * After AEG_OK every reader may rely on this: tables and bytes fill the section; texts lie in the
 * bytes, an index is that of a row or, where the format says so, NONE; lists cover their tables one
 * behind the other, and programs the bytes, so that checking is linear; names ascend; a parameter
 * is one of its operation, and one that stands in a path is there for it; what goes into a request
 * as it stands (method, server, path, header names, media type) has the form that it has there;
 * names in templates are words; templates, paths and schemas are what their own checks prove,
 * `when` is a condition and everything else none; an extract's path is one of its selection;
 * numbers are within the bounds of the format.
 */
#include "flow_table.h"

#include "format/aeg_template.h"

struct check {
	struct aeg_flows f;
	uint32_t next[AEGF_NTABLES]; /* where the next list of its rows begins */
	uint32_t programs;           /* and the next program, in the bytes */
};

/* ---- Parts of rows ------------------------------------------------------------------------- */

static int bytes_in(const struct check *k, struct aegf_bytes b)
{
	uint32_t n = k->f.own[OWN_NBYTES];

	return aeg_ld32(b.off) <= n && aeg_ld32(b.len) <= n - aeg_ld32(b.off);
}

/* Lists of a table stand one behind the other: no row is looked at twice. */
static int list_in(struct check *k, enum aegf_flow_table t, struct aegf_list l)
{
	uint32_t n = k->f.own[OWN_COUNT + t];

	if (aeg_ld32(l.first) != k->next[t] || aeg_ld32(l.count) > n - k->next[t])
		return 0;
	k->next[t] += aeg_ld32(l.count);
	return 1;
}

static int row_in(const struct check *k, enum aegf_flow_table t, struct aeg_le32 i)
{
	return aeg_ld32(i) < k->f.own[OWN_COUNT + t];
}

static int row_or_none(const struct check *k, enum aegf_flow_table t, struct aeg_le32 i)
{
	return aeg_ld32(i) == AEGF_NONE || row_in(k, t, i);
}

static int ascend(const struct check *k, struct aegf_bytes a, struct aegf_bytes b)
{
	return aegi_str_order(flow_text(&k->f, a), flow_text(&k->f, b)) < 0;
}

/* ---- Texts --------------------------------------------------------------------------------- */

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Letters, digits and some of @more, at least one. */
static int is_made_of(struct aeg_str s, const char *more)
{
	size_t n = strlen(more);

	for (uint32_t i = 0; i < s.len; i++)
		if (!is_letter(s.at[i]) && (s.at[i] < '0' || s.at[i] > '9') &&
			memchr(more, s.at[i], n) == NULL)
			return 0;
	return s.len > 0;
}

/* A name in templates, which as a JSON string needs no escapes. */
static int is_word(const struct check *k, struct aegf_bytes b)
{
	return is_made_of(flow_text(&k->f, b), "_-");
}

/* RFC 9110, section 5.6.2: a method, a header's name. */
static int is_token(const struct check *k, struct aegf_bytes b)
{
	return is_made_of(flow_text(&k->f, b), "!#$%&'*+-.^_`|~");
}

/* RFC 3986, section 3.3: text of a path. */
static int is_path(const struct check *k, struct aegf_bytes b)
{
	return aeg_ld32(b.len) == 0 || is_made_of(flow_text(&k->f, b), "/-._~!$&'()*+,;=:@%");
}

/* An http or https URL up to its path, that a path can be appended to. */
static int is_server(const struct check *k, struct aegf_bytes b)
{
	struct aeg_str s = flow_text(&k->f, b);
	uint32_t n = s.len > 8 && memcmp(s.at, "https://", 8) == 0  ? 8
		     : s.len > 7 && memcmp(s.at, "http://", 7) == 0 ? 7
								    : 0;

	return n > 0 && s.at[n] != '/' && is_made_of(s, "/-._~!$&'()*+,;=:%[]");
}

/* A header's value; a media type's parameters may be in quotes. */
static int is_media(const struct check *k, struct aegf_bytes b)
{
	struct aeg_str s = flow_text(&k->f, b);

	for (uint32_t i = 0; i < s.len; i++)
		if (s.at[i] < ' ' || s.at[i] > '~')
			return 0;
	return 1;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static enum aeg_status check_spec(struct check *k, const struct aegf_spec *r, uint32_t i)
{
	if (!bytes_in(k, r->name) || !bytes_in(k, r->server))
		return AEG_BOUNDS;
	if (aeg_ld32(r->flags) & ~AEGF_SPEC_PRIVATE)
		return AEG_RESERVED;
	return is_server(k, r->server) && (i == 0 || ascend(k, r[-1].name, r->name)) ? AEG_OK
										     : AEG_CONTENT;
}

static enum aeg_status check_parameter(struct check *k, const struct aegf_parameter *r, uint32_t i)
{
	(void)i;
	if (!bytes_in(k, r->name))
		return AEG_BOUNDS;
	if (r->zero != 0 || (r->flags & ~7u) != 0)
		return AEG_RESERVED;
	if (r->in >= AEGF_NINS || r->style >= AEGF_NSTYLES ||
		((r->flags & AEGF_PARAMETER_RESERVED) && r->in != AEGF_IN_QUERY))
		return AEG_CONTENT;
	return r->in != AEGF_IN_HEADER || is_token(k, r->name) ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status check_field(struct check *k, const struct aegf_bytes *r, uint32_t i)
{
	(void)i;
	return bytes_in(k, *r) ? AEG_OK : AEG_BOUNDS;
}

/* Each piece's parameter is one of the operation's, in the path; and the path begins with `/`, or
 * it would go on in the server's name. */
static enum aeg_status check_pieces(const struct check *k, const struct aegf_operation *r)
{
	const struct aegf_piece *p =
		flow_row(&k->f, PIECES, aeg_ld32(r->path.first), struct aegf_piece);
	const struct aegf_parameter *params =
		flow_row(&k->f, PARAMETERS, aeg_ld32(r->parameters.first), struct aegf_parameter);
	uint32_t n = aeg_ld32(r->path.count);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t which = aeg_ld32(p[i].parameter);
		if (!bytes_in(k, p[i].text))
			return AEG_BOUNDS;
		if (!is_path(k, p[i].text) ||
			(which != AEGF_NONE && (which >= aeg_ld32(r->parameters.count) ||
						       params[which].in != AEGF_IN_PATH)))
			return AEG_CONTENT;
	}
	return n > 0 && aeg_ld32(p->text.len) > 0 && *flow_text(&k->f, p->text).at == '/'
		       ? AEG_OK
		       : AEG_CONTENT;
}

static enum aeg_status check_operation(struct check *k, const struct aegf_operation *r, uint32_t i)
{
	if (!row_in(k, AEGF_TABLE_SPECS, r->spec) || !bytes_in(k, r->name) ||
		!bytes_in(k, r->method) || !list_in(k, AEGF_TABLE_PIECES, r->path) ||
		!list_in(k, AEGF_TABLE_PARAMETERS, r->parameters) || !bytes_in(k, r->media) ||
		!row_or_none(k, AEGF_TABLE_SCHEMAS, r->body) || !bytes_in(k, r->server) ||
		!list_in(k, AEGF_TABLE_FIELDS, r->fields))
		return AEG_BOUNDS;
	if (aeg_ld32(r->flags) & ~AEGF_OPERATION_EXPLORE)
		return AEG_RESERVED;
	if (!is_token(k, r->method) || !is_media(k, r->media) ||
		(aeg_ld32(r->server.len) != 0 && !is_server(k, r->server)) ||
		(i > 0 && (aeg_ld32(r[-1].spec) > aeg_ld32(r->spec) ||
				  (aeg_ld32(r[-1].spec) == aeg_ld32(r->spec) &&
					  !ascend(k, r[-1].name, r->name)))))
		return AEG_CONTENT;
	return check_pieces(k, r);
}

/* A template that is a condition (@condition) or is none (0); NONE is either. */
static int is_template(const struct check *k, struct aeg_le32 i, uint32_t condition)
{
	const struct aegf_template *t;

	if (aeg_ld32(i) == AEGF_NONE)
		return 1;
	t = (const void *)flow_text(
		&k->f, *flow_row(&k->f, TEMPLATES, aeg_ld32(i), struct aegf_bytes))
		    .at;
	return (aeg_ld16(t->flags) & AEGF_TEMPLATE_CONDITION) == condition;
}

static enum aeg_status check_flow(struct check *k, const struct aegf_flow *r, uint32_t i)
{
	if (!bytes_in(k, r->name) || !bytes_in(k, r->description) ||
		!row_in(k, AEGF_TABLE_SCHEMAS, r->input) ||
		!list_in(k, AEGF_TABLE_STEPS, r->steps) ||
		!row_or_none(k, AEGF_TABLE_TEMPLATES, r->result))
		return AEG_BOUNDS;
	if (aeg_ld32(r->steps.count) == 0 || aeg_ld32(r->steps.count) > AEGF_MAX_FLOW_STEPS ||
		aeg_ld32(r->total_ms) == 0 || !is_template(k, r->result, 0))
		return AEG_CONTENT;
	return i == 0 || ascend(k, r[-1].name, r->name) ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status check_arguments(const struct check *k, const struct aegf_step *r)
{
	const struct aegf_argument *a =
		flow_row(&k->f, ARGUMENTS, aeg_ld32(r->arguments.first), struct aegf_argument);
	const struct aegf_operation *op =
		flow_row(&k->f, OPERATIONS, aeg_ld32(r->operation), struct aegf_operation);

	for (uint32_t n = aeg_ld32(r->arguments.count); n > 0; n--, a++) {
		if (aeg_ld32(a->parameter) >= aeg_ld32(op->parameters.count) ||
			!row_in(k, AEGF_TABLE_TEMPLATES, a->value))
			return AEG_BOUNDS;
		if (!is_template(k, a->value, 0))
			return AEG_CONTENT;
	}
	return AEG_OK;
}

/* Those of one step come of one selection, each of another path. */
static enum aeg_status check_extracts(const struct check *k, const struct aegf_step *r)
{
	const struct aegf_extract *x =
		flow_row(&k->f, EXTRACTS, aeg_ld32(r->extracts.first), struct aegf_extract);
	uint32_t n = aeg_ld32(r->extracts.count);

	for (uint32_t i = 0; i < n; i++) {
		if (!bytes_in(k, x[i].name) || !row_in(k, AEGF_TABLE_SELECTIONS, x[i].selection))
			return AEG_BOUNDS;
		if (aeg_ld32(x[i].flags) & ~AEGF_EXTRACT_ALL)
			return AEG_RESERVED;
		if (aeg_ld32(x[i].selection) != aeg_ld32(x->selection) ||
			aeg_ld32(x[i].path) != i || aeg_ld32(x[i].most) > AEGF_MAX_ROUNDS ||
			!is_word(k, x[i].name))
			return AEG_CONTENT;
	}
	return n == 0 || flow_selection(&k->f, aeg_ld32(x->selection)).npaths == n ? AEG_OK
										   : AEG_CONTENT;
}

static enum aeg_status check_step(struct check *k, const struct aegf_step *r, uint32_t i)
{
	int loop = aeg_ld32(r->each) != AEGF_NONE;
	enum aeg_status s;

	(void)i;
	if (!bytes_in(k, r->name) || !row_in(k, AEGF_TABLE_OPERATIONS, r->operation) ||
		!row_or_none(k, AEGF_TABLE_TEMPLATES, r->when) ||
		!row_or_none(k, AEGF_TABLE_TEMPLATES, r->body) ||
		!list_in(k, AEGF_TABLE_ARGUMENTS, r->arguments) ||
		!list_in(k, AEGF_TABLE_EXTRACTS, r->extracts) ||
		!list_in(k, AEGF_TABLE_STATUSES, r->accepted) ||
		!row_or_none(k, AEGF_TABLE_TEMPLATES, r->each) || !bytes_in(k, r->item))
		return AEG_BOUNDS;
	if (aeg_ld32(r->on_error) > AEGF_ON_ERROR_CONTINUE ||
		aeg_ld32(r->retries) > AEGF_MAX_RETRIES || aeg_ld32(r->most) > AEGF_MAX_ROUNDS ||
		aeg_ld32(r->timeout_ms) == 0 || !is_word(k, r->name) ||
		(loop ? !is_word(k, r->item) : aeg_ld32(r->item.len) + aeg_ld32(r->most) != 0) ||
		!is_template(k, r->when, AEGF_TEMPLATE_CONDITION) || !is_template(k, r->body, 0) ||
		!is_template(k, r->each, 0))
		return AEG_CONTENT;
	if ((s = check_arguments(k, r)) != AEG_OK)
		return s;
	return check_extracts(k, r);
}

static enum aeg_status check_status(struct check *k, const struct aegf_statuses *r, uint32_t i)
{
	(void)k, (void)i;
	return aeg_ld16(r->from) <= aeg_ld16(r->to) ? AEG_OK : AEG_CONTENT;
}

/* ---- Programs ------------------------------------------------------------------------------ */

/* Programs do not overlap: no byte is looked at twice. */
static enum aeg_status program_text(
	struct check *k, const struct aegf_bytes *r, struct aeg_str *ret)
{
	if (!bytes_in(k, *r) || aeg_ld32(r->off) < k->programs)
		return AEG_BOUNDS;
	k->programs = aeg_ld32(r->off) + aeg_ld32(r->len);
	*ret = flow_text(&k->f, *r);
	return AEG_OK;
}

#define PROGRAM(NAME, TABLE, type, accept) \
	static enum aeg_status check_##NAME( \
		struct check *k, const struct aegf_bytes *r, uint32_t i) \
	{ \
		struct aeg_str text; \
		type made; \
		enum aeg_status s; \
		if (i == 0) \
			k->programs = 0; \
		s = program_text(k, r, &text); \
		return s == AEG_OK ? accept(&made, text.at, text.len) : s; \
	} \
	type flow_##NAME(const struct aeg_flows *f, uint32_t i) \
	{ \
		struct aeg_str text = flow_text(f, *flow_row(f, TABLE, i, struct aegf_bytes)); \
		type made = { 0 }; \
		(void)accept(&made, text.at, text.len); \
		return made; \
	}

/* One root, as there is one place that it is for. */
static enum aeg_status schema_of_one(struct aeg_schema *ret, const void *mem, size_t len)
{
	enum aeg_status s = aeg_schema_check(ret, mem, len);

	return s == AEG_OK && ret->nroots != 1 ? AEG_CONTENT : s;
}

PROGRAM(template, TEMPLATES, struct aeg_template, aeg_template_check)
PROGRAM(selection, SELECTIONS, struct aeg_program, aeg_program_check)
PROGRAM(schema, SCHEMAS, struct aeg_schema, schema_of_one)

/* ---- All of it ----------------------------------------------------------------------------- */

/* Programs stand before what names them. */
#define CHECKS(X) \
	X(TEMPLATES, struct aegf_bytes, check_template) \
	X(SELECTIONS, struct aegf_bytes, check_selection) \
	X(SCHEMAS, struct aegf_bytes, check_schema) \
	X(SPECS, struct aegf_spec, check_spec) \
	X(PARAMETERS, struct aegf_parameter, check_parameter) \
	X(FIELDS, struct aegf_bytes, check_field) \
	X(OPERATIONS, struct aegf_operation, check_operation) \
	X(FLOWS, struct aegf_flow, check_flow) \
	X(STEPS, struct aegf_step, check_step) \
	X(STATUSES, struct aegf_statuses, check_status)

/* Tables one behind the other, then the bytes, and nothing besides. */
static enum aeg_status layout(struct check *k, const uint8_t *base, uint32_t len)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_FLOW_TABLES(X)
#undef X
	};
	const struct aegf_flows *head = (const void *)base;
	uint64_t at = sizeof *head;

	if (len < sizeof *head)
		return AEG_SHORT;
	k->f.base = base;
	k->f.len = len;
	for (uint32_t t = 0; t < AEGF_NTABLES; t++) {
		uint32_t count = aeg_ld32(head->count[t]);
		if (count > (len - at) / size[t])
			return AEG_BOUNDS;
		k->f.own[OWN_AT + t] = (uint32_t)at;
		k->f.own[OWN_COUNT + t] = count;
		at += (uint64_t)count * size[t];
	}
	k->f.own[OWN_BYTES] = (uint32_t)at;
	k->f.own[OWN_NBYTES] = aeg_ld32(head->nbytes);
	return at + k->f.own[OWN_NBYTES] == len ? AEG_OK : AEG_BOUNDS;
}

enum aeg_status aeg_flows_open(const struct aeg_bundle *b, struct aeg_flows *ret)
{
	/* Every row of these is in a list. */
	static const enum aegf_flow_table listed[] = { AEGF_TABLE_PIECES, AEGF_TABLE_PARAMETERS,
		AEGF_TABLE_FIELDS, AEGF_TABLE_STEPS, AEGF_TABLE_ARGUMENTS, AEGF_TABLE_EXTRACTS,
		AEGF_TABLE_STATUSES };
	struct check k = { 0 };
	enum aeg_status s;

	if (aegi_count(b, AEGF_FLOWS) == 0) {
		*ret = k.f;
		return AEG_OK;
	}
	s = layout(&k, aegi_at(b, AEGF_FLOWS, 0, uint8_t), aegi_count(b, AEGF_FLOWS));
#define X(TABLE, type, one) \
	for (uint32_t i = 0; s == AEG_OK && i < flow_count(&k.f, TABLE); i++) \
		s = one(&k, flow_row(&k.f, TABLE, i, type), i);
	CHECKS(X)
#undef X
	for (uint32_t t = 0; s == AEG_OK && t < sizeof listed / sizeof *listed; t++)
		if (k.next[listed[t]] != k.f.own[OWN_COUNT + listed[t]])
			s = AEG_CONTENT;
	if (s != AEG_OK)
		return s;
	k.f.nspecs = flow_count(&k.f, SPECS);
	k.f.noperations = flow_count(&k.f, OPERATIONS);
	k.f.nflows = flow_count(&k.f, FLOWS);
	*ret = k.f;
	return AEG_OK;
}

/* ---- Names --------------------------------------------------------------------------------- */

uint32_t aeg_flow_find(const struct aeg_flows *f, struct aeg_str tool)
{
	uint32_t lo = 0, hi = f->nflows;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = aegi_str_order(
			flow_text(f, flow_row(f, FLOWS, mid, struct aegf_flow)->name), tool);
		if (d == 0)
			return mid;
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return AEG_NONE;
}

uint32_t aeg_explore_find(const struct aeg_flows *f, struct aeg_str name)
{
	for (uint32_t i = 0; i < f->noperations; i++) {
		const struct aegf_operation *op = flow_row(f, OPERATIONS, i, struct aegf_operation);
		struct aeg_str spec = flow_text(
			f, flow_row(f, SPECS, aeg_ld32(op->spec), struct aegf_spec)->name);
		struct aeg_str own = flow_text(f, op->name);
		if ((aeg_ld32(op->flags) & AEGF_OPERATION_EXPLORE) &&
			name.len == (uint64_t)spec.len + 1 + own.len &&
			memcmp(name.at, spec.at, spec.len) == 0 && name.at[spec.len] == '.' &&
			memcmp(name.at + spec.len + 1, own.at, own.len) == 0)
			return i;
	}
	return AEG_NONE;
}
