/* The list of checks, and the one loop that runs them. */
#include "check/calls.h"

static const struct check {
	const char *name;
	check_context *context; /* of each context of the user's */
	check_agent *agent;
} checks[] = {
	{ "allow-all", check_allow_all, NULL },
	{ "operator-tools", check_operator_tools, NULL },
	{ "constraints-that-apply-to-nothing", check_constraints, NULL },
	{ "deny-list", check_deny_list, NULL },
	{ "commands-as-tools", check_command_patterns, NULL },
	{ "calls", check_calls, NULL },
	{ "entries", check_entries, NULL },
	{ "agent-context", NULL, check_agent_context },
	{ "agent-tools", NULL, check_agent_tools },
	{ "agent-network", NULL, check_agent_network },
	{ "agent-files", NULL, check_agent_files },
	{ "agent-mounts", NULL, check_agent_mounts },
	{ "agent-timeouts", NULL, check_agent_timeouts },
	{ "agent-tier", NULL, check_agent_tier },
	{ "agent-runtime", NULL, check_agent_runtime },
	{ "agent-schemas", NULL, check_agent_schemas },
	{ "agent-advice", NULL, check_agent_advice },
};
enum { NCHECKS = sizeof checks / sizeof *checks };

const struct grants *checks_grants(struct checks *c, const struct mcontext *context)
{
	struct grants *g = &c->grants[context - c->m->contexts];
	if (!g->made) {
		g->made = true;
		g->broken = !context->caps_read;
		patterns_init(&g->allow, c->d->arena);
		patterns_init(&g->deny, c->d->arena);
		for (uint32_t i = 0; i < context->ncaps; i++) {
			g->broken |= context->caps[i].pattern.poison;
			g->doubtful |= may_never_hold(&context->caps[i]);
			patterns_add(&g->allow, &context->caps[i].pattern);
		}
		for (uint32_t i = 0; i < context->ndeny; i++) {
			g->broken |= context->deny[i].poison;
			patterns_add(&g->deny, &context->deny[i]);
		}
	}
	return g->broken ? NULL : g;
}

bool grants_tool(const struct grants *g, struct slice name)
{
	return patterns_match(&g->allow, name) && !patterns_match(&g->deny, name);
}

void checks_reset(struct checks *c)
{
	const struct arena *a = c->d->arena;
	if (arena_rewind(&c->scratch, &c->empty))
		return;
	arena_free(&c->scratch);
	c->scratch = (struct arena){ .limit = a->limit, .fail = a->fail, .ctx = a->ctx };
	arena_alloc(&c->scratch, 1, 1, 1);
	c->empty = c->scratch;
}

/* Steps of all cuttings together, and so many more for each capability. */
#define WORK_LEAST (UINT64_C(1) << 20)
#define WORK_EACH  UINT64_C(1024)

void check_all(struct diags *d, const struct model *m, const struct names *names, bool advice)
{
	struct checks c = { .d = d, .m = m, .names = names, .advice = advice };
	tools_init(&c.tools, d, m);
	c.grants = arena_array(d->arena, struct grants, m->ncontexts);
	c.work_most = WORK_LEAST;
	for (uint32_t i = 0; i < m->ncontexts; i++)
		c.work_most += WORK_EACH * m->contexts[i].ncaps;
	for (unsigned k = 0; k < NCHECKS; k++) {
		for (uint32_t i = 0; checks[k].context != NULL && i < m->ncontexts; i++) {
			if (m->contexts[i].builtin)
				continue;
			checks_reset(&c);
			checks[k].context(&c, &m->contexts[i]);
		}
		for (uint32_t i = 0; checks[k].agent != NULL && i < m->nagents; i++) {
			checks_reset(&c);
			checks[k].agent(&c, &m->agents[i], i);
		}
	}
	check_judges_end(&c);
	check_starts(&c);
	check_gateway(&c);
	check_workflows(&c);
	arena_free(&c.scratch);
}
