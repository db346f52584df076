#ifndef EXPR_CODE_H
#define EXPR_CODE_H
/* What the files that make programs share: ops being written, and the first thing wrong. */
#include "aegis/expr.h"
#include "format/aeg_path.h"
#include "grammar/jsonpath.h"

/* Before each segment of a path itself, until paths are brought together: this byte, and the length
 * of the segment's ops. */
#define CODE_SEGMENT 0xff
enum { CODE_JUMP_SIZE = 5 };

struct jsonpath {
	uint8_t *code;
	size_t at, cap;
	const char *text; /* of the path under way */
	uint32_t len;
	enum aeg_status status;
	struct aeg_path_error error;
	const struct aeg_path_options *options;
	uint32_t path, depth;
	uint32_t place; /* for the schema: where the path is */
};

/* Room for @n more bytes, or NULL. */
uint8_t *code_take(struct jsonpath *p, size_t n);
/* Bytes [at, at + n) before what stands there; NULL: no room. */
uint8_t *code_insert(struct jsonpath *p, uint32_t at, size_t n);
void code_op(struct jsonpath *p, enum aegf_op op);
void code_le32(struct jsonpath *p, uint32_t v);
void code_le64(struct jsonpath *p, int64_t v);
/* Lets the jump whose op is at @op and whose operand is at @operand go on at what comes next. */
void code_land(struct jsonpath *p, uint32_t op, uint32_t operand);
void code_fail(struct jsonpath *p, enum aeg_status status, const char *what);
/* What the schema says of the segment that is written from @code on, its text at @text. */
void code_follow_schema(struct jsonpath *p, uint32_t code, const char *text);
void code_warn(struct jsonpath *p, const char *at, const char *what);

static inline uint32_t code_ld32(const uint8_t *at)
{
	return aeg_ld32(*(const struct aeg_le32 *)(const void *)at);
}
static inline void code_st32(uint8_t *at, uint32_t v)
{
	*(struct aeg_le32 *)(void *)at = aeg_st32(v);
}
#endif
