#ifndef EXPR_TEMPLATE_H
#define EXPR_TEMPLATE_H
/*
 * A template, parsed: what grammar and whitespace control leave, and lowering reads. Nodes lie at
 * the end of the caller's memory, growing downward, while code grows from its front.
 */
#include "aegis/expr.h"
#include "format/aeg_template.h"

struct text { /* where in which text: of struct aeg_template_error */
	uint32_t source, at, len;
};

enum texpr_kind {
	TEXPR_UNDEFINED,
	TEXPR_NULL,
	TEXPR_FALSE,
	TEXPR_TRUE,
	TEXPR_NUMBER, /* @literal as JSON writes it */
	TEXPR_STRING, /* @literal: its value */
	TEXPR_PATH,
	TEXPR_CALL, /* a helper by name, or an unknown one, or a path with parameters */
	TEXPR_AND,  /* && and ||: a and b, evaluated from left to right as far as needed */
	TEXPR_OR,
	TEXPR_OPERATOR /* @helper of a (and b) */
};

struct texpr {
	enum texpr_kind kind;
	struct text place;
	struct aeg_str written; /* a path as in the text, but unquoted; of a literal its value: a
				   partial's name is taken from it */
	struct aeg_str literal;
	struct tpath {
		uint32_t is_data;   /* begins with @ */
		uint32_t is_scoped; /* begins with this, . or ..: never a helper */
		uint32_t depth;     /* how many ../ */
		uint32_t nparts;
		struct aeg_str *parts; /* unquoted: `[a b]` is `a b` */
	} path;                        /* of PATH, and of CALL: what is called */
	struct texpr *params;          /* of CALL, by @next */
	struct thash *hash;
	enum aegf_helper helper;
	struct texpr *a, *b; /* of a CALL, and of a PATH that a literal stands for: @a is the name
				as it was written */
	struct texpr *next;
};
struct thash {
	struct aeg_str key;
	struct text place;
	struct texpr *value;
	struct thash *next;
};

enum tnode_kind {
	TNODE_TEXT,
	TNODE_OUTPUT,
	TNODE_BLOCK,
	TNODE_PARTIAL,   /* with or without a block */
	TNODE_INLINE,    /* {{#*inline "name"}}: @expr is the CALL of it, its params the name */
	TNODE_DECORATOR, /* any other: compiles to an error */
	TNODE_COMMENT    /* none left after whitespace control */
};
/* One statement. */
struct tnode {
	enum tnode_kind kind;
	struct text place; /* the whole tag; of TEXT the text */
	struct tnode *next;
	struct aeg_str text;  /* of TEXT, whitespace control done */
	struct texpr *expr;   /* what is printed; a block's CALL or PATH (a literal that stands for
				 a name is a PATH of one part, an expression after `if` its one
				 parameter); a partial's name (PATH with @written, a literal with
				 @written, or a CALL in parentheses) */
	struct texpr *params; /* of a partial: its context; more than one is an error already */
	struct thash *hash;   /* of a partial */
	uint32_t raw;         /* of OUTPUT: {{{ }}} or {{& }} */
	uint32_t inverted;    /* of BLOCK: {{^ }} */
	uint32_t verbatim;    /* of BLOCK: {{{{ }}}}, whose body is one text */
	uint32_t chained;     /* of BLOCK: it stands for `else if ...` */
	uint32_t has_body, has_inverse;    /* of PARTIAL and BLOCK */
	struct tnode *body, *inverse;      /* of {{^a}}: what it begins with is @inverse */
	struct aeg_str params_of_block[2]; /* as |a b| */
	uint32_t nparams_of_block;
	struct aeg_str indent; /* of a partial alone on its line: what stands before it */
};

/* ---- Shared by the files that compile a template ------------------------------------------- */

struct tcompile {
	uint8_t *mem;
	size_t at, cap; /* code: [0, at); nodes: [cap, ...) */
	const struct aeg_template_options *options;
	enum aeg_status status; /* AEG_OK until something is wrong */
	struct aeg_template_error error;
};

/* Zeroed, aligned to 8, or NULL when there is no room: then the status is set. */
void *template_node(struct tcompile *t, size_t size);
/* The first counts. */
void template_fail(struct tcompile *t, enum aeg_status status, struct text at, const char *what);

/* The statements of @source's text, whitespace control done; NULL also of an empty text: look at
 * the status. Blocks nest at most TEMPLATE_MAX_DEPTH deep, expressions too. */
#define TEMPLATE_MAX_DEPTH 64u
struct tnode *template_parse(struct tcompile *t, uint32_t source, struct aeg_str text);

/* The expression in @text, which stands at @at in @source: conditions.c. */
struct texpr *condition_parse(
	struct tcompile *t, uint32_t source, uint32_t at, struct aeg_str text);
#endif
