/* Says where a value stands, where a keyword stands, and what is wrong: the words of a failure. */
#include "schema_machine.h"

#include <string.h>

struct out {
	char *buf;
	size_t cap, len;
};

static void put(struct out *o, char c)
{
	if (o->len < o->cap)
		o->buf[o->len] = c;
	o->len++;
}

static void put_text(struct out *o, const char *p, size_t n)
{
	for (; n > 0; n--)
		put(o, *p++);
}

/* A member's name as a reference token: RFC 6901, section 4. */
static void put_name(struct out *o, const struct aeg_json *j, uint32_t key)
{
	struct text t = aegi_text(j, &j->tok[key]);

	for (int c = aegi_text_next(&t); c >= 0; c = aegi_text_next(&t)) {
		if (c == '~' || c == '/')
			put(o, '~');
		put(o, (char)(c == '~' ? '0' : c == '/' ? '1' : c));
	}
}

static void put_number(struct out *o, uint32_t n)
{
	char digits[10];
	size_t i = sizeof digits;

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	put_text(o, digits + i, sizeof digits - i);
}

size_t aeg_json_pointer(const struct aeg_json *j, uint32_t token, char *buf, size_t cap)
{
	struct out o = { buf, cap, 0 };
	uint32_t at = 0;

	if (token >= j->ntok)
		return 0;
	while (at != token) {
		int object = aegi_kind(j, at) == AEG_JSON_OBJECT;
		uint32_t child = at + 1, i = 0;
		for (; j->tok[child].next <= token; child = j->tok[child].next)
			i++;
		put(&o, '/');
		if (object)
			put_name(&o, j, child);
		else
			put_number(&o, i);
		if (object && child == token)
			break;
		at = child + (uint32_t)object;
	}
	return o.len;
}

size_t aeg_schema_location(const struct aeg_schema *schema,
	const struct aeg_schema_failure *failure, char *buf, size_t cap)
{
	const struct aegf_schema *s;
	size_t len = 0, all, keyword = failure->keyword.len;
	uint32_t i;

	if (failure->schema >= schema->nschemas)
		return 0;
	for (i = failure->schema; i != AEGF_NONE; i = aeg_ld32(s->parent)) {
		s = schema_at(schema, i);
		len += aeg_ld32(s->len);
	}
	all = len;
	/* From its end to its beginning, as that is how it is known. */
	for (i = failure->schema; i != AEGF_NONE; i = aeg_ld32(s->parent)) {
		s = schema_at(schema, i);
		uint32_t n = aeg_ld32(s->len);
		len -= n;
		if (len < cap)
			memcpy(buf + len, schema_text(schema) + aeg_ld32(s->off),
				n < cap - len ? n : cap - len);
	}
	struct out o = { buf, cap, all };
	if (keyword > 0) {
		put(&o, '/');
		put_text(&o, failure->keyword.at, keyword);
	}
	return o.len;
}

/* `string or null`. */
static void put_types(struct out *o, uint32_t types)
{
	static const struct {
		uint32_t bits;
		const char *name;
	} names[] = { { AEGF_TYPE(AEG_JSON_STRING), "string" },
		{ AEGF_TYPE(AEG_JSON_NUMBER), "number" }, { AEGF_TYPE_INTEGER, "integer" },
		{ AEGF_TYPE(AEG_JSON_OBJECT), "object" }, { AEGF_TYPE(AEG_JSON_ARRAY), "array" },
		{ AEGF_TYPE(AEG_JSON_TRUE) | AEGF_TYPE(AEG_JSON_FALSE), "boolean" },
		{ AEGF_TYPE(AEG_JSON_NULL), "null" } };
	const char *before = " ";

	for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
		if (types & names[i].bits) {
			put_text(o, before, strlen(before));
			put_text(o, names[i].name, strlen(names[i].name));
			before = " or ";
		}
}

size_t aeg_schema_failure_text(const struct aeg_schema_failure *failure, char *buf, size_t cap)
{
	static const struct {
		uint8_t operands;
		const char *text;
	} ops[] = {
#define X(name, operands, keyword, text) { AEGF_SCHEMA_OPERANDS_##operands, text },
#include "format/aeg_schema_ops.def"
#undef X
		{ AEGF_SCHEMA_OPERANDS_NONE, "is a name that its object has twice" }
	};
	struct out o = { buf, cap, 0 };

	if (failure->op > AEGF_SCHEMA_NOPS)
		return 0;
	put_text(&o, ops[failure->op].text, strlen(ops[failure->op].text));
	if (ops[failure->op].operands == AEGF_SCHEMA_OPERANDS_TYPE)
		put_types(&o, failure->count);
	if (ops[failure->op].operands == AEGF_SCHEMA_OPERANDS_COUNT) {
		put(&o, ' ');
		put_number(&o, failure->count);
	}
	if (failure->argument.len > 0) {
		const char *quote =
			ops[failure->op].operands == AEGF_SCHEMA_OPERANDS_NUMBER ? "" : "`";
		put(&o, ' ');
		put_text(&o, quote, strlen(quote));
		put_text(&o, failure->argument.at, failure->argument.len);
		put_text(&o, quote, strlen(quote));
	}
	return o.len;
}
