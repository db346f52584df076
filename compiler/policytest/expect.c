/* Compares a decision with what was expected of it, and says both in words. */
#include "cli/answer.h"
#include "cli/tell.h"
#include "policytest/internal.h"

/* ---- Comparing ----------------------------------------------------------------------------- */

static bool rule_holds(const struct mrule *r, uint32_t index, struct aeg_str pattern)
{
	if (!r->stated)
		return true;
	return index != AEG_NONE && (r->index == UINT32_MAX || r->index == index) &&
	       (r->pattern.text.at == NULL || slice_eq(r->pattern.text, slice_str(pattern)));
}

static bool number_holds(uint64_t expected, uint64_t n)
{
	return expected == MUNSTATED || expected == n;
}

static bool list_within(const struct mlist *l, const struct mlist *in)
{
	for (uint32_t i = 0; i < l->n; i++) {
		bool found = false;
		for (uint32_t k = 0; k < in->n && !found; k++)
			found = slice_eq(l->v[i].text, in->v[k].text);
		if (!found)
			return false;
	}
	return true;
}

/* The same texts, in whatever order and however often. */
static bool list_holds(const struct mlist *expected, const struct mlist *l)
{
	return !expected->stated || (list_within(expected, l) && list_within(l, expected));
}

static bool obligations_hold(const struct mobligations *e, const struct mobligations *o)
{
	if (e->none)
		return o->none;
	return number_holds(e->max_response_size, o->max_response_size) &&
	       number_holds(e->max_concurrent, o->max_concurrent) &&
	       number_holds(e->rate.calls, o->rate.calls) &&
	       number_holds(e->rate.per_s, o->rate.per_s) && list_holds(&e->domains, &o->domains) &&
	       list_holds(&e->strip, &o->strip);
}

static struct mtext text_of(struct slice s) { return (struct mtext){ .text = s }; }

struct mobligations decided_obligations(struct arena *a, const struct decided *d)
{
	struct aeg_obligations o = { .size_of = sizeof o };
	struct mobligations all = { .domains.stated = true, .strip.stated = true };
	aeg_obligations(d->bundle, &d->call, &d->verdict, &o);
	all.max_response_size = o.max_response_size;
	all.max_concurrent = o.max_concurrent;
	all.rate = (struct mrate){ o.rate_calls, o.rate_per_s };
	all.domains.v = arena_array(a, struct mtext, o.restrict_domains);
	for (; all.domains.n < o.restrict_domains; all.domains.n++)
		all.domains.v[all.domains.n] = text_of(slice_str(aeg_restrict_domain(
			d->bundle, d->call.context, d->verdict.capability, all.domains.n)));
	if (o.strip_params != 0) {
		all.strip.v = arena_array(a, struct mtext, 2);
		all.strip.v[all.strip.n++] = text_of(SLICE("force"));
		all.strip.v[all.strip.n++] = text_of(SLICE("version"));
	}
	all.none = all.max_response_size == 0 && all.max_concurrent == 0 && all.rate.calls == 0 &&
		   all.domains.n == 0 && all.strip.n == 0;
	return all;
}

/* Of rule @i, or AEG_NONE. */
static uint32_t number(const uint32_t *numbers, uint32_t i)
{
	return numbers == NULL || i == AEG_NONE ? i : numbers[i];
}

bool expect_holds(const struct mexpect *e, const struct decided *d)
{
	const struct aeg_verdict *v = &d->verdict;
	if ((e->decision == EXPECT_ALLOW) != (v->kind == AEG_ALLOW))
		return false;
	if (e->violation != 0 && e->violation != (uint32_t)v->reason)
		return false;
	if (e->capability.stated &&
		!rule_holds(&e->capability, number(d->caps, v->capability),
			aeg_capability_pattern(d->bundle, d->call.context, v->capability)))
		return false;
	if (e->deny_entry.stated &&
		!rule_holds(&e->deny_entry, number(d->deny, v->deny_entry),
			aeg_deny_pattern(d->bundle, d->call.context, v->deny_entry)))
		return false;
	return e->obligations == NULL || obligations_hold(e->obligations, &d->obligations);
}

/* ---- Words --------------------------------------------------------------------------------- */

static void add_rule(struct buf *out, const char *what, uint32_t index, struct slice pattern)
{
	buf_printf(out, " by %s", what);
	if (index != UINT32_MAX)
		buf_printf(out, " %u", (unsigned)index);
	if (pattern.at == NULL)
		return;
	buf_text(out, index != UINT32_MAX ? ", " : " ");
	tell_quote(out, pattern);
}

static void add_number(struct buf *out, const char *name, uint64_t n)
{
	if (n == 0)
		buf_printf(out, "; no %s", name);
	else if (n != MUNSTATED)
		buf_printf(out, "; %s %llu", name, (unsigned long long)n);
}

static void add_list(struct buf *out, const char *name, const struct mlist *l)
{
	if (l->stated)
		buf_printf(out, "; %s%s", l->n == 0 ? "no " : "", name);
	for (uint32_t i = 0; i < l->n; i++) {
		buf_text(out, i == 0 ? " " : ", ");
		tell_text(out, l->v[i].text);
	}
}

static void add_obligations(struct buf *out, const struct mobligations *o)
{
	if (o->none) {
		buf_text(out, "; no obligations");
		return;
	}
	add_number(out, "max_response_size", o->max_response_size);
	add_list(out, "restrict_domains", &o->domains);
	add_list(out, "strip_params", &o->strip);
	add_number(out, "rate_limit", o->rate.calls);
	if (o->rate.calls != 0 && o->rate.per_s != MUNSTATED)
		buf_printf(out, " in %llu s", (unsigned long long)o->rate.per_s);
	add_number(out, "max_concurrent", o->max_concurrent);
}

void expect_words(struct buf *out, const struct mexpect *e)
{
	buf_text(out, e->decision == EXPECT_ALLOW ? "allow" : "deny");
	if (e->violation != 0)
		buf_printf(out, ": %s", aeg_reason_name((enum aeg_reason)e->violation));
	if (e->capability.stated)
		add_rule(out, "capability", e->capability.index, e->capability.pattern.text);
	if (e->deny_entry.stated)
		add_rule(out, "deny entry", e->deny_entry.index, e->deny_entry.pattern.text);
	if (e->obligations != NULL)
		add_obligations(out, e->obligations);
}

static uint64_t shown(uint64_t expected, uint64_t n, bool all)
{
	bool look = all ? n != 0 : expected != MUNSTATED;
	return look ? n : MUNSTATED;
}

static struct mlist shown_list(const struct mlist *expected, const struct mlist *l, bool all)
{
	bool look = all ? l->n != 0 : expected->stated;
	return look ? *l : (struct mlist){ 0 };
}

/* Of what there is, what @e looks at. */
static void add_looked_at(
	struct buf *out, const struct mobligations *e, const struct mobligations *o)
{
	bool all = e->none && !o->none;
	struct mobligations some = {
		.none = e->none && o->none,
		.max_response_size = shown(e->max_response_size, o->max_response_size, all),
		.max_concurrent = shown(e->max_concurrent, o->max_concurrent, all),
		.rate = { shown(e->rate.calls, o->rate.calls, all),
			shown(e->rate.per_s, o->rate.per_s, all) },
		.domains = shown_list(&e->domains, &o->domains, all),
		.strip = shown_list(&e->strip, &o->strip, all),
	};
	add_obligations(out, &some);
}

void decided_words(struct buf *out, const struct mexpect *e, const struct decided *d)
{
	const struct aeg_verdict *v = &d->verdict;
	buf_text(out, v->kind == AEG_ALLOW ? "allow" : "deny");
	if (v->kind == AEG_DENY)
		buf_printf(out, ": %s", aeg_reason_name(v->reason));
	if (v->capability != AEG_NONE)
		add_rule(out, "capability", v->capability,
			slice_str(
				aeg_capability_pattern(d->bundle, d->call.context, v->capability)));
	if (v->deny_entry != AEG_NONE)
		add_rule(out, "deny entry", v->deny_entry,
			slice_str(aeg_deny_pattern(d->bundle, d->call.context, v->deny_entry)));
	if (e->obligations != NULL && v->kind == AEG_ALLOW)
		add_looked_at(out, e->obligations, &d->obligations);
}

void decided_args(struct buf *out, const struct decided *d)
{
	const struct aeg_json *j = d->call.args;
	bool first = true;
	if (j == NULL || j->status != AEG_OK ||
		(j->tok[0].info & AEG_JSON_KIND_MASK) != AEG_JSON_OBJECT) {
		buf_slice(out, j == NULL ? SLICE("{}") : (struct slice){ j->text, j->len });
		return;
	}
	buf_text(out, "{");
	for (uint32_t key = 1; key < j->ntok; key = j->tok[key].next, first = false) {
		const struct aeg_json_tok *value = &j->tok[key + 1];
		bool quoted = (value->info & AEG_JSON_KIND_MASK) == AEG_JSON_STRING;
		buf_printf(out, "%s\"", first ? "" : ",");
		buf_add(out, j->text + j->tok[key].at, j->tok[key].len);
		buf_text(out, "\":");
		if (aeg_argument_is_secret(d->bundle, &d->call, key + 1))
			buf_text(out, "\"(secret)\"");
		else
			buf_add(out, j->text + value->at - quoted, value->len + 2u * quoted);
	}
	buf_text(out, "}");
}
