/* How the public orchestrator and the public gateway decide a call. */
#include "check/peers.h"

struct view {
	enum peer peer;
	bool bare_prefix;
	struct slice tool;
	const struct aeg_json *args;
	struct arena *scratch;
};

/* ---- Arguments: one name for each role, of one JSON type ------------------------------------ */

static uint32_t member(const struct view *v, const char *name)
{
	return v->args == NULL ? AEG_NONE
			       : aeg_json_member(v->args, 0,
					 (struct aeg_str){ name, (uint32_t)strlen(name) });
}

static struct slice unescaped(const struct view *v, uint32_t token)
{
	uint32_t len = v->args->tok[token].len;
	char *text = arena_array(v->scratch, char, len + 1);
	return (struct slice){ text, (uint32_t)aeg_json_unescape(v->args, token, text, len) };
}

static bool is_kind(const struct view *v, uint32_t token, enum aeg_json_kind kind)
{
	return (v->args->tok[token].info & AEG_JSON_KIND_MASK) == (uint32_t)kind;
}

/* False: not there, or not a string. */
static bool string(const struct view *v, const char *name, struct slice *ret)
{
	uint32_t token = member(v, name);
	if (token == AEG_NONE || !is_kind(v, token, AEG_JSON_STRING))
		return false;
	*ret = unescaped(v, token);
	return true;
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Both strip `.*` and compare what is left as a prefix: `fs.*` matches `fsx.read`, and `fs`. */
static bool matches(const struct view *v, const struct mpattern *p)
{
	struct slice s = p->stem;
	if (p->form == PATTERN_ANY)
		return true;
	if (p->form == PATTERN_EXACT)
		return slice_eq(s, v->tool);
	if (!slice_begins(v->tool, s))
		return false;
	return v->bare_prefix || (v->tool.len > s.len + 1 && v->tool.at[s.len] == '.');
}

/* The orchestrator looks deny entries up as names; the gateway matches them. */
static bool denies(const struct view *v, const struct mpattern *p)
{
	if (v->peer == PEER_ORCHESTRATOR)
		return slice_eq(p->written.text, v->tool);
	return matches(v, p);
}

/* ---- Constraints: which apply is told by the tool's name alone ------------------------------ */

/* The next component of @s from @at on; an empty one or `.` is none. */
static struct slice component(struct slice s, uint32_t *at)
{
	while (*at < s.len) {
		uint32_t lo = *at;
		while (*at < s.len && s.at[*at] != '/')
			++*at;
		struct slice c = { s.at + lo, *at - lo };
		if (*at < s.len)
			++*at;
		if (c.len != 0 && !slice_is(c, "."))
			return c;
	}
	return (struct slice){ 0 };
}

/* Lexical, by components; `..` is a component like others, and so is a star. */
static bool is_below(struct slice path, struct slice entry)
{
	uint32_t p = 0, e = 0;
	if (path.len == 0 || path.at[0] != '/')
		return false;
	for (;;) {
		struct slice want = component(entry, &e);
		if (want.len == 0)
			return true;
		if (!slice_eq(want, component(path, &p)))
			return false;
	}
}

static bool climbs(struct slice path)
{
	uint32_t at = 0;
	struct slice c;
	while ((c = component(path, &at)).len != 0)
		if (slice_is(c, ".."))
			return true;
	return false;
}

/* Only `path` is looked at, a missing one passes, and an absolute one may climb. A relative one is
 * taken under the workspace by the orchestrator, unless it climbs, and refused by the gateway. */
static bool path_passes(const struct view *v, const struct mcap *cap)
{
	struct slice path;
	bool applies =
		slice_begins(v->tool, SLICE("fs.")) || slice_begins(v->tool, SLICE("filesystem."));
	if (!applies || !cap->paths.stated || !string(v, "path", &path))
		return true;
	if (v->peer == PEER_ORCHESTRATOR && (path.len == 0 || path.at[0] != '/')) {
		struct buf whole = { .arena = v->scratch };
		if (climbs(path))
			return false;
		buf_printf(&whole, "/workspace/%.*s", SLICE_ARG(path));
		path = buf_done(&whole);
	}
	for (uint32_t i = 0; i < cap->paths.n; i++)
		if (is_below(path, cap->paths.v[i].text))
			return true;
	return false;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Word @n of @s, split at blanks; empty: there is none. */
static struct slice word(struct slice s, uint32_t n)
{
	uint32_t at = 0;
	for (;;) {
		while (at < s.len && is_blank(s.at[at]))
			at++;
		uint32_t lo = at;
		while (at < s.len && !is_blank(s.at[at]))
			at++;
		if (n-- == 0 || lo == at)
			return (struct slice){ s.at + lo, at - lo };
	}
}

/* The first string of `args`; what is not a string is passed over. */
static bool first_arg(const struct view *v, struct slice *ret)
{
	uint32_t list = member(v, "args");
	if (list == AEG_NONE || !is_kind(v, list, AEG_JSON_ARRAY))
		return false;
	for (uint32_t i = list + 1; i < v->args->tok[list].next; i = v->args->tok[i].next)
		if (is_kind(v, i, AEG_JSON_STRING)) {
			*ret = unescaped(v, i);
			return true;
		}
	return false;
}

static bool lists(const struct mlist *list, struct slice word)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].text, word))
			return true;
	return false;
}

/* The list that goes with command @name, or NULL: the command is none of them. */
static const struct mlist *subcommands(const struct mcap *cap, struct slice name)
{
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++)
		if (slice_eq(cap->subcommand_map[i].command.text, name))
			return &cap->subcommand_map[i].subcommands;
	return NULL;
}

/* Only a map is read. The orchestrator looks the whole of `command` up and takes the first of
 * `args`; the gateway takes the second word of `command`. A map that says nothing of a command's
 * subcommands allows any. */
static bool subcommand_passes(const struct view *v, const struct mcap *cap, struct slice command)
{
	bool whole = v->peer == PEER_ORCHESTRATOR;
	struct slice sub = word(command, 1);
	const struct mlist *subs = subcommands(cap, whole ? command : word(command, 0));
	if (subs == NULL)
		return false;
	if (subs->n == 0)
		return true;
	if (whole && !first_arg(v, &sub))
		return false;
	return sub.len != 0 && lists(subs, sub);
}

static bool command_passes(const struct view *v, const struct mcap *cap)
{
	struct slice command;
	bool subs = cap->subcommand_form == SUBCOMMANDS_MAP;
	if (!slice_is(v->tool, "cmd.run") || (!cap->commands.stated && !subs))
		return true;
	if (!string(v, "command", &command))
		return v->peer == PEER_GATEWAY;
	if (cap->commands.stated && !lists(&cap->commands, word(command, 0)))
		return false;
	return !subs || subcommand_passes(v, cap, command);
}

/* What stands between the scheme, or the last `@`, and a port or the path; empty where there is no
 * scheme. */
static struct slice host_of(struct slice url)
{
	uint32_t lo = 0, hi;
	while (lo + 2 < url.len && memcmp(url.at + lo, "://", 3) != 0)
		lo++;
	if (lo == 0 || lo + 2 >= url.len)
		return (struct slice){ 0 };
	lo += 3;
	for (hi = lo; hi < url.len && strchr("/?#\\", url.at[hi]) == NULL; hi++)
		if (url.at[hi] == '@')
			lo = hi + 1;
	struct slice host = { url.at + lo, hi - lo };
	uint32_t end = host.len;
	while (end > 0 && host.at[end - 1] >= '0' && host.at[end - 1] <= '9')
		end--;
	if (end > 0 && host.at[end - 1] == ':')
		host.len = end - 1;
	return host;
}

static struct slice lowered(const struct view *v, struct slice host)
{
	char *text = arena_array(v->scratch, char, host.len + 1);
	for (uint32_t i = 0; i < host.len; i++)
		text[i] = host.at[i] >= 'A' && host.at[i] <= 'Z' ? (char)(host.at[i] - 'A' + 'a')
								 : host.at[i];
	bool dot = host.len > 0 && text[host.len - 1] == '.';
	return (struct slice){ text, host.len - dot };
}

static bool ends_in(struct slice s, struct slice end)
{
	return s.len >= end.len && memcmp(s.at + s.len - end.len, end.at, end.len) == 0;
}

/* The gateway compares ends, wherever a label begins, in the case that they are written in. */
static bool host_passes(const struct view *v, struct slice host, struct slice entry)
{
	if (!ends_in(host, entry))
		return false;
	return v->peer == PEER_GATEWAY || host.len == entry.len ||
	       host.at[host.len - entry.len - 1] == '.';
}

/* A missing url passes. */
static bool domain_passes(const struct view *v, const struct mcap *cap)
{
	struct slice url, host;
	bool applies =
		slice_begins(v->tool, SLICE("web.")) || slice_begins(v->tool, SLICE("web-search."));
	if (!applies || !cap->domains.stated || !string(v, "url", &url))
		return true;
	host = host_of(url);
	if (v->peer == PEER_ORCHESTRATOR) {
		host = lowered(v, host);
		if (host.len == 0)
			return false;
	}
	for (uint32_t i = 0; i < cap->domains.n; i++)
		if (host_passes(v, host, cap->domains.v[i].text))
			return true;
	return false;
}

/* ---- The decision -------------------------------------------------------------------------- */

bool peer_allows(enum peer peer, bool bare_prefix, const struct mcontext *context,
	struct slice tool, const struct aeg_json *args, struct arena *scratch)
{
	struct view v = { peer, bare_prefix, tool, args, scratch };
	for (uint32_t i = 0; i < context->ndeny; i++)
		if (denies(&v, &context->deny[i]))
			return false;
	for (uint32_t i = 0; i < context->ncaps; i++) {
		const struct mcap *cap = &context->caps[i];
		if (!matches(&v, &cap->pattern))
			continue;
		if (path_passes(&v, cap) && command_passes(&v, cap) && domain_passes(&v, cap))
			return true;
		if (peer == PEER_GATEWAY) /* the first whose pattern matches decides alone */
			return false;
	}
	return false;
}
