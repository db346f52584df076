/* The graph of a machine: shortest ways to each state, and on to an end. */
#include "machine/graph.h"

#include <string.h>

static uint32_t *numbers(struct arena *a, size_t n, uint32_t value)
{
	uint32_t *v = arena_array(a, uint32_t, n);
	for (size_t i = 0; i < n; i++)
		v[i] = value;
	return v;
}

static void add_edges(struct graph *g, struct map *names)
{
	size_t n = 0;

	for (uint32_t i = 0; i < g->n; i++)
		n += g->m->states[i].ntransitions;
	g->edges = arena_array(g->a, struct edge, n);
	for (uint32_t i = 0; i < g->n; i++) {
		const struct mstate *s = &g->m->states[i];
		g->out[i] = g->nedges;
		for (uint32_t k = 0; k < s->ntransitions; k++)
			if (g->covers[i].taken[k] == TAKEN_MAYBE)
				g->edges[g->nedges++] = (struct edge){ i,
					map_get(names, s->transitions[k].target.text), k };
		g->ends[i] = g->covers[i].ends;
	}
	g->out[g->n] = g->nedges;
}

static void turn_around(struct graph *g)
{
	uint32_t *next = arena_array(g->a, uint32_t, g->n);

	g->in = arena_array(g->a, uint32_t, g->nedges);
	g->in_from = arena_array(g->a, uint32_t, (size_t)g->n + 1);
	for (uint32_t e = 0; e < g->nedges; e++)
		g->in_from[g->edges[e].to + 1]++;
	for (uint32_t i = 0; i < g->n; i++) {
		next[i] = g->in_from[i];
		g->in_from[i + 1] += g->in_from[i];
	}
	for (uint32_t e = 0; e < g->nedges; e++)
		g->in[next[g->edges[e].to]++] = e;
}

/* ---- From the initial state ---------------------------------------------------------------- */

static void reach(struct graph *g)
{
	g->depth = numbers(g->a, g->n, GRAPH_NONE);
	g->via = numbers(g->a, g->n, GRAPH_NONE);
	g->order = arena_array(g->a, uint32_t, g->n);
	g->depth[g->initial] = 0;
	g->order[g->nreached++] = g->initial;
	for (uint32_t i = 0; i < g->nreached; i++) {
		uint32_t from = g->order[i];
		if (g->depth[from] == g->most)
			break;
		for (uint32_t e = g->out[from]; e < g->out[from + 1]; e++) {
			uint32_t to = g->edges[e].to;
			if (g->depth[to] != GRAPH_NONE)
				continue;
			g->depth[to] = g->depth[from] + 1;
			g->via[to] = e;
			g->order[g->nreached++] = to;
		}
	}
}

/* Every subtree gets the places [place, place + size). */
static void lay_out(struct graph *g)
{
	uint32_t *next = arena_array(g->a, uint32_t, g->n);

	g->size = numbers(g->a, g->n, 1);
	g->place = numbers(g->a, g->n, 0);
	g->at = arena_array(g->a, uint32_t, g->n);
	for (uint32_t i = g->nreached; i-- > 1;)
		g->size[g->edges[g->via[g->order[i]]].from] += g->size[g->order[i]];
	for (uint32_t i = 0; i < g->nreached; i++) {
		uint32_t s = g->order[i];
		if (i > 0) {
			uint32_t parent = g->edges[g->via[s]].from;
			g->place[s] = next[parent];
			next[parent] += g->size[s];
		}
		g->at[g->place[s]] = s;
		next[s] = g->place[s] + 1;
	}
}

static struct to_end reach_ends(struct graph *g, bool limited)
{
	uint32_t *queue = arena_array(g->a, uint32_t, g->n), n = 0;
	struct to_end r = { numbers(g->a, g->n, GRAPH_NONE), numbers(g->a, g->n, GRAPH_NONE) };

	for (uint32_t i = 0; i < g->n; i++)
		if (g->ends[i]) {
			r.n[i] = 0;
			queue[n++] = i;
		}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = g->in_from[queue[i]]; k < g->in_from[queue[i] + 1]; k++) {
			uint32_t from = g->edges[g->in[k]].from;
			if (r.n[from] != GRAPH_NONE || (limited && g->futile[g->in[k]]))
				continue;
			r.n[from] = r.n[queue[i]] + 1;
			r.via[from] = g->in[k];
			queue[n++] = from;
		}
	return r;
}

/* ---- Detours ------------------------------------------------------------------------------- */

struct detour_entry { /* a state of a level, by an edge */
	uint32_t state, via, next;
};

static bool is_below(const struct graph *g, uint32_t state, uint32_t top)
{
	return g->depth[state] != GRAPH_NONE && g->place[state] >= g->place[top] &&
	       g->place[state] < g->place[top] + g->size[top];
}

struct detour detour_make(const struct graph *g)
{
	return (struct detour){ .avoided = GRAPH_NONE,
		.depth = numbers(g->a, g->n, GRAPH_NONE),
		.via = numbers(g->a, g->n, GRAPH_NONE),
		.entries = arena_array(g->a, struct detour_entry, (size_t)g->nedges + 1),
		.levels = numbers(g->a, (size_t)g->most + 1, GRAPH_NONE) };
}

/* Each edge is entered once: from outside here, from inside once its state is settled. */
static void enter(const struct graph *g, struct detour *r, uint32_t *n, uint32_t level, uint32_t e)
{
	if (level > g->most || r->depth[g->edges[e].to] <= level)
		return;
	r->entries[*n] = (struct detour_entry){ g->edges[e].to, e, r->levels[level] };
	r->levels[level] = (*n)++;
}

void detour_find(const struct graph *g, struct detour *r, uint32_t avoided)
{
	uint32_t lo = g->place[avoided], hi = lo + g->size[avoided], n = 0;

	r->avoided = avoided;
	for (uint32_t p = lo; p < hi; p++)
		r->depth[g->at[p]] = GRAPH_NONE;
	for (uint32_t p = lo + 1; p < hi; p++)
		for (uint32_t k = g->in_from[g->at[p]]; k < g->in_from[g->at[p] + 1]; k++) {
			uint32_t from = g->edges[g->in[k]].from;
			if (g->depth[from] != GRAPH_NONE && !is_below(g, from, avoided))
				enter(g, r, &n, g->depth[from] + 1, g->in[k]);
		}
	for (uint32_t level = 0; level <= g->most; level++) {
		/* What follows is entered in levels behind this one. */
		for (uint32_t i = r->levels[level]; i != GRAPH_NONE; i = r->entries[i].next) {
			uint32_t s = r->entries[i].state;
			if (r->depth[s] != GRAPH_NONE)
				continue;
			r->depth[s] = level;
			r->via[s] = r->entries[i].via;
			for (uint32_t e = g->out[s]; e < g->out[s + 1]; e++)
				if (g->edges[e].to != avoided &&
					is_below(g, g->edges[e].to, avoided))
					enter(g, r, &n, level + 1, e);
		}
		r->levels[level] = GRAPH_NONE;
	}
}

uint32_t detour_depth(const struct graph *g, const struct detour *r, uint32_t state)
{
	if (g->depth[state] == GRAPH_NONE || state == r->avoided)
		return GRAPH_NONE;
	return is_below(g, state, r->avoided) ? r->depth[state] : g->depth[state];
}

/* ---- All of it ----------------------------------------------------------------------------- */

/* Taken at the end of the longest run, or back to where no run comes twice. */
static void find_futile(struct graph *g)
{
	struct detour r = detour_make(g);

	g->futile = arena_array(g->a, bool, g->nedges);
	for (uint32_t i = 0; i < g->n; i++) {
		bool once = g->m->states[i].max_visits == 1 && g->depth[i] != GRAPH_NONE,
		     looked = false;
		for (uint32_t k = g->in_from[i]; k < g->in_from[i + 1]; k++) {
			uint32_t e = g->in[k], from = g->edges[e].from, depth = g->depth[from];
			if (depth != GRAPH_NONE && once && is_below(g, from, i)) {
				if (!looked)
					detour_find(g, &r, i);
				looked = true;
				depth = detour_depth(g, &r, from);
			}
			g->futile[e] = depth == GRAPH_NONE || depth >= g->most;
		}
	}
}

struct graph graph_make(struct arena *a, const struct mmachine *m, struct cover *covers)
{
	struct graph g = { .a = a, .m = m, .n = m->nstates, .covers = covers };
	struct map names = { .arena = a };

	for (uint32_t i = 0; i < g.n; i++)
		map_put(&names, m->states[i].name.text, i);
	g.initial = map_get(&names, m->initial.text);
	g.most = m->max_transitions < 1024 ? m->max_transitions : 1024;
	g.out = arena_array(a, uint32_t, (size_t)g.n + 1);
	g.ends = arena_array(a, bool, g.n);
	add_edges(&g, &names);
	turn_around(&g);
	reach(&g);
	lay_out(&g);
	find_futile(&g);
	g.end = reach_ends(&g, true);
	g.far = reach_ends(&g, false);
	g.round_via = numbers(a, g.n, GRAPH_NONE);
	g.round_queue = arena_array(a, uint32_t, g.n);
	g.budget = 1u << 20;
	return g;
}
