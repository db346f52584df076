/*
 * Accepts section MACHINES: the only code that reads rows of it which nobody has checked.
 *
 * After AEG_OK every reader may rely on this: tables and bytes fill the section; texts lie in the
 * bytes, an index is that of a row or, where the format says so, NONE; lists cover their tables one
 * behind the other, machine by machine and state by state, and programs the bytes, so that checking
 * is linear; names of machines ascend (the versions of one stand together); a machine has an
 * initial state, and targets of transitions are states of it; a state has as many tasks as its kind
 * wants, judges where its kind has them, and one handler at most; `custom` alone has an expression,
 * which is a condition, and nothing else is one; enumerations are within theirs, scores and factors
 * at most one, weights within the format's bound. That tasks and constants are JSON is seen when
 * they are made.
 */
#include "machine_table.h"

#include "format/aeg_template.h"

struct check {
	struct aeg_machines ms;
	uint32_t next[AEGF_M_NTABLES]; /* where the next list of its rows begins */
	uint32_t programs;             /* and the next program, in the bytes */
};

/* ---- Parts of rows ------------------------------------------------------------------------- */

static int bytes_in(const struct check *k, struct aegf_bytes b)
{
	uint32_t n = k->ms.own[M_NBYTES];

	return aeg_ld32(b.off) <= n && aeg_ld32(b.len) <= n - aeg_ld32(b.off);
}

/* Lists of a table stand one behind the other: no row is looked at twice. */
static int list_in(struct check *k, enum aegf_machine_table t, struct aegf_list l)
{
	uint32_t n = k->ms.own[M_COUNT + t];

	if (aeg_ld32(l.first) != k->next[t] || aeg_ld32(l.count) > n - k->next[t])
		return 0;
	k->next[t] += aeg_ld32(l.count);
	return 1;
}

static int row_or_none(const struct check *k, enum aegf_machine_table t, struct aeg_le32 i)
{
	return aeg_ld32(i) == AEGF_NONE || aeg_ld32(i) < k->ms.own[M_COUNT + t];
}

/* A template that is a condition (@condition) or is none (0); NONE is either. */
static int is_template(const struct check *k, struct aeg_le32 i, uint32_t condition)
{
	const struct aegf_template *t;

	if (aeg_ld32(i) == AEGF_NONE)
		return 1;
	t = (const void *)machine_text(
		&k->ms, *machine_row(&k->ms, TEMPLATES, aeg_ld32(i), struct aegf_bytes))
		    .at;
	return (aeg_ld16(t->flags) & AEGF_TEMPLATE_CONDITION) == condition;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static enum aeg_status check_fragments(struct check *k, struct aegf_list l)
{
	const struct aegf_fragment *x;

	if (!list_in(k, AEGF_M_FRAGMENTS, l))
		return AEG_BOUNDS;
	x = machine_row(&k->ms, FRAGMENTS, aeg_ld32(l.first), struct aegf_fragment);
	for (uint32_t n = aeg_ld32(l.count); n > 0; n--, x++) {
		if (!bytes_in(k, x->text) || !row_or_none(k, AEGF_M_TEMPLATES, x->template))
			return AEG_BOUNDS;
		if (aeg_ld32(x->quoted) > 1)
			return AEG_RESERVED;
		if (!is_template(k, x->template, 0))
			return AEG_CONTENT;
	}
	return AEG_OK;
}

static enum aeg_status check_tasks(struct check *k, struct aegf_list l)
{
	enum aeg_status s = AEG_OK;

	if (!list_in(k, AEGF_M_TASKS, l))
		return AEG_BOUNDS;
	for (uint32_t i = 0; s == AEG_OK && i < aeg_ld32(l.count); i++) {
		const struct aegf_task *t =
			machine_row(&k->ms, TASKS, aeg_ld32(l.first) + i, struct aegf_task);
		if (!bytes_in(k, t->name))
			return AEG_BOUNDS;
		if (aeg_ld32(t->fragments.count) == 0 || aeg_ld32(t->weight) > AEGF_MAX_WEIGHT)
			return AEG_CONTENT;
		s = check_fragments(k, t->fragments);
	}
	return s;
}

static enum aeg_status check_transition(
	const struct check *k, const struct aegf_transition *t, uint32_t nstates)
{
	uint32_t when = aeg_ld32(t->when);

	if (!row_or_none(k, AEGF_M_TEMPLATES, t->feedback) || !bytes_in(k, t->value) ||
		!row_or_none(k, AEGF_M_TEMPLATES, t->expression))
		return AEG_BOUNDS;
	return when < AEG_NCONDITION_KINDS && aeg_ld32(t->target) < nstates &&
			       is_template(k, t->feedback, 0) &&
			       (when == AEG_WHEN_CUSTOM) ==
				       (aeg_ld32(t->expression) != AEGF_NONE) &&
			       is_template(k, t->expression, AEGF_TEMPLATE_CONDITION)
		       ? AEG_OK
		       : AEG_CONTENT;
}

static int has_results(const struct aegf_state *r)
{
	return r->kind == AEG_STATE_AGENT || r->kind == AEG_STATE_PARALLEL_AGENTS;
}

/* How many tasks a state has, by its kind, and what else goes with that. */
static int is_whole(const struct aegf_state *r)
{
	uint64_t more = (uint64_t)aeg_ld32(r->njudges) + aeg_ld32(r->nhandlers);
	uint32_t n = aeg_ld32(r->tasks.count);
	int many = r->kind == AEG_STATE_PARALLEL_AGENTS || r->kind == AEG_STATE_PARALLEL_CONTAINERS;

	return n <= AEGF_MAX_TASKS && more < n && (many || n - more == 1) &&
	       aeg_ld32(r->nhandlers) <= 1 && (aeg_ld32(r->njudges) == 0 || has_results(r)) &&
	       (!(r->flags & AEGF_STATE_DETACHED) || r->kind == AEG_STATE_SUBWORKFLOW) &&
	       (!(r->flags & AEGF_STATE_REQUIRED) || aeg_ld32(r->nhandlers) == 1) &&
	       (!(r->flags & AEGF_STATE_DEFAULT) || r->kind == AEG_STATE_HUMAN);
}

static int is_within(const struct aegf_state *r)
{
	return r->kind < AEG_NSTATE_KINDS && r->strategy < AEG_NCONSENSUS &&
	       r->completion < AEG_NCOMPLETIONS && aeg_ld32(r->max_visits) > 0 &&
	       aeg_ld32(r->threshold) <= AEGF_SCORE_ONE &&
	       aeg_ld32(r->agreement_factor) <= AEGF_SCORE_ONE &&
	       aeg_ld32(r->self_factor) <= AEGF_SCORE_ONE;
}

static enum aeg_status check_state(struct check *k, const struct aegf_state *r, uint32_t nstates)
{
	const struct aegf_transition *t;
	enum aeg_status s = AEG_OK;

	if (!bytes_in(k, r->name) || !bytes_in(k, r->subject) || !bytes_in(k, r->text) ||
		!list_in(k, AEGF_M_TRANSITIONS, r->transitions))
		return AEG_BOUNDS;
	if (r->flags & ~(AEGF_STATE_DETACHED | AEGF_STATE_REQUIRED | AEGF_STATE_DEFAULT))
		return AEG_RESERVED;
	if (!is_within(r) || !is_whole(r))
		return AEG_CONTENT;
	t = machine_row(
		&k->ms, TRANSITIONS, aeg_ld32(r->transitions.first), struct aegf_transition);
	for (uint32_t n = aeg_ld32(r->transitions.count); s == AEG_OK && n > 0; n--, t++)
		s = check_transition(k, t, nstates);
	return s == AEG_OK ? check_tasks(k, r->tasks) : s;
}

/* Whether @r may stand after the machine before it. */
static int follows(const struct check *k, const struct aegf_machine *r)
{
	int d = aegi_str_order(machine_text(&k->ms, r[-1].name), machine_text(&k->ms, r->name));

	return d < 0 || (d == 0 && aegi_str_order(machine_text(&k->ms, r[-1].version),
					   machine_text(&k->ms, r->version)) != 0);
}

static enum aeg_status check_machine(struct check *k, const struct aegf_machine *r, uint32_t i)
{
	uint32_t n = aeg_ld32(r->states.count);
	enum aeg_status s;

	if (!bytes_in(k, r->name) || !bytes_in(k, r->version) || !bytes_in(k, r->description) ||
		!bytes_in(k, r->context) || !bytes_in(k, r->workspace) ||
		!list_in(k, AEGF_M_STATES, r->states) ||
		!row_or_none(k, AEGF_M_SCHEMAS, r->input) ||
		!row_or_none(k, AEGF_M_SCHEMAS, r->output))
		return AEG_BOUNDS;
	if (n > AEGF_MAX_STATES || aeg_ld32(r->initial) >= n || (i > 0 && !follows(k, r)))
		return AEG_CONTENT;
	s = check_fragments(k, r->result);
	for (uint32_t x = 0; s == AEG_OK && x < n; x++)
		s = check_state(k, machine_state(&k->ms, r, x), n);
	return s;
}

/* ---- Programs ------------------------------------------------------------------------------ */

/* Programs do not overlap: no byte is looked at twice. */
static enum aeg_status program_text(
	struct check *k, const struct aegf_bytes *r, struct aeg_str *ret)
{
	if (!bytes_in(k, *r) || aeg_ld32(r->off) < k->programs)
		return AEG_BOUNDS;
	k->programs = aeg_ld32(r->off) + aeg_ld32(r->len);
	*ret = machine_text(&k->ms, *r);
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
	type machine_##NAME(const struct aeg_machines *ms, uint32_t i) \
	{ \
		struct aeg_str text = \
			machine_text(ms, *machine_row(ms, TABLE, i, struct aegf_bytes)); \
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
PROGRAM(schema, SCHEMAS, struct aeg_schema, schema_of_one)

/* ---- All of it ----------------------------------------------------------------------------- */

/* Tables one behind the other, then the bytes, and nothing besides. */
static enum aeg_status layout(struct check *k, const uint8_t *base, uint32_t len)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_MACHINE_TABLES(X)
#undef X
	};
	const struct aegf_machines *head = (const void *)base;
	uint64_t at = sizeof *head;

	if (len < sizeof *head)
		return AEG_SHORT;
	k->ms.base = base;
	k->ms.len = len;
	for (uint32_t t = 0; t < AEGF_M_NTABLES; t++) {
		uint32_t count = aeg_ld32(head->count[t]);
		if (count > (len - at) / size[t])
			return AEG_BOUNDS;
		k->ms.own[M_AT + t] = (uint32_t)at;
		k->ms.own[M_COUNT + t] = count;
		at += (uint64_t)count * size[t];
	}
	k->ms.own[M_BYTES] = (uint32_t)at;
	k->ms.own[M_NBYTES] = aeg_ld32(head->nbytes);
	return at + k->ms.own[M_NBYTES] == len ? AEG_OK : AEG_BOUNDS;
}

enum aeg_status aeg_machines_open(const struct aeg_bundle *b, struct aeg_machines *ret)
{
	/* Every row of these is in a list. */
	static const enum aegf_machine_table listed[] = { AEGF_M_STATES, AEGF_M_TRANSITIONS,
		AEGF_M_TASKS, AEGF_M_FRAGMENTS };
	struct check k = { 0 };
	enum aeg_status s;

	if (aegi_count(b, AEGF_MACHINES) == 0) {
		*ret = k.ms;
		return AEG_OK;
	}
	s = layout(&k, aegi_at(b, AEGF_MACHINES, 0, uint8_t), aegi_count(b, AEGF_MACHINES));
	for (uint32_t i = 0; s == AEG_OK && i < k.ms.own[M_COUNT + AEGF_M_TEMPLATES]; i++)
		s = check_template(&k, machine_row(&k.ms, TEMPLATES, i, struct aegf_bytes), i);
	for (uint32_t i = 0; s == AEG_OK && i < k.ms.own[M_COUNT + AEGF_M_SCHEMAS]; i++)
		s = check_schema(&k, machine_row(&k.ms, SCHEMAS, i, struct aegf_bytes), i);
	for (uint32_t i = 0; s == AEG_OK && i < k.ms.own[M_COUNT + AEGF_M_MACHINES]; i++)
		s = check_machine(&k, machine_row(&k.ms, MACHINES, i, struct aegf_machine), i);
	for (uint32_t t = 0; s == AEG_OK && t < sizeof listed / sizeof *listed; t++)
		if (k.next[listed[t]] != k.ms.own[M_COUNT + listed[t]])
			s = AEG_CONTENT;
	if (s != AEG_OK)
		return s;
	k.ms.nmachines = k.ms.own[M_COUNT + AEGF_M_MACHINES];
	*ret = k.ms;
	return AEG_OK;
}
