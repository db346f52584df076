/* Changes single arguments: paths, URLs, and what is of the wrong kind. */
#define _GNU_SOURCE /* memmem */
#include "cli/answer.h"
#include "cli/repair_internal.h"

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

/* One value that its constraint lets through, or that at least has its form. */
static bool fill(struct repair *r, const struct argument *arg)
{
	struct slice json = SLICE("[]");
	if (arg->info.role != AEG_ROLE_ARGS) {
		struct slice text = new_value(r, arg->info.role);
		json = argument_is_list(arg) ? args_list(r->arena, text)
					     : args_string(r->arena, text);
	}
	return repair_give(r, arg, json);
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
			if (arg.info.role == order[k].role && argument_is_required(&arg) &&
				arg.value == AEG_NONE)
				return fill(r, &arg);
	}
	return false;
}

/* Something else than a string, or than a list of them. */
bool repair_mend_kind(struct repair *r, uint32_t token, const struct argument *arg)
{
	if (token != arg->value)
		return repair_set(r, token, new_value(r, arg->info.role));
	struct slice text = repair_text(r, token);
	if (argument_is_list(arg) && text.at != NULL)
		return repair_set_json(r, token, args_list(r->arena, text));
	return argument_is_required(arg) ? fill(r, arg) : repair_leave_out(r, arg);
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

/* What may be shown of a value. */
static struct slice shown(struct repair *r, uint32_t token)
{
	struct slice text = repair_text(r, token);
	return text.at == NULL ? SLICE("") : text;
}

static bool move_path(struct repair *r, uint32_t token)
{
	return repair_set(r, token, new_path(r, shown(r, token)));
}

static bool climb_path(struct repair *r, uint32_t token)
{
	struct slice text = shown(r, token);
	return text.len == 0 ? move_path(r, token)
			     : repair_set(r, token, near_path_plain(r->arena, text));
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
	uint32_t n = aeg_url_host(str_slice(url), buf);
	return (struct slice){ buf, n };
}

static bool mend_url(struct repair *r, uint32_t token)
{
	struct slice rest, host = guess_host(shown(r, token), &rest);
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
	struct slice url = shown(r, token), host = repair_host(r, url);
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

static bool mend_or_move_url(struct repair *r, const struct aeg_step *s)
{
	if (s->reason == AEG_InvalidArgument)
		return mend_url(r, s->token);
	return compare(r, AEG_LIST_DOMAINS)->n != 0 && move_url(r, s->token);
}

static bool mend_or_move_path(struct repair *r, const struct aeg_step *s)
{
	if (s->reason == AEG_InvalidArgument)
		return mend_path(r, s->token);
	if (s->reason == AEG_PathTraversalBlocked)
		return climb_path(r, s->token);
	return compare(r, AEG_LIST_PATHS)->n != 0 && move_path(r, s->token);
}

bool repair_call(struct repair *r, const struct aeg_step *s)
{
	struct argument arg;
	if (s->token == AEG_NONE)
		return s->reason == AEG_MissingArgument && fill_missing(r);
	if (!repair_argument_of(r, s->token, &arg))
		return false;
	if (s->reason == AEG_MissingArgument)
		return repair_mend_kind(r, s->token, &arg);
	switch (arg.info.role) {
	case AEG_ROLE_PATH: return mend_or_move_path(r, s);
	case AEG_ROLE_COMMAND:
	case AEG_ROLE_ARGS: return repair_command(r, s, &arg);
	case AEG_ROLE_URL: return mend_or_move_url(r, s);
	case AEG_ROLE_SECRET: break;
	}
	return false;
}

bool repair_refill(struct repair *r, const struct aeg_step *s)
{
	struct argument arg;
	return s->token != AEG_NONE && repair_argument_of(r, s->token, &arg) &&
	       s->token != arg.value && fill(r, &arg);
}

bool repair_replace(struct repair *r, const struct aeg_step *s)
{
	struct argument arg;
	return s->token != AEG_NONE && repair_argument_of(r, s->token, &arg) &&
	       repair_set(r, s->token, new_value(r, arg.info.role));
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

bool repair_add_entry(struct repair *r, const struct aeg_step *s, bool loose)
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
