#ifndef GRAMMAR_JSONPATH_H
#define GRAMMAR_JSONPATH_H
/*
 * JSONPath, RFC 9535: the only header that others see of this grammar. The parser makes nothing
 * itself: whoever uses it defines the functions below, which it calls as it understands the text.
 */
#include <stdint.h>

struct jsonpath; /* the user's own */

struct jsonpath_token {
	const char *at;
	uint32_t len;
};

/* What an operand of an expression is, and where it stands in the text and in what was made. */
struct jsonpath_operand {
	enum jsonpath_kind {
		JSONPATH_LITERAL,
		JSONPATH_NODES,   /* a query */
		JSONPATH_VALUE,   /* a function's value */
		JSONPATH_LOGICAL, /* a function's, or anything that is true or false by itself */
	} kind;
	uint32_t singular; /* of a query: it selects at most one node */
	uint32_t code;     /* where what was made begins */
	struct jsonpath_token text;
};

/* A list under way: of selectors, or of a function's arguments. */
struct jsonpath_list {
	uint32_t code, last, n; /* where the list and its last element begin; how many there are */
	uint32_t patch;         /* a jump to where the list ends, not yet filled in; 0: none */
	uint32_t singular;
	const char *text; /* of a segment: where it begins */
};

struct jsonpath_call {
	struct jsonpath_token name;
	uint32_t function, n; /* arguments so far */
	struct jsonpath_operand first, second;
};

/* Parses all of @text; false after the first jsonpath_error. */
int jsonpath_parse(struct jsonpath *p, const char *text, uint32_t len);

enum jsonpath_compare {
	JSONPATH_EQ,
	JSONPATH_NE,
	JSONPATH_LT,
	JSONPATH_LE,
	JSONPATH_GT,
	JSONPATH_GE
};
enum jsonpath_word { JSONPATH_NULL, JSONPATH_FALSE, JSONPATH_TRUE };

/* ---- Defined by the user ------------------------------------------------------------------- */

/* Only the first one counts. @at: where in the text. */
void jsonpath_error(struct jsonpath *p, const char *at, const char *what);
int jsonpath_failed(const struct jsonpath *p);

uint32_t jsonpath_here(const struct jsonpath *p);
/* Selectors; a name is a shorthand's, or quoted. */
void jsonpath_descend(struct jsonpath *p);
void jsonpath_children(struct jsonpath *p);
void jsonpath_name(struct jsonpath *p, struct jsonpath_token name);
void jsonpath_index(struct jsonpath *p, struct jsonpath_token integer);
/* A missing number has len 0. */
void jsonpath_slice(struct jsonpath *p, struct jsonpath_token start, struct jsonpath_token end,
	struct jsonpath_token step);
void jsonpath_filter(struct jsonpath *p, struct jsonpath_token at);
void jsonpath_filter_end(struct jsonpath *p, uint32_t code, struct jsonpath_operand test);
void jsonpath_selector(struct jsonpath *p, struct jsonpath_list *l, uint32_t code);
void jsonpath_selectors_end(struct jsonpath *p, struct jsonpath_list *l);
/* A segment of the path itself, from @code on, written at @text. */
void jsonpath_segment(struct jsonpath *p, uint32_t code, const char *text);
/* Expressions. */
uint32_t jsonpath_query(struct jsonpath *p, struct jsonpath_token origin);
void jsonpath_query_end(struct jsonpath *p, uint32_t code);
void jsonpath_literal_word(struct jsonpath *p, enum jsonpath_word w);
void jsonpath_literal_number(struct jsonpath *p, struct jsonpath_token number);
void jsonpath_literal_string(struct jsonpath *p, struct jsonpath_token string);
/* Makes a query with a truth value of its own, or says why there is none. */
void jsonpath_test(struct jsonpath *p, struct jsonpath_operand *o);
void jsonpath_compare(struct jsonpath *p, struct jsonpath_operand *a, enum jsonpath_compare op,
	struct jsonpath_operand *b);
void jsonpath_not(struct jsonpath *p);
/* After the first operand of && (@is_or 0) or ||: where the jump to be filled in stands. */
uint32_t jsonpath_shortcut(struct jsonpath *p, int is_or);
void jsonpath_shortcut_end(struct jsonpath *p, uint32_t code);
/* Of && alone, before its end: what was made from @first and from @second on, the latter at @text.
 */
void jsonpath_both(struct jsonpath *p, uint32_t first, struct jsonpath_operand second);
void jsonpath_call(struct jsonpath *p, struct jsonpath_call *c, struct jsonpath_token name);
void jsonpath_argument(
	struct jsonpath *p, struct jsonpath_call *c, struct jsonpath_operand *argument);
struct jsonpath_operand jsonpath_call_end(struct jsonpath *p, struct jsonpath_call *c);
/* One more thing inside another, opened at @at; and out of it. */
void jsonpath_deeper(struct jsonpath *p, const char *at);
void jsonpath_higher(struct jsonpath *p);

/* ---- The value of a quoted string, piece by piece ------------------------------------------- */

enum jsonpath_piece {
	JSONPATH_PIECE_BAD = -1, /* @ret is the bytes that cannot stand there */
	JSONPATH_PIECE_END = 0,  /* the closing quote */
	JSONPATH_PIECE_TEXT,     /* as it stands */
	JSONPATH_PIECE_ESCAPE,   /* a backslash and a letter */
	JSONPATH_PIECE_UNIT,     /* \uXXXX, or two of them */
};
/* @quote: ' or ". */
enum jsonpath_piece jsonpath_string_piece(
	const char **at, const char *end, char quote, struct jsonpath_token *ret);

/* Between the lexer and the parser alone: a token's number; 0 at the end; below 0 after an error.
 */
int jsonpath_lex(struct jsonpath *p, const char **at, const char *end, struct jsonpath_token *ret);
#endif
