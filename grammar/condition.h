#ifndef GRAMMAR_CONDITION_H
#define GRAMMAR_CONDITION_H
/*
 * Expressions over JSON, as conditions and templates have them: the only header that others see of
 * this grammar. The parser makes nothing itself: whoever uses it defines the functions below, which
 * it calls as it understands the text.
 */
#include <stdint.h>

struct condition_token {
	const char *at;
	uint32_t len;
};

struct texpr; /* the user's own */
/* One text being parsed. */
struct condition {
	void *user;
	const char *end;               /* of the text */
	struct condition_token before; /* the token before the one under way */
	struct texpr *result;
	int failed;
};
/* What an operand has become. */
struct condition_operand {
	struct texpr *expr;
	struct texpr *last;  /* of && and || the innermost on the right; of a call the last value */
	const char *at;      /* in the text, with the parentheses around it */
	uint32_t len, depth; /* how many things are in one another there */
};

/* Parses all of @text; false after the first condition_error. */
int condition_parse_text(struct condition *c, const char *text, uint32_t len);

enum condition_literal {
	CONDITION_UNDEFINED,
	CONDITION_NULL,
	CONDITION_FALSE,
	CONDITION_TRUE,
	CONDITION_NUMBER,
	CONDITION_STRING /* with its quotes */
};
enum condition_operator {
	CONDITION_EQ,
	CONDITION_NE,
	CONDITION_LT,
	CONDITION_LE,
	CONDITION_GT,
	CONDITION_GE,
	CONDITION_ADD,
	CONDITION_SUBTRACT,
	CONDITION_MULTIPLY,
	CONDITION_DIVIDE,
	CONDITION_REMAINDER,
	CONDITION_NEGATE,
	CONDITION_NOT
};
struct condition_sign {
	enum condition_operator op;
	struct condition_token token;
};

/* ---- Defined by the user ------------------------------------------------------------------- */

/* Sets @failed; only the first one counts. */
void condition_error(struct condition *c, struct condition_token at, const char *what);
/* An operand, made in place. */
void condition_literal(struct condition *c, struct condition_operand *ret,
	enum condition_literal kind, struct condition_token t);
void condition_path(
	struct condition *c, struct condition_operand *ret, struct condition_token path);
void condition_unary(struct condition *c, struct condition_operand *a, enum condition_operator op,
	struct condition_token at);
void condition_binary(struct condition *c, struct condition_operand *a, enum condition_operator op,
	const struct condition_operand *b);
void condition_logic(struct condition *c, struct condition_operand *a, int is_or,
	const struct condition_operand *b);
/* @a from one parenthesis to the other. */
void condition_group(struct condition *c, struct condition_operand *a, struct condition_token left,
	struct condition_token right);
/* A call of what @path names, then its values. */
void condition_call(
	struct condition *c, struct condition_operand *ret, struct condition_token path);
void condition_value(
	struct condition *c, struct condition_operand *call, const struct condition_operand *value);
void condition_call_end(struct condition *c, struct condition_operand *call);

/* ---- The parts of a path, one after another ------------------------------------------------ */

enum condition_part {
	CONDITION_PART_END = 0,
	CONDITION_PART_DATA,   /* @ */
	CONDITION_PART_UP,     /* `..` */
	CONDITION_PART_THIS,   /* `this` or `.` */
	CONDITION_PART_NAME,   /* @ret is the name, or what is between brackets */
	CONDITION_PART_STRING, /* with its quotes */
};
enum condition_part condition_path_part(
	const char **at, const char *end, struct condition_token *ret);

/* Between the lexer and the parser alone: a token's number; 0 at the end; below 0 after an error.
 */
int condition_lex(struct condition *c, const char **at, struct condition_token *ret);
#endif
