/* Reading the tree: values of scalars, members, places. */
#include "syntax/internal.h"

#include <assert.h>
#include <stdlib.h>

bool syntax_bool(const struct node *n) { return n->u.text.len == 4; /* true, True or TRUE */ }

/* The value of the digits of @s in @base; false when it does not fit. */
static bool digits(struct slice s, uint32_t base, uint64_t *ret)
{
	uint64_t value = 0;
	for (uint32_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		uint32_t digit = (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
		if (__builtin_mul_overflow(value, base, &value) ||
			__builtin_add_overflow(value, digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

static bool magnitude(const struct node *n, bool *negative, uint64_t *ret)
{
	struct slice s = n->u.text;
	*negative = s.at[0] == '-';
	if (s.at[0] == '-' || s.at[0] == '+')
		return digits((struct slice){ s.at + 1, s.len - 1 }, 10, ret);
	if (s.len > 2 && s.at[0] == '0' && (s.at[1] == 'x' || s.at[1] == 'o'))
		return digits((struct slice){ s.at + 2, s.len - 2 }, s.at[1] == 'x' ? 16 : 8, ret);
	return digits(s, 10, ret);
}

bool syntax_uint(const struct node *n, uint64_t *ret_value)
{
	bool negative;
	uint64_t value;
	if (!magnitude(n, &negative, &value) || (negative && value != 0))
		return false;
	*ret_value = value;
	return true;
}

bool syntax_int(const struct node *n, int64_t *ret_value)
{
	bool negative;
	uint64_t value;
	if (!magnitude(n, &negative, &value) || value > (uint64_t)INT64_MAX + negative)
		return false;
	*ret_value = !negative ? (int64_t)value : value == 0 ? 0 : -(int64_t)(value - 1) - 1;
	return true;
}

double syntax_float(const struct node *n)
{
	char text[SYNTAX_MAX_NUMBER + 1];
	struct slice s = n->u.text;
	assert(s.len <= SYNTAX_MAX_NUMBER); /* the readers refuse longer ones */
	memcpy(text, s.at, s.len);
	text[s.len] = 0;
	return strtod(text, NULL);
}

const struct member *syntax_member(const struct node *map, const char *key)
{
	if (map->kind != NODE_MAP)
		return NULL;
	struct slice name = slice_of(key);
	for (uint32_t i = 0; i < map->u.map.n; i++)
		if (slice_eq(map->u.map.v[i].key, name))
			return &map->u.map.v[i];
	return NULL;
}
