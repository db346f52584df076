/* A checked bundle as JSON, as libaegis sees it. */
#include "aegis/aegis.h"
#include "aegis/expr.h"
#include "aegis/flow.h"
#include "aegis/machine.h"
#include "emit/emit.h"
#include "format/aeg_format.h"

static struct slice slice(struct aeg_str s) { return (struct slice){ s.at, s.len }; }

static void string(struct buf *out, const char *before, struct aeg_str s)
{
	buf_printf(out, "%s", before);
	buf_json_string(out, slice(s));
}

static void hex(struct buf *out, const char *before, const uint8_t *bytes, size_t n)
{
	buf_printf(out, "%s\"", before);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%02x", bytes[i]);
	buf_text(out, "\"");
}

static struct aeg_str text(const struct aeg_bundle *b, struct aegf_str s)
{
	return (struct aeg_str){ (const char *)b->section[AEGF_STRINGS].at + aeg_ld32(s.off),
		aeg_ld32(s.len) };
}

/* Element @i of a section, of struct @type. */
#define AT(b, KIND, type, i) ((const struct type *)(const void *)(b)->section[AEGF_##KIND].at + (i))

static const char *comma(uint32_t i) { return i == 0 ? "" : ","; }

static void dump_head(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };

	aeg_bundle_info(b, &info);
	hex(out, "  \"digest\": ", info.digest, sizeof info.digest);
	buf_printf(out, ",\n  \"size\": %u,\n  \"serial\": %llu,\n  \"not_after\": %llu,\n",
		b->size, (unsigned long long)info.serial, (unsigned long long)info.not_after);
	string(out, "  \"semantics\": ", info.semantics);
	string(out, ",\n  \"provenance\": ", info.provenance);
	buf_printf(
		out, ",\n  \"max_probe\": %u,\n", aeg_ld32(AT(b, META, aegf_meta, 0)->max_probe));
	buf_text(out, "  \"sections\": {");
#define X(n, name, type) \
	if (b->section[n].count != 0) \
		buf_printf(out, "%s\n    \"" #name "\": { \"elements\": %u, \"bytes\": %zu }", \
			comma(n - 1), b->section[n].count, b->section[n].count * sizeof(type));
	AEGF_SECTIONS(X)
#undef X
	buf_text(out, "\n  },\n");
}

static void dump_signatures(struct buf *out, const struct aeg_bundle *b, struct slice bundle)
{
	const struct aegf_trailer *t = (const void *)(bundle.at + b->size);
	const struct aegf_signature *s = (const void *)(bundle.at + b->size + sizeof *t);

	buf_text(out, "  \"signatures\": [");
	for (uint32_t i = 0; i < aeg_ld32(t->count); i++)
		hex(out, i == 0 ? "" : ", ", s[i].keyid, sizeof s[i].keyid);
	buf_text(out, "],\n");
}

static void dump_origin(struct buf *out, struct aeg_origin o)
{
	if (o.file.len == 0)
		return;
	string(out, ", \"file\": ", o.file);
	buf_printf(out, ", \"line\": %u, \"column\": %u", o.line, o.column);
}

static void dump_list(struct buf *out, const struct aeg_bundle *b, uint32_t c, uint32_t cap,
	enum aeg_list list, uint32_t command)
{
	uint32_t n = aeg_capability_list(b, c, cap, list, command);

	if (n == AEG_NONE) {
		buf_text(out, "\"any\"");
		return;
	}
	buf_text(out, "[");
	for (uint32_t i = 0; i < n; i++)
		string(out, i == 0 ? "" : ", ", aeg_capability_entry(b, c, cap, list, command, i));
	buf_text(out, "]");
}

static void dump_commands(struct buf *out, const struct aeg_bundle *b, uint32_t c, uint32_t cap)
{
	uint32_t n = aeg_capability_list(b, c, cap, AEG_LIST_COMMANDS, 0);

	buf_text(out, ", \"commands\": {");
	for (uint32_t i = 0; i < n; i++) {
		string(out, i == 0 ? " " : ", ",
			aeg_capability_entry(b, c, cap, AEG_LIST_COMMANDS, 0, i));
		buf_text(out, ": ");
		dump_list(out, b, c, cap, AEG_LIST_SUBCOMMANDS, i);
	}
	buf_text(out, " }");
}

static void dump_capability(
	struct buf *out, const struct aeg_bundle *b, uint32_t c, uint32_t cap, uint32_t first)
{
	const struct aegf_cap *e = AT(b, CAPS, aegf_cap, first + cap);

	string(out, "\n        { \"pattern\": ", aeg_capability_pattern(b, c, cap));
	dump_origin(out, aeg_capability_origin(b, c, cap));
	if (aeg_capability_list(b, c, cap, AEG_LIST_PATHS, 0) != AEG_NONE) {
		buf_text(out, ", \"paths\": ");
		dump_list(out, b, c, cap, AEG_LIST_PATHS, 0);
	}
	if (aeg_capability_list(b, c, cap, AEG_LIST_COMMANDS, 0) != AEG_NONE)
		dump_commands(out, b, c, cap);
	if (aeg_capability_list(b, c, cap, AEG_LIST_DOMAINS, 0) != AEG_NONE) {
		buf_text(out, ", \"domains\": ");
		dump_list(out, b, c, cap, AEG_LIST_DOMAINS, 0);
	}
	if (aeg_ld32(e->rate_calls) != 0)
		buf_printf(out, ", \"rate_limit\": { \"calls\": %u, \"per_seconds\": %u }",
			aeg_ld32(e->rate_calls), aeg_ld32(e->rate_per_s));
	if (aeg_ld32(e->max_concurrent) != 0)
		buf_printf(out, ", \"max_concurrent\": %u", aeg_ld32(e->max_concurrent));
	if (aeg_ld64(e->max_response_size) != 0)
		buf_printf(out, ", \"max_response_size\": %llu",
			(unsigned long long)aeg_ld64(e->max_response_size));
	buf_text(out, " }");
}

static void dump_context(struct buf *out, const struct aeg_bundle *b, uint32_t c)
{
	const struct aegf_context *e = AT(b, CONTEXTS, aegf_context, c);
	uint32_t flags = aeg_ld32(e->flags);

	string(out, "\n    { \"name\": ", text(b, e->name));
	string(out, ",\n      \"description\": ", text(b, e->description));
	buf_printf(out, ",\n      \"builtin\": %s,\n      \"strip_params\": %s",
		flags & AEGF_CONTEXT_BUILTIN ? "true" : "false",
		flags & AEGF_CONTEXT_STRIP ? "true" : "false");
	buf_text(out, ",\n      \"deny\": [");
	for (uint32_t i = 0; i < aeg_ld32(e->deny.count); i++) {
		buf_text(out, comma(i));
		string(out, "\n        { \"pattern\": ", aeg_deny_pattern(b, c, i));
		dump_origin(out, aeg_deny_origin(b, c, i));
		buf_text(out, " }");
	}
	buf_text(out, "],\n      \"capabilities\": [");
	for (uint32_t i = 0; i < aeg_ld32(e->caps.count); i++) {
		buf_text(out, comma(i));
		dump_capability(out, b, c, i, aeg_ld32(e->caps.first));
	}
	buf_text(out, "] }");
}

static void dump_tools(struct buf *out, const struct aeg_bundle *b)
{
	static const char *const roles[] = { "", "path", "command", "args", "url", "secret" };

	buf_text(out, "  \"tools\": {");
	for (uint32_t i = 0; i < b->section[AEGF_TOOLS].count; i++) {
		const struct aegf_tool *t = AT(b, TOOLS, aegf_tool, i);
		buf_text(out, comma(i));
		string(out, "\n    ", text(b, t->name));
		buf_text(out, ": [");
		for (uint32_t k = 0; k < aeg_ld32(t->args.count); k++) {
			const struct aegf_arg *a =
				AT(b, ARGS, aegf_arg, aeg_ld32(t->args.first) + k);
			uint32_t flags = aeg_ld32(a->flags);
			string(out, k == 0 ? "{ \"name\": " : ", { \"name\": ", text(b, a->name));
			buf_printf(out, ", \"role\": \"%s\"%s%s }", roles[aeg_ld32(a->role)],
				flags & AEGF_ARG_REQUIRED ? ", \"required\": true" : "",
				flags & AEGF_ARG_LIST ? ", \"list\": true" : "");
		}
		buf_text(out, "]");
	}
	buf_text(out, "\n  },\n");
}

/* The name of the context that a user of it refers to. */
static void dump_reference(struct buf *out, const struct aeg_bundle *b, struct aeg_le32 context)
{
	string(out,
		", \"context\": ", text(b, AT(b, CONTEXTS, aegf_context, aeg_ld32(context))->name));
}

static void dump_agents(struct buf *out, const struct aeg_bundle *b)
{
	buf_text(out, "  \"agents\": [");
	for (uint32_t i = 0; i < b->section[AEGF_AGENTS].count; i++) {
		const struct aegf_agent *a = AT(b, AGENTS, aegf_agent, i);
		buf_text(out, comma(i));
		string(out, "\n    { \"name\": ", text(b, a->name));
		string(out, ", \"version\": ", text(b, a->version));
		dump_reference(out, b, a->context);
		buf_text(out, ", \"tools\": [");
		for (uint32_t k = 0; k < aeg_ld32(a->tools.count); k++)
			string(out, k == 0 ? "" : ", ",
				text(b, *AT(b, LISTS, aegf_str, aeg_ld32(a->tools.first) + k)));
		buf_text(out, "] }");
	}
	buf_text(out, "],\n");
}

static void dump_tiers(struct buf *out, const struct aeg_bundle *b)
{
	buf_text(out, "  \"tiers\": [");
	for (uint32_t i = 0; i < b->section[AEGF_TIERS].count; i++) {
		const struct aegf_tier *t = AT(b, TIERS, aegf_tier, i);
		buf_text(out, comma(i));
		string(out, "\n    { \"name\": ", text(b, t->name));
		dump_reference(out, b, t->context);
		buf_text(out, ", \"limits\": [");
		for (uint32_t k = 0; k < aeg_ld32(t->limits.count); k++) {
			const struct aegf_limit *l =
				AT(b, LIMITS, aegf_limit, aeg_ld32(t->limits.first) + k);
			string(out, k == 0 ? "{ \"resource\": " : ", { \"resource\": ",
				text(b, l->resource));
			buf_printf(out, ", \"max\": %llu, \"per_seconds\": %u }",
				(unsigned long long)aeg_ld64(l->max), aeg_ld32(l->per_s));
		}
		buf_text(out, "] }");
	}
	buf_text(out, "],\n  \"operator_roles\": [");
	for (uint32_t i = 0; i < b->section[AEGF_OPROLES].count; i++) {
		const struct aegf_oprole *o = AT(b, OPROLES, aegf_oprole, i);
		buf_text(out, comma(i));
		string(out, "\n    { \"role\": ", text(b, o->role));
		dump_reference(out, b, o->context);
		buf_printf(out, ", \"access\": %u }", aeg_ld32(o->access));
	}
	buf_text(out, "]");
}

static void dump_op(void *ctx, uint32_t at, uint32_t nested, const char *line)
{
	struct buf *out = ctx, text = { .arena = out->arena };

	buf_printf(&text, "%*s%u %s", (int)(2 * nested), "", at, line);
	buf_text(out, at == 0 ? "\n        " : ",\n        ");
	buf_json_string(out, buf_done(&text));
}

/* What paths compiled to: their texts, and each op on a line of its own. */
static void dump_paths(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_program p;

	for (uint32_t i = 0; i < aeg_bundle_paths(b, i, &p); i++) {
		buf_text(out,
			i == 0 ? ",\n  \"paths\": [\n    { \"texts\": [" : ",\n    { \"texts\": [");
		for (uint32_t k = 0; k < p.npaths; k++)
			string(out, k == 0 ? "" : ", ", aeg_bundle_path_text(b, i, k));
		buf_printf(out, "], \"points\": %u, \"values\": %u,\n      \"ops\": [", p.points,
			p.values);
		aeg_program_lines(&p, dump_op, out);
		buf_text(out, "] }");
	}
	if (b->section[AEGF_PATHS].count != 0)
		buf_text(out, "]");
	buf_text(out, "\n");
}

static void dump_ceiling(
	struct buf *out, const struct aeg_bundle *b, uint32_t i, const struct aegf_ceiling *c)
{
	static const char *const limits[] = { "", "rate", "concurrent", "response", "results" };
	uint32_t n = aeg_ld32(c->parents.count), nwitnesses = aeg_ld32(c->witnesses.count);

	string(out, "\n    { \"of\": ", text(b, AT(b, CONTEXTS, aegf_context, i)->name));
	if (aeg_ld32(c->same) != i)
		string(out, ", \"same\": ",
			text(b, AT(b, CONTEXTS, aegf_context, aeg_ld32(c->same))->name));
	buf_text(out, n == 0 ? "" : ", \"parents\": [");
	for (uint32_t k = 0; k < n; k++) {
		const struct aegf_parent *p =
			AT(b, PARENTS, aegf_parent, aeg_ld32(c->parents.first) + k);
		const struct aegf_context *parent =
			AT(b, CONTEXTS, aegf_context, aeg_ld32(p->context));
		string(out,
			k == 0 ? "{ \"context\": " : ", { \"context\": ", text(b, parent->name));
		if (aeg_ld32(p->looser) != 0)
			buf_printf(out, ", \"looser\": \"%s\"", limits[aeg_ld32(p->looser)]);
		if (aeg_ld32(p->witness) != AEGF_NONE)
			buf_printf(out, ", \"witness\": %u", aeg_ld32(p->witness));
		buf_text(out, " }");
	}
	buf_text(out, n == 0 ? "" : "]");
	if (nwitnesses > 0)
		buf_printf(out, ", \"witnesses\": [%u, %u]", aeg_ld32(c->witnesses.first),
			aeg_ld32(c->witnesses.first) + nwitnesses - 1);
	buf_text(out, " }");
}

static void dump_ceilings(struct buf *out, const struct aeg_bundle *b)
{
	if (b->section[AEGF_CEILINGS].count == 0)
		return;
	buf_text(out, "  \"ceilings\": [");
	for (uint32_t i = 0; i < b->section[AEGF_CEILINGS].count; i++) {
		buf_text(out, comma(i));
		dump_ceiling(out, b, i, AT(b, CEILINGS, aegf_ceiling, i));
	}
	buf_text(out, "],\n  \"witnesses\": [");
	for (uint32_t i = 0; i < b->section[AEGF_WITNESSES].count; i++) {
		const struct aegf_witness *w = AT(b, WITNESSES, aegf_witness, i);
		buf_text(out, comma(i));
		string(out, "\n    { \"tool\": ", text(b, w->tool));
		string(out, ", \"args\": ", text(b, w->args));
		buf_text(out, " }");
	}
	buf_text(out, "],\n");
}

/* ---- Workflows ----------------------------------------------------------------------------- */

static void dump_operation(struct buf *out, const struct aeg_flows *f, uint32_t i)
{
	struct aeg_operation_info op = { .size_of = sizeof op };
	aeg_operation_info(f, i, &op);
	buf_text(out, comma(i));
	string(out, "\n    { \"spec\": ", op.spec);
	string(out, ", \"name\": ", op.name);
	string(out, ", \"method\": ", op.method);
	string(out, ", \"server\": ", op.server);
	buf_printf(out, ", \"private\": %s, \"explorable\": %s",
		op.allow_private ? "true" : "false", op.explorable ? "true" : "false");
	for (uint32_t k = 0; k < op.nfields; k++)
		string(out, k == 0 ? ", \"fields\": [" : ", ", aeg_operation_field(f, i, k));
	buf_text(out, op.nfields == 0 ? " }" : "] }");
}

static void dump_flow(struct buf *out, const struct aeg_flows *f, uint32_t i)
{
	struct aeg_flow_info w = { .size_of = sizeof w };
	aeg_flow_info(f, i, &w);
	buf_text(out, comma(i));
	string(out, "\n    { \"name\": ", w.name);
	string(out, ", \"description\": ", w.description);
	buf_printf(out, ", \"timeout_ms\": %u, \"steps\": [", w.timeout_ms);
	for (uint32_t k = 0; k < w.nsteps; k++) {
		struct aeg_flow_step_info s = { .size_of = sizeof s };
		aeg_flow_step_info(f, i, k, &s);
		string(out, k == 0 ? "\n      { \"name\": " : ",\n      { \"name\": ", s.name);
		buf_printf(out, ", \"operation\": %u, \"conditional\": %s, \"rounds\": %u }",
			s.operation, s.conditional ? "true" : "false", s.most_rounds);
	}
	buf_text(out, "] }");
}

static void dump_flows(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_flows f;
	if (aeg_flows_open(b, &f) != AEG_OK || f.noperations == 0)
		return;
	buf_text(out, "  \"operations\": [");
	for (uint32_t i = 0; i < f.noperations; i++)
		dump_operation(out, &f, i);
	buf_text(out, "],\n  \"workflows\": [");
	for (uint32_t i = 0; i < f.nflows; i++)
		dump_flow(out, &f, i);
	buf_text(out, "],\n");
}

static void dump_transition(
	struct buf *out, const struct aeg_machines *ms, uint32_t m, uint32_t state, uint32_t i)
{
	struct aeg_transition_info t = { .size_of = sizeof t };
	aeg_transition_info(ms, m, state, i, &t);
	buf_printf(out, "%s{ \"when\": \"%s\", \"target\": %u, \"feedback\": %u", comma(i),
		aeg_condition_name(t.when), t.target, t.feedback);
	buf_printf(out, ", \"threshold\": %d, \"agreement\": %d, \"code\": %d", t.threshold,
		t.agreement, t.code);
	string(out, ", \"value\": ", t.value);
	buf_text(out, " }");
}

static void dump_state(struct buf *out, const struct aeg_machines *ms, uint32_t m, uint32_t i)
{
	struct aeg_state_info s = { .size_of = sizeof s };
	aeg_state_info(ms, m, i, &s);
	buf_text(out, comma(i));
	string(out, "\n      { \"name\": ", s.name);
	buf_printf(out, ", \"kind\": \"%s\"", aeg_state_kind_name(s.kind));
	string(out, ", \"subject\": ", s.subject);
	buf_printf(out, ", \"visits\": %u, \"judges\": %u, \"retries\": %u, \"handler\": %u",
		s.max_visits, s.njudges, s.retries, s.handler);
	buf_printf(out, ", \"timeout_ms\": %u, \"strategy\": %u, \"completion\": %u", s.timeout_ms,
		s.strategy, s.completion);
	string(out, ", \"result_key\": ", s.result_key);
	buf_text(out, ", \"transitions\": [");
	for (uint32_t k = 0; k < s.ntransitions; k++)
		dump_transition(out, ms, m, i, k);
	buf_text(out, "] }");
}

static void dump_machines(struct buf *out, const struct aeg_bundle *b)
{
	struct aeg_machines ms;
	if (aeg_machines_open(b, &ms) != AEG_OK || ms.nmachines == 0)
		return;
	buf_text(out, "  \"machines\": [");
	for (uint32_t i = 0; i < ms.nmachines; i++) {
		struct aeg_machine_info m = { .size_of = sizeof m };
		aeg_machine_info(&ms, i, &m);
		buf_text(out, comma(i));
		string(out, "\n    { \"name\": ", m.name);
		string(out, ", \"version\": ", m.version);
		buf_printf(out, ", \"initial\": %u, \"transitions\": %u, \"states\": [", m.initial,
			m.max_transitions);
		for (uint32_t k = 0; k < m.nstates; k++)
			dump_state(out, &ms, i, k);
		buf_text(out, "] }");
	}
	buf_text(out, "],\n");
}

void emit_dump(struct buf *out, struct slice bundle)
{
	struct aeg_bundle b;

	if (aeg_bundle_check(&b, bundle.at, bundle.len) != AEG_OK)
		return;
	buf_text(out, "{\n");
	dump_head(out, &b);
	dump_signatures(out, &b, bundle);
	buf_text(out, "  \"contexts\": [");
	for (uint32_t i = 0; i < b.section[AEGF_CONTEXTS].count; i++) {
		buf_text(out, comma(i));
		dump_context(out, &b, i);
	}
	buf_text(out, "],\n");
	dump_tools(out, &b);
	dump_agents(out, &b);
	dump_ceilings(out, &b);
	dump_flows(out, &b);
	dump_machines(out, &b);
	dump_tiers(out, &b);
	dump_paths(out, &b);
	buf_text(out, "}\n");
}
