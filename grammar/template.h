#ifndef GRAMMAR_TEMPLATE_H
#define GRAMMAR_TEMPLATE_H
/*
 * Handlebars templates: the only header that others see of this grammar. The parser makes nothing
 * itself: whoever uses it defines the functions below, which it calls as it understands the text.
 */
#include <stdint.h>

struct template_parse; /* the user's own */
struct tnode;          /* and what it makes: a statement, */
struct texpr;          /* a value, */
struct thash;          /* a value with a name */

struct template_token {
	const char *at;
	uint32_t len;
};

enum template_tag {
	TEMPLATE_OUTPUT,
	TEMPLATE_RAW_OUTPUT, /* {{{a}}}; to who makes nodes also {{&a}} */
	TEMPLATE_DECORATOR,  /* {{*a}} */
	TEMPLATE_BLOCK,      /* {{#a}}, {{#*a}} */
	TEMPLATE_INVERTED,   /* {{^a}} */
	TEMPLATE_CHAIN,      /* {{else a}} */
	TEMPLATE_ELSE,       /* {{else}} {{^}} */
	TEMPLATE_END,
	TEMPLATE_PARTIAL,
	TEMPLATE_PARTIAL_BLOCK,
	TEMPLATE_VERBATIM, /* {{{{a}}}} */
	TEMPLATE_COMMENT
};

/* Where the lexer is. Zero all but @at and @end. */
struct template_lexer {
	const char *at, *end;
	enum {
		TEMPLATE_IN_TEXT,
		TEMPLATE_IN_ESCAPED, /* text that begins with {{ */
		TEMPLATE_IN_TAG,
		TEMPLATE_IN_VERBATIM
	} mode;
	uint32_t nested;                  /* raw blocks within the one under way */
	enum template_tag kind;           /* of the tag under way, or the last one */
	struct template_token tag;        /* its first token; len 0: none is under way */
	struct template_token expression; /* in it, one that has operators */
	uint32_t parens;                  /* in it, that are open */
	uint32_t is_unclosed;             /* the tag, which may be an expression, has no end */
	int braces;                       /* may follow a tag: they are text */
};

/* Lists under way. */
struct template_body {
	struct tnode *first, *last;
};
struct template_args {
	struct texpr *first, *last;
	struct thash *first_named, *last_named;
};
/* What follows the first part of a block. */
struct template_inverse {
	struct template_token tag; /* len 0: nothing */
	struct tnode *first;
};
struct template_end {
	struct template_token tag;
	struct texpr *name;
};

/* The first byte that is NUL or not of UTF-8; NULL: there is none. */
const char *template_misfit(const char *text, const char *end);
/* Whether what is left of [at, end) begins with white space as Handlebars has it; its bytes. */
uint32_t template_space_len(const char *at, const char *end);
/* Parses all of @text, whose bytes all fit; false after the first template_error. @braces: what a
 * tag is closed with may be followed by closing braces, which are text. */
int template_parse_text(struct template_parse *p, const char *text, uint32_t len, int braces);

/* ---- Defined by the user ------------------------------------------------------------------- */

/* Only the first one counts. */
void template_error(struct template_parse *p, struct template_token at, const char *what);
int template_failed(const struct template_parse *p);
/* Of the block that is open; of none: the text ends too early at @at. */
void template_unclosed(struct template_parse *p, struct template_token at);

/* Statements. What is made may be NULL after an error, and is taken so. */
struct tnode *template_text(struct template_parse *p, struct template_token text);
/* @tag: all of it. Of a block: it is open from now on. */
struct tnode *template_tag(struct template_parse *p, enum template_tag kind,
	struct template_token tag, struct texpr *e, const struct template_args *args);
struct tnode *template_block_end(struct template_parse *p, struct tnode *block,
	const struct template_body *body, const struct template_inverse *inverse,
	const struct template_end *end);
/* @chain: {{else a}}, whose block ends where the one around it does. */
struct template_inverse template_chain_end(struct template_parse *p, struct tnode *chain,
	const struct template_body *body, const struct template_inverse *inverse);
struct tnode *template_verbatim_end(struct template_parse *p, struct tnode *block,
	const struct template_body *body, struct template_token end);
void template_append(struct template_body *body, struct tnode *n);
void template_root(struct template_parse *p, struct tnode *first);
/* One of `as |a b|`: of the tag whose template_tag comes next. */
void template_block_name(struct template_parse *p, struct template_token name);

/* Values. */
enum template_word { TEMPLATE_UNDEFINED, TEMPLATE_NULL, TEMPLATE_TRUE, TEMPLATE_FALSE };
struct texpr *template_word(
	struct template_parse *p, enum template_word w, struct template_token t);
struct texpr *template_number(struct template_parse *p, struct template_token t);
struct texpr *template_string(struct template_parse *p, struct template_token t);
/* A path's segments, in order, then the path. @path: all of it. */
void template_segment(struct template_parse *p, struct template_token name);
struct texpr *template_path(struct template_parse *p, struct template_token path);
struct texpr *template_call(
	struct template_parse *p, struct texpr *name, const struct template_args *args);
/* After `(` (template_deeper) until `)`. */
void template_deeper(struct template_parse *p, struct template_token at);
struct texpr *template_parens(struct template_parse *p, struct template_token all,
	struct texpr *name, const struct template_args *args);
/* Of the condition grammar; after a name: that one's parameter. */
struct texpr *template_expression(
	struct template_parse *p, struct template_token name, struct template_token text);
void template_param(struct template_args *args, struct texpr *e);
void template_named(struct template_parse *p, struct template_args *args,
	struct template_token name, struct texpr *e);

/* ---- Between the lexer and the parser alone ------------------------------------------------- */

/* A token's number; 0 at the end; below 0 after an error. */
int template_lex(struct template_parse *p, struct template_lexer *l, struct template_token *ret);
#endif
