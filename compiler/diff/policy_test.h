#ifndef DIFF_POLICY_TEST_H
#define DIFF_POLICY_TEST_H
/* For tests only: small policies from numbers, edits of them, and calls near their entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diff/decompile.h"
#include "diff/diff.h"
#include "emit/emit.h"
#include "ir/ir.h"
#include "link/link.h"
#include "prove/vary.h"

#if defined(__SANITIZE_ADDRESS__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOW 1
#endif
#endif
#ifndef SLOW
#define SLOW 0
#endif

static inline void no_memory(void *ctx)
{
	(void)ctx;
	abort();
}
static inline struct arena new_arena(void)
{
	return (struct arena){ .limit = (size_t)1 << 30, .fail = no_memory };
}

#define PICK(v, list) ((list)[vary_pick((v), (uint32_t)(sizeof(list) / sizeof *(list)))])
static inline bool one_in(struct vary *v, uint32_t n) { return vary_pick(v, n) == 0; }

/* ---- Policies ------------------------------------------------------------------------------ */

enum { MOST_CAPS = 7, MOST_DENY = 3 };
struct recipe { /* each number is one rule, whatever stands beside it */
	uint32_t caps[MOST_CAPS], deny[MOST_DENY], ncaps, ndeny, tools;
	bool list; /* of the catalogue; edits leave it */
};

static inline struct recipe recipe_new(struct vary *v)
{
	struct recipe r = { .ncaps = vary_pick(v, MOST_CAPS), .ndeny = vary_pick(v, MOST_DENY) };

	for (int i = 0; i < MOST_CAPS; i++)
		r.caps[i] = vary_pick(v, 4096);
	for (int i = 0; i < MOST_DENY; i++)
		r.deny[i] = vary_pick(v, 4096);
	r.tools = vary_pick(v, 3);
	r.list = one_in(v, 3);
	return r;
}

/* One rule more, less, or other; or two change places; rarely the catalogue. */
static inline struct recipe recipe_edit(struct vary *v, struct recipe r)
{
	uint32_t i = r.ncaps == 0 ? 0 : vary_pick(v, r.ncaps), k = vary_pick(v, MOST_CAPS);

	switch (vary_pick(v, 8)) {
	case 0: r.ncaps += r.ncaps < MOST_CAPS; break;
	case 1: r.ncaps -= r.ncaps > 0; break;
	case 2: r.ndeny = vary_pick(v, MOST_DENY + 1); break;
	case 3:
		r.caps[k] ^= r.caps[i];
		r.caps[i] ^= k == i ? 0 : r.caps[k];
		r.caps[k] ^= k == i ? 0 : r.caps[i];
		break;
	case 4: r.tools = vary_pick(v, 3); break;
	default: r.caps[i] = vary_pick(v, 4096);
	}
	return r;
}

static inline void add_entries(
	struct vary *v, struct buf *out, const char *name, const char *const *from, uint32_t nfrom)
{
	buf_printf(out, "      %s: [", name);
	for (uint32_t n = vary_pick(v, 4), i = 0; i < n; i++)
		buf_printf(out, "%s\"%s\"", i == 0 ? "" : ", ", from[vary_pick(v, nfrom)]);
	buf_text(out, "]\n");
}
#define ADD_ENTRIES(v, out, name, list) \
	add_entries((v), (out), (name), (list), sizeof(list) / sizeof *(list))

static inline void add_command_lists(struct vary *v, struct buf *out)
{
	static const char *const words[] = { "git", "ls", "make" };
	static const char *const subs[] = { "status", "log", "all" };

	switch (vary_pick(v, 3)) {
	case 0: ADD_ENTRIES(v, out, "command_allowlist", words); return;
	case 1:
		ADD_ENTRIES(v, out, "command_allowlist", words);
		ADD_ENTRIES(v, out, "subcommand_allowlist", subs);
		return;
	default:
		buf_text(out, "      subcommand_allowlist:\n        unused: []\n");
		for (uint32_t i = 0; i < 3; i++) {
			if (one_in(v, 2))
				continue;
			buf_text(out, "  ");
			ADD_ENTRIES(v, out, words[i], subs);
		}
	}
}

static const char *const tool_patterns[] = { "*", "fs.*", "fs.read", "fs.read", "fs.a.*", "cmd.run",
	"cmd.*", "web.*", "web.search", "web.search", "web.fetch", "copy", "copy", "x.y" };

static inline void add_recipe_cap(struct buf *out, uint32_t seed)
{
	static const char *const paths[] = { "/", "/workspace", "/workspace/a", "/a/*", "/a/**/b",
		"/b/*c", "/data" };
	static const char *const hosts[] = { "a.org", "*.a.org", "b.a.org", "org", "1.2.3.4" };
	struct vary v = { .state = seed };

	buf_printf(out, "    - tool_pattern: \"%s\"\n", PICK(&v, tool_patterns));
	if (one_in(&v, 2))
		ADD_ENTRIES(&v, out, "path_allowlist", paths);
	if (one_in(&v, 2))
		ADD_ENTRIES(&v, out, "domain_allowlist", hosts);
	if (one_in(&v, 2))
		add_command_lists(&v, out);
	if (one_in(&v, 3))
		buf_printf(out, "      rate_limit: { calls: %u, per_seconds: %u }\n",
			1 + vary_pick(&v, 3), 1 + vary_pick(&v, 3));
	if (one_in(&v, 4))
		buf_printf(out, "      max_concurrent: %u\n", 1 + vary_pick(&v, 3));
	if (one_in(&v, 4))
		buf_printf(out, "      max_response_size: %u\n", 1 + vary_pick(&v, 3));
}

/* One context, `c`, and tools of which two files or a url have roles. */
static inline const char *recipe_yaml(struct arena *a, const struct recipe *r)
{
	struct buf out = { .arena = a };

	buf_text(&out,
		"apiVersion: seal.100monkeys.ai/v1\nkind: ToolCatalogue\nmetadata: { name: t }\n"
		"spec:\n  tools:\n    - name: copy\n      arguments:\n"
		"        - { name: from, role: path, required: true }\n");
	if (r->tools != 2)
		buf_printf(&out, "        - { name: to, role: path, required: %s, list: %s }\n",
			r->tools == 1 ? "true" : "false", r->list ? "true" : "false");
	if (r->tools == 1)
		buf_text(&out,
			"    - name: x.*\n      arguments:\n        - { name: url, role: url }\n");
	buf_text(&out, "---\napiVersion: seal.100monkeys.ai/v1\nkind: SecurityContext\n"
		       "metadata: { name: c }\nspec:\n  description: generated\n  capabilities:\n");
	for (uint32_t i = 0; i < r->ncaps; i++)
		add_recipe_cap(&out, r->caps[i]);
	if (r->ncaps == 0)
		buf_text(&out, "    []\n");
	buf_text(&out, "  deny_list: [");
	for (uint32_t i = 0; i < r->ndeny; i++) {
		struct vary v = { .state = r->deny[i] };
		uint32_t n = sizeof tool_patterns / sizeof *tool_patterns - 2;
		buf_printf(
			&out, "%s\"%s\"", i == 0 ? "" : ", ", tool_patterns[2 + vary_pick(&v, n)]);
	}
	buf_text(&out, "]\n");
	return buf_done(&out).at;
}

/* ---- Compiled ------------------------------------------------------------------------------ */

struct compiled {
	struct sources sources;
	struct diags diags;
	struct policy policy; /* the sources */
	struct aeg_bundle bundle;
	struct policy built; /* the bundle, read back */
};

static inline void compile(struct compiled *c, struct arena *a, const char *yaml)
{
	struct link_options options = { .building = true };
	struct emit_options emit = { .serial = 1 };
	struct documents docs = { 0 };

	*c = (struct compiled){ .sources.arena = a, .diags.arena = a };
	c->diags.sources = &c->sources;
	model_add_stdlib(&c->sources);
	sources_add_text(&c->sources, "policy.yaml", slice_of(yaml));
	syntax_parse(&c->diags, &docs);
	const struct model *m = model_shape(&c->diags, &docs);
	const struct names *names = link_resolve(&c->diags, m, &options);
	c->policy = (struct policy){ .model = m, .names = names, .sources = &c->sources };
	struct slice bytes = { 0 };
	if (c->diags.errors == 0)
		bytes = emit_bundle(&c->diags, ir_lower(&c->diags, m, names), &emit);
	if (c->diags.errors != 0) {
		struct buf out = { .arena = a };
		diag_render_text(&c->diags, &out, false);
		fail_msg("%s\n%s", buf_done(&out).at, yaml);
	}
	assert_int_equal(aeg_bundle_check(&c->bundle, bytes.at, bytes.len), AEG_OK);
	c->built = (struct policy){ .model = decompile(a, &c->bundle), .bundle = &c->bundle };
}

static inline uint32_t index_of(const struct policy *p, const char *name)
{
	for (uint32_t i = 0; i < p->model->ncontexts; i++)
		if (slice_is(p->model->contexts[i].name.text, name))
			return i;
	fail_msg("no context %s", name);
	return 0;
}

static inline struct side side_of(const struct policy *p, const char *name)
{
	return (struct side){ p->model, &p->model->contexts[index_of(p, name)] };
}

/* ---- Calls --------------------------------------------------------------------------------- */

struct asked { /* one call at a time */
	struct slice tool;
	struct aeg_json json;
	struct buf args, text;
	struct aeg_json_tok *tok;
	size_t cap;
};

static inline void scan(struct asked *q, struct slice tool, struct slice args)
{
	size_t need = aeg_json_bound(args.len);

	q->tool = tool;
	if (need > q->cap)
		q->tok = arena_array(q->args.arena, struct aeg_json_tok, q->cap = 2 * need);
	aeg_json_scan(&q->json, args.at, args.len, q->tok, q->cap);
}

/* A call near an entry of one of the contexts. */
static inline void ask(struct asked *q, struct vary *v, const struct side *sides, uint32_t n)
{
	static const char *const names[] = { "fs.read", "fs.read", "fs.a", "fs.a.b", "cmd.run",
		"cmd.run", "cmd.x", "web.search", "web.search", "web.fetch", "web.a.b", "copy",
		"copy", "x.y", "x.z", "y", "fs", "no name" };
	static const struct mcap none = { .at = { UINT32_MAX, 0, 0 } };
	const struct side *near = &sides[vary_pick(v, n)];
	const struct mcontext *c = near->context;
	const struct mcap *cap = c->ncaps == 0 ? &none : &c->caps[vary_pick(v, c->ncaps)];
	struct slice tool = slice_of(PICK(v, names));

	q->args.len = 0;
	v->text = q->text;
	v->text.arena = q->args.arena;
	vary_arguments(v, &q->args, link_tool(near->model, tool), cap);
	q->text = v->text;
	scan(q, tool, buf_done(&q->args));
}
#endif
