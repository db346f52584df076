/* Edit distance within a band, for names that people mistype. */
#include "base/nearest.h"

enum { MAX_NAME = NEAREST_BYTES }; /* longer names are compared with nobody */

static uint32_t min(uint32_t a, uint32_t b) { return a < b ? a : b; }

/**
 * Edit distance of @a and @b with transpositions of neighbours, or @limit + 1 when it is more.
 * Only cells within @limit of the diagonal are worked out, and no row past the last that can win.
 */
static uint32_t distance(struct slice a, struct slice b, uint32_t limit)
{
	uint32_t rows[3][MAX_NAME + 1], far = limit + 1, best = 0, best_above;
	uint32_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (uint32_t j = 0; j <= b.len; j++)
		above[j] = min(j, far);
	for (uint32_t i = 1; i <= a.len; i++) {
		uint32_t lo = i > limit ? i - limit : 1, hi = min(b.len, i + limit);
		row[lo - 1] = lo == 1 ? min(i, far) : far;
		best_above = best;
		best = row[lo - 1];
		for (uint32_t j = lo; j <= hi; j++) {
			uint32_t d = above[j - 1] + (a.at[i - 1] != b.at[j - 1]);
			d = min(d, row[j - 1] + 1);
			if (j < i + limit) /* else above[j] lies outside the band */
				d = min(d, above[j] + 1);
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
				a.at[i - 2] == b.at[j - 1])
				d = min(d, before[j - 2] + 1);
			row[j] = min(d, far);
			best = min(best, row[j]);
		}
		if (best == far && best_above == far) /* a transposition reaches over one row */
			return far;
		uint32_t *was = before;
		before = above;
		above = row;
		row = was;
	}
	return above[b.len];
}

uint32_t nearest_distance(struct slice a, struct slice b, uint32_t limit)
{
	a.len = min(a.len, MAX_NAME);
	b.len = min(b.len, MAX_NAME);
	limit = min(limit, MAX_NAME);
	if ((a.len > b.len ? a.len - b.len : b.len - a.len) > limit)
		return limit + 1;
	return distance(a, b, limit);
}

size_t nearest_name(struct slice name, const struct slice *candidates, size_t n)
{
	size_t found = SIZE_MAX;
	if (name.len == 0 || name.len > MAX_NAME)
		return found;
	uint32_t limit = name.len == 1 ? 0 : name.len < 6 ? 1 : name.len / 3;
	for (size_t i = 0; i < n; i++) {
		struct slice c = candidates[i];
		uint32_t apart = c.len > name.len ? c.len - name.len : name.len - c.len;
		uint32_t d = c.len == 0 || c.len > MAX_NAME || apart > limit
				     ? limit + 1
				     : distance(name, c, limit);
		if (d > limit)
			continue;
		found = i;
		if (d == 0)
			break;
		limit = d - 1; /* from here on only a nearer one counts */
	}
	return found;
}
