#ifndef PROVE_WORLD_TEST_H
#define PROVE_WORLD_TEST_H
/*
 * For tests only: random models and random calls, near what the models say. Knows nothing of
 * prove/vary.c; between them they meet the same rules from two sides.
 */
#include "prove/prove.h"

#include <stdlib.h>

#include "ir/hand_test.h"

enum { MAX_ARGS = 4096 };

struct world {
	struct arena arena;
	uint64_t state;
	struct diags diags;
	struct sources sources;
	struct model model;
	struct names names;
	struct aeg_bundle bundle;    /* where it was compiled */
	const struct mcontext *near; /* whose entries the values of a call are like */
	struct aeg_json_tok tok[MAX_ARGS * 3];
};

static inline uint32_t pick(struct world *w, uint32_t n)
{
	w->state ^= w->state << 13;
	w->state ^= w->state >> 7;
	w->state ^= w->state << 17;
	return (uint32_t)(w->state >> 33) % n;
}

static inline bool one_in(struct world *w, uint32_t n) { return pick(w, n) == 0; }

#define PICK(w, list) ((list)[pick((w), (uint32_t)(sizeof(list) / sizeof *(list)))])

static inline struct mtext text(struct slice s) { return (struct mtext){ s, SPAN_NONE }; }
static inline struct buf new_text(struct world *w) { return (struct buf){ .arena = &w->arena }; }

/* ---- Names --------------------------------------------------------------------------------- */

/* Few parts, so that names, patterns and the catalogue meet often. */
static inline void add_name(struct world *w, struct buf *out)
{
	static const char *const first[] = { "fs", "fs", "a", "a", "cmd" };
	static const char *const next[] = { "a", "a", "b", "b", "run", "fsx", "a-b", "a/b", "" };

	buf_text(out, PICK(w, first));
	for (uint32_t n = pick(w, 3); n > 0; n--)
		buf_printf(out, ".%s", PICK(w, next));
}

static inline struct mpattern random_pattern(struct world *w, bool any)
{
	struct buf out = new_text(w);
	struct mpattern p = { .form = PATTERN_EXACT };

	if (any && one_in(w, 8)) {
		p.form = PATTERN_ANY;
		p.written = text(SLICE("*"));
		p.stem = SLICE("");
		return p;
	}
	add_name(w, &out);
	p.stem = buf_done(&out);
	p.written = text(p.stem);
	if (one_in(w, 2)) {
		struct buf long_form = new_text(w);
		buf_slice(&long_form, p.stem);
		buf_text(&long_form, ".*");
		p.form = PATTERN_PREFIX;
		p.written = text(buf_done(&long_form));
	}
	return p;
}

/* ---- Entries, in normal form ---------------------------------------------------------------- */

static inline struct slice path_entry(struct world *w)
{
	static const char *const parts[] = { "a", "b", "ab", "workspace", "workspace-evil", "*",
		"**", "a*", "*b", "a*b", "*a*", "\xc3\xa9", "..." };
	struct buf out = new_text(w);
	uint32_t n = pick(w, 5);

	for (uint32_t i = 0; i < n; i++)
		buf_printf(&out, "/%s", PICK(w, parts));
	if (n == 0)
		buf_text(&out, "/");
	return buf_done(&out);
}

static inline struct slice host_entry(struct world *w)
{
	static const char *const literals[] = { "1.2.3.4", "10.0.0.1", "127.0.0.1", "[::1]", "[::]",
		"[2001:db8::1]", "[1:0:0:2::3]", "[::ffff:102:304]" };
	static const char *const labels[] = { "a", "b", "github", "1", "x-y", "0x1" };
	static const char *const last[] = { "com", "org", "a", "a1" };
	struct buf out = new_text(w);

	if (one_in(w, 4))
		return slice_of(PICK(w, literals));
	if (one_in(w, 5))
		buf_text(&out, "*.");
	for (uint32_t n = pick(w, 3); n > 0; n--)
		buf_printf(&out, "%s.", PICK(w, labels));
	buf_text(&out, PICK(w, last));
	return buf_done(&out);
}

static inline struct slice command_entry(struct world *w)
{
	static const char *const words[] = { "git", "ls", "/usr/bin/git", "a", "A=b", "#", "a'b" };

	return slice_of(PICK(w, words));
}

static inline struct slice subcommand_entry(struct world *w)
{
	static const char *const words[] = { "status", "log", "-C", "a", "a b", "--" };

	return slice_of(PICK(w, words));
}

static inline struct mlist random_list(
	struct world *w, struct slice (*entry)(struct world *), uint32_t min)
{
	struct mlist list = { .stated = true, .at = SPAN_NONE, .n = min + pick(w, 4) };

	list.v = arena_array(&w->arena, struct mtext, list.n);
	for (uint32_t i = 0; i < list.n; i++)
		list.v[i] = text(entry(w));
	return list;
}

/* ---- Contexts ------------------------------------------------------------------------------ */

static inline void random_subcommands(struct world *w, struct mcap *cap)
{
	struct map seen = { .arena = &w->arena };

	if (cap->commands.stated && one_in(w, 2)) {
		cap->subcommand_form = SUBCOMMANDS_LIST;
		cap->subcommand_list = random_list(w, subcommand_entry, 0);
		return;
	}
	cap->subcommand_form = SUBCOMMANDS_MAP;
	cap->subcommand_map = arena_array(&w->arena, struct mcommand, 4);
	for (uint32_t n = pick(w, 5); n > 0; n--) {
		struct mcommand *c = &cap->subcommand_map[cap->nsubcommand_map];
		c->command = text(command_entry(w));
		if (map_put(&seen, c->command.text, n) != MAP_NONE)
			continue;
		c->subcommands = random_list(w, subcommand_entry, 0);
		c->any = c->subcommands.n == 0;
		cap->nsubcommand_map++;
	}
}

static inline struct mcap random_cap(struct world *w)
{
	struct mcap cap = { .at = SPAN_NONE, .pattern = random_pattern(w, true) };

	if (one_in(w, 2))
		cap.pattern = w->model.tools[pick(w, w->model.ntools)].name;
	if (one_in(w, 2))
		cap.paths = random_list(w, path_entry, one_in(w, 4) ? 0 : 1);
	if (one_in(w, 2))
		cap.domains = random_list(w, host_entry, one_in(w, 4) ? 0 : 1);
	if (one_in(w, 2))
		cap.commands = random_list(w, command_entry, one_in(w, 4) ? 0 : 1);
	if (one_in(w, 3))
		random_subcommands(w, &cap);
	if (one_in(w, 8))
		cap.rate_calls = cap.rate_per_s = 1 + pick(w, 9);
	cap.max_concurrent = one_in(w, 8) ? 1 + pick(w, 9) : 0;
	cap.max_response_size = one_in(w, 8) ? 1 + pick(w, 9999) : 0;
	return cap;
}

static inline struct mcontext random_context(struct world *w, uint32_t i)
{
	struct mcontext c = { .at = SPAN_NONE, .ncaps = pick(w, 12), .ndeny = pick(w, 3) };
	struct buf name = new_text(w);

	if (one_in(w, 50)) /* so many that proving looks at some of them only */
		c.ncaps = 60 + pick(w, 100);
	buf_printf(&name, "%s%u", one_in(w, 3) ? "zaru-" : "c", i);
	c.name = text(buf_done(&name));
	c.description = text(SLICE(""));
	c.caps = arena_array(&w->arena, struct mcap, c.ncaps);
	c.deny = arena_array(&w->arena, struct mpattern, c.ndeny);
	for (uint32_t k = 0; k < c.ncaps; k++)
		c.caps[k] = random_cap(w);
	for (uint32_t k = 0; k < c.ndeny; k++)
		c.deny[k] = random_pattern(w, one_in(w, 8));
	return c;
}

/* ---- The catalogue ------------------------------------------------------------------------- */

static const char *const argument_names[] = { "path", "command", "args", "url", "to", "p\xc3\xa4th",
	"a\"b", "secret" };

/* Of role args there is at most one, and then one command; neither is ever a list of its own. */
static inline struct marg random_arg(
	struct world *w, struct slice name, uint32_t *commands, uint32_t *args)
{
	static const enum mrole roles[] = { ROLE_PATH, ROLE_PATH, ROLE_COMMAND, ROLE_COMMAND,
		ROLE_ARGS, ROLE_URL, ROLE_URL, ROLE_SECRET };
	struct marg a = { .name = text(name), .role = PICK(w, roles) };

	if (a.role == ROLE_ARGS && (*args)++ > 0)
		a.role = ROLE_SECRET;
	if (a.role == ROLE_COMMAND && (*commands)++ > 0)
		a.role = ROLE_PATH;
	a.required = one_in(w, 3);
	a.list = a.role != ROLE_ARGS && a.role != ROLE_COMMAND && one_in(w, 4);
	return a;
}

static inline void random_roles(struct world *w, struct mtool *t)
{
	uint32_t first = pick(w, 8), n = pick(w, 5), commands = 0, args = 0;

	t->args = arena_array(&w->arena, struct marg, n);
	for (; t->nargs < n; t->nargs++)
		t->args[t->nargs] = random_arg(
			w, slice_of(argument_names[(first + t->nargs) % 8]), &commands, &args);
}

static inline void random_catalogue(struct world *w)
{
	struct map seen = { .arena = &w->arena };
	struct model *m = &w->model;
	uint32_t n = 4 + pick(w, 16);

	m->tools = arena_array(&w->arena, struct mtool, n);
	for (uint32_t i = 0; i < n; i++) {
		struct mtool *t = &m->tools[m->ntools];
		*t = (struct mtool){ .name = random_pattern(w, false) };
		if (map_put(&seen, t->name.written.text, i) != MAP_NONE)
			continue;
		if (m->ntools > 0 && one_in(w, 3)) { /* so that classes of names have equal roles */
			t->args = t[-1].args;
			t->nargs = t[-1].nargs;
		} else {
			random_roles(w, t);
		}
		struct map *by = t->name.form == PATTERN_EXACT ? &m->tool_names : &m->tool_families;
		map_put(by, t->name.stem, m->ntools++);
	}
}

/* ---- Values of a call ----------------------------------------------------------------------- */

static inline void some_of(
	struct world *w, struct buf *out, const char *const *v, uint32_t n, uint32_t most)
{
	for (uint32_t k = pick(w, most + 1); k > 0; k--)
		buf_text(out, v[pick(w, n)]);
}

#define SOME_OF(w, out, list, most) \
	some_of((w), (out), (list), (uint32_t)(sizeof(list) / sizeof *(list)), (most))

static inline const struct mcap *near_cap(struct world *w)
{
	return &w->near->caps[pick(w, w->near->ncaps)];
}

/* An entry of @list, with something in the place of each `*`. */
static inline bool add_like(struct world *w, struct buf *out, const struct mlist *list)
{
	if (list->n == 0)
		return false;
	struct slice e = list->v[pick(w, list->n)].text;
	for (uint32_t i = 0; i < e.len; i++) {
		if (e.at[i] == '*')
			buf_text(out, one_in(w, 3) ? "" : one_in(w, 3) ? "b/a" : "a");
		else
			buf_add(out, e.at + i, 1);
	}
	return true;
}

static inline void path_value(struct world *w, struct buf *out)
{
	static const char *const parts[] = { "/", "/", "/", "/", "a", "b", "ab", "workspace",
		"-evil", "..", ".", "*", "\xc3\xa9", "\x7f", "\x01", "axb" };
	static const char *const wholes[] = { "/a", "/b", "/ab", "/workspace", "/a/", "//b/./",
		"/axxb", "/q", "/..." };

	if (!one_in(w, 3) && w->near->ncaps > 0)
		add_like(w, out, &near_cap(w)->paths);
	if (one_in(w, 12))
		SOME_OF(w, out, parts, 8);
	else if (one_in(w, 2))
		SOME_OF(w, out, wholes, 4);
	if (one_in(w, 20))
		buf_text(out, "/..");
}

static inline void command_words(struct world *w, struct buf *out)
{
	static const char *const parts[] = { "git", "ls", "a", "status", "log", "-C", " ", " ", " ",
		"\t", "'", "\"", "\\", "$", "`", ";", "&", "|", "<", ">", "(", ")", "\n", "#", "=",
		"A", "b", "/usr/bin/", "\\\n", "''", "\"a b\"", "'a b'", "\\ ", "--", "*", "~", "{",
		"\r", "1" };
	static const char *const words[] = { "git", "ls", "/usr/bin/git", "a", "status", "log",
		"-C", "'git'", "\"ls\"", "\\git", "g'i't", "'a b'", "a\\ b", "\"a b\"", "--", "A=b",
		"\"A\"=b", "A\\=b", "'#'", "#", "a#", "\"\\$x\"", "'$x'", "\"a'b\"", "\"\\q\"",
		"_=", "1=a" };

	if (one_in(w, 4)) {
		SOME_OF(w, out, parts, 8);
		return;
	}
	if (!one_in(w, 4) && w->near->ncaps > 0) {
		const struct mcap *cap = near_cap(w);
		const struct mcommand *c =
			cap->nsubcommand_map == 0
				? NULL
				: &cap->subcommand_map[pick(w, cap->nsubcommand_map)];
		if (c != NULL)
			buf_slice(out, c->command.text);
		else
			add_like(w, out, &cap->commands);
		buf_text(out, " ");
		if (one_in(w, 2))
			add_like(w, out, c != NULL ? &c->subcommands : &cap->subcommand_list);
		buf_text(out, " ");
	}
	for (uint32_t n = pick(w, 3); n > 0; n--) {
		buf_text(out, PICK(w, words));
		buf_text(out, one_in(w, 8) ? "\t " : " ");
	}
	if (one_in(w, 8))
		buf_add(out, "\0", 1);
}

static inline void url_value(struct world *w, struct buf *out)
{
	static const char *const parts[] = { "http", "https", "HTTPS", ":", "/", "/", "//", "://",
		"a", "b", "com", "org", "github", ".", ".", "1", "80", "65536", "@", "\\", "[", "]",
		"::", "0x7f", "?", "#", "%41", "\xc3\xa9", " ", "_", "-", "x" };
	static const char *const schemes[] = { "http://", "https://", "HtTp://", "ftp://", "http:/",
		"https:///" };
	static const char *const hosts[] = { "a.com", "b.org", "A.COM", "github.com",
		"x.github.com", "evilgithub.com", "a", "org", "a1", "1.a1", "1.2.3.4", "01.2.3.4",
		"1.2.3.256", "1.2.3", "0x1.2.3.4", "1.2.3.0x4", "10.0.0.1", "127.0.0.1", "[::1]",
		"[0:0::1]", "[::]", "[0::0:0]", "[2001:DB8:0:0::1]", "[2001:db8::0001]",
		"[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]", "[::ffff:1.2.3.4]", "[::ffff:0102:0304]",
		"[::1%eth0]", "[1:2:3]", "[1:2:3:4:5:6:7:8]", "[::1.2.3.04]", "[::1.2.3]",
		"[1::2::3]", "[12345::]", "[:1]", "[1:]", "[]", "[::1", "[1:2:3:4:5:6:7::]",
		"[1:2:3:4:5:6:7:8::]", "[1.2.3.4::]", "[1:2:3:4:5:6:1.2.3.4]", "a..com", ".com",
		"x-y.com", "x_y.com", "a.com@b.org", "0x1.com", "a.0x", "a.1", "a.0xg", "" };
	static const char *const ends[] = { "", "", "", ".", "..", "/", "/x@y", "?q", "#f", ":80",
		":", ":00080/", ":065535", ":65536", ":000080", ":8a", ":80:80", "\\x", " ",
		"/\x7f", "/ " };

	if (one_in(w, 4)) {
		SOME_OF(w, out, parts, 12);
		return;
	}
	buf_text(out, schemes[one_in(w, 8) ? pick(w, 6) : pick(w, 3)]);
	if (one_in(w, 8))
		buf_text(out, "x.");
	if (one_in(w, 3) || w->near->ncaps == 0 || !add_like(w, out, &near_cap(w)->domains))
		buf_text(out, PICK(w, hosts));
	buf_text(out, one_in(w, 2) ? "" : PICK(w, ends));
}

static inline void string_value(struct world *w, struct buf *out, enum mrole role)
{
	switch (one_in(w, 25) ? (enum mrole)(1 + pick(w, 5)) : role) {
	case ROLE_PATH: path_value(w, out); break;
	case ROLE_COMMAND: command_words(w, out); break;
	case ROLE_URL: url_value(w, out); break;
	case ROLE_ARGS: buf_slice(out, subcommand_entry(w)); break;
	case ROLE_SECRET: break;
	}
	if (role == ROLE_ARGS && one_in(w, 16))
		buf_add(out, "\0", 1);
}

/* @s as a JSON string: some bytes escaped though they need not be. */
static inline void add_string(struct world *w, struct buf *out, struct slice s)
{
	uint32_t escapes = one_in(w, 2) ? 0 : 1 + pick(w, 6);

	buf_text(out, "\"");
	for (uint32_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if (c < 0x20 || c == '"' || c == '\\' ||
			(c < 0x80 && escapes != 0 && one_in(w, escapes)))
			buf_printf(out, one_in(w, 2) ? "\\u%04x" : "\\u%04X", c);
		else
			buf_add(out, &c, 1);
	}
	if (one_in(w, 200))
		buf_text(out, "\\ud83d\\ude00");
	if (one_in(w, 2000))
		buf_text(out, "\\ud800");
	if (one_in(w, 2000))
		buf_text(out, "\xff");
	buf_text(out, "\"");
}

static inline void add_value(struct world *w, struct buf *out, const struct marg *a)
{
	static const char *const others[] = { "null", "null", "5", "true", "{}", "[]", "[null]",
		"\"\"", "[\"/a\", 5]", "[[\"/..\"]]", "{\"path\": \"/..\"}", "[\"/../x\"]",
		"[\"\\u0000\", 1]", "{\"a\":1,\"\\u0061\":2}" };
	bool list = a->list || a->role == ROLE_ARGS;
	uint32_t n = list ? pick(w, 4) : 1;

	if (one_in(w, 20)) {
		buf_text(out, PICK(w, others));
		return;
	}
	buf_text(out, list ? "[" : "");
	for (uint32_t i = 0; i < n; i++) {
		struct buf value = new_text(w);
		string_value(w, &value, a->role);
		buf_text(out, i == 0 ? "" : ",");
		add_string(w, out, buf_done(&value));
	}
	buf_text(out, list ? "]" : "");
}

/* Arguments for @tool: most of its own, in any order, and others. */
static inline void add_arguments(struct world *w, struct buf *out, const struct mtool *tool)
{
	static const char *const wholes[] = { "null", "{}", "[]", "5", "\"x\"", "{", "", "{} ",
		"{\"a\":1,\"a\":2}", "[{}]" };
	const char *between = "";
	uint32_t n = tool->nargs, from = n == 0 ? 0 : pick(w, n);

	if (one_in(w, 60)) {
		buf_text(out, PICK(w, wholes));
		return;
	}
	buf_text(out, one_in(w, 10) ? " { " : "{");
	for (uint32_t i = 0; i < n + 1; i++) {
		struct marg other = { .role = (enum mrole)(1 + pick(w, 5)),
			.name = text(SLICE("other")) };
		const struct marg *a = i == n ? &other : &tool->args[(from + i) % n];
		if (one_in(w, i == n ? 2 : 20))
			continue;
		buf_text(out, between);
		add_string(w, out, a->name.text);
		buf_text(out, ":");
		add_value(w, out, a);
		between = ",";
	}
	buf_text(out, "}");
}

/* ---- Worlds -------------------------------------------------------------------------------- */

static inline void make_world(struct world *w)
{
	struct model *m = &w->model;

	w->model = (struct model){ .ncontexts = 1 + pick(w, 6) };
	m->tool_names.arena = m->tool_families.arena = &w->arena;
	w->sources = (struct sources){ .arena = &w->arena };
	w->diags = (struct diags){ .arena = &w->arena, .sources = &w->sources };
	w->names = (struct names){ 0 };
	random_catalogue(w);
	m->contexts = arena_array(&w->arena, struct mcontext, m->ncontexts);
	for (uint32_t i = 0; i < m->ncontexts; i++)
		m->contexts[i] = random_context(w, i);
}

/* ---- Calls --------------------------------------------------------------------------------- */

static inline struct slice random_tool(struct world *w, const struct mcontext *c)
{
	static const char *const odd[] = { "", "fs read", "fs.\xc3\xa9", "fs.*", "*", "fs.read\n",
		".", "..", ".a" };
	const struct model *m = &w->model;
	struct buf out = new_text(w);

	if (one_in(w, 50)) {
		buf_text(&out, PICK(w, odd));
		for (uint32_t i = 0; one_in(w, 3) && i < 127 + pick(w, 3); i++)
			buf_text(&out, "a");
		return buf_done(&out);
	}
	const struct mpattern *near = &m->tools[pick(w, m->ntools)].name;
	if (c->ndeny > 0 && one_in(w, 10))
		near = &c->deny[pick(w, c->ndeny)];
	else if (c->ncaps > 0 && !one_in(w, 6))
		near = &c->caps[pick(w, c->ncaps)].pattern;
	buf_slice(&out, near->stem);
	if ((near->form == PATTERN_EXACT) == one_in(w, 8)) {
		buf_text(&out, out.len == 0 || one_in(w, 8) ? "" : ".");
		if (!one_in(w, 8))
			add_name(w, &out);
	}
	return buf_done(&out);
}

/* A catalogue entry whose arguments suit the tool, mostly. */
static inline const struct mtool *near_tool(struct world *w, struct slice name)
{
	const struct model *m = &w->model;
	const struct mtool *near = &m->tools[pick(w, m->ntools)];

	for (uint32_t i = 0; i < m->ntools && !one_in(w, 40); i++) {
		const struct mpattern *p = &m->tools[i].name;
		if (slice_eq(p->stem, name) && p->form == PATTERN_EXACT)
			return &m->tools[i];
		if (slice_begins(name, p->stem) && p->form == PATTERN_PREFIX &&
			p->stem.len >= near->name.stem.len)
			near = &m->tools[i];
	}
	return near;
}

static inline struct world *new_world(uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->arena = (struct arena){ .limit = (size_t)256 << 20, .fail = hand_no_memory };
	w->state = seed;
	return w;
}
#endif
