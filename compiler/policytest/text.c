/* The report for people: what failed, with its lines, what no test touched, and the total. */
#include "cli/paint.h"
#include "cli/tell.h"
#include "policytest/internal.h"

enum { ARGS_MOST = 256 }; /* bytes of a call's arguments that are shown */

struct page {
	struct diags *d;
	struct buf *out;
	bool colour;
};

static void add_time(struct buf *out, uint64_t ms)
{
	if (ms % 1000 == 0)
		buf_printf(out, "%llus", (unsigned long long)(ms / 1000));
	else
		buf_printf(out, "%llums", (unsigned long long)ms);
}

static void add_call(struct page *p, const struct mcase *c, const struct policytest_failure *f)
{
	struct slice args = f->args;
	bool cut = args.len > ARGS_MOST;
	args.len = cut ? ARGS_MOST : args.len;
	paint_name(p->out, "call");
	tell_quote(p->out, f->row.tool);
	buf_text(p->out, " in ");
	tell_quote(p->out, f->row.context);
	buf_text(p->out, " with ");
	tell_text(p->out, args);
	buf_text(p->out, cut ? "..." : "");
	if (c->sequence) {
		buf_printf(p->out, ", number %u, at ", (unsigned)f->index + 1);
		add_time(p->out, f->call->at_ms);
	}
	buf_text(p->out, "\n");
}

static void add_failure(
	struct page *p, const struct policytest_result *r, const struct policytest_failure *f)
{
	add_call(p, r->c, f);
	paint_row(p->out, "expected", f->expected);
	paint_row(p->out, "decided", f->decided);
	if (f->because != NULL)
		paint_row(p->out, "because", f->because);
	for (uint32_t i = 0; i < 2 && f->change[i] != NULL; i++)
		paint_row(p->out, i == 0 ? "change" : "or", f->change[i]);
	diag_render_place(p->d, p->out, f->call->expect.at, "expected here", p->colour);
	if (!span_is_none(f->rule))
		diag_render_place(p->d, p->out, f->rule, f->rule_label, p->colour);
	if (f->rule_at != NULL)
		paint_row(p->out, "rule", f->rule_at);
	buf_text(p->out, "\n");
}

static void add_result(struct page *p, const struct policytest_result *r)
{
	paint(p->out, p->colour, PAINT_RED, "FAIL");
	buf_text(p->out, "  ");
	tell_text(p->out, r->test->name.text);
	buf_text(p->out, ": ");
	tell_text(p->out, policytest_name(p->d->arena, r));
	buf_text(p->out, "\n");
	for (uint32_t i = 0; i < r->nfailures; i++)
		add_failure(p, r, &r->failures[i]);
}

/* ---- Coverage ------------------------------------------------------------------------------ */

static const char *cover_label(const struct cover_item *item)
{
	switch (item->kind) {
	case COVER_CAPABILITY: return "no test is granted by this capability";
	case COVER_DENY: return "no test is denied by this entry";
	case COVER_PATH: return "no test is granted by this path";
	case COVER_COMMAND: return "no test is granted by this command";
	case COVER_SUBCOMMAND: return "no test is granted by this subcommand";
	case COVER_DOMAIN: return "no test is granted by this domain";
	}
	return "";
}

static void add_share(struct buf *out, const char **before, const struct coverage *c,
	enum cover_kind lo, enum cover_kind hi, const char *what)
{
	uint32_t n = 0, touched = 0;
	for (uint32_t i = 0; i < c->nitems; i++)
		if (c->items[i].kind >= lo && c->items[i].kind <= hi) {
			n++;
			touched += c->items[i].touched;
		}
	if (n == 0)
		return;
	buf_printf(out, "%s%u of %u %s", *before, (unsigned)touched, (unsigned)n, what);
	*before = ", ";
}

void policytest_coverage_text(
	struct diags *d, const struct coverage *c, struct buf *out, bool colour)
{
	struct page p = { d, out, colour };
	const char *before = ": ";
	for (uint32_t i = 0; i < c->nitems; i++) {
		if (c->items[i].touched)
			continue;
		diag_render_place(d, out, c->items[i].text.at, cover_label(&c->items[i]), colour);
		buf_text(out, "\n");
	}
	paint(p.out, p.colour, PAINT_BOLD, "coverage");
	buf_printf(out, " %u %%", policytest_percent(c));
	add_share(out, &before, c, COVER_CAPABILITY, COVER_CAPABILITY, "capabilities");
	add_share(out, &before, c, COVER_DENY, COVER_DENY, "deny entries");
	add_share(out, &before, c, COVER_PATH, COVER_DOMAIN, "allowlist entries");
	buf_text(out, "\n");
}

/* ---- The whole ----------------------------------------------------------------------------- */

void policytest_text(
	struct diags *d, const struct policytest_report *r, struct buf *out, bool colour)
{
	struct page p = { d, out, colour };
	for (uint32_t i = 0; i < r->nresults; i++)
		if (r->results[i].nfailures != 0)
			add_result(&p, &r->results[i]);
	if (r->coverage != NULL)
		policytest_coverage_text(d, r->coverage, out, colour);
	struct buf total = { .arena = out->arena };
	buf_printf(&total, "%u passed, %u failed", (unsigned)r->passed, (unsigned)r->failed);
	paint(p.out, p.colour, r->failed != 0 ? PAINT_RED : PAINT_GREEN, buf_done(&total).at);
	buf_text(out, "\n");
}
