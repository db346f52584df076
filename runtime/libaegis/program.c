/*
 * Accepts bytes as compiled paths: the only code that reads ops which nobody has checked.
 *
 * After AEG_OK the walk in select.c may rely on this: ops and their operands lie inside the
 * program; each jump goes forward, to an op, and neither into nor out of a filter's expression or a
 * walk inside one; whatever way an op is reached, the stack holds equally many values, enough for
 * it; no more points, values and states are needed than the program says; no op is out of reach.
 */
#include <string.h>

#include "select.h"

struct region { /* a filter's expression, or a walk inside one */
	uint32_t end;
	uint32_t filter;
	uint32_t points, values; /* outside it */
};

struct target { /* a place that jumps go to, ahead */
	uint32_t at, points, values;
};

struct prove {
	const uint8_t *ops;
	uint32_t len, at, npaths;
	uint32_t points, values, states; /* points and values: here */
	uint32_t max_points, max_values, max_states;
	uint32_t nregions, ntargets;
	int reached;
	struct region region[AEGF_MAX_NESTED];
	struct target target[AEGF_MAX_PENDING]; /* the nearest last */
};

static const struct {
	uint8_t operands, in, out;
} ops[AEGF_NOPS] = {
#define X(name, operands, in, out) { AEGF_OPERANDS_##operands, in, out },
#include "format/aeg_ops.def"
#undef X
};

/* ---- Operands ------------------------------------------------------------------------------ */

static uint32_t max(uint32_t a, uint32_t b) { return a > b ? a : b; }

static int is_integer(const uint8_t *p)
{
	int64_t i = aegi_le64(p);

	return i >= -AEGF_MAX_INTEGER && i <= AEGF_MAX_INTEGER;
}

/* One byte of a number's text after another: RFC 8259, section 6. */
static int is_number(const uint8_t *p, uint32_t len)
{
	struct aeg_json j;
	struct aeg_json_tok tok[1];

	return aeg_json_scan(&j, (const char *)p, len, tok, 1) == AEG_OK &&
	       aegi_kind(&j, 0) == AEG_JSON_NUMBER && tok[0].len == len;
}

static int is_slice(const uint8_t *op)
{
	return (op[1] & ~(AEGF_SLICE_START | AEGF_SLICE_END)) == 0 && is_integer(op + 2) &&
	       is_integer(op + 10) && is_integer(op + 18);
}

/* Do the op and its operands lie in the program, and are they known ones? Jumps come later. */
static enum aeg_status operand(struct prove *k, const uint8_t *op, uint32_t left)
{
	static const uint8_t least[] = {
#define X(name, size) size == 0 ? 5 : size,
		AEGF_OPERANDS(X)
#undef X
	};
	uint32_t states = 0;
	enum aeg_status s;

	if (*op >= AEGF_NOPS)
		return AEG_CONTENT;
	if (least[ops[*op].operands] > left)
		return AEG_BOUNDS;
	switch ((enum aegf_operands)ops[*op].operands) {
	case AEGF_OPERANDS_NONE:
	case AEGF_OPERANDS_JUMP: return AEG_OK;
	case AEGF_OPERANDS_PATH: return aegi_le32(op + 1) < k->npaths ? AEG_OK : AEG_BOUNDS;
	case AEGF_OPERANDS_INTEGER: return is_integer(op + 1) ? AEG_OK : AEG_BOUNDS;
	case AEGF_OPERANDS_SLICE: return is_slice(op) ? AEG_OK : AEG_BOUNDS;
	case AEGF_OPERANDS_WALK: return op[1] <= AEGF_FROM_CURRENT ? AEG_OK : AEG_CONTENT;
	case AEGF_OPERANDS_TEXT:
	case AEGF_OPERANDS_REGEX: break;
	}
	uint32_t len = aegi_le32(op + 1);
	if (len > left - 5)
		return AEG_BOUNDS;
	if (*op == AEGF_OP_NUMBER && !is_number(op + 5, len))
		return AEG_CONTENT;
	if (ops[*op].operands == AEGF_OPERANDS_TEXT)
		return AEG_OK;
	if ((s = aegi_regex_check(op + 5, len, &states)) != AEG_OK)
		return s;
	k->max_states = max(k->max_states, states);
	return states <= k->states ? AEG_OK : AEG_CONTENT;
}

/* ---- Jumps --------------------------------------------------------------------------------- */

/* The byte where the innermost region's last op must stand: all in it goes there, at most. */
static uint32_t limit(const struct prove *k)
{
	return k->nregions == 0 ? k->len : k->region[k->nregions - 1].end - 1;
}

/* Something goes on at @at with the points there are here, and @values. */
static enum aeg_status jump(struct prove *k, uint32_t at, uint32_t values)
{
	uint32_t i = k->ntargets;

	if (at <= k->at || at > limit(k) || at >= k->len)
		return AEG_BOUNDS;
	while (i > 0 && k->target[i - 1].at < at)
		i--;
	if (i > 0 && k->target[i - 1].at == at) {
		struct target *t = &k->target[i - 1];
		t->points = max(t->points, k->points);
		return t->values == values ? AEG_OK : AEG_CONTENT;
	}
	if (k->ntargets == AEGF_MAX_PENDING)
		return AEG_TOO_LARGE;
	memmove(&k->target[i + 1], &k->target[i], (k->ntargets - i) * sizeof *k->target);
	k->target[i] = (struct target){ at, k->points, values };
	k->ntargets++;
	return AEG_OK;
}

/* What jumps bring here. */
static enum aeg_status arrive(struct prove *k)
{
	struct target *t = k->ntargets == 0 ? NULL : &k->target[k->ntargets - 1];

	if (t == NULL || t->at > k->at)
		return k->reached ? AEG_OK : AEG_CONTENT;
	if (t->at < k->at || (k->reached && t->values != k->values))
		return AEG_CONTENT;
	k->points = k->reached ? max(k->points, t->points) : t->points;
	k->values = t->values;
	k->reached = 1;
	k->ntargets--;
	return AEG_OK;
}

/* ---- Regions ------------------------------------------------------------------------------- */

static enum aeg_status point(struct prove *k)
{
	k->points++;
	k->max_points = max(k->max_points, k->points);
	return k->points <= AEGF_MAX_POINTS ? AEG_OK : AEG_TOO_LARGE;
}

/* From the next op up to @end, which no jump from before may go into. */
static enum aeg_status enter(struct prove *k, uint32_t end, uint32_t filter)
{
	enum aeg_status s;

	if (end <= k->at + 1 || end > limit(k) || end >= k->len)
		return AEG_BOUNDS;
	if (k->ntargets > 0 && k->target[k->ntargets - 1].at < end)
		return AEG_CONTENT;
	if (k->nregions == AEGF_MAX_NESTED)
		return AEG_TOO_LARGE;
	if ((s = point(k)) != AEG_OK)
		return s;
	k->region[k->nregions++] = (struct region){ end, filter, k->points, k->values };
	return AEG_OK;
}

/* PASS or FOUND, which must be the last op of a region of its kind. */
static enum aeg_status leave(struct prove *k, uint32_t filter)
{
	const struct region *r = k->nregions == 0 ? NULL : &k->region[k->nregions - 1];

	if (r == NULL || r->filter != filter || r->end != k->at + 1 ||
		k->values != r->values + filter)
		return AEG_CONTENT;
	k->nregions--;
	k->points = r->points - !filter; /* a filter's point stays */
	k->values = r->values + !filter; /* a walk leaves a value */
	k->max_values = max(k->max_values, k->values);
	return AEG_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* An op that works on values alone; only a filter's expression has any. */
static enum aeg_status evaluate(struct prove *k, const uint8_t *op)
{
	uint32_t in = ops[*op].in, base;

	if (k->nregions == 0 || !k->region[k->nregions - 1].filter)
		return AEG_CONTENT;
	base = k->region[k->nregions - 1].values;
	if (k->values < base + in)
		return AEG_CONTENT;
	if (*op == AEGF_OP_AND || *op == AEGF_OP_OR) {
		enum aeg_status s = jump(k, k->at + aegi_le32(op + 1), k->values);
		if (s != AEG_OK)
			return s;
	}
	k->values = k->values - in + ops[*op].out;
	k->max_values = max(k->max_values, k->values);
	return k->values <= AEGF_MAX_VALUES ? AEG_OK : AEG_TOO_LARGE;
}

static int in_expression(const struct prove *k)
{
	return k->nregions > 0 && k->region[k->nregions - 1].filter;
}

static enum aeg_status prove_op(struct prove *k, const uint8_t *op)
{
	enum aeg_status s;
	uint32_t at = k->at;

	if (*op >= AEGF_OP_NULL)
		return evaluate(k, op);
	if (*op != AEGF_OP_PASS && in_expression(k) != (ops[*op].operands == AEGF_OPERANDS_WALK))
		return AEG_CONTENT;
	switch (*op) {
	case AEGF_OP_RESULT: k->reached = 0; return k->nregions == 0 ? AEG_OK : AEG_CONTENT;
	case AEGF_OP_FORK:
		if ((s = jump(k, at + aegi_le32(op + 1), k->values)) != AEG_OK)
			return s;
		return point(k);
	case AEGF_OP_JUMP: k->reached = 0; return jump(k, at + aegi_le32(op + 1), k->values);
	case AEGF_OP_CHILDREN:
	case AEGF_OP_SLICE:
	case AEGF_OP_DESCEND: return point(k);
	case AEGF_OP_FILTER: return enter(k, at + aegi_le32(op + 1), 1);
	case AEGF_OP_EXISTS:
	case AEGF_OP_VALUE:
	case AEGF_OP_COUNT: return enter(k, at + aegi_le32(op + 2), 0);
	case AEGF_OP_PASS: return leave(k, 1);
	case AEGF_OP_FOUND: return leave(k, 0);
	default: return AEG_OK; /* NAME, INDEX */
	}
}

static enum aeg_status prove_all(struct prove *k)
{
	enum aeg_status s = AEG_OK;

	for (k->at = 0; k->at < k->len; k->at += aegi_op_size(k->ops + k->at)) {
		const uint8_t *op = k->ops + k->at;
		if ((s = arrive(k)) != AEG_OK || (s = operand(k, op, k->len - k->at)) != AEG_OK ||
			(s = prove_op(k, op)) != AEG_OK)
			return s;
	}
	return k->at == k->len && !k->reached && k->nregions == 0 && k->ntargets == 0 ? AEG_OK
										      : AEG_CONTENT;
}

uint32_t aeg_bundle_paths(const struct aeg_bundle *b, uint32_t i, struct aeg_program *ret)
{
	const struct aegf_paths *p = aegi_at(b, AEGF_PATHS, i, struct aegf_paths);
	const struct aegf_program *head;

	if (i < aegi_count(b, AEGF_PATHS)) {
		head = (const void *)aegi_at(b, AEGF_OPS, aeg_ld32(p->program.first), uint8_t);
		*ret = (struct aeg_program){ (const uint8_t *)(head + 1), aeg_ld32(head->len),
			aeg_ld16(head->npaths), aeg_ld16(head->points), aeg_ld16(head->values),
			aeg_ld32(head->states) };
	}
	return aegi_count(b, AEGF_PATHS);
}

struct aeg_str aeg_bundle_path_text(const struct aeg_bundle *b, uint32_t i, uint32_t path)
{
	const struct aegf_paths *p = aegi_at(b, AEGF_PATHS, i, struct aegf_paths);

	if (i >= aegi_count(b, AEGF_PATHS) || path >= aeg_ld32(p->texts.count))
		return (struct aeg_str){ "", 0 };
	return aegi_str(
		b, *aegi_at(b, AEGF_LISTS, aeg_ld32(p->texts.first) + path, struct aegf_str));
}

enum aeg_status aeg_program_check(struct aeg_program *ret, const void *mem, size_t len)
{
	const struct aegf_program *p = mem;
	enum aeg_status s;

	if (len < sizeof *p)
		return AEG_SHORT;
	struct prove k = { .ops = (const uint8_t *)(p + 1),
		.len = aeg_ld32(p->len),
		.npaths = aeg_ld16(p->npaths),
		.states = aeg_ld32(p->states),
		.reached = 1 };
	if (aeg_ld16(p->zero) != 0)
		return AEG_RESERVED;
	if (k.len > AEGF_MAX_OPS || k.states > AEGF_MAX_STATES)
		return AEG_TOO_LARGE;
	if (k.len != len - sizeof *p)
		return AEG_BOUNDS;
	if ((s = prove_all(&k)) != AEG_OK)
		return s;
	if (k.max_points > aeg_ld16(p->points) || k.max_values > aeg_ld16(p->values) ||
		aeg_ld16(p->points) > AEGF_MAX_POINTS || aeg_ld16(p->values) > AEGF_MAX_VALUES)
		return AEG_CONTENT;
	*ret = (struct aeg_program){ k.ops, k.len, k.npaths, k.max_points, k.max_values,
		k.max_states };
	return AEG_OK;
}
