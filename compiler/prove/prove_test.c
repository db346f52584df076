/*
 * Random models and random calls: the bundle and the naive evaluator must agree on every one. The
 * generator here knows nothing of prove/vary.c; between them they meet the same rules from two
 * sides.
 */
#include "prove/prove.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emit/emit.h"
#include "ir/hand_test.h"

enum { MODELS = 1000, CALLS = 600, MAX_ARGS = 4096 };

struct world {
	struct arena arena;
	uint64_t state;
	struct diags diags;
	struct sources sources;
	struct model model;
	struct names names;
	struct aeg_bundle bundle;
	const struct mcontext *near; /* whose entries the values of a call are like */
	struct aeg_json_tok tok[MAX_ARGS * 3];
};

static uint32_t pick(struct world *w, uint32_t n)
{
	w->state ^= w->state << 13;
	w->state ^= w->state >> 7;
	w->state ^= w->state << 17;
	return (uint32_t)(w->state >> 33) % n;
}

static bool one_in(struct world *w, uint32_t n) { return pick(w, n) == 0; }

#define PICK(w, list) ((list)[pick((w), (uint32_t)(sizeof(list) / sizeof *(list)))])

static struct mtext text(struct slice s) { return (struct mtext){ s, SPAN_NONE }; }
static struct buf new_text(struct world *w) { return (struct buf){ .arena = &w->arena }; }

/* ---- Names --------------------------------------------------------------------------------- */

/* Few parts, so that names, patterns and the catalogue meet often. */
static void add_name(struct world *w, struct buf *out)
{
	static const char *const first[] = { "fs", "fs", "a", "a", "cmd" };
	static const char *const next[] = { "a", "a", "b", "b", "run", "fsx", "a-b", "a/b", "" };

	buf_text(out, PICK(w, first));
	for (uint32_t n = pick(w, 3); n > 0; n--)
		buf_printf(out, ".%s", PICK(w, next));
}

static struct mpattern random_pattern(struct world *w, bool any)
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

static struct slice path_entry(struct world *w)
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

static struct slice host_entry(struct world *w)
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

static struct slice command_entry(struct world *w)
{
	static const char *const words[] = { "git", "ls", "/usr/bin/git", "a", "A=b", "#", "a'b" };

	return slice_of(PICK(w, words));
}

static struct slice subcommand_entry(struct world *w)
{
	static const char *const words[] = { "status", "log", "-C", "a", "a b", "--" };

	return slice_of(PICK(w, words));
}

static struct mlist random_list(
	struct world *w, struct slice (*entry)(struct world *), uint32_t min)
{
	struct mlist list = { .stated = true, .at = SPAN_NONE, .n = min + pick(w, 4) };

	list.v = arena_array(&w->arena, struct mtext, list.n);
	for (uint32_t i = 0; i < list.n; i++)
		list.v[i] = text(entry(w));
	return list;
}

/* ---- Contexts ------------------------------------------------------------------------------ */

static void random_subcommands(struct world *w, struct mcap *cap)
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

static struct mcap random_cap(struct world *w)
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

static struct mcontext random_context(struct world *w, uint32_t i)
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
static struct marg random_arg(
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

static void random_roles(struct world *w, struct mtool *t)
{
	uint32_t first = pick(w, 8), n = pick(w, 5), commands = 0, args = 0;

	t->args = arena_array(&w->arena, struct marg, n);
	for (; t->nargs < n; t->nargs++)
		t->args[t->nargs] = random_arg(
			w, slice_of(argument_names[(first + t->nargs) % 8]), &commands, &args);
}

static void random_catalogue(struct world *w)
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
		m->ntools++;
	}
}

/* ---- Values of a call ----------------------------------------------------------------------- */

static void some_of(
	struct world *w, struct buf *out, const char *const *v, uint32_t n, uint32_t most)
{
	for (uint32_t k = pick(w, most + 1); k > 0; k--)
		buf_text(out, v[pick(w, n)]);
}

#define SOME_OF(w, out, list, most) \
	some_of((w), (out), (list), (uint32_t)(sizeof(list) / sizeof *(list)), (most))

static const struct mcap *near_cap(struct world *w)
{
	return &w->near->caps[pick(w, w->near->ncaps)];
}

/* An entry of @list, with something in the place of each `*`. */
static bool add_like(struct world *w, struct buf *out, const struct mlist *list)
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

static void path_value(struct world *w, struct buf *out)
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

static void command_value(struct world *w, struct buf *out)
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

static void url_value(struct world *w, struct buf *out)
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

static void string_value(struct world *w, struct buf *out, enum mrole role)
{
	switch (one_in(w, 25) ? (enum mrole)(1 + pick(w, 5)) : role) {
	case ROLE_PATH: path_value(w, out); break;
	case ROLE_COMMAND: command_value(w, out); break;
	case ROLE_URL: url_value(w, out); break;
	case ROLE_ARGS: buf_slice(out, subcommand_entry(w)); break;
	case ROLE_SECRET: break;
	}
	if (role == ROLE_ARGS && one_in(w, 16))
		buf_add(out, "\0", 1);
}

/* @s as a JSON string: some bytes escaped though they need not be. */
static void add_string(struct world *w, struct buf *out, struct slice s)
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

static void add_value(struct world *w, struct buf *out, const struct marg *a)
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
static void add_arguments(struct world *w, struct buf *out, const struct mtool *tool)
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

static void make_world(struct world *w)
{
	struct model *m = &w->model;

	w->model = (struct model){ .ncontexts = 1 + pick(w, 6) };
	w->sources = (struct sources){ .arena = &w->arena };
	w->diags = (struct diags){ .arena = &w->arena, .sources = &w->sources };
	w->names = (struct names){ 0 };
	random_catalogue(w);
	m->contexts = arena_array(&w->arena, struct mcontext, m->ncontexts);
	for (uint32_t i = 0; i < m->ncontexts; i++)
		m->contexts[i] = random_context(w, i);
}

static struct slice compile(struct world *w)
{
	const struct emit_options options = { .serial = 1, .strip = one_in(w, 2) };
	struct program *p = ir_lower(&w->diags, &w->model, &w->names);
	struct slice bundle = emit_bundle(&w->diags, p, &options);

	assert_int_equal(w->diags.errors, 0);
	assert_int_equal(aeg_bundle_check(&w->bundle, bundle.at, bundle.len), AEG_OK);
	return bundle;
}

/* ---- Calls --------------------------------------------------------------------------------- */

struct tally {
	uint64_t allowed, denied[AEG_REASON_MAX];
};

static struct slice random_tool(struct world *w, const struct mcontext *c)
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
static const struct mtool *near_tool(struct world *w, struct slice name)
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

static void compare(struct world *w, const struct mcontext *c, const struct aeg_call *call,
	struct slice args, struct tally *tally)
{
	struct slice tool = { call->tool.at, call->tool.len };
	struct aeg_verdict v, again;
	struct naive_verdict n = naive_decide(&w->model, c, tool, call->args, &w->arena);

	assert_int_equal(aeg_decide(&w->bundle, call, &v), AEG_OK);
	assert_int_equal(aeg_decide_explained(&w->bundle, call, &again, NULL, NULL), AEG_OK);
	assert_memory_equal(&v, &again, sizeof v);
	const char *reason = v.kind == AEG_ALLOW ? "allow" : aeg_reason_name(v.reason);
	const char *naive = n.allow ? "allow" : n.violation;
	if (strcmp(reason, naive) != 0 || v.capability != n.capability ||
		v.deny_entry != n.deny_entry) {
		struct buf dump = new_text(w);
		ir_dump(&dump, ir_lower(&w->diags, &w->model, &w->names));
		fputs(buf_done(&dump).at, stderr);
		fail_msg("context %.*s tool %.*s args %.*s: bundle %s %d %d, model %s %d %d",
			c == NULL ? 2 : (int)c->name.text.len, c == NULL ? "no" : c->name.text.at,
			SLICE_ARG(tool), SLICE_ARG(args), reason, (int)v.capability,
			(int)v.deny_entry, naive, (int)n.capability, (int)n.deny_entry);
	}
	if (n.allow)
		tally->allowed++;
	else
		tally->denied[v.reason]++;
}

static void random_call(struct world *w, struct tally *tally)
{
	struct arena mark = w->arena;
	const struct mcontext *c = &w->model.contexts[pick(w, w->model.ncontexts)];
	struct slice tool = random_tool(w, c);
	struct buf args = new_text(w);
	struct aeg_json json;
	struct aeg_call call = { .size_of = sizeof call, .tool = { tool.at, tool.len } };

	call.context =
		aeg_context_find(&w->bundle, (struct aeg_str){ c->name.text.at, c->name.text.len });
	assert_int_not_equal(call.context, AEG_NONE);
	w->near = c;
	add_arguments(w, &args, near_tool(w, tool));
	if (args.len <= MAX_ARGS && !one_in(w, 50)) {
		size_t need = aeg_json_bound(args.len);
		assert_true(need <= sizeof w->tok / sizeof *w->tok);
		aeg_json_scan(&json, buf_done(&args).at, args.len, w->tok, need);
		call.args = &json;
	}
	if (one_in(w, 200)) {
		call.context = AEG_NONE;
		c = NULL;
	}
	compare(w, c, &call, buf_done(&args), tally);
	arena_rewind(&w->arena, &mark);
}

static struct world *new_world(uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->arena = (struct arena){ .limit = (size_t)256 << 20, .fail = hand_no_memory };
	w->state = seed;
	return w;
}

static void test_random_calls(void **state)
{
	struct world *w = new_world(0x243f6a8885a308d3u);
	struct tally tally = { 0 };

	(void)state;
	for (int i = 0; i < MODELS; i++) {
		make_world(w);
		compile(w);
		for (int k = 0; k < CALLS; k++)
			random_call(w, &tally);
		arena_free(&w->arena);
	}
	free(w);
	/* A generator that never gets past the first rules proves little. */
	assert_true(tally.allowed > MODELS * CALLS / 20);
	for (int r = AEG_UnknownContext; r <= AEG_DomainNotAllowed; r++)
		if (tally.denied[r] < MODELS / 2)
			fail_msg("%s met only %d times", aeg_reason_name((enum aeg_reason)r),
				(int)tally.denied[r]);
}

static void test_proves_random_models(void **state)
{
	struct world *w = new_world(0x13198a2e03707344u);

	(void)state;
	for (int i = 0; i < MODELS; i++) {
		make_world(w);
		struct slice bundle = compile(w);
		struct prove_report report = prove_bundle(&w->arena, &w->model, bundle, 8);
		if (report.disagreement != NULL)
			fail_msg("%s", report.disagreement);
		assert_int_equal(report.contexts, w->model.ncontexts);
		arena_free(&w->arena);
	}
	free(w);
}

/* ---- What proving must catch ---------------------------------------------------------------- */

static struct marg small_args[] = {
	{ .name = { .text = { "path", 4 } }, .role = ROLE_PATH, .required = true },
	{ .name = { .text = { "url", 3 } }, .role = ROLE_URL, .required = true },
	{ .name = { .text = { "command", 7 } }, .role = ROLE_COMMAND, .required = true },
};

/* A context with one capability of each kind, under a catalogue like the platform's. */
static struct hand *small_model(struct slice *ret_bundle)
{
	static const char *const names[] = { "fs.read", "web.fetch", "cmd.run" };
	struct hand *h = hand_new();
	struct mcontext *c = hand_context(h, "c", 3, 1);
	const struct emit_options o = { .serial = 1 };

	hand_deny(c, "fs.delete");
	h->model.tools = arena_array(&h->arena, struct mtool, 3);
	for (; h->model.ntools < 3; h->model.ntools++) {
		uint32_t i = h->model.ntools;
		h->model.tools[i] = (struct mtool){
			.name = hand_pattern(names[i]), .args = &small_args[i], .nargs = 1
		};
		hand_cap(c, names[i]);
	}
	c->caps[0].paths = hand_list(h, "/workspace", NULL);
	c->caps[1].domains = hand_list(h, "github.com", NULL);
	c->caps[2].commands = hand_list(h, "git", NULL);
	*ret_bundle = emit_bundle(&h->diags, ir_lower(&h->diags, &h->model, &h->names), &o);
	return h;
}

/* The model is changed after it was compiled: whatever it is, the bundle is no longer its. */
static const char *after_change(void (*change)(struct mcontext *))
{
	struct slice bundle;
	struct hand *h = small_model(&bundle);

	assert_null(prove_bundle(&h->arena, &h->model, bundle, 16).disagreement);
	change(h->model.contexts);
	bool found = prove_bundle(&h->arena, &h->model, bundle, 16).disagreement != NULL;
	hand_free(h);
	return found ? "found" : "missed";
}

static void drop_deny(struct mcontext *c) { c->ndeny = 0; }
static void other_deny(struct mcontext *c) { c->deny[0].stem = SLICE("fs.write"); }
static void widen_pattern(struct mcontext *c)
{
	c->caps[0].pattern = (struct mpattern){
		.written = c->caps[0].pattern.written, .stem = SLICE("fs"), .form = PATTERN_PREFIX
	};
}
static void swap_capabilities(struct mcontext *c)
{
	struct mcap first = c->caps[0];

	c->caps[0] = c->caps[1];
	c->caps[1] = first;
}
static void unstate_paths(struct mcontext *c) { c->caps[0].paths.stated = false; }
static void other_path(struct mcontext *c) { c->caps[0].paths.v->text = SLICE("/tmp"); }
static void other_host(struct mcontext *c) { c->caps[1].domains.v->text = SLICE("*.github.com"); }
static void other_command(struct mcontext *c) { c->caps[2].commands.v->text = SLICE("ls"); }
static void no_subcommand(struct mcontext *c)
{
	c->caps[2].subcommand_form = SUBCOMMANDS_LIST;
	c->caps[2].subcommand_list.stated = true;
}
static void other_size(struct mcontext *c)
{
	for (uint32_t i = 0; i < 3; i++)
		c->caps[i].max_response_size = 7;
}

static void test_finds_differences(void **state)
{
	(void)state;
	assert_string_equal(after_change(drop_deny), "found");
	assert_string_equal(after_change(other_deny), "found");
	assert_string_equal(after_change(widen_pattern), "found");
	assert_string_equal(after_change(swap_capabilities), "found");
	assert_string_equal(after_change(unstate_paths), "found");
	assert_string_equal(after_change(other_path), "found");
	assert_string_equal(after_change(other_host), "found");
	assert_string_equal(after_change(other_command), "found");
	assert_string_equal(after_change(no_subcommand), "found");
	assert_string_equal(after_change(other_size), "found");
}

static void test_refuses_a_damaged_bundle(void **state)
{
	struct slice bundle;
	struct hand *h = small_model(&bundle);

	(void)state;
	char *copy = arena_array(&h->arena, char, bundle.len);
	memcpy(copy, bundle.at, bundle.len);
	copy[0] ^= 1;
	bundle.at = copy;
	assert_non_null(prove_bundle(&h->arena, &h->model, bundle, 1).disagreement);
	hand_free(h);
}

static void test_is_deterministic(void **state)
{
	struct slice bundle;
	struct hand *h = small_model(&bundle);

	(void)state;
	uint64_t calls = prove_bundle(&h->arena, &h->model, bundle, 8).calls;
	assert_int_equal(prove_bundle(&h->arena, &h->model, bundle, 8).calls, calls);
	uint64_t classes = prove_bundle(&h->arena, &h->model, bundle, 0).calls;
	assert_true(classes > 0);
	assert_int_equal(calls, classes + 3 * 8);
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_calls),
		cmocka_unit_test(test_proves_random_models),
		cmocka_unit_test(test_finds_differences),
		cmocka_unit_test(test_refuses_a_damaged_bundle),
		cmocka_unit_test(test_is_deterministic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
