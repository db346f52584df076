/*
 * Accepts bytes as compiled schemas: the only code that reads ops which nobody has checked.
 *
 * After AEG_OK the machine may rely on this: the ops of each schema lie one after the other and end
 * with END; operands lie inside the op; each schema, regular expression and piece of text that one
 * names is there; numbers are numbers; a schema with an unevaluated* says so; a schema's location
 * goes back to earlier ones.
 */
#include "schema_machine.h"

struct prove {
	struct aeg_schema s;
	uint32_t at; /* word */
	uint32_t flags;
};

static const struct {
	uint8_t operands, least;
} ops[] = {
#define X(name, operands, keyword, text) { AEGF_SCHEMA_OPERANDS_##operands, 0 },
#include "format/aeg_schema_ops.def"
#undef X
};
static const uint8_t least[] = {
#define X(name, least) least,
	AEGF_SCHEMA_OPERANDS(X)
#undef X
};

static int is_text(const struct prove *k, const struct aeg_le32 *ref)
{
	uint32_t off = aeg_ld32(ref[0]), len = aeg_ld32(ref[1]);

	return off <= k->s.ntext && len <= k->s.ntext - off;
}

/* Pairs of words, each a piece of text. */
static int are_texts(const struct prove *k, const struct aeg_le32 *ref, uint32_t n)
{
	for (; n > 0; n--, ref += 2)
		if (!is_text(k, ref))
			return 0;
	return 1;
}

static int is_schema(const struct prove *k, struct aeg_le32 ref)
{
	uint32_t i = aeg_ld32(ref);

	return i < k->s.nschemas || i == AEGF_SCHEMA_ANY;
}

static int is_schema_or_none(const struct prove *k, struct aeg_le32 ref)
{
	return aeg_ld32(ref) == AEGF_NONE || is_schema(k, ref);
}

static int are_schemas(const struct prove *k, const struct aeg_le32 *ref, uint32_t n)
{
	for (; n > 0; n--)
		if (!is_schema(k, *ref++))
			return 0;
	return 1;
}

/* One byte of a number's text after another: RFC 8259, section 6. */
static int is_number(const struct prove *k, const struct aeg_le32 *ref)
{
	struct aeg_json j;
	struct aeg_json_tok tok[1];
	uint32_t len = aeg_ld32(ref[1]);

	return is_text(k, ref) && len <= AEGF_SCHEMA_MAX_NUMBER &&
	       aeg_json_scan(&j, schema_text(&k->s) + aeg_ld32(ref[0]), len, tok, 1) == AEG_OK &&
	       aegi_kind(&j, 0) == AEG_JSON_NUMBER && tok[0].len == len;
}

static int are_values(const struct prove *k, const struct aeg_le32 *p, uint32_t n)
{
	if (n % 3 != 0)
		return 0;
	for (; n > 0; n -= 3, p += 3) {
		uint32_t kind = aeg_ld32(*p);
		if (kind >= AEGF_NVALUES || (kind == AEGF_VALUE_NUMBER && !is_number(k, p + 1)) ||
			(kind == AEGF_VALUE_STRING && !is_text(k, p + 1)) ||
			(kind == AEGF_VALUE_SCHEMA && aeg_ld32(p[1]) >= k->s.nschemas))
			return 0;
	}
	return 1;
}

/* @n: words after the op's first. */
static int are_members(const struct prove *k, const struct aeg_le32 *op, uint32_t n)
{
	uint64_t nslots = aeg_ld32(op[4]);
	uint64_t words = 4 + 2 * ((uint64_t)aeg_ld32(op[2]) + aeg_ld32(op[3])) + 4 * nslots;

	if (words != n || !is_schema_or_none(k, op[1]) || (nslots & (nslots - 1)) != 0)
		return 0;
	struct members m = schema_members(op);
	if (!are_texts(k, &m.required->off, m.nrequired))
		return 0;
	for (uint32_t i = 0; i < m.npatterns; i++)
		if (aeg_ld32(m.pattern[i].regex) >= k->s.nregexes ||
			!is_schema(k, m.pattern[i].schema))
			return 0;
	for (uint32_t i = 0; i < m.nslots; i++)
		if (aeg_ld32(m.slot[i].off) != AEGF_NONE &&
			(!is_text(k, &m.slot[i].off) || !is_schema_or_none(k, m.slot[i].schema) ||
				aeg_ld32(m.slot[i].required) > 1))
			return 0;
	return 1;
}

static int is_dynamic(const struct prove *k, const struct aeg_le32 *op, uint32_t n)
{
	if (n % 2 != 1 || !is_schema(k, op[1]))
		return 0;
	for (uint32_t i = 1; i < n; i += 2)
		if (!is_schema(k, op[i + 2]))
			return 0;
	return 1;
}

/* Are the operands of the op at @op, @n words, as they must be? */
static int operands(const struct prove *k, const struct aeg_le32 *op, uint32_t n)
{
	uint32_t first = n > 0 ? aeg_ld32(op[1]) : 0;

	switch ((enum aegf_schema_operands)ops[schema_op(op)].operands) {
	case AEGF_SCHEMA_OPERANDS_NONE: return n == 0;
	case AEGF_SCHEMA_OPERANDS_TYPE: return n == 1 && (first & ~AEGF_TYPE_ALL) == 0;
	case AEGF_SCHEMA_OPERANDS_VALUES: return are_values(k, op + 1, n);
	case AEGF_SCHEMA_OPERANDS_NUMBER:
		return n == 2 && is_number(k, op + 1) &&
		       (schema_op(op) != AEGF_SCHEMA_MULTIPLE_OF ||
			       schema_is_divisor(schema_text(&k->s) + first, aeg_ld32(op[2])));
	case AEGF_SCHEMA_OPERANDS_COUNT: return n == 1;
	case AEGF_SCHEMA_OPERANDS_REGEX:
		return n == 3 && first < k->s.nregexes && is_text(k, op + 2);
	case AEGF_SCHEMA_OPERANDS_FORMAT: return n == 1 && first < AEGF_NFORMATS;
	case AEGF_SCHEMA_OPERANDS_SCHEMA: return n == 1 && is_schema(k, op[1]);
	case AEGF_SCHEMA_OPERANDS_SCHEMAS: return are_schemas(k, op + 1, n);
	case AEGF_SCHEMA_OPERANDS_ITEMS:
		return is_schema_or_none(k, op[1]) && are_schemas(k, op + 2, n - 1);
	case AEGF_SCHEMA_OPERANDS_CONTAINS: return n == 3 && is_schema(k, op[1]);
	case AEGF_SCHEMA_OPERANDS_MEMBERS: return are_members(k, op, n);
	case AEGF_SCHEMA_OPERANDS_NAMES: return n % 2 == 0 && are_texts(k, op + 1, n / 2);
	case AEGF_SCHEMA_OPERANDS_NAMED: return n == 3 && is_text(k, op + 1) && is_schema(k, op[3]);
	case AEGF_SCHEMA_OPERANDS_CHOICE:
		return n == 3 && is_schema(k, op[1]) && is_schema_or_none(k, op[2]) &&
		       is_schema_or_none(k, op[3]);
	case AEGF_SCHEMA_OPERANDS_DYNAMIC: return is_dynamic(k, op, n);
	}
	return 0;
}

/* The ops from here to END. */
static enum aeg_status prove_ops(struct prove *k)
{
	for (;;) {
		const struct aeg_le32 *op = schema_words(&k->s) + k->at;
		if (k->at == k->s.nwords)
			return AEG_BOUNDS;
		uint32_t kind = schema_op(op), n = schema_op_words(op);
		if (kind >= AEGF_SCHEMA_NOPS)
			return AEG_CONTENT;
		if (n == 0 || n > k->s.nwords - k->at || n - 1 < least[ops[kind].operands])
			return AEG_BOUNDS;
		if (!operands(k, op, n - 1))
			return AEG_CONTENT;
		if (kind == AEGF_SCHEMA_UNEVALUATED_ITEMS ||
			kind == AEGF_SCHEMA_UNEVALUATED_PROPERTIES)
			k->flags |= AEGF_SCHEMA_COLLECTS;
		k->at += n;
		if (kind == AEGF_SCHEMA_END)
			return AEG_OK;
	}
}

static enum aeg_status prove_schemas(struct prove *k)
{
	enum aeg_status status;

	for (uint32_t i = 0; i < k->s.nschemas; i++) {
		const struct aegf_schema *s = schema_at(&k->s, i);
		uint32_t parent = aeg_ld32(s->parent);
		if (aeg_ld32(s->first) != k->at || (parent >= i && parent != AEGF_NONE) ||
			!is_text(k, &s->off))
			return AEG_CONTENT;
		k->flags = 0;
		if ((status = prove_ops(k)) != AEG_OK)
			return status;
		if (aeg_ld32(s->flags) != k->flags)
			return AEG_CONTENT;
		k->s.collects |= k->flags;
	}
	return k->at == k->s.nwords ? AEG_OK : AEG_BOUNDS;
}

static enum aeg_status prove_regexes(struct prove *k)
{
	uint32_t end = 0, states;
	enum aeg_status status;

	for (uint32_t i = 0; i < k->s.nregexes; i++) {
		const struct aegf_schema_regex *r = schema_regex(&k->s, i);
		uint32_t off = aeg_ld32(r->off), len = aeg_ld32(r->len);
		if (!is_text(k, &r->off) || off < end)
			return AEG_BOUNDS;
		end = off + len;
		status = aegi_regex_check((const uint8_t *)schema_text(&k->s) + off, len, &states);
		if (status != AEG_OK)
			return status;
		if (states > k->s.states)
			return AEG_CONTENT;
	}
	return AEG_OK;
}

enum aeg_status aeg_schema_check(struct aeg_schema *ret, const void *mem, size_t len)
{
	const struct aegf_schemas *h = mem;
	enum aeg_status status;

	if (len < sizeof *h)
		return AEG_SHORT;
	struct prove k = { .s = { .base = mem,
				   .nroots = aeg_ld32(h->nroots),
				   .nschemas = aeg_ld32(h->nschemas),
				   .nregexes = aeg_ld32(h->nregexes),
				   .nwords = aeg_ld32(h->nwords),
				   .ntext = aeg_ld32(h->ntext),
				   .states = aeg_ld32(h->states) } };
	if (k.s.nschemas > AEGF_SCHEMA_MAX || k.s.nwords > AEGF_SCHEMA_MAX_WORDS ||
		k.s.states > AEGF_MAX_STATES)
		return AEG_TOO_LARGE;
	if (len - sizeof *h != k.s.nschemas * (uint64_t)sizeof(struct aegf_schema) +
				       k.s.nregexes * (uint64_t)sizeof(struct aegf_schema_regex) +
				       k.s.nwords * (uint64_t)sizeof(struct aeg_le32) + k.s.ntext ||
		k.s.nroots > k.s.nschemas)
		return AEG_BOUNDS;
	if ((status = prove_regexes(&k)) != AEG_OK || (status = prove_schemas(&k)) != AEG_OK)
		return status;
	*ret = k.s;
	return AEG_OK;
}
