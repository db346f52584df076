/* Tries the tests on mutants: the policy with one change. Which of them does no case catch? */
#include <assert.h>

#include "emit/emit.h"
#include "policytest/edit.h"
#include "policytest/internal.h"
#include "policytest/share.h"

enum { MUTANTS_PER_WORKER = 16 }; /* fewer are tried before a thread has started */

struct mutating {
	struct diags *d;
	const struct policytest_options *o;
	const struct policytest_report *tests;
	struct edits edits;
	struct mutation *out;
	struct rows { /* of the tests, those with a call in this context of the model */
		uint32_t *v;
		uint32_t n, nsingle; /* that are no sequences */
		bool by_index;       /* a rule is expected by its number */
	} * rows;
	struct worker {
		struct arena keep, build, scratch; /* for all, for one mutant, for one row */
		struct buf args;
	} worker[SHARE_MAX_WORKERS];
};

/* ---- Which cases a context has ------------------------------------------------------------- */

static bool calls_into(const struct policytest_result *r, struct slice context)
{
	for (uint32_t i = 0; i < r->c->ncalls; i++)
		if (slice_eq(mcase_row(r->c, r->row, &r->c->calls[i]).context, context))
			return true;
	return false;
}

static void find_rows(struct mutating *m)
{
	const struct model *model = m->o->model;
	m->rows =
		arena_alloc(m->d->arena, model->ncontexts, sizeof *m->rows, _Alignof(struct rows));
	for (uint32_t i = 0; i < model->ncontexts; i++) {
		struct rows *rows = &m->rows[i];
		size_t cap = 0;
		if (model->contexts[i].builtin)
			continue;
		for (uint32_t k = 0; k < m->tests->nresults; k++) {
			if (!calls_into(&m->tests->results[k], model->contexts[i].name.text))
				continue;
			arena_push(m->d->arena, rows->v, rows->n, &cap);
			rows->v[rows->n++] = k;
			rows->nsingle += !m->tests->results[k].c->sequence;
		}
	}
}

/* ---- One mutant ---------------------------------------------------------------------------- */

/* Places in the sources are looked up in tables that are filled on the way: not by two threads. */
static void forget_places(struct arena *a, struct mcontext *c)
{
	struct mcap *caps = arena_array(a, struct mcap, c->ncaps);
	struct mpattern *deny = arena_array(a, struct mpattern, c->ndeny);
	for (uint32_t i = 0; i < c->ncaps; i++) {
		caps[i] = c->caps[i];
		caps[i].at = SPAN_NONE;
	}
	for (uint32_t i = 0; i < c->ndeny; i++) {
		deny[i] = c->deny[i];
		deny[i].written.at = SPAN_NONE;
	}
	c->caps = caps;
	c->deny = deny;
	c->at = SPAN_NONE;
}

/* A context alone, as a bundle. */
static struct aeg_bundle compile(struct arena *a, const struct mutating *m, struct mcontext c)
{
	const struct model *whole = m->o->model;
	struct diags d = { .arena = a, .sources = m->d->sources };
	struct model one = { .contexts = &c,
		.ncontexts = 1,
		.tools = whole->tools,
		.ntools = whole->ntools,
		.tool_names = whole->tool_names,
		.tool_families = whole->tool_families };
	struct names names = { 0 };
	struct emit_options options = { .strip = true };
	struct aeg_bundle bundle = { 0 };
	forget_places(a, &c);
	struct slice bytes = emit_bundle(&d, ir_lower(&d, &one, &names), &options);
	enum aeg_status status = aeg_bundle_check(&bundle, bytes.at, bytes.len);
	assert(status == AEG_OK);
	(void)status;
	return bundle;
}

static struct aeg_bundle compile_whole(
	struct arena *a, const struct mutating *m, const struct edit *e)
{
	return compile(a, m, edit_apply(a, e, e->at.context, e->at.cap));
}

static struct runner runner_of(
	struct mutating *m, struct worker *w, const struct aeg_bundle *b, const struct edit *e)
{
	return (struct runner){ .bundle = b,
		.model = m->o->model,
		.scratch = &w->scratch,
		.args = w->args,
		.only = e->at.context->name.text };
}

/* ---- Cases of one call: only the rules that the edit can reach are compiled ---------------- */

/* The numbers that rules have where number @at is gone. */
static void close_gap(uint32_t *numbers, uint32_t n, uint32_t at)
{
	for (uint32_t i = at; i + 1 < n; i++)
		numbers[i] = numbers[i + 1] - 1;
}

static void renumber(const struct edit *e, struct part *p)
{
	if (e->how == EDIT_REMOVE && e->at.kind == COVER_CAPABILITY)
		close_gap(p->caps, p->context.ncaps, p->at);
	else if (e->how == EDIT_REMOVE && e->at.kind == COVER_DENY)
		close_gap(p->deny, p->context.ndeny, p->at);
}

static bool has_other_number(const struct edit *e, const struct mrule *r)
{
	bool known = r->stated && r->index != UINT32_MAX;
	if (e->how == EDIT_SWAP)
		return known && (r->index == e->at.cap || r->index == e->at.cap + 1);
	return known && e->how == EDIT_REMOVE && r->index > e->at.cap;
}

/* Does the case, of a call that the edit cannot reach, expect a rule by a number that is now
 * another's? */
static bool is_misnumbered(const struct edit *e, const struct mcase *c)
{
	const struct mexpect *x = &c->calls[0].expect;
	if (e->at.kind == COVER_DENY)
		return has_other_number(e, &x->deny_entry);
	return (e->at.kind == COVER_CAPABILITY) && has_other_number(e, &x->capability);
}

static bool is_reached(const struct policytest_result *t, const struct mpattern *reach)
{
	struct mpattern tool = { .stem = mcase_row(t->c, t->row, &t->c->calls[0]).tool,
		.form = PATTERN_EXACT };
	return pattern_meets(reach, &tool);
}

static const struct policytest_result *try_single(
	struct mutating *m, struct worker *w, const struct edit *e, const struct rows *rows)
{
	struct part part = edit_part(&w->build, e);
	struct aeg_bundle b =
		compile(&w->build, m, edit_apply(&w->build, e, &part.context, part.at));
	struct runner r = runner_of(m, w, &b, e);
	const struct policytest_result *killer = NULL;
	renumber(e, &part);
	r.caps = part.caps;
	r.deny = part.deny;
	for (uint32_t i = 0; i < rows->n && killer == NULL; i++) {
		const struct policytest_result *t = &m->tests->results[rows->v[i]];
		bool fails = !t->c->sequence &&
			     (is_reached(t, &part.reach) ? !row_passes(&r, t->c, t->row, NULL)
							 : is_misnumbered(e, t->c));
		killer = fails ? t : NULL;
	}
	w->args = r.args;
	return killer;
}

/* ---- Sequences: what a capability counts may be calls of any tool -------------------------- */

static const struct policytest_result *try_sequences(
	struct mutating *m, struct worker *w, const struct edit *e, const struct rows *rows)
{
	struct aeg_bundle b = compile_whole(&w->build, m, e);
	struct runner r = runner_of(m, w, &b, e);
	const struct policytest_result *killer = NULL;
	for (uint32_t i = 0; i < rows->n && killer == NULL; i++) {
		const struct policytest_result *t = &m->tests->results[rows->v[i]];
		if (t->c->sequence && !row_passes(&r, t->c, t->row, NULL))
			killer = t;
	}
	w->args = r.args;
	return killer;
}

/* A case that fails, or NULL. */
static const struct policytest_result *find_killer(
	struct mutating *m, struct worker *w, const struct edit *e)
{
	const struct rows *rows = &m->rows[e->at.context - m->o->model->contexts];
	const struct policytest_result *killer = NULL;
	if (rows->nsingle > 0)
		killer = try_single(m, w, e, rows);
	if (killer == NULL && rows->nsingle < rows->n)
		killer = try_sequences(m, w, e, rows);
	return killer;
}

/* No case fails: is there a call that should have? */
static void look_at_survivor(
	struct mutating *m, struct worker *w, uint32_t i, struct edit_budget *io)
{
	struct mutant *mutant = &m->out->v[i];
	struct difference d = edit_difference(&w->build, m->o->model, &m->edits.v[i], io);
	mutant->fate = d.kind == DIFFERENCE_NONE ? MUTANT_EQUIVALENT : MUTANT_SURVIVED;
	mutant->differs = d.kind;
	mutant->tool = buf_copy(&w->keep, d.tool);
	mutant->args = buf_copy(&w->keep, d.args);
	arena_free(&w->build);
}

static void try_group(void *ctx, uint32_t worker, uint32_t group)
{
	struct mutating *m = ctx;
	struct worker *w = &m->worker[worker];
	struct edit_budget budget = { 0 };
	for (uint32_t i = m->edits.group[group]; i < m->edits.group[group + 1]; i++) {
		m->out->v[i].killer = find_killer(m, w, &m->edits.v[i]);
		arena_free(&w->build);
		budget.left = EDIT_WORK_EACH;
		if (m->out->v[i].killer == NULL)
			look_at_survivor(m, w, i, &budget);
	}
}

/* At the survivors that have used up what is theirs. */
static void look_again(struct mutating *m)
{
	struct edit_budget budget = { .left = edit_spare(&m->edits) };
	m->worker[0].build = share_arena(m->d->arena, 2);
	for (uint32_t k = 0; k < m->edits.ngroups; k++) {
		budget.unknown = 0;
		for (uint32_t i = m->edits.group[k]; i < m->edits.group[k + 1]; i++)
			if (m->out->v[i].differs == DIFFERENCE_UNKNOWN)
				look_at_survivor(m, &m->worker[0], i, &budget);
	}
}

/* ---- The report ---------------------------------------------------------------------------- */

static const char *how(enum edit_how e)
{
	switch (e) {
	case EDIT_REMOVE: return "remove";
	case EDIT_WIDEN: return "widen";
	case EDIT_DROP: return "drop";
	case EDIT_SWAP: return "swap";
	case EDIT_NO_RATE:
	case EDIT_NO_CONCURRENT:
	case EDIT_NO_RESPONSE:
	case EDIT_MORE_CALLS:
	case EDIT_MORE_CONCURRENT: return "limit";
	}
	return "";
}

/* How the mutant's call is decided by @b: with what comes with it, where that is the difference. */
static const char *decision(struct mutating *m, const struct aeg_bundle *b, const struct mutant *u)
{
	static const struct mobligations all = { .none = true };
	struct mexpect look = { .obligations = u->differs == DIFFERENCE_OBLIGATIONS ? &all : NULL };
	struct mrow row = { u->context->name.text, u->tool, NULL };
	struct buf out = { .arena = m->d->arena };
	struct decided d = { 0 };
	decide(b, row, u->args, m->d->arena, &d);
	if (d.verdict.kind == AEG_ALLOW)
		d.obligations = decided_obligations(m->d->arena, &d);
	decided_words(&out, &look, &d);
	return buf_done(&out).at;
}

static void describe(struct mutating *m, struct mutant *u, const struct edit *e)
{
	struct arena *a = m->d->arena;
	struct buf words = { .arena = a };
	edit_words(&words, e);
	u->change = buf_done(&words).at;
	u->how = how(e->how);
	u->context = e->at.context;
	u->at = e->at.text.at;
	u->tool = buf_copy(a, u->tool);
	u->args = buf_copy(a, u->args);
	m->out->killed += u->fate == MUTANT_KILLED;
	m->out->survived += u->fate == MUTANT_SURVIVED;
	m->out->equivalent += u->fate == MUTANT_EQUIVALENT;
	if (u->tool.at == NULL)
		return;
	struct aeg_bundle bundle = compile_whole(a, m, e);
	u->policy = decision(m, m->o->bundle, u);
	u->mutant = decision(m, &bundle, u);
}

unsigned mutation_percent(const struct mutation *m)
{
	uint64_t n = (uint64_t)m->killed + m->survived;
	return n == 0 ? 100 : (unsigned)(m->killed * (uint64_t)100 / n);
}

const struct mutation *policytest_mutate(
	struct diags *d, const struct policytest_options *o, const struct policytest_report *tests)
{
	struct mutating m = { .d = d, .o = o, .tests = tests };
	struct arena *a = d->arena;
	find_rows(&m);
	m.edits = edit_all(a, coverage_new(a, o->model));
	m.out = arena_new(a, struct mutation);
	m.out->n = m.edits.n;
	m.out->v = arena_alloc(a, m.out->n, sizeof *m.out->v, _Alignof(struct mutant));
	uint32_t n = share_workers(m.edits.n, MUTANTS_PER_WORKER);
	for (uint32_t i = 0; i < n; i++) {
		struct worker *w = &m.worker[i];
		w->keep = w->scratch = share_arena(a, 8 * n);
		w->build = share_arena(a, 2 * n);
		w->args.arena = &w->keep;
	}
	share(m.edits.ngroups, n, try_group, &m);
	look_again(&m);
	for (uint32_t i = 0; i < m.out->n; i++)
		describe(&m, &m.out->v[i], &m.edits.v[i]);
	for (uint32_t i = 0; i < n; i++) {
		arena_free(&m.worker[i].keep);
		arena_free(&m.worker[i].scratch);
	}
	return m.out;
}
