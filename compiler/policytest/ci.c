/* Reports for machines that run tests: JUnit XML and TAP version 14. */
#include "policytest/internal.h"
#include "policytest/junit.h"

/* ---- JUnit --------------------------------------------------------------------------------- */

/* "expected deny; decided allow by capability 0": of the first call that was not as expected. */
static const char *message(struct buf *scratch, const struct policytest_failure *f)
{
	scratch->len = 0;
	buf_text(scratch, "expected ");
	buf_text(scratch, f->expected);
	buf_text(scratch, "; decided ");
	buf_text(scratch, f->decided);
	return buf_done(scratch).at;
}

static void add_details(struct diags *d, struct buf *out, const struct policytest_failure *f)
{
	struct place p = source_place(d->sources, f->call->expect.at.file, f->call->expect.at.lo);
	buf_printf(out, "call %u: ", (unsigned)f->index + 1);
	buf_slice(out, f->row.tool);
	buf_text(out, " in ");
	buf_slice(out, f->row.context);
	buf_text(out, " with ");
	buf_slice(out, f->args);
	buf_text(out, "\nexpected: ");
	buf_text(out, f->expected);
	buf_text(out, "\ndecided: ");
	buf_text(out, f->decided);
	if (f->because != NULL) {
		buf_text(out, "\nbecause: ");
		buf_text(out, f->because);
	}
	for (uint32_t i = 0; i < 2 && f->change[i] != NULL; i++) {
		buf_text(out, i == 0 ? "\nchange: " : "\nor: ");
		buf_text(out, f->change[i]);
	}
	buf_text(out, "\nat: ");
	buf_text(out, d->sources->v[f->call->expect.at.file].path);
	buf_printf(out, ":%u:%u\n", (unsigned)p.line, (unsigned)p.column);
}

static void junit_case(struct diags *d, struct buf *out, const struct policytest_result *r)
{
	struct buf scratch = { .arena = d->arena };
	buf_text(out, "    <testcase");
	junit_attribute(out, "classname", r->test->name.text);
	junit_attribute(out, "name", policytest_name(d->arena, r));
	junit_attribute(out, "file", slice_of(d->sources->v[r->c->name.at.file].path));
	if (r->nfailures == 0) {
		buf_text(out, "/>\n");
		return;
	}
	buf_text(out, ">\n      <failure");
	junit_attribute(out, "message", slice_of(message(&scratch, &r->failures[0])));
	buf_text(out, ">");
	scratch.len = 0;
	for (uint32_t i = 0; i < r->nfailures; i++)
		add_details(d, &scratch, &r->failures[i]);
	junit_text(out, buf_done(&scratch));
	buf_text(out, "</failure>\n    </testcase>\n");
}

/* One suite a document: the results [lo, hi). */
static void junit_suite(struct diags *d, struct buf *out, const struct policytest_report *r,
	uint32_t lo, uint32_t hi)
{
	uint32_t failed = 0;
	for (uint32_t i = lo; i < hi; i++)
		failed += r->results[i].nfailures != 0;
	buf_text(out, "  ");
	junit_begin(out, "testsuite", r->results[lo].test->name.text, hi - lo, failed);
	buf_text(out, ">\n");
	for (uint32_t i = lo; i < hi; i++)
		junit_case(d, out, &r->results[i]);
	buf_text(out, "  </testsuite>\n");
}

void policytest_junit(struct diags *d, const struct policytest_report *r, struct buf *out)
{
	junit_head(out);
	junit_begin(out, "testsuites", SLICE("aegisc test"), r->nresults, r->failed);
	buf_text(out, ">\n");
	for (uint32_t lo = 0, hi; lo < r->nresults; lo = hi) {
		for (hi = lo; hi < r->nresults && r->results[hi].test == r->results[lo].test;)
			hi++;
		junit_suite(d, out, r, lo, hi);
	}
	buf_text(out, "</testsuites>\n");
}

void policytest_junit_stopped(struct buf *out, const char *why)
{
	junit_stopped(out, "aegisc test", why);
}

/* ---- TAP ----------------------------------------------------------------------------------- */

/* A description has no line ends, and a `#` in it would begin a directive. */
static void tap_text(struct buf *out, struct slice s)
{
	for (uint32_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		if (c == '#' || c == '\\')
			buf_text(out, "\\");
		buf_add(out, (unsigned char)c < 0x20 || c == 0x7f ? " " : &s.at[i], 1);
	}
}

static void tap_row(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "  %s: ", name);
	buf_json_string(out, slice_of(text)); /* which is YAML too */
	buf_text(out, "\n");
}

static void tap_failures(struct diags *d, struct buf *out, const struct policytest_result *r)
{
	struct buf details = { .arena = d->arena };
	for (uint32_t i = 0; i < r->nfailures; i++)
		add_details(d, &details, &r->failures[i]);
	buf_text(out, "  ---\n");
	tap_row(out, "expected", r->failures[0].expected);
	tap_row(out, "decided", r->failures[0].decided);
	tap_row(out, "details", buf_done(&details).at);
	buf_text(out, "  ...\n");
}

void policytest_tap(struct diags *d, const struct policytest_report *r, struct buf *out)
{
	buf_printf(out, "TAP version 14\n1..%u\n", (unsigned)r->nresults);
	for (uint32_t i = 0; i < r->nresults; i++) {
		const struct policytest_result *result = &r->results[i];
		buf_printf(
			out, "%sok %u - ", result->nfailures == 0 ? "" : "not ", (unsigned)i + 1);
		tap_text(out, result->test->name.text);
		buf_text(out, ": ");
		tap_text(out, policytest_name(d->arena, result));
		buf_text(out, "\n");
		if (result->nfailures != 0)
			tap_failures(d, out, result);
	}
}

void policytest_tap_stopped(struct buf *out, const char *why)
{
	buf_printf(out, "TAP version 14\nBail out! %s\n", why);
}
