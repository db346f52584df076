#ifndef GRAMMAR_SCALAR_H
#define GRAMMAR_SCALAR_H
/* What a plain scalar is. Source: YAML 1.2.2, 10.3.2 (core schema). */
#include <stddef.h>

enum scalar_kind {
	SCALAR_STRING,
	SCALAR_NULL,
	SCALAR_TRUE,
	SCALAR_FALSE,
	SCALAR_DECIMAL, /* [-+]?[0-9]+ */
	SCALAR_OCTAL,   /* 0o17 */
	SCALAR_HEX,     /* 0x1F */
	SCALAR_FLOAT,
	SCALAR_INFINITE,
	SCALAR_NAN
};

/* The kind of the @len bytes at @at, which need no NUL behind them. */
enum scalar_kind scalar_kind(const char *at, size_t len);
#endif
