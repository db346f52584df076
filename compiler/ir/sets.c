/* Allowlists to tries: paths, hosts, commands. A list that was seen before is not built again. */
#include "ir/lower.h"

struct ir_range lower_texts(struct lower *l, const struct mtext *v, uint32_t n)
{
	uint32_t fresh = (uint32_t)l->p->lists.n;

	if (n == 0)
		return (struct ir_range){ 0 };
	cons_begin(&l->lists);
	for (uint32_t i = 0; i < n; i++)
		cons_text(&l->lists, v[i].text);
	uint32_t first = cons_end(&l->lists, fresh);
	if (first == fresh)
		for (uint32_t i = 0; i < n; i++)
			IR_PUSH(l, l->p->lists, v[i].text);
	return (struct ir_range){ first, n };
}

/* The place of the root of the set of @kind that is made from @list; *ret_known: it is built. */
static uint32_t *root_of(
	struct lower *l, enum aegf_node_kind kind, struct ir_range list, bool *ret_known)
{
	uint32_t fresh = (uint32_t)l->root_of.n;

	cons_begin(&l->roots);
	cons_number(&l->roots, kind);
	cons_number(&l->roots, list.first);
	cons_number(&l->roots, list.count);
	uint32_t i = cons_end(&l->roots, fresh);
	*ret_known = i != fresh;
	if (i == fresh)
		IR_PUSH(l, l->root_of, IR_NONE);
	return &l->root_of.v[i];
}

/* ---- Paths --------------------------------------------------------------------------------- */

/* A last `**` says nothing: what lies below an entry is covered anyway. */
static struct slice strip_tail(struct slice tail)
{
	while (tail.len >= 3 && memcmp(tail.at + tail.len - 3, "/**", 3) == 0)
		tail.len -= 3;
	return slice_is(tail, "**") ? (struct slice){ 0 } : tail;
}

/* Literal components lead to a node; from the first with a `*` on it is a glob there. */
static void path_key(struct trie *t, struct slice path)
{
	uint32_t at = 1; /* after the first slash */
	struct trie_key *key = trie_key(t, 0);

	while (at < path.len) {
		const char *slash = memchr(path.at + at, '/', path.len - at);
		uint32_t end = slash == NULL ? path.len : (uint32_t)(slash - path.at);
		if (memchr(path.at + at, '*', end - at) != NULL) {
			key->tail = strip_tail((struct slice){ path.at + at, path.len - at });
			return;
		}
		trie_part(t, (struct slice){ path.at + at, end - at });
		at = end + 1;
	}
}

static struct ir_range globs_of(struct lower *l, uint32_t lo, uint32_t hi)
{
	const struct trie_key *key = l->trie.keys.v;
	uint32_t fresh = (uint32_t)l->p->globs.n, n = 0;

	cons_begin(&l->globs);
	for (uint32_t i = lo; i < hi; i++)
		if (i == lo || !slice_eq(key[i].tail, key[i - 1].tail)) {
			cons_text(&l->globs, key[i].tail);
			n++;
		}
	uint32_t first = cons_end(&l->globs, fresh);
	if (first == fresh)
		for (uint32_t i = lo; i < hi; i++)
			if (i == lo || !slice_eq(key[i].tail, key[i - 1].tail))
				IR_PUSH(l, l->p->globs, key[i].tail);
	return (struct ir_range){ first, n };
}

/* Below a path that is covered nothing needs to be said. */
static void path_node(struct lower *l, struct trie_node *n)
{
	const struct trie_node *up = &l->trie.nodes.v[n->parent];

	n->is.kind = AEGF_NODE_PATH;
	n->cut = n != up && (up->cut || (up->is.a & AEGF_PATH_COVERS));
	if (n->cut || n->lo == n->hi)
		return;
	if (l->trie.keys.v[n->lo].tail.len == 0) { /* sorts before all globs */
		n->is.a = AEGF_PATH_COVERS;
		return;
	}
	struct ir_range globs = globs_of(l, n->lo, n->hi);
	n->is.b = globs.first;
	n->is.c = globs.count;
}

uint32_t lower_paths(struct lower *l, const struct mlist *list, struct ir_range *ret_list)
{
	struct trie *t = &l->trie;
	bool known;

	*ret_list = (struct ir_range){ 0 };
	if (!list->stated)
		return IR_NONE;
	*ret_list = lower_texts(l, list->v, list->n);
	uint32_t *root = root_of(l, AEGF_NODE_PATH, *ret_list, &known);
	if (known)
		return *root;
	trie_begin(t);
	for (uint32_t i = 0; i < list->n; i++)
		path_key(t, list->v[i].text);
	lower_check_length(l, list->at);
	trie_build(t);
	for (size_t i = 0; i < t->nodes.n; i++)
		path_node(l, &t->nodes.v[i]);
	return *root = trie_intern(t, l->p, &l->nodes);
}

/* ---- Hosts --------------------------------------------------------------------------------- */

/* An address is one component; a name whose last label is all digits cannot be anything else. */
static bool is_address(struct slice host)
{
	uint32_t i = host.len;

	if (host.len != 0 && host.at[0] == '[')
		return true;
	while (i > 0 && host.at[i - 1] >= '0' && host.at[i - 1] <= '9')
		i--;
	return i < host.len && (i == 0 || host.at[i - 1] == '.');
}

static void host_key(struct trie *t, struct slice host)
{
	if (is_address(host)) {
		trie_key(t, AEGF_HOST_SELF);
		trie_part(t, host);
		return;
	}
	bool below = slice_begins(host, SLICE("*."));
	if (below)
		host = (struct slice){ host.at + 2, host.len - 2 };
	trie_key(t, below ? AEGF_HOST_BELOW : AEGF_HOST_SELF | AEGF_HOST_BELOW);
	for (uint32_t end = host.len, i = end; i-- > 0;)
		if (i == 0 || host.at[i - 1] == '.') {
			trie_part(t, (struct slice){ host.at + i, end - i });
			end = i == 0 ? 0 : i - 1;
		}
}

uint32_t lower_hosts(struct lower *l, const struct mlist *list, struct ir_range *ret_list)
{
	struct trie *t = &l->trie;
	bool known;

	*ret_list = (struct ir_range){ 0 };
	if (!list->stated)
		return IR_NONE;
	*ret_list = lower_texts(l, list->v, list->n);
	uint32_t *root = root_of(l, AEGF_NODE_HOST, *ret_list, &known);
	if (known)
		return *root;
	trie_begin(t);
	for (uint32_t i = 0; i < list->n; i++)
		host_key(t, list->v[i].text);
	lower_check_length(l, list->at);
	trie_build(t);
	for (size_t i = 0; i < t->nodes.n; i++) {
		struct trie_node *n = &t->nodes.v[i], *up = &t->nodes.v[n->parent];
		n->is.kind = AEGF_NODE_HOST;
		n->cut = n != up && (up->cut || (up->is.a & AEGF_HOST_BELOW));
		for (uint32_t k = n->lo; k < n->hi; k++)
			n->is.a |= t->keys.v[k].rank;
	}
	return *root = trie_intern(t, l->p, &l->nodes);
}

/* ---- Commands ------------------------------------------------------------------------------ */

/* The three spellings become one: each command with its subcommands, into l->command_list. */
static void spell_commands(struct lower *l, const struct mcap *cap)
{
	struct map allowed = { .arena = l->arena };
	struct ir_range subs;

	l->command_list.n = 0;
	if (cap->subcommand_form == SUBCOMMANDS_MAP) {
		for (uint32_t i = 0; i < cap->commands.n; i++)
			map_put(&allowed, cap->commands.v[i].text, i);
		for (uint32_t i = 0; i < cap->nsubcommand_map; i++) {
			const struct mcommand *c = &cap->subcommand_map[i];
			if (cap->commands.stated && map_get(&allowed, c->command.text) == MAP_NONE)
				continue;
			subs = lower_texts(l, c->subcommands.v, c->any ? 0 : c->subcommands.n);
			IR_PUSH(l, l->command_list,
				(struct ir_command){ c->command.text, subs, c->any });
		}
		return;
	}
	bool any = cap->subcommand_form == SUBCOMMANDS_NONE;
	subs = any ? (struct ir_range){ 0 }
		   : lower_texts(l, cap->subcommand_list.v, cap->subcommand_list.n);
	for (uint32_t i = 0; i < cap->commands.n; i++)
		IR_PUSH(l, l->command_list,
			(struct ir_command){ cap->commands.v[i].text, subs, any });
}

static struct ir_range command_range(struct lower *l)
{
	uint32_t fresh = (uint32_t)l->p->commands.n, n = (uint32_t)l->command_list.n;

	if (n == 0)
		return (struct ir_range){ 0 };
	cons_begin(&l->commands);
	for (uint32_t i = 0; i < n; i++) {
		const struct ir_command *c = &l->command_list.v[i];
		cons_text(&l->commands, c->command);
		cons_number(&l->commands, c->subcommands.first);
		cons_number(&l->commands, c->subcommands.count);
		cons_number(&l->commands, c->any);
	}
	uint32_t first = cons_end(&l->commands, fresh);
	if (first == fresh)
		for (uint32_t i = 0; i < n; i++)
			IR_PUSH(l, l->p->commands, l->command_list.v[i]);
	return (struct ir_range){ first, n };
}

static void command_keys(struct lower *l)
{
	for (size_t i = 0; i < l->command_list.n; i++) {
		const struct ir_command *c = &l->command_list.v[i];
		trie_key(&l->trie, c->any ? AEGF_SUBCOMMAND_ANY : 0);
		trie_part(&l->trie, c->command);
		for (uint32_t k = 0; k < c->subcommands.count; k++) {
			trie_key(&l->trie, 0);
			trie_part(&l->trie, c->command);
			trie_part(&l->trie, l->p->lists.v[c->subcommands.first + k]);
		}
	}
}

uint32_t lower_commands(struct lower *l, const struct mcap *cap, struct ir_range *ret_list)
{
	static const uint32_t kind_at[] = { AEGF_NODE_COMMAND, AEGF_NODE_SUBCOMMAND,
		AEGF_NODE_WORD };
	struct trie *t = &l->trie;
	bool known;

	*ret_list = (struct ir_range){ 0 };
	if (!cap->commands.stated && cap->subcommand_form == SUBCOMMANDS_NONE)
		return IR_NONE;
	spell_commands(l, cap);
	*ret_list = command_range(l);
	uint32_t *root = root_of(l, AEGF_NODE_COMMAND, *ret_list, &known);
	if (known)
		return *root;
	trie_begin(t);
	command_keys(l);
	lower_check_length(l, cap->at);
	trie_build(t);
	for (size_t i = 0; i < t->nodes.n; i++) {
		struct trie_node *n = &t->nodes.v[i];
		n->is.kind = kind_at[n->depth];
		for (uint32_t k = n->lo; n->depth == 1 && k < n->hi; k++)
			n->is.a |= t->keys.v[k].rank;
	}
	return *root = trie_intern(t, l->p, &l->nodes);
}
