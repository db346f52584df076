/* Who the bundle knows by name: agents, the consumers' tiers, and operators. */
#include "trie.h"

uint32_t aeg_agent_find(const struct aeg_bundle *b, struct aeg_str name)
{
	const struct aegi_trie t = aegi_trie_of(b);
	uint32_t node = aegi_step(&t, aeg_ld32(aegi_meta(b)->agents), name.at, name.len);

	return node == AEGF_NONE ? AEG_NONE : aeg_ld32(t.nodes[node].a);
}

enum aeg_status aeg_agent_info(
	const struct aeg_bundle *b, uint32_t agent, struct aeg_agent_info *ret)
{
	if (agent >= aegi_count(b, AEGF_AGENTS) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_agent *a = aegi_at(b, AEGF_AGENTS, agent, struct aegf_agent);
	ret->context = aeg_ld32(a->context);
	ret->name = aegi_str(b, a->name);
	ret->version = aegi_str(b, a->version);
	ret->ntools = aeg_ld32(a->tools.count);
	return AEG_OK;
}

struct aeg_str aeg_agent_tool(const struct aeg_bundle *b, uint32_t agent, uint32_t i)
{
	if (agent >= aegi_count(b, AEGF_AGENTS))
		return (struct aeg_str){ "", 0 };
	const struct aegf_agent *a = aegi_at(b, AEGF_AGENTS, agent, struct aegf_agent);
	if (i >= aeg_ld32(a->tools.count))
		return (struct aeg_str){ "", 0 };
	return aegi_str(b, *aegi_at(b, AEGF_LISTS, aeg_ld32(a->tools.first) + i, struct aegf_str));
}

enum aeg_status aeg_tier_info(const struct aeg_bundle *b, uint32_t tier, struct aeg_tier_info *ret)
{
	if (tier >= aegi_count(b, AEGF_TIERS) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_tier *t = aegi_at(b, AEGF_TIERS, tier, struct aegf_tier);
	ret->context = aeg_ld32(t->context);
	ret->name = aegi_str(b, t->name);
	ret->nlimits = aeg_ld32(t->limits.count);
	return AEG_OK;
}

enum aeg_status aeg_tier_limit(
	const struct aeg_bundle *b, uint32_t tier, uint32_t i, struct aeg_tier_limit *ret)
{
	if (tier >= aegi_count(b, AEGF_TIERS))
		return AEG_USAGE;
	const struct aegf_tier *t = aegi_at(b, AEGF_TIERS, tier, struct aegf_tier);
	if (i >= aeg_ld32(t->limits.count) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_limit *l =
		aegi_at(b, AEGF_LIMITS, aeg_ld32(t->limits.first) + i, struct aegf_limit);
	ret->per_s = aeg_ld32(l->per_s);
	ret->resource = aegi_str(b, l->resource);
	ret->max = aeg_ld64(l->max);
	return AEG_OK;
}

enum aeg_status aeg_operator_info(
	const struct aeg_bundle *b, uint32_t i, struct aeg_operator_info *ret)
{
	if (i >= aegi_count(b, AEGF_OPROLES) || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_oprole *r = aegi_at(b, AEGF_OPROLES, i, struct aegf_oprole);
	ret->context = aeg_ld32(r->context);
	ret->role = aegi_str(b, r->role);
	ret->access = (enum aeg_access)aeg_ld32(r->access);
	return AEG_OK;
}
