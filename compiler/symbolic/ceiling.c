/* Ceilings: is all that one side may do within what the other may? Calls by the cells; limits by
 * the pairs of capabilities that grant one call on both sides. */
#include "symbolic/internal.h"

#include <stdlib.h>

/* The child may spend all of its windows inside one of the parent's: calls at the start of each. */
uint64_t rate_most(uint32_t calls, uint32_t per_s, uint32_t window_s)
{
	return calls * (((uint64_t)window_s + per_s - 1) / per_s);
}

bool rate_within(uint32_t calls, uint32_t per_s, uint32_t most, uint32_t most_per_s)
{
	if (most_per_s == 0)
		return true;
	return per_s != 0 && rate_most(calls, per_s, most_per_s) <= most;
}

struct question {
	const struct cells *cells;
	const struct mcontext *child, *parent;
	uint32_t c, p; /* sides */
};

struct meeting { /* of two capabilities that grant one call, and the smallest such call */
	uint32_t parent, child;
	const struct cell *cell;
};
struct meetings { /* of one of the parent's capabilities */
	const struct mcap *limit;
	const struct mcap *child; /* the context's */
	const struct meeting *v;
	uint32_t n;
};

static int by_capability(const void *a, const void *b)
{
	const struct meeting *x = a, *y = b;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	if (x->child != y->child)
		return x->child < y->child ? -1 : 1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

/* All there are, each once, by the parent's capability and then the child's. */
static struct meeting *find_meetings(const struct question *q, uint32_t *ret_n)
{
	struct meeting *v = arena_array(q->cells->arena, struct meeting, q->cells->n);
	uint32_t n = 0, kept = 0;

	for (uint32_t i = 0; i < q->cells->n; i++) {
		const struct cell_side *side = q->cells->v[i].side;
		if (side[q->c].granted != AEG_NONE && side[q->p].granted != AEG_NONE)
			v[n++] = (struct meeting){ side[q->p].granted, side[q->c].granted,
				&q->cells->v[i] };
	}
	if (n > 1)
		qsort(v, n, sizeof *v, by_capability);
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || v[kept - 1].parent != v[i].parent ||
			v[kept - 1].child != v[i].child)
			v[kept++] = v[i];
	*ret_n = kept;
	return v;
}

/* ---- Calls that count together -------------------------------------------------------------- */

/* All that the child can do under one of the parent's capabilities counts against its limit, though
 * the child's own capabilities count apart. */
static const struct cell *over_rate(const struct meetings *m)
{
	const struct mcap *limit = m->limit;
	uint64_t sum = 0;

	for (uint32_t i = 0; limit->rate_per_s != 0 && i < m->n; i++) {
		const struct mcap *c = &m->child[m->v[i].child];
		if (c->rate_per_s == 0)
			return m->v[i].cell;
		sum += rate_most(c->rate_calls, c->rate_per_s, limit->rate_per_s);
		if (sum > limit->rate_calls)
			return m->v[i].cell;
	}
	return NULL;
}

static const struct cell *over_concurrent(const struct meetings *m)
{
	uint64_t sum = 0, most = m->limit->max_concurrent;

	for (uint32_t i = 0; most != 0 && i < m->n; i++) {
		uint32_t n = m->child[m->v[i].child].max_concurrent;
		sum += n;
		if (n == 0 || sum > most)
			return m->v[i].cell;
	}
	return NULL;
}

/* ---- Calls one by one ----------------------------------------------------------------------- */

static const struct cell *over_response(const struct meetings *m)
{
	uint64_t most = m->limit->max_response_size;

	for (uint32_t i = 0; most != 0 && i < m->n; i++) {
		uint64_t size = m->child[m->v[i].child].max_response_size;
		if (size == 0 || size > most)
			return m->v[i].cell;
	}
	return NULL;
}

/* Does the entry @e let through every host that @host, an entry too, does? */
static bool entry_covers(struct slice e, struct slice host)
{
	if (slice_eq(e, host))
		return true;
	if (slice_begins(e, SLICE("*.")))
		e = (struct slice){ e.at + 2, e.len - 2 };
	if (host.len <= e.len ||
		!slice_eq((struct slice){ host.at + host.len - e.len, e.len }, e) ||
		host.at[host.len - e.len - 1] != '.')
		return false;
	return true;
}

bool hosts_within(const struct mlist *child, const struct mlist *parent)
{
	for (uint32_t i = 0; i < child->n; i++) {
		bool covered = false;
		for (uint32_t k = 0; k < parent->n && !covered; k++)
			covered = entry_covers(parent->v[k].text, child->v[i].text);
		if (!covered)
			return false;
	}
	return child->stated;
}

static const struct cell *over_results(const struct question *q)
{
	for (uint32_t i = 0; i < q->cells->n; i++) {
		const struct cell *cell = &q->cells->v[i];
		uint32_t c = cell->side[q->c].granted, p = cell->side[q->p].granted;
		if (cell->no_url && c != AEG_NONE && p != AEG_NONE &&
			q->parent->caps[p].domains.stated &&
			!hosts_within(&q->child->caps[c].domains, &q->parent->caps[p].domains))
			return cell;
	}
	return NULL;
}

/* ---- The ceiling ---------------------------------------------------------------------------- */

static const struct cell *denied_call(const struct question *q)
{
	for (uint32_t i = 0; i < q->cells->n; i++) {
		const struct cell *cell = &q->cells->v[i];
		if (cell->side[q->c].granted != AEG_NONE && cell->side[q->p].granted == AEG_NONE)
			return cell;
	}
	return NULL;
}

/* The first of the parent's capabilities whose limit @over says the child may pass. */
static const struct cell *over_any(const struct question *q, const struct meeting *v, uint32_t n,
	const struct cell *(*over)(const struct meetings *))
{
	const struct cell *cell = NULL;

	for (uint32_t i = 0, end; i < n && cell == NULL; i = end) {
		for (end = i + 1; end < n && v[end].parent == v[i].parent;)
			end++;
		cell = over(&(struct meetings){
			&q->parent->caps[v[i].parent], q->child->caps, &v[i], end - i });
	}
	return cell;
}

struct ceiling symbolic_within(const struct cells *cells, uint32_t child, uint32_t parent)
{
	static const struct {
		enum ceiling_why why;
		const struct cell *(*over)(const struct meetings *);
	} limits[] = {
		{ CEILING_RATE, over_rate },
		{ CEILING_CONCURRENT, over_concurrent },
		{ CEILING_RESPONSE, over_response },
	};
	struct question q = { cells, cells->sides[child].context, cells->sides[parent].context,
		child, parent };
	const struct cell *cell = denied_call(&q);
	uint32_t n;

	if (cell != NULL)
		return (struct ceiling){ false, CEILING_CALLS, cell };
	const struct meeting *v = find_meetings(&q, &n);
	for (size_t k = 0; k < sizeof limits / sizeof *limits; k++)
		if ((cell = over_any(&q, v, n, limits[k].over)) != NULL)
			return (struct ceiling){ false, limits[k].why, cell };
	if ((cell = over_results(&q)) != NULL)
		return (struct ceiling){ false, CEILING_RESULTS, cell };
	return (struct ceiling){ .within = true };
}
