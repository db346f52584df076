/* Keys to a tree, a tree to shared nodes. No recursion: parents stand before their children. */
#include "ir/trie.h"

#include <stdlib.h>

void trie_begin(struct trie *t)
{
	t->nodes.n = t->keys.n = t->parts.n = 0;
	t->too_long = false;
}

struct trie_key *trie_key(struct trie *t, uint32_t rank)
{
	arena_push(t->arena, t->keys.v, t->keys.n, &t->keys.cap);
	t->keys.v[t->keys.n] = (struct trie_key){ .first = (uint32_t)t->parts.n, .rank = rank };
	return &t->keys.v[t->keys.n++];
}

void trie_part(struct trie *t, struct slice text)
{
	arena_push(t->arena, t->parts.v, t->parts.n, &t->parts.cap);
	t->parts.v[t->parts.n++] = text;
	t->keys.v[t->keys.n - 1].nparts++;
	if (text.len > UINT16_MAX)
		t->too_long = true;
}

void trie_split(struct trie *t, struct slice text, char separator)
{
	uint32_t from = 0;

	if (text.len == 0)
		return;
	for (uint32_t i = 0; i < text.len; i++)
		if (text.at[i] == separator) {
			trie_part(t, (struct slice){ text.at + from, i - from });
			from = i + 1;
		}
	trie_part(t, (struct slice){ text.at + from, text.len - from });
}

static int compare_keys(const void *va, const void *vb)
{
	const struct trie_key *a = va, *b = vb;

	for (uint32_t i = 0; i < a->nparts && i < b->nparts; i++) {
		int c = slice_cmp(a->part[i], b->part[i]);
		if (c != 0)
			return c;
	}
	if (a->nparts != b->nparts)
		return a->nparts < b->nparts ? -1 : 1;
	int c = slice_cmp(a->tail, b->tail);
	return c != 0 ? c : (a->rank > b->rank) - (a->rank < b->rank);
}

static uint32_t add_node(struct trie *t, uint32_t parent, struct slice text, uint32_t key)
{
	uint32_t at = (uint32_t)t->nodes.n;

	arena_push(t->arena, t->nodes.v, t->nodes.n, &t->nodes.cap);
	t->nodes.v[t->nodes.n++] = (struct trie_node){
		.text = text, .parent = parent, .key = key, .lo = key, .hi = key
	};
	if (at == 0)
		return at;
	struct trie_node *p = &t->nodes.v[parent];
	t->nodes.v[at].depth = p->depth + 1;
	if (p->child == 0)
		p->child = at;
	else
		t->nodes.v[p->last].next = at;
	p->last = at;
	return at;
}

/* Keys come sorted, so a component that is there already is its parent's last child. */
static uint32_t enter(struct trie *t, uint32_t parent, struct slice text, uint32_t key)
{
	uint32_t last = t->nodes.v[parent].last;

	if (last != 0 && slice_eq(t->nodes.v[last].text, text))
		return last;
	return add_node(t, parent, text, key);
}

void trie_build(struct trie *t)
{
	for (size_t i = 0; i < t->keys.n; i++)
		t->keys.v[i].part = t->parts.v + t->keys.v[i].first;
	if (t->keys.n > 1)
		qsort(t->keys.v, t->keys.n, sizeof *t->keys.v, compare_keys);
	add_node(t, 0, (struct slice){ 0 }, 0);
	for (uint32_t k = 0; k < t->keys.n; k++) {
		uint32_t at = 0;
		for (uint32_t i = 0; i < t->keys.v[k].nparts; i++)
			at = enter(t, at, t->keys.v[k].part[i], k);
		if (t->nodes.v[at].lo == t->nodes.v[at].hi)
			t->nodes.v[at].lo = k;
		t->nodes.v[at].hi = k + 1;
	}
}

static uint32_t intern(
	const struct trie *t, const struct trie_node *n, struct program *p, struct cons *nodes)
{
	uint32_t fresh = (uint32_t)p->nodes.n;

	cons_begin(nodes);
	cons_number(nodes, n->is.kind);
	cons_number(nodes, n->is.a);
	cons_number(nodes, n->is.b);
	cons_number(nodes, n->is.c);
	for (uint32_t c = n->child; c != 0; c = t->nodes.v[c].next)
		if (!t->nodes.v[c].cut) {
			cons_number(nodes, t->nodes.v[c].id);
			cons_text(nodes, t->nodes.v[c].text);
		}
	uint32_t id = cons_end(nodes, fresh);
	if (id != fresh)
		return id;
	arena_push(p->arena, p->nodes.v, p->nodes.n, &p->nodes.cap);
	p->nodes.v[p->nodes.n++] = n->is;
	for (uint32_t c = n->child; c != 0; c = t->nodes.v[c].next)
		if (!t->nodes.v[c].cut) {
			arena_push(p->arena, p->edges.v, p->edges.n, &p->edges.cap);
			p->edges.v[p->edges.n++] =
				(struct ir_edge){ id, t->nodes.v[c].id, t->nodes.v[c].text };
		}
	return id;
}

uint32_t trie_intern(struct trie *t, struct program *p, struct cons *nodes)
{
	for (size_t i = t->nodes.n; i-- > 0;)
		if (!t->nodes.v[i].cut)
			t->nodes.v[i].id = intern(t, &t->nodes.v[i], p, nodes);
	return t->nodes.v[0].id;
}
