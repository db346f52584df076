/* The cells: each atom of tool names with each class of its arguments. */
#include <stdlib.h>

#include "symbolic/arguments.h"

struct cutting {
	struct cut cut;
	struct cells *cells;
	const struct region *region;
	size_t cap;
};

/* ---- Predicates ----------------------------------------------------------------------------- */

/* Does the tool have all arguments that the region speaks of? */
static bool region_applies(const struct region *r, const struct mtool *tool)
{
	for (uint32_t i = 0; i < r->nargs; i++) {
		bool found = r->args[i].like == NULL;
		for (uint32_t k = 0; tool != NULL && k < tool->nargs; k++)
			found = found ||
				(tool->args[k].role == r->args[i].role &&
					slice_eq(tool->args[k].name.text, r->args[i].name));
		if (!found)
			return false;
	}
	return true;
}

/* Where the url of a call may be absent, the hosts of its results are what is limited: calls with
 * it and without are told apart. */
static void add_absences(struct predicate *v, uint32_t *n, const struct mtool *tool)
{
	for (uint32_t i = 0; tool != NULL && i < tool->nargs; i++)
		if (tool->args[i].role == ROLE_URL && !tool->args[i].required)
			v[(*n)++] = (struct predicate){ .absent = &tool->args[i], .tool = tool };
}

static uint32_t most_predicates(const struct cells *cells, const struct atom *atom)
{
	uint32_t n = 1;

	for (uint32_t s = 0; s < cells->nsides; s++)
		n += atom->side[s].ncaps +
		     (atom->side[s].tool == NULL ? 0 : atom->side[s].tool->nargs);
	return n;
}

/* Every capability that matches the atom, side by side; then what else tells calls apart. */
static struct predicates predicates_of(struct cutting *c, struct atom *atom)
{
	struct predicates all = { .cut = &c->cut };
	struct predicate *v =
		arena_array(c->cut.arena, struct predicate, most_predicates(c->cells, atom));

	for (uint32_t s = 0; s < c->cells->nsides; s++)
		for (uint32_t i = 0; i < atom->side[s].ncaps; i++)
			v[all.n++] = (struct predicate){
				.cap = &c->cells->sides[s].context->caps[atom->side[s].caps[i]],
				.tool = atom->side[s].tool
			};
	atom->absent = all.n;
	for (uint32_t s = 0; s < c->cells->nsides; s++)
		add_absences(v, &all.n, atom->side[s].tool);
	atom->region = all.n;
	if (c->region != NULL && c->region->nargs > 0 && atom->in_region) {
		atom->in_region = region_applies(c->region, atom->side[0].tool);
		if (atom->in_region)
			v[all.n++] = (struct predicate){ .region = c->region,
				.tool = atom->side[0].tool };
	}
	all.v = v;
	all.nwords = all.n / 64 + 1;
	return all;
}

/* ---- Cells ---------------------------------------------------------------------------------- */

static const struct cell_side *sides_of(
	struct cutting *c, const struct atom *atom, const uint64_t *holds)
{
	struct cell_side *side = arena_array(c->cut.arena, struct cell_side, c->cells->nsides);
	uint32_t bit = 0;

	for (uint32_t s = 0; s < c->cells->nsides; s++) {
		const struct atom_side *as = &atom->side[s];
		uint32_t first = 0;
		while (first < as->ncaps && !bits_has(holds, bit + first))
			first++;
		bool granted = first < as->ncaps && as->denied == AEG_NONE;
		side[s] = (struct cell_side){ granted ? as->caps[first] : AEG_NONE, as->denied,
			first == as->ncaps && as->ncaps > 0 ? as->caps[0] : AEG_NONE };
		bit += as->ncaps;
	}
	return side;
}

static struct slice object(struct arena *a, struct slice members)
{
	char *text = arena_array(a, char, members.len + 2);

	text[0] = '{';
	if (members.len > 0)
		memcpy(text + 1, members.at, members.len);
	text[members.len + 1] = '}';
	return (struct slice){ text, members.len + 2 };
}

static bool has_any(const uint64_t *bits, uint32_t from, uint32_t to)
{
	while (from < to && !bits_has(bits, from))
		from++;
	return from < to;
}

/* The side that a predicate is of; what a region says is in the sources of the first. */
static uint32_t side_of(const struct cells *cells, const struct atom *atom, uint32_t predicate)
{
	uint32_t side = 0, end = 0;

	for (uint32_t s = 0; s < cells->nsides && predicate < atom->absent; s++) {
		if (predicate >= end)
			side = s;
		end += atom->side[s].ncaps;
	}
	return side;
}

static void cut_atom(struct cutting *c, struct atom *atom, uint32_t number)
{
	struct cells *cells = c->cells;
	struct predicates all = predicates_of(c, atom);
	if (!atom->in_region)
		return;
	const struct terms *terms = arguments_terms(&all);

	if (c->cut.over) { /* not all arguments were looked at: what holds is not known */
		cells->over_side = side_of(cells, atom, c->cut.over_about);
		return;
	}
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];
		if (cells->n == SYMBOLIC_MAX_CELLS) {
			cut_stop(&c->cut, SPAN_NONE);
			return;
		}
		size_t n = cells->n;
		arena_push(c->cut.arena, cells->v, n, &c->cap);
		struct cell *cell = &cells->v[cells->n++];
		*cell = (struct cell){ .tool = atom->name,
			.args = object(c->cut.arena, t->text),
			.atom = number,
			.in_region = atom->region == all.n || bits_has(t->holds, atom->region),
			.no_url = has_any(t->holds, atom->absent, atom->region),
			.side = sides_of(c, atom, t->holds),
			.holds = t->holds };
		cell->cost = cell->tool.len + cell->args.len;
	}
}

int cells_by_cost(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	int c = slice_cmp(x->tool, y->tool);
	return c != 0 ? c : slice_cmp(x->args, y->args);
}

const struct cells *symbolic_cells(
	struct arena *a, const struct side *sides, uint32_t nsides, const struct region *region)
{
	return symbolic_cells_bounded(a, sides, nsides, region, CUT_MAX_WORK);
}

const struct cells *symbolic_cells_bounded(struct arena *a, const struct side *sides,
	uint32_t nsides, const struct region *region, uint64_t work)
{
	struct cells *cells = arena_new(a, struct cells);
	struct cutting c = {
		.cut = { .arena = a, .most = work }, .cells = cells, .region = region
	};
	uint32_t natoms;

	*cells = (struct cells){ .nsides = nsides, .sides = sides };
	struct names_of *names = names_collect(&c.cut, sides, nsides, region);
	struct atom *atoms = names_atoms(names, &natoms);
	for (uint32_t i = 0; i < natoms && !c.cut.over; i++)
		cut_atom(&c, &atoms[i], i);
	if (cells->n > 1)
		qsort(cells->v, cells->n, sizeof *cells->v, cells_by_cost);
	cells->atoms = atoms;
	cells->names = names;
	cells->work = c.cut.work;
	cells->arena = a;
	cells->over = c.cut.over;
	cells->over_at = c.cut.over ? c.cut.over_at : SPAN_NONE;
	return cells;
}

/* ---- Looking into them ---------------------------------------------------------------------- */

bool cell_holds(const struct cells *cells, const struct cell *c, uint32_t side, uint32_t cap)
{
	const struct atom *atom = &cells->atoms[c->atom];
	uint32_t bit = 0;

	for (uint32_t s = 0; s < side; s++)
		bit += atom->side[s].ncaps;
	for (uint32_t i = 0; i < atom->side[side].ncaps; i++)
		if (atom->side[side].caps[i] == cap)
			return bits_has(c->holds, bit + i);
	return false;
}

static bool holds_alike(
	const struct cell *c, const struct atom *atom, uint32_t nsides, const uint64_t *holds)
{
	uint32_t n = 0;

	for (uint32_t s = 0; s < nsides; s++)
		n += atom->side[s].ncaps;
	for (uint32_t i = 0; i < n; i++)
		if (bits_has(c->holds, i) != bits_has(holds, i))
			return false;
	return true;
}

const struct cell *cells_find(const struct cells *cells, struct slice tool,
	const struct aeg_json *args, struct arena *scratch)
{
	uint32_t number = names_find(cells->names, scratch, tool), bit = 0, n = 1;

	if (number == UINT32_MAX ||
		(args != NULL && (args->status != AEG_OK || args->duplicate != AEG_NONE ||
					 args->surrogate != AEG_NONE)))
		return NULL;
	const struct atom *atom = &cells->atoms[number];
	for (uint32_t s = 0; s < cells->nsides; s++)
		n += atom->side[s].ncaps;
	uint64_t *holds = arena_array(scratch, uint64_t, n / 64 + 1);
	for (uint32_t s = 0; s < cells->nsides; s++)
		for (uint32_t i = 0; i < atom->side[s].ncaps; i++, bit++)
			if (naive_grants(cells->sides[s].model,
				    &cells->sides[s].context->caps[atom->side[s].caps[i]], tool,
				    args, scratch))
				bits_set(holds, bit);
	for (uint32_t i = 0; i < cells->n; i++)
		if (cells->v[i].atom == number &&
			holds_alike(&cells->v[i], atom, cells->nsides, holds))
			return &cells->v[i];
	return NULL;
}
