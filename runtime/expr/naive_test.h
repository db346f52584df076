#ifndef EXPR_NAIVE_TEST_H
#define EXPR_NAIVE_TEST_H
/*
 * A second evaluator of JSONPath, for tests: walks a tree of the document with a tree of the query
 * and copies lists of nodes, as RFC 9535 describes it. Shares nothing with the product. Everything
 * is made at random and never freed before the end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST 512 /* nodes of a list */

/* ---- Chance, memory, text ------------------------------------------------------------------ */

struct world {
	uint64_t chance;
	char *memory;
	size_t used, size;
	char text[1 << 16]; /* being written */
	size_t len;
	bool overflow; /* a list was too long: nothing can be said */
};

static uint32_t below(struct world *w, uint32_t n)
{
	w->chance ^= w->chance << 13;
	w->chance ^= w->chance >> 7;
	w->chance ^= w->chance << 17;
	return (uint32_t)(w->chance >> 33) % n;
}

static void *make(struct world *w, size_t n)
{
	void *p = w->memory + w->used;

	w->used += (n + 15) & ~(size_t)15;
	if (w->used > w->size)
		abort();
	memset(p, 0, n);
	return p;
}

static void say(struct world *w, const char *s)
{
	size_t n = strlen(s);

	if (w->len + n >= sizeof w->text)
		abort();
	memcpy(w->text + w->len, s, n + 1);
	w->len += n;
}

__attribute__((format(printf, 2, 3))) static void sayf(struct world *w, const char *format, ...)
{
	char s[64];
	va_list args;

	va_start(args, format);
	vsnprintf(s, sizeof s, format, args);
	va_end(args);
	say(w, s);
}

/* ---- Values -------------------------------------------------------------------------------- */

enum kind { NOTHING, NUL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT, LOGICAL };

struct string {
	uint32_t point[8];
	uint32_t n;
};

struct node {
	enum kind kind;
	int64_t number; /* in halves */
	struct string string;
	struct node *child[8];
	struct string name[8];
	uint32_t n;
	const char *path;
	bool logical;
};

static const uint32_t alphabet[] = { 'a', 'b', 'b', 'c', '\'', '"', '\\', '\n', 1, 0xe9, 0xffff,
	0x1f600 };

static struct string string_make(struct world *w)
{
	struct string s = { .n = below(w, 4) };

	for (uint32_t i = 0; i < s.n; i++)
		s.point[i] = alphabet[below(w, below(w, 3) ? 4 : 12)];
	return s;
}

static void say_point(struct world *w, uint32_t c)
{
	if (c < 0x80)
		sayf(w, "%c", (int)c);
	else if (c < 0x800)
		sayf(w, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
	else if (c < 0x10000)
		sayf(w, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 63)),
			(int)(0x80 | (c & 63)));
	else
		sayf(w, "%c%c%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 63)),
			(int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
}

/* Quoted, with escapes where they must be and where chance wants them. */
static void say_string(struct world *w, struct string s, char quote)
{
	sayf(w, "%c", quote);
	for (uint32_t i = 0; i < s.n; i++) {
		uint32_t c = s.point[i];
		if (c >= 0x10000 && below(w, 2))
			sayf(w, "\\u%04x\\u%04X", (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
				(unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		else if (c < 0x10000 && (c < 0x20 || below(w, 5) == 0))
			sayf(w, "\\u%04x", (unsigned)c);
		else if (c == (uint32_t)quote || c == '\\')
			sayf(w, "\\%c", (int)c);
		else
			say_point(w, c);
	}
	sayf(w, "%c", quote);
}

/* One of few numbers, spelt in one of many ways. */
static int64_t say_number(struct world *w)
{
	static const int64_t numbers[] = { 0, 1, 1, 2, 3, -1, 10, 9007199254740992,
		9007199254740993, -9007199254740993, 1234567890123456789 };
	int64_t n = numbers[below(w, 11)];

	switch (below(w, 6)) {
	case 0: sayf(w, "%lld.0", (long long)n); break;
	case 1: sayf(w, "%lldE+00", (long long)n); break;
	case 2: sayf(w, n == 0 ? "%llde-2" : "%lld00e-2", (long long)n); break;
	case 3: sayf(w, "%lld.500", (long long)n); return n * 2 + (n < 0 ? -1 : 1);
	case 4:
		sayf(w, "%s0.%06llde6", n < 0 ? "-" : "", (long long)(n < 0 ? -n : n) % 1000000);
		n %= 1000000;
		break;
	default: sayf(w, "%lld", (long long)n); break;
	}
	return n * 2;
}

static int string_cmp(struct string a, struct string b)
{
	for (uint32_t i = 0; i < a.n && i < b.n; i++)
		if (a.point[i] != b.point[i])
			return a.point[i] < b.point[i] ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

static struct node *node_make(struct world *w, uint32_t depth)
{
	struct node *v = make(w, sizeof *v);

	v->kind = (enum kind)(NUL + below(w, depth == 0 ? 5 : 9));
	if (v->kind > OBJECT || (v->kind < ARRAY && depth > 2))
		v->kind = below(w, 2) ? ARRAY : OBJECT;
	if (v->kind == NUMBER)
		v->number = say_number(w);
	else if (v->kind == STRING)
		say_string(w, v->string = string_make(w), '"');
	else if (v->kind < NUMBER)
		say(w, v->kind == NUL ? "null" : v->kind == TRUE ? "true" : "false");
	if (v->kind < ARRAY)
		return v;
	say(w, v->kind == ARRAY ? "[" : "{ ");
	for (uint32_t n = below(w, 6), i = 0; i < n; i++) {
		struct string name = string_make(w);
		bool known = false;
		for (uint32_t k = 0; k < v->n; k++)
			known |= string_cmp(v->name[k], name) == 0;
		if (v->kind == OBJECT && known)
			continue;
		if (v->n > 0)
			say(w, below(w, 2) ? "," : " ,\n");
		if (v->kind == OBJECT) {
			say_string(w, name, '"');
			say(w, ":");
		}
		v->name[v->n] = name;
		v->child[v->n] = node_make(w, depth - 1);
		v->n++;
	}
	say(w, v->kind == ARRAY ? "]" : "}");
	return v;
}

/* Normalized paths of all nodes. */
static void node_paths(struct world *w, struct node *v, const char *path)
{
	v->path = path;
	for (uint32_t i = 0; i < v->n; i++) {
		size_t from = w->len;
		say(w, path);
		if (v->kind == ARRAY)
			sayf(w, "[%u]", (unsigned)i);
		else
			say(w, "['");
		for (uint32_t k = 0; v->kind == OBJECT && k < v->name[i].n; k++) {
			uint32_t c = v->name[i].point[k];
			if (c == '\'' || c == '\\')
				sayf(w, "\\%c", (int)c);
			else if (c == '\n')
				say(w, "\\n");
			else if (c < 0x20)
				sayf(w, "\\u%04x", (unsigned)c);
			else
				say_point(w, c);
		}
		if (v->kind == OBJECT)
			say(w, "']");
		char *p = make(w, w->len - from + 1);
		memcpy(p, w->text + from, w->len - from + 1);
		w->len = from;
		node_paths(w, v->child[i], p);
	}
}

static bool same(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->n != b->n)
		return false;
	if (a->kind == NUMBER)
		return a->number == b->number;
	if (a->kind == STRING)
		return string_cmp(a->string, b->string) == 0;
	for (uint32_t i = 0; i < a->n; i++) {
		uint32_t k = i;
		if (a->kind == OBJECT)
			for (k = 0; k < b->n && string_cmp(a->name[i], b->name[k]) != 0; k++)
				;
		if (k == b->n || !same(a->child[i], b->child[k]))
			return false;
	}
	return true;
}

static bool less(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == NUMBER ? a->number < b->number
				 : a->kind == STRING && string_cmp(a->string, b->string) < 0;
}

/* ---- Regular expressions: the set of places where a match can end, for each set of beginnings  */

struct regex {
	enum { LETTER, ANY, CLASS, BOTH, EITHER, REPEAT, EMPTY } kind;
	uint32_t point, lo, hi;
	bool not ;
	struct regex *a, *b;
};

static void say_regex_point(struct world *w, uint32_t c)
{
	if (c == '\\' || c == '\n')
		say(w, c == '\\' ? "\\\\" : "\\n");
	else
		say_point(w, c);
}

static struct regex *regex_make(struct world *w, uint32_t depth)
{
	struct regex *r = make(w, sizeof *r);

	r->kind = depth == 0 ? below(w, 3) : below(w, 7);
	r->point = alphabet[below(w, below(w, 3) ? 4 : 12)];
	switch (r->kind) {
	case LETTER: say_regex_point(w, r->point); break;
	case ANY: say(w, "."); break;
	case CLASS:
		r->not = below(w, 3) == 0;
		say(w, r->not ? "[^a-b" : "[a-b");
		say_regex_point(w, r->point);
		say(w, "]");
		break;
	case BOTH:
		r->a = regex_make(w, depth - 1);
		r->b = regex_make(w, depth - 1);
		break;
	case EITHER:
		say(w, "(");
		r->a = regex_make(w, depth - 1);
		say(w, "|");
		r->b = regex_make(w, depth - 1);
		say(w, ")");
		break;
	case REPEAT:
		say(w, "(");
		r->a = regex_make(w, depth - 1);
		say(w, ")");
		r->lo = below(w, 3);
		r->hi = below(w, 2) ? 100 : r->lo + below(w, 3);
		if (r->hi != 100)
			sayf(w, r->lo == r->hi ? "{%u}" : "{%u,%u}", (unsigned)r->lo,
				(unsigned)r->hi);
		else if (r->lo == 2)
			say(w, "{2,}");
		else
			say(w, r->lo == 0 ? "*" : "+");
		break;
	case EMPTY: say(w, "()"); break;
	}
	return r;
}

static uint32_t ends(const struct regex *r, struct string s, uint32_t from)
{
	uint32_t to = 0, all;

	switch (r->kind) {
	case LETTER:
	case ANY:
	case CLASS:
		for (uint32_t i = 0; i < s.n; i++) {
			uint32_t c = s.point[i];
			bool in = r->kind == LETTER ? c == r->point
				  : r->kind == ANY
					  ? c != '\n'
					  : (c == 'a' || c == 'b' || c == r->point) != r->not ;
			if ((from >> i & 1) && in)
				to |= 2u << i;
		}
		return to;
	case BOTH: return ends(r->b, s, ends(r->a, s, from));
	case EITHER: return ends(r->a, s, from) | ends(r->b, s, from);
	case REPEAT:
		all = r->lo == 0 ? from : 0;
		for (uint32_t i = 1; i <= r->hi; i++) {
			from = ends(r->a, s, from);
			if (i >= r->lo)
				all |= from;
		}
		return all;
	case EMPTY: return from;
	}
	return 0;
}
#endif
