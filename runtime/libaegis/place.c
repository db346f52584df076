/* Where tokens stand: normalized paths, RFC 9535, section 2.7. */
#include "json.h"

#include <string.h>

void aeg_json_places(const struct aeg_json *j, struct aeg_json_place *ret)
{
	uint32_t count[AEG_JSON_MAX_DEPTH], depth = 0, open = AEG_NONE;

	for (uint32_t t = 0; t < j->ntok; t++) {
		while (open != AEG_NONE && j->tok[open].next == t) {
			open = ret[open].parent;
			depth--;
		}
		if (j->tok[t].info & AEG_JSON_KEY)
			continue;
		ret[t].parent = open;
		ret[t].name = 0;
		if (open != AEG_NONE && (j->tok[open].info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT)
			ret[t].name = t - 1;
		else if (open != AEG_NONE)
			ret[t].name = count[depth - 1]++;
		if ((j->tok[t].info & AEG_JSON_KIND_MASK) >= AEG_JSON_ARRAY) {
			open = t;
			count[depth++] = 0;
		}
	}
}

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

static void put_text(struct out *o, const char *text)
{
	while (*text != 0)
		put(o, *text++);
}

static void put_name(struct out *o, const struct aeg_json *j, const struct aeg_json_tok *key)
{
	static const char escapes[] = "\b\t\n\f\r", letters[] = "btnfr", hex[] = "0123456789abcdef";
	struct aegi_chars c = aegi_chars(j, key);
	int byte;

	put_text(o, "['");
	while ((byte = aegi_chars_next(&c)) >= 0) {
		const char *e = byte == 0 ? NULL : memchr(escapes, byte, sizeof escapes - 1);
		if (e != NULL || byte == '\'' || byte == '\\') {
			put(o, '\\');
			put(o, e != NULL ? letters[e - escapes] : (char)byte);
		} else if (byte < 0x20) {
			put_text(o, "\\u00");
			put(o, hex[byte >> 4]);
			put(o, hex[byte & 15]);
		} else {
			put(o, (char)byte);
		}
	}
	put_text(o, "']");
}

static void put_index(struct out *o, uint32_t i)
{
	char digits[11], *p = digits + sizeof digits;

	*--p = 0;
	do
		*--p = (char)('0' + i % 10);
	while ((i /= 10) > 0);
	put(o, '[');
	put_text(o, p);
	put(o, ']');
}

size_t aeg_json_path(const struct aeg_json *j, const struct aeg_json_place *places, uint32_t token,
	char *buf, size_t cap)
{
	struct out o = { buf, cap, 0 };
	uint32_t chain[AEG_JSON_MAX_DEPTH + 1], n = 0;

	for (; places[token].parent != AEG_NONE; token = places[token].parent)
		chain[n++] = token;
	put(&o, '$');
	while (n > 0) {
		const struct aeg_json_place *p = &places[chain[--n]];
		if ((j->tok[p->parent].info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT)
			put_name(&o, j, &j->tok[p->name]);
		else
			put_index(&o, p->name);
	}
	return o.len;
}
