/* Parts of lists: a capability of which some entries stay. */
#include "policytest/edit.h"

static bool is_map(const struct cover_item *item)
{
	return item->context->caps[item->cap].subcommand_form == SUBCOMMANDS_MAP &&
	       (item->kind == COVER_COMMAND || item->kind == COVER_SUBCOMMAND);
}

uint32_t edit_list_len(const struct cover_item *items, uint32_t n)
{
	uint32_t len = 1;
	while (len < n && items[len].cap == items[0].cap &&
		(items[len].kind == items[0].kind || (is_map(&items[0]) && is_map(&items[len]))))
		len++;
	return len;
}

static struct mlist keep_entries(
	struct arena *a, const struct mlist *l, uint32_t n, const bool *keep)
{
	struct mlist r = { .stated = true, .at = l->at };
	r.v = arena_array(a, struct mtext, n);
	for (uint32_t i = 0; i < n; i++)
		if (keep[i])
			r.v[r.n++] = l->v[i];
	return r;
}

static void keep_commands(struct arena *a, struct mcap *cap, const struct cover_item *items,
	uint32_t n, const bool *keep)
{
	const struct mcommand *from = cap->subcommand_map;
	struct mcommand *to = arena_array(a, struct mcommand, cap->nsubcommand_map);
	uint32_t left = 0;
	for (uint32_t i = 0, end; i < n; i = end) {
		struct mcommand m = from[items[i].command];
		for (end = i + 1; end < n && items[end].command == items[i].command;)
			end++;
		if (!m.any)
			m.subcommands = keep_entries(a, &m.subcommands, end - i, keep + i);
		if (m.any ? keep[i] : m.subcommands.n > 0)
			to[left++] = m;
	}
	cap->subcommand_map = to;
	cap->nsubcommand_map = left;
}

struct mcap edit_keep(struct arena *a, const struct mcap *cap, const struct cover_item *items,
	uint32_t n, const bool *keep)
{
	struct mcap r = *cap;
	if (is_map(items))
		keep_commands(a, &r, items, n, keep);
	else if (items->kind == COVER_PATH)
		r.paths = keep_entries(a, &r.paths, n, keep);
	else if (items->kind == COVER_DOMAIN)
		r.domains = keep_entries(a, &r.domains, n, keep);
	else if (items->kind == COVER_COMMAND)
		r.commands = keep_entries(a, &r.commands, n, keep);
	else
		r.subcommand_list = keep_entries(a, &r.subcommand_list, n, keep);
	return r;
}
