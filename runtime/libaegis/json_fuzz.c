/*
 * Holds the scanner against a second one, naive and recursive, written from RFC 8259 alone: both
 * must give the same status, place, tokens, repetitions and values. What is accepted must suit
 * cJSON too.
 */
#include "aegis/aegis.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define MAX_INPUT  (1u << 14)
#define UNESCAPED  "\"\\/\b\f\n\r\t"
#define MUST(cond) ((cond) ? (void)0 : abort())

struct naive {
	const uint8_t *text;
	uint32_t at, len, depth;
	enum aeg_status status;
	struct aeg_json_tok *tok;
	char **value; /* of each token that is a string; may hold NULs */
	uint32_t *value_len;
	uint32_t ntok, duplicate, surrogate;
};

static int peek(const struct naive *n) { return n->at < n->len ? n->text[n->at] : -1; }

static int fail(struct naive *n, enum aeg_status status)
{
	n->status = status;
	return 0;
}

static int one_of(struct naive *n, const char *set)
{
	int c = peek(n);

	if (c <= 0 || strchr(set, c) == NULL)
		return fail(n, AEG_JSON);
	n->at++;
	return 1;
}

static int is(const struct naive *n, const char *set)
{
	return peek(n) > 0 && strchr(set, peek(n)) != NULL;
}

static void space(struct naive *n)
{
	while (is(n, " \t\n\r"))
		n->at++;
}

static void add(struct naive *n, uint32_t token, uint32_t c)
{
	char *v = n->value[token] = realloc(n->value[token], n->value_len[token] + 4);
	uint32_t i = n->value_len[token], more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t lead[] = { 0, 0xc0, 0xe0, 0xf0 };

	v[i++] = (char)(lead[more] | c >> 6 * more);
	while (more-- > 0)
		v[i++] = (char)(0x80 | (c >> 6 * more & 0x3f));
	n->value_len[token] = i;
}

static int hex4(struct naive *n, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";

	*ret = 0;
	for (int i = 0; i < 4; i++) {
		int c = peek(n);
		if (!one_of(n, digits))
			return 0;
		*ret = *ret << 4 | ((uint32_t)(strchr(digits, c) - digits) & 15);
	}
	return 1;
}

static int escape(struct naive *n, uint32_t token)
{
	static const char letters[] = "\"\\/bfnrt";
	uint32_t c, low, back;
	int letter = peek(n);

	if (!one_of(n, "\"\\/bfnrtu"))
		return 0;
	if (letter != 'u') {
		add(n, token, (uint8_t)UNESCAPED[strchr(letters, letter) - letters]);
		return 1;
	}
	if (!hex4(n, &c))
		return 0;
	back = n->at;
	if (c >= 0xd800 && c < 0xdc00 && n->at + 1 < n->len && n->text[n->at] == '\\' &&
		n->text[n->at + 1] == 'u') {
		n->at += 2;
		if (!hex4(n, &low))
			return 0;
		if (low >= 0xdc00 && low < 0xe000)
			c = 0x10000 + (c - 0xd800) * 0x400 + (low - 0xdc00);
		else
			n->at = back;
	}
	if (c >= 0xd800 && c < 0xe000) {
		c = 0xfffd;
		if (n->surrogate == AEG_NONE)
			n->surrogate = token;
	}
	add(n, token, c);
	return 1;
}

/* A code point byte by byte: a byte cannot stand there when no scalar value's form has it there. */
static int utf8(struct naive *n, uint32_t token)
{
	int first = peek(n), more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	uint32_t c = (uint32_t)first & (0x3fu >> more), least = more == 1   ? 0x80
								: more == 2 ? 0x800
									    : 0x10000;

	if (first < 0xc0 || first > 0xf7 || (c << 6 * more | ((1u << 6 * more) - 1)) < least ||
		c << 6 * more > 0x10ffff)
		return fail(n, AEG_JSON);
	for (n->at++; more > 0; n->at++) {
		if (peek(n) < 0x80 || peek(n) > 0xbf)
			return fail(n, AEG_JSON);
		c = c << 6 | ((uint32_t)peek(n) & 0x3f);
		more--;
		uint32_t lo = c << 6 * more, hi = lo | ((1u << 6 * more) - 1);
		if (hi < least || lo > 0x10ffff || (lo >= 0xd800 && hi < 0xe000))
			return fail(n, AEG_JSON);
	}
	add(n, token, c);
	return 1;
}

static uint32_t token(struct naive *n, uint32_t info)
{
	n->tok[n->ntok] = (struct aeg_json_tok){ n->at, 0, 0, info };
	return n->ntok++;
}

static int string(struct naive *n, uint32_t flags)
{
	uint32_t t = token(n, AEG_JSON_STRING | flags);

	n->tok[t].at = ++n->at;
	while (peek(n) != '"') {
		if (peek(n) < 0x20)
			return fail(n, AEG_JSON);
		if (peek(n) >= 0x80) {
			if (!utf8(n, t))
				return 0;
		} else if (peek(n) == '\\') {
			n->tok[t].info |= AEG_JSON_ESCAPED;
			n->at++;
			if (!escape(n, t))
				return 0;
		} else {
			add(n, t, n->text[n->at++]);
		}
	}
	n->tok[t].len = n->at++ - n->tok[t].at;
	n->tok[t].next = n->ntok;
	return 1;
}

static int digits(struct naive *n)
{
	if (!one_of(n, "0123456789"))
		return 0;
	while (is(n, "0123456789"))
		n->at++;
	return 1;
}

static int number(struct naive *n)
{
	if (is(n, "-"))
		n->at++;
	if (is(n, "0"))
		n->at++;
	else if (!digits(n))
		return 0;
	if (is(n, ".")) {
		n->at++;
		if (!digits(n))
			return 0;
	}
	if (!is(n, "eE"))
		return 1;
	n->at++;
	if (is(n, "+-"))
		n->at++;
	return digits(n);
}

static int word(struct naive *n, const char *w)
{
	for (; *w != '\0'; w++)
		if (!one_of(n, (char[]){ *w, '\0' }))
			return 0;
	return 1;
}

static int same_name(const struct naive *n, uint32_t a, uint32_t b)
{
	return n->value_len[a] == n->value_len[b] &&
	       (n->value_len[a] == 0 || memcmp(n->value[a], n->value[b], n->value_len[a]) == 0);
}

static int value(struct naive *n);

static int name(struct naive *n, uint32_t object)
{
	uint32_t key = n->ntok;

	if (!is(n, "\""))
		return fail(n, AEG_JSON);
	if (!string(n, AEG_JSON_KEY))
		return 0;
	for (uint32_t k = object + 1; k < key && key < n->duplicate; k = n->tok[k].next)
		if (same_name(n, k, key))
			n->duplicate = key;
	space(n);
	return one_of(n, ":");
}

static int members(struct naive *n, uint32_t t, const char *close)
{
	if (n->depth++ == AEG_JSON_MAX_DEPTH)
		return fail(n, AEG_DEPTH);
	n->at++;
	space(n);
	if (!is(n, close))
		for (;; n->at++) {
			uint32_t key = n->ntok;
			space(n);
			if (*close == '}' && !name(n, t))
				return 0;
			if (!value(n))
				return 0;
			if (*close == '}')
				n->tok[key].next = n->ntok;
			if (!is(n, ","))
				break;
		}
	n->depth--;
	return one_of(n, close);
}

static int value(struct naive *n)
{
	uint32_t t = n->ntok;
	int good;

	space(n);
	switch (peek(n)) {
	case '"': good = string(n, 0); break;
	case '[': good = members(n, token(n, AEG_JSON_ARRAY), "]"); break;
	case '{': good = members(n, token(n, AEG_JSON_OBJECT), "}"); break;
	case 't': good = (token(n, AEG_JSON_TRUE), word(n, "true")); break;
	case 'f': good = (token(n, AEG_JSON_FALSE), word(n, "false")); break;
	case 'n': good = (token(n, AEG_JSON_NULL), word(n, "null")); break;
	default: good = (token(n, AEG_JSON_NUMBER), number(n)); break;
	}
	if (!good)
		return 0;
	n->tok[t].next = n->ntok;
	if ((n->tok[t].info & AEG_JSON_KIND_MASK) != AEG_JSON_STRING)
		n->tok[t].len = n->at - n->tok[t].at;
	space(n);
	return 1;
}

/* ---- Comparing ----------------------------------------------------------------------------- */

static void compare(const struct naive *n, const struct aeg_json *j)
{
	MUST(j->status == n->status);
	if (j->status != AEG_OK) {
		MUST(j->bad == n->at && j->ntok == 0);
		return;
	}
	MUST(j->ntok == n->ntok && j->duplicate == n->duplicate && j->surrogate == n->surrogate);
	for (uint32_t i = 0; i < n->ntok; i++) {
		const struct aeg_json_tok *a = &j->tok[i], *b = &n->tok[i];
		MUST(a->at == b->at && a->len == b->len && a->next == b->next);
		MUST((a->info & 0x3f) == b->info);
	}
}

static void compare_values(const struct naive *n, const struct aeg_json *j)
{
	for (uint32_t i = 0; i < n->ntok; i++) {
		uint32_t len = n->tok[i].len;
		char *buf = malloc(len + 1);
		size_t got = aeg_json_unescape(j, i, buf, len);
		if ((n->tok[i].info & AEG_JSON_KIND_MASK) != AEG_JSON_STRING) {
			MUST(got == SIZE_MAX);
		} else {
			MUST(got == n->value_len[i]);
			MUST(got == 0 || memcmp(buf, n->value[i], got) == 0);
			if (got > 0)
				MUST(aeg_json_unescape(j, i, buf, got - 1) == SIZE_MAX);
		}
		free(buf);
	}
}

static void compare_members(const struct naive *n, const struct aeg_json *j)
{
	for (uint32_t object = 0; object < n->ntok && object < 64; object++) {
		if ((n->tok[object].info & AEG_JSON_KIND_MASK) != AEG_JSON_OBJECT) {
			MUST(aeg_json_member(j, object, (struct aeg_str){ "", 0 }) == AEG_NONE);
			continue;
		}
		for (uint32_t key = object + 1; key < n->tok[object].next; key = n->tok[key].next) {
			uint32_t first = object + 1;
			struct aeg_str name = { n->value_len[key] ? n->value[key] : "",
				n->value_len[key] };
			while (!same_name(n, first, key))
				first = n->tok[first].next;
			MUST(aeg_json_member(j, object, name) == first + 1);
		}
	}
}

/* With any less memory it is refused cleanly; what is left of the bound holds any two strings. */
static void compare_memory(const struct naive *n, const struct aeg_json *j, uint8_t pick)
{
	uint32_t cap = n->ntok * pick / 256;
	struct aeg_json_tok *mem = malloc((cap + 1) * sizeof *mem);
	struct aeg_json short_of;
	size_t left = (aeg_json_bound(j->len) - j->ntok) * sizeof *mem;

	MUST(aeg_json_scan(&short_of, j->text, j->len, mem, cap) == AEG_NOMEM);
	MUST(short_of.status == AEG_NOMEM && short_of.ntok == 0 && short_of.bad < j->len);
	free(mem);
	for (uint32_t i = 0; i < n->ntok; i++)
		MUST(n->value_len[i] <= left);
}

static uint32_t count(const cJSON *item)
{
	uint32_t n = 1;

	for (const cJSON *child = item->child; child != NULL; child = child->next)
		n += count(child) + (child->string != NULL);
	return n;
}

/* cJSON accepts more, but for lone surrogates and for numbers of more digits than it has room for.
 */
static void compare_cjson(const struct naive *n, const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	cJSON *root;
	int fits = n->surrogate == AEG_NONE;

	for (uint32_t i = 0; i < n->ntok; i++)
		fits &= (n->tok[i].info & AEG_JSON_KIND_MASK) != AEG_JSON_NUMBER ||
			n->tok[i].len < 60;
	memcpy(text, data, size);
	text[size] = '\0';
	root = fits ? cJSON_ParseWithLengthOpts(text, size + 1, NULL, 1) : NULL;
	MUST(!fits || (root != NULL && count(root) == n->ntok));
	cJSON_Delete(root);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct naive n = { .duplicate = AEG_NONE, .surrogate = AEG_NONE };
	struct aeg_json j;
	size_t bound = aeg_json_bound(size);
	char *text;

	if (size > MAX_INPUT)
		return 0;
	text = malloc(size); /* its own block, so that reading past its end is found */
	MUST(text != NULL || size == 0);
	if (size > 0)
		memcpy(text, data, size);
	n.text = (const uint8_t *)text;
	n.len = (uint32_t)size;
	n.tok = calloc(size + 2, sizeof *n.tok);
	n.value = calloc(size + 2, sizeof *n.value);
	n.value_len = calloc(size + 2, sizeof *n.value_len);
	struct aeg_json_tok *mem = malloc(bound * sizeof *mem);

	if (value(&n) && n.at < n.len)
		fail(&n, AEG_JSON);
	aeg_json_scan(&j, text, size, mem, bound);
	compare(&n, &j);
	if (n.status == AEG_OK) {
		compare_values(&n, &j);
		compare_members(&n, &j);
		compare_memory(&n, &j, data[size - 1]);
		compare_cjson(&n, data, size);
	}
	for (uint32_t i = 0; i < n.ntok; i++)
		free(n.value[i]);
	free(n.value);
	free(n.value_len);
	free(n.tok);
	free(mem);
	free(text);
	return 0;
}
