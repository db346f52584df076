/* Explanations for programs. Source: docs/cli.md, "Explanations". */
#include "cli/answer.h"
#include "cli/explain.h"

enum { LIST_MOST = 20 }; /* entries shown of a list */

static const char *const list_names[] = { "paths", "commands", "subcommands", "domains" };

static void member(struct buf *out, const char *name, struct slice text)
{
	buf_printf(out, ",\"%s\":", name);
	buf_json_string(out, text);
}

static void number(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, ",\"%s\":%llu", name, (unsigned long long)n);
}

/* ---- Changes ------------------------------------------------------------------------------- */

static const char *word_of(enum change_kind k)
{
	switch (k) {
	case CHANGE_CONTEXT: return "context";
	case CHANGE_TOOL: return "tool";
	case CHANGE_ARGUMENTS: return "arguments";
	case CHANGE_ARGUMENT: return "argument";
	case CHANGE_LEAVE_OUT: return "leave_out";
	case CHANGE_WAIT: return "wait";
	case CHANGE_RELEASE: return "release";
	case CHANGE_ADD_PATH:
	case CHANGE_ADD_COMMAND:
	case CHANGE_ADD_DOMAIN: return "add";
	case CHANGE_ADD_CAPABILITY: return "add_capability";
	case CHANGE_REMOVE_DENY: return "remove";
	case CHANGE_SET_COMMANDS:
	case CHANGE_RATE:
	case CHANGE_CONCURRENT: return "set";
	}
	return "";
}

/* What is added, in the form in which `aegisr inspect` lists it. */
static void add_entry(struct buf *out, const struct change *c)
{
	if (c->kind != CHANGE_ADD_COMMAND) {
		buf_printf(out, ",\"%s\":[", c->kind == CHANGE_ADD_PATH ? "paths" : "domains");
		buf_json_string(out, c->value);
	} else {
		buf_text(out, ",\"commands\":[{\"command\":");
		buf_json_string(out, c->value);
		if (c->name.at != NULL) {
			buf_text(out, ",\"subcommands\":[");
			buf_json_string(out, c->name);
			buf_text(out, "]");
		}
		buf_text(out, "}");
	}
	buf_text(out, "]");
}

static void add_rate(
	struct buf *out, const struct aeg_bundle *b, uint32_t context, const struct change *c)
{
	const struct aeg_call call = { .size_of = sizeof call, .context = context };
	const struct aeg_verdict granted = { .kind = AEG_ALLOW, .capability = c->rule };
	struct aeg_obligations o = { .size_of = sizeof o };
	aeg_obligations(b, &call, &granted, &o);
	buf_printf(out, ",\"rate_limit\":{\"calls\":%llu,\"per_seconds\":%u}",
		(unsigned long long)c->number, (unsigned)o.rate_per_s);
}

static void add_change(
	struct buf *out, const struct aeg_bundle *b, uint32_t context, const struct change *c)
{
	buf_printf(out, "{\"change\":\"%s\"", word_of(c->kind));
	if (c->kind == CHANGE_REMOVE_DENY) {
		buf_text(out, ",");
		answer_deny_entry(out, b, context, c->rule);
	} else if (c->kind == CHANGE_ADD_CAPABILITY) {
		member(out, "tool_pattern", c->value);
	} else if (!change_is_of_call(c->kind)) {
		buf_text(out, ",");
		answer_capability(out, b, context, c->rule);
	}
	switch (c->kind) {
	case CHANGE_CONTEXT:
	case CHANGE_TOOL: member(out, "value", c->value); break;
	case CHANGE_LEAVE_OUT: member(out, "argument", c->name); break;
	case CHANGE_ARGUMENT:
		member(out, "argument", c->name);
		if (c->index != AEG_NONE)
			number(out, "index", c->index);
		/* fall through */
	case CHANGE_ARGUMENTS:
		buf_text(out, ",\"value\":");
		buf_slice(out, c->value);
		break;
	case CHANGE_WAIT: number(out, "ms", c->number); break;
	case CHANGE_ADD_PATH:
	case CHANGE_ADD_COMMAND:
	case CHANGE_ADD_DOMAIN: add_entry(out, c); break;
	case CHANGE_SET_COMMANDS:
		buf_text(out, ",\"command_allowlist\":");
		buf_slice(out, c->name);
		buf_text(out, ",\"subcommand_allowlist\":");
		buf_slice(out, c->value);
		break;
	case CHANGE_RATE: add_rate(out, b, context, c); break;
	case CHANGE_CONCURRENT: number(out, "max_concurrent", c->number); break;
	case CHANGE_RELEASE:
	case CHANGE_ADD_CAPABILITY:
	case CHANGE_REMOVE_DENY: break;
	}
	buf_text(out, "}");
}

static void add_suggestion(struct buf *out, const struct aeg_bundle *b, const struct suggestion *s)
{
	buf_printf(out, "{\"of\":\"%s\",\"changes\":[",
		s->call && s->policy ? "both"
		: s->call            ? "call"
				     : "policy");
	for (size_t i = 0; i < s->changes.n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_change(out, b, s->context, &s->changes.v[i]);
	}
	buf_text(out, "]}");
}

void explain_suggestions_json(
	struct buf *out, const struct aeg_bundle *b, const struct explanation *e)
{
	buf_text(out, "\"suggestions\":[");
	for (uint32_t i = 0; i < e->nsuggestions; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_suggestion(out, b, &e->suggestion[i]);
	}
	buf_text(out, "]");
}

/* ---- Steps --------------------------------------------------------------------------------- */

static void add_list(struct buf *out, const struct allowlist *l)
{
	buf_printf(out, ",\"compared\":{\"list\":\"%s\",\"total\":%u,\"entries\":[",
		list_names[l->list], (unsigned)l->n);
	for (uint32_t i = 0; i < l->n && i < LIST_MOST; i++) {
		buf_text(out, i == 0 ? "" : ",");
		buf_json_string(out, allowlist_entry(l, i));
	}
	buf_text(out, "]}");
}

void explain_step_json(struct buf *out, const struct explain_step *s)
{
	if (s->argument.at != NULL)
		member(out, "argument", s->argument);
	if (s->index != AEG_NONE)
		number(out, "index", s->index);
	if (s->list.n != AEG_NONE)
		add_list(out, &s->list);
	if (s->value.at == NULL)
		return;
	buf_text(out, ",\"nearest\":{\"value\":");
	buf_slice(out, s->value);
	if (s->nearest != AEG_NONE && s->list.n != AEG_NONE)
		member(out, "entry", allowlist_entry(&s->list, s->nearest));
	buf_text(out, "}");
}
