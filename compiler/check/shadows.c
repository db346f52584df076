/* Capabilities against one another: which grant nothing, nothing more, or more than their limits.
 */
#include "check/calls.h"

/* Who would grant one cell's calls, each alone. */
struct holders {
	const struct cell *cell;
	uint32_t n;
	uint32_t *v; /* ascending */
};
struct calls { /* all that somebody would grant */
	uint32_t n;
	struct holders *v;
};

static struct calls calls_held(struct checks *c, const struct cells *cells, uint32_t ncaps)
{
	struct calls calls = { .v = arena_array(&c->scratch, struct holders, cells->n) };
	uint32_t *room = arena_array(&c->scratch, uint32_t, ncaps);
	for (uint32_t i = 0; i < cells->n; i++) {
		struct holders *h = &calls.v[calls.n];
		h->cell = &cells->v[i];
		h->n = 0;
		for (uint32_t k = 0; k < ncaps; k++)
			if (cell_holds(cells, h->cell, 0, k))
				room[h->n++] = k;
		if (h->n == 0)
			continue;
		h->v = arena_array(&c->scratch, uint32_t, h->n);
		memcpy(h->v, room, h->n * sizeof *room);
		calls.n++;
	}
	return calls;
}

/* What one capability is good for; of each the smallest call there is. */
struct use {
	const struct cell *holds;   /* it would grant this one, were it alone */
	const struct cell *open;    /* the same, and no deny entry matches */
	const struct cell *granted; /* it grants this one */
	const struct cell *beyond;  /* it grants this one, as a later one would: */
	uint32_t beyond_by;
	const struct cell *uncounted; /* it would grant this one, but an earlier one does: */
	uint32_t uncounted_by;
	bool spare; /* of no use: without it, and all others that are, calls are decided alike */
};

static void look(const struct holders *h, const struct mcap *caps, struct use *uses)
{
	bool open = h->cell->side[0].denied == AEG_NONE;
	uint32_t by = h->v[0];
	for (uint32_t i = 0; i < h->n; i++) {
		struct use *u = &uses[h->v[i]];
		if (u->holds == NULL)
			u->holds = h->cell;
		if (u->open == NULL && open)
			u->open = h->cell;
		if (u->uncounted == NULL && open && i > 0 && !is_limited(&caps[by])) {
			u->uncounted = h->cell;
			u->uncounted_by = by;
		}
	}
	if (open && uses[by].granted == NULL)
		uses[by].granted = h->cell;
	if (open && uses[by].beyond == NULL && h->n > 1) {
		uses[by].beyond = h->cell;
		uses[by].beyond_by = h->v[1];
	}
}

static bool same_texts(const struct mlist *a, const struct mlist *b)
{
	bool same = a->stated == b->stated && a->n == b->n;
	for (uint32_t i = 0; same && i < a->n; i++)
		same = slice_eq(a->v[i].text, b->v[i].text);
	return same;
}

/* Whether @cell is granted alike by @a and by @b: with the same obligations, and no limit. */
static bool grant_alike(const struct cell *cell, const struct mcap *a, const struct mcap *b)
{
	return !is_limited(a) && !is_limited(b) && a->max_response_size == b->max_response_size &&
	       (!cell->no_url || same_texts(&a->domains, &b->domains));
}

/* Who grants @h's calls alike once @cap, its first that is not spare, is taken away: whichever of
 * the spare ones stay. Or AEG_NONE. */
static uint32_t stand_in(
	const struct holders *h, const struct mcap *caps, const struct use *uses, uint32_t cap)
{
	for (uint32_t i = 0; i < h->n; i++) {
		if (h->v[i] <= cap)
			continue;
		if (!grant_alike(h->cell, &caps[cap], &caps[h->v[i]]))
			return AEG_NONE;
		if (!uses[h->v[i]].spare)
			return h->v[i];
	}
	return AEG_NONE;
}

static bool is_first(const struct holders *h, const struct use *uses, uint32_t cap)
{
	uint32_t i = 0;
	while (i < h->n && uses[h->v[i]].spare)
		i++;
	return i < h->n && h->v[i] == cap && h->cell->side[0].denied == AEG_NONE;
}

/* Whether later capabilities grant alike all that @cap grants. @ret_by: of the smallest call. */
static bool is_spare(const struct calls *calls, const struct mcap *caps, const struct use *uses,
	uint32_t cap, uint32_t *ret_by)
{
	*ret_by = AEG_NONE;
	for (uint32_t i = 0; i < calls->n; i++) {
		const struct holders *h = &calls->v[i];
		if (!is_first(h, uses, cap))
			continue;
		uint32_t by = stand_in(h, caps, uses, cap);
		if (by == AEG_NONE)
			return false;
		if (h->cell == uses[cap].granted)
			*ret_by = by;
	}
	return *ret_by != AEG_NONE;
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

/* What is wrong with a capability that grants nothing. */
static void grants_nothing(
	struct checks *c, const struct mcontext *part, const struct use *uses, uint32_t k)
{
	const struct use *u = &uses[k];
	const struct mcap *cap = &part->caps[k];
	if (u->holds == NULL) {
		never_grants(c, cap);
	} else if (u->open == NULL) {
		if (may_never_hold(cap)) /* of others the deny list's check speaks */
			capability_denied(c, cap, &part->deny[u->holds->side[0].denied], u->holds);
	} else {
		uint32_t by = u->open->side[0].granted;
		bool told = is_limited(&part->caps[by]) && uses[by].beyond_by == k;
		if (!told) /* as what the limit keeps calls from */
			shadowed(c, cap, &part->caps[by], u->open);
	}
}

static void check_limit(
	struct checks *c, const struct mcontext *part, const struct use *u, const struct mcap *cap)
{
	if (u->beyond != NULL)
		limit_ends_search(c, cap, &part->caps[u->beyond_by], u->beyond);
	if (u->uncounted != NULL && advises(c))
		limit_passed_by(c, cap, &part->caps[u->uncounted_by], u->uncounted);
}

void check_shadows(struct checks *c, const struct part *part, const struct cells *cells)
{
	uint32_t n = part->context.ncaps, by;
	const struct mcap *caps = part->context.caps;
	struct use *uses = arena_array(&c->scratch, struct use, n);
	struct calls calls = calls_held(c, cells, n);
	for (uint32_t i = 0; i < calls.n; i++)
		look(&calls.v[i], caps, uses);
	for (uint32_t k = 0; k < n; k++)
		uses[k].spare = uses[k].granted == NULL;
	for (uint32_t k = 0; k < n; k++) {
		if (uses[k].granted == NULL) {
			grants_nothing(c, &part->context, uses, k);
			continue;
		}
		if (is_spare(&calls, caps, uses, k, &by)) {
			uses[k].spare = true;
			covered_later(c, &caps[k], &caps[by], uses[k].granted);
		}
		if (is_limited(&caps[k]))
			check_limit(c, &part->context, &uses[k], &caps[k]);
	}
}
