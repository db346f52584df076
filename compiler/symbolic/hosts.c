/*
 * Hosts. What lists a host is what lists it or a domain above it, so the hosts of entries, one name
 * below each, and one below none are all classes there are.
 */
#include "symbolic/internal.h"

struct hosts {
	struct map index; /* every domain above or at an entry */
	struct slice *name;
	struct host_by {
		uint64_t *self,
			*below; /* predicates whose entries are the host, are above others */
	} * by;
	size_t n, cap, cap_by;
};

static bool is_address(struct slice host)
{
	char normal[256];
	uint32_t len;

	return aeg_host_normal((struct aeg_str){ host.at, host.len }, normal, &len) !=
	       AEG_HOST_NAME;
}

static struct host_by *host_at(struct hosts *h, const struct terms *out, struct slice name)
{
	struct arena *a = out->cut->arena;
	uint32_t known = map_put(&h->index, name, (uint32_t)h->n);

	if (known != MAP_NONE)
		return &h->by[known];
	arena_push(a, h->name, h->n, &h->cap);
	arena_push(a, h->by, h->n, &h->cap_by);
	h->name[h->n] = name;
	h->by[h->n] = (struct host_by){ terms_bits(out), terms_bits(out) };
	return &h->by[h->n++];
}

static void add_entry(struct hosts *h, const struct terms *out, uint32_t pred, struct slice entry)
{
	bool below_only = slice_begins(entry, SLICE("*."));

	if (below_only)
		entry = (struct slice){ entry.at + 2, entry.len - 2 };
	if (entry.len == 0)
		return;
	struct host_by *by = host_at(h, out, entry);
	if (!below_only)
		bits_set(by->self, pred);
	if (is_address(entry))
		return;
	bits_set(by->below, pred);
	for (uint32_t i = 0; i + 1 < entry.len; i++)
		if (entry.at[i] == '.')
			host_at(h, out, (struct slice){ entry.at + i + 1, entry.len - i - 1 });
}

static void add_bits(const struct terms *out, uint64_t *bits, const uint64_t *more)
{
	for (uint32_t i = 0; i < out->nwords; i++)
		bits[i] |= more[i];
}

/* What lists a name that is @above, or is a label further below @above. */
static uint64_t *listed(const struct hosts *h, const struct terms *out, const struct dimension *d,
	struct slice above, bool below)
{
	uint64_t *bits = terms_union(out, d->open, d->open);

	for (uint32_t i = 0; i < above.len; i++) {
		if (i > 0 && above.at[i - 1] != '.')
			continue;
		uint32_t at = map_get(&h->index, (struct slice){ above.at + i, above.len - i });
		if (at == MAP_NONE)
			continue;
		if (i == 0 && !below)
			add_bits(out, bits, h->by[at].self);
		else
			add_bits(out, bits, h->by[at].below);
	}
	return bits;
}

static struct slice url(struct arena *a, const char *label, struct slice host)
{
	struct buf text = { .arena = a };

	buf_text(&text, "https://");
	buf_text(&text, label);
	buf_slice(&text, host);
	return buf_done(&text);
}

/* A name below @host, or below none, that is written nowhere. */
static struct slice unlisted(const struct hosts *h, struct arena *a, struct slice host)
{
	for (uint32_t i = 0;; i++) {
		struct buf text = { .arena = a };
		buf_slice(&text, fresh_name(a, i));
		if (host.len > 0)
			buf_text(&text, ".");
		buf_slice(&text, host);
		if (map_get(&h->index, buf_done(&text)) == MAP_NONE)
			return buf_done(&text);
	}
}

void hosts_terms(struct terms *out, const struct dimension *d)
{
	struct arena *a = out->cut->arena;
	struct hosts h = { .index.arena = a };

	for (uint32_t p = 0; p < d->npreds; p++) {
		if (d->view[p].kind != VIEW_STATED)
			continue;
		const struct mlist *list = &d->view[p].cap->domains;
		for (uint32_t i = 0; i < list->n; i++)
			if (cut_spend(out->cut, 1, list->v[i].at))
				add_entry(&h, out, p, list->v[i].text);
	}
	terms_add(out, terms_union(out, d->open, d->open), url(a, "", unlisted(&h, a, SLICE(""))));
	for (size_t i = 0; i < h.n && cut_spend(out->cut, 1 + out->nwords / 8, SPAN_NONE); i++) {
		struct slice host = h.name[i];
		terms_add(out, listed(&h, out, d, host, false), url(a, "", host));
		if (!is_address(host))
			terms_add(out, listed(&h, out, d, host, true),
				url(a, "", unlisted(&h, a, host)));
	}
}
