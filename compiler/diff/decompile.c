/* Reads a bundle back into a model, through the interface that everybody has. */
#include "diff/decompile.h"

#include "cli/answer.h"
#include "grammar/pattern.h"

struct reading {
	struct arena *arena;
	const struct aeg_bundle *bundle;
	struct aeg_bundle_info info;
	struct model *model;
	bool bad; /* something that no source can say */
};

static struct mtext text(struct aeg_str s) { return (struct mtext){ slice_str(s), SPAN_NONE }; }

static struct mpattern read_pattern(struct reading *r, struct aeg_str s)
{
	struct buf ended = { .arena = r->arena }; /* by a NUL, which a bundle does not have */

	buf_slice(&ended, slice_str(s));
	struct pattern is = pattern_parse(buf_done(&ended).at, s.len);
	struct mpattern p = { .written = text(s), .stem = { s.at, is.name } };

	r->bad |= is.bad != PATTERN_GOOD;
	p.form = !is.star ? PATTERN_EXACT : is.name == 0 ? PATTERN_ANY : PATTERN_PREFIX;
	return p;
}

/* ---- Capabilities -------------------------------------------------------------------------- */

struct which { /* one of a bundle's lists */
	uint32_t context, cap;
	enum aeg_list list;
	uint32_t command;
};

static struct mlist read_list(const struct reading *r, struct which w)
{
	const struct aeg_bundle *b = r->bundle;
	uint32_t n = aeg_capability_list(b, w.context, w.cap, w.list, w.command);
	struct mlist list = { .stated = n != AEG_NONE, .at = SPAN_NONE };

	if (!list.stated)
		return list;
	list.v = arena_array(r->arena, struct mtext, n);
	for (list.n = 0; list.n < n; list.n++)
		list.v[list.n] =
			text(aeg_capability_entry(b, w.context, w.cap, w.list, w.command, list.n));
	return list;
}

/* A bundle has one spelling: each command with its subcommands, or any. A map says that too, save
 * where commands may have no subcommand at all: that a list says, and of all commands alike. */
static void read_commands(const struct reading *r, struct which w, struct mcap *cap)
{
	struct mlist commands = read_list(r, w);
	uint32_t anys = 0, nothings = 0;

	if (!commands.stated)
		return;
	cap->subcommand_map = arena_array(r->arena, struct mcommand, commands.n);
	w.list = AEG_LIST_SUBCOMMANDS;
	for (w.command = 0; w.command < commands.n; w.command++) {
		struct mcommand c = { .command = commands.v[w.command],
			.subcommands = read_list(r, w) };
		c.any = !c.subcommands.stated;
		anys += c.any;
		nothings += !c.any && c.subcommands.n == 0;
		if (c.any || c.subcommands.n != 0)
			cap->subcommand_map[cap->nsubcommand_map++] = c;
	}
	if (anys == commands.n || nothings == commands.n) {
		cap->commands = commands;
		cap->nsubcommand_map = 0;
	}
	if (anys == commands.n)
		return;
	cap->subcommand_form = nothings == commands.n ? SUBCOMMANDS_LIST : SUBCOMMANDS_MAP;
	cap->subcommand_list.stated = nothings == commands.n;
}

static void read_limits(const struct reading *r, struct which w, struct mcap *cap)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_call call = { .size_of = sizeof call, .context = w.context };
	struct aeg_verdict granted = { .kind = AEG_ALLOW, .capability = w.cap };

	aeg_obligations(r->bundle, &call, &granted, &o);
	cap->rate_calls = o.rate_calls;
	cap->rate_per_s = o.rate_per_s;
	cap->max_concurrent = o.max_concurrent;
	cap->max_response_size = o.max_response_size;
}

static struct mcap read_cap(struct reading *r, uint32_t context, uint32_t i)
{
	struct mcap cap = { .at = SPAN_NONE, .subcommands_at = SPAN_NONE, .rate_at = SPAN_NONE };
	struct which w = { context, i, AEG_LIST_PATHS, 0 };

	cap.pattern = read_pattern(r, aeg_capability_pattern(r->bundle, context, i));
	cap.paths = read_list(r, w);
	w.list = AEG_LIST_DOMAINS;
	cap.domains = read_list(r, w);
	w.list = AEG_LIST_COMMANDS;
	read_commands(r, w, &cap);
	read_limits(r, w, &cap);
	return cap;
}

static struct mcontext read_context(struct reading *r, uint32_t i)
{
	struct aeg_context_info info = { .size_of = sizeof info };

	aeg_context_info(r->bundle, i, &info);
	struct mcontext c = { .name = text(info.name),
		.description = text(info.description),
		.at = SPAN_NONE,
		.builtin = (info.flags & AEG_CONTEXT_BUILTIN) != 0,
		.caps_read = true,
		.caps = arena_array(r->arena, struct mcap, info.ncapabilities),
		.ncaps = info.ncapabilities,
		.deny = arena_array(r->arena, struct mpattern, info.ndeny),
		.ndeny = info.ndeny };
	for (uint32_t k = 0; k < c.ncaps; k++)
		c.caps[k] = read_cap(r, i, k);
	for (uint32_t k = 0; k < c.ndeny; k++)
		c.deny[k] = read_pattern(r, aeg_deny_pattern(r->bundle, i, k));
	return c;
}

/* ---- The catalogue ------------------------------------------------------------------------- */

static struct mtool read_tool(struct reading *r, uint32_t i)
{
	struct aeg_tool_info info = { .size_of = sizeof info };
	struct aeg_argument_info a = { .size_of = sizeof a };

	aeg_tool_info(r->bundle, i, &info);
	struct mtool t = { .name = read_pattern(r, info.name),
		.args = arena_array(r->arena, struct marg, info.narguments) };
	for (; aeg_argument_info(r->bundle, i, t.nargs, &a) == AEG_OK; t.nargs++)
		t.args[t.nargs] = (struct marg){ .name = text(a.name),
			.role = (enum mrole)a.role,
			.required = (a.flags & AEG_ARGUMENT_REQUIRED) != 0,
			.list = (a.flags & AEG_ARGUMENT_LIST) != 0 };
	return t;
}

/* Of two entries of one name the last holds, as in the bundle's table; the map keeps what is put
 * first. */
static void read_tools(struct reading *r)
{
	struct model *m = r->model;

	m->ntools = r->info.ntools;
	m->tools = arena_array(r->arena, struct mtool, m->ntools);
	m->tool_names.arena = m->tool_families.arena = r->arena;
	for (uint32_t i = m->ntools; i-- > 0;) {
		m->tools[i] = read_tool(r, i);
		const struct mpattern *p = &m->tools[i].name;
		map_put(p->form == PATTERN_PREFIX ? &m->tool_families : &m->tool_names, p->stem, i);
	}
}

/* ---- Who works under a context ------------------------------------------------------------- */

static struct mtext context_name(const struct reading *r, uint32_t i)
{
	return r->model->contexts[i].name;
}

static void read_agents(const struct reading *r)
{
	struct model *m = r->model;

	m->nagents = r->info.nagents;
	m->agents = arena_array(r->arena, struct magent, m->nagents);
	for (uint32_t i = 0; i < m->nagents; i++) {
		struct aeg_agent_info a = { .size_of = sizeof a };
		aeg_agent_info(r->bundle, i, &a);
		m->agents[i] = (struct magent){ .name = text(a.name),
			.version = text(a.version),
			.context = context_name(r, a.context),
			.at = SPAN_NONE,
			.tools = arena_array(r->arena, struct mtext, a.ntools),
			.ntools = a.ntools,
			.tools_at = SPAN_NONE,
			.tools_stated = a.ntools != 0 };
		for (uint32_t k = 0; k < a.ntools; k++)
			m->agents[i].tools[k] = text(aeg_agent_tool(r->bundle, i, k));
	}
}

static void read_tiers(const struct reading *r)
{
	struct model *m = r->model;

	m->ntiers = r->info.ntiers;
	m->tiers = arena_array(r->arena, struct mtier, m->ntiers);
	for (uint32_t i = 0; i < m->ntiers; i++) {
		struct aeg_tier_info t = { .size_of = sizeof t };
		struct aeg_tier_limit l = { .size_of = sizeof l };
		aeg_tier_info(r->bundle, i, &t);
		struct mlimit *limits = arena_array(r->arena, struct mlimit, t.nlimits);
		for (uint32_t k = 0; aeg_tier_limit(r->bundle, i, k, &l) == AEG_OK; k++)
			limits[k] = (struct mlimit){ text(l.resource), l.max, l.per_s };
		m->tiers[i] = (struct mtier){ text(t.name), context_name(r, t.context), limits,
			t.nlimits };
	}
	m->noproles = r->info.noperators;
	m->oproles = arena_array(r->arena, struct moprole, m->noproles);
	for (uint32_t i = 0; i < m->noproles; i++) {
		struct aeg_operator_info o = { .size_of = sizeof o };
		aeg_operator_info(r->bundle, i, &o);
		m->oproles[i] = (struct moprole){ text(o.role), context_name(r, o.context),
			(uint32_t)o.access };
	}
}

const struct model *decompile(struct arena *a, const struct aeg_bundle *b)
{
	struct reading r = { a, b, { .size_of = sizeof r.info }, arena_new(a, struct model),
		false };
	struct model *m = r.model;

	aeg_bundle_info(b, &r.info);
	m->ncontexts = r.info.ncontexts;
	m->contexts = arena_array(a, struct mcontext, m->ncontexts);
	for (uint32_t i = 0; i < m->ncontexts; i++)
		m->contexts[i] = read_context(&r, i);
	read_tools(&r);
	read_agents(&r);
	read_tiers(&r);
	return r.bad ? NULL : m;
}
