/*
 * Accepts section FLOWS: the only code that reads rows of it which nobody has checked.
 *
 * After AEG_OK every reader may rely on this: tables and bytes fill the section; texts lie in the
 * bytes, lists in their tables, an index is that of a row or, where the format says so, NONE; names
 * ascend; a parameter is one of its operation, and one that stands in a path is there for it;
 * templates, paths and schemas are what their own checks prove, `when` is a condition and
 * everything else none; an extract's path is one of its selection; numbers are within the bounds of
 * the format.
 */
#include "flow_table.h"

#include <string.h>

#include "format/aeg_template.h"

struct check {
	struct aeg_flows f;
};

static int in(uint32_t n, uint32_t first, uint32_t count)
{
	return first <= n && count <= n - first;
}

static int bytes_in(const struct check *k, struct aegf_bytes b)
{
	return in(k->f.own[OWN_NBYTES], aeg_ld32(b.off), aeg_ld32(b.len));
}

static int list_in(const struct check *k, enum aegf_flow_table t, struct aegf_list l)
{
	return in(k->f.own[OWN_COUNT + t], aeg_ld32(l.first), aeg_ld32(l.count));
}

static int row_in(const struct check *k, enum aegf_flow_table t, struct aeg_le32 i)
{
	return aeg_ld32(i) < k->f.own[OWN_COUNT + t];
}

static int row_or_none(const struct check *k, enum aegf_flow_table t, struct aeg_le32 i)
{
	return aeg_ld32(i) == AEGF_NONE || row_in(k, t, i);
}

static int compare(struct aeg_str a, struct aeg_str b)
{
	int d = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static enum aeg_status spec(struct check *k, const struct aegf_spec *r, uint32_t i)
{
	if (!bytes_in(k, r->name) || !bytes_in(k, r->server))
		return AEG_BOUNDS;
	if (aeg_ld32(r->flags) & ~AEGF_SPEC_PRIVATE)
		return AEG_RESERVED;
	if (i > 0 && compare(flow_text(&k->f, r[-1].name), flow_text(&k->f, r->name)) >= 0)
		return AEG_CONTENT;
	return AEG_OK;
}

static enum aeg_status parameter(struct check *k, const struct aegf_parameter *r, uint32_t i)
{
	(void)i;
	if (!bytes_in(k, r->name))
		return AEG_BOUNDS;
	if (r->zero != 0 || (r->flags & ~7u) != 0)
		return AEG_RESERVED;
	return r->in < AEGF_NINS && r->style < AEGF_NSTYLES ? AEG_OK : AEG_CONTENT;
}

/* Each piece's parameter is one of the operation's, in the path. */
static enum aeg_status pieces(const struct check *k, const struct aegf_operation *r)
{
	const struct aegf_piece *p =
		flow_row(&k->f, PIECES, aeg_ld32(r->path.first), struct aegf_piece);
	const struct aegf_parameter *params =
		flow_row(&k->f, PARAMETERS, aeg_ld32(r->parameters.first), struct aegf_parameter);

	for (uint32_t n = aeg_ld32(r->path.count); n > 0; n--, p++) {
		uint32_t which = aeg_ld32(p->parameter);
		if (!bytes_in(k, p->text))
			return AEG_BOUNDS;
		if (which != AEGF_NONE && (which >= aeg_ld32(r->parameters.count) ||
						  params[which].in != AEGF_IN_PATH))
			return AEG_CONTENT;
	}
	return AEG_OK;
}

static enum aeg_status operation(struct check *k, const struct aegf_operation *r, uint32_t i)
{
	if (!row_in(k, AEGF_TABLE_SPECS, r->spec) || !bytes_in(k, r->name) ||
		!bytes_in(k, r->method) || !list_in(k, AEGF_TABLE_PIECES, r->path) ||
		!list_in(k, AEGF_TABLE_PARAMETERS, r->parameters) || !bytes_in(k, r->media) ||
		!row_or_none(k, AEGF_TABLE_SCHEMAS, r->body))
		return AEG_BOUNDS;
	if (aeg_ld32(r->flags) & ~AEGF_OPERATION_EXPLORE)
		return AEG_RESERVED;
	if (i > 0 && (aeg_ld32(r[-1].spec) > aeg_ld32(r->spec) ||
			     (aeg_ld32(r[-1].spec) == aeg_ld32(r->spec) &&
				     compare(flow_text(&k->f, r[-1].name),
					     flow_text(&k->f, r->name)) >= 0)))
		return AEG_CONTENT;
	return pieces(k, r);
}

static enum aeg_status flow(struct check *k, const struct aegf_flow *r, uint32_t i)
{
	if (!bytes_in(k, r->name) || !bytes_in(k, r->description) ||
		!row_in(k, AEGF_TABLE_SCHEMAS, r->input) ||
		!list_in(k, AEGF_TABLE_STEPS, r->steps) ||
		!row_or_none(k, AEGF_TABLE_TEMPLATES, r->result))
		return AEG_BOUNDS;
	if (aeg_ld32(r->steps.count) == 0 || aeg_ld32(r->steps.count) > AEGF_MAX_FLOW_STEPS)
		return AEG_CONTENT;
	if (i > 0 && compare(flow_text(&k->f, r[-1].name), flow_text(&k->f, r->name)) >= 0)
		return AEG_CONTENT;
	return AEG_OK;
}

/* A template that is a condition (@condition 1) or is none (0); NONE is either. */
static int is_template(const struct check *k, struct aeg_le32 i, int condition)
{
	struct aeg_template t;

	if (aeg_ld32(i) == AEGF_NONE)
		return 1;
	t = flow_template(&k->f, aeg_ld32(i));
	return !(t.flags & AEGF_TEMPLATE_CONDITION) == !condition;
}

static enum aeg_status arguments(const struct check *k, const struct aegf_step *r)
{
	const struct aegf_argument *a =
		flow_row(&k->f, ARGUMENTS, aeg_ld32(r->arguments.first), struct aegf_argument);
	const struct aegf_operation *op =
		flow_row(&k->f, OPERATIONS, aeg_ld32(r->operation), struct aegf_operation);

	for (uint32_t n = aeg_ld32(r->arguments.count); n > 0; n--, a++)
		if (aeg_ld32(a->parameter) >= aeg_ld32(op->parameters.count) ||
			!row_in(k, AEGF_TABLE_TEMPLATES, a->value) || !is_template(k, a->value, 0))
			return AEG_CONTENT;
	return AEG_OK;
}

/* Those of one step come of one selection, each of another path. */
static enum aeg_status extracts(const struct check *k, const struct aegf_step *r)
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
			aeg_ld32(x[i].path) != i ||
			flow_selection(&k->f, aeg_ld32(x->selection)).npaths != n)
			return AEG_CONTENT;
	}
	return AEG_OK;
}

static enum aeg_status step(struct check *k, const struct aegf_step *r, uint32_t i)
{
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
		!is_template(k, r->when, 1) || !is_template(k, r->body, 0) ||
		!is_template(k, r->each, 0))
		return AEG_CONTENT;
	if ((s = arguments(k, r)) != AEG_OK)
		return s;
	return extracts(k, r);
}

static enum aeg_status statuses(struct check *k, const struct aegf_statuses *r, uint32_t i)
{
	(void)k, (void)i;
	return aeg_ld16(r->from) <= aeg_ld16(r->to) ? AEG_OK : AEG_CONTENT;
}

/* ---- Programs ------------------------------------------------------------------------------ */

static enum aeg_status template(struct check *k, const struct aegf_bytes *r, uint32_t i) {
	struct aeg_template t; struct aeg_str text;

	(void)i;
	if (!bytes_in(k, *r)) return AEG_BOUNDS;
	text = flow_text(&k->f, *r);
	return aeg_template_check(&t, text.at, text.len);
}

static enum aeg_status selection(struct check *k, const struct aegf_bytes *r, uint32_t i)
{
	struct aeg_program p;
	struct aeg_str text;

	(void)i;
	if (!bytes_in(k, *r))
		return AEG_BOUNDS;
	text = flow_text(&k->f, *r);
	return aeg_program_check(&p, text.at, text.len);
}

static enum aeg_status schema(struct check *k, const struct aegf_bytes *r, uint32_t i)
{
	struct aeg_schema x;
	struct aeg_str text;
	enum aeg_status s;

	(void)i;
	if (!bytes_in(k, *r))
		return AEG_BOUNDS;
	text = flow_text(&k->f, *r);
	if ((s = aeg_schema_check(&x, text.at, text.len)) != AEG_OK)
		return s;
	return x.nroots == 1 ? AEG_OK : AEG_CONTENT;
}

struct aeg_template flow_template(const struct aeg_flows *f, uint32_t i)
{
	struct aeg_str text = flow_text(f, *flow_row(f, TEMPLATES, i, struct aegf_bytes));
	struct aeg_template t = { 0 };

	(void)aeg_template_check(&t, text.at, text.len);
	return t;
}

struct aeg_program flow_selection(const struct aeg_flows *f, uint32_t i)
{
	struct aeg_str text = flow_text(f, *flow_row(f, SELECTIONS, i, struct aegf_bytes));
	struct aeg_program p = { 0 };

	(void)aeg_program_check(&p, text.at, text.len);
	return p;
}

struct aeg_schema flow_schema(const struct aeg_flows *f, uint32_t i)
{
	struct aeg_str text = flow_text(f, *flow_row(f, SCHEMAS, i, struct aegf_bytes));
	struct aeg_schema s = { 0 };

	(void)aeg_schema_check(&s, text.at, text.len);
	return s;
}

/* ---- All of it ----------------------------------------------------------------------------- */

/* Programs stand before what names them. */
#define CHECKS(X) \
	X(TEMPLATES, struct aegf_bytes, template) \
	X(SELECTIONS, struct aegf_bytes, selection) \
	X(SCHEMAS, struct aegf_bytes, schema) \
	X(SPECS, struct aegf_spec, spec) \
	X(PARAMETERS, struct aegf_parameter, parameter) \
	X(OPERATIONS, struct aegf_operation, operation) \
	X(FLOWS, struct aegf_flow, flow) \
	X(STEPS, struct aegf_step, step) \
	X(STATUSES, struct aegf_statuses, statuses)

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
		int d = compare(
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
