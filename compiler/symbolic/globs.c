/*
 * Paths with wildcards: the automaton of all entries at once, built as far as it is reached, over
 * characters rather than bytes, since an argument is valid UTF-8. A state is the set of places in
 * the entries that the path so far may have come to; what an entry has matched stays matched, since
 * below a path that is covered everything is, so a state drops the places of a predicate that
 * holds. States are visited by the length of the path, so the first that holds of a set of
 * predicates gives its smallest path.
 */
#include "base/utf8.h"
#include "symbolic/internal.h"

/* Entries as one row of elements, each entry ended by one. */
enum element { SLASH, CHARACTER, STAR, STARSTAR, END };
struct spot {
	enum element is;
	uint32_t character;
	uint32_t pred;
	struct span at;
};
/* In a state: a place; and whether it stands inside a component that a `**` takes. */
#define INSIDE(place) ((place) << 1 | 1)
#define BEFORE(place) ((place) << 1)

/* A component so far: `.` and `..` are none that a path has once it is normal. */
enum component { NOTHING, DOT, DOT_DOT, NAME, ROOT };
struct state {
	const uint32_t *places;
	uint32_t nplaces;
	enum component component;
	uint64_t *holds;
	uint32_t from, character; /* how it was reached */
	uint32_t len;             /* of the path, in bytes */
};

struct set { /* sorted, each once */
	struct arena *arena;
	uint32_t *v;
	size_t n, cap;
};

enum { LONGEST = 4 }; /* bytes of a character */
struct globs {
	struct cut *cut;
	const struct dimension *d;
	struct terms *out;
	struct spot *row;
	size_t nrow, cap_row;
	uint32_t *starts; /* of the entries */
	size_t nstarts, cap_starts;
	struct state *states;
	size_t nstates, cap_states;
	struct map known;
	struct set places, between, expected; /* of the step under way */
	struct buf key;
	struct queue { /* states by their length, modulo */
		uint32_t *v;
		size_t n, cap;
	} queue[LONGEST + 1];
};

/* ---- Entries -------------------------------------------------------------------------------- */

static void push(struct globs *g, struct spot p)
{
	arena_push(g->cut->arena, g->row, g->nrow, &g->cap_row);
	g->row[g->nrow++] = p;
}

/* False: not UTF-8, so that no argument can be like it. */
static bool push_component(struct globs *g, struct slice c, struct spot p)
{
	if (slice_is(c, "**")) {
		p.is = STARSTAR;
		push(g, p);
		return true;
	}
	p.is = SLASH;
	push(g, p);
	for (uint32_t i = 0, n; i < c.len; i += n) {
		p.is = c.at[i] == '*' ? STAR : CHARACTER;
		p.character = utf8_decode(c.at + i, c.len - i, &n);
		if (p.character == UINT32_MAX)
			return false;
		push(g, p);
	}
	return true;
}

static void add_entry(struct globs *g, uint32_t pred, const struct mtext *entry)
{
	struct slice text = entry->text;
	struct spot p = { .pred = pred, .at = entry->at };
	size_t start = g->nrow;
	bool good = true;

	for (uint32_t i = 1, from = 1; i <= text.len && good; i++)
		if (i == text.len || text.at[i] == '/') {
			if (i > from)
				good = push_component(
					g, (struct slice){ text.at + from, i - from }, p);
			from = i + 1;
		}
	p.is = END;
	push(g, p);
	if (!good) {
		g->nrow = start;
		return;
	}
	arena_push(g->cut->arena, g->starts, g->nstarts, &g->cap_starts);
	g->starts[g->nstarts++] = (uint32_t)start;
}

/* ---- Sets of places ------------------------------------------------------------------------- */

static void set_add(struct set *s, uint32_t value)
{
	size_t at = s->n;

	while (at > 0 && s->v[at - 1] > value)
		at--;
	if (at > 0 && s->v[at - 1] == value)
		return;
	if (s->n == s->cap)
		arena_push(s->arena, s->v, s->n, &s->cap);
	memmove(s->v + at + 1, s->v + at, (s->n - at) * sizeof *s->v);
	s->v[at] = value;
	s->n++;
}

static bool set_has(const struct set *s, uint32_t value)
{
	size_t i = 0;

	while (i < s->n && s->v[i] != value)
		i++;
	return i < s->n;
}

/* Between components: a `**` may also take none. Where the entry ends its predicate holds. */
static void add_between(struct globs *g, struct set *s, uint64_t *holds, uint32_t place)
{
	for (; g->row[place].is == STARSTAR; place++)
		set_add(s, place);
	if (g->row[place].is == END)
		bits_set(holds, g->row[place].pred);
	else
		set_add(s, place);
}

/* In a component: a `*` may also take nothing. */
static void add_in(struct globs *g, struct set *s, uint32_t place)
{
	for (; g->row[place].is == STAR; place++)
		set_add(s, BEFORE(place));
	set_add(s, BEFORE(place));
}

/* The places between components that a path which ends in state @s has come to. */
static const struct set *ended(struct globs *g, const struct state *s, uint64_t *holds)
{
	struct set *between = &g->between;

	between->n = 0;
	if (s->component == ROOT) {
		for (size_t i = 0; i < g->nstarts; i++)
			add_between(g, between, holds, g->starts[i]);
		return between;
	}
	for (uint32_t i = 0; i < s->nplaces; i++) {
		uint32_t place = s->places[i] >> 1;
		enum element is = g->row[place].is;
		if (s->places[i] & 1 || is == SLASH || is == STARSTAR || is == END)
			add_between(g, between, holds, place);
	}
	return between;
}

/* ---- States --------------------------------------------------------------------------------- */

static void drop_decided(const struct globs *g, struct set *s, const uint64_t *holds)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (!bits_has(holds, g->row[s->v[i] >> 1].pred))
			s->v[n++] = s->v[i];
	s->n = n;
}

/* @next is reached from next.from by @bytes bytes, and stands in g->places. */
static void reach(struct globs *g, struct state next, uint32_t bytes)
{
	uint32_t component = next.component, before;

	drop_decided(g, &g->places, next.holds);
	next.nplaces = (uint32_t)g->places.n;
	next.len = g->states[next.from].len + bytes;
	g->key.len = 0;
	buf_add(&g->key, &component, sizeof component);
	buf_add(&g->key, next.holds, g->out->nwords * sizeof *next.holds);
	before = (uint32_t)g->key.len;
	if (next.nplaces > 0)
		buf_add(&g->key, g->places.v, next.nplaces * sizeof *g->places.v);
	struct span at = next.nplaces > 0 ? g->row[g->places.v[0] >> 1].at : SPAN_NONE;
	if (!cut_spend(g->cut, 1 + g->states[next.from].nplaces / 8 + g->out->nwords / 8, at) ||
		map_get(&g->known, buf_done(&g->key)) != MAP_NONE)
		return;
	if (g->nstates == SYMBOLIC_MAX_STATES || !cut_spend(g->cut, next.nplaces, at)) {
		cut_stop(g->cut, at);
		return;
	}
	struct slice key = copy_slice(g->cut->arena, buf_done(&g->key));
	next.places = (const uint32_t *)(const void *)(key.at + before);
	map_put(&g->known, key, (uint32_t)g->nstates);
	arena_push(g->cut->arena, g->states, g->nstates, &g->cap_states);
	g->states[g->nstates] = next;
	struct queue *q = &g->queue[next.len % (LONGEST + 1)];
	arena_push(g->cut->arena, q->v, q->n, &q->cap);
	q->v[q->n++] = (uint32_t)g->nstates++;
}

static void step_slash(struct globs *g, uint32_t from)
{
	struct state s = g->states[from];
	struct state next = { .component = NOTHING, .from = from, .character = '/' };

	next.holds = terms_union(g->out, s.holds, s.holds);
	const struct set *between = ended(g, &s, next.holds);
	g->places.n = 0;
	for (size_t i = 0; i < between->n; i++) {
		if (g->row[between->v[i]].is == STARSTAR)
			set_add(&g->places, INSIDE(between->v[i]));
		else
			add_in(g, &g->places, between->v[i] + 1);
	}
	reach(g, next, 1);
}

static enum component component_after(enum component c, uint32_t character)
{
	if (character != '.')
		return NAME;
	return c == NOTHING ? DOT : c == DOT ? DOT_DOT : NAME;
}

static void step_character(struct globs *g, uint32_t from, uint32_t character)
{
	struct state s = g->states[from];
	struct state next = { .component = component_after(s.component, character),
		.holds = s.holds,
		.from = from,
		.character = character };
	char bytes[4];

	g->places.n = 0;
	for (uint32_t i = 0; i < s.nplaces; i++) {
		const struct spot *p = &g->row[s.places[i] >> 1];
		if (s.places[i] & 1)
			set_add(&g->places, s.places[i]);
		else if (p->is == STAR)
			add_in(g, &g->places, s.places[i] >> 1);
		else if (p->is == CHARACTER && p->character == character)
			add_in(g, &g->places, (s.places[i] >> 1) + 1);
	}
	reach(g, next, utf8_encode(character, bytes));
}

/* A character that is not @expected; all such lead to one state. */
static uint32_t other(const struct set *expected)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

	for (const char *c = plain; *c != '\0'; c++)
		if (!set_has(expected, (unsigned char)*c))
			return (unsigned char)*c;
	uint32_t character = 0x3b1; /* Greek, and on from there: no surrogate is that near */
	while (set_has(expected, character))
		character++;
	return character;
}

/* Every character that some place expects, once, and one that none does. */
static void step_all(struct globs *g, uint32_t from)
{
	struct state s = g->states[from];
	struct set *expected = &g->expected;

	if (s.nplaces == 0 && s.component == NAME)
		return; /* nothing below it differs */
	if (s.component == ROOT || s.component == NAME)
		step_slash(g, from);
	if (s.component == ROOT)
		return;
	expected->n = 0;
	for (uint32_t i = 0; i < s.nplaces; i++) {
		const struct spot *p = &g->row[s.places[i] >> 1];
		if (!(s.places[i] & 1) && p->is == CHARACTER && p->character >= 0x20 &&
			p->character != 0x7f)
			set_add(expected, p->character);
	}
	if (s.component != NAME)
		set_add(expected, '.');
	for (size_t i = 0; i < expected->n && !g->cut->over; i++)
		step_character(g, from, expected->v[i]);
	step_character(g, from, other(expected));
}

/* ---- Paths ---------------------------------------------------------------------------------- */

static struct slice path_to(const struct globs *g, uint32_t state)
{
	struct state s = g->states[state];
	char *text, bytes[4];

	if (s.component == ROOT)
		return SLICE("/");
	text = arena_array(g->cut->arena, char, s.len);
	struct slice path = { text, s.len };
	for (; s.component != ROOT; s = g->states[s.from])
		memcpy(text + g->states[s.from].len, bytes, utf8_encode(s.character, bytes));
	return path;
}

static void arrive(struct globs *g, uint32_t state)
{
	struct state s = g->states[state];

	if (s.component == ROOT || s.component == NAME) {
		uint64_t *holds = terms_union(g->out, s.holds, g->d->open);
		ended(g, &s, holds);
		if (map_get(&g->out->seen, (struct slice){ (const char *)holds,
						   g->out->nwords * (uint32_t)sizeof *holds }) ==
			MAP_NONE)
			terms_add(g->out, holds, path_to(g, state));
	}
	step_all(g, state);
}

void globs_terms(struct terms *out, const struct dimension *d)
{
	struct globs g = { .cut = out->cut, .d = d, .out = out, .known.arena = out->cut->arena };
	g.places.arena = g.between.arena = g.expected.arena = g.key.arena = out->cut->arena;
	struct state root = { .component = ROOT, .holds = terms_bits(out) };

	for (uint32_t p = 0; p < d->npreds; p++) {
		if (d->view[p].kind != VIEW_STATED)
			continue;
		const struct mlist *list = &d->view[p].cap->paths;
		for (uint32_t i = 0; i < list->n; i++)
			add_entry(&g, p, &list->v[i]);
	}
	arena_push(g.cut->arena, g.states, g.nstates, &g.cap_states);
	g.states[g.nstates++] = root;
	arrive(&g, 0);
	for (uint32_t len = 1, idle = 0; idle <= LONGEST && !g.cut->over; len++) {
		struct queue *q = &g.queue[len % (LONGEST + 1)];
		idle = q->n == 0 ? idle + 1 : 0;
		for (size_t i = 0; i < q->n && !g.cut->over; i++)
			arrive(&g, q->v[i]);
		q->n = 0;
	}
}
