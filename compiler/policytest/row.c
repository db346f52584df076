/* Makes the calls of one row of a case: in order, on a clock and with counters of its own. */
#include <assert.h>

#include "policytest/internal.h"

/* What was taken for one row is given back; a block that is open already stays for the next. */
static void reset_scratch(struct runner *r)
{
	if (r->empty.head != NULL && arena_rewind(r->scratch, &r->empty))
		return;
	arena_free(r->scratch);
	arena_alloc(r->scratch, 1, 1, 1);
	r->empty = *r->scratch;
}

enum aeg_status decide(const struct aeg_bundle *b, struct mrow row, struct slice args,
	struct arena *scratch, struct decided *d)
{
	d->bundle = b;
	d->context = row.context;
	d->call.size_of = sizeof d->call;
	d->call.context = aeg_context_find(b, (struct aeg_str){ row.context.at, row.context.len });
	d->call.tool = (struct aeg_str){ row.tool.at, row.tool.len };
	d->call.limit_key = (struct aeg_str){ "case", 4 };
	if (args.at != NULL) {
		size_t ntok = aeg_json_bound(args.len);
		struct aeg_json *json = arena_new(scratch, struct aeg_json);
		aeg_json_scan(json, args.at, args.len,
			arena_array(scratch, struct aeg_json_tok, ntok), ntok);
		d->call.args = json;
	}
	return aeg_decide(b, &d->call, &d->verdict);
}

static struct slice json_of(struct runner *r, const struct node *args)
{
	if (args == NULL)
		return (struct slice){ 0 };
	r->args.len = 0;
	syntax_dump(&r->args, args);
	return buf_done(&r->args);
}

struct slots { /* grants that are under way */
	struct {
		uint32_t slot;
		uint64_t until;
	} * v;
	uint32_t n;
};

static void release(struct slots *s, struct aeg_limits *limits, uint64_t now)
{
	for (uint32_t i = 0; i < s->n;) {
		if (s->v[i].until > now) {
			i++;
			continue;
		}
		aeg_release(limits, s->v[i].slot);
		s->v[i] = s->v[--s->n];
	}
}

static void take_slot(struct slots *s, const struct mcall *call, uint32_t slot)
{
	uint64_t until = call->takes_ms == MUNSTATED ? UINT64_MAX : call->at_ms + call->takes_ms;
	s->v[s->n].slot = slot;
	s->v[s->n++].until = until;
}

/* A context that the bundle does not have denies everything: nobody wants to learn it so. */
static bool holds(const struct mexpect *e, const struct decided *d)
{
	return expect_holds(e, d) &&
	       (d->verdict.reason != AEG_UnknownContext || e->violation == AEG_UnknownContext);
}

/* Is it as expected? */
static bool look(struct runner *r, const struct mcall *call, struct decided *d)
{
	if (r->coverage != NULL && d->call.context != AEG_NONE)
		coverage_mark(r->coverage, r->model, r->context_of[d->call.context], d, r->scratch);
	if (call->expect.decision == EXPECT_NOTHING)
		return true;
	if (call->expect.obligations != NULL && d->verdict.kind == AEG_ALLOW)
		d->obligations = decided_obligations(r->scratch, d);
	return holds(&call->expect, d);
}

static void add_failure(struct runner *r, struct policytest_result *ret, uint32_t i,
	struct mrow what, const struct decided *d)
{
	const struct mcase *c = ret->c;
	if (ret->failures == NULL)
		ret->failures = arena_array(r->d->arena, struct policytest_failure, c->ncalls);
	struct policytest_failure f = failure_describe(r, &c->calls[i], d);
	f.index = i;
	f.row = what;
	ret->failures[ret->nfailures++] = f;
}

enum outcome { PASSED, FAILED, TOO_FEW /* counters */ };

static enum outcome make_calls(struct runner *r, const struct mcase *c, uint32_t row,
	struct aeg_limits *limits, struct slots *slots, struct policytest_result *ret)
{
	enum outcome all = PASSED;
	for (uint32_t i = 0; i < c->ncalls; i++) {
		const struct mcall *call = &c->calls[i];
		struct decided d = { .call = { .limits = limits, .now_ms = call->at_ms },
			.caps = r->caps,
			.deny = r->deny };
		struct mrow what = mcase_row(c, row, call);
		if (r->only.at != NULL && !slice_eq(r->only, what.context))
			continue;
		release(slots, limits, call->at_ms);
		enum aeg_status status =
			decide(r->bundle, what, json_of(r, what.args), r->scratch, &d);
		assert(status == AEG_OK || (status == AEG_NOMEM && limits != NULL));
		if (status != AEG_OK)
			return TOO_FEW;
		if (d.verdict.slot != AEG_NONE)
			take_slot(slots, call, d.verdict.slot);
		if (look(r, call, &d))
			continue;
		all = FAILED;
		if (r->d != NULL)
			add_failure(r, ret, i, what, &d);
		else if (r->coverage == NULL)
			break;
	}
	return all;
}

/* The calls of a row under counters for @nkeys. */
static enum outcome run(struct runner *r, const struct mcase *c, uint32_t row, uint32_t nkeys,
	struct policytest_result *ret)
{
	struct aeg_limits *limits = NULL;
	struct slots slots = { .n = 0 };
	reset_scratch(r);
	if (c->sequence) {
		size_t size = aeg_limits_size(r->bundle, nkeys);
		limits = aeg_limits_init(
			r->bundle, nkeys, arena_array(r->scratch, uint64_t, size / 8 + 1), size);
		slots.v = arena_alloc(r->scratch, c->ncalls, sizeof *slots.v, _Alignof(uint64_t));
	}
	return make_calls(r, c, row, limits, &slots, ret);
}

bool row_passes(
	struct runner *r, const struct mcase *c, uint32_t row, struct policytest_result *ret)
{
	enum outcome outcome;
	uint32_t nkeys = 4;
	do {
		if (ret != NULL)
			ret->nfailures = 0;
		outcome = run(r, c, row, nkeys, ret);
		nkeys *= 2;
	} while (outcome == TOO_FEW);
	return outcome == PASSED;
}
