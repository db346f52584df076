/*
 * Compiles a regular expression, RFC 9485. `^` and `$` stand for the text's beginning and end, as
 * everywhere else, where the RFC would take them for themselves.
 */
#include "regex.h"

#include <string.h>

#include "unicode.h"

/* After a backslash: one of the characters that may be escaped. */
static uint32_t escaped(struct regex *c)
{
	int byte = regex_peek(c);

	if (byte <= 0 || strchr("()*+-.?[\\]^nrt{|}", byte) == NULL) {
		regex_fail(c, AEG_CONTENT);
		return 0;
	}
	c->at++;
	return byte == 'n' ? '\n' : byte == 'r' ? '\r' : byte == 't' ? '\t' : (uint32_t)byte;
}

/* After `\p` or `\P`: the categories' mask. */
static uint32_t property(struct regex *c)
{
	const uint8_t *name;
	uint32_t mask;

	if (!regex_eat(c, '{'))
		regex_fail(c, AEG_CONTENT);
	for (name = c->at; regex_peek(c) >= 'A' && regex_peek(c) <= 'z'; c->at++)
		;
	mask = unicode_categories((const char *)name, (uint32_t)(c->at - name));
	if (!regex_eat(c, '}') || mask == 0)
		regex_fail(c, AEG_CONTENT);
	return mask;
}

/* Is a `\p` or `\P` next? Then it is taken. */
static int property_next(struct regex *c)
{
	if (c->end - c->at < 2 || c->at[0] != '\\' || (c->at[1] | 0x20) != 'p')
		return 0;
	c->at += 2;
	return 1;
}

/* ---- The grammar --------------------------------------------------------------------------- */

/* A character of a class, for itself or where a range ends. */
static uint32_t class_point(struct regex *c)
{
	int byte = regex_peek(c);

	if (byte < 0 || byte == '-' || byte == '[' || byte == ']') {
		regex_fail(c, AEG_CONTENT);
		return 0;
	}
	return regex_eat(c, '\\') ? escaped(c) : regex_point(c);
}

/* After `[`. */
static void class_expression(struct regex *c)
{
	uint32_t first = c->nranges, lo, hi;
	int not = regex_eat(c, '^');

	if (regex_eat(c, '-'))
		regex_add_range(c, '-', '-');
	else if (regex_peek(c) == ']')
		regex_fail(c, AEG_CONTENT);
	while (c->status == AEG_OK && !regex_eat(c, ']')) {
		if (c->end - c->at >= 2 && c->at[0] == '-' && c->at[1] == ']') {
			c->at++;
			regex_add_range(c, '-', '-');
		} else if (property_next(c)) {
			int other = c->at[-1] == 'P';
			regex_add_categories(c, property(c), other);
		} else {
			lo = hi = class_point(c);
			if (c->end - c->at >= 2 && c->at[0] == '-' && c->at[1] != ']') {
				c->at++;
				hi = class_point(c);
			}
			if (lo > hi)
				regex_fail(c, AEG_CONTENT);
			regex_add_range(c, lo, hi);
		}
	}
	if (c->status == AEG_OK)
		regex_put_class(c, first, not );
}

static void atom(struct regex *c)
{
	int byte = *c->at;
	uint32_t first = c->nranges, p;

	if (property_next(c)) {
		int not = c->at[-1] == 'P';
		regex_add_categories(c, property(c), 0);
		if (c->status == AEG_OK)
			regex_put_class(c, first, not );
		return;
	}
	if (byte <= 0x7f && byte != 0 && strchr(")*+?]{}", byte) != NULL) {
		regex_fail(c, AEG_CONTENT);
		return;
	}
	p = regex_point(c);
	switch (byte) {
	case '(':
		regex_alternatives(c);
		if (!regex_eat(c, ')'))
			regex_fail(c, AEG_CONTENT);
		return;
	case '[': class_expression(c); return;
	case '^': regex_put(c, AEGF_STATE_BEGIN, 0, 0); return;
	case '$': regex_put(c, AEGF_STATE_END, 0, 0); return;
	case '.':
		regex_add_range(c, '\n', '\n');
		regex_add_range(c, '\r', '\r');
		regex_put_class(c, first, 1);
		return;
	case '\\': p = escaped(c); break;
	}
	regex_put(c, AEGF_STATE_CHAR, p, p);
}

enum aeg_status aeg_regex_compile(struct aeg_str pattern, void *mem, size_t cap, size_t *ret_len)
{
	struct regex c = { 0 };

	return regex_compile(&c, pattern, atom, mem, cap, ret_len);
}
