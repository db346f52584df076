/* The typed model as one line of JSON: what the documents were understood to say. */
#include "model/model.h"

#include "model/node.h"
#include "model/registry.h"

static void key(struct buf *b, const char *name)
{
	char last = b->len == 0 ? '{' : b->at[b->len - 1];
	buf_printf(b, "%s\"%s\":", last == '{' || last == '[' ? "" : ",", name);
}

static void text(struct buf *b, const char *name, struct slice s)
{
	if (s.at == NULL)
		return;
	key(b, name);
	buf_json_string(b, s);
}

static void number(struct buf *b, const char *name, uint64_t x)
{
	if (x == 0)
		return;
	key(b, name);
	buf_printf(b, "%llu", (unsigned long long)x);
}

static void texts(struct buf *b, const char *name, const struct mtext *v, uint32_t n)
{
	key(b, name);
	buf_text(b, "[");
	for (uint32_t i = 0; i < n; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, v[i].text);
	}
	buf_text(b, "]");
}

static void list(struct buf *b, const char *name, const struct mlist *l)
{
	if (l->stated)
		texts(b, name, l->v, l->n);
}

static void dump_subcommands(struct buf *b, const struct mcap *c)
{
	if (c->subcommand_form == SUBCOMMANDS_LIST)
		list(b, "subcommand_allowlist", &c->subcommand_list);
	if (c->subcommand_form != SUBCOMMANDS_MAP)
		return;
	key(b, "subcommand_allowlist");
	buf_text(b, "{");
	for (uint32_t i = 0; i < c->nsubcommand_map; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, c->subcommand_map[i].command.text);
		buf_text(b, ":[");
		for (uint32_t k = 0; k < c->subcommand_map[i].subcommands.n; k++) {
			buf_text(b, k == 0 ? "" : ",");
			buf_json_string(b, c->subcommand_map[i].subcommands.v[k].text);
		}
		buf_text(b, "]");
	}
	buf_text(b, "}");
}

static void dump_cap(struct buf *b, const struct mcap *c)
{
	buf_text(b, "{");
	text(b, "tool_pattern", c->pattern.written.text);
	list(b, "path_allowlist", &c->paths);
	list(b, "command_allowlist", &c->commands);
	dump_subcommands(b, c);
	list(b, "domain_allowlist", &c->domains);
	if (c->rate_calls != 0) {
		key(b, "rate_limit");
		buf_printf(b, "{\"calls\":%u,\"per_seconds\":%u}", c->rate_calls, c->rate_per_s);
	}
	number(b, "max_response_size", c->max_response_size);
	number(b, "max_concurrent", c->max_concurrent);
	buf_text(b, "}");
}

static void dump_context(struct buf *b, const struct mcontext *c)
{
	buf_text(b, "{");
	text(b, "name", c->name.text);
	text(b, "description", c->description.text);
	if (c->builtin) {
		key(b, "builtin");
		buf_text(b, "true");
	}
	key(b, "capabilities");
	buf_text(b, "[");
	for (uint32_t i = 0; i < c->ncaps; i++) {
		buf_text(b, i == 0 ? "" : ",");
		dump_cap(b, &c->caps[i]);
	}
	buf_text(b, "]");
	key(b, "deny_list");
	buf_text(b, "[");
	for (uint32_t i = 0; i < c->ndeny; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, c->deny[i].written.text);
	}
	buf_text(b, "]}");
}

static void dump_agent(struct buf *b, const struct magent *a)
{
	buf_text(b, "{");
	text(b, "name", a->name.text);
	text(b, "version", a->version.text);
	text(b, "security_context", a->context.text);
	if (a->tools_stated)
		texts(b, "tools", a->tools, a->ntools);
	text(b, "network_mode", a->network_mode.text);
	list(b, "network_allowlist", &a->network_allow);
	list(b, "network_denylist", &a->network_deny);
	list(b, "read", &a->reads);
	list(b, "write", &a->writes);
	buf_text(b, "}");
}

static void dump_tool(struct buf *b, const struct mtool *t)
{
	static const char *const roles[] = { "", "path", "command", "args", "url", "secret" };
	buf_text(b, "{");
	text(b, "name", t->name.written.text);
	key(b, "arguments");
	buf_text(b, "[");
	for (uint32_t i = 0; i < t->nargs; i++) {
		buf_text(b, i == 0 ? "{" : ",{");
		text(b, "name", t->args[i].name.text);
		text(b, "role", slice_of(roles[t->args[i].role]));
		if (t->args[i].required)
			buf_text(b, ",\"required\":true");
		if (t->args[i].list)
			buf_text(b, ",\"list\":true");
		buf_text(b, "}");
	}
	buf_text(b, "]}");
}

static void dump_spec(struct buf *b, const struct mspec *s)
{
	static const char *const paths[] = { NULL, "SystemJit", "HumanDelegated", "Auto",
		"StaticRef", "UserBound" };
	buf_text(b, "{");
	text(b, "name", s->name.text);
	text(b, "source", s->source.text);
	text(b, "base_url", s->base_url.text);
	list(b, "operations", &s->operations);
	if (s->credential.path != CREDENTIAL_NONE) {
		key(b, "credential_path");
		buf_printf(b, "{\"%s\":{", paths[s->credential.path]);
		text(b, "engine_path", s->credential.engine_path.text);
		text(b, "role", s->credential.role.text);
		text(b, "target_service", s->credential.target_service.text);
		text(b, "key", s->credential.key.text);
		text(b, "provider", s->credential.provider.text);
		buf_text(b, "}}");
	}
	if (s->allow_private)
		buf_text(b, ",\"allow_private\":true");
	buf_text(b, "}");
}

static void dump_tier(struct buf *b, const struct mtier *t)
{
	buf_text(b, "{");
	text(b, "name", t->name.text);
	text(b, "context", t->context.text);
	key(b, "limits");
	buf_text(b, "[");
	for (uint32_t i = 0; i < t->nlimits; i++) {
		buf_text(b, i == 0 ? "{" : ",{");
		text(b, "resource", t->limits[i].resource.text);
		buf_printf(b, ",\"max\":%llu", (unsigned long long)t->limits[i].max);
		number(b, "per_seconds", t->limits[i].per_s);
		buf_text(b, "}");
	}
	buf_text(b, "]}");
}

static void dump_oprole(struct buf *b, const struct moprole *r)
{
	buf_text(b, "{");
	text(b, "role", r->role.text);
	text(b, "context", r->context.text);
	number(b, "access", r->access);
	buf_text(b, "}");
}

static void dump_server(struct buf *b, const struct mserver *server)
{
	const struct mserved *t = server->tools.v;
	buf_text(b, "{");
	text(b, "name", server->name.text);
	key(b, "tools");
	buf_text(b, "[");
	for (uint32_t i = 0; i < server->tools.n; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, t[i].name.text);
	}
	buf_text(b, server->disabled ? "],\"enabled\":false}" : "]}");
}

static void dump_provider(struct buf *b, const struct mprovider *p)
{
	const struct malias *a = p->models.v;
	buf_text(b, "{");
	text(b, "name", p->name.text);
	key(b, "aliases");
	buf_text(b, "[");
	for (uint32_t i = 0; i < p->models.n; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, a[i].name.text);
	}
	buf_text(b, p->disabled ? "],\"enabled\":false}" : "]}");
}

static void dump_language(struct buf *b, const struct mlanguage *l)
{
	buf_text(b, "{");
	text(b, "name", l->name.text);
	key(b, "versions");
	buf_text(b, "{");
	for (uint32_t i = 0; i < l->nversions; i++) {
		buf_text(b, i == 0 ? "" : ",");
		buf_json_string(b, l->versions[i].version.text);
		buf_text(b, ":");
		buf_json_string(b, l->versions[i].image.text);
	}
	buf_text(b, "}}");
}

/* `"name":[...]` of those elements of @table that are wanted. */
#define DUMP_ALL(b, name, v, n, wanted, dump) \
	do { \
		key(b, name); \
		buf_text(b, "["); \
		for (uint32_t i = 0; i < (n); i++) { \
			if (!(wanted)) \
				continue; \
			if ((b)->at[(b)->len - 1] != '[') \
				buf_text(b, ","); \
			dump(b, &(v)[i]); \
		} \
		buf_text(b, "]"); \
	} while (0)

static void dump_node(struct buf *b, const struct mnode *n)
{
	buf_text(b, "{");
	text(b, "name", n->name.text);
	text(b, "id", n->id.text);
	DUMP_ALL(b, "providers", (const struct mprovider *)n->providers.v, n->providers.n, true,
		dump_provider);
	DUMP_ALL(b, "servers", (const struct mserver *)n->servers.v, n->servers.n, true,
		dump_server);
	DUMP_ALL(b, "dispatchers", (const struct mserver *)n->dispatchers.v, n->dispatchers.n, true,
		dump_server);
	buf_text(b, "}");
}

/* Whether there are any but parts of documents, which have contexts alone. */
static bool has_nodes(const struct model *m)
{
	bool found = false;
	for (uint32_t i = 0; i < m->nnodeconfigs; i++)
		found |= m->nodes[i].id.text.at != NULL;
	return found;
}

static void dump_registry(struct buf *b, const struct mregistry *r)
{
	buf_text(b, "{");
	text(b, "name", r->name.text);
	DUMP_ALL(b, "languages", r->languages, r->nlanguages, true, dump_language);
	buf_text(b, "}");
}

void model_dump(struct buf *out, const struct model *m, bool all)
{
	buf_text(out, "{");
	DUMP_ALL(out, "contexts", m->contexts, m->ncontexts, all || !m->contexts[i].builtin,
		dump_context);
	DUMP_ALL(out, "agents", m->agents, m->nagents, true, dump_agent);
	DUMP_ALL(out, "tools", m->tools, m->ntools, all || !m->tools[i].builtin, dump_tool);
	if (m->nspecs != 0)
		DUMP_ALL(out, "specs", m->specs, m->nspecs, true, dump_spec);
	if (has_nodes(m))
		DUMP_ALL(out, "nodes", m->nodes, m->nnodeconfigs, m->nodes[i].id.text.at != NULL,
			dump_node);
	if (m->nregistries != 0)
		DUMP_ALL(out, "registries", m->registries, m->nregistries, true, dump_registry);
	if (all) {
		DUMP_ALL(out, "tiers", m->tiers, m->ntiers, true, dump_tier);
		DUMP_ALL(out, "operator_roles", m->oproles, m->noproles, true, dump_oprole);
	}
	buf_text(out, "}\n");
}
