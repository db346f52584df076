#ifndef EVAL_FLOW_TABLE_H
#define EVAL_FLOW_TABLE_H
/* Section FLOWS, read: rows of its tables and the texts they name. All was proved by flow_check.c.
 */
#include "aegis/eval.h"
#include "aegis/flow.h"
#include "aegis/schema.h"
#include "format/aeg_flow.h"
#include "libaegis/internal.h"

/* struct aeg_flows.own: where each table begins, how many rows it has, where the bytes begin, how
 * many there are. */
enum { OWN_AT, OWN_COUNT = AEGF_NTABLES, OWN_BYTES = 2 * AEGF_NTABLES, OWN_NBYTES };
_Static_assert(OWN_NBYTES < sizeof((struct aeg_flows *)0)->own / sizeof(uint32_t), "own has room");

#define flow_row(f, TABLE, i, type) \
	((const type *)(const void *)((f)->base + (f)->own[OWN_AT + AEGF_TABLE_##TABLE]) + (i))
#define flow_count(f, TABLE) ((f)->own[OWN_COUNT + AEGF_TABLE_##TABLE])

static inline struct aeg_str flow_text(const struct aeg_flows *f, struct aegf_bytes b)
{
	const uint8_t *p = f->base + f->own[OWN_BYTES] + aeg_ld32(b.off);

	return (struct aeg_str){ (const char *)p, aeg_ld32(b.len) };
}

/* A row of TEMPLATES, SELECTIONS or SCHEMAS, accepted: it was once. */
struct aeg_template flow_template(const struct aeg_flows *f, uint32_t i);
struct aeg_program flow_selection(const struct aeg_flows *f, uint32_t i);
struct aeg_schema flow_schema(const struct aeg_flows *f, uint32_t i); /* one root */
#endif
