/* Holds a path against the rules for every path, and against an allowlist. */
#include "path.h"

/* ---- Eight bytes at a time: is anything in the path worth a closer look? ------------------- */

#define EACH(byte) ((uint64_t)(byte)*0x0101010101010101u)

enum { CONTROL = 1, TWO_DOTS = 2 };

/* What the eight bytes of @x hold; @dots is 0x80 where the last byte before them was a dot. */
static unsigned look(uint64_t x, uint64_t *dots)
{
	uint64_t del = x ^ EACH(0x7f), dot = x ^ EACH('.');
	uint64_t control = ((x - EACH(0x20)) & ~x) | ((del - EACH(1)) & ~del);
	uint64_t here = ~(((dot & EACH(0x7f)) + EACH(0x7f)) | dot | EACH(0x7f));
	unsigned found = (here & (here << 8 | *dots)) != 0 ? TWO_DOTS : 0;

	*dots = here >> 56;
	return found | ((control & EACH(0x80)) != 0 ? CONTROL : 0);
}

/* Fewer than eight bytes as eight. Some stand there twice: two dots may then be one. */
static uint64_t fill(const char *p, uint32_t n)
{
	if (n >= 4)
		return aegf_ld32_raw(p) | (uint64_t)aegf_ld32_raw(p + n - 4) << 32;
	return (EACH('/') & ~(uint64_t)0xffffff) | (uint8_t)p[0] |
	       (uint64_t)(uint8_t)p[n >> 1] << 8 | (uint64_t)(uint8_t)p[n - 1] << 16;
}

/* CONTROL is exact; TWO_DOTS may be wrong, but is never missed. */
static unsigned look_at(const char *p, uint32_t n)
{
	uint64_t dots = 0;
	unsigned found = 0;
	uint32_t i = 0;

	if (n < 8)
		return n == 0 ? 0 : look(fill(p, n), &dots);
	for (; i + 8 <= n; i += 8)
		found |= look(aegf_ld64_raw(p + i), &dots);
	dots = 0; /* the last eight begin inside what was seen, so no pair is lost */
	return i == n ? found : found | look(aegf_ld64_raw(p + n - 8), &dots);
}

/* ---- Components ---------------------------------------------------------------------------- */

struct parts { /* what is still to come of a path */
	const char *at, *end;
	int under_workspace; /* a relative path: first comes `workspace` */
};

/* The next component; empty ones and `.` do not count. */
static int next(struct parts *p, struct aeg_str *ret)
{
	if (p->under_workspace) {
		p->under_workspace = 0;
		*ret = (struct aeg_str){ "workspace", 9 };
		return 1;
	}
	for (;;) {
		while (p->at < p->end && *p->at == '/')
			p->at++;
		if (p->at == p->end)
			return 0;
		const char *from = p->at;
		while (p->at < p->end && *p->at != '/')
			p->at++;
		if (p->at - from != 1 || *from != '.') {
			*ret = (struct aeg_str){ from, (uint32_t)(p->at - from) };
			return 1;
		}
	}
}

static int is(struct aeg_str part, const char *text, uint32_t len)
{
	return part.len == len && memcmp(part.at, text, len) == 0;
}

enum aeg_reason aegi_path_safe(struct aeg_str path)
{
	unsigned found = look_at(path.at, path.len);
	struct parts rest = { path.at, path.at + path.len, 0 };
	struct aeg_str part;

	if (found & CONTROL)
		return AEG_InvalidArgument;
	while ((found & TWO_DOTS) && next(&rest, &part))
		if (is(part, "..", 2))
			return AEG_PathTraversalBlocked;
	return AEG_None;
}

/* ---- Globs --------------------------------------------------------------------------------- */

/* One component; `*` is zero or more bytes. Only the last `*` is ever tried anew: what an earlier
 * one could do instead, the last can do too. */
static int part_matches(struct aeg_str glob, struct aeg_str part)
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
			return 0;
		}
	}
	while (g < glob.len && glob.at[g] == '*')
		g++;
	return g == glob.len;
}

/* Whether some leading run of @path matches all of @tail; as above, with `**` over components. */
static int tail_matches(struct aeg_str tail, struct parts path)
{
	struct parts glob = { tail.at, tail.at + tail.len, 0 }, star = { 0 }, from = path;
	struct aeg_str want, part;

	while (next(&glob, &want)) {
		if (is(want, "**", 2)) {
			star = glob;
			from = path;
		} else if (!next(&path, &part)) {
			return 0;
		} else if (!part_matches(want, part)) {
			if (star.at == NULL)
				return 0;
			next(&from, &part);
			glob = star;
			path = from;
		}
	}
	return 1;
}

enum aeg_reason aegi_path_listed(const struct aegi_trie *t, uint32_t root, struct aeg_str path)
{
	struct parts rest = { path.at, path.at + path.len, 0 };
	uint32_t node = root;
	struct aeg_str part;

	if (path.len == 0)
		return AEG_InvalidArgument;
	rest.under_workspace = path.at[0] != '/';
	while (node != AEGF_NONE) {
		const struct aegf_node *n = &t->nodes[node];
		uint32_t nglobs = aeg_ld32(n->c);

		if (aeg_ld32(n->a) & AEGF_PATH_COVERS)
			return AEG_None;
		for (uint32_t i = 0; i < nglobs; i++)
			if (tail_matches(aegi_glob(t, aeg_ld32(n->b) + i), rest))
				return AEG_None;
		if (!next(&rest, &part))
			break;
		node = aegi_step(t, node, part.at, part.len);
	}
	return AEG_PathOutsideBoundary;
}
