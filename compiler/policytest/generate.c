/*
 * Writes tests: of every edit the smallest call that tells it from the policy, as a case. What
 * removes a rule is told by a call that nothing else decides so, what widens it by one just
 * outside. A rule that can be removed without a difference gets a comment, and a call that touches
 * it where there is one.
 */
#include <assert.h>

#include "policytest/edit.h"
#include "policytest/internal.h"
#include "policytest/share.h"
#include "policytest/yaml.h"

enum { EDITS_PER_WORKER = 16 };

struct generating {
	struct diags *d;
	const struct policytest_options *o;
	struct coverage *coverage;
	struct edits edits;
	struct difference *differences; /* of each edit */
	struct arena keep[SHARE_MAX_WORKERS];
	uint32_t nworkers;
	uint64_t spare; /* steps that are left */

	const struct mcontext *context; /* of the document that is being written */
	struct buf cases, notes;        /* notes: of the contexts that have no document */
	struct map calls, names;        /* that were used in it */
	uint32_t ncases;                /* in it */
	uint32_t nunknown;              /* changes of all contexts that nothing can be said of */
};

static void find_difference(struct generating *g, uint32_t worker, struct arena scratch, uint32_t i,
	struct edit_budget *io)
{
	struct difference d = edit_difference(&scratch, g->o->model, &g->edits.v[i], io);
	d.tool = buf_copy(&g->keep[worker], d.tool);
	d.args = buf_copy(&g->keep[worker], d.args);
	g->differences[i] = d;
	arena_free(&scratch);
}

static void find_differences(void *ctx, uint32_t worker, uint32_t group)
{
	struct generating *g = ctx;
	struct edit_budget budget = { 0 };
	for (uint32_t i = g->edits.group[group]; i < g->edits.group[group + 1]; i++) {
		budget.left = EDIT_WORK_EACH;
		find_difference(g, worker, share_arena(g->d->arena, 2 * g->nworkers), i, &budget);
	}
}

/* Of the edits that have used up what is theirs. */
static void look_again(struct generating *g)
{
	struct edit_budget budget = { .left = edit_spare(&g->edits) };
	for (uint32_t k = 0; k < g->edits.ngroups; k++) {
		budget.unknown = 0;
		for (uint32_t i = g->edits.group[k]; i < g->edits.group[k + 1]; i++)
			if (g->differences[i].kind == DIFFERENCE_UNKNOWN)
				find_difference(g, 0, share_arena(g->d->arena, 2), i, &budget);
	}
	g->spare = budget.left;
}

/* ---- Names --------------------------------------------------------------------------------- */

static const char *listed(enum cover_kind kind)
{
	switch (kind) {
	case COVER_PATH: return "path";
	case COVER_COMMAND: return "command";
	case COVER_SUBCOMMAND: return "subcommand";
	case COVER_DOMAIN: return "domain";
	case COVER_CAPABILITY:
	case COVER_DENY: break;
	}
	return "";
}

/* "path /a", "subcommand git status" */
static void name_entry(struct buf *out, const struct cover_item *at)
{
	const struct mcap *cap = &at->context->caps[at->cap];
	buf_printf(out, "%s ", listed(at->kind));
	if (at->kind == COVER_SUBCOMMAND && cap->subcommand_form == SUBCOMMANDS_MAP) {
		buf_slice(out, cap->subcommand_map[at->command].command.text);
		buf_text(out, " ");
	}
	buf_slice(out, at->text.text);
}

static void name_change(struct buf *out, const struct edit *e)
{
	bool deny = e->at.kind == COVER_DENY, entry = !deny && e->at.kind != COVER_CAPABILITY;
	switch (e->how) {
	case EDIT_REMOVE:
		buf_text(out, entry ? ", " : deny ? ", denies" : ", grants");
		if (entry)
			name_entry(out, &e->at);
		break;
	case EDIT_WIDEN:
		buf_text(out, entry ? ", nothing wider than " : ", no other tool");
		if (entry)
			name_entry(out, &e->at);
		break;
	case EDIT_DROP: buf_printf(out, ", no other %s", listed(e->at.kind)); break;
	case EDIT_SWAP: buf_text(out, ", before the next"); break;
	case EDIT_NO_RATE:
	case EDIT_NO_CONCURRENT:
	case EDIT_NO_RESPONSE:
	case EDIT_MORE_CALLS:
	case EDIT_MORE_CONCURRENT: buf_text(out, ", its limits"); break;
	}
}

/* "capability 0, fs.read, path /a": another name than any before it in the document. */
static struct slice name_of(struct generating *g, const struct edit *e)
{
	bool deny = e->at.kind == COVER_DENY;
	const struct mcontext *c = e->at.context;
	const struct mpattern *p = deny ? &c->deny[e->at.cap] : &c->caps[e->at.cap].pattern;
	struct buf out = { .arena = g->d->arena };
	buf_printf(&out, "%s %u, ", deny ? "deny entry" : "capability", (unsigned)e->at.cap);
	buf_slice(&out, p->written.text);
	name_change(&out, e);
	for (unsigned n = 2; map_put(&g->names, buf_done(&out), 0) != MAP_NONE; n++) {
		struct buf again = { .arena = g->d->arena };
		buf_slice(&again, buf_done(&out));
		buf_printf(&again, " (%u)", n);
		if (map_put(&g->names, buf_done(&again), 0) == MAP_NONE)
			return buf_done(&again);
	}
	return buf_done(&out);
}

/* ---- Expectations -------------------------------------------------------------------------- */

/* By its pattern, where no other rule has it; else by both. */
static void add_rule(struct buf *out, const char *name, uint32_t i, struct slice pattern,
	bool alone, const char *pattern_name)
{
	buf_printf(out, ", %s: ", name);
	if (!alone)
		buf_printf(out, "{ index: %u, %s: ", (unsigned)i, pattern_name);
	yaml_text(out, pattern);
	buf_text(out, alone ? "" : " }");
}

static void add_capability(struct buf *out, const struct mcontext *c, uint32_t i)
{
	struct slice pattern = c->caps[i].pattern.written.text;
	uint32_t n = 0;
	for (uint32_t k = 0; k < c->ncaps; k++)
		n += slice_eq(c->caps[k].pattern.written.text, pattern);
	add_rule(out, "capability", i, pattern, n == 1, "tool_pattern");
}

static void add_deny(struct buf *out, const struct mcontext *c, uint32_t i)
{
	struct slice pattern = c->deny[i].written.text;
	uint32_t n = 0;
	for (uint32_t k = 0; k < c->ndeny; k++)
		n += slice_eq(c->deny[k].written.text, pattern);
	add_rule(out, "deny_entry", i, pattern, n == 1, "pattern");
}

static void add_member(struct buf *out, const char **before, const char *name, uint64_t n, bool all)
{
	if (n == 0 && !all)
		return;
	buf_printf(out, "%s%s: %llu", *before, name, (unsigned long long)n);
	*before = ", ";
}

/* Those that there are; with @all also that there are no others. */
static void add_obligations(struct buf *out, const struct mobligations *o, bool all)
{
	const char *before = " ";
	buf_text(out, ", obligations: {");
	add_member(out, &before, "max_response_size", o->max_response_size, all);
	add_member(out, &before, "max_concurrent", o->max_concurrent, all);
	if (o->rate.calls != 0 || all)
		buf_printf(out, "%srate_limit: { calls: %llu, per_seconds: %llu }", before,
			(unsigned long long)o->rate.calls, (unsigned long long)o->rate.per_s);
	before = o->rate.calls != 0 ? ", " : before;
	if (o->domains.n > 0 || all) {
		buf_printf(out, "%srestrict_domains: [", before);
		for (uint32_t i = 0; i < o->domains.n; i++) {
			buf_text(out, i == 0 ? "" : ", ");
			yaml_text(out, o->domains.v[i].text);
		}
		buf_text(out, "]");
	}
	buf_text(out, " }");
}

/* What a case says of the obligations. */
enum stated { STATED_NONE, STATED_SOME, STATED_ALL };

static void add_expect(struct generating *g, struct decided *d, enum stated stated)
{
	struct buf *out = &g->cases;
	const struct aeg_verdict *v = &d->verdict;
	bool allow = v->kind == AEG_ALLOW;
	buf_printf(out, "      expect: { decision: %s", allow ? "allow" : "deny");
	if (!allow)
		buf_printf(out, ", violation: %s", aeg_reason_name(v->reason));
	if (v->capability != AEG_NONE)
		add_capability(out, g->context, v->capability);
	if (v->deny_entry != AEG_NONE)
		add_deny(out, g->context, v->deny_entry);
	if (allow && stated != STATED_NONE) {
		d->obligations = decided_obligations(g->d->arena, d);
		add_obligations(out, &d->obligations, stated == STATED_ALL);
	}
	buf_text(out, " }\n");
}

/* ---- Cases --------------------------------------------------------------------------------- */

static bool is_new(struct generating *g, struct slice tool, struct slice args, enum stated stated)
{
	struct buf key = { .arena = g->d->arena };
	buf_printf(&key, "%d", (int)stated);
	buf_slice(&key, tool);
	buf_text(&key, " ");
	buf_slice(&key, args);
	return map_put(&g->calls, buf_done(&key), 0) == MAP_NONE;
}

static void add_case(struct generating *g, const struct edit *e, struct slice tool,
	struct slice args, enum stated stated)
{
	struct arena *a = g->d->arena;
	struct decided d = { 0 };
	struct mrow row = { g->context->name.text, tool, NULL };
	if (!is_new(g, tool, args, stated))
		return;
	decide(g->o->bundle, row, args, a, &d);
	coverage_mark(
		g->coverage, g->o->model, (uint32_t)(g->context - g->o->model->contexts), &d, a);
	buf_text(&g->cases, "    - name: ");
	yaml_line(&g->cases, name_of(g, e));
	buf_text(&g->cases, "\n      call: { tool: ");
	yaml_text(&g->cases, tool);
	if (!slice_is(args, "{}")) {
		buf_text(&g->cases, ", args: ");
		yaml_flow(&g->cases, a, args);
	}
	buf_text(&g->cases, " }\n");
	add_expect(g, &d, stated);
	g->ncases++;
}

static bool is_limit(enum edit_how how)
{
	return how == EDIT_NO_RATE || how == EDIT_NO_CONCURRENT || how == EDIT_NO_RESPONSE ||
	       how == EDIT_MORE_CALLS || how == EDIT_MORE_CONCURRENT;
}

static void add_edit(struct generating *g, const struct edit *e, const struct difference *d)
{
	enum stated stated = d->kind != DIFFERENCE_OBLIGATIONS ? STATED_NONE
			     : is_limit(e->how)                ? STATED_SOME
							       : STATED_ALL;
	if (d->tool.at != NULL)
		add_case(g, e, d->tool, d->args, stated);
}

/* ---- Rules without which nothing changes --------------------------------------------------- */

static void add_comment(struct generating *g, const struct edit *e, const char *why)
{
	struct buf words = { .arena = g->d->arena };
	edit_words(&words, e);
	buf_text(&g->cases, "    # ");
	yaml_comment(&g->cases, buf_done(&words));
	buf_text(&g->cases, why == NULL ? " changes nothing" : " changes nothing: ");
	yaml_comment(&g->cases, slice_of(why == NULL ? "" : why));
	buf_text(&g->cases, "\n");
}

static bool is_touched(const struct generating *g, const struct cover_item *at)
{
	for (uint32_t i = 0; i < g->coverage->nitems; i++) {
		const struct cover_item *k = &g->coverage->items[i];
		if (k->context == at->context && k->kind == at->kind && k->cap == at->cap &&
			k->i == at->i && k->command == at->command)
			return k->touched;
	}
	return true;
}

/* @e removes a rule. */
static void add_leftover(struct generating *g, const struct edit *e, const struct difference *d)
{
	struct arena scratch = share_arena(g->d->arena, 2);
	bool redundant = d->kind == DIFFERENCE_NONE;
	if (d->kind == DIFFERENCE_UNKNOWN || (!redundant && is_touched(g, &e->at)))
		return;
	struct redundant r = edit_redundant(&scratch, g->o->model, e, &g->spare);
	if (redundant)
		add_comment(g, e, r.why);
	if (r.tool.at != NULL && !is_touched(g, &e->at))
		add_case(g, e, buf_copy(g->d->arena, r.tool), buf_copy(g->d->arena, r.args),
			STATED_NONE);
	arena_free(&scratch);
}

/* Changes of one context that nothing can be said of. */
static void add_unknown(struct generating *g, uint32_t lo, uint32_t hi)
{
	struct buf words = { .arena = g->d->arena };
	uint32_t n = 0;
	for (uint32_t i = hi; i-- > lo;)
		if (g->differences[i].kind == DIFFERENCE_UNKNOWN) {
			n++;
			hi = i;
		}
	if (n == 0)
		return;
	edit_words(&words, &g->edits.v[hi]);
	buf_text(&g->cases, "    # ");
	yaml_comment(&g->cases, buf_done(&words));
	if (n > 1)
		buf_printf(&g->cases, ", and %u more changes", (unsigned)n - 1);
	buf_text(&g->cases, ": there are too many kinds of calls to find one\n");
	g->nunknown += n;
}

/* ---- Documents ----------------------------------------------------------------------------- */

static void begin_document(struct generating *g, const struct mcontext *c)
{
	struct arena *a = g->d->arena;
	g->context = c;
	g->cases = (struct buf){ .arena = a };
	g->calls = g->names = (struct map){ .arena = a };
	g->ncases = 0;
}

static void add_document(struct generating *g, struct buf *out)
{
	buf_text(out, out->len == 0
			      ? "# A call for every rule that only it decides so, and one just "
				"outside, as the policy is.\n"
				"# Written by `aegisc test --generate`.\n"
			      : "---\n");
	buf_text(out, "apiVersion: seal.100monkeys.ai/v1\nkind: PolicyTest\nmetadata: { name: ");
	buf_slice(out, g->context->name.text);
	buf_text(out, "-boundaries }\nspec:\n  defaults: { context: ");
	buf_slice(out, g->context->name.text);
	buf_text(out, " }\n  cases:\n");
	buf_slice(out, buf_done(&g->cases));
}

/* Of a context without a case there is no document: what was found stands at the end. */
static void add_note(struct generating *g)
{
	buf_text(&g->notes, "# Context ");
	buf_slice(&g->notes, g->context->name.text);
	buf_text(&g->notes, ":\n");
	buf_slice(&g->notes, buf_done(&g->cases));
}

/* The edits [lo, hi) are of one context. */
static void generate(struct generating *g, uint32_t lo, uint32_t hi, struct buf *out)
{
	begin_document(g, g->edits.v[lo].at.context);
	for (uint32_t i = lo; i < hi; i++)
		add_edit(g, &g->edits.v[i], &g->differences[i]);
	for (uint32_t i = lo; i < hi; i++)
		if (g->edits.v[i].how == EDIT_REMOVE)
			add_leftover(g, &g->edits.v[i], &g->differences[i]);
	add_unknown(g, lo, hi);
	if (g->ncases > 0)
		add_document(g, out);
	else
		add_note(g);
}

uint32_t policytest_generate(struct diags *d, const struct policytest_options *o, struct buf *out)
{
	struct generating g = { .d = d, .o = o, .notes.arena = d->arena };
	g.coverage = coverage_new(d->arena, o->model);
	g.edits = edit_all(d->arena, g.coverage);
	g.differences = arena_array(d->arena, struct difference, g.edits.n);
	uint32_t n = share_workers(g.edits.n, EDITS_PER_WORKER);
	g.nworkers = n;
	for (uint32_t i = 0; i < n; i++)
		g.keep[i] = share_arena(d->arena, 4 * n);
	share(g.edits.ngroups, n, find_differences, &g);
	look_again(&g);
	for (uint32_t lo = 0, hi; lo < g.edits.n; lo = hi) {
		for (hi = lo;
			hi < g.edits.n && g.edits.v[hi].at.context == g.edits.v[lo].at.context;)
			hi++;
		generate(&g, lo, hi, out);
	}
	if (out->len > 0)
		buf_slice(out, buf_done(&g.notes));
	for (uint32_t i = 0; i < n; i++)
		arena_free(&g.keep[i]);
	return g.nunknown;
}
