/* Contexts that need no comparing: the same rules in the same order. */
#include "diff/internal.h"

static bool same_texts(const struct mtext *a, const struct mtext *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!slice_eq(a[i].text, b[i].text))
			return false;
	return true;
}

static bool same_list(const struct mlist *a, const struct mlist *b)
{
	return a->stated == b->stated && a->n == b->n && same_texts(a->v, b->v, a->n);
}

/* ---- Commands ------------------------------------------------------------------------------ */

static bool is_listed(const struct mlist *list, struct slice word)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i].text, word))
			return true;
	return false;
}

struct mcommand *diff_spell(struct arena *a, const struct mcap *cap, uint32_t *ret_n)
{
	bool map = cap->subcommand_form == SUBCOMMANDS_MAP;
	uint32_t most = map ? cap->nsubcommand_map : cap->commands.n;
	struct mcommand *v = arena_array(a, struct mcommand, most);

	*ret_n = 0;
	for (uint32_t i = 0; i < most; i++) {
		struct mcommand c = { .any = cap->subcommand_form == SUBCOMMANDS_NONE,
			.subcommands = cap->subcommand_list };
		if (map)
			c = cap->subcommand_map[i];
		else
			c.command = cap->commands.v[i];
		if (!map || !cap->commands.stated || is_listed(&cap->commands, c.command.text))
			v[(*ret_n)++] = c;
	}
	return v;
}

static bool same_commands(struct arena *scratch, const struct mcap *a, const struct mcap *b)
{
	bool stated = a->commands.stated || a->subcommand_form != SUBCOMMANDS_NONE;
	uint32_t na, nb;

	if (stated != (b->commands.stated || b->subcommand_form != SUBCOMMANDS_NONE))
		return false;
	const struct mcommand *va = diff_spell(scratch, a, &na), *vb = diff_spell(scratch, b, &nb);
	for (uint32_t i = 0; i < na && i < nb; i++) {
		const struct mlist *sa = &va[i].subcommands, *sb = &vb[i].subcommands;
		if (va[i].any != vb[i].any || !slice_eq(va[i].command.text, vb[i].command.text))
			return false;
		if (!va[i].any && (sa->n != sb->n || !same_texts(sa->v, sb->v, sa->n)))
			return false;
	}
	return na == nb;
}

/* ---- Rules --------------------------------------------------------------------------------- */

static bool same_cap(struct arena *scratch, const struct mcap *a, const struct mcap *b)
{
	return slice_eq(a->pattern.written.text, b->pattern.written.text) &&
	       a->rate_calls == b->rate_calls && a->rate_per_s == b->rate_per_s &&
	       a->max_concurrent == b->max_concurrent &&
	       a->max_response_size == b->max_response_size && same_list(&a->paths, &b->paths) &&
	       same_list(&a->domains, &b->domains) && same_commands(scratch, a, b);
}

bool diff_same_rules(struct arena *scratch, const struct mcontext *a, const struct mcontext *b)
{
	bool same = a->ncaps == b->ncaps && a->ndeny == b->ndeny;

	for (uint32_t i = 0; same && i < a->ndeny; i++)
		same = slice_eq(a->deny[i].written.text, b->deny[i].written.text);
	for (uint32_t i = 0; same && i < a->ncaps; i++)
		same = same_cap(scratch, &a->caps[i], &b->caps[i]);
	return same;
}
