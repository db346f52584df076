/* The arguments of assertions: what each is the catalogue says, and its values are entries. */
#include "aegis/aegis.h"
#include "model/proofs.h"
#include "model/shape.h"

struct asserting {
	struct shape *s;
	struct massertion *a;
	const struct mtool **tools; /* of the catalogue: those that the patterns reach */
	uint32_t ntools;
};

static void report(struct asserting *w, enum diag_code code, struct span at, const char *label,
	const char *help)
{
	shape_report(w->s, (struct diag){ code, at, .label = label, .help = help });
}

/* ---- Tools --------------------------------------------------------------------------------- */

/* The entry that speaks for @p's tools as far as they are not listed, or NULL. */
static const struct mtool *speaker(const struct model *m, const struct mpattern *p)
{
	bool exact = p->form == PATTERN_EXACT;
	struct slice name = p->stem;
	uint32_t i = map_get(exact ? &m->tool_names : &m->tool_families, name);
	while (i == MAP_NONE && name.len > 0) {
		name.len--;
		if (name.at[name.len] == '.' && (!exact || name.len + 1 < p->stem.len))
			i = map_get(&m->tool_families, name);
	}
	return i == MAP_NONE ? NULL : &m->tools[i];
}

static bool covers(const struct mpattern *p, const struct mpattern *tool)
{
	uint32_t len = p->stem.len;
	if (p->form == PATTERN_ANY)
		return true;
	if (p->form == PATTERN_EXACT || !slice_begins(tool->stem, p->stem))
		return false;
	if (tool->form == PATTERN_PREFIX)
		return tool->stem.len == len || tool->stem.at[len] == '.';
	return tool->stem.len > len + 1 && tool->stem.at[len] == '.';
}

static void reach(struct asserting *w)
{
	const struct model *m = w->s->m;
	uint32_t npatterns = w->a->tools.n;
	const struct mtool **speaks = arena_array(w->s->d->arena, const struct mtool *, npatterns);
	w->tools = arena_array(w->s->d->arena, const struct mtool *, m->ntools);
	for (uint32_t i = 0; i < npatterns; i++)
		speaks[i] = speaker(m, &w->a->tools.v[i]);
	for (uint32_t t = 0; t < m->ntools; t++) {
		bool reached = false;
		for (uint32_t i = 0; i < npatterns && !reached; i++)
			reached = speaks[i] == &m->tools[t] ||
				  covers(&w->a->tools.v[i], &m->tools[t].name);
		if (reached)
			w->tools[w->ntools++] = &m->tools[t];
	}
}

/* ---- Roles --------------------------------------------------------------------------------- */

static const struct marg *arg_of(const struct mtool *t, struct slice name)
{
	for (uint32_t i = 0; i < t->nargs; i++)
		if (slice_eq(t->args[i].name.text, name))
			return &t->args[i];
	return NULL;
}

static bool has_values(enum mrole role)
{
	return role == ROLE_PATH || role == ROLE_COMMAND || role == ROLE_URL;
}

static const char *role_words(enum mrole role)
{
	switch (role) {
	case ROLE_PATH: return "a path";
	case ROLE_COMMAND: return "a command";
	case ROLE_ARGS: return "the words of a command";
	case ROLE_URL: return "a URL";
	case ROLE_SECRET: return "a secret";
	}
	return "";
}

/* "`path`, `cwd`": what may be said of the tools' arguments. */
static const char *known_args(struct asserting *w, struct slice name)
{
	struct arena *a = w->s->d->arena;
	struct map seen = { .arena = a };
	struct buf all = { .arena = a };
	struct slice *known = NULL;
	size_t n = 0, cap = 0;
	for (uint32_t t = 0; t < w->ntools; t++)
		for (uint32_t i = 0; i < w->tools[t]->nargs; i++) {
			const struct marg *arg = &w->tools[t]->args[i];
			if (!has_values(arg->role) || map_put(&seen, arg->name.text, 0) != MAP_NONE)
				continue;
			buf_text(&all, n == 0 ? "" : ", ");
			buf_text(&all, diag_quote(w->s->d, arg->name.text));
			arena_push(a, known, n, &cap);
			known[n++] = arg->name.text;
		}
	size_t near = diag_nearest(name, known, n);
	if (n == 0)
		return "no rule looks at an argument of these tools: leave `args` out";
	if (near != SIZE_MAX)
		return diag_text(w->s->d, "did you mean %s?", diag_quote(w->s->d, known[near]));
	return diag_text(w->s->d, "rules look at %s", buf_done(&all).at);
}

/* The role of argument @name; 0: reported. */
static enum mrole role_of(struct asserting *w, const struct member *m)
{
	const struct marg *first = NULL;
	for (uint32_t t = 0; t < w->ntools; t++) {
		const struct marg *arg = arg_of(w->tools[t], m->key);
		if (arg == NULL)
			continue;
		if (first == NULL)
			first = arg;
		if (first->role == arg->role)
			continue;
		shape_report(
			w->s, (struct diag){ AEG_argument_of_two_roles, m->key_span,
				      .label = diag_text(w->s->d, "%s of one tool, %s of another",
					      role_words(first->role), role_words(arg->role)),
				      .other = arg->name.at, .other_label = "here it is the other",
				      .help = "make an assertion for each of the tools" });
		return 0;
	}
	if (first != NULL && has_values(first->role))
		return first->role;
	report(w, AEG_no_such_argument, m->key_span,
		first == NULL                ? "the tools here have none of this name"
		: first->role == ROLE_SECRET ? "no rule looks at a secret"
					     : "its words are part of the command",
		first != NULL && first->role == ROLE_ARGS
			? "say it of the command: `{ command: git push }`"
			: known_args(w, m->key));
	return 0;
}

/* ---- Values -------------------------------------------------------------------------------- */

static struct mlist read_entries(struct asserting *w, struct value v, field_entry *entry)
{
	bool many = v.node->kind == NODE_LIST;
	uint32_t n = many ? v.node->u.list.n : 1;
	struct mlist l = { .stated = true, .at = v.at };
	l.v = arena_array(w->s->d->arena, struct mtext, n);
	for (uint32_t i = 0; i < n; i++) {
		struct value item = many ? shape_item(v.node, i) : v;
		l.n += shape_text(w->s, item, &l.v[l.n]) && entry(w->s, item, &l.v[l.n]);
	}
	return l;
}

/* A URL stands for its host. */
static bool entry_url(struct shape *s, struct value v, struct mtext *io)
{
	char normal[256];
	struct aeg_str url = { io->text.at, io->text.len };
	if (memchr(url.at, '/', url.len) == NULL)
		return entry_domain(s, v, io);
	uint32_t len = aeg_url_host(url, normal);
	if (len == 0) {
		shape_report(s, (struct diag){ AEG_bad_domain_entry, v.at,
					.label = "not a URL whose host is plain",
					.help = "write the host alone: `example.com`" });
		return false;
	}
	struct buf kept = { .arena = s->d->arena };
	buf_add(&kept, normal, len);
	io->text = buf_done(&kept);
	shape_report(s, (struct diag){ AEG_normalised_entry, v.at,
				.label = diag_text(s->d, "taken as %s: hosts alone are compared",
					diag_quote(s->d, io->text)) });
	return true;
}

/* Bytes of a text as a node of their own, so that what is wrong with them is shown there. */
static struct node part_of(const struct sources *s, const struct node *n, uint32_t lo, uint32_t len)
{
	struct span at = syntax_place(s, n, lo, len);

	return (struct node){ .kind = NODE_STRING,
		.style = NODE_PLAIN,
		.plain_text = at.hi - at.lo == len,
		.span = at,
		.u.text = { n->u.text.at + lo, len } };
}

struct commands { /* under way */
	struct mcap *cap;
	struct map index;
	size_t ncommands, room, *rooms, nrooms; /* rooms: of each one's subcommands */
};

static struct mcommand *command_at(struct asserting *w, struct commands *c, struct mtext command)
{
	struct arena *a = w->s->d->arena;
	uint32_t known = map_put(&c->index, command.text, (uint32_t)c->ncommands);
	if (known != MAP_NONE)
		return &c->cap->subcommand_map[known];
	arena_push(a, c->cap->subcommand_map, c->ncommands, &c->room);
	arena_push(a, c->rooms, c->ncommands, &c->nrooms);
	c->cap->nsubcommand_map++;
	c->rooms[c->ncommands] = 0;
	c->cap->subcommand_map[c->ncommands] =
		(struct mcommand){ command, .subcommands = { .stated = true, .at = command.at } };
	return &c->cap->subcommand_map[c->ncommands++];
}

/* `git`, with anything after it or nothing; or `git push`. */
static void add_command(struct asserting *w, struct commands *c, struct value v)
{
	struct mtext t, sub;
	if (!shape_text(w->s, v, &t))
		return;
	const char *blank = memchr(t.text.at, ' ', t.text.len);
	uint32_t len = blank == NULL ? t.text.len : (uint32_t)(blank - t.text.at);
	struct node first = part_of(w->s->d->sources, v.node, 0, len);
	struct mtext command = { { t.text.at, len }, first.span };
	if (!entry_command(w->s, (struct value){ &first, v.at }, &command))
		return;
	struct mcommand *m = command_at(w, c, command);
	m->any |= blank == NULL;
	if (m->any)
		m->subcommands.n = 0;
	if (blank == NULL)
		return;
	struct node rest = part_of(w->s->d->sources, v.node, len + 1, t.text.len - len - 1);
	sub = (struct mtext){ rest.u.text, rest.span };
	if (!entry_subcommand(w->s, (struct value){ &rest, v.at }, &sub) || m->any)
		return;
	arena_push(w->s->d->arena, m->subcommands.v, m->subcommands.n,
		&c->rooms[m - c->cap->subcommand_map]);
	m->subcommands.v[m->subcommands.n++] = sub;
}

static void read_commands(struct asserting *w, struct value v, struct mcap *cap)
{
	struct commands c = { .cap = cap, .index.arena = w->s->d->arena };
	cap->subcommand_form = SUBCOMMANDS_MAP;
	cap->subcommands_at = v.at;
	if (v.node->kind != NODE_LIST)
		add_command(w, &c, v);
	for (uint32_t i = 0; i < shape_items(v.node); i++)
		add_command(w, &c, shape_item(v.node, i));
}

static const struct mcap *read_like(struct asserting *w, enum mrole role, struct value v)
{
	struct mcap *cap = arena_new(w->s->d->arena, struct mcap);
	cap->at = v.at;
	if (v.node->kind == NODE_LIST && v.node->u.list.n == 0)
		report(w, AEG_asserts_nothing, v.at, "an empty list: no call is like that",
			"list values, or leave the argument out");
	else if (role == ROLE_PATH)
		cap->paths = read_entries(w, v, entry_path);
	else if (role == ROLE_URL)
		cap->domains = read_entries(w, v, entry_url);
	else
		read_commands(w, v, cap);
	return cap;
}

/* ---- Assertions ---------------------------------------------------------------------------- */

static void read_arg(struct asserting *w, const struct member *m)
{
	struct value v = shape_member(m);
	if (v.node->kind == NODE_POISON) {
		w->s->reported++;
		return;
	}
	enum mrole role = role_of(w, m);
	if (role == 0)
		return;
	w->a->args[w->a->nargs++] = (struct massert_arg){ { m->key, m->key_span }, role,
		v.node->kind == NODE_NULL ? NULL : read_like(w, role, v) };
}

/* Has @t every argument that the assertion speaks of? */
static bool has_all(const struct mtool *t, const struct massertion *a)
{
	for (uint32_t i = 0; i < a->nargs; i++)
		if (a->args[i].like != NULL && arg_of(t, a->args[i].name.text) == NULL)
			return false;
	return true;
}

static void read_args(struct asserting *w)
{
	const struct node *map = w->a->said.node;
	uint32_t before = w->s->reported, t = 0;
	reach(w);
	w->a->args = arena_array(w->s->d->arena, struct massert_arg, map->u.map.n);
	for (uint32_t i = 0; i < map->u.map.n; i++)
		read_arg(w, &map->u.map.v[i]);
	if (w->s->reported != before)
		return;
	while (t < w->ntools && !has_all(w->tools[t], w->a))
		t++;
	if (t == w->ntools && w->a->nargs > 0)
		report(w, AEG_asserts_nothing, w->a->said.at, "no tool has all of these arguments",
			"make an assertion for each of the tools");
}

void assertions_finish(struct shape *s)
{
	struct model *m = s->m;
	for (uint32_t i = 0; i < m->nproofs; i++)
		for (uint32_t k = 0; k < m->proofs[i].nassertions; k++) {
			struct asserting w = { .s = s, .a = &m->proofs[i].assertions[k] };
			uint32_t before = s->reported;
			if (w.a->kind != ASSERT_NONE && w.a->said.node != NULL)
				read_args(&w);
			if (s->reported != before)
				w.a->kind = ASSERT_NONE;
		}
}
