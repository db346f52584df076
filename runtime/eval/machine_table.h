#ifndef EVAL_MACHINE_TABLE_H
#define EVAL_MACHINE_TABLE_H
/* Section MACHINES, read: rows of its tables and the texts they name. All was proved by
 * machine_check.c. */
#include "aegis/eval.h"
#include "aegis/machine.h"
#include "aegis/schema.h"
#include "format/aeg_machine.h"
#include "libaegis/internal.h"

/* struct aeg_machines.own: where each table begins, how many rows it has, where the bytes begin,
 * how many there are. */
enum { M_AT, M_COUNT = AEGF_M_NTABLES, M_BYTES = 2 * AEGF_M_NTABLES, M_NBYTES };
_Static_assert(M_NBYTES < sizeof((struct aeg_machines *)0)->own / sizeof(uint32_t), "own has room");

#define machine_row(ms, TABLE, i, type) \
	((const type *)(const void *)((ms)->base + (ms)->own[M_AT + AEGF_M_##TABLE]) + (i))

static inline struct aeg_str machine_text(const struct aeg_machines *ms, struct aegf_bytes b)
{
	const uint8_t *p = ms->base + ms->own[M_BYTES] + aeg_ld32(b.off);

	return (struct aeg_str){ (const char *)p, aeg_ld32(b.len) };
}

/* State @i of @r. */
static inline const struct aegf_state *machine_state(
	const struct aeg_machines *ms, const struct aegf_machine *r, uint32_t i)
{
	return machine_row(ms, STATES, aeg_ld32(r->states.first) + i, struct aegf_state);
}

/* A row of TEMPLATES or SCHEMAS, accepted: it was once. */
struct aeg_template machine_template(const struct aeg_machines *ms, uint32_t i);
struct aeg_schema machine_schema(const struct aeg_machines *ms, uint32_t i); /* one root */
#endif
