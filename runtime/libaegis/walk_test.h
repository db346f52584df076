#ifndef LIBAEGIS_WALK_TEST_H
#define LIBAEGIS_WALK_TEST_H
/*
 * For tests only: reads an accepted bundle from end to end through the public functions, so that a
 * sanitizer sees whatever the check should not have let pass.
 */
#include "aegis/aegis.h"

#include <stdlib.h>
#include <string.h>

static inline uint32_t walk_str(struct aeg_str s)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < s.len; i++)
		sum += (uint8_t)s.at[i];
	return sum;
}

/* Beside a few entries from the start of a list, its last and the first that is not there. */
#define WALK_SOME 40u

static inline uint32_t walk_list(const struct aeg_bundle *b, uint32_t context, uint32_t cap,
	enum aeg_list list, uint32_t command)
{
	uint32_t n = aeg_capability_list(b, context, cap, list, command), sum = 0;

	if (n == AEG_NONE)
		return 0;
	for (uint32_t i = 0; i < n && i < WALK_SOME; i++) {
		sum += walk_str(aeg_capability_entry(b, context, cap, list, command, i));
		if (list == AEG_LIST_COMMANDS)
			sum += walk_list(b, context, cap, AEG_LIST_SUBCOMMANDS, i);
	}
	for (uint32_t i = 0; i < 3; i++)
		sum += walk_str(aeg_capability_entry(b, context, cap, list, command, n - 1 + i));
	return sum;
}

static inline uint32_t walk_capability(const struct aeg_bundle *b, uint32_t context, uint32_t cap)
{
	uint32_t sum = walk_str(aeg_capability_pattern(b, context, cap));

	sum += walk_str(aeg_capability_origin(b, context, cap).file);
	sum += walk_list(b, context, cap, AEG_LIST_PATHS, 0);
	sum += walk_list(b, context, cap, AEG_LIST_COMMANDS, 0);
	sum += walk_list(b, context, cap, AEG_LIST_DOMAINS, 0);
	sum += walk_str(aeg_restrict_domain(b, context, cap, 0));
	return sum;
}

static inline void walk_step(void *ctx, const struct aeg_step *step)
{
	*(uint32_t *)ctx += step->capability + step->deny_entry;
}

/* What the verdict names must be there to be shown. */
static inline void walk_call(const struct aeg_bundle *b, uint32_t context, const char *tool,
	const char *args, struct aeg_limits *limits)
{
	struct aeg_json_tok tok[512];
	struct aeg_json json;
	struct aeg_call call = { .size_of = sizeof call,
		.context = context,
		.tool = { tool, (uint32_t)strlen(tool) },
		.args = &json,
		.limits = limits,
		.limit_key = { "key", 3 } };
	struct aeg_verdict v, again;
	struct aeg_obligations o = { .size_of = sizeof o };
	uint32_t steps = 0;

	aeg_json_scan(&json, args, strlen(args), tok, sizeof tok / sizeof *tok);
	if (aeg_decide(b, &call, &v) != AEG_OK)
		return;
	call.limits = NULL;
	aeg_decide_explained(b, &call, &again, walk_step, &steps);
	if (v.capability != AEG_NONE)
		walk_capability(b, context, v.capability);
	if (v.deny_entry != AEG_NONE)
		walk_str(aeg_deny_pattern(b, context, v.deny_entry));
	if (v.token != AEG_NONE)
		aeg_argument_is_secret(b, &call, v.token);
	if (v.kind == AEG_ALLOW && aeg_obligations(b, &call, &v, &o) == AEG_OK)
		walk_str(aeg_restrict_domain(b, context, v.capability, 0));
	if (limits != NULL)
		aeg_release(limits, v.slot);
}

static inline void walk_calls(
	const struct aeg_bundle *b, uint32_t context, struct aeg_limits *limits)
{
	static const char *const calls[][2] = {
		{ "fs.read", "{\"path\":\"/workspace/src/a.c\"}" },
		{ "fs.read", "{\"path\":\"/data/q/x/y\"}" },
		{ "fs.write", "{\"path\":\"src/../..\"}" },
		{ "fs.delete", "{}" },
		{ "fs", "{\"path\":1}" },
		{ "cmd.run", "{\"command\":\"git status\",\"cwd\":\"/workspace\"}" },
		{ "cmd.run", "{\"command\":\"make\",\"args\":[\"-j\",\"\\u0032\"]}" },
		{ "web.fetch", "{\"url\":\"https://a.example.org/x\",\"token\":[\"s\"]}" },
		{ "web.fetch", "{\"url\":\"http://a.x.net:80\"}" },
		{ "mcp.other", "null" },
		{ "*", "[" },
	};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		walk_call(b, context, calls[i][0], calls[i][1], limits);
}

static inline uint32_t walk_roster(const struct aeg_bundle *b)
{
	struct aeg_agent_info a = { .size_of = sizeof a };
	struct aeg_tier_info t = { .size_of = sizeof t };
	struct aeg_tier_limit l = { .size_of = sizeof l };
	struct aeg_operator_info o = { .size_of = sizeof o };
	uint32_t sum = 0;

	for (uint32_t i = 0; i < WALK_SOME && aeg_agent_info(b, i, &a) == AEG_OK; i++) {
		sum += walk_str(a.name) + walk_str(a.version) + aeg_agent_find(b, a.name);
		for (uint32_t k = 0; k <= a.ntools && k < WALK_SOME; k++)
			sum += walk_str(aeg_agent_tool(b, i, k));
	}
	for (uint32_t i = 0; i < WALK_SOME && aeg_tier_info(b, i, &t) == AEG_OK; i++) {
		sum += walk_str(t.name);
		for (uint32_t k = 0; k < WALK_SOME && aeg_tier_limit(b, i, k, &l) == AEG_OK; k++)
			sum += walk_str(l.resource) + (uint32_t)l.max;
	}
	for (uint32_t i = 0; i < WALK_SOME && aeg_operator_info(b, i, &o) == AEG_OK; i++)
		sum += walk_str(o.role) + (uint32_t)o.access;
	return sum;
}

/* Every pair of the first contexts, and a context that is not there. */
static inline uint32_t walk_ceilings(const struct aeg_bundle *b, uint32_t ncontexts)
{
	struct aeg_ceiling c = { .size_of = sizeof c };
	uint32_t sum = 0, n = ncontexts < WALK_SOME ? ncontexts : WALK_SOME;

	for (uint32_t i = 0; i < n * n; i++)
		if (aeg_within(b, i / n, i % n, &c) == AEG_OK)
			sum += c.within + (uint32_t)c.wider + walk_str(c.tool) + walk_str(c.args);
	if (aeg_within(b, 0, ncontexts, &c) == AEG_OK || aeg_within(b, ncontexts, 0, &c) == AEG_OK)
		abort();
	return sum;
}

static inline uint32_t walk(const struct aeg_bundle *b)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	size_t size = aeg_limits_size(b, 16);
	void *mem = size > 0 && size <= 1u << 24 ? malloc(size) : NULL;
	struct aeg_limits *limits = mem != NULL ? aeg_limits_init(b, 16, mem, size) : NULL;
	uint32_t sum;

	aeg_bundle_info(b, &info);
	sum = walk_str(info.semantics) + walk_str(info.provenance) + walk_roster(b) +
	      walk_ceilings(b, info.ncontexts);
	for (uint32_t c = 0; c <= info.ncontexts && c < WALK_SOME; c++) {
		struct aeg_context_info ci = { .size_of = sizeof ci };

		walk_calls(b, c, limits); /* also with a context that is not there */
		if (aeg_context_info(b, c, &ci) != AEG_OK)
			continue;
		sum += walk_str(ci.name) + walk_str(ci.description);
		sum += aeg_context_find(b, ci.name) != c;
		for (uint32_t i = 0; i < ci.ncapabilities && i < WALK_SOME; i++)
			sum += walk_capability(b, c, i);
		sum += walk_capability(b, c, ci.ncapabilities);
		for (uint32_t i = 0; i < ci.ndeny && i < WALK_SOME; i++)
			sum += walk_str(aeg_deny_pattern(b, c, i)) +
			       walk_str(aeg_deny_origin(b, c, i).file);
	}
	free(mem);
	return sum;
}
#endif
