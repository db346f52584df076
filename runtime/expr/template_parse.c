/* Builds the tree of a template, as the parser understands the text. */
#include "template.h"

#include <string.h>

#include "grammar/template.h"
#include "template_tag.h"

struct template_parse {
	struct tcompile *t;
	uint32_t source;
	const char *text;
	struct tnode *root;
	/* What is open, from the outermost on: the blocks, and a text for each `(`. */
	struct opened {
		struct tnode *block;
		struct template_token at;
	} open[TEMPLATE_MAX_DEPTH];
	uint32_t depth;
	/* Of the path under way: its segments lie at the end of the memory, the last one first. */
	uint32_t nsegments;
	struct template_token names[2];
	uint32_t nnames;
};

/* ---- Places and errors --------------------------------------------------------------------- */

static struct text place(const struct template_parse *p, struct template_token at)
{
	return (struct text){ p->source, (uint32_t)(at.at - p->text), at.len };
}

static struct template_token token(const struct template_parse *p, struct text at)
{
	return (struct template_token){ p->text + at.at, at.len };
}

static struct aeg_str str(struct template_token t) { return (struct aeg_str){ t.at, t.len }; }

void template_error(struct template_parse *p, struct template_token at, const char *what)
{
	template_fail(p->t, AEG_CONTENT, place(p, at), what);
}

int template_failed(const struct template_parse *p) { return p->t->status != AEG_OK; }

/* A message in the caller's memory, under way. */
struct message {
	char *at;
	uint32_t len, cap;
};

static void say(struct message *m, const char *text, size_t len)
{
	if (len < m->cap - m->len) {
		memcpy(m->at + m->len, text, len);
		m->len += (uint32_t)len;
	}
}

static void say_text(struct message *m, const char *text) { say(m, text, strlen(text)); }

static void say_number(struct message *m, uint32_t n)
{
	char digits[10], *d = digits + sizeof digits;

	do
		*--d = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	say(m, d, (size_t)(digits + sizeof digits - d));
}

/* As it stands in the text, as much of it as belongs in one line. */
static void say_name(struct message *m, const char *name, uint32_t len)
{
	enum { MOST = 60 };
	uint32_t n = 0;

	while (n < len && n < MOST && (uint8_t)name[n] >= ' ')
		n++;
	while (n > 0 && n < len && ((uint8_t)name[n] & 0xc0) == 0x80) /* not within a character */
		n--;
	say(m, name, n);
	if (n < len)
		say_text(m, "...");
}

static int start_message(struct template_parse *p, struct message *m)
{
	enum { LONGEST = 320 };
	*m = (struct message){ template_node(p->t, LONGEST), 0, LONGEST };
	return m->at != NULL;
}

/* The name that a call was written with, or a partial. */
static const struct texpr *name_of(const struct texpr *e) { return e->a != NULL ? e->a : e; }

static int is_computed(const struct tnode *partial)
{
	return partial->kind == TNODE_PARTIAL && partial->expr->kind == TEXPR_CALL;
}

/* How what closes @block is written. */
static void say_end(struct template_parse *p, struct message *m, const struct tnode *block)
{
	struct text name = name_of(block->expr)->place;

	say_text(m, block->verbatim ? "`{{{{/" : "`{{/");
	if (is_computed(block)) /* Handlebars has no name to compare with */
		say_text(m, "undefined");
	else
		say_name(m, p->text + name.at, name.len);
	say_text(m, block->verbatim ? "}}}}`" : "}}`");
}

void template_unclosed(struct template_parse *p, struct template_token at)
{
	struct message m;

	if (p->depth == 0 || p->open[p->depth - 1].block == NULL)
		template_error(p, at, "the template ends too early");
	else if (start_message(p, &m)) {
		const struct tnode *block = p->open[p->depth - 1].block;
		say_text(&m, "this block is not closed: write ");
		say_end(p, &m, block);
		template_fail(p->t, AEG_CONTENT, block->place, m.at);
	}
}

/* @end closes what it does not name. */
static void mismatch(struct template_parse *p, struct template_token end, const struct tnode *block)
{
	uint32_t lines = 0;
	struct message m;

	if (!start_message(p, &m))
		return;
	for (const char *c = p->text + block->place.at; c < end.at; c++)
		lines += *c == '\n';
	say_text(&m, "this closes the block that is opened ");
	if (lines > 0)
		say_number(&m, lines);
	say_text(&m, lines == 0 ? "on the same line" : lines == 1 ? " line above" : " lines above");
	say_text(&m, ": write ");
	say_end(p, &m, block);
	template_error(p, end, m.at);
}

/* ---- Depth --------------------------------------------------------------------------------- */

static void enter(struct template_parse *p, struct tnode *block, struct template_token at)
{
	if (p->depth == TEMPLATE_MAX_DEPTH)
		template_error(p, at, "nested more than 64 deep");
	else
		p->open[p->depth++] = (struct opened){ block, at };
}

static void leave(struct template_parse *p)
{
	if (p->depth > 0)
		p->depth--;
}

void template_deeper(struct template_parse *p, struct template_token at) { enter(p, NULL, at); }

/* ---- Values -------------------------------------------------------------------------------- */

static struct texpr *expr(struct template_parse *p, enum texpr_kind kind, struct template_token at)
{
	struct texpr *e = template_node(p->t, sizeof *e);

	if (e != NULL) {
		e->kind = kind;
		e->place = place(p, at);
	}
	return e;
}

static struct texpr *literal(struct template_parse *p, enum texpr_kind kind,
	struct template_token at, struct aeg_str value)
{
	struct texpr *e = expr(p, kind, at);

	if (e != NULL)
		e->literal = e->written = value;
	return e;
}

struct texpr *template_word(struct template_parse *p, enum template_word w, struct template_token t)
{
	static const enum texpr_kind kinds[] = { TEXPR_UNDEFINED, TEXPR_NULL, TEXPR_TRUE,
		TEXPR_FALSE };
	return literal(p, kinds[w], t, str(t));
}

/* As JSON has it, and without digits that say nothing: -007.50 is -7.5. */
struct texpr *template_number(struct template_parse *p, struct template_token t)
{
	const char *from = t.at + (*t.at == '-'), *end = t.at + t.len, *point = from;
	struct aeg_str value;

	while (point < end && *point != '.')
		point++;
	while (point < end && (end[-1] == '0' || end[-1] == '.'))
		if (*--end == '.')
			break;
	while (from + 1 < point && *from == '0')
		from++;
	value = (struct aeg_str){ from, (uint32_t)(end - from) };
	if (*t.at == '-' && !(value.len == 1 && *from == '0')) {
		char *copy = template_node(p->t, value.len + 1);
		if (copy == NULL)
			return NULL;
		*copy = '-';
		memcpy(copy + 1, value.at, value.len);
		value = (struct aeg_str){ copy, value.len + 1 };
	}
	return literal(p, TEXPR_NUMBER, t, value);
}

/* @s without the backslashes before one of @plain. */
static struct aeg_str unescape(struct template_parse *p, struct aeg_str s, const char *plain)
{
	char *copy = NULL;
	uint32_t len = 0;

	copy = template_node(p->t, s.len);
	if (copy == NULL)
		return s;
	for (uint32_t i = 0; i < s.len; i++) {
		if (s.at[i] == '\\' && i + 1 < s.len && strchr(plain, s.at[i + 1]) != NULL)
			i++;
		copy[len++] = s.at[i];
	}
	return (struct aeg_str){ copy, len };
}

static struct aeg_str within(struct template_token t)
{
	return (struct aeg_str){ t.at + 1, t.len - 2 };
}

struct texpr *template_string(struct template_parse *p, struct template_token t)
{
	const char quote[] = { *t.at, 0 };

	return literal(p, TEXPR_STRING, t, unescape(p, within(t), quote));
}

static struct aeg_str unquote(struct template_parse *p, struct template_token name)
{
	return *name.at == '[' ? unescape(p, within(name), "\\]") : str(name);
}

/* ---- Paths --------------------------------------------------------------------------------- */

void template_segment(struct template_parse *p, struct template_token name)
{
	struct aeg_str *s = template_node(p->t, sizeof *s);

	if (s != NULL) {
		*s = str(name);
		p->nsegments++;
	}
}

static int is_word(struct aeg_str s, const char *word)
{
	return s.len == strlen(word) && memcmp(s.at, word, s.len) == 0;
}

static int is_context(struct aeg_str segment)
{
	return is_word(segment, "this") || is_word(segment, ".") || is_word(segment, "..");
}

static void reverse(struct aeg_str *s, uint32_t n)
{
	for (uint32_t i = 0; i < n / 2; i++) {
		struct aeg_str other = s[i];
		s[i] = s[n - 1 - i];
		s[n - 1 - i] = other;
	}
}

/* The path as it stands there, but without blanks and brackets. */
static struct aeg_str written(struct template_parse *p, struct template_token path,
	const struct aeg_str *segments, uint32_t n)
{
	uint32_t len = 0;
	char *copy;

	for (uint32_t i = 0; i < path.len; i++)
		if (path.at[i] == '[' || template_space_len(path.at + i, path.at + path.len) > 0)
			len = path.len;
	if (len == 0)
		return str(path);
	copy = template_node(p->t, len);
	if (copy == NULL)
		return str(path);
	len = 0;
	if (*path.at == '@')
		copy[len++] = '@';
	for (uint32_t i = 0; i < n; i++) {
		struct aeg_str name =
			unquote(p, (struct template_token){ segments[i].at, segments[i].len });
		memcpy(copy + len, name.at, name.len);
		len += name.len;
		if (i + 1 < n) {
			const char *c = segments[i].at + segments[i].len;
			while (*c != '/' && *c != '.')
				c++;
			copy[len++] = *c;
		}
	}
	return (struct aeg_str){ copy, len };
}

/* `..` and `this` at its beginning say where it begins; what follows are names. */
static void read_segments(struct template_parse *p, struct tpath *path)
{
	struct aeg_str *s = path->parts;
	uint32_t n = 0;

	for (uint32_t i = 0; i < path->nparts; i++) {
		struct template_token t = { s[i].at, s[i].len };
		if (!is_context(s[i])) {
			s[n++] = unquote(p, t);
			continue;
		}
		if (n > 0)
			template_error(p, t,
				*t.at == 't'
					? "`this` can only begin a path; a member of that name is `[this]`"
					: "a path can only begin with this, not go on with it");
		path->depth += t.len == 2;
		path->is_scoped = 1;
	}
	path->nparts = n;
}

struct texpr *template_path(struct template_parse *p, struct template_token t)
{
	struct aeg_str *segments = (struct aeg_str *)(void *)(p->t->mem + p->t->cap);
	uint32_t n = p->nsegments;
	struct texpr *e;

	p->nsegments = 0;
	e = expr(p, TEXPR_PATH, t);
	if (e == NULL)
		return NULL;
	reverse(segments, n);
	e->written = written(p, t, segments, n);
	e->path = (struct tpath){ *t.at == '@', 0, 0, n, segments };
	read_segments(p, &e->path);
	return e;
}

/* What a literal is where a name stands: a member of the context. */
static struct texpr *path_of_literal(struct template_parse *p, struct texpr *name)
{
	struct texpr *e = template_node(p->t, sizeof *e);
	struct aeg_str *part = template_node(p->t, sizeof *part);

	if (e == NULL || part == NULL)
		return NULL;
	*part = name->written;
	*e = (struct texpr){ .kind = TEXPR_PATH,
		.place = name->place,
		.written = name->written,
		.path = { .nparts = 1, .parts = part },
		.a = name };
	return e;
}

/* ---- Calls --------------------------------------------------------------------------------- */

void template_param(struct template_args *args, struct texpr *e)
{
	if (e == NULL)
		return;
	*(args->first == NULL ? &args->first : &args->last->next) = e;
	args->last = e;
}

void template_named(struct template_parse *p, struct template_args *args,
	struct template_token name, struct texpr *e)
{
	struct thash *h = template_node(p->t, sizeof *h);

	if (h == NULL || e == NULL)
		return;
	*h = (struct thash){ unquote(p, name), place(p, name), e, NULL };
	*(args->first_named == NULL ? &args->first_named : &args->last_named->next) = h;
	args->last_named = h;
}

/* From the beginning of @name to the end of the last of @args. */
static struct text call_place(const struct texpr *name, const struct template_args *args)
{
	struct text at = name->place;
	const struct texpr *last = args->last_named != NULL ? args->last_named->value : args->last;

	if (last != NULL)
		at.len = last->place.at + last->place.len - at.at;
	return at;
}

static struct texpr *call(struct template_parse *p, struct texpr *name,
	const struct template_args *args, struct text at)
{
	struct texpr *e = template_node(p->t, sizeof *e);
	struct texpr *called = name->kind == TEXPR_PATH ? name : path_of_literal(p, name);

	if (e == NULL || called == NULL)
		return NULL;
	*e = (struct texpr){ .kind = TEXPR_CALL,
		.place = at,
		.written = name->written,
		.path = called->path,
		.params = args->first,
		.hash = args->first_named,
		.a = name };
	return e;
}

struct texpr *template_call(
	struct template_parse *p, struct texpr *name, const struct template_args *args)
{
	if (name == NULL)
		return NULL;
	if (args->first != NULL || args->first_named != NULL)
		return call(p, name, args, call_place(name, args));
	return name->kind == TEXPR_PATH ? name : path_of_literal(p, name);
}

struct texpr *template_parens(struct template_parse *p, struct template_token all,
	struct texpr *name, const struct template_args *args)
{
	leave(p);
	return name == NULL ? NULL : call(p, name, args, place(p, all));
}

struct texpr *template_expression(
	struct template_parse *p, struct template_token name, struct template_token text)
{
	struct template_args args = { 0 };
	struct texpr *keyword, *e;

	if (name.len > 0)
		template_segment(p, name);
	keyword = name.len > 0 ? template_path(p, name) : NULL;
	if (template_failed(p))
		return NULL;
	e = condition_parse(p->t, p->source, place(p, text).at, str(text));
	if (e == NULL || keyword == NULL)
		return e;
	template_param(&args, e);
	return template_call(p, keyword, &args);
}

/* ---- Statements ---------------------------------------------------------------------------- */

static struct tnode *node(struct template_parse *p, enum tnode_kind kind, struct template_token at)
{
	struct tag *t = template_node(p->t, sizeof *t);

	if (t == NULL)
		return NULL;
	t->n.kind = kind;
	t->n.place = place(p, at);
	t->n.text = str(at);
	return &t->n;
}

struct tnode *template_text(struct template_parse *p, struct template_token text)
{
	return node(p, TNODE_TEXT, text);
}

void template_block_name(struct template_parse *p, struct template_token name)
{
	if (*name.at == '[')
		template_error(p, name, "what a block gives is called by a plain name");
	else if (p->nnames == 2)
		template_error(p, name,
			"a block gives two values at most: what it is at, and its index or key");
	else
		p->names[p->nnames++] = name;
}

static void take_names(struct template_parse *p, struct tnode *n)
{
	for (uint32_t i = 0; i < p->nnames; i++)
		n->params_of_block[i] = str(p->names[i]);
	n->nparams_of_block = p->nnames;
	p->nnames = 0;
}

static void partial_args(
	struct template_parse *p, struct tnode *n, const struct template_args *args)
{
	n->params = args->first;
	n->hash = args->first_named;
	if (n->params != NULL && n->params->next != NULL) {
		struct text at = n->params->next->place;
		template_error(p, token(p, at),
			"a partial takes one context; more is written `name=value`");
	}
}

static enum tnode_kind kind_of(
	struct template_token tag, enum template_tag kind, const struct texpr *e)
{
	switch (kind) {
	case TEMPLATE_OUTPUT:
	case TEMPLATE_RAW_OUTPUT: return TNODE_OUTPUT;
	case TEMPLATE_DECORATOR: return TNODE_DECORATOR;
	case TEMPLATE_PARTIAL:
	case TEMPLATE_PARTIAL_BLOCK: return TNODE_PARTIAL;
	case TEMPLATE_COMMENT:
	case TEMPLATE_ELSE:
	case TEMPLATE_END: return TNODE_COMMENT;
	case TEMPLATE_BLOCK:
	case TEMPLATE_INVERTED:
	case TEMPLATE_CHAIN:
	case TEMPLATE_VERBATIM: break;
	}
	if (tag.at[3] != '*' && (tag.at[3] != '#' || tag.at[4] != '*'))
		return TNODE_BLOCK;
	return is_word(name_of(e)->written, "inline") ? TNODE_INLINE : TNODE_DECORATOR;
}

struct tnode *template_tag(struct template_parse *p, enum template_tag kind,
	struct template_token tag, struct texpr *e, const struct template_args *args)
{
	struct tnode *n;

	if (e == NULL && kind != TEMPLATE_COMMENT)
		return NULL;
	n = node(p, kind_of(tag, kind, e), tag);
	if (n == NULL)
		return NULL;
	n->expr = e;
	n->raw = kind == TEMPLATE_RAW_OUTPUT;
	n->inverted = kind == TEMPLATE_INVERTED;
	n->verbatim = kind == TEMPLATE_VERBATIM;
	n->chained = kind == TEMPLATE_CHAIN;
	take_names(p, n);
	if (args != NULL)
		partial_args(p, n, args);
	if (kind == TEMPLATE_BLOCK || kind == TEMPLATE_INVERTED || kind == TEMPLATE_CHAIN ||
		kind == TEMPLATE_PARTIAL_BLOCK || kind == TEMPLATE_VERBATIM)
		enter(p, n, tag);
	return n;
}

void template_append(struct template_body *body, struct tnode *n)
{
	if (n == NULL)
		return;
	*(body->first == NULL ? &body->first : &body->last->next) = n;
	body->last = n;
}

void template_root(struct template_parse *p, struct tnode *first) { p->root = first; }

/* Names are compared as the values they are, so `{{#"a"}}` is closed by `{{/a}}`. */
static int same_name(const struct tnode *block, const struct texpr *end)
{
	const struct texpr *name = name_of(block->expr);
	enum texpr_kind kind = name->kind == TEXPR_STRING ? TEXPR_PATH : name->kind;

	if (is_computed(block))
		return end->kind == TEXPR_UNDEFINED;
	return kind == (end->kind == TEXPR_STRING ? TEXPR_PATH : end->kind) &&
	       name->written.len == end->written.len &&
	       memcmp(name->written.at, end->written.at, end->written.len) == 0;
}

static void fill(
	struct tnode *n, const struct template_body *body, const struct template_inverse *inverse)
{
	n->body = body->first;
	n->has_body = 1;
	if (inverse != NULL) {
		n->inverse = inverse->first;
		n->has_inverse = 1;
	}
	if (n->inverted) {
		struct tnode *first = n->body;
		n->body = n->inverse;
		n->has_body = n->has_inverse;
		n->inverse = first;
		n->has_inverse = 1;
	}
}

struct tnode *template_block_end(struct template_parse *p, struct tnode *block,
	const struct template_body *body, const struct template_inverse *inverse,
	const struct template_end *end)
{
	struct tag *t = (struct tag *)block;

	if (block == NULL || end->name == NULL)
		return NULL;
	if (!same_name(block, end->name))
		mismatch(p, end->tag, block);
	if (inverse != NULL && block->kind != TNODE_BLOCK)
		template_error(p, inverse->tag, "a decorator has no `{{else}}`");
	leave(p);
	fill(block, body, inverse);
	t->end_tag = place(p, end->tag);
	if (inverse != NULL)
		t->inverse_tag = place(p, inverse->tag);
	if (inverse != NULL && inverse->first != NULL && inverse->first->chained)
		((struct tag *)inverse->first)->end_tag = t->end_tag;
	return block;
}

struct template_inverse template_chain_end(struct template_parse *p, struct tnode *chain,
	const struct template_body *body, const struct template_inverse *inverse)
{
	struct tag *t = (struct tag *)chain;

	if (chain == NULL)
		return (struct template_inverse){ 0 };
	leave(p);
	fill(chain, body, inverse);
	/* Unless it is the first one of its chain, whose end_tag is the block's. */
	t->end_tag = chain->place;
	if (inverse != NULL)
		t->inverse_tag = place(p, inverse->tag);
	return (struct template_inverse){ token(p, chain->place), chain };
}

struct tnode *template_verbatim_end(struct template_parse *p, struct tnode *block,
	const struct template_body *body, struct template_token end)
{
	struct template_token name = { end.at + 5, end.len - 9 };
	struct texpr closes = { .kind = TEXPR_PATH, .written = str(name) };

	if (block == NULL)
		return NULL;
	if (!same_name(block, &closes))
		mismatch(p, end, block);
	leave(p);
	fill(block, body, NULL);
	((struct tag *)block)->end_tag = place(p, end);
	return block;
}

/* ---- All of it ----------------------------------------------------------------------------- */

struct tnode *template_read(struct tcompile *t, uint32_t source, struct aeg_str text)
{
	enum { LONGEST = 1 << 20 };
	struct template_parse p = { .t = t, .source = source, .text = text.at };
	const char *bad;

	if (text.len > LONGEST) {
		template_fail(t, AEG_TOO_LARGE, (struct text){ source, 0, 0 },
			"the template is longer than 1 MiB");
		return NULL;
	}
	bad = template_misfit(text.at, text.at + text.len);
	if (bad != NULL) {
		template_error(&p, (struct template_token){ bad, 1 },
			*bad == 0 ? "a template cannot have this character" : "not UTF-8");
		return NULL;
	}
	return template_parse_text(&p, text.at, text.len) ? p.root : NULL;
}

struct tnode *template_parse(struct tcompile *t, uint32_t source, struct aeg_str text)
{
	struct tnode *first = template_read(t, source, text);

	if (first != NULL)
		template_space(t, text, first);
	return template_sweep(first);
}
