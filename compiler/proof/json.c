/* The report for programs: aegis.prove/1. Source: docs/cli.md. */
#include "proof/internal.h"

struct json {
	struct diags *d;
	const struct model *m;
	struct buf *out;
};

static void member(struct json *j, const char *name, struct slice value)
{
	buf_printf(j->out, "\"%s\":", name);
	buf_json_string(j->out, value);
}

static void place(struct json *j, struct span at)
{
	struct place p = source_place(j->d->sources, at.file, at.lo);
	member(j, "file", slice_of(j->d->sources->v[at.file].path));
	buf_printf(j->out, ",\"line\":%u,\"column\":%u", (unsigned)p.line, (unsigned)p.column);
}

static void add_decision(struct json *j, const struct proof_decision *d)
{
	buf_text(j->out, "{");
	member(j, "context", d->context->name.text);
	buf_text(j->out, ",");
	buf_slice(j->out, d->decision);
	if (d->because != NULL) {
		buf_text(j->out, ",");
		member(j, "reason", slice_of(d->because));
	}
	buf_text(j->out, "}");
}

static void add_witness(struct json *j, const struct proof_result *r)
{
	static const char *const limits[] = { [CEILING_CALLS] = NULL,
		[CEILING_RATE] = "rate_limit",
		[CEILING_CONCURRENT] = "max_concurrent",
		[CEILING_RESPONSE] = "max_response_size",
		[CEILING_RESULTS] = "restrict_domains" };
	buf_text(j->out, ",\"witness\":{");
	member(j, "tool", r->tool);
	buf_text(j->out, ",\"args\":");
	buf_slice(j->out, r->args);
	if (limits[r->limit] != NULL) {
		buf_text(j->out, ",");
		member(j, "limit", slice_of(limits[r->limit]));
	}
	buf_text(j->out, ",\"decided\":[");
	for (uint32_t i = 0; i < proof_nsides(r->a); i++) {
		buf_text(j->out, i == 0 ? "" : ",");
		add_decision(j, &r->decided[i]);
	}
	buf_text(j->out, "]}");
}

static void add_contexts(struct json *j, const struct proof_result *r)
{
	for (size_t i = 0; i < r->nrefuted; i++)
		for (uint32_t k = 0; k < proof_nsides(r->a); k++) {
			buf_text(j->out, k > 0 ? "," : i == 0 ? ",\"contexts\":[[" : ",[");
			buf_json_string(j->out, j->m->contexts[r->refuted[i].v[k]].name.text);
			buf_text(j->out, k + 1 == proof_nsides(r->a) ? "]" : "");
		}
	buf_text(j->out, "]");
}

static void add_result(struct json *j, const struct proof_result *r)
{
	static const char *const status[] = { "proved", "refuted", "undecided" };
	buf_text(j->out, "{");
	member(j, "proof", r->proof->name.text);
	buf_text(j->out, ",");
	member(j, "assertion", r->name);
	buf_text(j->out, ",");
	member(j, "kind", slice_of(massert_word(r->a->kind)));
	buf_text(j->out, ",");
	member(j, "status", slice_of(status[r->status]));
	if (r->a->because.text.at != NULL) {
		buf_text(j->out, ",");
		member(j, "because", r->a->because.text);
	}
	buf_text(j->out, ",");
	place(j, r->a->at);
	if (r->status == PROOF_REFUTED) {
		add_witness(j, r);
		add_contexts(j, r);
	} else if (r->status == PROOF_UNDECIDED) {
		buf_text(j->out, ",");
		member(j, "reason", slice_of(r->why));
		if (!span_is_none(r->why_at)) {
			buf_text(j->out, ",\"reason_at\":{");
			place(j, r->why_at);
			buf_text(j->out, "}");
		}
	}
	buf_text(j->out, "}");
}

void proof_json(
	struct diags *d, const struct model *m, const struct proof_report *r, struct buf *out)
{
	struct json j = { d, m, out };
	buf_text(out, "{\"schema\":\"aegis.prove/1\",\"assertions\":[");
	for (size_t i = 0; i < r->nresults; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_result(&j, &r->results[i]);
	}
	buf_printf(out, "],\"summary\":{\"proved\":%u,\"refuted\":%u,\"undecided\":%u}}\n",
		(unsigned)r->proved, (unsigned)r->refuted, (unsigned)r->undecided);
}

void proof_json_stopped(struct buf *out, const char *why)
{
	buf_text(out, "{\"schema\":\"aegis.prove/1\",\"assertions\":[],\"error\":");
	buf_json_string(out, slice_of(why));
	buf_text(out, ",\"summary\":{\"proved\":0,\"refuted\":0,\"undecided\":0}}\n");
}
