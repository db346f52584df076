/*
 * Accepts bytes as a compiled template or condition: the only code that reads ops which nobody has
 * checked.
 *
 * After AEG_OK the interpreter may rely on this: functions, names and places lie inside the
 * program, and functions follow one another; ops and their operands lie inside their function,
 * whose last op is its only RETURN (or RESULT); operands that choose one of several are in range,
 * and a NUMBER is one; each jump goes forward, to an op of the same function and region; regions
 * end in the function they begin in, at most as deep inside one another as the program says;
 * whatever way an op is reached, the stack holds equally many values, enough for it, and no more
 * than the program says; where a region or a function begins or ends it holds none; a condition
 * writes nothing and calls nothing; no op is out of reach.
 *
 * What only running can tell is looked at there: how deep functions are in one another, and whether
 * there is the frame that a PARAM or BLOCK asks for.
 */
#include <string.h>

#include "format/aeg_template.h"
#include "machine.h"

enum { MOST_PENDING = 512 }; /* different places ahead that jumps go to */

struct target {
	uint32_t at, values;
	uint32_t region; /* where the jumps to it are */
};

struct prove {
	const uint8_t *ops;
	uint32_t at, end; /* in the function that is looked at */
	uint32_t nfunctions, condition;
	uint32_t values, max_values; /* here; at most */
	uint32_t nregions, max_regions, serial;
	uint32_t ntargets;
	int reached;
	uint32_t region[AEGF_MAX_FRAMES + 1];
	struct target target[MOST_PENDING]; /* the nearest last */
};

static const struct {
	uint8_t operands, in, out;
} ops[AEGF_T_NOPS] = {
#define X(name, operands, in, out) { AEGF_T_OPERANDS_##operands, in, out },
#include "format/aeg_template_ops.def"
#undef X
};

static const struct {
	uint8_t least, most;
} helpers[AEGF_NHELPERS] = {
#define X(name, text, least, most) { least, most },
#include "format/aeg_helper.def"
#undef X
};

static uint32_t max(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* ---- Operands ------------------------------------------------------------------------------ */

static int is_number(const uint8_t *p, uint32_t len)
{
	struct aeg_json j;
	struct aeg_json_tok tok[1];

	return aeg_json_scan(&j, (const char *)p, len, tok, 1) == AEG_OK &&
	       (tok[0].info & AEG_JSON_KIND_MASK) == AEG_JSON_NUMBER && tok[0].len == len;
}

/* Is the byte after @op one that it may have? */
static int is_byte(const uint8_t *op)
{
	switch (*op) {
	case AEGF_T_PRINT: return op[1] < AEGF_NESCAPES;
	case AEGF_T_SEGMENT_END: return op[1] <= AEGF_SEGMENT_FILLED;
	case AEGF_T_MERGE: return op[1] <= AEGF_MAX_MERGE;
	default: return 1;
	}
}

/* Do the op and its operands lie in the function, and are they known ones? Jumps come later. */
static enum aeg_status operand(const struct prove *k, const uint8_t *op, uint32_t left)
{
	static const uint8_t least[] = {
#define X(name, size) size == 0 ? 5 : size,
		AEGF_TEMPLATE_OPERANDS(X)
#undef X
	};
	int is = 1;

	if (*op >= AEGF_T_NOPS)
		return AEG_CONTENT;
	if (least[ops[*op].operands] > left)
		return AEG_BOUNDS;
	switch ((enum aegf_template_operands)ops[*op].operands) {
	case AEGF_T_OPERANDS_NONE:
	case AEGF_T_OPERANDS_JUMP: break;
	case AEGF_T_OPERANDS_BYTE: is = is_byte(op); break;
	case AEGF_T_OPERANDS_FRAME:
		is = op[1] <= (*op == AEGF_T_PARAM) && op[2] <= AEGF_FRAME_FIRST;
		break;
	case AEGF_T_OPERANDS_CALL:
		is = op[1] < AEGF_NHELPERS && op[2] >= helpers[op[1]].least &&
		     op[2] <= helpers[op[1]].most;
		break;
	case AEGF_T_OPERANDS_FUNCTION: is = aegi_le16(op + 1) < k->nfunctions; break;
	case AEGF_T_OPERANDS_TEXT:
		if (aegi_le32(op + 1) > left - 5)
			return AEG_BOUNDS;
		is = *op != AEGF_T_NUMBER || is_number(op + 5, aegi_le32(op + 1));
		break;
	}
	return is ? AEG_OK : AEG_CONTENT;
}

/* ---- Jumps --------------------------------------------------------------------------------- */

/* Something goes on @distance bytes ahead, with @values. */
static enum aeg_status jump(struct prove *k, uint32_t distance, uint32_t values)
{
	uint32_t i = k->ntargets, at = k->at + distance, region = k->region[k->nregions];

	if (distance == 0 || distance >= k->end - k->at)
		return AEG_BOUNDS;
	while (i > 0 && k->target[i - 1].at < at)
		i--;
	if (i > 0 && k->target[i - 1].at == at)
		return k->target[i - 1].values == values && k->target[i - 1].region == region
			       ? AEG_OK
			       : AEG_CONTENT;
	if (k->ntargets == MOST_PENDING)
		return AEG_TOO_LARGE;
	memmove(&k->target[i + 1], &k->target[i], (k->ntargets - i) * sizeof *k->target);
	k->target[i] = (struct target){ at, values, region };
	k->ntargets++;
	return AEG_OK;
}

/* What jumps bring here. */
static enum aeg_status arrive(struct prove *k)
{
	const struct target *t = k->ntargets == 0 ? NULL : &k->target[k->ntargets - 1];

	if (t == NULL || t->at > k->at)
		return k->reached ? AEG_OK : AEG_CONTENT;
	if (t->at < k->at || t->region != k->region[k->nregions] ||
		(k->reached && t->values != k->values))
		return AEG_CONTENT;
	k->values = t->values;
	k->reached = 1;
	k->ntargets--;
	return AEG_OK;
}

/* ---- Regions and functions ----------------------------------------------------------------- */

static enum aeg_status enter(struct prove *k)
{
	if (k->nregions == AEGF_MAX_FRAMES)
		return AEG_TOO_LARGE;
	k->region[++k->nregions] = ++k->serial;
	k->max_regions = max(k->max_regions, k->nregions);
	return AEG_OK;
}

/* Ops that want an empty stack, but for what they take. */
static int is_statement(uint32_t op)
{
	return (op >= AEGF_T_WITH && op <= AEGF_T_END) || op >= AEGF_T_RUN;
}

/* What a condition may be made of: values, and jumps between them. */
static int is_value(uint32_t op)
{
	return (op >= AEGF_T_UNDEFINED && op <= AEGF_T_UNLESS_ZERO) || op == AEGF_T_MERGE ||
	       op == AEGF_T_RESULT;
}

static enum aeg_status prove_jump(struct prove *k, const uint8_t *op)
{
	uint32_t kept = *op == AEGF_T_AND || *op == AEGF_T_OR;

	return ops[*op].operands != AEGF_T_OPERANDS_JUMP
		       ? AEG_OK
		       : jump(k, aegi_le32(op + 1), k->values + kept);
}

static enum aeg_status prove_control(struct prove *k, const uint8_t *op)
{
	switch (*op) {
	case AEGF_T_JUMP: k->reached = 0; return AEG_OK;
	case AEGF_T_WITH:
	case AEGF_T_EACH:
	case AEGF_T_SECTION:
	case AEGF_T_SCOPE:
	case AEGF_T_INDENT:
	case AEGF_T_PARTIAL:
	case AEGF_T_BLOCK: return enter(k);
	case AEGF_T_END: return k->nregions-- == 0 ? AEG_CONTENT : AEG_OK;
	case AEGF_T_RETURN:
	case AEGF_T_RESULT:
		k->reached = 0;
		return k->nregions == 0 && k->at + 1 == k->end &&
				       (*op == AEGF_T_RESULT) == (k->condition != 0)
			       ? AEG_OK
			       : AEG_CONTENT;
	default: return AEG_OK;
	}
}

static enum aeg_status prove_op(struct prove *k, const uint8_t *op)
{
	uint32_t in = ops[*op].in;
	enum aeg_status s;

	if (k->condition && !is_value(*op))
		return AEG_CONTENT;
	if (*op == AEGF_T_CALL)
		in = op[2];
	if (*op == AEGF_T_MERGE)
		in = 1 + 2u * op[1];
	if (k->values < in || (is_statement(*op) && k->values != in))
		return AEG_CONTENT;
	k->values -= in;
	if ((s = prove_jump(k, op)) != AEG_OK)
		return s;
	k->values += ops[*op].out;
	k->max_values = max(k->max_values, k->values);
	if (k->values > AEGF_MAX_TEMPLATE_VALUES)
		return AEG_TOO_LARGE;
	return prove_control(k, op);
}

/* [k->at, k->end) is a function. */
static enum aeg_status prove_function(struct prove *k)
{
	static const uint8_t sizes[] = {
#define X(name, size) size,
		AEGF_TEMPLATE_OPERANDS(X)
#undef X
	};
	enum aeg_status s;
	uint32_t size;

	k->values = k->nregions = k->ntargets = 0;
	for (k->reached = 1; k->at < k->end; k->at += size) {
		const uint8_t *op = k->ops + k->at;
		if ((s = arrive(k)) != AEG_OK || (s = operand(k, op, k->end - k->at)) != AEG_OK ||
			(s = prove_op(k, op)) != AEG_OK)
			return s;
		size = sizes[ops[*op].operands];
		if (size == 0)
			size = 5 + aegi_le32(op + 1);
	}
	return k->reached || k->nregions > 0 || k->ntargets > 0 ? AEG_CONTENT : AEG_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static enum aeg_status prove_functions(struct prove *k, const struct aegf_function *f, uint32_t len)
{
	enum aeg_status s;

	for (uint32_t i = 0; i < k->nfunctions; i++) {
		if (aeg_ld32(f[i].at) != k->at || aeg_ld32(f[i].len) > len - k->at)
			return AEG_BOUNDS;
		k->end = k->at + aeg_ld32(f[i].len);
		if ((s = prove_function(k)) != AEG_OK)
			return s;
	}
	return k->at == len ? AEG_OK : AEG_BOUNDS;
}

static enum aeg_status prove_names(
	const struct prove *k, const struct aegf_function_name *n, uint32_t nnames, uint32_t len)
{
	for (uint32_t i = 0; i < nnames; i++) {
		if (aeg_ld32(n[i].at) > len || aeg_ld32(n[i].len) > len - aeg_ld32(n[i].at) ||
			aeg_ld32(n[i].function) >= k->nfunctions)
			return AEG_BOUNDS;
		if (i > 0 && aegi_name_order(k->ops, &n[i - 1], aegi_name(k->ops, &n[i])) >= 0)
			return AEG_CONTENT;
	}
	return AEG_OK;
}

static enum aeg_status prove_places(const struct aegf_place *p, uint32_t nplaces, uint32_t len)
{
	for (uint32_t i = 0; i < nplaces; i++) {
		if (aeg_ld32(p[i].op) >= len)
			return AEG_BOUNDS;
		if (i > 0 && aeg_ld32(p[i].op) <= aeg_ld32(p[i - 1].op))
			return AEG_CONTENT;
	}
	return AEG_OK;
}

/* What the header says of itself, and whether the parts are as long as it says. */
static enum aeg_status prove_header(
	const struct aegf_template *h, const struct aeg_template *t, size_t len)
{
	uint64_t rest = (uint64_t)t->nfunctions * sizeof(struct aegf_function) +
			(uint64_t)t->nnames * sizeof(struct aegf_function_name) +
			(uint64_t)t->nplaces * sizeof(struct aegf_place) + t->len;

	if (aeg_ld16(h->zero) != 0 || t->flags > (AEGF_TEMPLATE_CONDITION | AEGF_TEMPLATE_HTML))
		return AEG_RESERVED;
	if (t->len > AEGF_MAX_TEMPLATE_OPS || t->nfunctions > AEGF_MAX_FUNCTIONS ||
		t->values > AEGF_MAX_TEMPLATE_VALUES || t->frames > AEGF_MAX_FRAMES)
		return AEG_TOO_LARGE;
	return rest == len - sizeof *h && t->nfunctions > 0 ? AEG_OK : AEG_BOUNDS;
}

enum aeg_status aeg_template_check(struct aeg_template *ret, const void *mem, size_t len)
{
	const struct aegf_template *h = mem;
	enum aeg_status s;

	if (len < sizeof *h)
		return AEG_SHORT;
	struct aeg_template t = { .base = mem,
		.len = aeg_ld32(h->len),
		.nfunctions = aeg_ld16(h->nfunctions),
		.nnames = aeg_ld16(h->nnames),
		.nplaces = aeg_ld32(h->nplaces),
		.values = aeg_ld16(h->values),
		.frames = aeg_ld16(h->frames),
		.flags = aeg_ld16(h->flags) };
	if ((s = prove_header(h, &t, len)) != AEG_OK)
		return s;
	t.ops = t.base + len - t.len;
	struct prove k = { .ops = t.ops,
		.nfunctions = t.nfunctions,
		.condition = t.flags & AEGF_TEMPLATE_CONDITION };
	if ((s = prove_functions(&k, aegi_functions(&t), t.len)) != AEG_OK ||
		(s = prove_names(&k, aegi_names(&t), t.nnames, t.len)) != AEG_OK ||
		(s = prove_places(aegi_places(&t), t.nplaces, t.len)) != AEG_OK)
		return s;
	if (k.max_values > t.values || k.max_regions > t.frames)
		return AEG_CONTENT;
	*ret = t;
	return AEG_OK;
}
