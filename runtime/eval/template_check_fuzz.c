/*
 * Any bytes as a program: what the check accepts runs within its budget and its memory, over any
 * JSON. The first byte says how large buffer and memory are; the second how many patches follow, of
 * three bytes each, for the program that the template behind them is compiled to, or that the
 * program follows itself; the last line is JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

#define MUST(cond) ((cond) ? (void)0 : abort())
enum { MOST_JSON = 1 << 12, CODE = 1 << 16, RAW = 255 };

struct sink {
	uint64_t len;
};

static int take(void *ctx, const char *at, size_t len)
{
	struct sink *s = ctx;

	MUST(at != NULL && len > 0);
	s->len += len;
	return 0;
}

static void render(const struct aeg_template *t, const struct aeg_json *data, uint32_t how)
{
	size_t size = aeg_render_size(t, how & 7) + ((how & 8) != 0 ? 4096 : 0);
	size_t cap = (how & 0x30) == 0 ? 1 : (how & 0x30) * 8;
	struct aeg_root root = { { "root", 4 }, data, 0 };
	struct sink sink = { 0 };
	struct aeg_render r = { .size_of = sizeof r,
		.program = t,
		.data = data,
		.variables = data,
		.roots = &root,
		.nroots = data != NULL && (how & 0x80) != 0,
		.mem = malloc(size),
		.mem_size = size,
		.out = malloc(cap),
		.cap = cap,
		.write = how & 0x40 ? take : NULL,
		.ctx = &sink,
		.limit = 1 << 16,
		.steps = 20000 };
	int is = -1;
	/* AEGF_TEMPLATE_CONDITION */
	enum aeg_status s = t->flags & 1 ? aeg_condition(&r, &is) : aeg_render(&r);

	MUST(s == AEG_OK || s == AEG_CONTENT || s == AEG_NOMEM || s == AEG_DEPTH ||
		s == AEG_BUDGET || s == AEG_TOO_LARGE);
	MUST((t->flags & 1) == 0 || (is >= 0) == (s == AEG_OK));
	MUST(r.len <= r.limit && r.steps <= 20000);
	if (s == AEG_OK && r.write != NULL)
		MUST(sink.len == r.len);
	if (s == AEG_CONTENT)
		MUST(r.what != NULL);
	free(r.out);
	free(r.mem);
}

/* Puts together at @program, of @cap bytes, what @p says; its length. */
static size_t program_of(
	uint8_t *program, size_t cap, const uint8_t *p, size_t len, size_t npatches)
{
	struct aeg_template_options options = { .size_of = sizeof options, .mode = AEG_MODE_HTML };
	const uint8_t *text = p + 3 * npatches;
	struct aeg_str template = { (const char *)text, (uint32_t)(len - 3 * npatches) };
	struct aeg_template_error error;
	size_t n;

	if (aeg_template_compile(template, &options, program, cap, &n, &error) != AEG_OK)
		return 0;
	for (; p < text; p += 3)
		program[(p[0] | (size_t)p[1] << 8) % n] ^= p[2];
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct aeg_json_tok tok[MOST_JSON + 2];
	static uint64_t code[CODE / 8];
	struct aeg_template t;
	struct aeg_json j;

	if (len < 2)
		return 0;
	size_t npatches = bytes[1], n = len - 2;
	const uint8_t *json = bytes + len;
	while (json > bytes + 2 && json[-1] != '\n')
		json--;
	if (json > bytes + 2)
		n = (size_t)(json - bytes) - 3;
	if (n > CODE)
		return 0;
	if (npatches == RAW)
		memcpy(code, bytes + 2, n);
	else if (3 * npatches <= n)
		n = program_of((uint8_t *)code, CODE, bytes + 2, n, npatches);
	else
		return 0;
	void *program = malloc(n == 0 ? 1 : n); /* so that reading past it is seen */
	memcpy(program, code, n);
	if (aeg_template_check(&t, program, n) == AEG_OK) {
		size_t rest = (size_t)(bytes + len - json);
		int is_json = rest < MOST_JSON && aeg_json_scan(&j, (const char *)json, rest, tok,
							  MOST_JSON + 2) == AEG_OK;
		render(&t, is_json ? &j : NULL, bytes[0]);
	}
	free(program);
	return 0;
}
