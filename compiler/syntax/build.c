/* Builds a document's tree: keys, anchors, aliases, and the limits on them. */
#include "syntax/build.h"

enum { MOST_NAMES = 64 }; /* with more anchors nobody looks for the nearest name */

static bool in_map(const struct build_frame *f)
{
	return f->node != NULL && f->node->kind == NODE_MAP;
}

bool build_wants_key(struct build *b)
{
	struct build_frame *f = build_top(b);
	return in_map(f) && !f->have_key;
}

void build_init(struct build *b, struct diags *d)
{
	b->d = d;
	b->items = b->few_items;
	b->members = b->few_members;
	b->items_cap = b->members_cap = BUILD_FEW;
}

void build_start(struct build *b)
{
	b->depth = 0;
	b->frames[0] = (struct build_frame){ .anchor = BUILD_NO_ANCHOR };
	b->root = NULL;
	b->values = 0;
	b->broken = false;
	b->names = (struct map){ .arena = b->d->arena };
	b->nlatest = b->nanchors = b->nitems = b->nmembers = 0;
}

/* ---- Limits -------------------------------------------------------------------------------- */

/* Counts @n more values; false, and reported, when that is too many. */
static bool count(struct build *b, uint32_t n, struct span at)
{
	if (n <= SYNTAX_MAX_EXPANDED - b->values) {
		b->values += n;
		return true;
	}
	syntax_report(b->d, AEG_too_many_values, at, "more than 4194304 with what stands here",
		"write out fewer copies, or split the document");
	return false;
}

static bool too_deep(struct build *b, struct span at)
{
	syntax_report(b->d, AEG_too_deep, at, "this is more than 64 deep", NULL);
	return false;
}

/* ---- Anchors ------------------------------------------------------------------------------- */

/* Notes @node under @name, for aliases from here on. */
static uint32_t anchor_set(struct build *b, const char *name, struct node *node, bool open)
{
	struct arena *a = b->d->arena;
	if (name == NULL)
		return BUILD_NO_ANCHOR;
	node->alias_target = true;
	arena_push(a, b->anchors, b->nanchors, &b->anchors_cap);
	size_t len = strlen(name);
	char *copy = arena_array(a, char, len);
	memcpy(copy, name, len);
	struct slice key = { copy, (uint32_t)len };
	b->anchors[b->nanchors] = (struct build_anchor){ key, node, 1, 0, open };
	uint32_t slot = map_put(&b->names, key, (uint32_t)b->nlatest);
	if (slot == MAP_NONE) {
		arena_push(a, b->latest, b->nlatest, &b->latest_cap);
		slot = (uint32_t)b->nlatest++;
	}
	b->latest[slot] = (uint32_t)b->nanchors;
	return (uint32_t)b->nanchors++;
}

static const struct build_anchor *anchor_get(const struct build *b, struct slice name)
{
	uint32_t slot = map_get(&b->names, name);
	return slot == MAP_NONE ? NULL : &b->anchors[b->latest[slot]];
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static void set_key(struct build *b, struct slice text, struct span at)
{
	struct build_frame *f = build_top(b);
	f->have_key = true;
	f->key = text;
	f->key_span = at;
	f->hi = at.hi;
}

/* The key at @at cannot be used: its value is read and dropped. */
static void drop_key(struct build *b, struct span at)
{
	set_key(b, SLICE(""), at);
	build_top(b)->drop_value = true;
	build_top(b)->node->lacks = true;
	b->broken = true;
}

static void bad_key(struct build *b, struct span at, const char *label)
{
	syntax_report(b->d, AEG_key_not_text, at, label,
		"text that begins with `{` or `[`, such as a template, goes in quotes");
}

static void scalar_key(struct build *b, const struct node *n, struct span at)
{
	bool plain = n->style == NODE_PLAIN;
	if (plain && n->u.text.len == 0) {
		syntax_report(b->d, AEG_key_not_text, at, "the key is missing",
			"write a key before the `:`, or `\"\"` for the empty one");
		drop_key(b, at);
	} else if (plain && slice_is(n->u.text, "<<")) {
		syntax_report(b->d, AEG_merge_key, at, "YAML 1.2 has no merge key",
			"write the members out; an alias can stand for a whole value: "
			"`key: *anchor`");
		drop_key(b, at);
	} else {
		set_key(b, n->u.text, at);
	}
}

/* ---- Values -------------------------------------------------------------------------------- */

/* Puts a value where one is expected: @at is where it stands, @height how deep it is. */
static void put(struct build *b, struct node *n, struct span at, uint32_t height)
{
	struct build_frame *f = build_top(b);
	if (f->height < height)
		f->height = height;
	f->hi = at.hi;
	if (f->node == NULL) {
		b->root = n;
	} else if (f->node->kind == NODE_LIST) {
		arena_push(b->d->arena, b->items, b->nitems, &b->items_cap);
		b->items[b->nitems++] = n;
	} else {
		if (!f->drop_value) {
			arena_push(b->d->arena, b->members, b->nmembers, &b->members_cap);
			b->members[b->nmembers++] = (struct member){ f->key, f->key_span, n, at };
		}
		f->have_key = f->drop_value = false;
	}
}

bool build_scalar(struct build *b, struct node *n, const char *anchor)
{
	anchor_set(b, anchor, n, false);
	if (build_wants_key(b)) {
		scalar_key(b, n, n->span);
		return true;
	}
	put(b, n, n->span, 0);
	return count(b, 1, n->span);
}

/* ---- Aliases ------------------------------------------------------------------------------- */

/* Something reported stands at @at, as a value or as a key. */
static void put_poison(struct build *b, struct span at)
{
	if (build_wants_key(b)) {
		drop_key(b, at);
		return;
	}
	struct node *n = arena_new(b->d->arena, struct node);
	n->span = at;
	put(b, n, at, 0);
}

static void report_cycle(struct build *b, const struct node *target, struct span at)
{
	struct span begins = { at.file, target->span.lo, target->span.lo };
	diag_add(b->d, (struct diag){ .code = AEG_alias_cycle,
			       .at = at,
			       .label = "it would contain itself",
			       .other = begins,
			       .other_label = "the value begins here" });
}

static void report_unknown(struct build *b, struct slice name, struct span at)
{
	struct diag g = { .code = AEG_unknown_anchor,
		.at = at,
		.label = "it would have to be marked above, with `&`",
		.help = "text that begins with `*` goes in quotes" };
	struct slice names[MOST_NAMES];
	size_t n = b->nanchors < MOST_NAMES ? b->nanchors : 0;
	for (size_t i = 0; i < n; i++)
		names[i] = b->anchors[i].name;
	size_t near = diag_nearest(name, names, n);
	if (near != SIZE_MAX && !b->d->dropped) {
		g.label = NULL;
		g.other = b->anchors[near].node->span;
		g.other_label = diag_text(
			b->d, "the nearest name, %s, marks this", diag_quote(b->d, names[near]));
	}
	diag_add(b->d, g);
}

bool build_alias(struct build *b, const char *name, struct span at)
{
	const struct build_anchor *a = anchor_get(b, slice_of(name));
	if (a == NULL)
		report_unknown(b, slice_of(name), at);
	else if (a->open)
		report_cycle(b, a->node, at);
	if (a == NULL || a->open) {
		put_poison(b, at);
		return true;
	}
	if (!build_wants_key(b)) {
		put(b, a->node, at, a->height);
		return b->depth + a->height > SYNTAX_MAX_DEPTH ? too_deep(b, at)
							       : count(b, a->values, at);
	}
	if (a->node->kind == NODE_LIST || a->node->kind == NODE_MAP) {
		bad_key(b, at, "the alias stands for a list or a mapping");
		drop_key(b, at);
	} else {
		scalar_key(b, a->node, at);
	}
	return true;
}

/* ---- Lists and mappings -------------------------------------------------------------------- */

bool build_open(struct build *b, struct node *n, const char *anchor, uint32_t indent)
{
	if (b->depth == SYNTAX_MAX_DEPTH)
		return too_deep(b, n->span);
	bool is_key = build_wants_key(b), list = n->kind == NODE_LIST;
	if (is_key)
		bad_key(b, n->span,
			list ? "here a list stands for a key" : "here a mapping stands for a key");
	uint32_t id = anchor_set(b, anchor, n, true);
	b->depth++;
	*build_top(b) = (struct build_frame){ .node = n,
		.indent = indent,
		.first = list ? b->nitems : b->nmembers,
		.anchor = id,
		.before = b->values,
		.hi = n->span.lo,
		.is_key = is_key };
	return count(b, 1, n->span);
}

/* Moves the entries of @f from the stack into the arena. */
static void close_entries(struct build *b, const struct build_frame *f)
{
	struct arena *a = b->d->arena;
	struct node *n = f->node;
	if (n->kind == NODE_LIST) {
		n->u.list.n = (uint32_t)(b->nitems - f->first);
		n->u.list.v = arena_array(a, struct node *, n->u.list.n);
		if (n->u.list.n != 0)
			memcpy(n->u.list.v, b->items + f->first, n->u.list.n * sizeof *n->u.list.v);
		b->nitems = f->first;
		return;
	}
	n->u.map.n = (uint32_t)(b->nmembers - f->first);
	n->u.map.v = arena_array(a, struct member, n->u.map.n);
	if (n->u.map.n != 0)
		memcpy(n->u.map.v, b->members + f->first, n->u.map.n * sizeof *n->u.map.v);
	b->nmembers = f->first;
	members_check(b->d, n->u.map.v, n->u.map.n);
}

void build_close(struct build *b, uint32_t hi)
{
	struct build_frame *f = build_top(b);
	struct node *n = f->node;
	close_entries(b, f);
	n->span.hi = hi;
	if (f->anchor != BUILD_NO_ANCHOR) {
		struct build_anchor *a = &b->anchors[f->anchor];
		a->values = b->values - f->before;
		a->height = f->height + 1;
		a->open = false;
	}
	b->depth--;
	if (f->is_key)
		drop_key(b, n->span);
	else
		put(b, n, n->span, f->height + 1);
}
