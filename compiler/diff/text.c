/* The report for people: each difference with a call that shows it, and the rules with their lines.
 */
#include "cli/answer.h"
#include "cli/paint.h"
#include "cli/tell.h"
#include "diff/internal.h"

enum { ARGS_MOST = 256, ALSO_MOST = 6, LIST_MOST = 20 };

static const char *const when[] = { "before", "now" };

static void row(struct buf *out, const char *title) { buf_printf(out, "    %-9s", title); }

/* ---- Calls and rules ----------------------------------------------------------------------- */

static void add_call(struct buf *out, const struct diff_call *c)
{
	struct slice args = c->args;

	args.len = args.len > ARGS_MOST ? ARGS_MOST : args.len;
	tell_quote(out, c->tool);
	buf_text(out, " with ");
	tell_text(out, args);
	buf_text(out, args.len < c->args.len ? "..." : "");
}

static void add_cap(struct buf *out, const struct policy *p, uint32_t context, uint32_t cap)
{
	buf_printf(out, "capability %u, ", (unsigned)cap);
	tell_quote(out, p->model->contexts[context].caps[cap].pattern.written.text);
	tell_place(out, diff_cap_place(p, context, cap));
}

static void add_rule(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_region *r, int k)
{
	const struct policy *p = &d->side[k];
	struct cell_side rule = r->rule[k];

	if (rule.granted != AEG_NONE) {
		buf_text(out, "allowed by ");
		add_cap(out, p, c->index[k], rule.granted);
		return;
	}
	buf_text(out, r->violation);
	if (rule.denied != AEG_NONE) {
		buf_printf(out, " by deny list entry %u, ", (unsigned)rule.denied);
		tell_quote(out, p->model->contexts[c->index[k]].deny[rule.denied].written.text);
		tell_place(out, diff_deny_place(p, c->index[k], rule.denied));
	} else if (rule.refused != AEG_NONE) {
		buf_text(out, " by ");
		add_cap(out, p, c->index[k], rule.refused);
	}
}

/* At most LIST_MOST of them. */
static void add_texts(struct buf *out, const struct slice *v, size_t n)
{
	for (size_t i = 0; i < n && i < LIST_MOST; i++) {
		buf_text(out, i == 0 ? "" : ", ");
		tell_text(out, v[i]);
	}
	if (n > LIST_MOST)
		buf_printf(out, " and %zu more", n - LIST_MOST);
}

static void add_through(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_region *r)
{
	struct diff_entries e = diff_entries(out->arena, d, c, r);

	if (e.n == 0)
		return;
	row(out, "through");
	add_texts(out, e.v, e.n);
	buf_text(out, "\n");
}

static void add_also(struct buf *out, const struct diff_region *r)
{
	if (r->ncalls == 1)
		return;
	row(out, "also");
	for (size_t i = 1; i < r->ncalls && i <= ALSO_MOST; i++) {
		buf_text(out, i == 1 ? "" : ", ");
		tell_quote(out, r->calls[i].tool);
	}
	if (r->ncalls - 1 > ALSO_MOST)
		buf_printf(out, " and %zu more kinds of tools", r->ncalls - 1 - ALSO_MOST);
	buf_text(out, "\n");
}

static void add_region(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_region *r, bool colour)
{
	paint_on(out, colour, r->allowed ? PAINT_GREEN : PAINT_RED);
	buf_text(out, r->allowed ? "+ " : "- ");
	add_call(out, &r->calls[0]);
	paint_off(out, colour);
	buf_text(out, "\n");
	for (int k = 1; k >= 0; k--) {
		if (c->index[k] == AEG_NONE)
			continue;
		row(out, when[k]);
		add_rule(out, d, c, r, k);
		buf_text(out, "\n");
		if (r->rule[k].granted != AEG_NONE)
			add_through(out, d, c, r);
	}
	add_also(out, r);
}

/* ---- Limits -------------------------------------------------------------------------------- */

static void add_hosts(struct buf *out, const struct mlist *hosts)
{
	struct slice *v = arena_array(out->arena, struct slice, hosts->n);

	for (uint32_t i = 0; i < hosts->n; i++)
		v[i] = hosts->v[i].text;
	add_texts(out, v, hosts->n);
	buf_text(out, hosts->stated ? "" : "any host");
}

static void add_limit(struct buf *out, enum diff_limit_kind kind, const struct mcap *cap)
{
	switch (kind) {
	case DIFF_RATE:
		if (cap->rate_per_s == 0)
			break;
		buf_printf(out, "%u call%s in %u s", (unsigned)cap->rate_calls,
			cap->rate_calls == 1 ? "" : "s", (unsigned)cap->rate_per_s);
		return;
	case DIFF_CONCURRENT:
		if (cap->max_concurrent == 0)
			break;
		buf_printf(out, "%u at once", (unsigned)cap->max_concurrent);
		return;
	case DIFF_RESPONSE:
		if (cap->max_response_size == 0)
			break;
		buf_printf(out, "%llu bytes", (unsigned long long)cap->max_response_size);
		return;
	case DIFF_RESULTS: add_hosts(out, &cap->domains); return;
	case DIFF_NLIMITS: break;
	}
	buf_text(out, "no limit");
}

static const char *limit_change(const struct diff_limit *l)
{
	if (l->looser && l->tighter)
		return "looser and tighter";
	return l->looser ? "looser" : "tighter";
}

static void add_change(struct buf *out, const struct diff *d, const struct diff_context *c,
	const struct diff_limit *l, bool colour)
{
	static const char *const titles[DIFF_NLIMITS] = { "rate", "calls under way",
		"size of responses", "hosts of results" };
	const struct mcap *old = &d->side[0].model->contexts[c->index[0]].caps[l->cap[0]],
			  *new = &d->side[1].model->contexts[c->index[1]].caps[l->cap[1]];

	paint_on(out, colour, PAINT_YELLOW);
	buf_printf(out, "! %s %s: ", titles[l->kind], limit_change(l));
	add_limit(out, l->kind, old);
	buf_text(out, ", now ");
	add_limit(out, l->kind, new);
	if (l->together)
		buf_text(out, l->looser ? ", and counted apart from other calls"
					: ", and counted together with other calls");
	paint_off(out, colour);
	buf_text(out, "\n");
	row(out, "now");
	add_cap(out, &d->side[1], c->index[1], l->cap[1]);
	buf_text(out, "\n");
	row(out, "before");
	add_cap(out, &d->side[0], c->index[0], l->cap[0]);
	buf_text(out, "\n");
	row(out, "call");
	add_call(out, &l->call);
	buf_text(out, "\n");
}

/* ---- Contexts ------------------------------------------------------------------------------ */

const char *diff_what(const struct diff_context *c)
{
	if (c->undecided)
		return "undecided";
	if (c->index[0] == AEG_NONE)
		return c->wider ? "added" : "added, allows nothing";
	if (c->index[1] == AEG_NONE)
		return c->narrower ? "removed" : "removed, allowed nothing";
	if (c->wider && c->narrower)
		return "wider and narrower";
	return c->wider ? "wider" : c->narrower ? "narrower" : "allows the same";
}

static void add_undecided(struct buf *out, const struct diff_context *c)
{
	buf_text(out, "! this could not be compared: too many kinds of calls, or an argument that "
		      "the two\n! read as different things. Take it as wider.\n");
	if (c->undecided_at.file.len == 0)
		return;
	row(out, when[c->undecided_side]);
	buf_text(out, "because of what is written here");
	tell_place(out, c->undecided_at);
	buf_text(out, "\n");
}

void diff_text_changes(
	struct buf *out, const struct diff *d, const struct diff_context *c, bool colour)
{
	if (c->undecided)
		add_undecided(out, c);
	for (int allowed = 1; allowed >= 0; allowed--)
		for (size_t i = 0; i < c->nregions; i++)
			if (c->regions[i].allowed == allowed)
				add_region(out, d, c, &c->regions[i], colour);
	for (size_t i = 0; i < c->nlimits; i++)
		add_change(out, d, c, &c->limits[i], colour);
}

static void add_context(
	struct buf *out, const struct diff *d, const struct diff_context *c, bool colour)
{
	paint_on(out, colour, PAINT_BOLD);
	buf_text(out, "context ");
	tell_quote(out, c->name);
	buf_printf(out, ": %s", diff_what(c));
	paint_off(out, colour);
	buf_text(out, "\n");
	diff_text_changes(out, d, c, colour);
	buf_text(out, "\n");
}

/* ---- Members and tools --------------------------------------------------------------------- */

void diff_text_member(struct buf *out, const struct diff_member *m)
{
	buf_printf(out, "%s ", diff_member_names[m->kind]);
	tell_quote(out, m->name);
	if (m->version.len != 0) {
		buf_text(out, " ");
		tell_text(out, m->version);
	}
	if (m->context[1].len == 0) {
		buf_text(out, " is gone; it worked under ");
		tell_quote(out, m->context[0]);
		return;
	}
	buf_text(out, m->context[0].len == 0 ? " is new and works under " : " works under ");
	tell_quote(out, m->context[1]);
	if (m->context[0].len != 0) {
		buf_text(out, ", before under ");
		tell_quote(out, m->context[0]);
	}
	if (m->change != NULL)
		buf_printf(out, ": %s", diff_what(m->change));
}

static void add_arguments(struct buf *out, const struct mtool *t)
{
	static const char *const roles[] = { "", "path", "command", "args", "url", "secret" };

	if (t == NULL || t->nargs == 0)
		buf_text(out, "none");
	for (uint32_t i = 0; t != NULL && i < t->nargs; i++) {
		const struct marg *a = &t->args[i];
		buf_text(out, i == 0 ? "" : ", ");
		tell_text(out, a->name.text);
		buf_printf(out, " (%s%s%s)", roles[a->role], a->required ? ", required" : "",
			a->list ? ", list" : "");
	}
}

void diff_text_tools(struct buf *out, const struct diff *d)
{
	for (size_t i = 0; i < d->ntools; i++) {
		const struct diff_tool *t = &d->tools[i];
		buf_text(out, "tool ");
		tell_quote(out, t->name);
		buf_text(out, ": other arguments have a role\n");
		row(out, "now");
		add_arguments(out, t->entry[1]);
		buf_text(out, "\n");
		row(out, "before");
		add_arguments(out, t->entry[0]);
		buf_text(out, "\n");
	}
}

/* ---- The whole ----------------------------------------------------------------------------- */

struct diff_counts diff_count(const struct diff *d)
{
	struct diff_counts n = { 0 };

	for (size_t i = 0; i < d->ncontexts; i++) {
		const struct diff_context *c = &d->contexts[i];
		uint32_t *is = c->index[0] == AEG_NONE   ? &n.added
			       : c->index[1] == AEG_NONE ? &n.removed
							 : &n.changed;
		++*is;
		n.undecided += c->undecided;
		for (size_t k = 0; k < c->nregions; k++)
			++*(c->regions[k].allowed ? &n.allowed : &n.denied);
		for (size_t k = 0; k < c->nlimits; k++) {
			n.looser += c->limits[k].looser;
			n.tighter += c->limits[k].tighter;
		}
	}
	return n;
}

static void add_count(struct buf *out, const char **before, uint32_t n, const char *what)
{
	if (n == 0)
		return;
	buf_printf(out, "%s%u %s", *before, (unsigned)n, what);
	*before = ", ";
}

void diff_text_total(struct buf *out, const struct diff *d)
{
	struct diff_counts n = diff_count(d);
	const char *before = "";

	add_count(out, &before, n.changed, "changed");
	add_count(out, &before, n.added, "added");
	add_count(out, &before, n.removed, "removed");
	buf_printf(out, "%s %u context%s", d->ncontexts == 0 ? "no difference in" : " of",
		(unsigned)d->compared, d->compared == 1 ? "" : "s");
	before = ": ";
	add_count(out, &before, n.undecided, "undecided");
	add_count(out, &before, n.allowed, "newly allowed");
	add_count(out, &before, n.denied, "newly denied");
	add_count(out, &before, n.looser, "looser");
	add_count(out, &before, n.tighter, "tighter");
	before = "; ";
	add_count(out, &before, (uint32_t)d->nmembers, "moved, new or gone");
	add_count(out, &before, (uint32_t)d->ntools,
		d->ntools == 1 ? "tool with other roles" : "tools with other roles");
}

void diff_text(struct buf *out, const struct diff *d, bool colour)
{
	for (size_t i = 0; i < d->ncontexts; i++)
		add_context(out, d, &d->contexts[i], colour);
	for (size_t i = 0; i < d->nmembers; i++) {
		const struct diff_member *m = &d->members[i];
		paint_on(out, colour, PAINT_BOLD);
		diff_text_member(out, m);
		paint_off(out, colour);
		buf_text(out, "\n");
		if (m->change != NULL)
			diff_text_changes(out, d, m->change, colour);
		buf_text(out, "\n");
	}
	diff_text_tools(out, d);
	buf_text(out, d->ntools != 0 ? "\n" : "");
	diff_text_total(out, d);
	buf_text(out, "\n");
}
