/* What the templates of a workflow read: the input, what earlier steps left, a loop's element. */
#include <string.h>

#include "flow/check.h"

static const struct wire nothing = { { .anything = true }, false };

/* A reading being followed. */
struct look {
	const struct types *t;
	struct diags *d; /* or NULL: in silence */
	const struct flow_read *r;
};

static void report(const struct look *k, struct diag g)
{
	g.at = k->r->at;
	diag_add(k->d, g);
}

static bool starts(const struct flow_read *r, const char *root)
{
	return r->nsteps > 0 && r->steps[0].at != NULL && slice_is(r->steps[0], root);
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Of `steps.NAME.KEY` and `state.[NAME.KEY]`; how many steps of the reading that takes, 0: it is
 * neither. A key that is not said has at NULL. */
static uint32_t names(const struct flow_read *r, struct slice *ret_step, struct slice *ret_key)
{
	struct slice second = r->nsteps > 1 ? r->steps[1] : (struct slice){ 0 };
	const char *dot;
	*ret_key = (struct slice){ 0 };
	if (second.at == NULL)
		return 0;
	if (starts(r, "steps")) {
		*ret_step = second;
		if (r->nsteps > 2)
			*ret_key = r->steps[2];
		return 3;
	}
	if (!starts(r, "state") || (dot = memchr(second.at, '.', second.len)) == NULL)
		return 0;
	uint32_t n = (uint32_t)(dot - second.at);
	*ret_step = (struct slice){ second.at, n };
	*ret_key = (struct slice){ dot + 1, second.len - n - 1 };
	return 2;
}

static uint32_t find_step(const struct types *t, struct slice name)
{
	for (uint32_t i = 0; i < types_nsteps(t); i++)
		if (slice_eq(types_at(t, i)->written->name.text, name))
			return i;
	return UINT32_MAX;
}

uint32_t reading_step(const struct types *t, const struct flow_read *r)
{
	struct slice step, key;
	return names(r, &step, &key) == 0 ? UINT32_MAX : find_step(t, step);
}

/* ---- Guards -------------------------------------------------------------------------------- */

static bool same_reading(const struct flow_read *a, const struct flow_read *b)
{
	struct slice step[2], key[2];
	uint32_t i = names(a, &step[0], &key[0]), k = names(b, &step[1], &key[1]);
	if (a->nsteps - i != b->nsteps - k || (i == 0) != (k == 0))
		return false;
	if (i > 0 && (!slice_eq(step[0], step[1]) || !slice_eq(key[0], key[1])))
		return false;
	for (; i < a->nsteps; i++, k++)
		if ((a->steps[i].at == NULL) != (b->steps[k].at == NULL) ||
			(a->steps[i].at != NULL && !slice_eq(a->steps[i], b->steps[k])))
			return false;
	return true;
}

/* Where the step under way is run, so was @i. */
static bool is_implied(const struct types *t, uint32_t i)
{
	return t->step < types_nsteps(t) && t->implied[t->step * types_nsteps(t) + i];
}

bool reading_is_guarded(const struct types *t, const struct flow_read *r)
{
	for (uint32_t i = 0; i < types_nsteps(t); i++) {
		const struct flow_step *s = types_at(t, i);
		if (!is_implied(t, i))
			continue;
		if (s->written->when != NULL && s->when.program.len == 0)
			return true; /* reported: who knows what it looks at */
		for (uint32_t k = 0; k < s->when.nreads; k++)
			if (same_reading(&s->when.reads[k], r))
				return true;
	}
	return false;
}

/* ---- Below a value ------------------------------------------------------------------------- */

static void no_member(
	const struct look *k, const struct type *of, struct slice name, enum type_member has)
{
	struct slice known[64];
	uint32_t kinds = type_kinds(of);
	if (k->d == NULL)
		return;
	const char *label = types_meant(k->d, name, known, type_names(of, known, 64));
	if (label == NULL && !(kinds & TYPE_OBJECT))
		label = diag_text(k->d, "it is read of %s", type_words(k->d, kinds));
	report(k, (struct diag){ has == TYPE_NEVER ? AEG_unknown_reading : AEG_unlisted_reading,
			  .message = diag_text(
				  k->d, "there is no member %s here", diag_quote(k->d, name)),
			  .label = label });
}

/* The rest of the reading from its step @from on, below @w. */
static struct wire below(const struct look *k, uint32_t from, struct wire w)
{
	for (uint32_t i = from; i < k->r->nsteps; i++) {
		struct slice name = k->r->steps[i];
		struct type next;
		if (name.at == NULL || (name.len > 0 && name.at[0] >= '0' && name.at[0] <= '9')) {
			w = (struct wire){ type_element(&w.type), true };
			continue;
		}
		if (slice_is(name, "length") && (type_kinds(&w.type) & (TYPE_LIST | TYPE_STRING)))
			return (struct wire){ { .plain = TYPE_INTEGER }, w.maybe };
		enum type_member has = type_member(&w.type, name, &next);
		if (has < TYPE_MAYBE) {
			no_member(k, &w.type, name, has);
			return nothing;
		}
		w = (struct wire){ next, w.maybe || has != TYPE_ALWAYS };
	}
	return w;
}

/* ---- Steps --------------------------------------------------------------------------------- */

static struct wire unknown_step(const struct look *k, struct slice name)
{
	const struct types *t = k->t;
	if (k->d == NULL)
		return nothing;
	struct slice *known = arena_array(k->d->arena, struct slice, t->step + 1);
	for (uint32_t i = 0; i < t->step; i++)
		known[i] = types_at(t, i)->written->name.text;
	report(k, (struct diag){ AEG_unknown_reading,
			  .message = diag_text(k->d, "there is no step %s", diag_quote(k->d, name)),
			  .label = types_meant(k->d, name, known, t->step) });
	return nothing;
}

static struct wire unknown_extract(
	const struct look *k, const struct mflow_step *w, struct slice name)
{
	if (k->d == NULL)
		return nothing;
	struct slice *known = arena_array(k->d->arena, struct slice, w->nextracts + 1);
	for (uint32_t i = 0; i < w->nextracts; i++)
		known[i] = w->extracts[i].name.text;
	report(k, (struct diag){ AEG_unknown_reading,
			  .message = diag_text(k->d, "step `%.*s` extracts no %s",
				  SLICE_ARG(w->name.text), diag_quote(k->d, name)),
			  .label = types_meant(k->d, name, known, w->nextracts) });
	return nothing;
}

static struct wire too_early(const struct look *k, const struct mflow_step *w, bool own)
{
	if (k->d != NULL)
		report(k, (struct diag){ AEG_reading_too_early, .other = w->name.at,
				  .other_label =
					  own ? "it is this step's own" : "the step runs later" });
	return nothing;
}

/* Is the step behind us, and does it surely run? */
static struct wire read_step(
	const struct look *k, struct slice name, struct slice key, uint32_t rest)
{
	const struct types *t = k->t;
	uint32_t i = find_step(t, name), x = 0;
	if (i == UINT32_MAX)
		return unknown_step(k, name);
	const struct flow_step *s = types_at(t, i);
	const struct mflow_step *w = s->written;
	if (i >= t->step)
		return too_early(k, w, i == t->step);
	if (key.at == NULL)
		return nothing;
	while (x < w->nextracts && !slice_eq(w->extracts[x].name.text, key))
		x++;
	if (x == w->nextracts)
		return unknown_extract(k, w, key);
	if (t->never[i] && k->d != NULL)
		report(k, (struct diag){ AEG_reading_of_nothing, .other = w->name.at,
				  .other_label = "this step is never run" });
	struct wire found = t->wires[i][x];
	found.maybe |= (w->when != NULL || w->on_error == FLOW_CONTINUE) && !is_implied(t, i);
	return below(k, rest, found);
}

/* ---- All ----------------------------------------------------------------------------------- */

static struct wire unknown_root(const struct look *k)
{
	static const struct slice roots[] = { { "input", 5 }, { "steps", 5 }, { "state", 5 } };
	if (k->d != NULL)
		report(k,
			(struct diag){ AEG_unknown_reading,
				.message = diag_text(k->d, "templates of workflows cannot read %s",
					diag_quote(k->d, k->r->steps[0])),
				.label = types_meant(k->d, k->r->steps[0], roots, 3),
				.help = "they read `input`, `steps.NAME.KEY`, `state.[NAME.KEY]`, and the element of `for_each`" });
	return nothing;
}

struct wire reading(const struct types *t, struct diags *d, const struct flow_read *r)
{
	struct look k = { t, d, r };
	const struct mflow_step *w =
		t->step < types_nsteps(t) ? types_at(t, t->step)->written : NULL;
	struct slice step, key;
	uint32_t n;
	if (t->idle || r->nsteps == 0 || r->steps[0].at == NULL)
		return nothing;
	if (starts(r, "input") && !t->flow->input_known)
		return nothing;
	if (starts(r, "input"))
		return below(&k, 1, (struct wire){ t->input, false });
	if (starts(r, "steps") || starts(r, "state")) {
		n = names(r, &step, &key);
		if (n == 0 && starts(r, "state") && r->nsteps > 1 && r->steps[1].at != NULL &&
			slice_is(r->steps[1], "input"))
			return below(&k, 2, (struct wire){ t->input, false });
		return n == 0 ? nothing : read_step(&k, step, key, n);
	}
	if (w != NULL && w->each != NULL && slice_eq(r->steps[0], w->item.text))
		return below(&k, 1, (struct wire){ type_element(&t->list.type), false });
	return unknown_root(&k);
}
