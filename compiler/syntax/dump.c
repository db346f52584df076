/* The tree as one line of JSON. */
#include "syntax/internal.h"

/* Digits in base 8 or 16 as decimal: exact, by long multiplication in base 10^9. */
static void dump_radix(struct buf *out, struct slice digits, uint32_t base)
{
	enum { BILLION = 1000000000, LIMBS = 9 }; /* 64 digits of 4 bits are 78 decimal digits */
	uint32_t limb[LIMBS] = { 0 }, n = 1;
	for (uint32_t i = 0; i < digits.len; i++) {
		char c = digits.at[i];
		uint64_t carry = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
		for (uint32_t k = 0; k < n; k++) {
			carry += (uint64_t)limb[k] * base;
			limb[k] = (uint32_t)(carry % BILLION);
			carry /= BILLION;
		}
		if (carry != 0)
			limb[n++] = (uint32_t)carry;
	}
	buf_printf(out, "%u", (unsigned)limb[n - 1]);
	for (uint32_t k = n - 1; k > 0; k--)
		buf_printf(out, "%09u", (unsigned)limb[k - 1]);
}

/* A number of the core schema: what is JSON comes out as written. */
static void dump_number(struct buf *out, struct slice s)
{
	if (s.len > 2 && (s.at[1] == 'x' || s.at[1] == 'o')) {
		dump_radix(out, (struct slice){ s.at + 2, s.len - 2 }, s.at[1] == 'x' ? 16 : 8);
		return;
	}
	uint32_t i = s.at[0] == '-' || s.at[0] == '+';
	if (s.at[0] == '-')
		buf_text(out, "-");
	uint32_t from = i;
	while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9')
		i++;
	while (from + 1 < i && s.at[from] == '0')
		from++;
	if (from == i)
		buf_text(out, "0");
	buf_add(out, s.at + from, i - from);
	if (i < s.len && s.at[i] == '.') {
		bool bare = i + 1 == s.len || s.at[i + 1] < '0' || s.at[i + 1] > '9';
		buf_text(out, bare ? ".0" : ".");
		i++;
	}
	buf_add(out, s.at + i, s.len - i);
}

static void dump_list(struct buf *out, const struct node *n)
{
	buf_text(out, "[");
	for (uint32_t i = 0; i < n->u.list.n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		syntax_dump(out, n->u.list.v[i]);
	}
	buf_text(out, "]");
}

static void dump_map(struct buf *out, const struct node *n)
{
	buf_text(out, "{");
	for (uint32_t i = 0; i < n->u.map.n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		buf_json_string(out, n->u.map.v[i].key);
		buf_text(out, ":");
		syntax_dump(out, n->u.map.v[i].value);
	}
	buf_text(out, "}");
}

/* Recursion ends: the readers let no value be deeper than SYNTAX_MAX_DEPTH, aliases counted. */
void syntax_dump(struct buf *out, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_POISON:
	case NODE_NULL: buf_text(out, "null"); break;
	case NODE_BOOL: buf_text(out, syntax_bool(n) ? "true" : "false"); break;
	case NODE_INT:
	case NODE_FLOAT: dump_number(out, n->u.text); break;
	case NODE_STRING: buf_json_string(out, n->u.text); break;
	case NODE_LIST: dump_list(out, n); break;
	case NODE_MAP: dump_map(out, n); break;
	}
}
