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
#include "symbolic/samples.h"
#include "symbolic/symbolic.h"

#define MAX_WORKERS         4u
#define CONTEXTS_PER_WORKER 32u /* fewer are done before a thread has started */

struct call { /* of the child */
	struct sample sample;
	uint32_t tool;    /* its number */
	uint32_t lacking; /* contexts that deny the tool outright */
	uint32_t shows;   /* parents that the child is not within, as this one was found to show */
};

struct distinct {         /* a context unlike all before it */
	uint32_t context; /* by name */
	const struct mcontext *c;
	struct sample *samples;
	uint32_t nsamples;
	uint64_t *tools; /* which samples' tools it does not deny outright */
	bool allows_all;

	struct ceiling_parent *parents; /* their witness: of `alone` */
	struct ceiling_witness *witnesses, *alone;
	uint32_t nparents, nwitnesses, nalone;
	bool undecided; /* some pair was too large */
	struct span undecided_at;
};

struct work { /* shared by the workers, each of which writes to its own contexts only */
	const struct model *m;
	struct distinct *v;
	uint32_t n;
	struct slice *tools; /* of all samples, sorted */
	struct map tool_number;
	uint32_t ntools;
	uint32_t *lacking; /* by tool: how many contexts deny it outright */
};

struct worker {
	struct work *work;
	void (*job)(struct worker *w, struct distinct *of);
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
		w->job(w, &w->work->v[i]);
	arena_free(&w->scratch);
	return NULL;
}

static uint32_t count_workers(uint32_t n)
{
	long cpus = n < 2 * CONTEXTS_PER_WORKER ? 1 : sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus > (long)MAX_WORKERS ? MAX_WORKERS : (uint32_t)cpus;
}

/* Does @job for each context; returns how many workers did, whose memory is the caller's. */
static uint32_t run(struct worker *w, struct arena *a, struct work *work,
	void (*job)(struct worker *, struct distinct *))
{
	uint32_t n = count_workers(work->n), lo = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t hi = (uint32_t)((uint64_t)work->n * (i + 1) / n);
		w[i] = (struct worker){ .work = work, .job = job, .lo = lo, .hi = hi };
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

/* ---- Contexts with the same rules ---------------------------------------------------------- */

/* Text with its length before it, so that no two sequences of texts look alike. */
static void add_text(struct buf *out, struct slice s)
{
	buf_add(out, &s.len, sizeof s.len);
	buf_slice(out, s);
}

static void add_list(struct buf *out, const struct mlist *l)
{
	uint32_t n = l->stated ? l->n : UINT32_MAX;

	buf_add(out, &n, sizeof n);
	for (uint32_t i = 0; i < l->n; i++)
		add_text(out, l->v[i].text);
}

static void add_cap(struct buf *out, const struct mcap *cap)
{
	const uint32_t numbers[] = { cap->rate_calls, cap->rate_per_s, cap->max_concurrent,
		(uint32_t)cap->subcommand_form, cap->nsubcommand_map };

	add_text(out, cap->pattern.written.text);
	add_list(out, &cap->paths);
	add_list(out, &cap->commands);
	add_list(out, &cap->domains);
	add_list(out, &cap->subcommand_list);
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++) {
		const struct mcommand *c = &cap->subcommand_map[i];
		add_text(out, c->command.text);
		buf_add(out, &c->any, sizeof c->any);
		add_list(out, &c->subcommands);
	}
	buf_add(out, numbers, sizeof numbers);
	buf_add(out, &cap->max_response_size, sizeof cap->max_response_size);
}

/* All that a decision looks at. */
static struct slice rules_of(struct arena *a, const struct mcontext *c)
{
	struct buf out = { .arena = a };

	buf_add(&out, &c->ncaps, sizeof c->ncaps);
	for (uint32_t i = 0; i < c->ncaps; i++)
		add_cap(&out, &c->caps[i]);
	for (uint32_t i = 0; i < c->ndeny; i++)
		add_text(&out, c->deny[i].written.text);
	return buf_done(&out);
}

struct ordered { /* a context, by name */
	const struct mcontext *c;
	uint32_t rules; /* a number that contexts with the same rules share */
};

static int by_name(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	return slice_cmp(x->c->name.text, y->c->name.text);
}

/* Fills in work.v, and @same: for each context by name the number in work.v of its rules. False:
 * there are too many. */
static bool find_distinct(struct arena *a, struct work *work, uint32_t *same)
{
	const struct model *m = work->m;
	struct ordered *order = arena_array(a, struct ordered, m->ncontexts);
	uint32_t first[CEILINGS_MOST], n = 0;
	struct map seen = { .arena = a };

	for (uint32_t i = 0; i < m->ncontexts; i++) {
		uint32_t known = map_put(&seen, rules_of(a, &m->contexts[i]), n);
		if (known == MAP_NONE && n == CEILINGS_MOST)
			return false;
		order[i] = (struct ordered){ &m->contexts[i], known == MAP_NONE ? n++ : known };
	}
	if (m->ncontexts > 1)
		qsort(order, m->ncontexts, sizeof *order, by_name);
	work->v = arena_array(a, struct distinct, n);
	for (uint32_t i = 0; i < n; i++)
		first[i] = UINT32_MAX;
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		uint32_t *is = &first[order[i].rules];
		if (*is == UINT32_MAX) {
			*is = work->n;
			work->v[work->n++] = (struct distinct){ .context = i, .c = order[i].c };
		}
		same[i] = *is;
	}
	return true;
}

/* ---- Tools --------------------------------------------------------------------------------- */

/* Nothing that another context allows is denied or limited here. */
static bool allows_all(const struct mcontext *c)
{
	if (c->ndeny != 0)
		return false;
	for (uint32_t i = 0; i < c->ncaps; i++) {
		const struct mcap *cap = &c->caps[i];
		if (cap->rate_calls != 0 || cap->max_concurrent != 0 ||
			cap->max_response_size != 0 || cap->domains.stated)
			return false;
		if (cap->pattern.form == PATTERN_ANY && !cap->paths.stated &&
			!cap->commands.stated && cap->subcommand_form == SUBCOMMANDS_NONE)
			return true;
	}
	return false;
}

static void make_samples(struct worker *w, struct distinct *of)
{
	of->samples = samples_make(&w->arena, scratch(w), w->work->m, of->c, &of->nsamples);
	of->allows_all = allows_all(of->c);
}

static int by_text(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* The tools of all samples, sorted, each once. */
static void number_tools(struct arena *a, struct work *work)
{
	struct map seen = { .arena = a };
	size_t cap = 0;

	for (uint32_t i = 0; i < work->n; i++)
		for (uint32_t k = 0; k < work->v[i].nsamples; k++) {
			struct slice tool = work->v[i].samples[k].tool;
			if (map_put(&seen, tool, 0) != MAP_NONE)
				continue;
			arena_push(a, work->tools, work->ntools, &cap);
			work->tools[work->ntools++] = tool;
		}
	if (work->ntools > 1)
		qsort(work->tools, work->ntools, sizeof *work->tools, by_text);
	work->tool_number.arena = a;
	for (uint32_t i = 0; i < work->ntools; i++)
		map_put(&work->tool_number, work->tools[i], i);
	work->lacking = arena_array(a, uint32_t, work->ntools);
}

static uint32_t words(const struct work *work) { return (work->ntools + 63) / 64; }

static void set_range(uint64_t *bits, uint32_t lo, uint32_t hi, bool to)
{
	for (uint32_t i = lo; i < hi; i++)
		if (to)
			bits[i / 64] |= UINT64_C(1) << i % 64;
		else
			bits[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* The first tool that does not sort before @text. */
static uint32_t lower_bound(const struct work *work, struct slice text)
{
	uint32_t lo = 0, hi = work->ntools;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (slice_cmp(work->tools[mid], text) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Tools that the pattern matches: those that begin alike stand together. */
static void set_pattern(struct worker *w, uint64_t *bits, const struct mpattern *p, bool to)
{
	const struct work *work = w->work;
	struct buf stem = { .arena = scratch(w) };
	uint32_t lo, hi;

	switch (p->form) {
	case PATTERN_ANY: set_range(bits, 0, work->ntools, to); return;
	case PATTERN_EXACT:
		lo = map_get(&work->tool_number, p->stem);
		if (lo != MAP_NONE)
			set_range(bits, lo, lo + 1, to);
		return;
	case PATTERN_PREFIX: break;
	}
	buf_slice(&stem, p->stem);
	buf_text(&stem, ".");
	lo = lower_bound(work, buf_done(&stem));
	if (lo < work->ntools && work->tools[lo].len == stem.len)
		lo++; /* nothing follows the dot */
	stem.at[stem.len - 1]++;
	hi = lower_bound(work, buf_done(&stem));
	set_range(bits, lo, hi, to);
}

static void mark_tools(struct worker *w, struct distinct *of)
{
	of->tools = arena_array(&w->arena, uint64_t, words(w->work));
	for (uint32_t i = 0; i < of->c->ncaps; i++)
		set_pattern(w, of->tools, &of->c->caps[i].pattern, true);
	for (uint32_t i = 0; i < of->c->ndeny; i++)
		set_pattern(w, of->tools, &of->c->deny[i], false);
}

static bool has_tool(const struct distinct *d, uint32_t tool)
{
	return d->tools[tool / 64] >> tool % 64 & 1;
}

static void count_lacking(struct work *work)
{
	for (uint32_t t = 0; t < work->ntools; t++)
		work->lacking[t] = work->n;
	for (uint32_t i = 0; i < work->n; i++)
		for (uint32_t k = 0; k < words(work); k++)
			for (uint64_t left = work->v[i].tools[k]; left != 0; left &= left - 1)
				work->lacking[k * 64 + (uint32_t)__builtin_ctzll(left)]--;
}

/* ---- Pairs --------------------------------------------------------------------------------- */

struct search { /* what one child is not within */
	struct worker *w;
	struct distinct *of;
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
	const struct work *work = s->w->work;

	for (uint32_t i = 0; i < s->of->nsamples; i++) {
		add_call(s, &s->of->samples[i]);
		struct call *c = &s->calls[i];
		c->tool = map_get(&work->tool_number, c->sample.tool);
		c->lacking = work->lacking[c->tool];
	}
	if (s->ncalls > 1)
		qsort(s->calls, s->ncalls, sizeof *s->calls, by_use);
}

static bool told_by_tool(struct search *s, const struct distinct *parent)
{
	for (uint32_t i = 0; i < s->of->nsamples; i++)
		if (!has_tool(parent, s->calls[i].tool)) {
			s->calls[i].shows++;
			return true;
		}
	return false;
}

static bool told_by_call(struct search *s, const struct distinct *parent)
{
	for (uint32_t i = 0; i < s->ncalls; i++) {
		uint32_t k = s->recent[i];
		const struct sample *call = &s->calls[k].sample;
		if (naive_decide(s->w->work->m, parent->c, call->tool, &call->args, scratch(s->w))
				.allow)
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
	struct distinct *of = s->of;
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
	const struct model *m = s->w->work->m;
	const struct side sides[] = { { m, s->of->c }, { m, parent->c } };
	const struct cells *cells = symbolic_cells_bounded(scratch(s->w), sides, 2, NULL, s->left);

	s->left -= cells->work < s->left ? cells->work : s->left;
	if (cells->over) {
		s->of->undecided = true;
		s->of->undecided_at = cells->over_at;
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
	struct distinct *of = s->of;

	if (s->ncalls > 1)
		qsort(s->calls, s->ncalls, sizeof *s->calls, by_shows);
	of->witnesses = arena_array(&s->w->arena, struct ceiling_witness, s->ncalls);
	for (size_t i = 0; i < s->ncalls && s->calls[i].shows > 0; i++)
		of->witnesses[of->nwitnesses++] = (struct ceiling_witness){
			s->calls[i].sample.tool,
			{ s->calls[i].sample.args.text, s->calls[i].sample.args.len },
		};
}

static void find_parents(struct worker *w, struct distinct *of)
{
	struct search s = { .w = w, .of = of, .left = CEILINGS_WORK / w->work->n };

	begin(&s);
	for (uint32_t i = 0; i < w->work->n; i++) {
		const struct distinct *parent = &w->work->v[i];
		if (parent == of || told_by_tool(&s, parent))
			continue;
		if (parent->allows_all)
			add_parent(&s, parent, 0, NULL);
		else if (!told_by_call(&s, parent))
			cut_pair(&s, parent);
	}
	keep_witnesses(&s);
}

/* ---- All of it ------------------------------------------------------------------------------ */

static struct slice copy(struct arena *a, struct slice s)
{
	struct buf out = { .arena = a };

	buf_slice(&out, s);
	return buf_done(&out);
}

static void put_witnesses(
	struct arena *a, struct ceilings *t, const struct ceiling_witness *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		t->witnesses[t->nwitnesses++] =
			(struct ceiling_witness){ copy(a, v[i].tool), copy(a, v[i].args) };
}

static void put_distinct(struct arena *a, struct ceilings *t, const struct distinct *d)
{
	struct ceiling_of *of = &t->v[d->context];

	of->first_parent = t->nparents;
	of->nparents = d->nparents;
	of->first_witness = t->nwitnesses;
	of->nwitnesses = d->nwitnesses;
	put_witnesses(a, t, d->witnesses, d->nwitnesses);
	for (uint32_t i = 0; i < d->nparents; i++) {
		struct ceiling_parent p = d->parents[i];
		p.witness += p.witness == UINT32_MAX ? 0 : t->nwitnesses;
		t->parents[t->nparents++] = p;
	}
	put_witnesses(a, t, d->alone, d->nalone);
}

static const struct ceilings *make_tables(
	struct arena *a, const struct work *work, const uint32_t *same)
{
	struct ceilings *t = arena_new(a, struct ceilings);
	uint32_t nparents = 0, nwitnesses = 0;

	for (uint32_t i = 0; i < work->n; i++) {
		nparents += work->v[i].nparents;
		nwitnesses += work->v[i].nwitnesses + work->v[i].nalone;
	}
	t->n = work->m->ncontexts;
	t->v = arena_array(a, struct ceiling_of, t->n);
	t->parents = arena_array(a, struct ceiling_parent, nparents);
	t->witnesses = arena_array(a, struct ceiling_witness, nwitnesses);
	for (uint32_t i = 0; i < t->n; i++)
		t->v[i].same = work->v[same[i]].context;
	for (uint32_t i = 0; i < work->n; i++)
		put_distinct(a, t, &work->v[i]);
	return t;
}

static void report_undecided(struct diags *d, const struct work *work)
{
	for (uint32_t i = 0; i < work->n; i++)
		if (work->v[i].undecided)
			diag_add(d,
				(struct diag){ AEG_ceiling_undecided, work->v[i].undecided_at,
					.label = diag_text(d,
						"too much for `%.*s` to be compared with every context",
						SLICE_ARG(work->v[i].c->name.text)),
					.help = "the contexts that it could not be compared with refuse to "
						"start it; fewer or plainer entries can be compared" });
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

const struct ceilings *symbolic_ceilings(struct diags *d, const struct model *m)
{
	struct worker made[MAX_WORKERS], marked[MAX_WORKERS], found[MAX_WORKERS];
	struct arena own = share(d->arena, 1); /* for what the tables do not need */
	struct work work = { .m = m };
	uint32_t *same = arena_array(&own, uint32_t, m->ncontexts), n;
	const struct ceilings *t = NULL;

	if (!find_distinct(&own, &work, same)) {
		report_too_many(d);
		arena_free(&own);
		return NULL;
	}
	n = run(made, &own, &work, make_samples);
	number_tools(&own, &work);
	run(marked, &own, &work, mark_tools);
	count_lacking(&work);
	run(found, &own, &work, find_parents);
	t = make_tables(d->arena, &work, same);
	report_undecided(d, &work);
	for (uint32_t i = 0; i < n; i++) {
		arena_free(&made[i].arena);
		arena_free(&marked[i].arena);
		arena_free(&found[i].arena);
	}
	arena_free(&own);
	return t;
}
