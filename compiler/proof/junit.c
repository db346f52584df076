/* The report for machines that run tests: each assertion a test case. */
#include "policytest/junit.h"

#include "proof/internal.h"

static void add_line(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%s: ", name);
	buf_text(out, text);
	buf_text(out, "\n");
}

static void add_place(struct diags *d, struct buf *out, const char *name, struct span at)
{
	if (span_is_none(at))
		return;
	struct place p = source_place(d->sources, at.file, at.lo);
	buf_printf(out, "%s: %s:%u:%u\n", name, d->sources->v[at.file].path, (unsigned)p.line,
		(unsigned)p.column);
}

static struct slice details(struct diags *d, const struct proof_result *r)
{
	struct buf out = { .arena = d->arena };
	for (uint32_t i = 0; r->status == PROOF_REFUTED && i < proof_nsides(r->a); i++) {
		const struct proof_decision *x = &r->decided[i];
		buf_text(&out, "call: ");
		proof_command(&out, x->context->name.text, r->tool, r->args);
		buf_text(&out, "\n");
		add_line(&out, "decided", x->words);
		if (x->because != NULL)
			add_line(&out, "because", x->because);
		add_place(d, &out, "rule", x->rule);
	}
	if (r->status == PROOF_UNDECIDED)
		add_place(d, &out, "because of", r->why_at);
	if (r->a->because.text.at != NULL) {
		buf_text(&out, "must hold: ");
		buf_slice(&out, r->a->because.text);
		buf_text(&out, "\n");
	}
	add_place(d, &out, "at", r->a->at);
	return buf_done(&out);
}

/* "a call is decided allow by capability 0, `fs.*`" */
static struct slice message(struct diags *d, const struct proof_result *r)
{
	struct buf out = { .arena = d->arena };
	const char *limit = proof_limit_words(r->limit);
	if (r->status == PROOF_UNDECIDED)
		return slice_of(r->why);
	if (limit != NULL)
		return slice_of(limit);
	for (uint32_t i = 0; i < proof_nsides(r->a); i++) {
		buf_text(&out, i == 0 ? "a call is decided: " : "; ");
		buf_text(&out, r->decided[i].words);
	}
	return buf_done(&out);
}

static void add_case(struct diags *d, struct buf *out, const struct proof_result *r)
{
	buf_text(out, "    <testcase");
	junit_attribute(out, "classname", r->proof->name.text);
	junit_attribute(out, "name", r->name);
	junit_attribute(out, "file", slice_of(d->sources->v[r->a->at.file].path));
	if (r->status == PROOF_PROVED) {
		buf_text(out, "/>\n");
		return;
	}
	buf_text(out, ">\n      <failure");
	junit_attribute(out, "message", message(d, r));
	buf_text(out, ">");
	junit_text(out, details(d, r));
	buf_text(out, "</failure>\n    </testcase>\n");
}

/* One suite a document: the results [lo, hi). */
static void add_suite(
	struct diags *d, struct buf *out, const struct proof_report *r, size_t lo, size_t hi)
{
	uint32_t failed = 0;
	for (size_t i = lo; i < hi; i++)
		failed += r->results[i].status != PROOF_PROVED;
	buf_text(out, "  ");
	junit_begin(out, "testsuite", r->results[lo].proof->name.text, (uint32_t)(hi - lo), failed);
	buf_text(out, ">\n");
	for (size_t i = lo; i < hi; i++)
		add_case(d, out, &r->results[i]);
	buf_text(out, "  </testsuite>\n");
}

void proof_junit(struct diags *d, const struct proof_report *r, struct buf *out)
{
	junit_head(out);
	junit_begin(out, "testsuites", SLICE("aegisc prove"), (uint32_t)r->nresults,
		r->refuted + r->undecided);
	buf_text(out, ">\n");
	for (size_t lo = 0, hi; lo < r->nresults; lo = hi) {
		for (hi = lo; hi < r->nresults && r->results[hi].proof == r->results[lo].proof;)
			hi++;
		add_suite(d, out, r, lo, hi);
	}
	buf_text(out, "</testsuites>\n");
}

void proof_junit_stopped(struct buf *out, const char *why)
{
	junit_stopped(out, "aegisc prove", why);
}
