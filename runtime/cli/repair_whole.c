/* Writes out all commands of a capability, where adding to them would not do in every spelling. */
#include "cli/answer.h"
#include "cli/repair_internal.h"

enum { WHOLE_MOST = 256 }; /* commands and subcommands */

static struct allowlist commands(const struct repair *r)
{
	return allowlist_of(r->bundle, r->call.context, r->capability, AEG_LIST_COMMANDS, 0);
}

static struct allowlist subcommands(const struct repair *r, uint32_t command)
{
	return allowlist_of(
		r->bundle, r->call.context, r->capability, AEG_LIST_SUBCOMMANDS, command);
}

bool repair_can_set_commands(const struct repair *r)
{
	struct allowlist all = commands(r);
	uint32_t n = 0;
	for (uint32_t i = 0; i < all.n && n <= WHOLE_MOST; i++) {
		uint32_t subs = subcommands(r, i).n;
		n += subs == AEG_NONE ? 1 : subs == 0 ? 0 : 1 + subs;
	}
	return n <= WHOLE_MOST;
}

static bool is_of_command(const struct change *c)
{
	return c->kind == CHANGE_ADD_COMMAND || c->kind == CHANGE_SET_COMMANDS;
}

/* Anything may follow @command once the changes are made. */
static bool is_opened(const struct repair *r, struct slice command)
{
	for (size_t i = 0; i < r->changes.n; i++) {
		const struct change *c = &r->changes.v[i];
		if (is_of_command(c) && c->name.at == NULL && slice_eq(c->value, command))
			return true;
	}
	return false;
}

/* ---- Both lists ----------------------------------------------------------------------------- */

struct whole {
	struct buf names, map;
	struct slice *seen; /* commands */
	uint32_t n;
};

static void add_item(struct buf *out, uint32_t n, struct slice text)
{
	buf_text(out, n == 0 ? "" : ",");
	buf_json_string(out, text);
}

/* @now: what may follow it as it is. In the map an empty list lets anything follow. */
static void add_row(
	const struct repair *r, struct whole *w, struct slice command, const struct allowlist *now)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (slice_eq(w->seen[i], command))
			return;
	add_item(&w->names, w->n, command);
	add_item(&w->map, w->n, command);
	buf_text(&w->map, ":[");
	w->seen[w->n++] = command;
	uint32_t had = now == NULL ? 0 : now->n, n = 0;
	if (had != AEG_NONE && !is_opened(r, command)) {
		for (; n < had; n++)
			add_item(&w->map, n, allowlist_entry(now, n));
		for (size_t i = 0; i < r->changes.n; i++) {
			const struct change *c = &r->changes.v[i];
			if (is_of_command(c) && slice_eq(c->value, command))
				add_item(&w->map, n++, c->name);
		}
	}
	buf_text(&w->map, "]");
}

/* Takes the changes that are of commands out, and puts @c in their place. */
static void replace_all(struct repair *r, struct change c)
{
	size_t n = 0;
	for (size_t i = 0; i < r->changes.n; i++)
		if (!is_of_command(&r->changes.v[i]))
			r->changes.v[n++] = r->changes.v[i];
	r->changes.n = n;
	changes_add(r->arena, &r->changes, c);
}

static void set_all(struct repair *r)
{
	struct whole w = { .names.arena = r->arena, .map.arena = r->arena };
	struct allowlist all = commands(r);
	w.seen = arena_array(r->arena, struct slice, WHOLE_MOST + r->changes.n);
	buf_text(&w.names, "[");
	buf_text(&w.map, "{");
	for (uint32_t i = 0; i < all.n; i++) {
		struct allowlist now = subcommands(r, i);
		if (now.n != 0)
			add_row(r, &w, allowlist_entry(&all, i), &now);
	}
	for (size_t i = 0; i < r->changes.n; i++)
		if (is_of_command(&r->changes.v[i]))
			add_row(r, &w, r->changes.v[i].value, NULL);
	buf_text(&w.names, "]");
	buf_text(&w.map, "}");
	replace_all(r, (struct change){ .kind = CHANGE_SET_COMMANDS,
			       .rule = r->capability,
			       .index = AEG_NONE,
			       .name = buf_done(&w.names),
			       .value = buf_done(&w.map) });
}

void repair_settle_commands(struct repair *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->changes.n; i++)
		if (r->changes.v[i].kind == CHANGE_SET_COMMANDS) {
			set_all(r);
			return;
		}
	for (size_t i = 0; i < r->changes.n; i++) {
		struct change c = r->changes.v[i];
		if (c.kind != CHANGE_ADD_COMMAND || c.name.at == NULL || !is_opened(r, c.value))
			r->changes.v[n++] = c;
	}
	r->changes.n = n;
}
