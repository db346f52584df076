/* Explanations for people. */
#include "cli/answer.h"
#include "cli/explain.h"
#include "cli/tell.h"

enum { LIST_MOST = 20 }; /* entries shown of a list */

/* A JSON value; a string without its quotes. */
static void quote_json(struct buf *out, struct slice json)
{
	const struct aeg_json *j = args_scan(out->arena, json);
	if (args_kind(j, 0) == AEG_JSON_STRING) {
		char *text = arena_array(out->arena, char, json.len);
		json = (struct slice){ text, (uint32_t)aeg_json_unescape(j, 0, text, json.len) };
	}
	tell_quote(out, json);
}

/* ---- Changes ------------------------------------------------------------------------------- */

static void add_call_change(struct buf *out, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_CONTEXT: buf_text(out, "ask in "); break;
	case CHANGE_TOOL: buf_text(out, "call "); break;
	case CHANGE_ARGUMENTS:
		buf_text(out, "give ");
		quote_json(out, c->value);
		buf_text(out, " as the arguments");
		return;
	case CHANGE_ARGUMENT:
		buf_text(out, "give ");
		quote_json(out, c->value);
		if (c->index != AEG_NONE)
			buf_printf(out, " as element %u of ", (unsigned)c->index);
		else
			buf_text(out, " as ");
		tell_quote(out, c->name);
		return;
	case CHANGE_LEAVE_OUT:
		buf_text(out, "leave ");
		tell_quote(out, c->name);
		buf_text(out, " out");
		return;
	case CHANGE_WAIT: buf_printf(out, "wait %llu ms", (unsigned long long)c->number); return;
	case CHANGE_RELEASE: buf_text(out, "wait for one of those under way to end"); return;
	case CHANGE_ADD_PATH:
	case CHANGE_ADD_COMMAND:
	case CHANGE_SET_COMMANDS:
	case CHANGE_ADD_DOMAIN:
	case CHANGE_ADD_CAPABILITY:
	case CHANGE_REMOVE_DENY:
	case CHANGE_RATE:
	case CHANGE_CONCURRENT: return;
	}
	tell_quote(out, c->value);
}

static void add_policy_change(
	struct buf *out, const struct aeg_bundle *b, uint32_t context, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_ADD_PATH: buf_text(out, "add the path "); break;
	case CHANGE_ADD_DOMAIN: buf_text(out, "add the domain "); break;
	case CHANGE_ADD_COMMAND: buf_text(out, "add the command "); break;
	case CHANGE_SET_COMMANDS:
		buf_text(out, "set `command_allowlist` to `");
		tell_text(out, c->name);
		buf_text(out, "` and `subcommand_allowlist` to `");
		tell_text(out, c->value);
		buf_text(out, "` in ");
		tell_capability(out, b, context, c->rule);
		return;
	case CHANGE_ADD_CAPABILITY:
		buf_text(out, "add a capability for ");
		tell_quote(out, c->value);
		return;
	case CHANGE_REMOVE_DENY:
		buf_text(out, "remove ");
		tell_deny_entry(out, b, context, c->rule);
		return;
	case CHANGE_RATE:
	case CHANGE_CONCURRENT:
		buf_printf(out, "raise %s to %llu in ",
			c->kind == CHANGE_RATE ? "the calls of `rate_limit`" : "`max_concurrent`",
			(unsigned long long)c->number);
		tell_capability(out, b, context, c->rule);
		return;
	case CHANGE_CONTEXT:
	case CHANGE_TOOL:
	case CHANGE_ARGUMENTS:
	case CHANGE_ARGUMENT:
	case CHANGE_LEAVE_OUT:
	case CHANGE_WAIT:
	case CHANGE_RELEASE: return;
	}
	tell_quote(out, c->value);
	if (c->kind == CHANGE_ADD_COMMAND && c->name.at == NULL) {
		buf_text(out, ", followed by anything,");
	} else if (c->kind == CHANGE_ADD_COMMAND) {
		buf_text(out, ", followed by ");
		tell_quote(out, c->name);
		buf_text(out, ",");
	}
	buf_text(out, " to ");
	tell_capability(out, b, context, c->rule);
}

void explain_suggestion_text(
	struct buf *out, const struct aeg_bundle *b, const struct suggestion *s)
{
	buf_text(out, s->call && s->policy ? "both: " : s->call ? "the call: " : "the policy: ");
	for (size_t i = 0; i < s->changes.n; i++) {
		const struct change *c = &s->changes.v[i];
		buf_text(out, i == 0 ? "" : "; ");
		if (change_is_of_call(c->kind))
			add_call_change(out, c);
		else
			add_policy_change(out, b, s->context, c);
	}
}

/* ---- Steps --------------------------------------------------------------------------------- */

static void add_list(struct buf *out, const struct allowlist *l)
{
	static const char *const names[] = { "path", "command", "subcommand", "domain" };
	buf_printf(
		out, "compared with %u %s%s", (unsigned)l->n, names[l->list], l->n == 1 ? "" : "s");
	for (uint32_t i = 0; i < l->n && i < LIST_MOST; i++) {
		buf_text(out, i == 0 ? ": " : ", ");
		tell_text(out, allowlist_entry(l, i));
	}
	buf_text(out, l->n > LIST_MOST ? ", ...\n" : "\n");
}

void explain_step_text(struct buf *out, const struct explain_step *s, const char *before)
{
	if (s->list.n != AEG_NONE) {
		buf_text(out, before);
		add_list(out, &s->list);
	}
	if (s->value.at == NULL)
		return;
	buf_text(out, before);
	buf_text(out, "nearest that it lets through: ");
	quote_json(out, s->value);
	buf_text(out, "\n");
}
