/* Warnings of what can be written and can never select anything. */
#include <string.h>

#include "code.h"

/* ---- Conditions that exclude each other ---------------------------------------------------- */

/* `query == literal`, with the query's ops before the literal's. */
struct equation {
	const uint8_t *query, *literal, *end;
};

static uint32_t literal_size(const uint8_t *op)
{
	switch (*op) {
	case AEGF_OP_NULL:
	case AEGF_OP_FALSE:
	case AEGF_OP_TRUE: return 1;
	case AEGF_OP_NUMBER:
	case AEGF_OP_STRING: return 5 + code_ld32(op + 1);
	}
	return 0;
}

/* Is what begins at @at an equation that ends by @end? */
static int equation_read(const uint8_t *at, const uint8_t *end, struct equation *ret)
{
	uint32_t size;

	if (end - at < 6 || *at != AEGF_OP_VALUE)
		return 0;
	ret->query = at;
	ret->literal = at + code_ld32(at + 2);
	if (ret->literal >= end || (size = literal_size(ret->literal)) == 0)
		return 0;
	ret->end = ret->literal + size + 1;
	return ret->end <= end && ret->end[-1] == AEGF_OP_EQ;
}

/* Whole numbers alone, as 1 and 1.0 are equal; and never -0. */
static int is_plain(const uint8_t *op)
{
	uint32_t len = code_ld32(op + 1);

	for (uint32_t i = 0; i < len; i++)
		if (op[5 + i] < '0' || op[5 + i] > '9')
			return 0;
	return 1;
}

static int literals_differ(const struct equation *a, const struct equation *b)
{
	uint32_t n = literal_size(a->literal);

	if (*a->literal != *b->literal)
		return 1;
	if (*a->literal == AEGF_OP_NUMBER && (!is_plain(a->literal) || !is_plain(b->literal)))
		return 0;
	return n != literal_size(b->literal) || memcmp(a->literal, b->literal, n) != 0;
}

static int same_query(const struct equation *a, const struct equation *b)
{
	size_t n = (size_t)(a->literal - a->query);

	return n == (size_t)(b->literal - b->query) && memcmp(a->query, b->query, n) == 0;
}

void jsonpath_both(struct jsonpath *p, uint32_t first, struct jsonpath_operand second)
{
	struct equation a, b;

	if (p->status != AEG_OK)
		return;
	const uint8_t *at = p->code + first, *end = p->code + second.code;
	if (!equation_read(end, p->code + p->at, &b) || b.end != p->code + p->at)
		return;
	while (equation_read(at, end, &a) && a.end < end && *a.end == AEGF_OP_AND) {
		if (same_query(&a, &b) && literals_differ(&a, &b)) {
			code_warn(p, second.text.at,
				"this cannot equal two different values: never true");
			return;
		}
		at = a.end + CODE_JUMP_SIZE; /* the op of && */
		if (at >= end)
			return;
	}
}

/* ---- Documents of a known kind ------------------------------------------------------------- */

void code_follow_schema(struct jsonpath *p, uint32_t code, const char *text)
{
	const struct aeg_path_options *o = p->options;
	struct aeg_str name = { "", 0 };
	enum aeg_path_step step = AEG_STEP_CHILDREN;
	uint32_t size = (uint32_t)p->at - code;

	if (p->status != AEG_OK || o == NULL || o->schema == NULL || p->place == AEG_PLACE_ANY)
		return;
	const uint8_t *op = p->code + code;
	if (*op == AEGF_OP_NAME && size == 5 + code_ld32(op + 1)) {
		step = AEG_STEP_NAME;
		name = (struct aeg_str){ (const char *)op + 5, size - 5 };
	} else if (*op == AEGF_OP_INDEX && size == 9) {
		step = AEG_STEP_INDEX;
	} else if (!(*op == AEGF_OP_CHILDREN && size == 1) &&
		   !(*op == AEGF_OP_SLICE && size == 26) &&
		   !(*op == AEGF_OP_FILTER && size == code_ld32(op + 1))) {
		p->place = AEG_PLACE_ANY; /* several ways, or any depth */
		return;
	}
	p->place = o->schema(o->ctx, p->place, step, name);
	if (p->place == AEG_NONE) {
		code_warn(p, text, "no document of this kind has anything there");
		p->place = AEG_PLACE_ANY;
	}
}
