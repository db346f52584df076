/* The exact checks of a context: each tree of its patterns is asked what can be wrong with it. */
#include "check/calls.h"

bool is_limited(const struct mcap *cap) { return cap->rate_calls != 0 || cap->max_concurrent != 0; }

static bool is_empty(const struct mlist *list) { return list->stated && list->n == 0; }

bool may_never_hold(const struct mcap *cap)
{
	bool no_subcommands =
		(cap->subcommand_form == SUBCOMMANDS_LIST && cap->subcommand_list.n == 0) ||
		(cap->subcommand_form == SUBCOMMANDS_MAP && cap->nsubcommand_map == 0);
	/* No tool's name is longer than 128 bytes. */
	return no_subcommands || is_empty(&cap->paths) || is_empty(&cap->commands) ||
	       is_empty(&cap->domains) || cap->pattern.stem.len > 126;
}

/* Steps in all; after so many nothing more is looked into: a policy that takes them is not written
 * by hand. */
#define CHECKS_MAX_WORK (UINT64_C(1) << 24)

const struct cells *calls_of(struct checks *c, const struct part *part)
{
	if (part->context.ncaps + part->context.ndeny > OVERLAP_MAX || c->work > CHECKS_MAX_WORK)
		return NULL;
	struct side *side = arena_new(&c->scratch, struct side);
	*side = (struct side){ c->m, &part->context };
	const struct cells *cells = symbolic_cells(&c->scratch, side, 1, NULL);
	c->work += cells->work;
	return cells->over ? NULL : cells;
}

const struct cell *calls_first(struct checks *c, const struct mcontext *whole, uint32_t cap)
{
	struct part one = overlap_one(&c->scratch, whole, cap, MAP_NONE);
	const struct cells *cells = calls_of(c, &one);
	for (uint32_t i = 0; cells != NULL && i < cells->n; i++)
		if (cells->v[i].side[0].granted != AEG_NONE)
			return &cells->v[i];
	return NULL;
}

const char *calls_text(struct checks *c, const struct cell *cell)
{
	const char *tool = diag_quote(c->d, cell->tool);
	return cell->args.len <= 2
		       ? diag_text(c->d, "%s without arguments", tool)
		       : diag_text(c->d, "%s with %s", tool, diag_quote(c->d, cell->args));
}

/* ---- The check ----------------------------------------------------------------------------- */

bool advises(const struct checks *c) { return c->advice && !c->d->dropped; }

static bool is_whole(const struct mcontext *context)
{
	bool whole = context->caps_read;
	for (uint32_t i = 0; i < context->ncaps; i++)
		whole &= !context->caps[i].broken && !context->caps[i].pattern.poison;
	for (uint32_t i = 0; i < context->ndeny; i++)
		whole &= !context->deny[i].poison;
	return whole;
}

/* Whether a capability of the tree [lo, hi) may grant nothing, or what another one grants. */
static bool is_suspect(
	const struct mcontext *context, const struct forest *f, uint32_t lo, uint32_t hi)
{
	for (uint32_t i = lo; i < hi; i++)
		if (!f->v[i].deny && (f->v[i].cap_above != MAP_NONE ||
					     may_never_hold(&context->caps[f->v[i].index])))
			return true;
	return false;
}

static void check_tree(struct checks *c, const struct mcontext *context, const struct forest *f,
	uint32_t lo, uint32_t hi, struct told *told)
{
	bool suspect = is_suspect(context, f, lo, hi);
	bool elsewhere = advises(c) && !told->deny && elsewhere_suspect(f, lo, hi);
	if (hi - lo > OVERLAP_MAX || (!suspect && !elsewhere))
		return;
	struct part part = overlap_part(&c->scratch, context, f, lo, hi);
	const struct cells *cells = calls_of(c, &part);
	if (cells == NULL)
		return;
	if (suspect)
		check_shadows(c, &part, cells);
	if (advises(c))
		check_elsewhere(c, &part, cells, told);
}

void check_calls(struct checks *c, const struct mcontext *context)
{
	struct told told = { 0 };
	if (!is_whole(context))
		return;
	struct forest f = overlap_forest(&c->scratch, context);
	for (uint32_t lo = 0; lo < f.n; lo = f.v[lo].end)
		if (overlap_caps(&f, lo, f.v[lo].end) != 0)
			check_tree(c, context, &f, lo, f.v[lo].end, &told);
	check_denials(c, context, &f);
	if (!advises(c))
		return;
	check_constraints_elsewhere(c, context);
	check_prefixes(c, context);
}
