#ifndef GRAMMAR_PATTERN_H
#define GRAMMAR_PATTERN_H
/* Tool patterns: `fs.read`, `fs.*`, `*`. The only header that others see of this grammar. */
#include <stdint.h>

#define PATTERN_MAX_NAME 128u /* bytes of a tool name */
#define PATTERN_GOOD     UINT32_MAX

struct pattern {
	uint32_t bad;  /* offset of the first byte that cannot stand there; PATTERN_GOOD: none */
	uint32_t name; /* bytes of the tool name: of `fs.read` all, of `fs.*` what stands before
			  `.*`, of `*` 0 */
	int star;      /* it ends in `*` */
};

struct pattern pattern_parse(const char *text, uint32_t len);

/* Between the lexer and the parser alone. */
struct pattern_token {
	const char *at;
	uint32_t len;
};
int pattern_lex(const char **at, const char *end, struct pattern_token *ret);
#endif
