/* Parses every source, in several threads where that is worth it: what comes out is the same. */
#include "diag/shares.h"
#include "syntax/internal.h"

enum { BYTES_PER_SHARE = 256 << 10 /* a thread has not started before */ };

static void parse(struct diags *d, uint32_t lo, uint32_t hi, struct documents *out)
{
	for (uint32_t i = lo; i < hi; i++) {
		if (d->sources->v[i].json)
			syntax_parse_json(d, i, out);
		else
			syntax_parse_yaml(d, i, out);
	}
}

static void work(struct share *s) { parse(&s->d, s->lo, s->hi, s->ctx); }

static uint64_t count_bytes(const struct sources *s)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < s->n; i++)
		bytes += s->v[i].text.len;
	return bytes;
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

void syntax_parse(struct diags *d, struct documents *out)
{
	struct share share[SHARES_MOST] = { 0 };
	struct documents docs[SHARES_MOST] = { 0 };
	uint32_t files = (uint32_t)d->sources->n, lo = 0;
	uint64_t bytes = count_bytes(d->sources), useful = bytes / BYTES_PER_SHARE;
	uint32_t n = shares_count(useful > files ? files : useful);

	if (n == 1) {
		parse(d, 0, files, out);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		share[i].lo = lo;
		share[i].hi = lo = i + 1 == n ? files : run_of(d->sources, lo, bytes / n);
		share[i].ctx = &docs[i];
	}
	shares_work(d, share, n, work);
	for (uint32_t i = 0; i < n; i++) {
		for (size_t k = 0; k < docs[i].n; k++) {
			arena_push(d->arena, out->v, out->n, &out->cap);
			out->v[out->n++] = docs[i].v[k];
		}
		share_add(d, &share[i]);
	}
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
