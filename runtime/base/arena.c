/* A bump allocator over malloc'd blocks, with a limit. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16 };

struct arena_block {
	struct arena_block *next;
	max_align_t mem[];
};

void *arena_alloc(struct arena *a, size_t n, size_t size, size_t align)
{
	if (n != 0 && size > (SIZE_MAX / 4) / n)
		a->fail(a->ctx);
	size *= n;
	size_t pad = -(uintptr_t)a->at & (align - 1);
	if (a->at == NULL || size + pad > (size_t)(a->end - a->at)) {
		bool alone = size > BLOCK / 4 && a->head != NULL; /* the open block stays open */
		size_t cap = alone || size > BLOCK ? size : BLOCK;
		struct arena_block *b =
			a->used + cap <= a->limit ? calloc(1, sizeof *b + cap) : NULL;
		if (b == NULL)
			a->fail(a->ctx);
		a->used += cap;
		if (alone) {
			b->next = a->head->next;
			a->head->next = b;
			return b->mem; /* zeroed by calloc, which need not touch fresh pages */
		}
		b->next = a->head;
		a->head = b;
		a->at = (uint8_t *)b->mem;
		a->end = a->at + cap;
		pad = 0;
	}
	void *p = a->at + pad;
	a->at += pad + size;
	return memset(p, 0, size);
}

void arena_free(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->head = NULL;
	a->at = a->end = NULL;
	a->used = 0;
}

void *arena_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size, size_t align)
{
	if (n < *cap)
		return v;
	size_t more = *cap == 0 ? 8 : *cap * 2;
	void *p = arena_alloc(a, more, size, align);
	if (n != 0)
		memcpy(p, v, n * size);
	*cap = more;
	return p;
}
