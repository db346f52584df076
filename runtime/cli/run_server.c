/* Whom `aegisr run` calls, with which headers, and the calls themselves. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/answer.h"
#include "cli/run.h"

uint64_t run_now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- Options ------------------------------------------------------------------------------- */

/* `NAME=REST`: its parts, or false. */
static bool split(struct slice text, char c, struct slice *ret_name, struct slice *ret_rest)
{
	const char *at = text.len == 0 ? NULL : memchr(text.at, c, text.len);
	if (at == NULL || at == text.at)
		return false;
	uint32_t n = (uint32_t)(at - text.at);
	*ret_name = (struct slice){ text.at, n };
	*ret_rest = (struct slice){ at + 1, text.len - n - 1 };
	return true;
}

static bool has_spec(const struct aeg_flows *flows, struct slice name)
{
	struct aeg_operation_info op = { .size_of = sizeof op };
	for (uint32_t i = 0; i < flows->noperations; i++)
		if (aeg_operation_info(flows, i, &op) == AEG_OK &&
			slice_eq(slice_str(op.spec), name))
			return true;
	return false;
}

static int no_spec(struct running *r, struct slice name)
{
	return command_usage(r->l, "the bundle has no ApiSpec `%.*s`", SLICE_ARG(name));
}

/* A server that paths can be appended to, and that holds no secret. */
static bool is_server(struct slice url)
{
	struct slice http = SLICE("http://"), https = SLICE("https://");
	uint32_t scheme = slice_begins(url, https)  ? https.len
			  : slice_begins(url, http) ? http.len
						    : url.len;
	for (uint32_t i = 0; i < url.len; i++)
		if (url.at[i] <= ' ' || url.at[i] > '~' || strchr("?#@\\\"<>^`{|}", url.at[i]))
			return false;
	return scheme < url.len && url.at[scheme] != '/';
}

static int read_bases(struct running *r, const struct aeg_flows *flows)
{
	uint32_t n;
	const char **values = command_values(r->l, "--base-url", &n);
	r->bases = arena_array(r->l->arena, struct run_base, n);
	for (uint32_t i = 0; i < n; i++) {
		struct run_base *b = &r->bases[r->nbases++];
		if (!split(slice_of(values[i]), '=', &b->spec, &b->url) || !is_server(b->url))
			return command_usage(r->l,
				"--base-url is SPEC=URL, as in billing=https://staging.example.com/v1");
		if (!has_spec(flows, b->spec))
			return no_spec(r, b->spec);
	}
	return COMMAND_OK;
}

static bool is_header_name(struct slice s)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";
	bool good = s.len > 0;
	for (uint32_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		good &= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || (c != 0 && strchr(marks, c) != NULL);
	}
	return good;
}

static bool is_header_value(struct slice s)
{
	bool good = true;
	for (uint32_t i = 0; i < s.len; i++)
		good &= ((unsigned char)s.at[i] >= ' ' && s.at[i] != 0x7f) || s.at[i] == '\t';
	return good;
}

static int read_header(struct running *r, const struct aeg_flows *flows, struct slice text)
{
	struct run_header *h = &r->headers[r->nheaders];
	struct slice whole, variable;
	if (!split(text, '=', &whole, &variable))
		return command_usage(
			r->l, "--header-env is NAME=VAR, as in Authorization=BILLING_AUTH");
	if (!split(whole, ':', &h->spec, &h->name))
		h->name = whole;
	const char *value = getenv(variable.at); /* it ends where the argument does */
	if (value == NULL)
		return command_usage(r->l, "there is no environment variable `%s`", variable.at);
	h->value = slice_of(value);
	if (!is_header_name(h->name) || !is_header_value(h->value))
		return command_usage(r->l, "`%.*s` cannot be a header", SLICE_ARG(text));
	if (h->spec.len != 0 && !has_spec(flows, h->spec))
		return no_spec(r, h->spec);
	r->nheaders++;
	return COMMAND_OK;
}

int run_read_servers(struct running *r, const struct aeg_flows *flows)
{
	uint32_t n;
	const char **values = command_values(r->l, "--header-env", &n);
	int status = read_bases(r, flows);
	r->headers = arena_array(r->l->arena, struct run_header, n);
	for (uint32_t i = 0; i < n && status == COMMAND_OK; i++)
		status = read_header(r, flows, slice_of(values[i]));
	return status;
}

/* ---- Requests ------------------------------------------------------------------------------ */

static struct slice server_of(const struct running *r, const struct aeg_flow_request *q)
{
	for (uint32_t i = 0; i < r->nbases; i++)
		if (slice_eq(r->bases[i].spec, slice_str(q->spec)))
			return r->bases[i].url;
	return slice_str(q->server);
}

static const char *url_of(
	const struct running *r, struct arena *a, const struct aeg_flow_request *q)
{
	struct buf b = { .arena = a };
	struct slice server = server_of(r, q);
	while (server.len > 0 && server.at[server.len - 1] == '/')
		server.len--;
	buf_slice(&b, server);
	buf_slice(&b, slice_str(q->target));
	return buf_done(&b).at;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Blanks around the value are no part of it. Source: RFC 9110, 5.5. */
static const char *line(struct arena *a, struct slice name, struct slice value)
{
	struct buf b = { .arena = a };
	buf_slice(&b, name);
	while (value.len > 0 && is_blank(value.at[value.len - 1]))
		value.len--;
	while (value.len > 0 && is_blank(*value.at))
		value = (struct slice){ value.at + 1, value.len - 1 };
	/* libcurl leaves out a header without a value, unless it ends in a semicolon. */
	buf_text(&b, value.len == 0 ? ";" : ": ");
	buf_slice(&b, value);
	return buf_done(&b).at;
}

static const char *const *headers_of(
	const struct running *r, struct arena *a, const struct aeg_flow_request *q)
{
	const char **v = arena_array(a, const char *, q->nheaders + r->nheaders + 1);
	uint32_t n = 0;
	for (uint32_t i = 0; i < q->nheaders; i++)
		v[n++] = line(a, slice_str(q->headers[i].name), slice_str(q->headers[i].value));
	for (uint32_t i = 0; i < r->nheaders; i++)
		if (r->headers[i].spec.len == 0 || slice_eq(r->headers[i].spec, slice_str(q->spec)))
			v[n++] = line(a, r->headers[i].name, r->headers[i].value);
	return v;
}

static void call(struct running *r, const struct aeg_flow_request *q)
{
	struct arena own = {
		.limit = (size_t)1 << 30, .fail = r->l->arena->fail, .ctx = r->l->arena->ctx
	};
	struct http_request hq = { .method = buf_copy(&own, slice_str(q->method)).at,
		.url = url_of(r, &own, q),
		.headers = headers_of(r, &own, q),
		.body = q->body.len == 0 ? (struct slice){ 0 } : slice_str(q->body),
		.timeout_ms = q->timeout_ms,
		.max_response = r->max_response,
		.allow_private = q->allow_private != 0,
		.authorities = command_value(r->l, "--ca") };
	struct http_response response = { 0 };
	if (r->http == NULL)
		r->http = http_open(r->l->arena, &response.why);
	if (r->http != NULL)
		http_call(r->http, &own, &hq, &response);
	r->status = response.status;
	r->before = response.body.len;
	if (response.status == 0)
		aeg_flow_failure(r->flow, response.why);
	else
		aeg_flow_response(r->flow, response.status, str_slice(response.media),
			str_slice(response.body));
	arena_free(&own);
}

static void wait_ms(uint32_t ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
	nanosleep(&t, NULL);
}

enum aeg_flow_want run_drive(struct running *r)
{
	struct aeg_flow_request q;
	enum aeg_flow_want want;
	uint32_t ms = 0;
	r->began_ms = run_now_ms();
	while ((want = aeg_flow_next(r->flow, run_now_ms(), &q, &ms)) == AEG_FLOW_REQUEST ||
		want == AEG_FLOW_WAIT) {
		if (want == AEG_FLOW_REQUEST)
			call(r, &q);
		else
			wait_ms(ms);
	}
	run_tell_end(r);
	return want;
}
