/* Checks of a context as a whole: too wide, or not what its limits promise. */
#include "check/internal.h"

void check_allow_all(struct checks *c, const struct mcontext *context)
{
	if (context->ndeny != 0)
		return;
	for (uint32_t i = 0; i < context->ncaps; i++) {
		const struct mpattern *p = &context->caps[i].pattern;
		if (p->poison || p->form != PATTERN_ANY)
			continue;
		diag_add(c->d,
			(struct diag){ AEG_allow_all, p->written.at,
				.label =
					"grants every tool, those to come too, and nothing is denied",
				.help = "name the tools that are meant, or add a `deny_list`" });
		return;
	}
}

/* ---- Limits -------------------------------------------------------------------------------- */

static bool is_limited(const struct mcap *cap)
{
	return cap->rate_calls != 0 || cap->max_concurrent != 0;
}

static bool is_free(const struct mcap *cap)
{
	return !cap->broken && !cap->paths.stated && !cap->commands.stated &&
	       !cap->domains.stated && cap->subcommand_form == SUBCOMMANDS_NONE;
}

static void limit_not_final(
	struct checks *c, const struct mcontext *context, uint32_t limited, uint32_t later)
{
	const struct mcap *cap = &context->caps[limited];
	diag_add(c->d,
		(struct diag){ AEG_limit_before_grant,
			cap->rate_calls != 0 ? cap->rate_at : cap->pattern.written.at,
			.label = "a call over this limit is denied",
			.other = context->caps[later].pattern.written.at,
			.other_label = "although this capability, later, would grant it",
			.help = "a limit ends the search: remove the later capability, or the limit" });
}

void check_limits(struct checks *c, const struct mcontext *context)
{
	struct patterns limited, unconstrained;
	bool some = false;
	for (uint32_t i = 0; i < context->ncaps; i++)
		some |= is_limited(&context->caps[i]);
	if (!some)
		return;
	bool *told = arena_array(c->d->arena, bool, context->ncaps);
	patterns_init(&limited, c->d->arena);
	patterns_init(&unconstrained, c->d->arena);
	for (uint32_t i = context->ncaps; i-- > 0;)
		if (is_free(&context->caps[i]))
			patterns_add(&unconstrained, &context->caps[i].pattern, i);
	for (uint32_t i = 0; i < context->ncaps; i++) {
		const struct mcap *cap = &context->caps[i];
		if (cap->pattern.poison)
			continue;
		uint32_t over =
			is_free(cap) ? patterns_covering(&limited, &cap->pattern).least : MAP_NONE;
		if (over != MAP_NONE && !told[over]) {
			told[over] = true;
			limit_not_final(c, context, over, i);
		}
		if (!is_limited(cap))
			continue;
		patterns_add(&limited, &cap->pattern, i);
		uint32_t under = patterns_covering(&unconstrained, &cap->pattern).most;
		if (under != MAP_NONE && under > i && !told[i]) {
			told[i] = true;
			limit_not_final(c, context, i, under);
		}
	}
}

/* ---- Operators' tools ---------------------------------------------------------------------- */

/* Tools that no consumer and no tenant may be granted. Source: docs/manifests.md, "Names". */
static const char *const operator_tools[] = { "aegis.agent.delete", "aegis.workflow.delete",
	"aegis.task.remove", "aegis.system.info", "aegis.system.config" };
enum { NOPERATOR_TOOLS = sizeof operator_tools / sizeof *operator_tools };

static bool pattern_matches(const struct mpattern *p, struct slice name)
{
	struct slice s = p->stem;
	switch (p->form) {
	case PATTERN_EXACT: return slice_eq(s, name);
	case PATTERN_PREFIX:
		return name.len > s.len + 1 && slice_begins(name, s) && name.at[s.len] == '.';
	case PATTERN_ANY: return true;
	}
	return false;
}

void check_operator_tools(struct checks *c, const struct mcontext *context)
{
	if (!slice_begins(context->name.text, SLICE("tenant-")))
		return;
	const struct grants *g = checks_grants(c, context);
	if (g == NULL)
		return;
	for (uint32_t i = 0; i < context->ncaps; i++) {
		const struct mpattern *p = &context->caps[i].pattern;
		struct buf tools = { .arena = c->d->arena };
		for (unsigned k = 0; k < NOPERATOR_TOOLS; k++) {
			struct slice name = slice_of(operator_tools[k]);
			if (pattern_matches(p, name) && grants_tool(g, name))
				buf_printf(&tools, "%s`%s`", tools.len == 0 ? "" : ", ",
					operator_tools[k]);
		}
		if (tools.len != 0)
			diag_add(c->d,
				(struct diag){ AEG_operator_tool_granted, p->written.at,
					.label = diag_text(c->d, "grants %s", buf_done(&tools).at),
					.help = "only the platform's operators may have these: grant less, or put "
						"them on the `deny_list`" });
	}
}
