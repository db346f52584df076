/*
 * Text as a condition, a newline, and a document: what compiles passes the check, what is wrong has
 * a place in the text, and what it says of the document does not change.
 */
#include <stdlib.h>
#include <string.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

enum { CODE = 1 << 16, MOST_TOKENS = 1 << 12 };
#define MUST(cond) ((cond) ? (void)0 : abort())

static void evaluate(const struct aeg_template *t, const struct aeg_json *doc, uint32_t len)
{
	size_t size = aeg_render_size(t, 1) + (1 << 12);
	void *mem = malloc(size);
	int first = -1, again = -1;

	for (int i = 0; i < 2; i++) {
		struct aeg_render r = { .size_of = sizeof r,
			.program = t,
			.data = doc,
			.mem = mem,
			.mem_size = size,
			.steps = 100000 };
		enum aeg_status s = aeg_condition(&r, i == 0 ? &first : &again);
		if (s == AEG_CONTENT)
			MUST(r.what != NULL && r.source == 0 && r.at <= len &&
				r.at_len <= len - r.at);
		MUST((s == AEG_OK) == ((i == 0 ? first : again) >= 0));
	}
	MUST(first == again && first <= 1);
	free(mem);
}

static void compile(struct aeg_str text, const char *json, size_t len)
{
	void *code = malloc(CODE);
	struct aeg_template_error error;
	struct aeg_template t;
	struct aeg_json doc;
	size_t size, bound = aeg_json_bound(len);
	enum aeg_status s = aeg_condition_compile(text, NULL, code, CODE, &size, &error);

	if (s == AEG_CONTENT)
		MUST(error.what != NULL && error.source == 0 && error.at <= text.len &&
			error.len <= text.len - error.at);
	MUST(s == AEG_OK || s == AEG_CONTENT || s == AEG_NOMEM || s == AEG_TOO_LARGE);
	if (s == AEG_OK) {
		struct aeg_json_tok *tok = malloc(bound * sizeof *tok);
		MUST(aeg_template_check(&t, code, size) == AEG_OK);
		if (bound < MOST_TOKENS && aeg_json_scan(&doc, json, len, tok, bound) == AEG_OK)
			evaluate(&t, &doc, text.len);
		free(tok);
	}
	free(code);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *line = len == 0 ? NULL : memchr(bytes, '\n', len);
	size_t n = line == NULL ? len : (size_t)(line - bytes);
	char *text = malloc(n + 1); /* its end is exact: a read past it is found */

	memcpy(text + 1, bytes, n);
	compile((struct aeg_str){ text + 1, (uint32_t)n },
		line == NULL ? "" : (const char *)line + 1, line == NULL ? 0 : len - n - 1);
	free(text);
	return 0;
}
