/* Decides one assertion: looks for a smallest call that refutes it, in each context that it speaks
 * of. */
#include "proof/internal.h"

/* The smallest call so far. */
struct witness {
	bool found;
	uint32_t cost;
	struct slice tool, args;
	struct cell_side side[2];
	enum ceiling_why limit;
};

struct deciding {
	struct proving *p;
	struct proof_result *r;
	struct witness best;
	size_t room; /* of r->refuted */
};

static const struct mcontext *context_at(const struct deciding *w, uint32_t i)
{
	return &w->p->o->model->contexts[i];
}

/* What was taken for one cutting is given back; a block that is open already stays for the next. */
static struct arena *fresh_scratch(struct proving *p)
{
	struct arena *a = p->o->scratch;
	if (p->empty.head == NULL || !arena_rewind(a, &p->empty)) {
		arena_free(a);
		arena_alloc(a, 1, 1, 1);
		p->empty = *a;
	}
	return a;
}

/* ---- Witnesses ------------------------------------------------------------------------------ */

static bool is_smaller(const struct witness *a, const struct witness *b)
{
	if (!a->found || !b->found)
		return a->found;
	if (a->cost != b->cost)
		return a->cost < b->cost;
	int order = slice_cmp(a->tool, b->tool);
	return order < 0 || (order == 0 && slice_cmp(a->args, b->args) < 0);
}

/* @c, if it is smaller than @io. */
static void take(
	struct deciding *w, const struct cell *c, enum ceiling_why limit, struct witness *io)
{
	struct witness call = { true, c->cost, c->tool, c->args, .limit = limit };
	if (!is_smaller(&call, io))
		return;
	call.tool = buf_copy(w->p->d->arena, c->tool);
	call.args = buf_copy(w->p->d->arena, c->args);
	for (uint32_t i = 0; i < proof_nsides(w->r->a); i++)
		call.side[i] = c->side[i];
	*io = call;
}

/* The assertion does not hold of @pair, as @call shows. */
static void refute(struct deciding *w, struct proof_pair pair, const struct witness *call)
{
	struct proof_result *r = w->r;
	if (!call->found)
		return;
	arena_push(w->p->d->arena, r->refuted, r->nrefuted, &w->room);
	r->refuted[r->nrefuted++] = pair;
	if (!is_smaller(call, &w->best))
		return;
	memmove(r->refuted + 1, r->refuted, (r->nrefuted - 1) * sizeof pair);
	r->refuted[0] = pair;
	w->best = *call;
}

static void undecided(struct deciding *w, struct span at, const char *why)
{
	if (w->r->status == PROOF_UNDECIDED)
		return;
	w->r->status = PROOF_UNDECIDED;
	w->r->why_at = at;
	w->r->why = why;
}

/* ---- Cells ---------------------------------------------------------------------------------- */

static bool is_allowed(const struct cell *c, uint32_t side)
{
	return c->side[side].granted != AEG_NONE;
}

/* The first cell of the region that is allowed, or denied; they are in order of size. */
static const struct cell *first(const struct cells *cells, bool allowed)
{
	for (uint32_t i = 0; i < cells->n; i++)
		if (cells->v[i].in_region && is_allowed(&cells->v[i], 0) == allowed)
			return &cells->v[i];
	return NULL;
}

/* What among @cells refutes the assertion. */
static void look_at(struct deciding *w, const struct cells *cells, struct witness *io)
{
	enum massert kind = w->r->a->kind;
	const struct cell *c = NULL;
	enum ceiling_why limit = CEILING_CALLS;
	if (kind == ASSERT_WITHIN) {
		struct ceiling is = symbolic_within(cells, 0, 1);
		c = is.within ? NULL : is.witness;
		limit = is.within ? CEILING_CALLS : is.why;
	} else if (kind == ASSERT_EQUAL) {
		for (uint32_t i = 0; i < cells->n && c == NULL; i++)
			if (is_allowed(&cells->v[i], 0) != is_allowed(&cells->v[i], 1))
				c = &cells->v[i];
	} else {
		c = first(cells, kind != ASSERT_ALWAYS);
	}
	if (c != NULL)
		take(w, c, limit, io);
}

/* Cuts the calls of @pair. Where there are too many, those that are there may refute all the same,
 * or a sample may; only where none does it is undecided. */
static void cut(
	struct deciding *w, struct proof_pair pair, const struct region *region, struct witness *io)
{
	struct arena *a = fresh_scratch(w->p);
	struct side *sides = arena_array(a, struct side, 2);
	struct witness found = { .found = false };
	uint32_t n = proof_nsides(w->r->a);
	for (uint32_t i = 0; i < n; i++)
		sides[i] = (struct side){ w->p->o->model, context_at(w, pair.v[i]) };
	const struct cells *cells = symbolic_cells(a, sides, n, region);
	look_at(w, cells, &found);
	if (cells->over && !found.found)
		look_at(w, symbolic_samples(a, sides, n, region), &found);
	if (cells->over && !found.found)
		undecided(w, cells->over_at,
			diag_text(w->p->d, "in `%.*s` this tells too many calls apart",
				SLICE_ARG(sides[cells->over_side].context->name.text)));
	if (is_smaller(&found, io))
		*io = found;
}

/* ---- One context ---------------------------------------------------------------------------- */

static void look_in(struct deciding *w, uint32_t context, const struct region_arg *args)
{
	const struct massertion *a = w->r->a;
	struct proof_pair pair = { { context, context } };
	struct witness call = { .found = false };
	for (uint32_t i = 0; i < a->tools.n; i++) {
		const struct region region = { &a->tools.v[i], args, a->nargs };
		cut(w, pair, &region, &call);
	}
	refute(w, pair, &call);
}

static void look_in_each(struct deciding *w)
{
	const struct massertion *a = w->r->a;
	const struct model *m = w->p->o->model;
	struct region_arg *args = arena_array(w->p->d->arena, struct region_arg, a->nargs);
	for (uint32_t i = 0; i < a->nargs; i++)
		args[i] = (struct region_arg){ a->args[i].name.text, a->args[i].role,
			a->args[i].like };
	for (uint32_t i = 0; i < m->ncontexts; i++)
		if (massert_names(&a->contexts, m->contexts[i].name.text) !=
			(a->kind == ASSERT_ONLY))
			look_in(w, i, args);
}

/* ---- Two contexts --------------------------------------------------------------------------- */

static void compare(struct deciding *w, struct proof_pair pair)
{
	struct witness call = { .found = false };
	cut(w, pair, NULL, &call);
	refute(w, pair, &call);
}

static void compare_each(struct deciding *w)
{
	const struct massertion *a = w->r->a;
	const struct model *m = w->p->o->model;
	for (uint32_t i = 0; i < m->ncontexts; i++) {
		if (!massert_names(&a->contexts, m->contexts[i].name.text))
			continue;
		for (uint32_t k = 0; k < m->ncontexts; k++)
			if (i != k && massert_names(&a->others, m->contexts[k].name.text))
				compare(w, (struct proof_pair){ { i, k } });
	}
}

/* ---- The assertion -------------------------------------------------------------------------- */

/* A context that `--external` says is elsewhere: nothing is known of it. */
static void find_external(struct deciding *w, const struct mlist *names)
{
	const struct model *m = w->p->o->model;
	for (uint32_t i = 0; i < names->n; i++) {
		struct slice name = names->v[i].text;
		bool found = memchr(name.at, '*', name.len) != NULL;
		for (uint32_t k = 0; k < m->ncontexts && !found; k++)
			found = slice_eq(name, m->contexts[k].name.text);
		if (!found)
			undecided(w, names->v[i].at, "this context is not among the sources");
	}
}

void proof_decide(struct proving *p, struct proof_result *r)
{
	struct deciding w = { .p = p, .r = r };
	r->status = PROOF_PROVED;
	if (r->a->kind != ASSERT_ONLY)
		find_external(&w, &r->a->contexts);
	find_external(&w, &r->a->others);
	if (proof_nsides(r->a) == 2)
		compare_each(&w);
	else
		look_in_each(&w);
	if (!w.best.found)
		return;
	r->status = PROOF_REFUTED; /* whatever else could not be decided */
	r->tool = w.best.tool;
	r->args = w.best.args;
	r->limit = w.best.limit;
	proof_confirm(p, r, w.best.side);
}
