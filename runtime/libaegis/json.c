/*
 * Splits JSON text into tokens: strict RFC 8259, in one pass, in the caller's memory.
 *
 * Written by hand, not generated: most bytes of a document are inside strings or indentation, and
 * those are skipped 16 or 8 at a time, which a lexer that looks at each byte cannot do. What is
 * left is a state machine with three places: a value, a name, and after a value.
 *
 * A container that is still open keeps its notes where its token will say what is not known yet.
 * next: the container around it. len, of an object: 32 bits, one of them set by each of its names;
 * a name that finds its bit not set is new. info, of an object: AEGI_MANY_NAMES.
 */
#include "json.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define MAX_TEXT (1u << 30)

struct scan {
	const uint8_t *text, *end;
	const uint8_t *bad; /* on failure: the first byte that cannot stand there */
	struct aeg_json *ret;
};

static const uint8_t *refuse(struct scan *s, const uint8_t *bad)
{
	s->bad = bad;
	return NULL;
}

#ifdef __SSE2__
/* 16 bytes at once; what gives a number gives a bit for each, the first lowest. */

static inline __m128i load16(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i same16(__m128i v, char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); }

static inline uint32_t blanks16(const uint8_t *p)
{
	return (uint32_t)_mm_movemask_epi8(same16(load16(p), ' '));
}

/* Inside a string: all but a quote, a backslash, a control byte or what is not ASCII. */
static inline uint32_t plain16(const uint8_t *p)
{
	__m128i v = load16(p);
	/* Flipping this bit puts the quote below all else but control bytes; what is not ASCII is
	 * below them, as the comparison is signed. */
	__m128i above = _mm_cmpgt_epi8(_mm_xor_si128(v, _mm_set1_epi8(2)), _mm_set1_epi8(0x20));

	return (uint32_t)_mm_movemask_epi8(_mm_andnot_si128(same16(v, '\\'), above));
}
#endif

/* ---- Whitespace ---------------------------------------------------------------------------- */

static int is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/* Past all whitespace from @p up to @last, the text's last byte. */
static const uint8_t *skip_spaces(const uint8_t *p, const uint8_t *last)
{
#ifdef __SSE2__
	/* A line's end and what the next one is indented by. */
	while (last - p >= 32 && is_space(*p)) {
		uint32_t other = ~(blanks16(p + 1) | blanks16(p + 17) << 16);
		p += 1 + (other != 0 ? __builtin_ctz(other) : 32);
		if (other != 0 && *p > ' ')
			return p;
	}
#endif
	while (p <= last && is_space(*p))
		p++;
	return p;
}

/* Most often there is none, or one blank. */
static inline const uint8_t *skip_space(const uint8_t *p, const uint8_t *last)
{
	if (p < last) {
		if (p[0] > ' ')
			return p;
		if (p[0] == ' ' && p[1] > ' ')
			return p + 1;
	}
	return skip_spaces(p, last);
}

/* ---- Strings ------------------------------------------------------------------------------- */

#define EACH8(c) ((c)*0x0101010101010101u)

/* The high bit of each byte that is not plain; exact up to the lowest one. */
static uint64_t special8(uint64_t v)
{
	uint64_t quote = v ^ EACH8('"'), backslash = v ^ EACH8('\\');

	quote = (quote - EACH8(1)) & ~quote;
	backslash = (backslash - EACH8(1)) & ~backslash;
	return (quote | backslash | ((v - EACH8(0x20)) & ~v) | v) & EACH8(0x80);
}

/* The first byte from @p on that is not plain, or @end. */
static const uint8_t *skip_plain_long(const uint8_t *p, const uint8_t *end)
{
#ifdef __SSE2__
	for (; end - p >= 32; p += 32) {
		uint32_t special = ~(plain16(p) | plain16(p + 16) << 16);
		if (special != 0)
			return p + __builtin_ctz(special);
	}
#endif
	for (; end - p >= 8; p += 8) {
		uint64_t special = special8(aegi_load64(p));
		if (special != 0)
			return p + __builtin_ctzll(special) / 8;
	}
	while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

/*
 * Where strings are short, what takes time is not the bytes but waiting: where one string begins is
 * known only once the end of the one before it is. So the bytes are looked at 64 at a time, and
 * which of them are special is kept for the strings to come.
 */
struct block {
	uintptr_t at;     /* 64 bytes from here on; 0: none yet */
	uint64_t special; /* a bit for each, the first lowest */
};

static inline const uint8_t *next_block(struct block *b, const uint8_t *p, const uint8_t *end)
{
#ifdef __SSE2__
	for (; end - p >= 64; p += 64) {
		b->at = (uintptr_t)p;
		b->special = ~((uint64_t)plain16(p) | (uint64_t)plain16(p + 16) << 16 |
			       (uint64_t)plain16(p + 32) << 32 | (uint64_t)plain16(p + 48) << 48);
		if (b->special != 0)
			return p + __builtin_ctzll(b->special);
	}
#else
	(void)b;
#endif
	return skip_plain_long(p, end);
}

static inline const uint8_t *skip_plain(struct block *b, const uint8_t *p, const uint8_t *end)
{
	uintptr_t off = (uintptr_t)p - b->at;

	if (off >= 64)
		return next_block(b, p, end);
	uint64_t special = b->special >> off;
	return special != 0 ? p + __builtin_ctzll(special) : next_block(b, p + (64 - off), end);
}

/* One character that is not ASCII: RFC 3629, section 4. */
static const uint8_t *utf8_char(struct scan *s, const uint8_t *p)
{
	uint8_t lead = *p, lo = 0x80, hi = 0xbf;
	int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;

	if (lead < 0xc2 || lead > 0xf4)
		return refuse(s, p);
	switch (lead) {
	case 0xe0: lo = 0xa0; break; /* shorter form */
	case 0xed: hi = 0x9f; break; /* surrogates */
	case 0xf0: lo = 0x90; break; /* shorter form */
	case 0xf4: hi = 0x8f; break; /* above U+10FFFF */
	}
	for (p++; more > 0; more--, p++, lo = 0x80, hi = 0xbf)
		if (p == s->end || *p < lo || *p > hi)
			return refuse(s, p);
	return p;
}

static const uint8_t *hex4(struct scan *s, const uint8_t *p, uint32_t *ret_value)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++, p++) {
		if (p == s->end)
			return refuse(s, p);
		uint32_t digit = *p - (uint32_t)'0', letter = (*p | 0x20u) - 'a';
		if (digit > 9 && letter > 5)
			return refuse(s, p);
		value = value << 4 | (digit <= 9 ? digit : letter + 10);
	}
	*ret_value = value;
	return p;
}

/* From a backslash on. A low surrogate is taken with its high one: what is left of them is lone. */
static const uint8_t *escape(struct scan *s, const uint8_t *p, uint32_t token)
{
	const uint8_t *next;
	uint32_t unit, low;

	if (++p == s->end)
		return refuse(s, p);
	switch (*p) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': return p + 1;
	case 'u': break;
	default: return refuse(s, p);
	}
	p = hex4(s, p + 1, &unit);
	if (p == NULL || unit >> 11 != 0xd800 >> 11)
		return p;
	if (unit < 0xdc00 && s->end - p >= 2 && p[0] == '\\' && p[1] == 'u') {
		next = hex4(s, p + 2, &low);
		if (next == NULL || low >> 10 == 0xdc00 >> 10)
			return next;
	}
	if (s->ret->surrogate == AEG_NONE)
		s->ret->surrogate = token;
	return p;
}

/* What is not plain in a string, up to its closing quote. */
static const uint8_t *string_special(struct scan *s, const uint8_t *p, struct aeg_json_tok *t)
{
	while (p != s->end && *p != '"') {
		if (*p == '\\') {
			t->info |= AEG_JSON_ESCAPED;
			p = escape(s, p, (uint32_t)(t - s->ret->tok));
		} else if (*p >= 0x80) {
			p = utf8_char(s, p);
		} else {
			return refuse(s, p);
		}
		if (p == NULL)
			return NULL;
		p = skip_plain_long(p, s->end);
	}
	return p == s->end ? refuse(s, p) : p;
}

/* A string into @t, from the byte after its opening quote to the one after its closing one. */
static inline const uint8_t *string(
	struct scan *s, struct block *b, const uint8_t *from, struct aeg_json_tok *t)
{
	const uint8_t *p = skip_plain(b, from, s->end);

	t->at = (uint32_t)(from - s->text);
	t->info = AEG_JSON_STRING;
	if (p == s->end || *p != '"') {
		p = string_special(s, p, t);
		if (p == NULL)
			return NULL;
	}
	t->len = (uint32_t)(p - from);
	return p + 1;
}

/* ---- Numbers and words --------------------------------------------------------------------- */

static const uint8_t *digits(struct scan *s, const uint8_t *p)
{
	const uint8_t *from = p;

	while (p != s->end && *p >= '0' && *p <= '9')
		p++;
	return p == from ? refuse(s, p) : p;
}

static const uint8_t *number(struct scan *s, const uint8_t *p)
{
	if (*p == '-')
		p++;
	p = p != s->end && *p == '0' ? p + 1 : digits(s, p);
	if (p != NULL && p != s->end && *p == '.')
		p = digits(s, p + 1);
	if (p != NULL && p != s->end && (*p | 0x20) == 'e') {
		p++;
		if (p != s->end && (*p == '+' || *p == '-'))
			p++;
		p = digits(s, p);
	}
	return p;
}

static inline const uint8_t *word(struct scan *s, const uint8_t *p, const char *w, uint32_t len)
{
	if (s->end - p >= len && memcmp(p, w, len) == 0)
		return p + len;
	while (p != s->end && *p == (uint8_t)*w)
		p++, w++;
	return refuse(s, p);
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Makes @key, whose closing quote is at @quote, the next name of @object. Few names are alike in
 * both ends and length, so few must be compared with those before them. */
static inline void name_add(struct aeg_json *j, struct aeg_json_tok *object,
	struct aeg_json_tok *key, const uint8_t *quote)
{
	uint32_t mark = quote[-1] + key->len * 5u + (quote - key->len)[0] * 3u,
		 bit = 1u << (mark & 31);

	if ((object->len & bit) || (key->info & AEG_JSON_ESCAPED))
		aegi_name_check(j, object, key);
	key->info |= AEG_JSON_KEY;
	object->len |= bit;
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* Ends @t, whose last token is before @next and whose last byte is before @p. */
static inline void container_close(
	struct scan *s, struct aeg_json_tok *t, uint32_t next, const uint8_t *p, int in_object)
{
	if (t->info & AEGI_MANY_NAMES)
		aegi_names_check(s->ret, (uint32_t)(t - s->ret->tok), next);
	t->info &= AEG_JSON_KIND_MASK;
	t->len = (uint32_t)(p - s->text) - t->at;
	t->next = next;
	if (in_object)
		t[-1].next = next;
}

static enum aeg_status scan_text(struct scan *s)
{
	const uint8_t *const text = s->text, *const end = s->end, *const last = end - 1,
			     *p = skip_space(text, last);
	struct aeg_json_tok *const tok = s->ret->tok, *t = tok, *open = NULL;
	const uint32_t cap = s->ret->cap;
	uint32_t n = 0, depth = 0, in_object = 0;
	struct block block = { 0, 0 };

value:
	if (p == end)
		goto refused;
	if (n == cap)
		goto nomem;
	t = tok + n++;
	t->next = n;
	if (*p == '"') {
		p = string(s, &block, p + 1, t);
		if (p == NULL)
			return AEG_JSON;
		goto after;
	}
	t->at = (uint32_t)(p - text);
	switch (*p) {
	case '{':
	case '[':
		if (depth++ == AEG_JSON_MAX_DEPTH)
			goto too_deep;
		t->len = 0;
		t->next = open == NULL ? AEG_NONE : (uint32_t)(open - tok);
		in_object = *p == '{';
		t->info = in_object ? AEG_JSON_OBJECT : AEG_JSON_ARRAY;
		open = t;
		p = skip_space(p + 1, last);
		if (p != end && *p == (in_object ? '}' : ']'))
			goto close;
		if (in_object)
			goto name;
		goto value;
	case 't':
		t->info = AEG_JSON_TRUE;
		p = word(s, p, "true", 4);
		break;
	case 'f':
		t->info = AEG_JSON_FALSE;
		p = word(s, p, "false", 5);
		break;
	case 'n':
		t->info = AEG_JSON_NULL;
		p = word(s, p, "null", 4);
		break;
	default:
		t->info = AEG_JSON_NUMBER;
		p = number(s, p);
		break;
	}
	if (p == NULL)
		return AEG_JSON;
	t->len = (uint32_t)(p - text) - t->at;

after:
	p = skip_space(p, last);
	if (p == end) {
		if (depth > 0)
			goto refused;
		s->ret->ntok = n;
		return AEG_OK;
	}
	if (!in_object) {
		if (*p == ']' && depth > 0)
			goto close;
		if (*p != ',' || depth == 0)
			goto refused;
		p = skip_space(p + 1, last);
		goto value;
	}
	if (*p == '}')
		goto close;
	if (*p != ',')
		goto refused;
	p = skip_space(p + 1, last);

name:
	if (p == end || *p != '"')
		goto refused;
	if (n == cap)
		goto nomem;
	t = tok + n++;
	p = string(s, &block, p + 1, t);
	if (p == NULL)
		return AEG_JSON;
	t->next = n + 1; /* right for all but containers; those set it when they close */
	name_add(s->ret, open, t, p - 1);
	p = skip_space(p, last);
	if (p == end || *p != ':')
		goto refused;
	p = skip_space(p + 1, last);
	goto value;

close:
	p++;
	depth--;
	t = open;
	open = t->next == AEG_NONE ? NULL : tok + t->next;
	in_object = open != NULL && (open->info & AEG_JSON_KIND_MASK) == AEG_JSON_OBJECT;
	container_close(s, t, n, p, (int)in_object);
	goto after;

refused:
	s->bad = p;
	return AEG_JSON;
too_deep:
	s->bad = p;
	return AEG_DEPTH;
nomem:
	s->bad = p;
	return AEG_NOMEM;
}

/* Each token begins at a byte of its own, and each string has as many bytes more as it is long, and
 * a quote: so what the tokens leave over of this holds the values of all strings, 16 times. */
size_t aeg_json_bound(size_t len) { return len < SIZE_MAX ? len + 1 : len; }

enum aeg_status aeg_json_scan(
	struct aeg_json *ret, const char *text, size_t len, struct aeg_json_tok *mem, size_t cap)
{
	struct scan s = { (const uint8_t *)text, (const uint8_t *)text, NULL, ret };

	*ret = (struct aeg_json){ .text = text,
		.tok = mem,
		.cap = cap < AEG_NONE ? (uint32_t)cap : AEG_NONE - 1,
		.duplicate = AEG_NONE,
		.surrogate = AEG_NONE };
	if (len > MAX_TEXT) {
		ret->bad = MAX_TEXT;
		return ret->status = AEG_TOO_LARGE;
	}
	ret->len = (uint32_t)len;
	if (len == 0)
		return ret->status = AEG_JSON;
	s.end += len;
	ret->status = scan_text(&s);
	if (ret->status != AEG_OK)
		ret->bad = (uint32_t)(s.bad - s.text);
	return ret->status;
}
