/* Parses every source, in several threads where that is worth it: what comes out is the same. */
#define _POSIX_C_SOURCE 200809L
#include "syntax/internal.h"

#include <pthread.h>
#include <unistd.h>

enum { MAX_WORKERS = 8, BYTES_PER_WORKER = 256 << 10 /* a thread has not started before */ };

/* A run of sources, and what reads it: one of the workers, with memory of its own. */
struct worker {
	uint32_t lo, hi; /* sources */
	struct arena arena;
	struct diags d;
	struct documents docs;
	pthread_t thread;
	bool threaded;
};

static void parse(struct diags *d, uint32_t lo, uint32_t hi, struct documents *out)
{
	for (uint32_t i = lo; i < hi; i++) {
		if (d->sources->v[i].json)
			syntax_parse_json(d, i, out);
		else
			syntax_parse_yaml(d, i, out);
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;
	parse(&w->d, w->lo, w->hi, &w->docs);
	return NULL;
}

static uint32_t count_workers(const struct sources *s, uint64_t *ret_bytes)
{
	long have = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t bytes = 0, n;
	for (size_t i = 0; i < s->n; i++)
		bytes += s->v[i].text.len;
	*ret_bytes = bytes;
	n = bytes / BYTES_PER_WORKER;
	n = n > s->n ? s->n : n;
	n = n > MAX_WORKERS ? MAX_WORKERS : n;
	return have < 1 || n < 1 ? 1 : n > (uint64_t)have ? (uint32_t)have : (uint32_t)n;
}

/* The sources from @lo on that are about @share bytes, at least one. */
static uint32_t run_of(const struct sources *s, uint32_t lo, uint64_t share)
{
	uint64_t bytes = 0;
	uint32_t hi = lo;
	while (hi < s->n && (hi == lo || bytes < share))
		bytes += s->v[hi++].text.len;
	return hi;
}

/* Waits for @w and adds what it read. */
static void finish(struct worker *w, struct diags *d, struct documents *out)
{
	if (w->threaded)
		pthread_join(w->thread, NULL);
	for (size_t i = 0; i < w->docs.n; i++) {
		arena_push(d->arena, out->v, out->n, &out->cap);
		out->v[out->n++] = w->docs.v[i];
	}
	diag_merge(d, &w->d);
	arena_adopt(d->arena, &w->arena);
}

void syntax_parse(struct diags *d, struct documents *out)
{
	struct worker worker[MAX_WORKERS] = { 0 };
	uint64_t bytes;
	uint32_t n = count_workers(d->sources, &bytes), lo = 0, files = (uint32_t)d->sources->n;
	size_t limit = (d->arena->limit - d->arena->used) / n;

	if (n == 1) {
		parse(d, 0, files, out);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct worker *w = &worker[i];
		w->arena = (struct arena){
			.limit = limit, .fail = d->arena->fail, .ctx = d->arena->ctx
		};
		w->d = (struct diags){ &w->arena, d->sources, .strict = d->strict,
			.allow = d->allow, .nallow = d->nallow, .deny = d->deny,
			.ndeny = d->ndeny };
		w->lo = lo;
		w->hi = lo = i + 1 == n ? files : run_of(d->sources, lo, bytes / n);
	}
	for (uint32_t i = n; i-- > 0;) { /* the first of them is this thread */
		struct worker *w = &worker[i];
		w->threaded = i > 0 && pthread_create(&w->thread, NULL, work, w) == 0;
		if (!w->threaded)
			work(w);
	}
	for (uint32_t i = 0; i < n; i++)
		finish(&worker[i], d, out);
}

static bool mentioned(const struct diags *d, uint32_t file)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].at.file == file)
			return true;
	return d->dropped;
}

void syntax_require_documents(struct diags *d, const struct documents *docs)
{
	size_t k = 0; /* documents stand in the order of their files */
	for (uint32_t i = 0; i < d->sources->n; i++) {
		bool none = k == docs->n || docs->v[k].file != i;
		while (k < docs->n && docs->v[k].file == i)
			k++;
		uint32_t end = d->sources->v[i].text.len;
		if (none && !mentioned(d, i))
			syntax_report(d, AEG_empty_file, (struct span){ i, end, end },
				end == 0 ? "the file is empty" : "only comments and white space",
				NULL);
	}
}
