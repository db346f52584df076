#ifndef DIFF_INTERNAL_H
#define DIFF_INTERNAL_H
/* What the files of this room share. */
#include "diff/diff.h"

/* Memory for one comparison at a time, with the limits of @a. */
static inline struct arena diff_scratch(const struct arena *a)
{
	return (struct arena){ .limit = a->limit, .fail = a->fail, .ctx = a->ctx };
}

/* The same bytes in @a. */
static inline struct slice diff_keep(struct arena *a, struct slice s)
{
	char *at = arena_array(a, char, s.len + 1u);
	if (s.len != 0)
		memcpy(at, s.at, s.len);
	return (struct slice){ at, s.len };
}

static inline struct diff_call diff_call_of(struct arena *a, const struct cell *c)
{
	return (struct diff_call){ diff_keep(a, c->tool), diff_keep(a, c->args), c->atom };
}

/* The same rules, in the same order, whatever their spelling. */
bool diff_same_rules(struct arena *scratch, const struct mcontext *a, const struct mcontext *b);

/* The three spellings of commands as one, that of a bundle: each with its subcommands, or any. */
struct mcommand *diff_spell(struct arena *a, const struct mcap *cap, uint32_t *ret_n);

/* Sets d->tools. */
void diff_tools(struct arena *a, struct diff *d);
/* May a tool of which other arguments have a role be one that @c has a capability for? */
bool diff_tools_touch(const struct diff *d, const struct mcontext *c);

/* What the calls that both sides of @cells allow are limited to, into ret->limits. */
void diff_limits(struct arena *a, const struct cells *cells, struct diff_context *ret);

/* Compares contexts by their indexes in the two models; AEG_NONE allows nothing. */
struct diff_context diff_pair(
	struct arena *a, const struct policy side[2], uint32_t before, uint32_t now);
/* Sets d->members. */
void diff_members(struct arena *a, struct diff *d);

/* ---- For the reports ----------------------------------------------------------------------- */

struct diff_counts {
	uint32_t changed, added, removed, undecided; /* contexts */
	uint32_t allowed, denied, looser, tighter;   /* regions, limits */
};
struct diff_counts diff_count(const struct diff *d);
static inline bool diff_is_empty(const struct diff *d)
{
	return d->ncontexts + d->nmembers + d->ntools == 0;
}

/* Entries of the capability that allows a region, for roles that its first tool has, which no
 * capability on the other side has for this tool; none where that has no capability for it. */
struct diff_entries {
	struct slice *v;
	size_t n, cap;
};
struct diff_entries diff_entries(struct arena *a, const struct diff *d,
	const struct diff_context *c, const struct diff_region *r);
/* What is different about one context: lines that begin with `+`, `-`, `!` or blanks. */
void diff_text_changes(
	struct buf *out, const struct diff *d, const struct diff_context *c, bool colour);
/* "agent `coder` 1.0.0 works under `b`, before under `a`: wider", without a line end. */
void diff_text_member(struct buf *out, const struct diff_member *m);
void diff_text_tools(struct buf *out, const struct diff *d);
/* "2 changed of 9 contexts: 1 newly allowed", without a line end. */
void diff_text_total(struct buf *out, const struct diff *d);
/* "wider", "added, allows nothing"; never empty. */
const char *diff_what(const struct diff_context *c);
extern const char *const diff_member_names[DIFF_NKINDS];
#endif
