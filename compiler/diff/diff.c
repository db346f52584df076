/* Compares two policies, context by context. */
#include "diff/diff.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "diff/internal.h"

/* ---- Places -------------------------------------------------------------------------------- */

static struct aeg_origin place(const struct policy *p, struct span at)
{
	if (p->sources == NULL || span_is_none(at))
		return (struct aeg_origin){ { "", 0 }, 0, 0 };
	struct place where = source_place(p->sources, at.file, at.lo);
	struct slice path = slice_of(p->sources->v[at.file].path);
	return (struct aeg_origin){ { path.at, path.len }, where.line, where.column };
}

struct aeg_origin diff_cap_place(const struct policy *p, uint32_t context, uint32_t i)
{
	if (p->bundle != NULL)
		return aeg_capability_origin(p->bundle, context, i);
	return place(p, p->model->contexts[context].caps[i].at);
}

struct aeg_origin diff_deny_place(const struct policy *p, uint32_t context, uint32_t i)
{
	if (p->bundle != NULL)
		return aeg_deny_origin(p->bundle, context, i);
	return place(p, p->model->contexts[context].deny[i].written.at);
}

/* ---- Regions ------------------------------------------------------------------------------- */

struct region_key {
	struct cell_side rule[2];
	uint32_t atom; /* AEG_NONE: of all */
};

static bool differs(const struct cell *c)
{
	return (c->side[0].granted == AEG_NONE) != (c->side[1].granted == AEG_NONE);
}

/* Where an entry of the deny list decides, no capability is looked at. */
static struct cell_side rule_of(const struct cell *c, int k)
{
	struct cell_side rule = c->side[k];

	if (rule.denied != AEG_NONE)
		rule.refused = AEG_NONE;
	return rule;
}

static bool same_rule(struct cell_side a, struct cell_side b)
{
	return a.granted == b.granted && a.denied == b.denied && a.refused == b.refused;
}

/* A key for maps: all of it are numbers of one size. */
static struct slice key_of(struct arena *a, const struct cell *c, uint32_t atom)
{
	struct region_key *key = arena_new(a, struct region_key);

	*key = (struct region_key){ { rule_of(c, 0), rule_of(c, 1) }, atom };
	return (struct slice){ (const char *)key, sizeof *key };
}

static const char *violation(
	const struct arena *a, const struct cells *cells, const struct cell *c, int side)
{
	const struct side *s = &cells->sides[side];
	struct arena scratch = diff_scratch(a); /* looking at every capability takes some */
	size_t cap = aeg_json_bound(c->args.len);
	struct aeg_json_tok *tok = arena_array(&scratch, struct aeg_json_tok, cap);
	struct aeg_json json;

	aeg_json_scan(&json, c->args.at, c->args.len, tok, cap);
	const char *is = naive_decide(s->model, s->context, c->tool, &json, &scratch).violation;
	arena_free(&scratch);
	return is;
}

/* Cells come with the smallest call first, so the first of a kind is the one that is shown. */
void diff_cells(struct arena *a, const struct cells *cells, struct diff_context *ret)
{
	struct arena scratch = diff_scratch(a);
	struct map regions = { .arena = &scratch };

	ret->undecided = cells->over;
	for (uint32_t i = 0; !cells->over && i < cells->n; i++) {
		const struct cell *c = &cells->v[i];
		if (!differs(c))
			continue;
		bool allowed = c->side[1].granted != AEG_NONE;
		uint32_t at =
			map_put(&regions, key_of(&scratch, c, AEG_NONE), (uint32_t)ret->nregions);
		if (at == MAP_NONE) {
			at = (uint32_t)ret->nregions++;
			arena_push(a, ret->regions, at, &ret->regions_cap);
			ret->regions[at] = (struct diff_region){ .allowed = allowed,
				.rule = { rule_of(c, 0), rule_of(c, 1) },
				.violation = violation(a, cells, c, !allowed) };
		}
		if (map_put(&regions, key_of(&scratch, c, c->atom), at) != MAP_NONE)
			continue;
		struct diff_region *r = &ret->regions[at];
		arena_push(a, r->calls, r->ncalls, &r->cap);
		r->calls[r->ncalls++] = diff_call_of(a, c);
	}
	arena_free(&scratch);
}

const struct diff_region *diff_region_of(const struct diff_context *d, const struct cell *c)
{
	for (size_t i = 0; i < d->nregions; i++) {
		const struct diff_region *r = &d->regions[i];
		if (!same_rule(r->rule[0], rule_of(c, 0)) || !same_rule(r->rule[1], rule_of(c, 1)))
			continue;
		for (size_t k = 0; k < r->ncalls; k++)
			if (r->calls[k].atom == c->atom)
				return r;
	}
	return NULL;
}

/* ---- Contexts ------------------------------------------------------------------------------ */

static const struct mcontext *context_at(const struct policy *p, uint32_t i)
{
	static const struct mcontext nothing = { .at = { UINT32_MAX, 0, 0 } };

	return i == AEG_NONE ? &nothing : &p->model->contexts[i];
}

struct diff_context diff_pair(
	struct arena *a, const struct policy side[2], uint32_t before, uint32_t now)
{
	struct side of[2] = { { side[0].model, context_at(&side[0], before) },
		{ side[1].model, context_at(&side[1], now) } };
	struct diff_context d = { .index = { before, now } };
	struct arena scratch = diff_scratch(a);
	const struct cells *cells = symbolic_cells(&scratch, of, 2, NULL);

	d.undecided_side = cells->over_side;
	d.undecided_at = place(&side[cells->over_side], cells->over_at);
	d.name = of[now == AEG_NONE ? 0 : 1].context->name.text;
	diff_cells(a, cells, &d);
	diff_limits(a, cells, &d);
	arena_free(&scratch);
	d.wider = d.narrower = d.undecided;
	for (size_t i = 0; i < d.nregions; i++)
		*(d.regions[i].allowed ? &d.wider : &d.narrower) = true;
	for (size_t i = 0; i < d.nlimits; i++) {
		d.wider |= d.limits[i].looser;
		d.narrower |= d.limits[i].tighter;
	}
	return d;
}

struct comparing {
	struct arena *a;
	struct diff *d;
	struct arena scratch;
	struct map names[2]; /* context > index */
	const char *glob;
};

static bool is_asked_for(struct comparing *c, struct slice name)
{
	struct buf text = { .arena = &c->scratch };

	if (c->glob == NULL)
		return true;
	buf_slice(&text, name);
	return fnmatch(c->glob, buf_done(&text).at, 0) == 0;
}

static bool is_same(struct comparing *c, uint32_t before, uint32_t now)
{
	const struct mcontext *x = context_at(&c->d->side[0], before),
			      *y = context_at(&c->d->side[1], now);

	return before != AEG_NONE && now != AEG_NONE && diff_same_rules(&c->scratch, x, y) &&
	       !diff_tools_touch(c->d, y);
}

/* What is there on both sides and is the same is not kept. */
static void compare(struct comparing *c, struct slice name)
{
	struct diff *d = c->d;
	uint32_t before = map_get(&c->names[0], name), now = map_get(&c->names[1], name);

	d->compared++;
	if (is_same(c, before, now))
		return;
	struct diff_context found = diff_pair(c->a, d->side, before, now);
	if (!found.wider && !found.narrower && before != AEG_NONE && now != AEG_NONE)
		return;
	arena_push(c->a, d->contexts, d->ncontexts, &d->contexts_cap);
	d->contexts[d->ncontexts++] = found;
	d->wider |= found.wider;
	d->narrower |= found.narrower;
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(
		((const struct diff_context *)a)->name, ((const struct diff_context *)b)->name);
}

const struct diff *diff_policies(struct arena *a, const struct policy side[2], const char *glob)
{
	struct diff *d = arena_new(a, struct diff);
	struct comparing c = { .a = a, .d = d, .scratch = diff_scratch(a), .glob = glob };

	d->side = side;
	diff_tools(a, d);
	for (int k = 0; k < 2; k++) {
		c.names[k].arena = &c.scratch;
		for (uint32_t i = 0; i < side[k].model->ncontexts; i++)
			map_put(&c.names[k], side[k].model->contexts[i].name.text, i);
	}
	for (int k = 0; k < 2; k++)
		for (uint32_t i = 0; i < side[k].model->ncontexts; i++) {
			struct slice name = side[k].model->contexts[i].name.text;
			bool seen = k == 1 && map_get(&c.names[0], name) != MAP_NONE;
			if (!seen && is_asked_for(&c, name))
				compare(&c, name);
		}
	arena_free(&c.scratch);
	if (d->ncontexts > 1)
		qsort(d->contexts, d->ncontexts, sizeof *d->contexts, by_name);
	if (glob == NULL)
		diff_members(a, d);
	else
		d->ntools = 0;
	return d;
}
