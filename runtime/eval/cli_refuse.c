/*
 * What is refused whatever the grammar says. It is looked for in every argument, wherever it
 * stands: a grammar that takes for a value what the program takes for a flag lets nothing through.
 */
#include "cli_table.h"

/* The arguments of one program: those of the call from @from on. */
struct range {
	struct cli_call *c;
	const struct aegf_cli_set *set;
	uint32_t from, verb; /* the first argument that is no flag; n: there is none */
};

/* ---- Texts --------------------------------------------------------------------------------- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

/* As programs compare long flags at their most lenient: capitals as others, `_` as `-`. */
static char fold(char c) { return c == '_' ? '-' : lower(c); }

static int fold_begins(struct aeg_str s, struct aeg_str prefix)
{
	if (s.len < prefix.len)
		return 0;
	for (uint32_t i = 0; i < prefix.len; i++)
		if (fold(s.at[i]) != fold(prefix.at[i]))
			return 0;
	return 1;
}

static struct aeg_str after(struct aeg_str s, uint32_t n)
{
	return (struct aeg_str){ s.at + n, s.len - n };
}

/* What stands before the first `=`. */
static struct aeg_str before_equals(struct aeg_str s)
{
	const char *e = s.len == 0 ? NULL : memchr(s.at, '=', s.len);

	return (struct aeg_str){ s.at, e == NULL ? s.len : (uint32_t)(e - s.at) };
}

/* `*` is any text; capitals are as others. */
static int glob(struct aeg_str p, struct aeg_str s)
{
	uint32_t i = 0, k = 0, star = UINT32_MAX, back = 0;

	while (k < s.len) {
		if (i < p.len && p.at[i] == '*') {
			star = i++;
			back = k;
		} else if (i < p.len && lower(p.at[i]) == lower(s.at[k])) {
			i++;
			k++;
		} else if (star != UINT32_MAX) {
			i = star + 1;
			k = ++back;
		} else {
			return 0;
		}
	}
	while (i < p.len && p.at[i] == '*')
		i++;
	return i == p.len;
}

/* ---- Flags --------------------------------------------------------------------------------- */

static int is_exact(const struct range *r, struct aeg_str name)
{
	const struct aegf_bytes *x = cli_list(r->c->t, EXACT, r->set->exact, struct aegf_bytes);

	for (uint32_t i = 0; i < aeg_ld32(r->set->exact.count); i++)
		if (cli_same(cli_text(r->c->t, x[i]), name))
			return 1;
	return 0;
}

/* `--server`, `--server=x`, and where the program would take it `--serv`. */
static int is_long(const struct range *r, struct aeg_str flag, struct aeg_str arg)
{
	struct aeg_str name = before_equals(arg);

	if (before_equals(flag).len != flag.len) /* with this value alone */
		return flag.len == arg.len && fold_begins(arg, flag);
	if (name.len < 3 || arg.at[1] != '-' || !fold_begins(flag, name))
		return 0;
	return name.len == flag.len ||
	       ((aeg_ld32(r->set->flags) & AEGF_CLI_SET_ABBREVIATES) && !is_exact(r, name));
}

/* `-n` somewhere in a cluster, before what is another's value. */
static int is_in_cluster(const struct range *r, char letter, struct aeg_str cluster)
{
	struct aeg_str shorts = cli_text(r->c->t, r->set->shorts);

	for (uint32_t i = 0; i < cluster.len && cluster.at[i] != '='; i++) {
		if (cluster.at[i] == letter)
			return 1;
		if (shorts.len != 0 && memchr(shorts.at, cluster.at[i], shorts.len) != NULL)
			return 0;
	}
	return 0;
}

/* `-chdir`, `--chdir`, either with `=`. */
static int is_go(struct aeg_str flag, struct aeg_str arg)
{
	struct aeg_str name = before_equals(arg);
	uint32_t skip = name.len > 1 && name.at[1] == '-' ? 2 : 1;
	uint32_t own = flag.len > 1 && flag.at[1] == '-' ? 2 : 1;

	return name.len > skip && name.len - skip == flag.len - own &&
	       fold_begins(after(name, skip), after(flag, own));
}

static int is_flag(const struct range *r, struct aeg_str flag, uint32_t i)
{
	struct aeg_str arg = r->c->argv[i];
	uint32_t set = aeg_ld32(r->set->flags);

	if (arg.len > 0 && arg.at[0] != '-' && (set & AEGF_CLI_SET_BUNDLED) && i == r->from &&
		flag.len == 2)
		return is_in_cluster(r, flag.at[1], arg);
	if (arg.len < 2 || arg.at[0] != '-')
		return 0;
	if ((set & AEGF_CLI_SET_GO) || (flag.at[1] != '-' && flag.len > 2))
		return is_go(flag, arg);
	if (flag.at[1] == '-')
		return is_long(r, flag, arg);
	return arg.at[1] != '-' && is_in_cluster(r, flag.at[1], after(arg, 1));
}

/* ---- Verbs --------------------------------------------------------------------------------- */

/* The first word is the first argument that is no flag; the others follow it, in order, with
 * anything between. */
static int is_under(const struct range *r, struct aeg_str verb)
{
	uint32_t i = r->verb;

	for (int first = 1; verb.len > 0; first = 0) {
		const char *blank = memchr(verb.at, ' ', verb.len);
		struct aeg_str word = { verb.at,
			blank == NULL ? verb.len : (uint32_t)(blank - verb.at) };
		while (!first && i < r->c->n && !cli_same(r->c->argv[i], word))
			i++;
		if (i >= r->c->n || !cli_same(r->c->argv[i], word))
			return 0;
		verb = after(verb, word.len + (blank != NULL));
		i++;
	}
	return 1;
}

/* ---- Arguments ----------------------------------------------------------------------------- */

/* `NAME=`, also `NAME+=`, `NAME:=`, `NAME?=` and `NAME!=` as make has them. */
static int is_assignment(struct aeg_str name, struct aeg_str arg)
{
	struct aeg_str s = before_equals(arg);
	int is;

	if (s.len == arg.len || s.len == 0 || s.at[0] == '-')
		return 0;
	if (name.len == 1 && name.at[0] == '*')
		return 1;
	while (s.len > 0 && memchr("+:?!", s.at[s.len - 1], 4) != NULL)
		s.len--;
	if (name.at[0] == '*')
		is = s.len >= name.len - 1 &&
		     memcmp(s.at + s.len - (name.len - 1), name.at + 1, name.len - 1) == 0;
	else if (name.at[name.len - 1] == '*')
		is = s.len >= name.len - 1 && memcmp(s.at, name.at, name.len - 1) == 0;
	else
		is = cli_same(s, name);
	for (uint32_t i = 0; is && i < s.len; i++)
		is = s.at[i] != ' ' && s.at[i] != '/' && s.at[i] != '-';
	return is;
}

static int is_text(uint32_t kind, struct aeg_str text, struct aeg_str arg)
{
	return kind == AEGF_CLI_REFUSE_ARGUMENT ? glob(text, arg) : is_assignment(text, arg);
}

/* What a flag of one character may be: curl has `-4`. */
static int is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* The value in a cluster: behind `-x`, and as far as flags may follow each other, behind each. A
 * cluster too long to be one is refused by the first rule of arguments. */
static int is_in_value(
	const struct range *r, uint32_t kind, struct aeg_str text, struct aeg_str cluster)
{
	enum { MOST = 64 };
	struct aeg_str shorts = cli_text(r->c->t, r->set->shorts);
	char first = text.len > 0 ? lower(text.at[0]) : '*';

	for (uint32_t i = 0; i + 1 < cluster.len; i++) {
		char c = cluster.at[i];
		if (i == MOST)
			return kind == AEGF_CLI_REFUSE_ARGUMENT;
		if ((first == '*' || first == lower(cluster.at[i + 1])) &&
			is_text(kind, text, after(cluster, i + 1)))
			return 1;
		if (!is_letter(c) || (shorts.len != 0 && memchr(shorts.at, c, shorts.len) != NULL))
			return 0;
	}
	return 0;
}

/* The argument, or the value in it: behind `--flag=`, or in a cluster. */
static int is_argument(
	const struct range *r, uint32_t kind, struct aeg_str text, struct aeg_str arg)
{
	struct aeg_str name = before_equals(arg);

	if (is_text(kind, text, arg))
		return 1;
	/* What may stand behind anything stands behind a flag as well. */
	if (arg.len < 2 || arg.at[0] != '-' ||
		(kind == AEGF_CLI_REFUSE_ARGUMENT && text.len > 0 && text.at[0] == '*'))
		return 0;
	return (name.len < arg.len && is_text(kind, text, after(arg, name.len + 1))) ||
	       (arg.at[1] != '-' && is_in_value(r, kind, text, after(arg, 1)));
}

/* ---- All of them --------------------------------------------------------------------------- */

static int refuse(const struct range *r, const struct aegf_cli_refusal *f, uint32_t i)
{
	static const enum aeg_cli_reason reasons[] = { 0, AEG_CLI_refused_flag,
		AEG_CLI_refused_verb, AEG_CLI_refused_argument, AEG_CLI_refused_assignment };

	r->c->v->why = cli_text(r->c->t, f->why);
	return cli_deny(r->c, reasons[aeg_ld32(f->kind)], i, cli_text(r->c->t, f->text));
}

static int refusal(const struct range *r, const struct aegf_cli_refusal *f)
{
	const struct cli_call *c = r->c;
	struct aeg_str text = cli_text(c->t, f->text);
	uint32_t kind = aeg_ld32(f->kind);
	uint32_t to = aeg_ld32(f->flags) & AEGF_CLI_BEFORE ? r->verb : c->n;

	if (kind == AEGF_CLI_REFUSE_VERB)
		return !is_under(r, text) || refuse(r, f, r->verb);
	if (aeg_ld32(f->under.len) != 0 && !is_under(r, cli_text(c->t, f->under)))
		return 1;
	for (uint32_t i = r->from; i < to; i++)
		if (kind == AEGF_CLI_REFUSE_FLAG ? is_flag(r, text, i)
						 : is_argument(r, kind, text, c->argv[i]))
			return refuse(r, f, i);
	return 1;
}

static int set_holds(struct cli_call *c, const struct aegf_cli_set *set)
{
	struct aeg_str program = cli_text(c->t, set->program);
	const struct aegf_cli_refusal *f =
		cli_list(c->t, REFUSALS, set->refusals, struct aegf_cli_refusal);
	struct range r = { .c = c, .set = set };

	if (program.len != 0) {
		if (c->start >= c->n || !cli_same(c->argv[c->start], program))
			return 1;
		r.from = c->start + 1;
	}
	r.verb = program.len != 0 ? r.from : c->start;
	while (r.verb < c->n && c->argv[r.verb].len > 0 && c->argv[r.verb].at[0] == '-')
		r.verb++;
	for (uint32_t i = 0; i < aeg_ld32(set->refusals.count); i++)
		if (!refusal(&r, &f[i]))
			return 0;
	return 1;
}

int cli_refusals(struct cli_call *c)
{
	const struct aegf_cli_set *set = cli_list(c->t, SETS, c->tool->sets, struct aegf_cli_set);

	for (uint32_t i = 0; i < aeg_ld32(c->tool->sets.count); i++)
		if (!set_holds(c, &set[i]))
			return 0;
	return 1;
}
