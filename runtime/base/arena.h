#ifndef BASE_ARENA_H
#define BASE_ARENA_H
/* Memory that lives exactly as long as one compilation (or one request): many small objects, one
 * free. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;
struct arena {
	struct arena_block *head;
	uint8_t *at, *end;
	size_t used, limit;      /* bytes taken from malloc; past limit `fail` is called */
	void (*fail)(void *ctx); /* out of memory or over the limit; must not return */
	void *ctx;
};

/**
 * arena_alloc - @n zeroed objects of @size bytes, aligned to @align (a power of two)
 *
 * Never returns NULL: when memory or the limit runs out, or n * size overflows, a->fail is called.
 * What is returned lives until arena_free.
 */
void *arena_alloc(struct arena *a, size_t n, size_t size, size_t align)
	__attribute__((malloc, returns_nonnull));

/* Frees everything that came from @a and leaves it empty; limit, fail and ctx stay. */
void arena_free(struct arena *a);

/* Moves all that came from @from to @a, which frees it from now on; @from is empty then. */
void arena_adopt(struct arena *a, struct arena *from);

/**
 * arena_rewind - give back what was taken from @a since @mark, a copy of it, was made
 *
 * For scratch memory of a loop. Where a block was added since: returns false, gives nothing back.
 */
bool arena_rewind(struct arena *a, const struct arena *mark);

#define arena_new(a, T)      ((T *)arena_alloc((a), 1, sizeof(T), _Alignof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc((a), (n), sizeof(T), _Alignof(T)))

/**
 * arena_grow - room for one more element in a growing array
 * @v: the array or NULL; @n: elements in use; @cap: its capacity, updated
 *
 * Returns @v or a larger copy of it (doubling), so a loop of appends is linear.
 */
void *arena_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size, size_t align);

/* Makes sure that (v)[n] can be written. */
#define arena_push(a, v, n, cap) \
	((v) = arena_grow((a), (v), (n), (cap), sizeof *(v), _Alignof(__typeof__(*(v)))))
#endif
