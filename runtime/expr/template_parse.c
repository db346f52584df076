/* Builds the statements of a template, as the parser understands the text. */
#include "template_build.h"

/* ---- Errors -------------------------------------------------------------------------------- */

void template_error(struct template_parse *p, struct template_token at, const char *what)
{
	template_fail(p->t, AEG_CONTENT, build_place(p, at), what);
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

static int is_computed(const struct tnode *partial)
{
	return partial->kind == TNODE_PARTIAL && partial->expr->kind == TEXPR_CALL;
}

/* How what closes @block is written. */
static void say_end(struct template_parse *p, struct message *m, const struct tnode *block)
{
	struct text name = build_name(block->expr)->place;

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

	if (p->depth == 0 || p->open[p->depth - 1] == NULL)
		template_error(p, at, "the template ends too early");
	else if (start_message(p, &m)) {
		const struct tnode *block = p->open[p->depth - 1];
		say_text(&m, "this block is not closed: write ");
		say_end(p, &m, block);
		template_fail(p->t, AEG_CONTENT, block->place, m.at);
	}
}

/* @end closes what it does not name. Not the line that this began on: the text may be a folded one,
 * of a file with other lines. */
static void mismatch(struct template_parse *p, struct template_token end, const struct tnode *block)
{
	struct message m;

	if (!start_message(p, &m))
		return;
	say_text(&m, "this closes `");
	say_name(&m, p->text + block->place.at, block->place.len);
	say_text(&m, "`: write ");
	say_end(p, &m, block);
	template_error(p, end, m.at);
}

/* ---- Depth --------------------------------------------------------------------------------- */

void build_enter(struct template_parse *p, struct tnode *block, struct template_token at)
{
	if (p->depth == TEMPLATE_MAX_DEPTH)
		template_error(p, at, "nested more than 64 deep");
	else
		p->open[p->depth++] = block;
}

void build_leave(struct template_parse *p)
{
	if (p->depth > 0)
		p->depth--;
}

void template_deeper(struct template_parse *p, struct template_token at)
{
	build_enter(p, NULL, at);
}

/* ---- Statements ---------------------------------------------------------------------------- */

static struct tnode *node(struct template_parse *p, enum tnode_kind kind, struct template_token at)
{
	struct tag *t = template_node(p->t, sizeof *t);

	if (t == NULL)
		return NULL;
	t->n.kind = kind;
	t->n.place = build_place(p, at);
	t->n.text = build_str(at);
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
		n->params_of_block[i] = build_str(p->names[i]);
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
		template_error(p, build_token(p, at),
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
	return build_is_word(build_name(e)->written, "inline") ? TNODE_INLINE : TNODE_DECORATOR;
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
		build_enter(p, n, tag);
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
	const struct texpr *name = build_name(block->expr);
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
	struct tnode *second = inverse == NULL ? NULL : inverse->first;

	n->has_body = !n->inverted || inverse != NULL;
	n->has_inverse = n->inverted || inverse != NULL;
	n->body = n->inverted ? second : body->first;
	n->inverse = n->inverted ? body->first : second;
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
	build_leave(p);
	fill(block, body, inverse);
	t->end_tag = build_place(p, end->tag);
	if (inverse != NULL)
		t->inverse_tag = build_place(p, inverse->tag);
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
	build_leave(p);
	fill(chain, body, inverse);
	/* Unless it is the first one of its chain, whose end_tag is the block's. */
	t->end_tag = chain->place;
	if (inverse != NULL)
		t->inverse_tag = build_place(p, inverse->tag);
	return (struct template_inverse){ build_token(p, chain->place), chain };
}

struct tnode *template_verbatim_end(struct template_parse *p, struct tnode *block,
	const struct template_body *body, struct template_token end)
{
	struct template_token name = { end.at + 5, end.len - 9 };
	struct texpr closes = { .kind = TEXPR_PATH, .written = build_str(name) };

	if (block == NULL)
		return NULL;
	if (!same_name(block, &closes))
		mismatch(p, end, block);
	build_leave(p);
	fill(block, body, NULL);
	((struct tag *)block)->end_tag = build_place(p, end);
	return block;
}

/* ---- All of it ----------------------------------------------------------------------------- */

struct tnode *template_read(struct tcompile *t, uint32_t source, struct aeg_str text)
{
	enum { LONGEST = 1 << 20 };
	struct template_parse p = { .t = t, .source = source, .text = text.at };
	const char *bad;

	if (text.len == 0)
		return NULL;
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
	return template_parse_text(&p, text.at, text.len,
		       t->options != NULL && t->options->mode == AEG_MODE_JSON)
		       ? p.root
		       : NULL;
}

struct tnode *template_parse(struct tcompile *t, uint32_t source, struct aeg_str text)
{
	struct tnode *first = template_read(t, source, text);

	if (first != NULL)
		template_space(t, text, first);
	return template_sweep(first);
}
