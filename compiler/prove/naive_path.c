/* Paths, naively: lexical, by whole components. */
#include "prove/naive.h"

struct components {
	uint32_t n;
	struct slice *v;
};

/* What stands between slashes; empty components and `.` count for nothing. */
static void add_components(struct components *c, struct slice path)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i <= path.len; i++)
		if (i == path.len || path.at[i] == '/') {
			struct slice part = { path.at + from, i - from };
			if (part.len != 0 && !slice_is(part, "."))
				c->v[c->n++] = part;
			from = i + 1;
		}
}

static struct components split(struct slice path, struct arena *scratch)
{
	struct components c = { 0, arena_array(scratch, struct slice, path.len + 2) };

	if (path.len == 0 || path.at[0] != '/')
		add_components(&c, SLICE("/workspace"));
	add_components(&c, path);
	return c;
}

/* `*` stands for zero or more bytes. Greedy with one way back: the last `*` is enough. */
static bool component_matches(struct slice glob, struct slice text)
{
	uint32_t g = 0, t = 0, star = UINT32_MAX, mark = 0;

	while (t < text.len) {
		if (g < glob.len && glob.at[g] == '*') {
			star = g++;
			mark = t;
		} else if (g < glob.len && glob.at[g] == text.at[t]) {
			g++;
			t++;
		} else if (star != UINT32_MAX) {
			g = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (g < glob.len && glob.at[g] == '*')
		g++;
	return g == glob.len;
}

/* can[i]: the entry's components so far match the path's first i. */
static bool entry_covers(
	const struct components *entry, const struct components *path, struct arena *scratch)
{
	bool *can = arena_array(scratch, bool, path->n + 1);

	can[0] = true;
	for (uint32_t e = 0; e < entry->n; e++) {
		if (slice_is(entry->v[e], "**")) {
			for (uint32_t i = 1; i <= path->n; i++)
				can[i] = can[i] || can[i - 1];
			continue;
		}
		for (uint32_t i = path->n; i > 0; i--)
			can[i] = can[i - 1] && component_matches(entry->v[e], path->v[i - 1]);
		can[0] = false;
	}
	for (uint32_t i = 0; i <= path->n; i++)
		if (can[i])
			return true;
	return false;
}

const char *naive_path(struct slice path, const struct mlist *allowed, struct arena *scratch)
{
	for (uint32_t i = 0; i < path.len; i++)
		if ((unsigned char)path.at[i] < 0x20 || path.at[i] == 0x7f)
			return "InvalidArgument";
	struct components p = split(path, scratch);
	for (uint32_t i = 0; i < p.n; i++)
		if (slice_is(p.v[i], ".."))
			return "PathTraversalBlocked";
	if (allowed == NULL)
		return NULL;
	if (path.len == 0)
		return "InvalidArgument";
	for (uint32_t i = 0; i < allowed->n; i++) {
		struct components entry = split(allowed->v[i].text, scratch);
		if (entry_covers(&entry, &p, scratch))
			return NULL;
	}
	return "PathOutsideBoundary";
}
