/* What a bundle holds, and what an allowed call obliges to. */
#include "constraint.h"

static const struct aegf_context *context_at(const struct aeg_bundle *b, uint32_t context)
{
	return context < aegi_count(b, AEGF_CONTEXTS)
		       ? aegi_at(b, AEGF_CONTEXTS, context, struct aegf_context)
		       : NULL;
}

/* The place of element @i of @list in its section; AEG_NONE: out of range. */
static uint32_t place(struct aegf_list list, uint32_t i)
{
	return i < aeg_ld32(list.count) ? aeg_ld32(list.first) + i : AEG_NONE;
}

static struct aeg_str text_at(
	const struct aeg_bundle *b, enum aegf_kind kind, struct aegf_list list, uint32_t i)
{
	uint32_t at = place(list, i);

	return at == AEG_NONE ? (struct aeg_str){ "", 0 }
			      : aegi_str(b, *aegi_at(b, kind, at, struct aegf_str));
}

static uint32_t cap_place(const struct aeg_bundle *b, uint32_t context, uint32_t capability)
{
	const struct aegf_context *c = context_at(b, context);

	return c == NULL ? AEG_NONE : place(c->caps, capability);
}

static const struct aegf_cap *cap_at(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability)
{
	uint32_t at = cap_place(b, context, capability);

	return at == AEG_NONE ? NULL : aegi_at(b, AEGF_CAPS, at, struct aegf_cap);
}

enum aeg_status aeg_context_info(
	const struct aeg_bundle *b, uint32_t context, struct aeg_context_info *ret)
{
	const struct aegf_context *c = context_at(b, context);

	if (c == NULL || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	ret->flags = aeg_ld32(c->flags) & AEG_CONTEXT_BUILTIN;
	ret->name = aegi_str(b, c->name);
	ret->description = aegi_str(b, c->description);
	ret->ncapabilities = aeg_ld32(c->caps.count);
	ret->ndeny = aeg_ld32(c->deny.count);
	return AEG_OK;
}

/* ---- Origins: those of all capabilities, then of all deny entries, then of the contexts ----- */

static struct aeg_origin origin_at(const struct aeg_bundle *b, uint32_t before, uint32_t at)
{
	const struct aegf_origin *o;

	if (at == AEG_NONE || aegi_count(b, AEGF_ORIGIN) == 0)
		return (struct aeg_origin){ { "", 0 }, 0, 0 };
	o = aegi_at(b, AEGF_ORIGIN, before + at, struct aegf_origin);
	return (struct aeg_origin){ aegi_str(b, o->file), aeg_ld32(o->line), aeg_ld32(o->column) };
}

struct aeg_origin aeg_capability_origin(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability)
{
	return origin_at(b, 0, cap_place(b, context, capability));
}

struct aeg_origin aeg_deny_origin(const struct aeg_bundle *b, uint32_t context, uint32_t entry)
{
	const struct aegf_context *c = context_at(b, context);

	return origin_at(b, aegi_count(b, AEGF_CAPS), c == NULL ? AEG_NONE : place(c->deny, entry));
}

/* ---- Patterns and lists -------------------------------------------------------------------- */

struct aeg_str aeg_capability_pattern(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability)
{
	const struct aegf_cap *cap = cap_at(b, context, capability);

	return cap == NULL ? (struct aeg_str){ "", 0 } : aegi_str(b, cap->pattern);
}

struct aeg_str aeg_deny_pattern(const struct aeg_bundle *b, uint32_t context, uint32_t entry)
{
	const struct aegf_context *c = context_at(b, context);

	return c == NULL ? (struct aeg_str){ "", 0 } : text_at(b, AEGF_DENY, c->deny, entry);
}

/* Command @i of the capability; NULL: it has none such. */
static const struct aegf_command *command_at(
	const struct aeg_bundle *b, const struct aegf_cap *cap, uint32_t i)
{
	uint32_t at = place(cap->command_list, i);

	return at == AEG_NONE ? NULL : aegi_at(b, AEGF_COMMANDS, at, struct aegf_command);
}

static uint32_t stated(struct aeg_le32 set, struct aegf_list entries)
{
	return aeg_ld32(set) == AEGF_NONE ? AEG_NONE : aeg_ld32(entries.count);
}

uint32_t aeg_capability_list(const struct aeg_bundle *b, uint32_t context, uint32_t capability,
	enum aeg_list list, uint32_t command)
{
	const struct aegf_cap *cap = cap_at(b, context, capability);
	const struct aegf_command *c;

	if (cap == NULL)
		return AEG_NONE;
	switch (list) {
	case AEG_LIST_PATHS: return stated(cap->paths, cap->path_list);
	case AEG_LIST_COMMANDS: return stated(cap->commands, cap->command_list);
	case AEG_LIST_SUBCOMMANDS:
		c = command_at(b, cap, command);
		return c == NULL || aeg_ld32(c->any) != 0 ? AEG_NONE
							  : aeg_ld32(c->subcommands.count);
	case AEG_LIST_DOMAINS: return stated(cap->hosts, cap->host_list);
	}
	return AEG_NONE;
}

struct aeg_str aeg_capability_entry(const struct aeg_bundle *b, uint32_t context,
	uint32_t capability, enum aeg_list list, uint32_t command, uint32_t i)
{
	const struct aegf_cap *cap = cap_at(b, context, capability);
	const struct aegf_command *c;

	if (cap == NULL)
		return (struct aeg_str){ "", 0 };
	switch (list) {
	case AEG_LIST_PATHS: return text_at(b, AEGF_LISTS, cap->path_list, i);
	case AEG_LIST_COMMANDS:
		c = command_at(b, cap, i);
		return c == NULL ? (struct aeg_str){ "", 0 } : aegi_str(b, c->command);
	case AEG_LIST_SUBCOMMANDS:
		c = command_at(b, cap, command);
		return c == NULL ? (struct aeg_str){ "", 0 }
				 : text_at(b, AEGF_LISTS, c->subcommands, i);
	case AEG_LIST_DOMAINS: return text_at(b, AEGF_LISTS, cap->host_list, i);
	}
	return (struct aeg_str){ "", 0 };
}

struct aeg_str aeg_restrict_domain(
	const struct aeg_bundle *b, uint32_t context, uint32_t capability, uint32_t i)
{
	return aeg_capability_entry(b, context, capability, AEG_LIST_DOMAINS, 0, i);
}

/* ---- The tool catalogue -------------------------------------------------------------------- */

enum aeg_status aeg_tool_info(const struct aeg_bundle *b, uint32_t tool, struct aeg_tool_info *ret)
{
	if (tool >= aegi_count(b, AEGF_TOOLS) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_tool *t = aegi_at(b, AEGF_TOOLS, tool, struct aegf_tool);
	ret->narguments = aeg_ld32(t->args.count);
	ret->name = aegi_str(b, t->name);
	return AEG_OK;
}

enum aeg_status aeg_argument_info(
	const struct aeg_bundle *b, uint32_t tool, uint32_t i, struct aeg_argument_info *ret)
{
	if (tool >= aegi_count(b, AEGF_TOOLS))
		return AEG_USAGE;
	uint32_t at = place(aegi_at(b, AEGF_TOOLS, tool, struct aegf_tool)->args, i);
	if (at == AEG_NONE || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_arg *a = aegi_at(b, AEGF_ARGS, at, struct aegf_arg);
	ret->flags = aeg_ld32(a->flags);
	ret->name = aegi_str(b, a->name);
	ret->role = (enum aeg_role)aeg_ld32(a->role);
	return AEG_OK;
}

uint32_t aeg_tool_find(const struct aeg_bundle *b, struct aeg_str name)
{
	const struct aegi_trie t = aegi_trie_of(b);
	uint32_t tool = aegi_tool_by_name(b, &t, name);

	return tool == AEGF_NONE ? AEG_NONE : tool;
}

/* ---- Calls --------------------------------------------------------------------------------- */

/* The arguments with a role, of a call whose arguments are acceptable. */
static struct aegi_args args_of(const struct aeg_bundle *b, const struct aeg_call *call)
{
	uint32_t tool = aeg_tool_find(b, call->tool);
	struct aegi_args args = { .count = 0 };

	if (tool != AEG_NONE)
		aegi_args_init(&args, b, call->args, tool);
	return args;
}

enum aeg_status aeg_obligations(const struct aeg_bundle *b, const struct aeg_call *call,
	const struct aeg_verdict *verdict, struct aeg_obligations *ret)
{
	const struct aegf_cap *cap = cap_at(b, call->context, verdict->capability);
	struct aegi_args args;
	uint32_t flags;

	if (call->size_of != sizeof *call || ret->size_of != sizeof *ret ||
		verdict->kind != AEG_ALLOW || cap == NULL || !aegi_args_acceptable(call->args))
		return AEG_USAGE;
	flags = aeg_ld32(context_at(b, call->context)->flags);
	args = args_of(b, call);
	ret->strip_params = (flags & AEGF_CONTEXT_STRIP) != 0;
	ret->max_response_size = aeg_ld64(cap->max_response_size);
	ret->rate_calls = aeg_ld32(cap->rate_calls);
	ret->rate_per_s = aeg_ld32(cap->rate_per_s);
	ret->max_concurrent = aeg_ld32(cap->max_concurrent);
	ret->restrict_domains =
		aegi_results_restricted(&args, cap) ? aeg_ld32(cap->host_list.count) : 0;
	return AEG_OK;
}

int aeg_argument_is_secret(const struct aeg_bundle *b, const struct aeg_call *call, uint32_t token)
{
	struct aegi_args args;

	if (!aegi_args_acceptable(call->args)) /* of two with one name, who knows which it is */
		return 1;
	args = args_of(b, call);
	for (uint32_t i = 0; i < args.count; i++) {
		uint32_t secret;
		if (aegi_args_role(&args, i) != AEGF_ROLE_SECRET)
			continue;
		secret = aegi_args_find(&args, i);
		if (secret != AEG_NONE && token >= secret && token < args.json->tok[secret].next)
			return 1;
	}
	return 0;
}
