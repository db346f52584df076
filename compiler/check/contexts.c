/* Checks of a context as a whole: too wide. */
#include "check/internal.h"
#include "check/overlap.h"

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

/* ---- Operators' tools ---------------------------------------------------------------------- */

/* Tools that no consumer and no tenant may be granted. Source: docs/manifests.md, "Names". */
static const char *const operator_tools[] = { "aegis.agent.delete", "aegis.workflow.delete",
	"aegis.task.remove", "aegis.system.info", "aegis.system.config" };
enum { NOPERATOR_TOOLS = sizeof operator_tools / sizeof *operator_tools };

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
