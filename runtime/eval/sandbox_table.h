#ifndef EVAL_SANDBOX_TABLE_H
#define EVAL_SANDBOX_TABLE_H
/* Section SANDBOXES, read: rows of its tables. All was proved by sandbox_check.c. */
#include "aegis/sandbox.h"
#include "format/aeg_sandbox.h"
#include "libaegis/internal.h"

/* struct aeg_sandboxes.own: where each table begins, how many rows it has, where the bytes begin.
 */
enum { SANDBOX_AT, SANDBOX_COUNT = AEGF_NSANDBOX_TABLES, SANDBOX_BYTES = 2 * AEGF_NSANDBOX_TABLES };
_Static_assert(
	SANDBOX_BYTES < sizeof((struct aeg_sandboxes *)0)->own / sizeof(uint32_t), "own has room");

#define sandbox_row(s, TABLE, i, type) \
	((const type *)(const void *)((s)->base + (s)->own[SANDBOX_AT + AEGF_SANDBOX_##TABLE]) + \
		(i))

static inline const struct aegf_sandbox *sandbox_of(const struct aeg_sandboxes *s, uint32_t agent)
{
	return agent < s->n ? sandbox_row(s, SANDBOXES, agent, struct aegf_sandbox) : NULL;
}

static inline struct aeg_str sandbox_text(
	const struct aeg_sandboxes *s, struct aeg_le32 off, struct aeg_le32 len)
{
	const uint8_t *p = s->base + s->own[SANDBOX_BYTES] + aeg_ld32(off);

	return (struct aeg_str){ (const char *)p, aeg_ld32(len) };
}
#endif
