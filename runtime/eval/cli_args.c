/* The arguments of a subcommand, by its grammar: flags wherever they stand, then what is none. */
#include "cli_table.h"

struct parse {
	struct cli_call *c;
	const struct aegf_cli_subcommand *row;
	const struct aegf_cli_flag *flags;
	uint32_t nflags;
	uint64_t seen[AEGF_CLI_MAX_FLAGS / 64];
	uint32_t at; /* the next argument */
};

static int is_go(const struct parse *p) { return (aeg_ld32(p->row->flags) & AEGF_CLI_GO) != 0; }

static int seen(const struct parse *p, uint32_t flag)
{
	return (int)(p->seen[flag / 64] >> flag % 64 & 1);
}

static struct aeg_str name_at(const struct parse *p, uint32_t flag, uint32_t i)
{
	return cli_text(
		p->c->t, cli_list(p->c->t, NAMES, p->flags[flag].names, struct aegf_bytes)[i]);
}

static struct aeg_str after(struct aeg_str s, uint32_t n)
{
	return (struct aeg_str){ s.at + n, s.len - n };
}

/* Dashes do not count where the program does not count them. */
static struct aeg_str bare(const struct parse *p, struct aeg_str s)
{
	return is_go(p) ? after(s, s.len > 1 && s.at[1] == '-' ? 2 : 1) : s;
}

/* The flag of this name, or nflags. @ret_cut: a longer one begins so. */
static uint32_t find(const struct parse *p, struct aeg_str name, int *ret_cut)
{
	struct aeg_str want = bare(p, name);

	*ret_cut = 0;
	for (uint32_t f = 0; f < p->nflags; f++)
		for (uint32_t i = 0; i < aeg_ld32(p->flags[f].names.count); i++) {
			struct aeg_str have = bare(p, name_at(p, f, i));
			if (cli_same(have, want))
				return f;
			*ret_cut |= want.len > 2 && have.len > want.len &&
				    memcmp(have.at, want.at, want.len) == 0;
		}
	return p->nflags;
}

/* ---- Flags --------------------------------------------------------------------------------- */

/* Notes that flag @f is there. */
static int take(struct parse *p, uint32_t f, uint32_t argument)
{
	const struct aegf_cli_flag *row = &p->flags[f];
	const struct aeg_le32 *other =
		cli_list(p->c->t, CONFLICTS, row->conflicts, struct aeg_le32);

	if (seen(p, f) && !(aeg_ld32(row->flags) & AEGF_CLI_REPEATABLE))
		return cli_deny(p->c, AEG_CLI_repeated_flag, argument, name_at(p, f, 0));
	for (uint32_t i = 0; i < aeg_ld32(row->conflicts.count); i++)
		if (aeg_ld32(other[i]) != f && seen(p, aeg_ld32(other[i])))
			return cli_deny(p->c, AEG_CLI_conflicting_flags, argument,
				name_at(p, aeg_ld32(other[i]), 0));
	p->seen[f / 64] |= UINT64_C(1) << f % 64;
	return 1;
}

/* The value of flag @f in an argument of its own. One that looks like a flag is none: the program
 * may take it for one. */
static int next_value(struct parse *p, uint32_t f, uint32_t argument)
{
	struct aeg_str none = { "", 0 }, s = p->at < p->c->n ? p->c->argv[p->at] : none;
	uint32_t value = aeg_ld32(p->flags[f].value);
	int number = aeg_ld32(cli_row(p->c->t, VALUES, value, struct aegf_cli_value)->kind) ==
			     AEGF_CLI_INTEGER &&
		     s.len > 1 && s.at[1] >= '0' && s.at[1] <= '9';

	if (p->at == p->c->n || (s.len > 1 && s.at[0] == '-' && !number))
		return cli_deny(p->c, AEG_CLI_missing_value, argument, name_at(p, f, 0));
	p->at++;
	return cli_value(p->c, p->row, value, s, argument + 1, name_at(p, f, 0));
}

/* @attached: what stands behind its name in the same argument; at NULL: nothing. */
static int flag(struct parse *p, uint32_t f, struct aeg_str attached, uint32_t argument)
{
	const struct aegf_cli_flag *row = &p->flags[f];
	uint32_t value = aeg_ld32(row->value);

	if (!take(p, f, argument))
		return 0;
	if (value == AEGF_NONE)
		return attached.at == NULL ||
		       cli_deny(p->c, AEG_CLI_unexpected_value, argument, name_at(p, f, 0));
	if (attached.at != NULL)
		return cli_value(p->c, p->row, value, attached, argument, name_at(p, f, 0));
	return (aeg_ld32(row->flags) & AEGF_CLI_OPTIONAL) || next_value(p, f, argument);
}

/* `--name`, `--name=value`; of style go `-name` as well. */
static int long_flag(struct parse *p, struct aeg_str arg, uint32_t argument)
{
	const char *equals = memchr(arg.at, '=', arg.len);
	struct aeg_str value = { NULL, 0 }, name = arg;
	uint32_t f;
	int cut;

	if (equals != NULL) {
		name.len = (uint32_t)(equals - arg.at);
		value = after(arg, name.len + 1);
	}
	f = find(p, name, &cut);
	if (f == p->nflags)
		return cli_deny(p->c, cut ? AEG_CLI_abbreviated_flag : AEG_CLI_unknown_flag,
			argument, name);
	return flag(p, f, value, argument);
}

/* `-a`, `-abc`, `-ovalue`. What `-o=value` means differs from program to program. */
static int cluster(struct parse *p, struct aeg_str arg, uint32_t argument)
{
	enum { MOST = 64 };

	for (uint32_t i = 1; i < arg.len; i++) {
		if (i > MOST)
			return cli_deny(p->c, AEG_CLI_too_large, argument, arg);
		char text[2] = { '-', arg.at[i] };
		struct aeg_str name = { text, 2 }, rest = after(arg, i + 1);
		int cut;
		uint32_t f = find(p, name, &cut);
		if (f == p->nflags)
			return cli_deny(p->c, AEG_CLI_unknown_flag, argument, arg);
		if (aeg_ld32(p->flags[f].value) == AEGF_NONE) {
			if (!take(p, f, argument))
				return 0;
			continue;
		}
		if (rest.len > 0 && rest.at[0] == '=')
			return cli_deny(p->c, AEG_CLI_bad_value, argument, name_at(p, f, 0));
		if (rest.len == 0)
			rest.at = NULL;
		return flag(p, f, rest, argument);
	}
	return 1;
}

/* ---- Positionals --------------------------------------------------------------------------- */

static int is_flag(struct aeg_str s) { return s.len > 1 && s.at[0] == '-'; }

/* How many arguments the i-th positional has where there are @n: first what each needs, and what
 * is left from the first one on. */
struct deal {
	const struct aegf_cli_positional *v;
	uint32_t n, i, left, spare;
};

static void deal_next(struct deal *d)
{
	while (d->left == 0 && ++d->i < d->n) {
		uint32_t min = aeg_ld32(d->v[d->i].min), more = aeg_ld32(d->v[d->i].max) - min;
		d->left = min + (more < d->spare ? more : d->spare);
		d->spare -= d->left - min;
	}
}

static int count_fits(struct parse *p, struct deal *d, uint32_t n)
{
	uint64_t least = 0, most = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		least += aeg_ld32(d->v[i].min);
		most += aeg_ld32(d->v[i].max);
		if (least > n)
			return cli_deny(
				p->c, AEG_CLI_too_few, p->c->n, cli_text(p->c->t, d->v[i].name));
	}
	d->spare = n - (uint32_t)least;
	if (n <= most)
		return 1;
	return cli_deny(p->c, AEG_CLI_too_many, UINT32_MAX, (struct aeg_str){ "", 0 });
}

/* ---- All of it ----------------------------------------------------------------------------- */

static int required(struct parse *p)
{
	for (uint32_t f = 0; f < p->nflags; f++)
		if ((aeg_ld32(p->flags[f].flags) & AEGF_CLI_REQUIRED) && !seen(p, f))
			return cli_deny(p->c, AEG_CLI_missing_flag, p->c->n, name_at(p, f, 0));
	return 1;
}

static int one_flag(struct parse *p)
{
	uint32_t argument = p->at++;
	struct aeg_str s = p->c->argv[argument];

	return s.at[1] == '-' || is_go(p) ? long_flag(p, s, argument) : cluster(p, s, argument);
}

/* All flags; how many arguments are none in @ret. */
static int all_flags(struct parse *p, uint32_t from, uint32_t *ret)
{
	uint32_t n = 0;

	for (p->at = from; p->at < p->c->n;) {
		struct aeg_str s = p->c->argv[p->at];
		if (s.len == 2 && memcmp(s.at, "--", 2) == 0) {
			if (!(aeg_ld32(p->row->flags) & AEGF_CLI_DOUBLE_DASH))
				return cli_deny(p->c, AEG_CLI_double_dash, p->at, s);
			*ret = n + p->c->n - p->at - 1;
			return 1;
		}
		if (!is_flag(s)) {
			n++;
			p->at++;
		} else if (!one_flag(p)) {
			return 0;
		}
	}
	*ret = n;
	return 1;
}

/* Whether the flag that stands at @s has its value in the next argument; all was parsed once. */
static int value_follows(const struct parse *p, struct aeg_str s)
{
	uint32_t f = p->nflags;
	int cut;

	if (s.at[1] == '-' || is_go(p)) {
		f = memchr(s.at, '=', s.len) != NULL ? f : find(p, s, &cut);
	} else {
		for (uint32_t i = 1; i < s.len; i++) {
			char text[2] = { '-', s.at[i] };
			f = find(p, (struct aeg_str){ text, 2 }, &cut);
			if (f < p->nflags && aeg_ld32(p->flags[f].value) != AEGF_NONE &&
				i + 1 < s.len)
				return 0;
		}
	}
	return f < p->nflags && aeg_ld32(p->flags[f].value) != AEGF_NONE &&
	       !(aeg_ld32(p->flags[f].flags) & AEGF_CLI_OPTIONAL);
}

static int all_positionals(struct parse *p, uint32_t from, uint32_t n)
{
	struct deal d = { cli_list(p->c->t, POSITIONALS, p->row->positionals,
				  struct aegf_cli_positional),
		aeg_ld32(p->row->positionals.count), UINT32_MAX, 0, 0 };
	int fits = count_fits(p, &d, n), ended = 0;

	if (!fits && p->c->v->reason != AEG_CLI_too_many)
		return 0;
	for (uint32_t i = from; i < p->c->n; i++) {
		struct aeg_str s = p->c->argv[i];
		if (!ended && s.len == 2 && memcmp(s.at, "--", 2) == 0) {
			ended = 1;
			continue;
		}
		if (!ended && is_flag(s)) {
			i += (uint32_t)value_follows(p, s);
			continue;
		}
		deal_next(&d);
		if (d.i >= d.n)
			return cli_deny(p->c, AEG_CLI_too_many, i, (struct aeg_str){ "", 0 });
		d.left--;
		if (!cli_value(p->c, p->row, aeg_ld32(d.v[d.i].value), s, i,
			    cli_text(p->c->t, d.v[d.i].name)))
			return 0;
	}
	return 1;
}

static struct parse begin(struct cli_call *c, const struct aegf_cli_subcommand *row)
{
	return (struct parse){ .c = c,
		.row = row,
		.flags = cli_list(c->t, FLAGS, row->options, struct aegf_cli_flag),
		.nflags = aeg_ld32(row->options.count) };
}

int cli_before(struct cli_call *c, const struct aegf_cli_subcommand *row, uint32_t *ret)
{
	struct parse p = begin(c, row);

	for (p.at = 0; p.at < c->n && is_flag(c->argv[p.at]) && cli_named(c, p.at) == 0;) {
		struct aeg_str s = c->argv[p.at];
		uint32_t at = p.at;
		if (!one_flag(&p)) {
			if (c->v->reason == AEG_CLI_unknown_flag ||
				c->v->reason == AEG_CLI_abbreviated_flag)
				cli_deny(c, AEG_CLI_option_first, at, s);
			c->start = at + 1;
			return 0;
		}
	}
	*ret = p.at;
	return required(&p);
}

int cli_arguments(struct cli_call *c, const struct aegf_cli_subcommand *row, uint32_t from)
{
	struct parse p = begin(c, row);
	uint32_t n;

	return all_flags(&p, from, &n) && required(&p) && all_positionals(&p, from, n);
}
