/* The report for programs: aegis.test/1. Source: docs/cli.md. */
#include "policytest/internal.h"

static void member(struct buf *out, const char *name, struct slice value)
{
	buf_printf(out, "\"%s\":", name);
	buf_json_string(out, value);
}

static void place(struct diags *d, struct buf *out, struct span at)
{
	struct place p = source_place(d->sources, at.file, at.lo);
	member(out, "file", slice_of(d->sources->v[at.file].path));
	buf_printf(out, ",\"line\":%u,\"column\":%u", (unsigned)p.line, (unsigned)p.column);
}

static void add_failure(struct diags *d, struct buf *out, const struct policytest_failure *f)
{
	buf_printf(out, "{\"call\":%u,\"at_ms\":%llu,", (unsigned)f->index,
		(unsigned long long)f->call->at_ms);
	member(out, "context", f->row.context);
	buf_text(out, ",");
	member(out, "tool", f->row.tool);
	buf_text(out, ",\"args\":");
	buf_slice(out, f->args);
	buf_text(out, ",");
	member(out, "expected", slice_of(f->expected));
	buf_text(out, ",\"decided\":{");
	buf_slice(out, f->decision);
	buf_text(out, "}");
	if (f->because != NULL) {
		buf_text(out, ",");
		member(out, "reason", slice_of(f->because));
	}
	if (f->suggestions.len != 0) {
		buf_text(out, ",");
		buf_slice(out, f->suggestions);
	}
	buf_text(out, ",");
	place(d, out, f->call->expect.at);
	buf_text(out, "}");
}

static void add_result(struct diags *d, struct buf *out, const struct policytest_result *r)
{
	buf_text(out, "{");
	member(out, "test", r->test->name.text);
	buf_text(out, ",");
	member(out, "case", policytest_name(d->arena, r));
	buf_printf(out, ",\"passed\":%s,", r->nfailures == 0 ? "true" : "false");
	place(d, out, r->c->name.at);
	for (uint32_t i = 0; i < r->nfailures; i++) {
		buf_text(out, i == 0 ? ",\"failures\":[" : ",");
		add_failure(d, out, &r->failures[i]);
	}
	buf_text(out, r->nfailures != 0 ? "]}" : "}");
}

static void add_untouched(struct diags *d, struct buf *out, const struct cover_item *item)
{
	static const char *const kinds[] = { "capability", "deny_entry", "path", "command",
		"subcommand", "domain" };
	buf_text(out, "{");
	member(out, "kind", slice_of(kinds[item->kind]));
	buf_text(out, ",");
	member(out, "context", item->context->name.text);
	buf_text(out, ",");
	member(out, "text", item->text.text);
	buf_text(out, ",");
	place(d, out, item->text.at);
	buf_text(out, "}");
}

static void add_coverage(struct diags *d, struct buf *out, const struct coverage *c)
{
	const char *before = "";
	buf_printf(out, ",\"coverage\":{\"percent\":%u,\"touched\":%u,\"total\":%u,\"untouched\":[",
		policytest_percent(c), (unsigned)c->ntouched, (unsigned)c->nitems);
	for (uint32_t i = 0; i < c->nitems; i++) {
		if (c->items[i].touched)
			continue;
		buf_text(out, before);
		add_untouched(d, out, &c->items[i]);
		before = ",";
	}
	buf_text(out, "]}");
}

void policytest_json(struct diags *d, const struct policytest_report *r, struct buf *out)
{
	buf_text(out, "{\"schema\":\"aegis.test/1\",\"cases\":[");
	for (uint32_t i = 0; i < r->nresults; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_result(d, out, &r->results[i]);
	}
	buf_text(out, "]");
	if (r->coverage != NULL)
		add_coverage(d, out, r->coverage);
	buf_printf(out, ",\"summary\":{\"passed\":%u,\"failed\":%u}}\n", (unsigned)r->passed,
		(unsigned)r->failed);
}

void policytest_json_stopped(struct buf *out, const char *why)
{
	buf_text(out, "{\"schema\":\"aegis.test/1\",\"cases\":[],");
	member(out, "error", slice_of(why));
	buf_text(out, ",\"summary\":{\"passed\":0,\"failed\":0}}\n");
}
