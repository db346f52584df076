#ifndef LIBAEGIS_JSON_TEST_H
#define LIBAEGIS_JSON_TEST_H
/* What the tests of JSON share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <time.h>

#include "aegis/aegis.h"

#define TEXT(s)   (s), sizeof(s) - 1
#define LENGTH(a) (sizeof(a) / sizeof *(a))

struct memory {
	struct aeg_json_tok tok[256];
};

static inline enum aeg_status scan(
	struct aeg_json *j, struct memory *m, const char *text, size_t len)
{
	assert_true(aeg_json_bound(len) <= LENGTH(m->tok));
	return aeg_json_scan(j, text, len, m->tok, aeg_json_bound(len));
}

/* Big texts, and every token that @len bytes can need. */
struct big {
	char *text;
	struct aeg_json_tok *tok;
	size_t cap;
};

static inline struct big big_new(size_t len)
{
	struct big b = { .text = malloc(len), .cap = aeg_json_bound(len) };

	b.tok = malloc(b.cap * sizeof *b.tok);
	assert_true(b.text != NULL || len == 0);
	assert_non_null(b.tok);
	return b;
}

static inline void big_free(struct big *b)
{
	free(b->text);
	free(b->tok);
}

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
#endif
