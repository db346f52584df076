/* What tells an edited context from what it was: the cells of both, side by side. */
#include "policytest/edit.h"

/* ---- Only what the edit can reach ---------------------------------------------------------- */

static bool covers(const struct mpattern *p, const struct mpattern *q)
{
	bool same = p->stem.len == q->stem.len;
	if (p->form == PATTERN_ANY)
		return true;
	if (q->form == PATTERN_ANY || (p->form == PATTERN_EXACT && q->form != PATTERN_EXACT) ||
		!slice_begins(q->stem, p->stem))
		return false;
	if (same)
		return p->form == q->form;
	return p->form == PATTERN_PREFIX && q->stem.at[p->stem.len] == '.' &&
	       (q->form != PATTERN_EXACT || q->stem.len > p->stem.len + 1);
}

bool pattern_meets(const struct mpattern *p, const struct mpattern *q)
{
	return covers(p, q) || covers(q, p);
}

static void add_number(struct arena *a, uint32_t **io_v, uint32_t n, size_t *cap, uint32_t number)
{
	arena_push(a, *io_v, n, cap);
	(*io_v)[n] = number;
}

struct part edit_part(struct arena *a, const struct edit *e)
{
	const struct mcontext *c = e->at.context;
	struct mpattern reach = edit_reach(e);
	bool deny = e->at.kind == COVER_DENY;
	struct part r = { .context.name = c->name, .reach = reach };
	struct mcontext *in = &r.context;
	size_t cap[4] = { 0 };
	for (uint32_t i = 0; i < c->ncaps; i++) {
		if (!deny && i == e->at.cap)
			r.at = in->ncaps;
		if (!pattern_meets(&c->caps[i].pattern, &reach))
			continue;
		add_number(a, &r.caps, in->ncaps, &cap[0], i);
		arena_push(a, in->caps, in->ncaps, &cap[1]);
		in->caps[in->ncaps++] = c->caps[i];
	}
	for (uint32_t i = 0; i < c->ndeny; i++) {
		if (deny && i == e->at.cap)
			r.at = in->ndeny;
		if (!pattern_meets(&c->deny[i], &reach))
			continue;
		add_number(a, &r.deny, in->ndeny, &cap[2], i);
		arena_push(a, in->deny, in->ndeny, &cap[3]);
		in->deny[in->ndeny++] = c->deny[i];
	}
	return r;
}

/* ---- How a cell is decided ----------------------------------------------------------------- */

static bool all_in(const struct mlist *l, const struct mlist *in)
{
	for (uint32_t i = 0, k; i < l->n; i++) {
		for (k = 0; k < in->n && !slice_eq(l->v[i].text, in->v[k].text);)
			k++;
		if (k == in->n)
			return false;
	}
	return true;
}

static bool same_obligations(const struct mcap *p, const struct mcap *q, bool no_url)
{
	const struct mlist *a = &p->domains, *b = &q->domains;
	return p->rate_calls == q->rate_calls && p->rate_per_s == q->rate_per_s &&
	       p->max_concurrent == q->max_concurrent &&
	       p->max_response_size == q->max_response_size &&
	       (!no_url || (a->stated == b->stated && all_in(a, b) && all_in(b, a)));
}

struct comparing {
	const struct mcontext *before, *after;
	uint32_t *becomes, *was; /* who counts what the other counts; AEG_NONE: nothing yet */
};

/* Calls that are counted together stay together, and nothing is added to them. */
static bool same_counter(struct comparing *p, uint32_t g, uint32_t h)
{
	if (p->before->caps[g].rate_calls == 0 && p->before->caps[g].max_concurrent == 0)
		return true;
	if (p->becomes[g] == AEG_NONE && p->was[h] == AEG_NONE) {
		p->becomes[g] = h;
		p->was[h] = g;
	}
	return p->becomes[g] == h && p->was[h] == g;
}

static enum difference_kind compare(struct comparing *p, const struct cell *c)
{
	uint32_t g = c->side[0].granted, h = c->side[1].granted;
	if ((g == AEG_NONE) != (h == AEG_NONE))
		return DIFFERENCE_DECISION;
	if (g == AEG_NONE)
		return DIFFERENCE_NONE;
	if (!same_obligations(&p->before->caps[g], &p->after->caps[h], c->no_url))
		return DIFFERENCE_OBLIGATIONS;
	return same_counter(p, g, h) ? DIFFERENCE_NONE : DIFFERENCE_COUNTER;
}

static uint32_t *nothing(struct arena *a, uint32_t n)
{
	uint32_t *v = arena_array(a, uint32_t, n);
	for (uint32_t i = 0; i < n; i++)
		v[i] = AEG_NONE;
	return v;
}

/* ---- A stranger to the list ---------------------------------------------------------------- */

static const struct mlist *list_of(const struct mcap *cap, enum cover_kind kind)
{
	switch (kind) {
	case COVER_PATH: return &cap->paths;
	case COVER_DOMAIN: return &cap->domains;
	case COVER_SUBCOMMAND: return &cap->subcommand_list;
	case COVER_COMMAND:
	case COVER_CAPABILITY:
	case COVER_DENY: break;
	}
	return &cap->commands;
}

static bool is_listed(const struct mcap *cap, enum cover_kind kind, struct slice text)
{
	const struct mlist *l = list_of(cap, kind);
	bool found = false;
	for (uint32_t i = 0; i < l->n; i++)
		found |= slice_eq(l->v[i].text, text);
	for (uint32_t i = 0; i < cap->nsubcommand_map; i++)
		found |= slice_eq(cap->subcommand_map[i].command.text, text);
	return found;
}

/*
 * The capability with a list of the kind that grants what its own does not. A call without the
 * argument is denied by any list and says little of this one: a call that this would grant is what
 * is outside.
 */
static struct mcap stranger(struct arena *a, const struct mcap *cap, enum cover_kind kind)
{
	static const char names[] = "abcdefghijklmnopqrstuvwxyz";
	struct mtext *text = arena_new(a, struct mtext);
	struct mlist one = { .stated = true, .n = 1, .v = text };
	struct mcap r = *cap;
	text->text = (struct slice){ names, 1 };
	while (is_listed(cap, kind, text->text) && text->text.at < names + 25)
		text->text.at++;
	if (kind == COVER_PATH) {
		text->text = SLICE("/");
		r.paths = one;
	} else if (kind == COVER_DOMAIN) {
		r.domains = one;
	} else if (kind == COVER_COMMAND) {
		r.commands = one;
		r.subcommand_form = SUBCOMMANDS_NONE;
		r.nsubcommand_map = 0;
	} else if (cap->subcommand_form == SUBCOMMANDS_LIST) {
		r.subcommand_list = one;
	}
	return r;
}

static struct mcontext with_stranger(
	struct arena *a, const struct edit *e, const struct mcontext *c, uint32_t at)
{
	struct mcontext r = *c;
	r.caps = arena_array(a, struct mcap, c->ncaps);
	memcpy(r.caps, c->caps, c->ncaps * sizeof *r.caps);
	r.caps[at] = stranger(a, &c->caps[at], e->at.kind);
	return r;
}

/* ---- What may be spent ------------------------------------------------------------------------
 */

/* Steps of one cutting: a list that takes more is not written by hand. */
#define WORK_MOST (UINT64_C(1) << 19)
/* Steps of all cuttings that took more than is each edit's own, and so many more for each edit. */
#define SPARE_LEAST (UINT64_C(1) << 24)
#define SPARE_EACH  (UINT64_C(1) << 12)

uint64_t edit_spare(const struct edits *edits) { return SPARE_LEAST + SPARE_EACH * edits->n; }

const struct cells *edit_cells(
	struct arena *a, const struct side *sides, uint32_t n, uint64_t *io_left)
{
	uint64_t most = *io_left < WORK_MOST ? *io_left : WORK_MOST;
	const struct cells *cells = symbolic_cells_bounded(a, sides, n, NULL, most);
	*io_left -= cells->work < *io_left ? cells->work : *io_left;
	return cells;
}

/* ---- The difference ------------------------------------------------------------------------ */

static struct difference compare_all(struct arena *scratch, const struct model *m,
	const struct edit *e, const struct mcontext *before, uint32_t at, uint64_t *io_left)
{
	bool drop = e->how == EDIT_DROP;
	struct difference best = { .kind = DIFFERENCE_NONE };
	struct mcontext after = edit_apply(scratch, e, before, at), third = { 0 };
	struct side sides[] = { { m, before }, { m, &after }, { m, &third } };
	if (drop)
		third = with_stranger(scratch, e, before, at);
	const struct cells *cells = edit_cells(scratch, sides, drop ? 3 : 2, io_left);
	struct comparing p = { before, &after, nothing(scratch, before->ncaps),
		nothing(scratch, after.ncaps) };
	if (cells->over)
		return (struct difference){ .kind = DIFFERENCE_UNKNOWN };
	for (uint32_t i = 0, most = 0; i < cells->n && most < 4; i++) {
		const struct cell *c = &cells->v[i];
		enum difference_kind kind = compare(&p, c);
		bool outside = !drop || cell_holds(cells, c, 2, at);
		uint32_t rank = kind == DIFFERENCE_NONE
					? 0
					: (kind == DIFFERENCE_DECISION ? 3u : 1u) + outside;
		if (rank > most) {
			most = rank;
			best = (struct difference){ kind, c->tool, c->args };
		}
	}
	return best;
}

struct difference edit_difference(
	struct arena *scratch, const struct model *m, const struct edit *e, struct edit_budget *io)
{
	struct difference d = { .kind = DIFFERENCE_UNKNOWN };
	if (io->unknown == EDIT_MAX_UNKNOWN || io->left == 0)
		return d;
	struct part part = edit_part(scratch, e);
	d = compare_all(scratch, m, e, &part.context, part.at, &io->left);
	/* What else is counted together can be seen in the whole alone. */
	if (d.kind == DIFFERENCE_COUNTER)
		d = compare_all(scratch, m, e, e->at.context, e->at.cap, &io->left);
	io->unknown += d.kind == DIFFERENCE_UNKNOWN;
	return d;
}
