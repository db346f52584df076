/* Holds a path against the rules for every path, and against an allowlist. */
#include "path.h"

#include "words.h"

/* ---- Eight bytes at a time: is anything in the path worth a closer look? ------------------- */

struct look {
	uint64_t control; /* in the top bits: there is a control byte */
	uint64_t dots;    /* not 0: there may be two dots in a row */
	uint64_t last;    /* 0x80 where the byte before these was a dot */
};

AEGI_HOT void look(struct look *l, uint64_t x)
{
	uint64_t low = x & ~AEGI_TOP;
	uint64_t dots = ~(aegi_not(low, '.') | x) & AEGI_TOP;

	l->control |= (~aegi_at_least(low, 0x20) | aegi_at_least(low, 0x7f)) & ~x;
	l->dots |= dots & (dots << 8 | l->last);
	l->last = dots >> 56;
}

AEGI_HOT struct look look_at(const char *p, uint32_t n)
{
	struct look l = { 0, 0, 0 };

	for (; n >= 8; n -= 8, p += 8)
		look(&l, aegf_ld64_raw(p));
	if (n != 0)
		look(&l, aegi_word(p, n) | (aegi_after(n) & AEGI_EACH(' ')));
	return l;
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
		p->at = aegi_find(from, p->end, '/');
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
	struct look found = look_at(path.at, path.len);
	struct parts rest = { path.at, path.at + path.len, 0 };
	struct aeg_str part;

	if (found.control & AEGI_TOP)
		return AEG_InvalidArgument;
	while (found.dots && next(&rest, &part))
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
