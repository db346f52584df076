/* The report on mutants, for people and for programs. Source: docs/cli.md. */
#include "cli/paint.h"
#include "cli/tell.h"
#include "policytest/policytest.h"

/* ---- For people ---------------------------------------------------------------------------- */

/* Those that nothing can be said of are one for each context: @more besides the first. */
static void add_survivor(
	struct diags *d, struct buf *out, const struct mutant *m, uint32_t more, bool colour)
{
	paint(out, colour, PAINT_RED, "SURVIVED");
	buf_text(out, "  ");
	tell_text(out, m->context->name.text);
	buf_text(out, ": ");
	buf_text(out, m->change);
	if (more > 0)
		buf_printf(out, ", and %u more changes", (unsigned)more);
	if (m->tool.at == NULL) {
		buf_text(out, "\n  call      there are too many kinds of calls to find one\n");
	} else {
		buf_text(out, "\n  call      ");
		tell_quote(out, m->tool);
		buf_text(out, " with ");
		tell_text(out, m->args);
		buf_printf(out, "\n  policy    %s\n  mutant    %s\n", m->policy, m->mutant);
	}
	diag_render_place(d, out, m->at, "no test fails when this is changed", colour);
	buf_text(out, "\n");
}

static bool is_unknown(const struct mutant *m)
{
	return m->fate == MUTANT_SURVIVED && m->tool.at == NULL;
}

/* The mutants of one context follow one another. */
static uint32_t unknown_after(const struct mutation *m, uint32_t i)
{
	const struct mcontext *c = m->v[i].context;
	uint32_t n = 0;
	while (++i < m->n && m->v[i].context == c)
		n += is_unknown(&m->v[i]);
	return n;
}

void mutation_text(struct diags *d, const struct mutation *m, struct buf *out, bool colour)
{
	const struct mcontext *unknown = NULL; /* whose unknown ones stand there */
	for (uint32_t i = 0; i < m->n; i++) {
		if (!is_unknown(&m->v[i])) {
			if (m->v[i].fate == MUTANT_SURVIVED)
				add_survivor(d, out, &m->v[i], 0, colour);
		} else if (m->v[i].context != unknown) {
			unknown = m->v[i].context;
			add_survivor(d, out, &m->v[i], unknown_after(m, i), colour);
		}
	}
	paint(out, colour, m->survived == 0 ? PAINT_GREEN : PAINT_RED, "mutants");
	buf_printf(out, " %u %%: %u killed, %u survived, %u equivalent\n", mutation_percent(m),
		(unsigned)m->killed, (unsigned)m->survived, (unsigned)m->equivalent);
}

/* ---- For programs -------------------------------------------------------------------------- */

static void member(struct buf *out, const char *name, struct slice value)
{
	buf_printf(out, ",\"%s\":", name);
	buf_json_string(out, value);
}

static void add_call(struct buf *out, const struct mutant *m)
{
	member(out, "tool", m->tool);
	buf_text(out, ",\"args\":");
	buf_slice(out, m->args);
	member(out, "policy", slice_of(m->policy));
	member(out, "mutant", slice_of(m->mutant));
}

static void add_mutant(struct diags *d, struct buf *out, const struct mutant *m)
{
	static const char *const fates[] = { "killed", "survived", "equivalent" };
	struct place p = source_place(d->sources, m->at.file, m->at.lo);
	buf_printf(out, "{\"fate\":\"%s\"", fates[m->fate]);
	member(out, "context", m->context->name.text);
	member(out, "edit", slice_of(m->how));
	member(out, "change", slice_of(m->change));
	member(out, "file", slice_of(d->sources->v[m->at.file].path));
	buf_printf(out, ",\"line\":%u,\"column\":%u", (unsigned)p.line, (unsigned)p.column);
	if (m->killer != NULL) {
		member(out, "test", m->killer->test->name.text);
		member(out, "case", policytest_name(d->arena, m->killer));
	}
	if (m->tool.at != NULL)
		add_call(out, m);
	buf_text(out, "}");
}

static void add_summary(
	struct buf *out, unsigned percent, uint32_t killed, uint32_t survived, uint32_t equivalent)
{
	buf_printf(out,
		",\"summary\":{\"percent\":%u,\"killed\":%u,\"survived\":%u,\"equivalent\":%u}}\n",
		percent, (unsigned)killed, (unsigned)survived, (unsigned)equivalent);
}

void mutation_json(struct diags *d, const struct mutation *m, struct buf *out)
{
	buf_text(out, "{\"schema\":\"aegis.mutants/1\",\"mutants\":[");
	for (uint32_t i = 0; i < m->n; i++) {
		buf_text(out, i == 0 ? "" : ",");
		add_mutant(d, out, &m->v[i]);
	}
	buf_text(out, "]");
	add_summary(out, mutation_percent(m), m->killed, m->survived, m->equivalent);
}

void mutation_json_stopped(struct buf *out, const char *why)
{
	buf_text(out, "{\"schema\":\"aegis.mutants/1\",\"mutants\":[]");
	member(out, "error", slice_of(why));
	add_summary(out, 0, 0, 0, 0);
}
