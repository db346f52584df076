/*
 * Ceilings of all contexts. Contexts with the same rules are one. A pair is told apart by the
 * child's sample calls, first by their tools alone, which is one bit to look at, then by deciding
 * them under the parent; what is left, and that is mostly what is within, is cut into cells.
 */
#define _POSIX_C_SOURCE 200809L
#include "symbolic/ceilings.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "symbolic/distinct.h"
#include "symbolic/symbolic.h"

#define MAX_WORKERS         4u
#define CONTEXTS_PER_WORKER 32u /* fewer are done before a thread has started */

struct call { /* of the child */
	struct sample sample;
	uint32_t tool;                          /* its number */
	uint32_t lacking;                       /* contexts that deny the tool outright */
	enum { NOT_ASKED, ALLOWED, DENIED } is; /* by the child itself */
	uint32_t shows; /* parents that the child is not within, as this one was found to show */
};

struct found {                          /* of one child */
	struct ceiling_parent *parents; /* their witness: of `alone` */
	struct ceiling_witness *witnesses, *alone;
	uint32_t nparents, nwitnesses, nalone;
	bool undecided; /* some pair was too large */
	struct span undecided_at;
};

struct worker {
	struct distincts *ds; /* each worker writes to its own contexts only, */
	struct found *found;  /* and to what it found of them */
	void (*job)(struct worker *w, uint32_t child);
	uint32_t lo, hi;
	struct arena arena;          /* what stays until the tables are made */
	struct arena scratch, empty; /* given back after each call */
	pthread_t thread;
	bool threaded;
};

/* ---- Memory and threads -------------------------------------------------------------------- */

static struct arena share(const struct arena *a, uint32_t n)
{
	return (struct arena){ .limit = (a->limit - a->used) / n, .fail = a->fail, .ctx = a->ctx };
}

static struct arena *scratch(struct worker *w)
{
	if (!arena_rewind(&w->scratch, &w->empty)) {
		arena_free(&w->scratch);
		arena_alloc(&w->scratch, 1, 1, 1);
		w->empty = w->scratch;
	}
	return &w->scratch;
}

static void *do_job(void *arg)
{
	struct worker *w = arg;

	for (uint32_t i = w->lo; i < w->hi; i++)
		w->job(w, i);
	arena_free(&w->scratch);
	return NULL;
}

static uint32_t count_workers(uint32_t n)
{
	long cpus = n < 2 * CONTEXTS_PER_WORKER ? 1 : sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus > (long)MAX_WORKERS ? MAX_WORKERS : (uint32_t)cpus;
}

/* Does @job for each context; returns how many workers did, whose memory is the caller's. */
static uint32_t run(struct worker *w, struct arena *a, struct distincts *ds, struct found *found,
	void (*job)(struct worker *, uint32_t))
{
	uint32_t n = count_workers(ds->n), lo = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t hi = (uint32_t)((uint64_t)ds->n * (i + 1) / n);
		w[i] = (struct worker){ .ds = ds, .found = found, .job = job, .lo = lo, .hi = hi };
		w[i].arena = share(a, 4 * n);
		w[i].scratch = w[i].empty = share(a, 2 * n);
		lo = hi;
	}
	for (uint32_t i = n; i-- > 0;) { /* the first of them is this thread */
		w[i].threaded = i > 0 && pthread_create(&w[i].thread, NULL, do_job, &w[i]) == 0;
		if (!w[i].threaded)
			do_job(&w[i]);
	}
	for (uint32_t i = 0; i < n; i++)
		if (w[i].threaded)
			pthread_join(w[i].thread, NULL);
	return n;
}

static void make_samples(struct worker *w, uint32_t i)
{
	struct distinct *of = &w->ds->v[i];

	of->samples = samples_make(&w->arena, w->ds->m, of->c, &of->nsamples);
}

/* ---- Pairs --------------------------------------------------------------------------------- */

struct search { /* what one child is not within */
	struct worker *w;
	const struct distinct *of;
	struct found *found;
	uint64_t left;      /* steps that may still be spent on cutting */
	struct call *calls; /* samples, then those that were found in cells */
	uint32_t *recent;   /* numbers of calls, the last that showed something first */
	size_t ncalls, calls_cap, recent_cap;
	size_t parents_cap, alone_cap;
};

static uint32_t cost(const struct sample *s) { return s->tool.len + s->args.len; }

/* What keeps the child from most parents first; of equals the shortest. */
static int by_use(const void *a, const void *b)
{
	const struct call *x = a, *y = b;
	const struct sample *s = &x->sample, *t = &y->sample;
	int d = (x->lacking < y->lacking) - (x->lacking > y->lacking);

	if (d == 0)
		d = (cost(s) > cost(t)) - (cost(s) < cost(t));
	if (d == 0)
		d = slice_cmp(s->tool, t->tool);
	return d != 0 ? d : memcmp(s->args.text, t->args.text, s->args.len);
}

static void add_call(struct search *s, const struct sample *sample)
{
	struct arena *a = &s->w->arena;

	arena_push(a, s->calls, s->ncalls, &s->calls_cap);
	arena_push(a, s->recent, s->ncalls, &s->recent_cap);
	s->calls[s->ncalls] = (struct call){ .sample = *sample };
	s->recent[s->ncalls] = (uint32_t)s->ncalls;
	s->ncalls++;
}

static void begin(struct search *s)
{
	const struct distincts *ds = s->w->ds;

	for (uint32_t i = 0; i < s->of->nsamples; i++) {
		add_call(s, &s->of->samples[i]);
		struct call *c = &s->calls[i];
		c->tool = map_get(&ds->tool_number, c->sample.tool);
		c->lacking = ds->lacking[c->tool];
	}
	if (s->ncalls > 1)
		qsort(s->calls, s->ncalls, sizeof *s->calls, by_use);
}

static bool decides(struct search *s, const struct mcontext *c, const struct sample *call)
{
	return naive_decide(s->w->ds->m, c, call->tool, &call->args, scratch(s->w)).allow;
}

/* Does the child allow it? */
static bool counts(struct search *s, struct call *call)
{
	if (call->is == NOT_ASKED)
		call->is = decides(s, s->of->c, &call->sample) ? ALLOWED : DENIED;
	return call->is == ALLOWED;
}

static bool told_by_tool(struct search *s, const struct distinct *parent)
{
	for (uint32_t i = 0; i < s->of->nsamples; i++)
		if (!distinct_has_tool(parent, s->calls[i].tool) && counts(s, &s->calls[i])) {
			s->calls[i].shows++;
			return true;
		}
	return false;
}

static bool told_by_call(struct search *s, const struct distinct *parent)
{
	for (uint32_t i = 0; i < s->ncalls; i++) {
		uint32_t k = s->recent[i];
		if (!counts(s, &s->calls[k]) || decides(s, parent->c, &s->calls[k].sample))
			continue;
		memmove(s->recent + 1, s->recent, i * sizeof *s->recent);
		s->recent[0] = k;
		s->calls[k].shows++;
		return true;
	}
	return false;
}

/* A cell's call, outliving the cells. */
static struct sample keep(struct arena *a, const struct cell *cell)
{
	struct buf tool = { .arena = a }, args = { .arena = a };
	struct sample s;
	struct slice text;

	buf_slice(&tool, cell->tool);
	buf_slice(&args, cell->args);
	s.tool = buf_done(&tool);
	text = buf_done(&args);
	aeg_json_scan(&s.args, text.at, text.len, arena_array(a, struct aeg_json_tok, text.len + 1),
		text.len + 1);
	return s;
}

static void add_parent(struct search *s, const struct distinct *parent, uint32_t looser,
	const struct cell *witness)
{
	struct found *of = s->found;
	struct ceiling_parent p = { parent->context, looser, UINT32_MAX };

	if (witness != NULL && witness->args.len <= CEILINGS_WITNESS_ARGS) {
		struct sample call = keep(&s->w->arena, witness);
		p.witness = of->nalone;
		arena_push(&s->w->arena, of->alone, of->nalone, &s->alone_cap);
		of->alone[of->nalone++] =
			(struct ceiling_witness){ call.tool, { call.args.text, call.args.len } };
	}
	arena_push(&s->w->arena, of->parents, of->nparents, &s->parents_cap);
	of->parents[of->nparents++] = p;
}

/* Decides the pair for good. */
static void cut_pair(struct search *s, const struct distinct *parent)
{
	const struct model *m = s->w->ds->m;
	const struct side sides[] = { { m, s->of->c }, { m, parent->c } };
	const struct cells *cells = symbolic_cells_bounded(scratch(s->w), sides, 2, NULL, s->left);

	s->left -= cells->work < s->left ? cells->work : s->left;
	if (cells->over) {
		s->found->undecided = true;
		s->found->undecided_at = cells->over_at;
		return;
	}
	struct ceiling is = symbolic_within(cells, 0, 1);
	if (is.within) {
		add_parent(s, parent, 0, NULL);
	} else if (is.why != CEILING_CALLS) {
		add_parent(s, parent, is.why, is.witness);
	} else if (is.witness->args.len <= CEILINGS_WITNESS_ARGS) {
		struct sample call = keep(&s->w->arena, is.witness);
		add_call(s, &call);
		s->calls[s->ncalls - 1].is = ALLOWED;
		s->calls[s->ncalls - 1].shows++;
	}
}

static int by_shows(const void *a, const void *b)
{
	const struct call *x = a, *y = b;

	return x->shows != y->shows ? (x->shows < y->shows) - (x->shows > y->shows) : by_use(a, b);
}

/* The calls that showed something. */
static void keep_witnesses(struct search *s)
{
	struct found *of = s->found;

	if (s->ncalls > 1)
		qsort(s->calls, s->ncalls, sizeof *s->calls, by_shows);
	of->witnesses = arena_array(&s->w->arena, struct ceiling_witness, s->ncalls);
	for (size_t i = 0; i < s->ncalls && s->calls[i].shows > 0; i++)
		of->witnesses[of->nwitnesses++] = (struct ceiling_witness){
			s->calls[i].sample.tool,
			{ s->calls[i].sample.args.text, s->calls[i].sample.args.len },
		};
}

static void find_parents(struct worker *w, uint32_t child)
{
	const struct distinct *of = &w->ds->v[child];
	struct search s = {
		.w = w, .of = of, .found = &w->found[child], .left = CEILINGS_WORK / w->ds->n
	};

	begin(&s);
	for (uint32_t i = 0; i < w->ds->n; i++) {
		const struct distinct *parent = &w->ds->v[i];
		if (parent == of || told_by_tool(&s, parent))
			continue;
		if (parent->allows_all)
			add_parent(&s, parent, 0, NULL);
		else if (!told_by_call(&s, parent))
			cut_pair(&s, parent);
	}
	keep_witnesses(&s);
}

/* ---- Tables -------------------------------------------------------------------------------- */

static void put_witnesses(
	struct arena *a, struct ceilings *t, const struct ceiling_witness *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		t->witnesses[t->nwitnesses++] =
			(struct ceiling_witness){ buf_copy(a, v[i].tool), buf_copy(a, v[i].args) };
}

static void put_found(
	struct arena *a, struct ceilings *t, const struct found *f, struct ceiling_of *of)
{
	of->first_parent = t->nparents;
	of->nparents = f->nparents;
	of->first_witness = t->nwitnesses;
	of->nwitnesses = f->nwitnesses;
	put_witnesses(a, t, f->witnesses, f->nwitnesses);
	for (uint32_t i = 0; i < f->nparents; i++) {
		struct ceiling_parent p = f->parents[i];
		p.witness += p.witness == UINT32_MAX ? 0 : t->nwitnesses;
		t->parents[t->nparents++] = p;
	}
	put_witnesses(a, t, f->alone, f->nalone);
}

static const struct ceilings *make_tables(struct arena *a, const struct distincts *ds,
	const uint32_t *same, const struct found *found)
{
	struct ceilings *t = arena_new(a, struct ceilings);
	uint32_t nparents = 0, nwitnesses = 0;

	for (uint32_t i = 0; i < ds->n; i++) {
		nparents += found[i].nparents;
		nwitnesses += found[i].nwitnesses + found[i].nalone;
	}
	t->n = ds->m->ncontexts;
	t->v = arena_array(a, struct ceiling_of, t->n);
	t->parents = arena_array(a, struct ceiling_parent, nparents);
	t->witnesses = arena_array(a, struct ceiling_witness, nwitnesses);
	for (uint32_t i = 0; i < t->n; i++)
		t->v[i].same = ds->v[same[i]].context;
	for (uint32_t i = 0; i < ds->n; i++)
		put_found(a, t, &found[i], &t->v[ds->v[i].context]);
	return t;
}

/* ---- All of it ------------------------------------------------------------------------------ */

static void report_undecided(struct diags *d, const struct mcontext *c, struct span at)
{
	diag_add(d,
		(struct diag){ AEG_ceiling_undecided, at,
			.label = diag_text(d,
				"too much for `%.*s` to be compared with every context",
				SLICE_ARG(c->name.text)),
			.help = "the contexts that it could not be compared with refuse to start "
				"it; fewer or plainer entries can be compared" });
}

static void report_too_many(struct diags *d)
{
	diag_add(d,
		(struct diag){ AEG_too_many_ceilings, SPAN_NONE,
			.help = diag_text(d,
				"of up to %u different contexts the bundle says which are within "
				"which; divide the sources into several bundles",
				(unsigned)CEILINGS_MOST) });
}

static const struct ceilings *compare_all(
	struct diags *d, struct arena *own, struct distincts *ds, const uint32_t *same)
{
	struct found *found = arena_array(own, struct found, ds->n);
	struct worker sampling[MAX_WORKERS], finding[MAX_WORKERS];
	uint32_t n = run(sampling, own, ds, found, make_samples);

	distinct_mark_tools(own, ds);
	run(finding, own, ds, found, find_parents);
	const struct ceilings *t = make_tables(d->arena, ds, same, found);
	for (uint32_t i = 0; i < ds->n; i++)
		if (found[i].undecided)
			report_undecided(d, ds->v[i].c, found[i].undecided_at);
	for (uint32_t i = 0; i < n; i++) {
		arena_free(&sampling[i].arena);
		arena_free(&finding[i].arena);
	}
	return t;
}

const struct ceilings *symbolic_ceilings(struct diags *d, const struct model *m)
{
	struct arena own = share(d->arena, 1); /* for what the tables do not need */
	struct distincts ds = { .m = m };
	uint32_t *same = arena_array(&own, uint32_t, m->ncontexts);
	const struct ceilings *t = NULL;

	if (distinct_find(&own, &ds, CEILINGS_MOST, same))
		t = compare_all(d, &own, &ds, same);
	else
		report_too_many(d);
	arena_free(&own);
	return t;
}
