#ifndef EXPR_LOWER_H
#define EXPR_LOWER_H
/*
 * Lowering: statements in the order of the output become lists of instructions, one list a
 * function. The walk mirrors the rendering: which partials and which @partial-block there are is
 * known at each call, so names are resolved here.
 *
 * Everything lies in the caller's memory, by template_node.
 */
#include "mode.h"
#include "template.h"

/* An op, before it has a place in the program. Jumps point at what they go on at. */
struct instr {
	struct instr *next;
	struct instr *target;      /* of a jump: a LABEL further on */
	struct function *function; /* of RUN */
	struct aeg_str text;
	struct text place; /* len 0: it cannot fail */
	uint32_t n;        /* FRAME: which; LABEL: how many jump here */
	uint32_t at;       /* once laid out: its offset in the ops */
	uint8_t op;        /* enum aegf_template_op, or INSTR_LABEL */
	uint8_t a;         /* BYTE; FRAME: which parameter; CALL: enum aegf_helper */
	uint8_t b;         /* FRAME: AEGF_FRAME_*; CALL: how many values */
};
#define INSTR_LABEL ((uint8_t)AEGF_T_NOPS)
static inline uint32_t instr_is_region(const struct instr *i)
{
	return i->op >= AEGF_T_WITH && i->op <= AEGF_T_BLOCK;
}

/* Where a value comes from, as far as that is known: for the list of variables read. */
enum origin_kind {
	ORIGIN_MADE,    /* a literal, or computed */
	ORIGIN_DATA,    /* all of the data */
	ORIGIN_CALLER,  /* the context that @function is called with */
	ORIGIN_SPECIAL, /* @name */
	ORIGIN_MEMBER,  /* @name of @up */
	ORIGIN_ANY,     /* any element or member of @up */
	ORIGIN_WITHIN,  /* @up or something in it */
	ORIGIN_MERGED   /* @up, but for the members of @hash */
};
struct origin {
	enum origin_kind kind;
	struct aeg_str name;
	const struct origin *up;
	const struct function *function;
	uint32_t nsteps; /* from where it begins, at most */
	const struct merged {
		struct aeg_str name;
		const struct origin *value;
		const struct merged *next;
	} * hash;
};

struct reading {
	struct reading *next;
	const struct origin *origin;
	uint32_t flags; /* AEG_READ_* */
	struct text place;
};

/* A region that is open where the walk is. */
struct frame {
	const struct frame *outside; /* the next one that `..` knows, or NULL */
	const struct frame *seen;    /* the next one whose parameters are known, or NULL */
	const struct origin *origin; /* of its context */
	uint32_t number;             /* from the first, along the walk */
	uint32_t is_of_main; /* opened by the first function: its number is always the same */
	const struct aeg_str *params; /* of the block */
	uint32_t nparams;
};

/* What an inline partial or a @partial-block is: statements, and where they stand. */
struct closure {
	const struct tnode *body;
	struct scope *scope;                /* of the text */
	const struct frame *outside, *seen; /* for a frame of its own */
	const struct closure *block;        /* of a @partial-block: the one where it stands */
	uint32_t is_block;
};
/* Names of partials besides the template's own, the latest first. */
struct binding {
	struct aeg_str name;
	const struct closure *closure;
	const struct binding *next;
};
/* What a text under way has for names: more while a block is under way that has inline partials. */
struct scope {
	const struct binding *names;
};

/* A list of instructions that is called. */
struct function {
	struct function *next;
	struct instr *first, *last;
	struct reading *readings, *last_reading;
	/* What it was made of, and for: another call of the same is a call of this. */
	struct called {
		const struct tnode *body;
		const struct binding *names;
		const struct closure *block;
		const struct frame *outside, *seen;
		uint32_t nframes; /* open there */
		struct mode begin;
	} of;
	struct mode end;
	uint32_t is_under_way, runs_itself;
	uint32_t level;           /* how many were under way before it */
	struct function *reached; /* the next one in the program */
	uint32_t is_reached, number, at, len;
};

struct lower {
	struct tcompile *t;
	struct aeg_str text;
	uint32_t flags; /* AEG_TEMPLATE_* */

	/* Where the walk is. */
	struct function main, *function; /* the latter is being written */
	const struct frame *frame;       /* the innermost that is seen from here */
	uint32_t nframes;                /* open, of all functions */
	uint32_t maybe;      /* conditions and loops around: 0: whenever the function runs */
	struct mode mode;    /* where the output is */
	struct text hole;    /* the last value before it, or call, in the function; or len 0 */
	struct scope *scope; /* of the text under way */
	const struct closure *block; /* @partial-block, or NULL */
	uint32_t depth, nunder_way;  /* of the walk's own recursion; functions under way */
	uint32_t leans;           /* the lowest level under way whose end was taken for granted */
	uint32_t work, nreadings; /* spent; what functions read, at their calls */

	struct function *functions; /* but for main; the latest first */
	struct function **named;    /* of the partials, if one is called by a value; or NULL */
	const struct tnode **trees; /* of the partials, as they are parsed */
	uint8_t *is_parsed;
	uint32_t nparsed;
	struct instr spare; /* written to when there is no room */
};

/* ---- Instructions: lower.c ----------------------------------------------------------------- */

/* Each appends one to the function being written. Never NULL: without room the status is set, and
 * what is returned is of no use but to be written to. */
struct instr *lower_op(struct lower *l, enum aegf_template_op op, struct text place);
struct instr *lower_byte(
	struct lower *l, enum aegf_template_op op, uint32_t operand, struct text place);
struct instr *lower_text(
	struct lower *l, enum aegf_template_op op, struct aeg_str text, struct text place);
struct instr *lower_call(
	struct lower *l, enum aegf_helper helper, uint32_t nvalues, struct text place);
/* A jump to @label, or with NULL to a label of its own, for lower_land. */
struct instr *lower_jump(
	struct lower *l, enum aegf_template_op op, struct instr *label, struct text place);
/* A label that is not in the list yet. */
struct instr *lower_label(struct lower *l);
/* What comes next is where those that jump to @label go on. */
void lower_land(struct lower *l, struct instr *label);

/* Fails if the helper does not take so many values. */
int lower_takes(struct lower *l, enum aegf_helper helper, uint32_t nvalues, struct text place);
/* Fails with the name it is about, and the nearest of the known ones. */
void lower_unknown_helper(struct lower *l, struct text place, struct aeg_str name);
void lower_unknown(struct lower *l, struct text place, const char *what, struct aeg_str name,
	struct aeg_str near);
struct nearest {
	struct aeg_str name;
	uint32_t distance;
};
/* Zeroed, then told of each known name. */
void lower_nearest(struct aeg_str name, struct aeg_str other, struct nearest *n);
/* The helper of this name, or AEGF_NHELPERS: blocks (`if`) are none. */
enum aegf_helper lower_helper(struct aeg_str name);
/* if, unless, each, with */
int lower_is_block(struct aeg_str name);
struct aeg_str lower_str(const char *text);
int lower_same(struct aeg_str a, struct aeg_str b);
int lower_is(struct aeg_str a, const char *b);

/* ---- Values: lower_path.c, lower_expr.c ---------------------------------------------------- */

#define LOWER_TERMINAL 1u /* what a tag is about, not a parameter: in strict mode it must exist */
#define LOWER_TESTED   2u /* it may be missing: AEG_READ_TESTED */
#define LOWER_LOOPED   4u /* AEG_READ_LOOPED */
#define LOWER_UNKNOWN  8u /* AEG_READ_UNKNOWN: more of it is looked up while rendering */

/* Appends what leaves the value of the path of @e on the stack, and notes the reading. Returns
 * where the value comes from, never NULL. */
const struct origin *lower_path(struct lower *l, const struct texpr *e, uint32_t flags);
/* The same of any expression: lower_expr.c. Of && and || the right side is read maybe (@maybe). */
const struct origin *lower_expr(struct lower *l, const struct texpr *e, uint32_t flags);
extern const struct origin lower_made;
/* All of the data; @name; a member, any element, something in what comes from @up; what a
 * function is called with; the same but for some members. */
const struct origin *lower_whole(struct lower *l);
const struct origin *lower_special(struct lower *l, struct aeg_str name);
const struct origin *lower_member(struct lower *l, const struct origin *up, struct aeg_str name);
const struct origin *lower_any(struct lower *l, const struct origin *up);
const struct origin *lower_within(struct lower *l, const struct origin *up);
const struct origin *lower_caller(struct lower *l, const struct function *f);
const struct origin *lower_merged(
	struct lower *l, const struct origin *up, const struct merged *hash);
/* Of a FRAME op, to be run here: which. */
void lower_frame(const struct lower *l, struct instr *i, const struct frame *f);
/* The path is one name that no block parameter has: a helper's, if there is one. */
int lower_is_name(const struct lower *l, const struct tpath *p);
/* Bits of enum aeg_type: what values from there may be. */
uint32_t lower_types(struct lower *l, const struct origin *origin);
void lower_note(struct lower *l, const struct origin *origin, uint32_t flags, struct text place);
/* What @f reads, when it is called with a context that comes from @context. */
void lower_read_called(struct lower *l, const struct function *f, const struct origin *context);
/* Tells the readings to who asked for them. */
void lower_tell(struct lower *l);

/* ---- Functions: lower_function.c ------------------------------------------------------------ */

/* The function that a call runs, which is written unless it is known; NULL without room. */
struct function *lower_function(struct lower *l, const struct called *of, struct scope *scope);
/* Text and HTML, where any byte may follow any. */
int lower_is_plain(const struct mode *m);

/* ---- Statements: lower_block.c, lower_partial.c -------------------------------------------- */

/* Opens a frame that is seen from the statements to come, after the op of its region. */
struct frame *lower_open(struct lower *l, const struct frame *outside, const struct frame *seen,
	const struct origin *origin);
/* The statements of a block or a text, with their inline partials, which `..` leads out of to
 * @outside. */
void lower_program(struct lower *l, const struct tnode *first, const struct frame *outside);
void lower_statements(struct lower *l, const struct tnode *first);
/* Of what all of the walk may cost; fails when that is used up. */
void lower_spend(struct lower *l, uint32_t work, struct text place);
void lower_partial(struct lower *l, const struct tnode *n);
/* The text of a place. */
struct aeg_str lower_source(const struct lower *l, uint32_t source);
void lower_written(struct lower *l, struct aeg_str text, struct text place);
/* For the modes: where goes what they make of what is at @place. */
struct lower_out {
	struct lower *l;
	struct text place;
	struct mode_out out;
};
void lower_out(struct lower_out *o, struct lower *l, struct text place);
/* Fails if anything is wrong. */
void lower_mode(struct lower *l, struct mode_error e, struct text place);

/* Where the walk was, to go back to. */
struct mark {
	struct instr *last;
	struct reading *last_reading;
	struct function *functions;
	size_t cap;
	uint32_t nparsed;
};
struct mark lower_mark(const struct lower *l);
/* @m: of the function that is being written. */
void lower_rewind(struct lower *l, const struct mark *m);
/* ---- Afterwards: lower_fold.c, template_encode.c ------------------------------------------- */

/* Makes the list of one function shorter. @is_loose: those it calls may write elements of its
 * containers. */
void lower_fold(struct lower *l, struct function *f, int is_loose);
/* Does it write elements of a container that it does not begin? */
int lower_is_loose(const struct function *f);
/* The program, at the beginning of the memory. @flags: AEGF_TEMPLATE_* */
void lower_encode(struct lower *l, uint32_t flags);
#endif
