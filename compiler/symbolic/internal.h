#ifndef SYMBOLIC_INTERNAL_H
#define SYMBOLIC_INTERNAL_H
/* What the files of this room share: terms, the classes of values of arguments. */
#include "base/buf.h"
#include "symbolic/symbolic.h"

/* ---- Bits, one for each predicate ---------------------------------------------------------- */

static inline void bits_set(uint64_t *bits, uint32_t i) { bits[i >> 6] |= UINT64_C(1) << (i & 63); }
static inline bool bits_has(const uint64_t *bits, uint32_t i)
{
	return bits[i >> 6] >> (i & 63) & 1;
}

/* ---- One cutting --------------------------------------------------------------------------- */

struct cut {
	struct arena *arena;
	uint64_t work, most; /* steps so far, and before it is over */
	uint32_t about;      /* the predicate under way: whose side a place is of */
	bool over;
	uint32_t over_about;
	struct span over_at;
};
/* Pairs of terms, list entries, steps of automata: in one cutting. */
#define CUT_MAX_WORK (UINT64_C(1) << 24)

/* Counts @n steps. False: too many, and the cutting is over its budget because of what is @at. */
bool cut_spend(struct cut *c, uint64_t n, struct span at);
void cut_stop(struct cut *c, struct span at);

/* ---- Terms --------------------------------------------------------------------------------- */

/* Values that no predicate tells apart, by the smallest of them. */
struct term {
	uint64_t *holds; /* of each predicate: may the argument be like this? */
	struct slice text;
};
struct terms {
	struct cut *cut;
	uint32_t nwords; /* of `holds` */
	struct term *v;
	size_t n, cap;
	struct map seen; /* `holds` > index */
};

struct terms *terms_new(struct cut *c, uint32_t nwords);
/* Of terms that hold alike the shorter stays, the earlier of equal ones. @holds and @text are kept
 * by reference. */
void terms_add(struct terms *t, uint64_t *holds, struct slice text);
/* Zeroed bits of the terms' size. */
uint64_t *terms_bits(const struct terms *t);
/* Both: what holds of one value and of the other, their texts with @between. */
struct terms *terms_product(const struct terms *a, const struct terms *b, const char *between);
/* Lists of one or more of them: what holds of a list holds of each of its elements. */
struct terms *terms_lists(const struct terms *elements, const char *between);

/* ---- Arguments ----------------------------------------------------------------------------- */

enum view_kind {
	VIEW_FREE,   /* looks at nothing here */
	VIEW_OPEN,   /* states no list; the rules for every path hold all the same */
	VIEW_ABSENT, /* whether it is absent */
	VIEW_STATED  /* the list of its capability's that goes with the argument's role */
};
struct view { /* how one predicate looks at one argument */
	enum view_kind kind;
	bool required; /* VIEW_STATED: an absent value does not hold */
	const struct mcap *cap;
};
struct dimension { /* one argument of the tool */
	const struct marg *arg;
	struct view *view; /* of each predicate */
	uint32_t npreds;
	uint64_t *open,
		*free; /* predicates that do not look at the list; nor at paths' own rules */
};

/* Strings that an argument of the role may hold, each class once; texts as they are, not JSON. What
 * is on no list at all is among them. */
void paths_terms(struct terms *out, const struct dimension *d);
void globs_terms(struct terms *out, const struct dimension *d);
void commands_terms(struct terms *out, const struct dimension *d);
void hosts_terms(struct terms *out, const struct dimension *d);
/* Of a command that comes with a list of words in argument @words, always: members of JSON. */
void commands_with_words(struct terms *out, const struct dimension *d, struct slice words);

/* A copy of @bits with those of @more. */
uint64_t *terms_union(const struct terms *t, const uint64_t *bits, const uint64_t *more);
/* Aligned as the widest of what keys are made of. */
struct slice copy_slice(struct arena *a, struct slice s);
/* The @i-th name that is made of nothing special: a, b, ... z, aa, ab, ... */
struct slice fresh_name(struct arena *a, uint32_t i);

/* ---- Tool names ---------------------------------------------------------------------------- */

struct atom {              /* tool names that no pattern tells apart */
	struct slice name; /* the smallest */
	bool in_region;
	struct atom_side {
		uint32_t denied;      /* or AEG_NONE */
		const uint32_t *caps; /* that match, ascending */
		uint32_t ncaps;
		const struct mtool *tool; /* or NULL: no argument has a role */
	} * side;
	uint32_t absent, region; /* the first predicate of each of these */
};
struct names_of;
/* @p NULL: any matches. */
bool names_match(const struct mpattern *p, struct slice name);
/* Of qsort. */
int cells_by_cost(const void *a, const void *b);
struct names_of *names_collect(
	struct cut *c, const struct side *sides, uint32_t nsides, const struct region *region);
struct atom *names_atoms(struct names_of *n, uint32_t *ret_n);
/* The atom of @name, or UINT32_MAX: it is no tool's name. */
uint32_t names_find(const struct names_of *n, struct arena *scratch, struct slice name);
#endif
