/* Writes ops into the caller's memory, and remembers the first thing that went wrong. */
#include "code.h"

#include <string.h>

void code_fail(struct jsonpath *p, enum aeg_status status, const char *what)
{
	if (p->status != AEG_OK)
		return;
	p->status = status;
	p->error = (struct aeg_path_error){ p->path, 0, what };
}

uint8_t *code_take(struct jsonpath *p, size_t n)
{
	uint8_t *at = p->code + p->at;

	if (p->status != AEG_OK)
		return NULL;
	if (n > AEGF_MAX_OPS - p->at) {
		code_fail(p, AEG_TOO_LARGE, "the path is too large");
		return NULL;
	}
	if (n > p->cap - p->at) {
		code_fail(p, AEG_NOMEM, "the memory for compiled paths is too small");
		return NULL;
	}
	p->at += n;
	return at;
}

uint8_t *code_insert(struct jsonpath *p, uint32_t at, size_t n)
{
	size_t behind = p->at - at;

	if (code_take(p, n) == NULL)
		return NULL;
	memmove(p->code + at + n, p->code + at, behind);
	return p->code + at;
}

void code_op(struct jsonpath *p, enum aegf_op op)
{
	uint8_t *at = code_take(p, 1);

	if (at != NULL)
		*at = (uint8_t)op;
}

void code_le32(struct jsonpath *p, uint32_t v)
{
	uint8_t *at = code_take(p, 4);

	if (at != NULL)
		code_st32(at, v);
}

void code_le64(struct jsonpath *p, int64_t v)
{
	uint8_t *at = code_take(p, 8);

	if (at != NULL)
		*(struct aeg_le64 *)(void *)at = aeg_st64((uint64_t)v);
}

void code_land(struct jsonpath *p, uint32_t op, uint32_t operand)
{
	if (p->status == AEG_OK)
		code_st32(p->code + operand, (uint32_t)p->at - op);
}

void code_warn(struct jsonpath *p, const char *at, const char *what)
{
	struct aeg_path_error w = { p->path, (uint32_t)(at - p->text), what };

	if (p->status == AEG_OK && p->options != NULL && p->options->warn != NULL)
		p->options->warn(p->options->ctx, &w);
}

/* ---- What the parser asks ------------------------------------------------------------------ */

void jsonpath_error(struct jsonpath *p, const char *at, const char *what)
{
	if (p->status != AEG_OK)
		return;
	code_fail(p, AEG_CONTENT, what);
	p->error.at = at == NULL ? p->len : (uint32_t)(at - p->text);
}

int jsonpath_failed(const struct jsonpath *p) { return p->status != AEG_OK; }
uint32_t jsonpath_here(const struct jsonpath *p) { return (uint32_t)p->at; }

void jsonpath_deeper(struct jsonpath *p, const char *at)
{
	enum { MAX_DEPTH = 24 }; /* filters and walks are proved to be no deeper than 64 */

	if (p->depth++ == MAX_DEPTH)
		jsonpath_error(p, at, "nested more than 24 deep");
}

void jsonpath_higher(struct jsonpath *p) { p->depth--; }
