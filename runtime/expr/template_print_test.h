#ifndef EXPR_TEMPLATE_PRINT_TEST_H
#define EXPR_TEMPLATE_PRINT_TEST_H
/* For tests: a tree in words, as Handlebars prints its own. */
#include <string.h>

#include "template_tag.h"

struct print {
	char *out;
	size_t len, cap;
	uint32_t depth;
};

static void put(struct print *p, const char *text, size_t len)
{
	if (len > p->cap - p->len)
		len = p->cap - p->len;
	memcpy(p->out + p->len, text, len);
	p->len += len;
}

static void put_text(struct print *p, const char *text) { put(p, text, strlen(text)); }
static void put_str(struct print *p, struct aeg_str s)
{
	if (s.len > 0)
		put(p, s.at, s.len);
}

static void put_indent(struct print *p)
{
	for (uint32_t i = 0; i < p->depth; i++)
		put_text(p, "  ");
}

static void put_line(struct print *p, const char *text)
{
	put_indent(p);
	put_text(p, text);
	put_text(p, "\n");
}

static void print_expr(struct print *p, const struct texpr *e);

static void print_args(
	struct print *p, const struct texpr *params, const struct thash *hash, const char *more)
{
	for (; params != NULL; params = params->next) {
		print_expr(p, params);
		put_text(p, params->next == NULL ? "" : ", ");
	}
	put_text(p, more);
	if (hash == NULL)
		return;
	put_text(p, " HASH{");
	for (; hash != NULL; hash = hash->next) {
		put_str(p, hash->key);
		put_text(p, "=");
		print_expr(p, hash->value);
		put_text(p, hash->next == NULL ? "}" : ", ");
	}
}

static void print_literal(struct print *p, const char *before, struct aeg_str s, const char *after)
{
	put_text(p, before);
	put_str(p, s);
	put_text(p, after);
}

static void print_path(struct print *p, const struct texpr *e)
{
	put_text(p, e->path.is_data ? "@PATH:" : "PATH:");
	for (uint32_t i = 0; i < e->path.nparts; i++) {
		put_text(p, i == 0 ? "" : "/");
		put_str(p, e->path.parts[i]);
	}
}

/* A call, or what is one where a statement has it. */
static void print_call(struct print *p, const struct texpr *e)
{
	if (e->a != NULL && (e->kind == TEXPR_CALL || e->kind == TEXPR_PATH))
		print_expr(p, e->a); /* the name as it was written */
	else if (e->kind == TEXPR_CALL)
		print_path(p, e);
	else
		print_expr(p, e);
	put_text(p, " [");
	print_args(p, e->params, e->hash, "]");
}

static void print_expr(struct print *p, const struct texpr *e)
{
	switch (e->kind) {
	case TEXPR_UNDEFINED: put_text(p, "UNDEFINED"); break;
	case TEXPR_NULL: put_text(p, "NULL"); break;
	case TEXPR_FALSE:
	case TEXPR_TRUE: print_literal(p, "BOOLEAN{", e->literal, "}"); break;
	case TEXPR_NUMBER: print_literal(p, "NUMBER{", e->literal, "}"); break;
	case TEXPR_STRING: print_literal(p, "\"", e->literal, "\""); break;
	case TEXPR_PATH: print_path(p, e); break;
	case TEXPR_CALL: print_call(p, e); break;
	case TEXPR_AND:
	case TEXPR_OR:
	case TEXPR_OPERATOR: put_text(p, "EXPRESSION"); break;
	}
}

static void print_nodes(struct print *p, const struct tnode *n);

static void print_body(
	struct print *p, const struct tnode *n, const struct tnode *body, uint32_t named)
{
	p->depth++;
	if (named && n->nparams_of_block > 0) {
		put_indent(p);
		put_text(p, "BLOCK PARAMS: [");
		for (uint32_t i = 0; i < n->nparams_of_block; i++)
			print_literal(p, " ", n->params_of_block[i], "");
		put_text(p, " ]\n");
	}
	print_nodes(p, body);
	p->depth--;
}

static void print_block(struct print *p, const struct tnode *n)
{
	put_line(p, n->kind == TNODE_BLOCK ? "BLOCK:" : "DIRECTIVE BLOCK:");
	p->depth++;
	put_indent(p);
	print_call(p, n->expr);
	put_text(p, "\n");
	if (n->has_body) {
		put_line(p, "PROGRAM:");
		print_body(p, n, n->body, !n->inverted);
	}
	if (n->has_inverse) {
		put_line(p, "{{^}}");
		print_body(p, n, n->inverse, n->inverted);
	}
	p->depth--;
}

static void print_partial(struct print *p, const struct tnode *n)
{
	put_indent(p);
	print_literal(p, n->has_body ? "{{> PARTIAL BLOCK:" : "{{> PARTIAL:",
		n->expr->kind == TEXPR_CALL ? (struct aeg_str){ "undefined", 9 } : n->expr->written,
		"");
	put_text(p, n->params == NULL ? "" : " ");
	print_args(p, n->params, n->hash, "");
	if (n->has_body) {
		put_text(p, " PROGRAM:\n");
		print_body(p, n, n->body, 1);
		put_indent(p);
	}
	put_text(p, " }}\n");
}

/* Without braces, exclamation mark and dashes. */
static void print_comment(struct print *p, const struct tnode *n)
{
	struct aeg_str s = { n->text.at + 2, n->text.len - 4 };
	uint32_t dashes;

	s.at += *s.at == '~';
	s.len = (uint32_t)(n->text.at + n->text.len - 2 - s.at);
	s.len -= s.at[s.len - 1] == '~';
	for (dashes = 0, s.at++, s.len--; dashes < 2 && s.len > 0 && *s.at == '-';
		dashes++, s.len--)
		s.at++;
	for (dashes = 0; dashes < 2 && s.len > 0 && s.at[s.len - 1] == '-'; dashes++)
		s.len--;
	put_indent(p);
	print_literal(p, "{{! '", s, "' }}\n");
}

static void print_nodes(struct print *p, const struct tnode *n)
{
	for (; n != NULL; n = n->next) {
		switch (n->kind) {
		case TNODE_TEXT:
			put_indent(p);
			print_literal(p, "CONTENT[ '", n->text, "' ]\n");
			break;
		case TNODE_OUTPUT:
			put_indent(p);
			put_text(p, "{{ ");
			print_call(p, n->expr);
			put_text(p, " }}\n");
			break;
		case TNODE_BLOCK:
		case TNODE_INLINE: print_block(p, n); break;
		case TNODE_DECORATOR:
			if (n->has_body) {
				print_block(p, n);
				break;
			}
			put_indent(p);
			put_text(p, "{{ DIRECTIVE ");
			print_call(p, n->expr);
			put_text(p, " }}\n");
			break;
		case TNODE_PARTIAL: print_partial(p, n); break;
		case TNODE_COMMENT: print_comment(p, n); break;
		}
	}
}
#endif
