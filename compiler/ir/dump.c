/* The program as JSON: one table a member, one element a line. */
#include "format/aeg_format.h"
#include "ir/ir.h"

static void number(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, ", \"%s\": %llu", name, (unsigned long long)n);
}

/* Left out where there is none. */
static void index_of(struct buf *out, const char *name, uint32_t i)
{
	if (i != IR_NONE)
		number(out, name, i);
}

static void strings(struct buf *out, const struct slice *v, struct ir_range r)
{
	buf_text(out, "[");
	for (uint32_t i = 0; i < r.count; i++) {
		buf_text(out, i == 0 ? "" : ", ");
		buf_json_string(out, v[r.first + i]);
	}
	buf_text(out, "]");
}

static void table(struct buf *out, const char *name) { buf_printf(out, "  \"%s\": [\n", name); }
static void element(struct buf *out, size_t i) { buf_printf(out, "%s    { ", i == 0 ? "" : ",\n"); }
static void table_end(struct buf *out, bool last) { buf_text(out, last ? "\n  ]\n" : "\n  ],\n"); }

#define EACH(table_, i) (size_t i = 0; i < (table_).n; i++)

static void dump_commands(struct buf *out, const struct program *p, struct ir_range r)
{
	buf_text(out, ", \"command_list\": {");
	for (uint32_t i = 0; i < r.count; i++) {
		const struct ir_command *c = &p->commands.v[r.first + i];
		buf_text(out, i == 0 ? " " : ", ");
		buf_json_string(out, c->command);
		buf_text(out, ": ");
		if (c->any)
			buf_text(out, "\"any\"");
		else
			strings(out, p->lists.v, c->subcommands);
	}
	buf_text(out, " }");
}

static void dump_cap(struct buf *out, const struct program *p, const struct ir_cap *c)
{
	buf_text(out, "{ \"pattern\": ");
	buf_json_string(out, c->pattern);
	if (c->paths != IR_NONE) {
		number(out, "paths", c->paths);
		buf_text(out, ", \"path_list\": ");
		strings(out, p->lists.v, c->path_list);
	}
	if (c->commands != IR_NONE) {
		number(out, "commands", c->commands);
		dump_commands(out, p, c->command_list);
	}
	if (c->hosts != IR_NONE) {
		number(out, "hosts", c->hosts);
		buf_text(out, ", \"host_list\": ");
		strings(out, p->lists.v, c->host_list);
	}
	if (c->rate_calls != 0) {
		number(out, "rate_calls", c->rate_calls);
		number(out, "rate_per_s", c->rate_per_s);
	}
	if (c->max_concurrent != 0)
		number(out, "max_concurrent", c->max_concurrent);
	if (c->max_response_size != 0)
		number(out, "max_response_size", c->max_response_size);
	buf_text(out, " }");
}

static void dump_contexts(struct buf *out, const struct program *p)
{
	table(out, "contexts");
	for
		EACH(p->contexts, i)
		{
			const struct ir_context *c = &p->contexts.v[i];
			element(out, i);
			buf_text(out, "\"name\": ");
			buf_json_string(out, c->name);
			if (c->flags & AEGF_CONTEXT_BUILTIN)
				buf_text(out, ", \"builtin\": true");
			if (c->flags & AEGF_CONTEXT_STRIP)
				buf_text(out, ", \"strip_params\": true");
			number(out, "tools", c->tools);
			buf_text(out, ", \"deny\": ");
			strings(out, p->deny.v, c->deny);
			buf_text(out, ", \"capabilities\": [");
			for (uint32_t k = 0; k < c->caps.count; k++) {
				buf_text(out, k == 0 ? "\n      " : ",\n      ");
				dump_cap(out, p, &p->caps.v[c->caps.first + k]);
			}
			buf_text(out, "] }");
		}
	table_end(out, false);
}

static void dump_classes(struct buf *out, const struct program *p)
{
	table(out, "classes");
	for
		EACH(p->classes, i)
		{
			const struct ir_class *c = &p->classes.v[i];
			element(out, i);
			buf_text(out, "\"capabilities\": [");
			for (uint32_t k = 0; k < c->caps.count; k++)
				buf_printf(out, "%s%u", k == 0 ? "" : ", ",
					p->candidates.v[c->caps.first + k]);
			buf_text(out, "]");
			index_of(out, "deny", c->deny);
			if (c->tool == AEGF_TOOL_BY_NAME) {
				buf_text(out, ", \"roles\": \"by name\"");
			} else if (c->tool != IR_NONE) {
				buf_text(out, ", \"roles\": ");
				buf_json_string(out, p->tools.v[c->tool].name);
			}
			buf_text(out, " }");
		}
	table_end(out, false);
}

/* What a, b and c say in a node of each kind. */
static void dump_node(struct buf *out, const struct program *p, const struct ir_node *n)
{
	switch ((enum aegf_node_kind)n->kind) {
	case AEGF_NODE_NAME: index_of(out, "stands_for", n->a); return;
	case AEGF_NODE_TOOL:
	case AEGF_NODE_CATALOGUE:
		index_of(out, "this", n->a);
		index_of(out, "longer", n->b);
		return;
	case AEGF_NODE_PATH:
		if (n->a & AEGF_PATH_COVERS)
			buf_text(out, ", \"covers\": true");
		if (n->c != 0) {
			buf_text(out, ", \"globs\": ");
			strings(out, p->globs.v, (struct ir_range){ n->b, n->c });
		}
		return;
	case AEGF_NODE_HOST:
		if (n->a & AEGF_HOST_SELF)
			buf_text(out, ", \"self\": true");
		if (n->a & AEGF_HOST_BELOW)
			buf_text(out, ", \"below\": true");
		return;
	case AEGF_NODE_SUBCOMMAND:
		if (n->a & AEGF_SUBCOMMAND_ANY)
			buf_text(out, ", \"any\": true");
		return;
	case AEGF_NODE_COMMAND:
	case AEGF_NODE_WORD: return;
	}
}

/* A node's edges stand together, and those of later nodes later. */
static void dump_nodes(struct buf *out, const struct program *p)
{
	static const char *const kinds[] = {
#define X(n, name) [AEGF_NODE_##name] = #name,
		AEGF_NODES(X)
#undef X
	};
	size_t e = 0;

	table(out, "nodes");
	for
		EACH(p->nodes, i)
		{
			element(out, i);
			buf_printf(out, "\"node\": %zu, \"kind\": \"%s\"", i,
				kinds[p->nodes.v[i].kind]);
			dump_node(out, p, &p->nodes.v[i]);
			bool any = e < p->edges.n && p->edges.v[e].node == i;
			if (any)
				buf_text(out, ", \"edges\": {");
			for (bool first = true; e < p->edges.n && p->edges.v[e].node == i; e++) {
				buf_text(out, first ? " " : ", ");
				buf_json_string(out, p->edges.v[e].text);
				buf_printf(out, ": %u", p->edges.v[e].child);
				first = false;
			}
			buf_text(out, any ? " } }" : " }");
		}
	table_end(out, false);
}

static void dump_tools(struct buf *out, const struct program *p)
{
	static const char *const roles[] = { "", "path", "command", "args", "url", "secret" };

	table(out, "tools");
	for
		EACH(p->tools, i)
		{
			const struct ir_tool *t = &p->tools.v[i];
			element(out, i);
			buf_text(out, "\"name\": ");
			buf_json_string(out, t->name);
			buf_text(out, ", \"arguments\": [");
			for (uint32_t k = 0; k < t->args.count; k++) {
				const struct ir_arg *a = &p->args.v[t->args.first + k];
				buf_text(out, k == 0 ? "{ \"name\": " : ", { \"name\": ");
				buf_json_string(out, a->name);
				buf_printf(out, ", \"role\": \"%s\"%s%s }", roles[a->role],
					a->flags & AEGF_ARG_REQUIRED ? ", \"required\": true" : "",
					a->flags & AEGF_ARG_LIST ? ", \"list\": true" : "");
			}
			buf_text(out, "] }");
		}
	table_end(out, false);
}

static void dump_users(struct buf *out, const struct program *p)
{
	table(out, "agents");
	for
		EACH(p->agents, i)
		{
			const struct ir_agent *a = &p->agents.v[i];
			element(out, i);
			buf_text(out, "\"name\": ");
			buf_json_string(out, a->name);
			buf_text(out, ", \"version\": ");
			buf_json_string(out, a->version);
			number(out, "context", a->context);
			buf_text(out, ", \"tools\": ");
			strings(out, p->lists.v, a->tools);
			buf_text(out, " }");
		}
	table_end(out, false);
	table(out, "tiers");
	for
		EACH(p->tiers, i)
		{
			const struct ir_tier *t = &p->tiers.v[i];
			element(out, i);
			buf_text(out, "\"name\": ");
			buf_json_string(out, t->name);
			number(out, "context", t->context);
			buf_text(out, ", \"limits\": [");
			for (uint32_t k = 0; k < t->limits.count; k++) {
				const struct ir_limit *l = &p->limits.v[t->limits.first + k];
				buf_text(out, k == 0 ? "{ \"resource\": " : ", { \"resource\": ");
				buf_json_string(out, l->resource);
				number(out, "max", l->max);
				number(out, "per_s", l->per_s);
				buf_text(out, " }");
			}
			buf_text(out, "] }");
		}
	table_end(out, false);
	table(out, "operator_roles");
	for
		EACH(p->oproles, i)
		{
			const struct ir_oprole *o = &p->oproles.v[i];
			element(out, i);
			buf_text(out, "\"role\": ");
			buf_json_string(out, o->role);
			number(out, "context", o->context);
			number(out, "access", o->access);
			buf_text(out, " }");
		}
	table_end(out, true);
}

void ir_dump(struct buf *out, const struct program *p)
{
	buf_text(out, "{\n");
	buf_printf(out, "  \"context_names\": %u,\n  \"agent_names\": %u,\n  \"catalogue\": %u,\n",
		p->context_root, p->agent_root, p->catalogue_root);
	dump_contexts(out, p);
	dump_classes(out, p);
	dump_nodes(out, p);
	dump_tools(out, p);
	dump_users(out, p);
	buf_text(out, "}\n");
}
