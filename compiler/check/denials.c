/* Deny lists: entries that take nothing away, or everything. */
#include "check/calls.h"

static void entry_twice(struct checks *c, const struct mpattern *p, const struct mpattern *first)
{
	diag_add(c->d, (struct diag){ AEG_duplicate_entry, p->written.at, .label = "denied already",
			       .other = first->written.at, .other_label = "by the same entry here",
			       .help = "remove one of the two: no decision changes" });
}

static void entry_covered(struct checks *c, const struct mpattern *p, const struct mpattern *by)
{
	diag_add(c->d, (struct diag){ AEG_covered_deny_entry, p->written.at,
			       .label = "denied already", .other = by->written.at,
			       .other_label = diag_text(c->d, "%s matches %s too",
				       diag_quote(c->d, by->written.text),
				       diag_quote(c->d, p->written.text)),
			       .help = "remove it: no decision changes" });
}

static void denies_everything(struct checks *c, const struct mcontext *context,
	const struct mpattern *p, const struct cell *cell, uint32_t cap)
{
	diag_add(c->d,
		(struct diag){ AEG_everything_denied, p->written.at,
			.label = "the context allows nothing: this denies all that it grants",
			.other = context->caps[cap].pattern.written.at,
			.other_label =
				diag_text(c->d, "%s would be granted here", calls_text(c, cell)),
			.help = "name the tools that are to be denied, or remove the entry" });
}

void capability_denied(struct checks *c, const struct mcap *cap, const struct mpattern *deny,
	const struct cell *cell)
{
	diag_add(c->d,
		(struct diag){ AEG_capability_denied, cap->pattern.written.at,
			.label = "the deny list takes away all that it grants",
			.other = deny->written.at,
			.other_label = diag_text(c->d, "%s is denied here", calls_text(c, cell)),
			.help = "remove the capability, or the deny entry" });
}

/* ---- Entries that deny nothing ------------------------------------------------------------- */

/* Whether capability @cap would grant a call that deny entry @deny matches; their patterns overlap.
 */
static bool would_grant(
	struct checks *c, const struct mcontext *context, uint32_t cap, uint32_t deny)
{
	if (!may_never_hold(&context->caps[cap]))
		return true;
	struct part one = overlap_one(&c->scratch, context, cap, deny);
	const struct cells *cells = calls_of(c, &one);
	for (uint32_t i = 0; cells != NULL && i < cells->n; i++)
		if (cells->v[i].side[0].denied != AEG_NONE && cell_holds(cells, &cells->v[i], 0, 0))
			return true;
	return cells == NULL;
}

/* Whether member @i of @f, a deny entry, matches no call that a capability would grant. */
static bool is_idle(
	struct checks *c, const struct mcontext *context, const struct forest *f, uint32_t i)
{
	const struct rule *m = &f->v[i];
	for (uint32_t k = m->cap_above; k != MAP_NONE; k = f->v[k].cap_above)
		if (would_grant(c, context, f->v[k].index, m->index))
			return false;
	for (uint32_t k = i + 1; overlap_caps(f, i, m->end) != 0 && k < m->end; k++)
		if (!f->v[k].deny && would_grant(c, context, f->v[k].index, m->index))
			return false;
	return true;
}

/* One finding for all of them: as a precaution, in many policies there are some. */
static void deny_nothing(struct checks *c, const struct mcontext *context, const bool *idle)
{
	enum { MOST = 6 };
	struct buf names = { .arena = &c->scratch };
	uint32_t n = 0, first = 0;
	for (uint32_t i = 0; i < context->ndeny; i++) {
		if (!idle[i])
			continue;
		if (n++ == 0)
			first = i;
		if (n <= MOST)
			buf_printf(&names, "%s%s", n == 1 ? "" : ", ",
				diag_quote(c->d, context->deny[i].written.text));
	}
	if (n == 0)
		return;
	if (n > MOST)
		buf_printf(&names, " and %u more", n - MOST);
	diag_add(c->d,
		(struct diag){ AEG_deny_without_grant, context->deny[first].written.at,
			.label = diag_text(c->d, "%s: denied, and granted by no capability",
				buf_done(&names).at),
			.other = context->name.at, .other_label = "in this context",
			.help = "keep them as a precaution, or leave them out: no decision changes" });
}

/* ---- The check ----------------------------------------------------------------------------- */

static bool same(const struct mpattern *a, const struct mpattern *b)
{
	return a->form == b->form && slice_eq(a->stem, b->stem);
}

static bool is_everything(const struct mcontext *context, const struct forest *f, uint32_t i)
{
	const struct rule *m = &f->v[i];
	return m->deny_above == MAP_NONE && context->ncaps > 0 &&
	       overlap_caps(f, i, m->end) == context->ncaps &&
	       (context->ncaps > 1 || m->pattern->form == PATTERN_ANY);
}

/* Returns whether member @i, a deny entry, denies all that the context grants, and says so. */
static bool check_entry(struct checks *c, const struct mcontext *context, const struct forest *f,
	uint32_t i, bool *idle)
{
	const struct rule *m = &f->v[i];
	const struct mpattern *above =
		m->deny_above == MAP_NONE ? NULL : f->v[m->deny_above].pattern;
	if (above != NULL && same(above, m->pattern)) {
		entry_twice(c, m->pattern, above);
	} else if (above != NULL) {
		if (advises(c))
			entry_covered(c, m->pattern, above);
	} else if (is_idle(c, context, f, i)) {
		*idle = advises(c) && tools_known(&c->tools, m->pattern);
	} else if (is_everything(context, f, i)) {
		for (uint32_t k = 0; k < context->ncaps; k++) {
			const struct cell *cell = calls_first(c, context, k);
			if (cell == NULL)
				continue;
			denies_everything(c, context, m->pattern, cell, k);
			return true;
		}
	}
	return false;
}

void check_denials(struct checks *c, const struct mcontext *context, const struct forest *f)
{
	bool *idle = arena_array(&c->scratch, bool, context->ndeny), everything = false;
	for (uint32_t i = 0; i < f->n; i++)
		if (f->v[i].deny)
			everything |= check_entry(c, context, f, i, &idle[f->v[i].index]);
	if (advises(c))
		deny_nothing(c, context, idle);
	for (uint32_t i = 0; !everything && i < f->n; i++) {
		const struct rule *m = &f->v[i];
		const struct mcap *cap = &context->caps[m->index];
		if (m->deny || m->deny_above == MAP_NONE || may_never_hold(cap))
			continue;
		const struct cell *cell = calls_first(c, context, m->index);
		if (cell != NULL)
			capability_denied(c, cap, f->v[m->deny_above].pattern, cell);
	}
}
