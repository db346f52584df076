/*
 * Text as a template and its partials (`name=text`), with NUL between them, in every mode: what
 * compiles passes the check and runs, and what is wrong is in one of the texts. JSON's output is
 * JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "aegis/eval.h"
#include "aegis/expr.h"

enum { CODE = 1 << 20, MEMORY = 1 << 16, OUT = 1 << 16, MAX_PARTIALS = 8, MAX_TOKENS = 1 << 14 };
#define MUST(cond) ((cond) ? (void)0 : abort())
#define DATA \
	"{\"a\":[1,\"x\\\"</'\",{\"b\":null}],\"b\":{\"a\":\"$(y)\",\"x\":true},\"c\":0,\"text\":\"a b\"," \
	"\"name\":\"..\",\"people\":[],\"this\":1}"

struct job {
	struct aeg_str text;
	struct aeg_partial partials[MAX_PARTIALS];
	struct aeg_template_options options;
	uint32_t nread;
};

/* Without a name it is called as the letter that it would be in a list. */
static struct aeg_partial partial(struct aeg_str text, uint32_t n)
{
	static const char letters[] = "abcdefgh";
	const char *equals = text.len == 0 ? NULL : memchr(text.at, '=', text.len);
	uint32_t len = equals == NULL ? 0 : (uint32_t)(equals - text.at);

	if (len == 0 || memchr(text.at, '{', len) != NULL)
		return (struct aeg_partial){ { letters + n, 1 }, text };
	return (struct aeg_partial){ { text.at, len }, { equals + 1, text.len - len - 1 } };
}

static void split(struct job *j, const char *at, size_t len)
{
	for (uint32_t n = 0; n <= MAX_PARTIALS; n++) {
		const char *end = len == 0 ? NULL : memchr(at, 0, len);
		struct aeg_str text = { at, (uint32_t)(end == NULL ? len : (size_t)(end - at)) };
		if (n == 0)
			j->text = text;
		else
			j->partials[j->options.npartials++] = partial(text, n - 1);
		if (end == NULL)
			return;
		len -= text.len + 1;
		at = end + 1;
	}
}

static struct aeg_str source(const struct job *j, uint32_t n)
{
	MUST(n <= j->options.npartials);
	return n == 0 ? j->text : j->partials[n - 1].text;
}

static void variable(void *ctx, const struct aeg_variable *v)
{
	struct job *j = ctx;
	struct aeg_str text = source(j, v->source);

	MUST(v->at <= text.len && v->len <= text.len - v->at);
	MUST(v->nsteps > 0 || v->special.len > 0 || v->steps != NULL);
	j->nread++;
}

static int render(const struct job *j, const struct aeg_template *t)
{
	static const char data[] = DATA;
	struct aeg_json_tok tok[64], *out_tok;
	struct aeg_json doc, out;
	struct aeg_render r = { .size_of = sizeof r,
		.program = t,
		.data = &doc,
		.mem = malloc(MEMORY),
		.mem_size = MEMORY,
		.out = malloc(OUT),
		.cap = OUT,
		.steps = 200000 };

	MUST(aeg_json_scan(&doc, data, sizeof data - 1, tok, 64) == AEG_OK);
	enum aeg_status s = aeg_render(&r);
	MUST(s != AEG_USAGE);
	if (s == AEG_CONTENT && r.at != AEG_NONE)
		MUST(r.at + r.at_len <= source(j, r.source).len);
	if (s == AEG_OK && j->options.mode == AEG_MODE_JSON && r.len < MAX_TOKENS) {
		out_tok = malloc(aeg_json_bound(r.len) * sizeof *out_tok);
		MUST(aeg_json_scan(&out, r.out, r.len, out_tok, aeg_json_bound(r.len)) == AEG_OK);
		free(out_tok);
	}
	free(r.mem);
	free(r.out);
	return s == AEG_OK;
}

static void compile(struct job *j)
{
	uint8_t *code = malloc(CODE);
	struct aeg_template_error error = { .what = NULL };
	struct aeg_template t;
	size_t len;
	enum aeg_status s = aeg_template_compile(j->text, &j->options, code, CODE, &len, &error);

	MUST(s == AEG_OK || s == AEG_CONTENT || s == AEG_NOMEM || s == AEG_TOO_LARGE);
	if (s == AEG_OK) {
		MUST(aeg_template_check(&t, code, len) == AEG_OK);
		render(j, &t);
	} else {
		struct aeg_str text = source(j, error.source);
		MUST(error.what != NULL && error.at <= text.len &&
			error.len <= text.len - error.at);
	}
	free(code);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct job j = { .options = { .size_of = sizeof j.options } };
	uint32_t flags = 0;

	for (size_t i = 0; i < len; i++)
		flags = flags * 31 + bytes[i];
	split(&j, len == 0 ? "" : (const char *)bytes, len);
	j.options.partials = j.partials;
	for (int mode = AEG_MODE_TEXT; mode <= AEG_MODE_SHELL; mode++) {
		j.options.mode = (enum aeg_template_mode)mode;
		j.options.flags = 0;
		j.options.variable = variable;
		j.options.ctx = &j;
		compile(&j);
		j.options.flags = flags & 127;
		j.options.variable = NULL;
		compile(&j);
	}
	return 0;
}
