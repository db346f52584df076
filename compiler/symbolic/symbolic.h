#ifndef SYMBOLIC_SYMBOLIC_H
#define SYMBOLIC_SYMBOLIC_H
/*
 * All calls there are, cut into finitely many cells such that no capability, deny entry or region
 * of a question tells two calls of one cell apart. What contexts allow, and every union,
 * intersection and complement of it, is then a set of cells, and a question about all calls is a
 * loop over them. Exact: every cell holds a call, given with it, and every call is in a cell.
 * Source: docs/symbolic.md.
 */
#include "model/model.h"
#include "prove/prove.h"

/* A context to ask about, and the catalogue by which it reads arguments. */
struct side {
	const struct model *model;
	const struct mcontext *context;
};

/* A set of calls, as an assertion names it: of these tools, with arguments like that. */
struct region {
	const struct mpattern *tool; /* NULL: any */
	const struct region_arg *args;
	uint32_t nargs;
};
/* Argument @name is there and holds what @like, a capability that states one constraint, lets
 * through: `paths`, `commands` with `subcommand_map`, or `domains`, as @role says. A tool that has
 * no argument @name of that role has no call in the region. @like NULL: the argument is absent. */
struct region_arg {
	struct slice name;
	enum mrole role;
	const struct mcap *like;
};

struct cell_side {
	uint32_t granted; /* the capability that grants these calls, or AEG_NONE: they are denied */
	uint32_t denied;  /* the first deny entry that matches, or AEG_NONE */
	uint32_t refused; /* the first capability that matches the tool, where none grants; or
			     AEG_NONE */
};
struct cell {
	struct slice tool, args; /* the smallest call in it; @args is JSON, `{}` at least */
	uint32_t cost;           /* its size: bytes of tool and args */
	uint32_t atom;           /* of the tool names: cells of one atom differ by arguments */
	bool in_region;          /* always, where no region was asked about */
	bool no_url;             /* an optional url is absent: lists of domains limit the results */
	const struct cell_side *side; /* of each of the sides */
	const uint64_t *holds;        /* use cell_holds */
};

struct cells {
	struct cell *v; /* ascending by cost, then by tool, then by args */
	uint32_t n;
	bool over; /* more than SYMBOLIC_MAX_CELLS, or an automaton past its budget: not all are
		      here, so nothing holds of all calls because it does of these; but each is
		      decided right. @over_at says where the pattern is */
	struct span over_at;
	uint32_t over_side; /* whose sources @over_at is in */
	uint64_t work;      /* steps that it took */
	struct arena *arena;
	uint32_t nsides;
	const struct side *sides;
	const struct atom *atoms;
	const struct names_of *names;
};
#define SYMBOLIC_MAX_CELLS  262144u
#define SYMBOLIC_MAX_STATES 65536u /* of the automaton of one argument's patterns */

/**
 * symbolic_cells - cut the calls along @sides, and along @region
 * @sides:  borrowed; poisoned patterns and broken capabilities are taken as not there
 * @region: NULL: none; else there are no cells of tools without a call in it
 *
 * Context names are not part of a call here. Everything returned lives in @a.
 */
const struct cells *symbolic_cells(
	struct arena *a, const struct side *sides, uint32_t nsides, const struct region *region);

/* With another limit than its own on the steps, for whoever has many cuttings to make. */
const struct cells *symbolic_cells_bounded(struct arena *a, const struct side *sides,
	uint32_t nsides, const struct region *region, uint64_t work);

/* A few calls made from entries of the sides, each decided by itself, as cells that are `over`:
 * only for showing that something does not hold. In a region that speaks of arguments there are
 * none. */
const struct cells *symbolic_samples(
	struct arena *a, const struct side *sides, uint32_t nsides, const struct region *region);

/* Would capability @cap of side @side grant the cell's calls, were it alone: its pattern matches
 * and its constraints hold. Deny entries and other capabilities are not looked at. */
bool cell_holds(const struct cells *cells, const struct cell *c, uint32_t side, uint32_t cap);

/* The cell that the call is in, of cells cut without a region; NULL: its tool has no valid name, or
 * its arguments are none. */
const struct cell *cells_find(const struct cells *cells, struct slice tool,
	const struct aeg_json *args, struct arena *scratch);

/* ---- Limits -------------------------------------------------------------------------------- */

/* Whoever keeps to @calls in any window of @per_s seconds keeps to @most in any of @most_per_s. 0
 * and 0 is no limit. */
bool rate_within(uint32_t calls, uint32_t per_s, uint32_t most, uint32_t most_per_s);
/* How many calls that may come to in one window of @window_s seconds. No arguments are 0. */
uint64_t rate_most(uint32_t calls, uint32_t per_s, uint32_t window_s);
/* Does @parent let through every host that @child does? Both are `domains`, @parent stated. */
bool hosts_within(const struct mlist *child, const struct mlist *parent);

enum ceiling_why {
	CEILING_CALLS,      /* a call that the child allows and the parent denies */
	CEILING_RATE,       /* calls that the parent would stop counting, in its window */
	CEILING_CONCURRENT, /* more at once */
	CEILING_RESPONSE,   /* a larger response */
	CEILING_RESULTS     /* results from hosts that the parent keeps out */
};
struct ceiling {
	bool within;
	enum ceiling_why why;       /* where it is not within */
	const struct cell *witness; /* a smallest call that shows it */
};
/* Is side @child within side @parent (semantics.md, section 7)? Of @cells that are `over` only a no
 * is an answer. */
struct ceiling symbolic_within(const struct cells *cells, uint32_t child, uint32_t parent);
#endif
