/* Who the bundle knows by name, told to people and to programs. */
#include "cli/roster.h"

#include "cli/answer.h"
#include "cli/tell.h"

static const char *const access_names[] = { "", "read", "operate", "all" };

static struct slice context_name(const struct aeg_bundle *b, uint32_t context)
{
	struct aeg_context_info c = { .size_of = sizeof c };

	return aeg_context_info(b, context, &c) == AEG_OK ? slice_str(c.name)
							  : (struct slice){ "", 0 };
}

/* "\nname VERSION  works under CONTEXT" */
static void tell_member(
	struct buf *out, const char *what, struct aeg_str name, struct slice context)
{
	buf_printf(out, "\n%s ", what);
	tell_text(out, slice_str(name));
	buf_text(out, "  works under ");
	tell_text(out, context);
}

static void tell_tools(struct buf *out, const struct aeg_bundle *b, uint32_t agent, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_text(out, i == 0 ? "\n  tools     " : ", ");
		tell_text(out, slice_str(aeg_agent_tool(b, agent, i)));
	}
}

static void tell_limit(struct buf *out, const struct aeg_tier_limit *l)
{
	buf_printf(out, "\n  at most   %llu ", (unsigned long long)l->max);
	tell_text(out, slice_str(l->resource));
	if (l->per_s != 0)
		buf_printf(out, " in %u s", (unsigned)l->per_s);
}

void roster_tell(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_agent_info a = { .size_of = sizeof a };
	struct aeg_tier_info t = { .size_of = sizeof t };
	struct aeg_tier_limit l = { .size_of = sizeof l };
	struct aeg_operator_info o = { .size_of = sizeof o };

	for (uint32_t i = 0; aeg_agent_info(b, i, &a) == AEG_OK; i++) {
		tell_member(out, "agent", a.name, context_name(b, a.context));
		buf_text(out, "\n  version   ");
		tell_text(out, slice_str(a.version));
		tell_tools(out, b, i, a.ntools);
		buf_text(out, "\n");
	}
	for (uint32_t i = 0; aeg_tier_info(b, i, &t) == AEG_OK; i++) {
		tell_member(out, "tier", t.name, context_name(b, t.context));
		for (uint32_t k = 0; aeg_tier_limit(b, i, k, &l) == AEG_OK; k++)
			tell_limit(out, &l);
		buf_text(out, "\n");
	}
	for (uint32_t i = 0; aeg_operator_info(b, i, &o) == AEG_OK; i++) {
		tell_member(out, "operator", o.role, context_name(b, o.context));
		buf_printf(out, "\n  access    %s\n", access_names[o.access]);
	}
}

static void answer_member(struct buf *out, uint32_t i, struct aeg_str name, struct slice context)
{
	buf_text(out, i == 0 ? "{\"name\":" : ",{\"name\":");
	answer_string(out, name);
	buf_text(out, ",\"context\":");
	buf_json_string(out, context);
}

static void answer_tools(struct buf *out, const struct aeg_bundle *b, uint32_t agent, uint32_t n)
{
	buf_text(out, ",\"tools\":[");
	for (uint32_t i = 0; i < n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		answer_string(out, aeg_agent_tool(b, agent, i));
	}
	buf_text(out, "]}");
}

static void answer_limits(struct buf *out, const struct aeg_bundle *b, uint32_t tier)
{
	struct aeg_tier_limit l = { .size_of = sizeof l };

	buf_text(out, ",\"limits\":[");
	for (uint32_t i = 0; aeg_tier_limit(b, tier, i, &l) == AEG_OK; i++) {
		buf_text(out, i == 0 ? "{\"resource\":" : ",{\"resource\":");
		answer_string(out, l.resource);
		buf_text(out, ",\"max\":");
		answer_number(out, l.max);
		if (l.per_s != 0)
			buf_printf(out, ",\"per_seconds\":%u", (unsigned)l.per_s);
		buf_text(out, "}");
	}
	buf_text(out, "]}");
}

void roster_answer(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_agent_info a = { .size_of = sizeof a };
	struct aeg_tier_info t = { .size_of = sizeof t };
	struct aeg_operator_info o = { .size_of = sizeof o };

	buf_text(out, ",\"agents\":[");
	for (uint32_t i = 0; aeg_agent_info(b, i, &a) == AEG_OK; i++) {
		answer_member(out, i, a.name, context_name(b, a.context));
		buf_text(out, ",\"version\":");
		answer_string(out, a.version);
		answer_tools(out, b, i, a.ntools);
	}
	buf_text(out, "],\"tiers\":[");
	for (uint32_t i = 0; aeg_tier_info(b, i, &t) == AEG_OK; i++) {
		answer_member(out, i, t.name, context_name(b, t.context));
		answer_limits(out, b, i);
	}
	buf_text(out, "],\"operators\":[");
	for (uint32_t i = 0; aeg_operator_info(b, i, &o) == AEG_OK; i++) {
		answer_member(out, i, o.role, context_name(b, o.context));
		buf_printf(out, ",\"access\":\"%s\"}", access_names[o.access]);
	}
	buf_text(out, "]");
}
