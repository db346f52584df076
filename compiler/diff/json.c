/* The report for programs: aegis.diff/1. Source: docs/cli.md. */
#include "cli/answer.h"
#include "diff/internal.h"

static const char *const when[] = { "before", "now" };

static void member(struct buf *out, const char *name, struct slice value)
{
	buf_printf(out, "\"%s\":", name);
	buf_json_string(out, value);
}

static const char *truth(bool b) { return b ? "true" : "false"; }

/* ---- Calls and rules ----------------------------------------------------------------------- */

static void add_call(struct buf *out, const struct diff_call *c)
{
	buf_text(out, "{");
	member(out, "tool", c->tool);
	buf_text(out, ",\"args\":");
	buf_slice(out, c->args);
	buf_text(out, "}");
}

static void add_cap(struct buf *out, const struct policy *p, uint32_t context, uint32_t cap)
{
	buf_printf(out, "\"capability\":{\"index\":%u,", (unsigned)cap);
	member(out, "tool_pattern", p->model->contexts[context].caps[cap].pattern.written.text);
	answer_place(out, ",\"at\":", diff_cap_place(p, context, cap));
	buf_text(out, "}");
}

static void add_entries(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_region *r)
{
	struct diff_entries e = diff_entries(out->arena, d, c, r);

	for (size_t i = 0; i < e.n; i++) {
		buf_text(out, i == 0 ? ",\"entries\":[" : ",");
		buf_json_string(out, e.v[i]);
	}
	buf_text(out, e.n != 0 ? "]" : "");
}

static void add_rule(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_region *r, int k)
{
	const struct policy *p = &d->side[k];
	struct cell_side rule = r->rule[k];
	bool allowed = rule.granted != AEG_NONE;

	buf_printf(out, "\"%s\":{\"decision\":\"%s\"", when[k], allowed ? "allow" : "deny");
	if (!allowed) {
		buf_text(out, ",");
		member(out, "violation", slice_of(r->violation));
	}
	if (rule.denied != AEG_NONE) {
		buf_printf(out, ",\"deny_entry\":{\"index\":%u,", (unsigned)rule.denied);
		member(out, "pattern",
			p->model->contexts[c->index[k]].deny[rule.denied].written.text);
		answer_place(out, ",\"at\":", diff_deny_place(p, c->index[k], rule.denied));
		buf_text(out, "}");
	} else if (allowed || rule.refused != AEG_NONE) {
		buf_text(out, ",");
		add_cap(out, p, c->index[k], allowed ? rule.granted : rule.refused);
	}
	if (allowed)
		add_entries(out, d, c, r);
	buf_text(out, "}");
}

static void add_region(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_region *r)
{
	buf_text(out, "{\"calls\":[");
	for (size_t i = 0; i < r->ncalls; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_call(out, &r->calls[i]);
	}
	buf_text(out, "]");
	for (int k = 0; k < 2; k++)
		if (c->index[k] != AEG_NONE) {
			buf_text(out, ",");
			add_rule(out, d, c, r, k);
		}
	buf_text(out, "}");
}

static void add_regions(
	struct buf *out, const struct diff *d, const struct diff_context *c, bool allowed)
{
	const char *before = "";

	buf_printf(out, ",\"%s\":[", allowed ? "newly_allowed" : "newly_denied");
	for (size_t i = 0; i < c->nregions; i++) {
		if (c->regions[i].allowed != allowed)
			continue;
		buf_text(out, before);
		add_region(out, d, c, &c->regions[i]);
		before = ",";
	}
	buf_text(out, "]");
}

/* ---- Limits -------------------------------------------------------------------------------- */

static void add_number(struct buf *out, const char *name, uint64_t n)
{
	if (n != 0)
		buf_printf(out, ",\"%s\":%llu", name, (unsigned long long)n);
}

/* The limit alone, as in a decision's obligations; absent where there is none. */
static void add_value(struct buf *out, enum diff_limit_kind kind, const struct mcap *cap)
{
	switch (kind) {
	case DIFF_RATE:
		if (cap->rate_per_s != 0)
			buf_printf(out, ",\"rate_limit\":{\"calls\":%u,\"per_seconds\":%u}",
				(unsigned)cap->rate_calls, (unsigned)cap->rate_per_s);
		break;
	case DIFF_CONCURRENT: add_number(out, "max_concurrent", cap->max_concurrent); break;
	case DIFF_RESPONSE: add_number(out, "max_response_size", cap->max_response_size); break;
	case DIFF_RESULTS:
		for (uint32_t i = 0; i < cap->domains.n; i++) {
			buf_text(out, i == 0 ? ",\"restrict_domains\":[" : ",");
			buf_json_string(out, cap->domains.v[i].text);
		}
		buf_text(out, cap->domains.n != 0 ? "]" : "");
		break;
	case DIFF_NLIMITS: break;
	}
}

static void add_limit(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_limit *l)
{
	static const char *const names[DIFF_NLIMITS] = { "rate_limit", "max_concurrent",
		"max_response_size", "restrict_domains" };

	buf_printf(out, "{\"limit\":\"%s\",\"looser\":%s,\"tighter\":%s,\"together\":%s,\"call\":",
		names[l->kind], truth(l->looser), truth(l->tighter), truth(l->together));
	add_call(out, &l->call);
	for (int k = 0; k < 2; k++) {
		const struct policy *p = &d->side[k];
		buf_printf(out, ",\"%s\":{", when[k]);
		add_cap(out, p, c->index[k], l->cap[k]);
		add_value(out, l->kind, &p->model->contexts[c->index[k]].caps[l->cap[k]]);
		buf_text(out, "}");
	}
	buf_text(out, "}");
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* As `aegisc prove` says it, with the side. */
static void add_undecided(struct buf *out, const struct diff_context *c)
{
	struct aeg_origin at = c->undecided_at;

	buf_text(out, ",\"reason\":\"too many kinds of calls, or an argument that the two read as "
		      "different things\"");
	if (at.file.len == 0)
		return;
	buf_printf(out, ",\"reason_at\":{\"side\":\"%s\",", when[c->undecided_side]);
	member(out, "file", slice_str(at.file));
	buf_printf(out, ",\"line\":%u,\"column\":%u}", (unsigned)at.line, (unsigned)at.column);
}

static void add_change(struct buf *out, const struct diff *d, const struct diff_context *c)
{
	buf_printf(out, "\"wider\":%s,\"narrower\":%s,\"undecided\":%s", truth(c->wider),
		truth(c->narrower), truth(c->undecided));
	if (c->undecided)
		add_undecided(out, c);
	add_regions(out, d, c, true);
	add_regions(out, d, c, false);
	buf_text(out, ",\"limits\":[");
	for (size_t i = 0; i < c->nlimits; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_limit(out, d, c, &c->limits[i]);
	}
	buf_text(out, "]");
}

static void add_context(struct buf *out, const struct diff *d, const struct diff_context *c)
{
	const char *what = c->index[0] == AEG_NONE   ? "added"
			   : c->index[1] == AEG_NONE ? "removed"
						     : "changed";

	buf_text(out, "{");
	member(out, "name", c->name);
	buf_printf(out, ",\"change\":\"%s\",", what);
	add_change(out, d, c);
	buf_text(out, "}");
}

static void add_member(struct buf *out, const struct diff *d, const struct diff_member *m)
{
	buf_printf(out, "{\"kind\":\"%s\",", diff_member_names[m->kind]);
	member(out, "name", m->name);
	if (m->version.len != 0) {
		buf_text(out, ",");
		member(out, "version", m->version);
	}
	for (int k = 0; k < 2; k++)
		if (m->context[k].len != 0) {
			buf_text(out, ",");
			member(out, when[k], m->context[k]);
		}
	if (m->change != NULL) {
		buf_text(out, ",");
		add_change(out, d, m->change);
	}
	buf_text(out, "}");
}

static void add_arguments(struct buf *out, const struct mtool *t)
{
	static const char *const roles[] = { "", "path", "command", "args", "url", "secret" };

	for (uint32_t i = 0; t != NULL && i < t->nargs; i++) {
		const struct marg *a = &t->args[i];
		buf_text(out, i == 0 ? "{" : ",{");
		member(out, "name", a->name.text);
		buf_printf(out, ",\"role\":\"%s\",\"required\":%s,\"list\":%s}", roles[a->role],
			truth(a->required), truth(a->list));
	}
}

static void add_tool(struct buf *out, const struct diff_tool *t)
{
	buf_text(out, "{");
	member(out, "name", t->name);
	for (int k = 0; k < 2; k++) {
		buf_printf(out, ",\"%s\":[", when[k]);
		add_arguments(out, t->entry[k]);
		buf_text(out, "]");
	}
	buf_text(out, "}");
}

static void add_summary(struct buf *out, const struct diff *d)
{
	struct diff_counts n = diff_count(d);

	buf_printf(out, ",\"summary\":{\"compared\":%u,\"changed\":%u,\"added\":%u,\"removed\":%u,",
		d->compared, n.changed, n.added, n.removed);
	buf_printf(out,
		"\"undecided\":%u,\"newly_allowed\":%u,\"newly_denied\":%u,\"looser\":%u,"
		"\"tighter\":%u,\"wider\":%s,\"narrower\":%s}}\n",
		n.undecided, n.allowed, n.denied, n.looser, n.tighter, truth(d->wider),
		truth(d->narrower));
}

void diff_json_stopped(struct buf *out, const char *why)
{
	buf_text(out, "{\"schema\":\"aegis.diff/1\",\"contexts\":[],\"members\":[],\"tools\":[],"
		      "\"error\":");
	buf_json_string(out, slice_of(why));
	add_summary(out, &(struct diff){ 0 });
}

void diff_json(struct buf *out, const struct diff *d)
{
	buf_text(out, "{\"schema\":\"aegis.diff/1\",\"contexts\":[");
	for (size_t i = 0; i < d->ncontexts; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_context(out, d, &d->contexts[i]);
	}
	buf_text(out, "],\"members\":[");
	for (size_t i = 0; i < d->nmembers; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_member(out, d, &d->members[i]);
	}
	buf_text(out, "],\"tools\":[");
	for (size_t i = 0; i < d->ntools; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_tool(out, &d->tools[i]);
	}
	buf_text(out, "]");
	add_summary(out, d);
}
