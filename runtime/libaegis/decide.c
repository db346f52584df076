/* The decision: docs/semantics.md, section 3, step by step. */
#include "constraint.h"
#include "limit.h"

struct watcher { /* aeg_decide_explained's; fn NULL: nobody looks */
	aeg_step_fn *fn;
	void *ctx;
};

static void tell(struct watcher w, struct aeg_step step)
{
	if (w.fn != NULL)
		w.fn(w.ctx, &step);
}

static enum aeg_status deny(struct aeg_verdict *ret, enum aeg_reason why)
{
	ret->reason = why;
	return AEG_OK;
}

/* The capability grants, if its limits do. */
static enum aeg_status grant(const struct aegf_cap *cap, const struct aeg_call *call, uint32_t i,
	struct watcher w, struct aeg_verdict *ret)
{
	if (call->limits != NULL && aegi_limited(cap)) {
		enum aeg_status s = aegi_limits_take(cap, call, i, ret);
		if (s != AEG_OK)
			return s;
	}
	ret->capability = i;
	ret->kind = ret->reason == AEG_None ? AEG_ALLOW : AEG_DENY;
	tell(w, (struct aeg_step){ AEG_NONE, i, ret->reason, AEG_NONE });
	return AEG_OK;
}

/* Step 4 with arguments that have roles, and step 5 where it grants nothing. @caps: those of the
 * context, @ncaps. */
static enum aeg_status scan(struct aegi_facts *facts, const struct aegf_cap *caps, uint32_t ncaps,
	const struct aeg_le32 *candidate, uint32_t n, const struct aeg_call *call, struct watcher w,
	struct aeg_verdict *ret)
{
	enum aeg_reason why, remembered = AEG_ToolNotAllowed;

	for (const struct aeg_le32 *end = candidate + n; candidate < end; candidate++) {
		uint32_t i = aeg_ld32(*candidate);

		if (i >= ncaps) /* contexts share classes, so only now is it known */
			break;
		why = aegi_constraints(facts, &caps[i]);
		if (facts->status != AEG_OK)
			return facts->status;
		if (why == AEG_None) {
			ret->token = AEG_NONE;
			return grant(&caps[i], call, i, w, ret);
		}
		tell(w, (struct aeg_step){ AEG_NONE, i, why, facts->token });
		if (remembered == AEG_ToolNotAllowed) {
			remembered = why;
			ret->capability = i;
			ret->token = facts->token;
		}
	}
	return deny(ret, remembered);
}

/* Step 4, once the class of the tool's name is known. */
static enum aeg_status try_capabilities(const struct aeg_bundle *b, const struct aegi_trie *t,
	const struct aegf_context *c, const struct aegf_class *class, const struct aeg_call *call,
	struct watcher w, struct aeg_verdict *ret)
{
	const struct aegf_cap *caps =
		aegi_at(b, AEGF_CAPS, aeg_ld32(c->caps.first), struct aegf_cap);
	const struct aeg_le32 *candidate =
		aegi_at(b, AEGF_CANDIDATES, aeg_ld32(class->caps.first), struct aeg_le32);
	uint32_t n = aeg_ld32(class->caps.count), ncaps = aeg_ld32(c->caps.count);
	uint32_t tool = aeg_ld32(class->tool);
	struct aegi_facts facts;

	if (n == 0 || aeg_ld32(*candidate) >= ncaps)
		return deny(ret, AEG_ToolNotAllowed);
	if (tool == AEGF_TOOL_BY_NAME)
		tool = aegi_tool_by_name(b, t, call->tool);
	if (tool == AEGF_NONE) /* no constraint applies: the first candidate grants */
		return grant(&caps[aeg_ld32(*candidate)], call, aeg_ld32(*candidate), w, ret);
	aegi_facts_init(&facts, b, t, call->args, tool);
	return scan(&facts, caps, ncaps, candidate, n, call, w, ret);
}

static enum aeg_status decide(const struct aeg_bundle *b, const struct aeg_call *call,
	struct watcher w, struct aeg_verdict *ret)
{
	const struct aegf_context *c;
	const struct aegf_class *class;
	uint32_t found;

	*ret = (struct aeg_verdict){
		.capability = AEG_NONE, .deny_entry = AEG_NONE, .token = AEG_NONE, .slot = AEG_NONE
	};
	if (call->size_of != sizeof *call)
		return AEG_USAGE;
	if (call->context == AEG_NONE)
		return deny(ret, AEG_UnknownContext);
	if (call->context >= aegi_count(b, AEGF_CONTEXTS))
		return AEG_USAGE;
	c = aegi_at(b, AEGF_CONTEXTS, call->context, struct aegf_context);
	const struct aegi_trie trie = aegi_trie_of(b);
	if (!aegi_name_walk(&trie, aeg_ld32(c->tools), call->tool, &found))
		return deny(ret, AEG_InvalidToolName);
	class = found == AEGF_NONE ? NULL : aegi_at(b, AEGF_CLASSES, found, struct aegf_class);
	if (class != NULL && aeg_ld32(class->deny) != AEGF_NONE) {
		if (aeg_ld32(class->deny) < aeg_ld32(c->deny.count))
			ret->deny_entry = aeg_ld32(class->deny);
		tell(w, (struct aeg_step){ ret->deny_entry, AEG_NONE, AEG_ToolDenied, AEG_NONE });
		return deny(ret, AEG_ToolDenied);
	}
	if (!aegi_args_acceptable(call->args))
		return deny(ret, AEG_InvalidArgument);
	if (class == NULL)
		return deny(ret, AEG_ToolNotAllowed);
	return try_capabilities(b, &trie, c, class, call, w, ret);
}

enum aeg_status aeg_decide(
	const struct aeg_bundle *b, const struct aeg_call *call, struct aeg_verdict *ret)
{
	return decide(b, call, (struct watcher){ NULL, NULL }, ret);
}

enum aeg_status aeg_decide_explained(const struct aeg_bundle *b, const struct aeg_call *call,
	struct aeg_verdict *ret, aeg_step_fn *fn, void *ctx)
{
	return decide(b, call, (struct watcher){ fn, ctx }, ret);
}

enum aeg_status aeg_capability_failure(const struct aeg_bundle *b, const struct aeg_call *call,
	uint32_t capability, uint32_t skip, struct aeg_step *ret)
{
	static const struct aegf_cap unconstrained = { .paths = { { 0xff, 0xff, 0xff, 0xff } },
		.commands = { { 0xff, 0xff, 0xff, 0xff } },
		.hosts = { { 0xff, 0xff, 0xff, 0xff } } };
	const struct aegi_trie t = aegi_trie_of(b);
	const struct aegf_cap *cap = &unconstrained;
	struct aegi_facts facts;

	*ret = (struct aeg_step){ AEG_NONE, capability, AEG_None, AEG_NONE };
	if (call->size_of != sizeof *call || call->context >= aegi_count(b, AEGF_CONTEXTS))
		return AEG_USAGE;
	if (capability != AEG_NONE) {
		const struct aegf_list caps =
			aegi_at(b, AEGF_CONTEXTS, call->context, struct aegf_context)->caps;
		if (capability >= aeg_ld32(caps.count))
			return AEG_USAGE;
		cap = aegi_at(b, AEGF_CAPS, aeg_ld32(caps.first) + capability, struct aegf_cap);
	}
	uint32_t tool = aegi_tool_by_name(b, &t, call->tool);
	if (!aegi_args_acceptable(call->args)) {
		ret->reason = AEG_InvalidArgument;
		return AEG_OK;
	}
	if (tool == AEGF_NONE)
		return AEG_OK;
	aegi_facts_init(&facts, b, &t, call->args, tool);
	facts.skip = skip;
	ret->reason = aegi_constraints(&facts, cap);
	if (ret->reason != AEG_None)
		ret->token = facts.token;
	return facts.status;
}

uint32_t aeg_context_find(const struct aeg_bundle *b, struct aeg_str name)
{
	const struct aegi_trie t = aegi_trie_of(b);
	uint32_t node = aegi_step(&t, aeg_ld32(aegi_meta(b)->contexts), name.at, name.len);

	return node == AEGF_NONE ? AEG_NONE : aeg_ld32(t.nodes[node].a);
}
