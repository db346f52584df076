/* Explains decisions in words. */
#include "cli/tell.h"
#include "cli/paint.h"

#include "base/nearest.h"
#include "base/utf8.h"
#include "cli/answer.h"
#include "cli/paint.h"

enum { QUOTE_MOST = 256 }; /* a longer argument is never shown */

/* ---- Values -------------------------------------------------------------------------------- */

void tell_text(struct buf *out, struct slice s)
{
	for (uint32_t i = 0, n; i < s.len; i += n) {
		uint32_t c = utf8_decode(s.at + i, s.len - i, &n);
		if (c == '\n')
			buf_text(out, "\\n");
		else if (c == UINT32_MAX || (c < 0x80 && utf8_hidden(c)))
			buf_printf(out, "\\x%02x", (unsigned char)s.at[i]);
		else if (utf8_hidden(c))
			buf_printf(out, "\\u{%x}", (unsigned)c);
		else
			buf_add(out, s.at + i, n);
	}
}

void tell_quote(struct buf *out, struct slice s)
{
	bool cut = s.len > QUOTE_MOST;
	s.len = cut ? QUOTE_MOST : s.len;
	buf_text(out, "`");
	tell_text(out, s);
	buf_text(out, cut ? "...`" : "`");
}

void tell_place(struct buf *out, struct aeg_origin o)
{
	if (o.file.len == 0)
		return;
	buf_text(out, "  (");
	tell_text(out, slice_str(o.file));
	buf_printf(out, ":%u:%u)", (unsigned)o.line, (unsigned)o.column);
}

static uint32_t kind_of(const struct aeg_json *j, uint32_t token)
{
	return j->tok[token].info & AEG_JSON_KIND_MASK;
}

/* A token's value; of a string unescaped, of anything else as written. */
static void quote_token(struct buf *out, const struct aeg_json *j, uint32_t token)
{
	const struct aeg_json_tok *t = &j->tok[token];
	struct slice value = { j->text + t->at, t->len };
	char text[QUOTE_MOST];
	if (kind_of(j, token) == AEG_JSON_STRING && t->len <= 6 * QUOTE_MOST) {
		size_t n = aeg_json_unescape(j, token, text, sizeof text);
		value = (struct slice){ text, n > sizeof text ? UINT32_MAX : (uint32_t)n };
	}
	if (value.len > QUOTE_MOST)
		buf_printf(out, "a value of more than %u bytes", (unsigned)QUOTE_MOST);
	else
		tell_quote(out, value);
}

/* The name of the argument that @token is, or is in. */
static uint32_t argument_of(const struct aeg_json *j, uint32_t token)
{
	uint32_t key = 1;
	while (j->tok[key].next <= token)
		key = j->tok[key].next;
	return key;
}

/* "`path` is `/etc/passwd`"; false: there is no such value, or it may not be told. */
static bool add_value(const struct tell *t, uint32_t token)
{
	const struct aeg_json *j = t->call->args;
	if (token == AEG_NONE || j == NULL || token >= j->ntok || kind_of(j, 0) != AEG_JSON_OBJECT)
		return false;
	uint32_t key = argument_of(j, token);
	quote_token(t->out, j, key);
	if (aeg_argument_is_secret(t->bundle, t->call, token)) {
		buf_text(t->out, " is secret");
		return true;
	}
	buf_text(t->out, token == key + 1 ? " is " : " contains ");
	quote_token(t->out, j, token);
	return true;
}

/* ---- Reasons ------------------------------------------------------------------------------- */

static void add_contexts(const struct tell *t)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	aeg_bundle_info(t->bundle, &info);
	struct slice *names = arena_array(t->out->arena, struct slice, info.ncontexts);
	for (uint32_t i = 0; i < info.ncontexts; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		aeg_context_info(t->bundle, i, &c);
		names[i] = slice_str(c.name);
	}
	size_t near = nearest_name(t->context, names, info.ncontexts);
	if (near == SIZE_MAX) {
		buf_text(t->out, "; `aegisr inspect` lists those that there are");
		return;
	}
	buf_text(t->out, "; did you mean ");
	tell_quote(t->out, names[near]);
	buf_text(t->out, "?");
}

/* Which name is there twice. One inside an argument's value is not told: it may be secret. */
static void add_repeated_name(struct buf *out, const struct aeg_json *j)
{
	uint32_t key = kind_of(j, 0) == AEG_JSON_OBJECT ? argument_of(j, j->duplicate) : AEG_NONE;
	if (key == j->duplicate) {
		buf_text(out, "the arguments have the name ");
		quote_token(out, j, key);
		buf_text(out, " twice");
	} else if (key != AEG_NONE) {
		buf_text(out, "the argument ");
		quote_token(out, j, key);
		buf_text(out, " has a name twice");
	} else {
		buf_text(out, "the arguments have a name twice");
	}
	buf_text(out, " in one object, and who reads them may take either");
}

/* What is wrong with the arguments as a whole. */
static void add_bad_arguments(const struct tell *t)
{
	const struct aeg_json *j = t->call->args;
	if (j->status != AEG_OK) {
		buf_printf(t->out, "the arguments are %s, from byte %u on",
			j->status == AEG_JSON ? "not JSON" : aeg_status_text(j->status),
			(unsigned)j->bad);
	} else if (j->duplicate != AEG_NONE) {
		add_repeated_name(t->out, j);
	} else if (j->surrogate != AEG_NONE) {
		buf_text(t->out,
			"a text in the arguments has half a surrogate pair, which is no character");
	} else {
		buf_text(t->out, "the arguments are not an object");
	}
}

static const char *about_value(enum aeg_reason reason)
{
	switch (reason) {
	case AEG_MissingArgument: return "which is not of the kind that the rule looks at";
	case AEG_InvalidArgument: return "which cannot be read in one way only";
	case AEG_PathOutsideBoundary: return "which lies outside the allowed paths";
	case AEG_PathTraversalBlocked: return "which climbs with `..`";
	case AEG_CommandNotAllowed: return "and that command is not allowed";
	case AEG_SubcommandNotAllowed: return "and that subcommand is missing or not allowed";
	case AEG_ShellOperatorNotAllowed: return "which is more than one plain command to a shell";
	case AEG_DomainNotAllowed: return "and that host is not allowed";
	case AEG_None:
	case AEG_UnknownContext:
	case AEG_InvalidToolName:
	case AEG_ToolDenied:
	case AEG_ToolNotAllowed:
	case AEG_RateLimitExceeded:
	case AEG_ConcurrencyLimitExceeded:
	case AEG_OutputSizeLimitExceeded:
	case AEG_REASON_MAX: break;
	}
	return "";
}

static const char *without_value(enum aeg_reason reason)
{
	switch (reason) {
	case AEG_None: return "every constraint holds";
	case AEG_ToolDenied: return "the deny list names this tool, and nothing overrides that";
	case AEG_ToolNotAllowed: return "no capability of the context is for this tool";
	case AEG_InvalidArgument: return "an argument cannot be read in one way only";
	case AEG_PathOutsideBoundary: return "a path lies outside the allowed ones";
	case AEG_PathTraversalBlocked: return "a path climbs with `..`";
	case AEG_CommandNotAllowed: return "the command is not allowed";
	case AEG_SubcommandNotAllowed: return "the subcommand is missing or not allowed";
	case AEG_ShellOperatorNotAllowed:
		return "the command is more than one plain command to a shell";
	case AEG_DomainNotAllowed: return "no host is allowed";
	case AEG_RateLimitExceeded: return "the rate limit is used up";
	case AEG_ConcurrencyLimitExceeded: return "too many calls are under way";
	case AEG_OutputSizeLimitExceeded: return "the result is larger than allowed";
	case AEG_UnknownContext:
	case AEG_InvalidToolName:
	case AEG_MissingArgument:
	case AEG_REASON_MAX: break;
	}
	return "";
}

/* The scan failed, or one name stands for two values: then no single argument is to blame. */
static bool arguments_are_bad(const struct aeg_json *j)
{
	return j != NULL && (j->status != AEG_OK || j->duplicate != AEG_NONE ||
				    j->surrogate != AEG_NONE || kind_of(j, 0) != AEG_JSON_OBJECT);
}

/* An argument that is not there has no value to show: name what looks at it instead. */
static void add_missing(const struct tell *t, uint32_t cap)
{
	static const char *const names[] = { "path_allowlist", "command_allowlist", "",
		"domain_allowlist" };
	uint32_t stated = 0, which = 0;
	for (uint32_t i = AEG_LIST_PATHS; i <= AEG_LIST_DOMAINS; i++) {
		if (i == AEG_LIST_SUBCOMMANDS ||
			aeg_capability_list(t->bundle, t->call->context, cap, i, 0) == AEG_NONE)
			continue;
		stated++;
		which = i;
	}
	if (stated == 1)
		buf_printf(t->out, "an argument that its `%s` looks at is missing", names[which]);
	else
		buf_text(t->out, "an argument that the rule looks at is missing");
}

void tell_reason(const struct tell *t, enum aeg_reason reason, uint32_t token, uint32_t capability)
{
	if (reason == AEG_UnknownContext) {
		buf_text(t->out, "no context is called ");
		tell_quote(t->out, t->context);
		add_contexts(t);
	} else if (reason == AEG_InvalidToolName) {
		buf_text(t->out, "a tool's name has 1 to 128 bytes of letters, digits, _ - . / :");
	} else if (reason == AEG_InvalidArgument && arguments_are_bad(t->call->args)) {
		add_bad_arguments(t);
	} else if (add_value(t, token)) {
		buf_printf(t->out, ", %s", about_value(reason));
	} else if (reason == AEG_MissingArgument) {
		add_missing(t, capability);
	} else {
		buf_text(t->out, without_value(reason));
	}
}

/* ---- Rules --------------------------------------------------------------------------------- */

void tell_capability(struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t cap)
{
	buf_printf(out, "capability %u, ", (unsigned)cap);
	tell_quote(out, slice_str(aeg_capability_pattern(b, context, cap)));
	tell_place(out, aeg_capability_origin(b, context, cap));
}

void tell_deny_entry(struct buf *out, const struct aeg_bundle *b, uint32_t context, uint32_t entry)
{
	buf_printf(out, "deny list entry %u, ", (unsigned)entry);
	tell_quote(out, slice_str(aeg_deny_pattern(b, context, entry)));
	tell_place(out, aeg_deny_origin(b, context, entry));
}

enum { LIST_MOST = 20 }; /* entries shown of a list */

static void add_entries(const struct tell *t, uint32_t cap, enum aeg_list list, uint32_t command)
{
	uint32_t n = aeg_capability_list(t->bundle, t->call->context, cap, list, command);
	for (uint32_t i = 0; i < n && i < LIST_MOST; i++) {
		buf_text(t->out, i == 0 ? "" : ", ");
		tell_text(t->out, slice_str(aeg_capability_entry(
					  t->bundle, t->call->context, cap, list, command, i)));
	}
	if (n == 0)
		buf_text(t->out, "nothing");
	else if (n > LIST_MOST)
		buf_printf(t->out, " and %u more", (unsigned)(n - LIST_MOST));
}

/* One line a command: "git status, log"; "ls, with any arguments". */
static void add_commands(const struct tell *t, uint32_t cap, const char *before)
{
	const struct aeg_bundle *b = t->bundle;
	uint32_t context = t->call->context;
	uint32_t n = aeg_capability_list(b, context, cap, AEG_LIST_COMMANDS, 0);
	for (uint32_t i = 0; i < n && i < LIST_MOST; i++) {
		buf_text(t->out, i == 0 ? "" : before);
		tell_text(t->out,
			slice_str(aeg_capability_entry(b, context, cap, AEG_LIST_COMMANDS, 0, i)));
		if (aeg_capability_list(b, context, cap, AEG_LIST_SUBCOMMANDS, i) == AEG_NONE) {
			buf_text(t->out, ", followed by anything");
		} else {
			buf_text(t->out, " followed by ");
			add_entries(t, cap, AEG_LIST_SUBCOMMANDS, i);
		}
	}
	if (n == 0)
		buf_text(t->out, "nothing");
	else if (n > LIST_MOST)
		buf_printf(t->out, "%sand %u more", before, (unsigned)(n - LIST_MOST));
}

static const char next_line[] = "\n            ";

/* What the rule would have let through. */
static void add_allowed(const struct tell *t, const struct aeg_verdict *v)
{
	static const char before[] = "\n  allowed   ";
	switch (v->reason) {
	case AEG_PathOutsideBoundary:
		buf_text(t->out, before);
		add_entries(t, v->capability, AEG_LIST_PATHS, 0);
		buf_text(t->out, ", and what lies below");
		break;
	case AEG_DomainNotAllowed:
		buf_text(t->out, before);
		add_entries(t, v->capability, AEG_LIST_DOMAINS, 0);
		break;
	case AEG_CommandNotAllowed:
	case AEG_SubcommandNotAllowed:
		buf_text(t->out, before);
		add_commands(t, v->capability, next_line);
		break;
	case AEG_None:
	case AEG_UnknownContext:
	case AEG_InvalidToolName:
	case AEG_ToolDenied:
	case AEG_ToolNotAllowed:
	case AEG_MissingArgument:
	case AEG_InvalidArgument:
	case AEG_PathTraversalBlocked:
	case AEG_ShellOperatorNotAllowed:
	case AEG_RateLimitExceeded:
	case AEG_ConcurrencyLimitExceeded:
	case AEG_OutputSizeLimitExceeded:
	case AEG_REASON_MAX: break;
	}
}

/* ---- Obligations --------------------------------------------------------------------------- */

static void begin_obligation(struct buf *out, bool *first)
{
	buf_text(out, *first ? "\n  provided  " : next_line);
	*first = false;
}

static void add_obligations(const struct tell *t, const struct aeg_verdict *v)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	bool first = true;
	if (aeg_obligations(t->bundle, t->call, v, &o) != AEG_OK)
		return;
	if (o.max_response_size != 0) {
		begin_obligation(t->out, &first);
		buf_printf(t->out, "the result has at most %llu bytes",
			(unsigned long long)o.max_response_size);
	}
	if (o.restrict_domains != 0) {
		begin_obligation(t->out, &first);
		buf_text(t->out, "results come only from ");
		add_entries(t, v->capability, AEG_LIST_DOMAINS, 0);
	}
	if (o.strip_params != 0) {
		begin_obligation(t->out, &first);
		buf_text(t->out, "the arguments `force` and `version` are removed");
	}
	if (o.rate_calls != 0) {
		begin_obligation(t->out, &first);
		buf_printf(t->out, "there %s at most %u such call%s in %u s",
			o.rate_calls == 1 ? "is" : "are", (unsigned)o.rate_calls,
			o.rate_calls == 1 ? "" : "s", (unsigned)o.rate_per_s);
	}
	if (o.max_concurrent != 0) {
		begin_obligation(t->out, &first);
		buf_printf(t->out, "at most %u of them are under way at once",
			(unsigned)o.max_concurrent);
	}
}

/* ---- The answer ---------------------------------------------------------------------------- */

static void add_head(const struct tell *t, const struct aeg_verdict *v)
{
	bool allow = v->kind == AEG_ALLOW;
	paint(t->out, t->colour, allow ? PAINT_GREEN : PAINT_RED, allow ? "allow" : "DENY");
	buf_text(t->out, "  ");
	tell_quote(t->out, slice_str(t->call->tool));
	buf_text(t->out, " in ");
	tell_quote(t->out, t->context);
	if (!allow)
		buf_printf(t->out, ": %s", aeg_reason_name(v->reason));
}

void tell_verdict_because(const struct tell *t, const struct aeg_verdict *v, struct slice why)
{
	add_head(t, v);
	if (v->kind == AEG_DENY) {
		buf_text(t->out, "\n  because   ");
		if (why.len != 0)
			buf_slice(t->out, why);
		else
			tell_reason(t, v->reason, v->token, v->capability);
	}
	if (v->deny_entry != AEG_NONE) {
		buf_text(t->out, "\n  rule      ");
		tell_deny_entry(t->out, t->bundle, t->call->context, v->deny_entry);
	}
	if (v->capability != AEG_NONE) {
		buf_text(t->out, "\n  rule      ");
		tell_capability(t->out, t->bundle, t->call->context, v->capability);
		if (why.len == 0)
			add_allowed(t, v);
	}
	if (v->kind == AEG_ALLOW)
		add_obligations(t, v);
	buf_text(t->out, "\n");
}

void tell_verdict(const struct tell *t, const struct aeg_verdict *v)
{
	tell_verdict_because(t, v, (struct slice){ 0 });
}

void tell_step(const struct tell *t, uint32_t number, const struct aeg_step *step)
{
	buf_printf(t->out, "%4u  ", (unsigned)number);
	if (step->deny_entry != AEG_NONE)
		tell_deny_entry(t->out, t->bundle, t->call->context, step->deny_entry);
	else if (step->capability != AEG_NONE)
		tell_capability(t->out, t->bundle, t->call->context, step->capability);
	buf_text(t->out, "\n      ");
	if (step->reason == AEG_None)
		buf_text(t->out, "grants: ");
	else
		buf_printf(t->out, "%s: ", aeg_reason_name(step->reason));
	tell_reason(t, step->reason, step->token, step->capability);
	buf_text(t->out, "\n");
}
