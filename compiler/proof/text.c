/* The report for people: what does not hold, the call that shows it, the rules, and the total. */
#include "cli/paint.h"
#include "cli/tell.h"
#include "proof/internal.h"

enum { ALSO_MOST = 8 }; /* other contexts that are named */

struct page {
	struct diags *d;
	const struct model *m;
	struct buf *out;
	bool colour;
};

static void add_context(struct page *p, uint32_t context)
{
	tell_quote(p->out, p->m->contexts[context].name.text);
}

/* The others of which it does not hold. */
static void add_also(struct page *p, const struct proof_result *r)
{
	size_t most = r->nrefuted <= ALSO_MOST + 1 ? r->nrefuted : ALSO_MOST + 1;
	for (size_t i = 1; i < most; i++) {
		if (i == 1)
			paint_name(p->out, "nor for");
		else
			buf_text(p->out, ", ");
		add_context(p, r->refuted[i].v[0]);
		if (proof_nsides(r->a) == 2) {
			buf_text(p->out, " and ");
			add_context(p, r->refuted[i].v[1]);
		}
	}
	if (r->nrefuted > most)
		buf_printf(p->out, " and %zu more", r->nrefuted - most);
	buf_text(p->out, r->nrefuted > 1 ? "\n" : "");
}

static void add_decision(struct page *p, const struct proof_result *r, uint32_t i)
{
	const struct proof_decision *d = &r->decided[i];
	paint_name(p->out, i == 0 ? "call" : "and");
	proof_command(p->out, d->context->name.text, r->tool, r->args);
	buf_text(p->out, "\n");
	paint_row(p->out, "decided", d->words);
	if (d->because != NULL)
		paint_row(p->out, "because", d->because);
}

static const char *asserted(struct page *p, const struct proof_result *r)
{
	struct buf label = { .arena = p->d->arena };
	buf_text(&label, "asserted here");
	if (r->a->because.text.at != NULL) {
		buf_text(&label, ": ");
		tell_text(&label, r->a->because.text);
	}
	return buf_done(&label).at;
}

static void add_refuted(struct page *p, const struct proof_result *r)
{
	const char *limit = proof_limit_words(r->limit);
	for (uint32_t i = 0; i < proof_nsides(r->a); i++)
		add_decision(p, r, i);
	if (limit != NULL)
		paint_row(p->out, "limit", limit);
	add_also(p, r);
	diag_render_place(p->d, p->out, r->a->at, asserted(p, r), p->colour);
	for (uint32_t i = 0; i < proof_nsides(r->a); i++)
		if (!span_is_none(r->decided[i].rule))
			diag_render_place(
				p->d, p->out, r->decided[i].rule, r->decided[i].label, p->colour);
}

static void add_result(struct page *p, const struct proof_result *r)
{
	bool refuted = r->status == PROOF_REFUTED;
	paint(p->out, p->colour, PAINT_RED, refuted ? "REFUTED" : "UNDECIDED");
	buf_text(p->out, "  ");
	tell_text(p->out, r->proof->name.text);
	buf_text(p->out, ": ");
	tell_text(p->out, r->name);
	buf_text(p->out, "\n");
	if (refuted) {
		add_refuted(p, r);
	} else {
		diag_render_place(p->d, p->out, r->a->at, asserted(p, r), p->colour);
		if (span_is_none(r->why_at))
			paint_row(p->out, "because", r->why);
		else
			diag_render_place(p->d, p->out, r->why_at, r->why, p->colour);
	}
	buf_text(p->out, "\n");
}

void proof_text(struct diags *d, const struct model *m, const struct proof_report *r,
	struct buf *out, bool colour)
{
	struct page p = { d, m, out, colour };
	struct buf total = { .arena = out->arena };
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].status != PROOF_PROVED)
			add_result(&p, &r->results[i]);
	buf_printf(&total, "%u proved, %u refuted", (unsigned)r->proved, (unsigned)r->refuted);
	if (r->undecided != 0)
		buf_printf(&total, ", %u undecided", (unsigned)r->undecided);
	paint(p.out, p.colour, r->refuted + r->undecided != 0 ? PAINT_RED : PAINT_GREEN,
		buf_done(&total).at);
	buf_text(out, "\n");
}
