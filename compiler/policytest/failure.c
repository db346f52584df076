/* What there is to say of a call that was not decided as expected. */
#include "cli/answer.h"
#include "cli/explain.h"
#include "cli/tell.h"
#include "policytest/internal.h"

/* ---- What decided -------------------------------------------------------------------------- */

static const char *capability_label(struct runner *r, const struct aeg_verdict *v)
{
	const char *did = v->kind == AEG_ALLOW ? "granted it" : "refused it";
	if (v->reason == AEG_RateLimitExceeded || v->reason == AEG_ConcurrencyLimitExceeded)
		did = "would grant it, but for its limit";
	return diag_text(r->d, "capability %u %s", (unsigned)v->capability, did);
}

static void place_in_model(struct runner *r, const struct mcontext *c, const struct aeg_verdict *v,
	struct policytest_failure *f)
{
	if (v->capability != AEG_NONE) {
		f->rule = c->caps[v->capability].pattern.written.at;
		f->rule_label = capability_label(r, v);
	} else if (v->deny_entry != AEG_NONE) {
		f->rule = c->deny[v->deny_entry].written.at;
		f->rule_label = diag_text(r->d, "deny entry %u denied it", (unsigned)v->deny_entry);
	} else if (v->reason == AEG_ToolNotAllowed) {
		f->rule = c->name.at;
		f->rule_label = "the context";
	}
}

static void place_in_bundle(struct runner *r, const struct decided *d, struct policytest_failure *f)
{
	const struct aeg_verdict *v = &d->verdict;
	struct buf at = { .arena = r->d->arena };
	if (v->capability != AEG_NONE) {
		buf_text(&at, capability_label(r, v));
		tell_place(&at, aeg_capability_origin(d->bundle, d->call.context, v->capability));
	} else if (v->deny_entry != AEG_NONE) {
		buf_printf(&at, "deny entry %u denied it", (unsigned)v->deny_entry);
		tell_place(&at, aeg_deny_origin(d->bundle, d->call.context, v->deny_entry));
	} else {
		return;
	}
	f->rule_at = buf_done(&at).at;
}

/* ---- Failures ------------------------------------------------------------------------------ */

static const char *because(struct runner *r, const struct decided *d)
{
	struct buf out = { .arena = r->d->arena };
	struct tell t = { &out, false, d->bundle, d->context, &d->call };
	if (d->verdict.kind == AEG_ALLOW)
		return NULL;
	tell_reason(&t, d->verdict.reason, d->verdict.token, d->verdict.capability);
	return buf_done(&out).at;
}

static void suggest(struct runner *r, const struct decided *d, struct policytest_failure *f)
{
	struct buf json = { .arena = r->d->arena };
	const struct explanation *e =
		explain_call(r->scratch, d->bundle, d->context, &d->call, &d->verdict);
	for (uint32_t i = 0; i < e->nsuggestions; i++) {
		struct buf words = { .arena = r->d->arena };
		explain_suggestion_text(&words, d->bundle, &e->suggestion[i]);
		f->change[i] = buf_done(&words).at;
	}
	explain_suggestions_json(&json, d->bundle, e);
	f->suggestions = buf_done(&json);
}

struct policytest_failure failure_describe(
	struct runner *r, const struct mcall *call, const struct decided *d)
{
	struct policytest_failure f = { .call = call, .rule = SPAN_NONE };
	struct buf args = { .arena = r->d->arena }, expected = args, words = args, json = args;
	decided_args(&args, d);
	expect_words(&expected, &call->expect);
	decided_words(&words, &call->expect, d);
	answer_decision(&json, d->bundle, &d->call, &d->verdict);
	f.args = buf_done(&args);
	f.expected = buf_done(&expected).at;
	f.decided = buf_done(&words).at;
	f.decision = buf_done(&json);
	f.because = because(r, d);
	if (call->expect.decision == EXPECT_ALLOW && d->verdict.kind == AEG_DENY)
		suggest(r, d, &f);
	uint32_t in_model = d->call.context == AEG_NONE || r->context_of == NULL
				    ? UINT32_MAX
				    : r->context_of[d->call.context];
	if (in_model != UINT32_MAX)
		place_in_model(r, &r->model->contexts[in_model], &d->verdict, &f);
	else
		place_in_bundle(r, d, &f);
	return f;
}
