/* Measures how far values are from allowlist entries. */
#include "cli/near.h"

#include "base/nearest.h"
#include "cli/answer.h"

struct allowlist allowlist_of(const struct aeg_bundle *b, uint32_t context, uint32_t capability,
	enum aeg_list list, uint32_t command)
{
	return (struct allowlist){ b, context, capability, list, command,
		aeg_capability_list(b, context, capability, list, command) };
}

struct slice allowlist_entry(const struct allowlist *l, uint32_t i)
{
	return slice_str(
		aeg_capability_entry(l->bundle, l->context, l->capability, l->list, l->command, i));
}

static uint32_t looked_at(const struct allowlist *l)
{
	return l->n == AEG_NONE ? 0 : l->n < NEAR_MOST ? l->n : NEAR_MOST;
}

/* The nearest so far. */
struct best {
	uint32_t entry, common, distance;
};

static void offer(
	struct best *best, uint32_t i, uint32_t common, struct slice e, struct slice value)
{
	bool more = best->entry == AEG_NONE || common > best->common;
	if (!more && (common < best->common || best->distance == 0))
		return;
	uint32_t limit = more ? NEAREST_BYTES : best->distance - 1;
	uint32_t d = value.len == 0 ? 0 : nearest_distance(e, value, limit);
	if (more || d <= limit)
		*best = (struct best){ i, common, d };
}

/* ---- Paths --------------------------------------------------------------------------------- */

struct parts {
	struct slice *v;
	uint32_t n;
};

static void add_parts(struct parts *p, struct slice path)
{
	for (uint32_t lo = 0, i = 0; i <= path.len; i++) {
		if (i < path.len && path.at[i] != '/')
			continue;
		struct slice part = { path.at + lo, i - lo };
		lo = i + 1;
		if (part.len == 0 || slice_is(part, "."))
			continue;
		if (!slice_is(part, ".."))
			p->v[p->n++] = part;
		else if (p->n > 0)
			p->n--;
	}
}

static struct parts split(struct arena *a, struct slice path)
{
	struct parts p = { arena_array(a, struct slice, path.len + 2), 0 };
	if (path.len > 0 && path.at[0] != '/')
		add_parts(&p, SLICE("workspace"));
	add_parts(&p, path);
	return p;
}

static struct slice join(struct arena *a, const struct parts *p)
{
	struct buf out = { .arena = a };
	for (uint32_t i = 0; i < p->n; i++) {
		buf_text(&out, "/");
		buf_slice(&out, p->v[i]);
	}
	if (p->n == 0)
		buf_text(&out, "/");
	return buf_done(&out);
}

struct slice near_path_plain(struct arena *a, struct slice path)
{
	struct parts p = split(a, path);
	return join(a, &p);
}

/* `*` is zero or more bytes; the last one alone need be tried anew. */
static bool part_matches(struct slice glob, struct slice part)
{
	uint32_t g = 0, p = 0, star = AEG_NONE, from = 0;
	while (p < part.len) {
		if (g < glob.len && glob.at[g] == '*') {
			star = g++;
			from = p;
		} else if (g < glob.len && glob.at[g] == part.at[p]) {
			g++;
			p++;
		} else if (star != AEG_NONE) {
			g = star + 1;
			p = ++from;
		} else {
			return false;
		}
	}
	while (g < glob.len && glob.at[g] == '*')
		g++;
	return g == glob.len;
}

uint32_t near_path(struct arena *a, const struct allowlist *l, struct slice path)
{
	struct best best = { .entry = AEG_NONE };
	struct parts p = split(a, path);
	struct slice plain = join(a, &p);
	for (uint32_t i = 0; i < looked_at(l); i++) {
		struct slice text = allowlist_entry(l, i);
		struct parts e = split(a, text);
		uint32_t common = 0;
		while (common < e.n && common < p.n && part_matches(e.v[common], p.v[common]))
			common++;
		offer(&best, i, common, text, path.len == 0 ? path : plain);
	}
	return best.entry;
}

/* A component that @glob matches: without its stars, where that is a name. */
static struct slice like_part(struct arena *a, struct slice glob)
{
	struct buf out = { .arena = a };
	for (uint32_t i = 0; i < glob.len; i++)
		if (glob.at[i] != '*')
			buf_add(&out, glob.at + i, 1);
	struct slice name = buf_done(&out);
	if (name.len != 0 && !slice_is(name, ".") && !slice_is(name, ".."))
		return name;
	struct buf filled = { .arena = a };
	bool once = false;
	for (uint32_t i = 0; i < glob.len; i++) {
		if (glob.at[i] != '*')
			buf_add(&filled, glob.at + i, 1);
		else if (!once)
			buf_text(&filled, "x");
		once = once || glob.at[i] == '*';
	}
	return buf_done(&filled);
}

struct slice near_path_value(struct arena *a, struct slice entry, struct slice path)
{
	struct parts e = split(a, entry), p = split(a, path);
	struct parts made = { arena_array(a, struct slice, e.n + p.n + 1), 0 };
	uint32_t i = 0;
	for (uint32_t k = 0; k < e.n; k++) {
		if (slice_is(e.v[k], "**")) /* no component at all will do */
			continue;
		bool same = i < p.n && part_matches(e.v[k], p.v[i]);
		bool literal = memchr(e.v[k].at, '*', e.v[k].len) == NULL;
		made.v[made.n++] = same ? p.v[i] : literal ? e.v[k] : like_part(a, e.v[k]);
		i++;
	}
	/* A last component that is no misspelling of what took its place stays, too. */
	if (p.n > 0 && p.n <= made.n && nearest_name(p.v[p.n - 1], &made.v[p.n - 1], 1) == SIZE_MAX)
		i = p.n - 1;
	while (i < p.n)
		made.v[made.n++] = p.v[i++];
	return join(a, &made);
}

/* ---- Words --------------------------------------------------------------------------------- */

static bool usable(const struct allowlist *l, uint32_t i)
{
	return l->list != AEG_LIST_COMMANDS || aeg_capability_list(l->bundle, l->context,
						       l->capability, AEG_LIST_SUBCOMMANDS, i) != 0;
}

uint32_t near_word(const struct allowlist *l, struct slice word)
{
	struct best best = { .entry = AEG_NONE };
	for (uint32_t i = 0; i < looked_at(l); i++)
		if (usable(l, i))
			offer(&best, i, 0, allowlist_entry(l, i), word);
	return best.entry;
}

/* ---- Hosts --------------------------------------------------------------------------------- */

/* Takes the last label off; false: there is none left. */
static bool take_label(struct slice *host, struct slice *ret)
{
	uint32_t lo = host->len;
	while (lo > 0 && host->at[lo - 1] != '.')
		lo--;
	*ret = (struct slice){ host->at + lo, host->len - lo };
	bool was = host->len > 0;
	host->len = lo == 0 ? 0 : lo - 1;
	return was;
}

uint32_t near_host(const struct allowlist *l, struct slice host)
{
	struct best best = { .entry = AEG_NONE };
	for (uint32_t i = 0; i < looked_at(l); i++) {
		struct slice text = allowlist_entry(l, i), e = text, h = host, x, y;
		uint32_t common = 0;
		while (take_label(&e, &x) && take_label(&h, &y) && slice_eq(x, y))
			common++;
		offer(&best, i, common, text, host);
	}
	return best.entry;
}

static uint32_t labels(struct slice host)
{
	uint32_t n = 1;
	for (uint32_t i = 0; i < host.len; i++)
		n += host.at[i] == '.';
	return n;
}

static struct slice below(struct arena *a, struct slice label, struct slice entry)
{
	struct buf out = { .arena = a };
	buf_slice(&out, label);
	buf_add(&out, entry.at + 1, entry.len - 1);
	return buf_done(&out);
}

struct slice near_host_value(struct arena *a, struct slice entry, struct slice host)
{
	char normal[256];
	uint32_t len;
	if (!slice_begins(entry, SLICE("*.")))
		return entry;
	const char *dot = host.len == 0 ? NULL : memchr(host.at, '.', host.len);
	struct slice label = { host.at, dot == NULL ? 0 : (uint32_t)(dot - host.at) };
	struct slice made = below(a, label, entry);
	bool good = labels(host) >= labels(entry) &&
		    aeg_host_normal((struct aeg_str){ made.at, made.len }, normal, &len) ==
			    AEG_HOST_NAME;
	return good ? made : below(a, SLICE("www"), entry);
}
