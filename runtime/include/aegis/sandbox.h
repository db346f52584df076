#ifndef AEGIS_SANDBOX_H
#define AEGIS_SANDBOX_H
/*
 * What an agent's container may reach and use: whoever runs it asks before each connection and each
 * opening of a file. No clock, no sockets, no memory; a question takes some tens of nanoseconds.
 * What the answers mean: docs/sandbox.md. In libaegis.a and libaegis-eval.so.
 */
#include "aegis/aegis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Borrows the bundle, which must stay open. */
struct aeg_sandboxes {
	const struct aeg_bundle *bundle;
	const uint8_t *base;
	uint32_t n;      /* one for each agent of the bundle, in its order; or 0 */
	uint32_t own[9]; /* the library's */
};

/**
 * aeg_sandboxes_open - the sandboxes of an accepted bundle, proved
 * @ret: set on AEG_OK only; without any where the bundle has none, so that every answer is no
 *
 * Returns AEG_OK, or why section SANDBOXES is refused. Time in proportion to the section.
 */
AEG_API enum aeg_status aeg_sandboxes_open(const struct aeg_bundle *b, struct aeg_sandboxes *ret);

/**
 * aeg_network_allowed - may the container of @agent connect?
 * @agent:   as aeg_agent_find has it; one that there is none of may nothing
 * @host:    what the agent asked for: a host's name, an IPv4 address, or an IPv6 address in
 * brackets; len 0: not known
 * @address: what the connection would go to, in network order, of IPv4 as ::ffff:a.b.c.d; NULL: not
 *           known
 * @port:    0: not known
 *
 * 1 when it may, whatever that is which is not known (a name may still have a special address: ask
 * again with it, see docs/sandbox.md); else 0, so also where @host is none or is
 * another address than @address.
 */
AEG_API int aeg_network_allowed(const struct aeg_sandboxes *s, uint32_t agent, struct aeg_str host,
	const uint8_t *address, uint16_t port);

enum aeg_fs_access { AEG_FS_READ, AEG_FS_WRITE };
/**
 * aeg_fs_allowed - may the container of @agent open @path?
 * @path: absolute, as the container has it; what a symbolic link leads to is a question of its own
 *
 * 1 when it may; else 0, so also where @path is relative, has a `..` or a control byte, or is
 * longer than 4096 bytes.
 */
AEG_API int aeg_fs_allowed(const struct aeg_sandboxes *s, uint32_t agent, struct aeg_str path,
	enum aeg_fs_access access);

/* ---- What there is ------------------------------------------------------------------------- */

enum aeg_network_mode { /* numbers as in bundles */
	AEG_NETWORK_NONE,
	AEG_NETWORK_ALLOW, /* only the allowlist */
	AEG_NETWORK_DENY   /* all but the denylist */
};
struct aeg_sandbox_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_sandbox_info) */
	enum aeg_network_mode network;
	uint32_t nallow, ndeny, nread, nwrite; /* entries, see aeg_sandbox_entry */
	uint32_t nmounts;
	uint32_t read_only;    /* not 0: nothing may be written */
	uint32_t cpu_millis;   /* thousandths of a processor */
	uint32_t iterations;   /* tries at most */
	uint64_t memory, disk; /* bytes */
	uint64_t timeout_ms;   /* of the whole execution */
	uint64_t iteration_ms; /* of one try */
	uint64_t llm_ms;       /* of one answer of the model */
};
/* AEG_USAGE: there is no such agent, or size_of is wrong. */
AEG_API enum aeg_status aeg_sandbox_info(
	const struct aeg_sandboxes *s, uint32_t agent, struct aeg_sandbox_info *ret);

enum aeg_sandbox_list { AEG_SANDBOX_ALLOW, AEG_SANDBOX_DENY, AEG_SANDBOX_READ, AEG_SANDBOX_WRITE };
/* The @i-th entry of a list in its normal form; empty when out of range. */
AEG_API struct aeg_str aeg_sandbox_entry(
	const struct aeg_sandboxes *s, uint32_t agent, enum aeg_sandbox_list list, uint32_t i);

struct aeg_mount_info {
	uint32_t size_of; /* set by the caller: sizeof(struct aeg_mount_info) */
	uint32_t read_only, persistent;
	uint32_t ttl_hours; /* until it is deleted; 0: it is kept */
	struct aeg_str name, path;
	uint64_t size; /* bytes at most */
};
/* The @i-th volume of @agent. AEG_USAGE: there is none, or size_of is wrong. */
AEG_API enum aeg_status aeg_sandbox_mount(
	const struct aeg_sandboxes *s, uint32_t agent, uint32_t i, struct aeg_mount_info *ret);

#ifdef __cplusplus
}
#endif
#endif
