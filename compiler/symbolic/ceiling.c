/* Ceilings: is all that one side may do within what the other may? Calls by the cells; limits by
 * the pairs of capabilities that grant one call on both sides. */
#include "symbolic/internal.h"

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

struct pairs {
	const struct cells *cells;
	const struct mcontext *child, *parent;
	uint32_t c, p; /* sides */
};

static bool meets(const struct pairs *q, const struct cell *cell, uint32_t child, uint32_t parent)
{
	return cell->side[q->c].granted == child && cell->side[q->p].granted == parent;
}

/* The first cell that both grant by these capabilities, or NULL. AEG_NONE: by any of the child's.
 */
static const struct cell *meeting(const struct pairs *q, uint32_t child, uint32_t parent)
{
	for (uint32_t i = 0; i < q->cells->n; i++) {
		const struct cell *cell = &q->cells->v[i];
		if (meets(q, cell, child == AEG_NONE ? cell->side[q->c].granted : child, parent) &&
			cell->side[q->c].granted != AEG_NONE)
			return cell;
	}
	return NULL;
}

/* ---- Calls that count together -------------------------------------------------------------- */

/* All that the child can do under the parent's capability @p counts against its limit, though the
 * child's own capabilities count apart. */
static const struct cell *over_rate(const struct pairs *q, uint32_t p)
{
	const struct mcap *limit = &q->parent->caps[p];
	const struct cell *cell;
	uint64_t sum = 0;

	for (uint32_t i = 0; limit->rate_per_s != 0 && i < q->child->ncaps; i++) {
		const struct mcap *c = &q->child->caps[i];
		if ((cell = meeting(q, i, p)) == NULL)
			continue;
		if (c->rate_per_s == 0)
			return cell;
		sum += rate_most(c->rate_calls, c->rate_per_s, limit->rate_per_s);
		if (sum > limit->rate_calls)
			return cell;
	}
	return NULL;
}

static const struct cell *over_concurrent(const struct pairs *q, uint32_t p)
{
	const struct mcap *limit = &q->parent->caps[p];
	const struct cell *cell;
	uint64_t sum = 0;

	for (uint32_t i = 0; limit->max_concurrent != 0 && i < q->child->ncaps; i++) {
		const struct mcap *c = &q->child->caps[i];
		if ((cell = meeting(q, i, p)) == NULL)
			continue;
		sum += c->max_concurrent;
		if (c->max_concurrent == 0 || sum > limit->max_concurrent)
			return cell;
	}
	return NULL;
}

/* ---- Calls one by one ----------------------------------------------------------------------- */

static const struct cell *over_response(const struct pairs *q, uint32_t p)
{
	uint64_t most = q->parent->caps[p].max_response_size;

	for (uint32_t i = 0; most != 0 && i < q->child->ncaps; i++) {
		uint64_t size = q->child->caps[i].max_response_size;
		const struct cell *cell = meeting(q, i, p);
		if (cell != NULL && (size == 0 || size > most))
			return cell;
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

static const struct cell *over_results(const struct pairs *q, uint32_t p)
{
	const struct mlist *hosts = &q->parent->caps[p].domains;

	for (uint32_t i = 0; hosts->stated && i < q->cells->n; i++) {
		const struct cell *cell = &q->cells->v[i];
		uint32_t c = cell->side[q->c].granted;
		if (c != AEG_NONE && cell->side[q->p].granted == p && cell->no_url &&
			!hosts_within(&q->child->caps[c].domains, hosts))
			return cell;
	}
	return NULL;
}

/* ---- The ceiling ---------------------------------------------------------------------------- */

static const struct cell *denied_call(const struct pairs *q)
{
	for (uint32_t i = 0; i < q->cells->n; i++) {
		const struct cell *cell = &q->cells->v[i];
		if (cell->side[q->c].granted != AEG_NONE && cell->side[q->p].granted == AEG_NONE)
			return cell;
	}
	return NULL;
}

struct ceiling symbolic_within(const struct cells *cells, uint32_t child, uint32_t parent)
{
	static const struct {
		enum ceiling_why why;
		const struct cell *(*over)(const struct pairs *, uint32_t);
	} limits[] = {
		{ CEILING_RATE, over_rate },
		{ CEILING_CONCURRENT, over_concurrent },
		{ CEILING_RESPONSE, over_response },
		{ CEILING_RESULTS, over_results },
	};
	struct pairs q = { cells, cells->sides[child].context, cells->sides[parent].context, child,
		parent };
	const struct cell *cell = denied_call(&q);

	if (cell != NULL)
		return (struct ceiling){ false, CEILING_CALLS, cell };
	for (size_t k = 0; k < sizeof limits / sizeof *limits; k++)
		for (uint32_t p = 0; p < q.parent->ncaps; p++)
			if (meeting(&q, AEG_NONE, p) != NULL &&
				(cell = limits[k].over(&q, p)) != NULL)
				return (struct ceiling){ false, limits[k].why, cell };
	return (struct ceiling){ .within = true };
}
