#ifndef AEG_FORMAT_H
#define AEG_FORMAT_H
/*
 * The bundle on disk: one definition, read by libaegis and written by compiler/emit.
 * Everything is little-endian and unaligned. A string is a range of the STRINGS section; every
 * other reference is the index of an element in the section that its comment names.
 * Prose, and the history of changes: docs/bundle-format.md.
 *
 *   header (64) | section table | sections | trailer: signatures
 *   |<------------- header.size ---------->|
 */
#include <stdint.h>
#include <string.h>

/* Structs, not integers: a forgotten conversion does not compile. */
struct aeg_le16 {
	uint8_t b[2];
};
struct aeg_le32 {
	uint8_t b[4];
};
struct aeg_le64 {
	uint8_t b[8];
};

static inline uint16_t aeg_ld16(struct aeg_le16 v) { return (uint16_t)(v.b[0] | v.b[1] << 8); }
static inline uint32_t aeg_ld32(struct aeg_le32 v)
{
	return (uint32_t)v.b[0] | (uint32_t)v.b[1] << 8 | (uint32_t)v.b[2] << 16 |
	       (uint32_t)v.b[3] << 24;
}
static inline uint64_t aeg_ld64(struct aeg_le64 v)
{
	/* Written out: gcc makes one load of this, and of a loop eight. */
	return (uint64_t)v.b[0] | (uint64_t)v.b[1] << 8 | (uint64_t)v.b[2] << 16 |
	       (uint64_t)v.b[3] << 24 | (uint64_t)v.b[4] << 32 | (uint64_t)v.b[5] << 40 |
	       (uint64_t)v.b[6] << 48 | (uint64_t)v.b[7] << 56;
}
static inline struct aeg_le16 aeg_st16(uint16_t x)
{
	return (struct aeg_le16){ { (uint8_t)x, (uint8_t)(x >> 8) } };
}
static inline struct aeg_le32 aeg_st32(uint32_t x)
{
	return (struct aeg_le32){ { (uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16),
		(uint8_t)(x >> 24) } };
}
static inline struct aeg_le64 aeg_st64(uint64_t x)
{
	struct aeg_le64 v;
	for (int i = 0; i < 8; i++, x >>= 8)
		v.b[i] = (uint8_t)x;
	return v;
}

#define AEGF_MAGIC     "AEGB\r\n\x1a\n" /* the line ends catch text-mode transfers */
#define AEGF_MAJOR     1                /* a reader refuses any other major */
#define AEGF_MINOR     2                /* a reader skips section kinds it does not know */
#define AEGF_SEMANTICS "aegis-strict/1"
#define AEGF_MAX_SIZE  (256u << 20)
#define AEGF_NONE      UINT32_MAX /* no such index */

struct aegf_header {
	uint8_t magic[8];
	struct aeg_le16 major, minor;
	struct aeg_le32 size;      /* of header, table and sections: all that is signed */
	struct aeg_le32 nsections; /* of struct aegf_section, straight after this */
	struct aeg_le32 flags;     /* 0: unknown bits are refused */
	uint8_t hash[32];          /* BLAKE2b-256 of bytes [64, size); the bundle's digest */
	uint8_t zero[8];           /* 0 */
};
_Static_assert(sizeof(struct aegf_header) == 64, "header is 64 bytes on disk");

struct aegf_section {
	struct aeg_le32 kind, off, size, count; /* off: from the start of the file; size in bytes */
};
_Static_assert(sizeof(struct aegf_section) == 16, "section entry is 16 bytes on disk");

/* After header.size bytes: the trailer, and nothing after it. */
#define AEGF_TRAILER_MAGIC  "AEGSIGS\n"
#define AEGF_SIGN_DOMAIN    "aegis-bundle-signature/1\n" /* signed: this (no NUL), then the header */
#define AEGF_MAX_SIGNATURES 64
struct aegf_trailer {
	uint8_t magic[8];
	struct aeg_le32 count; /* of struct aegf_signature; 0 in an unsigned bundle */
	uint8_t zero[4];
};
struct aegf_signature {
	uint8_t alg[2];   /* "Ed": Ed25519 */
	uint8_t keyid[8]; /* as in minisign's key files */
	uint8_t zero[6];
	uint8_t sig[64];
};
_Static_assert(sizeof(struct aegf_trailer) == 16, "trailer is 16 bytes on disk");
_Static_assert(sizeof(struct aegf_signature) == 80, "signature is 80 bytes on disk");

struct aegf_str {
	struct aeg_le32 off, len;
}; /* bytes of STRINGS; UTF-8 */
struct aegf_list {
	struct aeg_le32 first, count;
}; /* elements of the section named beside it */

/* kind, name, element. Kinds without elements may be absent; a known kind stands at most once.
 * Sections lie in the order of their kinds, without gaps, straight after the table. */
#define AEGF_SECTIONS(X) \
	X(1, STRINGS, uint8_t) \
	X(2, META, struct aegf_meta) \
	X(3, CONTEXTS, struct aegf_context) \
	X(4, CAPS, struct aegf_cap) \
	X(5, DENY, struct aegf_str) \
	X(6, CLASSES, struct aegf_class) \
	X(7, CANDIDATES, struct aeg_le32) \
	X(8, NODES, struct aegf_node) \
	X(9, EDGES, struct aegf_edge) \
	X(10, GLOBS, struct aegf_str) \
	X(11, TOOLS, struct aegf_tool) \
	X(12, ARGS, struct aegf_arg) \
	X(13, LISTS, struct aegf_str) \
	X(14, COMMANDS, struct aegf_command) \
	X(15, AGENTS, struct aegf_agent) \
	X(16, TIERS, struct aegf_tier) \
	X(17, LIMITS, struct aegf_limit) \
	X(18, OPROLES, struct aegf_oprole) \
	X(19, ORIGIN, struct aegf_origin) \
	X(20, CEILINGS, struct aegf_ceiling) \
	X(21, PARENTS, struct aegf_parent) \
	X(22, WITNESSES, struct aegf_witness) \
	X(23, OPS, uint8_t) \
	X(24, PATHS, struct aegf_paths) \
	X(25, FLOWS, uint8_t) \
	X(26, MACHINES, uint8_t) \
	X(27, CLI_TOOLS, uint8_t) \
	X(28, SANDBOXES, uint8_t) \
	X(29, SETTINGS, uint8_t)

enum aegf_kind {
#define X(n, name, type) AEGF_##name = n,
	AEGF_SECTIONS(X)
#undef X
		AEGF_NKINDS
};

struct aegf_meta { /* exactly one */
	struct aeg_le64 serial;
	struct aeg_le64 not_after; /* Unix seconds; 0: no end */
	struct aegf_str semantics; /* AEGF_SEMANTICS; a reader refuses another */
	struct aegf_str provenance;
	struct aeg_le32 contexts;  /* NODES, kind NAME: the contexts' names */
	struct aeg_le32 agents;    /* NODES, kind NAME */
	struct aeg_le32 catalogue; /* NODES, kind CATALOGUE */
	struct aeg_le32 max_probe; /* an edge stands at most this many slots after its own; < 64 */
};
_Static_assert(sizeof(struct aegf_meta) == 48, "meta is 48 bytes on disk");

#define AEGF_CONTEXT_BUILTIN 1u
#define AEGF_CONTEXT_STRIP   2u /* obligation: remove `force` and `version` from the arguments */
struct aegf_context {           /* sorted by name */
	struct aegf_str name, description;
	struct aeg_le32 flags;
	struct aeg_le32 tools; /* NODES, kind TOOL */
	struct aegf_list caps; /* CAPS, in source order */
	struct aegf_list deny; /* DENY, in source order */
};
_Static_assert(sizeof(struct aegf_context) == 40, "context is 40 bytes on disk");

/*
 * Tries with hashed edges. A trie's keys are sequences of components: a tool name's parts between
 * dots, a path's between slashes, a host's labels from the last to the first, a command and then
 * its subcommand, a whole name. A node's children are found in EDGES by (node, component).
 * What a, b and c mean depends on the kind; what is not used is 0.
 */
#define AEGF_NODES(X) \
	X(1, NAME)      /* a: index that the name stands for, or NONE                         */ \
	X(2, TOOL)      /* a: CLASSES for this very name, or NONE; b: for longer names, or NONE */ \
	X(3, CATALOGUE) /* a: TOOLS for this very name, or NONE; b: for longer names, or NONE */ \
	X(4, PATH)      /* a: AEGF_PATH_*; b, c: GLOBS first and count                        */ \
	X(5, HOST)      /* a: AEGF_HOST_*                                                     */ \
	X(6, COMMAND)   /* root of a command set; children: SUBCOMMAND                        */ \
	X(7, SUBCOMMAND) /* a: AEGF_SUBCOMMAND_*; children: WORD                              */ \
	X(8, WORD)       /* a member of a set                                                  */
enum aegf_node_kind {
#define X(n, name) AEGF_NODE_##name = n,
	AEGF_NODES(X)
#undef X
};
#define AEGF_PATH_COVERS    1u /* this path and all below it */
#define AEGF_HOST_SELF      1u /* this host */
#define AEGF_HOST_BELOW     2u /* hosts that end in "." and this one */
#define AEGF_SUBCOMMAND_ANY 1u /* any subcommand, or none */
struct aegf_node {
	struct aeg_le32 kind, a, b, c;
};
_Static_assert(sizeof(struct aegf_node) == 16, "node is 16 bytes on disk");

/*
 * One hash table for the edges of all nodes: a power of two of slots, linear probing from
 * aegf_hash() & (slots - 1), a free slot has node NONE. Component text is at most 65535 bytes.
 */
struct aegf_edge {
	struct aeg_le32 node, child; /* NODES */
	struct aeg_le32 text;        /* STRINGS offset */
	struct aeg_le16 len, tag;    /* bytes of text; the hash's upper half */
};
_Static_assert(sizeof(struct aegf_edge) == 16, "edge is 16 bytes on disk");

static inline uint64_t aegf_ld64_raw(const char *p)
{
	struct aeg_le64 v;
	memcpy(&v, p, 8);
	return aeg_ld64(v);
}
static inline uint32_t aegf_ld32_raw(const char *p)
{
	struct aeg_le32 v;
	memcpy(&v, p, 4);
	return aeg_ld32(v);
}

/* The hash of component @p, @n bytes, under @node. Part of the format. */
static inline uint32_t aegf_hash(uint32_t node, const char *p, uint32_t n)
{
	const uint64_t k = 0x9e3779b97f4a7c15u;
	uint64_t h = ((uint64_t)node << 32 | n) * k;
	uint64_t tail;
	uint32_t i = n;

	for (; i >= 8; i -= 8, p += 8) {
		h = (h ^ aegf_ld64_raw(p)) * k;
		h ^= h >> 32;
	}
	if (i >= 4)
		tail = (uint64_t)aegf_ld32_raw(p + i - 4) << 32 | aegf_ld32_raw(p);
	else if (i > 0)
		tail = (uint64_t)(uint8_t)p[0] << 16 | (uint64_t)(uint8_t)p[i >> 1] << 8 |
		       (uint8_t)p[i - 1];
	else
		tail = 0;
	h = (h ^ tail) * k;
	h ^= h >>
	     32; /* the last bytes are in the upper half only: bring them to all bits of the slot */
	return (uint32_t)(h * k >> 32);
}

/* What is known once a tool's name has been walked. Equal classes are stored once. */
#define AEGF_TOOL_BY_NAME (AEGF_NONE - 1) /* names of this class differ: look in the catalogue */
struct aegf_class {
	struct aeg_le32 deny;  /* index in the context's deny list of the first entry that matches,
				  or NONE */
	struct aegf_list caps; /* CANDIDATES: indexes in the context's capabilities, ascending */
	struct aeg_le32 tool;  /* TOOLS whose argument roles hold for every name of the class; NONE:
				  no roles; or BY_NAME */
};
_Static_assert(sizeof(struct aegf_class) == 16, "class is 16 bytes on disk");

struct aegf_cap {
	struct aeg_le32 paths;                  /* NODES kind PATH, or NONE: not stated */
	struct aeg_le32 commands;               /* NODES kind COMMAND, or NONE */
	struct aeg_le32 hosts;                  /* NODES kind HOST, or NONE */
	struct aeg_le32 rate_calls, rate_per_s; /* 0 and 0: no limit */
	struct aeg_le32 max_concurrent;         /* 0: no limit */
	struct aeg_le64 max_response_size;      /* bytes; 0: no limit */
	struct aegf_str pattern;
	struct aegf_list path_list, host_list; /* LISTS: the entries, normalised, in source order */
	struct aegf_list command_list;         /* COMMANDS, in source order */
};
_Static_assert(sizeof(struct aegf_cap) == 64, "capability is 64 bytes on disk");

struct aegf_command {
	struct aegf_str command;
	struct aegf_list subcommands; /* LISTS */
	struct aeg_le32 any;          /* 1: any subcommand, or none; subcommands is then empty */
};
_Static_assert(sizeof(struct aegf_command) == 20, "command is 20 bytes on disk");

enum aegf_role { /* what a constraint sees in an argument */
	AEGF_ROLE_PATH = 1,
	AEGF_ROLE_COMMAND = 2,
	AEGF_ROLE_ARGS = 3, /* words appended to the command */
	AEGF_ROLE_URL = 4,
	AEGF_ROLE_SECRET = 5, /* never quoted in a violation */
};
#define AEGF_ARG_REQUIRED 1u
#define AEGF_ARG_LIST     2u /* a list of strings; ARGS is one always, without this flag */
struct aegf_arg {
	struct aegf_str name; /* a member of the arguments object */
	struct aeg_le32 role, flags;
};
_Static_assert(sizeof(struct aegf_arg) == 16, "argument is 16 bytes on disk");
struct aegf_tool {
	struct aegf_str name;  /* a tool's name, or `family.*` */
	struct aegf_list args; /* ARGS, in the catalogue's order */
};
_Static_assert(sizeof(struct aegf_tool) == 16, "tool is 16 bytes on disk");

struct aegf_agent { /* sorted by name, then version */
	struct aegf_str name, version;
	struct aeg_le32 context; /* CONTEXTS */
	struct aegf_list tools;  /* LISTS */
};
_Static_assert(sizeof(struct aegf_agent) == 28, "agent is 28 bytes on disk");

struct aegf_tier {
	struct aegf_str name;
	struct aeg_le32 context; /* CONTEXTS */
	struct aegf_list limits; /* LIMITS */
};
_Static_assert(sizeof(struct aegf_tier) == 20, "tier is 20 bytes on disk");
struct aegf_limit {
	struct aegf_str resource;
	struct aeg_le64 max;
	struct aeg_le32 per_s; /* window in seconds; 0: a level, not a rate */
	struct aeg_le32 flags; /* 0 */
};
_Static_assert(sizeof(struct aegf_limit) == 24, "limit is 24 bytes on disk");
struct aegf_oprole { /* a platform operator's role and the context it works under */
	struct aegf_str role;
	struct aeg_le32 context; /* CONTEXTS */
	struct aeg_le32 access;  /* 1 read, 2 read and operate, 3 everything */
};
_Static_assert(sizeof(struct aegf_oprole) == 16, "operator role is 16 bytes on disk");

struct aegf_paths { /* JSONPaths that are asked of one document together: aeg_path.h */
	struct aegf_list program; /* OPS: a struct aegf_program and its ops */
	struct aegf_list texts;   /* LISTS: the paths as they were written */
};
_Static_assert(sizeof(struct aegf_paths) == 16, "paths are 16 bytes on disk");

struct aegf_origin { /* where CAPS[i], then DENY[i], then CONTEXTS[i] was written; the section may
			be absent */
	struct aegf_str file;
	struct aeg_le32 line, column; /* from 1; column in bytes */
};
_Static_assert(sizeof(struct aegf_origin) == 16, "origin is 16 bytes on disk");

/* Since 1.1: what CONTEXTS[i] is within; one for each context, or none and then nothing is known.
 */
struct aegf_ceiling {
	struct aeg_le32 same; /* the first of the contexts with the same rules: this one, or the one
				 whose ceiling holds, and this one's lists are empty */
	struct aegf_list parents;   /* PARENTS, ascending: whoever is not there, is not above */
	struct aegf_list witnesses; /* WITNESSES: calls that it allows, and some parent denies */
};
_Static_assert(sizeof(struct aegf_ceiling) == 20, "ceiling is 20 bytes on disk");

enum aegf_looser { /* how a call that both allow is limited less */
	AEGF_LOOSER_RATE = 1,
	AEGF_LOOSER_CONCURRENT = 2,
	AEGF_LOOSER_RESPONSE = 3,
	AEGF_LOOSER_RESULTS = 4, /* its results may come from more hosts */
};
struct aegf_parent {             /* allows all that the context allows */
	struct aeg_le32 context; /* CONTEXTS: one that is its own `same` */
	struct aeg_le32 looser;  /* 0: within; AEGF_LOOSER_*: not, by this limit */
	struct aeg_le32 witness; /* WITNESSES: a call that shows it, or NONE */
};
_Static_assert(sizeof(struct aegf_parent) == 12, "parent is 12 bytes on disk");

#define AEGF_WITNESS_ARGS 512u /* bytes at most: a reader scans them on its stack */
struct aegf_witness {
	struct aegf_str tool, args; /* args: JSON text */
};
_Static_assert(sizeof(struct aegf_witness) == 16, "witness is 16 bytes on disk");
#endif
