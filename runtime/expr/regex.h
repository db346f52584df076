#ifndef EXPR_REGEX_H
#define EXPR_REGEX_H
/* What the two grammars of regular expressions share: the automaton being written. */
#include "aegis/expr.h"
#include "format/aeg_path.h"

struct regex {
	const uint8_t *at, *end;
	struct aegf_state *state;
	struct aegf_range *range_end; /* range i stands i + 1 before it */
	uint32_t nstates, nranges, depth;
	enum aeg_status status;
	void (*atom)(struct regex *c); /* the grammar's own; what comes next is none of `|)*+?` */
	int ecma;                      /* ECMA-262: lazy quantifiers, braces for themselves */
	const uint8_t *bad, *beyond;   /* where it is wrong; what is right, and no automaton's */
	const char *what, *what_beyond;
};

/* All of @pattern into @mem, a struct aegf_regex and what it has; @c is zero, but for ecma. */
enum aeg_status regex_compile(struct regex *c, struct aeg_str pattern,
	void (*atom)(struct regex *c), void *mem, size_t cap, size_t *ret_len);

void regex_fail(struct regex *c, enum aeg_status status);
void regex_put(struct regex *c, enum aegf_state_op op, uint32_t x, uint32_t y);
void regex_add_range(struct regex *c, uint32_t lo, uint32_t hi);
/* Of a mask of Unicode's general categories. */
void regex_add_categories(struct regex *c, uint32_t mask, int other);
/* A state for the ranges from @first on, which are made ascending and apart. */
void regex_put_class(struct regex *c, uint32_t first, int other);
int regex_peek(const struct regex *c);
int regex_eat(struct regex *c, int byte);
/* One code point; there is a byte. */
uint32_t regex_point(struct regex *c);
/* Up to the end, or a `)`. */
void regex_alternatives(struct regex *c);
#endif
