/*
 * Paths. Without wildcards what covers a path is what covers the deepest entry above it, so the
 * entries themselves and `/` are all classes there are. With wildcards an automaton finds them
 * (globs.c).
 */
#include "symbolic/internal.h"

static bool has_wildcard(const struct mlist *list)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (memchr(list->v[i].text.at, '*', list->v[i].text.len) != NULL)
			return true;
	return false;
}

/* Entry > which predicates list it. */
struct listed {
	struct map index;
	struct slice *path;
	uint64_t **by;
	size_t n, cap, cap_by;
};

static uint64_t *listed_at(struct listed *l, const struct terms *out, struct slice path)
{
	struct arena *a = out->cut->arena;
	uint32_t known = map_put(&l->index, path, (uint32_t)l->n);

	if (known != MAP_NONE)
		return l->by[known];
	arena_push(a, l->path, l->n, &l->cap);
	arena_push(a, l->by, l->n, &l->cap_by);
	l->path[l->n] = path;
	return l->by[l->n++] = terms_bits(out);
}

/* Predicates that list @path or something above it. */
static uint64_t *covers(const struct listed *l, const struct terms *out, const struct dimension *d,
	struct slice path)
{
	uint64_t *bits = terms_union(out, d->open, l->by[0]);

	for (uint32_t i = 2; i <= path.len; i++) {
		if (i < path.len && path.at[i] != '/')
			continue;
		uint32_t at = map_get(&l->index, (struct slice){ path.at, i });
		for (uint32_t k = 0; at != MAP_NONE && k < out->nwords; k++)
			bits[k] |= l->by[at][k];
	}
	return bits;
}

void paths_terms(struct terms *out, const struct dimension *d)
{
	struct listed l = { .index.arena = out->cut->arena };

	terms_add(out, d->free, SLICE("/.."));
	for (uint32_t p = 0; p < d->npreds; p++)
		if (d->view[p].kind == VIEW_STATED && has_wildcard(&d->view[p].cap->paths)) {
			globs_terms(out, d);
			return;
		}
	listed_at(&l, out, SLICE("/"));
	for (uint32_t p = 0; p < d->npreds; p++) {
		if (d->view[p].kind != VIEW_STATED)
			continue;
		const struct mlist *list = &d->view[p].cap->paths;
		for (uint32_t i = 0; i < list->n; i++)
			bits_set(listed_at(&l, out, list->v[i].text), p);
	}
	for (size_t i = 0; i < l.n && cut_spend(out->cut, 1 + out->nwords / 8, SPAN_NONE); i++)
		terms_add(out, covers(&l, out, d, l.path[i]), l.path[i]);
}
