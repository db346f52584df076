/* Runs all rows of all cases, on every processor; the report is in the order of the sources. */
#define _POSIX_C_SOURCE 200809L
#include <fnmatch.h>

#include "cli/answer.h"
#include "policytest/internal.h"
#include "policytest/share.h"

enum { ROWS_PER_WORKER = 16384 }; /* fewer are run before a thread has started */

/* ---- Names --------------------------------------------------------------------------------- */

/* "none of these (context zaru-free, tool cmd.run)" */
struct slice policytest_name(struct arena *a, const struct policytest_result *r)
{
	const struct mmatrix *m = &r->c->matrix;
	const struct mcall any = { 0 };
	struct mrow what = mcase_row(r->c, r->row, &any);
	const char *before = " (";
	struct buf b = { .arena = a };
	if (!m->contexts.stated && !m->tools.stated && !m->args_stated)
		return r->c->name.text;
	buf_slice(&b, r->c->name.text);
	if (m->contexts.stated) {
		buf_printf(&b, "%scontext %.*s", before, SLICE_ARG(what.context));
		before = ", ";
	}
	if (m->tools.stated) {
		buf_printf(&b, "%stool %.*s", before, SLICE_ARG(what.tool));
		before = ", ";
	}
	if (m->args_stated)
		buf_printf(&b, "%sargs %u", before, (unsigned)(r->row % m->nargs + 1));
	buf_text(&b, ")");
	return buf_done(&b);
}

static bool is_wanted(const char *run, const struct mtest *t, const struct mcase *c, struct buf *b)
{
	if (run == NULL)
		return true;
	b->len = 0;
	buf_slice(b, t->name.text);
	buf_text(b, "/");
	buf_slice(b, c->name.text);
	const char *name = buf_done(b).at;
	return fnmatch(run, name, 0) == 0 || fnmatch(run, name + t->name.text.len + 1, 0) == 0;
}

/* ---- The rows ------------------------------------------------------------------------------ */

/* Every row that is to be run, in the order of the sources. */
static void list_rows(
	struct policytest_report *report, struct arena *a, const struct policytest_options *o)
{
	struct buf name = { .arena = a };
	size_t cap = 0;
	for (uint32_t i = 0; i < o->model->ntests; i++) {
		const struct mtest *t = &o->model->tests[i];
		for (uint32_t k = 0; k < t->ncases; k++) {
			const struct mcase *c = &t->cases[k];
			uint32_t nrows = is_wanted(o->run, t, c, &name) ? c->nrows : 0;
			for (uint32_t row = 0; row < nrows; row++) {
				arena_push(a, report->results, report->nresults, &cap);
				report->results[report->nresults++] =
					(struct policytest_result){ .test = t, .c = c, .row = row };
			}
		}
	}
}

/* Which context of the model each context of the bundle is. */
static const uint32_t *map_contexts(struct arena *a, const struct policytest_options *o)
{
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct map names = { .arena = a };
	aeg_bundle_info(o->bundle, &info);
	uint32_t *context_of = arena_array(a, uint32_t, info.ncontexts);
	for (uint32_t i = 0; i < o->model->ncontexts; i++)
		map_put(&names, o->model->contexts[i].name.text, i);
	for (uint32_t i = 0; i < info.ncontexts; i++) {
		struct aeg_context_info c = { .size_of = sizeof c };
		aeg_context_info(o->bundle, i, &c);
		context_of[i] = map_get(&names, slice_str(c.name));
	}
	return context_of;
}

/* ---- Workers ------------------------------------------------------------------------------- */

struct running {
	struct policytest_report *report;
	struct worker { /* the first has the caller's memory, the others their own */
		struct arena keep, scratch;
		struct runner runner;
	} v[SHARE_MAX_WORKERS];
};

static void add_worker(struct running *all, uint32_t i, uint32_t n, struct arena *a,
	const struct policytest_options *o, const uint32_t *context_of)
{
	struct worker *w = &all->v[i];
	w->keep = w->scratch = share_arena(a, 4 * n);
	struct arena *keep = i == 0 ? a : &w->keep;
	w->runner = (struct runner){ .bundle = o->bundle,
		.model = o->model,
		.context_of = context_of,
		.scratch = i == 0 ? o->scratch : &w->scratch,
		.args.arena = keep };
	if (o->coverage)
		w->runner.coverage = coverage_new(keep, o->model);
}

static void run_piece(void *ctx, uint32_t worker, uint32_t i)
{
	struct running *all = ctx;
	struct policytest_result *r = &all->report->results[i];
	r->nfailures = !row_passes(&all->v[worker].runner, r->c, r->row, NULL);
}

static void run_rows(struct running *all, uint32_t nworkers)
{
	struct coverage *coverage = all->v[0].runner.coverage;
	share(all->report->nresults, nworkers, run_piece, all);
	for (uint32_t i = 1; i < nworkers; i++) {
		if (coverage != NULL)
			coverage_add(coverage, all->v[i].runner.coverage);
		arena_free(&all->v[i].scratch);
		arena_free(&all->v[i].keep);
	}
	all->report->coverage = coverage;
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* Of those that failed the calls are made again: now there is something to be said of them. */
static void describe_failures(struct runner *r, struct diags *d, struct policytest_report *report)
{
	r->d = d;
	r->coverage = NULL;
	for (uint32_t i = 0; i < report->nresults; i++) {
		struct policytest_result *result = &report->results[i];
		if (result->nfailures == 0)
			continue;
		report->failed++;
		row_passes(r, result->c, result->row, result);
	}
	report->passed = report->nresults - report->failed;
}

const struct policytest_report *policytest_run(struct diags *d, const struct policytest_options *o)
{
	struct running all = { .report = arena_new(d->arena, struct policytest_report) };
	const uint32_t *context_of = o->compiled ? map_contexts(d->arena, o) : NULL;
	list_rows(all.report, d->arena, o);
	uint32_t n = share_workers(all.report->nresults, ROWS_PER_WORKER);
	for (uint32_t i = 0; i < n; i++)
		add_worker(&all, i, n, d->arena, o, context_of);
	run_rows(&all, n);
	describe_failures(&all.v[0].runner, d, all.report);
	return all.report;
}
