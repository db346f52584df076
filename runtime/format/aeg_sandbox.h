#ifndef AEG_SANDBOX_FORMAT_H
#define AEG_SANDBOX_FORMAT_H
/*
 * What the containers of agents may reach and use: section SANDBOXES, written by compiler/emit and
 * read by runtime/eval alone, which proves it (aeg_sandboxes_open). Sets of paths and of host names
 * are tries of the bundle (NODES), entries as they were written are texts of it (LISTS); addresses
 * and volumes have tables here.
 *
 *   head | tables, in the order of AEGF_SANDBOX_TABLES, without gaps | bytes: texts
 */
#include "format/aeg_format.h"

#define AEGF_SANDBOX_TABLES(X) \
	X(SANDBOXES, struct aegf_sandbox) /* one for each of AGENTS, in their order */ \
	X(REACHES, struct aegf_reach) \
	X(NETS, struct aegf_net) \
	X(MOUNTS, struct aegf_mount)
enum aegf_sandbox_table {
#define X(name, type) AEGF_SANDBOX_##name,
	AEGF_SANDBOX_TABLES(X)
#undef X
		AEGF_NSANDBOX_TABLES
};
struct aegf_sandboxes {
	struct aeg_le32 count[AEGF_NSANDBOX_TABLES]; /* elements of each table */
	struct aeg_le32 nbytes;
};

#define AEGF_SANDBOX_READ_ONLY 1u /* nothing may be written */
struct aegf_sandbox {
	struct aeg_le32 flags;
	struct aeg_le32 network;      /* enum aeg_network_mode */
	struct aegf_list allow, deny; /* REACHES */
	struct aeg_le32 read, write;  /* NODES, kind PATH; or NONE: nothing */
	struct aegf_list mounts;      /* MOUNTS */
	struct aegf_list allow_texts, deny_texts, read_texts, write_texts; /* LISTS of the bundle */
	struct aeg_le32 cpu_millis, iterations;
	struct aeg_le64 memory, disk;                     /* bytes */
	struct aeg_le64 timeout_ms, iteration_ms, llm_ms; /* of all of it, of a try, of an answer */
};
_Static_assert(sizeof(struct aegf_sandbox) == 120, "sandbox is 120 bytes on disk");

/* What may be reached on one port. */
struct aegf_reach {              /* of one sandbox: ascending by port */
	struct aeg_le32 port;    /* 0: any */
	struct aeg_le32 hosts;   /* NODES, kind HOST: names; or NONE */
	struct aegf_list v4, v6; /* NETS: ascending, none within another */
};
_Static_assert(sizeof(struct aegf_reach) == 24, "reach is 24 bytes on disk");

struct aegf_net {
	uint8_t address[16];  /* of IPv4 ::ffff:a.b.c.d; 0 beyond the bits that count */
	struct aeg_le32 bits; /* that count: of IPv4 96 to 128 */
};
_Static_assert(sizeof(struct aegf_net) == 20, "net is 20 bytes on disk");

#define AEGF_MOUNT_READ_ONLY  1u
#define AEGF_MOUNT_PERSISTENT 2u
struct aegf_mount {
	struct aeg_le32 name, name_len, path, path_len; /* of the bytes; path: absolute, normal */
	struct aeg_le32 flags;
	struct aeg_le32 ttl_hours; /* 0: kept */
	struct aeg_le64 size;      /* bytes */
};
_Static_assert(sizeof(struct aegf_mount) == 32, "mount is 32 bytes on disk");
#endif
