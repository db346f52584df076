/* Ways through a machine: to an end within the limits, around a cycle, and in words. */
#include <string.h>

#include "machine/graph.h"

/* ---- To an end ----------------------------------------------------------------------------- */

/* One state's question under way. */
struct search {
	struct graph *g;
	uint32_t state;
	bool *used; /* between it and the end */
	uint32_t *queue, *depth;
};

static bool is_once(const struct graph *g, uint32_t state)
{
	return g->m->states[state].max_visits == 1;
}

/* Whether the state can be entered within @most transitions without the states used once. */
static bool is_entered(struct search *s, uint32_t most)
{
	struct graph *g = s->g;
	uint32_t n = 0;

	memset(s->depth, 0xff, g->n * sizeof *s->depth);
	if (g->initial == s->state || !s->used[g->initial] || !is_once(g, g->initial)) {
		s->queue[n++] = g->initial;
		s->depth[g->initial] = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t from = s->queue[i];
		if (from == s->state)
			return s->depth[from] <= most;
		for (uint32_t e = g->out[from]; e < g->out[from + 1]; e++) {
			uint32_t to = g->edges[e].to;
			bool taken = to != s->state && s->used[to] && is_once(g, to);
			if (s->depth[to] != GRAPH_NONE || taken)
				continue;
			s->depth[to] = s->depth[from] + 1;
			s->queue[n++] = to;
		}
		g->budget -= g->budget > 0;
	}
	return false;
}

/* Goes on from @from, @len transitions behind the state. True as well where the budget ends. */
static bool ends_from(struct search *s, uint32_t from, uint32_t len)
{
	struct graph *g = s->g;

	s->used[from] = true;
	bool found = g->ends[from] && is_entered(s, g->most - len);
	for (uint32_t e = g->out[from]; !found && e < g->out[from + 1]; e++) {
		uint32_t to = g->edges[e].to;
		uint64_t least = (uint64_t)g->depth[s->state] + len + 1 + g->end.n[to];
		if (g->budget == 0)
			found = true;
		else if (!g->futile[e] && !s->used[to] && g->end.n[to] != GRAPH_NONE &&
			 least <= g->most) {
			g->budget--;
			found = ends_from(s, to, len + 1);
		}
	}
	s->used[from] = false;
	return found;
}

/* A state that may be entered once, on the shortest way to @state and on that from it to an end. */
static bool meets_itself(const struct graph *g, uint32_t state)
{
	for (uint32_t s = state; !g->ends[s];) {
		s = g->edges[g->end.via[s]].to;
		for (uint32_t on = state; is_once(g, s); on = g->edges[g->via[on]].from)
			if (on == s)
				return true;
			else if (g->via[on] == GRAPH_NONE)
				break;
	}
	return false;
}

bool graph_can_end(struct graph *g, uint32_t state)
{
	if (g->end.n[state] == GRAPH_NONE || (uint64_t)g->depth[state] + g->end.n[state] > g->most)
		return false;
	if (!meets_itself(g, state))
		return true;
	struct arena mark = *g->a;
	struct search s = { .g = g,
		.state = state,
		.used = arena_array(g->a, bool, g->n),
		.queue = arena_array(g->a, uint32_t, g->n),
		.depth = arena_array(g->a, uint32_t, g->n) };
	bool found = ends_from(&s, state, 0);
	arena_rewind(g->a, &mark);
	return found;
}

/* ---- Cycles: Tarjan's components ------------------------------------------------------------ */

struct tarjan {
	const struct graph *g;
	const bool *leave_states, *leave_edges;
	uint32_t *low, *edge; /* by state; edge: the next one to look at */
	uint32_t *stack, nstack, *path, npath;
	uint32_t *cycles, seen;
};

static bool is_left_out(const struct tarjan *t, uint32_t e)
{
	uint32_t to = t->g->edges[e].to;
	return t->g->depth[to] == GRAPH_NONE || (t->leave_states != NULL && t->leave_states[to]) ||
	       t->g->futile[e] || (t->leave_edges != NULL && t->leave_edges[e]);
}

static void open_state(struct tarjan *t, uint32_t s)
{
	t->low[s] = ++t->seen;
	t->edge[s] = t->g->out[s];
	t->stack[t->nstack++] = s;
	t->path[t->npath++] = s;
}

/* @first: how many had been seen when the state was. Done states have low 0. */
static void close_state(struct tarjan *t, uint32_t s, uint32_t first)
{
	bool itself = false;

	t->npath--;
	if (t->npath > 0 && t->low[t->path[t->npath - 1]] > t->low[s])
		t->low[t->path[t->npath - 1]] = t->low[s];
	if (t->low[s] != first)
		return;
	for (uint32_t e = t->g->out[s]; e < t->g->out[s + 1]; e++)
		itself |= t->g->edges[e].to == s && !is_left_out(t, e);
	bool alone = t->stack[t->nstack - 1] == s && !itself;
	for (uint32_t top = GRAPH_NONE; top != s;) {
		top = t->stack[--t->nstack];
		t->cycles[top] = alone ? GRAPH_NONE : s;
		t->low[top] = GRAPH_NONE;
	}
}

static void walk(struct tarjan *t, uint32_t *first, uint32_t root)
{
	open_state(t, root);
	first[root] = t->seen;
	while (t->npath > 0) {
		uint32_t s = t->path[t->npath - 1];
		if (t->edge[s] == t->g->out[s + 1]) {
			close_state(t, s, first[s]);
			continue;
		}
		uint32_t e = t->edge[s]++, to = t->g->edges[e].to;
		if (is_left_out(t, e) || t->low[to] == GRAPH_NONE)
			continue;
		if (t->low[to] == 0) {
			open_state(t, to);
			first[to] = t->seen;
		} else if (first[to] < t->low[s]) {
			t->low[s] = first[to];
		}
	}
}

uint32_t *graph_cycles(const struct graph *g, const bool *leave_states, const bool *leave_edges)
{
	struct tarjan t = { .g = g,
		.leave_states = leave_states,
		.leave_edges = leave_edges,
		.low = arena_array(g->a, uint32_t, g->n),
		.edge = arena_array(g->a, uint32_t, g->n),
		.stack = arena_array(g->a, uint32_t, g->n),
		.path = arena_array(g->a, uint32_t, g->n),
		.cycles = arena_array(g->a, uint32_t, g->n) };
	uint32_t *first = arena_array(g->a, uint32_t, g->n);

	memset(t.cycles, 0xff, g->n * sizeof *t.cycles);
	for (uint32_t i = 0; i < g->nreached; i++) {
		uint32_t s = g->order[i];
		if (t.low[s] == 0 && (leave_states == NULL || !leave_states[s]))
			walk(&t, first, s);
	}
	return t.cycles;
}

/* ---- In words ------------------------------------------------------------------------------ */

static void push(const struct graph *g, struct way *w, uint32_t state)
{
	arena_push(g->a, w->states, w->n, &w->cap);
	w->states[w->n++] = state;
}

static void reverse(struct way *w)
{
	for (size_t i = 0; i < w->n / 2; i++) {
		uint32_t s = w->states[i];
		w->states[i] = w->states[w->n - 1 - i];
		w->states[w->n - 1 - i] = s;
	}
}

struct way graph_way(const struct graph *g, const struct detour *r, uint32_t state)
{
	struct way w = { 0 };

	for (;;) {
		bool below = r != NULL && r->avoided != GRAPH_NONE &&
			     g->place[state] >= g->place[r->avoided] &&
			     g->place[state] < g->place[r->avoided] + g->size[r->avoided];
		uint32_t e = below ? r->via[state] : g->via[state];
		push(g, &w, state);
		if (e == GRAPH_NONE)
			break;
		state = g->edges[e].from;
	}
	reverse(&w);
	return w;
}

struct way graph_round(
	const struct graph *g, const uint32_t *cycles, const bool *leave_edges, uint32_t state)
{
	uint32_t *via = g->round_via, *queue = g->round_queue, n = 0;
	struct way w = { 0 };

	queue[n++] = state;
	for (uint32_t i = 0; i < n && via[state] == GRAPH_NONE; i++)
		for (uint32_t e = g->out[queue[i]]; e < g->out[queue[i] + 1]; e++) {
			uint32_t to = g->edges[e].to;
			if (cycles[to] != cycles[state] || via[to] != GRAPH_NONE || g->futile[e] ||
				(leave_edges != NULL && leave_edges[e]))
				continue;
			via[to] = e;
			if (to != state)
				queue[n++] = to;
		}
	push(g, &w, state);
	for (uint32_t s = state; via[s] != GRAPH_NONE;) {
		s = g->edges[via[s]].from;
		push(g, &w, s);
		if (s == state)
			break;
	}
	reverse(&w);
	for (uint32_t i = 0; i < n; i++)
		via[queue[i]] = GRAPH_NONE;
	return w;
}

/* As it is written, unless it would not look so. */
static void add_name(struct diags *d, struct buf *b, struct slice name)
{
	bool plain = name.len > 0 && name.len <= 60;

	for (uint32_t i = 0; i < name.len; i++)
		plain &= (unsigned char)name.at[i] > ' ' && name.at[i] != 0x7f;
	if (plain)
		buf_slice(b, name);
	else
		buf_text(b, diag_quote(d, name));
}

const char *graph_words(struct diags *d, const struct graph *g, const struct way *w)
{
	enum { MOST = 12, FIRST = 5, LAST = 6 };
	struct buf b = { .arena = d->arena };

	for (size_t i = 0; i < w->n; i++) {
		buf_text(&b, i == 0 ? "" : " > ");
		if (w->n > MOST && i == FIRST) {
			buf_printf(&b, "(%zu more)", w->n - FIRST - LAST);
			i = w->n - LAST - 1;
		} else {
			add_name(d, &b, g->m->states[w->states[i]].name.text);
		}
	}
	return buf_done(&b).at;
}
