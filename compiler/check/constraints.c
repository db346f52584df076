/* Checks of capabilities and deny entries against the tool catalogue. */
#include "check/internal.h"

/* ---- Constraints --------------------------------------------------------------------------- */

static void never_applies(
	struct checks *c, const struct mcap *cap, struct span at, const char *name)
{
	diag_add(c->d,
		(struct diag){ AEG_constraint_never_applies, at,
			.label = diag_text(c->d, "no tool that %s matches has an argument for it",
				diag_quote(c->d, cap->pattern.written.text)),
			.help = diag_text(c->d,
				"leave `%s` out, or give the tool's argument a role in a ToolCatalogue",
				name) });
}

static void applies_to_some(struct checks *c, const struct mcap *cap, struct span at,
	const char *name, const struct mtool *without)
{
	const char *which = without == NULL ? "tools that the catalogue does not list"
					    : diag_quote(c->d, without->name.written.text);
	diag_add(c->d,
		(struct diag){ AEG_constraint_applies_to_some, at,
			.label = diag_text(c->d, "of what %s matches, this does not limit %s",
				diag_quote(c->d, cap->pattern.written.text), which),
			.help = diag_text(c->d,
				"state `%s` on capabilities for the tools that have such an argument",
				name) });
}

static void check_constraint(
	struct checks *c, const struct mcap *cap, struct span at, const char *name, enum mrole role)
{
	const struct tool_roles *r = tools_matching(&c->tools, &cap->pattern);
	if (c->tools.lacking)
		return; /* the entry that gives the role may be what could not be read */
	if ((r->some & TOOL_ROLE(role)) == 0)
		never_applies(c, cap, at, name);
	else if (r->not_all & TOOL_ROLE(role))
		applies_to_some(c, cap, at, name, r->without[role]);
}

static void check_results(struct checks *c, const struct mcap *cap)
{
	const struct tool_roles *r = tools_matching(&c->tools, &cap->pattern);
	if (r->optional_url == NULL || cap->domains.n == 0)
		return;
	diag_add(c->d,
		(struct diag){ AEG_results_filtered, cap->domains.at,
			.label = diag_text(c->d,
				"a call of %s without a url is granted; its results are to be filtered",
				diag_quote(c->d, r->optional_url->name.written.text)) });
}

void check_constraints(struct checks *c, const struct mcontext *context)
{
	for (uint32_t i = 0; i < context->ncaps; i++) {
		const struct mcap *cap = &context->caps[i];
		if (cap->broken)
			continue;
		if (cap->paths.stated)
			check_constraint(c, cap, cap->paths.at, "path_allowlist", ROLE_PATH);
		if (cap->commands.stated)
			check_constraint(
				c, cap, cap->commands.at, "command_allowlist", ROLE_COMMAND);
		else if (cap->subcommand_form != SUBCOMMANDS_NONE)
			check_constraint(
				c, cap, cap->subcommands_at, "subcommand_allowlist", ROLE_COMMAND);
		if (cap->domains.stated) {
			check_constraint(c, cap, cap->domains.at, "domain_allowlist", ROLE_URL);
			check_results(c, cap);
		}
	}
}

/* ---- Patterns ------------------------------------------------------------------------------ */

/* `cmd.run:rm`, meant as a command of a tool that runs commands. */
static bool is_command(const struct model *m, const struct mpattern *p)
{
	const char *colon =
		p->poison || p->stem.len == 0 ? NULL : memchr(p->stem.at, ':', p->stem.len);
	if (colon == NULL)
		return false;
	uint32_t i = map_get(
		&m->tool_names, (struct slice){ p->stem.at, (uint32_t)(colon - p->stem.at) });
	for (uint32_t k = 0; i != MAP_NONE && k < m->tools[i].nargs; k++)
		if (m->tools[i].args[k].role == ROLE_COMMAND)
			return true;
	return false;
}

static void command_pattern(struct checks *c, const struct mpattern *p, const char *help)
{
	if (is_command(c->m, p))
		diag_add(c->d, (struct diag){ AEG_command_as_tool, p->written.at,
				       .label = "no tool has this name, so it matches no call",
				       .help = help });
}

void check_command_patterns(struct checks *c, const struct mcontext *context)
{
	for (uint32_t i = 0; i < context->ncaps; i++)
		command_pattern(c, &context->caps[i].pattern,
			"grant the tool, and name the command in `command_allowlist`");
	for (uint32_t i = 0; i < context->ndeny; i++)
		command_pattern(c, &context->deny[i],
			"a deny list knows tools alone; grant the commands that are meant with `command_allowlist`");
}

void check_deny_list(struct checks *c, const struct mcontext *context)
{
	for (uint32_t i = 0; i < context->ndeny; i++) {
		const struct mpattern *p = &context->deny[i];
		if (p->poison || c->tools.lacking || tools_known(&c->tools, p) ||
			is_command(c->m, p))
			continue;
		struct slice near = tools_nearest(&c->tools, p);
		diag_add(c->d,
			(struct diag){ AEG_deny_matches_nothing, p->written.at,
				.label =
					near.len == 0
						? "no tool of the catalogue matches"
						: diag_text(c->d,
							  "no tool of the catalogue matches; did you mean `%.*s`?",
							  SLICE_ARG(near)),
				.help = "correct the name, or add the tool to a ToolCatalogue" });
	}
}
