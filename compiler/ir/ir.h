#ifndef IR_IR_H
#define IR_IR_H
/*
 * The program: the linked model as the tables of the bundle, still with pointers and growing
 * arrays. No spans below this stage but rule origins. Element types mirror format/aeg_format.h one
 * for one.
 */
#include "base/map.h"
#include "diag/diag.h"
#include "link/link.h"

#define IR_NONE UINT32_MAX

struct ir_range {
	uint32_t first, count;
};

struct ir_node {
	uint32_t kind, a, b, c;
};
struct ir_edge {
	uint32_t node, child;
	struct slice text;
};
struct ir_class {
	uint32_t deny;
	struct ir_range caps;
	uint32_t tool;
};
struct ir_origin {
	uint32_t file, line, column;
};
struct ir_command {
	struct slice command;
	struct ir_range subcommands;
	bool any;
};
struct ir_cap {
	struct slice pattern;
	uint32_t paths, commands, hosts; /* nodes or IR_NONE */
	struct ir_range path_list, host_list, command_list;
	uint32_t rate_calls, rate_per_s, max_concurrent;
	uint64_t max_response_size;
};
struct ir_context {
	struct slice name, description;
	uint32_t flags, tools;
	struct ir_range caps, deny;
};
struct ir_arg {
	struct slice name;
	uint32_t role, flags;
};
struct ir_tool {
	struct slice name;
	struct ir_range args;
};
struct ir_agent {
	struct slice name, version;
	uint32_t context;
	struct ir_range tools;
};
struct ir_limit {
	struct slice resource;
	uint64_t max;
	uint32_t per_s;
};
struct ir_tier {
	struct slice name;
	uint32_t context;
	struct ir_range limits;
};
struct ir_oprole {
	struct slice role;
	uint32_t context, access;
};

struct ir_net {
	uint8_t address[16]; /* of IPv4 ::ffff:a.b.c.d */
	uint32_t bits;
};
struct ir_reach {
	uint32_t port, hosts;   /* hosts: a node or IR_NONE */
	struct ir_range v4, v6; /* nets */
};
struct ir_mount {
	struct slice name, path;
	bool read_only, persistent;
	uint32_t ttl_hours; /* 0: kept */
	uint64_t size;
};
struct ir_sandbox {
	uint32_t network;            /* enum aeg_network_mode */
	struct ir_range allow, deny; /* reaches */
	uint32_t read, write;        /* nodes or IR_NONE */
	bool read_only;
	struct ir_range mounts;
	struct ir_range allow_texts, deny_texts, read_texts, write_texts; /* lists */
	uint32_t cpu_millis, iterations;
	uint64_t memory, disk, timeout_ms, iteration_ms, llm_ms;
};

struct ir_paths {              /* JSONPaths that are asked of one document together */
	struct slice program;  /* as aeg_paths_compile makes it */
	struct ir_range texts; /* lists: as they were written */
};

#define IR_TABLE(type) \
	struct { \
		type *v; \
		size_t n, cap; \
	}
struct program {
	struct arena *arena;
	IR_TABLE(struct ir_context) contexts; /* sorted by name */
	IR_TABLE(struct ir_cap) caps;
	IR_TABLE(struct slice) deny;
	IR_TABLE(struct ir_class) classes;
	IR_TABLE(uint32_t) candidates;
	IR_TABLE(struct ir_node) nodes;
	IR_TABLE(struct ir_edge) edges;
	IR_TABLE(struct slice) globs;
	IR_TABLE(struct ir_tool) tools;
	IR_TABLE(struct ir_arg) args;
	IR_TABLE(struct slice) lists;
	IR_TABLE(struct ir_command) commands;
	IR_TABLE(struct ir_agent) agents;
	IR_TABLE(struct ir_sandbox) sandboxes; /* one for each agent */
	IR_TABLE(struct ir_reach) reaches;
	IR_TABLE(struct ir_net) nets;
	IR_TABLE(struct ir_mount) mounts;
	IR_TABLE(struct ir_tier) tiers;
	IR_TABLE(struct ir_limit) limits;
	IR_TABLE(struct ir_oprole) oproles;
	IR_TABLE(struct ir_paths) paths;
	IR_TABLE(struct ir_origin) cap_origin, deny_origin, context_origin;
	uint32_t context_root, agent_root, catalogue_root; /* nodes */
	const struct ceilings *ceilings;                   /* NULL: nothing is known of them */
	struct sources *sources;                           /* for the names of origin files */
};

/* The model's contexts in the order of the bundle: sorted by name. Owned by @d->arena. */
struct program *ir_lower(struct diags *d, const struct model *m, const struct names *names);

/* One JSON value, indented: for --dump and goldens. */
void ir_dump(struct buf *out, const struct program *p);
#endif
