#define _POSIX_C_SOURCE 200809L
/*
 * Fuzzes decisions on a fixed bundle. The first byte says in which context, the second which tool,
 * the rest is JSON text as it is, or becomes the value of every argument that there is.
 */
#include <stdio.h>

#include "contexts_test.h"
#include "host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

/* Made once; nothing else is kept from one input to the next. */
static const struct policy *the_policy(void)
{
	static struct policy p;

	if (p.file == NULL)
		p = policy_make(contexts);
	return &p;
}

/* "NAME": the bytes as a JSON string; what is not ASCII becomes some other letter. */
static size_t add_value(char *out, const char *name, const uint8_t *data, size_t size)
{
	size_t n = (size_t)sprintf(out, "\"%s\":\"", name);

	for (size_t i = 0; i < size; i++) {
		uint8_t c = data[i] & 0x7f;
		if (c < 0x20 || c == '"' || c == '\\')
			n += (size_t)sprintf(out + n, "\\u%04x", c);
		else
			out[n++] = (char)c;
	}
	out[n++] = '"';
	out[n++] = ',';
	return n;
}

/* An object with the bytes as every argument of the catalogue. The caller frees it. */
static char *make_args(const uint8_t *data, size_t size, size_t *ret_len)
{
	static const char *const names[] = { "path", "source", "target", "cwd", "command", "url" };
	char *out = malloc(7 * (6 * size + 40));
	size_t n = 1;

	require(out != NULL);
	out[0] = '{';
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		n += add_value(out + n, names[i], data, size);
	n += (size_t)sprintf(out + n, "\"paths\":[{");
	n += add_value(out + n, "x", data, size);
	n += (size_t)sprintf(out + n - 1, "}],\"args\":[]}") - 1;
	*ret_len = n;
	return out;
}

static void on_step(void *ctx, const struct aeg_step *step)
{
	uint32_t *n = ctx;

	require(step->reason < AEG_REASON_MAX);
	++*n;
}

static void decide_twice(const struct policy *p, const struct aeg_call *call)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_verdict v, w;
	uint32_t steps = 0;
	enum aeg_status s = aeg_decide(&p->b, call, &v);

	require(s == aeg_decide_explained(&p->b, call, &w, on_step, &steps));
	require(s == AEG_OK || (s == AEG_NOMEM && v.kind == AEG_DENY));
	if (s != AEG_OK)
		return;
	require(memcmp(&v, &w, sizeof v) == 0);
	require((v.kind == AEG_ALLOW) == (v.reason == AEG_None));
	require(v.kind == AEG_DENY || (steps > 0 && v.capability != AEG_NONE));
	require(v.token == AEG_NONE || (v.kind == AEG_DENY && v.token < call->args->ntok));
	require((aeg_obligations(&p->b, call, &v, &o) == AEG_OK) == (v.kind == AEG_ALLOW));
	for (uint32_t t = 0; call->args != NULL && t < call->args->ntok && t < 8; t++)
		aeg_argument_is_secret(&p->b, call, t);
}

/* A host that a URL has is its own normal form. */
static void normal_form(const uint8_t *data, size_t size)
{
	const struct aeg_str text = { (const char *)data, (uint32_t)size };
	char host[256], again[256];
	uint32_t n = aeg_url_host(text, host), m = 0;

	require(n <= sizeof host);
	if (n != 0) {
		enum aeg_host_kind kind = aeg_host_normal((struct aeg_str){ host, n }, again, &m);
		require(kind != AEG_HOST_BAD && m == n && memcmp(host, again, n) == 0);
	}
	aeg_host_normal(text, again, &m);
}

/* One of the catalogue's tools, or what the text begins with. */
static struct aeg_str tool_of(uint8_t choice, const uint8_t *data, size_t size)
{
	enum { TOOLS = sizeof policy_tools / sizeof *policy_tools - 1 };
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);

	if (choice % (TOOLS + 1) < TOOLS)
		return policy_str(policy_tools[choice % (TOOLS + 1)].name);
	return (struct aeg_str){ (const char *)data,
		(uint32_t)(end == NULL ? size : (size_t)(end - data)) };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct policy *p = the_policy();
	char *args;
	size_t len, bound;
	struct aeg_json_tok *tok;
	struct aeg_json json;

	if (size < 2 || size > 4096)
		return 0;
	const uint8_t *text = data + 2;
	struct aeg_call call = { .size_of = sizeof call,
		.context = (data[0] & 0x7fu) % 14,
		.tool = tool_of(data[1], text, size - 2),
		.args = &json };
	call.context = call.context == 13 ? AEG_NONE : call.context;
	normal_form(text, size - 2);
	if (data[0] & 0x80) {
		args = make_args(text, size - 2, &len);
	} else {
		args = malloc(size);
		require(args != NULL);
		memcpy(args, text, len = size - 2);
	}
	bound = aeg_json_bound(len);
	tok = malloc(bound * sizeof *tok);
	require(tok != NULL);
	aeg_json_scan(&json, args, len, tok, bound);
	require(!(data[0] & 0x80) || json.status == AEG_OK);
	decide_twice(p, &call);
	aeg_json_scan(&json, args, len, tok, json.ntok); /* no room for escapes */
	decide_twice(p, &call);
	free(tok);
	free(args);
	return 0;
}
