#ifndef EXPR_TEMPLATE_RANDOM_TEST_H
#define EXPR_TEMPLATE_RANDOM_TEST_H
/*
 * Templates and data at random, or out of a fuzzer's bytes. Data comes twice: hostile, and neutral:
 * the same, but with each string that is not empty a marker, Q17Q. Both take the same ways through
 * a template, so what is rendered may differ in what the markers stand for, and nowhere else.
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
	struct chars leaves;           /* what the markers stand for, in order */
	struct leaf {
		uint32_t at, len;
	} leaf[MOST_LEAVES];
	uint32_t nleaves, has_nul;
};

static inline void put_both(struct data *d, const char *text)
{
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
	put_both(d, "\"");
	put_quoted(d, d->leaves.at + first, len, plain);
	if (len > 0 && d->nleaves < MOST_LEAVES) {
		d->has_nul |= memchr(d->leaves.at + first, '\0', len) != NULL;
		putf(&d->neutral, "Q%uQ", d->nleaves);
		d->leaf[d->nleaves++] = (struct leaf){ first, len };
	}
	put_both(d, "\"");
}

static inline void put_members(struct data *d, uint32_t depth, int plain);

static inline void put_value(struct data *d, uint32_t depth, int plain)
{
	static const char *const others[] = { "null", "true", "false", "0", "-1.5e3", "[]", "{}" };
	uint32_t kind = pick(d->r, depth == 0 ? 8 : 12);

	if (kind < 6) {
		put_string(d, "", plain);
	} else if (kind < 8) {
		put_both(d, PICK(d->r, others));
	} else if (kind < 10) {
		put_both(d, "[");
		for (uint32_t i = 0, n = pick(d->r, 4); i < n; i++) {
			put_both(d, i == 0 ? "" : ",");
			put_value(d, depth - 1, plain);
		}
		put_both(d, "]");
	} else {
		put_members(d, depth - 1, 1);
	}
}

/* Some of the names that templates know, and one that none does. */
static inline void put_members(struct data *d, uint32_t depth, int plain)
{
	static const char *const names[] = { "a", "b", "c", "d", "kid" };
	const char *comma = "";

	put_both(d, "{");
	for (uint32_t i = 0; i < LENGTH(names); i++) {
		if (pick(d->r, 8) == 7)
			continue;
		put_both(d, comma);
		put_both(d, "\"");
		put_both(d, names[i]);
		put_both(d, "\":");
		put_value(d, depth, plain);
		comma = ",";
	}
	if (pick(d->r, 2) == 1) {
		put_both(d, comma);
		put_string(d, "-", 1); /* no name that templates know */
		put_both(d, ":");
		put_value(d, 0, plain);
	}
	put_both(d, "}");
}

/* @plain: no string needs an escape, for templates that write the whole document. */
static inline void random_data(struct data *d, struct random *r, int plain)
{
	d->r = r;
	d->hostile.len = d->neutral.len = d->leaves.len = d->nleaves = d->has_nul = 0;
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

/* ---- Templates ----------------------------------------------------------------------------- */

enum { MOST_PARTIALS = 2 };

struct template_text {
	struct random *r;
	enum aeg_template_mode mode;
	struct chars main, partial[MOST_PARTIALS];
};

static const char *const template_names[] = { "a", "b", "c", "d", "kid", "v", "a.b", "kid.a", "v.a",
	"../a", "this", "missing" };

static inline void put_hole(struct random *r, struct chars *c)
{
	static const char *const holes[] = { "{{%s}}", "{{{%s}}}", "{{&%s}}" };
	static const char *const specials[] = { "{{@key}}", "{{@index}}", "{{@root.a}}" };

	if (pick(r, 6) == 5) {
		putf(c, "%s", PICK(r, specials));
		return;
	}
	const char *hole = PICK(r, holes),
		   *name = pick(r, 2) == 1 ? template_names[pick(r, 5)] : PICK(r, template_names);
	uint32_t before = (uint32_t)(strstr(hole, "%s") - hole);
	put(c, hole, before);
	put(c, name, strlen(name));
	put(c, hole + before + 2, strlen(hole) - before - 2);
}

/* What stands in a block or between. */
typedef void put_fn(struct template_text *t, struct chars *c, uint32_t depth);

static inline void put_block(
	struct template_text *t, struct chars *c, uint32_t depth, put_fn *body, int whole)
{
	static const struct {
		const char *name;
		int chooses; /* with an else, one of the two is written */
	} blocks[] = { { "if", 1 }, { "unless", 1 }, { "with", 1 }, { "each", 0 } };
	uint32_t i = pick(t->r, whole ? 3 : LENGTH(blocks));
	const char *name = PICK(t->r, template_names);

	if (!whole && pick(t->r, 8) == 7) {
		putf(c, "{{> p%u}}", pick(t->r, MOST_PARTIALS));
		return;
	}
	putf(c, "{{#%s %s%s}}", blocks[i].name, name, i < 2 ? "" : " as |v|");
	body(t, c, depth - 1);
	if (whole || pick(t->r, 3) == 0) {
		putf(c, "{{else}}");
		body(t, c, depth - 1);
	}
	putf(c, "{{/%s}}", blocks[i].name);
}

/* Pieces one after another. */
static inline void put_soup(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const url[] = { "a", "/", "/", "/b", ".", "..", "%2e", "%41", "?", "&",
		"=", "#", ":", "x-1", "@", "//", "http://h", "?q=", ";", "80" };
	static const char *const shell[] = { " ", "a", " ", "echo ", "\n", ";", " && ", "|", "&",
		"\"", "'", "$HOME", "${HOME}", "$", "\\", ">", "> ", "<", "2>", " -o ", "A=", "=",
		"#", " # ", "(", ")", "$(x y)", "`x`", "if ", "; then ", "; fi", "for i in ",
		"; do ", "; done", "{ ", "; }", "! ", "\\\n", "case ", " in ", ") ", ";;", "esac",
		"cat <<EOF\n$x\nEOF\n", "/", ":", "*", "~", "$((1+2))", "''", "1", "\t", "time ",
		"${x:-\"y\"}", "$1", "$@" };
	uint32_t n = 1 + pick(t->r, 8);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t kind = pick(t->r, 8);
		if (kind < 4)
			putf(c, "%s",
				t->mode == AEG_MODE_URL ? PICK(t->r, url) : PICK(t->r, shell));
		else if (kind < 6 || depth == 0)
			put_hole(t->r, c);
		else
			put_block(t, c, depth, put_soup, 0);
	}
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static inline void put_json_piece(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "x", "\\n", "\\\"", " ", "\xc3\xa9", "\\u00e9",
		"\\ud83d\\ude00", "{", "'", "$" };

	for (uint32_t i = 0, n = pick(t->r, 5); i < n; i++) {
		uint32_t kind = pick(t->r, 5);
		if (kind < 2)
			putf(c, "%s", PICK(t->r, texts));
		else if (kind < 4 || depth == 0)
			put_hole(t->r, c);
		else
			put_block(t, c, depth, put_json_piece, 0);
	}
}

static inline void put_json_string(struct template_text *t, struct chars *c, uint32_t depth)
{
	putf(c, "\"");
	put_json_piece(t, c, depth);
	putf(c, "\"");
}

static inline void put_json_name(struct template_text *t, struct chars *c, uint32_t depth)
{
	uint32_t kind = pick(t->r, 6);

	if (kind == 5 && depth > 0)
		put_block(t, c, depth, put_json_name, 1);
	else if (kind == 4)
		put_hole(t->r, c);
	else
		put_json_string(t, c, 0);
}

static inline void put_json(struct template_text *t, struct chars *c, uint32_t depth);

/* A member or an element, by turns of a list that is an object's or an array's. */
static inline void put_json_item(
	struct template_text *t, struct chars *c, uint32_t depth, int named)
{
	if (named) {
		put_json_name(t, c, depth);
		putf(c, ": ");
	}
	put_json(t, c, depth);
}

static inline void put_json_items(
	struct template_text *t, struct chars *c, uint32_t depth, int named);

static inline void put_json_elements(struct template_text *t, struct chars *c, uint32_t depth)
{
	put_json_items(t, c, depth, 0);
}

static inline void put_json_members(struct template_text *t, struct chars *c, uint32_t depth)
{
	put_json_items(t, c, depth, 1);
}

static inline void put_json_items(
	struct template_text *t, struct chars *c, uint32_t depth, int named)
{
	static const char *const commas[] = { ",", ", ", "", "{{#unless @last}},{{/unless}}",
		"\n  " };
	int after_item = 0;

	for (uint32_t i = 0, n = pick(t->r, 6); i < n; i++) {
		int block = depth > 0 && pick(t->r, 3) == 2;
		if (i > 0)
			putf(c, "%s", after_item && !block ? ", " : PICK(t->r, commas));
		if (block)
			put_block(t, c, depth, named ? put_json_members : put_json_elements, 0);
		else
			put_json_item(t, c, depth, named);
		after_item = !block;
	}
	if (pick(t->r, 6) == 5)
		putf(c, ",");
}

static inline void put_json(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const literals[] = { "1", "-0.5e+2", "true", "null", "\"\"", "[]" };
	uint32_t kind = pick(t->r, depth == 0 ? 6 : 12);

	if (kind < 2) {
		put_hole(t->r, c);
	} else if (kind < 5) {
		put_json_string(t, c, depth);
	} else if (kind == 5) {
		putf(c, "%s", PICK(t->r, literals));
	} else if (kind < 8) {
		putf(c, "[");
		put_json_elements(t, c, depth - 1);
		putf(c, "]");
	} else if (kind < 10) {
		putf(c, "{");
		put_json_members(t, c, depth - 1);
		putf(c, " }");
	} else if (kind == 10) {
		put_block(t, c, depth, put_json, 1);
	} else {
		putf(c, "{{> p%u}}", pick(t->r, MOST_PARTIALS));
	}
}

/* A byte more, or less. */
static inline void spoil(struct random *r, struct chars *c)
{
	static const char bytes[] = "{}[],:\"\\ 0a'/.%$#?&=;<>|()\n";
	uint32_t at = pick(r, c->len + 1);

	if (at < c->len && pick(r, 2) == 1) {
		memmove(c->at + at, c->at + at + 1, c->len - at);
		c->len--;
	} else if (c->len + 1 < sizeof c->at) {
		memmove(c->at + at + 1, c->at + at, c->len - at + 1);
		c->at[at] = bytes[pick(r, sizeof bytes - 1)];
		c->len++;
	}
}

static inline void random_template(
	struct template_text *t, struct random *r, enum aeg_template_mode mode)
{
	t->r = r;
	t->mode = mode;
	for (uint32_t i = 0; i <= MOST_PARTIALS; i++) {
		struct chars *c = i == MOST_PARTIALS ? &t->main : &t->partial[i];
		c->len = 0;
		c->at[0] = '\0';
		if (mode == AEG_MODE_SHELL && pick(r, 4) != 1)
			putf(c, "%s", i == MOST_PARTIALS ? "echo " : " ");
		if (mode == AEG_MODE_JSON)
			put_json(t, c, i == MOST_PARTIALS ? 4 : 2);
		else
			put_soup(t, c, i == MOST_PARTIALS ? 3 : 1);
		if (pick(r, 8) == 7)
			spoil(r, c);
	}
}
#endif
