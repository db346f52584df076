/* Reads scanned JSON: the value of a string, and the member of an object. */
#include "json.h"

#include <string.h>

static uint32_t hex4(const uint8_t *p)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 4 |
			(p[i] <= '9' ? p[i] - (uint32_t)'0' : (p[i] | 0x20u) - 'a' + 10);
	return value;
}

static int is_low(const uint8_t *p, const uint8_t *end)
{
	return end - p >= 6 && p[0] == '\\' && p[1] == 'u' && hex4(p + 2) >> 10 == 0xdc00 >> 10;
}

/* UTF-8, the first byte lowest. */
static uint32_t utf8(uint32_t c, uint32_t *ret_len)
{
	if (c < 0x80) {
		*ret_len = 1;
		return c;
	}
	if (c < 0x800) {
		*ret_len = 2;
		return (0xc0 | c >> 6) | (0x80 | (c & 0x3f)) << 8;
	}
	if (c < 0x10000) {
		*ret_len = 3;
		return (0xe0 | c >> 12) | (0x80 | (c >> 6 & 0x3f)) << 8 | (0x80 | (c & 0x3f)) << 16;
	}
	*ret_len = 4;
	return (0xf0 | c >> 18) | (0x80 | (c >> 12 & 0x3f)) << 8 | (0x80 | (c >> 6 & 0x3f)) << 16 |
	       (0x80 | (c & 0x3f)) << 24;
}

/* Takes one escape, with its low half where it is a surrogate pair. */
static uint32_t escape(struct aegi_chars *c, uint32_t *ret_len)
{
	uint32_t unit;

	c->at += 2;
	*ret_len = 1;
	switch (c->at[-1]) {
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'u': break;
	default: return c->at[-1];
	}
	unit = hex4(c->at);
	c->at += 4;
	if (unit >> 10 == 0xd800 >> 10 && is_low(c->at, c->end)) {
		unit = 0x10000 + ((unit & 0x3ff) << 10 | (hex4(c->at + 2) & 0x3ff));
		c->at += 6;
	} else if (unit >> 11 == 0xd800 >> 11) {
		unit = 0xfffd;
	}
	return utf8(unit, ret_len);
}

void aegi_chars_escape(struct aegi_chars *c) { c->pending = escape(c, &c->npending); }

size_t aeg_json_unescape(const struct aeg_json *j, uint32_t token, char *buf, size_t cap)
{
	struct aegi_chars c;
	size_t n = 0;

	if (token >= j->ntok || (j->tok[token].info & AEG_JSON_KIND_MASK) != AEG_JSON_STRING)
		return SIZE_MAX;
	for (c = aegi_chars(j, &j->tok[token]); c.at != c.end;) {
		const uint8_t *run = c.at;
		uint32_t len, bytes;
		if (*run == '\\') {
			bytes = escape(&c, &len);
			if (len > cap - n)
				return SIZE_MAX;
			for (; len > 0; len--, bytes >>= 8)
				buf[n++] = (char)(bytes & 0xff);
			continue;
		}
		c.at = memchr(run, '\\', (size_t)(c.end - run));
		if (c.at == NULL)
			c.at = c.end;
		if ((size_t)(c.at - run) > cap - n)
			return SIZE_MAX;
		memcpy(buf + n, run, (size_t)(c.at - run));
		n += (size_t)(c.at - run);
	}
	return n;
}

static int is_named(const struct aeg_json *j, uint32_t key, struct aeg_str name)
{
	const struct aeg_json_tok *t = &j->tok[key];
	struct aegi_chars c;
	uint32_t i = 0;

	if (!(t->info & AEG_JSON_ESCAPED))
		return t->len == name.len && memcmp(j->text + t->at, name.at, name.len) == 0;
	c = aegi_chars(j, t);
	while (i < name.len && aegi_chars_next(&c) == (uint8_t)name.at[i])
		i++;
	return i == name.len && aegi_chars_next(&c) == -1;
}

uint32_t aeg_json_member(const struct aeg_json *j, uint32_t object, struct aeg_str name)
{
	if (object >= j->ntok || (j->tok[object].info & AEG_JSON_KIND_MASK) != AEG_JSON_OBJECT)
		return AEG_NONE;
	for (uint32_t key = object + 1; key < j->tok[object].next; key = j->tok[key].next)
		if (is_named(j, key, name))
			return key + 1;
	return AEG_NONE;
}
