#ifndef IR_HAND_TEST_H
#define IR_HAND_TEST_H
/* For tests only: models made by hand, without documents. */
#include <stdarg.h>
#include <stdlib.h>

#include "ir/ir.h"

struct hand {
	struct arena arena;
	struct sources sources;
	struct diags diags;
	struct model model;
	struct names names;
	size_t contexts_cap;
};

static inline void hand_no_memory(void *ctx)
{
	(void)ctx;
	abort();
}

static inline struct hand *hand_new(void)
{
	struct hand *h = calloc(1, sizeof *h);

	if (h == NULL)
		abort();
	h->arena = (struct arena){ .limit = (size_t)512 << 20, .fail = hand_no_memory };
	h->sources.arena = h->diags.arena = &h->arena;
	h->diags.sources = &h->sources;
	return h;
}

static inline void hand_free(struct hand *h)
{
	arena_free(&h->arena);
	free(h);
}

static inline struct mtext hand_text(const char *text)
{
	return (struct mtext){ slice_of(text), SPAN_NONE };
}

static inline struct mpattern hand_pattern(const char *text)
{
	struct mpattern p = { .written = hand_text(text), .stem = slice_of(text) };

	if (slice_is(p.stem, "*")) {
		p.form = PATTERN_ANY;
		p.stem.len = 0;
	} else if (p.stem.len > 2 && memcmp(text + p.stem.len - 2, ".*", 2) == 0) {
		p.form = PATTERN_PREFIX;
		p.stem.len -= 2;
	}
	return p;
}

/* A stated list of the texts after @h, up to a NULL. */
static inline struct mlist hand_list(struct hand *h, ...)
{
	struct mlist list = { .stated = true, .at = SPAN_NONE };
	const char *text;
	va_list v;

	list.v = arena_array(&h->arena, struct mtext, 16);
	va_start(v, h);
	while (list.n < 16 && (text = va_arg(v, const char *)) != NULL)
		list.v[list.n++] = hand_text(text);
	va_end(v);
	return list;
}

/* A new context with room for @ncaps capabilities and @ndeny entries; it counts those you add. */
static inline struct mcontext *hand_context(
	struct hand *h, const char *name, uint32_t ncaps, uint32_t ndeny)
{
	struct model *m = &h->model;

	arena_push(&h->arena, m->contexts, m->ncontexts, &h->contexts_cap);
	struct mcontext *c = &m->contexts[m->ncontexts++];
	*c = (struct mcontext){
		.name = hand_text(name), .description = hand_text(""), .at = SPAN_NONE
	};
	c->caps = arena_array(&h->arena, struct mcap, ncaps);
	c->deny = arena_array(&h->arena, struct mpattern, ndeny);
	return c;
}

static inline struct mcap *hand_cap(struct mcontext *c, const char *pattern)
{
	c->caps[c->ncaps] = (struct mcap){ .at = SPAN_NONE, .pattern = hand_pattern(pattern) };
	return &c->caps[c->ncaps++];
}

static inline void hand_deny(struct mcontext *c, const char *pattern)
{
	c->deny[c->ndeny++] = hand_pattern(pattern);
}

/* @stem and a number. */
static inline const char *hand_name(struct hand *h, const char *stem, uint32_t i)
{
	struct buf out = { .arena = &h->arena };

	buf_printf(&out, "%s%u", stem, i);
	return buf_done(&out).at;
}
#endif
