/*
 * Accepts section CLI_TOOLS: the only code that reads rows of it which nobody has checked.
 *
 * After AEG_OK every reader may rely on this: tables and bytes fill the section; texts lie in the
 * bytes, an index is that of a row or, where the format says so, NONE; lists cover their tables one
 * behind the other, so that checking is linear; tools ascend by name and each has the subcommand
 * without a name, and that one has no positionals; names of flags have a dash and a letter;
 * conflicts are flags of the same subcommand; kinds are known, patterns are what their own check
 * proves and of bounded size.
 */
#include "cli_table.h"
#include "libaegis/select.h"

struct check {
	struct aeg_cli_tools t;
	uint32_t next[AEGF_CLIT_N]; /* where the next list of its rows begins */
};

static int bytes_in(const struct check *k, struct aegf_bytes b)
{
	uint32_t n = k->t.own[CLI_NBYTES];

	return aeg_ld32(b.off) <= n && aeg_ld32(b.len) <= n - aeg_ld32(b.off);
}

static int list_in(struct check *k, enum aegf_cli_table t, struct aegf_list l)
{
	uint32_t n = k->t.own[CLI_COUNT + t];

	if (aeg_ld32(l.first) != k->next[t] || aeg_ld32(l.count) > n - k->next[t])
		return 0;
	k->next[t] += aeg_ld32(l.count);
	return 1;
}

static int unknown(struct aeg_le32 flags, uint32_t known)
{
	return (aeg_ld32(flags) & ~known) != 0;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static enum aeg_status check_tool(struct check *k, const struct aegf_cli_tool *r, uint32_t i)
{
	if (!bytes_in(k, r->name) || !bytes_in(k, r->description) || !bytes_in(k, r->image) ||
		!bytes_in(k, r->program) || !list_in(k, AEGF_CLIT_HOSTS, r->hosts) ||
		!list_in(k, AEGF_CLIT_SUBCOMMANDS, r->subcommands) ||
		!list_in(k, AEGF_CLIT_SETS, r->sets))
		return AEG_BOUNDS;
	if (unknown(r->flags, AEGF_CLI_JUDGE | AEGF_CLI_NETWORK | AEGF_CLI_GRAMMAR))
		return AEG_RESERVED;
	if (aeg_ld32(r->subcommands.count) == 0 || aeg_ld32(r->timeout_s) == 0)
		return AEG_CONTENT;
	return i == 0 || aegi_str_order(cli_text(&k->t, r[-1].name), cli_text(&k->t, r->name)) < 0
		       ? AEG_OK
		       : AEG_CONTENT;
}

static enum aeg_status check_text(struct check *k, const struct aegf_bytes *r, uint32_t i)
{
	(void)i;
	return bytes_in(k, *r) ? AEG_OK : AEG_BOUNDS;
}

static enum aeg_status check_subcommand(
	struct check *k, const struct aegf_cli_subcommand *r, uint32_t i)
{
	(void)i;
	if (!bytes_in(k, r->name) || !list_in(k, AEGF_CLIT_FLAGS, r->options) ||
		!list_in(k, AEGF_CLIT_POSITIONALS, r->positionals))
		return AEG_BOUNDS;
	if (unknown(r->flags, AEGF_CLI_GO | AEGF_CLI_DOUBLE_DASH | AEGF_CLI_RESPONSE_FILES))
		return AEG_RESERVED;
	return aeg_ld32(r->options.count) <= AEGF_CLI_MAX_FLAGS ? AEG_OK : AEG_CONTENT;
}

/* The first of a tool's has no name, the others have one. */
static enum aeg_status check_names(const struct check *k)
{
	for (uint32_t i = 0; i < cli_count(&k->t, TOOLS); i++) {
		const struct aegf_cli_tool *r = cli_row(&k->t, TOOLS, i, struct aegf_cli_tool);
		const struct aegf_cli_subcommand *s =
			cli_list(&k->t, SUBCOMMANDS, r->subcommands, struct aegf_cli_subcommand);
		uint32_t n = aeg_ld32(r->subcommands.count);
		if (aeg_ld32(s->positionals.count) != 0)
			return AEG_CONTENT;
		for (uint32_t j = 0; j < n; j++)
			if ((aeg_ld32(s[j].name.len) == 0) != (j == 0))
				return AEG_CONTENT;
	}
	return AEG_OK;
}

static enum aeg_status check_flag(struct check *k, const struct aegf_cli_flag *r, uint32_t i)
{
	(void)i;
	if (!list_in(k, AEGF_CLIT_NAMES, r->names) ||
		!list_in(k, AEGF_CLIT_CONFLICTS, r->conflicts) ||
		(aeg_ld32(r->value) != AEGF_NONE && aeg_ld32(r->value) >= cli_count(&k->t, VALUES)))
		return AEG_BOUNDS;
	if (unknown(r->flags, AEGF_CLI_REQUIRED | AEGF_CLI_REPEATABLE | AEGF_CLI_OPTIONAL))
		return AEG_RESERVED;
	return aeg_ld32(r->names.count) > 0 ? AEG_OK : AEG_CONTENT;
}

static enum aeg_status check_name(struct check *k, const struct aegf_bytes *r, uint32_t i)
{
	struct aeg_str s;

	(void)i;
	if (!bytes_in(k, *r))
		return AEG_BOUNDS;
	s = cli_text(&k->t, *r);
	return s.len >= 2 && s.at[0] == '-' && (s.at[1] != '-' || s.len >= 3) ? AEG_OK
									      : AEG_CONTENT;
}

/* Conflicts lie within the subcommand whose flags they are of. */
static enum aeg_status check_conflicts(const struct check *k)
{
	for (uint32_t i = 0; i < cli_count(&k->t, SUBCOMMANDS); i++) {
		const struct aegf_cli_subcommand *s =
			cli_row(&k->t, SUBCOMMANDS, i, struct aegf_cli_subcommand);
		uint32_t n = aeg_ld32(s->options.count);
		const struct aegf_cli_flag *f =
			cli_list(&k->t, FLAGS, s->options, struct aegf_cli_flag);
		for (uint32_t j = 0; j < n; j++)
			for (uint32_t c = 0; c < aeg_ld32(f[j].conflicts.count); c++)
				if (aeg_ld32(cli_list(&k->t, CONFLICTS, f[j].conflicts,
					    struct aeg_le32)[c]) >= n)
					return AEG_BOUNDS;
	}
	return AEG_OK;
}

static enum aeg_status check_positional(
	struct check *k, const struct aegf_cli_positional *r, uint32_t i)
{
	(void)i;
	if (!bytes_in(k, r->name) || aeg_ld32(r->value) >= cli_count(&k->t, VALUES))
		return AEG_BOUNDS;
	return aeg_ld32(r->min) <= aeg_ld32(r->max) && aeg_ld32(r->max) <= AEG_CLI_MOST_ARGUMENTS
		       ? AEG_OK
		       : AEG_CONTENT;
}

static enum aeg_status check_value(struct check *k, const struct aegf_cli_value *r, uint32_t i)
{
	uint32_t states = 0;
	enum aeg_status s;

	(void)i;
	if (!list_in(k, AEGF_CLIT_WORDS, r->words) || !bytes_in(k, r->pattern))
		return AEG_BOUNDS;
	if (unknown(r->flags, AEGF_CLI_STDIN | AEGF_CLI_RESPONSE_FILE))
		return AEG_RESERVED;
	if (aeg_ld32(r->kind) == 0 || aeg_ld32(r->kind) >= AEGF_CLI_NVALUES)
		return AEG_CONTENT;
	if (aeg_ld32(r->kind) != AEGF_CLI_PATTERN)
		return aeg_ld32(r->pattern.len) == 0 ? AEG_OK : AEG_CONTENT;
	s = aegi_regex_check(
		(const uint8_t *)cli_text(&k->t, r->pattern).at, aeg_ld32(r->pattern.len), &states);
	return s != AEG_OK || states <= AEGF_CLI_MAX_STATES ? s : AEG_CONTENT;
}

static enum aeg_status check_set(struct check *k, const struct aegf_cli_set *r, uint32_t i)
{
	(void)i;
	if (!bytes_in(k, r->program) || !bytes_in(k, r->shorts) ||
		!list_in(k, AEGF_CLIT_EXACT, r->exact) ||
		!list_in(k, AEGF_CLIT_REFUSALS, r->refusals))
		return AEG_BOUNDS;
	return unknown(r->flags, AEGF_CLI_SET_GO | AEGF_CLI_SET_ABBREVIATES | AEGF_CLI_SET_BUNDLED)
		       ? AEG_RESERVED
		       : AEG_OK;
}

static enum aeg_status check_refusal(struct check *k, const struct aegf_cli_refusal *r, uint32_t i)
{
	(void)i;
	if (!bytes_in(k, r->text) || !bytes_in(k, r->under) || !bytes_in(k, r->why))
		return AEG_BOUNDS;
	if (unknown(r->flags, AEGF_CLI_BEFORE))
		return AEG_RESERVED;
	return aeg_ld32(r->kind) != 0 && aeg_ld32(r->kind) < AEGF_CLI_NREFUSALS &&
			       aeg_ld32(r->text.len) != 0
		       ? AEG_OK
		       : AEG_CONTENT;
}

static enum aeg_status check_conflict(struct check *k, const struct aeg_le32 *r, uint32_t i)
{
	(void)k;
	(void)r;
	(void)i;
	return AEG_OK; /* check_conflicts */
}

/* ---- All of it ----------------------------------------------------------------------------- */

#define CHECKS(X) \
	X(TOOLS, struct aegf_cli_tool, check_tool) \
	X(HOSTS, struct aegf_bytes, check_text) \
	X(SUBCOMMANDS, struct aegf_cli_subcommand, check_subcommand) \
	X(FLAGS, struct aegf_cli_flag, check_flag) \
	X(NAMES, struct aegf_bytes, check_name) \
	X(CONFLICTS, struct aeg_le32, check_conflict) \
	X(POSITIONALS, struct aegf_cli_positional, check_positional) \
	X(VALUES, struct aegf_cli_value, check_value) \
	X(WORDS, struct aegf_bytes, check_text) \
	X(SETS, struct aegf_cli_set, check_set) \
	X(EXACT, struct aegf_bytes, check_name) \
	X(REFUSALS, struct aegf_cli_refusal, check_refusal)

/* Tables one behind the other, then the bytes, and nothing besides. */
static enum aeg_status layout(struct check *k, const uint8_t *base, uint32_t len)
{
	static const uint32_t size[] = {
#define X(name, type) sizeof(type),
		AEGF_CLI_TABLES(X)
#undef X
	};
	const struct aegf_cli *head = (const void *)base;
	uint64_t at = sizeof *head;

	if (len < sizeof *head)
		return AEG_SHORT;
	k->t.base = base;
	k->t.len = len;
	for (uint32_t t = 0; t < AEGF_CLIT_N; t++) {
		uint32_t count = aeg_ld32(head->count[t]);
		if (count > (len - at) / size[t])
			return AEG_BOUNDS;
		k->t.own[CLI_AT + t] = (uint32_t)at;
		k->t.own[CLI_COUNT + t] = count;
		at += (uint64_t)count * size[t];
	}
	k->t.own[CLI_BYTES] = (uint32_t)at;
	k->t.own[CLI_NBYTES] = aeg_ld32(head->nbytes);
	return at + k->t.own[CLI_NBYTES] == len ? AEG_OK : AEG_BOUNDS;
}

enum aeg_status aeg_cli_tools_open(const struct aeg_bundle *b, struct aeg_cli_tools *ret)
{
	struct check k = { 0 };
	enum aeg_status s;

	if (aegi_count(b, AEGF_CLI_TOOLS) == 0) {
		*ret = k.t;
		return AEG_OK;
	}
	s = layout(&k, aegi_at(b, AEGF_CLI_TOOLS, 0, uint8_t), aegi_count(b, AEGF_CLI_TOOLS));
#define X(TABLE, type, one) \
	for (uint32_t i = 0; s == AEG_OK && i < cli_count(&k.t, TABLE); i++) \
		s = one(&k, cli_row(&k.t, TABLE, i, type), i);
	CHECKS(X)
#undef X
	/* Every row but tools and values is in a list. */
	for (uint32_t t = 0; s == AEG_OK && t < AEGF_CLIT_N; t++)
		if (t != AEGF_CLIT_TOOLS && t != AEGF_CLIT_VALUES &&
			k.next[t] != k.t.own[CLI_COUNT + t])
			s = AEG_CONTENT;
	if (s == AEG_OK)
		s = check_names(&k);
	if (s == AEG_OK)
		s = check_conflicts(&k);
	if (s != AEG_OK)
		return s;
	k.t.ntools = cli_count(&k.t, TOOLS);
	*ret = k.t;
	return AEG_OK;
}

/* ---- What there is ------------------------------------------------------------------------- */

uint32_t aeg_cli_find(const struct aeg_cli_tools *t, struct aeg_str tool)
{
	uint32_t lo = 0, hi = t->ntools;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = aegi_str_order(
			cli_text(t, cli_row(t, TOOLS, mid, struct aegf_cli_tool)->name), tool);
		if (d == 0)
			return mid;
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return AEG_NONE;
}

enum aeg_status aeg_cli_info(const struct aeg_cli_tools *t, uint32_t tool, struct aeg_cli_info *ret)
{
	if (tool >= t->ntools || ret->size_of != sizeof *ret)
		return AEG_USAGE;
	const struct aegf_cli_tool *r = cli_row(t, TOOLS, tool, struct aegf_cli_tool);
	const struct aegf_cli_set *set = cli_list(t, SETS, r->sets, struct aegf_cli_set);
	uint32_t flags = aeg_ld32(r->flags);

	ret->name = cli_text(t, r->name);
	ret->description = cli_text(t, r->description);
	ret->image = cli_text(t, r->image);
	ret->program = cli_text(t, r->program);
	ret->timeout_s = aeg_ld32(r->timeout_s);
	ret->judge = (flags & AEGF_CLI_JUDGE) != 0;
	ret->network = (flags & AEGF_CLI_NETWORK) != 0;
	ret->constrained = (flags & AEGF_CLI_GRAMMAR) != 0;
	ret->nhosts = aeg_ld32(r->hosts.count);
	ret->nsubcommands = aeg_ld32(r->subcommands.count) - 1;
	ret->nrefusals = 0;
	for (uint32_t i = 0; i < aeg_ld32(r->sets.count); i++)
		ret->nrefusals += aeg_ld32(set[i].refusals.count);
	return AEG_OK;
}

static const struct aeg_str nothing = { "", 0 };

struct aeg_str aeg_cli_subcommand(const struct aeg_cli_tools *t, uint32_t tool, uint32_t i)
{
	if (tool >= t->ntools)
		return nothing;
	const struct aegf_cli_tool *r = cli_row(t, TOOLS, tool, struct aegf_cli_tool);
	if (i >= aeg_ld32(r->subcommands.count) - 1)
		return nothing;
	return cli_text(t,
		cli_list(t, SUBCOMMANDS, r->subcommands, struct aegf_cli_subcommand)[i + 1].name);
}

struct aeg_str aeg_cli_host(const struct aeg_cli_tools *t, uint32_t tool, uint32_t i)
{
	if (tool >= t->ntools)
		return nothing;
	const struct aegf_cli_tool *r = cli_row(t, TOOLS, tool, struct aegf_cli_tool);
	return i < aeg_ld32(r->hosts.count)
		       ? cli_text(t, cli_list(t, HOSTS, r->hosts, struct aegf_bytes)[i])
		       : nothing;
}

const char *aeg_cli_reason_name(enum aeg_cli_reason reason)
{
	static const char *const names[] = {
#define X(name, text) #name,
		AEG_CLI_REASONS(X)
#undef X
	};

	return reason < AEG_CLI_NREASONS ? names[reason] : "unknown";
}

const char *aeg_cli_reason_text(enum aeg_cli_reason reason)
{
	static const char *const texts[] = {
#define X(name, text) text,
		AEG_CLI_REASONS(X)
#undef X
	};

	return reason < AEG_CLI_NREASONS ? texts[reason] : "is refused";
}
