/*
 * A template, and JSON as the last line: the first byte chooses the mode and the options. What
 * compiles passes the check and renders within its bounds; through a small buffer it is the same;
 * and in JSON mode it is JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

#define MUST(cond) ((cond) ? (void)0 : abort())
enum { CODE = 1 << 18, MEMORY = 1 << 17, OUT = 1 << 16, MOST_TOKENS = 1 << 17 };

struct sink {
	char *out;
	size_t len;
};

static int take(void *ctx, const char *at, size_t len)
{
	struct sink *s = ctx;

	MUST(len <= OUT - s->len);
	memcpy(s->out + s->len, at, len);
	s->len += len;
	return 0;
}

static void render(const struct aeg_template *t, const struct aeg_json *data, int is_json)
{
	static struct aeg_json_tok tok[MOST_TOKENS];
	struct sink sink = { malloc(OUT), 0 };
	struct aeg_json made;
	char small[16];
	struct aeg_render r = { .size_of = sizeof r,
		.program = t,
		.data = data,
		.mem = malloc(MEMORY),
		.mem_size = MEMORY,
		.out = malloc(OUT),
		.cap = OUT,
		.limit = OUT,
		.steps = 200000 };
	struct aeg_render again = r;
	enum aeg_status s = aeg_render(&r);

	again.out = small;
	again.cap = sizeof small;
	again.write = take;
	again.ctx = &sink;
	again.mem = malloc(MEMORY);
	MUST(aeg_render(&again) == s);
	if (s == AEG_OK) {
		MUST(again.len == r.len && sink.len == r.len && again.steps == r.steps);
		MUST(memcmp(sink.out, r.out, sink.len) == 0);
		if (is_json)
			MUST(aeg_json_scan(&made, r.out, (size_t)r.len, tok, MOST_TOKENS) ==
				AEG_OK);
	}
	MUST(s != AEG_CONTENT || (r.what != NULL && r.source == 0));
	free(again.mem);
	free(r.mem);
	free(r.out);
	free(sink.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static uint64_t code[CODE / 8];
	static struct aeg_json_tok tok[MOST_TOKENS];
	struct aeg_template_options options = { .size_of = sizeof options };
	struct aeg_template_error error;
	struct aeg_template t;
	struct aeg_json j;
	size_t size;

	if (len < 2)
		return 0;
	options.mode = (enum aeg_template_mode)(bytes[0] % 5);
	options.flags = bytes[0] / 4;
	const char *text = (const char *)bytes + 1, *end = text + len - 1, *json = end;
	while (json > text && json[-1] != '\n')
		json--;
	size_t n = (size_t)((json > text ? json - 1 : end) - text);
	struct aeg_str template = { text, (uint32_t)n };
	enum aeg_status s =
		aeg_template_compile(template, &options, code, sizeof code, &size, &error);
	MUST(s != AEG_CONTENT || (error.at <= n && error.what != NULL));
	if (s != AEG_OK)
		return 0;
	MUST(aeg_template_check(&t, code, size) == AEG_OK);
	int is_data = aeg_json_scan(&j, json, (size_t)(end - json), tok, MOST_TOKENS) == AEG_OK;
	render(&t, is_data ? &j : NULL, options.mode == AEG_MODE_JSON);
	return 0;
}
