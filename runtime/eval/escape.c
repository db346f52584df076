/* Escapes the bytes of values for where they are written. */
#include "machine.h"

/* What a byte needs escaping in. */
enum { HTML = 1, JSON = 2, URL = 4, SINGLE = 8, DOUBLE = 16 };

/* clang-format off */
static const uint8_t needs[256] = {
	30, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
	6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
	4, 4, 23, 4, 20, 4, 5, 13, 4, 4, 4, 4, 4, 0, 0, 4,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 5, 5, 5, 4,
	4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 22, 4, 4, 0,
	21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 0, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
};
/* clang-format on */

static const uint8_t kinds[AEGF_NESCAPES] = {
	[AEGF_ESCAPE_HTML] = HTML,
	[AEGF_ESCAPE_JSON_STRING] = JSON,
	[AEGF_ESCAPE_JSON_VALUE] = JSON,
	[AEGF_ESCAPE_JSON_KEY] = JSON,
	[AEGF_ESCAPE_URL] = URL,
	[AEGF_ESCAPE_SHELL_WORD] = SINGLE,
	[AEGF_ESCAPE_SHELL_DOUBLE] = DOUBLE,
	[AEGF_ESCAPE_SHELL_SINGLE] = SINGLE,
};

/* What any of the 8 bytes at @p needs escaping in. */
static inline uint32_t any_of(const uint8_t *p)
{
	return needs[p[0]] | needs[p[1]] | needs[p[2]] | needs[p[3]] | needs[p[4]] | needs[p[5]] |
	       needs[p[6]] | (uint32_t)needs[p[7]];
}

/* The first byte from @start on that is of @kind, or @end. */
static const uint8_t *plain(const uint8_t *start, const uint8_t *end, uint32_t kind)
{
	const uint8_t *p = start;

	while (end - p >= 8 && (any_of(p) & kind) == 0)
		p += 8;
	if (end - p < 8 && p > start && (any_of(end - 8) & kind) == 0)
		return end;
	while (p < end && (needs[*p] & kind) == 0)
		p++;
	return p;
}

static const char hex[] = "0123456789abcdef", hex_capital[] = "0123456789ABCDEF";

static void put_html(struct machine *m, uint8_t c)
{
	switch (c) {
	case '&': aegi_put(m, "&amp;", 5); break;
	case '<': aegi_put(m, "&lt;", 4); break;
	case '>': aegi_put(m, "&gt;", 4); break;
	case '"': aegi_put(m, "&quot;", 6); break;
	case '\'': aegi_put(m, "&#x27;", 6); break;
	case '`': aegi_put(m, "&#x60;", 6); break;
	default: aegi_put(m, "&#x3D;", 6); break;
	}
}

static void put_json(struct machine *m, uint8_t c)
{
	static const char letters[] = "btn.fr"; /* from \b on */
	char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	if (c < 0x20 && (c < '\b' || c > '\r' || c == '\v')) {
		aegi_put(m, text, 6);
		return;
	}
	text[1] = (char)c;
	if (c < 0x20)
		text[1] = letters[c - '\b'];
	aegi_put(m, text, 2);
}

static void put_shell(struct machine *m, uint8_t c, uint32_t kind)
{
	char text[2] = { '\\', (char)c };

	if (c == 0)
		aegi_fail(m, AEG_CONTENT, "a command cannot have a NUL in it");
	else if (kind == DOUBLE)
		aegi_put(m, text, 2);
	else
		aegi_put(m, "'\\''", 4);
}

static void put_special(struct machine *m, uint8_t c, uint32_t kind)
{
	char url[3] = { '%', hex_capital[c >> 4], hex_capital[c & 15] };

	switch (kind) {
	case HTML: put_html(m, c); break;
	case JSON: put_json(m, c); break;
	case URL: aegi_put(m, url, 3); break;
	default: put_shell(m, c, kind); break;
	}
}

void aegi_put_escaped(struct machine *m, enum aegf_escape escape, const char *at, size_t n)
{
	const uint8_t *p = (const uint8_t *)at, *end = p + n;
	uint32_t kind = kinds[escape];

	aegi_spend(m, n / 8);
	while (m->status == AEG_OK) {
		const uint8_t *run = p;
		p = plain(p, end, kind);
		aegi_put(m, (const char *)run, (size_t)(p - run));
		/* In some encodings a backslash may be the second byte of a character, a quote not.
		 */
		if (kind == DOUBLE && p > run && p[-1] >= 0x80)
			aegi_put(m, "\"\"", 2);
		if (p == end)
			return;
		put_special(m, *p++, kind);
	}
}
