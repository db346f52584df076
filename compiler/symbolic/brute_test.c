/*
 * Every question about all calls against enumeration: thousands of small policies, each asked of
 * some hundreds of calls one by one, by the naive evaluator. What the cells say is there must be a
 * call that shows it; what they say is not there must not be among the calls; and none of these is
 * smaller than the one that the cells show.
 */
#include "symbolic/symbolic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "prove/naive.h"
#include "symbolic/small_test.h"

enum { POLICIES = 10000 };

/* ---- What is asked, and what the naive evaluator says ---------------------------------------- */

struct trial {
	uint32_t number;
	struct world *w;
	struct side side[2];
	const struct region *region; /* or NULL */
	const struct cells *cells;
	const struct calls *calls;
	struct told *told, *told_cells; /* of each call, of the call of each cell */
};

struct told {
	uint64_t holds[2]; /* of each capability */
	struct naive_verdict v[2];
	bool in_region;
};

static struct told tell(const struct trial *t, struct slice tool, const struct aeg_json *args)
{
	struct arena *scratch = &t->w->arena, mark = *scratch;
	struct told told = { .in_region =
				     in_region(t->side[0].model, t->region, tool, args, scratch) };

	for (uint32_t s = 0; s < 2; s++) {
		const struct model *m = t->side[s].model;
		const struct mcontext *c = t->side[s].context;
		told.v[s] = naive_decide(m, c, tool, args, scratch);
		for (uint32_t i = 0; i < c->ncaps; i++)
			if (naive_grants(m, &c->caps[i], tool, args, scratch))
				told.holds[s] |= UINT64_C(1) << i;
	}
	arena_rewind(scratch, &mark);
	return told;
}

static void tell_all(struct trial *t)
{
	struct aeg_json json;

	t->told = arena_array(&t->w->arena, struct told, t->calls->n);
	t->told_cells = arena_array(&t->w->arena, struct told, t->cells->n);
	for (uint32_t i = 0; i < t->calls->n; i++)
		t->told[i] = tell(t, t->calls->v[i].tool, &t->calls->v[i].json);
	for (uint32_t i = 0; i < t->cells->n; i++) {
		const struct cell *c = &t->cells->v[i];
		t->told_cells[i] = tell(t, c->tool, scan(&t->w->arena, &json, c->args));
	}
}

static void fail_at(const struct trial *t, const char *what, struct slice tool, struct slice args)
{
	fail_msg("policy %u: %s: %.*s %.*s", t->number, what, SLICE_ARG(tool), SLICE_ARG(args));
}

/* ---- Cell by cell ---------------------------------------------------------------------------- */

static struct slice key_of(struct world *w, const struct told *told)
{
	uint64_t *key = arena_array(&w->arena, uint64_t, 4);

	key[0] = told->holds[0];
	key[1] = told->holds[1];
	key[2] = (uint64_t)told->v[0].deny_entry << 32 | told->v[1].deny_entry;
	key[3] = told->in_region;
	return (struct slice){ (const char *)key, 4 * sizeof *key };
}

/* What a cell says is so of its call; what is so of any call is so of a cell, no larger. */
static void check_classes(struct trial *t)
{
	struct map cells = { .arena = &t->w->arena };

	for (uint32_t i = 0; i < t->cells->n; i++) {
		const struct cell *c = &t->cells->v[i];
		const struct told *told = &t->told_cells[i];
		bool same = c->in_region == told->in_region;
		for (uint32_t s = 0; s < 2; s++) {
			const struct naive_verdict *v = &told->v[s];
			same = same && c->side[s].denied == v->deny_entry &&
			       c->side[s].granted == (v->allow ? v->capability : AEG_NONE);
			if (!v->allow && v->deny_entry == AEG_NONE)
				same = same && c->side[s].refused == v->capability;
			for (uint32_t k = 0; k < t->side[s].context->ncaps; k++)
				same = same &&
				       cell_holds(t->cells, c, s, k) == (told->holds[s] >> k & 1);
		}
		if (!same)
			fail_at(t, "the cell says otherwise", c->tool, c->args);
		map_put(&cells, key_of(t->w, told), i);
	}
	for (uint32_t i = 0; i < t->calls->n; i++) {
		const struct call *call = &t->calls->v[i];
		uint32_t at = map_get(&cells, key_of(t->w, &t->told[i]));
		if (t->region != NULL && !t->told[i].in_region)
			continue;
		if (at == MAP_NONE)
			fail_at(t, "in no cell", call->tool, call->args);
		if (call->plain && call->cost < t->cells->v[at].cost)
			fail_at(t, "smaller than its cell's", call->tool, call->args);
	}
}

/* ---- Question by question ---------------------------------------------------------------------
 */

struct question {
	enum ask { ALLOWED, DENIED, GAINED, GRANTS, COULD, BARS } ask;
	uint32_t side, index; /* index: of a capability, of a deny entry */
};

static bool cell_answers(const struct trial *t, struct question q, const struct cell *c)
{
	const struct cell_side *s = &c->side[q.side], *other = &c->side[1 - q.side];

	switch (q.ask) {
	case ALLOWED: return c->in_region && s->granted != AEG_NONE; /* refutes `never` */
	case DENIED: return c->in_region && s->granted == AEG_NONE;  /* refutes `always` */
	case GAINED: return s->granted != AEG_NONE && other->granted == AEG_NONE;
	case GRANTS: return s->granted == q.index; /* where none does it is shadowed */
	case COULD: return cell_holds(t->cells, c, q.side, q.index);
	case BARS: return s->denied == q.index;
	}
	return false;
}

static bool call_answers(struct question q, const struct told *told)
{
	const struct naive_verdict *v = &told->v[q.side], *other = &told->v[1 - q.side];

	switch (q.ask) {
	case ALLOWED: return told->in_region && v->allow;
	case DENIED: return told->in_region && !v->allow;
	case GAINED: return v->allow && !other->allow;
	case GRANTS: return v->allow && v->capability == q.index;
	case COULD: return told->holds[q.side] >> q.index & 1;
	case BARS: return v->deny_entry == q.index;
	}
	return false;
}

static void ask(const struct trial *t, struct question q)
{
	const struct cell *first = NULL;

	for (uint32_t i = 0; i < t->cells->n; i++) {
		const struct cell *c = &t->cells->v[i];
		if (!cell_answers(t, q, c))
			continue;
		first = first == NULL ? c : first;
		if (!call_answers(q, &t->told_cells[i]))
			fail_at(t, "is no answer", c->tool, c->args);
	}
	for (uint32_t i = 0; i < t->calls->n; i++) {
		const struct call *call = &t->calls->v[i];
		if (!call_answers(q, &t->told[i]))
			continue;
		if (first == NULL)
			fail_at(t, "is an answer, and no cell is", call->tool, call->args);
		if (call->plain && call->cost < first->cost)
			fail_at(t, "is a smaller answer", call->tool, call->args);
	}
}

static void ask_all(const struct trial *t)
{
	for (uint32_t s = 0; s < 2; s++) {
		ask(t, (struct question){ ALLOWED, s, 0 });
		ask(t, (struct question){ DENIED, s, 0 });
		if (t->region != NULL)
			continue;
		ask(t, (struct question){ GAINED, s, 0 });
		for (uint32_t i = 0; i < t->side[s].context->ncaps; i++) {
			ask(t, (struct question){ GRANTS, s, i });
			ask(t, (struct question){ COULD, s, i });
		}
		for (uint32_t i = 0; i < t->side[s].context->ndeny; i++)
			ask(t, (struct question){ BARS, s, i });
	}
}

/* Every call that the two decide otherwise lies in a cell that says so. */
static void check_differences(const struct trial *t)
{
	for (uint32_t i = 0; i < t->calls->n; i++) {
		const struct call *call = &t->calls->v[i];
		if (t->told[i].v[0].allow == t->told[i].v[1].allow)
			continue;
		struct arena mark = t->w->arena;
		const struct cell *c = cells_find(t->cells, call->tool, &call->json, &t->w->arena);
		arena_rewind(&t->w->arena, &mark);
		if (c == NULL ||
			(c->side[0].granted == AEG_NONE) == (c->side[1].granted == AEG_NONE))
			fail_at(t, "differs outside of the difference", call->tool, call->args);
	}
}

/* ---- Ceilings ---------------------------------------------------------------------------------
 */

enum { MOST_RATE = 3, MOST_WINDOW = 6 };

/* The most calls in any @window seconds of all schedules, second by second, that have at most
 * @calls in any @per_s seconds. */
static uint32_t schedules_most(uint32_t calls, uint32_t per_s, uint32_t window)
{
	uint32_t at[MOST_WINDOW] = { 0 }, most = 0, i;

	do {
		uint32_t sum = 0;
		bool keeps = true;
		for (i = 0; i < window; i++) {
			uint32_t within = 0;
			for (uint32_t k = i; k < window && k < i + per_s; k++)
				within += at[k];
			keeps = keeps && within <= calls;
			sum += at[i];
		}
		if (keeps && sum > most)
			most = sum;
		for (i = 0; i < window && at[i] == calls; i++)
			at[i] = 0;
		if (i < window)
			at[i]++;
	} while (i < window);
	return most;
}

static void test_rates(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= MOST_RATE; c++)
		for (uint32_t s = 1; s <= MOST_WINDOW; s++)
			for (uint32_t q = 1; q <= MOST_WINDOW; q++) {
				uint32_t most = schedules_most(c, s, q);
				assert_int_equal(rate_most(c, s, q), most);
				for (uint32_t p = 1; p <= MOST_RATE * MOST_WINDOW + 1; p++)
					assert_int_equal(rate_within(c, s, p, q), most <= p);
				assert_true(rate_within(c, s, 0, 0));
				assert_false(rate_within(0, 0, c, s));
			}
	assert_true(rate_within(0, 0, 0, 0));
}

/* Is an optional url of the call absent, so that hosts of results are what is limited? */
static bool lacks_url(const struct model *m, struct slice name, const struct aeg_json *args)
{
	const struct mtool *t = tool_of(m, name);

	for (uint32_t i = 0; t != NULL && i < t->nargs; i++) {
		const struct marg *a = &t->args[i];
		if (a->role != ROLE_URL || a->required)
			continue;
		uint32_t at = aeg_json_member(
			args, 0, (struct aeg_str){ a->name.text.at, a->name.text.len });
		uint32_t is = at == AEG_NONE ? (uint32_t)AEG_JSON_NULL
					     : args->tok[at].info & AEG_JSON_KIND_MASK;
		if (is == AEG_JSON_NULL || (is == AEG_JSON_ARRAY && args->tok[at].next == at + 1))
			return true;
	}
	return false;
}

/* Is there a host that @child lets through and @parent does not? Tried are each entry of either,
 * names below it, and others. */
static bool host_escapes(struct world *w, const struct mcap *child, const struct mcap *parent)
{
	static const char *const below[] = { "", "zz.", "x.a." };
	const struct mlist *lists[] = { &child->domains, &parent->domains };

	if (!child->domains.stated)
		return true;
	for (uint32_t l = 0; l < 2; l++)
		for (uint32_t i = 0; i < lists[l]->n; i++)
			for (uint32_t k = 0; k < 3; k++) {
				struct buf url = new_text(w);
				struct slice e = lists[l]->v[i].text;
				uint32_t skip = slice_begins(e, SLICE("*.")) ? 2 : 0;
				buf_printf(&url, "https://%s%.*s", below[k], (int)(e.len - skip),
					e.at + skip);
				struct slice u = buf_done(&url);
				if (naive_url(u, &child->domains, &w->arena) == NULL &&
					naive_url(u, &parent->domains, &w->arena) != NULL)
					return true;
			}
	return false;
}

/* What calls have shown so far of two contexts, the first as a child of the second. */
struct family {
	bool meets[SMALL_CAPS][SMALL_CAPS]; /* some call is granted by this and by that */
	bool escapes;                       /* of calls one by one: more than the parent's */
};

static void look(const struct trial *t, struct family *f, struct slice tool,
	const struct aeg_json *args, const struct told *told)
{
	if (!told->v[0].allow)
		return;
	if (!told->v[1].allow) {
		f->escapes = true;
		return;
	}
	const struct mcap *c = &t->side[0].context->caps[told->v[0].capability];
	const struct mcap *p = &t->side[1].context->caps[told->v[1].capability];
	f->meets[told->v[0].capability][told->v[1].capability] = true;
	if (p->max_response_size != 0 &&
		(c->max_response_size == 0 || c->max_response_size > p->max_response_size))
		f->escapes = true;
	if (!f->escapes && p->domains.stated && lacks_url(t->side[1].model, tool, args))
		f->escapes = host_escapes(t->w, c, p);
}

/* What the child's capabilities may do together under each of the parent's. */
static bool exceeds(const struct trial *t, const struct family *f)
{
	const struct mcontext *child = t->side[0].context, *parent = t->side[1].context;

	for (uint32_t p = 0; p < parent->ncaps; p++) {
		const struct mcap *limit = &parent->caps[p];
		uint32_t calls = 0, held = 0;
		for (uint32_t i = 0; i < child->ncaps; i++) {
			const struct mcap *c = &child->caps[i];
			if (!f->meets[i][p])
				continue;
			if ((limit->rate_per_s != 0 && c->rate_per_s == 0) ||
				(limit->max_concurrent != 0 && c->max_concurrent == 0))
				return true;
			if (limit->rate_per_s != 0)
				calls += schedules_most(
					c->rate_calls, c->rate_per_s, limit->rate_per_s);
			held += c->max_concurrent;
		}
		if ((limit->rate_per_s != 0 && calls > limit->rate_calls) ||
			(limit->max_concurrent != 0 && held > limit->max_concurrent))
			return true;
	}
	return false;
}

static bool check_ceiling(const struct trial *t)
{
	struct ceiling ceiling = symbolic_within(t->cells, 0, 1);
	struct family f = { 0 };
	struct aeg_json json;

	for (uint32_t i = 0; i < t->calls->n; i++)
		look(t, &f, t->calls->v[i].tool, &t->calls->v[i].json, &t->told[i]);
	for (uint32_t i = 0; i < t->cells->n; i++) {
		const struct cell *c = &t->cells->v[i];
		look(t, &f, c->tool, scan(&t->w->arena, &json, c->args), &t->told_cells[i]);
	}
	assert_int_equal(ceiling.within, !f.escapes && !exceeds(t, &f));
	if (!ceiling.within) {
		const struct told *told = &t->told_cells[ceiling.witness - t->cells->v];
		assert_true(told->v[0].allow);
		assert_int_equal(told->v[1].allow, ceiling.why != CEILING_CALLS);
	}
	return ceiling.within;
}

/* ---- Trials -----------------------------------------------------------------------------------
 */

static const struct region *random_region(struct world *w)
{
	static const char *const names[] = { "path", "from", "to", "cwd", "command", "url" };
	static const enum mrole roles[] = { ROLE_PATH, ROLE_PATH, ROLE_PATH, ROLE_PATH,
		ROLE_COMMAND, ROLE_URL };
	struct region *r = arena_new(&w->arena, struct region);
	struct region_arg *args = arena_array(&w->arena, struct region_arg, 2);
	uint32_t first = pick(w, 6);

	if (!one_in(w, 3)) {
		struct mpattern *p = arena_new(&w->arena, struct mpattern);
		*p = small_pattern(w);
		r->tool = p;
	}
	for (uint32_t n = pick(w, 3); r->nargs < n; r->nargs++) {
		uint32_t i = (first + r->nargs * 2) % 6;
		struct mcap *like = arena_new(&w->arena, struct mcap);
		if (roles[i] == ROLE_PATH)
			like->paths = small_list(w, small_path);
		else if (roles[i] == ROLE_URL)
			like->domains = small_list(w, small_host);
		else
			do
				small_subcommands(w, like);
			while (like->subcommand_form != SUBCOMMANDS_MAP);
		args[r->nargs] = (struct region_arg){ slice_of(names[i]), roles[i],
			one_in(w, 4) ? NULL : like };
	}
	r->args = args;
	return r;
}

struct tally {
	uint32_t over, within, outside, cells;
};

static void run_trial(const struct calls *calls, uint32_t number, struct tally *tally)
{
	struct world *w = new_world(number);
	struct model old, new;
	struct trial t = { .number = number, .w = w, .calls = calls };

	small_catalogue(w, &old, one_in(w, 4));
	small_catalogue(w, &new, one_in(w, 4));
	t.side[0] = (struct side){ &old, small_context(w) };
	t.side[1] = (struct side){ one_in(w, 6) ? &new : &old,
		one_in(w, 3) ? small_context(w) : small_edit(w, t.side[0].context) };
	t.region = one_in(w, 2) ? random_region(w) : NULL;
	t.cells = symbolic_cells(&w->arena, t.side, 2, t.region);
	tally->over += t.cells->over;
	if (!t.cells->over) {
		tally->cells += t.cells->n;
		tell_all(&t);
		check_classes(&t);
		ask_all(&t);
		if (t.region == NULL)
			check_differences(&t);
		if (t.region == NULL && t.side[0].model == t.side[1].model) {
			bool within = check_ceiling(&t);
			tally->within += within;
			tally->outside += !within;
		}
	}
	arena_free(&w->arena);
	free(w);
}

static void test_enumeration(void **state)
{
	(void)state;
	struct world *w = new_world(1);
	const struct calls *calls = all_calls(w);
	struct tally tally = { 0 };

	for (uint32_t number = 1; number <= POLICIES; number++)
		run_trial(calls, number, &tally);
	print_message("# %u policies, %u calls: %u cells, within %u, not %u, over %u\n", POLICIES,
		calls->n, tally.cells, tally.within, tally.outside, tally.over);
	assert_true(tally.over < POLICIES / 8);
	assert_true(tally.within > POLICIES / 16 && tally.outside > POLICIES / 16);
	arena_free(&w->arena);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_enumeration),
	};
	return cmocka_run_group_tests_name("brute", tests, NULL, NULL);
}
