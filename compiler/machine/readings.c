/*
 * What templates and conditions read of states and of the blackboard: whether somebody wrote it on
 * every way that leads there.
 */
#include <stdlib.h>

#include "aegis/expr.h"
#include "machine/internal.h"

enum {
	MOST_READINGS = 256, /* of one text */
	MOST_TEXT = 1 << 20,
	MOST_MEMORY = 64 << 20,
	MOST_STEPS = 1 << 26
}; /* in looking for ways, of one machine */

/* When a text is rendered: before its state has run, after it, or at the end of a run. */
enum when { WHEN_BEFORE, WHEN_AFTER, WHEN_END };

struct reading { /* of one text, of one state or key */
	struct slice key;
	bool board;  /* read as `blackboard.KEY` */
	bool tested; /* the text looks first whether it is there */
	uint32_t at, len;
};
struct wanted {          /* a state's outcome, by a text */
	uint32_t of, by; /* by: the state whose text it is; NONE at the end */
	enum when when;
	bool condition;
	bool board;
	struct slice key; /* as it is read */
	struct span at;
};
#define KEY_MANY (MAP_NONE - 1)
struct readings {
	struct analysis *an;
	struct map names; /* of states */
	struct map keys;  /* of results > the first state that writes it; others > KEY_MANY */
	bool *many;       /* by state: others write its key, too */
	struct wanted *wanted;
	size_t n, cap;
	uint32_t steps; /* left */
	/* One text under way. */
	struct reading list[MOST_READINGS];
	uint32_t nlist;
};

/* ---- One text ------------------------------------------------------------------------------ */

static struct slice step(const struct aeg_variable *v, uint32_t i)
{
	return i < v->nsteps ? (struct slice){ v->steps[i].name.at, v->steps[i].name.len }
			     : (struct slice){ NULL, 0 };
}

static void note(void *ctx, const struct aeg_variable *v)
{
	struct readings *r = ctx;
	struct slice root = step(v, 0), key = root;
	bool board = false, tested = (v->flags & AEG_READ_TESTED) && !(v->flags & AEG_READ_LOOPED);

	if (v->special.len != 0 || root.at == NULL)
		return;
	if (map_get(&r->names, root) == MAP_NONE) {
		key = step(v, 1);
		if (!slice_is(root, "blackboard") || key.at == NULL)
			return;
		board = true;
	}
	for (uint32_t i = 0; i < r->nlist; i++)
		if (slice_eq(r->list[i].key, key)) {
			r->list[i].tested |= tested;
			return;
		}
	if (r->nlist < MOST_READINGS)
		r->list[r->nlist++] =
			(struct reading){ buf_copy(r->an->a, key), board, tested, v->at, v->len };
}

/* What cannot be compiled was reported by who read it. */
static void compile(struct readings *r, const struct node *n, bool condition)
{
	struct aeg_template_options options = {
		.size_of = sizeof options, .variable = note, .ctx = r
	};
	struct aeg_str text = { n->u.text.at, n->u.text.len };
	struct aeg_template_error error;
	enum aeg_status status = AEG_NOMEM;
	size_t len;

	r->nlist = 0;
	for (size_t cap = 4096 + 32 * (size_t)text.len; status == AEG_NOMEM && cap <= MOST_MEMORY;
		cap *= 2) {
		struct arena mark = *r->an->a;
		void *mem = arena_alloc(r->an->a, cap, 1, 8);
		r->nlist = 0;
		status = (condition ? aeg_condition_compile : aeg_template_compile)(
			text, &options, mem, cap, &len, &error);
		if (r->nlist == 0)
			arena_rewind(r->an->a, &mark);
	}
	if (status != AEG_OK)
		r->nlist = 0;
}

static void want(struct readings *r, struct wanted w)
{
	arena_push(r->an->a, r->wanted, r->n, &r->cap);
	r->wanted[r->n++] = w;
}

/* A name that was meant is offered where all that is read is looked up. */
static bool is_misspelt(struct readings *r, struct slice key)
{
	const struct mmachine *m = r->an->m;
	enum { MOST_NAMES = 256 };
	struct slice known[MOST_NAMES];
	size_t n = 0;

	known[n++] = m->workspace_key.text;
	for (uint32_t i = 0; i < m->nstates && n + 2 < MOST_NAMES; i++) {
		known[n++] = m->states[i].name.text;
		if (m->states[i].result_key.text.at != NULL)
			known[n++] = m->states[i].result_key.text;
	}
	return diag_nearest(key, known, n) != SIZE_MAX;
}

/* A result's key may be what could not be read. */
static bool key_lost(const struct mmachine *m)
{
	bool lost = false;

	for (uint32_t i = 0; i < m->nstates; i++)
		lost |= m->states[i].key_lost;
	return lost;
}

static void unwritten(struct readings *r, struct slice key, struct span at)
{
	struct diags *d = r->an->d;

	if (!d->dropped && !key_lost(r->an->m) && !is_misspelt(r, key))
		diag_add(d,
			(struct diag){ AEG_blackboard_unwritten, at,
				.label = diag_text(d, "nothing writes %s", diag_quote(d, key)),
				.other = SPAN_NONE,
				.help = "the blackboard has what each state came to, by its name, "
					"results of sub-workflows by `result_key`, the constants "
					"of `spec.context`, and the workspace volume" });
}

/* The state that writes it; KEY_MANY: nobody can say; or MAP_NONE. */
static uint32_t writer(const struct readings *r, struct slice key)
{
	uint32_t of = map_get(&r->names, key);

	if (of != MAP_NONE)
		return of;
	of = map_get(&r->keys, key);
	return of < r->an->m->nstates && r->many[of] ? KEY_MANY : of;
}

/* Whether the text looks first whether @state has run, or for the key that it writes. */
static bool is_tested(const struct readings *r, const uint32_t *of, uint32_t state)
{
	for (uint32_t i = 0; i < r->nlist; i++)
		if (of[i] == state && r->list[i].tested)
			return true;
	return false;
}

static void read_text(
	struct readings *r, const struct node *n, uint32_t by, enum when when, bool condition)
{
	const struct sources *sources = r->an->d->sources;

	if (n->u.text.len > MOST_TEXT ||
		(!condition && memchr(n->u.text.at, '{', n->u.text.len) == NULL))
		return;
	uint32_t of[MOST_READINGS];
	compile(r, n, condition);
	for (uint32_t i = 0; i < r->nlist; i++)
		of[i] = writer(r, r->list[i].key);
	for (uint32_t i = 0; i < r->nlist; i++) {
		const struct reading *x = &r->list[i];
		struct span at =
			span_is_none(n->span) ? n->span : syntax_place(sources, n, x->at, x->len);
		if (of[i] == MAP_NONE)
			unwritten(r, x->key, at);
		else if (of[i] != KEY_MANY && !is_tested(r, of, of[i]))
			want(r, (struct wanted){
					of[i], by, when, condition, x->board, x->key, at });
	}
}

/* All texts of a value. Documents are at most SYNTAX_MAX_DEPTH deep. */
static void read_all(struct readings *r, const struct node *n, uint32_t by, enum when when)
{
	if (n == NULL)
		return;
	if (n->kind == NODE_STRING)
		read_text(r, n, by, when, false);
	for (uint32_t i = 0; n->kind == NODE_LIST && i < n->u.list.n; i++)
		read_all(r, n->u.list.v[i], by, when);
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->u.map.n; i++)
		read_all(r, n->u.map.v[i].value, by, when);
}

/* A name that may have holes. */
static void read_name(struct readings *r, struct mtext t, uint32_t by)
{
	struct node n = { .kind = NODE_STRING, .span = SPAN_NONE, .u.text = t.text };
	size_t before = r->n;

	if (t.text.at == NULL)
		return;
	read_text(r, &n, by, WHEN_BEFORE, false);
	for (size_t i = before; i < r->n; i++)
		r->wanted[i].at = t.at;
}

static void read_state(struct readings *r, uint32_t i)
{
	const struct mstate *s = &r->an->m->states[i];
	const struct node *before[] = { s->input, s->intent, s->validator, s->command, s->env,
		s->workdir, s->prompt };

	read_name(r, s->agent, i);
	read_name(r, s->workflow, i);
	for (size_t k = 0; k < sizeof before / sizeof *before; k++)
		read_all(r, before[k], i, WHEN_BEFORE);
	for (uint32_t k = 0; k < s->nbranches; k++) {
		read_name(r, s->branches[k].agent, i);
		read_all(r, s->branches[k].input, i, WHEN_BEFORE);
	}
	for (uint32_t k = 0; k < s->ncontainers; k++) {
		const struct mcontainer *c = &s->containers[k];
		read_all(r, c->image, i, WHEN_BEFORE);
		read_all(r, c->workdir, i, WHEN_BEFORE);
		read_all(r, c->command, i, WHEN_BEFORE);
		read_all(r, c->env, i, WHEN_BEFORE);
	}
	for (uint32_t k = 0; k < s->njudges; k++)
		read_all(r, s->judges[k].input_template, i, WHEN_AFTER);
	read_all(r, s->handler.node, i, WHEN_AFTER);
	for (uint32_t k = 0; k < s->ntransitions; k++) {
		const struct mtransition *t = &s->transitions[k];
		read_all(r, t->feedback, i, WHEN_AFTER);
		if (t->expression != NULL && t->expression->kind == NODE_STRING)
			read_text(r, t->expression, i, WHEN_AFTER, true);
	}
}

/* ---- Ways on which it has not run ---------------------------------------------------------- */

/* Whether some way leads through @w->of, and on to where it is read. */
static bool is_ever_there(struct readings *r, const struct wanted *w)
{
	struct graph *g = &r->an->g;
	struct arena mark = *g->a;
	uint32_t *queue = arena_array(g->a, uint32_t, g->n),
		 *depth = arena_array(g->a, uint32_t, g->n), n = 0;
	bool there =
		g->depth[w->of] != GRAPH_NONE && ((w->when == WHEN_AFTER && w->of == w->by) ||
							 (w->when == WHEN_END && g->ends[w->of]));

	for (uint32_t i = 0; g->depth[w->of] != GRAPH_NONE && !there && i <= n; i++) {
		uint32_t from = i == 0 ? w->of : queue[i - 1],
			 at = i == 0 ? g->depth[from] : depth[from];
		for (uint32_t e = g->out[from]; e < g->out[from + 1] && !there; e++) {
			uint32_t to = g->edges[e].to;
			r->steps -= r->steps > 0;
			if (depth[to] != 0 || at == g->most || g->futile[e])
				continue;
			there = to == w->by || (w->when == WHEN_END && g->ends[to]) ||
				r->steps == 0;
			depth[to] = at + 1;
			queue[n++] = to;
		}
	}
	arena_rewind(g->a, &mark);
	return there;
}

static void not_run(struct readings *r, const struct wanted *w, const struct way *way)
{
	struct diags *d = r->an->d;
	const char *name = diag_text(d, "%.*s", SLICE_ARG(r->an->m->states[w->of].name.text));
	bool ever = is_ever_there(r, w);
	const char *help =
		w->condition
			? "ask first: `%s%.*s && ...`; or lead every way through it"
			: "ask first: `{{#if %s%.*s}}...{{/if}}`; or lead every way through it";

	diag_add(d, (struct diag){ ever ? AEG_state_maybe_not_run : AEG_state_not_run, w->at,
			    .label = diag_text(d, "`%s` has not run on this way: %s", name,
				    graph_words(d, &r->an->g, way)),
			    .other = SPAN_NONE,
			    .help = ever ? diag_text(d, help, w->board ? "blackboard." : "",
						   SLICE_ARG(w->key))
					 : "what is read is never there" });
}

/* The end that is nearest without @r->avoided, or NONE. */
static uint32_t end_without(const struct graph *g, const struct detour *by)
{
	uint32_t best = GRAPH_NONE, least = GRAPH_NONE;

	for (uint32_t i = 0; i < g->nreached; i++) {
		uint32_t s = g->order[i], depth = detour_depth(g, by, s);
		if (g->ends[s] && depth < least) {
			best = s;
			least = depth;
		}
	}
	return best;
}

static void check_wanted(struct readings *r, struct detour *by, const struct wanted *w)
{
	const struct graph *g = &r->an->g;
	uint32_t where = w->by;

	if (w->when == WHEN_END)
		where = g->depth[w->of] == GRAPH_NONE ? GRAPH_NONE : end_without(g, by);
	else if (g->depth[where] == GRAPH_NONE || (w->when == WHEN_AFTER && w->of == where))
		return;
	if (where == GRAPH_NONE)
		return;
	bool itself = w->of == where; /* it has not run when it runs first */
	if (!itself && g->depth[w->of] != GRAPH_NONE && detour_depth(g, by, where) == GRAPH_NONE)
		return;
	struct way way = graph_way(g, itself || g->depth[w->of] == GRAPH_NONE ? NULL : by, where);
	not_run(r, w, &way);
}

static int by_state(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	return x->of != y->of ? (x->of > y->of) - (x->of < y->of)
			      : (x->at.lo > y->at.lo) - (x->at.lo < y->at.lo);
}

static void check_all(struct readings *r)
{
	const struct graph *g = &r->an->g;
	struct detour by = detour_make(g);

	if (r->n > 1)
		qsort(r->wanted, r->n, sizeof *r->wanted, by_state);
	for (size_t i = 0; i < r->n && !r->an->d->dropped; i++) {
		const struct wanted *w = &r->wanted[i];
		if (g->depth[w->of] != GRAPH_NONE && by.avoided != w->of)
			detour_find(g, &by, w->of);
		check_wanted(r, &by, w);
	}
}

/* ---- All of it ----------------------------------------------------------------------------- */

void readings_check(struct analysis *an)
{
	const struct mmachine *m = an->m;
	struct readings *r = arena_new(an->a, struct readings);

	*r = (struct readings){ .an = an, .steps = MOST_STEPS };
	r->names.arena = r->keys.arena = an->a;
	r->many = arena_array(an->a, bool, m->nstates);
	for (uint32_t i = 0; i < m->nstates; i++)
		map_put(&r->names, m->states[i].name.text, i);
	if (m->workspace_key.text.at != NULL)
		map_put(&r->keys, m->workspace_key.text, KEY_MANY);
	for (uint32_t i = 0;
		m->context != NULL && m->context->kind == NODE_MAP && i < m->context->u.map.n; i++)
		map_put(&r->keys, m->context->u.map.v[i].key, KEY_MANY);
	for (uint32_t i = 0; i < m->nstates; i++) {
		struct slice key = m->states[i].result_key.text;
		uint32_t first = key.at == NULL ? MAP_NONE : map_put(&r->keys, key, i);
		if (first < m->nstates)
			r->many[first] = true;
	}
	for (uint32_t i = 0; i < m->nstates; i++)
		if (is_entered(an, i))
			read_state(r, i);
	read_all(r, m->output_template, GRAPH_NONE, WHEN_END);
	check_all(r);
}
