/* Capabilities against one another: which grant nothing, nothing more, or more than their limits.
 */
#include "check/calls.h"

/* What one capability is good for; of each the smallest call there is. */
struct use {
	const struct cell *holds;   /* it would grant this one, were it alone */
	const struct cell *open;    /* the same, and no deny entry matches */
	const struct cell *granted; /* it grants this one */
	bool needed;                /* without it, a call would be decided otherwise */
	uint32_t next;              /* a later one that grants what it grants */
	const struct cell *beyond;  /* it grants this one, as a later one would: */
	uint32_t beyond_by;
	const struct cell *uncounted; /* it would grant this one, but an earlier one does: */
	uint32_t uncounted_by;
};

static void look_denied(
	const struct cells *cells, const struct cell *cell, struct use *uses, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		if (uses[k].holds == NULL && cell_holds(cells, cell, 0, k))
			uses[k].holds = cell;
}

static void look(const struct cells *cells, const struct cell *cell, const struct mcap *caps,
	struct use *uses, uint32_t n)
{
	uint32_t by = cell->side[0].granted;
	if (uses[by].granted == NULL)
		uses[by].granted = cell;
	for (uint32_t k = by; k < n; k++) {
		struct use *u = &uses[k];
		if (!cell_holds(cells, cell, 0, k))
			continue;
		if (u->holds == NULL)
			u->holds = cell;
		if (u->open == NULL)
			u->open = cell;
		if (k == by)
			continue;
		if (uses[by].beyond == NULL) {
			uses[by].beyond = cell;
			uses[by].beyond_by = k;
		}
		if (u->uncounted == NULL && !is_limited(&caps[by])) {
			u->uncounted = cell;
			u->uncounted_by = by;
		}
	}
}

static bool same_texts(const struct mlist *a, const struct mlist *b)
{
	bool same = a->stated == b->stated && a->n == b->n;
	for (uint32_t i = 0; same && i < a->n; i++)
		same = slice_eq(a->v[i].text, b->v[i].text);
	return same;
}

/* Whether a call is granted alike by @a and by @b: with the same obligations, and no limit. */
static bool grant_alike(struct checks *c, const struct mcap *a, const struct mcap *b)
{
	return !is_limited(a) && !is_limited(b) && a->max_response_size == b->max_response_size &&
	       (same_texts(&a->domains, &b->domains) ||
		       tools_matching(&c->tools, &a->pattern)->optional_url == NULL);
}

/* Which capabilities are needed: one grants a call that no later one, itself of use, grants alike.
 */
static void look_needed(struct checks *c, const struct cells *cells, const struct mcap *caps,
	struct use *uses, uint32_t n)
{
	for (uint32_t i = 0; i < cells->n; i++) {
		const struct cell *cell = &cells->v[i];
		uint32_t by = cell->side[0].granted, k = by;
		if (by == AEG_NONE || uses[by].needed)
			continue;
		for (k++; k < n; k++)
			if (uses[k].granted != NULL && cell_holds(cells, cell, 0, k))
				break;
		if (cell == uses[by].granted)
			uses[by].next = k;
		uses[by].needed = k == n || !grant_alike(c, &caps[by], &caps[k]);
	}
}

/* ---- Findings ------------------------------------------------------------------------------ */

static struct span empty_of(const struct mcap *cap)
{
	return cap->paths.stated && cap->paths.n == 0         ? cap->paths.at
	       : cap->commands.stated && cap->commands.n == 0 ? cap->commands.at
	       : cap->domains.stated && cap->domains.n == 0   ? cap->domains.at
	       : cap->subcommand_form != SUBCOMMANDS_NONE     ? cap->subcommands_at
							      : SPAN_NONE;
}

static void never_grants(struct checks *c, const struct mcap *cap)
{
	struct span empty = empty_of(cap);
	diag_add(c->d,
		(struct diag){ AEG_capability_never_grants, cap->pattern.written.at,
			.label = "there is no call that it grants", .other = empty,
			.other_label = span_is_none(empty) ? NULL : "this lets nothing through",
			.help = "list what it is meant to grant, or remove the capability" });
}

static void shadowed(
	struct checks *c, const struct mcap *cap, const struct mcap *by, const struct cell *cell)
{
	bool lost =
		(is_limited(cap) && !is_limited(by)) ||
		(cap->max_response_size != 0 && cap->max_response_size != by->max_response_size);
	diag_add(c->d,
		(struct diag){ AEG_shadowed_capability, cap->pattern.written.at,
			.label =
				lost ? "all that it grants is granted before, so its limits never count"
				     : "all that it grants is granted before",
			.other = by->pattern.written.at,
			.other_label = diag_text(c->d, "this one grants %s", calls_text(c, cell)),
			.help = lost ? "remove it; if its limits are meant, state them on the earlier one"
				     : "remove it: no decision changes" });
}

static void covered_later(
	struct checks *c, const struct mcap *cap, const struct mcap *by, const struct cell *cell)
{
	bool states = cap->paths.stated || cap->commands.stated || cap->domains.stated ||
		      cap->subcommand_form != SUBCOMMANDS_NONE;
	diag_add(c->d,
		(struct diag){ AEG_capability_not_needed, cap->pattern.written.at,
			.label = states ? "what it lets through, and more, is granted without it"
					: "what it grants is granted without it",
			.other = by->pattern.written.at,
			.other_label =
				diag_text(c->d, "this one grants %s too", calls_text(c, cell)),
			.help = states ? "remove it: no decision changes; or, if its constraints are meant, "
					 "grant less in the later one"
				       : "remove it: no decision changes" });
}

static struct span limit_at(const struct mcap *cap)
{
	return cap->rate_calls != 0 ? cap->rate_at : cap->pattern.written.at;
}

static void limit_ends_search(
	struct checks *c, const struct mcap *cap, const struct mcap *later, const struct cell *cell)
{
	diag_add(c->d,
		(struct diag){ AEG_limit_before_grant, limit_at(cap),
			.label = "a call over this limit is denied",
			.other = later->pattern.written.at,
			.other_label =
				diag_text(c->d, "although this capability, later, would grant %s",
					calls_text(c, cell)),
			.help = "a limit ends the search: remove the later capability, or the limit" });
}

static void limit_passed_by(struct checks *c, const struct mcap *cap, const struct mcap *earlier,
	const struct cell *cell)
{
	diag_add(c->d,
		(struct diag){ AEG_limit_not_counting, limit_at(cap),
			.label = diag_text(c->d, "does not count %s", calls_text(c, cell)),
			.other = earlier->pattern.written.at,
			.other_label = "granted here, before, without a limit",
			.help = "if these calls are to be counted, take them out of the earlier capability" });
}

void check_shadows(struct checks *c, const struct part *part, const struct cells *cells)
{
	uint32_t n = part->context.ncaps;
	const struct mcap *caps = part->context.caps;
	struct use *uses = arena_array(&c->scratch, struct use, n);
	for (uint32_t i = 0; i < cells->n; i++) {
		if (cells->v[i].side[0].granted != AEG_NONE)
			look(cells, &cells->v[i], caps, uses, n);
		else if (cells->v[i].side[0].denied != AEG_NONE)
			look_denied(cells, &cells->v[i], uses, n);
	}
	look_needed(c, cells, caps, uses, n);
	for (uint32_t k = 0; k < n; k++) {
		const struct use *u = &uses[k];
		uint32_t by = u->open == NULL ? AEG_NONE : u->open->side[0].granted;
		if (u->holds == NULL)
			never_grants(c, &caps[k]);
		else if (u->open == NULL && may_never_hold(&caps[k]))
			capability_denied(c, &caps[k],
				&part->context.deny[u->holds->side[0].denied], u->holds);
		else if (u->open != NULL && u->granted == NULL &&
			 !(is_limited(&caps[by]) && uses[by].beyond_by == k))
			shadowed(c, &caps[k], &caps[by], u->open);
		if (u->granted == NULL)
			continue;
		if (!u->needed)
			covered_later(c, &caps[k], &caps[u->next], u->granted);
		if (is_limited(&caps[k]) && u->beyond != NULL)
			limit_ends_search(c, &caps[k], &caps[u->beyond_by], u->beyond);
		if (is_limited(&caps[k]) && u->uncounted != NULL && advises(c))
			limit_passed_by(c, &caps[k], &caps[u->uncounted_by], u->uncounted);
	}
}
