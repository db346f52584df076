/* What a schema says of one value by itself: its type, its size, how it is written. */
#include "schema_machine.h"

int schema_matches(struct validator *m, uint32_t regex, uint32_t token)
{
	const struct aegf_schema_regex *r = schema_regex(m->v->schema, regex);
	const uint8_t *p = (const uint8_t *)schema_text(m->v->schema) + aeg_ld32(r->off);

	return aegi_regex_run(&m->s, p, aegi_text(m->s.doc, &m->tok[token]), 0, m->states);
}

static const char *number_at(const struct validator *m, uint32_t token)
{
	return m->s.doc->text + m->tok[token].at;
}

static int is_type(const struct validator *m, uint32_t token, uint32_t types)
{
	uint32_t kind = aegi_kind(m->s.doc, token);

	return (types & AEGF_TYPE(kind)) != 0 ||
	       (kind == AEG_JSON_NUMBER && (types & AEGF_TYPE_INTEGER) &&
		       schema_is_integer(number_at(m, token), m->tok[token].len));
}

/* ---- Values -------------------------------------------------------------------------------- */

static const enum value_kind kinds[] = { VALUE_NULL, VALUE_FALSE, VALUE_TRUE, VALUE_NUMBER,
	VALUE_STRING };

/* ENUM and CONST. Arrays and objects among them are schemas that nothing else fits. */
static enum outcome values(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t n = schema_op_words(op) - 1, kind;

	if (f->calls > 0 && m->result)
		return HOLDS;
	for (; f->next < n; f->next += 3) {
		const struct aeg_le32 *p = op + 1 + f->next;
		kind = aeg_ld32(*p);
		if (kind == AEGF_VALUE_SCHEMA) {
			f->next += 3;
			return schema_call(
				m, aeg_ld32(p[1]), f->token, ASK_HERE | ASK_QUIETLY | ASK_APART);
		}
		struct value want = { kinds[kind], aeg_ld32(p[1]), aeg_ld32(p[2]) };
		struct value have = { VALUE_TOKEN, f->token, 0 };
		if (aegi_value_equal(&m->s, have, want))
			return HOLDS;
	}
	return FAILS;
}

enum outcome schema_unique(struct validator *m, const struct frame *f)
{
	uint32_t end = m->tok[f->token].next;

	for (uint32_t a = f->token + 1; a != end; a = m->tok[a].next)
		for (uint32_t b = m->tok[a].next; b != end; b = m->tok[b].next) {
			struct value v = { VALUE_TOKEN, a, 0 }, w = { VALUE_TOKEN, b, 0 };
			if (!aegi_spend(&m->s, 1))
				return HOLDS;
			if (aegi_value_equal(&m->s, v, w))
				return FAILS;
		}
	return HOLDS;
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static int number_holds(struct validator *m, uint32_t token, const struct aeg_le32 *op)
{
	struct value have = { VALUE_TOKEN, token, 0 };
	struct value want = { VALUE_NUMBER, aeg_ld32(op[1]), aeg_ld32(op[2]) };
	struct aeg_str text = schema_str(m, op + 1);
	uint32_t len = m->tok[token].len;

	switch (schema_op(op)) {
	case AEGF_SCHEMA_MINIMUM: return !aegi_value_less(&m->s, have, want);
	case AEGF_SCHEMA_MAXIMUM: return !aegi_value_less(&m->s, want, have);
	case AEGF_SCHEMA_EXCLUSIVE_MINIMUM: return aegi_value_less(&m->s, want, have);
	case AEGF_SCHEMA_EXCLUSIVE_MAXIMUM: return aegi_value_less(&m->s, have, want);
	default: break;
	}
	return aegi_spend(&m->s, len / 8) &&
	       schema_is_multiple(number_at(m, token), len, text.at, text.len);
}

static int in_range(struct validator *m, uint32_t token, enum aegf_schema_format format)
{
	static const char *const least[] = { "-2147483648", "-9223372036854775808" };
	static const char *const most[] = { "2147483647", "9223372036854775807" };
	static const uint8_t len[] = { 10, 19 };
	uint32_t i = format - AEGF_FORMAT_INT32;
	struct value have = { VALUE_TOKEN, token, 0 };
	struct aeg_program text = { .ops = (const uint8_t *)least[i] };
	const struct aeg_program *before = m->s.program;
	int ret;

	if (!schema_is_integer(number_at(m, token), m->tok[token].len))
		return 0;
	m->s.program = &text;
	ret = !aegi_value_less(&m->s, have, (struct value){ VALUE_NUMBER, 0, len[i] + 1u });
	text.ops = (const uint8_t *)most[i];
	ret = ret && !aegi_value_less(&m->s, (struct value){ VALUE_NUMBER, 0, len[i] }, have);
	m->s.program = before;
	return ret;
}

/* ---- Texts --------------------------------------------------------------------------------- */

static enum outcome is_pattern(struct validator *m, uint32_t token)
{
	size_t cap = m->tok[token].len, len;
	enum aeg_status status;

	if (m->v->regex == NULL)
		m->s.status = AEG_USAGE;
	else if (cap > m->scratch_size)
		m->s.status = AEG_NOMEM;
	if (m->s.status != AEG_OK || !aegi_spend(&m->s, cap))
		return HOLDS;
	struct aeg_str pattern = { m->scratch, 0 };
	pattern.len = (uint32_t)aeg_json_unescape(m->s.doc, token, m->scratch, cap);
	cap = (cap + 7) & ~(size_t)7;
	status = cap > m->scratch_size ? AEG_NOMEM
				       : m->v->regex(pattern, (char *)m->scratch + cap,
						 m->scratch_size - cap, &len);
	if (status == AEG_CONTENT)
		return FAILS;
	if (status != AEG_SEMANTICS) /* which is one, if not for an automaton */
		m->s.status = status;
	return HOLDS;
}

static enum outcome format(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	static const struct {
		const char *at;
		uint32_t len;
	} names[] = {
#define X(name, text) { text, sizeof text - 1 },
		AEGF_FORMATS(X)
#undef X
	};
	enum aegf_schema_format which = (enum aegf_schema_format)aeg_ld32(op[1]);
	uint32_t kind = aegi_kind(m->s.doc, f->token);
	int number = which == AEGF_FORMAT_INT32 || which == AEGF_FORMAT_INT64, good;

	if (kind != (number ? AEG_JSON_NUMBER : AEG_JSON_STRING))
		return HOLDS;
	if (number)
		good = in_range(m, f->token, which);
	else if (which == AEGF_FORMAT_REGEX)
		good = is_pattern(m, f->token) == HOLDS;
	else
		good = aegi_spend(&m->s, m->tok[f->token].len / 8) &&
		       schema_is_format(aegi_text(m->s.doc, &m->tok[f->token]), which);
	if (good || m->s.status != AEG_OK)
		return HOLDS;
	schema_fail(m, f, (struct aeg_str){ names[which].at, names[which].len });
	return BROKEN;
}

/* Often a text's bytes say enough: a character has one to four, in escapes up to twelve. */
static int long_enough(const struct aeg_json_tok *t, uint32_t limit)
{
	return t->len / (t->info & AEG_JSON_ESCAPED ? 12 : 4) >= limit;
}

static enum outcome counted(
	struct validator *m, uint32_t token, uint32_t kind, const struct aeg_le32 *op)
{
	uint32_t limit = aeg_ld32(op[1]), which = schema_op(op), n;
	int most = which == AEGF_SCHEMA_MAX_LENGTH || which == AEGF_SCHEMA_MAX_ITEMS ||
		   which == AEGF_SCHEMA_MAX_PROPERTIES;

	if (aegi_kind(m->s.doc, token) != kind)
		return HOLDS;
	if (kind == AEG_JSON_STRING &&
		(most ? m->tok[token].len <= limit : long_enough(&m->tok[token], limit)))
		return HOLDS;
	n = aegi_value_length(&m->s, (struct value){ VALUE_TOKEN, token, 0 }).a;
	return (most ? n <= limit : n >= limit) ? HOLDS : FAILS;
}

/* ---- The ops ------------------------------------------------------------------------------- */

enum outcome schema_assert(struct validator *m, struct frame *f, const struct aeg_le32 *op)
{
	uint32_t kind = aegi_kind(m->s.doc, f->token);

	switch (schema_op(op)) {
	case AEGF_SCHEMA_TYPE: return is_type(m, f->token, aeg_ld32(op[1])) ? HOLDS : FAILS;
	case AEGF_SCHEMA_ENUM:
	case AEGF_SCHEMA_CONST: return values(m, f, op);
	case AEGF_SCHEMA_MIN_LENGTH:
	case AEGF_SCHEMA_MAX_LENGTH: return counted(m, f->token, AEG_JSON_STRING, op);
	case AEGF_SCHEMA_MIN_ITEMS:
	case AEGF_SCHEMA_MAX_ITEMS: return counted(m, f->token, AEG_JSON_ARRAY, op);
	case AEGF_SCHEMA_MIN_PROPERTIES:
	case AEGF_SCHEMA_MAX_PROPERTIES: return counted(m, f->token, AEG_JSON_OBJECT, op);
	case AEGF_SCHEMA_PATTERN:
		if (kind != AEG_JSON_STRING || schema_matches(m, aeg_ld32(op[1]), f->token))
			return HOLDS;
		schema_fail(m, f, schema_str(m, op + 2));
		return BROKEN;
	case AEGF_SCHEMA_FORMAT: return format(m, f, op);
	default: break;
	}
	if (kind != AEG_JSON_NUMBER || number_holds(m, f->token, op) || m->s.status != AEG_OK)
		return HOLDS;
	schema_fail(m, f, schema_str(m, op + 1));
	return BROKEN;
}
