/* Finds the changes that turn a denial into an allowed call. */
#include "cli/explain.h"

#include "base/nearest.h"
#include "cli/answer.h"

enum { TOOL_MOST = 128, TOOLS_LOOKED_AT = 1024, MENDS_MOST = 4 };

struct search {
	struct arena *a;
	const struct aeg_bundle *b;
	const struct aeg_verdict *verdict;
	struct aeg_call call; /* as it is by now: another context, another tool */
	bool policy;          /* rather change the policy */
	struct changes changes;
};

static void add(struct search *s, struct change c)
{
	c.index = AEG_NONE;
	changes_add(s->a, &s->changes, c);
}

/* ---- Contexts ------------------------------------------------------------------------------ */

static struct aeg_context_info context_of(const struct search *s)
{
	struct aeg_context_info c = { .size_of = sizeof c };
	aeg_context_info(s->b, s->call.context, &c);
	return c;
}

static bool find_context(struct search *s, struct slice name)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	uint32_t best = NEAREST_BYTES + 1;
	aeg_bundle_info(s->b, &info);
	for (uint32_t i = 0; i < info.ncontexts && best != 0; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		aeg_context_info(s->b, i, &c);
		uint32_t d = nearest_distance(name, slice_str(c.name), best - 1);
		if (d >= best)
			continue;
		best = d;
		s->call.context = i;
	}
	if (s->call.context == AEG_NONE)
		return false;
	add(s, (struct change){ .kind = CHANGE_CONTEXT, .value = slice_str(context_of(s).name) });
	return true;
}

/* ---- Tools --------------------------------------------------------------------------------- */

static bool matches(struct aeg_str pattern, struct aeg_str tool)
{
	struct slice p = slice_str(pattern), t = slice_str(tool);
	if (slice_is(p, "*"))
		return true;
	if (p.len < 2 || p.at[p.len - 1] != '*')
		return slice_eq(p, t);
	p.len--; /* the dot stays */
	return t.len > p.len && slice_begins(t, p);
}

static bool is_denied(const struct search *s, struct aeg_str tool)
{
	uint32_t n = context_of(s).ndeny;
	for (uint32_t i = 0; i < n; i++)
		if (matches(aeg_deny_pattern(s->b, s->call.context, i), tool))
			return true;
	return false;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != 0 && strchr("_-./:", c) != NULL);
}

/* The name with a dot for what cannot be in one, cut where it is too long. */
static struct slice clean_name(struct arena *a, struct slice name)
{
	struct buf out = { .arena = a };
	bool gap = false;
	for (uint32_t i = 0; i < name.len && out.len + gap < TOOL_MOST; i++) {
		if (is_name_byte(name.at[i])) {
			buf_text(&out, gap && out.len > 0 ? "." : "");
			buf_add(&out, name.at + i, 1);
		}
		gap = !is_name_byte(name.at[i]);
	}
	if (out.len == 0)
		buf_text(&out, "x");
	return buf_done(&out);
}

struct nearest_tool {
	struct slice like, name;
	uint32_t distance;
};

static void offer_tool(const struct search *s, struct nearest_tool *n, struct slice name)
{
	if (name.len == 0 || name.len > TOOL_MOST || n->distance == 0 ||
		is_denied(s, str_slice(name)))
		return;
	uint32_t d = nearest_distance(n->like, name, n->distance - 1);
	if (d < n->distance) {
		n->distance = d;
		n->name = name;
	}
}

/* Names that pattern `fs.*` is for: the catalogue's; where it has none, one like that asked for. */
static void offer_family(struct search *s, struct nearest_tool *n, struct slice pattern)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct buf out = { .arena = s->a };
	uint32_t lo = n->like.len, known = 0;
	aeg_bundle_info(s->b, &info);
	for (uint32_t i = 0; i < info.ntools && i < TOOLS_LOOKED_AT; i++) {
		struct aeg_tool_info t = { .size_of = sizeof t };
		aeg_tool_info(s->b, i, &t);
		if (t.name.len == 0 || t.name.at[t.name.len - 1] == '*' ||
			!matches(str_slice(pattern), t.name) || is_denied(s, t.name))
			continue;
		offer_tool(s, n, slice_str(t.name));
		known++;
	}
	if (known != 0)
		return;
	while (lo > 0 && n->like.at[lo - 1] != '.')
		lo--;
	buf_add(&out, pattern.at, pattern.len - 1);
	buf_add(&out, n->like.at + lo, n->like.len - lo);
	if (lo == n->like.len)
		buf_text(&out, "x");
	offer_tool(s, n, buf_done(&out));
}

/* A name that a capability is for and nothing denies; len 0: there is none. */
static struct slice find_tool(struct search *s)
{
	struct nearest_tool n = { clean_name(s->a, slice_str(s->call.tool)), { NULL, 0 },
		NEAREST_BYTES + 1 };
	uint32_t ncaps = context_of(s).ncapabilities;
	for (uint32_t i = 0; i < ncaps && i < TOOLS_LOOKED_AT; i++) {
		struct slice p = slice_str(aeg_capability_pattern(s->b, s->call.context, i));
		if (slice_is(p, "*"))
			offer_tool(s, &n, n.like);
		else if (p.len > 0 && p.at[p.len - 1] == '*')
			offer_family(s, &n, p);
		else
			offer_tool(s, &n, p);
	}
	return n.name;
}

static void change_tool(struct search *s, struct slice name)
{
	s->call.tool = str_slice(name);
	add(s, (struct change){ .kind = CHANGE_TOOL, .value = name });
}

static void remove_deny_entries(struct search *s)
{
	uint32_t n = context_of(s).ndeny;
	for (uint32_t i = 0; i < n; i++)
		if (matches(aeg_deny_pattern(s->b, s->call.context, i), s->call.tool))
			add(s, (struct change){ .kind = CHANGE_REMOVE_DENY, .rule = i });
}

/* ---- Capabilities -------------------------------------------------------------------------- */

/* Does @r change less than @other: of both sides first, then of the one that is to change? */
static bool is_less(const struct search *s, const struct repair *r, const struct repair *other)
{
	size_t call = r->cost, policy = r->changes.n;
	size_t other_call = other->cost, other_policy = other->changes.n;
	bool mixed = s->policy ? call != 0 : policy != 0;
	bool other_mixed = s->policy ? other_call != 0 : other_policy != 0;
	if (mixed != other_mixed)
		return other_mixed;
	return s->policy ? policy < other_policy : call < other_call;
}

static void try_capability(struct search *s, uint32_t i, struct repair *best, bool *found)
{
	struct repair r;
	repair_init(&r, s->a, s->b, &s->call, i, s->policy);
	if (!repair_run(&r) || (*found && !is_less(s, &r, best)))
		return;
	*best = r;
	*found = true;
}

/* One that is for the tool; where there is none, a new one. */
static bool find_capability(struct search *s)
{
	uint32_t ncaps = context_of(s).ncapabilities, tried = 0;
	struct repair best;
	bool found = false;
	for (uint32_t i = 0; i < ncaps && tried < EXPLAIN_STEPS_MOST; i++) {
		if (!matches(aeg_capability_pattern(s->b, s->call.context, i), s->call.tool))
			continue;
		tried++;
		try_capability(s, i, &best, &found);
	}
	if (tried == 0) {
		add(s, (struct change){
			       .kind = CHANGE_ADD_CAPABILITY, .value = slice_str(s->call.tool) });
		try_capability(s, AEG_NONE, &best, &found);
	}
	if (!found)
		return false;
	repair_differences(&best, &s->changes);
	for (size_t i = 0; i < best.changes.n; i++)
		changes_add(s->a, &s->changes, best.changes.v[i]);
	return true;
}

static bool is_for(const struct search *s, struct aeg_str tool)
{
	uint32_t ncaps = context_of(s).ncapabilities;
	for (uint32_t i = 0; i < ncaps; i++)
		if (matches(aeg_capability_pattern(s->b, s->call.context, i), tool))
			return true;
	return false;
}

/* ---- Limits -------------------------------------------------------------------------------- */

/* The rate is looked at first, so the slots may be taken too. */
static bool change_limit(struct search *s)
{
	const struct aeg_verdict *v = s->verdict;
	struct aeg_obligations o = { .size_of = sizeof o };
	struct aeg_verdict granted = { .kind = AEG_ALLOW, .capability = v->capability };
	if (aeg_obligations(s->b, &s->call, &granted, &o) != AEG_OK)
		return false;
	if (v->reason == AEG_RateLimitExceeded)
		add(s, (struct change){ .kind = s->policy ? CHANGE_RATE : CHANGE_WAIT,
			       .rule = v->capability,
			       .number = s->policy ? 1ull + o.rate_calls : v->retry_after_ms });
	if (o.max_concurrent != 0)
		add(s, (struct change){ .kind = s->policy ? CHANGE_CONCURRENT : CHANGE_RELEASE,
			       .rule = v->capability,
			       .number = s->policy ? 1ull + o.max_concurrent : 0 });
	return true;
}

/* ---- Suggestions --------------------------------------------------------------------------- */

static bool search(struct search *s, struct slice context)
{
	enum aeg_reason why = s->verdict->reason;
	if (why == AEG_RateLimitExceeded || why == AEG_ConcurrencyLimitExceeded)
		return change_limit(s);
	if (why == AEG_UnknownContext && !find_context(s, context))
		return false;
	struct slice clean = clean_name(s->a, slice_str(s->call.tool));
	bool valid = slice_eq(clean, slice_str(s->call.tool));
	if (!valid || (!s->policy && !is_denied(s, s->call.tool) && !is_for(s, s->call.tool))) {
		struct slice name = find_tool(s);
		if (!valid || name.len != 0)
			change_tool(s, name.len != 0 ? name : clean);
	}
	remove_deny_entries(s);
	return find_capability(s);
}

static struct suggestion suggest(struct arena *a, const struct aeg_bundle *b, struct slice context,
	const struct aeg_call *call, const struct aeg_verdict *v, bool policy)
{
	struct search s = { a, b, v, *call, policy, { 0 } };
	struct suggestion ret = { 0 };
	if (!search(&s, context))
		return ret;
	ret.changes = s.changes;
	ret.context = s.call.context;
	for (size_t i = 0; i < s.changes.n; i++)
		if (change_is_of_call(s.changes.v[i].kind))
			ret.call = true;
		else
			ret.policy = true;
	return ret;
}

/* One that changes the call alone and one that changes the policy alone; or what there is. */
static void add_suggestions(struct explanation *e, struct suggestion call, struct suggestion policy)
{
	if (call.call && !call.policy)
		e->suggestion[e->nsuggestions++] = call;
	if (policy.policy && !policy.call)
		e->suggestion[e->nsuggestions++] = policy;
	if (e->nsuggestions == 0 && call.changes.n != 0)
		e->suggestion[e->nsuggestions++] = call;
	if (e->nsuggestions == 0 && policy.changes.n != 0)
		e->suggestion[e->nsuggestions++] = policy;
}

/* ---- Steps --------------------------------------------------------------------------------- */

struct gathering {
	struct arena *a;
	const struct aeg_bundle *b;
	const struct aeg_call *call;
	const struct aeg_verdict *verdict;
	struct explanation *e;
};

/* What the argument that a step failed on would have to be, were all others good. */
static void explain_failure(const struct gathering *g, struct explain_step *ret)
{
	struct repair r;
	struct changes changes = { 0 };
	repair_init(&r, g->a, g->b, g->call, ret->step.capability, false);
	struct aeg_step s = repair_failure(&r), first = s;
	ret->argument = repair_argument_name(&r, s.token);
	for (uint32_t i = 0; s.reason != AEG_None && s.token == first.token; i++) {
		bool changed = i < MENDS_MOST && repair_call(&r, &s);
		if (i == 0 && repair_is_about_entry(s.reason))
			ret->list = r.list;
		if (!changed)
			return;
		s = repair_failure(&r);
	}
	repair_differences(&r, &changes);
	if (changes.n != 1 || changes.v[0].kind != CHANGE_ARGUMENT)
		return;
	ret->argument = changes.v[0].name;
	ret->value = changes.v[0].value;
	ret->index = changes.v[0].index;
	ret->nearest = r.nearest;
}

static void gather(void *ctx, const struct aeg_step *step)
{
	struct gathering *g = ctx;
	struct explanation *e = g->e;
	arena_push(g->a, e->steps, e->nsteps, &e->cap);
	struct explain_step *s = &e->steps[e->nsteps++];
	*s = (struct explain_step){
		.step = *step, .list.n = AEG_NONE, .nearest = AEG_NONE, .index = AEG_NONE
	};
	if (step->capability != AEG_NONE && step->reason != AEG_None &&
		e->nsteps <= EXPLAIN_STEPS_MOST)
		explain_failure(g, s);
	if (g->verdict->capability == step->capability && step->reason == AEG_None)
		s->step.reason = g->verdict->reason; /* of a limit */
}

const struct explanation *explain_call(struct arena *a, const struct aeg_bundle *b,
	struct slice context, const struct aeg_call *call, const struct aeg_verdict *verdict)
{
	struct explanation *e = arena_new(a, struct explanation);
	struct gathering g = { a, b, call, verdict, e };
	struct aeg_call uncounted = *call;
	struct aeg_verdict again;
	uncounted.limits = NULL;
	if (aeg_decide_explained(b, &uncounted, &again, gather, &g) != AEG_OK ||
		verdict->kind == AEG_ALLOW)
		return e;
	add_suggestions(e, suggest(a, b, context, &uncounted, verdict, false),
		suggest(a, b, context, &uncounted, verdict, true));
	return e;
}
