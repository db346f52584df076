/* Decides whether a command-line tool may be started with an argument vector. */
#include "base/utf8.h"
#include "cli_table.h"

enum { STEPS = 10000000 }; /* of patterns, in one call */

static const struct aegf_cli_subcommand *subcommands(const struct cli_call *c)
{
	return cli_list(c->t, SUBCOMMANDS, c->tool->subcommands, struct aegf_cli_subcommand);
}

/* How many arguments from @at on are the words of @name: all of them, or 0. */
static uint32_t words_at(const struct cli_call *c, struct aeg_str name, uint32_t at)
{
	uint32_t n = 0, from = 0;

	for (uint32_t i = 0; i <= name.len; i++) {
		if (i < name.len && name.at[i] != ' ')
			continue;
		if (at + n >= c->n ||
			!cli_same(c->argv[at + n], (struct aeg_str){ name.at + from, i - from }))
			return 0;
		n++;
		from = i + 1;
	}
	return n;
}

/* The subcommand that stands at @at, of the most words; 0: none, for that one has no name. */
uint32_t cli_named(const struct cli_call *c, uint32_t at)
{
	const struct aegf_cli_subcommand *s = subcommands(c);
	uint32_t best = 0, most = 0;

	for (uint32_t i = 1; i < aeg_ld32(c->tool->subcommands.count); i++) {
		uint32_t n = words_at(c, cli_text(c->t, s[i].name), at);
		if (n > most) {
			most = n;
			best = i;
		}
	}
	return best;
}

static int is_text(struct aeg_str s)
{
	uint32_t len;

	for (uint32_t i = 0; i < s.len; i += len)
		if (s.at[i] == 0 || utf8_decode(s.at + i, s.len - i, &len) == UINT32_MAX)
			return 0;
	return 1;
}

static int all_texts(struct cli_call *c)
{
	static const struct aeg_str none = { "", 0 };
	uint64_t bytes = 0;

	if (c->n > AEG_CLI_MOST_ARGUMENTS)
		return cli_deny(c, AEG_CLI_too_large, AEG_CLI_MOST_ARGUMENTS, none);
	for (uint32_t i = 0; i < c->n; i++) {
		bytes += c->argv[i].len;
		if (c->argv[i].len > AEG_CLI_MOST_LENGTH || bytes > AEG_CLI_MOST_BYTES)
			return cli_deny(c, AEG_CLI_too_large, i, none);
		if (!is_text(c->argv[i]))
			return cli_deny(c, AEG_CLI_bad_text, i, none);
	}
	return 1;
}

/* What is refused anyway is the better reason. */
static int denied_before(struct cli_call *c)
{
	struct aeg_cli_verdict own = *c->v;

	if (cli_refusals(c))
		*c->v = own;
	return 0;
}

static int decide(struct cli_call *c)
{
	const struct aegf_cli_subcommand *s = subcommands(c);
	uint32_t row;

	if (!all_texts(c))
		return 0;
	if (!cli_before(c, s, &c->start))
		return denied_before(c);
	row = cli_named(c, c->start);
	if (row == 0)
		return cli_deny(c, AEG_CLI_no_subcommand, c->start,
			c->start < c->n ? c->argv[c->start] : (struct aeg_str){ "", 0 });
	c->v->subcommand = row - 1;
	if (!cli_refusals(c))
		return 0;
	return !(aeg_ld32(c->tool->flags) & AEGF_CLI_GRAMMAR) ||
	       cli_arguments(
		       c, &s[row], c->start + words_at(c, cli_text(c->t, s[row].name), c->start));
}

enum aeg_status aeg_cli_decide(const struct aeg_cli_tools *t, uint32_t tool,
	const struct aeg_str *argv, uint32_t n, struct aeg_cli_verdict *ret)
{
	struct cli_call c = { .t = t, .argv = argv, .n = n, .steps = STEPS, .v = ret };

	*ret = (struct aeg_cli_verdict){ .kind = AEG_DENY,
		.reason = AEG_CLI_no_subcommand,
		.subcommand = AEG_NONE,
		.rule = { "", 0 },
		.why = { "", 0 } };
	if (tool >= t->ntools)
		return AEG_USAGE;
	c.tool = cli_row(t, TOOLS, tool, struct aegf_cli_tool);
	if (decide(&c)) {
		ret->kind = AEG_ALLOW;
		ret->reason = AEG_CLI_ok;
	}
	return AEG_OK;
}
