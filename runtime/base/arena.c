/* A bump allocator over blocks of zeroed memory, with a limit. */
#define _GNU_SOURCE
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { FIRST_BLOCK = 1 << 16, LEAST_MAPPED = 1 << 21, LARGEST_MAPPED = 1 << 22 };

struct arena_block {
	struct arena_block *next;
	size_t mapped; /* bytes; 0: from calloc */
	max_align_t mem[];
};
#define LARGEST_BLOCK (LARGEST_MAPPED - sizeof(struct arena_block))

/* Zeroed, and no byte of it is handed out twice. The largest blocks will be used to their end:
 * large pages, where there are such, and else all of them at once cost less than meeting them one
 * by one. */
static struct arena_block *block(struct arena *a, size_t cap)
{
	struct arena_block *b = NULL;
	size_t size = sizeof *b + cap;

	if (cap > a->limit - a->used)
		a->fail(a->ctx);
	if (size >= LEAST_MAPPED) {
		b = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (b == MAP_FAILED)
			a->fail(a->ctx);
		madvise(b, size, MADV_HUGEPAGE);
		if (cap == LARGEST_BLOCK)
			madvise(b, size, MADV_POPULATE_WRITE);
		b->mapped = size;
	} else {
		b = calloc(1, size);
		if (b == NULL)
			a->fail(a->ctx);
	}
	a->used += cap;
	return b;
}

/* Blocks grow with what the arena holds already, so small ones stay small. */
static size_t next_block(const struct arena *a, size_t size)
{
	size_t cap = a->used < FIRST_BLOCK ? FIRST_BLOCK : a->used;

	if (cap > LARGEST_BLOCK)
		cap = LARGEST_BLOCK;
	if (cap > a->limit - a->used)
		cap = a->limit - a->used;
	return cap > size ? cap : size;
}

void *arena_alloc(struct arena *a, size_t n, size_t size, size_t align)
{
	if (n != 0 && size > (SIZE_MAX / 4) / n)
		a->fail(a->ctx);
	size *= n;
	size_t pad = -(uintptr_t)a->at & (align - 1);
	if (a->at == NULL || size + pad > (size_t)(a->end - a->at)) {
		if (size > FIRST_BLOCK / 4 && a->head != NULL) { /* the open block stays open */
			struct arena_block *alone = block(a, size);
			alone->next = a->head->next;
			a->head->next = alone;
			return alone->mem;
		}
		size_t cap = next_block(a, size);
		struct arena_block *b = block(a, cap);
		b->next = a->head;
		a->head = b;
		a->at = (uint8_t *)b->mem;
		a->end = a->at + cap;
		pad = 0;
	}
	void *p = a->at + pad;
	a->at += pad + size;
	return p;
}

void arena_free(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b != NULL; b = next) {
		next = b->next;
		if (b->mapped != 0)
			munmap(b, b->mapped);
		else
			free(b);
	}
	a->head = NULL;
	a->at = a->end = NULL;
	a->used = 0;
}

void arena_adopt(struct arena *a, struct arena *from)
{
	struct arena_block **end = &a->head; /* the open block stays in front */
	while (*end != NULL)
		end = &(*end)->next;
	*end = from->head;
	if (a->at == NULL) {
		a->at = from->at;
		a->end = from->end;
	}
	a->used += from->used;
	from->head = NULL;
	from->at = from->end = NULL;
	from->used = 0;
}

bool arena_rewind(struct arena *a, const struct arena *mark)
{
	if (a->used != mark->used || mark->at == NULL)
		return false;
	memset(mark->at, 0, (size_t)(a->at - mark->at)); /* it will be handed out again */
	a->at = mark->at;
	return true;
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
