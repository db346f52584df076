#ifndef EVAL_CLI_TABLE_H
#define EVAL_CLI_TABLE_H
/* Section CLI_TOOLS, read: rows of its tables and the texts they name. All was proved by
 * cli_check.c. */
#include "aegis/cli.h"
#include "format/aeg_cli.h"
#include "libaegis/internal.h"

/* struct aeg_cli_tools.own: where each table begins, how many rows it has, where the bytes begin,
 * how many there are. */
enum { CLI_AT, CLI_COUNT = AEGF_CLIT_N, CLI_BYTES = 2 * AEGF_CLIT_N, CLI_NBYTES, CLI_NOWN };
_Static_assert(
	CLI_NOWN <= sizeof((struct aeg_cli_tools *)0)->own / sizeof(uint32_t), "own has room");

#define cli_row(t, TABLE, i, type) \
	((const type *)(const void *)((t)->base + (t)->own[CLI_AT + AEGF_CLIT_##TABLE]) + (i))
#define cli_count(t, TABLE)            ((t)->own[CLI_COUNT + AEGF_CLIT_##TABLE])
#define cli_list(t, TABLE, list, type) cli_row(t, TABLE, aeg_ld32((list).first), type)

static inline struct aeg_str cli_text(const struct aeg_cli_tools *t, struct aegf_bytes b)
{
	const uint8_t *p = t->base + t->own[CLI_BYTES] + aeg_ld32(b.off);

	return (struct aeg_str){ (const char *)p, aeg_ld32(b.len) };
}

static inline int cli_same(struct aeg_str a, struct aeg_str b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* A vector being decided. */
struct cli_call {
	const struct aeg_cli_tools *t;
	const struct aegf_cli_tool *tool;
	const struct aeg_str *argv;
	uint32_t n;
	uint32_t start; /* of the subcommand */
	uint64_t steps; /* for patterns */
	struct aeg_cli_verdict *v;
};

/* Denies; always 0. */
static inline int cli_deny(
	struct cli_call *c, enum aeg_cli_reason reason, uint32_t argument, struct aeg_str rule)
{
	c->v->reason = reason;
	c->v->argument = argument;
	c->v->rule = rule;
	return 0;
}

/* Whether nothing of the vector is refused whatever the grammar says: cli_refuse.c. */
int cli_refusals(struct cli_call *c);
/* Whether @text is a value: cli_value.c. @argument, @rule: what a denial names. */
int cli_value(struct cli_call *c, const struct aegf_cli_subcommand *row, uint32_t value,
	struct aeg_str text, uint32_t argument, struct aeg_str rule);
/* The subcommand that stands at argument @at; 0: none: cli.c. */
uint32_t cli_named(const struct cli_call *c, uint32_t at);
/* Flags before the subcommand; where that stands in @ret: cli_args.c. */
int cli_before(struct cli_call *c, const struct aegf_cli_subcommand *row, uint32_t *ret);
/* Whether the arguments from @from on are those that @row takes. */
int cli_arguments(struct cli_call *c, const struct aegf_cli_subcommand *row, uint32_t from);
#endif
