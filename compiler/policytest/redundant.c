/* Why a rule may be removed and nothing changes: who decides its calls all the same. */
#include "cli/tell.h"
#include "policytest/edit.h"

enum { WHOLE, WITHOUT, ALONE, EMPTY, NSIDES }; /* the sides; the last two of entries */

struct asking {
	struct arena *a;
	const struct edit *e;
	const struct mcontext *c;
	const struct cells *cells;
	struct mcontext side[NSIDES];
	uint32_t nsides;
};

/* The context in which the list holds nothing but the entry, or nothing at all. */
static struct mcontext with_list(struct arena *a, const struct edit *e, bool keep_entry)
{
	struct mcontext c = *e->at.context;
	bool *keep = arena_array(a, bool, e->nlist);
	for (uint32_t i = 0; i < e->nlist; i++)
		keep[i] = keep_entry && e->list[i].i == e->at.i &&
			  e->list[i].command == e->at.command;
	c.caps = arena_array(a, struct mcap, c.ncaps);
	memcpy(c.caps, e->at.context->caps, c.ncaps * sizeof *c.caps);
	c.caps[e->at.cap] = edit_keep(a, &c.caps[e->at.cap], e->list, e->nlist, keep);
	return c;
}

static void cut(struct asking *q, const struct model *m, uint64_t *io_left)
{
	struct side *sides = arena_array(q->a, struct side, NSIDES);
	q->side[WHOLE] = *q->c;
	q->side[WITHOUT] = edit_apply(q->a, q->e, q->c, q->e->at.cap);
	q->nsides = 2;
	if (q->e->nlist > 0) {
		q->side[ALONE] = with_list(q->a, q->e, true);
		q->side[EMPTY] = with_list(q->a, q->e, false);
		q->nsides = NSIDES;
	}
	for (uint32_t i = 0; i < q->nsides; i++)
		sides[i] = (struct side){ m, &q->side[i] };
	q->cells = edit_cells(q->a, sides, q->nsides, io_left);
}

/* Is the rule one that speaks for these calls, whoever else does? */
static bool speaks(const struct asking *q, const struct cell *c)
{
	const struct cover_item *at = &q->e->at;
	if (at->kind == COVER_DENY)
		return c->side[WHOLE].denied != AEG_NONE &&
		       pattern_meets(&q->c->deny[at->cap],
			       &(struct mpattern){ .stem = c->tool, .form = PATTERN_EXACT });
	if (q->e->nlist == 0)
		return cell_holds(q->cells, c, WHOLE, at->cap);
	return cell_holds(q->cells, c, ALONE, at->cap) &&
	       !cell_holds(q->cells, c, EMPTY, at->cap) && !(at->kind == COVER_DOMAIN && c->no_url);
}

/* And does it decide them? */
static bool decides(const struct asking *q, const struct cell *c)
{
	bool deny = q->e->at.kind == COVER_DENY;
	return (deny ? c->side[WHOLE].denied : c->side[WHOLE].granted) == q->e->at.cap;
}

static void name_rule(struct buf *out, const char *what, uint32_t i, const struct mpattern *p)
{
	buf_printf(out, "%s %u, ", what, (unsigned)i);
	tell_quote(out, p->written.text);
}

static void name_capability(struct buf *out, const struct mcontext *c, uint32_t i)
{
	name_rule(out, "capability", i, &c->caps[i].pattern);
}

static void name_deny(struct buf *out, const struct mcontext *c, uint32_t i)
{
	name_rule(out, "deny entry", i, &c->deny[i]);
}

/* The number that capability or deny entry @i of the context without the rule has in the whole. */
static uint32_t in_whole(const struct asking *q, uint32_t i, bool removed)
{
	return removed && i >= q->e->at.cap ? i + 1 : i;
}

/* Who decides the calls of @c, which the rule would decide too. */
static void add_why(const struct asking *q, const struct cell *c, struct buf *out)
{
	bool deny = q->e->at.kind == COVER_DENY, cap = q->e->at.kind == COVER_CAPABILITY;
	const struct cell_side *with = &c->side[WHOLE], *without = &c->side[WITHOUT];
	if (!decides(q, c)) {
		if (with->denied != AEG_NONE)
			name_deny(out, q->c, with->denied);
		else
			name_capability(out, q->c, with->granted);
		buf_text(out, ", decides those calls before it");
	} else if (deny && without->denied == AEG_NONE) {
		buf_text(out, "no capability grants what it denies");
	} else if (deny) {
		name_deny(out, q->c, in_whole(q, without->denied, true));
		buf_text(out, ", denies them too");
	} else if (!cap && without->granted == q->e->at.cap) {
		buf_text(out, "other entries of its list cover it");
	} else if (without->granted != AEG_NONE) {
		name_capability(out, q->c, in_whole(q, without->granted, cap));
		buf_text(out, ", grants them too");
	}
}

struct redundant edit_redundant(
	struct arena *scratch, const struct model *m, const struct edit *e, uint64_t *io_left)
{
	struct asking q = { .a = scratch, .e = e, .c = e->at.context };
	const struct cell *first = NULL, *decided = NULL;
	struct redundant r = { .tool.at = NULL };
	struct buf why = { .arena = scratch };
	cut(&q, m, io_left);
	if (q.cells->over)
		return r;
	for (uint32_t i = 0; i < q.cells->n && decided == NULL; i++) {
		const struct cell *c = &q.cells->v[i];
		if (!speaks(&q, c))
			continue;
		first = first == NULL ? c : first;
		decided = decides(&q, c) ? c : NULL;
	}
	if (decided != NULL) {
		r.tool = decided->tool;
		r.args = decided->args;
	}
	if (first == NULL)
		buf_text(&why, "there is no call that it speaks for");
	else
		add_why(&q, decided != NULL ? decided : first, &why);
	r.why = buf_done(&why).at;
	return r;
}
