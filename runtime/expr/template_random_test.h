#ifndef EXPR_TEMPLATE_RANDOM_TEST_H
#define EXPR_TEMPLATE_RANDOM_TEST_H
/*
 * Templates at random, or out of a fuzzer's bytes: most are in the language of their mode, some are
 * spoilt.
 */
#include "data_random_test.h"

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

/* Pieces one after another: texts of the table, values, blocks. */
static inline void put_pieces(struct template_text *t, struct chars *c, uint32_t depth,
	const char *const *texts, size_t ntexts, put_fn *body)
{
	uint32_t n = 1 + pick(t->r, 5);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t kind = pick(t->r, 8);
		if (kind < 4)
			putf(c, "%s", pick_text(t->r, texts, ntexts));
		else if (kind < 7 || depth == 0)
			put_hole(t->r, c);
		else
			put_block(t, c, depth, body, 0);
	}
}
#define PUT_PIECES(t, c, depth, texts, body) put_pieces(t, c, depth, texts, LENGTH(texts), body)

/* ---- URLs ---------------------------------------------------------------------------------- */

static inline void put_url_soup(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "a", "/", "/", "/b", ".", "..", "%2e", "%41", "?", "&",
		"=", "#", ":", "x-1", "@", "//", "http://h", "?q=", ";", "80" };

	PUT_PIECES(t, c, depth, texts, put_url_soup);
}

static inline void put_url_segment(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "a", "", ".", "..", "%2e", "x:1", "%41", "v1" };

	if (pick(t->r, 3) == 0)
		putf(c, "%s", PICK(t->r, texts));
	else
		PUT_PIECES(t, c, depth, texts, put_url_segment);
}

static inline void put_url_path(struct template_text *t, struct chars *c, uint32_t depth)
{
	for (uint32_t i = 0, n = pick(t->r, 4); i < n; i++) {
		uint32_t kind = pick(t->r, 4);
		if (kind == 3 && depth > 0) {
			put_block(t, c, depth, put_url_path, 0);
			continue;
		}
		putf(c, "%s", kind > 0 ? "/" : "");
		put_url_segment(t, c, depth > 0 ? depth - 1 : 0);
		putf(c, "%s", kind == 0 ? "/" : "");
	}
}

static inline void put_url_query(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "a", "&", "=", "/", "?", "+", "&x=" };

	PUT_PIECES(t, c, depth, texts, put_url_query);
}

static inline void put_url_end(struct template_text *t, struct chars *c, uint32_t depth)
{
	putf(c, "%s", pick(t->r, 4) == 3 ? "#" : "?");
	put_url_query(t, c, depth);
}

static inline void put_url(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const begins[] = { "/", "", "http://h", "s:", "//h:8", "//", "../" };

	if (pick(t->r, 4) == 3) {
		put_url_soup(t, c, depth);
		return;
	}
	putf(c, "%s", PICK(t->r, begins));
	put_url_path(t, c, depth);
	for (uint32_t kind = pick(t->r, 4); kind > 1; kind--) {
		if (kind == 3)
			put_block(t, c, depth, put_url_end, 0);
		else
			put_url_end(t, c, depth);
	}
}

/* ---- Shell --------------------------------------------------------------------------------- */

static inline void put_shell_soup(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { " ", "a", " ", "echo ", "\n", ";", " && ", "|", "&",
		"\"", "'", "$HOME", "${HOME}", "$", "\\\\", ">", "> ", "<", "2>", " -o ", "A=", "=",
		"#", " # ", "(", ")", "$(x y)", "`x`", "if ", "; then ", "; fi", "for i in ",
		"; do ", "; done", "{ ", "; }", "! ", "\\\n", "case ", " in ", ") ", ";;", "esac",
		"cat <<EOF\n$x\nEOF\n", "/", ":", "*", "~", "$((1+2))", "''", "1", "\t", "time ",
		"${x:-\"y\"}", "$1", "$@", ">&" };

	PUT_PIECES(t, c, depth, texts, put_shell_soup);
}

static inline void put_shell_double(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "a", " ", "'", "$HOME", "${x}", "$", "\\\\", "\\\"",
		"\n", "$(x \"y\")", "`x`", "$1", "#", ";" };

	PUT_PIECES(t, c, depth, texts, put_shell_double);
}

static inline void put_shell_single(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "a", " ", "\"", "$HOME", "$(x", "\\\\", "\n", "#",
		";" };

	PUT_PIECES(t, c, depth, texts, put_shell_single);
}

static inline void put_shell_parts(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "a", "-o", "/", ":", "$HOME", "${x}", "\\\\", "$", "~",
		"*", "=", "$(x \"y\")", "`x`", "$((1+2))", "1", "\\ ", "${x:-a}", "#", "\\\n" };

	PUT_PIECES(t, c, depth, texts, put_shell_parts);
}

static inline void put_shell_words(struct template_text *t, struct chars *c, uint32_t depth);

static inline void put_shell_word(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const struct {
		const char *begin;
		put_fn *body;
		const char *end;
	} kinds[] = { { "", put_shell_parts, "" }, { "\"", put_shell_double, "\"" },
		{ "'", put_shell_single, "'" }, { "", put_shell_parts, "" },
		{ "\"", put_shell_double, "\"" }, { "$(x ", put_shell_words, ")" },
		{ "${x:-", put_shell_parts, "}" }, { "`x ", put_shell_words, "`" },
		{ "$((1+", put_shell_parts, "))" } };

	for (uint32_t i = 0, n = 1 + pick(t->r, 2); i < n; i++) {
		uint32_t kind = pick(t->r, depth > 0 && pick(t->r, 4) == 3 ? LENGTH(kinds) : 5);
		putf(c, "%s", kinds[kind].begin);
		kinds[kind].body(t, c, depth > 0 ? depth - 1 : 0);
		putf(c, "%s", kinds[kind].end);
	}
}

static inline void put_shell_words(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const before[] = { " ", " ", " > ", " 2>", " <", " >&", " -x " };

	for (uint32_t i = 0, n = pick(t->r, 4); i < n; i++)
		if (depth > 0 && pick(t->r, 3) == 2) {
			put_block(t, c, depth, put_shell_words, 0);
		} else {
			putf(c, "%s", PICK(t->r, before));
			put_shell_word(t, c, depth > 0 ? depth - 1 : 0);
		}
}

static inline void put_shell(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const commands[] = { "echo", "./x", "\"$y\"", "$y", "curl -s", "sudo x",
		"A=1 x", "! x", "x", "set --", "" };
	static const char *const around[][2] = { { "if x; then ", "; fi" }, { "{ ", "; }" },
		{ "( ", ")" }, { "for i in", "; do x; done" }, { "while x; do ", "\ndone" },
		{ "case a in a) ", ";; esac" }, { "A=", "" }, { "cat <<E", "\n$x E\nE\n" } };
	static const char *const after[] = { ";", "\n", " && ", " | ", " &", " # x\n", "" };

	for (uint32_t i = 0, n = 1 + pick(t->r, 2); i < n; i++) {
		uint32_t wrap = pick(t->r, 3) == 2 ? pick(t->r, LENGTH(around)) : LENGTH(around);
		if (pick(t->r, 8) == 7) {
			put_shell_soup(t, c, depth);
			continue;
		}
		if (wrap < LENGTH(around))
			putf(c, "%s", around[wrap][0]);
		if (wrap != 3)
			putf(c, "%s", PICK(t->r, commands));
		if (depth > 0 && pick(t->r, 6) == 5)
			put_block(t, c, depth, put_shell, 0);
		put_shell_words(t, c, depth > 0 ? depth - 1 : 0);
		if (wrap < LENGTH(around))
			putf(c, "%s", around[wrap][1]);
		if (i + 1 < n || pick(t->r, 4) == 3)
			putf(c, "%s", PICK(t->r, after));
	}
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static inline void put_json_piece(struct template_text *t, struct chars *c, uint32_t depth)
{
	static const char *const texts[] = { "x", "\\n", "\\\"", " ", "\xc3\xa9", "\\u00e9",
		"\\ud83d\\ude00", "{", "'", "$", "\\ud83d{{a}}\\ude00", "\\u00{{a}}" };

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

static inline void insert(struct chars *c, uint32_t at, const char *text)
{
	uint32_t len = (uint32_t)strlen(text);

	if (len > sizeof c->at - 1 - c->len)
		return;
	memmove(c->at + at + len, c->at + at, c->len - at + 1);
	memcpy(c->at + at, text, len);
	c->len += len;
}

/* A byte less, or a byte or a value more, or a block around some. */
static inline void spoil(struct random *r, struct chars *c)
{
	static const char *const texts[] = { "{{a}}", "{{{b}}}", "{", "}", "[", "]", ",", ":", "\"",
		"\\\\", " ", "0", "a", "'", "/", ".", "%", "$", "#", "?", "&", "=", ";", "<", "|",
		"(", ")", "\n" };
	uint32_t at = pick(r, c->len + 1), kind = pick(r, 4), end;

	if (kind == 0 && at < c->len) {
		memmove(c->at + at, c->at + at + 1, c->len - at);
		c->len--;
	} else if (kind == 1) {
		end = at + pick(r, 8);
		insert(c, end < c->len ? end : c->len,
			pick(r, 2) == 0 ? "{{/if}}" : "{{else}}{{/if}}");
		insert(c, at, "{{#if a}}");
	} else {
		insert(c, at, PICK(r, texts));
	}
}

static inline void random_template(
	struct template_text *t, struct random *r, enum aeg_template_mode mode)
{
	t->r = r;
	t->mode = mode;
	for (uint32_t i = 0; i <= MOST_PARTIALS; i++) {
		struct chars *c = i == MOST_PARTIALS ? &t->main : &t->partial[i];
		uint32_t depth = i == MOST_PARTIALS ? 3 : 1;
		c->len = 0;
		c->at[0] = '\0';
		if (mode == AEG_MODE_JSON)
			put_json(t, c, depth + 1);
		else if (mode == AEG_MODE_URL)
			(i == MOST_PARTIALS ? put_url : put_url_path)(t, c, depth);
		else
			(i == MOST_PARTIALS ? put_shell : put_shell_words)(t, c, depth);
		for (uint32_t n = pick(r, 3); n > 1; n--)
			spoil(r, c);
	}
}

/* It may write the whole of the data. */
static inline int uses_this(const struct template_text *t)
{
	return strstr(t->main.at, "this") != NULL || strstr(t->partial[0].at, "this") != NULL ||
	       strstr(t->partial[1].at, "this") != NULL;
}
#endif
