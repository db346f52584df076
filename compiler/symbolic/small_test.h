#ifndef SYMBOLIC_SMALL_TEST_H
#define SYMBOLIC_SMALL_TEST_H
/*
 * For tests only: random policies over few tools, paths, commands and hosts, such that entries
 * meet, cover and repeat each other all the time, and everything can be enumerated.
 */
#include "symbolic/symbolic.h"

#include "prove/world_test.h"

enum { SMALL_CAPS = 6, SMALL_DENIES = 2, MOST_CALLS = 2048 };

/* ---- The catalogue -------------------------------------------------------------------------- */

struct small_tool {
	const char *name;
	struct small_arg {
		const char *name;
		enum mrole role;
		bool required, list;
	} args[3];
};

static const struct small_tool small_tools[] = {
	{ "fs.read", { { "path", ROLE_PATH, true, false } } },
	{ "fs.*", { { "path", ROLE_PATH, true, false } } },
	{ "cmd.run",
		{ { "command", ROLE_COMMAND, true, false }, { "args", ROLE_ARGS, false, false },
			{ "cwd", ROLE_PATH, false, false } } },
	{ "web.search", { { "url", ROLE_URL, false, false } } },
	{ "web.*", { { "url", ROLE_URL, true, false } } },
	{ "dl", { { "url", ROLE_URL, true, false }, { "from", ROLE_URL, false, false } } },
	{ "mv", { { "from", ROLE_PATH, true, false }, { "to", ROLE_PATH, true, false } } },
	{ "lst", { { "path", ROLE_PATH, true, true } } },
	{ "urls", { { "url", ROLE_URL, false, true } } },
};

/* The same arguments each time; which of them are required varies where @vary. */
static inline void small_catalogue(struct world *w, struct model *m, bool vary)
{
	uint32_t n = sizeof small_tools / sizeof *small_tools;

	*m = (struct model){ .tools = arena_array(&w->arena, struct mtool, n) };
	m->tool_names.arena = m->tool_families.arena = &w->arena;
	for (; m->ntools < n; m->ntools++) {
		const struct small_tool *from = &small_tools[m->ntools];
		struct mtool *t = &m->tools[m->ntools];
		t->name = hand_pattern(from->name);
		t->args = arena_array(&w->arena, struct marg, 3);
		for (; t->nargs < 3 && from->args[t->nargs].name != NULL; t->nargs++) {
			const struct small_arg *a = &from->args[t->nargs];
			t->args[t->nargs] = (struct marg){ .name = hand_text(a->name),
				.role = a->role,
				.required = a->required != (vary && one_in(w, 8)),
				.list = a->list };
		}
		map_put(t->name.form == PATTERN_EXACT ? &m->tool_names : &m->tool_families,
			t->name.stem, m->ntools);
	}
}

/* ---- Policies ------------------------------------------------------------------------------- */

static inline struct mpattern small_pattern(struct world *w)
{
	static const char *const patterns[] = { "fs.read", "fs.*", "fs.*", "fs.x", "fs.x.*",
		"cmd.run", "cmd.run", "cmd.*", "web.search", "web.*", "web.fetch", "dl", "mv",
		"lst", "urls", "q", "*", "*" };

	return hand_pattern(PICK(w, patterns));
}

static inline struct slice small_path(struct world *w)
{
	static const char *const entries[] = { "/", "/a", "/a", "/a/b", "/b", "/ab", "/*", "/a*",
		"/a/*", "/*/b", "/**", "/**/b", "/workspace" };

	return slice_of(PICK(w, entries));
}

static inline struct slice small_host(struct world *w)
{
	static const char *const entries[] = { "a.com", "a.com", "*.a.com", "x.a.com", "com",
		"*.com", "b.org", "a", "1.2.3.4", "[::1]" };

	return slice_of(PICK(w, entries));
}

static inline struct slice small_command(struct world *w)
{
	static const char *const entries[] = { "git", "git", "ls", "a" };

	return slice_of(PICK(w, entries));
}

static inline struct slice small_subcommand(struct world *w)
{
	static const char *const entries[] = { "status", "log", "-C" };

	return slice_of(PICK(w, entries));
}

static inline struct mlist small_list(struct world *w, struct slice (*entry)(struct world *))
{
	struct mlist list = random_list(w, entry, 0);

	if (list.n == 0 && one_in(w, 2)) { /* empty ones are there, and not everywhere */
		list.n = 1;
		list.v = arena_array(&w->arena, struct mtext, 1);
		list.v[0] = text(entry(w));
	}
	return list;
}

static inline void small_subcommands(struct world *w, struct mcap *cap)
{
	struct map seen = { .arena = &w->arena };

	if (cap->commands.stated && one_in(w, 2)) {
		cap->subcommand_form = SUBCOMMANDS_LIST;
		cap->subcommand_list = small_list(w, small_subcommand);
		return;
	}
	cap->subcommand_form = SUBCOMMANDS_MAP;
	cap->subcommand_map = arena_array(&w->arena, struct mcommand, 3);
	for (uint32_t n = pick(w, 4); n > 0; n--) {
		struct mcommand *c = &cap->subcommand_map[cap->nsubcommand_map];
		c->command = text(small_command(w));
		if (map_put(&seen, c->command.text, n) != MAP_NONE)
			continue;
		c->subcommands = small_list(w, small_subcommand);
		c->any = c->subcommands.n == 0;
		cap->nsubcommand_map++;
	}
}

static inline void small_commands(struct world *w, struct mcap *cap)
{
	if (!one_in(w, 6))
		cap->commands = small_list(w, small_command);
	if (!cap->commands.stated || one_in(w, 2))
		small_subcommands(w, cap);
}

static inline struct mcap small_cap(struct world *w)
{
	struct mcap cap = { .at = SPAN_NONE, .pattern = small_pattern(w) };

	if (one_in(w, 2))
		cap.paths = small_list(w, small_path);
	if (one_in(w, 2))
		cap.domains = small_list(w, small_host);
	if (one_in(w, 2))
		small_commands(w, &cap);
	if (one_in(w, 3)) {
		cap.rate_calls = 1 + pick(w, 3);
		cap.rate_per_s = 1 + pick(w, 5);
	}
	cap.max_concurrent = one_in(w, 4) ? 1 + pick(w, 3) : 0;
	cap.max_response_size = one_in(w, 4) ? 1 + pick(w, 3) : 0;
	return cap;
}

static inline struct mcontext *small_context(struct world *w)
{
	struct mcontext *c = arena_new(&w->arena, struct mcontext);

	*c = (struct mcontext){ .name = text(SLICE("c")), .at = SPAN_NONE };
	c->ncaps = pick(w, SMALL_CAPS + 1);
	c->ndeny = one_in(w, 3) ? 1 + pick(w, SMALL_DENIES) : 0;
	c->caps = arena_array(&w->arena, struct mcap, SMALL_CAPS);
	c->deny = arena_array(&w->arena, struct mpattern, SMALL_DENIES);
	for (uint32_t i = 0; i < c->ncaps; i++)
		c->caps[i] = small_cap(w);
	for (uint32_t i = 0; i < c->ndeny; i++)
		c->deny[i] = small_pattern(w);
	return c;
}

/* @c with one thing about it changed: two contexts that are made apart agree on little. */
static inline struct mcontext *small_edit(struct world *w, const struct mcontext *c)
{
	struct mcontext *other = small_context(w);
	struct mcap *caps = other->caps;

	*other = *c;
	other->caps = caps;
	memcpy(caps, c->caps, c->ncaps * sizeof *caps);
	uint32_t i = c->ncaps == 0 ? 0 : pick(w, c->ncaps);
	switch (pick(w, 4)) {
	case 0:
		if (other->ncaps > 0)
			other->ncaps--;
		break;
	case 1:
		if (other->ncaps < SMALL_CAPS)
			caps[other->ncaps++] = small_cap(w);
		break;
	case 2: caps[i] = small_cap(w); break;
	default:
		if (caps[i].paths.n > 0)
			caps[i].paths.n--;
		if (caps[i].domains.n > 0)
			caps[i].domains.n--;
		break;
	}
	return other;
}
/* ---- The calls ------------------------------------------------------------------------------ */

struct call {
	struct slice tool, args;
	struct aeg_json json;
	uint32_t cost;
	bool plain; /* written as cells write calls: others may be shorter */
};

struct value {
	const char *json; /* NULL: absent */
	bool other;       /* another spelling than the cells' */
};

static const struct value value_paths[] = { { NULL, 0 }, { "0", 0 }, { "\"/\"", 0 },
	{ "\"/a\"", 0 }, { "\"/a/b\"", 0 }, { "\"/b\"", 0 }, { "\"/ab\"", 0 }, { "\"/b/a\"", 0 },
	{ "\"/workspace\"", 0 }, { "\"/..\"", 0 }, { "\"/a/../b\"", 0 }, { "\"a\"", 1 },
	{ "\"\"", 1 }, { "\"//ab/./\"", 1 } };
static const struct value value_cwds[] = { { NULL, 0 }, { "null", 0 }, { "\"/a\"", 0 },
	{ "\"/..\"", 0 } };
static const struct value value_commands[] = { { NULL, 0 }, { "0", 0 }, { "\"git\"", 0 },
	{ "\"git status\"", 0 }, { "\"git log\"", 0 }, { "\"git -C\"", 0 }, { "\"ls\"", 0 },
	{ "\"ls status\"", 0 }, { "\"ls log\"", 0 }, { "\"a\"", 0 }, { "\"a log\"", 0 },
	{ "\"a -C\"", 0 }, { "\"g'i't  log\"", 1 }, { "\"ls;ls\"", 1 }, { "\"\"", 1 } };
static const struct value value_words[] = { { NULL, 0 }, { "[]", 0 }, { "[\"log\"]", 0 },
	{ "0", 0 } };
static const struct value value_urls[] = { { NULL, 0 }, { "0", 0 }, { "\"https://a\"", 0 },
	{ "\"https://com\"", 0 }, { "\"https://a.com\"", 0 }, { "\"https://x.a.com\"", 0 },
	{ "\"https://b.org\"", 0 }, { "\"https://1.2.3.4\"", 0 }, { "\"http://B.org./\"", 1 },
	{ "\"\"", 1 }, { "null", 1 } };
static const struct value value_path_lists[] = { { NULL, 0 }, { "0", 0 }, { "[]", 0 },
	{ "[\"/\"]", 0 }, { "[\"/a\"]", 0 }, { "[\"/a/b\"]", 0 }, { "[\"/b\"]", 0 },
	{ "[\"/..\"]", 0 }, { "[\"/ab\"]", 0 }, { "[\"/a\",\"/b\"]", 0 }, { "[\"/ab\",\"/b\"]", 0 },
	{ "[\"/a/b\",\"/b/a\"]", 0 }, { "[\"/a\",\"/..\"]", 0 }, { "[\"/\",\"/a\"]", 0 },
	{ "[\"/b\",\"/workspace\"]", 0 }, { "[\"/a\",\"/ab\",\"/b\"]", 0 }, { "[\"/a\",0]", 1 } };
static const struct value value_url_lists[] = { { NULL, 0 }, { "0", 0 }, { "[]", 0 },
	{ "[\"https://a\"]", 0 }, { "[\"https://a.com\"]", 0 }, { "[\"https://x.com\"]", 0 },
	{ "[\"https://b.org\"]", 0 }, { "[\"https://a.com\",\"https://b.org\"]", 0 },
	{ "[\"https://com\",\"https://1.2.3.4\"]", 0 },
	{ "[\"https://a\",\"https://x.a.com\"]", 0 } };

struct calls {
	struct world *w; /* whose arena holds them */
	struct call v[MOST_CALLS];
	uint32_t n;
};

#define VALUES(list, ret_n) (*(ret_n) = sizeof(list) / sizeof *(list), (list))

static inline const struct value *values_of(const struct small_arg *a, uint32_t *ret_n)
{
	if (a->role == ROLE_PATH && a->list)
		return VALUES(value_path_lists, ret_n);
	if (a->role == ROLE_PATH)
		return strcmp(a->name, "cwd") == 0 ? VALUES(value_cwds, ret_n)
						   : VALUES(value_paths, ret_n);
	if (a->role == ROLE_URL)
		return a->list ? VALUES(value_url_lists, ret_n) : VALUES(value_urls, ret_n);
	return a->role == ROLE_COMMAND ? VALUES(value_commands, ret_n) : VALUES(value_words, ret_n);
}

static inline const struct aeg_json *scan(struct arena *a, struct aeg_json *json, struct slice args)
{
	size_t need = aeg_json_bound(args.len);

	aeg_json_scan(json, args.at, args.len, arena_array(a, struct aeg_json_tok, need), need);
	return json;
}

static inline void add_call(struct calls *c, const char *tool, struct slice members, bool plain)
{
	struct buf args = new_text(c->w);

	buf_text(&args, "{");
	buf_slice(&args, members);
	buf_text(&args, "}");
	assert_true(c->n < MOST_CALLS);
	struct call *call = &c->v[c->n++];
	*call = (struct call){ .tool = slice_of(tool), .args = buf_done(&args), .plain = plain };
	call->cost = call->tool.len + call->args.len;
	scan(&c->w->arena, &call->json, call->args);
}

/* Every value of argument @at with every value of those after it. */
static inline void add_calls(struct calls *c, const char *tool, const struct small_arg *args,
	uint32_t at, struct slice members, bool plain)
{
	uint32_t n;

	if (at == 3 || args[at].name == NULL) {
		add_call(c, tool, members, plain);
		return;
	}
	const struct value *v = values_of(&args[at], &n);
	for (uint32_t i = 0; i < n; i++) {
		struct buf more = new_text(c->w);
		buf_slice(&more, members);
		if (v[i].json != NULL)
			buf_printf(&more, "%s\"%s\":%s", more.len == 0 ? "" : ",", args[at].name,
				v[i].json);
		add_calls(c, tool, args, at + 1, buf_done(&more), plain && !v[i].other);
	}
}

static inline struct calls *all_calls(struct world *w)
{
	static const char *const more[] = { "fs.x", "fs.x.a", "web.fetch" };
	static const uint32_t like[] = { 1, 1, 4 };
	struct calls *c = arena_new(&w->arena, struct calls);

	c->w = w;
	for (uint32_t i = 0; i < sizeof small_tools / sizeof *small_tools; i++)
		if (hand_pattern(small_tools[i].name).form == PATTERN_EXACT)
			add_calls(c, small_tools[i].name, small_tools[i].args, 0, SLICE(""), true);
	for (uint32_t i = 0; i < 3; i++)
		add_calls(c, more[i], small_tools[like[i]].args, 0, SLICE(""), true);
	add_call(c, "q", SLICE(""), true);
	add_call(c, "q", SLICE("\"path\":\"/a\""), true);
	return c;
}

/* ---- Regions -------------------------------------------------------------------------------- */

static inline const struct mtool *tool_of(const struct model *m, struct slice name)
{
	const struct mtool *best = NULL;

	for (uint32_t i = 0; i < m->ntools; i++) {
		const struct mpattern *p = &m->tools[i].name;
		if (p->form == PATTERN_EXACT && slice_eq(p->stem, name))
			return &m->tools[i];
		if (p->form == PATTERN_PREFIX && slice_begins(name, p->stem) &&
			name.len > p->stem.len + 1 && name.at[p->stem.len] == '.')
			best = &m->tools[i];
	}
	return best;
}

/* Where the tool has such an argument: it is not there, or null, or a list of nothing. */
static inline bool is_absent(const struct model *m, const struct region_arg *r, struct slice name,
	const struct aeg_json *args)
{
	const struct mtool *t = tool_of(m, name);
	const struct marg *arg = NULL;

	for (uint32_t i = 0; t != NULL && i < t->nargs; i++)
		if (slice_eq(t->args[i].name.text, r->name) && t->args[i].role != ROLE_ARGS &&
			t->args[i].role != ROLE_SECRET)
			arg = &t->args[i];
	if (arg == NULL || args == NULL)
		return true;
	uint32_t value = aeg_json_member(args, 0, (struct aeg_str){ r->name.at, r->name.len });
	if (value == AEG_NONE)
		return true;
	uint32_t kind = args->tok[value].info & AEG_JSON_KIND_MASK;
	return kind == AEG_JSON_NULL ||
	       (arg->list && kind == AEG_JSON_ARRAY && args->tok[value].next == value + 1);
}

/* As if the tool had this argument alone, required, and the region's list were a capability's. */
static inline bool is_like(const struct model *m, const struct region_arg *r, struct slice name,
	const struct aeg_json *args, struct arena *scratch)
{
	const struct mtool *t = tool_of(m, name);
	struct mtool only = { .name = hand_pattern("*"),
		.args = arena_array(scratch, struct marg, 4) };
	struct mcap cap = *r->like;
	bool found = false;

	for (uint32_t i = 0; t != NULL && i < t->nargs; i++) {
		struct marg a = t->args[i];
		bool is = a.role == r->role && slice_eq(a.name.text, r->name);
		if (!is && a.role != ROLE_ARGS)
			continue;
		found = found || is;
		a.required = a.required || is;
		only.args[only.nargs++] = a;
	}
	struct model one = { .tools = &only, .ntools = 1 };
	cap.pattern = only.name;
	return found && naive_grants(&one, &cap, name, args, scratch);
}

/* @r NULL: everything is. */
static inline bool in_region(const struct model *m, const struct region *r, struct slice name,
	const struct aeg_json *args, struct arena *scratch)
{
	struct mcap any = { .pattern =
				    r == NULL || r->tool == NULL ? hand_pattern("*") : *r->tool };
	struct model none = { 0 };

	if (!naive_grants(&none, &any, name, args, scratch))
		return false;
	for (uint32_t i = 0; r != NULL && i < r->nargs; i++)
		if (r->args[i].like == NULL ? !is_absent(m, &r->args[i], name, args)
					    : !is_like(m, &r->args[i], name, args, scratch))
			return false;
	return true;
}
#endif
