#ifndef EXPR_DATA_RANDOM_TEST_H
#define EXPR_DATA_RANDOM_TEST_H
/*
 * Data at random, or out of a fuzzer's bytes. It comes twice: hostile, and neutral: the same, but
 * with each string that is not empty a marker, Q17Q. Both take the same ways through a template, so
 * what is rendered may differ in what the markers stand for, and nowhere else.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aegis/expr.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* ---- Choices ------------------------------------------------------------------------------- */

struct random {
	uint64_t state;       /* not 0; or else */
	const uint8_t *bytes; /* these, then zeros */
	size_t len;
};

/* Below @n; 0 is what ends soonest. */
static inline uint32_t pick(struct random *r, uint32_t n)
{
	if (r->state == 0) {
		uint32_t byte = r->len == 0 ? 0 : *r->bytes;
		r->bytes += r->len > 0;
		r->len -= r->len > 0;
		return byte % n;
	}
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)(r->state >> 32) % n;
}

static inline const char *pick_text(struct random *r, const char *const *texts, size_t n)
{
	return texts[pick(r, (uint32_t)n)];
}
#define PICK(r, texts) pick_text(r, texts, LENGTH(texts))

struct chars {
	char at[1 << 15];
	uint32_t len;
};

/* What has no room is left out: such a template or document is just wrong. */
static inline void put(struct chars *c, const char *at, size_t len)
{
	if (len > sizeof c->at - 1 - c->len)
		return;
	memcpy(c->at + c->len, at, len);
	c->len += (uint32_t)len;
	c->at[c->len] = '\0';
}

__attribute__((format(printf, 2, 3))) static inline void putf(
	struct chars *c, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	put(c, line, (size_t)n);
}

/* ---- Data ---------------------------------------------------------------------------------- */

enum { MOST_LEAVES = 512 };

struct data {
	struct random *r;
	struct chars hostile, neutral; /* JSON */
	struct chars full;             /* as neutral, but no string is empty */
	struct chars leaves;           /* what the markers stand for, in order */
	struct leaf {
		uint32_t at, len;
	} leaf[MOST_LEAVES];
	uint32_t nleaves, has_nul;
};

static inline void put_all(struct data *d, const char *text)
{
	put(&d->full, text, strlen(text));
	put(&d->hostile, text, strlen(text));
	put(&d->neutral, text, strlen(text));
}

/* As JSON, with more escapes than needed now and then, but never when @plain. */
static inline void put_quoted(struct data *d, const char *at, uint32_t len, int plain)
{
	int escapes = !plain && pick(d->r, 4) == 1;

	for (uint32_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)at[i];
		if (c < 0x20 || (escapes && c < 0x7f && i % 3 == 0))
			putf(&d->hostile, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			putf(&d->hostile, "\\%c", c);
		else
			put(&d->hostile, at + i, 1);
	}
}

/* A string that begins with @begin. @plain: it stands in an object, whose text is printed with the
 * escapes that it has. */
static inline void put_string(struct data *d, const char *begin, int plain)
{
	static const struct atom {
		const char *at;
		uint32_t len;
	} atoms[] = {
#define ATOM(text) { text, sizeof text - 1 }
		/* Plain: no escapes. */
		ATOM("a"),
		ATOM("$(reboot)"),
		ATOM("`id`"),
		ATOM("'; rm -rf x; '"),
		ATOM("'"),
		ATOM("../"),
		ATOM(".."),
		ATOM("."),
		ATOM("%2e"),
		ATOM("%"),
		ATOM("/"),
		ATOM("//"),
		ATOM(":"),
		ATOM("@"),
		ATOM("?"),
		ATOM("#"),
		ATOM("&x=y"),
		ATOM("="),
		ATOM("+"),
		ATOM(" "),
		ATOM("\xc3\xa9"),
		ATOM("\xf0\x9f\x98\x80"),
		ATOM("<b>"),
		ATOM("{{x}}"),
		ATOM(","),
		ATOM("]}"),
		ATOM("-rf"),
		ATOM("~"),
		ATOM("*"),
		ATOM("!"),
		ATOM("|"),
		ATOM(">"),
		ATOM("; "),
		ATOM("$HOME"),
		ATOM("${x}"),
		ATOM("$"),
		ATOM("0"),
		ATOM("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
		/* The rest. */
		ATOM("\""),
		ATOM("\\"),
		ATOM("\n"),
		ATOM("\t"),
		ATOM("\x01"),
		ATOM("\0"),
		ATOM("\",\""),
		ATOM("\"},{\""),
		ATOM("\\u0041"),
		ATOM("\r\n"),
		ATOM("\\'"),
		ATOM("\nEOF\n"),
		ATOM("\x7f"),
		ATOM("\\\""),
#undef ATOM
	};
	enum { PLAIN = 38 };
	uint32_t n = pick(d->r, 5), first = d->leaves.len;

	put(&d->leaves, begin, strlen(begin));
	for (uint32_t i = 0; i < n; i++) {
		const struct atom *a = &atoms[pick(d->r, plain ? PLAIN : LENGTH(atoms))];
		put(&d->leaves, a->at, a->len);
	}
	uint32_t len = d->leaves.len - first;
	put_all(d, "\"");
	put_quoted(d, d->leaves.at + first, len, plain);
	if (len > 0 && d->nleaves < MOST_LEAVES) {
		d->has_nul |= memchr(d->leaves.at + first, '\0', len) != NULL;
		putf(&d->neutral, "Q%uQ", d->nleaves);
		putf(&d->full, "Q%uQ", d->nleaves);
		d->leaf[d->nleaves++] = (struct leaf){ first, len };
	} else {
		put(&d->full, "QQ", 2);
	}
	put_all(d, "\"");
}

static inline void put_members(struct data *d, uint32_t depth, int plain);

static inline void put_value(struct data *d, uint32_t depth, int plain)
{
	static const char *const others[] = { "null", "true", "false", "0", "-1.5e3", "[]", "{}" };
	uint32_t kind = pick(d->r, depth == 0 ? 8 : 12);

	if (kind < 6) {
		put_string(d, "", plain);
	} else if (kind < 8) {
		put_all(d, PICK(d->r, others));
	} else if (kind < 10) {
		put_all(d, "[");
		for (uint32_t i = 0, n = pick(d->r, 4); i < n; i++) {
			put_all(d, i == 0 ? "" : ",");
			put_value(d, depth - 1, plain);
		}
		put_all(d, "]");
	} else {
		put_members(d, depth - 1, 1);
	}
}

/* Some of the names that templates know, and one that none does. */
static inline void put_members(struct data *d, uint32_t depth, int plain)
{
	static const char *const names[] = { "a", "b", "c", "d", "kid" };
	const char *comma = "";

	put_all(d, "{");
	for (uint32_t i = 0; i < LENGTH(names); i++) {
		if (pick(d->r, 8) == 7)
			continue;
		put_all(d, comma);
		put_all(d, "\"");
		put_all(d, names[i]);
		put_all(d, "\":");
		put_value(d, depth, plain);
		comma = ",";
	}
	if (pick(d->r, 2) == 1) {
		put_all(d, comma);
		put_string(d, "-", 1); /* no name that templates know */
		put_all(d, ":");
		put_value(d, 0, plain);
	}
	put_all(d, "}");
}

/* @plain: no string needs an escape, for templates that write the whole document. */
static inline void random_data(struct data *d, struct random *r, int plain)
{
	d->r = r;
	d->hostile.len = d->neutral.len = d->full.len = d->leaves.len = d->nleaves = d->has_nul = 0;
	put_members(d, 3, plain);
}

/* @text with what the markers in it stand for. */
static inline const char *unmark(
	const struct data *d, const char *at, size_t len, struct chars *ret)
{
	ret->len = 0;
	ret->at[0] = '\0';
	for (size_t i = 0; i < len;) {
		size_t n = 1;
		uint32_t marker = 0;
		while (at[i] == 'Q' && i + n < len && at[i + n] >= '0' && at[i + n] <= '9' && n < 6)
			marker = marker * 10 + (uint32_t)(at[i + n++] - '0');
		if (n > 1 && i + n < len && at[i + n] == 'Q' && marker < d->nleaves) {
			put(ret, d->leaves.at + d->leaf[marker].at, d->leaf[marker].len);
			i += n + 1;
		} else {
			put(ret, at + i++, 1);
		}
	}
	return ret->at;
}
#endif
