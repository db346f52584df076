/* Keywords that look at one value alone, and values that only they themselves fit. */
#include "schema/keyword.h"

#include "aegis/aegis.h"

/* ---- Assertions ---------------------------------------------------------------------------- */

static const struct {
	const char *name;
	uint32_t bits;
} types[] = { { "null", AEGF_TYPE(AEG_JSON_NULL) },
	{ "boolean", AEGF_TYPE(AEG_JSON_FALSE) | AEGF_TYPE(AEG_JSON_TRUE) },
	{ "object", AEGF_TYPE(AEG_JSON_OBJECT) }, { "array", AEGF_TYPE(AEG_JSON_ARRAY) },
	{ "number", AEGF_TYPE(AEG_JSON_NUMBER) }, { "string", AEGF_TYPE(AEG_JSON_STRING) },
	{ "integer", AEGF_TYPE_INTEGER } };

static uint32_t type_bits(struct writing *w, const struct node *n)
{
	if (n->kind == NODE_STRING)
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			if (slice_is(n->u.text, types[i].name))
				return types[i].bits;
	keyword_wrong(
		w, n, "one of `null`, `boolean`, `object`, `array`, `number`, `string`, `integer`");
	return 0;
}

void keyword_type(struct writing *w, const struct node *n)
{
	const struct node *nullable = keyword_value_of(w, "nullable");
	uint32_t bits = 0;

	if (n->kind == NODE_LIST && w->dialect != SCHEMA_OPENAPI_30) {
		for (uint32_t i = 0; i < n->u.list.n; i++)
			bits |= type_bits(w, n->u.list.v[i]);
	} else if (n->kind == NODE_LIST) {
		keyword_wrong(w, n,
			"one type alone in OpenAPI 3.0; where null is allowed, `nullable: true`");
	} else {
		bits = type_bits(w, n);
	}
	if (w->dialect == SCHEMA_OPENAPI_30 && nullable != NULL && nullable->kind == NODE_BOOL &&
		syntax_bool(nullable))
		bits |= AEGF_TYPE(AEG_JSON_NULL);
	write_op(w->c, AEGF_SCHEMA_TYPE, 1);
	write_word(w->c, bits);
}

void keyword_values(struct writing *w, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		keyword_wrong(w, n, "a list of values");
		return;
	}
	write_op(w->c, AEGF_SCHEMA_ENUM, 3 * n->u.list.n);
	for (uint32_t i = 0; i < n->u.list.n; i++) {
		struct slice name = slice_of(diag_text(w->c->d, "%u", (unsigned)i));
		write_value(w->c, n->u.list.v[i], w->job, write_segment(w->c, "enum", &name));
	}
}

void keyword_constant(struct writing *w, const struct node *n)
{
	write_op(w->c, AEGF_SCHEMA_CONST, 3);
	write_value(w->c, n, w->job, write_segment(w->c, "const", NULL));
}

static void number(struct writing *w, enum aegf_schema_op op, const struct node *n)
{
	write_op(w->c, op, 2);
	write_text(w->c, write_number(w->c, n));
}

/* `minimum` and `maximum`, which were exclusive where a boolean beside them said so. */
void keyword_bound(struct writing *w, const struct node *n)
{
	bool least = strcmp(w->keyword, "minimum") == 0;
	const struct node *exclusive =
		keyword_is_old(w)
			? keyword_value_of(w, least ? "exclusiveMinimum" : "exclusiveMaximum")
			: NULL;

	if (!keyword_is_number(n))
		keyword_wrong(w, n, "a number");
	else if (exclusive != NULL && exclusive->kind == NODE_BOOL && syntax_bool(exclusive))
		number(w, least ? AEGF_SCHEMA_EXCLUSIVE_MINIMUM : AEGF_SCHEMA_EXCLUSIVE_MAXIMUM, n);
	else
		number(w, least ? AEGF_SCHEMA_MINIMUM : AEGF_SCHEMA_MAXIMUM, n);
}

void keyword_exclusive(struct writing *w, const struct node *n)
{
	bool least = strcmp(w->keyword, "exclusiveMinimum") == 0;

	if (keyword_is_old(w)) {
		if (n->kind != NODE_BOOL)
			keyword_wrong(w, n,
				least ? "true or false here, and the number in `minimum`"
				      : "true or false here, and the number in `maximum`");
	} else if (!keyword_is_number(n)) {
		keyword_wrong(w, n, "a number");
	} else {
		number(w, least ? AEGF_SCHEMA_EXCLUSIVE_MINIMUM : AEGF_SCHEMA_EXCLUSIVE_MAXIMUM, n);
	}
}

/* Digits but for zeros at both ends. */
static uint32_t digits_of(struct slice number)
{
	uint32_t n = 0, zeros = 0;

	for (uint32_t i = 0; i < number.len && (number.at[i] | 0x20) != 'e'; i++) {
		if (number.at[i] < '0' || number.at[i] > '9' || (n == 0 && number.at[i] == '0'))
			continue;
		zeros = number.at[i] == '0' ? zeros + 1 : 0;
		n++;
	}
	return n - zeros;
}

void keyword_multiple(struct writing *w, const struct node *n)
{
	struct slice text;

	if (!keyword_is_number(n)) {
		keyword_wrong(w, n, "a number above 0");
		return;
	}
	text = write_number(w->c, n);
	if (digits_of(text) == 0 || text.at[0] == '-')
		keyword_wrong(w, n, "a number above 0");
	else if (digits_of(text) > AEGF_SCHEMA_MAX_DIGITS)
		keyword_wrong(w, n, "a number of no more than 18 digits");
	else
		number(w, AEGF_SCHEMA_MULTIPLE_OF, n);
}

/* A count; what is beyond 32 bits is beyond any document. */
bool keyword_count_of(struct writing *w, const struct node *n, uint32_t *ret)
{
	uint64_t value;
	double real;

	if (n->kind == NODE_INT && syntax_uint(n, &value)) {
		*ret = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
		return true;
	}
	real = keyword_is_number(n) ? syntax_float(n) : -1;
	if (real >= 0 && real < UINT32_MAX && real == (double)(uint32_t)real) {
		*ret = (uint32_t)real;
		return true;
	}
	if (real >= UINT32_MAX) {
		*ret = UINT32_MAX;
		return true;
	}
	return keyword_wrong(w, n, "a whole number, 0 or more");
}

void keyword_count(struct writing *w, const struct node *n)
{
	static const struct {
		const char *keyword;
		enum aegf_schema_op op;
	} ops[] = { { "minLength", AEGF_SCHEMA_MIN_LENGTH },
		{ "maxLength", AEGF_SCHEMA_MAX_LENGTH }, { "minItems", AEGF_SCHEMA_MIN_ITEMS },
		{ "maxItems", AEGF_SCHEMA_MAX_ITEMS },
		{ "minProperties", AEGF_SCHEMA_MIN_PROPERTIES },
		{ "maxProperties", AEGF_SCHEMA_MAX_PROPERTIES } };
	uint32_t limit, i = 0;

	if (!keyword_count_of(w, n, &limit))
		return;
	while (strcmp(w->keyword, ops[i].keyword) != 0)
		i++;
	write_op(w->c, ops[i].op, 1);
	write_word(w->c, limit);
}

void keyword_format(struct writing *w, const struct node *n)
{
	static const char *const formats[] = {
#define X(name, text) text,
		AEGF_FORMATS(X)
#undef X
	};

	if (n->kind != NODE_STRING) {
		keyword_wrong(w, n, "the name of a format");
		return;
	}
	if (!w->c->resources[w->resource].formats)
		return;
	for (uint32_t i = 0; i < AEGF_NFORMATS; i++)
		if (slice_is(n->u.text, formats[i])) {
			write_op(w->c, AEGF_SCHEMA_FORMAT, 1);
			write_word(w->c, i);
		}
}

void keyword_pattern(struct writing *w, const struct node *n)
{
	if (n->kind != NODE_STRING) {
		keyword_wrong(w, n, "a regular expression");
		return;
	}
	write_op(w->c, AEGF_SCHEMA_PATTERN, 3);
	write_word(w->c, write_regex(w->c, n, n->u.text, n->span));
	write_text(w->c, n->u.text);
}

void keyword_unique(struct writing *w, const struct node *n)
{
	if (n->kind != NODE_BOOL)
		keyword_wrong(w, n, "true or false");
	else if (syntax_bool(n))
		write_op(w->c, AEGF_SCHEMA_UNIQUE_ITEMS, 0);
}

/* ---- Values -------------------------------------------------------------------------------- */

void constant_write(struct compiler *c, uint32_t job)
{
	const struct node *n = c->jobs[job].node;
	uint32_t *schemas;

	if (n->kind == NODE_LIST) {
		schemas = arena_array(c->a, uint32_t, (size_t)n->u.list.n);
		for (uint32_t i = 0; i < n->u.list.n; i++)
			schemas[i] = write_constant(c, n->u.list.v[i], job,
				slice_of(diag_text(c->d, "/%u", (unsigned)i)));
		write_op(c, AEGF_SCHEMA_TYPE, 1);
		write_word(c, AEGF_TYPE(AEG_JSON_ARRAY));
		write_op(c, AEGF_SCHEMA_MIN_ITEMS, 1);
		write_word(c, n->u.list.n);
		write_op(c, AEGF_SCHEMA_MAX_ITEMS, 1);
		write_word(c, n->u.list.n);
		write_op(c, AEGF_SCHEMA_ITEMS, 1 + n->u.list.n);
		write_word(c, AEGF_NONE);
		for (uint32_t i = 0; i < n->u.list.n; i++)
			write_word(c, schemas[i]);
	} else if (n->kind == NODE_MAP) {
		struct members_entry *entries =
			arena_array(c->a, struct members_entry, (size_t)n->u.map.n);
		for (uint32_t i = 0; i < n->u.map.n; i++) {
			const struct member *m = &n->u.map.v[i];
			entries[i] = (struct members_entry){ m->key,
				write_constant(c, m->value, job, write_segment(c, "", &m->key)),
				true };
		}
		write_op(c, AEGF_SCHEMA_TYPE, 1);
		write_word(c, AEGF_TYPE(AEG_JSON_OBJECT));
		write_op(c, AEGF_SCHEMA_MAX_PROPERTIES, 1);
		write_word(c, n->u.map.n);
		write_members(c, entries, n->u.map.n, NULL, 0, AEGF_NONE);
	} else {
		write_op(c, AEGF_SCHEMA_CONST, 3);
		write_value(c, n, job, SLICE(""));
	}
}
