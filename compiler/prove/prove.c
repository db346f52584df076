/* Holds a bundle against the model that it was made from. */
#define _POSIX_C_SOURCE 200809L
#include "prove/prove.h"

#include <pthread.h>
#include <unistd.h>

#include "prove/naive.h"
#include "prove/shortlist.h"
#include "prove/vary.h"

/* Looking through the entries of huge lists again and again has an end: so many looks a context. */
#define LOOKS_PER_CONTEXT (8u << 20)
/* And so many names of the catalogue for one pattern. */
#define NAMES_PER_PATTERN 128u

/* Of contexts above one another, so many are held against the ceilings of the bundle. */
#define MOST_ABOVE          4u
#define CEILINGS_ASKED      8u

#define MAX_WORKERS         8u
#define CONTEXTS_PER_WORKER 256u /* fewer are proved before a thread has started */

struct prover {
	struct arena *a;
	struct arena scratch, empty; /* for one call; `empty` is what it is like before */
	const struct model *m;
	struct aeg_bundle bundle;
	const struct mcontext *context;
	struct shortlist shortlist;
	uint32_t index;                           /* of the context, in the bundle */
	uint64_t looks;                           /* that are left for this context */
	const struct mcontext *above[MOST_ABOVE]; /* contexts that the bundle says it is within */
	uint32_t nabove;
	struct vary vary;
	struct buf name, args;
	uint32_t *tools; /* scratch: indexes in the catalogue */
	uint32_t ntools;
	struct aeg_json_tok *tok;
	size_t ntok;
	struct prove_report report;
};

static struct aeg_str str(struct slice s) { return (struct aeg_str){ s.at, s.len }; }
static bool same(struct aeg_str a, struct slice b)
{
	return slice_eq((struct slice){ a.at, a.len }, b);
}

static void disagree(struct prover *p, struct slice tool, const char *what)
{
	struct slice context = p->context == NULL ? SLICE("no context") : p->context->name.text;
	struct buf out = { .arena = p->a };

	buf_printf(&out, "context `%.*s`, tool `%.*s`, arguments ", SLICE_ARG(context),
		SLICE_ARG(tool));
	buf_slice(&out, p->args.len == 0 ? SLICE("absent") : buf_done(&p->args));
	buf_printf(&out, ": %s", what);
	p->report.disagreement = buf_done(&out).at;
}

/* ---- Calls --------------------------------------------------------------------------------- */

static void describe(struct buf *out, bool allow, const char *why, uint32_t cap, uint32_t entry)
{
	buf_text(out, allow ? "allow" : why);
	if (cap != AEG_NONE)
		buf_printf(out, " (capability %u)", cap);
	if (entry != AEG_NONE)
		buf_printf(out, " (deny entry %u)", entry);
}

static void compare(struct prover *p, struct slice tool, const struct naive_verdict *n,
	enum aeg_status status, const struct aeg_verdict *v)
{
	const char *reason = v->kind == AEG_ALLOW ? "None" : aeg_reason_name(v->reason);
	bool allow = v->kind == AEG_ALLOW;

	if (status == AEG_OK && allow == n->allow && v->capability == n->capability &&
		v->deny_entry == n->deny_entry && (allow || strcmp(reason, n->violation) == 0))
		return;
	struct buf out = { .arena = p->a };
	if (status == AEG_OK)
		buf_text(&out, "the bundle says ");
	else
		buf_printf(
			&out, "the bundle cannot decide (%s), would say ", aeg_status_text(status));
	describe(&out, allow, reason, v->capability, v->deny_entry);
	buf_text(&out, ", the model says ");
	describe(&out, n->allow, n->violation, n->capability, n->deny_entry);
	disagree(p, tool, buf_done(&out).at);
}

static void compare_obligations(struct prover *p, struct slice tool, const struct aeg_call *call,
	const struct aeg_verdict *v)
{
	const struct mcap *cap = &p->context->caps[v->capability];
	struct aeg_obligations o = { .size_of = sizeof o };
	bool strip = slice_begins(p->context->name.text, SLICE("zaru-"));

	if (aeg_obligations(&p->bundle, call, v, &o) != AEG_OK || o.strip_params != strip ||
		o.max_response_size != cap->max_response_size || o.rate_calls != cap->rate_calls ||
		o.rate_per_s != cap->rate_per_s || o.max_concurrent != cap->max_concurrent)
		disagree(p, tool, "the obligations are not those of the capability");
}

/* What was taken for one call is given back; a block that is open already stays for the next. */
static void reset_scratch(struct prover *p)
{
	if (arena_rewind(&p->scratch, &p->empty))
		return;
	arena_free(&p->scratch);
	p->scratch = (struct arena){ .limit = p->a->limit, .fail = p->a->fail, .ctx = p->a->ctx };
	arena_alloc(&p->scratch, 1, 1, 1);
	p->empty = p->scratch;
}

/* What looking at the arguments may cost: the entries of all lists. */
static void charge(struct prover *p, const struct mcontext *c)
{
	uint64_t looks = 1;

	for (uint32_t i = 0; i < c->ncaps; i++) {
		const struct mcap *cap = &c->caps[i];
		looks += cap->paths.n + cap->domains.n + cap->commands.n + cap->subcommand_list.n +
			 cap->nsubcommand_map;
	}
	p->looks -= looks < p->looks ? looks : p->looks;
}

static struct naive_verdict decide_naively(
	struct prover *p, struct slice tool, const struct aeg_json *args)
{
	const struct mcontext *c = p->context;

	reset_scratch(p);
	if (c == NULL)
		return naive_decide(p->m, NULL, tool, args, &p->scratch);
	c = shortlist_for(&p->shortlist, &p->scratch, tool);
	if (p->args.len != 0)
		charge(p, c);
	struct naive_verdict n = naive_decide(p->m, c, tool, args, &p->scratch);
	n.capability = shortlist_cap(&p->shortlist, n.capability);
	n.deny_entry = shortlist_deny(&p->shortlist, n.deny_entry);
	return n;
}

/* p->args, scanned. */
static void scan_args(struct prover *p, struct aeg_json *ret)
{
	struct slice text = buf_done(&p->args);
	size_t need = aeg_json_bound(text.len);

	if (need > p->ntok)
		p->tok = arena_array(p->a, struct aeg_json_tok, p->ntok = need * 2);
	aeg_json_scan(ret, text.at, text.len, p->tok, p->ntok);
}

/* What the context allows, those above it allow: each is asked in turn. */
static void check_above(struct prover *p, struct slice tool, const struct aeg_json *args)
{
	const struct mcontext *above = p->above[p->report.calls % p->nabove];

	reset_scratch(p);
	if (!naive_decide(p->m, above, tool, args, &p->scratch).allow)
		disagree(p, tool, "a context that the bundle says it is within denies this");
}

/* Decides a call of @tool with p->args both ways. */
static void try_call(struct prover *p, struct slice tool)
{
	struct aeg_call call = { .size_of = sizeof call, .context = p->index, .tool = str(tool) };
	struct aeg_verdict verdict;
	struct aeg_json json;

	if (p->report.disagreement != NULL)
		return;
	if (p->args.len != 0) {
		scan_args(p, &json);
		call.args = &json;
	}
	enum aeg_status status = aeg_decide(&p->bundle, &call, &verdict);
	struct naive_verdict n = decide_naively(p, tool, call.args);
	p->report.calls++;
	compare(p, tool, &n, status, &verdict);
	if (p->report.disagreement == NULL && n.allow)
		compare_obligations(p, tool, &call, &verdict);
	if (p->report.disagreement == NULL && n.allow && p->nabove > 0)
		check_above(p, tool, call.args);
}

/* A call of p->name. */
static void try_name(struct prover *p) { try_call(p, buf_done(&p->name)); }

static void set_name(struct prover *p, struct slice stem, const char *rest)
{
	p->name.len = 0;
	buf_slice(&p->name, stem);
	buf_text(&p->name, rest);
}

/* ---- Tool classes -------------------------------------------------------------------------- */

static bool covers(const struct mpattern *p, const struct mpattern *other)
{
	if (p->form == PATTERN_ANY)
		return true;
	return p->form == PATTERN_PREFIX && other->stem.len > p->stem.len + 1 &&
	       other->stem.at[p->stem.len] == '.' && slice_begins(other->stem, p->stem);
}

/* The names whose roles may differ from those of the rest of the pattern's names. */
static void try_catalogue(struct prover *p, const struct mpattern *pattern)
{
	for (uint32_t i = 0; i < p->m->ntools; i += 1 + p->m->ntools / NAMES_PER_PATTERN) {
		const struct mpattern *t = &p->m->tools[i].name;
		if (!covers(pattern, t))
			continue;
		set_name(p, t->stem, t->form == PATTERN_EXACT ? "" : ".q");
		try_name(p);
	}
}

/* A name of the pattern, then names beside it: of an exact name one at a time, there are so many.
 */
static void try_pattern(struct prover *p, const struct mpattern *pattern)
{
	static const char *const beside_exact[] = { "x", ".x", "." };
	static const char *const beside_prefix[] = { "", "x", "x.y", ".", ".q.r" };
	bool exact = pattern->form == PATTERN_EXACT;

	set_name(p, pattern->stem, exact ? "" : pattern->form == PATTERN_ANY ? "q" : ".q");
	try_name(p);
	if (exact) {
		set_name(p, pattern->stem, beside_exact[vary_pick(&p->vary, 3)]);
		try_name(p);
	}
	for (uint32_t i = 0; !exact && i < 5; i++) {
		set_name(p, pattern->stem, beside_prefix[i]);
		try_name(p);
	}
	if (!exact)
		try_catalogue(p, pattern);
}

static void try_classes(struct prover *p)
{
	const struct mcontext *c = p->context;

	p->args.len = 0;
	for (uint32_t i = 0; i < c->ndeny; i++)
		if (shortlist_is_first(&p->shortlist, c->ncaps + i))
			try_pattern(p, &c->deny[i]);
	for (uint32_t i = 0; i < c->ncaps; i++)
		if (shortlist_is_first(&p->shortlist, i))
			try_pattern(p, &c->caps[i].pattern);
}

/* ---- Generated calls ----------------------------------------------------------------------- */

/* Most entries are told apart from a pattern by their first byte. */
static bool far(const struct mpattern *a, const struct mpattern *b)
{
	return a->stem.len > 0 && b->stem.len > 0 && a->stem.at[0] != b->stem.at[0];
}

/* Catalogue entries that speak for names of the pattern, into p->tools. */
static void find_tools(struct prover *p, const struct mpattern *pattern)
{
	uint32_t family = AEG_NONE, longest = 0;

	p->ntools = 0;
	for (uint32_t i = 0; i < p->m->ntools; i++) {
		const struct mpattern *t = &p->m->tools[i].name;
		if (far(pattern, t))
			continue;
		bool same_stem = slice_eq(t->stem, pattern->stem);
		if ((same_stem && t->form == pattern->form) || covers(pattern, t))
			p->tools[p->ntools++] = i;
		else if (covers(t, pattern) && t->stem.len >= longest) {
			family = i;
			longest = t->stem.len;
		}
	}
	if (p->ntools == 0 && family != AEG_NONE)
		p->tools[p->ntools++] = family;
}

/* A name that the pattern matches and that catalogue entry @t speaks for. */
static void set_tool_name(
	struct prover *p, const struct mpattern *pattern, const struct mpattern *t)
{
	bool inside = covers(pattern, t) || slice_eq(pattern->stem, t->stem);
	const struct mpattern *narrow = inside ? t : pattern;

	set_name(p, narrow->stem, narrow->form == PATTERN_EXACT ? "" : ".q");
}

static void try_capability(struct prover *p, const struct mcap *cap, uint32_t effort)
{
	if (effort != 0)
		find_tools(p, &cap->pattern);
	for (uint32_t i = 0; i < effort && p->ntools > 0 && p->looks > 0; i++) {
		const struct mtool *tool = &p->m->tools[p->tools[vary_pick(&p->vary, p->ntools)]];
		set_tool_name(p, &cap->pattern, &tool->name);
		p->args.len = 0;
		vary_arguments(&p->vary, &p->args, tool, cap);
		try_name(p);
	}
}

/* ---- Contents ------------------------------------------------------------------------------ */

static bool same_list(struct prover *p, uint32_t cap, enum aeg_list list, uint32_t command,
	const struct mlist *entries)
{
	uint32_t n = aeg_capability_list(&p->bundle, p->index, cap, list, command);

	if (n != (entries->stated ? entries->n : AEG_NONE))
		return false;
	for (uint32_t i = 0; entries->stated && i < n; i++)
		if (!same(aeg_capability_entry(&p->bundle, p->index, cap, list, command, i),
			    entries->v[i].text))
			return false;
	return true;
}

/* What the bundle says when asked for a capability's text is what was written. */
static void check_contents(struct prover *p)
{
	const struct mcontext *c = p->context;
	struct aeg_context_info info = { .size_of = sizeof info };
	bool good = aeg_context_info(&p->bundle, p->index, &info) == AEG_OK &&
		    same(info.name, c->name.text) && info.ncapabilities == c->ncaps &&
		    info.ndeny == c->ndeny;

	for (uint32_t i = 0; good && i < c->ndeny; i++)
		good = same(aeg_deny_pattern(&p->bundle, p->index, i), c->deny[i].written.text);
	for (uint32_t i = 0; good && i < c->ncaps; i++)
		good = same(aeg_capability_pattern(&p->bundle, p->index, i),
			       c->caps[i].pattern.written.text) &&
		       same_list(p, i, AEG_LIST_PATHS, 0, &c->caps[i].paths) &&
		       same_list(p, i, AEG_LIST_DOMAINS, 0, &c->caps[i].domains);
	if (!good)
		disagree(p, SLICE(""), "the bundle lists other patterns or entries than the model");
}

/* ---- Ceilings ------------------------------------------------------------------------------ */

/* The call that is to show that the context is not within @other. */
static void check_witness(
	struct prover *p, const struct mcontext *other, const struct aeg_ceiling *is)
{
	struct slice tool = { is->tool.at, is->tool.len };
	struct aeg_json json;

	p->args.len = 0;
	buf_add(&p->args, is->args.at, is->args.len);
	scan_args(p, &json);
	reset_scratch(p);
	if (!naive_decide(p->m, p->context, tool, &json, &p->scratch).allow ||
		naive_decide(p->m, other, tool, &json, &p->scratch).allow !=
			(is->wider != AEG_WIDER_CALLS))
		disagree(p, tool, "the bundle takes this call for one that shows a ceiling");
}

/* Asks about some of the other contexts. */
static void check_ceilings(struct prover *p)
{
	uint32_t n = p->m->ncontexts, own = (uint32_t)(p->context - p->m->contexts);
	uint32_t stride = 1 + n / CEILINGS_ASKED;
	struct aeg_ceiling is = { .size_of = sizeof is };

	p->nabove = 0;
	for (uint32_t i = 1; i < n && p->report.disagreement == NULL; i += stride) {
		const struct mcontext *other = &p->m->contexts[(own + i) % n];
		uint32_t index = aeg_context_find(&p->bundle, str(other->name.text));
		if (aeg_within(&p->bundle, p->index, index, &is) != AEG_OK)
			return;
		if (is.within && p->nabove < MOST_ABOVE &&
			other->ncaps + other->ndeny < SHORTLIST_FROM)
			p->above[p->nabove++] = other;
		if (is.tool.len != 0)
			check_witness(p, other, &is);
	}
}

/* ---- All of it ------------------------------------------------------------------------------ */

static void prove_context(struct prover *p, const struct mcontext *c, uint32_t effort)
{
	p->context = c;
	p->index = aeg_context_find(&p->bundle, str(c->name.text));
	p->looks = LOOKS_PER_CONTEXT;
	shortlist_init(&p->shortlist, p->a, c);
	p->args.len = 0;
	if (p->index == AEG_NONE) {
		disagree(p, SLICE(""), "the bundle has no such context");
		return;
	}
	check_contents(p);
	check_ceilings(p);
	try_classes(p);
	for (uint32_t i = 0; i < c->ncaps && p->report.disagreement == NULL; i++)
		try_capability(p, &c->caps[i], effort);
	p->report.contexts++;
}

/* A name that no context has finds none. */
static void prove_unknown(struct prover *p)
{
	p->context = NULL;
	p->nabove = 0;
	p->index = aeg_context_find(&p->bundle, str(SLICE("no context")));
	p->args.len = 0;
	try_call(p, SLICE("fs.read"));
}

/* A run of contexts, and what proves it: one of the workers, with memory of its own. */
struct worker {
	struct arena arena;
	struct prover prover;
	uint32_t lo, hi, effort;
	pthread_t thread;
	bool threaded;
};

static void *prove_contexts(void *arg)
{
	struct worker *w = arg;
	struct prover *p = &w->prover;

	p->a = p->name.arena = p->args.arena = p->vary.text.arena = &w->arena;
	p->tools = arena_array(p->a, uint32_t, p->m->ntools);
	for (uint32_t i = w->lo; i < w->hi && p->report.disagreement == NULL; i++) {
		p->vary.state = i; /* the same calls, whoever makes them */
		prove_context(p, &p->m->contexts[i], w->effort);
	}
	if (p->report.disagreement == NULL && w->hi == p->m->ncontexts)
		prove_unknown(p);
	arena_free(&p->scratch);
	return NULL;
}

/* So many workers as there are processors, where the work is worth their making. */
static uint32_t count_workers(const struct model *m)
{
	long n = m->ncontexts < CONTEXTS_PER_WORKER ? 1 : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : (uint32_t)n;
}

static void start(struct worker *w, bool alone)
{
	w->threaded = !alone && pthread_create(&w->thread, NULL, prove_contexts, w) == 0;
	if (!w->threaded)
		prove_contexts(w);
}

/* Waits for @w and adds what it found; @a keeps the text. */
static void finish(struct arena *a, struct worker *w, struct prove_report *report)
{
	const struct prove_report *r = &w->prover.report;

	if (w->threaded)
		pthread_join(w->thread, NULL);
	report->contexts += r->contexts;
	report->calls += r->calls;
	if (report->disagreement == NULL && r->disagreement != NULL) {
		struct buf text = { .arena = a };
		buf_text(&text, r->disagreement);
		report->disagreement = buf_done(&text).at;
	}
	arena_free(&w->arena);
}

struct prove_report prove_bundle(
	struct arena *a, const struct model *m, struct slice bundle, uint32_t effort)
{
	struct prove_report report = { 0 };
	struct aeg_bundle_info info = { .size_of = sizeof info };
	struct worker worker[MAX_WORKERS] = { 0 };
	struct aeg_bundle checked;
	uint32_t n = count_workers(m), lo = 0;
	enum aeg_status status = aeg_bundle_check(&checked, bundle.at, bundle.len);

	if (status != AEG_OK) {
		report.disagreement = aeg_status_text(status);
		return report;
	}
	aeg_bundle_info(&checked, &info);
	if (info.ncontexts != m->ncontexts) {
		report.disagreement = "the bundle has more or fewer contexts than the model";
		return report;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t hi = (uint32_t)((uint64_t)m->ncontexts * (i + 1) / n);
		worker[i] = (struct worker){ .lo = lo, .hi = hi, .effort = effort };
		worker[i].arena = (struct arena){
			.limit = (a->limit - a->used) / n, .fail = a->fail, .ctx = a->ctx
		};
		worker[i].prover = (struct prover){ .m = m, .bundle = checked };
		lo = hi;
	}
	for (uint32_t i = n; i-- > 0;) /* the first of them is this thread */
		start(&worker[i], i == 0);
	for (uint32_t i = 0; i < n; i++)
		finish(a, &worker[i], &report);
	return report;
}
