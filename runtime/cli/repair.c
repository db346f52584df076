/* Changes a call, or notes what the policy lacks, until one capability grants it. */
#define _GNU_SOURCE /* memmem */
#include "cli/repair.h"

#include "base/nearest.h"
#include "cli/answer.h"

enum {
	TRIES_MOST = 256,
	VALUES_MOST = 16,      /* after so many changes a list is replaced as a whole */
	ARGS_MOST = 256 << 10, /* bytes; longer arguments are made anew */
	COST_BYTES = 64
};

static struct aeg_str str(struct slice s) { return (struct aeg_str){ s.at, s.len }; }

bool change_is_of_call(enum change_kind k) { return k < CHANGE_ADD_PATH; }

void changes_add(struct arena *a, struct changes *to, struct change c)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct change *o = &to->v[i];
		if (o->kind == c.kind && o->rule == c.rule && o->index == c.index &&
			slice_eq(o->name, c.name) && slice_eq(o->value, c.value))
			return;
	}
	arena_push(a, to->v, to->n, &to->cap);
	to->v[to->n++] = c;
}

/* ---- Arguments ----------------------------------------------------------------------------- */

static bool acceptable(const struct aeg_json *j)
{
	return j == NULL ||
	       (j->status == AEG_OK && j->duplicate == AEG_NONE && j->surrogate == AEG_NONE &&
		       (args_kind(j, 0) == AEG_JSON_OBJECT || args_kind(j, 0) == AEG_JSON_NULL));
}

bool repair_argument(const struct repair *r, uint32_t i, struct argument *ret)
{
	ret->info.size_of = sizeof ret->info;
	if (aeg_argument_info(r->bundle, r->tool, i, &ret->info) != AEG_OK)
		return false;
	ret->value = r->json == NULL ? AEG_NONE : aeg_json_member(r->json, 0, ret->info.name);
	return true;
}

bool repair_argument_of(const struct repair *r, uint32_t token, struct argument *ret)
{
	for (uint32_t i = 0; repair_argument(r, i, ret); i++)
		if (ret->value != AEG_NONE && token >= ret->value &&
			token < r->json->tok[ret->value].next)
			return true;
	return false;
}

/* The arguments that a decision looks at, without the rest. */
static struct aeg_json *look_at(const struct repair *r, const struct aeg_call *call)
{
	struct buf out = { .arena = r->arena };
	struct argument arg;
	buf_text(&out, "{");
	for (uint32_t i = 0; repair_argument(r, i, &arg) && acceptable(call->args); i++) {
		uint32_t token = call->args == NULL ? AEG_NONE
						    : aeg_json_member(call->args, 0, arg.info.name);
		if (token == AEG_NONE || aeg_argument_is_secret(r->bundle, call, token))
			continue;
		buf_text(&out, out.len > 1 ? "," : "");
		buf_json_string(&out, slice_str(arg.info.name));
		buf_text(&out, ":");
		buf_slice(&out, args_text(call->args, token));
	}
	if (out.len > ARGS_MOST)
		out.len = 1;
	buf_text(&out, "}");
	return args_scan(r->arena, buf_done(&out));
}

void repair_init(struct repair *r, struct arena *a, const struct aeg_bundle *b,
	const struct aeg_call *call, uint32_t capability, bool policy)
{
	*r = (struct repair){ .arena = a,
		.bundle = b,
		.call = *call,
		.from = call->args,
		.tool = aeg_tool_find(b, call->tool),
		.capability = capability,
		.policy = policy,
		.list.n = AEG_NONE,
		.nearest = AEG_NONE };
	r->call.limits = NULL;
	r->json = look_at(r, call);
	r->call.args = r->json;
}

struct slice repair_text(const struct repair *r, uint32_t token)
{
	struct slice none = { NULL, 0 };
	uint32_t len = r->json->tok[token].len;
	if (args_kind(r->json, token) != AEG_JSON_STRING || len > 6 * REPAIR_QUOTE_MOST)
		return none;
	char *text = arena_array(r->arena, char, len + 1);
	size_t n = aeg_json_unescape(r->json, token, text, len);
	return n > REPAIR_QUOTE_MOST ? none : (struct slice){ text, (uint32_t)n };
}

static void take(struct repair *r, struct aeg_json *j)
{
	r->json = j;
	r->call.args = j;
}

bool repair_set_json(struct repair *r, uint32_t token, struct slice json)
{
	struct slice old = args_text(r->json, token);
	if (slice_eq(old, json))
		return false;
	old.len = old.len < COST_BYTES ? old.len : COST_BYTES;
	r->cost += 1 + nearest_distance(old, json, COST_BYTES);
	take(r, args_replace(r->arena, r->json, token, json));
	return true;
}

static struct slice quoted(struct repair *r, struct slice text)
{
	struct buf out = { .arena = r->arena };
	buf_json_string(&out, text);
	return buf_done(&out);
}

bool repair_set(struct repair *r, uint32_t token, struct slice text)
{
	return repair_set_json(r, token, quoted(r, text));
}

static struct slice list_of(struct repair *r, struct slice text)
{
	struct buf out = { .arena = r->arena };
	buf_text(&out, "[");
	buf_json_string(&out, text);
	buf_text(&out, "]");
	return buf_done(&out);
}

bool repair_leave_out(struct repair *r, const struct argument *arg)
{
	r->cost += COST_BYTES;
	take(r, args_remove(r->arena, r->json, arg->value));
	return true;
}

bool repair_set_list(struct repair *r, uint32_t token, struct slice text)
{
	return repair_set_json(r, token, list_of(r, text));
}

static bool is_list(const struct argument *arg)
{
	return arg->info.role == AEG_ROLE_ARGS || (arg->info.flags & AEG_ARGUMENT_LIST) != 0;
}

static bool is_required(const struct argument *arg)
{
	return (arg->info.flags & AEG_ARGUMENT_REQUIRED) != 0;
}

/* ---- Values made anew ---------------------------------------------------------------------- */

static struct allowlist *compare(struct repair *r, enum aeg_list list)
{
	r->list = allowlist_of(r->bundle, r->call.context, r->capability, list, 0);
	r->nearest = AEG_NONE;
	return &r->list;
}

static struct slice new_path(struct repair *r, struct slice like)
{
	struct allowlist *l = compare(r, AEG_LIST_PATHS);
	r->nearest = near_path(r->arena, l, like);
	if (r->nearest == AEG_NONE)
		return SLICE("/workspace");
	return near_path_value(r->arena, allowlist_entry(l, r->nearest), like);
}

/* The host of the entry nearest to @like. */
static struct slice new_host(struct repair *r, struct slice like)
{
	struct allowlist *l = compare(r, AEG_LIST_DOMAINS);
	r->nearest = near_host(l, like);
	if (r->nearest == AEG_NONE)
		return SLICE("example.com");
	return near_host_value(r->arena, allowlist_entry(l, r->nearest), like);
}

static struct slice new_url(struct repair *r, struct slice like)
{
	struct buf out = { .arena = r->arena };
	buf_text(&out, "https://");
	buf_slice(&out, new_host(r, like));
	buf_text(&out, "/");
	return buf_done(&out);
}

static struct slice new_value(struct repair *r, enum aeg_role role)
{
	switch (role) {
	case AEG_ROLE_PATH: return new_path(r, SLICE(""));
	case AEG_ROLE_COMMAND: return repair_new_command(r);
	case AEG_ROLE_URL: return new_url(r, SLICE(""));
	case AEG_ROLE_ARGS: return SLICE("help");
	case AEG_ROLE_SECRET: break;
	}
	return SLICE("");
}

bool repair_fill(struct repair *r, const struct argument *arg)
{
	struct slice json = arg->info.role == AEG_ROLE_ARGS ? SLICE("[]")
			    : is_list(arg) ? list_of(r, new_value(r, arg->info.role))
					   : quoted(r, new_value(r, arg->info.role));
	if (arg->value != AEG_NONE)
		return repair_set_json(r, arg->value, json);
	r->cost += COST_BYTES;
	take(r, args_add(r->arena, r->json, slice_str(arg->info.name), json));
	return true;
}

/* ---- Failures ------------------------------------------------------------------------------ */

/* The argument that is required and not there; constraints are met in this order. */
static bool fill_missing(struct repair *r)
{
	static const struct {
		enum aeg_role role;
		enum aeg_list list;
	} order[] = { { AEG_ROLE_PATH, AEG_LIST_PATHS }, { AEG_ROLE_COMMAND, AEG_LIST_COMMANDS },
		{ AEG_ROLE_ARGS, AEG_LIST_COMMANDS }, { AEG_ROLE_URL, AEG_LIST_DOMAINS } };
	for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
		struct argument arg;
		if (compare(r, order[k].list)->n == AEG_NONE)
			continue;
		for (uint32_t i = 0; repair_argument(r, i, &arg); i++)
			if (arg.info.role == order[k].role && is_required(&arg) &&
				arg.value == AEG_NONE)
				return repair_fill(r, &arg);
	}
	return false;
}

/* Something else than a string, or than a list of them. */
bool repair_mend_kind(struct repair *r, uint32_t token, const struct argument *arg)
{
	if (token != arg->value)
		return repair_set(r, token, new_value(r, arg->info.role));
	struct slice text = repair_text(r, token);
	if (is_list(arg) && text.at != NULL)
		return repair_set_json(r, token, list_of(r, text));
	return is_required(arg) ? repair_fill(r, arg) : repair_leave_out(r, arg);
}

static bool is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

static bool mend_path(struct repair *r, uint32_t token)
{
	struct slice text = repair_text(r, token);
	struct buf out = { .arena = r->arena };
	for (uint32_t i = 0; i < text.len; i++)
		if (!is_control(text.at[i]))
			buf_add(&out, text.at + i, 1);
	return repair_set(r, token, out.len == 0 ? new_path(r, SLICE("")) : buf_done(&out));
}

static bool move_path(struct repair *r, uint32_t token)
{
	struct slice text = repair_text(r, token);
	return repair_set(r, token, new_path(r, text));
}

static bool climb_path(struct repair *r, uint32_t token)
{
	struct slice text = repair_text(r, token);
	if (text.at == NULL)
		return move_path(r, token);
	return repair_set(r, token, near_path_plain(r->arena, text));
}

/* What is most likely meant for the host, in whatever else a URL is not; *ret_rest: what follows.
 */
static struct slice guess_host(struct slice url, struct slice *ret_rest)
{
	const char *slashes = url.len == 0 ? NULL : memmem(url.at, url.len, "//", 2);
	const char *end = url.at + url.len, *at = slashes == NULL ? url.at : slashes + 2,
		   *stop = at;
	while (stop < end && strchr("/?#\\", *stop) == NULL)
		stop++;
	*ret_rest = (struct slice){ stop, (uint32_t)(end - stop) };
	for (const char *c = at; c < stop; c++)
		if (*c == '@')
			at = c + 1;
	const char *host_end = at;
	while (host_end < stop && *host_end != ':')
		host_end++;
	return (struct slice){ at, (uint32_t)(host_end - at) };
}

struct slice repair_host(struct repair *r, struct slice url)
{
	char *buf = arena_array(r->arena, char, 256);
	uint32_t n = aeg_url_host(str(url), buf);
	return (struct slice){ buf, n };
}

static bool mend_url(struct repair *r, uint32_t token)
{
	struct slice text = repair_text(r, token), rest, host = guess_host(text, &rest);
	for (int with_rest = 1; with_rest >= 0; with_rest--) {
		struct buf out = { .arena = r->arena };
		buf_text(&out, "https://");
		buf_slice(&out, host);
		buf_slice(&out, with_rest ? rest : SLICE("/"));
		struct slice url = buf_done(&out);
		if (repair_host(r, url).len != 0)
			return repair_set(r, token, url);
	}
	return repair_set(r, token, new_url(r, host));
}

/* The URL with another host. */
static bool move_url(struct repair *r, uint32_t token)
{
	struct slice url = repair_text(r, token), host = repair_host(r, url);
	if (host.len == 0)
		return repair_set(r, token, new_url(r, SLICE("")));
	uint32_t lo = (uint32_t)((const char *)memchr(url.at, '/', url.len) - url.at) + 2, hi = lo;
	const char *end = url.at[lo] == '[' ? "]" : ":/?#";
	while (hi < url.len && strchr(end, url.at[hi]) == NULL)
		hi++;
	hi += url.at[lo] == '[';
	struct buf out = { .arena = r->arena };
	buf_add(&out, url.at, lo);
	buf_slice(&out, new_host(r, host));
	buf_add(&out, url.at + hi, url.len - hi);
	return repair_set(r, token, buf_done(&out));
}

bool repair_is_about_entry(enum aeg_reason why)
{
	return why == AEG_PathOutsideBoundary || why == AEG_CommandNotAllowed ||
	       why == AEG_SubcommandNotAllowed || why == AEG_DomainNotAllowed;
}

static bool has_nothing(struct repair *r, enum aeg_list list) { return compare(r, list)->n == 0; }

bool repair_call(struct repair *r, const struct aeg_step *s)
{
	struct argument arg;
	if (s->token == AEG_NONE)
		return s->reason == AEG_MissingArgument && fill_missing(r);
	if (!repair_argument_of(r, s->token, &arg))
		return false;
	if (arg.info.role == AEG_ROLE_COMMAND || arg.info.role == AEG_ROLE_ARGS) {
		if (s->reason != AEG_MissingArgument)
			return repair_command(r, s, &arg);
		return repair_mend_kind(r, s->token, &arg);
	}
	if (s->reason == AEG_MissingArgument)
		return repair_mend_kind(r, s->token, &arg);
	if (arg.info.role == AEG_ROLE_URL)
		return s->reason == AEG_InvalidArgument   ? mend_url(r, s->token)
		       : has_nothing(r, AEG_LIST_DOMAINS) ? false
							  : move_url(r, s->token);
	if (s->reason == AEG_InvalidArgument)
		return mend_path(r, s->token);
	if (s->reason == AEG_PathTraversalBlocked)
		return climb_path(r, s->token);
	return !has_nothing(r, AEG_LIST_PATHS) && move_path(r, s->token);
}

/* ---- Entries ------------------------------------------------------------------------------- */

/* An entry that covers the path and no more than can be written: `a**b` would be refused. */
static struct slice path_entry(struct repair *r, struct slice path)
{
	struct slice plain = near_path_plain(r->arena, path);
	struct buf out = { .arena = r->arena };
	for (uint32_t i = 0; i < plain.len; i++) {
		const char *c = plain.at + i;
		bool again = *c == '*' && i > 0 && c[-1] == '*';
		bool alone = again && c[-2] == '/' && (i + 1 == plain.len || c[1] == '/');
		if (!again || alone)
			buf_add(&out, c, 1);
	}
	return buf_done(&out);
}

/* @loose: one that lets through more than the call, where no other can be written. */
static bool add_entry(struct repair *r, const struct aeg_step *s, bool loose)
{
	struct change c = { .rule = r->capability, .index = AEG_NONE };
	if (s->reason == AEG_CommandNotAllowed || s->reason == AEG_SubcommandNotAllowed)
		return repair_add_command(r, s, loose);
	struct slice text =
		s->token == AEG_NONE ? SLICE("https://example.com/") : repair_text(r, s->token);
	if (text.at == NULL)
		return false;
	if (s->reason == AEG_PathOutsideBoundary) {
		c.kind = CHANGE_ADD_PATH;
		c.value = path_entry(r, text);
	} else {
		c.kind = CHANGE_ADD_DOMAIN;
		c.value = repair_host(r, text);
	}
	if (c.value.len == 0)
		return false;
	changes_add(r->arena, &r->changes, c);
	return true;
}

/* A whole list for its one bad value: there are too many of them. */
static bool refill(struct repair *r, const struct aeg_step *s)
{
	struct argument arg;
	return s->token != AEG_NONE && repair_argument_of(r, s->token, &arg) &&
	       s->token != arg.value && repair_fill(r, &arg);
}

/* A value of which an entry can be made, where no entry lets anything through. */
static bool replace_value(struct repair *r, const struct aeg_step *s)
{
	struct argument arg;
	return s->token != AEG_NONE && repair_argument_of(r, s->token, &arg) &&
	       repair_set(r, s->token, new_value(r, arg.info.role));
}

/* ---- All of it ------------------------------------------------------------------------------ */

struct aeg_step repair_failure(struct repair *r)
{
	struct aeg_step s;
	if (aeg_capability_failure(r->bundle, &r->call, r->capability, r->skip, &s) != AEG_OK)
		s.reason = AEG_UnknownContext; /* nothing helps */
	return s;
}

bool repair_run(struct repair *r)
{
	for (uint32_t tries = 0; tries < TRIES_MOST; tries++) {
		struct aeg_step s = repair_failure(r);
		bool entry = repair_is_about_entry(s.reason);
		if (s.reason == AEG_None)
			return true;
		if (tries == VALUES_MOST)
			r->policy = false;
		if (tries >= VALUES_MOST && refill(r, &s))
			continue;
		if (entry && r->policy && add_entry(r, &s, false))
			r->skip++;
		else if (repair_call(r, &s))
			continue;
		else if (entry && add_entry(r, &s, true))
			r->skip++;
		else if (!entry || !replace_value(r, &s))
			return false;
	}
	return false;
}

/* ---- What has changed ----------------------------------------------------------------------- */

static void add_value(struct repair *r, struct changes *to, const struct argument *arg,
	uint32_t index, struct slice value)
{
	changes_add(r->arena, to,
		(struct change){ .kind = CHANGE_ARGUMENT,
			.rule = AEG_NONE,
			.index = index,
			.name = slice_str(arg->info.name),
			.value = value });
}

/* Element by element where as many are left, so that only what is new is shown. */
static bool add_elements(
	struct repair *r, struct changes *to, const struct argument *arg, uint32_t was)
{
	const struct aeg_json *old = r->from, *new = r->json;
	uint32_t i = was, k = arg->value;
	if (args_kind(old, i) != AEG_JSON_ARRAY || args_kind(new, k) != AEG_JSON_ARRAY ||
		old->tok[i].next - i != new->tok[k].next - k)
		return false;
	for (uint32_t at = 0; at + 1 < old->tok[was].next - was; at++)
		if (args_kind(old, was + 1 + at) >= AEG_JSON_ARRAY)
			return false;
	for (i++, k++; i < old->tok[was].next; i++, k++)
		if (!slice_eq(args_text(old, i), args_text(new, k)))
			add_value(r, to, arg, i - was - 1, args_text(new, k));
	return true;
}

void repair_differences(struct repair *r, struct changes *to)
{
	struct argument arg;
	if (!acceptable(r->from)) {
		changes_add(r->arena, to,
			(struct change){ .kind = CHANGE_ARGUMENTS,
				.rule = AEG_NONE,
				.index = AEG_NONE,
				.value = args_text(r->json, 0) });
		return;
	}
	for (uint32_t i = 0; repair_argument(r, i, &arg); i++) {
		uint32_t was =
			r->from == NULL ? AEG_NONE : aeg_json_member(r->from, 0, arg.info.name);
		if (was == AEG_NONE && arg.value == AEG_NONE)
			continue;
		if (arg.value == AEG_NONE && arg.info.role != AEG_ROLE_SECRET)
			changes_add(r->arena, to,
				(struct change){ .kind = CHANGE_LEAVE_OUT,
					.rule = AEG_NONE,
					.index = AEG_NONE,
					.name = slice_str(arg.info.name) });
		else if (was == AEG_NONE)
			add_value(r, to, &arg, AEG_NONE, args_text(r->json, arg.value));
		else if (arg.value != AEG_NONE &&
			 !slice_eq(args_text(r->from, was), args_text(r->json, arg.value)) &&
			 !add_elements(r, to, &arg, was))
			add_value(r, to, &arg, AEG_NONE, args_text(r->json, arg.value));
	}
}
