#ifndef LIBAEGIS_BUNDLE_TEST_H
#define LIBAEGIS_BUNDLE_TEST_H
/*
 * For tests only: a bundle put together by hand, element by element, so that the reader is tested
 * against the format and not against the compiler; and a reader that touches all there is.
 */
#include "internal.h"

#include "format/aeg_path.h"

#include <assert.h>
#include <stdlib.h>

#define MAKE_MAX_EDGES 65536u

struct make { /* zero it; owns its tables until make_bundle */
	struct {
		uint8_t *at;
		uint32_t count, cap; /* elements, bytes */
	} table[AEGF_NKINDS];
	struct make_edge {
		uint32_t node, child;
		struct aegf_str text;
	} * edge;
	uint32_t nedges;
	struct aegf_meta meta;
};

static inline uint32_t make_element_size(uint32_t kind)
{
	static const uint32_t size[AEGF_NKINDS] = {
#define X(n, name, type) [AEGF_##name] = sizeof(type),
		AEGF_SECTIONS(X)
#undef X
	};
	return size[kind];
}

/* Appends @n elements to section @kind; the index of the first. */
static inline uint32_t make_add(struct make *m, enum aegf_kind kind, const void *e, uint32_t n)
{
	uint32_t size = make_element_size(kind), first = m->table[kind].count;
	uint32_t need = (first + n) * size;

	if (need > m->table[kind].cap) {
		m->table[kind].cap = need * 2 + 64;
		m->table[kind].at = realloc(m->table[kind].at, m->table[kind].cap);
		assert(m->table[kind].at != NULL);
	}
	if (n > 0)
		memcpy(m->table[kind].at + first * size, e, n * size);
	m->table[kind].count += n;
	return first;
}

static inline struct aegf_str make_str(struct make *m, const char *s)
{
	uint32_t n = (uint32_t)strlen(s);

	return (struct aegf_str){ aeg_st32(make_add(m, AEGF_STRINGS, s, n)), aeg_st32(n) };
}

static inline struct aegf_list make_list(uint32_t first, uint32_t count)
{
	return (struct aegf_list){ aeg_st32(first), aeg_st32(count) };
}

/* The strings @s, up to a NULL, as a list in section @kind. */
static inline struct aegf_list make_strs(struct make *m, enum aegf_kind kind, const char *const *s)
{
	uint32_t n = 0, first = m->table[kind].count;

	for (; s[n] != NULL; n++) {
		struct aegf_str x = make_str(m, s[n]);
		make_add(m, kind, &x, 1);
	}
	return make_list(first, n);
}

static inline uint32_t make_node(struct make *m, uint32_t kind, uint32_t a, uint32_t b, uint32_t c)
{
	struct aegf_node n = { aeg_st32(kind), aeg_st32(a), aeg_st32(b), aeg_st32(c) };

	return make_add(m, AEGF_NODES, &n, 1);
}

/* Makes @child the child of @node by @text; gives @child. */
static inline uint32_t make_edge(struct make *m, uint32_t node, const char *text, uint32_t child)
{
	if (m->edge == NULL)
		m->edge = calloc(MAKE_MAX_EDGES, sizeof *m->edge);
	assert(m->edge != NULL && m->nedges < MAKE_MAX_EDGES);
	m->edge[m->nedges++] = (struct make_edge){ node, child, make_str(m, text) };
	return child;
}

static inline void make_edge_table(struct make *m)
{
	uint32_t slots = 1, longest = 0;
	struct aegf_edge *e;

	while (slots <= m->nedges * 2)
		slots *= 2;
	e = calloc(slots, sizeof *e);
	assert(e != NULL);
	for (uint32_t i = 0; i < slots; i++)
		e[i].node = aeg_st32(AEGF_NONE);
	for (uint32_t i = 0; i < m->nedges; i++) {
		const struct make_edge *x = &m->edge[i];
		uint32_t len = aeg_ld32(x->text.len), away = 0;
		const char *p = (const char *)m->table[AEGF_STRINGS].at + aeg_ld32(x->text.off);
		uint32_t hash = aegf_hash(x->node, p, len);

		while (aeg_ld32(e[(hash + away) & (slots - 1)].node) != AEGF_NONE)
			away++;
		longest = away > longest ? away : longest;
		e[(hash + away) & (slots - 1)] =
			(struct aegf_edge){ aeg_st32(x->node), aeg_st32(x->child), x->text.off,
				aeg_st16((uint16_t)len), aeg_st16((uint16_t)(hash >> 16)) };
	}
	m->meta.max_probe = aeg_st32(longest);
	make_add(m, AEGF_EDGES, e, slots);
	free(e);
}

/* The file, unsigned and with a digest of zeros, and EDGES as they were added slot by slot. Frees
 * the tables; the caller frees the result. */
static inline uint8_t *make_bundle_with_edges(struct make *m, size_t *ret_len)
{
	struct aegf_header h = { .magic = AEGF_MAGIC };
	struct aegf_trailer t = { .magic = AEGF_TRAILER_MAGIC };
	struct aegf_section s[AEGF_NKINDS];
	uint32_t n = 0, off, next;
	uint8_t *file;

	make_add(m, AEGF_META, &m->meta, 1);
	for (uint32_t k = 1; k < AEGF_NKINDS; k++)
		n += m->table[k].count > 0;
	off = next = (uint32_t)(sizeof h + n * sizeof *s);
	n = 0;
	for (uint32_t k = 1; k < AEGF_NKINDS; k++) {
		uint32_t size = m->table[k].count * make_element_size(k);

		if (size == 0)
			continue;
		s[n++] = (struct aegf_section){ aeg_st32(k), aeg_st32(next), aeg_st32(size),
			aeg_st32(m->table[k].count) };
		next += size;
	}
	h.major = aeg_st16(AEGF_MAJOR);
	h.size = aeg_st32(next);
	h.nsections = aeg_st32(n);
	*ret_len = next + sizeof t;
	file = malloc(*ret_len);
	assert(file != NULL);
	memcpy(file, &h, sizeof h);
	memcpy(file + sizeof h, s, n * sizeof *s);
	for (uint32_t k = 1; k < AEGF_NKINDS; k++) {
		uint32_t size = m->table[k].count * make_element_size(k);

		if (size > 0)
			memcpy(file + off, m->table[k].at, size);
		off += size;
		free(m->table[k].at);
	}
	free(m->edge);
	memcpy(file + next, &t, sizeof t);
	return file;
}

static inline uint8_t *make_bundle(struct make *m, size_t *ret_len)
{
	make_edge_table(m);
	return make_bundle_with_edges(m, ret_len);
}

/* The least that is a bundle: no context, no agent, no tool. */
static inline void make_tiny(struct make *m)
{
	m->meta.semantics = make_str(m, AEGF_SEMANTICS);
	m->meta.contexts = aeg_st32(make_node(m, AEGF_NODE_NAME, AEGF_NONE, 0, 0));
	m->meta.agents = m->meta.contexts;
	m->meta.catalogue = aeg_st32(make_node(m, AEGF_NODE_CATALOGUE, AEGF_NONE, AEGF_NONE, 0));
}

static inline struct aegf_cap make_no_limits(struct make *m, const char *pattern)
{
	return (struct aegf_cap){ .paths = aeg_st32(AEGF_NONE),
		.commands = aeg_st32(AEGF_NONE),
		.hosts = aeg_st32(AEGF_NONE),
		.pattern = make_str(m, pattern) };
}

static inline uint32_t make_class(
	struct make *m, uint32_t deny, struct aegf_list caps, uint32_t tool)
{
	struct aegf_class c = { aeg_st32(deny), caps, aeg_st32(tool) };

	return make_add(m, AEGF_CLASSES, &c, 1);
}

static inline uint32_t make_candidates(struct make *m, const uint32_t *index, uint32_t n)
{
	uint32_t first = m->table[AEGF_CANDIDATES].count;

	for (uint32_t i = 0; i < n; i++) {
		struct aeg_le32 x = aeg_st32(index[i]);
		make_add(m, AEGF_CANDIDATES, &x, 1);
	}
	return first;
}

static inline void make_sample_catalogue(struct make *m)
{
	const struct aegf_arg args[] = {
		{ make_str(m, "path"), aeg_st32(AEGF_ROLE_PATH), aeg_st32(AEGF_ARG_REQUIRED) },
		{ make_str(m, "command"), aeg_st32(AEGF_ROLE_COMMAND),
			aeg_st32(AEGF_ARG_REQUIRED) },
		{ make_str(m, "args"), aeg_st32(AEGF_ROLE_ARGS), aeg_st32(0) },
		{ make_str(m, "cwd"), aeg_st32(AEGF_ROLE_PATH), aeg_st32(0) },
		{ make_str(m, "url"), aeg_st32(AEGF_ROLE_URL), aeg_st32(AEGF_ARG_REQUIRED) },
		{ make_str(m, "token"), aeg_st32(AEGF_ROLE_SECRET), aeg_st32(AEGF_ARG_LIST) },
	};
	const struct aegf_tool tools[] = {
		{ make_str(m, "fs.*"), make_list(0, 1) },
		{ make_str(m, "cmd.run"), make_list(1, 3) },
		{ make_str(m, "web.fetch"), make_list(4, 2) },
	};
	uint32_t root = make_node(m, AEGF_NODE_CATALOGUE, AEGF_NONE, AEGF_NONE, 0);
	uint32_t x;

	make_add(m, AEGF_ARGS, args, 6);
	make_add(m, AEGF_TOOLS, tools, 3);
	make_edge(m, root, "fs", make_node(m, AEGF_NODE_CATALOGUE, AEGF_NONE, 0, 0));
	x = make_edge(m, root, "cmd", make_node(m, AEGF_NODE_CATALOGUE, AEGF_NONE, AEGF_NONE, 0));
	make_edge(m, x, "run", make_node(m, AEGF_NODE_CATALOGUE, 1, AEGF_NONE, 0));
	x = make_edge(m, root, "web", make_node(m, AEGF_NODE_CATALOGUE, AEGF_NONE, AEGF_NONE, 0));
	make_edge(m, x, "fetch", make_node(m, AEGF_NODE_CATALOGUE, 2, AEGF_NONE, 0));
	m->meta.catalogue = aeg_st32(root);
}

/* fs.* below /workspace/src and as /data/<any>/x; */
static inline struct aegf_cap make_sample_paths(struct make *m)
{
	static const char *const entries[] = { "/workspace/src", "/data/*/x", NULL };
	static const char *const globs[] = { "*/x", NULL };
	struct aegf_cap c = make_no_limits(m, "fs.*");
	struct aegf_list g = make_strs(m, AEGF_GLOBS, globs);
	uint32_t root = make_node(m, AEGF_NODE_PATH, 0, 0, 0), x;

	x = make_edge(m, root, "workspace", make_node(m, AEGF_NODE_PATH, 0, 0, 0));
	make_edge(m, x, "src", make_node(m, AEGF_NODE_PATH, AEGF_PATH_COVERS, 0, 0));
	make_edge(m, root, "data",
		make_node(m, AEGF_NODE_PATH, 0, aeg_ld32(g.first), aeg_ld32(g.count)));
	c.paths = aeg_st32(root);
	c.path_list = make_strs(m, AEGF_LISTS, entries);
	c.rate_calls = aeg_st32(10);
	c.rate_per_s = aeg_st32(60);
	return c;
}

/* cmd.run: git status or log, and any make. */
static inline struct aegf_cap make_sample_commands(struct make *m)
{
	static const char *const words[] = { "status", "log", NULL };
	struct aegf_cap c = make_no_limits(m, "cmd.run");
	const struct aegf_command commands[] = {
		{ make_str(m, "git"), make_strs(m, AEGF_LISTS, words), aeg_st32(0) },
		{ make_str(m, "make"), make_list(0, 0), aeg_st32(1) },
	};
	uint32_t root = make_node(m, AEGF_NODE_COMMAND, 0, 0, 0), x;

	x = make_edge(m, root, "git", make_node(m, AEGF_NODE_SUBCOMMAND, 0, 0, 0));
	make_edge(m, x, "status", make_node(m, AEGF_NODE_WORD, 0, 0, 0));
	make_edge(m, x, "log", make_node(m, AEGF_NODE_WORD, 0, 0, 0));
	make_edge(m, root, "make", make_node(m, AEGF_NODE_SUBCOMMAND, AEGF_SUBCOMMAND_ANY, 0, 0));
	c.commands = aeg_st32(root);
	c.command_list = make_list(make_add(m, AEGF_COMMANDS, commands, 2), 2);
	c.max_concurrent = aeg_st32(2);
	return c;
}

/* web.fetch: example.org and below, and only below x.net. */
static inline struct aegf_cap make_sample_hosts(struct make *m)
{
	static const char *const entries[] = { "example.org", "*.x.net", NULL };
	struct aegf_cap c = make_no_limits(m, "web.fetch");
	uint32_t root = make_node(m, AEGF_NODE_HOST, 0, 0, 0), x;

	x = make_edge(m, root, "org", make_node(m, AEGF_NODE_HOST, 0, 0, 0));
	make_edge(m, x, "example",
		make_node(m, AEGF_NODE_HOST, AEGF_HOST_SELF | AEGF_HOST_BELOW, 0, 0));
	x = make_edge(m, root, "net", make_node(m, AEGF_NODE_HOST, 0, 0, 0));
	make_edge(m, x, "x", make_node(m, AEGF_NODE_HOST, AEGF_HOST_BELOW, 0, 0));
	c.hosts = aeg_st32(root);
	c.host_list = make_strs(m, AEGF_LISTS, entries);
	c.max_response_size = aeg_st64(1u << 20);
	return c;
}

/* fs.* cmd.run web.fetch for the first three capabilities, fs.delete denied by entry 0, and
 * anything else under capability 3. */
static inline uint32_t make_sample_tools(struct make *m)
{
	static const uint32_t lists[] = { 0, 3, 1, 3, 2, 3 };
	uint32_t first = make_candidates(m, lists, 6);
	uint32_t any = make_class(m, AEGF_NONE, make_list(first + 1, 1), AEGF_TOOL_BY_NAME);
	uint32_t fs = make_class(m, AEGF_NONE, make_list(first, 2), 0);
	uint32_t denied = make_class(m, 0, make_list(0, 0), AEGF_NONE);
	uint32_t run = make_class(m, AEGF_NONE, make_list(first + 2, 2), 1);
	uint32_t fetch = make_class(m, AEGF_NONE, make_list(first + 4, 2), 2);
	uint32_t root = make_node(m, AEGF_NODE_TOOL, AEGF_NONE, any, 0), x;

	x = make_edge(m, root, "fs", make_node(m, AEGF_NODE_TOOL, any, fs, 0));
	make_edge(m, x, "delete", make_node(m, AEGF_NODE_TOOL, denied, fs, 0));
	x = make_edge(m, root, "cmd", make_node(m, AEGF_NODE_TOOL, any, any, 0));
	make_edge(m, x, "run", make_node(m, AEGF_NODE_TOOL, run, any, 0));
	x = make_edge(m, root, "web", make_node(m, AEGF_NODE_TOOL, any, any, 0));
	make_edge(m, x, "fetch", make_node(m, AEGF_NODE_TOOL, fetch, any, 0));
	return root;
}

static inline void make_sample_platform(struct make *m)
{
	static const char *const tools[] = { "fs.read", "cmd.run", NULL };
	struct aegf_list l = make_strs(m, AEGF_LISTS, tools);
	const struct aegf_agent agents[] = {
		{ make_str(m, "coder"), make_str(m, "1.0"), aeg_st32(0), l },
		{ make_str(m, "coder"), make_str(m, "1.1"), aeg_st32(0), l },
		{ make_str(m, "judge"), make_str(m, "1.0"), aeg_st32(1), l },
	};
	const struct aegf_limit limits[] = {
		{ make_str(m, "calls"), aeg_st64(100), aeg_st32(3600), aeg_st32(0) },
	};
	const struct aegf_tier tiers[] = { { make_str(m, "free"), aeg_st32(1), make_list(0, 1) } };
	const struct aegf_oprole roles[] = {
		{ make_str(m, "admin"), aeg_st32(0), aeg_st32(3) },
		{ make_str(m, "reader"), aeg_st32(1), aeg_st32(1) },
	};
	uint32_t root = make_node(m, AEGF_NODE_NAME, AEGF_NONE, 0, 0);

	make_add(m, AEGF_AGENTS, agents, 3);
	make_add(m, AEGF_LIMITS, limits, 1);
	make_add(m, AEGF_TIERS, tiers, 1);
	make_add(m, AEGF_OPROLES, roles, 2);
	make_edge(m, root, "coder", make_node(m, AEGF_NODE_NAME, 0, 0, 0));
	make_edge(m, root, "judge", make_node(m, AEGF_NODE_NAME, 2, 0, 0));
	m->meta.agents = aeg_st32(root);
}

/* beta is within alpha but for the rate of the second witness, which it is also denied without
 * arguments; alpha is not within beta, as the first shows. */
static inline void make_sample_ceilings(struct make *m)
{
	const struct aegf_ceiling ceilings[] = {
		{ aeg_st32(0), make_list(0, 0), make_list(0, 2) },
		{ aeg_st32(1), make_list(0, 1), make_list(1, 1) },
	};
	const struct aegf_parent parents[] = {
		{ aeg_st32(0), aeg_st32(AEGF_LOOSER_RATE), aeg_st32(1) },
	};
	const struct aegf_witness witnesses[] = {
		{ make_str(m, "mcp.other"), make_str(m, "{}") },
		{ make_str(m, "fs.read"), make_str(m, "{\"path\":\"/workspace/src\"}") },
	};

	make_add(m, AEGF_CEILINGS, ceilings, 2);
	make_add(m, AEGF_PARENTS, parents, 1);
	make_add(m, AEGF_WITNESSES, witnesses, 2);
}

/* `$.data[*]`, compiled by hand. */
static inline void make_sample_program(struct make *m)
{
	static const char *const texts[] = { "$.data[*]", NULL };
	static const uint8_t ops[] = { AEGF_OP_NAME, 4, 0, 0, 0, 'd', 'a', 't', 'a',
		AEGF_OP_CHILDREN, AEGF_OP_RESULT, 0, 0, 0, 0 };
	struct aegf_program head = { aeg_st32(sizeof ops), aeg_st16(1), aeg_st16(0), aeg_st32(0),
		aeg_st16(1), aeg_st16(0) };
	struct aegf_paths paths = { make_list(0, sizeof head + sizeof ops),
		make_strs(m, AEGF_LISTS, texts) };

	make_add(m, AEGF_OPS, &head, sizeof head);
	make_add(m, AEGF_OPS, ops, sizeof ops);
	make_add(m, AEGF_PATHS, &paths, 1);
}

/* One of everything, in two contexts: "alpha" and "beta", which shares alpha's tools but has only
 * three of its capabilities, so that what is relative to a context is put to the test. */
static inline void make_sample(struct make *m)
{
	static const char *const deny[] = { "fs.delete", NULL };
	struct aegf_origin at = { make_str(m, "policy.yaml"), aeg_st32(3), aeg_st32(7) };
	struct aegf_cap caps[4];
	struct aegf_context c[2] = { 0 };
	uint32_t root = make_node(m, AEGF_NODE_NAME, AEGF_NONE, 0, 0);

	make_sample_catalogue(m);
	caps[0] = make_sample_paths(m);
	caps[1] = make_sample_commands(m);
	caps[2] = make_sample_hosts(m);
	caps[3] = make_no_limits(m, "*");
	make_add(m, AEGF_CAPS, caps, 4);
	c[0].name = make_str(m, "alpha");
	c[0].description = make_str(m, "the first");
	c[0].flags = aeg_st32(AEGF_CONTEXT_BUILTIN);
	c[0].tools = aeg_st32(make_sample_tools(m));
	c[0].caps = make_list(0, 4);
	c[0].deny = make_strs(m, AEGF_DENY, deny);
	c[1] = c[0];
	c[1].name = make_str(m, "beta");
	c[1].flags = aeg_st32(AEGF_CONTEXT_STRIP);
	c[1].caps = make_list(0, 3);
	make_add(m, AEGF_CONTEXTS, c, 2);
	make_edge(m, root, "alpha", make_node(m, AEGF_NODE_NAME, 0, 0, 0));
	make_edge(m, root, "beta", make_node(m, AEGF_NODE_NAME, 1, 0, 0));
	make_sample_platform(m);
	make_sample_ceilings(m);
	for (uint32_t i = 0; i < 4 + 1 + 2; i++)
		make_add(m, AEGF_ORIGIN, &at, 1);
	make_sample_program(m);
	m->meta.serial = aeg_st64(7);
	m->meta.semantics = make_str(m, AEGF_SEMANTICS);
	m->meta.provenance = make_str(m, "by hand");
	m->meta.contexts = aeg_st32(root);
}
#endif
