/* aegisr run: a tool workflow, or one operation explored, over HTTP for real. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "aegis/expr.h"
#include "aegis/flow.h"
#include "cli/answer.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/http.h"
#include "cli/load.h"
#include "cli/paint.h"
#include "cli/tell.h"

const struct option run_options[] = {
	LOAD_TRUST,
	{ "--input", 'i', "JSON", false,
		"the arguments: JSON text, @FILE, or - for standard input" },
	{ "--base-url", 0, "SPEC=URL", true, "another server for the operations of an ApiSpec" },
	{ "--header-env", 0, "[SPEC:]NAME=VAR", true,
		"a header whose value is that of an environment variable" },
	{ "--ca", 0, "FILE", false, "certificates to trust instead of the system's" },
	{ "--max-response", 0, "BYTES", false, "of one response; 8 MiB" },
	{ "--fields", 0, "JSONPATH", true, "explore: what to keep of the response" },
	{ "--trace", 0, NULL, false, "tells each request, response and value on standard error" },
	{ 0 },
};

struct header { /* of --header-env */
	struct slice spec, name;
	const char *value;
};
struct base { /* of --base-url */
	struct slice spec;
	const char *url;
};

struct running {
	struct command_line *l;
	struct aeg_flow *flow;
	struct http *http;
	struct header *headers;
	struct base *bases;
	uint32_t nheaders, nbases;
	uint64_t max_response;
	bool trace, colour;
	uint64_t began_ms;
	size_t before; /* bytes of the response explored */
	uint32_t status;
};

static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct aeg_str str(struct slice s) { return (struct aeg_str){ s.at, s.len }; }

/* ---- Options ------------------------------------------------------------------------------- */

/* `NAME=REST`: the parts of @text, or false. */
static bool split(const char *text, char c, struct slice *ret_name, const char **ret_rest)
{
	const char *at = strchr(text, c);
	if (at == NULL || at == text)
		return false;
	*ret_name = (struct slice){ text, (uint32_t)(at - text) };
	*ret_rest = at + 1;
	return true;
}

static int read_bases(struct running *r)
{
	uint32_t n;
	const char **values = command_values(r->l, "--base-url", &n);
	r->bases = arena_array(r->l->arena, struct base, n);
	for (uint32_t i = 0; i < n; i++) {
		struct base *b = &r->bases[r->nbases++];
		if (!split(values[i], '=', &b->spec, &b->url) ||
			(strncmp(b->url, "https://", 8) != 0 && strncmp(b->url, "http://", 7) != 0))
			return command_usage(r->l,
				"--base-url is SPEC=URL, as in billing=https://staging.example.com/v1");
	}
	return COMMAND_OK;
}

static bool is_header_name(struct slice s)
{
	for (uint32_t i = 0; i < s.len; i++)
		if (strchr("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
			    s.at[i]) == NULL)
			return false;
	return s.len > 0;
}

static int read_headers(struct running *r)
{
	uint32_t n;
	const char **values = command_values(r->l, "--header-env", &n), *variable, *rest;
	r->headers = arena_array(r->l->arena, struct header, n);
	for (uint32_t i = 0; i < n; i++) {
		struct header *h = &r->headers[r->nheaders++];
		if (!split(values[i], '=', &h->name, &variable))
			return command_usage(
				r->l, "--header-env is NAME=VAR, as in Authorization=BILLING_AUTH");
		const char *whole = buf_copy(r->l->arena, h->name).at;
		if (split(whole, ':', &h->spec, &rest))
			h->name = slice_of(rest);
		h->value = getenv(variable);
		if (h->value == NULL)
			return command_usage(
				r->l, "there is no environment variable `%s`", variable);
		if (!is_header_name(h->name) || strpbrk(h->value, "\r\n") != NULL)
			return command_usage(r->l, "`%s` cannot be a header", values[i]);
	}
	return COMMAND_OK;
}

/* ---- What is told -------------------------------------------------------------------------- */

static void tell_event(void *ctx, const struct aeg_flow_event *e)
{
	static const char *const words[] = { "skipped", "sent", "answered", "failed", "retries",
		"goes on", "extracted", "does not fit" };
	struct running *r = ctx;
	struct buf b = { .arena = r->l->arena };
	bool wrong = e->kind == AEG_FLOW_ERROR || e->kind == AEG_FLOW_INVALID;
	if (!r->trace && e->kind != AEG_FLOW_INVALID)
		return;
	buf_printf(&b, "%6llu ms  ", (unsigned long long)(now_ms() - r->began_ms));
	tell_text(&b, slice_str(e->step));
	if (e->round != 0)
		buf_printf(&b, "[%u]", e->round);
	buf_text(&b, e->step.len == 0 ? "" : "  ");
	paint(&b, r->colour, wrong ? PAINT_RED : PAINT_GREEN, words[e->kind]);
	if (e->name.len != 0) {
		buf_text(&b, " ");
		tell_text(&b, slice_str(e->name));
	}
	if (e->value.len != 0) {
		buf_text(&b, e->kind == AEG_FLOW_EXTRACTED ? " = " : " ");
		tell_text(&b, slice_str(e->value));
	}
	if (e->kind == AEG_FLOW_ANSWERED)
		buf_printf(&b, " %u", e->status);
	if (e->what != NULL)
		buf_printf(&b, ": %s", e->what);
	buf_text(&b, "\n");
	command_print(&b, stderr);
}

/* ---- Requests ------------------------------------------------------------------------------ */

static const char *server_of(const struct running *r, const struct aeg_flow_request *q)
{
	for (uint32_t i = 0; i < r->nbases; i++)
		if (slice_eq(r->bases[i].spec, slice_str(q->spec)))
			return r->bases[i].url;
	return buf_copy(r->l->arena, slice_str(q->server)).at;
}

static const char *url_of(struct running *r, const struct aeg_flow_request *q)
{
	struct buf b = { .arena = r->l->arena };
	struct slice server = slice_of(server_of(r, q));
	while (server.len > 0 && server.at[server.len - 1] == '/')
		server.len--;
	buf_slice(&b, server);
	buf_slice(&b, slice_str(q->target));
	return buf_done(&b).at;
}

static const char *line(struct running *r, struct slice name, struct slice value)
{
	struct buf b = { .arena = r->l->arena };
	buf_slice(&b, name);
	/* libcurl leaves out a header without a value, unless it ends in a semicolon. */
	buf_text(&b, value.len == 0 ? ";" : ": ");
	buf_slice(&b, value);
	return buf_done(&b).at;
}

static const char *const *headers_of(struct running *r, const struct aeg_flow_request *q)
{
	const char **v = arena_array(r->l->arena, const char *, q->nheaders + r->nheaders + 1);
	uint32_t n = 0;
	for (uint32_t i = 0; i < q->nheaders; i++)
		v[n++] = line(r, slice_str(q->headers[i].name), slice_str(q->headers[i].value));
	for (uint32_t i = 0; i < r->nheaders; i++)
		if (r->headers[i].spec.len == 0 || slice_eq(r->headers[i].spec, slice_str(q->spec)))
			v[n++] = line(r, r->headers[i].name, slice_of(r->headers[i].value));
	return v;
}

static void call(struct running *r, const struct aeg_flow_request *q)
{
	struct arena own = {
		.limit = (size_t)2 << 30, .fail = r->l->arena->fail, .ctx = r->l->arena->ctx
	};
	struct http_request hq = { .method = buf_copy(r->l->arena, slice_str(q->method)).at,
		.url = url_of(r, q),
		.headers = headers_of(r, q),
		.body = q->body.len == 0 ? (struct slice){ 0 } : slice_str(q->body),
		.timeout_ms = q->timeout_ms,
		.max_response = r->max_response,
		.allow_private = q->allow_private != 0,
		.authorities = command_value(r->l, "--ca") };
	struct http_response response;
	const char *why = NULL;
	if (r->http == NULL)
		r->http = http_open(r->l->arena, &why);
	if (r->http == NULL) {
		aeg_flow_failure(r->flow, why);
		return;
	}
	http_call(r->http, &own, &hq, &response);
	r->status = response.status;
	r->before = response.body.len;
	if (response.status == 0)
		aeg_flow_failure(r->flow, response.why);
	else
		aeg_flow_response(
			r->flow, response.status, str(response.media), str(response.body));
	arena_free(&own);
}

static void wait_ms(uint32_t ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
	nanosleep(&t, NULL);
}

static enum aeg_flow_want drive(struct running *r)
{
	struct aeg_flow_request q;
	enum aeg_flow_want want;
	uint32_t ms = 0;
	r->began_ms = now_ms();
	while ((want = aeg_flow_next(r->flow, now_ms(), &q, &ms)) == AEG_FLOW_REQUEST ||
		want == AEG_FLOW_WAIT) {
		if (want == AEG_FLOW_REQUEST)
			call(r, &q);
		else
			wait_ms(ms);
	}
	return want;
}

/* ---- Exploring ----------------------------------------------------------------------------- */

static int add_slice(
	struct running *r, struct buf *out, const struct aeg_json *j, struct aeg_str text)
{
	struct arena *a = r->l->arena;
	size_t cap = 256 + 64 * (size_t)text.len, len;
	void *mem = arena_alloc(a, cap, 1, 8);
	struct aeg_path_error error;
	struct aeg_program p;
	struct aeg_found found;
	bool first = true;
	if (aeg_paths_compile(&text, 1, NULL, mem, cap, &len, &error) != AEG_OK ||
		aeg_program_check(&p, mem, len) != AEG_OK)
		return command_usage(
			r->l, "--fields: byte %u of `%.*s`: %s", error.at + 1, (int)text.len,
			text.at, error.what);
	struct aeg_select s = { .size_of = sizeof s, .program = &p, .doc = j, .steps = 100000000 };
	s.mem_size = aeg_select_size(&p);
	s.mem = arena_alloc(a, s.mem_size, 1, 8);
	aeg_select_begin(&s);
	buf_json_string(out, slice_str(text));
	buf_text(out, ":[");
	while (aeg_select_next(&s, &found) == AEG_OK && found.token != AEG_NONE) {
		const struct aeg_json_tok *t = &j->tok[found.token];
		uint32_t quote = (t->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;
		buf_text(out, first ? "" : ",");
		buf_add(out, j->text + t->at - quote, t->len + 2 * quote);
		first = false;
	}
	buf_text(out, "]");
	return COMMAND_OK;
}

/* What to keep of the response: as asked for, else as the operation's explorer set has it. */
static struct aeg_str *explored(const struct running *r, uint32_t *ret_n)
{
	const char **asked = command_values(r->l, "--fields", ret_n);
	struct aeg_operation_info op = { .size_of = sizeof op };
	if (r->flow->flow != AEG_NONE ||
		aeg_operation_info(r->flow->flows, r->flow->explore, &op) != AEG_OK)
		return NULL;
	bool own = *ret_n == 0;
	if (own)
		*ret_n = op.nfields;
	struct aeg_str *v = arena_array(r->l->arena, struct aeg_str, *ret_n);
	for (uint32_t i = 0; i < *ret_n; i++)
		v[i] = own ? aeg_operation_field(r->flow->flows, r->flow->explore, i)
			   : (struct aeg_str){ asked[i], (uint32_t)strlen(asked[i]) };
	return *ret_n == 0 ? NULL : v;
}

/* The fields of the result, as the gateway's explorer answers them. */
static int slice_result(struct running *r, struct aeg_str result)
{
	struct buf out = { .arena = r->l->arena };
	struct aeg_json j;
	uint32_t n;
	struct aeg_str *paths = explored(r, &n);
	size_t cap = aeg_json_bound(result.len);
	if (aeg_json_scan(&j, result.at, result.len,
		    arena_array(r->l->arena, struct aeg_json_tok, cap), cap) != AEG_OK)
		return command_fail(r->l, COMMAND_NO, "the response is no JSON");
	buf_text(&out, "{\"sliced_data\":{");
	for (uint32_t i = 0; i < n; i++) {
		buf_text(&out, i == 0 ? "" : ",");
		int status = add_slice(r, &out, &j, paths[i]);
		if (status != COMMAND_OK)
			return status;
	}
	buf_printf(&out, "},\"hints\":null,\"operation_metadata\":{\"status\":%u}}\n", r->status);
	command_print(&out, stdout);
	fprintf(stderr, "aegisr: %zu bytes of response, %zu of fields\n", r->before, out.len);
	return COMMAND_OK;
}

/* ---- The command --------------------------------------------------------------------------- */

static int find(struct running *r, const struct aeg_flows *flows)
{
	static const char explore[] = "explore:";
	struct slice name = slice_of(r->l->operands[1]);
	bool exploring = slice_begins(name, slice_of(explore));
	uint32_t skip = exploring ? sizeof explore - 1 : 0, found;
	struct aeg_str rest = { name.at + skip, name.len - skip };
	r->flow->flow = r->flow->explore = AEG_NONE;
	found = exploring ? aeg_explore_find(flows, rest) : aeg_flow_find(flows, rest);
	if (found == AEG_NONE)
		return command_usage(r->l,
			exploring ? "the bundle lets nobody explore `%s`"
				  : "the bundle has no tool workflow `%s`",
			rest.at);
	*(exploring ? &r->flow->explore : &r->flow->flow) = found;
	if (!exploring && command_has(r->l, "--fields"))
		return command_usage(r->l, "--fields is for explore:SPEC.OPERATION");
	return COMMAND_OK;
}

static int finish(struct running *r, enum aeg_flow_want want)
{
	struct buf b = { .arena = r->l->arena };
	uint32_t n;
	if (want != AEG_FLOW_DONE) {
		buf_text(&b, "aegisr: ");
		if (r->flow->failed_step.len != 0) {
			buf_text(&b, "step ");
			tell_quote(&b, slice_str(r->flow->failed_step));
			buf_text(&b, ": ");
		}
		buf_printf(&b, "%s\n", r->flow->what);
		command_print(&b, stderr);
		return COMMAND_NO;
	}
	if (explored(r, &n) != NULL)
		return slice_result(r, aeg_flow_result(r->flow));
	buf_slice(&b, slice_str(aeg_flow_result(r->flow)));
	buf_text(&b, "\n");
	command_print(&b, stdout);
	return COMMAND_OK;
}

static int run(struct running *r, const struct aeg_bundle *bundle)
{
	struct aeg_flows flows;
	struct slice text = SLICE("{}");
	enum aeg_status s = aeg_flows_open(bundle, &flows);
	int status;
	if (s != AEG_OK)
		return command_fail(r->l, COMMAND_REFUSED, "the workflows of the bundle: %s",
			aeg_status_text(s));
	r->flow->flows = &flows;
	if ((status = find(r, &flows)) != COMMAND_OK ||
		(command_has(r->l, "--input") &&
			(status = args_given(r->l, "--input", &text)) != COMMAND_OK))
		return status;
	r->flow->input = args_scan(r->l->arena, text);
	if (r->flow->input->status != AEG_OK)
		return command_fail(r->l, COMMAND_NO, "the input is no JSON: byte %u",
			r->flow->input->bad);
	s = aeg_flow_begin(r->flow);
	return finish(r, s == AEG_OK ? drive(r) : AEG_FLOW_FAILED);
}

int run_run(struct command_line *l)
{
	struct aeg_bundle bundle;
	struct aeg_flow flow = { .size_of = sizeof flow, .steps = 1000000000, .event = tell_event };
	struct running r = { .l = l, .flow = &flow, .max_response = 8u << 20 };
	int status = command_count(l, "--max-response", &r.max_response);
	r.trace = command_has(l, "--trace");
	r.colour = command_colour(STDERR_FILENO);
	flow.ctx = &r;
	if (status == COMMAND_OK)
		status = read_bases(&r);
	if (status == COMMAND_OK)
		status = read_headers(&r);
	if (status == COMMAND_OK && r.max_response > (64u << 20))
		status = command_usage(l, "--max-response is 64 MiB at most");
	if (status == COMMAND_OK)
		status = load_bundle(l, &bundle);
	if (status != COMMAND_OK)
		return status;
	/* Its tokens, and as much again for what is kept; pages that nobody touches cost nothing.
	 */
	flow.mem_size = (16u << 20) + 20 * (size_t)r.max_response;
	flow.mem = malloc(flow.mem_size);
	status = flow.mem == NULL ? command_fail(l, COMMAND_IO, "there is not enough memory")
				  : run(&r, &bundle);
	if (r.http != NULL)
		http_close(r.http);
	free(flow.mem);
	aeg_bundle_close(&bundle);
	return status;
}
