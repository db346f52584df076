/* Sample calls as cells, for where there are too many cells to look at all. */
#include <stdlib.h>

#include "symbolic/internal.h"
#include "symbolic/samples.h"

static struct cell_side decide(
	const struct side *s, const struct sample *call, const struct arena *a)
{
	struct arena scratch = { .limit = a->limit, .fail = a->fail, .ctx = a->ctx };
	struct naive_verdict v =
		naive_decide(s->model, s->context, call->tool, &call->args, &scratch);

	arena_free(&scratch);
	return (struct cell_side){ v.allow ? v.capability : AEG_NONE, v.deny_entry,
		v.allow ? AEG_NONE : v.capability };
}

/* Whether the url is absent is not looked at: limits of results are not compared by samples. */
static void add_cell(struct cells *cells, const struct sample *call, struct cell *ret)
{
	struct cell_side *side = arena_array(cells->arena, struct cell_side, cells->nsides);

	for (uint32_t i = 0; i < cells->nsides; i++)
		side[i] = decide(&cells->sides[i], call, cells->arena);
	*ret = (struct cell){ .tool = call->tool,
		.args = { call->args.text, call->args.len },
		.in_region = true,
		.side = side };
	ret->cost = ret->tool.len + ret->args.len;
}

/* A call, and one of the same tool without arguments. */
static void add_sample(struct cells *cells, const struct region *region, const struct sample *call)
{
	struct sample bare = { .tool = call->tool };
	struct aeg_json_tok *tok = arena_array(cells->arena, struct aeg_json_tok, 3);

	if ((region != NULL && !names_match(region->tool, call->tool)) ||
		call->args.status != AEG_OK || call->args.duplicate != AEG_NONE)
		return;
	aeg_json_scan(&bare.args, "{}", 2, tok, 3);
	add_cell(cells, call, &cells->v[cells->n++]);
	add_cell(cells, &bare, &cells->v[cells->n++]);
}

const struct cells *symbolic_samples(
	struct arena *a, const struct side *sides, uint32_t nsides, const struct region *region)
{
	struct cells *cells = arena_new(a, struct cells);

	*cells = (struct cells){
		.over = true, .over_at = SPAN_NONE, .arena = a, .nsides = nsides, .sides = sides
	};
	if (region != NULL && region->nargs > 0)
		return cells;
	cells->v = arena_array(a, struct cell, (size_t)nsides * 2 * SAMPLES_MOST);
	for (uint32_t s = 0, n; s < nsides; s++) {
		const struct sample *v = samples_make(a, sides[s].model, sides[s].context, &n);
		for (uint32_t i = 0; i < n; i++)
			add_sample(cells, region, &v[i]);
	}
	if (cells->n > 1)
		qsort(cells->v, cells->n, sizeof *cells->v, cells_by_cost);
	return cells;
}
