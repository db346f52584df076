#ifndef LIBAEGIS_POLICY_TEST_H
#define LIBAEGIS_POLICY_TEST_H
/*
 * For tests only: contexts written as C tables, made into a bundle by brute force: each class asks
 * every pattern in turn.
 */
#include "bundle_test.h"

struct policy_cap { /* a list that is NULL is not stated */
	const char *pattern;
	const char *const *paths;
	const char *const *commands; /* "make": any subcommand; "git:status,log"; "git:": none */
	const char *const *domains;
	uint32_t rate_calls, rate_per_s, max_concurrent;
	uint64_t max_response_size;
};
struct policy_context { /* a table of these ends with name NULL, and is sorted */
	const char *name;
	const struct policy_cap *caps; /* ends with pattern NULL */
	const char *const *deny;       /* or NULL */
};
struct policy_tool { /* ends with name NULL; its arguments too */
	const char *name;
	struct policy_arg {
		const char *name;
		enum aegf_role role;
		uint32_t flags;
	} args[5];
};
#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define EMPTY     ((const char *const[]){ NULL })

static const struct policy_tool policy_tools[] = {
	{ "cmd.run", { { "command", AEGF_ROLE_COMMAND, AEGF_ARG_REQUIRED },
			     { "args", AEGF_ROLE_ARGS, 0 }, { "cwd", AEGF_ROLE_PATH, 0 } } },
	{ "cmd.maybe", { { "command", AEGF_ROLE_COMMAND, 0 }, { "args", AEGF_ROLE_ARGS, 0 } } },
	{ "cmd.two", { { "command", AEGF_ROLE_COMMAND, AEGF_ARG_REQUIRED },
			     { "args", AEGF_ROLE_ARGS, AEGF_ARG_REQUIRED },
			     { "more", AEGF_ROLE_ARGS, 0 } } },
	{ "fs.read", { { "path", AEGF_ROLE_PATH, AEGF_ARG_REQUIRED } } },
	{ "fs.copy", { { "source", AEGF_ROLE_PATH, AEGF_ARG_REQUIRED },
			     { "target", AEGF_ROLE_PATH, 0 } } },
	{ "fs.many", { { "paths", AEGF_ROLE_PATH, AEGF_ARG_REQUIRED | AEGF_ARG_LIST } } },
	{ "fs.some", { { "paths", AEGF_ROLE_PATH, AEGF_ARG_LIST } } },
	{ "fs.*", { { "path", AEGF_ROLE_PATH, AEGF_ARG_REQUIRED } } },
	{ "web.fetch", { { "url", AEGF_ROLE_URL, AEGF_ARG_REQUIRED } } },
	{ "web.search", { { "url", AEGF_ROLE_URL, 0 } } },
	{ "web.login", { { "url", AEGF_ROLE_URL, AEGF_ARG_REQUIRED },
			       { "secret", AEGF_ROLE_SECRET, 0 } } },
	{ "web.*", { { "url", AEGF_ROLE_URL, AEGF_ARG_REQUIRED } } },
	{ 0 },
};

/* ---- Tries --------------------------------------------------------------------------------- */

static inline struct aegf_node *policy_node(struct make *m, uint32_t i)
{
	return (struct aegf_node *)(void *)m->table[AEGF_NODES].at + i;
}

/* The child of @node by @n bytes of @text, made where there is none. */
static inline uint32_t policy_child(
	struct make *m, uint32_t node, uint32_t kind, const char *text, size_t n)
{
	const char *strings = (const char *)m->table[AEGF_STRINGS].at;
	uint32_t none = kind == AEGF_NODE_TOOL || kind == AEGF_NODE_CATALOGUE ? AEGF_NONE : 0;
	char *copy;

	for (uint32_t i = 0; i < m->nedges; i++)
		if (m->edge[i].node == node && aeg_ld32(m->edge[i].text.len) == n &&
			memcmp(strings + aeg_ld32(m->edge[i].text.off), text, n) == 0)
			return m->edge[i].child;
	copy = strndup(text, n);
	assert(copy != NULL);
	node = make_edge(m, node, copy, make_node(m, kind, none, none, 0));
	free(copy);
	return node;
}

/* The node for @text, split at @separator; @text empty: @root. */
static inline uint32_t policy_enter(
	struct make *m, uint32_t root, uint32_t kind, const char *text, char separator)
{
	size_t n;

	for (; *text != 0; text += n + (text[n] != 0)) {
		n = strcspn(text, (char[]){ separator, 0 });
		root = policy_child(m, root, kind, text, n);
		if (text[n] == separator && text[n + 1] == 0 && separator == '.')
			return policy_child(m, root, kind, "", 0);
	}
	return root;
}

/* The length of a path's part before the first component with a star. */
static inline size_t policy_literal(const char *path)
{
	size_t n = strcspn(path, "*");

	if (path[n] == 0)
		return n;
	while (path[n - 1] != '/')
		n--;
	return n;
}

static inline uint32_t policy_paths(struct make *m, const char *const *entries)
{
	uint32_t root = make_node(m, AEGF_NODE_PATH, 0, 0, 0);

	for (uint32_t i = 0; entries[i] != NULL; i++) {
		size_t n = policy_literal(entries[i]);
		char *literal = strndup(entries[i], n);
		uint32_t node = policy_enter(m, root, AEGF_NODE_PATH, literal + 1, '/');
		uint32_t first = m->table[AEGF_GLOBS].count;

		assert(literal[0] == '/');
		if (entries[i][n] == 0)
			policy_node(m, node)->a = aeg_st32(AEGF_PATH_COVERS);
		else if (aeg_ld32(policy_node(m, node)->c) == 0) {
			for (uint32_t k = i; entries[k] != NULL; k++)
				if (policy_literal(entries[k]) == n && entries[k][n] != 0 &&
					memcmp(entries[k], literal, n) == 0) {
					struct aegf_str tail = make_str(m, entries[k] + n);
					make_add(m, AEGF_GLOBS, &tail, 1);
				}
			policy_node(m, node)->b = aeg_st32(first);
			policy_node(m, node)->c = aeg_st32(m->table[AEGF_GLOBS].count - first);
		}
		free(literal);
	}
	return root;
}

static inline uint32_t policy_hosts(struct make *m, const char *const *entries)
{
	uint32_t root = make_node(m, AEGF_NODE_HOST, 0, 0, 0);

	for (; *entries != NULL; entries++) {
		const char *host = *entries, *end = host + strlen(host), *at = end;
		uint32_t flags = AEGF_HOST_SELF | AEGF_HOST_BELOW, node = root, have;

		if (strncmp(host, "*.", 2) == 0) {
			host += 2;
			flags = AEGF_HOST_BELOW;
		}
		if (host[0] == '[' || (end[-1] >= '0' && end[-1] <= '9')) {
			flags = AEGF_HOST_SELF;
			node = policy_child(m, root, AEGF_NODE_HOST, host, strlen(host));
			at = host;
		}
		while (at > host) {
			for (at = end; at > host && at[-1] != '.'; at--)
				;
			node = policy_child(m, node, AEGF_NODE_HOST, at, (size_t)(end - at));
			end = at - 1;
		}
		have = aeg_ld32(policy_node(m, node)->a);
		policy_node(m, node)->a = aeg_st32(have | flags);
	}
	return root;
}

static inline uint32_t policy_commands(
	struct make *m, const char *const *entries, struct aegf_list *ret_list)
{
	uint32_t root = make_node(m, AEGF_NODE_COMMAND, 0, 0, 0), n = 0;
	uint32_t first = m->table[AEGF_COMMANDS].count;

	for (; entries[n] != NULL; n++) {
		size_t len = strcspn(entries[n], ":");
		const char *sub = entries[n] + len + (entries[n][len] != 0);
		uint32_t node = policy_child(m, root, AEGF_NODE_SUBCOMMAND, entries[n], len);
		char *name = strndup(entries[n], len);
		struct aegf_command c = { make_str(m, name),
			make_list(m->table[AEGF_LISTS].count, 0), aeg_st32(entries[n][len] == 0) };

		if (entries[n][len] == 0)
			policy_node(m, node)->a = aeg_st32(AEGF_SUBCOMMAND_ANY);
		for (; *sub != 0; sub += len + (sub[len] != 0)) {
			char *word = strndup(sub, len = strcspn(sub, ","));
			struct aegf_str s = make_str(m, word);

			policy_child(m, node, AEGF_NODE_WORD, sub, len);
			make_add(m, AEGF_LISTS, &s, 1);
			c.subcommands.count = aeg_st32(aeg_ld32(c.subcommands.count) + 1);
			free(word);
		}
		make_add(m, AEGF_COMMANDS, &c, 1);
		free(name);
	}
	*ret_list = make_list(first, n);
	return root;
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Whether @pattern matches @name; with @below: all names that begin with "@name." and go on. */
static inline int policy_matches(const char *pattern, const char *name, int below)
{
	size_t n = strlen(pattern);

	if (strcmp(pattern, "*") == 0)
		return 1;
	if (n < 2 || strcmp(pattern + n - 2, ".*") != 0)
		return !below && strcmp(pattern, name) == 0;
	if (strncmp(name, pattern, n - 2) != 0)
		return 0;
	return (below && name[n - 2] == 0) || (name[n - 2] == '.' && (below || name[n - 1] != 0));
}

static inline uint32_t policy_class(
	struct make *m, const struct policy_context *c, const char *name, int below)
{
	uint32_t deny = AEGF_NONE, first = m->table[AEGF_CANDIDATES].count, n = 0;
	uint32_t tool = AEGF_TOOL_BY_NAME;

	for (uint32_t i = 0; c->deny != NULL && c->deny[i] != NULL; i++)
		if (deny == AEGF_NONE && policy_matches(c->deny[i], name, below))
			deny = i;
	for (uint32_t i = 0; c->caps[i].pattern != NULL; i++)
		if (policy_matches(c->caps[i].pattern, name, below)) {
			make_candidates(m, &i, 1);
			n++;
		}
	for (uint32_t i = 0; !below && policy_tools[i].name != NULL; i++)
		if (strcmp(policy_tools[i].name, name) == 0)
			tool = i;
	return make_class(m, deny, make_list(first, n), tool);
}

/* Every stem of @pattern gets a node whose classes are asked of all patterns. */
static inline void policy_pattern(
	struct make *m, const struct policy_context *c, uint32_t root, const char *pattern)
{
	size_t n = strlen(pattern);
	char stem[256];

	if (strcmp(pattern, "*") == 0)
		return;
	n -= n > 2 && strcmp(pattern + n - 2, ".*") == 0 ? 2 : 0;
	for (size_t len = 1; len <= n; len++) {
		uint32_t node, a, b;

		if (len != n && pattern[len] != '.')
			continue;
		memcpy(stem, pattern, len);
		stem[len] = 0;
		node = policy_enter(m, root, AEGF_NODE_TOOL, stem, '.');
		a = policy_class(m, c, stem, 0);
		b = policy_class(m, c, stem, 1);
		policy_node(m, node)->a = aeg_st32(a);
		policy_node(m, node)->b = aeg_st32(b);
	}
}

static inline uint32_t policy_names(struct make *m, const struct policy_context *c)
{
	uint32_t any = policy_class(m, c, "", 1);
	uint32_t root = make_node(m, AEGF_NODE_TOOL, AEGF_NONE, any, 0);

	for (uint32_t i = 0; c->caps[i].pattern != NULL; i++)
		policy_pattern(m, c, root, c->caps[i].pattern);
	for (uint32_t i = 0; c->deny != NULL && c->deny[i] != NULL; i++)
		policy_pattern(m, c, root, c->deny[i]);
	return root;
}

static inline void policy_catalogue(struct make *m)
{
	uint32_t root = make_node(m, AEGF_NODE_CATALOGUE, AEGF_NONE, AEGF_NONE, 0);

	for (uint32_t i = 0; policy_tools[i].name != NULL; i++) {
		const struct policy_tool *t = &policy_tools[i];
		struct aegf_tool tool = { make_str(m, t->name), make_list(0, 0) };
		size_t n = strlen(t->name);
		int family = strcmp(t->name + n - 2, ".*") == 0;
		char *stem = strndup(t->name, family ? n - 2 : n);
		uint32_t node = policy_enter(m, root, AEGF_NODE_CATALOGUE, stem, '.'), nargs = 0;

		*(family ? &policy_node(m, node)->b : &policy_node(m, node)->a) = aeg_st32(i);
		free(stem);
		tool.args.first = aeg_st32(m->table[AEGF_ARGS].count);
		for (; t->args[nargs].name != NULL; nargs++) {
			struct aegf_arg arg = { make_str(m, t->args[nargs].name),
				aeg_st32(t->args[nargs].role), aeg_st32(t->args[nargs].flags) };
			make_add(m, AEGF_ARGS, &arg, 1);
		}
		tool.args.count = aeg_st32(nargs);
		make_add(m, AEGF_TOOLS, &tool, 1);
	}
	m->meta.catalogue = aeg_st32(root);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static inline void policy_add_cap(struct make *m, const struct policy_cap *p)
{
	struct aegf_cap cap = make_no_limits(m, p->pattern);

	if (p->paths != NULL) {
		cap.paths = aeg_st32(policy_paths(m, p->paths));
		cap.path_list = make_strs(m, AEGF_LISTS, p->paths);
	}
	if (p->commands != NULL)
		cap.commands = aeg_st32(policy_commands(m, p->commands, &cap.command_list));
	if (p->domains != NULL) {
		cap.hosts = aeg_st32(policy_hosts(m, p->domains));
		cap.host_list = make_strs(m, AEGF_LISTS, p->domains);
	}
	cap.rate_calls = aeg_st32(p->rate_calls);
	cap.rate_per_s = aeg_st32(p->rate_per_s);
	cap.max_concurrent = aeg_st32(p->max_concurrent);
	cap.max_response_size = aeg_st64(p->max_response_size);
	make_add(m, AEGF_CAPS, &cap, 1);
}

struct policy { /* an open bundle and its bytes */
	uint8_t *file;
	struct aeg_bundle b;
};

/* Contexts whose name begins with `zaru-` strip parameters. The caller frees policy.file. */
static inline struct policy policy_make(const struct policy_context *contexts)
{
	struct make m = { 0 };
	struct policy p;
	size_t len;
	uint32_t names = make_node(&m, AEGF_NODE_NAME, AEGF_NONE, 0, 0);

	m.meta.contexts = aeg_st32(names);
	m.meta.agents = aeg_st32(make_node(&m, AEGF_NODE_NAME, AEGF_NONE, 0, 0));
	m.meta.semantics = make_str(&m, AEGF_SEMANTICS);
	policy_catalogue(&m);
	for (uint32_t i = 0; contexts[i].name != NULL; i++) {
		const struct policy_context *from = &contexts[i];
		struct aegf_context c = { .name = make_str(&m, from->name) };
		uint32_t first = m.table[AEGF_CAPS].count;

		for (uint32_t k = 0; from->caps[k].pattern != NULL; k++)
			policy_add_cap(&m, &from->caps[k]);
		c.caps = make_list(first, m.table[AEGF_CAPS].count - first);
		if (from->deny != NULL)
			c.deny = make_strs(&m, AEGF_DENY, from->deny);
		if (strncmp(from->name, "zaru-", 5) == 0)
			c.flags = aeg_st32(AEGF_CONTEXT_STRIP);
		c.tools = aeg_st32(policy_names(&m, from));
		make_add(&m, AEGF_CONTEXTS, &c, 1);
		make_edge(&m, names, from->name, make_node(&m, AEGF_NODE_NAME, i, 0, 0));
	}
	p.file = make_bundle(&m, &len);
	if (aeg_bundle_check(&p.b, p.file, len) != AEG_OK)
		abort();
	return p;
}

static inline struct aeg_str policy_str(const char *s)
{
	return (struct aeg_str){ s, (uint32_t)strlen(s) };
}
#endif
