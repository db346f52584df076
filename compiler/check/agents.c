/* Checks of agents: what their context grants them, and what their container is told. */
#include "check/calls.h"

void check_agent_context(struct checks *c, const struct magent *agent, uint32_t index)
{
	(void)index;
	if (!slice_begins(agent->context.text, SLICE("zaru-")))
		return;
	diag_add(c->d,
		(struct diag){ AEG_consumer_context, agent->context.at,
			.label = "the context of a chat surface, not of a container",
			.help = "name `aegis-system-agent-runtime`, or a context of your own" });
}

/* ---- Tools --------------------------------------------------------------------------------- */

/* Whether there are arguments with which @context grants @tool, which its patterns do. */
static bool grants_call(struct checks *c, const struct mcontext *context, struct mtext tool)
{
	const struct mpattern exact = { .written = tool, .stem = tool.text, .form = PATTERN_EXACT };
	const struct region region = { .tool = &exact };
	const struct side side = { c->m, context };
	for (uint32_t i = 0; i < context->ncaps; i++)
		if (pattern_matches(&context->caps[i].pattern, tool.text) &&
			!may_never_hold(&context->caps[i]))
			return true;
	const struct cells *cells = symbolic_cells(&c->scratch, &side, 1, &region);
	bool grants = cells->over;
	for (uint32_t i = 0; i < cells->n && !grants; i++)
		grants = cells->v[i].in_region && cells->v[i].side[0].granted != AEG_NONE;
	return grants;
}

static void not_granted(struct checks *c, const struct magent *agent,
	const struct mcontext *context, struct mtext tool)
{
	bool named = agent->context.text.at != NULL;
	const struct grants *g = checks_grants(c, context);
	struct mpattern p = { .written = tool, .stem = tool.text, .form = PATTERN_EXACT };
	struct slice near =
		tools_known(&c->tools, &p) ? (struct slice){ 0 } : tools_nearest(&c->tools, &p);
	const char *how = grants_tool(g, tool.text)             ? "grants no call of"
			  : patterns_match(&g->deny, tool.text) ? "denies"
								: "does not grant";
	diag_add(c->d,
		(struct diag){ named ? AEG_tool_not_granted : AEG_tool_not_granted_by_default,
			tool.at,
			.label =
				diag_text(c->d, "`%.*s` %s it", SLICE_ARG(context->name.text), how),
			.other = context->name.at, .other_label = "this context",
			.help = near.len != 0
					? diag_text(c->d, "did you mean `%.*s`?", SLICE_ARG(near))
				: named ? "grant it there, name another context, or take the tool off the list"
					: "name a context that grants it: `spec.security_context`" });
}

static void not_known(struct checks *c, struct mtext tool)
{
	struct mpattern p = { .written = tool, .stem = tool.text, .form = PATTERN_EXACT };
	if (c->tools.lacking || tools_known(&c->tools, &p))
		return;
	struct slice near = tools_nearest(&c->tools, &p);
	diag_add(c->d, (struct diag){ AEG_unknown_tool, tool.at,
			       .label = near.len == 0 ? "the catalogue does not have it"
						      : diag_text(c->d, "did you mean `%.*s`?",
								SLICE_ARG(near)),
			       .help = "correct the name, or add the tool to a ToolCatalogue" });
}

void check_agent_tools(struct checks *c, const struct magent *agent, uint32_t index)
{
	uint32_t i = c->names->agent_context[index];
	if (agent->tools_stated && agent->ntools == 0)
		diag_add(c->d,
			(struct diag){ AEG_no_tools, agent->tools_at,
				.label = "an empty list is no limit: the context alone decides",
				.help = "leave `tools` out, or list what the agent uses" });
	if (i >= c->m->ncontexts)
		return;
	const struct mcontext *context = &c->m->contexts[i];
	const struct grants *g = checks_grants(c, context);
	for (uint32_t k = 0; g != NULL && k < agent->ntools; k++) {
		if (grants_tool(g, agent->tools[k].text) &&
			(!g->doubtful || grants_call(c, context, agent->tools[k])))
			not_known(c, agent->tools[k]);
		else
			not_granted(c, agent, context, agent->tools[k]);
	}
}

/* ---- The container ------------------------------------------------------------------------- */

void check_agent_network(struct checks *c, const struct magent *agent, uint32_t index)
{
	const struct mlist *allow = &agent->network_allow, *deny = &agent->network_deny;
	struct mtext mode = agent->network_mode;
	bool allows = allow->n != 0, denies = deny->n != 0;
	(void)index;
	if (agent->network_unread || (mode.text.at == NULL && !allow->stated && !deny->stated))
		return;
	if (mode.text.at == NULL)
		mode = (struct mtext){ SLICE("allow"), deny->stated ? deny->at : allow->at };
	if (slice_is(mode.text, "allow") && !allows)
		diag_add(c->d, (struct diag){ AEG_network_allows_nothing, mode.at,
				       .label = "with an empty `allowlist` this is no network",
				       .help = "list hosts, or write `mode: none`" });
	if (slice_is(mode.text, "deny") && !denies)
		diag_add(c->d,
			(struct diag){ AEG_network_denies_nothing, mode.at,
				.label = "without a `denylist` this is the whole network",
				.help = "list hosts to deny, or write `mode: allow` with an `allowlist`" });
	if ((slice_is(mode.text, "none") && (allows || denies)) ||
		(slice_is(mode.text, "allow") && denies) || (slice_is(mode.text, "deny") && allows))
		diag_add(c->d,
			(struct diag){ AEG_network_list_unused, mode.at,
				.label = diag_text(c->d, "in this mode `%s` is not looked at",
					slice_is(mode.text, "deny") ||
							(slice_is(mode.text, "none") && allows)
						? "allowlist"
						: "denylist") });
}

/* Whether @path is one of @list or below one; patterns count for their own text alone. */
static bool is_covered(const struct mlist *list, struct slice path)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct slice e = list->v[i].text;
		if (slice_is(e, "/") ||
			(slice_begins(path, e) && (path.len == e.len || path.at[e.len] == '/')))
			return true;
	}
	return false;
}

void check_agent_files(struct checks *c, const struct magent *agent, uint32_t index)
{
	enum { MOST = 64 }; /* lists longer than a person writes are not compared */
	(void)index;
	for (uint32_t i = 0; agent->reads.stated && agent->reads.n <= MOST && i < agent->writes.n;
		i++)
		if (!is_covered(&agent->reads, agent->writes.v[i].text))
			diag_add(c->d, (struct diag){ AEG_write_without_read, agent->writes.v[i].at,
					       .label = "may be written and not read",
					       .other = agent->reads.at,
					       .other_label = "the paths that may be read" });
}
