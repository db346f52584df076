/* Runs cases: every row of every matrix, every call of every sequence on a clock of its own. */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <fnmatch.h>

#include "cli/answer.h"
#include "cli/tell.h"
#include "policytest/internal.h"

struct runner {
	struct diags *d;
	struct arena *a;
	const struct policytest_options *o;
	struct arena *scratch, empty; /* for one row; `empty` is what it is like before */
	struct buf args;              /* JSON of the call under way */
	uint32_t ncontexts;           /* of the bundle */
	uint32_t *context_of;         /* its contexts in the model, where it was made from that */
	struct policytest_report *report;
	size_t results_cap;
	struct coverage *coverage;
};

/* What was taken for one row is given back; a block that is open already stays for the next. */
static void reset_scratch(struct runner *r)
{
	if (r->empty.head != NULL && arena_rewind(r->scratch, &r->empty))
		return;
	arena_free(r->scratch);
	arena_alloc(r->scratch, 1, 1, 1);
	r->empty = *r->scratch;
}

/* ---- What decided -------------------------------------------------------------------------- */

static const char *capability_label(struct runner *r, const struct aeg_verdict *v)
{
	const char *did = v->kind == AEG_ALLOW ? "granted it" : "refused it";
	if (v->reason == AEG_RateLimitExceeded || v->reason == AEG_ConcurrencyLimitExceeded)
		did = "would grant it, but for its limit";
	return diag_text(r->d, "capability %u %s", (unsigned)v->capability, did);
}

static void place_in_model(struct runner *r, const struct mcontext *c, const struct aeg_verdict *v,
	struct policytest_failure *f)
{
	if (v->capability != AEG_NONE) {
		f->rule = c->caps[v->capability].pattern.written.at;
		f->rule_label = capability_label(r, v);
	} else if (v->deny_entry != AEG_NONE) {
		f->rule = c->deny[v->deny_entry].written.at;
		f->rule_label = diag_text(r->d, "deny entry %u denied it", (unsigned)v->deny_entry);
	} else if (v->reason == AEG_ToolNotAllowed) {
		f->rule = c->name.at;
		f->rule_label = "the context";
	}
}

static void place_in_bundle(struct runner *r, const struct decided *d, struct policytest_failure *f)
{
	const struct aeg_verdict *v = &d->verdict;
	struct buf at = { .arena = r->a };
	if (v->capability != AEG_NONE) {
		buf_text(&at, capability_label(r, v));
		tell_place(&at, aeg_capability_origin(d->bundle, d->call.context, v->capability));
	} else if (v->deny_entry != AEG_NONE) {
		buf_printf(&at, "deny entry %u denied it", (unsigned)v->deny_entry);
		tell_place(&at, aeg_deny_origin(d->bundle, d->call.context, v->deny_entry));
	} else {
		return;
	}
	f->rule_at = buf_done(&at).at;
}

/* ---- Failures ------------------------------------------------------------------------------ */

static const char *because(struct runner *r, const struct decided *d)
{
	struct buf out = { .arena = r->a };
	struct tell t = { &out, false, d->bundle, d->context, &d->call };
	if (d->verdict.kind == AEG_ALLOW)
		return NULL;
	tell_reason(&t, d->verdict.reason, d->verdict.token, d->verdict.capability);
	return buf_done(&out).at;
}

static struct policytest_failure describe(
	struct runner *r, const struct mcall *call, const struct decided *d)
{
	struct policytest_failure f = { .call = call, .rule = SPAN_NONE };
	struct buf args = { .arena = r->a }, expected = args, words = args, json = args;
	decided_args(&args, d);
	expect_words(&expected, &call->expect);
	decided_words(&words, &call->expect, d);
	answer_decision(&json, d->bundle, &d->call, &d->verdict);
	f.args = buf_done(&args);
	f.expected = buf_done(&expected).at;
	f.decided = buf_done(&words).at;
	f.decision = buf_done(&json);
	f.because = because(r, d);
	uint32_t in_model = d->call.context == AEG_NONE || !r->o->compiled
				    ? UINT32_MAX
				    : r->context_of[d->call.context];
	if (in_model != UINT32_MAX)
		place_in_model(r, &r->o->model->contexts[in_model], &d->verdict, &f);
	else
		place_in_bundle(r, d, &f);
	return f;
}

/* ---- Calls --------------------------------------------------------------------------------- */

static enum aeg_status decide(struct runner *r, struct mrow row, struct decided *d)
{
	struct aeg_json args;
	d->bundle = r->o->bundle;
	d->context = row.context;
	d->call.size_of = sizeof d->call;
	d->call.context =
		aeg_context_find(d->bundle, (struct aeg_str){ row.context.at, row.context.len });
	d->call.tool = (struct aeg_str){ row.tool.at, row.tool.len };
	d->call.limit_key = (struct aeg_str){ "case", 4 };
	d->call.args = NULL;
	if (row.args != NULL) {
		r->args.len = 0;
		syntax_dump(&r->args, row.args);
		struct slice text = buf_done(&r->args);
		size_t ntok = aeg_json_bound(text.len);
		aeg_json_scan(&args, text.at, text.len,
			arena_array(r->scratch, struct aeg_json_tok, ntok), ntok);
		struct aeg_json *kept = arena_new(r->scratch, struct aeg_json);
		*kept = args;
		d->call.args = kept;
	}
	return aeg_decide(d->bundle, &d->call, &d->verdict);
}

struct slots { /* grants that are under way */
	struct {
		uint32_t slot;
		uint64_t until;
	} * v;
	uint32_t n;
};

static void release(struct slots *s, struct aeg_limits *limits, uint64_t now)
{
	for (uint32_t i = 0; i < s->n;) {
		if (s->v[i].until > now) {
			i++;
			continue;
		}
		aeg_release(limits, s->v[i].slot);
		s->v[i] = s->v[--s->n];
	}
}

/* A context that the bundle does not have denies everything: nobody wants to learn it so. */
static bool holds(const struct mexpect *e, const struct decided *d)
{
	return expect_holds(e, d) &&
	       (d->verdict.reason != AEG_UnknownContext || e->violation == AEG_UnknownContext);
}

static bool run_call(struct runner *r, const struct mcase *c, uint32_t row, uint32_t i,
	struct aeg_limits *limits, struct slots *slots, struct policytest_result *result)
{
	const struct mcall *call = &c->calls[i];
	struct decided d = { .call = { .limits = limits, .now_ms = call->at_ms } };
	struct mrow what = mcase_row(c, row, call);
	release(slots, limits, call->at_ms);
	enum aeg_status status = decide(r, what, &d);
	assert(status == AEG_OK || (status == AEG_NOMEM && limits != NULL));
	if (status != AEG_OK)
		return false;
	if (d.verdict.slot != AEG_NONE) {
		uint64_t until =
			call->takes_ms == MUNSTATED ? UINT64_MAX : call->at_ms + call->takes_ms;
		slots->v[slots->n].slot = d.verdict.slot;
		slots->v[slots->n++].until = until;
	}
	if (r->coverage != NULL && d.call.context != AEG_NONE)
		coverage_mark(
			r->coverage, r->o->model, r->context_of[d.call.context], &d, r->scratch);
	if (call->expect.decision == EXPECT_NOTHING)
		return true;
	if (call->expect.obligations != NULL && d.verdict.kind == AEG_ALLOW)
		d.obligations = decided_obligations(r->scratch, &d);
	if (holds(&call->expect, &d))
		return true;
	if (result->failures == NULL)
		result->failures = arena_array(r->a, struct policytest_failure, c->ncalls);
	struct policytest_failure f = describe(r, call, &d);
	f.index = i;
	f.row = what;
	result->failures[result->nfailures++] = f;
	return true;
}

/* The calls of a row under counters for @nkeys; false: that were too few. */
static bool run_calls(struct runner *r, const struct mcase *c, uint32_t row, uint32_t nkeys,
	struct policytest_result *result)
{
	struct aeg_limits *limits = NULL;
	struct slots slots = { .n = 0 };
	reset_scratch(r);
	result->nfailures = 0;
	if (c->sequence) {
		size_t size = aeg_limits_size(r->o->bundle, nkeys);
		limits = aeg_limits_init(
			r->o->bundle, nkeys, arena_array(r->scratch, uint64_t, size / 8 + 1), size);
		slots.v = arena_alloc(r->scratch, c->ncalls, sizeof *slots.v, _Alignof(uint64_t));
	}
	for (uint32_t i = 0; i < c->ncalls; i++)
		if (!run_call(r, c, row, i, limits, &slots, result))
			return false;
	return true;
}

/* ---- Cases --------------------------------------------------------------------------------- */

/* "none of these (context zaru-free, tool cmd.run)" */
static const char *row_name(struct runner *r, const struct mcase *c, uint32_t row)
{
	const struct mmatrix *m = &c->matrix;
	const struct mcall any = { 0 };
	struct mrow what = mcase_row(c, row, &any);
	const char *before = " (";
	struct buf b = { .arena = r->a };
	buf_slice(&b, c->name.text);
	if (m->contexts.stated) {
		buf_printf(&b, "%scontext %.*s", before, SLICE_ARG(what.context));
		before = ", ";
	}
	if (m->tools.stated) {
		buf_printf(&b, "%stool %.*s", before, SLICE_ARG(what.tool));
		before = ", ";
	}
	if (m->args_stated) {
		buf_printf(&b, "%sargs %u", before, (unsigned)(row % m->nargs + 1));
		before = ", ";
	}
	buf_text(&b, before[0] == ',' ? ")" : "");
	return buf_done(&b).at;
}

static bool is_wanted(struct runner *r, const struct mtest *t, const struct mcase *c)
{
	struct buf b = { .arena = r->a };
	if (r->o->run == NULL)
		return true;
	buf_slice(&b, t->name.text);
	buf_text(&b, "/");
	buf_slice(&b, c->name.text);
	const char *name = buf_done(&b).at;
	return fnmatch(r->o->run, name, 0) == 0 ||
	       fnmatch(r->o->run, name + t->name.text.len + 1, 0) == 0;
}

static void run_row(struct runner *r, const struct mtest *t, const struct mcase *c, uint32_t row)
{
	struct policytest_report *report = r->report;
	struct policytest_result result = { .test = t, .c = c, .name = row_name(r, c, row) };
	uint32_t nkeys = 4;
	while (!run_calls(r, c, row, nkeys, &result))
		nkeys *= 2;
	arena_push(r->a, report->results, report->nresults, &r->results_cap);
	report->results[report->nresults++] = result;
	report->failed += result.nfailures != 0;
	report->passed += result.nfailures == 0;
}

/* Which context of the model each context of the bundle is. */
static void map_contexts(struct runner *r)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct map names = { .arena = r->a };
	aeg_bundle_info(r->o->bundle, &info);
	r->context_of = arena_array(r->a, uint32_t, info.ncontexts);
	for (uint32_t i = 0; i < r->o->model->ncontexts; i++)
		map_put(&names, r->o->model->contexts[i].name.text, i);
	for (uint32_t i = 0; i < info.ncontexts; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		aeg_context_info(r->o->bundle, i, &c);
		r->context_of[i] = map_get(&names, slice_str(c.name));
	}
}

const struct policytest_report *policytest_run(struct diags *d, const struct policytest_options *o)
{
	struct runner r = { .d = d, .a = d->arena, .o = o, .scratch = o->scratch };
	r.args.arena = d->arena;
	r.report = arena_new(d->arena, struct policytest_report);
	if (o->compiled)
		map_contexts(&r);
	if (o->coverage)
		r.coverage = coverage_new(d->arena, o->model);
	for (uint32_t i = 0; i < o->model->ntests; i++) {
		const struct mtest *t = &o->model->tests[i];
		for (uint32_t k = 0; k < t->ncases; k++) {
			uint32_t nrows = is_wanted(&r, t, &t->cases[k]) ? t->cases[k].nrows : 0;
			for (uint32_t row = 0; row < nrows; row++)
				run_row(&r, t, &t->cases[k], row);
		}
	}
	r.report->coverage = r.coverage;
	return r.report;
}
