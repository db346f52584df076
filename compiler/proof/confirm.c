/* Has the bundle decide the call that refutes an assertion, and says which rule decided. */
#include "cli/answer.h"
#include "cli/tell.h"
#include "proof/internal.h"

/* ---- Limits --------------------------------------------------------------------------------- */

static void add_number(struct buf *out, uint64_t n, const char *what, const char *more)
{
	if (n == 0)
		buf_printf(out, "any number of %ss%s", what, more);
	else
		buf_printf(
			out, "%llu %s%s%s", (unsigned long long)n, what, n == 1 ? "" : "s", more);
}

/* ", with 10 calls in 60 s": what @limit is about, of the capability that grants the call. */
static void add_limit(struct buf *out, enum ceiling_why limit, const struct mcap *cap)
{
	buf_text(out, limit == CEILING_CALLS ? "" : ", with ");
	switch (limit) {
	case CEILING_CALLS: break;
	case CEILING_RATE:
		add_number(out, cap->rate_calls, "call", "");
		if (cap->rate_per_s != 0)
			buf_printf(out, " in %u s", (unsigned)cap->rate_per_s);
		break;
	case CEILING_CONCURRENT: add_number(out, cap->max_concurrent, "call", " at once"); break;
	case CEILING_RESPONSE: add_number(out, cap->max_response_size, "byte", " of answer"); break;
	case CEILING_RESULTS: add_number(out, cap->domains.n, "host", " of results"); break;
	}
}

const char *proof_limit_words(enum ceiling_why why)
{
	switch (why) {
	case CEILING_CALLS: break;
	case CEILING_RATE: return "the child may make more such calls in the parent's window";
	case CEILING_CONCURRENT: return "the child may have more such calls under way at once";
	case CEILING_RESPONSE: return "the child may get larger answers";
	case CEILING_RESULTS: return "the child may get results from other hosts";
	}
	return NULL;
}

/* ---- One decision --------------------------------------------------------------------------- */

static void add_rule(struct proving *p, struct proof_decision *ret, const struct aeg_verdict *v,
	enum ceiling_why limit)
{
	const struct mcontext *c = ret->context;
	struct buf label = { .arena = p->d->arena };
	if (v->capability != AEG_NONE) {
		const struct mcap *cap = &c->caps[v->capability];
		buf_printf(&label, "capability %u %s it", (unsigned)v->capability,
			ret->allowed ? "granted" : "refused");
		if (ret->allowed)
			add_limit(&label, limit, cap);
		ret->rule = cap->pattern.written.at;
	} else if (v->deny_entry != AEG_NONE) {
		buf_printf(&label, "deny entry %u denied it", (unsigned)v->deny_entry);
		ret->rule = c->deny[v->deny_entry].written.at;
	} else {
		buf_text(&label, "no capability of this context is for the tool");
		ret->rule = c->name.at;
	}
	ret->label = buf_done(&label).at;
}

static void add_words(struct proving *p, struct proof_decision *ret, const struct aeg_verdict *v)
{
	const struct mcontext *c = ret->context;
	struct buf out = { .arena = p->d->arena };
	if (ret->allowed)
		buf_text(&out, "allow");
	else
		buf_printf(&out, "deny: %s", aeg_reason_name(v->reason));
	if (v->capability != AEG_NONE) {
		buf_printf(&out, " by capability %u, ", (unsigned)v->capability);
		tell_quote(&out, c->caps[v->capability].pattern.written.text);
	} else if (v->deny_entry != AEG_NONE) {
		buf_printf(&out, " by deny entry %u, ", (unsigned)v->deny_entry);
		tell_quote(&out, c->deny[v->deny_entry].written.text);
	}
	ret->words = buf_done(&out).at;
}

static bool agrees(const struct aeg_verdict *v, const struct cell_side *side)
{
	bool allowed = side->granted != AEG_NONE;
	if (v->kind != (allowed ? AEG_ALLOW : AEG_DENY) ||
		(!allowed && v->deny_entry != side->denied))
		return false;
	return side->denied != AEG_NONE ||
	       v->capability == (allowed ? side->granted : side->refused);
}

/* Decides r->tool with @args in ret->context. False: unlike @side says. */
static bool decide(struct proving *p, const struct proof_result *r, const struct aeg_json *args,
	const struct cell_side *side, struct proof_decision *ret)
{
	const struct aeg_bundle *b = p->o->bundle;
	struct slice context = ret->context->name.text;
	struct buf json = { .arena = p->d->arena }, because = json;
	struct aeg_call call = { .size_of = sizeof call,
		.context = aeg_context_find(b, (struct aeg_str){ context.at, context.len }),
		.tool = { r->tool.at, r->tool.len },
		.args = args };
	struct tell tell = { &because, false, b, context, &call };
	struct aeg_verdict v;
	if (aeg_decide(b, &call, &v) != AEG_OK || !agrees(&v, side))
		return false;
	ret->allowed = v.kind == AEG_ALLOW;
	add_words(p, ret, &v);
	add_rule(p, ret, &v, r->limit);
	answer_decision(&json, b, &call, &v);
	ret->decision = buf_done(&json);
	if (!ret->allowed) {
		tell_reason(&tell, v.reason, v.token, v.capability);
		ret->because = buf_done(&because).at;
	}
	return true;
}

void proof_confirm(struct proving *p, struct proof_result *r, const struct cell_side *side)
{
	size_t ntok = aeg_json_bound(r->args.len);
	struct aeg_json args;
	aeg_json_scan(&args, r->args.at, r->args.len,
		arena_array(p->d->arena, struct aeg_json_tok, ntok), ntok);
	for (uint32_t i = 0; i < proof_nsides(r->a); i++) {
		struct proof_decision *d = &r->decided[i];
		d->context = &p->o->model->contexts[r->refuted[0].v[i]];
		if (decide(p, r, &args, &side[i], d))
			continue;
		struct buf line = { .arena = p->d->arena };
		proof_command(&line, d->context->name.text, r->tool, r->args);
		p->report->unconfirmed = buf_done(&line).at;
		d->words = d->label = "";
		d->rule = SPAN_NONE;
	}
}
