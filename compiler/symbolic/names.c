/*
 * Tool names, cut by patterns. The patterns that match a name are found by the name itself, by what
 * stands before each of its dots, and by `*`; so a name that is written somewhere is of a class of
 * its own, and of all others the longest family that is written somewhere decides. Classes that
 * every side treats alike are one atom.
 */
#include <stdlib.h>

#include "link/link.h"
#include "symbolic/internal.h"

#define NAME_MOST 128u

struct rules { /* of one side, by pattern */
	struct map first;
	uint32_t *next;  /* rule > another of the same pattern, or UINT32_MAX; capabilities, then
			    deny  entries */
	uint32_t *roles; /* tool of the catalogue > number of its list of arguments; 0: not asked */
};
struct names_of {
	struct cut *cut;
	const struct side *sides;
	uint32_t nsides;
	const struct mpattern *region;
	bool region_args;    /* the region says something about arguments */
	bool all;            /* some rule matches every name */
	struct rules *rules; /* of each side */
	struct map patterns; /* all that are written, `*` and `fs.*` as they are */
	uint64_t dots;       /* where families among them have their dot, modulo */
	struct slice *written;
	size_t nwritten, cap_written;
	struct map atoms; /* what every side makes of a name > atom */
	struct map roles; /* arguments with their roles > number */
	struct buf key;   /* of the name under way */
	struct atom *v;
	size_t n, cap;
};

/* ---- What is written ------------------------------------------------------------------------ */

static void write_pattern(struct names_of *n, struct slice pattern)
{
	if (map_put(&n->patterns, pattern, (uint32_t)n->nwritten) != MAP_NONE)
		return;
	arena_push(n->cut->arena, n->written, n->nwritten, &n->cap_written);
	n->written[n->nwritten++] = pattern;
	if (pattern.len > 2 && pattern.at[pattern.len - 1] == '*')
		n->dots |= UINT64_C(1) << ((pattern.len - 2) & 63);
}

static void add_rule(struct names_of *n, struct rules *r, const struct mpattern *p, uint32_t rule)
{
	uint32_t known = map_put(&r->first, p->written.text, rule);

	r->next[rule] = known == MAP_NONE ? UINT32_MAX : r->next[known];
	if (known != MAP_NONE)
		r->next[known] = rule;
	else
		write_pattern(n, p->written.text);
	n->all = n->all || p->form == PATTERN_ANY;
}

/* Arguments that are read alike have one number; 0: none has a role. */
static uint32_t roles_number(struct names_of *n, const struct mtool *tool)
{
	struct buf key = { .arena = n->cut->arena };

	for (uint32_t i = 0; i < tool->nargs; i++) {
		const struct marg *a = &tool->args[i];
		if (a->role == ROLE_SECRET)
			continue;
		const char how[] = { 0, (char)a->role, (char)a->required, (char)a->list };
		buf_slice(&key, a->name.text);
		buf_add(&key, how, sizeof how);
	}
	uint32_t number = n->roles.n + 1;
	if (key.len == 0)
		return 0;
	uint32_t known = map_put(&n->roles, buf_done(&key), number);
	return known == MAP_NONE ? number : known;
}

static void collect_rules(struct names_of *n, const struct side *s, struct rules *r)
{
	const struct mcontext *c = s->context;

	*r = (struct rules){ .first = { .arena = n->cut->arena } };
	r->next = arena_array(n->cut->arena, uint32_t, (size_t)c->ncaps + c->ndeny);
	r->roles = arena_array(n->cut->arena, uint32_t, s->model->ntools);
	for (uint32_t i = 0; i < c->ncaps; i++)
		if (!c->caps[i].broken && !c->caps[i].pattern.poison)
			add_rule(n, r, &c->caps[i].pattern, i);
	for (uint32_t i = 0; i < c->ndeny; i++)
		if (!c->deny[i].poison)
			add_rule(n, r, &c->deny[i], c->ncaps + i);
}

/* `fs.*` of `fs.read`, as text. */
static struct slice family(char room[NAME_MOST + 2], struct slice name, uint32_t dot)
{
	memcpy(room, name.at, dot + 1);
	room[dot + 1] = '*';
	return (struct slice){ room, dot + 2 };
}

/* Is a family that @name is under written, with its dot at @after or further? */
static bool has_family(const struct names_of *n, struct slice name, uint32_t after)
{
	char room[NAME_MOST + 2];

	for (uint32_t i = after; n->dots != 0 && i + 1 < name.len; i++)
		if (name.at[i] == '.' && i > 0 && n->dots >> (i & 63) & 1 &&
			map_get(&n->patterns, family(room, name, i)) != MAP_NONE)
			return true;
	return false;
}

/* What arguments a tool has is of interest where some rule matches its name; names in rules are
 * written already. */
static void collect_tools(struct names_of *n, const struct model *m)
{
	for (uint32_t i = 0; i < m->ntools; i++) {
		struct slice name = m->tools[i].name.written.text;
		if (!m->tools[i].name.poison && name.len <= NAME_MOST + 2 &&
			(n->all || has_family(n, name, 0)))
			write_pattern(n, name);
	}
}

struct names_of *names_collect(
	struct cut *c, const struct side *sides, uint32_t nsides, const struct region *region)
{
	struct names_of *n = arena_new(c->arena, struct names_of);

	*n = (struct names_of){ .cut = c, .sides = sides, .nsides = nsides };
	n->patterns.arena = n->atoms.arena = n->roles.arena = n->key.arena = c->arena;
	n->rules = arena_array(c->arena, struct rules, nsides);
	write_pattern(n, SLICE("*"));
	if (region != NULL) {
		n->region = region->tool;
		n->region_args = region->nargs > 0;
		if (region->tool != NULL)
			write_pattern(n, region->tool->written.text);
		n->all = n->region_args &&
			 (region->tool == NULL || region->tool->form == PATTERN_ANY);
	}
	for (uint32_t i = 0; i < nsides; i++)
		collect_rules(n, &sides[i], &n->rules[i]);
	for (uint32_t i = 0; i < nsides; i++)
		if (i == 0 || sides[i].model != sides[i - 1].model)
			collect_tools(n, sides[i].model);
	return n;
}

/* ---- What a name comes to ------------------------------------------------------------------- */

struct found {
	struct arena *arena;
	uint32_t *v;
	size_t n, cap;
};

static void find_rules(const struct rules *r, struct found *f, struct slice pattern)
{
	for (uint32_t i = map_get(&r->first, pattern); i != UINT32_MAX; i = r->next[i]) {
		arena_push(f->arena, f->v, f->n, &f->cap);
		f->v[f->n++] = i;
	}
}

static int ascending(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

static void find_all(
	const struct names_of *n, const struct rules *r, struct found *f, struct slice name)
{
	char room[NAME_MOST + 2];

	find_rules(r, f, SLICE("*"));
	for (uint32_t i = 1; n->dots != 0 && i + 1 < name.len; i++)
		if (name.at[i] == '.' && n->dots >> (i & 63) & 1)
			find_rules(r, f, family(room, name, i));
	find_rules(r, f, name);
	if (f->n > 1)
		qsort(f->v, f->n, sizeof *f->v, ascending);
}

bool names_match(const struct mpattern *p, struct slice name)
{
	if (p == NULL || p->form == PATTERN_ANY)
		return true;
	if (p->form == PATTERN_EXACT)
		return slice_eq(p->stem, name);
	return name.len >= p->stem.len + 2 && name.at[p->stem.len] == '.' &&
	       slice_begins(name, p->stem);
}

/* What one side does with @name. Arguments are of interest where something looks at them. */
static struct atom_side look(const struct names_of *n, uint32_t side, struct slice name,
	bool in_region, struct arena *arena)
{
	const struct side *s = &n->sides[side];
	struct found f = { .arena = arena };
	struct atom_side ret = { .denied = AEG_NONE };

	find_all(n, &n->rules[side], &f, name);
	while (ret.ncaps < f.n && f.v[ret.ncaps] < s->context->ncaps)
		ret.ncaps++;
	ret.caps = f.v;
	if (ret.ncaps < f.n)
		ret.denied = f.v[ret.ncaps] - s->context->ncaps;
	if (ret.ncaps > 0 || (in_region && n->region_args))
		ret.tool = link_tool(s->model, name);
	return ret;
}

static uint32_t *roles_of(const struct names_of *n, uint32_t side, const struct mtool *tool)
{
	return &n->rules[side].roles[tool - n->sides[side].model->tools];
}

/* By which names are told apart. */
static void add_key(
	const struct names_of *n, uint32_t side, const struct atom_side *as, struct buf *key)
{
	uint32_t roles = as->tool == NULL ? 0 : *roles_of(n, side, as->tool);

	buf_add(key, &as->denied, sizeof as->denied);
	buf_add(key, &roles, sizeof roles);
	buf_add(key, &as->ncaps, sizeof as->ncaps);
	if (as->ncaps > 0)
		buf_add(key, as->caps, as->ncaps * sizeof *as->caps);
}

static bool is_smaller(struct slice a, struct slice b)
{
	return a.len != b.len ? a.len < b.len : slice_cmp(a, b) < 0;
}

static void add_name(struct names_of *n, struct slice name)
{
	struct arena *a = n->cut->arena;
	struct atom atom = { name, names_match(n->region, name),
		arena_array(a, struct atom_side, n->nsides), 0, 0 };

	n->key.len = 0;
	buf_add(&n->key, &atom.in_region, sizeof atom.in_region);
	for (uint32_t i = 0; i < n->nsides; i++) {
		struct atom_side *as = &atom.side[i];
		*as = look(n, i, name, atom.in_region, a);
		if (as->tool != NULL && *roles_of(n, i, as->tool) == 0)
			*roles_of(n, i, as->tool) = roles_number(n, as->tool);
		add_key(n, i, as, &n->key);
	}
	uint32_t known = map_get(&n->atoms, buf_done(&n->key));
	if (known != MAP_NONE) {
		if (is_smaller(name, n->v[known].name))
			n->v[known].name = name;
		return;
	}
	map_put(&n->atoms, copy_slice(a, buf_done(&n->key)), (uint32_t)n->n);
	arena_push(a, n->v, n->n, &n->cap);
	n->v[n->n++] = atom;
}

/* ---- Names that are written nowhere --------------------------------------------------------- */

/* The next of all texts over the bytes of names, by length. False: @len bytes were all there are.
 */
static bool next_text(char *text, uint32_t len)
{
	static const char bytes[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/:.";
	for (uint32_t i = len; i-- > 0;) {
		const char *at = strchr(bytes, text[i]);
		if (at[1] != '\0') {
			text[i] = at[1];
			return true;
		}
		text[i] = bytes[0];
	}
	return false;
}

/* The smallest name in the family before @stem's end that no longer pattern matches; none where all
 * are written. Ends soon: there are more names than patterns, except at the very end of 128 bytes.
 */
static bool fresh(struct names_of *n, struct slice stem, struct slice *ret)
{
	char *name = arena_array(n->cut->arena, char, NAME_MOST);

	memcpy(name, stem.at, stem.len);
	for (uint32_t len = stem.len + 1; len <= NAME_MOST; len++) {
		memset(name + stem.len, 'a', len - stem.len);
		do {
			*ret = (struct slice){ name, len };
			if (!has_family(n, *ret, stem.len) &&
				map_get(&n->patterns, *ret) == MAP_NONE)
				return true;
			if (!cut_spend(n->cut, 1, SPAN_NONE))
				return false;
		} while (next_text(name + stem.len, len - stem.len));
	}
	return false;
}

struct atom *names_atoms(struct names_of *n, uint32_t *ret_n)
{
	struct slice name;

	for (size_t i = 0; i < n->nwritten; i++) {
		struct slice p = n->written[i];
		bool is_family = p.at[p.len - 1] == '*';
		if (is_family)
			p.len--;
		if (p.len > NAME_MOST)
			continue;
		if (!is_family)
			add_name(n, p);
		else if (fresh(n, p, &name))
			add_name(n, name);
	}
	*ret_n = (uint32_t)n->n;
	return n->v;
}

static bool is_name(struct slice name)
{
	for (uint32_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '-' || c > ':') &&
			c != '_')
			return false;
	}
	return name.len >= 1 && name.len <= NAME_MOST;
}

uint32_t names_find(const struct names_of *n, struct arena *scratch, struct slice name)
{
	struct buf key = { .arena = scratch };
	bool in_region = names_match(n->region, name);

	if (!is_name(name))
		return UINT32_MAX;
	buf_add(&key, &in_region, sizeof in_region);
	for (uint32_t i = 0; i < n->nsides; i++) {
		struct atom_side as = look(n, i, name, in_region, scratch);
		add_key(n, i, &as, &key);
	}
	return map_get(&n->atoms, buf_done(&key));
}
